"""One sheet of raw cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from chainscore.intake.shown import shown_text
from chainscore.intake.strings import StruckText
from chainscore.intake.styles import Style
from chainscore.intake.values import CellValue

Merge = tuple[int, int, int, int]
"""(first row, first column, last row, last column)."""
Cells = Mapping[int, Mapping[int, CellValue]]
"""Row → column → value, both counted from 1, rows in order; what holds nothing is left out."""


class Worksheet(msgspec.Struct, frozen=True, dict=True):
    """The cells of one sheet that hold anything."""

    name: str
    rows: Cells
    merges: tuple[Merge, ...] = ()
    """The merged ranges. What lies under one, and is not shown, is among the cells all the same."""
    formulas: Mapping[tuple[int, int], str] = msgspec.field(default_factory=dict)
    styles: Mapping[tuple[int, int], Style] = msgspec.field(default_factory=dict)
    """(row, column) → how the cell shows what it holds, where that is not plainly so."""
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    """Those that hold anything and that nobody sees: hidden, or of no height."""
    hidden_columns: frozenset[int] = frozenset()
    """Those that hold anything and that nobody sees: hidden, or of no width."""

    @cached_property
    def struck_texts(self) -> frozenset[tuple[int, int]]:
        """The (row, column) of texts of which a piece is struck out."""
        cells = ((row, column, value) for row, line in self.rows.items() for column, value in line.items())
        return frozenset((row, column) for row, column, value in cells if type(value) is StruckText)

    @cached_property
    def unseen(self) -> frozenset[tuple[int, int]]:
        """The (row, column) of what nobody sees for its colours or its number format."""
        return frozenset(place for place, style in self.styles.items() if style.unseen or self._shown(place, style) == "")

    @cached_property
    def disguised(self) -> frozenset[tuple[int, int]]:
        """The (row, column) of texts that their number format shows as others."""
        return frozenset(place for place, style in self.styles.items() if self._shown(place, style))

    def _shown(self, place: tuple[int, int], style: Style) -> str | None:
        """What a text looks like where that is not what it is."""
        row, column = place
        value = self.rows[row].get(column) if row in self.rows else None
        shown = shown_text(value, style.code) if isinstance(value, str) and style.code is not None else value
        return shown if shown != value and isinstance(shown, str) else None

    @cached_property
    def columns(self) -> frozenset[int]:
        """The columns that hold anything."""
        return frozenset(column for cells in self.rows.values() for column in cells)
