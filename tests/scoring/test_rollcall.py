"""The roll call, and what is said of a unit that did not hand in, handed in twice, another period's or an unreadable file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.paperwork.annotate import to_send_back
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.scoring.rollcall import Entry, roll_call
from chainscore.words.references import cell_reference
from tests.conftest import Run
from tests.paperwork.test_paperwork import COMMERCE, COVER, OFFICE, SAMPLES, SHORT, TAX, beside, filled_parts, parts, returns
from tests.scoring.test_scoring import project
from tests.support.facts import quarter, write_plainly
from tests.support.filling import BOOK
from tests.support.workbooks import FINANCE, SHEETS, STATISTICS, TECHNOLOGY, appraised_files, seen, sound

__all__ = ["filled_parts", "returns"]

UNITS = [*SHEETS[:-1], *(f"{OFFICE}-{name}" for name in SHORT)]
"""Seven departments and six chains' offices."""


def entries(result: Appraisal) -> dict[str, Entry]:
    return {entry.unit.name(BOOK): entry for entry in roll_call(result.tables, result.findings, BOOK)}


def states(result: Appraisal) -> Counter[str]:
    return Counter(entry.state for entry in entries(result).values())


def blamed(result: Appraisal) -> list[tuple[str, str, str | None]]:
    """(code, file, sheet) of each error."""
    return [(f.code, f.file, f.sheet) for f in result.findings if f.severity == "error"]


def part(returns: Path, who: str) -> Path:
    return returns / f"2023年第二季度-{who}.xlsx"


def type_into(path: Path, sheet: str, label: str, value: Any) -> None:
    """Type beside a label."""
    workbook = openpyxl.load_workbook(path)
    workbook[sheet].cell(*beside(workbook[sheet], label)).value = value
    workbook.save(path)


def test_who_has_submitted_what_and_who_has_not(tmp_path: Path) -> None:
    one, two = sound().only(COVER, STATISTICS, COMMERCE), sound().only(COVER, TAX, FINANCE)
    two[FINANCE]["D17"] = "六月底"
    two[TAX]["D3"] = None
    result = appraised_files(tmp_path, one=one, two=two)
    found = [
        (name, e.state, e.files, e.rows, e.findings.get("error", 0), e.findings.get("warning", 0))
        for name, e in entries(result).items()
    ]
    assert found == [
        ("市统计局", "submitted", ("one.xlsx",), 8, 0, 0),
        ("市税务局", "unsigned", ("two.xlsx",), 6, 1, 0),
        ("市商务局", "submitted", ("one.xlsx",), 2, 0, 0),
        ("市发改局", "missing", (), 0, 1, 0),
        ("市科技工信局", "missing", (), 0, 1, 0),
        ("市金融办", "submitted", ("two.xlsx",), 1, 1, 0),
        ("落地办", "missing", (), 0, 1, 0),
        *((f"{OFFICE}-{name}", "missing", (), 0, 1, 0) for name in SHORT),
    ]  # fmt: skip


def test_each_unit_is_counted_once_in_the_order_of_sheets_and_chains(returns: Path) -> None:
    assert [entry.unit.name(BOOK) for entry in roll_call(None, [], BOOK)] == UNITS
    result = appraise([returns], BOOK)
    assert list(entries(result)) == UNITS
    assert states(result) == {"submitted": 13}
    assert {entry.findings.get("error", 0) for entry in entries(result).values()} == {0}


def test_the_chains_of_one_whole_workbook_are_six_units_with_their_own_rows() -> None:
    result = appraise([SAMPLES / "q2-2023.xlsx"], BOOK)
    assert result.tables is not None
    sheet = result.tables.sheets[OFFICE]
    assert states(result) == {"submitted": 13}
    rows = [entries(result)[f"{OFFICE}-{name}"].rows for name in SHORT]
    assert sum(rows) == sheet.rows_read
    assert min(rows) >= 1


def test_two_missing_units_of_thirteen_are_two_findings_without_a_file(returns: Path) -> None:
    before = to_send_back(appraise([returns], BOOK))
    part(returns, STATISTICS).unlink()
    part(returns, f"{OFFICE}-绿色建材").unlink()
    result = appraise([returns], BOOK)
    assert blamed(result) == [("E201", "", STATISTICS), ("E218", "", OFFICE)]
    assert states(result) == {"submitted": 11, "missing": 2}
    others = [entry for entry in entries(result).values() if entry.state == "submitted"]
    assert [entry.findings.get("error", 0) for entry in others] == [0] * 11
    back = to_send_back(result)
    assert set(back) == set(before)
    assert {finding.severity for its in back.values() for finding in its} <= {"warning", "notice"}


def test_what_a_missing_unit_would_have_certified_is_nobody_elses_fault(returns: Path) -> None:
    # 市科技工信局 has leading enterprises whose outputs 市统计局 certifies.
    part(returns, STATISTICS).unlink()
    assert blamed(appraise([returns], BOOK)) == [("E201", "", STATISTICS)]
    assert entries(appraise([returns], BOOK))[TECHNOLOGY].findings.get("error", 0) == 0


def test_a_second_file_of_a_unit_is_said_once(returns: Path) -> None:
    twice = returns / "市商务局（修改后）.xlsx"
    twice.write_bytes(part(returns, COMMERCE).read_bytes())
    result = appraise([returns], BOOK)
    assert blamed(result) == [("E202", twice.name, COMMERCE)]
    [error] = [finding for finding in result.findings if finding.severity == "error"]
    assert part(returns, COMMERCE).name in error.message("zh")
    assert states(result) == {"submitted": 12, "duplicate": 1}
    assert entries(result)[COMMERCE].files == (part(returns, COMMERCE).name, twice.name)


@pytest.mark.parametrize(("who", "leaf", "chains"), [(COMMERCE, "1.3.2", 6), (f"{OFFICE}-绿色建材", "4.2", 1)])
def test_in_a_draft_neither_of_two_files_counts_and_nothing_is_zero(who: str, leaf: str, chains: int, returns: Path) -> None:
    (returns / f"{who}（修改后）.xlsx").write_bytes(part(returns, who).read_bytes())
    card = appraise([returns], BOOK, draft=True).scorecard
    assert card is not None
    pending = [chain for chain in card.chains if leaf in chain.pending]
    assert len(pending) == chains
    assert {chain.leaves[leaf].score for chain in pending} == {None}


def test_one_file_of_another_quarter_is_one_error_at_its_cover(returns: Path) -> None:
    type_into(part(returns, TAX), COVER, "考核期", "2023Q1")
    result = appraise([returns], BOOK)
    assert blamed(result) == [("E214", part(returns, TAX).name, COVER)]
    assert entries(result)[TAX].findings["error"] == 1
    assert entries(result)[TAX].files == (part(returns, TAX).name,)
    assert states(result) == {"submitted": 12, "missing": 1}


def test_rows_of_another_quarter_are_not_counted_with_those_of_a_unit(returns: Path) -> None:
    own = entries(appraise([returns], BOOK))
    (returns / "一季度.xlsx").write_bytes((SAMPLES / "q1-2023.xlsx").read_bytes())
    result = appraise([returns], BOOK)
    assert [code for code, *_ in blamed(result)] == ["E214"]
    assert {name: (entry.state, entry.rows, entry.files) for name, entry in entries(result).items()} == {
        name: ("submitted", entry.rows, entry.files) for name, entry in own.items()
    }


def test_two_quarters_at_once_are_one_error_that_says_what_to_do(run: Run) -> None:
    outcome = run("score", SAMPLES / "q1-2023.xlsx", SAMPLES / "q2-2023.xlsx", "--lang", "zh")
    assert outcome.code == 1
    errors = [line for line in outcome.err.splitlines() if ": E" in line]
    assert len(errors) == 1
    assert "E214" in errors[0]
    assert "chainscore diff" in errors[0]


@pytest.mark.parametrize("suffix", [".xls", ".et"])
def test_an_old_workbook_is_said_once_and_its_unit_is_not_missing_too(suffix: str, returns: Path) -> None:
    part(returns, TAX).unlink()
    old = part(returns, TAX).with_suffix(suffix)
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    result = appraise([returns], BOOK)
    assert blamed(result) == [("E103", old.name, None)]
    assert states(result) == {"submitted": 12, "unreadable": 1}
    assert entries(result)[TAX].files == (old.name,)


def test_an_unreadable_file_of_one_chains_office_stands_for_that_chain_alone(returns: Path) -> None:
    office = part(returns, f"{OFFICE}-绿色建材")
    office.write_bytes(b"PK\x03\x04 no workbook")
    result = appraise([returns], BOOK)
    assert blamed(result) == [("E104", office.name, None)]
    assert [name for name, entry in entries(result).items() if entry.state == "unreadable"] == [f"{OFFICE}-绿色建材"]


def test_a_file_whose_name_says_nothing_stands_for_nobody(returns: Path) -> None:
    part(returns, TAX).unlink()
    (returns / "扫描件.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert blamed(appraise([returns], BOOK)) == [("E103", "扫描件.xls", None), ("E201", "", TAX)]


def test_a_wrong_day_of_signing_is_one_error_at_its_cell(returns: Path) -> None:
    type_into(part(returns, TAX), TAX, "填报日期", "七月三日")
    result = appraise([returns], BOOK)
    cell = beside(openpyxl.load_workbook(part(returns, TAX))[TAX], "填报日期")
    assert [(f.code, f.place) for f in result.findings if f.severity == "error"] == [
        ("E309", f"{part(returns, TAX).name}:{TAX}!{cell_reference(*cell)}")
    ]
    assert entries(result)[TAX].state == "unsigned"


def test_workbooks_sent_out_with_carried_rows_and_come_back_as_they_went_are_unsigned(run: Run) -> None:
    run("template", "--from", SAMPLES / "q2-2023.xlsx", "--split", "out")
    found = {name: entry.state for name, entry in entries(appraise([Path("out")], BOOK)).items()}
    # 市税务局 has no events to carry: its workbook is blank.
    assert found == {part.who: "missing" if part.sheet.name == TAX else "unsigned" for part in parts(BOOK)}


def test_check_prints_the_roll_call_after_the_findings_of_several_files_and_not_of_one(
    run: Run, returns: Path, tmp_path: Path
) -> None:
    part(returns, FINANCE).unlink()
    lines = run("check", "returns", "--lang", "zh").out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("填报单位"))
    assert lines[start].split() == ["填报单位", "报送", "文件", "行数", "错误", "警告", "提示"]
    assert [line.split()[:3] for line in lines[start:] if line.startswith((FINANCE, TAX))] == [
        [TAX, "已报送", part(returns, TAX).name], [FINANCE, "未报送"],
    ]  # fmt: skip
    assert "报送情况：应报13家，已报12家，未报、未签或有误1家。" in lines
    assert any(line.startswith("市金融办: E201") for line in lines[:start]), "no file before it"
    write_plainly(tmp_path / "one.xlsx", quarter(市商务局=[project(2)]))
    assert "Roll call" not in run("check", "one.xlsx").out


def test_the_roll_call_as_json(run: Run, returns: Path) -> None:
    part(returns, FINANCE).unlink()
    document = run("check", "returns", "--json").document
    assert sorted(document) == ["findings", "period", "submissions"]
    assert [(each["unit"], each["chain"]) for each in document["submissions"]] == [
        *((sheet, None) for sheet in SHEETS[:-1]), *((OFFICE, chain.id) for chain in BOOK.chains),
    ]  # fmt: skip
    by_unit = {each["unit"]: each for each in document["submissions"]}
    assert by_unit[FINANCE] == {
        "unit": FINANCE, "chain": None, "state": "missing", "files": [], "rows": 0,
        "errors": 1, "warnings": 0, "notices": 0, "signed_by": None, "signed_on": None,
    }  # fmt: skip
    tax = by_unit[TAX]
    assert (tax["state"], tax["files"], tax["rows"], tax["errors"]) == ("submitted", [part(returns, TAX).name], 6, 0)
    assert tax["signed_by"]
    assert tax["signed_on"][:7] == "2023-07"
    [finding] = [finding for finding in document["findings"] if finding["severity"] == "error"]
    assert (finding["file"], finding["sheet"], finding["cell"]) == (None, FINANCE, None)


def test_many_sound_files_are_counted_and_not_all_named(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "sound"
    folder.mkdir()
    for name, sheet in quarter(市商务局=[project(2)]).items():
        write_plainly(folder / f"{name}.xlsx", {name: sheet})
    outcome = run("check", "sound")
    assert outcome.code == 0
    assert outcome.out.splitlines()[-2:] == [
        "Roll call: of 13 who fill in, 13 submitted; 0 did not, did not sign, or sent what cannot be used.",
        "8 files: 2023Q2, 8 sheets and 19 rows read, no errors.",
    ]


def test_a_workbook_that_lacks_a_sheet_is_not_blamed_for_it(tmp_path: Path) -> None:
    result = appraised_files(tmp_path, one=sound().without(FINANCE))
    assert blamed(result) == [("E201", "", FINANCE)]
    assert seen(result) == [f"error E201 {FINANCE}"]


def test_of_two_whole_workbooks_both_are_sent_back_the_second_for_being_one_too_many(run: Run, tmp_path: Path) -> None:
    quarter_ = sound()
    quarter_[COMMERCE]["F17"] = None  # not filed: a warning
    for folder in ("1", "2"):
        (tmp_path / folder / "局").mkdir(parents=True)
        quarter_.save(tmp_path / folder / "局" / "表.xlsx")
    outcome = run("check", "1/局/表.xlsx", "2/局/表.xlsx", "--annotate", "out")
    assert "Annotated copies: 2, in out" in outcome.out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1-局-表.xlsx", "2-局-表.xlsx"]
    found = appraise([tmp_path / "1" / "局" / "表.xlsx", tmp_path / "2" / "局" / "表.xlsx"], BOOK).findings
    assert [(f.code, f.file) for f in found] == [("E202", "2/局/表.xlsx"), ("W501", "1/局/表.xlsx")]


# ---------------------------------------------------------------- what is advised


def test_parts_of_one_quarter_scored_one_by_one_are_proposed_to_be_scored_together(run: Run, returns: Path) -> None:
    outcome = run("score", returns, "--each", "-o", "out", "--lang", "zh")
    assert outcome.code == 1
    assert "请不加 --each，合在一起计分" in outcome.out
    together = run("score", returns, "--lang", "zh")
    assert together.code == 0


def test_whole_workbooks_scored_together_are_proposed_to_be_scored_one_by_one(run: Run, tmp_path: Path) -> None:
    for county in ("甲县", "乙县"):
        sound().save(tmp_path / f"{county}.xlsx")
    outcome = run("score", "甲县.xlsx", "乙县.xlsx", "--lang", "zh")
    errors = [line for line in outcome.err.splitlines() if ": E" in line]
    assert len(errors) == 1
    assert "chainscore score --each" in errors[0]
    assert run("score", "甲县.xlsx", "乙县.xlsx", "--each", "-o", "out").code == 0
    assert "--each" not in run("score", "甲县.xlsx", "--each", "-o", "out2", "--lang", "zh").out


@pytest.mark.parametrize(
    ("sheet", "cell", "hint"),
    [
        (COMMERCE, "D17", "请填数，单位亿元；没有数据不等于零，确为零的请填 0。"),
        (COMMERCE, "E17", "请填完整的年月日，如 2023-5-6。"),
        (COMMERCE, "G17", "请从下拉列表中选择：是、否。"),
        (COMMERCE, "B17", "请填写项目名称。"),
        (OFFICE, "I8", "请填实际次数，须是整数。"),
    ],
)
def test_what_is_missing_is_asked_for_by_its_type(sheet: str, cell: str, hint: str, tmp_path: Path) -> None:
    one = sound()
    assert one[sheet][cell] is not None
    one[sheet][cell] = None
    [found] = [finding for finding in appraised_files(tmp_path, one=one).findings if finding.cell == cell]
    assert (found.code, found.hint("zh")) == ("E301", hint)
    assert ("0" in found.hint("en")) == (cell == "D17" or "2023" in hint)


@pytest.mark.parametrize(
    "arguments",
    [("score",), ("explain", "food"), ("whatif", "--set", "市商务局!D17=2.1"), ("sensitivity",)],
    ids=lambda each: each[0],
)
def test_a_draft_is_proposed_by_commands_that_make_one(arguments: tuple[str, ...], run: Run) -> None:
    command, *rest = arguments
    told = run(command, SAMPLES / "q2-2023-with-mistakes.xlsx", *rest)
    assert told.code == 1
    assert ("--draft" in told.err) == ("--draft" in run(command, "--help").out)
