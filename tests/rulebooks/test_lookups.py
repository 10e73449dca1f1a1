"""Figures that other departments give for a ledger's rows: each sentence takes its own, and what is not given is named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chainscore.method.rulebook import Rulebook
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Appraisal, appraise
from tests.conftest import Run
from tests.rulebooks.test_corners import HEAD, LEAF, OBJECTS, TOWNS, of_towns
from tests.rulebooks.test_end_to_end import differing, formulas_in, gnumeric, recalculated_by_gnumeric
from tests.support.any_method import SheetFacts, typed_by_openpyxl
from tests.support.rulebooks import made, mistakes_in

AUDITED = 'lookup = { of = "财政局.ledger", where = { "状态" = "已核" }, take = "核定额（万元）", as = "核定" }'
WAITING = 'lookup = { of = "财政局.ledger", where = { "状态" = "待核" }, take = "核定额（万元）", as = "核定" }'
MARKED = 'lookup = { of = "质监局.ledger", take = "评分", as = "质量" }'
RULES = {
    # 2 for each audited 亿元, and the mark that another department gives, if any.
    "1.1": 'terms = [\n  { of = "招商局.ledger", '
    + AUDITED
    + ', measure = "[核定] or [投资额（亿元）]", points = { per = 0.0002 } },\n'
    '  { of = "招商局.ledger", ' + MARKED + ', measure = "[质量] or 0", points = { per = 1 } },\n]',
    # Another figure under the same name: what waits.
    "1.2": 'of = "招商局.ledger"\n' + WAITING + '\nmeasure = "[核定] or 0"\npoints = { steps = [[10000, 3], [5000, 1]] }',
    # Conditions on what another department gives.
    "1.3": 'terms = [\n  { of = "招商局.ledger", where = { "核定" = ">=15000" }, '
    + AUDITED
    + ', measure = "[核定]", points = 4 },\n'
    '  { of = "招商局.ledger", where = { "质量" = "blank" }, ' + MARKED + ", points = -1 },\n]",
}
LEDGER = """
[[sheets]]
name = "{sheet}"

[sheets.ledger]
title = "台账"
name = "{name}"
{category}
columns = [
  {{ label = "乡镇", type = "object" }},
  {{ label = "{name}", type = "text" }},
{columns}
]
"""
STATE = '  { label = "状态", type = "choice", values = ["已核", "待核"] },\n'
FIGURE = '  {{ label = "{}", type = "amount", unit = "{}", required = false }},'
SHEETS = (
    LEDGER.format(sheet="招商局", name="项目名称", category="", columns=FIGURE.format("投资额（亿元）", "亿元"))
    + LEDGER.format(
        sheet="财政局", name="事项", category='category = "状态"', columns=STATE + FIGURE.format("核定额（万元）", "万元")
    )
    + LEDGER.format(sheet="质监局", name="名称", category="", columns=FIGURE.format("评分", "元"))
)


def method_of(rules: dict[str, str]) -> str:
    objects = (OBJECTS.format(id=key, name=name, group=group) for key, name, group in TOWNS)
    leaves = (LEAF.format(id=key, rule=rule) for key, rule in rules.items())
    return "".join((HEAD, *objects, '[[sections]]\nid = "1"\ntitle = "经济"\n', *leaves, SHEETS))


def facts(audited: Sequence[tuple[str, tuple[Any, ...]]]) -> dict[str, SheetFacts]:
    projects = [("a", ("甲一", 2)), ("a", ("甲二", 1)), ("b", ("乙一", 3)), ("c", ("丙一", 1.5))]
    return {
        "招商局": SheetFacts(ledger=projects),
        "财政局": SheetFacts(ledger=audited),
        "质监局": SheetFacts(ledger=[("a", ("甲一", 5)), ("c", ("丙一", 4)), ("b", ("甲二", 9))]),
    }


def appraised(text: str, given: dict[str, SheetFacts], run: Run, folder: Path) -> tuple[Appraisal, Rulebook]:
    book = made(text)
    (folder / "method.toml").write_text(text, encoding="utf-8")
    assert run("template", "--rulebook", "method.toml", "--period", "2023Q2", "-o", "blank.xlsx").code == 0
    return appraise([typed_by_openpyxl(folder / "blank.xlsx", folder / "filled.xlsx", book, given)], book), book


@pytest.fixture
def quarter(run: Run, tmp_path: Path) -> tuple[Appraisal, Rulebook]:
    audited = [("a", ("甲一", "已核", 15_000)), ("a", ("甲二", "待核", 10_000)), ("b", ("乙一", "待核", 5_000))]
    return appraised(method_of(RULES), facts(audited), run, tmp_path)


def test_each_sentence_takes_its_own_figure(quarter: tuple[Appraisal, Rulebook]) -> None:
    scorecard = quarter[0].scorecard
    assert scorecard is not None
    found = {leaf: {each.chain: each.leaves[leaf].score for each in scorecard.chains} for leaf in RULES}
    # 甲 15,000万 × 0.0002 = 3, 1亿 = 10,000万 → 2, and the mark of 5; 乙 30,000万 → 6; 丙 15,000万 → 3, and 4.
    assert found["1.1"] == of_towns("10.0 6.0 7.0 0.0 0.0")
    # 甲一 has 15,000万 and 5 marks; 甲二 and 乙一 no marks of their own, 丙一 has.
    assert found["1.3"] == of_towns("3.0 -1.0 0.0 0.0 0.0")
    # What waits: 甲二 10,000万 → 3; 乙一 5,000万 → 1; the others nothing.
    assert found["1.2"] == of_towns("3.0 1.0 0.0 0.0 0.0")


def test_the_evidence_names_the_row_and_the_cell_of_every_figure_that_was_taken(quarter: tuple[Appraisal, Rulebook]) -> None:
    scorecard = quarter[0].scorecard
    assert scorecard is not None
    of = next(each for each in scorecard.chains if each.chain == "a").leaves["1.1"].evidence
    first = next(each for each in of if each.label == "甲一")
    assert first.points == Decimal(8)
    taken = {label: (fact, first.cells[label]) for label, fact in first.facts.items() if "!" in label}
    assert {label: fact for label, (fact, _) in taken.items()} == {"财政局!核定额（万元）": "15000", "质监局!评分": "5"}
    assert all(cell[0] in "CD" for _, cell in taken.values())


@gnumeric
def test_gnumeric_recalculates_the_figures_taken_under_one_name_to_the_same(
    quarter: tuple[Appraisal, Rulebook], tmp_path: Path
) -> None:
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(*quarter))
    assert not differing(formulas_in(results), recalculated_by_gnumeric(results, tmp_path))


def test_two_figures_of_one_name_in_a_leaf_are_a_mistake() -> None:
    both = RULES | {"1.1": RULES["1.1"].replace(MARKED, WAITING).replace("[质量]", "[核定]")}
    [mistake] = mistakes_in(method_of(both))
    assert (mistake.code, mistake.values) == ("R010", {"text": "核定"})


@pytest.mark.parametrize(
    ("rows", "sheet", "cell"),
    [
        ([("a", ("甲一", "已核", 15_000)), ("a", ("甲二", "已核", None))], "财政局", "D"),
        ([("a", ("甲一", "已核", 15_000))], "招商局", "B"),
    ],
)
def test_a_figure_that_is_not_given_is_named_where_it_should_stand(
    rows: Sequence[tuple[str, tuple[Any, ...]]], sheet: str, cell: str, run: Run, tmp_path: Path
) -> None:
    text = method_of({"1.1": f'of = "招商局.ledger"\n{AUDITED}\nmeasure = "[核定]"\npoints = {{ per = 1 }}'})
    appraisal, _ = appraised(text, facts(rows), run, tmp_path)
    assert appraisal.scorecard is None
    found = [each for each in appraisal.findings if each.code == "E403" and each.chain == "a"]
    assert [(each.sheet, str(each.cell)[0], each.values["label"]) for each in found] == [(sheet, cell, "核定额（万元）")]


def test_a_blank_among_figures_that_are_summed_is_named_with_its_cell(run: Run, tmp_path: Path) -> None:
    text = method_of({"1.1": 'of = "财政局.ledger"\nmeasure = "sum([核定额（万元）])"\npoints = { per = 1 }'})
    given = facts([("a", ("甲一", "已核", 15_000)), ("a", ("甲二", "已核", None)), ("b", ("乙一", "待核", 1))])
    appraisal, _ = appraised(text, given, run, tmp_path)
    told = [each.message("zh") for each in appraisal.findings if each.severity == "error"]
    assert told == ["“甲二”缺“核定额（万元）”，1.1 第1.1项无法计分"]
