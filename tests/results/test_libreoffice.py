"""A real office program as the client: LibreOffice opens, fills, saves and prints the workbooks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.method.period import Period
from chainscore.paperwork.template import write_template
from tests.conftest import REPOSITORY
from tests.support import office
from tests.support.filling import BOOK, EXAMPLES, filled
from tests.support.office import XLSX, Office

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(office.missing() is not None, reason=str(office.missing())),
]
CHAINS = [chain.name for chain in BOOK.chains]
SHEETS = [sheet.name for sheet in BOOK.sheets]


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One LibreOffice for all tests here."""
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The program, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "chainscore", *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def load(path: Path) -> Any:
    """An example, numbers exact."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)


def assert_scores(workbook: Path, example: Mapping[str, Any]) -> None:
    """``chainscore score --json`` gives all that the example expects."""
    readings = [argument for pair in example["readings"].items() for argument in ("--reading", "=".join(pair))]
    told = run("score", workbook, "-o", workbook.with_suffix(".results.xlsx"), "--json", *readings)
    assert told.returncode == 0, told.stderr + told.stdout
    document = json.loads(told.stdout, parse_float=Decimal, parse_int=Decimal)
    assert document["period"] == example["facts"]["period"]
    assert [finding for finding in document["findings"] if finding["severity"] == "error"] == []
    scored = {
        chain["id"]: {"rank": chain["rank"], "total": chain["total"], "scores": chain["scores"]} for chain in document["chains"]
    }
    assert all(len(chain["scores"]) == 19 for chain in scored.values())
    assert scored == example["expected"]


@pytest.fixture(scope="module")
def typed(libreoffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Example → the workbook into which LibreOffice typed it, and what the typist tells of it."""
    folder = tmp_path_factory.mktemp("typed")
    steps = []
    for path in EXAMPLES:
        facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
        template = folder / f"{path.stem}-blank.xlsx"
        template.write_bytes(write_template(BOOK, Period.parse(facts["period"])))
        steps.append(office.typing_step(template, folder / f"{path.stem}.xlsx", facts, BOOK))
    told = libreoffice.work(steps)
    return {path.stem: (Path(step["save"]), report) for path, step, report in zip(EXAMPLES, steps, told, strict=True)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_typed_into_the_blank_workbook_is_scored_as_worked_out(
    path: Path, typed: dict[str, tuple[Path, dict[str, Any]]]
) -> None:
    workbook, report = typed[path.stem]

    assert report["typed"] > 500
    assert report["locked"] == [], "a person could not have typed there: the cell is locked"
    assert report["invalid"] == [], "a person could not have typed this: the cell's validation refuses it"
    assert_scores(workbook, load(path))


def test_what_protection_or_a_drop_down_would_have_refused_is_noticed_here(libreoffice: Office, tmp_path: Path) -> None:
    template = tmp_path / "blank.xlsx"
    template.write_bytes(write_template(BOOK, Period.of_quarter(2023, 2)))
    facts = {"cells": {"填报单位": "别的单位"}, "ledger": [{"产业链": "电子信息", "进展阶段": "上了市"}]}
    step = office.typing_step(template, tmp_path / "typed.xlsx", {"sheets": {"市金融办": facts}}, BOOK)

    (report,) = libreoffice.work([step])

    assert (report["typed"], len(report["locked"]), report["invalid"]) == (3, 1, ["市金融办"])


def test_a_workbook_that_libreoffice_saved_again_is_scored_the_same(libreoffice: Office, tmp_path: Path) -> None:
    path = EXAMPLES[-1]
    before, after = tmp_path / "filled.xlsx", tmp_path / "saved.xlsx"
    filled(json.loads(path.read_text(encoding="utf-8"))["facts"]).save(before)

    libreoffice.work([{"open": str(before), "save": str(after), "filter": XLSX}])

    assert_scores(after, load(path))


def printed_sheets(pages: list[str]) -> dict[str, int]:
    """Sheet → its number of pages, from the footers of a results workbook; every page counts itself right."""
    sheets: Counter[str] = Counter()
    for number, page in enumerate(pages, 1):
        footer = re.search(r"(\S+)\s+第 (\d+) 页，共 (\d+) 页", page)
        assert footer is not None
        assert (int(footer[2]), int(footer[3])) == (number, len(pages))
        sheets[footer[1]] += 1
    return dict(sheets)


def test_the_blank_workbook_prints_three_pages_of_instructions_and_one_for_each_department(
    libreoffice: Office, tmp_path: Path
) -> None:
    template = tmp_path / "blank.xlsx"
    template.write_bytes(write_template(BOOK, Period.of_quarter(2023, 2)))

    pages = libreoffice.pages(template)

    assert len(pages) == 3 + len(SHEETS)
    assert all("###" not in page for page in pages)
    for sheet, page in zip(SHEETS, pages[3:], strict=True):
        assert sheet in page
        columns = [column for grid in (sheet_of(sheet).table, sheet_of(sheet).ledger) if grid for column in grid.columns]
        assert [column.label for column in columns if column.label not in squeezed(page)] == []
        if sheet_of(sheet).table is not None:
            assert [name for name in CHAINS if name not in page] == []


def sheet_of(name: str) -> Any:
    """A sheet of the rulebook."""
    return next(sheet for sheet in BOOK.sheets if sheet.name == name)


def squeezed(page: str) -> str:
    """A page's text without the line breaks in cells."""
    return re.sub(r"\s+", "", page)


LONGER = {
    **{f"成绩单·{chain.short_name}": 2 for chain in BOOK.chains},
    "排名": 2, "得分": 2, "依据·市商务局": 2, "依据·市科技工信局": 2, "依据·落地办": 2, "规则": 7,
}  # fmt: skip
"""Sheets of more than one page: of the ranks, the second has the chart of rates, for which a draft has room on the first;
of a scorecard, its chart."""


@pytest.mark.parametrize(
    ("workbook", "options", "longer"),
    [
        ("q2-2023.xlsx", [], LONGER),
        (
            "q2-2023-with-mistakes.xlsx",
            ["--draft"],
            {**LONGER, "排名": 1, "依据·市统计局": 2, "依据·市发改局": 2, "检查发现": 2},
        ),
    ],
    ids=["sound", "draft"],
)
def test_the_results_print_whole_and_say_what_they_are_on_every_page(
    workbook: str, options: list[str], longer: dict[str, int], libreoffice: Office, tmp_path: Path
) -> None:
    results = tmp_path / f"{Path(workbook).stem}-results.xlsx"
    run("score", REPOSITORY / "sample_data" / workbook, "-o", results, *options)

    pages = libreoffice.pages(results)

    sheets = [page.title for page in openpyxl.load_workbook(results).worksheets if page.sheet_state == "visible"]
    assert len(sheets) == 23  # contents, ranks, scores, six cards, workings, 11 of evidence, rules, findings, sources
    assert printed_sheets(pages) == {name: longer.get(name, 1) for name in sheets}
    assert all("###" not in page for page in pages)
    ranks, scores = (next(page for page in pages if f"{sheet} 第" in " ".join(page.split())) for sheet in ("排名", "得分"))
    assert [name for name in CHAINS if name not in squeezed(ranks)] == []
    assert [chain.short_name for chain in BOOK.chains if chain.short_name not in scores] == []
    for page in pages:
        assert f"{BOOK.title}·2023年第二季度" in page
        assert BOOK.id not in page or "出处 第" in " ".join(page.split())  # where the results come from, nowhere else
        # On a draft the mark stands in the page's header, in its heading, in the footer, and across it as a picture.
        assert page.count("草稿") >= 3 if options else "草稿" not in page
    marked = office.pages_with_pictures(libreoffice.folder / f"{results.stem}.pdf")
    assert marked == (set(range(1, len(pages) + 1)) if options else set())


def test_quarters_that_libreoffice_saved_are_compared_the_same(libreoffice: Office, tmp_path: Path) -> None:
    originals = [REPOSITORY / "sample_data" / "q1-2023.xlsx", tmp_path / "results.xlsx"]
    run("score", REPOSITORY / "sample_data" / "q2-2023.xlsx", "-o", originals[1])
    saved = [tmp_path / "saved" / path.name for path in originals]
    saved[0].parent.mkdir()
    steps = zip(originals, saved, strict=True)
    libreoffice.work([{"open": str(before), "save": str(after), "filter": XLSX} for before, after in steps])

    expected, told = run("diff", *originals, "--json"), run("diff", *saved, "--json")

    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout) == json.loads(expected.stdout)
    assert len(json.loads(told.stdout)["chains"]) == 6


def test_comparison_and_trend_print_whole(libreoffice: Office, tmp_path: Path) -> None:
    quarters = [REPOSITORY / "sample_data" / name for name in ("q1-2023.xlsx", "q2-2023.xlsx")]
    for command, sheets in (("diff", ("名次变化", "得分变化", "依据变化")), ("trend", ("总分", "名次"))):
        output = tmp_path / f"{command}.xlsx"
        run(command, *quarters, "-o", output)

        pages = libreoffice.pages(output)

        assert [name for name in sheets if not any(f"{name}·湘乡市" in squeezed(page) for page in pages)] == []
        assert all("###" not in page for page in pages)
