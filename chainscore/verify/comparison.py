"""Holds a workbook against what it should be: every difference that no re-save makes is a finding at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from statistics import median
from urllib.parse import unquote

from chainscore.intake.values import shown
from chainscore.verify.allowed import differences
from chainscore.verify.cells import Cell, Place, Row, Value
from chainscore.verify.contents import PRINT_AREA, Contents, Link, Sheet
from chainscore.verify.flatten import Facts
from chainscore.verify.formulas import BROKEN, anchors, moved, parse
from chainscore.verify.markup import UnverifiableError
from chainscore.verify.matching import Matching, Pair
from chainscore.verify.overlays import compare_drawings
from chainscore.verify.said import named
from chainscore.verify.spelling import Move, stay, text_of
from chainscore.words.findings import Finding
from chainscore.words.numbers import half_up
from chainscore.words.references import cell_reference, column_letters

DIGITS = 15
"""Office programs show, save and compare so many digits of a number."""
CLOSE = 1e-12
"""Relative, of a number that was calculated again."""
DECIMALS = 6
"""Results show no more."""
NEAR = 0.03
"""Of a width or height: programs count them in pixels, twips or tenths of a character."""
UNITS = (0.9, 1.3)
"""How much wider or narrower a digit of another usual font may be."""
USUAL_HEIGHTS, USUAL_WIDTHS = (12, 20), (7, 13)
"""Rows and columns of which nothing is said are as high and wide as each program has them."""
CALCULATED = ("E724", "E726")
"""What is wrong with results of formulas: it follows from what was changed elsewhere, and comes last."""


def compare(wanted: Contents, found: Contents, file: str) -> list[Finding]:
    """What in ``found``, the workbook ``file``, is not as in ``wanted``: in the order of sheets and cells."""
    return sorted(_Comparison(wanted, found, file).differences(), key=lambda finding: finding.code in CALCULATED)


class _Comparison:
    def __init__(self, wanted: Contents, found: Contents, file: str) -> None:
        self.wanted, self.found, self.file = wanted, found, file
        self.matching = Matching(wanted, found)
        self.unit = _unit(wanted, found, self.matching)
        self.looks: dict[tuple[int, int, bool, Taken], str | None] = {}
        """Two styles, whether there is nothing to read, and what is taken over → how they differ."""

    def differences(self) -> Iterator[Finding]:
        now = self.matching.now
        before = {name: old for old, name in now.items()}
        for name in self.wanted.sheets:
            if name not in now:
                yield self._finding("E711", name)
            elif now[name] != name:
                yield self._finding("E713", now[name], first=name)
        for name in self.found.sheets:
            if name not in before:
                yield self._finding("E712", name)
        if [before[name] for name in self.found.sheets if name in before] != list(now):
            order = tuple(self.found.sheets)
            yield self._finding("E722", None, what_zh="工作表的顺序", what_en="the order of the sheets", text=order)
        yield from self._facts(self.wanted.others, self.found.others, None)
        yield from self._facts(_names(self.wanted, self.matching), _names(self.found, None), None)
        for pair in self.matching.pairs.values():
            try:
                yield from self._sheet(pair)
            except UnverifiableError as error:
                error.sheet = pair.found.name
                raise

    def _finding(self, code: str, sheet: str | None, place: Place | str | None = None, **values: object) -> Finding:
        cell = cell_reference(*place) if isinstance(place, tuple) else place
        return Finding(code, self.file, sheet, cell, values=values)

    def _facts(self, wanted: Facts, found: Facts, sheet: str | None, place: Place | None = None) -> Iterator[Finding]:
        """What is said otherwise, one finding for all that has one name."""
        told: dict[tuple[str, str, str | None], str] = {}
        for path, before, now in differences(wanted, found):
            if path.endswith("/c.saved"):
                yield self._finding("E724", sheet, place, text=now or "—", **_both(before or "—"))
            else:
                told.setdefault((*named(path), _area_of(path)), _change(path, before, now))
        for (what_zh, what_en, area), text in told.items():
            code = "E716" if what_en in HIDING else "E722" if area is None else "E720"
            yield self._finding(code, sheet, area or place, what_zh=what_zh, what_en=what_en, text=text)

    # ------------------------------------------------ one sheet

    def _sheet(self, pair: Pair) -> Iterator[Finding]:
        yield from self._moved_lines(pair)
        if (pair.wanted.state, pair.found.state) not in STATES:
            yield self._finding("E716", pair.found.name, what_zh="工作表", what_en="the sheet")
        yield from self._rows(pair)
        yield from self._columns(pair)
        yield from self._cells(pair)
        yield from self._beside(pair)
        yield from self._facts(pair.wanted.facts(self.matching.moved), _without_notes(pair), pair.found.name)
        for code, place, values in compare_drawings(pair.wanted, pair.found, self.matching.moved):
            if values:
                wanted, found = values
                yield from self._facts(wanted, found, pair.found.name, place)
            else:
                yield self._finding(code, pair.found.name, place, **OF_DRAWING)

    def _moved_lines(self, pair: Pair) -> Iterator[Finding]:
        """Rows and columns that are gone or new."""
        name, wanted, found = pair.found.name, pair.wanted, pair.found
        for code, rows, sheet in (("E714", pair.rows.deleted, wanted), ("E715", pair.rows.inserted, found)):
            for row in rows:
                cells = sheet.rows.get(row, {}).values()
                yield self._finding(code, name, f"{row}:{row}", text=_summary(cells), **_row(row))
        for code, columns, sheet in (("E714", pair.columns.deleted, wanted), ("E715", pair.columns.inserted, found)):
            for column in columns:
                content = [cells[column] for cells in sheet.rows.values() if column in cells]
                yield self._finding(code, name, cell_reference(1, column), text=_summary(content), **_column(column))

    def _rows(self, pair: Pair) -> Iterator[Finding]:
        lines = {now: row for number, row in pair.wanted.lines.items() if (now := pair.rows.new(number)) is not None}
        for number in sorted((lines.keys() | pair.found.lines.keys()) - set(pair.rows.inserted)):
            wanted, found = lines.get(number, Row()), pair.found.lines.get(number, Row())
            place, name = f"{number}:{number}", pair.found.name
            if wanted.hidden != found.hidden:
                yield self._finding("E716", name, place, **_row(number))
            elif not _like(wanted.height, found.height, USUAL_HEIGHTS):
                what = {"what_zh": f"第 {number} 行的行高", "what_en": f"the height of row {number}"}
                yield self._finding("E725", name, place, text=f"{wanted.height or '—'} → {found.height or '—'}", **what)
            yield from self._facts(wanted.others, found.others, name)
            yield from self._band(name, place, wanted.style or 0, found.style or 0)

    def _columns(self, pair: Pair) -> Iterator[Finding]:
        last = max([column for _, column in pair.found.cells], default=0) + BEYOND
        for first, _, column in pair.found.columns:
            if first > last:
                yield from self._band(pair.found.name, cell_reference(1, first), 0, column.style)
        before = {now: number for number in range(1, last + 1) if (now := pair.columns.new(number)) is not None}
        for number in sorted(before.keys() - set(pair.columns.inserted)):
            wanted, found = pair.wanted.column(before[number]), pair.found.column(number)
            place, letters = cell_reference(1, number), column_letters(number)
            if wanted.hidden != found.hidden:
                yield self._finding("E716", pair.found.name, place, **_column(number))
            elif not _like(wanted.width * self.unit if wanted.own else None, found.width, USUAL_WIDTHS):
                what = {"what_zh": f"{letters} 列的列宽", "what_en": f"the width of column {letters}"}
                yield self._finding("E725", pair.found.name, place, text=f"{wanted.width:g} → {found.width:g}", **what)
            yield from self._band(pair.found.name, place, wanted.style, found.style)

    def _band(self, sheet: str, place: str, wanted: int, found: int) -> Iterator[Finding]:
        """What is behind and around the cells of a row or column of which nothing is said."""
        look = _difference(self.wanted.styles.cells[wanted], self.found.styles.cells[found], True)
        if look is not None:
            what_zh, what_en = named(look)
            yield self._finding("E720", sheet, place, text=look, what_zh=what_zh, what_en=what_en)

    # ------------------------------------------------ cells

    def _cells(self, pair: Pair) -> Iterator[Finding]:
        wanted = {place: cell for at, cell in pair.wanted.cells.items() if (place := pair.place(at)) is not None}
        for place in sorted(wanted.keys() | pair.found.cells.keys()):
            if place[0] not in pair.rows.inserted and place[1] not in pair.columns.inserted:
                before = wanted.get(place) or _blank(pair.wanted, place)
                yield from self._cell(pair, place, before, pair.found.cells.get(place) or _blank(pair.found, place))

    def _cell(self, pair: Pair, place: Place, wanted: Cell, found: Cell) -> Iterator[Finding]:
        name = pair.found.name
        code = self._content(pair, wanted, found)
        if code in ("E717", "E724", "E726"):
            yield self._finding(code, name, place, text=_value(found.value), **_both(_value(wanted.value)))
        elif code is not None:
            yield self._finding(code, name, place, text=_told(found), **_both(_told(wanted)))
        if code in (None, *CALCULATED) and (look := self._look(wanted, found)) is not None:
            what_zh, what_en = named(look)
            yield self._finding("E720", name, place, text=look, what_zh=what_zh, what_en=what_en)

    def _content(self, pair: Pair, wanted: Cell, found: Cell) -> str | None:
        """The code of what is wrong with a cell's formula or value."""
        if wanted.formula is None or found.formula is None:
            if found.formula is not None:
                return "E719"
            if wanted.formula is not None:
                return "E718"
            return None if _same(wanted.value, found.value) else "E717"
        if not self._same_formula(pair, wanted.formula, found.formula):
            return "E719"
        if found.value is None and wanted.value is not None:
            return "E726"
        return None if _same(wanted.value, found.value, CLOSE) else "E724"

    def _same_formula(self, pair: Pair, wanted: str, found: str) -> bool:
        if wanted == found and pair.wanted.name == pair.found.name:
            return True
        now = text_of(parse(found, pair.found.name))
        before = parse(wanted, pair.wanted.name)
        return now in (text_of(moved(before, self.matching.moved)), text_of(before))

    def _look(self, wanted: Cell, found: Cell) -> str | None:
        """How a cell looks otherwise, the fonts of its runs too."""
        before, now = self.wanted.styles.cells[wanted.style], self.found.styles.cells[found.style]
        blank = wanted.value is None and found.value is None and wanted.formula is None
        taken = _taken_over(wanted, before, now)
        key = wanted.style, found.style, blank, taken
        if key not in self.looks:
            self.looks[key] = _difference({**before, **dict(taken)}, now, blank)
        if self.looks[key] is not None:
            return self.looks[key]
        return next((text for run in found.runs if (text := self._run(wanted, run)) is not None), None)

    def _run(self, wanted: Cell, run: int) -> str | None:
        """How the letters of a run look otherwise than those of the cell, or of the run that was written."""
        font = self.found.strings.fonts[run]
        fonts = [self.wanted.strings.fonts[each] for each in wanted.runs] or [
            {path: value for path, value in self.wanted.styles.cells[wanted.style].items() if path.startswith("font/")}
        ]
        differences = [_difference(each, font, False) for each in fonts]
        return None if None in differences else differences[0]

    # ------------------------------------------------ what lies over and beside the cells

    def _beside(self, pair: Pair) -> Iterator[Finding]:
        yield from self._merges(pair)
        name, wanted, found = pair.found.name, pair.wanted, pair.found
        notes = {place: text for at, text in wanted.notes.items() if (place := pair.place(at)) is not None}
        for place in sorted(found.notes.keys() | notes.keys()):
            if notes.get(place) != found.notes.get(place):
                text = found.notes.get(place, "—")
                yield self._finding("E722", name, place, what_zh="批注", what_en="the note", text=text)
        links = {place: link for at, link in wanted.links.items() if (place := pair.place(at)) is not None}
        for place in sorted(found.links.keys() | links.keys()):
            before, now = links.get(place), found.links.get(place)
            if before is None or now is None or not self._same_link(before, now):
                text = f"{now.address}#{now.anchor}" if now is not None else "—"
                yield self._finding("E722", name, place, what_zh="链接", what_en="the link", text=text)

    def _merges(self, pair: Pair) -> Iterator[Finding]:
        name = pair.found.name
        wanted = {_area(each, pair.wanted.name, self.matching.moved): each for each in pair.wanted.merges}
        found = {_area(each, name, stay): each for each in pair.found.merges}
        for area in sorted(found.keys() - wanted.keys()):
            yield self._finding("E721", name, found[area].partition(":")[0], text=found[area])
        for area in sorted(wanted.keys() - found.keys() - {BROKEN}):
            what = {"what_zh": "合并的单元格", "what_en": "merged cells", "text": wanted[area]}
            yield self._finding("E722", name, wanted[area].partition(":")[0], **what)

    def _same_link(self, wanted: Link, found: Link) -> bool:
        """LibreOffice leads to a file from another folder, and names a place within as ``sheet.A1``."""
        anchor = parse(_excel(unquote(wanted.anchor)), "")
        there = moved(anchor, self.matching.moved) if not wanted.address else anchor
        address, _, within = unquote(found.address).partition("#")
        here = parse(_excel(unquote(found.anchor.removeprefix("#")) or within), "")
        return (
            not (found.anchor and within)
            and _same_file(unquote(wanted.address), address)
            and wanted.tip == found.tip
            and text_of(here) in (text_of(there), text_of(anchor))
        )


STATES = {
    ("visible", "visible"),
    *((was, now) for was in ("hidden", "veryHidden") for now in ("hidden", "veryHidden", "visible")),
}
"""A sheet may come to be seen: Gnumeric shows all."""
OF_DRAWING = {"what_zh": "图表或图片", "what_en": "a chart or picture", "text": "—"}
PLAIN = re.compile(r"(?:#,##)?0(?:\.([0#]+))?_ ")
"""A number format that shows a number as it is, in so many decimals."""
LONG = 5000
"""Characters."""
Taken = tuple[tuple[str, str], ...]
HIDING = ("zeros",)
LONGEST = 40
"""Characters of a path; of a longer one only the end is told."""
BEYOND = 20
"""Columns to the right of the last one that is filled, over which charts lie."""
OF_BLANK = ("fill/", "border/", "font/sz")
"""What is seen of a cell without anything to read; how high its letters would be, the row is."""


def _blank(sheet: Sheet, place: Place) -> Cell:
    """A cell of which nothing is said: it looks as its row or column does."""
    row = sheet.lines.get(place[0])
    style = row.style if row is not None and row.style is not None else sheet.column(place[1]).style
    return Cell(None, None, style)


def _names(contents: Contents, matching: Matching | None) -> Facts:
    """Names of the workbook, but for those that programs give and nobody sees."""
    found = {}
    for (name, sheet), text in contents.names.items():
        if matching is not None and sheet and sheet not in matching.now:
            continue
        formula = parse(text, sheet)
        there = matching.now.get(sheet, "") if matching is not None else sheet
        said = text_of(moved(formula, matching.moved if matching is not None else stay))
        said = said if BROKEN in said else f"{said} {anchors(text)}"  # what is gone stands nowhere
        if name == "_FilterDatabase" or (name, text) in (("Sheet_Title", f'"{sheet}"'), (PRINT_AREA, "#REF!")):
            continue
        found[f"definedName#{name}#{there}"] = said
    return found


def _without_notes(pair: Pair) -> Facts:
    """What a sheet says; a note is told at its cell, and the shape that shows it goes with it."""
    found = pair.found.facts()
    if pair.found.notes and not pair.wanted.notes:
        found = {path: value for path, value in found.items() if not path.startswith(("relation#vmlDrawing", "legacyDrawing"))}
    return found


def _taken_over(cell: Cell, wanted: Facts, found: Facts) -> Taken:
    """What LibreOffice makes of a look of which nothing is said.

    A formula that it calculates again takes over the number format of what it refers to, and a text of
    several lines, or one longer than a sheet is wide, is wrapped.
    """
    taken = []
    code = found["number format"]
    shows = PLAIN.fullmatch(code)
    if cell.formula is not None and wanted["number format"] == "General" and shows is not None:
        decimals = len(shows[1] or "")
        if not isinstance(cell.value, float) or round(cell.value, decimals) == cell.value:
            taken.append(("number format", code))
    lines = isinstance(cell.value, str) and ("\n" in cell.value or len(cell.value) > LONG)
    if lines and "alignment@wrapText" in found:
        taken.append(("alignment@wrapText", found["alignment@wrapText"]))
    return tuple(taken)


def _difference(wanted: Facts, found: Facts, blank: bool) -> str | None:
    """The first thing in which a look differs; where there is nothing to read, only what is behind and around counts."""
    told = (_change(*each) for each in differences(wanted, found) if not blank or each[0].startswith(OF_BLANK))
    return next(told, None)


def _area_of(path: str) -> str | None:
    """The first cell of a conditional format."""
    match = re.match(r"conditionalFormatting#'.*?'!R(\d+)C(\d+)", path)
    return cell_reference(int(match[1]), int(match[2])) if match is not None else None


def _change(path: str, before: str | None, now: str | None) -> str:
    """What is said at a path, and what should be: ``—`` for nothing, a sign of yes for what is there and says no more."""
    was, is_ = ("—" if each is None else each or "✓" for each in (before, now))
    return f"{path[path.rfind('/', 0, -1) + 1 :] if len(path) > LONGEST else path} {was} → {is_}"


def _same(wanted: Value | None, found: Value | None, close: float = 0) -> bool:
    if type(wanted) is not type(found):
        return False
    if not isinstance(wanted, float) or not isinstance(found, float):
        return wanted == found
    before, now = f"{wanted:.{DIGITS}g}", f"{found:.{DIGITS}g}"
    return before == now or (abs(wanted - found) <= close * max(1, abs(wanted)) and _rounded(before) == _rounded(now))


def _rounded(number: str) -> list[Decimal]:
    """What is shown of a number, at any number of decimals: 7.125 as 7.13, 7.1249999999995 as 7.12."""
    return [half_up(Fraction(number), decimals) for decimals in range(DECIMALS + 1)]


def _unit(wanted: Contents, found: Contents, matching: Matching) -> float:
    """How much narrower the unit of columns' widths is now: it is a digit of the workbook's usual font."""
    fonts = [{look.get("font/name@val") for look in each.styles.usual} for each in (wanted, found)]
    if fonts[0] == fonts[1]:
        return 1
    pairs = [
        (column.width, pair.found.column(first).width)
        for pair in matching.pairs.values()
        for first, _, column in pair.wanted.columns
        if column.own and column.width
    ]
    unit = median(now / before for before, now in pairs) if pairs else 1
    return unit if UNITS[0] <= unit <= UNITS[1] else 1


def _like(wanted: float | None, found: float | None, usual: tuple[int, int]) -> bool:
    """Whether a height or width is what it was, or that of a program where nothing was said."""
    if wanted is None:
        return found is None or usual[0] <= found <= usual[1]
    return found is not None and abs(wanted - found) <= NEAR * wanted


def _area(text: str, sheet: str, move: Move) -> str:
    return text_of(moved(parse(text, sheet), move))


def _same_file(wanted: str, found: str) -> bool:
    """The file of the same name, in whatever folder of this machine."""
    local = not re.match(r"(?!file:///[^/\\])[A-Za-z][\w+.-]*:|[/\\]{2}", found)
    return found == wanted or (wanted != "" and local and re.split(r"[/\\]", found)[-1] == wanted)


def _excel(anchor: str) -> str:
    """A place in a workbook as Excel names it."""
    return re.sub(r"^\$?('(?:[^']|'')+'|[^!.']+)\.(?=\$?[A-Z])", r"\1!", anchor)


# ---------------------------------------------------------------- words


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
    return "—" if value is None else value or "“”" if isinstance(value, str) else shown(value)
