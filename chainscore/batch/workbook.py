"""The workbook that combines the results of many: totals, ranks, and why some have none. Workbooks are always Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscore import __version__
from chainscore.batch.each import Outcome
from chainscore.intake.workbook import RESULTS_MARK
from chainscore.method.rulebook import Rulebook
from chainscore.results.excel.book import Book
from chainscore.results.excel.page import Column
from chainscore.results.workbook import PROVENANCE_COLUMNS, readings_of
from chainscore.words.texts import text


def write_combined(outcomes: Sequence[Outcome], book: Rulebook) -> bytes:
    """The bytes of an .xlsx file: a line for each workbook."""
    draft = any(outcome.draft for outcome in outcomes)
    file = Book(f"{book.title}·汇总", f"{book.id} {book.version}", book.issued, draft, RESULTS_MARK)
    _write(file, "总分", outcomes, book, "score", lambda standing: standing.total)
    _write(file, "名次", outcomes, book, "centre", lambda standing: standing.rank)
    _write_unscored(file, outcomes)
    _write_origin(file, book)
    return file.packed()


def _write(file: Book, name: str, outcomes: Sequence[Outcome], book: Rulebook, style: str, value: Any) -> None:
    """One number of each chain in each workbook, how many findings there are, and where its results are, if anywhere."""
    with_results = any(outcome.results is not None for outcome in outcomes)
    columns = [
        Column("文件", 32, "name"), Column("考核期", 10, "centre"), Column("状态", 10, "centre"),
        *(Column(chain.short_name, 13, style) for chain in book.chains),
        Column("错误", 7, "centre"), Column("提醒", 7, "centre"), Column("提示", 7, "centre"),
        *([Column("结果工作簿", 36, "name")] if with_results else []),
    ]  # fmt: skip
    page = file.page(name, columns, frozen=1)
    for row, outcome in enumerate(outcomes, page.first):
        standings = {standing.chain: standing for standing in outcome.chains}
        found = [outcome.number(severity) for severity in ("error", "warning", "notice")]
        values = [value(standings[chain.id]) if chain.id in standings else None for chain in book.chains]
        pending = [("red",) if chain.id in standings and standings[chain.id].pending else () for chain in book.chains]
        state = text(f"each.{outcome.state}", "zh")
        results = [outcome.results] if with_results else []
        looks = ((), (), () if outcome.state == "scored" else ("red",), *pending, *((),) * len([*found, *results]))
        page.row(row, [outcome.file, outcome.period, state, *values, *found, *results], cells=looks)
    page.filter(page.header + len(outcomes))
    file.mark(page, page.first + len(outcomes))


def _write_unscored(file: Book, outcomes: Sequence[Outcome]) -> None:
    columns = [
        Column("文件", 32, "name"),
        Column("状态", 10, "centre"),
        Column("错误", 7, "centre"),
        Column("原因", 100, "name"),
    ]
    page = file.page("未计分", columns)
    unscored = [outcome for outcome in outcomes if outcome.state != "scored"]
    for row, outcome in enumerate(unscored, page.first):
        state = text(f"each.{outcome.state}", "zh")
        page.row(row, [outcome.file, state, outcome.number("error"), outcome.why("zh")])
    if not unscored:
        page.row(page.first, ["", "", "", text("each.all_scored", "zh")])


def _write_origin(file: Book, book: Rulebook) -> None:
    page = file.page("出处", PROVENANCE_COLUMNS, least=20)
    rows = [
        ("规则", f"{book.id} {book.version}"),
        ("规则 SHA-256", book.sha256),
        ("程序", f"chainscore {__version__}"),
        *readings_of(book),
    ]
    for row, values in enumerate(rows, page.first):
        page.row(row, values)
