"""What is found on one worksheet, each finding at its cell."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from chainscore.intake.fragments import cell_text
from chainscore.intake.values import CellValue, Reading
from chainscore.method.rulebook import InputField
from chainscore.words.findings import Finding
from chainscore.words.references import cell_reference

_ALIKE = ("N604", "N605")
"""Notices of which the first of many alike is enough."""


class Report:
    """The findings of one worksheet."""

    def __init__(self, file: str, name: str) -> None:
        self.file = file
        self.name = name
        self.findings: list[Finding] = []
        self._noted: dict[tuple[str, str, str], int] = {}

    def add(
        self, code: str, row: int | None = None, column: int | None = None, chain: str | None = None, **values: Any
    ) -> None:
        """A finding at a cell, at a row, or of the whole sheet."""
        cell = None if row is None else f"{row}:{row}" if column is None else cell_reference(row, column)
        self.findings.append(Finding(code, self.file, self.name, cell, chain, values))

    def once(self, code: str, row: int, column: int, about: str, **values: Any) -> None:
        """The first of many alike (the same code about the same thing in one column), with their number."""
        key = (code, str(values["label"]), about)
        index = self._noted.get(key)
        if index is None:
            self._noted[key] = len(self.findings)
            self.add(code, row, column, times=1, **values)
            return
        first = self.findings[index]
        times = int(str(first.values["times"])) + 1
        self.findings[index] = replace(first, values={**first.values, "times": times})

    def reading(
        self, field: InputField, raw: CellValue, reading: Reading[Any], row: int, column: int, chain: str | None, formula: bool
    ) -> None:
        """What is to be said of how a cell was read."""
        values = {"label": field.label, "text": cell_text(raw), "unit": field.unit or "", **reading.details}
        if formula and reading.value is not None:
            if reading.value == 0:
                self.add("W511", row, column, chain, **values)
            else:
                self.once("N608", row, column, "", **values)
        if reading.code in _ALIKE:
            self.once(reading.code, row, column, cell_text(raw), **values)
        elif reading.code is not None:
            self.add(reading.code, row, column, chain, **values)
