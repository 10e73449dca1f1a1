"""The cells of a worksheet, read as strictly as office programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator

from chainscore.verify.flatten import Facts
from chainscore.verify.markup import UnverifiableError, number, only, true, whole
from chainscore.verify.styles import Styles
from chainscore.words.references import cell_reference, row_and_column

Place = tuple[int, int]
"""Row and column, from 1."""


class Error(str):
    """``#N/A`` and its like."""


Value = float | str | bool | Error
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile("00[01][0-9A-F]|005F|FFF[EF]")
"""The letters, by their numbers, that office programs write by numbers: XML has no others for them."""
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?")
OF_ROW = {
    "r", "spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed", "thickTop", "thickBot",
    "x14ac.dyDescent", "etc.customHeight",
}  # fmt: skip
OF_FORMULA = {"normal": {"t", "ca", "aca"}, "shared": {"t", "ref", "si", "ca", "aca"}}
"""Kind of formula → its attributes; ``ca`` and ``aca``: whether it is always calculated."""
KINDS = ("n", "b", "e", "s", "str", "inlineStr", "d")
"""``t`` of a cell."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def place_of(reference: str) -> Place:
    """Row and column of a cell such as D12. Raises UnverifiableError."""
    place = row_and_column(reference) if re.fullmatch("[A-Z]{1,3}[1-9][0-9]{0,6}", reference) else (0, 0)
    if not (0 < place[0] <= LAST_ROW and place[1] <= LAST_COLUMN):
        raise UnverifiableError(f"没有单元格 {reference[:30]}", f"there is no cell {reference[:30]}")
    return place


class Text(NamedTuple):
    """A text, and the fonts of its runs where it has any."""

    text: str
    runs: tuple[int, ...] = ()
    """Numbers in Strings.fonts."""


class Shared(NamedTuple):
    """A formula that cells of an area share."""

    text: str
    origin: str
    """The cell that has it in words."""
    area: tuple[Place, Place]


class Cell(NamedTuple):
    value: Value | None
    """Of a formula, the saved result."""
    formula: str | None
    style: int
    runs: tuple[int, ...] = ()


@dataclass
class Row:
    """What a row says beside its cells."""

    height: float | None = None
    hidden: bool = False
    style: int | None = None
    others: Facts = field(default_factory=dict)


class Strings:
    """Shared and inline texts."""

    def __init__(self, tree: Element | None, styles: Styles) -> None:
        self.styles = styles
        self.fonts: list[Facts] = []
        self.shared = [self.text(item) for item in tree] if tree is not None else []

    def text(self, item: Element) -> Text:
        """The text of ``si`` or ``is``: one ``t``, or runs. Raises UnverifiableError."""
        pieces, runs = [], []
        for child in item:
            if child.tag == "t" and len(item.findall("t")) == 1 and item.find("r") is None:
                pieces.append(self._plain(child))
            elif child.tag == "r":
                pieces.append(self._run(child))
                runs.append(self._font(child))
            elif child.tag != "phoneticPr":
                raise UnverifiableError(f"文本中有 {child.tag}", f"{child.tag} in a text")
        return Text(_unescaped("".join(pieces)), tuple(sorted(set(runs) - {-1})))

    def _run(self, run: Element) -> str:
        if any(child.tag not in ("rPr", "t") for child in run) or (text := only(run, "t", "sharedStrings")) is None:
            raise UnverifiableError("文本片段不合规范", "a run of text that is none")
        return self._plain(text)

    def _plain(self, text: Element) -> str:
        if len(text) or text.attrib.keys() - {"xml.space"}:
            raise UnverifiableError("文本中有别的内容", "something else in a text")
        return text.text or ""

    def _font(self, run: Element) -> int:
        """The number of a run's font, of a blank too, which may be as high as a page; -1 where it says nothing of one."""
        properties = only(run, "rPr", "sharedStrings")
        if properties is None:
            return -1
        look = self.styles.facts(properties)
        if look not in self.fonts:
            self.fonts.append(look)
        return self.fonts.index(look)


def read_rows(data: Element, styles: Styles, strings: Strings, rows: dict[int, Row]) -> Iterator[tuple[Place, Cell]]:
    """The cells of ``sheetData`` in order; ``rows`` takes what their rows say. Raises UnverifiableError."""
    shared: dict[str, Shared] = {}
    last = 0
    for element in data:
        number = element.get("r", "")
        if element.tag != "row" or not re.fullmatch("[1-9][0-9]{0,6}", number) or not last < int(number) <= LAST_ROW:
            raise UnverifiableError(
                "行的位置缺失、重复或不按顺序",
                "a row without a place, twice or out of order",
                cell=f"{last}:{last}" if last else None,
            )
        last, column = int(number), 0
        try:
            rows[last] = _row(element, styles)
        except UnverifiableError as error:
            error.cell = f"{last}:{last}"
            raise
        for child in element:
            reference = child.get("r", "")
            try:
                at = row_and_column(reference) if re.fullmatch("[A-Z]{1,3}[1-9][0-9]*", reference) else (0, 0)
                if child.tag != "c" or at[0] != last or not column < at[1] <= LAST_COLUMN:
                    raise UnverifiableError("单元格的位置缺失、重复或不按顺序", "a cell without a place, twice or out of order")
                column = at[1]
                yield at, _cell(child, reference, shared, styles, strings)
            except UnverifiableError as error:
                error.cell = cell_reference(last, at[1] or max(column, 1))
                raise


def _row(element: Element, styles: Styles) -> Row:
    height = element.get("ht")
    others = {f"row@{key}": value for key, value in element.attrib.items() if key not in OF_ROW}
    for key in ("outlineLevel", "collapsed"):
        if element.get(key, "0") not in ("0", "false"):
            others[f"row@{key}"] = element.get(key, "")
    style = styles.cell(element.get("s")) if true(element.get("customFormat")) else None
    return Row(number(height) if height is not None else None, true(element.get("hidden")), style, others)


def _cell(element: Element, reference: str, shared: dict[str, Shared], styles: Styles, strings: Strings) -> Cell:
    kind, style = element.get("t", "n"), styles.cell(element.get("s"))
    if kind not in KINDS:
        raise UnverifiableError(f"没有单元格类型 {kind}", f"there is no type of cells {kind}")
    if strange := element.attrib.keys() - {"r", "s", "t"}:
        raise UnverifiableError(f"单元格有 {min(strange)}", f"{min(strange)} at a cell")
    if strange := {child.tag for child in element} - ({"is", "f"} if kind == "inlineStr" else {"v", "f"}):
        raise UnverifiableError(f"单元格中有 {min(strange)}", f"{min(strange)} in a cell")
    raw, formula, inline = (only(element, tag, reference) for tag in ("v", "f", "is"))
    said = _formula(formula, reference, shared) if formula is not None else None
    if raw is not None and (len(raw) or raw.attrib.keys() - {"xml.space"}):
        raise UnverifiableError("单元格的值中有别的内容", "something else in a cell's value")
    if inline is not None:
        text = strings.text(inline)
        return Cell(text.text, said, style, text.runs)
    if raw is None or (raw.text is None and kind != "str" and said is not None):
        return Cell(None, said, style)
    if kind == "s":
        text = _shared_text(raw.text or "", strings)
        return Cell(text.text, said, style, text.runs)
    return Cell(_value(kind, raw.text or ""), said, style)


def _value(kind: str, raw: str) -> Value:
    if kind == "n":
        return number(raw)
    if kind == "b" and raw in ("0", "1"):
        return raw == "1"
    if kind == "e" and _ERROR.fullmatch(raw):
        return Error(raw)
    if kind == "str":
        return _unescaped(raw)
    raise UnverifiableError(f"单元格的类型 {kind} 或其值不合规范", f"a cell of the type {kind} with a value that is none of it")


def _shared_text(raw: str, strings: Strings) -> Text:
    if whole(raw, "v") >= len(strings.shared):
        raise UnverifiableError(f"没有文本 {raw[:30]}", f"there is no text {raw[:30]}")
    return strings.shared[int(raw)]


def _formula(element: Element, reference: str, shared: dict[str, Shared]) -> str:
    """A cell's formula; one that it shares with others is moved to where it stands."""
    text, kind, group = element.text or "", element.get("t", "normal"), element.get("si")
    known = OF_FORMULA.get(kind, element.attrib.keys())
    if len(element) or element.attrib.keys() - known - {"xml.space"} or text.startswith("="):
        raise UnverifiableError("公式中有别的内容", "something else in a formula")
    if kind == "normal":
        return text
    if kind != "shared" or group is None:
        return f"{{{text}}}:{kind}:{element.get('ref', '')}"
    if text and group not in shared:
        shared[group] = Shared(text, reference, corners_of(element.get("ref", "")))
    if group not in shared or (text and shared[group].origin != reference):
        raise UnverifiableError("共享公式没有来源或有两个", "a shared formula without its origin, or with two")
    origin = shared[group]
    (top, left), (bottom, right) = origin.area
    row, column = place_of(reference)
    if not (top <= row <= bottom and left <= column <= right):
        raise UnverifiableError("共享公式在其范围之外", "a shared formula outside its area")
    try:
        return text or str(Translator(f"={origin.text}", origin.origin).translate_formula(reference))[1:]
    except (TokenizerError, IndexError) as error:  # IndexError: of a bracket that nothing opens
        raise UnverifiableError("共享公式不完整", "a shared formula that is none") from error


def corners_of(area: str) -> tuple[Place, Place]:
    first, _, last = area.partition(":")
    return place_of(first), place_of(last or first)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_letter, text).replace("\r\n", "\n")


def _letter(escaped: re.Match[str]) -> str:
    """The letter of a number, which some readers show as the number."""
    if not _UNWRITABLE.fullmatch(escaped[1]):
        raise UnverifiableError(f"文本中的字写成了编号 {escaped[0]}", f"a letter written as its number, {escaped[0]}")
    return chr(int(escaped[1], 16))
