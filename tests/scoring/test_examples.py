"""The worked examples: facts with the scores they must give, filled into the blank workbook by openpyxl."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from chainscore.method.loading import load_rulebook
from chainscore.scoring.appraisal import appraise
from tests.support.filling import EXAMPLES, filled


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_leaf_total_and_rank_of_an_example_is_as_worked_out(path: Path, tmp_path: Path) -> None:
    example = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
    workbook = tmp_path / "filled.xlsx"
    filled(facts).save(workbook)

    appraisal = appraise([workbook], load_rulebook(choices=example["readings"]))

    assert [f.place + f.message("en") for f in appraisal.findings if f.severity == "error"] == []
    assert appraisal.scorecard is not None
    for chain in appraisal.scorecard.chains:
        expected = example["expected"][chain.chain]
        assert {leaf: result.score for leaf, result in chain.leaves.items()} == expected["scores"]
        assert (chain.total, chain.rank) == (expected["total"], expected["rank"])
