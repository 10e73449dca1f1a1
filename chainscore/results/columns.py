"""The columns of an evidence sheet that hold formulas: what each sentence measures and earns in a row, and last the points.

The formulas are the sentences' own (``method.rule``), their numbers the cells of the sheet of rules; the values are what the
same sentences make of the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from chainscore.intake.tables import SOUND
from chainscore.method.rule.condition import Condition
from chainscore.method.rule.judging import ZERO, Judgement, Moment, figures_of, judge_row, measured_label
from chainscore.method.rule.measure import Elapsed, Label, Node, Reduction, UndefinedError
from chainscore.method.rule.term import Rule, Source, Term
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.results import formulas
from chainscore.results.evidence_rows import POINTS, EvidenceRows, Line, Titles
from chainscore.results.excel.cell import Formula
from chainscore.results.formulas import NOTHING
from chainscore.results.rules import Rules
from chainscore.words.folding import fold
from chainscore.words.texts import text


def source_of(sheet: str, ledger: bool) -> Source:
    return Source(sheet, "ledger" if ledger else "table")


def leaves_of(book: Rulebook, source: Source) -> dict[str, Titles]:
    """Leaf → its columns, of those that are scored from a table or ledger."""
    found: dict[str, Titles] = {}
    for leaf in book.leaves:
        rule = book.rules[leaf.id, book.groups[0]]
        if titles := list(_titles(rule, source, book)):
            found[leaf.id] = titles
    return found


def _titles(rule: Rule, source: Source, book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """(key, title, style) of each column of a leaf."""
    terms = rule.of_source(source)
    own = [term for term in terms if not _apart(term)]
    for term in terms:
        number = str(term.index + 1) if len(rule.terms) > 1 else ""
        for key, name, style in _titles_of(term, len(own) > 1):
            yield f"{term.index} {key}", text(f"evidence.{name}", book.language, number=number), style
    if own and rule.once:
        yield "earned", text("evidence.earned", book.language), "points"
    if own:
        yield POINTS, text("evidence.points", book.language), "points"


def _titles_of(term: Term, several: bool) -> Iterator[tuple[str, str, str]]:
    """(key, name, style) of each column of a sentence."""
    if term.skip_first is not None:
        yield "flag", "flag", "whole"
        yield "first", "first", "whole"
    for at, _ in enumerate(parts_of(term)):
        yield f"part {at}", "part", "ratio" if term.as_percent and not _apart(term) else "value"
    if not _apart(term) and several:
        yield "points", "term", "points"


def _apart(term: Term) -> bool:
    """True of a sentence about an object as a whole, whose points stand on the sheet of objects."""
    return term.by_object


def parts_of(term: Term) -> list[Node | None]:
    """What has a column of its own: what is reduced, or a measure that is no label alone; None stands for 1."""
    if term.measure is None or (measured_label(term) and not term.by_object):
        return []
    if not term.measure.reduces:
        return [term.measure]
    return [node.inner for node in term.measure.walk() if isinstance(node, Reduction)]


def group_of(book: Rulebook, source: Source) -> str:
    """The title of the column of numbers of names, where events are counted once for each name; else ""."""
    once = any(book.rules[leaf, book.groups[0]].once for leaf in leaves_of(book, source))
    return text("evidence.group", book.language) if source.grid == "ledger" and once else ""


@dataclass
class Columns:
    """All formulas of one evidence sheet."""

    rows: EvidenceRows
    rules: Rules
    book: Rulebook
    moment: Moment
    """When it was judged."""

    @cached_property
    def source(self) -> Source:
        return source_of(self.rows.form.sheet.name, self.rows.form.ledger is not None)

    def cells(self) -> list[Sequence[Any]]:
        """For each computed column, in order, what stands in its rows."""
        columns: list[Sequence[Any]] = [self._groups()] if self.rows.form.group else []
        for leaf in self.rows.form.leaves:
            by_line = [self._line(leaf, line) for line in self.rows.lines]
            columns += [list(column) for column in zip(*by_line, strict=True)] if by_line else []
        return columns

    def _groups(self) -> list[int]:
        """A number for each name of an object, the same wherever it stands."""
        ledger, numbers = self.rows.form.ledger, self.rows.numbers
        assert ledger is not None
        found = []
        for line in self.rows.lines:
            name = str(line.record[ledger.name] or "") if line.record is not None else ""
            found.append(numbers.setdefault((line.chain, fold(name)), len(numbers) + 1))
        return found

    # ------------------------------------------------ one row

    def _line(self, leaf: Leaf, line: Line) -> list[Any]:
        """What stands in a leaf's columns of one row."""
        rule = self.book.rule(leaf.id, line.chain)
        cells: dict[str, Any] = {}
        row = _Row(self, leaf, rule, line)
        for term in rule.of_source(self.source):
            cells |= row.of_term(term)
        own = [term for term in rule.of_source(self.source) if not _apart(term)]
        if own:
            cells |= row.of_leaf(own, cells)
        return [cells.get(key) for key, _, _ in self.rows.form.titles[leaf.id]]


class _Row:
    """One leaf in one row."""

    def __init__(self, columns: Columns, leaf: Leaf, rule: Rule, line: Line) -> None:
        self.columns = columns
        self.rows = columns.rows
        self.leaf = leaf
        self.rule = rule
        self.line = line

    def _number(self, term: Term, *place: str) -> str:
        return self.columns.rules.cell(self.leaf, self.line.chain, str(term.index), *place)

    def _helper(self, key: str) -> str:
        return self.rows.helper(self.leaf.id, key, self.line.number)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What stands in the row, with labelled cells and what was looked up."""
        found = dict(self.line.record or {})
        for label, value in self.rows.wholes.items():
            found.setdefault(label, value)
        for term in self.rule.terms:
            if term.lookup is not None and term.source == self.columns.source:
                other = self.rows.taken(term.lookup, self.line)
                sound = other is not None and other.record is not None and other.record[SOUND]
                found[term.lookup.alias] = other.record[term.lookup.take] if sound else None  # type: ignore[union-attr, index]
        return found

    # ------------------------------------------------ references

    def cell(self, node: Node) -> str:
        """The cell of a label, or of the year's share."""
        if isinstance(node, Elapsed):
            return self.columns.rules.general("elapsed")
        assert isinstance(node, Label)
        return self._of_label(node.label)

    def _of_label(self, label: str) -> str:
        if label in self.rows.form.inputs_at:
            return self.rows.cell(label, self.line.number)
        if label in self.rows.wholes:
            return self.rows.whole(label)
        lookup = next(term.lookup for term in self.rule.terms if term.lookup is not None and term.lookup.alias == label)
        other = self.rows.taken(lookup, self.line)
        if other is None:
            return '""'
        rows = self.rows.others[lookup.source.sheet]
        return f"'{rows.form.name}'!{rows.cell(lookup.take, other.number)}"

    def conditions(self, term: Term) -> list[str]:
        """The conditions as formulas."""
        found = [self._condition(each, term, "where", at) for at, each in enumerate(term.conditions)]
        if term.skip_first is not None:
            found.append(f"{self._helper(f'{term.index} first')}=0")
        return found

    def _condition(self, condition: Condition, term: Term, kind: str, at: int) -> str:
        bound = self._number(term, kind, str(at)) if condition.bound is not None else self.columns.rules.general("now")
        return condition.formula(self._of_label(condition.label), bound)

    # ------------------------------------------------ one sentence

    def of_term(self, term: Term) -> dict[str, Any]:
        """Key → cell of a sentence's columns."""
        if not self.line.sound:
            return self._unsound(term)
        cells: dict[str, Any] = {}
        if term.skip_first is not None:
            cells |= self._skipping(term)
        judged = judge_row(term, self.values, self.columns.moment)
        skipped = f"{term.index} first" in cells and cells[f"{term.index} first"].value == 1
        for at, part in enumerate(parts_of(term)):
            value = self._part_value(part, judged) if not skipped else NOTHING
            if value is None:
                return cells
            formula = formulas.where(
                self.conditions(term), part.formula(self.cell) if part is not None else "1", f'"{NOTHING}"'
            )
            cells[f"{term.index} part {at}"] = Formula(f"={formula}", value)
        if not _apart(term) and judged.points is not None:
            points = judged.points if not skipped else ZERO
            cells[f"{term.index} points"] = Formula(f"={self._points(term)}", points)
        return cells

    def _unsound(self, term: Term) -> dict[str, Any]:
        """A row with an error, which a draft leaves out."""
        missing = self.line.record is None
        cells: dict[str, Any] = {f"{term.index} part {at}": None if missing else NOTHING for at, _ in enumerate(parts_of(term))}
        if term.skip_first is not None:
            cells |= {f"{term.index} flag": 0, f"{term.index} first": 0}
        return {**cells, f"{term.index} points": None if missing else ZERO}

    def _part_value(self, part: Node | None, judged: Judgement) -> Any:
        if not judged.holds:
            return NOTHING
        if part is None:
            return 1
        try:
            return part.value(figures_of(self.values, self.columns.moment), ())
        except UndefinedError:
            return None

    def _points(self, term: Term) -> str:
        """The points of a row, without the equals sign."""
        points = term.points
        place = lambda places: self._number(term, *places)  # noqa: E731
        if parts_of(term):
            own = self._helper(f"{term.index} part 0")
            return f"IF(ISNUMBER({own}),{points.formula(own, place)},0)"
        label = measured_label(term)
        figure = self._of_label(label) if label else "1"
        return formulas.where(self.conditions(term), points.formula(figure, place, worked_out=False), "0")

    def _skipping(self, term: Term) -> dict[str, Any]:
        """Whether a row qualifies to be skipped, and whether it is the one that is."""
        skip = term.skip_first
        assert skip is not None
        tests = [self._condition(each, term, "skip", at) for at, each in enumerate(skip.conditions)]
        date = self._of_label(skip.by)
        flag = formulas.where([f"ISNUMBER({date})", *tests], "1", "0")
        keys = f"{term.index} flag", f"{term.index} first"
        flags = self.rows.up_to(self.rows.form.helpers[self.leaf.id, keys[0]], self.line)
        dates = self.rows.up_to(self.rows.form.inputs_at[skip.by], self.line)
        qualifies = _qualifies(term, self.values, self.columns.moment)
        first = self.rows.is_first(self.line, lambda line: _skip_key(term, line, self.columns.moment))
        return {
            keys[0]: Formula(f"={flag}", int(qualifies)),
            keys[1]: Formula(formulas.earliest(flags, self._helper(keys[0]), dates, date), int(first)),
        }

    # ------------------------------------------------ a leaf's points

    def of_leaf(self, terms: Sequence[Term], cells: dict[str, Any]) -> dict[str, Any]:
        """The sum of a row's sentences; where names count once, of the best row of a name alone."""
        its = [value for term in terms if (value := cells.get(f"{term.index} points")) is not None]
        if len(its) < len(terms):
            return {}
        total = sum((Fraction(value.value) if isinstance(value, Formula) else value for value in its), ZERO)
        if len(terms) > 1:
            summed: Any = Formula("=" + "+".join(self._helper(f"{term.index} points") for term in terms), total)
        else:
            summed = its[0]
        if not self.rule.once:
            return {POINTS: summed if self.line.sound else ZERO}
        counted = self.line.points(self.leaf)
        own, group = self._helper("earned"), self._group()
        earned = self._earned(terms, summed) if self.line.sound else NOTHING
        return {"earned": earned, POINTS: Formula(formulas.once(own, list(self._better(own, group))), counted)}

    def _earned(self, terms: Sequence[Term], summed: Any) -> Any:
        """What a row earns where the conditions of one of its sentences hold; else it is none of those that count once."""
        tests = [[self._condition(each, term, "where", at) for at, each in enumerate(term.conditions)] for term in terms]
        if not all(tests):
            return summed
        value = summed.value if isinstance(summed, Formula) else summed
        holds = any(judge_row(term, self.values, self.columns.moment).holds for term in terms)
        test = f"OR({','.join(formulas.where(each, 'TRUE', 'FALSE') for each in tests)})"
        text = summed.text.removeprefix("=") if isinstance(summed, Formula) else str(summed)
        return Formula(f'=IF({test},{text},"{NOTHING}")', value if holds else NOTHING)

    def _group(self) -> str:
        return self.rows.helper("", self.rows.form.group, self.line.number)

    def _better(self, own: str, group: str) -> Iterator[str]:
        """Counts of the events of the same name that count rather than this one: better ones, and equal ones before it."""
        before = True
        for source in self.rule.sources:
            if not self.rule.of_source(source):  # it is looked up, and has no points of its own
                continue
            other = self.rows.others[source.sheet]
            elsewhere = other is not self.rows
            columns = other.form.helpers["", other.form.group], other.form.helpers[self.leaf.id, "earned"]
            groups, points = (other.range(column, elsewhere=elsewhere) for column in columns)
            if elsewhere:
                yield (formulas.at_least if before else formulas.more)(groups, group, points, own)
                continue
            before = False
            yield formulas.more(groups, group, points, own)
            so_far = [self.rows.range_so_far(column, self.line.number) for column in columns]
            yield formulas.same_before(so_far[0], group, so_far[1], own)


def _qualifies(term: Term, values: dict[str, Any], moment: Moment) -> bool:
    skip = term.skip_first
    assert skip is not None
    return values.get(skip.by) is not None and all(each.holds(values.get(each.label), moment.now) for each in skip.conditions)


def _skip_key(term: Term, line: Line, moment: Moment) -> Any:
    """The date by which a row may be skipped; None of one that does not qualify."""
    skip = term.skip_first
    assert skip is not None
    if not line.sound or line.record is None or not _qualifies(term, dict(line.record), moment):
        return None
    return line.record[skip.by]
