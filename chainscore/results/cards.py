"""The results workbook's scorecards: one A4 page for each chain, to be handed to its chief."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chainscore.method.rulebook import Chain, Rulebook
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.measure import sheet_name
from chainscore.results.excel.page import Column
from chainscore.results.excel.style import FONT
from chainscore.results.ranking import GRIDLINES
from chainscore.results.scores import BEST, FIRST_CHAIN, MEAN, Places, Scores
from chainscore.results.scores import NAME as SCORES
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.words.texts import text

PREFIX = "成绩单·"
COLUMNS = [
    Column("指标", 7, "centre"), Column("名称", 27, "name"), Column("满分", 7, "centre"), Column("得分", 10, "total"),
    Column("最高", 9, "score"), Column("平均", 9, "score"), Column("名次", 7, "centre"), Column("计算（出表时）", 50, "name"),
]  # fmt: skip
SIGNATURES = ((0, "链长（签字）："), (4, "考核办（盖章）："), (7, "日期："))
SIZE = 10
LONGEST_CALCULATION = 120


def _chart(chain: Chain, book: Rulebook, file: Book, places: Places) -> Any:
    """Each indicator against the best and the mean."""
    chart = file.chart("column")
    first, last = places.second_header, places.second_header + len(book.indicators) - 1
    own = FIRST_CHAIN - 1 + book.chains.index(chain)
    best = FIRST_CHAIN - 1 + len(book.chains)
    for title, at, colour in (
        (chain.short_name, own, "#1F4E79"), (BEST, best, "#A9D18E"), (MEAN, best + 1, "#BFBFBF"),
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


class Card:
    """One chain's scorecard."""

    def __init__(self, chain: Chain, book: Rulebook, scorecard: Scorecard, file: Book) -> None:
        self.chain = chain
        self.book = book
        self.file = file
        self.result: ChainScore = next(each for each in scorecard.chains if each.chain == chain.id)
        self.others = scorecard.chains
        name = sheet_name(PREFIX, chain.short_name)
        self.page = file.bare_page(name, COLUMNS, header=5, size=SIZE, least=17.5, portrait=True)

    def write(self, scores: Scores) -> None:
        page, below = self.page, self.page.first + len(self.book.leaves) + len(self.book.sections)
        self._write_heading(scores.places)
        page.titles(page.header, 20)
        self._write_leaves(scores)
        for column, label in SIGNATURES:
            page.cell(below + 22, column, label, "plain")
        chart = _chart(self.chain, self.book, self.file, scores.places)
        page.sheet.insert_chart(below + 1, 0, chart, {"object_position": 2})
        page.sheet.fit_to_pages(1, 1)
        page.sheet.print_area(0, 0, below + 24, len(COLUMNS) - 1)
        self.file.mark(page, below)

    def _write_heading(self, places: Places) -> None:
        """Whose it is, and three numbers at a glance."""
        page, chain = self.page, self.chain
        page.cell(0, 0, f"{chain.name}产业链成绩单", "title")
        page.cell(1, 0, self.file.title, "plain")
        page.cell(2, 0, f"牵头单位：{chain.lead_unit}　　类别：{chain.group}", "plain")
        column = places.column(chain.id)
        total, rank = places.cell("total", column), places.cell("rank", column)
        gap = Formula(
            f"=ROUND(MAX({places.row_of_chains('total')})-{total},{self.book.decimals})",
            max(other.total for other in self.others) - self.result.total,
        )
        for (first, last), label, value, number in (
            ((0, 1), "总分", Formula(f"={total}", self.result.total), "score"),
            ((2, 5), "名次", Formula(f"={rank}", self.result.rank), "whole"),
            ((6, 7), "与最高总分的差距", gap, "score"),
        ):
            page.merge(3, first, last, label, "text", "header")
            page.merge(4, first, last, value, number, "big")
        for row, height in ((0, 28), (3, 20), (4, 34)):
            page.sheet.set_row(row, height)

    def _write_leaves(self, scores: Scores) -> None:
        """A line for each leaf, and for each section their sum."""
        row = self.page.first
        for section in self.book.sections:
            for leaf in self.book.leaves_by_section[section.id]:
                calculation = scores.evidence.formulas[self.chain.id, leaf.id]
                if len(calculation) > LONGEST_CALCULATION:
                    calculation = calculation[: LONGEST_CALCULATION - 1] + "…"
                numbers = self._numbers(scores, leaf.id, self.result.leaves[leaf.id].score)
                self.page.row(row, [leaf.id, leaf.title, leaf.marks, *numbers, calculation])
                row += 1
            sums = self._numbers(scores, f"section {section.id}", self.result.sections[section.id])
            self.page.row(row, [section.id, f"{section.title} 小计", section.marks, *sums, ""], ("sum",))
            row += 1

    def _numbers(self, scores: Scores, line: str, own: Decimal | None) -> Sequence[Any]:
        """A score with the best, the mean and its rank among all chains."""
        if own is None:
            return [text("column.pending", "zh"), None, None, None]
        spread = scores.spreads[line]
        score = scores.places.cell(line, scores.places.column(self.chain.id))
        rank = Formula(f"=RANK({score},{spread.cells})", 1 + spread.order.index(own))
        return [Formula(f"={score}", own), spread.best, spread.mean, rank]
