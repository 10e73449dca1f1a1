"""``explain -o``: an object's request for review, with each score's ground and room for what the reviewers say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from docx import Document

from chainscore.method.loading import load_rulebook, packaged
from tests.conftest import Run
from tests.papers.test_bulletin import texts
from tests.rulebooks.quarters import QUARTERS
from tests.support import office
from tests.support.any_method import typed_by_openpyxl

A = Path("a.docx")


def tables(path: Path = A) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(str(path)).tables]


def test_a_score_stands_with_its_clause_rows_cells_figures_and_losses(run: Run, sample: Path) -> None:
    done = run("explain", sample, "电子信息", "1.3.2", "-o", "a.docx")
    assert (done.code, done.out, done.err) == (0, "The request for review is in a.docx.\n", "")
    said = texts(A).splitlines()
    assert said[:2] == ["关于2023年第二季度电子信息得分的复核申请", "湘乡市优势产业链培育行动工作领导小组："]
    assert "2023年第二季度电子信息得分情况：第3名，总分60.90分。现就" in said[2]
    assert "1.3.2 分档计分：14.00分" in said
    assert "满分15分，失1.00分。" in said  # 15 − (6 + 1 + 7)
    assert "计算：6 + 1 + 7＝14" in said
    assert any(line.startswith("条款三（一）3、附2：项目招商按投资额分档计分") for line in said)
    ((header, first, *_, last),) = tables()
    assert header == ["事项和理由", "工作表和单元格", "计分", "复核意见"]
    assert first == [
        "样例柔性线路板项目：投资额（亿元） 2.15，≥2 → 6",
        "市商务局\n项目名称 B16：样例柔性线路板项目\n投资额（亿元） D16：2.15\n备案日期 F16：2023-03-21\n是否三类500强 G16：否",
        "+6",
        "",
    ]
    assert last[0].endswith("投资额（亿元） 0.15，低于最低一档（0.2亿元）")
    assert (last[2], last[3]) == ("0", "")


def test_without_a_leaf_all_of_them_are_there_with_room_to_sign(run: Run, sample: Path) -> None:
    run("explain", sample, "electronics", "-o", "a.docx")
    assert len(tables()) == 19
    said = texts(A).splitlines()
    assert [line for line in said if line.startswith(("牵头单位（", "链长（", "复核人（"))] == [
        "牵头单位（签字或盖章）：＿＿＿＿＿＿＿＿＿＿",
        "链长（签字或盖章）：＿＿＿＿＿＿＿＿＿＿",
        "复核人（签字）：＿＿＿＿＿＿＿＿＿＿",
    ]
    assert sum(line.startswith("日期：") for line in said) == 2


def test_a_cell_that_is_empty_shows_as_empty(run: Run, sample: Path) -> None:
    run("explain", sample, "electronics", "1.4", "-o", "a.docx")
    assert tables()[0][1][1].endswith("累计完成投资（万元） F18：—\n年度计划投资（万元） E18：—")


def test_an_indicator_without_rows_and_a_share_of_others_say_so(run: Run, sample: Path) -> None:
    run("explain", sample, "electronics", "2.2", "-o", "a.docx")
    assert tables()[0][1] == ["没有填报这类事项", "", "", ""]
    run("explain", sample, "electronics", "1.1.2", "-o", "b.docx")
    assert "最小值4.0127%：文体旅游（市统计局：本期产值（万元） B16，全市工业总产值（万元） B9）" in texts(Path("b.docx"))


def test_a_results_workbook_gives_the_same_request_to_the_byte(run: Run, q2: Path) -> None:
    run("score", q2, "-o", "results.xlsx")
    run("explain", q2, "electronics", "-o", "a.docx")
    run("explain", "results.xlsx", "electronics", "-o", "b.docx")
    run("explain", q2, "electronics", "-o", "c.docx")
    assert A.read_bytes() == Path("b.docx").read_bytes() == Path("c.docx").read_bytes()


def test_a_draft_says_so_on_each_page_and_pending_scores_have_no_loss(run: Run, mistaken: Path) -> None:
    assert run("explain", mistaken, "electronics", "1.2.1", "-o", "a.docx").code == 1
    assert not A.exists()
    assert run("explain", mistaken, "electronics", "1.2.1", "--draft", "-o", "a.docx").code == 0
    assert Document(str(A)).sections[0].header.paragraphs[0].text == "草稿"
    said = texts(A).splitlines()
    assert "1.2.1 税收增速：待定" in said
    assert not [line for line in said if line.startswith("满分")]


def test_the_language_is_the_rulebooks_unless_another_is_asked_for(run: Run, sample: Path, tmp_path: Path) -> None:
    run("explain", sample, "electronics", "1.3.2", "-o", "a.docx", "--lang", "en")
    assert "Marks: 15; lost: 1.00." in texts(A)
    assert tables()[0][0] == ["Evidence and reason", "Sheet and cells", "Points", "Opinion"]
    quarter = next(each for each in QUARTERS if each.rulebook == "suppliers")
    path = packaged()["suppliers"]
    run("template", "--rulebook", path, "--period", quarter.period, "-o", "blank.xlsx")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", load_rulebook(path), quarter.facts)
    assert run("explain", filled, load_rulebook(path).chains[0].id, "--rulebook", path, "-o", "b.docx").code == 0
    said = texts(Path("b.docx"))
    assert said.startswith(f"Request for review: {load_rulebook(path).chains[0].short_name}, ")
    assert not [char for char in said if "一" <= char <= "鿿"]


def test_another_ending_an_existing_file_and_a_missing_object_are_wrong_usage(run: Run, sample: Path) -> None:
    other = run("explain", sample, "electronics", "-o", "a.xlsx")
    assert (other.code, other.err) == (2, "a.xlsx must end in .docx.\n")
    A.write_text("mine")
    assert run("explain", sample, "electronics", "-o", "a.docx").code == 2
    assert A.read_text() == "mine"
    alone = run("explain", sample, "-o", "b.docx")
    assert (alone.code, alone.err.splitlines()[-1]) == (2, "Error: Missing argument: OBJECT.")


def test_json_is_printed_beside_the_document(run: Run, sample: Path) -> None:
    done = run("explain", sample, "electronics", "1.3.2", "-o", "a.docx", "--json")
    assert done.document["leaves"][0]["score"] == 14
    assert A.exists()


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_libreoffice_prints_every_leaf_and_nothing_twice(run: Run, sample: Path, tmp_path: Path) -> None:
    run("explain", sample, "electronics", "-o", "a.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "a.docx"]
    subprocess.run(convert, check=True, capture_output=True, timeout=office.LONGEST_WORK)
    printed = subprocess.run(["pdftotext", "-layout", "a.pdf", "-"], check=True, capture_output=True, text=True).stdout
    pages = printed.removesuffix("\f").split("\f")
    squeezed = "".join(printed.split())
    for leaf in load_rulebook().leaves:
        assert squeezed.count(f"{leaf.id}{leaf.title.replace(' ', '')}：") == 1, leaf.id
    assert all("".join(page.split()).endswith(f"—{number}—") for number, page in enumerate(pages, 1))
