"""The results workbook's scorecards: one A4 page for each chain, to be handed to its chief."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chainscore.pages import FONT, Column, Page, Pages, sheet_name
from chainscore.quick_worksheet import Formula
from chainscore.results_ranking import GRIDLINES
from chainscore.results_scores import BEST, FIRST_CHAIN, MEAN, Scores
from chainscore.results_scores import NAME as SCORES
from chainscore.rulebook import Chain, Rulebook, section_of
from chainscore.scorecard import ChainScore, Scorecard
from chainscore.texts import text

PREFIX = "成绩单·"
COLUMNS = [
    Column("指标", 7, "centre"), Column("名称", 27, "name"), Column("满分", 7, "centre"), Column("得分", 10, "total"),
    Column("最高", 9, "score"), Column("平均", 9, "score"), Column("名次", 7, "centre"), Column("计算（出表时）", 50, "name"),
]  # fmt: skip
SIZE = 10
LONGEST_CALCULATION = 120


class Card:
    """One chain's scorecard."""

    def __init__(self, chain: Chain, book: Rulebook, scorecard: Scorecard, pages: Pages) -> None:
        self.chain = chain
        self.book = book
        self.pages = pages
        self.result: ChainScore = next(each for each in scorecard.chains if each.chain == chain.id)
        self.others = scorecard.chains
        self.name = sheet_name(PREFIX, chain.short_name)
        self.sheet = pages.bare(self.name, portrait=True)
        self.sheet.fit_to_pages(1, 1)
        self.sheet.set_widths([column.width for column in COLUMNS])
        self.page = Page(self.sheet, self.name, COLUMNS, 5, SIZE, 17.5)

    def write(self, scores: Scores) -> None:
        self._heading(scores)
        row = self._leaves(scores)
        self.sheet.insert_chart(row + 1, 0, self._chart(scores), {"object_position": 2})
        self._signatures(row + 22)
        self.sheet.print_area(0, 0, row + 24, len(COLUMNS) - 1)
        self.pages.mark(self.sheet, row, len(COLUMNS))

    def _cell(self, row: int, column: int, value: Any, *styles: str) -> None:
        self.sheet.put(row, column, value, self.pages.style(SIZE, *styles))

    def _heading(self, scores: Scores) -> None:
        column = scores.column(self.chain.id)
        self._cell(0, 0, f"{self.chain.name}产业链成绩单", "title")
        self._cell(1, 0, self.pages.title, "plain")
        self._cell(2, 0, f"牵头单位：{self.chain.lead_unit}　　类别：{self.chain.group}", "plain")
        self.sheet.set_row(0, 28)
        best = max(chain.total for chain in self.others)
        totals = scores.row_of_chains("total")
        total, rank = scores.cell("total", column), scores.cell("rank", column)
        gap = Formula(f"=ROUND(MAX({totals})-{total},{self.book.decimals})", best - self.result.total)
        for (first, last), label, value, number in (
            ((0, 1), "总分", Formula(f"={total}", self.result.total), "score"),
            ((2, 5), "名次", Formula(f"={rank}", self.result.rank), "whole"),
            ((6, 7), "与最高总分的差距", gap, "score"),
        ):
            for row, shown, styles in ((3, label, ("text", "header")), (4, value, (number, "big"))):
                self.sheet.merge_range(row, first, row, last, shown, self.pages.style(SIZE, *styles))
        self.sheet.set_row(3, 20)
        self.sheet.set_row(4, 34)
        for index, column_of in enumerate(COLUMNS):
            self._cell(self.page.header, index, column_of.title, "header")
        self.sheet.set_row(self.page.header, 20)

    def _leaves(self, scores: Scores) -> int:
        """A line for each leaf, and for each section their sum; returns the row below them."""
        row = self.page.first
        for section in self.book.sections:
            for leaf in (leaf for leaf in self.book.leaves if section_of(leaf.id) == section.id):
                calculation = scores.evidence.formulas[self.chain.id, leaf.id]
                if len(calculation) > LONGEST_CALCULATION:
                    calculation = calculation[: LONGEST_CALCULATION - 1] + "…"
                numbers = self._numbers(scores, leaf.id, self.result.leaves[leaf.id].score)
                self.pages.row(self.page, row, [leaf.id, leaf.title, leaf.marks, *numbers, calculation])
                row += 1
            sums = self._numbers(scores, f"section {section.id}", self.result.sections[section.id])
            self.pages.row(self.page, row, [section.id, f"{section.title} 小计", section.marks, *sums, ""], ("sum",))
            row += 1
        return row

    def _numbers(self, scores: Scores, line: str, own: Decimal | None) -> Sequence[Any]:
        """A score with the best, the mean and its rank among all chains."""
        if own is None:
            return [text("column.pending", "zh"), None, None, None]
        spread = scores.spreads[line]
        score = scores.cell(line, scores.column(self.chain.id))
        rank = Formula(f"=RANK({score},{spread.cells})", 1 + sum(each > own for each in spread.known))
        return [Formula(f"={score}", own), spread.best, spread.mean, rank]

    def _chart(self, scores: Scores) -> Any:
        """Each indicator against the best and the mean."""
        chart = self.pages.workbook.add_chart({"type": "column"})
        first, last = scores.second_header, scores.second_header + len(self.book.indicators) - 1
        own = FIRST_CHAIN - 1 + [each.id for each in self.book.chains].index(self.chain.id)
        best = FIRST_CHAIN - 1 + len(self.book.chains)
        for title, at, colour in (
            (self.chain.short_name, own, "#1F4E79"), (BEST, best, "#A9D18E"), (MEAN, best + 1, "#BFBFBF"),
        ):  # fmt: skip
            chart.add_series({
                "name": title, "categories": [SCORES, first, 1, last, 1], "values": [SCORES, first, at, last, at],
                "fill": {"color": colour}, "gap": 50,
            })  # fmt: skip
        chart.set_title({"name": "各指标得分", "name_font": {"name": FONT, "size": 11}, "overlay": False})
        chart.set_x_axis({"num_font": {"name": FONT, "size": 8, "rotation": -45}})
        chart.set_y_axis({"num_font": {"name": FONT, "size": 8}, "major_gridlines": GRIDLINES})
        chart.set_legend({"position": "top", "font": {"name": FONT, "size": 9}})
        chart.set_size({"width": 905, "height": 380})
        return chart

    def _signatures(self, row: int) -> None:
        for column, label in ((0, "链长（签字）："), (4, "考核办（盖章）："), (7, "日期：")):
            self._cell(row, column, label, "plain")
