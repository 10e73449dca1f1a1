"""Cells of written workbooks: what is put there is what other programs read, and a text is never anything but a text."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.link import Link
from chainscore.results.excel.page import Column, Page
from chainscore.words.characters import LONGEST_TEXT, safe_text
from tests.support.packages import parts_of

CREATED = datetime.date(2023, 4, 1)
COLUMNS = [Column("名称", 20, "name"), Column("得分", 10, "score"), Column("值", 10, "value")]


def a_page() -> tuple[Book, Page]:
    book = Book("标题", "脚", CREATED)
    return book, book.page("表", COLUMNS)


def put(value: Any) -> bytes:
    """A workbook with a value in AB3."""
    book, page = a_page()
    page.cell(2, 27, value)
    return book.packed()


def linked(link: Link) -> bytes:
    book, page = a_page()
    page.link(2, 27, link)
    return book.packed()


def read(content: bytes, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)["表"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("文字", "文字"), ("=1+1", "=1+1"), ("{=1}", "{=1}"), ("https://a.invalid/", "https://a.invalid/"), ("1e5", "1e5"),
        (" 两端 ", " 两端 "), ("一\n二", "一\n二"), ("<a> & 'b' \"c\"", "<a> & 'b' \"c\""),
        ("😀" * 3, "😀" * 3), ("a\x07b", "a b"), (3, 3), (Decimal("0.1"), 0.1), (Decimal("-12.50"), -12.5),
        (Fraction(1, 3), 1 / 3), (Decimal("9007199254740993"), 9007199254740992), ("", None), (None, None),
        (datetime.date(2024, 2, 29), 45351), (datetime.date(1900, 3, 1), 61),
    ],
)  # fmt: skip
def test_a_value_is_read_as_what_it_is(value: Any, found: Any) -> None:
    cell = read(put(value))["AB3"]
    assert cell.value == found
    assert cell.data_type != "f"
    assert cell.hyperlink is None


def test_a_text_that_looks_like_an_escape_stays_a_text() -> None:
    assert b"<t>_x005F_x0041_</t>" in parts_of(put("_x0041_"))["xl/sharedStrings.xml"]


@pytest.mark.parametrize(
    ("value", "found"), [(Decimal("2.50"), 2.5), (Fraction(2, 3), 2 / 3), (4, 4), ("并列<1>&", "并列<1>&")]
)
def test_a_formula_carries_its_value(value: Any, found: Any) -> None:
    content = put(Formula('=IF(A1<>"a&b",1,2)', value))
    assert read(content)["AB3"].value == '=IF(A1<>"a&b",1,2)'
    assert read(content, values=True)["AB3"].value == found


@pytest.mark.parametrize("value", [True, 1j, b"bytes", datetime.timedelta(1), ["list"]])
def test_what_has_no_place_in_a_cell_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="has no place in a cell"):
        put(value)


@given(st.text(max_size=40))
def test_any_text_is_read_as_the_safe_text_that_it_is_made(text: str) -> None:
    assert read(put(text))["AB3"].value == (safe_text(text) or None)


def test_a_text_is_as_long_as_excel_counts() -> None:
    assert safe_text("长" * LONGEST_TEXT) == "长" * LONGEST_TEXT
    assert safe_text("长" * (LONGEST_TEXT + 1)) == "长" * (LONGEST_TEXT - 1) + "…"
    # 😀 counts twice: 16,383 of them have room, 16,384 have not.
    assert safe_text("😀" * 16383) == "😀" * 16383
    assert safe_text("😀" * 16384) == "😀" * 16383 + "…"


def test_a_link_leads_to_the_cell_of_a_file_beside_the_workbook() -> None:
    cell = read(linked(Link('市 "局"&.xlsx', "O'Brien & 局", "B12")))["AB3"]
    assert cell.value == "B12"
    assert cell.hyperlink.location == "'O''Brien & 局'!B12"
    assert cell.hyperlink.target == "市%20%22局%22&.xlsx"


PRINTABLE = st.text(min_size=1, max_size=20).filter(str.isprintable)


@given(PRINTABLE.filter(lambda file: "#" not in file), PRINTABLE.filter(lambda sheet: "/" not in sheet))
def test_a_link_leads_to_any_sheet_of_any_file(file: str, sheet: str) -> None:
    link = read(linked(Link(file, sheet, "A1")))["AB3"].hyperlink
    assert link.location == "'" + sheet.replace("'", "''") + "'!A1"
    assert link.target is not None


@pytest.mark.parametrize(("file", "sheet"), [("q2#2023.xlsx", "表"), ("q2.xlsx", "a/b")])
def test_where_no_link_can_lead_the_cell_is_named_as_text(file: str, sheet: str) -> None:
    cell = read(linked(Link(file, sheet, "B12")))["AB3"]
    assert (cell.value, cell.hyperlink) == ("B12", None)


def test_a_row_is_as_high_as_its_longest_text_and_each_value_looks_as_suits_it() -> None:
    book, page = a_page()
    page.row(2, ["名", Formula("=1+1", 2), Decimal("2.5")])
    page.row(3, ["很长的名称" * 8, None, datetime.date(2023, 5, 6)], ("idle",))
    sheet = read(book.packed())
    assert sheet.row_dimensions[3].height == 18.75  # as near to 18.5 points, one line, as pixels come
    assert sheet.row_dimensions[4].height > 50
    assert [sheet.cell(3, column).number_format for column in (2, 3)] == ["0.00_ ", "#,##0.0#####_ "]
    assert (sheet["C4"].number_format, sheet["A4"].font.color.rgb) == ("yyyy-mm-dd", "FF7F7F7F")


def test_one_look_is_one_format() -> None:
    book, page = a_page()
    for row in range(2, 12):
        page.row(row, ["名", 1, 2])
    styles = parts_of(book.packed())["xl/styles.xml"].decode()
    assert styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].count("<xf ") == 1 + 5  # title, header, three columns


def test_the_package_is_whole_stored_and_of_one_date() -> None:
    with zipfile.ZipFile(io.BytesIO(put("a"))) as package:
        assert package.testzip() is None
        assert {part.compress_type for part in package.infolist()} == {zipfile.ZIP_STORED}
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
