"""Why a score moved: its change split into parts that add up to it (docs/attribution.md).

A relative score is split by the value of Owen, which is Shapley's where every group has one member: what each part adds is
averaged over the orders in which the parts can move from old to new, a group's members one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import permutations, product

from chainscore.method.rulebook import EfficacyRule, Leaf
from chainscore.scoring import kinds
from chainscore.scoring.scorecard import half_up

OWN, LEAST, MOST, METHOD = "own", "minimum", "maximum", "method"
ROWS, LIMIT, ROUNDING = "rows", "limit", "rounding"
GROUPS = ((OWN,), (LEAST, MOST), (METHOD,))
"""What moves an efficacy score; the others' figures act through their minimum and their maximum alone."""
EXTRA_DECIMALS = 2
"""A part is given with so many decimals more than a leaf has."""


@dataclass(frozen=True)
class Extreme:
    """The least or the greatest of the others' figures in a quarter, and whose it is."""

    value: Fraction
    chains: tuple[str, ...]


@dataclass(frozen=True)
class Attribution:
    """A leaf's change in parts. They add up to the published change, rounding included."""

    parts: Mapping[str, Decimal]
    own: tuple[Fraction, Fraction] | None = None
    """Of an efficacy leaf, the chain's own figure, old and new."""
    extremes: Mapping[str, tuple[Extreme, Extreme]] = field(default_factory=dict)
    """Of an efficacy leaf, minimum and maximum of the others' figures, old and new."""

    @property
    def others(self) -> Decimal | None:
        """What the others' figures come to; None where no other chain's figure matters."""
        return self.parts[LEAST] + self.parts[MOST] if LEAST in self.parts else None


@dataclass(frozen=True)
class Figures:
    """What an efficacy leaf is scored on: every chain's figure, and the rule."""

    values: Mapping[str, Fraction]
    leaf: Leaf
    rule: EfficacyRule


def average_marginals(worth: Callable[[frozenset[str]], Fraction], groups: Sequence[Sequence[str]]) -> dict[str, Fraction]:
    """What each member adds to ``worth``, averaged over all orders of the groups and of the members within each."""
    known: dict[frozenset[str], Fraction] = {}

    def worth_of(moved: frozenset[str]) -> Fraction:
        if moved not in known:
            known[moved] = worth(moved)
        return known[moved]

    added = {member: Fraction(0) for group in groups for member in group}
    orders = list(_orders(groups))
    for order in orders:
        moved: frozenset[str] = frozenset()
        for member in order:
            added[member] += worth_of(moved | {member}) - worth_of(moved)
            moved |= {member}
    return {member: total / len(orders) for member, total in added.items()}


def _orders(groups: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    for order in permutations(groups):
        for inner in product(*(permutations(group) for group in order)):
            yield [member for group in inner for member in group]


def efficacy_parts(chain: str, old: Figures, new: Figures) -> dict[str, Fraction]:
    """The exact change of a chain's efficacy score in the parts of GROUPS."""

    def worth(moved: frozenset[str]) -> Fraction:
        def at(part: str) -> Figures:
            return new if part in moved else old

        own = at(OWN).values[chain]
        values = {chain: own}
        for part, extreme in ((LEAST, min), (MOST, max)):
            others = [value for name, value in at(part).values.items() if name != chain]
            values[part] = extreme(others, default=own)
        method = at(METHOD)
        return kinds.efficacy(values[chain], kinds.extremes(values), method.rule, method.leaf.marks)

    return average_marginals(worth, GROUPS)


def attribute_efficacy(chain: str, old: Figures, new: Figures, delta: Decimal, decimals: int) -> Attribution:
    """The published change of an efficacy leaf in parts."""
    return Attribution(
        published(efficacy_parts(chain, old, new), delta, decimals),
        own=(old.values[chain], new.values[chain]),
        extremes={
            LEAST: (_extreme(chain, old, min), _extreme(chain, new, min)),
            MOST: (_extreme(chain, old, max), _extreme(chain, new, max)),
        },
    )


def _extreme(chain: str, figures: Figures, which: Callable[..., Fraction]) -> Extreme:
    others = {name: value for name, value in figures.values.items() if name != chain}
    value = which(others.values(), default=figures.values[chain])
    return Extreme(value, tuple(name for name, each in others.items() if each == value))


def published(parts: Mapping[str, Fraction], delta: Decimal, decimals: int) -> dict[str, Decimal]:
    """The parts rounded, and as ROUNDING what they then lack of the published change.

    Halves go away from zero, so that the parts of the opposite change are the opposite ones.
    """
    rounded = {part: half_away(value, decimals + EXTRA_DECIMALS) for part, value in parts.items()}
    return {**rounded, ROUNDING: delta - sum(rounded.values(), Decimal(0))}


def half_away(value: Fraction, decimals: int) -> Decimal:
    """Rounded, halves away from zero: 0.125 → 0.13, -0.125 → -0.13."""
    size = half_up(abs(value), decimals)
    return -size if value < 0 and size else size
