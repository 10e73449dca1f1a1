"""One appraisal from files to scorecard: gather, read, check, score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chainscore.checks import check
from chainscore.findings import Finding, blocking, in_order
from chainscore.limits import Limits
from chainscore.reader import read_tables
from chainscore.rulebook import Rulebook
from chainscore.scorecard import Scorecard
from chainscore.scoring import mark_unsound, score
from chainscore.tables import Tables
from chainscore.workbook import SPREADSHEET_SUFFIXES, UnreadableError, Workbook, read_workbook


@dataclass(frozen=True)
class Appraisal:
    """What came of a quarter's files."""

    tables: Tables | None
    scorecard: Scorecard | None
    """None where findings block, or no period can be told."""
    findings: tuple[Finding, ...]
    unreadable: bool
    """A file could not be read at all."""
    sources: Mapping[str, Path] = field(default_factory=dict)
    """Where each file that was read lies: the name it has in findings → its path."""

    @property
    def blocked(self) -> bool:
        return blocking(self.findings)


def appraise(paths: Sequence[Path], book: Rulebook, draft: bool = False, limits: Limits | None = None) -> Appraisal:
    """Read and check all files (or the workbooks in folders) as one quarter, and score them unless an error blocks it.

    With ``draft``, what is sound is scored all the same.
    """
    workbooks, sources, findings = _read_all(paths, limits or Limits())
    unreadable = bool(findings)
    files = [workbook.file for workbook in workbooks]
    tables, found = read_tables(workbooks, book) if workbooks else (None, [])
    del workbooks  # their cells take a lot of room where a ledger is long
    findings += found
    scorecard = None
    if tables is not None:
        across = check(tables, book)
        mark_unsound(tables, across)
        findings += across
        if tables.period is not None:
            scorecard, remarks = score(tables, book, draft)
            findings += remarks
    sheets = [book.cover.sheet, *(sheet.name for sheet in book.sheets)]
    ordered = tuple(in_order(findings, sheets, files))
    if blocking(ordered) and not draft:
        scorecard = None
    return Appraisal(tables, scorecard, ordered, unreadable, sources)


def _read_all(paths: Sequence[Path], limits: Limits) -> tuple[list[Workbook], dict[str, Path], list[Finding]]:
    """The workbooks, where each lies by the name that it has in findings, and what cannot be read."""
    workbooks: list[Workbook] = []
    sources: dict[str, Path] = {}
    findings = [Finding("E108", path.name or str(path)) for path in paths if path.is_dir() and not workbooks_in(path)]
    files = list(_files(paths))
    for (file, in_folder), name in zip(files, _names([file for file, _ in files]), strict=True):
        try:
            workbook = read_workbook(file, limits)
        except UnreadableError as error:
            findings.append(Finding(error.code, name, values=error.values))
            continue
        if not workbook.is_results:
            workbooks.append(replace(workbook, file=name))
            sources[name] = file
        elif not in_folder:  # in a folder it lies beside its inputs
            findings.append(Finding("E109", name))
    return workbooks, sources, findings


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file once, however often it is given, and whether it was found in a folder."""
    seen: set[Path] = set()
    for path in paths:
        for file in workbooks_in(path) if path.is_dir() else [path]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, path.is_dir()


def _names(files: Sequence[Path]) -> list[str]:
    """Each file's name; of those that share one, with the folders that tell them apart, which say nothing of this machine."""
    places = [file.absolute().parts for file in files]
    names = []
    for file, place in zip(files, places, strict=True):
        alike = [other for other in places if other[-1] == file.name]
        shared = 0
        while len(alike) > 1 and len({other[shared] for other in alike}) == 1:
            shared += 1
        names.append(re.sub(r"[:\\/]+", "/", "/".join(place[shared:])) if len(alike) > 1 else file.name)
    return names


def workbooks_in(folder: Path) -> list[Path]:
    """The spreadsheets in a folder, by name, without the lock files of office programs."""
    found = [
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in SPREADSHEET_SUFFIXES and not path.name.startswith(("~$", "."))
    ]
    return sorted(found, key=lambda path: path.name)  # paths themselves sort in another order on Windows
