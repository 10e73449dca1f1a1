"""Covers: the period and the cutoff that the workbooks of one quarter agree on."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

from chainscore.intake.fragments import cell_text, read_cell, same_sheet, sheet_of, value_at
from chainscore.intake.layout import label_key, value_place
from chainscore.intake.values import CellValue, is_blank
from chainscore.intake.workbook import Workbook, Worksheet
from chainscore.method.period import EXAMPLES, Period, PeriodError
from chainscore.method.rulebook import InputField, Rulebook
from chainscore.words.bilingual import listed
from chainscore.words.findings import Finding
from chainscore.words.references import cell_reference
from chainscore.words.texts import LANGUAGES

Value = TypeVar("Value")


class CoverValue(msgspec.Struct, Generic[Value], frozen=True):
    """What a cover says, and where."""

    value: Value
    file: str
    sheet: str
    cell: str | None


def read_covers(
    workbooks: Sequence[Workbook], book: Rulebook, findings: list[Finding]
) -> tuple[CoverValue[Period] | None, datetime.date | None]:
    """The period and the cutoff that the covers agree on."""
    periods = [(found, workbook) for workbook in workbooks for found in _period_of(workbook, book, findings)]
    cutoffs = [found for workbook in workbooks for found in _cutoff_of(workbook, book, findings)]
    if not periods:
        if workbooks and not any(finding.code == "E213" for finding in findings):
            findings.append(_no_period(workbooks[0].file, book.cover.sheet, None, book, ""))
        return None, None
    # What most files say; where there are as many of either, the first.
    wanted = Counter(found.value for found, _ in periods).most_common(1)[0][0]
    first = next(found for found, _ in periods if found.value == wanted)
    for other, workbook in periods:
        if other.value != wanted:
            conflict = {"period": other.value, "first": first.file, "expected": wanted}
            values = {**conflict, **departments(workbook, book)}
            findings.append(Finding("E214", other.file, other.sheet, other.cell, values=values))
    return first, _agreed_cutoff(cutoffs, wanted, book, findings)


def _agreed_cutoff(
    cutoffs: Sequence[CoverValue[datetime.date]], period: Period, book: Rulebook, findings: list[Finding]
) -> datetime.date | None:
    """The one cutoff, or None where there is none or one that cannot be."""
    label = book.cover.cutoff
    sound = True
    for day in cutoffs:
        if not period.start <= day.value <= datetime.date(period.year + 1, 3, 31):
            sound = False
            outside = {"label": label, "date": day.value, "start": period.start}
            findings.append(Finding("E215", day.file, day.sheet, day.cell, values=outside))
        elif day.value != cutoffs[0].value:
            conflict = {"label": label, "text": day.value, "other": cutoffs[0].value, "first": cutoffs[0].file}
            findings.append(Finding("E217", day.file, day.sheet, day.cell, values=conflict))
    return cutoffs[0].value if cutoffs and sound else None


def _no_period(file: str, sheet: str, cell: str | None, book: Rulebook, text: str) -> Finding:
    allowed = ", ".join(EXAMPLES[kind] for kind in book.periods)
    return Finding("E213", file, sheet, cell, values={"label": book.cover.period, "text": text, "allowed": allowed})


def cover_of(workbook: Workbook, book: Rulebook) -> Worksheet | None:
    return next((ws for ws in workbook.worksheets if same_sheet(ws.name, book.cover.sheet)), None)


def labelled(worksheet: Worksheet, label: str, book: Rulebook) -> tuple[int, int] | None:
    """The place of the value beside one of a cover's labels, or None where the label is missing."""
    key = label_key(label)
    labels = {label_key(book.cover.period), label_key(book.cover.cutoff)}
    for row, cells in worksheet.rows.items():
        for column, value in cells.items():
            if isinstance(value, str) and label_key(value) == key:
                return value_place(worksheet, row, column, labels)
    return None


def _period_of(workbook: Workbook, book: Rulebook, findings: list[Finding]) -> Iterable[CoverValue[Period]]:
    """A workbook's period: it stands on the cover; in a workbook without one, on its department sheets, if anywhere."""
    cover = cover_of(workbook, book)
    for worksheet in [cover] if cover is not None else workbook.worksheets:
        place = labelled(worksheet, book.cover.period, book)
        raw = value_at(worksheet, place) if place is not None else None
        if raw is None and cover is None:
            continue
        cell = cell_reference(*place) if place is not None else None
        try:
            period = as_period(raw, book)
            if period.kind not in book.periods:
                raise PeriodError(str(raw))
            yield CoverValue(period, workbook.file, worksheet.name, cell)
        except PeriodError:
            findings.append(_no_period(workbook.file, worksheet.name, cell, book, "" if raw is None else cell_text(raw)))
        return


def as_period(raw: CellValue | None, book: Rulebook) -> Period:
    """The period that a cell names; a spreadsheet makes the number 2023 of the year, the date 1 May 2023 of ``2023-05``.

    Raises PeriodError.
    """
    if isinstance(raw, datetime.datetime | datetime.date) and raw.day == 1:
        return Period.of_month(raw.year, raw.month, book.year_starts)
    if isinstance(raw, float) and raw.is_integer():
        return Period.parse(str(int(raw)), book.year_starts)
    return Period.parse(str(raw), book.year_starts)


def _cutoff_of(workbook: Workbook, book: Rulebook, findings: list[Finding]) -> Iterable[CoverValue[datetime.date]]:
    cover = cover_of(workbook, book)
    place = labelled(cover, book.cover.cutoff, book) if cover is not None else None
    if cover is None or place is None:
        return
    raw = value_at(cover, place)
    if raw is None or is_blank(raw):
        return
    cutoff_cell = InputField(label=book.cover.cutoff, type="date")
    reading = read_cell(raw, cutoff_cell, book, workbook.epoch_1904)
    cell = cell_reference(*place)
    if reading.code is not None:
        values = {"label": cutoff_cell.label, "text": cell_text(raw), **reading.details}
        findings.append(Finding(reading.code, workbook.file, cover.name, cell, values=values))
    if reading.value is not None:
        yield CoverValue(reading.value, workbook.file, cover.name, cell)


def departments(workbook: Workbook, book: Rulebook) -> dict[str, str]:
    """The departments whose sheets a workbook holds, for a message."""
    names = dict.fromkeys(sheet.name for ws in workbook.worksheets if (sheet := sheet_of(ws, book)) is not None)
    if len(names) == len(book.sheets):
        return {"sheets_zh": "各部门", "sheets_en": "all departments"}
    return {f"sheets_{language}": listed(names, language) for language in LANGUAGES}
