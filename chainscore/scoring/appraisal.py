"""One appraisal from files to scorecard: gather, read, check, score."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from chainscore.intake.limits import Limits
from chainscore.intake.package import UnreadableError, is_folder
from chainscore.intake.reader import read_tables
from chainscore.intake.tables import Tables
from chainscore.intake.workbook import SPREADSHEET_SUFFIXES, Workbook, read_workbook
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.checks import check
from chainscore.scoring.rollcall import not_said_twice
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.scores import mark_unsound, score
from chainscore.words.findings import Finding, blocking, in_order
from chainscore.words.texts import reasons


class Appraisal(msgspec.Struct, frozen=True):
    """What came of a quarter's files."""

    tables: Tables | None
    scorecard: Scorecard | None
    """None where findings block, or no period can be told."""
    findings: tuple[Finding, ...]
    unreadable: bool
    """A file could not be read at all."""
    sources: Mapping[str, Path] = msgspec.field(default_factory=dict)
    """Where each file that was read lies: the name it has in findings → its path."""

    @property
    def blocked(self) -> bool:
        return blocking(self.findings)


class Gathered(msgspec.Struct, frozen=True):
    """The files of one quarter, as they were read."""

    workbooks: tuple[Workbook, ...]
    sources: Mapping[str, Path]
    """Where each lies by the name that it has in findings."""
    findings: tuple[Finding, ...]
    """What cannot be read, and what is no input."""

    @property
    def unreadable(self) -> bool:
        return bool(self.findings)


def appraise(paths: Sequence[Path], book: Rulebook, draft: bool = False, limits: Limits | None = None) -> Appraisal:
    """Read and check all files (or the workbooks in folders) as one quarter, and score them unless an error blocks it.

    With ``draft``, what is sound is scored all the same.
    """
    return appraise_gathered(gather(paths, limits), book, draft)


def appraise_gathered(gathered: Gathered, book: Rulebook, draft: bool = False) -> Appraisal:
    """Check and score what was read."""
    files = [workbook.file for workbook in gathered.workbooks]
    sources, unreadable = gathered.sources, gathered.unreadable
    tables, found = read_tables(gathered.workbooks, book) if files else (None, [])
    findings = [*gathered.findings, *found]
    del gathered  # its cells take a lot of room where a ledger is long
    scorecard = None
    if tables is not None:
        across = check(tables, book)
        mark_unsound(tables, across)
        findings += across
        if tables.period is not None:
            scorecard, remarks = score(tables, book, draft)
            findings += remarks
    sheets = [book.cover.sheet, *(sheet.name for sheet in book.sheets)]
    ordered = tuple(in_order(not_said_twice(findings, book), sheets, files))
    if blocking(ordered) and not draft:
        scorecard = None
    return Appraisal(tables, scorecard, ordered, unreadable, sources)


def gather(paths: Sequence[Path], limits: Limits | None = None) -> Gathered:
    """Read all files, or the workbooks in folders; a file that cannot be read is a finding."""
    workbooks: list[Workbook] = []
    sources: dict[str, Path] = {}
    findings: list[Finding] = []
    files = list(_files(paths, findings))
    names = _names([file for file, _ in files])
    for file, in_folder in files:
        name = names[file]
        try:
            workbook = read_workbook(file, limits or Limits())
        except UnreadableError as error:
            findings.append(Finding(error.code, name, values=error.values))
            continue
        if not workbook.is_results:
            workbooks.append(replace(workbook, file=name))
            sources[name] = file
        elif not in_folder:  # in a folder it lies beside its inputs
            findings.append(Finding("E109", name))
    return Gathered(tuple(workbooks), sources, tuple(findings))


def _names(files: Sequence[Path]) -> dict[Path, str]:
    """What each file is called in findings: by its name, with so much of its folders as tells it from the others.

    Never the whole path: outputs say nothing of the machine that they were made on.
    """
    whole = {file: tuple(map(_printable, file.absolute().parts)) for file in files}
    names = {file: parts[-1] for file, parts in whole.items()}
    for length in range(2, max((len(parts) for parts in whole.values()), default=0)):
        times = Counter(names.values())
        names = {file: name if times[name] == 1 else "/".join(whole[file][-length:]) for file, name in names.items()}
    return names


def _printable(name: str) -> str:
    """A name without what no workbook and no terminal can show."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def _files(paths: Sequence[Path], findings: list[Finding]) -> Iterator[tuple[Path, bool]]:
    """Every file once, however often it is given, and whether it was found in a folder."""
    seen: set[str] = set()
    for path in paths:
        in_folder = is_folder(path)
        for file in _in_folder(path, findings) if in_folder else [path]:
            true_path = os.path.realpath(file)  # Path.resolve raises of links that go round
            if true_path not in seen:
                seen.add(true_path)
                yield file, in_folder


def _in_folder(folder: Path, findings: list[Finding]) -> list[Path]:
    """The workbooks in a folder, or a finding."""
    name = folder.name or str(folder)
    try:
        found = workbooks_in(folder)
    except OSError as error:
        findings.append(Finding("E102", name, values=reasons(error)))
        return []
    if not found:
        findings.append(Finding("E108", name))
    return found


def workbooks_in(folder: Path) -> list[Path]:
    """The spreadsheets in a folder, by name, without the lock files of office programs."""
    found = [
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in SPREADSHEET_SUFFIXES and not path.name.startswith(("~$", "."))
    ]
    return sorted(found, key=lambda path: path.name)  # paths themselves sort in another order on Windows
