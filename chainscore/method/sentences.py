"""Makes the rules of every leaf from its sentences, and finds what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from chainscore.method.mistakes import Mistake, Path, not_among
from chainscore.method.rule.condition import Condition, ConditionError, parse_conditions
from chainscore.method.rule.measure import Label, MeasureError, Node, Number, Operation, parse_measure
from chainscore.method.rule.points import Points, PointsError, parse_points
from chainscore.method.rule.standing import Against
from chainscore.method.rule.term import GridName, Lookup, Rule, SkipFirst, Source, Term, Veto
from chainscore.method.rule.units import Units, bind
from chainscore.method.rulebook import NUMBERS, Column, Grid, InputField, Ledger, Method, Sheet
from chainscore.words.folding import fold

TERM_KEYS = ("of", "where", "measure", "against", "lowest_first", "points", "lookup", "skip_first", "missing")
AGAINST: tuple[Against, ...] = ("value", "minmax", "rank", "zscore", "mean")
MISSING = ("mean", "group_mean")


class Unusable(Exception):  # noqa: N818 - it never reaches a user: its mistake has been noted
    """A sentence of which nothing can be made."""


def rules_of(method: Method, mistakes: list[Mistake]) -> dict[tuple[str, str], Rule]:
    """(leaf, group) → rule."""
    maker = Maker(method, mistakes)
    rules: dict[tuple[str, str], Rule] = {}
    for place, indicator in enumerate(method.indicators):
        for at, leaf in enumerate(indicator.leaves):
            path: Path = ("indicators", place, "leaves", at)
            told = {name: value for name in leaf.__struct_fields__ if (value := getattr(leaf, name)) is not None}
            grouped = _mentions_groups(told)
            for group in method.groups if grouped else method.groups[:1]:
                rule = maker.rule(_of_group(told, group, method.groups, path, mistakes), path)
                for each in (group,) if grouped else method.groups:
                    rules[leaf.id, each] = rule
    return rules


def _mentions_groups(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_mentions_groups, value))
    return isinstance(value, dict) and ("group" in value or any(map(_mentions_groups, value.values())))


def _of_group(value: Any, group: str, groups: Sequence[str], path: Path, mistakes: list[Mistake]) -> Any:
    """A sentence with every parameter that depends on the object's group replaced by its value for that group."""
    if isinstance(value, list):
        return [_of_group(item, group, groups, (*path, index), mistakes) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if isinstance(table := value.get("group"), dict):
        for name in table:
            if name not in groups:
                mistakes.append(not_among("R018", (*path, "group", name), name, groups))
        if group not in table:
            mistakes.append(Mistake("R036", path, {"text": group, "allowed": tuple(table)}))
        return _of_group(table.get(group, next(iter(table.values()), None)), group, groups, path, mistakes)
    return {name: _of_group(item, group, groups, (*path, name), mistakes) for name, item in value.items()}


def vetoes_of(method: Method, mistakes: list[Mistake]) -> tuple[Veto, ...]:
    """The vetoes, in order."""
    maker = Maker(method, mistakes)
    found = []
    for index, veto in enumerate(method.total.veto):
        path: Path = ("total", "veto", index)
        if veto.section and veto.section not in [section.id for section in method.sections]:
            mistakes.append(not_among("R037", (*path, "section"), veto.section, [each.id for each in method.sections]))
        score = veto.score if veto.section else veto.total
        if score is None:
            mistakes.append(Mistake("R003", path, {"text": "score" if veto.section else "total"}))
            continue
        try:
            scope = maker.scope(veto.of, (*path, "of"))
            found.append(Veto(index, scope.source, maker.conditions(veto.where, scope, (*path, "where")), veto.section, score))
        except Unusable:
            continue
    return tuple(found)


@dataclass(frozen=True)
class Scope:
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

    @property
    def labels(self) -> list[str]:
        return [*(each.label for each in (*self.grid.columns, *self.sheet.cells)), *self.taken]


class Maker:
    """Makes rules; what is wrong goes into ``mistakes``."""

    def __init__(self, method: Method, mistakes: list[Mistake]) -> None:
        self.method = method
        self.mistakes = mistakes
        self.units = Units(method.units)
        self.sheets = {sheet.name: sheet for sheet in method.sheets}

    def rule(self, told: Mapping[str, Any], path: Path) -> Rule:
        """The rule of a leaf, as far as it can be made."""
        own = {name: told[name] for name in TERM_KEYS if name in told}
        listed = told.get("terms") or []
        if own and listed:
            self._note("R038", path, text=", ".join(own))
        sentences = [(each, (*path, "terms", index)) for index, each in enumerate(listed)] or [(own, path)]
        terms = []
        for index, (sentence, its_path) in enumerate(sentences):
            try:
                terms.append(self.term(index, sentence, its_path))
            except Unusable:
                continue
        cap, floor = (self._limit(told.get(name), (*path, name)) for name in ("cap", "floor"))
        if cap is not None and floor is not None and cap < floor:
            self._note("R025", (*path, "cap"), cap=cap, floor=floor)
        once, remark = self._once(told.get("once"), (*path, "once"), terms)
        return Rule(tuple(terms), cap, floor, once, remark)

    def _note(self, code: str, path: Path, **values: object) -> None:
        self.mistakes.append(Mistake(code, path, values))

    def _limit(self, value: Any, path: Path) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._note("R004", path, text=value, expected="number")
            return None
        return Decimal(value)

    def _once(self, value: Any, path: Path, terms: Sequence[Term]) -> tuple[bool, str]:
        remark = ""
        if isinstance(value, dict):
            value, remark = value.get("by", "name"), self.remark(value.get("remark"), (*path, "remark"))
        if value in (None, False, ""):
            return False, ""
        if value != "name":
            self.mistakes.append(not_among("R005", path, value, ["name"]))
        if any(term.source is not None and (term.source.grid == "table" or term.by_object) for term in terms):
            self._note("R039", path)
        return True, remark

    # ------------------------------------------------ one sentence

    def term(self, index: int, told: Any, path: Path) -> Term:
        """One sentence. Raises Unusable."""
        if not isinstance(told, dict):
            self._note("R004", path, text=told, expected="table")
            raise Unusable
        for key in told:
            if key not in TERM_KEYS:
                self.mistakes.append(not_among("R002", (*path, key), key, TERM_KEYS))
        if "points" not in told:
            self._note("R003", path, text="points")
            raise Unusable
        points = self._points(told["points"], (*path, "points"))
        if "of" not in told:
            return self._constant(index, told, points, path)
        scope, lookup = self._scope_with_lookup(told, path)
        conditions = self.conditions(told.get("where", {}), scope, (*path, "where"))
        measure, unit = self._measure(told.get("measure"), scope, points, (*path, "measure"))
        points = self._matched(points, measure, scope, (*path, "points", "match"))
        term = Term(
            index=index,
            points=points,
            source=scope.source,
            conditions=conditions,
            measure=measure,
            unit=unit,
            as_percent=measure is not None and unit is None and _is_ratio(measure),
            against=self._against(told.get("against", "value"), (*path, "against")),
            lowest_first=told.get("lowest_first") is True,
            lookup=lookup,
            skip_first=self._skip_first(told.get("skip_first"), scope, (*path, "skip_first")),
            missing=self._missing(told.get("missing"), (*path, "missing")),
            scope=_categories(conditions, points, measure, scope.grid),
        )
        self._hold_together(term, path)
        return term

    def _constant(self, index: int, told: Mapping[str, Any], points: Points, path: Path) -> Term:
        """A basis of so many points."""
        for key in told:
            if key != "points":
                self._note("R003", path, text="of")
                raise Unusable
        if points.linear is None or points.linear.per:
            self._note("R003", path, text="of")
            raise Unusable
        return Term(index, points)

    def _hold_together(self, term: Term, path: Path) -> None:
        points = term.points
        if points.match and term.text_label is None:
            self._note("R015", (*path, "measure"), text=term.words())
        if not points.match and term.measure is not None and self._text_measured(term):
            self._note("R040", (*path, "points"), text=term.words())
        if (term.against != "value" and (term.measure is None or points.match)) or (
            term.by_object
            and term.measure is not None
            and not term.measure.reduces
            and term.source == Source(term.source.sheet if term.source is not None else "", "ledger")
        ):
            self._note("R034", (*path, "against"), text=term.against)
        if term.missing is not None and term.measure is None:
            self._note("R003", path, text="measure")
        if points.equal is not None and term.against == "value":
            self._note("R041", (*path, "points", "equal"))
        if term.skip_first is not None and term.by_object:
            self._note("R042", (*path, "skip_first"))

    def _text_measured(self, term: Term) -> bool:
        """True of a measure that is a text alone."""
        if not isinstance(term.measure, Label) or term.source is None:
            return False
        grid = self.sheets[term.source.sheet].grid(term.source.grid)
        column = _column(grid, term.measure.label)
        return column is not None and column.type not in NUMBERS

    def _against(self, value: Any, path: Path) -> Against:
        found = next((each for each in AGAINST if each == value), None)
        if found is None:
            self.mistakes.append(not_among("R005", path, value, AGAINST))
        return found or "value"

    def _missing(self, value: Any, path: Path) -> Any:
        if value is None or value in MISSING or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
            return Decimal(value) if isinstance(value, int) else value
        self.mistakes.append(not_among("R005", path, value, MISSING))
        return None

    # ------------------------------------------------ of

    def scope(self, of: Any, path: Path, taken: Mapping[str, InputField] | None = None) -> Scope:
        """The rows that ``of`` names. Raises Unusable."""
        name, _, kind = str(of).rpartition(".")
        if name not in self.sheets:
            wanted = str(of).removesuffix(".table").removesuffix(".ledger")
            self.mistakes.append(not_among("R011", path, wanted, list(self.sheets)))
            raise Unusable
        sheet = self.sheets[name]
        grid = sheet.grid(kind) if kind in ("table", "ledger") else None
        if grid is None:
            there = [each for each in ("table", "ledger") if sheet.grid(each) is not None]
            self.mistakes.append(not_among("R012", path, of, [f"{name}.{each}" for each in there]))
            raise Unusable
        its: GridName = "table" if kind == "table" else "ledger"
        return Scope(Source(name, its), sheet, grid, taken or {})

    def _scope_with_lookup(self, told: Mapping[str, Any], path: Path) -> tuple[Scope, Lookup | None]:
        scope = self.scope(told["of"], (*path, "of"))
        if "lookup" not in told:
            return scope, None
        its_path = (*path, "lookup")
        table = told["lookup"]
        keys = ("of", "where", "by", "name", "take", "as", "missing", "unmatched")
        if not isinstance(table, dict):
            self._note("R004", its_path, text=table, expected="table")
            raise Unusable
        for key in table:
            if key not in keys:
                self.mistakes.append(not_among("R002", (*its_path, key), key, keys))
        for key in ("of", "take", "as"):
            if key not in table:
                self._note("R003", its_path, text=key)
                raise Unusable
        other = self.scope(table["of"], (*its_path, "of"))
        taken = self._field(table["take"], other, (*its_path, "take"))
        lookup = Lookup(
            source=other.source,
            conditions=self.conditions(table.get("where", {}), other, (*its_path, "where")),
            by=self._field(table.get("by", _name(scope.grid)), scope, (*its_path, "by")).label,
            name=self._field(table.get("name", _name(other.grid)), other, (*its_path, "name")).label,
            take=taken.label,
            alias=str(table["as"]),
            missing=self.remark(table.get("missing"), (*its_path, "missing")),
            unmatched=self.remark(table.get("unmatched"), (*its_path, "unmatched")),
        )
        if scope.field(lookup.alias) is not None:
            self._note("R010", (*its_path, "as"), text=lookup.alias)
        return replace(scope, taken={lookup.alias: taken}), lookup

    def _field(self, label: Any, scope: Scope, path: Path) -> InputField:
        field = scope.field(str(label))
        if field is None:
            self.mistakes.append(not_among("R013", path, label, scope.labels, sheet=scope.source.sheet))
            raise Unusable
        return field

    def _skip_first(self, told: Any, scope: Scope, path: Path) -> SkipFirst | None:
        if told is None or told is False:
            return None
        if not isinstance(told, dict):
            self._note("R004", path, text=told, expected="table")
            return None
        for key in told:
            if key not in ("by", "where", "remark"):
                self.mistakes.append(not_among("R002", (*path, key), key, ("by", "where", "remark")))
        try:
            by = self._field(told.get("by"), scope, (*path, "by"))
        except Unusable:
            return None
        if by.type != "date":
            self._note("R050", (*path, "by"), text=by.label, type=by.type, allowed=("date",))
        conditions = self.conditions(told.get("where", {}), scope, (*path, "where"))
        return SkipFirst(by.label, conditions, self.remark(told.get("remark"), (*path, "remark")))

    # ------------------------------------------------ where

    def conditions(self, where: Any, scope: Scope, path: Path) -> tuple[Condition, ...]:
        """The conditions, with labels and values as the sheet has them."""
        if not isinstance(where, dict):
            self._note("R004", path, text=where, expected="table")
            return ()
        found = []
        for label, told in where.items():
            its_path = (*path, label)
            try:
                field = self._field(label, scope, its_path)
                found += [self._condition(each, field, its_path) for each in parse_conditions({field.label: told})]
            except ConditionError as error:
                self._note("R022", its_path, text=error)
            except Unusable:
                continue
        return tuple(found)

    def _condition(self, condition: Condition, field: InputField, path: Path) -> Condition:
        dates = field.type == "date"
        if condition.test in (">=", "<=", ">", "<") and (
            (condition.bound is None) != dates or (not dates and field.type not in NUMBERS)
        ):
            self._note("R043", path, text=condition.words(), type=field.type)
        remark = self.remark(condition.remark, path)
        if condition.test != "is":
            return replace(condition, remark=remark)
        allowed = list(field.values) if isinstance(field, Column) and field.type == "choice" else []
        values = []
        for value in condition.values:
            known = next((each for each in allowed if fold(each) == fold(value)), None)
            if allowed and known is None:
                self.mistakes.append(not_among("R014", path, value, allowed, label=field.label))
            values.append(known or value)
        return replace(condition, values=tuple(values), remark=remark)

    def remark(self, key: Any, path: Path) -> str:
        """The key of a remark that is there; empty where none is named or it is not there."""
        if not key:
            return ""
        if key not in self.method.remarks:
            self.mistakes.append(not_among("R031", path, key, list(self.method.remarks)))
            return ""
        return str(key)

    # ------------------------------------------------ measure, points

    def _measure(self, told: Any, scope: Scope, points: Points, path: Path) -> tuple[Node | None, str | None]:
        if told is None:
            if points.match:
                self._note("R003", path[:-1], text="measure")
            return None, None
        try:
            node = parse_measure(str(told))
            node = self._in_sheets_words(node, scope, path)
            self._divides_by_zero(node, path)
            texts = [label for label in node.labels if (field := scope.field(label)) is not None and field.type not in NUMBERS]
            if texts and not isinstance(node, Label):
                self._note("R015", path, text=texts[0])
            return bind(node, lambda label: _unit(scope.field(label)), self.units)
        except MeasureError as error:
            code = "R017" if error.key == "units" else "R021"
            self._note(code, path, key=error.key, measure=told, **error.values)
            raise Unusable from error

    def _in_sheets_words(self, node: Node, scope: Scope, path: Path) -> Node:
        """The measure with every label as the sheet has it."""
        names = {}
        for label in node.labels:
            names[label] = self._field(label, scope, path).label if label not in scope.taken else label
        return renamed(node, names)

    def _divides_by_zero(self, node: Node, path: Path) -> None:
        for each in node.walk():
            if isinstance(each, Operation) and each.operator == "/" and each.right == Number(Decimal(0)):
                self._note("R032", path, text=each.words())

    def _points(self, told: Any, path: Path) -> Points:
        try:
            points = parse_points(told)
        except PointsError as error:
            code = {"points_twice": "R024", "points_order": "R044"}.get(error.key, "R023")
            self._note(code, path, key=error.key, **error.values)
            raise Unusable from error
        return replace(points, remark=self.remark(points.remark, (*path, "remark")))

    def _matched(self, points: Points, measure: Node | None, scope: Scope, path: Path) -> Points:
        """The points with the values that they name as the column has them."""
        field = scope.field(measure.label) if isinstance(measure, Label) else None
        if not points.match or not isinstance(field, Column) or field.type != "choice":
            return points
        known = {fold(value): value for value in field.values}
        for value, _ in points.match:
            if fold(value) not in known:
                self.mistakes.append(not_among("R014", (*path, value), value, field.values, label=field.label))
        return replace(points, match=tuple((known.get(fold(value), value), number) for value, number in points.match))


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """A measure with other labels."""
    if isinstance(node, Label):
        return Label(names.get(node.label, node.label))
    changes: dict[str, Any] = {}
    for name, value in vars(node).items():
        if isinstance(value, Node):
            changes[name] = renamed(value, names)
        elif isinstance(value, tuple):
            changes[name] = tuple(renamed(each, names) for each in value)
    return replace(node, **changes) if changes else node


def _is_ratio(node: Node) -> bool:
    """True where amounts are divided and the result is not multiplied to something else."""
    divides = any(isinstance(each, Operation) and each.operator == "/" and each.right.labels for each in node.walk())
    return divides and not any(isinstance(each, Operation) and each.operator == "*" for each in node.walk())


def _unit(field: InputField | None) -> str | None:
    return field.unit if field is not None and field.type in ("amount", "signed") else None


def _name(grid: Grid) -> str:
    """The label of the name of a ledger's events."""
    return grid.name if isinstance(grid, Ledger) else ""


def _column(grid: Grid | None, label: str) -> Column | None:
    return next((column for column in grid.columns if column.label == label), None) if grid is not None else None


def _categories(conditions: Sequence[Condition], points: Points, measure: Node | None, grid: Grid) -> frozenset[str]:
    """The categories of events that a sentence is about: others are no evidence of it."""
    label = grid.category if isinstance(grid, Ledger) else None
    column = _column(grid, label) if label is not None else None
    if column is None:
        return frozenset()
    named = [set(each.values) for each in conditions if each.label == label and each.test == "is"]
    if points.match and measure == Label(column.label):
        wanted = {fold(value) for value, _ in points.match}
        named.append({value for value in column.values if fold(value) in wanted})
    return frozenset(set.intersection(*named)) if named else frozenset()
