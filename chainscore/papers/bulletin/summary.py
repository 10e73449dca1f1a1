"""一、总体情况: how many took part, mean and range, and what moved since the period before."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from chainscore.comparison.diff import ChainChange
from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.layout.blocks import figure
from chainscore.scoring.readings import first_pair
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.bilingual import told
from chainscore.words.findings import Language
from chainscore.words.numbers import half_up
from chainscore.words.standing import told_rank, told_score
from chainscore.words.texts import text


def separator(subject: Subject) -> str:
    """What stands between the parts of a list."""
    return "、" if subject.language == "zh" else ", "


def joined(subject: Subject, sentences: Iterable[str]) -> str:
    """Sentences one after another; empty ones are left out."""
    return ("" if subject.language == "zh" else " ").join(filter(None, sentences))


def day(date: datetime.date, language: Language) -> str:
    """A day as a bulletin writes it."""
    return text("bulletin.date", language, year=date.year, month=date.month, day=date.day)


def points(subject: Subject, score: Decimal | None) -> str:
    """A score or sum with as many decimals as leaves are published with."""
    return told_score(score, subject.book.decimals, subject.language)


def totals_of(chains: Sequence[ChainScore]) -> list[Decimal]:
    """Those of the objects of which nothing is pending."""
    return [chain.total for chain in chains if chain.total is not None]


def mean_of(chains: Sequence[ChainScore], decimals: int) -> Decimal | None:
    """The mean of all totals; None while one is pending."""
    totals = totals_of(chains)
    return half_up(Fraction(sum(totals, Decimal(0))) / len(chains), decimals) if len(totals) == len(chains) else None


def moved(subject: Subject, change: Decimal, source: str) -> str:
    """That something rose or fell by so much, or stayed."""
    key = "bulletin.rose" if change > 0 else "bulletin.fell" if change < 0 else "bulletin.stayed"
    return text(key, subject.language, points=figure(f"{abs(change):f}", source))


def overall(subject: Subject) -> Iterator[str]:
    """Its paragraphs."""
    language, book, chains = subject.language, subject.book, subject.scorecard.chains
    values = {"object": told(book.words.object, language), "number": figure(len(chains), "number")}
    if subject.scorecard.pending:
        yield text("bulletin.overall_pending", language, **values)
    else:
        yield _range_of_totals(subject, values)
    if subject.quarter.tables is not None and (firm := first_pair(subject.quarter.tables, book, subject.scorecard, language)):
        yield firm
    if subject.year is not None:
        yield text("bulletin.year_result", language, last=subject.scorecard.period.name(language))
    if subject.scorecard.pending:
        yield _pending(subject)
    if subject.before is not None:
        yield from _against_before(subject)


def _range_of_totals(subject: Subject, values: Mapping[str, object]) -> str:
    """The mean of all totals, the highest and the lowest; where all are alike, what they are."""
    chains = subject.scorecard.chains
    totals = totals_of(chains)
    mean = figure(mean_of(chains, subject.book.decimals), "mean")
    if max(totals) == min(totals):
        key = "bulletin.overall_alike" if len(totals) > 1 else "bulletin.overall_one"
        return text(key, subject.language, **values, mean=mean)
    return text(
        "bulletin.overall",
        subject.language,
        **values,
        mean=mean,
        best=_holders(subject, max(totals)),
        highest=figure(points(subject, max(totals)), "highest"),
        worst=_holders(subject, min(totals)),
        lowest=figure(points(subject, min(totals)), "lowest"),
        spread=figure(points(subject, max(totals) - min(totals)), "spread"),
    )


def _holders(subject: Subject, total: Decimal) -> str:
    names = [subject.book.chain(chain.chain).short_name for chain in subject.scorecard.chains if chain.total == total]
    return separator(subject).join(names)


def _pending(subject: Subject) -> str:
    pending = {leaf for chain in subject.scorecard.chains for leaf in chain.pending}
    titles = separator(subject).join(title for leaf, title in subject.titles.items() if leaf in pending)
    return text("bulletin.pending", subject.language, leaves=titles)


def _against_before(subject: Subject) -> Iterator[str]:
    assert subject.before is not None
    assert subject.changes is not None
    before, language = subject.before.scorecard, subject.language
    if before.pending or subject.scorecard.pending:  # sums that lack something are not held against each other
        yield text("bulletin.not_compared", language, before=before.period.name(language))
        return
    if not subject.changes.chains:
        yield text("bulletin.as_before", language, before=before.period.name(language))
        return
    mean = mean_of(subject.scorecard.chains, subject.book.decimals)
    mean_before = mean_of(before.chains, subject.before.book.decimals)
    assert mean is not None
    assert mean_before is not None
    both = [chain for chain in subject.changes.chains if chain.delta is not None]
    deltas = [chain.delta for chain in both if chain.delta is not None]
    yield text(
        "bulletin.against_before",
        language,
        before=before.period.name(language),
        change=moved(subject, mean - mean_before, "mean change"),
        up=figure(sum(delta > 0 for delta in deltas), "up"),
        down=figure(sum(delta < 0 for delta in deltas), "down"),
        same=figure(sum(not delta for delta in deltas), "same"),
    )
    for key, sign in (("bulletin.climbed", 1), ("bulletin.dropped", -1)):
        names = [_ranks(subject, chain) for chain in both if (chain.climbed or 0) * sign > 0]
        if names:
            yield text(key, language, names=separator(subject).join(names))


def _ranks(subject: Subject, chain: ChainChange) -> str:
    assert chain.old is not None
    assert chain.new is not None
    old, new = (
        figure(told_rank(rank, False, subject.language), source)
        for rank, source in ((chain.old.rank, f"rank before {chain.chain}"), (chain.new.rank, f"rank {chain.chain}"))
    )
    return text("bulletin.ranks", subject.language, name=chain.short_name, old=old, new=new)
