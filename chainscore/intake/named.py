"""Which of the rulebooks that come with the program a workbook was made by: its hidden sheet says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from chainscore.intake.limits import Limits
from chainscore.intake.package import STANDARD_INPUT, UnreadableError
from chainscore.intake.workbook import read_hidden

BESIDE = 2
"""The last column in which the sheet says what the workbook was made from; its lists stand further right."""
SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")


def rulebook_named(paths: Iterable[Path], known: Collection[str], limits: Limits | None = None) -> str | None:
    """The first of the ``known`` ids that stands on a hidden sheet of any of the files; what cannot be read names none."""
    files = (file for path in paths for file in _files(path))
    return next((found for file in files for found in _named(file, known, limits or Limits())), None)


def _files(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
        return [path] if path == STANDARD_INPUT or path.is_file() else []
    except OSError:
        return []


def _named(path: Path, known: Collection[str], limits: Limits) -> Iterator[str]:
    try:
        worksheets = read_hidden(path, limits)
    except (UnreadableError, OSError):
        return
    for worksheet in worksheets:
        for _, cells in sorted(worksheet.rows.items()):
            values = (value for column, value in sorted(cells.items()) if column <= BESIDE)
            yield from (value for value in values if isinstance(value, str) and value in known)
