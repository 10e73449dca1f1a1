"""Periods: quarters, months and years, in the forms that people write."""

from __future__ import annotations

import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainscore.method.period import Period, PeriodError
from tests.paperwork.test_template import beside, filled
from tests.support.facts import appraised, leaf_score, quarter
from tests.support.workbooks import COVER, FINANCE, seen, sound
from tests.support.workbooks import appraised as appraised_workbook


@pytest.mark.parametrize(
    "text",
    ["2023Q2", "q2-2023", "2023-Q2", "2023年第二季度", "2023年二季度", "2023年2季度", "２０２３Ｑ２", " 2023 q2 ", "Q2 2023"],
)
def test_the_forms_of_one_quarter_mean_the_same(text: str) -> None:
    assert Period.parse(text) == Period.of_quarter(2023, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2023-05",
        "2023-5",
        "2023/05",
        "2023M05",
        "2023m5",
        "2023-M05",
        "m05-2023",
        "2023年5月",
        "2023年05月份",
        "２０２３年５月",
    ],
)
def test_the_forms_of_one_month_mean_the_same(text: str) -> None:
    assert Period.parse(text) == Period.of_month(2023, 5)


@pytest.mark.parametrize("text", ["2023", "2023年度", "year-2023", "２０２３"])
def test_the_forms_of_one_year_mean_the_same(text: str) -> None:
    assert Period.parse(text) == Period.of_year(2023)


@pytest.mark.parametrize(
    "text",
    ["", "2023Q5", "2023Q0", "Q2", "第二季度", "0000Q1", "2023-06-30", "2023Q2Q3", "20232", "2023-13", "2023-00", "2023年13月", "1799", "5月", "2023.5"],
)  # fmt: skip
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        Period.parse(text)


def test_a_quarter_ends_on_its_last_day_and_accumulates_from_new_year() -> None:
    ends = [Period.of_quarter(2024, quarter).end.isoformat() for quarter in (1, 2, 3, 4)]
    assert ends == ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]
    assert Period.of_quarter(2024, 3).year_start == datetime.date(2024, 1, 1)
    assert Period.of_quarter(2024, 3).start == datetime.date(2024, 7, 1)
    assert Period.of_quarter(2024, 3).elapsed == Fraction(3, 4)


def test_a_month_and_a_year_begin_and_end_on_their_days() -> None:
    month, year = Period.of_month(2024, 2), Period.of_year(2024)
    assert (month.start.isoformat(), month.end.isoformat(), month.elapsed) == ("2024-02-01", "2024-02-29", Fraction(1, 6))
    assert (year.start.isoformat(), year.end.isoformat(), year.elapsed) == ("2024-01-01", "2024-12-31", 1)
    assert year.end == Period.of_quarter(2024, 4).end == Period.of_month(2024, 12).end


def test_periods_print_in_one_form_and_name_their_files() -> None:
    periods = [Period.of_month(2023, 5), Period.of_quarter(2023, 2), Period.of_year(2023)]
    assert [str(period) for period in periods] == ["2023-05", "2023Q2", "2023"]
    assert [period.chinese for period in periods] == ["2023年5月", "2023年第二季度", "2023年度"]
    assert [period.file_stem for period in periods] == ["m05-2023", "q2-2023", "year-2023"]


def test_the_next_period_is_of_the_same_kind() -> None:
    nexts = {text: str(Period.parse(text).next) for text in ("2023Q1", "2023Q4", "2023-11", "2023-12", "2023")}
    assert nexts == {"2023Q1": "2023Q2", "2023Q4": "2024Q1", "2023-11": "2023-12", "2023-12": "2024-01", "2023": "2024"}
    assert str(Period.of_month(2023, 5).last_year) == "2022-05"


def test_periods_are_in_the_order_of_their_ends() -> None:
    texts = ["2022", "2023-01", "2023-03", "2023Q1", "2023-04", "2023Q2", "2023-12", "2023Q4", "2023", "2024-01"]
    assert sorted(texts, key=lambda text: Period.parse(text)) == texts
    assert [str(period) for period in sorted(Period.parse(text) for text in reversed(texts))] == texts


@given(st.dates(min_value=datetime.date(1950, 1, 1), max_value=datetime.date(2400, 1, 1)))
def test_a_day_lies_in_its_periods_and_every_form_of_them_reads_back(day: datetime.date) -> None:
    for period in (Period.of(day), Period.of_month(day.year, day.month), Period.of_year(day.year)):
        assert period.start <= day <= period.end
        assert {Period.parse(text) for text in (str(period), period.chinese, period.file_stem)} == {period}


# ---------------------------------------------------------------- in workbooks


@pytest.mark.parametrize(
    ("raw", "period"),
    [("2023年5月", "2023-05"), (datetime.date(2023, 5, 1), "2023-05"), (2023, "2023"), ("2023年度", "2023"), ("2023", "2023")],
)
def test_a_cover_names_a_month_or_a_year_also_as_a_spreadsheet_turns_it(raw: Any, period: str, tmp_path: Path) -> None:
    result = appraised_workbook(sound(raw), tmp_path, draft=True)
    assert result.tables is not None
    assert str(result.tables.period) == period


def test_a_day_that_begins_no_month_is_no_period(tmp_path: Path) -> None:
    result = appraised_workbook(sound(datetime.date(2023, 6, 30)), tmp_path)
    assert seen(result)[0] == "error E213 填报说明!B3"


def test_events_belong_to_a_month_up_to_its_last_day(tmp_path: Path) -> None:
    quarter_ = sound("2023-05")
    result = appraised_workbook(quarter_, tmp_path)
    # The only event of June in the sound quarter.
    assert [line for line in seen(result) if "E310" in line] == [f"error E310 {FINANCE}!D17"]
    quarter_[FINANCE]["D17"] = datetime.date(2023, 5, 31)
    assert seen(appraised_workbook(quarter_, tmp_path)) == []
    quarter_[COVER]["B3"] = "2023"
    assert seen(appraised_workbook(quarter_, tmp_path)) == []


def test_a_year_of_which_the_sheets_say_so_as_a_number_agrees(tmp_path: Path) -> None:
    whole = sound(2023)
    whole[FINANCE].put(5, ("考核期", 2023))
    assert seen(appraised_workbook(whole, tmp_path)) == []
    whole[FINANCE].put(5, ("考核期", 2022))
    assert seen(appraised_workbook(whole, tmp_path)) == ["warning W509 市金融办!B5"]


@pytest.mark.parametrize(
    ("period", "done", "score"),
    # Plan 1200: by the end of May 500 are due, by the end of June 600, by the year's end 1200.
    [("2023-05", 500, "0.75"), ("2023Q2", 500, "0.63"), ("2023Q2", 600, "0.75"), ("2023", 600, "0.00"), ("2023", 1080, "0.68")],
)
def test_a_prorated_plan_is_measured_by_the_months_gone_by(period: str, done: int, score: str, tmp_path: Path) -> None:
    project = {
        "产业链": "电子信息", "项目名称": "样例建设项目", "项目性质": "新建", "总投资（万元）": 5000,
        "年度计划投资（万元）": 1200, "累计完成投资（万元）": done, "是否建成投产": "否",
    }  # fmt: skip
    result = appraised(quarter(市发改局=[project]), tmp_path, {"construction_plan": "prorated"}, period=period)
    assert leaf_score(result, "1.4") == score


def test_a_template_of_a_month_or_a_year_is_bounded_by_it() -> None:
    month, year = filled({}, period=Period.of_month(2023, 5)), filled({}, period=Period.of_year(2023))
    assert beside(month["市金融办"], "考核期").value == "2023年5月"
    assert beside(year["市金融办"], "考核期").value == "2023年度"
    titles = [book["市金融办"]["A1"].value for book in (month, year)]
    assert titles == ["2023年5月产业链考核数据填报表——市金融办", "2023年度产业链考核数据填报表——市金融办"]
    steps = "".join(str(cell.value) for row in month["填报说明"].iter_rows() for cell in row)
    assert "2023年5月31日" in steps
    assert "季度" not in steps


# ---------------------------------------------------------------- halves, and years that start in another month


@pytest.mark.parametrize("text", ["2023H1", "2023-h1", "h1-2023", "H1 2023", "2023年上半年", "2023年 上半年度", "２０２３Ｈ１"])
def test_the_forms_of_half_a_year_mean_the_same(text: str) -> None:
    assert Period.parse(text) == Period.of_half(2023, 1)


def test_half_a_year_ends_with_its_second_quarter_and_accumulates_from_new_year() -> None:
    first, second = Period.of_half(2024, 1), Period.of_half(2024, 2)
    assert (first.start.isoformat(), first.end.isoformat(), first.elapsed) == ("2024-01-01", "2024-06-30", Fraction(1, 2))
    assert (second.start.isoformat(), second.end.isoformat(), second.elapsed) == ("2024-07-01", "2024-12-31", 1)
    assert second.year_start == datetime.date(2024, 1, 1)
    assert [str(first), first.chinese, first.file_stem] == ["2024H1", "2024年上半年", "h1-2024"]
    assert [str(second), second.chinese, second.file_stem] == ["2024H2", "2024年下半年", "h2-2024"]
    assert (first.next, second.next, first.last_year) == (second, Period.of_half(2025, 1), Period.of_half(2023, 1))


def test_of_periods_that_end_on_one_day_the_longer_comes_later() -> None:
    texts = ["2023-06", "2023Q2", "2023H1", "2023Q3", "2023-12", "2023Q4", "2023H2", "2023"]
    assert [str(period) for period in sorted(map(Period.parse, reversed(texts)))] == texts


def test_a_year_that_starts_in_september_is_called_by_the_year_it_starts_in() -> None:
    quarter, half, year = (Period.parse(text, 9) for text in ("2023Q2", "2023H1", "2023"))
    assert (quarter.start.isoformat(), quarter.end.isoformat(), quarter.elapsed) == ("2023-12-01", "2024-02-29", Fraction(1, 2))
    assert (half.start.isoformat(), half.end.isoformat(), half.elapsed) == ("2023-09-01", "2024-02-29", Fraction(1, 2))
    assert (year.start.isoformat(), year.end.isoformat(), year.elapsed) == ("2023-09-01", "2024-08-31", 1)
    assert {period.year_start.isoformat() for period in (quarter, half, year)} == {"2023-09-01"}
    assert (str(quarter), quarter.chinese, quarter.next.start.isoformat()) == ("2023Q2", "2023年第二季度", "2024-03-01")


def test_a_month_is_the_calendars_whenever_its_year_starts() -> None:
    may, september = Period.parse("2023-05", 9), Period.parse("2023-09", 9)
    assert (str(may), may.chinese, may.file_stem, may.end.isoformat()) == ("2023-05", "2023年5月", "m05-2023", "2023-05-31")
    assert (may.year_start.isoformat(), may.elapsed) == ("2022-09-01", Fraction(3, 4))
    assert (september.year_start.isoformat(), september.elapsed) == ("2023-09-01", Fraction(1, 12))
    assert str(Period.parse("2023-08", 9).next) == "2023-09"
    assert Period.parse("2023-08", 9).elapsed == 1


@given(st.dates(min_value=datetime.date(1950, 1, 1), max_value=datetime.date(2400, 1, 1)), st.integers(1, 12))
def test_a_day_lies_in_its_period_of_every_kind_whenever_the_year_starts(day: datetime.date, starts: int) -> None:
    for kind in ("month", "quarter", "half", "year"):
        period = Period.of(day, kind, starts)  # type: ignore[arg-type]
        assert period.start <= day <= period.end
        assert period.year_start <= period.start
        assert period.year_start.month == starts
        assert period.next.start == period.end + datetime.timedelta(days=1)
        assert {Period.parse(text, starts) for text in (str(period), period.chinese, period.file_stem)} == {period}
