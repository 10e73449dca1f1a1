"""Shared by all tests: filled workbooks, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainscore.rulebook import Rulebook, load_rulebook
from tests.program import run

__all__ = ["run"]

REPOSITORY = Path(__file__).parent.parent


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
    for name in ("CHAINSCORE_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
