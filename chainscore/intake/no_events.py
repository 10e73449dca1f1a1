"""Rows below or between those of a table or ledger that are none of it: sums, signatures and remarks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from chainscore.intake.fragments import Frame, cell_text
from chainscore.intake.layout import Segment, is_label_row, label_key
from chainscore.intake.report import Report
from chainscore.intake.rows import Raws
from chainscore.intake.workbook import Worksheet
from chainscore.method.rulebook import Ledger
from chainscore.words.folding import fold

_LATIN = re.compile(r"[a-z]+")
_SUBTOTAL = re.compile(r"=?\s*SUBTOTAL\(", re.IGNORECASE)


class NoEvents:
    """Tells the rows of one segment that are no events."""

    def __init__(
        self, worksheet: Worksheet, segment: Segment, frame: Frame, labels: frozenset[str], label_rows: Collection[int]
    ) -> None:
        """``labels``: the sheet's labels, folded; ``label_rows``: the rows in which any stands."""
        self._worksheet = worksheet
        self._segment = segment
        self._frame = frame
        self._labels = labels
        self._label_rows = label_rows
        self._words = frame.book.words.folded_totals
        self._chain = segment.columns[frame.book.words.chain]
        grid = segment.grid
        self._name = segment.columns.get(grid.name) if isinstance(grid, Ledger) else None
        self._subtotals = {row for (row, _), formula in worksheet.formulas.items() if _SUBTOTAL.match(formula)}

    def rows(self, raws: Mapping[str, Raws], report: Report) -> set[int]:
        """Those of the segment, whose columns are given; reported where they might be taken for more."""
        return {
            self._segment.rows[at] for at in self._suspects(raws) if self._is_none(self._segment.rows[at], raws, at, report)
        }

    def _suspects(self, raws: Mapping[str, Raws]) -> list[int]:
        """The positions of all rows that have to be looked at: with a label, a word for sums, or without chain and name."""
        label, words = self._frame.book.words.chain, self._words
        sums = {text for text in set(raws[label]) if isinstance(text, str) and self._is_sum_of_chain(text)}
        grid = self._segment.grid
        names = raws.get(grid.name) if isinstance(grid, Ledger) else None
        if names is not None:
            sums |= {text for text in set(names) if isinstance(text, str) and label_key(text) in words}
        columns = [raws[label], *([names] if names is not None else [])]
        lonely = [row.count(None) > len(row) - 2 for row in zip(*raws.values(), strict=True)]
        return [
            at
            for at, (row, first) in enumerate(zip(self._segment.rows, zip(*columns, strict=True), strict=True))
            if row in self._label_rows
            or row in self._subtotals
            or lonely[at]
            or not sums.isdisjoint(first)
            or first.count(None) == len(first)
        ]

    def _is_none(self, row: int, raws: Mapping[str, Raws], at: int, report: Report) -> bool:
        cells = {self._segment.columns[label]: raw for label, column in raws.items() if (raw := column[at]) is not None}
        if not cells:
            return True
        line = self._worksheet.rows[row]
        total = self._total(line, cells)
        if total is None:
            total = self._subtotal(row, line, cells)
        if total is not None:
            report.add("N606", row, total, text=cell_text(line[total]))
            return True
        if is_label_row(line, self._labels):
            return True
        if len(cells) > 1:
            return False
        ((column, only),) = cells.items()
        if not self._is_remark(column, only):
            return False
        if isinstance(self._segment.grid, Ledger):
            report.add("N607", row, column, text=only)
        return True

    def _is_sum_of_chain(self, text: str) -> bool:
        """True of a word for sums at either end of a text that is no object's name: of Latin letters, a whole word."""
        latin = _LATIN.findall(text.casefold())
        ends = {*latin[:1], *latin[-1:]}
        words = tuple(word for word in self._words if not word.isascii() or word in ends)
        worded = fold(text).startswith(words) or fold(text).rstrip(":").endswith(words)
        return worded and self._frame.chains.find(text) is None

    def _total(self, line: Mapping[int, Any], cells: Mapping[int, Any]) -> int | None:
        """The column of the word that makes a row one of sums, such as 合计 or, in the chain column, 电子信息小计."""
        chain, named = cells.get(self._chain), cells.get(self._name) if self._name is not None else None
        if isinstance(chain, str) and self._is_sum_of_chain(chain):
            return self._chain
        if isinstance(named, str) and label_key(named) in self._words:
            return self._name
        if chain is not None or named is not None:
            return None
        return next((c for c, text in line.items() if isinstance(text, str) and label_key(text) in self._words), None)

    def _subtotal(self, row: int, line: Mapping[int, Any], cells: Mapping[int, Any]) -> int | None:
        """The column that names a row of sums as an office program inserts it: a formula of subtotals, and no object."""
        chain = cells.get(self._chain)
        if row not in self._subtotals or (isinstance(chain, str) and self._frame.chains.find(chain) is not None):
            return None
        return next((column for column, value in line.items() if isinstance(value, str)), next(iter(line)))

    def _is_remark(self, column: int, only: Any) -> bool:
        """True when the only thing in a row is text that is no part of it: what stands alone in the chain column and resembles
        no chain, beside the preset rows of a chain table, in a column that bears on no score, or calls itself a remark."""
        if not isinstance(only, str):
            return False
        if column != self._chain and not isinstance(self._segment.grid, Ledger):
            return True
        if column == self._chain:
            return self._frame.chains.find(only) is None and not self._frame.chains.resembles(only)
        label = next(label for label, place in self._segment.columns.items() if place == column)
        remarks = tuple(fold(word) for word in self._frame.book.words.remarks)
        return self._segment.grid.column(label).informative or fold(only).startswith(remarks)
