"""The JSON documents of the command line (docs/contracts/cli.md), as plain dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.method.rule.judging import fact
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.explain import Explanation, LeafExplanation
from chainscore.scoring.limits import vetoes_told
from chainscore.scoring.losses import Loss
from chainscore.scoring.next_steps import NextStep
from chainscore.scoring.rollcall import Entry, roll_call
from chainscore.scoring.scorecard import ChainScore
from chainscore.show.findings import findings_document
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import because, formula

EXPLAIN_SCHEMA = "chainscore/explain/1"


def score_document(appraisal: Appraisal, book: Rulebook, draft: bool, language: Language) -> dict[str, Any]:
    """``score --json``: chains in rank order, none where the score is refused; what is pending is null."""
    scorecard = appraisal.scorecard
    return {
        "schema": "chainscore/score/1",
        "period": _period(appraisal),
        "draft": draft,
        "rulebook": {"id": book.id, "version": book.version, "sha256": book.sha256},
        "readings": dict(book.chosen),
        "chains": [
            {
                "id": chain.chain,
                "name": book.chain(chain.chain).name,
                "rank": chain.rank,
                "total": float(chain.total) if chain.total is not None else None,
                **_vetoes(chain, book, language),
                "scores": {
                    leaf: None if result.score is None else float(result.score) for leaf, result in chain.leaves.items()
                },
            }
            for chain in (scorecard.chains if scorecard is not None else ())
        ],
        "findings": findings_document(appraisal.findings, language),
    }


def explain_document(
    explanation: Explanation,
    book: Rulebook,
    language: Language,
    losses: Sequence[Loss] | None = None,
    steps: Sequence[NextStep] = (),
) -> dict[str, Any]:
    """``explain --json``: the leaves that were asked for. A draft, and readings other than the default ones, are said.

    With ``losses`` the leaves are those of them, in their order, and the next points stand below.
    """
    document: dict[str, Any] = {
        "schema": EXPLAIN_SCHEMA,
        "period": str(explanation.period),
        "chain": explanation.chain.id,
        **_vetoes(explanation.score, book, language),
        "leaves": [_leaf_document(leaf, language) for leaf in explanation.leaves],
    }
    if losses is not None:
        its = {each["leaf"]: each for each in document["leaves"]}
        document["leaves"] = [
            {**its[each.leaf.id], "marks": _number(each.marks), "lost": _number(each.lost)} for each in losses
        ]
        document["next"] = [_step_document(step, book, language) for step in steps]
    if explanation.draft:
        document["draft"] = True
    if book.chosen != book.defaults:
        document["readings"] = dict(book.chosen)
    return document


def _vetoes(chain: ChainScore, book: Rulebook, language: Language) -> dict[str, list[str]]:
    """The vetoes that came down on an object, where any did."""
    return {"vetoes": vetoes_told(chain, book, language)} if chain.vetoed else {}


def _step_document(step: NextStep, book: Rulebook, language: Language) -> dict[str, Any]:
    number = _number(step.to) if isinstance(step.to, Decimal) else fact(step.to)
    return {
        "kind": step.kind,
        "leaf": step.leaf,
        "gain": _number(step.gain),
        "cell": step.where or None,
        "label": step.label,
        "to": number,
        "number": step.number,
        "text": step.told(book, language),
    }


def refused_explanation(appraisal: Appraisal, chain: str, language: Language) -> dict[str, Any]:
    """``explain --json`` where findings block the score: no leaves, and the findings."""
    return {
        "schema": EXPLAIN_SCHEMA,
        "period": _period(appraisal),
        "chain": chain,
        "leaves": [],
        "findings": findings_document(appraisal.findings, language),
    }


def _leaf_document(explained: LeafExplanation, language: Language) -> dict[str, Any]:
    leaf, result = explained.leaf, explained.result
    return {
        "leaf": leaf.id,
        "title": leaf.title,
        "clause": leaf.clause,
        "score": _number(result.score),
        "cap": _number(result.cap),
        "formula": formula(result.formula, language),
        "evidence": [
            {
                "sheet": evidence.sheet,
                "cells": dict(evidence.cells),
                "label": evidence.label,
                "value": evidence.value if isinstance(evidence.value, str) else _number(evidence.value),
                "points": _number(evidence.points),
                "counted": evidence.counted,
                "why": because(evidence.why, language),
            }
            for evidence in result.evidence
        ],
    }


def _number(value: Decimal | Fraction | None) -> int | float | None:
    """A JSON number: whole where the value is."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def check_document(appraisal: Appraisal, findings: Sequence[Finding], book: Rulebook, language: Language) -> dict[str, Any]:
    """``check --json``: the findings that are asked for, and the roll call with all."""
    return {
        "period": _period(appraisal),
        "findings": findings_document(findings, language),
        "submissions": [_submission(entry) for entry in roll_call(appraisal.tables, appraisal.findings, book)],
    }


def _submission(entry: Entry) -> dict[str, Any]:
    return {
        "unit": entry.unit.sheet,
        "chain": entry.unit.chain,
        "state": entry.state,
        "files": list(entry.files),
        "rows": entry.rows,
        "errors": entry.findings.get("error", 0),
        "warnings": entry.findings.get("warning", 0),
        "notices": entry.findings.get("notice", 0),
        "signed_by": entry.signed_by,
        "signed_on": entry.signed_on.isoformat() if entry.signed_on is not None else None,
    }


def _period(appraisal: Appraisal) -> str | None:
    period = appraisal.tables.period if appraisal.tables is not None else None
    return str(period) if period is not None else None
