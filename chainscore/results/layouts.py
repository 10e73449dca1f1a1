"""Layouts: what XlsxWriter makes of a workbook without its cells.

Pages, charts and the package are the same in nearly all workbooks of a kind, and take as long to write as the cells. So they
are planned first, and a plan is laid out once; what differs from workbook to workbook is a gap in the layout, which
``QuickWorkbook`` fills.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, TextIO

import msgspec
from xlsxwriter.worksheet import Worksheet

from chainscore.results.packing import Workbook

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_LAYOUTS = 8
"""So many are kept: a few hundred kilobytes each."""
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
NO_CHARACTER = "\ufdd0"
"""Nobody's text has it."""
_GAP = re.compile(f"{NO_CHARACTER}((?:dimension|rows|links|last|numbers|texts)[ 0-9]+){NO_CHARACTER}")

Call = tuple[str, list[Any], dict[str, Any]]
"""A method of XlsxWriter's and what it is called with."""
Pieces = list[bytes | str]
"""The contents of a part: what is the same in all workbooks, and between each two pieces of it the name of a gap."""


class SheetPlan(msgspec.Struct):
    """A worksheet: calls of XlsxWriter's."""

    name: str
    calls: list[Call] = []
    heights: dict[int, int] = {}
    """Row → pixels, of the rows by which something that is drawn is placed."""


class ChartPlan(msgspec.Struct):
    """A chart. Its categories are texts."""

    options: dict[str, Any]
    calls: list[Call] = []


class WorkbookPlan(msgspec.Struct):
    """A workbook. Charts, conditional styles and pictures are called by their numbers in the calls for them."""

    title: str
    keywords: str
    created: datetime.date
    conditional_styles: list[dict[str, Any]] = []
    pictures: list[bytes] = []
    charts: list[ChartPlan] = []
    sheets: list[SheetPlan] = []


@lru_cache(maxsize=MOST_LAYOUTS)
def layout(plan: bytes) -> list[tuple[str, Pieces]]:
    """The parts of a package by name, from a WorkbookPlan as JSON.

    Gaps are, for each sheet by its number: ``dimension``, ``rows``, ``links``, ``last`` (the last row of a filter); in charts
    ``numbers`` and ``texts`` with sheet and range; and the whole of STRINGS and STYLES.
    """
    planned = msgspec.json.decode(plan, type=WorkbookPlan)
    buffer = io.BytesIO()
    with Workbook(buffer, OPTIONS) as workbook:
        created = datetime.datetime.combine(planned.created, datetime.time())
        workbook.set_properties({"title": planned.title, "keywords": planned.keywords, "created": created})
        formats = [workbook.add_format(properties) for properties in planned.conditional_styles]
        for each in formats:
            each._get_dxf_index()  # numbers it
        charts = [_chart(workbook, each) for each in planned.charts]
        for chart, chart_plan in zip(charts, planned.charts, strict=True):
            for name, arguments, options in chart_plan.calls:
                getattr(chart, name)(*([charts[arguments[0]]] if name == "combine" else arguments), **options)
        for index, sheet_plan in enumerate(planned.sheets):
            sheet = workbook.add_worksheet(sheet_plan.name, worksheet_class=_Sheet)
            sheet.row_sizes.update({row: [pixels, False] for row, pixels in sheet_plan.heights.items()})
            for name, arguments, options in sheet_plan.calls:
                match name:
                    case "insert_chart":
                        arguments[2] = charts[arguments[2]]
                    case "insert_image":
                        arguments[3]["image_data"] = io.BytesIO(planned.pictures[arguments[3]["image_data"]])
                    case "conditional_format":
                        arguments[1]["format"] = formats[arguments[1]["format"]]
                getattr(sheet, name)(*arguments, **options)
            if not index:
                sheet.write_string(0, 0, " ")  # else the package would have no place for texts
    with zipfile.ZipFile(buffer) as package:
        return [(name, _pieces(name, package.read(name))) for name in package.namelist()]


def _pieces(name: str, content: bytes) -> Pieces:
    if name in (STRINGS, STYLES):
        return [b"", name, b""]
    if not name.endswith((".xml", ".rels")):
        return [content]
    return [piece if index % 2 else piece.encode() for index, piece in enumerate(_GAP.split(content.decode()))]


def _gap(name: str, *where: object) -> str:
    return f"{NO_CHARACTER}{' '.join(map(str, (name, *where)))}{NO_CHARACTER}"


class _Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """Leaves gaps where its cells would stand."""

    fh: TextIO

    def autofilter(self, row: int, first: int, last: int) -> None:
        """A filter of the columns from first to last, with its header in ``row``."""
        super().autofilter(row, first, row, last)
        for name in ("autofilter_ref", "autofilter_area"):
            setattr(self, name, getattr(self, name).rstrip("0123456789") + _gap("last", self.index))

    def set_widths(self, widths: Sequence[float]) -> None:
        """The widths of the first columns, in characters."""
        for index, width in enumerate(widths):
            self.set_column(index, index, width)

    def _write_dimension(self) -> None:
        self.fh.write(_gap("dimension", self.index))

    def _write_sheet_data(self) -> None:
        self.fh.write(f"<sheetData>{_gap('rows', self.index)}</sheetData>")

    def _write_hyperlinks(self) -> None:
        self.fh.write(_gap("links", self.index))

    def _get_range_data(self, *cells: int) -> Sequence[str]:
        """What stands in a range, which charts carry a copy of: where it is."""
        return [" ".join(map(str, (self.index, *cells)))]


class _Chart:
    """Leaves gaps where it has copies of what it shows."""

    fh: TextIO

    def _write_num_cache(self, where: Sequence[str]) -> None:
        self.fh.write(_gap("numbers", *where))

    def _write_str_cache(self, where: Sequence[str]) -> None:
        self.fh.write(_gap("texts", *where))


def _chart(workbook: Any, plan: ChartPlan) -> Any:
    chart = workbook.add_chart(plan.options)
    kind: Any = type(chart)
    chart.__class__ = _with_gaps(kind)
    return chart


@cache
def _with_gaps(kind: Any) -> Any:
    """A kind of chart with gaps."""
    return type(f"{kind.__name__}WithGaps", (_Chart, kind), {})
