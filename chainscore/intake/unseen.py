"""What stands on a sheet and a person does not see, or sees and the reader passes over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from chainscore.intake.layout import Segment
from chainscore.intake.values import CellValue, is_blank
from chainscore.intake.worksheet import Worksheet
from chainscore.words.references import cell_reference

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
    segments = list(segments)
    headers = {segment.header_row for segment in segments}
    within: set[int] = set()
    looked_at: list[tuple[int, int, CellValue]] = []
    for segment in segments:
        within.update(segment.rows)
        known = {*segment.columns.values(), *segment.unknown, *(column for _, column in segment.repeated)}
        for column in worksheet.columns - known:
            values = ((row, worksheet.rows[row].get(column)) for row in segment.rows)
            looked_at += [(row, column, value) for row, value in values if value is not None and row not in headers]
    for row in worksheet.rows:
        if row not in within and row not in headers:
            looked_at += [(row, column, value) for column, value in worksheet.rows[row].items()]
    return sorted(
        (row, column) for row, column, value in looked_at if (row, column) not in labelled and _matters(value, row in read)
    )


def _matters(value: CellValue, beside_a_row: bool) -> bool:
    return not isinstance(value, str) or (beside_a_row and not is_blank(value))
