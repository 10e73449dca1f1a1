"""A year: its periods side by side and, where none is missing, its result.

Figures accumulate from the year's start, so that the scores of the last period are those of the year
(docs/method.md, "The year: its fourth quarter, or the mean of four").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from chainscore.comparison.trend import ChainTrend, Trend
from chainscore.method.period import Period

Value = TypeVar("Value")


@dataclass(frozen=True)
class Standing:
    """One object in each period of the year; None where the period is missing, does not have it, or where a leaf is pending."""

    chain: ChainTrend
    totals: tuple[Decimal | None, ...]
    increments: tuple[Decimal | None, ...]
    ranks: tuple[int | None, ...]


@dataclass(frozen=True)
class Year:
    """All periods of one kind that make a year, in the order of time, and its objects in the last known one's rank order."""

    period: Period
    """The year itself."""
    periods: tuple[Period, ...]
    missing: tuple[Period, ...]
    standings: tuple[Standing, ...]

    def total(self, its: Standing) -> Decimal | None:
        """An object's result; None while a period is missing or a leaf of the last one is pending."""
        return None if self.missing else its.totals[-1]

    def rank(self, its: Standing) -> int | None:
        """The rank that goes with it; None as well while another object's leaf is pending."""
        return None if self.missing else its.ranks[-1]


def years_of(trend: Trend) -> list[Year]:
    """The years that the periods of a trend are of, in the order of time; a year that is a single period is none."""
    wanted = dict.fromkeys(quarter.scorecard.period.of_its_year for quarter in trend.quarters)
    return [_year(periods, trend) for periods in wanted if len(periods) > 1]


def _year(periods: tuple[Period, ...], trend: Trend) -> Year:
    known = {quarter.scorecard.period: at for at, quarter in enumerate(trend.quarters)}
    places = [known.get(period) for period in periods]
    last = trend.quarters[max(place for place in places if place is not None)]
    order = [each.chain for each in last.scorecard.chains]
    standings = []
    for chain in sorted(trend.chains, key=lambda its: order.index(its.chain) if its.chain in order else len(order)):
        totals = _at(places, chain.totals)
        if any(_at(places, chain.scores)):
            standings.append(Standing(chain, totals, tuple(increments(periods, totals)), _at(places, chain.ranks)))
    missing = tuple(period for period in periods if period not in known)
    return Year(Period.of_year(periods[0].year, periods[0].starts), periods, missing, tuple(standings))


def _at(places: Sequence[int | None], values: Sequence[Value | None]) -> tuple[Value | None, ...]:
    return tuple(values[place] if place is not None else None for place in places)


def increments(periods: Sequence[Period], totals: Sequence[Decimal | None]) -> list[Decimal | None]:
    """What each period has added to a total that accumulates from the year's start; None where the one before is not known."""
    found = [totals[0] if periods[0].start == periods[0].year_start else None]
    for (earlier, period), (before, own) in zip(pairwise(periods), pairwise(totals), strict=True):
        if own is None or period.start == period.year_start:
            found.append(own)
        else:
            found.append(own - before if before is not None and earlier.next == period else None)
    return found
