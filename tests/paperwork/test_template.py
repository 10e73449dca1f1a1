"""The blank workbook keeps the workbook contract, helps who fills it, and is the same to the byte each time."""

from __future__ import annotations

import datetime
import importlib.util
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from chainscore.method.loading import load_rulebook
from chainscore.method.period import Period
from chainscore.method.rulebook import Column, Grid, Rulebook, Sheet
from chainscore.method.scope import sheets_of
from chainscore.paperwork.template import Facts, FactsError, write_template
from chainscore.words.bilingual import told
from tests.support.paper import scale_on_paper

ROOT = Path(__file__).resolve().parents[2]
PERIOD = Period.of_quarter(2023, 2)
BOOK = load_rulebook()
SHEETS = [sheet.name for sheet in BOOK.sheets]
LEDGERS = [sheet.name for sheet in BOOK.sheets if sheet.ledger is not None]

# The contract's own words (docs/contracts/workbook.md), so that a slip in the rulebook shows here.
LEDGER_LABELS = {
    "市统计局": "产业链 企业名称 事项类别 年产值（亿元） 日期 备注",
    "市商务局": "产业链 项目名称 投资方 投资额（亿元） 签约日期 备案日期 是否三类500强 备注",
    "市发改局": "产业链 项目名称 项目性质 总投资（万元） 年度计划投资（万元） 累计完成投资（万元） 是否建成投产 投产日期 备注",
    "市科技工信局": "产业链 名称 依托单位 事项类别 年产值（亿元） 认定日期 认定文件 备注",
    "市金融办": "产业链 企业名称 进展阶段 日期 备注",
    "落地办": "产业链 活动类别 活动名称 日期 是否取得实质性进展 合同（协议）名称 备注",
    "产业链办公室和落地办": "产业链 媒体级别 媒体名称 报道标题 日期 备注",
}
TABLE_LABELS = {
    "市统计局": "产业链 本期产值（万元） 上年同期产值（万元） 备注",
    "市税务局": "产业链 本期税收（万元） 上年同期税收（万元） 备注",
    "产业链办公室和落地办": "产业链 全景图 现状图 客商库 项目库 人才池 资金池 是否落实“两图两库两池”工作 月报迟报次数 "
    "交办任务未及时完成次数 备注",
}
CELL_LABELS = {"市统计局": ["全市工业总产值（万元）"], "市税务局": ["全市税收总额（万元）"]}


@pytest.fixture(scope="module")
def blank_bytes() -> bytes:
    return write_template(BOOK, PERIOD)


@pytest.fixture(scope="module")
def blank(blank_bytes: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(blank_bytes))


@pytest.fixture(scope="module")
def build() -> Any:
    """The script that makes the committed workbooks, as a module."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "sample_data" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def header_rows(page: Worksheet) -> list[int]:
    """Rows whose first cell is the chain column's label, top to bottom."""
    return [row for row in range(1, 60) if page.cell(row, 1).value == BOOK.words.chain]


def ledger_header(page: Worksheet) -> int:
    return header_rows(page)[-1]


def labels_of(page: Worksheet, row: int) -> list[str]:
    return [cell.value for cell in page[row] if cell.value is not None]


def beside(page: Worksheet, label: str) -> Any:
    """The cell to the right of the one that holds ``label``."""
    for row in page.iter_rows():
        for cell in row:
            if cell.value == label:
                return page.cell(cell.row, cell.column + 1)
    raise AssertionError(f"{page.title}: no cell says {label}")


def rule_at(page: Worksheet, row: int, column: int) -> Any:
    """The data validation of a cell. Fails when it has none, or more than one."""
    found = []
    for rule in page.data_validations.dataValidation:
        for area in str(rule.sqref).split():
            left, top, right, bottom = range_boundaries(area)
            if left <= column <= right and top <= row <= bottom:
                found.append(rule)
    assert len(found) == 1, f"{page.title} row {row} column {column}: {len(found)} validations"
    return found[0]


def grids(sheet: Sheet, page: Worksheet) -> Iterator[tuple[Grid, int]]:
    """Each chain table and ledger of a sheet with its header's row."""
    yield from zip([grid for grid in (sheet.table, sheet.ledger) if grid is not None], header_rows(page), strict=True)


def inputs(sheet: Sheet, page: Worksheet) -> Iterator[tuple[Column, int, int]]:
    """(column, first row, number) of every column a department types in."""
    for grid, header in grids(sheet, page):
        for number, column in enumerate(grid.columns, start=1):
            if grid is sheet.ledger or column.type != "chain":
                yield column, header + 1, number


def column_of(page: Worksheet, number: int) -> Any:
    """What holds for a column as a whole; alike neighbours share one record."""
    return next(each for each in page.column_dimensions.values() if each.min <= number <= each.max)


def named_values(book: Workbook, name: str) -> list[str]:
    """The values that a defined name's range holds."""
    [(title, area)] = book.defined_names[name].destinations
    cells = book[title][area.replace("$", "")]
    return [cell.value for row in cells for cell in row] if isinstance(cells, tuple) else [cells.value]


# -- sheets and labels


def test_sheets_stand_in_the_contracts_order_and_the_last_is_hidden(blank: Workbook) -> None:
    names = "填报说明 市统计局 市税务局 市商务局 市发改局 市科技工信局 市金融办 落地办 产业链办公室和落地办 清单"
    assert " ".join(blank.sheetnames) == names
    states = {page.title: page.sheet_state for page in blank.worksheets}
    assert [title for title, state in states.items() if state != "visible"] == ["清单"]


@pytest.mark.parametrize("name", SHEETS)
def test_headers_are_exactly_the_contracts_labels(blank: Workbook, name: str) -> None:
    expected = [labels[name].split(" ") for labels in (TABLE_LABELS, LEDGER_LABELS) if name in labels]
    page = blank[name]
    assert [labels_of(page, row) for row in header_rows(page)] == expected


def test_the_cover_has_the_period_and_a_blank_cutoff(blank: Workbook) -> None:
    cover = blank["填报说明"]
    assert beside(cover, "考核期").value == "2023年第二季度"
    assert beside(cover, "数据截止日期").value is None
    assert beside(cover, "数据截止日期").number_format == "yyyy-mm-dd"


def test_the_cover_lists_every_leaf_with_marks_clause_and_departments(blank: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in blank["填报说明"].iter_rows()]
    for leaf in BOOK.leaves:
        [row] = [row for row in rows if row[0] == leaf.id and row[4]]
        assert row[2:] == [leaf.marks, leaf.clause, told(leaf.text, "zh"), "、".join(sheets_of(BOOK, leaf.id))]


def test_the_cover_is_read_on_paper_and_its_table_has_its_header_on_each_page(blank: Workbook) -> None:
    cover = blank["填报说明"]
    assert cover["A6"].font.sz * scale_on_paper(cover) >= 8
    header = next(row for row in range(1, 60) if cover.cell(row, 1).value == "编号")
    assert cover.print_title_rows == f"${header}:${header}"


@pytest.mark.parametrize("name", SHEETS)
def test_labelled_cells_stand_left_of_their_values(blank: Workbook, name: str) -> None:
    page = blank[name]
    assert beside(page, "考核期").value == "2023年第二季度"
    assert beside(page, "填报单位").value == name
    for label in ["填报人", "联系电话", "填报日期", *CELL_LABELS.get(name, [])]:
        assert beside(page, label).value is None
    says = [cell.value for row in page.iter_rows() for cell in row]
    assert ("本期无新增事项" in says) == (name in LEDGER_LABELS)


@pytest.mark.parametrize("name", list(TABLE_LABELS))
def test_a_chain_table_has_the_six_chains_preset_and_no_figures(blank: Workbook, name: str) -> None:
    page = blank[name]
    first = header_rows(page)[0] + 1
    rows = [[cell.value for cell in page[row]] for row in range(first, first + 6)]
    assert [row[0] for row in rows] == [chain.name for chain in BOOK.chains]
    assert not any(value for row in rows for value in row[1:])


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_is_last_and_empty(blank: Workbook, name: str) -> None:
    page = blank[name]
    below = [cell.value for row in page.iter_rows(min_row=ledger_header(page) + 1) for cell in row]
    assert set(below) == {None}


# -- drop-downs, bounds and prompts


def test_every_choice_is_a_drop_down_over_a_defined_name_with_exactly_its_values(blank: Workbook) -> None:
    seen = 0
    for sheet in BOOK.sheets:
        for column, row, number in inputs(sheet, blank[sheet.name]):
            if column.type in ("chain", "choice"):
                rule = rule_at(blank[sheet.name], row, number)
                assert rule.type == "list"
                name = rule.formula1.lstrip("=")
                assert re.fullmatch(r"[a-z]+_[a-z0-9]+", name), "a name, not an inline list or a range"
                expected = list(column.values) if column.type == "choice" else [chain.name for chain in BOOK.chains]
                assert named_values(blank, name) == expected
                seen += 1
    assert seen == 7 + 9 + 7


def test_no_events_offers_only_yes(blank: Workbook) -> None:
    for name in LEDGERS:
        cell = beside(blank[name], "本期无新增事项")
        rule = rule_at(blank[name], cell.row, cell.column)
        assert named_values(blank, rule.formula1.lstrip("=")) == ["是"]


@pytest.mark.parametrize("name", SHEETS)
def test_every_input_has_bounds_a_chinese_prompt_and_an_error_text_within_excels_limits(blank: Workbook, name: str) -> None:
    page, sheet = blank[name], BOOK.sheet(name)
    places = [(row, number) for _, row, number in inputs(sheet, page)]
    for label in ["填报人", "联系电话", "填报日期", *CELL_LABELS.get(name, [])]:
        cell = beside(page, label)
        places.append((cell.row, cell.column))
    for row, number in places:
        rule = rule_at(page, row, number)
        for text, limit in ((rule.promptTitle, 32), (rule.prompt, 255), (rule.errorTitle, 32), (rule.error, 255)):
            assert re.search(r"[\u4e00-\u9fff]", text)
            assert len(text) <= limit
        assert rule.showInputMessage
        assert rule.showErrorMessage


def serial(day: datetime.date) -> str:
    return str((day - datetime.date(1899, 12, 30)).days)


def test_bounds_follow_the_columns_type(blank: Workbook) -> None:
    start, end = serial(datetime.date(2023, 1, 1)), serial(datetime.date(2023, 6, 30))
    before = serial(datetime.date(2022, 1, 1))
    for sheet in BOOK.sheets:
        for column, row, number in inputs(sheet, blank[sheet.name]):
            rule = rule_at(blank[sheet.name], row, number)
            bounds = (rule.type, rule.operator, rule.formula1, rule.formula2)
            match column.type:
                case "amount":
                    assert bounds[:3] == ("decimal", "greaterThan" if column.positive else "greaterThanOrEqual", "0")
                case "count":
                    assert bounds[:3] == ("whole", "greaterThanOrEqual", "0")
                case "date" if column.label == "备案日期":
                    assert bounds[:3] == ("date", "greaterThanOrEqual", start)
                case "date" if column.label == "签约日期":
                    assert bounds in (("date", None, before, end), ("date", "between", before, end))
                case "date":
                    assert bounds in (("date", None, start, end), ("date", "between", start, end))


def test_a_signing_in_the_year_before_is_red_unless_the_filing_lies_in_the_year(blank: Workbook) -> None:
    page = blank["市商务局"]
    [row] = {row for column, row, _ in inputs(BOOK.sheet("市商务局"), page) if column.label == "签约日期"}
    formulas = [rule.formula[0] for rules in page.conditional_formatting for rule in rules.rules if rule.formula]
    early = f"N($E{row})<IF(N($F{row})>=DATE(2023,1,1),DATE(2022,1,1),DATE(2023,1,1))"
    assert [early in formula for formula in formulas].count(True) == 1, formulas


@pytest.mark.parametrize("name", LEDGERS)
def test_drop_downs_and_colours_reach_down_to_the_last_row(blank: Workbook, name: str) -> None:
    page, sheet = blank[name], BOOK.sheet(name)
    assert sheet.ledger is not None
    far = 1_048_576
    for number in range(1, len(sheet.ledger.columns) + 1):
        rule_at(page, far, number)
    coloured = {column for area in page.conditional_formatting for column in columns_at(str(area.sqref), far)}
    assert coloured == set(range(1, len(sheet.ledger.columns) + 1))


def columns_at(areas: str, row: int) -> Iterator[int]:
    for area in areas.split():
        left, top, right, bottom = range_boundaries(area)
        if top <= row <= bottom:
            yield from range(left, right + 1)


def formulas_at(page: Worksheet, row: int, column: int) -> str:
    """All conditional formulas that colour a cell, one after another."""
    areas = [area for area in page.conditional_formatting if column in columns_at(str(area.sqref), row)]
    return " ".join(formula for area in areas for rule in area.rules for formula in rule.formula)


def test_colours_show_missing_impossible_and_contradictory_values_as_they_are_typed(blank: Workbook) -> None:
    page = blank["市发改局"]
    row = ledger_header(page) + 1
    plan, commissioned = formulas_at(page, row, 5), formulas_at(page, row, 8)
    assert f'OR($G{row}="否")' in plan, "the plan is needed unless commissioned"
    assert "ISNUMBER" in plan
    assert f'OR($G{row}="是")' in commissioned, "the date is needed when commissioned"
    assert f'NOT(OR($G{row}="是"))' in commissioned, "and out of place when not"
    assert "DATE(2023,6,30)" in commissioned
    filed = formulas_at(blank["市商务局"], row, 6)
    assert f"N($F{row})<N($E{row})" in filed, "filed before it was signed"
    assert "DATE(2023,6,30)" not in filed, "may be filed after the period"


# -- protection and looks


@pytest.mark.parametrize("name", SHEETS)
def test_inputs_are_open_and_the_rest_is_locked_without_a_password(blank: Workbook, name: str) -> None:
    page, sheet = blank[name], BOOK.sheet(name)
    assert page.protection.sheet
    assert page.protection.password is None
    for allowed in ("sort", "autoFilter", "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows"):
        assert getattr(page.protection, allowed) is False, f"{allowed} is not forbidden"
    for column, row, number in inputs(sheet, page):
        assert not page.cell(row, number).protection.locked, column.label
    for label in ["填报人", "联系电话", "填报日期", *CELL_LABELS.get(name, [])]:
        assert not beside(page, label).protection.locked
    for label in ("考核期", "填报单位"):
        assert beside(page, label).protection.locked
    for grid, header in grids(sheet, page):
        assert all(page.cell(header, number).protection.locked for number in range(1, len(grid.columns) + 1))
    if sheet.table is not None:
        first = header_rows(page)[0] + 1
        assert all(page.cell(row, 1).protection.locked for row in range(first, first + len(BOOK.chains)))


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledgers_columns_are_open_and_formatted_down_to_the_last_row(blank: Workbook, name: str) -> None:
    page, ledger = blank[name], BOOK.sheet(name).ledger
    assert ledger is not None
    formats = {"date": "yyyy-mm-dd", "amount": "#,##0.00####_ "}
    for number, column in enumerate(ledger.columns, start=1):
        for place in (page.cell(ledger_header(page) + 1, number), column_of(page, number)):
            assert not place.protection.locked
            assert place.number_format == formats.get(column.type, "General")


@pytest.mark.parametrize("name", LEDGERS)
def test_only_the_first_rows_are_ruled_so_that_a_blank_ledger_prints_one_page(blank: Workbook, name: str) -> None:
    page = blank[name]
    first = ledger_header(page) + 1
    ruled = [row for row in range(first, first + 60) if page.cell(row, 1).border.left.style]
    assert 8 <= len(ruled) <= 25
    assert ruled == list(range(first, first + len(ruled)))


def test_no_more_cells_are_written_than_are_seen(blank_bytes: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(blank_bytes)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert max(part.count("<row ") for part in parts) <= 50
    assert not [part for part in parts if " customFormat=" in part], "no row is formatted across all its columns"


@pytest.mark.parametrize("name", LEDGERS)
def test_ledger_rows_have_no_height_of_their_own_so_that_they_grow_with_their_text(blank: Workbook, name: str) -> None:
    page = blank[name]
    assert not page.sheet_format.customHeight
    assert {page.row_dimensions[row].height for row in range(ledger_header(page) + 1, 60)} == {None}


def test_what_is_not_written_is_open_so_that_whole_rows_can_be_deleted_and_what_is_written_is_locked(
    blank: Workbook, blank_bytes: bytes
) -> None:
    assert blank["市商务局"]["A1"].protection.locked
    styles = zipfile.ZipFile(io.BytesIO(blank_bytes)).read("xl/styles.xml").decode()
    formats = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].split("<xf ")[1:]
    assert '<protection locked="0"/>' in formats[0], "the format of cells that are not written"
    assert all("<protection " in each for each in formats), "each says in so many words whether it is locked"


def test_sheets_have_a_line_for_signatures_at_their_foot_and_the_cover_has_not(blank: Workbook) -> None:
    for name in SHEETS:
        assert "单位负责人（签字）" in blank[name].oddFooter.center.text
    assert "签字" not in blank["填报说明"].oddFooter.center.text


def test_required_headers_look_different_from_optional_ones(blank: Workbook) -> None:
    page = blank["市商务局"]
    header = ledger_header(page)
    ledger = BOOK.sheet("市商务局").ledger
    assert ledger is not None
    fills: dict[bool, set[str]] = {True: set(), False: set()}
    for number, column in enumerate(ledger.columns, start=1):
        fills[column.required].add(page.cell(header, number).fill.fgColor.rgb)
    assert len(fills[True]) == len(fills[False]) == 1
    assert fills[True] != fills[False]


@pytest.mark.parametrize("name", SHEETS)
def test_every_header_has_a_note_with_the_rulebooks_remark(blank: Workbook, name: str) -> None:
    page = blank[name]
    for grid, header in grids(BOOK.sheet(name), page):
        for number, column in enumerate(grid.columns, start=1):
            note = page.cell(header, number).comment
            assert note is not None, column.label
            assert column.note in note.text
            assert note.author == "chainscore"


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_prints_on_a4_landscape_one_page_wide_with_its_header_repeated(blank: Workbook, name: str) -> None:
    page = blank[name]
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0
    last = header_rows(page)[-1]
    assert page.print_title_rows == f"${last}:${last}"
    assert page.oddFooter.right.text.strip() == f"{name}　第 &P 页，共 &N 页"
    assert BOOK.title in page.oddFooter.left.text
    assert PERIOD.chinese in page.oddFooter.center.text


@pytest.mark.parametrize("name", SHEETS)
def test_panes_are_frozen_below_the_header_or_below_the_title_where_a_table_comes_first(blank: Workbook, name: str) -> None:
    page, sheet = blank[name], BOOK.sheet(name)
    both = sheet.table is not None and sheet.ledger is not None
    assert page.freeze_panes == f"B{2 if both else header_rows(page)[-1] + 1}"


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledgers_header_has_a_filter(blank: Workbook, name: str) -> None:
    page, ledger = blank[name], BOOK.sheet(name).ledger
    assert ledger is not None
    left, top, right, bottom = range_boundaries(page.auto_filter.ref)
    assert (left, top, right) == (1, ledger_header(page), len(ledger.columns))
    assert bottom == 1_048_576


@pytest.mark.parametrize("name", SHEETS)
def test_columns_are_as_wide_as_the_rulebook_says(blank: Workbook, name: str) -> None:
    page, sheet = blank[name], BOOK.sheet(name)
    grid = sheet.ledger or sheet.table
    assert grid is not None
    for number, column in enumerate(grid.columns, start=1):
        assert column_of(page, number).width == pytest.approx(column.width, abs=1)


# -- the file


def test_the_same_workbook_comes_out_to_the_byte(blank_bytes: bytes) -> None:
    assert write_template(load_rulebook(), PERIOD) == blank_bytes


def test_the_committed_workbooks_are_what_the_build_script_writes(build: Any) -> None:
    for path, content in build.workbooks().items():
        assert path.read_bytes() == content, f"{path.name}: run sample_data/build.py"


def test_the_committed_blank_workbook_is_what_the_template_writes(blank_bytes: bytes) -> None:
    assert (ROOT / "templates" / "q2-2023.xlsx").read_bytes() == blank_bytes


def test_the_file_names_no_person_and_no_machine(blank_bytes: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(blank_bytes)) as archive:
        core = archive.read("docProps/core.xml").decode()
        parts = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "<dc:creator></dc:creator>" in core or "<dc:creator/>" in core
    assert f"{BOOK.issued}T00:00:00Z" in core
    assert not re.search(r"/(home|root|work|tmp)/|[A-Z]:\\", parts)


def test_the_hidden_sheet_says_what_the_workbook_was_made_from(blank: Workbook) -> None:
    page = blank["清单"]
    about = {page.cell(row, 1).value: page.cell(row, 2).value for row in range(1, 5)}
    assert set(about.values()) == {BOOK.id, BOOK.version, BOOK.sha256, "2023Q2"}
    assert about["考核期"] == "2023Q2"


def test_another_period_moves_the_bounds() -> None:
    other = openpyxl.load_workbook(io.BytesIO(write_template(BOOK, Period.of_quarter(2024, 1))))
    page = other["市金融办"]
    rule = rule_at(page, ledger_header(page) + 1, 4)
    assert (rule.formula1, rule.formula2) == (
        serial(datetime.date(2024, 1, 1)),
        serial(datetime.date(2024, 3, 31)),
    )
    assert beside(page, "考核期").value == "2024年第一季度"


# -- filled with facts


def filled(sheets: dict[str, dict[str, Any]], rulebook: Rulebook = BOOK, period: Period = PERIOD) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_template(rulebook, period, Facts.of(sheets))))


def test_facts_stand_where_a_department_would_have_typed_them() -> None:
    chain = BOOK.chains[1].name
    book = filled(
        {
            "市统计局": {
                "cells": {"全市工业总产值（万元）": 100.5},
                "table": [{"产业链": chain, "本期产值（万元）": 7}],
                "ledger": [{"产业链": chain, "企业名称": "=1+1", "日期": "2023-05-06", "年产值（亿元）": "约3亿"}],
                "sign": {"填报人": "样例", "填报日期": datetime.date(2023, 7, 1)},
            },
            "填报说明": {"cells": {"数据截止日期": "2023-06-20"}},
        }
    )
    page = book["市统计局"]
    table, ledger = header_rows(page)
    assert beside(page, "全市工业总产值（万元）").value == 100.5
    assert [page.cell(table + 2, number).value for number in (1, 2)] == [chain, 7]
    row = [page.cell(ledger + 1, number) for number in range(1, 6)]
    assert [cell.value for cell in row] == [chain, "=1+1", None, "约3亿", datetime.datetime(2023, 5, 6)]
    assert row[1].data_type == "s", "text is never taken for a formula"
    assert beside(page, "填报日期").value == datetime.datetime(2023, 7, 1)
    assert beside(page, "本期无新增事项").value is None
    assert beside(book["填报说明"], "数据截止日期").value == datetime.datetime(2023, 6, 20)


def test_a_signed_sheet_with_an_empty_ledger_says_so_unless_the_facts_leave_it_blank() -> None:
    sign = {"填报人": "样例", "填报日期": "2023-07-01"}
    book = filled({"市金融办": {"sign": sign}, "市商务局": {"sign": {**sign, "本期无新增事项": ""}}})
    assert beside(book["市金融办"], "本期无新增事项").value == "是"
    assert beside(book["市商务局"], "本期无新增事项").value is None
    assert beside(book["市发改局"], "本期无新增事项").value is None


def test_more_rows_than_are_ruled_all_fit() -> None:
    rows = [{"产业链": BOOK.chains[0].name, "企业名称": f"样例{number}"} for number in range(500)]
    page = filled({"市金融办": {"ledger": rows}})["市金融办"]
    first = ledger_header(page) + 1
    names = [page.cell(row, 2).value for row in range(first, first + len(rows))]
    assert names == [row["企业名称"] for row in rows]


@pytest.mark.parametrize(
    "sheets",
    [
        {"市某局": {}},
        {"市金融办": {"ledger": [{"企业": "样例"}]}},
        {"市金融办": {"sign": {"签名": "样例"}}},
        {"市金融办": {"table": [{"产业链": "电子信息"}]}},
        {"市税务局": {"table": [{"产业链": "电子信信"}]}},
        {"市税务局": {"cells": {"全市税收": 1}}},
    ],
)
def test_facts_that_have_no_place_are_refused(sheets: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(FactsError):
        write_template(BOOK, PERIOD, Facts.of(sheets))


def test_the_sample_quarters_follow_on_one_another(build: Any) -> None:
    """What was reported in the first quarter is still there in the second, and no figure has shrunk."""
    first, second = (build.read_sheets(period) for period in build.QUARTERS)
    for sheet in BOOK.sheets:
        old, new = first[sheet.name], second[sheet.name]
        for cell in sheet.cells:
            assert new["cells"][cell.label] > old["cells"][cell.label]
        for before, after in zip(old.get("table", []), new.get("table", []), strict=True):
            for label in (column.label for column in sheet.table.columns if column.type in ("amount", "count")):
                assert after[label] >= before[label]
        if sheet.ledger is not None:
            keys = [(row[sheet.ledger.name], row.get(sheet.ledger.category or "")) for row in new["ledger"]]
            assert len(set(keys)) == len(keys) >= 12
            assert {(row[sheet.ledger.name], row.get(sheet.ledger.category or "")) for row in old["ledger"]} < set(keys)
