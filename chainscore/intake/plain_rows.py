"""Rows about which nothing is to be said, read column by column, each distinct value once.

A row is plain where reading it cell by cell (``sheet_reader``) would give no finding. Whatever might give one is left to that
reading, so that there is one place for every finding; this one only has to know which rows need none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from chainscore.intake.fragments import Frame, read_cell
from chainscore.intake.layout import Segment
from chainscore.intake.values import is_blank
from chainscore.intake.workbook import Worksheet
from chainscore.method.rulebook import Column, Ledger
from chainscore.words.folding import fold, fold_all

_UNPLAIN: Any = object()
"""What a cell means that may give a finding."""

Meaning = Callable[[Any], Any]


class _Meanings(dict[Any, Any]):
    """What a cell holds → what it means, worked out once for each distinct value."""

    def __init__(self, meaning: Meaning) -> None:
        super().__init__()
        self.meaning = meaning
        self.unplain = False
        """One of the cells may give a finding."""

    def __missing__(self, raw: Any) -> Any:
        meaning = self.meaning(raw)
        self.unplain = self.unplain or meaning is _UNPLAIN
        if raw != 0:  # 0 and -0.0 are one key, and not one number to print
            self[raw] = meaning
        return meaning


class PlainRows:
    """The rows of one segment: ``columns`` holds what they mean, ``others`` are the positions of those that are not plain."""

    def __init__(self, worksheet: Worksheet, segment: Segment, frame: Frame, epoch_1904: bool, rows: Sequence[int]) -> None:
        self.frame = frame
        self.epoch_1904 = epoch_1904
        self.grid = segment.grid
        self._totals = frame.book.words.folded_totals
        self.others: set[int] = set()
        self.columns: dict[str, list[Any]] = {}
        for column in segment.grid.columns:
            place = segment.columns.get(column.label)
            raws = [worksheet.rows[row].get(place) for row in rows] if place is not None else None
            self.columns[column.label] = self._means(column, raws) if raws is not None else [None] * len(rows)
        for column in segment.grid.columns:
            if column.label in segment.columns:
                self._held_against_others(column)

    def leave(self, rows: Sequence[int], unplain: Collection[int]) -> None:
        """Leave rows, by their number in the worksheet, to the other reading."""
        if unplain:
            self.others.update(position for position, row in enumerate(rows) if row in unplain)

    def _means(self, column: Column, raws: Sequence[Any]) -> list[Any]:
        types = set(map(type, raws))
        if column.type == "text" and types == {str} and (texts := self._names(column, raws)) is not None:
            return texts
        meaning = self._chain if column.type == "chain" else self._meaning(column)
        if bool in types:  # True and 1 are one key
            means = [meaning(raw) for raw in raws]
        else:
            known = _Meanings(meaning)
            means = [known[raw] for raw in raws]
            if not known.unplain:
                return means
        self.others.update(position for position, each in enumerate(means) if each is _UNPLAIN)
        return means

    def _names(self, column: Column, raws: Sequence[str]) -> list[str] | None:
        """A column of nothing but text, of which a long ledger has as many as rows; None where any is to be looked at twice."""
        folded = fold_all(raws)
        totals = self._totals if isinstance(self.grid, Ledger) and column.label == self.grid.name else ()
        whole = "\n".join(folded)
        if column.informative or "" in folded or any(word in whole for word in totals):
            return None
        return folded if folded == list(raws) else list(map(str.strip, raws))

    def _chain(self, raw: Any) -> Any:
        if not isinstance(raw, str):
            return _UNPLAIN
        folded = fold(raw)
        if not folded or folded.startswith(self._totals) or folded.rstrip(":").endswith(self._totals):
            return _UNPLAIN
        reading = self.frame.chains.read(raw)
        return _UNPLAIN if reading.code is not None else reading.value

    def _meaning(self, column: Column) -> Meaning:
        """What a cell of a column means, as far as it can be told without the others in its row."""
        book, period, now = self.frame.book, self.frame.period, self.frame.now
        named = isinstance(self.grid, Ledger) and column.label == self.grid.name
        year = (period.year_start, min(period.end, now)) if period is not None and now is not None else None
        bounds = year if column.type == "date" and column.within_year else None
        blank = _UNPLAIN if column.required and column.required_when is None else None

        def meaning(raw: Any) -> Any:
            if is_blank(raw):
                return blank
            reading = read_cell(raw, column, book, self.epoch_1904)
            value = reading.value
            if reading.code is not None or value is None or (named and fold(str(raw)).rstrip(":") in self._totals):
                return _UNPLAIN
            if (column.positive and value <= 0) or (bounds is not None and not bounds[0] <= value <= bounds[1]):
                return _UNPLAIN
            return value

        return meaning

    def _held_against_others(self, column: Column) -> None:
        """What a value owes to the others in its row."""
        values = self.columns[column.label]
        if (when := column.required_when) is not None:
            pairs = enumerate(zip(values, self.columns[when.column], strict=True))
            self.others.update(position for position, (value, other) in pairs if value is None and other in when.values)
        if column.not_before is not None:
            pairs = enumerate(zip(values, self.columns[column.not_before], strict=True))
            unplain = (None, _UNPLAIN)
            self.others.update(
                position
                for position, (value, other) in pairs
                if value not in unplain and other not in unplain and value < other
            )
        if (belongs := column.belongs_when) is not None:
            pairs = enumerate(zip(values, self.columns[belongs.column], strict=True))
            self.others.update(
                position
                for position, (value, other) in pairs
                if value is not None
                and (belongs.value is None or value == belongs.value)
                and other is not None
                and other not in belongs.values
            )
