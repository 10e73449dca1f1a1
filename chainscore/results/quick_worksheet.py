"""A worksheet that takes its cells as the XML that they will be, and leaves all else to XlsxWriter.

XlsxWriter keeps an object for each cell and looks at it three times, which is most of the time that a results workbook takes.
Here what a cell's XML ends in comes from its value alone, what it begins with from its row's styles, which many rows share;
the two are joined row by row, as bytes. Text that came from a department is written as text, never as a formula.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from html import unescape
from itertools import pairwise
from operator import itemgetter
from typing import Any

import msgspec
from xlsxwriter.url import Url

from chainscore.results.layouts import Call, SheetPlan
from chainscore.words.references import column_letters

LONGEST_TEXT = 32767  # characters in a cell, in units of UTF-16
LETTERS = tuple(column_letters(column) for column in range(1, 257))
DEFAULT_HEIGHT = 20  # pixels
DIGITS = 15
"""So many characters of a decimal no double changes."""
FIRST_LINK = 2
"""The number of the first link's relation; 1 is the drawing's, where there is one."""
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
OWN_ROW = "\0"
"""In a formula, the number of the row that it stands in, so that a column's formulas are one."""
MOST_FORMULAS, MOST_FRAMES = 5_000, 1_000
"""So many are remembered: formulas and rows of styles that other rows and workbooks are likely to have too."""
_OWN_ROW = OWN_ROW.encode()
_DAY_ZERO = datetime.date(1899, 12, 30).toordinal()
_CELL = re.compile(rb'[^>]*?(?: t="(\w+)")?(?:/>|>(?:<f>[^<]*</f>)?<v>([^<]*)</v>)')
"""The rest of a cell after its place: its type and what it shows."""


class Formula(msgspec.Struct, frozen=True, gc=False):
    """A live formula with the value that the scoring core gives it, which previews and other programs see."""

    text: str
    """In English, with ``=``, in functions that Excel 2013, WPS and LibreOffice share; OWN_ROW for a row's own number."""
    value: Decimal | Fraction | int | str


class Ending(bytes):
    """What cells with the same formula end in, put together once for all."""

    @classmethod
    def of(cls, formula: Formula) -> Ending:
        return cls(_formula(formula))


class Link(msgspec.Struct, frozen=True, gc=False):
    """A cell of an input, as a link that works where the input lies beside the workbook."""

    file: str
    sheet: str
    cell: str


class Texts(dict[str | None, bytes]):
    """A workbook's texts, each with what a cell that has it ends in; None and the empty text are blank cells."""

    def __init__(self) -> None:
        super().__init__({None: b"/>", "": b"/>"})

    def copy(self) -> Texts:
        other = Texts()
        other.update(self)
        return other

    def __missing__(self, value: str) -> bytes:
        if not value.isprintable() or len(value) > LONGEST_TEXT // 2:
            value = safe_text(value)
        return self.setdefault(value, b' t="s"><v>%d</v></c>' % (len(self) - 2))

    def numbered(self) -> list[str]:
        """All but the blank, in the order of their numbers."""
        return list(filter(None, self))


class Endings(dict[type, Callable[[Any], bytes]]):
    """What a cell ends in, after its style, from its value, for each type that has a place in a cell."""

    def __init__(self, texts: Texts) -> None:
        """``texts`` are the workbook's."""
        super().__init__({
            str: texts.__getitem__, type(None): texts.__getitem__, Formula: _formula, Ending: bytes,
            int: _integer, float: _double, Decimal: _decimal, Fraction: _fraction, datetime.date: _date,
        })  # fmt: skip

    def __missing__(self, kind: type) -> Callable[[Any], bytes]:
        raise TypeError(f"{kind.__name__} has no place in a cell")


class Frame(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What cells next to each other begin with."""

    first: int
    """The first's column."""
    end: int
    """The column after the last's."""
    pieces: list[bytes]
    """What each cell begins with, and after it the place for what it ends in."""


@lru_cache(maxsize=MOST_FRAMES)
def frame_of(styles: tuple[str, ...], first: int = 0) -> Frame:
    """The frame of cells with these styles, from the column ``first`` on."""
    openings = [f'<c r="{LETTERS[first + index]}{OWN_ROW}"{style}'.encode() for index, style in enumerate(styles)]
    return Frame(first, first + len(styles), [piece for opening in openings for piece in (opening, b"")])


class Planned:
    """Notes what is asked of it: calls of XlsxWriter's, which does them when it lays the workbook out."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith(("_", "write")):  # cells are not XlsxWriter's to write
            raise AttributeError(name)

        def note(*arguments: Any, **options: Any) -> None:
            self.calls.append((name, list(arguments), options))

        return note


class QuickWorksheet(Planned):
    """Rows and columns are counted from 0; a style is the attribute that ``QuickWorkbook.style`` gives.

    What it has no method for here is XlsxWriter's.
    """

    def __init__(self, name: str, endings: Endings) -> None:
        super().__init__()
        self.name = name
        self.last_filtered = 0
        self._endings = endings
        """The workbook's."""
        self._cells: list[tuple[int, Frame, bytes]] = []
        """(row, frame, XML) of cells next to each other."""
        self._links: list[tuple[int, int, Link]] = []
        self._heights: dict[int, int] = {}
        """Row → pixels."""
        self._drawn_from: float = math.inf
        """The first row by whose height something that is drawn is placed."""
        self.finished = False
        """It has all that it will have."""

    def continued(self, endings: Endings) -> QuickWorksheet:
        """The sheet of a workbook that goes on from its own, and has these endings."""
        other = QuickWorksheet(self.name, endings)
        other.calls, other._cells = self.calls.copy(), self._cells.copy()
        other._links, other._heights = self._links.copy(), self._heights.copy()
        other.last_filtered, other._drawn_from = self.last_filtered, self._drawn_from
        return other

    # ------------------------------------------------ what stands in it

    def put(self, row: int, column: int, value: Any, style: str = "") -> None:
        """A number as a number, nothing as a blank, a formula with its value, text as text."""
        self.put_row(row, [value], frame_of((style,), column))

    def put_row(self, row: int, values: Sequence[Any], frame: Frame) -> None:
        """Values next to each other; raises ValueError unless there is one for each style."""
        endings = self._endings
        self._put(row, [endings[type(value)](value) for value in values], frame)

    def put_rows(self, first: int, columns: Sequence[Sequence[Any]], frames: Sequence[Frame]) -> None:
        """Rows of values one below the other, from the row ``first`` on, given by column and each with its frame."""
        rows = zip(*map(self._endings_of, columns), strict=True)
        for row, (endings, frame) in enumerate(zip(rows, frames, strict=True), first):
            self._put(row, endings, frame)

    def _put(self, row: int, endings: Sequence[bytes], frame: Frame) -> None:
        cells = frame.pieces.copy()
        cells[1::2] = endings  # raises ValueError unless there is one for each style
        self._cells.append((row, frame, b"".join(cells).replace(_OWN_ROW, b"%d" % (row + 1))))

    def _endings_of(self, column: Sequence[Any]) -> list[bytes]:
        endings = {self._endings[kind] for kind in set(map(type, column))}
        if len(endings) == 1:
            return list(map(endings.pop(), column))
        return [self._endings[type(value)](value) for value in column]

    def link(self, row: int, column: int, link: Link) -> None:
        """Where a cell leads to."""
        self._links.append((row, column, link))

    def set_widths(self, widths: Sequence[float]) -> None:
        """The widths of the first columns, in characters."""
        self.calls.append(("set_widths", [list(widths)], {}))

    def set_row(self, row: int, height: float) -> None:
        """The height of a row, in points."""
        self._heights[row] = _pixels(height)

    def set_heights(self, first: int, heights: Sequence[float]) -> None:
        """Those of rows one below the other."""
        self._heights.update(enumerate(map(_pixels, heights), first))

    def merge_range(self, top: int, left: int, bottom: int, right: int, value: Any, style: str) -> None:
        """One cell of several, with a value."""
        self.calls.append(("merge_range", [top, left, bottom, right, ""], {}))
        width = right - left + 1
        for row in range(top, bottom + 1):
            self.put_row(row, [value if row == top else None, *[None] * (width - 1)], frame_of((style,) * width, left))

    def autofilter(self, header: int, first: int, last_row: int, last: int) -> None:
        """A filter of the rows below ``header``, in the columns from ``first`` to ``last``."""
        self.calls.append(("autofilter", [header, first, last], {}))
        self.last_filtered = last_row

    def insert_chart(self, row: int, column: int, chart: Any, options: dict[str, Any]) -> None:
        """A chart of the workbook's, its upper left corner in a cell."""
        self._drawn_from = min(self._drawn_from, row)
        self.calls.append(("insert_chart", [row, column, chart.index, options], {}))

    def insert_image(self, row: int, column: int, name: str, options: dict[str, Any]) -> None:
        """A picture of the workbook's, its upper left corner in a cell."""
        self._drawn_from = 0  # a picture's place on the sheet is told too
        self.calls.append(("insert_image", [row, column, name, options], {}))

    # ------------------------------------------------ what is made of it

    def plan(self) -> SheetPlan:
        """All but the cells."""
        heights = {}
        if self._drawn_from is not math.inf:
            heights = {row: pixels for row, pixels in self._heights.items() if row >= self._drawn_from}
        return SheetPlan(self.name, self.calls, heights)

    def dimension(self) -> str:
        """The range that has cells."""
        frames = set(map(itemgetter(1), self._cells)) or {frame_of(("",))}
        left, right = min(frame.first for frame in frames), max(frame.end for frame in frames) - 1
        first = f"{LETTERS[left]}{min(self._by_row, default=0) + 1}"
        last = f"{LETTERS[right]}{max(self._by_row, default=0) + 1}"
        return f'<dimension ref="{first if first == last else f"{first}:{last}"}"/>'

    @cached_property
    def rows(self) -> bytes:
        """All cells, row by row, when all are there. Raises ValueError where two stand in the same place."""
        heights, cells = self._heights, self._by_row
        return b"".join([
            b'<row r="%d"%b>%b</row>' % (row + 1, _height(heights.get(row)), cells.get(row, b""))
            for row in sorted(cells.keys() | heights.keys())
        ])  # fmt: skip

    @cached_property
    def _by_row(self) -> dict[int, bytes]:
        """The cells of each row, in order."""
        by_row: dict[int, bytes] = dict(map(itemgetter(0, 2), self._cells))
        if len(by_row) < len(self._cells):  # some rows were put together from pieces
            pieces: defaultdict[int, list[tuple[Frame, bytes]]] = defaultdict(list)
            for row, frame, cells in self._cells:
                pieces[row].append((frame, cells))
            by_row |= {row: self._in_order(row, its) for row, its in pieces.items() if len(its) > 1}
        return by_row

    def _in_order(self, row: int, pieces: list[tuple[Frame, bytes]]) -> bytes:
        pieces.sort(key=lambda piece: piece[0].first)
        for (frame, _), (following, _) in pairwise(pieces):
            if following.first < frame.end:
                raise ValueError(f"{LETTERS[following.first]}{row + 1} of {self.name} is written twice")
        return b"".join([cells for _, cells in pieces])

    def hyperlinks(self) -> str:
        """The links to other files, each with the number of its relation."""
        written = []
        for number, (row, column, link) in enumerate(self._sorted_links, FIRST_LINK):
            place = f"{_before_cell(link.sheet)}{link.cell}"
            written.append(f'<hyperlink ref="{LETTERS[column]}{row + 1}" r:id="rId{number}" location="{place}"/>')
        return f"<hyperlinks>{''.join(written)}</hyperlinks>" if written else ""

    def relations(self) -> str:
        """What the links lead to."""
        return "".join([
            f'<Relationship Id="rId{number}" Type="{HYPERLINK}" Target="{_target(link.file)}" TargetMode="External"/>'
            for number, (_, _, link) in enumerate(self._sorted_links, FIRST_LINK)
        ])  # fmt: skip

    @cached_property
    def _sorted_links(self) -> list[tuple[int, int, Link]]:
        # "#" begins the place in the file, so a file with one in its name cannot be linked to.
        return [link for link in sorted(self._links, key=itemgetter(0, 1)) if "#" not in link[2].file]

    def stands_at(self, row: int, column: int, texts: Sequence[str]) -> str | None:
        """The text or number that a cell shows; None where there is none. ``texts`` are the workbook's."""
        cells, place = self._by_row.get(row, b""), b'<c r="%b%d"' % (LETTERS[column].encode(), row + 1)
        if (at := cells.find(place)) < 0:
            return None
        match = _CELL.match(cells, at + len(place))
        assert match is not None
        kind, value = match.groups()
        if value is None:
            return ""
        if kind == b"s":
            return texts[int(value)]
        return unescape(value.decode()) if kind == b"str" else value.decode()


@lru_cache(maxsize=256)
def _pixels(height: float) -> int:
    return int(height * 4 / 3 + 0.5)


@lru_cache(maxsize=256)
def _height(pixels: int | None) -> bytes:
    """A row's height, as attributes."""
    return b' ht="%.16g" customHeight="1"' % (pixels * 0.75) if pixels not in (None, DEFAULT_HEIGHT) else b""


# ---------------------------------------------------------------- what a cell ends in


def _integer(value: int) -> bytes:
    return b"><v>%d</v></c>" % value


def _double(value: float) -> bytes:
    return b"><v>%a</v></c>" % value


def _fraction(value: Fraction) -> bytes:
    above, below = value.as_integer_ratio()
    return b"><v>%a</v></c>" % (above / below)


def _decimal(value: Decimal) -> bytes:
    written = str(value)
    return f"><v>{written}</v></c>".encode() if len(written) < DIGITS and "E" not in written else _double(float(value))


def _date(value: datetime.date) -> bytes:
    return _integer(value.toordinal() - _DAY_ZERO)


def _formula(value: Formula) -> bytes:
    shown = value.value
    if type(shown) is str:
        return b' t="str"%b><v>%b</v></c>' % (_between_tags(value.text), escaped(shown).encode())
    return _between_tags(value.text) + _OF_NUMBERS[type(shown)](shown)


_OF_NUMBERS: dict[type, Callable[[Any], bytes]] = {int: _integer, Decimal: _decimal, Fraction: _fraction}


@lru_cache(maxsize=MOST_FORMULAS)
def _between_tags(formula: str) -> bytes:
    """A formula after the end of its cell's tag, and but for the end of its own, which is what a number begins with."""
    return f"><f>{escaped(formula[1:])}</f".encode()


@lru_cache(maxsize=256)
def _target(file: str) -> str:
    """How a relation names a file that lies beside the workbook."""
    return _attribute(Url(f"external:./{file}")._target())


@lru_cache(maxsize=256)
def _before_cell(sheet: str) -> str:
    """A worksheet's name as a place in it begins with."""
    return _attribute("'" + sheet.replace("'", "''") + "'!")


def _attribute(text: str) -> str:
    """Text as it stands in an attribute."""
    return escaped(text).replace('"', "&quot;")


def escaped(text: str) -> str:
    """Text as it stands between tags."""
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe_text(value: str) -> str:
    """Text that any spreadsheet program can hold: no control characters, not too long."""
    if not value.isprintable():
        value = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    if len(value) <= LONGEST_TEXT // 2:
        return value
    # In units of UTF-16, as Excel counts: what lies beyond the first 65,536 characters has two.
    units = value.encode("utf-16-le")
    return value if len(units) // 2 <= LONGEST_TEXT else units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
