"""A quarter to compare: from filled workbooks, which are scored, or from a results workbook, which is read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from chainscore.comparison.diff import Quarter
from chainscore.comparison.results_reader import ContradictionError, read_results
from chainscore.intake.limits import Limits
from chainscore.intake.package import UnreadableError, is_folder
from chainscore.intake.workbook import is_results_file, read_workbook
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.words.findings import Finding


@dataclass(frozen=True)
class Loaded:
    """What came of one input."""

    quarter: Quarter | None
    findings: tuple[Finding, ...]
    """Why there is no quarter."""
    unreadable: bool


def load_quarter(path: Path, book: Rulebook, draft: bool = False, limits: Limits | None = None) -> Loaded:
    """The quarter in a filled workbook, a folder of them, or a results workbook; ``book`` scores what is filled."""
    if not is_folder(path) and is_results_file(path, limits):
        return _load_results(path, limits)
    return of_appraisal(appraise([path], book, draft, limits), path.name or str(path), book)


def of_appraisal(appraisal: Appraisal, name: str, book: Rulebook) -> Loaded:
    """The quarter that an appraisal came to; ``name`` is that of its workbook or folder."""
    scorecard = None if appraisal.unreadable else appraisal.scorecard
    if scorecard is None and not appraisal.findings:  # a folder of nothing but results workbooks, which are no inputs there
        return Loaded(None, (Finding("E108", name),), True)
    if scorecard is None:
        return Loaded(None, appraisal.findings, appraisal.unreadable)
    if not appraisal.blocked:  # nothing is left out of it, though a draft would have been taken
        scorecard = replace(scorecard, draft=False)
    return Loaded(Quarter(name, scorecard, book, appraisal.tables), (), False)


def _load_results(path: Path, limits: Limits | None) -> Loaded:
    try:
        scorecard, book, tables = read_results(read_workbook(path, limits))
    except UnreadableError as error:
        return Loaded(None, (Finding(error.code, path.name, values=error.values),), True)
    except ContradictionError as error:
        return Loaded(None, (error.finding,), True)
    return Loaded(Quarter(path.name, scorecard, book, tables), (), False)
