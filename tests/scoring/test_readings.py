"""Every reading, alone and with all others: random quarters come out as the method on paper has them (tests/support/oracle.py)."""

from __future__ import annotations

import datetime
import itertools
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainscore.intake.tables import Tables
from chainscore.method.loading import load_rulebook
from chainscore.method.period import Period
from chainscore.method.rule.term import Source
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import appraise
from chainscore.scoring.readings import first_pair
from chainscore.scoring.scores import score
from chainscore.scoring.variation import Variation
from tests.conftest import REPOSITORY
from tests.scoring.test_scoring import construction, listing, project, scale, technology
from tests.support.facts import NAMES, appraised, quarter, write_plainly
from tests.support.filling import BOOK
from tests.support.oracle import published
from tests.support.random_quarters import random_quarter

ELAPSED = {"2023Q1": (1, 4), "2023Q2": (1, 2), "2023Q3": (3, 4), "2023Q4": (1, 1), "2023-05": (5, 12), "2023": (1, 1)}
COMBINATIONS = [
    dict(zip((reading.key for reading in BOOK.readings), options, strict=True))
    for options in itertools.product(*(reading.options for reading in BOOK.readings))
]
RANDOM_QUARTERS = 60


def debatable() -> Any:
    """A second quarter in which each reading moves a score of 电子信息; the other chains' rows are random."""
    facts = quarter(
        市商务局=[project(2), project(0.19, 2, top500="是")],
        市发改局=[construction(commissioned="是", done=900), {**construction(done=450), "项目名称": "样例建设二"}],
        市统计局=[scale("样例企业")],
        市科技工信局=[technology(title) for title in ("高新技术企业", "省级小巨人", "国家级小巨人")],
        市金融办=[listing("股改挂牌"), listing("辅导报备")],
    )
    _, _, others = next(each for seed in range(100) if (each := random_quarter(seed))[0] == "2023Q2")
    for sheet, its in facts.items():
        if "ledger" in its:
            its["ledger"] += [row for row in others[sheet]["ledger"] if row["产业链"] != NAMES["electronics"]]
    return facts


def on_paper(period: str, facts: Any, readings: dict[str, str]) -> dict[str, dict[str, Decimal]]:
    told = published(facts, list(NAMES.values()), readings, Period.parse(period).end.isoformat(), Fraction(*ELAPSED[period]))
    return {chain: told[name] for chain, name in NAMES.items()}


def read(period: str, facts: Any, folder: Path) -> Tables:
    appraisal = appraise([write_plainly(folder / "quarter.xlsx", facts, period)], BOOK)
    assert [finding.message("en") for finding in appraisal.findings if finding.severity == "error"] == []
    assert appraisal.tables is not None
    return appraisal.tables


def scored(tables: Tables, readings: dict[str, str]) -> dict[str, dict[str, Decimal | None]]:
    scorecard, _ = score(tables, load_rulebook(choices=readings))
    return {chain.chain: {leaf: its.score for leaf, its in chain.leaves.items()} for chain in scorecard.chains}


def of_sample() -> Any:
    """The figures of the second sample quarter as they were written down, with days as text and no blanks."""
    document = tomllib.loads((REPOSITORY / "sample_data" / "q2-2023.toml").read_text(encoding="utf-8"))
    facts: dict[str, dict[str, Any]] = {}
    for sheet, parts in document["sheets"].items():
        facts[sheet] = {name: its for name, its in parts.items() if name == "cells"}
        for name in ("table", "ledger"):
            labels, *rows = parts.get(name) or [[]]
            told = [{label: value for label, value in zip(labels, row, strict=False) if value != ""} for row in rows]
            facts[sheet][name] = [{label: _day(value) for label, value in row.items()} for row in told]
    return facts


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def test_how_firm_the_first_two_places_are_is_what_paper_says_under_all_readings() -> None:
    facts, tables = of_sample(), appraise([REPOSITORY / "sample_data" / "q2-2023.xlsx"], BOOK).tables
    assert tables is not None
    names = {chain.id: chain.short_name for chain in BOOK.chains}
    holds = 0
    for readings in COMBINATIONS:
        told = published(facts, list(names.values()), readings, "2023-06-30", Fraction(1, 2))
        totals = {chain: sum(told[name].values()) for chain, name in names.items()}
        holds += totals["materials"] > totals["electrical"]
    assert holds == 160
    scorecard, _ = score(tables, BOOK)
    assert first_pair(tables, BOOK, scorecard, "zh") == f"第1、2名在256种读法中的{holds}种不变。"
    assert (
        first_pair(tables, BOOK, scorecard, "en")
        == f"First and second keep their order in {holds} of 256 combinations of readings."
    )


def test_there_are_eight_readings_of_two_options_each() -> None:
    assert len(COMBINATIONS) == 256


@pytest.mark.parametrize("reading", BOOK.readings, ids=lambda reading: reading.key)
def test_each_reading_moves_a_score_of_the_debatable_quarter(reading: Any) -> None:
    default = {each.key: each.default for each in BOOK.readings}
    found = [on_paper("2023Q2", debatable(), {**default, reading.key: option}) for option in reading.options]
    assert found[0]["electronics"] != found[1]["electronics"]


def test_a_quarter_comes_out_as_on_paper_under_all_readings(tmp_path: Path) -> None:
    facts = debatable()
    tables = read("2023Q2", facts, tmp_path)
    for readings in COMBINATIONS:
        assert scored(tables, readings) == on_paper("2023Q2", facts, readings), readings


@pytest.mark.parametrize("seed", range(RANDOM_QUARTERS))
def test_random_quarters_come_out_as_on_paper(seed: int, tmp_path: Path) -> None:
    period, readings, facts = random_quarter(seed)
    assert scored(read(period, facts, tmp_path), readings) == on_paper(period, facts, readings)


def test_rows_of_which_a_category_is_changed_are_of_the_new_one(tmp_path: Path, book: Rulebook) -> None:
    tables = appraised(quarter(市科技工信局=[technology("省级平台")]), tmp_path).tables
    assert tables is not None
    rows = Variation(tables, book).context.rows(Source("市科技工信局", "ledger"))
    assert rows.categories == ["省级平台"]  # asked for, and so worked out, before the change
    assert rows.changed("事项类别", {0: "国家级平台"}).categories == ["国家级平台"]
