"""Tables and ledgers as they are judged: by column and by object."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec
from msgspec.structs import replace

from chainscore.intake.tables import FILE, PLACE, ROW, SHEET, Place, SheetTables, Tables
from chainscore.method.rule.judging import Moment, fact
from chainscore.method.rule.points import shown_figure
from chainscore.method.rule.term import Rule, Source, Term
from chainscore.method.rulebook import Ledger, Rulebook
from chainscore.words.folding import fold
from chainscore.words.texts import Why

UNSOUND = Why("unsound")
Value = Decimal | Fraction | str | None


class Verdict(msgspec.Struct, frozen=True, eq=False):
    """What the terms of a leaf make of a row; rows that are alike share one, so that a long ledger has few."""

    points: Fraction
    why: tuple[Why, ...]
    counted: bool
    value: Value = None
    value_label: str = ""
    """The label of the row under which the value stands; empty where it is ``value``."""
    measure: str = ""
    """What the value is, in words."""
    remarks: tuple[tuple[str, str], ...] = ()
    """(remark, the label at which it is to be made; empty: at the row's name)."""
    open: bool = False
    """A figure that is needed is not given."""
    undefined: str | None = None
    """The label of a figure that is zero and divides."""
    holds: bool = True
    """The conditions of a term do."""
    part_of: frozenset[int] = frozenset()
    """The terms by object in which the row takes part."""

    @property
    def sound(self) -> bool:
        return self.why[:1] != (UNSOUND,)


class Rows:
    """A table or ledger, by column and by object."""

    def __init__(self, source: Source, tables: SheetTables, chain_label: str) -> None:
        self.source = source
        self.tables = tables
        self.frame = tables.table if source.grid == "table" else tables.ledger
        grid = tables.sheet.grid(source.grid)
        self.ledger = grid if isinstance(grid, Ledger) else None
        self._columns: dict[str, list[Any]] = {}
        self.number = len(self.frame)
        self.of_chain: dict[str, list[int]] = {}
        """Object → the positions of its rows, in order."""
        for position, chain in enumerate(self.column(chain_label)):
            if chain is not None:
                self.of_chain.setdefault(chain, []).append(position)

    def column(self, label: str) -> list[Any]:
        """What stands in a column, row by row; the labelled cell of that name in each; None where there is neither."""
        if label not in self._columns:
            if label in self.frame:
                self._columns[label] = self.frame[label].tolist()
            else:
                cell = self.tables.cells.get(label)
                self._columns[label] = [cell.value if cell is not None else None] * self.number
        return self._columns[label]

    def changed(self, label: str, values: Mapping[int | None, Any] | Mapping[int, Any]) -> Rows:
        """The same rows but for some values of a column, by position; by None, that of a labelled cell."""
        other = self._copied()
        column = list(self.column(label))
        for position, value in values.items():
            if position is None:
                column = [value] * len(column)
                cell = replace(self.tables.cells[label], value=value)
                other.tables = replace(self.tables, cells={**self.tables.cells, label: cell})
            else:
                column[position] = value
        other._columns = {**self._columns, label: column}
        return other

    def only(self, chain: str, positions: list[int]) -> Rows:
        """The same rows, of which an object has no others than these, and other objects have none."""
        other = self._copied()
        other.of_chain = {chain: positions}
        return other

    def last(self) -> Rows:
        """The last row alone, which is no object's: for others to be added to."""
        other = self._copied()
        other._columns = {label: self.column(label)[-1:] for label in map(str, self.frame)}
        other.number = min(self.number, 1)
        other.of_chain = {}
        return other

    def _copied(self) -> Rows:
        """A copy that has not yet worked out what its values come to."""
        other = copy.copy(self)
        for name in ("names", "categories"):
            other.__dict__.pop(name, None)
        return other

    def added(self, chain_label: str, row: Mapping[str, Any]) -> Rows:
        """The same rows with one more at the end, which stands where the last one does; what it does not name is blank."""
        other = self._copied()
        other._columns = {}
        for label in map(str, self.frame):
            column = self.column(label)
            at = column[-1] if label in (PLACE, ROW, FILE, SHEET) and column else None
            other._columns[label] = [*column, row.get(label, at)]
        other.number = self.number + 1
        position = self.number
        other.of_chain = {**self.of_chain, row[chain_label]: [*self.of_chain.get(row[chain_label], ()), position]}
        return other

    def of(self, label: str, positions: Sequence[int]) -> list[Any]:
        """What stands in a column at some positions."""
        return list(map(self.column(label).__getitem__, positions))

    @cached_property
    def names(self) -> list[str]:
        """The folded names of a ledger's events."""
        return [fold(str(name or "")) for name in self.column(self.ledger.name)] if self.ledger is not None else []

    @cached_property
    def categories(self) -> list[str | None]:
        """The categories of a ledger's events; None where it tells none apart."""
        label = self.ledger.category if self.ledger is not None else None
        return self.column(label) if label is not None else [None] * self.number

    def label(self, position: int) -> str:
        """The name of a ledger's event."""
        return str(self.column(self.ledger.name)[position] or "") if self.ledger is not None else ""

    def place(self, position: int) -> Place:
        """The file, the worksheet and the columns of a row."""
        index: int = self.column(PLACE)[position]
        return self.tables.places[index]

    def cell(self, position: int, label: str) -> str | None:
        """Where one of a row's figures stands; None where the sheet lacks the column."""
        return self.place(position).cell(label, self.column(ROW)[position])

    def where(self, position: int, label: str = "") -> str:
        """``市商务局!B12``: where a row's name, or another of its figures, stands."""
        label = label or (self.ledger.name if self.ledger is not None else "")
        return f"{self.place(position).sheet}!{self.cell(position, label)}"

    def lacking(self, terms: tuple[Term, ...], position: int) -> str:
        """The first label of a measure under which nothing stands in a row; empty where none is blank."""
        for term in terms:
            for label in term.measure.labels if term.measure is not None else ():
                if label in self.frame and self.column(label)[position] is None:
                    return label
        return ""


class Missing(msgspec.Struct, frozen=True):
    """A figure that is needed and not given, or is zero and divides: the leaf stays open."""

    leaf: str
    chain: str
    source: Source
    position: int
    """The row, or -1 where the object has none."""
    label: str
    zero: bool = False


class Context(msgspec.Struct):
    """What all leaves are judged in."""

    tables: Tables
    book: Rulebook
    moment: Moment
    _rows: dict[Source, Rows] = msgspec.field(default_factory=dict)

    def rows(self, source: Source) -> Rows:
        """A table or ledger, made once."""
        if source not in self._rows:
            self._rows[source] = Rows(source, self.tables.sheets[source.sheet], self.book.words.chain)
        return self._rows[source]

    def with_rows(self, rows: Mapping[Source, Rows]) -> Context:
        """The same but for some tables or ledgers."""
        return replace(self, _rows={**self._rows, **rows})

    @property
    def known(self) -> tuple[Rows, ...]:
        """Those that were asked for, in order."""
        return tuple(self._rows.values())

    def is_known(self, source: Source, chain: str) -> bool:
        """True when all that an object has in a table or ledger has been handed in, be it nothing."""
        tables = self.tables.sheets[source.sheet]
        of_table = Source(source.sheet, "table")
        in_table = tables.sheet.table is None or chain in self.rows(of_table).of_chain
        return tables.submitted and chain not in tables.doubtful and (source.grid == "table" or tables.complete) and in_table

    def remark_told(self, why: Why, rule: Rule, rows: Rows) -> Why:
        """A remark of the rulebook as a reason, in both languages."""
        remark = self.book.remarks[str(why.values["remark"])]
        label = str(why.values.get("label", ""))
        values: Mapping[str, object] = {
            "text": why.values.get("value", ""),
            "now": self.moment.now.isoformat(),
            "unit": unit_of(rows.tables, rows.source, label),
            "bound": bound_of(rule, rows.source, label),
            **why.values,
        }
        return Why("as_told", {**values, "told_zh": remark.because(values, "zh"), "told_en": remark.because(values, "en")})

    def told(self, whys: tuple[Why, ...], rule: Rule, rows: Rows) -> tuple[Why, ...]:
        """Reasons, with those that are the rulebook's remarks in its own words."""
        return tuple(self.remark_told(why, rule, rows) if why.key == "remark" else why for why in whys)


class Known(dict[Any, Any]):
    """What a function of a value comes to, worked out once for each distinct value of a column."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self.function(value)
        return found


def unit_of(tables: SheetTables, source: Source, label: str) -> str:
    """The unit of a column; empty where it has none."""
    grid = tables.sheet.grid(source.grid)
    return next((column.unit or "" for column in (grid.columns if grid is not None else []) if column.label == label), "")


def bound_of(rule: Rule, source: Source, label: str) -> str:
    """The number that a figure under a label has to reach, as it is shown."""
    for term in rule.of_source(source):
        for condition in term.conditions:
            if condition.label == label and condition.bound is not None:
                return fact(condition.bound)
        if term.measure is not None and label in term.measure.labels and (bounds := _bounds(term)):
            return shown_figure(min(bounds) if term.points.steps else max(bounds), term.as_percent)
    return ""


def _bounds(term: Term) -> list[Fraction]:
    return [Fraction(step.bound) for step in (*term.points.steps, *term.points.up_to) if step.bound is not None]
