"""What an office program is asked of a cell: whether it still holds what was entered."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openpyxl.utils.datetime import to_excel

from chainscore.intake.values import CellError, CellValue, Picture, Uncalculated, is_blank, is_finite
from chainscore.words.references import column_letters

LONGEST_TEXT = 1000
"""Of a longer text its beginning is compared: a formula has at most 8,192 characters."""
_CONTROL = re.compile(r"[\x00-\x1f]")
_PIECE = re.compile(r".{1,100}")
"""A text in a formula has at most 255 characters, twice as many where all are quotation marks."""
COLUMNS_BESIDE = 20
"""So many columns right of what a row holds are looked at as well."""


def holds(cell: str, value: CellValue | None, epoch: datetime.datetime) -> str:
    """The condition that a cell, ``$D$12`` or ``'市商务局'!$D$12``, holds a value; fifteen digits count."""
    nothing = f"LEN(TRIM({cell}))=0"
    if value is None or isinstance(value, Uncalculated) or value == "":
        return nothing
    if isinstance(value, CellError):
        return f"ISERROR({cell})"
    if isinstance(value, Picture):  # an error wherever pictures cannot be shown
        return f"IF(ISERROR({cell}),TRUE,LEN({cell})>0)"
    if isinstance(value, bool):
        return f"AND(ISLOGICAL({cell}),{cell}={str(value).upper()})"
    if isinstance(value, str):
        same = _holds_text(cell, value)
        return f"OR({nothing},{same})" if is_blank(value) else same
    if isinstance(value, int | float):
        return _holds_number(cell, value) if is_finite(value) else f"LEN({cell})>0"
    # An error of half a second: what was read is no finer.
    moment: Any = value
    return f"AND(ISNUMBER({cell}),ABS({cell}-{to_excel(moment, epoch):.15g})<0.000005)"  # type: ignore[no-untyped-call]


def row_holds(sheet: str, row: int, values: Mapping[int, CellValue], epoch: datetime.datetime) -> str:
    """The condition that a row holds these values, by column, and nothing else; ``sheet`` is ``'市商务局'!`` or nothing."""
    conditions, blank_from = [], 1
    for column in sorted(values):
        conditions += _blank(sheet, row, blank_from, column - 1)
        conditions.append(holds(f"{sheet}${column_letters(column)}${row}", values[column], epoch))
        blank_from = column + 1
    return f"AND({','.join(conditions + _blank(sheet, row, blank_from, max(values, default=0) + COLUMNS_BESIDE))})"


def _blank(sheet: str, row: int, first: int, last: int) -> list[str]:
    if first > last:
        return []
    return [f"SUMPRODUCT(LEN({sheet}${column_letters(first)}${row}:${column_letters(last)}${row}))=0"]


def _holds_text(cell: str, text: str) -> str:
    compared = cell if len(text) <= LONGEST_TEXT else f"LEFT({cell},{LONGEST_TEXT})"
    visible = _CONTROL.sub("", text[:LONGEST_TEXT])
    if visible != text[:LONGEST_TEXT]:  # each program keeps line breaks and tabs in its own way
        compared = f"CLEAN({compared})"
    quoted = [piece.replace('"', '""') for piece in _PIECE.findall(visible)]
    literal = "&".join(f'"{piece}"' for piece in quoted or [""])
    return f"AND(ISTEXT({cell}),EXACT({compared},{literal}))"


def _holds_number(cell: str, value: float) -> str:
    number = Decimal(f"{value:.15g}")
    if not number:
        return f"AND(ISNUMBER({cell}),{cell}=0)"
    half = Decimal((0, (5,), number.adjusted() - 15))  # half a unit of the fifteenth digit
    less = f"-{number}" if number > 0 else f"+{-number}"
    return f"AND(ISNUMBER({cell}),ABS({cell}{less})<={half:E})"
