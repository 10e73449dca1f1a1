"""Tables in which some cells hold something else, or some rows are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
from msgspec.structs import replace

from chainscore.intake.fragments import chain_names, read_cell, same_sheet, sheet_of
from chainscore.intake.reader import read_tables
from chainscore.intake.tables import FILE, PLACE, ROW, SHEET, SheetTables, Tables
from chainscore.intake.workbook import Worksheet
from chainscore.method.rule.judging import fact
from chainscore.method.rulebook import InputField, Rulebook
from chainscore.scoring.appraisal import Gathered
from chainscore.scoring.checks import check
from chainscore.words.numbers import plain
from chainscore.words.references import row_and_column
from chainscore.words.texts import UserError, together

_SHEET = r"(?:(?P<file>[^!！]+)[:：])?'?(?P<sheet>[^:：]+?)'?[!！]"
_SETTING = re.compile(rf"{_SHEET}(?P<cell>\$?[A-Za-z]{{1,3}}\$?[1-9]\d*)[=＝](?P<value>.*)", re.S)
_ROW = re.compile(rf"{_SHEET}(?P<row>[1-9]\d*)")


@dataclass(frozen=True)
class Setting:
    """One cell with what stood in it and what is tried."""

    file: str
    sheet: str
    cell: str
    old: Any
    new: Any
    typed: str
    """The value as it was written."""


@dataclass(frozen=True)
class _Input:
    """A cell that holds an input, and where that stands among the tables."""

    file: str
    sheet: str
    field: InputField
    grid: str = ""
    """``table`` or ``ledger``; empty of a labelled cell."""
    position: int = 0


def setting_of(file: str, sheet: str, cell: str, old: Any, new: Any) -> Setting:
    """Another value in a cell, as it would be typed; None empties it."""
    typed = "" if new is None else plain(new) if isinstance(new, Decimal) else str(new)
    return Setting(file, sheet, cell, _told(old), _told(new), typed)


def changed(tables: Tables, book: Rulebook, settings: Sequence[str], drops: Sequence[str]) -> tuple[Tables, list[Setting]]:
    """Tables with ``settings`` such as ``市商务局!D12=2.1`` and without the rows ``drops`` such as ``市商务局!12``.

    Raises UserError, which tells all that are wrong: a cell without an input, a value that it cannot hold, a row that is none.
    """
    if not settings and not drops:
        raise UserError("error.whatif_nothing")
    made: list[Setting] = []
    mistakes: list[UserError] = []
    for text in settings:
        try:
            tables, setting = _set(tables, book, text)
            if any((each.file, each.sheet, each.cell) == (setting.file, setting.sheet, setting.cell) for each in made):
                raise UserError("error.whatif_twice", text=text)
            made.append(setting)
        except UserError as error:
            mistakes.append(error)
    left_out = tables
    for text in drops:
        try:
            left_out = _dropped(left_out, tables, text)
        except UserError as error:
            mistakes.append(error)
    if mistakes:
        raise together(mistakes)
    return left_out, made


def typed(gathered: Gathered, settings: Sequence[Setting]) -> Gathered:
    """The files as they were with the settings typed into them, so that all that is checked in a cell is checked of these."""
    workbooks = []
    for workbook in gathered.workbooks:
        its = [each for each in settings if each.file == workbook.file]
        worksheets = [_typed(sheet, [each for each in its if each.sheet == sheet.name]) for sheet in workbook.worksheets]
        workbooks.append(replace(workbook, worksheets=tuple(worksheets)))
    return replace(gathered, workbooks=tuple(workbooks))


def is_accepted(gathered: Gathered, book: Rulebook, setting: Setting) -> bool:
    """Whether the checks of its own sheet find no error in a quarter without any when a setting is typed into it."""
    wanted = next(each for each in book.sheets if same_sheet(setting.sheet, each.name))
    workbooks = [
        replace(workbook, worksheets=tuple(each for each in workbook.worksheets if sheet_of(each, book) in (None, wanted)))
        for workbook in gathered.workbooks
    ]
    its = typed(replace(gathered, workbooks=tuple(workbooks)), [setting])
    tables, findings = read_tables(its.workbooks, book)
    if tables is not None:
        findings += check(tables, book)
    return not any(each.severity == "error" and each.sheet == setting.sheet and each.cell is not None for each in findings)


def _typed(sheet: Worksheet, settings: Sequence[Setting]) -> Worksheet:
    rows = dict(sheet.rows)
    places = {row_and_column(each.cell): each.typed for each in settings}
    for (row, column), value in places.items():
        others = {at: its for at, its in rows.get(row, {}).items() if at != column}
        rows[row] = {**others, column: value} if value.strip() else others
    formulas = {place: its for place, its in sheet.formulas.items() if place not in places}
    styles = {place: its for place, its in sheet.styles.items() if place not in places}
    return replace(sheet, rows=rows, formulas=formulas, styles=styles)


def _set(tables: Tables, book: Rulebook, text: str) -> tuple[Tables, Setting]:
    match = _SETTING.fullmatch(text)
    if match is None:
        raise UserError("error.whatif_form", text=text)
    cell = match["cell"].replace("$", "").upper()
    sheet = _sheet(tables, match["sheet"])
    found = [each for each in _inputs(sheet, cell) if _is_named(each.file, each.sheet, match)]
    if not found:
        raise UserError("error.whatif_cell", text=text)
    if len({(each.file, each.sheet) for each in found}) > 1:
        raise UserError("error.whatif_files", text=text, valid=", ".join(each.file for each in found))
    at = found[0]
    read = _read(at.field, match["value"], book, text)
    other, old = _with_value(sheet, at, read)
    return _with(tables, other), Setting(at.file, at.sheet, cell, _told(old), _told(read), match["value"])


def _is_named(file: str, sheet: str, match: re.Match[str]) -> bool:
    """Whether a worksheet of a file is the one of a setting or drop, which need not name the file."""
    return match["file"] in (None, file) and (sheet == match["sheet"] or same_sheet(sheet, match["sheet"]))


def _inputs(sheet: SheetTables, cell: str) -> Iterator[_Input]:
    """The inputs that stand in a cell: one in each file that has the sheet."""
    row, column = row_and_column(cell)
    for field in sheet.sheet.cells:
        value = sheet.cells.get(field.label)
        if value is not None and value.cell == cell:
            yield _Input(value.file, value.sheet, field)
    for name, rows in (("table", sheet.table), ("ledger", sheet.ledger)):
        grid = sheet.sheet.grid(name)
        for position, (number, at) in enumerate(zip(rows[ROW].tolist(), rows[PLACE].tolist(), strict=True)):
            place = sheet.places[at]
            label = next((label for label, its in place.columns.items() if its == column), None)
            if number == row and label is not None and grid is not None:
                yield _Input(place.file, place.sheet, grid.column(label), name, position)


def _with_value(sheet: SheetTables, at: _Input, value: Any) -> tuple[SheetTables, Any]:
    """A sheet with another value in one cell, and what stood there."""
    label = at.field.label
    if not at.grid:
        old = sheet.cells[label]
        return replace(sheet, cells={**sheet.cells, label: replace(old, value=value)}), old.value
    rows = sheet.table if at.grid == "table" else sheet.ledger
    values = rows[label].tolist()
    old, values[at.position] = values[at.position], value
    other = rows.assign(**{label: pd.Series(values, dtype=object)})
    return replace(sheet, table=other) if at.grid == "table" else replace(sheet, ledger=other), old


def _sheet(tables: Tables, name: str) -> SheetTables:
    for sheet in tables.sheets.values():
        if any(place.sheet == name for place in sheet.places) or same_sheet(name, sheet.sheet.name):
            return sheet
    raise UserError("error.whatif_sheet", text=name, valid=", ".join(tables.sheets))


def _read(field: InputField, text: str, book: Rulebook, whole: str) -> Any:
    """What a text means in a column or labelled cell; nothing empties it."""
    if not text.strip():
        return None
    reading = chain_names(book).read(text) if field.type == "chain" else read_cell(text, field, book, False)
    if reading.value is None:
        raise UserError("error.whatif_value", text=whole, label=field.label)
    return reading.value


def _dropped(tables: Tables, whole: Tables, text: str) -> Tables:
    """Tables without one more row, which the ``whole`` of them has."""
    match = _ROW.fullmatch(text)
    if match is None:
        raise UserError("error.whatif_form", text=text)
    sheet = _sheet(tables, match["sheet"])
    own = _own(sheet, match)
    if not own.any():
        twice = _own(_sheet(whole, match["sheet"]), match).any()
        raise UserError("error.whatif_twice" if twice else "error.whatif_row", text=text)
    if len(files := set(sheet.ledger[own][FILE])) > 1:
        raise UserError("error.whatif_files", text=text, valid=", ".join(sorted(files)))
    return _with(tables, replace(sheet, ledger=sheet.ledger[~own].reset_index(drop=True)))


def _own(sheet: SheetTables, match: re.Match[str]) -> pd.Series[bool]:
    """Which rows of a ledger a drop names."""
    rows = zip(sheet.ledger[ROW], sheet.ledger[FILE], sheet.ledger[SHEET], strict=True)
    named = [row == int(match["row"]) and _is_named(file, name, match) for row, file, name in rows]
    return pd.Series(named, index=sheet.ledger.index, dtype=bool)


def _with(tables: Tables, sheet: SheetTables) -> Tables:
    return replace(tables, sheets={**tables.sheets, sheet.sheet.name: sheet})


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return fact(value) if value is not None else None
