"""The JSON document of ``sensitivity`` (docs/contracts/cli.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscore.comparison.firmness.cells import told_value
from chainscore.comparison.firmness.inputs import Turning
from chainscore.comparison.firmness.rounding import Unrounded
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.readings import Sensitivity, Without


def sensitivity_document(
    period: str,
    found: Sensitivity,
    without: Sequence[Without],
    inputs: Sequence[Turning] | None,
    others: Sequence[Turning] | None,
    rounding: Sequence[Unrounded] | None,
    book: Rulebook,
) -> dict[str, Any]:
    """Objects in rank order, neighbours, where leaving one out turns the others, and with ``--inputs`` what turns a pair."""
    document: dict[str, Any] = {
        "schema": "chainscore/sensitivity/1",
        "period": period,
        "combinations": found.combinations,
        "sampled": found.sampled,
        "chains": [
            {
                "id": each.chain,
                "name": book.chain(each.chain).name,
                "rank": each.rank,
                "total": float(each.total),
                "best_rank": each.best_rank,
                "worst_rank": each.worst_rank,
                "ranks": {str(rank): times for rank, times in each.ranks.items()},
                "total_min": float(each.total_min),
                "total_max": float(each.total_max),
            }
            for each in found.chains
        ],
        "pairs": [
            {
                "above": pair.above,
                "below": pair.below,
                "gap": float(pair.gap),
                "holds": pair.holds,
                "ties": pair.ties,
                "turns": pair.turns,
                "readings": list(pair.readings),
            }
            for pair in found.pairs
        ],
        "without": [{"chain": each.chain, "order": list(each.order), "ranks": list(each.ranks)} for each in without],
    }
    if book.chosen != book.defaults:
        document["readings"] = dict(book.chosen)
    if inputs is not None:
        document["inputs"] = [_turning(each) for each in inputs]
    if others is not None:
        document["choices"] = [_turning(each) for each in others]
    if rounding is not None:
        document["rounding"] = [
            {"chain": each.chain, "rank": each.rank_unrounded, "total": float(each.total_unrounded), "turns": each.turns}
            for each in rounding
        ]
    return document


def refused_sensitivity(period: str | None) -> dict[str, Any]:
    """Where findings block the score."""
    return {
        "schema": "chainscore/sensitivity/1", "period": period, "combinations": 0, "sampled": False, "chains": [], "pairs": [],
    }  # fmt: skip


def _turning(turning: Turning) -> dict[str, Any]:
    cell = turning.cell
    return {
        "above": turning.above,
        "below": turning.below,
        "file": cell.file,
        "sheet": cell.sheet,
        "cell": cell.cell,
        "label": cell.label,
        "chain": cell.chain,
        "from": told_value(cell.value),
        "to": told_value(turning.to),
        "relative": float(f"{turning.relative:.4g}"),
    }
