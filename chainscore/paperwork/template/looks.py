"""How the template looks: styles, colours, what protection allows, heights and widths."""

from __future__ import annotations

from typing import Any

from chainscore.results.excel.style import FONT, GRID, NAVY

DATE, AMOUNT = "yyyy-mm-dd", "#,##0.00####_ "
OPEN = {"locked": False, "hidden": False}
"""Cells to type in. All that is not written is open too: a protected row can be deleted only when the whole of it is.
What is locked hides its formula, of which it has none: so the file says in so many words that it is."""
STYLES: dict[str, dict[str, Any]] = {
    "plain": {"font_name": FONT, "font_size": 10, "valign": "vcenter", "locked": True, "hidden": True},
    "wrap": {"text_wrap": True},
    "boxed": {"border": 1, "border_color": GRID},
    "centred": {"align": "center", "indent": 0},
    "title": {"font_size": 16, "bold": True, "font_color": NAVY},
    "small": {"font_size": 9, "font_color": "595959"},
    "section": {"font_size": 12, "bold": True, "font_color": NAVY},
    "band": {"bold": True, "bg_color": "DDEBF7", "indent": 1},
    "link": {"font_color": "0563C1", "underline": 1, "indent": 1},
    "label": {"bold": True, "align": "right", "indent": 1},
    "preset": {"bg_color": "F2F2F2", "indent": 1},
    "header": {"bold": True, "align": "center", "text_wrap": True},
    "required": {"bg_color": NAVY, "font_color": "FFFFFF"},
    "conditional": {"bg_color": "9C5700", "font_color": "FFFFFF"},
    "optional": {"bg_color": "DDEBF7", "font_color": NAVY},
    "open": OPEN,
    "input": OPEN | {"bg_color": "FFFBE6", "border": 1, "border_color": GRID},
    "date": {"num_format": DATE, "align": "center"},
    "amount": {"num_format": AMOUNT, "align": "right"},
    "signed": {"num_format": AMOUNT, "align": "right"},
    "percent": {"num_format": "0.0###%_ ", "align": "right"},
    "count": {"align": "center"},
    "choice": {"text_wrap": True, "align": "center"},
    "chain": {"text_wrap": True, "indent": 1},
    "text": {"text_wrap": True, "indent": 1},
    "verbatim": {"num_format": "@", "align": "left", "indent": 1},
}
BAD = {"bg_color": "FF9999", "font_color": "9C0006"}
ATTENTION = {"bg_color": "FFD29B"}
BEGUN_ROW = {"bg_color": "FFFBE6", "border": 1, "border_color": GRID}
PROTECTION = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "sort": True,
    "autofilter": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "insert_hyperlinks": True,
}
ROW, LINE, HEADER_HEIGHT, GAP = 18.0, 15.0, 32.0, 6.0
"""Heights in points. Rows of tables and ledgers have none: they grow with what is typed in them."""
DEFAULT_ROW = 16.5
"""How high such a row is as long as it has one line."""
PAGE_WIDTH, PAGE_HEIGHT = 770.0, 450.0  # what A4 landscape leaves within the margins, in points, with some to spare
COVER_WIDTHS = (22, 28, 8, 14, 56, 24)
FIELD_COLUMNS = 4  # a pair of label and value, twice
FIELD_WIDTH = 16
LOOKAHEAD = 3  # ruled rows shown below the last one filled, once the first page is full
LAST_ROW = 1_048_575
"""A sheet's last, from 0. A ledger's drop-downs, checks and colours reach it: what holds for whole columns needs no cells."""
LEGEND_COLOURS = ("1F4E79", "9C5700", "B4C7E7", "FFE699", "F4B183", "FF7C80")
"""In the order of the template's legend."""
