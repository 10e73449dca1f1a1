"""The bulletin: figures of the sample as they were published, the standard's layout, drafts, refusals and other methods."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from chainscore.method.loading import load_rulebook, packaged
from tests.conftest import REPOSITORY, Run
from tests.rulebooks.quarters import QUARTERS
from tests.support import office
from tests.support.any_method import typed_by_openpyxl
from tests.support.facts import quarter, write_plainly

Q1 = REPOSITORY / "sample_data" / "q1-2023.xlsx"
TOTALS = {
    "新能源新材料（含医疗器械、绿色化工）": ("1", "63.74"),
    "电力电工电器": ("2", "63.31"),
    "电子信息": ("3", "60.90"),
    "绿色食品加工和现代商贸物流": ("4", "56.13"),
    "绿色建材装配式建筑和建工": ("5", "49.28"),
    "文体旅游休闲": ("6", "25.49"),
}


def texts(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def rows(path: Path, table: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[table].rows]


def test_the_ranking_holds_every_object_with_its_rank_and_total(run: Run, sample: Path) -> None:
    done = run("bulletin", sample, "-o", "a.docx")
    assert (done.code, done.err) == (0, "")
    header, *ranking = rows(Path("a.docx"), 0)
    assert header == ["名次", "产业链", "产业链成效", "主体培育", "建设活动", "基础工作", "总分"]
    assert {row[1]: (row[0], row[-1]) for row in ranking} == TOTALS
    assert [row[0] for row in ranking] == ["1", "2", "3", "4", "5", "6"]


def test_the_text_says_mean_range_and_who_holds_them(run: Run, sample: Path) -> None:
    # (63.74 + 63.31 + 60.90 + 56.13 + 49.28 + 25.49) / 6 = 318.85 / 6 = 53.1416…
    run("bulletin", sample, "-o", "a.docx")
    said = texts(Path("a.docx"))
    assert "参加考核的产业链共6个，平均得分53.14分。" in said
    assert "得分最高的是新能源新材料，63.74分；得分最低的是文体旅游，25.49分；两者相差38.25分。" in said
    assert "项目建设（12.54分）" in said  # 15 − 2.46
    headings = ["一、总体情况", "二、得分排名", "三、主要进展", "四、存在问题", "五、下一步工作", "附件1", "附件2"]
    places = [said.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)


def test_problems_name_what_earned_nothing_and_why(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    said = texts(Path("a.docx")).split("四、存在问题")[1].split("五、下一步工作")[0].splitlines()
    tourism = next(line for line in said if line.startswith("文体旅游休闲："))
    # filed never; 1,800 of 2,000; 58.33 % of its plan, of 80 %
    assert (
        "未计分的事项共3个。样例文旅综合体项目：未备案，视同未引进；样例体育公园配套：总投资低于2000万元；"
        "样例研学基地一期：完成计划的58.33%，低于80%。"
    ) in tourism
    assert "样例光伏支架项目：2023年7月4日才备案，晚于2023年6月30日。" in next(
        line for line in said if line.startswith("新能源新材料")
    )
    electronics = next(line for line in said if line.startswith("电子信息："))
    assert "未计分的事项共1个。样例电子元件仓储项目：低于最低一档（0.2亿元）。" in electronics  # what counts once is no problem
    assert not [line for line in said if "签报" in line]


def test_more_events_that_earned_nothing_than_five_are_counted(run: Run, tmp_path: Path) -> None:
    row = {"产业链": "电子信息", "投资额（亿元）": 3, "签约日期": "2023-05-06", "备案日期": None, "是否三类500强": "否"}
    facts = quarter(市商务局=[{**row, "项目名称": f"项目{at}"} for at in range(7)])
    write_plainly(tmp_path / "q.xlsx", facts, "2023Q2")
    done = run("bulletin", "q.xlsx", "-o", "a.docx")
    assert done.code == 0, done.err
    said = texts(Path("a.docx"))
    named = "；".join(f"项目{at}：未备案，视同未引进" for at in range(5))
    assert f"未计分的事项共7个。{named}等。" in said


def test_units_that_signed_after_the_deadline_are_late(run: Run, sample: Path) -> None:
    # the sample's departments signed on 4 to 7 July, four of them after the 5th
    run("bulletin", sample, "-o", "a.docx", "--due", "2023-07-05")
    assert "2023年7月5日以后才签报的单位共4个：" in texts(Path("a.docx"))
    run("bulletin", sample, "-o", "b.docx", "--due", "2023-07-07")
    assert "签报" not in texts(Path("b.docx"))
    assert run("verify", "a.docx", sample, "--json").document["verdict"] == "identical"


def test_the_first_annex_holds_every_leaf_of_every_object(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    leaves = {row[0]: row[3:] for row in rows(Path("a.docx"), 1)}
    assert len(leaves) == 1 + 19 + 1
    assert leaves["1.3.2"] == ["11.00", "14.00", "14.00", "11.00", "9.00", "1.50"]
    assert leaves[""] == [total for _, total in TOTALS.values()]


def test_the_third_annex_holds_the_plans_targets(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    table = rows(Path("a.docx"), -1)
    assert table[0] == ["目标", "目标值", "对象", "本期", "完成"]
    assert ["市场主体", "2025年 70000家", "", "填报表中没有此数", "—"] in table
    # 836,900 万元 are 83.69 亿元, 41.845 % of 200, cut after two decimals.
    assert ["200亿级产业链", "2025年 200亿元", "绿色建材装配式建筑和建工", "83.69亿元", "41.84%"] in table
    assert ["", "", "电力电工电器", "101.25亿元", "50.62%"] in table
    assert ["20亿级企业", "2025年 20亿元", "韶峰南方", "填报表中没有列出", "—"] in table
    said = texts(Path("a.docx"))
    assert "发展目标不计入得分。" in said
    assert "20亿级企业、10亿级企业：台账只有本年新增的龙头企业" in said


def test_the_period_before_gives_the_movement_of_totals_and_ranks(run: Run, sample: Path) -> None:
    run("bulletin", sample, "--before", Q1, "-o", "a.docx")
    said = texts(Path("a.docx"))
    assert "与2023年第一季度相比" in said
    assert "总分上升的6个，下降的0个，持平的0个" in said
    assert "名次上升的有绿色食品商贸（由第5名到第4名）。" in said
    assert [row[-1] for row in rows(Path("a.docx"), 0)] == ["上期名次", "1", "2", "3", "5", "4", "6"]


def test_what_the_issuer_knows_stands_where_the_standard_wants_it(run: Run, sample: Path) -> None:
    given = ("--to", "各镇人民政府", "--number", "湘产链〔2023〕3号", "--date", "2023-07-10", "--from", "市府办")
    run("bulletin", sample, "-o", "a.docx", *given)
    lines = texts(Path("a.docx")).splitlines()
    assert lines[:4] == ["市府办", "湘产链〔2023〕3号", "关于2023年第二季度产业链考核结果的通报", "各镇人民政府："]
    at = lines.index("2023年7月10日")
    assert lines[at - 1] == "市府办"
    assert lines[at - 5 : at - 2] == ["附件：1. 得分汇总表", "　　　2. 各产业链得分情况", "　　　3. 发展目标进展"]


def test_without_a_date_the_place_for_it_is_left_open(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    assert "（成文日期）" in texts(Path("a.docx"))


def test_a_date_that_is_none_is_wrong_usage(run: Run, sample: Path) -> None:
    done = run("bulletin", sample, "-o", "a.docx", "--date", "10.7.2023")
    assert (done.code, Path("a.docx").exists()) == (2, False)
    assert "2023-07-10" in done.err


def test_the_layout_is_that_of_the_standard(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    document = Document("a.docx")
    section = document.sections[0]
    assert [section.page_width, section.page_height] == pytest.approx([Mm(210), Mm(297)], abs=Mm(0.1))
    assert [section.top_margin, section.left_margin] == pytest.approx([Mm(37), Mm(28)], abs=Mm(0.1))
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert [width, height] == pytest.approx([Mm(156), Mm(225)], abs=Mm(0.1))
    for name, font, size in (("title", "方正小标宋简体", 22), ("body", "仿宋_GB2312", 16), ("heading", "黑体", 16)):
        style = document.styles[f"bulletin {name}"]
        assert style.font.size == Pt(size)
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    spacing = document.styles["bulletin body"].paragraph_format.line_spacing
    assert int(height / spacing) == 22
    footers = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert [footer.text for footer in footers] == ["—  —", "—  —"]


def test_figures_are_bookmarks_that_name_their_source(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    body = Document("a.docx").element.body
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names)) > 200
    assert any(name.endswith("_total_materials") for name in names)
    assert all(len(name) <= 40 for name in names)


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_no_word_of_the_ranking_is_broken(run: Run, tmp_path: Path) -> None:
    quarter_ = next(each for each in QUARTERS if each.rulebook == "suppliers")
    path = packaged()["suppliers"]
    run("template", "--rulebook", path, "--period", quarter_.period, "-o", "blank.xlsx")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", load_rulebook(path), quarter_.facts)
    run("bulletin", filled, "--rulebook", path, "-o", "a.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "a.docx"]
    subprocess.run(convert, check=True, capture_output=True, timeout=office.LONGEST_WORK)
    printed = subprocess.run(["pdftotext", "-layout", "a.pdf", "-"], check=True, capture_output=True, text=True).stdout
    words = printed.split("2. Ranking")[1].split("3. Progress")[0].split()
    assert {"Rank", "Supplier", "Delivery", "Penalties", "Grade", "preferred", "probation"} <= set(words)


def test_equal_inputs_give_equal_bytes(run: Run, sample: Path) -> None:
    run("bulletin", sample, "-o", "a.docx")
    run("bulletin", sample, "-o", "b.docx")
    assert Path("a.docx").read_bytes() == Path("b.docx").read_bytes()


def test_a_results_workbook_gives_the_same_tables(run: Run, q2: Path) -> None:
    run("score", q2, "-o", "results.xlsx")
    run("bulletin", q2, "-o", "a.docx")
    done = run("bulletin", "results.xlsx", "-o", "b.docx")
    assert done.code == 0, done.err
    assert [rows(Path("b.docx"), table) for table in (0, 1)] == [rows(Path("a.docx"), table) for table in (0, 1)]


def test_an_unsound_quarter_gives_no_bulletin(run: Run, mistaken: Path) -> None:
    done = run("bulletin", mistaken, "-o", "a.docx")
    assert done.code == 1
    assert "nothing was scored or written" in done.err
    assert not Path("a.docx").exists()


def test_a_draft_says_so_on_each_page_and_shows_pending_as_pending(run: Run, mistaken: Path) -> None:
    done = run("bulletin", mistaken, "-o", "a.docx", "--draft")
    assert done.code == 0, done.err
    section = Document("a.docx").sections[0]
    headers = section.header.paragraphs[0], section.even_page_header.paragraphs[0]
    assert [header.text for header in headers] == ["草稿", "草稿"]
    leaves = {row[0]: row[3:] for row in rows(Path("a.docx"), 1)}
    assert set(leaves["1.2.1"]) == {"待定"}  # the tax office's table has no sound figure
    said = texts(Path("a.docx"))
    assert "以下指标尚缺数据，列为待定，总分和名次待数据补齐后确定" in said
    assert "未签的单位共1个：市税务局。" in said
    assert "产业链税收·税收增速（5.00分）" not in said  # what is pending was not lost


def test_sums_that_lack_something_are_not_held_against_the_period_before(run: Run, mistaken: Path) -> None:
    run("bulletin", mistaken, "--before", Q1, "-o", "a.docx", "--draft")
    said = texts(Path("a.docx"))
    assert "尚有待定指标，总分和名次未与2023年第一季度比较。" in said
    assert "总分上升的" not in said
    header, *ranking = rows(Path("a.docx"), 0)
    assert header[-1] == "待定"
    assert {row[-1] for row in ranking if row[1] != "绿色食品加工和现代商贸物流"} >= {"1.2.1、1.2.2、2.3"}


def test_a_quarter_in_which_nothing_was_added_is_as_before(run: Run, tmp_path: Path) -> None:
    first = REPOSITORY / "sample_data" / "q1-2023.xlsx"
    workbook = openpyxl.load_workbook(first)
    for sheet in workbook:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value == "2023年第一季度"):
            cell.value = "2023年第二季度"
    workbook.save(tmp_path / "second.xlsx")
    run("bulletin", "second.xlsx", "--before", first, "-o", "a.docx")
    assert "各项得分与2023年第一季度相同。" in texts(Path("a.docx"))


def test_an_existing_file_is_kept_and_the_name_must_be_a_documents(run: Run, sample: Path) -> None:
    Path("a.docx").write_text("mine")
    assert run("bulletin", sample, "-o", "a.docx").code == 2
    assert Path("a.docx").read_text() == "mine"
    assert ".docx" in run("bulletin", sample, "-o", "a.xlsx").err


def test_an_english_method_gives_an_english_bulletin(run: Run, tmp_path: Path) -> None:
    quarter = next(each for each in QUARTERS if each.rulebook == "suppliers")
    path = REPOSITORY / "chainscore" / "method" / "rulebooks" / "suppliers.toml"
    run("template", "--rulebook", path, "--period", quarter.period, "-o", "blank.xlsx")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", load_rulebook(path), quarter.facts)
    done = run("bulletin", filled, "--rulebook", path, "-o", "a.docx")
    assert done.code == 0, done.err
    said = texts(Path("a.docx"))
    assert "Number appraised (Supplier): " in said
    assert "2. Ranking" in said
    assert not [char for char in said if "一" <= char <= "鿿"]
    assert rows(Path("a.docx"), 0)[0][:2] == ["Rank", "Supplier"]


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_libreoffice_prints_it_with_page_numbers_between_dashes(run: Run, mistaken: Path, tmp_path: Path) -> None:
    run("bulletin", mistaken, "-o", "a.docx", "--draft")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "a.docx"]
    subprocess.run(convert, check=True, capture_output=True, timeout=office.LONGEST_WORK)
    printed = subprocess.run(["pdftotext", "-layout", "a.pdf", "-"], check=True, capture_output=True, text=True).stdout
    pages = printed.removesuffix("\f").split("\f")
    assert len(pages) >= 5
    for number, page in enumerate(pages, 1):
        squeezed = "".join(page.split())
        assert squeezed.startswith("草稿")
        assert squeezed.endswith(f"—{number}—")
