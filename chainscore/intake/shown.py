"""What a number looks like in its cell: number formats that scale it or name a unit (ECMA-376 part 1, 18.8.31).

WPS's 特殊 → 单位：万元 is ``0"."0,"万元"``: thousands left out, and a point before the last digit.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from chainscore.words.numbers import plain

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<gap>[_*].)|\[(?P<bracket>[^\]]*)\]|(?P<general>general|G/通用格式)|(?P<sign>.)',
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?")
_HOLDS = {"<=": operator.le, ">=": operator.ge, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq}
_DIGITS = re.compile(r"[d,]*?d(?:p(?P<behind>d+))?(?P<commas>,*)(?:\.(?P<decimals>d*))?(?P<more>,*)")
"""The digits of a format: ``d`` a digit, ``p`` a point that is only text, commas at the end that leave out thousands."""
_NOTHING_SAID = " \u3000\u00a0-+()"


class _Token(msgspec.Struct, frozen=True):
    kind: str
    """``d`` a digit, ``,``, ``.``, ``%``, ``;``, ``"`` for text, ``c`` a condition, ``x`` anything else."""
    text: str = ""


class ShownNumber(msgspec.Struct, frozen=True):
    """A number in a cell whose format may show it as another."""

    number: Decimal
    code: str
    """The number format."""

    def __str__(self) -> str:
        return self.text or plain(self.number)

    @property
    def text(self) -> str | None:
        """What is seen, as it might be typed, but for rounding: ``26000万元``; None where nobody could tell."""
        section = _section([_token(match) for match in _TOKEN.finditer(self.code)], self.number)
        at = [index for index, token in enumerate(section) if token.kind in "d,."]
        digits = section[at[0] : at[-1] + 1] if at else []
        match = _DIGITS.fullmatch("".join("p" if token == _Token('"', ".") else token.kind for token in digits))
        if any(token.kind == "x" for token in section):  # a fraction, or an exponent
            return plain(self.number) if all(token.kind == "x" or not token.text for token in section) else None
        if match is None:
            return None
        if not self.number:
            return "0"
        left_out = len(match["behind"] or "") + 3 * len(match["commas"] + match["more"])
        percent = 2 * sum(token.kind == "%" for token in section)
        before, after = ("".join(t.text for t in some).strip(" -+()") for some in (section[: at[0]], section[at[-1] + 1 :]))
        scaled = self.number.scaleb(percent - left_out)
        places = len(match["behind"] or match["decimals"] or "")
        if left_out and abs(scaled) < Decimal(5).scaleb(-places - 1):  # shown as nothing
            return None
        return f"{before}{plain(scaled)}{after}"


def shown_text(text: str, code: str) -> str:
    """What a text looks like in a cell of that number format, which may add to it (``@"（作废）"``) or hide it (``;;;``)."""
    sections = _sections([_token(match) for match in _TOKEN.finditer(code)])
    place = _Token("x", "@")
    telling = sections[3] if len(sections) > 3 else next((each for each in sections if place in each), [place])
    return "".join(text if token == place else token.text for token in telling)


def _token(match: re.Match[str]) -> _Token:
    sign = match["sign"]
    if match["general"] is not None:
        return _Token("d")
    if match["quoted"] is not None or match["escaped"] is not None:
        return _Token('"', match["quoted"] if match["quoted"] is not None else match["escaped"])
    if match["bracket"] is not None:
        if _CONDITION.fullmatch(match["bracket"]):
            return _Token("c", match["bracket"])
        currency = _CURRENCY.fullmatch(match["bracket"])  # or a colour, or a language
        return _Token('"', currency[1] if currency is not None else "")
    if sign is None or sign in _NOTHING_SAID:
        return _Token('"')
    if sign in "0#?":
        return _Token("d")
    if sign in ",.;":
        return _Token(sign)
    return _Token("%", "%") if sign == "%" else _Token("x" if sign in "eE/@" else '"', sign)


def _sections(tokens: Sequence[_Token]) -> list[list[_Token]]:
    sections: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


def _section(tokens: Sequence[_Token], number: Decimal) -> Sequence[_Token]:
    """The part of a format by which a number is shown: positive, negative, zero, or by its conditions."""
    sections = _sections(tokens)
    conditions = [next((_CONDITION.fullmatch(t.text) for t in section if t.kind == "c"), None) for section in sections]
    if any(conditions):
        held = (each is None or _HOLDS[each[1]](number, Decimal(each[2])) for each in conditions)
        found = next((section for section, holds in zip(sections, held, strict=True) if holds), [])
        return [token for token in found if token.kind != "c"]
    place = 0 if number > 0 else 1 if number < 0 else 2
    return sections[place] if place < len(sections) else sections[0]
