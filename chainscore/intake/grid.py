"""The cells of a worksheet as a dense rectangle, which is read column by column where a ledger is long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

from chainscore.intake.values import CellValue

BLANK = ""
"""What stands for a cell that holds nothing."""

Cells = Mapping[int, Mapping[int, CellValue]]
"""Row → column → value, both counted from 1, rows in order; what holds nothing is left out."""


class Grid(Cells):
    """A rectangle of cells, row by row, seen as Cells."""

    def __init__(self, first_row: int, first_column: int, lines: Sequence[Sequence[CellValue]]) -> None:
        self.first_row = first_row
        self.first_column = first_column
        self.lines = lines
        blanks = [line.count(BLANK) for line in lines]
        filled = enumerate(zip(lines, blanks, strict=True), first_row)
        self._filled = [row for row, (line, number) in filled if number < len(line)]
        self.number_of_values = sum(map(len, lines)) - sum(blanks)
        """How many cells hold anything."""

    @cached_property
    def columns(self) -> list[tuple[CellValue, ...]]:
        """The rectangle column by column."""
        return list(zip(*self.lines, strict=True))

    def __len__(self) -> int:
        return len(self._filled)

    def __iter__(self) -> Iterator[int]:
        return iter(self._filled)

    def __getitem__(self, row: int) -> Mapping[int, CellValue]:
        cells: dict[int, CellValue] = {}
        if 0 <= row - self.first_row < len(self.lines):
            line = self.lines[row - self.first_row]
            cells = {column: value for column, value in enumerate(line, self.first_column) if value != BLANK}
        if not cells:
            raise KeyError(row)
        return cells


def value_in(cells: Cells, row: int, column: int) -> CellValue | None:
    """What stands in one cell."""
    if not isinstance(cells, Grid):
        return cells.get(row, {}).get(column)
    row, column = row - cells.first_row, column - cells.first_column
    if not (0 <= row < len(cells.lines) and 0 <= column < len(cells.lines[row])):
        return None
    value = cells.lines[row][column]
    return value if value != BLANK else None


def columns_of(cells: Cells) -> frozenset[int]:
    """The columns that hold anything."""
    if not isinstance(cells, Grid):
        return frozenset(column for line in cells.values() for column in line)
    columns = enumerate(cells.columns, cells.first_column)
    return frozenset(column for column, values in columns if values.count(BLANK) < len(values))


def column_of(cells: Cells, column: int, rows: Sequence[int]) -> Sequence[CellValue | None]:
    """What stands in one column of some rows in order, all of which hold something; None, or BLANK, where that is nothing."""
    if not isinstance(cells, Grid):
        return [cells[row].get(column) for row in rows]
    if not rows:
        return []
    values, first = cells.columns[column - cells.first_column], cells.first_row
    if rows[-1] - rows[0] == len(rows) - 1:
        return values[rows[0] - first : rows[-1] - first + 1]
    return [values[row - first] for row in rows]


def texts_of(cells: Cells) -> set[str]:
    """Every text that stands anywhere."""
    if not isinstance(cells, Grid):
        return {value for line in cells.values() for value in line.values() if isinstance(value, str)}
    texts: set[str] = set()
    for values in cells.columns:
        only = set(map(type, values)) == {str}  # which is sooner told than what of each value
        texts.update(cast("Iterable[str]", values) if only else [value for value in values if isinstance(value, str)])
    return texts


def rows_with(cells: Cells, texts: set[str]) -> list[int]:
    """The rows in which one of ``texts``, of which BLANK is none, stands."""
    if not isinstance(cells, Grid):
        return [row for row, line in cells.items() if not texts.isdisjoint(line.values())]
    return [row for row, line in enumerate(cells.lines, cells.first_row) if not texts.isdisjoint(line)]
