"""Ranks and totals over several quarters, and the small line that shows a total's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from chainscore.comparison.diff import Quarter, remarks
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.findings import Finding

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = "_.-:=+*#"
"""For streams that cannot take the others: from low to high as well."""


class SamePeriodError(ValueError):
    """Two inputs of one period."""

    def __init__(self, first: Quarter, second: Quarter) -> None:
        super().__init__(str(first.scorecard.period))
        self.first, self.second = first, second


@dataclass(frozen=True)
class ChainTrend:
    """One chain over all quarters; None where a quarter does not have it."""

    chain: str
    name: str
    short_name: str
    scores: tuple[ChainScore | None, ...]
    ranks: tuple[int | None, ...]
    """None as well while a leaf of any chain is pending."""

    @property
    def totals(self) -> list[Decimal | None]:
        """None as well while a leaf is pending."""
        return [score.total if score is not None else None for score in self.scores]


@dataclass(frozen=True)
class Trend:
    """All chains, in the last quarter's rank order; quarters in the order of time."""

    quarters: tuple[Quarter, ...]
    chains: tuple[ChainTrend, ...]
    findings: tuple[Finding, ...]

    @property
    def draft(self) -> bool:
        return any(quarter.scorecard.draft for quarter in self.quarters)


def trend_of(quarters: Sequence[Quarter]) -> Trend:
    """The quarters side by side. Raises SamePeriodError."""
    ordered = sorted(quarters, key=lambda quarter: quarter.scorecard.period)
    for first, second in pairwise(ordered):
        if first.scorecard.period == second.scorecard.period:
            raise SamePeriodError(first, second)
    scores = [{chain.chain: chain for chain in quarter.scorecard.chains} for quarter in ordered]
    books = {chain.id: chain for quarter in ordered for chain in quarter.book.chains}
    wanted = {chain: None for known in reversed(scores) for chain in known}
    chains = []
    for chain in wanted:
        its = tuple(known.get(chain) for known in scores)
        ranks = tuple(score.rank if score is not None else None for quarter, score in zip(ordered, its, strict=True))
        chains.append(ChainTrend(chain, books[chain].name, books[chain].short_name, its, ranks))
    return Trend(tuple(ordered), tuple(chains), tuple(remarks(ordered)))


def sparkline(values: Sequence[Decimal | None], blocks: str = BLOCKS) -> str:
    """A block for each value, between the least and the greatest of them; a space where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    least, most = min(known), max(known)
    if least == most:
        middle = blocks[(len(blocks) - 1) // 2]
        return "".join(" " if value is None else middle for value in values)
    top = len(blocks) - 1
    levels = [None if value is None else Fraction(value - least) / Fraction(most - least) * top for value in values]
    return "".join(" " if level is None else blocks[round(level)] for level in levels)


def blocks_for(encoding: str | None) -> str:
    """BLOCKS where a stream of that encoding can take them."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN_BLOCKS
    return BLOCKS
