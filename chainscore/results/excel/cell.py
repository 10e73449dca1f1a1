"""What stands in a cell: text as text whatever it begins with, numbers, dates, and formulas with their values."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chainscore.words.characters import safe_text


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
