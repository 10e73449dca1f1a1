"""Cell styles: whether a number is shown as a date, as an elapsed time or as itself, and whether the text is struck out."""

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
from chainscore.intake.shown import ShownNumber
from chainscore.intake.values import CellError, CellValue
from chainscore.words.numbers import plain

_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
"""Built-in formats of dates, those of Chinese and Japanese programs too (ECMA-376 part 1, 18.8.30)."""
_ELAPSED_FORMAT = 46
_LAST_SERIAL = 2958466
OVERFLOW = CellError("#####")
"""What Excel shows of a number before the first day or after the last."""

Kind = Literal["number", "date", "elapsed"]


class Style(msgspec.Struct, frozen=True):
    """How a cell shows what it holds."""

    kind: Kind = "number"
    code: str | None = None
    """The number format's code, where a number may not look like itself: percent, a unit, thousands left out."""
    struck: bool = False

    @property
    def plain(self) -> bool:
        return self.code is None and not self.struck


PLAIN = Style()


def styles_of(part: bytes) -> tuple[Style, ...]:
    """The cell styles of a workbook by their numbers. Raises UnreadableError."""
    codes: dict[int, str] = {}
    struck: list[bool] = []
    styles: list[tuple[int, int]] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        parent = inside[-1] if inside else ""
        inside.append(name)
        if name == "numFmt" and parent == "numFmts":
            codes[whole_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif name == "font" and parent == "fonts":
            struck.append(False)
        elif name == "strike" and parent == "font" and inside[-3] == "fonts":
            struck[-1] = says(attributes)
        elif name == "xf" and parent == "cellXfs":
            styles.append((whole_number(attributes, "numFmtId"), whole_number(attributes, "fontId")))

    def end(_: str) -> None:
        inside.pop()

    parse(part, start, end)
    return tuple(_style(number, codes, font < len(struck) and struck[font]) for number, font in styles)


def _style(number: int, codes: dict[int, str], struck: bool) -> Style:
    code = codes.get(number)
    if code is None:
        if number in _DATE_FORMATS or number == _ELAPSED_FORMAT:
            return Style("elapsed" if number == _ELAPSED_FORMAT else "date", None, struck)
        code = BUILTIN_FORMATS.get(number, "General")
    kind = kind_of(code)
    return Style(kind, code if kind == "number" and not is_plain(code) else None, struck)


@cache
def is_plain(code: str) -> bool:
    """True of a number format that shows every number as what it is, if rounded."""
    numbers = (Decimal("1234.5"), Decimal("-1234.5"), Decimal(0))
    by_condition = re.search(r"\[[<>=]", code) is not None
    return not by_condition and all(ShownNumber(number, code).text == plain(number) for number in numbers)


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
