"""What the evidence says that somebody should see: the rulebook's remarks, and figures that are needed and not given."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from chainscore.intake.tables import PLACE
from chainscore.method.rule.judging import fact
from chainscore.method.rule.points import shown_figure
from chainscore.method.rule.term import Rule, Source
from chainscore.method.rulebook import Ledger
from chainscore.scoring.evidence import (
    CATEGORY,
    CHAIN,
    FILE,
    LABEL,
    LEAF,
    POSITION,
    REMARKS,
    SHEET,
    SOURCE,
    VALUE,
    WHY,
    EvidenceTable,
)  # fmt: skip
from chainscore.scoring.judge import Judge
from chainscore.scoring.rows import Missing, bound_of, unit_of
from chainscore.words.findings import Finding


def remarks(judge: Judge, evidence: EvidenceTable) -> list[Finding]:
    """All of them, leaf by leaf."""
    told = evidence.columns[REMARKS]
    found = [finding for at, each in enumerate(told) if each for finding in _remarks(judge, evidence, at)]
    return [*found, *(_missing(judge, each) for each in judge.missing)]


def _remarks(judge: Judge, evidence: EvidenceTable, at: int) -> Iterator[Finding]:
    """Those on one piece of evidence: at the label's cell, or on the sheet where it is about all rows of an object."""
    columns = evidence.columns
    rows, position, chain = evidence.rows[columns[SOURCE][at]], columns[POSITION][at], columns[CHAIN][at]
    for key, label in columns[REMARKS][at]:
        remark = judge.book.remarks[key]
        label = label or (rows.ledger.name if rows.ledger is not None else judge.book.words.chain)
        text, cell = "", None
        if position >= 0:
            text, cell = fact(rows.column(label)[position]), rows.cell(position, label)
        values = {**_values(judge, evidence, at), "label": label, "text": text, **_of_label(evidence, at, label)}
        yield Finding(remark.code, columns[FILE][at], columns[SHEET][at], cell, chain, values, remark)


def _values(judge: Judge, evidence: EvidenceTable, at: int) -> dict[str, object]:
    """What fills the text of any remark on a piece of evidence."""
    columns, rule, source = evidence.columns, evidence.rule(at), evidence.rows[evidence.columns[SOURCE][at]].source
    values: dict[str, object] = {
        "name": columns[LABEL][at],
        "value": _shown(columns[VALUE][at], rule, source),
        "now": judge.context.moment.now.isoformat(),
        "category": columns[CATEGORY][at] or "",
        "object": judge.book.chain(columns[CHAIN][at]).short_name,
        "leaf": columns[LEAF][at],
        "sheet": _other_sheet(rule, source),
    }
    told = (each for why in columns[WHY][at] for each in why.values.items())
    return values | {name: value for name, value in told if name in ("first", "category", "sheet")}


def _of_label(evidence: EvidenceTable, at: int, label: str) -> dict[str, object]:
    rows = evidence.rows[evidence.columns[SOURCE][at]]
    return {"unit": unit_of(rows.tables, rows.source, label), "bound": bound_of(evidence.rule(at), rows.source, label)}


def _shown(value: Any, rule: Rule, source: Source) -> str:
    as_percent = any(term.as_percent for term in rule.of_source(source))
    return shown_figure(value, as_percent) if isinstance(value, Fraction) else fact(value)


def _other_sheet(rule: Rule, source: Source) -> str:
    """The department whose figure is looked up, or that looks it up."""
    for term in rule.terms:
        if term.lookup is not None and term.source is not None:
            return term.lookup.source.sheet if term.source == source else term.source.sheet
    return ""


def _missing(judge: Judge, missing: Missing) -> Finding:
    """A figure that a leaf needs, and that is not given or cannot divide."""
    rows = judge.context.rows(missing.source)
    tables = judge.context.tables.sheets[missing.source.sheet]
    leaf = next(each for each in judge.book.leaves if each.id == missing.leaf)
    grid = tables.sheet.grid(missing.source.grid)
    values = {"label": missing.label, "leaf": f"{leaf.id} {leaf.title}", "object": judge.book.chain(missing.chain).short_name}
    if missing.position < 0:
        file = tables.submissions[0].file if tables.submissions else ""
        code = "E404" if missing.zero else "E405"
        return Finding(
            code,
            file,
            missing.source.sheet,
            None,
            missing.chain,
            {**values, "name": judge.book.chain(missing.chain).short_name},
        )
    place = tables.places[rows.column(PLACE)[missing.position]]
    name = rows.label(missing.position) if isinstance(grid, Ledger) else judge.book.chain(missing.chain).short_name
    cell = rows.cell(missing.position, missing.label) or rows.cell(
        missing.position, grid.name if isinstance(grid, Ledger) else ""
    )
    code = "E404" if missing.zero else "E403"
    return Finding(code, place.file, place.sheet, cell, missing.chain, {**values, "name": name})
