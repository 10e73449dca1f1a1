"""The rulebook: an appraisal method as data, read from TOML and validated.

Points are in 分, shares are fractions of one, amounts are in the unit their column names. All numbers are Decimal,
exactly as written in the file. A parameter written ``{reading = KEY, OPTION = value, …}`` is replaced by the value of
the option chosen for that reading before anything else looks at it, so that no rule knows of readings.
"""

# Nothing from __future__: annotations that are text cost msgspec, which evaluates them, more than all its checks.

import datetime
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, dataclass_transform

import msgspec

from chainscore.method.identity import PACKAGED
from chainscore.words.folding import fold

T = TypeVar("T")
Some = Annotated[list[T], msgspec.Meta(min_length=1)]
"""A list of at least one."""
ANY_KEY = "[...]"
"""How msgspec names the place of a value in a table with keys of any name."""


class RulebookError(Exception):
    """A rulebook that cannot be used. The message names the file and the place in it."""


class ReadingError(Exception):
    """A reading or an option that the rulebook does not have.

    ``key`` is what was asked for, ``valid`` lists what there is.
    """

    def __init__(self, key: str, valid: str) -> None:
        super().__init__(f"{key} ({valid})")
        self.key = key
        self.valid = valid


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and strict about names, so that a misspelt key is an error and not a default. Its numbers are finite."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            for number in value.values() if isinstance(value, dict) else (value,):
                if isinstance(number, Decimal) and not number.is_finite():
                    raise ValueError(f"field `{name}` needs a finite number")


class Bilingual(Model):
    zh: str
    en: str


class Words(Model, dict=True):
    chain: str
    """The label of the chain column, and the suffix that a chain's name may carry."""
    yes: str
    no: str
    totals: list[str]
    """Words that mark a row as a sum, not an event."""
    remarks: list[str]
    """Words that a remark below or between the rows begins with."""

    @cached_property
    def folded_totals(self) -> tuple[str, ...]:
        return tuple(fold(word) for word in self.totals)


class Plausibility(Model):
    outlier_factor: Decimal
    largest_amount: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, number, limit in (("outlier_factor", self.outlier_factor, 1), ("largest_amount", self.largest_amount, 0)):
            if number <= limit:
                raise ValueError(f"field `{name}` must be more than {limit}")


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
    id: str
    name: str
    short_name: str
    aliases: tuple[str, ...] = ()
    lead_unit: str
    group: str


class Reading(Model, kw_only=True):
    key: str
    default: str
    clause: str = ""
    question: Bilingual
    options: dict[str, Bilingual]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.default not in self.options:
            raise ValueError(f"default {self.default!r} is not among the options {sorted(self.options)}")


class Section(Model):
    id: str
    title: str
    marks: Decimal


class Condition(Model):
    """True of a row whose ``column`` holds ``value``."""

    column: str
    value: str


class Bonus(Condition):
    points: Decimal


class Tier(Model):
    """``points`` for an amount of ``from`` (included) and more, up to the next tier."""

    from_: Decimal = msgspec.field(name="from")
    points: Decimal


class RuleModel(Model, tag_field="kind"):
    """The key ``kind`` of a leaf's rule tells which it is."""

    @property
    def kind(self) -> str:
        return str(self.__struct_config__.tag)


class EfficacyRule(RuleModel, tag="efficacy", kw_only=True):
    """功效系数法 over growth (with ``base``) or share (with ``whole``) of ``current``."""

    sheet: str
    current: str
    base: str | None = None
    whole: str | None = None
    floor: Decimal
    spread: Decimal
    no_spread: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.base is None) == (self.whole is None):
            raise ValueError("needs either base (growth) or whole (share)")


class TaskRule(RuleModel, tag="task"):
    """``points`` when at least one filed event reaches the amount, else nothing."""

    sheet: str
    amount: str
    at_least: Decimal
    filed: str
    points: Decimal


class TiersRule(RuleModel, tag="tiers"):
    """Points by amount for each filed event, with a bonus."""

    sheet: str
    amount: str
    filed: str
    tiers: Some[Tier]
    bonus: Bonus
    bonus_below_tiers: bool
    task_project_signed: str
    """Where not empty: the date column by which the first project of ``task_at_least`` is found that earns no tier points."""
    task_at_least: Decimal


class StagePoints(Model):
    plan: Decimal
    commissioned: Decimal


class ProgressRule(RuleModel, tag="progress"):
    """Points by completion of the annual plan, or for being commissioned."""

    sheet: str
    nature: str
    investment: str
    smallest: Decimal
    plan: str
    done: str
    commissioned: Condition
    threshold: Decimal
    points: dict[str, StagePoints]
    commissioned_earns_plan: bool
    prorated: bool


class CountItem(Model):
    """``points`` for each event of a category."""

    sheet: str
    category: str
    points: Decimal
    bonus: Bonus | None = None


class CountRule(RuleModel, tag="count", kw_only=True):
    """Points for each event; with ``once``, each name counts once, at its highest points."""

    once: bool = False
    items: Some[CountItem]


class Certified(Model):
    sheet: str
    category: str
    amount: str


class CertifiedTiersRule(RuleModel, tag="certified_tiers"):
    """Points by an amount that another department certifies."""

    sheet: str
    category: str
    amount: str
    certified: Certified
    tiers: Some[Tier]


class DeductionItem(Model):
    """Points taken off by value, or for each time."""

    columns: Some[str]
    values: dict[str, Decimal] = {}
    each: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.values) == (self.each is not None):
            raise ValueError("needs either values or each")


class DeductionRule(RuleModel, tag="deduction"):
    """Points taken off ``start``, never below ``floor``."""

    sheet: str
    start: Decimal
    floor: Decimal
    items: Some[DeductionItem]


Rule = EfficacyRule | TaskRule | TiersRule | ProgressRule | CountRule | CertifiedTiersRule | DeductionRule


class Leaf(Model, kw_only=True, dict=True):
    """The smallest score that is published."""

    id: str
    title: str
    clause: str
    marks: Decimal
    cap: Decimal | None = None
    text: str
    rule: Rule

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets this leaf is scored from, without repeats."""
        rule = self.rule
        if isinstance(rule, CountRule):
            return tuple(dict.fromkeys(item.sheet for item in rule.items))
        if isinstance(rule, CertifiedTiersRule):
            return (rule.sheet, rule.certified.sheet)
        return (rule.sheet,)


class Indicator(Model):
    id: str
    title: str
    marks: Decimal
    leaves: Some[Leaf]


class When(Model):
    """True of a row whose ``column`` holds one of ``values``."""

    column: str
    values: list[str]


class BelongsWhen(When):
    """Where a value (any, or just ``value``) may stand in a column; elsewhere it contradicts its row."""

    value: str | None = None
    otherwise: Literal["error", "warning"] = "error"


ColumnType = Literal["chain", "text", "choice", "amount", "count", "date"]


class InputField(Model):
    """What a labelled cell and a column have in common: what may stand in it."""

    label: str
    type: ColumnType
    unit: str | None = None
    positive: bool = False
    """An amount that must be more than zero where it is needed."""
    renewed: bool = False
    """Reported anew each period, so that the next period's workbook starts with it blank."""


class LabelledCell(InputField):
    pass


class Column(InputField, kw_only=True):
    values: tuple[str, ...] = ()
    required: bool = True
    required_when: When | None = None
    belongs_when: BelongsWhen | None = None
    within_year: bool = True
    not_before: str | None = None
    informative: bool = False
    last_year_of: str | None = None
    """The column of the same table that held this figure a year ago."""
    note: str = ""
    width: int


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
    """The same name in the same category may not stand under two chains."""


class Sum(Model):
    """A column that should not add up to more than a labelled cell."""

    column: str
    whole: str


class Sheet(Model):
    """One evaluating department's sheet; its name is the department's."""

    name: str
    guide: list[str]
    per_chain: bool = False
    """Each chain's office fills in its own rows, in a workbook of its own where workbooks are split."""
    cells: tuple[LabelledCell, ...] = ()
    table: Grid | None = None
    ledger: Ledger | None = None
    sums: tuple[Sum, ...] = ()


class Method(Model, dict=True):
    """A whole appraisal method, as a rulebook's file has it under one choice of readings."""

    id: str
    version: str
    title: str
    plan: str
    issued: datetime.date
    decimals: int
    words: Words
    units: dict[str, Decimal]
    plausibility: Plausibility
    cover: Cover
    signature: Signature
    lists: Lists
    chains: Some[Chain]
    readings: list[Reading]
    sections: list[Section]
    indicators: list[Indicator]
    sheets: list[Sheet]

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

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises KeyError."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)

    def chain(self, chain_id: str) -> Chain:
        """The chain of that id. Raises KeyError."""
        for chain in self.chains:
            if chain.id == chain_id:
                return chain
        raise KeyError(chain_id)


class Rulebook(Method):
    """A method, and where it comes from."""

    sha256: str
    """Of the file's bytes, in hexadecimal."""
    chosen: Mapping[str, str]
    """Reading → the option this rulebook was loaded under, in the rulebook's order."""

    def __hash__(self) -> int:
        # Its lists have none, and the file's bytes and the choice say what is in them.
        return hash((self.sha256, *self.chosen.items()))

    def document(self) -> dict[str, Any]:
        """The method as JSON knows it, for ``restore_rulebook``: decimals and dates are text."""
        everything = msgspec.to_builtins(self)
        return {key: everything[key] for key in Method.__struct_encode_fields__}


def _incoherences(book: Method) -> Iterator[str]:
    """Everything in which the parts of a rulebook contradict each other, worst first."""
    yield from _repeats("chains", [chain.id for chain in book.chains])
    yield from _repeats("sheets", [sheet.name for sheet in book.sheets])
    yield from _repeats("readings", [reading.key for reading in book.readings])
    yield from _repeats("leaves", [leaf.id for leaf in book.leaves])
    names = [fold(name) for chain in book.chains for name in {chain.name, chain.short_name, chain.id, *chain.aliases}]
    yield from _repeats("names of chains", names)
    for sheet in book.sheets:
        yield from _sheet_incoherences(book, sheet)
    for leaf in book.leaves:
        yield from _leaf_incoherences(book, leaf)
    for indicator in book.indicators:
        if indicator.marks != sum(leaf.marks for leaf in indicator.leaves):
            yield f"indicator {indicator.id}: its leaves' marks do not add up to {indicator.marks}"
    for section in book.sections:
        if section.marks != sum(i.marks for i in book.indicators if section_of(i.id) == section.id):
            yield f"section {section.id}: its indicators' marks do not add up to {section.marks}"


def _repeats(what: str, values: list[str]) -> Iterator[str]:
    for value in values:
        if values.count(value) > 1:
            yield f"{what}: {value!r} stands there twice"


def _sheet_incoherences(book: Method, sheet: Sheet) -> Iterator[str]:
    for grid in (sheet.table, sheet.ledger):
        if grid is None:
            continue
        place = f"sheet {sheet.name}"
        yield from _repeats(place, [fold(column.label) for column in grid.columns])
        if [c.label for c in grid.columns if c.type == "chain"] != [book.words.chain]:
            yield f"{place}: a table needs one column of type chain, labelled {book.words.chain!r}"
        for column in grid.columns:
            if (column.type == "choice") != bool(column.values):
                yield f"{place}, column {column.label}: values go with type choice"
            yield from _unit_incoherences(book, place, column)
            for when in (column.required_when, column.belongs_when):
                if when is not None:
                    yield from _choice_incoherences(place, grid, when.column, when.values)
            if column.not_before is not None and _type_of(grid, column.not_before) != "date":
                yield f"{place}, column {column.label}: not_before names no date column"
            if column.last_year_of is not None and _type_of(sheet.table, column.last_year_of) != column.type:
                yield f"{place}, column {column.label}: last_year_of names no {column.type} column of the chain table"
    for cell in sheet.cells:
        yield from _unit_incoherences(book, f"sheet {sheet.name}", cell)
    if sheet.ledger is not None and _type_of(sheet.ledger, sheet.ledger.name) != "text":
        yield f"sheet {sheet.name}: the ledger's name column {sheet.ledger.name!r} is no text column"
    for total in sheet.sums:
        if _type_of(sheet.table, total.column) != "amount" or total.whole not in [c.label for c in sheet.cells]:
            yield f"sheet {sheet.name}: sums names {total.column!r} and {total.whole!r}, which are not both there"


def _unit_incoherences(book: Method, place: str, field: InputField) -> Iterator[str]:
    if (field.type == "amount" and field.unit not in book.units) or (field.type == "count" and not field.unit):
        yield f"{place}, {field.label}: unit {field.unit!r} is not among [units]"


def _choice_incoherences(place: str, grid: Grid | None, label: str, values: list[str]) -> Iterator[str]:
    if _type_of(grid, label) != "choice":
        yield f"{place}: {label!r} is no column with values"
        return
    assert grid is not None
    for value in values:
        if value not in grid.column(label).values:
            yield f"{place}: {value!r} is not among the values of {label!r}"


def _type_of(grid: Grid | None, label: str) -> ColumnType | None:
    columns = grid.columns if grid is not None else []
    return next((column.type for column in columns if column.label == label), None)


def _leaf_incoherences(book: Method, leaf: Leaf) -> Iterator[str]:
    place = f"leaf {leaf.id}"
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for name in leaf.sheets:
        if name not in sheets:
            yield f"{place}: there is no sheet {name!r}"
            return
    for name, label, wanted in _columns_used(leaf.rule):
        sheet = sheets[name]
        grid = sheet.table if isinstance(leaf.rule, EfficacyRule | DeductionRule) else sheet.ledger
        if wanted == "labelled":
            if label not in [cell.label for cell in sheet.cells]:
                yield f"{place}: sheet {name} has no labelled cell {label!r}"
        elif _type_of(grid, label) != wanted:
            yield f"{place}: sheet {name} has no {wanted} column {label!r}"
    for name, label, value in _values_used(book, leaf.rule):
        yield from _choice_incoherences(
            place, sheets[name].table if isinstance(leaf.rule, DeductionRule) else sheets[name].ledger, label, [value]
        )


def _columns_used(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """(sheet, label, wanted type) of every column whose type a rule relies on."""
    match rule:
        case EfficacyRule():
            yield rule.sheet, rule.current, "amount"
            if rule.base is not None:
                yield rule.sheet, rule.base, "amount"
            if rule.whole is not None:
                yield rule.sheet, rule.whole, "labelled"
        case TaskRule() | TiersRule():
            yield rule.sheet, rule.amount, "amount"
            yield rule.sheet, rule.filed, "date"
            if isinstance(rule, TiersRule) and rule.task_project_signed:
                yield rule.sheet, rule.task_project_signed, "date"
        case ProgressRule():
            for label in (rule.investment, rule.plan, rule.done):
                yield rule.sheet, label, "amount"
        case CertifiedTiersRule():
            yield rule.sheet, rule.amount, "amount"
            yield rule.certified.sheet, rule.certified.amount, "amount"
        case DeductionRule():
            for item in rule.items:
                for label in item.columns:
                    yield rule.sheet, label, "choice" if item.values else "count"
        case CountRule():
            pass


def _values_used(book: Method, rule: Rule) -> Iterator[tuple[str, str, str]]:
    """(sheet, label, value) of every drop-down value that a rule names."""
    match rule:
        case TiersRule():
            yield rule.sheet, rule.bonus.column, rule.bonus.value
        case ProgressRule():
            yield rule.sheet, rule.commissioned.column, rule.commissioned.value
            for value in rule.points:
                yield rule.sheet, rule.nature, value
        case CountRule():
            for item in rule.items:
                yield item.sheet, _category(book, item.sheet), item.category
                if item.bonus is not None:
                    yield item.sheet, item.bonus.column, item.bonus.value
        case CertifiedTiersRule():
            for name, value in ((rule.sheet, rule.category), (rule.certified.sheet, rule.certified.category)):
                yield name, _category(book, name), value
        case DeductionRule():
            for deduction in rule.items:
                for label in deduction.columns:
                    for value in deduction.values:
                        yield rule.sheet, label, value
        case EfficacyRule() | TaskRule():
            pass


def _category(book: Method, sheet: str) -> str:
    ledger = book.sheet(sheet).ledger
    return (ledger.category if ledger is not None else None) or ""


def section_of(indicator_or_leaf: str) -> str:
    """The id of the section that an indicator or leaf belongs to: the first part of its own."""
    return indicator_or_leaf.partition(".")[0]


def load_rulebook(path: Path | None = None, choices: Mapping[str, str] | None = None) -> Rulebook:
    """Read and validate a rulebook: the one at ``path``, or the packaged default, under the chosen readings.

    Raises RulebookError for a file that cannot be read or is no valid rulebook, ReadingError for choices it does not have.
    """
    path = path if path is not None else Path(PACKAGED)
    name = path.name
    try:
        content = path.read_bytes()
        document = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise RulebookError(f"{name}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RulebookError(f"{name}: not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"{name}: {error}") from error
    try:
        chosen = _choose(document.get("readings", []), choices or {})
        return _rulebook(_under(document, chosen, ""), hashlib.sha256(content).hexdigest(), chosen)
    except (ValueError, TypeError) as error:
        raise RulebookError(f"{name}: {error}") from error


def restore_rulebook(text: str, sha256: str, chosen: Mapping[str, str]) -> Rulebook:
    """A rulebook from ``Rulebook.document()`` as JSON, as a results workbook carries it. Raises RulebookError."""
    try:
        return _rulebook(msgspec.json.decode(text), sha256, dict(chosen))
    except ValueError as error:
        raise RulebookError(str(error)) from error


def _rulebook(document: Any, sha256: str, chosen: Mapping[str, str]) -> Rulebook:
    """Raises ValueError for the first mistake, with its place."""
    method = _convert(document, Method)
    for problem in _incoherences(method):
        raise ValueError(problem)
    return Rulebook(**msgspec.structs.asdict(method), sha256=sha256, chosen=chosen)


def _convert(document: Any, model: type[T], place: str = "") -> T:
    """The document as a model. Raises ValueError with the place of the mistake: ``indicators[2].leaves[0].marks: …``."""
    try:
        return msgspec.convert(document, model)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$")
        path = path.removesuffix("`")
        if ANY_KEY in path:
            path = path.replace(ANY_KEY, f".{_wrong_key(document, model, path, str(error))}")
        if field := re.search(r"\bfield `(\w+)`", problem):
            path += f".{field[1]}"
        place = f"{place}{path}".removeprefix(".")
        raise ValueError(f"{place}: {problem}" if place else problem) from error


def _wrong_key(document: Any, model: type[Any], path: str, mistake: str) -> str:
    """Which key of a table msgspec means by ``[...]``: the one without which the mistake is gone."""
    table = document
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path.partition(ANY_KEY)[0]):
        table = table[name or int(index)]
    for key in list(table):
        del table[key]
        try:
            msgspec.convert(document, model)
        except msgspec.ValidationError as error:
            if str(error) == mistake:
                continue
        break
    return str(key)


def _choose(readings: Any, choices: Mapping[str, str]) -> dict[str, str]:
    """Reading → option: the default, or what was chosen. Raises ReadingError, or ValueError where the rulebook is wrong."""
    known = _convert(readings, list[Reading], "readings")
    chosen = {reading.key: reading.default for reading in known}
    for key, option in choices.items():
        if key not in chosen:
            raise ReadingError(key, ", ".join(chosen))
        options = next(reading.options for reading in known if reading.key == key)
        if option not in options:
            raise ReadingError(f"{key}={option}", ", ".join(f"{key}={value}" for value in options))
        chosen[key] = option
    return chosen


def _under(value: Any, chosen: Mapping[str, str], place: str) -> Any:
    """The document with every parameter that depends on a reading replaced by its value under the chosen option."""
    if isinstance(value, list):
        return [_under(item, chosen, f"{place}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if "reading" in value:
        key = value["reading"]
        if key not in chosen:
            raise ValueError(f"{place}: there is no reading {key!r}")
        if chosen[key] not in value:
            raise ValueError(f"{place}: no value for {key}={chosen[key]}")
        return value[chosen[key]]
    return {name: _under(item, chosen, f"{place}.{name}".lstrip(".")) for name, item in value.items()}
