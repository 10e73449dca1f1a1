"""The single inputs of a period: every cell that a score rests on, and what else could stand there."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.intake.tables import PLACE, ROW, SOUND
from chainscore.method.rule.judging import fact
from chainscore.method.rule.term import Source
from chainscore.method.rulebook import Column, InputField
from chainscore.scoring.rows import Rows
from chainscore.scoring.variation import Variation


@dataclass(frozen=True)
class Cell:
    """One input."""

    file: str
    sheet: str
    cell: str
    field: InputField = dataclasses.field(compare=False)
    chain: str | None
    source: Source
    position: int | None
    """The row; None of a labelled cell."""
    value: Any

    @property
    def label(self) -> str:
        return self.field.label


class Cells:
    """The inputs of what is scored again and again."""

    def __init__(self, variation: Variation) -> None:
        self.variation = variation
        self.tables = variation.tables
        self.book = variation.book

    def of(self, types: Sequence[str]) -> Iterator[Cell]:
        """Every input of some types that a score rests on."""
        for name, tables in self.tables.sheets.items():
            for field in tables.sheet.cells:
                value = tables.cells.get(field.label)
                if field.type in types and value is not None and value.value is not None:
                    source = Source(name, "table" if tables.sheet.table is not None else "ledger")
                    yield Cell(value.file, value.sheet, value.cell, field, None, source, None, value.value)
            for kind in ("table", "ledger"):
                grid = tables.sheet.grid(kind)
                if grid is not None:
                    rows = self.variation.context.rows(Source(name, "table" if kind == "table" else "ledger"))
                    for column in grid.columns:
                        if column.type in types and not column.informative:
                            yield from self._column(rows, column)

    def _column(self, rows: Rows, column: Column) -> Iterator[Cell]:
        if not self.variation.is_looked_at(rows.source, column.label):
            return
        for position, value in enumerate(rows.column(column.label)):
            place = rows.tables.places[rows.column(PLACE)[position]]
            cell = place.cell(column.label, rows.column(ROW)[position])
            chain = rows.column(self.book.words.chain)[position]
            if (
                cell is not None
                and chain is not None
                and rows.column(SOUND)[position]
                and (value is not None or column.type == "date")
            ):
                yield Cell(place.file, place.sheet, cell, column, chain, rows.source, position, value)

    def alternatives(self, cell: Cell) -> list[Any]:
        """What else could stand in a choice, a date or a count of none."""
        field = cell.field
        if field.type == "count":
            return [Decimal(1)] if cell.value == 0 else []
        if isinstance(field, Column) and field.type == "choice":
            return [value for value in field.values if value != cell.value]
        assert self.tables.now is not None
        optional = isinstance(field, Column) and not field.required
        return [self.tables.now] if cell.value is None and optional else [None] if optional else []


def told_value(value: Any) -> Any:
    """A value for a JSON document: a number as a number, a date as text."""
    if isinstance(value, Decimal | Fraction):
        return float(value)
    return fact(value) if isinstance(value, datetime.date) else value
