"""A leaf's rule: the terms that are added up, and the limits of their sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

import msgspec

from chainscore.method.rule.condition import Condition
from chainscore.method.rule.measure import Label, Node
from chainscore.method.rule.points import Points
from chainscore.method.rule.standing import Against
from chainscore.words.bilingual import Bilingual, Language
from chainscore.words.numbers import plain
from chainscore.words.texts import text

GridName = Literal["table", "ledger"]


class Source(msgspec.Struct, frozen=True):
    """The rows that a term is of."""

    sheet: str
    grid: GridName


class Lookup(msgspec.Struct, frozen=True):
    """The figure that another department gives under the same name within the object."""

    source: Source
    conditions: tuple[Condition, ...]
    by: str
    """The label of the name in the term's own rows."""
    name: str
    """The label of the name in the other's rows."""
    take: str
    alias: str
    missing: str = ""
    """The remark on a row for which there is none."""
    unmatched: str = ""
    """The remark on a figure that no row of the term takes."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the other's rows that it looks at."""
        return (self.take, self.name, *(each.label for each in self.conditions))


class SkipFirst(msgspec.Struct, frozen=True):
    """Per object, the row that comes first by a date among those where the conditions hold earns nothing."""

    by: str
    conditions: tuple[Condition, ...]
    remark: str = ""


class Term(msgspec.Struct, frozen=True, dict=True):
    """One sentence: of which rows, where, what is measured, against whom, for how many points."""

    index: int
    points: Points
    source: Source | None = None
    """None of a constant."""
    conditions: tuple[Condition, ...] = ()
    measure: Node | None = None
    """None where each row counts as 1."""
    unit: str | None = None
    as_percent: bool = False
    """What is measured is a ratio, and told in percent."""
    against: Against = "value"
    lowest_first: bool = False
    lookup: Lookup | None = None
    skip_first: SkipFirst | None = None
    missing: Decimal | Literal["mean", "group_mean"] | None = None
    """What stands for a figure that is not given; without it the leaf is pending."""
    scope: frozenset[str] = frozenset()
    """The categories of the ledger's events that it is about; all where there are none."""

    @property
    def by_object(self) -> bool:
        """True where one figure of each object is judged, not each row."""
        reduces = self.measure is not None and self.measure.reduces
        return self.against != "value" or reduces or self.missing is not None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label that it looks at, in order: what is measured, then the conditions."""
        measured = self.measure.labels if self.measure is not None else ()
        conditions = tuple(each.label for each in self.conditions)
        skipped = (self.skip_first.by, *(each.label for each in self.skip_first.conditions)) if self.skip_first else ()
        return tuple(dict.fromkeys((*measured, *conditions, *skipped)))

    @property
    def text_label(self) -> str | None:
        """The label of a text that is measured as it stands, for ``match``."""
        return self.measure.label if self.points.match and isinstance(self.measure, Label) else None

    def words(self) -> str:
        """What is measured, as the rulebook has it."""
        return self.measure.words() if self.measure is not None else ""

    @cached_property
    def told(self) -> Bilingual:
        """What is measured, as people are told, in the rulebook's own labels."""
        return Bilingual(self.measure.told("zh"), self.measure.told("en")) if self.measure is not None else Bilingual()


class Rule(msgspec.Struct, frozen=True):
    """What one leaf is scored by, for the objects of one group."""

    terms: tuple[Term, ...]
    cap: Decimal | None = None
    floor: Decimal | None = None
    once: bool = False
    """Per object, rows of one name count once, at their highest points."""
    once_remark: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The tables and ledgers that it is scored from, without repeats."""
        return tuple(dict.fromkeys(self._sources()))

    def _sources(self) -> Iterator[Source]:
        for term in self.terms:
            if term.source is not None:
                yield term.source
            if term.lookup is not None:
                yield term.lookup.source

    def of_source(self, source: Source) -> tuple[Term, ...]:
        """The terms of one table or ledger."""
        return tuple(term for term in self.terms if term.source == source)

    def lookups(self, source: Source) -> tuple[Lookup, ...]:
        """How the terms of one ledger take figures of other departments, each way once."""
        return tuple(dict.fromkeys(term.lookup for term in self.of_source(source) if term.lookup is not None))

    def by_row(self, ledger: Source) -> bool:
        """True where every row of a ledger earns by itself, whatever stands in the others."""
        together = any(term.by_object or term.skip_first is not None for term in self.of_source(ledger))
        looked_up = any(term.lookup is not None and term.lookup.source == ledger for term in self.terms)
        return ledger.grid == "ledger" and not (self.once or self.compares or together or looked_up)

    @property
    def relative(self) -> bool:
        """True where an object's points depend on the other objects' figures."""
        return any(term.against != "value" for term in self.terms)

    @property
    def compares(self) -> bool:
        """True where an object's score needs the other objects' figures: it stands against them, or has their mean instead."""
        return any(term.against != "value" or isinstance(term.missing, str) for term in self.terms)


class Aim(msgspec.Struct, frozen=True):
    """How far a target is reached, ready to be measured: ``term`` earns the figure itself."""

    term: Term
    factor: Fraction
    """How many of the target's unit one of what is measured is."""


class Veto(msgspec.Struct, frozen=True):
    """一票否决, ready to be judged."""

    index: int
    source: Source
    conditions: tuple[Condition, ...]
    section: str
    """Empty where it is the total that is bounded."""
    score: Decimal
    title: str = ""
    """The section's."""

    def told(self, language: Language) -> str:
        """When it is called down, and what the total or the section is at most then."""
        conditions = text("method.and", language).join(each.told(language) for each in self.conditions)
        key, values = ("method.veto_section" if self.section else "method.veto_total"), {"score": plain(self.score)}
        return text(key, language, sheet=self.source.sheet, conditions=conditions, section=self.title, **values)
