"""How many points an object lost on its leaves."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.scorecard import ChainScore


class Loss(msgspec.Struct, frozen=True):
    """What one leaf lacks of its full marks; of a leaf without any, what was taken off."""

    leaf: Leaf
    marks: Decimal | None
    lost: Decimal


def losses_of(book: Rulebook, chain: ChainScore) -> list[Loss]:
    """The leaves of an object on which anything was lost, the largest loss first; of pending leaves nothing is known."""
    losses = (Loss(leaf, full_marks(book, leaf), loss(book, leaf, chain.leaves[leaf.id].score)) for leaf in book.leaves)
    return sorted((each for each in losses if each.lost), key=lambda each: -each.lost)


def loss(book: Rulebook, leaf: Leaf, score: Decimal | None) -> Decimal:
    """What is missing to the full marks; of a leaf without any, what was taken off. Nothing of a pending leaf."""
    return max((full_marks(book, leaf) or Decimal(0)) - score, Decimal(0)) if score is not None else Decimal(0)


def full_marks(book: Rulebook, leaf: Leaf) -> Decimal | None:
    """A leaf's, or its indicator's where that has no other."""
    if leaf.marks is not None:
        return leaf.marks
    indicator = next(each for each in book.indicators if leaf in each.leaves)
    return indicator.marks if len(indicator.leaves) == 1 else None
