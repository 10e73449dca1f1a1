"""Sheets of the workbooks that are written for people: looks, page set-up, rows as high as their text.

Nothing written here names this machine.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from chainscore.results.quick_worksheet import Frame, frame_of
from chainscore.words.texts import text

DRAFT = "草稿"
FONT = "微软雅黑"
LONGEST_SHEET_NAME = 31
LONGEST_FOOTER = 60  # characters of one part of a page's header or footer, all of which have 255
A4 = 9
SMALL = 9  # points
ROOM = 10.5  # half-width characters of 1 point that one unit of column width has room for
ROWS_BETWEEN_MARKS = 20
"""A draft's mark stands across the cells so often that every page has one."""
NAVY, RED, AMBER, GREY, GRID = "#1F4E79", "#C00000", "#9C5700", "#7F7F7F", "#BFBFBF"
OF_TEXT = ("text", "name", "centre", "value")
"""The styles of columns in which a text may take several lines."""
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


VALUE_STYLES = ("text", "amount", "whole", "date", "ratio")
"""Those that stand for ``value``."""
Looks = tuple[str, ...]
"""Some of STYLES."""
Frames = dict[tuple[Looks, tuple[Looks, ...], Looks], Frame]
"""Frames of rows by their looks, those of their cells, and the styles that suit their values."""


@dataclass(frozen=True)
class Column:
    title: str
    width: float
    style: str = "text"
    """One of STYLES; ``value`` is the one that suits each value."""
    header: Looks = ()
    """What is added to the looks of its header."""


@dataclass(eq=False)
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

    def __post_init__(self) -> None:
        self.styles = tuple(column.style for column in self.columns)
        columns = list(enumerate(self.columns))
        self.frames: Frames = {}
        """Those of its rows, by what they depend on."""
        self.height = cache(self._height)
        self.open = [index for index, column in columns if column.style == "value"]
        """The columns in which each value has the style that suits it."""
        self.rooms = [(index, (column.width - 4) / 2, column.width) for index, column in columns if column.style in OF_TEXT]
        """For each column of text its number, how long a text has room on one line whatever its letters, and its width."""

    @property
    def first(self) -> int:
        """The first row for data."""
        return self.header + 1

    def _height(self, lines: int) -> float:
        """Of a row with so many lines of text, in points."""
        return max(self.least, lines * self.size * 1.45 + 4)


class Pages:
    """Makes the sheets of one workbook alike."""

    def __init__(self, workbook: Any, title: str, footer: str, draft: bool) -> None:
        self.workbook = workbook
        self.title = f"{DRAFT}·{title}" if draft else title
        self.footer = footer
        self.draft = draft
        self._styles: dict[tuple[int, Looks], str] = {}
        self._begun_styles = self._styles
        """Those of the workbook that this one goes on from."""
        self._frames: dict[tuple[int, Looks], Frames] = {}
        """Those of the pages, by the size of their font and the styles of their columns: many pages are alike."""
        self._own_frames: dict[tuple[int, Looks, Looks, tuple[Looks, ...], Looks], Frame] = {}
        """Those that no other workbook can use, as they have a style of this one's own."""
        self.opened: dict[str, Page] = {}
        """All pages by name."""

    def continued(self) -> Pages:
        """The pages of a workbook that goes on from this one, which has not gone on from another itself."""
        assert self._begun_styles is self._styles
        pages = copy(self)
        pages.workbook = self.workbook.continued()
        pages._begun_styles, pages._styles, pages._own_frames = self._styles, self._styles.copy(), {}
        pages.opened = {}
        for sheet in pages.workbook.sheets:
            page = pages.opened[sheet.name] = copy(self.opened[sheet.name])
            page.sheet = sheet
        return pages

    def bare(self, name: str, columns: Sequence[Column], header: int, size: int, least: float, portrait: bool = False) -> Page:
        """A new page set up, and nothing on it."""
        sheet = self.workbook.add_sheet(name)
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
        sheet.set_widths([column.width for column in columns])
        page = self.opened[name] = Page(sheet, name, columns, header, size, least)
        page.frames = self._frames.setdefault((size, page.styles), {})
        return page

    def page(
        self,
        name: str,
        columns: Sequence[Column],
        size: int = 10,
        least: float = 18,
        frozen: int = 0,
        above: int = 0,
        note: str = "",
        looks: Sequence[Looks] = ((),),
    ) -> Page:
        """A new sheet with its heading and header row, and ``above`` free rows between the two.

        ``frozen`` columns stay in view; ``looks`` are those that its rows may have.
        """
        lines = [each for each in ((text_of_draft(), "draft") if self.draft else ("", ""), (note, "plain")) if each[0]]
        page = self.bare(name, columns, 1 + len(lines) + above, size, least)
        sheet, header = page.sheet, page.header
        sheet.fit_to_pages(1, 0)
        sheet.put(0, 0, f"{name}·{self.title}", self.style(size, "title"))
        sheet.set_row(0, 26)
        for row, (line, look) in enumerate(lines, 1):
            sheet.put(row, 0, line, self.style(size, look))
            sheet.set_row(row, 20)
        self.header(page, header, 34)
        sheet.freeze_panes(header + 1, frozen)
        sheet.repeat_rows(0, header)
        self.expect(page, looks)
        return page

    def header(self, page: Page, row: int, height: float) -> None:
        """Write the titles of a page's columns."""
        styles = tuple(self.style(page.size, "header", *column.header) for column in page.columns)
        page.sheet.put_row(row, [column.title for column in page.columns], frame_of(styles))
        page.sheet.set_row(row, height)

    def expect(self, page: Page, looks: Sequence[Looks]) -> None:
        """Settle the styles of cells in rows with these looks, for all workbooks that go on from this one.

        Like ``style`` for a single one, it saves them time; what nobody expects is as right.
        """
        for each in looks:
            for column in page.styles:
                for style in VALUE_STYLES if column == "value" else (column,):
                    self.style(page.size, style, *each)

    def row(
        self,
        page: Page,
        row: int,
        values: Sequence[Any],
        looks: Looks = (),
        cells: tuple[Looks, ...] = (),
        shown: Sequence[Any] | None = None,
    ) -> None:
        """Write one row, high enough for its longest text; ``looks`` are for all of it, ``cells`` for each cell.

        ``shown`` is what stands in each cell where some of the values are formulas with texts.
        """
        suiting = tuple([value_style(values[index]) for index in page.open]) if page.open else ()
        page.sheet.put_row(row, values, self._frame(page, looks, cells, suiting))
        texts = shown or values
        long = [
            (each, width) for index, certain, width in page.rooms if type(each := texts[index]) is str and len(each) > certain
        ]
        page.sheet.set_row(row, page.height(max([text_lines(each, width, page.size) for each, width in long]) if long else 1))

    def rows(self, page: Page, columns: Sequence[Sequence[Any]], looks: Sequence[Looks]) -> None:
        """Write the rows of a page, given by column and each with its looks."""
        suiting = list(zip(*[_value_styles(columns[index]) for index in page.open], strict=True)) or [()] * len(looks)
        frames = [
            page.frames.get((look, (), suits)) or self._frame(page, look, (), suits)
            for look, suits in zip(looks, suiting, strict=True)
        ]
        lines = [1] * len(looks)
        for index, certain, width in page.rooms:
            long = [each for each in set(columns[index]) if type(each) is str and len(each) > certain]
            high = {each: text_lines(each, width, page.size) for each in long}
            if any(each > 1 for each in high.values()):
                lines = [max(own, high.get(each, 1)) for own, each in zip(lines, columns[index], strict=True)]
        page.sheet.put_rows(page.first, columns, frames)
        page.sheet.set_heights(page.first, list(map(page.height, lines)))

    def _frame(self, page: Page, looks: Looks, cells: tuple[Looks, ...], suiting: Looks) -> Frame:
        """``suiting`` are what stands for the ``value`` of columns, in their order."""
        key = looks, cells, suiting
        if (frame := page.frames.get(key)) is not None:
            return frame
        own = page.size, page.styles, *key
        if (frame := self._own_frames.get(own)) is None:
            suits = iter(suiting)
            styles = [
                (next(suits) if style == "value" else style, *looks, *its)
                for style, its in zip(page.styles, cells or [()] * len(page.styles), strict=True)
            ]
            frame = frame_of(tuple(self.style(page.size, *each) for each in styles))
            if all((page.size, each) in self._begun_styles for each in styles):
                page.frames[key] = frame
            else:
                self._own_frames[own] = frame
        return frame

    def cell(self, page: Page, row: int, column: int, value: Any, styles: Looks) -> None:
        """Write one cell outside the rows of a page."""
        page.sheet.put(row, column, value, self.style(page.size, *styles))

    def mark(self, sheet: Any, rows: int, columns: int) -> None:
        """Lay 草稿 across a draft's sheet of so many rows and columns, once on every page that it prints on."""
        if not self.draft:
            return
        picture = self.workbook.add_picture((resources.files("chainscore.results") / "draft.png").read_bytes())
        options = {"image_data": picture, "object_position": 3, "description": DRAFT}
        for row in range(2, max(rows, 3), ROWS_BETWEEN_MARKS):
            sheet.insert_image(row, columns // 3, "draft.png", options)

    def style(self, size: int, *styles: str) -> str:
        """A cell's style, in which later styles override earlier ones."""
        key = (size, styles)
        if key not in self._styles:
            properties = {"font_name": FONT, "font_size": size, "valign": "vcenter", "border": 1, "border_color": GRID}
            for style in styles:
                properties |= STYLES[style]
            self._styles[key] = self.workbook.style(properties)
        return self._styles[key]


def text_of_draft() -> str:
    """What a draft says of itself below its heading."""
    return text("console.draft", "zh")


def value_style(value: Any) -> str:
    """What ``value`` stands for as a column's style: a Fraction is a rate, a Decimal an amount or a number of times."""
    kind = type(value)
    if kind is Decimal:
        return "whole" if value == value.to_integral_value() else "amount"
    if kind is datetime.date:
        return "date"
    return "ratio" if kind is Fraction else "text"


def _value_styles(column: Sequence[Any]) -> list[str]:
    """As ``value_style`` of each value in a column, of which most are of one kind."""
    if len(kinds := set(map(type, column))) == 1 and Decimal not in kinds:
        return [value_style(column[0])] * len(column)
    return list(map(value_style, column))


def sheet_name(prefix: str, name: str, suffix: str = "") -> str:
    """A worksheet's name: at most 31 characters, none of those that Excel does not take."""
    taken = "".join("_" if char in "[]:*?/\\'" else char for char in name)
    return prefix + taken[: LONGEST_SHEET_NAME - len(prefix) - len(suffix)] + suffix


def half_widths(value: str) -> int:
    """How many half-width characters wide a text is: in GB 18030 a Chinese character has two bytes, an ASCII one has one."""
    return len(value.encode("gb18030", "replace"))


@lru_cache(maxsize=10_000)
def text_lines(value: str, width: float, size: int) -> int:
    """How many lines a text takes in a column. What wraps loses some room at the end of each line."""
    room = width * ROOM / size - 1
    lines = (half_widths(line) for line in value.split("\n"))
    return sum(1 if line <= room else math.ceil(line / (room - 3)) for line in lines)


def page_text(value: str) -> str:
    """Text for a page's header or footer, where & begins a code."""
    shown = value if len(value) <= LONGEST_FOOTER else value[: LONGEST_FOOTER - 1] + "…"
    return shown.replace("&", "&&")
