"""The results workbook's scorecards: one A4 page for each chain, to be handed to its chief."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chainscore.method.rulebook import Chain, Rulebook
from chainscore.results.pages import FONT, Column, Pages, sheet_name
from chainscore.results.quick_worksheet import Formula
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


def open_card(chain: Chain, book: Rulebook, pages: Pages, places: Places) -> None:
    """Make a chain's sheet, with its headings and its chart."""
    page = pages.bare(_name(chain), COLUMNS, header=5, size=SIZE, least=17.5, portrait=True)
    page.sheet.fit_to_pages(1, 1)
    pages.expect(page, ((), ("sum",)))
    below = page.first + len(book.leaves) + len(book.sections)
    for row, column, value, look in (
        (0, 0, f"{chain.name}产业链成绩单", "title"), (1, 0, pages.title, "plain"),
        (2, 0, f"牵头单位：{chain.lead_unit}　　类别：{chain.group}", "plain"),
        *((below + 22, column, label, "plain") for column, label in SIGNATURES),
    ):  # fmt: skip
        pages.cell(page, row, column, value, (look,))
    pages.header(page, page.header, 20)
    for row, height in ((0, 28), (3, 20), (4, 34)):
        page.sheet.set_row(row, height)
    page.sheet.insert_chart(below + 1, 0, _chart(chain, book, pages, places), {"object_position": 2})
    page.sheet.print_area(0, 0, below + 24, len(COLUMNS) - 1)
    pages.mark(page.sheet, below, len(COLUMNS))


def _chart(chain: Chain, book: Rulebook, pages: Pages, places: Places) -> Any:
    """Each indicator against the best and the mean."""
    chart = pages.workbook.add_chart({"type": "column"})
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


def _name(chain: Chain) -> str:
    return sheet_name(PREFIX, chain.short_name)


class Card:
    """One chain's scorecard."""

    def __init__(self, chain: Chain, book: Rulebook, scorecard: Scorecard, pages: Pages) -> None:
        self.chain = chain
        self.book = book
        self.pages = pages
        self.result: ChainScore = next(each for each in scorecard.chains if each.chain == chain.id)
        self.others = scorecard.chains
        self.page = pages.opened[_name(chain)]
        self.sheet = self.page.sheet

    def write(self, scores: Scores) -> None:
        self._heading(scores.places)
        self._leaves(scores)

    def _heading(self, places: Places) -> None:
        column = places.column(self.chain.id)
        best = max(chain.total for chain in self.others)
        totals = places.row_of_chains("total")
        total, rank = places.cell("total", column), places.cell("rank", column)
        gap = Formula(f"=ROUND(MAX({totals})-{total},{self.book.decimals})", best - self.result.total)
        for (first, last), label, value, number in (
            ((0, 1), "总分", Formula(f"={total}", self.result.total), "score"),
            ((2, 5), "名次", Formula(f"={rank}", self.result.rank), "whole"),
            ((6, 7), "与最高总分的差距", gap, "score"),
        ):
            for row, shown, styles in ((3, label, ("text", "header")), (4, value, (number, "big"))):
                self.sheet.merge_range(row, first, row, last, shown, self.pages.style(SIZE, *styles))

    def _leaves(self, scores: Scores) -> None:
        """A line for each leaf, and for each section their sum."""
        rows: list[list[Any]] = []
        looks: list[tuple[str, ...]] = []
        for section in self.book.sections:
            for leaf in self.book.leaves_by_section[section.id]:
                calculation = scores.evidence.formulas[self.chain.id, leaf.id]
                if len(calculation) > LONGEST_CALCULATION:
                    calculation = calculation[: LONGEST_CALCULATION - 1] + "…"
                numbers = self._numbers(scores, leaf.id, self.result.leaves[leaf.id].score)
                rows.append([leaf.id, leaf.title, leaf.marks, *numbers, calculation])
                looks.append(())
            sums = self._numbers(scores, f"section {section.id}", self.result.sections[section.id])
            rows.append([section.id, f"{section.title} 小计", section.marks, *sums, ""])
            looks.append(("sum",))
        self.pages.rows(self.page, list(zip(*rows, strict=True)), looks)

    def _numbers(self, scores: Scores, line: str, own: Decimal | None) -> Sequence[Any]:
        """A score with the best, the mean and its rank among all chains."""
        if own is None:
            return [text("column.pending", "zh"), None, None, None]
        spread = scores.spreads[line]
        score = scores.places.cell(line, scores.places.column(self.chain.id))
        rank = Formula(f"=RANK({score},{spread.cells})", 1 + spread.order.index(own))
        return [Formula(f"={score}", own), spread.best, spread.mean, rank]
