"""``check --reminders``: a text to send to each unit that owes something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chainscore.papers.submissions.call import Call
from chainscore.scoring.rollcall import Entry
from chainscore.words.bilingual import told
from chainscore.words.filenames import file_names
from chainscore.words.texts import text

BYTE_ORDER_MARK = "\ufeff"
"""By which old programs on Windows know UTF-8."""


def reminders_in(folder: Path, call: Call) -> dict[Path, bytes]:
    """Where each reminder goes, by the unit's name, and its text."""
    names = file_names([entry.unit.name(call.book) for entry in call.owing], ".txt")
    return {folder / name: _encoded(reminder(call, entry)) for name, entry in zip(names, call.owing, strict=True)}


def reminder(call: Call, entry: Entry) -> str:
    """What is wrong, what to do by when, and each finding with its cell."""
    return "\n".join(_lines(call, entry)) + "\n"


def _lines(call: Call, entry: Entry) -> Iterator[str]:
    language, book = call.language, call.book
    yield text("reminder.greeting", language, unit=entry.unit.name(book))
    yield text("reminder.state", language, period=call.period, title=book.title, state=call.state(entry))
    due = call.due.isoformat() if call.due is not None else None
    yield text("reminder.ask", language, due=due) if due is not None else text("reminder.ask_soon", language)
    for number, what in enumerate(call.to_do(entry), 1):
        yield text("reminder.item", language, number=number, what=what)
    shown = [finding for finding in entry.its if finding.severity != "notice" and finding.file]
    if shown:
        yield ""
        yield text("reminder.findings", language)
    for finding in shown:
        said = {"place": finding.place, "message": finding.message(language), "hint": finding.hint(language)}
        yield text("reminder.finding", language, **said)
    if office := told(book.words.office, language):
        yield ""
        yield office


def _encoded(letter: str) -> bytes:
    return (BYTE_ORDER_MARK + letter.replace("\n", "\r\n")).encode()
