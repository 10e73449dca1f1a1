"""What a person sees is what is meant: number formats, fifteen digits, characters that nobody sees, struck-out rows, pictures."""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from chainscore.intake.shown import ShownNumber
from chainscore.intake.values import is_blank, read_amount, read_date, read_percent, read_text
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.words.findings import one_line
from chainscore.words.folding import fold
from tests.conftest import REPOSITORY
from tests.support.packages import changed, part_name
from tests.support.workbooks import BOOK, COMMERCE, FINANCE, LEDGER_ROW, Formula, Quarter, errors, scores, seen, sound

CASES = Path(os.environ.get("CHAINSCORE_CASES") or REPOSITORY.parent / "shared" / "cases")
UNITS = {"亿元": Decimal(10) ** 8, "万元": Decimal(10) ** 4, "元": Decimal(1)}
AMOUNT = f"D{LEDGER_ROW + 1}"


def saved(quarter: Quarter, folder: Path) -> Path:
    return quarter.save(folder / "q2.xlsx")


def with_format(folder: Path, cells: dict[str, float], code: str, sheet: str = COMMERCE) -> Appraisal:
    """The sound quarter with some numbers in a number format, as openpyxl saves it."""
    path = saved(sound(), folder)
    workbook = openpyxl.load_workbook(path)
    for place, value in cells.items():
        workbook[sheet][place].value = value
        workbook[sheet][place].number_format = code
    workbook.save(path)
    return appraise([path], BOOK)


# ---------------------------------------------------------------- number formats


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("260000000", '0"."0,"万元"', "26000万元"),  # WPS: 特殊 → 单位：万元
        ("260000000", "0!.0,", "26000"),
        ("26000", "0\\.0,", "2.6"),
        ("26000", "0.0,", "26"),
        ("2600000000", '#,##0.00,,"百万"', "2600百万"),
        ("26000", '0"."0000"万元"', "2.6万元"),
        ("2.6", '0.00"亿元"', "2.6亿元"),
        ("2.6", "0.00亿元", "2.6亿元"),
        ("2.6", 'G/通用格式"亿元"', "2.6亿元"),
        ("0.26", "0%", "26%"),
        ("2.6", '"￥"#,##0.00', "￥2.6"),
        ("2.6", "[$￥-804]#,##0.00", "￥2.6"),
        ("26000", '[>=10000]0"."0,"万";0', "2.6万"),
        ("260", '[>=10000]0"."0,"万";0', "260"),
        ("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0"),
        ("2.6", "#,##0.00_);[Red](#,##0.00)", "2.6"),
        ("2.6", "# ?/?", "2.6"),
        ("2.6", "0.00E+00", "2.6"),
        ("2.6", "[DBNum1][$-804]General", "2.6"),
        ("2.6", ";;;", None),
        ("2.6", "000-0000", None),
        ("2.6", "0.0,", None),  # shows 0.0
        ("2.6", '"秘密"', None),
    ],
)
def test_a_number_is_shown_by_its_format(number: str, code: str, text: str | None) -> None:
    assert ShownNumber(Decimal(number), code).text == text


@given(st.decimals(Decimal("0.001"), Decimal(10**9), places=3, allow_nan=False))
def test_a_format_that_says_nothing_changes_nothing(number: Decimal) -> None:
    for code in ("General", "0.000", "#,##0.000_ ", '0.000"亿元"'):
        reading = read_amount(ShownNumber(number, code), "亿元", UNITS, Decimal(10) ** 15)
        assert (reading.value, reading.code) == (number, None)


@pytest.mark.parametrize("text", ["1.9999999999999998", "2.0000000000000000001", "19999.9999999999998万元"])
def test_a_number_typed_as_text_has_fifteen_digits_as_formulas_over_it_do(text: str) -> None:
    reading = read_amount(text, "亿元", UNITS, Decimal(10) ** 15)
    assert (reading.value, reading.details["value"]) == (2, "2")


def test_a_format_of_which_nobody_can_tell_what_it_shows_is_named(tmp_path: Path) -> None:
    (found,) = [found for found in with_format(tmp_path, {AMOUNT: 2.5}, '[>1]"大";0.00').findings if found.code == "E320"]
    assert '[>1]"大";0.00' in found.message("zh")


def test_a_percentage_that_is_shown_as_one_is_one() -> None:
    assert read_percent(ShownNumber(Decimal("0.85"), "0%")).value == Decimal("0.85")
    assert read_percent(ShownNumber(Decimal("0.85"), "0%")).code is None


def test_a_number_in_a_format_that_names_another_unit_is_read_as_shown_with_a_notice(tmp_path: Path) -> None:
    result = with_format(tmp_path, {AMOUNT: 250_000_000}, '0"."0,"万元"')
    assert errors(result) == []
    assert f"notice N624 市商务局!{AMOUNT}" in seen(result)
    assert scores(result) == scores(appraise([saved(sound(), tmp_path)], BOOK))
    (found,) = [finding for finding in result.findings if finding.code == "N624"]
    assert "25000万元" in found.message("zh")
    assert "2.5" in found.message("en")


@pytest.mark.parametrize(
    "code", ["0%", '"￥"0.00', "[$$-409]0.00", ";;;", '0.0"吨"', "000-00", '0.0,"万元左右"', "[$€-407]0.00"]
)
def test_a_number_in_a_format_of_another_meaning_is_an_error_at_each_cell(code: str, tmp_path: Path) -> None:
    cells = {AMOUNT: 2.5, f"D{LEDGER_ROW + 2}": 1.2}
    assert errors(with_format(tmp_path, cells, code)) == [f"error E320 市商务局!{place}" for place in cells]


def test_a_labelled_amount_is_read_as_shown_too(tmp_path: Path) -> None:
    result = with_format(tmp_path, {"B5": 100_000_000}, '0"."0,"万元"', "市税务局")
    assert [line for line in seen(result) if "市税务局" in line and "N624" in line] == ["notice N624 市税务局!B5"]


# ---------------------------------------------------------------- what nobody sees

UNSEEN = ["\u00ad", "\u034f", "\u061c", "\u115f", "\u180e", "\u200b", "\u200e", "\u202c", "\u2060", "\u2066", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\U000e0100", "\x7f", "\x9b"]  # fmt: skip


@pytest.mark.parametrize("char", UNSEEN, ids=lambda char: f"U+{ord(char):04X}")
def test_what_nobody_sees_makes_no_difference(char: str) -> None:
    assert fold(f"样例{char}项目") == fold("样例项目")
    assert read_amount(f"{char}2{char}", "亿元", UNITS, Decimal(10)).value == 2
    assert str(read_date(f"2023{char}-5-6").value) == "2023-05-06"
    assert read_text(f"{char}样例{char}").value == "样例"
    assert is_blank(char)
    assert f"U+{ord(char):04X}" in one_line(f"2{char}")


@pytest.mark.parametrize(
    ("radical", "letter"), [("⻓", "长"), ("⻔", "门"), ("⼯", "工"), ("⺠", "民"), ("⻛", "风"), ("⿁", "鬼"), ("⻢", "马")]
)
def test_radicals_are_the_letters_that_they_look_like(radical: str, letter: str) -> None:
    assert fold(f"{radical}沙") == fold(f"{letter}沙")


@pytest.mark.parametrize(
    "name",
    [
        "\u200b",
        "____",
        "-",
        "（　）",
        "\u3164",
        "\u2800 ",
        Formula('=DISPIMG("ID_1",1)', '=_xlfn.DISPIMG("ID_1",1)'),
        '=DISPIMG("ID_1",1)',
    ],
)
def test_a_signature_that_shows_nothing_or_is_a_picture_does_not_sign(name: object, tmp_path: Path) -> None:
    quarter = sound()
    (place,) = [at for at, value in quarter[FINANCE].cells.items() if value == "填报人"]
    quarter[FINANCE].cells[place[0], place[1] + 1] = name
    result = appraise([saved(quarter, tmp_path)], BOOK)
    assert result.blocked
    assert {line.split()[1] for line in errors(result) if FINANCE in line} <= {"E207", "E321", "E403"}


@pytest.mark.parametrize(
    "picture", [Formula('=DISPIMG("ID_1",1)', '=_xlfn.DISPIMG("ID_1",1)'), Formula(None, '=DISPIMG("ID_1",1)')]
)
def test_a_picture_among_the_remarks_does_not_block(picture: object, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE][f"H{LEDGER_ROW + 1}"] = picture
    result = appraise([saved(quarter, tmp_path)], BOOK)
    assert errors(result) == []
    assert scores(result) == scores(appraise([saved(sound(), tmp_path)], BOOK))


@pytest.mark.parametrize(("column", "expected"), [("H", []), ("B", [f"error E321 市商务局!B{LEDGER_ROW + 1}"])])
def test_a_picture_that_excel_puts_into_a_cell_is_one(column: str, expected: list[str], tmp_path: Path) -> None:
    quarter = sound()
    place = f"{column}{LEDGER_ROW + 1}"
    quarter[COMMERCE][place] = Formula("#VALUE!", "=X1")
    content = saved(quarter, tmp_path).read_bytes()

    def put(part: bytes) -> bytes:
        picture = f'<c r="{place}" t="e" vm="1"><v>#VALUE!</v></c>'.encode()
        return re.sub(rb'<c r="%s".*?</c>' % place.encode(), picture, part)

    (tmp_path / "q2.xlsx").write_bytes(changed(content, {part_name(COMMERCE): put}))
    assert errors(appraise([tmp_path / "q2.xlsx"], BOOK)) == expected


# ---------------------------------------------------------------- struck out, without height


def test_rows_that_are_struck_out_are_said_and_read(tmp_path: Path) -> None:
    path = saved(sound(), tmp_path)
    workbook = openpyxl.load_workbook(path)
    for cell in workbook[COMMERCE][LEDGER_ROW + 1]:
        cell.font = Font(strike=True)
    workbook.save(path)
    result = appraise([path], BOOK)
    assert seen(result) == [f"warning W519 市商务局!{LEDGER_ROW + 1}:{LEDGER_ROW + 1}"]
    assert "1 row(s)" in result.findings[0].message("en")


def test_rows_that_are_white_on_white_are_said_and_read(tmp_path: Path) -> None:
    path = saved(sound(), tmp_path)
    before = scores(appraise([path], BOOK))
    workbook = openpyxl.load_workbook(path)
    for cell in workbook[COMMERCE][LEDGER_ROW + 1]:
        cell.font = Font(color="FFFFFF")
    workbook.save(path)
    result = appraise([path], BOOK)
    assert seen(result) == [f"warning W525 市商务局!{LEDGER_ROW + 1}:{LEDGER_ROW + 1}"]
    assert scores(result) == before


@pytest.mark.parametrize("code", [";;;", '@"（作废）"', 'General;General;General;"—"', "0;0;0"])
def test_a_name_that_its_format_hides_or_shows_as_another_is_said(code: str, tmp_path: Path) -> None:
    path = saved(sound(), tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook[COMMERCE][f"B{LEDGER_ROW + 1}"].number_format = code
    workbook.save(path)
    expected = [f"warning W525 市商务局!{LEDGER_ROW + 1}:{LEDGER_ROW + 1}"] if code != "0;0;0" else []
    assert seen(appraise([path], BOOK)) == expected


HIDING: list[tuple[str, Callable[[Any], None], bool]] = [
    ("white on white", lambda cell: setattr(cell, "font", Font(color="FFFFFF")), False),
    ("hidden by its format", lambda cell: setattr(cell, "number_format", ";;;"), False),
    ("with a title behind it", lambda cell: setattr(cell, "number_format", '@"同志"'), True),
]


@pytest.mark.parametrize(("hide", "signs"), [pytest.param(hide, signs, id=name) for name, hide, signs in HIDING])
def test_a_signature_that_cannot_be_seen_does_not_sign(hide: Callable[[Any], None], signs: bool, tmp_path: Path) -> None:
    path = saved(sound(), tmp_path)
    workbook = openpyxl.load_workbook(path)
    [label] = [cell for row in workbook[COMMERCE] for cell in row if cell.value == BOOK.signature.person]
    name = label.offset(0, 1)
    hide(name)
    workbook.save(path)
    assert seen(appraise([path], BOOK)) == ([] if signs else [f"error E207 市商务局!{name.coordinate}"])


def struck_texts(content: bytes, kind: str) -> bytes:
    """The workbook with one name that is struck out within its cell, among the shared strings or in the cell itself."""
    runs = "<r><rPr><strike/><sz val='11'/></rPr><t>样例</t></r><r><t>柔性线路板项目</t></r>"
    if kind == "shared":
        return changed(
            content, {"xl/sharedStrings.xml": lambda part: part.replace("<t>样例柔性线路板项目</t>".encode(), runs.encode())}
        )
    cell = re.compile(rb'<c r="B16"( s="\d+")? t="s"><v>\d+</v></c>')
    inline = rb'<c r="B16"\1 t="inlineStr"><is>' + runs.encode() + rb"</is></c>"
    return changed(content, {part_name(COMMERCE): lambda part: cell.sub(inline, part)})


@pytest.mark.parametrize("kind", ["shared", "inline"])
def test_a_text_that_is_struck_out_within_its_cell_is_said_and_read(kind: str, tmp_path: Path) -> None:
    sample = REPOSITORY / "sample_data" / "q2-2023.xlsx"
    path = tmp_path / "q2.xlsx"
    path.write_bytes(struck_texts(sample.read_bytes(), kind))
    result, before = appraise([path], BOOK), appraise([sample], BOOK)
    assert set(seen(result)) - set(seen(before)) == {"warning W519 市商务局!16:16"}
    assert scores(result) == scores(before)


@pytest.mark.parametrize(
    ("day", "told"),
    [("2022-07-06", True), ("2022-12-31", True), ("2023-01-01", False), ("2024-06-30", False), ("2024-07-06", True)],
)
def test_a_day_of_signing_that_cannot_be_is_said_at_its_cell(day: str, told: bool, tmp_path: Path) -> None:
    quarter = sound()
    (place,) = [at for at, value in quarter[FINANCE].cells.items() if value == "填报日期"]
    quarter[FINANCE].cells[place[0], place[1] + 1] = datetime.date.fromisoformat(day)
    result = appraise([saved(quarter, tmp_path)], BOOK)
    assert not result.blocked
    assert [line.split()[1] for line in seen(result) if FINANCE in line] == ["W523"] * told


def test_rows_without_height_and_columns_without_width_are_said_as_hidden_ones_are(tmp_path: Path) -> None:
    path = saved(sound(), tmp_path)
    workbook = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    workbook[COMMERCE].row_dimensions[LEDGER_ROW + 1].height = 0.5  # openpyxl writes no 0
    workbook[COMMERCE].column_dimensions["D"].width = 0.01
    workbook.save(path)
    told = seen(appraise([path], BOOK))
    assert f"notice N611 市商务局!{LEDGER_ROW + 1}:{LEDGER_ROW + 1}" in told
    assert any(line.startswith("notice N623 市商务局!D") for line in told)


@pytest.mark.parametrize(
    "text", ["2023-06-30T16:00:00.000Z", "2023-06-30T16:00:00Z", "2023-06-30T16:00:00+00:00", "2023-06-30 16:00Z"]
)
def test_a_time_with_a_zone_is_no_date(text: str) -> None:
    assert read_date(text).code == "E309"
    assert str(read_date(text[:10]).value) == "2023-06-30"


@pytest.mark.parametrize("text", ["电子信息 汇总", "电子信息汇总", "总计", "汇总", "电子信息小计", "合计：", "总计数"])
def test_a_row_of_sums_is_no_event(text: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].put(LEDGER_ROW + 6, (text, None, None, 3.7))
    assert seen(appraise([saved(quarter, tmp_path)], BOOK)) == [f"notice N606 市商务局!A{LEDGER_ROW + 6}"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ((None, "样例甲公司 汇总", None), f"B{LEDGER_ROW + 6}"),
        (("电子信息 计数", None, None), f"A{LEDGER_ROW + 6}"),
        (("总计平均值", None, None), f"A{LEDGER_ROW + 6}"),
        (("Grand Total", None, None), f"A{LEDGER_ROW + 6}"),
        ((None, None, "样例集团 汇总"), f"C{LEDGER_ROW + 6}"),
        (("其中：电子信息", None, None), f"A{LEDGER_ROW + 6}"),
        ((None, None, None), f"D{LEDGER_ROW + 6}"),
    ],
)
def test_a_row_with_a_formula_of_subtotals_is_no_event(row: tuple[str | None, ...], place: str, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].put(LEDGER_ROW + 6, (*row, Formula(3.7, "=SUBTOTAL(9,D12:D16)")))
    assert [line for line in seen(appraise([saved(quarter, tmp_path)], BOOK)) if "N608" not in line] == [
        f"notice N606 市商务局!{place}"
    ]


def test_a_name_that_only_begins_like_a_word_for_sums_is_no_sum(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].put(LEDGER_ROW + 6, ("Totally 电子", "样例乙项目", None, 3.7))
    assert f"error E302 市商务局!A{LEDGER_ROW + 6}" in errors(appraise([saved(quarter, tmp_path)], BOOK))


# ---------------------------------------------------------------- the wrong unit throughout


def test_a_whole_column_in_another_unit_draws_a_warning_at_the_column(tmp_path: Path) -> None:
    quarter = sound()
    rows = [
        row
        for (row, column), value in quarter[COMMERCE].cells.items()
        if column == 4 and row > LEDGER_ROW and isinstance(value, float)
    ]
    for row in rows:
        quarter[COMMERCE].cells[row, 4] *= 10_000
    result = appraise([saved(quarter, tmp_path)], BOOK)
    assert f"warning W520 市商务局!D{rows[0]}" in seen(result)
    assert "W520" not in "".join(seen(appraise([saved(sound(), tmp_path)], BOOK)))


@pytest.mark.parametrize(("factor", "told"), [(0.0001, True), (0.01, False), (1, False), (2000, True)])
def test_figures_of_the_year_before_in_another_unit_are_said(factor: float, told: bool, tmp_path: Path) -> None:
    sample = REPOSITORY / "sample_data" / "q2-2023.xlsx"
    workbook = openpyxl.load_workbook(sample)
    page = workbook["市税务局"]
    (header,) = [cell for row in page.iter_rows() for cell in row if cell.value == "上年同期税收（万元）"]
    for row in range(header.row + 1, header.row + 7):
        page.cell(row, header.column).value *= factor
    workbook.save(tmp_path / "q2.xlsx")
    place = f"warning W524 市税务局!{header.column_letter}{header.row + 1}"
    assert (place in seen(appraise([tmp_path / "q2.xlsx"], BOOK))) is told


# ---------------------------------------------------------------- the cases that failed

HELD = {
    "01-wps-wanyuan-format-whole-column": lambda found: found.count("N624") == 20,
    "04-whole-column-in-wan": lambda found: "W520" in found,
    "06-same-project-twice-U+202C": lambda found: "E401" in found,
    "08-windows-calculator-number": lambda found: "N601" in found,
    "13-subtotal-row-huizong": lambda found: "N606" in found and not [code for code in found if code.startswith("E")],
}


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this repository")
@pytest.mark.parametrize("name", list(HELD))
def test_a_case_that_failed_holds(name: str) -> None:
    assert HELD[name]([finding.code for finding in appraise([CASES / f"{name}.xlsx"], BOOK).findings])


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this repository")
@pytest.mark.parametrize("name", ["01-wps-wanyuan-format-whole-column", "09-boundary-2.3-minus-0.3", "10-empty-formula-result", "11-with-seal-picture", "13-subtotal-row-huizong", "14-sheet-copy-2"])  # fmt: skip
def test_a_case_that_is_sound_has_the_sound_scores(name: str) -> None:
    sound_scores = scores(appraise([CASES / "00-sound.xlsx"], BOOK))
    assert scores(appraise([CASES / f"{name}.xlsx"], BOOK)) == sound_scores
