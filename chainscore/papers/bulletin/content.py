"""A whole bulletin in order: heading, title, addressee, five sections, signature, and two annexes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from chainscore.papers.bulletin.achievements import progress
from chainscore.papers.bulletin.problems import problems
from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.bulletin.summary import day, joined, overall, points, separator
from chainscore.papers.bulletin.tables import (
    added_by_period,
    all_leaves,
    object_word,
    ranking,
    sections_of,
    targets,
    totals_by_period,
)
from chainscore.papers.layout.blocks import Block, Line, NewPage, figure, plain_text
from chainscore.papers.standing import standing
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.bilingual import at_start, told
from chainscore.words.texts import text


@dataclass(frozen=True)
class Particulars:
    """What only the issuer knows; what is not given is left out, or open in the document."""

    issuer: str = ""
    addressee: str = ""
    number: str = ""
    date: datetime.date | None = None


def bulletin_of(subject: Subject, particulars: Particulars) -> Iterator[Block]:
    """All blocks in order."""
    yield from _head(subject, particulars)
    yield from _body(subject)
    yield from _foot(subject, particulars)
    yield from _annexes(subject)


def title_of(subject: Subject) -> str:
    period = subject.period.name(subject.language)
    return text("bulletin.title", subject.language, object=object_word(subject), period=period)


def _issuer(subject: Subject, particulars: Particulars) -> str:
    return plain_text(particulars.issuer) or told(subject.book.words.body, subject.language)


def _head(subject: Subject, particulars: Particulars) -> Iterator[Block]:
    if issuer := _issuer(subject, particulars):
        yield Line(issuer, "issuer")
    yield Line(plain_text(particulars.number), "number")
    yield Line(title_of(subject), "title")
    if addressee := plain_text(particulars.addressee):
        yield Line(text("bulletin.addressee", subject.language, name=addressee.rstrip("：:")), "addressee")


def _body(subject: Subject) -> Iterator[Block]:
    language, book = subject.language, subject.book
    period = subject.period.name(language)
    yield Line(text("bulletin.basis", language, basis=book.plan or book.title, period=period))
    yield Line(text("bulletin.heading_overall", language), "heading")
    yield from map(Line, overall(subject))
    whole_year = subject.year is not None
    yield Line(text("bulletin.heading_ranking_year" if whole_year else "bulletin.heading_ranking", language), "heading")
    yield ranking(subject)
    if subject.year is not None:
        yield Line(text("bulletin.by_period", language), "place")
        yield from totals_by_period(subject, subject.year)
        yield Line(text("bulletin.added_by_period", language), "place")
        yield from added_by_period(subject, subject.year)
    yield Line(text("bulletin.heading_progress", language), "heading")
    yield from map(Line, progress(subject))
    yield Line(text("bulletin.heading_problems", language), "heading")
    yield from map(Line, problems(subject))
    yield Line(text("bulletin.heading_next", language), "heading")
    yield Line(text("bulletin.left_open", language), "open", keeps_next=True)


def _foot(subject: Subject, particulars: Particulars) -> Iterator[Block]:
    language, book = subject.language, subject.book
    listed = [
        text("bulletin.annexes", language),
        text("bulletin.annexes_2", language, object=told(book.words.object, language)),
    ]
    if subject.scorecard.targets:
        listed.append(text("bulletin.annexes_3", language))
    for at, line in enumerate(listed):  # on the page of the signature, which stands on none alone
        yield Line(line, "more_annexes" if at else "annexes", keeps_next=True)
    yield Line("", "note", keeps_next=True)
    if issuer := _issuer(subject, particulars):
        yield Line(issuer, "signature")
    date = particulars.date
    yield Line(text("bulletin.no_date", language) if date is None else day(date, language), "signature")


def _annexes(subject: Subject) -> Iterator[Block]:
    language = subject.language
    yield NewPage()
    yield Line(text("bulletin.annex_1", language), "annex")
    yield Line(text("bulletin.annex_1_title", language), "annex_title")
    for grid in all_leaves(subject):
        yield grid
        yield Line("", "remark")
    yield NewPage()
    yield Line(text("bulletin.annex_2", language), "annex")
    yield Line(text("bulletin.annex_2_title", language, object=told(subject.book.words.object, language)), "annex_title")
    for chain in subject.scorecard.chains:
        yield from _one(subject, chain)
    if subject.scorecard.targets:
        yield from _targets(subject)


def _targets(subject: Subject) -> Iterator[Block]:
    """The third annex: how far the plan's targets are reached, and what has to be known of the figures."""
    language = subject.language
    yield Line("", "note")
    yield NewPage()
    yield Line(text("bulletin.annex_3", language), "annex")
    yield Line(text("target.heading", language), "annex_title")
    yield targets(subject)
    yield Line(text("target.no_score", language), "remark")
    notes: dict[str, list[str]] = {}
    for target in subject.book.targets:
        notes.setdefault(told(target.note, language), []).append(target.title)
    for note, titles in notes.items():
        if note:
            yield Line(text("target.noted", language, title=separator(subject).join(titles), note=note), "remark")


def _one(subject: Subject, chain: ChainScore) -> Iterator[Block]:
    """One object: who answers for it, rank and total, its sections."""
    language, named, words = subject.language, subject.book.chain(chain.chain), subject.book.words
    yield Line(named.name, "subheading")
    people = ((words.lead_unit, named.lead_unit), (words.chief, named.chief))
    who = [text("bulletin.person", language, role=at_start(role, language), name=name) for role, name in people if name]
    tied = subject.scorecard.is_tied(chain, subject.book)
    said = [standing(chain, tied, subject.book, language), *who]
    before = subject.earlier.get(chain.chain)
    if before is not None and before.rank is not None and subject.before is not None:
        old_rank, old_total = (
            figure(before.rank, f"rank before {chain.chain}"),
            figure(points(subject, before.total), f"total before {chain.chain}"),
        )
        period = subject.before.scorecard.period.name(language)
        said.append(text("bulletin.place_before", language, period=period, rank=old_rank, total=old_total))
    if chain.pending:
        leaves = separator(subject).join(subject.titles[leaf] for leaf in chain.pending)
        said.append(text("bulletin.pending_here", language, leaves=leaves))
    yield Line(joined(subject, said), "place")
    yield sections_of(subject, chain)
