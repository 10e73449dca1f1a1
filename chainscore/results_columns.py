"""The columns of an evidence sheet that hold formulas: for each kind of rule what its points rest on, and last the points.

The formula of a cell comes from ``results_formulas``, its value from the evidence of the scoring core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chainscore import results_formulas as formulas
from chainscore import results_rules as rules
from chainscore.kinds import tier_of
from chainscore.quick_worksheet import Formula
from chainscore.references import cell_reference
from chainscore.rulebook import (
    CertifiedTiersRule,
    CountRule,
    DeductionRule,
    EfficacyRule,
    Leaf,
    Ledger,
    ProgressRule,
    TaskRule,
    TiersRule,
)

if TYPE_CHECKING:
    from chainscore.results_evidence import EvidenceSheet, Line

    Columns = Iterable[tuple[str, str, Callable[[Line], Any]]]
    """(title, style, cell of a row) of each column; the last has the points."""

GROUP = "同名号"
GROWTH, SHARE, EARNED, POINTS = "增速", "占比", "应得", "分值"
QUALIFIES, USED, TIER, RATIO, OUTPUT = "达标", "抵任务", "档位分", "完成比例", "采用产值"


def rate_title(leaf: Leaf) -> str:
    """What an efficacy leaf compares."""
    return GROWTH if isinstance(leaf.rule, EfficacyRule) and leaf.rule.base is not None else SHARE


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
    category, name = sheet.grid.category or "", sheet.grid.name

    def output(line: Line) -> Any:
        found = sheet.evidence(leaf, line)
        if not found or not line.sound or found[0].value is None:
            return None
        assert line.record is not None
        certificate = workbook.certificate(rule, line.chain, str(line.record[name] or ""))
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
