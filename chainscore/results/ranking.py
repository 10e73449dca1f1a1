"""The results workbook's sheet of ranks, live, as it is signed and published, with charts of the sections below."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from chainscore.method.rulebook import Rulebook, Section
from chainscore.results import formulas
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.page import Column
from chainscore.results.excel.style import FONT, Looks
from chainscore.results.names import named
from chainscore.results.scores import Places, is_grade_pending, rated
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.words.bilingual import listed, told
from chainscore.words.references import column_letters
from chainscore.words.texts import text

GRIDLINES = {"visible": True, "line": {"color": "#E0E0E0"}}
SECTION_COLOURS = ("#1F4E79", "#2E9E6B", "#F2A33A", "#8E6BBF")
CHAIN_COLOURS = ("#4472C4", "#ED7D31", "#70AD47", "#9E480E", "#7030A0", "#00A0B0")
NAME = 1
"""The column of the objects' names, from 0."""
BESIDE = {"chief": (11, "centre"), "lead_unit": (17, "name")}
"""(width, style) of what a list may tell of objects beside their names: a column of each that the method has a word for."""
WHITE = {"name": FONT, "size": 9, "color": "white"}
ON_ONE_SHEET = 12
"""So many objects that the list ends on the paper's first sheet."""
ROW_OF_CHART = 20
"""Pixels of a row beside a chart."""


def shared_rank(rank: str, ranks: str, shown: int | None, tied: bool, language: Any, group: tuple[str, str] | None) -> Any:
    """A rank, with a word before it where several share it, of the ``group`` (its own, all objects') where there is one."""
    if shown is None:
        return text("column.pending", language)
    among = f"{group[1]},{group[0]}," if group is not None else ""
    before, _, after = text("column.tied", language, rank="|").partition("|")
    said = "&".join(part for part in (_quoted(before), rank, _quoted(after)) if part != '""')
    value = text("column.tied", language, rank=shown) if tied else shown
    return Formula(f"=IF(COUNTIFS({among}{ranks},{rank})>1,{said},{rank})", value)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


class Ranking:
    """The ranking of one scorecard."""

    def __init__(self, book: Rulebook, scorecard: Scorecard, file: Book, firm: str = "") -> None:
        """``firm`` says how firm its first two places are, where that is known."""
        self.firm = firm
        self.book = book
        self.scorecard = scorecard
        self.file = file
        self.pending = scorecard.pending
        self.grouped = book.total.rank_in_groups
        self.beside = [line for line in BESIDE if told(getattr(book.words, line), book.language)]
        self.first_section = NAME + 1 + self.grouped + len(self.beside)
        period = scorecard.period.name(book.language)
        heading = told(book.words.ranking, book.language).format(period=period)
        note = text("ranking.unit", book.language)
        name = named("ranking", book.language)
        self.page = file.page(
            name, self._columns(), size=11, least=26, frozen=2, note=note, heading=heading, kind="ranking"
        )  # fmt: skip
        self.page.sheet.activate()

    def _columns(self) -> list[Column]:
        words, say = self.book.words, self._say
        return [
            Column(say("ranking.rank"), 8, "centre"), Column(told(words.object, self.book.language), 34, "name"),
            *([Column(say("column.group"), 10, "centre")] if self.grouped else []),
            *(Column(told(getattr(words, line), self.book.language), *BESIDE[line]) for line in self.beside),
            *(Column(self._headed(section), 12, "score") for section in self.book.sections),
            Column(say("ranking.total"), 12, "total"), Column(say("column.gap"), 12, "score"),
            *([Column(say("column.grade"), 10, "centre")] if self.book.total.grades else []),
            *([Column(say("ranking.pending"), 26, "name")] if self.pending else []),
        ]  # fmt: skip

    def _say(self, key: str) -> str:
        return text(key, self.book.language)

    def _headed(self, section: Section) -> str:
        """A section's title, with its full marks where it has any."""
        if section.marks is None:
            return section.title
        return text("ranking.section", self.book.language, title=section.title, marks=section.marks)

    # ------------------------------------------------ writing

    def write(self, places: Places) -> None:
        for row, _ in enumerate(self.scorecard.chains, self.page.first):
            self._write_row(row, places)
        below = self.page.first + len(self.scorecard.chains)
        self._write_means(below)
        if self.firm:
            self.page.cell(below + 1, 0, self.firm, "plain")
        below += bool(self.firm)
        if not self.scorecard.draft:
            self._write_signatures(below + 1)
        self._write_charts(below + 3, places)
        self.file.mark(self.page, below)

    def _write_charts(self, row: int, places: Places) -> None:
        """Points of whole sections alone, for a bar would show what is pending as nothing; rates are blank there."""
        height = 80 + 30 * len(self.book.chains)
        if not self.pending:
            last = self.page.first + len(self.scorecard.chains) - 1
            chart = self._finished(self._points(last), "ranking.chart_points", height)
            self.page.sheet.insert_chart(row, 0, chart, {"object_position": 2})
            row += 1 + math.ceil(height / ROW_OF_CHART)
        if rated(self.book):
            height = 100 + 16 * len(rated(self.book)) * len(self.book.chains)
            chart = self._finished(_rates(self.book, self.file, places), "ranking.chart_rates", height)
            # A little below the row's edge, which belongs to the sheet of paper before.
            self.page.sheet.insert_chart(row, 0, chart, {"object_position": 2, "y_offset": 4})
            if not self.pending:
                self.page.sheet.set_h_pagebreaks([row])
                if len(self.scorecard.chains) <= ON_ONE_SHEET:  # the header would stand above a chart alone
                    self.page.sheet.repeat_rows(0)

    def _points(self, last: int) -> Any:
        """Each object by the points of its sections."""
        chart, page = self.file.chart("bar", "stacked"), self.page
        for index, section in enumerate(self.book.sections):
            column = self.first_section + index
            chart.add_series({
                "name": section.title, "categories": [page.name, page.first, NAME, last, NAME],
                "values": [page.name, page.first, column, last, column],
                "fill": {"color": SECTION_COLOURS[index % len(SECTION_COLOURS)]}, "gap": 60,
                "data_labels": {"value": True, "num_format": r"0.0;\-0.0;;", "font": WHITE},
            })  # fmt: skip
        chart.set_x_axis({"visible": False, "major_gridlines": GRIDLINES})
        return chart

    def _finished(self, chart: Any, title: str, height: int) -> Any:
        """With its title, names from the first down, and as wide as the list."""
        chart.set_title({"name": self._say(title), "name_font": {"name": FONT, "size": 12}, "overlay": False})
        # Names stand beside the bars, of which some may go to the left.
        names = {"name": FONT, "size": 9}
        chart.set_y_axis({"reverse": True, "num_font": names, "interval_unit": 1, "label_position": "low"})
        chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 9}})
        chart.set_size({"width": self.page.pixels - 5, "height": height})
        return chart

    def _section(self, cell: str, score: Decimal | None) -> Formula:
        """A section's score, or that it is pending."""
        return Formula(f"={cell}", score if score is not None else text("column.pending", self.book.language))

    def _write_row(self, row: int, places: Places) -> None:
        """One place in the list: whoever has it now."""
        index = row - self.page.first
        chain = self.scorecard.chains[index]
        named = self.book.chain(chain.chain)
        place = f"MATCH(ROWS(A${self.page.first + 1}:A{row + 1}),{places.row_of_chains('order')},0)"

        def picked(line: str) -> str:
            cells = places.row_of_chains(line)
            # Of a single cell Gnumeric's INDEX has no first row.
            return f"INDEX({cells},1,{place})" if len(self.book.chains) > 1 else cells.partition(":")[0]

        tied = self.scorecard.is_tied(chain, self.book)
        gap = self._gap(self.scorecard.chains[index - 1], chain) if index else None
        group = None
        if self.grouped:
            group = formulas.exactly(picked("group"), named.group), places.row_of_chains("group")
        total = column_letters(self.first_section + len(self.book.sections) + 1)
        values: list[Any] = [
            shared_rank(picked("rank"), places.row_of_chains("rank"), chain.rank, tied, self.book.language, group),
            Formula(f"={picked('name')}", named.name),
            *([Formula(f"={picked('group')}", named.group)] if self.grouped else []),
            *(self._told(line, picked, getattr(named, line)) for line in self.beside),
            *(self._section(picked(f"section {section.id}"), chain.sections[section.id]) for section in self.book.sections),
            self._section(picked("total"), chain.total),
            Formula(f"={total}{row}-{total}{row + 1}", gap) if gap is not None else None,
            *([self._graded(picked("grade"), chain)] if self.book.total.grades else []),
            *([listed(chain.pending, self.book.language)] if self.pending else []),
        ]  # fmt: skip
        self.page.row(row, values, cells=self._looks(chain))

    def _graded(self, cell: str, chain: ChainScore) -> Formula:
        """A grade, or that it is pending."""
        pending = is_grade_pending(self.book, chain)
        return Formula(f"={cell}", text("column.pending", self.book.language) if pending else chain.grade)

    def _gap(self, above: ChainScore, chain: ChainScore) -> Decimal | None:
        """How far an object is behind the next above, of its group where ranks are within groups."""
        apart = self.grouped and self.book.chain(above.chain).group != self.book.chain(chain.chain).group
        if apart or self.pending or above.total is None or chain.total is None:
            return None
        return above.total - chain.total

    def _told(self, line: str, picked: Callable[[str], str], value: str) -> Formula | None:
        """What is known of objects; to be filled in by hand where it is known of none."""
        known = any(getattr(chain, line) for chain in self.book.chains)
        return Formula(f'={picked(line)}&""', value) if known else None

    def _looks(self, chain: ChainScore) -> Sequence[Looks]:
        """Sums that lack a pending leaf stand out."""
        lacking = [chain.lacks(self.book.leaves_by_section[section.id]) for section in self.book.sections]
        incomplete: list[Looks] = [("red",) if each else () for each in (*lacking, bool(chain.pending))]
        open_leaves: list[Looks] = [("red",)] if self.pending else []
        graded: list[Looks] = [()] if self.book.total.grades else []
        return (*[()] * self.first_section, *incomplete, (), *graded, *open_leaves)

    def _write_means(self, row: int) -> None:
        """The mean of each section and of the totals."""
        chains = self.scorecard.chains
        whole = [self.book.leaves_by_section[section.id] for section in self.book.sections]
        columns = [
            [None if chain.lacks(leaves) else chain.sections[section.id] for chain in chains]
            for section, leaves in zip(self.book.sections, whole, strict=True)
        ]
        columns.append([chain.total for chain in chains])
        means = [self._mean(column_letters(index), row, scores) for index, scores in enumerate(columns, self.first_section + 1)]
        before, after = (
            [None] * each for each in (self.first_section - NAME - 1, len(self.page.columns) - self.first_section - len(means))
        )
        self.page.row(row, [None, self._say("ranking.mean"), *before, *means, *after], ("sum",))

    def _mean(self, letters: str, last: int, scores: Sequence[Decimal | None]) -> Formula | None:
        """That of the scores above, where all are known."""
        known = [score for score in scores if score is not None]
        if len(known) < len(scores):
            return None
        return Formula(f"=AVERAGE({letters}{self.page.first + 1}:{letters}{last})", sum(known, Decimal(0)) / len(known))

    def _write_signatures(self, row: int) -> None:
        """Who has made the list, who has checked it, on which day; and who publishes it."""
        body = told(self.book.words.body, self.book.language)
        columns = (0, NAME + 1, max(self.first_section, NAME + 3))
        said = zip(columns, map(self._say, ("ranking.made_by", "ranking.checked_by", "ranking.date")), strict=True)
        for column, line in (*said, (columns[-1] + 2, body)):
            self.page.cell(row, column, line, "plain")
        self.page.sheet.set_row(row, 40)


# ---------------------------------------------------------------- charts


def _rates(book: Rulebook, file: Book, places: Places) -> Any:
    """Each section by the share of its full marks that each object has earned."""
    chart = file.chart("bar")
    sections = rated(book)
    first, last = (places.rows[f"rate {section.id}"] - 1 for section in (sections[0], sections[-1]))
    for index, chain in enumerate(book.chains):
        column = places.columns[0] + index
        chart.add_series({
            "name": chain.short_name, "categories": [places.sheet, first, 1, last, 1],
            "values": [places.sheet, first, column, last, column],
            "fill": {"color": CHAIN_COLOURS[index % len(CHAIN_COLOURS)]}, "gap": 40,
            "data_labels": {"value": True, "num_format": "0%", "font": {"name": FONT, "size": 8}},
        })  # fmt: skip
    chart.set_x_axis({"num_format": "0%", "num_font": {"name": FONT, "size": 9}, "major_gridlines": GRIDLINES})
    return chart
