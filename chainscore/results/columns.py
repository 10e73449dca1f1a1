"""The columns of an evidence sheet that hold formulas: for each kind of rule what its points rest on, and last the points.

The formula of a cell comes from ``formulas``, its value from the evidence of the scoring core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.method.rulebook import CertifiedTiersRule, CountRule, DeductionRule, EfficacyRule, Leaf, ProgressRule, Rulebook, Sheet, TaskRule, TiersRule
from chainscore.results import formulas, rules
from chainscore.results.evidence_rows import EvidenceRows, Line, Titles
from chainscore.results.excel.cell import Formula
from chainscore.results.rules import Rules
from chainscore.scoring.kinds import ZERO, tier_of
from chainscore.words.folding import fold
from chainscore.words.references import column_letters
from chainscore.words.texts import because

GROUP = "同名号"
GROWTH, SHARE, EARNED, POINTS = "增速", "占比", "应得", "分值"
QUALIFIES, USED, TIER, RATIO, OUTPUT = "达标", "抵任务", "档位分", "完成比例", "采用产值"

Cells = Sequence[Any]
"""What stands in the rows of a column."""


def leaves_of(book: Rulebook, sheet: Sheet, ledger: bool) -> dict[str, Titles]:
    """Leaf → its columns, of those whose points stand in a department's ledger, or table."""
    return {leaf.id: titles_of(leaf) for leaf in book.leaves if sheet.name in _scored_from(leaf, ledger)}


def _scored_from(leaf: Leaf, ledger: bool) -> Sequence[str]:
    """The departments in whose ledger, or table, a leaf's points stand."""
    if ledger == isinstance(leaf.rule, EfficacyRule | DeductionRule):
        return ()
    return (leaf.rule.sheet,) if isinstance(leaf.rule, CertifiedTiersRule) else leaf.sheets


def group_of(book: Rulebook, sheet: Sheet, ledger: bool) -> str:
    """The title of the column of groups, where events are counted once for each name; else ""."""
    leaves = leaves_of(book, sheet, ledger)
    grouped = any(isinstance(leaf.rule, CountRule) and leaf.rule.once for leaf in book.leaves if leaf.id in leaves)
    return GROUP if ledger and grouped else ""


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


def computed_cells(sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    """What stands in the rows, for each column of formulas."""
    groups = [_group_numbers(sheet)] if ("", GROUP) in sheet.form.helpers else []
    return [*groups, *(cells for leaf in sheet.form.leaves for cells in _cells_of(leaf, sheet, ruled))]


def _group_numbers(sheet: EvidenceRows) -> Cells:
    """A number for each name in a chain, the same wherever it stands."""
    numbers: dict[tuple[str, str], int] = {}
    for other in sheet.others.values():
        if ("", GROUP) in other.form.helpers:
            for line in other.lines:
                numbers.setdefault(_name_of(other, line), len(numbers) + 1)
    return [numbers[_name_of(sheet, line)] for line in sheet.lines]


def _name_of(sheet: EvidenceRows, line: Line) -> tuple[str, str]:
    """(chain, folded name) of an event."""
    assert sheet.form.ledger is not None
    assert line.record is not None
    return line.chain, fold(str(line.record[sheet.form.ledger.name] or ""))


def remarks_of(sheet: EvidenceRows, line: Line, ruled: Rules) -> Iterator[str]:
    """Which leaf uses a figure that earns nothing in its own row, or why nothing uses it."""
    ledger = sheet.form.ledger
    if line.record is None or ledger is None:
        return
    for leaf in ruled.book.leaves:
        rule = leaf.rule
        if not isinstance(rule, CertifiedTiersRule) or rule.certified.sheet != sheet.form.sheet.name:
            continue
        if line.record[ledger.category or ""] == rule.certified.category:
            own = line.evidence(leaf)
            yield because(own[0].why, "zh") if own else f"核定数，用于{rule.sheet}的“{rule.category}”（{leaf.id}）"


def feet_of(sheet: EvidenceRows) -> list[tuple[str, dict[int, Formula]]]:
    """The rows below a table, if any: a title, and in some columns a formula. The smallest and the largest of each rate."""
    leaves = [leaf for leaf in sheet.form.leaves if isinstance(leaf.rule, EfficacyRule)]
    feet = []
    for title, function in (("最小值", min), ("最大值", max)) if leaves else ():
        cells = {}
        for leaf in leaves:
            found = (each.value for line in sheet.lines for each in line.evidence(leaf))
            if rates := [rate for rate in found if isinstance(rate, Fraction)]:
                column = sheet.form.helpers[leaf.id, rate_title(leaf)]
                cells[column] = Formula(f"={function.__name__.upper()}({sheet.range(column)})", function(rates))
        feet.append((title, cells))
    return feet


def _cells_of(leaf: Leaf, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    """What stands in each column of a leaf."""
    match leaf.rule:
        case EfficacyRule():
            return _efficacy(leaf, leaf.rule, sheet, ruled)
        case TaskRule():
            return _task(leaf, leaf.rule, sheet, ruled)
        case TiersRule():
            return _tiers(leaf, leaf.rule, sheet, ruled)
        case ProgressRule():
            return _progress(leaf, leaf.rule, sheet, ruled)
        case CountRule():
            return _count(leaf, leaf.rule, sheet, ruled)
        case CertifiedTiersRule():
            return _certified(leaf, leaf.rule, sheet, ruled)
        case DeductionRule():
            return _deduction(leaf, leaf.rule, sheet, ruled)


def _formula(sheet: EvidenceRows, text: Callable[[int], str], value: Callable[[Line], Any], otherwise: Any = None) -> Cells:
    """The formula of a row's number, in each row that has a value for it."""
    shown = [value(line) for line in sheet.lines]
    return [
        Formula(text(line.number), each) if each is not None else otherwise
        for line, each in zip(sheet.lines, shown, strict=True)
    ]


def _points(leaf: Leaf, sheet: EvidenceRows, text: Callable[[int], str]) -> Cells:
    """Points as a formula; a row with an error, which a draft leaves out, has the plain 0."""
    return _formula(sheet, text, lambda line: line.points(leaf) if line.sound else None, ZERO)


def _points_of_evidence(leaf: Leaf, sheet: EvidenceRows, text: Callable[[int], str]) -> Cells:
    """Points as a formula, where there is any evidence."""
    return _formula(sheet, text, lambda line: line.points(leaf) if line.evidence(leaf) else None)


def _efficacy(leaf: Leaf, rule: EfficacyRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    def rate(row: int) -> str:
        current = sheet.cell(rule.current, row)
        if rule.base is not None:
            return formulas.growth(current, sheet.cell(rule.base, row))
        return formulas.share(current, sheet.whole(rule.whole or ""))

    def value(line: Line) -> Any:
        found = line.evidence(leaf)
        return found[0].value if found else None

    def points(row: int) -> str:
        column = sheet.form.helpers[leaf.id, rate_title(leaf)]
        numbers = [ruled.value(leaf, item) for item in (rules.BASE, rules.SPREAD, rules.NO_SPREAD, rules.MARKS)]
        own = sheet.helper(leaf.id, rate_title(leaf), row)
        return formulas.efficacy(own, sheet.below(column, 1), sheet.below(column, 2), *numbers)

    return [_formula(sheet, rate, value), _points_of_evidence(leaf, sheet, points)]


def _task(leaf: Leaf, rule: TaskRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    def points(row: int) -> str:
        flags = sheet.range_so_far(sheet.form.helpers[leaf.id, QUALIFIES], row)
        flag = sheet.helper(leaf.id, QUALIFIES, row)
        earned = ruled.value(leaf, rules.POINTS)
        return formulas.first_of_chain(flags, flag, sheet.range_so_far(1, row), f"$A{row}", earned)

    return [_qualifies(sheet, ruled, leaf, rule.amount, rule.filed, rule.at_least), _points(leaf, sheet, points)]


def _qualifies(sheet: EvidenceRows, ruled: Rules, leaf: Leaf, amount: str, filed: str, least: Decimal) -> Cells:
    known = ruled.value(leaf, rules.LEAST), ruled.value(None, rules.NOW)

    def text(row: int) -> str:
        return formulas.qualifies(sheet.cell(amount, row), sheet.cell(filed, row), *known)

    def value(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        day = line.record[filed]
        return int(day is not None and day <= ruled.now and line.record[amount] >= least)

    return _formula(sheet, text, value, 0)


def _tiers(leaf: Leaf, rule: TiersRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    def tier(row: int) -> str:
        known = ruled.keys(leaf, rules.TIER), ruled.values(leaf, rules.TIER)
        return f"={formulas.tier(sheet.cell(rule.amount, row), *known)}"

    def tier_points(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        reached = tier_of(line.record[rule.amount], rule.tiers)
        return reached.points if reached is not None else 0

    def used(row: int) -> str:
        dates = sheet.form.inputs_at[rule.task_project_signed]
        flags = sheet.form.helpers[leaf.id, QUALIFIES]
        return formulas.earliest_of_chain(
            (sheet.range(flags), sheet.range_so_far(flags, row)), sheet.helper(leaf.id, QUALIFIES, row),
            (sheet.range(1), sheet.range_so_far(1, row)), f"$A{row}",
            (sheet.range(dates), sheet.range_so_far(dates, row)), sheet.cell(rule.task_project_signed, row),
        )  # fmt: skip

    def is_used(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        return int(any(why.key == "task_used" for each in line.evidence(leaf) for why in each.why))

    def points(row: int) -> str:
        return formulas.investment(
            sheet.cell(rule.filed, row), ruled.value(None, rules.NOW), sheet.cell(rule.bonus.column, row),
            sheet.helper(leaf.id, TIER, row), ruled.key(leaf, rules.BONUS, rule.bonus.value),
            ruled.value(leaf, rules.BONUS, rule.bonus.value), ruled.value(leaf, rules.BONUS_BELOW),
            sheet.helper(leaf.id, USED, row) if rule.task_project_signed else None,
        )  # fmt: skip

    own = [_formula(sheet, tier, tier_points, ZERO), _points(leaf, sheet, points)]
    if not rule.task_project_signed:
        return own
    qualifies = _qualifies(sheet, ruled, leaf, rule.amount, rule.filed, rule.task_at_least)
    return [qualifies, _formula(sheet, used, is_used, 0), *own]


def _progress(leaf: Leaf, rule: ProgressRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    elapsed = ruled.period.elapsed if rule.prorated else Fraction(1)

    def ratio(row: int) -> str:
        return formulas.completion(sheet.cell(rule.plan, row), sheet.cell(rule.done, row), ruled.value(leaf, rules.ELAPSED))

    def completed(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        found = line.evidence(leaf)
        if found and type(found[0].value) is Fraction:
            return found[0].value
        plan, done = line.record[rule.plan], line.record[rule.done]
        known = plan is not None and plan > 0 and done is not None
        return Fraction(done) / (Fraction(plan) * elapsed) if known else ZERO

    def points(row: int) -> str:
        nature = sheet.cell(rule.nature, row)
        by_plan, by_done = (formulas.looked_up(nature, ruled.block(leaf, item)) for item in (rules.PLAN, rules.COMMISSIONED))
        return formulas.construction(
            sheet.cell(rule.investment, row), ruled.value(leaf, rules.SMALLEST), sheet.cell(rule.commissioned.column, row),
            rule.commissioned.value, sheet.helper(leaf.id, RATIO, row), ruled.value(leaf, rules.THRESHOLD),
            (by_plan, by_done), rule.commissioned_earns_plan,
        )  # fmt: skip

    return [_formula(sheet, ratio, completed), _points(leaf, sheet, points)]


def _count(leaf: Leaf, rule: CountRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    assert sheet.form.ledger is not None
    category = sheet.form.ledger.category or ""
    items = {item.category: item for item in rule.items if item.sheet == sheet.form.sheet.name}
    bonuses = {item.bonus.column: item.bonus.value for item in items.values() if item.bonus is not None}

    def earned(row: int) -> str:
        return f"={formulas.looked_up(sheet.cell(category, row), ruled.block(leaf, rules.POINTS))}"

    def with_bonus(text: str, row: int) -> str:
        extra = formulas.looked_up(sheet.cell(category, row), ruled.block(leaf, rules.BONUS)) if bonuses else ""
        return text + "".join(f"+{formulas.bonus(sheet.cell(flag, row), yes, extra)}" for flag, yes in bonuses.items())

    def base(line: Line) -> Any:
        if not line.sound or line.record is None:
            return None
        item = items.get(line.record[category])
        return item.points if item is not None else 0

    def points(row: int) -> str:
        if not rule.once:
            return with_bonus(earned(row), row)
        own, group = sheet.helper(leaf.id, EARNED, row), sheet.helper("", GROUP, row)
        return with_bonus(formulas.once(own, list(_better(leaf, rule, sheet, row, own, group))), row)

    once = [_formula(sheet, earned, base, ZERO)] if rule.once else []
    return [*once, _points(leaf, sheet, points)]


def _better(leaf: Leaf, rule: CountRule, sheet: EvidenceRows, row: int, own: str, group: str) -> Iterator[str]:
    """Counts of the events of the same name that are counted rather than this one: better ones, and equal ones before it."""
    before = True
    for name in dict.fromkeys(item.sheet for item in rule.items):
        other = sheet.others[name]
        elsewhere = other is not sheet
        columns = other.form.helpers["", GROUP], other.form.helpers[leaf.id, EARNED]
        groups, points = (other.range(column, elsewhere=elsewhere) for column in columns)
        if elsewhere:
            yield (formulas.at_least if before else formulas.more)(groups, group, points, own)
            continue
        before = False
        yield formulas.more(groups, group, points, own)
        so_far = [sheet.range_so_far(column, row) for column in columns]
        yield formulas.same_before(so_far[0], group, so_far[1], own)


def _certified(leaf: Leaf, rule: CertifiedTiersRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    assert sheet.form.ledger is not None
    category = sheet.form.ledger.category or ""
    other = sheet.others[rule.certified.sheet]
    certificates = {_name_of(other, each): each for each in other.lines if _is_of(other, each, rule.certified.category)}

    def output(line: Line) -> Any:
        found = line.evidence(leaf)
        if not found or not line.sound or found[0].value is None:
            return None
        certificate = certificates.get(_name_of(sheet, line))
        if certificate is None:
            cell = sheet.cell(rule.amount, line.number)
        else:
            cell = f"'{other.form.name}'!{other.cell(rule.certified.amount, certificate.number)}"
        return Formula(f"={cell}", Fraction(found[0].value))

    def points(row: int) -> str:
        bounds, values = ruled.keys(leaf, rules.TIER), ruled.values(leaf, rules.TIER)
        reached = formulas.tier(f"N({sheet.helper(leaf.id, OUTPUT, row)})", bounds, values)
        return f'=IF({sheet.cell(category, row)}="{rule.category}",{reached},0)'

    return [[output(line) for line in sheet.lines], _points(leaf, sheet, points)]


def _is_of(sheet: EvidenceRows, line: Line, category: str) -> bool:
    assert sheet.form.ledger is not None
    return line.record is not None and line.record[sheet.form.ledger.category or ""] == category


def _deduction(leaf: Leaf, rule: DeductionRule, sheet: EvidenceRows, ruled: Rules) -> list[Cells]:
    def points(row: int) -> str:
        terms = []
        for item in rule.items:
            for cells in _next_to_each_other([sheet.form.inputs_at[label] for label in item.columns], row):
                if item.each is not None:
                    terms.append(f"SUM({cells})*{ruled.value(leaf, rules.OFF, item.columns[0])}")
                for value in item.values:
                    key, off = ruled.key(leaf, rules.OFF, value), ruled.value(leaf, rules.OFF, value)
                    terms.append(formulas.times(cells, key, off))
        return f"=-({'+'.join(terms)})"

    return [_points_of_evidence(leaf, sheet, points)]


def _next_to_each_other(columns: Sequence[int], row: int) -> Iterator[str]:
    """The cells of columns in a row, as few ranges as they make."""
    start = last = columns[0]
    for column in [*columns[1:], 0]:
        if column != last + 1:
            first, end = (f"{column_letters(each)}{row}" for each in (start, last))
            yield first if start == last else f"{first}:{end}"
            start = column
        last = column
