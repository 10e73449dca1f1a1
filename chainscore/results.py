"""The results workbook: ranking, scores, evidence, findings and provenance. Workbooks are always Chinese.

Text that came from a department is written as text, never as a formula, and nothing in it names this machine.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from chainscore import __version__
from chainscore.appraisal import Appraisal
from chainscore.findings import Finding
from chainscore.rulebook import Rulebook
from chainscore.scorecard import Evidence, LeafScore, Scorecard
from chainscore.tables import Tables
from chainscore.texts import because, formula, text
from chainscore.workbook import RESULTS_MARK

DRAFT = "草稿"
FONT = "微软雅黑"
LONGEST_TEXT = 32767  # characters in a cell
A4 = 9
_NARROW, _WIDE = 10, 40


def write_results(appraisal: Appraisal, book: Rulebook) -> bytes:
    """The results workbook of an appraisal that has a scorecard, as the bytes of an .xlsx file."""
    assert appraisal.scorecard is not None
    assert appraisal.tables is not None
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        title = f"{book.title}·{appraisal.tables.period.chinese}"
        # A fixed date, so that the same inputs give the same bytes.
        created = datetime.datetime.combine(book.issued, datetime.time())
        workbook.set_properties({"title": title, "keywords": RESULTS_MARK, "created": created})
        writer = _Writer(workbook, title, book, appraisal.scorecard, appraisal.tables)
        writer.ranking()
        writer.scores()
        writer.evidence()
        writer.findings(appraisal.findings)
        writer.provenance()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Column:
    title: str
    width: int
    style: str = "text"


class _Writer:
    """The sheets of one results workbook."""

    def __init__(self, workbook: Any, title: str, book: Rulebook, scorecard: Scorecard, tables: Tables) -> None:
        self.workbook = workbook
        self.title = f"{DRAFT}·{title}" if scorecard.draft else title
        self.book = book
        self.scorecard = scorecard
        self.tables = tables
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        cell = {**base, "border": 1, "border_color": "#BFBFBF"}
        self.styles = {
            "title": workbook.add_format({**base, "font_size": 14, "bold": True}),
            "subtitle": workbook.add_format({**base, "font_color": "#595959"}),
            "draft": workbook.add_format({**base, "font_size": 12, "bold": True, "font_color": "#C00000"}),
            "header": workbook.add_format({**cell, "bold": True, "bg_color": "#D9E2F3", "text_wrap": True, "align": "center"}),
            "text": workbook.add_format({**cell, "text_wrap": True}),
            "centre": workbook.add_format({**cell, "align": "center"}),
            "score": workbook.add_format({**cell, "num_format": "0.00"}),
            "sum": workbook.add_format({**cell, "num_format": "0.00", "bold": True, "bg_color": "#F2F2F2"}),
            "sum_text": workbook.add_format({**cell, "bold": True, "bg_color": "#F2F2F2", "text_wrap": True}),
            "points": workbook.add_format({**cell, "num_format": "0.00####"}),
            "number": workbook.add_format({**cell, "num_format": "#,##0.######"}),
            "pending": workbook.add_format({**cell, "align": "right", "font_color": "#C00000"}),
        }

    # ------------------------------------------------ sheets

    def ranking(self) -> None:
        columns = [
            _Column("名次", 8, "centre"), _Column("产业链", _WIDE), _Column("牵头单位", 16),
            *(_Column(f"{section.title}\n（{section.marks}分）", 12, "score") for section in self.book.sections),
            _Column("总分", 12, "sum"), _Column("与上一名差距", 13, "score"), _Column("待定指标", 16),
        ]  # fmt: skip
        page, row = self._sheet("排名", columns)
        for above, chain in zip((None, *self.scorecard.chains), self.scorecard.chains, strict=False):
            tied = sum(other.rank == chain.rank for other in self.scorecard.chains) > 1
            named = self.book.chain(chain.chain)
            self._row(page, row, columns, [
                text("column.tied", "zh", rank=chain.rank) if tied else chain.rank, named.name, named.lead_unit,
                *(chain.sections[section.id] for section in self.book.sections),
                chain.total, above.total - chain.total if above is not None else None, "、".join(chain.pending),
            ])  # fmt: skip
            row += 1

    def scores(self) -> None:
        chains = self.book.chains
        results = {chain.chain: chain for chain in self.scorecard.chains}
        columns = [
            _Column("指标", _NARROW, "centre"), _Column("名称", 34), _Column("满分", 8, "centre"), _Column("条款", 14),
            *(_Column(chain.short_name, 14, "score") for chain in chains),
        ]  # fmt: skip
        page, row = self._sheet("得分", columns)
        for section in self.book.sections:
            for indicator in self.book.indicators:
                if not indicator.id.startswith(f"{section.id}."):
                    continue
                for leaf in indicator.leaves:
                    name = leaf.title if len(indicator.leaves) == 1 else f"{indicator.title}·{leaf.title}"
                    scores = [results[chain.id].leaves[leaf.id] for chain in chains]
                    self._row(page, row, columns, [leaf.id, name, leaf.marks, leaf.clause, *map(_score_of, scores)])
                    row += 1
            sums = [results[chain.id].sections[section.id] for chain in chains]
            self._sums(page, row, [section.id, f"{section.title} 小计", section.marks, "", *sums])
            row += 1
        marks = sum(section.marks for section in self.book.sections)
        self._sums(page, row, ["", "总分", marks, "", *(results[chain.id].total for chain in chains)])
        self._sums(page, row + 1, ["", "名次", "", "", *(results[chain.id].rank for chain in chains)], whole=True)

    def evidence(self) -> None:
        columns = [
            _Column("产业链", 16), _Column("指标", _NARROW, "centre"), _Column("指标名称", 22), _Column("文件", 24),
            _Column("工作表", 18), _Column("行", 7, "centre"), _Column("单元格", 30), _Column("事项", 34),
            _Column("数值", 16, "number"), _Column("分值", 10, "points"), _Column("是否计入", 9, "centre"),
            _Column("理由", 50),
        ]  # fmt: skip
        page, row = self._sheet("计分依据", columns)
        first = row - 1
        for chain in self.scorecard.chains:
            for leaf in self.book.leaves:
                result = chain.leaves[leaf.id]
                for each in result.evidence:
                    short = self.book.chain(chain.chain).short_name
                    self._row(page, row, columns, [short, leaf.id, leaf.title, *_evidence_row(each)])
                    row += 1
                self._leaf_row(page, row, chain.chain, leaf.id, leaf.title, result)
                row += 1
        page.autofilter(first, 0, row - 1, len(columns) - 1)

    def _leaf_row(self, page: Any, row: int, chain: str, leaf: str, title: str, result: LeafScore) -> None:
        """What the rows above it come to."""
        short = self.book.chain(chain).short_name
        score = result.score if result.score is not None else text("column.pending", "zh")
        self._sums(page, row, [short, leaf, title, "", "", "", "", "得分", "", score, "", formula(result.formula, "zh")])

    def findings(self, findings: Sequence[Finding]) -> None:
        columns = [
            _Column("级别", 8, "centre"), _Column("代码", 8, "centre"), _Column("文件", 26), _Column("工作表", 20),
            _Column("单元格", 9, "centre"), _Column("产业链", 16), _Column("发现", 60), _Column("处理办法", 50),
        ]  # fmt: skip
        page, row = self._sheet("检查发现", columns)
        for number, finding in enumerate(findings, row):
            chain = self.book.chain(finding.chain).short_name if finding.chain is not None else ""
            self._row(page, number, columns, [
                text(f"severity.{finding.severity}", "zh"), finding.code, finding.file, finding.sheet or "",
                finding.cell or "", chain, finding.message("zh"), finding.hint("zh"),
            ])  # fmt: skip
        if not findings:
            self._row(page, row, columns, ["没有发现问题", "", "", "", "", "", "", ""])

    def provenance(self) -> None:
        columns = [_Column("项目", 34), _Column("内容", 80)]
        page, row = self._sheet("出处", columns)
        names = {reading.key: reading for reading in self.book.readings}
        rows = [
            ("考核期", str(self.scorecard.period)),
            ("数据截止", self.tables.now.isoformat()),
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
        for number, values in enumerate(rows, row):
            self._row(page, number, columns, list(values))

    # ------------------------------------------------ writing

    def _sheet(self, name: str, columns: Sequence[_Column]) -> tuple[Any, int]:
        """A new sheet with its heading and header row; returns it and the first row for data, counted from 0."""
        page = self.workbook.add_worksheet(name)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.hide_gridlines(2)
        mark = f"&C&20&KC00000{DRAFT}" if self.scorecard.draft else ""
        page.set_header(mark)
        page.set_footer(f"&L{self.title}&C{self.book.id} {self.book.version}&R第&P页 共&N页")
        for index, column in enumerate(columns):
            page.set_column(index, index, column.width)
        page.write_string(0, 0, f"{name}·{self.title}", self.styles["title"])
        page.set_row(0, 24)
        row = 1
        if self.scorecard.draft:
            page.write_string(row, 0, text("console.draft", "zh"), self.styles["draft"])
            row += 1
        for index, column in enumerate(columns):
            page.write_string(row, index, column.title, self.styles["header"])
        page.set_row(row, 32)
        page.freeze_panes(row + 1, 0)
        page.repeat_rows(row)
        return page, row + 1

    def _row(self, page: Any, row: int, columns: Sequence[_Column], values: Sequence[Any]) -> None:
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            style = self.styles["pending"] if column.style == "score" and isinstance(value, str) else self.styles[column.style]
            self._cell(page, row, index, value, style)

    def _sums(self, page: Any, row: int, values: Sequence[Any], whole: bool = False) -> None:
        for index, value in enumerate(values):
            style = "sum_text" if isinstance(value, str) or whole else "sum"
            self._cell(page, row, index, value, self.styles[style])

    def _cell(self, page: Any, row: int, column: int, value: Any, style: Any) -> None:
        if isinstance(value, int | Decimal | Fraction):
            page.write_number(row, column, float(value), style)
        elif value is None or value == "":
            page.write_blank(row, column, None, style)
        else:
            page.write_string(row, column, safe_text(str(value)), style)


def _score_of(result: LeafScore) -> Decimal | str:
    return result.score if result.score is not None else text("column.pending", "zh")


def _evidence_row(each: Evidence) -> list[Any]:
    cells = "，".join(f"{label} {cell}" for label, cell in each.cells.items())
    counted = "是" if each.counted else "否"
    return [each.file, each.sheet, each.row, cells, each.label, each.value, each.points, counted, because(each.why, "zh")]


def safe_text(value: str) -> str:
    """Text that any spreadsheet program can hold: no control characters, not too long."""
    shown = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    return shown if len(shown) <= LONGEST_TEXT else shown[: LONGEST_TEXT - 1] + "…"
