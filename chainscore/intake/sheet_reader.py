"""Reads one worksheet as one department's sheet.

Here is every rule of the workbook contract that concerns one cell or one row; what concerns several rows or sheets is in
checks.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chainscore.intake.fragments import Fragment, Frame, cell_text, read_cell, unusable, value_at
from chainscore.intake.layout import Layout, Segment, find_layout, is_label_row, label_key, merged_rows, value_place
from chainscore.intake.plain_rows import PlainRows
from chainscore.intake.tables import PLACE, ROW, SOUND, Columns, LabelledValue, Place
from chainscore.intake.unseen import covered, outside
from chainscore.intake.values import (
    CellValue,
    Reading,
    is_blank,
    plain,
)
from chainscore.intake.workbook import Workbook, Worksheet
from chainscore.method.rulebook import Column, InputField, LabelledCell, Ledger, Sheet
from chainscore.words.findings import Finding
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
        self._noted: dict[tuple[str, str, str], int] = {}

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
        self._unseen()
        return fragment

    def _anything_filled(self) -> bool:
        """True when a person has filled in any cell of the sheet."""
        signature = self.book.signature
        labels = (signature.person, signature.date, signature.no_events, *(cell.label for cell in self.sheet.cells))
        if any((place := self._place(label)) and not is_blank(value_at(self.worksheet, place)) for label in labels):
            return True
        return bool(self.fragment.table) or self.fragment.events > 0

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
        places = self.value_places.get(label_key(label))
        return places[0] if places else None

    def _signature(self) -> None:
        signature = self.book.signature
        self.fragment.signer = self._labelled_value(InputField(label=signature.person, type="text"), "E207")
        self.fragment.signed_on = self._labelled_value(InputField(label=signature.date, type="date"), "E207")
        places = [self._place(label) for label in (signature.person, signature.date, signature.no_events)]
        self.fragment.touched = any(place and not is_blank(value_at(self.worksheet, place)) for place in places)
        place = self._place(self.book.cover.period)
        if place is not None and not is_blank(raw := value_at(self.worksheet, place)):
            self.fragment.period_cell = (cell_reference(*place), raw)

    def _labelled_value(self, cell: InputField, missing: str = "E301") -> Any:
        """The value beside a label, or None with a finding."""
        place = self._place(cell.label)
        if place is None:
            self._report("E205", label=cell.label)
            return None
        for other in self.value_places[label_key(cell.label)][1:] if isinstance(cell, LabelledCell) else ():
            self._same_value(cell.label, place, other)
        raw = value_at(self.worksheet, place)
        if raw is None or is_blank(raw):
            self._report(missing, *place, label=cell.label)
            return None
        return self._cell(cell, raw, *place)

    def _same_value(self, label: str, first: tuple[int, int], other: tuple[int, int]) -> None:
        raw, other_raw = value_at(self.worksheet, first), value_at(self.worksheet, other)
        if raw is not None and other_raw is not None and raw != other_raw:
            first_cell = cell_reference(*first)
            self._report("E217", *other, label=label, text=cell_text(other_raw), other=cell_text(raw), first=first_cell)

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
        raw = value_at(self.worksheet, place) if place is not None else None
        if place is not None and raw is not None and (refused := unusable(raw)) is not None:
            self._report(refused.code or "", *place, label=label, text=cell_text(raw))
            return
        text = "" if raw is None or is_blank(raw) else cell_text(raw)
        rows = self.fragment.events
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

    def _unseen(self) -> None:
        """Values that nobody sees, and figures that are not read."""
        if self.worksheet.hidden:
            self._report("N612", sheet=self.worksheet.name)
        read = {*(record[ROW] for record in self.fragment.table), *self.fragment.ledger[ROW]}
        hidden = sorted(read & self.worksheet.hidden_rows)
        if hidden:
            self._report("N611", hidden[0], rows=len(hidden), first=hidden[0])
        segments = (*self.layout.table, *self.layout.ledger)
        values = {place: key for key, places in self.value_places.items() for place in places}
        self._hidden_columns(segments, values)
        self._covered(segments, values)
        labelled = {*values, *(place for places in self.layout.labels.values() for place in places)}
        if found := outside(self.worksheet, segments, read, labelled):
            self._report("N620", *found[0], rows=len(found), first=cell_reference(*found[0]))

    def _hidden_columns(self, segments: Sequence[Segment], values: Mapping[tuple[int, int], str]) -> None:
        columns = [(s.header_row, column, label) for s in segments for label, column in s.columns.items()]
        columns += [(row, column, key) for (row, column), key in values.items() if value_at(self.worksheet, (row, column))]
        for row, column, label in columns:
            if column in self.worksheet.hidden_columns:
                self._report("N623", row, column, label=label, first=column_letters(column))

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
        self._report(code, *place, **values)
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
        anchors = merged_rows(self.worksheet, segment.columns[self.book.words.chain])
        rows = list(segment.rows)
        plain = PlainRows(self.worksheet, segment, self.frame, self.epoch_1904, rows)
        plain.leave(rows, self._not_plain(segment, anchors))
        columns = {**plain.columns, ROW: rows, PLACE: [place] * len(rows), SOUND: [True] * len(rows)}
        left_out = set()
        for position in sorted(plain.others):
            record = self._row(segment, rows[position], anchors)
            if record is None:
                left_out.add(position)
                continue
            for label, value in record.items():
                columns[label][position] = value
        if left_out:
            kept = [position not in left_out for position in range(len(rows))]
            columns = {label: list(itertools.compress(values, kept)) for label, values in columns.items()}
        return columns

    def _not_plain(self, segment: Segment, anchors: Mapping[int, int]) -> Collection[int]:
        """The rows that have to be read cell by cell, whatever their cells mean."""
        alone = not any(c.required and c.required_when is None and c.type != "chain" for c in segment.grid.columns)
        if alone or self._missing_columns(segment):
            return segment.rows
        return {*anchors, *self.layout.label_rows, *(row for row, _ in self.worksheet.formulas)}

    def _row(self, segment: Segment, row: int, anchors: Mapping[int, int]) -> dict[str, Any] | None:
        """One event or chain, cell by cell, with its findings; None where the row is none, or nobody filled it in."""
        chain_column = segment.columns[self.book.words.chain]
        line = self.worksheet.rows[row]
        cells = {column: value for column in segment.columns.values() if not is_blank(value := line.get(column))}
        if not cells or self._is_no_event(segment, row, cells, chain_column):
            return None
        anchor = anchors.get(row, row)
        raw_chain = value_at(self.worksheet, (anchor, chain_column))
        if raw_chain is not None and not is_blank(raw_chain):
            cells = {**cells, chain_column: raw_chain}
        before, noted = len(self.fragment.findings), dict(self._noted)
        record = self._record(segment, row, anchor, cells)
        if segment.grid is self.sheet.table and set(cells) == {chain_column}:
            unfilled = {**record, PLACE: len(self.fragment.places) - 1}
            self.fragment.unfilled.append((unfilled, self.fragment.findings[before:]))
            del self.fragment.findings[before:]
            self._noted = noted
            return None
        return record

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
        words = self.book.words.folded_totals
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
                    label=column.label, text=cell_text(value), other=belongs.column, other_text=other,
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
            reading: Reading[Any] = unusable(raw) or self.frame.chains.read(raw)
        else:
            reading = read_cell(raw, cell, self.book, self.epoch_1904)
        values = {"label": cell.label, "text": cell_text(raw), "unit": cell.unit or "", **reading.details}
        if (row, column) in self.worksheet.formulas and reading.value is not None:
            if reading.value == 0:
                self._report("W511", row, column, chain, **values)
            else:
                self._note_once("N608", row, column, "", **values)
        if reading.code in ("N604", "N605"):
            self._note_once(reading.code, row, column, cell_text(raw), **values)
        elif reading.code is not None:
            self._report(reading.code, row, column, chain, **values)
        return reading.value
