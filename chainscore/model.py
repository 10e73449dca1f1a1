"""Immutable records built from what TOML or JSON gives: strict about names and types, exact about the place of a mistake.

A subclass declares its fields as annotations. Understood are str, bool, int, Decimal, datetime.date, Literal, other models and
unions of them that a field ``kind`` tells apart, ``X | None``, list, tuple and dict of str to these, and ``Annotated`` with a
check. A name that is a word of Python ends in an underscore, which its key does not have.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, Union, get_args, get_origin, get_type_hints

Check = Callable[[Any], str | None]
"""What is wrong with a value, or None."""


class ModelError(ValueError):
    """A mistake in the data, with its place: ``indicators[2].leaves[0].marks: …``."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)


class _Field(NamedTuple):
    key: str
    """As the data calls it."""
    annotation: Any
    required: bool


class Model:
    """One record. Calling the class takes the values as they are; ``build`` converts and checks."""

    KIND: ClassVar[str] = "kind"

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)  # defaults are the class's attributes

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    @classmethod
    def build(cls, data: object, place: str = "") -> Self:
        """A record from a mapping. Raises ModelError at the first mistake."""
        if not isinstance(data, dict):
            raise ModelError(place, "Input should be a table")
        fields = _fields(cls)
        values = {}
        for name, (key, annotation, required) in fields.items():
            if key in data:
                values[name] = _convert(annotation, data[key], f"{place}.{key}" if place else key)
            elif required:
                raise ModelError(f"{place}.{key}" if place else key, "Field required")
            else:
                values[name] = getattr(cls, name)
        known = {field.key for field in fields.values()}
        for extra in (key for key in data if key not in known):
            raise ModelError(f"{place}.{extra}" if place else extra, "Extra inputs are not permitted")
        record = cls(**values)
        if (problem := record.problem()) is not None:
            raise ModelError(place, problem)
        return record

    def problem(self) -> str | None:
        """In what the record's own values contradict each other, if they do."""
        return None

    def replaced(self, **changes: Any) -> Self:
        """The record with some values changed, unchecked."""
        return type(self)(**{**self.__dict__, **changes})

    def model_dump_json(self, by_alias: bool = True) -> str:
        """``document`` as JSON text."""
        assert by_alias
        return json.dumps(self.document(), ensure_ascii=False)

    def document(self) -> dict[str, Any]:
        """What ``build`` makes an equal record of, as JSON knows it: decimals and dates are text."""
        return {key: _plain(getattr(self, name)) for name, (key, _, _) in _fields(type(self)).items()}


_FIELDS: dict[type[Model], Mapping[str, _Field]] = {}


def _fields(cls: type[Model]) -> Mapping[str, _Field]:
    """Name → field, those of the base classes first."""
    if cls not in _FIELDS:
        hints = get_type_hints(cls, include_extras=True)
        _FIELDS[cls] = {
            name: _Field(name.rstrip("_"), hint, not hasattr(cls, name))
            for name, hint in hints.items()
            if get_origin(hint) is not ClassVar
        }
    return _FIELDS[cls]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.document()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, Decimal | datetime.date) else value


def _convert(annotation: Any, value: Any, place: str) -> Any:
    if annotation in _SIMPLE:
        return _SIMPLE[annotation](value, place)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation.build(value, place)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        converted = _convert(arguments[0], value, place)
        for check in arguments[1:]:
            if (problem := check(converted)) is not None:
                raise ModelError(place, problem)
        return converted
    if origin is Literal:
        if value not in arguments:
            raise ModelError(place, f"Input should be {' or '.join(map(repr, arguments))}")
        return value
    if origin in (Union, UnionType):
        return _convert_union(arguments, value, place)
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            raise ModelError(place, "Input should be a table")
        return {key: _convert(arguments[1], item, f"{place}.{key}") for key, item in value.items()}
    if not isinstance(value, list):
        raise ModelError(place, "Input should be a list")
    return origin(_convert(arguments[0], item, f"{place}[{index}]") for index, item in enumerate(value))


def _convert_union(members: tuple[Any, ...], value: Any, place: str) -> Any:
    if value is None and NoneType in members:
        return None
    members = tuple(member for member in members if member is not NoneType)
    if len(members) == 1:
        return _convert(members[0], value, place)
    kinds = {get_args(_fields(member)[Model.KIND].annotation)[0]: member for member in members}
    kind = value.get(Model.KIND) if isinstance(value, dict) else None
    if kind not in kinds:
        raise ModelError(place, f"kind {kind!r} is not among {', '.join(map(repr, kinds))}")
    return kinds[kind].build(value, place)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise ModelError(place, "Input should be a valid string")
    return value


def _truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise ModelError(place, "Input should be a valid boolean")
    return value


def _whole(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ModelError(place, "Input should be a valid integer")
    return value


def _decimal(value: Any, place: str) -> Decimal:
    try:
        number = Decimal("NaN" if isinstance(value, bool) else value)
    except (InvalidOperation, TypeError, ValueError):
        number = Decimal("NaN")
    if not number.is_finite():
        raise ModelError(place, "Input should be a valid decimal")
    return number


def _date(value: Any, place: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime):
        raise ModelError(place, "Input should be a valid date")
    return day


_SIMPLE: Mapping[Any, Callable[[Any, str], Any]] = {
    str: _text, bool: _truth, int: _whole, Decimal: _decimal, datetime.date: _date,
}  # fmt: skip
