"""The kinds of rule: one pure function each, from a chain's rows and a rule's numbers to evidence and points.

Points are Fractions: nothing is rounded here. No number of the regulation stands in this file; each function quotes the
clause whose kind it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Any, overload

import msgspec

from chainscore.intake.tables import PLACE, ROW, SOUND, Columns, SheetTables
from chainscore.intake.values import plain
from chainscore.method.rulebook import (
    Bonus,
    Certified,
    CertifiedTiersRule,
    CountItem,
    CountRule,
    DeductionRule,
    EfficacyRule,
    Ledger,
    ProgressRule,
    TaskRule,
    Tier,
    TiersRule,
)
from chainscore.scoring.scorecard import Evidence
from chainscore.words.folding import fold
from chainscore.words.texts import Why

ZERO = Fraction(0)

exactly = lru_cache(maxsize=1000)(Fraction)
"""A number of a rulebook as a Fraction."""


class Verdict(msgspec.Struct, frozen=True, eq=False):
    """What a rule makes of a row. Rows that are alike share one, so that a long ledger has few."""

    labels: tuple[str, ...]
    """What was looked at, beside the event's name."""
    value: Decimal | Fraction | str | None
    """What the points depend on."""
    points: Fraction
    why: tuple[Why, ...]
    counted: bool

    @classmethod
    def of(cls, labels: tuple[str, ...], value: Decimal | Fraction | str | None, points: Fraction, *why: Why) -> Verdict:
        """It is counted when it earns anything."""
        return cls(labels, value, points, why, bool(points))


class Events(msgspec.Struct, frozen=True, eq=False):
    """Rows of one chain in a sheet's table or ledger, by their positions there."""

    tables: SheetTables
    rows: Columns
    positions: Sequence[int]
    ledger: Ledger | None
    """What they are events of; None of the chain table's rows, which have neither names nor categories."""

    def __len__(self) -> int:
        return len(self.positions)

    def column(self, label: str | None) -> list[Any]:
        """What stands in a column; None for each row where there is no such column."""
        if label is None:
            return [None] * len(self.positions)
        return list(map(self.rows[label].__getitem__, self.positions))

    @property
    def sound(self) -> list[bool]:
        return self.column(SOUND)

    @property
    def names(self) -> list[str]:
        """The events' names."""
        return [str(name or "") for name in self.column(self.ledger.name if self.ledger is not None else None)]

    @property
    def categories(self) -> list[Any]:
        return self.column(self.ledger.category if self.ledger is not None else None)

    def of_categories(self, categories: Collection[str]) -> Events:
        """Those of some categories."""
        chosen = [position for position, its in zip(self.positions, self.categories, strict=True) if its in categories]
        return Events(self.tables, self.rows, chosen, self.ledger)

    def reference(self, index: int) -> str:
        """Where a row's name stands, for a reason that points at another row."""
        position = self.positions[index]
        cell = self.tables.reference(self.rows, position, self.ledger.name) if self.ledger is not None else None
        return f"{self.tables.place(self.rows, position).sheet}!{cell}"

    def evidence(self, index: int, verdict: Verdict, label: str | None = None) -> Evidence:
        """One row as evidence, under its event's name or ``label``."""
        position, columns = self.positions[index], self.rows
        place, row = self.tables.places[columns[PLACE][position]], columns[ROW][position]
        ledger, labels, category = self.ledger, verdict.labels, None
        if ledger is not None:
            labels = (ledger.name, *labels)
            category = columns[ledger.category][position] if ledger.category is not None else None
            label = label if label is not None else str(columns[ledger.name][position] or "")
        facts = {each: fact(value) for each in verdict.labels if (value := columns[each][position]) is not None}
        return Evidence(
            place.file, place.sheet, row, place.cells(labels, row), label or "", verdict.value, verdict.points,
            verdict.counted, verdict.why, category, facts,
        )  # fmt: skip


class _Known(dict[Any, Any]):
    """What a function of several values comes to, worked out once for those that are alike."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, key: tuple[Any, ...]) -> Any:
        found = self[key] = self.function(*key)
        return found


def _each(judge: Callable[..., Verdict], *columns: Iterable[Any]) -> list[Verdict]:
    """The verdict on each row, by what stands in ``columns``."""
    return list(map(_Known(judge).__getitem__, zip(*columns, strict=True)))


class Judged(Sequence[Evidence]):
    """The evidence of one chain for one leaf, made when it is looked at: a long ledger has more than memory should hold."""

    def __init__(self, parts: Sequence[tuple[Events, Sequence[Verdict]]]) -> None:
        """``parts``: rows, and the verdict on each."""
        self.parts = parts
        self._starts = list(accumulate((len(events) for events, _ in parts), initial=0))
        self.times: dict[Verdict, int] = {}
        """How often each verdict was given."""
        for _, verdicts in parts:
            for verdict in verdicts:
                self.times[verdict] = self.times.get(verdict, 0) + 1

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> Evidence: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Evidence]: ...
    def __getitem__(self, index: int | slice) -> Evidence | Sequence[Evidence]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        part = bisect_right(self._starts, index) - 1
        events, verdicts = self.parts[part]
        return events.evidence(index - self._starts[part], verdicts[index - self._starts[part]])

    def __iter__(self) -> Iterator[Evidence]:
        for events, verdicts in self.parts:
            for index, verdict in enumerate(verdicts):
                yield events.evidence(index, verdict)

    def part(self, tables: SheetTables) -> Judged:
        """What comes from one department's sheet."""
        return Judged([(events, verdicts) for events, verdicts in self.parts if events.tables is tables])

    def where(self, wanted: Callable[[Verdict], bool]) -> Iterator[Evidence]:
        """The evidence of certain verdicts alone."""
        chosen = {verdict for verdict in self.times if wanted(verdict)}
        for events, verdicts in self.parts if chosen else ():
            for index, verdict in enumerate(verdicts):
                if verdict in chosen:
                    yield events.evidence(index, verdict)

    def tally(self) -> Mapping[tuple[Fraction, bool], int]:
        """(points, whether they count) → how many rows have them."""
        found: dict[tuple[int, int, bool], tuple[tuple[Fraction, bool], int]] = {}  # a Fraction is slow to hash
        for verdict, times in self.times.items():
            points, counted = verdict.points, verdict.counted
            key = (*points.as_integer_ratio(), counted)
            found[key] = (points, counted), found[key][1] + times if key in found else times
        return dict(found.values())

    def together(self) -> Iterator[Evidence]:
        """All rows of each department as one piece of evidence, for where there is no room for each."""
        for tables in {id(events.tables): events.tables for events, _ in self.parts}.values():
            part = self.part(tables)
            if not len(part):
                continue
            events = next(events for events, _ in part.parts if len(events))
            place, ledger = events.tables.place(events.rows, events.positions[0]), tables.sheet.ledger
            points = sum((points * times for (points, _), times in part.tally().items()), ZERO)
            why = Why("together", {"rows": len(part)})
            yield Evidence(
                place.file, place.sheet, None, {}, ledger.title if ledger is not None else "", None, points, points != 0, (why,)
            )

    @property
    def points(self) -> Iterator[Fraction]:
        """Those of each piece of evidence, in order."""
        return (verdict.points for _, verdicts in self.parts for verdict in verdicts)


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
    return msgspec.structs.replace(evidence, cells=cells, facts=facts)


def _unsound(labels: tuple[str, ...], value: Any) -> Verdict:
    """On a row left out of a draft, for an error stands in it."""
    return Verdict.of(labels, value, ZERO, Why("unsound"))


# ---------------------------------------------------------------- 功效系数法: 三（一）1, 2


@dataclass(frozen=True)
class Extremes:
    """The smallest and the largest of all chains' values, and which chains have them."""

    smallest: Fraction
    largest: Fraction
    distance: Fraction
    """Of the one from the other."""
    smallest_of: tuple[str, ...]
    largest_of: tuple[str, ...]


def extremes(values: Mapping[str, Fraction]) -> Extremes:
    """最小值 and 最大值; ``values`` by chain, at least one."""
    smallest, largest = min(values.values()), max(values.values())
    smallest_of, largest_of = (
        tuple(chain for chain, value in values.items() if value == extreme) for extreme in (smallest, largest)
    )
    return Extremes(smallest, largest, largest - smallest, smallest_of, largest_of)


def efficacy(value: Fraction, among: Extremes, rule: EfficacyRule, marks: Decimal) -> Fraction:
    """指标得分={60%+40%×[（本产业链值－最小值）÷（最大值－最小值）]}×5分."""
    if not among.distance:
        return exactly(rule.no_spread) * exactly(marks)
    return (exactly(rule.floor) + exactly(rule.spread) * ((value - among.smallest) / among.distance)) * exactly(marks)


def growth(current: Decimal, base: Decimal) -> Fraction:
    """增长率 =（本期－上年同期）÷上年同期; ``base`` is above zero."""
    return Fraction(current) / Fraction(base) - 1


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


def _unfiled(filed: date | None, now: date) -> Why | None:
    """未上报备案的视为未引进: why a project does not count, unless it has been filed by ``now``."""
    if filed is None:
        return Why("unfiled")
    return Why("filed_later", {"date": filed, "now": now}) if filed > now else None


def task(projects: Events, rule: TaskRule, now: date) -> Judged:
    """引进1个投资额2亿元以上的项目计5分，未完成任务计0分: the first that qualifies earns the points."""
    labels = (rule.amount, rule.filed)
    below, fulfilled = Why("task_below", {"least": plain(rule.at_least)}), Why("task_fulfilled")

    def of(sound: bool, amount: Any, filed: date | None) -> Verdict:
        if not sound:
            return _unsound(labels, amount)
        if (unfiled := _unfiled(filed, now)) is not None:
            return Verdict.of(labels, amount, ZERO, unfiled)
        if amount < rule.at_least:
            return Verdict.of(labels, amount, ZERO, below)
        return Verdict.of(labels, amount, ZERO, fulfilled)

    verdicts = _each(of, projects.sound, projects.column(rule.amount), _days(projects.column(rule.filed), now))
    for index, verdict in enumerate(verdicts):
        if verdict.why[0].key == "task_fulfilled":
            why = Why("task", {"least": plain(rule.at_least), "points": plain(rule.points)})
            verdicts[index] = Verdict.of(labels, verdict.value, exactly(rule.points), why)
            break
    return Judged([(projects, verdicts)])


def _days(filed: Sequence[date | None], now: date) -> Iterator[date | None]:
    """The days of filing, those up to ``now`` as one and the same."""
    return (max(day, now) if day is not None else None for day in filed)


def tier_of(amount: Decimal, tiers: Sequence[Tier]) -> Tier | None:
    """The highest tier that ``amount`` reaches; the lower bound belongs to the tier (含)."""
    highest = None
    for tier in tiers:
        if amount >= tier.from_ and (highest is None or tier.from_ > highest.from_):
            highest = tier
    return highest


def tiers(projects: Events, rule: TiersRule, now: date) -> Judged:
    """按投资额分档计分，“三类500强”企业的项目每个再加1分."""
    labels = (rule.amount, rule.filed, rule.bonus.column)

    def of(sound: bool, amount: Any, filed: date | None, bonus: Any) -> Verdict:
        if not sound:
            return _unsound(labels, amount)
        if (unfiled := _unfiled(filed, now)) is not None:
            return Verdict.of(labels, amount, ZERO, unfiled)
        tier = tier_of(amount, rule.tiers)
        points, whys = earned[tier.from_ if tier is not None else None, bonus]
        return Verdict.of(labels, amount, points, *whys)

    def earned_by(bound: Decimal | None, bonus: Any) -> tuple[Fraction, list[Why]]:
        tier = next((tier for tier in rule.tiers if tier.from_ == bound), None)
        points, why = _tier_points(tier, rule.tiers)
        extra, extra_why = _bonus(bonus, rule.bonus) if tier is not None or rule.bonus_below_tiers else (ZERO, [])
        return points + extra, [why, *extra_why]

    earned = _Known(earned_by)
    days = _days(projects.column(rule.filed), now)
    verdicts = _each(of, projects.sound, projects.column(rule.amount), days, projects.column(rule.bonus.column))
    if (used := _task_project(projects, rule, now)) is not None:
        verdicts[used] = Verdict.of(labels, verdicts[used].value, ZERO, Why("task_used"))
    return Judged([(projects, verdicts)])


def _task_project(projects: Events, rule: TiersRule, now: date) -> int | None:
    """The qualifying project signed first, where it earns no tier points."""
    if not rule.task_project_signed:
        return None
    labels = (SOUND, rule.amount, rule.filed, rule.task_project_signed)
    qualifying = [
        (signed, index)
        for index, (sound, amount, filed, signed) in enumerate(zip(*map(projects.column, labels), strict=True))
        if sound and _unfiled(filed, now) is None and amount >= rule.task_at_least
    ]
    return min(qualifying)[1] if qualifying else None


def _tier_points(tier: Tier | None, tiers: Sequence[Tier]) -> tuple[Fraction, Why]:
    if tier is None:
        return ZERO, Why("below_tiers", {"least": plain(min(t.from_ for t in tiers))})
    above = min((t.from_ for t in tiers if t.from_ > tier.from_), default=None)
    values: dict[str, object] = {"from": plain(tier.from_), "points": plain(tier.points)}
    if above is None:
        return exactly(tier.points), Why("top_tier", values)
    return exactly(tier.points), Why("tier", {**values, "below": plain(above)})


def _bonus(value: Any, bonus: Bonus | None) -> tuple[Fraction, list[Why]]:
    if bonus is None or value != bonus.value:
        return ZERO, []
    return exactly(bonus.points), [Why("bonus", {"column": bonus.column, "points": plain(bonus.points)})]


# ---------------------------------------------------------------- 项目建设: 三（一）4


def progress(projects: Events, rule: ProgressRule, elapsed: Fraction) -> Judged:
    """完成年度投资计划、按完成比例（80%以上）、完成建设并投产的分类计分; ``elapsed`` is the share of the year gone by."""
    labels = (rule.nature, rule.investment, rule.plan, rule.done, rule.commissioned.column)

    def of(sound: bool, nature: str, investment: Any, plan: Any, done: Any, commissioned: str) -> Verdict:
        if not sound:
            return _unsound(labels, investment)
        if investment < rule.smallest:
            return Verdict.of(labels, investment, ZERO, Why("below_smallest", {"least": plain(rule.smallest)}))
        value, points, whys = _progress_of(nature, plan, done, commissioned, rule, elapsed)
        return Verdict.of(labels, value, points, *whys)

    return Judged([(projects, _each(of, projects.sound, *map(projects.column, labels)))])


def _progress_of(
    nature: str, plan: Any, done: Any, commissioned: str, rule: ProgressRule, elapsed: Fraction
) -> tuple[Fraction | str, Fraction, list[Why]]:
    stage = rule.points[nature]
    points, whys = ZERO, []
    if commissioned == rule.commissioned.value:
        points += exactly(stage.commissioned)
        whys.append(Why("commissioned", {"nature": nature, "points": plain(stage.commissioned)}))
        if not rule.commissioned_earns_plan:
            return commissioned, points, whys
    if plan is None or done is None or plan <= 0:  # only where commissioned: else it is an error of the row
        return commissioned, points, [*whys, Why("no_plan")]
    due = Fraction(plan) * (elapsed if rule.prorated else 1)
    ratio = Fraction(done) / due
    values: dict[str, object] = {
        "nature": nature,
        "percent": percent(ratio),
        "threshold": percent(exactly(rule.threshold)),
        "points": plain(stage.plan),
    }
    if ratio >= 1:
        points += exactly(stage.plan)
        whys.append(Why("plan_met", values))
    elif ratio >= exactly(rule.threshold):
        points += ratio * exactly(stage.plan)
        whys.append(Why("plan_partly", values))
    else:
        whys.append(Why("plan_missed", values))
    return ratio, points, whys


def percent(ratio: Fraction) -> str:
    """A ratio in percent with two decimals, cut and never rounded up: 79.999% stays below 80%."""
    hundredths = ratio.numerator * 10000 // ratio.denominator
    return plain(Decimal(hundredths).scaleb(-2))


# ---------------------------------------------------------------- 每新增1家、每次: 三（二）1–3, 5, 三（三）, 三（四）3


def count(sheets: Sequence[tuple[Events, Mapping[str, CountItem]]], rule: CountRule) -> Judged:
    """Points for each event of a category that has an item, sheet by sheet.

    With ``once``, for each name at its highest points, the earlier row where they are equal.
    """
    if not any(len(events) for events, _ in sheets):
        return Judged([])
    best = _best(sheets) if rule.once else {}

    parts = []
    for events, items in sheets:
        verdicts = []
        bonuses = {item.bonus.column: events.column(item.bonus.column) for item in items.values() if item.bonus is not None}
        rows = zip(events.sound, events.categories, events.names, strict=True)
        for index, (sound, category, name) in enumerate(rows):
            item, counted = items[category], best.get(fold(name)) if best else None
            labels = _looked_at(events, item)
            if not sound:
                verdicts.append(_counted(item, labels, None, sound=False))
            elif counted is None or (counted[0] is events and counted[1] == index):
                bonus = bonuses[item.bonus.column][index] if item.bonus is not None else None
                verdicts.append(_counted(item, labels, bonus, sound=True))
            else:
                why = Why("counted_once", {"category": counted[2].category, "first": counted[0].reference(counted[1])})
                verdicts.append(Verdict.of(labels, category, ZERO, why))
        parts.append((events, verdicts))
    return Judged(parts)


@lru_cache(maxsize=1000)
def _counted(item: CountItem, labels: tuple[str, ...], bonus: Any, sound: bool) -> Verdict:
    """On an event of an item's category; ``bonus`` is what stands where it may earn one."""
    if not sound:
        return _unsound(labels, item.category)
    extra, whys = _bonus(bonus, item.bonus)
    why = Why("category", {"category": item.category, "points": plain(item.points)})
    return Verdict.of(labels, item.category, exactly(item.points) + extra, why, *whys)


def _looked_at(events: Events, item: CountItem) -> tuple[str, ...]:
    """The columns of the category and of the bonus that it may earn."""
    ledger, bonus = events.tables.sheet.ledger, item.bonus
    assert ledger is not None
    assert ledger.category is not None
    return (ledger.category, bonus.column) if bonus is not None else (ledger.category,)


def _best(sheets: Sequence[tuple[Events, Mapping[str, CountItem]]]) -> dict[str, tuple[Events, int, CountItem]]:
    """Folded name → the sound row at which it earns most, the earlier where there are several."""
    best: dict[str, tuple[Events, int, CountItem]] = {}
    for events, items in sheets:
        for index, (sound, category, name) in enumerate(zip(events.sound, events.categories, events.names, strict=True)):
            item, known = items[category], best.get(fold(name))
            if sound and (known is None or item.points > known[2].points):
                best[fold(name)] = events, index, item
    return best


# ---------------------------------------------------------------- 龙头企业: 三（二）4, 附3


def certified_tiers(owners: Events, certified: Events, rule: CertifiedTiersRule) -> list[Evidence]:
    """按年产值分档计分, on the output that another department certified under the same name, else on the row's own."""
    certificates = {fold(name): index for index, name in enumerate(certified.names)}
    outputs, its_sound = certified.column(rule.certified.amount), certified.sound
    labels, evidence = (rule.amount,), []
    for index, (sound, name, own) in enumerate(zip(owners.sound, owners.names, owners.column(rule.amount), strict=True)):
        at = certificates.get(fold(name))
        amount = outputs[at] if at is not None else own
        if not sound:
            evidence.append(owners.evidence(index, _unsound(labels, amount)))
            continue
        if amount is None or (at is not None and not its_sound[at]):
            why = Why("no_output" if at is None else "certificate_unsound")
            evidence.append(owners.evidence(index, Verdict.of(labels, None, ZERO, why)))
            continue
        points, why = _tier_points(tier_of(amount, rule.tiers), rule.tiers)
        if at is None:
            source = Why("own_figure", {"value": plain(amount)})
            evidence.append(owners.evidence(index, Verdict.of(labels, amount, points, source, why)))
            continue
        source = Why("certified", {"first": certified.reference(at), "value": plain(amount)})
        cell = certified.tables.reference(certified.rows, certified.positions[at], rule.certified.amount)
        scored = owners.evidence(index, Verdict.of(labels, amount, points, source, why))
        evidence.append(with_fact(scored, certificate_label(rule.certified), cell, amount))
    return [*evidence, *_without_event(owners, certified, rule)]


def _without_event(owners: Events, certified: Events, rule: CertifiedTiersRule) -> Iterator[Evidence]:
    """Outputs that were certified for enterprises that are not among ``owners``: they earn nothing."""
    entered = set(map(fold, owners.names))
    labels = (rule.certified.amount,)
    why = Why("not_entered", {"sheet": rule.sheet, "category": rule.category})
    amounts = certified.column(rule.certified.amount)
    for index, (sound, name, amount) in enumerate(zip(certified.sound, certified.names, amounts, strict=True)):
        if fold(name) not in entered:
            yield certified.evidence(index, Verdict.of(labels, amount, ZERO, why) if sound else _unsound(labels, amount))


# ---------------------------------------------------------------- 扣分制: 三（四）1, 2


def deduction(chain: Events, rule: DeductionRule) -> list[Evidence] | None:
    """未建立、未更新的每项扣分，迟报、未及时完成的每次扣分, by a chain's one row. None while any of the figures is missing."""
    evidence = []
    for item in rule.items:
        for label in item.columns:
            (value,) = chain.column(label)
            if value is None:
                return None
            off, why = _taken_off(label, value, item.values.get(value) if item.each is None else None, item.each)
            evidence.append(chain.evidence(0, Verdict.of((label,), value, off, why), label))
    return evidence


@lru_cache(maxsize=1000)
def _taken_off(label: str, value: Any, by_value: Decimal | None, each: Decimal | None) -> tuple[Fraction, Why]:
    """The points that a figure takes off, as so much for the value itself or for ``each`` time, and why."""
    off = exactly(by_value or 0) if each is None else exactly(each) * Fraction(value)
    shown = plain(value) if isinstance(value, Decimal) else value
    values: dict[str, object] = {"column": label, "value": shown, "points": plain(_decimal(off))}
    if each is not None:
        values["each"] = plain(each)
    key = "no_deduction" if not off else "deduction" if each is None else "deduction_each"
    return -off, Why(key, values)


def _decimal(value: Fraction) -> Decimal:
    """A product of a rulebook's decimal and a whole number or decimal, which is a decimal again."""
    return Decimal(value.numerator) / Decimal(value.denominator)
