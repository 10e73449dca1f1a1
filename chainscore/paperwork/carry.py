"""The next period's workbook from the one before: the year's events carried forward, its figures to be reported anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chainscore.intake.tables import SheetTables, Tables, records
from chainscore.method.period import Period
from chainscore.method.rulebook import Column, Grid, Rulebook, Sheet
from chainscore.paperwork.template import Facts, SheetFacts
from chainscore.words.findings import Finding

_ABSENT = ("E201", "E206", "E207", "E208", "E211", "E403")
"""What is missing in a workbook is missing in the next one, where its department will fill it in: no reason to refuse."""


def hindrances(findings: tuple[Finding, ...]) -> list[Finding]:
    """The errors because of which it cannot be told what to carry forward."""
    return [finding for finding in findings if finding.severity == "error" and finding.code not in _ABSENT]


def carried_forward(rulebook: Rulebook, period: Period, before: Tables | None = None, last_year: Tables | None = None) -> Facts:
    """What the workbook of ``period`` starts with.

    From ``before``, of the same year: every event, and every figure that the rulebook does not want renewed. From
    ``last_year``: the figures of the same period a year ago. Nothing is ever signed.
    """
    same_year = before is not None and before.period is not None and before.period.year == period.year
    old = before.sheets if before is not None and same_year else {}
    ago = last_year.sheets if last_year is not None else {}
    return Facts(
        {sheet.name: _sheet_facts(rulebook, sheet, old.get(sheet.name), ago.get(sheet.name)) for sheet in rulebook.sheets}
    )


def _sheet_facts(rulebook: Rulebook, sheet: Sheet, old: SheetTables | None, ago: SheetTables | None) -> SheetFacts:
    chain = rulebook.words.chain
    table: dict[str, dict[str, Any]] = {}
    ledger: list[dict[str, Any]] = []
    if sheet.table is not None:
        for record in records(old.table) if old is not None else ():
            table.setdefault(record[chain], {}).update(_kept(sheet.table, record))
        for record in records(ago.table) if ago is not None else ():
            table.setdefault(record[chain], {}).update(_a_year_ago(sheet.table, record))
    if sheet.ledger is not None and old is not None:
        kept = ((record[chain], _kept(sheet.ledger, record)) for record in records(old.ledger))
        ledger = [_named(rulebook, each, values) for each, values in kept]
    rows = [_named(rulebook, each, values) for each, values in table.items()]
    labels = {cell.label for cell in sheet.cells if not cell.renewed}
    cells = {label: cell.value for label, cell in old.cells.items() if label in labels} if old is not None else {}
    return SheetFacts(cells=cells, table=rows, ledger=ledger)


def _kept(grid: Grid, record: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that stay as they were."""
    return {column.label: record[column.label] for column in _values(grid) if not column.renewed}


def _a_year_ago(grid: Grid, record: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a row's own of a year ago become now."""
    return {column.label: record[column.last_year_of] for column in _values(grid) if column.last_year_of is not None}


def _values(grid: Grid) -> list[Column]:
    return [column for column in grid.columns if column.type != "chain"]


def _named(rulebook: Rulebook, chain: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values under its chain's full name."""
    return {rulebook.words.chain: rulebook.chain(chain).name, **values}
