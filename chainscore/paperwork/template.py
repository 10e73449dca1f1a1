"""The blank workbook: one sheet per evaluating department, laid out from the rulebook, to the byte the same each time.

Labels, values, widths and clauses come from the rulebook. The template's own wording stands in the constants below.
Facts, where given, are written into the cells a department would have filled, as they are, sound or not.
"""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import msgspec
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from chainscore.method.period import Period
from chainscore.method.rulebook import (
    BelongsWhen,
    Chain,
    Column,
    Grid,
    Indicator,
    InputField,
    LabelledCell,
    Leaf,
    Rulebook,
    Sheet,
    marks_of,
    section_of,
    sheets_of,
)
from chainscore.results.excel.measure import half_widths
from chainscore.results.excel.style import FONT
from chainscore.results.packing import repacked
from chainscore.words.bilingual import told

PREPARED_ROWS = 500
"""Ledger rows whose cells are written out, blank and unlocked."""
RULED_ROWS = 5000
"""Ledger rows that drop-downs, checks and colours reach."""
LAST_COLUMN = 16383
CHAIN_LIST = "chain_list"
YES_LIST = "yes_list"
CHOICE_LIST = "list_{}"

# ---------------------------------------------------------------- wording

COVER_TITLE = "{period}产业链考核数据填报工作簿"
COVER_BASIS = "依据：{title}（{plan}）"
SHEET_TITLE = "{period}产业链考核数据填报表——{sheet}"
STEPS_TITLE = "填报步骤"
STEPS = (
    "1. 谁来填：每个评价部门只填与本部门同名的工作表（见下表）。表内填了“{person}”和“{date}”，即视为已经报送。",
    "2. 填哪里：浅黄色格填写；灰色格是预设内容，已锁定，不用改（工作表保护没有密码）。"
    "深蓝表头必填，褐色表头视情况必填，浅蓝表头选填。",
    "3. 空白不等于零：没有数据就留空，查明后补报；确实是零才填0。",
    "4. 累计口径：各表数据和台账都从{start}起累计到{end}；本年已填过的事项照样保留，新增事项接着往下填。",
    "5. 台账一行一件事项，可以一直往下填，不限行数。没有事项的，在“{no_events}”选“{yes}”，台账留空；台账有内容的不选。",
    "6. 产业链、类别和各个“是否”项从下拉列表中选择；金额只填数字，不带单位，不写“约”或区间；日期格式如{start}。",
    "7. 不要改动工作表名称、表头和标签的文字。可以插入行、添加备注、调整行高列宽。粘贴时请用“选择性粘贴—数值”，不要粘贴公式。",
    "8. 颜色提示：红底是填写有误，橙底是缺填或需要核对，报送前请逐一处理。",
    "9. 用 Excel、WPS 表格或 LibreOffice 填写均可，保存为 .xlsx 格式。",
)
SHEETS_TITLE = "各部门填报内容"
SHEETS_HEADER = ("评价部门（工作表）", "填报内容", "涉及指标")
LEAVES_TITLE = "考核指标、分值和计分办法"
LEAVES_HEADER = ("编号", "指标", "满分", "条款", "计分办法", "评价部门")
LEAVES_TOTAL = "满分合计"
PART_TITLE = "{title}——{who}"

LEGEND = (
    ("1F4E79", "深蓝表头：必填"),
    ("9C5700", "褐色表头：视情况必填"),
    ("B4C7E7", "浅蓝表头：选填"),
    ("FFE699", "浅黄格：请填写"),
    ("F4B183", "橙底：缺填或需核对"),
    ("FF7C80", "红底：填写有误"),
)

ERROR_TITLE = "填写有误"
PROMPT_CHOICE = "请从下拉列表中选择：{values}。"
PROMPT_CHAIN = "请从下拉列表中选择产业链全称。"
PROMPT_AMOUNT = "请填数字，单位：{unit}，{bound}。不带单位，不写“约”或区间；没有数据请留空，不要填0。"
PROMPT_COUNT = "请填次数：0或正整数，没有发生的填0。"
PROMPT_DATE = "请填日期，如{end}；须在{start}至{end}之间。"
PROMPT_OPEN_DATE = "请填日期，如{end}；不早于{start}。"
PROMPT_NOT_BEFORE = "不得早于“{label}”。"
PROMPT_TEXT = "请填写“{label}”。"
PROMPT_OPTIONAL = "选填，没有可留空。"
PROMPT_PERSON = "请填写填报人姓名；与“{date}”都填好后视为已报送。"
PROMPT_TELEPHONE = "请填写联系电话，便于核对数据。"
PROMPT_SIGNED = "请填写本表的填报日期，如{end}。"
PROMPT_NO_EVENTS = "自{start}起没有任何事项、台账为空时选“{yes}”；台账有内容的请留空。"
PROMPT_CUTOFF = "一般留空：留空即为考核期最后一日（{end}）。需要另定截止日期时填写。"
BOUND_ANY, BOUND_POSITIVE = "不得为负数", "须大于0"
NOTE_REQUIRED, NOTE_OPTIONAL, NOTE_WHEN = "必填。", "选填。", "“{column}”为{values}时必填。"
NOTE_BELONGS = "只在“{column}”为{values}时{what}。"
NOTE_FILLED, NOTE_VALUE = "填写", "填“{}”"
NOTE_PRESET = "预设内容，不用改。"
NOTE_AUTHOR = "chainscore"

# ---------------------------------------------------------------- looks

DATE, AMOUNT = "yyyy-mm-dd", "#,##0.00####_ "
GRID, NAVY = "BFBFBF", "1F4E79"
STYLES: dict[str, dict[str, Any]] = {
    "plain": {"font_name": FONT, "font_size": 10, "valign": "vcenter"},
    "wrap": {"text_wrap": True},
    "boxed": {"border": 1, "border_color": GRID},
    "centred": {"align": "center", "indent": 0},
    "title": {"font_size": 16, "bold": True, "font_color": NAVY},
    "small": {"font_size": 9, "font_color": "595959"},
    "section": {"font_size": 12, "bold": True, "font_color": NAVY},
    "band": {"bold": True, "bg_color": "DDEBF7", "indent": 1},
    "link": {"font_color": "0563C1", "underline": 1, "indent": 1},
    "label": {"bold": True, "align": "right", "indent": 1},
    "preset": {"bg_color": "F2F2F2", "indent": 1},
    "header": {"bold": True, "align": "center", "text_wrap": True},
    "required": {"bg_color": NAVY, "font_color": "FFFFFF"},
    "conditional": {"bg_color": "9C5700", "font_color": "FFFFFF"},
    "optional": {"bg_color": "DDEBF7", "font_color": NAVY},
    "open": {"locked": False},
    "input": {"locked": False, "bg_color": "FFFBE6", "border": 1, "border_color": GRID},
    "date": {"num_format": DATE, "align": "center"},
    "amount": {"num_format": AMOUNT, "align": "right"},
    "count": {"align": "center"},
    "choice": {"align": "center"},
    "chain": {"indent": 1},
    "text": {"text_wrap": True, "indent": 1},
    "verbatim": {"num_format": "@", "align": "left", "indent": 1},
}
BAD = {"bg_color": "FF9999", "font_color": "9C0006"}
ATTENTION = {"bg_color": "FFD29B"}
BEGUN_ROW = {"bg_color": "FFFBE6", "border": 1, "border_color": GRID}
PROTECTION = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "sort": True,
    "autofilter": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "insert_hyperlinks": True,
}
ROW, LINE, HEADER_HEIGHT, GAP = 18.0, 15.0, 32.0, 6.0  # heights in points
PAGE_WIDTH, PAGE_HEIGHT = 770.0, 470.0  # what A4 landscape leaves within the margins, in points, with some to spare
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.75, "bottom": 0.7}
COVER_WIDTHS = (22, 32, 8, 16, 84, 24)
FIELD_COLUMNS = 4  # a pair of label and value, twice
LOOKAHEAD = 3  # ruled rows shown below the last one filled, once the first page is full

# ---------------------------------------------------------------- facts

Value = str | int | float | Decimal | datetime.date | None


@dataclass(frozen=True)
class SheetFacts:
    """What one sheet is filled with, by label. A date is a date, or text in ISO form."""

    cells: Mapping[str, Value] = field(default_factory=dict)
    table: Sequence[Mapping[str, Value]] = ()
    ledger: Sequence[Mapping[str, Value]] = ()
    sign: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a workbook is filled with, by sheet; the cover's labelled cells stand under the cover's name."""

    sheets: Mapping[str, SheetFacts]

    @classmethod
    def of(cls, sheets: Mapping[str, Mapping[str, Any]]) -> Facts:
        """Facts from plain mappings: sheet → ``cells``, ``table``, ``ledger``, ``sign``."""
        return cls({name: SheetFacts(**parts) for name, parts in sheets.items()})


class FactsError(ValueError):
    """Facts that name a sheet, label or chain the workbook does not have."""


# ---------------------------------------------------------------- the workbook


@dataclass(frozen=True)
class Part:
    """What one workbook holds where each department gets its own: its sheet, of one chain alone where offices fill it."""

    sheet: Sheet
    chain: Chain | None = None

    @property
    def who(self) -> str:
        """Who fills it in."""
        return self.sheet.name if self.chain is None else f"{self.sheet.name}-{self.chain.short_name}"

    def file_name(self, period: Period) -> str:
        """``2023年第二季度-市商务局.xlsx``."""
        return f"{period.chinese}-{self.who}.xlsx"

    def of_book(self, rulebook: Rulebook) -> Rulebook:
        """The rulebook without other departments' sheets, and without other chains."""
        chains = rulebook.chains if self.chain is None else [self.chain]
        return msgspec.structs.replace(rulebook, sheets=[self.sheet], chains=chains)

    def of_facts(self, facts: Facts, rulebook: Rulebook) -> Facts:
        """The cover's facts and its own."""
        sheets = {name: own for name, own in facts.sheets.items() if name in (rulebook.cover.sheet, self.sheet.name)}
        if self.chain is not None and self.sheet.name in sheets:
            own, label = sheets[self.sheet.name], rulebook.words.chain
            table = [row for row in own.table if row.get(label) == self.chain.name]
            ledger = [row for row in own.ledger if row.get(label) == self.chain.name]
            sheets[self.sheet.name] = replace(own, table=table, ledger=ledger)
        return Facts(sheets)


def parts(rulebook: Rulebook) -> list[Part]:
    """The workbooks of a quarter where each department gets its own, in the order of the sheets and chains."""
    return [Part(sheet, chain) for sheet in rulebook.sheets for chain in (rulebook.chains if sheet.per_chain else [None])]


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
    buffer = io.BytesIO()
    book = _Book(rulebook, period, Workbook(buffer, {"in_memory": True}), part)
    created = datetime.datetime.combine(rulebook.issued, datetime.time())
    book.file.set_properties({"title": rulebook.title, "subject": period.chinese, "created": created})
    _write_cover(book, sheets.get(rulebook.cover.sheet, SheetFacts()))
    for sheet in rulebook.sheets:
        _Department(book, sheet, sheets.get(sheet.name, SheetFacts())).write()
    _write_lists(book)
    book.file.close()
    return repacked(buffer.getvalue())


class _Book:
    """What all sheets of a workbook share: the rulebook, the period, the file, its formats and drop-down lists."""

    def __init__(self, rulebook: Rulebook, period: Period, file: Workbook, part: Part | None) -> None:
        self.rulebook = rulebook
        self.period = period
        self.file = file
        self.part = part
        self.lists = _list_names(rulebook)
        self._formats: dict[tuple[str, ...], Format] = {}

    def format(self, *styles: str) -> Format:
        """The cell format in which later styles override earlier ones."""
        if styles not in self._formats:
            properties = {key: value for style in ("plain", *styles) for key, value in STYLES[style].items()}
            self._formats[styles] = self.file.add_format(properties)
        return self._formats[styles]

    def say(self, text: str, **values: object) -> str:
        """``text`` with the period's and the rulebook's words filled in."""
        signature, words = self.rulebook.signature, self.rulebook.words
        known = {"period": self.period.chinese, "start": self.period.year_start, "end": self.period.end}
        labels = {
            "person": signature.person,
            "date": signature.date,
            "no_events": signature.no_events,
            "yes": words.yes,
        }
        return text.format(**{**known, **labels, **values})

    def list_of(self, column: InputField) -> str:
        """The defined name of the values a chain or choice column takes."""
        return self.lists[_choices(self.rulebook, column)]


def _choices(rulebook: Rulebook, column: InputField) -> tuple[str, ...]:
    if column.type == "chain":
        return tuple(chain.name for chain in rulebook.chains)
    return tuple(column.values) if isinstance(column, Column) else ()


def _list_names(rulebook: Rulebook) -> dict[tuple[str, ...], str]:
    """The values of every drop-down → the defined name they are reached through."""
    names = {tuple(chain.name for chain in rulebook.chains): CHAIN_LIST, (rulebook.words.yes,): YES_LIST}
    grids = [grid for sheet in rulebook.sheets for grid in (sheet.table, sheet.ledger) if grid is not None]
    for column in (column for grid in grids for column in grid.columns if column.values):
        names.setdefault(tuple(column.values), CHOICE_LIST.format(len(names) - 1))
    return names


def _write_lists(book: _Book) -> None:
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


def _set_page(book: _Book, sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**MARGINS)
    sheet.center_horizontally()
    sheet.set_header(f"&R&9 {book.period.chinese}", {"margin": 0.35})
    sheet.set_footer(f"&L&9&A&C&9第 &P 页，共 &N 页&R&9{book.rulebook.title}", {"margin": 0.35})


def _height(text: str, width: float) -> float:
    """The row height that ``text`` needs when it wraps in a cell ``width`` half-width characters wide."""
    lines = max(1, math.ceil(half_widths(text) * 1.06 / width))
    return max(ROW, lines * LINE + 3)


def _write_value(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
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


def _meant(field_type: str, value: Value) -> Value:
    """A date for text in ISO form where a date belongs; anything else as it is."""
    if field_type == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.date.fromisoformat(value)
    return value


def _known(place: str, given: Mapping[str, Value], labels: Sequence[str]) -> Mapping[str, Value]:
    """``given``, all of whose labels are among ``labels``. Raises FactsError."""
    for label in given:
        if label not in labels:
            raise FactsError(f"{place}: no such label: {label}")
    return given


# ---------------------------------------------------------------- the cover


def _write_cover(book: _Book, facts: SheetFacts) -> None:
    rulebook = book.rulebook
    sheet = book.file.add_worksheet(rulebook.cover.sheet)
    for column, width in enumerate(COVER_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 30)
    title = book.say(COVER_TITLE)
    title = title if book.part is None else PART_TITLE.format(title=title, who=book.part.who)
    _merge(sheet, 0, 0, len(COVER_WIDTHS) - 1, title, book.format("title"))
    basis = COVER_BASIS.format(title=rulebook.title, plan=rulebook.plan)
    _merge(sheet, 1, 0, len(COVER_WIDTHS) - 1, basis, book.format("small"))
    _write_cover_cells(book, sheet, _known(rulebook.cover.sheet, facts.cells, [rulebook.cover.cutoff]))
    row = _write_steps(book, sheet, 5)
    row = _write_departments(book, sheet, row + 1)
    sheet.set_h_pagebreaks([row + 1])
    _write_leaves(book, sheet, row + 1)
    _set_page(book, sheet)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(f"#{NAVY}")
    sheet.protect("", PROTECTION)
    sheet.activate()


def _write_cover_cells(book: _Book, sheet: Worksheet, given: Mapping[str, Value]) -> None:
    cover = book.rulebook.cover
    for row, label in ((2, cover.period), (3, cover.cutoff)):
        sheet.set_row(row, 20)
        sheet.write_string(row, 0, label, book.format("boxed", "label"))
    sheet.write_string(2, 1, str(book.period), book.format("boxed", "preset"))
    _write_value(sheet, 3, 1, _meant("date", given.get(cover.cutoff)), book.format("date", "input"))
    from_start = {"validate": "date", "criteria": ">=", "value": book.period.start}
    sheet.data_validation(3, 1, 3, 1, _speaking(cover.cutoff, book.say(PROMPT_CUTOFF), from_start))


def _write_steps(book: _Book, sheet: Worksheet, row: int) -> int:
    """Write how to fill the workbook, from ``row`` on; the next free row."""
    last, width = len(COVER_WIDTHS) - 1, sum(COVER_WIDTHS)
    _section_title(book, sheet, row, STEPS_TITLE)
    for number, step in enumerate(STEPS, start=row + 1):
        text = book.say(step)
        sheet.set_row(number, _height(text, width))
        _merge(sheet, number, 0, last, text, book.format("wrap"))
    return row + 1 + len(STEPS)


def _write_departments(book: _Book, sheet: Worksheet, row: int) -> int:
    """Write which department fills in what, from ``row`` on; the next free row."""
    last, cell = len(COVER_WIDTHS) - 1, book.format("boxed", "text")
    _section_title(book, sheet, row, SHEETS_TITLE)
    row += 1
    header = book.format("boxed", "header", "required")
    sheet.set_row(row, 20)
    sheet.write_string(row, 0, SHEETS_HEADER[0], header)
    _merge(sheet, row, 1, last - 1, SHEETS_HEADER[1], header)
    sheet.write_string(row, last, SHEETS_HEADER[2], header)
    for number, department in enumerate(book.rulebook.sheets, start=row + 1):
        grids = [grid.title for grid in (department.table, department.ledger) if grid is not None]
        parts = [*(labelled.label for labelled in department.cells), *(re.sub(r"^[一二三]、", "", t) for t in grids)]
        leaves = "、".join(leaf.id for leaf in book.rulebook.leaves if department.name in sheets_of(book.rulebook, leaf.id))
        sheet.set_row(number, _height(leaves, COVER_WIDTHS[-1]))
        link = book.format("boxed", "link")
        sheet.write_url(number, 0, f"internal:'{department.name}'!A1", link, department.name)
        _merge(sheet, number, 1, last - 1, "；".join(parts), cell)
        sheet.write_string(number, last, leaves, cell)
    return row + 1 + len(book.rulebook.sheets)


def _write_leaves(book: _Book, sheet: Worksheet, row: int) -> None:
    """Write all indicators with marks, clause and who evaluates them, from ``row`` on."""
    _section_title(book, sheet, row, LEAVES_TITLE)
    header, band = book.format("boxed", "header", "required"), book.format("boxed", "band")
    sheet.set_row(row + 1, 20)
    for column, label in enumerate(LEAVES_HEADER):
        sheet.write_string(row + 1, column, label, header)
    row += 2
    for section in book.rulebook.sections:
        _write_band(sheet, row, (section.id, section.title, section.marks), band, book.format("boxed", "band", "centred"))
        row += 1
        for indicator in book.rulebook.indicators:
            if section_of(indicator.id) == section.id:
                for leaf in indicator.leaves:
                    _write_leaf(book, sheet, row, indicator, leaf)
                    row += 1
    total = marks_of(book.rulebook.sections)
    _write_band(sheet, row, ("", LEAVES_TOTAL, total), band, book.format("boxed", "band", "centred"))


def _write_band(sheet: Worksheet, row: int, values: Sequence[Value], style: Format, centred: Format) -> None:
    sheet.set_row(row, ROW)
    for column in range(len(COVER_WIDTHS)):
        value = values[column] if column < len(values) else None
        _write_value(sheet, row, column, value, centred if column in (0, 2) else style)


def _write_leaf(book: _Book, sheet: Worksheet, row: int, indicator: Indicator, leaf: Leaf) -> None:
    title = leaf.title if leaf.title == indicator.title else f"{indicator.title} · {leaf.title}"
    values: tuple[Value, ...] = (
        leaf.id,
        title,
        leaf.marks,
        leaf.clause,
        told(leaf.text, book.rulebook.language),
        "、".join(sheets_of(book.rulebook, leaf.id)),
    )
    texts = zip(map(str, values), COVER_WIDTHS, strict=True)
    sheet.set_row(row, max(_height(text, width) for text, width in texts))
    for column, value in enumerate(values):
        style = book.format("boxed", "wrap", "centred") if column in (0, 2) else book.format("boxed", "text")
        _write_value(sheet, row, column, value, style)


def _section_title(book: _Book, sheet: Worksheet, row: int, title: str) -> None:
    sheet.set_row(row, 22)
    sheet.write_string(row, 0, title, book.format("section"))


def _merge(sheet: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    sheet.merge_range(row, first, row, last, "", style)
    sheet.write_string(row, first, text, style)


# ---------------------------------------------------------------- a department's sheet


@dataclass(frozen=True)
class _Field:
    """A labelled cell: its label, what stands in it, its styles, and the validation that speaks for it."""

    label: str
    value: Value
    styles: tuple[str, ...]
    validation: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Block:
    """Where a chain table or ledger stands."""

    grid: Grid
    header: int
    rows: int
    """How many rows its checks and colours reach."""

    @property
    def first(self) -> int:
        return self.header + 1

    @property
    def last(self) -> int:
        return self.header + self.rows

    def refs(self) -> dict[str, str]:
        """Label → reference to the column's cell in the first row, for a formula relative to that row."""
        return {
            column.label: xl_rowcol_to_cell(self.first, number, col_abs=True) for number, column in enumerate(self.grid.columns)
        }

    def area(self, skip: int = 0) -> str:
        """All its cells, but for the ``skip`` columns on the left, as an absolute reference."""
        return str(xl_range_abs(self.first, skip, self.last, len(self.grid.columns) - 1))


class _Department:
    """Writes one department's sheet: heading, labelled cells, chain table, ledger, as far as it has them."""

    def __init__(self, book: _Book, sheet: Sheet, facts: SheetFacts) -> None:
        self.book, self.sheet, self.facts = book, sheet, facts
        self.who = sheet.name if book.part is None else book.part.who
        self.page: Worksheet = book.file.add_worksheet(sheet.name)
        self.widths = _widths(sheet)
        self.last_column = len(self.widths) - 1
        self.fields = self._place_fields()
        row = max(row for row, _ in self.fields) + 3
        self.table = _Block(sheet.table, row, len(book.rulebook.chains)) if sheet.table is not None else None
        row = self.table.last + 3 if self.table is not None else row
        self.ledger = _Block(sheet.ledger, row, RULED_ROWS) if sheet.ledger is not None else None
        if (facts.table and self.table is None) or (facts.ledger and self.ledger is None):
            raise FactsError(f"{sheet.name}: it has no such table")

    def write(self) -> None:
        """Write everything, top to bottom, then what holds for the sheet as a whole."""
        self._set_columns()
        self._write_heading()
        self._write_fields()
        if self.table is not None:
            self._write_block(self.table, self._chain_rows(self.table.grid))
            self._check_block(self.table)
        if self.ledger is not None:
            self._write_block(self.ledger, self.facts.ledger)
            self._write_prepared_rows(self.ledger)
            self._check_block(self.ledger)
            self.page.autofilter(self.ledger.header, 0, self.ledger.last, len(self.ledger.grid.columns) - 1)
        self._freeze_and_print()
        self.page.protect("", PROTECTION)

    # -- labelled cells

    def _place_fields(self) -> dict[tuple[int, int], _Field]:
        """(row, column) of the label → labelled cell: what is reported on the left, the signature on the right."""
        book, signature = self.book, self.book.rulebook.signature
        sign = _known(self.sheet.name, self.facts.sign, list(msgspec.structs.astuple(signature)))
        left = [
            _Field(book.rulebook.cover.period, str(book.period), ("boxed", "preset")),
            _Field(signature.unit, self.who, ("boxed", "preset")),
        ]
        if self.sheet.ledger is not None:
            left.append(self._no_events(sign))
        given = _known(self.sheet.name, self.facts.cells, [cell.label for cell in self.sheet.cells])
        for cell in self.sheet.cells:
            value = _meant(cell.type, given.get(cell.label))
            left.append(_Field(cell.label, value, (cell.type, "input"), _validation(book, cell)))
        pairs = zip_longest(left, self._signature(sign))
        start = 2 + len(self.sheet.guide)
        placed = {(start + number, 2 * side): cell for number, pair in enumerate(pairs) for side, cell in enumerate(pair)}
        return {place: cell for place, cell in placed.items() if cell is not None}

    def _no_events(self, sign: Mapping[str, Value]) -> _Field:
        label, yes = self.book.rulebook.signature.no_events, self.book.rulebook.words.yes
        value = sign.get(label, yes if sign and not self.facts.ledger else None)
        rule = {"validate": "list", "source": f"={YES_LIST}"}
        return _Field(label, value, ("choice", "input"), _speaking(label, self.book.say(PROMPT_NO_EVENTS), rule))

    def _signature(self, sign: Mapping[str, Value]) -> list[_Field]:
        book, labels = self.book, self.book.rulebook.signature
        signed = {"validate": "date", "criteria": ">=", "value": book.period.year_start}
        rules = (
            (labels.person, "text", {"validate": "any"}, PROMPT_PERSON),
            (labels.telephone, "verbatim", {"validate": "any"}, PROMPT_TELEPHONE),
            (labels.date, "date", signed, PROMPT_SIGNED),
        )
        return [
            _Field(label, _meant(style, sign.get(label)), (style, "input"), _speaking(label, book.say(prompt), rule))
            for label, style, rule, prompt in rules
        ]

    def _at(self, label: str) -> str:
        """The absolute reference of a labelled cell's value."""
        row, column = next(place for place, cell in self.fields.items() if cell.label == label)
        return str(xl_rowcol_to_cell(row, column + 1, row_abs=True, col_abs=True))

    def _write_fields(self) -> None:
        page, signature = self.page, self.book.rulebook.signature
        for (row, column), cell in self.fields.items():
            page.set_row(row, ROW + 1, self.book.format())
            page.write_string(row, column, cell.label, self.book.format("boxed", "label"))
            _write_value(page, row, column + 1, cell.value, self.book.format(*cell.styles))
            if cell.validation is not None:
                page.data_validation(row, column + 1, row, column + 1, cell.validation)
        page.ignore_errors({"number_stored_as_text": self._at(signature.telephone).replace("$", "")})
        person, date = self._at(signature.person), self._at(signature.date)
        self._mark(person, f"AND({_empty(person)},{_filled(date)})", ATTENTION)
        self._mark(date, f"AND({_empty(date)},{_filled(person)})", ATTENTION)
        self._mark(date, f"AND({_filled(date)},NOT(ISNUMBER({date})))", BAD)
        for labelled in self.sheet.cells:
            at = self._at(labelled.label)
            self._mark(at, _impossible(self.book, labelled, at), BAD)
            self._mark(at, f"AND({_empty(at)},{self._begun(self.table)})", ATTENTION)
        if self.ledger is not None:
            self._check_no_events(self._at(signature.no_events), self.ledger.area())

    def _check_no_events(self, at: str, ledger: str) -> None:
        yes = _quoted(self.book.rulebook.words.yes)
        self._mark(at, f"AND({_filled(at)},OR({at}<>{yes},COUNTA({ledger})>0))", BAD)
        self._mark(at, f"AND({_empty(at)},COUNTA({ledger})=0,{self._signed()})", ATTENTION)

    def _signed(self) -> str:
        signature = self.book.rulebook.signature
        return f"AND({_filled(self._at(signature.person))},{_filled(self._at(signature.date))})"

    def _begun(self, table: _Block | None) -> str:
        """True once the sheet is signed, or its chain table has a figure."""
        return f"OR({self._signed()},COUNTA({table.area(skip=1)})>0)" if table is not None else self._signed()

    # -- heading

    def _set_columns(self) -> None:
        """Widths; below a ledger, columns that go on open and formatted, so that rows can be added there."""
        page, ledger = self.page, self.ledger
        page.set_default_row(ROW)
        for number, width in enumerate(self.widths):
            columns = ledger.grid.columns if ledger is not None else []
            style = (columns[number].type, "open") if number < len(columns) else ("open",)
            page.set_column(number, number, width, self.book.format(*style) if ledger is not None else None)
        if ledger is not None:
            self._open_other_columns()
            for row in range(ledger.first):
                page.set_row(row, ROW, self.book.format())
                for number in range(self.last_column + 1):
                    page.write_blank(row, number, None, self.book.format())

    def _open_other_columns(self) -> None:
        """Unlock all columns to the right: a protected row can be deleted only when all of it is unlocked."""
        page = self.page
        used = page.dim_colmax
        page.set_column(self.last_column + 1, LAST_COLUMN, None, self.book.format("open"))
        page.dim_colmax = used  # XlsxWriter counts formatted columns as used, and would look at each cell of them

    def _write_heading(self) -> None:
        page, book = self.page, self.book
        plain, last = book.format(), self.last_column
        page.set_row(0, 28, plain)
        _merge(page, 0, 0, last, book.say(SHEET_TITLE, sheet=self.who), book.format("title"))
        for row, line in enumerate(self.sheet.guide, start=1):
            page.set_row(row, _height(line, sum(self.widths)) - 2, plain)
            _merge(page, row, 0, last, line, book.format("wrap"))
        self._write_legend(1 + len(self.sheet.guide))

    def _write_legend(self, row: int) -> None:
        small = self.book.format("small")
        self.page.merge_range(row, 0, row, self.last_column, "", small)
        parts: list[Format | str] = []
        for colour, text in LEGEND:
            parts += [self.book.file.add_format({"font_color": f"#{colour}", "font_size": 9}), "■", small, f"{text}　"]
        self.page.write_rich_string(row, 0, *parts, small)

    # -- chain table and ledger

    def _chain_rows(self, grid: Grid) -> list[Mapping[str, Value]]:
        """The preset row of every chain, with what the facts say of it."""
        chain = self.book.rulebook.words.chain
        names = [each.name for each in self.book.rulebook.chains]
        given = {str(row.get(chain)): row for row in self.facts.table}
        if unknown := given.keys() - set(names):
            raise FactsError(f"{self.sheet.name}, {grid.title}: no such chain: {', '.join(sorted(unknown))}")
        return [{**given.get(name, {}), chain: name} for name in names]

    def _write_block(self, block: _Block, rows: Sequence[Mapping[str, Value]]) -> None:
        """Title, header and the rows that have something in them."""
        page, book, plain = self.page, self.book, self.book.format()
        page.set_row(block.header - 2, GAP, plain)
        page.set_row(block.header - 1, 22, plain)
        page.write_string(block.header - 1, 0, block.grid.title, book.format("section"))
        page.set_row(block.header, HEADER_HEIGHT, plain)
        preset = block is self.table
        for number, column in enumerate(block.grid.columns):
            page.write_string(block.header, number, column.label, book.format("boxed", "header", _need(column)))
            self._write_note(block.header, number, column, preset and column.type == "chain")
        labels = [column.label for column in block.grid.columns]
        for row, values in enumerate(rows, start=block.first):
            self._write_row(row, block.grid, _known(f"{self.sheet.name}, {block.grid.title}", values, labels), preset)

    def _write_row(self, row: int, grid: Grid, values: Mapping[str, Value], preset: bool) -> None:
        heights = [ROW]
        for number, column in enumerate(grid.columns):
            locked = preset and column.type == "chain"
            style = self.book.format(column.type, *(("boxed", "preset") if locked else ("input",)))
            value = _meant(column.type, values.get(column.label))
            _write_value(self.page, row, number, value, style)
            if column.type == "text":
                heights.append(_height(str(value or ""), self.widths[number]))
        if preset or max(heights) > ROW:
            self.page.set_row(row, max(heights) + 1, self.book.format() if preset else None)

    def _write_prepared_rows(self, ledger: _Block) -> None:
        """Blank, open cells below what is filled; those of the first page are visibly ruled."""
        used = ledger.first + len(self.facts.ledger)
        ruled = max(ledger.first + self._rows_of_first_page(ledger.first), used)
        for row in range(used, max(ledger.first + PREPARED_ROWS, used)):
            looks = "input" if row < ruled else "open"
            for number, column in enumerate(ledger.grid.columns):
                self.page.write_blank(row, number, None, self.book.format(column.type, looks))

    def _rows_of_first_page(self, first: int) -> int:
        """How many ledger rows fit on the first printed page, below what stands above them."""
        scale = min(1.0, PAGE_WIDTH / sum((7 * width + 5) * 0.75 for width in self.widths))
        above = 28 + HEADER_HEIGHT * (2 if self.table is not None else 1) + ROW * (first - 3)
        return max(8, min(25, int((PAGE_HEIGHT / scale - above) / ROW)))

    def _write_note(self, row: int, number: int, column: Column, preset: bool) -> None:
        text = NOTE_PRESET if preset else "\n".join(_note_lines(self.book, column))
        lines = sum(math.ceil(half_widths(line) / 30) for line in text.split("\n"))
        looks = {"author": NOTE_AUTHOR, "width": 240, "height": 18 * lines + 14, "font_name": FONT, "font_size": 9}
        self.page.write_comment(row, number, text, looks)

    # -- checks and colours

    def _check_block(self, block: _Block) -> None:
        """Drop-downs and validations, then the colours that show what is wrong or missing while it is being typed."""
        refs, is_ledger = block.refs(), block is self.ledger
        row_of = f"{refs[block.grid.columns[0].label]}:{refs[block.grid.columns[-1].label]}"
        begun = f"COUNTA({row_of})>0" if is_ledger else self._begun(block)
        for number, column in enumerate(block.grid.columns):
            if column.type == "chain" and not is_ledger:
                continue
            self.page.data_validation(block.first, number, block.last, number, _validation(self.book, column))
            area = str(xl_range(block.first, number, block.last, number))
            for condition, looks in _conditions(self.book, column, refs, begun):
                self._mark(area, condition, looks)
            if is_ledger:
                above = xl_rowcol_to_cell(block.first - LOOKAHEAD, 0, col_abs=True)
                self._mark(area, f"COUNTA({above}:{refs[block.grid.columns[-1].label]})>0", BEGUN_ROW)

    def _mark(self, area: str, condition: str, looks: Mapping[str, Any]) -> None:
        """Give ``area`` the ``looks`` where ``condition``, written for its first cell, holds."""
        style = self.book.file.add_format(dict(looks))
        self.page.conditional_format(area.replace("$", ""), {"type": "formula", "criteria": f"={condition}", "format": style})

    # -- the sheet as a whole

    def _freeze_and_print(self) -> None:
        """Freeze the header where only a heading stands above it; else the title, so that a small screen shows rows."""
        block = self.ledger or self.table
        assert block is not None
        self.page.freeze_panes(block.first if self.ledger is None or self.table is None else 1, 1)
        self.page.repeat_rows(block.header)
        _set_page(self.book, self.page)


def _widths(sheet: Sheet) -> list[int]:
    """Column widths: the ledger's, and the chain table's where it goes on further to the right."""
    ledger, table = ([column.width for column in grid.columns] if grid else [] for grid in (sheet.ledger, sheet.table))
    widths = ledger + table[len(ledger) :]
    return widths + [16] * (FIELD_COLUMNS - len(widths))


def _need(column: Column) -> str:
    """The style of a column's header: how much it must be filled."""
    if not column.required:
        return "optional"
    return "conditional" if column.required_when is not None else "required"


def _listed(values: Sequence[str]) -> str:
    return "、".join(f"“{value}”" for value in values)


def _note_lines(book: _Book, column: Column) -> Iterator[str]:
    """What a header's note says: whether it must be filled, with what, and the rulebook's own remark."""
    if column.required_when is not None:
        yield NOTE_WHEN.format(column=column.required_when.column, values=_listed(column.required_when.values))
    else:
        yield NOTE_REQUIRED if column.required else NOTE_OPTIONAL
    yield _prompt(book, column)
    if (belongs := column.belongs_when) is not None:
        what = NOTE_VALUE.format(belongs.value) if belongs.value is not None else NOTE_FILLED
        yield NOTE_BELONGS.format(column=belongs.column, values=_listed(belongs.values), what=what)
    if column.note:
        yield column.note


PROMPT_PERCENT = "填百分比，如 85%。"


def _prompt(book: _Book, column: Column | LabelledCell) -> str:
    """What may stand in a cell, for whoever is about to type in it."""
    match column.type:
        case "chain":
            return PROMPT_CHAIN
        case "choice":
            return PROMPT_CHOICE.format(values="、".join(_choices(book.rulebook, column)))
        case "amount":
            return PROMPT_AMOUNT.format(unit=column.unit, bound=BOUND_POSITIVE if column.positive else BOUND_ANY)
        case "count":
            return PROMPT_COUNT
        case "date":
            earlier = _not_before(column)
            text = book.say(PROMPT_DATE if _within_year(column) else PROMPT_OPEN_DATE)
            return text + (PROMPT_NOT_BEFORE.format(label=earlier) if earlier is not None else "")
        case "signed":
            return PROMPT_AMOUNT.format(unit=column.unit, bound=BOUND_ANY)
        case "percent":
            return PROMPT_PERCENT
        case "text":
            return PROMPT_TEXT.format(label=column.label)


def _within_year(column: InputField) -> bool:
    return not isinstance(column, Column) or column.within_year


def _not_before(column: InputField) -> str | None:
    return column.not_before if isinstance(column, Column) else None


def _validation(book: _Book, column: Column | LabelledCell) -> dict[str, Any]:
    """Data validation of an input cell: drop-down or bounds, prompt and error text."""
    period = book.period
    rule: dict[str, Any]
    match column.type:
        case "chain" | "choice":
            rule = {"validate": "list", "source": f"={book.list_of(column)}"}
        case "amount":
            rule = {"validate": "decimal", "criteria": ">" if column.positive else ">=", "value": 0}
        case "count":
            rule = {"validate": "integer", "criteria": ">=", "value": 0}
        case "date" if _within_year(column):
            rule = {"validate": "date", "criteria": "between", "minimum": period.year_start, "maximum": period.end}
        case "date":
            rule = {"validate": "date", "criteria": ">=", "value": period.year_start}
        case "text":
            rule = {"validate": "any"}
    optional = isinstance(column, Column) and not column.required
    return _speaking(column.label, (PROMPT_OPTIONAL if optional else "") + _prompt(book, column), rule)


def _speaking(label: str, prompt: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A validation with its texts, within the lengths Excel allows."""
    texts = {
        "input_title": label[:32],
        "input_message": prompt[:255],
        "error_title": ERROR_TITLE,
        "error_message": prompt[:255],
    }
    return {**rule, **texts}


# Conditions as worksheet formulas. ``at`` is a reference to the cell in question.


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _filled(at: str) -> str:
    return f"LEN(TRIM({at}))>0"


def _empty(at: str) -> str:
    return f"LEN(TRIM({at}))=0"


def _one_of(at: str, values: Sequence[str]) -> str:
    return f"OR({','.join(f'{at}={_quoted(value)}' for value in values)})"


def _day(day: datetime.date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _impossible(book: _Book, column: Column | LabelledCell, at: str, not_before: str | None = None) -> str:
    """True of a value that cannot stand in such a column, whatever else its row says; true of an error value."""
    match column.type:
        case "chain" | "choice":
            wrong = f"ISNA(MATCH({at},{book.list_of(column)},0))"
        case "amount":
            needed = column.positive and getattr(column, "required_when", None) is None
            wrong = f"OR(NOT(ISNUMBER({at})),N({at}){'<=' if needed else '<'}0)"
        case "count":
            wrong = f"OR(NOT(ISNUMBER({at})),N({at})<0,N({at})<>INT(N({at})))"
        case "date":
            bounds = [f"N({at})<{_day(book.period.year_start)}"]
            bounds += [f"N({at})>={_day(book.period.end)}+1"] if _within_year(column) else []
            bounds += [f"AND(ISNUMBER({not_before}),N({at})<N({not_before}))"] if not_before is not None else []
            wrong = f"OR(NOT(ISNUMBER({at})),{','.join(bounds)})"
        case "text":
            wrong = f"ISERROR({at})"
    return f"IFERROR(AND({_filled(at)},{wrong}),TRUE)"


def _conditions(book: _Book, column: Column, refs: Mapping[str, str], begun: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(condition, looks) of every way in which a column's cell can be wrong or missing, the worst first."""
    at = refs[column.label]
    not_before = refs[column.not_before] if column.not_before is not None else None
    yield _impossible(book, column, at, not_before), BAD
    if column.belongs_when is not None:
        yield (
            _out_of_place(column.belongs_when, at, refs),
            BAD if column.belongs_when.otherwise == "error" else ATTENTION,
        )
    if column.required_when is not None:
        needed = f"{begun},{_one_of(refs[column.required_when.column], column.required_when.values)}"
        yield f"AND({_empty(at)},{needed})", ATTENTION
        if column.positive:
            yield f"AND(ISNUMBER({at}),N({at})=0,{needed})", BAD
    elif column.required:
        yield f"AND({_empty(at)},{begun})", ATTENTION


def _out_of_place(when: BelongsWhen, at: str, refs: Mapping[str, str]) -> str:
    """True of a value in a row to whose category it does not belong."""
    other = refs[when.column]
    stands = f"{at}={_quoted(when.value)}" if when.value is not None else _filled(at)
    return f"AND({stands},{_filled(other)},NOT({_one_of(other, when.values)}))"
