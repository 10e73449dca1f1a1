"""Blocks written as a .docx document: lines, tables, bookmarks, page numbers, and a draft's mark on each page."""

from __future__ import annotations

import datetime
import io
import re
from itertools import count
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from chainscore.papers.layout.blocks import Block, Grid, Line, NewPage, pieces
from chainscore.papers.layout.styles import CENTRE, FOURTH, LEFT, RED, RIGHT, SECOND, blank_document
from chainscore.results.packing import repacked

LONGEST_NAME = 40
"""Characters in the name of a bookmark."""


KEPT_TOGETHER = 8
"""A table of so many rows is not torn apart by a new page."""


class Writer:
    """Writes blocks one after another; the styles of a ``paper`` are called after it."""

    def __init__(self, paper: str) -> None:
        self.paper = paper
        self.document = blank_document(paper)
        self.bookmarks = count(1)
        self.styles: dict[str, str] = {}
        """Name → id, of those in use."""

    def write(self, block: Block) -> None:
        match block:
            case Line():
                self._line(block)
            case Grid():
                self._grid(block)
            case NewPage():
                self.document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)

    def _line(self, line: Line) -> None:
        paragraph = self.document.add_paragraph()
        self._dress(paragraph, line.kind)
        self._fill(paragraph, line.text)
        if line.keeps_next:
            paragraph.paragraph_format.keep_with_next = True
        if line.kind == "open":
            paragraph.runs[0].font.highlight_color = WD_COLOR_INDEX.YELLOW
        if line.kind == "number":
            _rule_below(paragraph)

    def _dress(self, paragraph: Paragraph, kind: str) -> None:
        """Give a paragraph its style by its id: looking for it by name takes 2 ms, and there are hundreds of cells."""
        name = f"{self.paper} {kind}"
        if name not in self.styles:
            self.styles[name] = self.document.styles[name].style_id
        paragraph.paragraph_format.element.style = self.styles[name]

    def _fill(self, paragraph: Paragraph, whole: str) -> None:
        """The pieces of a text, each figure in a bookmark of its own."""
        for piece, source in pieces(whole):
            run = paragraph.add_run(piece)
            if source:
                self._bookmark(run.font.element, source)

    def _bookmark(self, run: Any, source: str) -> None:
        number = str(next(self.bookmarks))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), number)
        words = re.sub(r"\W+", "_", source, flags=re.ASCII)
        start.set(qn("w:name"), f"f{number}_{words}"[:LONGEST_NAME])
        run.addprevious(start)
        run.addnext(end)

    def _grid(self, grid: Grid) -> None:
        table: Any = self.document.add_table(0, len(grid.header), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for index, width in enumerate(grid.widths):
            table.columns[index].width = Mm(width)
        for row, texts in enumerate((grid.header, *grid.rows)):
            cells = table.add_row().cells
            kept = row < len(grid.rows) <= KEPT_TOGETHER if grid.together else not row
            for at, (cell, its) in enumerate(zip(cells, texts, strict=True)):
                paragraph = cell.paragraphs[0]
                self._dress(paragraph, "cell")
                self._fill(paragraph, its)
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                if kept:
                    paragraph.paragraph_format.keep_with_next = True
                if row and at < grid.flush:
                    paragraph.alignment = LEFT
                for run in paragraph.runs if not row else ():
                    run.font.bold = True
        _repeat_header(table)

    def _number_pages(self) -> None:
        """— 1 —, outside: on the right of odd pages, on the left of even ones."""
        section: Any = self.document.sections[0]
        for footer, alignment in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = alignment
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(FOURTH)
            for dash, field in (("— ", ""), ("", "PAGE"), (" —", "")):
                run = paragraph.add_run(dash)
                run.font.size, run.font.name = Pt(FOURTH), "宋体"
                run.font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
                if field:
                    _add_field(run.font.element, field)

    def _mark(self, draft: str) -> None:
        """Say on each page that this is a draft."""
        section: Any = self.document.sections[0]
        for header in (section.header, section.even_page_header):
            paragraph = header.paragraphs[0]
            paragraph.alignment = CENTRE
            run = paragraph.add_run(draft)
            run.font.size, run.font.bold, run.font.color.rgb = Pt(SECOND), True, RED

    def finish(self, title: str, created: datetime.date, draft: str = "") -> bytes:
        """The document as bytes, the same for the same blocks; ``draft`` is what the header of each page says, if anything."""
        self._number_pages()
        if draft:
            self._mark(draft)
        self._set_properties(title, created)
        buffer = io.BytesIO()
        self.document.save(buffer)
        return repacked(buffer.getvalue())

    def _set_properties(self, title: str, created: datetime.date) -> None:
        """Nothing in them names this machine, its user, or the day."""
        properties = self.document.core_properties
        moment = datetime.datetime.combine(created, datetime.time())
        properties.title, properties.author, properties.last_modified_by, properties.comments = title, "", "", ""
        properties.created = properties.modified = moment
        properties.revision = 1


def _add_field(run: Any, code: str) -> None:
    """A field that the program which shows the document fills."""
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run.append(element)


def _repeat_header(table: Any) -> None:
    """Its first row stands again on each page, and no row is torn apart."""
    for index, row in enumerate(table.rows):
        properties = row.cells[0].paragraphs[0].paragraph_format.element.getparent().getparent().get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not index:
            properties.append(OxmlElement("w:tblHeader"))


def _rule_below(paragraph: Paragraph) -> None:
    """The red line below the document number."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "FF0000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph.paragraph_format.element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
