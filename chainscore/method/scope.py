"""The rows that a sentence is of, and what can be said of their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from chainscore.method.rule.condition import Condition
from chainscore.method.rule.measure import Elapsed, Label, Node, Operation, Reduction
from chainscore.method.rule.points import Points
from chainscore.method.rule.term import Source
from chainscore.method.rule.units import Units
from chainscore.method.rulebook import NUMBERS, Column, Grid, InputField, LabelledCell, Ledger, Rulebook, Sheet
from chainscore.words.folding import fold

UNKNOWN = LabelledCell(label="", type="signed")
"""What a lookup that cannot be made takes."""


class Scope(msgspec.Struct, frozen=True):
    """The rows a sentence is of, and the labels that it may name."""

    source: Source
    sheet: Sheet
    grid: Grid
    taken: Mapping[str, InputField]
    """What a lookup takes, under its alias."""

    def field(self, label: str) -> InputField | None:
        """The column, labelled cell or looked up figure of a label."""
        wanted = fold(label)
        fields = (*self.grid.columns, *self.sheet.cells)
        return next((each for each in fields if fold(each.label) == wanted), self.taken.get(label))

    def is_text(self, label: str) -> bool:
        """True of a label under which no number stands."""
        field = self.field(label)
        return field is not None and field.type not in NUMBERS

    @property
    def labels(self) -> list[str]:
        return [*(each.label for each in (*self.grid.columns, *self.sheet.cells)), *self.taken]


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """A measure with other labels."""
    if isinstance(node, Label):
        return Label(names.get(node.label, node.label))
    changes: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(node).items():
        if isinstance(value, Node):
            changes[name] = renamed(value, names)
        elif isinstance(value, tuple):
            changes[name] = tuple(renamed(each, names) for each in value)
    return replace(node, **changes) if changes else node


def is_ratio(node: Node) -> bool:
    """True where amounts are divided and the result is not multiplied to something else."""
    divides = any(isinstance(each, Operation) and each.operator == "/" and each.right.labels for each in node.walk())
    return divides and not any(isinstance(each, Operation) and each.operator == "*" for each in node.walk())


def has_units(node: Node, scope: Scope, units: Units) -> bool:
    """Whether everything that is measured is a number in a unit that there is; what is not is told elsewhere."""
    if not isinstance(node, Label) and any(map(scope.is_text, node.labels)):
        return False
    fields = [scope.field(label) for label in node.labels]
    needed = [field.unit for field in fields if field is not None and field.type in ("amount", "signed")]
    return UNKNOWN not in fields and all(unit in units.worth for unit in needed)


def is_share(node: Node, scope: Scope) -> bool:
    """True where percentages are taken as they stand, or one less another; the mean of some is one, their number none."""
    fields = [scope.field(label) for label in node.labels]
    alone = all(field is not None and field.type == "percent" for field in fields)
    changed = any(isinstance(each, Elapsed) or (isinstance(each, Operation) and each.operator in "*/") for each in node.walk())
    return (
        bool(fields)
        and alone
        and not changed
        and not any(isinstance(each, Reduction) and each.inner is None for each in node.walk())
    )


def unit_of(field: InputField | None) -> str | None:
    return field.unit if field is not None and field.type in ("amount", "signed") else None


def name_of(grid: Grid | None) -> str:
    """The label of the name of a ledger's events."""
    return grid.name if isinstance(grid, Ledger) else ""


def column_of(grid: Grid | None, label: str) -> Column | None:
    return next((column for column in grid.columns if column.label == label), None) if grid is not None else None


def categories_of(conditions: Sequence[Condition], points: Points, measure: Node | None, grid: Grid) -> frozenset[str]:
    """The categories of events that a sentence is about: others are no evidence of it."""
    label = grid.category if isinstance(grid, Ledger) else None
    column = column_of(grid, label) if label is not None else None
    if column is None:
        return frozenset()
    named = [set(each.values) for each in conditions if each.label == label and each.test == "is"]
    if points.match and measure == Label(column.label):
        wanted = {fold(value) for value, _ in points.match}
        named.append({value for value in column.values if fold(value) in wanted})
    return frozenset(set.intersection(*named)) if named else frozenset()


def outside_of_reductions(node: Node) -> tuple[str, ...]:
    """The labels of a measure that stand in none of its reductions."""
    if isinstance(node, Label):
        return (node.label,)
    if isinstance(node, Reduction):
        return ()
    return tuple(label for part in node.parts for label in outside_of_reductions(part))


def nested(node: Node) -> str:
    """A reduction within a reduction, which has no rows of its own; empty where there is none."""
    inner = (each for one in node.walk() if isinstance(one, Reduction) and one.inner is not None for each in one.inner.walk())
    return next((each.words() for each in inner if isinstance(each, Reduction)), "")


def is_constant(node: Node) -> bool:
    """True where it is made of numbers alone."""
    return not any(isinstance(each, Label | Reduction | Elapsed) for each in node.walk())


def sheets_of(book: Rulebook, leaf: str) -> tuple[str, ...]:
    """The sheets that a leaf is scored from, without repeats."""
    sources = (source for group in book.groups for source in book.rules[leaf, group].sources)
    return tuple(dict.fromkeys(source.sheet for source in sources))
