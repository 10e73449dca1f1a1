"""Checks across rows and sheets: same-shaped functions, each from the tables to findings, in one visible list.

What concerns one cell or one row is found by the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median
from typing import Any

from chainscore.findings import Finding
from chainscore.folding import fold
from chainscore.rulebook import CertifiedTiersRule, Rulebook
from chainscore.tables import SOUND, Record, SheetTables, Tables, records
from chainscore.values import plain

Check = Callable[[Tables, Rulebook], Iterator[Finding]]


def check(tables: Tables, book: Rulebook) -> list[Finding]:
    """Everything that stands across rows and sheets."""
    return [finding for one in CHECKS for finding in one(tables, book)]


def _finding(code: str, tables: SheetTables, record: Record, label: str, book: Rulebook, **values: Any) -> Finding:
    place = tables.places[record["place"]]
    cell = tables.reference(record, label)
    return Finding(code, place.file, place.sheet, cell, record[book.words.chain], {"label": label, **values})


def _where(sheet: SheetTables, record: Record, label: str) -> str:
    """A cell of another row, for a message: ``市商务局!B12``, with the file where there are several."""
    place = sheet.places[record["place"]]
    file = f"{place.file}:" if len({other.file for other in sheet.places}) > 1 else ""
    return f"{file}{place.sheet}!{sheet.reference(record, label)}"


def events_twice(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """The same event (name and category) twice for one chain; or, for what belongs to one chain only, under two."""
    for sheet in tables.sheets.values():
        ledger = sheet.sheet.ledger
        if ledger is None:
            continue
        seen: dict[tuple[str, str | None], dict[str, Record]] = {}
        for record in records(sheet.ledger):
            chain, name = record[book.words.chain], record[ledger.name]
            category = record[ledger.category] if ledger.category is not None else None
            if chain is None or name is None or (ledger.category is not None and category is None):
                continue
            others = seen.setdefault((fold(name), category), {})
            shown = f"（{category}）" if category is not None else ""
            if chain in others:
                first = _where(sheet, others[chain], ledger.name)
                yield _finding("E401", sheet, record, ledger.name, book, name=name, category=shown, first=first)
                continue
            if others and ledger.one_chain_only:
                other, other_record = next(iter(others.items()))
                yield _finding(
                    "E402", sheet, record, ledger.name, book,
                    name=name, category=shown, first=_where(sheet, other_record, ledger.name),
                    chain_name=book.chain(chain).name, other_chain=book.chain(other).name,
                )  # fmt: skip
            others[chain] = record


def outliers(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """An amount a hundred times its neighbours: more than the factor times the median of its column's other amounts."""
    factor = book.plausibility.outlier_factor
    for sheet in tables.sheets.values():
        for grid, frame in ((sheet.sheet.table, sheet.table), (sheet.sheet.ledger, sheet.ledger)):
            for column in grid.columns if grid is not None else []:
                if column.type != "amount":
                    continue
                amounts = [record for record in records(frame) if record[column.label]]
                values = sorted(record[column.label] for record in amounts)
                for record in amounts:
                    value = record[column.label]
                    others = _median_without(values, value)
                    if others is not None and value >= factor * others:
                        shown = {"text": plain(value), "factor": plain(factor), "unit": column.unit}
                        yield _finding("W502", sheet, record, column.label, book, **shown)


def _median_without(values: list[Decimal], value: Decimal) -> Decimal | None:
    """The median of the sorted ``values`` but for one that equals ``value``; None where it was alone."""
    if len(values) < 2:
        return None
    # An outlier stands at the upper end: what is not above the middle cannot be a hundred times the median.
    if value <= values[(len(values) - 1) // 2] and len(values) > 2:
        return None
    position = values.index(value)
    return median(values[:position] + values[position + 1 :])


def sums(tables: Tables, _: Rulebook) -> Iterator[Finding]:
    """The chains' figures together are not more than the citywide one."""
    for sheet in tables.sheets.values():
        for total in sheet.sheet.sums:
            whole = sheet.cells.get(total.whole)
            added = sum((record[total.column] or Decimal(0) for record in records(sheet.table)), Decimal(0))
            if whole is not None and whole.value is not None and added > whole.value:
                values = {
                    "label": total.column, "total": plain(added), "whole": total.whole, "text": plain(whole.value),
                }  # fmt: skip
                yield Finding("W503", whole.file, whole.sheet, whole.cell, None, values)


def certificates_without_event(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """An output certified for an enterprise that its own department has not entered under that chain."""
    for leaf in book.leaves:
        rule = leaf.rule
        if not isinstance(rule, CertifiedTiersRule):
            continue
        certifier, owner = tables.sheets[rule.certified.sheet], tables.sheets[rule.sheet]
        entered = set(_names(owner, rule.category, book))
        if not owner.submitted:
            continue
        for record in records(certifier.ledger):
            ledger = certifier.sheet.ledger
            assert ledger is not None
            assert ledger.category is not None
            if record[ledger.category] != rule.certified.category or not record[SOUND] or record[ledger.name] is None:
                continue
            if (record[book.words.chain], fold(record[ledger.name])) not in entered:
                yield _finding(
                    "W504", certifier, record, ledger.name, book,
                    name=record[ledger.name], sheet=rule.sheet, category=rule.category,
                )  # fmt: skip


def _names(sheet: SheetTables, category: str, book: Rulebook) -> Iterator[tuple[str, str]]:
    """(chain, folded name) of a sheet's events of one category."""
    ledger = sheet.sheet.ledger
    assert ledger is not None
    assert ledger.category is not None
    for record in records(sheet.ledger):
        if record[ledger.category] == category and record[ledger.name] is not None:
            yield record[book.words.chain], fold(record[ledger.name])


CHECKS: tuple[Check, ...] = (events_twice, outliers, sums, certificates_without_event)
