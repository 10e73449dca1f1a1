"""What a number format makes of a value: which digits are shown, and what else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

BUILT_IN = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 49: "@"} | {
    14: "yyyy-mm-dd", 22: "yyyy-mm-dd hh:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
}  # fmt: skip
"""The formats that a workbook need not spell out, as far as they matter here."""

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]')
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*);?')
_DATE = re.compile("y+|m+|d+|h+|s+")
_CONDITION = re.compile(r"\[[<>=]")
_DIGITS = re.compile(r"[0#?,.]*[0#?][0#?,.]*")

TEXT = 2
"""Beside -1, 0 and 1, the signs of numbers, by which a format tells what it is for."""


class _Shown(NamedTuple):
    words: str
    kind: Literal["digits", "as it is", "date", "nothing", "whatever"]
    parts: str = ""
    """Of a date."""
    decimals: int = 0
    percent: int = 0
    """How many signs."""
    thousands: int = 0
    """How many times a thousand is left out."""


def same_display(wanted: str, found: str, value: float | str) -> bool:
    """Whether a value looks under one format as under another, or at least no less of it is seen."""
    sign = TEXT if isinstance(value, str) else (value > 0) - (value < 0)
    one, other = _shown(wanted, sign), _shown(found, sign)
    if one == other:
        return True
    numbers = ("digits", "as it is")
    if isinstance(value, str) or one.kind not in numbers or other.kind not in numbers:
        return False
    whole = other.kind == "as it is" or (one.kind == "digits" and other.decimals >= one.decimals)
    alike = (one.words, one.percent, one.thousands) == (other.words, other.percent, other.thousands)
    return alike and (whole or round(value * 100**other.percent, other.decimals) == value * 100**other.percent)


@lru_cache(maxsize=1000)
def _shown(code: str, sign: int) -> _Shown:
    """What is shown of a number of a sign, or of text. Formats that come to the same are equal."""
    if _CONDITION.search(code):
        return _Shown(code, "whatever")
    sections = _sections(code)
    if sign == TEXT:
        section = sections[3] if len(sections) > 3 else "@"
    elif len(sections) > 2 and sign == 0:
        section = sections[2]
    else:
        section = sections[1] if len(sections) > 1 and sign < 0 else sections[0]
    bare = _LITERAL.sub("", section)
    quoted = "".join(match[1] or match[2] or "" for match in _LITERAL.finditer(section))
    if "@" in bare or "General" in bare:
        return _Shown(quoted.strip(), "as it is")
    digits = _DIGITS.search(bare)
    if digits is None and (parts := _DATE.findall(bare.lower())):
        return _Shown(re.sub(r"\D", "", quoted), "date", " ".join(parts))
    if digits is None:
        return _Shown(quoted.strip(), "nothing")
    # A sign such as - or 亿 need not be quoted.
    words = re.sub(r"\s", "", quoted + _DIGITS.sub("", bare).replace("%", ""))
    figures = digits[0].rstrip(",")
    decimals = len(figures.partition(".")[2])
    return _Shown(words, "digits", "", decimals, bare.count("%"), len(digits[0]) - len(figures))


def _sections(code: str) -> list[str]:
    """The parts of a format between semicolons, but for those in quotes."""
    sections = []
    for match in _SECTION.finditer(code):
        sections.append(match[1])
        if match.end() == match.end(1):  # no semicolon ends it
            break
    return sections
