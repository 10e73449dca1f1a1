"""The single inputs that a place in the ranking hangs on: the smallest change of one amount, choice or date that turns a pair.

Amounts are searched outwards in steps, all of them at each step, and then by bisection, whatever the sentence: what is found
is proven by scoring again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice, product
from typing import Any

from chainscore.comparison.firmness.cells import Cell, Cells
from chainscore.comparison.whatif import is_accepted, setting_of
from chainscore.intake.fragments import read_cell
from chainscore.intake.tables import Tables
from chainscore.method.rule.term import Source
from chainscore.method.rulebook import InputField, Leaf, Rulebook
from chainscore.scoring.appraisal import Gathered
from chainscore.scoring.readings import neighbours
from chainscore.scoring.rows import Rows
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.variation import Scores, Variation
from chainscore.words.numbers import plain

MOST = 5
"""Amounts that are told of each pair."""
STEPS = tuple(Decimal(each) for each in ["0.001", "0.004", "0.016", "0.06", "0.2", "0.5", "0.99", "1", "4", "9"])
"""Relative changes that are tried, from small to large."""
DIGITS = 4
"""Significant digits to which the smallest change is found."""
LEAST = Decimal("0.0001")
"""The share of an amount below which a change is not told to so many digits."""


Pair = tuple[str, str]
"""An object and the next below it."""


@dataclass(frozen=True)
class Turning:
    """A change of one input by which the lower of a pair ranks level with or above the upper; of a level pair, above it."""

    above: str
    below: str
    cell: Cell
    to: Any
    relative: Decimal
    """How much an amount changes, as a share of it; 0 of what is no amount."""
    past: bool = False
    """The pair was level before."""


@dataclass(frozen=True)
class _Bracket:
    """Shares of an amount between which its change begins to turn a pair."""

    cell: Cell
    up: bool
    low: Decimal
    high: Decimal


class Turnings:
    """All inputs of one period, tried one by one."""

    def __init__(self, tables: Tables, book: Rulebook, scorecard: Scorecard, gathered: Gathered) -> None:
        """``gathered``: the files, in which what else a cell could hold is held against the checks."""
        self.tables = tables
        self.book = book
        self.gathered = gathered
        self.variation = Variation(tables, book)
        self.cells = Cells(self.variation)
        self.leaves: dict[str, Scores] = {
            leaf.id: {each.chain: each.leaves[leaf.id].score for each in scorecard.chains} for leaf in book.leaves
        }
        self.pairs: list[Pair] = list(neighbours(book, scorecard))
        self.before = {each.chain: each.total for each in scorecard.chains if each.total is not None}
        self._of_label: dict[tuple[Source, str], list[Leaf]] = {}
        self._known: dict[Any, Mapping[str, Decimal] | None] = {}

    def amounts(self) -> list[Turning]:
        """For each pair the amounts whose smallest relative change turns it, smallest first."""
        found = {}
        for pair, brackets in self._brackets().items():
            turning = [self._within(each, pair) for each in brackets]
            smallest = {each.cell: each for each in sorted(turning, key=_size, reverse=True)}
            found[pair] = sorted(smallest.values(), key=_size)[:MOST]
        return [each for its in found.values() for each in its]

    def others(self) -> list[Turning]:
        """For each pair the choices, the dates and the counts of none whose change alone turns it and moves totals least."""
        found: dict[Pair, list[tuple[Decimal, Turning]]] = {pair: [] for pair in self.pairs}
        for cell in self.cells.of(("choice", "date", "count")):
            for pair in self._touched(cell):
                tried = [
                    (self._past(cell, other, pair), self._turning(pair, cell, other))
                    for other in self.cells.alternatives(cell)
                    if self._turns(cell, other, pair)
                ]
                found[pair] += sorted(tried, key=lambda each: each[0])[:1]
        least = (each for its in found.values() for each in islice(self._accepted(its), MOST))
        return list(least)

    def _accepted(self, turnings: Sequence[tuple[Decimal, Turning]]) -> Iterator[Turning]:
        for _, each in sorted(turnings, key=lambda each: each[0]):
            cell = each.cell
            if is_accepted(self.gathered, self.book, setting_of(cell.file, cell.sheet, cell.cell, cell.value, each.to)):
                yield each

    # ------------------------------------------------ trying

    def _touched(self, cell: Cell) -> list[Pair]:
        """The pairs whose order an input can bear on."""
        relative = any(map(self._is_relative, self._leaves_of(cell)))
        return [pair for pair in self.pairs if cell.chain is None or relative or cell.chain in pair]

    def _turns(self, cell: Cell, value: Any, pair: Pair) -> bool:
        """True where with this value the lower ranks level with or above the upper; above it, where they are level."""
        totals = self._tried(cell, value)
        if totals is None:
            return False
        above, below = pair
        return totals[below] > totals[above] or (totals[below] == totals[above] and self.before[below] != self.before[above])

    def _past(self, cell: Cell, value: Any, pair: Pair) -> Decimal:
        """How far the lower comes past the upper."""
        totals, (above, below) = self._tried(cell, value), pair
        assert totals is not None
        return totals[below] - totals[above]

    def _tried(self, cell: Cell, value: Any) -> Mapping[str, Decimal] | None:
        key = cell.file, cell.sheet, cell.cell, value
        if key not in self._known:
            self._known[key] = self._totals(cell, value)
        return self._known[key]

    def _totals(self, cell: Cell, value: Any) -> Mapping[str, Decimal] | None:
        """All totals with one other value; None where a score would stay open, or the cell cannot hold it."""
        if isinstance(value, Decimal) and not self._can_hold(cell.field, value):
            return None
        rows = self._changed(cell, value)
        leaves = dict(self.leaves)
        for leaf in self._leaves_of(cell):
            chains = None if cell.chain is None or self._is_relative(leaf) else [cell.chain]
            scores = self.variation.leaf(leaf, rows=rows, chains=chains)
            if any(score is None and self.leaves[leaf.id][chain] is not None for chain, score in scores.items()):
                return None
            leaves[leaf.id] = {**self.leaves[leaf.id], **scores}
        own = None if cell.chain is None or any(map(self._is_relative, self._leaves_of(cell))) else [cell.chain]
        return {**self.before, **self.variation.totals(leaves, rows=rows, chains=own)}

    def _changed(self, cell: Cell, value: Any) -> dict[Source, Rows]:
        """The rows in which a cell stands, changed: a labelled cell's are the table's and the ledger's."""
        sheet, changed = self.book.sheet(cell.source.sheet), {}
        for source in (Source(sheet.name, "table"), Source(sheet.name, "ledger")):
            if source == cell.source or (cell.position is None and sheet.grid(source.grid) is not None):
                changed[source] = self.variation.context.rows(source).changed(cell.label, {cell.position: value})
        return changed

    def _can_hold(self, field: InputField, value: Decimal) -> bool:
        return read_cell(plain(value), field, self.book, False).value is not None and (value > 0 or not field.positive)

    def _is_relative(self, leaf: Leaf) -> bool:
        return any(self.book.rules[leaf.id, group].compares for group in self.book.groups)

    def _leaves_of(self, cell: Cell) -> list[Leaf]:
        key = cell.source, cell.label
        if key not in self._of_label:
            self._of_label[key] = self.variation.leaves_of(*key)
        return self._of_label[key]

    # ------------------------------------------------ the smallest change of an amount

    def _brackets(self) -> dict[Pair, list[_Bracket]]:
        """For each pair where amounts turn it, from small changes to large, until there are enough."""
        found: dict[Pair, list[_Bracket]] = {pair: [] for pair in self.pairs}
        cells = [cell for cell in self.cells.of(("amount", "signed", "percent", "count")) if cell.value]
        low = Decimal(0)
        for high in STEPS:
            turned = {pair: {each.cell for each in its} for pair, its in found.items()}
            for cell, up in product(cells, (True, False) if high <= 1 else (True,)):
                for pair in self._touched(cell):
                    enough = len(turned[pair]) >= MOST or cell in turned[pair]
                    if not enough and self._turns(cell, self._at(cell, high, up), pair):
                        found[pair].append(_Bracket(cell, up, low, high))
            low = high
        return found

    def _within(self, bracket: _Bracket, pair: Pair) -> Turning:
        """The smallest change within a bracket, by bisection, to so many digits or one more."""
        cell, up = bracket.cell, bracket.up
        unit = self._unit(cell, bracket.low)
        low, high = (abs(self._at(cell, share, up) - cell.value) / unit for share in (bracket.low, bracket.high))
        low, high = low.to_integral_value(ROUND_FLOOR), high.to_integral_value(ROUND_CEILING)
        while high - low > 1:
            middle = (low + high) // 2
            if self._turns(cell, self._moved_by(cell, middle * unit, up), pair):
                high = middle
            else:
                low = middle
        return self._turning(pair, cell, self._moved_by(cell, high * unit, up))

    def _turning(self, pair: Pair, cell: Cell, to: Any) -> Turning:
        relative = abs(to - cell.value) / abs(cell.value) if isinstance(to, Decimal) and cell.value else Decimal(0)
        return Turning(*pair, cell, to, relative, self.before[pair[0]] == self.before[pair[1]])

    def _at(self, cell: Cell, share: Decimal, up: bool) -> Decimal:
        """An amount changed by a share of it, and what is wanting to whole units; a count by no more than the share."""
        units = abs(Decimal(cell.value)) * share / self._unit(cell, share)
        whole = units.to_integral_value(ROUND_FLOOR if cell.field.type == "count" else ROUND_CEILING)
        return self._moved_by(cell, whole * self._unit(cell, share), up)

    def _unit(self, cell: Cell, share: Decimal) -> Decimal:
        """The last of so many digits of a change, as a person would type it; a count changes by whole ones."""
        if cell.field.type == "count":
            return Decimal(1)
        return Decimal(1).scaleb((abs(Decimal(cell.value)) * max(share, LEAST)).adjusted() - DIGITS + 1)

    def _moved_by(self, cell: Cell, change: Decimal, up: bool) -> Decimal:
        """An amount moved away from zero or towards it; a percentage goes up to 100 %."""
        value = Decimal(cell.value)
        to = value + change if up == (value > 0) else value - change
        return min(to, Decimal(1)) if cell.field.type == "percent" and value <= 1 else to


def _size(turning: Turning) -> Decimal:
    return turning.relative
