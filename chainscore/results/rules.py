"""The results workbook's sheet of rules: every sentence of the method in words, and each of its numbers in a cell.

Formulas refer to these cells, so that what is scored by can be read, and changed to try another rule. A line has a leaf,
what it is about, the bound or value it holds for (the key), and a number. Where groups of objects have rules of their own
each has its lines.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from chainscore.method.period import Period
from chainscore.method.rule.points import Line as NumberLine
from chainscore.method.rule.term import Rule, Term
from chainscore.method.rulebook import Leaf, Rulebook, Section
from chainscore.results.excel.book import Book
from chainscore.results.excel.page import SMALL_ON_PAPER, Column, readable
from chainscore.words.bilingual import named, told
from chainscore.words.texts import text

COLUMNS = (
    ("column.leaf", 8, "centre"),
    ("column.title", 30, "name"),
    ("column.clause", 16, "name"),
    ("column.item", 34, "name"),
    ("column.key", 26, "value"),
    ("column.value", 12, "value"),
    ("column.note", 60, "name"),
)
"""(title, width, style) of each column."""
KEY, VALUE = "E", "F"
"""The columns of keys and values."""
Place = tuple[str, ...]


class RuleLine(msgspec.Struct, frozen=True):
    """One line of the sheet."""

    leaf: Leaf | None
    group: str
    item: str
    key: Any = None
    value: Any = None
    note: str = ""
    places: tuple[tuple[Place, str], ...] = ()
    """(what a formula asks for, the column that has it)."""


class Rules:
    """The sheet of rules, by which a workbook is scored."""

    def __init__(self, book: Rulebook, period: Period, now: datetime.date, file: Book) -> None:
        """``now`` is the day by which events had to have happened."""
        self.book = book
        self.now = now
        self.elapsed = period.elapsed
        self.name = text("sheet.rules", book.language)
        columns = self._columns()
        self.page = file.page(self.name, columns, readable(columns, 10, SMALL_ON_PAPER).size, frozen=2, kind="rules")
        self.file = file
        self.lines = [*self._general(), *(line for leaf in book.leaves for line in self._lines_of(leaf))]
        self._cells: dict[tuple[str | None, str, Place], str] = {}
        for row, line in enumerate(self.lines, self.page.first + 1):
            leaf = line.leaf.id if line.leaf is not None else None
            for place, column in line.places:
                self._cells[leaf, line.group, place] = f"'{self.name}'!${column}${row}"

    def say(self, key: str, **values: object) -> str:
        """A text of the sheet, in the language of the workbooks."""
        return text(f"rules.{key}", self.book.language, **values)

    def _columns(self) -> list[Column]:
        return [Column(text(title, self.book.language), width, style) for title, width, style in COLUMNS]

    # ------------------------------------------------ cells

    def cell(self, leaf: Leaf, chain: str, *place: str) -> str:
        """The cell of a number of an object's rule: ``("0", "step", "2", "bound")``, ``("cap",)``."""
        return self._cells[leaf.id, self._group(leaf, self.book.chain(chain).group), place]

    def has(self, leaf: Leaf, chain: str, *place: str) -> bool:
        return (leaf.id, self._group(leaf, self.book.chain(chain).group), place) in self._cells

    def general(self, *place: str) -> str:
        """The cell of a number that is of no leaf: ``("decimals",)``, ``("section", "3", "cap")``, ``("grade", "优秀")``."""
        return self._cells[None, "", place]

    def _group(self, leaf: Leaf, group: str) -> str:
        """The group under which the lines of a rule stand; empty where all groups have the same."""
        return group if len({id(self.book.rules[leaf.id, each]) for each in self.book.groups}) > 1 else ""

    # ------------------------------------------------ lines

    def _general(self) -> Iterator[RuleLine]:
        for place, value in (("decimals", self.book.decimals), ("now", self.now), ("elapsed", self.elapsed)):
            note = self.say(f"{place}_note")
            yield RuleLine(None, "", self.say(place), None, value, note, (((place,), VALUE),))
        for section in self.book.sections:
            yield from self._of_section(section)
        yield from self._of_total()

    def _of(self, whole: str, part: str) -> str:
        return named(whole, part, self.book.language)

    def _of_section(self, section: Section) -> Iterator[RuleLine]:
        """How a section's leaves are added up, where it is not their plain sum."""
        of = f"{section.id} {section.title}"
        if section.by != "sum":
            yield RuleLine(None, "", self._of(of, self.say(f"section_{section.by}")))
        for leaf, weight in section.weights.items():
            yield RuleLine(
                None, "", self.say("weight", section=of), leaf, weight, "", ((("section", section.id, leaf), VALUE),)
            )
        for name, number in (("cap", section.cap), ("floor", section.floor)):
            if number is not None:
                yield RuleLine(
                    None, "", self._of(of, self.say(name)), None, number, "", ((("section", section.id, name), VALUE),)
                )

    def _of_total(self) -> Iterator[RuleLine]:
        """Limits of the total, vetoes and grades."""
        total = self.book.total
        for name, number in (("cap", total.cap), ("floor", total.floor)):
            if number is not None:
                yield RuleLine(None, "", self.say(f"total_{name}"), None, number, "", ((("total", name), VALUE),))
        for veto in self.book.vetoes:
            words = text("method.and", self.book.language).join(each.told(self.book.language) for each in veto.conditions)
            note = told(total.veto[veto.index].text, self.book.language)
            item = self.say("veto", source=f"{veto.source.sheet}", section=veto.section or self.say("total"))
            yield RuleLine(None, "", item, words, veto.score, note, ((("veto", str(veto.index)), VALUE),))
            for at, each in enumerate(veto.conditions):
                if each.bound is not None:
                    places = ((("veto", str(veto.index), str(at)), VALUE),)
                    yield RuleLine(None, "", self.say("where"), each.told(self.book.language), each.bound, "", places)
        for grade, bound in total.grades.items():
            share = isinstance(bound, str)
            number = Decimal(str(bound).rstrip("%")) / 100 if share else bound
            item = self.say("grade_by_share" if share else "grade")
            yield RuleLine(None, "", item, grade, number, "", ((("grade", grade), VALUE),))

    def _lines_of(self, leaf: Leaf) -> Iterator[RuleLine]:
        """All sentences and numbers of one leaf."""
        rules = {self._group(leaf, group): self.book.rules[leaf.id, group] for group in self.book.groups}
        if leaf.marks is not None:
            yield RuleLine(leaf, "", self.say("marks"), None, leaf.marks)
        for group, rule in rules.items():
            if group:
                yield RuleLine(leaf, group, self.say("group", group=group))
            yield from self._of_rule(leaf, group, rule)

    def _of_rule(self, leaf: Leaf, group: str, rule: Rule) -> Iterator[RuleLine]:
        for term in rule.terms:
            yield from self._of_term(leaf, group, term, len(rule.terms) > 1)
        for name, number in (("cap", rule.cap), ("floor", rule.floor)):
            if number is not None:
                yield RuleLine(leaf, group, self.say(name), None, number, "", (((name,), VALUE),))
        if rule.once:
            yield RuleLine(leaf, group, self.say("once"))

    def _of_term(self, leaf: Leaf, group: str, term: Term, numbered: bool) -> Iterator[RuleLine]:
        index = str(term.index)
        if term.source is not None:
            number = self.say("term", number=term.index + 1) if numbered else ""
            measured = told(term.told, self.book.language)
            of = self._of(term.source.sheet, measured) if term.measure is not None else term.source.sheet
            against = self.say(f"against_{term.against}") if term.against != "value" else ""
            yield RuleLine(leaf, group, f"{number}{of}", against or None)
        for at, condition in enumerate(term.conditions):
            places = (((index, "where", str(at)), VALUE),) if condition.bound is not None else ()
            yield RuleLine(leaf, group, self.say("where"), condition.told(self.book.language), condition.bound, "", places)
        if term.skip_first is not None:
            for at, condition in enumerate(term.skip_first.conditions):
                places = (((index, "skip", str(at)), VALUE),) if condition.bound is not None else ()
                item = self.say("skip_first", label=term.skip_first.by)
                yield RuleLine(leaf, group, item, condition.told(self.book.language), condition.bound, "", places)
        if term.missing is not None:
            shown = term.missing if not isinstance(term.missing, str) else None
            how = self.say(f"missing_{term.missing}") if isinstance(term.missing, str) else None
            yield RuleLine(leaf, group, self.say("missing"), how, shown, "", (((index, "missing"), VALUE),))
        yield from self._of_points(leaf, group, term, index)

    def _of_points(self, leaf: Leaf, group: str, term: Term, index: str) -> Iterator[RuleLine]:
        """A line for each number; the bound of a step is the key of the first of its numbers."""
        bounds: dict[Place, NumberLine] = {}
        for line in term.points.lines():
            if line.place[-1] == "bound":
                bounds[line.place[:-1]] = line
                continue
            places: list[tuple[Place, str]] = [((index, *line.place), VALUE)]
            key: Any = line.bound
            if (bound := bounds.pop(line.place[:-1], None)) is not None:
                places.append(((index, *bound.place), KEY))
                key = bound.number
            item = self.say(f"points_{self._kind(term, line)}")
            yield RuleLine(leaf, group, item, key, line.number, "", tuple(places))

    def _kind(self, term: Term, line: NumberLine) -> str:
        """Which of the texts tells what a number is."""
        if line.place[0] in ("match", "equal"):
            return line.place[0]
        if line.place[0] == "step" and line.place[-1] == "at_0":
            return "steps" if term.points.steps else "up_to"
        return line.place[-1]

    # ------------------------------------------------ writing

    def write(self) -> None:
        """All lines, each leaf's wording with its first, and the readings below."""
        before: Leaf | None = None
        row = self.page.first
        for line in self.lines:
            leaf = line.leaf
            begins = leaf is not before
            note = told(leaf.text, self.book.language) if leaf is not None and begins and not line.note else line.note
            named = [leaf.id, leaf.title, leaf.clause] if leaf is not None else ["", "", ""]
            value = float(line.value) if isinstance(line.value, Fraction) else line.value
            self.page.row(row, [*named, line.item, line.key, value, note], ("first",) if begins else ())
            before, row = leaf, row + 1
        for reading in self.book.readings:
            option = self.book.chosen[reading.key]
            language = self.book.language
            meaning = self._of(told(reading.question, language), told(reading.options[option], language))
            chosen = self.say("default", option=option) if option == reading.default else option
            values = [self.say("reading"), reading.key, reading.clause, self.say("reading_item"), chosen, "", meaning]
            self.page.row(row, values, ("first",) if reading is self.book.readings[0] else ())
            row += 1
        self.file.mark(self.page, row)
