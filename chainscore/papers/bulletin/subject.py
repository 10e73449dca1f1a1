"""What a bulletin is about: the scores of a period or a year, the roll call of its units, and what changed since before."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from chainscore.comparison.diff import Changes, Quarter, compare
from chainscore.comparison.quarters import Loaded, load_quarter, of_appraisal
from chainscore.comparison.year import Year
from chainscore.intake.covers import read_covers
from chainscore.intake.limits import Limits
from chainscore.intake.package import content_of, is_folder
from chainscore.intake.workbook import Workbook, is_results_file
from chainscore.method.period import Period
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.appraisal import Appraisal, Gathered, appraise, appraise_gathered, gather
from chainscore.scoring.rollcall import Entry, roll_call
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.words.findings import Language

Input = tuple[str, str]
"""The name of a file and its SHA-256."""


@dataclass(frozen=True)
class Subject:
    quarter: Quarter
    """The period, or the last one of the year, whose scores are the year's."""
    roll_calls: Mapping[Period, Sequence[Entry]] = field(default_factory=dict)
    """None of a results workbook, which does not have it."""
    before: Quarter | None = None
    """What it is compared with: the period before, or the first one of the year."""
    year: Year | None = None
    draft: bool = False
    due: datetime.date | None = None
    """By when the units had to submit, where that is known."""
    inputs: Sequence[Input] = ()
    inputs_before: Sequence[Input] = ()
    """Of an earlier period or year that was named."""

    @property
    def book(self) -> Rulebook:
        return self.quarter.book

    @property
    def scorecard(self) -> Scorecard:
        return self.quarter.scorecard

    @property
    def period(self) -> Period:
        """The period or the year."""
        return self.year.period if self.year is not None else self.scorecard.period

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


class Handed(NamedTuple):
    """What came of the files of one period, and the roll call of its units."""

    loaded: Loaded
    entries: Sequence[Entry] = ()
    inputs: Sequence[Input] = ()
    """What it was read from."""


def load(paths: Sequence[Path], book: Rulebook, draft: bool, limits: Limits) -> Handed:
    """The period in filled workbooks, with its roll call, or in one results workbook."""
    if len(paths) == 1 and _is_results(paths[0], limits):
        digest = hashlib.sha256(content_of(paths[0], limits)).hexdigest()
        return Handed(load_quarter(paths[0], book, draft, limits), inputs=[(paths[0].name, digest)])
    return _appraised(appraise(paths, book, draft, limits), paths[0].name or str(paths[0]), book)


def load_year(paths: Sequence[Path], book: Rulebook, draft: bool, limits: Limits) -> list[Handed]:
    """Several periods: each a results workbook, a folder, or the filled workbooks that name it on their covers."""
    alone = [path for path in paths if is_folder(path) or _is_results(path, limits)]
    gathered = gather([path for path in paths if path not in alone], limits)
    found = [load([path], book, draft, limits) for path in alone]
    if gathered.findings:
        found.append(Handed(Loaded(None, gathered.findings, True)))
    groups: dict[Period | None, list[Workbook]] = {}
    for workbook in gathered.workbooks:
        cover, _ = read_covers([workbook], book, [])
        groups.setdefault(cover.value if cover is not None else None, []).append(workbook)
    for group in groups.values():
        its = Gathered(tuple(group), gathered.sources, ())
        found.append(_appraised(appraise_gathered(its, book, draft), group[0].file, book))
    return found


def _is_results(path: Path, limits: Limits) -> bool:
    return not is_folder(path) and is_results_file(path, limits)


def _appraised(appraisal: Appraisal, name: str, book: Rulebook) -> Handed:
    entries = roll_call(appraisal.tables, appraisal.findings, book)
    inputs = appraisal.tables.inputs if appraisal.tables is not None else ()
    return Handed(of_appraisal(appraisal, name, book), entries, inputs)


def subject_of(
    handed: Sequence[Handed], before: Handed | None, year: Year | None = None, due: datetime.date | None = None
) -> Subject:
    """The subject of what was handed in for a period, or for those of a ``year``. All of it could be loaded."""
    found = {each.loaded.quarter.scorecard.period: each for each in handed if each.loaded.quarter is not None}
    quarters = {period: each.loaded.quarter for period, each in sorted(found.items()) if each.loaded.quarter is not None}
    first, *_, last = quarters.values() if year is not None else (None, *quarters.values())
    assert last is not None
    draft = any(each.scorecard.draft for each in quarters.values())
    roll_calls = {period: found[period].entries for period in quarters}
    inputs = [each for period in quarters for each in found[period].inputs]
    earlier, inputs_before = (before.loaded.quarter, before.inputs) if before is not None else (first, ())
    return Subject(last, roll_calls, earlier, year, draft, due, inputs, inputs_before)
