"""Scores worked out by hand from the clauses of the regulation, the boundaries of every tier, and the readings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainscore.method.rule.standing import standings
from chainscore.scoring.scorecard import shared_ranks
from chainscore.words.numbers import half_up, percent
from tests.support.facts import BASICS, NAMES, appraised, leaf_score, quarter
from tests.support.filling import BOOK

CHAIN = NAMES["electronics"]


def project(
    amount: Any, number: int = 1, top500: str = "否", filed: Any = "2023-05-01", signed: str = "2023-04-01"
) -> dict[str, Any]:
    return {
        "产业链": CHAIN, "项目名称": f"样例项目{number}", "投资额（亿元）": amount, "签约日期": signed, "备案日期": filed, "是否三类500强": top500,
    }  # fmt: skip


def construction(
    investment: Any = 50000, plan: Any = 1000, done: Any = 1000, nature: str = "新建", commissioned: str = "否"
) -> dict[str, Any]:
    return {
        "产业链": CHAIN, "项目名称": "样例建设项目", "项目性质": nature, "总投资（万元）": investment, "年度计划投资（万元）": plan,
        "累计完成投资（万元）": done, "是否建成投产": commissioned, "投产日期": "2023-05-01" if commissioned == "是" else None,
    }  # fmt: skip


def technology(category: str, name: str = "样例企业", output: Any = None) -> dict[str, Any]:
    return {"产业链": CHAIN, "名称": name, "事项类别": category, "年产值（亿元）": output, "认定日期": "2023-03-01"}


def certified(output: Any, name: str = "样例企业") -> dict[str, Any]:
    return {"产业链": CHAIN, "企业名称": name, "事项类别": "龙头企业产值核定", "年产值（亿元）": output, "日期": "2023-03-01"}


def scale(name: str) -> dict[str, Any]:
    return {"产业链": CHAIN, "企业名称": name, "事项类别": "新增规模企业", "日期": "2023-03-01"}


def listing(stage: str, name: str = "样例企业") -> dict[str, Any]:
    return {"产业链": CHAIN, "企业名称": name, "进展阶段": stage, "日期": "2023-03-01"}


def activity(kind: str, number: int = 1, progress: str = "否") -> dict[str, Any]:
    return {
        "产业链": CHAIN,
        "活动类别": kind,
        "活动名称": f"样例活动{number}",
        "日期": "2023-03-01",
        "是否取得实质性进展": progress,
    }


def news(level: str, number: int = 1) -> dict[str, Any]:
    return {"产业链": CHAIN, "媒体级别": level, "媒体名称": "湖南日报", "报道标题": f"样例报道{number}", "日期": "2023-03-01"}


def score_of(folder: Path, sheet: str, rows: Sequence[dict[str, Any]], leaf: str, **readings: str) -> str:
    return leaf_score(appraised(quarter(**{sheet: rows}), folder, readings), leaf)


# ---------------------------------------------------------------- 三（一）1, 2


def test_efficacy_gives_the_least_three_the_most_five_and_the_others_their_share(tmp_path: Path) -> None:
    facts = quarter()
    # growth: 100%, 0%, 25%, 0%, 0%, 0% on a base of 100 → (0.6 + 0.4 × 25/100) × 5 = 3.5.
    for row, now in zip(facts["市统计局"]["table"], (200, 100, 125, 100, 100, 100), strict=True):
        row["本期产值（万元）"] = now
    result = appraised(facts, tmp_path)
    scores = [leaf_score(result, "1.1.1", chain) for chain in NAMES]
    assert scores == ["5.00", "3.00", "3.50", "3.00", "3.00", "3.00"]


def test_shares_are_of_the_citywide_total_and_only_their_differences_count(tmp_path: Path) -> None:
    facts = quarter()
    # shares 10%, 20%, 17.5% …: (0.6 + 0.4 × 7.5/10) × 5 = 4.5.
    for row, now in zip(facts["市税务局"]["table"], (100, 200, 175, 100, 100, 100), strict=True):
        row["本期税收（万元）"] = now
    result = appraised(facts, tmp_path)
    assert [leaf_score(result, "1.2.2", chain) for chain in list(NAMES)[:3]] == ["3.00", "5.00", "4.50"]


@pytest.mark.parametrize(("option", "expected"), [("full", "5.00"), ("floor", "3.00")])
def test_where_all_chains_are_equal_the_reading_decides(option: str, expected: str, tmp_path: Path) -> None:
    result = appraised(quarter(), tmp_path, {"efficacy_no_spread": option})
    assert {leaf_score(result, leaf, chain) for leaf in ("1.1.1", "1.1.2", "1.2.1", "1.2.2") for chain in NAMES} == {expected}


positive = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), positive, min_size=2), st.fractions(min_value=1, max_value=9))
def test_efficacy_lies_between_three_and_five_and_does_not_depend_on_the_unit(
    values: dict[str, Fraction], factor: Fraction
) -> None:
    earned = BOOK.rule("1.1.1", "electronics").terms[0].points

    def points_of(values: dict[str, Fraction]) -> dict[str, Fraction]:
        places = standings(values, "minmax")
        return {chain: earned.earned(place.value, as_percent=False)[0] for chain, place in places.items()}

    points = points_of(values)
    assert all(3 <= value <= 5 for value in points.values())
    assert max(points.values()) == 5
    assert points_of({chain: value * factor for chain, value in values.items()}) == points


# ---------------------------------------------------------------- 三（一）3, 附2


@pytest.mark.parametrize(
    ("amount", "points"),
    [
        (2, "6.00"), (1.9999, "4.00"), (1.5, "4.00"), (1.4999, "2.00"), (1, "2.00"), (0.9999, "1.00"),
        (0.5, "1.00"), (0.4999, "0.50"), (0.2, "0.50"), (0.1999, "0.00"), (0, "0.00"), (35, "6.00"),
    ],
)  # fmt: skip
def test_each_tier_of_investment_begins_at_its_lower_bound(amount: float, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "市商务局", [project(amount)], "1.3.2") == points


def test_a_project_of_a_top_500_enterprise_earns_one_more(tmp_path: Path) -> None:
    assert score_of(tmp_path, "市商务局", [project(1.2, top500="是")], "1.3.2") == "3.00"


@pytest.mark.parametrize(("option", "points"), [("no", "0.00"), ("yes", "1.00")])
def test_below_the_lowest_tier_the_reading_decides_on_the_bonus(option: str, points: str, tmp_path: Path) -> None:
    rows = [project(0.19, top500="是")]
    assert score_of(tmp_path, "市商务局", rows, "1.3.2", investment_bonus_below_tier=option) == points


def test_tier_points_have_no_cap(tmp_path: Path) -> None:
    rows = [project(2, number, top500="是") for number in range(20)]
    assert score_of(tmp_path, "市商务局", rows, "1.3.2") == "140.00"


@pytest.mark.parametrize(("amount", "points"), [(2, "5.00"), (1.9999, "0.00")])
def test_the_task_is_one_project_of_two_hundred_million(amount: float, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "市商务局", [project(amount), project(amount, 2)], "1.3.1") == points


@pytest.mark.parametrize(("filed", "points"), [("2023-06-30", "6.00"), ("2023-07-01", "0.00"), (None, "0.00")])
def test_a_project_counts_once_it_has_been_filed_by_the_end_of_the_period(
    filed: str | None, points: str, tmp_path: Path
) -> None:
    result = appraised(quarter(市商务局=[project(2, filed=filed)]), tmp_path)
    assert leaf_score(result, "1.3.2") == points
    assert leaf_score(result, "1.3.1") == ("5.00" if points == "6.00" else "0.00")


def test_a_cutoff_after_the_period_lets_later_filings_count(tmp_path: Path) -> None:
    facts = {**quarter(市商务局=[project(2, filed="2023-07-05")]), "填报说明": {"cells": {"数据截止日期": "2023-07-05"}}}
    assert leaf_score(appraised(facts, tmp_path), "1.3.2") == "6.00"


def test_under_the_reading_the_qualifying_project_signed_first_earns_no_tier_points(tmp_path: Path) -> None:
    rows = [
        project(1.5, 1, signed="2023-01-05"),  # 4, does not qualify
        project(3, 2, signed="2023-03-01"),  # 6
        project(2, 3, signed="2023-02-01", top500="是"),  # qualifies first: nothing
        project(9, 4, signed="2023-01-02", filed=None),  # not filed
    ]
    assert score_of(tmp_path, "市商务局", rows, "1.3.2", investment_task_project_in_tiers="no") == "10.00"
    assert score_of(tmp_path, "市商务局", rows, "1.3.2") == "17.00"


# ---------------------------------------------------------------- 三（一）4


@pytest.mark.parametrize(
    ("nature", "done", "points"),
    [
        ("新建", 1000, "0.75"), ("新建", 1200, "0.75"), ("新建", 999, "0.75"), ("新建", 860, "0.65"),  # 0.74925, 0.645 half up
        ("新建", 800, "0.60"), ("新建", 799.99, "0.00"), ("续建", 1000, "0.50"), ("续建", 800, "0.40"), ("续建", 799, "0.00"),
    ],
)  # fmt: skip
def test_a_project_earns_by_the_completion_of_its_plan(nature: str, done: float, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "市发改局", [construction(nature=nature, done=done)], "1.4") == points


@pytest.mark.parametrize(("nature", "points"), [("新建", "1.50"), ("续建", "1.00")])
def test_a_commissioned_project_earns_that_instead_and_needs_no_plan(nature: str, points: str, tmp_path: Path) -> None:
    row = construction(nature=nature, commissioned="是", plan=None, done=None)
    assert score_of(tmp_path, "市发改局", [row], "1.4") == points


def test_under_the_reading_a_commissioned_project_earns_its_plan_too(tmp_path: Path) -> None:
    rows = [construction(commissioned="是", done=900)]  # 1.5 + 0.9 × 0.75 = 2.175
    assert score_of(tmp_path, "市发改局", rows, "1.4", construction_commissioned="add") == "2.18"
    without = [construction(commissioned="是", plan=None, done=None)]
    result = appraised(quarter(市发改局=without), tmp_path, {"construction_commissioned": "add"})
    assert leaf_score(result, "1.4") == "1.50"
    assert [f.code for f in result.findings] == ["W508"]


def test_under_the_reading_the_plan_is_measured_by_the_year_gone_by(tmp_path: Path) -> None:
    rows = [construction(done=450)]  # of 1000 × 2/4: 0.9 × 0.75 = 0.675
    assert score_of(tmp_path, "市发改局", rows, "1.4", construction_plan="prorated") == "0.68"
    assert score_of(tmp_path, "市发改局", rows, "1.4") == "0.00"


@pytest.mark.parametrize(("investment", "points"), [(2000, "0.75"), (1999.99, "0.00")])
def test_a_project_below_twenty_million_earns_nothing(investment: float, points: str, tmp_path: Path) -> None:
    result = appraised(quarter(市发改局=[construction(investment=investment)]), tmp_path)
    assert leaf_score(result, "1.4") == points
    assert [f.code for f in result.findings] == ([] if points == "0.75" else ["N613"])


def test_construction_is_capped_at_fifteen(tmp_path: Path) -> None:
    rows = [{**construction(commissioned="是"), "项目名称": f"样例建设{n}"} for n in range(11)]  # 16.5
    assert score_of(tmp_path, "市发改局", rows, "1.4") == "15.00"


# ---------------------------------------------------------------- 三（二）


def test_scale_and_high_tech_enterprises_earn_half_a_point_each_up_to_five(tmp_path: Path) -> None:
    facts = quarter(
        市统计局=[scale(f"样例规模{n}") for n in range(3)],
        市科技工信局=[technology("高新技术企业", f"样例高新{n}") for n in range(4)],
    )
    assert leaf_score(appraised(facts, tmp_path), "2.1") == "3.50"
    facts = quarter(市统计局=[scale(f"样例规模{n}") for n in range(11)])
    assert leaf_score(appraised(facts, tmp_path), "2.1") == "5.00"


@pytest.mark.parametrize(("option", "points"), [("enterprise_once", "0.50"), ("each_title", "1.00")])
def test_an_enterprise_of_both_titles_counts_as_the_reading_says(option: str, points: str, tmp_path: Path) -> None:
    facts = quarter(市统计局=[scale("样例 企业")], 市科技工信局=[technology("高新技术企业", "样例企业")])
    assert leaf_score(appraised(facts, tmp_path, {"scale_and_hightech": option}), "2.1") == points


@pytest.mark.parametrize(("option", "points"), [("each", "1.00"), ("highest", "0.70")])
def test_a_little_giant_of_both_levels_counts_as_the_reading_says(option: str, points: str, tmp_path: Path) -> None:
    rows = [technology("省级小巨人"), technology("国家级小巨人")]
    assert score_of(tmp_path, "市科技工信局", rows, "2.2", little_giant_both_levels=option) == points


@pytest.mark.parametrize(
    ("stage", "points"), [("上市", "3.00"), ("递交首发上市申请材料", "2.00"), ("辅导报备", "1.00"), ("股改挂牌", "0.50")]
)
def test_each_stage_of_a_listing_earns_its_points(stage: str, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "市金融办", [listing(stage)], "2.3") == points


@pytest.mark.parametrize(("option", "points"), [("each", "1.50"), ("highest", "1.00")])
def test_an_enterprise_of_several_stages_counts_as_the_reading_says(option: str, points: str, tmp_path: Path) -> None:
    rows = [listing("股改挂牌"), listing("辅导报备")]
    assert score_of(tmp_path, "市金融办", rows, "2.3", listing_stages=option) == points


@pytest.mark.parametrize(
    ("output", "points"),
    [
        (10, "5.00"),
        (9.9999, "3.00"),
        (8, "3.00"),
        (7.9999, "2.00"),
        (5, "2.00"),
        (4.9999, "1.00"),
        (3, "1.00"),
        (2.9999, "0.00"),
    ],
)
def test_each_tier_of_output_begins_at_its_lower_bound(output: float, points: str, tmp_path: Path) -> None:
    facts = quarter(市统计局=[certified(output)], 市科技工信局=[technology("龙头企业")])
    assert leaf_score(appraised(facts, tmp_path), "2.4") == points


def test_the_certified_output_goes_before_the_departments_own(tmp_path: Path) -> None:
    facts = quarter(市统计局=[certified(4)], 市科技工信局=[technology("龙头企业", output=12)])
    assert leaf_score(appraised(facts, tmp_path), "2.4") == "1.00"


def test_without_a_certificate_the_own_figure_is_scored_with_a_warning(tmp_path: Path) -> None:
    result = appraised(quarter(市科技工信局=[technology("龙头企业", output=12)]), tmp_path)
    assert leaf_score(result, "2.4") == "5.00"
    assert [f.code for f in result.findings] == ["W505"]


@pytest.mark.parametrize(("category", "points"), [("国家级平台", "5.00"), ("省级平台", "3.00"), ("湘潭市级平台", "2.00")])
def test_each_level_of_platform_earns_its_points(category: str, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "市科技工信局", [technology(category)], "2.5") == points


def test_a_platform_at_two_levels_counts_once_at_the_higher(tmp_path: Path) -> None:
    result = appraised(quarter(市科技工信局=[technology("湘潭市级平台"), technology("省级平台")]), tmp_path)
    assert leaf_score(result, "2.5") == "3.00"
    assert [f.code for f in result.findings] == ["N616"]


# ---------------------------------------------------------------- 三（三）


@pytest.mark.parametrize(
    ("kind", "leaf", "plain", "with_progress"),
    [
        ("招商推介会", "3.1", "1.00", "1.50"), ("外出招商", "3.1", "0.70", "1.20"), ("产销对接会", "3.2", "0.70", "1.00"),
        ("融资对接会", "3.3", "0.70", "1.00"), ("政产学研活动", "3.4", "0.70", "1.00"),
    ],
)  # fmt: skip
def test_an_activity_earns_more_with_substantial_progress(
    kind: str, leaf: str, plain: str, with_progress: str, tmp_path: Path
) -> None:
    assert score_of(tmp_path, "落地办", [activity(kind)], leaf) == plain
    assert score_of(tmp_path, "落地办", [activity(kind, progress="是")], leaf) == with_progress


@pytest.mark.parametrize(
    ("kind", "leaf", "points"),
    [("配套协作活动", "3.2", "0.30"), ("设立或引进产业链扶持基金", "3.3", "2.00"), ("企业获得基金投资", "3.3", "0.30")],
)
def test_other_activities_have_one_rate(kind: str, leaf: str, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "落地办", [activity(kind)], leaf) == points


@pytest.mark.parametrize(
    ("leaf", "kind", "cap"),
    [
        ("3.1", "招商推介会", "4.00"),
        ("3.2", "产销对接会", "2.00"),
        ("3.3", "融资对接会", "2.00"),
        ("3.4", "政产学研活动", "2.00"),
    ],
)
def test_activities_are_capped(leaf: str, kind: str, cap: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "落地办", [activity(kind, number) for number in range(5)], leaf) == cap


# ---------------------------------------------------------------- 三（四）


def basics(folder: Path, **changes: Any) -> Any:
    facts = quarter()
    row = next(row for row in facts["产业链办公室和落地办"]["table"] if row["产业链"] == CHAIN)
    row.update(changes)
    return appraised(facts, folder)


def test_each_map_library_or_pool_not_built_or_not_updated_costs_one_point(tmp_path: Path) -> None:
    assert leaf_score(basics(tmp_path, 全景图="未建立", 资金池="已建立未更新"), "4.1") == "2.00"


def test_not_putting_them_to_work_costs_two(tmp_path: Path) -> None:
    assert leaf_score(basics(tmp_path, **{"是否落实“两图两库两池”工作": "否"}), "4.1") == "2.00"


def test_deductions_stop_at_zero(tmp_path: Path) -> None:
    assert leaf_score(basics(tmp_path, **dict.fromkeys(BASICS, "未建立")), "4.1") == "0.00"
    assert leaf_score(basics(tmp_path, 月报迟报次数=7), "4.2") == "0.00"


def test_late_reports_cost_half_a_point_and_late_tasks_a_fifth(tmp_path: Path) -> None:
    assert leaf_score(basics(tmp_path, 月报迟报次数=2, 交办任务未及时完成次数=3), "4.2") == "1.40"


@pytest.mark.parametrize(("level", "points"), [("中央主流媒体", "3.00"), ("省级媒体", "2.00"), ("湘潭市级媒体", "1.00")])
def test_news_earns_by_the_level_of_the_medium(level: str, points: str, tmp_path: Path) -> None:
    assert score_of(tmp_path, "产业链办公室和落地办", [news(level)], "4.3") == points


def test_news_is_capped_at_three(tmp_path: Path) -> None:
    assert score_of(tmp_path, "产业链办公室和落地办", [news("省级媒体", 1), news("省级媒体", 2)], "4.3") == "3.00"


# ---------------------------------------------------------------- numbers, sums, ranks


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.645", "0.65"), ("1.005", "1.01"), ("2.675", "2.68"), ("0.6449999", "0.64"), ("3", "3.00")]
)
def test_a_leaf_is_rounded_half_up(value: str, rounded: str) -> None:
    assert str(half_up(Fraction(value), 2)) == rounded


@given(st.fractions(min_value=0, max_value=1000))
def test_rounding_is_off_by_at_most_half_a_hundredth_and_never_down_from_the_half(value: Fraction) -> None:
    difference = Fraction(half_up(value, 2)) - value
    assert -Fraction(1, 200) < difference <= Fraction(1, 200)


def test_equal_totals_share_a_rank_and_the_next_is_skipped() -> None:
    assert shared_ranks([Decimal(9), Decimal(7), Decimal(7), Decimal(5)]) == [1, 2, 2, 4]


def test_a_completion_just_below_the_threshold_is_not_shown_as_reaching_it() -> None:
    assert percent(Fraction(79999999, 100000000)) == "79.99"


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        ("0.01504", "1.504"),
        ("0.015", "1.5"),
        ("1/3", "33.33"),
        ("0.800001", "80.0001"),
        ("1", "100"),
        ("-0.00504", "-0.51"),
        ("0", "0"),
    ],
)
def test_a_percentage_does_not_pass_for_a_rounder_one(ratio: str, shown: str) -> None:
    assert percent(Fraction(ratio)) == shown


def test_totals_sections_and_indicators_are_exact_sums_of_published_leaves(tmp_path: Path) -> None:
    result = appraised(quarter(市商务局=[project(1.7)], 市发改局=[construction(done=860)]), tmp_path)
    assert result.scorecard is not None
    for chain in result.scorecard.chains:
        scores = [leaf.score or Decimal(0) for leaf in chain.leaves.values()]
        assert chain.total == sum(scores) == sum(chain.sections.values()) == sum(chain.indicators.values())


def test_all_chains_alike_share_the_first_rank(tmp_path: Path) -> None:
    result = appraised(quarter(), tmp_path)
    assert result.scorecard is not None
    # 20 of efficacy, 4 + 3 of basic work.
    assert [(chain.rank, str(chain.total)) for chain in result.scorecard.chains] == [(1, "27.00")] * 6


def test_the_evidence_capped_floored_and_rounded_is_the_score(tmp_path: Path) -> None:
    facts = quarter(
        市商务局=[project(1.7), project(0.1, 2)],
        落地办=[activity("招商推介会", n) for n in range(6)],
        市发改局=[construction(done=860)],
    )
    result = appraised(facts, tmp_path)
    assert result.scorecard is not None
    for chain in result.scorecard.chains:
        for leaf in chain.leaves.values():
            exact = leaf.start + sum(each.points for each in leaf.evidence)
            exact = min(exact, leaf.cap) if leaf.cap is not None else exact
            exact = max(exact, leaf.floor) if leaf.floor is not None else exact
            assert half_up(exact, 2) == leaf.score


# ---------------------------------------------------------------- drafts


def test_in_a_draft_a_missing_figure_leaves_its_leaf_pending_and_never_zero(tmp_path: Path) -> None:
    facts = quarter()
    row = next(row for row in facts["市统计局"]["table"] if row["产业链"] == CHAIN)
    del row["上年同期产值（万元）"]
    result = appraised(facts, tmp_path, draft=True)
    assert result.scorecard is not None
    electronics = next(chain for chain in result.scorecard.chains if chain.chain == "electronics")
    assert electronics.pending == ("1.1.1",)
    assert electronics.leaves["1.1.2"].score == 5
    assert all(not chain.pending for chain in result.scorecard.chains if chain is not electronics)


def test_in_a_draft_an_unsigned_sheet_leaves_all_its_leaves_pending(tmp_path: Path) -> None:
    facts = quarter(落地办=[activity("招商推介会")])
    facts["落地办"]["sign"] = {"填报人": "样例"}
    result = appraised(facts, tmp_path, draft=True)
    assert result.scorecard is not None
    assert {chain.pending for chain in result.scorecard.chains} == {("3.1", "3.2", "3.3", "3.4")}
    for chain in result.scorecard.chains:  # 5 × 4 of the standings, all alike; 4 + 3 of what nothing is taken off
        assert chain.sections == {"1": 20, "2": 0, "3": None, "4": 7}
        assert (chain.indicators["3.1"], chain.total, chain.rank, chain.grade) == (None, None, None, "")


def test_in_a_draft_an_unsound_row_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    result = appraised(quarter(市商务局=[project(2), project("约3亿", 2)]), tmp_path, draft=True)
    assert leaf_score(result, "1.3.2") == "6.00"
    assert result.scorecard is not None
    chain = next(chain for chain in result.scorecard.chains if chain.chain == "electronics")
    assert [(each.counted, each.why[-1].key) for each in chain.leaves["1.3.2"].evidence] == [
        (True, "step"),
        (False, "unsound"),
    ]


def test_in_a_draft_the_second_of_two_equal_events_is_left_out(tmp_path: Path) -> None:
    result = appraised(quarter(市商务局=[project(2), project(2)]), tmp_path, draft=True)
    assert leaf_score(result, "1.3.2") == "6.00"


def test_in_a_draft_a_leading_enterprise_without_output_leaves_its_leaf_pending(tmp_path: Path) -> None:
    result = appraised(quarter(市科技工信局=[technology("龙头企业")]), tmp_path, draft=True)
    assert leaf_score(result, "2.4") == "None"
    assert [f.code for f in result.findings] == ["E403"]


def test_without_draft_an_error_leaves_no_scorecard(tmp_path: Path) -> None:
    result = appraised(quarter(市商务局=[project("约3亿")]), tmp_path)
    assert result.blocked
    assert result.scorecard is None
