"""Appraisal periods: a quarter, a month or a whole year, on figures that accumulate from 1 January to its end."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from chainscore.words.bilingual import Language
from chainscore.words.folding import fold

Kind = Literal["month", "quarter", "year"]
"""In the order in which periods that end on the same day are listed."""

_DIGITS = "一二三四"
_LENGTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
_FORMS = [
    re.compile(r"(?P<year>\d{4})[-_/]?q(?P<quarter>[1-4])"),
    re.compile(r"q(?P<quarter>[1-4])[-_/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年第?(?P<quarter>[1-4一二三四])季度?"),
    re.compile(r"(?P<year>\d{4})(?:[-_/]m?|m)(?P<month>0?[1-9]|1[0-2])"),
    re.compile(r"m(?P<month>0[1-9]|1[0-2])[-_/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年(?P<month>0?[1-9]|1[0-2])月(?:份)?"),
    re.compile(r"(?P<year>\d{4})(?:年度)?"),
    re.compile(r"year[-_/](?P<year>\d{4})"),
]


class PeriodError(ValueError):
    """A text that names no period."""


@dataclass(frozen=True, order=True)
class Period:
    """A month, a quarter or a year; by the day it ends on, then by its length."""

    year: int
    months: int
    """Months of the year gone by at its end."""
    kind: Kind

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        return cls(year, month, "month")

    @classmethod
    def of_quarter(cls, year: int, quarter: int) -> Period:
        return cls(year, 3 * quarter, "quarter")

    @classmethod
    def of_year(cls, year: int) -> Period:
        return cls(year, 12, "year")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a quarter (``2023Q2``, ``q2-2023``, ``2023-Q2``, ``2023年第二季度``), a month (``2023-05``, ``2023M05``,
        ``m05-2023``, ``2023年5月``) or a year (``2023``, ``2023年度``). Raises PeriodError."""
        folded = fold(text)
        for form in _FORMS:
            match = form.fullmatch(folded)
            if match is not None and 1900 < int(match["year"]) < 9999:
                return cls._of_parts(match.groupdict())
        raise PeriodError(text)

    @classmethod
    def _of_parts(cls, parts: dict[str, str]) -> Period:
        year = int(parts["year"])
        if quarter := parts.get("quarter"):
            return cls.of_quarter(year, _DIGITS.index(quarter) + 1 if quarter in _DIGITS else int(quarter))
        if month := parts.get("month"):
            return cls.of_month(year, int(month))
        return cls.of_year(year)

    @classmethod
    def of(cls, day: datetime.date) -> Period:
        """The quarter that ``day`` lies in."""
        return cls.of_quarter(day.year, (day.month + 2) // 3)

    @property
    def year_start(self) -> datetime.date:
        return datetime.date(self.year, 1, 1)

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, self.months - _LENGTHS[self.kind] + 1, 1)

    @cached_property
    def end(self) -> datetime.date:
        return datetime.date(self.year, self.months, calendar.monthrange(self.year, self.months)[1])

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by at the period's end."""
        return Fraction(self.months, 12)

    @property
    def next(self) -> Period:
        """The period of the same kind that follows."""
        months = self.months + _LENGTHS[self.kind]
        return Period(self.year + (months > 12), months - 12 * (months > 12), self.kind)

    @property
    def last_year(self) -> Period:
        """The same period a year before."""
        return Period(self.year - 1, self.months, self.kind)

    @property
    def chinese(self) -> str:
        if self.kind == "year":
            return f"{self.year}年度"
        if self.kind == "month":
            return f"{self.year}年{self.months}月"
        return f"{self.year}年第{_DIGITS[self.months // 3 - 1]}季度"

    @property
    def file_stem(self) -> str:
        """How a file of this period is named, without suffix: ``q2-2023``, ``m05-2023``, ``year-2023``."""
        if self.kind == "year":
            return f"year-{self.year}"
        return f"m{self.months:02}-{self.year}" if self.kind == "month" else f"q{self.months // 3}-{self.year}"

    def name(self, language: Language) -> str:
        """As people of one language write it: 2023年第二季度, 2023Q2."""
        return self.chinese if language == "zh" else str(self)

    def __str__(self) -> str:
        if self.kind == "year":
            return str(self.year)
        return f"{self.year}-{self.months:02}" if self.kind == "month" else f"{self.year}Q{self.months // 3}"
