"""What a bulletin's file says of how it came about, as properties: from it the bulletin can be written again."""

from __future__ import annotations

from collections.abc import Iterator

from chainscore import __version__
from chainscore.papers.bulletin.subject import Subject
from chainscore.results.names import named, readings_of
from chainscore.words.texts import text

BEFORE, DUE = "bulletin.record_before", "bulletin.record_due"
"""Labels of the inputs of before and of the deadline; all others are those of a results workbook's sheet of origin."""


def record_of(subject: Subject) -> Iterator[tuple[str, str]]:
    """(label, text), labelled as in a results workbook; inputs are numbered, for programs put properties in another order."""
    language, book = subject.language, subject.book
    yield named("period", language), str(subject.period)
    yield named("state", language), named("draft" if subject.draft else "final", language)
    yield named("rules", language), f"{book.id} {book.version}"
    yield named("rules_hash", language), book.sha256
    yield named("program", language), f"chainscore {__version__}"
    if subject.due is not None:
        yield text(DUE, language), subject.due.isoformat()
    for label, inputs in ((named("input", language), subject.inputs), (text(BEFORE, language), subject.inputs_before)):
        yield from ((label + name, f"{number} SHA-256 {digest}") for number, (name, digest) in enumerate(inputs, 1))
    yield from readings_of(book)
