"""Shells complete the command line: proven in real shells where they are installed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Run

bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is wanted")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with the program on its path."""
    program = tmp_path / "bin" / "chainscore"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m chainscore "$@"\n')
    program.chmod(0o755)
    return tmp_path


def in_bash(script: str, home: Path, **variables: str) -> str:
    surroundings = {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "LANG": "en_US.UTF-8",
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        cwd=home, env={**surroundings, **variables}, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout


def completed(home: Path, *words: str) -> list[str]:
    """What bash offers for the last of ``words``, once completion is installed."""
    line = " ".join(map(shlex.quote, words))
    script = (
        f"source ~/.bashrc; COMP_WORDS=(chainscore {line}); COMP_CWORD={len(words)}\n"
        "_chainscore_completion chainscore; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return in_bash(script, home).split()


@bash
def test_bash_completes_commands_and_options_once_it_is_installed(home: Path) -> None:
    told = in_bash("chainscore --install-completion bash", home)
    assert told == "Completion for bash is installed. It works in terminals that are opened from now on.\n"
    assert completed(home, "s") == ["score", "sensitivity"]
    assert completed(home, "rulebook", "s") == ["show", "schema"]
    assert completed(home, "template", "--p") == ["--period"]
    assert completed(home, "score", "--r") == ["--reading", "--rulebook"]
    assert in_bash("source ~/.bashrc; complete -p chainscore", home).split() == [
        "complete", "-o", "default", "-F", "_chainscore_completion", "chainscore",
    ]  # fmt: skip


@bash
def test_bash_goes_on_to_names_of_files(home: Path) -> None:
    in_bash("chainscore --install-completion bash", home)
    (home / "q2-2023.xlsx").touch()
    assert completed(home, "score", "q2") == []  # and of nothing bash makes names of files, as -o default has it


@bash
@pytest.mark.parametrize(
    ("shell", "word"), [("zsh", "compdef"), ("fish", "--command chainscore"), ("powershell", "ArgumentCompleter")]
)
def test_every_shell_has_its_script_and_gets_explanations_in_the_language_of_the_run(shell: str, word: str, home: Path) -> None:
    assert word in in_bash(f"chainscore --show-completion {shell}", home)
    asked = {
        "_TYPER_COMPLETE_ARGS": "chainscore te",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "te",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    answer = in_bash(
        "chainscore", home, _CHAINSCORE_COMPLETE=f"complete_{shell}", CHAINSCORE_LANG="zh", PYTHONUTF8="1", **asked
    )
    assert "template" in answer
    assert "生成一个考核期的空白填报模板" in answer


def test_a_shell_that_cannot_complete_is_wrong_usage(run: Run) -> None:
    for option in ("--show-completion", "--install-completion"):
        outcome = run(option, "tcsh")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("“tcsh” is no shell that can complete; there are: bash, zsh, fish,")


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is wanted")
def test_fish_completes_commands(home: Path) -> None:
    in_bash("chainscore --install-completion fish", home)
    offered = in_bash("fish -c 'complete -C \"chainscore sc\"'", home)
    assert offered.split("\t")[0] == "score"
