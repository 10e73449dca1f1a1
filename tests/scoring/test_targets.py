"""The plan's targets: what the workbooks hold of each, in the goal's unit, and what they do not hold."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainscore.comparison.quarters import load_quarter
from chainscore.method.loading import rulebook_of
from chainscore.method.rulebook import Rulebook
from chainscore.papers.targets import target_lines
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.scoring.targets import Figure
from tests.support.facts import NAMES, appraised, quarter, write_plainly
from tests.support.filling import BOOK

PLAN = """
到2025年，湘乡经开区升级为国家级经开区；培育市场主体70000家以上（其中企业主体15000家）、上市企业3家以上；
绿色建材装配式建筑和建工、电力电工电器、电子信息、文体旅游休闲、新能源新材料（含医疗器械、绿色化工）、绿色食品加工和现代商贸物流等6条产业链力争成长为200亿级以上产业链；
韶峰南方、埃普特、湘君电子等企业成为20亿级以上企业，兴湘氟化工、巨强科技、维泰科技等企业成为10亿级以上企业。
全市优势产业链增加值占GDP比重达到85%以上，落地一批亿元级产业链项目。
"""
"""一、发展目标, as issued."""


def leading(name: str, output: Any, chain: str = "electronics") -> dict[str, Any]:
    """A leading enterprise as 市科技工信局 has it."""
    return {"产业链": NAMES[chain], "名称": name, "事项类别": "龙头企业", "年产值（亿元）": output, "认定日期": "2023-05-01"}


def certified(name: str, output: Any, chain: str = "electronics") -> dict[str, Any]:
    """The same as 市统计局 certifies it."""
    return {
        "产业链": NAMES[chain],
        "企业名称": name,
        "事项类别": "龙头企业产值核定",
        "年产值（亿元）": output,
        "日期": "2023-06-01",
    }


def listed(name: str, stage: str, chain: str = "food") -> dict[str, Any]:
    return {"产业链": NAMES[chain], "企业名称": name, "进展阶段": stage, "日期": "2023-04-01"}


def progress(appraisal: Appraisal, title: str) -> Sequence[Figure]:
    assert appraisal.scorecard is not None, [each.message("en") for each in appraisal.findings]
    return next(each.figures for each in appraisal.scorecard.targets if each.target.title == title)


def test_every_target_of_the_plan_is_there_with_its_goal() -> None:
    goals = {target.title: (target.goal, target.unit, target.by) for target in BOOK.targets}
    assert goals == {
        "国家级经开区": (None, "", "2025年"), "市场主体": (70000, "家", "2025年"), "企业主体": (15000, "家", "2025年"),
        "上市企业": (3, "家", "2025年"), "200亿级产业链": (200, "亿元", "2025年"), "20亿级企业": (20, "亿元", "2025年"),
        "10亿级企业": (10, "亿元", "2025年"), "优势产业链增加值占GDP比重": (85, "%", "2025年"),
        "亿元级产业链项目": (None, "个", "2025年"),
    }  # fmt: skip
    assert all(str(target.text) in PLAN for target in BOOK.targets)


def test_a_table_gives_each_objects_figure_in_the_goals_unit(tmp_path: Path) -> None:
    facts = quarter()
    facts["市统计局"]["cells"] = {"全市工业总产值（万元）": 9_000_000}
    facts["市统计局"]["table"][0] |= {"本期产值（万元）": 2_150_000, "上年同期产值（万元）": 2_000_000}
    first, second, *_ = progress(appraised(facts, tmp_path), "200亿级产业链")
    assert (first.name, first.value) == (NAMES["building"], 215)  # 2,150,000 万元 are 215 亿元
    assert first.place.startswith("市统计局!B")
    assert second.value == Fraction("0.011")  # 110 万元


def test_a_ledger_gives_the_number_of_its_rows(tmp_path: Path) -> None:
    rows = [listed("甲", "上市"), listed("乙", "辅导报备"), listed("丙", "上市", "culture")]
    assert progress(appraised(quarter(市金融办=rows), tmp_path), "上市企业") == (Figure("", Fraction(2), "市金融办"),)


def test_a_named_one_is_the_row_whose_name_contains_it_at_the_certified_figure(tmp_path: Path) -> None:
    facts = quarter(
        市科技工信局=[leading("样例埃普特医疗公司", 9), leading("湘君电子（样例）", 21), leading("别的公司", 30)],
        市统计局=[certified("样例埃普特医疗公司", 12.5)],
    )
    first, second, third = progress(appraised(facts, tmp_path), "20亿级企业")
    assert (first.name, first.value, first.why) == ("韶峰南方", None, "absent")
    assert (second.value, second.label) == (Fraction("12.5"), "样例埃普特医疗公司")
    assert (third.value, third.place.partition("!")[0]) == (21, "市科技工信局")


def test_what_the_workbooks_do_not_hold_has_no_figure(tmp_path: Path) -> None:
    appraisal = appraised(quarter(), tmp_path)
    for title in ("国家级经开区", "市场主体", "企业主体", "优势产业链增加值占GDP比重"):
        assert progress(appraisal, title) == ()


def test_nothing_handed_in_is_pending_and_not_zero(tmp_path: Path) -> None:
    facts = quarter()
    del facts["市金融办"], facts["市统计局"]
    appraisal = appraised(facts, tmp_path, draft=True)
    assert [each.why for each in progress(appraisal, "上市企业")] == ["pending"]
    assert {each.why for each in progress(appraisal, "200亿级产业链")} == {"pending"}
    assert {each.why for each in progress(appraisal, "20亿级企业")} == {"pending"}


def test_a_results_workbook_gives_the_same(tmp_path: Path) -> None:
    appraisal = appraised(quarter(市金融办=[listed("甲", "上市")]), tmp_path)
    assert appraisal.scorecard is not None
    (tmp_path / "results.xlsx").write_bytes(write_results(appraisal, BOOK))
    loaded = load_quarter(tmp_path / "results.xlsx", BOOK)
    assert loaded.quarter is not None
    assert target_lines(loaded.quarter.scorecard, "zh") == target_lines(appraisal.scorecard, "zh")


def test_no_score_depends_on_a_target(tmp_path: Path) -> None:
    without = BOOK.source[: BOOK.source.index("[[targets]]")] + BOOK.source[BOOK.source.index("[[readings]]") :]
    facts = quarter(市科技工信局=[leading("湘君电子", 21)])
    path = write_plainly(tmp_path / "quarter.xlsx", facts)
    one, other = (appraise([path], book) for book in (BOOK, rulebook_of(without.encode(), "x")))
    assert one.scorecard is not None
    assert other.scorecard is not None
    assert [(each.chain, each.total) for each in one.scorecard.chains] == [
        (each.chain, each.total) for each in other.scorecard.chains
    ]
    assert other.scorecard.targets == ()


def with_target(text: str) -> Rulebook:
    """The rulebook with one more target in front."""
    at = BOOK.source.index("[[targets]]")
    return rulebook_of(f"{BOOK.source[:at]}[[targets]]\n{text}\n{BOOK.source[at:]}".encode(), "x")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # Six objects of 110 of the city's 1000.
        ('title = "x"\nunit = "%"\nof = "市统计局.table"\nmeasure = "sum([本期产值（万元）]) / [全市工业总产值（万元）]"', Fraction(66)),
        ('title = "x"\nunit = "亿元"\nof = "市统计局.ledger"\nmeasure = "sum([年产值（亿元）])"\nwhere = { "年产值（亿元）" = "filled" }', Fraction("3.5")),
        ('title = "x"\nunit = "万元"\nof = "市统计局.ledger"\nmeasure = "most([年产值（亿元）])"\nwhere = { "年产值（亿元）" = "filled" }', Fraction(25_000)),
        ('title = "x"\nunit = "万元"\nof = "市统计局.ledger"\nmeasure = "most([年产值（亿元）])"\nwhere = { "日期" = ">=now" }', None),
    ],
)  # fmt: skip
def test_what_all_objects_come_to(text: str, value: Fraction | None, tmp_path: Path) -> None:
    facts = quarter(
        市统计局=[certified("甲", 1), certified("乙", 2.5, "food")], 市科技工信局=[leading("甲", 1), leading("乙", 2.5, "food")]
    )
    book = with_target(text)
    scorecard = appraise([write_plainly(tmp_path / "quarter.xlsx", facts)], book).scorecard
    assert scorecard is not None
    assert [figure.value for figure in scorecard.targets[0].figures] == [value]


def test_people_read_figure_goal_and_share_in_both_languages(tmp_path: Path) -> None:
    facts = quarter(市科技工信局=[leading("湘君电子（样例）", "13.336")])
    facts["市统计局"]["cells"] = {"全市工业总产值（万元）": 9_000_000}
    facts["市统计局"]["table"][0] |= {"本期产值（万元）": 2_150_000, "上年同期产值（万元）": 2_000_000}
    scorecard = appraised(facts, tmp_path).scorecard
    assert scorecard is not None
    chinese, english = target_lines(scorecard, "zh"), target_lines(scorecard, "en")
    # 215 ÷ 200 is 1.075; 13.336 is 13.34 to two places, and ÷ 20 it is 66.68 %.
    building = next(each for each in chinese if each.whose == NAMES["building"])
    assert (building.rows, building.goal, building.figure, building.share) == (6, "2025年 200亿元", "215亿元", "107.5%")
    named = [(each.rows, each.whose, each.figure, each.share) for each in chinese if each.title == "20亿级企业"]
    assert named == [
        (3, "韶峰南方", "填报表中没有列出", ""), (0, "埃普特", "填报表中没有列出", ""),
        (0, "湘君电子（湘君电子（样例））", "13.34亿元", "66.68%"),
    ]  # fmt: skip
    assert [(each.figure, each.share) for each in chinese if each.title == "市场主体"] == [("填报表中没有此数", "")]
    assert [each.figure for each in english if each.title == "市场主体"] == ["not in the workbooks"]
    assert next(each.figure for each in english if each.whose == NAMES["building"]) == "215 亿元"
