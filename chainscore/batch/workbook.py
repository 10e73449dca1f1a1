"""The workbook that combines the results of many: totals, ranks, and why some have none. Workbooks are always Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscore import __version__
from chainscore.batch.each import Outcome
from chainscore.intake.workbook import RESULTS_MARK
from chainscore.method.rulebook import Rulebook
from chainscore.results.pages import Column, Pages
from chainscore.results.quick_workbook import QuickWorkbook
from chainscore.words.texts import text


def write_combined(outcomes: Sequence[Outcome], book: Rulebook) -> bytes:
    """The bytes of an .xlsx file: a line for each workbook."""
    workbook = QuickWorkbook(f"{book.title}·汇总", book.issued, RESULTS_MARK)
    draft = any(outcome.draft for outcome in outcomes)
    pages = Pages(workbook, book.title, f"{book.id} {book.version}", draft)
    _write(pages, "总分", outcomes, book, "score", lambda standing: standing.total)
    _write(pages, "名次", outcomes, book, "centre", lambda standing: standing.rank)
    _write_unscored(pages, outcomes)
    _write_origin(pages, book)
    return workbook.packed()


def _write(pages: Pages, name: str, outcomes: Sequence[Outcome], book: Rulebook, style: str, value: Any) -> None:
    """One number of each chain in each workbook, and how many findings there are."""
    columns = [
        Column("文件", 32, "name"), Column("考核期", 10, "centre"), Column("状态", 10, "centre"),
        *(Column(chain.short_name, 13, style) for chain in book.chains),
        Column("错误", 7, "centre"), Column("提醒", 7, "centre"), Column("提示", 7, "centre"), Column("结果工作簿", 36, "name"),
    ]  # fmt: skip
    page = pages.page(name, columns, frozen=1)
    for row, outcome in enumerate(outcomes, page.first):
        standings = {standing.chain: standing for standing in outcome.chains}
        found = [outcome.number(severity) for severity in ("error", "warning", "notice")]
        values = [value(standings[chain.id]) if chain.id in standings else None for chain in book.chains]
        pending = [("red",) if chain.id in standings and standings[chain.id].pending else () for chain in book.chains]
        state = text(f"each.{outcome.state}", "zh")
        looks = ((), (), () if outcome.state == "scored" else ("red",), *pending, (), (), (), ())
        pages.row(page, row, [outcome.file, outcome.period, state, *values, *found, outcome.results], cells=looks)
    page.sheet.autofilter(page.header, 0, page.header + len(outcomes), len(columns) - 1)
    pages.mark(page.sheet, page.first + len(outcomes), len(columns))


def _write_unscored(pages: Pages, outcomes: Sequence[Outcome]) -> None:
    columns = [
        Column("文件", 32, "name"),
        Column("状态", 10, "centre"),
        Column("错误", 7, "centre"),
        Column("原因", 100, "name"),
    ]
    page = pages.page("未计分", columns)
    unscored = [outcome for outcome in outcomes if outcome.state != "scored"]
    for row, outcome in enumerate(unscored, page.first):
        state = text(f"each.{outcome.state}", "zh")
        pages.row(page, row, [outcome.file, state, outcome.number("error"), outcome.why("zh")])
    if not unscored:
        pages.row(page, page.first, ["", "", "", text("each.all_scored", "zh")])


def _write_origin(pages: Pages, book: Rulebook) -> None:
    page = pages.page("出处", [Column("项目", 42, "name"), Column("内容", 98, "name")], least=20)
    names = {reading.key: reading for reading in book.readings}
    rows = [
        ("规则", f"{book.id} {book.version}"),
        ("规则 SHA-256", book.sha256),
        ("程序", f"chainscore {__version__}"),
        *(
            (f"口径 {key}={value}", f"{names[key].question.zh}：{names[key].options[value].zh}")
            for key, value in book.chosen.items()
        ),
    ]
    for row, values in enumerate(rows, page.first):
        pages.row(page, row, values)
