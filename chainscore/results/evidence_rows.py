"""The rows of an evidence sheet, and where on it everything stands, for the formulas that refer to it.

Rows and columns are counted from 1, as formulas do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from chainscore.intake.tables import Record
from chainscore.method.rulebook import Grid, InputField, Leaf, Ledger, Rulebook, Sheet
from chainscore.results.excel.measure import sheet_name
from chainscore.results.excel.page import Column
from chainscore.scoring.scorecard import Evidence
from chainscore.words.references import column_letters

PREFIX = "依据·"
TABLE = "（表）"
REASON = "理由（出表时）"
SOURCE = [
    Column("文件", 14), Column("工作表", 12), Column("单元格", 8, "link"), Column("填报单位", 12),
    Column("填报人", 9, "centre"), Column("填报日期", 11, "date"),
]  # fmt: skip
WIDTHS = {"chain": 12.0, "text": 24.0, "choice": 14.0, "amount": 13.0, "count": 10.0, "date": 11.0}
NAME_WIDTH = 24.0
COMPUTED = ("computed",)
SUMMARY = (("行数", 12, "whole"), ("计入行数", 12, "whole"), ("分值", 14, "points"))

Found = Mapping[str, Sequence[Evidence]]
"""Leaf → the evidence that the scoring core made of a row."""
Titles = Sequence[tuple[str, str]]
"""(title, style) of each column that a leaf has on a sheet; the last has its points."""


@dataclass
class Line:
    """One row of evidence."""

    chain: str
    record: Record | None
    """None where a chain has no row in its table."""
    found: Found
    sound: bool
    """There is a row, and no error stands in it."""
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
        self.name = sheet_name(PREFIX, sheet.name, TABLE if self.ledger is None else "")
        self.leaves = [leaf for leaf in book.leaves if leaf.id in titles]
        self.chain_label = book.words.chain
        self.inputs: list[InputField] = [column for column in grid.columns if not column.informative]
        self.inputs_at = {column.label: index for index, column in enumerate(self.inputs, 1)}
        self.labels = [column.label for column in self.inputs[1:]]
        """All inputs' but the chain's, which is the first."""
        self.wholes = list(sheet.cells) if self.ledger is None else []
        self.points: dict[str, int] = {}
        """Leaf → its column of points."""
        self.helpers: dict[tuple[str, str], int] = {}
        """(leaf, title) → a column that its points rest on; with no leaf, that of the groups."""
        self.columns: list[Column] = []
        if self.summarised:
            self._add_summary()
        else:
            self._add_details(titles, group)

    def _add_details(self, titles: Mapping[str, Titles], group: str) -> None:
        for each in self.inputs:
            style = {"text": "text", "chain": "text", "choice": "centre"}.get(each.type, "value")
            width = NAME_WIDTH if self.ledger is not None and each.label == self.ledger.name else WIDTHS[each.type]
            self.columns.append(Column(each.label.replace("（", "\n（"), width, style))
        if group:
            self.columns.append(Column(group, 8, "centre", COMPUTED))
            self.helpers["", group] = len(self.columns)
        for leaf, its in titles.items():
            for title, style in its:
                self.columns.append(Column(f"{leaf}\n{title}", 10.5, style, COMPUTED))
                self.helpers[leaf, title] = len(self.columns)
            self.points[leaf] = len(self.columns)
        self.columns += [Column(REASON, 38), *SOURCE]

    def _add_summary(self) -> None:
        self.columns = [Column(self.chain_label, 20)]
        for leaf in self.leaves:
            self.columns += [Column(f"{leaf.id}\n{title}", width, style) for title, width, style in SUMMARY]
            self.points[leaf.id] = len(self.columns)


@dataclass
class EvidenceRows:
    """The rows of one table or ledger in the results workbook."""

    form: Form
    lines: list[Line]
    header: int
    others: Mapping[str, EvidenceRows] = field(default_factory=dict)
    """Department → the rows of its ledger, its own among them."""

    def __post_init__(self) -> None:
        self.first = self.header + 1
        self.last = self.header + max(len(self.lines), 1)
        for number, line in enumerate(self.lines, self.first):
            line.number = number

    def cell(self, label: str, row: int) -> str:
        """The cell of an input."""
        return f"{column_letters(self.form.inputs_at[label])}{row}"

    def helper(self, leaf: str, title: str, row: int) -> str:
        """The cell of a column that a leaf's points rest on."""
        return f"{column_letters(self.form.helpers[leaf, title])}{row}"

    def whole(self, label: str) -> str:
        """The cell of a figure that stands above the rows, for all of them."""
        labels = [cell.label for cell in self.form.wholes]
        return f"$B${self.header - len(labels) + labels.index(label)}"

    def below(self, column: int, row: int) -> str:
        """A cell of the rows that follow the last, from 1."""
        return f"{column_letters(column)}${self.last + row}"

    def range(self, column: int, elsewhere: bool = False) -> str:
        """All cells of a column; named with its sheet for use on another."""
        letters = column_letters(column)
        sheet = f"'{self.form.name}'!" if elsewhere else ""
        return f"{sheet}${letters}${self.first}:${letters}${self.last}"

    def range_so_far(self, column: int, row: int) -> str:
        """A column's cells down to a row."""
        letters = column_letters(column)
        return f"${letters}${self.first}:${letters}{row}"
