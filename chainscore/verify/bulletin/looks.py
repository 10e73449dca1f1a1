"""Whether what a document says can be seen: letters, lines and tables by all the styles that they have.

An office may set a bulletin in other sizes, fonts and colours. What is told is what hides a text, or makes another of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

Said = tuple[str, str]
"""What something is, in Chinese and English."""
Chain = Sequence[Element]
"""Properties of one thing, the nearest first: its own, those of its style and of what that is based on, the document's."""

HIDING: dict[str, Said] = {
    "w.vanish": ("隐藏的文字", "hidden text"),
    "w.webHidden": ("隐藏的文字", "hidden text"),
    "w.specVanish": ("隐藏的文字", "hidden text"),
    "w.strike": ("删除线", "struck-through text"),
    "w.dstrike": ("删除线", "struck-through text"),
    "w.rtl": ("从右到左的文字", "text from right to left"),
    "w.fitText": ("挤压的文字", "squeezed text"),
    "w.eastAsianLayout": ("合并或横排的文字", "text set in two lines or turned"),
}
PLAIN_LETTERS = {
    "w.rStyle", "w.rFonts", "w.b", "w.bCs", "w.i", "w.iCs", "w.caps", "w.smallCaps", "w.outline", "w.shadow", "w.emboss",
    "w.imprint", "w.noProof", "w.snapToGrid", "w.color", "w.spacing", "w.w", "w.kern", "w.position", "w.sz", "w.szCs",
    "w.highlight", "w.u", "w.effect", "w.bdr", "w.shd", "w.vertAlign", "w.cs", "w.em", "w.lang", "w.oMath",
    "w.woUserID",  # WPS
    *(f"w14.{name}" for name in ("ligatures", "cntxtAlts", "numForm", "numSpacing")),
}  # fmt: skip
PLAIN_LINES = {
    "w.pStyle", "w.keepNext", "w.keepLines", "w.pageBreakBefore", "w.widowControl", "w.suppressLineNumbers", "w.pBdr", "w.shd",
    "w.tabs", "w.suppressAutoHyphens", "w.kinsoku", "w.wordWrap", "w.overflowPunct", "w.topLinePunct", "w.autoSpaceDE",
    "w.autoSpaceDN", "w.adjustRightInd", "w.snapToGrid", "w.spacing", "w.ind", "w.contextualSpacing", "w.mirrorIndents",
    "w.suppressOverlap", "w.jc", "w.textAlignment", "w.textboxTightWrap", "w.outlineLvl", "w.divId", "w.cnfStyle", "w.rPr",
    "w.numPr", "w.bidi", "w.textDirection",
}  # fmt: skip
REVISIONS = {
    "w.ins", "w.del", "w.moveFrom", "w.moveTo", "w.rPrChange", "w.pPrChange", "w.tblPrChange", "w.trPrChange", "w.tcPrChange",
    "w.sectPrChange", "w.tblGridChange", "w.tblPrExChange", "w.cellIns", "w.cellDel", "w.cellMerge",
}  # fmt: skip
REVISED: Said = ("未接受的修订", "a tracked change")
NUMBERED: Said = ("自动编号", "automatic numbering")
LIGHT = {"none", "white", "yellow", "cyan", "green", "lightGray"}
FONTS = re.compile(
    "仿宋|楷|黑体|宋|新宋|等线|微软雅黑|方正|华文|汉仪|思源|n?sim(sun|hei)|fangsong|kaiti|dengxian|microsoft yahei|songti|heiti"
    "|st(song|kai|hei|fang)|pingfang|times|arial|helvetica|calibri|cambria|courier|georgia|verdana|tahoma|carlito|caladea"
    "|liberation|dejavu|noto|source han|(ms |ｍｓ )(mincho|gothic|明朝|ゴシック)",
    re.IGNORECASE,
)
"""Fonts in which a letter looks like itself, by how their names begin."""
LEAST_SIZE = 16
"""Half points."""
LEAST_CONTRAST = 3.0
"""Of letters to white paper."""
MOST_SHIFT = 60
"""Twentieths of a point, half a letter of the smallest: more of it puts letters over each other."""
MOST_OUTSIDE, MOST_INDENT = -400, 6000
"""Twentieths of a point."""
MOST_CHARACTERS = 3000
"""Of an indent, in hundredths of a character."""
WIDEST = 9600
"""Twentieths of a point: what is wider does not fit between the margins and the edge of the page."""
MOST_MARGIN = 600
"""Twentieths of a point between a cell's edge and its text."""
MOST_PITCH = 12288
"""In 4096ths of a point: how much closer a page's grid sets its letters."""


def on(element: Element) -> bool:
    """Whether a property that has no more than on and off is on."""
    return element.get("w.val", "true") not in ("false", "0", "off")


def number(text: str | None) -> float:
    """The number of a measure, which may have a unit; 0 of none."""
    found = re.match(r"-?\d+(\.\d+)?", text or "")
    return float(found[0]) if found else 0.0


def nearest(chain: Chain, tag: str, attribute: str = "w.val") -> str | None:
    """What is said first of it along a chain."""
    return next((value for each in chain for child in each.findall(tag) if (value := child.get(attribute)) is not None), None)


def letters(chain: Chain) -> Iterator[Said]:
    """What hides letters that have these properties, or changes what they seem to be."""
    for child in (child for each in chain for child in each):
        if child.tag in HIDING and on(child):
            yield HIDING[child.tag]
        elif child.tag in REVISIONS:
            yield REVISED
        elif child.tag not in PLAIN_LETTERS and child.tag not in HIDING:
            yield "文字效果", "a text effect"
    if not _legible(nearest(chain, "w.color")) or nearest(chain, "w.color", "w.themeColor") not in (None, "text1", "dark1"):
        yield "与纸同色的文字", "text in the colour of paper"
    if number(nearest(chain, "w.sz") or "20") < LEAST_SIZE:
        yield "过小的文字", "text too small to read"
    if nearest(chain, "w.highlight") not in (None, *LIGHT) or _dark(chain):
        yield "深色底纹", "a dark background"
    if abs(number(nearest(chain, "w.position"))) > LEAST_SIZE / 2 or nearest(chain, "w.vertAlign") not in (None, "baseline"):
        yield "升降的文字", "raised or lowered text"
    if number(nearest(chain, "w.w") or "100") < 50 or abs(number(nearest(chain, "w.spacing"))) > MOST_SHIFT:
        yield "挤压的文字", "squeezed text"
    for attribute in ("w.ascii", "w.hAnsi", "w.eastAsia"):
        if not known_font(nearest(chain, "w.rFonts", attribute)):
            yield "不是文字用的字体", "a font that is none for text"


def known_font(name: str | None) -> bool:
    return not name or FONTS.match(name) is not None


def _legible(colour: str | None) -> bool:
    """True of what can be read on white."""
    if colour in (None, "auto"):
        return True
    if not re.fullmatch("[0-9A-Fa-f]{6}", colour or ""):
        return False
    parts = [int(str(colour)[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) >= LEAST_CONTRAST


def _dark(chain: Chain) -> bool:
    """True of shading on which black cannot be read; what a theme fills counts as dark, for a theme can be changed."""
    shades = [child for each in chain for child in each.findall("w.shd")][:1]
    return any(
        each.get("w.val", "clear") not in ("clear", "nil")
        or each.get("w.themeFill") is not None
        or (each.get("w.fill", "auto") != "auto" and _legible(each.get("w.fill")))
        for each in shades
    )


def lines(chain: Chain, largest: float) -> Iterator[Said]:
    """What hides the lines of a paragraph with letters of ``largest`` half points, or moves them off their place."""
    for child in (child for each in chain for child in each):
        if child.tag in REVISIONS or (child.tag == "w.rPr" and any(mark.tag in REVISIONS for mark in child)):
            yield REVISED
        elif child.tag not in PLAIN_LINES:
            yield "特殊的段落格式", "an unusual format of a paragraph"
        elif child.tag == "w.bidi" and on(child):
            yield "从右到左的文字", "text from right to left"
    if nearest([part for each in chain for part in each.findall("w.numPr")], "w.numId") not in (None, "0"):
        yield NUMBERED
    if nearest(chain, "w.textDirection") not in (None, "lrTb", "lr"):
        yield "竖排的文字", "text set in columns"
    if _dark(chain):
        yield "深色底纹", "a dark background"
    exact = nearest(chain, "w.spacing", "w.lineRule") == "exact"
    if exact and number(nearest(chain, "w.spacing", "w.line")) < largest * 10 * 0.9:
        yield "行距过小，文字显示不全", "lines too low for their letters"
    indents = [number(nearest(chain, "w.ind", f"w.{side}")) for side in ("left", "start", "right", "end", "firstLine")]
    hanging = number(nearest(chain, "w.ind", "w.hanging"))
    characters = [abs(number(nearest(chain, "w.ind", f"w.{side}Chars"))) for side in ("left", "right", "firstLine", "hanging")]
    outside = min(*indents, sum(indents[:2]) - hanging) < MOST_OUTSIDE or sum(indents) > MOST_INDENT
    if outside or max(characters) > MOST_CHARACTERS:
        yield "移到页外的文字", "text moved off the page"


def table(properties: Element | None) -> Iterator[Said]:
    """What is odd about a table's own properties."""
    for child in properties if properties is not None else ():
        if child.tag in REVISIONS:
            yield REVISED
        elif child.tag == "w.tblpPr":
            yield "浮动的表", "a table that floats"
        elif child.tag == "w.bidiVisual" and on(child):
            yield "从右到左的表", "a table from right to left"
        elif _off_the_page(child):
            yield "移到页外的表", "a table moved off the page"
        elif child.tag == "w.tblCellMar":
            yield from _margins(child)


def _off_the_page(child: Element) -> bool:
    """Whether it indents a table, or makes it so wide, that it does not stand on the page."""
    widest = {"dxa": WIDEST, "pct": 5000}.get(child.get("w.type", ""))
    if child.tag == "w.tblInd":
        return not MOST_OUTSIDE <= number(child.get("w.w")) <= -MOST_OUTSIDE
    return child.tag == "w.tblW" and widest is not None and number(child.get("w.w")) > widest


def _margins(margins: Element) -> Iterator[Said]:
    if any(abs(number(side.get("w.w"))) > MOST_MARGIN for side in margins):
        yield "过大的边距", "margins too large"


def row(properties: Element | None) -> Iterator[Said]:
    for child in properties if properties is not None else ():
        if child.tag in REVISIONS:
            yield REVISED
        elif child.tag == "w.hidden" and on(child):
            yield "隐藏的行", "a hidden row"
        elif child.tag == "w.trHeight" and child.get("w.hRule") == "exact":
            yield "固定高度的行，文字可能显示不全", "a row of a fixed height, which may cut its text"


def cell(properties: Element | None) -> Iterator[Said]:
    merged = {"w.gridSpan", "w.vMerge", "w.hMerge"}
    for child in properties if properties is not None else ():
        if child.tag in REVISIONS:
            yield REVISED
        elif child.tag in merged and child.get("w.val") != "1":
            yield "合并的单元格", "merged cells"
        elif child.tag == "w.tcFitText" and on(child):
            yield "挤压的文字", "squeezed text"
        elif child.tag == "w.textDirection" and child.get("w.val") not in ("lrTb", "lr"):
            yield "竖排的文字", "text set in columns"
        elif child.tag == "w.tcMar":
            yield from _margins(child)
        elif child.tag == "w.tcW" and child.get("w.type") == "dxa" and number(child.get("w.w")) < LEAST_SIZE * 10:
            yield "过窄的单元格", "a cell too narrow to read"
    if properties is not None and _dark([properties]):
        yield "深色底纹", "a dark background"


def page(section: Element) -> Iterator[Said]:
    """What the setting of all pages would hide."""
    for grid in section.findall("w.docGrid"):
        if grid.get("w.type") in ("linesAndChars", "snapToChars") and abs(number(grid.get("w.charSpace"))) > MOST_PITCH:
            yield "挤压的文字", "squeezed text"
    if nearest([section], "w.textDirection") not in (None, "lrTb", "lr"):
        yield "竖排的文字", "text set in columns"


class Styles:
    """A document's styles."""

    def __init__(self, tree: Element | None) -> None:
        styles = tree.findall("w.style") if tree is not None else []
        self._styles = {each.get("w.styleId", ""): each for each in styles}
        kinds = [(each.get("w.type", ""), each) for each in styles if each.get("w.default") in ("1", "true")]
        self._usual = dict(kinds)
        self._defaults = tree.find("w.docDefaults") if tree is not None else None

    def name(self, style: str | None) -> str:
        """What people call a style, in small letters."""
        found = self._styles.get(style or "")
        return (nearest([found], "w.name") or "").casefold() if found is not None else ""

    def chain(self, kind: str, style: str | None) -> list[Element]:
        """A style and those that it is based on."""
        found: list[Element] = []
        at = self._styles.get(style or "") if style else self._usual.get(kind)
        while at is not None and at not in found:
            found.append(at)
            at = self._styles.get(nearest([at], "w.basedOn") or "")
        return found

    def properties(self, tag: str, kind: str, style: str | None) -> list[Element]:
        """The properties (w.rPr, w.pPr) along a chain of styles."""
        return _present(each.find(tag) for each in self.chain(kind, style))

    def defaults(self, tag: str) -> list[Element]:
        default = self._defaults.find(f"{tag}Default") if self._defaults is not None else None
        return _present([default.find(tag)] if default is not None else [])

    def of_table(self, style: str | None) -> Iterator[Said]:
        """What any part of a table's style would hide."""
        for each in self.chain("table", style):
            for properties in each.iter("w.rPr"):
                yield from letters([properties])
            for properties in (*each.iter("w.tcPr"), *each.iter("w.tblPr"), *each.iter("w.pPr")):
                if _dark([properties]):
                    yield "深色底纹", "a dark background"
                for margins in (*properties.findall("w.tblCellMar"), *properties.findall("w.tcMar")):
                    yield from _margins(margins)
            for properties in each.iter("w.pPr"):
                yield from lines([properties], LEAST_SIZE)


def _present(elements: Iterable[Element | None]) -> list[Element]:
    return [each for each in elements if each is not None]
