"""Against whom: what a figure is among those of all objects."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

import msgspec

from chainscore.method.rule.points import noise_at

Against = Literal["value", "minmax", "rank", "zscore", "mean"]
DIGITS = 60
"""Of a square root, which no fraction is exactly."""


class Standing(msgspec.Struct, frozen=True):
    """Where an object stands; ``equal`` where all objects have the same figure."""

    value: Fraction
    equal: bool = False


def standings(values: Mapping[str, Fraction], against: Against, lowest_first: bool = False) -> dict[str, Standing]:
    """Object → where it stands among all that have a figure.

    ``minmax`` is 功效系数法, from 0 to 1; ``rank`` counts from 1, those that are equal share a rank and the next is skipped;
    ``zscore`` is by the standard deviation of all objects; ``mean`` is the figure divided by the mean, 1 where that is 0.
    """
    known = list(values.values())
    equal = len(set(known)) == 1
    told = _METHODS[against](known, lowest_first)
    return {name: Standing(told(value), equal) for name, value in values.items()}


def _value(known: list[Fraction], lowest_first: bool) -> Callable[[Fraction], Fraction]:
    return lambda value: value


def _minmax(known: list[Fraction], lowest_first: bool) -> Callable[[Fraction], Fraction]:
    least, most = min(known), max(known)
    return lambda value: (value - least) / (most - least) if most > least else Fraction(1)


def _rank(known: list[Fraction], lowest_first: bool) -> Callable[[Fraction], Fraction]:
    if lowest_first:
        return lambda value: Fraction(1 + sum(other < value for other in known))
    return lambda value: Fraction(1 + sum(other > value for other in known))


def _zscore(known: list[Fraction], lowest_first: bool) -> Callable[[Fraction], Fraction]:
    mean = sum(known, Fraction(0)) / len(known)
    deviation = root(sum(((value - mean) ** 2 for value in known), Fraction(0)) / len(known))
    return lambda value: (value - mean) / deviation if deviation else Fraction(0)


def _mean(known: list[Fraction], lowest_first: bool) -> Callable[[Fraction], Fraction]:
    mean = sum(known, Fraction(0)) / len(known)
    return lambda value: value / mean if mean else Fraction(1)


_METHODS: Mapping[str, Callable[[list[Fraction], bool], Callable[[Fraction], Fraction]]] = {
    "value": _value,
    "minmax": _minmax,
    "rank": _rank,
    "zscore": _zscore,
    "mean": _mean,
}


def root(value: Fraction) -> Fraction:
    """The square root: exact where it is a fraction, as −0.5 standard deviations are, else to DIGITS digits."""
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if above**2 == value.numerator and below**2 == value.denominator:
        return Fraction(above, below)
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def standing_formula(against: Against, own: str, cells: str, lowest_first: bool) -> str:
    """As an Excel formula; ``cells`` are all objects' figures, ``own`` is this one's."""
    match against:
        case "minmax":
            return f"IF({equal_formula(cells)},1,({own}-MIN({cells}))/(MAX({cells})-MIN({cells})))"
        case "rank":  # RANK would take doubles that differ by noise alone for different figures
            beyond = f'"<"&{own}-{noise_at(own)}' if lowest_first else f'">"&{own}+{noise_at(own)}'
            return f"1+COUNTIF({cells},{beyond})"
        case "zscore":
            return f"IF({equal_formula(cells)},0,({own}-AVERAGE({cells}))/STDEVP({cells}))"
        case "mean":
            return f"IF(ABS(AVERAGE({cells}))<={noise_at(f'MAX({cells})')},1,{own}/AVERAGE({cells}))"
    return own


def equal_formula(cells: str) -> str:
    """True where all objects have the same figure."""
    return f"MAX({cells})-MIN({cells})<={noise_at(f'MAX({cells})')}"
