"""A results workbook is read back whole, and refused at its cell when it contradicts its own evidence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.comparison.results_reader import read_results
from chainscore.intake.archive import archived
from chainscore.intake.workbook import is_results_file, read_workbook
from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import appraise
from chainscore.scoring.scorecard import Scorecard
from chainscore.words.texts import because
from tests.conftest import REPOSITORY, Run
from tests.scoring.test_scoring import construction
from tests.support.facts import appraised, quarter

SAMPLE = REPOSITORY / "sample_data" / "q2-2023.xlsx"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, book: Rulebook) -> Path:
    """The sample quarter's results."""
    path = tmp_path_factory.mktemp("results") / "results.xlsx"
    path.write_bytes(write_results(appraise([SAMPLE], book), book))
    return path


def told(scorecard: Scorecard) -> Any:
    """All that a scorecard says."""
    return [
        (
            (chain.chain, chain.rank, chain.total, dict(chain.sections), dict(chain.indicators), chain.pending),
            (leaf.leaf, leaf.score, leaf.exact, leaf.formula, leaf.start, leaf.cap, leaf.floor, list(leaf.evidence)),
        )
        for chain in scorecard.chains
        for leaf in chain.leaves.values()
    ]


@pytest.mark.parametrize(
    ("file", "draft", "readings"),
    [
        ("q1-2023.xlsx", False, {}),
        ("q2-2023.xlsx", False, {"construction_plan": "prorated", "listing_stages": "highest"}),
        ("q2-2023-with-mistakes.xlsx", True, {}),
    ],
)
def test_what_is_read_back_is_what_was_written(
    file: str, draft: bool, readings: dict[str, str], sample: Path, tmp_path: Path
) -> None:
    book = load_rulebook(choices=readings)
    appraisal = appraise([sample.with_name(file)], book, draft)
    assert appraisal.scorecard is not None
    path = tmp_path / "results.xlsx"
    path.write_bytes(write_results(appraisal, book))
    scorecard, method, _ = read_results(read_workbook(path))
    assert told(scorecard) == told(appraisal.scorecard)
    assert (scorecard.period, scorecard.now, scorecard.draft) == (
        appraisal.scorecard.period, appraisal.scorecard.now, draft,
    )  # fmt: skip
    assert method == book
    assert (method.sha256, method.chosen) == (book.sha256, book.chosen)


def test_the_reasons_are_there_again(written: Path) -> None:
    scorecard, *_ = read_results(read_workbook(written))
    [evidence] = scorecard.chains[0].leaves["1.1.1"].evidence
    assert because(evidence.why, "zh") == "768400÷671500－1≈14.4304%"


@pytest.mark.parametrize("name", ["得分", "=1+1", "123", "样例\t项目", "a" * 300])
def test_names_of_every_kind_are_found_again(name: str, tmp_path: Path, book: Rulebook) -> None:
    appraisal = appraised(quarter(市发改局=[{**construction(), "项目名称": name}]), tmp_path)
    assert appraisal.scorecard is not None
    path = tmp_path / "results.xlsx"
    path.write_bytes(write_results(appraisal, book))
    scorecard, *_ = read_results(read_workbook(path))
    [evidence] = next(chain for chain in scorecard.chains if chain.chain == "electronics").leaves["1.4"].evidence
    assert evidence.label == name
    assert evidence.facts["总投资（万元）"] == "50000"


def test_a_results_file_is_known_without_reading_it(written: Path, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("text", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "archive.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    assert is_results_file(written)
    for other in (sample, tmp_path / "text.xlsx", tmp_path / "archive.xlsx", tmp_path / "nowhere.xlsx", tmp_path):
        assert not is_results_file(other)


# ---------------------------------------------------------------- changed by hand

Edit = Callable[[openpyxl.Workbook], Any]


@pytest.fixture
def refused(run: Run, written: Path, tmp_path: Path) -> Callable[[Edit], str]:
    """The one line that a results workbook is refused with after an edit."""

    def call(edit: Edit) -> str:
        workbook = openpyxl.load_workbook(written)
        edit(workbook)
        workbook.save(tmp_path / "edited.xlsx")
        outcome = run("diff", "edited.xlsx", written)
        assert (outcome.code, outcome.out) == (2, "")
        [line] = outcome.err.splitlines()
        return line

    return call


def at(workbook: openpyxl.Workbook, sheet: str, **wanted: Any) -> Any:
    """The worksheet's row in which the named columns (A, B …) hold what is wanted."""
    for row in range(1, workbook[sheet].max_row + 1):
        if all(workbook[sheet][f"{column}{row}"].value == value for column, value in wanted.items()):
            return row
    raise AssertionError(wanted)


RANKING = {
    chain: row for row, chain in enumerate(("新能源新材料", "电力电工", "电子信息", "绿色食品商贸", "绿色建材", "文体旅游"), 4)
}
"""Chain → its row in the sample's ranking, where names are formulas."""
ROW_OF_CLEAN_ROOM = {"B": "样例医疗器械净化车间"}
EVIDENCE = "依据·市发改局"


def test_it_is_still_taken_after_openpyxl_saved_it_with_its_formulas_and_without_their_values(
    run: Run, written: Path, tmp_path: Path
) -> None:
    openpyxl.load_workbook(written).save(tmp_path / "saved.xlsx")
    outcome = run("diff", "saved.xlsx", written)
    assert (outcome.code, outcome.out.splitlines()[-1]) == (0, "No differences.")


@pytest.mark.parametrize(
    ("sheet", "where", "column", "value", "expected"),
    [
        # a score in the matrix, a sum, a total, a rank
        ("得分", {"A": "1.4"}, "I", 9.99, "2.46"), ("得分", {"B": "产业链成效 小计"}, "I", 40, "35.24"),
        ("得分", {"B": "总分"}, "I", 70, "63.74"), ("得分", {"B": "名次"}, "I", 2, "1"),
        # the ranking
        ("排名", RANKING["电力电工"], "总分", 63.75, "63.31"), ("排名", RANKING["电力电工"], "名次", 1, "2"),
        ("排名", RANKING["电力电工"], "产业链成效\n（55分）", 40, "38.81"),
        # points of a row
        (EVIDENCE, ROW_OF_CLEAN_ROOM, "1.4\n分值", 3, "1.5"), (EVIDENCE, ROW_OF_CLEAN_ROOM, "1.4\n分值", "高", "1.5"),
        # what the department handed in
        (EVIDENCE, ROW_OF_CLEAN_ROOM, "D", 12500, "12400"), (EVIDENCE, ROW_OF_CLEAN_ROOM, "C", "续建", "新建"),
    ],
)  # fmt: skip
def test_a_changed_number_is_named_by_its_cell_with_what_it_should_be(
    sheet: str, where: dict[str, Any] | int, column: str, value: Any, expected: str, refused: Callable[[Edit], str]
) -> None:
    cells = []

    def edit(workbook: openpyxl.Workbook) -> None:
        letters = column if len(column) == 1 else column_of(workbook, sheet, column)
        cell = f"{letters}{where if isinstance(where, int) else at(workbook, sheet, **where)}"
        workbook[sheet][cell].value = value
        cells.append(cell)

    line = refused(edit)
    assert line.startswith(f"edited.xlsx:{sheet}!{cells[0]}: E112 ")
    assert str(value) in line
    assert f"“{expected}”" in line


def column_of(workbook: openpyxl.Workbook, sheet: str, title: str) -> str:
    """The letters of the column with a title."""
    return next(cell.column_letter for row in workbook[sheet].iter_rows() for cell in row if cell.value == title)


def carry(workbook: openpyxl.Workbook, name: str, document: str) -> None:
    """Change what the hidden sheet carries under a name."""
    hidden = workbook["数据"]
    rows = [row for row in range(1, hidden.max_row + 1) if hidden[f"A{row}"].value == name]
    for row in reversed(rows):
        hidden.delete_rows(row)
    hidden.append([name, f"|{document}|"])


def inputs_with(label: str, value: Any) -> str:
    """What the sample's results carry of their inputs, but for one figure of the clean room."""
    tables = appraise([SAMPLE], load_rulebook()).tables
    assert tables is not None
    ledger = tables.sheets["市发改局"].ledger
    ledger.loc[ledger["项目名称"] == "样例医疗器械净化车间", label] = value
    return archived(tables)


def test_hidden_inputs_contradict_the_score_that_is_shown(refused: Callable[[Edit], str]) -> None:
    # 续建 earns 1 where 新建 earns 1.5; openpyxl saves formulas without values, so that the sums themselves show nothing.
    line = refused(lambda workbook: carry(workbook, "inputs", inputs_with("项目性质", "续建")))
    assert ": E112 " in line
    assert "“0.4625 + 1.5 + 0.5＝2.4625” here should be “0.4625 + 1 + 0.5＝1.9625”" in line


def test_hidden_inputs_contradict_the_figure_that_is_shown(refused: Callable[[Edit], str]) -> None:
    # 12400 or 12500: as many points.
    line = refused(lambda workbook: carry(workbook, "inputs", inputs_with("总投资（万元）", Decimal(12500))))
    assert line.startswith(f"edited.xlsx:{EVIDENCE}!D")
    assert "“12400” here should be “12500”" in line


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (lambda workbook: workbook.remove(workbook["数据"]), "数据"),
        (lambda workbook: workbook.remove(workbook["出处"]), "出处"),
        (lambda workbook: workbook.remove(workbook["得分"]), "得分"),
        (lambda workbook: carry(workbook, "inputs", ""), "数据"),
        (lambda workbook: carry(workbook, "inputs", "eAHVXNlSHEmW"), "数据"),
        (lambda workbook: carry(workbook, "rulebook", "id = "), "数据"),
        (lambda workbook: workbook["出处"].__setitem__(f"A{at(workbook, '出处', A='口径 listing_stages=each')}", "口径 listing_stages=all"), "listing_stages"),
    ],
)  # fmt: skip
def test_what_is_missing_or_unreadable_is_named(edit: Edit, word: str, refused: Callable[[Edit], str]) -> None:
    line = refused(edit)
    assert ": E113 " in line
    assert word in line


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (lambda workbook: workbook["出处"].delete_rows(at(workbook, "出处", A="规则 SHA-256")), "规则 SHA-256"),
        (lambda workbook: workbook["出处"].__setitem__(f"B{at(workbook, '出处', A='考核期')}", "2023Q9"), "2023Q9"),
        (lambda workbook: workbook["得分"].delete_rows(2), "1.1.1"),
        (lambda workbook: workbook["得分"].delete_rows(at(workbook, "得分", A="4.2")), "4.2"),
        (lambda workbook: workbook["排名"].delete_rows(RANKING["文体旅游"]), "—"),
    ],
)
def test_a_row_that_is_gone_or_changed_is_named(edit: Edit, word: str, refused: Callable[[Edit], str]) -> None:
    line = refused(edit)
    assert ": E112 " in line
    assert f"“{word}”" in line


def test_another_version_of_the_program_changes_nothing(run: Run, written: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(written)
    workbook["出处"][f"B{at(workbook, '出处', A='程序')}"].value = "chainscore 0.0.9"
    workbook.save(tmp_path / "saved.xlsx")
    assert run("diff", "saved.xlsx", written).out.splitlines()[-1] == "No differences."


def test_a_chain_that_nothing_else_knows_is_refused(refused: Callable[[Edit], str]) -> None:
    line = refused(lambda workbook: workbook["排名"].__setitem__(f"B{RANKING['文体旅游']}", "别的"))
    assert ": E112 " in line
    assert "“别的” here should be" in line
