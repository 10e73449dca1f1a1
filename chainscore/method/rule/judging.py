"""Judging: what a sentence makes of one row, and of all rows of an object. Exact, and of nothing but what it is given."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import msgspec

from chainscore.method.rule.condition import Condition
from chainscore.method.rule.measure import ELAPSED, Figures, Label, UndefinedError
from chainscore.method.rule.points import compared_figure, shown_figure
from chainscore.method.rule.standing import Standing
from chainscore.method.rule.term import Term
from chainscore.words.bilingual import Bilingual
from chainscore.words.numbers import approximately, plain
from chainscore.words.texts import Why

ZERO = Fraction(0)
Row = Mapping[str, Any]
"""Label → what stands in a row: Decimal, date, text or None; with the sheet's labelled cells and what was looked up."""


class Moment(msgspec.Struct, frozen=True):
    """When it is judged."""

    now: datetime.date
    """The day by which events had to have happened."""
    elapsed: Fraction
    """The share of the year gone by."""


class Judgement(msgspec.Struct, frozen=True):
    """What a term makes of a row, or of an object."""

    holds: bool
    """All conditions do."""
    points: Fraction | None = ZERO
    """None while a figure that it needs is not given."""
    value: Decimal | Fraction | str | None = None
    value_label: str = ""
    """The label of the row under which ``value`` stands, where it is no more than that."""
    why: tuple[Why, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    """(remark, the label at which it is to be made)."""
    failed: int = 0
    """How many conditions do not hold."""
    remarkable: bool = False
    """Each condition that does not hold has a remark, which is then made whatever else the row earns."""
    undefined: str | None = None
    """The label of a figure that is zero and divides."""


def figures_of(row: Row, moment: Moment) -> Figures:
    """A row's numbers by label."""

    def figure(label: str) -> Fraction | None:
        value = moment.elapsed if label == ELAPSED else row.get(label)
        return Fraction(value) if isinstance(value, Decimal | Fraction) else None

    return figure


def judge_row(term: Term, row: Row, moment: Moment) -> Judgement:
    """What a term makes of one row; of a term by object, whether the row takes part."""
    failed = [each for each in term.conditions if not each.holds(row.get(each.label), moment.now)]
    if failed:
        return _failed(term, failed, row, moment)
    if term.by_object:
        for_all = Why("taken_for", {"measure": term.told})
        why = Why("takes_part", {"conditions": conditions_told(term, moment)}) if term.conditions else for_all
        return Judgement(True, value_label=_told_label(term), why=(why,))
    if term.text_label is not None:
        return _earned(term, row.get(term.text_label))
    if term.measure is None:
        return _each(term, moment)
    try:
        value = term.measure.value(figures_of(row, moment), ())
    except UndefinedError as error:
        return Judgement(True, points=None, undefined=error.label, why=(Why("undefined", {"label": error.label or ""}),))
    return _earned(term, value)


def _failed(term: Term, failed: Sequence[Condition], row: Row, moment: Moment) -> Judgement:
    first = failed[0]
    label = _told_label(term) or first.label
    remarks = ((first.remark, first.label),) if first.remark else ()
    if first.remark:
        why = Why("remark", {"remark": first.remark, "label": first.label, "value": fact(row.get(first.label))})
    elif row.get(first.label) is None:
        why = Why("blank_where", {"label": first.label})
    elif first.label == label:  # whose value stands before it
        why = Why("not_where", {"condition": _told((first,), moment)})
    else:
        values = {"label": first.label, "value": fact(row.get(first.label)), "condition": _told((first,), moment)}
        why = Why("not_where_of", values)
    remarkable = all(each.remark for each in failed)
    return Judgement(False, ZERO, row.get(label), label, (why,), remarks, len(failed), remarkable)


def measured_label(term: Term) -> str:
    """The label of a measure that is no more than that."""
    return term.measure.label if isinstance(term.measure, Label) else ""


def _told_label(term: Term) -> str:
    """The label of the figure that a row is told by: what is measured, or what has to reach a number; else ""."""
    return measured_label(term) or next((each.label for each in term.conditions if each.bound is not None), "")


def _each(term: Term, moment: Moment) -> Judgement:
    """A row that counts as 1."""
    points, why, _ = term.points.earned(Fraction(1), as_percent=False)
    told = Why("where_points", {"conditions": conditions_told(term, moment), "points": approximately(points)})
    value = next((each.values[0] for each in term.conditions if each.test == "is" and len(each.values) == 1), None)
    return Judgement(True, points, value, why=(told if term.conditions else why,))


def conditions_told(term: Term, moment: Moment) -> Bilingual:
    """The conditions that tell a row from others: those on choices, else all."""
    choices = [each for each in term.conditions if each.test == "is"]
    if len(choices) > 1 and term.scope:  # the category that the row is of anyway
        choices = [each for each in choices if not term.scope <= frozenset(each.values)]
    return _told(choices or term.conditions, moment)


def _told(conditions: Sequence[Condition], moment: Moment) -> Bilingual:
    now = moment.now.isoformat()
    return Bilingual(
        "，".join(each.told("zh", now) for each in conditions), ", ".join(each.told("en", now) for each in conditions)
    )


def _earned(term: Term, value: Fraction | str | None) -> Judgement:
    if value is None:
        return Judgement(True, points=None, why=(Why("no_figure", {"label": term.told}),))
    points, why, reached = term.points.earned(value, term.as_percent)
    why, remarks = _unreached(term, value, why) if not reached else (why, ())
    return Judgement(True, points, value, measured_label(term), (why,), remarks)


def _unreached(term: Term, value: Fraction | str, why: Why) -> tuple[Why, tuple[tuple[str, str], ...]]:
    """The reason and the remark where a figure reaches no step; the reason is the remark's own, where there is one."""
    if not term.points.remark:
        return why, ()
    label = next(iter(term.labels), "")
    shown = shown_figure(value, term.as_percent) if isinstance(value, Fraction) else value
    return Why("remark", {"remark": term.points.remark, "label": label, "value": shown}), ((term.points.remark, label),)


def measure_object(
    term: Term, rows: Sequence[Row], moment: Moment, cells: Row = MappingProxyType({})
) -> tuple[Fraction | None, str | None]:
    """What is measured of an object by the rows that take part, and the label that divides where it is zero.

    ``cells`` are the sheet's labelled cells, which are there for an object without rows too.
    """
    assert term.measure is not None
    figures = [figures_of(row, moment) for row in rows]
    try:
        if term.measure.reduces:
            return term.measure.value(figures[0] if figures else figures_of(cells, moment), figures), None
        return (term.measure.value(figures[0], ()) if figures else None), None
    except UndefinedError as error:
        return None, error.label


def judge_object(term: Term, value: Fraction, standing: Standing | None, among: Mapping[str, object]) -> Judgement:
    """The points of an object for its figure, or for where it stands; ``among`` is told of the others."""
    if standing is None:
        points, why, reached = term.points.earned(value, term.as_percent)
        why, remarks = _unreached(term, value, why) if not reached else (why, ())
        return Judgement(True, points, value, why=(why,), remarks=remarks)
    values: dict[str, object] = {
        "label": term.told,
        "value": compared_figure(value, term.as_percent),
        "standing": approximately(standing.value),
        **among,
    }
    if term.against == "minmax":  # which is told as an equation of rounded figures
        values |= {name: str(values[name]).removeprefix("≈") for name in ("value", "standing")}
    if standing.equal and term.points.equal is not None:
        points = Fraction(term.points.equal)
        return Judgement(True, points, value, why=(Why("standing.equal", {**values, "points": plain(term.points.equal)}),))
    points, why, _ = term.points.earned(standing.value, as_percent=False)
    told = why.values.get("points", approximately(points))
    return Judgement(True, points, value, why=(Why(f"standing.{term.against}", {**values, "points": told}),))


def fact(value: Any) -> str:
    """A value as text without ambiguity: a plain number, an ISO date, or the text itself."""
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value)
