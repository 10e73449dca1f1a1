"""Tables: what the departments handed in, every value with the cell it came from.

A table or ledger is held column by column, with a row for each row read and, beside the columns of the regulation,
ROW (the worksheet's row number), PLACE (an index into ``SheetTables.places``) and SOUND (False where an error stands in
the row). A missing or unsound value is None, never zero. Amounts are Decimal in the column's unit, dates datetime.date,
chains their id, everything else text.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from chainscore.method.period import Period
from chainscore.method.rulebook import Sheet
from chainscore.words.references import column_letters

ROW = "row"
PLACE = "place"
SOUND = "sound"

Record = Mapping[str, Any]
"""One row of a table or ledger: label → value, and ROW, PLACE and SOUND."""


class Rows:
    """The rows of a table or ledger, column by column: every list is as long as there are rows."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        self.columns = columns

    @classmethod
    def of(cls, labels: Iterable[str], rows: Sequence[Record] = ()) -> Rows:
        """The rows given as records, with the columns of ``labels`` and those that every row has."""
        return cls({name: [row[name] for row in rows] for name in (*labels, ROW, PLACE, SOUND)})

    def __len__(self) -> int:
        return len(self.columns[ROW])

    def __getitem__(self, label: str) -> list[Any]:
        return self.columns[label]

    def record(self, position: int) -> Record:
        """One row, counted from 0."""
        return {label: values[position] for label, values in self.columns.items()}

    def extend(self, other: Rows, offset: int) -> None:
        """Add the rows of another fragment, whose places are counted on from ``offset``."""
        if not len(other):
            return
        for label, values in self.columns.items():
            values += other.columns[label] if label != PLACE else [place + offset for place in other.columns[PLACE]]


@dataclass(frozen=True)
class Place:
    """Where rows of one header stand: the file, the sheet, and the column of each label."""

    file: str
    sheet: str
    columns: Mapping[str, int]

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """Label → the letters of its column."""
        return {label: column_letters(column) for label, column in self.columns.items()}

    def cell(self, label: str, row: int) -> str | None:
        """``D12``, or None where the sheet lacks the column."""
        letters = self.letters.get(label)
        return None if letters is None else f"{letters}{row}"

    def cells(self, labels: Iterable[str], row: int) -> Mapping[str, str]:
        """Label → cell of those that the sheet has."""
        letters = self.letters
        return {label: f"{letters[label]}{row}" for label in labels if label in letters}


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
    table: Rows
    ledger: Rows
    complete: bool
    """The ledger holds all events: it has rows, or says that there were none."""
    places: tuple[Place, ...]
    rows_read: int
    """Rows of table and ledger that were read."""
    submissions: tuple[Submission, ...] = ()
    """What it was put together from, in the order of the files."""

    def place(self, rows: Rows, position: int) -> Place:
        """Where a row of table or ledger stands."""
        index: int = rows[PLACE][position]
        return self.places[index]

    def reference(self, rows: Rows, position: int, label: str) -> str | None:
        """The cell of a row's value."""
        return self.place(rows, position).cell(label, rows[ROW][position])


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


def records(rows: Rows) -> list[Record]:
    """The rows as records, in order."""
    names = list(rows.columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*rows.columns.values(), strict=True)]
