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

from chainscore.papers.bulletin.blocks import Block, Grid, Line, NewPage, pieces
from chainscore.papers.bulletin.content import Particulars, bulletin_of, title_of
from chainscore.papers.bulletin.record import record_of
from chainscore.papers.bulletin.styles import CENTRE, FOURTH, LEFT, RED, RIGHT, SECOND, blank_document
from chainscore.papers.bulletin.subject import Subject
from chainscore.results.packing import repacked
from chainscore.show.word import add_properties
from chainscore.words.texts import text

LONGEST_NAME = 40
"""Characters in the name of a bookmark."""


def write_bulletin(subject: Subject, particulars: Particulars) -> bytes:
    """The document as bytes, the same for the same inputs and particulars."""
    writer = _Writer()
    for block in bulletin_of(subject, particulars):
        writer.write(block)
    writer.number_pages()
    if subject.draft:
        writer.mark(text("bulletin.draft", subject.language))
    writer.set_properties(title_of(subject), subject.scorecard.now)
    add_properties(writer.document, record_of(subject))
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return repacked(buffer.getvalue())


KEPT_TOGETHER = 8
"""A table of so many rows is not torn apart by a new page."""


class _Writer:
    def __init__(self) -> None:
        self.document = blank_document()
        self.bookmarks = count(1)

    def write(self, block: Block) -> None:
        match block:
            case Line():
                self._line(block)
            case Grid():
                self._grid(block)
            case NewPage():
                self.document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)

    def _line(self, line: Line) -> None:
        paragraph = self.document.add_paragraph(style=f"bulletin {line.kind}")
        self._fill(paragraph, line.text)
        if line.kind == "open":
            paragraph.runs[0].font.highlight_color = WD_COLOR_INDEX.YELLOW
        if line.kind == "number":
            _rule_below(paragraph)

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
            for cell, its, width in zip(cells, texts, grid.widths, strict=True):
                cell.width = Mm(width)
                cell.paragraphs[0].style = "bulletin cell"
                self._fill(cell.paragraphs[0], its)
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                cell.paragraphs[0].paragraph_format.keep_with_next = row < len(grid.rows) <= KEPT_TOGETHER
                for run in cell.paragraphs[0].runs if not row else ():
                    run.font.bold = True
        _repeat_header(table)

    def number_pages(self) -> None:
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

    def mark(self, draft: str) -> None:
        """Say on each page that this is a draft."""
        section: Any = self.document.sections[0]
        for header in (section.header, section.even_page_header):
            paragraph = header.paragraphs[0]
            paragraph.alignment = CENTRE
            run = paragraph.add_run(draft)
            run.font.size, run.font.bold, run.font.color.rgb = Pt(SECOND), True, RED

    def set_properties(self, title: str, created: datetime.date) -> None:
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
