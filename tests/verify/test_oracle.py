"""Other programs are the oracle: what any of them shows otherwise of a workbook must not pass; what they only save again must."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from chainscore.verify.contents import read_contents
from tests.conftest import REPOSITORY, Run
from tests.support.readers import READERS, saved_by_gnumeric
from tests.verify.mutants import mutant
from tests.verify.test_forgeries import passes, published, wanted

__all__ = ["published", "wanted"]
SAMPLES = REPOSITORY / "sample_data"
QUICK = ("calamine", "openpyxl")
MUTANTS, SLOW = 60, 3
"""How many chance changes are made, and how many of those that pass are shown to programs that take long."""


@pytest.fixture(scope="module")
def passing(published: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Workbooks with a chance change that nothing is said of."""
    folder, chance, correct = tmp_path_factory.mktemp("mutants"), random.Random(17), read_contents(published)
    found = []
    for number in range(MUTANTS):
        path = folder / f"mutant{number}.xlsx"
        if passes(mutant(published, chance), correct, path):
            found.append(path)
    assert SLOW <= len(found) < MUTANTS / 2
    return found


@pytest.mark.parametrize("reader", READERS)
def test_what_passes_is_shown_as_it_was_published(reader: str, published: bytes, passing: list[Path], tmp_path: Path) -> None:
    correct = tmp_path / "published.xlsx"
    correct.write_bytes(published)
    show = READERS[reader]
    shown = show(correct)
    for path in passing if reader in QUICK else passing[:SLOW]:
        assert show(path) in (shown, None), path


@pytest.mark.skipif(shutil.which("ssconvert") is None, reason="Gnumeric is not installed: no ssconvert on PATH")
@pytest.mark.parametrize(("source", "options"), [("q2-2023", []), ("q1-2023", []), ("q2-2023-with-mistakes", ["--draft"])])
def test_results_that_gnumeric_saved_again_are_the_same(source: str, options: list[str], run: Run, tmp_path: Path) -> None:
    filled = SAMPLES / f"{source}.xlsx"
    assert run("score", filled, *options, "-o", "results.xlsx").code == 0
    again = saved_by_gnumeric(tmp_path / "results.xlsx", tmp_path / "again.xlsx")
    document = run("verify", again, filled, "--json").document
    assert (document["verdict"], document["findings"]) == ("same", [])
