"""Reads a worksheet part whose cells are plainly written, as office programs write them, with a regular expression.

One split of the text gives, for each cell, what lies before it and what it says. Before it is nothing, or the tags of rows:
so not a byte goes unread. Whatever else there is, the part is read by the parser instead (``parsed_cells``), which gives the
same cells at five times the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from chainscore.intake.cells import LAST_COLUMN, LAST_ROW, Found, Meanings, Read, type_of, value_of
from chainscore.intake.limits import Limits
from chainscore.intake.markup import Attributes, attributes_of, text_of, whole_number
from chainscore.intake.parsed_cells import column_number, hides_row, parsed
from chainscore.intake.strings import decoded
from chainscore.intake.styles import Style
from chainscore.intake.values import CellValue

_BEGIN, _END, _NEXT_ROW = b"<sheetData>", b"</sheetData>", b"<row"
CHUNK = 1024 * 1024
"""Bytes that are split at a time: what is made of them takes many times as much."""
_TEXT = r"(?: xml:space=\"preserve\")?(?:/>|>([^<]*)</"
_CELL = re.compile(
    r"<c r=\"([A-Z]{1,3})([1-9]\d{0,6})\"([^<>/]*)(?:/>|>\s*(?:(<f(?:\s[^<>/]*)?(?:/>|>[^<]*</f>))\s*)?"
    rf"(?:<v{_TEXT}v>)|<is>\s*<t{_TEXT}t>)\s*</is>)?\s*</c>)\s*"
)
_LETTERS, _NUMBER, _ATTRIBUTES, _FORMULA, _SAVED, _INLINE, _PIECES = range(1, 8)
"""The groups of ``_CELL`` by their place among the pieces of a split, and how many pieces there are for each cell."""
_EMPTY_ROW = r"<row r=\"([1-9]\d{0,6})\"([^<>/]*)(?:/>|>\s*</row>)\s*"
_EMPTY = re.compile(_EMPTY_ROW)
_BETWEEN = re.compile(rf"(</row>)?\s*((?:{_EMPTY_ROW})*)(?:<row r=\"([1-9]\d{{0,6}})\"([^<>/]*)>\s*)?")
"""What may lie before a cell: the end of a row, rows without cells, the beginning of a row."""


class _NotPlainError(Exception):
    """A part that has to be parsed."""


class _Kind(msgspec.Struct, frozen=True, eq=False):
    """What cells with the same attributes, but for their place, have in common."""

    type: str
    read: Read
    style: Style


class _Run(msgspec.Struct, frozen=True):
    """Cells of one row: those from ``start`` to ``stop`` of their chunk."""

    row: int
    columns: Sequence[int]
    start: int
    stop: int


def cells_of(part: bytes, name: str, meanings: Meanings, limits: Limits) -> Found:
    """All that stands in the part of the sheet ``name``, plainly written or not. Raises UnreadableError."""
    begin, end = part.find(_BEGIN) + len(_BEGIN), part.rfind(_END)
    if not len(_BEGIN) <= begin <= end or b"<!" in part[:begin]:
        return parsed(part, name, meanings, limits)
    found = parsed(part[:begin] + part[end:], name, meanings, limits)
    try:
        _PlainPart(found, meanings, limits).read(part, begin, end)
    except _NotPlainError:
        return parsed(part, name, meanings, limits)
    return found


class _PlainPart:
    """Adds a table of cells to what was found in the rest of its part. Raises _NotPlainError."""

    def __init__(self, found: Found, meanings: Meanings, limits: Limits) -> None:
        self.found = found
        self._meanings = meanings
        self._limits = limits
        self._kinds: dict[str, _Kind] = {}
        self._columns: dict[tuple[str, ...], Sequence[int]] = {}
        self._hiding: dict[str, bool] = {}
        self._row = 0
        self._in_row = False

    def read(self, part: bytes, begin: int, end: int) -> None:
        """All rows between two places of the part."""
        for chunk in _chunks(part, begin, end):
            text = decoded(chunk)
            if text is None:
                raise _NotPlainError
            self._take(_CELL.split(text), "&" in text)
        if self._in_row:
            raise _NotPlainError

    def _take(self, pieces: list[str], escaped: bool) -> None:
        kinds = self._kinds_of(pieces[_ATTRIBUTES::_PIECES])
        values = self._values(pieces, kinds, escaped)
        runs = list(self._runs(pieces))
        for run in runs:
            found = zip(run.columns, values[run.start : run.stop], strict=True)
            cells = {column: value for column, value in found if value is not None}
            if cells:
                self.found.rows[run.row] = cells
                self.found.count(len(cells), self._limits)
        if not all(kind.style.plain for kind in set(kinds)):
            for place, index in _places(runs):
                if values[index] is not None and not kinds[index].style.plain:
                    self.found.styles[place] = kinds[index].style
        formulas = pieces[_FORMULA::_PIECES]
        if any(formulas):
            for place, index in _places(runs):
                if formulas[index]:
                    self.found.note_formula(place, _formula(formulas[index]))

    # ------------------------------------------------ rows

    def _runs(self, pieces: list[str]) -> Iterator[_Run]:
        """The cells row by row."""
        between, letters, numbers = pieces[::_PIECES], pieces[_LETTERS::_PIECES], pieces[_NUMBER::_PIECES]
        starts = [0, *(index for index, gap in enumerate(between) if gap and index)]
        for start, stop in zip(starts, [*starts[1:], len(letters)], strict=True):
            self._pass(between[start])
            if start < stop:
                if not self._in_row or numbers[start:stop].count(str(self._row)) < stop - start:
                    raise _NotPlainError
                yield _Run(self._row, self._columns_of(tuple(letters[start:stop])), start, stop)

    def _pass(self, between: str) -> None:
        """The ends and beginnings of rows."""
        match = _BETWEEN.fullmatch(between)
        if match is None or (match[1] is not None) != (self._in_row and between != ""):
            raise _NotPlainError
        for row, attributes in _EMPTY.findall(match[2]) if match[2] else ():
            self._begin_row(row, attributes)
        if between:
            self._in_row = match[5] is not None
        if match[5] is not None:
            self._begin_row(match[5], match[6])

    def _begin_row(self, number: str, attributes: str) -> None:
        row = int(number)
        if not self._row < row <= LAST_ROW:
            raise _NotPlainError
        self._row = row
        if attributes not in self._hiding:
            self._hiding[attributes] = hides_row(_attributes("row", attributes))
        if self._hiding[attributes]:
            self.found.hidden_rows.add(row)

    def _columns_of(self, letters: tuple[str, ...]) -> Sequence[int]:
        """The columns of a row's cells, each to the right of the one before."""
        if letters not in self._columns:
            columns = self._columns[letters] = [column_number(each) for each in letters]
            if columns[-1] > LAST_COLUMN or any(one >= following for one, following in pairwise(columns)):
                raise _NotPlainError
        return self._columns[letters]

    # ------------------------------------------------ cells

    def _kinds_of(self, attributes: list[str]) -> list[_Kind]:
        for each in set(attributes) - self._kinds.keys():
            known = _attributes("c", each)
            kind, style = type_of(known), whole_number(known, "s")
            self._kinds[each] = _Kind(kind, self._meanings.reader(kind, style), self._meanings.style(style))
        return [self._kinds[each] for each in attributes]

    def _values(self, pieces: list[str], kinds: list[_Kind], escaped: bool) -> list[CellValue | None]:
        """What the cells hold."""
        saved, inline, formulas = pieces[_SAVED::_PIECES], pieces[_INLINE::_PIECES], pieces[_FORMULA::_PIECES]
        texts = [text or other for text, other in zip(saved, inline, strict=True)] if any(inline) else saved
        if escaped:
            texts = [_unescaped(text) if text else text for text in texts]
        try:
            if any(formulas):
                cells = zip(kinds, texts, formulas, strict=True)
                return [value_of(kind.read, text, formula is not None, kind.type) for kind, text, formula in cells]
            return [kind.read(text) if text else None for kind, text in zip(kinds, texts, strict=True)]
        except (ValueError, LookupError) as error:
            raise _NotPlainError from error


def _chunks(part: bytes, begin: int, end: int) -> Iterator[bytes]:
    """The part from ``begin`` to ``end``, cut before rows."""
    while begin < end:
        cut = part.find(_NEXT_ROW, begin + CHUNK, end)
        cut = cut if cut > 0 else end
        yield part[begin:cut]
        begin = cut


def _places(runs: list[_Run]) -> Iterator[tuple[tuple[int, int], int]]:
    """((row, column), index in the chunk) of each cell."""
    return (
        ((run.row, column), index)
        for run in runs
        for column, index in zip(run.columns, range(run.start, run.stop), strict=True)
    )


def _formula(element: str) -> str:
    """What a formula says, of the element that holds it."""
    tag, _, rest = element.partition(">")
    _attributes("f", tag.removeprefix("<f").removesuffix("/"))
    return _unescaped(rest.removesuffix("</f>"))


def _unescaped(written: str) -> str:
    text = text_of(written) if "&" in written else written
    if text is None:
        raise _NotPlainError
    return text


def _attributes(tag: str, written: str) -> Attributes:
    """The attributes of cells or rows alike; their place is left out."""
    attributes = attributes_of(f'<{tag} r="A1"{written}/>')
    if attributes is None:
        raise _NotPlainError
    return attributes
