"""The properties that docs/attribution.md claims of the split, and splits worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chainscore.comparison.attribution import (
    BY_EXTREMES,
    LEAST,
    METHOD,
    MOST,
    OWN,
    ROUNDING,
    Figures,
    attribute_relative,
    average_marginals,
    relative_parts,
)
from chainscore.method.rule.points import Linear
from chainscore.method.rule.term import Rule
from chainscore.words.numbers import half_up
from tests.support.filling import BOOK

GROWTH = BOOK.rule("1.1.1", "electronics")
"""3 at the minimum, 2 more at the maximum."""
CHAINS = [chain.id for chain in BOOK.chains]

rates = st.integers(-300, 300).map(lambda number: Fraction(number, 7))
values = st.fixed_dictionaries(dict.fromkeys(CHAINS, rates))
shares = st.sampled_from([Decimal("0.5"), Decimal("0.6"), Decimal(1)])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """The regulation's rule under another floor, spread or reading."""
    floor, [term] = draw(shares) * 5, GROWTH.terms
    points = replace(term.points, linear=Linear(at_0=floor, per=5 - floor), equal=draw(shares) * 5)
    return replace(GROWTH, terms=(replace(term, points=points),))


def figures_of(known: Mapping[str, Fraction], rule: Rule = GROWTH) -> Figures:
    return Figures(known, dict.fromkeys(known, rule))


figures = st.builds(figures_of, values, rules())
chains = st.sampled_from(CHAINS)


def points(chain: str, known: Figures) -> Fraction:
    """What the clause says, worked out apart from the program."""
    told = known.term(chain).points
    assert told.linear is not None
    assert told.equal is not None
    least, most = min(known.values.values()), max(known.values.values())
    if least == most:
        return Fraction(told.equal)
    return Fraction(told.linear.at_0) + Fraction(told.linear.per) * (known.values[chain] - least) / (most - least)


def published(chain: str, old: Figures, new: Figures) -> Mapping[str, Decimal]:
    delta = half_up(points(chain, new), 2) - half_up(points(chain, old), 2)
    return attribute_relative(chain, old, new, delta, 2).parts


@given(chains, figures, figures)
def test_the_exact_parts_sum_to_the_exact_change(chain: str, old: Figures, new: Figures) -> None:
    assert sum(relative_parts(chain, old, new).values()) == points(chain, new) - points(chain, old)


@given(chains, figures, figures)
def test_the_published_parts_sum_to_the_published_change_and_the_residue_is_rounding(
    chain: str, old: Figures, new: Figures
) -> None:
    parts = published(chain, old, new)
    assert sum(parts.values()) == half_up(points(chain, new), 2) - half_up(points(chain, old), 2)
    # Two scores of two decimals, and four parts of four.
    assert abs(parts[ROUNDING]) <= Decimal("0.0102")


@given(chains, figures, figures)
def test_a_chain_whose_figure_stays_owes_nothing_to_it(chain: str, old: Figures, new: Figures) -> None:
    same = figures_of({**new.values, chain: old.values[chain]}, new.rules[chain])
    assert relative_parts(chain, old, same)[OWN] == 0
    assert published(chain, old, same)[OWN] == 0


@given(chains, figures, values, rules())
def test_others_that_stay_and_a_method_that_stays_have_no_part(
    chain: str, old: Figures, other: Mapping[str, Fraction], rule: Rule
) -> None:
    alone = figures_of({**old.values, chain: other[chain]}, rule)
    parts = relative_parts(chain, old, alone)
    assert (parts[LEAST], parts[MOST]) == (0, 0)
    assert relative_parts(chain, old, figures_of(other, old.rules[chain]))[METHOD] == 0


@given(chains, figures, figures)
def test_swapping_the_quarters_negates_every_part(chain: str, old: Figures, new: Figures) -> None:
    there, back = published(chain, old, new), published(chain, new, old)
    assert {part: -value for part, value in there.items()} == dict(back)


@given(chains, values, values)
def test_without_a_new_method_own_and_others_are_the_average_of_the_two_orders(
    chain: str, before: Mapping[str, Fraction], after: Mapping[str, Fraction]
) -> None:
    old, new = figures_of(before), figures_of(after)
    own_first = figures_of({**before, chain: after[chain]})
    others_first = figures_of({**after, chain: before[chain]})
    own = (points(chain, own_first) - points(chain, old) + points(chain, new) - points(chain, others_first)) / 2
    others = (points(chain, others_first) - points(chain, old) + points(chain, new) - points(chain, own_first)) / 2
    parts = relative_parts(chain, old, new)
    assert parts[OWN] == own
    assert parts[LEAST] + parts[MOST] == others


def test_a_chain_that_doubles_while_the_best_doubles_too_gains_what_it_loses() -> None:
    # 10% between 0% and 20% → 20% between 0% and 40%: 3 + 2 × 1/2 = 4 both times.
    # Own first: 5, so +1, else 3.5 → 4, so +0.5: on average +0.75. The others' maximum takes that away again.
    old = figures_of({"a": Fraction(10), "b": Fraction(0), "c": Fraction(20)})
    new = figures_of({"a": Fraction(20), "b": Fraction(0), "c": Fraction(40)})
    found = attribute_relative("a", old, new, Decimal(0), 2)
    assert {part: str(value) for part, value in found.parts.items()} == {
        "own": "0.7500", "minimum": "0.0000", "maximum": "-0.7500", "method": "0.0000", "rounding": "0.0000",
    }  # fmt: skip
    assert found.own == (10, 20)
    least, most = found.extremes["maximum"]
    assert (least.value, least.chains, most.value, most.chains) == (20, ("c",), 40, ("c",))
    assert str(found.others) == "-0.7500"


def test_a_chain_all_alone_has_no_others() -> None:
    old, new = (figures_of({"a": Fraction(value)}) for value in (1, 2))
    found = attribute_relative("a", old, new, Decimal(0), 2)
    assert set(found.parts.values()) == {Decimal(0)}
    assert found.extremes["minimum"][0].chains == ()


def test_without_groups_it_is_the_value_of_shapley() -> None:
    # The airport game: a runway for planes that need 1, 2 and 3; each stretch is shared by those who use it.
    needs = {"small": 1, "middle": 2, "large": 3}
    shared = average_marginals(lambda planes: Fraction(max((needs[each] for each in planes), default=0)), [[p] for p in needs])
    assert shared == {"small": Fraction(1, 3), "middle": Fraction(5, 6), "large": Fraction(11, 6)}


def test_members_of_a_group_share_what_the_group_is_worth() -> None:
    # Two of three votes decide. Alone, each is worth a third; a group of two decides by itself.
    won = average_marginals(lambda votes: Fraction(len(votes) >= 2), [["a", "b"], ["c"]])
    assert won == {"a": Fraction(1, 2), "b": Fraction(1, 2), "c": 0}
    assert len(BY_EXTREMES) == 3


@pytest.mark.parametrize(
    ("value", "text"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("-0.124", "-0.12"), ("-0.001", "0.00"), ("0", "0.00")]
)
def test_halves_go_away_from_zero(value: str, text: str) -> None:
    assert str(half_up(Fraction(value), 2)) == text
