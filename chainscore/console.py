"""What people see: findings a line each, and the ranking as a table."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chainscore.appraisal import Appraisal
from chainscore.findings import Finding, Language, Severity
from chainscore.period import Period
from chainscore.rollcall import roll_call
from chainscore.rulebook import Rulebook
from chainscore.scorecard import ChainScore, Scorecard
from chainscore.texts import text

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "notice": "cyan"}


def print_line(line: str | Text, stream: TextIO | None = None) -> None:
    """One line, in colour on a terminal that wants it, plain elsewhere."""
    stream = stream if stream is not None else sys.stdout
    if isinstance(line, Text) and stream.isatty():
        Console(file=stream, highlight=False, soft_wrap=True).print(line)
    else:
        stream.write(f"{line.plain if isinstance(line, Text) else line}\n")


def print_findings(findings: Iterable[Finding], language: Language, stream: TextIO | None = None) -> None:
    """A line each: the place, the code, what is wrong, how to mend it."""
    for finding in findings:
        line = text(
            "console.finding",
            language,
            place=finding.place,
            code=finding.code,
            message=finding.message(language),
            hint=finding.hint(language),
        )
        styled = Text(line)
        start = len(finding.place) + 2
        styled.stylize(f"bold {_COLOURS[finding.severity]}", start, start + len(finding.code))
        print_line(styled, stream)


def counts(findings: Sequence[Finding], language: Language) -> str:
    """How many findings of each severity there are."""
    number = Counter(finding.severity for finding in findings)
    return text("console.counts", language, errors=number["error"], warnings=number["warning"], notices=number["notice"])


def sound(appraisal: Appraisal, language: Language) -> str:
    """That there are no errors, and what was read to say so."""
    assert appraisal.tables is not None
    assert appraisal.tables.period is not None
    sheets = [sheet for sheet in appraisal.tables.sheets.values() if sheet.submitted]
    return text(
        "console.sound",
        language,
        files=_files([name for name, _ in appraisal.tables.inputs], language),
        period=period_name(appraisal.tables.period, language),
        sheets=len(sheets),
        rows=sum(sheet.rows_read for sheet in sheets),
    )


def _files(names: Sequence[str], language: Language) -> str:
    """The files by name, or how many there are."""
    return "、".join(names) if len(names) < 4 else text("console.files", language, number=len(names))


def period_name(period: Period, language: Language) -> str:
    return period.chinese if language == "zh" else str(period)


def readings_line(book: Rulebook, language: Language) -> str:
    """The readings other than the default ones."""
    defaults = {reading.key: reading.default for reading in book.readings}
    chosen = [f"{key}={value}" for key, value in book.chosen.items() if value != defaults[key]]
    if not chosen:
        return text("console.readings_default", language)
    return text("console.readings", language, readings=", ".join(chosen))


def print_ranking(scorecard: Scorecard, book: Rulebook, language: Language) -> None:
    """Rank, chain, the sections, total and the gap to the one above; boxes on a terminal only."""
    table = _new_table()
    table.add_column(text("column.rank", language), justify="right", no_wrap=True)
    table.add_column(text("column.chain", language), no_wrap=True)
    for section in book.sections:
        table.add_column(section.title, justify="right", no_wrap=True)
    table.add_column(text("column.total", language), justify="right", no_wrap=True, style="bold")
    table.add_column(text("column.gap", language), justify="right")
    if any(chain.pending for chain in scorecard.chains):
        table.add_column(text("column.pending", language))
    for above, chain in zip((None, *scorecard.chains), scorecard.chains, strict=False):
        table.add_row(*_ranking_row(above, chain, scorecard, book, language))
    _print_table(table)


def print_roll_call(appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    """Who has submitted and who has not, a line each, and how many have."""
    assert appraisal.tables is not None
    entries = roll_call(appraisal.tables, appraisal.findings, book)
    table = _new_table()
    table.add_column(text("column.who", language), no_wrap=True)
    table.add_column(text("column.state", language), no_wrap=True)
    table.add_column(text("column.file", language), no_wrap=True)
    for name in ("column.rows", "column.errors", "column.warnings", "column.notices"):
        table.add_column(text(name, language), justify="right", no_wrap=True)
    for entry in entries:
        numbers = [entry.rows, *(entry.number(severity) for severity in _COLOURS)]
        counted = [str(number) for number in numbers] if entry.state != "missing" else [""] * len(numbers)
        table.add_row(entry.who, text(f"state.{entry.state}", language), entry.file, *counted)
    _print_table(table)
    submitted = sum(entry.state == "submitted" for entry in entries)
    print_line(text("console.roll_call", language, submitted=submitted, missing=len(entries) - submitted))


def _new_table() -> Table:
    """A table with boxes on a terminal only."""
    return Table() if sys.stdout.isatty() else Table(box=None, pad_edge=False)


def _print_table(table: Table) -> None:
    if sys.stdout.isatty():
        Console(highlight=False).print(table)
        return
    buffer = io.StringIO()
    Console(file=buffer, width=500, color_system=None, highlight=False).print(table)
    for line in buffer.getvalue().splitlines():
        print_line(line.rstrip())


def _ranking_row(
    above: ChainScore | None, chain: ChainScore, scorecard: Scorecard, book: Rulebook, language: Language
) -> list[str]:
    tied = sum(other.rank == chain.rank for other in scorecard.chains) > 1
    rank = text("column.tied", language, rank=chain.rank) if tied else str(chain.rank)
    gap = "" if above is None else f"{above.total - chain.total:.2f}"
    sections = [f"{chain.sections[section.id]:.2f}" for section in book.sections]
    pending = ["、".join(chain.pending)] if any(other.pending for other in scorecard.chains) else []
    return [rank, book.chain(chain.chain).short_name, *sections, f"{chain.total:.2f}", gap, *pending]


def print_score(appraisal: Appraisal, book: Rulebook, results: Path, language: Language) -> None:
    """Everything ``score`` says on the console."""
    assert appraisal.scorecard is not None
    period = period_name(appraisal.scorecard.period, language)
    print_line(text("console.title", language, title=book.title, period=period))
    if appraisal.scorecard.draft:
        print_line(text("console.draft", language))
    print_line(readings_line(book, language))
    print_line("")
    print_ranking(appraisal.scorecard, book, language)
    print_line("")
    more = text("console.see_check", language) if appraisal.findings else ""
    print_line(counts(appraisal.findings, language) + more)
    print_line(text("console.results", language, path=results))
