"""Layout freedom: things are found by label, so inserted rows and columns, other orders and extra notes do no harm."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainscore.intake.layout import find_layout, value_place
from chainscore.intake.workbook import Worksheet
from tests.support.workbooks import (
    BOOK,
    COMMERCE,
    COVER,
    EVENTS,
    FINANCE,
    LEDGERS,
    OFFICE,
    SHEETS,
    STATISTICS,
    TABLES,
    TAX,
    Quarter,
    appraised,
    day,
    errors,
    evidence_cells,
    scores,
    seen,
    sound,
)


@pytest.fixture(scope="module")
def sound_scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return scores(appraised(sound(), tmp_path_factory.mktemp("sound")))


Scores = dict[str, dict[str, str]]

# ---------------------------------------------------------------- inserted rows and columns


@pytest.mark.parametrize("at", [1, 3, 4, 6, 7, 8, 15, 16, 17, 18])
def test_a_row_inserted_anywhere_does_no_harm(at: int, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for grid in quarter.grids.values():
        grid.insert_rows(at, 3)
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("at", [1, 3, 5, 7, 20])
def test_a_column_inserted_between_labelled_cells_does_no_harm(at: int, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for grid in quarter.grids.values():
        grid.insert_columns(at, 2)
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("at", [2, 4, 8])
def test_a_blank_column_inserted_between_a_label_and_its_value_does_no_harm(
    at: int, tmp_path: Path, sound_scores: Scores
) -> None:
    quarter = sound()
    for grid in quarter.grids.values():
        grid.insert_columns(at)
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_a_label_beside_a_label_has_no_value(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["D3"] = None
    assert seen(appraised(quarter, tmp_path)) == ["error E207 市金融办!D3"]


def test_findings_name_the_cells_where_they_stand_after_rows_and_columns_were_inserted(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].insert_rows(10, 100)
    quarter[COMMERCE].insert_columns(1, 26)
    quarter[COMMERCE]["AD117"] = "约3亿"  # D17, moved by 26 columns and 100 rows
    assert errors(appraised(quarter, tmp_path)) == ["error E304 市商务局!AD117"]


def test_the_value_of_a_label_that_is_merged_over_columns_stands_past_the_merge(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for sheet in SHEETS:
        grid = quarter[sheet]
        grid["J3"], grid["M3"] = "填报人", "样例填报员"
        grid["C3"] = grid["D3"] = None
        grid.merges += [(3, 10, 3, 12), (3, 13, 3, 14), (1, 1, 1, 9)]
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_the_value_place_is_the_next_cell_or_the_one_past_the_merged_range() -> None:
    sheet = Worksheet("x", {1: {1: "填报人"}}, merges=((1, 1, 2, 3),))
    assert value_place(sheet, 1, 1) == (1, 4)
    assert value_place(sheet, 1, 4) == (1, 5)
    assert value_place(sheet, 3, 1) == (3, 2)


# ---------------------------------------------------------------- labels and headers


def restyled(text: str, style: str) -> str:
    if len(style) == 4:
        return text.translate(str.maketrans("（）“”", style))
    return {"spaced": " ".join(text), "broken": text.replace("（", "\n（"), "wide spaces": text.replace("业", "业\u3000")}[
        style
    ]


@pytest.mark.parametrize(
    "style", ['()""', "[]「」", "【】『』", "〔〕‘’", "［］＂＂", "〖〗''", "（）”“", "spaced", "broken", "wide spaces"]
)
def test_labels_with_other_brackets_quotation_marks_and_spaces_are_the_same(
    style: str, tmp_path: Path, sound_scores: Scores
) -> None:
    quarter = sound()
    for sheet in SHEETS:
        labels = {*TABLES.get(sheet, ()), *LEDGERS.get(sheet, ()), "填报人", "填报日期", "本期无新增事项", quarter[sheet]["A5"]}
        grid = quarter[sheet]
        for where, value in grid.cells.items():
            if isinstance(value, str) and value in labels:
                grid.cells[where] = restyled(value, style)
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("colon", [":", "："])
def test_a_colon_after_a_label_does_no_harm(colon: str, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for sheet in SHEETS:
        for cell in ("C3", "G3", "A4", "A5"):
            if quarter[sheet][cell]:
                quarter[sheet][cell] += colon
    quarter[COVER]["A3"] += colon
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("seed", range(3))
def test_the_columns_of_tables_and_ledgers_may_stand_in_any_order(seed: int, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    order = random.Random(seed)
    for sheet, ledger in LEDGERS.items():
        columns = list(range(1, len(ledger) + 1))
        order.shuffle(columns)
        quarter[sheet].reorder(16, 30, columns)
    quarter[TAX].reorder(7, 13, order.sample(range(1, 5), 4))
    for sheet in (STATISTICS, OFFICE):
        rest = order.sample(range(2, len(TABLES[sheet]) + 1), len(TABLES[sheet]) - 1)
        quarter[sheet].reorder(7, 13, [1, *rest])
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize(
    "order",
    [
        [4, 1, 2, 3],
        [2, 3, 1, 4],
    ],
)
def test_the_ledgers_title_is_no_row_of_a_table_whose_columns_were_reordered(
    order: list[int], tmp_path: Path, sound_scores: Scores
) -> None:
    quarter = sound()
    quarter[STATISTICS].reorder(7, 13, order)
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_evidence_follows_reordered_columns(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].reorder(16, 18, [4, 2, 3, 1, 5, 6, 7, 8])
    result = appraised(quarter, tmp_path)
    assert evidence_cells(result, "1.3.2", "electronics")[0]["投资额（亿元）"] == "A17"


OPTIONAL = ("备注", "投资方", "依托单位", "认定文件", "合同（协议）名称")


@pytest.mark.parametrize("letter", list("BCDEFGH"))
def test_each_column_that_is_missing_from_a_ledger_is_an_error_of_its_header_row_and_no_crash(
    letter: str, tmp_path: Path
) -> None:
    quarter, expected = sound(), []
    for sheet in LEDGERS:
        if quarter[sheet][f"{letter}16"] not in (None, *OPTIONAL):
            quarter[sheet][f"{letter}16"] = None
            expected.append(f"error E204 {sheet}!16:16")
    for draft in (False, True):
        result = appraised(quarter, tmp_path, draft)
        # 龙头企业 and its certified output hang together by name and category.
        assert [line for line in errors(result) if "E403" not in line] == expected
        assert (result.scorecard is None) == (not draft)


@pytest.mark.parametrize(("sheet", "cell", "leaf"), [(COMMERCE, "G16", "1.3.2"), (EVENTS, "E16", "3.1")])
def test_a_draft_leaves_the_rows_out_of_which_a_required_column_is_missing(
    sheet: str, cell: str, leaf: str, tmp_path: Path
) -> None:
    quarter = sound()
    quarter[sheet][cell] = None
    result = appraised(quarter, tmp_path, draft=True)
    assert scores(result)["electronics"][leaf] in ("0.00", "None")


def test_a_missing_column_is_not_taken_for_blank_cells(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["F16"] = None
    assert seen(appraised(quarter, tmp_path)) == ["error E204 市商务局!16:16", "notice N620 市商务局!F17"]


def test_a_missing_column_is_an_error_of_the_header_row(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D16"] = "金额"
    quarter[TAX]["C7"] = None
    assert seen(appraised(quarter, tmp_path)) == [
        "error E204 市税务局!7:7",
        "notice N620 市税务局!C8",
        "error E204 市商务局!16:16",
        "notice N609 市商务局!D16",
    ]


def test_a_column_twice_is_an_error_at_the_second(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["I16"] = "投资额(亿元)"
    assert errors(appraised(quarter, tmp_path)) == ["error E210 市商务局!I16"]


def test_a_second_column_of_remarks_does_no_harm(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    quarter[COMMERCE]["I16"], quarter[COMMERCE]["I17"] = "备注", "样例"
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_a_header_row_that_cannot_be_found_is_one_error_for_the_sheet(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(16, ("链", "企业", "阶段", "时间"))
    result = appraised(quarter, tmp_path)
    assert "error E203 市金融办" in errors(result)
    assert result.scorecard is None


@pytest.mark.parametrize(("sheet", "row"), [(STATISTICS, 7), (OFFICE, 7), (STATISTICS, 16)])
def test_a_header_that_cannot_be_found_is_one_error_and_not_many(sheet: str, row: int, tmp_path: Path) -> None:
    quarter = sound()
    quarter[sheet].cells[row, 1] = "链"
    result = appraised(quarter, tmp_path)
    # The certified output is lost with its ledger.
    assert [line for line in errors(result) if line != "error E403 市科技工信局!E17"] == [f"error E203 {sheet}"]


def test_a_header_repeated_further_down_goes_on_with_the_same_ledger(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(20, ("产业链", "进展阶段", "企业名称", "日期"))
    quarter[FINANCE].put(21, ("新能源新材料", "股改挂牌", "样例股份二", day(6, 2)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["materials"]["2.3"] == "1.50"


def test_the_ledger_is_found_where_its_header_shares_labels_with_the_table() -> None:
    office = next(sheet for sheet in BOOK.sheets if sheet.name == OFFICE)
    rows = {3: dict(enumerate(TABLES[OFFICE], 1)), 9: dict(enumerate(LEDGERS[OFFICE], 1))}
    layout = find_layout(Worksheet(OFFICE, rows), office, "产业链", frozenset(["填报人"]))
    assert [segment.header_row for segment in layout.table] == [3]
    assert [segment.header_row for segment in layout.ledger] == [9]


# ---------------------------------------------------------------- extra notes


def test_notes_above_beside_between_and_below_do_no_harm(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for sheet in SHEETS:
        grid = quarter[sheet]
        grid.put(2, ("注：本表已与有关单位核对。", None, "2023-7-1"))
        grid["L8"], grid["P17"], grid["L3"] = "样例注", 12345, "样例注"
        grid["A6"] = "单位：万元"
        if sheet not in TABLES:
            grid["D9"] = "单位：亿元"
    result = appraised(quarter, tmp_path)
    # Beside the rows it might be a figure typed in the wrong place; that is said, and nothing else.
    assert seen(result) == [f"notice N620 {sheet}!{'L8' if sheet in TABLES else 'P17'}" for sheet in SHEETS]
    assert scores(result) == sound_scores


def test_a_note_below_the_ledger_is_reported_as_not_read(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for sheet in (COMMERCE, FINANCE):
        quarter[sheet]["A25"] = "注：以上数据为累计数。"
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N607 市商务局!A25", "notice N607 市金融办!A25"]
    assert scores(result) == sound_scores


@pytest.mark.parametrize("cell", ["B15", "C14", "D15", "E14"])
def test_a_note_between_table_and_ledger_may_stand_in_any_column(cell: str, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    quarter[STATISTICS][cell] = "单位：亿元"
    if cell.endswith("15"):
        quarter[STATISTICS]["A15"] = None
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_a_signature_below_the_ledger_is_found_and_is_no_event(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for sheet in SHEETS:
        grid = quarter[sheet]
        signature = grid.row(3)
        grid.clear(3)
        grid.put(30, signature)
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_an_extra_column_with_data_is_passed_over_with_a_notice(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    quarter[COMMERCE].insert_columns(1)
    quarter[COMMERCE].put(16, ("序号",))
    for row in range(17, 40):  # numbered further down than filled
        quarter[COMMERCE].put(row, (row - 16,))
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N609 市商务局!A16"]
    assert scores(result) == sound_scores


# ---------------------------------------------------------------- blank rows, long ledgers, hidden rows


def test_blank_rows_inside_a_ledger_are_passed_over_and_what_stands_below_is_read(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(18, (" ", "\u3000", None, "", None))
    quarter[FINANCE].put(400, ("新能源新材料", "样例股份二", "股改挂牌", day(6, 2)))
    quarter[FINANCE].put(9000, ("新能源新材料", "样例股份三", "股改挂牌", day(6, 3)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["materials"]["2.3"] == "2.00"  # 1 + 0.5 + 0.5
    assert [cells["企业名称"] for cells in evidence_cells(result, "2.3", "materials")] == ["B17", "B400", "B9000"]


def test_a_ledger_goes_on_as_far_down_as_it_is_filled(tmp_path: Path) -> None:
    quarter = sound()
    for row in range(19, 3019):
        quarter[COMMERCE].put(row, ("文体旅游", f"样例项目{row}", None, 0.3, day(2, 1), day(3, 1), "否"))
    quarter[COMMERCE]["F3018"] = day(1, 31)
    result = appraised(quarter, tmp_path)
    assert errors(result) == ["error E311 市商务局!F3018"]
    quarter[COMMERCE]["F3018"] = day(2, 1)
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result)["culture"]["1.3.2"] == "1500.00"  # 3000 × 0.5


def test_hidden_rows_and_sheets_are_read_with_a_notice(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    quarter[FINANCE].hidden = True
    quarter[EVENTS].hidden_rows = {17, 18}
    result = appraised(quarter, tmp_path)
    assert all(line.startswith("notice ") for line in seen(result))
    assert [f.code for f in result.findings] == ["N612", "N611"]
    assert scores(result) == sound_scores


# ---------------------------------------------------------------- any order, any gaps


@st.composite
def rearranged(draw: st.DrawFn) -> Quarter:
    """The sound quarter with columns and rows of the ledgers in another order, blank rows between and blank columns around."""
    quarter = sound()
    for sheet, columns in LEDGERS.items():
        grid = quarter[sheet]
        grid.reorder(16, 18, draw(st.permutations(range(1, len(columns) + 1))))
        events = [grid.row(row) for row in (17, 18)]
        grid.clear_ledger()
        row = 16
        for event in draw(st.permutations(events)):
            row += 1 + draw(st.integers(0, 600))
            grid.put(row, event)
    for sheet in SHEETS:
        quarter[sheet].insert_columns(draw(st.sampled_from([1, 3, 5, 7])), draw(st.integers(0, 30)))
        quarter[sheet].insert_rows(draw(st.integers(1, 16)), draw(st.integers(0, 600)))
    return quarter


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quarter=rearranged())
def test_the_scores_depend_neither_on_the_order_nor_on_the_place_of_anything(quarter: Quarter, sound_scores: Scores) -> None:
    with tempfile.TemporaryDirectory() as folder:
        result = appraised(quarter, Path(folder))
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_the_names_are_used_wherever_they_stand() -> None:
    # What the tests above lean on: every sheet of the contract is in the rulebook, in its order, with its labels.
    assert tuple(sheet.name for sheet in BOOK.sheets) == SHEETS
    for sheet in BOOK.sheets:
        assert (
            tuple(column.label for column in sheet.table.columns) == TABLES[sheet.name]
            if sheet.table
            else sheet.name not in TABLES
        )
        assert (
            tuple(column.label for column in sheet.ledger.columns) == LEDGERS[sheet.name]
            if sheet.ledger
            else sheet.name not in LEDGERS
        )
