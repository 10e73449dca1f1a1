"""The ranking under every combination of the rulebook's readings, from one reading of the files.

A leaf is judged once for each combination of the readings that its own rule depends on; totals and ranks are worked out for all
combinations of all readings from these.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, product

from chainscore.intake.tables import Tables
from chainscore.method.loading import RulebookError, text_of
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.scorecard import Scorecard, shared_ranks
from chainscore.scoring.variation import Scores, Variation
from chainscore.words.findings import Language
from chainscore.words.texts import UserError, text

MOST_COMBINATIONS = 4096
MOST_BESIDE_THE_RANKING = 256
"""Combinations under which every ranking that is written is scored, too."""
SEED = 2022
Choice = tuple[str, ...]
"""An option of each reading, in the rulebook's order."""


@dataclass(frozen=True)
class Standing:
    """What becomes of one object over all combinations."""

    chain: str
    rank: int
    total: Decimal
    ranks: Mapping[int, int]
    """Rank → in how many combinations."""
    total_min: Decimal
    total_max: Decimal

    @property
    def best_rank(self) -> int:
        return min(self.ranks)

    @property
    def worst_rank(self) -> int:
        return max(self.ranks)


@dataclass(frozen=True)
class Pair:
    """Two neighbours of the ranking: in how many combinations the upper one stays above, level, or falls below."""

    above: str
    below: str
    gap: Decimal
    holds: int
    ties: int
    turns: int
    readings: tuple[str, ...]
    """The fewest readings whose change alone turns the pair; none where nothing does."""
    options: tuple[str, ...]
    """What each of them is then."""


@dataclass(frozen=True)
class Without:
    """What the ranking of the others would be without one object, where it changes."""

    chain: str
    order: tuple[str, ...]
    ranks: tuple[int, ...]
    """Of each of them; those that are level share one."""


@dataclass(frozen=True)
class Sensitivity:
    """How firm a ranking is under the readings."""

    combinations: int
    sampled: bool
    chains: tuple[Standing, ...]
    pairs: tuple[Pair, ...]
    choices: tuple[Choice, ...] = ()
    """The combinations, the chosen one first."""
    totals: tuple[Mapping[str, Decimal], ...] = ()
    """Object → total under each of them."""


def sensitivity(tables: Tables, book: Rulebook, scorecard: Scorecard) -> Sensitivity:
    """Score under every combination of readings; past MOST_COMBINATIONS under a sample with a fixed seed.

    Raises UserError where readings cannot be combined.
    """
    choices, sampled = _choices(book)
    near = _near(book) if sampled else []
    scored = Combinations(tables, book, scorecard).totals([*choices, *near])
    totals = scored[: len(choices)]
    variation = Variation(tables, book)
    ranks = [variation.ranks(each) for each in totals]
    chains = tuple(
        Standing(
            chain=each.chain,
            rank=ranks[0][each.chain],
            total=totals[0][each.chain],
            ranks=dict(sorted(Counter(its[each.chain] for its in ranks).items())),
            total_min=min(its[each.chain] for its in totals),
            total_max=max(its[each.chain] for its in totals),
        )
        for each in scorecard.chains
    )
    pairs = tuple(_pairs(book, scorecard, [*choices, *near], scored, len(choices)))
    return Sensitivity(len(choices), sampled, chains, pairs, tuple(choices), tuple(totals))


def _choices(book: Rulebook) -> tuple[list[Choice], bool]:
    """The combinations to score under, the chosen one first, and whether they are a sample of more."""
    options = [list(reading.options) for reading in book.readings]
    own = tuple(book.chosen[reading.key] for reading in book.readings)
    if math.prod(map(len, options)) <= MOST_COMBINATIONS:
        return [own, *(choice for choice in product(*options) if choice != own)], False
    chance = random.Random(SEED)
    sample = {own: None}
    while len(sample) < MOST_COMBINATIONS:
        sample[tuple(chance.choice(each) for each in options)] = None
    return list(sample), True


def _near(book: Rulebook) -> list[Choice]:
    """The combinations in which one or two readings are other than chosen: a sample need not have them."""
    others = {each.key: [option for option in each.options if option != book.chosen[each.key]] for each in book.readings}
    found = []
    for number in (1, 2):
        for keys in combinations(others, number):
            for options in product(*(others[key] for key in keys)):
                own = {**book.chosen, **dict(zip(keys, options, strict=True))}
                found.append(tuple(own[key] for key in others))
    return found


def first_pair(tables: Tables, book: Rulebook, scorecard: Scorecard, language: Language) -> str:
    """In how many combinations the first two keep their order, in words; empty where there is no such pair to tell of."""
    number = math.prod(len(reading.options) for reading in book.readings)
    first, second = scorecard.chains[:2] if len(scorecard.chains) > 1 else (None, None)
    told = 1 < number <= MOST_BESIDE_THE_RANKING and not scorecard.pending and not book.total.rank_in_groups
    if first is None or second is None or not told or first.rank == second.rank:
        return ""
    try:
        totals = Combinations(tables, book, scorecard).totals(_choices(book)[0])
    except UserError:  # readings that cannot be combined are no reason to write no results
        return ""
    holds = sum(each[first.chain] > each[second.chain] for each in totals)
    return text("firmness.first_pair", language, number=number, holds=holds)


def _published(scorecard: Scorecard, book: Rulebook) -> dict[str, Scores]:
    """Leaf → object → score."""
    return {leaf.id: {each.chain: each.leaves[leaf.id].score for each in scorecard.chains} for leaf in book.leaves}


class Combinations:
    """Leaf scores under all combinations of the readings that each leaf depends on."""

    def __init__(self, tables: Tables, book: Rulebook, scorecard: Scorecard) -> None:
        """``scorecard`` is of the chosen readings: its scores are not worked out again."""
        self.book = book
        self.keys = [reading.key for reading in book.readings]
        self.options = {reading.key: list(reading.options) for reading in book.readings}
        self.source = text_of(book)
        self.of_leaf, self.of_all = self.source.readings_of()
        self.variation = Variation(tables, book)
        self.books: dict[Choice, Rulebook] = {self._own: book}
        self.known = {(leaf, self._part(leaf, self._own)): its for leaf, its in _published(scorecard, book).items()}

    @property
    def _own(self) -> Choice:
        return tuple(self.book.chosen[key] for key in self.keys)

    def totals(self, choices: Sequence[Choice]) -> list[dict[str, Decimal]]:
        """Object → total, for each combination."""
        self._judge(choices)
        return [self.variation.totals(self._leaves(choice), self._book(self._whole(choice))) for choice in choices]

    def _whole(self, choice: Choice) -> Choice:
        """The combination as far as it bears on more than single leaves: on limits, weights and vetoes."""
        return tuple(ours if key in self.of_all else own for key, ours, own in zip(self.keys, choice, self._own, strict=True))

    def _leaves(self, choice: Choice) -> dict[str, Scores]:
        return {leaf.id: self.known[leaf.id, self._part(leaf.id, choice)] for leaf in self.book.leaves}

    def _part(self, leaf: str, choice: Choice) -> Choice:
        """The options of the readings that a leaf depends on."""
        own = self.of_leaf[leaf] | self.of_all
        return tuple(option for key, option in zip(self.keys, choice, strict=True) if key in own)

    def _judge(self, choices: Sequence[Choice]) -> None:
        """Every leaf under every combination of its own readings, in as few rulebooks as that takes."""
        for choice in self._rounds(choices):
            for leaf in self.book.leaves:
                key = leaf.id, self._part(leaf.id, choice)
                if key not in self.known:
                    book = self._book(choice)
                    self.known[key] = self.variation.leaf(next(each for each in book.leaves if each.id == leaf.id), book)

    def _book(self, choice: Choice) -> Rulebook:
        if choice not in self.books:
            try:
                self.books[choice] = self.source.under(dict(zip(self.keys, choice, strict=True)))
            except RulebookError as error:
                raise error.as_told() from error
        return self.books[choice]

    def _rounds(self, choices: Sequence[Choice]) -> Iterable[Choice]:
        """Combinations in which every group of readings that bear on one leaf takes all of its own, if those are the fewer."""
        sizes = [math.prod(len(self.options[key]) for key in group) for group in self._groups()]
        return choices if max(sizes, default=1) > len(choices) else self._all_of_each_group()

    def _all_of_each_group(self) -> Iterator[Choice]:
        groups = [list(product(*(self.options[key] for key in group))) for group in self._groups()]
        yield self._own
        for turn in range(max(map(len, groups), default=0)):
            chosen = dict(self.book.chosen)
            for group, options in zip(self._groups(), groups, strict=True):
                chosen |= dict(zip(group, options[turn % len(options)], strict=True))
            yield tuple(chosen[key] for key in self.keys)

    def _groups(self) -> list[list[str]]:
        """The readings, those together that bear on one leaf."""
        groups: list[set[str]] = []
        for keys in self.of_leaf.values():
            own = set(keys) | self.of_all
            together = own.union(*(group for group in groups if group & own))
            groups = [group for group in groups if not group & together]
            groups += [together] if together else []
        return [[key for key in self.keys if key in group] for group in groups]


def _pairs(
    book: Rulebook, scorecard: Scorecard, choices: Sequence[Choice], totals: Sequence[Mapping[str, Decimal]], number: int
) -> Iterator[Pair]:
    """Neighbours; how often they turn is counted over the first ``number`` combinations."""
    for upper, lower in neighbours(book, scorecard):
        gaps = [each[upper] - each[lower] for each in totals]
        fewest = _fewest(book, choices, gaps)
        yield Pair(
            above=upper,
            below=lower,
            gap=gaps[0],
            holds=sum(gap > 0 for gap in gaps[:number]),
            ties=sum(gap == 0 for gap in gaps[:number]),
            turns=sum(gap < 0 for gap in gaps[:number]),
            readings=tuple(key for key, _ in fewest),
            options=tuple(option for _, option in fewest),
        )


def neighbours(book: Rulebook, scorecard: Scorecard) -> Iterator[tuple[str, str]]:
    """Each object with the next in the ranking, within groups where ranks are."""
    for upper, lower in pairwise(each.chain for each in scorecard.chains):
        if not book.total.rank_in_groups or book.chain(upper).group == book.chain(lower).group:
            yield upper, lower


def _fewest(book: Rulebook, choices: Sequence[Choice], gaps: Sequence[Decimal]) -> tuple[tuple[str, str], ...]:
    """The fewest (reading, option) by which a combination that turns the pair differs from the chosen one."""
    keys = [reading.key for reading in book.readings]
    differing = [
        tuple((key, ours) for key, ours, own in zip(keys, choice, choices[0], strict=True) if ours != own)
        for choice, gap in zip(choices, gaps, strict=True)
        if gap < 0
    ]
    return min(differing, key=len, default=())


def _ranked_together(book: Rulebook, chains: Iterable[str]) -> list[list[str]]:
    """The objects in their order, apart by groups where ranks are within groups."""
    together: dict[str, list[str]] = {}
    for chain in chains:
        together.setdefault(book.chain(chain).group if book.total.rank_in_groups else "", []).append(chain)
    return list(together.values())


def reversals(tables: Tables, book: Rulebook, scorecard: Scorecard) -> list[Without]:
    """Where the others' order changes when one object is left out: scores that compare depend on who is in."""
    variation = Variation(tables, book)
    relative = [leaf for leaf in book.leaves if any(book.rules[leaf.id, group].compares for group in book.groups)]
    before = {each.chain: each.total for each in scorecard.chains if each.total is not None}
    found = []
    for left in book.ids if relative and len(book.ids) > 2 else ():
        scores = {leaf.id: {each.chain: each.leaves[leaf.id].score for each in scorecard.chains} for leaf in book.leaves}
        others = [each.chain for each in scorecard.chains if each.chain != left]
        scores |= {leaf.id: {left: None, **variation.leaf(leaf, chains=others)} for leaf in relative}
        totals = variation.totals(scores)
        for group in _ranked_together(book, others):
            if any(_side(totals, *pair) != _side(before, *pair) for pair in combinations(group, 2)):
                order = sorted(group, key=lambda chain: -totals[chain])
                found.append(Without(left, tuple(order), tuple(shared_ranks([totals[chain] for chain in order]))))
    return found


def _side(totals: Mapping[str, Decimal], one: str, other: str) -> int:
    """1 where the one has more than the other, -1 where it has less, 0 where they are level."""
    return (totals[one] > totals[other]) - (totals[one] < totals[other])
