"""One sentence of a rulebook, made into a term that can be judged; or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from chainscore.method.mistakes import Mistake, Path, nearest, not_among, wanted
from chainscore.method.rule.condition import NOW, Condition, ConditionError, is_number, parse_conditions
from chainscore.method.rule.measure import Label, MeasureError, Node, Operation, UndefinedError, parse_measure
from chainscore.method.rule.points import FORMS, Points, Problem, parse_points
from chainscore.method.rule.standing import Against
from chainscore.method.rule.term import GridName, Lookup, Rule, SkipFirst, Source, Term
from chainscore.method.rule.units import Units, bind
from chainscore.method.rulebook import NUMBERS, Column, InputField, Method
from chainscore.method.scope import (
    UNKNOWN,
    Scope,
    categories_of,
    has_units,
    is_constant,
    is_ratio,
    is_share,
    name_of,
    nested,
    outside_of_reductions,
    renamed,
    unit_of,
)
from chainscore.method.twice import said_twice
from chainscore.words.folding import fold
from chainscore.words.numbers import plain

TERM_KEYS = ("of", "where", "measure", "against", "lowest_first", "points", "lookup", "skip_first", "missing", "name")
NOTES = ("title", "text", "clause")
"""What a term may say of itself for its readers."""
AGAINST: tuple[Against, ...] = ("value", "minmax", "rank", "zscore", "mean")
MISSING = ("mean", "group_mean")
LOOKUP_KEYS = ("of", "where", "by", "name", "take", "as", "missing", "unmatched", "remark")


NO_SHARE = 10
"""A percentage of ten times the whole is a bound that was meant in per cent."""


class Unusable(Exception):  # noqa: N818 - it never reaches a user: its mistake has been noted
    """A sentence of which nothing can be made."""


class Maker:
    """Makes rules; what is wrong goes into ``mistakes``."""

    def __init__(self, method: Method, mistakes: list[Mistake]) -> None:
        self.method = method
        self.mistakes = mistakes
        self.units = Units({unit: worth for unit, worth in method.units.items() if worth > 0})
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
        self.mistakes += said_twice(terms, sentences, path)
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
            self._note("R004", path, text=value, expected=wanted("number"))
            return None
        return Decimal(value)

    def _once(self, value: Any, path: Path, terms: Sequence[Term]) -> tuple[bool, str]:
        remark = ""
        if isinstance(value, dict):
            for key in value:
                if key not in ("by", "remark"):
                    self.mistakes.append(not_among("R002", (*path, key), key, ("by", "remark")))
            value, remark = value.get("by", "name"), self.remark(value.get("remark"), (*path, "remark"))
        if value in (None, False, ""):
            return False, ""
        names = {fold(name_of(self.sheets[term.source.sheet].grid("ledger"))) for term in terms if term.source is not None}
        if value is not True and value != "name" and fold(str(value)) not in names:
            self.mistakes.append(not_among("R005", path, value, ["name"]))
        if any(term.source is not None and (term.source.grid == "table" or term.by_object) for term in terms):
            self._note("R039", path)
        return True, remark

    # ------------------------------------------------ one sentence

    def term(self, index: int, told: Any, path: Path) -> Term:
        """One sentence. Raises Unusable when all that is wrong with it has been noted."""
        if not isinstance(told, dict):
            self._note("R004", path, text=told, expected=wanted("table"))
            raise Unusable
        for key in told:
            if key not in (*TERM_KEYS, *NOTES):
                self.mistakes.append(not_among("R002", (*path, key), key, TERM_KEYS))
        if "points" not in told:
            self._note("R003", path, text="points")
        points = self._points(told.get("points", 0), (*path, "points"))
        if "of" not in told:
            return self._constant(index, told, points, path)
        scope, lookup = self._scope_with_lookup(told, path)
        term = replace(self._term_of(index, told, points, scope, path), lookup=lookup)
        self._hold_together(term, told, scope, path)
        self._named(told.get("name"), scope, (*path, "name"))
        return term

    def _term_of(self, index: int, told: Mapping[str, Any], points: Points, scope: Scope, path: Path) -> Term:
        conditions = self.conditions(told.get("where", {}), scope, (*path, "where"))
        measure, unit = self._measure(told.get("measure"), scope, points, (*path, "measure"))
        points = self._matched(points, measure, scope, (*path, "points", "match"))
        return Term(
            index=index,
            points=points,
            source=scope.source,
            conditions=conditions,
            measure=measure,
            unit=unit,
            as_percent=measure is not None and unit is None and (is_ratio(measure) or is_share(measure, scope)),
            against=self._against(told.get("against", "value"), (*path, "against")),
            lowest_first=self._truth(told.get("lowest_first"), (*path, "lowest_first")),
            skip_first=self._skip_first(told.get("skip_first"), scope, (*path, "skip_first")),
            missing=self._missing(told.get("missing"), (*path, "missing")),
            scope=categories_of(conditions, points, measure, scope.grid),
        )

    def _constant(self, index: int, told: Mapping[str, Any], points: Points, path: Path) -> Term:
        """A basis of so many points."""
        if "points" in told and ((told.keys() & set(TERM_KEYS)) - {"points"} or points.linear is None or points.linear.per):
            self._note("R003", path, text="of")
            raise Unusable
        return Term(index, points)

    def _named(self, label: Any, scope: Scope, path: Path) -> None:
        """``name`` says which label holds the events' names: that of the ledger."""
        if label is not None and fold(str(label)) != fold(name_of(scope.grid)):
            self.mistakes.append(not_among("R013", path, label, [name_of(scope.grid)], sheet=scope.source.sheet))

    def _truth(self, value: Any, path: Path) -> bool:
        if value is not None and not isinstance(value, bool):
            self._note("R004", path, text=value, expected=wanted("truth"))
        return value is True

    def _hold_together(self, term: Term, told: Mapping[str, Any], scope: Scope, path: Path) -> None:
        """What each part of a sentence asks of the others, as far as it could be made."""
        points, ledger = term.points, scope.source.grid == "ledger"
        forms = [form for form in FORMS if isinstance(told.get("points"), dict) and form in told["points"]]
        matches = forms[:1] == ["match"]
        if "measure" not in told or term.measure is not None:
            self._measured(term, matches, scope, path)
        if term.measure is not None and term.against == "value" and is_share(term.measure, scope):
            for each in points.bounds:
                self._of_shares(each, (*path, "points"))
        if points.equal is not None and term.against == "value":
            self._note("R041", (*path, "points", "equal"))
        if term.lowest_first and term.against != "rank":
            self._note("R053", (*path, "lowest_first"), text=term.against)
        by_row = ledger and not term.by_object
        for name, given, code in (("skip_first", term.skip_first, "R042"), ("lookup", term.lookup, "R055")):
            if given is not None and not by_row:
                self._note(code, (*path, name))

    def _measured(self, term: Term, matches: bool, scope: Scope, path: Path) -> None:
        """Whether what is measured is what points and standing are of."""
        field = scope.field(term.measure.label) if isinstance(term.measure, Label) else None
        is_text = field is not None and field.type not in NUMBERS
        if matches and term.measure is not None and (not is_text or (field is not None and field.type == "date")):
            self._note("R015", (*path, "measure"), text=term.words())
        if is_text and not matches:
            self._note("R040", (*path, "points"), text=term.words())
        reduces = term.measure is not None and term.measure.reduces
        of_rows = term.measure is None or matches or (scope.source.grid == "ledger" and not reduces)
        if term.against != "value" and of_rows:
            self._note("R034", (*path, "against"), text=term.against)
        elif term.missing is not None and of_rows:
            self._note("R058", (*path, "missing"))

    def _of_shares(self, bound: Decimal, path: Path) -> None:
        """A bound of a percentage is a share: 0.85, and not 85."""
        if bound >= NO_SHARE:
            self._note("R062", path, text=plain(bound), share=plain(bound / 100), percent=plain(bound * 100))

    def _against(self, value: Any, path: Path) -> Against:
        if value not in AGAINST:
            self.mistakes.append(not_among("R005", path, value, AGAINST))
        meant = value if value in AGAINST else nearest(str(value), AGAINST)
        return next((each for each in AGAINST if each == meant), "value")

    def _missing(self, value: Any, path: Path) -> Any:
        if value is None or value in MISSING or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
            return Decimal(value) if isinstance(value, int) else value
        self.mistakes.append(not_among("R005", path, value, (*MISSING, "0")))
        return None

    # ------------------------------------------------ of

    def scope(self, of: Any, path: Path, taken: Mapping[str, InputField] | None = None) -> Scope:
        """The rows that ``of`` names. Raises Unusable."""
        name, _, kind = str(of).rpartition(".")
        if str(of) in self.sheets:  # a sheet alone
            name, kind = str(of), ""
        if name not in self.sheets:
            said = str(of).removesuffix(".table").removesuffix(".ledger")
            if self.sheets:
                self.mistakes.append(not_among("R011", path, said, list(self.sheets)))
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
        if told.get("lookup") in (None, False):
            return scope, None
        its_path = (*path, "lookup")
        table = told["lookup"]
        if not isinstance(table, dict):
            self._note("R004", its_path, text=table, expected=wanted("table"))
            return scope, None
        for key in table:
            if key not in LOOKUP_KEYS:
                self.mistakes.append(not_among("R002", (*its_path, key), key, LOOKUP_KEYS))
        lacking = [key for key in ("of", "take", "as") if key not in table]
        for key in lacking:
            self._note("R003", its_path, text=key)
        if "as" in table and scope.field(str(table["as"])) is not None:
            self._note("R010", (*its_path, "as"), text=table["as"])
        try:
            other = self.scope(table["of"], (*its_path, "of")) if "of" in table else None
            if other is None or lacking:
                raise Unusable
            lookup, taken = self._lookup(table, scope, other, its_path)
        except Unusable:  # whatever it is called is there all the same, for the rest of the sentence
            return replace(scope, taken={str(table["as"]): UNKNOWN} if "as" in table else {}), None
        return replace(scope, taken={lookup.alias: taken}), lookup

    def _lookup(self, table: Mapping[str, Any], scope: Scope, other: Scope, path: Path) -> tuple[Lookup, InputField]:
        taken = self._field(table["take"], other, (*path, "take"))
        return Lookup(
            source=other.source,
            conditions=self.conditions(table.get("where", {}), other, (*path, "where")),
            by=self._field(table.get("by", name_of(scope.grid)), scope, (*path, "by")).label,
            name=self._field(table.get("name", name_of(other.grid)), other, (*path, "name")).label,
            take=taken.label,
            alias=str(table["as"]),
            missing=self.remark(table.get("missing"), (*path, "missing")),
            unmatched=self.remark(table.get("unmatched"), (*path, "unmatched")),
        ), taken

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
            self._note("R004", path, text=told, expected=wanted("table"))
            return None
        for key in told:
            if key not in ("by", "where", "remark"):
                self.mistakes.append(not_among("R002", (*path, key), key, ("by", "where", "remark")))
        if "by" not in told:
            self._note("R003", path, text="by")
            return None
        scope = replace(scope, taken={})
        try:
            by = self._field(told["by"], scope, (*path, "by"))
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
            self._note("R004", path, text=where, expected=wanted("table"))
            return ()
        found = []
        for label, told in where.items():
            its_path = (*path, label)
            try:
                field = self._field(label, scope, its_path)
                name = label if label in scope.taken else field.label
                found += [self._condition(each, field, its_path) for each in parse_conditions({name: told})]
            except ConditionError as error:
                self._note("R022", its_path, text=error)
            except Unusable:
                continue
        return tuple(found)

    def _condition(self, condition: Condition, field: InputField, path: Path) -> Condition:
        remark = self.remark(condition.remark, path)
        if condition.test in ("filled", "blank"):
            return replace(condition, remark=remark)
        if condition.test != "is":
            numeric = condition.bound is not None
            if field.type == "percent" and condition.bound is not None:
                self._of_shares(condition.bound, path)
            if field.type not in (NUMBERS if numeric else ("date",)):
                self._note("R043", path, text=condition.told("zh", NOW), type=field.type)
            return replace(condition, remark=remark)
        names = self._values(field)
        values = []
        for value in condition.values:
            known = names.get(fold(value))
            if names and known is None:
                self.mistakes.append(not_among("R014", path, value, list(dict.fromkeys(names)), label=field.label))
            if field.type == "date" or (field.type in NUMBERS and not is_number(value)):
                self._note("R043", path, text=condition.told("zh", NOW), type=field.type)
            values.append(known or value)
        return replace(condition, values=tuple(values), remark=remark)

    def _values(self, field: InputField) -> dict[str, str]:
        """Whatever may stand under a label, folded → as it is read; empty where that is any text or number."""
        if isinstance(field, Column) and field.type == "choice":
            return {fold(value): value for value in field.values}
        if field.type != "chain":
            return {}
        return {
            fold(name): chain.id
            for chain in self.method.chains
            for name in (chain.id, chain.name, chain.short_name, *chain.aliases)
        }

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
        if not isinstance(told, str):
            self._note("R004", path, text=told, expected=wanted("text"))
            return None, None
        try:
            node = self._in_sheets_words(parse_measure(told), scope, path)
            self._can_be_worked_out(node, scope, told, path)
            if not has_units(node, scope, self.units):
                return None, None
            return bind(node, lambda label: unit_of(scope.field(label)), self.units)
        except MeasureError as error:
            code = "R017" if error.key == "units" else "R021"
            self._note(code, path, **{**error.values, "text": error.values.get("text") or "…", "measure": told})
        except Unusable:
            pass
        return None, None

    def _in_sheets_words(self, node: Node, scope: Scope, path: Path) -> Node:
        """The measure with every label as the sheet has it. Raises Unusable when all that are not there have been noted."""
        names = {label: scope.field(label) for label in node.labels}
        for label, field in names.items():
            if field is None:
                self.mistakes.append(not_among("R013", path, label, scope.labels, sheet=scope.source.sheet))
        if None in names.values():
            raise Unusable
        as_written = {name: name if name in scope.taken else field.label for name, field in names.items() if field is not None}
        return renamed(node, as_written)

    def _can_be_worked_out(self, node: Node, scope: Scope, told: str, path: Path) -> None:
        for each in node.walk():
            if isinstance(each, Operation) and each.operator == "/" and is_constant(each.right):
                try:
                    zero = each.right.value(lambda _: None, ()) == 0
                except UndefinedError:
                    zero = True
                if zero:
                    self._note("R032", path, text=each.words())
        if not isinstance(node, Label):
            for label in filter(scope.is_text, node.labels):
                self._note("R015", path, text=label)
        if within := nested(node):
            self._note("R021", path, text=within, measure=told)
        if node.reduces:
            cells = {cell.label for cell in scope.sheet.cells}
            for label in outside_of_reductions(node):
                if label not in cells:
                    self._note("R054", path, text=label)

    def _points(self, told: Any, path: Path) -> Points:
        problems: list[Problem] = []
        points = parse_points(told, problems)
        codes = {"twice": "R024", "order": "R044", "unknown_key": "R002", "empty": "R045", "number": "R004"}
        for each in problems:
            values = {
                "text": each.text,
                "expected": wanted("number"),
                "allowed": each.allowed,
                "nearest": nearest(each.text, each.allowed),
            }
            self._note(codes.get(each.key, "R023"), (*path, *each.path), **values)
        return replace(points, remark=self.remark(points.remark, (*path, "remark")))

    def _matched(self, points: Points, measure: Node | None, scope: Scope, path: Path) -> Points:
        """The points with the values that they name as the column has them."""
        field = scope.field(measure.label) if isinstance(measure, Label) else None
        if not points.match or not isinstance(field, Column) or not field.values:
            return points
        known = {fold(value): value for value in field.values}
        for value, _ in points.match:
            if fold(value) not in known:
                self.mistakes.append(not_among("R014", (*path, value), value, field.values, label=field.label))
        return replace(points, match=tuple((known.get(fold(value), value), number) for value, number in points.match))
