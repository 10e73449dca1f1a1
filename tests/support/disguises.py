"""The same contents in other clothes: ways in which a sound workbook may arrive, each as bytes in, bytes out.

What a disguise needs to know of the cells it reads with openpyxl, which the reader under test does not use.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Mapping

import openpyxl
import pandas as pd
import xlsxwriter

from tests.support.packages import package, parts_of

Disguise = Callable[[bytes], bytes]

TRANSITIONAL_TO_STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
}
_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><v>([^<]*)</v></c>')


def _in_sheets(content: bytes, change: Callable[[str, str], str]) -> bytes:
    """Change every worksheet part, as text, knowing its name."""
    parts: dict[str, bytes | str] = dict(parts_of(content))
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            assert isinstance(part, bytes)
            parts[name] = change(name, part.decode())
    return package(parts)


def _dates(content: bytes) -> dict[str, dict[str, datetime.datetime]]:
    """Part → cell → the date that it holds."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    return {
        f"xl/worksheets/sheet{number}.xml": {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, datetime.datetime)
        }
        for number, sheet in enumerate(workbook.worksheets, 1)
    }


def strict(content: bytes) -> bytes:
    """As "Strict Open XML workbook": other namespaces, and dates as ISO 8601 text."""
    dates = _dates(content)

    def iso(name: str, part: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            reference, attributes, _ = match.groups()
            day = dates[name].get(reference)
            return match[0] if day is None else f'<c r="{reference}"{attributes} t="d"><v>{day.date().isoformat()}</v></c>'

        return _CELL.sub(replaced, part)

    parts: dict[str, bytes | str] = {}
    for name, part in parts_of(_in_sheets(content, iso)).items():
        for old, new in TRANSITIONAL_TO_STRICT.items():
            part = part.replace(old.encode(), new.encode())
        parts[name] = part.replace(b"<workbook ", b'<workbook conformance="strict" ')
    return package(parts)


def wrong_dimension(content: bytes) -> bytes:
    """Every sheet says that it has one cell, as WPS may write it."""
    return _in_sheets(content, lambda _, part: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', part))


def no_dimension(content: bytes) -> bytes:
    return _in_sheets(content, lambda _, part: re.sub(r'<dimension ref="[^"]*"/>', "", part))


def inline_strings(content: bytes) -> bytes:
    """No shared strings: each text in its cell."""
    shared = re.findall(r"<si>(.*?)</si>", parts_of(content)["xl/sharedStrings.xml"].decode(), re.DOTALL)

    def inline(_: str, part: str) -> str:
        return re.sub(
            r'<c r="([A-Z]+\d+)"([^>]*) t="s"><v>(\d+)</v></c>',
            lambda match: f'<c r="{match[1]}"{match[2]} t="inlineStr"><is>{shared[int(match[3])]}</is></c>',
            part,
        )

    return _in_sheets(content, inline)


def epoch_1904(content: bytes) -> bytes:
    """As Excel for the Mac used to count days."""
    dates = _dates(content)

    def moved(name: str, part: str) -> str:
        return _CELL.sub(lambda m: f'<c r="{m[1]}"{m[2]}><v>{int(m[3]) - 1462}</v></c>' if m[1] in dates[name] else m[0], part)

    parts = parts_of(_in_sheets(content, moved))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"')
    return package(parts)


def utf_16(content: bytes) -> bytes:
    """Every XML part in UTF-16."""
    return package(
        {
            name: part.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16") if name.endswith((".xml", ".rels")) else part
            for name, part in parts_of(content).items()
        }
    )  # fmt: skip


def prefixed(content: bytes) -> bytes:
    """The names of all elements of the sheets with a prefix."""

    def named(_: str, part: str) -> str:
        return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", part).replace("xmlns=", "xmlns:x=", 1)

    return _in_sheets(content, named)


def without_references(content: bytes) -> bytes:
    """Cells that do not say where they stand: blank ones fill the gaps."""

    def plain(_: str, part: str) -> str:
        def row(match: re.Match[str]) -> str:
            cells, column = "", 0
            for cell in re.finditer(r'<c r="([A-Z]+)\d+"(.*?)(?:/>|>(.*?)</c>)', match[2]):
                place = openpyxl.utils.column_index_from_string(cell[1])
                cells += "<c/>" * (place - column - 1) + f"<c{cell[2]}>{cell[3] or ''}</c>"
                column = place
            return f"{match[1]}{cells}</row>"

        return re.sub(r"(<row [^>]*[^/>]>)(.*?)</row>", row, part)

    return _in_sheets(content, plain)


def formulas(content: bytes) -> bytes:
    """Every number is the result of a formula."""
    return _in_sheets(
        content,
        lambda _, part: _CELL.sub(
            lambda m: m[0] if ' t="' in m[2] else f'<c r="{m[1]}"{m[2]}><f>{m[3]}*1</f><v>{m[3]}</v></c>', part
        ),
    )


def formatted_to_the_last_row(content: bytes) -> bytes:
    """A format on each of the 1,048,576 rows of one sheet."""
    parts = parts_of(content)
    name = "xl/worksheets/sheet4.xml"
    last = max(map(int, re.findall(rb'<row r="(\d+)"', parts[name])))
    rows = "".join(f'<row r="{row}" ht="15"/>' for row in range(last + 1, 1_048_577))
    parts[name] = parts[name].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    return package(parts)


# ---------------------------------------------------------------- by other programs


Values = Mapping[str, dict[tuple[int, int], object]]


def _values(content: bytes) -> Values:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: {(c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None}
        for sheet in workbook.worksheets
    }


def _written(sheets: Values, merges: Mapping[str, list[tuple[int, int, int]]] | None = None) -> bytes:
    """The values in a workbook of XlsxWriter's; ``merges``: sheet → (first row, last row, column)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy/m/d", "strings_to_formulas": False}) as workbook:
        for name, cells in sheets.items():
            page = workbook.add_worksheet(name)
            for (row, column), value in cells.items():
                page.write(row - 1, column - 1, value)
            for first, last, column in (merges or {}).get(name, []):
                page.merge_range(first - 1, column - 1, last - 1, column - 1, cells[first, column])
    return buffer.getvalue()


def by_xlsxwriter(content: bytes) -> bytes:
    """The values alone."""
    return _written(_values(content))


def by_openpyxl(content: bytes) -> bytes:
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(buffer)
    return buffer.getvalue()


def by_pandas(content: bytes) -> bytes:
    """Read as data frames and written out again."""
    frames = pd.read_excel(
        io.BytesIO(content), engine="openpyxl", sheet_name=None, header=None, keep_default_na=False, na_values=[]
    )
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, header=False, index=False)
    return buffer.getvalue()


def with_extras(content: bytes) -> bytes:
    """More sheets, a numbered column before the others, blank rows above, and notes beside and below."""
    moved: dict[str, dict[tuple[int, int], object]] = {"说明": {(1, 1): "本处补充", (2, 2): 3.5}}
    for name, cells in _values(content).items():
        moved[name] = {(row + 3, column + 1): value for (row, column), value in cells.items()}
        last = max(row for row, _ in moved[name])
        moved[name] |= {(2, 1): "附注：已核对", (6, 40): "样例注", (last + 50, 2): "注：以上为累计数"}
        headers = [row for (row, column), value in moved[name].items() if column == 2 and value == "产业链"]
        for header in headers[-1:]:
            moved[name][header, 1] = "序号"
            moved[name] |= {(row, 1): row - header for row in range(header + 1, last + 1)}
            moved[name][header + 1, 40] = 12345
    moved["草稿"] = {(1, 1): "产业链", (1, 2): "项目名称", (2, 1): "电子信息"}
    return _written(moved)


def merged_chains(content: bytes) -> bytes:
    """Rows of one chain that stand together share a merged chain cell."""
    sheets = {name: dict(cells) for name, cells in _values(content).items()}
    merges: dict[str, list[tuple[int, int, int]]] = {}
    for name, cells in sheets.items():
        headers = [row for (row, column), value in cells.items() if column == 1 and value == "产业链"]
        for header in headers[-1:]:
            first = header + 1
            while (first, 1) in cells:
                last = first
                while cells.get((last + 1, 1)) == cells[first, 1]:
                    del cells[last + 1, 1]
                    last += 1
                if last > first:
                    merges.setdefault(name, []).append((first, last, 1))
                first = last + 1
    assert merges
    return _written(sheets, merges)


def hidden(content: bytes) -> bytes:
    """Every second row, a column of each sheet, and one sheet hidden."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in workbook.worksheets:
        sheet.column_dimensions["B"].hidden = True
        for row in range(2, sheet.max_row + 1, 2):
            sheet.row_dimensions[row].hidden = True
    workbook["市税务局"].sheet_state = "veryHidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


DISGUISES: tuple[Disguise, ...] = (
    strict, wrong_dimension, no_dimension, inline_strings, epoch_1904, utf_16, prefixed, without_references, formulas,
    formatted_to_the_last_row, by_xlsxwriter, by_openpyxl, by_pandas, with_extras, merged_chains, hidden,
)  # fmt: skip
