"""A sound workbook in disguise: whatever wrote it, and in whatever form, the scores are the same to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.show.documents import score_document
from tests.conftest import REPOSITORY
from tests.support import office
from tests.support.disguises import (
    DISGUISES,
    Disguise,
    by_openpyxl,
    formulas,
    hidden,
    merged_chains,
    strict,
    with_extras,
)
from tests.support.office import XLSX, Office
from tests.support.workbooks import BOOK

SAMPLE = REPOSITORY / "sample_data" / "q2-2023.xlsx"


def chains(result: Appraisal) -> Any:
    """All that is published of every chain."""
    assert result.scorecard is not None, [f"{f.place} {f.message('en')}" for f in result.findings if f.severity == "error"]
    return score_document(result, BOOK, False, "en")["chains"]


@pytest.fixture(scope="module")
def plain() -> Appraisal:
    return appraise([SAMPLE], BOOK)


def appraised(content: bytes, folder: Path) -> Appraisal:
    (folder / "q2-2023.xlsx").write_bytes(content)
    return appraise([folder / "q2-2023.xlsx"], BOOK)


def codes(result: Appraisal) -> list[str]:
    return sorted({finding.code for finding in result.findings})


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda disguise: disguise.__name__)
def test_the_scores_are_the_same_in_any_disguise(disguise: Disguise, plain: Appraisal, tmp_path: Path) -> None:
    result = appraised(disguise(SAMPLE.read_bytes()), tmp_path)
    assert chains(result) == chains(plain)
    # What there is to say of the clothes, and nothing else.
    of_clothes = {
        formulas: {"N608"},
        hidden: {"N611", "N612", "N623"},
        with_extras: {"N607", "N609", "N610", "N620"},
    }.get(disguise, set())
    assert set(codes(result)) - {"W511"} == {*codes(plain), *of_clothes}


def test_disguises_go_on_top_of_each_other(plain: Appraisal, tmp_path: Path) -> None:
    content = SAMPLE.read_bytes()
    for disguise in (merged_chains, by_openpyxl, hidden, formulas):
        content = disguise(content)
    assert chains(appraised(content, tmp_path)) == chains(plain)


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_saved_again_by_libreoffice_the_scores_are_the_same(libreoffice: Office, plain: Appraisal, tmp_path: Path) -> None:
    for name, content in (("plain", SAMPLE.read_bytes()), ("strict", strict(SAMPLE.read_bytes()))):
        (tmp_path / f"{name}.xlsx").write_bytes(content)
        saved = tmp_path / f"{name}-saved.xlsx"
        libreoffice.work([{"open": str(tmp_path / f"{name}.xlsx"), "save": str(saved), "filter": XLSX}])
        assert chains(appraise([saved], BOOK)) == chains(plain)
