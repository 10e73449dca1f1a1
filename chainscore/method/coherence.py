"""Whether the parts of a rulebook go together: same-shaped checks, each from the method to mistakes, in one visible list."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from chainscore.method.mistakes import Mistake, Path, not_among, wanted
from chainscore.method.rule.term import Rule
from chainscore.method.rulebook import Column, ColumnType, Grid, InputField, Method, Section, Sheet, section_of
from chainscore.words.bilingual import Text, told
from chainscore.words.findings import codes
from chainscore.words.folding import fold

Rules = Mapping[tuple[str, str], Rule]
Check = Callable[[Method, Rules], Iterator[Mistake]]
LONGEST_SHEET_NAME = 31
WIDEST = 255
"""A column's width in a workbook."""
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$|^\s*$|^history$", re.I)
_GRIDS = ("table", "ledger")


def incoherences(method: Method, rules: Rules) -> list[Mistake]:
    """Everything in which the parts of a rulebook contradict each other."""
    return [mistake for one in CHECKS for mistake in one(method, rules)]


def _twice(values: Sequence[tuple[Path, str]], what: str = "") -> Iterator[Mistake]:
    seen: set[str] = set()
    for path, value in values:
        if value in seen:
            yield Mistake("R010", path, {"text": value, "what": what})
        seen.add(value)


def names_twice(method: Method, _: Rules) -> Iterator[Mistake]:
    """Ids, sheets, readings and names of objects are each there once."""
    yield from _twice([(("readings", at, "key"), reading.key) for at, reading in enumerate(method.readings)])
    yield from _twice([(("sections", at, "id"), section.id) for at, section in enumerate(method.sections)])
    yield from _twice([(("indicators", at, "id"), indicator.id) for at, indicator in enumerate(method.indicators)])
    yield from _twice([(path, leaf) for path, leaf in _leaf_paths(method)])
    yield from _twice([(("targets", at, "title"), target.title) for at, target in enumerate(method.targets)])
    for key in ("languages", "periods"):
        yield from _twice([((key,), name) for name in getattr(method, key)])
    names: list[tuple[Path, str]] = []
    for at, chain in enumerate(method.chains):
        names.append((("chains", at, "id"), fold(chain.id)))
        others = {fold(each) for each in (chain.name, chain.short_name, *chain.aliases)} - {fold(chain.id)}
        names += [(("chains", at), name) for name in sorted(others)]
    yield from _twice(names)


def _leaf_paths(method: Method) -> Iterator[tuple[Path, str]]:
    for place, indicator in enumerate(method.indicators):
        for at, leaf in enumerate(indicator.leaves):
            yield ("indicators", place, "leaves", at, "id"), leaf.id


def texts_there(method: Method, _: Rules) -> Iterator[Mistake]:
    """What is called by a name has one, and the labels of the cover and of signatures tell these apart."""
    for path, kept in _named(method):
        for name in ("id", "key", "name", "title", "label", "version"):
            value = getattr(kept, name, None)
            if isinstance(value, str) and not fold(value):
                yield Mistake("R003", path, {"text": name})
    for name in ("yes", "no"):
        if not getattr(method.words, name):
            yield Mistake("R003", ("words",), {"text": name})
    yield from _twice([(("words", name), fold(getattr(method.words, name))) for name in ("yes", "no")])
    if not method.words.chain:
        yield Mistake("R003", ("words",), {"text": "object"})
    for place, labels in (("cover", method.cover), ("signature", method.signature), ("lists", method.lists)):
        names = [name for name in labels.__struct_fields__ if name not in ("sheet", "findings")]
        for name in names:
            if not getattr(labels, name):
                yield Mistake("R003", (place,), {"text": name})
        yield from _twice([((place, name), fold(getattr(labels, name))) for name in names])


def _named(method: Method) -> Iterator[tuple[Path, object]]:
    """Everything that has an id, a name, a title or a label."""
    yield (), method
    for name in ("chains", "readings", "sections", "indicators", "targets", "sheets"):
        yield from (((name, at), kept) for at, kept in enumerate(getattr(method, name)))
    for place, indicator in enumerate(method.indicators):
        yield from ((("indicators", place, "leaves", at), leaf) for at, leaf in enumerate(indicator.leaves))
    for at, sheet in enumerate(method.sheets):
        yield from ((("sheets", at, "cells", place), cell) for place, cell in enumerate(sheet.cells))
        for grid in _GRIDS:
            columns = sheet.grid(grid).columns if sheet.grid(grid) is not None else []  # type: ignore[union-attr]
            yield from ((("sheets", at, grid, "columns", place), column) for place, column in enumerate(columns))


def something_there(method: Method, _: Rules) -> Iterator[Mistake]:
    """There are objects, sections, indicators with leaves, and sheets."""
    for name in ("chains", "sections", "indicators", "sheets", "languages", "periods"):
        if not getattr(method, name):
            yield Mistake("R045", (name,))
    for at, indicator in enumerate(method.indicators):
        if not indicator.leaves:
            yield Mistake("R045", ("indicators", at, "leaves"))
    for at, section in enumerate(method.sections):
        if not method.leaves_by_section[section.id]:
            yield Mistake("R045", ("sections", at))
    for at, reading in enumerate(method.readings):
        if not reading.options:
            yield Mistake("R045", ("readings", at, "options"))


def numbers_in_bounds(method: Method, _: Rules) -> Iterator[Mistake]:
    """Decimals, plausibility and the start of the year are numbers that can be."""
    bounds: list[tuple[Path, Decimal, Decimal, Decimal]] = [
        (("decimals",), Decimal(method.decimals), Decimal(0), Decimal(6)),
        (("year_starts",), Decimal(method.year_starts), Decimal(1), Decimal(12)),
    ]
    for path, number, least, most in bounds:
        if not least <= number <= most:
            yield Mistake("R006", path, {"text": number, "bound": f"{least}–{most}"})
    above = (
        ("outlier_factor", method.plausibility.outlier_factor, 1),
        ("largest_amount", method.plausibility.largest_amount, 0),
    )
    for name, number, limit in above:
        if number <= limit:
            yield Mistake("R006", ("plausibility", name), {"text": number, "bound": f"> {limit}"})
    for unit, worth in method.units.items():
        if worth <= 0:
            yield Mistake("R006", ("units", unit), {"text": worth, "bound": "> 0"})
    for at, target in enumerate(method.targets):
        if target.goal is not None and target.goal <= 0:
            yield Mistake("R006", ("targets", at, "goal"), {"text": target.goal, "bound": "> 0"})
    for its, marks in _marks(method):
        if marks < 0:
            yield Mistake("R006", (*its, "marks"), {"text": marks, "bound": ">= 0"})
    total = method.total
    if total.cap is not None and total.floor is not None and total.cap < total.floor:
        yield Mistake("R025", ("total", "cap"), {"cap": total.cap, "floor": total.floor})


def _marks(method: Method) -> Iterator[tuple[Path, Decimal]]:
    """The full marks of every section, indicator and leaf that has any."""
    yield from ((("sections", at), each.marks) for at, each in enumerate(method.sections) if each.marks is not None)
    for place, indicator in enumerate(method.indicators):
        if indicator.marks is not None:
            yield ("indicators", place), indicator.marks
        its = enumerate(indicator.leaves)
        yield from ((("indicators", place, "leaves", at), leaf.marks) for at, leaf in its if leaf.marks is not None)


def readings_sound(method: Method, _: Rules) -> Iterator[Mistake]:
    """Every reading's default is one of its options."""
    for at, reading in enumerate(method.readings):
        if reading.default not in reading.options:
            yield not_among("R020", ("readings", at, "default"), reading.default, list(reading.options), key=reading.key)


def marks_add_up(method: Method, _: Rules) -> Iterator[Mistake]:
    """The marks of leaves make those of their indicator, these those of the section, where all have them."""
    for at, indicator in enumerate(method.indicators):
        own = [leaf.marks for leaf in indicator.leaves]
        yield from _adds_up(("indicators", at, "marks"), indicator.marks, own)
    for at, section in enumerate(method.sections):
        own = [indicator.marks for indicator in method.indicators if section_of(indicator.id) == section.id]
        if section.by == "sum":
            yield from _adds_up(("sections", at, "marks"), section.marks, own)


def _adds_up(path: Path, marks: Decimal | None, parts: Sequence[Decimal | None]) -> Iterator[Mistake]:
    known = [part for part in parts if part is not None]
    if marks is not None and parts and len(known) == len(parts) and sum(known) != marks:
        yield Mistake("R026", path, {"text": marks, "sum": sum(known, Decimal(0))})


def everything_in_its_section(method: Method, _: Rules) -> Iterator[Mistake]:
    """Every indicator and leaf lies in a section, every leaf in its indicator's; weights name leaves of the section."""
    sections = [section.id for section in method.sections]
    if not sections:
        return
    for path, name in _leaf_paths(method):
        if section_of(name) not in sections:
            yield not_among("R027", path, name, sections)
    for place, indicator in enumerate(method.indicators):
        if section_of(indicator.id) not in sections:
            yield not_among("R027", ("indicators", place, "id"), indicator.id, sections)
        for leaf_at, leaf in enumerate(indicator.leaves):
            if section_of(leaf.id) in sections and section_of(leaf.id) != section_of(indicator.id):
                its: Path = ("indicators", place, "leaves", leaf_at, "id")
                yield Mistake("R052", its, {"text": leaf.id, "indicator": indicator.id})
    for at, section in enumerate(method.sections):
        own = [leaf.id for leaf in method.leaves if section_of(leaf.id) == section.id]
        if section.cap is not None and section.floor is not None and section.cap < section.floor:
            yield Mistake("R025", ("sections", at, "cap"), {"cap": section.cap, "floor": section.floor})
        for name in section.weights:
            if name not in own:
                yield not_among("R046", ("sections", at, "weights", name), name, own)
        lacking = [leaf for leaf in own if section.by == "weighted" and leaf not in section.weights]
        if lacking or (section.by != "weighted" and section.weights):
            yield Mistake("R047", ("sections", at, "weights"), {"text": ", ".join(lacking) or f'by = "{section.by}"'})
        if not lacking:
            yield from _weights_sound(section, at)


def _weights_sound(section: Section, at: int) -> Iterator[Mistake]:
    """No weight is below 0."""
    for leaf, weight in section.weights.items():
        if weight < 0:
            yield Mistake("R006", ("sections", at, "weights", leaf), {"text": weight, "bound": ">= 0"})


def sheets_possible(method: Method, _: Rules) -> Iterator[Mistake]:
    """Every sheet of a workbook can have its name, and each has a table or a ledger."""
    others = (
        (("cover", "sheet"), method.cover.sheet),
        (("lists", "sheet"), method.lists.sheet),
        (("lists", "findings"), method.lists.findings),
    )
    named: list[tuple[Path, str]] = [*others, *((("sheets", at, "name"), sheet.name) for at, sheet in enumerate(method.sheets))]
    for path, name in named:
        if len(name.encode("utf-16-le")) // 2 > LONGEST_SHEET_NAME or _NO_SHEET_NAME.search(name):
            yield Mistake("R028", path, {"text": name})
    yield from _twice([(path, fold(name)) for path, name in named])
    for at, sheet in enumerate(method.sheets):
        if sheet.table is None and sheet.ledger is None:
            yield Mistake("R048", ("sheets", at), {"text": sheet.name})


def columns_sound(method: Method, _: Rules) -> Iterator[Mistake]:
    """Columns and labelled cells have the types, units and values that they need, and name others that are there."""
    for at, sheet in enumerate(method.sheets):
        for name in _GRIDS:
            grid = sheet.grid(name)
            if grid is not None:
                yield from _grid_mistakes(method, sheet, grid, ("sheets", at, name))
        for place, cell in enumerate(sheet.cells):
            yield from _field_mistakes(method, cell, ("sheets", at, "cells", place))
        for place, total in enumerate(sheet.sums):
            path: Path = ("sheets", at, "sums", place)
            cells = [cell.label for cell in sheet.cells]
            if total.whole not in cells:
                yield not_among("R013", (*path, "whole"), total.whole, cells, sheet=f"{sheet.name}.cells")
            yield from _refers(total.column, sheet.table, ("amount",), (*path, "column"), sheet)
            fields = {field.label: field for field in (*sheet.cells, *(sheet.table.columns if sheet.table is not None else ()))}
            yield from _alike(method, fields.get(total.column), fields.get(total.whole), path)
        if sheet.ledger is not None:
            yield from _ledger_mistakes(sheet, at)


def _alike(method: Method, one: InputField | None, other: InputField | None, path: Path) -> Iterator[Mistake]:
    """That two amounts which are held against each other are in one unit."""
    if one is not None and other is not None and one.unit != other.unit and one.unit in method.units:
        values = {"text": one.label, "unit": one.unit, "other": other.unit or "1", "measure": other.label}
        yield Mistake("R017", path, values)


def _ledger_mistakes(sheet: Sheet, at: int) -> Iterator[Mistake]:
    ledger = sheet.ledger
    assert ledger is not None
    path: Path = ("sheets", at, "ledger")
    yield from _refers(ledger.name, ledger, ("text",), (*path, "name"), sheet)
    if ledger.category is not None:
        yield from _refers(ledger.category, ledger, ("choice",), (*path, "category"), sheet)
    for label in ledger.identity:
        yield from _refers(label, ledger, None, (*path, "identity"), sheet)


def _grid_mistakes(method: Method, sheet: Sheet, grid: Grid, path: Path) -> Iterator[Mistake]:
    cells = [((*path[:-1], "cells", at, "label"), fold(cell.label)) for at, cell in enumerate(sheet.cells)]
    yield from _twice(
        [*cells, *(((*path, "columns", at, "label"), fold(column.label)) for at, column in enumerate(grid.columns))]
    )
    if method.words.chain and [each.label for each in grid.columns if each.type == "chain"] != [method.words.chain]:
        yield Mistake("R049", (*path, "columns"), {"text": method.words.chain})
    for at, column in enumerate(grid.columns):
        its: Path = (*path, "columns", at)
        yield from _field_mistakes(method, column, its)
        yield from _column_mistakes(method, sheet, grid, column, its)


def _column_mistakes(method: Method, sheet: Sheet, grid: Grid, column: Column, path: Path) -> Iterator[Mistake]:
    if (column.type == "choice") != bool(column.values):
        yield Mistake("R033", path, {"text": column.label})
    yield from _twice([((*path, "values"), fold(value)) for value in column.values])
    if not all(map(fold, column.values)):
        yield Mistake("R004", (*path, "values"), {"text": '""', "expected": wanted("text")})
    for name in ("required_when", "belongs_when", "named_when"):
        when = getattr(column, name)
        if when is None:
            continue
        found = list(_refers(when.column, grid, ("choice",), (*path, name, "column"), sheet))
        yield from found
        allowed = next((each.values for each in grid.columns if each.label == when.column), ())
        for value in when.values if not found else ():
            if value not in allowed:
                yield not_among("R014", (*path, name, "values"), value, allowed, label=when.column)
    yield from _typed(column, path)
    for name, label in _others(column):
        if label == column.label:
            yield not_among("R005", (*path, name), label, [each.label for each in grid.columns if each != column])
    for name, label in _other_dates(column):
        yield from _refers(label, grid, ("date",), (*path, name), sheet)
    if column.last_year_of is not None:
        its = (*path, "last_year_of")
        yield from _refers(column.last_year_of, sheet.table, (column.type,), its, sheet)
        now = next((each for each in (sheet.table.columns if sheet.table else ()) if each.label == column.last_year_of), None)
        yield from _alike(method, column, now, its)
    if not 1 <= column.width <= WIDEST:
        yield Mistake("R006", (*path, "width"), {"text": column.width, "bound": f"1–{WIDEST}"})


def _typed(column: Column, path: Path) -> Iterator[Mistake]:
    """That what holds for columns of one type stands in one of these, and that a date has some time to be on time."""
    for name, needed in (("counts_in_year_of", "date"), ("due_after", "date"), ("at_most", "count"), ("named_when", "text")):
        if getattr(column, name) is not None and column.type != needed:
            yield Mistake("R050", (*path, name), {"text": column.label, "type": column.type, "allowed": (needed,)})
    if column.due_after is not None and column.due_after.months < 0:
        yield Mistake("R006", (*path, "due_after", "months"), {"text": column.due_after.months, "bound": ">= 0"})


def _others(column: Column) -> Iterator[tuple[str, str]]:
    """(key, label) of the columns of its own sheet that a column is held against."""
    yield from _other_dates(column)
    if column.last_year_of is not None:
        yield "last_year_of", column.last_year_of


def _other_dates(column: Column) -> Iterator[tuple[str, str]]:
    """(key, label) of the dates that a column is held against."""
    if column.not_before is not None:
        yield "not_before", column.not_before
    if column.counts_in_year_of is not None:
        yield "counts_in_year_of", column.counts_in_year_of
    if column.due_after is not None:
        yield "due_after", column.due_after.column


def _refers(label: str, grid: Grid | None, types: Sequence[ColumnType] | None, path: Path, sheet: Sheet) -> Iterator[Mistake]:
    """That a label names a column of the right type."""
    columns = {column.label: column.type for column in (grid.columns if grid is not None else [])}
    if label not in columns:
        yield not_among("R013", path, label, list(columns), sheet=sheet.name)
    elif types is not None and columns[label] not in types:
        yield Mistake("R050", path, {"text": label, "type": columns[label], "allowed": tuple(types)})


def _field_mistakes(method: Method, field: InputField, path: Path) -> Iterator[Mistake]:
    if field.type in ("amount", "signed") and field.unit:
        if field.unit not in method.units:
            yield not_among("R016", (*path, "unit"), field.unit, list(method.units), label=field.label)
    elif field.type in ("amount", "signed", "count") and not field.unit:
        yield Mistake("R003", path, {"text": "unit"})
    if field.plausible is not None and field.plausible[0] >= field.plausible[1]:
        yield Mistake("R006", (*path, "plausible"), {"text": field.plausible[0], "bound": f"< {field.plausible[1]}"})


def objects_sound(method: Method, rules: Rules) -> Iterator[Mistake]:
    """Where ranks or means are within groups every object has one."""
    means = any(term.missing == "group_mean" for rule in rules.values() for term in rule.terms)
    for at, chain in enumerate(method.chains):
        if (method.total.rank_in_groups or means) and not chain.group:
            yield Mistake("R003", ("chains", at), {"text": "group"})


def grades_sound(method: Method, _: Rules) -> Iterator[Mistake]:
    """Grades are all by total or all by share of ranks, and go down from the best."""
    known: list[Any] = []
    for name, bound in method.total.grades.items():
        share = isinstance(bound, str)
        number = isinstance(bound, int | Decimal) and not isinstance(bound, bool)
        if not number and not (share and re.fullmatch(r"\d+(\.\d+)?%", bound)):
            yield Mistake("R004", ("total", "grades", name), {"text": bound, "expected": wanted("share")})
            return
        known.append((share, Decimal(str(bound).rstrip("%"))))
        if share and not 0 < known[-1][1] <= 100:
            yield Mistake("R006", ("total", "grades", name), {"text": bound, "bound": "0%–100%"})
    if len({share for share, _ in known}) > 1:
        yield Mistake("R051", ("total", "grades"))
        return
    numbers = [number for _, number in known]
    rising = bool(known) and known[0][0]
    if numbers != sorted(set(numbers), reverse=not rising):
        yield Mistake("R051", ("total", "grades"))


def remarks_told(method: Method, _: Rules) -> Iterator[Mistake]:
    """Remarks are there in every language of the file, and their texts can be filled."""
    own = set(codes())
    yield from _twice([(("remarks", key, "code"), remark.code) for key, remark in method.remarks.items()])
    for key, remark in method.remarks.items():
        if not remark.code:
            yield Mistake("R003", ("remarks", key), {"text": "code"})
        if remark.code in own:
            yield Mistake("R059", ("remarks", key, "code"), {"text": remark.code})
        for name in ("message", "hint", "reason", "why"):
            text = getattr(remark, name)
            for language in method.languages if name in ("message", "hint") and not isinstance(text, str) else ():
                if not getattr(text, language):
                    yield Mistake("R057", ("remarks", key, name), {"text": name, "language": language})
            yield from _fillable(text, REMARK_FIELDS, ("remarks", key, name))
        if not told(remark.message, method.language):
            yield Mistake("R003", ("remarks", key), {"text": "message"})
    yield from _fillable(method.words.ranking, ("period",), ("words", "ranking"))


def _fillable(text: Text, fields: Sequence[str], path: Path) -> Iterator[Mistake]:
    """That the brackets of a text name what it is filled with."""
    for each in (text,) if isinstance(text, str) else (text.zh, text.en):
        try:
            named = [name for _, name, _, _ in string.Formatter().parse(each) if name is not None]
        except ValueError:
            yield Mistake("R056", path, {"text": each, "allowed": tuple(f"{{{name}}}" for name in fields)})
            continue
        for name in named:
            if name not in fields:
                yield not_among("R056", path, f"{{{name}}}", [f"{{{field}}}" for field in fields])


REMARK_FIELDS = ("name", "label", "text", "unit", "bound", "value", "category", "first", "now", "sheet", "object", "leaf")
CHECKS: tuple[Check, ...] = (
    something_there,
    texts_there,
    names_twice,
    numbers_in_bounds,
    readings_sound,
    objects_sound,
    marks_add_up,
    everything_in_its_section,
    sheets_possible,
    columns_sound,
    grades_sound,
    remarks_told,
)
