"""Small chance changes in the parts of a workbook: an attribute, an element or a text is changed, dropped or doubled."""

from __future__ import annotations

import random
import re

from tests.verify.forgeries import CHART, DRAWING, MAIN, RANKING, SCORES, STRINGS, STYLES, Forged

PARTS = (RANKING, SCORES, STYLES, STRINGS, MAIN, CHART, DRAWING)
ATTRIBUTE = re.compile(r' (?!xmlns)([\w:]+)="([^"]*)"')
ELEMENT = re.compile(r"<([\w:]+)(?: [^<>]*)?/>|<([\w:]+)(?: [^<>]*)?>[^<]*</\2>")
TEXT = re.compile(r">([^<>]+)<")


def mutant(content: bytes, chance: random.Random) -> bytes:
    """The workbook with one change."""
    forged = Forged(content)
    part = chance.choice(PARTS)
    text = forged.text(part)
    change = chance.choice((_attribute, _attribute, _dropped, _doubled, _text))
    forged.put(part, change(text, chance))
    return forged.packed()


def _some(pattern: re.Pattern[str], text: str, chance: random.Random) -> re.Match[str]:
    return chance.choice(list(pattern.finditer(text)))


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _attribute(text: str, chance: random.Random) -> str:
    match = _some(ATTRIBUTE, text, chance)
    others = [each[2] for each in ATTRIBUTE.finditer(text) if each[1] == match[1]]
    value = chance.choice(["0", "1", "99", "FFFFFFFF", *others[:50]])
    return _put(text, match, chance.choice(("", f' {match[1]}="{value}"')))


def _dropped(text: str, chance: random.Random) -> str:
    return _put(text, _some(ELEMENT, text, chance), "")


def _doubled(text: str, chance: random.Random) -> str:
    match = _some(ELEMENT, text, chance)
    return _put(text, match, match[0] * 2)


def _text(text: str, chance: random.Random) -> str:
    match = _some(TEXT, text, chance)
    return _put(text, match, f">{chance.choice(('1', '99.99', '名次', '2023-07-01'))}<")
