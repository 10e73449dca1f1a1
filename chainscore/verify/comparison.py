"""Holds a workbook against what it should be, cell by cell, whatever its layout: every change is a finding at its cell."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from chainscore.intake.values import shown
from chainscore.verify.alignment import Alignment, Side, align
from chainscore.verify.contents import Cell, Chart, Contents, Place, Sheet, Value
from chainscore.verify.displayed_numbers import same_display
from chainscore.verify.formulas import Area, Formula, moved, parse
from chainscore.words.findings import Finding
from chainscore.words.references import cell_reference, column_letters

CLOSE = 1e-9
"""Relative: office programs save 15 digits of a number."""
FEW = 0.5
"""Where fewer of a sheet's rows than this are alike, it may be that a column was deleted or inserted."""


def compare(wanted: Contents, found: Contents, file: str) -> list[Finding]:
    """What in ``found``, the workbook ``file``, is not as in ``wanted``: in the order of sheets and cells.

    Results of formulas that were left as they were come last: they follow from what was changed elsewhere.
    """
    return sorted(_Comparison(wanted, found, file).differences(), key=lambda finding: finding.code == "E724")


@dataclass(frozen=True)
class _Pair:
    """A sheet as it should be and as it is, and how their rows and columns belong together."""

    wanted: Sheet
    found: Sheet
    rows: Alignment
    columns: Alignment

    @property
    def moved(self) -> bool:
        return bool(self.rows.deleted or self.rows.inserted or self.columns.deleted or self.columns.inserted)

    def place(self, wanted: Place) -> Place | None:
        """Where a cell is now."""
        row, column = self.rows.new(wanted[0]), self.columns.new(wanted[1])
        return (row, column) if row is not None and column is not None else None

    def area(self, area: Area) -> Area | None:
        """Where what is referred to is now, as an office program has it after deleting and inserting."""
        start, end = (Side.NONE, Side.NONE) if area.single else (Side.START, Side.END)
        top, bottom = self.rows.new(area.top, start), self.rows.new(area.bottom, end)
        left, right = self.columns.new(area.left, start), self.columns.new(area.right, end)
        if top is None or bottom is None or left is None or right is None or top > bottom or left > right:
            return None
        return Area(area.sheet, top, left, bottom, right, area.single)


class _Comparison:
    def __init__(self, wanted: Contents, found: Contents, file: str) -> None:
        self.wanted, self.found, self.file = wanted, found, file
        names = _same_sheets(wanted, found)
        self.now = names
        """Name of a sheet → its name now; what is not there is deleted."""
        self.before = {now: name for name, now in names.items()}
        self.pairs = {name: _pair(wanted.sheets[name], found.sheets[now]) for name, now in names.items()}
        self.unsaved: list[tuple[str, Place]] = []
        """(sheet, cell) of formulas that a program saved without calculating them."""

    def differences(self) -> Iterator[Finding]:
        for name in self.wanted.sheets:
            if name not in self.pairs:
                yield self._finding("E711", name)
            elif self.now[name] != name:
                yield self._finding("E713", self.now[name], first=name)
        for name in self.found.sheets:
            if name not in self.before:
                yield self._finding("E712", name)
        order = [self.before[name] for name in self.found.sheets if name in self.before]
        if order != list(self.pairs):
            yield self._finding("E722", None, what_zh="工作表的顺序", what_en="the order of the sheets")
        for name, text in self.wanted.names.items():
            if not self._same_formula(text, self.found.names.get(name, ""), "", ""):
                yield self._finding("E722", None, what_zh=f"名称 {name}", what_en=f"the name {name}")
        for pair in self.pairs.values():
            yield from self._sheet(pair)
        if self.unsaved:
            yield self._finding("W752", *self.unsaved[0], rows=len(self.unsaved))

    def _finding(self, code: str, sheet: str | None, place: Place | str | None = None, **values: object) -> Finding:
        cell = cell_reference(*place) if isinstance(place, tuple) else place
        return Finding(code, self.file, sheet, cell, values=values)

    # ------------------------------------------------ one sheet

    def _sheet(self, pair: _Pair) -> Iterator[Finding]:
        yield from self._lines(pair)
        yield from self._hidden(pair)
        yield from self._cells(pair)
        yield from self._beside(pair)

    def _lines(self, pair: _Pair) -> Iterator[Finding]:
        """Rows and columns that are gone or new."""
        name, wanted, found = pair.found.name, pair.wanted, pair.found
        for code, rows, sheet in (("E714", pair.rows.deleted, wanted), ("E715", pair.rows.inserted, found)):
            for row in rows:
                yield self._finding(code, name, f"{row}:{row}", text=_summary(sheet.rows.get(row, {}).values()), **_row(row))
        for code, columns, sheet in (("E714", pair.columns.deleted, wanted), ("E715", pair.columns.inserted, found)):
            for column in columns:
                content = [cells[column] for cells in sheet.rows.values() if column in cells]
                yield self._finding(code, name, cell_reference(1, column), text=_summary(content), **_column(column))

    def _hidden(self, pair: _Pair) -> Iterator[Finding]:
        name, wanted, found = pair.found.name, pair.wanted, pair.found
        if found.visible != wanted.visible:
            code = "E716" if wanted.visible else "E722"
            what = ("工作表", "the sheet") if wanted.visible else ("工作表的隐藏", "that the sheet is hidden")
            yield self._finding(code, name, what_zh=what[0], what_en=what[1])
        allowed = {pair.rows.new(row) for row in wanted.hidden_rows}
        for row in sorted(found.hidden_rows - allowed):
            if row in found.rows:
                yield self._finding("E716", name, f"{row}:{row}", **_row(row))
        allowed = {pair.columns.new(column) for column in _columns(wanted)}
        for column in _columns(found):
            if column not in allowed:
                yield self._finding("E716", name, cell_reference(1, column), **_column(column))
        if wanted.zeros and not found.zeros:
            yield self._finding("E716", name, what_zh="零值", what_en="zeros")

    def _cells(self, pair: _Pair) -> Iterator[Finding]:
        found, name = pair.found, pair.found.name
        matched = set()
        for place in sorted(pair.wanted.cells):
            now = pair.place(place)
            if now is not None:
                matched.add(now)
                cell = found.cells.get(now)
                if cell is not None and cell.formula is not None and cell.value is None:
                    self.unsaved.append((name, now))
                yield from self._cell(pair, now, pair.wanted.cells[place], cell)
        inserted = set(pair.rows.inserted)
        for place in sorted(found.cells.keys() - matched):
            if place[0] not in inserted and place[1] not in pair.columns.inserted:
                yield self._finding("E717", name, place, text=_told(found.cells[place]), **_both("—"))

    def _cell(self, pair: _Pair, place: Place, wanted: Cell, found: Cell | None) -> Iterator[Finding]:
        name = pair.found.name
        if found is None:
            yield self._finding("E717", name, place, text="—", **_both(_told(wanted)))
            return
        formula = wanted.formula is not None and found.formula is not None
        if wanted.formula is None and found.formula is not None:
            yield self._finding("E719", name, place, text=_told(found), **_both(_told(wanted)))
        elif wanted.formula is not None and found.formula is None:
            yield self._finding("E718", name, place, text=_told(found), **_both(_told(wanted)))
        elif formula and not self._formulas(pair, wanted, found):
            yield self._finding("E719", name, place, text=_told(found), **_both(_told(wanted)))
        elif not (formula and found.value is None) and not _same(wanted.value, found.value):
            # A formula that was never calculated is told once for the whole file.
            yield self._finding(
                "E724" if formula else "E717", name, place, text=_value(found.value), **_both(_value(wanted.value))
            )
        elif _hides(wanted, found):
            yield self._finding("E720", name, place, text=found.look.number_format)

    def _formulas(self, pair: _Pair, wanted: Cell, found: Cell) -> bool:
        return self._same_formula(wanted.formula or "", found.formula or "", pair.wanted.name, pair.found.name)

    def _same_formula(self, wanted: str, found: str, sheet: str, sheet_now: str) -> bool:
        """Whether two formulas say the same, once deleted and inserted rows and renamed sheets are allowed for."""
        if wanted == found and sheet == sheet_now:
            return True
        return _plain(parse(found, sheet_now)) in (
            _plain(moved(parse(wanted, sheet), self._moved)),
            _plain(parse(wanted, sheet)),
        )

    def _moved(self, area: Area) -> Area | None:
        if area.sheet not in self.pairs:
            return None if area.sheet in self.wanted.sheets else area
        there = self.pairs[area.sheet].area(area)
        return there._replace(sheet=self.now[area.sheet]) if there is not None else None

    # ------------------------------------------------ what lies over and beside the cells

    def _beside(self, pair: _Pair) -> Iterator[Finding]:
        name, wanted, found = pair.found.name, pair.wanted, pair.found
        merges = {_merged(pair, merge) for merge in wanted.merges}
        for merge in sorted(found.merges - merges):
            yield self._finding("E721", name, merge[:2], text=_range(merge))
        notes = {pair.place(place): text for place, text in wanted.notes.items()}
        for place in sorted(found.notes.keys() | {place for place in notes if place is not None}):
            if notes.get(place) != found.notes.get(place):
                yield self._finding("E722", name, place, what_zh="批注", what_en="the note")
        links = {pair.place(place): self._target(link) for place, link in wanted.links.items()}
        for place in sorted(found.links.keys() | {place for place in links if place is not None}):
            address = _address(found.links[place]) if place in found.links else None
            if place in found.cells and address not in (links.get(place), _address(wanted.links.get(place, ""))):
                yield self._finding("E722", name, place, what_zh="链接", what_en="the link")
        if wanted.page != found.page:
            yield self._finding("E722", name, what_zh="页眉页脚", what_en="header or footer")
        for area in _surplus(map(_areas, found.covering), map(_areas, wanted.covering)):
            first = next(iter(area)).partition(":")[0]
            yield self._finding("E720", name, first, text="、".join(sorted(area)))
        charts = Counter(self._chart(chart, self._moved) for chart in wanted.charts)
        if charts != Counter(self._chart(chart, lambda area: area) for chart in found.charts):
            yield self._finding("E722", name, what_zh="图表", what_en="a chart")
        if len(found.objects) < len(wanted.objects):  # such as the mark of a draft
            yield self._finding("E722", name, what_zh="图片", what_en="a picture")
        elif len(found.objects) > len(wanted.objects):
            for place in _surplus(found.objects, wanted.objects):
                yield self._finding("E723", name, place)

    def _chart(self, chart: Chart, move: Callable[[Area], Area | None]) -> Hashable:
        """What a chart shows, in whatever order; LibreOffice repeats the name of the only series as a title."""
        references = Counter(_plain(moved(parse(text, ""), move)) for text in chart.references)
        return frozenset(references.items()), frozenset(chart.texts)

    def _target(self, link: str) -> tuple[str, Hashable]:
        """A link's address after rows have moved."""
        file, anchor = _address(link)
        return (file, moved(anchor, self._moved)) if not file and isinstance(anchor, tuple) else (file, anchor)


# ---------------------------------------------------------------- which belongs to which


def _same_sheets(wanted: Contents, found: Contents) -> dict[str, str]:
    """Name → name now: the same, or else, of those left over, that of a sheet with much the same text."""
    names = {name: name for name in wanted.sheets if name in found.sheets}
    strange = [name for name in found.sheets if name not in wanted.sheets]
    for name, sheet in wanted.sheets.items():
        if name not in names:
            texts = _texts(sheet)
            alike = [(len(texts & _texts(found.sheets[other])) / max(1, len(texts)), other) for other in strange]
            likeness, other = max(alike, default=(0.0, ""))
            if likeness > FEW:
                names[name] = other
                strange.remove(other)
    return {name: names[name] for name in wanted.sheets if name in names}


def _texts(sheet: Sheet) -> set[Value]:
    return {cell.value for cell in sheet.cells.values() if isinstance(cell.value, str)}


def _pair(wanted: Sheet, found: Sheet) -> _Pair:
    rows = align(_by_row(wanted, _constant), _by_row(found, _constant))
    if rows.deleted or rows.inserted:
        rows = align(_by_row(wanted), _by_row(found))
    columns = Alignment({column: column for column in sorted({at for _, at in wanted.cells})})
    if rows.alike < FEW:
        others = align(_by_column(wanted), _by_column(found))
        if (others.deleted or others.inserted) and others.alike > rows.alike:
            columns = others
            rows = align(_by_row(wanted, columns=columns), _by_row(found))
    return _Pair(wanted, found, rows, columns)


def _mark(cell: Cell) -> Value:
    """What identifies a cell: a calculated number changes with others."""
    return cell.value if isinstance(cell.value, str) else _constant(cell)


def _constant(cell: Cell) -> Value:
    if cell.formula is not None or cell.value is None:
        return "="
    return cell.value if isinstance(cell.value, str) else float(f"{cell.value:.12g}")


def _by_row(sheet: Sheet, mark: Callable[[Cell], Value] = _mark, columns: Alignment | None = None) -> dict[int, Hashable]:
    """Row → what tells it from others, with the columns where they are now."""
    return {
        row: tuple(
            (at, mark(cell))
            for column, cell in cells.items()
            if (at := columns.new(column) if columns is not None else column) is not None
        )
        for row, cells in sheet.rows.items()
    }


def _by_column(sheet: Sheet) -> dict[int, Hashable]:
    columns: dict[int, list[tuple[int, Value]]] = {}
    for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0][::-1]):
        columns.setdefault(column, []).append((row, _mark(cell)))
    return {column: tuple(cells) for column, cells in columns.items()}


# ---------------------------------------------------------------- whether it is the same


def _same(wanted: Value | None, found: Value | None) -> bool:
    if isinstance(wanted, str) or isinstance(found, str) or wanted is None or found is None:
        return wanted == found
    return type(wanted) is type(found) and math.isclose(wanted, found, rel_tol=CLOSE, abs_tol=CLOSE**2)


def _hides(wanted: Cell, found: Cell) -> bool:
    """True where a cell shows its value in another way than it should, or not at all."""
    value = found.value if found.value is not None else wanted.value
    if value is None or isinstance(value, bool):
        return False
    invisible = found.look.invisible and not wanted.look.invisible
    return invisible or not same_display(wanted.look.number_format, found.look.number_format, value)


def _plain(formula: Formula) -> Formula:
    """Areas without the mark whether they were written as one cell."""
    return tuple(part if isinstance(part, str) else part._replace(single=False) for part in formula)


def _address(link: str) -> tuple[str, Hashable]:
    """The file that a link leads to, without its folder, which office programs change, and the place in it."""
    file, _, anchor = unquote(link).partition("#")
    named = re.split(r"[/\\]", file)[-1]
    sheet_and_cell = re.sub(r"^\$?('(?:[^']|'')+'|[^!.']+)\.(?=\$?[A-Z])", r"\1!", anchor)  # LibreOffice: sheet.A1
    return named, _plain(parse(sheet_and_cell, ""))


def _merged(pair: _Pair, merge: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    area = pair.area(Area("", *merge, single=False))
    return area[1:5] if area is not None else None


def _surplus(found: Iterable[Any], wanted: Iterable[Any]) -> Iterator[Any]:
    """What is found more often than wanted."""
    return (Counter(found) - Counter(wanted)).elements()


# ---------------------------------------------------------------- words


def _columns(sheet: Sheet) -> list[int]:
    """The hidden columns that hold anything."""
    used = sorted({column for _, column in sheet.cells})
    return [column for column in used if any(first <= column <= last for first, last in sheet.hidden_columns)]


def _areas(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _range(merge: tuple[int, int, int, int]) -> str:
    return f"{cell_reference(*merge[:2])}:{cell_reference(*merge[2:])}"


def _row(row: int) -> Mapping[str, str]:
    return {"what_zh": f"第 {row} 行", "what_en": f"row {row}"}


def _column(column: int) -> Mapping[str, str]:
    return {"what_zh": f"{column_letters(column)} 列", "what_en": f"column {column_letters(column)}"}


def _both(expected: str) -> Mapping[str, str]:
    return {"expected_zh": expected, "expected_en": expected}


def _summary(cells: Iterable[Cell]) -> str:
    return " ".join(_value(cell.value) for cell in cells if cell.value is not None) or "—"


def _told(cell: Cell) -> str:
    return f"={cell.formula}" if cell.formula is not None else _value(cell.value)


def _value(value: Value | None) -> str:
    return "—" if value is None else value if isinstance(value, str) else shown(value)
