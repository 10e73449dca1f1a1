"""All evidence as CSV, for ledgers too long for a sheet: UTF-8 with a byte order mark, a line for each piece, memory for few.

Spreadsheet programs take text that begins with one of FORMULA_STARTS for a formula; such text gets an apostrophe before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, groupby, repeat
from operator import attrgetter
from pathlib import Path

from chainscore.intake.tables import PLACE, ROW, Tables
from chainscore.intake.values import plain
from chainscore.method.rulebook import Rulebook
from chainscore.results.evidence import MOST_ROWS
from chainscore.scoring.kinds import Events, Judged, Verdict
from chainscore.scoring.scorecard import Evidence, Scorecard, approximately
from chainscore.words.texts import Why, because

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
        titles = {leaf.id: leaf.title for leaf in self.book.leaves}
        for scored in self.scorecard.chains:
            for leaf, result in scored.leaves.items():
                begin = ",".join(map(_text, (self.book.chain(scored.chain).short_name, leaf, titles[leaf])))
                evidence = result.evidence
                if isinstance(evidence, Judged):
                    yield from _judged_lines(evidence, begin, self.book)
                else:
                    yield from _plain_lines(evidence, begin, self.book)


def beside(results: Path) -> Path:
    """Where all evidence goes that a results workbook only has sums of."""
    return results.with_name(f"{results.stem}-evidence.csv")


def is_needed(tables: Tables) -> bool:
    """True when the results workbook does not have every row."""
    return sum(len(sheet.ledger) for sheet in tables.sheets.values()) > MOST_ROWS


def _plain_lines(evidence: Iterable[Evidence], begin: str, book: Rulebook) -> Iterator[bytes]:
    for each in evidence:
        row = each.row if each.row is not None else ""
        cells = _text("，".join(f"{label} {cell}" for label, cell in each.cells.items()))
        end = f"{_value(each.value)},{_judgement(each.points, each.counted, each.why, book)}"
        what = f"{_text(each.label)},{_text(each.category or '')}"
        yield _encoded(f"{begin},{_text(each.file)},{_text(each.sheet)},{row},{what},{cells},{end}\r\n")


def _judged_lines(judged: Judged, begin: str, book: Rulebook) -> Iterator[bytes]:
    """The same; what many rows share is put into words once, and the pieces are put together without a look at each row."""
    ends = _ends(judged.times, book)
    for events, verdicts in judged.parts:
        middles = {category: _encoded(f",{_text(category or '')},") for category in set(events.categories)}
        rows, names, categories = events.column(ROW), events.names, events.categories
        headers = zip(events.column(PLACE), map(attrgetter("labels"), verdicts), strict=True)
        stop = 0
        for (place, labels), run in groupby(headers):
            where, (first_mark, *marks) = _marks(events, place, labels)
            start, stop = stop, stop + len(list(run))
            for some in _slices(start, stop):
                numbers = [b"%d" % row for row in rows[some]]
                columns = (
                    repeat(_encoded(f"{begin},{where},")),
                    numbers,
                    _names(names[some]),
                    map(middles.__getitem__, categories[some]),
                    repeat(first_mark),
                    *(each for mark in marks for each in (numbers, repeat(mark))),
                    map(ends.__getitem__, verdicts[some]),
                )
                yield b"".join(chain.from_iterable(zip(*columns, strict=False)))


def _slices(start: int, stop: int) -> Iterator[slice]:
    """Those of a range, of few lines each."""
    for first in range(start, stop, LINES_AT_A_TIME):
        yield slice(first, min(first + LINES_AT_A_TIME, stop))


def _marks(events: Events, place: int, labels: tuple[str, ...]) -> tuple[str, list[bytes]]:
    """File and sheet of all rows below one header, and their cells: what stands around each row's number."""
    header, ledger = events.tables.places[place], events.tables.sheet.ledger
    named = ((label, header.cell(label, 0)) for label in ((ledger.name, *labels) if ledger is not None else labels))
    pieces = [f"{label} {cell.removesuffix('0')}".replace('"', '""') for label, cell in named if cell is not None]
    first, *others = pieces
    marks = (f'"{first}', *(f"，{piece}" for piece in others), '"')
    return f"{_text(header.file)},{_text(header.sheet)}", list(map(_encoded, marks))


def _names(names: Sequence[str]) -> list[bytes]:
    """Fields with a comma before each."""
    if "".join(names).isalnum():  # letters and digits alone cannot do any harm
        return _encoded(',"' + '"\n,"'.join(names) + '"').split(b"\n")
    return [_encoded(f",{_text(name)}") for name in names]


def _ends(verdicts: Iterable[Verdict], book: Rulebook) -> dict[Verdict, bytes]:
    """How the lines of each verdict end; many have the same points and reasons, and not just equal ones."""
    judgements: dict[tuple[int, ...], str] = {}
    ends = {}
    for verdict in verdicts:
        key = (id(verdict.points), verdict.counted, *map(id, verdict.why))
        if key not in judgements:
            judgements[key] = _judgement(verdict.points, verdict.counted, verdict.why, book)
        ends[verdict] = _encoded(f",{_value(verdict.value)},{judgements[key]}\r\n")
    return ends


def _judgement(points: Fraction, counted: bool, why: tuple[Why, ...], book: Rulebook) -> str:
    """Points, whether they count and why: numbers as they are, text without harm."""
    said = book.words.yes if counted else book.words.no
    return f"{_number(points)},{_text(said)},{_text(because(why, 'zh'))}"


def _value(value: Decimal | Fraction | str | None) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return _number(value) if isinstance(value, Fraction) else _text(value or "")


def _number(value: Fraction) -> str:
    return approximately(value, 6).removeprefix("≈")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _text(text: str) -> str:
    """A field that holds text."""
    return '"' + harmless(text).replace('"', '""') + '"'


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
