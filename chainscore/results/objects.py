"""The results workbook's sheet of objects: what all rows of an object come to, where it stands, and its points.

A row for each object; for each sentence about objects as a whole its figure and its points, as live formulas over the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from chainscore.method.rule.measure import Elapsed, Label, Node, Or, Reduction
from chainscore.method.rule.reduction import reduction_formula
from chainscore.method.rule.standing import equal_formula, standing_formula
from chainscore.method.rule.term import Term
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.results.columns import parts_of
from chainscore.results.evidence_rows import EvidenceRows
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.page import SMALL, SMALL_ON_PAPER, Column, Page, readable
from chainscore.results.formulas import NOTHING
from chainscore.results.rules import Rules
from chainscore.scoring.evidence import CHAIN, COUNTED, LEAF, POINTS, TERM, VALUE, WHY
from chainscore.scoring.scorecard import Scorecard
from chainscore.words.references import column_letters
from chainscore.words.texts import text


class Sentence(msgspec.Struct, frozen=True):
    """One sentence about objects as a whole; the rules of groups differ in their numbers alone."""

    leaf: Leaf
    index: int


def sentences_of(book: Rulebook) -> list[Sentence]:
    """All of them, in order."""
    return [
        Sentence(leaf, term.index)
        for leaf in book.leaves
        for term in book.rules[leaf.id, book.groups[0]].terms
        if term.source is not None and term.by_object
    ]


class Objects:
    """The sheet of objects; ``page`` is None where the method has no such sentence."""

    def __init__(self, book: Rulebook, scorecard: Scorecard, file: Book) -> None:
        self.book = book
        self.file = file
        self.sentences = sentences_of(book)
        self.name = text("sheet.objects", book.language)
        self.page = self._page() if self.sentences else None
        self._judged = _judged(scorecard)
        self.first = self.page.header + 2 if self.page is not None else 0
        self.last = self.first + len(book.chains) - 1

    def _page(self) -> Page:
        columns = self._columns()
        fit = readable(columns, SMALL, SMALL_ON_PAPER)
        return self.file.page(self.name, columns, fit.size, least=17, frozen=1, kind="evidence", across=fit.across)

    def _columns(self) -> list[Column]:
        columns = [Column(self.book.words.chain, 16)]
        for sentence in self.sentences:
            terms = self.book.rules[sentence.leaf.id, self.book.groups[0]].terms
            number = str(sentence.index + 1) if len(terms) > 1 else ""
            term = terms[sentence.index]
            figure = text("evidence.figure", self.book.language, number=number)
            columns.append(Column(f"{sentence.leaf.id}\n{figure}", 13, "ratio" if term.as_percent else "value", ("computed",)))
            points = text("evidence.term", self.book.language, number=number)
            columns.append(Column(f"{sentence.leaf.id}\n{points}", 11, "points", ("computed",)))
        return columns

    # ------------------------------------------------ places, rows and columns from 1

    def _column(self, sentence: Sentence) -> int:
        return 2 + 2 * self.sentences.index(sentence)

    def _row(self, chain: str) -> int:
        return self.first + self.book.ids.index(chain)

    def points_of(self, leaf: Leaf, chain: str) -> list[str]:
        """The cells of the points that an object earns for a leaf here."""
        its = [sentence for sentence in self.sentences if sentence.leaf.id == leaf.id]
        return [f"'{self.name}'!${column_letters(self._column(each) + 1)}${self._row(chain)}" for each in its]

    # ------------------------------------------------ writing

    def write(self, evidence: Mapping[tuple[str, str], EvidenceRows], rules: Rules) -> None:
        """All objects. ``evidence`` is by department and whether it is a table or ledger."""
        if self.page is None:
            return
        for chain in self.book.chains:
            values: list[Any] = [chain.short_name]
            for sentence in self.sentences:
                values += self._cells(sentence, chain.id, evidence, rules)
            self.page.row(self._row(chain.id) - 1, values)
        self.file.mark(self.page, self.last)

    def _cells(
        self, sentence: Sentence, chain: str, evidence: Mapping[tuple[str, str], EvidenceRows], rules: Rules
    ) -> list[Any]:
        """The figure and the points of one object."""
        term = self.book.rule(sentence.leaf.id, chain).terms[sentence.index]
        assert term.source is not None
        rows = evidence[term.source.sheet, term.source.grid]
        judged = self._judged.get((sentence.leaf.id, chain, sentence.index))
        if judged is None:
            return [text("column.pending", self.book.language), None]
        value, points, _, apart = judged
        if rows.form.summarised:
            return [NOTHING if apart else value, points]
        figure = self._figure(sentence, term, chain, rows, rules)
        own = f"{column_letters(self._column(sentence))}{self._row(chain)}"
        earned = self._points(sentence, term, chain, own, rules)
        if rows.form.ledger is None and term.conditions:  # whether the row of a table takes part
            earned = f"IF(ISNUMBER({own}),{earned},0)"
        return [Formula(f"={figure}", NOTHING if apart else value), Formula(f"={earned}", points)]

    def _figure(self, sentence: Sentence, term: Term, chain: str, rows: EvidenceRows, rules: Rules) -> str:
        """What is measured of an object, or what stands for it."""
        assert term.measure is not None
        parts = [f"{term.index} part {at}" for at, _ in enumerate(parts_of(term))]
        columns = [rows.form.helpers[sentence.leaf.id, key] for key in parts]
        ranges = [rows.of_object(column, chain, elsewhere=True) for column in columns]
        filled = self._judged[sentence.leaf.id, chain, sentence.index][2]
        if filled and term.measure.reduces:
            return self._instead(sentence, term, chain, rules)
        if term.measure.reduces:
            reductions = [node for node in term.measure.walk() if isinstance(node, Reduction)]
            chooses = any(isinstance(node, Or) for node in term.measure.walk())

            def cell(node: Node) -> str:
                if isinstance(node, Elapsed):
                    return rules.general("elapsed")
                if isinstance(node, Label):  # a labelled cell: no column of a ledger stands outside of a reduction
                    return rows.whole(node.label, elsewhere=True)
                cells = ranges[next(at for at, each in enumerate(reductions) if each is node)]
                assert isinstance(node, Reduction)
                if not cells:  # of no rows there is nothing to tell but their number and sum
                    return "0" if node.name in ("count", "sum") else '""'
                return reduction_formula(node.name, cells, whole=chooses)

            return term.measure.formula(cell)
        cells = ranges[0].partition(":")[0] if ranges[0] else ""
        if not cells:
            return self._instead(sentence, term, chain, rules)
        if term.missing is None or self._judged[sentence.leaf.id, chain, sentence.index][3]:
            return cells
        return f"IF(ISNUMBER({cells}),{cells},{self._instead(sentence, term, chain, rules)})"

    def _instead(self, sentence: Sentence, term: Term, chain: str, rules: Rules) -> str:
        """What stands for a figure that is not given: a number, or the mean of the figures that are."""
        if not isinstance(term.missing, str):
            return rules.cell(sentence.leaf, chain, str(term.index), "missing")
        group = self.book.chain(chain).group
        given = [
            f"{column_letters(self._column(sentence))}{self._row(other.id)}"
            for other in self.book.chains
            if (term.missing == "mean" or other.group == group) and self._is_given(sentence, other.id)
        ]
        return f"AVERAGE({','.join(given)})" if given else "0"

    def _is_given(self, sentence: Sentence, chain: str) -> bool:
        _, _, filled, apart = self._judged.get((sentence.leaf.id, chain, sentence.index), (None, None, True, True))
        return not filled and not apart

    def _points(self, sentence: Sentence, term: Term, chain: str, own: str, rules: Rules) -> str:
        """The points of an object, for its figure or for where it stands."""

        def number(place: tuple[str, ...]) -> str:
            return rules.cell(sentence.leaf, chain, str(term.index), *place)

        if term.against == "value":
            return term.points.formula(own, number, worked_out=not isinstance(term.measure, Label))
        letters = column_letters(self._column(sentence))
        cells = f"${letters}${self.first}:${letters}${self.last}"
        standing = standing_formula(term.against, own, cells, term.lowest_first)
        points = term.points.formula(f"({standing})", number)
        if term.points.equal is None:
            return points
        return f"IF({equal_formula(cells)},{number(('equal',))},{points})"


def _judged(scorecard: Scorecard) -> dict[tuple[str, str, int], tuple[Any, Fraction, bool, bool]]:
    """(leaf, object, sentence) → figure, points, whether something stands for a figure not given, and whether it is apart.

    What is apart, by the conditions on its row in a table, has no figure among the others'.
    """
    assert scorecard.evidence is not None
    columns = scorecard.evidence.columns
    filled = [any(why.key.startswith("filled") for why in whys) for whys in columns[WHY]]
    keys = zip(columns[LEAF], columns[CHAIN], columns[TERM], strict=True)
    apart = [not counted for counted in columns[COUNTED]]
    return dict(zip(keys, zip(columns[VALUE], columns[POINTS], filled, apart, strict=True), strict=True))
