"""What is told of a method, in order and in one language: headings, paragraphs, lists and tables, whatever form they take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chainscore.method.rule.term import Rule, Term
from chainscore.method.rulebook import Example, Grid, Leaf, Rulebook, Section, Target
from chainscore.show.method.sentence import conditions_words, goal_words, term_words
from chainscore.words.bilingual import Language, bracketed, named, told
from chainscore.words.numbers import SIGNS, plain
from chainscore.words.texts import text


@dataclass(frozen=True)
class Heading:
    """``level`` 0 is the title of the whole."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Grille:
    """A table with a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on."""

    labels: tuple[str, ...]


NUMERALS = "一二三四五六七八"
Block = Heading | Paragraph | Items | Grille | Signatures
Blocks = Sequence[Block]


def contents(book: Rulebook, language: Language) -> list[Block]:
    """The whole method."""
    return list(_Teller(book, language).blocks())


class _Teller:
    def __init__(self, book: Rulebook, language: Language) -> None:
        self.book = book
        self.language: Language = language
        self.object = told(book.words.object, language)
        self.parts = 0

    def say(self, key: str, **values: object) -> str:
        return text(f"method.{key}", self.language, **values)

    def part(self, key: str, **values: object) -> Heading:
        """The heading of the next of the method's parts."""
        self.parts += 1
        number = f"{NUMERALS[self.parts - 1]}、" if self.language == "zh" else f"{self.parts}. "
        return Heading(1, f"{number}{self.say(key, **values)}")

    def header(self, *keys: str) -> tuple[str, ...]:
        return tuple(self.say(f"column_{key}", object=self.object) for key in keys)

    def blocks(self) -> Iterator[Block]:
        yield Heading(0, self.book.title)
        yield Paragraph(self._origin())
        yield from self._objects()
        yield from self._indicators()
        yield self.part("rules")
        for leaf in self.book.leaves:
            yield from self._leaf(leaf)
        yield from self._total()
        yield from self._targets()
        yield from self._readings()
        yield from self._remarks()
        yield from self._sheets()
        yield from self._signatures()

    def _origin(self) -> str:
        kinds = self.say("comma").join(self.say(f"kind_{kind}") for kind in self.book.periods)
        told_ = [self.say("origin", id=self.book.id, version=self.book.version, sha256=self.book.sha256[:12])]
        if self.book.plan:
            told_.insert(0, self.say("plan", plan=self.book.plan))
        told_.append(self.say("periods", kinds=kinds))
        if self.book.year_starts != 1:
            told_.append(self.say("year_starts", month=self.book.year_starts))
        return "".join(told_) if self.language == "zh" else " ".join(told_)

    def _objects(self) -> Iterator[Block]:
        book = self.book
        yield self.part("objects", object=self.object, number=len(book.chains))
        wanted = [("name", "object"), ("group", "group"), ("lead_unit", "lead_unit"), ("chief", "chief")]
        kept = [(name, key) for name, key in wanted if any(getattr(chain, name) for chain in book.chains)]
        rows = tuple((str(at), *(getattr(chain, name) for name, _ in kept)) for at, chain in enumerate(book.chains, 1))
        yield Grille(("", *(self._named(key) for _, key in kept)), rows)

    def _named(self, key: str) -> str:
        """A column by the rulebook's own word for it."""
        word = {"object": self.book.words.object, "lead_unit": self.book.words.lead_unit, "chief": self.book.words.chief}.get(
            key
        )
        return told(word, self.language) if word else self.say(f"column_{key}")

    def _indicators(self) -> Iterator[Block]:
        yield self.part("indicators")
        rows: list[tuple[str, ...]] = []
        for section in self.book.sections:
            rows.append((section.id, section.title, self._marks(section.marks), ""))
            rows += [
                (leaf.id, f"　{leaf.title}", self._marks(leaf.marks), leaf.clause)
                for leaf in self.book.leaves_by_section[section.id]
            ]
        yield Grille(self.header("id", "indicator", "marks", "clause"), tuple(rows))

    def _marks(self, marks: Decimal | None) -> str:
        return "" if marks is None else plain(marks)

    # ------------------------------------------------ rules

    def _leaf(self, leaf: Leaf) -> Iterator[Block]:
        marks = self.say("with_marks", marks=plain(leaf.marks)) if leaf.marks is not None else ""
        yield Heading(2, f"{leaf.id} {leaf.title}{marks}")
        if wording := told(leaf.text, self.language):
            clause = self.say("clause", clause=leaf.clause) if leaf.clause else ""
            yield Paragraph(f"{clause}{wording}")
        rules = {id(rule): rule for group in self.book.groups for rule in [self.book.rules[leaf.id, group]]}
        for rule in rules.values():
            groups = [group for group in self.book.groups if self.book.rules[leaf.id, group] is rule]
            if len(rules) > 1:
                yield Paragraph(self.say("of_group", groups=self.say("comma").join(groups)))
            yield Items(tuple(self._rule(rule)))
        if leaf.examples:
            yield Items(tuple(self._example(example) for example in leaf.examples))

    def _rule(self, rule: Rule) -> Iterator[str]:
        for term in rule.terms:
            yield self.say("semicolon").join(term_words(term, self.book, self.language))
        if rule.once:
            yield self.say("once", object=self.object)
        for name, limit in (("cap", rule.cap), ("floor", rule.floor)):
            if limit is not None:
                yield self.say(f"{name}_of_leaf", limit=plain(limit))

    def _example(self, example: Example) -> str:
        equals = SIGNS[self.language]["="]
        rows = [
            self.say("comma").join(
                f"{label}{equals}{plain(value) if isinstance(value, Decimal) else value}" for label, value in row.items()
            )
            for row in example.rows
        ]
        shown = self.say("semicolon").join(rows) or "—"
        return self.say("example", rows=shown, points=plain(example.points))

    # ------------------------------------------------ above the leaves

    def _total(self) -> Iterator[Block]:
        book, total = self.book, self.book.total
        lines = [line for section in book.sections for line in self._section(section)]
        lines += [
            self.say(f"total_{name}", limit=plain(limit))
            for name, limit in (("cap", total.cap), ("floor", total.floor))
            if limit is not None
        ]
        for veto, told_veto in zip(book.vetoes, total.veto, strict=True):
            wording = told(told_veto.text, self.language)
            lines.append(veto.told(self.language) + bracketed(wording, self.language))
        lines.append(self.say("rank_in_groups" if total.rank_in_groups else "rank", object=self.object))
        lines.append(self.say("decimals", decimals=book.decimals))
        yield self.part("total")
        yield Items(tuple(lines))
        if total.grades:
            rows = tuple((grade, self._grade(bound)) for grade, bound in total.grades.items())
            yield Grille(self.header("grade", "bound"), rows)

    def _section(self, section: Section) -> Iterator[str]:
        if section.by == "weighted":
            weights = self.say("comma").join(f"{leaf} × {plain(weight)}" for leaf, weight in section.weights.items())
            yield self.say("section_weighted", section=section.title, weights=weights)
        elif section.by == "mean":
            yield self.say("section_mean", section=section.title)
        for name, limit in (("cap", section.cap), ("floor", section.floor)):
            if limit is not None:
                yield self.say(f"section_{name}", section=section.title, limit=plain(limit))

    def _grade(self, bound: object) -> str:
        if isinstance(bound, str):
            return self.say("grade_share", share=bound)
        return self.say("grade_total", total=plain(Decimal(str(bound))))

    def _targets(self) -> Iterator[Block]:
        """What the plan wants, and what of it the workbooks hold."""
        if not self.book.targets:
            return
        yield self.part("targets")
        rows = []
        for target, aim in zip(self.book.targets, self.book.aims, strict=True):
            held = self._held(aim.term, target) if aim is not None else text("target.not_held", self.language)
            rows.append(
                (target.title, goal_words(target, self.language), told(target.text, self.language), held, target.clause)
            )
        yield Grille(self.header("target", "goal", "wording", "held", "clause"), tuple(rows))

    def _held(self, term: Term, target: Target) -> str:
        """Of which rows a target's figure is, and what is measured."""
        assert term.source is not None
        parts = [term.source.sheet, self.say("comma").join(target.names), conditions_words(term.conditions, self.language)]
        counted = self.say("count", inner="")
        parts.append(told(term.told, self.language) or counted)
        return self.say("semicolon").join(filter(None, parts))

    def _readings(self) -> Iterator[Block]:
        if not self.book.readings:
            return
        yield self.part("readings")
        rows = []
        for reading in self.book.readings:
            for option, meaning in reading.options.items():
                chosen = self.say("chosen") if self.book.chosen[reading.key] == option else ""
                first = option == next(iter(reading.options))
                question = told(reading.question, self.language) if first else ""
                rows.append((question, f"{reading.key}={option}", told(meaning, self.language), chosen))
        yield Grille(self.header("question", "option", "meaning", "chosen"), tuple(rows))

    def _remarks(self) -> Iterator[Block]:
        if not self.book.remarks:
            return
        yield self.part("remarks")
        rows = tuple(
            (remark.code, told(remark.message, self.language), told(remark.hint, self.language))
            for remark in self.book.remarks.values()
        )
        yield Grille(self.header("code", "message", "hint"), rows)

    def _sheets(self) -> Iterator[Block]:
        yield self.part("sheets")
        rows = []
        for sheet in self.book.sheets:
            grids: list[Grid] = [grid for grid in (sheet.table, sheet.ledger) if grid is not None]
            rows += (
                [(sheet.name, self.say("cells"), self.say("comma").join(cell.label for cell in sheet.cells))]
                if sheet.cells
                else []
            )
            rows += [
                (sheet.name, grid.title, self.say("comma").join(column.label for column in grid.columns)) for grid in grids
            ]
        unit = told(self.book.words.unit, self.language) or self.say("column_sheet")
        yield Grille((unit, *self.header("grid", "labels")), tuple(rows))

    def _signatures(self) -> Iterator[Block]:
        words = self.book.words
        office, body = (told(word, self.language) for word in (words.office, words.body))
        seal = told(words.seal, self.language)
        labels = [self.say("made_by", who=office), self.say("approved_by", who=body)]
        sealed = (f"{label}{bracketed(seal if at else '', self.language)}" for at, label in enumerate(labels))
        yield Signatures(tuple(named(label, "", self.language) for label in sealed))
