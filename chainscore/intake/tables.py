"""Tables: what the departments handed in, every value with the cell it came from.

A table or ledger is a DataFrame of objects with a row for each row read and, beside the columns of the rulebook, FILE, SHEET,
ROW (the worksheet's row number), PLACE (an index into ``SheetTables.places``) and SOUND (False where an error stands in
the row). A missing or unsound value is None, never zero. Amounts are Decimal in the column's unit, dates datetime.date,
chains their id, everything else text.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec
import pandas as pd

from chainscore.method.period import Period
from chainscore.method.rulebook import Grid, Sheet
from chainscore.words.references import column_letters

FILE = "file"
SHEET = "sheet"
ROW = "row"
PLACE = "place"
SOUND = "sound"

Record = Mapping[str, Any]
"""One row of a table or ledger: label → value, and FILE, SHEET, ROW, PLACE and SOUND."""


Columns = dict[str, list[Any]]
"""Rows while they are read, column by column: every list is as long as there are rows."""


def columns_of(grid: Grid | None, rows: Sequence[Record] = ()) -> Columns:
    """The columns of a grid, and those that every row has, with what stands in ``rows``."""
    labels = [column.label for column in grid.columns] if grid is not None else []
    return {name: [row[name] for row in rows] for name in (*labels, ROW, PLACE, SOUND)}


def frame_of(columns: Columns, places: Sequence[Place]) -> pd.DataFrame:
    """The rows as a table, with the file and the sheet of each."""
    its = [places[place] for place in columns[PLACE]]
    whole = {**columns, FILE: [place.file for place in its], SHEET: [place.sheet for place in its]}
    return pd.DataFrame(whole, dtype=object)


class Place(msgspec.Struct, frozen=True, dict=True):
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


class LabelledValue(msgspec.Struct, frozen=True):
    """What stands beside a label."""

    value: Decimal | None
    file: str
    sheet: str
    cell: str


class Submission(msgspec.Struct, frozen=True):
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
    of_this_period: bool = True
    """False of what came in a workbook of another period, and is not used."""


class SheetTables(msgspec.Struct, frozen=True):
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
    doubtful: frozenset[str] = frozenset()
    """The chains whose rows came from two files: which are right nobody can tell."""
    submissions: tuple[Submission, ...] = ()
    """What it was put together from, in the order of the files."""

    def place(self, rows: pd.DataFrame | Columns, position: int) -> Place:
        """Where a row of table or ledger stands."""
        index: int = rows[PLACE][position]
        return self.places[index]

    def reference(self, rows: pd.DataFrame | Columns, position: int, label: str) -> str | None:
        """The cell of a row's value."""
        return self.place(rows, position).cell(label, rows[ROW][position])


class Tables(msgspec.Struct, frozen=True):
    """Everything read for one quarter."""

    period: Period | None
    """None where it cannot be told; nothing can be scored then."""
    now: datetime.date | None
    """The period's end, or the cutoff on the cover."""
    sheets: Mapping[str, SheetTables]
    inputs: tuple[tuple[str, str], ...] = msgspec.field(default=())
    """(file name, SHA-256) of each workbook read."""


def records(rows: pd.DataFrame) -> list[Record]:
    """The rows as records, in order."""
    return rows.to_dict("records")  # type: ignore[return-value]
