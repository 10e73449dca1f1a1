"""A sheet that people read and print: set up, with heading and header row, and rows as high as their text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from chainscore.results.excel.cell import shown_value, write_cell
from chainscore.results.excel.link import Link, write_link, write_place
from chainscore.results.excel.measure import page_text, text_lines
from chainscore.results.excel.style import Looks, Styles, value_style
from chainscore.words.findings import Language
from chainscore.words.texts import text

A4 = 9
"""Its number among Excel's papers."""
SMALL, SMALL_ON_PAPER = 9, 8
"""Points, of sheets with many columns: at least, and on paper at least."""
DIGITS = 9.5
"""Digits of 1 point that one unit of column width has room for."""
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
"""Inches."""


class Column(msgspec.Struct, frozen=True):
    title: str
    width: float
    style: str = "text"
    """One of STYLES; ``value`` is the one that suits each value."""
    header: Looks = ()
    """What is added to the looks of its header."""
    size: int = 0
    """Of its font below the header, in points, where it is another than the page's."""
    longest: int = 0
    """Characters of its longest number or day, which shows as ##### where the column has no room for it."""

    def at(self, size: int) -> Column:
        """The column with room for its longest number in a font of ``size`` points."""
        return replace(self, width=max(self.width, self.longest * size / DIGITS + 1)) if self.longest else self


PAPER = 980
"""Pixels that A4 across has room for between the margins, at its own size."""
MOST_SIZE = 17
"""Points that the columns' widths have room for."""


class Fit(NamedTuple):
    """How columns go onto paper: the size of their font in points, and sheets of paper from side to side."""

    size: int
    across: int = 1


def readable(columns: Sequence[Column], size: int, least: float) -> Fit:
    """A font of at least ``size`` that is no smaller than ``least`` on paper, on one sheet if the columns have room for it."""
    pixels = {each: sum(7 * column.at(each).width + 5 for column in columns) for each in range(size, MOST_SIZE + 1)}
    on_one_sheet = next((each for each in pixels if each * PAPER >= least * pixels[each]), None)
    return Fit(on_one_sheet) if on_one_sheet is not None else Fit(size, math.ceil(least * pixels[size] / PAPER / size))


def height_of(lines: int, size: int) -> float:
    """Points that so many lines of a font of ``size`` points take."""
    return lines * size * 1.45 + 4


class Page:
    """Rows and columns are counted from 0."""

    def __init__(
        self, file: Workbook, styles: Styles, name: str, columns: Sequence[Column], header: int, size: int, least: float
    ) -> None:
        """``header`` is the header's row, ``size`` the font's in points, ``least`` the height of a row with one line."""
        self.styles = styles
        self.name = name
        self.columns = [column.at(size) for column in columns]
        self.header = header
        self.size = size
        self.least = least
        self.sheet: Worksheet = file.add_worksheet(name)
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, column.width)

    @property
    def first(self) -> int:
        """The first row for data."""
        return self.header + 1

    def cell(self, row: int, column: int, value: Any, *looks: str) -> None:
        """One cell."""
        write_cell(self.sheet, row, column, value, self.styles.format(self.size, looks))

    def link(self, row: int, column: int, link: Link, *looks: str) -> None:
        """One cell that leads to another file's."""
        write_link(self.sheet, row, column, link, self.styles.format(self.size, looks))

    def lead(self, row: int, column: int, name: str, *looks: str) -> None:
        """The name of another page of the workbook, that leads to it."""
        write_place(self.sheet, row, column, name, self.styles.format(self.size, looks))

    def row(self, row: int, values: Sequence[Any], looks: Looks = (), cells: Sequence[Looks] = ()) -> None:
        """A row of data as high as its longest text; ``looks`` are for all of it, ``cells`` for each cell."""
        height = height_of(1, self.size)
        for index, (value, column) in enumerate(zip(values, self.columns, strict=False)):
            shown = shown_value(value)
            style = value_style(shown) if column.style == "value" else column.style
            own, size = cells[index] if cells else (), column.size or self.size
            style_of_cell = self.styles.format(size, (style, *looks, *own))
            if isinstance(value, Link):
                write_link(self.sheet, row, index, value, style_of_cell)
            else:
                write_cell(self.sheet, row, index, value, style_of_cell)
            if isinstance(shown, str):
                height = max(height, height_of(text_lines(shown, column.width, size), size))
        self.sheet.set_row(row, max(self.least, height))

    def titles(self, row: int, height: float) -> None:
        """The titles of its columns, in a row of at least that height."""
        for index, column in enumerate(self.columns):
            self.cell(row, index, column.title, "header", *column.header)
        lines = max(text_lines(column.title, column.width, self.size) for column in self.columns)
        self.sheet.set_row(row, max(height, height_of(lines, self.size)))

    @property
    def pixels(self) -> int:
        """How wide all columns are together."""
        return sum(int(7 * column.width + 5) for column in self.columns)

    def hide(self, row: int) -> None:
        """A row that only formulas need."""
        self.sheet.set_row(row, self.least, None, {"hidden": True})

    def merge(self, row: int, first: int, last: int, value: Any, *looks: str) -> None:
        """One cell of several, with a value."""
        self.sheet.merge_range(row, first, row, last, "", self.styles.format(self.size, looks))
        self.cell(row, first, value, *looks)

    def filter(self, last: int) -> None:
        """A filter of the rows below the header, down to the row ``last``."""
        self.sheet.autofilter(self.header, 0, last, len(self.columns) - 1)


def set_up_paper(
    sheet: Worksheet,
    footer: tuple[str, str, str],
    language: Language,
    header: str = "",
    above: str = "",
    portrait: bool = False,
) -> None:
    """A4 with margins, a header, and a footer of three parts, the last followed by the page's number; ``above`` it a line."""
    if not portrait:
        sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.center_horizontally()
    sheet.set_margins(**MARGINS | ({"top": 0.7} if header else {}) | ({"bottom": 0.9} if above else {}))
    if header:
        sheet.set_header(header, {"margin": 0.25})
    left, middle, right = map(page_text, footer)
    line = "\n" if above else ""
    left, middle, right = f"&9{line} {left}", f"&10{above}{line}&9 {middle}" if above else f"&9 {middle}", f"&9{line} {right}"
    pages = text("results.page_number", language)
    sheet.set_footer(f"&L{left}&C{middle}&R{right}　{pages}", {"margin": 0.3})
