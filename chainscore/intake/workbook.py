"""Workbooks as they arrive: a path in, worksheets of raw cells out, or one UnreadableError that says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from chainscore.intake.cells import Found, Meanings, too_many_cells
from chainscore.intake.contents import Contents, Listed, contents_of
from chainscore.intake.limits import Limits
from chainscore.intake.package import PROPERTIES, Package, UnreadableError, open_package
from chainscore.intake.plain_cells import cells_of
from chainscore.intake.strings import strings_of
from chainscore.intake.styles import styles_of
from chainscore.intake.worksheet import Merge as Merge
from chainscore.intake.worksheet import Worksheet as Worksheet

SPREADSHEET_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".csv", ".numbers")
RESULTS_MARK = "chainscore-results"
"""A keyword of every results workbook, by which it is told from a filled one."""
_TAGS_PER_CELL, _MOST_OTHER_TAGS = 5, 100_000
"""A bound for the time that a sheet takes, whatever its tags are."""


class Workbook(msgspec.Struct, frozen=True):
    """One readable file."""

    file: str
    """The file's name, without its folder."""
    sha256: str
    worksheets: tuple[Worksheet, ...]
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
        worksheets=tuple(_worksheets(package, contents, limits)),
        epoch_1904=contents.epoch_1904,
        is_results=says_results(package),
        macros=package.macros,
        external_links=package.external_links,
    )


def read_hidden(path: Path, limits: Limits) -> tuple[Worksheet, ...]:
    """The hidden sheets of a file. Raises UnreadableError."""
    package = open_package(path, limits)
    contents = contents_of(package)
    hidden = tuple(sheet for sheet in contents.sheets if sheet.hidden)
    return tuple(_worksheets(package, replace(contents, sheets=hidden), limits)) if hidden else ()


def is_results_file(path: Path, limits: Limits | None = None) -> bool:
    """True of a results workbook; False of all else, unreadable files too: reading those says why."""
    try:
        return says_results(open_package(path, limits or Limits()))
    except UnreadableError:
        return False


def says_results(package: Package) -> bool:
    return RESULTS_MARK.encode() in package.parts.get(PROPERTIES, b"")


def _worksheets(package: Package, contents: Contents, limits: Limits) -> Iterator[Worksheet]:
    strings = strings_of(package.parts[contents.strings_part]) if contents.strings_part is not None else ()
    styles = styles_of(package.parts[contents.styles_part]) if contents.styles_part is not None else ()
    meanings = Meanings(strings, styles, contents.epoch_1904)
    cells = 0
    for sheet in contents.sheets:
        part = package.parts.pop(sheet.part_name)  # of a long ledger it takes as much memory as its cells
        if part.count(b"<") > _TAGS_PER_CELL * limits.cells + _MOST_OTHER_TAGS:
            raise too_many_cells(limits)
        found = cells_of(part, sheet.name, meanings, limits)
        cells += found.cells
        if cells > limits.cells:
            raise too_many_cells(limits)
        yield _worksheet(sheet, found)


def _worksheet(sheet: Listed, found: Found) -> Worksheet:
    columns = {column for cells in found.rows.values() for column in cells}
    return Worksheet(
        sheet.name,
        found.rows,
        tuple(found.merges),
        found.formulas,
        found.styles,
        sheet.hidden,
        frozenset(found.hidden_rows & found.rows.keys()),
        frozenset(column for column in columns if any(column in hidden for hidden in found.hidden_columns)),
    )
