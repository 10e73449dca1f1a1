"""``chainscore score --each``: every workbook for itself, and a table of all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from chainscore.batch import console
from chainscore.batch.documents import each_document
from chainscore.batch.each import COMBINED, BrokenOffError, Outcome, Setup, Task, tasks_of
from chainscore.batch.each import score_each as score_all
from chainscore.batch.workbook import write_combined
from chainscore.commands.common import BLOCKED, DONE, INTERRUPTED, UNUSABLE, print_document, suggest, write
from chainscore.show.outputs import check_output, prepare_folder
from chainscore.show.terminal import print_line
from chainscore.words.findings import Language
from chainscore.words.texts import UserError, text


def score_each(
    files: Sequence[Path],
    folder: Path | None,
    jobs: str | None,
    setup: Setup,
    as_json: bool,
    language: Language,
) -> int:
    """Score each workbook of ``files`` into ``folder`` and tell what came of it; returns the exit code. Raises UserError."""
    if folder is None:
        raise UserError("each.no_folder")
    processes = _number(jobs)
    tasks = tasks_of(files, folder)
    if not tasks:
        raise UserError("each.no_files", path=files[0])
    prepare_folder(folder)
    targets = [folder / COMBINED, *([] if setup.combined_only else [task.target for task in tasks])]
    _check_outputs(targets, tasks, setup.force)
    try:
        with console.progress(len(tasks), language) as move:
            outcomes = score_all(tasks, setup, processes, move)
    except BrokenOffError as error:
        key = "each.interrupted_combined" if setup.combined_only else "each.interrupted"
        print_line(text(key, language, number=len(tasks), done=len(error.done), folder=folder), sys.stderr)
        return INTERRUPTED
    combined = write(folder / COMBINED, write_combined(outcomes, setup.book), setup.force, language)
    if as_json:
        print_document(each_document(outcomes, setup.book, setup.draft, combined, language))
    else:
        console.print_outcomes(outcomes, setup.book, language)
        console.print_end(outcomes, combined, language)
        suggest("next.explain", language, file=files[0], chain=setup.book.chains[0].short_name)
    return _exit_code(outcomes)


def _number(jobs: str | None) -> int:
    """How many processes score at a time: as many as there are cores, unless it is said."""
    if jobs is None:
        return os.cpu_count() or 1
    if not jobs.isdecimal() or not int(jobs):
        raise UserError("error.jobs", text=jobs)
    return int(jobs)


def _check_outputs(targets: Sequence[Path], tasks: Sequence[Task], force: bool) -> None:
    """Refuse any output that is of no use or an input, before any work is done."""
    inputs: dict[str, list[Path]] = {}
    for task in tasks:
        inputs.setdefault(task.path.name.casefold(), []).append(task.path)
    for target in targets:
        check_output(target, inputs.get(target.name.casefold(), []), force)


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    states = {outcome.state for outcome in outcomes}
    return UNUSABLE if states & {"unreadable", "failed"} else BLOCKED if "refused" in states else DONE
