"""Reads the departments' workbooks into Tables, with a finding at its cell for everything that cannot be read as meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from chainscore.intake.assembly import assemble, whole_files_twice
from chainscore.intake.covers import cover_of, departments, labelled, read_covers
from chainscore.intake.fragments import Fragment, Frame, cell_text, chain_names, same_sheet, sheet_of, value_at
from chainscore.intake.sheet_reader import SheetReader
from chainscore.intake.tables import Tables
from chainscore.intake.values import is_blank
from chainscore.intake.workbook import Workbook
from chainscore.method.rulebook import Column, Rulebook
from chainscore.words.bilingual import listed
from chainscore.words.findings import Finding
from chainscore.words.references import cell_reference
from chainscore.words.texts import LANGUAGES, text


def read_tables(workbooks: Sequence[Workbook], book: Rulebook) -> tuple[Tables | None, list[Finding]]:
    """Put the workbooks of one quarter together.

    Returns the tables (None where no workbook is one of ours) and all findings about single cells, rows and sheets.
    """
    findings: list[Finding] = []
    ours = [workbook for workbook in workbooks if _is_ours(workbook, book, findings)]
    findings += [finding for workbook in ours for finding in _made_from(workbook, book)]
    findings += [finding for workbook in ours for finding in _not_followed(workbook)]
    named, cutoff = read_covers(ours, book, findings)
    period, at = (named.value, named.sheet) if named is not None else (None, "")
    frame = Frame(book, chain_names(book), period, at, same_sheet(at, book.cover.sheet), cutoff)
    astray = {finding.file for finding in findings if finding.code == "E214"}
    fragments: list[Fragment] = []
    for workbook in ours:
        # What is wrong with the rows of another period is no matter: the period is.
        found: list[Finding] = [] if workbook.file in astray else findings
        for fragment in _read_workbook(workbook, frame, found):
            fragment.of_this_period = workbook.file not in astray
            fragments.append(fragment)
    sheets = {sheet.name: assemble(sheet, fragments, frame, findings) for sheet in book.sheets if ours}
    findings = [_with_advice(finding, book) for finding in whole_files_twice(findings, sheets, book)]
    inputs = tuple((workbook.file, workbook.sha256) for workbook in ours)
    return (Tables(period, frame.now, sheets, inputs) if ours else None), findings


def _with_advice(finding: Finding, book: Rulebook) -> Finding:
    """What is to be filled in where something is missing depends on the column: a date is not put as 0."""
    sheet = next((sheet for sheet in book.sheets if same_sheet(finding.sheet or "", sheet.name)), None)
    if finding.code != "E301" or sheet is None:
        return finding
    columns = [column for grid in (sheet.table, sheet.ledger) if grid is not None for column in grid.columns]
    field = next(field for field in (*sheet.cells, *columns) if field.label == finding.values["label"])
    allowed = field.values if isinstance(field, Column) else ()
    values = {"unit": field.unit or "", "label": field.label}
    advice = {
        f"fill_{language}": text(f"fill.{field.type}", language, **values, allowed=listed(allowed, language))
        for language in LANGUAGES
    }
    return replace(finding, values={**finding.values, **advice})


def _is_ours(workbook: Workbook, book: Rulebook, findings: list[Finding]) -> bool:
    cover = cover_of(workbook, book)
    if cover is not None and labelled(cover, book.cover.period, book) is not None:
        return True
    if any(sheet_of(worksheet, book) for worksheet in workbook.worksheets):
        return True
    findings.append(Finding("E110", workbook.file))
    return False


def _made_from(workbook: Workbook, book: Rulebook) -> Iterable[Finding]:
    """Whether the hidden sheet, if it is still there, says that the workbook was made for another rulebook."""
    lists = next((ws for ws in workbook.worksheets if same_sheet(ws.name, book.lists.sheet)), None)
    if lists is None:
        return
    says: dict[str, tuple[str, str]] = {}
    for label in (book.lists.id, book.lists.version, book.lists.sha256):
        place = labelled(lists, label, book)
        if place is not None and not is_blank(raw := value_at(lists, place)):
            says[label] = (cell_reference(*place), cell_text(raw))
    own = {book.lists.id: book.id, book.lists.version: book.version, book.lists.sha256: book.sha256}
    for label, code in ((book.lists.id, "E111"), (book.lists.version, "W512"), (book.lists.sha256, "W512")):
        cell, text = says.get(label, (None, own[label]))
        if text not in (own[label], *(book.editions if label == book.lists.sha256 else ())):
            values = {"label": label, "text": text, "expected": own[label], **departments(workbook, book)}
            yield Finding(code, workbook.file, lists.name, cell, values=values)
            return


def _not_followed(workbook: Workbook) -> Iterable[Finding]:
    """What office programs would run or open, and this one does not."""
    if workbook.macros:
        yield Finding("N621", workbook.file)
    if workbook.external_links:
        yield Finding("N622", workbook.file, values={"rows": workbook.external_links})


def _read_workbook(workbook: Workbook, frame: Frame, findings: list[Finding]) -> Iterable[Fragment]:
    book = frame.book
    others = (book.cover.sheet, book.lists.sheet, book.lists.findings)
    for worksheet in workbook.worksheets:
        sheet = sheet_of(worksheet, book)
        if sheet is not None:
            yield SheetReader(worksheet, sheet, workbook, frame).read()
        elif worksheet.rows and not any(same_sheet(worksheet.name, other) for other in others):
            findings.append(Finding("N610", workbook.file, worksheet.name, values={"sheet": worksheet.name}))
