"""Holds a bulletin against what its inputs give: every figure, every text and whatever else shows is told at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chainscore.verify.alignment import align
from chainscore.verify.bulletin.contents import Contents, Odd, Paragraph, Table
from chainscore.verify.bulletin.kinds import PAGE_NUMBER
from chainscore.verify.bulletin.looks import NUMBERED
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import text

LONGEST = 60
"""Characters of a text that are told."""
_NUMBERS = re.compile(r"[+-]?\d+(\.\d+)?")
Blocks = Sequence[Paragraph | Table]


def compare(wanted: Contents, found: Contents, file: str, language: Language) -> list[Finding]:
    """What in ``found``, the document ``file``, is not as in ``wanted``, in the order of the text."""
    return list(_Comparison(wanted, found, file, language).differences())


def writers_part(blocks: Blocks, language: Language) -> range:
    """The places of what stands below the last heading of the text, which is left to the writer."""
    heading, end = text("bulletin.heading_next", language), text("bulletin.annexes", language)
    first = next((at for at, each in enumerate(blocks) if each.text == heading), None)
    if first is None:
        return range(0)
    last = next((at for at, each in enumerate(blocks) if at > first and each.text == end), None)
    return range(first + 1, last) if last is not None else range(0)


class _Comparison:
    def __init__(self, wanted: Contents, found: Contents, file: str, language: Language) -> None:
        self.wanted, self.found, self.file, self.language = wanted, found, file, language
        self.open = writers_part(found.blocks, language)
        self.told: set[str] = set()
        """The bookmarks of figures that have been told to be wrong."""

    def differences(self) -> Iterator[Finding]:
        yield from self._edges()
        yield from self._text()
        for each in self.found.odd:
            if each.what != NUMBERED or each.block not in self.open or not each.text.strip():
                yield self._odd(each)
        yield from self._properties()

    def _finding(self, code: str, place: str, mark: str | None = None, **values: object) -> Finding:
        short = {key: _short(value) if isinstance(value, str) else value for key, value in values.items()}
        return Finding(code, self.file, place, mark, values=short)

    def _named(self, key: str, **values: object) -> str:
        return text(f"document.{key}", self.language, **values)

    def _place(self, blocks: Blocks, at: int) -> str:
        """The paragraph or table, counted from 1 among its like; past the end what stands at the edges of pages."""
        if at >= len(blocks):
            return self._named("edge")
        kind = type(blocks[at])
        number = sum(isinstance(each, kind) for each in blocks[: at + 1])
        return self._named("paragraph" if kind is Paragraph else "table", number=number)

    def _odd(self, each: Odd) -> Finding:
        place = self._place(self.found.blocks, each.block) if each.block is not None else self._named("file")
        said = each.text or "—"
        return self._finding("E732", place, what_zh=each.what[0], what_en=each.what[1], text=said)

    def _edges(self) -> Iterator[Finding]:
        for name in sorted({*self.wanted.edges, *self.found.edges}):
            expected, given = self.wanted.edges.get(name, ""), self.found.edges.get(name, "")
            if expected != given:
                yield self._finding("E729", self._named(name.partition(" ")[0]), expected=expected or "—", text=given or "—")

    def _properties(self) -> Iterator[Finding]:
        """What the file says of its inputs and rules, unless it says nothing at all, and what it calls itself."""
        for name, given in self.found.titles.items():
            if given != (expected := self.wanted.titles.get(name, "")):
                yield self._finding("E729", self._named("property", name=name), expected=expected or "—", text=given)
        program = text("results.program", self.language)
        said = self.found.properties
        if not said.keys() & self.wanted.properties.keys():
            yield Finding("W754", self.file)
            return
        for label, expected in self.wanted.properties.items():
            if label != program and said.get(label) != expected:
                yield self._finding("E729", self._named("property", name=label), expected=expected, text=said.get(label, "—"))

    # ------------------------------------------------------------ text

    def _text(self) -> Iterator[Finding]:
        """Paragraphs and tables, the writer's paragraphs left out."""
        open_ = writers_part(self.wanted.blocks, self.language)
        old = {at: each for at, each in enumerate(self.wanted.blocks, 1) if at - 1 not in open_}
        new = {at: each for at, each in enumerate(self.found.blocks, 1) if at - 1 not in self.open or isinstance(each, Table)}
        pairs, deleted, inserted = _aligned(list(old.values()), list(new.values()))
        olds, news = [at - 1 for at in old], [at - 1 for at in new]
        for one, other in pairs:
            yield from self._block(olds[one], news[other])
        for one in deleted:
            yield self._finding("E730", self._place(self.wanted.blocks, olds[one]), text=self.wanted.blocks[olds[one]].text)
        for other in inserted:
            yield self._finding("E731", self._place(self.found.blocks, news[other]), text=self.found.blocks[news[other]].text)

    def _block(self, one: int, other: int) -> Iterator[Finding]:
        expected, given = self.wanted.blocks[one], self.found.blocks[other]
        place = self._place(self.found.blocks, other)
        if isinstance(expected, Paragraph) and isinstance(given, Paragraph):
            yield from self._paragraph(expected, given, place)
        elif isinstance(expected, Table) and isinstance(given, Table):
            yield from self._table(expected, given, place)

    def _paragraph(self, expected: Paragraph, given: Paragraph, place: str) -> Iterator[Finding]:
        """Each figure that is another, and the text where it differs in more than they do."""
        text_ = expected.text
        for name in expected.figures:
            figure, its = self.wanted.figures[name], self.found.figures.get(name)
            if its is not None and its != figure:
                yield self._finding("E728", place, name, expected=figure, text=its or "—")
        if expected.text != given.text and _with(expected, self.wanted) != _with(given, self.found, expected):
            yield self._finding("E729", place, expected=text_ or "—", text=given.text or "—")

    def _table(self, expected: Table, given: Table, place: str) -> Iterator[Finding]:
        old, new = ([Paragraph("\t".join(cell.text for cell in row)) for row in table.rows] for table in (expected, given))
        pairs, deleted, inserted = _aligned(old, new)
        for one, other in pairs:
            cells, others = expected.rows[one], given.rows[other]
            at = place + self._named("row", number=other + 1)
            if len(cells) != len(others):
                yield self._finding("E729", at, expected=old[one].text, text=new[other].text)
            else:
                for number, (cell, another) in enumerate(zip(cells, others, strict=True), 1):
                    yield from self._paragraph(cell, another, at + self._named("column", number=number))
        for one in deleted:
            yield self._finding("E730", place + self._named("row", number=one + 1), text=old[one].text)
        for other in inserted:
            yield self._finding("E731", place + self._named("row", number=other + 1), text=new[other].text)


def _with(paragraph: Paragraph, contents: Contents, other: Paragraph | None = None) -> str:
    """A paragraph's text with its figures (those of ``other``) left out, one after another."""
    said, start = "", 0
    for name in (other or paragraph).figures:
        figure = contents.figures.get(name, "")
        at = paragraph.text.find(figure, start) if figure else -1
        if at < 0:
            continue
        said, start = said + paragraph.text[start:at] + "\0", at + len(figure)
    return said + paragraph.text[start:]


def _aligned(old: Blocks, new: Blocks) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Places of the same block in both, of those that are gone, and of those that were added; numbers do not count."""
    aligned = align(*({at: _key(each) for at, each in enumerate(blocks, 1)} for blocks in (old, new)))
    pairs = [(one - 1, other - 1) for one, other in aligned.pairs.items()]
    unlike = [(one, other) for one, other in pairs if type(old[one]) is not type(new[other])]
    deleted = [*(at - 1 for at in aligned.deleted), *(one for one, _ in unlike)]
    inserted = [*(at - 1 for at in aligned.inserted), *(other for _, other in unlike)]
    return [pair for pair in pairs if pair not in unlike], sorted(deleted), sorted(inserted)


def _key(block: Paragraph | Table) -> tuple[str, str]:
    if isinstance(block, Table):
        return "table", "\t".join(cell.text for cell in block.rows[0]) if block.rows else ""
    return "paragraph", _NUMBERS.sub("#", block.text)


def _short(said: str) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(said.replace(PAGE_NUMBER, "#").split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
