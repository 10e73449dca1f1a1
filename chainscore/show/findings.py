"""Findings and their codes, a line each for people or as JSON objects. Nothing heavy is imported for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from msgspec.structs import asdict, replace

from chainscore.show.terminal import Line, print_line
from chainscore.words.findings import Code, Finding, Language, Severity, message_of_all
from chainscore.words.texts import text

COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "notice": "cyan"}


MANY = 3
"""Notices of one code on one sheet from which on they share a line."""
MOST_CELLS = 8
"""Cells that such a line names."""


def print_findings(findings: Iterable[Finding], language: Language, stream: TextIO | None = None) -> None:
    """A line each: the place, the code, what is wrong, how to mend it. Many notices of one kind share a line."""
    for group in _groups(list(findings)):
        place, message = _told(group, language)
        first = group[0]
        values = {"code": first.code, "message": message, "hint": first.hint(language)}
        styled = Line(text("console.finding", language, place=place, **values).rstrip())
        start = len(place) + 2
        styled.stylize(f"bold {COLOURS[first.severity]}", start, start + len(first.code))
        print_line(styled, stream)


def _groups(findings: Sequence[Finding]) -> Iterable[list[Finding]]:
    """The findings in their order, one by one; many notices of one kind together, where the first of them stands."""
    kinds = [(each.code, each.file, each.sheet) for each in findings]
    number = Counter(kind for each, kind in zip(findings, kinds, strict=True) if each.severity == "notice" and each.cell)
    groups: dict[object, list[Finding]] = {}
    for place, (finding, kind) in enumerate(zip(findings, kinds, strict=True)):
        groups.setdefault(kind if number[kind] >= MANY else place, []).append(finding)
    return groups.values()


def _told(group: Sequence[Finding], language: Language) -> tuple[str, str]:
    """(where, what) of findings that share a line."""
    first = group[0]
    if len(group) == 1:
        return first.place, first.message(language)
    separator = "、" if language == "zh" else ","
    cells = separator.join(each.cell or "" for each in group[:MOST_CELLS]) + ("…" if len(group) > MOST_CELLS else "")
    message = text("console.many", language, number=len(group), message=message_of_all(group, language))
    return replace(first, cell=cells).place, message


def print_codes(codes: Sequence[Code], language: Language) -> None:
    """A line for each code."""
    for code in codes:
        severity = text(f"severity.{code.severity}", language)
        styled = Line(text("codes.line", language, code=code.code, severity=severity, meaning=code.meaning))
        styled.stylize(f"bold {COLOURS[code.severity]}", 0, len(code.code))
        print_line(styled)


def print_code(code: Code, language: Language) -> None:
    """What a code means, why it matters, how to mend it, and what its severity entails."""
    severity = text(f"severity.{code.severity}", language)
    heading = Line(text("codes.heading", language, code=code.code, severity=severity, meaning=code.meaning))
    heading.stylize(f"bold {COLOURS[code.severity]}", 0, len(code.code))
    print_line(heading)
    print_line(text("codes.why", language, why=code.why))
    print_line(text("codes.hint", language, hint=code.hint))
    print_line(text(f"codes.{code.severity}", language))


def counts(findings: Sequence[Finding], language: Language) -> str:
    """How many findings of each severity there are."""
    number = Counter(finding.severity for finding in findings)
    return text("console.counts", language, errors=number["error"], warnings=number["warning"], notices=number["notice"])


def number_line(number: int, severity: Severity) -> Line:
    """How many findings of a severity there are, in its colour where there are any."""
    return Line(str(number), COLOURS[severity] if number else "")


def findings_document(findings: Iterable[Finding], language: Language) -> list[dict[str, Any]]:
    """Findings as JSON objects, in their order."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "file": finding.file or None,
            "sheet": finding.sheet,
            "cell": finding.cell,
            "chain": finding.chain,
            "message": finding.message(language),
            "hint": finding.hint(language),
        }
        for finding in findings
    ]


def codes_document(codes: Iterable[Code]) -> dict[str, Any]:
    """``codes --json``."""
    return {"schema": "chainscore/codes/1", "codes": [asdict(code) for code in codes]}
