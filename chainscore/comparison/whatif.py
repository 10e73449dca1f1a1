"""Tables in which some cells hold something else, or some rows are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
from msgspec.structs import replace

from chainscore.intake.fragments import chain_names, read_cell, same_sheet
from chainscore.intake.tables import PLACE, ROW, SHEET, LabelledValue, SheetTables, Tables
from chainscore.method.rule.judging import fact
from chainscore.method.rulebook import InputField, Rulebook
from chainscore.words.references import row_and_column
from chainscore.words.texts import UserError

_SETTING = re.compile(r"(?P<sheet>.+)!(?P<cell>\$?[A-Za-z]{1,3}\$?[1-9]\d*)=(?P<value>.*)", re.S)
_ROW = re.compile(r"(?P<sheet>.+)!(?P<row>[1-9]\d*)")


@dataclass(frozen=True)
class Setting:
    """One cell with what stood in it and what is tried."""

    sheet: str
    cell: str
    old: Any
    new: Any


def changed(tables: Tables, book: Rulebook, settings: Sequence[str], drops: Sequence[str]) -> tuple[Tables, list[Setting]]:
    """Tables with ``settings`` such as ``市商务局!D12=2.1`` and without the rows ``drops`` such as ``市商务局!12``.

    Raises UserError for a cell that holds no input, a value that it cannot hold, or a row that is none.
    """
    if not settings and not drops:
        raise UserError("error.whatif_nothing")
    made = []
    for text in settings:
        tables, setting = _set(tables, book, text)
        made.append(setting)
    for text in drops:
        tables = _dropped(tables, text)
    return tables, made


def _set(tables: Tables, book: Rulebook, text: str) -> tuple[Tables, Setting]:
    match = _SETTING.fullmatch(text)
    if match is None:
        raise UserError("error.whatif_form", text=text)
    cell = match["cell"].replace("$", "").upper()
    sheet = _sheet(tables, match["sheet"])
    for label, value in sheet.cells.items():
        if value.cell == cell and same_sheet(value.sheet, match["sheet"]):
            return _labelled(tables, book, sheet, label, value, match["value"])
    row, column = row_and_column(cell)
    for name in ("table", "ledger"):
        rows = sheet.table if name == "table" else sheet.ledger
        grid = sheet.sheet.grid(name)
        for position, (number, at) in enumerate(zip(rows[ROW].tolist(), rows[PLACE].tolist(), strict=True)):
            named = next((label for label, its in sheet.places[at].columns.items() if its == column), None)
            if number == row and named is not None and grid is not None:
                read = _read(grid.column(named), match["value"], book, text)
                setting = Setting(sheet.places[at].sheet, cell, _told(rows[named].tolist()[position]), _told(read))
                other = rows.assign(**{named: pd.Series(_put(rows[named].tolist(), position, read), dtype=object)})
                sheet = replace(sheet, table=other) if name == "table" else replace(sheet, ledger=other)
                return _with(tables, sheet), setting
    raise UserError("error.whatif_cell", text=text)


def _put(values: list[Any], position: int, value: Any) -> list[Any]:
    return [*values[:position], value, *values[position + 1 :]]


def _sheet(tables: Tables, name: str) -> SheetTables:
    for sheet in tables.sheets.values():
        if any(place.sheet == name for place in sheet.places) or same_sheet(name, sheet.sheet.name):
            return sheet
    raise UserError("error.whatif_sheet", text=name, valid=", ".join(tables.sheets))


def _labelled(
    tables: Tables, book: Rulebook, sheet: SheetTables, label: str, value: LabelledValue, text: str
) -> tuple[Tables, Setting]:
    field = next(each for each in sheet.sheet.cells if each.label == label)
    read = _read(field, text, book, f"{value.sheet}!{value.cell}={text}")
    cells = {**sheet.cells, label: replace(value, value=read)}
    return _with(tables, replace(sheet, cells=cells)), Setting(value.sheet, value.cell, _told(value.value), _told(read))


def _read(field: InputField, text: str, book: Rulebook, whole: str) -> Any:
    """What a text means in a column or labelled cell; nothing empties it."""
    if not text.strip():
        return None
    reading = chain_names(book).read(text) if field.type == "chain" else read_cell(text, field, book, False)
    if reading.value is None:
        raise UserError("error.whatif_value", text=whole, label=field.label)
    return reading.value


def _dropped(tables: Tables, text: str) -> Tables:
    match = _ROW.fullmatch(text)
    if match is None:
        raise UserError("error.whatif_form", text=text)
    sheet = _sheet(tables, match["sheet"])
    own = (sheet.ledger[ROW] == int(match["row"])) & sheet.ledger[SHEET].map(lambda name: same_sheet(name, match["sheet"]))
    if not own.any():
        raise UserError("error.whatif_row", text=text)
    return _with(tables, replace(sheet, ledger=sheet.ledger[~own].reset_index(drop=True)))


def _with(tables: Tables, sheet: SheetTables) -> Tables:
    return replace(tables, sheets={**tables.sheets, sheet.sheet.name: sheet})


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return fact(value) if value is not None else None
