"""What people see on a terminal: tables that lose no number, colours, the next command; lists cut down to what is asked for."""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chainscore.__main__ import main
from chainscore.show.terminal import Line, Table, print_table, width_of, wrapped
from tests.conftest import Run, copy_samples

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
Seen = Callable[..., str]


class Screen(io.StringIO):
    """Standard output on a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Seen:
    """What a command shows on a terminal of so many columns, with its colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def show(columns: int, *arguments: object) -> str:
        screen = Screen()
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "stdout", screen)
        monkeypatch.setattr(sys, "argv", ["chainscore", *map(str, arguments)])
        with pytest.raises(SystemExit):
            main()
        return screen.getvalue()

    return show


def plain(shown: str) -> str:
    return COLOUR.sub("", shown)


# ---------------------------------------------------------------- tables


def roll(name: str) -> Table:
    table = Table()
    table.add_column("File", shrinks=True)
    table.add_column("State")
    table.add_column("Gap to next above", justify="right")
    table.add_row(name, Line("submitted", "green"), "1234.56")
    return table


def test_a_table_is_as_wide_as_what_it_holds_where_there_is_room() -> None:
    assert roll("a-name-of-24-characters.").widths() == [24, 9, 17]
    assert roll("a-name-of-24-characters.").widths(50) == [24, 9, 17]


def test_names_of_files_give_way_first_then_titles_and_no_number_ever() -> None:
    assert roll("a-name-of-24-characters.").widths(45) == [19, 9, 17]
    assert roll("a-name-of-24-characters.").widths(38) == [12, 9, 17]
    assert roll("a-name-of-24-characters.").widths(30) == [12, 9, 9]
    # 1234.56 has seven places; no narrower, whatever is asked for.
    assert roll("a-name-of-24-characters.").widths(10) == [12, 9, 7]


@pytest.mark.parametrize("columns", [34, 40, 60, 80])
def test_a_table_on_a_terminal_holds_every_number_state_and_name_whole_or_broken(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", screen)
    print_table(roll("有点长的文件名字.xlsx"))
    shown = plain(screen.getvalue())
    assert max(map(width_of, shown.splitlines())) <= columns
    assert "1234.56" in shown
    assert "submitted" in shown
    assert "…" not in shown
    letters = "".join(re.findall(r"[一-鿿.xls]", shown.replace("1234.56", "")))
    assert set("有点长的文件名字.xlsx") <= set(letters)


def test_a_table_too_wide_for_its_terminal_is_stacked() -> None:
    table = Table()
    for number in range(6):
        table.add_column(f"第{number}列", justify="right")
    table.add_row(*["12345.67"] * 6)
    screen, before = Screen(), sys.stdout
    sys.stdout = screen
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", "40")
            print_table(table)
    finally:
        sys.stdout = before
    assert screen.getvalue().split() == [word for number in range(6) for word in (f"第{number}列", "12345.67")]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("产业链成效", 6, ["产业链", "成效"]),
        ("产业链，成效", 6, ["产业", "链，成", "效"]),  # no line begins with a comma
        ("用 --force 覆盖", 10, ["用 --force", "覆盖"]),
        ("word", 2, ["word"]),
    ],
)
def test_text_is_broken_between_words_and_chinese_characters(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_the_ranking_fits_a_terminal_with_every_score(columns: int, language: str, seen: Seen, q2: Path) -> None:
    shown = plain(seen(columns, "score", q2.name, "--lang", language))
    for number in ("63.74", "63.31", "60.90", "56.13", "49.28", "25.49", "23.79", "35.24"):
        assert number in shown
    table = [line for line in shown.splitlines() if re.search(r"\d\d\.\d\d", line) or "───" in line]
    assert len(table) == 7
    assert max(map(width_of, table)) <= columns


def test_states_and_numbers_of_findings_are_coloured(seen: Seen, tmp_path: Path) -> None:
    copy_samples(tmp_path / "in")
    shown = seen(120, "score", "in", "--each", "--combined-only", "-o", "out", "--lang", "en")
    assert "\x1b[32mscored" in shown
    assert "\x1b[31mrefused" in shown
    assert re.search(r"\x1b\[31m *17", shown)


def test_colours_are_left_out_where_they_are_not_wanted(seen: Seen, q2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", seen(80, "check", q2.name))


# ---------------------------------------------------------------- the next command


@pytest.mark.parametrize(
    ("arguments", "following"),
    [
        (("template", "-o", "blank.xlsx"), "chainscore check blank.xlsx"),
        (("check", "q2-2023.xlsx"), "chainscore score q2-2023.xlsx"),
        (("check", "in/q2-2023-with-mistakes.xlsx"), "chainscore check in/q2-2023-with-mistakes.xlsx --annotate back"),
        (("score", "q2-2023.xlsx"), "chainscore verify q2-2023-results.xlsx q2-2023.xlsx"),
        (("explain", "q2-2023.xlsx", "food", "1.1"), "chainscore diff BEFORE.xlsx q2-2023.xlsx"),
        (("diff", "in/q1-2023.xlsx", "q2-2023.xlsx"), "chainscore explain q2-2023.xlsx 新能源新材料"),
        (("trend", "in/q1-2023.xlsx", "q2-2023.xlsx"), "chainscore diff in/q1-2023.xlsx q2-2023.xlsx"),
        (("codes",), "chainscore codes E101"),
        (("codes", "E301"), "chainscore check FILE.xlsx"),
        (("score", "q2-2023.xlsx", "--each", "-o", "out"), "chainscore explain q2-2023.xlsx 绿色建材"),
    ],
)
@pytest.mark.usefixtures("q2")
def test_a_command_ends_on_a_terminal_with_the_next_one(
    arguments: tuple[str, ...], following: str, seen: Seen, tmp_path: Path
) -> None:
    copy_samples(tmp_path / "in")
    shown = plain(seen(200, *arguments, *(["--force"] if arguments[0] in ("score", "template") else []), "--lang", "en"))
    assert shown.splitlines()[-1].startswith("Next")
    assert shown.splitlines()[-1].endswith(f": {following}")


def test_a_path_stands_in_the_next_command_as_a_shell_takes_it(seen: Seen, q2: Path, tmp_path: Path) -> None:
    shutil.copy(q2, tmp_path / "第二季度 (2).xlsx")
    assert plain(seen(200, "check", "第二季度 (2).xlsx")).splitlines()[-1].endswith("chainscore score '第二季度 (2).xlsx'")


def test_piped_output_names_no_next_command(run: Run, q2: Path) -> None:
    assert "Next" not in run("check", q2).out


# ---------------------------------------------------------------- what is asked for alone


def test_many_notices_of_one_kind_share_a_line_in_either_language(run: Run, sample: Path) -> None:
    zh, en = (run("check", sample.with_name("q1-2023.xlsx"), "--lang", language).out.splitlines() for language in ("zh", "en"))
    # Twelve of the projects on the sheet, counted by hand, have done less than 80 % of their plan.
    (line,) = [line for line in zh if "N615" in line]
    assert line.startswith("q1-2023.xlsx:市发改局!F12、F13、F14、F15、F16、F17、F19、F20…: N615 12处：“〈名称〉”完成计划的")
    assert "低于 80%" in line
    (line,) = [line for line in en if "N615" in line]
    assert line.startswith("q1-2023.xlsx:市发改局!F12,F13,F14,F15,F16,F17,F19,F20…: N615 12 times: “[name]” has completed")
    assert (
        sum(
            finding["code"] == "N615"
            for finding in run("check", sample.with_name("q1-2023.xlsx"), "--json").document["findings"]
        )
        == 12
    )


def test_only_errors_or_only_warnings_are_listed_and_the_exit_code_is_of_all(run: Run, mistaken: Path) -> None:
    for only, letter, number in (("errors", "E", 17), ("warnings", "W", 2)):
        outcome = run("check", mistaken, "--only", only)
        *lines, summary = outcome.out.splitlines()
        assert outcome.code == 1
        assert [line.split()[1][0] for line in lines] == [letter] * number
        assert summary == "Findings: 17 errors, 2 warnings, 7 notices."
        severities = {finding["severity"] for finding in run("check", mistaken, "--only", only, "--json").document["findings"]}
        assert severities == {only.removesuffix("s")}


def test_the_findings_of_one_unit_alone_are_listed(run: Run, mistaken: Path) -> None:
    outcome = run("check", mistaken, "--unit", " 市商务局", "--only", "errors")
    places = [re.search(r"!(\w+):", line)[1] for line in outcome.out.splitlines()[:-1]]  # type: ignore[index]
    assert places == ["A16", "D20", "E21", "F30"]
    assert outcome.code == 1


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (("--unit", "市商物局"), "The nearest is 市商务局;", "最接近的是 市商务局；"),
        (("--only", "notices"), "--only takes errors or warnings, not “notices”.", "--only 只能是 errors 或 warnings"),
    ],
)
def test_what_cannot_be_asked_for_is_wrong_usage(
    arguments: tuple[str, ...], en: str, zh: str, run: Run, mistaken: Path
) -> None:
    for language, said in (("en", en), ("zh", zh)):
        outcome = run("check", mistaken, *arguments, "--lang", language)
        assert (outcome.code, outcome.out) == (2, "")
        assert said in outcome.err


def test_quiet_says_only_how_it_ended(run: Run, mistaken: Path, q2: Path) -> None:
    checked = run("check", mistaken, "-q")
    assert (checked.code, checked.out) == (1, "Findings: 17 errors, 2 warnings, 7 notices.\n")
    scored = run("score", q2, "--quiet")
    assert (scored.code, scored.out) == (0, f"Results workbook: {q2.with_name('q2-2023-results.xlsx')}\n")


def test_diff_of_one_chain_shows_that_chain_alone(run: Run, sample: Path) -> None:
    quarters = (sample.with_name("q1-2023.xlsx"), sample)
    whole = run("diff", *quarters, "--json").document
    document = run("diff", *quarters, "--chain", "绿色食品商贸", "--json").document
    assert document["chains"] == [chain for chain in whole["chains"] if chain["id"] == "food"]
    shown = run("diff", *quarters, "--chain", "food").out
    assert "绿色食品商贸: rank 5 → 4, 27.50 → 56.13 (+28.63)" in shown
    assert "电力电工" not in "\n".join(line for line in shown.splitlines() if "rank" in line)
    outcome = run("diff", *quarters, "--chain", "fodo")
    assert (outcome.code, outcome.out) == (2, "")
    assert "The nearest is 绿色食品商贸;" in outcome.err
