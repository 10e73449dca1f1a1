"""One sheet of raw cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from chainscore.intake.grid import Cells, columns_of
from chainscore.intake.values import CellValue

Merge = tuple[int, int, int, int]
"""(first row, first column, last row, last column)."""


@dataclass(frozen=True)
class Worksheet:
    """The cells of one sheet that hold anything: row → column → value, both counted from 1, rows in order."""

    name: str
    rows: Cells
    merges: tuple[Merge, ...] = ()
    """The merged ranges. What lies under one, and is not shown, is among the cells all the same."""
    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    """Those that hold anything."""
    hidden_columns: frozenset[int] = frozenset()
    """Those that hold anything."""
    disputed: Mapping[tuple[int, int], CellValue | None] = field(default_factory=dict)
    """(row, column) → what another reader finds there, where the two do not agree."""

    @cached_property
    def columns(self) -> frozenset[int]:
        """The columns that hold anything."""
        return columns_of(self.rows)
