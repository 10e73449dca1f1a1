"""The cover: how to fill the workbook in, who reports what, and the indicators with their marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chainscore.method.rule.term import Veto
from chainscore.method.rulebook import Leaf, marks_of
from chainscore.method.scope import sheets_of
from chainscore.paperwork.template.book import TemplateBook, height, merge, write_value
from chainscore.paperwork.template.checks import speaking
from chainscore.paperwork.template.facts import SheetFacts, Value, known, meant
from chainscore.paperwork.template.looks import COVER_WIDTHS, PROTECTION, ROW
from chainscore.results.excel.style import NAVY
from chainscore.words.bilingual import listed, several, told


def write_cover(book: TemplateBook, facts: SheetFacts) -> None:
    rulebook = book.rulebook
    sheet = book.file.add_worksheet(rulebook.cover.sheet)
    for column, width in enumerate(COVER_WIDTHS):
        sheet.set_column(column, column, width, book.format())
    sheet.set_row(0, 30)
    title = book.say("cover_title")
    title = title if book.part is None else book.say("part_title", title=title, who=book.part.who)
    merge(sheet, 0, 0, len(COVER_WIDTHS) - 1, title, book.format("title"))
    basis = book.say("cover_basis" if rulebook.plan else "cover_basis_alone", title=rulebook.title, plan=rulebook.plan)
    merge(sheet, 1, 0, len(COVER_WIDTHS) - 1, basis, book.format("small"))
    _write_cover_cells(book, sheet, known(rulebook.cover.sheet, facts.cells, [rulebook.cover.cutoff]))
    row = _write_steps(book, sheet, 5)
    row = _write_departments(book, sheet, row + 1)
    sheet.set_h_pagebreaks([row + 1])
    _write_leaves(book, sheet, row + 1)
    sheet.repeat_rows(row + 2)
    book.set_paper(sheet, signed=False)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(NAVY)
    sheet.protect("", PROTECTION)
    sheet.activate()


def _write_cover_cells(book: TemplateBook, sheet: Worksheet, given: Mapping[str, Value]) -> None:
    cover = book.rulebook.cover
    for row, label in ((2, cover.period), (3, cover.cutoff)):
        sheet.set_row(row, 20)
        sheet.write_string(row, 0, label, book.format("boxed", "label"))
    sheet.write_string(2, 1, book.period_name, book.format("boxed", "preset"))
    write_value(sheet, 3, 1, meant("date", given.get(cover.cutoff)), book.format("date", "input"))
    from_start = {"validate": "date", "criteria": ">=", "value": book.period.start}
    sheet.data_validation(3, 1, 3, 1, speaking(book, cover.cutoff, book.say("prompt_cutoff"), from_start))


def _write_steps(book: TemplateBook, sheet: Worksheet, row: int) -> int:
    """Write how to fill the workbook, from ``row`` on; the next free row."""
    last, width = len(COVER_WIDTHS) - 1, sum(COVER_WIDTHS)
    _section_title(book, sheet, row, book.say("steps_title"))
    steps = [book.say(f"step_{number}") for number in range(1, 10)]
    for number, step in enumerate(steps, start=row + 1):
        text = step
        sheet.set_row(number, height(text, width))
        merge(sheet, number, 0, last, text, book.format("wrap"))
    return row + 1 + len(steps)


def _write_departments(book: TemplateBook, sheet: Worksheet, row: int) -> int:
    """Write which department fills in what, from ``row`` on; the next free row."""
    last, cell = len(COVER_WIDTHS) - 1, book.format("boxed", "text")
    _section_title(book, sheet, row, book.say("sheets_title"))
    row += 1
    header = book.format("boxed", "header", "required")
    sheet.set_row(row, 20)
    sheet.write_string(row, 0, book.say("sheets_header_1"), header)
    merge(sheet, row, 1, last - 1, book.say("sheets_header_2"), header)
    sheet.write_string(row, last, book.say("sheets_header_3"), header)
    for number, department in enumerate(book.rulebook.sheets, start=row + 1):
        grids = [grid.title for grid in (department.table, department.ledger) if grid is not None]
        parts = [*(labelled.label for labelled in department.cells), *(re.sub(r"^[一二三]、", "", t) for t in grids)]
        served = [leaf.id for leaf in book.rulebook.leaves if department.name in sheets_of(book.rulebook, leaf.id)]
        vetoes = any(veto.source.sheet == department.name for veto in book.rulebook.vetoes)
        leaves = listed([*served, *([book.say("veto")] if vetoes else [])], book.rulebook.language)
        reported = several(parts, book.rulebook.language)
        sheet.set_row(number, max(height(leaves, COVER_WIDTHS[-1]), height(reported, sum(COVER_WIDTHS[1:-1]))))
        link = book.format("boxed", "link")
        sheet.write_url(number, 0, f"internal:'{department.name}'!A1", link, department.name)
        merge(sheet, number, 1, last - 1, reported, cell)
        sheet.write_string(number, last, leaves, cell)
    return row + 1 + len(book.rulebook.sheets)


def _write_leaves(book: TemplateBook, sheet: Worksheet, row: int) -> None:
    """Write all indicators with marks, clause and who evaluates them, from ``row`` on."""
    _section_title(book, sheet, row, book.say("leaves_title"))
    header, band = book.format("boxed", "header", "required"), book.format("boxed", "band")
    sheet.set_row(row + 1, 20)
    for column, label in enumerate(book.say(f"leaves_header_{number}") for number in range(1, 7)):
        sheet.write_string(row + 1, column, label, header)
    row += 2
    for section in book.rulebook.sections:
        leaves = [leaf for leaf in book.rulebook.leaves_by_section[section.id] if _concerns(book, leaf)]
        if leaves:
            _write_band(sheet, row, (section.id, section.title, section.marks), band, book.format("boxed", "band", "centred"))
        for below, leaf in enumerate(leaves, row + 1):
            _write_leaf(book, sheet, below, leaf)
        row += len(leaves) + bool(leaves)
    for veto in book.rulebook.vetoes:
        if book.part is None or any(sheet.name == veto.source.sheet for sheet in book.rulebook.sheets):
            _write_veto(book, sheet, row, veto)
            row += 1
    total = marks_of(book.rulebook.sections)
    if book.part is None and total is not None:
        _write_band(sheet, row, ("", book.say("leaves_total"), total), band, book.format("boxed", "band", "centred"))


def _concerns(book: TemplateBook, leaf: Leaf) -> bool:
    """Whether anybody who fills the workbook in reports for a leaf; where each department gets its own, few do."""
    own = sheets_of(book.rulebook, leaf.id)
    return book.part is None or any(sheet.name in own for sheet in book.rulebook.sheets)


def _write_band(sheet: Worksheet, row: int, values: Sequence[Value], style: Format, centred: Format) -> None:
    sheet.set_row(row, ROW)
    for column in range(len(COVER_WIDTHS)):
        value = values[column] if column < len(values) else None
        write_value(sheet, row, column, value, centred if column in (0, 2) else style)


def _write_leaf(book: TemplateBook, sheet: Worksheet, row: int, leaf: Leaf) -> None:
    indicator = next(each for each in book.rulebook.indicators if leaf in each.leaves)
    title = leaf.title if leaf.title == indicator.title else f"{indicator.title} · {leaf.title}"
    values: tuple[Value, ...] = (
        leaf.id,
        title,
        leaf.marks,
        leaf.clause,
        told(leaf.text, book.rulebook.language),
        listed(sheets_of(book.rulebook, leaf.id), book.rulebook.language),
    )
    _write_texts(book, sheet, row, values)


def _write_veto(book: TemplateBook, sheet: Worksheet, row: int, veto: Veto) -> None:
    """What makes a total or a section no more than so much, and who reports it."""
    rulebook = book.rulebook
    said = told(rulebook.total.veto[veto.index].text, rulebook.language) or veto.told(rulebook.language)
    _write_texts(book, sheet, row, ("", book.say("veto"), None, "", said, veto.source.sheet))


def _write_texts(book: TemplateBook, sheet: Worksheet, row: int, values: Sequence[Value]) -> None:
    texts = zip((str(value or "") for value in values), COVER_WIDTHS, strict=True)
    sheet.set_row(row, max(height(text, width) for text, width in texts))
    for column, value in enumerate(values):
        style = book.format("boxed", "wrap", "centred") if column in (0, 2) else book.format("boxed", "text")
        write_value(sheet, row, column, value, style)


def _section_title(book: TemplateBook, sheet: Worksheet, row: int, title: str) -> None:
    sheet.set_row(row, 22)
    sheet.write_string(row, 0, title, book.format("section"))
