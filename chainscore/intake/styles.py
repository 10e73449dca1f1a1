"""Cell styles: whether a number is shown as a date, as an elapsed time or as itself; whether text is struck out or unseen."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import cache
from typing import Literal

import msgspec
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from chainscore.intake.markup import Attributes, parse, says, whole_number
from chainscore.intake.shown import ShownNumber, shown_text
from chainscore.intake.values import CellError, CellValue
from chainscore.words.colours import BLACK, WHITE, contrast
from chainscore.words.numbers import plain

_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
"""Built-in formats of dates, those of Chinese and Japanese programs too (ECMA-376 part 1, 18.8.30)."""
_ELAPSED_FORMAT = 46
_LAST_SERIAL = 2958466
OVERFLOW = CellError("#####")
"""What Excel shows of a number before the first day or after the last."""

LEAST_CONTRAST = 1.2
"""Of light grey on white it is 1.4, of white on light yellow 1.05; 1 is none."""
_HEX = re.compile("[0-9A-F]{6}")

Kind = Literal["number", "date", "elapsed"]


class Style(msgspec.Struct, frozen=True):
    """How a cell shows what it holds."""

    kind: Kind = "number"
    code: str | None = None
    """The number format's code, where a number or a text may not look like itself: percent, a unit, thousands left out."""
    struck: bool = False
    unseen: bool = False
    """Its letters cannot be told from what is behind them: white on white, white on the template's light yellow."""

    @property
    def plain(self) -> bool:
        return self.code is None and not self.struck and not self.unseen


PLAIN = Style()


def styles_of(part: bytes) -> tuple[Style, ...]:
    """The cell styles of a workbook by their numbers. Raises UnreadableError."""
    found = _Styles()
    parse(part, found.start, found.end)
    return tuple(found.style(*numbers) for numbers in found.styles)


class _Styles:
    """Takes down number formats, fonts and fills, and which of them each cell style has."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.struck: list[bool] = []
        self.letters: list[str] = []
        """The colour of each font."""
        self.behind: list[str] = []
        """The colour of each fill."""
        self.styles: list[tuple[int, int, int]] = []
        """Number format, font and fill of each cell style."""
        self._inside: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        self._inside.append(name)
        match self._inside:
            case [*_, "numFmts", "numFmt"]:
                self.codes[whole_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
            case [*_, "fonts", "font"]:
                self.struck.append(False)
                self.letters.append(BLACK)
            case [*_, "fonts", "font", "strike"]:
                self.struck[-1] = says(attributes)
            case [*_, "fonts", "font", "color"]:
                self.letters[-1] = _colour(attributes, BLACK)
            case [*_, "fills", "fill"]:
                self.behind.append(WHITE)
            case [*_, "fills", "fill", "patternFill"] if attributes.get("patternType", "none") != "none":
                self.behind[-1] = attributes["patternType"]
            case [*_, "fills", "fill", "patternFill", "fgColor"] if self.behind[-1] == "solid":
                self.behind[-1] = _colour(attributes, "")
            case [*_, "cellXfs", "xf"]:
                number, font, fill = (whole_number(attributes, each) for each in ("numFmtId", "fontId", "fillId"))
                self.styles.append((number, font, fill))

    def end(self, _: str) -> None:
        self._inside.pop()

    def style(self, number: int, font: int, fill: int) -> Style:
        """What a number format, a font and a fill make of a cell; of those that are not there nothing is said."""
        letters = self.letters[font] if font < len(self.letters) else BLACK
        behind = self.behind[fill] if fill < len(self.behind) else WHITE
        kind, code = _shown(number, self.codes)
        return Style(kind, code, font < len(self.struck) and self.struck[font], not _can_be_read(letters, behind))


def _shown(number: int, codes: dict[int, str]) -> tuple[Kind, str | None]:
    """What a number format shows a number as, and its code where that is not plainly the number."""
    code = codes.get(number)
    if code is None:
        if number in _DATE_FORMATS or number == _ELAPSED_FORMAT:
            return "elapsed" if number == _ELAPSED_FORMAT else "date", None
        code = BUILTIN_FORMATS.get(number, "General")
    kind = kind_of(code)
    return kind, code if kind == "number" and not is_plain(code) else None


def _colour(attributes: Attributes, automatic: str) -> str:
    """A colour in six hexadecimal digits, where it is known without the workbook's theme; else as it is named."""
    if "rgb" in attributes:
        return attributes["rgb"][-6:].upper()
    if "theme" in attributes:
        theme, tint = attributes["theme"], attributes.get("tint", "0")
        return {"0": WHITE, "1": BLACK}.get(theme, f"theme {theme}") if tint == "0" else f"theme {theme} {tint}"
    return {"0": BLACK, "8": BLACK, "1": WHITE, "9": WHITE}.get(attributes.get("indexed", ""), automatic)


def _can_be_read(letters: str, behind: str) -> bool:
    """Whether letters of a colour can be told from what is behind them, as far as both colours are known."""
    if _HEX.fullmatch(letters) and _HEX.fullmatch(behind):
        return contrast(letters, behind) >= LEAST_CONTRAST
    return letters != behind


@cache
def is_plain(code: str) -> bool:
    """True of a number format that shows every text as it is, and every number as what it is, if rounded."""
    numbers = (Decimal("1234.5"), Decimal("-1234.5"), Decimal(0))
    by_condition = re.search(r"\[[<>=]", code) is not None
    as_it_is = not by_condition and shown_text("A", code) == "A"
    return as_it_is and all(ShownNumber(number, code).text == plain(number) for number in numbers)


def kind_of(code: str) -> Kind:
    """What a number format shows a number as."""
    if is_timedelta_format(code):
        return "elapsed"
    return "date" if is_date_format(code) and not re.search("general", code.partition(";")[0], re.IGNORECASE) else "number"


def dated(number: float, kind: Kind, epoch_1904: bool) -> CellValue:
    """What a number shows in a format of dates or of elapsed time."""
    if kind == "elapsed":
        return datetime.timedelta(days=number) if abs(number) < _LAST_SERIAL else OVERFLOW
    epoch = CALENDAR_MAC_1904 if epoch_1904 else CALENDAR_WINDOWS_1900
    if 0 <= number < 1:
        return (epoch + datetime.timedelta(days=number)).time()
    if not 1 <= number < _LAST_SERIAL - (1462 if epoch_1904 else 0):
        return OVERFLOW
    moment: datetime.datetime = from_excel(number, epoch)
    return moment.date() if number == int(number) else moment
