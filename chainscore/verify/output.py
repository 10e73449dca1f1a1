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


def print_verification(verification: Verification, language: Language) -> None:
    """The findings, and what was compared or how much differs."""
    findings = verification.findings
    print_findings(findings[:MOST_LINES], language)
    if len(findings) > MOST_LINES:
        print_line(text("console.more", language, number=len(findings) - MOST_LINES))
    if verification.sound:
        numbers = {
            "inputs": len(verification.inputs),
            "sheets": verification.sheets,
            "cells": verification.cells,
            "formulas": verification.formulas,
        }
        print_line(text("console.verified", language, file=verification.file, **numbers))
    elif not verification.unreadable:
        errors = sum(finding.severity == "error" for finding in findings)
        print_line(text("console.not_verified", language, file=verification.file, errors=errors))


def verify_document(verification: Verification, language: Language) -> dict[str, Any]:
    """``verify --json``."""
    book = verification.book
    return {
        "schema": "chainscore/verify/1",
        "results": verification.file,
        "period": verification.period,
        "sound": verification.sound,
        "rulebook": {"id": book.id, "version": book.version, "sha256": book.sha256} if book is not None else None,
        "readings": dict(book.chosen) if book is not None else None,
        "inputs": [
            {"file": each.name, "recorded_sha256": each.recorded, "actual_sha256": each.actual} for each in verification.inputs
        ],
        "compared": {"sheets": verification.sheets, "cells": verification.cells, "formulas": verification.formulas},
        "findings": findings_document(verification.findings, language),
    }
