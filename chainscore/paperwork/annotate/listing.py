"""The sheet in front: all findings, each with a link to its cell and whether that still holds what was entered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from chainscore.method.rulebook import Rulebook
from chainscore.paperwork.annotate.package import Package
from chainscore.paperwork.annotate.styles import Styles
from chainscore.results.excel.measure import half_widths
from chainscore.words.bilingual import told
from chainscore.words.findings import Finding, Language, Severity, one_line
from chainscore.words.references import cell_reference
from chainscore.words.texts import text

STEPS = ("annotated.what", "annotated.how")
HEADER = ("number", "severity", "code", "place", "object", "message", "hint", "state")
"""Above the rows: ``object`` is called what the rulebook calls it."""
WIDTHS = (6, 7, 7, 28, 15, 54, 42, 9)
"""So wide that the list is read at nearly nine points on A4."""
UNKNOWN = "—"
FONT, NAVY, GREY, LINK = "微软雅黑", "FF1F4E79", "FFBFBFBF", "FF0563C1"
TOP = len(STEPS) + 3
"""The header's row."""


@dataclass(frozen=True)
class Line:
    """One finding as it is listed."""

    finding: Finding
    sheet: str | None
    """As the workbook names it; None where the finding is about the file."""
    cell: str = "A1"
    """Where its link leads."""
    condition: str | None = None
    """While it holds what was wrong, seen from this sheet; None where no cell does."""


@dataclass(frozen=True)
class Looks:
    """The numbers of the list's styles."""

    title: int
    step: int
    header: int
    text: int
    middle: int
    link: int


def looks_of(styles: Styles) -> Looks:
    side = Side(style="thin", color=GREY)
    border = Border(left=side, right=side, top=side, bottom=side)
    wrapped, middle = Alignment(vertical="center", wrap_text=True), Alignment("center", "center", wrap_text=True)
    plain, white = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True, color="FFFFFFFF")
    return Looks(
        title=styles.cell(Font(name=FONT, size=14, bold=True, color=NAVY)),
        step=styles.cell(plain),
        header=styles.cell(white, PatternFill("solid", NAVY, NAVY), border, middle),
        text=styles.cell(plain, border=border, alignment=wrapped),
        middle=styles.cell(plain, border=border, alignment=middle),
        link=styles.cell(Font(name=FONT, size=10, color=LINK, underline="single"), border=border, alignment=wrapped),
    )  # fmt: skip


def listing(
    package: Package, file: str, lines: Sequence[Line], looks: Looks, numbers: Mapping[Severity, int], book: Rulebook
) -> str:
    """The sheet's XML; ``numbers`` are the conditional formats' by severity."""
    rows = [_row(1, [_text("A1", text("annotated.title", book.language, file=one_line(file)), looks.title)], 24)]
    rows += [
        _row(row, [_text(f"A{row}", text(step, book.language), looks.step)], 18) for row, step in enumerate(STEPS, start=2)
    ]
    labels = enumerate((_heading(key, book) for key in HEADER), start=1)
    rows.append(_row(TOP, [_text(cell_reference(TOP, column), label, looks.header) for column, label in labels], 20))
    rows += [_line(number, line, looks, book) for number, line in enumerate(lines, start=1)]
    last = TOP + len(lines)
    widths = "".join(
        f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>' for column, width in enumerate(WIDTHS, start=1)
    )
    footer = escape(f"&R{text('results.page_number', book.language)}")
    return (
        f'<worksheet xmlns="{package.main}">'
        '<sheetPr><tabColor rgb="FFFF6666"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:H{last}"/><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{TOP}" topLeftCell="A{TOP + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(rows)}</sheetData>'
        f"{_colours(last, numbers, book.language)}{_links(lines, book.language)}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>{footer}</oddFooter></headerFooter>"
        "</worksheet>"
    )


def _heading(key: str, book: Rulebook) -> str:
    return told(book.words.object, book.language) if key == "object" else text(f"annotated.{key}", book.language)


def place(line: Line, language: Language) -> str:
    """Where a finding is, for people."""
    finding = line.finding
    return f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or text("annotated.whole_file", language)


def quoted(sheet: str) -> str:
    """A sheet's name as formulas and links have it."""
    return "'" + sheet.replace("'", "''") + "'"


def _line(number: int, line: Line, looks: Looks, book: Rulebook) -> str:
    row, finding = TOP + number, line.finding
    chain = book.chain(finding.chain).short_name if finding.chain is not None else ""
    language = book.language
    severity = text(f"severity.{finding.severity}", language)
    said = finding.message(language), finding.hint(language)
    values = (str(number), severity, finding.code, place(line, language), chain, *said)
    link = looks.text if line.sheet is None else looks.link
    styles = (looks.middle, looks.middle, looks.middle, link, looks.text, looks.text, looks.text)
    cells = [
        _text(cell_reference(row, column), value, style)
        for column, (value, style) in enumerate(zip(values, styles, strict=True), start=1)
    ]
    cells.append(_state(f"H{row}", line.condition, looks.middle, language))
    lines = max(math.ceil(half_widths(value) * 1.06 / width) for value, width in zip(values, WIDTHS[:7], strict=True))
    return _row(row, cells, 15 * lines + 3)


def _state(cell: str, condition: str | None, style: int, language: Language) -> str:
    if condition is None:
        return _text(cell, UNKNOWN, style)
    unchanged, changed = text("annotated.unchanged", language), text("annotated.changed", language)
    formula = f'IF(IFERROR({condition},FALSE),"{unchanged}","{changed}")'
    return f'<c r="{cell}" s="{style}" t="str"><f>{escape(formula)}</f><v>{unchanged}</v></c>'


def _colours(last: int, numbers: Mapping[Severity, int], language: Language) -> str:
    """Each severity in its colour until the cell is changed."""
    first, changed = TOP + 1, text("annotated.changed", language)
    rules = [
        f'<cfRule type="expression" dxfId="{number}" priority="{priority}">'
        f'<formula>AND($B{first}="{text(f"severity.{severity}", language)}",$H{first}&lt;&gt;"{changed}")</formula></cfRule>'
        for priority, (severity, number) in enumerate(numbers.items(), start=1)
    ]
    return f'<conditionalFormatting sqref="B{first}:B{max(first, last)}">{"".join(rules)}</conditionalFormatting>'


def _links(lines: Sequence[Line], language: Language) -> str:
    links = [
        f'<hyperlink ref="D{row}" location={quoteattr(f"{quoted(line.sheet)}!{line.cell}")} '
        f"display={quoteattr(place(line, language))}/>"
        for row, line in enumerate(lines, start=TOP + 1)
        if line.sheet is not None
    ]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _row(number: int, cells: Sequence[str], height: int) -> str:
    return f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


def _text(cell: str, value: str, style: int) -> str:
    return f'<c r="{cell}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
