"""What people see of ``score --each``: a bar while it runs, then a line for each workbook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chainscore.batch.each import Outcome, numbers
from chainscore.method.rulebook import Rulebook
from chainscore.show.findings import COLOURS, number_line
from chainscore.show.terminal import Line, Table, print_line, print_table
from chainscore.words.findings import Language, one_line
from chainscore.words.texts import text


@contextmanager
def progress(number: int, language: Language) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where that is a terminal; what is yielded moves it by one workbook."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Without a thread of its own, which the worker processes would be born beside.
    with Progress(*columns, console=Console(file=sys.stderr), auto_refresh=False, transient=True) as bar:
        task = bar.add_task(text("each.progress", language), total=number)
        bar.refresh()

        def move() -> None:
            bar.update(task, advance=1)
            bar.refresh()

        yield move


def print_outcomes(outcomes: Sequence[Outcome], book: Rulebook, language: Language) -> None:
    """A line for each workbook, and below it why some have no scores."""
    table = Table()
    for key in ("column.file", "each.period", "each.state", "each.first"):
        table.add_column(text(key, language), shrinks=key == "column.file")
    for key in ("column.total", "column.errors", "column.warnings", "column.notices"):
        table.add_column(text(key, language), justify="right")
    for outcome in outcomes:
        first = next(iter(outcome.chains), None)
        leader = ["", ""]
        if first is not None and outcome.state == "scored":
            known = first.rank is not None
            pending = text("column.pending", language)
            leader = [book.chain(first.chain).short_name, f"{first.total:.{book.decimals}f}"] if known else [pending, pending]
        found = [number_line(outcome.number(severity), severity) for severity in COLOURS]
        state = Line(text(f"each.{outcome.state}", language), "green" if outcome.state == "scored" else "red")
        table.add_row(one_line(outcome.file), outcome.period or "", state, *leader, *found)
    print_table(table)
    unscored = [outcome for outcome in outcomes if outcome.state != "scored"]
    if unscored:
        print_line("")
    for outcome in unscored:
        print_line(text("each.why", language, file=one_line(outcome.file), reason=outcome.why(language)))


def print_end(outcomes: Sequence[Outcome], combined: Path, language: Language) -> None:
    """How many were scored, and where the results are."""
    number = numbers(outcomes)
    unusable = number["unreadable"] + number["failed"]
    values = {"number": len(outcomes), "scored": number["scored"], "refused": number["refused"], "unusable": unusable}
    print_line("")
    print_line(text("each.end", language, **values))
    key = "each.written" if any(outcome.results for outcome in outcomes) else "each.combined"
    print_line(text(key, language, folder=combined.parent, path=combined))
    if sum(outcome.part and outcome.state == "refused" for outcome in outcomes) > 1:
        print_line(text("each.parts", language))
