"""Changes in words: why a leaf moved, and what became of a row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from chainscore.comparison.attribution import LEAST, LIMIT, METHOD, MOST, OTHERS, OWN, ROUNDING, ROWS, Attribution, Extreme
from chainscore.comparison.diff import ChainChange, RowChange, sheet_and_label
from chainscore.comparison.year import Year
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.limits import told_veto
from chainscore.scoring.scorecard import Evidence
from chainscore.words.bilingual import listed, told
from chainscore.words.findings import Language
from chainscore.words.numbers import approximately, half_up, plain
from chainscore.words.texts import because, text


def signed(value: Decimal | Fraction) -> str:
    """``+0.5``, ``-2``, ``0``; exact, or marked ≈."""
    shown = plain(abs(value)) if isinstance(value, Decimal) else approximately(abs(value))
    mark = "≈" * shown.startswith("≈")
    return shown if not value else f"{mark}{'-' if value < 0 else '+'}{shown.removeprefix(mark)}"


def reasons(attribution: Attribution, book: Rulebook, language: Language) -> str:
    """The parts of a change that are not nothing, each with what moved."""
    names = {chain.id: chain.short_name for chain in book.chains}
    shown = [
        _part(part, attribution, names, language)
        for part in (OWN, LEAST, MOST, OTHERS, ROWS, LIMIT, METHOD, ROUNDING)
        if attribution.parts.get(part)
    ]
    return ("，" if language == "zh" else ", ").join(shown)


def _part(part: str, attribution: Attribution, names: dict[str, str], language: Language) -> str:
    points = signed(attribution.parts[part])
    if part == OWN:
        assert attribution.own is not None
        old, new = (_figure(value, attribution) for value in attribution.own)
        return text("console.part_own", language, points=points, old=old, new=new)
    if part in attribution.extremes:
        before, after = attribution.extremes[part]
        values = {
            "points": points, "old": _figure(before.value, attribution), "new": _figure(after.value, attribution),
            "old_chains": _whose(before, names, language), "new_chains": _whose(after, names, language),
        }  # fmt: skip
        key = {LEAST: "console.part_minimum", MOST: "console.part_maximum"}[part]
        return text(key, language, **values)
    key = {
        OTHERS: "console.part_others",
        ROWS: "console.part_rows",
        LIMIT: "console.part_limit",
        METHOD: "console.part_method",
        ROUNDING: "console.part_rounding",
    }[part]
    return text(key, language, points=points)


def _whose(extreme: Extreme, names: dict[str, str], language: Language) -> str:
    return listed((names.get(chain, chain) for chain in extreme.chains), language)


def _figure(value: Fraction, attribution: Attribution) -> str:
    return f"{plain(half_up(value * 100, 2))}%" if attribution.as_percent else approximately(value)


def year_note(year: Year, language: Language) -> str:
    """What a year's result is, or which periods are missing for it."""
    if year.missing:
        missing = listed((period.name(language) for period in year.missing), language)
        return text("compared.year_missing", language, year=year.period.name(language), periods=missing)
    return text("compared.year_result", language, last=year.periods[-1].name(language))


def vetoes_moved(chain: ChainChange, book: Rulebook, language: Language) -> list[str]:
    """The vetoes that came down on an object (+) and those that no longer do (-)."""
    old, new = (each.vetoed if each is not None else () for each in (chain.old, chain.new))
    before, after = ({each.veto for each in its} for its in (old, new))
    gone = [f"- {told_veto(each, book, language)}" for each in old if each.veto not in after]
    return gone + [f"+ {told_veto(each, book, language)}" for each in new if each.veto not in before]


def row_line(row: RowChange, language: Language) -> str:
    """One row that was added, removed or changed, with its cells."""
    name = " ".join(row.row.label.split())
    if row.row.category is not None:
        name += f"（{row.row.category}）" if language == "zh" else f" ({row.row.category})"
    points = signed(row.points)
    if row.old is None:
        why = because(row.row.why, language)
        return text("console.row_added", language, name=name, place=_place(row.row), points=points, why=why)
    if row.new is None:
        return text("console.row_removed", language, name=name, place=_place(row.row), points=points)
    if row.labels:
        values = ("，" if language == "zh" else ", ").join(_values(row.old, row.new, row.labels, language))
    else:
        old_place, new_place, why = _place(row.old), _place(row.new), because(row.new.why, language)
        values = text("console.row_same", language, old_place=old_place, new_place=new_place, why=why)
    # What a relative figure's change did to the points stands in the leaf's line.
    points = "" if row.relative else f" {points}"
    return text("console.row_changed", language, name=name, points=points, values=values)


def _values(old: Evidence, new: Evidence, labels: list[str], language: Language) -> Iterator[str]:
    blank = text("column.blank", language)
    for label in labels:
        yield text(
            "console.row_value",
            language,
            label=told(new.measured, language) if new.row is None else label,  # what the rows come to together
            old=old.facts.get(label, blank),
            new=new.facts.get(label, blank),
            old_place=_place(old, label),
            new_place=_place(new, label),
        )


def _place(row: Evidence, label: str | None = None) -> str:
    """``市商务局!D12`` of one value, or of the row's first, its name; the sheet alone of what its rows come to together."""
    if label is None:
        label = next(iter(row.cells), "")
    sheet, _ = sheet_and_label(row, label)
    return sheet if row.row is None else f"{sheet}!{row.cells.get(label, '—')}"
