"""What changed between two quarters and why: a pure comparison of two scorecards, each with its method."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from chainscore.comparison.attribution import LIMIT, METHOD, ROWS, Attribution, Figures, attribute_relative, published
from chainscore.intake.fragments import same_sheet
from chainscore.intake.tables import Tables
from chainscore.method.rule.term import Lookup, Rule
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.evidence import taken_label
from chainscore.scoring.scorecard import ChainScore, Evidence, LeafScore, Scorecard
from chainscore.words.bilingual import Bilingual, bracketed
from chainscore.words.findings import Finding, in_order
from chainscore.words.folding import fold
from chainscore.words.numbers import half_up, plain

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
POINTS_DECIMALS = 9
"""Points that a results workbook holds as a double are compared to so many decimals."""


@dataclass(frozen=True)
class Quarter:
    """One side of a comparison."""

    file: str
    """What it was read from: the name of a workbook or folder."""
    scorecard: Scorecard
    book: Rulebook
    tables: Tables | None = None
    """What was scored."""


@dataclass(frozen=True)
class RowChange:
    """A row that was added (no ``old``), removed (no ``new``), or changed."""

    leaf: str
    old: Evidence | None
    new: Evidence | None
    relative: bool = False
    """True of a figure whose points depend on the other chains' as well."""

    @property
    def row(self) -> Evidence:
        row = self.new or self.old
        assert row is not None
        return row

    @property
    def points(self) -> Fraction:
        return _points(self.new) - _points(self.old)

    @property
    def labels(self) -> list[str]:
        """The labels under which something else stands now."""
        if self.old is None or self.new is None:
            return []
        old, new = self.old.facts, self.new.facts
        return [label for label in dict.fromkeys([*old, *new]) if old.get(label) != new.get(label)]


@dataclass(frozen=True)
class LeafChange:
    """One leaf of one chain in both quarters; None where it is pending or not there."""

    leaf: str
    title: str
    old: Decimal | None
    new: Decimal | None
    attribution: Attribution | None
    """None where a score is missing."""
    rows: tuple[RowChange, ...]

    @property
    def delta(self) -> Decimal | None:
        return self.new - self.old if self.old is not None and self.new is not None else None

    @property
    def moved(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True)
class ChainChange:
    """One chain in both quarters; None where it is in one of them alone.

    A total is None while a leaf of it is pending, a rank while a leaf of any chain is.
    """

    chain: str
    name: str
    short_name: str
    old: ChainScore | None
    new: ChainScore | None
    ranks: tuple[int | None, int | None]
    leaves: tuple[LeafChange, ...]

    @property
    def totals(self) -> tuple[Decimal | None, Decimal | None]:
        old, new = (score.total if score is not None else None for score in (self.old, self.new))
        return old, new

    @property
    def delta(self) -> Decimal | None:
        old, new = self.totals
        return new - old if old is not None and new is not None else None

    @property
    def climbed(self) -> int | None:
        """By how many ranks it went up."""
        old, new = self.ranks
        return old - new if old is not None and new is not None else None

    @property
    def pending(self) -> bool:
        """True where what is to be compared is there on both sides, and cannot be yet."""
        return self.old is not None and self.new is not None and None in (self.delta, self.climbed)

    @property
    def differs(self) -> bool:
        if self.old is None or self.new is None or self.delta or self.climbed:
            return True
        return any(leaf.moved or leaf.rows for leaf in self.leaves)


@dataclass(frozen=True)
class Changes:
    """Everything that differs between two quarters."""

    old: Quarter
    new: Quarter
    chains: tuple[ChainChange, ...]
    """All chains in new rank order; none at all where nothing differs."""
    findings: tuple[Finding, ...]

    @property
    def draft(self) -> bool:
        return self.old.scorecard.draft or self.new.scorecard.draft


def compare(old: Quarter, new: Quarter) -> Changes:
    """All changes from one quarter to another."""
    before = {chain.chain: chain for chain in old.scorecard.chains}
    after = {chain.chain: chain for chain in new.scorecard.chains}
    pair = _Pair(old, new)
    chains = tuple(pair.chain(chain, before.get(chain), after.get(chain)) for chain in {**after, **before})
    findings = remarks([old, new])
    if _accumulates(old, new):
        sheets = [sheet.name for sheet in new.book.sheets]
        findings += in_order(_shrunken(chains, old, new), sheets, [])
    return Changes(old, new, chains if any(chain.differs for chain in chains) else (), tuple(findings))


# ---------------------------------------------------------------- chains, leaves, rows


class _Pair:
    """Two quarters, with what all chains' changes rest on."""

    def __init__(self, old: Quarter, new: Quarter) -> None:
        self.old, self.new = old, new
        self.before = {leaf.id: leaf for leaf in old.book.leaves}
        self.after = {leaf.id: leaf for leaf in new.book.leaves}
        self.figures = {
            leaf: (_figures(old, self.before.get(leaf)), _figures(new, self.after.get(leaf))) for leaf in self.after
        }

    def chain(self, chain: str, before: ChainScore | None, after: ChainScore | None) -> ChainChange:
        named = (self.new if after is not None else self.old).book.chain(chain)
        leaves = tuple(
            self._leaf(
                leaf,
                before.leaves.get(leaf) if before is not None else None,
                after.leaves.get(leaf) if after is not None else None,
                chain,
            )
            for leaf in {**self.after, **self.before}
        )
        old, new = (score.rank if score is not None else None for quarter, score in ((self.old, before), (self.new, after)))
        return ChainChange(chain, named.name, named.short_name, before, after, (old, new), leaves)

    def _leaf(self, leaf: str, before: LeafScore | None, after: LeafScore | None, chain: str) -> LeafChange:
        relative = self._is_relative(leaf, chain)
        rows = tuple(_row_changes(leaf, before, after, relative))
        old, new = before.score if before is not None else None, after.score if after is not None else None
        title = (self.after.get(leaf) or self.before[leaf]).title
        return LeafChange(leaf, title, old, new, self._attribution(leaf, before, after, chain, rows), rows)

    def _is_relative(self, leaf: str, chain: str) -> bool:
        """True of a leaf whose one sentence is about where an object stands."""
        quarter = self.new if leaf in self.after else self.old
        rule = quarter.book.rule(leaf, chain) if chain in quarter.book.ids else None
        return rule is not None and rule.relative and len(rule.terms) == 1

    def _attribution(
        self, leaf: str, before: LeafScore | None, after: LeafScore | None, chain: str, rows: Sequence[RowChange]
    ) -> Attribution | None:
        if before is None or after is None or before.score is None or after.score is None:
            return None
        delta, decimals = after.score - before.score, max(self.old.book.decimals, self.new.book.decimals)
        old, new = self.figures[leaf]
        if old is not None and new is not None and chain in old.values and chain in new.values:
            return attribute_relative(chain, old, new, delta, decimals)
        return Attribution(published(_row_parts(before, after, rows, self._same_method(leaf, chain)), delta, decimals))

    def _same_method(self, leaf: str, chain: str) -> bool:
        return self.old.book.rule(leaf, chain) == self.new.book.rule(leaf, chain)


def _figures(quarter: Quarter, leaf: Leaf | None) -> Figures | None:
    """All objects' figures of a leaf whose one sentence is about where an object stands."""
    if leaf is None:
        return None
    rules = {chain.chain: quarter.book.rule(leaf.id, chain.chain) for chain in quarter.scorecard.chains}
    if any(not rule.relative or len(rule.terms) != 1 for rule in rules.values()):
        return None
    found = {chain.chain: chain.leaves[leaf.id] for chain in quarter.scorecard.chains}
    values = {
        chain: value
        for chain, result in found.items()
        if result.score is not None and len(result.evidence) and isinstance(value := result.evidence[-1].value, Fraction)
    }
    return Figures(values, rules)


def _row_parts(before: LeafScore, after: LeafScore, rows: Sequence[RowChange], same_method: bool) -> dict[str, Fraction]:
    """The change of a leaf that is a sum: by its rows, by what caps or floors the sum, and by the method.

    A row in which the same stands as before and that earns something else owes it to the method, where that differs.
    """
    method = after.start - before.start
    own = Fraction(0)
    for row in rows:
        if same_method or row.labels or row.old is None or row.new is None:
            own += row.points
        else:
            method += row.points
    return {ROWS: own, LIMIT: _limited(after) - _limited(before), METHOD: method}


def _limited(leaf: LeafScore) -> Fraction:
    """What cap or floor add to the sum."""
    assert leaf.exact is not None
    return leaf.exact - leaf.start - sum((each.points for each in leaf.evidence), Fraction(0))


def _row_changes(leaf: str, before: LeafScore | None, after: LeafScore | None, relative: bool) -> Iterator[RowChange]:
    """The rows of one leaf that differ: those of the new quarter in their order, then those that are gone."""
    old, new = _by_identity(before, relative), _by_identity(after, relative)
    for identity, row in new.items():
        change = RowChange(leaf, old.get(identity), row, relative)
        if change.old is None or change.labels or (not relative and half_up(change.points, POINTS_DECIMALS)):
            yield change
    for identity, row in old.items():
        if identity not in new:
            yield RowChange(leaf, row, None, relative)


def _by_identity(leaf: LeafScore | None, relative: bool) -> dict[tuple[str, str | None, int], Evidence]:
    """The evidence by name and category, wherever it stands; a repeat, such as a second trip of one name, by its number."""
    found: dict[tuple[str, str | None, int], Evidence] = {}
    for each in leaf.evidence if leaf is not None else ():
        name, number = "" if relative else fold(each.label), 0
        while (name, each.category, number) in found:
            number += 1
        found[name, each.category, number] = each
    return found


def _points(evidence: Evidence | None) -> Fraction:
    return evidence.points if evidence is not None else Fraction(0)


# ---------------------------------------------------------------- what a comparison has to say


def remarks(quarters: Sequence[Quarter]) -> list[Finding]:
    """That a quarter is a draft, and that one was scored under other rules than the one before, or is of another year."""
    found = [
        Finding("W518", quarter.file, values={"period": quarter.scorecard.period})
        for quarter in quarters
        if quarter.scorecard.draft
    ]
    for old, new in pairwise(quarters):
        if _method_of(old.book) != _method_of(new.book):
            values = {"old": _method_name(old.book, new.book), "new": _method_name(new.book, old.book)}
            found.append(Finding("W516", new.file, values=values))
        if old.scorecard.period.year != new.scorecard.period.year:
            values = {"old": str(old.scorecard.period), "new": str(new.scorecard.period)}
            found.append(Finding("W517", new.file, values=values))
    return found


def _method_of(book: Rulebook) -> tuple[str, Mapping[str, str]]:
    return book.sha256, book.chosen


def _method_name(book: Rulebook, other: Rulebook) -> str:
    """A rulebook, with the readings in which it differs from the other."""
    readings = [f"{key}={value}" for key, value in book.chosen.items() if other.chosen.get(key) != value]
    return ", ".join([f"{book.id} {book.version} ({book.sha256[:8]})", *readings])


def _accumulates(old: Quarter, new: Quarter) -> bool:
    """True of an earlier and a later quarter of one year."""
    before, after = old.scorecard.period, new.scorecard.period
    return before.year == after.year and before < after


def _shrunken(chains: Sequence[ChainChange], old: Quarter, new: Quarter) -> Iterator[Finding]:
    """Ledger rows that are gone, and amounts that are less, though both accumulate within a year."""
    for chain in chains:
        if chain.old is None or chain.new is None:
            continue
        for leaf in chain.leaves:
            if leaf.old is None or leaf.new is None or leaf.leaf not in {each.id for each in old.book.leaves}:
                continue
            rule = old.book.rule(leaf.leaf, chain.chain)
            for change in leaf.rows:
                yield from _less_than_before(change, rule, leaf.rows, chain.chain, old, new)


def _less_than_before(
    change: RowChange, rule: Rule, rows: Sequence[RowChange], chain: str, old: Quarter, new: Quarter
) -> Iterator[Finding]:
    if change.old is None or change.old.row is None:
        return
    lookups = {term.lookup for term in rule.terms if term.lookup is not None}
    if change.new is None:
        if _is_event(change.old, old.book) and not any(_is_used_now(change.old, lookup, rows) for lookup in lookups):
            yield _gone(change.old, None, chain, new)
        return
    for lookup in sorted(lookups, key=taken_label):
        if taken_label(lookup) in change.old.facts and taken_label(lookup) not in change.new.facts:
            yield _gone(change.old, lookup, chain, new)
    yield from _less(change.old, change.new, change.labels, old.book, chain)


def _is_event(row: Evidence, book: Rulebook) -> bool:
    """True of a ledger's row."""
    sheet = next((sheet for sheet in book.sheets if same_sheet(row.sheet, sheet.name)), None)
    return sheet is not None and sheet.ledger is not None and sheet.ledger.name in row.cells


def _is_used_now(row: Evidence, lookup: Lookup, rows: Sequence[RowChange]) -> bool:
    """True of a looked up figure that stood alone and now stands beside the event it belongs to."""
    if not same_sheet(row.sheet, lookup.source.sheet):
        return False
    label = taken_label(lookup)
    return any(
        other.new is not None and label in other.new.facts and fold(other.new.label) == fold(row.label) for other in rows
    )


def _gone(row: Evidence, lookup: Lookup | None, chain: str, new: Quarter) -> Finding:
    """A row that is gone; with a lookup, the row of another sheet whose figure this one took."""
    if lookup is None:
        sheet, cell, category = row.sheet, next(iter(row.cells.values()), None), row.category
    else:
        sheet, cell = lookup.source.sheet, row.cells.get(taken_label(lookup))
        category = next((value for each in lookup.conditions for value in each.values), None)
    name = Bilingual(row.label + bracketed(category or "", "zh"), row.label + bracketed(category or "", "en"))
    values = {"name": name, "old": f"{row.file}:{sheet}!{cell}", "new": f"{new.file}:{sheet}"}
    return Finding("W514", row.file, sheet, cell, chain, values)


def _less(old: Evidence, new: Evidence, labels: Sequence[str], book: Rulebook, chain: str) -> Iterator[Finding]:
    for label in labels:
        sheet, shown = sheet_and_label(new, label)
        accumulates, whole = _accumulating(book, sheet, shown)
        before, after = _amount(old, label), _amount(new, label)
        if not accumulates or before is None or after is None or after >= before:
            continue
        old_sheet, _ = sheet_and_label(old, label)
        event = _is_event(new, book)
        values = {
            "name": new.label if event else sheet if whole else book.chain(chain).short_name, "label": shown,
            "old_value": plain(before), "new_value": plain(after), "old": f"{old.file}:{old_sheet}!{old.cells.get(label)}",
        }  # fmt: skip
        yield Finding("W515", new.file, sheet, new.cells.get(label), None if whole else chain, values)


def _accumulating(book: Rulebook, name: str, label: str) -> tuple[bool, bool]:
    """Whether an amount grows from period to period within a year, and whether it is one figure for all objects."""
    sheet = next((sheet for sheet in book.sheets if same_sheet(name, sheet.name)), None)
    if sheet is None:
        return False, False
    if any(cell.label == label for cell in sheet.cells):
        return True, True
    for grid in (sheet.table, sheet.ledger):
        for column in grid.columns if grid is not None else []:
            if column.label == label:
                return column.type == "amount" and column.last_year_of is None, False
    return False, False


def _amount(row: Evidence, label: str) -> Decimal | None:
    text = row.facts.get(label, "")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def sheet_and_label(row: Evidence, label: str) -> tuple[str, str]:
    """Where a fact stands: the row's own sheet, or another that certified it."""
    sheet, mark, own = label.partition("!")
    return (sheet, own) if mark else (row.sheet, label)
