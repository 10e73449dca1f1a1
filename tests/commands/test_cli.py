"""The command line as a user meets it: what is printed where, exit codes, languages, JSON, outputs kept."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chainscore import __version__
from chainscore.commands import rulebook
from chainscore.commands.app import COMMANDS
from chainscore.method.loading import load_rulebook
from chainscore.show.terminal import width_of
from chainscore.words.findings import Language
from chainscore.words.texts import text
from tests.conftest import REPOSITORY, Run, copy_samples
from tests.scoring.test_scoring import project
from tests.support.facts import quarter, write_plainly

PACKAGED = REPOSITORY / "chainscore" / "method" / "rulebooks"

# ---------------------------------------------------------------- template


def test_template_writes_the_quarter_in_progress(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Clock:  # noqa: ARG003 - the clock's own signature
            return cls(2024, 11, 5)

    monkeypatch.setattr("chainscore.commands.template.datetime.datetime", Clock)
    outcome = run("template")
    assert (outcome.code, outcome.out) == (0, "Blank workbook for 2024Q4: q4-2024.xlsx\n")
    assert (tmp_path / "q4-2024.xlsx").is_file()


def test_template_takes_a_period_and_an_output(run: Run, tmp_path: Path) -> None:
    outcome = run("template", "--period", "2023年第二季度", "-o", "blank.xlsx", "--lang", "zh")
    assert (outcome.code, outcome.out) == (0, "已生成2023年第二季度填报模板：blank.xlsx\n")
    committed = Path(__file__).parent.parent.parent / "templates" / "q2-2023.xlsx"
    assert (tmp_path / "blank.xlsx").read_bytes() == committed.read_bytes()


def test_template_as_json(run: Run) -> None:
    assert run("template", "--period", "2023Q1", "--json").document == {
        "schema": "chainscore/template/1", "period": "2023Q1", "file": "q1-2023.xlsx",
    }  # fmt: skip


def test_template_refuses_what_is_no_period(run: Run, tmp_path: Path) -> None:
    outcome = run("template", "--period", "2023Q5")
    assert (outcome.code, outcome.out) == (2, "")
    assert "2023Q5" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_blank_template_is_not_submitted_by_anybody(run: Run) -> None:
    run("template", "--period", "2023Q2")
    outcome = run("check", "q2-2023.xlsx", "--json")
    assert outcome.code == 1
    assert [finding["code"] for finding in outcome.document["findings"]] == ["E206"] * 8


# ---------------------------------------------------------------- check


def test_check_says_in_one_line_that_a_sound_workbook_is_sound_and_what_was_read(run: Run, tmp_path: Path) -> None:
    write_plainly(tmp_path / "sound.xlsx", quarter(市商务局=[project(2)]))
    outcome = run("check", "sound.xlsx")
    # 6 + 6 + 6 rows of the chain tables and one project.
    assert (outcome.code, outcome.out) == (0, "sound.xlsx: 2023Q2, 8 sheets and 19 rows read, no errors.\n")


def test_check_prints_one_line_for_each_finding_place_code_and_hint(run: Run, mistaken: Path) -> None:
    outcome = run("check", mistaken)
    *lines, summary = outcome.out.splitlines()
    assert outcome.code == 1
    assert all(re.match(r"q2-2023-with-mistakes\.xlsx:\S+![A-Z]+\d+(,[A-Z]+\d+)*: [EWN]\d{3} ", line) for line in lines)
    assert (
        "q2-2023-with-mistakes.xlsx:市商务局!D20: E304 “投资额（亿元）” is no plain number: 约3亿. Give one number in 亿元, without “about” or a range."
        in lines
    )
    assert summary == "Findings: 17 errors, 2 warnings, 7 notices."


def test_the_sample_with_mistakes_has_each_of_its_mistakes_at_its_cell(run: Run, mistaken: Path) -> None:
    found = {
        (f["sheet"], f["cell"], f["code"])
        for f in run("check", mistaken, "--json").document["findings"]
        if f["severity"] == "error"
    }
    # Read off sample_data/mistakes.toml and the workbook by hand.
    assert found == {
        ("市统计局", "C16", "E313"), ("市统计局", "B42", "E402"), ("市税务局", "D5", "E207"), ("市税务局", "B7", "E301"),
        ("市商务局", "A16", "E302"), ("市商务局", "D20", "E304"), ("市商务局", "E21", "E310"), ("市商务局", "F30", "E311"),
        ("市发改局", "H23", "E301"), ("市发改局", "D26", "E301"), ("市发改局", "F30", "E305"),
        ("市科技工信局", "D28", "E303"), ("市科技工信局", "F31", "E309"), ("市金融办", "B7", "E208"),
        ("落地办", "E22", "E315"), ("落地办", "C35", "E401"), ("产业链办公室和落地办", "I17", "E312"),
    }  # fmt: skip


def test_check_json_has_period_findings_and_submissions_alone(run: Run, mistaken: Path) -> None:
    outcome = run("check", mistaken, "--json", "--lang", "zh")
    assert (outcome.code, outcome.err) == (1, "")
    assert sorted(outcome.document) == ["findings", "period", "submissions"]
    assert outcome.document["period"] == "2023Q2"
    assert sorted(outcome.document["findings"][0]) == ["cell", "chain", "code", "file", "hint", "message", "severity", "sheet"]
    chains = [f["chain"] for f in outcome.document["findings"] if f["cell"] == "D20"]
    assert chains == ["food"]


# ---------------------------------------------------------------- score


def test_a_section_of_which_all_is_pending_is_no_zero_on_the_console(run: Run, tmp_path: Path) -> None:
    facts = quarter()
    facts["落地办"]["sign"] = {}
    write_plainly(tmp_path / "q2.xlsx", facts)
    out = run("score", "q2.xlsx", "--draft").out
    assert re.search(r"pending +电子信息 +20\.00 +0\.00 +pending +7\.00 +pending +3\.1, 3\.2", out), out


def test_score_prints_the_ranking_and_writes_the_results_beside_the_input(run: Run, q2: Path) -> None:
    before = q2.read_bytes()
    outcome = run("score", q2)
    assert outcome.code == 0
    assert "Gap to next above" in outcome.out
    assert re.search(r"^ +1 +新能源新材料 .* 63\.74$", outcome.out, re.MULTILINE)
    assert "Findings: 0 errors, 2 warnings, 7 notices." in outcome.out
    assert f"Results workbook: {q2.with_name('q2-2023-results.xlsx')}" in outcome.out
    assert q2.with_name("q2-2023-results.xlsx").is_file()
    assert q2.read_bytes() == before


def test_piped_output_has_neither_boxes_nor_colours(run: Run, q2: Path) -> None:
    outcome = run("score", q2, "--lang", "zh")
    assert not re.search("[\x1b─-╿]", outcome.out)


def test_score_json_is_as_the_contract_says(run: Run, q2: Path) -> None:
    outcome = run("score", q2, "--json", "--reading", "listing_stages=highest")
    document = outcome.document
    assert (outcome.code, outcome.err) == (0, "")
    assert list(document) == ["schema", "period", "draft", "rulebook", "readings", "chains", "findings"]
    assert (document["schema"], document["period"], document["draft"]) == ("chainscore/score/1", "2023Q2", False)
    assert sorted(document["rulebook"]) == ["id", "sha256", "version"]
    assert document["readings"]["listing_stages"] == "highest"
    assert document["readings"]["efficacy_no_spread"] == "full"
    assert [chain["rank"] for chain in document["chains"]] == [1, 2, 3, 4, 5, 6]
    assert {len(chain["scores"]) for chain in document["chains"]} == {19}
    assert list(document["chains"][0]) == ["id", "name", "rank", "total", "scores"]


def test_score_refuses_a_workbook_with_errors_and_writes_nothing(run: Run, mistaken: Path, tmp_path: Path) -> None:
    outcome = run("score", mistaken, "-o", "results.xlsx")
    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 18
    assert outcome.err.splitlines()[-1].startswith("17 errors: nothing was scored or written.")
    assert list(tmp_path.iterdir()) == []


def test_when_score_refuses_its_document_has_no_chains(run: Run, mistaken: Path) -> None:
    outcome = run("score", mistaken, "-o", "results.xlsx", "--json")
    assert outcome.code == 1
    assert outcome.document["chains"] == []
    assert len(outcome.document["findings"]) == 26


def test_a_draft_scores_what_is_sound_and_says_that_it_is_a_draft(run: Run, mistaken: Path) -> None:
    outcome = run("score", mistaken, "--draft", "-o", "draft.xlsx")
    assert outcome.code == 0
    assert "草稿" in outcome.out
    document = run("score", mistaken, "--draft", "-o", "draft.xlsx", "--force", "--json").document
    assert document["draft"] is True
    scores = {chain["id"]: chain["scores"] for chain in document["chains"]}
    # 市税务局 is unsigned and 市金融办's empty ledger undeclared; one chain's 上年同期 is zero, another's number of late reports 1.5.
    pending = {
        chain: {leaf for leaf, score in leaves.items() if score is None} - {"1.2.1", "1.2.2", "2.3"}
        for chain, leaves in scores.items()
    }
    assert all({"1.2.1", "1.2.2", "2.3"} <= set(leaves) for leaves in scores.values())
    assert {chain: leaves for chain, leaves in pending.items() if leaves} == {"culture": {"1.1.1"}, "food": {"4.2"}}


def test_an_output_that_exists_is_kept_unless_forced(run: Run, q2: Path, tmp_path: Path) -> None:
    old = tmp_path / "q2-2023-results.xlsx"
    old.write_bytes(b"old")
    outcome = run("score", q2)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--force" in outcome.err
    assert old.read_bytes() == b"old"
    assert run("score", q2, "--force").code == 0
    assert old.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("output", "word"),
    [("q2-2023.xlsx", "input"), (".", "folder"), ("nowhere/results.xlsx", "nowhere"), ("results.csv", ".xlsx")],
)
def test_an_output_that_cannot_be_is_refused_before_anything_is_done(output: str, word: str, run: Run, q2: Path) -> None:
    outcome = run("score", q2, "-o", output, "--force")
    assert (outcome.code, outcome.out) == (2, "")
    assert word in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_the_results_of_several_files_are_named_by_the_period(run: Run, tmp_path: Path) -> None:
    facts = quarter()
    folder = tmp_path / "returns"
    folder.mkdir()
    for name, sheet in facts.items():
        write_plainly(folder / f"{name}.xlsx", {name: sheet})
    assert run("score", folder).code == 0
    assert (folder / "q2-2023-results.xlsx").is_file()
    # The results workbook in the folder is no input of the next run.
    assert run("check", folder).code == 0
    assert run("score", folder).code == 2
    assert run("score", folder, "--force").code == 0


def test_an_input_in_a_folder_is_never_written_to(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    folder.mkdir()
    path = write_plainly(folder / "sound.xlsx", quarter())
    before = path.read_bytes()
    outcome = run("score", folder, "-o", path, "--force")
    assert (outcome.code, outcome.out) == (2, "")
    assert "input" in outcome.err
    assert path.read_bytes() == before


def test_a_results_workbook_is_no_input(run: Run, q2: Path) -> None:
    run("score", q2)
    outcome = run("check", "q2-2023-results.xlsx", "--json")
    assert [finding["code"] for finding in outcome.document["findings"]] == ["E109"]
    assert outcome.code == 2


def test_the_same_input_gives_the_same_bytes(run: Run, q2: Path, tmp_path: Path) -> None:
    run("score", q2, "-o", "one.xlsx")
    run("score", q2, "-o", "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_tie_is_shown_as_one(run: Run, tmp_path: Path) -> None:
    write_plainly(tmp_path / "sound.xlsx", quarter(市商务局=[project(2)]))
    lines = [line.split() for line in run("score", "sound.xlsx").out.splitlines()[4:10]]
    # 11 points for one project of electronics, the other five level.
    assert [line[0] for line in lines] == ["1", "=2", "=2", "=2", "=2", "=2"]
    assert [line[-1] for line in lines] == ["38.00", "11.00", "0.00", "0.00", "0.00", "0.00"]


# ---------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--reading", "listing_stage=each"], "listing_stages"),
        (["--reading", "listing_stages=both"], "listing_stages=highest"),
        (["--reading", "listing_stages"], "KEY=VALUE"),
        (["--rulebook", "nowhere.toml"], "nowhere.toml"),
        (["--lang", "fr"], "zh"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_said_on_standard_error_alone_and_ends_with_two(
    arguments: list[str], word: str, run: Run, q2: Path, tmp_path: Path
) -> None:
    outcome = run("score", q2, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert word in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["q2-2023.xlsx"]


def test_no_file_or_command_at_all_is_wrong_usage(run: Run) -> None:
    assert (run("check").code, run("check").out) == (2, "")
    assert run("scores", "x.xlsx").code == 2


def test_a_file_that_is_not_there_is_a_finding_without_sheet_and_cell_and_ends_with_two(run: Run, q2: Path) -> None:
    outcome = run("check", q2, "nowhere.xlsx", "--json")
    assert outcome.code == 2
    finding = outcome.document["findings"][0]
    assert (finding["code"], finding["severity"], finding["file"], finding["sheet"], finding["cell"]) == (
        "E101",
        "error",
        "nowhere.xlsx",
        None,
        None,
    )
    outcome = run("score", "nowhere.xlsx")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[0] == "nowhere.xlsx: E101 there is no such file. Check the file's name and folder."


UNREADABLE = {
    "check": ["check", "q2-2023.xlsx", "closed.xlsx"],
    "score": ["score", "q2-2023.xlsx", "closed.xlsx", "-o", "out.xlsx"],
    "score --each": ["score", "closed.xlsx", "--each", "-o", "."],
    "explain": ["explain", "closed.xlsx", "food"],
    "verify": ["verify", "results.xlsx", "closed.xlsx"],
    "verify, the results": ["verify", "closed.xlsx", "q2-2023.xlsx"],
    "diff": ["diff", "q2-2023.xlsx", "closed.xlsx"],
    "trend": ["trend", "q2-2023.xlsx", "closed.xlsx"],
}


@pytest.fixture
def closed(q2: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook that this user may not read; root may read everything, so the system's answers are put on."""
    path = Path(shutil.copy(q2, q2.with_name("closed.xlsx")))
    whole, access = Path.read_bytes, os.access

    def read_bytes(self: Path) -> bytes:
        if self.name.startswith("closed."):
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(os, "access", lambda name, *more: "closed." not in str(name) and access(name, *more))
    return path


@pytest.mark.parametrize("command", UNREADABLE)
def test_a_file_that_may_not_be_read_is_a_finding_in_every_command_in_either_language(
    command: str, run: Run, closed: Path
) -> None:
    assert run("score", "q2-2023.xlsx", "-o", "results.xlsx").code == 0
    for language, said in (("zh", "文件打不开：没有权限"), ("en", "the file cannot be opened: Permission denied")):
        outcome = run(*UNREADABLE[command], "--json", *(["--force"] if "-o" in UNREADABLE[command] else []), "--lang", language)
        assert (outcome.code, outcome.err) == (2, "")
        told = json.dumps(outcome.document, ensure_ascii=False)
        assert "E102" in told
        assert said in told
    assert closed.with_name("out.xlsx").exists() is False


def test_what_a_template_goes_on_from_and_a_rulebook_that_may_not_be_read_are_said_in_either_language(
    run: Run, closed: Path
) -> None:
    closed.with_suffix(".toml").write_bytes(b"")
    for language, said in (("zh", "没有权限"), ("en", "Permission denied")):
        for command in (("template", "--from", "closed.xlsx"), ("check", "q2-2023.xlsx", "--rulebook", "closed.toml")):
            outcome = run(*command, "--lang", language)
            assert (outcome.code, outcome.out) == (2, "")
            assert said in outcome.err
            assert bool(re.search("[一-鿿]", outcome.err)) is (language == "zh")


def test_a_draft_does_not_leave_out_a_file_that_cannot_be_read(run: Run, q2: Path, tmp_path: Path) -> None:
    outcome = run("score", q2, "nowhere.xlsx", "--draft", "-o", "draft.xlsx")
    assert outcome.code == 2
    assert not (tmp_path / "draft.xlsx").exists()


def test_a_bug_is_one_line_and_not_the_code_of_findings(run: Run, q2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("chainscore.scoring.appraisal.check", broken)
    outcome = run("check", q2)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("internal error (ZeroDivisionError: by nothing)")
    assert len(outcome.err.splitlines()) == 1


# ---------------------------------------------------------------- languages, help, version


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True), ({"LANG": "en_US.UTF-8"}, False), ({"LANG": "C"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, True), ({"LANG": "zh_CN.UTF-8", "CHAINSCORE_LANG": "en"}, False),
        ({"LANG": "de_DE.UTF-8", "CHAINSCORE_LANG": "zh"}, True),
    ],
)  # fmt: skip
def test_the_language_is_the_options_else_the_variables_else_the_locales(
    environment: dict[str, str], chinese: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("文件不存在" in run("check", "nowhere.xlsx").out) is chinese
    assert "文件不存在" in run("check", "nowhere.xlsx", "--lang=zh").out
    assert "no such file" in run("--lang", "en", "check", "nowhere.xlsx").out


def test_without_any_variable_the_systems_locale_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    from chainscore.words.texts import language_of_environment

    monkeypatch.delenv("LANG")
    monkeypatch.setattr("locale.getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert language_of_environment() == "zh"
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert language_of_environment() == "en"


@pytest.mark.parametrize("command", ["template", "check", "score", "explain", "codes", "diff", "trend"])
def test_help_is_in_either_language(command: str, run: Run) -> None:
    assert "chains" in run("--help", "--lang", "en").out
    chinese = run(command, "--help", "--lang", "zh").out
    assert re.search("[一-鿿]{4}", chinese)
    assert run("--lang", "zh", command, "--help").out == chinese
    assert not re.search("[一-鿿]{4}", run(command, "--help", "--lang", "en").out)


CALLED_WRONGLY = {
    "": ("Usage: chainscore ", "用法：chainscore "),
    "check": ("Error: Missing argument: FILE.", "错误：缺少参数：文件。"),
    "diff a.xlsx": ("Error: Missing argument: NEW.", "错误：缺少参数：新考核期。"),
    "diff a.xlsx b.xlsx c.xlsx": ("Error: Unexpected argument: c.xlsx.", "错误：多余的参数：c.xlsx。"),
    "scroe a.xlsx": ("No such command: scroe. The nearest is score;", "没有这个命令：scroe。最接近的是 score；"),
    "check a.xlsx --annotat out": ("No such option: --annotat. The nearest is --annotate.", "没有这个选项：--annotat。最接近的是 --annotate。"),
    "check a.xlsx -z": ("Error: No such option: -z.", "错误：没有这个选项：-z。"),
    "score a.xlsx -o": ("Error: The option -o needs a value.", "错误：选项 -o 后面缺少取值。"),
    "check a.xlsx --json=yes": ("Error: The option --json takes no value.", "错误：选项 --json 不带取值。"),
    "score a.xlsx --each -o out --jobs two": ("--jobs takes a whole number above zero, not “two”.", "--jobs 须是正整数，不能是“two”。"),
    "score a.xlsx --each -o out --jobs 0": ("--jobs takes a whole number above zero, not “0”.", "--jobs 须是正整数，不能是“0”。"),
    "score a.xlsx --reading x": ("--reading takes KEY=VALUE", "--reading 须写成 名称=取值"),
    "score a.xlsx --limit x": ("--limit takes KEY=NUMBER", "--limit 须写成 名称=数值"),
}  # fmt: skip


@pytest.mark.parametrize("arguments", CALLED_WRONGLY)
def test_wrong_usage_is_said_in_the_language_of_the_run_alone(arguments: str, run: Run, tmp_path: Path) -> None:
    for language, said in zip(("en", "zh"), CALLED_WRONGLY[arguments], strict=True):
        outcome = run("--lang", language, *arguments.split())
        assert (outcome.code, outcome.out) == (2, "")
        assert said in outcome.err
        assert bool(re.search("[一-鿿]", outcome.err)) is (language == "zh")
        assert not re.search(r"Usage|Error|Missing|option|argument|Try|help for", outcome.err if language == "zh" else "")
    assert list(tmp_path.iterdir()) == []


ENGLISH = r"(?<![-/.\w])[A-Za-z]{2,}(?: [a-z]{2,})+"
"""Words beside each other, which are no name of a command, an option, a file or a format."""


EVERY = ["", *COMMANDS, "rulebook", *(f"rulebook {name}" for name in rulebook.COMMANDS)]


@pytest.mark.parametrize("command", EVERY)
@pytest.mark.parametrize("width", [50, 80, 120])
def test_help_is_whole_within_the_terminal_and_in_one_language(
    command: str, width: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for language, other in (("zh", ENGLISH), ("en", "[一-鿿]")):
        page = run(*command.split(), "--help", "--lang", language).out
        assert max(map(width_of, page.splitlines())) <= width
        assert "..." not in page.replace("\n", "")
        assert not re.search(other, re.sub(r"(?m)^  chainscore .*", "", page).replace(f"chainscore {command}", ""))
        shown = re.sub(r"\s", "", page)
        named = [command.replace(" ", "_") or "app", *(COMMANDS if not command else ())]
        assert all(re.sub(r"\s", "", text(f"help.{name}", language)) in shown for name in named)


def examples(command: str, language: Language) -> list[str]:
    """What follows the command's name in the examples of its help."""
    return text(f"example.{command.replace(' ', '_') or 'app'}", language).splitlines()[::2]


@pytest.mark.parametrize("command", EVERY)
def test_the_two_examples_of_a_help_page_do_what_they_are_for(command: str, tmp_path: Path) -> None:
    copy_samples(tmp_path / "received")
    (tmp_path / "received" / MISTAKEN).unlink()
    (tmp_path / "received" / "q1-2023.xlsx").rename(tmp_path / "q1-2023.xlsx")
    shutil.copy(tmp_path / "received" / SOUND, tmp_path)
    shutil.copy(PACKAGED / "suppliers.toml", tmp_path / "mine.toml")
    if command == "verify":
        in_a_shell(f"CHAINSCORE score {SOUND}", tmp_path)
        in_a_shell(f"CHAINSCORE bulletin {SOUND} --before q1-2023.xlsx", tmp_path)
    assert len(examples(command, "en")) == 2
    assert examples(command, "en") == examples(command, "zh")
    for example in examples(command, "en"):
        call = f"CHAINSCORE {command} {example.replace('OBJECT', 'food').replace('Sheet1', '市商务局')}"
        if command == "rulebook new" and "--force" not in call:
            (tmp_path / "mine.toml").unlink()
        done = in_a_shell(call, tmp_path)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_version_names_program_and_rulebook(run: Run) -> None:
    outcome = run("--version")
    assert outcome.code == 0
    book = load_rulebook()
    assert outcome.out == f"chainscore {__version__}\n{book.id} {book.version} ({book.sha256[:12]})\n"
    assert run("--lang", "zh", "--version").out == outcome.out


# ---------------------------------------------------------------- whole processes


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "chainscore", *arguments],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False,
    )  # fmt: skip


def test_a_pipe_that_cannot_take_a_character_loses_it_and_not_the_run(q2: Path, tmp_path: Path) -> None:
    result = process("score", q2.name, "--lang", "zh", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"63.74" in result.stdout


def test_json_is_utf_8_whatever_the_pipes_encoding(q2: Path, tmp_path: Path) -> None:
    result = process("score", q2.name, "--json", folder=tmp_path, PYTHONIOENCODING="gbk")
    assert json.loads(result.stdout.decode("utf-8"))["chains"][0]["name"] == "新能源新材料（含医疗器械、绿色化工）"


def test_neither_help_nor_version_import_what_is_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from chainscore.commands.app import run\n"
        "assert run(['--help', '--lang', 'zh']) == 0\n"
        "print(sorted({'pandas', 'openpyxl', 'xlsxwriter', 'python_calamine', 'numpy'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**__import__("os").environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_version_is_answered_before_the_command_line_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = ['--version']\n"
        "from chainscore.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code\n"
        "print(sorted({'typer', 'rich', 'tomllib', 'chainscore.commands.app', 'chainscore.method.rulebook'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert result.stdout.splitlines()[-1] == "[]"


def as_a_process(*arguments: str | Path, out: Any = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """The program as the console script starts it, which leaves without taking anything down."""
    command = [sys.executable, "-m", "chainscore", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=environment, timeout=120, check=False)


@pytest.mark.parametrize(
    ("arguments", "code"), [(["codes"], 0), (["check", "MISTAKEN"], 1), (["check", "nowhere.xlsx"], 2), (["--version"], 0)]
)
def test_a_process_ends_with_the_code_and_all_that_it_printed(
    arguments: list[str], code: int, mistaken: Path, run: Run
) -> None:
    arguments = [str(mistaken) if each == "MISTAKEN" else each for each in arguments]
    done, expected = as_a_process(*arguments), run(*arguments)
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (code, expected.out, expected.err)
    assert expected.code == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_output_that_finds_no_room_is_told_in_one_line(sample: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = as_a_process("check", sample, out=full)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["Standard output cannot be written: No space left on device."]


def in_a_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line as bash runs it; CHAINSCORE stands for the program."""
    program = f"{shlex.quote(sys.executable)} -m chainscore"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        ["bash", "-c", command.replace("CHAINSCORE", program)],
        cwd=folder, capture_output=True, encoding="utf-8", env=environment, timeout=120, check=False,
    )  # fmt: skip


bash = pytest.mark.skipif(shutil.which("bash") is None, reason="a shell is wanted")
MISTAKEN, SOUND, ABSENT = "q2-2023-with-mistakes.xlsx", "q2-2023.xlsx", "nowhere.xlsx"


CLOSED = {
    "--version": 0, "--help": 0, "": 2, "check": 2, "codes": 0, "codes nonsense": 2, f"check in/{SOUND}": 0,
    f"check in/{MISTAKEN} --json": 1, f"check {ABSENT}": 2, f"score in/{SOUND} -o out.xlsx": 0, f"score in/{MISTAKEN} -o out.xlsx": 1,
    "template -o out.xlsx": 0, f"explain in/{SOUND} food 1.1": 0, f"score in/{SOUND} --each -o .": 0,
}  # fmt: skip


@bash
@pytest.mark.parametrize(
    ("arguments", "redirection"),
    [(arguments, ">&-") for arguments in CLOSED]
    + [(arguments, "2>&-") for arguments in ("", f"check {ABSENT}", f"score in/{MISTAKEN} -o out.xlsx")]
    + [(arguments, "<&- >&- 2>&-") for arguments in ("--version", "codes nonsense", f"score in/{SOUND} -o out.xlsx")],
)
def test_closed_standard_output_or_error_changes_no_exit_code(arguments: str, redirection: str, tmp_path: Path) -> None:
    code = CLOSED[arguments]
    copy_samples(tmp_path / "in")
    done = in_a_shell(f"CHAINSCORE {arguments} {redirection}", tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if "out.xlsx" in arguments and code == 0:
        assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"


@bash
@pytest.mark.parametrize(
    ("arguments", "code"), [(f"check in/{MISTAKEN}", 1), (f"check in/{MISTAKEN} --json", 1), ("codes", 0), ("--version", 0)]
)
def test_a_reader_that_has_had_enough_changes_neither_the_exit_code_nor_is_it_told(
    arguments: str, code: int, tmp_path: Path
) -> None:
    copy_samples(tmp_path / "in")
    done = in_a_shell(f"CHAINSCORE {arguments} | true; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (done.stdout, done.stderr) == (f"{code}\n", "")
    done = in_a_shell(f"CHAINSCORE {arguments} | head -n 1; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (done.stdout.splitlines()[1:], done.stderr) == ([str(code)], "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@bash
def test_standard_error_that_finds_no_room_changes_no_exit_code(tmp_path: Path) -> None:
    assert in_a_shell(f"CHAINSCORE score {ABSENT} 2>/dev/full", tmp_path).returncode == 2
    copy_samples(tmp_path / "in")
    assert in_a_shell(f"CHAINSCORE score in/{MISTAKEN} 2>/dev/full", tmp_path).returncode == 1
