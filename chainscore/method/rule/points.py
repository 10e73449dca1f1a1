"""How many points a figure earns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.words.folding import fold
from chainscore.words.numbers import approximately, percent, plain
from chainscore.words.texts import Why

Place = tuple[str, ...]
"""Where a number stands within the points of a rule: ``("step", "2", "points")``."""
NumberCell = Callable[[Place], str]
"""The place of a number → its cell on the sheet of rules."""
NOISE = 12


class PointsError(ValueError):
    """What is no rule of points. ``key`` tells the mistake, ``values`` fill its message."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Line:
    """One number of a rule, for the sheet of rules: its place, the bound or value it holds for, and itself."""

    place: Place
    bound: Decimal | str | None
    number: Decimal


@dataclass(frozen=True)
class Linear:
    """``at_0 + per × (x − base)``; of a plain number of points, ``per`` is 0."""

    at_0: Decimal = Decimal(0)
    per: Decimal = Decimal(0)
    base: Decimal = Decimal(0)

    def at(self, value: Fraction) -> Fraction:
        return Fraction(self.at_0) + Fraction(self.per) * (value - Fraction(self.base))

    def words(self, shown: str) -> str:
        """``3＋2×0.71``, as much of it as says anything."""
        if not self.per:
            return plain(self.at_0)
        factor = shown if not self.base else f"（{shown}－{plain(self.base)}）"
        product = factor if self.per == 1 else f"{plain(abs(self.per))}×{factor}"
        sign = "－" if self.per < 0 else "＋"
        if self.at_0:
            return f"{plain(self.at_0)}{sign}{product}"
        return product if self.per > 0 else f"－{product}"

    def lines(self, place: Place, bound: Decimal | str | None) -> Iterator[Line]:
        if self.at_0 or not self.per:
            yield Line((*place, "at_0"), bound, self.at_0)
        for name, number in (("per", self.per), ("base", self.base)):
            if number:
                yield Line((*place, name), bound, number)

    def formula(self, value: str, cell: NumberCell, place: Place) -> str:
        if not self.per:
            return cell((*place, "at_0"))
        factor = f"({value}-{cell((*place, 'base'))})" if self.base else value
        start = f"{cell((*place, 'at_0'))}+" if self.at_0 else ""
        return f"{start}{cell((*place, 'per'))}*{factor}"


@dataclass(frozen=True)
class Step:
    """Points from a bound on (``steps``), or up to it (``up_to``); of ``above`` the bound is None."""

    bound: Decimal | None
    points: Linear


@dataclass(frozen=True)
class Points:
    """A rule of points: exactly one of linear, steps, up_to and match, and what all earn where they are equal."""

    linear: Linear | None = None
    steps: tuple[Step, ...] = ()
    """From the highest bound down."""
    up_to: tuple[Step, ...] = ()
    """From the lowest bound up; last the one of ``above``."""
    match: tuple[tuple[str, Decimal], ...] = ()
    equal: Decimal | None = None
    remark: str = ""
    """The rulebook's remark on a figure that reaches no step."""

    def earned(self, value: Fraction | str, as_percent: bool) -> tuple[Fraction, Why, bool]:
        """Points, why, and whether any step or value was reached. What the figure is stands beside it, not in the reason."""
        if self.match:
            return self._matched(str(value))
        assert isinstance(value, Fraction)
        if self.linear is not None:
            points = self.linear.at(value)
            return points, Why("points", {"points": _told(self.linear, approximately(value), points)}), True
        return self._stepped(value, as_percent)

    def _matched(self, value: str) -> tuple[Fraction, Why, bool]:
        wanted = fold(value)
        points = next((points for each, points in self.match if fold(each) == wanted), None)
        if points is None:
            return Fraction(0), Why("no_match", {"value": value}), False
        return Fraction(points), Why("match", {"value": value, "points": plain(points)}), True

    def _stepped(self, value: Fraction, as_percent: bool) -> tuple[Fraction, Why, bool]:
        at = self.reached(value)
        bounds = [Fraction(each.bound) for each in self._ordered if each.bound is not None]
        edge = min(bounds) if self.steps else max(bounds)
        if at is None:
            return (
                Fraction(0),
                Why("below_steps" if self.steps else "above_steps", {"bound": shown_figure(edge, as_percent)}),
                False,
            )
        step = self._ordered[at]
        points = step.points.at(value)
        sign = "≥" if self.steps else "≤"
        bound = (
            f"{sign}{shown_figure(Fraction(step.bound), as_percent)}"
            if step.bound is not None
            else f">{shown_figure(edge, as_percent)}"
        )
        told = _told(step.points, shown_figure(value, as_percent), points)
        return points, Why("step", {"bound": bound, "points": told}), True

    def reached(self, value: Fraction | Decimal) -> int | None:
        """The number of the step that a figure reaches, from 0; None of none."""
        return next((at for at, step in enumerate(self._ordered) if self._reaches(value, step)), None)

    @property
    def alike_within_steps(self) -> bool:
        """True where all figures that reach a step earn the same."""
        return bool(self._ordered) and not any(step.points.per for step in self._ordered)

    @property
    def _ordered(self) -> tuple[Step, ...]:
        return self.steps or self.up_to

    def _reaches(self, value: Fraction | Decimal, step: Step) -> bool:
        if step.bound is None:
            return True
        return value >= step.bound if self.steps else value <= step.bound

    def lines(self) -> Iterator[Line]:
        """All its numbers, for the sheet of rules."""
        if self.linear is not None:
            yield from self.linear.lines(("points",), None)
        for index, step in enumerate(self._ordered):
            place = ("step", str(index))
            if step.bound is not None:
                yield Line((*place, "bound"), None, step.bound)
            yield from step.points.lines(place, step.bound)
        for index, (value, points) in enumerate(self.match):
            yield Line(("match", str(index)), value, points)
        if self.equal is not None:
            yield Line(("equal",), None, self.equal)

    def formula(self, value: str, cell: NumberCell) -> str:
        """As an Excel formula of the cell ``value``."""
        if self.linear is not None:
            return self.linear.formula(value, cell, ("points",))
        if self.match:
            text = "0"
            for index, (each, _) in reversed(list(enumerate(self.match))):
                quoted = each.replace('"', '""')
                text = f'IF({value}="{quoted}",{cell(("match", str(index)))},{text})'
            return text
        return self._steps_formula(value, cell)

    def _steps_formula(self, value: str, cell: NumberCell) -> str:
        text = "0"
        sign = ">=" if self.steps else "<="
        for index, step in reversed(list(enumerate(self._ordered))):
            place = ("step", str(index))
            points = step.points.formula(value, cell, place)
            if step.bound is None:
                text = points
                continue
            text = f"IF(ROUND({value},{NOISE}){sign}{cell((*place, 'bound'))},{points},{text})"
        return text


def _told(linear: Linear, shown: str, points: Fraction) -> str:
    """``0.925×0.75＝0.69375``; of a plain number, that alone."""
    if not linear.per:
        return plain(linear.at_0)
    words, result = linear.words(shown), approximately(points)
    return result if words == result else f"{words}{'' if result.startswith('≈') else '＝'}{result}"


def shown_figure(value: Fraction, as_percent: bool) -> str:
    """A figure for people: a ratio in percent, cut and never rounded up, so that 79.999 % stays below 80 %."""
    return f"{percent(value)}%" if as_percent else approximately(value)


# ---------------------------------------------------------------- parsing


def parse_points(told: Any) -> Points:
    """The points of a rulebook's term: a number, or a table of one of the forms. Raises PointsError."""
    if not isinstance(told, dict):
        return Points(linear=Linear(at_0=_number(told)))
    rest = dict(told)
    equal = _number(rest.pop("equal")) if "equal" in rest else None
    remark = str(rest.pop("remark", ""))
    forms = [name for name in ("steps", "up_to", "match") if name in rest]
    if len(forms) + bool(rest.keys() & {"per", "at_0", "base"}) > 1:
        raise PointsError("points_forms")
    return _form(forms[0] if forms else "", rest, equal, remark)


def _form(form: str, rest: dict[str, Any], equal: Decimal | None, remark: str) -> Points:
    known = {"steps": {"steps"}, "up_to": {"up_to", "above"}, "match": {"match"}, "": {"at_0", "per", "base"}}[form]
    if unknown := [key for key in rest if key not in known]:
        raise PointsError("points_key", text=unknown[0], allowed=tuple(sorted(known | {"equal", "remark"})))
    match form:
        case "steps":
            return Points(steps=_steps(rest["steps"], descending=True), equal=equal, remark=remark)
        case "up_to":
            above = (Step(None, _linear(rest["above"])),) if "above" in rest else ()
            return Points(up_to=(*_steps(rest["up_to"], descending=False), *above), equal=equal, remark=remark)
        case "match":
            return Points(match=_matches(rest["match"]), equal=equal, remark=remark)
    if not rest and equal is None:
        raise PointsError("points_empty")
    return Points(linear=_linear(rest), equal=equal, remark=remark)


def _steps(told: Any, descending: bool) -> tuple[Step, ...]:
    if not isinstance(told, list) or not told:
        raise PointsError("points_steps")
    steps = []
    for each in told:
        if not isinstance(each, list) or len(each) != 2:
            raise PointsError("points_steps")
        steps.append(Step(_number(each[0]), _linear(each[1])))
    bounds = [step.bound for step in steps if step.bound is not None]
    if twice := [bound for bound in bounds if bounds.count(bound) > 1]:
        raise PointsError("points_twice", text=plain(twice[0]))
    ordered = sorted(bounds)
    if bounds not in (ordered, ordered[::-1]):
        raise PointsError("points_order", text=", ".join(map(plain, bounds)))
    return tuple(sorted(steps, key=lambda step: step.bound or Decimal(0), reverse=descending))


def _matches(told: Any) -> tuple[tuple[str, Decimal], ...]:
    if not isinstance(told, dict) or not told:
        raise PointsError("points_match")
    names = [fold(name) for name in told]
    if twice := [name for name in told if names.count(fold(name)) > 1]:
        raise PointsError("points_twice", text=twice[0])
    return tuple((name, _number(points)) for name, points in told.items())


def _linear(told: Any) -> Linear:
    if not isinstance(told, dict):
        return Linear(at_0=_number(told))
    if unknown := [key for key in told if key not in ("at_0", "per", "base")]:
        raise PointsError("points_key", text=unknown[0], allowed=("at_0", "per", "base"))
    return Linear(**{key: _number(value) for key, value in told.items()})


def _number(told: Any) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, int | Decimal):
        raise PointsError("points_number", text=str(told))
    number = Decimal(told)
    if not number.is_finite():
        raise PointsError("points_number", text=str(told))
    return number


def worth_most(points: Sequence[Points]) -> Decimal:
    """The most points that a rule without a linear part can give, for the check of caps and marks."""
    return max((line.number for each in points for line in each.lines()), default=Decimal(0))
