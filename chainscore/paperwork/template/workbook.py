"""The blank workbook: one sheet per evaluating department, laid out from the rulebook, to the byte the same each time."""

from __future__ import annotations

from chainscore.method.period import Period
from chainscore.method.rulebook import Rulebook
from chainscore.paperwork.template.book import TemplateBook, write_lists
from chainscore.paperwork.template.cover import write_cover
from chainscore.paperwork.template.department import Department
from chainscore.paperwork.template.facts import Facts, FactsError, SheetFacts
from chainscore.paperwork.template.parts import Part


def write_template(rulebook: Rulebook, period: Period, facts: Facts | None = None, part: Part | None = None) -> bytes:
    """The workbook for ``period``, blank or filled with ``facts``, as the bytes of an xlsx file; or a ``part`` of it.

    Raises FactsError for facts that have no place in it.
    """
    if part is not None:
        facts = part.of_facts(facts, rulebook) if facts is not None else None
        rulebook = part.of_book(rulebook)
    sheets = dict(facts.sheets) if facts is not None else {}
    if unknown := sheets.keys() - {rulebook.cover.sheet, *(sheet.name for sheet in rulebook.sheets)}:
        raise FactsError(f"no such sheet: {', '.join(sorted(unknown))}")
    book = TemplateBook(rulebook, period, part)
    write_cover(book, sheets.get(rulebook.cover.sheet, SheetFacts()))
    for sheet in rulebook.sheets:
        Department(book, sheet, sheets.get(sheet.name, SheetFacts())).write()
    write_lists(book)
    return book.packed()
