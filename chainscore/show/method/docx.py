"""A method as a Word document that can be signed."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from chainscore.show.method.contents import Blocks, Grille, Heading, Items, Paragraph, Signatures
from chainscore.show.word import empty_document
from chainscore.words.bilingual import Language

if TYPE_CHECKING:
    from docx.document import Document as Written

FONTS = {"zh": "宋体", "en": "Calibri"}
SIZE = 11
MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""The day of making that a document tells, whenever it is made: the same method is the same text."""


def docx(blocks: Blocks, language: Language) -> bytes:
    """The whole document."""
    document = empty_document()
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONTS[language]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONTS[language])
    document.styles["Normal"].font.size = Pt(SIZE)
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2.5)
    for block in blocks:
        _add(document, block)
    properties = document.core_properties
    properties.created = properties.modified = MADE
    properties.author, properties.title = "chainscore", next(each.text for each in blocks if isinstance(each, Heading))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add(document: Written, block: object) -> None:
    match block:
        case Heading(level, text):
            heading = document.add_heading(text, level)
            heading.alignment = WD_ALIGN_PARAGRAPH.CENTER if level == 0 else None
        case Paragraph(text):
            document.add_paragraph(text)
        case Items(texts):
            for text in texts:
                document.add_paragraph(text, style="List Bullet")
        case Grille(header, rows):
            table = document.add_table(rows=0, cols=len(header), style="Table Grid")
            for at, row in enumerate((header, *rows)):
                cells = table.add_row().cells
                for cell, text in zip(cells, row, strict=True):
                    cell.text = text
                    for run in cell.paragraphs[0].runs:
                        run.bold = at == 0
        case Signatures(labels):
            for label in labels:
                signed = document.add_paragraph(f"\n{label}＿＿＿＿＿＿＿＿＿＿＿＿")
                signed.alignment = WD_ALIGN_PARAGRAPH.LEFT
