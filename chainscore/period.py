"""Appraisal periods: the quarter, on figures that accumulate from 1 January."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from fractions import Fraction

from chainscore.folding import fold

_DIGITS = "一二三四"
_FORMS = [
    re.compile(r"(?P<year>\d{4})[-_/]?q(?P<quarter>[1-4])"),
    re.compile(r"q(?P<quarter>[1-4])[-_/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年第?(?P<quarter>[1-4一二三四])季度?"),
]


class PeriodError(ValueError):
    """A text that names no period."""


@dataclass(frozen=True, order=True)
class Period:
    """A quarter of a year."""

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2023Q2``, ``q2-2023``, ``2023-Q2`` or ``2023年第二季度``. Raises PeriodError."""
        folded = fold(text)
        for form in _FORMS:
            if match := form.fullmatch(folded):
                quarter = match["quarter"]
                number = _DIGITS.index(quarter) + 1 if quarter in _DIGITS else int(quarter)
                if 1900 < int(match["year"]) < 9999:
                    return cls(int(match["year"]), number)
        raise PeriodError(text)

    @classmethod
    def of(cls, day: datetime.date) -> Period:
        """The quarter that ``day`` lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def year_start(self) -> datetime.date:
        return datetime.date(self.year, 1, 1)

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, 3 * self.quarter - 2, 1)

    @property
    def end(self) -> datetime.date:
        month = 3 * self.quarter
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by at the period's end."""
        return Fraction(self.quarter, 4)

    @property
    def chinese(self) -> str:
        return f"{self.year}年第{_DIGITS[self.quarter - 1]}季度"

    @property
    def file_stem(self) -> str:
        """How a file of this period is named, without suffix: ``q2-2023``."""
        return f"q{self.quarter}-{self.year}"

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"
