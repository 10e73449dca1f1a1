"""``-`` where a workbook is named: what comes on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Run

TOTALS = [63.74, 63.31, 60.90, 56.13, 49.28, 25.49]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input, which can be read once."""

    def give(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))

    return give


def test_score_reads_it_and_names_the_results_by_the_period(sample: Path, run: Run, given: Callable[[bytes], None]) -> None:
    given(sample.read_bytes())
    outcome = run("score", "-", "--json")
    assert outcome.code == 0
    assert [chain["total"] for chain in outcome.document["chains"]] == TOTALS
    assert {finding["file"] for finding in outcome.document["findings"]} == {"-"}
    assert [path.name for path in Path.cwd().iterdir()] == ["q2-2023-results.xlsx"]


def test_check_says_of_it_what_it_says_of_the_file(mistaken: Path, run: Run, given: Callable[[bytes], None]) -> None:
    told = run("check", mistaken, "--lang", "en")
    given(mistaken.read_bytes())
    piped = run("check", "-", "--lang", "en")
    assert piped.code == told.code == 1
    assert piped.out == told.out.replace(mistaken.name, "-")


def test_it_can_be_one_side_of_a_comparison(sample: Path, run: Run, given: Callable[[bytes], None]) -> None:
    given(sample.read_bytes())
    document = run("diff", sample.with_name("q1-2023.xlsx"), "-", "--json").document
    assert [chain["total_new"] for chain in document["chains"]] == TOTALS


def test_results_are_verified_from_it(sample: Path, run: Run, given: Callable[[bytes], None]) -> None:
    run("score", sample, "-o", "results.xlsx")
    given(Path("results.xlsx").read_bytes())
    assert run("verify", "-", sample, "--json").document["verdict"] == "identical"


def test_a_rulebook_can_be_checked_shown_and_scored_by_from_it(sample: Path, run: Run, given: Callable[[bytes], None]) -> None:
    content = (REPOSITORY / "chainscore/method/rulebooks/xiangxiang-2022.toml").read_bytes()
    given(content)
    checked = run("rulebook", "check", "-", "--json").document
    assert (checked["file"], checked["sound"]) == ("-", True)
    given(content.replace(b"listing_stages", b"listing_phases", 1))
    assert run("rulebook", "check", "-").code == 1
    given(content)
    assert run("rulebook", "show", "-", "--reading", "listing_stages=highest").code == 0
    given(content)
    assert [
        chain["total"] for chain in run("score", sample, "--rulebook", "-", "-o", "results.xlsx", "--json").document["chains"]
    ] == TOTALS


def test_a_marked_copy_of_it_can_be_sent_back(mistaken: Path, run: Run, given: Callable[[bytes], None]) -> None:
    given(mistaken.read_bytes())
    assert run("check", "-", "--annotate", "back").code == 1
    assert [path.name for path in Path("back").iterdir()] == ["-.xlsx"]


@pytest.mark.parametrize(("content", "code"), [(b"", "E103"), (b"name,amount\n", "E103"), (bytes(20 * 2**20 + 1), "E106")])
def test_what_is_no_workbook_or_too_large_is_a_finding(
    content: bytes, code: str, run: Run, given: Callable[[bytes], None]
) -> None:
    given(content)
    outcome = run("check", "-", "--json")
    assert outcome.code == 2
    assert [finding["code"] for finding in outcome.document["findings"]] == [code]
