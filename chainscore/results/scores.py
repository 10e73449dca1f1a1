"""The results workbook's scores: the matrix of leaves by chain, the sums by indicator, and the ranking, all as formulas."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from chainscore.method.rule.term import Veto
from chainscore.method.rulebook import Chain, Indicator, Leaf, Rulebook, Section, marks_of
from chainscore.results import formulas
from chainscore.results.evidence import EvidenceWorkbook
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.page import Column, readable
from chainscore.results.names import named
from chainscore.results.objects import Objects
from chainscore.results.rules import Rules
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.words.bilingual import listed, told
from chainscore.words.numbers import half_up
from chainscore.words.references import column_letters
from chainscore.words.texts import text

FIRST_CHAIN = 5
"""The column of the first chain, from 1."""
ON_PAPER = 9
"""Points that scores have on paper at least."""
BEST, MEAN, WORST = "best", "mean", "worst"
GREEN_FILL = {"bg_color": "#E2EFDA", "font_color": "#375623"}
RED_FILL = {"bg_color": "#FCE4D6", "font_color": "#833C0B"}


class Spread(NamedTuple):
    """The scores of one row, for other sheets."""

    order: list[Decimal]
    """From the best down."""
    cells: str
    """All chains'."""
    best: Formula
    mean: Formula


def rated(book: Rulebook) -> list[Section]:
    """The sections that have full marks, of which a score is a share."""
    return [section for section in book.sections if section.marks]


def is_grade_pending(book: Rulebook, chain: ChainScore) -> bool:
    """Whether what a grade goes by, the total or the rank, is pending."""
    return (chain.rank if _grades_by_share(book) else chain.total) is None


def _grades_by_share(book: Rulebook) -> bool:
    return any(isinstance(bound, str) for bound in book.total.grades.values())


class Places:
    """Where all stands on the sheet of scores, in every workbook of a rulebook."""

    def __init__(self, book: Rulebook, header: int) -> None:
        """``header`` is the header's row, from 1."""
        self.header = header
        self.sheet = named("scores", book.language)
        self._columns = {chain.id: column_letters(FIRST_CHAIN + index) for index, chain in enumerate(book.chains)}
        self.first, self.last = column_letters(FIRST_CHAIN), column_letters(FIRST_CHAIN + len(book.chains) - 1)
        """The letters of the first and of the last chain's column."""
        self._summaries = {
            title: column_letters(FIRST_CHAIN + len(book.chains) + index) for index, title in enumerate((BEST, MEAN, WORST))
        }
        lines = [
            line
            for section in book.sections
            for line in (*(leaf.id for leaf in book.leaves_by_section[section.id]), f"section {section.id}")
        ]
        said = ["name", "chief", "lead_unit"]
        tail = [
            *(["group"] if book.total.rank_in_groups else []),
            "rank",
            *(["grade"] if book.total.grades else []),
            "order",
            *said,
        ]
        self.rows = {line: row for row, line in enumerate((*lines, "total", *tail), header + 1)}
        """Leaf, ``section X``, ``indicator X``, ``total``, ``rank``, ``order`` → its row, from 1."""
        self.second_header = header + len(self.rows) + 2
        """That of the indicators, from 1."""
        for row, indicator in enumerate(book.indicators, self.second_header + 1):
            self.rows[f"indicator {indicator.id}"] = row
        self.third_header = self.second_header + len(book.indicators) + 2
        """That of the sections' rates, from 1."""
        for row, section in enumerate(rated(book), self.third_header + 1):
            self.rows[f"rate {section.id}"] = row

    def column(self, chain: str) -> str:
        """The letters of a chain's column."""
        return self._columns[chain]

    @property
    def columns(self) -> tuple[int, int]:
        """The first and the last object's column, from 0."""
        return FIRST_CHAIN - 1, FIRST_CHAIN + len(self._columns) - 2

    def cell(self, line: str, column: str) -> str:
        """A cell, as another sheet refers to it."""
        return f"'{self.sheet}'!${column}${self.rows[line]}"

    def row_of_chains(self, line: str, elsewhere: bool = True) -> str:
        """All chains' cells of a row; ``header`` is the row of their names."""
        row = self.header if line == "header" else self.rows[line]
        sheet = f"'{self.sheet}'!" if elsewhere else ""
        return f"{sheet}${self.first}${row}:${self.last}${row}"

    def summary(self, title: str) -> str:
        """The letters of the column of best, mean or worst scores."""
        return self._summaries[title]


class Scores:
    """The scores of one scorecard, to whose rows other sheets refer."""

    def __init__(self, book: Rulebook, scorecard: Scorecard, file: Book) -> None:
        self.book = book
        self.file = file
        columns = self._columns()
        fit = readable(columns, 10, ON_PAPER)
        name = named("scores", book.language)
        self.page = file.page(name, columns, fit.size, least=18.5, frozen=2, kind="scores", across=fit.across)
        self.places = Places(book, self.page.header + 1)
        self.chains = {chain.chain: chain for chain in scorecard.chains}
        self.pending = text("column.pending", book.language)
        self.any_pending = scorecard.pending
        self.spreads: dict[str, Spread] = {}
        """By the same lines as places, when the sheet is written; none of rows in which anything is pending."""

    def _say(self, key: str, **values: object) -> str:
        return text(f"scores.{key}", self.book.language, **values)

    def _columns(self) -> list[Column]:
        say = self._say
        return [
            Column(say("leaf"), 7, "centre"), Column(say("name"), 32, "name"), Column(say("marks"), 7, "centre"),
            Column(say("clause"), 15, "name"),
            *(Column(chain.short_name, 12, "score") for chain in self.book.chains),
            *(Column(say(key), 9, "score", ("computed",)) for key in (BEST, MEAN, WORST)),
        ]  # fmt: skip

    def write(self, evidence: EvidenceWorkbook, objects: Objects, rules: Rules) -> None:
        self.evidence, self.objects, self.rules = evidence, objects, rules
        for section in self.book.sections:
            for leaf in self.book.leaves_by_section[section.id]:
                self._write_leaf(leaf)
            self._write_section(section)
        self._write_totals()
        # The sums by indicator stand in rows next to each other, as charts want them.
        self._write_band(self.places.second_header, "indicators")
        for indicator in self.book.indicators:
            self._write_indicator(indicator)
        self._write_rates()
        self._colour(self.places.header + 1, self.places.rows["total"])
        self._colour(self.places.second_header + 1, self.places.second_header + len(self.book.indicators))
        self.page.sheet.set_h_pagebreaks([self.places.second_header - 2])
        self.file.mark(self.page, self.places.third_header + len(rated(self.book)))

    def _write_band(self, row: int, key: str) -> None:
        """What the rows below are, right across; the header stays in view, and is printed on each sheet of paper."""
        self.page.merge(row - 1, 0, len(self.page.columns) - 1, self._say(key), "name", "header")
        self.page.sheet.set_row(row - 1, 24)

    def _write_rates(self) -> None:
        """Which share of its full marks each section has earned, for charts."""
        sections = rated(self.book)
        if sections:
            self._write_band(self.places.third_header, "rates")
        for section in sections:
            own, line = section.marks, f"rate {section.id}"
            marks = f"$C{self.places.rows[line]}"

            def cell(column: str, chain: ChainScore, section: Section = section, marks: str = marks, own: Any = own) -> Any:
                score = chain.sections[section.id]
                if score is None or chain.lacks(self.book.leaves_by_section[section.id]):
                    return None  # a chart draws a text as zero
                cell = self._own(f"section {section.id}", column)
                return Formula(f"={cell}/{marks}", Fraction(score) / Fraction(own))

            named = [section.id, text("scores.rate", self.book.language, title=section.title), own, ""]
            self._row(line, named, cell, style=("rate",), summed=False)

    def _colour(self, first: int, last: int) -> None:
        """Best and worst of each row stand out, where they differ; rows from 1."""
        left, right = self.places.first, self.places.last
        chains = f"${left}{first}:${right}{first}"
        # A row that lacks something has no extremes.
        whole = f'${self.places.summary(BEST)}{first}<>"",' if self.any_pending else ""
        for function, look in (("MAX", GREEN_FILL), ("MIN", RED_FILL)):
            criterion = f"=AND({whole}ISNUMBER({left}{first}),{left}{first}={function}({chains}),MAX({chains})>MIN({chains}))"
            options = {"type": "formula", "criteria": criterion, "format": self.file.styles.difference(look)}
            self.page.sheet.conditional_format(f"{left}{first}:{right}{last}", options)

    def _row(
        self,
        line: str,
        named: Sequence[Any],
        cell: Callable[[str, ChainScore], Any],
        looks: tuple[str, ...] = (),
        style: tuple[str, ...] = (),
        summed: bool = True,
        lacking: Callable[[ChainScore], bool] | None = None,
    ) -> None:
        """One row: what it is, a cell for each chain from its column's letters and scores, and the row's extremes."""
        values = {chain.id: cell(self.places.column(chain.id), self.chains[chain.id]) for chain in self.book.chains}
        row = self.places.rows[line]
        chains = self.places.row_of_chains(line, elsewhere=False)
        shown = [value.value for value in values.values() if isinstance(value, Formula)] if summed else []
        known = [score for score in shown if isinstance(score, Decimal)]
        if lacking is not None and self.any_pending and any(map(lacking, self.chains.values())):
            known = []
        extremes: list[Any] = [None, None, None]
        if known:
            best, mean = max(known), sum(known, Decimal(0)) / len(known)
            extremes = [
                Formula(f"=MAX({chains})", best),
                Formula(f"=AVERAGE({chains})", mean),
                Formula(f"=MIN({chains})", min(known)),
            ]
            self.spreads[line] = Spread(
                sorted(known, reverse=True),
                self.places.row_of_chains(line),
                Formula(f"={self.places.cell(line, self.places.summary(BEST))}", best),
                Formula(f"={self.places.cell(line, self.places.summary(MEAN))}", mean),
            )
        scored = [style] * len(self.book.chains)
        if lacking is not None and self.any_pending:
            scored = [(*style, "red") if lacking(self.chains[chain.id]) else style for chain in self.book.chains]
        cells = (*[()] * (FIRST_CHAIN - 1), *scored, *[()] * 3)
        self.page.row(row - 1, [*named, *values.values(), *extremes], looks, cells)

    def _write_leaf(self, leaf: Leaf) -> None:
        indicator = next(each for each in self.book.indicators if leaf in each.leaves)
        name = leaf.title if len(indicator.leaves) == 1 else f"{indicator.title}·{leaf.title}"

        def cell(column: str, chain: ChainScore) -> Any:
            score = chain.leaves[leaf.id].score
            return Formula(self._published(leaf, chain.chain, column), score) if score is not None else self.pending

        self._row(leaf.id, [leaf.id, name, leaf.marks, leaf.clause], cell, lacking=lambda chain: leaf.id in chain.pending)

    def _published(self, leaf: Leaf, chain: str, column: str) -> str:
        """The points of all evidence and of the sentences about objects, with the basis, within the limits."""
        rules, rule = self.rules, self.book.rule(leaf.id, chain)
        basis = [rules.cell(leaf, chain, str(term.index), "points", "at_0") for term in rule.terms if term.source is None]
        sums = self.evidence.sums_of(leaf, self._named(column, chain))
        total = "+".join([*basis, *sums, *self.objects.points_of(leaf, chain)]) or "0"
        cap, floor = (rules.cell(leaf, chain, name) if rules.has(leaf, chain, name) else None for name in ("cap", "floor"))
        return formulas.published(total, rules.general("decimals"), cap, floor)

    def _write_section(self, section: Section) -> None:
        def cell(column: str, chain: ChainScore) -> Any:
            score = chain.sections[section.id]
            if score is None:
                return self.pending
            formula = self._section(section, column)
            vetoes = [veto for veto in self.book.vetoes if veto.section == section.id]
            for veto in vetoes:
                formula = self._vetoed(formula, veto, column, chain)
            return Formula(self._rounded(formula, section.cap, section.floor, *(veto.score for veto in vetoes)), score)

        named = [section.id, self._say("subtotal", section=section.title), section.marks, ""]
        self._row(
            f"section {section.id}", named, cell, ("sum",),
            lacking=lambda chain: chain.lacks(self.book.leaves_by_section[section.id]),
        )  # fmt: skip

    def _section(self, section: Section, column: str) -> str:
        """A section's sum, mean or weighted sum, within its limits."""
        rows = {leaf.id: self.places.rows[leaf.id] for leaf in self.book.leaves_by_section[section.id]}
        cells, decimals = f"{column}{min(rows.values())}:{column}{max(rows.values())}", self.rules.general("decimals")
        match section.by:
            case "mean":
                formula = formulas.mean(cells, decimals)
            case "weighted":
                pairs = [(f"{column}{row}", self.rules.general("section", section.id, leaf)) for leaf, row in rows.items()]
                formula = formulas.weighted(pairs, decimals)
            case _:
                formula = self._sum([cells])
        cap, floor = (
            self.rules.general("section", section.id, name) if limit is not None else None
            for name, limit in (("cap", section.cap), ("floor", section.floor))
        )
        return formulas.limited(formula, cap, floor)

    def _vetoed(self, formula: str, veto: Veto, column: str, chain: ChainScore) -> str:
        """A score that a veto bounds: where any of the object's rows is so."""
        rows = self.evidence.by_source[veto.source.sheet, veto.source.grid]
        limit = self.rules.general("veto", str(veto.index))
        if rows.form.summarised:  # the rows are not there to be counted
            return formulas.vetoed(formula, str(int(veto.index in chain.vetoes)), limit)
        choices = [[f"{rows.range(1, elsewhere=True)},{self._named(column, chain.chain)}"]]
        for at, each in enumerate(veto.conditions):
            cells = rows.range(rows.form.inputs_at[each.label], elsewhere=True)
            bound = (
                self.rules.general("veto", str(veto.index), str(at)) if each.bound is not None else self.rules.general("now")
            )
            choices.append([f"{cells},{criterion}" for criterion in each.criteria(bound)])
        counts = [f"COUNTIFS({','.join(tests)})" for tests in itertools.product(*choices)]
        return formulas.vetoed(formula, "+".join(counts), limit)

    def _rounded(self, formula: str, *limits: Decimal | None) -> str:
        """Rounded where a limit has more decimals than scores have."""
        decimals = self.book.decimals
        if all(limit is None or half_up(Fraction(limit), decimals) == limit for limit in limits):
            return formula
        return f"=ROUND({formula.removeprefix('=')},{self.rules.general('decimals')})"

    def _sum(self, cells: Sequence[str]) -> str:
        return formulas.total(cells, self.rules.general("decimals"))

    def _write_totals(self) -> None:
        sections = [self.places.rows[f"section {section.id}"] for section in self.book.sections]
        marks = marks_of(self.book.sections)
        limits = self.book.total

        def total(column: str, chain: ChainScore) -> Any:
            if chain.total is None:
                return self.pending
            cap, floor = (
                self.rules.general("total", name) if limit is not None else None
                for name, limit in (("cap", limits.cap), ("floor", limits.floor))
            )
            formula = formulas.limited(self._sum([f"{column}{row}" for row in sections]), cap, floor)
            vetoes = [veto for veto in self.book.vetoes if not veto.section]
            for veto in vetoes:
                formula = self._vetoed(formula, veto, column, chain)
            return Formula(self._rounded(formula, limits.cap, limits.floor, *(veto.score for veto in vetoes)), chain.total)

        self._row(
            "total", ["", self._say("total"), marks, ""], total, ("all", "first"), lacking=lambda chain: bool(chain.pending)
        )
        if limits.rank_in_groups:
            named = ["", text("scores.group", self.book.language), "", ""]
            self._row("group", named, lambda _, chain: self.book.chain(chain.chain).group, ("all",), ("centre",), summed=False)
        self._row("rank", ["", self._say("rank"), "", ""], self._rank, ("all",), ("whole",), summed=False)
        if limits.grades:
            self._row(
                "grade",
                ["", text("scores.grade", self.book.language), "", ""],
                self._grade,
                ("all",),
                ("centre",),
                summed=False,
            )
        self._helper("order", self._say("order"), self._order, "whole")
        self._write_said()

    def _helper(self, line: str, label: str, cell: Callable[[str, ChainScore], Any], style: str) -> None:
        """A row for the list of ranks to look up, which nobody needs to see."""
        self._row(line, ["", label, "", ""], cell, ("idle",), (style,), summed=False)
        self.page.hide(self.places.rows[line] - 1)

    def _write_said(self) -> None:
        """What is known of each object beside its scores, for the list of ranks."""
        words, language = self.book.words, self.book.language
        said = (
            ("name", words.object, lambda chain: chain.name), ("chief", words.chief, lambda chain: chain.chief),
            ("lead_unit", words.lead_unit, lambda chain: chain.lead_unit),
        )  # fmt: skip
        for line, label, value in said:

            def cell(_: str, chain: ChainScore, value: Callable[[Chain], str] = value) -> str:
                return value(self.book.chain(chain.chain))

            self._helper(line, told(label, language), cell, "centre")

    def _own(self, line: str, column: str) -> str:
        return f"{column}{self.places.rows[line]}"

    def _named(self, column: str, chain: str) -> str:
        """The criterion that only an object's own name meets."""
        return formulas.exactly(f"{column}${self.places.header}", self.book.chain(chain).short_name)

    def _group(self, column: str, chain: str) -> tuple[str, str] | None:
        """An object's group and all objects', where ranks are within groups."""
        if not self.book.total.rank_in_groups:
            return None
        own = formulas.exactly(self._own("group", column), self.book.chain(chain).group)
        return own, self.places.row_of_chains("group", elsewhere=False)

    def _rank(self, column: str, chain: ChainScore) -> Any:
        if chain.rank is None:
            return self.pending
        totals = self.places.row_of_chains("total", elsewhere=False)
        return Formula(formulas.rank(self._own("total", column), totals, self._group(column, chain.chain)), chain.rank)

    def _grade(self, column: str, chain: ChainScore) -> Any:
        """By the total, or by the share of ranks down to which a grade goes."""
        tests = []
        group = self._group(column, chain.chain)
        number = f"COUNTIF({group[1]},{group[0]})" if group is not None else str(len(self.book.chains))
        by_share = _grades_by_share(self.book)
        if is_grade_pending(self.book, chain):
            return self.pending
        for grade in self.book.total.grades:
            bound = self.rules.general("grade", grade)
            tests.append((f"<=ROUND({bound}*{number},9)" if by_share else f">={bound}", grade))
        return Formula(formulas.graded(self._own("rank" if by_share else "total", column), tests), chain.grade)

    def _order(self, column: str, chain: ChainScore) -> Any:
        """The place in the list: by group where ranks are within groups, then by rank, then as they stand."""
        own, ranks = self._own("rank", column), self.places.row_of_chains("rank", elsewhere=False)
        so_far = f"${self.places.first}${self.places.rows['rank']}:{own}"
        place = list(self.chains).index(chain.chain) + 1
        if chain.rank is None:
            return place
        group = self._group(column, chain.chain)
        if group is None:
            return Formula(formulas.order(own, ranks, so_far, 0), place)
        groups = self.book.groups
        earlier = groups[: groups.index(self.book.chain(chain.chain).group)]
        before = sum(each.group in earlier for each in self.book.chains)
        groups_so_far = f"${self.places.first}${self.places.rows['group']}:{self._own('group', column)}"
        return Formula(formulas.order_in_group(own, (ranks, so_far), (*group, groups_so_far), before), place)

    def _write_indicator(self, indicator: Indicator) -> None:
        def cell(column: str, chain: ChainScore) -> Any:
            score = chain.indicators[indicator.id]
            if score is None:
                return self.pending
            return Formula(self._sum([f"{column}{self.places.rows[leaf.id]}" for leaf in indicator.leaves]), score)

        clause = listed(dict.fromkeys(leaf.clause for leaf in indicator.leaves), self.book.language)
        self._row(
            f"indicator {indicator.id}", [indicator.id, indicator.title, indicator.marks, clause], cell,
            lacking=lambda chain: chain.lacks(indicator.leaves),
        )  # fmt: skip
