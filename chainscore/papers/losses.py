"""How many points an object lost on a leaf."""

from __future__ import annotations

from decimal import Decimal

from chainscore.method.rulebook import Leaf, Rulebook


def loss(book: Rulebook, leaf: Leaf, score: Decimal | None) -> Decimal:
    """What is missing to the full marks; of a leaf without any, what was taken off. Nothing of a pending leaf."""
    return max((full_marks(book, leaf) or Decimal(0)) - score, Decimal(0)) if score is not None else Decimal(0)


def full_marks(book: Rulebook, leaf: Leaf) -> Decimal | None:
    """A leaf's, or its indicator's where that has no other."""
    if leaf.marks is not None:
        return leaf.marks
    indicator = next(each for each in book.indicators if leaf in each.leaves)
    return indicator.marks if len(indicator.leaves) == 1 else None
