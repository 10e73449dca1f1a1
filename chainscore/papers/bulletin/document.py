"""A bulletin as a .docx document."""

from __future__ import annotations

from chainscore.papers.bulletin.content import Particulars, bulletin_of, title_of
from chainscore.papers.bulletin.record import record_of
from chainscore.papers.bulletin.subject import Subject
from chainscore.papers.layout.writer import Writer
from chainscore.show.word import add_properties
from chainscore.words.texts import text


def write_bulletin(subject: Subject, particulars: Particulars) -> bytes:
    """The document as bytes, the same for the same inputs and particulars."""
    writer = Writer("bulletin")
    for block in bulletin_of(subject, particulars):
        writer.write(block)
    add_properties(writer.document, record_of(subject))
    return writer.finish(
        title_of(subject), subject.scorecard.now, text("bulletin.draft", subject.language) if subject.draft else ""
    )
