"""What stands across rows and sheets: repeats, platforms at two levels, certified outputs, amounts out of proportion."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chainscore.scoring.checks import outlying_amounts
from tests.support.workbooks import (
    COMMERCE,
    EVENTS,
    FINANCE,
    OFFICE,
    REFORM,
    SHEETS,
    STATISTICS,
    TAX,
    TECHNOLOGY,
    TOTAL,
    Quarter,
    appraised,
    day,
    errors,
    scores,
    seen,
    sound,
)

NAME_CELL = {STATISTICS: "B", COMMERCE: "B", REFORM: "B", TECHNOLOGY: "B", FINANCE: "B", EVENTS: "C", OFFICE: "D"}


def repeated(chain: str | None = None, **changes: Any) -> Quarter:
    """The sound quarter with the first event of each ledger entered once more in row 20, with changes by column letter."""
    quarter = sound()
    for sheet in NAME_CELL:
        row = quarter[sheet].row(17)
        quarter[sheet].put(20, [chain or row[0], *row[1:]])
        for column, value in changes.items():
            quarter[sheet][f"{column}20"] = value
    return quarter


# ---------------------------------------------------------------- repeats


def test_the_same_event_twice_for_one_chain_is_an_error_at_the_second_name(tmp_path: Path) -> None:
    result = appraised(repeated(), tmp_path)
    assert errors(result) == [f"error E401 {sheet}!{NAME_CELL[sheet]}20" for sheet in SHEETS if sheet in NAME_CELL]
    first = {f.sheet: f.message("en") for f in result.findings if f.severity == "error"}
    assert all(f"{sheet}!{letter}17" in first[sheet] for sheet, letter in NAME_CELL.items())


@pytest.mark.parametrize("name", ["样例 股份公司", "样例股份公司\u3000", "样例\u00a0股份公司"])
def test_names_are_compared_folded(name: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(18, ("新能源新材料", name, "辅导报备", day(6, 2)))
    assert seen(appraised(quarter, tmp_path)) == ["error E401 市金融办!B18"]


def test_names_with_other_brackets_and_width_are_the_same(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["B17"] = "样例（湘乡）ABC股份公司"
    quarter[FINANCE].put(18, ("新能源新材料", "样例(湘乡)ａｂｃ股份公司", "辅导报备", day(6, 2)))
    assert seen(appraised(quarter, tmp_path)) == ["error E401 市金融办!B18"]


def test_one_name_in_two_categories_is_two_events(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(18, ("新能源新材料", "样例股份公司", "上市", day(6, 20)))
    quarter[EVENTS].put(19, ("电子信息", "外出招商", "样例活动一", day(3, 10), "否"))
    quarter[OFFICE].put(18, ("文体旅游", "湘潭市级媒体", "样例媒体乙", "样例报道", day(5, 6)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    found = scores(result)
    assert found["materials"]["2.3"] == "4.00"  # 1 + 3
    assert found["electronics"]["3.1"] == "2.20"  # 1.5 + 0.7
    assert found["culture"]["4.3"] == "3.00"  # 2 + 1


def test_a_headline_in_two_media_or_on_two_days_is_two_reports(tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE].put(17, ("文体旅游", "湘潭市级媒体", "湘潭日报", "样例报道", day(5, 5)))
    quarter[OFFICE].put(18, ("文体旅游", "湘潭市级媒体", "湘潭电视台", "样例报道", day(5, 5)))
    quarter[OFFICE].put(19, ("文体旅游", "湘潭市级媒体", "湘潭日报", "样例报道", day(5, 6)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["culture"]["4.3"] == "3.00"  # 1 + 1 + 1


def test_a_report_in_one_medium_on_one_day_is_one_however_the_medium_is_spelt(tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE].put(18, ("文体旅游", "省级媒体", "湖南 日报", "样例报道", day(5, 5)))
    assert seen(appraised(quarter, tmp_path)) == ["error E401 产业链办公室和落地办!D18"]


def test_two_trips_of_one_name_on_two_days_are_two_activities_and_on_one_day_one(tmp_path: Path) -> None:
    quarter = sound()
    for row, when in ((17, day(3, 10)), (18, day(4, 2)), (19, day(5, 3))):
        quarter[EVENTS].put(row, ("电子信息", "外出招商", "赴粤招商", when, "否"))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["electronics"]["3.1"] == "2.10"  # 0.7 + 0.7 + 0.7
    quarter[EVENTS]["D19"] = day(3, 10)
    again = appraised(quarter, tmp_path)
    assert seen(again) == ["error E401 落地办!C19"]
    assert "落地办!C17" in again.findings[0].message("en")


def test_an_activity_without_its_day_is_not_said_to_be_another_one_again(tmp_path: Path) -> None:
    quarter = sound()
    for row in (17, 18):
        quarter[EVENTS].put(row, ("电子信息", "外出招商", "赴粤招商", None, "否"))
    assert seen(appraised(quarter, tmp_path)) == ["error E301 落地办!D17", "error E301 落地办!D18"]


ONE_CHAIN = (STATISTICS, COMMERCE, REFORM, TECHNOLOGY, FINANCE)


def test_an_enterprise_or_project_under_two_chains_is_an_error_and_an_activity_or_a_report_is_none(tmp_path: Path) -> None:
    result = appraised(repeated("绿色食品商贸"), tmp_path)
    assert errors(result) == [f"error E402 {sheet}!B20" for sheet in SHEETS if sheet in ONE_CHAIN]
    assert {f.chain for f in result.findings if f.code == "E402"} == {"food"}


def test_a_platform_under_two_chains_is_an_error(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TECHNOLOGY].put(19, ("电子信息", "样例平台", None, "省级平台", None, day(3, 2)))
    assert seen(appraised(quarter, tmp_path)) == ["error E402 市科技工信局!B19"]


def test_an_enterprise_in_different_categories_may_stand_under_two_chains(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(18, ("电子信息", "样例股份公司", "股改挂牌", day(3, 2)))
    assert errors(appraised(quarter, tmp_path)) == []


# ---------------------------------------------------------------- platforms


@pytest.mark.parametrize(
    ("level", "points", "cell"),
    [("国家级平台", "5.00", "B18"), ("湘潭市级平台", "3.00", "B19")],
)
def test_a_platform_at_two_levels_counts_once_at_the_higher_with_a_notice(
    level: str, points: str, cell: str, tmp_path: Path
) -> None:
    quarter = sound()
    quarter[TECHNOLOGY].put(19, ("绿色建材", "样例 平台", None, level, None, day(6, 2)))
    result = appraised(quarter, tmp_path)
    # The notice stands at the row that earns nothing: 省级平台 in row 18 where the new one is higher, else the new one.
    assert seen(result) == [f"notice N616 市科技工信局!{cell}"]
    assert scores(result)["building"]["2.5"] == points


def test_a_platform_twice_at_one_level_is_an_error(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TECHNOLOGY].put(19, ("绿色建材", "样例平台", None, "省级平台", None, day(6, 2)))
    assert errors(appraised(quarter, tmp_path)) == ["error E401 市科技工信局!B19"]


# ---------------------------------------------------------------- leading enterprises


def test_a_certified_output_without_its_leading_enterprise_is_a_warning(tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS].put(19, ("文体旅游", "样例文旅公司", "龙头企业产值核定", 9, day(5, 1)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["warning W504 市统计局!B19"]
    assert scores(result)["culture"]["2.4"] == "0.00"


def test_a_leading_enterprise_that_nobody_certified_is_scored_on_its_own_figure_with_a_warning(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TECHNOLOGY].put(19, ("文体旅游", "样例文旅公司", None, "龙头企业", 5, day(5, 1)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["warning W505 市科技工信局!E19"]
    assert scores(result)["culture"]["2.4"] == "2.00"


def test_a_leading_enterprise_without_any_output_blocks_at_its_output(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TECHNOLOGY].put(19, ("文体旅游", "样例文旅公司", None, "龙头企业", None, day(5, 1)))
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["error E403 市科技工信局!E19"]
    assert result.findings[0].chain == "culture"
    draft = appraised(quarter, tmp_path, draft=True)
    assert scores(draft)["culture"]["2.4"] == "None"


def test_the_certified_output_is_the_one_that_counts(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TECHNOLOGY]["E17"] = 12
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["electronics"]["2.4"] == "3.00"  # certified: 8.5


def test_the_certified_output_is_joined_on_the_folded_name(tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS]["B18"] = "样例　龙头 公司"
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["electronics"]["2.4"] == "3.00"


def test_a_certified_output_under_another_chain_is_not_joined(tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS]["A18"] = "文体旅游"
    assert seen(appraised(quarter, tmp_path)) == ["warning W504 市统计局!B18", "error E403 市科技工信局!E17"]


def test_a_leading_enterprise_below_the_lowest_tier_is_a_warning(tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS]["D18"] = 2.99
    result = appraised(quarter, tmp_path)
    assert [f.severity + f.code for f in result.findings] == ["warningW507"]
    assert scores(result)["electronics"]["2.4"] == "0.00"


# ---------------------------------------------------------------- amounts out of proportion


@pytest.mark.parametrize(("amount", "warned"), [(120, True), (119.99, False)])
def test_an_amount_a_hundred_times_its_neighbours_is_a_warning_at_its_cell(amount: float, warned: bool, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D17"] = 1.2
    quarter[COMMERCE].put(19, ("文体旅游", "样例招商项目三", None, amount, day(2, 1), day(3, 1), "否"))
    result = appraised(quarter, tmp_path)
    assert seen(result) == (["warning W502 市商务局!D19"] if warned else [])
    assert scores(result)["culture"]["1.3.2"] == "6.00"  # scored all the same


def test_a_chains_figure_in_the_wrong_unit_is_a_warning(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TAX]["B9"] = 120000
    quarter[TAX][TOTAL] = 1000000
    assert seen(appraised(quarter, tmp_path)) == ["warning W502 市税务局!B9"]


def test_zeroes_are_no_neighbours(tmp_path: Path) -> None:
    quarter = sound()
    for row in range(9, 14):
        quarter[STATISTICS][f"B{row}"] = 0
    assert seen(appraised(quarter, tmp_path)) == []


@pytest.mark.parametrize(("total", "warned"), [(809.99, True), (810, False)])
@pytest.mark.parametrize(("sheet", "factor"), [(STATISTICS, 1), (TAX, 10)])
def test_chains_that_add_up_to_more_than_the_citywide_total_are_a_warning(
    sheet: str, factor: int, total: float, warned: bool, tmp_path: Path
) -> None:
    # 110 + 120 + … + 160 = 810 of output; 11 + … + 16 = 81 of tax.
    quarter = sound()
    quarter[sheet][TOTAL] = total / factor
    result = appraised(quarter, tmp_path)
    assert seen(result) == ([f"warning W503 {sheet}!{TOTAL}"] if warned else [])
    assert result.scorecard is not None


def test_two_of_four_amounts_in_the_wrong_unit_are_both_warned_of(tmp_path: Path) -> None:
    quarter = sound()
    for row, amount in ((17, 1.2), (18, 1.2), (19, 12000), (20, 12000)):
        quarter[COMMERCE].put(row, ("文体旅游", f"样例招商项目{row}", None, amount, day(2, 1), day(3, 1), "否"))
    # Beside each 12000 stand 1.2, 1.2 and 12000, whose median is 1.2.
    assert seen(appraised(quarter, tmp_path)) == ["warning W502 市商务局!D19", "warning W502 市商务局!D20"]


@given(st.lists(st.decimals(1, 1000, places=2), min_size=1, max_size=9))
@example([Decimal(1), Decimal(1), Decimal(100), Decimal(100)])
@example([Decimal(1), Decimal(100)])
def test_an_outlier_is_what_is_a_hundred_times_the_median_of_the_others(values: list[Decimal]) -> None:
    def others(index: int) -> list[Decimal]:
        return values[:index] + values[index + 1 :]

    expected = {value for index, value in enumerate(values) if others(index) and value >= 100 * median(others(index))}
    assert outlying_amounts(values, Decimal(100)) == expected


# ---------------------------------------------------------------- rows that score nothing by rule


def test_projects_too_small_or_behind_their_plan_are_notices(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D18"] = 0.19
    quarter[REFORM]["D18"] = 1999
    quarter[REFORM]["F17"] = 799
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N614 市商务局!D18", "notice N615 市发改局!F17", "notice N613 市发改局!D18"]
    found = scores(result)
    assert (found["food"]["1.3.2"], found["electronics"]["1.4"], found["electrical"]["1.4"]) == ("0.00", "0.00", "0.00")


def test_a_day_of_commissioning_where_the_project_is_not_commissioned_is_a_warning(tmp_path: Path) -> None:
    quarter = sound()
    quarter[REFORM]["H17"] = day(5, 1)
    assert seen(appraised(quarter, tmp_path)) == ["warning W506 市发改局!H17"]
