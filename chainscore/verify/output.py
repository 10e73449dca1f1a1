"""What ``verify`` prints: lines for people, or its JSON document."""

from __future__ import annotations

from typing import Any

from chainscore.show.findings import findings_document, print_findings
from chainscore.show.terminal import print_line
from chainscore.verify.verification import Verification
from chainscore.words.findings import Language
from chainscore.words.texts import text

MOST_LINES = 40
"""Of findings, for people."""
RECORDED = ("E707", "E708")
"""Findings about what the results say of how they came about."""


def print_verification(verification: Verification, language: Language) -> None:
    """The findings, and the verdict."""
    findings = verification.findings
    if any(finding.code == "E708" for finding in findings):  # what was changed cannot be told from what the versions differ in
        findings = tuple(finding for finding in findings if finding.code in RECORDED)
    print_findings(findings[:MOST_LINES], language)
    if len(findings) > MOST_LINES:
        print_line(text("console.more", language, number=len(findings) - MOST_LINES))
    if not verification.unreadable:
        print_line(_verdict(verification, language))


def _verdict(verification: Verification, language: Language) -> str:
    """The last line: what came of it."""
    file, codes = verification.file, {finding.code for finding in verification.findings}
    numbers = {"inputs": len(verification.inputs), **verification.compared}
    of_words = "figures" in verification.compared
    match verification.verdict:
        case "identical":
            return text("console.verified_words" if of_words else "console.verified", language, file=file, **numbers)
        case "same":
            key = "console.verified_again_words" if of_words else "console.verified_again"
            return text(key, language, file=file, **numbers)
        case "different":
            errors = sum(finding.severity == "error" for finding in verification.findings)
            return text("console.not_verified", language, file=file, errors=errors)
        case "other_inputs":
            return text("console.other_inputs", language, file=file)
    if "E707" in codes and "E708" not in codes:
        return text("console.unverified_rules", language, file=file)
    return text("console.unverifiable", language, file=file)


def verify_document(verification: Verification, language: Language) -> dict[str, Any]:
    """``verify --json``."""
    book = verification.book
    return {
        "schema": "chainscore/verify/1",
        "results": verification.file,
        "period": verification.period,
        "verdict": verification.verdict,
        "sound": verification.sound,
        "rulebook": {"id": book.id, "version": book.version, "sha256": book.sha256} if book is not None else None,
        "readings": dict(book.chosen) if book is not None else None,
        "inputs": [
            {"file": each.name, "recorded_sha256": each.recorded, "actual_sha256": each.actual} for each in verification.inputs
        ],
        "compared": dict(verification.compared),
        "findings": findings_document(verification.findings, language),
    }
