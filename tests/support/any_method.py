"""Facts for any rulebook, and where they go in its blank workbook: everything is found by the rulebook's own labels."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from chainscore.method.rulebook import Grid, Rulebook, Sheet

Row = Sequence[Any]
SIGNED = datetime.date(2024, 12, 31)
EPOCH = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class SheetFacts:
    """What one department reports: rows by object, without the object's column, in the order of the columns."""

    cells: Mapping[str, Any] = field(default_factory=dict)
    table: Mapping[str, Row] = field(default_factory=dict)
    ledger: Sequence[tuple[str, Row]] = ()


Facts = Mapping[str, SheetFacts]
Edit = tuple[str, str, Any]
"""(sheet, cell, value)."""


def edits(blank: Path, book: Rulebook, facts: Facts) -> Iterator[Edit]:
    """What has to be typed into a blank workbook, and where."""
    workbook = openpyxl.load_workbook(blank)
    for sheet in book.sheets:
        if sheet.name in workbook.sheetnames:
            for cell, value in _edits(workbook[sheet.name], sheet, book, facts[sheet.name]):
                yield sheet.name, cell, value


def _edits(page: Worksheet, sheet: Sheet, book: Rulebook, facts: SheetFacts) -> Iterator[tuple[str, Any]]:
    signature = book.signature
    yield _beside(page, signature.person), "样例填报人"
    yield _beside(page, signature.date), SIGNED
    for label, value in facts.cells.items():
        yield _beside(page, label), value
    names = {chain.id: chain.name for chain in book.chains}
    if sheet.table is not None:
        first, columns = _header(page, sheet.table)
        rows = {page.cell(row, columns[0]).value: row for row in range(first + 1, first + 1 + len(names))}
        for chain, values in facts.table.items():
            yield from _row(rows[names[chain]], columns[1:], values)
    if sheet.ledger is not None:
        first, columns = _header(page, sheet.ledger)
        for row, (chain, values) in enumerate(facts.ledger, first + 1):
            yield from _row(row, columns, [names[chain], *values])
        if not facts.ledger:
            yield _beside(page, signature.no_events), book.words.yes


def _row(row: int, columns: Sequence[int], values: Row) -> Iterator[tuple[str, Any]]:
    for column, value in zip(columns, values, strict=False):
        if value is not None:
            yield f"{get_column_letter(column)}{row}", value


def _header(page: Worksheet, grid: Grid) -> tuple[int, list[int]]:
    """(row, columns in the rulebook's order) of a header."""
    labels = [column.label for column in grid.columns]
    for row in page.iter_rows():
        found = {cell.value: cell.column for cell in row if isinstance(cell.value, str)}
        if set(labels) <= set(found):
            return row[0].row, [found[label] for label in labels]
    raise AssertionError(f"{page.title}: no header with {labels}")


def _beside(page: Worksheet, label: str) -> str:
    """The cell to the right of a label, past the range it is merged over."""
    for row in page.iter_rows():
        for cell in row:
            if cell.value == label:
                merged = next((area for area in page.merged_cells.ranges if cell.coordinate in area), None)
                column = merged.max_col if merged is not None else cell.column
                return f"{get_column_letter(column + 1)}{cell.row}"
    raise AssertionError(f"{page.title}: {label!r} is not there")


def typed_by_openpyxl(blank: Path, target: Path, book: Rulebook, facts: Facts) -> Path:
    """The blank workbook filled and saved by openpyxl."""
    workbook = openpyxl.load_workbook(blank)
    for sheet, cell, value in edits(blank, book, facts):
        workbook[sheet][cell].value = value
    workbook.save(target)
    return target


def step_of_libreoffice(blank: Path, target: Path, book: Rulebook, facts: Facts) -> dict[str, Any]:
    """The same as a step for LibreOffice's typist."""
    typed = [
        ["text", sheet, cell, value]
        if isinstance(value, str)
        else ["value", sheet, cell, (value - EPOCH).days if isinstance(value, datetime.date) else float(value)]
        for sheet, cell, value in edits(blank, book, facts)
    ]
    return {"open": str(blank), "save": str(target), "filter": "Calc MS Excel 2007 XML", "edits": typed}
