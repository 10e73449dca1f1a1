"""What other programs show of a workbook: the oracle for what its readers see."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path

import openpyxl
import python_calamine

LONGEST = 300  # seconds
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""LibreOffice's filter: every sheet, each cell as it is shown."""


def shown_by_calamine(workbook: Path) -> Hashable:
    book = python_calamine.CalamineWorkbook.from_path(workbook)
    return tuple((name, repr(book.get_sheet_by_name(name).to_python())) for name in book.sheet_names)


def shown_by_openpyxl(workbook: Path) -> Hashable:
    """Values and number formats; None of a file that it refuses, as it does for an odd word in a style that no cell has."""
    try:
        book = openpyxl.load_workbook(workbook, data_only=True)
    except (TypeError, ValueError):
        return None
    return tuple(
        (sheet.title, sheet.sheet_state, tuple((cell.value, cell.number_format) for row in sheet.iter_rows() for cell in row if cell.value is not None))
        for sheet in book.worksheets
    )  # fmt: skip


def shown_by_libreoffice(workbook: Path) -> Hashable:
    folder = workbook.with_suffix(".libreoffice")
    profile = f"-env:UserInstallation={(workbook.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", CSV, "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
    return _lines(folder, workbook.stem)


def shown_by_gnumeric(workbook: Path) -> Hashable:
    folder = workbook.with_suffix(".gnumeric")
    folder.mkdir()
    command = ["ssconvert", "-S", "-T", "Gnumeric_stf:stf_csv", str(workbook), str(folder / f"{workbook.stem}-%s.csv")]
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
    return _lines(folder, workbook.stem)


def _lines(folder: Path, stem: str) -> Hashable:
    return tuple((path.name.removeprefix(stem), path.read_bytes()) for path in sorted(folder.iterdir()))


def saved_by_gnumeric(workbook: Path, saved: Path) -> Path:
    subprocess.run(["ssconvert", str(workbook), str(saved)], check=True, capture_output=True, timeout=LONGEST)
    return saved


READERS: Mapping[str, Callable[[Path], Hashable]] = {
    "calamine": shown_by_calamine,
    "openpyxl": shown_by_openpyxl,
    **({"LibreOffice": shown_by_libreoffice} if shutil.which("soffice") else {}),
    **({"Gnumeric": shown_by_gnumeric} if shutil.which("ssconvert") else {}),
}
"""Those that are installed here."""
