"""The roll call: who has submitted, in which file, with how many rows and findings, and who has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chainscore.intake.tables import SheetTables, Submission, Tables
from chainscore.method.rulebook import Rulebook
from chainscore.words.findings import Finding, Severity

State = Literal["submitted", "unsigned", "missing"]


@dataclass(frozen=True)
class Entry:
    """One line: a department, or a chain's office, and what came from it."""

    who: str
    state: State
    file: str = ""
    rows: int = 0
    findings: tuple[tuple[Severity, int], ...] = ()

    def number(self, severity: Severity) -> int:
        """How many findings of a severity stand in what was submitted."""
        return dict(self.findings).get(severity, 0)


def roll_call(tables: Tables, findings: Sequence[Finding], book: Rulebook) -> list[Entry]:
    """Everybody who has a sheet to fill in, in the rulebook's order; one line for each file that it came in."""
    return [entry for sheet in tables.sheets.values() for entry in _of_sheet(sheet, findings, book)]


def _of_sheet(sheet: SheetTables, findings: Sequence[Finding], book: Rulebook) -> list[Entry]:
    """The lines of one sheet; where each chain's office submits for itself, in the order of the chains."""
    lines = [(submission.chains, _submitted(sheet, submission, findings, book)) for submission in sheet.submissions]
    lines += [(chains, Entry(_who(sheet, chains, book), "missing")) for chains in _missing(sheet, book)]
    if not sheet.sheet.per_chain:
        return [entry for _, entry in lines]
    order = {chain.id: number for number, chain in enumerate(book.chains)}
    return [entry for _, entry in sorted(lines, key=lambda line: min((order[chain] for chain in line[0]), default=0))]


def _submitted(sheet: SheetTables, submission: Submission, findings: Sequence[Finding], book: Rulebook) -> Entry:
    number = Counter(f.severity for f in findings if (f.file, f.sheet) == (submission.file, submission.sheet))
    state: State = "submitted" if submission.signed else "unsigned"
    who = _who(sheet, submission.chains, book)
    return Entry(who, state, submission.file, submission.rows, tuple(number.items()))


def _missing(sheet: SheetTables, book: Rulebook) -> Iterator[tuple[str, ...]]:
    """For each that has not submitted: its chains, all where nobody has."""
    if not sheet.submissions:
        yield tuple(chain.id for chain in book.chains)
    elif sheet.sheet.per_chain:
        present = {chain for submission in sheet.submissions for chain in submission.chains}
        yield from ((chain.id,) for chain in book.chains if chain.id not in present)


def _who(sheet: SheetTables, chains: Sequence[str], book: Rulebook) -> str:
    """The department, with the chains where its offices submit for themselves."""
    if not sheet.sheet.per_chain or not 0 < len(chains) < len(book.chains):
        return sheet.sheet.name
    return f"{sheet.sheet.name}-{'、'.join(book.chain(chain).short_name for chain in chains)}"
