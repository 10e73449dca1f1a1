"""Workbooks as they arrive: bytes in, worksheets of raw cells out, or one UnreadableError that says why not.

Sheets are read with calamine, which is fast but shows an error value and a formula without a value as blank, and knows
no hidden rows. A scan of the XML tells whether a file has any of these; if so it is read with openpyxl as well.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainscore.grid import Cells, Grid, columns_of
from chainscore.references import column_number
from chainscore.values import CellError, CellValue, Uncalculated

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet as OpenpyxlWorksheet

MIB = 1024 * 1024
# Above everything legitimate: a ledger of 100,000 rows takes 5 MiB, 40 MiB unpacked.
LARGEST_FILE = 20 * MIB
LARGEST_UNPACKED = 128 * MIB
LARGEST_PART = 64 * MIB
MOST_PARTS = 2000
# A range merged over whole columns takes openpyxl minutes; one over a long ledger's chain column does not come near this.
MOST_MERGED_CELLS = 1_000_000
# A dense grid beyond this many cells is read sparsely, so that a cell in the far corner costs no memory.
LARGEST_DENSE_GRID = 20_000_000

SPREADSHEET_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".csv", ".numbers")
_PROPERTIES = "docProps/core.xml"
RESULTS_MARK = "chainscore-results"
"""A keyword of every results workbook, by which it is told from a filled one."""

# Each for itself, and without a boundary before it: one pattern of alternatives takes ten times as long. What they find in vain
# costs time only.
_NEEDS_EXACT_READER = tuple(
    re.compile(pattern)
    for pattern in (
        rb"<(?:\w+:)?f[\s>/]",
        rb"t\s*=\s*[\"']e[\"']",
        rb"hidden\s*=\s*[\"'](?:1|true)[\"']",
        rb"r=[\"'][A-Z]{3}\d",
    )
)
_WHOLE_PART = re.compile(rb"</(?:\w+:)?(?:worksheet|chartsheet|dialogsheet)\s*>\s*\Z")
_TWO_LETTERS = re.compile(rb"r=[\"'][A-Z]{2}\d")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d+)[\"']")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)[\"']")
_DATE_1904 = re.compile(rb"\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']")

Merge = tuple[int, int, int, int]


class UnreadableError(Exception):
    """A file that cannot be read. ``code`` and ``values`` make the finding."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, object] = values


@dataclass(frozen=True)
class Worksheet:
    """The cells of one sheet that hold anything: row → column → value, both counted from 1, rows in order."""

    name: str
    rows: Cells
    merges: tuple[Merge, ...] = ()
    """(first row, first column, last row, last column) of each merged range."""
    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()

    @cached_property
    def columns(self) -> frozenset[int]:
        """The columns that hold anything."""
        return columns_of(self.rows)


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


def read_workbook(path: Path) -> Workbook:
    """Read an .xlsx file. Raises UnreadableError."""
    content = _content(path)
    parts = _parts(content)
    sheets = [part for name, part in parts.items() if name.startswith("xl/worksheets/")]
    for part in sheets:
        _merges_within_limits(part)
    exact = any(_needs_exact_reader(part) for part in sheets)
    worksheets = list(_read_exactly(content) if exact else _read_fast(content))
    return Workbook(
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        worksheets=tuple(worksheets),
        epoch_1904=_DATE_1904.search(parts.get("xl/workbook.xml", b"")) is not None,
        is_results=RESULTS_MARK.encode() in parts.get(_PROPERTIES, b""),
    )


def is_results_file(path: Path) -> bool:
    """True of a results workbook; False of all else, unreadable files too: reading those says why."""
    try:
        with zipfile.ZipFile(path) as package:
            if package.getinfo(_PROPERTIES).file_size > LARGEST_PART:
                return False
            return RESULTS_MARK.encode() in package.read(_PROPERTIES)
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error):
        return False


def _content(path: Path) -> bytes:
    if path.name.startswith(("~$", ".~lock.")):
        raise UnreadableError("E107")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableError("E106", what_zh="文件大小", what_en="its size", limit=f"{LARGEST_FILE // MIB} MiB")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableError("E101") from error
    except OSError as error:
        raise UnreadableError("E102", reason=error.strerror or type(error).__name__) from error


def _parts(content: bytes) -> dict[str, bytes]:
    """The XML parts that decide how the file is read. Raises UnreadableError for what is no sound .xlsx package."""
    if content[:2] != b"PK":
        raise _not_a_package(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _within_limits(entries)
            names = {entry.filename for entry in entries}
            _is_spreadsheet(names)
            return {
                name: package.read(name)
                for name in sorted(names)
                if name in ("xl/workbook.xml", _PROPERTIES) or (name.startswith("xl/worksheets/") and name.endswith(".xml"))
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableError("E104", reason=str(error) or type(error).__name__) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise UnreadableError("E105") from error


def _within_limits(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise UnreadableError("E106", what_zh="部件个数", what_en="its number of parts", limit=MOST_PARTS)
    for size, limit, what_zh, what_en in (
        (max((e.file_size for e in entries), default=0), LARGEST_PART, "单个部件大小", "the size of a part"),
        (sum(e.file_size for e in entries), LARGEST_UNPACKED, "解压后大小", "its unpacked size"),
    ):
        if size > limit:
            raise UnreadableError("E106", what_zh=what_zh, what_en=what_en, limit=f"{limit // MIB} MiB")


def _is_spreadsheet(names: set[str]) -> None:
    for mark, kind_zh, kind_en in (
        ("word/document.xml", "Word 文档", "a Word document"),
        ("ppt/presentation.xml", "演示文稿", "a presentation"),
        ("xl/workbook.bin", "二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"),
        ("content.xml", "OpenDocument 文件（.ods）", "an OpenDocument file (.ods)"),
    ):
        if mark in names:
            raise UnreadableError("E103", kind_zh=kind_zh, kind_en=kind_en)
    if "[Content_Types].xml" not in names:
        raise UnreadableError("E103", kind_zh="普通压缩文件", kind_en="a plain archive")


def _not_a_package(content: bytes) -> UnreadableError:
    """Which well-known kind of file this is instead of a workbook."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content.strip(b"\0"):
        return UnreadableError("E103", kind_zh="空文件", kind_en="an empty file")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in content:
            return UnreadableError("E105")
        return UnreadableError("E103", kind_zh="旧版工作簿（.xls 或 .et）", kind_en="an old workbook (.xls or .et)")
    if start.startswith((b"<!doctype html", b"<html")) or b"<table" in start:
        return UnreadableError("E103", kind_zh="网页（HTML）", kind_en="a web page (HTML)")
    if start.startswith(b"<"):
        return UnreadableError("E103", kind_zh="XML 文件", kind_en="an XML file")
    if start.startswith(b"%pdf"):
        return UnreadableError("E103", kind_zh="PDF 文件", kind_en="a PDF file")
    if b"\0" not in content[:4096]:
        return UnreadableError("E103", kind_zh="文本文件（如 .csv）", kind_en="a text file (such as .csv)")
    return UnreadableError("E103", kind_zh="其他格式的文件", kind_en="some other kind of file")


def _merges_within_limits(part: bytes) -> None:
    merged = sum(
        (int(bottom) - int(top) + 1) * (column_number(right.decode()) - column_number(left.decode()) + 1)
        for left, top, right, bottom in _MERGE.findall(part)
    )
    if merged > MOST_MERGED_CELLS:
        raise UnreadableError("E106", what_zh="合并的单元格", what_en="its merged cells", limit=MOST_MERGED_CELLS)


def _needs_exact_reader(part: bytes) -> bool:
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:64]:  # UTF-16, which the scan cannot see through
        return True
    # calamine takes a part that breaks off for one that ends.
    if any(pattern.search(part) for pattern in _NEEDS_EXACT_READER) or not _WHOLE_PART.search(part[-256:]):
        return True
    last_row = max((int(number) for number in _ROW_NUMBER.findall(part)), default=0)
    columns = 702 if _TWO_LETTERS.search(part) else 26  # up to ZZ or Z; three letters went the exact way above
    return last_row * columns > LARGEST_DENSE_GRID


def _read_fast(content: bytes) -> Iterator[Worksheet]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                first_row, first_column = sheet.start or (0, 0)
                rows = Grid(first_row + 1, first_column + 1, sheet.to_python())
                merges = tuple(
                    (top + 1, left + 1, bottom + 1, right + 1)
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
                )
                yield Worksheet(meta.name, rows, merges, hidden=meta.visible != SheetVisibleEnum.Visible)
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise UnreadableError("E104", reason=str(error) or type(error).__name__) from error


def _read_exactly(content: bytes) -> Iterator[Worksheet]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(content))
    except Exception as error:
        raise UnreadableError("E104", reason=str(error) or type(error).__name__) from error
    for sheet in values.worksheets:
        yield _exact_worksheet(sheet, formulas[sheet.title])


def _exact_worksheet(sheet: OpenpyxlWorksheet, twin: OpenpyxlWorksheet) -> Worksheet:
    """One sheet from its saved values and, in ``twin``, its formulas."""
    rows: dict[int, dict[int, CellValue]] = {}
    formulas = {place for place, cell in twin._cells.items() if cell.data_type == "f"}
    # _cells holds just the cells there are; the public iterators fill the whole rectangle, however far apart its corners.
    for row, column in sorted({*sheet._cells, *formulas}):
        value = _exact_value(sheet._cells.get((row, column)), (row, column) in formulas)
        if value is None:
            continue
        rows.setdefault(row, {})[column] = value
    return Worksheet(
        sheet.title,
        rows,
        tuple((m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges),
        frozenset(formulas),
        sheet.sheet_state != "visible",
        frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden and number in rows),
    )


def _exact_value(cell: Any, formula: bool) -> CellValue | None:
    """What a cell of openpyxl's holds; None where it shows nothing."""
    if cell is None or cell.value is None:
        # A formula of type "str" without a value came to the empty text.
        return Uncalculated() if formula and (cell is None or cell.data_type != "str") else None
    if cell.data_type == "e":
        return CellError(str(cell.value))
    if isinstance(cell.value, int) and not isinstance(cell.value, bool):
        try:
            return float(cell.value)
        except OverflowError:  # openpyxl reads whole numbers of any length, Excel has doubles
            return math.inf
    value: CellValue = cell.value
    return value
