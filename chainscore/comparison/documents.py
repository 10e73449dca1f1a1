"""The JSON documents of ``diff`` and ``trend`` (docs/contracts/cli.md)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.comparison.attribution import LIMIT, METHOD, OWN, ROUNDING, ROWS, Attribution, Extreme
from chainscore.comparison.diff import POINTS_DECIMALS, ChainChange, Changes, LeafChange, Quarter, RowChange, sheet_and_label
from chainscore.comparison.trend import Trend
from chainscore.comparison.year import Year, years_of
from chainscore.scoring.scorecard import Evidence
from chainscore.show.findings import findings_document
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import because

DIFF, TREND = "chainscore/diff/1", "chainscore/trend/1"


def diff_document(changes: Changes, language: Language) -> dict[str, Any]:
    """``diff --json``: chains in new rank order, none where nothing differs."""
    return {
        "schema": DIFF,
        "old": str(changes.old.scorecard.period),
        "new": str(changes.new.scorecard.period),
        "draft": changes.draft,
        "chains": [_chain(chain, language) for chain in changes.chains],
        "findings": findings_document(changes.findings, language),
    }


def refused_diff(old: Quarter | None, new: Quarter | None, findings: Sequence[Finding], language: Language) -> dict[str, Any]:
    """``diff --json`` where an input cannot be compared."""
    return {
        "schema": DIFF,
        "old": _period(old),
        "new": _period(new),
        "chains": [],
        "findings": findings_document(findings, language),
    }


def trend_document(trend: Trend, language: Language) -> dict[str, Any]:
    """``trend --json``: quarters in the order of time, chains in the last one's rank order."""
    return {
        "schema": TREND,
        "periods": [
            {
                "period": _period(quarter),
                "file": quarter.file,
                "draft": quarter.scorecard.draft,
                "rulebook": {"id": quarter.book.id, "version": quarter.book.version, "sha256": quarter.book.sha256},
                "readings": dict(quarter.book.chosen),
            }
            for quarter in trend.quarters
        ],
        "chains": [
            {
                "id": chain.chain,
                "name": chain.name,
                "ranks": list(chain.ranks),
                "totals": [_number(total) for total in chain.totals],
            }
            for chain in trend.chains
        ],
        "years": [_year(year) for year in years_of(trend)],
        "findings": findings_document(trend.findings, language),
    }


def _year(year: Year) -> dict[str, Any]:
    """A year's periods and, where none is missing, its result."""
    return {
        "year": str(year.period),
        "periods": list(map(str, year.periods)),
        "missing": list(map(str, year.missing)),
        "chains": [
            {
                "id": its.chain.chain,
                "name": its.chain.name,
                "ranks": list(its.ranks),
                "totals": [_number(total) for total in its.totals],
                "increments": [_number(added) for added in its.increments],
                "rank": year.rank(its),
                "total": _number(year.total(its)),
            }
            for its in year.standings
        ],
    }


def refused_trend(findings: Sequence[Finding], language: Language) -> dict[str, Any]:
    """``trend --json`` where an input cannot be used."""
    return {"schema": TREND, "periods": [], "chains": [], "years": [], "findings": findings_document(findings, language)}


def _period(quarter: Quarter | None) -> str | None:
    return str(quarter.scorecard.period) if quarter is not None else None


def _chain(chain: ChainChange, language: Language) -> dict[str, Any]:
    rows = [row for leaf in chain.leaves for row in leaf.rows]
    return {
        "id": chain.chain,
        "name": chain.name,
        "rank_old": chain.ranks[0],
        "rank_new": chain.ranks[1],
        "total_old": _number(chain.totals[0]),
        "total_new": _number(chain.totals[1]),
        "delta": _number(chain.delta),
        "leaves": {leaf.leaf: _leaf(leaf) for leaf in chain.leaves},
        "evidence": {
            "added": [{"leaf": row.leaf, **_evidence(row.new, language)} for row in rows if row.new and not row.old],
            "removed": [{"leaf": row.leaf, **_evidence(row.old, language)} for row in rows if row.old and not row.new],
            "changed": [_changed(row, language) for row in rows if row.old and row.new],
        },
    }


def _leaf(leaf: LeafChange) -> dict[str, Any]:
    return {
        "old": _number(leaf.old),
        "new": _number(leaf.new),
        "delta": _number(leaf.delta),
        "attribution": _attribution(leaf.attribution) if leaf.attribution is not None else None,
    }


def _attribution(attribution: Attribution) -> dict[str, Any]:
    """The parts, which add up to the delta; below them, of an efficacy leaf, what moved."""
    parts = {part: _number(points) for part, points in attribution.parts.items()}
    if attribution.others is None:
        return {part: parts[part] for part in (ROWS, LIMIT, METHOD, ROUNDING)}
    assert attribution.own is not None
    old, new = attribution.own
    return {
        OWN: parts[OWN],
        "others": _number(attribution.others),
        METHOD: parts[METHOD],
        ROUNDING: parts[ROUNDING],
        "figure": {"old": float(old), "new": float(new)},
        **{
            extreme: {"points": parts[extreme], "old": _extreme(before), "new": _extreme(after)}
            for extreme, (before, after) in attribution.extremes.items()
            if extreme in parts  # of a rank, a mean or a z-score what the others' figures come to stands under "others" alone
        },
    }


def _extreme(extreme: Extreme) -> dict[str, Any]:
    return {"value": float(extreme.value), "chains": list(extreme.chains)}


def _evidence(evidence: Evidence | None, language: Language) -> dict[str, Any]:
    assert evidence is not None
    return {
        "file": evidence.file,
        "sheet": evidence.sheet,
        "cells": dict(evidence.cells),
        "label": evidence.label,
        "category": evidence.category,
        "value": _rounded(evidence.value) if isinstance(evidence.value, Fraction | Decimal) else evidence.value,
        "points": _rounded(evidence.points),
        "counted": evidence.counted,
        "why": because(evidence.why, language),
    }


def _changed(change: RowChange, language: Language) -> dict[str, Any]:
    assert change.old is not None
    assert change.new is not None
    return {
        "leaf": change.leaf,
        "sheet": change.new.sheet,
        "label": change.new.label,
        "category": change.new.category,
        "delta": _rounded(change.points),
        "values": [
            {
                "label": label,
                "old": {"value": change.old.facts.get(label), "cell": _place(change.old, label)},
                "new": {"value": change.new.facts.get(label), "cell": _place(change.new, label)},
            }
            for label in change.labels
        ],
        "old": _evidence(change.old, language),
        "new": _evidence(change.new, language),
    }


def _place(evidence: Evidence, label: str) -> str | None:
    """``市商务局!D12``; None where the row has no such cell."""
    cell = evidence.cells.get(label)
    return f"{sheet_and_label(evidence, label)[0]}!{cell}" if cell is not None else None


def _number(value: Decimal | None) -> float | None:
    return float(value) if value is not None else None


def _rounded(value: Decimal | Fraction) -> float:
    """As exact as every office program keeps it."""
    return float(round(Fraction(value), POINTS_DECIMALS))
