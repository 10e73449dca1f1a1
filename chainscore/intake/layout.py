"""Where things stand on a sheet: labels, header rows and the rows below them, found by label and never by address."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache

import msgspec

from chainscore.intake.values import CellValue, is_blank
from chainscore.intake.workbook import Merge, Worksheet
from chainscore.method.rulebook import Grid, Sheet
from chainscore.words.folding import fold, fold_all


class Segment(msgspec.Struct, frozen=True, dict=True):
    """One header row and the rows below it, as far as the next header or the end of the sheet."""

    grid: Grid
    header_row: int
    columns: Mapping[str, int]
    """Label → column."""
    repeated: tuple[tuple[str, int], ...]
    """(label, column) of labels that stand in the header a second time."""
    unknown: Mapping[int, str]
    """Column → header text that is none of the grid's labels."""
    rows: tuple[int, ...]
    """The worksheet's rows below the header that hold anything."""

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The labels that the header lacks and a score rests on."""
        return tuple(c.label for c in self.grid.columns if c.label not in self.columns and not c.informative)

    def holds(self, row: int) -> bool:
        """True of a row that holds anything and stands below the header."""
        return bool(self.rows) and self.rows[0] <= row <= self.rows[-1]


class Layout(msgspec.Struct, frozen=True):
    """What was found on a sheet."""

    labels: Mapping[str, tuple[tuple[int, int], ...]]
    """Folded label → (row, column) of each cell that holds it, outside of tables and ledgers."""
    table: tuple[Segment, ...]
    ledger: tuple[Segment, ...]
    label_rows: frozenset[int]
    """The rows in which any label stands; the others need not be looked at as such."""


@lru_cache(maxsize=2000)
def label_key(text: str) -> str:
    """A label folded, without the colon that people put after it."""
    return fold(text).rstrip(":")


def find_layout(worksheet: Worksheet, sheet: Sheet, chain_label: str, labels: frozenset[str]) -> Layout:
    """Find the cells with the (folded) ``labels``, the chain table and the ledger of ``sheet``."""
    rows = _label_rows(worksheet, sheet, labels)
    headers = list(_headers(rows, sheet, chain_label))
    segments = [
        _segment(worksheet, rows[row], grid, row, headers[index + 1][0] if index + 1 < len(headers) else None)
        for index, (row, grid) in enumerate(headers)
        if grid is not None
    ]
    ledger = tuple(segment for segment in segments if segment.grid is sheet.ledger)
    found: dict[str, list[tuple[int, int]]] = {}
    for row, cells in rows.items():
        if any(segment.holds(row) for segment in ledger) and not is_label_row(cells, labels):
            continue
        for column, value in cells.items():
            if isinstance(value, str) and (key := label_key(value)) in labels:
                found.setdefault(key, []).append((row, column))
    return Layout(
        {key: tuple(places) for key, places in found.items()},
        tuple(segment for segment in segments if segment.grid is sheet.table),
        ledger,
        frozenset(rows),
    )


def _label_rows(worksheet: Worksheet, sheet: Sheet, labels: frozenset[str]) -> dict[int, Mapping[int, CellValue]]:
    """The rows that hold a label of any kind: of the (folded) ``labels``, or of a column of table or ledger."""
    keys = labels.union(*(grid.labels for grid in (sheet.table, sheet.ledger) if grid is not None))
    found = list({value for cells in worksheet.rows.values() for value in cells.values() if isinstance(value, str)})
    folded = zip(found, fold_all(found), strict=True)
    texts = {text for text, key in folded if key in keys or key.rstrip(":") in keys}
    return {row: cells for row, cells in worksheet.rows.items() if not texts.isdisjoint(cells.values())}


def is_label_row(cells: Mapping[int, CellValue], labels: frozenset[str]) -> bool:
    """True when the first thing in a row is one of the (folded) labels: a signature below a table, not an event."""
    first = next((value for value in cells.values() if not is_blank(value)), None)
    return isinstance(first, str) and label_key(first) in labels


def _headers(rows: Mapping[int, Mapping[int, CellValue]], sheet: Sheet, chain_label: str) -> Iterator[tuple[int, Grid | None]]:
    """(row, grid) of each header row: it has the chain column's label and more labels of that grid than of the other.

    A row with several labels but without the chain column's is a header that cannot be used (None); what is above it ends
    there.
    """
    chain_key = fold(chain_label)
    grids = [grid for grid in (sheet.table, sheet.ledger) if grid is not None]
    for row, cells in rows.items():
        keys = {fold(value) for value in cells.values() if isinstance(value, str)}
        count, grid = max(((len(keys & grid.telling), grid) for grid in grids), key=lambda match: match[0])
        if count > 1:
            yield row, grid if chain_key in keys else None


def _segment(worksheet: Worksheet, header: Mapping[int, CellValue], grid: Grid, header_row: int, end: int | None) -> Segment:
    columns: dict[str, int] = {}
    repeated: list[tuple[str, int]] = []
    unknown: dict[int, str] = {}
    for column, value in header.items():
        if is_blank(value):
            continue
        label = grid.labels.get(fold(str(value)))
        if label is None:
            unknown[column] = str(value)
        elif label in columns:
            repeated.append((label, column))
        else:
            columns[label] = column
    rows = tuple(row for row in worksheet.rows if row > header_row and (end is None or row < end))
    return Segment(grid, header_row, columns, tuple(repeated), unknown, rows)


def value_place(worksheet: Worksheet, row: int, column: int, labels: Collection[str] = ()) -> tuple[int, int]:
    """The cell that holds a label's value: the next to the right, past the range that the label is merged over.

    Columns that are blank all the way down, as when one was inserted, are passed over as far as a value that is none of the
    (folded) ``labels``.
    """
    next_column = next((merge[3] for merge in worksheet.merges if _covers(merge, row, column)), column) + 1
    filled = min((used for used in worksheet.columns if used >= next_column), default=next_column)
    value = worksheet.rows.get(row, {}).get(filled)
    if is_blank(value) or (isinstance(value, str) and label_key(value) in labels):
        return row, next_column
    return row, filled


def merged_rows(worksheet: Worksheet, column: int) -> dict[int, int]:
    """Row → the row whose cell stands for it in ``column``, for cells merged downwards."""
    last = max(worksheet.rows, default=0)
    return {
        row: top
        for top, left, bottom, right in worksheet.merges
        if left <= column <= right
        for row in range(top + 1, min(bottom, last) + 1)
    }


def _covers(merge: Merge, row: int, column: int) -> bool:
    top, left, bottom, right = merge
    return top <= row <= bottom and left <= column <= right
