"""A workbook whose sheets are alike: its file, its formats, its pages and what a draft says on each of them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from typing import Any

import xlsxwriter

from chainscore.results.excel.page import Column, Page, height_of, set_up_paper
from chainscore.results.excel.style import NAVY, RED, Styles
from chainscore.results.packing import repacked
from chainscore.words.findings import Language
from chainscore.words.texts import text

TABS = {
    "contents": "#7F7F7F", "ranking": NAVY, "scores": NAVY, "card": "#2E9E6B", "evidence": "#2E75B6",
    "rules": "#F2A33A", "findings": "#9C5700", "origin": "#7F7F7F",
}  # fmt: skip
"""The colour of a sheet's tab by what it holds."""
ROWS_BETWEEN_MARKS = 20
"""A draft's mark stands across the cells so often that every page has one."""


class Book:
    """Nothing written in it names this machine, nor the day."""

    def __init__(
        self,
        title: str,
        footer: str,
        created: datetime.date,
        draft: bool = False,
        keywords: str = "",
        language: Language = "zh",
        whole: bool = False,
    ) -> None:
        """``created`` is the day that its properties tell, the same whenever it is written.

        ``whole``: a draft lacks nothing.
        """
        self.language = language
        self._draft = text("results.draft", language)
        self._said = text("console.draft_whole" if whole else "console.draft", language)
        self._buffer = io.BytesIO()
        self.file = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self.file.set_properties({
            "title": title, "keywords": keywords, "created": datetime.datetime.combine(created, datetime.time()),
        })  # fmt: skip
        self.styles = Styles(self.file)
        self.title = f"{self._draft}·{title}" if draft else title
        self.footer = footer
        self.draft = draft
        self.pages: list[tuple[Page, str]] = []
        """All pages, each with its kind."""

    def bare_page(
        self,
        name: str,
        columns: Sequence[Column],
        header: int,
        size: int,
        least: float,
        portrait: bool = False,
        kind: str = "",
    ) -> Page:
        """A new page set up, and nothing on it; its tab has the colour of its ``kind``, one of TABS."""
        page = Page(self.file, self.styles, name, columns, header, size, least)
        above = f"&C&20&K{RED[1:]}{self._draft}" if self.draft else ""
        set_up_paper(page.sheet, (self.title, self.footer, name), self.language, above, portrait=portrait)
        page.sheet.hide_gridlines(2)
        if tab := RED if self.draft else TABS.get(kind):
            page.sheet.set_tab_color(tab)
        self.pages.append((page, kind))
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
        heading: str = "",
        kind: str = "",
        headed: Sequence[int] = (0,),
        across: int = 1,
    ) -> Page:
        """A new page with its heading and header row, and ``above`` free rows between the two.

        ``frozen`` columns stay in view; ``heading`` is what it is called where its name and the workbook's title do not do.
        The heading stands at each column of ``headed``: one for each sheet of paper that it takes from side to side. Where it
        takes several ``across``, the frozen columns are printed on each.
        """
        draft = (self._said if self.draft else "", "draft")
        lines = [each for each in (draft, (note, "plain")) if each[0]]
        page = self.bare_page(name, columns, 1 + len(lines) + above, size, least, kind=kind)
        page.sheet.fit_to_pages(across, 0)
        called = f"{self._draft}·{heading}" if heading and self.draft else heading
        page.sheet.set_row(0, max(26, height_of(1, size)))
        for row in range(1, len(lines) + 1):
            page.sheet.set_row(row, max(20, height_of(1, size)))
        for column in headed:
            for row, (line, look) in enumerate([(called or f"{name}·{self.title}", "title"), *lines]):
                page.cell(row, column, line, look)
        page.titles(page.header, 34)
        page.sheet.freeze_panes(page.first, frozen)
        page.sheet.repeat_rows(0, page.header)
        if across > 1 and frozen:
            page.sheet.repeat_columns(0, frozen - 1)
        return page

    def mark(self, page: Page, rows: int) -> None:
        """Lay the word for a draft across a draft's page of so many rows, once on every sheet of paper that it takes."""
        for row in range(2, max(rows, 3), ROWS_BETWEEN_MARKS) if self.draft else ():
            options = {"image_data": io.BytesIO(self._mark), "object_position": 3, "description": self._draft}
            page.sheet.insert_image(row, len(page.columns) // 3, "draft.png", options)

    @cached_property
    def _mark(self) -> bytes:
        return (resources.files("chainscore.results.excel") / f"draft-{self.language}.png").read_bytes()

    def chart(self, kind: str, subtype: str = "") -> Any:
        """A new chart; a page's ``sheet.insert_chart`` gives it its place."""
        return self.file.add_chart({"type": kind, "subtype": subtype} if subtype else {"type": kind})

    def packed(self) -> bytes:
        """The finished workbook, as the bytes of an .xlsx file."""
        self.file.close()
        return repacked(self._buffer.getvalue())
