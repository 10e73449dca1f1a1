"""Whether any place in the ranking hangs on rounding: the leaves as they are before it, added up and ranked."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from chainscore.method.rulebook import Rulebook
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.scores import ranks_of, sections_of_scores, total_of
from chainscore.words.numbers import half_up

DIGITS = 30
"""Decimals that stand for none at all: what is exactly the same stays the same."""


class Unrounded(msgspec.Struct, frozen=True):
    """One object as it is published and as it were without rounding."""

    chain: str
    rank: int
    rank_unrounded: int
    total: Decimal
    total_unrounded: Decimal

    @property
    def turns(self) -> bool:
        return self.rank != self.rank_unrounded


def unrounded(book: Rulebook, scorecard: Scorecard) -> list[Unrounded]:
    """All objects in rank order. Nothing of them is pending."""
    exact = replace(book, decimals=DIGITS)
    totals = {}
    for chain in scorecard.chains:
        scores = {leaf: half_up(each.exact, DIGITS) for leaf, each in chain.leaves.items() if each.exact is not None}
        sections = sections_of_scores(exact, scores, chain.vetoes)
        totals[chain.chain] = total_of(exact, sections.values(), chain.vetoes)
    ranks = ranks_of(book, totals)
    return [
        Unrounded(each.chain, each.rank, ranks[each.chain], each.total, totals[each.chain])
        for each in scorecard.chains
        if each.rank is not None and each.total is not None
    ]
