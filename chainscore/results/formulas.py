"""What sentences have in common as spreadsheet formulas: sums, limits, ranks, and events of one name.

Each function gives the formula of one cell, from the references of the cells it rests on. The functions used are those that
Excel 2013, WPS, LibreOffice and Gnumeric share. Doubles are off by some 1e-16: where a formula at last rounds, NOISE takes that
away first, so that 0.6449999999999999 rounds to 0.65.
"""

from __future__ import annotations

from collections.abc import Sequence

NOISE_OF_SCORES = 10
"""Decimals that a score is rounded to before it is rounded to those that are published."""
NOTHING = "–"
"""What stands where a row does not take part; text, so that no function adds it up."""


def where(conditions: Sequence[str], value: str, otherwise: str) -> str:
    """A value where all conditions hold."""
    if not conditions:
        return value
    test = conditions[0] if len(conditions) == 1 else f"AND({','.join(conditions)})"
    return f"IF({test},{value},{otherwise})"


def once(earned: str, better: Sequence[str]) -> str:
    """The points of the best of several events of one name; ``better`` counts those that come before this one."""
    return f"=IF({earned}=0,0,IF({'+'.join(better)}>0,0,{earned}))"


def at_least(groups: str, group: str, earned: str, own: str) -> str:
    """How many of a group earn as much as this or more."""
    return f'COUNTIFS({groups},{group},{earned},">="&{own})'


def more(groups: str, group: str, earned: str, own: str) -> str:
    """How many of a group earn more than this."""
    return f'COUNTIFS({groups},{group},{earned},">"&{own})'


def same_before(groups: str, group: str, earned: str, own: str) -> str:
    """How many of a group before this row earn the same; the ranges end with this row."""
    return f"COUNTIFS({groups},{group},{earned},{own})-1"


def earliest(flags: tuple[str, str], flag: str, dates: tuple[str, str], date: str) -> str:
    """1 for the row that has the flag 1 and the earliest date, the first of several; ranges: (an object's all, so far)."""
    earlier = f'COUNTIFS({flags[0]},1,{dates[0]},"<"&{date})=0'
    first = f"COUNTIFS({flags[1]},1,{dates[1]},{date})=1"
    return f"=IF({flag}=1,IF(AND({earlier},{first}),1,0),0)"


# ---------------------------------------------------------------- scores, sums, ranks


def sum_of_object(points: str, objects: str, name: str) -> str:
    return f"SUMIFS({points},{objects},{name})"


def published(total: str, decimals: str, cap: str | None, floor: str | None) -> str:
    """A leaf: the sum of its points, capped and floored, rounded half up."""
    value = total
    if cap is not None:
        value = f"MIN({cap},{value})"
    if floor is not None:
        value = f"MAX({floor},{value})"
    return f"=ROUND(ROUND({value},{NOISE_OF_SCORES}),{decimals})"


def total(cells: Sequence[str], decimals: str) -> str:
    """A sum of published scores: rounded, lest 0.1 and 0.2 make 0.30000000000000004 and two equal totals differ."""
    return f"=ROUND(SUM({','.join(cells)}),{decimals})"


def rank(own: str, totals: str) -> str:
    """Highest first; equal totals share a rank and the next is skipped."""
    return f"=RANK({own},{totals})"


def order(own: str, totals: str, so_far: str) -> str:
    """The place in the list by rank: those of equal total in the order they stand in; ``so_far`` ends with this one."""
    return f"=RANK({own},{totals})+COUNTIF({so_far},{own})-1"
