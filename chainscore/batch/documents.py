"""The JSON document of ``score --each`` (docs/contracts/cli.md)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from chainscore.batch.each import Outcome
from chainscore.method.rulebook import Rulebook
from chainscore.words.findings import Language


def each_document(
    outcomes: Sequence[Outcome], book: Rulebook, draft: bool, combined: Path, language: Language
) -> dict[str, Any]:
    """``score --each --json``: every workbook in order, with its chains in rank order; none where it has no scores."""
    return {
        "schema": "chainscore/each/1",
        "draft": draft,
        "rulebook": {"id": book.id, "version": book.version, "sha256": book.sha256},
        "readings": dict(book.chosen),
        "workbooks": [
            {
                "file": outcome.file,
                "state": outcome.state,
                "period": outcome.period,
                "chains": [
                    {"id": each.chain, "rank": each.rank, "total": _number(each.total), "pending": list(each.pending)}
                    for each in outcome.chains
                ],
                "findings": {severity: outcome.number(severity) for severity in ("error", "warning", "notice")},
                "reason": outcome.why(language) or None,
                "results": outcome.results,
            }
            for outcome in outcomes
        ],
        "combined": combined.name,
    }


def _number(score: Decimal | None) -> float | None:
    return float(score) if score is not None else None
