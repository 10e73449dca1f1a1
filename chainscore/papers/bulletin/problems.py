"""四、存在问题: units that have not submitted or signed, and where each object lost most."""

from __future__ import annotations

from collections.abc import Iterator

from chainscore.papers.bulletin.achievements import MOST, changes_of
from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.bulletin.summary import joined, separator
from chainscore.papers.layout.blocks import figure
from chainscore.papers.losses import loss
from chainscore.scoring.rollcall import State
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.texts import text

NOT_IN_ORDER: tuple[State, ...] = ("missing", "unreadable", "duplicate", "unsigned")


def problems(subject: Subject) -> list[str]:
    """A paragraph on the units of each state that is not in order, then one for each object."""
    return [*_units(subject), *_losses(subject)] or [text("bulletin.no_problems", subject.language)]


def _units(subject: Subject) -> Iterator[str]:
    """Of a year for each of its periods."""
    for period, entries in subject.roll_calls.items():
        for state in NOT_IN_ORDER:
            units = [entry.unit.name(subject.book) for entry in entries if entry.state == state]
            if not units:
                continue
            said = text(f"state.{state}", subject.language)
            number = figure(len(units), f"units {state}" if subject.year is None else f"units {state} {period}")
            names = separator(subject).join(units)
            told = text("bulletin.units", subject.language, state=said, number=number, units=names)
            named = subject.year is not None
            yield text("bulletin.about", subject.language, name=period.name(subject.language), said=told) if named else told


def _losses(subject: Subject) -> Iterator[str]:
    for chain in subject.scorecard.chains:
        said = joined(subject, [_lost(subject, chain), changes_of(subject, chain, -1)])
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
