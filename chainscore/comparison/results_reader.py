"""Reads a results workbook back: what it was made from is scored again, and what it shows must be what comes of that."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from chainscore.intake.archive import ArchiveError, restored
from chainscore.intake.tables import Tables
from chainscore.intake.values import CellValue, Uncalculated, number_of, shown
from chainscore.intake.workbook import Workbook, Worksheet, read_workbook
from chainscore.method.loading import ReadingError, RulebookError, restore_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.results.hidden import EARLIER, INPUTS, RULEBOOK, carried
from chainscore.results.names import language_of, named
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.earlier import Earlier, EarlierError, restored_earlier
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.scores import score
from chainscore.words.findings import Finding
from chainscore.words.references import cell_reference

DIGITS = 14
"""Significant digits to which a number that a workbook shows is held against the exact one."""


class ContradictionError(Exception):
    """A results workbook that cannot be used; ``finding`` says why and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read_results(workbook: Workbook) -> tuple[Scorecard, Rulebook, Tables]:
    """The scorecard of a results workbook, its method and what it was made from. Raises ContradictionError."""
    return _Reader(workbook).read()


class _Reader:
    def __init__(self, workbook: Workbook) -> None:
        self.file = workbook.file
        self.sheets = {sheet.name: sheet for sheet in workbook.worksheets}
        self.language = language_of(self.sheets)
        self.data = named("data", self.language)

    def read(self) -> tuple[Scorecard, Rulebook, Tables]:
        documents = carried(self._sheet(self.data).rows)
        for name in (RULEBOOK, INPUTS):
            if name not in documents:
                raise self._refuse("E113", self.data, what=name)
        told = self._provenance()
        reading = named("reading", self.language)
        readings = (label.removeprefix(reading).partition("=") for label in told if label.startswith(reading))
        try:
            book = restore_rulebook(documents[RULEBOOK], {key: value for key, _, value in readings})
            tables = restored(documents[INPUTS], book)
            earlier = restored_earlier(documents[EARLIER]) if EARLIER in documents else None
        except (RulebookError, ReadingError, ArchiveError, EarlierError) as error:
            raise self._refuse("E113", self.data, what=error) from error
        scorecard, _ = score(tables, book, named("draft", self.language) in told.values())
        # What was found is told apart, and bears on no score; the list of ranks, which rests on all the others, comes last.
        last, others = named("ranking", self.language), (self.data, named("findings", self.language))
        written = _written(Appraisal(tables, scorecard, (), False), book, earlier).worksheets
        for sheet in sorted(written, key=lambda sheet: sheet.name == last):
            if sheet.name not in others:
                self._agrees(sheet)
        return scorecard, book, tables

    def _refuse(self, code: str, sheet: str | None, cell: str | None = None, **values: object) -> ContradictionError:
        return ContradictionError(Finding(code, self.file, sheet, cell, values=values))

    def _sheet(self, name: str) -> Worksheet:
        if name not in self.sheets:
            raise self._refuse("E113", name, what=name)
        return self.sheets[name]

    def _provenance(self) -> dict[str, str]:
        """Label → what the sheet on how the workbook came about says of it."""
        rows = self._sheet(named("origin", self.language)).rows.values()
        return {str(cells.get(1)): str(cells.get(2)) for cells in rows}

    def _agrees(self, wanted: Worksheet) -> None:
        """Every figure and text that is shown is the one that comes of the inputs."""
        given = self._sheet(wanted.name)
        for row, cells in wanted.rows.items():
            if cells.get(1) == named("program", self.language):  # an older version may have written it
                continue
            own: Mapping[int, CellValue] = given.rows.get(row, {})
            for column, value in cells.items():
                if not _same(own.get(column), value):
                    said = _told(own.get(column)) or "—"
                    expected = {"expected_zh": _told(value), "expected_en": _told(value)}
                    raise self._refuse("E112", wanted.name, cell_reference(row, column), text=said, **expected)


def _written(appraisal: Appraisal, book: Rulebook, earlier: Earlier | None) -> Workbook:
    """The results workbook that comes of the inputs, as it is read."""
    from chainscore.results.workbook import write_results  # 60 ms that a run on filled workbooks does not need

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.xlsx"
        path.write_bytes(write_results(appraisal, book, earlier))
        return read_workbook(path)


def _same(given: Any, wanted: Any) -> bool:
    """True of what shows alike; a formula without a value, which a program that calculates nothing leaves, shows nothing."""
    if isinstance(given, Uncalculated):
        return True
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (given, wanted))
    if not numbers:
        return bool(given == wanted)
    return abs(number_of(given) - number_of(wanted)) <= abs(number_of(wanted)) * Decimal(10) ** -DIGITS + Decimal(10) ** -DIGITS


def _told(value: Any) -> str:
    return "" if value is None or isinstance(value, Uncalculated) else shown(value)
