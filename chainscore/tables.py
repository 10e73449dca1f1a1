"""Tables: what the departments handed in, every value with the cell it came from.

A table or ledger is a DataFrame of objects with a row for each row read and, beside the columns of the regulation,
ROW (the worksheet's row number), PLACE (an index into ``SheetTables.places``) and SOUND (False where an error stands in
the row). A missing or unsound value is None, never zero. Amounts are Decimal in the column's unit, dates datetime.date,
chains their id, everything else text.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chainscore.period import Period
from chainscore.references import cell_reference
from chainscore.rulebook import Sheet

if TYPE_CHECKING:
    import pandas as pd

ROW = "row"
PLACE = "place"
SOUND = "sound"

Record = Mapping[str, Any]
"""One row of a table or ledger: label → value, and ROW, PLACE and SOUND."""


@dataclass(frozen=True)
class Place:
    """Where rows of one header stand: the file, the sheet, and the column of each label."""

    file: str
    sheet: str
    columns: Mapping[str, int]

    def cell(self, label: str, row: int) -> str | None:
        """``D12``, or None where the sheet lacks the column."""
        column = self.columns.get(label)
        return None if column is None else cell_reference(row, column)


@dataclass(frozen=True)
class LabelledValue:
    """What stands beside a label."""

    value: Decimal | None
    file: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Submission:
    """What one worksheet of one file gives of a department's sheet."""

    file: str
    sheet: str
    """The worksheet's own name."""
    signed: bool
    rows: int
    chains: tuple[str, ...]
    """The chains that it has rows of; where it has none yet, those whose rows stand ready in it."""
    signer: str | None = None
    signed_on: datetime.date | None = None


@dataclass(frozen=True)
class SheetTables:
    """One department's sheet, put together from all files it came in."""

    sheet: Sheet
    submitted: bool
    """Signed wherever it holds data."""
    cells: Mapping[str, LabelledValue]
    table: pd.DataFrame
    ledger: pd.DataFrame
    complete: bool
    """The ledger holds all events: it has rows, or says that there were none."""
    places: tuple[Place, ...]
    rows_read: int
    """Rows of table and ledger that were read."""
    submissions: tuple[Submission, ...] = ()
    """What it was put together from, in the order of the files."""

    def reference(self, record: Record, label: str) -> str | None:
        """The cell of a record's value."""
        return self.places[record[PLACE]].cell(label, record[ROW])

    def file(self, record: Record) -> str:
        return self.places[record[PLACE]].file


@dataclass(frozen=True)
class Tables:
    """Everything read for one quarter."""

    period: Period | None
    """None where it cannot be told; nothing can be scored then."""
    now: datetime.date | None
    """The period's end, or the cutoff on the cover."""
    sheets: Mapping[str, SheetTables]
    inputs: tuple[tuple[str, str], ...] = field(default=())
    """(file name, SHA-256) of each workbook read."""


def records(frame: pd.DataFrame) -> list[Record]:
    """The rows of a frame as records, in order."""
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in frame.to_numpy(dtype=object).tolist()]
