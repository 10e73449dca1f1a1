"""How many points a figure earns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import msgspec

from chainscore.words.bilingual import Bilingual, Language, Text
from chainscore.words.folding import fold
from chainscore.words.numbers import SIGNS, approximately, as_written, percent, plain
from chainscore.words.texts import LANGUAGES, Why

Place = tuple[str, ...]
"""Where a number stands within the points of a rule: ``("step", "2", "points")``."""
NumberCell = Callable[[Place], str]
"""The place of a number → its cell on the sheet of rules."""
NOISE = "1E-13"
"""What doubles that were worked out may be off by, in a formula, as a share of their size."""


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with points as a rulebook has them: ``key`` tells the mistake, ``path`` where in them it is."""

    key: Literal["not_understood", "twice", "order", "unknown_key", "empty", "number"]
    path: tuple[str | int, ...]
    text: str
    allowed: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One number of a rule, for the sheet of rules: its place, the bound or value it holds for, and itself."""

    place: Place
    bound: Decimal | str | None
    number: Decimal


class Linear(msgspec.Struct, frozen=True):
    """``at_0 + per × (x − base)``; of a plain number of points, ``per`` is 0."""

    at_0: Decimal = Decimal(0)
    per: Decimal = Decimal(0)
    base: Decimal = Decimal(0)

    def at(self, value: Fraction) -> Fraction:
        return Fraction(self.at_0) + Fraction(self.per) * (value - Fraction(self.base))

    def told(self, shown: str, language: Language) -> str:
        """``3＋2×0.71``, as much of it as says anything."""
        if not self.per:
            return plain(self.at_0)
        signs = SIGNS[language]
        factor = shown if not self.base else f"{signs['(']}{shown}{signs['-']}{plain(self.base)}{signs[')']}"
        product = factor if self.per == 1 else f"{plain(abs(self.per))}{signs['*']}{factor}"
        sign = signs["-" if self.per < 0 else "+"]
        if self.at_0:
            return f"{plain(self.at_0)}{sign}{product}"
        return product if self.per > 0 else f"{sign.strip()}{product}"

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


class Step(msgspec.Struct, frozen=True):
    """Points from a bound on (``steps``), or up to it (``up_to``); of ``above`` the bound is None."""

    bound: Decimal | None
    points: Linear


class Points(msgspec.Struct, frozen=True):
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

    @property
    def bounds(self) -> list[Decimal]:
        """The figures that it holds others against: of steps their bounds, of lines their bases."""
        steps = [step.bound for step in self._ordered if step.bound is not None]
        lines = [*([self.linear] if self.linear is not None else []), *(step.points for step in self._ordered)]
        return sorted({*steps, *(line.base for line in lines)})

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

    def formula(self, value: str, cell: NumberCell, worked_out: bool = True) -> str:
        """As an Excel formula of the cell ``value``, which was ``worked_out`` or holds what was entered."""
        if self.linear is not None:
            return self.linear.formula(value, cell, ("points",))
        if self.match:
            text = "0"
            for index, (each, _) in reversed(list(enumerate(self.match))):
                quoted = each.replace('"', '""')
                text = f'IF({value}="{quoted}",{cell(("match", str(index)))},{text})'
            return text
        return self._steps_formula(value, cell, worked_out)

    def _steps_formula(self, value: str, cell: NumberCell, worked_out: bool) -> str:
        text = "0"
        sign, nearly = (">=", "-") if self.steps else ("<=", "+")
        for index, step in reversed(list(enumerate(self._ordered))):
            place = ("step", str(index))
            points = step.points.formula(value, cell, place)
            if step.bound is None:
                text = points
                continue
            bound = cell((*place, "bound"))
            reached = f"{bound}{nearly}{noise_at(bound)}" if worked_out else bound
            text = f"IF({value}{sign}{reached},{points},{text})"
        return text


def noise_at(figure: str) -> str:
    """What a double of the size of ``figure`` may be off by, as part of a formula."""
    return f"(1+ABS({figure}))*{NOISE}"


def _told(linear: Linear, shown: str, points: Fraction) -> Text:
    """``0.925×0.75＝0.69375``; of a plain number, that alone."""
    if not linear.per:
        return plain(linear.at_0)
    result = approximately(points)
    told = {language: linear.told(shown.removeprefix("≈"), language) for language in LANGUAGES}
    return Bilingual(**{each: its if its == result else f"{its}{SIGNS[each]['=']}{result}" for each, its in told.items()})


def shown_figure(value: Fraction, as_percent: bool) -> str:
    """A figure for people: a ratio in percent, cut and never rounded up, so that 79.999 % stays below 80 %."""
    return f"{percent(value)}%" if as_percent else approximately(value)


def compared_figure(value: Fraction, as_percent: bool) -> str:
    """A figure that is held against others' for people: rounded to four decimals and marked ≈ where it has more."""
    return f"{approximately(value * 100)}%" if as_percent else approximately(value)


# ---------------------------------------------------------------- parsing


FORMS: Mapping[str, tuple[str, ...]] = {"steps": ("steps",), "up_to": ("up_to", "above"), "match": ("match",)}
LINEAR = ("at_0", "per", "base")


def parse_points(told: Any, problems: list[Problem]) -> Points:
    """The points of a rulebook's term: a number, or a table of one of the forms. What is wrong goes into ``problems``."""
    return _Parser(problems).points(told)


class _Parser:
    """Reads as much as can be read."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def points(self, told: Any) -> Points:
        if not isinstance(told, dict):
            return Points(linear=Linear(at_0=self._number(told, ())))
        forms = [name for name in FORMS if name in told]
        if len(forms) + bool(told.keys() & set(LINEAR)) > 1:
            self._note("not_understood", (), " + ".join(each for each in told if each in (*FORMS, *LINEAR)))
        form = forms[0] if forms else ""
        known = (*FORMS.get(form, LINEAR), "equal", "remark")
        for key in told:
            if key not in known and key not in (*FORMS, *LINEAR) and (key != "above" or forms or told.keys() & set(LINEAR)):
                self._note("unknown_key", (key,), key, known if form else (*known, *FORMS, "above"))
        if not forms and not told.keys() & {*LINEAR, "equal"}:
            self._note("not_understood", (), as_written(told))
        equal = self._number(told["equal"], ("equal",)) if "equal" in told else None
        return self._form(form, told, equal, str(told.get("remark", "")))

    def _form(self, form: str, told: Mapping[str, Any], equal: Decimal | None, remark: str) -> Points:
        match form:
            case "steps":
                return Points(steps=self._steps(told["steps"], ("steps",), descending=True), equal=equal, remark=remark)
            case "up_to":
                above = (Step(None, self._linear(told["above"], ("above",))),) if "above" in told else ()
                steps = self._steps(told["up_to"], ("up_to",), descending=False)
                return Points(up_to=(*steps, *above), equal=equal, remark=remark)
            case "match":
                return Points(match=self._matches(told["match"]), equal=equal, remark=remark)
        linear = {key: told[key] for key in LINEAR if key in told}
        return Points(linear=self._linear(linear, ()), equal=equal, remark=remark)

    def _note(self, key: Any, path: tuple[str | int, ...], text: str, allowed: tuple[str, ...] = ()) -> None:
        self.problems.append(Problem(key, path, text, allowed))

    def _steps(self, told: Any, path: tuple[str | int, ...], descending: bool) -> tuple[Step, ...]:
        if not isinstance(told, list) or not told:
            self._note("empty" if told == [] else "not_understood", path, as_written(told))
            return ()
        steps = []
        for at, each in enumerate(told):
            if isinstance(each, list) and len(each) == 2:
                steps.append(Step(self._number(each[0], (*path, at, 0)), self._linear(each[1], (*path, at, 1))))
            else:
                self._note("not_understood", (*path, at), as_written(each))
        bounds = [step.bound for step in steps if step.bound is not None]
        for at, bound in enumerate(bounds):
            if bound in bounds[:at]:
                self._note("twice", (*path, at), plain(bound))
        if bounds not in (sorted(bounds), sorted(bounds, reverse=True)):
            self._note("order", path, ", ".join(map(plain, bounds)))
        return tuple(sorted(steps, key=lambda step: step.bound or Decimal(0), reverse=descending))

    def _matches(self, told: Any) -> tuple[tuple[str, Decimal], ...]:
        if not isinstance(told, dict) or not told:
            self._note("empty" if told == {} else "not_understood", ("match",), as_written(told))
            return ()
        names = [fold(name) for name in told]
        for at, name in enumerate(told):
            if names[at] in names[:at]:
                self._note("twice", ("match", name), name)
        return tuple((name, self._number(points, ("match", name))) for name, points in told.items())

    def _linear(self, told: Any, path: tuple[str | int, ...]) -> Linear:
        if not isinstance(told, dict):
            return Linear(at_0=self._number(told, path))
        for key in told:
            if key not in LINEAR:
                self._note("unknown_key", (*path, key), key, LINEAR)
        return Linear(**{key: self._number(told[key], (*path, key)) for key in LINEAR if key in told})

    def _number(self, told: Any, path: tuple[str | int, ...]) -> Decimal:
        if isinstance(told, bool) or not isinstance(told, int | Decimal):
            self._note("number", path, as_written(told))
            return Decimal(0)
        return Decimal(told)
