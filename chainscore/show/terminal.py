"""Lines and tables, plain in a pipe; in colour and boxes on a terminal, for which alone rich is imported."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from rich.text import Text

_GAP = "  "
_LEAST = 12
"""Columns of a terminal that a name takes at least, broken as often as need be."""


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
    shrinks: bool
    style: str


@dataclass
class Table:
    """Columns with a title each, and rows of text."""

    columns: list[_Column] = field(default_factory=list)
    rows: list[tuple[Line, ...]] = field(default_factory=list)

    def add_column(
        self, title: str, justify: Literal["left", "right"] = "left", shrinks: bool = False, style: str = ""
    ) -> None:
        """``shrinks``: what the column holds, such as names of files, may be broken where a terminal is narrow."""
        self.columns.append(_Column(title, justify, shrinks, style))

    def add_row(self, *cells: str | Line) -> None:
        self.rows.append(tuple(cell if isinstance(cell, Line) else Line(cell) for cell in cells))

    def lines(self) -> Iterable[str]:
        """The table as wide as it is, without boxes."""
        widths = self.widths()
        for row in ([column.title for column in self.columns], *([cell.plain for cell in row] for row in self.rows)):
            cells = (_padded(*each) for each in zip(row, widths, self.columns, strict=True))
            yield _GAP.join(cells).rstrip()

    def widths(self, most: float = math.inf) -> list[int]:
        """The width of each column: what it holds; within ``most`` altogether as far as names and titles can be broken."""
        held = [max((width_of(row[index].plain) for row in self.rows), default=0) for index in range(len(self.columns))]
        widths = [max(width_of(column.title), each) for column, each in zip(self.columns, held, strict=True)]
        least = [
            min(width, _LEAST if column.shrinks else max(each, _longest_word(column.title)))
            for width, column, each in zip(widths, self.columns, held, strict=True)
        ]
        for names in (True, False):
            while sum(widths) > most and (broken := self._broken(widths, least, names)):
                widths[max(broken, key=widths.__getitem__)] -= 1
        return widths

    def _broken(self, widths: Sequence[int], least: Sequence[int], names: bool) -> list[int]:
        """The columns that can still be narrower: those of names, or those with long titles."""
        return [index for index, column in enumerate(self.columns) if column.shrinks is names and widths[index] > least[index]]


def _longest_word(title: str) -> int:
    return max(map(width_of, wrapped(title, 1)))


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


def is_rich(stream: TextIO) -> bool:
    """Whether a stream takes colours and boxes: a terminal, or whatever is piped where FORCE_COLOR asks for them."""
    return stream.isatty() or bool(os.environ.get("FORCE_COLOR") and not os.environ.get("NO_COLOR"))


def print_line(line: str | Line, stream: TextIO | None = None) -> None:
    """One line, in colour on a terminal that wants it, plain elsewhere."""
    stream = stream if stream is not None else sys.stdout
    if isinstance(line, Line) and is_rich(stream):
        from rich.console import Console

        Console(file=stream, highlight=False, soft_wrap=True).print(line.rich())
    else:
        stream.write(f"{line.plain if isinstance(line, Line) else line}\n")


def print_table(table: Table) -> None:
    """A table in the terminal's width; a row above the other where it is too narrow; elsewhere as wide as the table is."""
    if not is_rich(sys.stdout):
        for line in table.lines():
            print_line(line)
        return
    most = shutil.get_terminal_size().columns - len(_GAP) * len(table.columns)
    widths = table.widths(most)
    if sum(widths) > most:
        _print_stacked(table)
    else:
        _print_boxed(table, widths)


def _print_boxed(table: Table, widths: Sequence[int]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable
    from rich.text import Text

    boxed = RichTable(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for column, width in zip(table.columns, widths, strict=True):
        title = Text("\n".join(wrapped(column.title, width)))
        boxed.add_column(title, justify=column.justify, width=width, overflow="fold", style=column.style, vertical="top")
    for row in table.rows:
        boxed.add_row(*(cell.rich() for cell in row))
    print_rich(boxed)


def _print_stacked(table: Table) -> None:
    """Each row by itself, a line for each of its columns."""
    width = max(width_of(column.title) for column in table.columns)
    for row in table.rows:
        print_line("")
        for column, cell in zip(table.columns, row, strict=True):
            title = column.title + " " * (width - width_of(column.title)) + _GAP
            shown = Line(title + cell.plain)
            shown.stylize(cell.style or column.style, len(title))
            print_line(shown)


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
