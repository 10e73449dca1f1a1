"""Reads sheets with calamine: fast, but errors and formulas without a value look blank to it, and it knows nothing hidden.

A scan of the XML tells beforehand whether a sheet has any of these, and how many values it must come to.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from chainscore.intake.contents import Contents, Listed
from chainscore.intake.grid import Grid
from chainscore.intake.package import Package
from chainscore.words.references import column_number

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST_GRID = 26 * 200_000
"""calamine fills in the whole rectangle of cells: one in the far corner would take all memory there is."""
LONG_PART = 1024 * 1024
"""Bytes of a sheet that takes longer to read than a thread takes to begin."""

# Each for itself, and without a boundary before it: one pattern of alternatives takes ten times as long. What they find in vain
# costs time only.
_PREFIXED = re.compile(rb":c[\s/>]")  # calamine takes names without their prefixes
_FORMATTED = rb"\"(?: s=\"\d++\")?+(?: t=\"\w++\")?+/?+>)[\s>/]"
_ODD_CELL = re.compile(rb"<c(?! r=\"[A-Z]{1,3}\d{1,7}" + _FORMATTED)
_COLUMNS = re.compile(rb'<c r="([A-Z]+)')
_FAR_ROWS = re.compile(rb'<c r="[A-Z]+(\d{6,})')
_FORMULA = re.compile(rb"<f[\s>/]")
_WHOLE_PART = re.compile(rb"</worksheet\s*>\s*\Z")


def is_compact(part: bytes, largest_grid: int = LARGEST_GRID) -> bool:
    """True of a sheet that calamine can fill the rectangle of: its cells say their place, style and type, plainly and alone."""
    if _PREFIXED.search(part):
        return False
    # Rows below 200,000, as a rule; in a longer sheet below 2,000,000, which has fewer columns.
    for columns, digits in ((26, 5), (min(26, largest_grid // 2_000_000), 6)):
        if columns > 0 and not _cell_outside(columns, digits).search(part):
            return True
    if _ODD_CELL.search(part):
        return False
    columns = max((column_number(letters.decode()) for letters in set(_COLUMNS.findall(part))), default=1)
    return columns * max(map(int, _FAR_ROWS.findall(part)), default=99_999) <= largest_grid


@cache
def _cell_outside(columns: int, digits: int) -> re.Pattern[bytes]:
    """A cell beyond so many columns, or whose row has more digits (but for a 1 before them), or that is oddly written."""
    return re.compile(rb"<c(?! r=\"[A-%c]1?\d{1,%d}" % (64 + columns, digits) + _FORMATTED)


def expected_values(part: bytes) -> int | None:
    """How many values a compact sheet holds; None of one with formulas, hidden rows or columns, comments or CDATA."""
    if not _WHOLE_PART.search(part[-256:]) or b"hidden=" in part or (b"!" in part and b"<!" in part):
        return None
    return None if _FORMULA.search(part) else part.count(b"</v>") + part.count(b"</is>")


class FastReader:
    """Reads sheets of one package, as far as calamine can."""

    def __init__(self, package: Package, contents: Contents) -> None:
        self._package = package
        self._names = [sheet.name for sheet in contents.sheets]
        self._book: CalamineWorkbook | None = None
        self._opened = False

    def begin(self, sheet: Listed) -> Callable[[], Grid | None]:
        """Begin to read one sheet; what comes back waits for ``rows``. While calamine parses, Python can do something else."""
        if len(sheet.part) < LONG_PART:
            return partial(self.rows, sheet)
        from concurrent.futures import ThreadPoolExecutor

        executor = ThreadPoolExecutor(1)
        reading = executor.submit(self.rows, sheet)
        executor.shutdown(wait=False)
        return reading.result

    def rows(self, sheet: Listed) -> Grid | None:
        """The cells of one sheet that hold anything; None where calamine cannot read it."""
        from python_calamine import CalamineError

        try:
            if not self._opened:
                self._opened = True
                self._book = self._open()
            if self._book is None:
                return None
            found = self._book.get_sheet_by_name(sheet.name)
            first_row, first_column = found.start or (0, 0)
            return Grid(first_row + 1, first_column + 1, found.to_python())
        except (CalamineError, OSError, ValueError, KeyError, IndexError):
            return None
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # a fault in calamine's own language, which has no public name
                raise
            return None

    def _open(self) -> CalamineWorkbook | None:
        from python_calamine import CalamineWorkbook, SheetTypeEnum

        book = CalamineWorkbook.from_filelike(io.BytesIO(self._package.packed()))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return book if names == self._names else None
