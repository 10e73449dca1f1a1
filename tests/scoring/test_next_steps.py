"""The next points of an object: the steps that earn most, worked out by hand, and each proven by scoring again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chainscore.comparison.whatif import changed
from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.next_steps import NextStep, NextSteps
from chainscore.scoring.scores import score
from tests.conftest import REPOSITORY, Run
from tests.rulebooks.quarters import PROJECTS, QUARTERS
from tests.rulebooks.test_end_to_end import path_of, scored
from tests.scoring.test_scoring import activity, construction, news, project, technology
from tests.support.any_method import typed_by_openpyxl
from tests.support.facts import appraised, quarter


def steps_of(folder: Path, book: Rulebook, chain: str = "electronics", **rows: Any) -> dict[str, NextStep]:
    """Kind and leaf → step."""
    appraisal = appraised(quarter(**rows), folder)
    assert appraisal.tables is not None
    assert appraisal.scorecard is not None
    return {f"{step.kind} {step.leaf}": step for step in NextSteps(appraisal.tables, book, appraisal.scorecard).of(chain)}


def test_a_project_that_is_not_filed_earns_its_points_when_it_is(tmp_path: Path, book: Rulebook) -> None:
    # 2.5 亿元: 6 of the tier and 5 of the task; 1 more as a 三类500强.
    step = steps_of(tmp_path, book, 市商务局=[project(2.5, top500="是", filed=None)])["date 1.3.2"]
    assert (step.gain, step.where, step.to.isoformat()) == (12, "市商务局!F5", "2023-06-30")
    assert step.told(book, "zh") == "“样例项目1”补齐“备案日期”：+12.00分（1.3.2 分档计分 市商务局!F5）"


def of_projects(folder: Path, projects: list[dict[str, Any]], readings: dict[str, str] | None = None) -> list[tuple[int, str]]:
    """(gain, cell) of the projects' next steps, the first first."""
    folder.mkdir(exist_ok=True)
    book = load_rulebook(choices=readings)
    appraisal = appraised(quarter(市商务局=projects), folder, readings)
    assert appraisal.tables is not None
    assert appraisal.scorecard is not None
    steps = NextSteps(appraisal.tables, book, appraisal.scorecard).of("electronics")
    return [(int(step.gain), step.where) for step in steps if step.kind == "date"]


def test_of_thousands_of_projects_the_one_that_earns_most_is_told_first(tmp_path: Path) -> None:
    # 0.6 亿元 earns 1 once it is filed, 2.5 亿元 6 of the tier and 5 of the task; the first row is F5.
    projects = [project(2.5 if number == 2345 else 0.6, number, filed=None) for number in range(1, 3001)]
    assert of_projects(tmp_path, projects) == [(11, "市商务局!F2349"), (1, "市商务局!F5"), (1, "市商务局!F6")]


def test_where_the_first_project_is_the_tasks_a_step_takes_the_others_into_account(tmp_path: Path) -> None:
    # Of projects from 2 亿元, the first that was signed is the task's (5) and earns nothing by its tier (6).
    readings = {"investment_task_project_in_tiers": "no"}
    first, second = project(2.5, 1, filed=None, signed="2023-02-01"), project(2.5, 2, filed=None)
    assert of_projects(tmp_path / "both", [first, second], readings) == [(5, "市商务局!F5"), (5, "市商务局!F6")]
    second = project(2.5, 2, signed="2023-04-01")
    assert of_projects(tmp_path / "one", [first, second], readings) == [(6, "市商务局!F5")]


def test_an_amount_that_accumulates_is_told_up_to_its_next_bound(tmp_path: Path, book: Rulebook) -> None:
    # 700 of 1,000 earn nothing, 800 earn 0.8 × 0.75; commissioned it would earn 1.5, which is another cell.
    found = steps_of(tmp_path, book, 市发改局=[construction(plan=1000, done=700)])
    assert (found["amount 1.4"].gain, found["amount 1.4"].to) == (Decimal("0.60"), 800)
    assert "再增加100万元，达到800万元：+0.60分" in found["amount 1.4"].told(book, "zh")
    assert (found["choice 1.4"].gain, found["choice 1.4"].to) == (Decimal("1.50"), "是")
    assert "by 100 万元 more, 800 万元 in all: +0.60" in found["amount 1.4"].told(book, "en")


@pytest.mark.parametrize(
    ("activities", "gain", "number", "full"),
    [(0, "2.00", 3, True), (1, "1.30", 2, True), (2, "0.60", 1, True)],  # 0.7 each, 2 at most
)
def test_a_few_more_events_are_told_until_the_cap(
    activities: int, gain: str, number: int, full: bool, tmp_path: Path, book: Rulebook
) -> None:
    rows = [activity("政产学研活动", at) for at in range(activities)]
    # With 5 of 2.5 and 4 of 3.1 earned, these are among the five that earn most.
    others = [technology("国家级平台"), *(technology("国家级小巨人", f"样例{at}") for at in range(8))]
    done = [activity("招商推介会", 10 + at) for at in range(4)] + [activity("产销对接会", 20 + at) for at in range(3)]
    step = steps_of(tmp_path, book, 落地办=rows + done, 市科技工信局=others)["events 3.4"]
    assert (step.gain, step.number, step.full, step.to) == (Decimal(gain), number, full, "政产学研活动")


def test_one_event_is_told_where_a_few_do_not_reach_the_cap(tmp_path: Path, book: Rulebook) -> None:
    step = steps_of(tmp_path, book)["events 2.3"]  # 3 of 5 points: two reach the cap
    assert (step.gain, step.number) == (5, 2)
    filled = [technology("国家级平台"), *(technology("高新技术企业", f"样例{at}") for at in range(10))]
    rest = {"落地办": [activity("设立或引进产业链扶持基金")], "产业链办公室和落地办": [news("中央主流媒体")]}
    step = steps_of(tmp_path, book, 市科技工信局=filled, **rest)["events 3.1"]  # 1 of 4: four would be too many
    assert (step.gain, step.number, step.full) == (1, 1, False)


def test_nothing_is_told_of_what_is_pending(tmp_path: Path, book: Rulebook) -> None:
    facts = quarter()
    facts["落地办"]["sign"] = {}
    appraisal = appraised(facts, tmp_path, draft=True)
    assert appraisal.tables is not None
    assert appraisal.scorecard is not None
    assert NextSteps(appraisal.tables, book, appraisal.scorecard).of("electronics") == []


def test_points_that_grow_in_a_straight_line_are_told_up_to_the_cap(run: Run, tmp_path: Path) -> None:
    # 600 of 1,000 earn 60 × 0.6 = 36, all of them 60; P02 has more than all, P03 a half.
    book = load_rulebook(path_of(PROJECTS.rulebook))
    run("template", "--rulebook", path_of(PROJECTS.rulebook), "--period", PROJECTS.period, "-o", tmp_path / "blank.xlsx")
    appraisal = scored(typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", book, PROJECTS.facts), book)
    assert appraisal.tables is not None
    assert appraisal.scorecard is not None
    search = NextSteps(appraisal.tables, book, appraisal.scorecard)
    steps = {chain: [step for step in search.of(chain) if step.kind == "amount"] for chain in ("P01", "P02", "P03")}
    assert [(step.leaf, step.gain, step.to) for step in steps["P01"]] == [("2.1", 24, 1000)]
    assert steps["P02"] == []
    assert [(step.leaf, step.gain, step.to) for step in steps["P03"]] == [("2.1", 30, 1000)]
    assert (
        steps["P01"][0]
        .told(book, "zh")
        .startswith("“累计完成投资（万元）”再增加400万元，达到1000万元：+24.00分（2.1 投资完成 ")
    )


def test_every_step_in_a_cell_comes_true_when_the_workbook_is_scored_with_it(run: Run, tmp_path: Path) -> None:
    filled = [(load_rulebook(), REPOSITORY / "sample_data" / "q2-2023.xlsx")]
    for each in QUARTERS:
        book = load_rulebook(path_of(each.rulebook))
        blank = tmp_path / f"{each.rulebook}-blank.xlsx"
        run("template", "--rulebook", path_of(each.rulebook), "--period", each.period, "-o", blank)
        filled.append((book, typed_by_openpyxl(blank, tmp_path / f"{each.rulebook}.xlsx", book, each.facts)))
    proven = 0
    for book, path in filled:
        appraisal = scored(path, book)
        assert appraisal.tables is not None
        assert appraisal.scorecard is not None
        search = NextSteps(appraisal.tables, book, appraisal.scorecard)
        for chain in appraisal.scorecard.chains:
            steps = search.of(chain.chain)
            assert len(steps) <= 5
            assert [step.gain for step in steps] == sorted((step.gain for step in steps), reverse=True)
            for step in steps:
                if step.kind != "events":
                    tables, _ = changed(appraisal.tables, book, [f"{step.where}={step.to}"], [])
                    again, _ = score(tables, book)
                    total = next(each.total for each in again.chains if each.chain == chain.chain)
                    assert total is not None
                    assert chain.total is not None
                    assert total - chain.total == step.gain, (book.id, step)
                    proven += 1
    assert proven > 15
