"""A second opinion on what a sheet holds: calamine, and whether both found the same.

calamine takes errors, pictures in cells and formulas without a value for blank, and knows nothing hidden; of what it can read it reads the same.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from chainscore.intake.styles import OVERFLOW
from chainscore.intake.values import CellError, CellValue, Picture, Uncalculated

Rows = Mapping[int, Mapping[int, CellValue]]
LARGEST_GRID = 26 * 200_000
"""calamine fills in the whole rectangle of cells: one in the far corner would take all memory there is."""
_TOLD_ALIKE = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|general|am/pm|a/p', re.IGNORECASE)
CLOSE = datetime.timedelta(seconds=1)
"""Times of day are rounded in different ways."""


def second_opinion(content: bytes, sizes: Mapping[str, Rows]) -> dict[str, Rows]:
    """Sheet → its cells as calamine finds them; without those that it cannot read, or could not hold (by ``sizes``)."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError, KeyError, IndexError):
        return {}
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return {name: rows for name in names if _fits(sizes.get(name)) and (rows := _rows(book, name)) is not None}


def _fits(rows: Rows | None) -> bool:
    if rows is None:
        return False
    last = max((max(cells) for cells in rows.values()), default=0)
    return max(rows, default=0) * last <= LARGEST_GRID


def _rows(book: CalamineWorkbook, name: str) -> Rows | None:
    try:
        found = book.get_sheet_by_name(name)
        row, column = found.start or (0, 0)
        lines = enumerate(found.to_python(), row + 1)
    except (CalamineError, OSError, ValueError, KeyError, IndexError):
        return None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault in calamine's own language, which has no public name
            raise
        return None
    cells = {number: {place: value for place, value in enumerate(line, column + 1) if value != ""} for number, line in lines}
    return {number: line for number, line in cells.items() if line}


def told_alike(codes: list[str]) -> bool:
    """Whether calamine tells what each number format shows: it has other rules for weekdays and filling."""
    return not any(re.search(r"a|\*", _TOLD_ALIKE.sub("", code), re.IGNORECASE) for code in codes)


def differences(exact: Rows, other: Rows) -> dict[tuple[int, int], CellValue | None]:
    """(row, column) → what the other reader has there, wherever the two do not mean the same."""
    found: dict[tuple[int, int], CellValue | None] = {}
    for row in sorted({*exact, *other}):
        ours, theirs = exact.get(row, {}), other.get(row, {})
        if ours == theirs:
            continue
        for column in sorted({*ours, *theirs}):
            if not _same(ours.get(column), theirs.get(column)):
                found[row, column] = theirs.get(column)
    return found


def _same(ours: CellValue | None, theirs: CellValue | None) -> bool:
    if ours == OVERFLOW:  # before the first day or after the last; which one it would be is told differently
        return isinstance(theirs, float | datetime.date | datetime.time | datetime.timedelta)
    if isinstance(ours, CellError | Uncalculated | Picture):  # shown as blank by the other
        return theirs is None
    if isinstance(ours, str) or isinstance(theirs, str):
        return _text(ours) == _text(theirs)
    if isinstance(ours, bool) or isinstance(theirs, bool) or (isinstance(ours, float) and isinstance(theirs, float)):
        return ours is theirs or (type(ours) is type(theirs) and ours == theirs)
    if isinstance(ours, datetime.timedelta):  # neither an amount nor a day, whatever it is taken for
        return isinstance(theirs, datetime.timedelta | datetime.date | datetime.time)
    if isinstance(ours, float):  # a format of dates and of numbers at once
        return isinstance(theirs, datetime.date | datetime.time | datetime.timedelta)
    return ours == theirs or _close(ours, theirs)


def _text(value: CellValue | None) -> str:
    """Text without white space, which is kept or not, and a day in the way that it is stored as text."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat().replace("T00:00:00", "")
    return "".join(str(value).split()).removesuffix("Z").replace("T00:00:00", "") if value is not None else ""


def _close(ours: CellValue | None, theirs: CellValue | None) -> bool:
    first, second = _moment(ours), _moment(theirs)
    return first is not None and second is not None and abs(first - second) <= CLOSE


def _moment(value: CellValue | None) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime.combine(value, datetime.time())
    return datetime.datetime.combine(datetime.date(2000, 1, 1), value) if isinstance(value, datetime.time) else None
