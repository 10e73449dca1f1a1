"""The rows of an evidence sheet, and where on it everything stands, for the formulas that refer to it.

Rows and columns are counted from 1, as formulas do.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from chainscore.intake.tables import Record
from chainscore.method.rule.term import Lookup
from chainscore.method.rulebook import Grid, InputField, Leaf, Ledger, Rulebook, Sheet
from chainscore.results.excel.measure import sheet_name
from chainscore.results.excel.page import Column
from chainscore.scoring.scorecard import Evidence
from chainscore.words.folding import fold
from chainscore.words.references import column_letters
from chainscore.words.texts import text

POINTS = "points"
"""The key of the column that has a leaf's points."""
SOURCE = (
    ("file", 14, "text"),
    ("sheet", 12, "text"),
    ("cell", 8, "link"),
    ("unit", 12, "text"),
    ("person", 9, "centre"),
    ("signed_on", 13, "date"),
)
"""(key, width, style) of the columns that say where a row came from."""
SOURCE_KEYS = tuple(key for key, _, _ in SOURCE)
WIDTHS = {"chain": 12.0, "text": 22.0, "choice": 12.0, "count": 9.0, "date": 13.0}
NUMBER_WIDTH = 12.0
COMPUTED_WIDTHS = {"ratio": 13.0, "points": 11.0}
"""Room for 58.3333% and 0.333333 in the larger letters that a wide sheet has."""
NAME_WIDTH = 24.0
COMPUTED = ("computed",)
SUMMARY = (("rows", 12, "whole"), ("counted_rows", 12, "whole"), (POINTS, 14, "points"))

Found = Mapping[str, Sequence[Evidence]]
"""Leaf → the evidence that the scoring core made of a row."""
Titles = Sequence[tuple[str, str, str]]
"""(key, title, style) of each column that a leaf has on a sheet."""


@dataclass
class Line:
    """One row of evidence."""

    chain: str
    record: Record | None
    """None where a chain has no row in its table."""
    found: Found
    sound: bool
    """There is a row, and of a ledger's no error stands in it."""
    number: int = 0
    """The worksheet's row in the results workbook."""

    def evidence(self, leaf: Leaf) -> Sequence[Evidence]:
        return self.found.get(leaf.id, ())

    def points(self, leaf: Leaf) -> Fraction:
        return sum((each.points for each in self.evidence(leaf)), Fraction(0))


class Form:
    """What an evidence sheet consists of: its leaves, its inputs and its columns."""

    def __init__(
        self, book: Rulebook, sheet: Sheet, grid: Grid, titles: Mapping[str, Titles], group: str, summarised: bool
    ) -> None:
        """``titles``: leaf → its columns; ``group`` is the title of a column of numbers of names, "" for none."""
        self.sheet = sheet
        self.ledger = grid if isinstance(grid, Ledger) else None
        self.summarised = summarised and self.ledger is not None
        self.book = book
        self.titles = titles
        self.group = group
        self.name = self._named(self.ledger is None)
        self.leaves = [leaf for leaf in book.leaves if leaf.id in titles]
        self.chain_label = book.words.chain
        self.inputs: list[InputField] = [column for column in grid.columns if not column.informative]
        self.inputs_at = {column.label: index for index, column in enumerate(self.inputs, 1)}
        self.labels = [column.label for column in self.inputs[1:]]
        """All inputs' but the chain's, which is the first."""
        self.wholes = list(sheet.cells) if self.ledger is None or sheet.table is None else []
        self.whole_name = self._named(sheet.table is not None)
        """The name of the sheet above which they stand."""
        self.points: dict[str, int] = {}
        """Leaf → its column of points."""
        self.helpers: dict[tuple[str, str], int] = {}
        """(leaf, title) → a column that its points rest on; with no leaf, that of the groups."""
        self.columns: list[Column] = []
        if self.summarised:
            self._add_summary()
        else:
            self._add_details(titles, group)

    def _named(self, of_table: bool) -> str:
        """The name of the evidence's sheet of the department's table or ledger."""
        names = [each.name for each in self.book.sheets]
        return sheet_name(self.say("prefix"), self.sheet.name, names, self.say("table") if of_table else "")

    def say(self, key: str, **values: object) -> str:
        """A text of the evidence sheets, in the language of the workbooks."""
        return text(f"evidence.{key}", self.book.language, **values)

    def _add_details(self, titles: Mapping[str, Titles], group: str) -> None:
        for each in self.inputs:
            style = {"text": "text", "chain": "text", "choice": "centre", "percent": "ratio"}.get(each.type, "value")
            named = self.ledger is not None and each.label == self.ledger.name
            width = NAME_WIDTH if named else WIDTHS.get(each.type, NUMBER_WIDTH)
            self.columns.append(Column(each.label.replace("（", "\n（"), width, style))
        if group:
            self.columns.append(Column(group, 8, "centre", COMPUTED))
            self.helpers["", group] = len(self.columns)
        for leaf, its in titles.items():
            for key, title, style in its:
                self.columns.append(Column(f"{leaf}\n{title}", COMPUTED_WIDTHS.get(style, 9.5), style, COMPUTED))
                self.helpers[leaf, key] = len(self.columns)
                if key == POINTS:
                    self.points[leaf] = len(self.columns)
        self.columns.append(Column(self.say("reason"), 34))

    def _add_summary(self) -> None:
        self.columns = [Column(self.chain_label, 20)]
        for leaf in self.leaves:
            self.columns += [Column(f"{leaf.id}\n{self.say(title)}", width, style) for title, width, style in SUMMARY]
            if any(key == POINTS for key, _, _ in self.titles[leaf.id]):
                self.points[leaf.id] = len(self.columns)


def source_column(form: Form, key: str) -> Column:
    """The column that says one thing of where a row came from."""
    width, style = next(each[1:] for each in SOURCE if each[0] == key)
    return Column(form.say(f"source_{key}"), width, style)


@dataclass
class EvidenceRows:
    """The rows of one table or ledger in the results workbook."""

    form: Form
    lines: list[Line]
    header: int
    whole_header: int
    """The header's row of the sheet above which the figures for all stand."""
    now: datetime.date
    others: Mapping[str, EvidenceRows] = field(default_factory=dict)
    """Department → the rows of its ledger, its own among them."""
    wholes: Mapping[str, Any] = field(default_factory=dict)
    """Label → the figure that stands above the rows, for all of them."""
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """(object, folded name) → the number of a name, the same on all sheets."""
    looked_up: dict[tuple[Lookup, str], dict[str, int]] = field(default_factory=dict)
    """(lookup, object) → folded name → position, of what lookups take."""

    def __post_init__(self) -> None:
        self.first = self.header + 1
        self.last = self.header + max(len(self.lines), 1)
        for number, line in enumerate(self.lines, self.first):
            line.number = number
        self.of_chain: dict[str, list[Line]] = {}
        for line in self.lines:
            self.of_chain.setdefault(line.chain, []).append(line)

    def cell(self, label: str, row: int) -> str:
        """The cell of an input."""
        return f"{column_letters(self.form.inputs_at[label])}{row}"

    def helper(self, leaf: str, title: str, row: int) -> str:
        """The cell of a column that a leaf's points rest on."""
        return f"{column_letters(self.form.helpers[leaf, title])}{row}"

    def whole(self, label: str, elsewhere: bool = False) -> str:
        """The cell of a figure that stands above the rows, for all of them; named with its sheet for use on another."""
        labels = [cell.label for cell in self.form.sheet.cells]
        sheet = f"'{self.form.whole_name}'!" if elsewhere or self.form.whole_name != self.form.name else ""
        return f"{sheet}$B${self.whole_header - len(labels) + labels.index(label)}"

    def of_object(self, column: int, chain: str, elsewhere: bool = False) -> str:
        """The cells of a column in the rows of one object, which stand together; empty where it has none."""
        its = [line for line in self.of_chain.get(chain, []) if line.record is not None]
        if not its:
            return ""
        letters = column_letters(column)
        sheet = f"'{self.form.name}'!" if elsewhere else ""
        return f"{sheet}${letters}${its[0].number}:${letters}${its[-1].number}"

    def up_to(self, column: int, line: Line) -> tuple[str, str]:
        """The cells of a column in the rows of a row's object: (all, down to the row)."""
        letters, first = column_letters(column), self.of_chain[line.chain][0].number
        return self.of_object(column, line.chain), f"${letters}${first}:${letters}{line.number}"

    def is_first(self, line: Line, key: Callable[[Line], Any]) -> bool:
        """True of the row of an object that has the least key, the first of several; rows without a key do not count."""
        keyed = [(its, each) for each in self.of_chain[line.chain] if (its := key(each)) is not None]
        return bool(keyed) and min(keyed, key=lambda pair: pair[0])[1] is line

    def taken(self, lookup: Lookup, line: Line) -> Line | None:
        """The row of another department's ledger that a lookup takes its figure from."""
        if line.record is None:
            return None
        key = (lookup, line.chain)
        if key not in self.looked_up:
            rows = self.others[lookup.source.sheet].of_chain.get(line.chain, [])
            self.looked_up[key] = {
                fold(str(other.record[lookup.name] or "")): index
                for index, other in enumerate(rows)
                if other.record is not None
                and all(each.holds(other.record.get(each.label), self.now) for each in lookup.conditions)
            }
        at = self.looked_up[key].get(fold(str(line.record[lookup.by] or "")))
        return self.others[lookup.source.sheet].of_chain[line.chain][at] if at is not None else None

    def range(self, column: int, elsewhere: bool = False) -> str:
        """All cells of a column; named with its sheet for use on another."""
        letters = column_letters(column)
        sheet = f"'{self.form.name}'!" if elsewhere else ""
        return f"{sheet}${letters}${self.first}:${letters}${self.last}"

    def range_so_far(self, column: int, row: int) -> str:
        """A column's cells down to a row."""
        letters = column_letters(column)
        return f"${letters}${self.first}:${letters}{row}"
