"""Tables as plain data and back: a results workbook carries what was read, so that it can be scored again.

Every value is text without ambiguity (a plain number, an ISO date, or the text itself) or null; the rulebook says which.
"""

from __future__ import annotations

import base64
import datetime
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from chainscore.intake.tables import (
    PLACE,
    ROW,
    SOUND,
    LabelledValue,
    Place,
    SheetTables,
    Submission,
    Tables,
    frame_of,
)  # fmt: skip
from chainscore.method.period import Period
from chainscore.method.rulebook import NUMBERS, Grid, Rulebook, Sheet


class ArchiveError(ValueError):
    """What is no archive of tables."""


def archived(tables: Tables) -> str:
    """Tables as one text: JSON, packed."""
    document = {
        "period": str(tables.period),
        "now": str(tables.now),
        "inputs": list(tables.inputs),
        "sheets": {name: _sheet(sheet) for name, sheet in tables.sheets.items()},
    }
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return base64.b64encode(zlib.compress(written, 1)).decode("ascii")


def _sheet(tables: SheetTables) -> dict[str, Any]:
    return {
        "submitted": tables.submitted,
        "complete": tables.complete,
        "rows_read": tables.rows_read,
        "cells": {label: [_text(each.value), each.file, each.sheet, each.cell] for label, each in tables.cells.items()},
        "places": [[place.file, place.sheet, dict(place.columns)] for place in tables.places],
        "submissions": [
            [each.file, each.sheet, each.signed, each.rows, list(each.chains), each.signer, _text(each.signed_on)]
            for each in tables.submissions
        ],
        "table": _frame(tables.table, tables.sheet.table),
        "ledger": _frame(tables.ledger, tables.sheet.ledger),
    }


def _frame(rows: pd.DataFrame, grid: Grid | None) -> dict[str, list[Any]]:
    labels = [column.label for column in grid.columns] if grid is not None else []
    columns = {label: [_text(value) for value in rows[label].tolist()] for label in labels}
    return {**columns, **{name: [int(value) for value in rows[name].tolist()] for name in (ROW, PLACE, SOUND)}}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# ---------------------------------------------------------------- back


def restored(text: str, book: Rulebook) -> Tables:
    """The tables that a text holds, under the rulebook that they were read by. Raises ArchiveError."""
    try:
        document = json.loads(zlib.decompress(base64.b64decode(text, validate=True)).decode("utf-8", "surrogatepass"))
        return Tables(
            period=Period.parse(document["period"], book.year_starts),
            now=datetime.date.fromisoformat(document["now"]),
            sheets={sheet.name: _restored_sheet(document["sheets"][sheet.name], sheet) for sheet in book.sheets},
            inputs=tuple((name, digest) for name, digest in document["inputs"]),
        )
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError, zlib.error) as error:
        raise ArchiveError(str(error)) from error


def _restored_sheet(document: Mapping[str, Any], sheet: Sheet) -> SheetTables:
    places = tuple(Place(file, name, columns) for file, name, columns in document["places"])
    return SheetTables(
        sheet=sheet,
        submitted=document["submitted"],
        cells={
            label: LabelledValue(Decimal(value) if value is not None else None, file, name, cell)
            for label, (value, file, name, cell) in document["cells"].items()
        },
        table=_restored_frame(document["table"], sheet.table, places),
        ledger=_restored_frame(document["ledger"], sheet.ledger, places),
        complete=document["complete"],
        places=places,
        rows_read=document["rows_read"],
        submissions=tuple(_submission(each) for each in document["submissions"]),
    )


def _submission(told: Sequence[Any]) -> Submission:
    file, sheet, signed, rows, chains, signer, signed_on = told
    day = datetime.date.fromisoformat(signed_on) if signed_on is not None else None
    return Submission(file, sheet, signed, rows, tuple(chains), signer, day)


def _restored_frame(document: Mapping[str, list[Any]], grid: Grid | None, places: Sequence[Place]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {}
    for column in grid.columns if grid is not None else []:
        reading = _READ.get(column.type, str)
        columns[column.label] = [reading(value) if value is not None else None for value in document[column.label]]
    columns[ROW], columns[PLACE] = document[ROW], document[PLACE]
    columns[SOUND] = [bool(value) for value in document[SOUND]]
    return frame_of(columns, places)


_READ: Mapping[str, Callable[[str], Any]] = {"date": datetime.date.fromisoformat, **dict.fromkeys(NUMBERS, Decimal)}
