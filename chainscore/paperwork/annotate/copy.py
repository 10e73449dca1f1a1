"""A copy of one workbook for its sender: the marks on its sheets, the list in front, and all else as it came.

What was entered stays as it is. A mark is a conditional format and a comment; both are known again by what they say, so that a
copy that was mended and handed in is marked afresh.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from chainscore.intake.limits import Limits
from chainscore.intake.package import content_of
from chainscore.intake.values import is_blank, shown
from chainscore.intake.workbook import Workbook, read_workbook
from chainscore.intake.worksheet import Worksheet
from chainscore.method.rulebook import Rulebook
from chainscore.paperwork.annotate.comments import HEADINGS
from chainscore.paperwork.annotate.conditions import holds, row_holds
from chainscore.paperwork.annotate.front import put_in_front, sheets_of
from chainscore.paperwork.annotate.listing import Line, listing, looks_of, quoted
from chainscore.paperwork.annotate.package import Package
from chainscore.paperwork.annotate.sheet import Mark, forget, mark
from chainscore.paperwork.annotate.styles import Styles
from chainscore.scoring.appraisal import Appraisal
from chainscore.words.findings import Finding, Language, Severity, one_line
from chainscore.words.folding import fold
from chainscore.words.references import cell_reference, column_letters, row_and_column
from chainscore.words.texts import text

COLOURS: dict[Severity, str] = {"error": "FF6666", "warning": "FFC000", "notice": "9DC3E6"}
"""From the worst on."""
LONGEST_ENTRY = 200
"""So much of what was entered is quoted."""


def to_send_back(appraisal: Appraisal) -> dict[str, list[Finding]]:
    """File → its findings, of every file that was read and has an error or a warning."""
    found: dict[str, list[Finding]] = {}
    for finding in appraisal.findings:
        if finding.file in appraisal.sources:
            found.setdefault(finding.file, []).append(finding)
    return {file: own for file, own in found.items() if any(finding.severity != "notice" for finding in own)}


def annotated(
    path: Path, findings: Sequence[Finding], book: Rulebook, limits: Limits | None = None, workbook: Workbook | None = None
) -> bytes:
    """A copy of the workbook at ``path``, be it read already, with its findings marked. Raises UnreadableError."""
    workbook = workbook or read_workbook(path, limits)
    package = Package(content_of(path, limits or Limits()))
    parts = sheets_of(package)
    read = {worksheet.name: worksheet for worksheet in workbook.worksheets if fold(worksheet.name) != fold(book.lists.findings)}
    for name in read:
        forget(package, parts[name])
    styles = Styles(package)
    numbers: dict[Severity, int] = {severity: styles.marking(colour) for severity, colour in COLOURS.items()}
    looks = looks_of(styles)
    styles.count()
    worst_first = sorted(findings, key=lambda finding: list(COLOURS).index(finding.severity))
    for name, worksheet in read.items():
        own = [_mark(finding, worksheet, workbook) for finding in worst_first if finding.cell and _is_on(finding, worksheet)]
        if own:
            mark(package, parts[name], own, numbers, dict(_texts(own, worksheet, book.language)))
    lines = [_line(finding, workbook, read) for finding in findings]
    put_in_front(package, book.lists.findings, listing(package, path.name, lines, looks, numbers, book))
    return package.packed()


def _is_on(finding: Finding, worksheet: Worksheet) -> bool:
    return finding.sheet is not None and fold(finding.sheet) == fold(worksheet.name)


def _mark(finding: Finding, worksheet: Worksheet, workbook: Workbook) -> Mark:
    """Where a finding at a cell or a row is seen, and while what."""
    assert finding.cell is not None
    row, column = row_and_column(finding.cell)
    columns = [column] if column else sorted(worksheet.rows.get(row, {})) or [1]
    cell = cell_reference(*_shows(worksheet, row, columns[0]))
    area = cell if column else f"{column_letters(columns[0])}{row}:{column_letters(columns[-1])}{row}"
    return Mark(finding, cell, area, _condition(finding, worksheet, workbook))


def _condition(finding: Finding, worksheet: Worksheet, workbook: Workbook, sheet: str = "") -> str:
    """While the cell, or the row, of a finding holds what was entered; ``sheet`` is what its cells are named with."""
    assert finding.cell is not None
    epoch = MAC_EPOCH if workbook.epoch_1904 else WINDOWS_EPOCH
    row, column = row_and_column(finding.cell)
    if not column:
        return row_holds(sheet, row, worksheet.rows.get(row, {}), epoch)
    row, column = _entered(worksheet, row, column)
    value = worksheet.rows.get(row, {}).get(column)
    return holds(f"{sheet}${column_letters(column)}${row}", value, epoch)


def _shows(worksheet: Worksheet, row: int, column: int) -> tuple[int, int]:
    """The cell that shows what is at a place: of a merged range the first."""
    for top, left, bottom, right in worksheet.merges:
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return row, column


def _entered(worksheet: Worksheet, row: int, column: int) -> tuple[int, int]:
    """The cell that holds what is at a place: its own, or of a merged range the first."""
    return (row, column) if column in worksheet.rows.get(row, {}) else _shows(worksheet, row, column)


def _texts(marks: Sequence[Mark], worksheet: Worksheet, language: Language) -> Iterator[tuple[str, str]]:
    """(cell, what its comment says) of each cell with marks: what was entered, what is wrong, how to mend it."""
    by_cell: dict[str, list[Finding]] = {}
    for own in marks:
        by_cell.setdefault(own.cell, []).append(own.finding)
    for cell, findings in by_cell.items():
        row, column = row_and_column(cell)
        value = worksheet.rows.get(row, {}).get(column)
        entered = text("annotated.blank", language)
        if value is not None and not is_blank(value):
            entered = text("annotated.entered", language, text=one_line(shown(value), LONGEST_ENTRY))
        yield cell, "\n".join([HEADINGS[language], entered, *(_entry(finding, language) for finding in findings)])


def _entry(finding: Finding, language: Language) -> str:
    said = {"message": finding.message(language), "hint": finding.hint(language)}
    severity = text(f"severity.{finding.severity}", language)
    return text("annotated.entry", language, severity=severity, code=finding.code, **said)


def _line(finding: Finding, workbook: Workbook, read: dict[str, Worksheet]) -> Line:
    worksheet = next((worksheet for worksheet in read.values() if _is_on(finding, worksheet)), None)
    if worksheet is None:
        return Line(finding, None)
    if finding.cell is None:
        return Line(finding, worksheet.name)
    own = _mark(finding, worksheet, workbook)
    return Line(finding, worksheet.name, own.cell, _condition(finding, worksheet, workbook, f"{quoted(worksheet.name)}!"))
