"""Judging the rows of a ledger: what all terms of a leaf that are of it make of each row together.

Rows are judged by what tells them apart (which conditions hold, which step is reached), each distinct case once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import Any

import msgspec

from chainscore.intake.tables import SOUND
from chainscore.method.rule.condition import Condition
from chainscore.method.rule.judging import ZERO, Judgement, fact, judge_row, measured_label
from chainscore.method.rule.term import Lookup, Rule, Term
from chainscore.scoring.rows import UNSOUND, Context, Known, Rows, Value, Verdict
from chainscore.words.folding import fold
from chainscore.words.texts import Why

Taken = tuple[tuple[Any, int], ...]
"""For each lookup of a rule the figure that it gives a row, and the row there; None and -1 where there is none."""


class Judged(msgspec.Struct, frozen=True, eq=False):
    """One row of one object."""

    rows: Rows
    position: int
    verdict: Verdict
    taken: tuple[int, ...] = ()
    """The row that each lookup of its rule takes its figure from; -1 where there is none."""

    @property
    def value(self) -> Value:
        """What the points depend on; a day as text."""
        label = self.verdict.value_label
        value = self.rows.column(label)[self.position] if label else self.verdict.value
        return value.isoformat() if isinstance(value, datetime.date) else value


class LedgerJudge:
    """The rows of a ledger under one rule."""

    def __init__(self, context: Context, rows: Rows, rule: Rule) -> None:
        self.context = context
        self.rows = rows
        self.rule = rule
        self.terms = rule.of_source(rows.source)
        self.lookups = rule.lookups(rows.source)
        self._known: dict[tuple[Any, ...], Verdict | None] = {}

    def judge(self, chain: str) -> list[Judged]:
        """Every row of an object that the leaf considers, in order."""
        if not self.terms:
            return []
        positions = self.rows.of_chain.get(chain, [])
        taken = self._taken(chain, positions)
        skipped = {term.index: self._skipped(term, positions) for term in self.terms if term.skip_first is not None}
        found = []
        for position, case in zip(positions, self._cases(positions, taken, skipped), strict=True):
            if case not in self._known:
                first = {index for index, at in skipped.items() if at == position}
                self._known[case] = self._verdict(position, taken[position], first)
            verdict = self._known[case]
            if verdict is not None:
                found.append(Judged(self.rows, position, verdict, tuple(at for _, at in taken[position])))
        return found

    # ------------------------------------------------ what tells rows apart

    def alike(self, chain: str, positions: Sequence[int]) -> list[tuple[Any, ...]]:
        """For each row all that its part in the leaf depends on: rows of which that is equal can stand for each other."""
        columns: list[list[Any]] = [list(self._cases(positions, self._taken(chain, positions), {}))]
        if self.rule.once:
            columns.append([self.rows.names[position] for position in positions])
        for term in self.terms:
            if term.by_object and term.measure is not None:
                columns += [self.rows.of(label, positions) for label in term.measure.labels]
            if term.skip_first is not None:
                columns.append(self.rows.of(term.skip_first.by, positions))
                columns += [self._outcomes(each, positions) for each in term.skip_first.conditions]
        return list(zip(*columns, strict=True))

    def _cases(
        self, positions: Sequence[int], taken: Mapping[int, Taken], skipped: Mapping[int, int | None]
    ) -> Iterator[tuple[Any, ...]]:
        """For each row what tells it from rows of another verdict."""
        columns = [self.rows.of(SOUND, positions), [self.rows.categories[position] for position in positions]]
        for term in self.terms:
            columns += [self._outcomes(each, positions) for each in term.conditions]
            columns += self._figures(term, positions)
        if self.lookups:
            columns.append([taken[position] for position in positions])
        if skipped:
            columns.append([tuple(index for index, at in skipped.items() if at == position) for position in positions])
        return zip(*columns, strict=True)

    def _outcomes(self, condition: Condition, positions: Sequence[int]) -> list[Any]:
        """Whether a condition holds; where it has a remark that tells the value, the value too."""
        now = self.context.moment.now
        tells = bool(condition.remark)

        def outcome(value: Any) -> Any:
            holds = condition.holds(value, now)
            return holds if holds or not tells else (False, value)

        blank_too = Known(lambda value: (outcome(value), value is None))
        return list(map(blank_too.__getitem__, self.rows.of(condition.label, positions)))

    def _figures(self, term: Term, positions: Sequence[int]) -> Iterator[list[Any]]:
        """What a term measures, as far as the points depend on it and it is not looked up."""
        label = measured_label(term)
        if term.measure is None or term.by_object:
            return
        if label and term.points.alike_within_steps:
            reached = Known(lambda value: self._step(term, value))
            yield list(map(reached.__getitem__, self.rows.of(label, positions)))
            return
        for each in term.measure.labels:
            if term.lookup is None or each != term.lookup.alias:
                yield self.rows.of(each, positions)

    @staticmethod
    def _step(term: Term, value: Any) -> Any:
        """The step that a figure reaches; the figure itself where a remark tells it."""
        if value is None:
            return ""
        step = term.points.reached(value)
        return value if step is None and term.points.remark else (step,)

    # ------------------------------------------------ one case

    def _verdict(self, position: int, taken: Taken, skipped: set[int]) -> Verdict | None:
        """What the terms make of a row together; None where it is of no category that they are about."""
        category = self.rows.categories[position]
        about = [term for term in self.terms if not term.scope or category in term.scope]
        if not about:
            return None
        row = self._row(position, about, taken)
        if not self.rows.column(SOUND)[position]:
            label = next((label for term in about if (label := measured_label(term))), "")
            return Verdict(ZERO, (UNSOUND,), counted=False, value_label=label, value=category, measure=label)
        judged = [self._skip(term) if term.index in skipped else judge_row(term, row, self.context.moment) for term in about]
        holding = [(term, each) for term, each in zip(about, judged, strict=True) if each.holds]
        if not holding:
            return self._failed(min(judged, key=lambda each: each.failed))
        return self._held(holding, [each for each in judged if each.remarkable], row, taken)

    def _row(self, position: int, terms: Sequence[Term], taken: Taken) -> dict[str, Any]:
        """What stands in a row under the labels of some terms, with what was looked up."""
        row = {label: self.rows.column(label)[position] for term in terms for label in term.labels}
        return row | {lookup.alias: figure for lookup, (figure, _) in zip(self.lookups, taken, strict=True)}

    def _skip(self, term: Term) -> Judgement:
        assert term.skip_first is not None
        remark = term.skip_first.remark
        why = Why("remark", {"remark": remark}) if remark else Why("skipped_first", {"label": term.skip_first.by})
        remarks = ((remark, ""),) if remark else ()
        return Judgement(True, value_label=measured_label(term), why=(why,), remarks=remarks)

    def _failed(self, failed: Judgement) -> Verdict:
        why = self.context.told(failed.why, self.rule, self.rows)
        label = failed.value_label
        of_row = self._of_row(label)
        return Verdict(
            ZERO, why, counted=False, value=failed.value, value_label=of_row, measure=label, remarks=failed.remarks, holds=False
        )

    def _of_row(self, label: str) -> str:
        """The label of a value that stands in the row itself; empty of one that is looked up."""
        return "" if any(label == lookup.alias for lookup in self.lookups) else label

    def _held(
        self,
        holding: Sequence[tuple[Term, Judgement]],
        remarkable: Sequence[Judgement],
        row: Mapping[str, Any],
        taken: Taken,
    ) -> Verdict:
        known = [each.points for _, each in holding if each.points is not None]
        term, first = next((each for each in holding if each[1].value is not None or each[1].value_label), holding[0])
        telling = [*(each for _, each in holding), *remarkable]
        whys = tuple(why for each in telling for why in each.why)
        remarks = tuple(remark for each in telling for remark in each.remarks)
        whose = [each for each in map(partial(self._whose, row), self.lookups, taken) if each is not None]
        whys = (*(why for why, _ in whose), *whys)
        remarks = (*remarks, *(made for _, made in whose if made is not None))
        part_of = frozenset(term.index for term, each in holding if term.by_object)
        total = sum(known, ZERO)
        return Verdict(
            points=total,
            why=self.context.told(whys, self.rule, self.rows),
            counted=bool(total) or bool(part_of),
            value=first.value,
            value_label=self._of_row(first.value_label),
            measure=first.value_label or term.words(),
            remarks=remarks,
            open=len(known) < len(holding),
            undefined=next((each.undefined for _, each in holding if each.undefined is not None), None),
            part_of=part_of,
        )

    def _whose(
        self, row: Mapping[str, Any], lookup: Lookup, taken: tuple[Any, int]
    ) -> tuple[Why, tuple[str, str] | None] | None:
        """With whose figure it is, and the remark on that; None where there is nothing to say."""
        figure, at = taken
        if at >= 0:
            where = self.context.rows(lookup.source).where(at, lookup.take)
            return Why("taken", {"label": lookup.alias, "value": fact(figure), "first": where}), None
        measures = [term.measure for term in self.terms if term.lookup == lookup and term.measure is not None]
        own = next((label for measure in measures for label in measure.labels if label != lookup.alias), "")
        if not lookup.missing or row.get(own) is None:
            return None
        return Why("remark", {"remark": lookup.missing, "label": own, "value": fact(row.get(own))}), (lookup.missing, own)

    # ------------------------------------------------ rows that depend on other rows

    def _skipped(self, term: Term, positions: Sequence[int]) -> int | None:
        """The row that comes first by a date, of those where the conditions hold."""
        skip = term.skip_first
        assert skip is not None
        sound, dates, now = self.rows.column(SOUND), self.rows.column(skip.by), self.context.moment.now
        columns = [(each, self.rows.column(each.label)) for each in skip.conditions]
        qualifying = [
            (dates[position], position)
            for position in positions
            if sound[position]
            and dates[position] is not None
            and all(condition.holds(column[position], now) for condition, column in columns)
        ]
        return min(qualifying)[1] if qualifying else None

    def _taken(self, chain: str, positions: Sequence[int]) -> dict[int, Taken]:
        """Position → (figure, row there) of what each lookup gives; row -1 where there is none."""
        columns = [list(self._looked_up(lookup, chain, positions)) for lookup in self.lookups]
        return dict(zip(positions, zip(*columns, strict=True) if columns else repeat(()), strict=False))

    def _looked_up(self, lookup: Lookup, chain: str, positions: Sequence[int]) -> Iterator[tuple[Any, int]]:
        other, named = self.context.rows(lookup.source), looked_up(self.context, lookup, chain)
        names, figures, sound = self.rows.column(lookup.by), other.column(lookup.take), other.column(SOUND)
        for position in positions:
            at = named.get(fold(str(names[position] or "")), -1)
            yield figures[at] if at >= 0 and sound[at] else None, at


def looked_up(context: Context, lookup: Lookup, chain: str) -> dict[str, int]:
    """Folded name → the row of an object that a lookup takes."""
    other = context.rows(lookup.source)
    columns = [(each, other.column(each.label)) for each in lookup.conditions]
    names, now = other.column(lookup.name), context.moment.now
    return {
        fold(str(names[at] or "")): at
        for at in other.of_chain.get(chain, [])
        if all(condition.holds(column[at], now) for condition, column in columns)
    }
