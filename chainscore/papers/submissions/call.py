"""The roll call with what each unit still has to do, and by when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.rollcall import Entry, roll_call
from chainscore.words.findings import Language
from chainscore.words.texts import text


@dataclass(frozen=True)
class Call:
    entries: tuple[Entry, ...]
    book: Rulebook
    period: str
    """Its name, as people write it; "" where none can be told."""
    due: datetime.date | None

    @classmethod
    def of(cls, appraisal: Appraisal, book: Rulebook, due: datetime.date | None) -> Call:
        period = appraisal.tables.period if appraisal.tables is not None else None
        entries = tuple(roll_call(appraisal.tables, appraisal.findings, book))
        return cls(entries, book, period.name(book.language) if period is not None else "", due)

    @property
    def language(self) -> Language:
        """That of the workbooks."""
        return self.book.language

    @property
    def owing(self) -> list[Entry]:
        """Those who have not submitted as they should, or have errors to mend."""
        return [entry for entry in self.entries if entry.state != "submitted" or entry.findings["error"]]

    def state(self, entry: Entry) -> str:
        """Its state in words; what was signed after the deadline is late."""
        state = text(f"state.{entry.state}", self.language)
        return text("submissions.late", self.language, state=state) if entry.is_late(self.due) else state

    def to_do(self, entry: Entry) -> Iterator[str]:
        """What the unit has to do, one thing after another."""
        if entry.state != "submitted":
            yield text(f"to_do.{entry.state}", self.language)
        if entry.files and entry.state != "unreadable":
            for key, severity in (("to_do.errors", "error"), ("to_do.warnings", "warning")):
                if number := sum(finding.severity == severity for finding in entry.its):
                    yield text(key, self.language, number=number)
