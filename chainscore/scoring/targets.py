"""The plan's targets: what the workbooks hold of each. No score depends on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from chainscore.method.rule.judging import judge_row, measure_object
from chainscore.method.rule.term import Aim, Rule, Term
from chainscore.method.rulebook import Target
from chainscore.scoring.ledger import Judged, LedgerJudge
from chainscore.scoring.objects import ObjectsJudge
from chainscore.scoring.rows import Context, Rows
from chainscore.words.folding import fold


class Figure(msgspec.Struct, frozen=True):
    """One figure that is held against a goal."""

    name: str
    """The object's, or the one that the target names; empty of all together."""
    value: Fraction | None
    """In the goal's unit."""
    place: str = ""
    """``市统计局!B15``, or the sheet alone of what several rows come to."""
    label: str = ""
    """The whole name of the row that a target's name stands for."""
    why: Literal["", "absent", "pending"] = ""
    """Why there is no value: no row has that name, or the figure is not given."""


class Progress(msgspec.Struct, frozen=True):
    """How far a target is reached; without figures the workbooks do not hold it."""

    target: Target
    figures: tuple[Figure, ...] = ()


def progress_of(context: Context) -> tuple[Progress, ...]:
    """That of every target, in the rulebook's order."""
    book = context.book
    return tuple(
        Progress(target, tuple(_figures(target, aim, context)) if aim is not None else ())
        for target, aim in zip(book.targets, book.aims, strict=True)
    )


def _figures(target: Target, aim: Aim, context: Context) -> Iterator[Figure]:
    term = aim.term
    assert term.source is not None
    rows = context.rows(term.source)
    if term.source.grid == "table" and not term.by_object:
        yield from _of_objects(aim, rows, context)
        return
    known = all(context.is_known(source, chain) for source in Rule((term,)).sources for chain in context.book.ids)
    if target.names:
        its = _judged(term, rows, context)
        yield from (_named(name, its, aim, known) for name in target.names)
        return
    value = _of_all(term, rows, context) if known else None
    yield Figure(
        "", value * aim.factor if value is not None else None, rows.source.sheet, why="" if value is not None else "pending"
    )


def _of_objects(aim: Aim, rows: Rows, context: Context) -> Iterator[Figure]:
    """A figure of each object's row."""
    terms = dict.fromkeys(context.book.ids, aim.term)
    objects = ObjectsJudge(context, terms, dict.fromkeys(terms, ()))
    for chain in context.book.chains:
        judged = objects.outcome(chain.id).judged
        if judged is None or judged.points is None or not judged.holds:
            yield Figure(chain.name, None, why="pending")
        else:
            yield Figure(chain.name, judged.points * aim.factor, _place(aim.term, rows, objects.position(chain.id)))


def _judged(term: Term, rows: Rows, context: Context) -> list[Judged]:
    """The rows of all objects that take part; of each row's figure its points are the value."""
    judge = LedgerJudge(context, rows, Rule((term,)))
    return [each for chain in context.book.ids for each in judge.judge(chain) if each.verdict.counted]


def _named(name: str, judged: Sequence[Judged], aim: Aim, known: bool) -> Figure:
    """The largest figure of the rows whose name contains this one."""
    wanted = fold(name)
    found = [each for each in judged if wanted in each.rows.names[each.position]]
    if not found:
        return Figure(name, None, why="absent" if known else "pending")
    best = max(found, key=lambda each: each.verdict.points)
    place = _place(aim.term, best.rows, best.position)
    return Figure(name, best.verdict.points * aim.factor, place, best.rows.label(best.position))


def _of_all(term: Term, rows: Rows, context: Context) -> Fraction | None:
    """What the rows of all objects come to; without a measure their number."""
    if term.source is not None and term.source.grid == "ledger":
        positions = [each.position for each in _judged(term, rows, context)]
    else:
        positions = [at for its in rows.of_chain.values() for at in its]
    if term.measure is None:
        return Fraction(len(positions))
    told = [{label: rows.column(label)[at] for label in term.labels} for at in positions]
    cells = {label: cell.value for label, cell in rows.tables.cells.items()}
    taking = [row for row in told if judge_row(term, row, context.moment).holds]
    return measure_object(term, taking, context.moment, cells)[0]


def _place(term: Term, rows: Rows, position: int) -> str:
    """Where the figure stands; where it is worked out from several, the first."""
    labels = term.measure.labels if term.measure is not None else ()
    label = next((each for each in labels if each in rows.frame), "")
    return rows.where(position, label) if label or rows.ledger is not None else rows.source.sheet
