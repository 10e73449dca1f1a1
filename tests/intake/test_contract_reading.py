"""The workbook contract, "Reading what people really type": what is read as meant and what is never guessed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.scoring.appraisal import Appraisal, appraise
from tests.support.workbooks import (
    BOOK,
    COMMERCE,
    COVER,
    EMPTY,
    EVENTS,
    FINANCE,
    NONE,
    OFFICE,
    REFORM,
    SIGNED,
    STATISTICS,
    TAX,
    TECHNOLOGY,
    TOTAL,
    Formula,
    appraised,
    day,
    errors,
    evidence_cells,
    replace_in_package,
    scores,
    seen,
    sound,
)


def with_cell(sheet: str, cell: str, value: Any, folder: Path, epoch_1904: bool = False) -> Appraisal:
    """The sound quarter with one other value."""
    quarter = sound()
    quarter[sheet][cell] = value
    return appraised(quarter, folder, epoch_1904=epoch_1904)


def with_cells(values: Mapping[tuple[str, str], Any], folder: Path, epoch_1904: bool = False) -> Appraisal:
    """The sound quarter with other values in several cells at once."""
    quarter = sound()
    for (sheet, cell), value in values.items():
        quarter[sheet][cell] = value
    return appraised(quarter, folder, epoch_1904=epoch_1904)


def with_listings(folder: Path, column: int, values: Sequence[Any], epoch_1904: bool = False) -> Appraisal:
    """The sound quarter with a ledger of 市金融办 from row 17 on whose rows differ in the name and in one column."""
    quarter = sound()
    quarter[FINANCE].clear_ledger()
    for row, value in enumerate(values, 17):
        quarter[FINANCE].put(row, ("新能源新材料", f"样例公司{row}", "股改挂牌", day(6, 1)))
        quarter[FINANCE].cells[row, column] = value
    return appraised(quarter, folder, epoch_1904=epoch_1904)


def with_projects(folder: Path, amounts: Sequence[Any]) -> Appraisal:
    """The sound quarter with a ledger of 市商务局 from row 17 on whose rows differ in the name and the amount."""
    quarter = sound()
    quarter[COMMERCE].clear_ledger()
    for row, amount in enumerate(amounts, 17):
        quarter[COMMERCE].put(row, ("电子信息", f"样例项目{row}", None, amount, day(2, 1), day(3, 1), "否"))
    return appraised(quarter, folder)


@pytest.fixture(scope="module")
def sound_scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return scores(appraised(sound(), tmp_path_factory.mktemp("sound")))


def test_a_sound_quarter_gives_no_finding_of_any_kind(tmp_path: Path) -> None:
    assert seen(appraised(sound(), tmp_path)) == []


# ---------------------------------------------------------------- chains


@pytest.mark.parametrize("name", ["新能源新材料（含医疗器械、绿色化工）", "新能源新材料"])
def test_a_chain_by_its_full_or_short_name_needs_no_notice(
    name: str, tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    result = with_cell(FINANCE, "A17", name, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


CHAIN_FORMS = (
        "materials", "MATERIALS", "新能源新材料产业链", "新能源新材料（含医疗器械、绿色化工）产业链", "新能源新材料(含医疗器械、绿色化工)",
        "新能源新材料 （含医疗器械、绿色化工）", "新能源\u3000新材料", "新能源\u00a0新材料", "新能源新材料【含医疗器械、绿色化工】",
)  # fmt: skip


def test_a_chain_in_another_form_is_read_as_meant_with_a_notice(tmp_path: Path) -> None:
    result = with_listings(tmp_path, 1, CHAIN_FORMS)
    assert seen(result) == [f"notice N604 市金融办!A{row}" for row in range(17, 17 + len(CHAIN_FORMS))]
    assert scores(result)["materials"]["2.3"] == "4.50"  # nine at 0.5


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("新能源新林料", "新能源新材料（含医疗器械、绿色化工）"),
        ("电子信吸", "电子信息"),
        ("电工电器", "电力电工电器"),
        ("electronic", "电子信息"),
    ],
)
def test_a_misspelt_chain_is_never_guessed_but_the_nearest_is_proposed(name: str, nearest: str, tmp_path: Path) -> None:
    result = with_cell(FINANCE, "A17", name, tmp_path)
    assert seen(result) == ["error E302 市金融办!A17"]
    assert nearest in result.findings[0].message("zh")
    assert nearest in result.findings[0].message("en")
    assert name in result.findings[0].message("zh")


def test_what_names_no_chain_is_an_error_at_its_cell(tmp_path: Path) -> None:
    values = [3, True, day(3, 1), "电子信息、电力电工", "全部", "#N/A 不详", "产业链"]
    result = with_listings(tmp_path, 1, values)
    assert seen(result) == [f"error E302 市金融办!A{row}" for row in range(17, 24)]


def test_a_misspelt_chain_in_the_chain_table_is_one_error_and_no_missing_row(tmp_path: Path) -> None:
    assert seen(with_cell(TAX, "A10", "电子信吸", tmp_path)) == ["error E302 市税务局!A10"]


# ---------------------------------------------------------------- names and categories


def test_a_category_is_compared_without_spaces_and_noted(tmp_path: Path) -> None:
    result = with_listings(tmp_path, 3, ["辅导 报备", "辅导\u3000报备", "辅导\u00a0报备", "辅导\u200b报备", "辅\n导报备"])
    assert seen(result) == [f"notice N605 市金融办!C{row}" for row in range(17, 22)]
    assert scores(result)["materials"]["2.3"] == "5.00"  # five at 1


MISSPELT = (
    (STATISTICS, "C17", "新增规模以上企业", "新增规模企业"),
    (REFORM, "C17", "新建设", "新建"),
    (TECHNOLOGY, "D18", "省平台", "省级平台"),
    (FINANCE, "C17", "辅导备案", "辅导报备"),
    (EVENTS, "B18", "配套协作", "配套协作活动"),
    (OFFICE, "C10", "已建立未更", "已建立未更新"),
    (OFFICE, "B17", "省媒体", "省级媒体"),
)


def test_a_misspelt_category_is_never_guessed_but_the_nearest_is_proposed(tmp_path: Path) -> None:
    result = with_cells({(sheet, cell): text for sheet, cell, text, _ in MISSPELT}, tmp_path)
    assert seen(result) == [f"error E303 {sheet}!{cell}" for sheet, cell, _, _ in MISSPELT]
    for finding, (_, _, _, nearest) in zip(result.findings, MISSPELT, strict=True):
        assert f"“{nearest}”" in finding.message("zh")
        assert f"“{nearest}”" in finding.message("en")
        assert finding.chain is not None


@pytest.mark.parametrize("value", ["√", "Y", "有", True, 1])
def test_a_yes_or_no_takes_nothing_else(value: Any, tmp_path: Path) -> None:
    cells = [(COMMERCE, "G17"), (REFORM, "G17"), (EVENTS, "E17"), (OFFICE, "H9")]
    result = with_cells(dict.fromkeys(cells, value), tmp_path)
    assert seen(result) == [f"error E303 {sheet}!{cell}" for sheet, cell in cells]


def test_a_name_written_as_a_number_is_its_digits(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    result = with_cell(FINANCE, "B17", 360, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("value", [True, day(3, 5)])
def test_a_name_that_is_a_date_or_true_is_an_error(value: Any, tmp_path: Path) -> None:
    assert seen(with_cell(FINANCE, "B17", value, tmp_path)) == ["error E314 市金融办!B17"]


REMARKS = ((COMMERCE, "H17"), (COMMERCE, "C17"), (TECHNOLOGY, "G18"), (OFFICE, "K9"))


@pytest.mark.parametrize("value", [day(3, 5), True])
def test_a_remark_may_be_anything_that_can_be_shown(
    value: Any, tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    result = with_cells(dict.fromkeys(REMARKS, value), tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("value", [3.5, "约3亿，2-3年", "2022-12-31"])
def test_a_remark_is_not_held_to_any_form(value: Any, tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    result = with_cells(dict.fromkeys(REMARKS, value), tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


# ---------------------------------------------------------------- amounts


AMOUNT_FORMS = (
        ("2.5", "N601"), ("２．５", "N601"), (" 2.50 ", "N601"), ("\u00a02.5\u3000", "N601"), ("+2.5", "N601"), ("2.5亿元", "N602"),
        ("2.5 亿元", "N602"), ("2.5亿", "N602"), ("25,000万元", "N602"), ("25，000万元", "N602"), ("２５０００万元", "N602"),
        ("25000万", "N602"), ("250,000,000元", "N602"), ("250000千元", "N602"),
)  # fmt: skip


def test_an_amount_as_text_is_read_as_meant_with_a_notice(tmp_path: Path) -> None:
    result = with_projects(tmp_path, [text for text, _ in AMOUNT_FORMS])
    assert seen(result) == [f"notice {code} 市商务局!D{row}" for row, (_, code) in enumerate(AMOUNT_FORMS, 17)]
    assert result.tables is not None
    assert {str(amount.normalize()) for amount in result.tables.sheets[COMMERCE].ledger["投资额（亿元）"]} == {"2.5"}
    assert scores(result)["electronics"]["1.3.2"] == "84.00"  # fourteen at 6


def test_a_unit_is_converted_to_that_of_the_column_exactly(tmp_path: Path) -> None:
    # 5,000万元 in a 亿元 column is 0.5, which is just in the tier from 0.5 (1 point); food has 1.2 → 2 + 1 for the 500强 otherwise.
    result = with_cell(COMMERCE, "D18", "5,000万元", tmp_path)
    assert seen(result) == ["notice N602 市商务局!D18"]
    assert scores(result)["food"]["1.3.2"] == "2.00"
    # 0.19999999亿元 is below the lowest tier.
    result = with_cell(COMMERCE, "D18", "19,999,999元", tmp_path)
    assert scores(result)["food"]["1.3.2"] == "0.00"


def test_an_amount_in_a_larger_unit_than_the_column_is_converted_too(
    tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    result = with_cell(REFORM, "D17", "0.5亿元", tmp_path)
    assert seen(result) == ["notice N602 市发改局!D17"]
    assert scores(result) == sound_scores


VAGUE = (
    "约3亿", "3亿左右", "2-3", "2~3亿元", "2—3", "3亿多", "超2亿元", "2.5.1", "2,5", "1,2345", "2,50", "三亿", "2.5亿美元", "2.5吨", "2.5%", "-", "/",
    "无", "待定", "inf", "nan", "NaN", "Infinity", "1/2", "½", "0x10", "1_000", "2.5亿元（估）", "=2.5", "2 5",
)  # fmt: skip


def test_an_amount_without_a_plain_meaning_is_never_guessed(tmp_path: Path) -> None:
    result = with_projects(tmp_path, VAGUE)
    assert seen(result) == [f"error E304 市商务局!D{row}" for row in range(17, 17 + len(VAGUE))]


def test_digits_raised_lowered_or_in_circles_are_no_plain_amount(tmp_path: Path) -> None:
    assert seen(with_projects(tmp_path, ["3²", "①", "2₅"])) == [f"error E304 市商务局!D{row}" for row in (17, 18, 19)]


AMOUNTS = (
    (STATISTICS, TOTAL), (STATISTICS, "B9"), (STATISTICS, "C9"), (TAX, TOTAL), (TAX, "C8"), (TAX, "B13"),
    (COMMERCE, "D18"), (REFORM, "E17"), (REFORM, "F17"), (REFORM, "D18"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "code"),
    [("约3亿", "E304"), ("2-3", "E304"), (-1, "E305"), ("-1", "E305"), (True, "E308"), (False, "E308"), (day(3, 1), "E308"), (Formula(None), "E306"), (Formula("#N/A"), "E307")],
)  # fmt: skip
def test_wherever_an_amount_stands_what_is_none_blocks_at_its_own_cell(value: Any, code: str, tmp_path: Path) -> None:
    result = with_cells(dict.fromkeys(AMOUNTS, value), tmp_path)
    assert seen(result) == [f"error {code} {sheet}!{cell}" for sheet, cell in AMOUNTS]


def test_a_vague_certified_output_blocks_at_its_own_cell(tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS]["D18"] = "约8亿"
    quarter[TECHNOLOGY]["E17"] = 8.5
    assert errors(appraised(quarter, tmp_path)) == ["error E304 市统计局!D18"]


def test_a_vague_certified_output_is_one_error_and_not_two(tmp_path: Path) -> None:
    assert seen(with_cell(STATISTICS, "D18", "约3亿", tmp_path)) == ["error E304 市统计局!D18"]


def test_a_negative_amount_is_one_whatever_its_minus_sign(tmp_path: Path) -> None:
    result = with_projects(tmp_path, ["−2.5", "－2.5", "-2.5亿元", -0.01])
    assert seen(result) == [f"error E305 市商务局!D{row}" for row in range(17, 21)]


def test_an_amount_beyond_all_reason_is_an_error(tmp_path: Path) -> None:
    assert seen(with_projects(tmp_path, [2e15, "1e999", "9" * 400])) == [f"error E316 市商务局!D{row}" for row in (17, 18, 19)]


@pytest.mark.parametrize("written", ["1E999", "-1E999"])
def test_a_number_that_is_not_finite_is_an_error(written: str, tmp_path: Path) -> None:
    path = tmp_path / "q2.xlsx"
    quarter = sound()
    quarter[COMMERCE]["D17"] = 2.71828182845
    quarter.save(path)
    replace_in_package(path, "<v>2.71828182845</v>", f"<v>{written}</v>")
    assert seen(appraise([path], BOOK)) == ["error E304 市商务局!D17"]


def test_a_whole_number_of_hundreds_of_digits_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "q2.xlsx"
    quarter = sound()
    quarter[COMMERCE]["D17"] = 2.71828182845
    quarter[COMMERCE]["H17"] = Formula("样例备注")
    quarter.save(path)
    replace_in_package(path, "<v>2.71828182845</v>", f"<v>1{'0' * 400}</v>")
    assert errors(appraise([path], BOOK)) in (["error E304 市商务局!D17"], ["error E316 市商务局!D17"])


def test_zero_is_an_amount(tmp_path: Path) -> None:
    # 0亿元 is below the lowest tier: a notice, and nothing earned.
    assert seen(with_cell(COMMERCE, "D18", 0, tmp_path)) == ["notice N614 市商务局!D18"]


@pytest.mark.parametrize(("value", "code"), [(0, "E313"), ("0", "E313"), (-5, "E305")])
def test_last_years_figure_of_zero_or_less_blocks_at_its_cell(value: Any, code: str, tmp_path: Path) -> None:
    result = with_cells({(STATISTICS, "C10"): value, (TAX, "C8"): value}, tmp_path)
    assert errors(result) == [f"error {code} 市统计局!C10", f"error {code} 市税务局!C8"]


def test_a_citywide_total_of_zero_blocks_at_its_cell(tmp_path: Path) -> None:
    result = with_cells({(STATISTICS, TOTAL): 0, (TAX, TOTAL): 0}, tmp_path)
    assert seen(result) == ["error E313 市统计局!B5", "error E313 市税务局!B5"]


def test_this_years_figure_may_be_zero(tmp_path: Path) -> None:
    # Growth −100% is the least (3 points); the best is then 160/100, of 5.
    result = with_cell(STATISTICS, "B9", 0, tmp_path)
    assert seen(result) == []
    assert scores(result)["electrical"]["1.1.1"] == "3.00"


# ---------------------------------------------------------------- counts


@pytest.mark.parametrize(("value", "code"), [(1.5, "E312"), ("1.5", "E312"), (-1, "E305"), ("一次", "E304"), (True, "E308")])
def test_a_count_is_a_whole_number_of_zero_or_more(value: Any, code: str, tmp_path: Path) -> None:
    result = with_cells({(OFFICE, "I9"): value, (OFFICE, "J9"): value}, tmp_path)
    assert seen(result) == [f"error {code} 产业链办公室和落地办!I9", f"error {code} 产业链办公室和落地办!J9"]


@pytest.mark.parametrize(("value", "found"), [(2, []), (2.0, []), ("2", ["N601"]), ("２", ["N601"]), ("2次", ["N602"])])
def test_a_count_as_text_is_read_as_meant(value: Any, found: list[str], tmp_path: Path) -> None:
    result = with_cell(OFFICE, "I9", value, tmp_path)
    assert [finding.code for finding in result.findings] == found
    assert scores(result)["electrical"]["4.2"] == "2.00"  # 3 − 2 × 0.5


# ---------------------------------------------------------------- dates


DATE_FORMS = (
        "2023-6-1", "2023-06-01", "2023/6/1", "2023.6.1", "20230601", "2023年6月1日", "2023年06月01日", "２０２３年６月１日", " 2023-6-1 ", "2023 年 6 月 1 日",
        "2023-06-01 00:00:00", 20230601, 45078, "45078",
)  # fmt: skip


def test_a_date_in_any_of_its_forms_is_read_with_a_notice(tmp_path: Path) -> None:
    result = with_listings(tmp_path, 4, DATE_FORMS)
    assert seen(result) == [f"notice N603 市金融办!D{row}" for row in range(17, 17 + len(DATE_FORMS))]
    assert result.tables is not None
    assert set(result.tables.sheets[FINANCE].ledger["日期"]) == {day(6, 1)}


def test_real_dates_and_serial_numbers_of_the_1904_system_are_read(
    tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    # 2023-06-01 is 1462 days less in the 1904 system: 45078 − 1462.
    result = with_cell(FINANCE, "D17", 43616, tmp_path, epoch_1904=True)
    assert seen(result) == ["notice N603 市金融办!D17"]
    assert "2023-06-01" in result.findings[0].message("en")
    assert scores(result) == sound_scores


def test_a_serial_number_of_the_other_system_is_outside_the_year(tmp_path: Path) -> None:
    result = with_cell(FINANCE, "D17", 45078, tmp_path, epoch_1904=True)
    assert errors(result) == ["error E310 市金融办!D17"]


def test_what_is_no_plain_date_is_an_error_at_its_cell(tmp_path: Path) -> None:
    values = [
        "六月底", "2023年6月", "2023-6", "6月1日", "2023-13-01", "2023-02-29", "2023-6/1", "01/06/2023", "2023.6.31", True, -5, 0, 1e300, "2023",
        datetime.time(8, 30),
    ]  # fmt: skip
    result = with_listings(tmp_path, 4, values)
    assert seen(result) == [f"error E309 市金融办!D{row}" for row in range(17, 17 + len(values))]


DATES = (
    (STATISTICS, "E17"), (COMMERCE, "E18"), (REFORM, "H18"), (TECHNOLOGY, "F18"), (FINANCE, "D17"), (EVENTS, "D17"), (OFFICE, "E17"),
)  # fmt: skip


@pytest.mark.parametrize("outside", [day(12, 31, 2022), day(7, 1)])
def test_a_date_outside_the_year_to_date_blocks_at_its_cell(outside: datetime.date, tmp_path: Path) -> None:
    result = with_cells({**dict.fromkeys(DATES, outside), (COMMERCE, "F18"): day(7, 1)}, tmp_path)
    assert errors(result) == [f"error E310 {sheet}!{cell}" for sheet, cell in DATES]


@pytest.mark.parametrize("inside", [day(1, 1), day(6, 30)])
def test_the_first_day_of_the_year_and_the_last_of_the_quarter_are_within(
    inside: datetime.date, tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    result = with_cells({**dict.fromkeys(DATES, inside), (COMMERCE, "F18"): inside}, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_the_time_of_day_does_not_push_a_date_out_of_the_period(tmp_path: Path) -> None:
    result = with_cell(FINANCE, "D17", datetime.datetime(2023, 6, 30, 23, 59), tmp_path)
    assert seen(result) == []


def test_the_day_of_signing_may_lie_after_the_period(tmp_path: Path) -> None:
    assert seen(with_cell(FINANCE, SIGNED, day(8, 15), tmp_path)) == []


# ---------------------------------------------------------------- formulas and error values


def test_a_formula_is_read_by_its_saved_value(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    saved = {
        (TAX, TOTAL): 10000,
        (COMMERCE, "A17"): "电子信息",
        (COMMERCE, "D17"): 2.5,
        (COMMERCE, "G17"): "否",
        (FINANCE, "D17"): 45078,
    }
    result = with_cells({where: Formula(value) for where, value in saved.items()}, tmp_path)
    assert [line for line in seen(result) if " N608 " in line] == [f"notice N608 {sheet}!{cell}" for sheet, cell in saved]
    assert [line for line in seen(result) if " N608 " not in line] == ["notice N603 市金融办!D17"]
    assert scores(result) == sound_scores


def test_many_formulas_of_one_column_are_one_notice_with_their_number(tmp_path: Path) -> None:
    quarter = sound()
    for row in range(8, 14):
        quarter[TAX][f"B{row}"] = Formula(quarter[TAX][f"B{row}"])
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N608 市税务局!B8"]
    assert "(6 times in this column)" in result.findings[0].message("en")


OF_EVERY_KIND = (
    (TAX, "D3"), (TAX, SIGNED), (TAX, TOTAL), (TAX, "B8"), (COMMERCE, "A17"), (COMMERCE, "B18"), (COMMERCE, "D18"), (COMMERCE, "E18"),
    (COMMERCE, "F18"), (COMMERCE, "G18"), (OFFICE, "B8"), (OFFICE, "I8"),
)  # fmt: skip


@pytest.mark.parametrize(("saved", "code"), [(None, "E306"), ("#N/A", "E307"), ("#DIV/0!", "E307"), ("#REF!", "E307")])
def test_a_formula_without_a_saved_value_and_an_error_value_are_never_guessed(saved: Any, code: str, tmp_path: Path) -> None:
    result = with_cells(dict.fromkeys(OF_EVERY_KIND, Formula(saved)), tmp_path)
    assert seen(result) == [f"error {code} {sheet}!{cell}" for sheet, cell in OF_EVERY_KIND]


def test_a_declaration_that_is_an_error_value_blocks_at_its_cell(tmp_path: Path) -> None:
    result = with_cell(FINANCE, NONE, Formula("#N/A"), tmp_path)
    assert errors(result) in ([f"error E307 {FINANCE}!{NONE}"], [f"error E216 {FINANCE}!{NONE}"])


def test_a_declaration_whose_formula_was_never_calculated_blocks_at_its_cell(tmp_path: Path) -> None:
    assert errors(with_cell(FINANCE, NONE, Formula(None), tmp_path)) == [f"error E306 {FINANCE}!{NONE}"]


@pytest.mark.parametrize("text", ["#N/A", "#DIV/0!"])
def test_an_error_value_that_is_no_formula_is_an_error_too(text: str, tmp_path: Path) -> None:
    path = sound().save(tmp_path / "q2.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook[COMMERCE]["D17"] = text
    assert workbook[COMMERCE]["D17"].data_type == "e"
    workbook.save(path)
    assert seen(appraise([path], BOOK)) == ["error E307 市商务局!D17"]


@pytest.mark.parametrize("cell", ["F17", "C17", "H17"])
def test_a_formula_whose_saved_value_is_the_empty_text_is_a_blank_cell(cell: str, tmp_path: Path) -> None:
    # =IF(X="","",X): the office program saved a value, and it shows nothing.
    result = with_cell(COMMERCE, cell, Formula(EMPTY, '=IF(Z1="","",Z1)'), tmp_path)
    assert seen(result) == (["warning W501 市商务局!F17"] if cell == "F17" else [])


def test_rows_of_formulas_that_show_nothing_are_blank_rows(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    for row in range(19, 30):
        quarter[COMMERCE].put(row, [Formula(EMPTY, '=IF(Z1="","",Z1)')] * 8)
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_a_formula_whose_saved_value_is_zero_is_worth_a_look(tmp_path: Path) -> None:
    result = with_cell(TAX, "B9", Formula(0), tmp_path)
    assert seen(result) == ["warning W511 市税务局!B9"]


# ---------------------------------------------------------------- merged chain cells and rows of sums


def test_a_merged_chain_cell_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    quarter = sound()
    ledger = quarter[FINANCE]
    ledger.put(17, ("新能源新材料", "样例股份一", "辅导报备", day(6, 1)))
    ledger.put(18, (None, "样例股份二", "股改挂牌", day(6, 2)))
    ledger.put(20, (None, "样例股份三", "股改挂牌", day(6, 3)))
    ledger.merges.append((17, 1, 20, 1))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["materials"]["2.3"] == "2.00"  # 1 + 0.5 + 0.5
    assert [cells["企业名称"] for cells in evidence_cells(result, "2.3", "materials")] == ["B17", "B18", "B20"]


def test_a_blank_chain_cell_that_is_not_merged_is_no_chain(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(18, (None, "样例股份二", "股改挂牌", day(6, 2)))
    assert seen(appraised(quarter, tmp_path)) == ["error E301 市金融办!A18"]


def test_a_misspelt_chain_in_a_merged_cell_is_one_error_at_its_first_cell(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(17, ("电子信吸", "样例股份一", "辅导报备", day(6, 1)))
    quarter[FINANCE].put(18, (None, "样例股份二", "股改挂牌", day(6, 2)))
    quarter[FINANCE].merges.append((17, 1, 18, 1))
    assert seen(appraised(quarter, tmp_path)) == ["error E302 市金融办!A17"]


def test_a_row_of_sums_is_no_event(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    for row, word in enumerate(["合计", "小计", "合 计", "合计：", "总计", "\u3000小计"], 19):
        quarter[COMMERCE].put(row, (word, None, None, 3.7))
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"notice N606 市商务局!A{row}" for row in range(19, 25)]
    assert scores(result) == sound_scores


def test_sums_by_chain_between_the_events_are_no_events(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    quarter[COMMERCE].insert_rows(18)
    quarter[COMMERCE].put(18, ("电子信息", "小计", None, 2.5))
    quarter[COMMERCE].put(20, ("绿色食品商贸小计", None, None, 1.2))
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N606 市商务局!B18", "notice N606 市商务局!A20"]
    assert scores(result) == sound_scores


def test_a_row_of_sums_below_the_chain_table_is_no_chain(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    quarter[STATISTICS].put(14, ("合计", 810, 600))
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N606 市统计局!A14"]
    assert scores(result) == sound_scores


def test_a_row_of_sums_whose_formula_was_never_calculated_is_passed_over(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].put(19, ("合计", None, None, Formula(None, "=SUM(D17:D18)")))
    assert seen(appraised(quarter, tmp_path)) == ["notice N606 市商务局!A19"]


def test_a_row_of_sums_alone_is_an_empty_ledger(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].clear_ledger()
    quarter[COMMERCE].put(17, ("合计", None, None, 0))
    quarter[COMMERCE][NONE] = "是"
    assert seen(appraised(quarter, tmp_path)) == ["notice N606 市商务局!A17"]


@pytest.mark.parametrize("words", ["全市合计", "六条产业链合计", "合计（万元）", "本页小计"])
def test_a_row_of_sums_may_say_of_what(words: str, tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    quarter[STATISTICS].put(14, (words, 810, 600))
    quarter[COMMERCE].put(19, (words, None, None, 3.7))
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_a_row_of_sums_may_be_marked_in_an_inserted_column(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    quarter[COMMERCE].insert_columns(1)
    quarter[COMMERCE].put(16, ("序号",))
    quarter[COMMERCE].put(17, (1,))
    quarter[COMMERCE].put(18, (2,))
    quarter[COMMERCE].put(19, ("合计",))
    quarter[COMMERCE]["E19"] = 3.7
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_an_enterprise_whose_name_ends_like_a_sum_is_an_event(tmp_path: Path) -> None:
    result = with_cell(FINANCE, "B17", "样例共计股份公司小计", tmp_path)
    assert seen(result) == []
    assert scores(result)["materials"]["2.3"] == "1.00"


# ---------------------------------------------------------------- the cutoff and the period on the cover


@pytest.mark.parametrize("value", ["2023Q2", "2023q2", "q2-2023", "2023-Q2", "2023年第二季度", "2023年第2季度", "２０２３Ｑ２"])
def test_the_period_on_the_cover_is_read_in_its_forms(
    value: str, tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    result = with_cell(COVER, "B3", value, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


@pytest.mark.parametrize("value", [None, " ", "2023H1", "2023Q5", "上半年", 20232, day(6, 30), Formula(None)])
def test_a_period_that_cannot_be_told_blocks_at_its_cell_and_nothing_else_is_lost(value: Any, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COVER]["B3"] = value
    quarter[COMMERCE]["D17"] = "约3亿"
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["error E213 填报说明!B3", "error E304 市商务局!D17"]
    assert result.scorecard is None


@pytest.mark.parametrize(
    ("cutoff", "points"), [(None, "0.00"), (day(7, 3), "0.00"), (day(7, 4), "3.00"), ("2023年7月4日", "3.00")]
)
def test_a_project_filed_after_the_period_counts_from_the_cutoff_that_covers_it(
    cutoff: Any, points: str, tmp_path: Path
) -> None:
    quarter = sound(cutoff=cutoff)
    quarter[COMMERCE]["F18"] = day(7, 4)
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert ("warning W510 市商务局!F18" in seen(result)) == (points == "0.00")
    assert scores(result)["food"]["1.3.2"] == points  # 1.2亿元 → 2, 三类500强 + 1


def test_a_cutoff_after_the_period_lets_no_later_event_in(tmp_path: Path) -> None:
    quarter = sound(cutoff=day(7, 15))
    quarter[FINANCE]["D17"] = day(7, 1)
    assert seen(appraised(quarter, tmp_path)) == ["error E310 市金融办!D17"]


@pytest.mark.parametrize("cutoff", [day(6, 30, 2022), day(3, 31), day(4, 1, 2024)])
def test_a_cutoff_before_the_quarter_or_long_after_it_blocks_at_its_cell(cutoff: datetime.date, tmp_path: Path) -> None:
    result = appraised(sound(cutoff=cutoff), tmp_path)
    assert "error E215 填报说明!B4" in errors(result)


def test_a_cutoff_in_error_does_not_make_errors_of_sound_events(tmp_path: Path) -> None:
    assert seen(appraised(sound(cutoff=day(6, 30, 2022)), tmp_path)) == ["error E215 填报说明!B4"]


@pytest.mark.parametrize(("cutoff", "code"), [("六月底", "E309"), (Formula(None), "E306"), (Formula("#N/A"), "E307")])
def test_a_cutoff_that_cannot_be_told_blocks_at_its_cell(cutoff: Any, code: str, tmp_path: Path) -> None:
    assert seen(appraised(sound(cutoff=cutoff), tmp_path)) == [f"error {code} 填报说明!B4"]
