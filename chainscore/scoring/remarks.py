"""What the evidence says that somebody should see: the rulebook's remarks, and figures that are needed and not given."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from chainscore.intake.tables import PLACE, ROW
from chainscore.method.rule.judging import fact
from chainscore.method.rule.points import shown_figure
from chainscore.method.rule.term import Rule, Source
from chainscore.method.rulebook import Ledger
from chainscore.scoring.evidence import (
    CATEGORY,
    CHAIN,
    LABEL,
    LEAF,
    POSITION,
    REMARKS,
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
    columns = evidence.columns
    if columns[SOURCE][at] < 0 or columns[POSITION][at] < 0:
        return
    source = evidence.sources[columns[SOURCE][at]]
    tables = judge.context.tables.sheets[source.sheet]
    rows = judge.context.rows(source)
    position, rule = columns[POSITION][at], evidence.rule(at)
    for key, label in columns[REMARKS][at]:
        remark = judge.book.remarks[key]
        label = label or (rows.ledger.name if rows.ledger is not None else judge.book.words.chain)
        place = tables.places[rows.column(PLACE)[position]]
        text = rows.column(label)[position]
        values = {
            "name": columns[LABEL][at],
            "label": label,
            "text": fact(text),
            "unit": unit_of(tables, source, label),
            "value": _shown(columns[VALUE][at], rule, source),
            "bound": bound_of(rule, source, label),
            "now": judge.context.moment.now.isoformat(),
            "category": columns[CATEGORY][at] or "",
            "object": judge.book.chain(columns[CHAIN][at]).short_name,
            "leaf": columns[LEAF][at],
            "sheet": _other_sheet(rule, source),
        }
        values |= {
            name: value
            for why in columns[WHY][at]
            for name, value in why.values.items()
            if name in ("first", "category", "sheet")
        }
        cell = place.cell(label, rows.column(ROW)[position])
        yield Finding(remark.code, place.file, place.sheet, cell, columns[CHAIN][at], values, remark)


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
    cell = place.cell(missing.label, rows.column(ROW)[missing.position])
    code = "E404" if missing.zero else "E403"
    return Finding(code, place.file, place.sheet, cell, missing.chain, {**values, "name": name})
