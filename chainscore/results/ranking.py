"""The results workbook's first sheet: the ranking, live, with charts of the sections and of the indicators."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chainscore.method.rulebook import Rulebook, Section
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.page import Column, Page
from chainscore.results.excel.style import FONT
from chainscore.results.scores import BEST, FIRST_CHAIN, MEAN, Places
from chainscore.results.scores import NAME as SCORES
from chainscore.scoring.scorecard import Scorecard
from chainscore.words.references import column_letters
from chainscore.words.texts import text

NAME = "排名"
GRIDLINES = {"visible": True, "line": {"color": "#E0E0E0"}}
SECTION_COLOURS = ("#1F4E79", "#2E9E6B", "#F2A33A", "#8E6BBF")
CHAIN_COLOURS = ("#4472C4", "#ED7D31", "#70AD47", "#9E480E", "#7030A0", "#00A0B0")


def _sections(book: Rulebook, file: Book, page: Page, last: int) -> Any:
    """Each chain by section."""
    chart = file.chart("bar", "stacked")
    names = len(page.columns) - 2
    for index, section in enumerate(book.sections):
        chart.add_series({
            "name": section.title,
            "categories": [NAME, page.first, names, last, names],
            "values": [NAME, page.first, 3 + index, last, 3 + index],
            "fill": {"color": SECTION_COLOURS[index % len(SECTION_COLOURS)]}, "gap": 60,
            "data_labels": {"value": True, "num_format": "0.0", "font": {"name": FONT, "size": 8, "color": "white"}},
        })  # fmt: skip
    chart.set_title({"name": "各产业链得分构成", "name_font": {"name": FONT, "size": 12}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": {"name": FONT, "size": 9}})
    chart.set_x_axis({"visible": False, "major_gridlines": GRIDLINES})
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 9}})
    chart.set_size({"width": 520, "height": 440})
    return chart


def _indicators(book: Rulebook, file: Book, places: Places) -> Any:
    """Each chain by indicator, against the best and the mean."""
    chart, lines = file.chart("column"), file.chart("line")
    first, last = places.second_header, places.second_header + len(book.indicators) - 1
    for index, chain in enumerate(book.chains):
        at = FIRST_CHAIN - 1 + index
        chart.add_series({
            "name": chain.short_name, "categories": [SCORES, first, 0, last, 0], "values": [SCORES, first, at, last, at],
            "fill": {"color": CHAIN_COLOURS[index % len(CHAIN_COLOURS)]}, "gap": 60,
        })  # fmt: skip
    for index, (title, colour) in enumerate(((BEST, "#C00000"), (MEAN, "#404040"))):
        at = FIRST_CHAIN - 1 + len(book.chains) + index
        lines.add_series({
            "name": title, "categories": [SCORES, first, 0, last, 0], "values": [SCORES, first, at, last, at],
            "line": {"color": colour, "width": 1.25, "dash_type": "solid" if title == BEST else "dash"},
            "marker": {"type": "diamond", "size": 4, "fill": {"color": colour}, "border": {"color": colour}},
        })  # fmt: skip
    chart.combine(lines)
    chart.set_title({"name": "各指标得分：各产业链与最高、平均", "name_font": {"name": FONT, "size": 12}, "overlay": False})
    chart.set_x_axis({"num_font": {"name": FONT, "size": 9}, "name": "指标", "name_font": {"name": FONT, "size": 9}})
    chart.set_y_axis({"num_font": {"name": FONT, "size": 9}, "major_gridlines": GRIDLINES})
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 9}})
    chart.set_size({"width": 760, "height": 440})
    return chart


def _headed(section: Section) -> str:
    """A section's title, with its full marks where it has any."""
    return f"{section.title}\n（{section.marks}分）" if section.marks is not None else section.title


class Ranking:
    """The ranking of one scorecard."""

    def __init__(self, book: Rulebook, scorecard: Scorecard, file: Book) -> None:
        self.book = book
        self.scorecard = scorecard
        self.file = file
        self.pending = scorecard.pending
        self.page = file.page(NAME, self._columns(), size=11, least=26, frozen=2)

    def _columns(self) -> list[Column]:
        return [
            Column("名次", 9, "centre"), Column("产业链", 44, "name"), Column("牵头单位", 17, "name"),
            *(Column(_headed(section), 13, "score") for section in self.book.sections),
            Column("总分", 13, "total"), Column("与上一名差距", 14, "score"),
            *([Column("待定指标", 26, "name")] if self.pending else []),
            Column("简称", 15, "centre"), Column("列序", 7, "whole"),
        ]  # fmt: skip

    def write(self, places: Places) -> None:
        for row, _ in enumerate(self.scorecard.chains, self.page.first):
            self._write_row(row, places)
        last = self.page.first + len(self.scorecard.chains) - 1
        charts = _sections(self.book, self.file, self.page, last), _indicators(self.book, self.file, places)
        for column, chart in zip((0, 3), charts, strict=True):
            self.page.sheet.insert_chart(last + 2, column, chart, {"object_position": 2})
        self.file.mark(self.page, last)

    @staticmethod
    def _section(cell: str, score: Decimal | None) -> Formula:
        return Formula(f"={cell}", score if score is not None else text("column.pending", "zh"))

    def _write_row(self, row: int, places: Places) -> None:
        """One place in the list: whoever has it now."""
        index = row - self.page.first
        chain = self.scorecard.chains[index]
        named = self.book.chain(chain.chain)
        first, own_row = self.page.first + 1, row + 1
        place = f"${column_letters(len(self.page.columns))}{own_row}"
        total = f"{column_letters(4 + len(self.book.sections))}"

        def picked(line: str) -> str:
            return f"INDEX({places.row_of_chains(line)},1,{place})"

        ranks = places.row_of_chains("rank")
        tied = sum(other.rank == chain.rank for other in self.scorecard.chains) > 1
        shown = text("column.tied", "zh", rank=chain.rank) if tied else chain.rank
        rank = picked("rank")
        said = "&".join(
            _quoted(part) if part != "|" else rank for part in text("column.tied", "zh", rank="&|&").split("&") if part
        )
        names = f"CHOOSE({place},{','.join(_quoted(each.name) for each in self.book.chains)})"
        units = f"CHOOSE({place},{','.join(_quoted(each.lead_unit) for each in self.book.chains)})"
        above = self.scorecard.chains[index - 1] if index else None
        values: list[Any] = [
            Formula(f"=IF(COUNTIF({ranks},{rank})>1,{said},{rank})", shown),
            Formula(f"={names}", named.name), Formula(f"={units}", named.lead_unit),
            *(self._section(picked(f"section {section.id}"), chain.sections[section.id]) for section in self.book.sections),
            Formula(f"={picked('total')}", chain.total),
            Formula(f"={total}{row}-{total}{own_row}", above.total - chain.total) if above is not None else None,
            *(["、".join(chain.pending)] if self.pending else []),
            Formula(f"={picked('header')}", named.short_name),
            Formula(
                f"=MATCH(ROWS(A${first}:A{own_row}),{places.row_of_chains('order')},0)",
                [each.id for each in self.book.chains].index(chain.chain) + 1,
            ),
        ]  # fmt: skip
        incomplete = [self._lacking(chain.pending, section.id) for section in self.book.sections]
        open_leaves: list[tuple[str, ...]] = [("red",)] if self.pending else []
        looks = ((), (), (), *incomplete, self._lacking(chain.pending, None), (), *open_leaves, (), ("idle",))
        self.page.row(row, values, cells=looks)

    def _lacking(self, pending: Sequence[str], section: str | None) -> tuple[str, ...]:
        """The style of a sum, of one section or of all, that lacks a pending leaf."""
        return ("red",) if any(section in (None, leaf.partition(".")[0]) for leaf in pending) else ()


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
