"""Links: from a cell to a cell of an input, where that lies beside the workbook, and to another sheet."""

from __future__ import annotations

from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chainscore.results.excel.cell import write_cell


class Link(NamedTuple):
    """A cell of an input."""

    file: str
    """Its name, or its path from where the workbook lies."""
    sheet: str
    cell: str

    @property
    def works(self) -> bool:
        """Whether a link can say it: "#" begins the place in the file, and no sheet's name has a "/"."""
        return "#" not in self.file and "/" not in self.sheet

    @property
    def address(self) -> str:
        sheet = self.sheet.replace("'", "''")
        return f"external:./{self.file}#'{sheet}'!{self.cell}"


def write_place(sheet: Worksheet, row: int, column: int, name: str, style: Format | None = None) -> None:
    """The name of another sheet of the workbook, that leads to it."""
    quoted = name.replace("'", "''")
    sheet.write_url(row, column, f"internal:'{quoted}'!A1", style, name)


def write_link(sheet: Worksheet, row: int, column: int, link: Link, style: Format | None = None) -> None:
    """The name of a cell that leads to it, or its name alone where no link can."""
    if link.works:
        sheet.write_url(row, column, link.address, style, link.cell)
    else:
        write_cell(sheet, row, column, link.cell, style)
