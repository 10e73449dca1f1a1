"""The year's table of ``chainscore trend``: every period, what it added, and the result."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from chainscore.comparison.diff import Quarter
from chainscore.comparison.trend import trend_of
from chainscore.comparison.workbook import write_trend
from chainscore.comparison.year import increments, years_of
from chainscore.method.loading import load_rulebook, packaged
from chainscore.method.period import Period
from chainscore.scoring.scorecard import ChainScore, Scorecard
from tests.comparison.test_trend import year as year  # the fixture: four quarters
from tests.conftest import Run
from tests.results.test_recalculation import without_values
from tests.support.facts import quarter, write_plainly

TOWNS = load_rulebook(packaged()["twelve-towns"])


def periods(*names: str) -> list[Period]:
    return [Period.parse(name) for name in names]


def test_all_periods_of_a_kind_make_its_year() -> None:
    assert list(Period.parse("2023Q3").of_its_year) == periods("2023Q1", "2023Q2", "2023Q3", "2023Q4")
    assert list(Period.parse("2023H2").of_its_year) == periods("2023H1", "2023H2")
    assert [str(each) for each in Period.parse("2023-02", 9).of_its_year][::11] == ["2022-09", "2023-08"]
    assert list(Period.parse("2023").of_its_year) == periods("2023")


def test_an_increment_needs_the_period_before() -> None:
    totals = [Decimal(10), Decimal(12), None, Decimal(20)]
    assert increments(periods("2023Q1", "2023Q2", "2023Q3", "2023Q4"), totals) == [10, 2, None, None]
    assert increments(periods("2022Q4", "2023Q1"), [Decimal(90), Decimal(20)]) == [None, 20]


def test_four_quarters_have_a_result_which_is_that_of_the_last(run: Run, year: list[str]) -> None:
    (its,) = run("trend", *year, "--json").document["years"]
    assert (its["year"], its["missing"]) == ("2023", [])
    assert its["periods"] == ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]
    # As in test_trend: 27 without a project; 11 for the one of food in the third quarter, 1 for each of electronics.
    food, electronics, *others = its["chains"]
    assert (food["id"], food["rank"], food["total"], food["increments"]) == ("food", 1, 38, [27, 0, 11, 0])
    assert (electronics["rank"], electronics["total"], electronics["increments"]) == (2, 31, [28, 1, 1, 1])
    assert [(each["rank"], each["total"], each["ranks"]) for each in others] == [(3, 27, [2, 2, 3, 3])] * 4


def test_people_see_what_each_quarter_added_and_what_the_result_is(run: Run, year: list[str]) -> None:
    told = run("trend", *year, "--lang", "zh").out
    assert "1  绿色食品商贸      +27.00        0.00      +11.00        0.00     38.00\n" in told
    assert "2023年第四季度的总分和名次就是全年结果" in told


def test_a_year_that_lacks_a_quarter_says_which_and_has_no_result(run: Run, year: list[str]) -> None:
    given = year[0], year[1], year[3]
    (its,) = run("trend", *given, "--json").document["years"]
    assert its["missing"] == ["2023Q3"]
    assert {each["total"] for each in its["chains"]} == {each["rank"] for each in its["chains"]} == {None}
    assert its["chains"][0]["increments"] == [27, 0, None, None]
    told = run("trend", *given, "-o", "trend.xlsx", "--lang", "zh").out
    assert "2023年度缺2023年第三季度，没有全年结果。" in told
    assert "全年总分" not in told
    page = openpyxl.load_workbook("trend.xlsx")["年总结 2023Q1–2023Q4"]
    assert page["A2"].value == "2023年度缺2023年第三季度，没有全年结果。"
    assert [page.cell(4, column).value for column in (4, 8, 9, 12, 14, 15)] == [None] * 6


def test_each_of_two_years_is_told_for_itself(run: Run, year: list[str], tmp_path: Path) -> None:
    write_plainly(tmp_path / "last.xlsx", quarter(), "2022Q4")
    first, second = run("trend", "last.xlsx", *year, "--json").document["years"]
    assert (first["year"], first["missing"]) == ("2022", ["2022Q1", "2022Q2", "2022Q3"])
    assert (second["year"], second["missing"], second["chains"][0]["total"]) == ("2023", [], 38)


def test_a_year_in_which_a_leaf_is_pending_has_no_rank(run: Run, year: list[str], tmp_path: Path) -> None:
    facts = quarter()
    del facts["市税务局"]
    write_plainly(tmp_path / year[3], facts, "2023Q4")
    (its,) = run("trend", *year, "--draft", "--json").document["years"]
    assert {(each["rank"], each["total"]) for each in its["chains"]} == {(None, None)}
    assert run("trend", *year, "--draft", "-o", "trend.xlsx").code == 0


def shown(path: Path) -> list[tuple[object, ...]]:
    page = openpyxl.load_workbook(path, data_only=True).worksheets[3]
    return [tuple(cell.value for cell in row) for row in page.iter_rows(min_row=4)]


def test_the_workbooks_year_is_formulas_over_the_totals(run: Run, year: list[str]) -> None:
    run("trend", *year, "-o", "trend.xlsx", "--lang", "zh")
    page = openpyxl.load_workbook("trend.xlsx")["年总结 2023Q1–2023Q4"]
    assert [page.cell(3, column).value for column in (1, 2, 6, 10, 14, 15)] == [
        "产业链", "2023Q1\n总分", "2023Q1\n本期增量", "2023Q1\n名次", "全年总分", "全年名次",
    ]  # fmt: skip
    assert [page.cell(5, column).value for column in (2, 6, 7, 10, 14, 15)] == [
        28, "=B5", "=ROUND(C5-B5,2)", "=RANK(B5,B$4:B$9)", "=E5", "=RANK(N5,N$4:N$9)",
    ]  # fmt: skip
    assert shown(Path("trend.xlsx"))[1] == ("电子信息", 28, 29, 30, 31, 28, 1, 1, 1, 1, 1, 2, 2, 31, 2)


@pytest.mark.skipif(shutil.which("ssconvert") is None, reason="Gnumeric is not installed: no ssconvert on PATH")
def test_gnumeric_works_out_the_same_from_the_formulas(run: Run, year: list[str]) -> None:
    run("trend", *year, "-o", "trend.xlsx")
    Path("bare.xlsx").write_bytes(without_values(Path("trend.xlsx").read_bytes()))
    subprocess.run(["ssconvert", "--recalc", "bare.xlsx", "worked.xlsx"], check=True, capture_output=True, timeout=120)
    assert shown(Path("worked.xlsx")) == shown(Path("trend.xlsx"))


def half(period: str, totals: list[int]) -> Quarter:
    """Half a year of the twelve towns, six in either group, with these totals."""
    groups = totals[:6], totals[6:]
    ranks = [1 + sum(other > own for other in group) for group in groups for own in group]
    chains = [
        ChainScore(town.id, rank, Decimal(total), {}, {}, {}, ())
        for town, rank, total in zip(TOWNS.chains, ranks, totals, strict=True)
    ]
    return Quarter("a.xlsx", Scorecard(Period.parse(period), date(2023, 12, 31), False, tuple(chains)), TOWNS)


def test_a_year_of_halves_is_ranked_within_groups(tmp_path: Path) -> None:
    first, second = [50] * 12, [60, 59, 58, 57, 56, 55, 99, 98, 97, 96, 95, 94]
    trend = trend_of([half("2023H1", first), half("2023H2", second)])
    (its,) = years_of(trend)
    assert [its.rank(each) for each in its.standings] == [1, 2, 3, 4, 5, 6] * 2
    (tmp_path / "trend.xlsx").write_bytes(write_trend(trend))
    page = openpyxl.load_workbook(tmp_path / "trend.xlsx")["年总结 2023H1–2023H2"]
    assert [cell.value for cell in page[11]] == [
        TOWNS.chains[7].short_name, "山区组", 50, 98, "=C11", "=ROUND(D11-C11,2)",
        '=1+COUNTIFS(B$4:B$15,B11,C$4:C$15,">"&C11)', '=1+COUNTIFS(B$4:B$15,B11,D$4:D$15,">"&D11)',
        "=D11", '=1+COUNTIFS(B$4:B$15,B11,I$4:I$15,">"&I11)',
    ]  # fmt: skip
