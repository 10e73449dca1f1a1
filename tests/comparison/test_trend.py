"""``chainscore trend``: ranks and totals over several quarters."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from chainscore.comparison.trend import BLOCKS, PLAIN_BLOCKS, blocks_for, sparkline
from tests.comparison.test_diff import early
from tests.conftest import REPOSITORY, Run
from tests.scoring.test_scoring import project
from tests.support.facts import NAMES, quarter, write_plainly


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """Four quarters: electronics brings in a project in each, food one in the third."""
    names = []
    for number in range(1, 5):
        rows = [early(project(0.5, count)) for count in range(number)]
        rows += [{**early(project(2, 9)), "产业链": NAMES["food"]}] if number > 2 else []
        name = f"q{number}.xlsx"
        write_plainly(tmp_path / name, quarter(市商务局=rows), f"2023Q{number}")
        names.append(name)
    return names


def decimals(*values: int | None) -> list[Decimal | None]:
    return [None if value is None else Decimal(value) for value in values]


def test_a_sparkline_runs_from_the_least_to_the_greatest() -> None:
    assert sparkline(decimals(0, 7, 3, 6)) == "▁█▄▇"
    assert sparkline(decimals(10, 20), PLAIN_BLOCKS) == "_#"
    assert sparkline(decimals(5, 5, 5)) == "▄▄▄"
    assert sparkline(decimals(1, None, 2)) == "▁ █"
    assert sparkline(decimals(None, None)) == "  "


@pytest.mark.parametrize(
    ("encoding", "blocks"),
    [
        ("utf-8", BLOCKS),
        ("gbk", BLOCKS),
        ("ascii", PLAIN_BLOCKS),
        ("latin-1", PLAIN_BLOCKS),
        (None, PLAIN_BLOCKS),
        ("?", PLAIN_BLOCKS),
    ],
)
def test_blocks_where_the_stream_can_take_them(encoding: str | None, blocks: str) -> None:
    assert blocks_for(encoding) == blocks


def test_totals_and_ranks_over_the_year_in_the_last_periods_order(run: Run, year: list[str]) -> None:
    outcome = run("trend", *year)
    lines = [line.split() for line in outcome.out.splitlines()]
    assert outcome.code == 0
    assert lines[0][-7:] == ["2023Q1", "·", "2023Q2", "·", "2023Q3", "·", "2023Q4"]
    # All level but for the projects: 20 + 9 points; 1 for each project of electronics, 5 + 6 for that of food.
    assert lines[3] == ["绿色食品商贸", "27.00", "(2)", "27.00", "(2)", "38.00", "(1)", "38.00", "(1)", "▁▁██"]
    assert lines[4] == ["电子信息", "28.00", "(1)", "29.00", "(1)", "30.00", "(2)", "31.00", "(2)", "▁▃▆█"]
    assert lines[5][-1] == "▄▄▄▄"


def test_the_order_given_does_not_matter_and_results_workbooks_do(run: Run, year: list[str]) -> None:
    expected = run("trend", *year).out
    assert run("trend", *reversed(year)).out == expected
    run("score", year[1], "-o", "results.xlsx")
    assert run("trend", year[0], "results.xlsx", *year[2:]).out == expected


def test_trend_as_json(run: Run, year: list[str]) -> None:
    document = run("trend", *year, "--json").document
    assert list(document) == ["schema", "periods", "chains", "years", "findings"]
    assert document["schema"] == "chainscore/trend/1"
    assert [(period["period"], period["file"]) for period in document["periods"]] == [
        ("2023Q1", "q1.xlsx"), ("2023Q2", "q2.xlsx"), ("2023Q3", "q3.xlsx"), ("2023Q4", "q4.xlsx"),
    ]  # fmt: skip
    first = document["chains"][0]
    assert (first["id"], first["ranks"], first["totals"]) == ("food", [2, 2, 1, 1], [27, 27, 38, 38])


def test_the_trend_workbook_has_native_line_charts(run: Run, year: list[str], tmp_path: Path) -> None:
    outcome = run("trend", *year, "-o", "trend.xlsx", "--lang", "zh")
    assert outcome.out.endswith("走势工作簿：trend.xlsx\n")
    workbook = openpyxl.load_workbook(tmp_path / "trend.xlsx")
    assert workbook.sheetnames == ["总分", "本期增量", "名次", "年总结 2023Q1–2023Q4", "出处"]
    assert [cell.value for cell in workbook["总分"][2]] == ["产业链", "2023Q1", "2023Q2", "2023Q3", "2023Q4"]
    assert [cell.value for cell in workbook["总分"][3]] == ["绿色食品商贸", 27, 27, 38, 38]
    assert [cell.value for cell in workbook["名次"][3]] == ["绿色食品商贸", 2, 2, 1, 1]
    with zipfile.ZipFile(tmp_path / "trend.xlsx") as package:
        charts = [package.read(name).decode() for name in sorted(package.namelist()) if name.startswith("xl/charts/chart")]
    assert [cell.value for cell in workbook["本期增量"][3]] == ["绿色食品商贸", 27, 0, 11, 0]
    assert len(charts) == 3
    assert "（自年初起累计）" in charts[0]
    for chart, sheet in ((charts[0], "总分"), (charts[2], "名次")):
        assert "<c:lineChart>" in chart
        assert chart.count("<c:ser>") == 6
        assert f"{sheet}!$B$3:$E$3" in chart
    assert "maxMin" in charts[2]
    before = (tmp_path / "trend.xlsx").read_bytes()
    assert run("trend", *year, "-o", "trend.xlsx").code == 2
    assert run("trend", *year, "-o", "trend.xlsx", "--force").code == 0
    assert (tmp_path / "trend.xlsx").read_bytes() == before


def test_one_period_twice_is_wrong_usage(run: Run, year: list[str]) -> None:
    outcome = run("trend", year[0], year[1], year[0])
    assert (outcome.code, outcome.out) == (2, "")
    assert "2023Q1" in outcome.err


def test_other_years_and_readings_and_drafts_are_said(run: Run, year: list[str], tmp_path: Path, mistaken: Path) -> None:
    write_plainly(tmp_path / "last.xlsx", quarter(), "2022Q4")
    run("score", "last.xlsx", "-o", "old.xlsx", "--reading", "listing_stages=highest")
    outcome = run("trend", "old.xlsx", year[0], mistaken, "--draft", "--json")
    assert outcome.code == 0
    assert [(found["code"], found["file"]) for found in outcome.document["findings"]] == [
        ("W518", "q2-2023-with-mistakes.xlsx"), ("W516", "q1.xlsx"), ("W517", "q1.xlsx"),
    ]  # fmt: skip
    assert "DRAFT" in run("trend", "old.xlsx", year[0], mistaken, "--draft").out


def test_errors_block_and_unreadable_files_end_with_two(run: Run, year: list[str], mistaken: Path) -> None:
    assert run("trend", year[0], mistaken).code == 1
    assert run("trend", year[0], mistaken, "--json").document["chains"] == []
    outcome = run("trend", year[0], "nowhere.xlsx")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("nowhere.xlsx: E101 ")


def test_a_pipe_that_cannot_take_blocks_gets_plain_ones(year: list[str], tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "chainscore", "trend", *year],
        cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"  __##\n" in result.stdout
