"""The results workbook: what stands in it, that a department's text stays text, and that the same inputs give the same bytes."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook
from chainscore.results.excel.measure import sheet_name
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import appraise
from chainscore.words.characters import safe_text
from tests.scoring.test_scoring import construction, project
from tests.support.facts import appraised, quarter
from tests.support.paper import scale_on_paper

CHAINS_IN_FULL = [chain.name for chain in load_rulebook().chains]
CHAINS = ["绿色建材", "电力电工", "电子信息", "文体旅游", "新能源新材料", "绿色食品商贸"]


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """Sheet → rows of values."""
    workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in workbook.worksheets}


def table(rows: list[list[Any]], first: str) -> list[dict[str, Any]]:
    """The rows below the header that begins with ``first``, by their labels without line breaks."""
    at = next(index for index, row in enumerate(rows) if row[0] == first)
    labels = [str(label or "").replace("\n", "") for label in rows[at]]
    return [dict(zip(labels, row, strict=True)) for row in rows[at + 1 :]]


@pytest.fixture(scope="module")
def workbook(book: Rulebook) -> bytes:
    path = Path(__file__).parent.parent.parent / "sample_data" / "q2-2023.xlsx"
    return write_results(appraise([path], book), book)


@pytest.fixture(scope="module")
def results(workbook: bytes) -> dict[str, list[list[Any]]]:
    return sheets(workbook)


def test_it_has_ranking_scores_scorecards_evidence_rules_findings_and_provenance(results: dict[str, list[list[Any]]]) -> None:
    cards = [f"成绩单·{chain}" for chain in CHAINS]
    evidence = [
        "依据·市统计局（表）", "依据·市统计局", "依据·市税务局（表）", "依据·市商务局", "依据·市发改局", "依据·市科技工信局",
        "依据·市金融办", "依据·落地办", "依据·产业链办公室和落地办（表）", "依据·产业链办公室和落地办",
    ]  # fmt: skip
    assert list(results) == ["目录", "排名", "得分", *cards, "测算", *evidence, "规则", "检查发现", "出处", "数据"]


def test_the_ranking_is_that_of_the_console(results: dict[str, list[list[Any]]]) -> None:
    rows = [row for row in table(results["排名"], "名次") if row["名次"]]
    assert [(row["名次"], row["产业链"], row["总分"]) for row in rows][:2] == [
        (1, "新能源新材料（含医疗器械、绿色化工）", 63.74),
        (2, "电力电工电器", 63.31),
    ]
    assert len(rows) == 6 + 2  # how firm the first two places are, and the signatures
    assert round(rows[1]["与上一名差距"], 2) == 0.43


def test_the_list_of_ranks_is_what_is_signed_and_published(results: dict[str, list[list[Any]]]) -> None:
    rows = results["排名"]
    assert rows[0][0] == "湘乡市2023年第二季度优势产业链工作考核得分排名表"
    assert rows[1][0] == "单位：分"
    sections = ["产业链成效\n（55分）", "主体培育\n（25分）", "建设活动\n（10分）", "基础工作\n（10分）"]
    assert rows[2] == ["名次", "产业链", "链长", "牵头单位", *sections, "总分", "与上一名差距"]
    mean = rows[9]
    totals = (63.74, 63.31, 60.90, 56.13, 49.28, 25.49)
    assert (mean[1], round(mean[8], 6)) == ("平均", round(sum(totals) / 6, 6))
    # tests/scoring/test_readings.py counts them by the method on paper.
    assert [value for value in rows[10] if value] == ["第1、2名在256种读法中的160种不变。"]
    assert [value for value in rows[11] if value] == ["制表：", "审核：", "日期：", "湘乡市优势产业链培育行动工作领导小组"]


def test_the_contents_lead_to_every_sheet_that_is_seen(book: Rulebook, sample: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(write_results(appraise([sample], book), book)))
    leads = {cell.value: cell.hyperlink.location for row in workbook["目录"].iter_rows() for cell in row if cell.hyperlink}
    seen = [page.title for page in workbook.worksheets if page.sheet_state == "visible" and page.title != "目录"]
    assert leads == {name: f"'{name}'!A1" for name in seen}
    assert workbook.active is not None
    assert workbook.active.title == "排名"


def test_each_kind_of_sheet_has_its_colour(book: Rulebook, sample: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(write_results(appraise([sample], book), book)))
    colours = {page.title: page.sheet_properties.tabColor.rgb for page in workbook.worksheets if page.sheet_state == "visible"}
    assert colours["排名"] == colours["得分"] != colours["成绩单·电子信息"] != colours["依据·市商务局"] != colours["规则"]


def test_the_matrix_has_all_nineteen_leaves_whose_columns_add_up(results: dict[str, list[list[Any]]]) -> None:
    rows = table(results["得分"], "指标")
    rows = rows[: [row["名称"] for row in rows].index("排列顺序")]
    leaves = [row for row in rows if row["指标"] and "小计" not in str(row["名称"])]
    assert len(leaves) == 19
    total = next(row for row in rows if row["名称"] == "总分")
    for chain in CHAINS:
        assert round(sum(row[chain] for row in leaves), 2) == total[chain]


def test_the_sums_by_indicator_add_up_to_the_same_totals(results: dict[str, list[list[Any]]]) -> None:
    rows = results["得分"]
    header = next(row for row in rows if row[0] == "指标")
    second = next(number for number, row in enumerate(rows) if row[0] == "按指标合计")
    indicators = [dict(zip(header, row, strict=True)) for row in rows[second + 1 : second + 17]]
    assert rows[second + 17][0] is None
    total = next(row for row in table(rows, "指标") if row["名称"] == "总分")
    for chain in CHAINS:
        assert round(sum(row[chain] for row in indicators), 2) == total[chain]
    # 项目招商 of 电子信息: 5 + 14, the best of 14, 19, 19, 1.5, 16 and 16
    investment = next(row for row in indicators if row["名称"] == "产业链项目招商")
    assert (investment["电子信息"], investment["最高"], investment["最低"]) == (19, 19, 1.5)


def test_the_evidence_has_every_row_with_its_points_reason_and_where_it_came_from(results: dict[str, list[list[Any]]]) -> None:
    rows = table(results["依据·市商务局"], "产业链")
    [unfiled] = [row for row in rows if row["项目名称"] == "样例文旅综合体项目"]
    assert (unfiled["产业链"], unfiled["1.3.2分值"], unfiled["单元格"]) == ("文体旅游", 0, "B26")
    assert "未备案" in unfiled["理由（出表时）"]


def test_what_is_the_same_of_all_rows_stands_in_the_heading(results: dict[str, list[list[Any]]]) -> None:
    told = "文件：q2-2023.xlsx；工作表：市商务局；填报单位：市商务局；填报人：样例填报员丙；填报日期：2023-07-06"
    assert results["依据·市商务局"][1][0] == told
    assert "文件" not in results["依据·市商务局"][2]


def test_the_cell_of_a_row_is_a_link_to_the_input_that_works_beside_it(book: Rulebook, sample: Path) -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_results(appraise([sample], book), book)))["依据·市商务局"]
    links = [cell.hyperlink for row in page.iter_rows(min_row=4) for cell in row if cell.hyperlink]
    assert len(links) == page.max_row - 3
    assert ("q2-2023.xlsx", "'市商务局'!B26") in [(link.target, link.location) for link in links]


def test_a_row_is_signed_by_whoever_signed_its_file(tmp_path: Path, book: Rulebook) -> None:
    facts = quarter(市商务局=[project(2)])
    facts["市商务局"]["sign"] = {"填报人": "样例乙", "填报日期": "2023-07-01"}
    results = sheets(write_results(appraised(facts, tmp_path), book))
    assert "填报人：样例乙；填报日期：2023-07-01" in results["依据·市商务局"][1][0]
    assert "填报人：样例；" in results["依据·市统计局（表）"][1][0]


def test_the_rules_have_every_tier_cap_and_reading_with_its_clause(results: dict[str, list[list[Any]]], book: Rulebook) -> None:
    rows = table(results["规则"], "指标")
    bound = "条件或界限（含）"
    tiers = [(row[bound], row["数值"]) for row in rows if row["指标"] == "1.3.2" and row["项目"] == "分档计分（达到）"]
    assert tiers == [(2, 6), (1.5, 4), (1, 2), (0.5, 1), (0.2, 0.5)]
    assert {row["条款"] for row in rows if row["指标"] == "2.4"} == {"三（二）4、附3"}
    caps = {row["指标"] for row in rows if row["项目"] == "封顶"}
    assert caps == {"1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "4.3"}
    readings = {row["名称"]: row for row in rows if row["指标"] == "口径"}
    assert list(readings) == list(book.chosen)
    assert readings["construction_plan"]["条款"] == "三（一）4"
    assert readings["construction_plan"][bound] == "annual（默认）"


def test_a_scorecard_has_scores_shares_what_was_lost_and_why_and_a_total(results: dict[str, list[list[Any]]]) -> None:
    rows = table(results["成绩单·电子信息"], "指标")
    lines = [row for row in rows if row["满分"]]
    assert sum("小计" not in str(row["名称"]) for row in lines) == 19 + 1
    tax = next(row for row in rows if row["指标"] == "1.2.1")
    assert (tax["得分"], tax["得分率"], tax["失分"], tax["名次"]) == (5, 1, 0, 1)
    filed = next(row for row in rows if row["指标"] == "1.3.2")
    assert (filed["满分"], filed["得分"], filed["失分"]) == (15, 14, 1)
    assert filed["计算和主要失分原因（出表时）"].startswith("6 + 1 + 7＝14；1项：")
    # Points are taken off 4.1: what takes none off is no reason of a loss.
    kept = next(row for row in results["成绩单·文体旅游"] if row[0] == "4.1")
    assert kept[8] == "4 - 1 - 1 - 1＝1；2项：已建立未更新 → -1"
    said = [row[0] for row in results["成绩单·文体旅游"]]
    assert said[said.index("最近的得分办法（逐项重新计分得出）") + 1] == (
        "“样例文旅综合体项目”补齐“备案日期”：+11.00分（1.3.2 分档计分 市商务局!F26）"
    )
    assert (lines[-1]["名称"], lines[-1]["满分"], lines[-1]["得分"], round(lines[-1]["失分"], 2)) == ("总分", 100, 60.9, 39.1)
    assert round(lines[-1]["平均得分率"], 4) == 0.5314
    assert results["成绩单·电子信息"][4][0] == 60.9
    assert results["成绩单·电子信息"][4][6] == 2.84  # 63.74 − 60.90


def test_rows_that_only_formulas_need_are_not_seen(workbook: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["得分"]
    hidden = [sheet.cell(row, 2).value for row in range(1, sheet.max_row + 1) if sheet.row_dimensions[row].hidden]
    assert hidden == ["排列顺序", "产业链", "链长", "牵头单位"]


def test_a_scorecard_is_read_at_arms_length_and_its_chart_names_every_line(workbook: bytes) -> None:
    found = openpyxl.load_workbook(io.BytesIO(workbook))
    for chain in CHAINS:
        sheet = found[f"成绩单·{chain}"]
        # A4 is 595 points wide, less margins of 0.4 inches each; a unit of width, which has the cell's own room in it, is 7 pixels.
        columns = sheet.column_dimensions.values()
        points = sum(0.75 * 7 * column.width * (column.max - column.min + 1) for column in columns)
        scale = min(1, (595 - 2 * 0.4 * 72) / points)
        assert sheet["D7"].font.sz * scale >= 9
        assert sheet["I7"].font.sz * scale >= 8
        [chart] = sheet._charts
        assert chart.x_axis.tickLblSkip == 1
        assert chart.y_axis.scaling.max == 1  # full marks
        assert chart.anchor.to.col <= 8  # the last column of the list, from 0


def test_a_ledger_without_events_still_has_formulas_that_give_nothing(tmp_path: Path, book: Rulebook) -> None:
    results = sheets(write_results(appraised(quarter(), tmp_path), book))
    assert [row["产业链"] for row in table(results["依据·市商务局"], "产业链")] == ["（无）"]
    scores = {row["指标"]: row for row in table(results["得分"], "指标")}
    assert scores["1.3.2"]["电子信息"] == 0
    assert scores["4.1"]["电子信息"] == 4


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
        heading = "A2" if page.title.startswith("成绩单") else "A1"
        assert "草稿" in str(page[heading].value)
        assert "草稿" in str(page.oddHeader.center.text)
        assert page._images or page.sheet_state == "hidden"


def test_what_stands_above_a_table_is_no_smaller_on_paper_than_its_rows(tmp_path: Path, book: Rulebook) -> None:
    content = write_results(appraised(quarter(市商务局=[project("约3亿")]), tmp_path, draft=True), book)
    for page in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        if page.title.startswith("依据"):
            assert page["A2"].value.startswith("草稿：")
            title, draft, *rows = [cell.font.sz for cell in page["A"] if cell.value]
            assert min(title, draft) >= max(rows), page.title
            assert page["A2"].font.sz * scale_on_paper(page) >= 8, page.title


def test_a_long_amount_has_the_room_that_it_needs_in_the_type_of_its_sheet(tmp_path: Path, book: Rulebook) -> None:
    long = construction(9_876_543.125, 5_432_109.875, 4_321_098.5)
    content = write_results(appraised(quarter(市发改局=[long]), tmp_path), book)
    page = openpyxl.load_workbook(io.BytesIO(content))["依据·市发改局"]
    [row] = [row for row in page.iter_rows() if any(cell.value == 9_876_543.125 for cell in row)]
    shown = {9_876_543.125: "9,876,543.125", 5_432_109.875: "5,432,109.875", 4_321_098.5: "4,321,098.5"}
    for cell in row:
        if cell.value in shown:
            # A digit is at most 0.56 of its type's height wide, and a unit of a column's width is 5.25 points.
            needed = sum(0.56 if char.isdigit() else 0.28 for char in shown.pop(cell.value)) * cell.font.sz
            assert page.column_dimensions[cell.column_letter].width * 5.25 > needed
    assert not shown


@pytest.mark.parametrize(("name", "chief", "deputy"), [("绿色建材", "赵新文", "莫永恒"), ("绿色食品商贸", "谢志宏", "彭景卫")])
def test_a_scorecard_names_the_chief_and_the_deputy_and_the_chief_where_he_signs(
    name: str, chief: str, deputy: str, results: dict[str, list[list[Any]]]
) -> None:
    said = [str(value) for row in results[f"成绩单·{name}"] for value in row if value is not None]
    assert any(f"链长：{chief}；副链长：{deputy}；牵头单位：" in text for text in said)
    assert f"链长 {chief}（签字）：" in said


def test_a_section_of_which_all_is_pending_has_no_score_rank_mean_best_or_worst(tmp_path: Path, book: Rulebook) -> None:
    facts = quarter()
    facts["落地办"]["sign"] = {}
    found = sheets(write_results(appraised(facts, tmp_path, draft=True), book))
    for sheet, title in (("得分", "3"), ("成绩单·电子信息", "3")):
        row = next(row for row in found[sheet] if row[0] == title)
        assert "待定" in row
        assert not [value for value in row[3:] if isinstance(value, int | float)], (sheet, row)
    ranked = next(row for row in found["排名"] if "电子信息" in row)
    assert "待定" in ranked


def test_a_draft_of_sound_files_says_that_nothing_is_missing(sample: Path, book: Rulebook) -> None:
    found = sheets(write_results(appraise([sample], book, draft=True), book))
    assert found["排名"][1][0] == "草稿：各行、各指标都已计入，什么都不缺。"


def test_what_rests_on_a_pending_leaf_is_pending_in_a_draft_and_the_rest_is_there(tmp_path: Path, book: Rulebook) -> None:
    facts = quarter()
    [its] = [row for row in facts["市统计局"]["table"] if row["产业链"] == "电子信息"]
    del its["上年同期产值（万元）"]
    content = write_results(appraised(facts, tmp_path, draft=True), book)
    found = sheets(content)
    # 电子信息 lacks 1.1.1: section 1 has the other 15 points so far, and nobody has a rank. 20 + 0 + 0 + 7 without events.
    ranked = {row["产业链"]: row for row in table(found["排名"], "名次") if row["产业链"] in CHAINS_IN_FULL}
    assert {row["名次"] for row in ranked.values()} == {"待定"}
    assert {name: row["总分"] for name, row in ranked.items()} == {**dict.fromkeys(CHAINS_IN_FULL, 27), "电子信息": "待定"}
    assert {row["与上一名差距"] for row in ranked.values()} == {None}
    mean = next(row for row in table(found["排名"], "名次") if row["产业链"] == "平均")
    assert [value for value in mean.values() if value is not None] == ["平均", 0, 0, 7]
    for name, score, rate, loss in (("电子信息", 15, None, None), ("文体旅游", 20, 20 / 55, 35)):
        card = found[f"成绩单·{name}"]
        assert card[4][2] == card[4][6] == "待定"
        section = next(row for row in card if row[0] == "1")
        assert (section[3:8]) == [score, rate, loss, None, None]
        known = next(row for row in card if row[0] == "1.1.2")
        assert known[3:8] == [5, 1, 0, 1, 1]
    assert found["成绩单·电子信息"][4][0] == "待定"
    assert next(row for row in found["成绩单·电子信息"] if row[1] == "总分")[3:8] == ["待定", None, None, None, None]
    [chart] = openpyxl.load_workbook(io.BytesIO(content))["排名"]._charts  # of rates, which are blank where they are open
    assert all("得分" in each.val.numRef.f for each in chart.series)


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "_x000D_", "https://example.com/x", "=HYPERLINK(\"x\")", "'x"]  # fmt: skip


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_departments_text_is_never_a_formula_or_link(text: str, tmp_path: Path, book: Rulebook) -> None:
    row = {**construction(), "项目名称": text}
    content = write_results(appraised(quarter(市发改局=[row]), tmp_path), book)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    found = [
        cell
        for line in workbook["依据·市发改局"].iter_rows()
        for cell in line
        if isinstance(cell.value, str) and cell.value.strip() == text.strip()
    ]
    assert len(found) == 1
    assert (found[0].data_type, found[0].hyperlink) == ("s", None)


def test_sheets_of_another_method_have_names_that_excel_takes() -> None:
    assert sheet_name("依据·", "市商务局", ["市商务局"], "（表）") == "依据·市商务局（表）"
    assert sheet_name("成绩单·", "a/b:c'd", ["a/b:c'd"]) == "成绩单·a_b_c_d"
    assert len(sheet_name("依据·", "长" * 31, ["长" * 31], "（表）")) == 31
    assert sheet_name("依据·", "长" * 31, ["长" * 31], "（表）").endswith("（表）")


def test_no_two_sheets_have_one_name_however_alike_the_names_are_that_they_are_of() -> None:
    alike = ["长" * 30 + "甲", "长" * 30 + "乙", "A/b", "a_B", "东镇"]
    names = [sheet_name("成绩单·", each, alike) for each in alike]
    assert names == ["成绩单·" + "长" * 26 + "1", "成绩单·" + "长" * 26 + "2", "成绩单·A_b1", "成绩单·a_B2", "成绩单·东镇"]


def test_a_sheets_name_is_as_long_as_excel_counts_it() -> None:
    name = sheet_name("成绩单·", "😀" * 31, ["😀" * 31])  # each counts as two
    assert name == "成绩单·" + "😀" * 13


def test_a_file_name_that_a_link_cannot_hold_leaves_the_cell_as_text(tmp_path: Path, book: Rulebook, sample: Path) -> None:
    odd = Path(shutil.copy(sample, tmp_path / "q2#2023.xlsx"))
    page = openpyxl.load_workbook(io.BytesIO(write_results(appraise([odd], book), book)))["依据·市商务局"]
    found = [cell for row in page.iter_rows() for cell in row if cell.value == "B26"]
    assert [cell.hyperlink for cell in found] == [None]


def test_control_characters_and_overlong_text_do_not_break_a_write() -> None:
    assert safe_text("a\x00b\x1fc") == "a b c"
    assert len(safe_text("长" * 40000)) == 32767


def test_a_rulebook_title_with_an_ampersand_keeps_a_valid_footer(tmp_path: Path) -> None:
    source = (Path(__file__).parent.parent.parent / "chainscore" / "method" / "rulebooks" / "xiangxiang-2022.toml").read_text(
        encoding="utf-8"
    )
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
