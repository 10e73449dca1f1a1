"""What an .xlsx workbook says and shows, cell by cell: values, formulas, and whatever might hide or cover them.

Other than ``workbook``, which reads what departments entered, this reads all that an office program goes by, from the XML
itself. It is for packages that ``package.open_package`` has let pass.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from chainscore.intake.package import UnreadableError
from chainscore.verify.displayed_numbers import BUILT_IN
from chainscore.words.references import cell_reference, row_and_column

Value = float | str | bool
Place = tuple[int, int]
"""Row and column, from 1."""

EPOCH = datetime.datetime(1899, 12, 30)
LEAST_SIZE = 2.5
"""Rows lower than this many points, columns narrower than this many tenths of a character, and smaller letters show nothing."""
LEAST_CONTRAST = 1.5
WHITE, BLACK = "FFFFFF", "000000"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS = re.compile(r'&"[^"]*"|&\d+|&K[0-9A-Fa-f+\-]{6}|&[BIUSEXY]')


@dataclass(frozen=True)
class Look:
    """How a cell is shown."""

    number_format: str = "General"
    invisible: bool = False
    """The letters have the colour of what is behind them, or no size."""


@dataclass(frozen=True)
class Cell:
    value: Value | None
    """Of a formula, the saved result."""
    formula: str | None
    look: Look


@dataclass(frozen=True)
class Chart:
    texts: tuple[str, ...]
    """Its title, the names of its axes and series."""
    references: tuple[str, ...]
    """Where its figures stand."""


@dataclass
class Sheet:
    """One worksheet."""

    name: str
    visible: bool
    cells: dict[Place, Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last of each run."""
    merges: set[tuple[int, int, int, int]] = field(default_factory=set)
    notes: dict[Place, str] = field(default_factory=dict)
    links: dict[Place, str] = field(default_factory=dict)
    page: tuple[str, ...] = ()
    """The text of header and footer."""
    covering: list[str] = field(default_factory=list)
    """The areas of conditional formats that hide what is there."""
    charts: list[Chart] = field(default_factory=list)
    objects: list[Place] = field(default_factory=list)
    """Where other things lie on the sheet: pictures, text boxes."""
    zeros: bool = True
    """False where the sheet does not show them."""

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """Row → column → cell, in order."""
        rows: dict[int, dict[int, Cell]] = {}
        for row, column in sorted(self.cells):
            rows.setdefault(row, {})[column] = self.cells[row, column]
        return rows


@dataclass(frozen=True)
class Contents:
    sheets: Mapping[str, Sheet]
    names: Mapping[str, str]
    """What defined names refer to, but for those that office programs define themselves."""


def read_contents(package: bytes) -> Contents:
    """The contents of a workbook. Raises UnreadableError."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as parts:
            return _Package(parts).read()
    except (ElementTree.ParseError, zipfile.BadZipFile, KeyError, ValueError, IndexError, RuntimeError, OSError) as error:
        raise UnreadableError("E104", reason=str(error) or type(error).__name__) from error


class _Package:
    def __init__(self, parts: zipfile.ZipFile) -> None:
        self.parts = parts
        self.names = set(parts.namelist())

    def read(self) -> Contents:
        main = dict(self._related("").values())["officeDocument"]
        related = self._related(main)
        kinds = dict(related.values())
        workbook = self._tree(main)
        self.strings = [_text(item) for item in self._tree(kinds["sharedStrings"])] if "sharedStrings" in kinds else []
        styles = _Styles(self._tree(kinds["styles"])) if "styles" in kinds else _Styles(ElementTree.Element("styleSheet"))
        sheets = {}
        for element in _all(workbook, "sheet"):
            kind, target = related[_attribute(element, "id")]
            sheet = Sheet(element.attrib["name"], element.get("state", "visible") == "visible")
            if sheet.name in sheets:
                raise ValueError(f"two sheets {sheet.name}")
            sheets[sheet.name] = self._sheet(sheet, target, styles) if kind == "worksheet" else sheet
        names = {
            element.attrib["name"]: element.text or ""
            for element in _all(workbook, "definedName")
            if not element.attrib["name"].startswith("_xlnm.")
        }
        return Contents(sheets, names)

    # ------------------------------------------------ parts

    def _tree(self, name: str) -> ElementTree.Element:
        content = self.parts.read(name)
        if b"<!DOCTYPE" in content[:1000]:
            raise ValueError("<!DOCTYPE>")
        return ElementTree.fromstring(content)

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship → (kind, part or address) of a part, "" being the package."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self.names:
            return {}
        found = {}
        for element in self._tree(listed):
            target = element.attrib["Target"]
            if element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[element.attrib["Id"]] = element.attrib["Type"].rpartition("/")[2], target
        return found

    # ------------------------------------------------ sheets

    def _sheet(self, sheet: Sheet, part: str, styles: _Styles) -> Sheet:
        related = self._related(part)
        shared: dict[str, tuple[str, str]] = {}
        tree = self._tree(part)
        number = 0
        for row in _all(tree, "row"):
            number, column = int(row.get("r", number + 1)), 0
            height = float(row.get("ht", 15)) if _true(row, "customHeight") else 15
            if _true(row, "hidden") or height < LEAST_SIZE:
                sheet.hidden_rows.add(number)
            for element in row:
                reference = element.get("r") or cell_reference(number, column + 1)
                _, column = place = row_and_column(reference)
                cell = self._cell(element, reference, shared, styles)
                if cell.value is not None or cell.formula is not None:
                    sheet.cells[place] = cell
        for run in _all(tree, "col"):
            if _true(run, "hidden") or float(run.get("width", 9)) < LEAST_SIZE / 10:
                sheet.hidden_columns.append((int(run.attrib["min"]), int(run.attrib["max"])))
        sheet.merges = {_area(element.attrib["ref"]) for element in _all(tree, "mergeCell")}
        sheet.zeros = not any(element.get("showZeros") in ("0", "false") for element in _all(tree, "sheetView"))
        texts = (_page_text(element.text or "") for name in ("oddHeader", "oddFooter") for element in _all(tree, name))
        sheet.page = tuple(filter(None, texts))
        for element in _all(tree, "hyperlink"):
            address = related[_attribute(element, "id")][1] if _attribute(element, "id") else ""
            anchor = element.get("location", "")
            sheet.links[_area(element.attrib["ref"])[:2]] = f"{address}#{anchor}" if anchor else address
        for element in _all(tree, "conditionalFormatting"):
            if any(styles.covers(rule) for rule in element):
                sheet.covering.append(element.attrib["sqref"])
        for kind, target in related.values():
            if kind in ("comments", "threadedComment"):
                self._notes(sheet, target)
            elif kind == "drawing":
                self._drawing(sheet, target)
        return sheet

    def _cell(self, element: ElementTree.Element, reference: str, shared: dict[str, tuple[str, str]], styles: _Styles) -> Cell:
        kind, raw, formula, value = element.get("t", "n"), None, None, None
        for child in element:
            name = _name(child)
            if name == "v":
                raw = child.text
            elif name == "f":
                formula = _formula(child, reference, shared)
            elif name == "is":
                value = _text(child) or None
        if raw:
            match kind:
                case "s":
                    value = self.strings[int(raw)] or None
                case "b":
                    return Cell(raw not in ("0", "false"), formula, styles.look(element))
                case "n":
                    return Cell(float(raw), formula, styles.look(element))
                case "d":  # Strict workbooks have days as text
                    day = datetime.datetime.fromisoformat(raw.removesuffix("Z")) - EPOCH
                    return Cell(day / datetime.timedelta(days=1), formula, styles.look(element))
                case _:
                    value = _unescaped(raw)
        return Cell(value, formula, styles.look(element))

    def _notes(self, sheet: Sheet, part: str) -> None:
        for element in self._tree(part).iter():
            if _name(element) in ("comment", "threadedComment"):
                place = row_and_column(element.attrib["ref"])
                sheet.notes[place] = f"{sheet.notes.get(place, '')}{_text(element)}".strip()

    def _drawing(self, sheet: Sheet, part: str) -> None:
        related = self._related(part)
        for anchor in self._tree(part):
            targets = [related[_attribute(element, "id")] for element in anchor.iter() if _name(element) == "chart"]
            for kind, target in targets:
                if kind == "chart":
                    sheet.charts.append(_chart(self._tree(target)))
            if not targets:
                corner = {_name(element): element.text for start in _all(anchor, "from") for element in start}
                sheet.objects.append((int(corner.get("row") or 0) + 1, int(corner.get("col") or 0) + 1))


class _Styles:
    def __init__(self, tree: ElementTree.Element) -> None:
        formats = {int(each.attrib["numFmtId"]): each.attrib["formatCode"] for each in _within(tree, "numFmts")}
        self.formats = {**BUILT_IN, **formats}
        fonts = [_Letters(font) for font in _within(tree, "fonts")]
        fills = [_fill(fill) for fill in _within(tree, "fills")]
        self.looks = [self._look(cell, fonts, fills) for cell in _within(tree, "cellXfs")]
        self.differences = list(_within(tree, "dxfs"))

    def look(self, cell: ElementTree.Element) -> Look:
        at = int(cell.get("s", 0))
        return self.looks[at] if self.looks else Look()

    def _look(self, cell: ElementTree.Element, fonts: list[_Letters], fills: list[str | None]) -> Look:
        letters = fonts[int(cell.get("fontId", 0))] if fonts else _Letters(None)
        behind = fills[int(cell.get("fillId", 0))] if fills else WHITE
        code = self.formats.get(int(cell.get("numFmtId", 0)), "General")
        return Look(code, letters.size < LEAST_SIZE or _alike(letters.colour, behind))

    def covers(self, rule: ElementTree.Element) -> bool:
        """True of a conditional format that hides what is there: by number format, by colour, or with a bar or sign instead."""
        if any(element.get("showValue") in ("0", "false") for element in rule.iter()):
            return True
        if rule.get("dxfId") is None:
            return False
        look = self.differences[int(rule.attrib["dxfId"])]
        codes = [element.attrib.get("formatCode", "") for element in _all(look, "numFmt")]
        letters = next((_Letters(font) for font in _all(look, "font")), _Letters(None))
        behind = next((_fill(fill, difference=True) for fill in _all(look, "fill")), WHITE)
        return any(not re.search("[0#?@]|General", code) for code in codes) or _alike(letters.colour, behind)


class _Letters:
    """A font's size and colour; None for a colour that is not told."""

    def __init__(self, font: ElementTree.Element | None) -> None:
        parts = {_name(each): each for each in font} if font is not None else {}
        self.size = float(parts["sz"].get("val", 11)) if "sz" in parts else 11.0
        self.colour = _colour(parts["color"]) if "color" in parts else BLACK


def _fill(fill: ElementTree.Element, difference: bool = False) -> str | None:
    """What is behind the letters; of a conditional format, the background colour is what a solid fill shows."""
    pattern = next(iter(_all(fill, "patternFill")), None)
    if pattern is None or (not difference and pattern.get("patternType", "none") == "none"):
        return WHITE if pattern is not None else None
    wanted = "bgColor" if difference else "fgColor"
    return next((_colour(each) for each in pattern if _name(each) == wanted), None)


def _alike(one: str | None, other: str | None) -> bool:
    """Whether letters of one colour can hardly be seen on another (their contrast by WCAG 2)."""
    if one is None or other is None:
        return False
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) < LEAST_CONTRAST


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _colour(element: ElementTree.Element) -> str | None:
    if "rgb" in element.attrib:
        return element.attrib["rgb"][-6:].upper()
    if "tint" in element.attrib:
        return None
    return {("theme", "0"): WHITE, ("theme", "1"): BLACK, ("indexed", "9"): WHITE}.get(
        next(iter(element.attrib.items()), ("", ""))
    )


# ---------------------------------------------------------------- XML


def _name(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _attribute(element: ElementTree.Element, name: str) -> str:
    """An attribute that has a namespace, whichever; "" where there is none."""
    return next((value for key, value in element.attrib.items() if key.endswith("}" + name)), "")


def _all(tree: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (element for element in tree.iter() if _name(element) == name)


def _within(tree: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """What stands in the first part of a tree that has a name."""
    return iter(next((element for element in tree if _name(element) == name), ()))


def _true(element: ElementTree.Element, name: str) -> bool:
    return element.get(name) in ("1", "true")


def _text(element: ElementTree.Element) -> str:
    """The text in all its pieces, but for how it is pronounced."""
    pieces: list[str] = []

    def gather(part: ElementTree.Element) -> None:
        for child in part:
            if _name(child) in ("t", "text") and child.text and not len(child):
                pieces.append(child.text)
            elif _name(child) != "rPh":
                gather(child)

    gather(element)
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")


def _formula(element: ElementTree.Element, reference: str, shared: dict[str, tuple[str, str]]) -> str:
    """A cell's formula, one that it shares with others moved to where it stands."""
    text, group = element.text or "", element.get("si")
    if element.get("t") != "shared" or group is None:
        return text
    if text:
        shared[group] = text, reference
        return text
    from openpyxl.formula.translate import Translator

    origin, place = shared[group]
    translated: Any = Translator(f"={origin}", place).translate_formula(reference)
    return str(translated)[1:]


def _chart(tree: ElementTree.Element) -> Chart:
    titles = ["".join(_joined(title, "t")) for title in _all(tree, "title")]
    names = [name for series in _all(tree, "ser") for label in series if _name(label) == "tx" for name in _joined(label, "v")]
    # LibreOffice writes a name that is no reference as one to a text.
    references = (text for text in _joined(tree, "f") if not text.startswith('"'))
    return Chart((*titles, *names), tuple(references))


def _joined(tree: ElementTree.Element, name: str) -> Iterator[str]:
    return (element.text or "" for element in _all(tree, name))


def _area(text: str) -> tuple[int, int, int, int]:
    first, _, last = text.replace("$", "").partition(":")
    return *row_and_column(first), *row_and_column(last or first)


def _page_text(text: str) -> str:
    """What a header or footer says, whatever it looks like."""
    return re.sub(r"\s", "", _LOOKS.sub("", text))
