"""Whether what a document says can be seen: letters and lines by all the styles that they have.

An office may set a bulletin in other sizes, fonts and colours. What is told is what hides a text, or makes another of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from chainscore.verify.bulletin.soundness import number
from chainscore.words.colours import contrast

Said = tuple[str, str]
"""What something is, in Chinese and English."""
Chain = Sequence[Element]
"""Properties of one thing, the nearest first: its own, those of its style and of what that is based on, the document's."""

EFFECT: Said = ("文字效果", "a text effect")
ALWAYS: dict[str, Said] = {
    "w.fitText": ("挤压的文字", "squeezed text"),
    "w.eastAsianLayout": ("合并或横排的文字", "text set in two lines or turned"),
}
"""What no value turns off."""
HIDING: dict[str, Said] = {
    "w.vanish": ("隐藏的文字", "hidden text"),
    "w.webHidden": ("隐藏的文字", "hidden text"),
    "w.specVanish": ("隐藏的文字", "hidden text"),
    "w.strike": ("删除线", "struck-through text"),
    "w.dstrike": ("删除线", "struck-through text"),
    "w.rtl": ("从右到左的文字", "text from right to left"),
    "w.cs": ("按其他文种排的文字", "text set as that of another script"),
    **dict.fromkeys(("w.outline", "w.shadow", "w.emboss", "w.imprint"), EFFECT),
    **ALWAYS,
}
PLAIN_LETTERS = {
    "w.rStyle", "w.rFonts", "w.b", "w.bCs", "w.i", "w.iCs", "w.caps", "w.smallCaps", "w.noProof", "w.snapToGrid", "w.color",
    "w.spacing", "w.w", "w.kern", "w.position", "w.sz", "w.szCs",
    "w.highlight", "w.u", "w.effect", "w.bdr", "w.shd", "w.vertAlign", "w.em", "w.lang",
    "w.woUserID",  # WPS
    *(f"w14.{name}" for name in ("ligatures", "cntxtAlts", "numForm", "numSpacing")),
}  # fmt: skip
PLAIN_LINES = {
    "w.pStyle", "w.keepNext", "w.keepLines", "w.pageBreakBefore", "w.widowControl", "w.suppressLineNumbers", "w.pBdr", "w.shd",
    "w.tabs", "w.suppressAutoHyphens", "w.kinsoku", "w.wordWrap", "w.overflowPunct", "w.topLinePunct", "w.autoSpaceDE",
    "w.autoSpaceDN", "w.adjustRightInd", "w.snapToGrid", "w.spacing", "w.ind", "w.contextualSpacing", "w.mirrorIndents",
    "w.suppressOverlap", "w.jc", "w.textAlignment", "w.textboxTightWrap", "w.outlineLvl", "w.cnfStyle", "w.rPr",
    "w.numPr", "w.bidi", "w.textDirection",
}  # fmt: skip
REVISIONS = {
    "w.ins", "w.del", "w.moveFrom", "w.moveTo", "w.rPrChange", "w.pPrChange", "w.tblPrChange", "w.trPrChange", "w.tcPrChange",
    "w.sectPrChange", "w.tblGridChange", "w.tblPrExChange", "w.cellIns", "w.cellDel", "w.cellMerge",
}  # fmt: skip
REVISED: Said = ("未接受的修订", "a tracked change")
NUMBERED: Said = ("自动编号", "automatic numbering")
DARK: Said = ("深色底纹", "a dark background")
TOO_LARGE: Said = ("过大的文字", "text too large for its place")
HEAVY: Said = ("过粗的边框或斜线", "borders too heavy, or across")
HIGHLIGHTS = {"none": None, "white": "FFFFFF", "yellow": "FFFF00", "cyan": "00FFFF", "green": "00FF00", "lightGray": "C0C0C0"}
"""What is marked with a pen, by name; any other is too dark."""
THEME_FONTS = {f"{place}{kind}" for place in ("major", "minor") for kind in ("Ascii", "HAnsi", "EastAsia")}
FONTS = re.compile(
    "仿宋|楷|黑体|宋|新宋|新細明|細明|微軟正黑|標楷|等线|微软雅黑|方正|华文|汉仪|思源|隶书|幼圆|맑은|游|n?sim(sun|hei)|p?mingliu|fangsong"
    "|kaiti|dengxian|microsoft (yahei|jhenghei)|songti|heiti|lisu|youyuan|malgun|yu (gothic|mincho)"
    "|st(song|kai|hei|fang|zhongsong)"
    "|pingfang|aptos|times|arial|helvetica|calibri|cambria|courier|georgia|verdana|tahoma|carlito|caladea"
    "|liberation|dejavu|noto|source han|(ms |ｍｓ )(mincho|gothic|明朝|ゴシック)",
    re.IGNORECASE,
)
"""Fonts in which a letter looks like itself, by how their names begin."""
LEAST_SIZE, MOST_SIZE = 16, 144
"""Half points."""
LEAST_CONTRAST, MOST_FILL = 3.0, 1.5
"""Of letters to what they stand on; of what fills a line or a cell to white paper."""
CLOSEST, WIDEST_APART = -20, 60
"""Twentieths of a point that letters are set closer or farther apart."""
MOST_BORDER = 48
"""Eighths of a point."""
LEAST_LINE, MOST_HEIGHT = 168, 5000
"""240ths of a line; twentieths of a point."""
MOST_LINES = 1000
"""Hundredths of a line above or below a paragraph."""
MOST_OUTSIDE, MOST_INDENT = -400, 6000
"""Twentieths of a point."""


class Place(NamedTuple):
    """How far lines may go in a place."""

    outermost: float = MOST_OUTSIDE
    innermost: float = MOST_INDENT
    """Twentieths of a point of indents."""
    characters: float = 1500
    """Hundredths of a character of indents."""
    size: float = MOST_SIZE
    """Half points of letters."""
    height: float = MOST_HEIGHT
    """Twentieths of a point of a line and what is above and below it."""
    borders: frozenset[str] = frozenset({"w.left", "w.right", "w.start", "w.end", "w.bar"})
    """Those that could pass for a one or a minus."""


TEXT, EDGE = Place(), Place(height=1200)
"""The text, and what stands at the edges of pages, where more would push the text off them."""
CELL = Place(-100, 600, 200, 36, 1200, TEXT.borders | {"w.top", "w.bottom", "w.between"})
MOST_SPACE = 31
"""Points between a border and what it is around."""


def on(element: Element) -> bool:
    """Whether a property that has no more than on and off is on."""
    return element.get("w.val", "true") not in ("false", "0", "off")


def nearest(chain: Chain, tag: str, attribute: str = "w.val") -> str | None:
    """What is said first of it along a chain."""
    for properties in chain:
        for child in properties:
            if child.tag == tag and (value := child.get(attribute)) is not None:
                return value
    return None


def letters(chain: Chain) -> Iterator[Said]:
    """What hides letters that have these properties, or changes what they seem to be."""
    for child in (child for each in chain for child in each):
        if child.tag in ALWAYS or (child.tag in HIDING and on(child)):
            yield HIDING[child.tag]
        elif child.tag in REVISIONS:
            yield REVISED
        elif child.tag not in PLAIN_LETTERS and child.tag not in HIDING:
            yield EFFECT
    yield from _colours(chain)
    size = number(nearest(chain, "w.sz") or "20")
    if size < LEAST_SIZE:
        yield "过小的文字", "text too small to read"
    if size > MOST_SIZE:
        yield TOO_LARGE
    if abs(number(nearest(chain, "w.position"))) > LEAST_SIZE / 2 or nearest(chain, "w.vertAlign") not in (None, "baseline"):
        yield "升降的文字", "raised or lowered text"
    apart = number(nearest(chain, "w.spacing"))
    if not 50 <= number(nearest(chain, "w.w") or "100") <= 200 or not CLOSEST <= apart <= WIDEST_APART:
        yield "挤压的文字", "squeezed text"
    if number(nearest(chain, "w.bdr", "w.sz")) > MOST_BORDER:
        yield HEAVY
    if not _known_fonts(chain):
        yield "不是文字用的字体", "a font that is none for text"


def _colours(chain: Chain) -> Iterator[Said]:
    """Letters that cannot be told from the paper, or from what is behind them."""
    of_theme = nearest(chain, "w.color", "w.themeColor") not in (None, "text1", "dark1")
    changed = any(nearest(chain, "w.color", f"w.theme{kind}") is not None for kind in ("Tint", "Shade"))
    colour, highlight = nearest(chain, "w.color"), nearest(chain, "w.highlight") or "none"
    shade = next((child for each in chain for child in each if child.tag == "w.shd"), None)
    fill = shade.get("w.fill") if shade is not None else None
    if not legible(colour) or of_theme or changed:
        yield "与纸同色的文字", "text in the colour of paper"
    elif (
        highlight not in HIGHLIGHTS
        or not legible(colour, HIGHLIGHTS[highlight])
        or (shade is not None and (dark(shade, 21.0) or not legible(colour, fill if fill != "auto" else None)))
    ):
        yield DARK


def _known_fonts(chain: Chain) -> bool:
    """Whether the letters are in fonts of letters: by their names, and in a theme's place of such."""
    named = (nearest(chain, "w.rFonts", attribute) for attribute in ("w.ascii", "w.hAnsi", "w.eastAsia"))
    of_theme = (nearest(chain, "w.rFonts", f"{attribute}Theme") for attribute in ("w.ascii", "w.hAnsi", "w.eastAsia"))
    if nearest(chain, "w.rFonts", "w.hint") == "cs":  # the font of other scripts, which nothing is known of
        return False
    return all(map(known_font, named)) and all(place is None or place in THEME_FONTS for place in of_theme)


def known_font(name: str | None) -> bool:
    """True of the name of one font of letters; a list of names would be taken apart by some programs."""
    return not name or (FONTS.match(name) is not None and not re.search("[;,]", name))


def drawn(chain: Chain) -> bool:
    """Whether a blank with these properties shows: it may pass for a minus or a one."""
    marks = ((nearest(chain, "w.u"), "none"), (nearest(chain, "w.bdr"), "nil"), (nearest(chain, "w.em"), "none"))
    struck = any(on(each) for part in chain for tag in ("w.strike", "w.dstrike") for each in part.findall(tag))
    return struck or any(value not in (None, "none", off) for value, off in marks)


def legible(colour: str | None, paper: str | None = None) -> bool:
    """True of what can be read on paper, which is white."""
    if colour not in (None, "auto") and not re.fullmatch("[0-9A-Fa-f]{6}", colour or ""):
        return False
    return contrast(colour if colour != "auto" else None, paper) >= LEAST_CONTRAST


def dark(shade: Element, most: float = MOST_FILL) -> bool:
    """True of shading on which letters cannot be read; what a theme fills counts as dark, for a theme can be changed."""
    fill = shade.get("w.fill", "auto")
    if shade.get("w.val", "clear") not in ("clear", "nil") or shade.get("w.themeFill") is not None:
        return True
    return fill != "auto" and (not re.fullmatch("[0-9A-Fa-f]{6}", fill) or contrast(fill) > most)


def heavy(borders: Element) -> bool:
    """True of borders so heavy that they cover text, or that strike it out."""
    sizes = ((number(each.get("w.sz")), number(each.get("w.space"))) for each in borders)
    return bool({"w.tl2br", "w.tr2bl"} & _drawn(borders)) or any(
        size > MOST_BORDER or not 0 <= space <= MOST_SPACE for size, space in sizes
    )


def _drawn(borders: Element) -> set[str]:
    return {each.tag for each in borders if each.get("w.val") not in ("nil", "none")}


def lines(chain: Chain, largest: float, place: Place = TEXT) -> Iterator[Said]:
    """What hides the lines of a paragraph with letters of ``largest`` half points, or moves them off their place."""
    for child in (child for each in chain for child in each):
        if child.tag in REVISIONS or (child.tag == "w.rPr" and any(mark.tag in REVISIONS for mark in child)):
            yield REVISED
        elif child.tag == "w.rPr" and any(on(mark) for tag in ("w.vanish", "w.specVanish") for mark in child.findall(tag)):
            yield HIDING["w.vanish"]
        elif child.tag not in PLAIN_LINES:
            yield "特殊的段落格式", "an unusual format of a paragraph"
        elif child.tag == "w.bidi" and on(child):
            yield "从右到左的文字", "text from right to left"
        elif child.tag == "w.pBdr" and (heavy(child) or _drawn(child) & place.borders):
            yield HEAVY
        elif child.tag == "w.tabs" and any(tab.get("w.val") == "bar" for tab in child):
            yield "竖线", "a bar"
    if nearest([part for each in chain for part in each.findall("w.numPr")], "w.numId") not in (None, "0"):
        yield NUMBERED
    if nearest(chain, "w.textDirection") not in (None, "lrTb", "lr"):
        yield "竖排的文字", "text set in columns"
    shade = next((child for each in chain for child in each if child.tag == "w.shd"), None)
    if shade is not None and dark(shade):
        yield DARK
    if largest > place.size:
        yield TOO_LARGE
    if _too_low(chain, largest):
        yield "行距过小，文字显示不全", "lines too low for their letters"
    if _too_far(chain, place.height) or _outside(chain, place):
        yield "移到页外的文字", "text moved off the page"


def _too_low(chain: Chain, largest: float) -> bool:
    rule, line = nearest(chain, "w.spacing", "w.lineRule") or "auto", nearest(chain, "w.spacing", "w.line")
    least = largest * 10 * 0.9 if rule == "exact" else LEAST_LINE if rule == "auto" else 0
    return line is not None and number(line) < least


def _too_far(chain: Chain, most: float) -> bool:
    """Whether lines are set so far apart, or so far below what is above, that they do not stand on their page."""
    lengths = [number(nearest(chain, "w.spacing", f"w.{what}")) for what in ("line", "before", "after")]
    return (
        min(lengths) < 0
        or max(lengths) > most
        or any(number(nearest(chain, "w.spacing", f"w.{side}Lines")) > MOST_LINES for side in ("before", "after"))
    )


def _outside(chain: Chain, place: Place) -> bool:
    """Whether indents move lines off the page or their cell, or leave no room for them."""
    indents = [number(nearest(chain, "w.ind", f"w.{side}")) for side in ("left", "start", "right", "end", "firstLine")]
    hanging = number(nearest(chain, "w.ind", "w.hanging"))
    sides = ("left", "start", "right", "end", "firstLine", "hanging")
    by_characters = [number(nearest(chain, "w.ind", f"w.{side}Chars")) for side in sides]
    outside = min(*indents, sum(indents[:2]) - hanging) < place.outermost or sum(indents) > place.innermost
    return outside or sum(map(abs, by_characters)) > place.characters
