"""Whether a results workbook is what its inputs give: they are scored again, the results written again, and all is compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec

from chainscore import __version__
from chainscore.comparison.quarters import load_quarter
from chainscore.intake.limits import Limits
from chainscore.intake.package import UnreadableError, content_of, open_package
from chainscore.intake.workbook import says_results
from chainscore.method.loading import ReadingError, RulebookError, restore_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.results.hidden import RULEBOOK, carried
from chainscore.results.names import language_of, named
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Gathered, appraise_gathered, gather
from chainscore.scoring.earlier import Earlier, earlier_of
from chainscore.verify.comparison import compare
from chainscore.verify.contents import Contents, read_contents
from chainscore.verify.markup import UnverifiableError
from chainscore.verify.package import same_parts
from chainscore.verify.record import Input, Record, known_rulebook, matched
from chainscore.words.findings import Finding, blocking
from chainscore.words.references import cell_reference

Verdict = Literal["identical", "same", "different", "unverifiable", "other_inputs"]
"""Identical: part by part what the program writes from these inputs. Same: another program saved that again, with the same
figures, formulas and looks. Different: not what the inputs give. Unverifiable: no package that an office program writes, or
rules that nobody vouches for. Other inputs: those that were scored were not given."""


PROGRAM = re.compile(r"chainscore [0-9]+(?:\.[0-9]+)+(?:(?:a|b|rc|\.dev)[0-9]+)?")
"""The program with a version of it: any other words are somebody else's."""


@dataclass(frozen=True)
class Verification:
    """What came of holding a results workbook against its inputs."""

    file: str
    period: str | None
    book: Rulebook | None
    inputs: tuple[Input, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict = "unverifiable"
    unreadable: bool = False
    compared: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(("sheets", "cells", "formulas"), 0))
    """What was compared: how many of each; of a bulletin paragraphs, cells and figures."""

    @property
    def sound(self) -> bool:
        return not blocking(self.findings)


def verify(
    results: Path,
    inputs: Sequence[Path],
    before: Path | None = None,
    rulebook: Path | None = None,
    limits: Limits | None = None,
) -> Verification:
    """Score the inputs again as ``results`` says that they were scored, write the results again, and compare everything.

    ``before`` is the earlier period whose scores stand on the scorecards, where they do. Raises RulebookError for a
    ``rulebook`` file that is none.
    """
    try:
        content, found = _opened(results, limits or Limits())
    except UnreadableError as error:
        strange = error.code == "E114"  # what no office program writes
        return _refused(results.name, Finding(error.code, results.name, values=error.values), unreadable=not strange)
    except UnverifiableError as error:
        return _refused(results.name, _unheard_of(error, results.name))
    record = _record(found)
    gathered = gather(inputs, limits)
    so_far = Verification(results.name, record.text("period"), None, (), tuple(gathered.findings))
    if gathered.unreadable:
        return replace(so_far, unreadable=True)
    matched, ordered, findings = _matched(record, gathered, results.name)
    so_far = replace(so_far, inputs=matched, findings=(*so_far.findings, *findings))
    if findings and any(each.recorded for each in matched):
        return replace(so_far, verdict="other_inputs")
    try:
        book, remarks = _book(record, found, rulebook, results.name)
    except (RulebookError, ReadingError) as error:
        unknown = Finding("E706", results.name, record.sheet, values={"reason": error})
        return replace(so_far, findings=(*so_far.findings, unknown))
    so_far = replace(so_far, book=book, findings=(*so_far.findings, *remarks))
    earlier = _earlier(so_far, record, before, limits)
    if isinstance(earlier, Verification):
        return earlier
    try:
        return _compared(so_far, content, found, record, ordered, bool(remarks), earlier)
    except UnverifiableError as error:  # of a chart, which is read where it is compared
        return replace(so_far, findings=(*so_far.findings, _unheard_of(error, results.name)))


def _opened(results: Path, limits: Limits) -> tuple[bytes, Contents]:
    """The file's bytes and what it says. Raises UnreadableError, of what is no results workbook too, and UnverifiableError."""
    package = open_package(results, limits)  # refuses what is dangerous to read
    try:
        content = content_of(results, limits)
        found = read_contents(content)
    except UnverifiableError:
        if not says_results(package):
            raise UnreadableError("E701") from None
        raise
    # Comparisons and trends have the sheet too: it does not say by which rules they were scored.
    if not _record(found).text("rules_hash") and not says_results(package):
        raise UnreadableError("E701")
    return content, found


def _refused(file: str, finding: Finding, unreadable: bool = False) -> Verification:
    return Verification(file, None, None, (), (finding,), unreadable=unreadable)


def _unheard_of(error: UnverifiableError, file: str) -> Finding:
    return Finding("E709", file, error.sheet, error.cell, values={"what_zh": error.what_zh, "what_en": error.what_en})


def _earlier(so_far: Verification, record: Record, before: Path | None, limits: Limits | None) -> Earlier | Verification | None:
    """The scores of the period before that the scorecards show, where they do; the end of it where it was not given."""
    assert so_far.book is not None
    row, period = record.line("before")
    if before is None and not period:
        return None
    loaded = load_quarter(before, so_far.book, _is_draft(record), limits) if before is not None else None
    if loaded is not None and loaded.quarter is None:
        return replace(so_far, findings=(*so_far.findings, *loaded.findings), unreadable=loaded.unreadable)
    earlier = earlier_of(loaded.quarter.scorecard) if loaded is not None and loaded.quarter is not None else None
    if earlier is not None and earlier.period == period:
        return earlier
    given = earlier.period if earlier is not None else "—"
    found = Finding("E736", so_far.file, *record.place(row or 1), values={"text": period or "—", "expected": given})
    return replace(so_far, findings=(*so_far.findings, found), verdict="other_inputs")


def _is_draft(record: Record) -> bool:
    return record.text("state") == named("draft", record.language)


def _compared(
    so_far: Verification, content: bytes, found: Contents, record: Record, inputs: Gathered, unknown_rules: bool,
    earlier: Earlier | None,
) -> Verification:  # fmt: skip
    assert so_far.book is not None
    appraisal = appraise_gathered(inputs, so_far.book, _is_draft(record))
    if appraisal.scorecard is None:
        errors = [finding for finding in appraisal.findings if finding.severity == "error"]
        place = str(errors[0].place) if errors else "—"
        refused = Finding("E705", so_far.file, record.sheet, values={"rows": len(errors), "first": place})
        return replace(so_far, findings=(*so_far.findings, refused), verdict="different")
    again = write_results(appraisal, so_far.book, earlier)
    wanted = read_contents(again)
    identical = same_parts(content, again)
    differences = [] if identical else _of_another_version(compare(wanted, found, so_far.file), record, so_far.file)
    verdict: Verdict = "identical" if identical else "different" if blocking(differences) else "same"
    if (differences and differences[0].code == "E708") or (unknown_rules and verdict != "different"):
        verdict = "unverifiable"
    cells = [cell for sheet in wanted.sheets.values() for row in sheet.rows.values() for cell in row.values()]
    return replace(
        so_far,
        findings=(*so_far.findings, *differences),
        verdict=verdict,
        compared={
            "sheets": len(wanted.sheets),
            "cells": len(cells),
            "formulas": sum(cell.formula is not None for cell in cells),
        },
    )


def _of_another_version(differences: list[Finding], record: Record, file: str) -> list[Finding]:
    """Results of another version of the program are compared all the same; that they are is no change made to them."""
    row, program = record.line("program")
    place = ("E717", record.sheet, cell_reference(row, 2)) if PROGRAM.fullmatch(program) else None
    others = [each for each in differences if (each.code, each.sheet, each.cell) != place]
    if place is None or len(others) == len(differences):
        return differences
    values = {"text": program, "expected": f"chainscore {__version__}"}
    if others:
        return [Finding("E708", file, record.sheet, place[2], values={**values, "rows": len(others)}), *others]
    return [Finding("W753", file, record.sheet, place[2], values=values)]


# ---------------------------------------------------------------- what is recorded


def _record(found: Contents) -> Record:
    """The lines of the sheet on how the workbook came about; none where it is missing."""
    language = language_of(found.sheets)
    sheet = found.sheets.get(named("origin", language))
    lines = {}
    for row, cells in sheet.rows.items() if sheet is not None else ():
        label, text = (cells[column].value if column in cells else None for column in (1, 2))
        if isinstance(label, str) and isinstance(text, str):
            lines[label] = row, text
    return Record(lines, language)


def _book(record: Record, found: Contents, path: Path | None, file: str) -> tuple[Rulebook, list[Finding]]:
    """The rulebook that the results were scored under: a packaged one, that at ``path``, or the copy that they carry.

    Raises RulebookError or ReadingError where it is none of them.
    """
    recorded = record.text("rules_hash")
    if (same := known_rulebook(record, path, recorded)) is not None:
        return same, []
    sheet = found.sheets.get(named("data", record.language))
    cells = {row: {column: cell.value for column, cell in cells.items()} for row, cells in sheet.rows.items()} if sheet else {}
    copy = restore_rulebook(carried(cells).get(RULEBOOK, ""), record.readings)
    # A hash that was changed by hand is a difference like any other.
    if (same := known_rulebook(record, path, copy.sha256)) is not None:
        return same, []
    row = record.line("rules_hash")[0] or 1
    return copy, [Finding("E707", file, record.sheet, cell_reference(row, 2), values={"text": recorded[:12] or "—"})]


def _matched(record: Record, given: Gathered, file: str) -> tuple[tuple[Input, ...], Gathered, list[Finding]]:
    """Recorded and given inputs side by side; the given ones as they are recorded, in order and name; what is amiss."""
    files = [(workbook.file, workbook.sha256) for workbook in given.workbooks]
    inputs, places, findings = matched(record, record.inputs(named("input", record.language)), files, file)
    ordered = tuple(msgspec.structs.replace(given.workbooks[at], file=name) for name, at in places.items())
    return inputs, msgspec.structs.replace(given, workbooks=ordered or given.workbooks, findings=()), findings
