"""How much room texts take, in cells, names of sheets, headers and footers."""

from __future__ import annotations

import math
from collections.abc import Sequence

LONGEST_SHEET_NAME = 31
LONGEST_FOOTER = 60
"""Characters of one part of a page's header or footer, all of which have 255."""
ROOM = 10.5
"""Half-width characters of 1 point that one unit of column width has room for."""


def half_widths(text: str) -> int:
    """How many half-width characters wide a text is: in GB 18030 a Chinese character has two bytes, an ASCII one has one."""
    return len(text.encode("gb18030", "replace"))


def text_lines(text: str, width: float, size: int) -> int:
    """How many lines a text takes in a column. What wraps loses some room at the end of each line."""
    room = width * ROOM / size - 1
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    lines = (half_widths(line) for line in text.split("\n"))
    return sum(1 if line <= room else math.ceil(line / max(room - 3, 1)) for line in lines)


def sheet_name(prefix: str, name: str, among: Sequence[str], suffix: str = "") -> str:
    """A worksheet's name: at most 31 characters, none of those that Excel does not take.

    ``among`` are all names that have such a sheet, of which no two may come to the same: those that would end in a number.
    """
    room = LONGEST_SHEET_NAME - len(prefix) - len(suffix)
    alike = [each for each in among if _shortened(each, room).casefold() == _shortened(name, room).casefold()]
    number = str(alike.index(name) + 1) if len(alike) > 1 else ""
    return prefix + _shortened(name, room - len(number)) + number + suffix


def _shortened(name: str, room: int) -> str:
    """As much of a name as there is room for; Excel counts in units of UTF-16."""
    taken = "".join("_" if char in "[]:*?/\\'" else char for char in name)
    return taken.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")


def page_text(text: str) -> str:
    """Text for a page's header or footer, where & begins a code."""
    shown = text if len(text) <= LONGEST_FOOTER else text[: LONGEST_FOOTER - 1] + "…"
    return shown.replace("&", "&&")
