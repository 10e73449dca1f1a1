"""What people see of ``diff`` and ``trend``."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from chainscore.comparison.diff import ChainChange, Changes, LeafChange
from chainscore.comparison.texts import reasons, row_line, vetoes_moved, year_note
from chainscore.comparison.trend import Trend, blocks_for, sparkline
from chainscore.comparison.year import Year, years_of
from chainscore.method.rulebook import Rulebook
from chainscore.show.console import object_word
from chainscore.show.findings import print_findings
from chainscore.show.terminal import Table, print_line, print_table
from chainscore.words.findings import Language
from chainscore.words.texts import text

_INDENT = "  "


def print_diff(changes: Changes, path: Path | None, language: Language) -> None:
    """Rank movement, totals, then chain by chain the leaves that moved and why."""
    old, new = changes.old, changes.new
    periods = [quarter.scorecard.period.name(language) for quarter in (old, new)]
    print_line(text("console.compared", language, title=new.book.title, old=periods[0], new=periods[1]))
    print_line(text("console.compared_files", language, old=old.file, new=new.file))
    if changes.draft:
        print_line(text("console.compared_draft", language))
    print_line("")
    if changes.chains:
        _print_ranks(changes, language)
        for chain in changes.chains:
            _print_chain(chain, new.book, language)
    else:
        print_line(text("console.no_difference", language))
    if changes.findings:
        print_line("")
        print_findings(changes.findings, language)
    if path is not None:
        print_line("")
        print_line(text("console.compared_workbook", language, path=path))


def _print_ranks(changes: Changes, language: Language) -> None:
    table = Table()
    for key in ("column.rank_old", "column.rank_new", "column.climbed"):
        table.add_column(text(key, language), justify="right")
    table.add_column(object_word(changes.new.book, language))
    for key in ("column.total_old", "column.total_new", "column.delta"):
        table.add_column(text(key, language), justify="right")
    for chain in changes.chains:
        ranks, totals = (_or_pending(values, chain, language) for values in (chain.ranks, chain.totals))
        pending = text("column.pending", language) if chain.pending else ""
        climbed = pending if chain.climbed is None and pending else f"{chain.climbed:+d}" if chain.climbed else "="
        table.add_row(*ranks, climbed, chain.short_name, *totals, _moved(chain.delta, pending))
    print_table(table)


def _or_pending(values: tuple[int | Decimal | None, ...], chain: ChainChange, language: Language) -> list[str]:
    """A number of each quarter; blank where the chain is not in it."""
    pending = text("column.pending", language)
    scores = (chain.old, chain.new)
    return [
        "" if score is None else pending if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
        for value, score in zip(values, scores, strict=True)
    ]


def _moved(delta: Decimal | None, unknown: str = "") -> str:
    return unknown if delta is None else f"{delta:+f}" if delta else f"{delta:f}"


def _print_chain(chain: ChainChange, book: Rulebook, language: Language) -> None:
    if not chain.differs:
        return
    print_line("")
    if chain.old is None or chain.new is None:
        print_line(text("console.chain_alone", language, chain=chain.short_name))
        return
    ranks, totals = (_or_pending(values, chain, language) for values in (chain.ranks, chain.totals))
    values = {
        "rank_old": ranks[0], "rank_new": ranks[1], "total_old": totals[0], "total_new": totals[1],
        "delta": _moved(chain.delta, text("column.pending", language)),
    }  # fmt: skip
    print_line(text("console.chain_change", language, chain=chain.short_name, **values))
    for said in vetoes_moved(chain, book, language):
        print_line(_INDENT + said)
    for leaf in chain.leaves:
        if leaf.moved or leaf.rows:
            print_line(_INDENT + _leaf_line(leaf, book, language))
            for row in leaf.rows:
                print_line(_INDENT * 2 + row_line(row, language))


def _leaf_line(leaf: LeafChange, book: Rulebook, language: Language) -> str:
    values = {
        name: text("column.pending", language) if score is None else score
        for name, score in (("old", leaf.old), ("new", leaf.new))
    }
    if leaf.attribution is None:
        return text("console.leaf_pending", language, leaf=leaf.leaf, title=leaf.title, **values)
    parts = reasons(leaf.attribution, book, language)
    why = text("console.leaf_because", language, parts=parts) if parts else ""
    delta = _moved(leaf.delta)
    return text("console.leaf_change", language, leaf=leaf.leaf, title=leaf.title, delta=delta, because=why, **values)


def _trend_value(total: Decimal | None, rank: int | None, language: Language) -> str:
    pending = text("column.pending", language)
    if total is None:
        return pending
    return text("console.trend_value", language, total=total, rank=pending if rank is None else rank)


def print_trend(trend: Trend, path: Path | None, language: Language) -> None:
    """Totals and ranks over the periods, and each chain's way as a small line."""
    book = trend.quarters[-1].book
    names = [quarter.scorecard.period.name(language) for quarter in trend.quarters]
    print_line(text("console.trend", language, title=book.title, periods=" · ".join(names)))
    if trend.draft:
        print_line(text("console.compared_draft", language))
    print_line("")
    table = Table()
    table.add_column(object_word(book, language))
    for name in names:
        table.add_column(name, justify="right")
    table.add_column(text("column.trend", language))
    blocks = blocks_for(sys.stdout.encoding)
    for chain in trend.chains:
        scores = [
            _trend_value(total, rank, language) if score is not None else ""
            for score, total, rank in zip(chain.scores, chain.totals, chain.ranks, strict=True)
        ]
        table.add_row(chain.short_name, *scores, sparkline(chain.totals, blocks))
    print_table(table)
    print_line("")
    print_line(text("console.trend_note", language))
    for year in years_of(trend):
        _print_year(year, book, language)
    if trend.findings:
        print_findings(trend.findings, language)
    if path is not None:
        print_line(text("console.trend_workbook", language, path=path))


def _print_year(year: Year, book: Rulebook, language: Language) -> None:
    """What each period added, and the result; of a year that lacks periods only which."""
    if not year.missing:
        print_line("")
        table = Table()
        table.add_column(text("compared.year_rank", language), justify="right")
        table.add_column(object_word(book, language))
        for period in year.periods:
            table.add_column(text("compared.year_added", language, period=period), justify="right")
        table.add_column(text("compared.year_total", language), justify="right")
        pending = text("column.pending", language)
        for its in year.standings:
            added = [_moved(each, pending) for each in its.increments]
            rank, total = (pending if each is None else f"{each}" for each in (year.rank(its), year.total(its)))
            table.add_row(rank, its.chain.short_name, *added, total)
        print_table(table)
    print_line(year_note(year, language))
