"""Reads the parts of a package cell by cell with expat: every value, formula, error, merged range and hidden row or column.

It takes cells as sparsely as they stand, wherever they stand, whatever the sheet's ``dimension`` says, and in either kind of
Open XML (ECMA-376 transitional and strict: names are taken without their namespaces). What does not hold together is refused.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from chainscore.limits import Limits
from chainscore.package import Package, UnreadableError, beyond, damaged
from chainscore.references import column_number
from chainscore.values import CellError, CellValue, Uncalculated
from chainscore.worksheet import Merge, Worksheet

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
TAGS_PER_CELL = 5
_MOST_OTHER_TAGS = 100_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.IGNORECASE | re.ASCII)
_WHOLE_LINES = re.compile(r"\$?([A-Z]{1,3}):\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7}", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*", re.IGNORECASE | re.ASCII)
_RANGE = re.compile(rb"<(mergeCell|hyperlink)\s([^>]*)>")
_REF = re.compile(rb"\bref\s*=\s*[\"']([^\"']*)[\"']")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = ("1", "true", "on")
_OFFICE_DOCUMENT, _WORKSHEET, _STRINGS, _STYLES = "/officeDocument", "/worksheet", "/sharedStrings", "/styles"

# Built-in number formats of dates, those of Chinese and Japanese programs too (ECMA-376 part 1, 18.8.30), and of elapsed time.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_ELAPSED_FORMAT = 46
_UNSPOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
"""What of a format code says nothing of the kind of value: quoted, escaped, padding, colours and locales."""
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmhys]", re.IGNORECASE)

_START_1900, _START_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2958466
"""Serial 60 is a day that never was; those before it are counted differently by different programs."""

Attributes = dict[str, str]


@dataclass(frozen=True)
class Listed:
    """One worksheet as the workbook lists it."""

    name: str
    part: bytes
    hidden: bool


@dataclass(frozen=True)
class Contents:
    """What a package says besides its sheets' cells."""

    sheets: tuple[Listed, ...]
    epoch_1904: bool
    strings_part: bytes | None
    styles_part: bytes | None


def contents_of(package: Package) -> Contents:
    """The worksheets that a workbook lists, in order. Raises UnreadableError."""
    main = next((target for kind, target in _relations(package, "").values() if kind.endswith(_OFFICE_DOCUMENT)), None)
    if main is None:
        raise damaged("no workbook part")
    listed: list[tuple[str, str, bool]] = []
    epoch_1904 = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal epoch_1904
        name = _local(name)
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            listed.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":  # an extension has one of its own further down
            epoch_1904 = epoch_1904 or attributes.get("date1904") in _TRUE

    _parse(_part(package, main), start)
    relations = _relations(package, main)
    sheets = []
    for name, relation, hidden in listed:
        if relation not in relations:
            raise damaged(f"{name}: no part")
        kind, target = relations[relation]
        if kind.endswith(_WORKSHEET):
            sheets.append(Listed(name, _part(package, target), hidden))
    names = Counter(sheet.name.casefold() for sheet in sheets)
    if twice := [name for name, times in names.items() if times > 1]:
        raise damaged(f"two sheets named {twice[0]}")
    others = {kind: _part(package, target) for kind, target in relations.values() if kind.endswith((_STRINGS, _STYLES))}
    strings = next((part for kind, part in others.items() if kind.endswith(_STRINGS)), None)
    styles = next((part for kind, part in others.items() if kind.endswith(_STYLES)), None)
    return Contents(tuple(sheets), epoch_1904, strings, styles)


def _part(package: Package, name: str) -> bytes:
    part = package.parts.get(name)
    if part is None:  # names are compared without regard to case
        part = next((part for other, part in package.parts.items() if other.casefold() == name.casefold()), None)
    if part is None:
        raise damaged(f"the part {name} is missing")
    return part


def _relations(package: Package, source: str) -> Mapping[str, tuple[str, str]]:
    """Id → (type, part's name) of the parts that ``source``, or the package, refers to."""
    folder, name = posixpath.split(source)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if _local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), target.lstrip("/"))

    _parse(_part(package, posixpath.join(folder, "_rels", f"{name}.rels")), start)
    return found


class ExactReader:
    """Reads sheets of one package."""

    def __init__(self, contents: Contents, limits: Limits) -> None:
        self._contents = contents
        self._limits = limits
        self._strings = _strings(contents.strings_part) if contents.strings_part is not None else ()
        self._formats = _formats(contents.styles_part) if contents.styles_part is not None else ()

    def read(self, sheet: Listed) -> Worksheet:
        """The cells of one sheet. Raises UnreadableError."""
        # A bound for the time that it takes, whatever the tags are.
        if sheet.part.count(b"<") > TAGS_PER_CELL * self._limits.cells + _MOST_OTHER_TAGS:
            raise too_many_cells(self._limits)
        found = _Cells(sheet.name, self._value, self._limits)
        _parse(sheet.part, found.start, found.end, found.characters)
        rows = {row: dict(sorted(found.rows[row].items())) for row in sorted(found.rows) if found.rows[row]}
        columns = {column for cells in rows.values() for column in cells}
        return Worksheet(
            sheet.name,
            rows,
            tuple(found.merges),
            frozenset(found.formulas),
            sheet.hidden,
            frozenset(found.hidden_rows & rows.keys()),
            frozenset(column for column in columns if any(column in hidden for hidden in found.hidden_columns)),
        )

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
        self._area = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = _local(name)
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
            if attributes.get("hidden") in _TRUE:
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
            name = _local(name)
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
        if attributes.get("hidden") in _TRUE:
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
        self._kind, self._style = attributes.get("t") or "n", attributes.get("s") or "0"
        self._text, self._formula, self._in_cell = None, False, True

    def _end_cell(self) -> None:
        self._in_cell = self._taking = self._phonetic = False
        text = "".join(self._text) if self._text is not None else None
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


def dated(number: float, written: str, epoch_1904: bool) -> CellValue:
    """What a number shows in a format of dates ("date") or of elapsed time; itself where that is no day there was."""
    if written == "elapsed":
        return datetime.timedelta(days=number) if abs(number) < _LAST_SERIAL else number
    if 0 <= number < 1:
        return (_START_1904 + datetime.timedelta(days=number)).time()
    if not (0 if epoch_1904 else _FIRST_SERIAL) <= number < _LAST_SERIAL - (1462 if epoch_1904 else 0):
        return number
    start = _START_1904 if epoch_1904 else _START_1900
    return (
        start.date() + datetime.timedelta(days=int(number))
        if number == int(number)
        else start + datetime.timedelta(days=number)
    )


def written_as(code: str) -> str | None:
    """Whether a number format shows a date ("date"), an elapsed time ("elapsed"), or just a number (None)."""
    positive = _UNSPOKEN.sub("", code).partition(";")[0]
    if _ELAPSED.search(positive):
        return "elapsed"
    if re.search("general", positive, re.IGNORECASE):
        return None
    return "date" if _DATE_LETTERS.search(positive) else None


def _formats(part: bytes) -> tuple[str | None, ...]:
    """What each cell style of a workbook shows a number as."""
    codes: dict[int, str | None] = {}
    styles: list[int] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        name = _local(name)
        if name == "numFmt":
            codes[_index(attributes.get("numFmtId", ""))] = written_as(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            styles.append(_index(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        if _local(name) == "cellXfs":
            inside = False

    try:
        _parse(part, start, end)
    except (ValueError, LookupError) as error:
        raise damaged(f"the styles: {error}") from error
    built_in = {**dict.fromkeys(_DATE_FORMATS, "date"), _ELAPSED_FORMAT: "elapsed"}
    return tuple(codes[style] if style in codes else built_in.get(style) for style in styles)


def _strings(part: bytes) -> tuple[str, ...]:
    """The texts that cells refer to by number."""
    found: list[str] = []
    text: list[str] = []
    taking = phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal taking, phonetic
        name = _local(name)
        if name == "si":
            text.clear()
        elif name == "rPh":
            phonetic = True
        elif name == "t":
            taking = not phonetic

    def end(name: str) -> None:
        nonlocal taking, phonetic
        name = _local(name)
        if name == "t":
            taking = False
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            found.append(_unescaped("".join(text)))

    def characters(characters: str) -> None:
        if taking:
            text.append(characters)

    _parse(part, start, end, characters)
    return tuple(found)


def _unescaped(text: str) -> str:
    """``_x000D_`` is a carriage return (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return (
        _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parse(
    part: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    """Run a part through expat. Raises UnreadableError."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if characters is not None:
        parser.CharacterDataHandler = characters
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise damaged(str(error)) from error
