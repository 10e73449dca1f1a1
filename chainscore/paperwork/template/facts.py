"""Facts: what the cells hold that a department would have filled, as they are, sound or not."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Value = str | int | float | Decimal | datetime.date | None


@dataclass(frozen=True)
class SheetFacts:
    """What one sheet is filled with, by label. A date is a date, or text in ISO form."""

    cells: Mapping[str, Value] = field(default_factory=dict)
    table: Sequence[Mapping[str, Value]] = ()
    ledger: Sequence[Mapping[str, Value]] = ()
    sign: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a workbook is filled with, by sheet; the cover's labelled cells stand under the cover's name."""

    sheets: Mapping[str, SheetFacts]

    @classmethod
    def of(cls, sheets: Mapping[str, Mapping[str, Any]]) -> Facts:
        """Facts from plain mappings: sheet → ``cells``, ``table``, ``ledger``, ``sign``."""
        return cls({name: SheetFacts(**parts) for name, parts in sheets.items()})


class FactsError(ValueError):
    """Facts that name a sheet, label or chain the workbook does not have."""


def meant(field_type: str, value: Value) -> Value:
    """A date for text in ISO form where a date belongs; anything else as it is."""
    if field_type == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.date.fromisoformat(value)
    return value


def known(place: str, given: Mapping[str, Value], labels: Sequence[str]) -> Mapping[str, Value]:
    """``given``, all of whose labels are among ``labels``. Raises FactsError."""
    for label in given:
        if label not in labels:
            raise FactsError(f"{place}: no such label: {label}")
    return given
