"""Scores every workbook for itself, in worker processes: a province's counties, a year's quarters.

A workbook that is refused, cannot be read or brings a worker down is told of and does not stop the rest. Ctrl-C lets each
worker finish the workbook it is at, so that no process and no half of a file is left.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from chainscore.intake.limits import Limits
from chainscore.intake.workbook import is_results_file
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import Appraisal, appraise, workbooks_in
from chainscore.scoring.rollcall import NOT_SUBMITTED
from chainscore.scoring.scorecard import Scorecard
from chainscore.show.outputs import OutputError, put_in_place, settle, write_part
from chainscore.words.findings import Language
from chainscore.words.texts import LANGUAGES, text

COMBINED = "combined.xlsx"
"""What all results together are called."""

State = Literal["scored", "refused", "unreadable", "failed"]
"""``failed``: the results could not be written, or the worker broke down over the workbook."""


class Standing(msgspec.Struct, frozen=True):
    """What one chain came to in one workbook."""

    chain: str
    rank: int | None
    """None while anything of any object is pending."""
    total: Decimal | None
    """None while anything of it is."""
    pending: tuple[str, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What came of one workbook."""

    file: str
    """Its name."""
    state: State
    period: str | None = None
    draft: bool = False
    """Something is left out of the scores."""
    chains: tuple[Standing, ...] = ()
    """In rank order; none where there are no scores."""
    findings: tuple[tuple[str, int], ...] = ()
    """(severity, how many)."""
    reason: tuple[tuple[Language, str], ...] = ()
    """Why there are no scores, in each language."""
    results: str | None = None
    """The name of its results workbook."""
    part: bool = False
    """Sheets of others are missing in it."""

    def number(self, severity: str) -> int:
        return dict(self.findings).get(severity, 0)

    def why(self, language: Language) -> str:
        return dict(self.reason).get(language, "")


class Written(msgspec.Struct, frozen=True):
    """An outcome whose results are written, each whole in a part of its own beside where it goes."""

    outcome: Outcome
    parts: tuple[Path, ...]
    """The results workbook's and, where that does not have every row, the evidence's."""


class Task(msgspec.Struct, frozen=True):
    """One workbook, and where its results go."""

    path: Path
    target: Path


Found = dict[Task, Outcome | None]
"""What came of each; None of a results workbook."""


@dataclass(frozen=True)
class Setup:
    """What all workbooks are scored by."""

    book: Rulebook
    draft: bool
    limits: Limits
    combined_only: bool = False
    """No results workbooks are written."""
    force: bool = True
    """Results that are there are replaced."""


class BrokenOffError(Exception):
    """The user broke the run off. ``done`` is what came of the workbooks that were finished."""

    def __init__(self, done: Sequence[Outcome]) -> None:
        super().__init__()
        self.done = done


def tasks_of(paths: Sequence[Path], folder: Path) -> list[Task]:
    """The workbooks given, and those in the folders given, and where in ``folder`` the results of each go.

    The folders in a folder are left alone. Of workbooks that share a name, those after the first have a number in theirs. What
    an earlier run wrote to the same place is no workbook to score.
    """
    files = {file.resolve(): file for path in paths for file in (workbooks_in(path) if path.is_dir() else [path])}
    written = {(folder / name).resolve() for name in (COMBINED, *(_results_of(file.stem) for file in files.values()))}
    seen: Counter[str] = Counter()
    tasks = []
    for place, file in files.items():
        if place in written and is_results_file(file):
            continue
        stem = file.stem.casefold()
        seen[stem] += 1
        tasks.append(Task(file, folder / _results_of(f"{file.stem}-{seen[stem]}" if seen[stem] > 1 else file.stem)))
    return tasks


def _results_of(stem: str) -> str:
    return f"{stem}-results.xlsx"


def score_each(tasks: Sequence[Task], setup: Setup, jobs: int, told: Callable[[], None]) -> list[Outcome]:
    """What comes of each workbook, in the order given, without those that are results themselves.

    ``told`` is called after each. Raises BrokenOffError.
    """
    found: Found = {}

    def done() -> list[Outcome]:
        return [outcome for task in tasks if (outcome := found.get(task)) is not None]

    try:
        with _terminated_like_interrupted():
            for task, outcome in _outcomes(tasks, setup, min(jobs, len(tasks)), found):
                found[task] = outcome
                told()
    except KeyboardInterrupt:
        raise BrokenOffError(done()) from None
    finally:
        for folder in {task.target.parent for task in tasks}:
            settle(folder)
    return done()


# ---------------------------------------------------------------- one workbook


def score_one(task: Task, setup: Setup) -> Written | Outcome | None:
    """Score one workbook and write its results, if wanted; None of a results workbook, which lies beside what it came of."""
    appraisal = appraise([task.path], setup.book, setup.draft, setup.limits)
    if [finding.code for finding in appraisal.findings] == ["E109"]:
        return None
    number = Counter(finding.severity for finding in appraisal.findings)
    period = appraisal.tables.period if appraisal.tables is not None else None
    outcome = Outcome(
        file=task.path.name,
        state="unreadable" if appraisal.unreadable else "refused",
        period=str(period) if period is not None else None,
        findings=tuple(number.items()),
        part=any(finding.code in NOT_SUBMITTED and not finding.file for finding in appraisal.findings),
    )
    scorecard = appraisal.scorecard
    if scorecard is None or appraisal.unreadable:
        return replace(outcome, reason=_reason(appraisal))
    chains = (Standing(chain.chain, chain.rank, chain.total, chain.pending) for chain in scorecard.chains)
    outcome = replace(outcome, state="scored", draft=scorecard.draft, chains=tuple(chains))
    return outcome if setup.combined_only else _write_parts(task, outcome, appraisal, scorecard, setup.book)


def _write_parts(task: Task, outcome: Outcome, appraisal: Appraisal, scorecard: Scorecard, book: Rulebook) -> Written | Outcome:
    """Write the results of a workbook in parts, or tell why that cannot be."""
    from chainscore.results import evidence_csv
    from chainscore.results.workbook import write_results

    assert appraisal.tables is not None
    parts: list[Path] = []
    try:
        parts.append(write_part(task.target, write_results(appraisal, book)))
        if evidence_csv.is_needed(appraisal.tables):
            parts.append(write_part(evidence_csv.beside(task.target), evidence_csv.EvidenceCsv(scorecard, book)))
    except OutputError as error:
        return _unwritten(outcome, parts, error)
    return Written(outcome, tuple(parts))


def _put_in_place(task: Task, found: Written | Outcome | None, setup: Setup) -> Outcome | None:
    """What came of a workbook, when its results are where they go."""
    if not isinstance(found, Written):
        return found
    from chainscore.results import evidence_csv

    results, *evidence = found.parts
    try:
        written = put_in_place(results, task.target, setup.force)
        for part in evidence:
            put_in_place(part, evidence_csv.beside(written), setup.force)
    except OutputError as error:
        return _unwritten(found.outcome, found.parts, error)
    return replace(found.outcome, results=written.name)


def _unwritten(outcome: Outcome, parts: Sequence[Path], error: OutputError) -> Outcome:
    """What came of a workbook whose results cannot be written; what is written of them goes."""
    for part in parts:
        part.unlink(missing_ok=True)
    return replace(outcome, state="failed", draft=False, chains=(), reason=_in_each_language(error.key, **error.values))


def _reason(appraisal: Appraisal) -> tuple[tuple[Language, str], ...]:
    """The first error, with its place."""
    error = next(finding for finding in appraisal.findings if finding.severity == "error")
    place = f"{error.sheet}!{error.cell}" if error.cell is not None else error.sheet or ""
    return tuple((language, f"{place} {error.code} {error.message(language)}".strip()) for language in LANGUAGES)


def _in_each_language(key: str, **values: object) -> tuple[tuple[Language, str], ...]:
    return tuple((language, text(key, language, **values)) for language in LANGUAGES)


def _without_fail(task: Task, setup: Setup) -> Written | Outcome | None:
    """As score_one; a fault of the program's own is an outcome too."""
    try:
        return score_one(task, setup)
    # Whatever it is: a fault of the program at one workbook must not stop the others. It is told as that workbook's outcome.
    except Exception as error:  # noqa: BLE001
        reason = _in_each_language("each.fault", error=f"{type(error).__name__}: {error}")
        return Outcome(task.path.name, "failed", reason=reason)


# ---------------------------------------------------------------- worker processes


def _outcomes(tasks: Sequence[Task], setup: Setup, jobs: int, found: Found) -> Iterator[tuple[Task, Outcome | None]]:
    """(task, outcome) as they come; what is finished after the run was broken off is ``found`` only."""
    if jobs < 2:
        for task in tasks:
            yield task, _put_in_place(task, _without_fail(task, setup), setup)
        return
    waiting = dict.fromkeys(tasks)
    alone = False
    while waiting:
        try:
            for task, outcome in _through_workers(list(waiting), setup, 1 if alone else jobs, found):
                del waiting[task]
                yield task, outcome
        except BrokenProcessPool:
            # A worker died, nobody knows over which workbook: one worker takes them in order until it dies over the same one.
            if alone:
                culprit = next(iter(waiting))
                del waiting[culprit]
                yield culprit, Outcome(culprit.path.name, "failed", reason=_in_each_language("each.died"))
            alone = not alone


def _through_workers(tasks: Sequence[Task], setup: Setup, jobs: int, found: Found) -> Iterator[tuple[Task, Outcome | None]]:
    """As ``_outcomes``. Raises BrokenProcessPool."""
    futures: dict[Future[Outcome | None], Task] = {}
    executor = ProcessPoolExecutor(jobs, multiprocessing.get_context(_method()), _begin, (setup,))
    disk = ThreadPoolExecutor(jobs)  # which workers do not wait for, nor a Ctrl-C interrupts
    try:
        # What a worker is born with: Ctrl-C goes to all processes of a terminal, and is this one's business.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            working = [(task, executor.submit(_work, task)) for task in tasks]
        finally:
            signal.signal(signal.SIGINT, before)
        futures = {disk.submit(_put_away, task, work, setup): task for task, work in working}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        disk.shutdown(wait=True)
        ended = (future for future in futures if future.done() and not future.cancelled() and future.exception() is None)
        found.update({futures[future]: future.result() for future in ended})


def _put_away(task: Task, work: Future[Written | Outcome | None], setup: Setup) -> Outcome | None:
    """Wait for a worker's results, and put them in place. Raises BrokenProcessPool, CancelledError."""
    return _put_in_place(task, work.result(), setup)


def _method() -> str:
    """Linux can copy a process as it is; elsewhere that is not safe."""
    return "fork" if sys.platform == "linux" else "spawn"


_setup: Setup


def _begin(setup: Setup) -> None:
    """What a worker does first."""
    global _setup
    _setup = setup
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed has nobody to work for."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task) -> Written | Outcome | None:
    return _without_fail(task, _setup)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does."""

    def interrupt(_: int, __: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# ---------------------------------------------------------------- what they come to


def numbers(outcomes: Sequence[Outcome]) -> Mapping[State, int]:
    """How many workbooks there are of each state."""
    return Counter(outcome.state for outcome in outcomes)
