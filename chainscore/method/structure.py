"""Whether a rulebook's document has the keys and values that it may have: everything that does not, at once.

The models of ``rulebook`` say what may stand where. msgspec stops at the first mistake; this looks at all of them, and hands on
a document from which what is wrong has been taken out, so that the rest can be looked at too.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from chainscore.method.mistakes import Mistake, Path, nearest, not_among, wanted, written
from chainscore.words.numbers import as_written

_MISSING = object()
_KINDS: Mapping[type, tuple[str, Callable[[Any], bool], Any]] = {
    msgspec.inspect.StrType: ("text", lambda value: isinstance(value, str), ""),
    msgspec.inspect.BoolType: ("truth", lambda value: isinstance(value, bool), False),
    msgspec.inspect.IntType: ("whole", lambda value: type(value) is int, 0),
    msgspec.inspect.DateType: ("date", lambda value: type(value) is datetime.date, datetime.date(2000, 1, 1)),
    msgspec.inspect.DecimalType: (
        "number",
        lambda value: type(value) in (int, Decimal) and Decimal(value).is_finite(),
        Decimal(0),
    ),
}
"""Type → what it is called, whether a value is one, and what stands for one that is wrong."""


class Structure:
    """One look through a document."""

    def __init__(self, homes: dict[str, list[str]] | None = None) -> None:
        """``homes`` tells where each key belongs."""
        self.mistakes: list[Mistake] = []
        self.homes: dict[str, list[str]] = homes if homes is not None else {}

    def read(self, value: Any, model: type) -> Any:
        """The document as far as it is sound."""
        kind = msgspec.inspect.type_info(model)
        for key, heading in _homes(kind):
            self.homes.setdefault(key, []).append(heading)
        return self._value(value, kind, ())

    def _value(self, value: Any, kind: msgspec.inspect.Type, path: Path) -> Any:
        match kind:
            case msgspec.inspect.StructType():
                return self._table(value, kind, path)
            case msgspec.inspect.ListType(item_type=item) | msgspec.inspect.VarTupleType(item_type=item):
                return self._list(value, item, path)
            case msgspec.inspect.TupleType(item_types=items):
                if not isinstance(value, list) or len(value) != len(items):
                    return self._wrong(value, "pair", path, [Decimal(0)] * len(items))
                return [self._value(each, item, (*path, at)) for at, (each, item) in enumerate(zip(value, items, strict=True))]
            case msgspec.inspect.DictType(value_type=item):
                if not isinstance(value, dict):
                    return self._wrong(value, "table", path, {})
                return {key: self._value(each, item, (*path, key)) for key, each in value.items()}
            case msgspec.inspect.UnionType(types=types):
                return self._union(value, types, path)
            case msgspec.inspect.LiteralType(values=values):
                if value in values:
                    return value
                self.mistakes.append(not_among("R005", path, value, [written(str(each)) for each in values]))
                return nearest(str(value), map(str, values)) or values[0]
        return self._scalar(value, kind, path)

    def _scalar(self, value: Any, kind: msgspec.inspect.Type, path: Path) -> Any:
        if type(kind) not in _KINDS:
            return value
        name, is_one, instead = _KINDS[type(kind)]
        if is_one(value):
            return value
        if name == "text" and value is not None and not isinstance(value, list | dict):
            instead = as_written(value)
        return self._wrong(value, name, path, instead)

    def _wrong(self, value: Any, expected: str, path: Path, instead: Any) -> Any:
        self.mistakes.append(Mistake("R004", path, {"text": value, "expected": wanted(expected)}))
        return instead

    def _list(self, value: Any, item: msgspec.inspect.Type, path: Path) -> Any:
        if not isinstance(value, list):
            return self._wrong(value, "list", path, [])
        return [self._value(each, item, (*path, at)) for at, each in enumerate(value)]

    def _union(self, value: Any, types: tuple[msgspec.inspect.Type, ...], path: Path) -> Any:
        """The one of several types that a value is of; where it is of none, the one it comes nearest to tells what is wrong."""
        trials = []
        for kind in types:
            if isinstance(kind, msgspec.inspect.NoneType):
                continue
            trial = Structure(self.homes)
            found = trial._value(value, kind, path)
            if not trial.mistakes:
                return found
            trials.append((len(path) - max(len(each.path) for each in trial.mistakes), trial, found))
        _, trial, found = min(trials, key=lambda each: each[0])
        self.mistakes += trial.mistakes
        scalar = not isinstance(value, dict | list)
        return None if scalar and any(isinstance(kind, msgspec.inspect.NoneType) for kind in types) else found

    def _table(self, value: Any, kind: msgspec.inspect.StructType, path: Path) -> Any:
        fields = {field.encode_name: field for field in kind.fields}
        if not isinstance(value, dict):
            return self._wrong(value, "table", path, Structure()._table({}, kind, ()))
        for key in value:
            if key not in fields:
                self.mistakes.append(self._unknown(key, tuple(map(written, fields)), path))
        found = {}
        for name, field in fields.items():
            each = value.get(name, _MISSING)
            if each is not _MISSING:
                found[name] = self._value(each, field.type, (*path, name))
            elif field.required:
                self.mistakes.append(Mistake("R003", path, {"text": written(name), "key": name}))
                found[name] = Structure()._value(None, field.type, ())
        return found

    def _unknown(self, key: str, fields: tuple[str, ...], path: Path) -> Mistake:
        """A key that does not stand here: one of another table, or none at all."""
        if homes := self.homes.get(key):
            return Mistake("R061", (*path, key), {"text": key, "allowed": tuple(homes[:3])})
        return Mistake("R002", (*path, key), {"text": key, "nearest": nearest(key, fields), "allowed": fields})


def _homes(kind: msgspec.inspect.Type, heading: str = "", listed: bool = False) -> Iterator[tuple[str, str]]:
    """Each key of each table, with the table's heading in the file."""
    match kind:
        case msgspec.inspect.StructType():
            for field in kind.fields:
                name = written(field.encode_name)
                if heading:
                    yield name, f"[[{heading}]]" if listed else f"[{heading}]"
                yield from _homes(field.type, f"{heading}.{name}".removeprefix("."))
        case msgspec.inspect.ListType(item_type=item):
            yield from _homes(item, heading, listed=True)
        case msgspec.inspect.UnionType(types=types):
            for each in types:
                yield from _homes(each, heading)
