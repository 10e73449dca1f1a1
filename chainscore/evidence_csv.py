"""All evidence as CSV, for ledgers too long for a sheet: UTF-8 with a byte order mark, a line for each piece, memory for few.

Spreadsheet programs take text that begins with one of FORMULA_STARTS for a formula; such text gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from chainscore.kinds import Events, Judged, Verdict
from chainscore.rulebook import Rulebook
from chainscore.scorecard import Evidence, Scorecard, approximately
from chainscore.tables import ROW
from chainscore.texts import because
from chainscore.values import plain

COLUMNS = ("产业链", "指标", "指标名称", "文件", "工作表", "行", "事项", "类别", "单元格", "数值", "分值", "是否计入", "理由")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ROWS_AT_A_TIME = 500

Line = Sequence[str | int]


def evidence_csv(scorecard: Scorecard, book: Rulebook) -> Iterator[bytes]:
    """The file piece by piece: chains in rank order, in each the leaves in the rulebook's, in each the rows as handed in."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield "\ufeff".encode()
    for number, line in enumerate(_lines(scorecard, book), 1):
        writer.writerow(line)
        if number % ROWS_AT_A_TIME == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    written = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return written


def _lines(scorecard: Scorecard, book: Rulebook) -> Iterator[Line]:
    titles = {leaf.id: leaf.title for leaf in book.leaves}
    for chain in scorecard.chains:
        for leaf, result in chain.leaves.items():
            begin = (harmless(book.chain(chain.chain).short_name), leaf, harmless(titles[leaf]))
            evidence = result.evidence
            lines = (
                _judged_lines(evidence, begin, book) if isinstance(evidence, Judged) else _plain_lines(evidence, begin, book)
            )
            yield from lines


def _plain_lines(evidence: Iterable[Evidence], begin: Line, book: Rulebook) -> Iterator[Line]:
    for each in evidence:
        cells = _cells((label, cell) for label, cell in each.cells.items())
        what = (harmless(each.file), harmless(each.sheet), each.row if each.row is not None else "", harmless(each.label))
        verdict = Verdict((), each.value, each.points, each.why, each.counted)
        yield (*begin, *what, harmless(each.category or ""), cells, *_said(verdict, book))


def _judged_lines(judged: Judged, begin: Line, book: Rulebook) -> Iterator[Line]:
    """The same, each verdict put into words once."""
    said = {verdict: _said(verdict, book) for verdict in judged.times}
    for events, verdicts in judged.parts:
        marks = _Marks(events)
        rows = zip(events.positions, events.names, events.categories, verdicts, strict=True)
        for position, name, category, verdict in rows:
            file, sheet, row, cells = marks.of(position, verdict)
            yield (*begin, file, sheet, row, harmless(name), harmless(category or ""), cells, *said[verdict])


class _Marks:
    """Where rows of one sheet stand: of all rows below one header only the row's number differs."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self._known: dict[tuple[int, tuple[str, ...]], tuple[str, str, tuple[str, ...]]] = {}

    def of(self, position: int, verdict: Verdict) -> tuple[str, str, int, str]:
        """File, sheet, row and the cells looked at."""
        row = self.events.rows[ROW][position]
        key = (self.events.rows["place"][position], verdict.labels)
        if key not in self._known:
            self._known[key] = self._marked(position, verdict)
        file, sheet, pieces = self._known[key]
        return file, sheet, row, str(row).join(pieces)

    def _marked(self, position: int, verdict: Verdict) -> tuple[str, str, tuple[str, ...]]:
        place, ledger = self.events.tables.place(self.events.rows, position), self.events.tables.sheet.ledger
        labels = (ledger.name, *verdict.labels) if ledger is not None else verdict.labels
        cells = ((label, place.cell(label, 0)) for label in labels)
        # The cell of row 0 but for that 0: what stands before each row's number, and an end after the last.
        pieces = [f"{label} {cell[:-1]}" for label, cell in cells if cell is not None]
        separated = [pieces[0], *(f"，{piece}" for piece in pieces[1:])]
        return harmless(place.file), harmless(place.sheet), (harmless(separated[0]), *separated[1:], "")


def _cells(cells: Iterable[tuple[str, str]]) -> str:
    return harmless("，".join(f"{label} {cell}" for label, cell in cells))


def _said(verdict: Verdict, book: Rulebook) -> tuple[str, str, str, str]:
    """Value, points, whether it counts and why; numbers as they are, text without harm."""
    value = verdict.value
    if isinstance(value, Decimal):
        shown = plain(value)
    elif isinstance(value, Fraction):
        shown = approximately(value, 6).removeprefix("≈")
    else:
        shown = harmless(value or "")
    points = approximately(verdict.points, 6).removeprefix("≈")
    counted = book.words.yes if verdict.counted else book.words.no
    return shown, points, counted, harmless(because(verdict.why, "zh"))


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
