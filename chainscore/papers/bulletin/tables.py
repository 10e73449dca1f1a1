"""The tables of a bulletin: the ranking, all leaves by object, and the sections of one object."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from chainscore.comparison.year import Standing, Year
from chainscore.method.period import Period
from chainscore.method.rulebook import Section
from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.bulletin.summary import mean_of, points, separator, totals_of
from chainscore.papers.layout.blocks import Grid, figure, pieces, plain_text
from chainscore.papers.layout.styles import TYPE_AREA
from chainscore.papers.targets import target_lines
from chainscore.scoring.losses import full_marks
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.bilingual import at_start
from chainscore.words.numbers import half_up
from chainscore.words.standing import told_rank
from chainscore.words.texts import text

LETTER, AROUND, WIDE, NAME, LEAST_NAME = 2.1, 4.2, 20.0, 36.0, 27.0
"""In mm: a letter in a cell, the margins beside it, a wide column of figures, one of names, and the narrowest of these."""
OBJECTS_ABREAST, LONG_NAMES_ABREAST, LONG_NAME = 6, 3, 20
"""So many objects' columns stand beside the names of the leaves; fewer where a name has more than so many characters."""
PERIODS_ABREAST = 4
"""So many periods' columns stand beside the names of the objects."""
NO_FIGURE = "—"


def object_word(subject: Subject) -> str:
    return at_start(subject.book.words.object, subject.language)


def ranking(subject: Subject) -> Grid:
    """Rank, object, sections, total, and how its rank moved."""
    language, book = subject.language, subject.book
    header = [
        text("column.rank", language),
        *([text("column.group", language)] if book.total.rank_in_groups else []),
        object_word(subject),
        *(section.title for section in book.sections),
        text("column.total", language),
        *([text("column.grade", language)] if book.total.grades else []),
        *([text("bulletin.rank_before", language)] if _moves(subject) else []),
        *([text("column.pending", language)] if subject.scorecard.pending else []),
    ]
    rows = [_ranking_row(subject, chain) for chain in subject.scorecard.chains]
    named = 1 + book.total.rank_in_groups
    widths = _widths([list(column) for column in zip(header, *rows, strict=True)], named)
    return Grid(header, rows, widths)


def _widths(columns: Sequence[Sequence[str]], named: int) -> list[float]:
    """Columns as wide as their longest words, and wider where there is room; the ``named`` one takes what is left."""
    needed = [max(map(_longest_word, column)) * LETTER + AROUND for column in columns]
    needed[named] = 0.0
    scale = min(1.0, (TYPE_AREA - LEAST_NAME) / sum(needed))
    each = max(0.0, TYPE_AREA - NAME - sum(needed)) / (len(needed) - 1)
    widths = [need * scale + max(0.0, min(each, WIDE - need)) for need in needed]
    widths[named] = 0.0
    widths[named] = TYPE_AREA - sum(widths)
    return widths


def _longest_word(cell: str) -> int:
    """Letters of the longest word that is not to be broken, figures' marks left out."""
    shown = "".join(piece for piece, _ in pieces(cell))
    return max(map(len, re.findall(r"[\x21-\x7e]+", shown)), default=4)


def _ranking_row(subject: Subject, chain: ChainScore) -> list[str]:
    book, its = subject.book, chain.chain
    before = subject.earlier.get(its)
    return [
        figure(told_rank(chain.rank, subject.scorecard.is_tied(chain, book), subject.language), f"rank {its}"),
        *([book.chain(its).group] if book.total.rank_in_groups else []),
        book.chain(its).name,
        *(_sum(subject, chain.sections[section.id], f"section {section.id} {its}") for section in book.sections),
        _sum(subject, chain.total, f"total {its}"),
        *([chain.grade] if book.total.grades else []),
        *([_rank_before(subject, before)] if _moves(subject) else []),
        *([separator(subject).join(chain.pending)] if subject.scorecard.pending else []),
    ]


def _rank_before(subject: Subject, before: ChainScore | None) -> str:
    if before is None:
        return NO_FIGURE
    return figure(told_rank(before.rank, False, subject.language), f"rank before {before.chain}")


def _moves(subject: Subject) -> bool:
    """True where the rank before stands in the ranking; a year's ranks stand in a table of their own."""
    return subject.before is not None and subject.year is None


def totals_by_period(subject: Subject, year: Year) -> Iterator[Grid]:
    """Every object's total and rank in each period of a year."""
    return _by_period(subject, year, _total_and_rank)


def added_by_period(subject: Subject, year: Year) -> Iterator[Grid]:
    """What each period of a year added to every object's total."""
    return _by_period(subject, year, _added)


def _by_period(subject: Subject, year: Year, cell: Callable[[Subject, Standing, int, Period], str]) -> Iterator[Grid]:
    """So many periods abreast."""
    for first in range(0, len(year.periods), PERIODS_ABREAST):
        some = list(enumerate(year.periods))[first : first + PERIODS_ABREAST]
        rows = [[its.chain.name, *(cell(subject, its, at, period) for at, period in some)] for its in year.standings]
        own = 24.0
        header = [object_word(subject), *(period.name(subject.language) for _, period in some)]
        yield Grid(header, rows, [TYPE_AREA - own * len(some), *[own] * len(some)])


def _total_and_rank(subject: Subject, its: Standing, at: int, period: Period) -> str:
    total, rank = its.totals[at], its.ranks[at]
    if total is None:
        return NO_FIGURE
    place = text("column.pending", subject.language) if rank is None else figure(rank, f"rank {period} {its.chain.chain}")
    shown = figure(points(subject, total), f"total {period} {its.chain.chain}")
    return text("console.trend_value", subject.language, total=shown, rank=place)


def _added(subject: Subject, its: Standing, at: int, period: Period) -> str:
    added = its.increments[at]
    return NO_FIGURE if added is None else figure(f"{added:+.{subject.book.decimals}f}", f"added {period} {its.chain.chain}")


def all_leaves(subject: Subject) -> Iterator[Grid]:
    """Every leaf of every object, so many objects abreast, with the total below."""
    chains = subject.scorecard.chains
    longest = max(len(subject.book.chain(chain.chain).short_name) for chain in chains)
    abreast = OBJECTS_ABREAST if longest <= LONG_NAME else LONG_NAMES_ABREAST
    for first in range(0, len(chains), abreast):
        yield _leaves(subject, chains[first : first + abreast], 15.0 * OBJECTS_ABREAST / abreast)


def _leaves(subject: Subject, chains: Sequence[ChainScore], own: float) -> Grid:
    """``own`` is the width of an object's column in mm."""
    language, book = subject.language, subject.book
    short = [book.chain(chain.chain).short_name for chain in chains]
    header = [text("column.leaf", language), text("column.title", language), text("bulletin.marks", language), *short]
    rows = [
        [
            leaf.id,
            subject.titles[leaf.id],
            _marks(full_marks(subject.book, leaf)),
            *(_score(subject, leaf.id, chain) for chain in chains),
        ]
        for leaf in book.leaves
    ]
    rows.append(
        [
            "",
            text("column.total", language),
            "",
            *(_sum(subject, chain.total, f"total {chain.chain}") for chain in chains),
        ]
    )
    return Grid(header, rows, [13.0, TYPE_AREA - 13 - 12 - own * len(chains), 12.0, *[own] * len(chains)])


def _marks(marks: Decimal | None) -> str:
    return NO_FIGURE if marks is None else f"{marks:f}"


def _score(subject: Subject, leaf: str, chain: ChainScore) -> str:
    return _sum(subject, chain.leaves[leaf].score, f"{leaf} {chain.chain}")


def sections_of(subject: Subject, chain: ChainScore) -> Grid:
    """An object's sections, beside the best and the mean of all."""
    language, book = subject.language, subject.book
    header = [
        text("bulletin.section", language), text("bulletin.marks", language), text("bulletin.score", language),
        text("bulletin.mean", language), text("bulletin.highest", language),
    ]  # fmt: skip
    rows = [_section_row(subject, chain, section) for section in book.sections]
    mean = mean_of(subject.scorecard.chains, book.decimals)
    highest = max(totals_of(subject.scorecard.chains)) if mean is not None else None
    rows.append([
        text("column.total", language), "", _sum(subject, chain.total, f"total {chain.chain}"), _sum(subject, mean, "mean"),
        _sum(subject, highest, "highest"),
    ])  # fmt: skip
    return Grid(header, rows, [TYPE_AREA - 4 * 25, *[25.0] * 4])


def _section_row(subject: Subject, chain: ChainScore, section: Section) -> list[str]:
    """A section of which a leaf is pending, of any object, has neither mean nor best."""
    chains, leaves = subject.scorecard.chains, subject.book.leaves_by_section[section.id]
    known = [] if any(each.lacks(leaves) for each in chains) else [each.sections[section.id] or Decimal(0) for each in chains]
    mean = half_up(Fraction(sum(known, Decimal(0))) / len(known), subject.book.decimals) if known else None
    return [
        section.title,
        _marks(section.marks),
        _sum(subject, chain.sections[section.id], f"section {section.id} {chain.chain}"),
        _sum(subject, mean, f"mean {section.id}"),
        _sum(subject, max(known, default=None), f"highest {section.id}"),
    ]


def _sum(subject: Subject, score: Decimal | None, source: str) -> str:
    return text("column.pending", subject.language) if score is None else figure(points(subject, score), source)


def targets(subject: Subject) -> Grid:
    """The plan's targets, each named once, above what the workbooks hold of it."""
    lines = target_lines(subject.scorecard, subject.language)
    header = [text(f"target.{key}", subject.language) for key in ("title", "goal", "whose", "figure", "share")]
    rows = []
    for at, line in enumerate(lines):
        shown = figure(line.figure, f"target {at}") if line.share else plain_text(line.figure)
        share = figure(line.share, f"target {at} share") if line.share else NO_FIGURE
        named = [line.title, line.goal] if line.rows else ["", ""]
        rows.append([*named, plain_text(line.whose), shown, share])
    return Grid(header, rows, [34.0, 31.0, TYPE_AREA - 34 - 31 - 34 - 19, 34.0, 19.0])
