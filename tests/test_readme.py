"""What the READMEs and the tutorials show is what the program does."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, copy_samples

READMES = ["README.md", "README.zh-CN.md"]
SHOWN = {
    "README": ["template", "check", "score", "explain", "verify", "diff", "trend", "template", "check", "check", "score"],
    "tutorial": ["template", "check", "codes", "check", "score", "explain", "verify", "template"],
}
"""The commands that a page shows, in order; in both languages the same."""


def shown(name: str) -> list[tuple[str, list[str]]]:
    """(command, lines of output) of every command that a page shows after a $."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"(?:^(?:    .*)?\n)+", text, re.MULTILINE):
        lines = [line.removeprefix("    ") for line in block.strip("\n").splitlines()]
        if lines and lines[0].startswith("$ "):
            found.append((lines[0][2:], lines[1:]))
    return found


def matches(output: str, wanted: list[str]) -> bool:
    """True when the output is the wanted lines, an … standing for any number of them, or for the rest of one."""
    patterns = {"…": r"(?:.*\n)*"} | {
        line: re.escape(line[:-1]) + r".*\n" for line in wanted if line[:-1] and line.endswith("…")
    }
    pattern = "".join(patterns.get(line, re.escape(line) + r"\n") for line in wanted)
    return re.fullmatch(pattern, output) is not None


@pytest.mark.parametrize("name", [*READMES, "docs/tutorial.md", "docs/tutorial.zh-CN.md"])
def test_every_command_on_a_page_prints_what_is_shown(name: str, tmp_path: Path) -> None:
    copy_samples(tmp_path / "sample_data")
    commands = shown(name)
    assert [command.split()[:2] for command, _ in commands] == [
        ["chainscore", command] for command in SHOWN[Path(name).name.partition(".")[0]]
    ]
    for command, wanted in commands:
        result = subprocess.run(
            [sys.executable, "-m", "chainscore", *shlex.split(command)[1:]],
            cwd=tmp_path, capture_output=True, check=False, encoding="utf-8",
            env={**os.environ, "LANG": "en_US.UTF-8", "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert result.stderr == ""
        assert matches(result.stdout, wanted), f"{command}\n{result.stdout}"


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_file_and_option_that_the_readme_names_is_there(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|    )make ([a-z-]+)", text))
    assert {"run", "test"} <= named <= targets
    for path in re.findall(r"\]\(([^)]+)\)", text) + re.findall(r"`(chainscore/[^`]+)`", text):
        assert (REPOSITORY / path).exists(), path
    commands = (REPOSITORY / "chainscore" / "commands").glob("*.py")
    sources = "".join(path.read_text(encoding="utf-8") for path in commands)
    for option in set(re.findall(r"--[a-z]+(?:-[a-z]+)*", text)):
        assert f'"{option}"' in sources, option


def test_no_machine_path_stands_in_anything_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout.split()
    for name in tracked:
        path = REPOSITORY / name
        if path.suffix in (".py", ".md", ".toml", ".txt", "") and path.is_file() and path.name != "test_readme.py":
            assert not re.search(r"(?<![\w.])/(?:root|home|work)/", path.read_text(encoding="utf-8", errors="replace")), name
