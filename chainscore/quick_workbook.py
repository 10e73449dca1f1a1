"""A workbook of XlsxWriter's whose sheets take their cells as XML, written in a third of the time.

XlsxWriter looks at each text, number of a chart and style in a dozen steps; here what is alike is put together at once. Pages,
charts, links and the package stay XlsxWriter's, and every part is what it would have written.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, BinaryIO, TextIO

import xlsxwriter
from xlsxwriter.packager import Packager
from xlsxwriter.xmlwriter import XMLwriter

from chainscore.packing import Workbook
from chainscore.quick_worksheet import QuickWorksheet, escaped

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Properties = tuple[tuple[str, Any], ...]
"""Of a cell format, by name."""


class QuickWorkbook(Workbook):
    """Its sheets come from ``add_sheet``, and their styles from ``style`` and ``conditional_style``."""

    def __init__(self, target: BinaryIO) -> None:
        super().__init__(target, OPTIONS)
        self.styles: dict[Properties, str] = {}
        self.conditional_styles: dict[Properties, Any] = {}

    def add_sheet(self, name: str) -> QuickWorksheet:
        """A new sheet, after the others."""
        sheet: QuickWorksheet = self.add_worksheet(name, worksheet_class=QuickWorksheet)
        return sheet

    def style(self, properties: dict[str, Any]) -> str:
        """A cell format, as an attribute with a space before it."""
        return self.styles.setdefault(tuple(sorted(properties.items())), f' s="{len(self.styles) + 1}"')

    def conditional_style(self, properties: dict[str, Any]) -> Any:
        """A format for ``conditional_format``."""
        key = tuple(sorted(properties.items()))
        if key not in self.conditional_styles:
            self.conditional_styles[key] = self.add_format(properties)
        return self.conditional_styles[key]

    def add_chart(self, options: dict[str, Any]) -> Any:
        """A chart that is quick to write."""
        chart = super().add_chart(options)
        kind: Any = type(chart)
        chart.__class__ = _quick(kind)
        return chart

    def _store_workbook(self) -> None:
        super()._store_workbook()
        for sheet in self.worksheets():
            sheet.workbook_add_format = None  # else sheets and workbook hold each other in memory

    def _get_packager(self) -> Any:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]  # XlsxWriter has no types
    """Writes the table of texts at once, and the styles of many workbooks that have the same only once."""

    def _write_shared_strings_file(self) -> None:
        table = self.workbook.str_table
        if table.count:
            items = "".join(map(_shared_string, table.string_array))
            counts = f'count="{table.count}" uniqueCount="{len(table.string_array)}"'
            self._filename("xl/sharedStrings.xml").write(f'{DECLARATION}<sst xmlns="{MAIN}" {counts}>{items}</sst>')

    def _write_styles_file(self) -> None:
        stylesheet = _stylesheet(tuple(self.workbook.styles), tuple(self.workbook.conditional_styles))
        self._filename("xl/styles.xml").write(stylesheet)


@lru_cache(maxsize=32)
def _stylesheet(styles: tuple[Properties, ...], conditional: tuple[Properties, ...]) -> str:
    """The part of styles, as XlsxWriter writes it for a workbook with just these."""
    workbook = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    workbook.fileclosed = True  # it is never written
    for index, properties in enumerate(styles, 1):
        workbook.add_format(dict(properties)).xf_index = index
    for properties in conditional:
        workbook.add_format(dict(properties))._get_dxf_index()
    workbook._prepare_format_properties()
    packager = Packager()
    packager._add_workbook(workbook)
    packager._set_in_memory(True)
    packager._write_styles_file()
    written: str = packager.filenames[0][0].getvalue()
    return written


def _shared_string(text: str) -> str:
    if "_x" in text or not text.isprintable():
        text = XMLwriter._escape_control_characters(text)
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<si><t{space}>{escaped(text)}</t></si>"


class _QuickChart:
    """Writes the copies of what a chart shows, each at once."""

    fh: TextIO

    def _write_num_cache(self, values: Sequence[Any] | None) -> None:
        self._write_cache("numCache", "<c:formatCode>General</c:formatCode>", list(map(_number, values or ())))

    def _write_str_cache(self, values: Sequence[Any]) -> None:
        self._write_cache("strCache", "", values)

    def _write_cache(self, tag: str, begin: str, values: Sequence[Any]) -> None:
        points = "".join(
            f'<c:pt idx="{index}"><c:v>{escaped(str(value))}</c:v></c:pt>'
            for index, value in enumerate(values)
            if value is not None
        )
        self.fh.write(f'<c:{tag}>{begin}<c:ptCount val="{len(values)}"/>{points}</c:{tag}>')


@cache
def _quick(kind: Any) -> Any:
    """A kind of chart that is a quick one."""
    return type(f"Quick{kind.__name__}", (_QuickChart, kind), {})


def _number(value: Any) -> Any:
    """What is no number, such as a pending score, is shown as 0."""
    try:
        return value if value is None or math.isfinite(float(value)) else 0
    except ValueError:
        return 0
