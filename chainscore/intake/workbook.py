"""Workbooks as they arrive: a path in, worksheets of raw cells out, or one UnreadableError that says why not.

A plain sheet is read with calamine, and what comes of it must be as many values as its XML holds. Any other is read twice, by
the exact reader and with calamine: a cell of which they do not say the same is disputed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from chainscore.intake.agreement import differences
from chainscore.intake.contents import Contents, Listed, contents_of
from chainscore.intake.exact_reader import ExactReader, merges_of, too_many_cells
from chainscore.intake.fast_reader import LARGEST_GRID, LONG_PART, FastReader, expected_values, is_compact
from chainscore.intake.grid import Grid
from chainscore.intake.limits import Limits
from chainscore.intake.number_formats import told_alike
from chainscore.intake.package import PROPERTIES, Package, UnreadableError, open_package
from chainscore.intake.worksheet import Merge as Merge
from chainscore.intake.worksheet import Worksheet as Worksheet

SPREADSHEET_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".csv", ".numbers")
RESULTS_MARK = "chainscore-results"
"""A keyword of every results workbook, by which it is told from a filled one."""


@dataclass(frozen=True)
class Workbook:
    """One readable file."""

    file: str
    """The file's name, without its folder."""
    sha256: str
    worksheets: tuple[Worksheet, ...] = field(repr=False)
    epoch_1904: bool = False
    is_results: bool = False
    """True of a results workbook that this program wrote."""
    macros: bool = False
    """It holds macros; they are never run."""
    external_links: int = 0
    """To how many other workbooks its formulas refer."""


def read_workbook(path: Path, limits: Limits | None = None) -> Workbook:
    """Read an .xlsx file. Raises UnreadableError."""
    limits = limits or Limits()
    package = open_package(path, limits)
    contents = contents_of(package)
    return Workbook(
        file=path.name,
        sha256=package.sha256,
        worksheets=_worksheets(package, contents, limits),
        epoch_1904=contents.epoch_1904,
        is_results=says_results(package),
        macros=package.macros,
        external_links=package.external_links,
    )


def is_results_file(path: Path, limits: Limits | None = None) -> bool:
    """True of a results workbook; False of all else, unreadable files too: reading those says why."""
    try:
        return says_results(open_package(path, limits or Limits()))
    except UnreadableError:
        return False


def says_results(package: Package) -> bool:
    return RESULTS_MARK.encode() in package.parts.get(PROPERTIES, b"")


def _worksheets(package: Package, contents: Contents, limits: Limits) -> tuple[Worksheet, ...]:
    fast = FastReader(package, contents)
    exact: ExactReader | None = None
    worksheets = []
    alike = contents.styles_part is None or told_alike(contents.styles_part)
    largest_grid = max(LARGEST_GRID, limits.cells)
    cells = 0
    for sheet in contents.sheets:
        reading = fast.begin(sheet) if is_compact(sheet.part, largest_grid) else None
        cells += sheet.part.count(b"<c ")
        if cells > limits.cells:
            raise too_many_cells(limits)
        if len(sheet.part) >= LONG_PART:
            import pandas  # noqa: F401  # while calamine reads: scoring will need it
        worksheet = _plain(sheet, reading, limits) if reading is not None and alike else None
        if worksheet is None:
            exact = exact or ExactReader(contents, limits)
            worksheet, grid = exact.read(sheet)
            if reading is None and grid <= LARGEST_GRID:
                reading = fast.begin(sheet)
            if reading is not None and (other := reading()) is not None:
                worksheet = replace(worksheet, disputed=differences(worksheet.rows, other))
        worksheets.append(worksheet)
    return tuple(worksheets)


def _plain(sheet: Listed, reading: Callable[[], Grid | None], limits: Limits) -> Worksheet | None:
    """A plain sheet; None of one that is not, or of which more or fewer values were found than there are."""
    expected = expected_values(sheet.part)
    if expected is None:
        return None
    merges = merges_of(sheet, limits)
    sheet.let_go()
    rows = reading()
    if rows is None or rows.number_of_values != expected:
        return None
    return Worksheet(sheet.name, rows, merges, hidden=sheet.hidden)
