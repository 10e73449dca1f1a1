"""What a department typed stays text in every output, whatever it begins with, and nothing tells of the machine that wrote it."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import REPOSITORY, SAMPLES, Run
from tests.support import office
from tests.support.office import XLSX, Office
from tests.support.packages import parts_of
from tests.support.workbooks import (
    CHAINS,
    COMMERCE,
    EVENTS,
    FINANCE,
    OFFICE,
    TECHNOLOGY,
    Quarter,
    day,
    replace_in_package,
    sound,
)

HOSTILE = (
    "=1+1", "=HYPERLINK(\"http://example.invalid\",\"点\")", "=cmd|'/c calc'!A1", "+1+2", "-1+3", "@SUM(A1)", "\t=1+4", "\r=1+5", "\n=1+6",
    "'=1+7", "＝1+8", "{=1+9}", "_x003D_1+10", "https://example.invalid/", "mailto:a@example.invalid", "#N/A", "1e5", "2023-5-6",
    "<b>&amp;\"'</b>", "]]>", "控制\x01\x0b\x1f字符", "emoji \U0001f600", "\u202eRTL", "\ufeffBOM", "样" * 32_767,
)  # fmt: skip


def hostile(period: str = "2023Q2") -> Quarter:
    """The sound quarter with all of this for names and remarks, and an error and a warning to be marked."""
    quarter = sound(period)
    quarter[FINANCE].clear_ledger()
    for row, text in enumerate(HOSTILE, 17):
        quarter[FINANCE].put(row, (CHAINS[row % 6], text, "股改挂牌", day(2, 1), text))
    for sheet, cell in (
        (COMMERCE, "C17"),
        (COMMERCE, "H18"),
        (TECHNOLOGY, "G17"),
        (EVENTS, "F17"),
        (OFFICE, "D17"),
        (OFFICE, "K9"),
    ):
        quarter[sheet][cell] = "=1+1"
    for sheet in (FINANCE, COMMERCE):
        quarter[sheet]["D3"] = "=填报员"
    return quarter


@pytest.fixture
def outputs(run: Run, tmp_path: Path) -> list[Path]:
    """Every kind of workbook that the program writes, from hostile ones."""
    for number, period in ((1, "2023Q1"), (2, "2023Q2")):
        quarter = hostile(period)
        if number == 1:
            for grid in quarter.grids.values():
                for place, value in grid.cells.items():
                    if hasattr(value, "month") and value > day(3, 31) and grid.name != "填报说明" and place[0] >= 17:
                        grid.cells[place] = day(3, 31)
            quarter["市商务局"]["E18"] = quarter["市商务局"]["F18"] = day(3, 1)
        quarter.save(tmp_path / f"q{number}.xlsx")
    for arguments in (
        ["score", "q2.xlsx"],
        ["score", "q1.xlsx", "-o", "results-1.xlsx"],
        ["diff", "q1.xlsx", "q2.xlsx", "-o", "diff.xlsx"],
        ["diff", "results-1.xlsx", "q2-results.xlsx", "-o", "diff-of-results.xlsx"],
        ["trend", "q1.xlsx", "q2.xlsx", "-o", "trend.xlsx"],
        ["template", "--from", "q2.xlsx", "-o", "next.xlsx"],
        ["template", "--from", "q2.xlsx", "--split", "split"],
        ["check", "q1.xlsx", "q2.xlsx", "--annotate", "back"],
    ):
        outcome = run(*arguments)
        assert outcome.code == (1 if "--annotate" in arguments else 0), (arguments, outcome.out[-2000:], outcome.err[-2000:])
    given = {"q1.xlsx", "q2.xlsx"}
    made = [path for path in sorted(tmp_path.rglob("*.xlsx")) if path.parent != tmp_path or path.name not in given]
    assert len(made) == 6 + 13 + 1  # by name, in split, in back
    return made


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """(data type, value) of every cell that holds text."""
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield cell.data_type, cell.value


def test_text_stays_text_in_every_output(outputs: list[Path]) -> None:
    for path in outputs:
        found = list(texts(path))
        # What an annotated copy compares with stands in a formula between quotation marks, each of its own doubled.
        formulas = {re.sub(r'"(?:[^"]|"")*"', "", value) for kind, value in found if kind == "f"}
        assert not [
            value for value in formulas if "1+1" in value or "HYPERLINK" in value or "cmd" in value or "填报员" in value
        ]
        links = "".join(
            part.decode("utf-8", "replace") for name, part in parts_of(path.read_bytes()).items() if name.endswith(".rels")
        )
        assert "example.invalid" not in links, path.name
    assert any("=1+1" in value for path in outputs for _, value in texts(path))


def test_what_was_typed_is_carried_forward_as_it_was(outputs: list[Path]) -> None:
    (path,) = [path for path in outputs if path.name == "next.xlsx"]
    carried = {value for _, value in texts(path)}
    for text in HOSTILE:
        plain = text.strip()
        if plain.isprintable():
            assert plain in carried, text[:20]


@pytest.mark.parametrize("kind", ['t="str"', 't="inlineStr"'])
def test_text_beside_its_cell_stays_text_in_an_annotated_copy(kind: str, run: Run, tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["B17"] = "约等号"
    path = quarter.save(tmp_path / "q2.xlsx")
    parts = parts_of(path.read_bytes())
    index = re.findall(r"<si>(.*?)</si>", parts["xl/sharedStrings.xml"].decode()).index("<t>约等号</t>")
    cell = "<is><t>=1+1</t></is>" if "inline" in kind else "<v>=1+1</v>"
    replace_in_package(path, f'<c r="B17" t="s"><v>{index}</v></c>', f'<c r="B17" {kind}>{cell}</c>')
    quarter[FINANCE]["D17"] = None
    replace_in_package(path, '<c r="D17" s="1"><v>45078</v></c>', '<c r="D17" t="str"><v>六月</v></c>')
    assert run("check", path, "--annotate", "back").code == 1
    cell = openpyxl.load_workbook(tmp_path / "back" / "q2.xlsx")[FINANCE]["B17"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_nothing_in_an_output_tells_of_the_machine(outputs: list[Path], tmp_path: Path) -> None:
    secrets = {str(tmp_path), str(Path.home()), socket.gethostname(), os.environ.get("USER", "")} - {"", "/"}
    for path in outputs:
        parts = parts_of(path.read_bytes())
        for name, part in parts.items():
            for secret in secrets:
                if len(secret) > 3 or "docProps" in name:
                    assert secret.encode() not in part, (path.name, name, secret)
        core = parts["docProps/core.xml"].decode()
        assert re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]+)<", core) in ([], ["openpyxl"])


def test_files_of_one_name_in_two_folders_leave_no_path_in_the_results(run: Run, tmp_path: Path) -> None:
    for folder, sheets in (("one", 4), ("two", 8)):
        (tmp_path / folder).mkdir()
        names = list(sound().grids)
        kept = names[:5] if sheets == 4 else [names[0], *names[5:]]
        sound().only(*kept).save(tmp_path / folder / "q2.xlsx")
    assert run("score", tmp_path / "one" / "q2.xlsx", tmp_path / "two" / "q2.xlsx", "-o", "results.xlsx").code == 0
    whole = b"".join(parts_of((tmp_path / "results.xlsx").read_bytes()).values())
    assert b"one/q2.xlsx" in whole
    assert str(tmp_path).encode() not in whole


@pytest.mark.parametrize("name", ["q2\x01.xlsx", "q2\n.xlsx", b"q2\xff.xlsx", "=1+1.xlsx", "@q2.xlsx", "q" * 200 + ".xlsx"])
def test_a_file_by_any_name_is_scored_and_sent_back(name: str | bytes, run: Run, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + os.fsencode(name)))
    quarter = sound()
    quarter[COMMERCE]["F17"] = None  # not filed: a warning
    shutil.copy(quarter.save(tmp_path / "plain.xlsx"), path)
    assert run("score", path, "-o", "results.xlsx").code == 0
    assert run("check", path, "--annotate", "back").code == 0
    assert run("diff", path, "results.xlsx", "-o", "diff.xlsx").code == 0
    assert run("template", "--from", path, "-o", "next.xlsx").code == 0
    copies = list((tmp_path / "back").iterdir())
    assert len(copies) == 1
    for made in ("results.xlsx", "diff.xlsx", "next.xlsx", *copies):
        openpyxl.load_workbook(tmp_path / made)


def test_json_is_one_document_whatever_was_typed(run: Run, tmp_path: Path) -> None:
    hostile().save(tmp_path / "q2.xlsx")
    for command in (["check"], ["score"], ["explain"]):
        outcome = run(*command, "q2.xlsx", *(["materials"] if command == ["explain"] else []), "--json")
        assert outcome.code == 0
        assert outcome.document


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_text_stays_text_when_a_person_saves_an_output_again(outputs: list[Path], tmp_path: Path) -> None:
    with office.running(tmp_path / "profile-of-libreoffice") as libreoffice:
        assert isinstance(libreoffice, Office)
        wanted = [path for path in outputs if path.name in ("q2-results.xlsx", "diff.xlsx", "next.xlsx", "q2.xlsx")]
        steps = [
            {"open": str(path), "save": str(tmp_path / f"again-{n}.xlsx"), "filter": XLSX} for n, path in enumerate(wanted)
        ]
        libreoffice.work(steps)
        for number, path in enumerate(wanted):
            before = sorted(value for kind, value in texts(path) if value.startswith(("=", "+", "-", "@")) and kind != "f")
            after = sorted(
                value
                for kind, value in texts(tmp_path / f"again-{number}.xlsx")
                if value.startswith(("=", "+", "-", "@")) and kind != "f"
            )
            assert after == before, path.name


def test_the_repository_holds_no_path_of_a_machine() -> None:
    for path in (*SAMPLES, REPOSITORY / "templates" / "q2-2023.xlsx"):
        whole = b"".join(parts_of(path.read_bytes()).values())
        assert not re.search(rb"/(?:home|root|tmp|Users)/|[A-Z]:\\", whole), path.name
