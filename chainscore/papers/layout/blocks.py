"""What a paper is made of, whatever writes it: lines of text, tables, and where a new page begins.

Figures in a text are marked with what they come from, so that each can be found again in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chainscore.words.characters import safe_text, visible

Kind = Literal[
    "issuer", "number", "title", "addressee", "heading", "subheading", "body", "open", "annexes", "more_annexes",
    "signature", "annex", "annex_title", "place", "note", "remark", "rule", "sign",
]  # fmt: skip
_FIGURE = re.compile("\ue000(.*?)\ue001(.*?)\ue002", re.DOTALL)
_MARKS = re.compile("[\ue000-\ue002]")


@dataclass(frozen=True)
class Line:
    """A paragraph; ``open`` ones are left to the writer. One that ``keeps_next`` stands on the page of what follows."""

    text: str
    kind: Kind = "body"
    keeps_next: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with a header row; ``widths`` in mm. So many of its first columns are ``flush`` left; others are centred."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    flush: int = 0
    together: bool = True
    """A short one is not torn apart by a new page."""


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


Block = Line | Grid | NewPage


def figure(shown: object, source: str) -> str:
    """A figure in a text; ``source`` says what it is, such as ``total building``."""
    return f"\ue000{source}\ue001{shown}\ue002"


def plain_text(text: str) -> str:
    """A text from a workbook or the command line, as a document can hold it, without what nobody sees."""
    return _MARKS.sub("", visible(safe_text(text))).replace("\n", " ").strip()


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a text, each with the source of the figure that it is, or with none."""
    end = 0
    for match in _FIGURE.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], ""
        yield match[2], match[1]
        end = match.end()
    if end < len(text):
        yield text[end:], ""
