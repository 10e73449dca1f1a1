"""Scorecards with the scores of an earlier period beside their own, and how such results are verified and compared."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from chainscore.method.loading import load_rulebook, packaged
from tests.conftest import REPOSITORY, Run
from tests.rulebooks.quarters import SUPPLIERS
from tests.support.any_method import typed_by_openpyxl

OUTPUTS = [("score", "out.xlsx"), ("report", "out.html"), ("bulletin", "out.docx")]
Q1 = REPOSITORY / "sample_data" / "q1-2023.xlsx"


@pytest.fixture
def results(run: Run, sample: Path, tmp_path: Path) -> Path:
    assert run("score", sample, "--before", Q1, "-o", "r.xlsx").code == 0
    return tmp_path / "r.xlsx"


@pytest.fixture
def other_method(run: Run, tmp_path: Path) -> Path:
    """The results of a year of the suppliers', whose method is another."""
    book = load_rulebook(packaged()[SUPPLIERS.rulebook])
    run("template", "--rulebook", SUPPLIERS.rulebook, "--period", SUPPLIERS.period, "-o", "blank.xlsx")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "suppliers.xlsx", book, SUPPLIERS.facts)
    assert run("score", filled, "-o", "suppliers-results.xlsx").code == 0
    return tmp_path / "suppliers-results.xlsx"


def lines(results: Path, card: str, values: bool = True) -> dict[str, tuple[object, object, object]]:
    """Leaf, section or 总分 → (score, score before, change) of a scorecard."""
    found = {}
    for row in openpyxl.load_workbook(results, data_only=values)[card].iter_rows(min_row=7, max_col=10, values_only=True):
        label = str(row[0] or row[1])
        found.setdefault(label, (row[3], row[8], row[9]))
    return found


def test_each_line_has_the_score_of_the_period_before_and_the_change_since(run: Run, results: Path) -> None:
    was, now = (
        {each["id"]: each for each in run("score", its, "--json", "-o", f"{at}.xlsx").document["chains"]}
        for at, its in enumerate((Q1, REPOSITORY / "sample_data" / "q2-2023.xlsx"))
    )
    shown = lines(results, "成绩单·绿色建材")
    before, own = was["building"], now["building"]
    assert shown["总分"] == (own["total"], before["total"], pytest.approx(own["total"] - before["total"]))
    for leaf, score in own["scores"].items():
        assert shown[leaf] == (score, before["scores"][leaf], pytest.approx(score - before["scores"][leaf]))
    # 2.6亿元 earns 6 and 0.85亿元 1, since the first quarter; 1.1亿元 earns 2 more in the second.
    assert shown["1.3.2"] == (9, 7, 2)
    heading = openpyxl.load_workbook(results)["成绩单·绿色建材"]["A3"].value
    assert str(heading).endswith("上期（2023年第一季度）第4名")


def test_the_change_is_a_live_formula(results: Path) -> None:
    assert lines(results, "成绩单·绿色建材", values=False)["1.3.2"][2] == "=D12-I12"


def test_without_it_the_scorecards_have_no_such_columns(run: Run, sample: Path, tmp_path: Path) -> None:
    run("score", sample, "-o", "plain.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plain.xlsx")["成绩单·绿色建材"]
    assert "上期" not in {cell.value for row in sheet.iter_rows() for cell in row}


def test_results_are_verified_with_the_same_period_whether_workbook_or_results(run: Run, results: Path, sample: Path) -> None:
    run("score", Q1, "-o", "q1-results.xlsx")
    for before in (Q1, "q1-results.xlsx"):
        verified = run("verify", results, sample, "--before", before, "--json")
        assert (verified.code, verified.document["verdict"]) == (0, "identical")


def test_without_that_period_or_with_another_nothing_can_be_said(run: Run, results: Path, sample: Path) -> None:
    for given in ((), ("--before", sample)):
        verified = run("verify", results, sample, *given, "--json")
        assert (verified.code, verified.document["verdict"]) == (1, "other_inputs")
        assert [each["code"] for each in verified.document["findings"]] == ["E736"]
    run("score", sample, "-o", "plain.xlsx")
    assert run("verify", "plain.xlsx", sample, "--before", Q1, "--json").document["verdict"] == "other_inputs"


def test_a_changed_score_of_the_period_before_is_named(run: Run, results: Path, sample: Path) -> None:
    workbook = openpyxl.load_workbook(results)
    sheet = workbook["成绩单·绿色建材"]
    assert sheet["I12"].value == 7
    sheet["I12"] = 6
    workbook.save(results)
    verified = run("verify", results, sample, "--before", Q1, "--json")
    assert verified.document["verdict"] == "different"
    assert ("成绩单·绿色建材", "I12") in {(each["sheet"], each["cell"]) for each in verified.document["findings"]}
    assert "E112" in run("diff", Q1, results).err  # 7, as its hidden sheet has it


@pytest.mark.parametrize(("told", "forged"), [("2023Q1", "one day"), (':"7.00"', ':"NaN"'), ("|{", "|[")])
def test_scores_that_no_period_has_are_refused_in_one_line(run: Run, results: Path, told: str, forged: str) -> None:
    workbook = openpyxl.load_workbook(results)
    [cell] = [row[1] for row in workbook["数据"].iter_rows() if row[0].value == "earlier"]
    assert told in cell.value
    cell.value = cell.value.replace(told, forged)
    workbook.save(results)
    outcome = run("diff", Q1, results)
    assert outcome.code == 2
    assert ": E113 " in outcome.err


def test_such_results_are_compared_and_explained_as_any(run: Run, results: Path, sample: Path) -> None:
    assert run("diff", results, sample, "--exit-code").code == 0
    assert run("explain", results, "building", "1.3.2").code == 0


@pytest.mark.parametrize(("command", "output"), OUTPUTS)
def test_what_is_no_earlier_period_is_refused(run: Run, sample: Path, command: str, output: str, tmp_path: Path) -> None:
    for before in (sample, Q1):
        outcome = run(command, Q1, "--before", before, "-o", output, "--lang", "zh")
        assert outcome.code == 2
        assert "不在2023年第一季度之前" in outcome.err
    assert not (tmp_path / output).exists()


@pytest.mark.parametrize(("command", "output"), OUTPUTS)
def test_an_earlier_period_of_another_method_is_refused(
    run: Run, sample: Path, command: str, output: str, other_method: Path
) -> None:
    outcome = run(command, sample, "--before", other_method, "-o", output)
    assert outcome.code == 2
    assert "not by “湘乡市优势产业链工作考核办法”" in outcome.err


def test_it_does_not_go_with_each(run: Run, sample: Path) -> None:
    outcome = run("score", sample, "--each", "--before", Q1, "-o", ".")
    assert (outcome.code, "--each" in outcome.err) == (2, True)
