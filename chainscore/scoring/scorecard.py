"""Scorecards: leaf scores with the evidence that makes them, sums, ranks and grades."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from chainscore.method.period import Period
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


class ChainScore(msgspec.Struct, frozen=True):
    """One object's scores. Sums are exact sums of published leaves; a pending leaf adds nothing and is in ``pending``.

    A section or indicator of which every leaf is pending has None.
    """

    chain: str
    rank: int
    total: Decimal
    sections: Mapping[str, Decimal | None]
    indicators: Mapping[str, Decimal | None]
    leaves: Mapping[str, LeafScore]
    pending: tuple[str, ...]
    grade: str = ""
    vetoes: tuple[int, ...] = ()
    """Which of the rulebook's vetoes bound its total or a section."""

    @property
    def whole_total(self) -> Decimal | None:
        """The total, None while anything in it is pending."""
        return None if self.pending else self.total


class Scorecard(msgspec.Struct, frozen=True):
    """All objects, in rank order; those of equal total in the rulebook's."""

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

    def rank(self, chain: ChainScore) -> int | None:
        """An object's rank, None while anything is pending: another's score may yet change it."""
        return None if self.pending else chain.rank


def shared_ranks(totals: Sequence[Decimal]) -> list[int]:
    """The rank of each total, highest first; equal totals share a rank and the next is skipped: 1, 2, 2, 4."""
    return [1 + sum(other > total for other in totals) for total in totals]
