"""What all sheets of a template share: the rulebook, the period, the file, its formats, its drop-down lists and its paper."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from chainscore.method.period import Period
from chainscore.method.rulebook import Column, InputField, Rulebook
from chainscore.paperwork.template.facts import Value
from chainscore.paperwork.template.looks import LINE, OPEN, PROTECTION, ROW, STYLES
from chainscore.paperwork.template.parts import Part
from chainscore.results.excel.measure import half_widths
from chainscore.results.excel.page import set_up_paper
from chainscore.results.packing import repacked
from chainscore.words.bilingual import Language, at_start
from chainscore.words.texts import text

CHAIN_LIST = "chain_list"
YES_LIST = "yes_list"
CHOICE_LIST = "list_{}"


class TemplateBook:
    """What all sheets of a workbook share: the rulebook, the period, the file, its formats and drop-down lists."""

    def __init__(self, rulebook: Rulebook, period: Period, part: Part | None) -> None:
        self.rulebook = rulebook
        self.period = period
        self.part = part
        self._buffer = io.BytesIO()
        self.file = Workbook(self._buffer, {"in_memory": True, "default_format_properties": OPEN})
        created = datetime.datetime.combine(rulebook.issued, datetime.time())
        self.file.set_properties({"title": rulebook.title, "subject": period.name(rulebook.language), "created": created})
        self.lists = list_names(rulebook)
        self._formats: dict[tuple[str, ...], Format] = {}

    def mark(self, sheet: Worksheet, area: str, condition: str, looks: Mapping[str, Any]) -> None:
        """Give ``area`` the ``looks`` where ``condition``, written for its first cell, holds."""
        options = {"type": "formula", "criteria": f"={condition}", "format": self.file.add_format(dict(looks))}
        sheet.conditional_format(area.replace("$", ""), options)

    def packed(self) -> bytes:
        """The finished workbook, as the bytes of an .xlsx file."""
        self.file.close()
        return repacked(self._buffer.getvalue())

    def set_paper(self, sheet: Worksheet, signed: bool) -> None:
        """One page wide, with a line for signatures at its foot where it is ``signed``."""
        footer = self.rulebook.title, self.period_name, sheet.get_name()
        set_up_paper(sheet, footer, self.rulebook.language, above=self.say("signatures") if signed else "")
        sheet.fit_to_pages(1, 0)

    def format(self, *styles: str) -> Format:
        """The cell format in which later styles override earlier ones."""
        if styles not in self._formats:
            properties = {key: value for style in ("plain", *styles) for key, value in STYLES[style].items()}
            self._formats[styles] = self.file.add_format(properties)
        return self._formats[styles]

    @property
    def period_name(self) -> str:
        """The period in the language of the workbooks."""
        return self.period.name(self.rulebook.language)

    def say(self, key: str, **values: object) -> str:
        """A text of the template in the language of the workbooks, with the period's and the rulebook's words filled in."""
        signature, words, language = self.rulebook.signature, self.rulebook.words, self.rulebook.language
        start, end = (day_told(day, language) for day in (self.period.year_start, self.period.end))
        known = {"period": self.period_name, "start": start, "end": end}
        labels = {
            "person": signature.person,
            "date": signature.date,
            "no_events": signature.no_events,
            "yes": words.yes,
            "chain": words.chain,
            "unit": at_start(words.unit, language),
        }
        return text(f"template.{key}", language, **{**known, **labels, **values})

    def list_of(self, column: InputField) -> str:
        """The defined name of the values a chain or choice column takes."""
        return self.lists[choices(self.rulebook, column)]


def choices(rulebook: Rulebook, column: InputField) -> tuple[str, ...]:
    if column.type == "chain":
        return tuple(chain.name for chain in rulebook.chains)
    return tuple(column.values) if isinstance(column, Column) else ()


def list_names(rulebook: Rulebook) -> dict[tuple[str, ...], str]:
    """The values of every drop-down → the defined name they are reached through."""
    names = {tuple(chain.name for chain in rulebook.chains): CHAIN_LIST, (rulebook.words.yes,): YES_LIST}
    grids = [grid for sheet in rulebook.sheets for grid in (sheet.table, sheet.ledger) if grid is not None]
    for column in (column for grid in grids for column in grid.columns if column.values):
        names.setdefault(tuple(column.values), CHOICE_LIST.format(len(names) - 1))
    return names


def write_lists(book: TemplateBook) -> None:
    """The hidden sheet: what the workbook was made from, and one column of values for each drop-down."""
    rulebook, plain = book.rulebook, book.format()
    sheet = book.file.add_worksheet(rulebook.lists.sheet)
    lists = rulebook.lists
    labels = (lists.id, lists.version, lists.sha256, rulebook.cover.period)
    about = (rulebook.id, rulebook.version, rulebook.sha256, str(book.period))
    for row, (label, value) in enumerate(zip(labels, about, strict=True)):
        sheet.write_string(row, 0, label, plain)
        sheet.write_string(row, 1, value, plain)
    for column, (values, name) in enumerate(book.lists.items(), start=3):
        sheet.write_string(0, column, name, plain)
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, column, value, plain)
        area = xl_range_abs(1, column, len(values), column)
        book.file.define_name(name, f"='{rulebook.lists.sheet}'!{area}")
    sheet.protect("", PROTECTION)
    sheet.hide()


def height(text: str, width: float) -> float:
    """The row height that ``text`` needs when it wraps in a cell ``width`` half-width characters wide."""
    lines = max(1, math.ceil(half_widths(text) * 1.06 / width))
    return max(ROW, lines * LINE + 3)


def write_value(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, value, style)
        case datetime.date():
            sheet.write_datetime(row, column, value, style)
        case str():
            sheet.write_string(row, column, value, style)
        case _:
            sheet.write_number(row, column, value, style)


def merge(sheet: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    """One cell of several, with a text."""
    sheet.merge_range(row, first, row, last, "", style)
    sheet.write_string(row, first, text, style)


def day_told(day: datetime.date, language: Language) -> str:
    """2023年1月1日, or 2023-01-01."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
