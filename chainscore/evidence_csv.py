"""All evidence as CSV, for ledgers too long for a sheet: UTF-8 with a byte order mark, a line for each piece, memory for few.

Spreadsheet programs take text that begins with one of FORMULA_STARTS for a formula; such text gets an apostrophe before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path

from chainscore.kinds import Events, Judged, Verdict
from chainscore.results_evidence import MOST_ROWS
from chainscore.rulebook import Rulebook
from chainscore.scorecard import Evidence, Scorecard, approximately
from chainscore.tables import PLACE, ROW, Tables
from chainscore.texts import because
from chainscore.values import plain

COLUMNS = ("产业链", "指标", "指标名称", "文件", "工作表", "行", "事项", "类别", "单元格", "数值", "分值", "是否计入", "理由")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LINES_AT_A_TIME = 500


@dataclass(frozen=True)
class EvidenceCsv:
    """The file piece by piece: chains in rank order, in each the leaves in the rulebook's, in each the rows as handed in."""

    scorecard: Scorecard
    book: Rulebook

    def __iter__(self) -> Iterator[bytes]:
        yield ("\ufeff" + ",".join(map(_text, COLUMNS)) + "\r\n").encode()
        lines = _lines(self.scorecard, self.book)
        while piece := "".join(islice(lines, LINES_AT_A_TIME)):
            yield piece.encode("utf-8", "replace")


def beside(results: Path) -> Path:
    """Where all evidence goes that a results workbook only has sums of."""
    return results.with_name(f"{results.stem}-evidence.csv")


def is_needed(tables: Tables) -> bool:
    """True when the results workbook does not have every row."""
    return sum(len(sheet.ledger) for sheet in tables.sheets.values()) > MOST_ROWS


def _lines(scorecard: Scorecard, book: Rulebook) -> Iterator[str]:
    titles = {leaf.id: leaf.title for leaf in book.leaves}
    for chain in scorecard.chains:
        for leaf, result in chain.leaves.items():
            begin = ",".join(map(_text, (book.chain(chain.chain).short_name, leaf, titles[leaf])))
            evidence = result.evidence
            if isinstance(evidence, Judged):
                yield from _judged_lines(evidence, begin, book)
            else:
                yield from _plain_lines(evidence, begin, book)


def _plain_lines(evidence: Iterable[Evidence], begin: str, book: Rulebook) -> Iterator[str]:
    for each in evidence:
        row = each.row if each.row is not None else ""
        cells = _text("，".join(f"{label} {cell}" for label, cell in each.cells.items()))
        end = _said(Verdict((), each.value, each.points, each.why, each.counted), book)
        what = f"{_text(each.label)},{_text(each.category or '')}"
        yield f"{begin},{_text(each.file)},{_text(each.sheet)},{row},{what},{cells},{end}\r\n"


def _judged_lines(judged: Judged, begin: str, book: Rulebook) -> Iterator[str]:
    """The same; what many rows share is put into words once."""
    said = {verdict: _said(verdict, book) for verdict in judged.times}
    for events, verdicts in judged.parts:
        categories = {category: _text(category or "") for category in set(events.categories)}
        # Letters and digits alone cannot do any harm.
        names = (f'"{name}"' if name.isalnum() else _text(name) for name in events.names)
        columns = (events.column(ROW), events.column(PLACE), names, events.categories, verdicts)
        known: tuple[int, tuple[str, ...]] | None = None
        for row, place, name, category, verdict in zip(*columns, strict=True):
            if known is None or known[0] != place or known[1] is not verdict.labels:
                known = (place, verdict.labels)
                where, pieces = _marks(events, *known)
            yield f"{begin},{where},{row},{name},{categories[category]},{str(row).join(pieces)},{said[verdict]}\r\n"


def _marks(events: Events, place: int, labels: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """File and sheet of all rows below one header, and their cells: what stands around each row's number."""
    header, ledger = events.tables.places[place], events.tables.sheet.ledger
    named = ((label, header.cell(label, 0)) for label in ((ledger.name, *labels) if ledger is not None else labels))
    pieces = [f"{label} {cell.removesuffix('0')}".replace('"', '""') for label, cell in named if cell is not None]
    first, *others = pieces
    return f"{_text(header.file)},{_text(header.sheet)}", (f'"{first}', *(f"，{piece}" for piece in others), '"')


def _said(verdict: Verdict, book: Rulebook) -> str:
    """Value, points, whether it counts and why; numbers as they are, text without harm."""
    value = verdict.value
    if isinstance(value, Decimal):
        shown = plain(value)
    elif isinstance(value, Fraction):
        shown = _number(value)
    else:
        shown = _text(value or "")
    counted = book.words.yes if verdict.counted else book.words.no
    return f"{shown},{_number(verdict.points)},{_text(counted)},{_text(because(verdict.why, 'zh'))}"


def _number(value: Fraction) -> str:
    return approximately(value, 6).removeprefix("≈")


def _text(text: str) -> str:
    """A field that holds text."""
    return '"' + harmless(text).replace('"', '""') + '"'


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
