"""What may stand in a cell: data validation with its texts, notes on headers, colours for what is wrong or missing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chainscore.method.rulebook import BelongsWhen, Column, InputField, LabelledCell
from chainscore.paperwork.template.book import TemplateBook, choices
from chainscore.paperwork.template.looks import ATTENTION, BAD
from chainscore.words.bilingual import Language, listed

LARGEST = 10**15
"""No number that is typed is larger, nor as far below zero."""


def need(column: Column) -> str:
    """The style of a column's header: how much it must be filled."""
    if not column.required:
        return "optional"
    return "conditional" if column.required_when is not None else "required"


def _listed(values: Sequence[str], language: Language) -> str:
    return listed((f"“{value}”" for value in values), language)


def note_lines(book: TemplateBook, column: Column) -> Iterator[str]:
    """What a header's note says: whether it must be filled, with what, and the rulebook's own remark."""
    if column.required_when is not None:
        yield book.say(
            "note_when", column=column.required_when.column, values=_listed(column.required_when.values, book.rulebook.language)
        )
    else:
        yield book.say("note_required" if column.required else "note_optional")
    yield _prompt(book, column)
    if (belongs := column.belongs_when) is not None:
        what = book.say("note_value", value=belongs.value) if belongs.value is not None else book.say("note_filled")
        yield book.say("note_belongs", column=belongs.column, values=_listed(belongs.values, book.rulebook.language), what=what)
    if column.note:
        yield column.note


def _prompt(book: TemplateBook, column: Column | LabelledCell) -> str:
    """What may stand in a cell, for whoever is about to type in it."""
    match column.type:
        case "chain":
            return book.say("prompt_chain")
        case "choice":
            return book.say("prompt_choice", values=_listed(choices(book.rulebook, column), book.rulebook.language))
        case "amount":
            return book.say(
                "prompt_amount", unit=column.unit, bound=book.say("bound_positive" if column.positive else "bound_any")
            )
        case "count":
            return book.say("prompt_count")
        case "date":
            earlier = _not_before(column)
            text = book.say(_prompt_of_date(column), label=_counts_in_year_of(column))
            return text + (book.say("prompt_not_before", label=earlier) if earlier is not None else "")
        case "signed":
            return book.say("prompt_signed_number", unit=column.unit)
        case "percent":
            return book.say("prompt_percent")
        case "text":
            return book.say("prompt_text", label=column.label)


def _within_year(column: InputField) -> bool:
    return not isinstance(column, Column) or column.within_year


def _not_before(column: InputField) -> str | None:
    return column.not_before if isinstance(column, Column) else None


def _counts_in_year_of(column: InputField) -> str | None:
    return column.counts_in_year_of if isinstance(column, Column) else None


def _prompt_of_date(column: InputField) -> str:
    if _counts_in_year_of(column) is not None:
        return "prompt_date_of_year_before"
    return "prompt_date" if _within_year(column) else "prompt_open_date"


def validation(book: TemplateBook, column: Column | LabelledCell) -> dict[str, Any]:
    """Data validation of an input cell: drop-down or bounds, prompt and error text."""
    period = book.period
    rule: dict[str, Any]
    match column.type:
        case "chain" | "choice":
            rule = {"validate": "list", "source": f"={book.list_of(column)}"}
        case "amount":
            rule = {"validate": "decimal", "criteria": ">" if column.positive else ">=", "value": 0}
        case "signed" | "percent":
            rule = {"validate": "decimal", "criteria": "between", "minimum": -LARGEST, "maximum": LARGEST}
        case "count":
            rule = {"validate": "integer", "criteria": ">=", "value": 0}
        case "date" if _within_year(column):
            first = period if _counts_in_year_of(column) is None else period.last_year
            rule = {"validate": "date", "criteria": "between", "minimum": first.year_start, "maximum": period.end}
        case "date":
            rule = {"validate": "date", "criteria": ">=", "value": period.year_start}
        case "text":
            rule = {"validate": "any"}
    optional = isinstance(column, Column) and not column.required
    return speaking(book, column.label, (book.say("prompt_optional") if optional else "") + _prompt(book, column), rule)


def speaking(book: TemplateBook, label: str, prompt: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A validation with its texts, within the lengths Excel allows."""
    texts = {
        "input_title": label[:32],
        "input_message": prompt[:255],
        "error_title": book.say("error_title"),
        "error_message": prompt[:255],
    }
    return {**rule, **texts}


# Conditions as worksheet formulas. ``at`` is a reference to the cell in question.


def quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def filled(at: str) -> str:
    return f"LEN(TRIM({at}))>0"


def empty(at: str) -> str:
    return f"LEN(TRIM({at}))=0"


def _one_of(at: str, values: Sequence[str]) -> str:
    return f"OR({','.join(f'{at}={quoted(value)}' for value in values)})"


def _day(day: datetime.date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _too_early(book: TemplateBook, at: str, counts_by: str | None) -> str:
    """True of a day before the year, or before the year before where another cell's day lies in the year."""
    start = _day(book.period.year_start)
    if counts_by is None:
        return f"N({at})<{start}"
    return f"N({at})<IF(N({counts_by})>={start},{_day(book.period.last_year.year_start)},{start})"


def impossible(
    book: TemplateBook,
    column: Column | LabelledCell,
    at: str,
    not_before: str | None = None,
    counts_by: str | None = None,
) -> str:
    """True of a value that cannot stand in such a column, whatever else its row says; true of an error value.

    ``not_before`` and ``counts_by`` are the cells of the other dates that it is held against.
    """
    match column.type:
        case "chain" | "choice":
            wrong = f"ISNA(MATCH({at},{book.list_of(column)},0))"
        case "amount":
            needed = column.positive and getattr(column, "required_when", None) is None
            wrong = f"OR(NOT(ISNUMBER({at})),N({at}){'<=' if needed else '<'}0)"
        case "signed" | "percent":
            wrong = f"NOT(ISNUMBER({at}))"
        case "count":
            wrong = f"OR(NOT(ISNUMBER({at})),N({at})<0,N({at})<>INT(N({at})))"
        case "date":
            bounds = [_too_early(book, at, counts_by)]
            bounds += [f"N({at})>={_day(book.period.end)}+1"] if _within_year(column) else []
            bounds += [f"AND(ISNUMBER({not_before}),N({at})<N({not_before}))"] if not_before is not None else []
            wrong = f"OR(NOT(ISNUMBER({at})),{','.join(bounds)})"
        case "text":
            wrong = f"ISERROR({at})"
    return f"IFERROR(AND({filled(at)},{wrong}),TRUE)"


def conditions(
    book: TemplateBook, column: Column, refs: Mapping[str, str], begun: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(condition, looks) of every way in which a column's cell can be wrong or missing, the worst first."""
    at = refs[column.label]
    not_before = refs[column.not_before] if column.not_before is not None else None
    counts_by = refs[column.counts_in_year_of] if column.counts_in_year_of is not None else None
    yield impossible(book, column, at, not_before, counts_by), BAD
    if column.belongs_when is not None:
        yield (
            _out_of_place(column.belongs_when, at, refs),
            BAD if column.belongs_when.otherwise == "error" else ATTENTION,
        )
    if column.required_when is not None:
        needed = f"{begun},{_one_of(refs[column.required_when.column], column.required_when.values)}"
        yield f"AND({empty(at)},{needed})", ATTENTION
        if column.positive:
            yield f"AND(ISNUMBER({at}),N({at})=0,{needed})", BAD
    elif column.required:
        yield f"AND({empty(at)},{begun})", ATTENTION


def _out_of_place(when: BelongsWhen, at: str, refs: Mapping[str, str]) -> str:
    """True of a value in a row to whose category it does not belong."""
    other = refs[when.column]
    stands = f"{at}={quoted(when.value)}" if when.value is not None else filled(at)
    return f"AND({stands},{filled(other)},NOT({_one_of(other, when.values)}))"
