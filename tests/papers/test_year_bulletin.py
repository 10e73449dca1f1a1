"""``chainscore bulletin --year``: a year's bulletin from all of its periods, however they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from chainscore.method.loading import load_rulebook, packaged
from tests.comparison.test_trend import year as year  # the fixture: four quarters
from tests.conftest import Run
from tests.papers.test_bulletin import rows, texts
from tests.rulebooks.quarters import QUARTERS
from tests.support.any_method import typed_by_openpyxl
from tests.support.facts import quarter, write_plainly

A = Path("a.docx")
OTHERS = ["绿色建材装配式建筑和建工", "电力电工电器", "文体旅游休闲", "新能源新材料（含医疗器械、绿色化工）"]


def test_it_ranks_the_year_and_shows_each_quarter(run: Run, year: list[str]) -> None:
    done = run("bulletin", "--year", *year, "-o", "a.docx")
    assert (done.code, done.err) == (0, "")
    said = texts(A)
    assert "关于2023年度产业链考核结果的通报" in said
    assert "现将2023年度考核结果通报如下。" in said
    assert "全年得分和名次即2023年第四季度的得分和名次。" in said
    # 38 and 31 (tests/comparison/test_trend.py) and four times 27: 177 / 6 = 29.5
    assert "平均得分29.50分" in said
    assert "二、全年得分排名" in said.splitlines()
    ranking, totals, added = (rows(A, table) for table in range(3))
    assert [(row[0], row[1], row[-1]) for row in ranking[1:3]] == [
        ("1", "绿色食品加工和现代商贸物流", "38.00"), ("2", "电子信息", "31.00"),
    ]  # fmt: skip
    assert totals[0] == ["产业链", "2023年第一季度", "2023年第二季度", "2023年第三季度", "2023年第四季度"]
    assert totals[2:] == [
        ["电子信息", "28.00（1）", "29.00（1）", "30.00（2）", "31.00（2）"],
        *([other, "27.00（2）", "27.00（2）", "27.00（3）", "27.00（3）"] for other in OTHERS),
    ]
    assert added[1:3] == [
        ["绿色食品加工和现代商贸物流", "+27.00", "+0.00", "+11.00", "+0.00"],
        ["电子信息", "+28.00", "+1.00", "+1.00", "+1.00"],
    ]
    names = [mark.get(qn("w:name")) for mark in Document(str(A)).element.body.iter(qn("w:bookmarkStart"))]
    assert any(name.endswith("_total_2023Q3_food") for name in names)


def test_progress_is_that_of_the_year(run: Run, year: list[str]) -> None:
    run("bulletin", "--year", *year, "-o", "a.docx")
    said = texts(A)
    assert "比2023年第一季度上升较多的有产业链项目招商·分档计分（6.00分）、产业链项目招商·招商任务（5.00分）。" in said
    assert "名次上升的有绿色食品商贸（由第2名到第1名）。" in said


def test_the_year_can_be_held_against_the_one_before(run: Run, year: list[str], tmp_path: Path) -> None:
    write_plainly(tmp_path / "last.xlsx", quarter(), "2022Q4")
    assert run("bulletin", "--year", *year, "--before", "last.xlsx", "-o", "a.docx").code == 0
    assert "与2022年第四季度相比，平均得分上升2.50分" in texts(A)  # 29.50 − 27


def test_files_are_put_together_by_the_quarter_on_their_covers(run: Run, year: list[str], tmp_path: Path) -> None:
    run("bulletin", "--year", *year, "-o", "a.docx")
    facts = quarter(市商务局=[])
    for name, part in (("tax", ["市税务局"]), ("rest", [name for name in facts if name != "市税务局"])):
        write_plainly(tmp_path / f"{name}.xlsx", {each: facts[each] for each in part}, "2022Q4")
    run("score", year[2], "-o", "results.xlsx")
    (tmp_path / "folder").mkdir()
    (tmp_path / year[3]).rename(tmp_path / "folder" / "q4.xlsx")
    assert run("bulletin", "--year", "folder", "results.xlsx", year[1], year[0], "-o", "b.docx").code == 0
    assert [rows(Path("b.docx"), table) for table in range(4)] == [rows(A, table) for table in range(4)]
    split = run("bulletin", "--year", "tax.xlsx", year[0], "rest.xlsx", "-o", "c.docx")
    assert (split.code, split.err) == (2, "--year takes all periods of one year, not 2022Q4, 2023Q1.\n")


def test_without_a_name_it_lies_beside_the_first_file(run: Run, year: list[str], tmp_path: Path) -> None:
    assert run("bulletin", "--year", *year).code == 0
    assert (tmp_path / "year-bulletin.docx").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [((0, 1, 3), "2023 lacks 2023Q3: there is no result of the year"), ((0,), "2023 lacks 2023Q2, 2023Q3, 2023Q4")],
)
def test_a_year_that_lacks_quarters_gives_none(run: Run, year: list[str], given: tuple[int, ...], told: str) -> None:
    done = run("bulletin", "--year", *(year[at] for at in given), "-o", "a.docx")
    assert (done.code, A.exists()) == (2, False)
    assert told in done.err


def test_a_quarter_that_comes_twice_is_wrong_usage(run: Run, year: list[str]) -> None:
    run("score", year[0], "-o", "results.xlsx")
    done = run("bulletin", "--year", *year, "results.xlsx", "-o", "a.docx")
    assert (done.code, A.exists()) == (2, False)
    assert "are both of 2023Q1" in done.err


def test_one_unsound_quarter_gives_none_and_a_draft_says_so_on_each_page(run: Run, year: list[str], tmp_path: Path) -> None:
    facts = quarter()
    facts["市商务局"]["sign"] = {}
    facts["市税务局"]["table"][0]["本期税收（万元）"] = "—"
    write_plainly(tmp_path / year[1], facts, "2023Q2")
    assert (run("bulletin", "--year", *year, "-o", "a.docx").code, A.exists()) == (1, False)
    assert run("bulletin", "--year", *year, "-o", "a.docx", "--draft").code == 0
    assert Document(str(A)).sections[0].header.paragraphs[0].text == "草稿"
    assert "2023年第二季度：未签的单位共1个：市商务局。" in texts(A)
    building = next(row for row in rows(A, 1) if row[0] == OTHERS[0])
    assert building[1:] == ["27.00（2）", "—", "27.00（3）", "27.00（3）"]


def test_a_file_that_cannot_be_read_is_told(run: Run, year: list[str]) -> None:
    done = run("bulletin", "--year", *year, "none.xlsx", "-o", "a.docx")
    assert (done.code, A.exists()) == (2, False)
    assert done.err.startswith("none.xlsx: E101 ")


def test_a_workbook_that_names_no_quarter_is_told(run: Run, year: list[str], tmp_path: Path) -> None:
    write_plainly(tmp_path / year[1], quarter(), "soon")
    done = run("bulletin", "--year", *year, "-o", "a.docx")
    assert (done.code, A.exists()) == (1, False)
    assert "E213" in done.err


def test_an_english_method_gives_an_english_year(run: Run, tmp_path: Path) -> None:
    facts = next(each for each in QUARTERS if each.rulebook == "suppliers").facts
    path = packaged()["suppliers"]
    files = []
    for number in range(1, 5):
        run("template", "--rulebook", path, "--period", f"2024Q{number}", "-o", f"blank{number}.xlsx")
        files.append(
            typed_by_openpyxl(tmp_path / f"blank{number}.xlsx", tmp_path / f"{number}.xlsx", load_rulebook(path), facts)
        )
    done = run("bulletin", "--year", *files, "--rulebook", path, "-o", "a.docx")
    assert done.code == 0, done.err
    said = texts(A)
    assert "2. Ranking of the year" in said
    assert "those of 2024Q4 are the year's." in said
    assert not [char for char in said if "一" <= char <= "鿿"]
    assert rows(A, 1)[0] == ["Supplier", "2024Q1", "2024Q2", "2024Q3", "2024Q4"]
