"""The results workbook: what stands in it, that a department's text stays text, and that the same inputs give the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.appraisal import appraise
from chainscore.results import safe_text, write_results
from chainscore.rulebook import Rulebook, load_rulebook
from tests.facts import appraised, quarter
from tests.test_scoring import CHAIN, construction, project


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """Sheet → rows of values."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in workbook.worksheets}


def table(rows: list[list[Any]], first: str) -> list[dict[str, Any]]:
    """The rows below the header that begins with ``first``, by their labels without line breaks."""
    at = next(index for index, row in enumerate(rows) if row[0] == first)
    labels = [str(label or "").replace("\n", "") for label in rows[at]]
    return [dict(zip(labels, row, strict=True)) for row in rows[at + 1 :]]


@pytest.fixture(scope="module")
def results(book: Rulebook) -> dict[str, list[list[Any]]]:
    path = Path(__file__).parent.parent / "sample_data" / "q2-2023.xlsx"
    return sheets(write_results(appraise([path], book), book))


def test_it_has_ranking_scores_evidence_findings_and_provenance(results: dict[str, list[list[Any]]]) -> None:
    assert list(results) == ["排名", "得分", "计分依据", "检查发现", "出处", "数据"]


def test_the_ranking_is_that_of_the_console(results: dict[str, list[list[Any]]]) -> None:
    rows = [row for row in table(results["排名"], "名次") if row["名次"]]
    assert [(row["名次"], row["产业链"], row["总分"]) for row in rows][:2] == [
        (1, "新能源新材料（含医疗器械、绿色化工）", 63.74),
        (2, "电力电工电器", 63.31),
    ]
    assert len(rows) == 6
    assert round(rows[1]["与上一名差距"], 2) == 0.43


def test_the_matrix_has_all_nineteen_leaves_whose_columns_add_up(results: dict[str, list[list[Any]]]) -> None:
    rows = table(results["得分"], "指标")
    leaves = [row for row in rows if row["指标"] and "小计" not in str(row["名称"])]
    assert len(leaves) == 19
    total = next(row for row in rows if row["名称"] == "总分")
    for chain in ("绿色建材", "电力电工", "电子信息", "文体旅游", "新能源新材料", "绿色食品商贸"):
        assert round(sum(row[chain] for row in leaves), 2) == total[chain]


def test_the_evidence_has_every_row_with_its_cell_points_and_reason(results: dict[str, list[list[Any]]]) -> None:
    rows = table(results["计分依据"], "产业链")
    unfiled = [row for row in rows if row["事项"] == "样例文旅综合体项目" and row["指标"] == "1.3.2"]
    assert [(row["是否计入"], row["分值"], row["理由"], row["工作表"], row["行"]) for row in unfiled] == [
        ("否", 0, "未备案，视同未引进", "市商务局", 26)
    ]
    assert "投资额（亿元） D26" in unfiled[0]["单元格"]


def test_the_findings_are_those_of_check(results: dict[str, list[list[Any]]]) -> None:
    rows = table(results["检查发现"], "级别")
    assert [row["代码"] for row in rows if row["代码"]] == [
        "N614",
        "W501",
        "W510",
        "N615",
        "N613",
        "N615",
        "N616",
        "N616",
        "N616",
    ]


def test_the_provenance_names_inputs_rulebook_readings_and_program_but_no_machine(
    results: dict[str, list[list[Any]]], book: Rulebook
) -> None:
    rows = {str(row["项目"]): str(row["内容"]) for row in table(results["出处"], "项目") if row["项目"]}
    assert rows["考核期"] == "2023Q2"
    assert rows["状态"] == "正式"
    assert rows["规则"] == f"{book.id} {book.version}"
    assert rows["规则 SHA-256"] == book.sha256
    assert len(rows["输入文件：q2-2023.xlsx"].removeprefix("SHA-256 ")) == 64
    assert sum(name.startswith("口径 ") for name in rows) == 8
    everything = str(results)
    assert "/sample_data/" not in everything
    assert str(Path.home()) not in everything


def test_a_draft_says_so_on_every_sheet(tmp_path: Path, book: Rulebook) -> None:
    content = write_results(appraised(quarter(市商务局=[project("约3亿")]), tmp_path, draft=True), book)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    for page in workbook.worksheets:
        assert "草稿" in str(page["A1"].value)
        assert "草稿" in str(page.oddHeader.center.text)


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "_x000D_", "https://example.com/x", "=HYPERLINK(\"x\")", "'x"]  # fmt: skip


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_departments_text_is_never_a_formula_or_link(text: str, tmp_path: Path, book: Rulebook) -> None:
    row = {**construction(), "项目名称": text}
    content = write_results(appraised(quarter(市发改局=[row]), tmp_path), book)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    found = [
        cell
        for line in workbook["计分依据"].iter_rows()
        for cell in line
        if isinstance(cell.value, str) and cell.value.strip() == text.strip()
    ]
    assert len(found) == 1
    assert (found[0].data_type, found[0].hyperlink) == ("s", None)


def test_control_characters_and_overlong_text_do_not_break_a_write() -> None:
    assert safe_text("a\x00b\x1fc") == "a b c"
    assert len(safe_text("长" * 40000)) == 32767


def test_a_rulebook_title_with_an_ampersand_keeps_a_valid_footer(tmp_path: Path) -> None:
    source = (Path(__file__).parent.parent / "chainscore" / "rulebooks" / "xiangxiang-2022.toml").read_text(encoding="utf-8")
    (tmp_path / "other.toml").write_text(
        source.replace('title = "湘乡市优势产业链工作考核办法"', f'title = "A&B{"长" * 300}"'), encoding="utf-8"
    )
    other = load_rulebook(tmp_path / "other.toml")
    content = write_results(appraised(quarter(), tmp_path), other)
    footer = openpyxl.load_workbook(io.BytesIO(content))["排名"].oddFooter
    assert len(str(footer.left.text)) + len(str(footer.center.text)) + len(str(footer.right.text)) <= 255


def test_two_runs_give_the_same_bytes(tmp_path: Path, book: Rulebook) -> None:
    result = appraised(quarter(市商务局=[project(1.7)]), tmp_path)
    assert write_results(result, book) == write_results(result, book)


def test_a_chain_without_events_still_has_its_line_for_every_leaf(tmp_path: Path, book: Rulebook) -> None:
    rows = table(sheets(write_results(appraised(quarter(), tmp_path), book))["计分依据"], "产业链")
    assert sum(row["事项"] == "得分" for row in rows) == 6 * 19
    assert CHAIN == "电子信息"
