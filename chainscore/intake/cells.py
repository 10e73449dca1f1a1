"""What is found in a worksheet part, and what the saved text of its cells means: the same whichever way the part is read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

from chainscore.intake.limits import Limits
from chainscore.intake.markup import Attributes
from chainscore.intake.package import UnreadableError, beyond, damaged
from chainscore.intake.strings import unescaped
from chainscore.intake.styles import PLAIN, Style, dated
from chainscore.intake.values import CellError, CellValue, Picture, Uncalculated
from chainscore.intake.worksheet import Merge

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*", re.IGNORECASE | re.ASCII)
_PICTURE = re.compile(r"^=?(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
"""How WPS puts a picture into a cell."""
_TRUTH = {"1": True, "0": False, "true": True, "false": False}

Read = Callable[[str], CellValue | None]
"""What a cell's saved text means; raises ValueError and LookupError."""


class Found(msgspec.Struct):
    """What one worksheet part holds."""

    rows: dict[int, dict[int, CellValue]] = msgspec.field(default_factory=dict)
    """Row → column → value, of cells that hold anything."""
    formulas: dict[tuple[int, int], str] = msgspec.field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = msgspec.field(default_factory=dict)
    """Of cells that hold anything and are not plainly formatted."""
    merges: list[Merge] = msgspec.field(default_factory=list)
    hidden_rows: set[int] = msgspec.field(default_factory=set)
    hidden_columns: list[range] = msgspec.field(default_factory=list)
    cells: int = 0
    """How many hold anything."""

    def note_formula(self, place: tuple[int, int], formula: str) -> None:
        """A cell's formula; of one that shows a picture there is no text to read."""
        self.formulas[place] = formula
        if _PICTURE.search(formula):
            self.rows.setdefault(place[0], {})[place[1]] = Picture()

    def count(self, cells: int, limits: Limits) -> None:
        """Raises UnreadableError where there are too many."""
        self.cells += cells
        if self.cells > limits.cells:
            raise too_many_cells(limits)


class Meanings:
    """What the saved text of a workbook's cells means, by their type and style."""

    def __init__(self, strings: Sequence[str], styles: Sequence[Style], epoch_1904: bool) -> None:
        self._strings = strings
        self._styles = styles
        self._epoch_1904 = epoch_1904
        self._readers: dict[tuple[str, int], Read] = {}

    def style(self, number: int) -> Style:
        return self._styles[number] if number < len(self._styles) else PLAIN

    def reader(self, kind: str, style: int) -> Read:
        """How to read a cell of that type and style. Raises UnreadableError."""
        if (kind, style) not in self._readers:
            self._readers[kind, style] = self._reader(kind, style)
        return self._readers[kind, style]

    def _reader(self, kind: str, style: int) -> Read:
        match kind:
            case "n":
                return self._number_in(self.style(style))
            case "s":
                return self._shared
            case "b":
                return lambda text: _TRUTH[text.strip()]
            case "e":
                return CellError
            case "d":
                return _iso_date
            case "str" | "inlineStr":
                return lambda text: _text(unescaped(text))
            case "picture":
                return lambda text: Picture() if text == "#VALUE!" else CellError(text)
        raise damaged(f"the type of cell {kind[:20]}")

    def _number_in(self, style: Style) -> Read:
        if style.kind == "number":
            return _number
        return lru_cache(4096)(lambda text: dated(_number(text), style.kind, self._epoch_1904))  # days recur

    def _shared(self, text: str) -> CellValue | None:
        if not (text.isascii() and text.isdigit()):
            raise ValueError(text)
        return _text(self._strings[int(text)])


def type_of(attributes: Attributes) -> str:
    """The type of a cell's value; Excel puts a picture into a cell as an error with a rich value beside it."""
    kind = attributes.get("t") or "n"
    return "picture" if kind == "e" and "vm" in attributes else kind


def value_of(read: Read, text: str | None, has_formula: bool, kind: str) -> CellValue | None:
    """What a cell holds; a formula without a value is none yet, but for one whose text is empty."""
    if text:
        return read(text)
    return Uncalculated() if has_formula and kind != "str" else None


def _text(text: str) -> CellValue | None:
    return Picture() if text[:1] == "=" and _PICTURE.match(text) else text or None


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text) is None:  # float() takes more than any schema does: 6_3.74, full-width digits, nan
        raise ValueError(text)
    return float(text)


def _iso_date(text: str) -> CellValue:
    """A date as strict files write it; text where there is none, or where it depends on a time zone."""
    text = text.strip()
    try:
        moment = datetime.time.fromisoformat(text) if ":" in text[:3] else datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is not None:
        return text
    if isinstance(moment, datetime.datetime) and moment.time() == datetime.time():
        return moment.date()
    return moment


def too_many_cells(limits: Limits) -> UnreadableError:
    return beyond("单元格个数", "its number of cells", "cells", limits.cells)


def too_wide(limits: Limits) -> UnreadableError:
    return beyond("合并或带链接的单元格", "its merged or linked cells", "merged", limits.merged)
