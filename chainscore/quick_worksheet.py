"""A worksheet that takes its cells as the XML that they will be, and leaves all else to XlsxWriter.

XlsxWriter keeps an object for each cell and looks at it three times, which is most of the time that a results workbook takes.
Here a cell's XML is put together at once, and joined row by row in the end. Text that came from a department is written as
text, never as a formula.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from html import unescape
from operator import itemgetter
from typing import Any

import msgspec
from xlsxwriter.url import Url

from chainscore.layouts import Call, SheetPlan
from chainscore.references import column_letters

LONGEST_TEXT = 32767  # characters in a cell, in units of UTF-16
LETTERS = tuple(column_letters(column) for column in range(1, 257))
OPENINGS = tuple(f'<c r="{letters}' for letters in LETTERS)
NUMBERS = frozenset((int, float, Decimal, Fraction))
DEFAULT_HEIGHT = 20  # pixels
DIGITS = 15
"""So many characters of a decimal no double changes."""
FIRST_LINK = 2
"""The number of the first link's relation; 1 is the drawing's, where there is one."""
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
OWN_ROW = "\0"
"""In a formula, the number of the row that it stands in, so that a column's formulas are one."""
_DAY_ZERO = datetime.date(1899, 12, 30).toordinal()
_VALUE = re.compile(r'<c [^>]*?(?: t="(\w+)")?>.*<v>(.*)</v>', re.DOTALL)


class Formula(msgspec.Struct, frozen=True, gc=False):
    """A live formula with the value that the scoring core gives it, which previews and other programs see."""

    text: str
    """In English, with ``=``, in functions that Excel 2013, WPS and LibreOffice share; OWN_ROW for a row's own number."""
    value: Decimal | Fraction | int | str


class Link(msgspec.Struct, frozen=True, gc=False):
    """A cell of an input, as a link that works where the input lies beside the workbook."""

    file: str
    sheet: str
    cell: str


class Texts(dict[str, str]):
    """A workbook's texts, each with what a cell that has it ends in."""

    def __init__(self) -> None:
        super().__init__({"": "/>"})

    def __missing__(self, value: str) -> str:
        return self.setdefault(safe_text(value), f' t="s"><v>{len(self) - 1}</v></c>')

    def numbered(self) -> list[str]:
        """All but the empty text, in the order of their numbers."""
        return list(self)[1:]


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

    def __init__(self, name: str, texts: Texts) -> None:
        super().__init__()
        self.name = name
        self.texts = texts
        """The workbook's."""
        self.last_filtered = 0
        self._runs: defaultdict[int, dict[int, list[str]]] = defaultdict(dict)
        """Row → column → the XML of the cells that stand next to each other from there on."""
        self._first_column, self._last_column = len(LETTERS), 0
        self._links: list[tuple[int, int, Link]] = []
        self._heights: dict[int, int] = {}
        """Row → pixels."""
        self._drawn_from: float = math.inf
        """The first row by whose height something that is drawn is placed."""

    # ------------------------------------------------ what stands in it

    def put(self, row: int, column: int, value: Any, style: str = "") -> None:
        """A number as a number, nothing as a blank, a formula with its value, all else as text."""
        self.put_row(row, [value], [style], column)

    def put_row(self, row: int, values: Sequence[Any], styles: Sequence[str], first: int = 0) -> None:
        """Values next to each other, from the column ``first`` on. Raises ValueError where some were put before."""
        # The innermost loop of all that is written: a name is looked up, and a function called, as seldom as can be.
        cells: list[str] = []
        runs = self._runs[row]
        if first in runs:
            raise self._twice(row, first)
        runs[first] = cells
        self._first_column = min(self._first_column, first)
        self._last_column = max(self._last_column, first + len(values) - 1)
        own = str(row + 1)
        add, number, texts = cells.append, f'{own}"', self.texts
        for opening, value, style in zip(OPENINGS[first : first + len(values)], values, styles, strict=True):
            kind = type(value)
            if kind is str:
                add(f"{opening}{number}{style}{texts[value]}")
            elif value is None:
                add(f"{opening}{number}{style}/>")
            elif kind is Formula:
                text, shown = value.text, value.value
                text = _in_column(text).replace(OWN_ROW, own) if OWN_ROW in text else escaped(text[1:])
                if type(shown) is str:
                    add(f'{opening}{number}{style} t="str"><f>{text}</f><v>{escaped(shown)}</v></c>')
                else:
                    add(f"{opening}{number}{style}><f>{text}</f><v>{_digits(shown)}</v></c>")
            elif kind in NUMBERS:
                add(f"{opening}{number}{style}><v>{_digits(value)}</v></c>")
            elif kind is datetime.date:
                add(f"{opening}{number}{style}><v>{value.toordinal() - _DAY_ZERO}</v></c>")
            elif kind is Link:
                self._links.append((row, first + len(cells), value))
                add(f"{opening}{number}{style}{texts[value.cell]}")
            else:
                raise TypeError(f"{kind.__name__} has no place in a cell")

    def set_widths(self, widths: Sequence[float]) -> None:
        """The widths of the first columns, in characters."""
        self.calls.append(("set_widths", [list(widths)], {}))

    def set_row(self, row: int, height: float) -> None:
        """The height of a row, in points."""
        self._heights[row] = int(height * 4 / 3 + 0.5)

    def merge_range(self, top: int, left: int, bottom: int, right: int, value: Any, style: str) -> None:
        """One cell of several, with a value."""
        self.calls.append(("merge_range", [top, left, bottom, right, ""], {}))
        width = right - left + 1
        for row in range(top, bottom + 1):
            self.put_row(row, [value if row == top else None, *[None] * (width - 1)], [style] * width, left)

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
        heights = {row: pixels for row, pixels in self._heights.items() if row >= self._drawn_from}
        return SheetPlan(self.name, self.calls, heights)

    def dimension(self) -> str:
        """The range that has cells."""
        rows = [row for row, runs in self._runs.items() if runs]
        first = f"{LETTERS[min(self._first_column, self._last_column)]}{min(rows, default=0) + 1}"
        last = f"{LETTERS[self._last_column]}{max(rows, default=0) + 1}"
        return f'<dimension ref="{first if first == last else f"{first}:{last}"}"/>'

    def rows(self) -> bytes:
        """All cells, row by row."""
        return b"".join(map(self._row, sorted({*self._runs, *self._heights})))

    def _row(self, row: int) -> bytes:
        runs = self._runs[row]
        if len(runs) == 1:
            (written,) = runs.values()
        else:
            written = self._joined(row)
        pixels = self._heights.get(row, DEFAULT_HEIGHT)
        height = f' ht="{pixels * 0.75:.16g}" customHeight="1"' if pixels != DEFAULT_HEIGHT else ""
        return f'<row r="{row + 1}"{height}>{"".join(written)}</row>'.encode()

    def _joined(self, row: int) -> list[str]:
        """The cells of a row that was written in several runs. Raises ValueError where two of them have a cell in common."""
        written: list[str] = []
        end = 0
        for first, cells in sorted(self._runs[row].items()):
            if first < end:
                raise self._twice(row, first)
            written += cells
            end = first + len(cells)
        return written

    def _twice(self, row: int, column: int) -> ValueError:
        return ValueError(f"{LETTERS[column]}{row + 1} of {self.name} is written twice")

    def hyperlinks(self) -> str:
        """The links to other files, each with the number of its relation."""
        written = []
        for number, (row, column, link) in enumerate(self._sorted_links(), FIRST_LINK):
            place = _attribute("'" + link.sheet.replace("'", "''") + f"'!{link.cell}")
            written.append(f'<hyperlink ref="{LETTERS[column]}{row + 1}" r:id="rId{number}" location="{place}"/>')
        return f"<hyperlinks>{''.join(written)}</hyperlinks>" if written else ""

    def relations(self) -> str:
        """What the links lead to."""
        return "".join(
            f'<Relationship Id="rId{number}" Type="{HYPERLINK}" Target="{_target(link.file)}" TargetMode="External"/>'
            for number, (_, _, link) in enumerate(self._sorted_links(), FIRST_LINK)
        )

    def _sorted_links(self) -> list[tuple[int, int, Link]]:
        # "#" begins the place in the file, so a file with one in its name cannot be linked to.
        return [link for link in sorted(self._links, key=itemgetter(0, 1)) if "#" not in link[2].file]

    def stands_at(self, row: int, column: int, texts: Sequence[str]) -> str | None:
        """The text or number that a cell shows; None where there is none. ``texts`` are the workbook's."""
        for first, cells in self._runs[row].items():
            if 0 <= column - first < len(cells):
                match = _VALUE.match(cells[column - first])
                break
        else:
            return None
        if match is None:
            return ""
        kind, value = match.groups()
        if kind == "s":
            return texts[int(value)]
        return unescape(value) if kind == "str" else str(value)


@lru_cache(maxsize=500)
def _in_column(formula: str) -> str:
    """A formula of many rows as it stands between tags."""
    return escaped(formula[1:])


def _digits(value: Decimal | Fraction | float) -> str:
    """A number with all digits of the double that it is to a spreadsheet."""
    if type(value) is Decimal and len(written := str(value)) < DIGITS and "E" not in written:
        return written
    return repr(float(value)) if type(value) is not int else str(value)


@lru_cache(maxsize=256)
def _target(file: str) -> str:
    """How a relation names a file that lies beside the workbook."""
    return _attribute(Url(f"external:./{file}")._target())


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
