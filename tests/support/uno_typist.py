"""Works LibreOffice over UNO as a person would: opens files, types into cells found by their labels, saves.

Run by the system's Python, which has the ``uno`` module: ``python3 uno_typist.py CONNECTION PLAN REPORT``. The plan is a
JSON array of steps (see ``tests/support/office.py``); the report has one object for each step. ``python3 uno_typist.py CONNECTION
WORKBOOK`` opens a workbook, says so, and keeps it open until a line comes in.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PATIENCE = 60.0
"""Seconds until LibreOffice must have started."""
FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""
LABELLED_ROWS, LABELLED_COLUMNS = 60, 30
"""Labels and headers are looked for in this corner of a sheet."""


def connect(connection: str) -> Any:
    """LibreOffice's desktop, as soon as it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            remote = resolver.resolve(f"uno:{connection};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def properties(**values: Any) -> tuple[Any, ...]:
    """Named arguments as UNO has them."""
    made = []
    for name, value in values.items():
        argument = PropertyValue()
        argument.Name, argument.Value = name, value
        made.append(argument)
    return tuple(made)


class Sheet:
    """A sheet in which cells are found by label and typed into."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        corner = sheet.getCellRangeByPosition(0, 0, LABELLED_COLUMNS - 1, LABELLED_ROWS - 1)
        self.texts = corner.getDataArray()
        self.protected = sheet.isProtected()
        self.typed = 0
        self.locked: list[str] = []
        """What was to be typed where a person could not have typed."""

    def find(self, label: str) -> tuple[int, int]:
        """(row, column) of the first cell that holds just this label."""
        for row, texts in enumerate(self.texts):
            if label in texts:
                return row, texts.index(label)
        raise LookupError(f"{self.sheet.Name}: {label} is not there")

    def beside(self, label: str) -> Any:
        """The cell to the right of a label, past the range that it is merged over."""
        row, column = self.find(label)
        cursor = self.sheet.createCursorByRange(self.sheet.getCellByPosition(column, row))
        cursor.collapseToMergedArea()
        return self.sheet.getCellByPosition(cursor.RangeAddress.EndColumn + 1, row)

    def header(self, labels: set[str]) -> tuple[int, dict[str, int]]:
        """(row, label → column) of the header row that has all of ``labels``."""
        for row, texts in enumerate(self.texts):
            if labels <= set(texts):
                return row, {label: texts.index(label) for label in labels}
        raise LookupError(f"{self.sheet.Name}: no header has {sorted(labels)}")

    def type(self, cell: Any, keys: str) -> None:
        """Type into a cell, and note where the sheet's protection would have kept a person from it."""
        if cell.CellProtection.IsLocked or not self.protected:
            self.locked.append(f"{self.sheet.Name}!{cell.AbsoluteName}: {keys}")
        cell.FormulaLocal = keys
        self.typed += 1

    def fill(self, facts: dict[str, Any], chain: str, no_events: str, yes: str) -> None:
        """Type one department's labelled cells, chain table, ledger and signature."""
        for label, keys in {**facts.get("cells", {}), **facts.get("sign", {})}.items():
            self.type(self.beside(label), keys)
        if facts.get("table"):
            first, columns = self.header(set(facts["table"][0]))
            for record in facts["table"]:
                row = self._chain_row(record[chain], first, columns[chain])
                for label, keys in record.items():
                    if label != chain:
                        self.type(self.sheet.getCellByPosition(columns[label], row), keys)
        if facts.get("ledger"):
            first, columns = self.header({label for record in facts["ledger"] for label in record})
            for row, record in enumerate(facts["ledger"], first + 1):
                for label, keys in record.items():
                    self.type(self.sheet.getCellByPosition(columns[label], row), keys)
        elif "ledger" in facts:
            self.type(self.beside(no_events), yes)

    def _chain_row(self, name: str, first: int, column: int) -> int:
        """The preset row of a chain below the header in row ``first``."""
        for row in range(first + 1, LABELLED_ROWS):
            if self.texts[row][column] == name:
                return row
        raise LookupError(f"{self.sheet.Name}: {name} is not there")


def fill(document: Any, step: dict[str, Any]) -> dict[str, Any]:
    """Type the facts of a step; says how much was typed, where that is locked, and which sheets refuse what they hold."""
    sheets = []
    for name, facts in step["sheets"].items():
        sheet = Sheet(document.Sheets.getByName(name))
        sheet.fill(facts, **step["words"])
        sheets.append(sheet)
    return {
        "typed": sum(sheet.typed for sheet in sheets),
        "locked": [place for sheet in sheets for place in sheet.locked],
        # LibreOffice circles what a cell's validation, a drop-down for one, would not have let a person type.
        "invalid": [sheet.sheet.Name for sheet in sheets if sheet.sheet.showInvalid()],
    }


def edit(document: Any, what: str, name: str, where: str, value: Any) -> None:
    """What somebody might do to a finished workbook."""
    sheets = document.Sheets
    sheet = sheets.getByName(name)
    cells = sheet.getCellRangeByName(where) if where else None
    match what:
        case "value":
            cells.Value = value
        case "text":
            cells.String = value
        case "formula":
            cells.Formula = value
        case "clear":
            cells.clearContents(1023)
        case "delete row":
            sheet.Rows.removeByIndex(cells.RangeAddress.StartRow, 1)
        case "insert row":
            sheet.Rows.insertByIndex(cells.RangeAddress.StartRow, 1)
        case "delete column":
            sheet.Columns.removeByIndex(cells.RangeAddress.StartColumn, 1)
        case "insert column":
            sheet.Columns.insertByIndex(cells.RangeAddress.StartColumn, 1)
        case "hide row":
            cells.Rows.IsVisible = False
        case "hide column":
            cells.Columns.IsVisible = False
        case "low row":
            cells.Rows.Height = 10
        case "hide sheet":
            sheet.IsVisible = False
        case "remove sheet":
            sheets.removeByName(name)
        case "add sheet":
            sheets.insertNewByName(value, 0)
        case "rename sheet":
            sheet.Name = value
        case "number format":
            locale = cells.CharLocale
            known = document.NumberFormats.queryKey(value, locale, False)
            cells.NumberFormat = known if known >= 0 else document.NumberFormats.addNew(value, locale)
        case "colour":
            cells.CharColor = value
        case "merge":
            cells.merge(True)
        case "note":
            sheet.Annotations.insertNew(cells.CellAddress, value)
        case "remove chart":
            sheet.Charts.removeByName(sheet.Charts.ElementNames[0])
        case "text box":
            shape = document.createInstance("com.sun.star.drawing.TextShape")
            sheet.DrawPage.add(shape)
            size = shape.Size
            size.Width, size.Height = 5000, 2000
            shape.Size = size
            shape.String = value
        case _:
            raise LookupError(what)


def formulas_of(document: Any) -> dict[str, dict[str, Any]]:
    """Sheet → cell → what each formula comes to."""
    told: dict[str, dict[str, Any]] = {}
    for sheet in document.Sheets:
        cells = told.setdefault(sheet.Name, {})
        for area in sheet.queryContentCells(FORMULAS):
            first = area.RangeAddress
            for row, values in enumerate(area.DataArray, first.StartRow + 1):
                for column, value in enumerate(values, first.StartColumn):
                    cells[f"{letters(column)}{row}"] = value
    return told


def letters(column: int) -> str:
    """``0`` → A, ``26`` → AA."""
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def work(desktop: Any, step: dict[str, Any]) -> dict[str, Any]:
    """Open a file; type, enter numbers into cells, recalculate, read formulas as the step says; save it."""
    source = Path(step["open"]).as_uri()
    document = desktop.loadComponentFromURL(source, "_blank", 0, properties(Hidden=True))
    if document is None:
        raise OSError(f"{step['open']}: LibreOffice cannot open it")
    try:
        document.addActionLock()  # nobody looks on: draw and adjust once, at the end
        done = fill(document, step) if "sheets" in step else {}
        for operation in step.get("edits", ()):
            edit(document, *operation)
        if "edits" in step:
            document.calculateAll()
        document.removeActionLock()
        for sheet in document.Sheets if "sheets" in step else ():
            sheet.clearArrows()  # the circles are no part of what is saved
        for name, cell, number in step.get("numbers", ()):
            document.Sheets.getByName(name).getCellRangeByName(cell).Value = number
        if step.get("recalculate"):
            document.calculateAll()
            done["formulas"] = formulas_of(document)
        if "save" in step:
            document.storeToURL(Path(step["save"]).as_uri(), properties(FilterName=step["filter"]))
    finally:
        document.close(True)
    return done


def main(connection: str, plan: str, report: str) -> None:
    """Work off a plan."""
    steps = json.loads(Path(plan).read_text(encoding="utf-8"))
    desktop = connect(connection)
    done = [work(desktop, step) for step in steps]
    unfinished = Path(f"{report}.part")
    unfinished.write_text(json.dumps(done, ensure_ascii=False), encoding="utf-8")
    unfinished.rename(report)  # a report that is there is whole


def hold(connection: str, workbook: str) -> None:
    """Keep a workbook open until a line comes in."""
    document = connect(connection).loadComponentFromURL(Path(workbook).as_uri(), "_blank", 0, properties(Hidden=True))
    print("open", flush=True)
    sys.stdin.readline()
    document.close(True)


if __name__ == "__main__":
    (main if len(sys.argv) == 4 else hold)(*sys.argv[1:])
