"""The workbook that combines the results of many: totals, ranks, and why some have none. In the rulebook's language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from chainscore import __version__
from chainscore.batch.each import Outcome
from chainscore.intake.workbook import RESULTS_MARK
from chainscore.method.rulebook import Rulebook
from chainscore.results.excel.book import Book
from chainscore.results.excel.page import Column
from chainscore.results.names import named, readings_of
from chainscore.results.workbook import origin_columns
from chainscore.words.bilingual import told
from chainscore.words.texts import text


def write_combined(outcomes: Sequence[Outcome], book: Rulebook) -> bytes:
    """The bytes of an .xlsx file: a line for each workbook."""
    draft = any(outcome.draft for outcome in outcomes)
    file = Book(
        text("combined.title", book.language, title=book.title),
        told(book.words.body, book.language),
        book.issued,
        draft,
        RESULTS_MARK,
        book.language,
    )
    _write(file, text("combined.totals", book.language), outcomes, book, "score", lambda standing: standing.total)
    _write(file, text("combined.ranks", book.language), outcomes, book, "centre", lambda standing: standing.rank)
    _write_unscored(file, outcomes, book)
    _write_origin(file, book)
    return file.packed()


def _write(file: Book, name: str, outcomes: Sequence[Outcome], book: Rulebook, style: str, value: Any) -> None:
    """One number of each chain in each workbook, how many findings there are, and where its results are, if anywhere."""
    with_results = any(outcome.results is not None for outcome in outcomes)
    say = partial(text, language=book.language)
    columns = [
        Column(say("combined.file"), 32, "name"), Column(say("combined.period"), 10, "centre"),
        Column(say("combined.state"), 10, "centre"),
        *(Column(chain.short_name, 13, style) for chain in book.chains),
        *(Column(say(f"column.{each}"), 8, "centre") for each in ("errors", "warnings", "notices")),
        *([Column(say("combined.results"), 36, "name")] if with_results else []),
    ]  # fmt: skip
    page = file.page(name, columns, frozen=1)
    for row, outcome in enumerate(outcomes, page.first):
        standings = {standing.chain: standing for standing in outcome.chains}
        found = [outcome.number(severity) for severity in ("error", "warning", "notice")]
        found_here = [value(standings[chain.id]) if chain.id in standings else "" for chain in book.chains]
        values = [say("column.pending") if each is None else each for each in found_here]
        pending = [("red",) if each is None else () for each in found_here]
        state = text(f"each.{outcome.state}", book.language)
        results = [outcome.results] if with_results else []
        looks = ((), (), () if outcome.state == "scored" else ("red",), *pending, *((),) * len([*found, *results]))
        page.row(row, [outcome.file, outcome.period, state, *values, *found, *results], cells=looks)
    page.filter(page.header + len(outcomes))
    file.mark(page, page.first + len(outcomes))


def _write_unscored(file: Book, outcomes: Sequence[Outcome], book: Rulebook) -> None:
    say = partial(text, language=book.language)
    columns = [
        Column(say("combined.file"), 32, "name"),
        Column(say("combined.state"), 10, "centre"),
        Column(say("column.errors"), 8, "centre"),
        Column(say("combined.why"), 99, "name"),
    ]
    page = file.page(say("combined.unscored"), columns)
    unscored = [outcome for outcome in outcomes if outcome.state != "scored"]
    for row, outcome in enumerate(unscored, page.first):
        state = text(f"each.{outcome.state}", book.language)
        page.row(row, [outcome.file, state, outcome.number("error"), outcome.why(book.language)])
    if not unscored:
        page.row(page.first, ["", "", "", text("each.all_scored", book.language)])


def _write_origin(file: Book, book: Rulebook) -> None:
    page = file.page(named("origin", book.language), origin_columns(book.language), least=20)
    rows = [
        (named("rules", book.language), told(book.words.body, book.language)),
        (named("rules_hash", book.language), book.sha256),
        (named("program", book.language), f"chainscore {__version__}"),
        *readings_of(book),
    ]
    for row, values in enumerate(rows, page.first):
        page.row(row, values)
