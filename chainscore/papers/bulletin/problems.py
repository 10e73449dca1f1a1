"""四、存在问题: units that have not submitted or signed in time, where each object lost most, and what of it earned nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from chainscore.method.period import Period
from chainscore.papers.bulletin.achievements import MOST, changes_of
from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.bulletin.summary import day, joined, separator
from chainscore.papers.layout.blocks import figure, plain_text
from chainscore.scoring.evidence import COUNTED, REMARKS, EvidenceTable
from chainscore.scoring.limits import vetoes_told
from chainscore.scoring.losses import full_marks, loss
from chainscore.scoring.rollcall import Entry, State
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.findings import Language
from chainscore.words.texts import because, text

_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", re.ASCII)
NAMED = 5
"""So many events that earned nothing are named of an object."""
NOT_IN_ORDER: tuple[State, ...] = ("missing", "unreadable", "duplicate", "unsigned")


def problems(subject: Subject) -> list[str]:
    """A paragraph on the units of each state that is not in order and those that are late, then one for each object."""
    return [*_units(subject), *_losses(subject)] or [_none(subject)]


def _none(subject: Subject) -> str:
    """That there is no problem, as far as that is known: some methods give no marks that could be lost."""
    marked = any(full_marks(subject.book, leaf) is not None for leaf in subject.book.leaves)
    known = [*(["bulletin.no_units"] if subject.roll_calls else []), *(["bulletin.no_losses"] if marked else [])]
    return joined(subject, [text(key, subject.language) for key in known or ["bulletin.left_open"]])


def _units(subject: Subject) -> Iterator[str]:
    """Of a year for each of its periods."""
    for period, entries in subject.roll_calls.items():
        for state in NOT_IN_ORDER:
            if units := [entry for entry in entries if entry.state == state]:
                said = text(f"state.{state}", subject.language)
                yield _told(subject, period, units, f"units {state}", "bulletin.units", state=said)
        late = [entry for entry in entries if entry.is_late(subject.due)]
        if late and subject.due is not None:
            yield _told(subject, period, late, "units late", "bulletin.late", due=day(subject.due, subject.language))


def _told(subject: Subject, period: Period, units: Sequence[Entry], source: str, key: str, **values: str) -> str:
    """A sentence on some units; in a year's bulletin it says which period it is about."""
    whole_year = subject.year is not None
    number = figure(len(units), f"{source} {period}" if whole_year else source)
    names = separator(subject).join(entry.unit.name(subject.book) for entry in units)
    said = text(key, subject.language, number=number, units=names, **values)
    return text("bulletin.about", subject.language, name=period.name(subject.language), said=said) if whole_year else said


def _losses(subject: Subject) -> Iterator[str]:
    for chain in subject.scorecard.chains:
        vetoes = [
            text("bulletin.vetoed", subject.language, veto=each) for each in vetoes_told(chain, subject.book, subject.language)
        ]
        said = joined(subject, [*vetoes, _lost(subject, chain), _unscored(subject, chain), changes_of(subject, chain, -1)])
        if said:
            yield text("bulletin.about", subject.language, name=subject.book.chain(chain.chain).name, said=said)


def _lost(subject: Subject, chain: ChainScore) -> str:
    its = ((loss(subject.book, leaf, chain.leaves[leaf.id].score), leaf.id) for leaf in subject.book.leaves)
    losses = [(lost, leaf) for lost, leaf in its if lost > 0]
    most = sorted(losses, key=lambda each: -each[0])[:MOST]
    told = [
        text("bulletin.points", subject.language, name=subject.titles[leaf], points=figure(lost, f"lost {leaf} {chain.chain}"))
        for lost, leaf in most
    ]
    return text("bulletin.lost", subject.language, leaves=separator(subject).join(told)) if told else ""


def _unscored(subject: Subject, chain: ChainScore) -> str:
    """Events that earned nothing though they are no repetition of others, and why: what the rulebook remarks on them."""
    whys: dict[str, str] = {}
    for leaf in chain.leaves.values():
        table = leaf.evidence.table
        for at in leaf.evidence.rows:
            if table.columns[REMARKS][at] and not table.columns[COUNTED][at] and not _repeats(table, at):
                piece = table.piece(at)
                whys.setdefault(plain_text(piece.label), _in_words(plain_text(because(piece.why, subject.language)), subject))
    if not whys:
        return ""
    told = [text("bulletin.because", subject.language, name=name, why=why) for name, why in whys.items()]
    events = ("；" if subject.language == "zh" else "; ").join(told[:NAMED])
    if len(told) > NAMED:
        events = text("bulletin.and_others", subject.language, events=events)
    number = figure(len(told), f"unscored {chain.chain}")
    return text("bulletin.unscored", subject.language, number=number, events=events)


def _in_words(why: str, subject: Subject) -> str:
    """A reason with its days as a bulletin writes them."""
    return _DAY.sub(lambda found: _day_or_text(found[0], subject.language), why)


def _day_or_text(said: str, language: Language) -> str:
    try:
        return day(datetime.date.fromisoformat(said), language)
    except ValueError:  # a text of a department's, such as 2023-02-30
        return said


def _repeats(table: EvidenceTable, at: int) -> bool:
    """Whether a row is remarked on because it, or what it names, was counted elsewhere."""
    rule = table.rule(at)
    elsewhere = {rule.once_remark, *(term.skip_first.remark for term in rule.terms if term.skip_first is not None)}
    return any(key in elsewhere for key, _ in table.columns[REMARKS][at])
