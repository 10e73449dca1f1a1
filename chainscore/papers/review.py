"""An object's request for review: each score with its clause, rows, cells and points, and room for what the reviewers say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chainscore.method.rulebook import Rulebook
from chainscore.papers.layout.blocks import Block, Grid, Line, figure, plain_text
from chainscore.papers.layout.styles import TYPE_AREA
from chainscore.papers.layout.writer import Writer
from chainscore.papers.standing import standing
from chainscore.scoring.explain import Explanation, LeafExplanation
from chainscore.scoring.losses import full_marks, loss
from chainscore.scoring.scorecard import Evidence
from chainscore.show.explanation import Explainer, signed
from chainscore.words.bilingual import at_start, told
from chainscore.words.findings import Language
from chainscore.words.texts import formula, text

PLACES, POINTS, OPINION = 56.0, 18.0, 30.0
"""Widths of columns in mm."""


def write_review(explanation: Explanation, book: Rulebook, language: Language) -> bytes:
    """The request as a .docx document, the same for the same explanation."""
    request = _Request(explanation, book, language)
    writer = Writer("review")
    for block in request.blocks():
        writer.write(block)
    return writer.finish(request.title, explanation.now, text("bulletin.draft", language) if explanation.draft else "")


class _Request:
    def __init__(self, explanation: Explanation, book: Rulebook, language: Language) -> None:
        self.explanation, self.book, self.language = explanation, book, language
        self.explainer = Explainer(explanation, book, language)
        self.title = self._say("title", object=explanation.chain.short_name, period=explanation.period.name(language))

    def _say(self, key: str, **values: object) -> str:
        return text(f"review.{key}", self.language, **values)

    def blocks(self) -> Iterator[Block]:
        """All of it in order."""
        yield Line(self.title, "title")
        if body := told(self.book.words.body, self.language):
            yield Line(text("bulletin.addressee", self.language, name=body), "addressee")
        yield from self._introduction()
        for section in self.explanation.sections:
            yield Line(self._scored(f"{section.section.id} {section.section.title}", section.score), "heading")
            for indicator in section.indicators:
                for leaf in indicator.leaves:
                    yield from self._leaf(leaf)
        yield from self._signatures()

    def _introduction(self) -> Iterator[Block]:
        """Whose request it is, by what rules, and how the object stands."""
        chain, score, language = self.explanation.chain, self.explanation.score, self.language
        said = standing(score, self.explanation.tied, self.book, language)
        basis, period = self.book.plan or self.book.title, self.explanation.period.name(language)
        yield Line(self._say("basis", basis=basis, period=period, object=chain.name, standing=said))
        people = ((self.book.words.lead_unit, chain.lead_unit), (self.book.words.chief, chain.chief))
        who = [text("bulletin.person", language, role=at_start(role, language), name=name) for role, name in people if name]
        if who:
            yield Line(("" if language == "zh" else " ").join(who))

    def _scored(self, title: str, score: Decimal | None) -> str:
        if score is None:
            return text("bulletin.about", self.language, name=title, said=text("column.pending", self.language))
        return self._say("scored", title=title, score=f"{score:.{self.book.decimals}f}")

    def _leaf(self, explained: LeafExplanation) -> Iterator[Block]:
        """A leaf's clause, points and losses, and what it rests on."""
        leaf, result = explained.leaf, explained.result
        yield Line(self._scored(f"{leaf.id} {leaf.title}", result.score), "subheading")
        yield Line(text("explain.clause", self.language, clause=leaf.clause, words=told(leaf.text, self.language)), "rule")
        marks, lost = full_marks(self.book, leaf), loss(self.book, leaf, result.score)
        if result.score is not None and (marks is not None or lost):
            shown = figure(f"{lost:.{self.book.decimals}f}", f"lost {leaf.id} {self.explanation.chain.id}")
            key, shown_marks = ("lost", f"{marks:f}") if marks is not None else ("lost_without_marks", "")
            yield Line(self._say(key, marks=shown_marks, lost=shown), "rule")
        said = [text("explain.formula", self.language, formula=formula(result.formula, self.language))]
        said += map(self.explainer.extreme, explained.extremes)
        for each in said:
            yield Line(plain_text(each), "rule")
        yield self._evidence(explained)

    def _evidence(self, explained: LeafExplanation) -> Grid:
        header = [self._say(key) for key in ("ground", "places", "points", "opinion")]
        rows = [
            [plain_text(self.explainer.reason(each)), self._places(each), signed(each.points), ""]
            for each in explained.result.evidence
        ]
        nothing = text("column.pending" if explained.result.score is None else "explain.no_rows", self.language)
        widths = (TYPE_AREA - PLACES - POINTS - OPINION, PLACES, POINTS, OPINION)
        return Grid(header, rows or [[nothing, "", "", ""]], widths, flush=2, together=False)

    def _places(self, evidence: Evidence) -> str:
        """The sheet, and what stands in each of the cells: the name, which no fact repeats, first."""
        sheet = f"{evidence.file}:{evidence.sheet}" if self.explainer.several_files else evidence.sheet
        said = [sheet]
        for at, (label, cell) in enumerate(evidence.cells.items()):
            value = evidence.facts.get(label) or ("—" if at else evidence.label)
            said.append(self._say("cell", label=label, cell=cell, value=value))
        return "\n".join(map(plain_text, said))

    def _signatures(self) -> Iterator[Block]:
        """Who asks, and who answers."""
        words, blank = self.book.words, self._say("blank")
        yield Line(self._say("signatures"), "heading")
        for role in (words.lead_unit, words.chief):
            if name := at_start(role, self.language):
                yield Line(self._say("signed", name=name, blank=blank), "sign")
        yield Line(self._say("dated", blank=blank), "sign")
        yield Line(self._say("answer", blank=blank * 2), "sign")
        yield Line(self._say("reviewer", blank=blank), "sign")
        yield Line(self._say("dated", blank=blank), "sign")
