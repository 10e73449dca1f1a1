"""Strange and broken spreadsheets of public projects: each is answered in seconds and in bounded memory, and none is sound.

A sample in every run; ``make test-corpus`` takes them all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chainscore.intake.package import UnreadableError
from chainscore.intake.workbook import read_workbook
from tests.conftest import REPOSITORY
from tests.support.agreement import differences, second_opinion
from tests.support.forked import Forked, serving

CORPUS = Path(os.environ.get("CHAINSCORE_CORPUS") or REPOSITORY.parent / "shared" / "corpus")
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.name != "README.md") if CORPUS.is_dir() else []
WHOLE = os.environ.get("CHAINSCORE_WHOLE_CORPUS") == "1"
SHARES = 16 if WHOLE else 2
EVERY = 1 if WHOLE else 40


@pytest.mark.skipif(not FILES, reason="the corpus of strange spreadsheets is not beside this repository")
def test_calamine_finds_the_same_in_every_sheet_of_the_corpus() -> None:
    read = 0
    for path in FILES[::EVERY]:
        try:
            sheets = {worksheet.name: worksheet.rows for worksheet in read_workbook(path).worksheets}
        except UnreadableError:
            continue
        for name, other in second_opinion(path.read_bytes(), sheets).items():
            assert differences(sheets[name], other) == {}, (path.name, name)
            read += 1
    assert read > (1500 if WHOLE else 20)


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forked]:
    with serving(tmp_path_factory.mktemp("corpus")) as server:
        yield server


@pytest.mark.skipif(not FILES, reason="the corpus of strange spreadsheets is not beside this repository")
@pytest.mark.parametrize("share", range(SHARES))
def test_every_file_of_the_corpus_is_answered_and_none_is_sound(share: int, forked: Forked, tmp_path: Path) -> None:
    wrong = []
    for path in FILES[::EVERY][share::SHARES]:
        for command in (["check", path], ["score", path, "-o", tmp_path / "results.xlsx"]):
            ended = forked(*command)
            if not ended.decent or ended.code == 0 or (tmp_path / "results.xlsx").exists():
                wrong.append((command[0], path.name, ended))
    assert wrong == []
