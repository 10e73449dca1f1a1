"""Appraisal periods: a month, a quarter, half a year or a year, on figures that accumulate from the year's start to its end.

A method's year may start in another month than January: the year 2023 is the one that starts in 2023, its first quarter the
three months from then on. A month is the calendar's.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, total_ordering
from typing import Literal

import msgspec

from chainscore.words.bilingual import Language
from chainscore.words.folding import fold

Kind = Literal["month", "quarter", "half", "year"]

EXAMPLES: Mapping[Kind, str] = {"month": "2023-05", "quarter": "2023Q2", "half": "2023H1", "year": "2023"}
"""How each kind is written."""
_DIGITS = "一二三四"
_HALVES = "上下"
_LENGTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_FORMS = [
    re.compile(r"(?P<year>\d{4})[-_/]?q(?P<quarter>[1-4])"),
    re.compile(r"q(?P<quarter>[1-4])[-_/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年第?(?P<quarter>[1-4一二三四])季度?"),
    re.compile(r"(?P<year>\d{4})[-_/]?h(?P<half>[12])"),
    re.compile(r"h(?P<half>[12])[-_/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年(?P<half>[上下])半年度?"),
    re.compile(r"(?P<year>\d{4})(?:[-_/]m?|m)(?P<month>0?[1-9]|1[0-2])"),
    re.compile(r"m(?P<month>0[1-9]|1[0-2])[-_/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年(?P<month>0?[1-9]|1[0-2])月(?:份)?"),
    re.compile(r"(?P<year>\d{4})(?:年度)?"),
    re.compile(r"year[-_/](?P<year>\d{4})"),
]


def end_of_month(day: datetime.date, later: int = 0) -> datetime.date:
    """The last day of the month that is so many months later than a day's."""
    years, month = divmod(day.month - 1 + later, 12)
    year = day.year + years
    return datetime.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


class PeriodError(ValueError):
    """A text that names no period."""


@total_ordering
class Period(msgspec.Struct, frozen=True, dict=True):
    """A month, a quarter, half a year or a year; by the day it ends on, then by its length."""

    year: int
    """The year, by the one in which it starts."""
    months: int
    """Months of the year gone by at its end."""
    kind: Kind
    starts: int = 1
    """The month in which the year starts."""

    def __lt__(self, other: Period) -> bool:
        return (self.end, _LENGTHS[self.kind]) < (other.end, _LENGTHS[other.kind])

    @classmethod
    def of_month(cls, year: int, month: int, starts: int = 1) -> Period:
        return cls(year - (month < starts), (month - starts) % 12 + 1, "month", starts)

    @classmethod
    def of_quarter(cls, year: int, quarter: int, starts: int = 1) -> Period:
        return cls(year, 3 * quarter, "quarter", starts)

    @classmethod
    def of_half(cls, year: int, half: int, starts: int = 1) -> Period:
        return cls(year, 6 * half, "half", starts)

    @classmethod
    def of_year(cls, year: int, starts: int = 1) -> Period:
        return cls(year, 12, "year", starts)

    @classmethod
    def parse(cls, text: str, starts: int = 1) -> Period:
        """Read a quarter (``2023Q2``, ``q2-2023``, ``2023-Q2``, ``2023年第二季度``), half a year (``2023H1``,
        ``2023年上半年``), a month (``2023-05``, ``2023M05``, ``m05-2023``, ``2023年5月``) or a year (``2023``, ``2023年度``).
        Raises PeriodError."""
        folded = fold(text)
        for form in _FORMS:
            match = form.fullmatch(folded)
            if match is not None and 1900 < int(match["year"]) < 9998:
                return cls._of_parts(match.groupdict(), starts)
        raise PeriodError(text)

    @classmethod
    def _of_parts(cls, parts: dict[str, str], starts: int) -> Period:
        year = int(parts["year"])
        if quarter := parts.get("quarter"):
            return cls.of_quarter(year, _DIGITS.index(quarter) + 1 if quarter in _DIGITS else int(quarter), starts)
        if half := parts.get("half"):
            return cls.of_half(year, _HALVES.index(half) + 1 if half in _HALVES else int(half), starts)
        if month := parts.get("month"):
            return cls.of_month(year, int(month), starts)
        return cls.of_year(year, starts)

    @classmethod
    def of(cls, day: datetime.date, kind: Kind = "quarter", starts: int = 1) -> Period:
        """The period of a kind that ``day`` lies in."""
        month = cls.of_month(day.year, day.month, starts)
        length = _LENGTHS[kind]
        return cls(month.year, (month.months + length - 1) // length * length, kind, starts)

    @property
    def year_start(self) -> datetime.date:
        return datetime.date(self.year, self.starts, 1)

    @property
    def start(self) -> datetime.date:
        return datetime.date(*self._month(self.months - _LENGTHS[self.kind] + 1), 1)

    @cached_property
    def end(self) -> datetime.date:
        year, month = self._month(self.months)
        return datetime.date(year, month, calendar.monthrange(year, month)[1])

    def _month(self, number: int) -> tuple[int, int]:
        """Year and month of the calendar of the year's ``number``-th month."""
        months = self.starts + number - 2
        return self.year + months // 12, months % 12 + 1

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by at the period's end."""
        return Fraction(self.months, 12)

    @property
    def next(self) -> Period:
        """The period of the same kind that follows."""
        months = self.months + _LENGTHS[self.kind]
        return Period(self.year + (months > 12), months - 12 * (months > 12), self.kind, self.starts)

    @property
    def of_its_year(self) -> tuple[Period, ...]:
        """All periods of the same kind that make its year, in order."""
        length = _LENGTHS[self.kind]
        return tuple(Period(self.year, months, self.kind, self.starts) for months in range(length, 13, length))

    @property
    def last_year(self) -> Period:
        """The same period a year before."""
        return Period(self.year - 1, self.months, self.kind, self.starts)

    @property
    def chinese(self) -> str:
        match self.kind:
            case "year":
                return f"{self.year}年度"
            case "month":
                return f"{self.end.year}年{self.end.month}月"
            case "half":
                return f"{self.year}年{_HALVES[self.months // 6 - 1]}半年"
        return f"{self.year}年第{_DIGITS[self.months // 3 - 1]}季度"

    @property
    def file_stem(self) -> str:
        """How a file of this period is named, without suffix: ``q2-2023``, ``h1-2023``, ``m05-2023``, ``year-2023``."""
        match self.kind:
            case "year":
                return f"year-{self.year}"
            case "month":
                return f"m{self.end.month:02}-{self.end.year}"
            case "half":
                return f"h{self.months // 6}-{self.year}"
        return f"q{self.months // 3}-{self.year}"

    def name(self, language: Language) -> str:
        """As people of one language write it: 2023年第二季度, 2023Q2."""
        return self.chinese if language == "zh" else str(self)

    def __str__(self) -> str:
        match self.kind:
            case "year":
                return str(self.year)
            case "month":
                return f"{self.end.year}-{self.end.month:02}"
            case "half":
                return f"{self.year}H{self.months // 6}"
        return f"{self.year}Q{self.months // 3}"
