"""Copies to send back: a filled workbook with every finding marked at its cell, and a first sheet that lists them.

What was entered stays as it is, and so do formats, validations, protection and names: a mark is a conditional format of its
own and a comment. Both are known again by what they say, so that a copy that was mended and handed in is marked afresh.
"""

from __future__ import annotations

import datetime
import io
import math
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from chainscore.intake.limits import Limits
from chainscore.intake.package import UnreadableError, transitional
from chainscore.intake.unseen import covered
from chainscore.intake.workbook import read_workbook
from chainscore.intake.worksheet import Worksheet as RawWorksheet
from chainscore.method.rulebook import Rulebook
from chainscore.results.excel.measure import half_widths
from chainscore.results.packing import packed
from chainscore.scoring.appraisal import Appraisal
from chainscore.words.findings import Finding, Severity, one_line
from chainscore.words.folding import fold
from chainscore.words.references import cell_reference, row_and_column
from chainscore.words.texts import text

TITLE = "检查意见：{file}"
STEPS = (
    "本文件是填报表的批注副本，所填内容未改动。有问题的单元格已标色并加批注，下表逐条列出，点“位置”可跳到该处。",
    "请在本文件中改正错误、核对警告后，以本文件重新报送；本表和标色不影响读取，不用删除。",
)
HEADER = ("序号", "程度", "代码", "位置", "产业链", "问题", "改法")
WIDTHS = (6, 8, 8, 30, 18, 70, 60)
WHOLE_FILE = "整个文件"
HEADING = "【检查意见】"
ENTRY = "{severity} {code}：{message}。{hint}"
AUTHOR = "chainscore"
ALWAYS = f'LEN("{AUTHOR}")>0'
"""The condition of every mark: always true, and nobody else's."""
COLOURS: Mapping[Severity, str] = {"error": "FF6666", "warning": "FFC000", "notice": "9DC3E6"}
"""From the worst on."""
FONT = "微软雅黑"
NAVY = "1F4E79"
COMMENT_WIDTH, COMMENT_LINE, COMMENT_CHARACTERS = 240, 18, 30
PROPERTIES = "docProps/core.xml"
NO_PROPERTIES = b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
"""openpyxl would write the time of day."""
MOST_ROWS = 20_000
_BLANK_ROW = re.compile(rb"<row [^>]*(?:/>|></row>)")
_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)>(<f\b[^>]*?(?:/>|>.*?</f>))<v\s*(?:/>|></v>)</c>', re.DOTALL)


def to_send_back(appraisal: Appraisal) -> dict[str, list[Finding]]:
    """File → its findings, of every file that was read and has any.

    Where several came together, a sheet that another department did not hand in is no concern of a file's sender.
    """
    sheets = appraisal.tables.sheets.values() if appraisal.tables is not None else ()
    senders = {submission.file for sheet in sheets for submission in sheet.submissions}
    several = len(appraisal.sources) > 1
    found: dict[str, list[Finding]] = {}
    for finding in appraisal.findings:
        of_another = finding.code == "E201" or (finding.code == "E206" and finding.file in senders)
        if finding.file in appraisal.sources and not (several and of_another):
            found.setdefault(finding.file, []).append(finding)
    return found


def annotated(path: Path, findings: Sequence[Finding], book: Rulebook, limits: Limits | None = None) -> bytes:
    """A copy of the workbook at ``path`` with its findings marked. Raises UnreadableError."""
    read = {worksheet.name: worksheet for worksheet in read_workbook(path, limits).worksheets}
    try:
        content = _without_blank_rows(transitional(path.read_bytes()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
            results = _formula_results(workbook, content)
    except Exception as error:
        raise UnreadableError("E104", reason=str(error) or type(error).__name__) from error
    for sheet in [sheet for sheet in workbook.worksheets if fold(sheet.title) == fold(book.lists.findings)]:
        workbook.remove(sheet)
    for worksheet in workbook.worksheets:
        _forget_marks(worksheet)
        if worksheet.title in read:
            _keep_covered(worksheet, read[worksheet.title])
    places = [_place(workbook, finding) for finding in findings]
    for worksheet in workbook.worksheets:
        here = [(place[1], f) for place, f in zip(places, findings, strict=True) if place and place[0] is worksheet]
        _mark(worksheet, [(cell, finding) for cell, finding in here if cell is not None])
    for worksheet in workbook.worksheets:
        _fit_comments(worksheet)
    _list(workbook, path.name, list(zip(places, findings, strict=True)), book)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _repacked(
        buffer.getvalue(),
        content,
        {sheet.path.lstrip("/"): results[sheet.title] for sheet in workbook.worksheets if sheet.title in results},
    )


Place = tuple[Worksheet, Cell | None]


def _place(workbook: Workbook, finding: Finding) -> Place | None:
    """The sheet and, where the finding names one, the cell that shows it; None for the file as a whole."""
    sheets: list[Worksheet] = [ws for ws in workbook.worksheets if finding.sheet and fold(ws.title) == fold(finding.sheet)]
    if not sheets:
        return None
    sheet = sheets[0]
    if finding.cell is None:
        return sheet, None
    row, column = row_and_column(finding.cell)
    if not column:  # a whole row is marked at the first thing in it
        column = next((cell.column for cell in sheet[row] if cell.value is not None), 1)
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            row, column = merged.min_row, merged.min_col
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # the first of a merged range is
    return sheet, cell


# ---------------------------------------------------------------- marks


def _forget_marks(worksheet: Worksheet) -> None:
    """Take off the marks of an earlier copy."""
    kept = ConditionalFormattingList()
    for area in worksheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [ALWAYS]:
                kept.add(str(area.sqref), rule)
    worksheet.conditional_formatting = kept
    for cell in _commented(worksheet):
        own, heading, _ = cell.comment.text.partition(HEADING)
        if heading:
            cell.comment = Comment(own.rstrip("\n"), cell.comment.author) if own.strip() else None


def _commented(worksheet: Worksheet) -> list[Any]:
    return [cell for cell in worksheet._cells.values() if cell.comment is not None]


def _mark(worksheet: Worksheet, found: Sequence[tuple[Cell, Finding]]) -> None:
    """Colour each cell by its worst finding, above all other conditional formats, and say in a comment what is wrong."""
    by_cell: dict[str, list[Finding]] = {}
    for cell, finding in found:
        by_cell.setdefault(cell.coordinate, []).append(finding)
    others = [(str(area.sqref), rule) for area in worksheet.conditional_formatting for rule in area.rules]
    worksheet.conditional_formatting = ConditionalFormattingList()  # LibreOffice goes by their order, Excel by priority
    for priority, (severity, colour) in enumerate(COLOURS.items(), start=1):
        cells = [ref for ref, own in by_cell.items() if _worst(own) == severity]
        if cells:
            looks = DifferentialStyle(fill=PatternFill(fill_type="solid", start_color=colour, end_color=colour))
            rule = Rule(type="expression", dxf=looks, priority=priority, formula=[ALWAYS])
            worksheet.conditional_formatting.add(" ".join(cells), rule)
    for area, rule in others:
        rule.priority += len(COLOURS)
        worksheet.conditional_formatting.add(area, rule)
    for reference, own in by_cell.items():
        cell = worksheet[reference]
        before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
        author = cell.comment.author if cell.comment is not None else AUTHOR
        cell.comment = Comment("\n".join([before + HEADING, *map(_entry, own)]), author)


def _worst(findings: Sequence[Finding]) -> Severity:
    present = {finding.severity for finding in findings}
    return next(severity for severity in COLOURS if severity in present)


def _entry(finding: Finding) -> str:
    severity = text(f"severity.{finding.severity}", "zh")
    return ENTRY.format(severity=severity, code=finding.code, message=finding.message("zh"), hint=finding.hint("zh"))


def _fit_comments(worksheet: Worksheet) -> None:
    """Give every comment the room that its text needs; openpyxl does not read how large one was."""
    for cell in _commented(worksheet):
        lines = sum(math.ceil(max(1, half_widths(line)) / COMMENT_CHARACTERS) for line in cell.comment.text.split("\n"))
        cell.comment.width, cell.comment.height = COMMENT_WIDTH, COMMENT_LINE * lines + 14


# ---------------------------------------------------------------- the list


def _list(workbook: Workbook, file: str, found: Sequence[tuple[Place | None, Finding]], book: Rulebook) -> None:
    """The first sheet: all findings, each with a link to its cell."""
    page = workbook.create_sheet(book.lists.findings, 0)
    _write(page.cell(1, 1), TITLE.format(file=one_line(file)), Font(name=FONT, size=14, bold=True, color=NAVY))
    for row, step in enumerate(STEPS, start=2):
        _write(page.cell(row, 1), step, Font(name=FONT, size=10))
    top = len(STEPS) + 3
    side = Side(style="thin", color="BFBFBF")
    for column, (label, width) in enumerate(zip(HEADER, WIDTHS, strict=True), start=1):
        cell = page.cell(top, column)
        _write(cell, label, Font(name=FONT, size=10, bold=True, color="FFFFFF"))
        cell.fill = PatternFill(fill_type="solid", start_color=NAVY, end_color=NAVY)
        page.column_dimensions[cell.column_letter].width = width
    for number, (place, finding) in enumerate(found, start=1):
        chain = book.chain(finding.chain).short_name if finding.chain is not None else ""
        where = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or WHOLE_FILE
        severity = text(f"severity.{finding.severity}", "zh")
        values = (str(number), severity, finding.code, where, chain, finding.message("zh"), finding.hint("zh"))
        for column, value in enumerate(values, start=1):
            cell = page.cell(top + number, column)
            _write(cell, value, Font(name=FONT, size=10))
            cell.border = Border(left=side, right=side, top=side, bottom=side)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if column < 4 else None)
        colour = COLOURS[finding.severity]
        page.cell(top + number, 2).fill = PatternFill(fill_type="solid", start_color=colour, end_color=colour)
        if place is not None:
            _link(page.cell(top + number, 4), place)
        lines = max(math.ceil(half_widths(value) * 1.06 / width) for value, width in zip(values, WIDTHS, strict=True))
        page.row_dimensions[top + number].height = 15 * lines + 3
    page.freeze_panes = page.cell(top + 1, 1)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.sheet_properties.tabColor = COLOURS["error"]
    _open_at(workbook, page)


def _write(cell: Any, value: str, font: Font) -> None:
    cell.value, cell.data_type = value, "s"  # never a formula, whatever it begins with
    cell.font = font


def _link(cell: Any, place: Place) -> None:
    sheet, target = place
    quoted = sheet.title.replace("'", "''")
    reference = target.coordinate if target is not None else cell_reference(1, 1)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{reference}", display=cell.value)
    cell.font = Font(name=FONT, size=10, color="0563C1", underline="single")


def _open_at(workbook: Workbook, page: Worksheet) -> None:
    """Let the workbook open at ``page``."""
    for worksheet in workbook.worksheets:
        for view in worksheet.views.sheetView:
            view.tabSelected = worksheet is page
    workbook.active = workbook.index(page)
    for book_view in workbook.views:
        book_view.firstSheet = 0


# ---------------------------------------------------------------- what openpyxl does not keep


def _without_blank_rows(content: bytes) -> bytes:
    """The same without the formats of blank rows, where a sheet has so many that openpyxl would take minutes over them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    long = [name for name, part in parts.items() if name.startswith("xl/worksheets/") and part.count(b"<row ") > MOST_ROWS]
    if not any(_BLANK_ROW.search(parts[name]) for name in long):
        return content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, _BLANK_ROW.sub(b"", part) if name in long else part)
    return buffer.getvalue()


def _keep_covered(worksheet: Worksheet, read: RawWorksheet) -> None:
    """Put back the values under merged ranges: a copy does not decide which one is right."""
    for place, _, _ in covered(read):
        value = read.rows[place[0]][place[1]]
        cell = Cell(
            worksheet, *place, value=value if isinstance(value, float | bool | datetime.date | datetime.time) else str(value)
        )
        if isinstance(value, str):
            cell.data_type = "s"
        worksheet._cells[place] = cell


def _formula_results(workbook: Workbook, content: bytes) -> dict[str, dict[str, Any]]:
    """Sheet → cell → the value that the office program saved for the formula there."""
    formulas = {
        sheet.title: [cell.coordinate for cell in sheet._cells.values() if cell.data_type == "f"]
        for sheet in workbook.worksheets
    }
    if not any(formulas.values()):
        return {}
    saved = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    epoch = saved.epoch
    return {
        title: {ref: _as_saved(value, epoch) for ref in cells if (value := saved[title][ref].value) is not None}
        for title, cells in formulas.items()
        if cells
    }


def _as_saved(value: Any, epoch: datetime.datetime) -> Any:
    """A value of openpyxl's as the file has it: days and times are numbers there."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return to_excel(value, epoch)  # type: ignore[no-untyped-call] # openpyxl has no types for it
    return value


def _repacked(copy: bytes, original: bytes, results: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The copy with the results of its formulas and the original's properties; the same to the byte each time."""
    with zipfile.ZipFile(io.BytesIO(copy)) as package, zipfile.ZipFile(io.BytesIO(original)) as source:
        parts = {name: package.read(name) for name in package.namelist()}
        parts[PROPERTIES] = source.read(PROPERTIES) if PROPERTIES in source.namelist() else NO_PROPERTIES
    for name, values in results.items():
        parts[name] = _with_results(parts[name].decode("utf-8"), values).encode("utf-8")
    return packed(list(parts.items()))


def _with_results(part: str, results: Mapping[str, Any]) -> str:
    """A sheet's XML with the saved values of its formulas."""

    def filled(match: re.Match[str]) -> str:
        reference, attributes, formula = match.groups()
        if reference not in results:
            return match[0]
        kind, value = _xml_value(results[reference])
        attributes = re.sub(r' t="\w+"', "", attributes) + kind
        return f'<c r="{reference}"{attributes}>{formula}<v>{value}</v></c>'

    return _FORMULA.sub(filled, part)


def _xml_value(value: Any) -> tuple[str, str]:
    """The type attribute and the content of a saved value."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, int | float):
        return "", repr(value)
    kind = "e" if re.fullmatch(r"#[A-Z/0-9]+[!?]?", str(value)) else "str"
    return f' t="{kind}"', escape(str(value))
