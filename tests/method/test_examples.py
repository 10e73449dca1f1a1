"""Examples beside the rules: they hold, or the leaf is told with what it should earn and what it does."""

from __future__ import annotations

import pytest

from chainscore.method.loading import rulebook_of
from tests.support.rulebooks import changed, mistakes_in

AFTER = {
    "1.1.1": "points = { per = 10 }\n",
    "1.1.2": "points = { steps = [[1, 10], [2, 8], [3, 6]] }\n",
    "1.1.3": "none = 1, half = 0.5 } } } },\n]\n",
    "2.1": 'cap = { group = { "东" = 10, "西" = 11 } }\n',
    "2.2": "above = 0 }\n",
}
"""Leaf → the last of its own text."""
TASK = 'skip_first = { by = "签约日期", where = { "投资额（亿元）" = ">=2" } }'
LOOKUP = 'lookup = { of = "统计局.ledger", take = "核定额（亿元）", as = "核定" }'
TIERS = 'measure = "[投资额（亿元）]", points = { steps = [[2, 6], [1, { per = 2 }]] }'


def told(leaf: str, example: str, *changes: tuple[str, str]) -> list[str]:
    """What is said of an example of a leaf."""
    text = AFTER[leaf]
    return [
        each.message("en")
        for each in mistakes_in(changed(*changes, (text, f"{text}[[indicators.leaves.examples]]\n{example}\n")))
    ]


HOLD = [
    # 0.9 亿元 of 10,000 万元 = 90 %; at most 1.2, and the leaf's cap is 10.
    ("1.1.1", 'rows = [{ "完成投资（亿元）" = 0.9, "计划投资（万元）" = 10_000 }]\npoints = 9'),
    ("1.1.1", 'rows = [{ "完成投资 (亿元)" = 2, "计划投资（万元）" = 10000 }]\npoints = 10'),
    # 1/3 of the plan: 3.33 as it is published.
    ("1.1.1", 'rows = [{ "完成投资（亿元）" = 1, "计划投资（万元）" = 30_000 }]\npoints = 3.33'),
    # A basis of 1; 6 for 2 亿元 and 2 for industry; 2 × 1.5 and 1 for a service.
    ("1.1.3", "rows = []\npoints = 1"),
    ("1.1.3", 'rows = [{ "投资额（亿元）" = 2, "备案日期" = 2023-05-06, "类别" = "工业", "项目名称" = "一" }]\npoints = 9'),
    ("1.1.3", 'rows = [{ "投资额（亿元）" = 1.5, "备案日期" = "2023-05-06", "类别" = "服务业" }]\npoints = 5'),
    # One name counts once, where it earns most; rows without a name are each their own.
    ("1.1.3", 'rows = [{ "项目名称" = "一", "类别" = "工业" }, { "项目名称" = "一 ", "类别" = "服务业" }]\npoints = 3'),
    ("1.1.3", 'rows = [{ "类别" = "工业" }, { "类别" = "服务业" }]\npoints = 4'),
    # Filed after the period that is named, and before it.
    ("1.1.3", 'period = "2023Q1"\nrows = [{ "投资额（亿元）" = 2, "备案日期" = 2023-05-06, "类别" = "其他" }]\npoints = 1'),
    ("1.1.3", 'period = "2023年第二季度"\nrows = [{ "投资额（亿元）" = 2, "备案日期" = 2023-05-06, "类别" = "其他" }]\npoints = 7'),
    # Without the highest and the lowest; in the other group × 1.1 with a higher cap.
    ("2.1", 'rows = [{ "评分" = 9 }, { "评分" = 6 }, { "评分" = 8 }]\npoints = 8'),
    ("2.1", 'group = "西"\nrows = [{ "评分" = 9 }, { "评分" = 6 }, { "评分" = 8 }]\npoints = 8.8'),
    ("2.1", 'group = "西"\nrows = [{ "评分" = 12 }]\npoints = 11'),
    ("2.2", 'rows = [{ "事故数" = 2 }]\npoints = 3'),
    ("2.2", 'rows = [{ "of" = "统计局", "事故数" = 3 }]\npoints = 0'),
    ("2.2", 'rows = [{ "of" = "统计局.table", "乡镇" = "甲镇", "事故数" = 0 }]\npoints = 5\ntext = "没有事故"'),
]  # fmt: skip


@pytest.mark.parametrize(("leaf", "example"), HOLD)
def test_an_example_that_holds_is_nothing_to_tell(leaf: str, example: str) -> None:
    assert told(leaf, example) == []


@pytest.mark.parametrize(("leaf", "example"), [each for each in HOLD if "points = 0" not in each[1]])
def test_the_same_example_with_other_points_does_not_hold(leaf: str, example: str) -> None:
    (message,) = told(leaf, example.replace("points = ", "points = 10"))
    assert message.startswith(f"the example of {leaf} should earn 10")


def test_what_an_example_should_earn_and_does_is_told_at_its_points() -> None:
    text = changed((AFTER["2.2"], AFTER["2.2"] + '[[indicators.leaves.examples]]\nrows = [{ "事故数" = 2 }]\npoints = 4\n'))
    (mistake,) = mistakes_in(text)
    assert mistake.code == "R030"
    assert mistake.message("zh") == "2.2 的例子写明得 4，按规则算出 3"
    assert mistake.message("en") == "the example of 2.2 should earn 4; by the rule it earns 3"
    assert text.splitlines()[mistake.line - 1] == "points = 4"  # type: ignore[operator]


def test_an_example_whose_figure_is_missing_earns_nothing_that_could_be_told() -> None:
    assert told("2.2", "rows = []\npoints = 5") == ["the example of 2.2 should earn 5; by the rule it earns —"]


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ('rows = [{ "事故" = 2 }]\npoints = 4', "“统计局” has no “事故”; the nearest is “事故数”"),
        ('rows = [{ "事故数" = "two" }]\npoints = 4', "“two” is wrong here; wanted: number"),
        ('rows = [{ "of" = "统计", "事故数" = 2 }]\npoints = 4', "there is no sheet “统计”; the nearest is “统计局”"),
        ('group = "南"\nrows = [{ "事故数" = 2 }]\npoints = 4', "there is no group “南”"),
        ('period = "Q9"\nrows = [{ "事故数" = 2 }]\npoints = 4', "“Q9” is wrong here; wanted: period such as 2023Q2"),
        ('rows = [{ "事故数" = 2 }]', "“points” is missing"),
        ('rows = [{ "事故数" = 2 }]\npoint = 3\npoints = 3', "there is no key “point” here; the nearest is “points”"),
        ("rows = 3\npoints = 3", "“3” is wrong here; wanted: list"),
    ],
)
def test_what_is_wrong_in_an_example_is_told(example: str, message: str) -> None:
    found = told("2.2", example)
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_choice_that_there_is_not_and_a_date_that_is_none() -> None:
    found = told("1.1.3", 'rows = [{ "类别" = "农业", "备案日期" = "May" }]\npoints = 1')
    assert len(found) == 2


def test_the_project_that_is_signed_first_earns_nothing_where_the_rule_says_so() -> None:
    change = (TIERS, f"{TIERS}, {TASK}")
    rows = [f'{{ "投资额（亿元）" = {amount}, "签约日期" = 2023-0{month}-01, "备案日期" = 2023-05-06, "类别" = "其他" }}' for amount, month in ((3, 4), (2, 3), (1, 1))]  # fmt: skip
    # The basis, 6 for 3 亿元 and 2 for 1 亿元; that of 2 亿元 was signed before the other that qualifies.
    assert told("1.1.3", f"rows = [{', '.join(rows)}]\npoints = 9", change) == []


def test_a_figure_that_another_sheet_gives_names_its_sheet() -> None:
    ledger = """
[sheets.ledger]
title = "核定"
name = "项目"
columns = [
  { label = "乡镇", type = "object" },
  { label = "项目", type = "text" },
  { label = "核定额（亿元）", type = "amount", unit = "亿元" },
]

[[sheets]]
name = "招商局"
"""
    changes = (
        (TIERS, TIERS.replace("[投资额（亿元）]", "[核定] or [投资额（亿元）]") + f", {LOOKUP}"),
        ('\n[[sheets]]\nname = "招商局"\n', ledger),
    )
    own = '{ "项目名称" = "一", "投资额（亿元）" = 1, "备案日期" = 2023-05-06, "类别" = "其他" }'
    other = '{ of = "统计局.ledger", "项目" = "一", "核定额（亿元）" = 2.5 }'
    assert told("1.1.3", f"rows = [{own}]\npoints = 3", *changes) == []
    assert told("1.1.3", f"rows = [{own}, {other}]\npoints = 7", *changes) == []


def test_an_example_of_a_standing_is_that_of_the_only_object() -> None:
    assert told("1.1.2", 'rows = [{ "完成投资（亿元）" = 1, "用地（公顷）" = 7 }]\npoints = 10') == []


def test_a_wrong_rule_is_told_and_not_its_examples_too() -> None:
    found = told("2.2", 'rows = [{ "事故数" = 2 }]\npoints = 4', ('measure = "[事故数]"\npoints', 'measure = "[事故]"\npoints'))
    assert [each[:30] for each in found] == ["“统计局” has no “事故”; the nearest"]


def test_examples_are_of_the_default_readings() -> None:
    text = AFTER["1.1.3"]
    text = changed((text, f'{text}[[indicators.leaves.examples]]\nrows = [{{ "类别" = "服务业" }}]\npoints = 2\n'))
    assert mistakes_in(text) == ()
    assert rulebook_of(text.encode(), "x", {"late_projects": "half"}).chosen == {"late_projects": "half"}
