"""The workbook contract over several files: sheets copied by hand, a quarter in parts, conflicts between files."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from chainscore.scoring.appraisal import appraise
from tests.support.filling import example, filled
from tests.support.workbooks import (
    BOOK,
    CHAINS,
    COMMERCE,
    COVER,
    EVENTS,
    FINANCE,
    NONE,
    OFFICE,
    SHEETS,
    STATISTICS,
    TAX,
    TOTAL,
    Grid,
    Quarter,
    appraised,
    appraised_files,
    cover,
    day,
    department,
    errors,
    scores,
    seen,
    sound,
)


@pytest.fixture(scope="module")
def sound_scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return scores(appraised(sound(), tmp_path_factory.mktemp("sound")))


@pytest.fixture(scope="module")
def template_filled() -> bytes:
    """The program's own workbook, filled with a worked example by openpyxl."""
    buffer = io.BytesIO()
    filled(example("ordinary-2023Q2")["facts"]).save(buffer)
    return buffer.getvalue()


def test_department_sheets_copied_by_hand_without_cover_and_hidden_sheet_lose_nothing(
    template_filled: bytes, tmp_path: Path
) -> None:
    expected = {chain: values["scores"] for chain, values in example("ordinary-2023Q2")["expected"].items()}
    copied = openpyxl.Workbook()
    copied.remove(copied.active)
    original = openpyxl.load_workbook(io.BytesIO(template_filled))
    for sheet in SHEETS:
        target = copied.create_sheet(sheet)
        for row in original[sheet].iter_rows():
            for cell in row:
                if cell.value is not None:
                    target.cell(cell.row, cell.column, cell.value)
    path = tmp_path / "copied.xlsx"
    copied.save(path)

    result = appraise([path], BOOK)

    assert errors(result) == []
    assert result.scorecard is not None
    for card in result.scorecard.chains:
        assert {leaf: float(score.score or 0) for leaf, score in card.leaves.items()} == expected[card.chain]


def test_the_templates_sheets_without_the_hidden_one_score_the_same(template_filled: bytes, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(template_filled))
    hidden = [sheet.title for sheet in workbook if sheet.sheet_state != "visible"]
    assert len(hidden) == 1
    del workbook[hidden[0]]
    path = tmp_path / "q2.xlsx"
    workbook.save(path)
    expected = {chain: values["scores"] for chain, values in example("ordinary-2023Q2")["expected"].items()}
    result = appraise([path], BOOK)
    assert result.scorecard is not None
    assert {
        card.chain: {leaf: float(score.score or 0) for leaf, score in card.leaves.items()} for card in result.scorecard.chains
    } == expected


def test_the_sheets_may_come_in_any_order(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    result = appraised(Quarter(dict(reversed(quarter.grids.items()))), tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_other_sheets_are_passed_over_with_a_notice(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    quarter = sound()
    quarter.grids["工作底稿"] = Grid("工作底稿", {(1, 1): "产业链", (1, 2): "项目名称", (2, 1): "电子信吸", (2, 2): "样例"})
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N610 工作底稿"]
    assert scores(result) == sound_scores


def test_a_file_for_each_department_makes_one_quarter(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    files = {f"file{number}": sound().only(COVER, sheet) for number, sheet in enumerate(SHEETS)}
    result = appraised_files(tmp_path, **files)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_a_folder_stands_for_the_workbooks_in_it(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    sound().only(COVER, *SHEETS[:3]).save(tmp_path / "one.xlsx")
    sound().only(COVER, *SHEETS[3:]).save(tmp_path / "two.xlsx")
    result = appraise([tmp_path], BOOK)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_a_finding_names_the_file_that_it_is_in(tmp_path: Path) -> None:
    one, two = sound().only(COVER, *SHEETS[:4]), sound().only(COVER, *SHEETS[4:])
    two[FINANCE]["D17"] = "六月底"
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["error E309 市金融办!D17"]
    assert result.findings[0].file == "two.xlsx"


def test_one_cover_is_enough_for_all_files(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    result = appraised_files(tmp_path, one=sound().only(COVER, *SHEETS[:4]), two=sound().only(*SHEETS[4:]))
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_the_cover_may_come_in_a_file_of_its_own(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    result = appraised_files(tmp_path, one=sound().only(COVER), two=sound())
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_sheets_without_any_period_block(tmp_path: Path) -> None:
    result = appraised(sound().without(COVER), tmp_path)
    assert seen(result) == ["error E213 填报说明"]
    assert result.scorecard is None


def test_files_of_different_periods_block_at_the_second_cover(tmp_path: Path) -> None:
    one, two = sound().only(COVER, *SHEETS[:4]), sound("2023Q1").only(COVER, *SHEETS[4:])
    result = appraised_files(tmp_path, one=one, two=two)
    assert errors(result) == ["error E214 填报说明!B3"]
    assert result.findings[0].file == "two.xlsx"


def test_the_same_period_in_two_forms_is_no_conflict(tmp_path: Path) -> None:
    one, two = sound().only(COVER, *SHEETS[:4]), sound("2023年第二季度").only(COVER, *SHEETS[4:])
    assert seen(appraised_files(tmp_path, one=one, two=two)) == []


def test_files_with_different_cutoffs_block(tmp_path: Path) -> None:
    one, two = sound(cutoff=day(7, 4)).only(COVER, *SHEETS[:4]), sound(cutoff=day(7, 5)).only(COVER, *SHEETS[4:])
    assert errors(appraised_files(tmp_path, one=one, two=two)) == ["error E217 填报说明!B4"]


def test_a_sheet_that_names_another_period_than_the_cover_is_a_warning(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(5, ("考核期", "2023Q1"))
    quarter[EVENTS].put(5, ("考核期", "2023年第二季度"))
    assert seen(appraised(quarter, tmp_path)) == ["warning W509 市金融办!B5"]


# ---------------------------------------------------------------- one sheet in parts


def in_two(sheet: str) -> tuple[Quarter, Quarter]:
    """The sound quarter with one sheet split by chain over two files."""
    one, two = sound(), Quarter({COVER: cover(), sheet: department(sheet, CHAINS[3:])})
    one.grids[sheet] = department(sheet, CHAINS[:3])
    return one, two


@pytest.mark.parametrize("sheet", [STATISTICS, TAX, COMMERCE, FINANCE, EVENTS, OFFICE])
def test_a_sheet_may_be_split_by_chain_over_files(sheet: str, tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    one, two = in_two(sheet)
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_each_part_of_a_sheet_is_signed(tmp_path: Path) -> None:
    one, two = in_two(OFFICE)
    two[OFFICE]["D3"] = None
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["error E207 产业链办公室和落地办!D3"]
    assert result.findings[0].file == "two.xlsx"


def test_each_part_of_a_sheet_says_whether_it_has_events(tmp_path: Path) -> None:
    one, two = in_two(OFFICE)
    one[OFFICE][NONE] = None  # the only report, of culture, is in the other part
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["error E208 产业链办公室和落地办!B4"]
    assert result.findings[0].file == "one.xlsx"


def test_a_chain_missing_from_all_parts_is_missing_once(tmp_path: Path) -> None:
    one, two = in_two(OFFICE)
    two[OFFICE].clear(9)  # materials
    two[OFFICE].clear_ledger()
    two[OFFICE][NONE] = "是"
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["error E218 产业链办公室和落地办"]
    assert (result.findings[0].chain, result.findings[0].file) == ("materials", ""), "it is in nobody's file"


def test_one_chain_of_a_sheet_from_two_files_blocks(tmp_path: Path) -> None:
    one, two = in_two(OFFICE)
    one.grids[OFFICE] = department(OFFICE, CHAINS[:4])
    result = appraised_files(tmp_path, one=one, two=two)
    found = [(f.code, f.file, f.sheet, f.chain) for f in result.findings if f.code == "E202"]
    assert found == [("E202", "two.xlsx", OFFICE, "culture")]
    assert result.scorecard is None


def test_the_same_file_twice_is_not_counted_twice(tmp_path: Path) -> None:
    result = appraised_files(tmp_path, one=sound(), two=sound())
    assert [(f.code, f.file, f.sheet) for f in result.findings] == [("E202", "two.xlsx", None)], "said once"
    assert "one.xlsx" in result.findings[0].message("zh")
    assert result.scorecard is None


def test_preset_chain_rows_left_blank_in_one_part_are_filled_by_the_other(
    tmp_path: Path, sound_scores: dict[str, dict[str, str]]
) -> None:
    # Each chain's office fills its own rows of the template and leaves the other preset ones as they are.
    one, two = sound(), sound().only(COVER, OFFICE)
    for row, chain in enumerate(CHAINS, 8):
        (two if row < 11 else one)[OFFICE].put(row, (chain, *[None] * 9))
    one[OFFICE].clear_ledger()
    one[OFFICE][NONE] = "是"
    result = appraised_files(tmp_path, one=one, two=two)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_the_citywide_total_may_stand_in_one_part_alone(tmp_path: Path, sound_scores: dict[str, dict[str, str]]) -> None:
    one, two = in_two(TAX)
    one[TAX][TOTAL] = None
    result = appraised_files(tmp_path, one=one, two=two)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_two_different_citywide_totals_block_at_the_second(tmp_path: Path) -> None:
    one, two = in_two(TAX)
    two[TAX][TOTAL] = 9999
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["error E217 市税务局!B5"]
    assert result.findings[0].file == "two.xlsx"


def test_the_same_enterprise_under_two_chains_is_found_across_files(tmp_path: Path) -> None:
    one, two = in_two(FINANCE)
    one[FINANCE].put(17, ("电子信息", "样例股份公司", "辅导报备", day(6, 1)))
    one[FINANCE][NONE] = None
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["error E402 市金融办!B17"]
    assert result.findings[0].file == "two.xlsx"


def test_an_unreadable_file_does_not_keep_the_others_from_being_checked(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["D17"] = "六月底"
    path = quarter.save(tmp_path / "q2.xlsx")
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 no workbook")
    result = appraise([bad, path], BOOK)
    assert seen(result) == ["error E104 bad.xlsx", "error E309 市金融办!D17"]
    assert (result.findings[0].sheet, result.findings[0].cell) == (None, None)
    assert result.unreadable
