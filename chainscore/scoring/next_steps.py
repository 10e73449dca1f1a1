"""The next points of an object: the nearest single steps that earn most, from the sentences, each proven by scoring again.

What is past stays as it is: a step fills in an optional date that is blank (a project is filed), adds events of one kind to
a leaf that has a cap, or moves on a column that the rulebook calls ``open`` (what accumulates, what can still be done).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from functools import partial
from heapq import nlargest
from typing import Any, Literal

import msgspec

from chainscore.intake.tables import SOUND, Tables
from chainscore.method.rule.judging import ZERO, fact, figures_of
from chainscore.method.rule.measure import UndefinedError
from chainscore.method.rule.term import Rule, Source, Term
from chainscore.method.rulebook import Column, Leaf, Rulebook
from chainscore.scoring.evidence import sum_of
from chainscore.scoring.rows import Rows
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.scores import exact_score, sections_of_scores, total_of
from chainscore.scoring.tries import Tries
from chainscore.scoring.variation import Variation
from chainscore.words.findings import Language
from chainscore.words.numbers import half_up
from chainscore.words.texts import text

MOST = 5
"""Steps that are told of an object."""
MOST_HERE = 3
"""Of them, those of rows that are there."""
MOST_EVENTS = 3
"""Events of one step."""
DIGITS = Decimal("0.0001")
"""To which an amount is told that reaches a bound."""

Kind = Literal["date", "amount", "choice", "events"]
KINDS: dict[str, Kind] = {"date": "date", "choice": "choice"}
"""Type of column → kind of step; the others hold amounts."""


class NextStep(msgspec.Struct, frozen=True):
    """One step, and what the total gains by it."""

    kind: Kind
    leaf: str
    """The leaf that gains most by it."""
    gain: Decimal
    label: str
    """The column; of events the one that tells their kind."""
    to: Any
    """What stands there then; of events their kind."""
    value: Any = None
    """What stands there now."""
    unit: str = ""
    name: str = ""
    """The event's of a ledger."""
    where: str = ""
    """``市商务局!F17``; empty of events."""
    number: int = 1
    """Events that it takes."""
    full: bool = False
    """The leaf's cap is reached by them."""

    def told(self, book: Rulebook, language: Language) -> str:
        """As a sentence with its gain, leaf and cell."""
        title = next(leaf.title for leaf in book.leaves if leaf.id == self.leaf)
        values = {
            "name": self.name, "label": self.label, "unit": self.unit, "to": fact(self.to), "value": fact(self.value),
            "more": fact(self.to - self.value) if self.kind == "amount" else "", "number": self.number,
            "gain": f"{self.gain:.{book.decimals}f}", "place": " ".join(filter(None, (self.leaf, title, self.where))),
        }  # fmt: skip
        match self.kind:
            case "date":
                return text("step.date", language, **values)
            case "amount":
                return text("step.amount" if self.name else "step.amount_of_table", language, **values)
            case "choice":
                return text("step.choice" if self.name else "step.choice_of_table", language, **values)
        return text("step.events_to_cap" if self.full else "step.events", language, **values)


class NextSteps:
    """The tables of one period, in which steps are tried."""

    def __init__(self, tables: Tables, book: Rulebook, scorecard: Scorecard) -> None:
        self.book = book
        self.variation = Variation(tables, book)
        self.moment = self.variation.context.moment
        self.chains = {chain.chain: chain for chain in scorecard.chains}
        self._sums: dict[tuple[str, str], Fraction] = {}

    def of(self, chain: str) -> list[NextStep]:
        """At most five, the largest gain first; none while anything of the object is pending.

        What moves on in rows that are there is nearer than new events: up to three steps are of those, if there are so many.
        """
        if self.chains[chain].pending:
            return []
        here = sorted((step for step in self._cells(chain) if step.gain > 0), key=_gain_first)[:MOST_HERE]
        new = _best_of_leaves(self._events(chain))[: MOST - len(here)]
        return sorted([*here, *new], key=_gain_first)

    # ------------------------------------------------ cells

    def _cells(self, chain: str) -> Iterator[NextStep]:
        for rows in self.variation.context.known:
            grid = self.book.sheet(rows.source.sheet).grid(rows.source.grid)
            for column in grid.columns if grid is not None else ():
                moves = column.open or (column.type == "date" and not column.required)
                if moves and self.variation.leaves_of(rows.source, column.label):
                    yield from self._of_column(chain, rows, column)

    def _of_column(self, chain: str, rows: Rows, column: Column) -> Iterator[NextStep]:
        """The steps that gain most, one of a cell."""
        best: dict[int, tuple[Decimal, str, Any]] = {}
        for position, *step in self._gains(chain, rows, column):
            if position not in best or step[0] > best[position][0]:
                best[position] = (step[0], step[1], step[2])
        for position in nlargest(MOST_HERE, best, key=lambda position: best[position][0]):
            gain, leaf, to = best[position]
            yield NextStep(
                KINDS.get(column.type, "amount"), leaf, gain, column.label, to, rows.column(column.label)[position],
                column.unit or "", rows.label(position), rows.where(position, column.label),
            )  # fmt: skip

    def _gains(self, chain: str, rows: Rows, column: Column) -> Iterator[tuple[int, Decimal, str, Any]]:
        """(position, gain, leaf that gains most, what stands there then) of whatever can move on in a column."""
        leaves = self.variation.leaves_of(rows.source, column.label)
        alternatives = {
            position: list(self._alternatives(chain, leaves, rows, column, position))
            for position in rows.of_chain.get(chain, ())
            if rows.column(SOUND)[position] and rows.cell(position, column.label) is not None
        }
        tries = Tries(self.variation, leaves, chain, rows, column.label, partial(self._added, chain))
        gains: dict[tuple[Decimal | None, ...], tuple[Decimal, str]] = {}
        for position, to, scores in tries.scores(alternatives):
            key = tuple(scores.values())
            if key not in gains:
                gains[key] = self._gain(chain, scores)
            yield position, *gains[key], to

    def _alternatives(
        self, chain: str, leaves: Sequence[Leaf], rows: Rows, column: Column, position: int
    ) -> Iterator[Any]:  # fmt: skip
        value = rows.column(column.label)[position]
        if column.type == "date":
            if value is None:
                yield self.moment.now
        elif column.type == "choice":
            yield from (each for each in column.values if each != value)
        elif isinstance(value, Decimal):
            for leaf in leaves:
                rule = self.book.rule(leaf.id, chain)
                for term in rule.of_source(rows.source):
                    yield from self._next_bound(term, _bounds(term, rule), rows, column, position, value)

    def _next_bound(
        self, term: Term, bounds: Sequence[Fraction], rows: Rows, column: Column, position: int, value: Decimal
    ) -> Iterator[Decimal]:
        """The amount at which a row reaches its next bound; what is measured is taken for linear, and proven later."""
        if not bounds or term.measure is None or term.by_object or column.label not in term.measure.labels:
            return
        row = {label: rows.column(label)[position] for label in term.labels}
        more = value / 1000 or Decimal(1)
        try:
            here, beyond = (
                term.measure.value(figures_of({**row, column.label: each}, self.moment), ()) for each in (value, value + more)
            )
        except UndefinedError:
            return
        above = [bound for bound in bounds if here is not None and bound > here]
        if here is None or beyond is None or not above or beyond <= here:
            return
        needed = Fraction(value) + (min(above) - here) * Fraction(more) / (beyond - here)
        digits = Decimal(1) if column.type == "count" else DIGITS
        yield (Decimal(needed.numerator) / Decimal(needed.denominator)).quantize(digits, ROUND_CEILING)

    # ------------------------------------------------ events

    def _events(self, chain: str) -> Iterator[NextStep]:
        for leaf in self.book.leaves:
            rule, score = self.book.rule(leaf.id, chain), self.chains[chain].leaves[leaf.id].score
            if rule.cap is not None and score is not None and score < rule.cap:
                for term in rule.terms:
                    if term.source is not None and term.source.grid == "ledger" and not term.by_object and term.lookup is None:
                        yield from self._of_term(chain, leaf, rule, term)

    def _of_term(self, chain: str, leaf: Leaf, rule: Rule, term: Term) -> Iterator[NextStep]:
        """One more event of each kind that a term names, or as many as reach the cap."""
        assert term.source is not None
        for label, kind in _kinds(term):
            gain = self._gain_of_events(chain, term.source, label, kind, 1, leaf)
            number = _events_to(rule, self.chains[chain].leaves[leaf.id].exact, gain)
            if number > 1:
                gain = self._gain_of_events(chain, term.source, label, kind, number, leaf)
            full = gain > 0 and Fraction(self.chains[chain].leaves[leaf.id].score or 0) + Fraction(gain) >= Fraction(
                rule.cap or 0
            )
            yield NextStep("events", leaf.id, gain, label, kind, number=number, full=full)

    def _gain_of_events(self, chain: str, source: Source, label: str, kind: str, number: int, leaf: Leaf) -> Decimal:
        rows, by_row = self.variation.context.rows(source), self.book.rule(leaf.id, chain).by_row(source)
        assert rows.ledger is not None
        name = rows.ledger.name
        if by_row:
            rows = rows.last()
        for at in range(number):
            row = {self.book.words.chain: chain, name: f"+{at}", label: kind, SOUND: True}
            rows = rows.added(self.book.words.chain, row)
        if by_row:
            points = self.variation.points(leaf, chain, rows).values()
            more = sum((each for each in points if each is not None), ZERO)
            return self._gain(chain, {leaf.id: None if None in points else self._added(chain, leaf, more)})[0]
        return self._gain(chain, {leaf.id: self.variation.score_of(leaf, chain, rows)})[0]

    # ------------------------------------------------ what the total gains

    def _added(self, chain: str, leaf: Leaf, more: Fraction) -> Decimal:
        """The score of a leaf with so many points ``more``."""
        return half_up(exact_score(self.book.rule(leaf.id, chain), [self._sum(chain, leaf.id), more]), self.book.decimals)

    def _sum(self, chain: str, leaf: str) -> Fraction:
        """The points of all evidence of a leaf."""
        if (chain, leaf) not in self._sums:
            self._sums[chain, leaf] = sum_of(self.chains[chain].leaves[leaf].evidence.points)
        return self._sums[chain, leaf]

    def _gain(self, chain: str, leaves: Mapping[str, Decimal | None]) -> tuple[Decimal, str]:
        """What the total gains with other scores of ``leaves``, and the leaf that gains most; nothing while one is pending."""
        its = self.chains[chain]
        pending = next((leaf for leaf, score in leaves.items() if score is None), None)
        if pending is not None:
            return Decimal(0), pending
        gains = {leaf: (score or Decimal(0)) - (its.leaves[leaf].score or Decimal(0)) for leaf, score in leaves.items()}
        assert its.total is not None
        sections = sections_of_scores(
            self.book, {leaf: each.score for leaf, each in its.leaves.items()} | dict(leaves), its.vetoes
        )
        most = max(gains, key=lambda leaf: gains[leaf], default="")
        return total_of(self.book, sections.values(), its.vetoes) - its.total, most


def _bounds(term: Term, rule: Rule) -> list[Fraction]:
    """What is to be measured for each step of a term; of one whose points grow in a straight line, for the cap of its leaf."""
    line = term.points.linear
    if line is None or rule.cap is None or len(rule.terms) > 1 or line.per <= 0:
        return [Fraction(step.bound) for step in term.points.steps if step.bound is not None]
    return [Fraction(line.base) + (Fraction(rule.cap) - Fraction(line.at_0)) / Fraction(line.per)]


def _best_of_leaves(steps: Iterable[NextStep]) -> list[NextStep]:
    """Of each leaf the step that gains most, the largest gain first."""
    best: dict[str, NextStep] = {}
    for step in steps:
        if step.gain > 0 and (step.leaf not in best or step.gain > best[step.leaf].gain):
            best[step.leaf] = step
    return sorted(best.values(), key=_gain_first)


def _gain_first(step: NextStep) -> tuple[Decimal, int]:
    return -step.gain, step.number


def _kinds(term: Term) -> Iterator[tuple[str, str]]:
    """(label, value) of the kinds of event that earn points by that alone."""
    others = [each for each in term.conditions if each.test != "is"]
    named = [each for each in term.conditions if each.test == "is"]
    if others or len(named) > 1:
        return
    if term.text_label is not None and (not named or named[0].label == term.text_label):
        for value, points in term.points.match:
            if points > 0 and (not named or value in named[0].values):
                yield term.text_label, value
    elif term.measure is None and named:
        for value in named[0].values:
            yield named[0].label, value


def _events_to(rule: Rule, exact: Fraction | None, gain: Decimal) -> int:
    """How many events reach the cap, where a few do; else one."""
    if exact is None or rule.cap is None or gain <= 0:
        return 1
    number = -((exact - Fraction(rule.cap)) // Fraction(gain))
    return int(number) if 1 <= number <= MOST_EVENTS else 1
