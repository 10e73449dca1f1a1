"""An auditor without this program: LibreOffice and Gnumeric work out every formula of a results workbook from nothing.

The values that were saved beside the formulas are taken away first, so that nothing but the formulas can give them.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.words.references import cell_reference, column_letters, row_and_column
from tests.conftest import REPOSITORY
from tests.support import office
from tests.support.facts import write_plainly
from tests.support.filling import BOOK, EXAMPLES
from tests.support.office import Office
from tests.support.random_quarters import random_quarter

NEEDS_LIBREOFFICE = pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
NEEDS_GNUMERIC = pytest.mark.skipif(shutil.which("ssconvert") is None, reason="Gnumeric is not installed: no ssconvert on PATH")
RANDOM_QUARTERS = 20
"""Each of some 2,000 formulas or more; tests/scoring/test_readings.py holds more of them against the method on paper."""
OF_THEM_IN_GNUMERIC = 6
CLOSE = 1e-9
CHAINS = [chain.short_name for chain in BOOK.chains]
LEAVES = [leaf.id for leaf in BOOK.leaves]


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


def without_values(content: bytes) -> bytes:
    """The workbook with bare formulas."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as bare:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part, taken = re.subn(rb"</f><v>[^<]*</v>", b"</f>", part)
                assert taken == part.count(b"</f>")
            bare.writestr(name, part)
    return target.getvalue()


def saved_values(content: bytes) -> dict[str, list[list[Any]]]:
    """Sheet → rows, from the first, of the values that any program sees that recalculates nothing."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def scores_in(told: Mapping[str, Mapping[str, Any]], rows: list[list[Any]]) -> dict[str, dict[str, Any]]:
    """Chain → leaf, total or rank → what the formulas of the sheet of scores, whose rows are given, come to."""
    columns = {value: column for column, value in enumerate(rows[1], 1) if value in CHAINS}
    found: dict[str, dict[str, Any]] = {chain: {} for chain in CHAINS}
    for number, row in enumerate(rows, 1):
        label = row[0] or {"总分": "total", "名次": "rank"}.get(str(row[1]))
        if label in (*LEAVES, "total", "rank"):
            for chain, column in columns.items():
                found[chain].setdefault(str(label), told["得分"][cell_reference(number, column)])
    return found


def scores_of(appraisal: Appraisal, book: Rulebook) -> dict[str, dict[str, Any]]:
    """The same, as the scoring core has them."""
    assert appraisal.scorecard is not None, [
        f"{f.place} {f.message('en')}" for f in appraisal.findings if f.severity == "error"
    ]
    return {
        book.chain(chain.chain).short_name: {
            **{leaf: float(result.score) for leaf, result in chain.leaves.items() if result.score is not None},
            "total": float(chain.total),
            "rank": float(chain.rank),
        }
        for chain in appraisal.scorecard.chains
    }


def assert_same(told: Mapping[str, Mapping[str, Any]], content: bytes) -> None:
    """Every formula comes to the value that was saved beside it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        written = sum(package.read(name).count(b"<f>") for name in package.namelist() if "worksheets/sheet" in name)
    assert sum(len(cells) for cells in told.values()) == written > 1000
    saved = saved_values(content)
    wrong = []
    for sheet, cells in told.items():
        for cell, result in cells.items():
            row, column = row_and_column(cell)
            value = saved[sheet][row - 1][column - 1]
            if result != value if isinstance(value, str) else abs(float(result) - value) > CLOSE:
                wrong.append((sheet, cell, value, result))
    assert wrong == []


def in_gnumeric(folder: Path, contents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Name → what Gnumeric makes of the formulas."""
    told: dict[str, dict[str, Any]] = {}
    for name, content in contents.items():
        bare, again = folder / f"{name}-bare.xlsx", folder / f"{name}-again.xlsx"
        bare.write_bytes(without_values(content))
        subprocess.run(["ssconvert", "--recalc", str(bare), str(again)], check=True, capture_output=True, timeout=60)
        values = saved_values(again.read_bytes())
        told[name] = {
            page.title: {
                cell.coordinate: values[page.title][cell.row - 1][cell.column - 1]
                for row in page.iter_rows()
                for cell in row
                if cell.data_type == "f"
            }
            for page in openpyxl.load_workbook(bare).worksheets
        }
    return told


def recalculated(libreoffice: Office, folder: Path, contents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Name → what LibreOffice makes of the formulas."""
    steps = []
    for name, content in contents.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(without_values(content))
        steps.append({"open": str(path), "recalculate": True})
    return {name: report["formulas"] for name, report in zip(contents, libreoffice.work(steps), strict=True)}


def examples(folder: Path) -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
    """Name → results of each example under its readings and under all the others; name → the scores of the former."""
    contents: dict[str, bytes] = {}
    expected: dict[str, dict[str, Any]] = {}
    others = {reading.key: next(each for each in reading.options if each != reading.default) for reading in BOOK.readings}
    for path in EXAMPLES:
        example = json.loads(path.read_text(encoding="utf-8"))
        filled = write_plainly(folder / "filled.xlsx", example["facts"]["sheets"], example["facts"]["period"])
        for kind, readings in (("own", example["readings"]), ("others", others)):
            book = load_rulebook(choices=readings)
            contents[f"{path.stem}-{kind}"] = write_results(appraise([filled], book), book)
        expected[f"{path.stem}-own"] = {
            BOOK.chain(chain).short_name: {**each["scores"], "total": each["total"], "rank": each["rank"]}
            for chain, each in example["expected"].items()
        }
    return contents, expected


def random_results(folder: Path, number: int) -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
    """Seed → results of random quarters, and their scores."""
    contents: dict[str, bytes] = {}
    expected: dict[str, dict[str, Any]] = {}
    for seed in range(number):
        period, readings, facts = random_quarter(seed)
        book = load_rulebook(choices=readings)
        appraisal = appraise([write_plainly(folder / "filled.xlsx", facts, period)], book)
        expected[str(seed)] = scores_of(appraisal, book)
        contents[str(seed)] = write_results(appraisal, book)
    return contents, expected


def draft(book: Rulebook) -> bytes:
    return write_results(appraise([REPOSITORY / "sample_data" / "q2-2023-with-mistakes.xlsx"], book, draft=True), book)


def assert_all(told: Mapping[str, Any], contents: Mapping[str, bytes], expected: Mapping[str, Any]) -> None:
    for name, content in contents.items():
        assert_same(told[name], content)
    for name, scores in expected.items():
        assert scores_in(told[name], saved_values(contents[name])["得分"]) == scores, name


@pytest.mark.libreoffice
@NEEDS_LIBREOFFICE
def test_every_example_comes_out_as_worked_out_under_its_readings_and_all_the_others(
    libreoffice: Office, tmp_path: Path
) -> None:
    contents, expected = examples(tmp_path)
    assert_all(recalculated(libreoffice, tmp_path, contents), contents, expected)


@pytest.mark.libreoffice
@NEEDS_LIBREOFFICE
def test_random_quarters_and_a_draft_come_out_as_scored(libreoffice: Office, tmp_path: Path, book: Rulebook) -> None:
    contents, expected = random_results(tmp_path, RANDOM_QUARTERS)
    contents["draft"] = draft(book)
    assert_all(recalculated(libreoffice, tmp_path, contents), contents, expected)


@NEEDS_GNUMERIC
def test_in_gnumeric_too(tmp_path: Path, book: Rulebook) -> None:
    contents, expected = examples(tmp_path)
    others, scores = random_results(tmp_path, OF_THEM_IN_GNUMERIC)
    contents |= {**others, "draft": draft(book)}
    assert_all(in_gnumeric(tmp_path, contents), contents, expected | scores)


Change = tuple[str, str, str, str, float]
"""(department, grid, label of the amount, name or chain of the row, new amount)."""
CHANGES: list[Change] = [
    ("市商务局", "ledger", "投资额（亿元）", "样例电子元件仓储项目", 2.5),
    ("市发改局", "ledger", "累计完成投资（万元）", "样例正极材料三期", 1),
    ("市统计局", "table", "本期产值（万元）", "文体旅游休闲", 999999),
    ("市税务局", "table", "上年同期税收（万元）", "电子信息", 12345.6),
    ("市统计局", "ledger", "年产值（亿元）", "样例水泥制品股份有限公司丁", 10),
    ("产业链办公室和落地办", "table", "月报迟报次数", "文体旅游休闲", 3),
]


@pytest.mark.libreoffice
@NEEDS_LIBREOFFICE
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]} {change[2]}")
def test_an_amount_changed_in_the_evidence_gives_the_scores_of_the_changed_input(
    change: Change, libreoffice: Office, tmp_path: Path, book: Rulebook, sample: Path
) -> None:
    department, grid, label, name, number = change
    content = write_results(appraise([sample], book), book)
    sheet = f"依据·{department}{'（表）' if grid == 'table' else ''}"
    full = {chain.name: chain.short_name for chain in BOOK.chains}
    cell = find(openpyxl.load_workbook(io.BytesIO(content))[sheet], label, full.get(name, name))
    changed = openpyxl.load_workbook(sample)
    target = changed[department][find(changed[department], label, name)]
    assert target.value != number
    target.value = number
    changed.save(tmp_path / "changed.xlsx")
    path = tmp_path / "results.xlsx"
    path.write_bytes(content)

    (report,) = libreoffice.work([{"open": str(path), "numbers": [[sheet, cell, number]], "recalculate": True}])

    expected = scores_of(appraise([tmp_path / "changed.xlsx"], book), book)
    told = scores_in(report["formulas"], saved_values(content)["得分"])
    assert told == expected
    assert expected != scores_of(appraise([sample], book), book)
    # The ranking is in the new order.
    ranking, page = report["formulas"]["排名"], openpyxl.load_workbook(io.BytesIO(content))["排名"]
    names, totals = (heading(page, label) for label in ("产业链", "总分"))
    order = sorted(BOOK.chains, key=lambda chain: expected[chain.short_name]["rank"])
    rows = range(names[1] + 1, names[1] + 7)
    assert [ranking[f"{names[0]}{row}"] for row in rows] == [chain.name for chain in order]
    assert [ranking[f"{totals[0]}{row}"] for row in rows] == [expected[chain.short_name]["total"] for chain in order]


def heading(page: Any, label: str) -> tuple[str, int]:
    """The letters and the row of a heading."""
    return next((cell.column_letter, cell.row) for row in page.iter_rows() for cell in row if cell.value == label)


def find(page: Any, label: str, name: str) -> str:
    """The cell under a label in the first row that has a name, below the label's header."""
    at: dict[int, str] = {}
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.replace("\n", "") == label:
                at[cell.row] = column_letters(cell.column)
        if at and any(cell.value == name for cell in row) and row[0].row > max(at):
            return f"{at[max(at)]}{row[0].row}"
    raise AssertionError((label, name))


def test_formulas_use_only_functions_that_excel_2013_wps_libreoffice_and_gnumeric_share(book: Rulebook, sample: Path) -> None:
    shared = {
        "ABS",
        "AND",
        "AVERAGE",
        "COUNTIF",
        "COUNTIFS",
        "IF",
        "INDEX",
        "ISNUMBER",
        "MATCH",
        "MAX",
        "MIN",
        "OR",
        "RANK",
        "ROUND",
        "ROWS",
        "SUM",
        "SUMIFS",
    }
    others = {reading.key: next(each for each in reading.options if each != reading.default) for reading in BOOK.readings}
    for choice in (book, load_rulebook(choices=others)):
        workbook = openpyxl.load_workbook(io.BytesIO(write_results(appraise([sample], choice), choice)))
        formulas = [c.value for page in workbook.worksheets for row in page.iter_rows() for c in row if c.data_type == "f"]
        used = {name for formula in formulas for name in re.findall(r"([A-Z]+)\(", re.sub(r'"[^"]*"', "", str(formula)))}
        assert used <= shared
        assert {"SUMIFS", "INDEX", "ROUND", "RANK", "MIN", "MAX"} <= used
