"""Reads the parts of a package cell by cell with expat: every value, formula, error, merged range and hidden row or column.

It takes cells as sparsely as they stand, wherever they stand, whatever the sheet's ``dimension`` says, and in either kind of
Open XML (ECMA-376 transitional and strict: names are taken without their namespaces). What does not hold together is refused.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable

from chainscore.intake.contents import Contents, Listed
from chainscore.intake.limits import Limits
from chainscore.intake.markup import TRUE, Attributes, local, parse
from chainscore.intake.number_formats import dated, formats
from chainscore.intake.package import UnreadableError, beyond, damaged
from chainscore.intake.values import CellError, CellValue, Uncalculated
from chainscore.intake.worksheet import Merge, Worksheet
from chainscore.words.references import column_number

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
TAGS_PER_CELL = 5
_MOST_OTHER_TAGS = 100_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.IGNORECASE | re.ASCII)
_WHOLE_LINES = re.compile(r"\$?([A-Z]{1,3}):\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7}", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*", re.IGNORECASE | re.ASCII)
_RANGE = re.compile(rb"<(mergeCell|hyperlink)\s([^>]*)>")
_REF = re.compile(rb"\bref\s*=\s*[\"']([^\"']*)[\"']")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class ExactReader:
    """Reads sheets of one package."""

    def __init__(self, contents: Contents, limits: Limits) -> None:
        self._contents = contents
        self._limits = limits
        self._strings = _strings(contents.strings_part) if contents.strings_part is not None else ()
        self._formats = formats(contents.styles_part) if contents.styles_part is not None else ()

    def read(self, sheet: Listed) -> tuple[Worksheet, int]:
        """The cells of one sheet, and how many there are in the rectangle of all that hold anything, be it an empty text.

        Raises UnreadableError.
        """
        # A bound for the time that it takes, whatever the tags are.
        if sheet.part.count(b"<") > TAGS_PER_CELL * self._limits.cells + _MOST_OTHER_TAGS:
            raise too_many_cells(self._limits)
        found = _Cells(sheet.name, self._value, self._limits)
        parse(sheet.part, found.start, found.end, found.characters)
        rows = {row: dict(sorted(found.rows[row].items())) for row in sorted(found.rows) if found.rows[row]}
        columns = {column for cells in rows.values() for column in cells}
        worksheet = Worksheet(
            sheet.name,
            rows,
            tuple(found.merges),
            frozenset(found.formulas),
            sheet.hidden,
            frozenset(found.hidden_rows & rows.keys()),
            frozenset(column for column in columns if any(column in hidden for hidden in found.hidden_columns)),
        )
        return worksheet, found.grid()

    def _value(self, kind: str, style: int, text: str) -> CellValue | None:
        """What a cell's saved text means, by its type and style. Raises ValueError and IndexError."""
        match kind:
            case "n":
                return self._number(style, text)
            case "s":
                return self._strings[_index(text)] or None
            case "b":
                return {"1": True, "0": False, "true": True, "false": False}[text.strip()]
            case "e":
                return CellError(text)
            case "d":
                return _iso_date(text)
            case "str" | "inlineStr":
                return _unescaped(text) or None
        raise ValueError(kind)

    def _number(self, style: int, text: str) -> CellValue:
        if _NUMBER.fullmatch(text) is None:
            return text
        number = float(text)
        written = self._formats[style] if style < len(self._formats) else None
        return number if written is None else dated(number, written, self._contents.epoch_1904)


def merges_of(sheet: Listed, limits: Limits) -> tuple[Merge, ...]:
    """The merged ranges of a plain sheet. Raises UnreadableError."""
    found = _Cells(sheet.name, lambda *_: None, limits)
    for tag, attributes in _RANGE.findall(sheet.part, sheet.part.rfind(b"</sheetData>")):
        match = _REF.search(attributes)
        found.start(tag.decode(), {"ref": match[1].decode("utf-8", "replace") if match is not None else ""})
    return tuple(found.merges)


def too_many_cells(limits: Limits) -> UnreadableError:
    return beyond("单元格个数", "its number of cells", "cells", limits.cells)


def _index(text: str) -> int:
    index = int(text)
    if index < 0:
        raise IndexError(text)
    return index


class _Cells:
    """What expat finds in a worksheet part."""

    def __init__(self, name: str, value: Callable[[str, int, str], CellValue | None], limits: Limits) -> None:
        self.rows: dict[int, dict[int, CellValue]] = {}
        self.merges: list[Merge] = []
        self.formulas: set[tuple[int, int]] = set()
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[range] = []
        self._name = name
        self._value = value
        self._limits = limits
        self._sheet_data = 0
        self._letters: dict[str, int] = {}
        self._row = self._column = 0
        self._in_cell = self._phonetic = self._taking = self._formula = False
        self._kind, self._style = "n", "0"
        self._text: list[str] | None = None
        self._seen: set[int] = set()
        self._area = self._count = 0
        self._filled_rows: set[int] = set()
        self._filled_columns: set[int] = set()

    def grid(self) -> int:
        """How many cells the rectangle has in which all lie that hold anything."""
        sides = ((max(places) - min(places) + 1 if places else 0) for places in (self._filled_rows, self._filled_columns))
        return math.prod(sides)

    def start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = local(name)
        if self._in_cell:
            if name == "v" or (name == "t" and not self._phonetic):
                self._taking = True
                if self._text is None or name == "v":
                    self._text = []
            elif name == "is":
                self._text = []
            elif name == "f":
                self._formula = True
            elif name == "rPh":
                self._phonetic = True
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "col":
            if attributes.get("hidden") in TRUE:
                self.hidden_columns.append(range(self._number(attributes, "min"), self._number(attributes, "max") + 1))
        elif name == "mergeCell":
            self.merges.append(self._range(attributes))
        elif name == "hyperlink":
            self._range(attributes)
        elif name == "sheetData":
            self._sheet_data += 1
            if self._sheet_data > 1:
                raise damaged(f"{self._name}: two tables of cells")

    def end(self, name: str) -> None:
        if not self._in_cell:
            return
        if ":" in name:
            name = local(name)
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self._taking = False
        elif name == "rPh":
            self._phonetic = False

    def characters(self, text: str) -> None:
        if self._taking and self._text is not None:
            self._text.append(text)

    def _start_row(self, attributes: Attributes) -> None:
        self._row = self._number(attributes, "r") if "r" in attributes else self._row + 1
        if not 1 <= self._row <= LAST_ROW:
            raise damaged(f"{self._name}: row {self._row}")
        self._column = 0
        self._cells = self.rows.setdefault(self._row, {})
        self._seen = set(self._cells)
        if attributes.get("hidden") in TRUE:
            self.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None or int(match[2]) != self._row:
                raise damaged(f"{self._name}!{reference[:20]}")
            letters = match[1]
            column = self._letters.get(letters)
            if column is None:
                column = self._letters[letters] = column_number(letters.upper())
            self._column = column
        if self._column > LAST_COLUMN or not self._row:
            raise damaged(f"{self._name}: column {self._column}")
        if self._column in self._seen:
            raise damaged(f"{self._name}: row {self._row}, column {self._column} twice")
        self._seen.add(self._column)
        self._count += 1
        if self._count > self._limits.cells:
            raise too_many_cells(self._limits)
        self._kind, self._style = attributes.get("t") or "n", attributes.get("s") or "0"
        self._text, self._formula, self._in_cell = None, False, True

    def _end_cell(self) -> None:
        self._in_cell = self._taking = self._phonetic = False
        text = "".join(self._text) if self._text is not None else None
        if text is not None or self._formula:
            self._filled_rows.add(self._row)
            self._filled_columns.add(self._column)
        value: CellValue | None = None
        if self._formula:
            self.formulas.add((self._row, self._column))
            # A formula of type "str" without a value came to the empty text.
            if not text and self._kind != "str":
                value = Uncalculated()
        if text:
            try:
                value = self._value(self._kind, int(self._style), text)
            except (ValueError, LookupError) as error:
                raise damaged(f"{self._name}: row {self._row}, column {self._column}: {text[:20]}") from error
        if value is not None:
            self._cells[self._column] = value

    def _number(self, attributes: Attributes, key: str) -> int:
        text = attributes.get(key, "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise damaged(f"{self._name}: {key} {text[:20]}")
        return int(text)

    def _range(self, attributes: Attributes) -> Merge:
        """The cells that a ``ref`` covers; all of them together must not be beyond all reason."""
        reference = attributes.get("ref", "")
        first, _, last = reference.partition(":")
        if _WHOLE_LINES.fullmatch(reference):
            raise too_wide(self._limits)
        corners = [_REFERENCE.fullmatch(corner.replace("$", "")) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise damaged(f"{self._name}!{reference[:20]}")
        (top, left), (bottom, right) = [(int(corner[2]), column_number(corner[1].upper())) for corner in corners if corner]
        if not (1 <= top <= bottom <= LAST_ROW and left <= right <= LAST_COLUMN):
            raise damaged(f"{self._name}!{reference[:20]}")
        self._area += (bottom - top + 1) * (right - left + 1)
        if self._area > self._limits.merged:
            raise too_wide(self._limits)
        return top, left, bottom, right


def too_wide(limits: Limits) -> UnreadableError:
    return beyond("合并或带链接的单元格", "its merged or linked cells", "merged", limits.merged)


def _iso_date(text: str) -> CellValue:
    try:
        if ":" in text[:3]:
            return datetime.time.fromisoformat(text.strip()).replace(tzinfo=None)
        moment = datetime.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return text
    return moment.date() if moment.time() == datetime.time() else moment


def _strings(part: bytes) -> tuple[str, ...]:
    """The texts that cells refer to by number."""
    found: list[str] = []
    text: list[str] = []
    taking = phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal taking, phonetic
        name = local(name)
        if name == "si":
            text.clear()
        elif name == "rPh":
            phonetic = True
        elif name == "t":
            taking = not phonetic

    def end(name: str) -> None:
        nonlocal taking, phonetic
        name = local(name)
        if name == "t":
            taking = False
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            found.append(_unescaped("".join(text)))

    def characters(characters: str) -> None:
        if taking:
            text.append(characters)

    parse(part, start, end, characters)
    return tuple(found)


def _unescaped(text: str) -> str:
    """``_x000D_`` is a carriage return (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return (
        _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
