"""Comments at cells: put into the sheet's own comments part and its drawing, or into new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, unescape

from chainscore.intake.package import damaged
from chainscore.paperwork.annotate.drawing import Drawing, height_of
from chainscore.paperwork.annotate.markup import Element, Markup
from chainscore.paperwork.annotate.package import Package
from chainscore.words.texts import LANGUAGES, text

AUTHOR = "chainscore"
HEADINGS = {language: text("annotated.heading", language) for language in LANGUAGES}
"""By which a comment of an earlier copy is known again, in either language."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
RUN = '<r><rPr><sz val="9"/><color indexed="81"/><rFont val="微软雅黑"/></rPr><t xml:space="preserve">{text}</t></r>'
_BLANK_END = re.compile(r"(?:\s|&#10;|&#xA;|&#13;|&#xD;)+\Z", re.IGNORECASE)


class Comments:
    """The comments of one sheet."""

    def __init__(self, package: Package, sheet: str, drawing: str | None) -> None:
        """``drawing`` is the id by which the sheet refers to its VML drawing, if it has one."""
        self._package, self._sheet = package, sheet
        relations = package.relations(sheet).values()
        self._name = next((relation.target for relation in relations if relation.kind == "comments"), None)
        self._drawing = Drawing(package, sheet, drawing)

    def forget(self) -> None:
        """Take off what an earlier copy says."""
        if self._name is None:
            return
        comments = self._package.markup(self._name)
        for comment in comments.root.all("comment"):
            said = [(run, _said(comments, run)) for run in comment.all("t")]
            whole = "".join(each for _, each in said)
            heading = next((each for each in HEADINGS.values() if each in whole), None)
            if heading is None:
                continue
            own, _, ours = whole.partition(heading)
            own = _BLANK_END.sub("", own)
            cell = comment.attributes.get("ref", "A1")
            if own:
                _cut(comments, comment, said, len(own))
                self._drawing.enlarge(cell, -height_of(unescape(heading + ours)))
            else:
                comments.remove(comment)
                self._drawing.drop(cell)
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
        for cell, said in texts.items():
            if cell in there:
                _append(comments, there[cell], f"\n\n{said}")
                self._drawing.enlarge(cell, height_of(said))
            else:
                comment = f'<comment ref="{cell}" authorId="{author}"><text>{RUN.format(text=escape(said))}</text></comment>'
                comments.inside(own_list, comment)
                fresh[cell] = said
        return self._drawing.draw(fresh)

    def _author(self, comments: Markup) -> int:
        authors = _needed(comments.root.child("authors"))
        names = [_said(comments, author) for author in authors.children]
        if AUTHOR not in names:
            comments.inside(authors, f"<author>{AUTHOR}</author>")
            names.append(AUTHOR)
        return names.index(AUTHOR)


def _said(markup: Markup, element: Element) -> str:
    """The text of an element as it is written."""
    return markup.source[element.opened : max(element.opened, element.closing)].decode("utf-8")


def _cut(comments: Markup, comment: Element, said: Sequence[tuple[Element, str]], length: int) -> None:
    """Let a comment end after so many characters of what it says."""
    for run, content in said:
        if length > 0:
            comments.replace(run.opened, run.closing, content[:length])
            last = run
        length -= len(content)
    for run in comment.all("r"):
        if run.start > last.start:
            comments.remove(run)


def _append(comments: Markup, comment: Element, text: str) -> None:
    """Put a text behind what a comment says: as a run of its own where it has any, else into its plain text."""
    run = RUN.format(text=escape(text))
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
