"""Sheets of the workbooks that are written for people: looks, page set-up, rows as high as their text, formulas with values.

Text that came from a department is written as text, never as a formula. Nothing written here names this machine.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from typing import Any

from xlsxwriter.worksheet import Worksheet

from chainscore.texts import text

DRAFT = "草稿"
FONT = "微软雅黑"
LONGEST_TEXT = 32767  # characters in a cell
LONGEST_SHEET_NAME = 31
LONGEST_FOOTER = 60  # characters of one part of a page's header or footer, all of which have 255
A4 = 9
SMALL = 9  # points
ROOM = 10.5  # half-width characters of 1 point that one unit of column width has room for
ROWS_BETWEEN_MARKS = 20
"""A draft's mark stands across the cells so often that every page has one."""
NAVY, RED, AMBER, GREY, GRID = "#1F4E79", "#C00000", "#9C5700", "#7F7F7F", "#BFBFBF"
STYLES: dict[str, dict[str, Any]] = {
    # what stands in a column
    "text": {"text_wrap": True},
    "name": {"text_wrap": True, "indent": 1},
    "centre": {"align": "center", "text_wrap": True},
    "score": {"num_format": "0.00_ ", "align": "right"},
    "total": {"num_format": "0.00_ ", "align": "right", "bold": True, "bg_color": "#DDEBF7"},
    "points": {"num_format": '0.00####_ ;-0.00####_ ;"–"_ ', "align": "right"},
    "whole": {"num_format": "#,##0_ ", "align": "right"},
    "amount": {"num_format": "#,##0.0#####_ ", "align": "right"},
    "ratio": {"num_format": "0.00##%_ ", "align": "right"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "link": {"font_color": "#0563C1", "underline": 1, "align": "center"},
    # how a row or a cell stands out
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True, "align": "center"},
    "computed": {"bg_color": "#2E75B6"},
    "sum": {"bold": True, "bg_color": "#DDEBF7"},
    "all": {"bold": True, "bg_color": "#BDD7EE"},
    "first": {"top": 2, "top_color": NAVY},
    "idle": {"font_color": GREY},
    "red": {"font_color": RED, "bold": True},
    "amber": {"font_color": AMBER, "bold": True},
    # headings
    "title": {"font_size": 14, "bold": True, "font_color": NAVY, "border": 0},
    "draft": {"font_size": 11, "bold": True, "font_color": RED, "border": 0},
    "big": {"font_size": 20, "bold": True, "font_color": NAVY, "align": "center"},
    "plain": {"border": 0},
}


@dataclass(frozen=True)
class Formula:
    """A live formula with the value that the scoring core gives it, which previews and other programs see."""

    text: str
    """In English, with ``=``, in functions that Excel 2013, WPS and LibreOffice share."""
    value: Decimal | Fraction | float | str


@dataclass(frozen=True)
class Link:
    """A cell of an input, as a link that works where the input lies beside the workbook."""

    file: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Column:
    title: str
    width: float
    style: str = "text"
    """One of STYLES; ``value`` is the one that suits each value."""
    header: tuple[str, ...] = ()
    """What is added to the looks of its header."""


@dataclass(frozen=True)
class Page:
    """A sheet that is being written; rows and columns are counted from 0."""

    sheet: Any
    name: str
    columns: Sequence[Column]
    header: int
    """The header's row."""
    size: int
    """Of the font, in points."""
    least: float
    """The height of a row with one line, in points."""

    @property
    def first(self) -> int:
        """The first row for data."""
        return self.header + 1


class Exact(float):
    """A double that XlsxWriter, which keeps 16 digits of a number, writes whole."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class QuickWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """Takes formulas as they are: XlsxWriter searches each for thirty functions that are newer than ours, at length."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if expand_future_functions:
            return str(super()._prepare_formula(formula, expand_future_functions))
        return formula.removeprefix("=")

    def _calculate_spans(self) -> None:
        """Nothing: which columns a row has is a hint for readers that costs more than it gives."""


class Pages:
    """Makes the sheets of one workbook alike."""

    def __init__(self, workbook: Any, title: str, footer: str, draft: bool) -> None:
        self.workbook = workbook
        self.title = f"{DRAFT}·{title}" if draft else title
        self.footer = footer
        self.draft = draft
        self._formats: dict[tuple[int, tuple[str, ...]], Any] = {}

    def bare(self, name: str, portrait: bool = False) -> Any:
        """A sheet with its page set up, and nothing on it."""
        sheet = self.workbook.add_worksheet(name, worksheet_class=QuickWorksheet)
        if not portrait:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.center_horizontally()
        sheet.set_margins(left=0.4, right=0.4, top=0.7 if self.draft else 0.5, bottom=0.6)
        sheet.hide_gridlines(2)
        if self.draft:
            sheet.set_tab_color(RED)
            sheet.set_header(f"&C&20&K{RED[1:]}{DRAFT}", {"margin": 0.25})
        left, middle = page_text(self.title), page_text(self.footer)
        sheet.set_footer(f"&L&9 {left}&C&9 {middle}&R&9 {name}　第 &P 页，共 &N 页", {"margin": 0.3})
        return sheet

    def page(
        self,
        name: str,
        columns: Sequence[Column],
        size: int = 10,
        least: float = 18,
        frozen: int = 0,
        above: int = 0,
        note: str = "",
    ) -> Page:
        """A new sheet with its heading and header row, ``above`` free rows between the two, and ``frozen`` columns that stay in
        view."""
        sheet = self.bare(name)
        sheet.fit_to_pages(1, 0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.write_string(0, 0, f"{name}·{self.title}", self.format(size, "title"))
        sheet.set_row(0, 26)
        row = 1
        for line, looks in ((text_of_draft(), "draft") if self.draft else ("", ""), (note, "plain")):
            if line:
                sheet.write_string(row, 0, line, self.format(size, looks))
                sheet.set_row(row, 20)
                row += 1
        header = row + above
        for index, column in enumerate(columns):
            sheet.write_string(header, index, column.title, self.format(size, "header", *column.header))
        sheet.set_row(header, 34)
        sheet.freeze_panes(header + 1, frozen)
        sheet.repeat_rows(0, header)
        return Page(sheet, name, columns, header, size, least)

    def row(
        self,
        page: Page,
        row: int,
        values: Sequence[Any],
        looks: tuple[str, ...] = (),
        cells: Sequence[tuple[str, ...]] | None = None,
    ) -> None:
        """Write one row, high enough for its longest text; ``looks`` are for all of it, ``cells`` for each cell."""
        lines = 1
        for index, (column, value) in enumerate(zip(page.columns, values, strict=True)):
            style = value_style(value) if column.style == "value" else column.style
            styles = (style, *looks, *(cells[index] if cells is not None else ()))
            shown = value.value if isinstance(value, Formula) else value
            if isinstance(shown, str) and len(shown) * 2 > column.width - 4:  # else it has room whatever the letters
                lines = max(lines, text_lines(shown, column.width, page.size))
            write_cell(page.sheet, row, index, value, self.format(page.size, *styles))
        page.sheet.set_row(row, max(page.least, lines * page.size * 1.45 + 4))

    def cell(self, page: Page, row: int, column: int, value: Any, styles: tuple[str, ...]) -> None:
        """Write one cell outside the rows of a page."""
        write_cell(page.sheet, row, column, value, self.format(page.size, *styles))

    def mark(self, sheet: Any, rows: int, columns: int) -> None:
        """Lay 草稿 across a draft's sheet of so many rows and columns, once on every page that it prints on."""
        if not self.draft:
            return
        picture = io.BytesIO((resources.files("chainscore") / "catalogue" / "draft.png").read_bytes())
        options = {"image_data": picture, "object_position": 3, "description": DRAFT}
        for row in range(2, max(rows, 3), ROWS_BETWEEN_MARKS):
            sheet.insert_image(row, columns // 3, "draft.png", options)

    def format(self, size: int, *styles: str) -> Any:
        """The cell format in which later styles override earlier ones."""
        key = (size, styles)
        if key not in self._formats:
            properties = {"font_name": FONT, "font_size": size, "valign": "vcenter", "border": 1, "border_color": GRID}
            for style in styles:
                properties |= STYLES[style]
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]


def text_of_draft() -> str:
    """What a draft says of itself below its heading."""
    return text("console.draft", "zh")


def value_style(value: Any) -> str:
    """A Fraction is a rate; a Decimal an amount or a number of times."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, Decimal):
        return "whole" if value == value.to_integral_value() else "amount"
    if isinstance(value, datetime.date):
        return "date"
    return "ratio" if isinstance(value, Fraction) else "text"


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """A number as a number, nothing as a blank, a formula with its value, all else as text; row and column from 0."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, safe_text(value), style)
    elif isinstance(value, Formula):
        shown = value.value if isinstance(value.value, str) else float(value.value)
        sheet.write_formula(row, column, value.text, style, shown)
    elif isinstance(value, Link):
        named = value.sheet.replace("'", "''")
        if "#" in value.file:  # which a link takes for the beginning of the place in the file
            sheet.write_string(row, column, value.cell, style)
        else:
            sheet.write_url(row, column, f"external:{value.file}#'{named}'!{value.cell}", style, value.cell)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, int | Decimal | Fraction):
        sheet.write_number(row, column, Exact(value), style)
    else:
        raise TypeError(f"{type(value).__name__} has no place in a cell")


def sheet_name(prefix: str, name: str, suffix: str = "") -> str:
    """A worksheet's name: at most 31 characters, none of those that Excel does not take."""
    taken = "".join("_" if char in "[]:*?/\\'" else char for char in name)
    return prefix + taken[: LONGEST_SHEET_NAME - len(prefix) - len(suffix)] + suffix


def half_widths(value: str) -> int:
    """How many half-width characters wide a text is: in GB 18030 a Chinese character has two bytes, an ASCII one has one."""
    return len(value.encode("gb18030", "replace"))


def fitting(values: Iterable[str], least: float, most: float) -> float:
    """A column width that fits the longest of ``values`` in small print, within bounds."""
    return min(most, max(least, max(map(half_widths, values), default=0) * SMALL / ROOM + 1.5))


def text_lines(value: str, width: float, size: int) -> int:
    """How many lines a text takes in a column. What wraps loses some room at the end of each line."""
    room = width * ROOM / size - 1
    lines = (half_widths(line) for line in value.split("\n"))
    return sum(1 if line <= room else math.ceil(line / (room - 3)) for line in lines)


def page_text(value: str) -> str:
    """Text for a page's header or footer, where & begins a code."""
    shown = value if len(value) <= LONGEST_FOOTER else value[: LONGEST_FOOTER - 1] + "…"
    return shown.replace("&", "&&")


def safe_text(value: str) -> str:
    """Text that any spreadsheet program can hold: no control characters, not too long."""
    if not value.isprintable():
        value = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
