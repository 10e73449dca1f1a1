"""The VML drawing of a sheet, which has a shape for each comment: Excel shows a comment by it, as large as it says.

ECMA-376 part 4, 19. Such a drawing need not be XML that a parser takes, so it is changed as text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from chainscore.paperwork.annotate.markup import text_of
from chainscore.paperwork.annotate.package import Package
from chainscore.results.excel.measure import half_widths
from chainscore.words.references import row_and_column

WIDTH, LINE, CHARACTERS = 240, 18, 30
"""A comment's width and a line's height in pixels; so many half-width characters stand in a line."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
FIRST_NUMBER = 1025
SHAPE_TYPE = (
    '<v:shapetype {declared}id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
SHAPE = (
    '<v:shape {declared}id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:{width}px;height:{height}px;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPE = re.compile(r"<v:shape\s.*?</v:shape>\s*", re.DOTALL)
_NUMBER = re.compile(r"_x0000_s(\d+)")
_HEIGHT = re.compile(r"(?<![\w-])height:([\d.]+)(pt|px)")
_ANCHOR = re.compile(r"(<x:Anchor>(?:[^,<]*,){6}\s*)(\d+)")


def height_of(text: str) -> int:
    """The pixels that a comment's text takes, a number of lines."""
    return LINE * sum(math.ceil(max(1, half_widths(line)) / CHARACTERS) for line in text.split("\n"))


class Drawing:
    """A sheet's drawing, or what becomes one as soon as there is a comment to draw."""

    def __init__(self, package: Package, sheet: str, relation: str | None) -> None:
        """``relation`` is the id by which the sheet refers to it, if it does."""
        self._package, self._sheet = package, sheet
        relations = package.relations(sheet)
        self._name = relations[relation].target if relation in relations else None
        self._text, self._codec = text_of(package.part(self._name)) if self._name is not None else ("", "utf-8")

    def draw(self, texts: Mapping[str, str]) -> str | None:
        """Draw comments, by cell; the id of the drawing's relation where it is new."""
        if not texts:
            return None
        relation = None
        if self._name is None:
            self._package.declare("vml", CONTENT_TYPE)
            self._name = self._package.free("xl/drawings/vmlDrawing{}.vml")
            relation = self._package.relate(self._sheet, "vmlDrawing", self._name)
            self._text = f"<xml {_declared('')}></xml>"
        declared = _declared(self._text[: self._text.index(">", self._text.index("<xml"))])
        shapes = [] if '"_x0000_t202"' in self._text else [SHAPE_TYPE.format(declared=declared)]
        first = max((int(number) + 1 for number in _NUMBER.findall(self._text)), default=FIRST_NUMBER)
        for order, (cell, text) in enumerate(texts.items()):
            row, column = row_and_column(cell)
            places = {"number": first + order, "order": order + 1, "row": row - 1, "column": column - 1}
            shapes.append(SHAPE.format(declared=declared, width=WIDTH, height=height_of(text) + 14, **places))
        end = self._text.rindex("</xml")
        self._save(self._text[:end] + "".join(shapes) + self._text[end:])
        return relation

    def drop(self, cell: str) -> None:
        """Take off the comment at a cell."""
        shape = self._shape(cell)
        if shape is not None:
            self._save(self._text[: shape.start()] + self._text[shape.end() :])

    def enlarge(self, cell: str, pixels: int) -> None:
        """Give the comment at a cell so many pixels, a number of lines, more of height."""
        shape = self._shape(cell)
        if shape is None:
            return

        def height(match: re.Match[str]) -> str:
            return f"height:{float(match[1]) + pixels * (0.75 if match[2] == 'pt' else 1):g}{match[2]}"

        larger = _HEIGHT.sub(height, shape[0], count=1)
        larger = _ANCHOR.sub(lambda match: f"{match[1]}{int(match[2]) + pixels // LINE}", larger, count=1)
        self._save(self._text[: shape.start()] + larger + self._text[shape.end() :])

    def _shape(self, cell: str) -> re.Match[str] | None:
        row, column = row_and_column(cell)
        place = re.compile(rf"<x:Row>\s*{row - 1}\s*</x:Row>\s*<x:Column>\s*{column - 1}\s*</x:Column>")
        return next((match for match in _SHAPE.finditer(self._text) if place.search(match[0])), None)

    def _save(self, text: str) -> None:
        assert self._name is not None
        self._text = text
        self._package.put(self._name, text.encode(self._codec))


def _declared(tag: str) -> str:
    """The declarations of the namespaces that a tag does not declare."""
    return "".join(f'xmlns:{prefix}="{name}" ' for prefix, name in NAMESPACES.items() if f"xmlns:{prefix}=" not in tag)
