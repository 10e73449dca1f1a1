"""Reads a worksheet part with expat: every cell, wherever it stands and however it is written.

Strictly by the schema (ECMA-376 part 1, 18.3.1): rows in the one table of cells, cells in rows, one value and one formula in a
cell, no two of one place. Whatever office programs would read in different ways is refused.
"""

from __future__ import annotations

import re
from functools import cache

from openpyxl.utils import column_index_from_string

from chainscore.intake.cells import LAST_COLUMN, LAST_ROW, Found, Meanings, too_many_cells, too_wide, type_of, value_of
from chainscore.intake.limits import Limits
from chainscore.intake.markup import Attributes, is_true, odd_cells, parse, says, whole_number
from chainscore.intake.package import damaged
from chainscore.intake.strings import StruckText
from chainscore.intake.styles import Style
from chainscore.intake.values import CellValue
from chainscore.intake.worksheet import Merge

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.IGNORECASE | re.ASCII)
_WHOLE_LINES = re.compile(r"\$?([A-Z]{1,3}):\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7}", re.IGNORECASE | re.ASCII)
_PLACES = {"sheetData": "worksheet", "row": "sheetData", "c": "row", "v": "c", "f": "c", "is": "c"}
"""Where alone an element may stand."""
_FOREIGN = re.compile(r".* (?:sheetData|row|c|v|f|is|AlternateContent)")
"""Elements of other namespaces that some program might take for cells."""
_LEAST_HEIGHT, _LEAST_WIDTH = 1.0, 0.1
"""Rows lower than a point and columns narrower than a tenth of a character show nothing."""

column_number = cache(column_index_from_string)


def parsed(part: bytes, name: str, meanings: Meanings, limits: Limits) -> Found:
    """All that stands in the part of the sheet ``name``. Raises UnreadableError."""
    if part.count(b"</v>") - part.count(b"<v></v>") > limits.cells:  # said at once, not after seconds of reading
        raise too_many_cells(limits)
    reader = _SheetPart(name, meanings, limits)
    parse(part, reader.start, reader.end, reader.characters, reader.apart)
    if not reader.has_cells:
        raise damaged("no table of cells", name)
    found = reader.found
    found.rows = {row: dict(sorted(found.rows[row].items())) for row in sorted(found.rows)}
    return found


class _SheetPart:
    """What expat finds in a worksheet part."""

    def __init__(self, name: str, meanings: Meanings, limits: Limits) -> None:
        self.found = Found()
        self.has_cells = False
        self._name = name
        self._meanings = meanings
        self._limits = limits
        self._inside: list[str] = []
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._row = self._column = self._area = 0
        self._attributes: Attributes = {}
        self._once: set[str] = set()
        self._struck = False
        self._texts: dict[str, list[str]] = {"v": [], "t": [], "f": []}
        """Of the cell's value, inline text and formula."""

    # ------------------------------------------------ expat's events

    def start(self, name: str, attributes: Attributes) -> None:
        parent = self._inside[-1] if self._inside else ""
        self._inside.append(name)
        if parent in ("v", "f", "t") or _PLACES.get(name, parent) != parent:
            raise odd_cells()
        if name in ("v", "f", "is"):
            self._only(name)
        elif name == "strike" and "is" in self._inside:
            self._struck = self._struck or says(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name in ("mergeCell", "hyperlink"):
            area = self._range(attributes)
            if name == "mergeCell":
                self.found.merges.append(area)
        elif name == "col":
            if is_true(attributes, "hidden") or _below(attributes, "width", _LEAST_WIDTH):
                self.found.hidden_columns.append(range(whole_number(attributes, "min"), whole_number(attributes, "max") + 1))
        elif name == "sheetData":
            if self.has_cells:
                raise damaged("two tables of cells", self._name)
            self.has_cells = True
        elif (parent == "" and name != "worksheet") or ("sheetData" in self._inside and _FOREIGN.fullmatch(name)):
            raise odd_cells()

    def end(self, name: str) -> None:
        self._inside.pop()
        if name == "c":
            self._end_cell()

    def characters(self, text: str) -> None:
        where = self._inside[-1]
        if where in ("v", "f") or (where == "t" and "is" in self._inside and "rPh" not in self._inside):
            self._texts[where].append(text)

    def apart(self, kind: str) -> None:
        """Comments and the like inside a value: some programs read on behind them, some do not."""
        if "c" in self._inside and not (kind == "CDATA" and self._inside[-1] == "t"):
            raise odd_cells()

    # ------------------------------------------------ rows and cells

    def _only(self, name: str) -> None:
        """One value and one formula in a cell: where there are more, each program takes another."""
        if name in self._once:
            raise odd_cells()
        self._once.add(name)

    def _start_row(self, attributes: Attributes) -> None:
        self._row = whole_number(attributes, "r") if "r" in attributes else self._row + 1
        if not 1 <= self._row <= LAST_ROW:
            raise damaged("no such row", f"{self._name}!{self._row}")
        if self._row in self._rows:
            raise damaged("a row twice", f"{self._name}!{self._row}")
        self._rows.add(self._row)
        self._column = 0
        self._columns.clear()
        if hides_row(attributes):
            self.found.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None or int(match[2]) != self._row:
                raise damaged("no such place", f"{self._name}!{reference[:20]}")
            self._column = column_number(match[1].upper())
        if self._column > LAST_COLUMN:
            raise damaged(f"column {self._column}", f"{self._name}!{self._row}")
        if self._column in self._columns:
            raise damaged(f"column {self._column} twice", f"{self._name}!{self._row}")
        self._columns.add(self._column)
        self._attributes = attributes
        self._once.clear()
        self._struck = False
        for texts in self._texts.values():
            texts.clear()

    def _end_cell(self) -> None:
        kind, has_formula, place = type_of(self._attributes), "f" in self._once, (self._row, self._column)
        read, style = self._meanings.reader(kind, number := whole_number(self._attributes, "s")), self._meanings.style(number)
        saved, inline, formula = map("".join, self._texts.values())
        text = inline if kind == "inlineStr" and "is" in self._once else saved or inline
        try:
            value = value_of(read, text, has_formula, kind)
        except (ValueError, LookupError) as error:
            raise damaged(f"column {self._column}: {text[:20]}", f"{self._name}!{self._row}") from error
        if value is not None:
            struck = self._struck and isinstance(value, str)
            self._keep(place, StruckText(value) if struck else value, style)
        if has_formula:
            self.found.note_formula(place, formula)

    def _keep(self, place: tuple[int, int], value: CellValue, style: Style) -> None:
        self.found.count(1, self._limits)
        self.found.rows.setdefault(self._row, {})[self._column] = value
        if not style.plain:
            self.found.styles[place] = style

    # ------------------------------------------------ ranges

    def _range(self, attributes: Attributes) -> Merge:
        """The cells that a ``ref`` covers; all of them together must not be beyond all reason."""
        reference = attributes.get("ref", "")
        first, _, last = reference.partition(":")
        if _WHOLE_LINES.fullmatch(reference):
            raise too_wide(self._limits)
        corners = [_REFERENCE.fullmatch(corner.replace("$", "")) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise damaged("no such place", f"{self._name}!{reference[:20]}")
        (top, left), (bottom, right) = [(int(corner[2]), column_number(corner[1].upper())) for corner in corners if corner]
        if not (1 <= top <= bottom <= LAST_ROW and left <= right <= LAST_COLUMN):
            raise damaged("no such place", f"{self._name}!{reference[:20]}")
        self._area += (bottom - top + 1) * (right - left + 1)
        if self._area > self._limits.merged:
            raise too_wide(self._limits)
        return top, left, bottom, right


def hides_row(attributes: Attributes) -> bool:
    """True of a row that nobody sees."""
    return is_true(attributes, "hidden") or _below(attributes, "ht", _LEAST_HEIGHT)


def _below(attributes: Attributes, name: str, least: float) -> bool:
    try:
        return name in attributes and float(attributes[name]) < least
    except ValueError:
        return False
