"""The roll call: who has submitted, in which files, with how many rows and findings, and who has not.

Units are counted, not files: each department and, where each chain's office fills in for itself, each of these.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from chainscore.intake.tables import FILE, SheetTables, Submission, Tables
from chainscore.method.rulebook import Rulebook
from chainscore.words.findings import Finding, Severity
from chainscore.words.folding import fold

NOT_SUBMITTED = ("E201", "E206", "E218")
TWICE = "E202"
State = Literal["submitted", "unsigned", "missing", "duplicate", "unreadable"]


class Unit(msgspec.Struct, frozen=True):
    """Who fills in a sheet, or the rows of one chain there."""

    sheet: str
    """Its name, which is the department's."""
    chain: str | None = None

    def has(self, finding: Finding, anywhere: bool = False) -> bool:
        """Whether a finding on the unit's sheet, or on ``anywhere`` one that is known to be, is about what it fills in."""
        on_its_sheet = anywhere or (finding.sheet is not None and fold(finding.sheet) == fold(self.sheet))
        return on_its_sheet and (self.chain is None or finding.chain in (None, self.chain))

    def name(self, book: Rulebook) -> str:
        return self.sheet if self.chain is None else f"{self.sheet}-{book.chain(self.chain).short_name}"


class Entry(msgspec.Struct, frozen=True):
    """What came from one unit."""

    unit: Unit
    state: State
    files: tuple[str, ...] = ()
    rows: int = 0
    its: tuple[Finding, ...] = ()
    """What was found in what the unit fills in."""
    signed_by: str | None = None
    signed_on: datetime.date | None = None

    @property
    def findings(self) -> Counter[Severity]:
        """How many of each severity."""
        return Counter(finding.severity for finding in self.its)

    def is_late(self, due: datetime.date | None) -> bool:
        """Whether it was signed after the deadline, if there is one."""
        return due is not None and self.signed_on is not None and self.signed_on > due


def units_of(book: Rulebook) -> list[Unit]:
    """Everybody who has to fill in, in the order of the sheets and the chains."""
    return [
        Unit(sheet.name, chain)
        for sheet in book.sheets
        for chain in ([chain.id for chain in book.chains] if sheet.per_chain else [None])
    ]


def roll_call(tables: Tables | None, findings: Sequence[Finding], book: Rulebook) -> list[Entry]:
    """One entry for each unit."""
    call = _RollCall(tables.sheets if tables is not None else {}, findings, book)
    return [call.entry(unit) for unit in units_of(book)]


def unreadable_files(findings: Iterable[Finding], book: Rulebook) -> dict[Unit, tuple[str, ...]]:
    """Unit → the files that cannot be read and whose names say that they are its."""
    found: dict[Unit, tuple[str, ...]] = {}
    for finding in findings:
        if finding.code.startswith("E1") and finding.file and finding.sheet is None:
            for unit in _named(finding.file, book):
                found[unit] = (*found.get(unit, ()), finding.file)
    return found


def not_said_twice(findings: Sequence[Finding], book: Rulebook) -> list[Finding]:
    """The findings without those that a unit is missing whose file came and cannot be read."""
    came = unreadable_files(findings, book)
    missing = {
        id(finding): [unit for unit in units_of(book) if unit.has(finding)]
        for finding in findings
        if finding.code in NOT_SUBMITTED and not finding.file
    }
    return [finding for finding in findings if not (units := missing.get(id(finding))) or any(u not in came for u in units)]


def _named(file: str, book: Rulebook) -> Iterator[Unit]:
    """The units that a file's name names."""
    rest = fold(file.rpartition("/")[2].rpartition(".")[0])
    for sheet in sorted(book.sheets, key=lambda sheet: -len(sheet.name)):  # one department's name may be in another's
        before, name, after = rest.partition(fold(sheet.name))
        if not name:
            continue
        rest = before + after
        units = [unit for unit in units_of(book) if unit.sheet == sheet.name]
        named = [unit for unit in units if unit.chain is not None and fold(book.chain(unit.chain).short_name) in rest]
        yield from named or units


class _RollCall:
    def __init__(self, sheets: Mapping[str, SheetTables], findings: Sequence[Finding], book: Rulebook) -> None:
        self.sheets, self.findings, self.book = sheets, findings, book
        self.unreadable = unreadable_files(findings, book)
        self.parts = Counter(file for sheet in sheets.values() for file in {each.file for each in sheet.submissions})
        """File → of how many departments' sheets it has something."""

    def entry(self, unit: Unit) -> Entry:
        sheet = self.sheets.get(unit.sheet)
        submissions = sheet.submissions if sheet is not None else ()
        came = [each for each in submissions if unit.chain is None or unit.chain in each.chains]
        current = [each for each in came if each.of_this_period]
        return self._came(unit, current or came) if came else self._absent(unit)

    def _absent(self, unit: Unit) -> Entry:
        """A unit of which nothing was read: its file cannot be, is blank, or did not come."""
        if files := self.unreadable.get(unit):
            its = [finding for finding in self.findings if finding.file in files]
            return Entry(unit, "unreadable", files, 0, tuple(its))
        its = [finding for finding in self.findings if finding.code in NOT_SUBMITTED and unit.has(finding)]
        files = tuple(dict.fromkeys(finding.file for finding in its if finding.file))
        return Entry(unit, "missing", files, 0, tuple(its))

    def _came(self, unit: Unit, came: Sequence[Submission]) -> Entry:
        places = {(each.file, each.sheet) for each in came}
        # What is said of a file as a whole, or of its cover, is the unit's where the file has nobody else's sheet.
        own = {each.file for each in came if self.parts[each.file] == 1 and (unit.chain is None or len(each.chains) == 1)}
        its = [
            finding
            for finding in self.findings
            if finding.file in own or ((finding.file, finding.sheet) in places and unit.has(finding, anywhere=True))
        ]
        return Entry(
            unit,
            self._state(unit, came),
            tuple(dict.fromkeys(each.file for each in came)),
            sum(self._rows(unit, each) for each in came),
            tuple(its),
            came[0].signer,
            came[0].signed_on,
        )

    def _state(self, unit: Unit, came: Sequence[Submission]) -> State:
        """What came of another period alone, which its file is blamed for, is nothing of this one."""
        if not came[0].of_this_period:
            return "missing"
        if self._is_twice(unit, came):
            return "duplicate"
        return "submitted" if all(each.signed for each in came) else "unsigned"

    def _is_twice(self, unit: Unit, came: Sequence[Submission]) -> bool:
        """Whether rows of one chain came twice, and that is said of one of the files."""
        chains = Counter(chain for each in came for chain in each.chains if unit.chain in (None, chain))
        files = {each.file for each in came}
        return max(chains.values(), default=0) > 1 and any(f.code == TWICE and f.file in files for f in self.findings)

    def _rows(self, unit: Unit, submission: Submission) -> int:
        if unit.chain is None or len(submission.chains) == 1:
            return submission.rows
        label, sheet = self.book.words.chain, self.sheets[unit.sheet]
        frames = [frame for frame in (sheet.table, sheet.ledger) if label in frame]
        return sum(int(((frame[FILE] == submission.file) & (frame[label] == unit.chain)).sum()) for frame in frames)
