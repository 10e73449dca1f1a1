"""Scoring: every leaf of every chain by its kind of rule, rounded half up, summed and ranked.

pandas holds and selects the rows; points are Fractions. Rows that earn nothing by rule become findings here, from the
very evidence that says so, so that no threshold is applied twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from chainscore.intake.tables import ROW, SOUND, Columns, SheetTables, Tables
from chainscore.intake.values import plain
from chainscore.method.rulebook import (
    CertifiedTiersRule,
    CountItem,
    CountRule,
    DeductionRule,
    EfficacyRule,
    Leaf,
    ProgressRule,
    Rulebook,
    TaskRule,
    TiersRule,
)
from chainscore.scoring import kinds
from chainscore.scoring.kinds import Events, Extremes, Judged, Verdict, exactly
from chainscore.scoring.scorecard import ChainScore, Evidence, LeafScore, Scorecard, approximately, half_up, shared_ranks
from chainscore.words.findings import Finding
from chainscore.words.texts import Why

NOTHING = Decimal(0)
MOST_TERMS = 12
"""A sum of more terms than this is shown by their number."""

Limited = Literal["capped", "floored"]
"""What became of a sum."""

_PENDING = ("no_output", "certificate_unsound")
"""Reasons that leave a figure, and so the leaf, open."""

# reason → (finding, the rule's parameter that names the column it stands at; None for the event's name)
_REMARKS: dict[str, tuple[str, str | None]] = {
    "unfiled": ("W501", "filed"),
    "filed_later": ("W510", "filed"),
    "below_smallest": ("N613", "investment"),
    "below_tiers": ("N614", "amount"),
    "plan_missed": ("N615", "done"),
    "counted_once": ("N616", None),
    "task_used": ("N617", None),
    "no_plan": ("W508", "plan"),
    "own_figure": ("W505", "amount"),
    "no_output": ("E403", "amount"),
}


def score(tables: Tables, book: Rulebook, draft: bool = False) -> tuple[Scorecard, list[Finding]]:
    """Score all chains; returns the scorecard and what the scoring itself found.

    A leaf whose figure is missing is pending, never zero (workbook contract, "Findings"). The tables have a period.
    """
    scorer = _Scorer(tables, book)
    leaves = {leaf.id: scorer.leaf(leaf) for leaf in book.leaves}
    findings = [
        finding
        for leaf in book.leaves
        for result in leaves[leaf.id].values()
        for evidence in _remarkable(result.evidence)
        for finding in _remarks(leaf, evidence, result.chain, tables)
    ]
    return _scorecard(scorer, leaves, draft), findings


class _Scorer:
    """The tables of one quarter, selected by chain."""

    def __init__(self, tables: Tables, book: Rulebook) -> None:
        assert tables.period is not None
        assert tables.now is not None
        self.period, self.now = tables.period, tables.now
        self.tables = tables
        self.book = book
        self.chains = [chain.id for chain in book.chains]
        self._columns: dict[tuple[str, str], Columns] = {
            (name, grid): {str(label): values for label, values in rows.to_dict("list").items()}
            for name, sheet in tables.sheets.items()
            for grid, rows in (("table", sheet.table), ("ledger", sheet.ledger))
        }
        """(sheet, table or ledger) → its columns."""
        self._selected = self._select()

    def leaf(self, leaf: Leaf) -> dict[str, LeafScore]:
        """One leaf of all chains."""
        rule = leaf.rule
        if isinstance(rule, EfficacyRule):
            return self._efficacy(leaf, rule)
        if isinstance(rule, DeductionRule):
            return {chain: self._deduction(leaf, rule, chain) for chain in self.chains}
        return {chain: self._by_events(leaf, chain) for chain in self.chains}

    # ------------------------------------------------ selecting

    def _select(self) -> Mapping[tuple[str, str, str], list[int]]:
        """(sheet, table or ledger, chain) → the positions of its rows there, in order."""
        import numpy as np  # here, lest they take up room while a long ledger is read
        import pandas as pd

        grids = [(name, grid, rows[self.book.words.chain]) for (name, grid), rows in self._columns.items() if rows[ROW]]
        starts = list(accumulate((len(chains) for _, _, chains in grids), initial=0))
        width, numbers = len(self.chains), {chain: number for number, chain in enumerate(self.chains)}
        chains_of_rows = [
            grid * width + numbers[chain] if chain in numbers else -1
            for grid, (_, _, chains) in enumerate(grids)
            for chain in chains
        ]
        codes, keys = pd.factorize(np.array(chains_of_rows, dtype="int64"))
        groups: list[list[int]] = [[] for _ in keys]
        for row, code in enumerate(codes.tolist()):
            groups[code].append(row)
        return {
            (*grids[key // width][:2], self.chains[key % width]): [row - starts[key // width] for row in rows]
            for key, rows in zip(keys.tolist(), groups, strict=True)
            if key >= 0
        }

    def _events(self, sheet: str, chain: str) -> Events:
        """A chain's events in a sheet's ledger."""
        tables = self.tables.sheets[sheet]
        return Events(
            tables, self._columns[sheet, "ledger"], self._selected.get((sheet, "ledger", chain), []), tables.sheet.ledger
        )

    def _figures(self, sheet: str, chain: str) -> Events | None:
        """A chain's row in the chain table."""
        tables = self.tables.sheets[sheet]
        positions = self._selected.get((sheet, "table", chain), [])
        return Events(tables, self._columns[sheet, "table"], positions[:1], None) if tables.submitted and positions else None

    def _is_known(self, sheet: str, chain: str) -> bool:
        """True when all the chain's events of a sheet have been handed in, be they none."""
        tables = self.tables.sheets[sheet]
        in_table = tables.sheet.table is None or (sheet, "table", chain) in self._selected
        return tables.submitted and tables.complete and in_table

    # ------------------------------------------------ leaves

    def _efficacy(self, leaf: Leaf, rule: EfficacyRule) -> dict[str, LeafScore]:
        rows = {chain: self._figures(rule.sheet, chain) for chain in self.chains}
        values = {chain: value for chain, row in rows.items() if (value := self._measure(row, rule)) is not None}
        among = kinds.extremes(values) if values else None
        told = self._told_of(leaf, rule, among) if among is not None else {}
        return {
            chain: self._efficacy_of(leaf, rule, chain, row, values[chain], among, told)
            if row is not None and among is not None and chain in values
            else _pending(leaf, chain, ())
            for chain, row in rows.items()
        }

    def _measure(self, row: Events | None, rule: EfficacyRule) -> Fraction | None:
        """A chain's growth or share, or None where a figure is missing."""
        if row is None:
            return None
        (current,), (base,) = row.column(rule.current), row.column(rule.base)
        other = base if rule.base is not None else self._whole(rule)
        if current is None or other is None:
            return None
        return kinds.growth(current, other) if rule.base is not None else kinds.share(current, other)

    def _whole(self, rule: EfficacyRule) -> Decimal | None:
        value = self.tables.sheets[rule.sheet].cells.get(rule.whole or "")
        return value.value if value is not None else None

    def _told_of(self, leaf: Leaf, rule: EfficacyRule, among: Extremes) -> dict[str, object]:
        """What is told of an efficacy leaf of any chain."""
        names = {each.id: each.short_name for each in self.book.chains}
        return {
            "floor": kinds.percent(exactly(rule.floor)),
            "spread": kinds.percent(exactly(rule.spread)),
            "marks": plain(leaf.marks),
            "smallest": approximately(among.smallest * 100).removeprefix("≈"),
            "largest": approximately(among.largest * 100).removeprefix("≈"),
            "smallest_of": "、".join(names[each] for each in among.smallest_of),
            "largest_of": "、".join(names[each] for each in among.largest_of),
            "smallest_chains": among.smallest_of,
            "largest_chains": among.largest_of,
            "share": kinds.percent(exactly(rule.no_spread)),
        }

    def _efficacy_of(
        self, leaf: Leaf, rule: EfficacyRule, chain: str, row: Events, value: Fraction, among: Extremes, told: dict[str, object]
    ) -> LeafScore:
        key = "efficacy" if among.distance else "efficacy_no_spread"
        (current,), (base,) = row.column(rule.current), row.column(rule.base)
        other = base if rule.base is not None else self._whole(rule)
        shown = approximately(value * 100)
        measure: dict[str, object] = {"current": plain(current), "other": plain(other or Decimal(0)), "value": shown}
        labels = (rule.current, rule.base) if rule.base is not None else (rule.current,)
        why = Why("growth" if rule.base is not None else "share", measure)
        points = kinds.efficacy(value, among, rule, leaf.marks)
        evidence = row.evidence(0, Verdict(labels, value, points, (why,), counted=True), leaf.title)
        if rule.whole is not None:
            whole = self.tables.sheets[rule.sheet].cells[rule.whole]
            evidence = kinds.with_fact(evidence, rule.whole, whole.cell, whole.value)
        exact, _ = _within(points, leaf.cap, None)
        return _scored(leaf, chain, self.book, exact, Why(key, {**told, "value": shown.removeprefix("≈")}), (evidence,))

    def _deduction(self, leaf: Leaf, rule: DeductionRule, chain: str) -> LeafScore:
        row = self._figures(rule.sheet, chain)
        evidence = kinds.deduction(row, rule) if row is not None else None
        if evidence is None:
            return _pending(leaf, chain, ())
        return _published(leaf, chain, self.book, tuple(evidence), rule.start, rule.floor)

    def _by_events(self, leaf: Leaf, chain: str) -> LeafScore:
        evidence = self._evidence(leaf, chain)
        known = all(self._is_known(sheet, chain) for sheet in leaf.sheets)
        if not known or any(why.key in _PENDING for whys in _reasons(evidence) for why in whys):
            return _pending(leaf, chain, evidence)
        return _published(leaf, chain, self.book, evidence)

    def _evidence(self, leaf: Leaf, chain: str) -> Sequence[Evidence]:
        rule = leaf.rule
        match rule:
            case TaskRule():
                return kinds.task(self._events(rule.sheet, chain), rule, self.now)
            case TiersRule():
                return kinds.tiers(self._events(rule.sheet, chain), rule, self.now)
            case ProgressRule():
                return kinds.progress(self._events(rule.sheet, chain), rule, self.period.elapsed)
            case CertifiedTiersRule():
                certified = rule.certified
                return kinds.certified_tiers(
                    self._events(rule.sheet, chain).of_categories([rule.category]),
                    self._events(certified.sheet, chain).of_categories([certified.category]),
                    rule,
                )
            case CountRule():
                return kinds.count([self._counted(rule, sheet, chain) for sheet in leaf.sheets], rule)
            case _:
                raise AssertionError(rule.kind)

    def _counted(self, rule: CountRule, sheet: str, chain: str) -> tuple[Events, Mapping[str, CountItem]]:
        """The events of a sheet that a count is of, in the order they stand in, and the item of each category."""
        items = {item.category: item for item in rule.items if item.sheet == sheet}
        return self._events(sheet, chain).of_categories(items), items


def _reasons(evidence: Sequence[Evidence]) -> Iterable[tuple[Why, ...]]:
    """The reasons that are given, each at least once."""
    return (verdict.why for verdict in evidence.times) if isinstance(evidence, Judged) else (each.why for each in evidence)


def _remarkable(evidence: Sequence[Evidence]) -> Iterable[Evidence]:
    """The evidence about which there is something to remark."""
    if isinstance(evidence, Judged):
        return evidence.where(lambda verdict: any(why.key in _REMARKS for why in verdict.why))
    return evidence


def _points_in_order(evidence: Sequence[Evidence]) -> Iterable[Fraction]:
    """The points of each piece of evidence that has any."""
    points = evidence.points if isinstance(evidence, Judged) else (each.points for each in evidence)
    return (each for each in points if each)


def _points(evidence: Sequence[Evidence]) -> list[tuple[Fraction, int]]:
    """(points, how many pieces of evidence have them) where there are any, in any order."""
    if isinstance(evidence, Judged):
        return [(verdict.points, times) for verdict, times in evidence.times.items() if verdict.points]
    return [(each.points, 1) for each in evidence if each.points]


def _pending(leaf: Leaf, chain: str, evidence: Sequence[Evidence]) -> LeafScore:
    return LeafScore(leaf.id, chain, None, None, Why("pending"), evidence)


def _published(
    leaf: Leaf, chain: str, book: Rulebook, evidence: Sequence[Evidence], start: Decimal = NOTHING, floor: Decimal | None = None
) -> LeafScore:
    """The evidence's points added to ``start``, capped and floored as the leaf says, rounded half up."""
    points = _points(evidence)
    number = sum(times for _, times in points)
    if number <= MOST_TERMS:
        terms = tuple([each.as_integer_ratio() for each in _points_in_order(evidence)]) if number else ()
        exact, formula = _few_added(terms, start, leaf.cap, floor)
    else:
        exact, formula = _added(_sum_of(points), number, None, start, leaf.cap, floor)
    return _scored(leaf, chain, book, exact, formula, evidence, start, floor)


def _scored(
    leaf: Leaf,
    chain: str,
    book: Rulebook,
    exact: Fraction,
    formula: Why,
    evidence: Sequence[Evidence],
    start: Decimal = NOTHING,
    floor: Decimal | None = None,
) -> LeafScore:
    return LeafScore(
        leaf=leaf.id,
        chain=chain,
        score=half_up(exact, book.decimals),
        exact=exact,
        formula=formula,
        evidence=evidence,
        start=exactly(start),
        cap=_exactly(leaf.cap),
        floor=_exactly(floor),
    )


def _exactly(number: Decimal | None) -> Fraction | None:
    return exactly(number) if number is not None else None


def _sum_of(points: Iterable[tuple[Fraction, int]]) -> Fraction:
    """The sum of (points, times), in whole numbers, as fractions take their time."""
    above, below = 0, 1
    for each, times in points:
        numerator, denominator = each.as_integer_ratio()
        above, below = above * denominator + numerator * times * below, below * denominator
    return Fraction(above, below)


@lru_cache(maxsize=5000)
def _few_added(
    terms: tuple[tuple[int, int], ...], start: Decimal, cap: Decimal | None, floor: Decimal | None
) -> tuple[Fraction, Why]:
    """As ``_added``, of few points as ratios: leaves and workbooks have many sums in common."""
    points = [Fraction(*each) for each in terms]
    return _added(sum(points, kinds.ZERO), len(points), points, start, cap, floor)


def _added(
    points: Fraction,
    number: int,
    each: Sequence[Fraction] | None,
    start: Decimal,
    cap: Decimal | None,
    floor: Decimal | None,
) -> tuple[Fraction, Why]:
    """``points`` of ``number`` pieces of evidence and ``start``, within cap and floor, and how that came about.

    ``6 + 4 + 7 = 17`` where they are told one by one, in ``each``.
    """
    total = exactly(start) + points
    exact, limited = _within(total, cap, floor)
    values: dict[str, object] = {"total": approximately(total), "number": number}
    if cap is not None:
        values["cap"] = approximately(exactly(cap))
    if floor is not None:
        values["floor"] = approximately(exactly(floor))
    key = "long_sum"
    if each is not None:
        terms = [approximately(exactly(start))] if start else []
        for term in each:
            if not terms:
                terms.append(approximately(term))
            else:
                terms.append(f"- {approximately(-term)}" if term < 0 else f"+ {approximately(term)}")
        values["terms"] = " ".join(terms) or "0"
        key = "sum" if len(terms) > 1 else "term"
    return exact, Why(f"{key}_{limited}" if limited is not None else key, values)


def _within(total: Fraction, cap: Decimal | None, floor: Decimal | None) -> tuple[Fraction, Limited | None]:
    """封顶、扣到为止: a sum no higher than the cap and no lower than the floor."""
    exact: Fraction = total
    limited: Limited | None = None
    if cap is not None and exact > exactly(cap):
        exact, limited = exactly(cap), "capped"
    if floor is not None and exact < exactly(floor):
        exact, limited = exactly(floor), limited or "floored"
    return exact, limited


# ---------------------------------------------------------------- sums and ranks


def _scorecard(scorer: _Scorer, leaves: Mapping[str, Mapping[str, LeafScore]], draft: bool) -> Scorecard:
    book = scorer.book
    published = {chain.id: {leaf.id: leaves[leaf.id][chain.id] for leaf in book.leaves} for chain in book.chains}
    totals = {chain: _sum(results.values()) for chain, results in published.items()}
    ranks = dict(zip(totals, shared_ranks(list(totals.values())), strict=True))
    chains = [
        ChainScore(
            chain=chain,
            rank=ranks[chain],
            total=totals[chain],
            sections={section: _sum(results[leaf.id] for leaf in leaves) for section, leaves in book.leaves_by_section.items()},
            indicators={indicator.id: _sum(results[leaf.id] for leaf in indicator.leaves) for indicator in book.indicators},
            leaves=results,
            pending=tuple(leaf for leaf, result in results.items() if result.score is None),
        )
        for chain, results in published.items()
    ]
    return Scorecard(scorer.period, scorer.now, draft, tuple(sorted(chains, key=lambda chain: chain.rank)))


def _sum(results: Iterable[LeafScore]) -> Decimal:
    return sum((result.score for result in results if result.score is not None), NOTHING)


# ---------------------------------------------------------------- what the evidence says that somebody should see


def _remarks(leaf: Leaf, evidence: Evidence, chain: str, tables: Tables) -> Iterator[Finding]:
    sheet = tables.sheets.get(evidence.sheet)
    for why in evidence.why:
        if why.key not in _REMARKS:
            continue
        code, parameter = _REMARKS[why.key]
        if why.key == "below_tiers" and isinstance(leaf.rule, CertifiedTiersRule):
            code = "W507"
        label = getattr(leaf.rule, parameter) if parameter is not None else None
        ledger = sheet.sheet.ledger if sheet is not None else None
        cell = evidence.cells.get(label or (ledger.name if ledger is not None else ""))
        values = {
            "name": evidence.label,
            "label": label or "",
            "text": plain(evidence.value) if isinstance(evidence.value, Decimal) else str(evidence.value),
            "unit": _unit(sheet, label),
            "certifier": leaf.rule.certified.sheet if isinstance(leaf.rule, CertifiedTiersRule) else "",
            **why.values,
        }
        yield Finding(code, evidence.file, evidence.sheet, cell, chain, values)


def _unit(sheet: SheetTables | None, label: str | None) -> str:
    columns = sheet.sheet.ledger.columns if sheet is not None and sheet.sheet.ledger is not None else []
    return next((column.unit or "" for column in columns if column.label == label), "")


def mark_unsound(tables: Tables, findings: Iterable[Finding]) -> None:
    """Leave the rows out of the scoring in which an error of several rows together stands."""
    cells = {(f.file, f.sheet, f.cell) for f in findings if f.severity == "error" and f.cell is not None}
    sheets = {(file, sheet) for file, sheet, _ in cells}
    for sheet in tables.sheets.values():
        ledger = sheet.sheet.ledger
        if ledger is None or not any((place.file, place.sheet) in sheets for place in sheet.places):
            continue
        for position in range(len(sheet.ledger)):
            place = sheet.place(sheet.ledger, position)
            if (place.file, place.sheet, sheet.reference(sheet.ledger, position, ledger.name)) in cells:
                sheet.ledger.loc[position, SOUND] = False
