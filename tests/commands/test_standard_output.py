"""``-o -``: the one file that a command writes, on standard output."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.test_cli import as_a_process
from tests.conftest import SAMPLES, Run

Q1, Q2, MISTAKEN = SAMPLES
WRITING: dict[str, tuple[object, ...]] = {
    "template.xlsx": ("template", "--period", "2023Q3"), "results.xlsx": ("score", Q2), "diff.xlsx": ("diff", Q1, Q2),
    "trend.xlsx": ("trend", Q1, Q2), "firm.xlsx": ("sensitivity", Q2), "call.xlsx": ("check", Q2),
    "changed.xlsx": ("whatif", Q2, "--set", "市商务局!D18=2.1"), "page.html": ("report", Q2), "bulletin.docx": ("bulletin", Q2),
    "method.md": ("rulebook", "show"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITING)
def test_the_file_is_the_same_to_the_byte_and_nothing_else_is_there(name: str, run: Run, tmp_path: Path) -> None:
    assert run(*WRITING[name], "-o", name).code == 0
    done = as_a_process(*map(str, WRITING[name]), "-o", "-")
    assert done.returncode == 0
    assert done.stdout == (tmp_path / name).read_bytes()
    assert b"Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_rulebook_is_begun_on_standard_output(run: Run, tmp_path: Path) -> None:
    run("rulebook", "new", "mine.toml")
    assert as_a_process("rulebook", "new", "-").stdout == (tmp_path / "mine.toml").read_bytes()


def test_what_people_read_goes_to_standard_error() -> None:
    told = as_a_process("score", Q2, "-o", "-").stderr.decode()
    assert "63.74" in told
    assert told.splitlines()[-1] == "Results workbook: -"


def test_a_quarter_that_is_refused_leaves_standard_output_empty() -> None:
    done = as_a_process("score", MISTAKEN, "-o", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"E313" in done.stderr


def test_one_command_reads_what_another_writes(sample: Path) -> None:
    results = as_a_process("score", sample, "-o", "-").stdout
    command = [sys.executable, "-m", "chainscore", "verify", "-", str(sample), "--json"]
    verified = subprocess.run(command, input=results, capture_output=True, check=False)
    assert b'"verdict": "identical"' in verified.stdout


@pytest.mark.parametrize(
    "arguments", [("score", Q2, "-o", "-", "--json"), ("template", "-o", "-", "--json"), ("diff", Q1, Q2, "--json", "-o", "-")]
)
def test_a_json_document_and_a_file_do_not_share_it(arguments: tuple[object, ...], run: Run) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "-o - and --json both need standard output; use one of them.\n"


def test_a_terminal_is_spared_a_workbook(run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

        def reconfigure(self, **_: object) -> None:
            pass

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    outcome = run("score", sample, "-o", "-")
    assert (outcome.code, screen.getvalue()) == (2, "")
    assert "is a terminal here" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [("score", Q2, "--each", "-o", "-"), ("template", "--split", "-"), ("check", MISTAKEN, "--annotate", "-")],
)
def test_several_files_need_a_folder(arguments: tuple[object, ...], run: Run, tmp_path: Path) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (2, "", [])
    assert "more than one file" in outcome.err


def test_a_pipe_that_closes_early_ends_quietly_with_the_commands_own_code(sample: Path) -> None:
    command = [sys.executable, "-m", "chainscore", "score", str(sample), "-o", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stdout.read(2) == b"PK"
        started.stdout.close()
        assert started.stderr is not None
        assert b"Traceback" not in started.stderr.read()
    assert started.returncode == 0
