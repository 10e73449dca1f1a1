"""What an office sets once: CHAINSCORE_* and chainscore.toml; the command line goes first, then the environment, then the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from chainscore.commands.settings import FILE
from tests.conftest import Run

READING = "listing_stages"


def reading_of(run: Run, *arguments: object) -> str:
    document = run("score", *arguments, "--json", "--force").document
    chosen: str = document["readings"][READING]
    return chosen


def test_a_reading_is_the_files_the_environments_or_the_command_lines(
    q2: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert reading_of(run, q2) == "each"
    (tmp_path / FILE).write_text(f'[reading]\n{READING} = "highest"\n')
    assert reading_of(run, q2) == "highest"
    monkeypatch.setenv("CHAINSCORE_READING", f"{READING}=each, efficacy_no_spread=full")
    assert reading_of(run, q2) == "each"
    assert reading_of(run, q2, "--reading", f"{READING}=highest") == "highest"


def test_the_file_stands_beside_the_files_or_in_their_folder(q2: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "quarter"
    folder.mkdir()
    moved = q2.rename(folder / q2.name)
    (folder / FILE).write_text(f'[reading]\n{READING} = "highest"\n')
    assert reading_of(run, moved) == reading_of(run, folder) == "highest"
    (folder / FILE).rename(tmp_path / FILE)
    assert reading_of(run, moved, "-o", "r.xlsx") == "each"


def test_a_rulebook_is_named_by_its_name_or_from_the_files_own_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('rulebook = "suppliers"\n')
    assert run("rulebook", "show").out == run("rulebook", "show", "suppliers").out
    run("rulebook", "new", "ours.toml")
    (tmp_path / FILE).write_text('rulebook = "ours.toml"\n')
    shown = run("rulebook", "show").out
    assert shown == run("rulebook", "show", "ours.toml").out
    assert shown != run("rulebook", "show", "suppliers").out


def test_messages_are_in_the_language_of_the_file_where_nothing_else_names_one(
    q2: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text('lang = "zh"\n')
    assert "没有错误" in run("check", q2).out
    assert "没有" in run("score", q2, "--rulebook", "supplier").err
    assert "没有" not in run("score", q2, "--rulebook", "supplier", "--lang", "en").err
    assert "没有" not in run("--lang", "en", "score", q2, "--rulebook", "supplier").err
    monkeypatch.setenv("CHAINSCORE_LANG", "en")
    assert "没有" not in run("score", q2, "--rulebook", "supplier").err


def test_limits_are_a_table_and_jobs_a_number(q2: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHAINSCORE_LIMIT", "cells=10")
    assert run("check", q2).code == 2
    monkeypatch.delenv("CHAINSCORE_LIMIT")
    (tmp_path / FILE).write_text("[limit]\ncells = 10\n")
    assert run("check", q2).code == 2
    (tmp_path / FILE).write_text("jobs = 0\n")
    assert "“0”" in run("score", q2, "--each", "-o", "out").err


def test_who_issues_a_bulletin_and_to_whom_is_set_once(q2: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('from = "样例办公室"\nto = "各有关单位"\n', encoding="utf-8")
    assert run("bulletin", q2, "-o", "b.docx").code == 0
    text = "\n".join(paragraph.text for paragraph in Document("b.docx").paragraphs)
    assert "样例办公室" in text
    assert "各有关单位" in text


WRONG = {
    'rulebok = "x"': "“rulebok”, which is no setting; the nearest is rulebook;",
    "rulebook = 3": "rulebook must be a text between quotes",
    'jobs = "two"': "jobs must be a whole number",
    'reading = "x=y"': "reading must be a table",
    'lang = "fr"': "zh",
    "rulebook": "it is no TOML",
}


@pytest.mark.parametrize("written", WRONG)
def test_a_file_that_is_wrong_is_one_line_and_ends_with_two(written: str, q2: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(written)
    outcome = run("score", q2)
    assert (outcome.code, outcome.out) == (2, "")
    assert WRONG[written] in outcome.err
    assert outcome.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE, q2.name]


def test_colours_are_forced_into_a_pipe_or_kept_out(q2: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("score", q2, "--force").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("score", q2, "--force").out
    assert "\x1b[" not in run("score", q2, "--force", "--json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("score", q2, "--force").out
