"""``check -o``: the roll call as a workbook, one row for each unit."""

from __future__ import annotations

from typing import Any

from chainscore.papers.submissions.call import Call
from chainscore.results.excel.book import Book
from chainscore.results.excel.page import Column
from chainscore.scoring.rollcall import Entry
from chainscore.words.bilingual import listed, told
from chainscore.words.texts import text


def write_call(call: Call) -> bytes:
    """The workbook as bytes."""
    language, book = call.language, call.book
    title = text("submissions.title", language, period=call.period or book.title)
    file = Book(title, told(book.words.body, language), book.issued)
    submitted = sum(entry.state == "submitted" for entry in call.entries)
    numbers = {"units": len(call.entries), "submitted": submitted, "owing": len(call.owing)}
    note = text("submissions.summary", language, **numbers)
    page = file.page(text("submissions.sheet", language), _columns(call), frozen=1, note=note)
    owing = call.owing
    for row, entry in enumerate(call.entries, page.first):
        state = ("red",) if entry in owing else ()
        page.row(row, _row(call, entry), cells=[(), state, *[()] * (len(page.columns) - 2)])
    page.filter(page.first + len(call.entries) - 1)
    return file.packed()


def _columns(call: Call) -> list[Column]:
    def column(key: str, width: float, style: str = "text") -> Column:
        return Column(text(key, call.language), width, style)

    return [
        column("column.who", 28, "name"), column("column.state", 14, "centre"), column("column.file", 34),
        column("submissions.signed_on", 12, "date"), column("column.rows", 8, "whole"), column("column.errors", 8, "whole"),
        column("column.warnings", 8, "whole"), column("submissions.to_do", 56), column("submissions.due", 12, "date"),
    ]  # fmt: skip


def _row(call: Call, entry: Entry) -> list[Any]:
    counted: list[Any] = [entry.rows, entry.findings["error"], entry.findings["warning"]] if entry.files else [None] * 3
    tasks = ("；" if call.language == "zh" else "; ").join(call.to_do(entry))
    state, files = call.state(entry), listed(entry.files, call.language)
    return [entry.unit.name(call.book), state, files, entry.signed_on, *counted, tasks, call.due if tasks else None]
