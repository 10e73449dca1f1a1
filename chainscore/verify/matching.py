"""Which sheets, rows and columns of two workbooks belong together, though some were renamed, deleted or inserted."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from chainscore.verify.alignment import Alignment, Side, align
from chainscore.verify.cells import Cell, Place, Value
from chainscore.verify.contents import Contents, Sheet
from chainscore.verify.formulas import Area

FEW = 0.5
"""Where fewer of a sheet's rows than this are alike, it may be that a column was deleted or inserted."""


@dataclass(frozen=True)
class Pair:
    """A sheet as it should be and as it is, and how their rows and columns belong together."""

    wanted: Sheet
    found: Sheet
    rows: Alignment
    columns: Alignment

    def place(self, wanted: Place) -> Place | None:
        """Where a cell is now."""
        row, column = self.rows.new(wanted[0]), self.columns.new(wanted[1])
        return (row, column) if row is not None and column is not None else None

    def area(self, area: Area) -> Area | None:
        """Where what is referred to is now, as an office program has it after deleting and inserting."""
        start, end = (Side.NONE, Side.NONE) if area.single else (Side.START, Side.END)
        top, bottom = self.rows.new(area.top, start), self.rows.new(area.bottom, end)
        left, right = self.columns.new(area.left, start), self.columns.new(area.right, end)
        if top is None or bottom is None or left is None or right is None or top > bottom or left > right:
            return None
        return Area(self.found.name, top, left, bottom, right, area.single)


class Matching:
    """All sheets of two workbooks."""

    def __init__(self, wanted: Contents, found: Contents) -> None:
        self._all = wanted.sheets.keys()
        self.now = _same_sheets(wanted, found)
        """Name of a sheet → its name now; what is not there is deleted."""
        self.pairs = {name: _pair(wanted.sheets[name], found.sheets[now]) for name, now in self.now.items()}

    def moved(self, area: Area) -> Area | None:
        """Where an area of the wanted workbook is now; None of what is gone."""
        if area.sheet in self.pairs:
            return self.pairs[area.sheet].area(area)
        return None if area.sheet in self._all else area


def _same_sheets(wanted: Contents, found: Contents) -> dict[str, str]:
    """Name → name now: the same, or else, of those left over, that of a sheet with much the same text."""
    names = {name: name for name in wanted.sheets if name in found.sheets}
    strange = [name for name in found.sheets if name not in wanted.sheets]
    for name, sheet in wanted.sheets.items():
        if name not in names:
            texts = _texts(sheet)
            alike = [(len(texts & _texts(found.sheets[other])) / max(1, len(texts)), other) for other in strange]
            likeness, other = max(alike, default=(0.0, ""))
            if likeness > FEW:
                names[name] = other
                strange.remove(other)
    return {name: names[name] for name in wanted.sheets if name in names}


def _texts(sheet: Sheet) -> set[Value]:
    return {cell.value for cell in sheet.cells.values() if isinstance(cell.value, str)}


def _pair(wanted: Sheet, found: Sheet) -> Pair:
    rows = align(_by_row(wanted, _constant), _by_row(found, _constant))
    if rows.deleted or rows.inserted:
        rows = align(_by_row(wanted), _by_row(found))
    columns = Alignment({column: column for column in sorted({at for _, at in wanted.cells})})
    if rows.alike < FEW:
        others = align(_by_column(wanted), _by_column(found))
        if (others.deleted or others.inserted) and others.alike > rows.alike:
            columns = others
            rows = align(_by_row(wanted, columns=columns), _by_row(found))
    return Pair(wanted, found, rows, columns)


def _mark(cell: Cell) -> Value:
    """What identifies a cell: a calculated number changes with others."""
    return cell.value if isinstance(cell.value, str) else _constant(cell)


def _constant(cell: Cell) -> Value:
    if cell.formula is not None or cell.value is None:
        return "="
    return cell.value if isinstance(cell.value, str) else float(f"{cell.value:.12g}")


def _by_row(sheet: Sheet, mark: Callable[[Cell], Value] = _mark, columns: Alignment | None = None) -> dict[int, Hashable]:
    """Row → what tells it from others, with the columns where they are now."""
    return {
        row: tuple(
            (at, mark(cell))
            for column, cell in cells.items()
            if (at := columns.new(column) if columns is not None else column) is not None
        )
        for row, cells in sheet.rows.items()
    }


def _by_column(sheet: Sheet) -> dict[int, Hashable]:
    columns: dict[int, list[tuple[int, Value]]] = {}
    for row, cells in sheet.rows.items():
        for column, cell in cells.items():
            columns.setdefault(column, []).append((row, _mark(cell)))
    return {column: tuple(columns[column]) for column in sorted(columns)}
