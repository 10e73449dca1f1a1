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

from chainscore.method.rule.judging import judge_object
from chainscore.method.rule.standing import standings
from chainscore.method.rule.term import Rule, Term
from chainscore.words.numbers import half_up

OWN, LEAST, MOST, OTHERS, METHOD = "own", "minimum", "maximum", "others", "method"
ROWS, LIMIT, ROUNDING = "rows", "limit", "rounding"
BY_EXTREMES = ((OWN,), (LEAST, MOST), (METHOD,))
"""What moves a score by 功效系数法; the others' figures act through their minimum and their maximum alone."""
BY_OTHERS = ((OWN,), (OTHERS,), (METHOD,))
"""What moves a score by rank, by deviation from the mean or by the mean."""
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
    """Of a relative leaf, the object's own figure, old and new."""
    extremes: Mapping[str, tuple[Extreme, Extreme]] = field(default_factory=dict)
    """Of a relative leaf, minimum and maximum of the others' figures, old and new."""
    as_percent: bool = True
    """Its figures are ratios."""

    @property
    def others(self) -> Decimal | None:
        """What the others' figures come to; None where no other chain's figure matters."""
        return self.parts[LEAST] + self.parts[MOST] if LEAST in self.parts else self.parts.get(OTHERS)


@dataclass(frozen=True)
class Figures:
    """What a relative leaf is scored on: every object's figure, and the rule of each."""

    values: Mapping[str, Fraction]
    rules: Mapping[str, Rule]

    def term(self, chain: str) -> Term:
        """The one sentence that an object is scored by."""
        return self.rules[chain].terms[0]

    def points(self, chain: str, values: Mapping[str, Fraction]) -> Fraction:
        """What an object earns among ``values``, within its limits."""
        rule, term = self.rules[chain], self.term(chain)
        standing = standings(values, term.against, term.lowest_first)[chain]
        points = judge_object(term, values[chain], standing, {}).points or Fraction(0)
        points = min(points, Fraction(rule.cap)) if rule.cap is not None else points
        return max(points, Fraction(rule.floor)) if rule.floor is not None else points


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


def relative_parts(chain: str, old: Figures, new: Figures) -> dict[str, Fraction]:
    """The exact change of an object's relative score in parts."""
    by_extremes = old.term(chain).against == new.term(chain).against == "minmax"

    def worth(moved: frozenset[str]) -> Fraction:
        def at(part: str) -> Figures:
            return new if part in moved else old

        own = at(OWN).values[chain]
        if by_extremes:
            extremes = {part: _extreme_of(chain, at(part), which, own) for part, which in ((LEAST, min), (MOST, max))}
            return at(METHOD).points(chain, {chain: own, **extremes})
        return at(METHOD).points(chain, {**at(OTHERS).values, chain: own})

    return average_marginals(worth, BY_EXTREMES if by_extremes else BY_OTHERS)


def _extreme_of(chain: str, figures: Figures, which: Callable[..., Fraction], own: Fraction) -> Fraction:
    return which((value for name, value in figures.values.items() if name != chain), default=own)


def attribute_relative(chain: str, old: Figures, new: Figures, delta: Decimal, decimals: int) -> Attribution:
    """The published change of a relative leaf in parts."""
    return Attribution(
        published(relative_parts(chain, old, new), delta, decimals),
        own=(old.values[chain], new.values[chain]),
        extremes={
            LEAST: (_extreme(chain, old, min), _extreme(chain, new, min)),
            MOST: (_extreme(chain, old, max), _extreme(chain, new, max)),
        },
        as_percent=new.term(chain).as_percent,
    )


def _extreme(chain: str, figures: Figures, which: Callable[..., Fraction]) -> Extreme:
    others = {name: value for name, value in figures.values.items() if name != chain}
    value = which(others.values(), default=figures.values[chain])
    return Extreme(value, tuple(name for name, each in others.items() if each == value))


def published(parts: Mapping[str, Fraction], delta: Decimal, decimals: int) -> dict[str, Decimal]:
    """The parts rounded, and as ROUNDING what they then lack of the published change."""
    rounded = {part: half_up(value, decimals + EXTRA_DECIMALS) for part, value in parts.items()}
    return {**rounded, ROUNDING: delta - sum(rounded.values(), Decimal(0))}
