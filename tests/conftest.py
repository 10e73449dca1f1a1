"""Shared by all tests: filled workbooks, and the program run as a user runs it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from chainscore.__main__ import main
from chainscore.commands.settings import NAMES
from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook

REPOSITORY = Path(__file__).parent.parent
SAMPLES = [REPOSITORY / "sample_data" / f"{name}.xlsx" for name in ("q1-2023", "q2-2023", "q2-2023-with-mistakes")]
"""The committed workbooks by name: whoever has run the program has its results beside them."""


settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


def copy_samples(folder: Path) -> None:
    """Copy the committed workbooks into a new folder."""
    folder.mkdir()
    for sample in SAMPLES:
        shutil.copy(sample, folder)


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """The packaged rulebook under its default readings."""
    return load_rulebook()


@pytest.fixture
def sample() -> Path:
    """The sound sample quarter."""
    return REPOSITORY / "sample_data" / "q2-2023.xlsx"


@pytest.fixture
def mistaken() -> Path:
    """The sample quarter with mistakes."""
    return REPOSITORY / "sample_data" / "q2-2023-with-mistakes.xlsx"


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = [f"CHAINSCORE_{name.upper()}" for name in NAMES.values()]
    for name in (*variables, "LC_ALL", "LC_MESSAGES", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the program in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["chainscore", *map(str, arguments)])
        for stream in (sys.stdout, sys.stderr):  # as those of the program's own process do
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 0, captured.out, captured.err)

    return call


@pytest.fixture
def q2(sample: Path, tmp_path: Path) -> Path:
    """The sample quarter in the current folder."""
    return Path(shutil.copy(sample, tmp_path / "q2-2023.xlsx"))
