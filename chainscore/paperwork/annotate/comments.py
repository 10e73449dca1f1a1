"""Comments at cells: put into the sheet's own comments part and drawing, or into new ones.

Excel shows a comment by a shape in a VML drawing (ECMA-376 part 4, 19); a shape says how large the comment is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from chainscore.intake.package import damaged
from chainscore.paperwork.annotate.markup import Element, Markup, text_of
from chainscore.paperwork.annotate.package import Package
from chainscore.results.excel.measure import half_widths
from chainscore.words.references import row_and_column

AUTHOR = "chainscore"
HEADING = "【检查意见】"
"""By which a comment of an earlier copy is known again."""
WIDTH, LINE, CHARACTERS = 240, 18, 30
"""A comment's width and a line's height in pixels; so many half-width characters stand in a line."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
SHAPES_OF_A_BLOCK = 1024
DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
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
NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_SHAPE = re.compile(r"<v:shape\s.*?</v:shape>\s*", re.DOTALL)
_NUMBER = re.compile(r"_x0000_s(\d+)")
_HEIGHT = re.compile(r"(?<![\w-])height:([\d.]+)(pt|px)")
_ANCHOR = re.compile(r"(<x:Anchor>(?:[^,<]*,){6}\s*)(\d+)")


class Comments:
    """The comments of one sheet."""

    def __init__(self, package: Package, sheet: str, drawing: str | None) -> None:
        """``drawing`` is the id by which the sheet refers to its VML drawing, if it has one."""
        self._package, self._sheet = package, sheet
        relations = package.relations(sheet)
        self._name = next((relation.target for relation in relations.values() if relation.kind == "comments"), None)
        self._drawing_name = relations[drawing].target if drawing in relations else None
        self._codec = "utf-8"
        self._drawing = ""
        if self._drawing_name is not None:
            self._drawing, self._codec = text_of(package.part(self._drawing_name))
        self._before = self._drawing

    def forget(self) -> None:
        """Take off what an earlier copy says."""
        if self._name is None:
            return
        comments = self._package.markup(self._name)
        for comment in comments.root.all("comment"):
            text = next((text for text in comment.all("t") if HEADING in _said(comments, text)), None)
            if text is None:
                continue
            own, _, ours = _said(comments, text).partition(HEADING)
            own = own.rstrip("\n")
            earlier = [other for other in comment.all("t") if other.start < text.start and _said(comments, other).strip()]
            if own.strip() or earlier:
                comments.replace(text.opened, text.closing, own)
                self._enlarge(comment.attributes.get("ref", "A1"), -_height(unescape(HEADING + ours)))
                for run in comment.all("r"):
                    if run.start > text.start:
                        comments.remove(run)
            else:
                comments.remove(comment)
                self._drop_shape(comment.attributes.get("ref", "A1"))
        self._package.settled(self._name)

    def say(self, texts: Mapping[str, str]) -> str | None:
        """Cell → what is to be said there, below what is there; the id of the drawing where it is new to the sheet."""
        if self._name is None:
            empty = f'<comments xmlns="{self._package.main}"><authors></authors><commentList></commentList></comments>'
            self._name = self._package.add("xl/comments{}.xml", empty, CONTENT_TYPE)
            self._package.relate(self._sheet, "comments", self._name)
        comments = self._package.markup(self._name)
        there = {comment.attributes.get("ref"): comment for comment in comments.root.all("comment")}
        author = self._author(comments)
        own_list = _needed(comments.root.child("commentList"))
        fresh: dict[str, str] = {}
        for cell, text in texts.items():
            if cell in there:
                _append(comments, there[cell], f"\n\n{text}")
                self._enlarge(cell, _height(text))
            else:
                said = f'<text><r><t xml:space="preserve">{escape(text)}</t></r></text>'
                comments.inside(own_list, f'<comment ref="{cell}" authorId="{author}">{said}</comment>')
                fresh[cell] = text
        return self._draw(fresh)

    def save(self) -> None:
        """Write the drawing, where it has changed."""
        if self._drawing_name is not None and self._drawing != self._before:
            self._package.put(self._drawing_name, self._drawing.encode(self._codec))

    def _author(self, comments: Markup) -> int:
        authors = _needed(comments.root.child("authors"))
        names = [_said(comments, author) for author in authors.children]
        if AUTHOR not in names:
            comments.inside(authors, f"<author>{AUTHOR}</author>")
            names.append(AUTHOR)
        return names.index(AUTHOR)

    def _draw(self, texts: Mapping[str, str]) -> str | None:
        relation = None
        if self._drawing_name is None:
            self._package.declare("vml", DRAWING_TYPE)
            self._drawing_name = self._package.free("xl/drawings/vmlDrawing{}.vml")
            relation = self._package.relate(self._sheet, "vmlDrawing", self._drawing_name)
            self._drawing = DRAWING
        root = self._drawing[: self._drawing.index(">", self._drawing.index("<xml")) + 1]
        declared = "".join(f'xmlns:{prefix}="{name}" ' for prefix, name in NAMESPACES.items() if f"xmlns:{prefix}=" not in root)
        shapes = [] if '"_x0000_t202"' in self._drawing else [SHAPE_TYPE.format(declared=declared)]
        first = max(map(int, _NUMBER.findall(self._drawing)), default=SHAPES_OF_A_BLOCK) + 1
        for order, (cell, text) in enumerate(texts.items()):
            row, column = row_and_column(cell)
            shapes.append(
                SHAPE.format(
                    declared=declared, number=first + order, order=order + 1, width=WIDTH, height=_height(text) + 14,
                    row=row - 1, column=column - 1,
                )
            )  # fmt: skip
        end = self._drawing.rindex("</xml")
        self._drawing = self._drawing[:end] + "".join(shapes) + self._drawing[end:]
        return relation

    def _shape(self, cell: str) -> re.Match[str] | None:
        row, column = row_and_column(cell)
        place = re.compile(rf"<x:Row>\s*{row - 1}\s*</x:Row>\s*<x:Column>\s*{column - 1}\s*</x:Column>")
        return next((match for match in _SHAPE.finditer(self._drawing) if place.search(match[0])), None)

    def _drop_shape(self, cell: str) -> None:
        shape = self._shape(cell)
        if shape is not None:
            self._drawing = self._drawing[: shape.start()] + self._drawing[shape.end() :]

    def _enlarge(self, cell: str, pixels: int) -> None:
        """Give a comment that is there so many pixels, a number of lines, more of height."""
        shape = self._shape(cell)
        if shape is None:
            return
        larger = _HEIGHT.sub(
            lambda match: f"height:{float(match[1]) + pixels * (0.75 if match[2] == 'pt' else 1):g}{match[2]}",
            shape[0],
            count=1,
        )
        larger = _ANCHOR.sub(lambda match: f"{match[1]}{int(match[2]) + pixels // LINE}", larger, count=1)
        self._drawing = self._drawing[: shape.start()] + larger + self._drawing[shape.end() :]


def _said(markup: Markup, element: Element) -> str:
    """The text of an element as it is written."""
    return markup.source[element.opened : max(element.opened, element.closing)].decode("utf-8")


def _append(comments: Markup, comment: Element, text: str) -> None:
    """Put a text behind what a comment says: as a run of its own where it has any, else into its plain text."""
    run = f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    whole = _needed(comment.child("text"))
    last = whole.children[-1] if whole.children else None
    if last is None:
        comments.inside(whole, run)
    elif last.name == "t" and last.closing > last.start:
        comments.replace(last.closing, last.closing, escape(text))
    else:
        comments.after([child for child in whole.children if child.name in ("r", "t")][-1], run)


def _needed(element: Element | None) -> Element:
    if element is None:
        raise damaged("comments without authors, list or text")
    return element


def _height(text: str) -> int:
    return LINE * sum(math.ceil(max(1, half_widths(line)) / CHARACTERS) for line in text.split("\n"))
