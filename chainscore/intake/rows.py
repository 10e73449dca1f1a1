"""Reads the rows of a table or ledger: by columns, each column once, with a finding at each cell that needs one.

Here is every rule of the workbook contract that concerns one cell or one row; what concerns several rows or sheets is in
checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chainscore.intake.fragments import Frame, cell_text, read_cell, unusable
from chainscore.intake.layout import Segment
from chainscore.intake.report import Report
from chainscore.intake.tables import PLACE, ROW, SOUND, Columns
from chainscore.intake.values import CellValue, Reading, plain
from chainscore.intake.workbook import Worksheet
from chainscore.method.period import end_of_month
from chainscore.method.rulebook import Column
from chainscore.words.folding import fold

Raws = Sequence[CellValue | None]
"""What stands in a column, row by row; None where that shows nothing."""


class RowsReader:
    """Reads some rows of one segment, given as what stands in each of its columns."""

    def __init__(
        self,
        worksheet: Worksheet,
        segment: Segment,
        frame: Frame,
        epoch_1904: bool,
        report: Report,
        anchors: Mapping[int, int],
    ) -> None:
        """``anchors``: row → the row whose merged chain cell stands for it."""
        self._worksheet = worksheet
        self._segment = segment
        self._frame = frame
        self._epoch_1904 = epoch_1904
        self._report = report
        self._anchors = anchors
        self._chain_label = frame.book.words.chain

    def read(self, rows: Sequence[int], raws: Mapping[str, Raws], place: int) -> Columns:
        """The rows as columns of values; ``place`` numbers the segment among the places of its worksheet."""
        self._rows = rows
        self._raws = raws
        self._sound = [not self._segment.missing] * len(rows)
        self._chains: Sequence[str | None] = [None] * len(rows)
        self._values: Columns = {}
        self._chains = self._values[self._chain_label] = self._read(self._segment.grid.column(self._chain_label))
        for column in self._segment.grid.columns:
            if column.type != "chain":
                self._values[column.label] = self._read(column)
        for column in self._segment.grid.columns:
            if column.label in self._segment.columns:
                self._hold_against_others(column)
        return {**self._values, ROW: list(rows), PLACE: [place] * len(rows), SOUND: self._sound}

    # ------------------------------------------------ cells

    def _read(self, column: Column) -> list[Any]:
        """What the cells of a column mean."""
        raws = self._raws.get(column.label)
        if raws is None:
            return [None] * len(self._rows)
        # True is 1 to a dictionary.
        keys: Sequence[Any] = raws if bool not in set(map(type, raws)) else [(type(raw), raw) for raw in raws]
        readings = {
            key: self._reading(column, raw) for key, raw in dict(zip(keys, raws, strict=True)).items() if raw is not None
        }
        values = {key: reading.value for key, reading in readings.items()}
        told = {key for key, reading in readings.items() if reading.code is not None}
        at = self._segment.columns[column.label]
        formulas = {row for row, place in self._worksheet.formulas if place == at}
        if told or formulas:
            for position, key in enumerate(keys):
                formula = self._row_of(column, position) in formulas
                if key in told or (formula and key in readings):
                    self._tell(column, position, readings[key], formula)
        return list(map(values.get, keys))

    def _reading(self, column: Column, raw: CellValue) -> Reading[Any]:
        if column.type == "chain":
            return unusable(raw) or self._frame.chains.read(raw)
        return read_cell(raw, column, self._frame.book, self._epoch_1904)

    def _tell(self, column: Column, position: int, reading: Reading[Any], formula: bool) -> None:
        raw, chain = self._raws[column.label][position], self._chains[position]
        assert raw is not None
        at = self._segment.columns[column.label]
        self._report.reading(column, raw, reading, self._row_of(column, position), at, chain, formula)
        if reading.code is not None and reading.code.startswith("E"):
            self._spoil(column, position)

    def _row_of(self, column: Column, position: int) -> int:
        """The row in which a cell stands: of a chain that is merged downwards, the first."""
        row = self._rows[position]
        return self._anchors.get(row, row) if column.type == "chain" else row

    def _spoil(self, column: Column, position: int) -> None:
        if not column.informative:
            self._sound[position] = False

    # ------------------------------------------------ rules of a row

    def _hold_against_others(self, column: Column) -> None:
        """What the values of a column owe to the others in their rows."""
        self._required(column)
        if column.positive:
            self._positive(column)
        if column.type == "date":
            self._within_year(column)
            self._in_order(column)
            self._on_time(column)
        self._belongs(column)
        self._at_most(column)
        self._named(column)

    def _add(self, code: str, column: Column, position: int, **values: Any) -> None:
        row, at = self._rows[position], self._segment.columns[column.label]
        self._report.add(code, row, at, self._chains[position], label=column.label, **values)
        if code.startswith("E"):
            self._spoil(column, position)

    def _required(self, column: Column) -> None:
        for position, raw in enumerate(self._raws[column.label]):
            if raw is None and self._is_required(column, position):
                self._add("E301", column, position)

    def _is_required(self, column: Column, position: int) -> bool:
        when = column.required_when
        return column.required if when is None else self._values[when.column][position] in when.values

    def _given(self, column: Column) -> Iterator[tuple[int, Any]]:
        """(position, value) of the cells that can be used."""
        return ((position, value) for position, value in enumerate(self._values[column.label]) if value is not None)

    def _positive(self, column: Column) -> None:
        for position, value in list(self._given(column)):
            if value <= 0 and self._is_required(column, position):
                self._add("E313", column, position, text=plain(value))
                self._values[column.label][position] = None

    def _within_year(self, column: Column) -> None:
        period, now = self._frame.period, self._frame.now
        if not column.within_year or period is None or now is None:
            return
        # The ledgers accumulate to the period's end, whatever the cutoff lets be filed after it.
        start, end = period.year_start, min(period.end, now)
        by = column.counts_in_year_of
        for position, date in self._given(column):
            if start <= date <= end:
                continue
            other = self._values[by][position] if by is not None else None
            if other is not None and start <= other <= now and period.last_year.year_start <= date < start:
                self._add("N630", column, position, date=date, other=by, other_date=other)
            else:
                self._add("E310", column, position, date=date, start=start, end=end)

    def _in_order(self, column: Column) -> None:
        if column.not_before is None:
            return
        others = self._values[column.not_before]
        for position, date in self._given(column):
            other = others[position]
            if other is not None and date < other:
                self._add("E311", column, position, date=date, other=column.not_before, other_date=other)

    def _on_time(self, column: Column) -> None:
        due, now = column.due_after, self._frame.now
        if due is None or now is None:
            return
        others = self._values[due.column]
        for position, date in self._given(column):
            other = others[position]
            # What comes after the day of scoring counts for nothing yet, and is told as that.
            if self._sound[position] and other is not None and (end := end_of_month(other, due.months)) < date <= now:
                self._add("N631", column, position, date=date, end=end, other=due.column, other_date=other)

    def _at_most(self, column: Column) -> None:
        period = self._frame.period
        if column.at_most is None or period is None:
            return
        for position, value in self._given(column):
            if value > period.months:
                self._add("W522", column, position, text=plain(value), limit=period.months)

    def _named(self, column: Column) -> None:
        when = column.named_when
        if when is None:
            return
        names, others = {fold(name) for name in when.names}, self._values[when.column]
        for position, value in self._given(column):
            if others[position] in when.values and fold(value) not in names:
                values = {"text": value, "other_text": others[position], "allowed": tuple(when.names)}
                self._add("N632", column, position, **values)

    def _belongs(self, column: Column) -> None:
        belongs = column.belongs_when
        if belongs is None:
            return
        code = "E315" if belongs.otherwise == "error" else "W506"
        others = self._values[belongs.column]
        for position, value in self._given(column):
            other = others[position]
            if other is None or other in belongs.values or (belongs.value is not None and value != belongs.value):
                continue
            self._add(code, column, position, text=cell_text(value), other=belongs.column, other_text=other)
