"""Fills a blank workbook with facts as another program would: openpyxl, finding everything by its label."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from chainscore.method.loading import load_rulebook
from chainscore.method.period import Period
from chainscore.method.rulebook import Rulebook
from chainscore.paperwork.template import write_template

HERE = Path(__file__).parent.parent
EXAMPLES = sorted((HERE / "examples").glob("*.json"))
BOOK: Rulebook = load_rulebook()


def example(name: str) -> dict[str, Any]:
    """One of the worked examples."""
    loaded: dict[str, Any] = json.loads((HERE / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def blank(period: str = "2023Q2") -> openpyxl.Workbook:
    """The blank workbook, open in openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(write_template(BOOK, Period.parse(period))))


def find(sheet: Worksheet, label: str) -> tuple[int, int]:
    """(row, column) of the first cell that holds exactly ``label``."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == label:
                return cell.row, cell.column
    raise AssertionError(f"{sheet.title}: {label!r} is not there")


def header(sheet: Worksheet, labels: set[str]) -> tuple[int, dict[str, int]]:
    """(row, label → column) of the header row that has all of ``labels``."""
    for row in sheet.iter_rows():
        columns = {cell.value: cell.column for cell in row if isinstance(cell.value, str)}
        if labels <= set(columns):
            return row[0].row, {label: columns[label] for label in columns}
    raise AssertionError(f"{sheet.title}: no header with {sorted(labels)}")


def beside(sheet: Worksheet, label: str) -> tuple[int, int]:
    """The cell to the right of a label, past the range it is merged over."""
    row, column = find(sheet, label)
    for merged in sheet.merged_cells.ranges:
        if (row, column) in {(r, c) for r, c in merged.left}:
            return row, merged.max_col + 1
    return row, column + 1


def value_of(label: str, value: Any) -> Any:
    """An example's value as a program would write it: ISO dates as real ones."""
    if isinstance(value, str) and "日期" in label:
        return datetime.date.fromisoformat(value)
    return value


def fill_sheet(sheet: Worksheet, facts: Mapping[str, Any]) -> None:
    """Write one sheet's facts: labelled cells, chain table, ledger and signature."""
    for label, value in {**facts.get("cells", {}), **facts.get("sign", {})}.items():
        sheet.cell(*beside(sheet, label)).value = value_of(label, value)
    if table := facts.get("table"):
        first, columns = header(sheet, set(table[0]))
        rows = {sheet.cell(row, columns["产业链"]).value: row for row in range(first + 1, first + 7)}
        for record in table:
            for label, value in record.items():
                sheet.cell(rows[record["产业链"]], columns[label]).value = value
    if "ledger" in facts:
        if not facts["ledger"]:
            sheet.cell(*beside(sheet, "本期无新增事项")).value = "是"
            return
        labels = {label for record in facts["ledger"] for label in record}
        first, columns = header(sheet, labels)
        for row, record in enumerate(facts["ledger"], first + 1):
            for label, value in record.items():
                if value is not None:
                    sheet.cell(row, columns[label]).value = value_of(label, value)


def filled(facts: Mapping[str, Any]) -> openpyxl.Workbook:
    """The blank workbook of the facts' period, filled."""
    workbook = blank(facts["period"])
    for name, sheet_facts in facts["sheets"].items():
        fill_sheet(workbook[name], sheet_facts)
    return workbook
