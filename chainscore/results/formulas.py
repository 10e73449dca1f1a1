"""The kinds of rule as spreadsheet formulas: what ``kinds`` computes exactly, an office program computes again.

Each function gives the formula of one cell, from the references of the cells it rests on. Numbers of the method are never
written into a formula: they stand on the sheet of rules. The functions used are those that Excel 2013, WPS and LibreOffice
share. Doubles are off by some 1e-16: where a formula compares, or at last rounds, NOISE takes that away first, so that
0.7999999999999999 is the 0.8 that it is exactly, and 0.6449999999999999 rounds to 0.65.
"""

from __future__ import annotations

from collections.abc import Sequence

NOISE_OF_SCORES = 10
"""Decimals that a score is rounded to before it is rounded to those that are published."""
NOISE_OF_RATIOS = 12
"""Decimals that a ratio is rounded to before it is compared."""


# ---------------------------------------------------------------- 功效系数法: 三（一）1, 2


def growth(current: str, base: str) -> str:
    return f"=({current}-{base})/{base}"


def share(current: str, whole: str) -> str:
    return f"={current}/{whole}"


def efficacy(value: str, smallest: str, largest: str, base: str, spread: str, no_spread: str, marks: str) -> str:
    """{60%+40%×[（本产业链值－最小值）÷（最大值－最小值）]}×5分."""
    equal = f"ROUND({largest}-{smallest},{NOISE_OF_RATIOS})=0"
    return f"=IF({equal},{no_spread},{base}+{spread}*({value}-{smallest})/({largest}-{smallest}))*{marks}"


# ---------------------------------------------------------------- 项目招商: 三（一）3, 附2


def qualifies(amount: str, filed: str, least: str, now: str) -> str:
    """1 for a project that has been filed by now and reaches the amount, else 0."""
    return f'=IF(AND({filed}<>"",{filed}<={now},{amount}>={least}),1,0)'


def first_of_chain(flags: str, flag: str, chains: str, chain: str, points: str) -> str:
    """The points for the first row of a chain that has the flag 1; ``flags`` and ``chains`` end with this row."""
    return f"=IF(AND({flag}=1,COUNTIFS({chains},{chain},{flags},1)=1),{points},0)"


def earliest_of_chain(
    flags: tuple[str, str], flag: str, chains: tuple[str, str], chain: str, dates: tuple[str, str], date: str
) -> str:
    """1 for the row of a chain that has the flag 1 and the earliest date, the first of several; ranges: (all, so far)."""
    earlier = f'COUNTIFS({chains[0]},{chain},{flags[0]},1,{dates[0]},"<"&{date})=0'
    first = f"COUNTIFS({chains[1]},{chain},{flags[1]},1,{dates[1]},{date})=1"
    return f"=IF(AND({flag}=1,{earlier},{first}),1,0)"


def tier(amount: str, lower_bounds: str, points: str) -> str:
    """The points of the highest tier that an amount reaches."""
    return f"LOOKUP({amount},{lower_bounds},{points})"


def investment(
    filed: str, now: str, flag: str, tier_points: str, bonus_value: str, bonus_points: str, below: str, used: str | None
) -> str:
    """按投资额分档计分，“三类500强”企业的项目每个再加1分; nothing for what is not filed or has been ``used`` for the task."""
    counted = f'{filed}<>"",{filed}<={now}' + (f",{used}=0" if used is not None else "")
    extra = f"IF(AND({flag}={bonus_value},OR({tier_points}>0,{below}=1)),{bonus_points},0)"
    return f"=IF(AND({counted}),{tier_points}+{extra},0)"


# ---------------------------------------------------------------- 项目建设: 三（一）4


def completion(plan: str, done: str, elapsed: str) -> str:
    """The share of the plan that is done; 0 where either is missing."""
    return f"=IF(N({plan})>0,ROUND(N({done})/({plan}*{elapsed}),{NOISE_OF_RATIOS}),0)"


def construction(
    investment: str, smallest: str, commissioned: str, yes: str, ratio: str, threshold: str, points: tuple[str, str], add: bool
) -> str:
    """Points by completion of the plan, or for being commissioned; ``points``: (for the plan, for being commissioned)."""
    plan, done = points
    by_plan = f"IF({ratio}>=1,1,IF({ratio}>={threshold},{ratio},0))*{plan}"
    is_done = f'{commissioned}="{yes}"'
    earned = f"IF({is_done},{done},0)+{by_plan}" if add else f"IF({is_done},{done},{by_plan})"
    return f"=IF({investment}<{smallest},0,{earned})"


# ---------------------------------------------------------------- 每新增1家、每次: 三（二）, 三（三）, 三（四）3


def looked_up(key: str, block: str) -> str:
    """What stands beside a key in two columns; 0 for what is not there."""
    return f"IFERROR(VLOOKUP({key},{block},2,FALSE),0)"


def bonus(flag: str, value: str, points: str) -> str:
    return f'IF({flag}="{value}",{points},0)'


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


# ---------------------------------------------------------------- 扣分制: 三（四）1, 2


def times(cells: str, value: str, points: str) -> str:
    return f"COUNTIF({cells},{value})*{points}"


# ---------------------------------------------------------------- scores, sums, ranks


def sum_of_chain(points: str, chains: str, chain: str) -> str:
    return f"SUMIFS({points},{chains},{chain})"


def published(total: str, decimals: str, cap: str | None, start: str | None, floor: str | None) -> str:
    """A leaf: the sum of its evidence's points, capped and floored, rounded half up."""
    value = f"{start}+{total}" if start is not None else total
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
