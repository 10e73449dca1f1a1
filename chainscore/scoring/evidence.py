"""The evidence: one table of every judgement, from which all that is scored, shown and compared is taken.

A row is what a leaf makes of one row of an object in a department's table or ledger, or of the object as a whole (no row then).
What it rests on is found through the tables: SOURCE and POSITION say which row, TAKEN which row of a lookup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, overload

import msgspec
import pandas as pd

from chainscore.intake.tables import PLACE, ROW, SheetTables
from chainscore.method.rule.judging import fact
from chainscore.method.rule.points import shown_figure
from chainscore.method.rule.term import Lookup, Rule
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.rows import Known, Rows
from chainscore.words.bilingual import Language, Text, clauses, told
from chainscore.words.texts import Why

LEAF, CHAIN, FILE, SHEET, ROW_NUMBER = "leaf", "chain", "file", "sheet", "row"
LABEL, CATEGORY, MEASURE, VALUE, POINTS, COUNTED, WHY = "label", "category", "measure", "value", "points", "counted", "why"
TERM, SOURCE, POSITION, TAKEN, REMARKS = "term", "source", "position", "taken", "remarks"
COLUMNS = (
    LEAF, CHAIN, TERM, SOURCE, POSITION, TAKEN, FILE, SHEET, ROW_NUMBER, LABEL, CATEGORY, MEASURE, VALUE, POINTS, COUNTED,
    WHY, REMARKS,
)  # fmt: skip
ALL_TERMS = -1
"""The term of evidence that several terms make together of one ledger row."""


class Evidence(msgspec.Struct, frozen=True):
    """One row of the table as it is shown."""

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
    measure: str = ""
    """What the value is: a label, or a measure as the rulebook has it."""
    measured: Text = ""
    """The same as people are told."""
    shown: str = ""
    """The value as people read it, ratios in percent."""


@dataclass(frozen=True)
class EvidenceTable:
    """All evidence of one period: ``frame`` has COLUMNS; points are Fractions, row numbers the worksheets' own."""

    frame: pd.DataFrame = field(repr=False)
    rows: tuple[Rows, ...] = field(repr=False)
    """What SOURCE counts: the tables and ledgers that were judged."""
    book: Rulebook = field(repr=False)

    @cached_property
    def _groups(self) -> Mapping[tuple[str, str], Sequence[int]]:
        groups: dict[tuple[str, str], list[int]] = {}
        for at, key in enumerate(zip(self.frame[LEAF].tolist(), self.frame[CHAIN].tolist(), strict=True)):
            groups.setdefault(key, []).append(at)
        return groups

    @cached_property
    def columns(self) -> Mapping[str, list[Any]]:
        """The frame's columns as lists."""
        return {name: self.frame[name].tolist() for name in COLUMNS}

    def of(self, leaf: str, chain: str) -> EvidenceView:
        """What there is of one leaf of one object, in order."""
        return EvidenceView(self, self._groups.get((leaf, chain), ()))

    def rule(self, at: int) -> Rule:
        return self.book.rule(self.columns[LEAF][at], self.columns[CHAIN][at])

    def piece(self, at: int) -> Evidence:
        """One row of the table as it is shown."""
        columns = self.columns
        cells, facts = (self._cells(at), self._facts(at)) if columns[POSITION][at] >= 0 else ({}, self._come_to(at))
        return Evidence(
            columns[FILE][at], columns[SHEET][at], columns[ROW_NUMBER][at], cells, columns[LABEL][at], columns[VALUE][at],
            columns[POINTS][at], columns[COUNTED][at], columns[WHY][at], columns[CATEGORY][at], facts, columns[MEASURE][at],
            self._measured(at), self._shown(at),
        )  # fmt: skip

    def _shown(self, at: int) -> str:
        value, measure = self.columns[VALUE][at], self.columns[MEASURE][at]
        if not isinstance(value, Fraction):
            return fact(value)
        return shown_figure(value, any(term.as_percent and term.words() == measure for term in self.rule(at).terms))

    def _come_to(self, at: int) -> dict[str, str]:
        """What an object's rows come to together: a fact that stands in no cell."""
        return {told(self._measured(at), self.book.language): self._shown(at)}

    def _measured(self, at: int) -> Text:
        """What the value is, as people are told."""
        measure = self.columns[MEASURE][at]
        return next((term.told for term in self.rule(at).terms if term.measure and term.words() == measure), measure)

    def _facts(self, at: int) -> dict[str, str]:
        """Label → what stands there, of every value that the evidence rests on."""
        rows, position = self.rows[self.columns[SOURCE][at]], self.columns[POSITION][at]
        values: dict[str, Any] = {}
        for label in self._labels[self._looked_by(at)]:
            if label in rows.frame:
                values[label] = rows.column(label)[position]
            elif label in rows.tables.cells:
                values[label] = rows.tables.cells[label].value
        for lookup, other, row in self._taken(at):
            values[taken_label(lookup)] = other.column(lookup.take)[row]
        return {label: fact(value) for label, value in values.items() if value is not None}

    def _cells(self, at: int) -> dict[str, str]:
        """Label → cell of every value that the evidence rests on."""
        rows, position = self.rows[self.columns[SOURCE][at]], self.columns[POSITION][at]
        row = rows.column(ROW)[position]
        beginnings = self._beginnings[*self._looked_by(at), rows.column(PLACE)[position]]
        cells = {label: f"{begin}{row}" if in_row else begin for label, begin, in_row in beginnings}
        for lookup, other, row in self._taken(at):
            if (cell := other.cell(row, lookup.take)) is not None:
                cells[taken_label(lookup)] = cell
        return cells

    def _looked_by(self, at: int) -> tuple[str, str, int, int]:
        """What says at which labels was looked: leaf, object, source and term."""
        columns = self.columns
        return columns[LEAF][at], columns[CHAIN][at], columns[SOURCE][at], columns[TERM][at]

    @cached_property
    def _labels(self) -> Known:
        """The labels that were looked at: those of all rows of a leaf, object, source and term are the same."""

        def labels(key: tuple[str, str, int, int]) -> tuple[str, ...]:
            leaf, chain, at, term = key
            rule, source = self.book.rule(leaf, chain), self.rows[at].source
            own = (label for each in rule.of_source(source) if term in (ALL_TERMS, each.index) for label in each.labels)
            lookups = (each.lookup for each in rule.terms)
            taken = (each.take for each in lookups if each is not None and each.source == source)
            return tuple(dict.fromkeys((*own, *taken)))

        return Known(labels)

    @cached_property
    def _beginnings(self) -> Known:
        """Of rows under one header (label, ``D`` or ``D12``, whether the row's number follows), the name's first."""

        def beginnings(key: tuple[str, str, int, int, int]) -> list[tuple[str, str, bool]]:
            *looked_by, place = key
            rows = self.rows[key[2]]
            letters, wholes = rows.tables.places[place].letters, rows.tables.cells
            named = (rows.ledger.name,) if rows.ledger is not None else ()
            labels = dict.fromkeys((*named, *self._labels[*looked_by]))
            return [
                (label, letters[label], True) if label in rows.frame else (label, wholes[label].cell, False)
                for label in labels
                if (label in letters if label in rows.frame else label in wholes)
            ]

        return Known(beginnings)

    def _taken(self, at: int) -> Iterator[tuple[Lookup, Rows, int]]:
        """The lookups by which other departments' figures were taken, those departments' rows, and which of them they are."""
        if taken := self.columns[TAKEN][at]:
            lookups = self.rule(at).lookups(self.rows[self.columns[SOURCE][at]].source)
            for lookup, row in zip(lookups, taken, strict=True):
                if row >= 0:
                    yield lookup, next(each for each in self.rows if each.source == lookup.source), row

    def cells_in_words(self, at: int, language: Language) -> str:
        """The labels and cells, as ``name B16，amount D16``."""
        if self.columns[POSITION][at] < 0:
            return ""
        return clauses((f"{label} {cell}" for label, cell in self._cells(at).items()), language)

    def tally(self, leaf: str, chain: str, tables: SheetTables) -> tuple[int, int, Fraction]:
        """How many rows of one department were looked at for a leaf, how many of them counted, and their points."""
        own = [
            at
            for at in self._groups.get((leaf, chain), ())
            if self.columns[POSITION][at] >= 0 and self.rows[self.columns[SOURCE][at]].source.sheet == tables.sheet.name
        ]
        points = sum_of([self.columns[POINTS][at] for at in own])
        return len(own), sum(self.columns[COUNTED][at] for at in own), points


class EvidenceView(Sequence[Evidence]):
    """Some rows of the table, each made into Evidence when it is looked at: a long ledger has more than memory should hold."""

    def __init__(self, table: EvidenceTable, rows: Sequence[int]) -> None:
        self.table = table
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Evidence: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Evidence]: ...
    def __getitem__(self, index: int | slice) -> Evidence | Sequence[Evidence]:
        if isinstance(index, slice):
            return EvidenceView(self.table, self.rows[index])
        return self.table.piece(self.rows[index])

    @property
    def points(self) -> list[Fraction]:
        """Those of each, in order."""
        column = self.table.columns[POINTS]
        return [column[at] for at in self.rows]


def taken_label(lookup: Lookup) -> str:
    """Under which label a figure of another department stands beside the evidence."""
    return f"{lookup.source.sheet}!{lookup.take}"


def sum_of(points: Sequence[Fraction]) -> Fraction:
    """The exact sum; each distinct number of points is multiplied once, as fractions take their time."""
    times: dict[tuple[int, int], int] = {}
    for each in points:
        key = each.as_integer_ratio()
        times[key] = times.get(key, 0) + 1
    return sum((Fraction(*key) * number for key, number in times.items()), Fraction(0))
