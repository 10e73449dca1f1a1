"""Numbers as people read them, and how scores are rounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from chainscore.words.bilingual import Language

SIGNS: Mapping[Language, Mapping[str, str]] = {
    "zh": {"+": "＋", "-": "－", "*": "×", "/": "÷", "=": "＝", "(": "（", ")": "）"},
    "en": {"+": " + ", "-": " - ", "*": " × ", "/": " ÷ ", "=": " = ", "(": "(", ")": ")"},
}
"""The signs of arithmetic as each language writes them between figures."""
MOST_PLACES = 6  # of a percentage


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros that say nothing: 1200, 0.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_written(value: object) -> str:
    """A value of a rulebook about as its file has it: ``{ per = 2 }``, ``[0.5, 1]``, ``true``."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {as_written(each)}' for key, each in value.items())} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_written, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def added(terms: Iterable[str]) -> str:
    """Numbers as they are added up: ``7.2 + 30.8 - 2.5``."""
    first, *others = terms
    return first + "".join(f" - {each[1:]}" if each.startswith("-") else f" + {each}" for each in others)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Rounded half up (四舍五入), as spreadsheets round: 0.645 → 0.65, 1.005 → 1.01, -0.645 → -0.65."""
    return Decimal(_units(value, decimals)).scaleb(-decimals)


def _units(value: Fraction, decimals: int) -> int:
    """Rounded half up, in units of the last decimal; in whole numbers, as fractions take their time."""
    numerator, denominator = value.as_integer_ratio()
    units: int = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
    return units if numerator >= 0 else -units


def approximately(value: Fraction, places: int = 4) -> str:
    """For people to read: exact where it has few decimals, else rounded to ``places`` and marked ≈."""
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1:
        return str(numerator)
    units = _units(value, places)
    text = plain(Decimal(units).scaleb(-places))
    return text if units * denominator == numerator * 10**places else f"≈{text}"


def percent(ratio: Fraction) -> str:
    """A ratio in percent with two decimals, cut and never rounded up: 79.999% stays below 80%.

    With more where it would pass for a rounder figure: 1.504% is above a bound of 1.5%.
    """
    numerator, denominator = ratio.as_integer_ratio()
    places = 2
    units, rest = divmod(numerator * 10**4, denominator)
    while rest and units % 10 == 0 and places < MOST_PLACES:
        places += 1
        units, rest = divmod(numerator * 10 ** (places + 2), denominator)
    return plain(Decimal(units).scaleb(-places))
