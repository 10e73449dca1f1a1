"""Lines and tables, plain in a pipe; in colour and boxes on a terminal, for which alone rich is imported."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from rich.text import Text

_GAP = "  "


@dataclass
class Line:
    """A line of text, all of it or parts of it in a style."""

    plain: str
    style: str = ""
    spans: list[tuple[str, int, int]] = field(default_factory=list)

    def stylize(self, style: str, start: int = 0, end: int | None = None) -> None:
        """Give the characters from ``start`` to before ``end`` a style."""
        self.spans.append((style, start, len(self.plain) if end is None else end))

    def rich(self) -> Text:
        from rich.text import Text

        styled = Text(self.plain, self.style)
        for style, start, end in self.spans:
            styled.stylize(style, start, end)
        return styled


@dataclass(frozen=True)
class _Column:
    title: str
    justify: Literal["left", "right"]
    no_wrap: bool
    style: str


@dataclass
class Table:
    """Columns with a title each, and rows of text."""

    columns: list[_Column] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add_column(
        self, title: str, justify: Literal["left", "right"] = "left", no_wrap: bool = False, style: str = ""
    ) -> None:
        self.columns.append(_Column(title, justify, no_wrap, style))

    def add_row(self, *cells: str) -> None:
        self.rows.append(cells)

    def lines(self) -> Iterable[str]:
        """The table as wide as it is, without boxes."""
        rows = [tuple(column.title for column in self.columns), *self.rows]
        widths = [max(map(width_of, cells)) for cells in zip(*rows, strict=True)]
        for row in rows:
            cells = (_padded(*each) for each in zip(row, widths, self.columns, strict=True))
            yield _GAP.join(cells).rstrip()


_PIECE = re.compile(
    r"""\s+ | [（“《]* (?: [^\s⺀-￯（“《]+ | [⺀-￯] ) [，。；：、）”》？！]*""", re.VERBOSE
)  # a word or a Chinese character, with the punctuation that stays with it


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken between words and between Chinese characters."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width_of(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def print_line(line: str | Line, stream: TextIO | None = None) -> None:
    """One line, in colour on a terminal that wants it, plain elsewhere."""
    stream = stream if stream is not None else sys.stdout
    if isinstance(line, Line) and stream.isatty():
        from rich.console import Console

        Console(file=stream, highlight=False, soft_wrap=True).print(line.rich())
    else:
        stream.write(f"{line.plain if isinstance(line, Line) else line}\n")


def print_table(table: Table) -> None:
    """A table in the terminal's width, with boxes; elsewhere as wide as it is, without."""
    if not sys.stdout.isatty():
        for line in table.lines():
            print_line(line)
        return
    from rich.table import Table as RichTable
    from rich.text import Text

    boxed = RichTable()
    for column in table.columns:
        boxed.add_column(Text(column.title), justify=column.justify, no_wrap=column.no_wrap, style=column.style)
    for row in table.rows:
        boxed.add_row(*map(Text, row))
    print_rich(boxed)


def print_rich(shown: Any) -> None:
    """What rich can draw, on a terminal."""
    from rich.console import Console

    Console(highlight=False).print(shown)


def width_of(text: str) -> int:
    """In columns of a terminal: Chinese characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int, column: _Column) -> str:
    room = " " * (width - width_of(text))
    return room + text if column.justify == "right" else text + room
