"""Makes the rules of every leaf from its sentences, for the objects of each group."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.method.maker import Maker, Unusable
from chainscore.method.mistakes import Mistake, Path, not_among
from chainscore.method.rule.term import Aim, Rule, Term, Veto
from chainscore.method.rulebook import Method, Target

LABELLED = ("where", "match", "units", "grades", "weights")
"""Tables whose keys are the method's own words."""


def rules_of(method: Method, mistakes: list[Mistake]) -> dict[tuple[str, str], Rule]:
    """(leaf, group) → rule."""
    maker = Maker(method, mistakes)
    groups = [group for group in method.groups if group]
    rules: dict[tuple[str, str], Rule] = {}
    for place, indicator in enumerate(method.indicators):
        for at, leaf in enumerate(indicator.leaves):
            path: Path = ("indicators", place, "leaves", at)
            told = {name: value for name in leaf.__struct_fields__ if (value := getattr(leaf, name)) is not None}
            grouped = _mentions_groups(told)
            for group in (groups or [""]) if grouped else method.groups[:1]:
                rule = maker.rule(_of_group(told, group, groups, path, mistakes), path)
                for each in (group,) if grouped else method.groups:
                    rules[leaf.id, each] = rule
            for index, chain in enumerate(method.chains if grouped else ()):
                if not chain.group:
                    mistakes.append(Mistake("R003", ("chains", index), {"text": "group"}))
    return rules


def _mentions_groups(value: Any, key: str = "") -> bool:
    if isinstance(value, list):
        return any(_mentions_groups(each) for each in value)
    if not isinstance(value, dict):
        return False
    grouped = key not in LABELLED and isinstance(value.get("group"), dict)
    return grouped or any(_mentions_groups(each, name) for name, each in value.items())


def _of_group(value: Any, group: str, groups: Sequence[str], path: Path, mistakes: list[Mistake]) -> Any:
    """A sentence with every parameter that depends on the object's group replaced by its value for that group."""
    if isinstance(value, list):
        return [_of_group(item, group, groups, (*path, index), mistakes) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if path[-1] not in LABELLED and isinstance(table := value.get("group"), dict):
        for name in table:
            if groups and name not in groups:  # where no object has one, each is told to lack it
                mistakes.append(not_among("R018", (*path, "group", name), name, groups))
        if group and group not in table:
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
        if (veto.total if veto.section else veto.score) is not None:
            mistakes.append(Mistake("R038", path, {"text": "section, total" if veto.section else "score"}))
        if not veto.where:
            mistakes.append(Mistake("R045", (*path, "where")))
        try:
            scope = maker.scope(veto.of, (*path, "of"))
        except Unusable:
            continue
        conditions = maker.conditions(veto.where, scope, (*path, "where"))
        title = next((section.title for section in method.sections if section.id == veto.section), "")
        found.append(Veto(index, scope.source, conditions, veto.section, score or Decimal(0), title))
    return tuple(found)


AIM_KEYS = ("of", "where", "measure", "lookup")


def aims_of(method: Method, mistakes: list[Mistake]) -> tuple[Aim | None, ...]:
    """How the progress of each target is measured, in order; None of one that says nothing of it."""
    maker = Maker(method, mistakes)
    return tuple(_aim(maker, target, ("targets", at)) for at, target in enumerate(method.targets))


def _aim(maker: Maker, target: Target, path: Path) -> Aim | None:
    told = {name: value for name in AIM_KEYS if (value := getattr(target, name)) is not None}
    if "of" not in told:
        maker.mistakes += [Mistake("R003", path, {"text": "of"})] if told else []
        return None
    try:
        term = maker.term(0, {**told, "points": {"per": 1}}, path)
    except Unusable:
        return None
    assert term.source is not None
    ledger, reduces = term.source.grid == "ledger", term.measure is not None and term.measure.reduces
    if not ledger and "measure" not in told:
        maker.mistakes.append(Mistake("R003", path, {"text": "measure"}))
    by_row = ledger and term.measure is not None and not reduces
    if (target.names and (reduces or not ledger)) or (by_row and not target.names):
        maker.mistakes.append(Mistake("R060", path))
    return Aim(term, _factor(maker, term, target, path))


def _factor(maker: Maker, term: Term, target: Target, path: Path) -> Fraction:
    """From what is measured to the unit of the goal."""
    if term.unit is None:
        return Fraction(100 if target.unit == "%" else 1)
    factor = maker.units.factor(term.unit, target.unit)
    if factor is None:
        values = {"text": term.words(), "unit": term.unit, "other": target.unit or "1", "measure": "unit"}
        maker.mistakes.append(Mistake("R017", (*path, "unit") if target.unit else path, values))
    return factor or Fraction(1)
