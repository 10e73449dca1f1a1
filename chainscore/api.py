"""The program from Python: what ``import chainscore`` offers (docs/python.md). Files are read once, by ``read``.

All tables are pandas DataFrames and copies, free to be changed. Numbers are exact: published scores, totals and amounts are
Decimal, points of single rows Fraction; ``.astype(float)`` makes floats of them. What is missing or pending is None, never 0.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from msgspec.structs import replace

from chainscore.comparison import diff
from chainscore.intake.limits import Limits
from chainscore.intake.tables import FILE, PLACE, ROW, SHEET, SOUND
from chainscore.method import loading
from chainscore.method.loading import ReadingError, RulebookError, packaged
from chainscore.method.rulebook import Rulebook
from chainscore.results import evidence_csv
from chainscore.results import workbook as results
from chainscore.scoring import evidence as table
from chainscore.scoring import readings as firmness
from chainscore.scoring import scorecard as engine
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.show.findings import findings_document
from chainscore.show.outputs import OutputError, check_output, write_or_beside
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import because

__all__ = [
    "Comparison", "OutputError", "ReadingError", "RefusedError", "Rulebook", "RulebookError", "Scorecard", "Sensitivity",
    "Tables", "check", "compare", "load_rulebook", "read", "score", "sensitivity", "write_results",
]  # fmt: skip

AnyPath = str | os.PathLike[str]
FINDING_COLUMNS = ("code", "severity", "file", "sheet", "cell", "chain", "message", "hint")
EVIDENCE_COLUMNS = (
    table.LEAF, table.CHAIN, table.FILE, table.SHEET, table.ROW_NUMBER, table.LABEL, table.CATEGORY, table.MEASURE,
    table.VALUE, table.POINTS, table.COUNTED, table.WHY,
)  # fmt: skip


class RefusedError(Exception):
    """Nothing is scored, for findings block it. ``findings`` has the columns of ``check``, the errors alone."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = [finding for finding in findings if finding.severity == "error"]
        super().__init__("\n".join(f"{each.place}: {each.code} {each.message('en')}" for each in errors))
        self.findings = _findings(errors, "en")


@dataclass(frozen=True)
class Tables:
    """One quarter's files as they were read and checked under a rulebook."""

    rulebook: Rulebook
    appraisal: Appraisal = field(repr=False)
    """What the program itself goes on with."""

    @property
    def period(self) -> str | None:
        """``2023Q2``; None where the files do not tell it."""
        tables = self.appraisal.tables
        return str(tables.period) if tables is not None and tables.period is not None else None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Sheet → its table, a row for each object that was read; empty where the sheet has no table.

        Columns: the sheet's labels (amounts Decimal in the label's unit, dates datetime.date, the object's id), then ``file``,
        ``sheet``, ``row`` (the worksheet's own number) and ``sound`` (False where an error stands in the row).
        """
        return self._grids("table")

    @property
    def ledgers(self) -> dict[str, pd.DataFrame]:
        """Sheet → its ledger, a row for each event that was read; columns as in ``tables``."""
        return self._grids("ledger")

    def _grids(self, name: str) -> dict[str, pd.DataFrame]:
        sheets = self.appraisal.tables.sheets if self.appraisal.tables is not None else {}
        return {sheet: _told_columns(getattr(its, name)) for sheet, its in sheets.items()}


@dataclass(frozen=True)
class Scorecard:
    """The scores of one quarter."""

    tables: Tables
    card: engine.Scorecard = field(repr=False)
    """What the program itself goes on with."""

    @property
    def period(self) -> str:
        """``2023Q2``."""
        return str(self.card.period)

    @property
    def draft(self) -> bool:
        """True where errors stand in the files and only what is sound was scored."""
        return self.card.draft

    @property
    def ranking(self) -> pd.DataFrame:
        """A row for each object in rank order, ``chain`` (its id) as the index.

        Columns: ``rank``, ``name``, ``total``, a column for each section by its id, all in points, ``grade`` (empty where the
        rulebook has none) and ``pending`` (the leaves that are). A total is None while a leaf of its object is pending, a rank
        while one of any object is.
        """
        book, card = self.tables.rulebook, self.card
        rows = [
            {
                "rank": each.rank,
                "name": book.chain(each.chain).name,
                "total": each.total,
                **each.sections,
                "grade": each.grade,
                "pending": each.pending,
            }
            for each in card.chains
        ]
        return pd.DataFrame(rows, index=self._chains, dtype=object)

    @property
    def scores(self) -> pd.DataFrame:
        """Objects in rank order × leaves in the rulebook's order: published scores in points, None where pending."""
        rows = [{leaf: result.score for leaf, result in each.leaves.items()} for each in self.card.chains]
        return pd.DataFrame(rows, index=self._chains, dtype=object)

    @property
    def evidence(self) -> pd.DataFrame:
        """A row for each judgement: what a leaf makes of one row of the files, or of an object as a whole.

        Columns: ``leaf``, ``chain``, ``file``, ``sheet``, ``row``, ``label``, ``category``, ``measure`` (what the value is),
        ``value`` (an amount in the label's unit, a rate as a Fraction, or a text), ``points`` (Fraction, before cap and
        rounding), ``counted``, and ``why`` in the rulebook's language.
        """
        assert self.card.evidence is not None
        found = self.card.evidence.frame[list(EVIDENCE_COLUMNS)].copy()
        found[table.WHY] = [because(why, self.tables.rulebook.language) for why in found[table.WHY]]
        return found

    @property
    def _chains(self) -> pd.Index[str]:
        return pd.Index([each.chain for each in self.card.chains], name="chain")


@dataclass(frozen=True)
class Comparison:
    """What moved between two quarters. ``changes`` is what the program itself goes on with."""

    changes: diff.Changes = field(repr=False)

    @property
    def chains(self) -> pd.DataFrame:
        """A row for each object in new rank order, none where nothing differs; ``chain`` is the index.

        Columns: ``name``, ``rank_old``, ``rank_new``, ``total_old``, ``total_new``, ``delta``, in points.
        """
        columns = ("chain", "name", "rank_old", "rank_new", "total_old", "total_new", "delta")
        rows = [(each.chain, each.name, *each.ranks, *each.totals, each.delta) for each in self.changes.chains]
        return _frame(rows, columns).set_index("chain")

    @property
    def leaves(self) -> pd.DataFrame:
        """A row for each leaf of each of those: ``chain``, ``leaf``, ``title``, ``old``, ``new``, ``delta``, in points."""
        rows = [
            (chain.chain, leaf.leaf, leaf.title, leaf.old, leaf.new, leaf.delta)
            for chain in self.changes.chains
            for leaf in chain.leaves
        ]
        return _frame(rows, ("chain", "leaf", "title", "old", "new", "delta"))

    @property
    def findings(self) -> pd.DataFrame:
        """What the comparison itself found, such as a row that vanished; columns as in ``check``, in English."""
        return _findings(self.changes.findings, "en")


@dataclass(frozen=True)
class Sensitivity:
    """How firm a ranking is under the readings. ``found`` is what the program itself goes on with."""

    found: firmness.Sensitivity = field(repr=False)

    @property
    def combinations(self) -> int:
        """Under how many combinations of readings it was scored."""
        return self.found.combinations

    @property
    def sampled(self) -> bool:
        """True where these are a sample, with a fixed seed, of more."""
        return self.found.sampled

    @property
    def chains(self) -> pd.DataFrame:
        """A row for each object in rank order, ``chain`` as the index.

        Columns: ``rank``, ``total``, ``best_rank``, ``worst_rank``, ``total_min``, ``total_max`` (points), and ``ranks``, a
        mapping from each rank to the number of combinations.
        """
        columns = ("rank", "total", "best_rank", "worst_rank", "total_min", "total_max", "ranks")
        rows = [(each.chain, *(getattr(each, name) for name in columns)) for each in self.found.chains]
        return _frame(rows, ("chain", *columns)).set_index("chain")

    @property
    def pairs(self) -> pd.DataFrame:
        """A row for each two neighbours of the ranking.

        Columns: ``above``, ``below``, ``gap`` (points), ``holds``, ``ties``, ``turns`` (combinations), and ``readings``, the
        fewest whose change alone turns the pair.
        """
        columns = ("above", "below", "gap", "holds", "ties", "turns", "readings")
        return _frame([tuple(getattr(each, name) for name in columns) for each in self.found.pairs], columns)


def load_rulebook(path: AnyPath | None = None, readings: Mapping[str, str] | None = None) -> Rulebook:
    """A rulebook: a file, one that comes with the program by its name, or the default; under ``readings``, key → option.

    Raises RulebookError for a file that is no rulebook, ReadingError for a reading or option that it does not have.
    """
    file = packaged().get(os.fspath(path), Path(path)) if path is not None else None
    return loading.load_rulebook(file, readings)


def read(paths: AnyPath | Iterable[AnyPath], rulebook: Rulebook | None = None, limits: Limits | None = None) -> Tables:
    """Read workbooks, or the workbooks in folders, as one quarter and check them; the default rulebook unless one is given.

    Never raises for what stands in a file: also one that cannot be read is a finding.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    book = rulebook if rulebook is not None else load_rulebook()
    return Tables(book, appraise([Path(path) for path in given], book, draft=True, limits=limits))


def check(tables: Tables, language: Language = "en") -> pd.DataFrame:
    """All findings, a row each: those of whole files first, then by sheet, file, row and column.

    Columns: ``code``, ``severity`` (error, warning, notice), ``file``, ``sheet``, ``cell``, ``chain``, ``message``, ``hint``.
    """
    return _findings(tables.appraisal.findings, language)


def score(tables: Tables, draft: bool = False) -> Scorecard:
    """The scores; with ``draft``, of what is sound although errors stand beside it.

    Raises RefusedError where errors block the score, or no period can be told.
    """
    appraisal = tables.appraisal
    if appraisal.scorecard is None or appraisal.unreadable or (appraisal.blocked and not draft):
        raise RefusedError(appraisal.findings)
    return Scorecard(tables, replace(appraisal.scorecard, draft=appraisal.blocked))


def compare(old: Scorecard, new: Scorecard) -> Comparison:
    """What moved from one quarter to another, each scored under its own rulebook."""
    return Comparison(diff.compare(_quarter(old), _quarter(new)))


def sensitivity(scorecard: Scorecard) -> Sensitivity:
    """The ranking under every combination of the rulebook's readings; past 4,096 under a sample with a fixed seed.

    Raises RefusedError for a draft.
    """
    tables = scorecard.tables.appraisal.tables
    if scorecard.draft or tables is None:
        raise RefusedError(scorecard.tables.appraisal.findings)
    return Sensitivity(firmness.sensitivity(tables, scorecard.tables.rulebook, scorecard.card))


def write_results(scorecard: Scorecard, path: AnyPath, force: bool = False) -> list[Path]:
    """Write the results workbook and, where a ledger is too long for it, all evidence beside it as CSV; returns where they are.

    Nothing is replaced without ``force``, an input never. Raises OutputError.
    """
    appraisal, book = scorecard.tables.appraisal, scorecard.tables.rulebook
    assert appraisal.tables is not None
    inputs, target = list(appraisal.sources.values()), Path(path)
    check_output(target, inputs, force)
    whole = evidence_csv.beside(target) if evidence_csv.is_needed(appraisal.tables) else None
    if whole is not None:
        check_output(whole, inputs, force, ".csv")
    content = results.write_results(replace(appraisal, scorecard=scorecard.card), book)
    written = [write_or_beside(target, content, force)]
    if whole is not None:
        written.append(write_or_beside(whole, evidence_csv.EvidenceCsv(scorecard.card, book), force))
    return written


def _quarter(scorecard: Scorecard) -> diff.Quarter:
    sources = scorecard.tables.appraisal.sources
    return diff.Quarter(next(iter(sources), ""), scorecard.card, scorecard.tables.rulebook)


def _findings(findings: Iterable[Finding], language: Language) -> pd.DataFrame:
    return pd.DataFrame(findings_document(findings, language), columns=list(FINDING_COLUMNS), dtype=object)


def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _told_columns(grid: pd.DataFrame) -> pd.DataFrame:
    """A grid without the program's own index of places, what was read before where it was read."""
    where = [FILE, SHEET, ROW, SOUND]
    labels = [name for name in grid.columns if name not in (*where, PLACE)]
    return grid[[*labels, *where]].copy()
