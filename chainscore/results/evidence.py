"""The results workbook's evidence: a sheet for every table and ledger that the departments handed in.

Each row shows what stands in the department's own row, the points it earns in every leaf as live formulas, the reason the
scoring core gave, and where it came from. Scores add these points up by chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec

from chainscore.intake.tables import PLACE, ROW, SOUND, Record, SheetTables, Tables, records
from chainscore.method.rulebook import (
    CertifiedTiersRule,
    CountRule,
    DeductionRule,
    EfficacyRule,
    Grid,
    InputField,
    Leaf,
    Ledger,
    Rulebook,
    Sheet,
)
from chainscore.results import formulas
from chainscore.results.columns import GROUP, columns_of, rate_title, titles_of
from chainscore.results.layouts import MOST_LAYOUTS
from chainscore.results.pages import SMALL, Column, Page, Pages, sheet_name
from chainscore.results.quick_worksheet import OWN_ROW, Formula, Link
from chainscore.results.rules import Rules
from chainscore.scoring.kinds import ZERO, Judged
from chainscore.scoring.scorecard import Evidence, Scorecard
from chainscore.words.folding import fold
from chainscore.words.references import column_letters
from chainscore.words.texts import Why, because, formula

MOST_ROWS = 5_000
"""A ledger of more rows is shown as sums for each chain: formulas over more would keep an office program busy for minutes."""
PREFIX = "依据·"
TABLE = "（表）"
REASON = "理由（出表时）"
SOURCE = [
    Column("文件", 14), Column("工作表", 12), Column("单元格", 8, "link"), Column("填报单位", 12),
    Column("填报人", 9, "centre"), Column("填报日期", 11, "date"),
]  # fmt: skip
LINKED = 2
"""Which column of SOURCE leads to the row; it and those before it make up the link."""
WIDTHS = {"chain": 12.0, "text": 24.0, "choice": 14.0, "amount": 13.0, "count": 10.0, "date": 11.0}
NAME_WIDTH = 24.0
COMPUTED = ("computed",)
LEDGER_LOOKS = ((), ("first",), ("idle",), ("first", "idle"))
"""The first row of each chain and rows that earn nothing stand out."""

Found = Mapping[str, Sequence[Evidence]]
"""Leaf → the evidence that the scoring core made of a row."""


class Line(msgspec.Struct):
    """One row of evidence."""

    chain: str
    record: Record | None
    """None where a chain has no row in its table."""
    found: Found
    sound: bool
    """There is a row, and no error stands in it."""
    number: int = 0
    """The worksheet's row in the results workbook, from 1."""


class Form:
    """What an evidence sheet is in all workbooks: its leaves, its inputs and its columns."""

    def __init__(self, book: Rulebook, sheet: Sheet, grid: Grid, summarised: bool) -> None:
        self.sheet = sheet
        self.ledger = grid if isinstance(grid, Ledger) else None
        self.summarised = summarised and self.ledger is not None
        self.name = sheet_name(PREFIX, sheet.name, TABLE if self.ledger is None else "")
        self.leaves = [leaf for leaf in book.leaves if sheet.name in _scored_from(leaf, self.ledger is not None)]
        self.chain_label = book.words.chain
        self.inputs: list[InputField] = [column for column in grid.columns if not column.informative]
        self.inputs_at = {column.label: index for index, column in enumerate(self.inputs, 1)}
        self.labels = [column.label for column in self.inputs[1:]]
        """All inputs' but the chain's, which is the first."""
        self.wholes = list(sheet.cells) if self.ledger is None else []
        self.certified = [
            (leaf, leaf.rule)
            for leaf in book.leaves
            if isinstance(leaf.rule, CertifiedTiersRule) and leaf.rule.certified.sheet == sheet.name
        ]
        """The leaves for which it certifies figures of another department's events."""
        self.points: dict[str, int] = {}
        """Leaf → its column of points, from 1."""
        self.helpers: dict[tuple[str, str], int] = {}
        """(leaf, title) → a column that its points rest on."""
        self.columns: list[Column] = []
        self.groups = self.ledger is not None and any(
            isinstance(leaf.rule, CountRule) and leaf.rule.once for leaf in self.leaves
        )
        """Its events are counted once for each name."""
        if self.summarised:
            self._summary_columns()
        else:
            self._detail_columns()

    def _detail_columns(self) -> None:
        for each in self.inputs:
            style = {"text": "text", "chain": "text", "choice": "centre"}.get(each.type, "value")
            width = NAME_WIDTH if self.ledger is not None and each.label == self.ledger.name else WIDTHS[each.type]
            self.columns.append(Column(each.label.replace("（", "\n（"), width, style))
        if self.groups:
            self.columns.append(Column(GROUP, 8, "centre", COMPUTED))
            self.helpers["", GROUP] = len(self.columns)
        for leaf in self.leaves:
            for title, style in titles_of(leaf):
                self.columns.append(Column(f"{leaf.id}\n{title}", 10.5, style, COMPUTED))
                self.helpers[leaf.id, title] = len(self.columns)
            self.points[leaf.id] = len(self.columns)
        self.columns += [Column(REASON, 38), *SOURCE]

    def _summary_columns(self) -> None:
        self.columns = [Column(self.chain_label, 20)]
        for leaf in self.leaves:
            self.columns += [
                Column(f"{leaf.id}\n行数", 12, "whole"), Column(f"{leaf.id}\n计入行数", 12, "whole"),
                Column(f"{leaf.id}\n分值", 14, "points"),
            ]  # fmt: skip
            self.points[leaf.id] = len(self.columns)

    def open(self, pages: Pages, rows: int) -> None:
        """Make the sheet, of one of so many rows of ledgers."""
        note = f"台账共{rows}行，超过{MOST_ROWS}行，此处按产业链汇总。" if self.summarised else ""
        looks = LEDGER_LOOKS if self.ledger is not None and not self.summarised else ((),)
        pages.page(self.name, self.columns, SMALL, least=17, frozen=2, above=len(self.wholes), note=note, looks=looks)


@lru_cache(maxsize=MOST_LAYOUTS)
def forms_of(book: Rulebook, summarised: bool) -> list[Form]:
    """Those of all evidence sheets, in the order they stand in."""
    return [
        Form(book, sheet, grid, summarised) for sheet in book.sheets for grid in (sheet.table, sheet.ledger) if grid is not None
    ]


class EvidenceSheet:
    """One table or ledger of a department."""

    def __init__(self, workbook: EvidenceWorkbook, form: Form, tables: SheetTables, page: Page) -> None:
        self.workbook = workbook
        self.form = form
        self.tables = tables
        self.page = page
        rows = [] if form.summarised else records(tables.table if form.ledger is None else tables.ledger)
        self.lines = self._lines(rows)
        groups = [workbook.group_of(self)] if form.groups else []
        self.computed = [*groups, *(column for leaf in form.leaves for column in columns_of(leaf, self))]
        """For each column of formulas what stands in the rows."""
        self._signed = {(each.file, each.sheet): (each.signer, each.signed_on) for each in reversed(tables.submissions)}
        self.first = page.first + 1
        self.last = self.first + max(len(self.lines), 1) - 1
        """The rows of data, from 1."""
        for number, line in enumerate(self.lines, self.first):
            line.number = number

    def _lines(self, rows: Sequence[Record]) -> list[Line]:
        """By chain, in each as handed in; of a table one for every chain."""
        own: dict[str, list[Record]] = {chain.id: [] for chain in self.workbook.rules.book.chains}
        if self.form.summarised:
            return [Line(chain, None, {}, sound=False) for chain in own]
        for row in rows:
            if (chain := row[self.form.chain_label]) in own:
                own[chain].append(row)
        return [
            Line(chain, row, self._found(row), row is not None and bool(row[SOUND]))
            for chain, its in own.items()
            for row in (its if self.form.ledger is not None else [next(iter(its), None)])
        ]

    def _found(self, row: Record | None) -> Found:
        if row is None:
            return {}
        place = self.tables.places[row[PLACE]]
        return self.workbook.found.get((place.file, place.sheet, row[ROW]), {})

    # ------------------------------------------------ places; those in each line's own row have OWN_ROW for its number

    def cell(self, label: str) -> str:
        """The cell of an input, in each row."""
        return f"{column_letters(self.form.inputs_at[label])}{OWN_ROW}"

    def helper(self, leaf: str, title: str) -> str:
        """The cell of a column that a leaf's points rest on, in each row."""
        return f"{column_letters(self.form.helpers[leaf, title])}{OWN_ROW}"

    def column_of(self, label: str) -> int:
        return self.form.inputs_at[label]

    def whole(self, label: str) -> str:
        """The cell of a citywide figure."""
        row = self.page.header - len(self.form.wholes) + [cell.label for cell in self.form.wholes].index(label) + 1
        return f"$B${row}"

    def range(self, column: int, elsewhere: bool = False) -> str:
        """All cells of a column; named with its sheet for use on another."""
        letters = column_letters(column)
        sheet = f"'{self.form.name}'!" if elsewhere else ""
        return f"{sheet}${letters}${self.first}:${letters}${self.last}"

    def range_so_far(self, column: int) -> str:
        """A column's cells down to each row."""
        letters = column_letters(column)
        return f"${letters}${self.first}:${letters}{OWN_ROW}"

    def sum_of(self, leaf: str, chain: str) -> str:
        """A leaf's points of the chain that the cell ``chain`` names."""
        return formulas.sum_of_chain(self.range(self.form.points[leaf], elsewhere=True), self.range(1, elsewhere=True), chain)

    # ------------------------------------------------ writing

    def write(self, pages: Pages) -> None:
        """All rows, and for a table the citywide figures above them and the extremes below."""
        if self.form.summarised:
            self._write_summary(pages)
            return
        for index, cell in enumerate(self.form.wholes):
            value = self.tables.cells.get(cell.label)
            row = self.page.header - len(self.form.wholes) + index
            looks = [("name", "sum"), ("amount",), ("text",), ("link",)]
            known = (value.value, value.sheet, value.cell) if value is not None else (None, "", None)
            self.page.sheet.set_row(row, 30)
            for column, (each, style) in enumerate(zip((cell.label, *known), looks, strict=True)):
                pages.cell(self.page, row, column, each, style)
            if value is not None:
                self.page.sheet.link(row, 3, Link(value.file, value.sheet, value.cell))
        if self.lines:
            self._write_lines(pages)
        else:
            pages.row(self.page, self.page.first, ["（无）", *[""] * (len(self.form.columns) - 1)])
        self._write_extremes(pages, [leaf for leaf in self.form.leaves if isinstance(leaf.rule, EfficacyRule)])
        last = self.page.first + max(len(self.lines), 1)
        if self.form.ledger is not None and self.lines:
            self.page.sheet.autofilter(self.page.header, 0, last - 1, len(self.form.columns) - 1)
        pages.mark(self.page.sheet, last, len(self.form.columns))

    def _write_lines(self, pages: Pages) -> None:
        records = [line.record for line in self.lines]
        blank = dict.fromkeys(self.form.labels)
        known = [record or blank for record in records]
        sources = [self._source(record) if record is not None else (None,) * len(SOURCE) for record in records]
        columns: list[Sequence[Any]] = [
            [self.workbook.short[line.chain] for line in self.lines],
            *(list(map(itemgetter(label), known)) for label in self.form.labels),
            *(column(self.lines) for column in self.computed),
            [self._reasons(line) for line in self.lines],
            *zip(*sources, strict=True),
        ]
        pages.rows(self.page, columns, self._looks())
        at = len(columns) - len(SOURCE) + LINKED
        for line, source in zip(self.lines, sources, strict=True):
            if line.record is not None:
                self.page.sheet.link(line.number - 1, at, Link(*source[: LINKED + 1]))

    def _looks(self) -> list[tuple[str, ...]]:
        if self.form.ledger is None:
            return [()] * len(self.lines)
        chains = [None, *(line.chain for line in self.lines)]
        idle = [not any(each.points for found in line.found.values() for each in found) for line in self.lines]
        return [
            (*(("first",) if before != line.chain else ()), *(("idle",) if is_idle else ()))
            for before, line, is_idle in zip(chains, self.lines, idle, strict=False)
        ]

    def _source(self, record: Record) -> tuple[Any, ...]:
        """What stands in the columns of SOURCE."""
        place = self.tables.places[record[PLACE]]
        name = self.form.ledger.name if self.form.ledger is not None else self.form.chain_label
        cell = place.cell(name, record[ROW]) or f"A{record[ROW]}"
        signed = self._signed.get((place.file, place.sheet), (None, None))
        return place.file, place.sheet, cell, self.form.sheet.name, *signed

    # ------------------------------------------------ what the core made of a row

    def evidence(self, leaf: Leaf, line: Line) -> Sequence[Evidence]:
        return line.found.get(leaf.id, ())

    def points_of(self, leaf: Leaf, line: Line) -> Fraction:
        found = line.found.get(leaf.id)
        if not found:
            return ZERO
        return found[0].points if len(found) == 1 else sum((each.points for each in found), ZERO)

    def _reasons(self, line: Line) -> str:
        own = [(leaf.id, found) for leaf in self.form.leaves if (found := line.found.get(leaf.id))]
        told = []
        for leaf, found in own:
            telling = [each for each in found if each.points] or found[:1]
            reasons = "，".join([self.workbook.because(each.why) for each in telling])
            told.append(f"{leaf} {reasons}" if len(own) > 1 else reasons)
        return "；".join([*told, *self._remarks(line)])

    def _remarks(self, line: Line) -> Iterator[str]:
        """Which leaf uses a figure that earns nothing in its own row, or why nothing uses it."""
        if line.record is None or self.form.ledger is None:
            return
        for leaf, rule in self.form.certified:
            if line.record[self.form.ledger.category or ""] == rule.certified.category:
                own = self.evidence(leaf, line)
                yield self.workbook.because(own[0].why) if own else f"核定数，用于{rule.sheet}的“{rule.category}”（{leaf.id}）"

    # ------------------------------------------------ extremes, summaries

    def _write_extremes(self, pages: Pages, leaves: Sequence[Leaf]) -> None:
        """The smallest and the largest rate of each efficacy leaf, if there is one, below the rows."""
        for title, function, row in (("最小值", min, self.last), ("最大值", max, self.last + 1)) if leaves else ():
            pages.cell(self.page, row, 0, title, ("text", "sum"))
            for leaf in leaves:
                column = self.form.helpers[leaf.id, rate_title(leaf)]
                found = (each.value for line in self.lines for each in self.evidence(leaf, line))
                if rates := [rate for rate in found if type(rate) is Fraction]:
                    value = Formula(f"={function.__name__.upper()}({self.range(column)})", function(rates))
                    pages.cell(self.page, row, column - 1, value, ("ratio", "sum"))

    def extremes(self, leaf: Leaf) -> tuple[str, str]:
        """The cells of the smallest and the largest rate."""
        letters = column_letters(self.form.helpers[leaf.id, rate_title(leaf)])
        return f"{letters}${self.last + 1}", f"{letters}${self.last + 2}"

    def _write_summary(self, pages: Pages) -> None:
        for line in self.lines:
            values: list[Any] = [self.workbook.short[line.chain]]
            for leaf in self.form.leaves:
                values += self.workbook.tally(line.chain, leaf.id, self.tables)
            pages.row(self.page, line.number - 1, values)
        pages.mark(self.page.sheet, self.last, len(self.form.columns))


def rows_to_sum_up(tables: Tables) -> int:
    """How many rows the ledgers have, where those are too many to show each; else none."""
    rows = sum(len(each.ledger) for each in tables.sheets.values())
    return rows if rows > MOST_ROWS else 0


def _scored_from(leaf: Leaf, ledger: bool) -> Sequence[str]:
    """The departments in whose ledger, or table, a leaf's points stand."""
    if ledger == isinstance(leaf.rule, EfficacyRule | DeductionRule):
        return ()
    return (leaf.rule.sheet,) if isinstance(leaf.rule, CertifiedTiersRule) else leaf.sheets


class EvidenceWorkbook:
    """All evidence sheets of one scorecard."""

    def __init__(self, scorecard: Scorecard, tables: Tables, rules: Rules, pages: Pages) -> None:
        self.scorecard = scorecard
        self.rules = rules
        self.short = {chain.id: chain.short_name for chain in rules.book.chains}
        self._groups: dict[tuple[str, str], int] = {}
        self._reasons: dict[int, str] = {}
        """Reasons by identity → their text."""
        self._certificates: dict[tuple[str, str], dict[tuple[str, str], Line]] = {}
        """(department, category) → (chain, name folded) → the row of its certificate."""
        summarised = rows_to_sum_up(tables) > 0
        self.pieces = _pieces(scorecard, summarised)
        """(chain, leaf) → all evidence of a score; of long ledgers the sums."""
        self.formulas = {
            (chain.chain, leaf): formula(result.formula, "zh")
            for chain in scorecard.chains
            for leaf, result in chain.leaves.items()
        }
        """(chain, leaf) → how its score came about."""
        self.found = _by_row(self.pieces)
        """(file, worksheet, row) → leaf → the evidence that was made of it."""
        self.sheets = [
            EvidenceSheet(self, form, tables.sheets[form.sheet.name], pages.opened[form.name])
            for form in forms_of(rules.book, summarised)
        ]

    def write(self, pages: Pages) -> None:
        for sheet in self.sheets:
            sheet.write(pages)

    def let_go(self) -> None:
        """Of the sheets, when all is written: they and this one would hold each other in memory."""
        for sheet in self.sheets:
            sheet.computed.clear()
        self.sheets.clear()

    def ledger_of(self, department: str) -> EvidenceSheet:
        return next(each for each in self.sheets if each.form.sheet.name == department and each.form.ledger is not None)

    def sums_of(self, leaf: Leaf, chain: str) -> str:
        """The points of a leaf over all sheets that it is scored from."""
        return "+".join(each.sum_of(leaf.id, chain) for each in self.sheets if leaf.id in each.form.points)

    def because(self, whys: tuple[Why, ...]) -> str:
        """The reasons beside a piece of evidence; rows that are alike share them."""
        if id(whys) not in self._reasons:
            self._reasons[id(whys)] = because(whys, "zh")
        return self._reasons[id(whys)]

    def group_of(self, sheet: EvidenceSheet) -> Callable[[Sequence[Line]], Sequence[int]]:
        """A number for each name in a chain, the same wherever it stands."""
        assert sheet.form.ledger is not None
        name = sheet.form.ledger.name

        def number(line: Line) -> int:
            assert line.record is not None
            key = line.chain, fold(str(line.record[name] or ""))
            return self._groups.setdefault(key, len(self._groups) + 1)

        return lambda lines: [number(line) for line in lines]

    def tally(self, chain: str, leaf: str, tables: SheetTables) -> tuple[int, int, Fraction]:
        """How many rows of one department's sheet were looked at for a leaf, how many of them counted, and their points."""
        own = next(each for each in self.scorecard.chains if each.chain == chain).leaves[leaf].evidence
        if isinstance(own, Judged):  # by what is alike, for there are too many rows to look at each
            judged = [(counted, points, times) for (points, counted), times in own.part(tables).tally().items()]
        else:
            places = {(place.file, place.sheet) for place in tables.places}
            judged = [(each.counted, each.points, 1) for each in own if (each.file, each.sheet) in places]
        points = sum((points * times for _, points, times in judged), Fraction(0))
        return sum(times for _, _, times in judged), sum(times for counted, _, times in judged if counted), points

    def certificate(self, rule: CertifiedTiersRule, chain: str, name: str) -> Line | None:
        """The row of another department's ledger in which an enterprise's output is certified."""
        sheet, category = rule.certified.sheet, rule.certified.category
        if (sheet, category) not in self._certificates:
            other = self.ledger_of(sheet)
            ledger = other.form.ledger
            assert ledger is not None
            self._certificates[sheet, category] = {
                (each.chain, fold(str(each.record[ledger.name] or ""))): each
                for each in other.lines
                if each.record is not None and each.record[ledger.category or ""] == category
            }
        return self._certificates[sheet, category].get((chain, fold(name)))


def _pieces(scorecard: Scorecard, summarised: bool) -> dict[tuple[str, str], list[Evidence]]:
    return {
        (chain.chain, leaf): list(evidence.together() if summarised and isinstance(evidence, Judged) else evidence)
        for chain in scorecard.chains
        for leaf, result in chain.leaves.items()
        for evidence in (result.evidence,)
    }


def _by_row(pieces: Mapping[tuple[str, str], Sequence[Evidence]]) -> dict[tuple[str, str, int], dict[str, list[Evidence]]]:
    found: dict[tuple[str, str, int], dict[str, list[Evidence]]] = {}
    for (_, leaf), evidence in pieces.items():
        for each in evidence:
            if each.row is not None:
                found.setdefault((each.file, each.sheet, each.row), {}).setdefault(leaf, []).append(each)
    return found
