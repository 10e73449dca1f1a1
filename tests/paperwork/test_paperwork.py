"""A quarter's paperwork: workbooks split by who fills them, put together again, called over, and carried forward."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from chainscore.method.period import Period
from chainscore.paperwork.template import Part, files_of_parts, parts, write_template
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.scoring.rollcall import roll_call
from tests.conftest import REPOSITORY, Run
from tests.results.test_libreoffice import libreoffice
from tests.scoring.test_scoring import project
from tests.support import office
from tests.support.facts import quarter, write_plainly
from tests.support.filling import BOOK, beside, example, fill_sheet, find, header
from tests.support.workbooks import (
    COMMERCE,
    COVER,
    FINANCE,
    OFFICE,
    REFORM,
    SHEETS,
    STATISTICS,
    TAX,
    appraised_files,
    day,
    seen,
    sound,
)

__all__ = ["libreoffice"]

PERIOD = Period.of_quarter(2023, 2)
SAMPLES = REPOSITORY / "sample_data"
SHORT = [chain.short_name for chain in BOOK.chains]


def part_of(facts: Mapping[str, Any], part: Part) -> dict[str, Any]:
    """What the department, or the chain's office, has to fill in."""
    own = dict(facts["sheets"][part.sheet.name])
    if part.chain is not None:
        for name in ("table", "ledger"):
            own[name] = [row for row in own[name] if row["产业链"] == part.chain.name]
    return own


def fill_parts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Every split workbook in a folder, filled in where it stands as another program would."""
    for name, part in files_of_parts(BOOK, Period.parse(facts["period"])).items():
        path = folder / name
        workbook = openpyxl.load_workbook(path)
        fill_sheet(workbook[part.sheet.name], part_of(facts, part))
        workbook.save(path)


def published(result: Appraisal) -> dict[str, dict[str, float]]:
    assert result.scorecard is not None, seen(result)
    return {
        chain.chain: {leaf: float(score.score or 0) for leaf, score in chain.leaves.items()}
        for chain in result.scorecard.chains
    }


@pytest.fixture(scope="module")
def filled_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The split workbooks of a worked example, filled in."""
    folder = tmp_path_factory.mktemp("parts")
    for name, part in files_of_parts(BOOK, PERIOD).items():
        (folder / name).write_bytes(write_template(BOOK, PERIOD, part=part))
    fill_parts(folder, example("ordinary-2023Q2")["facts"])
    return folder


@pytest.fixture
def returns(filled_parts: Path, tmp_path: Path) -> Path:
    """A copy of them for one test."""
    return Path(shutil.copytree(filled_parts, tmp_path / "returns"))


# ---------------------------------------------------------------- template --split


def test_a_workbook_is_written_for_each_department_and_each_chains_office(run: Run, tmp_path: Path) -> None:
    outcome = run("template", "--period", "2023Q2", "--split", "out", "--lang", "zh")
    assert (outcome.code, outcome.out) == (0, "已生成2023年第二季度填报工作簿13个，各填报单位一个：out\n")
    expected = [f"2023年第二季度-{sheet}.xlsx" for sheet in SHEETS if sheet != OFFICE]
    expected += [f"2023年第二季度-{OFFICE}-{name}.xlsx" for name in SHORT]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(expected)


def test_the_split_workbooks_as_json(run: Run) -> None:
    document = run("template", "--period", "2023-05", "--split", "out", "--json").document
    assert (document["schema"], document["period"], len(document["files"])) == ("chainscore/template/1", "2023-05", 13)
    assert document["files"][2] == str(Path("out", "2023年5月-市商务局.xlsx"))


def opened(part: Part) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_template(BOOK, PERIOD, part=part)))


@pytest.mark.parametrize("part", parts(BOOK), ids=lambda part: part.who)
def test_a_split_workbook_holds_the_cover_its_sheet_and_the_lists(part: Part) -> None:
    workbook = opened(part)
    assert workbook.sheetnames == ["填报说明", part.sheet.name, "清单"]
    assert workbook["清单"].sheet_state == "hidden"
    page = workbook[part.sheet.name]
    assert page["A1"].value == f"2023年第二季度产业链考核数据填报表——{part.who}"
    assert page.cell(*beside(page, "填报单位")).value == part.who
    assert page.protection.sheet
    assert workbook["填报说明"]["A1"].value == f"2023年第二季度产业链考核数据填报表——{part.who}"
    links = [cell.hyperlink.location for row in workbook["填报说明"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{part.sheet.name}'!A1"], "no link to a sheet that is not there"
    about = {page.cell(row, 1).value: page.cell(row, 2).value for page in [workbook["清单"]] for row in range(1, 5)}
    assert about == {"规则": BOOK.id, "规则版本": BOOK.version, "规则校验码": BOOK.sha256, "考核期": "2023Q2"}


def test_the_workbook_of_a_chains_office_has_that_chain_alone() -> None:
    part = next(part for part in parts(BOOK) if part.chain is not None and part.chain.id == "electronics")
    workbook = opened(part)
    page = workbook[OFFICE]
    row, columns = header(page, {"产业链", "全景图"})
    assert page.cell(row + 1, columns["产业链"]).value == "电子信息"
    names = [cell.value for cell in page["A"] if cell.value in {chain.name for chain in BOOK.chains}]
    assert names == ["电子信息"]
    [(title, area)] = workbook.defined_names["chain_list"].destinations
    assert workbook[title][area.replace("$", "")].value == "电子信息"


def test_the_parts_put_together_are_scored_as_the_whole_workbook(returns: Path, run: Run) -> None:
    result = appraise([returns], BOOK)
    assert [line for line in seen(result) if line.startswith("error")] == []
    expected = {chain: values["scores"] for chain, values in example("ordinary-2023Q2")["expected"].items()}
    assert published(result) == expected
    document = run("score", "returns", "--json").document
    assert {chain["id"]: chain["scores"] for chain in document["chains"]} == expected
    assert (returns / "q2-2023-results.xlsx").is_file()


def test_an_existing_split_workbook_is_kept_unless_forced(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    old = folder / "2023年第二季度-市商务局.xlsx"
    old.write_bytes(b"old")
    outcome = run("template", "--period", "2023Q2", "--split", "out")
    assert (outcome.code, outcome.out) == (2, "")
    assert "市商务局" in outcome.err
    assert [path.name for path in folder.iterdir()] == [old.name]
    assert old.read_bytes() == b"old"
    assert run("template", "--period", "2023Q2", "--split", "out", "--force").code == 0
    assert old.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--split", "out", "-o", "a.xlsx"], "--split"), (["--split", "file"], "file"), (["--split", "no/where"], "no"),
        (["--from", "nowhere.xlsx"], "E101"), (["--last-year", "nowhere.xlsx"], "E101"),
        (["--from", SAMPLES / "q2-2023.xlsx", "--period", "2023Q2"], "2023Q2"),
        (["--from", SAMPLES / "q2-2023.xlsx", "--period", "2023-05"], "2023-05"),
        (["--last-year", SAMPLES / "q2-2023.xlsx", "--period", "2024Q1"], "2023Q1"),
    ],
)  # fmt: skip
def test_what_the_template_cannot_do_is_said_and_nothing_is_written(
    arguments: list[object], word: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    outcome = run("template", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert word in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# ---------------------------------------------------------------- putting together


def test_a_whole_workbook_of_which_a_department_filled_one_sheet_takes_the_place_of_its_own(returns: Path) -> None:
    facts = example("ordinary-2023Q2")["facts"]
    (returns / "2023年第二季度-市商务局.xlsx").unlink()
    whole = openpyxl.load_workbook(io.BytesIO(write_template(BOOK, PERIOD)))
    fill_sheet(whole[COMMERCE], facts["sheets"][COMMERCE])
    whole.save(returns / "商务局发来.xlsx")
    result = appraise([returns], BOOK)
    assert [line for line in seen(result) if line.startswith("error")] == []
    assert published(result) == {c: v["scores"] for c, v in example("ordinary-2023Q2")["expected"].items()}


def test_a_chains_office_that_left_its_workbook_blank_is_named_at_its_own_file(returns: Path) -> None:
    files = files_of_parts(BOOK, PERIOD).items()
    name, part = next((name, part) for name, part in files if part.chain is not None and part.chain.id == "food")
    path = returns / name
    path.write_bytes(write_template(BOOK, PERIOD, part=part))
    [error] = [finding for finding in appraise([returns], BOOK).findings if finding.severity == "error"]
    assert (error.code, error.file, error.sheet, error.chain) == ("E218", path.name, OFFICE, "food")
    path.unlink()
    [error] = [finding for finding in appraise([returns], BOOK).findings if finding.severity == "error"]
    assert (error.code, error.file, error.sheet, error.chain) == ("E218", "", OFFICE, "food"), "in nobody else's file"


def test_one_file_of_another_period_is_the_one_named_whatever_the_order(returns: Path) -> None:
    first = sorted(returns.iterdir())[0]
    workbook = openpyxl.load_workbook(first)
    workbook[COVER].cell(*beside(workbook[COVER], "考核期")).value = "2023Q1"
    workbook.save(first)
    result = appraise([returns], BOOK)
    [found] = [finding for finding in result.findings if finding.code == "E214"]
    assert (found.file, found.sheet) == (first.name, COVER)
    assert OFFICE in found.message("zh")
    assert OFFICE in found.message("en")
    assert str(result.tables and result.tables.period) == "2023Q2"


@pytest.mark.parametrize(
    ("label", "code"), [("规则", "E111"), ("规则版本", "W512"), ("规则校验码", "W512")]
)  # fmt: skip
def test_a_workbook_made_for_another_rulebook_or_version_is_named(returns: Path, label: str, code: str) -> None:
    path = returns / "2023年第二季度-市商务局.xlsx"
    workbook = openpyxl.load_workbook(path)
    lists = workbook["清单"]
    row, column = find(lists, label)
    lists.cell(row, column + 1).value = "other"
    workbook.save(path)
    [found] = [finding for finding in appraise([returns], BOOK).findings if finding.code in ("E111", "W512")]
    assert (found.code, found.file, found.sheet, found.cell) == (code, path.name, "清单", f"B{row}")
    assert COMMERCE in found.message("zh")
    assert "other" in found.message("en")


def test_an_unsigned_copy_of_what_is_signed_elsewhere_is_passed_over_with_a_notice(tmp_path: Path) -> None:
    # A carried workbook holds the year's rows on every sheet; each department signs its own.
    one, two = sound(), sound().only(COVER, FINANCE)
    one[FINANCE]["D3"] = one[FINANCE]["H3"] = None
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["notice N619 市金融办"]
    assert result.findings[0].file == "one.xlsx"
    assert result.scorecard is not None


def test_unsigned_rows_that_nobody_signed_elsewhere_are_not_passed_over(tmp_path: Path) -> None:
    one, two = sound(), sound().only(COVER, FINANCE)
    one[FINANCE]["D3"] = one[FINANCE]["H3"] = None
    one[FINANCE].put(18, ("电子信息", "样例另一公司", "上市", day(6, 2)))
    result = appraised_files(tmp_path, one=one, two=two)
    assert {line for line in seen(result) if line.startswith("error")} == {
        "error E207 市金融办!D3", "error E207 市金融办!H3", "error E202 市金融办",
    }  # fmt: skip


def test_a_row_that_only_the_unsigned_copy_has_is_a_warning(tmp_path: Path) -> None:
    one, two = sound(), sound().only(COVER, FINANCE)
    one[FINANCE]["D3"] = one[FINANCE]["H3"] = None
    one[FINANCE].put(18, ("新能源新材料", "样例另一公司", "上市", day(6, 2)))
    result = appraised_files(tmp_path, one=one, two=two)
    assert seen(result) == ["warning W513 市金融办"]
    assert result.findings[0].file == "one.xlsx"


@pytest.mark.parametrize("sheet", [STATISTICS, TAX, REFORM, OFFICE])
def test_figures_entered_in_two_files_are_never_passed_over_signed_or_not(sheet: str, tmp_path: Path) -> None:
    one, two = sound(), sound().only(COVER, sheet)
    one[sheet]["D3"] = one[sheet]["H3"] = None
    codes = {line.split()[1] for line in seen(appraised_files(tmp_path, one=one, two=two)) if line.startswith("error")}
    assert codes >= {"E202", "E207"}


def test_files_of_the_same_name_are_told_apart_and_a_file_given_twice_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, sheets in (("甲", SHEETS[:4]), ("乙", SHEETS[4:])):
        Path(folder).mkdir()
        quarter_ = sound().only(COVER, *sheets)
        quarter_[sheets[0]]["D3"] = None
        quarter_.save(Path(folder, "报表.xlsx"))
    result = appraise([Path("甲"), Path("乙"), Path("乙", "报表.xlsx")], BOOK)
    assert [(finding.code, finding.file) for finding in result.findings] == [
        ("E207", "甲/报表.xlsx"), ("E207", "乙/报表.xlsx"),
    ]  # fmt: skip


# ---------------------------------------------------------------- template --from, --last-year


def ledger_rows(page: Any, labels: set[str]) -> list[dict[str, Any]]:
    """The filled rows of a ledger by label."""
    first, columns = header(page, labels)
    rows = [{label: page.cell(row, column).value for label, column in columns.items()} for row in range(first + 1, first + 60)]
    return [row for row in rows if any(value is not None for value in row.values())]


def table_rows(page: Any, labels: set[str]) -> list[dict[str, Any]]:
    return ledger_rows(page, labels)[:6]


PROJECT_LABELS = {"项目名称", "项目性质", "累计完成投资（万元）"}


def test_the_years_events_are_carried_forward_and_figures_to_be_renewed_are_blank(run: Run, tmp_path: Path) -> None:
    outcome = run("template", "--from", SAMPLES / "q1-2023.xlsx")
    assert (outcome.code, outcome.out.splitlines()) == (
        0,
        [
            "Blank workbook for 2023Q2: q2-2023.xlsx",
            "Carried forward from 2023Q1: 60 events. Figures to be renewed and signatures are blank.",
        ],
    )
    old, new = openpyxl.load_workbook(SAMPLES / "q1-2023.xlsx"), openpyxl.load_workbook(tmp_path / "q2-2023.xlsx")
    for sheet in BOOK.sheets:
        if sheet.ledger is None:
            continue
        labels = {column.label for column in sheet.ledger.columns}
        renewed = {column.label for column in sheet.ledger.columns if column.renewed}
        before, after = ledger_rows(old[sheet.name], labels), ledger_rows(new[sheet.name], labels)
        assert len(before) >= 5
        assert after == [{**row, **dict.fromkeys(renewed)} for row in before]
    commissioned = {row["是否建成投产"] for row in ledger_rows(new["市发改局"], PROJECT_LABELS)}
    assert commissioned == {"是", "否"}
    assert {row["累计完成投资（万元）"] for row in ledger_rows(new["市发改局"], PROJECT_LABELS)} == {None}
    for name, labels in ((STATISTICS, {"本期产值（万元）"}), (TAX, {"本期税收（万元）"}), (OFFICE, {"全景图"})):
        rows = table_rows(new[name], labels)
        assert [row.pop("产业链") for row in rows] == [chain.name for chain in BOOK.chains]
        assert not any(value for row in rows for value in row.values())
    assert new[STATISTICS].cell(*beside(new[STATISTICS], "全市工业总产值（万元）")).value is None


def test_nothing_carried_forward_is_signed(run: Run, tmp_path: Path) -> None:
    run("template", "--from", SAMPLES / "q1-2023.xlsx", "--period", "2023Q3", "-o", "next.xlsx")
    new = openpyxl.load_workbook(tmp_path / "next.xlsx")
    assert new[COVER].cell(*beside(new[COVER], "考核期")).value == "2023年第三季度"
    for sheet in BOOK.sheets:
        page = new[sheet.name]
        labels = ["填报人", "联系电话", "填报日期", *(["本期无新增事项"] if sheet.ledger else [])]
        assert [page.cell(*beside(page, label)).value for label in labels] == [None] * len(labels)


def test_a_new_year_carries_no_events(run: Run, tmp_path: Path) -> None:
    outcome = run("template", "--from", SAMPLES / "q2-2023.xlsx", "--period", "2024Q1")
    assert outcome.out.splitlines()[-1].startswith("Carried forward from 2023Q2: 0 events.")
    assert (tmp_path / "q1-2024.xlsx").read_bytes() == write_template(BOOK, Period.of_quarter(2024, 1))


def test_last_years_figures_are_filled_in_from_the_same_period_a_year_ago(run: Run, tmp_path: Path) -> None:
    assert run("template", "--period", "2024Q2", "--last-year", SAMPLES / "q2-2023.xlsx").code == 0
    old, new = openpyxl.load_workbook(SAMPLES / "q2-2023.xlsx"), openpyxl.load_workbook(tmp_path / "q2-2024.xlsx")
    for name, now, ago in (
        (STATISTICS, "本期产值（万元）", "上年同期产值（万元）"), (TAX, "本期税收（万元）", "上年同期税收（万元）"),
    ):  # fmt: skip
        before, after = table_rows(old[name], {now}), table_rows(new[name], {now})
        assert [row[ago] for row in after] == [row[now] for row in before]
        assert all(row[ago] > 0 for row in after)
        assert [row[now] for row in after] == [None] * 6


def test_both_together_and_split(run: Run, tmp_path: Path) -> None:
    ago = write_plainly(tmp_path / "ago.xlsx", {
        name: {**parts_, "ledger": []} if "ledger" in parts_ else parts_ for name, parts_ in dated(quarter(), "2022-07-01").items()
    }, "2022Q2")  # fmt: skip
    outcome = run("template", "--from", SAMPLES / "q1-2023.xlsx", "--last-year", ago, "--split", "out")
    assert outcome.code == 0, outcome.err
    page = openpyxl.load_workbook(tmp_path / "out" / "2023年第二季度-市统计局.xlsx")[STATISTICS]
    assert [row["上年同期产值（万元）"] for row in table_rows(page, {"本期产值（万元）"})] == [110] * 6
    reports = {
        row["产业链"]
        for path in (tmp_path / "out").glob(f"*{OFFICE}-电子信息.xlsx")
        for row in ledger_rows(openpyxl.load_workbook(path)[OFFICE], {"报道标题"})
    }
    assert reports == {"电子信息"}


def dated(facts: dict[str, dict[str, Any]], signed: str) -> dict[str, dict[str, Any]]:
    """The facts, signed on another day."""
    return {name: {**content, "sign": {**content["sign"], "填报日期": signed}} for name, content in facts.items()}


def test_a_department_may_carry_its_own_file_forward(run: Run, tmp_path: Path) -> None:
    facts = quarter(市商务局=[project(2)])
    write_plainly(tmp_path / "own.xlsx", {COMMERCE: facts[COMMERCE]})
    outcome = run("template", "--from", "own.xlsx")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1].startswith("Carried forward from 2023Q2: 1 event.")


def test_what_has_errors_is_not_carried_forward(run: Run, mistaken: Path, tmp_path: Path) -> None:
    outcome = run("template", "--from", mistaken)
    assert (outcome.code, outcome.out) == (1, "")
    assert "E304" in outcome.err
    assert "E208" not in outcome.err, "what is missing is no hindrance"
    assert list(tmp_path.iterdir()) == []


def test_a_carried_workbook_completed_is_scored_and_its_copies_do_no_harm(run: Run, tmp_path: Path) -> None:
    """Each department fills its own sheet of the whole carried workbook, and sends the whole of it."""
    run("template", "--from", SAMPLES / "q1-2023.xlsx")
    facts = openpyxl.load_workbook(SAMPLES / "q2-2023.xlsx")
    folder = tmp_path / "sent"
    folder.mkdir()
    for name in SHEETS:
        workbook = openpyxl.load_workbook(tmp_path / "q2-2023.xlsx")
        for row in facts[name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    workbook[name][cell.coordinate].value = cell.value
        workbook.save(folder / f"{name}.xlsx")
    whole, together = appraise([SAMPLES / "q2-2023.xlsx"], BOOK), appraise([folder], BOOK)
    assert [line for line in seen(together) if line.startswith("error")] == []
    assert published(together) == published(whole)
    assert {f.code for f in together.findings} - {f.code for f in whole.findings} == {"N619"}


# ---------------------------------------------------------------- LibreOffice


@pytest.fixture(scope="module")
def typed_parts(libreoffice: office.Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The split workbooks into which LibreOffice typed a worked example, and what the typist tells of each."""
    blank, typed = tmp_path_factory.mktemp("blank"), tmp_path_factory.mktemp("typed")
    facts = example("ordinary-2023Q2")["facts"]
    steps = []
    for name, part in files_of_parts(BOOK, PERIOD).items():
        (blank / name).write_bytes(write_template(BOOK, PERIOD, part=part))
        own = {"sheets": {part.sheet.name: part_of(facts, part)}}
        steps.append(office.typing_step(blank / name, typed / name, own, BOOK))
    return typed, libreoffice.work(steps)


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_split_workbooks_that_libreoffice_saved_are_scored_as_the_whole(
    typed_parts: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, told = typed_parts
    assert len(told) == 13
    for report in told:
        assert report["typed"] > 3
        assert (report["locked"], report["invalid"]) == ([], [])
    result = appraise([folder], BOOK)
    assert [line for line in seen(result) if line.startswith("error")] == []
    assert published(result) == {c: v["scores"] for c, v in example("ordinary-2023Q2")["expected"].items()}
    assert result.tables is not None
    assert {entry.state for entry in roll_call(result.tables, result.findings, BOOK)} == {"submitted"}


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_what_libreoffice_saved_is_carried_forward_and_opens_there(
    typed_parts: tuple[Path, list[dict[str, Any]]], libreoffice: office.Office, run: Run, tmp_path: Path
) -> None:
    outcome = run("template", "--from", typed_parts[0], "-o", "next.xlsx")
    assert outcome.code == 0, outcome.err
    saved = tmp_path / "saved.xlsx"
    libreoffice.work([{"open": str(tmp_path / "next.xlsx"), "save": str(saved), "filter": office.XLSX}])
    for sheet in BOOK.sheets:
        if sheet.ledger is not None:
            labels = {column.label for column in sheet.ledger.columns}
            pages = [openpyxl.load_workbook(path)[sheet.name] for path in (tmp_path / "next.xlsx", saved)]
            made, reopened = (ledger_rows(page, labels) for page in pages)
            assert made == reopened
            events = example("ordinary-2023Q2")["facts"]["sheets"][sheet.name]["ledger"]
            assert sorted(row[sheet.ledger.name] for row in made) == sorted(event[sheet.ledger.name] for event in events)
    assert {finding.code for finding in appraise([saved], BOOK).findings if finding.severity == "error"} <= {
        "E206",
        "E207",
        "E301",
    }
