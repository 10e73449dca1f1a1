"""The program from Python: ``import chainscore``, and the page that tells of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import chainscore
from chainscore import api
from tests.conftest import Run

REPOSITORY = Path(__file__).parent.parent
PAGE = REPOSITORY / "docs" / "python.md"
NOTEBOOK = REPOSITORY / "docs" / "python.ipynb"
TOTALS = {
    "materials": "63.74", "electrical": "63.31", "electronics": "60.90", "food": "56.13", "building": "49.28",
    "culture": "25.49",
}  # fmt: skip


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, chainscore; print({'pandas', 'msgspec', 'openpyxl', 'xlsxwriter', 'typer', 'typing'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-S", "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"


def test_every_name_of_the_interface_is_the_packages_own_and_told_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in api.__all__ if not re.search(rf"\b{name}\b", page)] == []
    rooms = {path.stem for path in (REPOSITORY / "chainscore").iterdir()}
    assert rooms & set(api.__all__) == set()


@pytest.mark.parametrize("first", ["chainscore.comparison.diff", "chainscore.api", "chainscore.scoring.scores", "chainscore"])
def test_every_name_is_what_it_is_whatever_was_imported_before(first: str) -> None:
    code = f"import {first}, chainscore; print([n for n in {api.__all__} if not callable(getattr(chainscore, n))])"
    code += "; from chainscore import compare; print(compare is chainscore.compare)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\nTrue\n"


def test_the_notebook_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    names: dict[str, object] = {}
    cells = [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 6
    for cell in cells:
        exec(compile("".join(cell["source"]), "notebook", "exec"), names)
        shown = "".join(line for output in cell["outputs"] for line in output["text"])
        assert capsys.readouterr().out == shown


def test_a_name_that_is_not_there_is_told_as_of_every_module() -> None:
    with pytest.raises(AttributeError, match="'chainscore' has no attribute 'scores'"):
        chainscore.scores  # type: ignore[attr-defined]  # noqa: B018


def test_the_code_of_the_page_runs_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 8
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"docs/python.md block {number}", "exec"), names)


def test_the_sample_quarter_has_its_exact_totals_and_scores(sample: Path) -> None:
    scorecard = api.score(api.read([sample]))
    assert scorecard.ranking["total"].to_dict() == {chain: Decimal(total) for chain, total in TOTALS.items()}
    assert list(scorecard.ranking["rank"]) == [1, 2, 3, 4, 5, 6]
    assert not scorecard.draft
    assert scorecard.scores.map(type).eq(Decimal).all(axis=None)


def test_evidence_has_exact_values_and_the_row_they_come_from(sample: Path) -> None:
    evidence = api.score(api.read(sample)).evidence
    growth = evidence[(evidence["leaf"] == "1.1.1") & (evidence["chain"] == "building")].iloc[0]
    assert growth["value"] == Fraction(836900, 786400) - 1
    assert growth["counted"]
    assert (growth["sheet"], growth["row"]) == ("市统计局", 13)


def test_a_table_that_is_changed_changes_nothing_else(sample: Path) -> None:
    tables = api.read(sample)
    scorecard = api.score(tables)
    for frame in (*tables.ledgers.values(), *tables.tables.values(), scorecard.scores, scorecard.evidence):
        frame.loc[:, :] = None
    assert list(api.score(tables).ranking["total"]) == [Decimal(total) for total in TOTALS.values()]
    assert tables.ledgers["市商务局"]["投资额（亿元）"].notna().any()


def test_the_findings_are_those_of_the_command_line(mistaken: Path, run: Run) -> None:
    told = run("check", mistaken, "--json", "--lang", "zh").document["findings"]
    assert api.check(api.read(mistaken), "zh").to_dict("records") == told


def test_errors_block_a_score_but_not_a_draft(mistaken: Path) -> None:
    tables = api.read(mistaken)
    with pytest.raises(api.RefusedError) as refused:
        api.score(tables)
    errors = api.check(tables).query("severity == 'error'")
    assert list(refused.value.findings["code"]) == list(errors["code"]) != []
    draft = api.score(tables, draft=True)
    assert draft.draft
    with pytest.raises(api.RefusedError):
        api.sensitivity(draft)


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    tables = api.read(tmp_path / "none.xlsx")
    assert tables.period is None
    assert tables.tables == {}
    assert list(api.check(tables)["severity"]) == ["error"]
    with pytest.raises(api.RefusedError):
        api.score(tables, draft=True)


def test_the_results_workbook_is_the_command_lines_to_the_byte(sample: Path, run: Run, tmp_path: Path) -> None:
    run("score", sample, "-o", tmp_path / "theirs.xlsx")
    written = api.write_results(api.score(api.read(sample)), tmp_path / "ours.xlsx")
    assert written == [tmp_path / "ours.xlsx"]
    assert written[0].read_bytes() == (tmp_path / "theirs.xlsx").read_bytes()
    with pytest.raises(api.OutputError):
        api.write_results(api.score(api.read(sample)), tmp_path / "ours.xlsx")


def test_a_rulebook_is_found_by_its_name_and_taken_under_readings() -> None:
    assert api.load_rulebook("twelve-towns").id == "twelve-towns"
    assert api.load_rulebook(readings={"listing_stages": "each"}).chosen["listing_stages"] == "each"
    with pytest.raises(api.ReadingError):
        api.load_rulebook(readings={"listing_stages": "none"})
