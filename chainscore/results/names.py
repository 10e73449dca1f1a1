"""What the sheets and lines of a results workbook are called, in its language: what reads one back goes by these."""

from __future__ import annotations

from collections.abc import Iterable

from chainscore.method.rulebook import Rulebook
from chainscore.words.bilingual import told
from chainscore.words.findings import Language
from chainscore.words.texts import LANGUAGES, text


def named(key: str, language: Language) -> str:
    """The name of a sheet (ranking, scores, findings, origin, data), or a label or state on the sheet of origin."""
    return text(f"results.{key}", language)


def language_of(sheets: Iterable[str]) -> Language:
    """The language in which a results workbook is written, by the names of its sheets; Chinese of one that has no origin."""
    known = set(sheets)
    return next((language for language in LANGUAGES if named("origin", language) in known), "zh")


def readings_of(book: Rulebook) -> list[tuple[str, str]]:
    """(reading, what it means) of those that a rulebook was read by."""
    names = {reading.key: reading for reading in book.readings}
    return [
        (
            f"{named('reading', book.language)}{key}={value}",
            text(
                "results.read_as",
                book.language,
                question=told(names[key].question, book.language),
                answer=told(names[key].options[value], book.language),
            ),
        )
        for key, value in book.chosen.items()
    ]
