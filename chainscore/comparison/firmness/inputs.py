"""The single inputs that a place in the ranking hangs on: the smallest change of one amount, choice or date that turns a pair.

Amounts are searched outwards in steps and then by bisection, whatever the sentence: what is found is proven by scoring again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from chainscore.intake.tables import PLACE, ROW, SOUND, Tables
from chainscore.method.rule.judging import fact
from chainscore.method.rule.term import Source
from chainscore.method.rulebook import Column, InputField, Leaf, Rulebook
from chainscore.scoring.readings import neighbours
from chainscore.scoring.rows import Rows
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.variation import Scores, Variation

MOST = 5
"""Amounts that are told of each pair."""
STEPS = tuple(Decimal(each) for each in ["0.001", "0.004", "0.016", "0.06", "0.2", "0.5", "1", "4", "9"])
"""Relative changes that are tried, from small to large."""
DIGITS = 4
"""Significant digits to which the smallest change is found."""


@dataclass(frozen=True)
class Cell:
    """One input."""

    file: str
    sheet: str
    cell: str
    label: str
    chain: str | None
    source: Source
    position: int | None
    value: Any


@dataclass(frozen=True)
class Turning:
    """A change of one input by which the lower of a pair ranks level with or above the upper."""

    above: str
    below: str
    cell: Cell
    to: Any
    relative: Decimal
    """How much an amount changes, as a share of it; 0 of a choice or date."""


class Turnings:
    """All inputs of one period, tried one by one."""

    def __init__(self, tables: Tables, book: Rulebook, scorecard: Scorecard) -> None:
        self.tables = tables
        self.book = book
        self.scorecard = scorecard
        self.variation = Variation(tables, book)
        self.leaves: dict[str, Scores] = {
            leaf.id: {each.chain: each.leaves[leaf.id].score for each in scorecard.chains} for leaf in book.leaves
        }
        self.pairs = list(neighbours(book, scorecard))
        self._of_label: dict[tuple[Source, str], list[Leaf]] = {}
        self._known: dict[Any, Mapping[str, Decimal] | None] = {}

    def amounts(self) -> list[Turning]:
        """For each pair the amounts whose smallest relative change turns it, smallest first."""
        found: dict[tuple[str, str], list[Turning]] = {pair: [] for pair in self.pairs}
        for cell in self._cells(("amount", "signed", "percent", "count")):
            for pair in self._touched(cell):
                if (turning := self._smallest(cell, *pair)) is not None:
                    found[pair].append(turning)
        return [each for its in found.values() for each in sorted(its, key=lambda each: each.relative)[:MOST]]

    def others(self) -> list[Turning]:
        """For each pair the choices and dates whose change alone turns it."""
        found = []
        for cell in self._cells(("choice", "date")):
            for pair in self._touched(cell):
                for other in self._alternatives(cell):
                    if self._turns(cell, other, *pair):
                        found.append(Turning(*pair, cell, other, Decimal(0)))
                        break
        return found

    # ------------------------------------------------ inputs

    def _cells(self, types: Sequence[str]) -> Iterator[Cell]:
        """Every input of some types that a score rests on."""
        for name, tables in self.tables.sheets.items():
            for field in tables.sheet.cells:
                value = tables.cells.get(field.label)
                if field.type in types and value is not None and value.value is not None:
                    source = Source(name, "table" if tables.sheet.table is not None else "ledger")
                    yield Cell(value.file, value.sheet, value.cell, field.label, None, source, None, value.value)
            for kind in ("table", "ledger"):
                grid = tables.sheet.grid(kind)
                if grid is not None:
                    rows = self.variation.context.rows(Source(name, "table" if kind == "table" else "ledger"))
                    for column in grid.columns:
                        if column.type in types and not column.informative:
                            yield from self._column(rows, column)

    def _column(self, rows: Rows, column: Column) -> Iterator[Cell]:
        if not self.variation.leaves_of(rows.source, column.label):
            return
        for position, value in enumerate(rows.column(column.label)):
            place = rows.tables.places[rows.column(PLACE)[position]]
            cell = place.cell(column.label, rows.column(ROW)[position])
            chain = rows.column(self.book.words.chain)[position]
            if (
                cell is not None
                and chain is not None
                and rows.column(SOUND)[position]
                and (value is not None or column.type == "date")
            ):
                yield Cell(place.file, place.sheet, cell, column.label, chain, rows.source, position, value)

    def _touched(self, cell: Cell) -> list[tuple[str, str]]:
        """The pairs whose order an input can bear on."""
        relative = any(map(self._is_relative, self._leaves_of(cell)))
        return [pair for pair in self.pairs if cell.chain is None or relative or cell.chain in pair]

    def _alternatives(self, cell: Cell) -> list[Any]:
        """What else could stand in a choice or a date."""
        field = self._field(cell)
        if isinstance(field, Column) and field.type == "choice":
            return [value for value in field.values if value != cell.value]
        assert self.tables.now is not None
        optional = isinstance(field, Column) and not field.required
        return [self.tables.now] if cell.value is None and optional else [None] if optional else []

    def _field(self, cell: Cell) -> InputField:
        grid = self.book.sheet(cell.source.sheet).grid(cell.source.grid)
        assert grid is not None
        return grid.column(cell.label)

    # ------------------------------------------------ trying

    def _turns(self, cell: Cell, value: Any, above: str, below: str) -> bool:
        """True where with this value the lower ranks level with or above the upper."""
        key = cell.sheet, cell.cell, value
        if key not in self._known:
            self._known[key] = self._totals(cell, value)
        totals = self._known[key]
        return totals is not None and totals[below] >= totals[above]

    def _totals(self, cell: Cell, value: Any) -> Mapping[str, Decimal] | None:
        """All totals with one other value; None where a score would stay open."""
        rows = {cell.source: self.variation.context.rows(cell.source).changed(cell.label, cell.position, value)}
        leaves = dict(self.leaves)
        for leaf in self._leaves_of(cell):
            chains = None if cell.chain is None or self._is_relative(leaf) else [cell.chain]
            scores = self.variation.leaf(leaf, rows=rows, chains=chains)
            if any(score is None and self.leaves[leaf.id][chain] is not None for chain, score in scores.items()):
                return None
            leaves[leaf.id] = {**self.leaves[leaf.id], **scores}
        return self.variation.totals(leaves)

    def _is_relative(self, leaf: Leaf) -> bool:
        return any(self.book.rules[leaf.id, group].compares for group in self.book.groups)

    def _leaves_of(self, cell: Cell) -> list[Leaf]:
        key = cell.source, cell.label
        if key not in self._of_label:
            self._of_label[key] = self.variation.leaves_of(*key)
        return self._of_label[key]

    def _smallest(self, cell: Cell, above: str, below: str) -> Turning | None:
        """The smallest relative change of an amount, up or down, that turns a pair."""
        tried = [self._outwards(cell, above, below, up) for up in (True, False)] if cell.value else []
        known = [each for each in tried if each is not None]
        return min(known, key=lambda each: each.relative, default=None)

    def _outwards(self, cell: Cell, above: str, below: str, up: bool) -> Turning | None:
        """Steps outwards to the first that turns the pair, then bisection between it and the one before."""
        before = Decimal(0)
        for step in STEPS:
            if not up and step > 1:
                return None
            if self._turns(cell, self._at(cell, step, up), above, below):
                return self._between(cell, above, below, before, step, up)
            before = step
        return None

    def _between(self, cell: Cell, above: str, below: str, low: Decimal, high: Decimal, up: bool) -> Turning:
        while high - low > high * Decimal("0.002") and self._at(cell, low, up) != self._at(cell, high, up):
            middle = (low + high) / 2
            if self._turns(cell, self._at(cell, middle, up), above, below):
                high = middle
            else:
                low = middle
        to = self._at(cell, high, up)
        return Turning(above, below, cell, to, abs(to - cell.value) / abs(cell.value))

    def _at(self, cell: Cell, step: Decimal, up: bool) -> Decimal:
        """An amount changed by a share of it, away from what it was to so many digits as a person would type."""
        value = Decimal(cell.value)
        to = value * (1 + step if up else 1 - step)
        if self._is_count(cell):
            return to.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
        exponent = (abs(value * max(step, Decimal("0.0001")))).adjusted() - DIGITS + 1
        return to.quantize(Decimal(1).scaleb(exponent), ROUND_CEILING if up == (value > 0) else ROUND_FLOOR)

    def _is_count(self, cell: Cell) -> bool:
        if cell.position is None:
            return False
        return self._field(cell).type == "count"


def told_value(value: Any) -> Any:
    """A value for a JSON document: a number as a number, a date as text."""
    if isinstance(value, Decimal | Fraction):
        return float(value)
    return fact(value) if isinstance(value, datetime.date) else value
