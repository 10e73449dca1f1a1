"""Where a term holds: what must stand in a row for it to earn anything."""

from __future__ import annotations

import datetime
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

from chainscore.words.bilingual import Language
from chainscore.words.folding import fold
from chainscore.words.numbers import SIGNS, as_written
from chainscore.words.texts import text

Test = Literal["is", ">=", "<=", ">", "<", "filled", "blank"]
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.+)")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
NOW = "now"


class ConditionError(ValueError):
    """What is no condition."""


class Condition(msgspec.Struct, frozen=True):
    """One test of what stands under a label."""

    label: str
    test: Test
    values: tuple[str, ...] = ()
    """Of ``is``: any of these."""
    bound: Decimal | None = None
    """Of a comparison: a number in the label's own unit; None stands for ``now``."""
    remark: str = ""
    """The rulebook's remark on a row for which it alone does not hold."""

    def holds(self, value: Any, now: datetime.date) -> bool:
        """True of a row in which ``value`` stands; None is a blank."""
        if self.test in ("filled", "blank"):
            return (value is None) == (self.test == "blank")
        if value is None:
            return False
        if self.test == "is":
            return _same(value, self.values)
        return _COMPARE[self.test](value, self.bound if self.bound is not None else now)

    def told(self, language: Language, now: str = "") -> str:
        """``investment ≥ 2``; ``now`` is the day of the period's end, where it is known."""
        if self.test in ("filled", "blank"):
            return text(f"method.{self.test}", language, label=self.label)
        if self.test == "is":
            return f"{self.label}{SIGNS[language]['=']}{'/'.join(self.values)}"
        sign = {">=": "≥", "<=": "≤"}.get(self.test, self.test)
        bound = format(self.bound, "f") if self.bound is not None else now or text("method.now", language)
        return f"{self.label}{sign}{bound}" if language == "zh" else f"{self.label} {sign} {bound}"

    def criteria(self, bound: str) -> list[str]:
        """As criteria of COUNTIFS, of which a row meets at most one: each value has its own."""
        match self.test:
            case "filled":
                return ['"<>"']
            case "blank":
                return ['""']
            case "is":
                return list(map(_criterion, dict.fromkeys(self.values)))
        return [f'"{self.test}"&{bound}']

    def formula(self, cell: str, bound: str) -> str:
        """As an Excel formula; ``bound`` is the cell of the number or of now."""
        match self.test:
            case "filled":
                return f'{cell}<>""'
            case "blank":
                return f'{cell}=""'
            case "is":
                tests = [f"{cell}={_literal(value)}" for value in self.values]
                return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
        given = f"ISNUMBER({cell})"
        return f"IF({given},{cell}{self.test}{bound},FALSE)"


def _same(value: Any, values: tuple[str, ...]) -> bool:
    if isinstance(value, str):
        return value in values or fold(value) in {fold(each) for each in values}
    return any(_number(each) == value for each in values)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def is_number(text: str) -> bool:
    """True of a number as a condition has it."""
    return _number(text) is not None


def _literal(value: str) -> str:
    """A value of a drop-down, or a number, within a formula."""
    quoted = value.replace('"', '""')
    return value if _number(value) is not None else f'"{quoted}"'


def _criterion(value: str) -> str:
    """A value as a criterion of COUNTIFS, which takes ``<5`` for a comparison and ``*`` for any text."""
    if _number(value) is not None:
        return value
    exact = re.sub(r"[~*?]", r"~\g<0>", value)
    return _literal(f"={exact}" if value[0] in "<>=" else exact)


def parse_conditions(where: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions of a rulebook's ``where``, in order. Raises ConditionError."""
    for label, told in where.items():
        several = told if isinstance(told, list) and any(map(_of_its_own, told)) else [told]
        for each in several:
            if isinstance(each, dict):
                if "is" not in each or (unknown := [key for key in each if key not in ("is", "remark")]):
                    raise ConditionError(unknown[0] if "is" in each else as_written(each))
                yield _condition(label, each["is"], str(each.get("remark", "")))
            else:
                yield _condition(label, each, "")


def _of_its_own(told: Any) -> bool:
    """True of a condition in a list of conditions that must all hold, such as a range; else a list is of values."""
    return isinstance(told, dict) or (isinstance(told, str) and _COMPARISON.fullmatch(told.strip()) is not None)


def _condition(label: str, told: Any, remark: str) -> Condition:
    if isinstance(told, list):
        if not told:
            raise ConditionError("[]")
        return Condition(label, "is", tuple(_text(each) for each in told), remark=remark)
    if isinstance(told, str) and (comparison := _COMPARISON.fullmatch(told.strip())) is not None:
        test: Any = comparison[1]
        bound = comparison[2].strip()
        number = _number(bound)
        if number is None and bound != NOW:
            raise ConditionError(told)
        return Condition(label, test, bound=number, remark=remark)
    if told in ("filled", "blank"):
        return Condition(label, told, remark=remark)
    return Condition(label, "is", (_text(told),), remark=remark)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or value == "":
        raise ConditionError(as_written(value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)
