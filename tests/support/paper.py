"""How large a printed sheet is on A4 across, fitted to its width."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

A4_ACROSS = 842
"""In points."""


def scale_on_paper(page: Worksheet) -> float:
    """What a point of the sheet is on paper, 1 at most: its columns fitted between the margins of so many sheets of paper."""
    columns = page.column_dimensions.values()
    points = sum(0.75 * 7 * column.width * (column.max - column.min + 1) for column in columns)
    room = A4_ACROSS - 72 * (page.page_margins.left + page.page_margins.right)
    return min(1.0, room * (page.page_setup.fitToWidth or 1) / points)
