"""The results workbook's evidence: a sheet for every table and ledger that the departments handed in.

Each row shows what stands in the department's own row, the points it earns in every leaf as live formulas, the reason the
scoring core gave, and where it came from. Scores add these points up by chain.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from chainscore.intake.tables import PLACE, ROW, SOUND, Record, SheetTables, Tables, records
from chainscore.method.rule.judging import Moment
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.results import formulas
from chainscore.results.columns import Columns, group_of, leaves_of, source_of
from chainscore.results.evidence_rows import SOURCE_KEYS, EvidenceRows, Form, Found, Line, source_column
from chainscore.results.excel.book import Book
from chainscore.results.excel.link import Link
from chainscore.results.excel.page import SMALL, SMALL_ON_PAPER, Column, readable
from chainscore.results.excel.style import Looks
from chainscore.results.rules import Rules
from chainscore.scoring.evidence import Evidence
from chainscore.scoring.scorecard import Scorecard
from chainscore.words.bilingual import clauses, named, several
from chainscore.words.texts import Why, because, formula

MOST_ROWS = 5_000
"""A ledger of more rows is shown as sums for each chain: formulas over more would keep an office program busy for minutes."""

ByRow = Mapping[tuple[str, str, int], Found]
"""(file, worksheet, row) → leaf → the evidence that was made of it."""


class EvidenceSheet:
    """One table or ledger of a department."""

    def __init__(self, workbook: EvidenceWorkbook, form: Form, tables: SheetTables) -> None:
        self.workbook = workbook
        self.form = form
        self.tables = tables
        self._signed = {(each.file, each.sheet): (each.signer, each.signed_on) for each in reversed(tables.submissions)}
        rows = [] if form.summarised else records(tables.table if form.ledger is None else tables.ledger)
        lines = self._lines(rows)
        self.told, note = self._sources(lines)
        own = [*self._with_room(rows), *(source_column(form, key) for key in self.told)]
        fit = readable(own, SMALL, SMALL_ON_PAPER)
        self.page = workbook.file.page(
            form.name, own, fit.size, least=17, frozen=2, above=len(form.wholes), note=note, kind="evidence", across=fit.across
        )  # fmt: skip
        self.wholes = {label: value.value for label, value in tables.cells.items()}
        self.rows = EvidenceRows(form, lines, self.page.header + 1, self.page.header + 1, workbook.scorecard.now)

    def _with_room(self, rows: Sequence[Record]) -> Iterator[Column]:
        """The columns, each with what its longest number takes; what is worked out is taken to be as long as what is read."""
        longest = {label: max((_length(row[label]) for row in rows), default=0) for label in self.form.labels}
        if self.form.labels:  # the figures above the rows stand in the second column
            wholes = (self.tables.cells.get(cell.label) for cell in self.form.wholes)
            longest[self.form.labels[0]] = max(
                longest[self.form.labels[0]], *(_length(each and each.value) for each in wholes), 0
            )
        most = max(longest.values(), default=0)
        for index, column in enumerate(self.form.columns):
            if column.style in ("value", "ratio"):
                label = self.form.labels[index - 1] if 0 < index <= len(self.form.labels) else ""
                yield replace(column, longest=longest.get(label, most))
            else:
                yield column

    def _sources(self, lines: Sequence[Line]) -> tuple[list[str], str]:
        """Which columns say where the rows came from, and what is the same of all of them, in words."""
        if self.form.summarised:
            return [], self.form.say("summarised", rows=self.workbook.rows, most=MOST_ROWS)
        all_sources = [self._source(line.record) for line in lines if line.record is not None]
        alike = {key for key in SOURCE_KEYS if key != "cell" and len({source[key] for source in all_sources}) == 1}
        same = [(key, all_sources[0][key]) for key in SOURCE_KEYS if key in alike]
        language = self.workbook.book.language
        words = [named(self.form.say(f"source_{key}"), value, language) for key, value in same if value is not None]
        return [key for key in SOURCE_KEYS if key not in alike and all_sources], several(words, language)

    def _lines(self, rows: Sequence[Record]) -> list[Line]:
        """By chain, in each as handed in; of a table one for every chain."""
        own: dict[str, list[Record]] = {chain.id: [] for chain in self.workbook.book.chains}
        if self.form.summarised:
            return [Line(chain, None, {}, sound=False) for chain in own]
        for row in rows:
            if (chain := row[self.form.chain_label]) in own:
                own[chain].append(row)
        return [
            Line(chain, row, self._found(row), row is not None and (self.form.ledger is None or bool(row[SOUND])))
            for chain, its in own.items()
            for row in (its if self.form.ledger is not None else [next(iter(its), None)])
        ]

    def _found(self, row: Record | None) -> Found:
        if row is None:
            return {}
        place = self.tables.places[row[PLACE]]
        return self.workbook.found.get((place.file, place.sheet, row[ROW]), {})

    def sum_of(self, leaf: str, chain: str) -> str:
        """A leaf's points of the chain that the criterion ``chain`` names."""
        points, chains = (self.rows.range(column, elsewhere=True) for column in (self.form.points[leaf], 1))
        return formulas.sum_of_object(points, chains, chain)

    # ------------------------------------------------ writing

    def write(self, rules: Rules) -> None:
        """All rows, and for a table the figures above them that hold for all, and what is worked out of them below."""
        if self.form.summarised:
            self._write_summary()
            return
        self._write_wholes()
        if self.rows.lines:
            self._write_lines(rules)
        else:
            self.page.row(self.page.first, [self.form.say("none"), *[""] * (len(self.page.columns) - 1)])
        if self.form.ledger is not None and self.rows.lines:
            self.page.filter(self.rows.last - 1)
        self.workbook.file.mark(self.page, self.rows.last)

    def _write_wholes(self) -> None:
        for row, cell in enumerate(self.form.wholes, self.page.header - len(self.form.wholes)):
            value = self.tables.cells.get(cell.label)
            self.page.sheet.set_row(row, 30)
            self.page.cell(row, 0, cell.label, "name", "sum")
            self.page.cell(row, 1, value.value if value is not None else None, "amount")
            self.page.cell(row, 2, value.sheet if value is not None else "", "text")
            if value is not None:
                self.page.link(row, 3, Link(value.file, value.sheet, value.cell), "link")
            else:
                self.page.cell(row, 3, None, "link")

    def _write_lines(self, rules: Rules) -> None:
        book, moment = self.workbook.book, Moment(self.workbook.scorecard.now, self.workbook.scorecard.period.elapsed)
        columns = Columns(self.rows, rules, book, moment).cells()
        # A ledger that others' lookups alone are about has no column of points.
        all_computed = zip(*columns, strict=True) if columns else [()] * len(self.rows.lines)
        for line, computed, looks in zip(self.rows.lines, all_computed, self._looks(), strict=True):
            inputs = [line.record[label] if line.record is not None else None for label in self.form.labels]
            values = [
                self.workbook.short[line.chain],
                *inputs,
                *computed,
                self._reasons(line),
                *(self._source(line.record)[key] for key in self.told),
            ]
            self.page.row(line.number - 1, values, looks)

    def _looks(self) -> list[Looks]:
        """The first row of each chain and rows that earn nothing stand out."""
        if self.form.ledger is None:
            return [()] * len(self.rows.lines)
        chains = [None, *(line.chain for line in self.rows.lines)]
        idle = [not any(each.points for found in line.found.values() for each in found) for line in self.rows.lines]
        return [
            (*(("first",) if before != line.chain else ()), *(("idle",) if is_idle else ()))
            for before, line, is_idle in zip(chains, self.rows.lines, idle, strict=False)
        ]

    def _source(self, record: Record | None) -> Mapping[str, Any]:
        """Where a row came from, by the keys of SOURCE."""
        if record is None:
            return dict.fromkeys(SOURCE_KEYS)
        place = self.tables.places[record[PLACE]]
        name = self.form.ledger.name if self.form.ledger is not None else self.form.chain_label
        cell = place.cell(name, record[ROW]) or f"A{record[ROW]}"
        signed = self._signed.get((place.file, place.sheet), (None, None))
        values = (place.file, place.sheet, Link(place.file, place.sheet, cell), self.form.sheet.name, *signed)
        return dict(zip(SOURCE_KEYS, values, strict=True))

    def _reasons(self, line: Line) -> str:
        own = [(leaf, found) for leaf, found in line.found.items() if found]
        language = self.workbook.book.language
        told = []
        for leaf, found in own:
            telling = [each for each in found if each.points] or found[:1]
            reasons = clauses([self.workbook.because(each.why) for each in telling], language)
            told.append(f"{leaf} {reasons}" if len(own) > 1 else reasons)
        return several(told, language)

    def _write_summary(self) -> None:
        for line in self.rows.lines:
            values: list[Any] = [self.workbook.short[line.chain]]
            for leaf in self.form.leaves:
                values += self.workbook.tally(line.chain, leaf.id, self.tables)
            self.page.row(line.number - 1, values)
        self.workbook.file.mark(self.page, self.rows.last)


class EvidenceWorkbook:
    """All evidence sheets of one scorecard."""

    def __init__(self, book: Rulebook, scorecard: Scorecard, tables: Tables, file: Book) -> None:
        self.book = book
        self.file = file
        self.scorecard = scorecard
        self.rows = sum(len(each.ledger) for each in tables.sheets.values())
        """How many the ledgers have."""
        self.short = {chain.id: chain.short_name for chain in book.chains}
        self._reasons: dict[int, str] = {}
        """Reasons by identity → their text."""
        summarised = self.rows > MOST_ROWS
        self.formulas = {
            (chain.chain, leaf): formula(result.formula, book.language)
            for chain in scorecard.chains
            for leaf, result in chain.leaves.items()
        }
        """(chain, leaf) → how its score came about."""
        self.found: ByRow = {} if summarised else _by_row(scorecard)
        self.sheets = [EvidenceSheet(self, form, tables.sheets[form.sheet.name]) for form in forms_of(book, summarised)]
        ledgers = {sheet.form.sheet.name: sheet.rows for sheet in self.sheets if sheet.form.ledger is not None}
        headers = {sheet.form.name: sheet.page.header + 1 for sheet in self.sheets}
        numbers: dict[tuple[str, str], int] = {}
        for sheet in self.sheets:
            sheet.rows.others, sheet.rows.numbers, sheet.rows.wholes = ledgers, numbers, sheet.wholes
            sheet.rows.whole_header = headers[sheet.form.whole_name]

    def write(self, rules: Rules) -> None:
        for sheet in self.sheets:
            sheet.write(rules)

    def sums_of(self, leaf: Leaf, chain: str) -> list[str]:
        """The points of a leaf on all sheets that it is scored from, of the object that the criterion ``chain`` names."""
        return [each.sum_of(leaf.id, chain) for each in self.sheets if leaf.id in each.form.points]

    @property
    def by_source(self) -> dict[tuple[str, str], EvidenceRows]:
        """(department, table or ledger) → its rows."""
        return {(each.form.sheet.name, "table" if each.form.ledger is None else "ledger"): each.rows for each in self.sheets}

    def because(self, whys: tuple[Why, ...]) -> str:
        """The reasons beside a piece of evidence; rows that are alike share them."""
        if id(whys) not in self._reasons:
            self._reasons[id(whys)] = because(whys, self.book.language)
        return self._reasons[id(whys)]

    def tally(self, chain: str, leaf: str, tables: SheetTables) -> tuple[int, int, Fraction]:
        """How many rows of one department's sheet were looked at for a leaf, how many of them counted, and their points."""
        assert self.scorecard.evidence is not None
        return self.scorecard.evidence.tally(leaf, chain, tables)


def forms_of(book: Rulebook, summarised: bool) -> list[Form]:
    """Those of all evidence sheets, in the order they stand in."""
    forms = []
    for sheet in book.sheets:
        for grid, is_ledger in ((sheet.table, False), (sheet.ledger, True)):
            if grid is not None:
                source = source_of(sheet.name, is_ledger)
                titles, group = leaves_of(book, source), group_of(book, source)
                forms.append(Form(book, sheet, grid, titles, group, summarised))
    return forms


def _by_row(scorecard: Scorecard) -> dict[tuple[str, str, int], dict[str, list[Evidence]]]:
    found: dict[tuple[str, str, int], dict[str, list[Evidence]]] = {}
    for chain in scorecard.chains:
        for leaf, result in chain.leaves.items():
            for each in result.evidence:
                if each.row is not None:
                    found.setdefault((each.file, each.sheet, each.row), {}).setdefault(leaf, []).append(each)
    return found


def _length(value: Any) -> int:
    """Characters that a number or a day takes in a cell, and one beside them; nothing of text, which wraps."""
    if isinstance(value, datetime.date):
        return len(value.isoformat()) + 1
    if not isinstance(value, Decimal):
        return 0
    return len(f"{value:,.6f}".rstrip("0").rstrip(".")) + 1
