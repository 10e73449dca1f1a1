"""The results workbook's scorecards: a page for each object, to be handed to its chief."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from chainscore.method.period import Period
from chainscore.method.rulebook import Chain, Leaf, Rulebook, marks_of
from chainscore.results import formulas
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.measure import sheet_name, text_lines
from chainscore.results.excel.page import Column
from chainscore.results.excel.style import FONT, Looks
from chainscore.results.ranking import GRIDLINES, ROW_OF_CHART, shared_rank
from chainscore.results.scores import Places, Scores
from chainscore.scoring.earlier import Earlier
from chainscore.scoring.evidence import POINTS, ROW_NUMBER, WHY
from chainscore.scoring.limits import limits_of_section, limits_of_total
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.words.bilingual import bracketed, listed, named, several, told
from chainscore.words.references import column_letters
from chainscore.words.texts import text

COLUMNS = (
    ("card.leaf", 7, "centre"), ("card.name", 19, "name"), ("card.marks", 7, "centre"), ("card.score", 8, "total"),
    ("card.rate", 8, "rate"), ("card.loss", 7, "score"), ("card.mean_rate", 8, "rate"), ("card.rank", 6, "centre"),
    ("card.reason", 46, "name"),
)  # fmt: skip
"""(title, width, style)."""
BEFORE = (("card.before", 7, "score"), ("card.change", 7, "change"))
"""Those that come before the reason where there is an earlier period."""
REASON_SIZE, NARROWER = 10, 13
"""Points of the reason's font; by so much its column is narrower where it has those before it."""
ON_ONE_SHEET = 12
"""So many leaves that the scorecard and its chart have room on one sheet of paper."""
NAME, MARKS, SCORE, RATE, MEAN_RATE = 1, 2, 3, 4, 6
"""Columns, from 0."""
SIZE = 11
LONGEST_REASON = 200
BAR, BESIDE_BARS = 26, 90
"""Pixels of a chart: for each line, so that each has its name, and for title, legend and scale."""
OWN, OTHERS = "#1F4E79", "#BFBFBF"


class Card:
    """One object's scorecard."""

    def __init__(
        self, chain: Chain, book: Rulebook, scorecard: Scorecard, file: Book, steps: Sequence[str], earlier: Earlier | None
    ) -> None:
        """``steps`` are the next points, in words."""
        self.steps = steps
        self.earlier = earlier
        self.chain = chain
        self.book = book
        self.file = file
        self.draft = scorecard.draft
        self.scorecard = scorecard
        self.result: ChainScore = next(each for each in scorecard.chains if each.chain == chain.id)
        self.others = scorecard.chains
        titles = [*COLUMNS[:-1], *(BEFORE if earlier is not None else ()), COLUMNS[-1]]
        columns = [Column(self._say(key), width, style) for key, width, style in titles]
        columns[-1] = replace(columns[-1], size=REASON_SIZE, width=columns[-1].width - (NARROWER if earlier is not None else 0))
        name = sheet_name(self._say("card.prefix"), chain.short_name, [each.short_name for each in book.chains])
        self.last_column = len(columns) - 1
        self.page = file.bare_page(name, columns, header=5, size=SIZE, least=18, portrait=True, kind="card")

    def _say(self, key: str, **values: object) -> str:
        return text(key, self.book.language, **values)

    def write(self, scores: Scores) -> None:
        page = self.page
        self._write_heading(scores.places)
        page.titles(page.header, 36)
        below = self._write_steps(self._write_lines(scores)) + 1
        if not self.draft:
            self._write_signatures(below)
        page.sheet.fit_to_pages(1, 0)
        if any(leaf.marks for leaf in self.book.leaves):  # else there is no share of them
            below = self._write_chart(below + 2)
        page.sheet.print_area(0, 0, below, self.last_column)
        self.file.mark(page, below)

    def _write_chart(self, row: int) -> int:
        """The chart, on paper below the lines or on a sheet of its own; returns the row below."""
        page, height = self.page, BESIDE_BARS + BAR * (self.last - self.page.first + 1)
        chart = self._chart(self.last)
        chart.set_size({"width": page.pixels - 5, "height": height})
        page.sheet.insert_chart(row, 0, chart, {"object_position": 2})
        if len(self.book.leaves) > ON_ONE_SHEET:
            page.sheet.set_h_pagebreaks([row - 1])
            page.sheet.repeat_rows(0, 1)
        return row + math.ceil(height / ROW_OF_CHART)

    def _write_heading(self, places: Places) -> None:
        """Whose it is, and three numbers at a glance."""
        page, chain, words, language = self.page, self.chain, self.book.words, self.book.language
        page.cell(0, 0, self._say("card.title", name=chain.name), "title")
        page.cell(1, 0, self.file.title, "plain")
        deputies = listed(chain.deputies, language)
        known = ((words.chief, chain.chief), (words.deputies, deputies), (words.lead_unit, chain.lead_unit))
        said = [named(told(label, language), value, language) for label, value in known if told(label, language) and value]
        of_group = [self._say("card.group", group=chain.group)] if chain.group else []
        page.cell(2, 0, several([*said, *of_group, *self._before()], language), "plain")
        column = places.column(chain.id)
        total, rank, ranks = places.cell("total", column), places.cell("rank", column), places.row_of_chains("rank")
        tied = self.scorecard.is_tied(self.result, self.book)
        group = None
        if self.book.total.rank_in_groups:
            group = formulas.exactly(places.cell("group", column), chain.group), places.row_of_chains("group")
        for (first, last), label, value, number in (
            ((0, 1), "card.total", self._or_pending(f"={total}", self.result.total), "score"),
            ((2, 5), "card.rank", shared_rank(rank, ranks, self.result.rank, tied, self.book.language, group), "whole"),
            ((6, self.last_column), "card.gap", self._gap(total, places), "score"),
        ):
            page.merge(3, first, last, self._say(label), "text", "header")
            page.merge(4, first, last, value, number, "big")
        for row, height in ((0, 28), (3, 22), (4, 36)):
            page.sheet.set_row(row, height)

    def _before(self) -> list[str]:
        """Its rank in the earlier period, where it had one."""
        if self.earlier is None or self.earlier.ranks.get(self.chain.id) is None:
            return []
        period = Period.parse(self.earlier.period, self.book.year_starts).name(self.book.language)
        return [self._say("card.rank_before", period=period, rank=self.earlier.ranks[self.chain.id])]

    def _or_pending(self, formula: str, score: Decimal | None) -> Any:
        return Formula(formula, score) if score is not None else text("column.pending", self.book.language)

    def _gap(self, total: str, places: Places) -> Any:
        """How far the total is behind the highest one."""
        totals = [other.total for other in self.others if other.total is not None]
        own = self.result.total
        gap = max(totals) - own if own is not None and len(totals) == len(self.others) else None
        return self._or_pending(f"=ROUND(MAX({places.row_of_chains('total')})-{total},{self.book.decimals})", gap)

    # ------------------------------------------------ lines

    def _write_lines(self, scores: Scores) -> int:
        """A line for each leaf, for each section and for all; returns the row below."""
        row = self.page.first
        for section in self.book.sections:
            for leaf in self.book.leaves_by_section[section.id]:
                own = self.result.leaves[leaf.id].score
                self._write_line(row, scores, leaf.id, (leaf.id, leaf.title), leaf.marks, own, self._reason(leaf, scores))
                row += 1
            title = self._say("card.sum", title=section.title)
            own, line = self.result.sections[section.id], f"section {section.id}"
            so_far = self.result.lacks(self.book.leaves_by_section[section.id])
            said = self._said(limits_of_section(self.result, section, self.book, self.book.language))
            self._write_line(row, scores, line, (section.id, title), section.marks, own, said, ("sum",), so_far)
            row += 1
        marks = marks_of(self.book.sections)
        said = self._said(limits_of_total(self.result, self.book, self.book.language))
        self._write_line(row, scores, "total", ("", self._say("card.total")), marks, self.result.total, said, ("all",))
        self.last = row
        return row + 1

    def _write_steps(self, row: int) -> int:
        """The next points, a line each; returns the row below."""
        if not self.steps:
            return row
        self.page.merge(row + 1, 0, self.last_column, text("step.title", self.book.language), "name", "header")
        width = sum(column.width for column in self.page.columns)
        for at, step in enumerate(self.steps, row + 2):
            self.page.merge(at, 0, self.last_column, step, "name")
            self.page.sheet.set_row(at, 18 * text_lines(step, width, SIZE))
        return row + 2 + len(self.steps)

    def _write_line(
        self, row: int, scores: Scores, line: str, named: Sequence[str], marks: Decimal | None, own: Decimal | None,
        reason: str, looks: Looks = (), so_far: bool = False,
    ) -> None:  # fmt: skip
        """A score with its share of the full marks, what it lacks of them, the mean share and its rank among all.

        Of a sum ``so_far``, which lacks a pending leaf, nothing follows; mean and rank need all objects' scores.
        """
        movement = self._movement(line, row, None if so_far else own)
        if own is None:
            self.page.row(
                row, [*named, marks, text("column.pending", self.book.language), *[None] * 4, *movement, reason], looks
            )
            return
        spread, places, number = scores.spreads.get(line), scores.places, row + 1
        score = places.cell(line, places.column(self.chain.id))
        shares: list[Any] = [None, None, None, None]
        if marks and not so_far:
            shares[0] = Formula(f"=D{number}/C{number}", Fraction(own) / Fraction(marks))
            shares[1] = Formula(f"=C{number}-D{number}", marks - own)
        if marks and spread is not None:
            shares[2] = Formula(f"{spread.mean.text}/C{number}", Fraction(spread.mean.value) / Fraction(marks))
        if spread is not None:
            shares[3] = Formula(f"=RANK({score},{spread.cells})", 1 + spread.order.index(own))
        own_looks: Looks = ("red",) if so_far else ()
        cells = ((), (), (), own_looks, *[()] * (self.last_column - 3))
        self.page.row(row, [*named, marks, Formula(f"={score}", own), *shares, *movement, reason], looks, cells)

    def _movement(self, line: str, row: int, own: Decimal | None) -> list[Any]:
        """What the line was in the earlier period, where there is one, and how far it has risen since."""
        if self.earlier is None:
            return []
        before = self.earlier.scores.get(self.chain.id, {}).get(line)
        if before is None or own is None:
            return [before, None]
        letters = column_letters(len(COLUMNS))  # the first of BEFORE stands where the reason else does
        return [before, Formula(f"=D{row + 1}-{letters}{row + 1}", own - before)]

    def _reason(self, leaf: Leaf, scores: Scores) -> str:
        """How a score came about, and the reason for which most rows earned nothing or cost points, where it is not full."""
        result = self.result.leaves[leaf.id]
        said = scores.evidence.formulas[self.chain.id, leaf.id]
        assert self.scorecard.evidence is not None
        columns = self.scorecard.evidence.columns
        # Where points are taken off what there is at first, a row that takes nothing off loses nothing.
        lost = [at for at in result.evidence.rows if columns[POINTS][at] < 0 or not (columns[POINTS][at] or result.start)]
        rows = (at for at in lost if columns[ROW_NUMBER][at] is not None)
        idle = Counter(scores.evidence.because(columns[WHY][at]) for at in rows)
        if idle and result.score is not None and (leaf.marks is None or result.score < leaf.marks):
            [(why, times)] = idle.most_common(1)
            said = self._say("card.idle", said=said, times=times, why=why)
        return _shortened(said)

    def _said(self, limits: Sequence[str]) -> str:
        """Why a sum is not what its lines come to."""
        return _shortened(text("method.semicolon", self.book.language).join(limits))

    # ------------------------------------------------ below

    def _chart(self, last: int) -> Any:
        """The share of full marks in each line, beside the mean of all."""
        chart, page = self.file.chart("bar"), self.page
        for title, column, colour in ((self.chain.short_name, RATE, OWN), (self._say("card.mean"), MEAN_RATE, OTHERS)):
            chart.add_series({
                "name": title, "categories": [page.name, page.first, NAME, last, NAME],
                "values": [page.name, page.first, column, last, column], "fill": {"color": colour}, "gap": 40,
            })  # fmt: skip
        chart.set_title({"name": self._say("card.chart"), "name_font": {"name": FONT, "size": 11}, "overlay": False})
        # Every line has its name, and the scale ends where full marks do.
        chart.set_y_axis({"reverse": True, "num_font": {"name": FONT, "size": 8}, "interval_unit": 1, "label_position": "low"})
        chart.set_x_axis(
            {**self._scale(), "num_format": "0%", "num_font": {"name": FONT, "size": 9}, "major_gridlines": GRIDLINES}
        )
        chart.set_legend({"position": "top", "font": {"name": FONT, "size": 9}})
        return chart

    def _scale(self) -> dict[str, int]:
        """Up to full marks, which no bar is beyond but where a leaf has no cap."""
        scores = ((self.result.leaves[leaf.id].score, leaf.marks) for leaf in self.book.leaves)
        beyond = any(score is not None and marks and score > marks for score, marks in scores)
        return {} if beyond else {"max": 1}

    def _write_signatures(self, row: int) -> None:
        words, language = self.book.words, self.book.language
        chief, seal = told(words.chief, language), told(words.seal, language)
        body = told(words.body, language)
        if chief:
            who = f"{chief} {self.chain.chief}".rstrip()
            self.page.cell(row, 0, self._say("card.signature", who=who), "plain")
        if body:
            self.page.cell(row, 3, f"{body}{bracketed(seal, language)}", "plain")
        self.page.cell(row, self.last_column, self._say("card.date"), "plain")


def _shortened(said: str) -> str:
    return said if len(said) <= LONGEST_REASON else f"{said[: LONGEST_REASON - 1]}…"
