"""What people see: findings a line each, the ranking as a table, an explanation as a tree."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from chainscore.intake.values import plain
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.explain import Explanation, Extreme, IndicatorExplanation, LeafExplanation, SectionExplanation, measured
from chainscore.scoring.rollcall import roll_call
from chainscore.scoring.scorecard import ChainScore, Evidence, LeafScore, Scorecard, approximately
from chainscore.show.terminal import Line, Table, print_rich, print_table
from chainscore.show.terminal import print_line as print_line
from chainscore.words.findings import Code, Finding, Language, Severity, one_line
from chainscore.words.texts import because, formula, text

if TYPE_CHECKING:
    from rich.tree import Tree

    # it needs pandas, which takes longer than all else together
    from chainscore.scoring.appraisal import Appraisal

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "notice": "cyan"}


def print_findings(findings: Iterable[Finding], language: Language, stream: TextIO | None = None) -> None:
    """A line each: the place, the code, what is wrong, how to mend it."""
    for finding in findings:
        line = text(
            "console.finding",
            language,
            place=finding.place,
            code=finding.code,
            message=finding.message(language),
            hint=finding.hint(language),
        )
        styled = Line(line)
        start = len(finding.place) + 2
        styled.stylize(f"bold {_COLOURS[finding.severity]}", start, start + len(finding.code))
        print_line(styled, stream)


def print_codes(codes: Sequence[Code], language: Language) -> None:
    """A line for each code."""
    for code in codes:
        severity = text(f"severity.{code.severity}", language)
        styled = Line(text("codes.line", language, code=code.code, severity=severity, meaning=code.meaning))
        styled.stylize(f"bold {_COLOURS[code.severity]}", 0, len(code.code))
        print_line(styled)


def print_code(code: Code, language: Language) -> None:
    """What a code means, why it matters, how to mend it, and what its severity entails."""
    severity = text(f"severity.{code.severity}", language)
    heading = Line(text("codes.heading", language, code=code.code, severity=severity, meaning=code.meaning))
    heading.stylize(f"bold {_COLOURS[code.severity]}", 0, len(code.code))
    print_line(heading)
    print_line(text("codes.why", language, why=code.why))
    print_line(text("codes.hint", language, hint=code.hint))
    print_line(text(f"codes.{code.severity}", language))


def counts(findings: Sequence[Finding], language: Language) -> str:
    """How many findings of each severity there are."""
    number = Counter(finding.severity for finding in findings)
    return text("console.counts", language, errors=number["error"], warnings=number["warning"], notices=number["notice"])


def sound(appraisal: Appraisal, language: Language) -> str:
    """That there are no errors, and what was read to say so."""
    assert appraisal.tables is not None
    assert appraisal.tables.period is not None
    sheets = [sheet for sheet in appraisal.tables.sheets.values() if sheet.submitted]
    return text(
        "console.sound",
        language,
        files=_files([name for name, _ in appraisal.tables.inputs], language),
        period=appraisal.tables.period.name(language),
        sheets=len(sheets),
        rows=sum(sheet.rows_read for sheet in sheets),
    )


def _files(names: Sequence[str], language: Language) -> str:
    """The files by name, or how many there are."""
    return "、".join(names) if len(names) < 4 else text("console.files", language, number=len(names))


def readings_line(book: Rulebook, language: Language) -> str:
    """The readings other than the default ones."""
    chosen = [f"{key}={value}" for key, value in book.chosen.items() if value != book.defaults[key]]
    if not chosen:
        return text("console.readings_default", language)
    return text("console.readings", language, readings=", ".join(chosen))


def print_ranking(scorecard: Scorecard, book: Rulebook, language: Language) -> None:
    """Rank, chain, the sections, total and the gap to the one above; boxes on a terminal only."""
    table = Table()
    table.add_column(text("column.rank", language), justify="right", no_wrap=True)
    table.add_column(text("column.chain", language), no_wrap=True)
    for section in book.sections:
        table.add_column(section.title, justify="right", no_wrap=True)
    table.add_column(text("column.total", language), justify="right", no_wrap=True, style="bold")
    table.add_column(text("column.gap", language), justify="right")
    if scorecard.pending:
        table.add_column(text("column.pending", language))
    for above, chain in zip((None, *scorecard.chains), scorecard.chains, strict=False):
        table.add_row(*_ranking_row(above, chain, scorecard, book, language))
    print_table(table)


def print_roll_call(appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    """Who has submitted and who has not, a line each, and how many have."""
    assert appraisal.tables is not None
    entries = roll_call(appraisal.tables, appraisal.findings, book)
    table = Table()
    table.add_column(text("column.who", language), no_wrap=True)
    table.add_column(text("column.state", language), no_wrap=True)
    table.add_column(text("column.file", language), no_wrap=True)
    for name in ("column.rows", "column.errors", "column.warnings", "column.notices"):
        table.add_column(text(name, language), justify="right", no_wrap=True)
    for entry in entries:
        numbers = [entry.rows, *(entry.number(severity) for severity in _COLOURS)]
        counted = [str(number) for number in numbers] if entry.state != "missing" else [""] * len(numbers)
        table.add_row(entry.who, text(f"state.{entry.state}", language), entry.file, *counted)
    print_table(table)
    submitted = sum(entry.state == "submitted" for entry in entries)
    print_line(text("console.roll_call", language, submitted=submitted, missing=len(entries) - submitted))


def _ranking_row(
    above: ChainScore | None, chain: ChainScore, scorecard: Scorecard, book: Rulebook, language: Language
) -> list[str]:
    tied = sum(other.rank == chain.rank for other in scorecard.chains) > 1
    rank = text("column.tied", language, rank=chain.rank) if tied else str(chain.rank)
    gap = "" if above is None else f"{above.total - chain.total:.2f}"
    sections = [f"{chain.sections[section.id]:.2f}" for section in book.sections]
    pending = ["、".join(chain.pending)] if scorecard.pending else []
    return [rank, book.chain(chain.chain).short_name, *sections, f"{chain.total:.2f}", gap, *pending]


def print_score(appraisal: Appraisal, book: Rulebook, results: Path, language: Language) -> None:
    """Everything ``score`` says on the console."""
    assert appraisal.scorecard is not None
    period = appraisal.scorecard.period.name(language)
    print_line(text("console.title", language, title=book.title, period=period))
    if appraisal.scorecard.draft:
        print_line(text("console.draft", language))
    print_line(readings_line(book, language))
    print_line("")
    print_ranking(appraisal.scorecard, book, language)
    print_line("")
    more = text("console.see_check", language) if appraisal.findings else ""
    print_line(counts(appraisal.findings, language) + more)
    print_line(text("console.results", language, path=results))


# ---------------------------------------------------------------- explain


@dataclass(frozen=True)
class _Node:
    """One line of a tree and what hangs below it."""

    line: Line
    children: tuple[_Node, ...] = ()


def print_explanation(explanation: Explanation, appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    """Everything ``explain`` says on the console."""
    print_line(text("console.title", language, title=book.title, period=explanation.period.name(language)))
    if explanation.draft:
        print_line(text("console.draft", language))
    print_line(readings_line(book, language))
    print_line("")
    _print_tree(_Explainer(explanation, language).tree())
    print_line("")
    more = text("console.see_check", language) if appraisal.findings else ""
    print_line(counts(appraisal.findings, language) + more)


def _print_tree(node: _Node) -> None:
    """Branches and colours on a terminal, lines indented by depth elsewhere."""
    if sys.stdout.isatty():
        print_rich(_branch(node))
        return
    for depth, line in _lines(node):
        print_line("  " * depth + line)


def _branch(node: _Node, parent: Tree | None = None) -> Tree:
    from rich.tree import Tree

    line = node.line.rich()
    tree = Tree(line) if parent is None else parent.add(line)
    for child in node.children:
        _branch(child, tree)
    return tree


def _lines(node: _Node, depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, node.line.plain
    for child in node.children:
        yield from _lines(child, depth + 1)


class _Explainer:
    """Puts an explanation into words."""

    def __init__(self, explanation: Explanation, language: Language) -> None:
        self.explanation = explanation
        self.language = language
        self.separator = "，" if language == "zh" else ", "
        self.several_files = len(explanation.files) > 1

    def tree(self) -> _Node:
        explanation = self.explanation
        score = explanation.score
        rank = self._say("column.tied", rank=score.rank) if explanation.tied else score.rank
        sum_ = self._sum(explanation.terms, score.total, score.pending)
        line = self._say("explain.total", chain=explanation.chain.name, sum=sum_, rank=rank)
        return _Node(Line(line, "bold"), tuple(self._section(section) for section in explanation.sections))

    def _section(self, explained: SectionExplanation) -> _Node:
        section = explained.section
        sum_ = self._sum(explained.terms, explained.score, explained.pending)
        children = [node for indicator in explained.indicators for node in self._indicator(indicator)]
        return _Node(Line(self._part(section.id, section.title, section.marks, sum_), "bold"), tuple(children))

    def _indicator(self, explained: IndicatorExplanation) -> list[_Node]:
        """The indicator with its leaves; a leaf that is all of its indicator stands for it."""
        indicator = explained.indicator
        leaves = [self._leaf(leaf) for leaf in explained.leaves]
        if len(indicator.leaves) == 1:
            return leaves
        pending = [leaf.id for leaf, term in zip(indicator.leaves, explained.terms, strict=True) if term is None]
        sum_ = self._sum(explained.terms, explained.score, pending)
        return [_Node(Line(self._part(indicator.id, indicator.title, indicator.marks, sum_), "bold"), tuple(leaves))]

    def _leaf(self, explained: LeafExplanation) -> _Node:
        leaf, result = explained.leaf, explained.result
        score = f"{result.score:.2f}" if result.score is not None else self._say("column.pending")
        line = self._part(leaf.id, leaf.title, leaf.marks, score)
        children = [
            Line(self._say("explain.clause", clause=leaf.clause, words=leaf.text)),
            *self._limits(result),
            *self._rows(explained),
            *(Line(self._extreme(extreme)) for extreme in explained.extremes),
            Line(self._say("explain.formula", formula=formula(result.formula, self.language))),
        ]
        if explained.rounded_from is not None:
            children.append(Line(self._say("explain.rounded", exact=explained.rounded_from, score=score)))
        nodes = (child if isinstance(child, _Node) else _Node(child) for child in children)
        return _Node(Line(line, "bold red" if result.score is None else "bold cyan"), tuple(nodes))

    def _limits(self, result: LeafScore) -> list[Line]:
        """What the points are added to, and between what they stay."""
        limits: Mapping[str, Fraction | None] = {
            "explain.start": result.start or None, "explain.floor": result.floor, "explain.cap": result.cap,
        }  # fmt: skip
        said = [self._say(key, number=approximately(number)) for key, number in limits.items() if number is not None]
        return [Line(self.separator.join(said))] if said else []

    def _rows(self, explained: LeafExplanation) -> Iterator[_Node | Line]:
        evidence = explained.result.evidence
        points = [_signed(each.points) for each in evidence]
        width = max(map(len, points), default=0)
        for each, shown in zip(evidence, points, strict=True):
            line = Line(f"{shown:<{width}}  {self._reason(explained, each)}")
            line.stylize("red" if each.points < 0 else "green" if each.counted else "dim", 0, len(shown))
            if not each.counted:
                line.stylize("dim")
            yield _Node(line, (_Node(Line(self._place(each), "dim")),))
        if not evidence and explained.result.score is not None:
            yield Line(self._say("explain.no_rows"), "dim")

    def _reason(self, explained: LeafExplanation, evidence: Evidence) -> str:
        reason = because(evidence.why, self.language)
        if (value := measured(explained.leaf, evidence)) is not None:
            label, amount = value
            reason = f"{label} {plain(amount) if isinstance(amount, Decimal) else amount}".strip() + self.separator + reason
        label = one_line(evidence.label)
        return reason if reason.startswith(label) else self._say("explain.row", label=label, reason=reason)

    def _place(self, evidence: Evidence) -> str:
        """The sheet and the cells, and the file where there are several."""
        sheet = f"{evidence.file}:{evidence.sheet}" if self.several_files else evidence.sheet
        cells = self.separator.join(f"{label} {cell}" for label, cell in evidence.cells.items())
        return self._say("explain.place", sheet=sheet, cells=cells)

    def _extreme(self, extreme: Extreme) -> str:
        holders = [
            self._say("explain.holder", chain=chain.short_name, place=self._place(evidence))
            for chain, evidence in extreme.holders
        ]
        key = "explain.smallest" if extreme.key == "smallest" else "explain.largest"
        return self._say(key, value=extreme.value, holders=self.separator.join(holders))

    def _part(self, part: str, title: str, marks: Decimal, sum_: str) -> str:
        return self._say("explain.part", id=part, title=title, marks=plain(marks), sum=sum_)

    def _sum(self, terms: Sequence[Decimal | None], total: Decimal, pending: Sequence[str]) -> str:
        """The published terms and what they add up to; what is pending adds nothing."""
        shown = f"{total:.2f}"
        if len(terms) > 1:
            each = [f"{term:.2f}" if term is not None else self._say("column.pending") for term in terms]
            shown = self._say("explain.sum", terms=" + ".join(each), total=shown)
        return self._say("explain.incomplete", sum=shown, leaves=", ".join(pending)) if pending else shown

    def _say(self, key: str, **values: object) -> str:
        return text(key, self.language, **values)


def _signed(points: Fraction) -> str:
    """Points as they are added or taken off: +6, -0.2, 0; those that cannot be shown exactly are ≈ already."""
    shown = approximately(points)
    return f"+{shown}" if points > 0 and not shown.startswith("≈") else shown
