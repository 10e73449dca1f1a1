"""Number formats: whether a number is shown as a date, as an elapsed time, or as itself."""

from __future__ import annotations

import datetime
import re

from chainscore.intake.markup import Attributes, local, parse
from chainscore.intake.package import damaged
from chainscore.intake.values import CellValue

# Built-in formats of dates, those of Chinese and Japanese programs too (ECMA-376 part 1, 18.8.30), and of elapsed time.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_ELAPSED_FORMAT = 46
_UNSPOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
"""What of a format code says nothing of the kind of value: quoted, escaped, padding, colours and locales."""
_TOLD_ALIKE = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|general|am/pm|a/p', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmhys]", re.IGNORECASE)

_START_1900, _START_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2958466
"""Serial 60 is a day that never was; those before it are counted differently by different programs."""


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


def told_alike(part: bytes) -> bool:
    """Whether calamine, too, tells what each format of a workbook shows: it has other rules for weekdays and filling."""
    codes: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if local(name) == "numFmt":
            codes.append(attributes.get("formatCode", ""))

    parse(part, start)
    return not any(re.search(r"a|\*", _TOLD_ALIKE.sub("", code), re.IGNORECASE) for code in codes)


def formats(part: bytes) -> tuple[str | None, ...]:
    """What each cell style of a workbook shows a number as."""
    codes: dict[int, str | None] = {}
    styles: list[int] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        name = local(name)
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", ""))] = written_as(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        if local(name) == "cellXfs":
            inside = False

    try:
        parse(part, start, end)
    except (ValueError, LookupError) as error:
        raise damaged(f"the styles: {error}") from error
    built_in = {**dict.fromkeys(_DATE_FORMATS, "date"), _ELAPSED_FORMAT: "elapsed"}
    return tuple(codes[style] if style in codes else built_in.get(style) for style in styles)
