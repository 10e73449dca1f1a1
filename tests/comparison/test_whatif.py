"""What other values in some cells would change: the same as if they were typed, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run


def _typed(sample: Path, folder: Path, sheet: str, cell: str, value: object) -> Path:
    path = folder / "typed" / sample.name
    path.parent.mkdir()
    workbook = openpyxl.load_workbook(sample)
    workbook[sheet][cell] = value
    workbook.save(path)
    return path


def _amount(sample: Path) -> tuple[str, str, float]:
    """The first amount of the ledger of 市商务局 that is a number of one decimal or more."""
    sheet = openpyxl.load_workbook(sample)["市商务局"]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, float):
                return sheet.title, cell.coordinate, cell.value
    raise AssertionError("the sample has no such amount")


def test_a_cell_that_is_set_gives_what_it_gives_when_it_is_typed(run: Run, sample: Path, tmp_path: Path) -> None:
    sheet, cell, old = _amount(sample)
    asked = run("whatif", sample, "--set", f"{sheet}!{cell}=20", "--json")
    assert asked.code == 0, asked.err
    typed = run("score", _typed(sample, tmp_path, sheet, cell, 20), "-o", "typed.xlsx", "--json").document
    document = asked.document
    assert document["schema"] == "chainscore/whatif/1"
    assert document["set"] == [{"sheet": sheet, "cell": cell, "from": old, "to": 20.0}]
    changed = {each["id"]: each["total_new"] for each in document["chains"]}
    assert changed == {each["id"]: each["total"] for each in typed["chains"] if each["id"] in changed}


def test_nothing_is_written_unless_an_output_is_named(run: Run, sample: Path, tmp_path: Path) -> None:
    sheet, cell, _ = _amount(sample)
    before = sample.read_bytes()
    assert run("whatif", sample, "--set", f"{sheet}!{cell}=20").code == 0
    assert list(tmp_path.iterdir()) == []
    assert sample.read_bytes() == before
    assert run("whatif", sample, "--set", f"{sheet}!{cell}=20", "-o", "what.xlsx").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["what.xlsx"]


def test_a_row_that_is_left_out_gives_what_it_gives_when_it_is_not_there(run: Run, sample: Path, tmp_path: Path) -> None:
    _, cell, _ = _amount(sample)
    row = "".join(filter(str.isdigit, cell))
    document = run("whatif", sample, "--drop", f"市商务局!{row}", "--json").document
    workbook = openpyxl.load_workbook(sample)
    for each in workbook["市商务局"][int(row)]:
        each.value = None
    (tmp_path / "less").mkdir()
    workbook.save(tmp_path / "less" / sample.name)
    typed = run("score", tmp_path / "less" / sample.name, "-o", "typed.xlsx", "--json").document
    changed = {each["id"]: each["total_new"] for each in document["chains"]}
    assert changed == {each["id"]: each["total"] for each in typed["chains"] if each["id"] in changed}


@pytest.mark.parametrize(
    "asked",
    [
        ["--set", "市商务局!ZZ999=1"],  # no input there
        ["--set", "无此表!B15=1"],  # no such sheet
        ["--set", "市商务局=1"],  # no cell
        ["--drop", "市商务局!1"],  # the title
        [],  # nothing to try
    ],
)
def test_what_cannot_be_tried_is_one_clear_line(run: Run, sample: Path, asked: list[str]) -> None:
    outcome = run("whatif", sample, *asked)
    assert outcome.code == 2
    assert outcome.out == ""
    assert len(outcome.err.strip().splitlines()) == 1
    assert "Traceback" not in outcome.err


def test_a_value_of_another_type_is_told(run: Run, sample: Path) -> None:
    sheet, cell, _ = _amount(sample)
    outcome = run("whatif", sample, "--set", f"{sheet}!{cell}=many")
    assert outcome.code == 2
    assert "many" in outcome.err


def test_all_that_cannot_be_tried_is_told_at_once(run: Run, sample: Path) -> None:
    asked = [
        "--set", "市商务局!D999=1", "--set", "市商务局!D16=many", "--set", "市商务局!D17=3", "--set", "市商务局!D17=4", "--set", "无此表!B15=1",
        "--drop", "市商务局!1", "--drop", "市商务局!16", "--drop", "市商务局!16",
    ]  # fmt: skip
    outcome = run("whatif", sample, *asked)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.splitlines() == [
        "“市商务局!D999=1”: this cell holds no input",
        "“市商务局!D16=many”: “投资额（亿元）” cannot hold this value",
        "“市商务局!D17=4”: this cell or row is named twice",
        "there is no sheet “无此表”; there are: 市统计局, 市税务局, 市商务局, 市发改局, 市科技工信局, 市金融办, 落地办, 产业链办公室和落地办",
        "“市商务局!1”: this row is no event of a ledger",
        "“市商务局!16”: this cell or row is named twice",
    ]
    assert "“市商务局!D999=1”：这一格不是填报的数据\n" in run("whatif", sample, *asked, "--lang", "zh").err


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("市统计局!C16=0", "E313"),  # 上年同期: nothing can be divided by it
        ("市商务局!D16=", "E301"),  # 投资额 is required
        ("市发改局!G16=是", "E301"),  # then 投产日期 is required
        ("市商务局!E16=2021-12-31", "E310"),  # the year before last
        ("市商务局!F16=2023-01-01", "E311"),  # before it was signed
        ("市金融办!C20=辅导报备", "E401"),  # the enterprise has that stage already
    ],
)
def test_a_value_for_which_score_would_refuse_is_refused_with_the_same_finding(
    asked: str, code: str, run: Run, sample: Path, tmp_path: Path
) -> None:
    document = run("whatif", sample, "--set", asked, "--json")
    sheet, _, rest = asked.partition("!")
    cell, _, value = rest.partition("=")
    typed = run("score", _typed(sample, tmp_path, sheet, cell, value or None), "-o", "typed.xlsx", "--json")
    assert document.code == typed.code == 1
    assert document.document["chains"] == []
    errors = [[each["code"] for each in its.document["findings"] if each["severity"] == "error"] for its in (document, typed)]
    assert errors[0] == errors[1] == [code]
    told = run("whatif", sample, "--set", asked)
    assert (told.code, told.out) == (1, "")
    assert code in told.err


def _in_two_files(sample: Path, folder: Path) -> None:
    """``b.xlsx`` has what the office of 绿色建材 hands in, ``a.xlsx`` all else: each its rows from row 12 and from row 21 on."""
    for name in "ab":
        workbook = openpyxl.load_workbook(sample)
        sheet = workbook["产业链办公室和落地办"]
        office = sheet["A12"].value
        for first, last in ((12, 17), (21, 32)):
            rows = [[cell.value for cell in sheet[row]] for row in range(first, last + 1)]
            kept = [row for row in rows if (row[0] == office) == (name == "b")]
            kept += [[None] * sheet.max_column] * (len(rows) - len(kept))
            for row, values in enumerate(kept, first):
                for cell, value in zip(sheet[row], values, strict=True):
                    cell.value = value
        if name == "b":
            for other in workbook.sheetnames:
                if other not in (sheet.title, "填报说明"):
                    del workbook[other]
        workbook.save(folder / f"{name}.xlsx")


def test_where_several_files_have_a_cell_the_file_has_to_be_named(run: Run, sample: Path, tmp_path: Path) -> None:
    _in_two_files(sample, tmp_path)
    files = "a.xlsx", "b.xlsx"
    outcome = run("whatif", *files, "--set", "产业链办公室和落地办!I12=3", "--drop", "产业链办公室和落地办!21")
    assert (outcome.code, outcome.out) == (2, "")
    told = [line.partition("; ")[2] for line in outcome.err.splitlines()]
    assert told == ["write FILE:SHEET!…, the file being one of: a.xlsx, b.xlsx"] * 2
    asked = run("whatif", *files, "--set", "b.xlsx:产业链办公室和落地办!I12=3", "--json").document
    assert asked["set"] == [{"file": "b.xlsx", "sheet": "产业链办公室和落地办", "cell": "I12", "from": 0.0, "to": 3.0}]
    assert [each["id"] for each in asked["chains"] if each["delta"]] == ["building"]
    left_out = run("whatif", *files, "--drop", "a.xlsx:产业链办公室和落地办!21", "--json").document
    assert [each["id"] for each in left_out["chains"] if each["delta"]] == ["electrical"]


@pytest.mark.parametrize(
    "asked",
    ["市商务局!D28=1.4", "'市商务局'!$D$28=1.4", "市商务局！D28＝１．４", "q2-2023.xlsx:市商务局!d28=1.4亿元"],
)
def test_a_cell_may_be_written_as_office_programs_and_chinese_keyboards_write_it(asked: str, run: Run, sample: Path) -> None:
    # 1.5 亿元 earns 4, 1.4 earns 2: 63.74 − 2 = 61.74.
    document = run("whatif", sample, "--set", asked, "--json").document
    assert {each["id"]: each["total_new"] for each in document["chains"]}["materials"] == 61.74


def test_several_cells_of_one_row_are_held_against_the_checks_together(run: Run, sample: Path) -> None:
    # 建成投产 with its date: alone it is refused (E301).
    asked = ["--set", "市发改局!G16=是", "--set", "市发改局!H16=2023-05-01"]
    document = run("whatif", sample, *asked, "--json").document
    assert {each["id"]: each["delta"] for each in document["chains"]}["electrical"] == 0.75


def test_where_there_are_several_files_single_inputs_are_told_with_theirs(run: Run, sample: Path, tmp_path: Path) -> None:
    _in_two_files(sample, tmp_path)
    out = run("sensitivity", "a.xlsx", "b.xlsx", "--inputs", "-o", "s.xlsx").out
    assert "draws level with 新能源新材料: a.xlsx:市商务局!D28 投资额（亿元） 1.5 → " in out
    told = [row[0].value for row in openpyxl.load_workbook("s.xlsx")["关键数据"].iter_rows()]
    assert any("a.xlsx:市商务局!D28" in str(each) for each in told)
    assert ": 市商务局!D28" in run("sensitivity", sample, "--inputs").out
