"""What several figures come to: exactly, and as an Excel formula."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

Reducer = Literal["count", "sum", "mean", "most", "least", "trimmed"]


def reduced(name: Reducer, values: Sequence[Fraction]) -> Fraction | None:
    """What several values come to; None for the mean, the most or the least of none."""
    if name == "count":
        return Fraction(len(values))
    if name == "sum":
        return sum(values, Fraction(0))
    if not values:
        return None
    if name in ("most", "least"):
        return max(values) if name == "most" else min(values)
    kept = sorted(values)[1:-1] if name == "trimmed" and len(values) > 2 else values
    return sum(kept, Fraction(0)) / len(kept)


def reduction_formula(name: Reducer, cells: str, whole: bool = False) -> str:
    """A reduction over a range in which rows that do not take part hold no number.

    ``whole``: text where a row that takes part lacks its figure, lest a choice (``or``) take what the others come to.
    """
    if whole and name != "count":
        return f'IF(COUNTBLANK({cells})>0,"",{reduction_formula(name, cells)})'
    match name:
        case "count" | "sum":
            return f"SUM({cells})"
        case "mean":
            return f"AVERAGE({cells})"
        case "most" | "least":
            return f'IF(COUNT({cells})>0,{"MAX" if name == "most" else "MIN"}({cells}),"")'
    trimmed = f"(SUM({cells})-MAX({cells})-MIN({cells}))/(COUNT({cells})-2)"
    return f"IF(COUNT({cells})>2,{trimmed},AVERAGE({cells}))"
