"""The roll call as a workbook, and reminders: who owes what, by when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from tests.conftest import REPOSITORY, Run
from tests.support.workbooks import sound

SUPPLIERS = REPOSITORY / "chainscore" / "method" / "rulebooks" / "suppliers.toml"


def rows(path: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_each_unit_has_a_row_with_its_state_its_findings_and_what_it_has_to_do(run: Run, mistaken: Path) -> None:
    done = run("check", mistaken, "-o", "c.xlsx", "--due", "2023-07-05")
    assert done.code == 1
    _, note, header, *units = rows("c.xlsx")
    assert note[0] == "共13个填报单位，已报送12个，需办理8个。"
    assert header == ("填报单位", "报送", "文件", "签字日期", "行数", "错误", "警告", "需办事项", "办理期限")
    told = {unit[0]: unit for unit in units}
    assert len(told) == 13
    assert told["市税务局"][1] == "未签（逾期）"
    assert told["市税务局"][5:8] == (2, 0, "请补签填报单位、填报人和日期；请改正2处错误后重报")
    assert str(told["市税务局"][8])[:10] == "2023-07-05"
    assert told["市商务局"][5:8] == (4, 2, "请改正4处错误后重报；请核对2处提醒")  # A16, D20, E21, F30
    assert told["市统计局"][1] == "已报送"  # signed on 2023-07-03
    assert told["产业链办公室和落地办-电子信息"][7:] == (None, None)


def test_a_unit_that_is_signed_on_the_day_itself_is_in_time(run: Run, mistaken: Path) -> None:
    signed = {unit[0]: unit[3] for unit in run_call(run, mistaken)}["市商务局"]
    day = signed.date().isoformat()
    assert {unit[0]: unit[1] for unit in run_call(run, mistaken, day)}["市商务局"] == "已报送"


def run_call(run: Run, path: Path, due: str = "2023-07-05") -> list[tuple[Any, ...]]:
    run("check", path, "-o", "c.xlsx", "--force", "--due", due)
    return rows("c.xlsx")[3:]


def test_each_unit_that_owes_something_gets_a_reminder_and_nobody_else(run: Run, mistaken: Path) -> None:
    done = run("check", mistaken, "--reminders", "letters", "--due", "2023-07-05")
    assert "8 reminders are in letters." in done.out
    assert len(list(Path("letters").iterdir())) == 8
    lines = Path("letters/市税务局.txt").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "市税务局："
    assert lines[2:5] == ["请于2023-07-05前办理以下事项：", "1. 请补签填报单位、填报人和日期。", "2. 请改正2处错误后重报。"]
    assert any("市税务局!B7" in line for line in lines)
    assert lines[-1] == "工作专班"


def test_a_sound_quarter_gives_no_reminders(run: Run, sample: Path) -> None:
    assert run("check", sample, "--reminders", "letters").code == 0
    assert list(Path("letters").iterdir()) == []


def test_who_has_not_submitted_is_asked_to(run: Run, tmp_path: Path) -> None:
    sound().without("市金融办").save(tmp_path / "q.xlsx")
    run("check", "q.xlsx", "--reminders", "letters")
    said = Path("letters/市金融办.txt").read_text(encoding="utf-8-sig")
    assert "贵单位的报送情况：未报送。" in said
    assert "请尽快办理以下事项：\n1. 请填写并报送本单位的表。" in said.replace("\r\n", "\n")


def test_an_english_method_is_told_in_english(run: Run) -> None:
    run("template", "--rulebook", SUPPLIERS, "-o", "blank.xlsx")
    run("check", "blank.xlsx", "--rulebook", SUPPLIERS, "-o", "c.xlsx", "--reminders", "letters")
    said = [str(value) for row in rows("c.xlsx")[1:] for value in row] + [
        path.read_text() for path in Path("letters").iterdir()
    ]
    assert len(said) > 10
    assert not [char for char in "".join(said) if "一" <= char <= "鿿"]


def test_nothing_that_is_there_is_replaced_without_force(run: Run, mistaken: Path) -> None:
    Path("letters").mkdir()
    Path("letters/市税务局.txt").write_text("mine")
    assert run("check", mistaken, "--reminders", "letters").code == 2
    assert [path.read_text() for path in Path("letters").iterdir()] == ["mine"]


def test_equal_inputs_give_equal_bytes(run: Run, mistaken: Path) -> None:
    run("check", mistaken, "-o", "a.xlsx")
    run("check", mistaken, "-o", "b.xlsx")
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()
