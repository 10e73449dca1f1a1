"""How cells look: named styles, and one XlsxWriter format for each combination of them that a workbook uses."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "微软雅黑"
NAVY, RED, AMBER, GREY, GRID = "#1F4E79", "#C00000", "#9C5700", "#7F7F7F", "#BFBFBF"
CELL: dict[str, Any] = {"font_name": FONT, "valign": "vcenter", "border": 1, "border_color": GRID}
"""What every cell of a table has."""
STYLES: dict[str, dict[str, Any]] = {
    # what stands in a column
    "text": {"text_wrap": True},
    "name": {"text_wrap": True, "indent": 1},
    "centre": {"align": "center", "text_wrap": True},
    "score": {"num_format": "0.00_ ", "align": "right"},
    "total": {"num_format": "0.00_ ", "align": "right", "bold": True, "bg_color": "#DDEBF7"},
    "points": {"num_format": '0.00####_ ;-0.00####_ ;"–"_ ', "align": "right"},
    "change": {"num_format": '+0.00_ ;"−"0.00_ ;0.00_ ', "align": "right", "bold": True, "bg_color": "#DDEBF7"},
    "part": {"num_format": '+0.00####_ ;"−"0.00####_ ;"–"_ ', "align": "right"},
    "moved": {"num_format": '+0;"−"0;0', "align": "center"},
    "whole": {"num_format": "#,##0_ ", "align": "right"},
    "amount": {"num_format": "#,##0.0#####_ ", "align": "right"},
    "ratio": {"num_format": "0.00##%_ ", "align": "right"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "link": {"font_color": "#0563C1", "underline": 1, "align": "center"},
    # how a row or a cell stands out
    "rate": {"num_format": "0.0%_ ", "align": "right"},
    "left": {"align": "left", "indent": 1},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True, "align": "center"},
    "computed": {"bg_color": "#2E75B6"},
    "sum": {"bold": True, "bg_color": "#DDEBF7"},
    "all": {"bold": True, "bg_color": "#BDD7EE"},
    "first": {"top": 2, "top_color": NAVY},
    "idle": {"font_color": GREY},
    "red": {"font_color": RED, "bold": True},
    "amber": {"font_color": AMBER, "bold": True},
    # headings
    "title": {"font_size": 14, "bold": True, "font_color": NAVY, "border": 0},
    "draft": {"font_size": 11, "bold": True, "font_color": RED, "border": 0},
    "big": {"font_size": 20, "bold": True, "font_color": NAVY, "align": "center"},
    "plain": {"border": 0},
}
Looks = tuple[str, ...]
"""Some of STYLES."""


class Styles:
    """The formats of one workbook's cells."""

    def __init__(self, file: Workbook) -> None:
        self._file = file
        self._formats: dict[tuple[int, Looks], Format] = {}

    def format(self, size: int, looks: Looks) -> Format:
        """The format in which later styles override earlier ones; ``size`` is the font's, in points, where none is larger."""
        key = size, looks
        if key not in self._formats:
            properties = CELL | {"font_size": size}
            for look in looks:
                properties |= STYLES[look]
            properties["font_size"] = max(size, properties["font_size"])
            self._formats[key] = self._file.add_format(properties)
        return self._formats[key]

    def difference(self, properties: dict[str, Any]) -> Format:
        """The format by which a conditional one differs from the cell's own."""
        return self._file.add_format(properties)


def value_style(value: Any) -> str:
    """The style that suits a value: a Fraction is a rate, a Decimal an amount or a number of times."""
    match value:
        case Decimal():
            return "whole" if value == value.to_integral_value() else "amount"
        case datetime.date():
            return "date"
        case Fraction():
            return "ratio"
        case _:
            return "text"
