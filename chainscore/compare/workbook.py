"""The workbooks of ``diff`` and ``trend``. Workbooks are always Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chainscore.compare.attribution import LIMIT, METHOD, OWN, ROUNDING, ROWS
from chainscore.compare.diff import Changes, Quarter
from chainscore.compare.texts import reasons, row_line
from chainscore.compare.trend import Trend
from chainscore.results.pages import DRAFT, FONT, GRID, STYLES, text_lines
from chainscore.results.quick_workbook import QuickWorkbook
from chainscore.results.quick_worksheet import frame_of
from chainscore.words.findings import Finding
from chainscore.words.texts import text

FONT_SIZE = 10  # points
LINE_HEIGHT = 14.5  # points
CHART_WIDTH, CHART_HEIGHT = 900, 380  # pixels


@dataclass(frozen=True)
class _Column:
    title: str
    width: float
    style: str = "text"
    """One of STYLES."""


class _Book:
    """A workbook of plain tables, each on a sheet of its own."""

    def __init__(self, title: str, quarter: Quarter, draft: bool) -> None:
        self.title = f"{DRAFT}·{title}" if draft else title
        # A fixed date, so that the same inputs give the same bytes.
        self.workbook = QuickWorkbook(self.title, quarter.book.issued)
        self._styles: dict[str, str] = {}

    def style(self, name: str) -> str:
        if name not in self._styles:
            properties = {"font_name": FONT, "font_size": FONT_SIZE, "valign": "vcenter", "border": 1, "border_color": GRID}
            self._styles[name] = self.workbook.style(properties | STYLES[name])
        return self._styles[name]

    def table(self, name: str, columns: Sequence[_Column], rows: Iterable[Sequence[Any]]) -> tuple[Any, int, int]:
        """A sheet with a title, a header and rows; returns it with its first row of data and the row after its last."""
        sheet = self.workbook.add_sheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.put(0, 0, f"{name}·{self.title}", self.style("title"))
        sheet.set_widths([column.width for column in columns])
        sheet.put_row(1, [column.title for column in columns], frame_of((self.style("header"),) * len(columns)))
        sheet.set_row(0, 26)
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(0, 1)
        number = 2
        frame = frame_of(tuple(self.style(column.style) for column in columns))
        for row in rows:
            sheet.put_row(number, row, frame)
            lines = 1
            for column, value in zip(columns, row, strict=True):
                if isinstance(value, str):
                    lines = max(lines, text_lines(value, column.width, FONT_SIZE))
            sheet.set_row(number, lines * LINE_HEIGHT + 4)
            number += 1
        return sheet, 2, number

    def remarks(self, findings: Sequence[Finding]) -> None:
        columns = [_Column("代码", 8, "centre"), _Column("位置", 34), _Column("发现", 70), _Column("处理办法", 50)]
        rows = [(each.code, each.place, each.message("zh"), each.hint("zh")) for each in findings]
        self.table("检查发现", columns, rows or [("", "", "没有发现问题", "")])


def _period(quarter: Quarter) -> str:
    return quarter.scorecard.period.chinese


# ---------------------------------------------------------------- diff


def write_diff(changes: Changes) -> bytes:
    """The workbook of a comparison: ranks, leaves with the reasons, rows, findings and what was compared."""
    title = f"{changes.new.book.title}·{_period(changes.old)} → {_period(changes.new)}"
    book = _Book(title, changes.new, changes.draft)
    _ranks(book, changes)
    _leaves(book, changes)
    _rows(book, changes)
    book.remarks(changes.findings)
    _origins(book, [changes.old, changes.new])
    return book.workbook.packed()


def _ranks(book: _Book, changes: Changes) -> None:
    columns = [
        _Column("产业链", 40, "name"), _Column("原名次", 9, "centre"), _Column("新名次", 9, "centre"),
        _Column("升降", 9, "centre"), _Column("原总分", 12, "score"), _Column("新总分", 12, "score"),
        _Column("增减", 12, "total"),
    ]  # fmt: skip
    rows = []
    for chain in changes.chains:
        old, new = chain.old, chain.new
        ranks = (old.rank if old else None, new.rank if new else None, chain.climbed)
        rows.append((chain.name, *ranks, old.total if old else None, new.total if new else None, chain.delta))
    book.table("名次变化", columns, rows or [(text("console.no_difference", "zh"), *[None] * 6)])


def _leaves(book: _Book, changes: Changes) -> None:
    columns = [
        _Column("产业链", 14, "name"), _Column("指标", 8, "centre"), _Column("名称", 26, "name"),
        _Column("原得分", 10, "score"), _Column("新得分", 10, "score"), _Column("增减", 10, "total"),
        _Column("本链", 10, "points"), _Column("他链", 10, "points"), _Column("各行", 10, "points"),
        _Column("上下限", 10, "points"), _Column("办法", 10, "points"), _Column("舍入", 10, "points"), _Column("说明", 70),
    ]  # fmt: skip
    rows = []
    for chain in changes.chains:
        for leaf in chain.leaves:
            if not (leaf.moved or leaf.rows):
                continue
            cause = leaf.attribution
            parts = cause.parts if cause is not None else {}
            pending = text("column.pending", "zh")
            rows.append(
                (
                    chain.short_name, leaf.leaf, leaf.title,
                    leaf.old if leaf.old is not None else pending, leaf.new if leaf.new is not None else pending, leaf.delta,
                    parts.get(OWN), cause.others if cause is not None else None,
                    *(parts.get(part) for part in (ROWS, LIMIT, METHOD, ROUNDING)),
                    reasons(cause, changes.new.book, "zh") if cause is not None else "",
                )
            )  # fmt: skip
    sheet, first, last = book.table("得分变化", columns, rows)
    if last > first:
        sheet.autofilter(first - 1, 0, last - 1, len(columns) - 1)


def _rows(book: _Book, changes: Changes) -> None:
    columns = [
        _Column("产业链", 14, "name"), _Column("指标", 8, "centre"), _Column("变化", 8, "centre"),
        _Column("事项", 34, "name"), _Column("分值增减", 11, "points"), _Column("说明", 100),
    ]  # fmt: skip
    rows = [
        (chain.short_name, row.leaf, _kind(row.old is None, row.new is None), row.row.label, row.points, row_line(row, "zh"))
        for chain in changes.chains
        for leaf in chain.leaves
        for row in leaf.rows
    ]
    sheet, first, last = book.table("依据变化", columns, rows)
    if last > first:
        sheet.autofilter(first - 1, 0, last - 1, len(columns) - 1)


def _kind(added: bool, removed: bool) -> str:
    return "新增" if added else "删去" if removed else "修改"


def _origins(book: _Book, quarters: Sequence[Quarter]) -> None:
    columns = [_Column("考核期", 18, "centre"), _Column("文件", 40), _Column("状态", 8, "centre"), _Column("规则和口径", 110)]
    book.table("出处", columns, [_origin(quarter) for quarter in quarters])


def _origin(quarter: Quarter) -> tuple[str, str, str, str]:
    readings = "，".join(f"{key}={value}" for key, value in quarter.book.chosen.items())
    rules = f"{quarter.book.id} {quarter.book.version}，SHA-256 {quarter.book.sha256}；{readings}"
    return str(quarter.scorecard.period), quarter.file, DRAFT if quarter.scorecard.draft else "正式", rules


# ---------------------------------------------------------------- trend


def write_trend(trend: Trend) -> bytes:
    """The workbook of several periods: totals and ranks, each with a line chart, findings and what was compared."""
    last = trend.quarters[-1]
    title = f"{last.book.title}·{_period(trend.quarters[0])}至{_period(last)}"
    book = _Book(title, last, trend.draft)
    totals = [[score.total if score is not None else None for score in chain.scores] for chain in trend.chains]
    ranks = [[score.rank if score is not None else None for score in chain.scores] for chain in trend.chains]
    _charted(book, trend, "总分", totals, "score")
    _charted(book, trend, "名次", ranks, "centre")
    book.remarks(trend.findings)
    _origins(book, trend.quarters)
    return book.workbook.packed()


def _charted(book: _Book, trend: Trend, name: str, values: Sequence[Sequence[Any]], style: str) -> None:
    """One number of each chain in each period, with a line for each chain below."""
    periods = [str(quarter.scorecard.period) for quarter in trend.quarters]
    columns = [_Column("产业链", 24, "name"), *(_Column(period, 12, style) for period in periods)]
    rows = [(chain.short_name, *numbers) for chain, numbers in zip(trend.chains, values, strict=True)]
    sheet, first, last = book.table(name, columns, rows)
    chart = book.workbook.add_chart({"type": "line"})
    for row in range(first, last):
        chart.add_series(
            {
                "name": [name, row, 0],
                "categories": [name, first - 1, 1, first - 1, len(periods)],
                "values": [name, row, 1, row, len(periods)],
                "marker": {"type": "circle"},
            }
        )
    chart.set_title({"name": f"{name}·{book.title}", "name_font": {"size": FONT_SIZE}})
    # The first rank is the highest; the periods stay below.
    chart.set_x_axis({"name": "考核期", "label_position": "high" if style == "centre" else "low"})
    ranks = {"reverse": True, "min": 1, "max": len(rows), "major_unit": 1} if style == "centre" else {}
    chart.set_y_axis({"name": name, **ranks})
    chart.set_legend({"position": "right"})
    chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
    sheet.insert_chart(last + 1, 0, chart, {})
