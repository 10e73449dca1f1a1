"""Checks across rows and sheets: same-shaped functions, each from the tables to findings, in one visible list.

What concerns one cell or one row is found by the reader.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from chainscore.intake.tables import SheetTables, Tables
from chainscore.method.rulebook import InputField, Ledger, Rulebook
from chainscore.words.bilingual import Bilingual, bracketed
from chainscore.words.findings import Finding
from chainscore.words.folding import fold, fold_all
from chainscore.words.numbers import plain

_ANOTHER_UNIT = 1000
"""How many times less than the whole all parts together are only where they are in another unit."""
Check = Callable[[Tables, Rulebook], Iterator[Finding]]
Identity = tuple[Any, ...]


def check(tables: Tables, book: Rulebook) -> list[Finding]:
    """Everything that stands across rows and sheets."""
    return [finding for one in CHECKS for finding in one(tables, book)]


def _finding(
    code: str, tables: SheetTables, frame: pd.DataFrame, position: int, label: str, book: Rulebook, **values: Any
) -> Finding:
    place = tables.place(frame, position)
    cell = tables.reference(frame, position, label)
    return Finding(code, place.file, place.sheet, cell, frame[book.words.chain][position], {"label": label, **values})


def _where(sheet: SheetTables, position: int, label: str) -> str:
    """A cell of another row of the ledger, for a message: ``市商务局!B12``, with the file where there are several."""
    place = sheet.place(sheet.ledger, position)
    file = f"{place.file}:" if len({other.file for other in sheet.places}) > 1 else ""
    return f"{file}{place.sheet}!{sheet.reference(sheet.ledger, position, label)}"


def events_twice(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """The same event twice for one chain; or, of what belongs to one chain only, the same name and category under two.

    An event is known by name, category and whatever else its ledger's ``identity`` has.
    """
    for sheet in tables.sheets.values():
        if sheet.sheet.ledger is not None:
            yield from _events_twice(sheet, sheet.sheet.ledger, book)


def _events_twice(sheet: SheetTables, ledger: Ledger, book: Rulebook) -> Iterator[Finding]:
    names = fold_all(list(filter(None, sheet.ledger[ledger.name])))
    if len(set(names)) == len(names):  # as a rule, and soon told
        return
    events = _events(sheet, ledger, book)
    repeated = {event for event, times in Counter(events).items() if times > 1 and event is not None}
    if not repeated:
        return
    identities = _identities(sheet, ledger)
    chains, names = (sheet.ledger[label].tolist() for label in (book.words.chain, ledger.name))
    seen: dict[tuple[str, str | None], dict[str, dict[Identity, int]]] = {}
    for position, event in enumerate(events):
        if event is None or event not in repeated:
            continue
        chain, name = chains[position], names[position]
        others = seen.setdefault(event, {})
        category = event[1] or ""
        shown = Bilingual(bracketed(category, "zh"), bracketed(category, "en"))
        values = {"name": name, "category": shown}
        known, identity = others.get(chain, {}), identities[position]
        if identity in known:
            values["first"] = _where(sheet, known[identity], ledger.name)
            yield _finding("E401", sheet, sheet.ledger, position, ledger.name, book, **values)
            continue
        if others and not known and ledger.one_chain_only:
            other, first = next((other, min(its.values())) for other, its in others.items())
            yield _finding(
                "E402", sheet, sheet.ledger, position, ledger.name, book,
                **values, first=_where(sheet, first, ledger.name),
                chain_name=book.chain(chain).name, other_chain=book.chain(other).name,
            )  # fmt: skip
        if identity is not None:
            others.setdefault(chain, {})[identity] = position


def _identities(sheet: SheetTables, ledger: Ledger) -> list[Identity | None]:
    """What else tells each row from others of its name and category; None where what it needs for that is missing."""
    needed = [ledger.column(label).required for label in ledger.identity]
    columns = [sheet.ledger[label].tolist() for label in ledger.identity]
    rows = list(zip(*columns, strict=True)) if columns else [()] * len(sheet.ledger)
    return [
        None
        if any(value is None and must for value, must in zip(row, needed, strict=True))
        else tuple(fold(value) if isinstance(value, str) else value for value in row)
        for row in rows
    ]


def _events(sheet: SheetTables, ledger: Ledger, book: Rulebook) -> list[tuple[str, str | None] | None]:
    """What identifies each event: its folded name and its category; None where any of it, or the chain, is missing."""
    chains, names = (sheet.ledger[label].tolist() for label in (book.words.chain, ledger.name))
    categories = sheet.ledger[ledger.category].tolist() if ledger.category is not None else [None] * len(names)
    uncategorised = ledger.category is None
    return [
        (fold(name), category) if chain is not None and name is not None and (uncategorised or category is not None) else None
        for chain, name, category in zip(chains, names, categories, strict=True)
    ]


def outliers(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """An amount a hundred times its neighbours: more than the factor times the median of its column's other amounts."""
    factor = book.plausibility.outlier_factor
    for sheet in tables.sheets.values():
        for grid, rows in ((sheet.sheet.table, sheet.table), (sheet.sheet.ledger, sheet.ledger)):
            for column in grid.columns if grid is not None else []:
                if column.type != "amount":
                    continue
                amounts = rows[column.label].tolist()
                outlying = outlying_amounts([amount for amount in amounts if amount], factor)
                for position, value in enumerate(amounts) if outlying else ():
                    if value in outlying:
                        shown = {"text": plain(value), "factor": plain(factor), "unit": column.unit}
                        yield _finding("W502", sheet, rows, position, column.label, book, **shown)


def outlying_amounts(amounts: list[Decimal], factor: Decimal) -> set[Decimal]:
    """The amounts that are ``factor`` times the median of the others or more; none where an amount is alone."""
    if len(amounts) < 2:
        return set()
    ordered = [amount for amount, times in sorted(Counter(amounts).items()) for _ in range(times)]
    outlying = set()
    for value in reversed(ordered):
        # Whichever is taken away, the median of the others is no less than this one; what is below its multiple is no outlier.
        if value < factor * ordered[(len(ordered) - 2) // 2]:
            break
        if value not in outlying and value >= factor * _median_without(ordered, value):
            outlying.add(value)
    return outlying


def _median_without(ordered: list[Decimal], value: Decimal) -> Decimal:
    """The median of two or more values in order but for one that equals ``value``."""
    position, number = bisect_left(ordered, value), len(ordered) - 1
    low, high = (ordered[middle + (middle >= position)] for middle in ((number - 1) // 2, number // 2))
    return low if low == high else (low + high) / 2


def sums(tables: Tables, _: Rulebook) -> Iterator[Finding]:
    """The chains' figures together are not more than the citywide one, nor next to nothing beside it."""
    for sheet in tables.sheets.values():
        for total in sheet.sheet.sums:
            whole = sheet.cells.get(total.whole)
            added = sum((amount or Decimal(0) for amount in sheet.table[total.column]), Decimal(0))
            if whole is not None and whole.value is not None and added > whole.value:
                values = {
                    "label": total.column, "total": plain(added), "whole": total.whole, "text": plain(whole.value),
                }  # fmt: skip
                yield Finding("W503", whole.file, whole.sheet, whole.cell, None, values)
            elif whole is not None and whole.value is not None and 0 < added * _ANOTHER_UNIT < whole.value:
                values = {
                    "label": total.column, "total": plain(added), "whole": total.whole, "text": plain(whole.value),
                }  # fmt: skip
                yield Finding("W521", whole.file, whole.sheet, whole.cell, None, values)


def implausible(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """A column most of whose figures are beyond what the rulebook calls plausible: as when all are in another unit."""
    for sheet in tables.sheets.values():
        for grid, rows in ((sheet.sheet.table, sheet.table), (sheet.sheet.ledger, sheet.ledger)):
            for column in grid.columns if grid is not None else []:
                given = [(position, value) for position, value in enumerate(rows[column.label]) if value]
                beyond = [(position, value) for position, value in given if _is_beyond(column, value)]
                if len(beyond) * 2 > len(given):
                    position, value = beyond[0]
                    values = {**_range(column), "text": plain(value), "rows": len(beyond)}
                    yield _finding("W520", sheet, rows, position, column.label, book, **values)
        for cell in sheet.sheet.cells:
            found = sheet.cells.get(cell.label)
            if found is not None and found.value and _is_beyond(cell, found.value):
                values = {"label": cell.label, **_range(cell), "text": plain(found.value), "rows": 1}
                yield Finding("W520", found.file, found.sheet, found.cell, None, values)


def _is_beyond(field: InputField, value: Any) -> bool:
    return field.plausible is not None and not field.plausible[0] <= value <= field.plausible[1]


def _range(field: InputField) -> dict[str, object]:
    least, most = field.plausible or (Decimal(0), Decimal(0))
    return {"least": plain(least), "most": plain(most), "unit": field.unit or ""}


def years_apart(tables: Tables, book: Rulebook) -> Iterator[Finding]:
    """The figures of two years are not, for most objects, a thousand times each other: one column is in another unit."""
    for sheet in tables.sheets.values():
        for column in sheet.sheet.table.columns if sheet.sheet.table is not None else []:
            if column.last_year_of is None:
                continue
            years = zip(sheet.table[column.label], sheet.table[column.last_year_of], strict=True)
            given = [(position, *pair) for position, pair in enumerate(years) if all(pair)]
            apart = [each for each in given if max(each[1:]) > _ANOTHER_UNIT * min(each[1:])]
            if len(apart) * 2 > len(given):
                position, before, now = apart[0]
                values = {"text": plain(before), "other": column.last_year_of, "other_text": plain(now), "rows": len(apart)}
                yield _finding("W524", sheet, sheet.table, position, column.label, book, **values)


CHECKS: tuple[Check, ...] = (events_twice, outliers, sums, implausible, years_apart)
