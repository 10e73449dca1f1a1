"""The columns of an evidence sheet that hold formulas: for each kind of rule what its points rest on, and last the points.

The formula of a cell comes from ``results_formulas``, its value from the evidence of the scoring core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chainscore.method.rulebook import (
    CertifiedTiersRule,
    CountRule,
    DeductionRule,
    EfficacyRule,
    Leaf,
    ProgressRule,
    TaskRule,
    TiersRule,
)
from chainscore.results import formulas, rules
from chainscore.results.quick_worksheet import OWN_ROW, Formula
from chainscore.scoring.kinds import ZERO, tier_of
from chainscore.words.references import column_letters

if TYPE_CHECKING:
    from chainscore.results.evidence import EvidenceSheet, Line

    Column = Callable[[Sequence[Line]], Sequence[Any]]
    """What stands in the rows of a column."""

GROUP = "同名号"
GROWTH, SHARE, EARNED, POINTS = "增速", "占比", "应得", "分值"
QUALIFIES, USED, TIER, RATIO, OUTPUT = "达标", "抵任务", "档位分", "完成比例", "采用产值"


def rate_title(leaf: Leaf) -> str:
    """What an efficacy leaf compares."""
    return GROWTH if isinstance(leaf.rule, EfficacyRule) and leaf.rule.base is not None else SHARE


def titles_of(leaf: Leaf) -> list[tuple[str, str]]:
    """(title, style) of each column; the last has the points."""
    points = (POINTS, "points")
    match leaf.rule:
        case EfficacyRule():
            return [(rate_title(leaf), "ratio"), points]
        case TaskRule():
            return [(QUALIFIES, "whole"), points]
        case TiersRule(task_project_signed=signed):
            return [*([(QUALIFIES, "whole"), (USED, "whole")] if signed else []), (TIER, "points"), points]
        case ProgressRule():
            return [(RATIO, "ratio"), points]
        case CountRule(once=once):
            return [*([(EARNED, "points")] if once else []), points]
        case CertifiedTiersRule():
            return [(OUTPUT, "amount"), points]
        case DeductionRule():
            return [points]


def columns_of(leaf: Leaf, sheet: EvidenceSheet) -> list[Column]:
    """What stands in each of these columns."""
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


def _formula(text: Callable[[], str], value: Callable[[Line], Any], otherwise: Any = None) -> Column:
    """The formula, put together once for all rows, in each row that has a value for it."""

    def column(lines: Sequence[Line]) -> Sequence[Any]:
        shown = [value(line) for line in lines]
        if all(each is None for each in shown):
            return [otherwise] * len(shown)
        known = text()
        return [Formula(known, each) if each is not None else otherwise for each in shown]

    return column


def _points(leaf: Leaf, sheet: EvidenceSheet, text: Callable[[], str]) -> Column:
    """Points as a formula; a row with an error, which a draft leaves out, has the plain 0."""
    return _formula(text, lambda line: sheet.points_of(leaf, line) if line.sound else None, ZERO)


def _points_of_evidence(leaf: Leaf, sheet: EvidenceSheet, text: Callable[[], str]) -> Column:
    """Points as a formula, where there is any evidence."""
    return _formula(text, lambda line: sheet.points_of(leaf, line) if sheet.evidence(leaf, line) else None)


def _efficacy(leaf: Leaf, rule: EfficacyRule, sheet: EvidenceSheet) -> list[Column]:
    ruled = sheet.workbook.rules

    def rate() -> str:
        current = sheet.cell(rule.current)
        if rule.base is not None:
            return formulas.growth(current, sheet.cell(rule.base))
        return formulas.share(current, sheet.whole(rule.whole or ""))

    def value(line: Line) -> Any:
        found = sheet.evidence(leaf, line)
        return found[0].value if found else None

    def points() -> str:
        smallest, largest = sheet.extremes(leaf)
        numbers = [ruled.value(leaf, item) for item in (rules.BASE, rules.SPREAD, rules.NO_SPREAD, rules.MARKS)]
        return formulas.efficacy(sheet.helper(leaf.id, rate_title(leaf)), smallest, largest, *numbers)

    return [_formula(rate, value), _points_of_evidence(leaf, sheet, points)]


def _task(leaf: Leaf, rule: TaskRule, sheet: EvidenceSheet) -> list[Column]:
    ruled = sheet.workbook.rules

    def points() -> str:
        flags, chains = sheet.range_so_far(sheet.form.helpers[leaf.id, QUALIFIES]), sheet.range_so_far(1)
        flag = sheet.helper(leaf.id, QUALIFIES)
        return formulas.first_of_chain(flags, flag, chains, f"$A{OWN_ROW}", ruled.value(leaf, rules.POINTS))

    return [_qualifies(sheet, leaf, rule.amount, rule.filed, rule.at_least), _points(leaf, sheet, points)]


def _qualifies(sheet: EvidenceSheet, leaf: Leaf, amount: str, filed: str, least: Decimal) -> Column:
    ruled, now = sheet.workbook.rules, sheet.workbook.scorecard.now

    def text() -> str:
        known = ruled.value(leaf, rules.LEAST), ruled.value(None, rules.NOW)
        return formulas.qualifies(sheet.cell(amount), sheet.cell(filed), *known)

    def value(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        day = line.record[filed]
        return int(day is not None and day <= now and line.record[amount] >= least)

    return _formula(text, value, 0)


def _tiers(leaf: Leaf, rule: TiersRule, sheet: EvidenceSheet) -> list[Column]:
    ruled = sheet.workbook.rules

    def tier() -> str:
        return f"={formulas.tier(sheet.cell(rule.amount), ruled.keys(leaf, rules.TIER), ruled.values(leaf, rules.TIER))}"

    def tier_points(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        reached = tier_of(line.record[rule.amount], rule.tiers)
        return reached.points if reached is not None else 0

    def used() -> str:
        dates = sheet.column_of(rule.task_project_signed)
        flags = sheet.form.helpers[leaf.id, QUALIFIES]
        return formulas.earliest_of_chain(
            (sheet.range(flags), sheet.range_so_far(flags)), sheet.helper(leaf.id, QUALIFIES),
            (sheet.range(1), sheet.range_so_far(1)), f"$A{OWN_ROW}",
            (sheet.range(dates), sheet.range_so_far(dates)), sheet.cell(rule.task_project_signed),
        )  # fmt: skip

    def is_used(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        return int(any(why.key == "task_used" for each in sheet.evidence(leaf, line) for why in each.why))

    def points() -> str:
        return formulas.investment(
            sheet.cell(rule.filed), ruled.value(None, rules.NOW), sheet.cell(rule.bonus.column),
            sheet.helper(leaf.id, TIER), ruled.key(leaf, rules.BONUS, rule.bonus.value),
            ruled.value(leaf, rules.BONUS, rule.bonus.value), ruled.value(leaf, rules.BONUS_BELOW),
            sheet.helper(leaf.id, USED) if rule.task_project_signed else None,
        )  # fmt: skip

    own = [_formula(tier, tier_points, ZERO), _points(leaf, sheet, points)]
    if not rule.task_project_signed:
        return own
    return [_qualifies(sheet, leaf, rule.amount, rule.filed, rule.task_at_least), _formula(used, is_used, 0), *own]


def _progress(leaf: Leaf, rule: ProgressRule, sheet: EvidenceSheet) -> list[Column]:
    ruled = sheet.workbook.rules
    elapsed = sheet.workbook.scorecard.period.elapsed if rule.prorated else Fraction(1)

    def ratio() -> str:
        return formulas.completion(sheet.cell(rule.plan), sheet.cell(rule.done), ruled.value(leaf, rules.ELAPSED))

    def completed(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        found = sheet.evidence(leaf, line)
        if found and type(found[0].value) is Fraction:
            return found[0].value
        plan, done = line.record[rule.plan], line.record[rule.done]
        known = plan is not None and plan > 0 and done is not None
        return Fraction(done) / (Fraction(plan) * elapsed) if known else ZERO

    def points() -> str:
        nature = sheet.cell(rule.nature)
        by_plan, by_done = (formulas.looked_up(nature, ruled.block(leaf, item)) for item in (rules.PLAN, rules.COMMISSIONED))
        return formulas.construction(
            sheet.cell(rule.investment), ruled.value(leaf, rules.SMALLEST), sheet.cell(rule.commissioned.column),
            rule.commissioned.value, sheet.helper(leaf.id, RATIO), ruled.value(leaf, rules.THRESHOLD),
            (by_plan, by_done), rule.commissioned_earns_plan,
        )  # fmt: skip

    return [_formula(ratio, completed), _points(leaf, sheet, points)]


def _count(leaf: Leaf, rule: CountRule, sheet: EvidenceSheet) -> list[Column]:
    ruled = sheet.workbook.rules
    assert sheet.form.ledger is not None
    category = sheet.form.ledger.category or ""
    items = {item.category: item for item in rule.items if item.sheet == sheet.form.sheet.name}
    bonuses = {item.bonus.column: item.bonus.value for item in items.values() if item.bonus is not None}

    def earned() -> str:
        return formulas.looked_up(sheet.cell(category), ruled.block(leaf, rules.POINTS))

    def with_bonus(text: str) -> str:
        extra = formulas.looked_up(sheet.cell(category), ruled.block(leaf, rules.BONUS)) if bonuses else ""
        return text + "".join(f"+{formulas.bonus(sheet.cell(flag), yes, extra)}" for flag, yes in bonuses.items())

    def base(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        item = items.get(line.record[category])
        return item.points if item is not None else 0

    def points() -> str:
        if not rule.once:
            return f"={with_bonus(earned())}"
        own, group = sheet.helper(leaf.id, EARNED), sheet.helper("", GROUP)
        return with_bonus(formulas.once(own, list(_better(leaf, rule, sheet, own, group))))

    once = [_formula(lambda: f"={earned()}", base, ZERO)] if rule.once else []
    return [*once, _points(leaf, sheet, points)]


def _better(leaf: Leaf, rule: CountRule, sheet: EvidenceSheet, own: str, group: str) -> Iterator[str]:
    """Counts of the events of the same name that are counted rather than this one: better ones, and equal ones before it."""
    before = True
    for name in dict.fromkeys(item.sheet for item in rule.items):
        other = sheet.workbook.ledger_of(name)
        elsewhere = other is not sheet
        columns = other.form.helpers["", GROUP], other.form.helpers[leaf.id, EARNED]
        groups, points = (other.range(column, elsewhere=elsewhere) for column in columns)
        if elsewhere:
            yield (formulas.at_least if before else formulas.more)(groups, group, points, own)
            continue
        before = False
        yield formulas.more(groups, group, points, own)
        so_far = [sheet.range_so_far(column) for column in columns]
        yield formulas.same_before(so_far[0], group, so_far[1], own)


def _certified(leaf: Leaf, rule: CertifiedTiersRule, sheet: EvidenceSheet) -> list[Column]:
    ruled, workbook = sheet.workbook.rules, sheet.workbook
    assert sheet.form.ledger is not None
    category, name = sheet.form.ledger.category or "", sheet.form.ledger.name

    def output(line: Line) -> Any:
        found = sheet.evidence(leaf, line)
        if not found or not line.sound or found[0].value is None:
            return None
        assert line.record is not None
        certificate = workbook.certificate(rule, line.chain, str(line.record[name] or ""))
        if certificate is None:
            cell = sheet.cell(rule.amount)
        else:
            other = workbook.ledger_of(rule.certified.sheet)
            cell = f"'{other.form.name}'!{other.cell(rule.certified.amount).replace(OWN_ROW, str(certificate.number))}"
        return Formula(f"={cell}", Fraction(found[0].value))

    def points() -> str:
        bounds, values = ruled.keys(leaf, rules.TIER), ruled.values(leaf, rules.TIER)
        reached = formulas.tier(f"N({sheet.helper(leaf.id, OUTPUT)})", bounds, values)
        return f'=IF({sheet.cell(category)}="{rule.category}",{reached},0)'

    return [lambda lines: [output(line) for line in lines], _points(leaf, sheet, points)]


def _deduction(leaf: Leaf, rule: DeductionRule, sheet: EvidenceSheet) -> list[Column]:
    ruled = sheet.workbook.rules

    def points() -> str:
        terms = []
        for item in rule.items:
            for cells in _next_to_each_other([sheet.column_of(label) for label in item.columns]):
                if item.each is not None:
                    terms.append(f"SUM({cells})*{ruled.value(leaf, rules.OFF, item.columns[0])}")
                for value in item.values:
                    key, off = ruled.key(leaf, rules.OFF, value), ruled.value(leaf, rules.OFF, value)
                    terms.append(formulas.times(cells, key, off))
        return f"=-({'+'.join(terms)})"

    return [_points_of_evidence(leaf, sheet, points)]


def _next_to_each_other(columns: Sequence[int]) -> Iterator[str]:
    """The cells of columns in a row, as few ranges as they make."""
    start = last = columns[0]
    for column in [*columns[1:], 0]:
        if column != last + 1:
            first, end = (f"{column_letters(each)}{OWN_ROW}" for each in (start, last))
            yield first if start == last else f"{first}:{end}"
            start = column
        last = column
