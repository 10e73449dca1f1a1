"""The plan's targets in words: a line for each figure that is held against a goal, as report and bulletin show it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.targets import Figure, Progress
from chainscore.show.method.sentence import amount_words, goal_words
from chainscore.words.bilingual import told
from chainscore.words.findings import Language
from chainscore.words.numbers import half_up, percent, plain
from chainscore.words.texts import text

DECIMALS = 2
"""Of a figure in the goal's unit."""


class TargetLine(NamedTuple):
    """One figure; texts are empty where there is nothing to say."""

    title: str
    rows: int
    """How many lines its target has, from this one on; 0 of all but the first."""
    goal: str
    """With its unit, after the day by which it is to be reached."""
    whose: str
    figure: str
    """With its unit; or that the workbooks do not hold it."""
    share: str
    """Of the goal, in percent, cut after two decimals."""
    place: str
    note: str


def target_lines(scorecard: Scorecard, language: Language) -> list[TargetLine]:
    """All lines in the rulebook's order."""
    return [line for progress in scorecard.targets for line in _lines(progress, language)]


def _lines(progress: Progress, language: Language) -> Iterator[TargetLine]:
    target = progress.target
    goal = goal_words(target, language)
    note = told(target.note, language)
    if not progress.figures:
        yield TargetLine(target.title, 1, goal, "", text("target.not_held", language), "", "", note)
    for at, figure in enumerate(progress.figures):
        whose = text("target.named", language, name=figure.name, label=figure.label) if figure.label else figure.name
        shown, share = _figure(figure, progress, language), ""
        if figure.value is not None and target.goal is not None:
            share = f"{percent(figure.value / Fraction(target.goal))}%"
        rows = 0 if at else len(progress.figures)
        yield TargetLine(target.title, rows, goal, whose, shown, share, figure.place, note)


def _figure(figure: Figure, progress: Progress, language: Language) -> str:
    if figure.value is not None:
        return amount_words(plain(half_up(figure.value, DECIMALS)), progress.target.unit, language)
    return text("target.absent" if figure.why == "absent" else "column.pending", language)
