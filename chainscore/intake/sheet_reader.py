"""Reads one worksheet as one department's sheet: its labelled cells, its tables and ledgers, and what nobody sees on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import compress
from typing import Any

from msgspec.structs import replace

from chainscore.intake.fragments import NUMERIC, Fragment, Frame, as_seen, cell_text, read_cell, unusable, value_at
from chainscore.intake.layout import Layout, Segment, find_layout, label_key, merged_rows, value_place
from chainscore.intake.no_events import NoEvents
from chainscore.intake.report import Report
from chainscore.intake.rows import Raws, RowsReader
from chainscore.intake.tables import ROW, SOUND, Columns, LabelledValue, Place
from chainscore.intake.unseen import covered, outside
from chainscore.intake.values import CellValue, is_blank, plain
from chainscore.intake.workbook import Workbook, Worksheet
from chainscore.method.period import end_of_month
from chainscore.method.rulebook import InputField, LabelledCell, Sheet
from chainscore.words.folding import fold
from chainscore.words.references import cell_reference, column_letters


class SheetReader:
    """Reads one worksheet as one department's sheet."""

    def __init__(self, worksheet: Worksheet, sheet: Sheet, workbook: Workbook, frame: Frame) -> None:
        self.worksheet = worksheet
        self.sheet = sheet
        self.frame = frame
        self.book = frame.book
        self.epoch_1904 = workbook.epoch_1904
        signature = self.book.signature
        labels = (
            self.book.cover.period, signature.unit, signature.person, signature.telephone, signature.date,
            signature.no_events, *(cell.label for cell in sheet.cells),
        )  # fmt: skip
        self.label_keys = frozenset(map(label_key, labels))
        self.layout: Layout = find_layout(worksheet, sheet, self.book.words.chain, self.label_keys)
        self.value_places = {
            key: [value_place(worksheet, *place, self.label_keys) for place in places]
            for key, places in self.layout.labels.items()
        }
        """Folded label → where the value of each cell that holds it stands."""
        name = sheet.name if fold(worksheet.name) == fold(sheet.name) else worksheet.name
        self.fragment = Fragment(sheet, workbook.file, name)
        self.report = Report(workbook.file, name)
        self.fragment.findings = self.report.findings

    def read(self) -> Fragment:
        """Everything the worksheet holds of its department's sheet."""
        fragment = self.fragment
        for segment in self.layout.table:
            columns = self._rows(segment)
            fragment.table += [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        for segment in self.layout.ledger:
            for label, values in self._rows(segment).items():
                fragment.ledger[label] += values
        fragment.has_table = bool(self.layout.table)
        fragment.has_ledger = bool(self.layout.ledger) and not any(segment.missing for segment in self.layout.ledger)
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
        self._unseen()
        return fragment

    def _anything_filled(self) -> bool:
        """True when a person has filled in any cell of the sheet."""
        signature = self.book.signature
        labels = (signature.person, signature.date, signature.no_events, *(cell.label for cell in self.sheet.cells))
        if any((place := self._place(label)) and not is_blank(value_at(self.worksheet, place)) for label in labels):
            return True
        return bool(self.fragment.table) or self.fragment.events > 0

    # ------------------------------------------------ headers, signature, labelled cells

    def _headers(self) -> None:
        for grid, segments in ((self.sheet.table, self.layout.table), (self.sheet.ledger, self.layout.ledger)):
            if grid is None:
                continue
            if not segments:
                labels = tuple(column.label for column in grid.columns if not column.informative)
                self.report.add("E203", title=grid.title, labels=labels)
            for segment in segments:
                for label in segment.missing:
                    self.report.add("E204", segment.header_row, label=label)
                for label, place in segment.repeated:
                    code = "N609" if grid.column(label).informative else "E210"
                    self.report.add(code, segment.header_row, place, label=label, text=label)
                for place, text in segment.unknown.items():
                    if any(not is_blank(self.worksheet.rows[row].get(place)) for row in segment.rows):
                        self.report.add("N609", segment.header_row, place, text=text)

    def _place(self, label: str) -> tuple[int, int] | None:
        """Where a label's value stands."""
        places = self.value_places.get(label_key(label))
        return places[0] if places else None

    def _signature(self) -> None:
        signature = self.book.signature
        self.fragment.signer = self._signer(signature.person)
        self.fragment.signed_on = self._labelled_value(InputField(label=signature.date, type="date"), "E207")
        self._signed_in_time(signature.date)
        places = [self._place(label) for label in (signature.person, signature.date, signature.no_events)]
        self.fragment.touched = any(place and not is_blank(value_at(self.worksheet, place)) for place in places)
        place = self._place(self.book.cover.period)
        if place is not None and not is_blank(raw := value_at(self.worksheet, place)):
            self.fragment.period_cell = (cell_reference(*place), raw)

    def _signer(self, label: str) -> str | None:
        """Who signed; a line or a dash is nobody, nor is a name that cannot be seen."""
        name: str | None = self._labelled_value(InputField(label=label, type="text"), "E207")
        if name is None or (any(map(str.isalnum, name)) and self._place(label) not in self.worksheet.unseen):
            return name
        self.report.add("E207", *(self._place(label) or ()), label=label)
        return None

    def _signed_in_time(self, label: str) -> None:
        """A day of signing in an earlier year, or a year after the period, is a slip."""
        day, period, place = self.fragment.signed_on, self.frame.period, self._place(label)
        if day is not None and period is not None and place is not None:
            last = end_of_month(period.end, 12)
            if not period.year_start <= day <= last:
                self.report.add("W523", *place, label=label, date=day, start=period.year_start, end=last)

    def _labelled_value(self, cell: InputField, missing: str = "E301") -> Any:
        """The value beside a label, or None with a finding."""
        place = self._place(cell.label)
        if place is None:
            self.report.add("E205", label=cell.label)
            return None
        for other in self.value_places[label_key(cell.label)][1:] if isinstance(cell, LabelledCell) else ():
            self._same_value(cell.label, place, other)
        raw = value_at(self.worksheet, place)
        if raw is None or is_blank(raw):
            self.report.add(missing, *place, label=cell.label)
            return None
        return self._cell(cell, raw, *place)

    def _same_value(self, label: str, first: tuple[int, int], other: tuple[int, int]) -> None:
        raw, other_raw = value_at(self.worksheet, first), value_at(self.worksheet, other)
        if raw is not None and other_raw is not None and raw != other_raw:
            first_cell = cell_reference(*first)
            self.report.add("E217", *other, label=label, text=cell_text(other_raw), other=cell_text(raw), first=first_cell)

    def _labelled_cells(self) -> None:
        for cell in self.sheet.cells:
            before = len(self.fragment.findings)
            value = self._labelled_value(cell)
            place = self._place(cell.label)
            if place is None or is_blank(value_at(self.worksheet, place)):
                self.fragment.missing[cell.label] = self.fragment.findings[before]
                del self.fragment.findings[before:]
                continue
            if value is not None and cell.positive and value <= 0:
                self.report.add("E313", *place, label=cell.label, text=plain(value))
                value = None
            reference = cell_reference(*place)
            self.fragment.cells[cell.label] = LabelledValue(value, self.fragment.file, self.fragment.name, reference)

    def _no_events(self) -> None:
        """The declaration that the ledger is empty, held against the ledger."""
        if self.sheet.ledger is None:
            return
        label, words = self.book.signature.no_events, self.book.words
        place = self._place(label)
        raw = value_at(self.worksheet, place) if place is not None else None
        if place is not None and raw is not None and (refused := unusable(raw)) is not None:
            self.report.add(refused.code or "", *place, label=label, text=cell_text(raw))
            return
        text = "" if raw is None or is_blank(raw) else cell_text(raw)
        rows = self.fragment.events
        self.fragment.declares_none = fold(text) == fold(words.yes)
        if place is None:
            if not rows and self.layout.ledger:
                self.report.add("E205", label=label)
        elif text and fold(text) == fold(words.no):
            self.report.add("N618", *place, label=label, text=text)
        elif text and not self.fragment.declares_none:
            self.report.add("E216", *place, label=label, yes=words.yes, text=text)
            return
        if place is not None and not rows and not self.fragment.declares_none and self.layout.ledger:
            self.report.add("E208", *place, label=label, yes=words.yes)
        if place is not None and rows and self.fragment.declares_none:
            self.report.add("E209", *place, label=label, yes=words.yes, rows=rows)

    def _unseen(self) -> None:
        """Values that nobody sees, and figures that are not read."""
        if self.worksheet.hidden:
            self.report.add("N612", sheet=self.worksheet.name)
        read = {*(record[ROW] for record in self.fragment.table), *self.fragment.ledger[ROW]}
        hidden = sorted(read & self.worksheet.hidden_rows)
        if hidden:
            self.report.add("N611", hidden[0], rows=len(hidden), first=hidden[0])
        segments = (*self.layout.table, *self.layout.ledger)
        self._by_looks(segments, read)
        values = {place: key for key, places in self.value_places.items() for place in places}
        self._hidden_columns(segments, values)
        self._covered(segments, values)
        labelled = {*values, *(place for places in self.layout.labels.values() for place in places)}
        if found := outside(self.worksheet, segments, read, labelled):
            self.report.add("N620", *found[0], rows=len(found), first=cell_reference(*found[0]))

    def _by_looks(self, segments: Sequence[Segment], read: Collection[int]) -> None:
        """Rows in which anything that bears on a score is struck out, or cannot be seen."""
        telling = [
            {column for label, column in segment.columns.items() if not segment.grid.column(label).informative}
            for segment in segments
        ]
        struck = {place for place, style in self.worksheet.styles.items() if style.struck} | self.worksheet.struck_texts
        for code, places in (("W519", struck), ("W525", self.worksheet.unseen | self.worksheet.disguised)):
            rows = sorted({row for row, column in places if row in read and any(column in columns for columns in telling)})
            if rows:
                self.report.add(code, rows[0], rows=len(rows), first=rows[0])

    def _hidden_columns(self, segments: Sequence[Segment], values: Mapping[tuple[int, int], str]) -> None:
        columns = [(s.header_row, column, label) for s in segments for label, column in s.columns.items()]
        columns += [(row, column, key) for (row, column), key in values.items() if value_at(self.worksheet, (row, column))]
        for row, column, label in columns:
            if column in self.worksheet.hidden_columns:
                self.report.add("N623", row, column, label=label, first=column_letters(column))

    def _covered(self, segments: Sequence[Segment], values: Mapping[tuple[int, int], str]) -> None:
        """Values under a merged range, save a chain's name under its own."""
        if not self.worksheet.merges:
            return
        chain_label = self.book.words.chain
        read = {(row, column) for s in segments for column in s.columns.values() for row in (s.header_row, *s.rows)}
        chains = {(row, s.columns[chain_label]) for s in segments for row in s.rows}
        for place, shows, name in covered(self.worksheet):
            value, shown = value_at(self.worksheet, place), value_at(self.worksheet, shows)
            if value is not None and (place in read or place in values) and not (place in chains and value == shown):
                self._doubt("E317", place, values, text=cell_text(value), first=name)

    def _doubt(self, code: str, place: tuple[int, int], labelled: Mapping[tuple[int, int], str], **values: Any) -> None:
        """Report a cell of which nobody can tell what it holds; a draft does without its row or its label's value."""
        self.report.add(code, *place, **values)
        for record in self.fragment.table:
            if record[ROW] == place[0]:
                record[SOUND] = False
        ledger = self.fragment.ledger
        for position, row in enumerate(ledger[ROW]):
            if row == place[0]:
                ledger[SOUND][position] = False
        for label, value in self.fragment.cells.items():
            if label_key(label) == labelled.get(place):
                self.fragment.cells[label] = replace(value, value=None)

    # ------------------------------------------------ rows

    def _rows(self, segment: Segment) -> Columns:
        """The events or chains of one table or ledger."""
        place = len(self.fragment.places)
        self.fragment.places.append(Place(self.fragment.file, self.fragment.name, segment.columns))
        raws = {label: self._raws(segment.rows, segment.grid.column(label), at) for label, at in segment.columns.items()}
        no_events = NoEvents(self.worksheet, segment, self.frame, self.label_keys, self.layout.label_rows).rows(
            raws, self.report
        )
        chain = self.book.words.chain
        anchors = merged_rows(self.worksheet, segment.columns[chain])
        if anchors:
            merged = zip(segment.rows, raws[chain], strict=True)
            raws[chain] = [
                self._shown((anchors[row], segment.columns[chain])) if row in anchors else raw for row, raw in merged
            ]
        wanted = [row not in no_events for row in segment.rows]
        if segment.grid is self.sheet.table:
            for at in [at for at, column in enumerate(zip(*raws.values(), strict=True)) if wanted[at]]:
                if all(raw[at] is None for label, raw in raws.items() if label != chain):
                    wanted[at] = False
                    self._unfilled_row(segment, at, raws, anchors, place)
        chosen = {label: list(compress(values, wanted)) for label, values in raws.items()}
        reader = RowsReader(self.worksheet, segment, self.frame, self.epoch_1904, self.report, anchors)
        return reader.read(list(compress(segment.rows, wanted)), chosen, place)

    def _unfilled_row(
        self, segment: Segment, at: int, raws: Mapping[str, Raws], anchors: Mapping[int, int], place: int
    ) -> None:
        """A preset row that nobody filled in, and what is missing there unless another file has it."""
        report = Report(self.report.file, self.report.name)
        reader = RowsReader(self.worksheet, segment, self.frame, self.epoch_1904, report, anchors)
        columns = reader.read([segment.rows[at]], {label: [values[at]] for label, values in raws.items()}, place)
        self.fragment.unfilled.append(({label: value for label, (value,) in columns.items()}, report.findings))

    def _raws(self, rows: Sequence[int], field: InputField, column: int) -> list[CellValue | None]:
        """What stands in a column, row by row; None where it shows nothing."""
        values = [self.worksheet.rows[row].get(column) for row in rows]
        if self.worksheet.styles and field.type in NUMERIC:
            values = [as_seen(self.worksheet, (row, column), field) for row in rows]
        blank = {value for value in set(values) if is_blank(value)} - {None}
        return [None if value in blank else value for value in values] if blank else values

    def _shown(self, place: tuple[int, int]) -> CellValue | None:
        raw = value_at(self.worksheet, place)
        return None if is_blank(raw) else raw

    def _cell(self, cell: InputField, raw: CellValue, row: int, column: int) -> Any:
        """What one labelled cell means, or None with a finding."""
        raw = as_seen(self.worksheet, (row, column), cell) or raw
        reading = read_cell(raw, cell, self.book, self.epoch_1904)
        self.report.reading(cell, raw, reading, row, column, None, (row, column) in self.worksheet.formulas)
        return reading.value
