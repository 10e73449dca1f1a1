"""What sentences have in common as spreadsheet formulas: sums, limits, ranks, and events of one name.

Each function gives the formula of one cell, from the references of the cells it rests on. The functions used are those that
Excel 2013, WPS, LibreOffice and Gnumeric share. Doubles are off by some 1e-16: where a formula at last rounds, NOISE takes that
away first, so that 0.6449999999999999 rounds to 0.65.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainscore.method.rule.points import noise_at

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


def exactly(cell: str, text: str) -> str:
    """A criterion that only ``text`` meets, which stands in ``cell``: ``<A>`` is no comparison there, nor ``B*`` a pattern."""
    for sign in "~*?" if any(sign in text for sign in "~*?") else "":
        cell = f'SUBSTITUTE({cell},"{sign}","~{sign}")'
    return f'"="&{cell}' if text[:1] in ("<", ">", "=") else cell


def once(earned: str, better: Sequence[str]) -> str:
    """The points of the best of several events of one name; ``better`` counts those that come before this one."""
    return f"=IF(ISNUMBER({earned}),IF({earned}=0,0,IF({'+'.join(better)}>0,0,{earned})),0)"


def at_least(groups: str, group: str, earned: str, own: str) -> str:
    """How many of a group earn as much as this or more."""
    return f'COUNTIFS({groups},{group},{earned},">="&{own}-{noise_at(own)})'


def more(groups: str, group: str, earned: str, own: str) -> str:
    """How many of a group earn more than this; a criterion has 15 digits, by which a third would be more than itself."""
    return f'COUNTIFS({groups},{group},{earned},">"&{own}+{noise_at(own)})'


def same_before(groups: str, group: str, earned: str, own: str) -> str:
    """How many of a group before this row earn the same; the ranges end with this row."""
    return f"{at_least(groups, group, earned, own)}-{more(groups, group, earned, own)}-1"


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


def rank(own: str, totals: str, group: tuple[str, str] | None) -> str:
    """Highest first; equal totals share a rank and the next is skipped. ``group``: (its own, all objects')."""
    if group is None:
        return f"=RANK({own},{totals})"
    return f'=1+COUNTIFS({group[1]},{group[0]},{totals},">"&{own})'


def order(own: str, ranks: str, so_far: str, before: int) -> str:
    """The place in the list: by rank, those of equal rank as they stand; ``before`` are the objects of earlier groups."""
    start = f"{before}+" if before else ""
    return f'={start}COUNTIF({ranks},"<"&{own})+COUNTIF({so_far},{own})'


def order_in_group(own: str, ranks: tuple[str, str], group: tuple[str, str, str], before: int) -> str:
    """The same within a group; ``ranks``: (all, so far), ``group``: (its own, all objects', so far)."""
    start = f"{before}+" if before else ""
    return f'={start}COUNTIFS({group[1]},{group[0]},{ranks[0]},"<"&{own})+COUNTIFS({group[2]},{group[0]},{ranks[1]},{own})'


def mean(cells: str, decimals: str) -> str:
    return f"=ROUND(ROUND(AVERAGE({cells}),{NOISE_OF_SCORES}),{decimals})"


def weighted(pairs: Sequence[tuple[str, str]], decimals: str) -> str:
    """The sum of (score, weight)."""
    products = "+".join(f"N({score})*{weight}" for score, weight in pairs)
    return f"=ROUND(ROUND({products or '0'},{NOISE_OF_SCORES}),{decimals})"


def limited(formula: str, cap: str | None, floor: str | None) -> str:
    """A formula within limits."""
    value = formula.removeprefix("=")
    if cap is not None:
        value = f"MIN({cap},{value})"
    return f"=MAX({floor},{value})" if floor is not None else f"={value}"


def vetoed(formula: str, count: str, score: str) -> str:
    """At most ``score`` where any row is counted."""
    value = formula.removeprefix("=")
    return f"=IF({count}>0,MIN({score},{value}),{value})"


def graded(own: str, grades: Sequence[tuple[str, str]]) -> str:
    """The first grade whose test holds; (test, name)."""
    text = '""'
    for test, name in reversed(grades):
        quoted = name.replace('"', '""')
        text = f'IF({own}{test},"{quoted}",{text})'
    return f"={text}"
