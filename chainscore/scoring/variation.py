"""Scoring again where a little differs: other readings, or one other value. What does not depend on it is not judged again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from chainscore.intake.tables import Tables
from chainscore.method.rule.judging import Moment
from chainscore.method.rule.term import Source
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.evidence import CHAIN, POINTS
from chainscore.scoring.judge import Judge, LeafJudge
from chainscore.scoring.ledger import LedgerJudge
from chainscore.scoring.rows import Context, Rows
from chainscore.scoring.scores import exact_score, ranks_of, sections_of_scores, total_of, vetoed_by
from chainscore.words.numbers import half_up

Scores = Mapping[str, Decimal | None]
"""Object → a leaf's published score; None while it is pending."""
Vetoes = Mapping[str, list[int]]
"""Object → the vetoes that are called down on it, by their index."""


class Variation:
    """The tables of one period, to be scored again and again."""

    def __init__(self, tables: Tables, book: Rulebook) -> None:
        assert tables.now is not None
        assert tables.period is not None
        self.tables = tables
        self.book = book
        self.context = Context(tables, book, Moment(tables.now, tables.period.elapsed))
        for sheet in book.sheets:
            for name in ("table", "ledger"):
                if sheet.grid(name) is not None:
                    self.context.rows(Source(sheet.name, "table" if name == "table" else "ledger"))
        self._vetoes: dict[tuple[tuple[str, str], ...], Vetoes] = {}

    def leaf(
        self,
        leaf: Leaf,
        book: Rulebook | None = None,
        rows: Mapping[Source, Rows] | None = None,
        chains: Collection[str] | None = None,
        exact: bool = False,
    ) -> dict[str, Any]:
        """Object → the score of a leaf, under another rulebook, with other ``rows``, or of some objects alone.

        ``exact`` scores are not rounded.
        """
        book = book or self.book
        context = replace(self.context, book=book).with_rows(rows or {})
        judge = Judge(self.tables, book, points_alone=True)
        judge.context = context
        LeafJudge(judge, leaf, chains).judge()
        points: dict[str, list[Fraction]] = {chain: [] for chain in book.ids if chains is None or chain in chains}
        for chain, each in zip(judge.columns[CHAIN], judge.columns[POINTS], strict=True):
            points[chain].append(each)
        found: dict[str, Any] = {}
        for chain, its in points.items():
            score = exact_score(book.rule(leaf.id, chain), its)
            is_open = (leaf.id, chain) in judge.open
            found[chain] = None if is_open else score if exact else half_up(score, book.decimals)
        return found

    def score_of(self, leaf: Leaf, chain: str, rows: Rows) -> Decimal | None:
        """The score of one object's leaf with other ``rows``; the others are judged only where it stands against them."""
        chains = None if self.book.rule(leaf.id, chain).compares else [chain]
        score: Decimal | None = self.leaf(leaf, rows={rows.source: rows}, chains=chains)[chain]
        return score

    def points(self, leaf: Leaf, chain: str, rows: Rows) -> dict[int, Fraction | None]:
        """Position → what a row of a ledger earns by itself; None while it is open."""
        context, rule = self.context.with_rows({rows.source: rows}), self.book.rule(leaf.id, chain)
        judged = LedgerJudge(context, rows, rule).judge(chain)
        return {each.position: None if each.verdict.open else each.verdict.points for each in judged}

    def totals(
        self,
        leaves: Mapping[str, Scores],
        book: Rulebook | None = None,
        rows: Mapping[Source, Rows] | None = None,
        chains: Collection[str] | None = None,
    ) -> dict[str, Decimal]:
        """Object → total, from the scores of every leaf, by the limits and vetoes of a rulebook, with other ``rows``."""
        book, totals = book or self.book, {}
        vetoes = self.vetoes(book, rows or {})
        for chain in self.book.ids if chains is None else chains:
            scores = {leaf: its[chain] for leaf, its in leaves.items()}
            sections = sections_of_scores(book, scores, vetoes[chain])
            totals[chain] = total_of(book, sections.values(), vetoes[chain])
        return totals

    def vetoes(self, book: Rulebook, rows: Mapping[Source, Rows]) -> Vetoes:
        """Object → the vetoes that its rows call down; with the rows as they are they are worked out once."""
        if any(veto.source in rows for veto in book.vetoes):
            return self._called_down(book, rows)
        key = tuple(sorted(book.chosen.items()))
        if key not in self._vetoes:
            self._vetoes[key] = self._called_down(book, {})
        return self._vetoes[key]

    def _called_down(self, book: Rulebook, rows: Mapping[Source, Rows]) -> Vetoes:
        context = replace(self.context, book=book).with_rows(rows)
        return {chain: [each.veto for each in vetoed_by(context, chain)] for chain in book.ids}

    def ranks(self, totals: Mapping[str, Decimal]) -> dict[str, int]:
        """Object → rank."""
        return ranks_of(self.book, totals)

    def is_looked_at(self, source: Source, label: str) -> bool:
        """True of a column or labelled cell that any rule or veto looks at."""
        of_veto = any(
            veto.source == source and any(each.label == label for each in veto.conditions) for veto in self.book.vetoes
        )
        return of_veto or bool(self.leaves_of(source, label))

    def leaves_of(self, source: Source, label: str) -> list[Leaf]:
        """The leaves whose rule looks at a column or labelled cell."""
        return [leaf for leaf in self.book.leaves if self._looks_at(leaf, source, label)]

    def _looks_at(self, leaf: Leaf, source: Source, label: str) -> bool:
        for group in self.book.groups:
            for term in self.book.rules[leaf.id, group].terms:
                of_sheet = term.source is not None and term.source.sheet == source.sheet
                if (
                    of_sheet
                    and label in term.labels
                    and term.source is not None
                    and _reads(self.tables, term.source, source, label)
                ):
                    return True
                if term.lookup is not None and term.lookup.source == source and label in term.lookup.labels:
                    return True
        return False


def _reads(tables: Tables, own: Source, source: Source, label: str) -> bool:
    """True of a column of a term's own rows, and of a labelled cell of its sheet."""
    return own == source or label in tables.sheets[own.sheet].cells
