"""Scorecards: leaf scores with the evidence that makes them, sums and ranks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import msgspec

from chainscore.intake.values import plain
from chainscore.method.period import Period
from chainscore.words.texts import Why


class Evidence(msgspec.Struct, frozen=True):
    """One row, or one figure, that was considered for a leaf."""

    file: str
    sheet: str
    row: int | None
    cells: Mapping[str, str]
    """Label → cell of every value that was looked at."""
    label: str
    """The event's or figure's name."""
    value: Decimal | Fraction | str | None
    """What the points depend on: an amount in the column's unit, a rate, a category."""
    points: Fraction
    """Exact, not rounded; negative where points are taken off."""
    counted: bool
    why: tuple[Why, ...]
    category: str | None = None
    """Which kind of event it is, where its sheet tells them apart; with chain and name it identifies the row."""
    facts: Mapping[str, str] = {}
    """Label → what stands there, as text without ambiguity, of every value but the name that was looked at."""


class LeafScore(msgspec.Struct, frozen=True):
    """One published score."""

    leaf: str
    chain: str
    score: Decimal | None
    """Rounded half up; None while a figure is pending."""
    exact: Fraction | None
    """After cap and floor, before rounding."""
    formula: Why
    evidence: Sequence[Evidence]
    start: Fraction = Fraction(0)
    """What the evidence's points are added to."""
    cap: Fraction | None = None
    floor: Fraction | None = None


@dataclass(frozen=True)
class ChainScore:
    """One chain's scores. Sums are exact sums of published leaves; a pending leaf adds nothing and is in ``pending``."""

    chain: str
    rank: int
    total: Decimal
    sections: Mapping[str, Decimal]
    indicators: Mapping[str, Decimal]
    leaves: Mapping[str, LeafScore]
    pending: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """All chains, in rank order; those of equal total in the rulebook's."""

    period: Period
    now: datetime.date
    """The day by which events had to be filed: the period's end, or the cutoff on the cover."""
    draft: bool
    chains: tuple[ChainScore, ...]

    @property
    def pending(self) -> bool:
        """True where any leaf of any chain is."""
        return any(chain.pending for chain in self.chains)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Rounded half up (四舍五入): 0.645 → 0.65, 1.005 → 1.01."""
    return Decimal(_half_up(value, decimals)).scaleb(-decimals)


def _half_up(value: Fraction, decimals: int) -> int:
    """Rounded half up, in units of the last decimal; in whole numbers, as fractions take their time."""
    numerator, denominator = value.as_integer_ratio()
    units: int = (2 * numerator * 10**decimals + denominator) // (2 * denominator)
    return units


def approximately(value: Fraction, places: int = 4) -> str:
    """For people to read: exact where it has few decimals, else rounded to ``places`` and marked ≈."""
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1:
        return str(numerator)
    units = _half_up(value, places)
    text = plain(Decimal(units).scaleb(-places))
    return text if units * denominator == numerator * 10**places else f"≈{text}"


def shared_ranks(totals: Sequence[Decimal]) -> list[int]:
    """The rank of each total, highest first; equal totals share a rank and the next is skipped: 1, 2, 2, 4."""
    return [1 + sum(other > total for other in totals) for total in totals]
