"""From tables to evidence: every leaf of every object judged by its rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

import pandas as pd
from msgspec.structs import replace

from chainscore.intake.tables import FILE, SHEET, SOUND, Tables
from chainscore.method.rule.judging import ZERO, Judgement, Moment, fact, measured_label
from chainscore.method.rule.measure import Label
from chainscore.method.rule.points import compared_figure
from chainscore.method.rule.term import Lookup, Rule, Source, Term
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.evidence import (
    ALL_TERMS,
    CATEGORY,
    CHAIN,
    COLUMNS,
    COUNTED,
    LABEL,
    LEAF,
    MEASURE,
    POINTS,
    POSITION,
    REMARKS,
    ROW_NUMBER,
    SOURCE,
    TAKEN,
    TERM,
    VALUE,
    WHY,
    EvidenceTable,
)  # fmt: skip
from chainscore.scoring.ledger import Judged, LedgerJudge, looked_up
from chainscore.scoring.objects import ObjectsJudge
from chainscore.scoring.rows import UNSOUND, Context, Missing, Rows, Verdict
from chainscore.words.bilingual import Bilingual, Text
from chainscore.words.folding import fold
from chainscore.words.texts import LANGUAGES, Why


class Judge:
    """All leaves of all objects. ``missing`` is what keeps a leaf open; ``formulas`` tells how a relative score comes about."""

    def __init__(self, tables: Tables, book: Rulebook, points_alone: bool = False) -> None:
        """``points_alone``: of the evidence only whose it is and its points, where the rest is not asked for."""
        self.points_alone = points_alone
        assert tables.period is not None
        assert tables.now is not None
        self.book = book
        self.context = Context(tables, book, Moment(tables.now, tables.period.elapsed))
        self.columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        self.missing: list[Missing] = []
        self.open: set[tuple[str, str]] = set()
        self.formulas: dict[tuple[str, str], Why] = {}

    def table(self) -> EvidenceTable:
        """Judge everything."""
        for leaf in self.book.leaves:
            LeafJudge(self, leaf).judge()
        frame = pd.DataFrame(self.columns, dtype=object)
        return EvidenceTable(frame, self.context.known, self.book)

    def add(self, leaf: str, chain: str, term: int, rows: Rows, judged: Sequence[Judged], label: str = "") -> None:
        """Enter rows of one table or ledger as evidence, column by column."""
        if self.points_alone:
            self.columns[CHAIN] += [chain] * len(judged)
            self.columns[POINTS] += [each.verdict.points for each in judged]
            return
        positions = [each.position for each in judged]
        verdicts = [each.verdict for each in judged]
        number = len(judged)
        added: dict[str, list[Any]] = {
            LEAF: [leaf] * number,
            CHAIN: [chain] * number,
            TERM: [term] * number,
            SOURCE: [self.context.known.index(rows)] * number,
            POSITION: positions,
            TAKEN: [each.taken for each in judged],
            **{name: rows.of(name, positions) for name in (FILE, SHEET, ROW_NUMBER)},
            LABEL: [label or rows.label(position) for position in positions],
            CATEGORY: [rows.categories[position] for position in positions],
            MEASURE: [each.measure for each in verdicts],
            VALUE: [each.value for each in judged],
            POINTS: [each.points for each in verdicts],
            COUNTED: [each.counted for each in verdicts],
            WHY: [each.why for each in verdicts],
            REMARKS: [each.remarks for each in verdicts],
        }
        for name, values in added.items():
            self.columns[name] += values


class LeafJudge:
    """One leaf of all objects."""

    def __init__(self, judge: Judge, leaf: Leaf, chains: Collection[str] | None = None) -> None:
        """``chains`` are the objects that it is judged of; without them all."""
        self.all = judge
        self.context = judge.context
        self.leaf = leaf
        self.rules = {
            chain.id: judge.book.rule(leaf.id, chain.id) for chain in judge.book.chains if chains is None or chain.id in chains
        }

    def judge(self) -> None:
        """Add the evidence of every object, and note what keeps its leaf open."""
        ledgers: dict[tuple[int, Source], LedgerJudge] = {}
        judged = {chain: self._rows_of(chain, rule, ledgers) for chain, rule in self.rules.items()}
        objects: dict[int, ObjectsJudge] = {}
        for chain, rule in self.rules.items():
            if not all(self.context.is_known(source, chain) for source in rule.sources):
                self.all.open.add((self.leaf.id, chain))
            for rows, some in groupby(self._counted_once(judged[chain], rule), key=lambda each: each.rows):
                self._add(chain, rows, ALL_TERMS, list(some))
            for term in rule.terms:
                if term.source is not None and (term.source.grid == "table" or term.by_object):
                    if term.index not in objects:
                        terms = {each: its.terms[term.index] for each, its in self.rules.items()}
                        objects[term.index] = ObjectsJudge(self.context, terms, judged)
                    self._add_object(chain, term, rule, objects[term.index])
            self._add_unmatched(chain, rule)

    def _rows_of(self, chain: str, rule: Rule, ledgers: dict[tuple[int, Source], LedgerJudge]) -> list[Judged]:
        found = []
        for source in rule.sources:
            if source.grid == "ledger":
                key = (id(rule), source)
                if key not in ledgers:
                    ledgers[key] = LedgerJudge(self.context, self.context.rows(source), rule)
                found += ledgers[key].judge(chain)
        return found

    # ------------------------------------------------ rows of ledgers

    def _counted_once(self, judged: Sequence[Judged], rule: Rule) -> list[Judged]:
        """Where names count once, every row but the one at which its name earns most, the earlier of equals, earns nothing."""
        if not rule.once:
            return list(judged)
        best: dict[str, Judged] = {}
        for each in judged:
            known = best.get(each.rows.names[each.position])
            if _may_count(each) and (known is None or each.verdict.points > known.verdict.points):
                best[each.rows.names[each.position]] = each
        return [self._or_counted(each, best.get(each.rows.names[each.position]), rule) for each in judged]

    def _or_counted(self, each: Judged, best: Judged | None, rule: Rule) -> Judged:
        if best is None or best is each or not _may_count(each):
            return each
        category = best.rows.categories[best.position] or best.rows.label(best.position)
        why = Why("counted_once", {"category": category, "first": best.rows.where(best.position)})
        if rule.once_remark:
            why = self.context.remark_told(Why("remark", {**why.values, "remark": rule.once_remark}), rule, each.rows)
        remarks: tuple[tuple[str, str], ...] = ((rule.once_remark, ""),) if rule.once_remark else ()
        verdict = replace(each.verdict, points=ZERO, why=(why,), counted=False, remarks=remarks, open=False)
        return replace(each, verdict=verdict)

    def _add(self, chain: str, rows: Rows, term: int, judged: Sequence[Judged], label: str = "") -> None:
        """Enter rows as evidence."""
        for each in judged:
            if each.verdict.open:
                self.all.open.add((self.leaf.id, chain))
                self._note_row(chain, each)
        self.all.add(self.leaf.id, chain, term, rows, judged, label)

    def _note_row(self, chain: str, each: Judged) -> None:
        """A figure that a row needs is not given, unless what should give it was not handed in or has an error of its own."""
        terms = self.rules[chain].of_source(each.rows.source)
        zero, source, position = each.verdict.undefined, each.rows.source, each.position
        lookups = list(self._lacking(chain, each))
        if any(not self._is_given(lookup, at) for lookup, at in lookups):
            return
        label = zero or each.rows.lacking(terms, position)
        if not label and lookups:
            lookup, at = lookups[0]
            label = lookup.take
            if at >= 0:
                source, position = lookup.source, at
        if label:
            self.all.missing.append(Missing(self.leaf.id, chain, source, position, label, zero is not None))

    def _is_given(self, lookup: Lookup, at: int) -> bool:
        """Whether the department of a lookup has handed in, and no error of its row says already what is wrong."""
        submissions = self.context.tables.sheets[lookup.source.sheet].submissions
        return bool(submissions) and (at < 0 or bool(self.context.rows(lookup.source).column(SOUND)[at]))

    def _lacking(self, chain: str, each: Judged) -> Iterator[tuple[Lookup, int]]:
        """The lookups that give a row no figure, and the row there, -1 where there is none."""
        for lookup, at in zip(self.rules[chain].lookups(each.rows.source), each.taken, strict=True):
            if at < 0 or self.context.rows(lookup.source).column(lookup.take)[at] is None:
                yield lookup, at

    # ------------------------------------------------ tables, and objects as a whole

    def _add_object(self, chain: str, term: Term, rule: Rule, objects: ObjectsJudge) -> None:
        """The evidence of a table's row for one term, or of what an object's rows come to."""
        rows, position = objects.rows, objects.position(chain)
        outcome = objects.outcome(chain) if position >= 0 or rows.source.grid == "ledger" else None
        if outcome is None or outcome.judged is None:
            self.all.open.add((self.leaf.id, chain))
            if outcome is not None:
                self._note_object(chain, term, objects, position, outcome.zero)
            return
        judged = outcome.judged
        verdict = Verdict(
            points=judged.points or ZERO,
            why=() if self.all.points_alone else self._told(chain, term, rule, judged, objects, position),
            counted=bool(judged.points) or (term.by_object and judged.holds),
            value=judged.value,
            measure=term.words(),
            remarks=judged.remarks,
        )
        if position >= 0:
            self._add(chain, rows, term.index, [Judged(rows, position, verdict)], self._title(term))
            return
        file, sheet = self._whole(rows)
        entry = {
            LEAF: self.leaf.id, CHAIN: chain, TERM: term.index, SOURCE: self.context.known.index(rows), POSITION: -1,
            TAKEN: (), FILE: file, SHEET: sheet, ROW_NUMBER: None, LABEL: self._title(term), CATEGORY: None,
            MEASURE: verdict.measure, VALUE: verdict.value, POINTS: verdict.points, COUNTED: verdict.counted,
            WHY: verdict.why, REMARKS: verdict.remarks,
        }  # fmt: skip
        for name, value in entry.items():
            self.all.columns[name].append(value)

    def _told(
        self, chain: str, term: Term, rule: Rule, judged: Judgement, objects: ObjectsJudge, position: int
    ) -> tuple[Why, ...]:
        """The reasons; where a leaf is one sentence about a standing, its formula tells that and the evidence its figures."""
        why = self.context.told(judged.why, rule, objects.rows)
        if term.against == "value" or len(rule.terms) > 1 or not judged.holds:
            return why
        self.all.formulas[self.leaf.id, chain] = why[-1]
        if len(why) > 1:  # another figure stands for it
            return why[:-1]
        return (self._measure_why(term, judged.value, objects.row(position, term) if position >= 0 else {}),)

    def _measure_why(self, term: Term, value: Any, row: Mapping[str, Any]) -> Why:
        """How the figure comes about: the measure with its numbers, and the figure; a lone label by its name."""
        shown = compared_figure(value, term.as_percent) if isinstance(value, Fraction) else fact(value)
        numbers: Text = shown
        if measure := term.measure:
            known = {} if isinstance(measure, Label) else {label: fact(value) for label, value in row.items()}
            told = {each: measure.told(each, lambda label: known.get(label, label)) for each in LANGUAGES}
            numbers = Bilingual(**told)
        return Why("measured", {"numbers": numbers, "value": shown})

    def _whole(self, rows: Rows) -> tuple[str, str]:
        """The file and the sheet that stand for a whole ledger."""
        first = next(iter(rows.tables.submissions), None)
        return (first.file, first.sheet) if first is not None else ("", rows.source.sheet)

    def _title(self, term: Term) -> str:
        """What the evidence of a term is called."""
        label = measured_label(term)
        return label if isinstance(term.measure, Label) and not term.by_object else self.leaf.title

    def _note_object(self, chain: str, term: Term, objects: ObjectsJudge, position: int, zero: str | None) -> None:
        """A figure that an object needs is not given, unless what is wrong there has been said."""
        assert term.source is not None
        assert term.measure is not None or term.conditions
        rows = objects.rows
        if not self.context.is_known(term.source, chain) or (position >= 0 and not rows.column(SOUND)[position]):
            return
        labels = term.measure.labels if term.measure is not None else ()
        if zero is None and any(label not in rows.frame and rows.tables.cells.get(label) is None for label in labels):
            return
        if zero is None and any(label in rows.tables.cells and rows.tables.cells[label].value is None for label in labels):
            return
        lacking = objects.lacking(chain) if term.by_object else []
        if zero is None and lacking:
            self.all.missing += [Missing(self.leaf.id, chain, term.source, at, label) for at, label in lacking]
            return
        blank = rows.lacking((term,), position) if position >= 0 else ""
        label = zero or blank or next(iter(labels), "")
        self.all.missing.append(Missing(self.leaf.id, chain, term.source, position, label, zero is not None))

    # ------------------------------------------------ figures of a lookup that no row takes

    def _add_unmatched(self, chain: str, rule: Rule) -> None:
        for source in rule.sources:
            for lookup in rule.lookups(source):
                other, entered = self.context.rows(lookup.source), self._entered(chain, rule.of_source(source), lookup)
                for name, at in looked_up(self.context, lookup, chain).items():
                    if name not in entered:
                        self._add(chain, other, ALL_TERMS, [Judged(other, at, self._not_taken(lookup, source, rule, at))])

    def _entered(self, chain: str, terms: Sequence[Term], lookup: Lookup) -> set[str]:
        """The folded names of the rows for which one of the terms takes a figure by a lookup."""
        return {name for term in terms if term.lookup == lookup for name in self._names(chain, term, lookup)}

    def _names(self, chain: str, term: Term, lookup: Lookup) -> Iterator[str]:
        assert term.source is not None
        own, now = self.context.rows(term.source), self.context.moment.now
        names = own.column(lookup.by)
        columns = [(each, own.column(each.label)) for each in term.conditions if each.label != lookup.alias]
        for at in own.of_chain.get(chain, []):
            if all(condition.holds(column[at], now) for condition, column in columns):
                yield fold(str(names[at] or ""))

    def _not_taken(self, lookup: Lookup, source: Source, rule: Rule, at: int) -> Verdict:
        other, take, remark = self.context.rows(lookup.source), lookup.take, lookup.unmatched
        if not other.column(SOUND)[at]:
            return Verdict(ZERO, (UNSOUND,), counted=False, value_label=take, measure=take)
        why = Why("not_taken", {"sheet": source.sheet})
        if remark:
            why = self.context.remark_told(Why("remark", {**why.values, "remark": remark}), rule, other)
        submitted = self.context.tables.sheets[source.sheet].submitted
        remarks: tuple[tuple[str, str], ...] = ((remark, ""),) if remark and submitted else ()
        return Verdict(ZERO, (why,), counted=False, value_label=take, measure=take, remarks=remarks)


def _may_count(each: Judged) -> bool:
    """Whether a row is one of those of which a name counts once: what conditions leave out cancels no penalty."""
    return each.verdict.sound and each.verdict.holds
