"""Whether the setting of a document's pages, its settings, fonts and colours leave its text as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from chainscore.verify.bulletin.looks import REVISED, REVISIONS, Said, known_font, legible, nearest, on
from chainscore.verify.bulletin.soundness import number
from chainscore.verify.markup import UnverifiableError

PLAIN_PAGE = {
    "w.headerReference", "w.footerReference", "w.footnotePr", "w.endnotePr", "w.type", "w.pgSz", "w.pgMar", "w.paperSrc",
    "w.pgNumType", "w.cols", "w.formProt", "w.vAlign", "w.noEndnote", "w.titlePg", "w.textDirection", "w.bidi", "w.rtlGutter",
    "w.docGrid", "w.printerSettings",
}  # fmt: skip
MOVING = {
    "w.mirrorMargins", "w.gutterAtTop", "w.bookFoldPrinting", "w.bookFoldRevPrinting", "w.printTwoOnOne", "w.mailMerge",
    "w.linkStyles", "w.attachedTemplate", "w.printPostScriptOverText",
}  # fmt: skip
"""Settings by which the pages would be others, or take what stands elsewhere."""
LEAST_PITCH = 200
"""Twentieths of a point from one line of a page's grid to the next."""
CLOSEST, WIDEST_APART = -4096, 12288
"""In 4096ths of a point: how much closer or farther apart a page's grid sets its letters."""
MOST_EDGE = 3000
"""Twentieths of a point from the edge of the page to what stands above or below the text."""
MOST_LETTERS = 2
FONT: Said = ("不是文字用的字体", "a font that is none for text")
TYPES = ("default", "first", "even")


def page(section: Element) -> Iterator[Said]:
    """What the setting of all pages would hide, or show beside the text."""
    for child in section:
        if child.tag in REVISIONS:
            yield REVISED
        elif child.tag not in PLAIN_PAGE or (child.tag == "w.pgNumType" and child.get("w.chapStyle") is not None):
            yield "特殊的页面格式", "an unusual format of pages"
        elif child.tag in ("w.bidi", "w.rtlGutter") and on(child):
            yield "从右到左的文字", "text from right to left"
        elif child.tag == "w.cols" and len(child):
            yield "挤压的文字", "squeezed text"
        elif child.tag == "w.docGrid":
            yield from _grid(child)
        elif child.tag == "w.pgMar" and max(number(child.get(f"w.{side}")) for side in ("header", "footer")) > MOST_EDGE:
            yield "移到页外的文字", "text moved off the page"
    if nearest([section], "w.textDirection") not in (None, "lrTb", "lr"):
        yield "竖排的文字", "text set in columns"


def _grid(grid: Element) -> Iterator[Said]:
    kind = grid.get("w.type", "default")
    if kind in ("linesAndChars", "snapToChars") and not CLOSEST <= number(grid.get("w.charSpace")) <= WIDEST_APART:
        yield "挤压的文字", "squeezed text"
    if kind != "default" and number(grid.get("w.linePitch")) < LEAST_PITCH:
        yield "行距过小，文字显示不全", "lines too low for their letters"


def measures(section: Element) -> list[int]:
    """The pages' size and margins in millimetres, and their number of columns."""
    size, margins, columns = (section.find(tag) for tag in ("w.pgSz", "w.pgMar", "w.cols"))
    sides = ("top", "right", "bottom", "left", "gutter")
    told = [(size, "w.w"), (size, "w.h"), *((margins, f"w.{side}") for side in sides)]
    number_of_columns = int(number(columns.get("w.num")) or 1) if columns is not None else 1
    return [*(round(number(each.get(key)) / 56.7) if each is not None else 0 for each, key in told), number_of_columns]


def references(section: Element, shown: set[str]) -> Iterator[tuple[str, str, str]]:
    """(header or footer, kind of page, id) of what stands above and below the text. Raises UnverifiableError of two."""
    met: set[tuple[str, str]] = set()
    for child in section:
        kind = child.tag.removeprefix("w.").removesuffix("Reference")
        if kind not in ("header", "footer"):
            continue
        page_ = child.get("w.type", "default")
        if page_ not in TYPES or (kind, page_) in met:
            raise UnverifiableError(
                f"页眉或页脚 {page_} 重复或不合规范", f"a {kind} of {page_} pages twice, or of no such pages"
            )
        met.add((kind, page_))
        if page_ in shown:
            yield kind, page_, child.get("r.id", "")


def settings(tree: Element | None) -> Iterator[tuple[Said, str]]:
    """Settings that make something else of the pages."""
    for child in tree if tree is not None else ():
        if child.tag in MOVING and on(child):
            yield ("改变页面的设置", "a setting that changes the pages"), child.tag.removeprefix("w.")
        elif child.tag == "w.clrSchemeMapping" and (child.get("w.t1", "dark1"), child.get("w.bg1", "light1")) != (
            "dark1",
            "light1",
        ):
            yield ("对调的颜色", "colours exchanged"), str(child.get("w.t1"))


def numbers(tree: Element | None) -> Iterator[tuple[Said, str]]:
    """Numbers of lists that say more than a number: 第1章 has two letters beside it."""
    for level in tree.iter("w.lvlText") if tree is not None else ():
        said = level.get("w.val", "")
        if len(re.findall(r"\w", re.sub("%[1-9]", "", said))) > MOST_LETTERS:
            yield ("带文字的自动编号", "automatic numbering with words"), said


def theme(tree: Element | None) -> Iterator[tuple[Said, str]]:
    """A theme's fonts that are none for text, and a colour of text that cannot be read."""
    for font in tree.iter() if tree is not None else ():
        name = font.get("typeface")
        wanted = font.tag in ("a.latin", "a.ea") or (
            font.tag == "a.font" and font.get("script") in ("Hans", "Hant", "Jpan", "Hang")
        )
        if wanted and name and not name.startswith("+") and not known_font(name):
            yield FONT, name
    for colour in tree.findall("a.themeElements/a.clrScheme/a.dk1/*") if tree is not None else ():
        window = colour.tag == "a.sysClr" and colour.get("val") == "windowText"
        if len(colour) or not (window or (colour.tag == "a.srgbClr" and legible(colour.get("val")))):
            yield ("与纸同色的文字", "text in the colour of paper"), str(colour.get("val"))


def fonts(table: Element | None) -> Iterator[tuple[Said, str]]:
    """Fonts that would stand for others, or are said to be symbols."""
    for font in table if table is not None else ():
        name, other = font.get("w.name", ""), nearest([font], "w.altName")
        panose, characters = nearest([font], "w.panose1") or "", nearest([font], "w.charset") or ""
        if known_font(name) and (not known_font(other) or panose.startswith("05") or characters in ("2", "02")):
            yield FONT, other or name
