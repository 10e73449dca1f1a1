"""``score --each``: every workbook for itself, in real worker processes; what is bad is told of, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.batch import each
from chainscore.batch.each import Setup, Task, score_each, tasks_of
from chainscore.comparison.results_reader import read_results
from chainscore.intake.limits import Limits
from chainscore.intake.workbook import read_workbook
from tests.conftest import Run
from tests.support.workbooks import BOOK, COMMERCE, IDS, STATISTICS, sound

SETUP = Setup(BOOK, False, Limits())


@pytest.fixture
def counties(tmp_path: Path) -> Path:
    """A folder of four workbooks: two sound, one with an error, one that is no workbook; and a folder in it."""
    folder = tmp_path / "counties"
    (folder / "last-year").mkdir(parents=True)
    sound().save(folder / "a.xlsx")
    other = sound("2023Q3")
    other[STATISTICS]["B8"] = 150
    other.save(folder / "b.xlsx")
    wrong = sound()
    wrong[COMMERCE]["D17"] = "约3亿"
    wrong.save(folder / "c.xlsx")
    (folder / "d.xlsx").write_bytes(b"no workbook")
    sound().save(folder / "last-year" / "a.xlsx")
    (folder / "~$a.xlsx").write_bytes(b"")
    return folder


def test_each_workbook_is_scored_on_its_own_and_what_is_bad_does_not_stop_the_rest(
    run: Run, counties: Path, tmp_path: Path
) -> None:
    outcome = run("score", counties, "--each", "-o", tmp_path / "out", "--jobs", 2, "--lang", "en")
    assert outcome.code == 2
    lines = outcome.out.splitlines()
    assert [line.split()[:3] for line in lines[1:5]] == [
        ["a.xlsx", "2023Q2", "scored"], ["b.xlsx", "2023Q3", "scored"], ["c.xlsx", "2023Q2", "refused"], ["d.xlsx", "unreadable", "1"],
    ]  # fmt: skip
    assert any(line.startswith("c.xlsx: 市商务局!D17 E304 ") for line in lines)
    assert "4 workbooks: 2 scored, 1 refused for errors, 1 unreadable or failed." in lines
    assert outcome.err == ""
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a-results.xlsx", "b-results.xlsx", "combined.xlsx"]


def test_a_workbook_has_the_results_that_it_has_when_scored_alone(run: Run, counties: Path, tmp_path: Path) -> None:
    run("score", counties, "--each", "-o", tmp_path / "out", "--jobs", 2)
    run("score", counties / "b.xlsx", "-o", tmp_path / "alone.xlsx")
    assert (tmp_path / "out" / "b-results.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()


def test_the_json_document_holds_every_workbook_with_ranks_totals_findings_and_the_reason(
    run: Run, counties: Path, tmp_path: Path
) -> None:
    outcome = run("score", counties, "--each", "-o", tmp_path / "out", "--json", "--lang", "zh")
    document = outcome.document
    assert (outcome.code, document["schema"], document["combined"]) == (2, "chainscore/each/1", "combined.xlsx")
    assert document["rulebook"]["sha256"] == BOOK.sha256
    a, b, c, d = document["workbooks"]
    scored, *_ = read_results(read_workbook(tmp_path / "out" / "a-results.xlsx"))
    assert a["chains"] == [
        {"id": chain.chain, "rank": chain.rank, "total": float(chain.total), "pending": []} for chain in scored.chains
    ]
    assert (a["state"], a["findings"], a["reason"], a["results"]) == (
        "scored", {"error": 0, "warning": 0, "notice": 0}, None, "a-results.xlsx",
    )  # fmt: skip
    assert b["period"] == "2023Q3"
    assert (c["state"], c["chains"], c["findings"]["error"], c["results"]) == ("refused", [], 1, None)
    assert c["reason"].startswith("市商务局!D17 E304 ")
    assert (d["state"], d["period"], d["reason"][:4]) == ("unreadable", None, "E103")


def test_the_combined_workbook_has_a_line_for_each_workbook(run: Run, counties: Path, tmp_path: Path) -> None:
    outcome = run("score", counties, "--each", "-o", tmp_path / "out", "--json")
    combined = openpyxl.load_workbook(tmp_path / "out" / "combined.xlsx")
    assert combined.sheetnames == ["总分", "名次", "未计分", "出处"]
    shorts = [chain.short_name for chain in BOOK.chains]
    for sheet, key in (("总分", "total"), ("名次", "rank")):
        header, *rows = [row for row in combined[sheet].iter_rows(values_only=True) if row[2] is not None]
        first = dict(zip(header, rows[0], strict=True))
        assert (first["文件"], first["考核期"], first["状态"], first["结果工作簿"]) == (
            "a.xlsx",
            "2023Q2",
            "已计分",
            "a-results.xlsx",
        )
        expected = {chain["id"]: chain[key] for chain in outcome.document["workbooks"][0]["chains"]}
        assert {chain: first[short] for chain, short in zip(IDS, shorts, strict=True)} == expected
        assert [row[2] for row in rows] == ["已计分", "已计分", "有错误", "无法读取"]
    unscored = {row[0]: row[3] for row in combined["未计分"].iter_rows(values_only=True)}
    assert unscored["c.xlsx"].startswith("市商务局!D17 E304 ")


def test_combined_only_writes_the_same_table_of_all_and_nothing_else(run: Run, counties: Path, tmp_path: Path) -> None:
    each = run("score", counties, "--each", "-o", tmp_path / "each", "--json").document
    outcome = run("score", counties, "--each", "--combined-only", "-o", tmp_path / "only", "--jobs", 2, "--json")
    assert outcome.code == 2
    assert outcome.document == {**each, "workbooks": [{**workbook, "results": None} for workbook in each["workbooks"]]}
    assert [path.name for path in (tmp_path / "only").iterdir()] == ["combined.xlsx"]
    whole, alone = (openpyxl.load_workbook(tmp_path / name / "combined.xlsx") for name in ("each", "only"))
    assert alone.sheetnames == whole.sheetnames
    for sheet in ("总分", "名次"):
        rows = [[cell.value for cell in row] for row in whole[sheet].iter_rows()]
        header = next(index for index, row in enumerate(rows) if row[0] == "文件")
        assert rows[header][-1] == "结果工作簿"
        expected = [row[:-1] for row in rows[header:]]
        assert [[cell.value for cell in row] for row in alone[sheet].iter_rows()][header:] == expected


def test_combined_only_says_where_the_table_is_and_replaces_it_only_when_forced(
    run: Run, counties: Path, tmp_path: Path
) -> None:
    command = ["score", counties / "a.xlsx", "--each", "--combined-only", "-o", tmp_path / "out"]
    first, again = run(*command), run(*command)
    assert first.out.splitlines()[-1] == f"All together: {tmp_path / 'out' / 'combined.xlsx'}"
    assert (again.code, again.out, "--force" in again.err) == (2, "", True)
    assert run(*command, "--force", "--lang", "zh").out.splitlines()[-1] == f"汇总：{tmp_path / 'out' / 'combined.xlsx'}"
    (tmp_path / "out" / "a-results.xlsx").write_bytes(b"old")  # which is none of its outputs
    assert run(*command, "--force").code == 0
    assert (tmp_path / "out" / "a-results.xlsx").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "--combined-only goes with --each."), ("zh", "--combined-only 须与 --each 合用。")]
)
def test_combined_only_without_each_is_wrong_usage(run: Run, counties: Path, language: str, said: str) -> None:
    outcome = run("score", counties / "a.xlsx", "--combined-only", "--lang", language)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", said + "\n")
    assert not (counties / "a-results.xlsx").exists()


def test_workbooks_that_are_all_sound_end_in_zero_and_errors_alone_in_one(run: Run, counties: Path, tmp_path: Path) -> None:
    (counties / "d.xlsx").unlink()
    assert run("score", counties, "--each", "-o", tmp_path / "one").code == 1
    assert run("score", counties, "--each", "-o", tmp_path / "draft", "--draft").code == 0
    (counties / "c.xlsx").unlink()
    assert run("score", counties, "--each", "-o", tmp_path / "two").code == 0
    unscored = openpyxl.load_workbook(tmp_path / "two" / "combined.xlsx")["未计分"]
    assert unscored.cell(unscored.max_row, 4).value == "全部已计分"


def test_results_may_lie_beside_their_workbooks_and_are_no_workbooks_then(run: Run, counties: Path) -> None:
    first = run("score", counties, "--each", "-o", counties, "--json").document
    again = run("score", counties, "--each", "-o", counties, "--json", "--force").document
    sound().save(counties / "combined.xlsx")  # a department's own, though
    assert run("score", counties, "--each", "-o", counties, "--force").code == 2
    assert read_workbook(counties / "combined.xlsx").is_results is False
    for document in (first, again):
        assert [workbook["file"] for workbook in document["workbooks"]] == ["a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx"]


def test_an_output_that_exists_is_kept_before_any_work_is_done(run: Run, counties: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b-results.xlsx").write_bytes(b"old")
    outcome = run("score", counties, "--each", "-o", tmp_path / "out")
    assert (outcome.code, outcome.out) == (2, "")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b-results.xlsx"]
    assert (tmp_path / "out" / "b-results.xlsx").read_bytes() == b"old"


@pytest.mark.parametrize(("arguments", "said"), [((), "-o DIR"), (("-o", "nowhere/out"), "nowhere")])
def test_a_missing_folder_for_the_results_is_wrong_usage(
    run: Run, counties: Path, arguments: tuple[str, ...], said: str
) -> None:
    outcome = run("score", counties, "--each", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_a_folder_without_workbooks_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = run("score", tmp_path / "empty", "--each", "-o", tmp_path / "out")
    assert (outcome.code, outcome.err) == (2, f"{tmp_path / 'empty'}: there are no workbooks.\n")
    assert not (tmp_path / "out").exists()


def test_workbooks_of_one_name_have_results_of_different_names(tmp_path: Path) -> None:
    for name in ("x/a.xlsx", "y/a.xlsx", "y/A.xlsm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    tasks = tasks_of([tmp_path / "x", tmp_path / "y", tmp_path / "x" / "a.xlsx"], tmp_path / "out")
    assert [task.path.relative_to(tmp_path).as_posix() for task in tasks] == ["x/a.xlsx", "y/A.xlsm", "y/a.xlsx"]
    assert [task.target.name for task in tasks] == ["a-results.xlsx", "A-2-results.xlsx", "a-3-results.xlsx"]


def test_a_workbook_that_brings_its_worker_down_does_not_stop_the_rest(
    counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()

    def deadly(task: Task, setup: Setup) -> Any:
        if task.path.name == "b.xlsx":
            os.kill(os.getpid(), signal.SIGKILL)
        return score_one(task, setup)

    score_one = each.score_one
    monkeypatch.setattr(each, "score_one", deadly)
    moved: list[None] = []
    outcomes = score_each(tasks_of([counties], tmp_path / "out"), SETUP, 2, lambda: moved.append(None))
    assert [(outcome.file, outcome.state) for outcome in outcomes] == [
        ("a.xlsx", "scored"), ("b.xlsx", "failed"), ("c.xlsx", "refused"), ("d.xlsx", "unreadable"),
    ]  # fmt: skip
    assert "died" in outcomes[1].why("en")
    assert len(moved) == 4


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_the_program_and_an_output_that_cannot_be_written_are_outcomes(
    jobs: int, counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(task: Task, setup: Setup) -> Any:
        if task.path.name == "b.xlsx":
            raise ZeroDivisionError("by nothing")
        return score_one(task, setup)

    score_one = each.score_one
    monkeypatch.setattr(each, "score_one", faulty)
    outcomes = score_each(tasks_of([counties], tmp_path / "gone"), SETUP, jobs, lambda: None)
    assert [outcome.state for outcome in outcomes] == ["failed", "failed", "refused", "unreadable"]
    assert str(tmp_path / "gone") in outcomes[0].why("en")
    assert "ZeroDivisionError: by nothing" in outcomes[1].why("en")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
@pytest.mark.parametrize(("jobs", "sent"), [(1, signal.SIGINT), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_ctrl_c_ends_cleanly_without_orphans_or_halves_of_files(
    jobs: int, sent: signal.Signals, counties: Path, tmp_path: Path
) -> None:
    for number in range(150):
        shutil.copy(counties / "a.xlsx", counties / f"e{number:03}.xlsx")
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "chainscore", "score", counties, "--each", "-o", out, "--jobs", str(jobs), "--lang", "en"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a suite in the background has it ignored
    )  # fmt: skip
    while process.poll() is None and not (out.is_dir() and any(out.glob("e*-results.xlsx"))):
        time.sleep(0.01)
    # Ctrl-C goes to all processes of a terminal; SIGTERM comes to one.
    os.killpg(process.pid, sent) if sent == signal.SIGINT else process.send_signal(sent)
    said, complained = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert complained.startswith("Interrupted: ")
    assert len(complained.splitlines()) == 1
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    written = sorted(path.name for path in out.iterdir())
    assert 0 < len(written) < 150
    assert all(name.endswith("-results.xlsx") and not name.startswith(".") for name in written)
    assert all(zipfile.ZipFile(out / name).testzip() is None for name in written)
    # Two of those done have no results: one was refused, one cannot be read. What workers finish after the signal is told too.
    told = int(complained.split()[1]) - 2
    assert len(written) - told in ((0,) if jobs > 1 else (0, 1))


def test_workers_end_when_their_parent_is_killed(counties: Path, tmp_path: Path) -> None:
    for number in range(60):
        shutil.copy(counties / "a.xlsx", counties / f"e{number:02}.xlsx")
    command = [sys.executable, "-m", "chainscore", "score", counties, "--each", "-o", tmp_path / "out", "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not list((tmp_path).glob("out/e*-results.xlsx")):
        time.sleep(0.01)
    process.kill()
    process.wait()
    for _ in range(1000):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("a worker is still there ten seconds after its parent")


def test_each_document_of_a_refused_workbook_is_json_alone_on_standard_output(counties: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "chainscore", "score", counties / "c.xlsx", "--each", "-o", tmp_path / "out", "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert [workbook["state"] for workbook in json.loads(done.stdout)["workbooks"]] == ["refused"]
