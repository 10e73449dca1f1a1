"""What is measured: arithmetic over the figures of a row, or over all rows of an object.

A measure is parsed once into a small tree. Each node can be worked out exactly, told in words, and written as an Excel formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

import msgspec

from chainscore.method.rule.reduction import Reducer, reduced
from chainscore.words.bilingual import Language
from chainscore.words.numbers import SIGNS, plain
from chainscore.words.texts import text

Names = Callable[[str], str]
"""Label → what is told in its place: the label itself, or the figure under it."""
Figures = Callable[[str], Fraction | None]
"""Label → the figure under it in one row; None where none is given."""
Cell = Callable[["Node"], str]
"""A label, a period's name or a reduction → the cell, the number or the range that stands for it in a formula."""


class MeasureError(ValueError):
    """A text that is no measure. ``key`` tells the mistake, ``values`` fill its message."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class UndefinedError(ArithmeticError):
    """A measure that has no value: ``label`` is the figure that is zero and divides."""

    def __init__(self, label: str | None) -> None:
        super().__init__(label)
        self.label = label


class Node(msgspec.Struct, frozen=True, dict=True):
    """A part of a measure."""

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        """What it comes to; None where a figure it needs is not given. Raises UndefinedError."""
        raise NotImplementedError

    def words(self) -> str:
        """As a rulebook has it, in short: what names it among others, and in mistakes of the rulebook."""
        raise NotImplementedError

    def told(self, language: Language, names: Names = str) -> str:
        """As it is told to people, in the rulebook's own labels: functions by what they do."""
        raise NotImplementedError

    def formula(self, cell: Cell) -> str:
        """As an Excel formula."""
        raise NotImplementedError

    def given(self, cell: Cell) -> tuple[str, ...]:
        """Tests, as Excel formulas, that all hold where every figure it needs is given: blanks count as 0 in arithmetic."""
        return tuple(dict.fromkeys(test for part in self.parts for test in part.given(cell)))

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes that it is made of."""
        return ()

    def walk(self) -> Iterator[Node]:
        """It and all that it is made of."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label in it, in order, without repeats."""
        return tuple(dict.fromkeys(node.label for node in self.walk() if isinstance(node, Label)))

    @cached_property
    def reduces(self) -> bool:
        """True where it is worked out from all rows of an object."""
        return any(isinstance(node, Reduction) for node in self.walk())


class Number(Node, frozen=True):
    """A number as the rulebook has it."""

    number: Decimal

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction:
        return Fraction(self.number)

    def words(self) -> str:
        return format(self.number, "f")

    def told(self, language: Language, names: Names = str) -> str:
        return plain(self.number)

    def formula(self, cell: Cell) -> str:
        return self.words()


class Label(Node, frozen=True):
    """A figure of the row, of a labelled cell or of a lookup."""

    label: str

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        return figures(self.label)

    def words(self) -> str:
        return self.label

    def told(self, language: Language, names: Names = str) -> str:
        return names(self.label)

    def formula(self, cell: Cell) -> str:
        return cell(self)

    def given(self, cell: Cell) -> tuple[str, ...]:
        return (f"ISNUMBER({cell(self)})",)


class Elapsed(Node, frozen=True):
    """The share of the year gone by at the period's end."""

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        return figures(ELAPSED)

    def words(self) -> str:
        return ELAPSED

    def told(self, language: Language, names: Names = str) -> str:
        return text("method.elapsed", language)

    def formula(self, cell: Cell) -> str:
        return cell(self)


class Scaled(Node, frozen=True):
    """A figure in another unit than its own."""

    node: Node
    factor: Fraction

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.node,)

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        value = self.node.value(figures, rows)
        return value * self.factor if value is not None else None

    def words(self) -> str:
        return self.node.words()

    def told(self, language: Language, names: Names = str) -> str:
        return self.node.told(language, names)

    def formula(self, cell: Cell) -> str:
        whole = self.factor.denominator == 1
        scale = f"*{self.factor}" if whole else f"/{self.factor.denominator}"
        if not whole and self.factor.numerator != 1:
            scale = f"*{self.factor.numerator}{scale}"
        return f"({self.node.formula(cell)}{scale})"


Operator = Literal["+", "-", "*", "/"]
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}


class Operation(Node, frozen=True):
    """Two measures added, subtracted, multiplied or divided."""

    operator: Operator
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        left, right = self.left.value(figures, rows), self.right.value(figures, rows)
        if left is None or right is None:
            return None
        match self.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
        if right == 0:
            raise UndefinedError(next(iter(self.right.labels), None))
        return left / right

    def words(self) -> str:
        left, right = (
            f"（{node.words()}）" if self._is_looser(node, at) else node.words() for at, node in enumerate(self.parts)
        )
        return f"{left}{SIGNS['zh'][self.operator]}{right}"

    def _is_looser(self, node: Node, right: int) -> bool:
        """True of a side that binds less, and needs brackets."""
        inner = _unscaled(node)
        return isinstance(inner, Or) or (
            isinstance(inner, Operation) and _BINDS[inner.operator] < _BINDS[self.operator] + right
        )

    def told(self, language: Language, names: Names = str) -> str:
        left, right = (
            _inside(node, language, names, self._is_looser(node, at) or isinstance(_unscaled(node), Bound))
            for at, node in enumerate(self.parts)
        )
        sign = SIGNS[language][self.operator]
        return f"{sign.strip()}{right}" if self.operator == "-" and self.left == Number(Decimal(0)) else f"{left}{sign}{right}"

    def formula(self, cell: Cell) -> str:
        return f"({self.left.formula(cell)}{self.operator}{self.right.formula(cell)})"


class Or(Node, frozen=True):
    """The first of several figures that is given."""

    choices: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.choices

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        return next((value for node in self.choices if (value := node.value(figures, rows)) is not None), None)

    def words(self) -> str:
        return " or ".join(node.words() for node in self.choices)

    def told(self, language: Language, names: Names = str) -> str:
        *others, said = (node.told(language, names) for node in self.choices)
        for other in reversed(others):
            said = text("method.or", language, first=other, second=said)
        return said

    def formula(self, cell: Cell) -> str:
        *others, last = self.choices
        formula = last.formula(cell)
        for other in reversed(others):
            tests = other.given(cell)
            formula = f"IF({_all(tests)},{other.formula(cell)},{formula})" if tests else other.formula(cell)
        return formula

    def given(self, cell: Cell) -> tuple[str, ...]:
        choices = [node.given(cell) for node in self.choices]
        return (f"OR({','.join(map(_all, choices))})",) if all(choices) else ()


class Bound(Node, frozen=True):
    """The smallest or the largest of several figures of a row."""

    name: Literal["min", "max"]
    arguments: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.arguments

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        values = [node.value(figures, rows) for node in self.arguments]
        known = [value for value in values if value is not None]
        return (min(known) if self.name == "min" else max(known)) if len(known) == len(values) else None

    def words(self) -> str:
        return f"{self.name}({', '.join(node.words() for node in self.arguments)})"

    def told(self, language: Language, names: Names = str) -> str:
        *others, last = (_inside(each, language, names, isinstance(_unscaled(each), Bound)) for each in self.arguments)
        listed = text("method.comma", language).join(others)
        inner = text("method.listed", language, others=listed, last=last) if others else last
        return text(f"method.{self.name}", language, inner=inner)

    def formula(self, cell: Cell) -> str:
        return f"{self.name.upper()}({','.join(node.formula(cell) for node in self.arguments)})"


class Reduction(Node, frozen=True):
    """What all rows of an object come to. ``trimmed`` is the mean without one highest and one lowest, from three on."""

    name: Reducer
    inner: Node | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.inner,) if self.inner is not None else ()

    def value(self, figures: Figures, rows: Sequence[Figures]) -> Fraction | None:
        if self.inner is None:
            return Fraction(len(rows))
        values = [self.inner.value(row, ()) for row in rows]
        known = [value for value in values if value is not None]
        return reduced(self.name, known) if len(known) == len(values) else None

    def words(self) -> str:
        return f"{self.name}({self.inner.words() if self.inner is not None else ''})"

    def told(self, language: Language, names: Names = str) -> str:
        made = self.inner is not None and not isinstance(_unscaled(self.inner), Label)
        inner = _inside(self.inner, language, names, made) if self.inner is not None else ""
        return text(f"method.{self.name}", language, inner=inner)

    def formula(self, cell: Cell) -> str:
        return cell(self)

    def given(self, cell: Cell) -> tuple[str, ...]:
        return (f"ISNUMBER({cell(self)})",)


def _all(tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"


def _unscaled(node: Node) -> Node:
    return node.node if isinstance(node, Scaled) else node


def _inside(node: Node, language: Language, names: Names, brackets: bool) -> str:
    """A part of a measure as it is told, in brackets where it needs them."""
    said = node.told(language, names)
    signs = SIGNS[language]
    return f"{signs['(']}{said}{signs[')']}" if brackets else said


# ---------------------------------------------------------------- parsing

ELAPSED = "elapsed"
REDUCERS: tuple[Reducer, ...] = ("count", "sum", "mean", "most", "least", "trimmed")
_TOKEN = re.compile(r"\s*(?:\[(?P<label>[^\[\]]+)\]|(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z_]+)|(?P<sign>[-+*/(),]))")


class _Parser:
    """Recursive descent over ``or``, sums, products, signs and atoms."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise MeasureError("measure_sign", text=text[at:].strip()[:10])
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind].strip()))
            at = match.end()

    def parse(self) -> Node:
        node = self.either()
        if self.tokens:
            raise MeasureError("measure_sign", text=self.tokens[0][1])
        return node

    def _next_is(self, *texts: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] != "label" and self.tokens[0][1] in texts

    def _take(self, text: str | None = None) -> tuple[str, str]:
        if not self.tokens:
            raise MeasureError("measure_ends", text=text or "")
        if text is not None and not self._next_is(text):
            raise MeasureError("measure_expected", text=self.tokens[0][1], expected=text)
        return self.tokens.pop(0)

    def either(self) -> Node:
        choices = [self.sum()]
        while self._next_is("or"):
            self._take()
            choices.append(self.sum())
        return Or(tuple(choices)) if len(choices) > 1 else choices[0]

    def sum(self) -> Node:
        node = self.product()
        while self._next_is("+", "-"):
            operator: Operator = "+" if self._take()[1] == "+" else "-"
            node = Operation(operator, node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while self._next_is("*", "/"):
            operator: Operator = "*" if self._take()[1] == "*" else "/"
            node = Operation(operator, node, self.signed())
        return node

    def signed(self) -> Node:
        if not self._next_is("-"):
            return self.atom()
        self._take()
        node = self.signed()
        return Number(-node.number) if isinstance(node, Number) else Operation("-", Number(Decimal(0)), node)

    def atom(self) -> Node:
        kind, text = self._take()
        if kind == "label":
            return Label(text)
        if kind == "number":
            return Number(Decimal(text))
        if kind == "name":
            return Elapsed() if text == ELAPSED else self.call(text)
        if text == "(":
            node = self.either()
            self._take(")")
            return node
        raise MeasureError("measure_sign", text=text)

    def call(self, name: str) -> Node:
        if name not in (*REDUCERS, "min", "max"):
            raise MeasureError("measure_function", text=name, allowed=("min", "max", *REDUCERS, ELAPSED))
        self._take("(")
        arguments: list[Node] = []
        while not self._next_is(")"):
            if arguments:
                self._take(",")
            arguments.append(self.either())
        self._take(")")
        for bound in ("min", "max"):
            if name == bound and arguments:
                return Bound("min" if bound == "min" else "max", tuple(arguments))
        reducer = next((each for each in REDUCERS if each == name), None)
        if reducer is None or len(arguments) != (reducer != "count"):
            raise MeasureError("measure_arguments", text=name)
        return Reduction(reducer, *arguments)


def parse_measure(text: str) -> Node:
    """A measure as a rulebook writes it. Raises MeasureError."""
    return _Parser(text).parse()
