"""What a report shows, in both languages: the ranking, an explanation of every object's scores, findings and readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chainscore.comparison.diff import Quarter
from chainscore.method.rulebook import Rulebook
from chainscore.papers.targets import TargetLine, target_lines
from chainscore.scoring.explain import explain
from chainscore.scoring.readings import Sensitivity
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.show.console import object_word, readings_line
from chainscore.show.explanation import Explainer, Node
from chainscore.words.bilingual import told
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import LANGUAGES, text

Words = Mapping[Language, str]
"""A text in each language."""


@dataclass(frozen=True)
class Bar:
    """A section's part of an object's total, in percent of the largest possible total."""

    number: int
    """The section's, from 0, which has the colour."""
    title: str
    score: str
    share: float
    start: float


@dataclass(frozen=True)
class Row:
    """An object in the ranking."""

    id: str
    rank: str
    """Empty while it is pending, as the total is."""
    group: str
    name: str
    sections: tuple[str, ...]
    """Empty where all of it is pending."""
    total: str
    grade: str
    climbed: int | None
    """Ranks gained since the period before; None where it was not there."""
    total_before: str
    firm: str
    """From which to which rank it goes under all readings; empty where that was not asked for."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Subject:
    """A period, what was found in its files, and what it is held against."""

    quarter: Quarter
    findings: tuple[Finding, ...] = ()
    before: Quarter | None = None
    sensitivity: Sensitivity | None = None
    earlier: Mapping[str, ChainScore] = field(init=False)

    def __post_init__(self) -> None:
        chains = self.before.scorecard.chains if self.before is not None else ()
        object.__setattr__(self, "earlier", {each.chain: each for each in chains})

    @property
    def book(self) -> Rulebook:
        return self.quarter.book

    @property
    def scorecard(self) -> Scorecard:
        return self.quarter.scorecard


def both(key: str, **values: object) -> dict[Language, str]:
    """A message in each language."""
    return {language: text(key, language, **values) for language in LANGUAGES}


def heading(subject: Subject) -> dict[str, Words]:
    """What stands above everything: method and period, the state, the readings, what it is held against."""
    period, book = subject.scorecard.period, subject.book
    said: dict[str, Words] = {
        "title": {each: f"{book.title} · {period.name(each)}" for each in LANGUAGES},
        "readings": {each: readings_line(book, each) for each in LANGUAGES},
        "object": {each: object_word(book, each) for each in LANGUAGES},
    }
    if subject.scorecard.draft:
        said["draft"] = both("console.draft")
    if subject.before is not None:
        said["before"] = {
            each: text("report.before", each, period=subject.before.scorecard.period.name(each)) for each in LANGUAGES
        }
    firm = subject.sensitivity
    if firm is not None and firm.combinations > 1 and firm.pairs and firm.pairs[0].gap and not book.total.rank_in_groups:
        said["firm"] = both("firmness.first_pair", number=firm.combinations, holds=firm.pairs[0].holds)
    return said


def ranking(subject: Subject) -> list[Row]:
    """The objects in rank order."""
    standings = {each.chain: each for each in subject.sensitivity.chains} if subject.sensitivity is not None else {}
    return [_row(chain, subject, _firm(standings.get(chain.chain))) for chain in subject.scorecard.chains]


def _firm(standing: object) -> str:
    best, worst = getattr(standing, "best_rank", None), getattr(standing, "worst_rank", None)
    return "" if best is None else str(best) if best == worst else f"{best}–{worst}"


def _row(chain: ChainScore, subject: Subject, firm: str) -> Row:
    book, before = subject.book, subject.earlier.get(chain.chain)
    its = book.chain(chain.chain)

    return Row(
        id=chain.chain,
        rank=str(chain.rank or ""),
        group=its.group if book.total.rank_in_groups else "",
        name=its.name,
        sections=tuple(_shown(chain.sections[each.id], book) for each in book.sections),
        total=_shown(chain.total, book),
        grade=chain.grade,
        climbed=before.rank - chain.rank if before is not None and before.rank and chain.rank else None,
        total_before=_shown(before.total, book) if before is not None else "",
        firm=firm,
        bars=tuple(_bars(chain, subject)),
    )


def _shown(score: Decimal | None, book: Rulebook) -> str:
    return f"{score:.{book.decimals}f}" if score is not None else ""


def _bars(chain: ChainScore, subject: Subject) -> Iterable[Bar]:
    """One for each section of which nothing is pending."""
    book = subject.book
    marks = sum((section.marks for section in book.sections if section.marks is not None), Decimal(0))
    most = max([marks, *(each.total or 0 for each in subject.scorecard.chains), Decimal(1)])
    start = 0.0
    for number, section in enumerate(book.sections):
        if chain.lacks(book.leaves_by_section[section.id]):
            continue
        share = max(float((chain.sections[section.id] or 0) / most * 100), 0.0)
        yield Bar(number, section.title, _shown(chain.sections[section.id], book), round(share, 2), round(start, 2))
        start += share


def explanations(subject: Subject) -> dict[str, dict[Language, Node]]:
    """Object → the tree of its scores in each language."""
    book = subject.book
    found = {}
    for chain in subject.scorecard.chains:
        explained = explain(subject.scorecard, book, chain.chain, list(book.leaves))
        found[chain.chain] = {language: Explainer(explained, book, language).tree() for language in LANGUAGES}
    return found


def units_of(book: Rulebook) -> dict[str, list[str]]:
    """Leaf → the departments whose sheets it is scored by."""
    return {
        leaf.id: sorted({source.sheet for group in book.groups for source in book.rules[leaf.id, group].sources})
        for leaf in book.leaves
    }


def told_findings(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Severity, code and place of each, and in both languages what is wrong and how to mend it."""
    return [
        {
            "severity": each.severity,
            "shown": both(f"severity.{each.severity}"),
            "code": each.code,
            "place": each.place,
            "message": {language: each.message(language) for language in LANGUAGES},
            "hint": {language: each.hint(language) for language in LANGUAGES},
        }
        for each in findings
    ]


def targets(subject: Subject) -> list[dict[Language, TargetLine]]:
    """The lines of the plan's targets in each language."""
    lines = {language: target_lines(subject.scorecard, language) for language in LANGUAGES}
    return [dict(zip(lines, both_told, strict=True)) for both_told in zip(*lines.values(), strict=True)]


def chosen_readings(book: Rulebook) -> list[dict[str, Words]]:
    """Each question that the method leaves open, and how it was read."""
    return [
        {
            "question": {language: told(reading.question, language) for language in LANGUAGES},
            "answer": {language: told(reading.options[book.chosen[reading.key]], language) for language in LANGUAGES},
        }
        for reading in book.readings
    ]
