"""Reads the departments' sheets into Tables, with a finding at its cell for everything that cannot be read as meant.

Here is every rule of the workbook contract that concerns one cell or one row; what concerns several rows or sheets is in
checks.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

import pandas as pd

from chainscore.findings import Finding
from chainscore.folding import fold
from chainscore.layout import Layout, Segment, find_layout, is_label_row, label_key, merged_rows, value_place
from chainscore.period import Period, PeriodError
from chainscore.references import cell_reference
from chainscore.rulebook import Column, Grid, InputField, LabelledCell, Ledger, Rulebook, Sheet
from chainscore.tables import PLACE, ROW, SOUND, LabelledValue, Place, SheetTables, Submission, Tables
from chainscore.values import (
    CellError,
    CellValue,
    ChainNames,
    Reading,
    Uncalculated,
    is_blank,
    plain,
    read_amount,
    read_choice,
    read_count,
    read_date,
    read_text,
    shown,
)
from chainscore.workbook import Workbook, Worksheet

Value = TypeVar("Value")

_COPY = re.compile(r"\(\d+\)$")


@dataclass
class Fragment:
    """What one worksheet of one file gives of a department's sheet."""

    sheet: Sheet
    file: str
    name: str
    """The worksheet's own name."""
    blank: bool = True
    signed: bool = False
    touched: bool = False
    """Something stands where it is signed."""
    declares_none: bool = False
    has_table: bool = False
    """The chain table's header was found."""
    has_ledger: bool = False
    """The ledger's header was found, with all its columns."""
    cells: dict[str, LabelledValue] = field(default_factory=dict)
    table: list[dict[str, Any]] = field(default_factory=list)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unfilled: list[tuple[dict[str, Any], list[Finding]]] = field(default_factory=list)
    """Preset rows of the chain table that nobody filled in, and what is missing there unless another file has it."""
    preset: set[str | None] = field(default_factory=set)
    """Of a blank sheet: the chains whose rows wait to be filled in."""
    missing: dict[str, Finding] = field(default_factory=dict)
    """Label → what is missing beside it, unless another file has it."""
    signature_cell: str | None = None
    period_cell: tuple[str, CellValue | None] | None = None
    """(cell, value) of the sheet's own period."""


@dataclass(frozen=True)
class Frame:
    """What the rows of a quarter are held against."""

    book: Rulebook
    chains: ChainNames
    period: Period | None
    period_at: str
    """The sheet that names it."""
    covered: bool
    """That sheet is a cover; a department sheet's own period then is worth a warning only."""
    cutoff: datetime.date | None

    @property
    def now(self) -> datetime.date | None:
        """The cutoff on the cover, or the period's end."""
        return self.cutoff or (self.period.end if self.period is not None else None)


def read_tables(workbooks: Sequence[Workbook], book: Rulebook) -> tuple[Tables | None, list[Finding]]:
    """Put the workbooks of one quarter together.

    Returns the tables (None where no workbook is one of ours) and all findings about single cells, rows and sheets.
    """
    findings: list[Finding] = []
    ours = [workbook for workbook in workbooks if _is_ours(workbook, book, findings)]
    findings += [finding for workbook in ours for finding in _made_from(workbook, book)]
    named, cutoff = _read_covers(ours, book, findings)
    names = ((chain.id, chain.name, (chain.short_name, chain.id, *chain.aliases)) for chain in book.chains)
    period, at = (named.value, named.sheet) if named is not None else (None, "")
    frame = Frame(book, ChainNames(names, book.words.chain), period, at, _same_sheet(at, book.cover.sheet), cutoff)
    fragments = [fragment for workbook in ours for fragment in _read_workbook(workbook, frame, findings)]
    sheets = {
        sheet.name: _assemble(sheet, [f for f in fragments if f.sheet is sheet], frame, ours, findings)
        for sheet in book.sheets
        if ours
    }
    inputs = tuple((workbook.file, workbook.sha256) for workbook in ours)
    return (Tables(period, frame.now, sheets, inputs) if ours else None), findings


def _is_ours(workbook: Workbook, book: Rulebook, findings: list[Finding]) -> bool:
    cover = _cover(workbook, book)
    if cover is not None and _labelled(cover, book.cover.period, book) is not None:
        return True
    if any(_sheet_of(worksheet, book) for worksheet in workbook.worksheets):
        return True
    findings.append(Finding("E110", workbook.file))
    return False


def _made_from(workbook: Workbook, book: Rulebook) -> Iterable[Finding]:
    """Whether the hidden sheet, if it is still there, says that the workbook was made for another rulebook."""
    lists = next((ws for ws in workbook.worksheets if _same_sheet(ws.name, book.lists.sheet)), None)
    if lists is None:
        return
    says: dict[str, tuple[str, str]] = {}
    for label in (book.lists.id, book.lists.version, book.lists.sha256):
        place = _labelled(lists, label, book)
        if place is not None and not is_blank(raw := _value(lists, place)):
            says[label] = (cell_reference(*place), _text(raw))
    own = {book.lists.id: book.id, book.lists.version: book.version, book.lists.sha256: book.sha256}
    for label, code in ((book.lists.id, "E111"), (book.lists.version, "W512"), (book.lists.sha256, "W512")):
        cell, text = says.get(label, (None, own[label]))
        if text != own[label]:
            values = {"label": label, "text": text, "expected": own[label], **_departments(workbook, book)}
            yield Finding(code, workbook.file, lists.name, cell, values=values)
            return


def _departments(workbook: Workbook, book: Rulebook) -> dict[str, str]:
    """The departments whose sheets a workbook holds, for a message."""
    names = dict.fromkeys(sheet.name for ws in workbook.worksheets if (sheet := _sheet_of(ws, book)) is not None)
    if len(names) == len(book.sheets):
        return {"sheets_zh": "各部门", "sheets_en": "all departments"}
    return {"sheets_zh": "、".join(names), "sheets_en": "、".join(names)}


# ---------------------------------------------------------------- covers and periods


@dataclass(frozen=True)
class CoverValue(Generic[Value]):
    """What a cover says, and where."""

    value: Value
    file: str
    sheet: str
    cell: str | None


def _read_covers(
    workbooks: Sequence[Workbook], book: Rulebook, findings: list[Finding]
) -> tuple[CoverValue[Period] | None, datetime.date | None]:
    """The period and the cutoff that the covers agree on."""
    periods = [(found, workbook) for workbook in workbooks for found in _period_of(workbook, book, findings)]
    cutoffs = [found for workbook in workbooks for found in _cutoff_of(workbook, book, findings)]
    if not periods:
        if workbooks and not any(finding.code == "E213" for finding in findings):
            findings.append(_no_period(workbooks[0].file, book.cover.sheet, None, book, ""))
        return None, None
    # What most files say; where there are as many of either, the first.
    wanted = Counter(found.value for found, _ in periods).most_common(1)[0][0]
    first = next(found for found, _ in periods if found.value == wanted)
    for other, workbook in periods:
        if other.value != wanted:
            conflict = {"period": other.value, "first": first.file, "expected": wanted}
            values = {**conflict, **_departments(workbook, book)}
            findings.append(Finding("E214", other.file, other.sheet, other.cell, values=values))
    return first, _agreed_cutoff(cutoffs, wanted, book, findings)


def _agreed_cutoff(
    cutoffs: Sequence[CoverValue[datetime.date]], period: Period, book: Rulebook, findings: list[Finding]
) -> datetime.date | None:
    """The one cutoff, or None where there is none or one that cannot be."""
    label = book.cover.cutoff
    sound = True
    for day in cutoffs:
        if not period.start <= day.value <= datetime.date(period.year + 1, 3, 31):
            sound = False
            outside = {"label": label, "date": day.value, "start": period.start}
            findings.append(Finding("E215", day.file, day.sheet, day.cell, values=outside))
        elif day.value != cutoffs[0].value:
            conflict = {"label": label, "text": day.value, "other": cutoffs[0].value, "first": cutoffs[0].file}
            findings.append(Finding("E217", day.file, day.sheet, day.cell, values=conflict))
    return cutoffs[0].value if cutoffs and sound else None


def _no_period(file: str, sheet: str, cell: str | None, book: Rulebook, text: str) -> Finding:
    return Finding("E213", file, sheet, cell, values={"label": book.cover.period, "text": text})


def _cover(workbook: Workbook, book: Rulebook) -> Worksheet | None:
    return next((ws for ws in workbook.worksheets if _same_sheet(ws.name, book.cover.sheet)), None)


def _labelled(worksheet: Worksheet, label: str, book: Rulebook) -> tuple[int, int] | None:
    """The place of the value beside one of a cover's labels, or None where the label is missing."""
    key = label_key(label)
    labels = {label_key(book.cover.period), label_key(book.cover.cutoff)}
    for row, cells in worksheet.rows.items():
        for column, value in cells.items():
            if isinstance(value, str) and label_key(value) == key:
                return value_place(worksheet, row, column, labels)
    return None


def _value(worksheet: Worksheet, place: tuple[int, int]) -> CellValue | None:
    return worksheet.rows.get(place[0], {}).get(place[1])


def _period_of(workbook: Workbook, book: Rulebook, findings: list[Finding]) -> Iterable[CoverValue[Period]]:
    """A workbook's period: it stands on the cover; in a workbook without one, on its department sheets, if anywhere."""
    cover = _cover(workbook, book)
    for worksheet in [cover] if cover is not None else workbook.worksheets:
        place = _labelled(worksheet, book.cover.period, book)
        raw = _value(worksheet, place) if place is not None else None
        if raw is None and cover is None:
            continue
        cell = cell_reference(*place) if place is not None else None
        try:
            yield CoverValue(_as_period(raw), workbook.file, worksheet.name, cell)
        except PeriodError:
            findings.append(_no_period(workbook.file, worksheet.name, cell, book, "" if raw is None else _text(raw)))
        return


def _as_period(raw: CellValue | None) -> Period:
    """The period that a cell names; a spreadsheet makes the number 2023 of the year, the date 1 May 2023 of ``2023-05``.

    Raises PeriodError.
    """
    if isinstance(raw, datetime.datetime | datetime.date) and raw.day == 1:
        return Period.of_month(raw.year, raw.month)
    if isinstance(raw, float) and raw.is_integer():
        return Period.parse(str(int(raw)))
    return Period.parse(str(raw))


def _cutoff_of(workbook: Workbook, book: Rulebook, findings: list[Finding]) -> Iterable[CoverValue[datetime.date]]:
    cover = _cover(workbook, book)
    place = _labelled(cover, book.cover.cutoff, book) if cover is not None else None
    if cover is None or place is None:
        return
    raw = _value(cover, place)
    if raw is None or is_blank(raw):
        return
    cutoff_cell = InputField(label=book.cover.cutoff, type="date")
    reading = _read(raw, cutoff_cell, book, workbook.epoch_1904)
    cell = cell_reference(*place)
    if reading.code is not None:
        values = {"label": cutoff_cell.label, "text": _text(raw), **reading.details}
        findings.append(Finding(reading.code, workbook.file, cover.name, cell, values=values))
    if reading.value is not None:
        yield CoverValue(reading.value, workbook.file, cover.name, cell)


# ---------------------------------------------------------------- one workbook


def _sheet_key(name: str) -> str:
    """A sheet's name folded, without the "(2)" of a copy."""
    return _COPY.sub("", fold(name))


def _same_sheet(name: str, wanted: str) -> bool:
    return _sheet_key(name) == fold(wanted)


def _sheet_of(worksheet: Worksheet, book: Rulebook) -> Sheet | None:
    return next((sheet for sheet in book.sheets if _same_sheet(worksheet.name, sheet.name)), None)


def _read_workbook(workbook: Workbook, frame: Frame, findings: list[Finding]) -> Iterable[Fragment]:
    book = frame.book
    others = (book.cover.sheet, book.lists.sheet, book.lists.findings)
    for worksheet in workbook.worksheets:
        sheet = _sheet_of(worksheet, book)
        if sheet is not None:
            yield SheetReader(worksheet, sheet, workbook, frame).read()
        elif worksheet.rows and not any(_same_sheet(worksheet.name, other) for other in others):
            findings.append(Finding("N610", workbook.file, worksheet.name, values={"sheet": worksheet.name}))


class SheetReader:
    """Reads one worksheet as one department's sheet."""

    def __init__(self, worksheet: Worksheet, sheet: Sheet, workbook: Workbook, frame: Frame) -> None:
        self.worksheet = worksheet
        self.sheet = sheet
        self.frame = frame
        self.book = frame.book
        self.epoch_1904 = workbook.epoch_1904
        signature = self.book.signature
        self.labels = (
            self.book.cover.period, signature.unit, signature.person, signature.telephone, signature.date,
            signature.no_events, *(cell.label for cell in sheet.cells),
        )  # fmt: skip
        self.label_keys = {label_key(label) for label in self.labels}
        self.layout: Layout = find_layout(worksheet, sheet, self.book.words.chain, self.labels)
        name = sheet.name if fold(worksheet.name) == fold(sheet.name) else worksheet.name
        self.fragment = Fragment(sheet, workbook.file, name)
        self._noted: dict[tuple[str, str, str], int] = {}

    def read(self) -> Fragment:
        """Everything the worksheet holds of its department's sheet."""
        fragment = self.fragment
        for segment in self.layout.table:
            fragment.table += self._rows(segment)
        for segment in self.layout.ledger:
            fragment.ledger += self._rows(segment)
        fragment.has_table = bool(self.layout.table)
        fragment.has_ledger = bool(self.layout.ledger) and not any(map(self._missing_columns, self.layout.ledger))
        fragment.blank = not self._anything_filled()
        if fragment.blank:
            fragment.preset = {record[self.book.words.chain] for record, _ in fragment.unfilled}
            fragment.findings.clear()
            fragment.unfilled.clear()
            place = self._place(self.book.signature.person)
            fragment.signature_cell = cell_reference(*place) if place else None
            return fragment
        self._headers()
        self._signature()
        self._labelled_cells()
        self._no_events()
        self._hidden()
        return fragment

    def _anything_filled(self) -> bool:
        """True when a person has filled in any cell of the sheet."""
        signature = self.book.signature
        labels = (signature.person, signature.date, signature.no_events, *(cell.label for cell in self.sheet.cells))
        if any((place := self._place(label)) and not is_blank(_value(self.worksheet, place)) for label in labels):
            return True
        return bool(self.fragment.ledger or self.fragment.table)

    # ------------------------------------------------ findings

    def _report(
        self, code: str, row: int | None = None, column: int | None = None, chain: str | None = None, **values: Any
    ) -> None:
        cell = None if row is None else f"{row}:{row}" if column is None else cell_reference(row, column)
        self.fragment.findings.append(Finding(code, self.fragment.file, self.fragment.name, cell, chain, values))

    def _note_once(self, code: str, row: int, column: int, about: str, **values: Any) -> None:
        """Report the first of many alike (the same code about the same thing in one column), with their number."""
        key = (code, str(values["label"]), about)
        index = self._noted.get(key)
        if index is None:
            self._noted[key] = len(self.fragment.findings)
            self._report(code, row, column, times=1, **values)
            return
        first = self.fragment.findings[index]
        times = int(str(first.values["times"])) + 1
        self.fragment.findings[index] = replace(first, values={**first.values, "times": times})

    # ------------------------------------------------ headers, signature, labelled cells

    def _headers(self) -> None:
        for grid, segments in ((self.sheet.table, self.layout.table), (self.sheet.ledger, self.layout.ledger)):
            if grid is None:
                continue
            if not segments:
                labels = "、".join(column.label for column in grid.columns if not column.informative)
                self._report("E203", title=grid.title, labels=labels)
            for segment in segments:
                for label in self._missing_columns(segment):
                    self._report("E204", segment.header_row, label=label)
                for label, place in segment.repeated:
                    code = "N609" if grid.column(label).informative else "E210"
                    self._report(code, segment.header_row, place, label=label, text=label)
                for place, text in segment.unknown.items():
                    if any(not is_blank(self.worksheet.rows[row].get(place)) for row in segment.rows):
                        self._report("N609", segment.header_row, place, text=text)

    def _place(self, label: str) -> tuple[int, int] | None:
        """Where a label's value stands."""
        places = self.layout.labels.get(label_key(label))
        return value_place(self.worksheet, *places[0], self.label_keys) if places else None

    def _signature(self) -> None:
        signature = self.book.signature
        person = self._labelled_value(InputField(label=signature.person, type="text"), "E207")
        date = self._labelled_value(InputField(label=signature.date, type="date"), "E207")
        self.fragment.signed = person is not None and date is not None
        places = [self._place(label) for label in (signature.person, signature.date, signature.no_events)]
        self.fragment.touched = any(place and not is_blank(_value(self.worksheet, place)) for place in places)
        place = self._place(self.book.cover.period)
        if place is not None and not is_blank(raw := _value(self.worksheet, place)):
            self.fragment.period_cell = (cell_reference(*place), raw)

    def _labelled_value(self, cell: InputField, missing: str = "E301") -> Any:
        """The value beside a label, or None with a finding."""
        place = self._place(cell.label)
        if place is None:
            self._report("E205", label=cell.label)
            return None
        others = self.layout.labels[label_key(cell.label)][1:] if isinstance(cell, LabelledCell) else ()
        for other in others:
            self._same_value(cell.label, place, value_place(self.worksheet, *other, self.label_keys))
        raw = _value(self.worksheet, place)
        if raw is None or is_blank(raw):
            self._report(missing, *place, label=cell.label)
            return None
        return self._cell(cell, raw, *place)

    def _same_value(self, label: str, first: tuple[int, int], other: tuple[int, int]) -> None:
        raw, other_raw = _value(self.worksheet, first), _value(self.worksheet, other)
        if raw is not None and other_raw is not None and raw != other_raw:
            first_cell = cell_reference(*first)
            self._report("E217", *other, label=label, text=_text(other_raw), other=_text(raw), first=first_cell)

    def _labelled_cells(self) -> None:
        for cell in self.sheet.cells:
            before = len(self.fragment.findings)
            value = self._labelled_value(cell)
            place = self._place(cell.label)
            if place is None or is_blank(_value(self.worksheet, place)):
                self.fragment.missing[cell.label] = self.fragment.findings[before]
                del self.fragment.findings[before:]
                continue
            if value is not None and cell.positive and value <= 0:
                self._report("E313", *place, label=cell.label, text=plain(value))
                value = None
            reference = cell_reference(*place)
            self.fragment.cells[cell.label] = LabelledValue(value, self.fragment.file, self.fragment.name, reference)

    def _no_events(self) -> None:
        """The declaration that the ledger is empty, held against the ledger."""
        if self.sheet.ledger is None:
            return
        label, words = self.book.signature.no_events, self.book.words
        place = self._place(label)
        raw = _value(self.worksheet, place) if place is not None else None
        if place is not None and raw is not None and (unusable := _unusable(raw)) is not None:
            self._report(unusable.code or "", *place, label=label, text=_text(raw))
            return
        text = "" if raw is None or is_blank(raw) else _text(raw)
        rows = len(self.fragment.ledger)
        self.fragment.declares_none = fold(text) == fold(words.yes)
        if place is None:
            if not rows and self.layout.ledger:
                self._report("E205", label=label)
        elif text and fold(text) == fold(words.no):
            self._report("N618", *place, label=label, text=text)
        elif text and not self.fragment.declares_none:
            self._report("E216", *place, label=label, yes=words.yes, text=text)
            return
        if place is not None and not rows and not self.fragment.declares_none and self.layout.ledger:
            self._report("E208", *place, label=label, yes=words.yes)
        if place is not None and rows and self.fragment.declares_none:
            self._report("E209", *place, label=label, yes=words.yes, rows=rows)

    def _hidden(self) -> None:
        if self.worksheet.hidden:
            self._report("N612", sheet=self.worksheet.name)
        read = {record[ROW] for record in (*self.fragment.table, *self.fragment.ledger)}
        hidden = sorted(read & self.worksheet.hidden_rows)
        if hidden:
            self._report("N611", hidden[0], rows=len(hidden), first=hidden[0])

    # ------------------------------------------------ rows

    def _rows(self, segment: Segment) -> list[dict[str, Any]]:
        """The events or chains of one table or ledger."""
        place = len(self.fragment.places)
        self.fragment.places.append(Place(self.fragment.file, self.fragment.name, segment.columns))
        chain_column = segment.columns[self.book.words.chain]
        anchors = merged_rows(self.worksheet, chain_column)
        rows = []
        for row in segment.rows:
            cells = {
                column: value
                for column in segment.columns.values()
                if not is_blank(value := self.worksheet.rows[row].get(column))
            }
            if not cells or self._is_no_event(segment, row, cells, chain_column):
                continue
            anchor = anchors.get(row, row)
            raw_chain = self.worksheet.rows.get(anchor, {}).get(chain_column)
            if raw_chain is not None and not is_blank(raw_chain):
                cells = {**cells, chain_column: raw_chain}
            before, noted = len(self.fragment.findings), dict(self._noted)
            record = {**self._record(segment, row, anchor, cells), PLACE: place}
            if segment.grid is self.sheet.table and set(cells) == {chain_column}:
                self.fragment.unfilled.append((record, self.fragment.findings[before:]))
                del self.fragment.findings[before:]
                self._noted = noted
            else:
                rows.append(record)
        return rows

    def _is_no_event(self, segment: Segment, row: int, cells: dict[int, Any], chain_column: int) -> bool:
        """True of sums, signatures and remarks below or between the rows."""
        total = self._total(segment, row, cells, chain_column)
        if total is not None:
            self._report("N606", row, total, text=self.worksheet.rows[row][total])
            return True
        if is_label_row(self.worksheet.rows[row], self.label_keys):
            return True
        if len(cells) > 1:
            return False
        ((column, only),) = cells.items()
        if not self._is_remark(segment, column, only, chain_column):
            return False
        if isinstance(segment.grid, Ledger):
            self._report("N607", row, column, text=only)
        return True

    def _total(self, segment: Segment, row: int, cells: Mapping[int, Any], chain_column: int) -> int | None:
        """The column of the word that makes a row one of sums, such as 合计 or, in the chain column, 电子信息小计."""
        words = tuple(fold(word) for word in self.book.words.totals)
        chain = cells.get(chain_column)
        if isinstance(chain, str) and fold(chain).startswith(words) | fold(chain).rstrip(":").endswith(words):
            return chain_column
        grid = segment.grid
        name = segment.columns.get(grid.name) if isinstance(grid, Ledger) else None
        named = cells.get(name) if name is not None else None
        if isinstance(named, str) and label_key(named) in words:
            return name
        if chain is not None or named is not None:
            return None
        cells = self.worksheet.rows[row]
        return next((c for c, text in cells.items() if isinstance(text, str) and label_key(text) in words), None)

    def _is_remark(self, segment: Segment, column: int, only: Any, chain_column: int) -> bool:
        """True when the only thing in a row is text that is no part of it: what stands alone in the chain column and resembles
        no chain, beside the preset rows of a chain table, in a column that bears on no score, or calls itself a remark."""
        if not isinstance(only, str):
            return False
        if column != chain_column and not isinstance(segment.grid, Ledger):
            return True
        label = next(label for label, place in segment.columns.items() if place == column)
        if column == chain_column:
            return self.frame.chains.find(only) is None and not self.frame.chains.resembles(only)
        remarks = tuple(fold(word) for word in self.book.words.remarks)
        return segment.grid.column(label).informative or fold(only).startswith(remarks)

    def _record(self, segment: Segment, row: int, anchor: int, cells: dict[int, Any]) -> dict[str, Any]:
        """One row as label → value, with the findings of its cells."""
        before = len(self.fragment.findings)
        chain_label = self.book.words.chain
        chain = self._cell_in_row(segment, segment.grid.column(chain_label), anchor, cells, None)
        record: dict[str, Any] = {chain_label: chain, ROW: row}
        missing: set[str] = set() if segment.columns[chain_label] in cells else {chain_label}
        for column in segment.grid.columns:
            if column.type == "chain":
                continue
            record[column.label] = self._cell_in_row(segment, column, row, cells, chain)
            if segment.columns.get(column.label) not in cells:
                missing.add(column.label)
        for column in segment.grid.columns:
            if column.label in segment.columns:
                self._row_rules(segment, column, row, record, column.label in missing)
        unsound = {f.cell for f in self.fragment.findings[before:] if f.severity == "error"}
        informative = {
            cell_reference(row, segment.columns[c.label])
            for c in segment.grid.columns
            if c.informative and c.label in segment.columns
        }
        record[SOUND] = unsound <= informative and not self._missing_columns(segment)
        return record

    def _missing_columns(self, segment: Segment) -> list[str]:
        """The labels that the header lacks and a score rests on."""
        return [c.label for c in segment.grid.columns if c.label not in segment.columns and not c.informative]

    def _cell_in_row(self, segment: Segment, column: Column, row: int, cells: dict[int, Any], chain: str | None) -> Any:
        place = segment.columns.get(column.label)
        if place is None or place not in cells:
            return None
        return self._cell(column, cells[place], row, place, chain)

    def _row_rules(self, segment: Segment, column: Column, row: int, record: dict[str, Any], missing: bool) -> None:
        """What a value owes to the others in its row."""
        place, value, chain = segment.columns[column.label], record[column.label], record[self.book.words.chain]
        required = column.required
        if column.required_when is not None:
            required = record[column.required_when.column] in column.required_when.values
        if missing:
            if required:
                self._report("E301", row, place, chain, label=column.label)
            return
        if value is None:
            return
        if column.positive and required and value <= 0:
            self._report("E313", row, place, chain, label=column.label, text=plain(value))
            record[column.label] = None
        if column.type == "date":
            self._date_rules(segment, column, row, record)
        belongs = column.belongs_when
        if belongs is not None and (belongs.value is None or value == belongs.value):
            other = record[belongs.column]
            if other is not None and other not in belongs.values:
                self._report(
                    "E315" if belongs.otherwise == "error" else "W506", row, place, chain,
                    label=column.label, text=_text(value), other=belongs.column, other_text=other,
                )  # fmt: skip

    def _date_rules(self, segment: Segment, column: Column, row: int, record: dict[str, Any]) -> None:
        place, date, chain = segment.columns[column.label], record[column.label], record[self.book.words.chain]
        period, now = self.frame.period, self.frame.now
        if column.within_year and period is not None and now is not None:
            # The ledgers accumulate to the period's end, whatever the cutoff lets be filed after it.
            start, end = period.year_start, min(period.end, now)
            if not start <= date <= end:
                self._report("E310", row, place, chain, label=column.label, date=date, start=start, end=end)
        if column.not_before is not None:
            other = record[column.not_before]
            if other is not None and date < other:
                values = {"other": column.not_before, "other_date": other}
                self._report("E311", row, place, chain, label=column.label, date=date, **values)

    def _cell(self, cell: InputField, raw: CellValue, row: int, column: int, chain: str | None = None) -> Any:
        """What one cell means, or None with a finding."""
        if cell.type == "chain":
            reading: Reading[Any] = _unusable(raw) or self.frame.chains.read(raw)
        else:
            reading = _read(raw, cell, self.book, self.epoch_1904)
        values = {"label": cell.label, "text": _text(raw), "unit": cell.unit or "", **reading.details}
        if (row, column) in self.worksheet.formulas and reading.value is not None:
            if reading.value == 0:
                self._report("W511", row, column, chain, **values)
            else:
                self._note_once("N608", row, column, "", **values)
        if reading.code in ("N604", "N605"):
            self._note_once(reading.code, row, column, _text(raw), **values)
        elif reading.code is not None:
            self._report(reading.code, row, column, chain, **values)
        return reading.value


def _unusable(raw: CellValue) -> Reading[Any] | None:
    """What an error value or a formula without a value comes to, whatever the column."""
    if isinstance(raw, Uncalculated):
        return Reading(None, "E306")
    return Reading(None, "E307") if isinstance(raw, CellError) else None


def _read(raw: CellValue, cell: InputField, book: Rulebook, epoch_1904: bool) -> Reading[Any]:
    """What a cell of any type but chain means."""
    if (unusable := _unusable(raw)) is not None:
        return unusable
    largest = book.plausibility.largest_amount
    match cell.type:
        case "amount":
            return read_amount(raw, cell.unit or "", book.units, largest)
        case "count":
            return read_count(raw, cell.unit or "", largest)
        case "date":
            return read_date(raw, epoch_1904)
        case "choice":
            assert isinstance(cell, Column)
            return read_choice(raw, cell.values)
        case _:
            anything = isinstance(cell, Column) and cell.informative
            return Reading(_text(raw)) if anything else read_text(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, Uncalculated):
        return ""
    return plain(raw) if isinstance(raw, Decimal) else shown(raw)


# ---------------------------------------------------------------- putting a sheet together


def _assemble(
    sheet: Sheet, fragments: list[Fragment], frame: Frame, workbooks: Sequence[Workbook], findings: list[Finding]
) -> SheetTables:
    """One department's sheet from all files that hold a part of it."""
    filled = _without_copies([fragment for fragment in fragments if not fragment.blank], frame, findings)
    if not filled:
        findings.append(_not_submitted(sheet, fragments, workbooks))
    for fragment in filled:
        findings += fragment.findings
        findings += _period_of_sheet(fragment, frame)
    cells = _merge_cells(filled, findings)
    _no_chain_twice(filled, frame, findings)
    places: list[Place] = []
    table: list[dict[str, Any]] = []
    ledger: list[dict[str, Any]] = []
    for fragment in filled:
        offset = len(places)
        places += fragment.places
        table += [{**record, PLACE: record[PLACE] + offset} for record in fragment.table]
        ledger += [{**record, PLACE: record[PLACE] + offset} for record in fragment.ledger]
    filled_in = {record[frame.book.words.chain] for record in table}
    for record, missing in _unfilled(filled):
        if record[frame.book.words.chain] not in filled_in:
            table.append(record)
            findings += missing
            filled_in.add(record[frame.book.words.chain])
    if any(fragment.has_table for fragment in filled):
        blank = [fragment for fragment in fragments if fragment.blank]
        _one_row_per_chain(filled, blank, table, places, frame, findings)
    complete = bool(filled) and all(f.has_ledger and (f.ledger or f.declares_none) for f in filled)
    return SheetTables(
        sheet=sheet,
        submitted=bool(filled) and all(fragment.signed for fragment in filled),
        cells=cells,
        table=_frame(sheet.table, table),
        ledger=_frame(sheet.ledger, ledger),
        complete=complete,
        places=tuple(places),
        rows_read=len(table) + len(ledger),
        submissions=tuple(_submission(fragment, frame) for fragment in filled),
    )


def _submission(fragment: Fragment, frame: Frame) -> Submission:
    ready = {record[frame.book.words.chain]: None for record, _ in fragment.unfilled}
    chains = tuple(_chains_of(fragment, frame) or ready)
    rows = len(fragment.table) + len(fragment.ledger)
    return Submission(fragment.file, fragment.name, fragment.signed, rows, chains)


def _chains_of(fragment: Fragment, frame: Frame) -> dict[str, None]:
    """The chains that a fragment has rows of, in order."""
    label = frame.book.words.chain
    return {record[label]: None for record in (*fragment.table, *fragment.ledger) if record[label] is not None}


def _without_copies(fragments: list[Fragment], frame: Frame, findings: list[Finding]) -> list[Fragment]:
    """Without unsigned sheets that hold carried rows alone, where their departments signed their own elsewhere."""
    signed = [fragment for fragment in fragments if fragment.signed]
    covered = {chain for fragment in signed for chain in _chains_of(fragment, frame)}
    known = {event for fragment in signed for event in _events_of(fragment, frame)}
    kept = []
    for fragment in fragments:
        chains = _chains_of(fragment, frame).keys()
        if fragment.touched or not signed or not chains <= covered or _has_renewed_figures(fragment):
            kept.append(fragment)
            continue
        code = "N619" if _events_of(fragment, frame) <= known else "W513"
        values = {"sheet": fragment.sheet.name, "first": signed[0].file}
        findings.append(Finding(code, fragment.file, fragment.name, values=values))
    return kept


def _events_of(fragment: Fragment, frame: Frame) -> set[tuple[Any, ...]]:
    """What identifies each event of a fragment's ledger."""
    ledger = fragment.sheet.ledger
    if ledger is None:
        return set()
    labels = [frame.book.words.chain, ledger.name, *([ledger.category] if ledger.category is not None else [])]
    return {tuple(fold(str(record[label])) for label in labels) for record in fragment.ledger}


def _has_renewed_figures(fragment: Fragment) -> bool:
    """True when somebody reported anew what a carried sheet leaves blank."""
    for grid, rows in ((fragment.sheet.table, fragment.table), (fragment.sheet.ledger, fragment.ledger)):
        for column in grid.columns if grid is not None else ():
            if column.renewed and column.last_year_of is None and any(row[column.label] is not None for row in rows):
                return True
    return any(cell.renewed and cell.label in fragment.cells for cell in fragment.sheet.cells)


def _frame(grid: Grid | None, rows: list[dict[str, Any]]) -> pd.DataFrame:
    labels = [column.label for column in grid.columns] if grid is not None else []
    columns = [*labels, ROW, PLACE, SOUND]
    # Objects, lest pandas turn whole numbers to floats, None to NaN and dates to timestamps.
    return pd.DataFrame([[row[name] for name in columns] for row in rows], columns=columns, dtype=object)


def _not_submitted(sheet: Sheet, fragments: list[Fragment], workbooks: Sequence[Workbook]) -> Finding:
    if fragments:
        first = fragments[0]
        return Finding("E206", first.file, first.name, first.signature_cell, values={"sheet": sheet.name})
    file = workbooks[0].file if workbooks else ""
    return Finding("E201", file, sheet.name, values={"sheet": sheet.name})


def _period_of_sheet(fragment: Fragment, frame: Frame) -> Iterable[Finding]:
    """A warning where the sheet's own period is not the cover's."""
    if fragment.period_cell is None or frame.period is None:
        return
    cell, raw = fragment.period_cell
    try:
        agrees = _as_period(raw) == frame.period
    except PeriodError:
        agrees = False
    if not agrees:
        name = fragment.sheet.name
        values = {"period": _text(raw), "expected": frame.period, "first": frame.period_at}
        values |= {"sheets_zh": name, "sheets_en": name}
        yield Finding("W509" if frame.covered else "E214", fragment.file, fragment.name, cell, values=values)


def _unfilled(fragments: list[Fragment]) -> Iterable[tuple[dict[str, Any], list[Finding]]]:
    """The preset rows that nobody filled in, numbered like the places of all fragments together."""
    offset = 0
    for fragment in fragments:
        for record, missing in fragment.unfilled:
            yield {**record, PLACE: record[PLACE] + offset}, missing
        offset += len(fragment.places)


def _merge_cells(fragments: list[Fragment], findings: list[Finding]) -> dict[str, LabelledValue]:
    cells: dict[str, LabelledValue] = {}
    for fragment in fragments:
        for label, value in fragment.cells.items():
            first = cells.setdefault(label, value)
            if None not in (first.value, value.value) and first.value != value.value:
                values = {
                    "label": label, "text": _text(value.value), "other": _text(first.value),
                    "first": f"{first.file}!{first.cell}",
                }  # fmt: skip
                findings.append(Finding("E217", fragment.file, fragment.name, value.cell, values=values))
            if first.value is None:
                cells[label] = value
    for fragment in fragments:
        for label, finding in fragment.missing.items():
            if label not in cells:
                findings.append(finding)
    return cells


def _no_chain_twice(fragments: list[Fragment], frame: Frame, findings: list[Finding]) -> None:
    """One chain's rows of a sheet may come from one file only."""
    seen: dict[str, Fragment] = {}
    for fragment in fragments:
        for chain in _chains_of(fragment, frame):
            first = seen.setdefault(chain, fragment)
            if first is not fragment:
                values = {"chain_name": frame.book.chain(chain).name, "first": f"{first.file}:{first.name}"}
                findings.append(Finding("E202", fragment.file, fragment.name, None, chain, values))


def _one_row_per_chain(
    fragments: list[Fragment],
    blank: list[Fragment],
    table: list[dict[str, Any]],
    places: list[Place],
    frame: Frame,
    findings: list[Finding],
) -> None:
    """Each chain stands in the chain table once."""
    label = frame.book.words.chain
    first: dict[str, dict[str, Any]] = {}
    for record in table:
        chain = record[label]
        if chain is None:
            continue
        if chain in first:
            place, other = places[record[PLACE]], first[chain]
            where = places[other[PLACE]]
            if (place.file, place.sheet) == (where.file, where.sheet):
                values = {
                    "chain_name": frame.book.chain(chain).name,
                    "first": where.cell(label, other[ROW]),
                }
                cell = place.cell(label, record[ROW])
                findings.append(Finding("E212", place.file, place.sheet, cell, chain, values))
            record[SOUND] = False
        else:
            first[chain] = record
    # A row whose chain cannot be told is one of those that seem to be missing, and has its own finding.
    untold = sum(record[label] is None for record in table)
    absent = [chain for chain in frame.book.chains if chain.id not in first]
    if len(absent) > untold:
        for chain in absent:
            values = {"chain_name": chain.name}
            if (part := _part_left_blank(blank, chain.id, frame)) is not None:
                findings.append(Finding("E218", part.file, part.name, part.signature_cell, chain.id, values))
                continue
            last = fragments[-1]
            findings.append(Finding("E211", last.file, last.name, None, chain.id, values))


def _part_left_blank(blank: list[Fragment], chain: str, frame: Frame) -> Fragment | None:
    """The blank file in which this chain's rows, and not all chains', were to be filled in."""
    return next((part for part in blank if chain in part.preset and len(part.preset) < len(frame.book.chains)), None)
