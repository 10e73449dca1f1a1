"""All evidence as CSV, for ledgers too long for a sheet: UTF-8 with a byte order mark, a line for each piece.

Spreadsheet programs take text that begins with one of FORMULA_STARTS for a formula; such text gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from chainscore.intake.tables import Tables
from chainscore.method.rulebook import Rulebook
from chainscore.results.evidence import MOST_ROWS
from chainscore.scoring.evidence import CATEGORY, COUNTED, FILE, LABEL, POINTS, ROW_NUMBER, SHEET, VALUE, WHY, EvidenceTable
from chainscore.scoring.scorecard import Scorecard
from chainscore.words.numbers import approximately
from chainscore.words.texts import Why, because, text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LINES_AT_A_TIME = 500
FIELDS = ("leaf", "title", "file", "sheet", "row", "event", "category", "cell", "value", "points", "counted", "why")


class EvidenceCsv(msgspec.Struct, frozen=True):
    """The file piece by piece: objects in rank order, in each the leaves in the rulebook's, in each the rows as handed in."""

    scorecard: Scorecard
    book: Rulebook

    def __iter__(self) -> Iterator[bytes]:
        titles = {leaf.id: leaf.title for leaf in self.book.leaves}
        assert self.scorecard.evidence is not None
        lines = Lines(self.scorecard.evidence, self.book)
        yield b"\xef\xbb\xbf" + _encoded([columns_of(self.book)])
        for scored in self.scorecard.chains:
            for leaf, result in scored.leaves.items():
                begin = [self.book.chain(scored.chain).short_name, leaf, titles[leaf]]
                rows = result.evidence.rows
                for start in range(0, len(rows), LINES_AT_A_TIME):
                    yield _encoded([[*begin, *line] for line in lines.of(rows[start : start + LINES_AT_A_TIME])])


def columns_of(book: Rulebook) -> list[str]:
    """The headings, in the language of the workbooks."""
    return [book.words.chain, *(text(f"field.{name}", book.language) for name in FIELDS)]


def beside(results: Path) -> Path:
    """Where all evidence goes that a results workbook only has sums of."""
    return results.with_name(f"{results.stem}-evidence.csv")


def is_needed(tables: Tables) -> bool:
    """True when the results workbook does not have every row."""
    return sum(len(sheet.ledger) for sheet in tables.sheets.values()) > MOST_ROWS


class Lines:
    """Rows of the evidence table as lines; what many rows share is put into words once."""

    def __init__(self, evidence: EvidenceTable, book: Rulebook) -> None:
        self.evidence = evidence
        self.book = book
        self._reasons: dict[int, str] = {}
        self._numbers: dict[int, Decimal] = {}

    def of(self, rows: Sequence[int]) -> Iterator[list[Any]]:
        """A line of each row, without object and leaf."""
        columns = self.evidence.columns
        names = (FILE, SHEET, ROW_NUMBER, LABEL, CATEGORY, VALUE, POINTS, COUNTED, WHY)
        pieces = zip(rows, *([columns[name][at] for at in rows] for name in names), strict=True)
        for at, file, sheet, row, label, category, value, points, counted, why in pieces:
            yield [
                harmless(file), harmless(sheet), row, harmless(label), category or "",
                self.evidence.cells_in_words(at, self.book.language),
                self._value(value), self._number(points), self.book.words.yes if counted else self.book.words.no,
                self._reason(why),
            ]  # fmt: skip

    def _reason(self, why: tuple[Why, ...]) -> str:
        if id(why) not in self._reasons:
            self._reasons[id(why)] = harmless(because(why, self.book.language))
        return self._reasons[id(why)]

    def _value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return value
        return self._number(value) if isinstance(value, Fraction) else harmless(value or "")

    def _number(self, value: Fraction) -> Decimal:
        if id(value) not in self._numbers:
            self._numbers[id(value)] = Decimal(approximately(value, 6).removeprefix("≈"))
        return self._numbers[id(value)]


def _encoded(lines: Sequence[Sequence[Any]]) -> bytes:
    """Numbers as they are, everything else in quotes."""
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(lines)
    return written.getvalue().encode("utf-8", "replace")


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
