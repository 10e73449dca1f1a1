"""What other values in some cells would change: the same as if they were typed, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run


def _typed(sample: Path, folder: Path, sheet: str, cell: str, value: object) -> Path:
    path = folder / "typed" / sample.name
    path.parent.mkdir()
    workbook = openpyxl.load_workbook(sample)
    workbook[sheet][cell] = value
    workbook.save(path)
    return path


def _amount(sample: Path) -> tuple[str, str, float]:
    """The first amount of the ledger of 市商务局 that is a number of one decimal or more."""
    sheet = openpyxl.load_workbook(sample)["市商务局"]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, float):
                return sheet.title, cell.coordinate, cell.value
    raise AssertionError("the sample has no such amount")


def test_a_cell_that_is_set_gives_what_it_gives_when_it_is_typed(run: Run, sample: Path, tmp_path: Path) -> None:
    sheet, cell, old = _amount(sample)
    asked = run("whatif", sample, "--set", f"{sheet}!{cell}=20", "--json")
    assert asked.code == 0, asked.err
    typed = run("score", _typed(sample, tmp_path, sheet, cell, 20), "-o", "typed.xlsx", "--json").document
    document = asked.document
    assert document["schema"] == "chainscore/whatif/1"
    assert document["set"] == [{"sheet": sheet, "cell": cell, "from": old, "to": 20.0}]
    changed = {each["id"]: each["total_new"] for each in document["chains"]}
    assert changed == {each["id"]: each["total"] for each in typed["chains"] if each["id"] in changed}


def test_nothing_is_written_unless_an_output_is_named(run: Run, sample: Path, tmp_path: Path) -> None:
    sheet, cell, _ = _amount(sample)
    before = sample.read_bytes()
    assert run("whatif", sample, "--set", f"{sheet}!{cell}=20").code == 0
    assert list(tmp_path.iterdir()) == []
    assert sample.read_bytes() == before
    assert run("whatif", sample, "--set", f"{sheet}!{cell}=20", "-o", "what.xlsx").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["what.xlsx"]


def test_a_row_that_is_left_out_gives_what_it_gives_when_it_is_not_there(run: Run, sample: Path, tmp_path: Path) -> None:
    _, cell, _ = _amount(sample)
    row = "".join(filter(str.isdigit, cell))
    document = run("whatif", sample, "--drop", f"市商务局!{row}", "--json").document
    workbook = openpyxl.load_workbook(sample)
    for each in workbook["市商务局"][int(row)]:
        each.value = None
    (tmp_path / "less").mkdir()
    workbook.save(tmp_path / "less" / sample.name)
    typed = run("score", tmp_path / "less" / sample.name, "-o", "typed.xlsx", "--json").document
    changed = {each["id"]: each["total_new"] for each in document["chains"]}
    assert changed == {each["id"]: each["total"] for each in typed["chains"] if each["id"] in changed}


@pytest.mark.parametrize(
    "asked",
    [
        ["--set", "市商务局!ZZ999=1"],  # no input there
        ["--set", "无此表!B15=1"],  # no such sheet
        ["--set", "市商务局=1"],  # no cell
        ["--drop", "市商务局!1"],  # the title
        [],  # nothing to try
    ],
)
def test_what_cannot_be_tried_is_one_clear_line(run: Run, sample: Path, asked: list[str]) -> None:
    outcome = run("whatif", sample, *asked)
    assert outcome.code == 2
    assert outcome.out == ""
    assert len(outcome.err.strip().splitlines()) == 1
    assert "Traceback" not in outcome.err


def test_a_value_of_another_type_is_told(run: Run, sample: Path) -> None:
    sheet, cell, _ = _amount(sample)
    outcome = run("whatif", sample, "--set", f"{sheet}!{cell}=many")
    assert outcome.code == 2
    assert "many" in outcome.err
