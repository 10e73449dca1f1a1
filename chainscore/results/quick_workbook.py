"""A workbook whose cells are put together as XML at once, and whose pages and charts XlsxWriter lays out once for many.

XlsxWriter looks at each cell, text, number of a chart and style in a dozen steps; here what is alike is put together at once,
and every part is what it would have written.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from copy import copy
from functools import cache, lru_cache
from typing import Any

import msgspec
import xlsxwriter
from xlsxwriter.packager import Packager
from xlsxwriter.xmlwriter import XMLwriter

from chainscore.results.layouts import NO_CHARACTER, STRINGS, STYLES, ChartPlan, WorkbookPlan, layout
from chainscore.results.packing import packed
from chainscore.results.quick_worksheet import Endings, Planned, QuickWorksheet, Texts, escaped

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

Properties = tuple[tuple[str, Any], ...]
"""Of a cell format, by name."""


class QuickChart(Planned):
    """A chart, with the methods of XlsxWriter's."""

    def __init__(self, options: dict[str, Any], index: int) -> None:
        super().__init__()
        self.options = options
        self.index = index

    def combine(self, other: QuickChart) -> None:
        """Show ``other`` in the same place."""
        self.calls.append(("combine", [other.index], {}))


class QuickWorkbook:
    """Its sheets come from ``add_sheet``, and their styles from ``style`` and ``conditional_style``."""

    def __init__(self, title: str, created: datetime.date, keywords: str = "") -> None:
        self.plan = WorkbookPlan(title, keywords, created)
        self.sheets: list[QuickWorksheet] = []
        self.charts: list[QuickChart] = []
        self.texts = Texts()
        self.endings = Endings(self.texts)
        self.styles: dict[Properties, str] = {}
        self.conditional_styles: dict[Properties, int] = {}
        self._numbered: list[str] = []
        """The texts, when all is there."""
        self._begun_with: tuple[int, bytes] = 0, b""
        """How many texts it was begun with, and their part of the shared strings."""

    def continued(self) -> QuickWorkbook:
        """A workbook that goes on from this one, as often as is wanted; all have the sheets that are finished in common."""
        other = copy(self)
        other.plan = WorkbookPlan(self.plan.title, self.plan.keywords, self.plan.created, pictures=self.plan.pictures.copy())
        other.charts = self.charts.copy()
        other.texts = self.texts.copy()
        other._begun_with = self._begun_with = self._items()
        other.endings = Endings(other.texts)
        other.sheets = [sheet if sheet.finished else sheet.continued(other.endings) for sheet in self.sheets]
        other.styles, other.conditional_styles = self.styles.copy(), self.conditional_styles.copy()
        return other

    def add_sheet(self, name: str) -> QuickWorksheet:
        """A new sheet, after the others."""
        self.sheets.append(QuickWorksheet(name, self.endings))
        return self.sheets[-1]

    def add_chart(self, options: dict[str, Any]) -> QuickChart:
        """A chart, as XlsxWriter's ``add_chart`` makes one; a sheet's ``insert_chart`` gives it its place."""
        self.charts.append(QuickChart(options, len(self.charts)))
        return self.charts[-1]

    def add_picture(self, content: bytes) -> int:
        """A picture's number, which is its ``image_data`` for ``insert_image``."""
        if content not in self.plan.pictures:
            self.plan.pictures.append(content)
        return self.plan.pictures.index(content)

    def style(self, properties: dict[str, Any]) -> str:
        """A cell format, as an attribute with a space before it."""
        return self.styles.setdefault(tuple(sorted(properties.items())), f' s="{len(self.styles) + 1}"')

    def conditional_style(self, properties: dict[str, Any]) -> int:
        """A format for ``conditional_format``."""
        return self.conditional_styles.setdefault(tuple(sorted(properties.items())), len(self.conditional_styles))

    def packed(self) -> bytes:
        """The bytes of an .xlsx file."""
        self.plan.conditional_styles = [dict(properties) for properties in self.conditional_styles]
        self.plan.charts = [ChartPlan(chart.options, chart.calls) for chart in self.charts]
        self.plan.sheets = [sheet.plan() for sheet in self.sheets]
        self._numbered = self.texts.numbered()
        parts = {}
        filling = cache(self._filling)
        for name, pieces in layout(msgspec.json.encode(self.plan)):
            parts[name] = b"".join([filling(each) if isinstance(each, str) else each for each in pieces])
        for number, sheet in enumerate(self.sheets, 1):
            if relations := sheet.relations():
                name = f"xl/worksheets/_rels/sheet{number}.xml.rels"
                known = parts.get(name, f'{DECLARATION}<Relationships xmlns="{RELATIONS}"></Relationships>'.encode())
                parts[name] = known.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
        return packed(list(parts.items()))

    def _filling(self, gap: str) -> bytes:
        """What fills a gap of the layout."""
        if gap == STRINGS:
            return self._shared_strings()
        if gap == STYLES:
            return _stylesheet(tuple(self.styles), tuple(self.conditional_styles))
        kind, index, *cells = gap.split()
        sheet = self.sheets[int(index)]
        match kind:
            case "dimension":
                return sheet.dimension().encode()
            case "rows":
                return sheet.rows
            case "links":
                return sheet.hyperlinks().encode()
            case "last":
                return str(sheet.last_filtered + 1).encode()
        return self._copy(kind, sheet, list(map(int, cells))).encode()

    def _shared_strings(self) -> bytes:
        number, items = self._items()
        return b'%b<sst xmlns="%b" uniqueCount="%d">%b</sst>' % (DECLARATION.encode(), MAIN.encode(), number, items)

    def _items(self) -> tuple[int, bytes]:
        """How many texts there are, and the shared strings of them."""
        number, items = self._begun_with
        if new := self.texts.numbered()[number:]:
            items += _shared_strings(new)
        return number + len(new), items

    def _copy(self, kind: str, sheet: QuickWorksheet, cells: Sequence[int]) -> str:
        """A chart's copy of the ``numbers`` or ``texts`` in a range, from its first row and column to its last."""
        top, left, bottom, right = cells
        places = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        values = [sheet.stands_at(row, column, self._numbered) for row, column in places]
        if kind == "numbers":
            return _cache("numCache", "<c:formatCode>General</c:formatCode>", list(map(_number, values)))
        return _cache("strCache", "", [escaped(value) if value is not None else None for value in values])


@lru_cache(maxsize=32)
def _stylesheet(styles: tuple[Properties, ...], conditional: tuple[Properties, ...]) -> bytes:
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
    return written.encode()


def _shared_strings(texts: Sequence[str]) -> bytes:
    """The items of the texts, one or more, none of which has a character that is none."""
    whole = NO_CHARACTER.join(texts)
    if "_x" in whole or list(map(str.strip, texts)) != texts:
        return b"".join(map(_shared_string, texts))
    return f"<si><t>{escaped(whole).replace(NO_CHARACTER, '</t></si><si><t>')}</t></si>".encode()


def _shared_string(text: str) -> bytes:
    if "_x" in text:
        text = XMLwriter._escape_control_characters(text)
    if text != text.strip():
        return f'<si><t xml:space="preserve">{escaped(text)}</t></si>'.encode()
    return f"<si><t>{escaped(text)}</t></si>".encode()


def _cache(tag: str, begin: str, values: Sequence[Any]) -> str:
    points = "".join([
        f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>'
        for index, value in enumerate(values)
        if value is not None
    ])  # fmt: skip
    return f'<c:{tag}>{begin}<c:ptCount val="{len(values)}"/>{points}</c:{tag}>'


def _number(value: Any) -> Any:
    """What is no number, such as a pending score, is shown as 0."""
    try:
        return value if value is None or math.isfinite(float(value)) else 0
    except ValueError:
        return 0
