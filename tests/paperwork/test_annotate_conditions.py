"""A mark is there while its cell holds what was entered: asked of real office programs."""

from __future__ import annotations

import csv
import datetime
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl.utils.datetime import WINDOWS_EPOCH

from chainscore.paperwork.annotate import annotated
from chainscore.paperwork.annotate.conditions import holds, row_holds
from chainscore.paperwork.annotate.listing import TOP
from chainscore.words.findings import Finding
from tests.results.test_libreoffice import libreoffice
from tests.support import office
from tests.support.filling import BOOK

__all__ = ["libreoffice"]

SHEET, LIST = "市金融办", "检查意见"
UNCHANGED, CHANGED = "未改动", "已改动"
ENTERED: dict[str, Any] = {
    "A1": "约3亿",
    "A2": '他说"好"""',
    "A3": "两\n行\t和 空格 ",
    "A4": "=1+1",
    "A5": "𬭩和🙂",
    "A6": "字" * 900,
    "A7": "字" * 1500,
    "A8": "3",
    "A9": "ABC",
    "B1": 1.9999999999999998,
    "B2": -4450,
    "B3": 0,
    "B4": 26000,
    "B5": 0.15,
    "B6": 123456789012345.0,
    "B7": True,
    "B8": datetime.datetime(2023, 6, 30),
    "B9": datetime.datetime(2023, 6, 30, 13, 30, 15),
    "B10": "#N/A",
    "C1": None,
    "C2": " \u3000",
}
OTHERWISE: dict[str, Any] = {
    "A1": 3, "A2": '他说"好"', "A3": "两", "A4": 2, "A5": "和", "A6": "字" * 899, "A7": "字", "A8": 3, "A9": "abc",
    "B1": 2.1, "B2": 4450, "B3": 1, "B4": 26000.01, "B5": "0.15", "B6": 123456789012346.0, "B7": "TRUE", "B8": "2023年6月30日", "B9": 45107,
    "B10": 1, "C1": "样例", "C2": 0,
}  # fmt: skip
"""Something else in each of those cells."""
ROW = 20
HEADER = {"A20": "产业链", "C20": '"名称"', "D20": 5}


def workbook(path: Path, cells: Mapping[str, Any]) -> Path:
    made = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = made.add_worksheet(SHEET)
    date = made.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for cell, value in {**cells, **HEADER}.items():
        if value == "#N/A":
            sheet.write_formula(cell, "=NA()", None, "#N/A")
        elif isinstance(value, datetime.datetime):
            sheet.write_datetime(cell, value, date)
        elif value is not None:
            sheet.write(cell, value)
    made.close()
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy with an error at each cell and at the row, in this order."""
    found = [Finding("E207", "q2.xlsx", SHEET, cell, values={"label": cell}) for cell in [*ENTERED, f"{ROW}:{ROW}"]]
    path = tmp_path / "copy.xlsx"
    path.write_bytes(annotated(workbook(tmp_path / "q2.xlsx", ENTERED), found, BOOK))
    return path


PLACES = [*ENTERED, "row"]


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_in_libreoffice_each_is_unchanged_until_something_else_is_entered(libreoffice: office.Office, copy: Path) -> None:
    kinds = {str: "text", float: "value", int: "value"}
    edits = [[kinds[type(value)], SHEET, cell, value] for cell, value in OTHERWISE.items()]
    before, after, longer = libreoffice.work(
        [
            {"open": str(copy), "edits": [], "recalculate": True},
            {"open": str(copy), "edits": [*edits, ["text", SHEET, "C20", "名称"]], "recalculate": True},
            {"open": str(copy), "edits": [["text", SHEET, "B20", "日期"]], "recalculate": True},
        ]
    )
    assert states(before["formulas"][LIST]) == dict.fromkeys(PLACES, UNCHANGED)
    assert states(after["formulas"][LIST]) == dict.fromkeys(PLACES, CHANGED)
    assert states(longer["formulas"][LIST]) == {**dict.fromkeys(PLACES, UNCHANGED), "row": CHANGED}, "a header added"


def states(formulas: Mapping[str, Any]) -> dict[str, Any]:
    return {place: formulas[f"H{TOP + number}"] for number, place in enumerate(PLACES, start=1)}


@pytest.mark.skipif(shutil.which("ssconvert") is None, reason="Gnumeric is not installed")
def test_in_gnumeric_each_is_unchanged(copy: Path, tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    subprocess.run(["ssconvert", "--recalc", "-T", "Gnumeric_stf:stf_csv", copy, table], check=True, capture_output=True)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    told = {row[5].split("”")[0].lstrip("“"): row[7] for row in rows if row and row[0].isdigit()}
    assert told == {place if place != "row" else f"{ROW}:{ROW}": UNCHANGED for place in PLACES}


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        (None, "LEN(TRIM($D$12))=0"),
        ("约3亿", 'AND(ISTEXT($D$12),EXACT($D$12,"约3亿"))'),
        ("\u3000", 'OR(LEN(TRIM($D$12))=0,AND(ISTEXT($D$12),EXACT($D$12,"\u3000")))'),
        ('"', 'AND(ISTEXT($D$12),EXACT($D$12,""""))'),
        ("甲\n乙", 'AND(ISTEXT($D$12),EXACT(CLEAN($D$12),"甲乙"))'),
        # The fifteenth digit of 2 is worth 10^-14; half of it is what two numbers alike in fifteen digits differ by at most.
        (1.9999999999999998, "AND(ISNUMBER($D$12),ABS($D$12-2)<=5E-15)"),
        (-26000, "AND(ISNUMBER($D$12),ABS($D$12+26000)<=5E-11)"),
        (0, "AND(ISNUMBER($D$12),$D$12=0)"),
        (False, "AND(ISLOGICAL($D$12),$D$12=FALSE)"),
        (datetime.date(2023, 6, 30), "AND(ISNUMBER($D$12),ABS($D$12-45107)<0.000005)"),
        (float("inf"), "LEN($D$12)>0"),
    ],
)
def test_the_condition_of_a_value(value: Any, condition: str) -> None:
    assert holds("$D$12", value, WINDOWS_EPOCH) == condition


def test_the_condition_of_a_row_asks_for_the_blanks_between_and_beside_as_well() -> None:
    assert row_holds("", 16, {2: "甲", 4: 1}, WINDOWS_EPOCH) == (
        'AND(SUMPRODUCT(LEN($A$16:$A$16))=0,AND(ISTEXT($B$16),EXACT($B$16,"甲")),SUMPRODUCT(LEN($C$16:$C$16))=0,'
        "AND(ISNUMBER($D$16),ABS($D$16-1)<=5E-15),SUMPRODUCT(LEN($E$16:$X$16))=0)"
    )
