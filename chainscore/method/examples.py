"""The examples beside the rules: rows of one object, and what they must earn, so that whoever changes a rule is told.

Nothing of them is judged but by the rules themselves.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from chainscore.method.mistakes import Mistake, Path, not_among, wanted
from chainscore.method.period import Period, PeriodError
from chainscore.method.rule.judging import ZERO, Moment, Row, judge_object, judge_row, measure_object
from chainscore.method.rule.standing import standings
from chainscore.method.rule.term import Lookup, Rule, Source, Term
from chainscore.method.rulebook import NUMBERS, Column, Example, InputField, Leaf, Method
from chainscore.method.scope import name_of
from chainscore.words.folding import fold
from chainscore.words.numbers import approximately, half_up, plain

SOURCE = "of"
"""The key under which a row of an example names its sheet."""
Rules = Mapping[tuple[str, str], Rule]


def examples_held(method: Method, rules: Rules, mistakes: list[Mistake]) -> None:
    """Add what is wrong with the examples of all leaves whose rules are sound."""
    if not method.chains:
        return
    broken = {mistake.path[:4] for mistake in mistakes}
    for place, indicator in enumerate(method.indicators):
        for at, leaf in enumerate(indicator.leaves):
            path: Path = ("indicators", place, "leaves", at)
            if not leaf.examples or path in broken or any(each[:1] == ("sheets",) for each in broken):
                continue
            for index, example in enumerate(leaf.examples):
                mistakes += _Case(method, leaf, example, rules, (*path, "examples", index)).mistakes()


class _Case(msgspec.Struct, frozen=True):
    """One example."""

    method: Method
    leaf: Leaf
    example: Example
    rules: Rules
    path: Path

    def mistakes(self) -> Iterator[Mistake]:
        """What is wrong with it; where nothing is, whether it holds."""
        found: list[Mistake] = []
        group = self.example.group or self.method.groups[0]
        if group not in self.method.groups:
            yield not_among("R018", (*self.path, "group"), group, self.method.groups)
            return
        rule = self.rules[self.leaf.id, group]
        rows = [self._row(rule, told, index, found) for index, told in enumerate(self.example.rows)]
        moment = self._moment([row for each in rows if each is not None for row in [each[1]]], found)
        yield from found
        if found or moment is None:
            return
        points = earned(rule, self.method, [each for each in rows if each is not None], moment)
        expected = self.example.points
        if points is None or (points != Fraction(expected) and half_up(points, self.method.decimals) != expected):
            shown = "—" if points is None else approximately(points)
            yield Mistake("R030", (*self.path, "points"), {"text": plain(expected), "points": shown, "leaf": self.leaf.id})

    def _moment(self, rows: Sequence[Row], found: list[Mistake]) -> Moment | None:
        """The end of the period that the example names; else a day after all of its dates, when the year is out."""
        if not self.example.period:
            dates = [value for row in rows for value in row.values() if isinstance(value, datetime.date)]
            return Moment(max(dates, default=datetime.date(2000, 1, 1)) + datetime.timedelta(days=1), Fraction(1))
        try:
            period = Period.parse(self.example.period, self.method.year_starts)
        except PeriodError:
            values = {"text": self.example.period, "expected": wanted("period")}
            found.append(Mistake("R004", (*self.path, "period"), values))
            return None
        return Moment(period.end, period.elapsed)

    # ------------------------------------------------ rows

    def _row(self, rule: Rule, told: Mapping[str, Any], index: int, found: list[Mistake]) -> tuple[Source, Row] | None:
        """A row with labels and values as its sheet has them."""
        path: Path = (*self.path, "rows", index)
        source = self._source(rule, told, path, found)
        if source is None:
            return None
        fields = self._fields(source)
        row = {}
        for label, value in told.items():
            if label == SOURCE:
                continue
            field = fields.get(fold(label))
            if field is None:
                labels = [each.label for each in fields.values()]
                found.append(not_among("R013", (*path, label), label, labels, sheet=source.sheet))
            else:
                row[field.label] = _meant(field, value, (*path, label), found)
        return source, row

    def _source(self, rule: Rule, told: Mapping[str, Any], path: Path, found: list[Mistake]) -> Source | None:
        """The table or ledger that a row is of: the one it names, or the first of the rule's that has all of its labels."""
        sources = rule.sources
        if SOURCE in told:
            names = {name: source for source in sources for name in (source.sheet, f"{source.sheet}.{source.grid}")}
            if told[SOURCE] not in names:
                found.append(not_among("R011", (*path, SOURCE), told[SOURCE], list(names)))
            return names.get(told[SOURCE])
        labels = {fold(label) for label in told}
        return next((each for each in sources if labels <= self._fields(each).keys()), next(iter(sources), None))

    def _fields(self, source: Source) -> dict[str, InputField]:
        """Folded label → the column or labelled cell."""
        sheet = self.method.sheet(source.sheet)
        grid = sheet.grid(source.grid)
        assert grid is not None
        return {fold(field.label): field for field in (*sheet.cells, *grid.columns)}


def _meant(field: InputField, value: Any, path: Path, found: list[Mistake]) -> Any:
    """What a value of an example stands for, as it would be read from a cell."""
    if field.type in NUMBERS:
        if type(value) in (int, Decimal):
            return Decimal(value)
        found.append(Mistake("R004", path, {"text": value, "expected": wanted("number")}))
    elif field.type == "date":
        try:
            return datetime.date.fromisoformat(str(value))
        except ValueError:
            found.append(Mistake("R004", path, {"text": value, "expected": wanted("date")}))
    elif isinstance(field, Column) and field.type == "choice":
        known = {fold(each): each for each in field.values}
        if fold(str(value)) not in known:
            found.append(not_among("R014", path, value, field.values, label=field.label))
        return known.get(fold(str(value)))
    return str(value)


# ---------------------------------------------------------------- what rows earn

Rows = Sequence[tuple[Source, Row]]


def earned(rule: Rule, method: Method, rows: Rows, moment: Moment) -> Fraction | None:
    """What rows of one object earn by a rule, within its limits; None while a figure that is needed is not given."""
    parts: list[Fraction | None] = []
    for term in rule.terms:
        if term.source is None:
            parts.append(Fraction(term.points.linear.at_0) if term.points.linear is not None else ZERO)
        elif term.by_object or term.source.grid == "table":
            parts.append(_of_object(term, _of(rows, term.source), moment))
    names: dict[str, Fraction] = {}
    for source in rule.sources:
        for at, points in enumerate(_of_rows(rule, method, source, rows, moment)):
            name = fold(str(_of(rows, source)[at].get(name_of(method.sheet(source.sheet).grid(source.grid))) or ""))
            if points is None or not rule.once or not name:
                parts.append(points)
            else:
                names[name] = max(points, names.get(name, points))
    known = [points for points in (*parts, *names.values()) if points is not None]
    if len(known) < len(parts) + len(names):
        return None
    total = sum(known, ZERO)
    total = min(total, Fraction(rule.cap)) if rule.cap is not None else total
    return max(total, Fraction(rule.floor)) if rule.floor is not None else total


def _of(rows: Rows, source: Source) -> list[Row]:
    return [row for its, row in rows if its == source]


def _of_object(term: Term, rows: Sequence[Row], moment: Moment) -> Fraction | None:
    """The points of an object as a whole, or of a table's row; of a standing, as if it were the only object."""
    if not term.by_object:
        return judge_row(term, rows[0], moment).points if rows else None
    taking_part = [row for row in rows if judge_row(term, row, moment).holds]
    value, _ = measure_object(term, taking_part, moment)
    if value is None and isinstance(term.missing, Decimal):
        value = Fraction(term.missing)
    if value is None:
        return None
    standing = standings({"": value}, term.against)[""] if term.against != "value" else None
    return judge_object(term, value, standing, {}).points


def _of_rows(rule: Rule, method: Method, source: Source, rows: Rows, moment: Moment) -> Iterator[Fraction | None]:
    """What each row of a ledger earns by itself."""
    grid = method.sheet(source.sheet).grid(source.grid)
    category = getattr(grid, "category", None)
    terms = [term for term in rule.of_source(source) if source.grid == "ledger" and not term.by_object]
    own = _of(rows, source)
    for row in own:
        taken = {**row, **{each.lookup.alias: _looked_up(each.lookup, row, rows, moment) for each in terms if each.lookup}}
        about = [term for term in terms if not term.scope or row.get(category or "") in term.scope]
        judged = [judge_row(term, taken, moment) for term in about if row is not _skipped(term, own, moment)]
        points = [each.points for each in judged if each.holds]
        known = [each for each in points if each is not None]
        yield sum(known, ZERO) if len(known) == len(points) else None


def _looked_up(lookup: Lookup, row: Row, rows: Rows, moment: Moment) -> Any:
    """The figure that the last of the other's rows of the same name gives."""
    name = fold(str(row.get(lookup.by) or ""))
    given = [
        other.get(lookup.take)
        for other in _of(rows, lookup.source)
        if fold(str(other.get(lookup.name) or "")) == name
        and all(each.holds(other.get(each.label), moment.now) for each in lookup.conditions)
    ]
    return given[-1] if given else None


def _skipped(term: Term, rows: Sequence[Row], moment: Moment) -> Row | None:
    """The row that comes first by a date, of those where the conditions of ``skip_first`` hold."""
    skip = term.skip_first
    if skip is None:
        return None
    qualifying = [
        row
        for row in rows
        if row.get(skip.by) is not None and all(each.holds(row.get(each.label), moment.now) for each in skip.conditions)
    ]
    return min(qualifying, key=lambda row: row[skip.by], default=None)
