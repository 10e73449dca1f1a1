"""What stands in a cell: text as text whatever it begins with, numbers, dates, and formulas with their values."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32767
"""Characters in a cell, in units of UTF-16."""


class Formula(NamedTuple):
    """A live formula with the value that the scoring core gives it, which previews and other programs see."""

    text: str
    """In English, with ``=``, in functions that Excel 2013, WPS and LibreOffice share."""
    value: Decimal | Fraction | int | str


def write_cell(sheet: Worksheet, row: int, column: int, value: Any, style: Format | None = None) -> None:
    """Write a value as what it is; None and the empty text are blank. Exact numbers become the nearest double.

    Raises TypeError for what has no place in a cell.
    """
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, safe_text(value), style)
        else:
            sheet.write_blank(row, column, None, style)
    elif value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, Formula):
        shown = value.value if isinstance(value.value, str | int) else float(value.value)
        sheet.write_formula(row, column, value.text, style, shown)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool):
        sheet.write_number(row, column, float(value), style)
    else:
        raise TypeError(f"{type(value).__name__} has no place in a cell")


def shown_value(value: Any) -> Any:
    """What a cell shows: of a formula its value."""
    return value.value if isinstance(value, Formula) else value


def safe_text(value: str) -> str:
    """Text that any spreadsheet program can hold: no control characters, not too long."""
    if not value.replace("\n", "").isprintable():
        value = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    if len(value) <= LONGEST_TEXT // 2:
        return value
    # In units of UTF-16, as Excel counts: what lies beyond the first 65,536 characters has two.
    units = value.encode("utf-16-le")
    return value if len(units) // 2 <= LONGEST_TEXT else units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
