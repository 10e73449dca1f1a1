"""Whether tables, their rows and cells show their text, and where it belongs; what no program writes by itself is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import accumulate
from xml.etree.ElementTree import Element

from chainscore.verify.bulletin.looks import (
    DARK,
    HEAVY,
    LEAST_SIZE,
    MOST_HEIGHT,
    MOST_OUTSIDE,
    REVISED,
    REVISIONS,
    Said,
    dark,
    heavy,
    letters,
    lines,
    nearest,
    on,
)
from chainscore.verify.bulletin.soundness import number

PLAIN_TABLE = {
    "w.tblStyle", "w.tblW", "w.jc", "w.tblInd", "w.tblLayout", "w.tblCellMar", "w.tblLook", "w.tblBorders", "w.shd",
    "w.tblStyleRowBandSize", "w.tblStyleColBandSize", "w.tblCaption", "w.tblDescription", "w.bidiVisual", "w.tblOverlap",
}  # fmt: skip
PLAIN_EXCEPTIONS = {"w.tblCellMar", "w.tblBorders", "w.tblLook", "w.tblLayout"}
"""What a row may have otherwise than its table."""
PLAIN_ROW = {"w.cantSplit", "w.tblHeader", "w.cnfStyle", "w.jc", "w.trHeight", "w.hidden"}
GAPS = {"w.gridBefore", "w.gridAfter", "w.wBefore", "w.wAfter"}
"""What a row leaves free before and behind its cells; WPS may say that it is nothing."""
PLAIN_CELL = {
    "w.tcW", "w.vAlign", "w.gridSpan", "w.shd", "w.tcBorders", "w.tcMar", "w.hideMark", "w.cnfStyle", "w.textDirection",
    "w.tcFitText", "w.noWrap",
}  # fmt: skip
WIDEST = 9600
"""Twentieths of a point: what is wider does not fit between the margins and the edge of the page."""
NARROWEST = 600
"""Twentieths of a point: a cell of four digits."""
MOST_OUT = 200
"""Twentieths of a point that a cell may stand out of its column."""
MOST_MARGIN = 200
"""Twentieths of a point between a cell's edge and its text."""
OFF: Said = ("移到页外的表", "a table moved off the page")
UNUSUAL: Said = ("特殊的表格格式", "an unusual format of a table")
NARROW: Said = ("过窄的单元格", "a cell too narrow to read")


def table(properties: Element | None, plain: Collection[str] = PLAIN_TABLE) -> Iterator[Said]:
    """What is odd about a table's own properties, or those that a row has in their stead."""
    for child in properties if properties is not None else ():
        if child.tag == "w.tblpPr":
            yield "浮动的表", "a table that floats"
        elif child.tag == "w.bidiVisual" and on(child):
            yield "从右到左的表", "a table from right to left"
        elif _off_the_page(child):
            yield OFF
        elif child.tag == "w.tblCellMar":
            yield from _margins(child)
        else:
            yield from _common(child, plain)


def _common(child: Element, plain: Collection[str]) -> Iterator[Said]:
    """What is odd about a property of a table, row or cell as of any."""
    if child.tag in REVISIONS:
        yield REVISED
    elif child.tag not in plain:
        yield UNUSUAL
    elif child.tag == "w.shd" and dark(child):
        yield DARK
    elif child.tag in ("w.tblBorders", "w.tcBorders") and heavy(child):
        yield HEAVY


def _off_the_page(child: Element) -> bool:
    """Whether it indents a table, or makes it so wide or narrow, that it does not stand on the page."""
    wide, kind = number(child.get("w.w")), child.get("w.type", "dxa")
    if child.tag == "w.tblInd":
        return not MOST_OUTSIDE <= wide <= -MOST_OUTSIDE
    most, least = {"dxa": (WIDEST, NARROWEST), "pct": (5000, 500)}.get(kind, (0, 0))
    return child.tag == "w.tblW" and most > 0 and not (wide == 0 or least <= wide <= most)


def _margins(margins: Element) -> Iterator[Said]:
    if any(abs(number(side.get("w.w"))) > MOST_MARGIN for side in margins):
        yield "过大的边距", "margins too large"


def columns(properties: Element | None) -> Iterator[Said]:
    """What is odd about a table's columns, by which some programs set its cells."""
    widths = [number(each.get("w.w")) for each in properties] if properties is not None else []
    if properties is None or any(each.tag != "w.gridCol" for each in properties):
        yield UNUSUAL
    if any(width < NARROWEST for width in widths):
        yield NARROW
    if sum(widths) > WIDEST:
        yield OFF


def row(element: Element, its_table: Element, placed: str | None) -> Iterator[Said]:
    """What is odd about a row of a table that is ``placed`` left, right or in the middle."""
    properties = element.findall("w.trPr")
    if sum(_widths(element)) > WIDEST:
        yield OFF
    if nearest(properties, "w.jc") not in (None, placed) or not _in_columns(element, its_table):
        yield "错位的行", "a row out of its columns"
    yield from row_properties(properties[0] if properties else None)
    yield from table(element.find("w.tblPrEx"), PLAIN_EXCEPTIONS)


def _widths(element: Element) -> list[float]:
    widths = (each.find("w.tcPr/w.tcW") for each in element.findall("w.tc"))
    return [number(width.get("w.w")) if width is not None else 0 for width in widths]


def _in_columns(element: Element, its_table: Element) -> bool:
    """Whether the cells of a row stand where the table's columns are, and those of its first row."""
    own, first, grid = _widths(element), _widths(its_table.findall("w.tr")[0]), its_table.find("w.tblGrid")
    edges = accumulate(a - b for a, b in zip(own, first, strict=False)) if len(own) == len(first) else [WIDEST]
    return (grid is None or len(grid) == len(own)) and all(abs(edge) <= MOST_OUT for edge in edges)


def row_properties(properties: Element | None) -> Iterator[Said]:
    for child in properties if properties is not None else ():
        if child.tag == "w.hidden" and on(child):
            yield "隐藏的行", "a hidden row"
        elif child.tag == "w.trHeight" and child.get("w.hRule") == "exact":
            yield "固定高度的行，文字可能显示不全", "a row of a fixed height, which may cut its text"
        elif child.tag == "w.trHeight" and not 0 <= number(child.get("w.val")) <= MOST_HEIGHT:
            yield "过高的行", "a row too high for its page"
        elif child.tag not in GAPS or number(child.get("w.w") or child.get("w.val")):
            yield from _common(child, PLAIN_ROW)


def cell(properties: Element | None) -> Iterator[Said]:
    for child in properties if properties is not None else ():
        if child.tag in ("w.vMerge", "w.hMerge") or (child.tag == "w.gridSpan" and child.get("w.val") != "1"):
            yield "合并的单元格", "merged cells"
        elif child.tag in ("w.tcFitText", "w.noWrap") and on(child):
            yield "挤压的文字", "squeezed text"
        elif child.tag == "w.textDirection" and child.get("w.val") not in ("lrTb", "lr"):
            yield "竖排的文字", "text set in columns"
        elif child.tag == "w.tcMar":
            yield from _margins(child)
        elif child.tag == "w.tcW" and _narrow(child):
            yield NARROW
        else:
            yield from _common(child, PLAIN_CELL)


def _narrow(width: Element) -> bool:
    least = {"dxa": NARROWEST, "pct": 150}.get(width.get("w.type", "dxa"), 0)
    return number(width.get("w.w")) < least


def styled(chain: list[Element]) -> Iterator[Said]:
    """What any part of a table's style, or of those it is based on, would hide."""
    for each in (part for style in chain for part in (style, *style.findall("w.tblStylePr"))):
        for properties in each.findall("w.rPr"):
            yield from letters([properties])
        for properties in each.findall("w.pPr"):
            yield from lines([properties], LEAST_SIZE * 1.5)
        yield from table(each.find("w.tblPr"))
        yield from row_properties(each.find("w.trPr"))
        yield from cell(each.find("w.tcPr"))
