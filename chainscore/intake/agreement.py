"""Whether two readers found the same in a sheet."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from chainscore.intake.values import CellError, CellValue, Uncalculated

Rows = Mapping[int, Mapping[int, CellValue]]
CLOSE = datetime.timedelta(seconds=1)
"""Times of day are rounded in different ways."""


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
    if isinstance(ours, CellError | Uncalculated):  # shown as blank by the other
        return theirs is None
    if isinstance(ours, str) or isinstance(theirs, str):
        return _text(ours) == _text(theirs)
    if isinstance(ours, bool) or isinstance(theirs, bool) or (isinstance(ours, float) and isinstance(theirs, float)):
        return ours is theirs or (type(ours) is type(theirs) and ours == theirs)
    if isinstance(ours, datetime.timedelta):  # neither an amount nor a day, whatever it is taken for
        return isinstance(theirs, datetime.timedelta | datetime.date | datetime.time)
    if isinstance(ours, float):  # no day that there was; which one it would be is told differently
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
