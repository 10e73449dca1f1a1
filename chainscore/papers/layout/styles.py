"""The layout of GB/T 9704-2012: A4, the type area, its fonts and sizes, and the styles of a document."""

from __future__ import annotations

from typing import Any, NamedTuple

from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from chainscore.papers.layout.blocks import Kind
from chainscore.show.word import empty_document

TITLE, BODY, HEADING, SUBHEADING, DIGITS = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
SECOND, THIRD, FOURTH, SMALL_FOURTH, FIFTH = 22.0, 16.0, 14.0, 12.0, 10.5
"""二号, 三号, 四号, 小四号, 五号 in points."""
TYPE_AREA = 156.0
"""Its width in mm."""
LINE = 28.95
"""Points: 22 lines in 225 mm."""
RED = RGBColor(0xFF, 0x00, 0x00)
LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip


class Look(NamedTuple):
    """A paragraph style; ``indent`` and ``right`` in characters, ``before`` and ``after`` in lines, ``line`` in points."""

    font: str = BODY
    size: float = THIRD
    alignment: WD_ALIGN_PARAGRAPH = BOTH
    indent: int = 0
    right: int = 0
    before: float = 0
    after: float = 0
    red: bool = False
    keeps_next: bool = False
    line: float = LINE


LOOKS: dict[Kind, Look] = {
    "issuer": Look(TITLE, SECOND, CENTRE, before=1, red=True),
    "number": Look(alignment=CENTRE, before=1),
    "title": Look(TITLE, SECOND, CENTRE, before=2, after=1),
    "addressee": Look(alignment=LEFT),
    "heading": Look(HEADING, indent=2, alignment=LEFT, keeps_next=True),
    "subheading": Look(SUBHEADING, indent=2, alignment=LEFT, before=0.5, keeps_next=True),
    "body": Look(indent=2),
    "open": Look(indent=2),
    "annexes": Look(indent=2, alignment=LEFT, before=1),
    "more_annexes": Look(indent=2, alignment=LEFT),
    "signature": Look(alignment=RIGHT, right=4, keeps_next=True),
    "annex": Look(HEADING, alignment=LEFT, keeps_next=True),
    "annex_title": Look(TITLE, SECOND, CENTRE, before=1, after=1, keeps_next=True),
    "place": Look(indent=2, keeps_next=True),
    "note": Look(size=FIFTH, alignment=LEFT),
    "sign": Look(indent=2, alignment=LEFT, before=0.5, keeps_next=True),
    "remark": Look(size=FIFTH, alignment=LEFT, line=FIFTH * 1.5),
    "rule": Look(size=SMALL_FOURTH, indent=2, line=SMALL_FOURTH * 1.5, keeps_next=True),
}


def blank_document(paper: str) -> DocxDocument:
    """A document of one section set up as the standard has it, with the styles of LOOKS and ``cell`` of a ``paper``."""
    document = empty_document()  # python-docx's own template, whose styles are given the standard's fonts here
    _set_up_page(document)
    normal: Any = document.styles["Normal"]
    _dress(normal, Look())
    for kind, look in LOOKS.items():
        style: Any = document.styles.add_style(f"{paper} {kind}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _dress(style, look)
    cell: Any = document.styles.add_style(f"{paper} cell", WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = normal
    _dress(cell, Look(size=FIFTH, alignment=CENTRE))
    cell.paragraph_format.line_spacing = 1.0
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    _set_language(normal.element.get_or_add_rPr())
    return document


def _set_up_page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.right_margin, section.bottom_margin = Mm(26), Mm(35)
    section.header_distance, section.footer_distance = Mm(20), Mm(23)
    document.settings.odd_and_even_pages_header_footer = True


def _dress(style: Any, look: Look) -> None:
    """Give a style its font and its paragraph's shape."""
    style.font.name, style.font.size = DIGITS, Pt(look.size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), look.font)
    if look.red:
        style.font.color.rgb = RED
    shape = style.paragraph_format
    shape.alignment = look.alignment
    shape.line_spacing = Pt(max(look.line, look.size * 1.35))
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.space_before, shape.space_after = Pt(LINE * look.before), Pt(LINE * look.after)
    shape.first_line_indent, shape.right_indent = Pt(look.size * look.indent), Pt(look.size * look.right)
    shape.keep_with_next = look.keeps_next
    shape.widow_control = False


def _set_language(properties: Any) -> None:
    """Which languages a program checks the spelling in."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "en-US")
    element.set(qn("w:eastAsia"), "zh-CN")
    properties.append(element)
