"""Cells as XML: what is put there is what programs read, and all that XlsxWriter would have written."""

from __future__ import annotations

import datetime
import gc
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chainscore.results.layouts import OPTIONS, layout
from chainscore.results.quick_workbook import QuickWorkbook
from chainscore.results.quick_worksheet import LONGEST_TEXT, Formula, Link, frame_of, safe_text
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import appraise
from tests.conftest import REPOSITORY
from tests.support.packages import parts_of
from tests.support.workbooks import BOOK

BOLD = {"bold": True, "font_color": "#C00000"}
CREATED = datetime.date(2023, 4, 1)
DATE = {"num_format": "yyyy-mm-dd"}


def written(fill: Callable[[QuickWorkbook, Any], None]) -> bytes:
    workbook = QuickWorkbook("标题", CREATED)
    fill(workbook, workbook.add_sheet("表"))
    return workbook.packed()


def read(content: bytes, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)["表"]


def put(value: Any) -> bytes:
    return written(lambda _, sheet: sheet.put(2, 27, value))


def linked(link: Link) -> bytes:
    def fill(_: QuickWorkbook, sheet: Any) -> None:
        sheet.put(2, 27, link.cell)
        sheet.link(2, 27, link)

    return written(fill)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("文字", "文字"), ("=1+1", "=1+1"), (" 两端 ", " 两端 "), ("一\n二", "一\n二"), ("<a> & 'b' \"c\"", "<a> & 'b' \"c\""),
        ("😀" * 3, "😀" * 3), ("a\x07b", "a b"), (3, 3), (Decimal("0.1"), 0.1), (Decimal("-12.50"), -12.5),
        (Fraction(1, 3), 1 / 3), (Decimal("9007199254740993"), 9007199254740992), (datetime.date(2024, 2, 29), 45351),
        (datetime.date(1900, 3, 1), 61), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_what_it_is(value: Any, found: Any) -> None:
    cell = read(put(value))["AB3"]
    assert cell.value == found
    assert cell.data_type != "f"


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
    link = Link('市 "局"&.xlsx', "O'Brien & 局", "B12")
    cell = read(linked(link))["AB3"]
    assert cell.value == "B12"
    assert cell.hyperlink.location == "'O''Brien & 局'!B12"
    assert cell.hyperlink.target == "市%20%22局%22&.xlsx"


ROWS = [("名称", "得分", "日期"), ("甲", 0.5, datetime.date(2023, 6, 30)), ("乙", 1.25, None), ("甲", -3, None)]


def parts_by(quick: bool, rows: Sequence[tuple[str, Any, Any]]) -> dict[str, bytes]:
    """The same workbook by way of QuickWorkbook, or as XlsxWriter writes it."""
    buffer = io.BytesIO()
    workbook: Any = QuickWorkbook("标题", CREATED, "词") if quick else xlsxwriter.Workbook(buffer, OPTIONS)
    sheet: Any = workbook.add_sheet("表") if quick else workbook.add_worksheet("表")
    bold, day = [workbook.style(each) if quick else workbook.add_format(each) for each in (BOLD, DATE)]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 2, 9.5)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows) - 1, 2)
    sheet.set_landscape()
    sheet.set_row(1, 31.5)
    sheet.set_row(2, 15)
    sheet.set_row(4, 45)  # beside the chart, which is placed by it
    for row, (name, number, date) in enumerate(rows):
        if quick:
            sheet.put_row(row, [name, number], frame_of((bold, "")))
            sheet.put(row, 2, date, day)
        else:
            sheet.write_string(row, 0, name, bold)
            (sheet.write_string if row == 0 else sheet.write_number)(row, 1, number)
            sheet.write_datetime(row, 2, date, day) if date not in (None, "日期") else (
                sheet.write_string(row, 2, date, day) if date else sheet.write_blank(row, 2, None, day)
            )
    if quick:
        sheet.put(4, 1, Formula("=SUM(B2:B4)", Decimal("-1.25")), bold)
        sheet.put(4, 2, Formula('=IF(B5<0,"负","正")', "负"))
    else:
        sheet.write_formula(4, 1, "=SUM(B2:B4)", bold, -1.25)
        sheet.write_formula(4, 2, '=IF(B5<0,"负","正")', None, "负")
    sheet.merge_range(5, 0, 5, 2, "共计", bold)
    look = workbook.conditional_style({"bg_color": "#FF0000"}) if quick else workbook.add_format({"bg_color": "#FF0000"})
    sheet.conditional_format("B2:B4", {"type": "formula", "criteria": "=AND(B2<0,B2=MIN($B$2:$B$4))", "format": look})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"name": ["表", 0, 1], "categories": ["表", 1, 0, 4, 0], "values": ["表", 1, 1, 4, 1]})
    chart.add_series({"name": "空", "categories": ["表", 1, 0, 4, 0], "values": ["表", 1, 2, 4, 2]})
    line = workbook.add_chart({"type": "line"})
    line.add_series({"name": "线", "categories": ["表", 1, 0, 4, 0], "values": ["表", 1, 1, 4, 1]})
    chart.combine(line)
    sheet.insert_chart(2, 4, chart, {"object_position": 2})
    second = workbook.add_sheet("表 2") if quick else workbook.add_worksheet("表 2")
    second.hide()
    second.print_area(0, 0, 3, 3)
    second.put(0, 0, "甲") if quick else second.write_string(0, 0, "甲")
    if quick:
        return parts_of(workbook.packed())
    workbook.set_properties({"title": "标题", "keywords": "词", "created": datetime.datetime(2023, 4, 1)})
    workbook.close()
    return parts_of(buffer.getvalue())


@pytest.mark.parametrize("rows", [ROWS, ROWS[:3], [*ROWS[:2], ("丙", 7, None), ("丁", 0, None)]])
def test_every_part_is_what_xlsxwriter_writes(rows: Sequence[tuple[str, Any, Any]]) -> None:
    quick, plain = parts_by(quick=True, rows=rows), parts_by(quick=False, rows=rows)
    assert quick.keys() == plain.keys()
    for name, part in quick.items():
        # Without the hint where a row begins and ends; -3 and -3.0 are the same number.
        expected = re.sub(rb' spans="[\d:]*"', b"", plain[name])
        expected = re.sub(rb' count="\d+"', b"", expected) if name == "xl/sharedStrings.xml" else expected
        assert re.sub(rb"(v>-?\d+)\.0<", rb"\1<", part) == expected, name
    assert b"<c:v>-1.25</c:v>" in quick["xl/charts/chart1.xml"]


def test_workbooks_with_other_cells_have_one_layout() -> None:
    layout.cache_clear()
    for rows in (ROWS, ROWS[:3], [*ROWS[:2], ("丙", 7, None), ("丁", 0, None)]):
        parts_by(quick=True, rows=rows)
    assert layout.cache_info().misses == 1


def test_results_of_one_period_have_one_layout_whatever_files_and_events_are_called(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(REPOSITORY / "sample_data" / "q2-2023.xlsx")
    projects = book["市商务局"]
    header = next(cell for row in projects.iter_rows() for cell in row if cell.value == "项目名称")
    for row in range(header.row + 1, header.row + 6):
        projects.cell(row, header.column).value += "（名称很长的二期工程）"
    book.save(tmp_path / f"{'很长的' * 8}名称.xlsx")
    layout.cache_clear()
    for path in (REPOSITORY / "sample_data" / "q2-2023.xlsx", *tmp_path.iterdir()):
        write_results(appraise([path], BOOK), BOOK)
    assert (layout.cache_info().misses, layout.cache_info().hits) == (1, 1)


@pytest.mark.parametrize("finished", [False, True])
def test_workbooks_that_go_on_from_one_do_not_touch_it_nor_each_other(finished: bool) -> None:
    begun = QuickWorkbook("标题", CREATED)
    begun.add_sheet("表").put_row(0, ["甲", "乙"], frame_of((begun.style(BOLD), "")))
    begun.sheets[0].finished = finished
    alone = parts_of(begun.continued().packed())
    first, second = begun.continued(), begun.continued()
    for workbook, own in ((first, "丙"), (second, "丁")):
        workbook.add_sheet("表 2").put(0, 0, own, workbook.style(DATE))
        if not finished:
            workbook.sheets[0].put(1, 0, own)
            workbook.sheets[0].set_row(1, 30)
            workbook.sheets[0].freeze_panes(1, 0)
            workbook.sheets[0].link(1, 0, Link("a.xlsx", own, "A1"))
    both = first.packed(), second.packed()
    for content, own in zip(both, ("丙", "丁"), strict=True):
        assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]["A1"].value == own
        assert read(content)["B1"].value == "乙"
        assert read(content)["A1"].font.b
        if not finished:
            assert (read(content)["A2"].value, read(content)["A2"].hyperlink.location) == (own, f"'{own}'!A1")
    assert parts_of(begun.continued().packed()) == alone


def test_cells_are_not_left_to_the_layout_in_which_they_would_be_lost() -> None:
    with pytest.raises(AttributeError, match="write_string"):
        written(lambda _, sheet: sheet.write_string(0, 0, "a"))


@pytest.mark.parametrize(("column", "cell"), [(0, "A1"), (1, "B1")])
def test_a_cell_that_is_written_twice_is_refused(column: int, cell: str) -> None:
    def fill(_: QuickWorkbook, sheet: Any) -> None:
        sheet.put_row(0, ["a", "b"], frame_of(("", "")))
        sheet.put(0, column, "c")

    with pytest.raises(ValueError, match=f"{cell} of 表 is written twice"):
        written(fill)


COLUMN = st.lists(
    st.one_of(st.none(), st.text(max_size=3), st.integers(0, 9), st.just(Formula("=A\0", Decimal("0.5")))),
    min_size=3,
    max_size=3,
)


@given(st.lists(COLUMN, min_size=1, max_size=4))
def test_rows_put_by_column_are_those_put_one_by_one(columns: list[list[Any]]) -> None:
    frame = frame_of(("",) * len(columns))

    def by_column(_: QuickWorkbook, sheet: Any) -> None:
        sheet.put_rows(2, columns, [frame] * 3)
        sheet.set_heights(2, [20, 31.5, 15])

    def one_by_one(_: QuickWorkbook, sheet: Any) -> None:
        for row, (values, height) in enumerate(zip(zip(*columns, strict=True), (20, 31.5, 15), strict=True), 2):
            sheet.put_row(row, values, frame)
            sheet.set_row(row, height)

    both = [read(written(fill)) for fill in (by_column, one_by_one)]
    found = [[[cell.value for cell in row] for row in sheet] for sheet in both]
    assert found[0] == found[1]
    assert found[0][2:] == [[seen(value, row) for value in values] for row, values in enumerate(zip(*columns, strict=True), 3)]
    assert [both[0].row_dimensions[row].height for row in (3, 4, 5)] == [20.25, 31.5, None]


def seen(value: Any, row: int) -> Any:
    """What openpyxl reads where ``value`` was put."""
    return f"=A{row}" if isinstance(value, Formula) else (safe_text(value) or None) if isinstance(value, str) else value


@pytest.mark.parametrize(("columns", "frames"), [([["a", "b"], ["c"]], 2), ([["a", "b"]], 1)])
def test_columns_and_frames_that_do_not_match_are_refused(columns: list[list[str]], frames: int) -> None:
    with pytest.raises(ValueError, match="zip"):
        written(lambda _, sheet: sheet.put_rows(0, columns, [frame_of(("",) * len(columns))] * frames))


def test_a_row_with_more_values_than_styles_is_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        written(lambda _, sheet: sheet.put_row(0, ["a", "b"], frame_of(("",))))


PRINTABLE = st.text(min_size=1, max_size=20).filter(str.isprintable)


@given(PRINTABLE.filter(lambda file: "#" not in file), PRINTABLE)
def test_a_link_leads_to_any_sheet_of_any_file(file: str, sheet: str) -> None:
    link = read(linked(Link(file, sheet, "A1")))["AB3"].hyperlink
    assert link.location == "'" + sheet.replace("'", "''") + "'!A1"
    assert link.target is not None


def test_writing_leaves_nothing_to_the_garbage_collector() -> None:
    appraisal = appraise([REPOSITORY / "sample_data" / "q2-2023.xlsx"], BOOK)
    write_results(appraisal, BOOK)
    gc.collect()
    gc.disable()
    try:
        write_results(appraisal, BOOK)
        assert gc.collect() == 0  # a run over a province's workbooks seldom looks for any
    finally:
        gc.enable()


def test_the_package_is_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(put("a"))) as package:
        assert package.testzip() is None
