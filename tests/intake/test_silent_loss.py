"""Nothing is lost in silence: what readers of spreadsheets are known to miss is read, or is a finding at its cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chainscore.scoring.appraisal import Appraisal, appraise
from tests.support.packages import Change, changed, part_name, parts_of, replacing
from tests.support.workbooks import (
    BOOK,
    COMMERCE,
    FINANCE,
    LEDGERS,
    OFFICE,
    REFORM,
    STATISTICS,
    TAX,
    Formula,
    Quarter,
    appraised,
    day,
    errors,
    scores,
    seen,
    sound,
)

Scores = dict[str, dict[str, str]]
STYLES = "xl/styles.xml"


@pytest.fixture(scope="module")
def sound_scores(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    return scores(appraised(sound(), tmp_path_factory.mktemp("sound")))


def edited(folder: Path, changes: dict[str, Change], quarter: Quarter | None = None) -> Appraisal:
    """The appraisal of a quarter, by default the sound one, with some of its XML changed by hand; by sheet or part."""
    path = (quarter or sound()).save(folder / "q2.xlsx")
    parts = {name if name.startswith("xl/") else part_name(name): change for name, change in changes.items()}
    path.write_bytes(changed(path.read_bytes(), parts))
    return appraise([path], BOOK)


def cell(reference: str, new: str) -> Change:
    """Put other XML in place of one cell."""
    return lambda part: re.sub(rb'<c r="%s"[^>]*>.*?</c>' % reference.encode(), new.encode(), part, count=1)


def merged(*ranges: str) -> Change:
    cells = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return replacing("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>")


# ---------------------------------------------------------------- merged ranges


def two_rows() -> Quarter:
    quarter = sound()
    quarter[COMMERCE].put(17, ("电子信息", "样例招商项目一", "样例投资方", 2.5, day(2, 1), day(3, 1), "否"))
    quarter[COMMERCE].put(18, ("绿色食品商贸", "样例招商项目二", None, 1.2, day(4, 5), day(5, 6), "是"))
    return quarter


@pytest.mark.parametrize("styled", [False, True])
def test_a_chain_hidden_under_anothers_merged_cell_is_an_error_at_its_cell(styled: bool, tmp_path: Path) -> None:
    def change(part: bytes) -> bytes:
        part = merged("A17:A18")(part)
        return part.replace(b"<sheetData>", b'<cols><col min="9" max="9" hidden="1"/></cols><sheetData>') if styled else part

    result = edited(tmp_path, {COMMERCE: change}, two_rows())
    assert seen(result) == ["error E317 市商务局!A18"]
    assert "绿色食品商贸" in result.findings[0].message("zh")
    assert "A17:A18" in result.findings[0].message("en")


def test_the_same_chain_under_a_merged_cell_is_read_as_meant(tmp_path: Path) -> None:
    quarter = two_rows()
    quarter[COMMERCE]["A18"] = "电子信息"
    result = edited(tmp_path, {COMMERCE: merged("A17:A18")}, quarter)
    assert seen(result) == []
    assert scores(result)["electronics"]["1.3.2"] == "9.00"  # 6 + 2 + 1 for the 500强


def test_an_amount_hidden_under_a_merged_cell_is_an_error_at_its_cell(tmp_path: Path) -> None:
    assert seen(edited(tmp_path, {COMMERCE: merged("D17:D18")}, two_rows())) == ["error E317 市商务局!D18"]
    quarter = two_rows()
    quarter[COMMERCE]["D18"] = 2.5  # nor is the same amount in both rows what is seen
    assert seen(edited(tmp_path, {COMMERCE: merged("D17:D18")}, quarter)) == ["error E317 市商务局!D18"]


def test_a_draft_does_without_what_is_hidden(tmp_path: Path) -> None:
    path = two_rows().save(tmp_path / "q2.xlsx")
    path.write_bytes(changed(path.read_bytes(), {part_name(COMMERCE): merged("D17:D18")}))
    result = appraise([path], BOOK, draft=True)
    assert errors(result) == ["error E317 市商务局!D18"]
    drafted = scores(result)
    assert drafted["electronics"]["1.3.2"] == "6.00"  # its own row stands
    assert drafted["food"]["1.3.2"] == "0.00"  # the row below does not


def test_a_label_s_value_and_a_header_hidden_under_a_merged_cell_are_errors(tmp_path: Path) -> None:
    result = edited(tmp_path, {TAX: merged("A4:B5"), COMMERCE: merged("D16:E16")})
    assert {"error E317 市商务局!E16"} <= set(errors(result))
    assert result.scorecard is None


# ---------------------------------------------------------------- values that readers turn into others


@pytest.mark.parametrize(
    "name", ["NA", "None", "N/A", "nan", "NULL", "null", "#N/A", "True", "-", "0", "1e5", "inf", "=A1", "_x0041_"]
)
def test_a_name_that_libraries_take_for_nothing_is_a_name(name: str, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    quarter[FINANCE]["B17"] = name
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores
    assert result.tables is not None
    assert list(result.tables.sheets[FINANCE].ledger["企业名称"]) == [name]


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("85.5", "E308", "1900-03-25"), ("2.5", "E308", "1900-01-02"), ("1", "E308", "1900-01-01"), ("60", "E308", "1900-02-28"),
        ("0.5", "E308", "12:00:00"), ("-3", "E307", "#####"), ("3000000", "E307", "#####"),
    ],
)  # fmt: skip
def test_an_amount_in_a_date_format_is_an_error_that_says_what_is_shown(
    number: str, code: str, shown: str, tmp_path: Path
) -> None:
    result = edited(tmp_path, {COMMERCE: cell("D17", f'<c r="D17" s="1"><v>{number}</v></c>')})
    assert seen(result) == [f"error {code} 市商务局!D17"]
    assert shown in result.findings[0].message("zh")


@pytest.mark.parametrize("number_format", ["14", "22", "27", "31", "36", "50", "57", "58"])
@pytest.mark.parametrize("exactly", [False, True])
def test_the_built_in_date_formats_are_dates_in_chinese_programs_too(
    number_format: str, exactly: bool, tmp_path: Path, sound_scores: Scores
) -> None:
    def formatted(part: bytes) -> bytes:
        return part.replace(b'<xf numFmtId="164"', f'<xf numFmtId="{number_format}"'.encode())

    changes: dict[str, Change] = {STYLES: formatted}
    if exactly:
        changes[FINANCE] = replacing("<sheetData>", '<cols><col min="9" max="9" hidden="1"/></cols><sheetData>')
    result = edited(tmp_path, changes)
    assert seen(result) == []
    assert scores(result) == sound_scores
    result = edited(tmp_path, {**changes, COMMERCE: cell("D17", '<c r="D17" s="1"><v>85.5</v></c>')})
    assert seen(result) == ["error E308 市商务局!D17"]


@pytest.mark.parametrize("serial", ["60", "59", "1", "0", "0.5", "-1", "2958466", "1E+300"])
@pytest.mark.parametrize("style", ["", ' s="1"'])
@pytest.mark.parametrize("exactly", [False, True])
def test_a_serial_number_that_is_no_day_is_an_error(serial: str, style: str, exactly: bool, tmp_path: Path) -> None:
    formula = "<f>1*1</f>" if exactly else ""
    result = edited(tmp_path, {FINANCE: cell("D17", f'<c r="D17"{style}>{formula}<v>{serial}</v></c>')})
    assert [line.split()[2] for line in errors(result)] == ["市金融办!D17"]


def test_error_values_that_are_new_are_error_values(tmp_path: Path) -> None:
    result = edited(tmp_path, {COMMERCE: cell("D17", '<c r="D17" t="e"><v>#SPILL!</v></c>')})
    assert seen(result) == ["error E307 市商务局!D17"]
    assert "#SPILL!" in result.findings[0].message("en")


AMBIGUOUS = {
    "a comment in a value": '<c r="D17"><v>1<!-- and -->2</v></c>',
    "CDATA in a value": '<c r="D17"><v>1<![CDATA[2]]></v></c>',
    "an instruction in a value": '<c r="D17"><v>1<?and?>2</v></c>',
    "an element in a value": '<c r="D17"><v>1<b>2</b></v></c>',
    "two values": '<c r="D17"><v>1</v><v>2</v></c>',
    "two formulas": '<c r="D17"><f>1</f><f>2</f><v>2</v></c>',
    "a value in a formula": '<c r="D17"><f>1<v>2</v></f></c>',
    "a cell in a cell": '<c r="D17"><c r="E17"><v>1</v></c></c>',
    "a row in a cell": '<c r="D17"><row r="30"><c r="A30"><v>1</v></c></row></c>',
    "a cell in an extension": '<extLst><ext uri="x"><c r="D17"><v>1</v></c></ext></extLst>',
    "a cell in another namespace": '<x:c xmlns:x="urn:x" r="D17"><x:v>1</x:v></x:c>',
    "a value in another namespace": '<c r="D17"><x:v xmlns:x="urn:x">1</x:v></c>',
    "alternative cells": (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Fallback><c r="D17"><v>1</v></c></mc:Fallback></mc:AlternateContent>'
    ),
}


@pytest.mark.parametrize("name", list(AMBIGUOUS))
def test_cells_that_programs_would_read_in_different_ways_are_refused(name: str, tmp_path: Path) -> None:
    result = edited(tmp_path, {COMMERCE: cell("D17", AMBIGUOUS[name])})
    assert seen(result) == ["error E114 q2.xlsx"]
    assert "cells" in result.findings[0].message("en")


@pytest.mark.parametrize("text", ["6_3.74", "６３.74", "0x1F", "nan", "inf", "1,000", "1.5.2", "--1", "1 2", "1e", "٣"])
def test_a_number_in_no_spelling_of_the_schema_is_refused(text: str, tmp_path: Path) -> None:
    for written in (f'<c r="D17"><v>{text}</v></c>', f"<c r='D17'><v>{text}</v></c>"):  # plainly written, and not
        assert seen(edited(tmp_path, {COMMERCE: cell("D17", written)})) == ["error E104 q2.xlsx"]


@pytest.mark.parametrize("text", ["1_0", "１", "+1", "-1", "1.0", "x", "999999"])
def test_a_number_of_a_shared_string_in_no_spelling_of_the_schema_is_refused(text: str, tmp_path: Path) -> None:
    for written in (f'<c r="B17" t="s"><v>{text}</v></c>', f"<c r='B17' t='s'><v>{text}</v></c>"):
        assert seen(edited(tmp_path, {COMMERCE: cell("B17", written)})) == ["error E104 q2.xlsx"]


def test_one_row_in_two_places_is_refused(tmp_path: Path) -> None:
    twice = replacing("</sheetData>", '<row r="17"><c r="H17"><v>1</v></c></row></sheetData>')
    assert seen(edited(tmp_path, {COMMERCE: twice})) == ["error E104 q2.xlsx"]


@pytest.mark.parametrize(
    "odd",
    [
        '<c t="inlineStr" r="B17"><is><t>样例股份公司</t></is></c>',
        '<c r="B17" t="inlineStr"><is><r><t>样例</t></r><r><rPr><b/></rPr><t>股份公司</t></r></is></c>',
        '<c r="B17" t="inlineStr"><is><t>样例股份公司</t><rPh sb="0" eb="2"><t>ヨウレイ</t></rPh></is></c>',
        '<c r="B17" t="str"><v>&#26679;例股份公司</v></c>',
        "<c r='B17' t='str'><v>样例股份公司</v></c>",
        '<c r = "B17" t = "str"><v>样例股份公司</v></c>',
        '<c\nr="B17"\nt="str"\n><v\n>样例股份公司</v\n></c>',
        '<c r="b17" t="str"><v>样例股份公司</v></c>',
        '<c t="str"><v>样例股份公司</v></c>',
        '<c r="B17" t="str"><f>"样例"&amp;"股份公司"</f><v>样例股份公司</v></c>',
    ],
)
def test_a_text_is_read_however_it_is_written(odd: str, tmp_path: Path, sound_scores: Scores) -> None:
    result = edited(tmp_path, {FINANCE: cell("B17", odd)})
    assert [line for line in seen(result) if "N608" not in line] == []
    assert scores(result) == sound_scores
    assert result.tables is not None
    assert list(result.tables.sheets[FINANCE].ledger["企业名称"]) == ["样例股份公司"]


def test_rows_in_disorder_are_all_read(tmp_path: Path, sound_scores: Scores) -> None:
    def turned(part: bytes) -> bytes:
        rows = re.findall(rb"<row .*?</row>", part)
        return re.sub(rb"(<sheetData>).*(</sheetData>)", lambda m: m[1] + b"".join(reversed(rows)) + m[2], part)

    result = edited(tmp_path, dict.fromkeys(LEDGERS, turned))
    assert seen(result) == []
    assert scores(result) == sound_scores


# ---------------------------------------------------------------- hidden, outside, elsewhere


def test_hidden_columns_are_read_and_said(tmp_path: Path, sound_scores: Scores) -> None:
    hide = replacing("<sheetData>", '<cols><col min="3" max="4" width="0" hidden="1" customWidth="1"/></cols><sheetData>')
    result = edited(tmp_path, {COMMERCE: hide})
    # D3 is the name beside 填报人; D16 heads the amounts and C16 the investors.
    assert seen(result) == ["notice N623 市商务局!D3", "notice N623 市商务局!C16", "notice N623 市商务局!D16"]
    assert scores(result) == sound_scores


@pytest.mark.parametrize(("where", "value"), [("K17", 2.5), ("K17", "漏填 2.5"), ("B12", 99), ("H5", day(3, 1)), ("Z400", 7)])
def test_figures_outside_the_known_tables_are_said(where: str, value: object, tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    quarter[FINANCE][where] = value
    result = appraised(quarter, tmp_path)
    assert seen(result) == [f"notice N620 市金融办!{where}"]
    assert scores(result) == sound_scores


def test_how_many_cells_stand_outside_is_said_once(tmp_path: Path) -> None:
    quarter = sound()
    for row in range(30, 40):
        quarter[FINANCE].put(row, (1, 2.5), 8)
    result = appraised(quarter, tmp_path)
    assert seen(result) == ["notice N620 市金融办!H30"]
    assert result.findings[0].message("en").startswith("20 cell(s)")


@pytest.mark.parametrize("name", ["市 金融办", " 市金融办 ", "市金融办 (2)", "市金融办（2）", "市金融办(12)", "市　金融办"])
def test_a_sheet_is_known_by_its_name_with_spaces_or_the_number_of_a_copy(
    name: str, tmp_path: Path, sound_scores: Scores
) -> None:
    quarter = sound()
    quarter[FINANCE].name = name
    result = appraised(quarter, tmp_path)
    assert errors(result) == []
    assert scores(result) == sound_scores


def test_the_same_sheet_twice_in_one_workbook_is_not_counted_twice(tmp_path: Path) -> None:
    quarter = sound()
    quarter.grids["copy"] = sound()[FINANCE]
    quarter["copy"].name = "市金融办 (2)"
    result = appraised(quarter, tmp_path)
    assert errors(result) == ["error E202 市金融办 (2)"]
    assert result.scorecard is None


def test_two_sheets_of_the_very_same_name_are_refused(tmp_path: Path) -> None:
    result = edited(tmp_path, {"xl/workbook.xml": replacing('name="市税务局"', 'name="市金融办"')})
    assert seen(result) == ["error E104 q2.xlsx"]


# ---------------------------------------------------------------- headers and rows out of place


def test_a_header_split_over_two_rows_is_an_error_of_the_header(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D16"], quarter[COMMERCE]["D17"] = "投资额", "（亿元）"
    for row, event in ((18, 17), (19, 18)):
        quarter[COMMERCE].put(row, sound()[COMMERCE].row(event))
    for column in "ABCEFG":
        quarter[COMMERCE][f"{column}17"] = None
    result = appraised(quarter, tmp_path)
    assert "error E204 市商务局!16:16" in errors(result)
    assert result.scorecard is None


def test_a_header_merged_over_two_rows_is_one_header(tmp_path: Path, sound_scores: Scores) -> None:
    quarter = sound()
    for sheet in LEDGERS:
        quarter[sheet].insert_rows(17)
        quarter[sheet].merges += [(16, column, 17, column) for column in range(1, len(LEDGERS[sheet]) + 1)]
        for column, label in enumerate(LEDGERS[sheet], 1):
            quarter[sheet].cells[16, column] = label
    result = appraised(quarter, tmp_path)
    assert seen(result) == []
    assert scores(result) == sound_scores


def test_a_header_merged_over_two_columns_leaves_no_figure_unread(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].insert_columns(5)
    quarter[COMMERCE].merges.append((16, 4, 16, 5))
    quarter[COMMERCE]["E17"], quarter[COMMERCE]["D17"] = 2.5, None
    assert seen(appraised(quarter, tmp_path)) == ["error E301 市商务局!D17", "notice N620 市商务局!E17"]


def test_another_departments_ledger_under_a_ledger_is_an_error(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].put(22, LEDGERS[REFORM])
    for row, event in enumerate(range(17, 19), 23):
        quarter[COMMERCE].put(row, quarter[REFORM].row(event))
    result = appraised(quarter, tmp_path)
    assert any(line.startswith("error ") and "市商务局" in line for line in seen(result))
    assert result.scorecard is None


def test_a_row_whose_values_stand_one_column_too_far_right_is_an_error(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE].put(18, (None, "新能源新材料", "样例股份二", "辅导报备", day(6, 2)))
    assert "error E301 市金融办!A18" in errors(appraised(quarter, tmp_path))


def test_a_text_in_the_column_of_another_kind_is_an_error(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D17"], quarter[COMMERCE]["E17"], quarter[COMMERCE]["G17"] = "样例", "样例", "样例"
    quarter[OFFICE]["I9"], quarter[STATISTICS]["B9"] = "样例", "样例"
    assert [line for line in errors(appraised(quarter, tmp_path)) if "E4" not in line] == [
        "error E304 市统计局!B9", "error E304 市商务局!D17", "error E309 市商务局!E17", "error E303 市商务局!G17",
        "error E304 产业链办公室和落地办!I9",
    ]  # fmt: skip


# ---------------------------------------------------------------- parts that do not hold together


@pytest.mark.parametrize(
    ("sheet", "change"),
    [
        (COMMERCE, cell("D18", '<c r="D17"><v>99</v></c>')),
        (COMMERCE, replacing("</sheetData>", '</sheetData><sheetData><row r="30"><c r="A30"><v>1</v></c></row></sheetData>')),
        (COMMERCE, cell("A17", '<c r="A17" t="s"><v>999999</v></c>')),
        (COMMERCE, cell("A17", '<c r="A17" t="b"><v>2</v></c>')),
        (COMMERCE, cell("A17", '<c r="XFE17"><v>1</v></c>')),
        (COMMERCE, cell("A17", '<c r="A17" r="XFD1048576"><v>1</v></c>')),
        (COMMERCE, cell("A17", '<c r="A17" t="s"r="XFD1048576"><v>1</v></c>')),
        (COMMERCE, cell("A17", '<c r="A0"><v>1</v></c>')),
        (COMMERCE, replacing("</sheetData>", '<row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData>')),
        (COMMERCE, replacing("</sheetData>", '<row r="4294967297"><c r="A4294967297"><v>1</v></c></row></sheetData>')),
        (COMMERCE, merged("A18:A17")),
        (COMMERCE, merged("nowhere")),
    ],
)  # fmt: skip
def test_a_sheet_that_does_not_hold_together_is_refused(sheet: str, change: Change, tmp_path: Path) -> None:
    result = edited(tmp_path, {sheet: change})
    assert seen(result) == ["error E104 q2.xlsx"]
    assert result.unreadable


def test_a_part_whose_size_is_a_lie_is_refused(tmp_path: Path) -> None:
    path = sound().save(tmp_path / "q2.xlsx")
    content = path.read_bytes()
    part = parts_of(content)[part_name(COMMERCE)]
    # Both the local header and the directory say that there is less.
    path.write_bytes(content.replace(len(part).to_bytes(4, "little"), (len(part) - 50).to_bytes(4, "little")))
    assert seen(appraise([path], BOOK)) == ["error E104 q2.xlsx"]


OWN: tuple[Callable[[Quarter], None], ...] = (
    lambda quarter: quarter[FINANCE].put(900, ("新能源新材料", "样例股份二", "股改挂牌", day(6, 2))),
    lambda quarter: quarter[FINANCE].put(18, ("新能源新材料", Formula("样例股份二", '="样例"'), "股改挂牌", day(6, 2))),
)


@pytest.mark.parametrize("change", OWN)
def test_one_row_more_is_one_row_more(change: Callable[[Quarter], None], tmp_path: Path) -> None:
    quarter = sound()
    change(quarter)
    assert scores(appraised(quarter, tmp_path))["materials"]["2.3"] == "1.50"
