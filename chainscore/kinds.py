"""The kinds of rule: one pure function each, from a chain's rows and a rule's numbers to evidence and points.

Points are Fractions: nothing is rounded here. No number of the regulation stands in this file; each function quotes the
clause whose kind it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.folding import fold
from chainscore.rulebook import (
    Bonus,
    Certified,
    CertifiedTiersRule,
    CountItem,
    CountRule,
    DeductionRule,
    EfficacyRule,
    ProgressRule,
    TaskRule,
    Tier,
    TiersRule,
)
from chainscore.scorecard import Evidence, Why
from chainscore.tables import SOUND, Record, SheetTables
from chainscore.values import plain

ZERO = Fraction(0)


@dataclass(frozen=True)
class Row:
    """A record with the sheet it stands in."""

    tables: SheetTables
    record: Record

    def __getitem__(self, label: str) -> Any:
        return self.record[label]

    @property
    def sound(self) -> bool:
        return bool(self.record[SOUND])

    @property
    def name(self) -> str:
        """The event's name; the chain table's rows have none."""
        ledger = self.tables.sheet.ledger
        return str(self.record.get(ledger.name) or "") if ledger is not None else ""

    @property
    def category(self) -> str | None:
        ledger = self.tables.sheet.ledger
        category = ledger.category if ledger is not None else None
        return self.record.get(category) if category is not None else None

    @property
    def reference(self) -> str:
        """Where the name stands, for a reason that points at another row."""
        ledger = self.tables.sheet.ledger
        cell = self.tables.reference(self.record, ledger.name) if ledger is not None else None
        return f"{self.tables.places[self.record['place']].sheet}!{cell}"

    def evidence(
        self,
        labels: Iterable[str | None],
        value: Decimal | Fraction | str | None,
        points: Fraction,
        *why: Why,
        counted: bool | None = None,
        name: str | None = None,
    ) -> Evidence:
        """This row as evidence; it is counted when it earns anything, unless said otherwise."""
        place = self.tables.places[self.record["place"]]
        ledger = self.tables.sheet.ledger
        names = [ledger.name] if ledger is not None and ledger.name in self.record else []
        labels = list(labels)
        cells = {
            label: cell
            for label in [*names, *labels]
            if label is not None and (cell := place.cell(label, self.record["row"])) is not None
        }
        return Evidence(
            file=place.file,
            sheet=place.sheet,
            row=self.record["row"],
            cells=cells,
            label=name if name is not None else self.name,
            value=value,
            points=points,
            counted=points != 0 if counted is None else counted,
            why=why,
            category=self.category,
            facts={label: fact(self.record[label]) for label in labels if label is not None and self.record[label] is not None},
        )


def fact(value: Decimal | date | str) -> str:
    """A value as text without ambiguity: a plain number, an ISO date, or the text itself."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def certificate_label(certified: Certified) -> str:
    """Under which label a certified amount stands beside the evidence of another sheet's event."""
    return f"{certified.sheet}!{certified.amount}"


def with_fact(evidence: Evidence, label: str, cell: str | None, value: Decimal | None) -> Evidence:
    """Evidence that rests on one more cell, of another row."""
    cells = {**evidence.cells, label: cell} if cell is not None else evidence.cells
    facts = {**evidence.facts, label: plain(value)} if value is not None else evidence.facts
    return replace(evidence, cells=cells, facts=facts)


def _unsound(row: Row, labels: Iterable[str | None], value: Any) -> Evidence:
    """A row left out of a draft, for an error stands in it."""
    return row.evidence(labels, value, ZERO, Why("unsound"))


# ---------------------------------------------------------------- 功效系数法: 三（一）1, 2


@dataclass(frozen=True)
class Efficacy:
    """What the efficacy of one chain's value comes to."""

    points: Fraction
    value: Fraction
    smallest: Fraction
    largest: Fraction
    smallest_of: tuple[str, ...]
    largest_of: tuple[str, ...]


def efficacy(values: Mapping[str, Fraction], chain: str, rule: EfficacyRule, marks: Decimal) -> Efficacy:
    """指标得分={60%+40%×[（本产业链值－最小值）÷（最大值－最小值）]}×5分, over ``values`` of all chains."""
    smallest, largest = min(values.values()), max(values.values())
    if largest == smallest:
        share = Fraction(rule.no_spread)
    else:
        share = Fraction(rule.floor) + Fraction(rule.spread) * (values[chain] - smallest) / (largest - smallest)
    return Efficacy(
        share * Fraction(marks),
        values[chain],
        smallest,
        largest,
        tuple(name for name, value in values.items() if value == smallest),
        tuple(name for name, value in values.items() if value == largest),
    )


def growth(current: Decimal, base: Decimal) -> Fraction:
    """增长率 =（本期－上年同期）÷上年同期; ``base`` is above zero."""
    return (Fraction(current) - Fraction(base)) / Fraction(base)


def share(current: Decimal, whole: Decimal) -> Fraction:
    """占比 = 本期÷全市; ``whole`` is above zero."""
    return Fraction(current) / Fraction(whole)


def measured(evidence: Sequence[Evidence], rule: EfficacyRule) -> Fraction | None:
    """A chain's growth or share, exactly, from the facts of a leaf's evidence; None while a figure is missing."""
    facts = evidence[0].facts if evidence else {}
    other = facts.get(rule.base or rule.whole or "")
    if rule.current not in facts or other is None or Decimal(other) <= 0:
        return None
    measure = growth if rule.base is not None else share
    return measure(Decimal(facts[rule.current]), Decimal(other))


# ---------------------------------------------------------------- 项目招商: 三（一）3, 附2


def is_filed(row: Row, filed: str, now: date) -> bool:
    """未上报备案的视为未引进: a project counts when it has been filed by ``now``."""
    return row[filed] is not None and row[filed] <= now


def _unfiled(row: Row, labels: Sequence[str], amount: str, filed: str, now: date) -> Evidence:
    why = Why("unfiled") if row[filed] is None else Why("filed_later", {"date": row[filed], "now": now})
    return row.evidence(labels, row[amount], ZERO, why)


def task(rows: Sequence[Row], rule: TaskRule, now: date) -> list[Evidence]:
    """引进1个投资额2亿元以上的项目计5分，未完成任务计0分: the first that qualifies earns the points."""
    labels = [rule.amount, rule.filed]
    evidence = []
    fulfilled = False
    for row in rows:
        if not row.sound:
            evidence.append(_unsound(row, labels, row[rule.amount]))
        elif not is_filed(row, rule.filed, now):
            evidence.append(_unfiled(row, labels, rule.amount, rule.filed, now))
        elif row[rule.amount] < rule.at_least:
            evidence.append(row.evidence(labels, row[rule.amount], ZERO, Why("task_below", {"least": plain(rule.at_least)})))
        elif fulfilled:
            evidence.append(row.evidence(labels, row[rule.amount], ZERO, Why("task_fulfilled")))
        else:
            fulfilled = True
            why = Why("task", {"least": plain(rule.at_least), "points": plain(rule.points)})
            evidence.append(row.evidence(labels, row[rule.amount], Fraction(rule.points), why))
    return evidence


def tier_of(amount: Decimal, tiers: Sequence[Tier]) -> Tier | None:
    """The highest tier that ``amount`` reaches; the lower bound belongs to the tier (含)."""
    reached = [tier for tier in tiers if amount >= tier.from_]
    return max(reached, key=lambda tier: tier.from_, default=None)


def tiers(rows: Sequence[Row], rule: TiersRule, now: date) -> list[Evidence]:
    """按投资额分档计分，“三类500强”企业的项目每个再加1分."""
    labels = [rule.amount, rule.filed, rule.bonus.column]
    used = _task_project(rows, rule, now)
    evidence = []
    for row in rows:
        amount = row[rule.amount]
        if not row.sound:
            evidence.append(_unsound(row, labels, amount))
        elif not is_filed(row, rule.filed, now):
            evidence.append(_unfiled(row, labels, rule.amount, rule.filed, now))
        elif row is used:
            evidence.append(row.evidence(labels, amount, ZERO, Why("task_used")))
        else:
            tier = tier_of(amount, rule.tiers)
            points, why = _tier_points(tier, rule.tiers)
            earned = tier is not None or rule.bonus_below_tiers
            bonus, bonus_why = _bonus(row, rule.bonus) if earned else (ZERO, [])
            evidence.append(row.evidence(labels, amount, points + bonus, why, *bonus_why))
    return evidence


def _task_project(rows: Sequence[Row], rule: TiersRule, now: date) -> Row | None:
    """The qualifying project signed first, where it earns no tier points."""
    if not rule.task_project_signed:
        return None
    qualifying = [
        row for row in rows if row.sound and is_filed(row, rule.filed, now) and row[rule.amount] >= rule.task_at_least
    ]
    return min(qualifying, key=lambda row: row[rule.task_project_signed], default=None)


def _tier_points(tier: Tier | None, tiers: Sequence[Tier]) -> tuple[Fraction, Why]:
    if tier is None:
        return ZERO, Why("below_tiers", {"least": plain(min(t.from_ for t in tiers))})
    above = min((t.from_ for t in tiers if t.from_ > tier.from_), default=None)
    values: dict[str, object] = {"from": plain(tier.from_), "points": plain(tier.points)}
    if above is None:
        return Fraction(tier.points), Why("top_tier", values)
    return Fraction(tier.points), Why("tier", {**values, "below": plain(above)})


def _bonus(row: Row, bonus: Bonus | None) -> tuple[Fraction, list[Why]]:
    if bonus is None or row[bonus.column] != bonus.value:
        return ZERO, []
    return Fraction(bonus.points), [Why("bonus", {"column": bonus.column, "points": plain(bonus.points)})]


# ---------------------------------------------------------------- 项目建设: 三（一）4


def progress(rows: Sequence[Row], rule: ProgressRule, elapsed: Fraction) -> list[Evidence]:
    """完成年度投资计划、按完成比例（80%以上）、完成建设并投产的分类计分; ``elapsed`` is the share of the year gone by."""
    labels = [rule.nature, rule.investment, rule.plan, rule.done, rule.commissioned.column]
    evidence = []
    for row in rows:
        investment = row[rule.investment]
        if not row.sound:
            evidence.append(_unsound(row, labels, investment))
        elif investment < rule.smallest:
            why = Why("below_smallest", {"least": plain(rule.smallest)})
            evidence.append(row.evidence(labels, investment, ZERO, why))
        else:
            evidence.append(_progress_of(row, rule, elapsed, labels))
    return evidence


def _progress_of(row: Row, rule: ProgressRule, elapsed: Fraction, labels: Sequence[str]) -> Evidence:
    stage = rule.points[row[rule.nature]]
    points, whys = ZERO, []
    commissioned = row[rule.commissioned.column] == rule.commissioned.value
    if commissioned:
        points += Fraction(stage.commissioned)
        whys.append(Why("commissioned", {"nature": row[rule.nature], "points": plain(stage.commissioned)}))
        if not rule.commissioned_earns_plan:
            return row.evidence(labels, row[rule.commissioned.column], points, *whys)
    plan, done = row[rule.plan], row[rule.done]
    if plan is None or done is None or plan <= 0:  # only where commissioned: else it is an error of the row
        return row.evidence(labels, row[rule.commissioned.column], points, *whys, Why("no_plan"))
    due = Fraction(plan) * (elapsed if rule.prorated else 1)
    ratio = Fraction(done) / due
    values: dict[str, object] = {
        "nature": row[rule.nature],
        "percent": percent(ratio),
        "threshold": percent(Fraction(rule.threshold)),
        "points": plain(stage.plan),
    }
    if ratio >= 1:
        points += Fraction(stage.plan)
        whys.append(Why("plan_met", values))
    elif ratio >= Fraction(rule.threshold):
        points += ratio * Fraction(stage.plan)
        whys.append(Why("plan_partly", values))
    else:
        whys.append(Why("plan_missed", values))
    return row.evidence(labels, ratio, points, *whys)


def percent(ratio: Fraction) -> str:
    """A ratio in percent with two decimals, cut and never rounded up: 79.999% stays below 80%."""
    hundredths = ratio * 10000 // 1
    return plain(Decimal(hundredths).scaleb(-2))


# ---------------------------------------------------------------- 每新增1家、每次: 三（二）1–3, 5, 三（三）, 三（四）3


def count(rows: Sequence[tuple[Row, CountItem]], rule: CountRule) -> list[Evidence]:
    """Points for each event; with ``once``, for each name at its highest points, the earlier row where they are equal."""
    best: dict[str, tuple[Row, CountItem]] = {}
    if rule.once:
        for row, item in rows:
            first = best.get(fold(row.name))
            if row.sound and (first is None or item.points > first[1].points):
                best[fold(row.name)] = row, item
    evidence = []
    for row, item in rows:
        ledger = row.tables.sheet.ledger
        labels = [ledger.category if ledger is not None else None, item.bonus.column if item.bonus else None]
        counted, _ = best.get(fold(row.name), (row, item))
        if not row.sound:
            evidence.append(_unsound(row, labels, item.category))
        elif counted is not row:
            why = Why("counted_once", {"category": counted.category, "first": counted.reference})
            evidence.append(row.evidence(labels, item.category, ZERO, why))
        else:
            bonus, whys = _bonus(row, item.bonus)
            why = Why("category", {"category": item.category, "points": plain(item.points)})
            evidence.append(row.evidence(labels, item.category, Fraction(item.points) + bonus, why, *whys))
    return evidence


# ---------------------------------------------------------------- 龙头企业: 三（二）4, 附3


def certified_tiers(rows: Sequence[Row], certified: Sequence[Row], rule: CertifiedTiersRule) -> list[Evidence]:
    """按年产值分档计分, on the output that another department certified under the same name, else on the row's own."""
    certificates = {fold(row.name): row for row in certified}
    evidence = []
    for row in rows:
        certificate = certificates.get(fold(row.name))
        amount = certificate[rule.certified.amount] if certificate is not None else row[rule.amount]
        if not row.sound:
            evidence.append(_unsound(row, [rule.amount], amount))
            continue
        if amount is None or (certificate is not None and not certificate.sound):
            key = "no_output" if certificate is None else "certificate_unsound"
            evidence.append(row.evidence([rule.amount], None, ZERO, Why(key)))
            continue
        points, why = _tier_points(tier_of(amount, rule.tiers), rule.tiers)
        if certificate is None:
            source = Why("own_figure", {"value": plain(amount)})
            evidence.append(row.evidence([rule.amount], amount, points, source, why))
            continue
        source = Why("certified", {"first": certificate.reference, "value": plain(amount)})
        cell = certificate.tables.reference(certificate.record, rule.certified.amount)
        scored = row.evidence([rule.amount], amount, points, source, why)
        evidence.append(with_fact(scored, certificate_label(rule.certified), cell, amount))
    return [*evidence, *_without_event(rows, certified, rule)]


def _without_event(rows: Sequence[Row], certified: Sequence[Row], rule: CertifiedTiersRule) -> Iterator[Evidence]:
    """Outputs that were certified for enterprises that are not among ``rows``: they earn nothing."""
    entered = {fold(row.name) for row in rows}
    for row in certified:
        if fold(row.name) not in entered:
            labels, amount = [rule.certified.amount], row[rule.certified.amount]
            why = Why("not_entered", {"sheet": rule.sheet, "category": rule.category})
            yield row.evidence(labels, amount, ZERO, why) if row.sound else _unsound(row, labels, amount)


# ---------------------------------------------------------------- 扣分制: 三（四）1, 2


def deduction(row: Row, rule: DeductionRule) -> list[Evidence] | None:
    """未建立、未更新的每项扣分，迟报、未及时完成的每次扣分. None while any of the figures is missing."""
    evidence = []
    for item in rule.items:
        for label in item.columns:
            value = row[label]
            if value is None:
                return None
            off = Fraction(item.values.get(value, 0)) if item.each is None else Fraction(item.each) * Fraction(value)
            shown = plain(value) if isinstance(value, Decimal) else value
            values: dict[str, object] = {"column": label, "value": shown, "points": plain(_decimal(off))}
            if item.each is not None:
                values["each"] = plain(item.each)
            key = "no_deduction" if not off else "deduction" if item.each is None else "deduction_each"
            evidence.append(row.evidence([label], value, -off, Why(key, values), name=label))
    return evidence


def _decimal(value: Fraction) -> Decimal:
    """A product of a rulebook's decimal and a whole number or decimal, which is a decimal again."""
    return Decimal(value.numerator) / Decimal(value.denominator)
