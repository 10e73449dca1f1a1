"""Findings and their codes, a line each for people or as JSON objects. Nothing heavy is imported for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from chainscore.show.terminal import Line, print_line
from chainscore.words.findings import Code, Finding, Language, Severity
from chainscore.words.texts import text

COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "notice": "cyan"}


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
        styled = Line(line)
        start = len(finding.place) + 2
        styled.stylize(f"bold {COLOURS[finding.severity]}", start, start + len(finding.code))
        print_line(styled, stream)


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
    return {"schema": "chainscore/codes/1", "codes": [dict(vars(code)) for code in codes]}
