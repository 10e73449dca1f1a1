"""An explanation as a tree: section, indicator, leaf, row, cell."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.explain import Explanation, Extreme, IndicatorExplanation, LeafExplanation, SectionExplanation, figure
from chainscore.scoring.limits import (
    limits_of_section,
    limits_of_total,
    shown_sum,
    sum_of_section,
    terms_of_section,
    vetoes_told,
)
from chainscore.scoring.losses import Loss
from chainscore.scoring.next_steps import NextStep
from chainscore.scoring.scorecard import Evidence, LeafScore
from chainscore.show.console import readings_line
from chainscore.show.findings import counts
from chainscore.show.terminal import Line, is_rich, print_line, print_rich
from chainscore.words.bilingual import told
from chainscore.words.findings import Language, one_line
from chainscore.words.numbers import added, approximately, plain
from chainscore.words.standing import told_rank, told_score
from chainscore.words.texts import because, formula, rounded, text

if TYPE_CHECKING:
    from rich.tree import Tree


@dataclass(frozen=True)
class Node:
    """One line of a tree and what hangs below it."""

    line: Line
    children: tuple[Node, ...] = ()
    part: str = ""
    """The id of the section, indicator or leaf that it stands for."""


def print_explanation(explanation: Explanation, appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    """Everything ``explain`` says on the console."""
    print_line(text("console.title", language, title=book.title, period=explanation.period.name(language)))
    if explanation.draft:
        print_line(text("console.draft", language))
    print_line(readings_line(book, language))
    print_line("")
    _print_tree(Explainer(explanation, book, language).tree())
    if appraisal.tables is None:  # a results workbook, whose findings stand on a sheet of its own
        return
    print_line("")
    more = text("console.see_check", language) if appraisal.findings else ""
    print_line(counts(appraisal.findings, language) + more)


def print_losses(
    explanation: Explanation, losses: Sequence[Loss], steps: Sequence[NextStep], book: Rulebook, language: Language
) -> None:
    """What was lost, the largest loss first, why, and what would earn most next."""
    print_line(text("console.title", language, title=book.title, period=explanation.period.name(language)))
    if explanation.draft:
        print_line(text("console.draft", language))
    print_line(readings_line(book, language))
    print_line("")
    explainer = Explainer(explanation, book, language)
    vetoes = vetoes_told(explanation.score, book, language)
    said = (Node(Line(each, "red")) for each in vetoes)
    _print_tree(Node(Line(explanation.chain.name, "bold"), (*said, *map(explainer.loss, losses))))
    if not losses and not vetoes:
        print_line(text("explain.nothing_lost", language))
    if steps:
        print_line("")
        _print_tree(Node(Line(text("step.title", language), "bold"), tuple(Node(Line(s.told(book, language))) for s in steps)))


def _print_tree(node: Node) -> None:
    """Branches and colours on a terminal, lines indented by depth elsewhere."""
    if is_rich(sys.stdout):
        print_rich(_branch(node))
        return
    for depth, line in _lines(node):
        print_line("  " * depth + line)


def _branch(node: Node, parent: Tree | None = None) -> Tree:
    from rich.tree import Tree

    line = node.line.rich()
    tree = Tree(line) if parent is None else parent.add(line)
    for child in node.children:
        _branch(child, tree)
    return tree


def _lines(node: Node, depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, node.line.plain
    for child in node.children:
        yield from _lines(child, depth + 1)


class Explainer:
    """Puts an explanation into words."""

    def __init__(self, explanation: Explanation, book: Rulebook, language: Language) -> None:
        self.explanation = explanation
        self.book = book
        self.decimals = book.decimals
        self.language = language
        self.separator = "，" if language == "zh" else ", "
        self.several_files = len(explanation.files) > 1

    def tree(self) -> Node:
        """The whole explanation, from the total down to the cells."""
        explanation = self.explanation
        score = explanation.score
        rank = told_rank(score.rank, explanation.tied, self.language)
        sum_ = self._sum(explanation.terms, score.total, score.pending)
        line = self._say("explain.total", chain=explanation.chain.name, sum=sum_, rank=rank)
        limits = (Node(Line(each, "red")) for each in limits_of_total(score, self.book, self.language))
        return Node(Line(line, "bold"), (*limits, *(self._section(section) for section in explanation.sections)))

    def _section(self, explained: SectionExplanation) -> Node:
        section, score = explained.section, self.explanation.score
        if section.by == "sum" or explained.score is None:
            sum_ = self._sum(explained.terms, explained.score, explained.pending)
        else:
            exact, terms = sum_of_section(score, section, self.book), terms_of_section(score, section, self.book)
            sum_ = self._incomplete(self._equal(terms, exact, explained.score), explained.pending)
        limits = limits_of_section(score, section, self.book, self.language)
        children = [Node(Line(each, "red")) for each in limits]
        children += [node for indicator in explained.indicators for node in self._indicator(indicator)]
        return Node(Line(self._part(section.id, section.title, section.marks, sum_), "bold"), tuple(children), section.id)

    def _indicator(self, explained: IndicatorExplanation) -> list[Node]:
        """The indicator with its leaves; a leaf that is all of its indicator stands for it."""
        indicator = explained.indicator
        leaves = [self._leaf(leaf) for leaf in explained.leaves]
        if len(indicator.leaves) == 1:
            return leaves
        pending = [leaf.id for leaf, term in zip(indicator.leaves, explained.terms, strict=True) if term is None]
        sum_ = self._sum(explained.terms, explained.score, pending)
        line = Line(self._part(indicator.id, indicator.title, indicator.marks, sum_), "bold")
        return [Node(line, tuple(leaves), indicator.id)]

    def _leaf(self, explained: LeafExplanation) -> Node:
        leaf, result = explained.leaf, explained.result
        score = self._score(result.score)
        line = self._part(leaf.id, leaf.title, leaf.marks, score)
        children = [
            *self._clause(leaf),
            *self._limits(result),
            *self._rows(explained),
            *(Line(self.extreme(extreme)) for extreme in explained.extremes),
            Line(self._say("explain.formula", formula=formula(result.formula, self.language))),
        ]
        if explained.rounded_from is not None:
            children.append(Line(self._say("explain.rounded", exact=explained.rounded_from, score=score)))
        nodes = (child if isinstance(child, Node) else Node(child) for child in children)
        return Node(Line(line, "bold red" if result.score is None else "bold cyan"), tuple(nodes), leaf.id)

    def _clause(self, leaf: Leaf) -> list[Line]:
        """Where in the method the leaf stands, and its sentence there, as far as the rulebook has them."""
        words = told(leaf.text, self.language)
        key = ("explain.clause" if leaf.clause else "explain.words") if words else "explain.clause_alone"
        return [Line(self._say(key, clause=leaf.clause, words=words))] if leaf.clause or words else []

    def loss(self, loss: Loss) -> Node:
        """A leaf with what was lost on it: how the score came about, and the rows that earned nothing or cost points."""
        explained = next(each for each in self.explanation.leaves if each.leaf.id == loss.leaf.id)
        values = {"id": loss.leaf.id, "title": loss.leaf.title, "lost": self._score(loss.lost)}
        line = self._say("explain.lost_without_marks", **values)
        if loss.marks is not None:
            score = self._score(explained.result.score)
            line = self._say("explain.lost", **values, marks=plain(loss.marks), score=score)
        said = [self._say("explain.formula", formula=formula(explained.result.formula, self.language))]
        said += map(self.extreme, explained.extremes)
        children: list[Node | Line] = [*map(Line, said), *self._rows(explained, lost=True)]
        nodes = (child if isinstance(child, Node) else Node(child) for child in children)
        return Node(Line(line, "bold cyan"), tuple(nodes), loss.leaf.id)

    def _limits(self, result: LeafScore) -> list[Line]:
        """What the points are added to, and between what they stay."""
        limits: Mapping[str, Fraction | None] = {
            "explain.start": result.start or None, "explain.floor": result.floor, "explain.cap": result.cap,
        }  # fmt: skip
        said = [self._say(key, number=approximately(number)) for key, number in limits.items() if number is not None]
        return [Line(self.separator.join(said))] if said else []

    def _rows(self, explained: LeafExplanation, lost: bool = False) -> Iterator[Node | Line]:
        """The evidence; ``lost``: of that only what cost points or, where points are earned, earned none."""
        taken_off = bool(explained.result.start)
        evidence = [
            each for each in explained.result.evidence if not lost or each.points < 0 or (not each.points and not taken_off)
        ]
        points = [signed(each.points) for each in evidence]
        width = max(map(len, points), default=0)
        for each, shown in zip(evidence, points, strict=True):
            line = Line(f"{shown:<{width}}  {self.reason(each)}")
            line.stylize("red" if each.points < 0 else "green" if each.counted else "dim", 0, len(shown))
            if not each.counted:
                line.stylize("dim")
            yield Node(line, (Node(Line(self._place(each), "dim")),))
        if not explained.result.evidence and explained.result.score is not None:
            yield Line(self._say("explain.no_rows"), "dim")

    def reason(self, evidence: Evidence) -> str:
        """What the points are given or not given for, by name."""
        reason = because(evidence.why, self.language)
        if value := figure(evidence, self.language):
            reason = value + self.separator + reason
        label = one_line(evidence.label)
        return reason if reason.startswith(label) else self._say("explain.row", label=label, reason=reason)

    def _place(self, evidence: Evidence) -> str:
        """The sheet and the cells, and the file where there are several."""
        sheet = f"{evidence.file}:{evidence.sheet}" if self.several_files else evidence.sheet
        cells = self.separator.join(f"{label} {cell}" for label, cell in evidence.cells.items())
        return self._say("explain.place", sheet=sheet, cells=cells) if cells else sheet

    def extreme(self, extreme: Extreme) -> str:
        """The smallest or largest value and whose it is, with its cells."""
        holders = [
            self._say("explain.holder", chain=chain.short_name, place=self._place(evidence))
            for chain, evidence in extreme.holders
        ]
        key = "explain.smallest" if extreme.key == "smallest" else "explain.largest"
        return self._say(key, value=extreme.value, holders=self.separator.join(holders))

    def _part(self, part: str, title: str, marks: Decimal | None, sum_: str) -> str:
        if marks is None:
            return self._say("explain.part_without_marks", id=part, title=title, sum=sum_)
        return self._say("explain.part", id=part, title=title, marks=plain(marks), sum=sum_)

    def _sum(self, terms: Sequence[Decimal | None], total: Decimal | None, pending: Sequence[str]) -> str:
        """The published terms and what they add up to; what is pending adds nothing, and is no sum by itself."""
        known = sum((Fraction(term) for term in terms if term is not None), Fraction(0))
        if len(terms) > 1 or (total is not None and known != total):
            shown = self._equal(added(map(self._score, terms)), known, total)
        else:
            shown = self._score(total)
        return self._incomplete(shown, pending)

    def _equal(self, terms: str, exact: Fraction | None, total: Decimal | None) -> str:
        """``60.00 + 34.00 = 94.00 → 59.00``: what the terms come to, and what is published where that is another number."""
        shown = self._score(total)
        if exact is not None and total is not None and exact != total:
            before = shown_sum(exact, self.decimals)
            if before == terms:
                return f"{terms} → {shown}"
            shown = f"{before} → {shown}"
        return rounded(self._say("explain.sum", terms=terms, total=shown))

    def _incomplete(self, shown: str, pending: Sequence[str]) -> str:
        return self._say("explain.incomplete", sum=shown, leaves=", ".join(pending)) if pending else shown

    def _score(self, score: Decimal | None) -> str:
        return told_score(score, self.decimals, self.language)

    def _say(self, key: str, **values: object) -> str:
        return text(key, self.language, **values)


def signed(points: Fraction) -> str:
    """Points as they are added or taken off: +6, -0.2, 0; those that cannot be shown exactly are ≈ already."""
    shown = approximately(points)
    return f"+{shown}" if points > 0 and not shown.startswith("≈") else shown
