"""What one worksheet gives of a department's sheet, and what all of them are held against."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from chainscore.intake.shown import ShownNumber
from chainscore.intake.tables import ROW, Columns, LabelledValue, Place, columns_of
from chainscore.intake.values import (
    CellError,
    CellValue,
    ChainNames,
    Picture,
    Reading,
    Uncalculated,
    number_of,
    plain,
    read_amount,
    read_choice,
    read_count,
    read_date,
    read_percent,
    read_text,
    shown,
)
from chainscore.intake.workbook import Worksheet
from chainscore.method.period import Period
from chainscore.method.rulebook import Column, InputField, Rulebook, Sheet
from chainscore.words.findings import Finding
from chainscore.words.folding import fold

_UNUSABLE: dict[type, str] = {Uncalculated: "E306", CellError: "E307", Picture: "E321"}
_COPY = re.compile(r"\(\d+\)$")


class Fragment(msgspec.Struct):
    """What one worksheet of one file gives of a department's sheet."""

    sheet: Sheet
    file: str
    name: str
    """The worksheet's own name."""
    blank: bool = True
    of_this_period: bool = True
    """False where its workbook is of another period: that it came is known, and nothing in it is used."""
    signer: str | None = None
    signed_on: datetime.date | None = None
    touched: bool = False
    """Something stands where it is signed."""
    declares_none: bool = False
    has_table: bool = False
    """The chain table's header was found."""
    has_ledger: bool = False
    """The ledger's header was found, with all its columns."""
    cells: dict[str, LabelledValue] = msgspec.field(default_factory=dict)
    table: list[dict[str, Any]] = msgspec.field(default_factory=list)
    ledger: Columns = msgspec.field(default_factory=dict)
    places: list[Place] = msgspec.field(default_factory=list)
    findings: list[Finding] = msgspec.field(default_factory=list)
    unfilled: list[tuple[dict[str, Any], list[Finding]]] = msgspec.field(default_factory=list)
    """Preset rows of the chain table that nobody filled in, and what is missing there unless another file has it."""
    preset: set[str | None] = msgspec.field(default_factory=set)
    """Of a blank sheet: the chains whose rows wait to be filled in."""
    missing: dict[str, Finding] = msgspec.field(default_factory=dict)
    """Label → what is missing beside it, unless another file has it."""
    signature_cell: str | None = None
    period_cell: tuple[str, CellValue | None] | None = None
    """(cell, value) of the sheet's own period."""

    def __post_init__(self) -> None:
        self.ledger = columns_of(self.sheet.ledger)

    @property
    def events(self) -> int:
        """How many rows the ledger has."""
        return len(self.ledger[ROW])

    @property
    def signed(self) -> bool:
        return self.signer is not None and self.signed_on is not None


class Frame(msgspec.Struct, frozen=True, dict=True):
    """What the rows of a quarter are held against."""

    book: Rulebook
    chains: ChainNames
    period: Period | None
    period_at: str
    """The sheet that names it."""
    covered: bool
    """That sheet is a cover; a department sheet's own period then is worth a warning only."""
    cutoff: datetime.date | None

    @cached_property
    def now(self) -> datetime.date | None:
        """The cutoff on the cover, or the period's end."""
        return self.cutoff or (self.period.end if self.period is not None else None)


@lru_cache(maxsize=8)
def chain_names(book: Rulebook) -> ChainNames:
    """All names of a rulebook's chains."""
    names = ((chain.id, chain.name, (chain.short_name, chain.id, *chain.aliases)) for chain in book.chains)
    return ChainNames(names, book.words.chain)


@lru_cache(maxsize=1000)
def sheet_key(name: str) -> str:
    """A sheet's name folded, without the "(2)" of a copy."""
    return _COPY.sub("", fold(name))


def same_sheet(name: str, wanted: str) -> bool:
    return sheet_key(name) == fold(wanted)


def sheet_of(worksheet: Worksheet, book: Rulebook) -> Sheet | None:
    return next((sheet for sheet in book.sheets if same_sheet(worksheet.name, sheet.name)), None)


def value_at(worksheet: Worksheet, place: tuple[int, int]) -> CellValue | None:
    row, column = place
    return worksheet.rows.get(row, {}).get(column)


NUMERIC = ("amount", "signed", "percent", "count")


def as_seen(worksheet: Worksheet, place: tuple[int, int], field: InputField) -> CellValue | None:
    """What stands in a cell; where a number is wanted, with the format that may show it as another."""
    raw, style = value_at(worksheet, place), worksheet.styles.get(place)
    if style is None or style.code is None or field.type not in NUMERIC or not isinstance(raw, float):
        return raw
    return ShownNumber(number_of(raw), style.code)


def unusable(raw: CellValue) -> Reading[Any] | None:
    """What an error value or a formula without a value comes to, whatever the column."""
    code = _UNUSABLE.get(type(raw))
    return Reading(None, code) if code is not None else None


def read_cell(raw: CellValue, cell: InputField, book: Rulebook, epoch_1904: bool) -> Reading[Any]:
    """What a cell of any type but chain means."""
    if (refused := unusable(raw)) is not None:
        in_passing = isinstance(raw, Picture) and isinstance(cell, Column) and cell.informative
        return Reading(None) if in_passing else refused
    largest = book.plausibility.largest_amount
    match cell.type:
        case "amount" | "signed":
            return read_amount(raw, cell.unit or "", book.units, largest, signed=cell.type == "signed")
        case "percent":
            return read_percent(raw)
        case "count":
            return read_count(raw, cell.unit or "", largest)
        case "date":
            return read_date(raw, epoch_1904)
        case "choice":
            assert isinstance(cell, Column)
            return read_choice(raw, cell.values)
        case _:
            anything = isinstance(cell, Column) and cell.informative
            return Reading(cell_text(raw)) if anything else read_text(raw)


def cell_text(raw: Any) -> str:
    if isinstance(raw, Uncalculated):
        return ""
    return plain(raw) if isinstance(raw, Decimal) else shown(raw)
