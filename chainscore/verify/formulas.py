"""Spreadsheet formulas, so that two can be told apart by what they say and not by how an office program writes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from chainscore.words.references import column_number

BROKEN = "#REF!"
_SIGNS = r"\s'\"!(),;:+\-*/^&=<>{}\[\]#$%@"
_SHEET = rf"(?P<sheet>'(?:[^']|'')+'|[^{_SIGNS}\d][^{_SIGNS}]*)!"
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    | (?P<text>"(?:[^"]|"")*")
    | (?:{_SHEET})?(?P<broken>\#REF!)
    | (?:{_SHEET.replace("sheet", "of")})?
      (?P<area>{_CELL}(?::{_CELL})?(?![\w(.]) | \$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}(?![\w(.]) | \$?[0-9]+:\$?[0-9]+)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[^\W\d][\w.]*)
    | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_CAPITALS = str.maketrans({letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"})
_OPERATORS = "(),;+-*/^&=<>{}"
_ONE_NAME = {"_XLFN.RANK.EQ": "RANK", "_XLFN.STDEV.P": "STDEVP"}
"""Functions that go by two names: Gnumeric writes the newer one."""


class Area(NamedTuple):
    """What a reference refers to, ``$`` or not: rows and columns from 1, 0 where it takes in all of them."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    single: bool
    """One cell, rather than a range that might come to be one."""


Formula = tuple[str | Area, ...]


@lru_cache(maxsize=100_000)
def parse(formula: str, sheet: str) -> Formula:
    """A formula of a cell on ``sheet`` in capital letters, each reference with its sheet, without spaces that say nothing."""
    found: list[str | Area] = []
    for match in _TOKEN.finditer(formula.removeprefix("=")):
        kind, token = match.lastgroup, match[0]
        if kind == "space" and _says_nothing(match):
            continue
        if kind == "broken":
            found.append(BROKEN)
        elif kind == "area":
            found.append(_area(match["area"], _unquoted(match["of"]) if match["of"] else sheet))
        elif kind == "number":
            found.append(repr(float(token)))
        elif kind == "name":
            name = token.translate(_CAPITALS)
            found.append(_ONE_NAME.get(name, name))
        else:
            found.append(token)
    return _without_calls(found)


def _says_nothing(space: re.Match[str]) -> bool:
    """Whether a space stands beside an operator, rather than between two things or in front of a call."""
    before, after = space.string[: space.start()][-1:], space.string[space.end() :][:1]
    return not space[0].strip(" \t\r\n") and (before in _OPERATORS or after in _OPERATORS.replace("(", ""))


def anchors(formula: str) -> str:
    """Where ``$`` stands in the references of a formula that holds for more than one cell."""
    areas = [match["area"] for match in _TOKEN.finditer(formula) if match.lastgroup == "area"]
    return " ".join(re.sub(r"[A-Za-z]+|[0-9]+", ".", area) for area in areas)


def moved(formula: Formula, move: Callable[[Area], Area | None]) -> Formula:
    """The formula after what it refers to has been moved; None of ``move`` is a reference that is lost."""
    return tuple(part if isinstance(part, str) else move(part) or BROKEN for part in formula)


def _without_calls(parts: list[str | Area]) -> Formula:
    """TRUE() and FALSE() are what some programs make of the words."""
    kept: list[str | Area] = []
    for part in parts:
        kept.append(part)
        if kept[-3:] in (["TRUE", "(", ")"], ["FALSE", "(", ")"]):
            del kept[-2:]
    return tuple(kept)


def _unquoted(name: str) -> str:
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _area(text: str, sheet: str) -> Area:
    first, colon, last = text.replace("$", "").upper().partition(":")
    top, left = _place(first)
    bottom, right = _place(last) if colon else (top, left)
    return Area(sheet, top, left, bottom, right, not colon)


def _place(text: str) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    return int(text[len(letters) :] or 0), column_number(letters)
