"""Leaves of one object scored again with one other value in a column; of rows that are alike one is tried for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.method.rule.judging import ZERO
from chainscore.method.rulebook import Leaf
from chainscore.scoring.ledger import LedgerJudge
from chainscore.scoring.rows import Rows
from chainscore.scoring.variation import Variation

MOST_JUDGED = 300_000
"""Rows that are judged again for one column, where what a row earns depends on the others; after that no more is tried."""

Scores = dict[str, Decimal | None]
"""Leaf → its score; None where it would be pending."""


@dataclass
class Tries:
    """What is tried in one column of a table or ledger."""

    variation: Variation
    leaves: Sequence[Leaf]
    chain: str
    rows: Rows
    label: str
    added: Callable[[Leaf, Fraction], Decimal]
    """The score of a leaf with so many points more."""
    _known: dict[tuple[str, Any, Any], Decimal | None] = field(default_factory=dict)
    _left: int = MOST_JUDGED

    def scores(self, tries: Mapping[int, Sequence[Any]]) -> Iterator[tuple[int, Any, Scores]]:
        """(position, value, scores) for the values to be tried at each position."""
        before = self._alike(self.rows, list(tries))
        for turn in range(max(map(len, tries.values()), default=0)):
            to = {position: its[turn] for position, its in tries.items() if turn < len(its)}
            changed = self.rows.changed(self.label, to)
            after = self._alike(changed, list(to))
            for position, value in to.items():
                scores = self._with(position, changed, before[position], after[position])
                if scores is not None:
                    yield position, value, scores

    def _alike(self, rows: Rows, positions: list[int]) -> dict[int, tuple[Any, ...]]:
        """Position → for each leaf what its part in it depends on; of a table's rows none is like another."""
        if rows.ledger is None:
            return {position: (position,) * len(self.leaves) for position in positions}
        rules = [self.variation.book.rule(leaf.id, self.chain) for leaf in self.leaves]
        parts = [LedgerJudge(self.variation.context, rows, rule).alike(self.chain, positions) for rule in rules]
        return dict(zip(positions, zip(*parts, strict=True), strict=True))

    def _with(self, position: int, changed: Rows, before: Sequence[Any], after: Sequence[Any]) -> Scores | None:
        """The scores with one row as it is changed; None where that would take too long to find out."""
        scores = {}
        for leaf, *case in zip(self.leaves, before, after, strict=True):
            key = leaf.id, *case
            if key not in self._known:
                by_row = self.variation.book.rule(leaf.id, self.chain).by_row(self.rows.source)
                if not by_row and self._left <= 0:
                    return None
                self._known[key] = self._by_row(leaf, position, changed) if by_row else self._among_all(leaf, position, changed)
            scores[leaf.id] = self._known[key]
        return scores

    def _by_row(self, leaf: Leaf, position: int, changed: Rows) -> Decimal | None:
        """The row alone is judged, and what it earns more added."""
        before, after = (
            self.variation.points(leaf, self.chain, rows.only(self.chain, [position])).get(position, ZERO)
            for rows in (self.rows, changed)
        )
        return self.added(leaf, after - (before or ZERO)) if after is not None else None

    def _among_all(self, leaf: Leaf, position: int, changed: Rows) -> Decimal | None:
        """The leaf is judged anew."""
        self._left -= len(self.rows.of_chain.get(self.chain, ()))
        rows = self.rows.changed(self.label, {position: changed.column(self.label)[position]})
        return self.variation.score_of(leaf, self.chain, rows)
