"""What a bulletin is about: a period's scores, the roll call of its units, and what changed since the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chainscore.comparison.diff import Changes, Quarter, compare
from chainscore.comparison.quarters import Loaded, load_quarter, of_appraisal
from chainscore.intake.limits import Limits
from chainscore.intake.package import is_folder
from chainscore.intake.workbook import is_results_file
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.appraisal import appraise
from chainscore.scoring.rollcall import Entry, roll_call
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.words.findings import Language


@dataclass(frozen=True)
class Subject:
    quarter: Quarter
    entries: tuple[Entry, ...] = ()
    """The roll call; none where a results workbook is read, which does not have it."""
    before: Quarter | None = None

    @property
    def book(self) -> Rulebook:
        return self.quarter.book

    @property
    def scorecard(self) -> Scorecard:
        return self.quarter.scorecard

    @property
    def language(self) -> Language:
        """That of the bulletin: the workbooks'."""
        return self.book.language

    @cached_property
    def changes(self) -> Changes | None:
        return compare(self.before, self.quarter) if self.before is not None else None

    @cached_property
    def earlier(self) -> dict[str, ChainScore]:
        """Each object's scores in the period before."""
        return {chain.chain: chain for chain in self.before.scorecard.chains} if self.before is not None else {}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Leaf → its title, with its indicator's where that has several."""
        return {leaf.id: self._title(leaf) for leaf in self.book.leaves}

    def _title(self, leaf: Leaf) -> str:
        indicator = next(each for each in self.book.indicators if leaf in each.leaves)
        alone = len(indicator.leaves) == 1 or indicator.title == leaf.title
        return leaf.title if alone else f"{indicator.title}·{leaf.title}"


def load(paths: Sequence[Path], book: Rulebook, draft: bool, limits: Limits) -> tuple[Loaded, tuple[Entry, ...]]:
    """The period in filled workbooks, with its roll call, or in one results workbook."""
    first = paths[0]
    if len(paths) == 1 and not is_folder(first) and is_results_file(first, limits):
        return load_quarter(first, book, draft, limits), ()
    appraisal = appraise(paths, book, draft, limits)
    loaded = of_appraisal(appraisal, first.name or str(first), book)
    return loaded, tuple(roll_call(appraisal.tables, appraisal.findings, book))
