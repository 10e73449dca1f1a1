"""What stands on a sheet and a person does not see, or sees and the reader passes over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from chainscore.layout import Segment
from chainscore.references import cell_reference
from chainscore.values import CellValue, is_blank
from chainscore.worksheet import Worksheet

Place = tuple[int, int]


def covered(worksheet: Worksheet) -> Iterator[tuple[Place, Place, str]]:
    """(the cell, the one that shows, the range) of every value that lies under a merged range."""
    for top, left, bottom, right in worksheet.merges:
        for row in range(top, bottom + 1):
            for column, value in worksheet.rows.get(row, {}).items():
                if left <= column <= right and (row, column) != (top, left) and not is_blank(value):
                    name = f"{cell_reference(top, left)}:{cell_reference(bottom, right)}"
                    yield (row, column), (top, left), name


def outside(
    worksheet: Worksheet, segments: Iterable[Segment], read: Collection[int], labelled: Collection[Place]
) -> list[Place]:
    """Cells outside the tables and labelled cells that hold figures or, beside a row that is read, anything."""
    known: dict[int, frozenset[int]] = {}
    headers = set()
    for segment in segments:
        headers.add(segment.header_row)
        columns = frozenset((*segment.columns.values(), *segment.unknown, *(column for _, column in segment.repeated)))
        known.update(dict.fromkeys(segment.rows, columns))
    found = []
    for row, cells in worksheet.rows.items():
        columns = known.get(row, frozenset())
        if row in headers or cells.keys() <= columns:
            continue
        for column, value in cells.items():
            if column not in columns and (row, column) not in labelled and _matters(value, row in read):
                found.append((row, column))
    return found


def _matters(value: CellValue, beside_a_row: bool) -> bool:
    return not isinstance(value, str) or (beside_a_row and not is_blank(value))
