"""Periods: the quarter, in the forms that people write."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainscore.period import Period, PeriodError


@pytest.mark.parametrize(
    "text",
    ["2023Q2", "q2-2023", "2023-Q2", "2023年第二季度", "2023年二季度", "2023年2季度", "２０２３Ｑ２", " 2023 q2 ", "Q2 2023"],
)
def test_the_forms_of_one_quarter_mean_the_same(text: str) -> None:
    assert Period.parse(text) == Period(2023, 2)


@pytest.mark.parametrize(
    "text", ["", "2023", "2023Q5", "2023Q0", "Q2", "第二季度", "2023年", "0000Q1", "2023-06-30", "2023Q2Q3", "20232"]
)
def test_what_names_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        Period.parse(text)


def test_a_quarter_ends_on_its_last_day_and_accumulates_from_new_year() -> None:
    ends = [Period(2024, quarter).end.isoformat() for quarter in (1, 2, 3, 4)]
    assert ends == ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]
    assert Period(2024, 3).year_start == datetime.date(2024, 1, 1)
    assert Period(2024, 3).start == datetime.date(2024, 7, 1)
    assert Period(2024, 3).elapsed == Fraction(3, 4)


@given(st.dates(min_value=datetime.date(1950, 1, 1), max_value=datetime.date(2400, 1, 1)))
def test_a_day_lies_in_its_quarter_and_every_form_of_it_reads_back(day: datetime.date) -> None:
    period = Period.of(day)
    assert period.start <= day <= period.end
    assert {Period.parse(text) for text in (str(period), period.chinese, period.file_stem)} == {period}
