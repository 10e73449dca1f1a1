"""``verify``: the inputs are scored again, and whatever in the results is not what they give is named by its cell."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore import __version__
from chainscore.results.packing import packed
from chainscore.verify.contents import read_contents
from tests.commands.test_outputs import libreoffice_is_there
from tests.conftest import REPOSITORY, Outcome, Run
from tests.support import office
from tests.support.office import XLSX, Office
from tests.verify.forgeries import CHART, DRAWING, RANKING, SCORES, Forged

SAMPLES = REPOSITORY / "sample_data"
RULEBOOK = REPOSITORY / "chainscore" / "method" / "rulebooks" / "xiangxiang-2022.toml"


@pytest.fixture
def results(run: Run, q2: Path) -> Path:
    """The results of the sample quarter, beside it."""
    assert run("score", q2).code == 0
    return q2.with_name("q2-2023-results.xlsx")


def codes(outcome: Outcome) -> list[tuple[str, str | None, str | None]]:
    return [(finding["code"], finding["sheet"], finding["cell"]) for finding in outcome.document["findings"]]


def where(results: Path, sheet: str, label: str) -> tuple[str, Any]:
    """The cell to the right of a label, and its value."""
    cells = read_contents(results.read_bytes()).sheets[sheet].cells
    row, column = next(place for place, cell in cells.items() if cell.value == label)
    return f"{chr(64 + column + 1)}{row}", cells[row, column + 1].value


def replace(path: Path, old: str, new: str, part: str = "xl/sharedStrings.xml", times: int = 1) -> None:
    """Change the text of one part of a workbook."""
    with zipfile.ZipFile(path) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    changed = []
    for name, content in parts:
        if name == part:
            text = content.decode()
            assert text.count(old) >= times, old
            content = text.replace(old, new).encode()
        changed.append((name, content))
    path.write_bytes(packed(changed))


# ---------------------------------------------------------------- sound


def test_results_are_what_their_input_gives(run: Run, results: Path, q2: Path) -> None:
    outcome = run("verify", results, q2)
    assert (outcome.code, outcome.err) == (0, "")
    assert re.fullmatch(
        r"q2-2023-results\.xlsx is what its inputs give, to the byte: scored again under the recorded rules and readings; "
        r"1 input, \d+ sheets, \d{4,} cells, \d+ formulas among them, were compared\.\n",
        outcome.out,
    )


def test_the_document_says_what_was_compared(run: Run, results: Path, q2: Path) -> None:
    document = run("verify", results, q2, "--json").document
    digest = document["inputs"][0]["actual_sha256"]
    contents = read_contents(results.read_bytes())
    cells = [cell for sheet in contents.sheets.values() for row in sheet.rows.values() for cell in row.values()]
    assert document == {
        "schema": "chainscore/verify/1",
        "results": "q2-2023-results.xlsx",
        "period": "2023Q2",
        "verdict": "identical",
        "sound": True,
        "rulebook": run("score", q2, "--json", "-o", "other.xlsx").document["rulebook"],
        "readings": run("score", q2, "--json", "-o", "another.xlsx").document["readings"],
        "inputs": [{"file": "q2-2023.xlsx", "recorded_sha256": digest, "actual_sha256": digest}],
        "compared": {
            "sheets": len(contents.sheets),
            "cells": len(cells),
            "formulas": sum(cell.formula is not None for cell in cells),
        },
        "findings": [],
    }
    assert where(results, "出处", "输入文件：q2-2023.xlsx")[1] == f"SHA-256 {digest}"


def test_an_input_is_known_by_its_contents_whatever_its_name_and_folder(run: Run, results: Path, q2: Path) -> None:
    (q2.parent / "elsewhere").mkdir()
    q2.rename(q2.parent / "elsewhere" / "改名.xlsx")
    assert run("verify", results, "elsewhere").code == 0
    assert run("verify", results, q2.parent / "elsewhere" / "改名.xlsx").code == 0


def test_readings_and_the_state_of_a_draft_are_taken_from_the_results(run: Run, mistaken: Path) -> None:
    run("score", mistaken, "--draft", "--reading", "investment_task_project_in_tiers=no", "-o", "draft.xlsx")
    document = run("verify", "draft.xlsx", mistaken, "--json").document
    assert (document["verdict"], document["readings"]["investment_task_project_in_tiers"]) == ("identical", "no")


def test_several_inputs_are_put_in_the_order_in_which_they_were_scored(run: Run, sample: Path) -> None:
    for name, gone in (("a.xlsx", 4), ("b.xlsx", 0)):
        workbook = openpyxl.load_workbook(sample)
        departments = [sheet for sheet in workbook.sheetnames if sheet.startswith("市")]
        for sheet in departments[gone:][:4] if not gone else departments[gone:]:
            del workbook[sheet]
        workbook.save(name)
    run("score", "b.xlsx", "a.xlsx", "--draft", "-o", "results.xlsx")
    assert run("verify", "results.xlsx", "a.xlsx", "b.xlsx").out.startswith("results.xlsx is what its inputs give")


def test_an_own_rulebook_has_to_be_named(run: Run, q2: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(RULEBOOK.read_text(encoding="utf-8").replace("steps = [[2, 6]", "steps = [[2, 16]", 1), encoding="utf-8")
    assert run("score", q2, "--rulebook", own, "-o", "results.xlsx").code == 0
    named = run("verify", "results.xlsx", q2, "--rulebook", own, "--json")
    assert (named.code, named.document["verdict"], named.document["findings"]) == (0, "identical", [])
    unnamed = run("verify", "results.xlsx", q2, "--json")
    assert (unnamed.code, unnamed.document["verdict"]) == (1, "unverifiable")
    assert [code for code, _, _ in codes(unnamed)] == ["E707"]
    assert run("verify", "results.xlsx", q2).out.splitlines()[-1] == (
        "results.xlsx is what its inputs give, but under rules that were not verified: they stand in the results alone."
    )


# ---------------------------------------------------------------- changed by hand


def test_a_text_that_was_changed_is_named_by_its_cell(run: Run, results: Path, q2: Path) -> None:
    cell, _ = where(results, "出处", "状态")
    replace(results, "<t>正式</t>", "<t>已核</t>")
    outcome = run("verify", results, q2)
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        f"q2-2023-results.xlsx:出处!{cell}: E717 should be 正式 and is 已核. Restore the results as they were written; "
        "where a figure is wrong, mend the filled workbook and score again.",
        "q2-2023-results.xlsx is not what its inputs give: 1 difference.",
    ]


def test_a_number_of_the_ranking_that_was_changed_is_named(run: Run, results: Path, q2: Path) -> None:
    sheet = read_contents(results.read_bytes()).sheets["排名"]
    place, total = max(
        (place, cell.value) for place, cell in sheet.cells.items() if isinstance(cell.value, float) and cell.value > 54
    )
    reference = f"{chr(64 + place[1])}{place[0]}"
    forged = Forged(results.read_bytes())
    forged.change(RANKING, rf'(<c r="{reference}"[^>]*>(?:<f>[^<]*</f>)?<v>)[^<]*', r"\g<1>99.5")
    results.write_bytes(forged.packed())
    outcome = run("verify", results, q2, "--json")
    assert outcome.code == 1
    assert [each[1:] for each in codes(outcome)] == [("排名", reference)]
    assert f"{total:.4g}" in outcome.document["findings"][0]["message"]
    assert "99.5" in outcome.document["findings"][0]["message"]


def test_a_changed_hash_of_the_rules_is_named_though_the_rules_are_known(run: Run, results: Path, q2: Path) -> None:
    cell, digest = where(results, "出处", "规则 SHA-256")
    replace(results, str(digest), "0" * 64)
    assert codes(run("verify", results, q2, "--json")) == [("E717", "出处", cell)]


def test_a_changed_copy_of_the_rules_is_named(run: Run, results: Path, q2: Path) -> None:
    replace(results, "steps = [[2, 6]", "steps = [[2, 9]")
    found = codes(run("verify", results, q2, "--json"))
    assert [(code, sheet) for code, sheet, _ in found] == [("E717", "数据")]


def test_an_unknown_reading_in_the_record_is_named(run: Run, results: Path, q2: Path) -> None:
    replace(results, "口径 efficacy_no_spread=full", "口径 efficacy_no_spread=best")
    assert [each[:2] for each in codes(run("verify", results, q2, "--json"))] == [("E717", "出处")]


def test_without_the_sheet_on_how_it_came_about_everything_else_is_compared(run: Run, results: Path, q2: Path) -> None:
    replace(results, 'sheet name="出处"', 'sheet name="说明"', "xl/workbook.xml")
    found = codes(run("verify", results, q2, "--json"))
    assert ("E713", "说明", None) in found
    assert run("verify", results, q2).code == 1


def test_a_draft_that_lost_its_mark_is_told(run: Run, mistaken: Path, tmp_path: Path) -> None:
    assert run("score", mistaken, "--draft", "-o", "draft.xlsx").code == 0
    path = tmp_path / "draft.xlsx"
    forged = Forged(path.read_bytes())
    anchors = re.findall(r"<xdr:\w+Anchor.*?</xdr:\w+Anchor>", forged.text(DRAWING), re.DOTALL)
    forged.change(DRAWING, re.escape(next(anchor for anchor in anchors if "<xdr:pic>" in anchor)), "")
    path.write_bytes(forged.packed())
    assert codes(run("verify", path, mistaken, "--json")) == [("E722", "排名", None)]


def test_results_of_another_version_are_compared_all_the_same(run: Run, results: Path, q2: Path) -> None:
    cell, _ = where(results, "出处", "程序")
    replace(results, f"chainscore {__version__}", "chainscore 0.0.9")
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, codes(outcome)) == (0, [("W753", "出处", cell)])


def test_other_words_than_a_version_of_the_program_are_a_difference(run: Run, results: Path, q2: Path) -> None:
    cell, _ = where(results, "出处", "程序")
    replace(results, f"chainscore {__version__}", "chainscore 9.9，已复核：文体旅游第一")
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, codes(outcome)) == (1, [("E717", "出处", cell)])


def test_results_of_another_version_that_differ_say_so_in_one_line(run: Run, results: Path, q2: Path) -> None:
    cell, _ = where(results, "出处", "程序")
    replace(results, f"chainscore {__version__}", "chainscore 0.0.9")
    replace(results, "<t>正式</t>", "<t>已核</t>")
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, outcome.document["verdict"]) == (1, "unverifiable")
    assert codes(outcome)[0] == ("E708", "出处", cell)
    assert len(run("verify", results, q2).out.splitlines()) == 2


def test_people_see_the_first_forty_differences(run: Run, results: Path, q2: Path) -> None:
    replace(results, "微软雅黑", "Wingdings", "xl/styles.xml")
    outcome = run("verify", results, q2)
    lines = outcome.out.splitlines()
    assert (outcome.code, len(lines)) == (1, 42)
    assert re.fullmatch(r"… and \d+ more; --json lists them all\.", lines[-2])
    assert {code for code, _, _ in codes(run("verify", results, q2, "--json"))} == {"E720"}


# ---------------------------------------------------------------- inputs


def test_inputs_that_are_missing_changed_or_too_many_are_named(run: Run, results: Path, q2: Path) -> None:
    row, digest = where(results, "出处", "输入文件：q2-2023.xlsx")
    other = shutil.copy(SAMPLES / "q1-2023.xlsx", q2.parent)
    outcome = run("verify", results, q2, other, "--json")
    assert (outcome.code, codes(outcome)) == (1, [("E704", "出处", None)])
    assert outcome.document["inputs"][1]["recorded_sha256"] is None
    workbook = openpyxl.load_workbook(q2)
    workbook.save(q2)
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (1, "other_inputs", [("E703", "出处", row)])
    assert run("verify", results, q2).out.splitlines()[-1] == (
        "q2-2023-results.xlsx was not scored from the inputs given: whether anything in it was changed cannot be said."
    )
    assert str(digest).endswith(outcome.document["inputs"][0]["recorded_sha256"])
    outcome = run("verify", results, results, "--json")
    assert (outcome.code, sorted(code for code, _, _ in codes(outcome))) == (2, ["E109"])
    q2.unlink()
    (q2.parent / "two").mkdir()
    shutil.copy(other, q2.parent / "two")
    shutil.copy(SAMPLES / "q2-2023-with-mistakes.xlsx", q2.parent / "two")
    outcome = run("verify", results, "two", "--json")
    assert (outcome.code, [code for code, _, _ in codes(outcome)]) == (1, ["E702", "E704", "E704"])
    assert outcome.document["inputs"][0]["actual_sha256"] is None


def test_inputs_with_errors_give_no_final_results(run: Run, mistaken: Path) -> None:
    assert run("score", mistaken, "--draft", "-o", "draft.xlsx").code == 0
    replace(Path("draft.xlsx"), "<t>草稿</t>", "<t>正式</t>")
    outcome = run("verify", "draft.xlsx", mistaken, "--json")
    assert (outcome.code, outcome.document["verdict"]) == (1, "different")
    assert [code for code, _, _ in codes(outcome)] == ["E705"]
    assert outcome.document["compared"] == {"sheets": 0, "cells": 0, "formulas": 0}


def test_rules_that_nobody_knows_any_more_are_said(run: Run, results: Path, q2: Path) -> None:
    replace(results, str(where(results, "出处", "规则 SHA-256")[1]), "0" * 64)
    replace(results, 'sheet name="数据"', 'sheet name="别的"', "xl/workbook.xml")
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, [code for code, _, _ in codes(outcome)]) == (1, ["E706"])
    assert outcome.document["rulebook"] is None


@pytest.mark.parametrize("order", [("missing.xlsx", "q2-2023.xlsx"), ("q2-2023-results.xlsx", "missing.xlsx")])
@pytest.mark.usefixtures("results")
def test_a_file_that_cannot_be_read_is_said(order: tuple[str, str], run: Run) -> None:
    outcome = run("verify", *order)
    assert outcome.code == 2
    assert outcome.out.startswith("missing.xlsx: E101")


def test_a_package_that_no_office_program_writes_cannot_be_verified(run: Run, results: Path, q2: Path) -> None:
    forged = Forged(results.read_bytes())
    forged.after(SCORES, "<sheetData>", "<!-- -->")
    results.write_bytes(forged.packed())
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (1, "unverifiable", [("E709", "得分", None)])
    assert run("verify", results, q2).out.splitlines()[-1] == "q2-2023-results.xlsx cannot be verified."


def test_a_chart_that_no_office_program_writes_cannot_be_verified(run: Run, results: Path, q2: Path) -> None:
    forged = Forged(results.read_bytes())
    forged.change(CHART, "(<c:numCache>.*?</c:pt>)", r'\1<c:pt idx="0"><c:v>99</c:v></c:pt>')
    results.write_bytes(forged.packed())
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (1, "unverifiable", [("E709", "排名", None)])


def test_what_is_no_results_workbook_is_refused(run: Run, q2: Path) -> None:
    outcome = run("verify", q2, q2, "--json")
    assert (outcome.code, codes(outcome)) == (2, [("E701", None, None)])


@pytest.mark.parametrize("command", ["diff", "trend"])
def test_neither_a_comparison_nor_a_trend_is_a_results_workbook(command: str, run: Run, q2: Path, tmp_path: Path) -> None:
    assert run(command, SAMPLES / "q1-2023.xlsx", q2, "-o", tmp_path / "other.xlsx").code == 0
    outcome = run("verify", tmp_path / "other.xlsx", q2, "--json")
    assert (outcome.code, codes(outcome)) == (2, [("E701", None, None)])


# ---------------------------------------------------------------- saved again by another program


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


@libreoffice_is_there
@pytest.mark.parametrize("kind", [XLSX, "Calc Office Open XML"])
def test_results_that_libreoffice_saved_again_unchanged_are_what_they_were(
    run: Run, libreoffice: Office, results: Path, q2: Path, mistaken: Path, tmp_path: Path, kind: str
) -> None:
    assert run("score", mistaken, "--draft", "-o", "draft.xlsx").code == 0
    files = {results: q2, tmp_path / "draft.xlsx": mistaken}
    libreoffice.work([{"open": str(file), "save": str(file.with_stem(f"{file.stem}-2")), "filter": kind} for file in files])
    for file, source in files.items():
        document = run("verify", file.with_stem(f"{file.stem}-2"), source, "--json").document
        assert (document["verdict"], document["findings"]) == ("same", [])


EVIDENCE = "依据·市商务局"
EDITS: list[tuple[list[list[Any]], set[tuple[str, str | None, str | None]]]] = [
    (
        [
            ["insert row", EVIDENCE, "A6", 0],
            ["delete row", "规则", "A8", 0],
            ["hide row", "得分", "A7", 0],
            ["number format", "排名", "H3", '"99.99"'],
            ["remove sheet", "成绩单·电力电工", "", 0],
            ["remove chart", "排名", "", 0],
        ],
        {
            ("E715", EVIDENCE, "6:6"),
            ("E714", "规则", "8:8"),
            ("E716", "得分", "7:7"),
            ("E720", "排名", "H3"),
            ("E711", "成绩单·电力电工", None),
            ("E722", "排名", None),
        },
    ),
    (
        [["delete row", EVIDENCE, "A6", 0], ["value", "得分", "F7", 15]],
        {("E714", EVIDENCE, "6:6"), ("E718", "得分", "F7")},
    ),
    (
        [["delete column", EVIDENCE, "D1", 0], ["formula", "得分", "F7", "=1+1"], ["rename sheet", "得分", "", "得分表"]],
        {("E714", EVIDENCE, "D1"), ("E719", "得分表", "F7"), ("E713", "得分表", None)},
    ),
]


@libreoffice_is_there
def test_what_is_done_to_results_in_libreoffice_is_named_by_its_cell_before_what_follows_from_it(
    run: Run, libreoffice: Office, results: Path, q2: Path, tmp_path: Path
) -> None:
    edited = [tmp_path / f"edited-{number}.xlsx" for number in range(len(EDITS))]
    libreoffice.work(
        [
            {"open": str(results), "save": str(path), "filter": XLSX, "edits": edits}
            for path, (edits, _) in zip(edited, EDITS, strict=True)
        ]
    )
    for path, (edits, wanted) in zip(edited, EDITS, strict=True):
        outcome = run("verify", path, q2, "--json")
        found = codes(outcome)
        assert outcome.code == 1
        assert set(found[: len(wanted)]) == wanted, edits
        assert {code for code, _, _ in found[len(wanted) :]} <= {"E724"}, edits


def test_formulas_without_a_saved_result_are_told_since_previews_show_nothing(run: Run, results: Path, q2: Path) -> None:
    formulas = sum(
        cell.formula is not None
        for sheet in read_contents(results.read_bytes()).sheets.values()
        for cell in sheet.cells.values()
    )
    workbook = openpyxl.load_workbook(results)
    workbook.save(results)
    outcome = run("verify", results, q2, "--json")
    assert (outcome.code, outcome.document["verdict"]) == (1, "different")
    assert sum(code == "E726" for code, _, _ in codes(outcome)) == formulas
