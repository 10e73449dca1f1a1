"""Scorecards: leaf scores with the evidence that makes them, sums, ranks and grades."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from chainscore.method.period import Period
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.evidence import Evidence as Evidence
from chainscore.scoring.evidence import EvidenceTable, EvidenceView
from chainscore.scoring.targets import Progress
from chainscore.words.texts import Why


class LeafScore(msgspec.Struct, frozen=True):
    """One published score."""

    leaf: str
    chain: str
    score: Decimal | None
    """Rounded half up; None while a figure is pending."""
    exact: Fraction | None
    """After cap and floor, before rounding."""
    formula: Why
    evidence: EvidenceView
    start: Fraction = Fraction(0)
    """What the evidence's points are added to."""
    cap: Fraction | None = None
    floor: Fraction | None = None


class Vetoed(msgspec.Struct, frozen=True):
    """A row by which one of the rulebook's vetoes bounds the total or a section of its object."""

    veto: int
    """Its place in the rulebook."""
    sheet: str
    cells: tuple[str, ...]
    """Of what the veto asks about."""


class ChainScore(msgspec.Struct, frozen=True):
    """One object's scores. Sums are exact sums of published leaves.

    A section or indicator of which some leaves are pending has the sum so far, one of which all are has None. The total is
    None while any leaf is pending, and the rank while any of any object is: another's score may yet change it.
    """

    chain: str
    rank: int | None
    total: Decimal | None
    sections: Mapping[str, Decimal | None]
    indicators: Mapping[str, Decimal | None]
    leaves: Mapping[str, LeafScore]
    pending: tuple[str, ...]
    """The leaves that are."""
    grade: str = ""
    vetoed: tuple[Vetoed, ...] = ()

    @property
    def vetoes(self) -> tuple[int, ...]:
        """Which of the rulebook's vetoes bound its total or a section."""
        return tuple(dict.fromkeys(each.veto for each in self.vetoed))

    def lacks(self, leaves: Iterable[Leaf]) -> bool:
        """Whether any of the leaves, of a section or indicator, is pending."""
        return bool(self.pending) and any(leaf.id in self.pending for leaf in leaves)


class Scorecard(msgspec.Struct, frozen=True):
    """All objects, in rank order; those of equal total, and all while anything is pending, in the rulebook's."""

    period: Period
    now: datetime.date
    """The day by which events had to have happened: the period's end, or the cutoff on the cover."""
    draft: bool
    chains: tuple[ChainScore, ...]
    evidence: EvidenceTable | None = None
    targets: tuple[Progress, ...] = ()
    """How far the plan's targets are reached, which bears on no score."""

    @property
    def pending(self) -> bool:
        """True where any leaf of any object is."""
        return any(chain.pending for chain in self.chains)

    def is_tied(self, chain: ChainScore, book: Rulebook) -> bool:
        """Whether another object shares its rank, one of its group where ranks are within groups."""
        groups = {each.id: each.group if book.total.rank_in_groups else "" for each in book.chains}
        rivals = [each for each in self.chains if groups[each.chain] == groups[chain.chain]]
        return chain.rank is not None and sum(each.rank == chain.rank for each in rivals) > 1


def shared_ranks(totals: Sequence[Decimal]) -> list[int]:
    """The rank of each total, highest first; equal totals share a rank and the next is skipped: 1, 2, 2, 4."""
    return [1 + sum(other > total for other in totals) for total in totals]
