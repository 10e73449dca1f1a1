"""The results workbook's evidence: a sheet for every table and ledger that the departments handed in.

Each row shows what stands in the department's own row, the points it earns in every leaf as live formulas, the reason the
scoring core gave, and where it came from. Scores add these points up by chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore import results_formulas as formulas
from chainscore import results_rules as rules
from chainscore.folding import fold
from chainscore.kinds import Judged, tier_of
from chainscore.pages import SMALL, Column, Formula, Link, Page, Pages, fitting, sheet_name, write_cell
from chainscore.references import cell_reference, column_letters
from chainscore.results_rules import Rules
from chainscore.rulebook import (
    CertifiedTiersRule,
    CountRule,
    DeductionRule,
    EfficacyRule,
    Grid,
    InputField,
    Leaf,
    Ledger,
    ProgressRule,
    TaskRule,
    TiersRule,
)
from chainscore.scorecard import Evidence, Scorecard
from chainscore.tables import PLACE, ROW, SOUND, Record, SheetTables, Tables, records
from chainscore.texts import because

MOST_ROWS = 5_000
"""A ledger of more rows is shown as sums for each chain: formulas over more would keep an office program busy for minutes."""
PREFIX = "依据·"
TABLE = "（表）"
GROUP = "同名号"
REASON = "理由（出表时）"
SOURCE = [
    Column("文件", 14), Column("工作表", 12), Column("单元格", 8, "link"), Column("填报单位", 12),
    Column("填报人", 9, "centre"), Column("填报日期", 11, "date"),
]  # fmt: skip
WIDTHS = {"chain": 12.0, "text": 24.0, "choice": 14.0, "amount": 13.0, "count": 10.0, "date": 11.0}
COMPUTED = ("computed",)

Found = Mapping[tuple[str, str, str, int], Sequence[Evidence]]
"""(leaf, file, worksheet, row) → the evidence that the scoring core made of it."""


@dataclass(frozen=True)
class Computed:
    """A column of formulas: one for each row, with the value that the core gives it."""

    column: Column
    cell: Callable[[Line], Any]


@dataclass
class Line:
    """One row of evidence."""

    chain: str
    record: Record | None
    """None where a chain has no row in its table."""
    number: int
    """The worksheet's row in the results workbook, from 1."""
    reasons: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.record is not None and bool(self.record[SOUND])


class EvidenceSheet:
    """One table or ledger of a department."""

    def __init__(self, workbook: EvidenceWorkbook, tables: SheetTables, grid: Grid) -> None:
        self.workbook = workbook
        self.tables = tables
        self.grid = grid
        self.is_ledger = isinstance(grid, Ledger)
        self.name = sheet_name(PREFIX, tables.sheet.name, "" if self.is_ledger else TABLE)
        self.leaves = [leaf for leaf in workbook.rules.book.leaves if tables.sheet.name in _scored_from(leaf, self.is_ledger)]
        self.chain_label = workbook.rules.book.words.chain
        frame = tables.ledger if self.is_ledger else tables.table
        self.summarised = self.is_ledger and workbook.summarised
        self.inputs: list[InputField] = [column for column in grid.columns if not column.informative]
        self.wholes = [] if self.is_ledger else list(tables.sheet.cells)
        self.lines = self._lines([] if self.summarised else records(frame))
        self.points: dict[str, int] = {}
        """Leaf → its column of points, from 1."""
        self.helpers: dict[tuple[str, str], int] = {}
        """(leaf, title) → a column that its points rest on."""
        self.columns: list[Column] = []
        self.computed: list[Computed] = []
        self.page: Page

    def _lines(self, rows: Sequence[Record]) -> list[Line]:
        """By chain, in each as handed in; of a table one for every chain."""
        lines = []
        for chain in self.workbook.rules.book.chains:
            own = [row for row in rows if row[self.chain_label] == chain.id]
            chosen: Sequence[Record | None] = own if self.is_ledger else [next(iter(own), None)]
            lines += [Line(chain.id, row, 0) for row in chosen]
        return lines

    # ------------------------------------------------ places

    @property
    def first(self) -> int:
        """The first row of data, from 1."""
        return self.page.first + 1

    @property
    def last(self) -> int:
        return self.first + max(len(self.lines), 1) - 1

    def cell(self, label: str, line: Line) -> str:
        """The cell of an input in a row."""
        return cell_reference(line.number, self.column_of(label))

    def column_of(self, label: str) -> int:
        return next(index for index, column in enumerate(self.inputs, 1) if column.label == label)

    def whole(self, label: str) -> str:
        """The cell of a citywide figure."""
        row = self.page.header - len(self.wholes) + [cell.label for cell in self.wholes].index(label) + 1
        return f"$B${row}"

    def range(self, column: int, until: int | None = None, elsewhere: bool = False) -> str:
        """A column's cells, all or ``until`` a row; named with its sheet for use on another."""
        letters = column_letters(column)
        sheet = f"'{self.name}'!" if elsewhere else ""
        last = f"${self.last}" if until is None else str(until)
        return f"{sheet}${letters}${self.first}:${letters}{last}"

    def sum_of(self, leaf: str, chain: str) -> str:
        """A leaf's points of the chain that the cell ``chain`` names."""
        return formulas.sum_of_chain(self.range(self.points[leaf], elsewhere=True), self.range(1, elsewhere=True), chain)

    # ------------------------------------------------ writing

    def open(self, pages: Pages) -> None:
        """Make the sheet, with the columns it will have."""
        if self.summarised:
            self._summary_columns()
        else:
            self._detail_columns()
        note = f"台账共{self.workbook.rows}行，超过{MOST_ROWS}行，此处按产业链汇总。" if self.summarised else ""
        self.page = pages.page(self.name, self.columns, size=SMALL, least=17, frozen=2, above=len(self.wholes), note=note)
        for number, line in enumerate(self.lines, self.first):
            line.number = number

    def _detail_columns(self) -> None:
        ledger = self.grid if isinstance(self.grid, Ledger) else None
        for each in self.inputs:
            style = {"text": "text", "chain": "text", "choice": "centre"}.get(each.type, "value")
            width = WIDTHS[each.type]
            if ledger is not None and each.label == ledger.name:
                names = (str(line.record[each.label] or "") for line in self.lines if line.record is not None)
                width = fitting(names, 14, 26)
            self.columns.append(Column(each.label.replace("（", "\n（"), width, style))
        if self.is_ledger and any(isinstance(leaf.rule, CountRule) and leaf.rule.once for leaf in self.leaves):
            self._add("", GROUP, Column(GROUP, 8, "centre", COMPUTED), self.workbook.group_of(self))
        for leaf in self.leaves:
            for title, style, cell in columns_of(leaf, self):
                self._add(leaf.id, title, Column(f"{leaf.id}\n{title}", 10.5, style, COMPUTED), cell)
            self.points[leaf.id] = len(self.columns)
        self.columns += [Column(REASON, 38), *SOURCE]

    def _add(self, leaf: str, title: str, column: Column, cell: Callable[[Line], Any]) -> None:
        self.columns.append(column)
        self.computed.append(Computed(column, cell))
        self.helpers[leaf, title] = len(self.columns)

    def helper(self, leaf: str, title: str, line: Line) -> str:
        """The cell of a column that a leaf's points rest on."""
        return cell_reference(line.number, self.helpers[leaf, title])

    def write(self, pages: Pages) -> None:
        """All rows, and for a table the citywide figures above them and the extremes below."""
        if self.summarised:
            self._write_summary(pages)
            return
        for index, cell in enumerate(self.wholes):
            value = self.tables.cells.get(cell.label)
            row = self.page.header - len(self.wholes) + index
            looks = [("name", "sum"), ("amount",), ("text",), ("link",)]
            link = Link(value.file, value.sheet, value.cell) if value is not None else None
            values = [cell.label, value.value if value is not None else None, value.sheet if value is not None else "", link]
            self.page.sheet.set_row(row, 30)
            for column, (each, style) in enumerate(zip(values, looks, strict=True)):
                pages_cell(pages, self.page, row, column, each, style)
        for line in self.lines:
            self._write_line(pages, line)
        if not self.lines:
            self._row(pages, self.page.first, ["（无）", *[""] * (len(self.columns) - 1)])
        for leaf in self.leaves:
            if isinstance(leaf.rule, EfficacyRule):
                self._write_extremes(pages, leaf)
        last = self.page.first + max(len(self.lines), 1)
        if self.is_ledger and self.lines:
            self.page.sheet.autofilter(self.page.header, 0, last - 1, len(self.columns) - 1)
        pages.mark(self.page.sheet, last, len(self.columns))

    def _row(self, pages: Pages, row: int, values: Sequence[Any], looks: tuple[str, ...] = ()) -> None:
        pages.row(self.page, row, values, looks)

    def _write_line(self, pages: Pages, line: Line) -> None:
        record = line.record
        inputs = [record[each.label] if record is not None else None for each in self.inputs[1:]]
        line.reasons = list(self._reasons(line))
        computed = [each.cell(line) for each in self.computed]
        values = [self.workbook.short[line.chain], *inputs, *computed, "；".join(line.reasons), *self._source(line)]
        begins = line is self.lines[0] or self.lines[line.number - self.first - 1].chain != line.chain
        idle = self.is_ledger and not any(self.points_of(leaf, line) for leaf in self.leaves)
        looks = (*(("first",) if begins and self.is_ledger else ()), *(("idle",) if idle else ()))
        self._row(pages, line.number - 1, values, looks)

    def _source(self, line: Line) -> list[Any]:
        if line.record is None:
            return [None] * len(SOURCE)
        place = self.tables.places[line.record[PLACE]]
        name = self.grid.name if isinstance(self.grid, Ledger) else self.chain_label
        cell = place.cell(name, line.record[ROW]) or f"A{line.record[ROW]}"
        signed = next((s for s in self.tables.submissions if (s.file, s.sheet) == (place.file, place.sheet)), None)
        link = Link(place.file, place.sheet, cell)
        signer, day = (signed.signer, signed.signed_on) if signed is not None else (None, None)
        return [place.file, place.sheet, link, self.tables.sheet.name, signer, day]

    # ------------------------------------------------ what the core made of a row

    def evidence(self, leaf: Leaf, line: Line) -> Sequence[Evidence]:
        if line.record is None:
            return ()
        place = self.tables.places[line.record[PLACE]]
        return self.workbook.found.get((leaf.id, place.file, place.sheet, line.record[ROW]), ())

    def points_of(self, leaf: Leaf, line: Line) -> Fraction:
        points = [each.points for each in self.evidence(leaf, line)]
        return sum(points[1:], points[0]) if points else Fraction(0)

    def _reasons(self, line: Line) -> Iterator[str]:
        several = sum(bool(self.evidence(leaf, line)) for leaf in self.leaves) > 1
        for leaf in self.leaves:
            if found := self.evidence(leaf, line):
                telling = [each for each in found if each.points] or found[:1]
                reasons = "，".join(because(each.why, "zh") for each in telling)
                yield f"{leaf.id} {reasons}" if several else reasons
        yield from self.workbook.remarks_on(self, line)

    # ------------------------------------------------ extremes, summaries

    def _write_extremes(self, pages: Pages, leaf: Leaf) -> None:
        column = self.helpers[leaf.id, rate_title(leaf)]
        rates = [rate for line in self.lines for each in self.evidence(leaf, line) if (rate := each.value) is not None]
        for title, function, row in (("最小值", min, self.last), ("最大值", max, self.last + 1)):
            pages_cell(pages, self.page, row, 0, title, ("text", "sum"))
            if rates:
                text = f"={function.__name__.upper()}({self.range(column)})"
                value = Formula(text, function(Fraction(rate) for rate in rates))
                pages_cell(pages, self.page, row, column - 1, value, ("ratio", "sum"))

    def extremes(self, leaf: Leaf) -> tuple[str, str]:
        """The cells of the smallest and the largest rate."""
        letters = column_letters(self.helpers[leaf.id, rate_title(leaf)])
        return f"{letters}${self.last + 1}", f"{letters}${self.last + 2}"

    def _summary_columns(self) -> None:
        self.columns = [Column(self.chain_label, 20)]
        for leaf in self.leaves:
            self.columns += [
                Column(f"{leaf.id}\n行数", 12, "whole"), Column(f"{leaf.id}\n计入行数", 12, "whole"),
                Column(f"{leaf.id}\n分值", 14, "points"),
            ]  # fmt: skip
            self.points[leaf.id] = len(self.columns)
        self.lines = [Line(chain.id, None, 0) for chain in self.workbook.rules.book.chains]

    def _write_summary(self, pages: Pages) -> None:
        for line in self.lines:
            values: list[Any] = [self.workbook.short[line.chain]]
            for leaf in self.leaves:
                values += self.workbook.tally(line.chain, leaf.id, self.tables)
            self._row(pages, line.number - 1, values)
        pages.mark(self.page.sheet, self.last, len(self.columns))


GROWTH, SHARE, EARNED, POINTS = "增速", "占比", "应得", "分值"
QUALIFIES, USED, TIER, RATIO, OUTPUT = "达标", "抵任务", "档位分", "完成比例", "采用产值"


def rate_title(leaf: Leaf) -> str:
    """What an efficacy leaf compares."""
    return GROWTH if isinstance(leaf.rule, EfficacyRule) and leaf.rule.base is not None else SHARE


def pages_cell(pages: Pages, page: Page, row: int, column: int, value: Any, styles: tuple[str, ...]) -> None:
    """One cell outside the rows of a page."""
    write_cell(page.sheet, row, column, value, pages.format(page.size, *styles))


def _scored_from(leaf: Leaf, ledger: bool) -> Sequence[str]:
    """The departments in whose ledger, or table, a leaf's points stand."""
    if ledger == isinstance(leaf.rule, EfficacyRule | DeductionRule):
        return ()
    return (leaf.rule.sheet,) if isinstance(leaf.rule, CertifiedTiersRule) else leaf.sheets


class EvidenceWorkbook:
    """All evidence sheets of one scorecard."""

    def __init__(self, scorecard: Scorecard, tables: Tables, rules: Rules) -> None:
        self.scorecard = scorecard
        self.rules = rules
        self.short = {chain.id: chain.short_name for chain in rules.book.chains}
        self._groups: dict[tuple[str, str], int] = {}
        self.rows = sum(len(each.ledger) for each in tables.sheets.values())
        self.found = _by_row(scorecard, self.summarised)
        self.sheets = [
            EvidenceSheet(self, tables.sheets[sheet.name], grid)
            for sheet in rules.book.sheets
            for grid in (sheet.table, sheet.ledger)
            if grid is not None
        ]

    @property
    def summarised(self) -> bool:
        """True when there are too many rows to show each."""
        return self.rows > MOST_ROWS

    def open(self, pages: Pages) -> None:
        for sheet in self.sheets:
            sheet.open(pages)

    def write(self, pages: Pages) -> None:
        for sheet in self.sheets:
            sheet.write(pages)

    def sheet_of(self, department: str, ledger: bool = True) -> EvidenceSheet:
        return next(each for each in self.sheets if each.tables.sheet.name == department and each.is_ledger == ledger)

    def sums_of(self, leaf: Leaf, chain: str) -> str:
        """The points of a leaf over all sheets that it is scored from."""
        return "+".join(each.sum_of(leaf.id, chain) for each in self.sheets if leaf.id in each.points)

    def group_of(self, sheet: EvidenceSheet) -> Callable[[Line], int | None]:
        """A number for each name in a chain, the same wherever it stands."""
        assert isinstance(sheet.grid, Ledger)
        name = sheet.grid.name

        def number(line: Line) -> int | None:
            assert line.record is not None
            key = line.chain, fold(str(line.record[name] or ""))
            return self._groups.setdefault(key, len(self._groups) + 1)

        return number

    def tally(self, chain: str, leaf: str, tables: SheetTables) -> tuple[int, int, Fraction]:
        """How many rows of one department's sheet were looked at for a leaf, how many of them counted, and their points."""
        own = next(each for each in self.scorecard.chains if each.chain == chain).leaves[leaf].evidence
        if isinstance(own, Judged):  # by what is alike, for there are too many rows to look at each
            judged = [(counted, points, times) for (points, counted), times in own.part(tables).tally.items()]
        else:
            places = {(place.file, place.sheet) for place in tables.places}
            judged = [(each.counted, each.points, 1) for each in own if (each.file, each.sheet) in places]
        points = sum((points * times for _, points, times in judged), Fraction(0))
        return sum(times for _, _, times in judged), sum(times for counted, _, times in judged if counted), points

    def certificate(self, sheet: EvidenceSheet, rule: CertifiedTiersRule, line: Line) -> Line | None:
        """The row of another department's ledger in which the output of this row's enterprise is certified."""
        assert line.record is not None
        ledger = sheet.grid
        other = self.sheet_of(rule.certified.sheet)
        assert isinstance(ledger, Ledger)
        assert isinstance(other.grid, Ledger)
        name = fold(str(line.record[ledger.name] or ""))
        found = [
            each
            for each in other.lines
            if each.chain == line.chain
            and each.record is not None
            and each.record[other.grid.category or ""] == rule.certified.category
            and fold(str(each.record[other.grid.name] or "")) == name
        ]
        return found[-1] if found else None

    def remarks_on(self, sheet: EvidenceSheet, line: Line) -> Iterator[str]:
        """Which leaf uses a figure that earns nothing in its own row, or why nothing uses it."""
        if line.record is None or not isinstance(sheet.grid, Ledger):
            return
        for leaf in self.rules.book.leaves:
            rule = leaf.rule
            if not isinstance(rule, CertifiedTiersRule) or rule.certified.sheet != sheet.tables.sheet.name:
                continue
            if line.record[sheet.grid.category or ""] == rule.certified.category:
                own = sheet.evidence(leaf, line)
                yield because(own[0].why, "zh") if own else f"核定数，用于{rule.sheet}的“{rule.category}”（{leaf.id}）"


def _by_row(scorecard: Scorecard, summarised: bool) -> Found:
    found: dict[tuple[str, str, str, int], list[Evidence]] = {}
    for chain in scorecard.chains:
        for leaf, result in chain.leaves.items():
            for each in () if summarised and isinstance(result.evidence, Judged) else result.evidence:
                if each.row is not None:
                    found.setdefault((leaf, each.file, each.sheet, each.row), []).append(each)
    return found


# ---------------------------------------------------------------- the columns of each kind of rule

Columns = Iterable[tuple[str, str, Callable[[Line], Any]]]
"""(title, style, cell of a row) of each column; the last has the points."""


def columns_of(leaf: Leaf, sheet: EvidenceSheet) -> Columns:
    match leaf.rule:
        case EfficacyRule():
            return _efficacy(leaf, leaf.rule, sheet)
        case TaskRule():
            return _task(leaf, leaf.rule, sheet)
        case TiersRule():
            return _tiers(leaf, leaf.rule, sheet)
        case ProgressRule():
            return _progress(leaf, leaf.rule, sheet)
        case CountRule():
            return _count(leaf, leaf.rule, sheet)
        case CertifiedTiersRule():
            return _certified(leaf, leaf.rule, sheet)
        case DeductionRule():
            return _deduction(leaf, leaf.rule, sheet)


def _points(leaf: Leaf, sheet: EvidenceSheet, text: Callable[[Line], str]) -> Callable[[Line], Any]:
    """Points as a formula; a row with an error, which a draft leaves out, has the plain 0."""

    def cell(line: Line) -> Any:
        return Formula(text(line), sheet.points_of(leaf, line)) if line.sound else Fraction(0)

    return cell


def _efficacy(leaf: Leaf, rule: EfficacyRule, sheet: EvidenceSheet) -> Columns:
    ruled = sheet.workbook.rules

    def rate(line: Line) -> Any:
        found = sheet.evidence(leaf, line)
        if not found:
            return None
        current = sheet.cell(rule.current, line)
        assert found[0].value is not None
        if rule.base is not None:
            return Formula(formulas.growth(current, sheet.cell(rule.base, line)), Fraction(found[0].value))
        return Formula(formulas.share(current, sheet.whole(rule.whole or "")), Fraction(found[0].value))

    def points(line: Line) -> Any:
        if not sheet.evidence(leaf, line):
            return None
        smallest, largest = sheet.extremes(leaf)
        numbers = [ruled.value(leaf, item) for item in (rules.BASE, rules.SPREAD, rules.NO_SPREAD, rules.MARKS)]
        text = formulas.efficacy(sheet.helper(leaf.id, rate_title(leaf), line), smallest, largest, *numbers)
        return Formula(text, sheet.points_of(leaf, line))

    return [(rate_title(leaf), "ratio", rate), (POINTS, "points", points)]


def _task(leaf: Leaf, rule: TaskRule, sheet: EvidenceSheet) -> Columns:
    ruled = sheet.workbook.rules

    def qualifies(line: Line) -> Any:
        return _qualifies(sheet, leaf, line, rule.amount, rule.filed, rule.at_least)

    def points(line: Line) -> str:
        flags, chains = sheet.range(sheet.helpers[leaf.id, QUALIFIES], line.number), sheet.range(1, line.number)
        flag = sheet.helper(leaf.id, QUALIFIES, line)
        return formulas.first_of_chain(flags, flag, chains, f"$A{line.number}", ruled.value(leaf, rules.POINTS))

    return [(QUALIFIES, "whole", qualifies), (POINTS, "points", _points(leaf, sheet, points))]


def _qualifies(sheet: EvidenceSheet, leaf: Leaf, line: Line, amount: str, filed: str, least: Decimal) -> Any:
    if not line.sound or line.record is None:
        return 0
    ruled, now = sheet.workbook.rules, sheet.workbook.scorecard.now
    text = formulas.qualifies(
        sheet.cell(amount, line), sheet.cell(filed, line), ruled.value(leaf, rules.LEAST), ruled.value(None, rules.NOW)
    )
    day = line.record[filed]
    return Formula(text, int(day is not None and day <= now and line.record[amount] >= least))


def _tiers(leaf: Leaf, rule: TiersRule, sheet: EvidenceSheet) -> Columns:
    ruled = sheet.workbook.rules

    def tier(line: Line) -> Any:
        if not line.sound or line.record is None:
            return Fraction(0)
        bounds, points = ruled.keys(leaf, rules.TIER), ruled.values(leaf, rules.TIER)
        reached = tier_of(line.record[rule.amount], rule.tiers)
        text = f"={formulas.tier(sheet.cell(rule.amount, line), bounds, points)}"
        return Formula(text, reached.points if reached is not None else 0)

    def qualifies(line: Line) -> Any:
        return _qualifies(sheet, leaf, line, rule.amount, rule.filed, rule.task_at_least)

    def used(line: Line) -> Any:
        if not line.sound or line.record is None:
            return 0
        dates = sheet.column_of(rule.task_project_signed)
        flags = sheet.helpers[leaf.id, QUALIFIES]
        text = formulas.earliest_of_chain(
            (sheet.range(flags), sheet.range(flags, line.number)), sheet.helper(leaf.id, QUALIFIES, line),
            (sheet.range(1), sheet.range(1, line.number)), f"$A{line.number}",
            (sheet.range(dates), sheet.range(dates, line.number)), sheet.cell(rule.task_project_signed, line),
        )  # fmt: skip
        return Formula(text, int(any(why.key == "task_used" for each in sheet.evidence(leaf, line) for why in each.why)))

    def points(line: Line) -> str:
        return formulas.investment(
            sheet.cell(rule.filed, line), ruled.value(None, rules.NOW), sheet.cell(rule.bonus.column, line),
            sheet.helper(leaf.id, TIER, line), ruled.key(leaf, rules.BONUS, rule.bonus.value),
            ruled.value(leaf, rules.BONUS, rule.bonus.value), ruled.value(leaf, rules.BONUS_BELOW),
            sheet.helper(leaf.id, USED, line) if rule.task_project_signed else None,
        )  # fmt: skip

    task: Columns = [(QUALIFIES, "whole", qualifies), (USED, "whole", used)] if rule.task_project_signed else []
    return [*task, (TIER, "points", tier), (POINTS, "points", _points(leaf, sheet, points))]


def _progress(leaf: Leaf, rule: ProgressRule, sheet: EvidenceSheet) -> Columns:
    ruled = sheet.workbook.rules
    elapsed = sheet.workbook.scorecard.period.elapsed if rule.prorated else Fraction(1)

    def ratio(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        plan, done = line.record[rule.plan], line.record[rule.done]
        text = formulas.completion(sheet.cell(rule.plan, line), sheet.cell(rule.done, line), ruled.value(leaf, rules.ELAPSED))
        known = plan is not None and plan > 0 and done is not None
        return Formula(text, Fraction(done) / (Fraction(plan) * elapsed) if known else Fraction(0))

    def points(line: Line) -> str:
        nature = sheet.cell(rule.nature, line)
        by_plan, by_done = (formulas.looked_up(nature, ruled.block(leaf, item)) for item in (rules.PLAN, rules.COMMISSIONED))
        return formulas.construction(
            sheet.cell(rule.investment, line), ruled.value(leaf, rules.SMALLEST), sheet.cell(rule.commissioned.column, line),
            rule.commissioned.value, sheet.helper(leaf.id, RATIO, line), ruled.value(leaf, rules.THRESHOLD),
            (by_plan, by_done), rule.commissioned_earns_plan,
        )  # fmt: skip

    return [(RATIO, "ratio", ratio), (POINTS, "points", _points(leaf, sheet, points))]


def _count(leaf: Leaf, rule: CountRule, sheet: EvidenceSheet) -> Columns:
    ruled = sheet.workbook.rules
    assert isinstance(sheet.grid, Ledger)
    category = sheet.grid.category or ""
    items = {item.category: item for item in rule.items if item.sheet == sheet.tables.sheet.name}
    bonuses = {item.bonus.column: item.bonus.value for item in items.values() if item.bonus is not None}

    def earned(line: Line) -> str:
        return formulas.looked_up(sheet.cell(category, line), ruled.block(leaf, rules.POINTS))

    def with_bonus(text: str, line: Line) -> str:
        extra = formulas.looked_up(sheet.cell(category, line), ruled.block(leaf, rules.BONUS)) if bonuses else ""
        return text + "".join(f"+{formulas.bonus(sheet.cell(flag, line), yes, extra)}" for flag, yes in bonuses.items())

    def base(line: Line) -> Any:
        if not line.sound or line.record is None:
            return Fraction(0)
        item = items.get(line.record[category])
        return Formula(f"={earned(line)}", item.points if item is not None else 0)

    def points(line: Line) -> str:
        if not rule.once:
            return f"={with_bonus(earned(line), line)}"
        own = sheet.helper(leaf.id, EARNED, line)
        group = cell_reference(line.number, sheet.helpers["", GROUP])
        return with_bonus(formulas.once(own, list(_better(leaf, rule, sheet, line, own, group))), line)

    first: Columns = [(EARNED, "points", base)] if rule.once else []
    return [*first, (POINTS, "points", _points(leaf, sheet, points))]


def _better(leaf: Leaf, rule: CountRule, sheet: EvidenceSheet, line: Line, own: str, group: str) -> Iterator[str]:
    """Counts of the events of the same name that are counted rather than this one: better ones, and equal ones before it."""
    before = True
    for name in dict.fromkeys(item.sheet for item in rule.items):
        other = sheet.workbook.sheet_of(name)
        elsewhere = other is not sheet
        columns = other.helpers["", GROUP], other.helpers[leaf.id, EARNED]
        groups, points = (other.range(column, elsewhere=elsewhere) for column in columns)
        if elsewhere:
            yield (formulas.at_least if before else formulas.more)(groups, group, points, own)
            continue
        before = False
        yield formulas.more(groups, group, points, own)
        so_far = [sheet.range(column, line.number) for column in columns]
        yield formulas.same_before(so_far[0], group, so_far[1], own)


def _certified(leaf: Leaf, rule: CertifiedTiersRule, sheet: EvidenceSheet) -> Columns:
    ruled, workbook = sheet.workbook.rules, sheet.workbook
    assert isinstance(sheet.grid, Ledger)
    category = sheet.grid.category or ""

    def output(line: Line) -> Any:
        found = sheet.evidence(leaf, line)
        if not found or not line.sound or found[0].value is None:
            return None
        certificate = workbook.certificate(sheet, rule, line)
        if certificate is None:
            return Formula(f"={sheet.cell(rule.amount, line)}", Fraction(found[0].value))
        other = workbook.sheet_of(rule.certified.sheet)
        return Formula(f"='{other.name}'!{other.cell(rule.certified.amount, certificate)}", Fraction(found[0].value))

    def points(line: Line) -> str:
        bounds, values = ruled.keys(leaf, rules.TIER), ruled.values(leaf, rules.TIER)
        reached = formulas.tier(f"N({sheet.helper(leaf.id, OUTPUT, line)})", bounds, values)
        return f'=IF({sheet.cell(category, line)}="{rule.category}",{reached},0)'

    return [(OUTPUT, "amount", output), (POINTS, "points", _points(leaf, sheet, points))]


def _deduction(leaf: Leaf, rule: DeductionRule, sheet: EvidenceSheet) -> Columns:
    ruled = sheet.workbook.rules

    def points(line: Line) -> Any:
        if not sheet.evidence(leaf, line):
            return None
        terms = []
        for item in rule.items:
            for cells in _next_to_each_other([sheet.column_of(label) for label in item.columns], line.number):
                if item.each is not None:
                    terms.append(f"SUM({cells})*{ruled.value(leaf, rules.OFF, item.columns[0])}")
                for value in item.values:
                    key, off = ruled.key(leaf, rules.OFF, value), ruled.value(leaf, rules.OFF, value)
                    terms.append(formulas.times(cells, key, off))
        return Formula(f"=-({'+'.join(terms)})", sheet.points_of(leaf, line))

    return [(POINTS, "points", points)]


def _next_to_each_other(columns: Sequence[int], row: int) -> Iterator[str]:
    """The cells of columns in a row, as few ranges as they make."""
    start = last = columns[0]
    for column in [*columns[1:], 0]:
        if column != last + 1:
            first, end = cell_reference(row, start), cell_reference(row, last)
            yield first if start == last else f"{first}:{end}"
            start = column
        last = column
