"""A worksheet of XlsxWriter's that takes its cells as the XML that they will be.

XlsxWriter keeps an object for each cell and looks at it three times, which is most of the time that a results workbook takes.
Here a cell's XML is put together at once, and joined row by row in the end; pages, charts, links and the package stay
XlsxWriter's. Text that came from a department is written as text, never as a formula.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from html import unescape
from operator import itemgetter
from typing import Any

import msgspec
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

from chainscore.references import column_letters

LONGEST_TEXT = 32767  # characters in a cell, in units of UTF-16
LETTERS = tuple(column_letters(column) for column in range(1, 257))
NUMBERS = frozenset((int, float, Decimal, Fraction))
DEFAULT_HEIGHT = 20  # pixels
_DAY_ZERO = datetime.date(1899, 12, 30).toordinal()
_MARKUP = re.compile("[&<>]")
_VALUE = re.compile(r'<c [^>]*?(?: t="(\w+)")?>.*<v>(.*)</v>', re.DOTALL)


class Formula(msgspec.Struct, frozen=True):
    """A live formula with the value that the scoring core gives it, which previews and other programs see."""

    text: str
    """In English, with ``=``, in functions that Excel 2013, WPS and LibreOffice share."""
    value: Decimal | Fraction | float | str


class Link(msgspec.Struct, frozen=True):
    """A cell of an input, as a link that works where the input lies beside the workbook."""

    file: str
    sheet: str
    cell: str


class QuickWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """Rows and columns are counted from 0; a style is the attribute that ``QuickWorkbook.style`` gives."""

    def __init__(self) -> None:
        super().__init__()
        self._links: list[tuple[int, int, Link]] = []
        self._heights: dict[int, int] = {}
        """Row → its height in pixels."""

    def put(self, row: int, column: int, value: Any, style: str = "") -> None:
        """A number as a number, nothing as a blank, a formula with its value, all else as text."""
        self.put_row(row, [value], [style], column)

    def put_row(self, row: int, values: Sequence[Any], styles: Sequence[str], first: int = 0) -> None:
        """Values next to each other, from the column ``first`` on."""
        # The innermost loop of all that is written: a name is looked up, and a function called, as seldom as can be.
        cells, number = self.table[row], row + 1
        table = self.str_table
        strings: dict[str, int] = table.string_table
        for column, (value, style) in enumerate(zip(values, styles, strict=True), first):
            kind = type(value)
            if kind is str and value:
                text = value if len(value) <= LONGEST_TEXT // 2 and value.isprintable() else safe_text(value)
                table.count += 1
                index = strings.setdefault(text, len(strings))
                cells[column] = f'<c r="{LETTERS[column]}{number}"{style} t="s"><v>{index}</v></c>'
            elif value is None or kind is str:
                cells[column] = f'<c r="{LETTERS[column]}{number}"{style}/>'
            elif kind is Formula:
                text, shown = value.text[1:], value.value
                if "<" in text or ">" in text or "&" in text:
                    text = escaped(text)
                if isinstance(shown, str):
                    cells[column] = f'<c r="{LETTERS[column]}{number}"{style} t="str"><f>{text}</f><v>{escaped(shown)}</v></c>'
                else:
                    cells[column] = f'<c r="{LETTERS[column]}{number}"{style}><f>{text}</f><v>{float(shown)!r}</v></c>'
            elif kind in NUMBERS:  # with all digits of the double
                cells[column] = f'<c r="{LETTERS[column]}{number}"{style}><v>{float(value)!r}</v></c>'
            elif kind is datetime.date:
                cells[column] = f'<c r="{LETTERS[column]}{number}"{style}><v>{value.toordinal() - _DAY_ZERO}</v></c>'
            elif kind is Link:
                self._links.append((row, column, value))
                self.put(row, column, value.cell, style)
            else:
                raise TypeError(f"{kind.__name__} has no place in a cell")

    def set_row(self, row: int, height: float) -> None:
        """The height of a row, in points."""
        pixels = int(height * 4 / 3 + 0.5)
        self._heights[row] = pixels
        self.row_sizes[row] = [pixels, False]  # by which XlsxWriter places charts and pictures

    # ------------------------------------------------ what XlsxWriter calls

    def _write_string(self, row: int, column: int, string: str, style: str | None = None) -> int:
        self.put(row, column, string, style or "")
        return 0

    def _write_blank(self, row: int, column: int, _: object, style: str | None = None) -> int:
        self.put(row, column, None, style or "")
        return 0

    def _write_dimension(self) -> None:
        rows = [row for row, cells in self.table.items() if cells]
        columns = [column for cells in self.table.values() for column in cells]
        if rows:
            self.dim_rowmin, self.dim_rowmax = min(rows), max(rows)
            self.dim_colmin, self.dim_colmax = min(columns), max(columns)
        super()._write_dimension()

    def _write_rows(self) -> None:
        for row in sorted({*self.table, *self._heights}):
            cells = self.table[row]
            written = "".join([cells[column] for column in sorted(cells)])
            pixels = self._heights.get(row, DEFAULT_HEIGHT)
            height = f' ht="{pixels * 0.75:.16g}" customHeight="1"' if pixels != DEFAULT_HEIGHT else ""
            self.fh.write(f'<row r="{row + 1}"{height}>{written}</row>')

    def _write_hyperlinks(self) -> None:
        # "#" begins the place in the file, so a file with one in its name cannot be linked to.
        links = [link for link in sorted(self._links, key=itemgetter(0, 1)) if "#" not in link[2].file]
        written = []
        for row, column, link in links:
            self.rel_count += 1
            place = escaped("'" + link.sheet.replace("'", "''") + f"'!{link.cell}").replace('"', "&quot;")
            written.append(f'<hyperlink ref="{LETTERS[column]}{row + 1}" r:id="rId{self.rel_count}" location="{place}"/>')
            self.external_hyper_links.append(["/hyperlink", _target(link.file), "External"])
        if written:
            self.fh.write(f"<hyperlinks>{''.join(written)}</hyperlinks>")

    def _get_range_data(self, first_row: int, first_column: int, last_row: int, last_column: int) -> Sequence[Any]:
        """What stands in a range, which charts carry a copy of."""
        places = ((row, column) for row in range(first_row, last_row + 1) for column in range(first_column, last_column + 1))
        return [self._stands_at(row, column) for row, column in places]

    def _stands_at(self, row: int, column: int) -> Any:
        match = _VALUE.match(self.table[row].get(column, ""))
        if match is None:
            return "" if column in self.table[row] else None
        kind, value = match.groups()
        if kind == "s":
            return self.str_table.string_array[int(value)]
        return unescape(value) if kind == "str" else value

    def _prepare_formula(self, formula: str, *_: object) -> str:
        """The formula as it is: XlsxWriter searches it for thirty functions that are newer than ours, at length."""
        return formula.removeprefix("=")


@lru_cache(maxsize=256)
def _target(file: str) -> str:
    """How a relation names a file that lies beside the workbook."""
    return str(Url(f"external:{file}")._target())


def escaped(text: str) -> str:
    """Text as it stands between tags."""
    if _MARKUP.search(text) is None:
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
