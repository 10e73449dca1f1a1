"""The rulebook: an appraisal method as data (docs/rulebook.md).

Points are in 分, shares are fractions of one, amounts are in the unit their column names. All numbers are Decimal, exactly as
written in the file. Parameters that depend on a reading have been replaced by the value of the option chosen before anything
here is made, so that no rule knows of readings; how that is done, and how mistakes are told, is in ``loading``.
"""

# Nothing from __future__: annotations that are text cost msgspec, which evaluates them, more than all its checks.

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, dataclass_transform

import msgspec

from chainscore.method.period import Kind
from chainscore.method.rule.term import Aim, Rule
from chainscore.method.rule.term import Veto as RuleVeto
from chainscore.words.bilingual import Language, Text, told
from chainscore.words.findings import Remark
from chainscore.words.folding import fold


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and strict about names, so that a misspelt key is a mistake and not a default."""


class Words(Model, kw_only=True, dict=True):
    """What the method calls things. ``object`` labels the column of what is appraised, and may end an object's name."""

    object: Text
    chief: Text = ""
    deputies: Text = ""
    lead_unit: Text = ""
    unit: Text = ""
    """An evaluating department."""
    office: Text = ""
    """Who adds up the scores."""
    body: Text = ""
    """Who publishes them."""
    seal: Text = ""
    ranking: Text = ""
    """What the list of ranks is called, after place and period."""
    yes: str
    no: str
    totals: list[str]
    """Words that mark a row as a sum, not an event."""
    remarks: list[str]
    """Words that a remark below or between the rows begins with."""
    language: Language = "zh"
    """That of the workbooks: the first of the file's."""

    @property
    def chain(self) -> str:
        """The label of the column of objects."""
        return told(self.object, self.language)

    @cached_property
    def folded_totals(self) -> tuple[str, ...]:
        return tuple(fold(word) for word in self.totals)


class Plausibility(Model):
    outlier_factor: Decimal
    largest_amount: Decimal


class Cover(Model):
    sheet: str
    period: str
    cutoff: str


class Signature(Model):
    """Labels of the cells by which a department signs its sheet."""

    unit: str
    person: str
    telephone: str
    date: str
    no_events: str


class Lists(Model):
    """The hidden sheet, and the labels under which it says what the workbook was made from."""

    sheet: str
    id: str
    version: str
    sha256: str
    findings: str
    """Name of the sheet that lists the findings in a copy sent back."""


class Chain(Model, kw_only=True):
    """An object: what is appraised."""

    id: str
    name: str
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    lead_unit: str = ""
    chief: str = ""
    deputies: tuple[str, ...] = ()
    group: str = ""


class Reading(Model, kw_only=True):
    key: str
    default: str
    clause: str = ""
    question: Text
    options: dict[str, Text]


class Section(Model, kw_only=True):
    """``weighted`` is the sum of each leaf's score by its weight, from leaf to number."""

    id: str
    title: str
    marks: Decimal | None = None
    by: Literal["sum", "mean", "weighted"] = "sum"
    weights: dict[str, Decimal] = {}
    cap: Decimal | None = None
    floor: Decimal | None = None


class Example(Model, kw_only=True):
    """Rows of one object, and what they must earn. A row may name its sheet under ``of``."""

    rows: list[dict[str, Any]] = []
    points: Decimal
    period: str = ""
    """That in which they are judged; else a year that ends after all of their dates."""
    group: str = ""
    """That of the object; else the first."""
    text: Text = ""


class Leaf(Model, kw_only=True):
    """The smallest score that is published. What it is scored by is in ``Rulebook.rule``."""

    id: str
    title: str
    clause: str = ""
    marks: Decimal | None = None
    cap: Any = None
    floor: Any = None
    once: Any = None
    text: Text = ""
    terms: list[dict[str, Any]] = []
    of: Any = None
    name: Any = None
    where: Any = None
    measure: Any = None
    against: Any = None
    lowest_first: Any = None
    points: Any = None
    lookup: Any = None
    skip_first: Any = None
    missing: Any = None
    examples: list[Example] = []


class Indicator(Model, kw_only=True):
    id: str
    title: str
    marks: Decimal | None = None
    leaves: list[Leaf]


class When(Model):
    """True of a row whose ``column`` holds one of ``values``."""

    column: str
    values: list[str]


class BelongsWhen(When):
    """Where a value (any, or just ``value``) may stand in a column; elsewhere it contradicts its row."""

    value: str | None = None
    otherwise: Literal["error", "warning"] = "error"


class NamedWhen(When):
    """The names that the method itself gives for such a row; another one is worth a look."""

    names: list[str]


class Due(Model):
    """A date is late after the end of so many ``months`` after the month of the date in ``column``."""

    column: str
    months: int


ColumnType = Literal["chain", "text", "choice", "amount", "signed", "percent", "count", "date"]
NUMBERS = ("amount", "signed", "percent", "count")
"""The types of columns that can be measured."""


class InputField(Model):
    """What a labelled cell and a column have in common: what may stand in it."""

    label: str
    type: ColumnType
    unit: str | None = None
    positive: bool = False
    """An amount that must be more than zero where it is needed."""
    renewed: bool = False
    """Reported anew each period, so that the next period's workbook starts with it blank."""
    plausible: tuple[Decimal, Decimal] | None = None
    """The least and the greatest that a figure of the whole column can be, in its unit."""


class LabelledCell(InputField):
    pass


class Column(InputField, kw_only=True):
    values: tuple[str, ...] = ()
    required: bool = True
    required_when: When | None = None
    belongs_when: BelongsWhen | None = None
    within_year: bool = True
    not_before: str | None = None
    counts_in_year_of: str | None = None
    """The date by which the event counts: where that lies in the year to date, this one may lie in the year before."""
    due_after: Due | None = None
    at_most: Literal["months"] | None = None
    """What a count is no more than: the months of the year gone by."""
    named_when: NamedWhen | None = None
    informative: bool = False
    open: bool = False  # what stands there can still move on: next points are looked for there
    last_year_of: str | None = None
    """The column of the same table that held this figure a year ago."""
    note: str = ""
    width: int = 16


class Grid(Model, dict=True):
    """A table or ledger: its columns in the template's order."""

    title: str
    columns: list[Column]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Folded label → label of each column."""
        return {fold(column.label): column.label for column in self.columns}

    @cached_property
    def telling(self) -> frozenset[str]:
        """The folded labels that a header is known by."""
        return frozenset(fold(column.label) for column in self.columns if not column.informative)

    def column(self, label: str) -> Column:
        """The column of that label. Raises KeyError."""
        for column in self.columns:
            if column.label == label:
                return column
        raise KeyError(label)


class Ledger(Grid):
    name: str
    category: str | None = None
    one_chain_only: bool = False
    """The same name in the same category may not stand under two objects."""
    identity: list[str] = []
    """Labels that tell two events of one object, name and category apart, such as a date."""


class Sum(Model):
    """A column that should not add up to more than a labelled cell."""

    column: str
    whole: str


class Sheet(Model):
    """One evaluating department's sheet; its name is the department's."""

    name: str
    guide: list[str] = []
    per_chain: bool = False
    """Each object's office fills in its own rows, in a workbook of its own where workbooks are split."""
    cells: tuple[LabelledCell, ...] = ()
    table: Grid | None = None
    ledger: Ledger | None = None
    sums: tuple[Sum, ...] = ()

    def grid(self, name: str) -> Grid | None:
        """Its table or its ledger."""
        return self.table if name == "table" else self.ledger


class Veto(Model, kw_only=True):
    """一票否决: what an object's total, or a section's score, is at most where any row of the object is so."""

    of: str
    where: dict[str, Any]
    total: Decimal | None = None
    section: str = ""
    score: Decimal | None = None
    text: Text = ""


class Total(Model, kw_only=True):
    veto: list[Veto] = []
    grades: dict[str, Any] = {}
    """Grade → the least total it takes, or the share of ranks down to which it goes, such as ``"20%"``; best first."""
    rank_in_groups: bool = False
    cap: Decimal | None = None
    floor: Decimal | None = None


class Target(Model, kw_only=True):
    """A goal of the plan, on which no score depends, and what of it the workbooks hold: without ``of`` nothing."""

    title: str
    clause: str = ""
    text: Text = ""
    by: str = ""
    goal: Decimal | None = None
    unit: str = ""
    names: tuple[str, ...] = ()
    """The events that are meant, each by a part of its name in the ledger."""
    of: Any = None
    where: Any = None
    measure: Any = None
    lookup: Any = None
    note: Text = ""


class Method(Model, dict=True, kw_only=True):
    """A whole appraisal method, as a rulebook's file has it under one choice of readings."""

    id: str
    version: str
    title: str
    plan: str = ""
    issued: datetime.date = datetime.date(2000, 1, 1)
    editions: tuple[str, ...] = ()
    """SHA-256 of earlier files of this version, whose workbooks are no different."""
    decimals: int
    languages: tuple[Language, ...] = ("zh",)
    periods: tuple[Kind, ...] = ("month", "quarter", "year")
    year_starts: int = 1
    words: Words
    units: dict[str, Decimal]
    plausibility: Plausibility
    cover: Cover
    signature: Signature
    lists: Lists
    chains: list[Chain]
    readings: list[Reading] = []
    remarks: dict[str, Remark] = {}
    sections: list[Section]
    indicators: list[Indicator]
    total: Total = Total()
    targets: list[Target] = []
    sheets: list[Sheet]

    @property
    def language(self) -> Language:
        """That of the workbooks."""
        return self.words.language

    @property
    def defaults(self) -> Mapping[str, str]:
        """Reading → its default option, in the rulebook's order."""
        return {reading.key: reading.default for reading in self.readings}

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for indicator in self.indicators for leaf in indicator.leaves)

    @cached_property
    def leaves_by_section(self) -> Mapping[str, tuple[Leaf, ...]]:
        """Those of each section, by its id."""
        return {
            section.id: tuple(leaf for leaf in self.leaves if section_of(leaf.id) == section.id) for section in self.sections
        }

    @cached_property
    def _sheets(self) -> Mapping[str, Sheet]:
        return {sheet.name: sheet for sheet in self.sheets}

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises KeyError."""
        return self._sheets[name]

    @cached_property
    def _chains(self) -> Mapping[str, Chain]:
        return {chain.id: chain for chain in self.chains}

    def chain(self, chain_id: str) -> Chain:
        """The object of that id. Raises KeyError."""
        return self._chains[chain_id]

    @property
    def ids(self) -> tuple[str, ...]:
        """The objects' ids, in order."""
        return tuple(self._chains)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of objects, in order."""
        return tuple(dict.fromkeys(chain.group for chain in self.chains))


class Rulebook(Method, kw_only=True):
    """A method with its rules, and where it comes from."""

    sha256: str
    """Of the file's bytes, in hexadecimal."""
    source: str
    """The file's text."""
    chosen: Mapping[str, str]
    """Reading → the option this rulebook was loaded under, in the rulebook's order."""
    rules: Mapping[tuple[str, str], Rule]
    """(leaf, group) → what it is scored by."""
    vetoes: tuple[RuleVeto, ...] = ()
    aims: tuple[Aim | None, ...] = ()
    """How each target's progress is measured; None of one that the workbooks do not hold."""

    def __hash__(self) -> int:
        # Its lists have none, and the file's bytes and the choice say what is in them.
        return hash((self.sha256, *self.chosen.items()))

    def rule(self, leaf: str, chain: str) -> Rule:
        """What a leaf of an object is scored by."""
        return self.rules[leaf, self.chain(chain).group]


def marks_of(sections: Iterable[Section]) -> Decimal | None:
    """The full marks of sections together; None where any has none."""
    marks = [section.marks for section in sections]
    return sum(filter(None, marks), Decimal(0)) if None not in marks else None


def section_of(indicator_or_leaf: str) -> str:
    """The id of the section that an indicator or leaf belongs to: the first part of its own."""
    return indicator_or_leaf.partition(".")[0]
