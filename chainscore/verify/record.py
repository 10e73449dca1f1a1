"""What results say of how they came about, and whether what was given is what they were made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainscore.method.loading import load_rulebook, packaged
from chainscore.method.rulebook import Rulebook
from chainscore.results.names import named
from chainscore.words.findings import Finding, Language
from chainscore.words.references import cell_reference

_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Input:
    """One input that the results workbook names, that was given, or both."""

    name: str
    """As recorded, or its own where no record matches."""
    recorded: str | None
    """SHA-256."""
    actual: str | None


@dataclass(frozen=True)
class Record:
    """What a results workbook, or a bulletin, says of how it came about, each with the row where it says so."""

    lines: Mapping[str, tuple[int, str]]
    """Label → row and text."""
    language: Language

    @property
    def sheet(self) -> str | None:
        """The name of the sheet that says it; None of a bulletin, whose properties say it."""
        of_file = bool(self.lines) and not any(row for row, _ in self.lines.values())
        return None if of_file else named("origin", self.language)

    def place(self, row: int) -> tuple[str | None, str | None]:
        """Sheet and cell of a line."""
        return self.sheet, cell_reference(row, 2) if self.sheet is not None else None

    def line(self, key: str) -> tuple[int, str]:
        """Row and text of a line, 0 and nothing where it is missing."""
        return self.lines.get(named(key, self.language), (0, ""))

    def text(self, key: str) -> str:
        return self.line(key)[1]

    def inputs(self, prefix: str) -> list[tuple[str, str, int]]:
        """Name, SHA-256 and row of each whose label begins with ``prefix``."""
        found = []
        for label, (row, text) in self.lines.items():
            digest = _HASH.search(text)
            if label.startswith(prefix):
                found.append((label.removeprefix(prefix), digest[0] if digest else "", row))
        return found

    @property
    def readings(self) -> dict[str, str]:
        reading = named("reading", self.language)
        pairs = (label.removeprefix(reading).partition("=") for label in self.lines if label.startswith(reading))
        return {key: value for key, _, value in pairs}


def known_rulebook(record: Record, path: Path | None, digest: str) -> Rulebook | None:
    """The rulebook at ``path``, or one that comes with the program, that under the recorded readings has this SHA-256."""
    known = (_under(record, each) for each in (*([path] if path else []), *packaged().values()))
    return next((book for book in known if book.sha256 == digest), None)


def _under(record: Record, path: Path) -> Rulebook:
    """A rulebook under the recorded readings, as far as it knows them."""
    known = {reading.key: reading.options for reading in load_rulebook(path).readings}
    return load_rulebook(path, {key: value for key, value in record.readings.items() if value in known.get(key, {})})


def matched(
    record: Record, recorded: Sequence[tuple[str, str, int]], given: Sequence[tuple[str, str]], file: str
) -> tuple[tuple[Input, ...], dict[str, int], list[Finding]]:
    """Recorded and given inputs side by side; name as recorded → place among the given, in order; what is amiss."""
    left = list(range(len(given)))
    places: dict[str, int] = {}
    for name, digest, _ in recorded:
        if (match := next((at for at in left if given[at][1] == digest), None)) is not None:
            places[name] = match
            left.remove(match)
    for name, _, _ in recorded:
        # One that is not as it was: by its name, or because it is the only one that is left.
        same = [at for at in left if given[at][0] == name] or (left if len(recorded) == len(given) == 1 else [])
        if name not in places and same:
            places[name] = same[0]
            left.remove(same[0])
    inputs, findings = [], []
    for name, digest, row in recorded:
        actual = given[places[name]][1] if name in places else None
        inputs.append(Input(name, digest, actual))
        if actual != digest:
            values = {"name": name, "text": digest[:12] or "—", "value": (actual or "")[:12]}
            code = "E702" if actual is None else "E703"
            findings.append(Finding(code, file, *record.place(row), values=values))
    for at in left:
        name, digest = given[at]
        inputs.append(Input(name, None, digest))
        findings.append(Finding("E704", file, record.sheet, values={"name": name, "text": digest[:12]}))
    return tuple(inputs), {name: places[name] for name, _, _ in recorded if name in places}, findings
