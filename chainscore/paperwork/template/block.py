"""Where a chain table or ledger stands on its sheet, and what is written in it: header with notes, rows, checks and colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from chainscore.method.rulebook import Column, Grid, Ledger
from chainscore.paperwork.template.book import TemplateBook, write_value
from chainscore.paperwork.template.checks import conditions, need, note_lines, validation
from chainscore.paperwork.template.facts import Value, known, meant
from chainscore.paperwork.template.looks import BEGUN_ROW, GAP, HEADER_HEIGHT, LOOKAHEAD
from chainscore.results.excel.measure import half_widths
from chainscore.results.excel.style import FONT

Rows = Sequence[Mapping[str, Value]]
"""What stands in the rows of a grid, by label."""


@dataclass(frozen=True)
class Block:
    """Where a chain table or ledger stands."""

    grid: Grid
    header: int
    rows: int
    """How many rows its checks and colours reach."""

    @property
    def first(self) -> int:
        return self.header + 1

    @property
    def last(self) -> int:
        return self.header + self.rows

    def refs(self) -> dict[str, str]:
        """Label → reference to the column's cell in the first row, for a formula relative to that row."""
        return {
            column.label: xl_rowcol_to_cell(self.first, number, col_abs=True) for number, column in enumerate(self.grid.columns)
        }

    def area(self, skip: int = 0) -> str:
        """All its cells, but for the ``skip`` columns on the left, as an absolute reference."""
        return str(xl_range_abs(self.first, skip, self.last, len(self.grid.columns) - 1))

    @property
    def is_ledger(self) -> bool:
        return isinstance(self.grid, Ledger)


def write_block(book: TemplateBook, page: Worksheet, block: Block, rows: Rows, ruled: int) -> None:
    """Title, header and rows, of which the first ``ruled`` are visible even where nothing stands in them."""
    page.set_row(block.header - 2, GAP)
    page.set_row(block.header - 1, 22)
    page.write_string(block.header - 1, 0, block.grid.title, book.format("section"))
    page.set_row(block.header, HEADER_HEIGHT)
    for number, column in enumerate(block.grid.columns):
        page.write_string(block.header, number, column.label, book.format("boxed", "header", need(column)))
        preset = column.type == "chain" and not block.is_ledger
        _write_note(page, block.header, number, book.say("note_preset") if preset else "\n".join(note_lines(book, column)))
    labels = [column.label for column in block.grid.columns]
    for row in range(block.first, block.first + max(len(rows), ruled)):
        values = rows[row - block.first] if row < block.first + len(rows) else {}
        for number, column in enumerate(block.grid.columns):
            value = meant(column.type, known(f"{page.get_name()}, {block.grid.title}", values, labels).get(column.label))
            write_value(page, row, number, value, _format(book, block, column))


def _format(book: TemplateBook, block: Block, column: Column) -> Format:
    """A chain's name in a table is given, everything else is to be typed."""
    given = column.type == "chain" and not block.is_ledger
    return book.format(column.type, *(("boxed", "preset") if given else ("input",)))


def _write_note(page: Worksheet, row: int, number: int, text: str) -> None:
    lines = sum(math.ceil(half_widths(line) / 30) for line in text.split("\n"))
    looks = {"author": "chainscore", "width": 240, "height": 18 * lines + 14, "font_name": FONT, "font_size": 9}
    page.write_comment(row, number, text, looks)


def check_block(book: TemplateBook, page: Worksheet, block: Block, begun: str) -> None:
    """Drop-downs and bounds, then the colours that show what is wrong or missing while it is being typed.

    ``begun`` is the condition under which a table, which has rows from the first, is taken to be filled in.
    """
    refs = block.refs()
    last = refs[block.grid.columns[-1].label]
    if block.is_ledger:
        begun = f"COUNTA({refs[block.grid.columns[0].label]}:{last})>0"
    for number, column in enumerate(block.grid.columns):
        if column.type == "chain" and not block.is_ledger:
            continue
        page.data_validation(block.first, number, block.last, number, validation(book, column))
        area = str(xl_range(block.first, number, block.last, number))
        for condition, looks in conditions(book, column, refs, begun):
            book.mark(page, area, condition, looks)
        if block.is_ledger:
            above = xl_rowcol_to_cell(block.first - LOOKAHEAD, 0, col_abs=True)
            book.mark(page, area, f"COUNTA({above}:{last})>0", BEGUN_ROW)
