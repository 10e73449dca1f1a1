"""Judging objects as a whole: what all rows of an object come to, and where it stands among the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec
from msgspec.structs import replace

from chainscore.method.rule.judging import ZERO, Judgement, judge_object, judge_row, measure_object
from chainscore.method.rule.points import compared_figure
from chainscore.method.rule.standing import standings
from chainscore.method.rule.term import Term
from chainscore.scoring.ledger import Judged
from chainscore.scoring.rows import Context, Rows
from chainscore.words.bilingual import Bilingual, listed
from chainscore.words.texts import Why

Figures = dict[str, Fraction | None]
"""Object → what a term measures of it; None where a figure is not given."""


class Outcome(msgspec.Struct, frozen=True):
    """What a term makes of an object; ``judged`` is None where a figure is not given, or ``zero`` divides."""

    judged: Judgement | None
    zero: str | None = None


class ObjectsJudge:
    """One term, of the table's rows or of objects as a whole. ``judged`` are the ledger rows of each object.

    ``terms`` has for each object the term of its group: conditions and what stands for a figure may be others.

    In a table an error costs the figure in which it stands, which is None then, and not the rest of its row.
    """

    def __init__(self, context: Context, terms: Mapping[str, Term], judged: Mapping[str, Sequence[Judged]]) -> None:
        term = next(iter(terms.values()))
        assert term.source is not None
        self.context = context
        self.terms = terms
        self.as_percent = term.as_percent
        self.rows: Rows = context.rows(term.source)
        self.judged = judged
        self.zero: dict[str, str | None] = {}
        self.apart = self._apart() if term.by_object and self.rows.source.grid == "table" else {}
        """Object → why the row that it has in a table does not take part, and earns nothing."""
        taking_part = [chain for chain in judged if chain not in self.apart] if term.by_object else []
        self.figures: Figures = {chain: self._figure(chain) for chain in taking_part}
        given = {chain: figure for chain, figure in self.figures.items() if figure is not None}
        self.filled = {chain: self._instead(chain, given) for chain, figure in self.figures.items() if figure is None}
        self.known = given | {chain: figure for chain, figure in self.filled.items() if figure is not None}
        """Object → its figure, or what the term says stands for it."""
        relative = term.against != "value" and bool(self.known)
        self.standing = standings(self.known, term.against, term.lowest_first) if relative else {}

    def position(self, chain: str) -> int:
        """The table's row of an object; -1 of a ledger or where there is none."""
        return next(iter(self.rows.of_chain.get(chain, [])), -1) if self.rows.source.grid == "table" else -1

    def row(self, position: int, term: Term) -> dict[str, Any]:
        """What stands in a row under the term's labels."""
        return {label: self.rows.column(label)[position] for label in term.labels}

    def lacking(self, chain: str) -> list[tuple[int, str]]:
        """The rows that take part for an object and lack a figure, each with the label of the first."""
        term = self.terms[chain]
        found = [(position, self.rows.lacking((term,), position)) for position in self._taking_part(chain)]
        return [(position, label) for position, label in found if label]

    def outcome(self, chain: str) -> Outcome:
        """The points of an object."""
        term = self.terms[chain]
        if not term.by_object:
            return self._of_table(chain, term)
        if chain in self.apart:
            return Outcome(self.apart[chain])
        if chain not in self.known:
            return Outcome(None, self.zero.get(chain))
        judged = judge_object(term, self.known[chain], self.standing.get(chain), self.among)
        if self.filled.get(chain) is not None:
            how = f"filled_{term.missing}" if isinstance(term.missing, str) else "filled"
            judged = replace(judged, why=(Why(how), *judged.why))
        return Outcome(judged)

    # ------------------------------------------------ figures

    def _figure(self, chain: str) -> Fraction | None:
        """An object's figure, of the rows that take part."""
        term = self.terms[chain]
        assert term.measure is not None
        positions = self._taking_part(chain)
        if not positions and not term.measure.reduces:
            return None
        rows = [self.row(position, term) for position in positions] if term.measure.labels else [{}] * len(positions)
        cells = {label: cell.value for label, cell in self.rows.tables.cells.items()}
        figure, self.zero[chain] = measure_object(term, rows, self.context.moment, cells)
        return figure

    def _taking_part(self, chain: str) -> list[int]:
        if self.rows.source.grid == "ledger":
            return [
                each.position
                for each in self.judged[chain]
                if each.rows is self.rows and self.terms[chain].index in each.verdict.part_of
            ]
        position = self.position(chain)
        return [position] if position >= 0 else []

    def _apart(self) -> dict[str, Judgement]:
        judged = {
            chain: judge_row(term, self.row(position, term), self.context.moment)
            for chain, term in self.terms.items()
            if (position := self.position(chain)) >= 0
        }
        return {chain: each for chain, each in judged.items() if not each.holds}

    def _of_table(self, chain: str, term: Term) -> Outcome:
        """A table's row, judged by itself."""
        position = self.position(chain)
        if position < 0:
            return Outcome(None)
        judged = judge_row(term, self.row(position, term), self.context.moment)
        return Outcome(judged if judged.points is not None else None, judged.undefined)

    def _instead(self, chain: str, given: Mapping[str, Fraction]) -> Fraction | None:
        """What stands for a figure that is not given."""
        missing = self.terms[chain].missing
        if missing is None or not isinstance(missing, str):
            return Fraction(missing) if missing is not None else None
        book = self.context.book
        group = book.chain(chain).group
        its = [figure for other, figure in given.items() if missing == "mean" or book.chain(other).group == group]
        return sum(its, ZERO) / len(its) if its else None

    @cached_property
    def among(self) -> dict[str, object]:
        """What is told of all objects' figures."""
        told: dict[str, object] = {"number": len(self.known)}
        if not self.known:
            return told
        short = {chain.id: chain.short_name for chain in self.context.book.chains}
        for name, extreme in (("smallest", min(self.known.values())), ("largest", max(self.known.values()))):
            holders = tuple(chain for chain, figure in self.known.items() if figure == extreme)
            told[name] = compared_figure(extreme, self.as_percent).removeprefix("≈")
            names = [short[chain] for chain in holders]
            told[f"{name}_of"] = Bilingual(listed(names, "zh"), listed(names, "en"))
            told[f"{name}_chains"] = holders
        mean = sum(self.known.values(), ZERO) / len(self.known)
        return {**told, "mean": compared_figure(mean, self.as_percent)}
