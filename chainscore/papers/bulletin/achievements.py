"""三、主要进展: what earned each object most, and what rose most."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.bulletin.summary import joined, separator
from chainscore.papers.layout.blocks import figure, plain_text
from chainscore.scoring.scorecard import ChainScore, Evidence
from chainscore.words.numbers import approximately
from chainscore.words.texts import text

MOST = 3
"""So many leaves or events are named."""


def progress(subject: Subject) -> Iterator[str]:
    """A paragraph for each object, in rank order."""
    for chain in subject.scorecard.chains:
        parts = [_earned(subject, chain), _events(subject, chain), changes_of(subject, chain, 1)]
        yield text("bulletin.about", subject.language, name=subject.book.chain(chain.chain).name, said=joined(subject, parts))


def _earned(subject: Subject, chain: ChainScore) -> str:
    scored = [(leaf.score, leaf.leaf) for leaf in chain.leaves.values() if leaf.score is not None and leaf.score > 0]
    best = sorted(scored, key=lambda each: -each[0])[:MOST]
    if not best:
        return text("bulletin.earned_nothing", subject.language)
    told = [
        text("bulletin.points", subject.language, name=subject.titles[leaf], points=figure(score, f"{leaf} {chain.chain}"))
        for score, leaf in best
    ]
    return text("bulletin.earned", subject.language, leaves=separator(subject).join(told))


def _events(subject: Subject, chain: ChainScore) -> str:
    """The rows of ledgers that earned most, by name."""
    rows: dict[str, tuple[Fraction, str]] = {}
    for leaf in chain.leaves.values():
        for at, points in enumerate(leaf.evidence.points):
            if points > 0 and _is_event(piece := leaf.evidence[at]):
                name = plain_text(piece.label)
                rows[name] = max(rows.get(name, (Fraction(0), "")), (points, leaf.leaf))
    best = sorted(rows.items(), key=lambda each: -each[1][0])[:MOST]
    told = [
        text(
            "bulletin.points", subject.language, name=name, points=figure(approximately(points), f"event {leaf} {chain.chain}")
        )
        for name, (points, leaf) in best
    ]
    return text("bulletin.events", subject.language, events=separator(subject).join(told)) if told else ""


def _is_event(piece: Evidence) -> bool:
    return piece.counted and piece.row is not None and piece.category is not None


def changes_of(subject: Subject, chain: ChainScore, sign: int) -> str:
    """The leaves that rose (``sign`` 1) or fell (-1) most since the period before; "" where none did."""
    if subject.changes is None or subject.before is None:
        return ""
    its = next((each for each in subject.changes.chains if each.chain == chain.chain), None)
    found = [(leaf.delta, leaf.leaf) for leaf in its.leaves if leaf.delta is not None and leaf.delta * sign > 0] if its else []
    most = sorted(found, key=lambda each: -abs(each[0]))[:MOST]
    told = [
        text(
            "bulletin.points",
            subject.language,
            name=subject.titles[leaf],
            points=figure(f"{abs(delta):f}", f"change {leaf} {chain.chain}"),
        )
        for delta, leaf in most
        if leaf in subject.titles
    ]
    key = "bulletin.risen" if sign > 0 else "bulletin.fallen"
    before = subject.before.scorecard.period.name(subject.language)
    return text(key, subject.language, before=before, leaves=separator(subject).join(told)) if told else ""
