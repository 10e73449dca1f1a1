"""The results workbook: ranking, scores, evidence, findings and provenance. Workbooks are always Chinese.

Text that came from a department is written as text, never as a formula, and nothing in it names this machine.
"""

from __future__ import annotations

import datetime
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from chainscore import __version__
from chainscore.appraisal import Appraisal
from chainscore.findings import Finding
from chainscore.packing import pack
from chainscore.rulebook import Rulebook, section_of
from chainscore.scorecard import ChainScore, Evidence, LeafScore, Scorecard
from chainscore.tables import Tables
from chainscore.texts import because, formula, text
from chainscore.workbook import RESULTS_MARK

DRAFT = "草稿"
DATA_SHEET = "数据"
RULE_COLUMNS = ("规则", "内容")
FACT_COLUMNS = ("产业链", "指标", "文件", "工作表", "行", "事项", "类别", "所据", "单元格")
LONGEST_PIECE = 30000  # characters of the method in one cell
FONT = "微软雅黑"
LONGEST_TEXT = 32767  # characters in a cell
LONGEST_FOOTER = 60  # characters of one part of a page's header or footer, all of which have 255
A4 = 9
SMALL = 9  # points
ROOM = 10.5  # half-width characters of 1 point that one unit of column width has room for
NAVY, RED, AMBER, GREY, GRID = "#1F4E79", "#C00000", "#9C5700", "#7F7F7F", "#BFBFBF"
STYLES: dict[str, dict[str, Any]] = {
    # what stands in a column
    "text": {"text_wrap": True},
    "name": {"text_wrap": True, "indent": 1},
    "centre": {"align": "center", "text_wrap": True},
    "score": {"num_format": "0.00_ ", "align": "right"},
    "total": {"num_format": "0.00_ ", "align": "right", "bold": True, "bg_color": "#DDEBF7"},
    "points": {"num_format": "0.00####_ ", "align": "right"},
    "whole": {"num_format": "#,##0_ ", "align": "right"},
    "amount": {"num_format": "#,##0.0#####_ ", "align": "right"},
    "ratio": {"num_format": "0.00##%_ ", "align": "right"},
    # how a row or a cell stands out
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True, "align": "center"},
    "sum": {"bold": True, "bg_color": "#DDEBF7"},
    "all": {"bold": True, "bg_color": "#BDD7EE"},
    "first": {"top": 2, "top_color": NAVY},
    "idle": {"font_color": GREY},
    "red": {"font_color": RED, "bold": True},
    "amber": {"font_color": AMBER, "bold": True},
    # the sheet's heading
    "title": {"font_size": 14, "bold": True, "font_color": NAVY, "border": 0},
    "draft": {"font_size": 11, "bold": True, "font_color": RED, "border": 0},
}
SEVERITY_STYLES = {"error": ("red",), "warning": ("amber",), "notice": ()}


def write_results(appraisal: Appraisal, book: Rulebook) -> bytes:
    """The results workbook of an appraisal that has a scorecard, as the bytes of an .xlsx file."""
    assert appraisal.scorecard is not None
    assert appraisal.tables is not None
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        title = f"{book.title}·{appraisal.scorecard.period.chinese}"
        # A fixed date, so that the same inputs give the same bytes.
        created = datetime.datetime.combine(book.issued, datetime.time())
        workbook.set_properties({"title": title, "keywords": RESULTS_MARK, "created": created})
        writer = _Writer(workbook, title, book, appraisal.scorecard, appraisal.tables)
        writer.ranking()
        writer.scores()
        writer.evidence()
        writer.findings(appraisal.findings)
        writer.provenance()
        writer.data()
    return pack(buffer.getvalue())


@dataclass(frozen=True)
class _Column:
    title: str
    width: float
    style: str = "text"
    """One of STYLES; ``value`` is the one that suits each value."""


@dataclass(frozen=True)
class _Page:
    """A sheet that is being written."""

    sheet: Any
    columns: Sequence[_Column]
    first: int
    """The first row for data, counted from 0."""
    size: int
    """Of the font, in points."""
    least: float
    """The height of a row with one line, in points."""


class _Writer:
    """The sheets of one results workbook."""

    def __init__(self, workbook: Any, title: str, book: Rulebook, scorecard: Scorecard, tables: Tables) -> None:
        self.workbook = workbook
        self.title = f"{DRAFT}·{title}" if scorecard.draft else title
        self.book = book
        self.scorecard = scorecard
        self.tables = tables
        self.pending = text("column.pending", "zh")
        self._formats: dict[tuple[int, tuple[str, ...]], Any] = {}

    # ------------------------------------------------ sheets

    def ranking(self) -> None:
        chains = self.scorecard.chains
        pending = any(chain.pending for chain in chains)
        columns = [
            _Column("名次", 9, "centre"), _Column("产业链", 44, "name"), _Column("牵头单位", 17, "name"),
            *(_Column(f"{section.title}\n（{section.marks}分）", 13, "score") for section in self.book.sections),
            _Column("总分", 13, "total"), _Column("与上一名差距", 14, "score"),
            *([_Column("待定指标", 26, "name")] if pending else []),
        ]  # fmt: skip
        page = self._sheet("排名", columns, size=11, least=26, frozen=2)
        for row, (above, chain) in enumerate(zip((None, *chains), chains, strict=False), page.first):
            tied = sum(other.rank == chain.rank for other in chains) > 1
            named = self.book.chain(chain.chain)
            values = [
                text("column.tied", "zh", rank=chain.rank) if tied else chain.rank, named.name, named.lead_unit,
                *(chain.sections[section.id] for section in self.book.sections),
                chain.total, above.total - chain.total if above is not None else None,
                *(["、".join(chain.pending)] if pending else []),
            ]  # fmt: skip
            incomplete = [_lacking(chain, section.id) for section in self.book.sections]
            looks = [(), (), (), *incomplete, _lacking(chain), (), ("red",)]
            self._row(page, row, values, cells=looks)

    def scores(self) -> None:
        chains = self.book.chains
        results = {chain.chain: chain for chain in self.scorecard.chains}
        columns = [
            _Column("指标", 7, "centre"), _Column("名称", 36, "name"),
            _Column("满分", 7, "centre"), _Column("条款", 16, "name"),
            *(_Column(chain.short_name, 14, "score") for chain in chains),
        ]  # fmt: skip
        page = self._sheet("得分", columns, least=18.5, frozen=2)
        row = page.first
        for section in self.book.sections:
            for indicator in self.book.indicators:
                if section_of(indicator.id) != section.id:
                    continue
                for leaf in indicator.leaves:
                    name = leaf.title if len(indicator.leaves) == 1 else f"{indicator.title}·{leaf.title}"
                    scores = [_score_of(results[chain.id].leaves[leaf.id]) for chain in chains]
                    self._row(page, row, [leaf.id, name, leaf.marks, leaf.clause, *scores])
                    row += 1
            sums = [results[chain.id].sections[section.id] for chain in chains]
            lacking = [(), (), (), (), *(_lacking(results[chain.id], section.id) for chain in chains)]
            self._row(page, row, [section.id, f"{section.title} 小计", section.marks, "", *sums], ("sum",), lacking)
            row += 1
        marks = sum(section.marks for section in self.book.sections)
        totals = [results[chain.id].total for chain in chains]
        lacking = [(), (), (), (), *(_lacking(results[chain.id]) for chain in chains)]
        self._row(page, row, ["", "总分", marks, "", *totals], ("all", "first"), lacking)
        ranks = [results[chain.id].rank for chain in chains]
        self._row(page, row + 1, ["", "名次", "", "", *ranks], ("all",), [(), (), (), (), *[("whole",)] * len(chains)])

    def evidence(self) -> None:
        rows = [each for chain in self.scorecard.chains for leaf in chain.leaves.values() for each in leaf.evidence]
        columns = [
            _Column("产业链", 12), _Column("指标", 6.5, "centre"), _Column("指标名称", 16),
            _Column("文件", _fitting((each.file for each in rows), 8, 24)),
            _Column("工作表", _fitting((each.sheet for each in rows), 10, 19)),
            _Column("行", 6, "centre"), _Column("单元格", 46),
            _Column("事项", _fitting((each.label for each in rows), 14, 25)),
            _Column("数值", 14, "value"), _Column("分值", 9.5, "points"), _Column("是否\n计入", 7, "centre"),
            _Column("理由", 44),
        ]  # fmt: skip
        page = self._sheet("计分依据", columns, size=SMALL, least=17, frozen=3)
        row = page.first
        for chain in self.scorecard.chains:
            short = self.book.chain(chain.chain).short_name
            begins: tuple[str, ...] = ("first",)
            for leaf in self.book.leaves:
                result = chain.leaves[leaf.id]
                for each in result.evidence:
                    values = [short, leaf.id, leaf.title, *_evidence_row(each)]
                    unsound = any(why.key == "unsound" for why in each.why)
                    looks = (*begins, *(() if each.counted else ("red",) if unsound else ("idle",)))
                    self._row(page, row, values, looks, outline=1)
                    begins, row = (), row + 1
                self._leaf_row(page, row, chain.chain, leaf.id, leaf.title, result, begins)
                begins, row = (), row + 1
        page.sheet.autofilter(page.first - 1, 0, row - 1, len(columns) - 1)

    def _leaf_row(
        self, page: _Page, row: int, chain: str, leaf: str, title: str, result: LeafScore, begins: tuple[str, ...]
    ) -> None:
        """What the rows above it come to."""
        short = self.book.chain(chain).short_name
        values = [short, leaf, title, "", "", "", "", "得分", "", _score_of(result), "", formula(result.formula, "zh")]
        self._row(page, row, values, ("sum", *begins), [()] * 9 + [("score",)] + [()] * 2)

    def findings(self, findings: Sequence[Finding]) -> None:
        columns = [
            _Column("级别", 7, "centre"), _Column("代码", 8, "centre"),
            _Column("文件", _fitting((each.file for each in findings), 8, 24)),
            _Column("工作表", _fitting((each.sheet or "" for each in findings), 10, 20)),
            _Column("单元格", 9, "centre"), _Column("产业链", 13), _Column("发现", 58), _Column("处理办法", 46),
        ]  # fmt: skip
        page = self._sheet("检查发现", columns, size=SMALL, least=18)
        for row, finding in enumerate(findings, page.first):
            chain = self.book.chain(finding.chain).short_name if finding.chain is not None else ""
            values = [
                text(f"severity.{finding.severity}", "zh"), finding.code, finding.file, finding.sheet or "",
                finding.cell or "", chain, finding.message("zh"), finding.hint("zh"),
            ]  # fmt: skip
            self._row(page, row, values, cells=[SEVERITY_STYLES[finding.severity], *[()] * 7])
        if findings:
            page.sheet.autofilter(page.first - 1, 0, page.first + len(findings) - 1, len(columns) - 1)
        else:
            page.sheet.merge_range(page.first, 0, page.first, len(columns) - 1, "", self._format(page.size, "text"))
            page.sheet.write_string(page.first, 0, "没有发现问题", self._format(page.size, "text"))

    def provenance(self) -> None:
        columns = [_Column("项目", 42, "name"), _Column("内容", 98, "name")]
        page = self._sheet("出处", columns, least=20)
        names = {reading.key: reading for reading in self.book.readings}
        rows = [
            ("考核期", str(self.scorecard.period)),
            ("数据截止", self.scorecard.now.isoformat()),
            ("状态", DRAFT if self.scorecard.draft else "正式"),
            ("规则", f"{self.book.id} {self.book.version}"),
            ("规则 SHA-256", self.book.sha256),
            ("依据", f"{self.book.title}（{self.book.plan}，{self.book.issued}）"),
            ("程序", f"chainscore {__version__}"),
            *((f"输入文件：{name}", f"SHA-256 {digest}") for name, digest in self.tables.inputs),
            *(
                (f"口径 {key}={value}", f"{names[key].question.zh}：{names[key].options[value].zh}")
                for key, value in self.book.chosen.items()
            ),
        ]
        for row, values in enumerate(rows, page.first):
            self._row(page, row, list(values), cells=[("sum",), ("red",) if values[1] == DRAFT else ()])

    def data(self) -> None:
        """For programs, hidden: the method, and the facts behind each piece of evidence, by which ``diff`` compares."""
        page = self._sheet(DATA_SHEET, [_Column(label, 20) for label in RULE_COLUMNS])
        sheet, row = page.sheet, page.first
        sheet.hide()
        for key, value in json.loads(self.book.model_dump_json(by_alias=True)).items():
            written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            for start in range(0, len(written), LONGEST_PIECE):
                sheet.write_string(row, 0, key)
                sheet.write_string(row, 1, written[start : start + LONGEST_PIECE])
                row += 1
        sheet.write_row(row + 1, 0, FACT_COLUMNS)
        row += 2
        for chain in self.scorecard.chains:
            for leaf, result in chain.leaves.items():
                for each in result.evidence:
                    facts = json.dumps(dict(each.facts), ensure_ascii=False, separators=(",", ":"))
                    cells = json.dumps(dict(each.cells), ensure_ascii=False, separators=(",", ":"))
                    values = (chain.chain, leaf, each.file, each.sheet, each.row, each.label, each.category, facts, cells)
                    for column, value in enumerate(values):
                        if isinstance(value, int):
                            sheet.write_number(row, column, value)
                        elif value:
                            sheet.write_string(row, column, value if column >= 7 else safe_text(value))
                    row += 1

    # ------------------------------------------------ writing

    def _sheet(self, name: str, columns: Sequence[_Column], size: int = 10, least: float = 18, frozen: int = 0) -> _Page:
        """A new sheet with its heading and header row, and ``frozen`` columns that stay in view."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.4, right=0.4, top=0.7 if self.scorecard.draft else 0.5, bottom=0.6)
        sheet.hide_gridlines(2)
        if self.scorecard.draft:
            sheet.set_tab_color(RED)
            sheet.set_header(f"&C&20&K{RED[1:]}{DRAFT}", {"margin": 0.25})
        rulebook = f"{self.book.id} {self.book.version}"
        left, middle = _page_text(self.title), _page_text(rulebook)
        sheet.set_footer(f"&L&9 {left}&C&9 {middle}&R&9 {name}　第 &P 页，共 &N 页", {"margin": 0.3})
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.write_string(0, 0, f"{name}·{self.title}", self._format(size, "title"))
        sheet.set_row(0, 26)
        row = 1
        if self.scorecard.draft:
            sheet.write_string(row, 0, text("console.draft", "zh"), self._format(size, "draft"))
            sheet.set_row(row, 20)
            row += 1
        for index, column in enumerate(columns):
            sheet.write_string(row, index, column.title, self._format(size, "header"))
        sheet.set_row(row, 34)
        sheet.freeze_panes(row + 1, frozen)
        sheet.repeat_rows(0, row)
        return _Page(sheet, columns, row + 1, size, least)

    def _row(
        self,
        page: _Page,
        row: int,
        values: Sequence[Any],
        looks: tuple[str, ...] = (),
        cells: Sequence[tuple[str, ...]] | None = None,
        outline: int = 0,
    ) -> None:
        """Write one row, high enough for its longest text; ``looks`` are for all of it, ``cells`` for each cell."""
        lines = 1
        for index, (column, value) in enumerate(zip(page.columns, values, strict=True)):
            style = _value_style(value) if column.style == "value" else column.style
            styles = (style, *looks, *(cells[index] if cells is not None else ()))
            if isinstance(value, str):
                value = safe_text(value)
                lines = max(lines, text_lines(value, column.width, page.size))
                if value == self.pending:
                    styles = (*styles, "red")
            write_cell(page.sheet, row, index, value, self._format(page.size, *styles))
        page.sheet.set_row(row, max(page.least, lines * page.size * 1.45 + 4), None, {"level": outline})

    def _format(self, size: int, *styles: str) -> Any:
        """The cell format in which later styles override earlier ones."""
        key = (size, styles)
        if key not in self._formats:
            properties = {"font_name": FONT, "font_size": size, "valign": "vcenter", "border": 1, "border_color": GRID}
            for style in styles:
                properties |= STYLES[style]
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]


def _score_of(result: LeafScore) -> Decimal | str:
    return result.score if result.score is not None else text("column.pending", "zh")


def _lacking(chain: ChainScore, section: str | None = None) -> tuple[str, ...]:
    """The style of a sum, of one section or of all, that lacks a pending leaf."""
    return ("red",) if any(section in (None, section_of(leaf)) for leaf in chain.pending) else ()


def _evidence_row(each: Evidence) -> list[Any]:
    cells = "，".join(f"{label} {cell}" for label, cell in each.cells.items())
    counted = "是" if each.counted else "否"
    return [each.file, each.sheet, each.row, cells, each.label, each.value, each.points, counted, because(each.why, "zh")]


def _value_style(value: Any) -> str:
    """A Fraction is a rate; a Decimal an amount or a number of times."""
    if isinstance(value, Fraction):
        return "ratio"
    if isinstance(value, Decimal):
        return "whole" if value == value.to_integral_value() else "amount"
    return "text"


def _half_widths(value: str) -> int:
    """How many half-width characters wide a text is: in GB 18030 a Chinese character has two bytes, an ASCII one has one."""
    return len(value.encode("gb18030", "replace"))


def _fitting(values: Iterable[str], least: float, most: float) -> float:
    """A column width that fits the longest of ``values`` in small print, within bounds."""
    return min(most, max(least, max(map(_half_widths, values), default=0) * SMALL / ROOM + 1.5))


def text_lines(value: str, width: float, size: int) -> int:
    """How many lines a text takes in a column. What wraps loses some room at the end of each line."""
    room = width * ROOM / size - 1
    lines = (_half_widths(line) for line in value.split("\n"))
    return sum(1 if line <= room else math.ceil(line / (room - 3)) for line in lines)


def _page_text(value: str) -> str:
    """Text for a page's header or footer, where & begins a code."""
    shown = value if len(value) <= LONGEST_FOOTER else value[: LONGEST_FOOTER - 1] + "…"
    return shown.replace("&", "&&")


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """A number as a number, nothing as a blank, all else as text and never as a formula; row and column from 0."""
    if isinstance(value, int | Decimal | Fraction):
        sheet.write_number(row, column, float(value), style)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, safe_text(str(value)), style)


def safe_text(value: str) -> str:
    """Text that any spreadsheet program can hold: no control characters, not too long."""
    shown = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    return shown if len(shown) <= LONGEST_TEXT else shown[: LONGEST_TEXT - 1] + "…"
