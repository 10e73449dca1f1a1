"""Units within a measure: amounts of one dimension are converted, those of different dimensions are never added or compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec
from msgspec.structs import replace

from chainscore.method.rule.measure import Bound, MeasureError, Node, Operation, Or, Reduction, Scaled

UnitOf = Callable[[str], str | None]
"""Label → its unit; None for a plain number."""


class Units(msgspec.Struct, frozen=True):
    """What each unit is worth in the base unit of its dimension. In a rulebook's table a unit worth 1 begins a dimension."""

    worth: Mapping[str, Decimal]

    def factor(self, unit: str, other: str) -> Fraction | None:
        """How many of ``other`` one ``unit`` is; None where they do not convert."""
        if unit == other:
            return Fraction(1)
        if unit not in self.worth or other not in self.worth or self._dimension(unit) != self._dimension(other):
            return None
        return Fraction(self.worth[unit]) / Fraction(self.worth[other])

    def _dimension(self, unit: str) -> str:
        base = unit
        for name, worth in self.worth.items():
            base = name if worth == 1 else base
            if name == unit:
                break
        return base


def bind(node: Node, unit_of: UnitOf, units: Units) -> tuple[Node, str | None]:
    """The measure with its conversions put in, and its unit. Raises MeasureError where units do not go together."""
    if isinstance(node, Operation) and node.operator in "*/":
        return _product(node, unit_of, units)
    if isinstance(node, Operation):
        (left, right), unit = _alike((node.left, node.right), unit_of, units)
        return replace(node, left=left, right=right), unit
    if isinstance(node, Or):
        choices, unit = _alike(node.choices, unit_of, units)
        return Or(choices), unit
    if isinstance(node, Bound):
        arguments, unit = _alike(node.arguments, unit_of, units)
        return Bound(node.name, arguments), unit
    if isinstance(node, Reduction):
        if node.inner is None:
            return node, None
        inner, unit = bind(node.inner, unit_of, units)
        return Reduction(node.name, inner), unit
    labels = node.labels
    return node, unit_of(labels[0]) if labels else None


def _product(node: Operation, unit_of: UnitOf, units: Units) -> tuple[Node, str | None]:
    left, its = bind(node.left, unit_of, units)
    right, other = bind(node.right, unit_of, units)
    if node.operator == "*" or its is None or other is None:
        shown = [unit for unit in (its, other) if unit is not None]
        inverse = node.operator == "/" and its is None and other is not None
        return replace(node, left=left, right=right), f"1/{other}" if inverse else "·".join(shown) or None
    factor = units.factor(other, its)
    if factor is None:  # such as 万元 by 亩
        return replace(node, left=left, right=right), f"{its}/{other}"
    return replace(node, left=left, right=_scaled(right, factor)), None


def _alike(nodes: tuple[Node, ...], unit_of: UnitOf, units: Units) -> tuple[tuple[Node, ...], str | None]:
    """All in the unit of the first that has any; numbers of the rulebook take whatever unit that is."""
    bound = [bind(node, unit_of, units) for node in nodes]
    told = [(node, unit) for node, unit in bound if any(True for _ in node.labels)]
    unit = next((unit for _, unit in told if unit is not None), None)
    converted = []
    for node, its in bound:
        if not node.labels or its == unit:
            converted.append(node)
            continue
        factor = units.factor(its, unit) if its is not None and unit is not None else None
        if factor is None:
            raise MeasureError("units", text=node.words(), unit=its or "1", other=unit or "1")
        converted.append(_scaled(node, factor))
    return tuple(converted), unit


def _scaled(node: Node, factor: Fraction) -> Node:
    return node if factor == 1 else Scaled(node, factor)
