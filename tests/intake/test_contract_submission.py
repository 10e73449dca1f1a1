"""The workbook contract on what is required: signatures, empty ledgers, required and optional cells, what is out of place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.workbooks import (
    CHAINS,
    COMMERCE,
    COVER,
    EVENTS,
    FINANCE,
    IDS,
    LEDGERS,
    NONE,
    OFFICE,
    PERSON,
    REFORM,
    SHEETS,
    SIGNED,
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

# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize("cell", [PERSON, SIGNED])
def test_a_sheet_without_who_or_when_is_not_submitted(cell: str, tmp_path: Path) -> None:
    quarter = sound()
    for sheet in SHEETS:
        quarter[sheet][cell] = None
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"error E207 {sheet}!{cell}" for sheet in SHEETS]
    assert result.scorecard is None


def test_a_draft_shows_the_leaves_of_an_unsigned_sheet_as_pending_and_never_as_zero(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE][PERSON] = None
    quarter[TAX][SIGNED] = " "
    result = appraised(quarter, tmp_path, draft=True)
    assert result.scorecard is not None
    for chain in result.scorecard.chains:
        assert set(chain.pending) == {"1.2.1", "1.2.2", "2.3"}


def test_neither_telephone_nor_unit_nor_remarks_are_required(tmp_path: Path) -> None:
    quarter = sound()
    for sheet in SHEETS:
        quarter[sheet]["F3"] = None
        quarter[sheet]["B3"] = None
    assert seen(appraised(quarter, tmp_path)) == []


def test_a_missing_signature_label_is_a_finding_for_the_sheet(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["C3"] = "填表"
    assert errors(appraised(quarter, tmp_path)) == ["error E205 市金融办"]


def test_a_sheet_that_nobody_has_filled_in_is_one_finding(tmp_path: Path) -> None:
    quarter = sound()
    for sheet in SHEETS:
        quarter[sheet][PERSON] = quarter[sheet][SIGNED] = None
        quarter[sheet][NONE] = None
        quarter[sheet].cells.pop((5, 2), None)
        quarter[sheet].clear_ledger()
        if sheet in (STATISTICS, TAX, OFFICE):
            for row in range(8, 14):
                quarter[sheet].put(row, (CHAINS[row - 8], *[None] * 10))
    assert seen(appraised(quarter, tmp_path)) == [f"error E206 {sheet}!{PERSON}" for sheet in SHEETS]


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_missing_sheet_is_one_finding_without_a_cell(sheet: str, tmp_path: Path) -> None:
    result = appraised(sound().without(sheet), tmp_path)
    # Without 市统计局 the certified output is missing too.
    assert [line for line in seen(result) if not line.startswith(("error E403", "warning W504"))] == [f"error E201 {sheet}"]
    assert result.findings[0].cell is None


# ---------------------------------------------------------------- empty ledgers


def test_an_empty_ledger_must_say_that_there_was_nothing(tmp_path: Path) -> None:
    quarter = sound()
    for sheet in (COMMERCE, REFORM, FINANCE, EVENTS, OFFICE):
        quarter[sheet].clear_ledger()
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"error E208 {sheet}!{NONE}" for sheet in (COMMERCE, REFORM, FINANCE, EVENTS, OFFICE)]


def test_an_empty_ledger_that_says_so_is_sound_and_earns_nothing(tmp_path: Path) -> None:
    quarter = sound()
    for sheet in LEDGERS:
        quarter[sheet].clear_ledger()
        quarter[sheet][NONE] = "是"
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    zero = {"1.3.1", "1.3.2", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "4.3"}
    assert all(chain[leaf] == "0.00" for chain in scores(result).values() for leaf in zero)


def test_a_sheet_that_declares_no_events_must_have_an_empty_ledger(tmp_path: Path) -> None:
    quarter = sound()
    for sheet in LEDGERS:
        quarter[sheet][NONE] = "是"
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"error E209 {sheet}!{NONE}" for sheet in SHEETS if sheet in LEDGERS]


@pytest.mark.parametrize("value", ["无", "√", "有", True, 1])
def test_the_declaration_takes_yes_or_nothing(value: Any, tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE][NONE] = value
    assert seen(appraised(quarter, tmp_path)) == [f"error E216 {FINANCE}!{NONE}"]


def test_a_blank_of_spaces_is_no_declaration(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE][NONE] = " \u3000"
    assert seen(appraised(quarter, tmp_path)) == []


# ---------------------------------------------------------------- the chain tables


@pytest.mark.parametrize("sheet", [STATISTICS, TAX])
def test_every_figure_of_every_chain_and_the_citywide_total_are_required(sheet: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[sheet][TOTAL] = None
    for cell in ("B9", "C9", "C12"):
        quarter[sheet][cell] = None
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"error E301 {sheet}!{cell}" for cell in (TOTAL, "B9", "C9", "C12")]
    assert [f.chain for f in result.findings] == [None, "electrical", "electrical", "materials"]


def test_every_cell_of_the_basic_work_is_required_but_the_remark(tmp_path: Path) -> None:
    quarter = sound()
    for column in "BCDEFGHIJ":
        quarter[OFFICE][f"{column}11"] = None
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"error E301 {OFFICE}!{column}11" for column in "BCDEFGHIJ"]
    assert {f.chain for f in result.findings} == {"culture"}


def test_missing_is_never_zero_in_a_draft(tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE]["I11"] = None
    quarter[TAX]["B11"] = None
    result = appraised(quarter, tmp_path, draft=True)
    assert result.scorecard is not None
    culture = next(card for card in result.scorecard.chains if card.chain == "culture")
    assert set(culture.pending) == {"1.2.1", "1.2.2", "4.2"}
    assert all(culture.leaves[leaf].score is None for leaf in culture.pending)


def test_a_chain_without_a_row_is_an_error_for_the_sheet(tmp_path: Path) -> None:
    quarter = sound()
    for sheet in (STATISTICS, TAX, OFFICE):
        quarter[sheet].clear(11)
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"error E211 {sheet}" for sheet in (STATISTICS, TAX, OFFICE)]
    assert {f.chain for f in result.findings} == {"culture"}


def test_a_chain_twice_in_the_table_is_an_error_at_the_second(tmp_path: Path) -> None:
    quarter = sound()
    quarter[TAX].put(14, ("文体旅游休闲", 12, 10))
    assert seen(appraised(quarter, tmp_path)) == ["error E212 市税务局!A14"]


@pytest.mark.parametrize("sheet", [STATISTICS, TAX, OFFICE])
def test_the_chains_may_stand_in_any_order(sheet: str, tmp_path: Path) -> None:
    quarter, other = sound(), sound()
    for row in range(8, 14):
        other[sheet].put(21 - row, quarter[sheet].row(row))
    result = appraised(other, tmp_path)
    assert seen(result) == []
    assert scores(result) == scores(appraised(quarter, tmp_path))


# ---------------------------------------------------------------- required and optional cells of the ledgers

REQUIRED = {
    STATISTICS: ("A17", "B17", "C17", "E17"),
    COMMERCE: ("A17", "B17", "D17", "E17", "G17"),
    REFORM: ("A17", "B17", "C17", "D17", "E17", "F17"),
    TECHNOLOGY: ("A18", "B18", "D18", "F18"),
    FINANCE: ("A17", "B17", "C17", "D17"),
    EVENTS: ("A17", "B17", "C17", "D17"),
    OFFICE: ("A17", "B17", "C17", "D17", "E17"),
}


@pytest.mark.parametrize("number", range(6))
def test_each_required_cell_of_a_ledger_row_is_missed_at_its_place(number: int, tmp_path: Path) -> None:
    quarter, expected = sound(), []
    for sheet in SHEETS:
        if number < len(REQUIRED.get(sheet, ())):
            cell = REQUIRED[sheet][number]
            quarter[sheet][cell] = None
            expected.append(f"error E301 {sheet}!{cell}")
    assert errors(appraised(quarter, tmp_path)) == expected


@pytest.mark.parametrize(("sheet", "cell"), [(REFORM, "G17"), (EVENTS, "E18"), (EVENTS, "E17"), (COMMERCE, "G18")])
def test_every_yes_or_no_is_required(sheet: str, cell: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[sheet][cell] = None
    assert errors(appraised(quarter, tmp_path)) == [f"error E301 {sheet}!{cell}"]


def test_the_cells_that_are_optional_may_be_blank(tmp_path: Path) -> None:
    quarter = sound()
    before = scores(appraised(quarter, tmp_path))
    for sheet, cells in {COMMERCE: ("C17", "C18"), TECHNOLOGY: ("C18", "G17", "G18", "E17"), EVENTS: ("F17",)}.items():
        for cell in cells:
            quarter[sheet][cell] = None
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == before


def test_the_optional_columns_may_be_left_out_altogether(tmp_path: Path) -> None:
    quarter = sound()
    before = scores(appraised(quarter, tmp_path))
    for sheet, columns in {COMMERCE: "CH", TECHNOLOGY: "CGH", EVENTS: "FG", OFFICE: "F", FINANCE: "E", REFORM: "I"}.items():
        for column in columns:
            for row in range(16, 19):
                quarter[sheet][f"{column}{row}"] = None
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == before


def test_a_blank_filing_date_means_that_the_project_was_not_filed(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["F17"] = None
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["warning W501 市商务局!F17"]
    assert (scores(result)["electronics"]["1.3.1"], scores(result)["electronics"]["1.3.2"]) == ("0.00", "0.00")


def test_a_filing_date_after_the_period_is_a_warning_and_earns_nothing(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["F17"] = day(7, 1)
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["warning W510 市商务局!F17"]
    assert (scores(result)["electronics"]["1.3.1"], scores(result)["electronics"]["1.3.2"]) == ("0.00", "0.00")


def test_a_filing_on_the_last_day_of_the_period_counts(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["E17"], quarter[COMMERCE]["F17"] = day(6, 1), day(6, 30)
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["electronics"]["1.3.1"] == "5.00"


@pytest.mark.parametrize("filed", [day(1, 31), "2023-1-31", day(12, 1, 2022)])
def test_a_filing_before_the_signing_blocks_at_its_cell(filed: Any, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["F17"] = filed
    assert errors(appraised(quarter, tmp_path)) == ["error E311 市商务局!F17"]


def test_a_filing_on_the_day_of_signing_is_sound(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["F17"] = day(2, 1)
    assert seen(appraised(quarter, tmp_path)) == []


def test_a_project_signed_in_the_year_before_and_filed_in_this_one_counts_with_a_notice(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["E17"], quarter[COMMERCE]["F17"] = day(12, 28, 2022), day(1, 10)
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N630 市商务局!E17"]
    assert (scores(result)["electronics"]["1.3.1"], scores(result)["electronics"]["1.3.2"]) == ("5.00", "6.00")  # 2.5 亿元


@pytest.mark.parametrize(
    ("signed", "filed"),
    [
        (day(12, 28, 2022), None),  # not filed at all
        (day(12, 28, 2022), day(12, 30, 2022)),  # filed in that year
        (day(12, 28, 2022), day(7, 1)),  # filed after the period
        (day(12, 31, 2021), day(1, 10)),  # two years before
    ],
)
def test_a_signing_before_the_year_blocks_where_the_filing_does_not_lie_in_the_year_to_date(
    signed: Any, filed: Any, tmp_path: Path
) -> None:
    quarter = sound()
    quarter[COMMERCE]["E17"], quarter[COMMERCE]["F17"] = signed, filed
    assert errors(appraised(quarter, tmp_path)) == ["error E310 市商务局!E17"]


def test_the_first_day_of_the_year_before_is_the_earliest_signing(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["E17"] = day(1, 1, 2022)
    assert seen(appraised(quarter, tmp_path)) == ["notice N630 市商务局!E17", "notice N631 市商务局!F17"]


def test_only_the_signing_of_a_project_may_lie_in_the_year_before(tmp_path: Path) -> None:
    quarter = sound()
    quarter[REFORM]["H18"] = day(12, 28, 2022)
    assert errors(appraised(quarter, tmp_path)) == ["error E310 市发改局!H18"]


@pytest.mark.parametrize(("filed", "said"), [(day(3, 31), []), (day(4, 1), ["notice N631 市商务局!F17"])])
def test_a_filing_is_late_after_the_month_that_follows_the_signing_and_counts_all_the_same(
    filed: Any, said: list[str], tmp_path: Path
) -> None:
    quarter = sound()  # signed on 1 February
    quarter[COMMERCE]["F17"] = filed
    result = appraised(quarter, tmp_path)
    assert seen(result) == said
    assert scores(result)["electronics"]["1.3.1"] == "5.00"
    assert all("2023-03-31" in finding.message("zh") for finding in result.findings)


@pytest.mark.parametrize(("filed", "late"), [(day(1, 31), []), (day(2, 1), ["notice N631 市商务局!F17"])])
def test_the_month_after_december_is_january_of_the_next_year(filed: Any, late: list[str], tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["E17"], quarter[COMMERCE]["F17"] = day(12, 28, 2022), filed
    assert seen(appraised(quarter, tmp_path)) == ["notice N630 市商务局!E17", *late]


# ---------------------------------------------------------------- what the method names and bounds


@pytest.mark.parametrize(("times", "said", "score"), [(6, [], "0.00"), (7, ["warning W522 产业链办公室和落地办!I8"], "0.00")])
def test_more_late_reports_than_months_gone_by_are_a_warning(times: int, said: list[str], score: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE]["I8"] = times
    result = appraised(quarter, tmp_path)
    assert seen(result) == said
    assert scores(result)["building"]["4.2"] == score  # 3 − 6 × 0.5 = 0, and not below
    quarter[COVER]["B3"] = "2023Q4"
    assert seen(appraised(quarter, tmp_path)) == []


def test_tasks_not_done_in_time_may_be_more_than_months(tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE]["J8"] = 9
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result)["building"]["4.2"] == "1.20"  # 3 − 9 × 0.2


@pytest.mark.parametrize("medium", ["湖南日报", "湖南电视台", "湖南 日报"])
def test_a_provincial_medium_that_the_method_names_is_read_as_it_stands(medium: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE]["C17"] = medium
    assert seen(appraised(quarter, tmp_path)) == []


def test_another_provincial_medium_draws_a_notice_and_counts(tmp_path: Path) -> None:
    quarter = sound()
    quarter[OFFICE]["C17"] = "样例晨报"
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N632 产业链办公室和落地办!C17"]
    assert "湖南日报、湖南电视台" in result.findings[0].message("zh")
    assert scores(result)["culture"]["4.3"] == "2.00"
    quarter[OFFICE]["B17"] = "湘潭市级媒体"
    assert seen(appraised(quarter, tmp_path)) == []


# ---------------------------------------------------------------- needed in some rows, out of place in others


def test_the_plan_and_its_completion_are_needed_unless_the_project_is_commissioned(tmp_path: Path) -> None:
    quarter = sound()
    quarter[REFORM].put(17, ("电子信息", "样例建设项目一", "新建", 5000, None, None, "否", None))
    quarter[REFORM].put(18, ("电力电工", "样例建设项目二", "续建", 8000, None, None, "是", day(5, 1)))
    assert seen(appraised(quarter, tmp_path)) == ["error E301 市发改局!E17", "error E301 市发改局!F17"]


def test_the_day_of_commissioning_is_needed_when_the_project_is_commissioned(tmp_path: Path) -> None:
    quarter = sound()
    quarter[REFORM]["H18"] = None
    assert seen(appraised(quarter, tmp_path)) == ["error E301 市发改局!H18"]


def test_a_plan_of_zero_cannot_be_measured_against(tmp_path: Path) -> None:
    quarter = sound()
    quarter[REFORM]["E17"] = 0
    assert seen(appraised(quarter, tmp_path)) == ["error E313 市发改局!E17"]


def test_the_certified_output_is_needed(tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS]["D18"] = None
    quarter[TECHNOLOGY]["E17"] = 8.5
    assert errors(appraised(quarter, tmp_path)) == ["error E301 市统计局!D18"]


@pytest.mark.parametrize("value", [3.5, 0])
def test_an_output_is_out_of_place_for_anything_but_a_leading_enterprise(value: float, tmp_path: Path) -> None:
    quarter = sound()
    quarter[STATISTICS]["D17"] = value
    quarter[TECHNOLOGY]["E18"] = value
    assert errors(appraised(quarter, tmp_path)) == ["error E315 市统计局!D17", "error E315 市科技工信局!E18"]


PROGRESS = ("招商推介会", "外出招商", "产销对接会", "融资对接会", "政产学研活动")
NO_PROGRESS = ("配套协作活动", "设立或引进产业链扶持基金", "企业获得基金投资")


def test_substantial_progress_is_out_of_place_on_three_kinds_of_activity_and_on_no_other(tmp_path: Path) -> None:
    quarter = sound()
    for row, kind in enumerate([*PROGRESS, *NO_PROGRESS], 17):
        quarter[EVENTS].put(row, ("电子信息", kind, f"样例活动{row}", day(3, 1), "是", "样例合同"))
    assert seen(appraised(quarter, tmp_path)) == [f"error E315 落地办!E{row}" for row in (22, 23, 24)]


def test_those_activities_without_progress_are_sound(tmp_path: Path) -> None:
    quarter = sound()
    for row, kind in enumerate([*PROGRESS, *NO_PROGRESS], 17):
        quarter[EVENTS].put(row, ("电子信息", kind, f"样例活动{row}", day(3, 1), "否", None))
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    found = scores(result)["electronics"]
    # 1 + 0.7; 0.7 + 0.3; 0.7 + 2 + 0.3 capped at 2; 0.7
    assert [found[leaf] for leaf in ("3.1", "3.2", "3.3", "3.4")] == ["1.70", "1.00", "2.00", "0.70"]


# ---------------------------------------------------------------- all findings in one pass


def broken() -> Quarter:
    quarter = sound()
    quarter[OFFICE]["I9"] = 1.5
    quarter[FINANCE]["A17"] = "新能源新林料"
    quarter[FINANCE]["D17"] = day(7, 1)
    quarter[COMMERCE]["D18"] = "约3亿"
    quarter[COMMERCE]["D17"] = -1
    quarter[COMMERCE]["B17"] = None
    quarter[TAX][PERSON] = None
    quarter[STATISTICS]["C9"] = 0
    quarter[STATISTICS]["B12"] = None
    quarter[COVER]["B4"] = "六月底"
    return quarter


def test_all_findings_come_in_one_pass_by_sheet_row_and_column(tmp_path: Path) -> None:
    result = appraised(broken(), tmp_path)
    assert seen(result) == [
        "error E309 填报说明!B4",
        "error E313 市统计局!C9",
        "error E301 市统计局!B12",
        "error E207 市税务局!D3",
        "error E301 市商务局!B17",
        "error E305 市商务局!D17",
        "error E304 市商务局!D18",
        "error E302 市金融办!A17",
        "error E310 市金融办!D17",
        "error E312 产业链办公室和落地办!I9",
    ]
    assert result.scorecard is None


def test_columns_beyond_z_come_after_z(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].insert_columns(6, 22)  # E stays E, F becomes AB
    quarter[COMMERCE]["AB17"] = "三月"
    quarter[COMMERCE]["E17"] = "二月"
    assert errors(appraised(quarter, tmp_path)) == ["error E309 市商务局!E17", "error E309 市商务局!AB17"]


def test_every_finding_names_file_sheet_cell_and_chain_and_says_how_to_mend_it(tmp_path: Path) -> None:
    result = appraised(broken(), tmp_path)
    for finding in result.findings:
        assert finding.file == "q2.xlsx"
        for language in ("zh", "en"):
            assert finding.message(language)
            assert finding.hint(language)
            assert "{" not in finding.message(language) + finding.hint(language)
    chains = [(f.code, f.chain) for f in result.findings if f.chain is not None]
    assert chains == [
        ("E313", "electrical"), ("E301", "materials"), ("E301", "electronics"), ("E305", "electronics"), ("E304", "food"), ("E312", "electrical"),
    ]  # fmt: skip
    assert set(dict(chains).values()) <= set(IDS)


def test_what_a_department_typed_is_shown_in_one_short_line(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D17"] = "约3亿\n\u202e" + "很" * 1000
    message = appraised(quarter, tmp_path).findings[0].message("zh")
    assert message.isprintable()
    assert len(message) < 200
