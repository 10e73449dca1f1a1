"""A sentence of a rulebook in words of one language."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chainscore.method.rule.condition import Condition
from chainscore.method.rule.points import Linear, Points
from chainscore.method.rule.term import Term
from chainscore.method.rulebook import Method, Target
from chainscore.words.bilingual import Language, bracketed, told
from chainscore.words.folding import fold
from chainscore.words.numbers import SIGNS, plain
from chainscore.words.texts import text


def condition_words(condition: Condition, language: Language) -> str:
    """``amount ≥ 2``; of several choices each by itself."""
    if condition.test == "is":
        return f"{condition.label}{SIGNS[language]['=']}{text('method.either', language).join(condition.values)}"
    return condition.told(language)


def conditions_words(conditions: tuple[Condition, ...], language: Language) -> str:
    return text("method.and", language).join(condition_words(each, language) for each in conditions)


def term_words(term: Term, method: Method, language: Language) -> Iterator[str]:
    """The lines in which one sentence is told: of what, where, what is measured, against whom, how many points."""
    if term.source is None:
        yield text("method.basis", language, points=plain(term.points.linear.at_0 if term.points.linear else Decimal(0)))
        return
    of = "of_table" if term.source.grid == "table" else "of_object" if term.by_object else "of_rows"
    yield text(f"method.{of}", language, sheet=term.source.sheet, object=told(method.words.object, language))
    if term.conditions:
        yield text("method.where", language, conditions=conditions_words(term.conditions, language))
    if term.lookup is not None:
        values = {"alias": term.lookup.alias, "sheet": term.lookup.source.sheet, "take": term.lookup.take, "by": term.lookup.by}
        where = conditions_words(term.lookup.conditions, language)
        yield text("method.lookup_where" if where else "method.lookup", language, **values, conditions=where)
    if term.measure is not None:
        unit = bracketed(_untold_unit(term), language)
        yield text("method.measure", language, measure=told(term.told, language), unit=unit)
    if term.against != "value":
        yield text(f"method.against_{term.against}{'_lowest' if term.lowest_first else ''}", language)
    if term.missing is not None:
        number = (
            text("method.missing_number", language, number=plain(term.missing)) if isinstance(term.missing, Decimal) else ""
        )
        how = number or text(f"rules.missing_{term.missing}", language)
        yield text("method.missing", language, how=how)
    yield text("method.points", language, points=text("method.semicolon", language).join(points_words(term, language)))
    if term.skip_first is not None:
        where = conditions_words(term.skip_first.conditions, language)
        yield text("method.skip_first", language, by=term.skip_first.by, conditions=where or "—")


def _untold_unit(term: Term) -> str:
    """The unit of what is measured, where the labels do not tell it; of a number by a unit there is none to tell."""
    assert term.measure is not None
    unit = term.unit or ""
    return "" if unit.startswith("1/") or all(fold(unit) in fold(label) for label in term.measure.labels) else unit


def points_words(term: Term, language: Language) -> Iterator[str]:
    """Each rule of points in words: a line for each step or value."""
    points = term.points
    as_percent = term.as_percent and term.against == "value"
    if points.linear is not None:
        yield linear_words(points.linear, language, counted=term.measure is None)
    yield from _steps(points, language, as_percent)
    for value, number in points.match:
        yield text("method.match", language, value=value, points=plain(number))
    if points.equal is not None:
        yield text("method.equal", language, points=plain(points.equal))


def _steps(points: Points, language: Language, as_percent: bool) -> Iterator[str]:
    for step in points.steps or points.up_to:
        earned = linear_words(step.points, language)
        if step.bound is None:
            yield text("method.above", language, points=earned)
            continue
        bound = f"{plain(step.bound * 100)}%" if as_percent else plain(step.bound)
        yield text("method.from" if points.steps else "method.up_to", language, bound=bound, points=earned)
    if points.steps or (points.up_to and points.up_to[-1].bound is not None):
        yield text("method.else", language)


def linear_words(linear: Linear, language: Language, counted: bool = False) -> str:
    """``3 ＋ 2 × x`` points; a plain number by itself."""
    if not linear.per:
        return text("method.each" if counted else "method.number", language, points=plain(linear.at_0))
    return text("method.formula", language, formula=linear.told("x", language))


def goal_words(target: Target, language: Language) -> str:
    """``200 MEUR by 2025``: how much and by when, as either language puts it; empty where the plan says neither."""
    goal = amount_words(plain(target.goal), target.unit, language) if target.goal is not None else ""
    return " ".join(filter(None, (target.by, goal) if language == "zh" else (goal, target.by)))


def amount_words(number: str, unit: str, language: Language) -> str:
    """A number with its unit."""
    return f"{number}{'' if language == 'zh' or unit == '%' else ' '}{unit}".rstrip()
