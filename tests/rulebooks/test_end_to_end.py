"""Every packaged rulebook from its blank workbook to the last command: exact scores, live formulas, and words of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Appraisal, appraise
from tests.conftest import REPOSITORY, Run
from tests.rulebooks.quarters import QUARTERS, Quarter, expected
from tests.support import office
from tests.support.any_method import step_of_libreoffice, typed_by_openpyxl
from tests.support.office import Office

CHINESE = re.compile("[一-鿿]")
NAMES = [quarter.rulebook for quarter in QUARTERS]


def path_of(name: str) -> Path:
    return REPOSITORY / "chainscore" / "method" / "rulebooks" / f"{name}.toml"


@pytest.fixture(params=QUARTERS, ids=NAMES)
def quarter(request: pytest.FixtureRequest) -> Quarter:
    found: Quarter = request.param
    return found


@pytest.fixture
def method(quarter: Quarter) -> Rulebook:
    return load_rulebook(path_of(quarter.rulebook))


@pytest.fixture
def filled(quarter: Quarter, method: Rulebook, run: Run, tmp_path: Path) -> Path:
    """The blank workbook as the program writes it, filled by openpyxl."""
    made = run("template", "--rulebook", path_of(quarter.rulebook), "--period", quarter.period, "-o", "blank.xlsx")
    assert made.code == 0, made.err
    return typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, quarter.facts)


def scored(path: Path, book: Rulebook) -> Appraisal:
    appraisal = appraise([path], book)
    assert appraisal.scorecard is not None, [f.message("en") for f in appraisal.findings if f.severity == "error"]
    return appraisal


def check_scores(appraisal: Appraisal, quarter: Quarter) -> None:
    """All that was worked out by hand comes out."""
    assert appraisal.scorecard is not None
    chains = {each.chain: each for each in appraisal.scorecard.chains}
    found = {(chain, leaf): chains[chain].leaves[leaf].score for chain, leaf in expected(quarter)}
    assert found == expected(quarter)
    assert {chain: chains[chain].total for chain in quarter.totals} == {
        chain: Decimal(total) for chain, total in quarter.totals.items()
    }
    assert {chain: chains[chain].rank for chain in quarter.ranks} == quarter.ranks
    assert {chain: chains[chain].grade for chain in quarter.grades} == quarter.grades


def test_the_scores_are_those_worked_out_by_hand(quarter: Quarter, method: Rulebook, filled: Path) -> None:
    check_scores(scored(filled, method), quarter)


def test_a_workbook_for_each_department_gives_the_same(quarter: Quarter, method: Rulebook, run: Run, tmp_path: Path) -> None:
    source = path_of(quarter.rulebook)
    assert run("template", "--rulebook", source, "--period", quarter.period, "--split", "out").code == 0
    for blank in sorted((tmp_path / "out").glob("*.xlsx")):
        typed_by_openpyxl(blank, blank, method, quarter.facts)
    outcome = run("score", "out", "--rulebook", source, "--json", "-o", "results.xlsx")
    assert outcome.code == 0, outcome.out
    totals = {chain["id"]: chain["total"] for chain in outcome.document["chains"]}
    assert {chain: totals[chain] for chain in quarter.totals} == {
        chain: float(total) for chain, total in quarter.totals.items()
    }


@pytest.mark.usefixtures("filled")
def test_every_command_goes_through(quarter: Quarter, method: Rulebook, run: Run) -> None:
    rulebook = ("--rulebook", path_of(quarter.rulebook))
    assert run("check", "filled.xlsx", *rulebook).code == 0
    assert run("score", "filled.xlsx", "-o", "results.xlsx", *rulebook).code == 0
    first, leaf = method.chains[0].id, method.leaves[0].id
    explained = run("explain", "filled.xlsx", first, leaf, "--json", *rulebook).document
    assert [each["leaf"] for each in explained["leaves"]] == [leaf]
    assert explained["leaves"][0]["evidence"]
    verified = run("verify", "results.xlsx", "filled.xlsx", *rulebook)
    assert verified.code == 0, verified.out + verified.err
    for old, new in (("filled.xlsx", "filled.xlsx"), ("results.xlsx", "filled.xlsx"), ("results.xlsx", "results.xlsx")):
        compared = run("diff", old, new, "--exit-code", *rulebook)
        assert compared.code == 0, (old, new, compared.out + compared.err)
    assert run("sensitivity", "filled.xlsx", "--json", *rulebook).document["combinations"] == 1


def test_the_list_of_ranks_tells_group_grade_and_the_gap_to_the_next_above_of_the_group(
    method: Rulebook, filled: Path, tmp_path: Path
) -> None:
    appraisal = scored(filled, method)
    (tmp_path / "results.xlsx").write_bytes(write_results(appraisal, method))
    sheet = openpyxl.load_workbook(tmp_path / "results.xlsx", data_only=True).worksheets[1]
    header, *rows = sheet.iter_rows(min_row=3, max_row=3 + len(method.chains), values_only=True)
    words = {"zh": ("组别", "等级", "与上一名差距"), "en": ("Group", "Grade", "Gap to next above")}
    group, grade, gap = words[method.language]
    grouped, before = method.total.rank_in_groups, dict[str, Decimal]()
    assert ((group in header), (grade in header)) == (grouped, bool(method.total.grades))
    assert appraisal.scorecard is not None
    for values, chain in zip(rows, appraisal.scorecard.chains, strict=True):
        assert chain.total is not None
        told, own = dict(zip(header, values, strict=True)), method.chain(chain.chain).group if grouped else ""
        assert (told.get(group, ""), told.get(grade, "")) == (own, chain.grade)
        above = before.get(own)
        assert told[gap] == (None if above is None else pytest.approx(float(above - chain.total)))
        before[own] = chain.total


def test_the_bulletin_names_the_group_in_which_an_object_has_its_rank(
    method: Rulebook, filled: Path, tmp_path: Path, run: Run
) -> None:
    assert run("bulletin", filled, "-o", "bulletin.docx", "--rulebook", method.id).code == 0
    said = [each.text for each in docx.Document(str(tmp_path / "bulletin.docx")).paragraphs]
    group = {"zh": "组别：{}。", "en": "Group: {}. "}[method.language]
    for chain in method.chains:
        told = said[len(said) - 1 - said[::-1].index(chain.name) + 1]
        assert told.startswith(group.format(chain.group)) == method.total.rank_in_groups, told


def test_a_mistake_is_found_and_sent_back(quarter: Quarter, method: Rulebook, filled: Path, run: Run) -> None:
    workbook = openpyxl.load_workbook(filled)
    sheet = next(each for each in method.sheets if each.table is not None)
    column = next(each for each in sheet.table.columns if each.type not in ("chain", "text"))  # type: ignore[union-attr]
    page = workbook[sheet.name]
    [header] = [cell for row in page.iter_rows() for cell in row if cell.value == column.label]
    page.cell(header.row + 1, header.column).value = "?"
    workbook.save(filled)
    outcome = run("check", filled, "--rulebook", path_of(quarter.rulebook), "--annotate", "back", "--json")
    assert outcome.code == 1
    cell = page.cell(header.row + 1, header.column).coordinate
    assert [(f["sheet"], f["cell"]) for f in outcome.document["findings"] if f["severity"] == "error"] == [(sheet.name, cell)]
    assert [path.name for path in Path("back").iterdir()] == ["filled.xlsx"]


# ---------------------------------------------------------------- real office programs


def formulas_in(path: Path) -> dict[tuple[str, str], Any]:
    """(sheet, cell) → what is saved of every formula."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (page.title, cell.coordinate): values[page.title][cell.coordinate].value
        for page in formulas.worksheets
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def bare(path: Path, target: Path) -> Path:
    """The workbook with its formulas and without their values."""
    openpyxl.load_workbook(path).save(target)
    return target


def differing(wanted: dict[tuple[str, str], Any], given: dict[tuple[str, str], Any]) -> list[tuple[Any, ...]]:
    def alike(one: Any, other: Any) -> bool:
        if isinstance(one, int | float) and isinstance(other, int | float):
            return abs(one - other) <= 1e-9 * max(1, abs(one))
        return (one or "") == (other or "")

    return [(place, value, given.get(place)) for place, value in wanted.items() if not alike(value, given.get(place))]


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    if office.missing() is not None:
        pytest.skip(str(office.missing()))
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


def recalculated_by_libreoffice(libreoffice: Office, results: Path, folder: Path) -> dict[tuple[str, str], Any]:
    """What every formula of the results comes to from formulas without values."""
    [report] = libreoffice.work([{"open": str(bare(results, folder / "bare.xlsx")), "recalculate": True}])
    return {(sheet, cell): value for sheet, cells in report["formulas"].items() for cell, value in cells.items()}


@pytest.mark.libreoffice
def test_filled_by_libreoffice_it_scores_the_same_and_its_results_are_recalculated_to_the_same(
    quarter: Quarter, method: Rulebook, run: Run, tmp_path: Path, libreoffice: Office
) -> None:
    assert run("template", "--rulebook", path_of(quarter.rulebook), "--period", quarter.period, "-o", "blank.xlsx").code == 0
    filled = tmp_path / "filled.xlsx"
    libreoffice.work([step_of_libreoffice(tmp_path / "blank.xlsx", filled, method, quarter.facts)])
    appraisal = scored(filled, method)
    check_scores(appraisal, quarter)
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, method))
    wanted = formulas_in(results)
    assert len(wanted) > 300
    assert not differing(wanted, recalculated_by_libreoffice(libreoffice, results, tmp_path))


def recalculated_by_gnumeric(results: Path, folder: Path) -> dict[tuple[str, str], Any]:
    """What every formula of the results comes to from formulas without values."""
    again = folder / "again.xlsx"
    subprocess.run(
        ["ssconvert", "--recalc", str(bare(results, folder / "bare.xlsx")), str(again)], check=True, capture_output=True
    )
    values = openpyxl.load_workbook(again, data_only=True)
    return {(sheet, cell): values[sheet][cell].value for sheet, cell in formulas_in(results)}


gnumeric = pytest.mark.skipif(shutil.which("ssconvert") is None, reason="Gnumeric is not installed: no ssconvert on PATH")


@gnumeric
def test_gnumeric_recalculates_the_results_to_the_same(method: Rulebook, filled: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(scored(filled, method), method))
    assert not differing(formulas_in(results), recalculated_by_gnumeric(results, tmp_path))


@gnumeric
def test_a_veto_of_several_values_is_recalculated_for_each_of_them(run: Run, tmp_path: Path) -> None:
    quarter = next(each for each in QUARTERS if each.rulebook == "suppliers")
    veto = 'where = { "Line stops" = ">=2" }'
    text = path_of("suppliers").read_text(encoding="utf-8")
    assert veto in text
    (tmp_path / "method.toml").write_text(text.replace(veto, 'where = { "Line stops" = [3, 2] }'), encoding="utf-8")
    method = load_rulebook(tmp_path / "method.toml")
    run("template", "--rulebook", "method.toml", "--period", quarter.period, "-o", "blank.xlsx")
    appraisal = scored(typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, quarter.facts), method)
    check_scores(appraisal, quarter)  # fjord has two line stops: the second of the values
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, method))
    assert not differing(formulas_in(results), recalculated_by_gnumeric(results, tmp_path))


def test_a_method_without_full_marks_has_scorecards_without_an_empty_chart_and_headers_of_whole_words(
    run: Run, tmp_path: Path
) -> None:
    quarter, method = next(each for each in QUARTERS if each.rulebook == "suppliers"), load_rulebook(path_of("suppliers"))
    run("template", "--rulebook", path_of("suppliers"), "--period", quarter.period, "-o", "blank.xlsx")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, quarter.facts)
    (tmp_path / "results.xlsx").write_bytes(write_results(scored(filled, method), method))
    workbook = openpyxl.load_workbook(tmp_path / "results.xlsx")
    cards = [page for page in workbook.worksheets if page.title.startswith("Card")]
    assert len(cards) == 8
    for page in cards:
        assert not page._charts
        for cell in page[6]:
            width = page.column_dimensions[cell.column_letter].width
            assert max(map(len, str(cell.value).split()), default=0) <= width
        assert page.row_dimensions[6].height < 40  # two lines at 11 points
    [points, *_] = workbook["Ranking"]._charts
    assert points.x_axis.tickLblPos == "low"  # penalties go to the left of nothing


def test_a_veto_is_told_with_its_cell_wherever_it_takes_points(run: Run, tmp_path: Path) -> None:
    quarter, source = next(each for each in QUARTERS if each.rulebook == "suppliers"), path_of("suppliers")
    method, named = load_rulebook(source), ("--rulebook", source, "--lang", "en")
    run("template", *named, "--period", quarter.period, "-o", "blank.xlsx")
    path = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, quarter.facts)
    page = openpyxl.load_workbook(path)["Quality"]
    row = next(cell.row for cell in page["A"] if cell.value == method.chain("fjord").name)
    column = next(cell.column_letter for each in page.iter_rows() for cell in each if cell.value == "Line stops")
    veto = f"Veto: where Quality reports Line stops ≥ 2, the total is at most 0 (Quality!{column}{row})"

    cover = list(openpyxl.load_workbook("blank.xlsx").worksheets[0].iter_rows(values_only=True))
    [told_on_cover] = [row for row in cover if row[1] == "Veto"]
    assert told_on_cover[4:6] == ("Two line stops or more in a year: no points at all.", "Quality")
    assert "Q.1, X.1, Veto" in {row[5] for row in cover}

    scored = run("score", "filled.xlsx", *named, "-o", "results.xlsx")
    assert scored.out.count("Veto") == 1
    assert f"{method.chain('fjord').short_name}: {veto}" in scored.out
    for given in ("filled.xlsx", "results.xlsx"):
        total, below, *_ = run("explain", given, "fjord", *named).out.splitlines()[3:]
        # 34.3 on time, 10 + 8 of quality, 15.2 of price and 20 off
        assert total.endswith(" = 47.5 → 0.0, rank 8")
        assert below.strip() == veto
    assert veto in run("explain", "filled.xlsx", "fjord", "--lost", *named).out
    assert "→" not in run("explain", "filled.xlsx", "alba", *named).out.splitlines()[3]
    assert run("explain", "filled.xlsx", "fjord", "--json", *named).document["vetoes"] == [veto]
    told = {chain["id"]: chain.get("vetoes") for chain in run("score", "filled.xlsx", "--json", *named).document["chains"]}
    assert told == {**dict.fromkeys(method.ids), "fjord": [veto]}

    lifted = run("whatif", "filled.xlsx", "--set", f"Quality!{column}{row}=1", *named).out
    assert f"  - {veto}" in lifted
    run("report", "filled.xlsx", "-o", "report.html", *named)
    assert veto in (tmp_path / "report.html").read_text(encoding="utf-8")
    run("bulletin", "filled.xlsx", "-o", "bulletin.docx", *named)
    assert sum(f"{veto}." in each.text for each in docx.Document("bulletin.docx").paragraphs) == 1
    card = next(
        each for each in openpyxl.load_workbook("results.xlsx").worksheets if method.chain("fjord").short_name in each.title
    )
    assert [cells[1].value for cells in card.iter_rows() if cells[8].value == veto] == ["Total"]


def test_every_packaged_rulebook_is_used_here() -> None:
    packaged = {path.stem for path in path_of("x").parent.glob("*.toml")}
    assert packaged == {*NAMES, "xiangxiang-2022"}, json.dumps(sorted(packaged))


def test_nothing_that_an_english_rulebook_makes_is_chinese(run: Run, tmp_path: Path) -> None:
    quarter = next(each for each in QUARTERS if each.rulebook == "suppliers")
    source, method = path_of("suppliers"), load_rulebook(path_of("suppliers"))
    facts = {name: type(sheet)(sheet.cells, sheet.table, sheet.ledger) for name, sheet in quarter.facts.items()}
    assert run("template", "--rulebook", source, "--period", quarter.period, "-o", "blank.xlsx", "--lang", "en").code == 0
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, facts)
    workbook = openpyxl.load_workbook("filled.xlsx")
    for page in workbook.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.value == "样例填报人":
                    cell.value = "A. Person"
    workbook.save("filled.xlsx")
    told = run("score", "filled.xlsx", "-o", "results.xlsx", "--rulebook", source, "--lang", "en")
    told_too = run("explain", "filled.xlsx", "alba", "--rulebook", source, "--lang", "en")
    assert not CHINESE.search(told.out + told.err + told_too.out)
    astray = [
        f"{name} {page.title}!{cell.coordinate}: {cell.value}"
        for name in ("blank.xlsx", "results.xlsx")
        for page in openpyxl.load_workbook(name).worksheets
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and CHINESE.search(cell.value)
    ]
    assert not astray, astray[:20]
