"""The parts of a sentence: conditions, points, standings, and what they make of a row."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chainscore.method.loading import rulebook_of
from chainscore.method.rule.condition import Condition, ConditionError, parse_conditions
from chainscore.method.rule.judging import Moment, judge_row, measure_object
from chainscore.method.rule.points import Points, parse_points
from chainscore.method.rule.standing import equal_formula, standing_formula, standings
from chainscore.words.bilingual import Bilingual
from tests.support.rulebooks import changed, made

NOW = datetime.date(2023, 6, 30)
MOMENT = Moment(NOW, Fraction(1, 2))
TENTHS = st.integers(-200, 200).map(lambda number: Fraction(number, 10))


# ---------------------------------------------------------------- conditions


def condition(told: Any) -> Condition:
    (found,) = parse_conditions({"x": told})
    return found


@pytest.mark.parametrize(
    ("told", "holds", "fails"),
    [
        (">=2", ["2", "2.0", "3"], ["1.9999", "-2"]),
        ("> 2", ["2.0001"], ["2", "1"]),
        ("<=0.2", ["0.2", "0"], ["0.20001"]),
        ("<-1.5", ["-2"], ["-1.5", "0"]),
        (2, ["2", "2.00"], ["2.01"]),
        ([1, 2.5], ["1", "2.5"], ["2"]),
    ],
)
def test_a_number_is_compared_exactly(told: Any, holds: list[str], fails: list[str]) -> None:
    told = [Decimal(str(each)) for each in told] if isinstance(told, list) else told
    assert all(condition(told).holds(Decimal(each), NOW) for each in holds)
    assert not any(condition(told).holds(Decimal(each), NOW) for each in fails)


def test_now_is_the_day_itself_too() -> None:
    days = [datetime.date(2023, 6, 29), NOW, datetime.date(2023, 7, 1)]
    assert [condition("<=now").holds(day, NOW) for day in days] == [True, True, False]
    assert [condition("<now").holds(day, NOW) for day in days] == [True, False, False]
    assert [condition(">=now").holds(day, NOW) for day in days] == [False, True, True]


def test_a_value_is_compared_as_people_read_it() -> None:
    assert condition("ISO 9001").holds("iso9001", NOW)
    assert condition(["新建", "续建"]).holds(" 续 建", NOW)
    assert not condition(["新建", "续建"]).holds("改建", NOW)


def test_a_blank_holds_for_blank_alone() -> None:
    for told in (">=0", "<=now", "是", ["是"], "filled"):
        assert not condition(told).holds(None, NOW)
    assert condition("blank").holds(None, NOW)
    assert not condition("blank").holds("x", NOW)
    assert condition("filled").holds(Decimal(0), NOW)


def test_a_condition_may_carry_a_remark_and_a_label_several_conditions() -> None:
    told = {"x": [{"is": "filled", "remark": "unfiled"}, {"is": "<=now", "remark": "late"}], "y": {"is": ["a", "b"]}}
    found = list(parse_conditions(told))
    assert [(each.label, each.test, each.remark) for each in found] == [
        ("x", "filled", "unfiled"),
        ("x", "<=", "late"),
        ("y", "is", ""),
    ]
    assert found[2].values == ("a", "b")


@pytest.mark.parametrize(
    "told", [True, None, "", [], {}, {"remark": "x"}, {"is": 1, "to": 2}, ">=", ">=x", "<=tomorrow", [[1]], 1.5]
)
def test_what_is_no_condition_is_refused(told: Any) -> None:
    with pytest.raises(ConditionError):
        condition(told)


@pytest.mark.parametrize(
    ("told", "zh", "en", "formula"),
    [
        (">=2", "x≥2", "x ≥ 2", "IF(ISNUMBER(A1),A1>=B1,FALSE)"),
        ("<now", "x<考核期末", "x < the period’s end", "IF(ISNUMBER(A1),A1<B1,FALSE)"),
        ("filled", "x已填", "x filled in", 'A1<>""'),
        ("blank", "x空白", "x blank", 'A1=""'),
        ("是", "x＝是", "x = 是", 'A1="是"'),
        (["a", 'b"c'], 'x＝a/b"c', 'x = a/b"c', 'OR(A1="a",A1="b""c")'),
        (2, "x＝2", "x = 2", "A1=2"),
    ],
)
def test_a_condition_is_told_in_each_language_and_is_a_formula(told: Any, zh: str, en: str, formula: str) -> None:
    assert (condition(told).told("zh"), condition(told).told("en")) == (zh, en)
    assert condition(told).formula("A1", "B1") == formula


# ---------------------------------------------------------------- points


def points(told: Any) -> Points:
    problems: list[Any] = []
    found = parse_points(told, problems)
    assert not problems
    return found


def earned(told: Any, *values: str) -> list[str]:
    return [str(points(told).earned(Fraction(value), as_percent=False)[0]) for value in values]


D = Decimal


def test_steps_include_their_lower_bound_and_the_highest_reached_counts() -> None:
    told = {"steps": [[2, 6], [D("1.5"), 4], [1, 2], [D("0.5"), 1], [D("0.2"), D("0.5")]]}
    values = ["0", "0.1999", "0.2", "0.4999", "0.5", "1", "1.4999", "1.5", "1.9999", "2", "200"]
    assert earned(told, *values) == ["0", "0", "1/2", "1/2", "1", "2", "2", "4", "4", "6", "6"]


def test_steps_may_be_written_from_below_too() -> None:
    assert earned({"steps": [[1, 2], [2, 6]]}, "0.9", "1", "2") == ["0", "2", "6"]


def test_up_to_includes_its_upper_bound_and_above_is_all_the_rest() -> None:
    told = {"up_to": [[50, 25], [200, 20], [500, 10]], "above": 1}
    assert earned(told, "-1", "50", "50.0001", "200", "201", "500", "500.01") == ["25", "25", "20", "20", "10", "10", "1"]
    assert earned({"up_to": [[50, 25]]}, "50", "51") == ["25", "0"]


def test_a_step_may_be_linear_and_so_may_above() -> None:
    told = {"steps": [[D("0.8"), {"per": D("0.75")}]]}
    assert earned(told, "0.7999", "0.8", "1") == ["0", "3/5", "3/4"]
    told = {"up_to": [[0, 10]], "above": {"at_0": 10, "per": D("-0.5")}}
    assert earned(told, "0", "1", "30") == ["10", "19/2", "-5"]


def test_linear_points_start_at_0_and_count_from_a_base() -> None:
    assert earned({"at_0": 3, "per": 2}, "0", "1", "0.5", "-2") == ["3", "5", "4", "-1"]
    assert earned({"per": 2, "base": 100}, "100", "101.5", "99") == ["0", "3", "-2"]
    assert earned({"at_0": 60, "per": D("-0.5"), "base": 10}, "10", "12") == ["60", "59"]
    assert earned(7, "0", "99") == ["7", "7"]


def test_a_match_is_by_name_and_what_is_not_named_earns_nothing() -> None:
    told = points({"match": {"上市": 3, "ISO 9001": 5, "未建立": -1}})
    found = [told.earned(value, as_percent=False) for value in ("上市", "iso9001", "未建立", "其他")]
    assert [(each, reached) for each, _, reached in found] == [(3, True), (5, True), (-1, True), (0, False)]


@given(st.lists(st.tuples(TENTHS, TENTHS), min_size=1, max_size=6, unique_by=lambda each: each[0]), TENTHS)
def test_a_figure_earns_by_the_highest_step_that_it_reaches(steps: list[tuple[Fraction, Fraction]], value: Fraction) -> None:
    ordered = sorted(steps)
    told = {"steps": [[D(str(float(bound))), D(str(float(worth)))] for bound, worth in ordered]}
    expected = [worth for bound, worth in ordered if bound <= value][-1:] or [Fraction(0)]
    assert points(told).earned(value, as_percent=False)[0] == expected[0]
    mirrored = {"up_to": [[-bound, worth] for bound, worth in told["steps"]][::-1]}
    assert points(mirrored).earned(-value, as_percent=False)[0] == expected[0]


@pytest.mark.parametrize(
    ("told", "formula"),
    [
        (5, "points.at_0"),
        ({"per": 10}, "points.per*X"),
        ({"at_0": 3, "per": 2, "base": 1}, "points.at_0+points.per*(X-points.base)"),
        ({"match": {"a": 1, "b": 2}}, 'IF(X="a",match.0,IF(X="b",match.1,0))'),
        (
            {"steps": [[2, 6], [1, {"per": 2}]]},
            "IF(X>=step.0.bound-(1+ABS(step.0.bound))*1E-13,step.0.at_0,IF(X>=step.1.bound-(1+ABS(step.1.bound))*1E-13,step.1.per*X,0))",
        ),
        ({"up_to": [[0, 5]], "above": 1}, "IF(X<=step.0.bound+(1+ABS(step.0.bound))*1E-13,step.0.at_0,step.1.at_0)"),
    ],
)
def test_as_a_formula_points_refer_to_a_cell_for_each_number(told: Any, formula: str) -> None:
    assert points(told).formula("X", ".".join) == formula
    named = {".".join(line.place) for line in points(told).lines()}
    assert set(re.findall(r"(?:points|match|step)\.[\w.]+", formula)) == named


def test_what_was_entered_and_not_worked_out_is_held_against_the_bound_itself() -> None:
    assert points({"steps": [[2, 6]]}).formula("X", ".".join, worked_out=False) == "IF(X>=step.0.bound,step.0.at_0,0)"


# ---------------------------------------------------------------- standings


def standing(against: Any, *values: str, lowest_first: bool = False) -> list[str]:
    found = standings({str(at): Fraction(value) for at, value in enumerate(values)}, against, lowest_first)
    return [str(each.value) for each in found.values()]


def test_minmax_goes_from_0_to_1() -> None:
    assert standing("minmax", "10", "20", "15", "12.5") == ["0", "1", "1/2", "1/4"]
    assert standing("minmax", "-3", "1") == ["0", "1"]


def test_ranks_are_shared_by_equals_and_the_next_is_skipped() -> None:
    assert standing("rank", "30", "20", "20", "10") == ["1", "2", "2", "4"]
    assert standing("rank", "30", "20", "20", "10", lowest_first=True) == ["4", "2", "2", "1"]
    assert standing("rank", "1/3", "0.3333", "1/3") == ["1", "3", "1"]


def test_a_zscore_is_by_the_deviation_of_all_objects() -> None:
    # Mean 5, deviations -3 -1 1 3: the population's variance is (9 + 1 + 1 + 9) / 4 = 5, not 20 / 3.
    found = [Fraction(each) for each in standing("zscore", "2", "4", "6", "8")]
    assert [round(float(each), 6) for each in found] == [-1.341641, -0.447214, 0.447214, 1.341641]
    assert standing("zscore", "1", "3") == ["-1", "1"]


def test_against_the_mean_is_a_quotient() -> None:
    assert standing("mean", "2", "4", "6") == ["1/2", "1", "3/2"]
    assert standing("mean", "-1", "1") == ["1", "1"]


@pytest.mark.parametrize(("against", "value"), [("minmax", "1"), ("rank", "1"), ("zscore", "0"), ("mean", "1"), ("value", "7")])
def test_objects_that_are_all_equal_stand_alike_and_are_told_so(against: Any, value: str) -> None:
    found = standings({"a": Fraction(7), "b": Fraction(7)}, against)
    assert [(str(each.value), each.equal) for each in found.values()] == [(value, True), (value, True)]
    assert not any(each.equal for each in standings({"a": Fraction(7), "b": Fraction(8)}, against).values())


@given(st.lists(TENTHS, min_size=2, max_size=8), st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_ones(values: list[Fraction], lowest: bool) -> None:
    found = standings({str(at): value for at, value in enumerate(values)}, "rank", lowest)
    for at, value in enumerate(values):
        better = sum(other < value if lowest else other > value for other in values)
        assert found[str(at)].value == 1 + better


@given(st.lists(TENTHS, min_size=2, max_size=8), TENTHS, st.integers(1, 50))
def test_minmax_and_zscore_do_not_depend_on_unit_and_origin(values: list[Fraction], shift: Fraction, scale: int) -> None:
    assume(len(set(values)) > 1)
    named = {str(at): value for at, value in enumerate(values)}
    moved = {name: value * scale + shift for name, value in named.items()}
    for name in named:
        assert standings(named, "minmax")[name] == standings(moved, "minmax")[name]
        difference = standings(named, "zscore")[name].value - standings(moved, "zscore")[name].value
        assert abs(difference) < Fraction(1, 10**40)


def test_standings_as_formulas() -> None:
    # Doubles that were worked out are off by some 1e-16 of their size: equals are those within 1e-13.
    alike, share = equal_formula("B2:B9"), "(B2-MIN(B2:B9))/(MAX(B2:B9)-MIN(B2:B9))"
    assert alike == "MAX(B2:B9)-MIN(B2:B9)<=(1+ABS(MAX(B2:B9)))*1E-13"
    assert standing_formula("minmax", "B2", "B2:B9", False) == f"IF({alike},1,{share})"
    assert standing_formula("rank", "B2", "B2:B9", False) == '1+COUNTIF(B2:B9,">"&B2+(1+ABS(B2))*1E-13)'
    assert standing_formula("rank", "B2", "B2:B9", True) == '1+COUNTIF(B2:B9,"<"&B2-(1+ABS(B2))*1E-13)'
    mean = "IF(ABS(AVERAGE(B2:B9))<=(1+ABS(MAX(B2:B9)))*1E-13,1,B2/AVERAGE(B2:B9))"
    assert standing_formula("mean", "B2", "B2:B9", False) == mean
    assert standing_formula("value", "B2", "B2:B9", False) == "B2"
    assert equal_formula("B2:B9") in standing_formula("zscore", "B2", "B2:B9", False)


# ---------------------------------------------------------------- a sentence and a row


def term_of(leaf: str, *changes: tuple[str, str], index: int = 0, group: str = "东") -> Any:
    return made(changed(*changes)).rules[leaf, group].terms[index]


def test_a_row_earns_the_points_of_what_is_measured_in_converted_units() -> None:
    rate = term_of("1.1.1")
    row = {"完成投资（亿元）": Decimal("0.9"), "计划投资（万元）": Decimal(10_000)}
    assert judge_row(rate, row, MOMENT).points == 9
    assert judge_row(rate, row | {"完成投资（亿元）": Decimal(2)}, MOMENT).points == 12
    assert rate.as_percent


def test_a_row_for_which_a_condition_does_not_hold_earns_nothing_and_says_which() -> None:
    term = term_of("1.1.3", index=1)
    row = {"投资额（亿元）": Decimal(2), "备案日期": NOW}
    assert judge_row(term, row, MOMENT).points == 6
    late = judge_row(term, row | {"备案日期": datetime.date(2023, 7, 1)}, MOMENT)
    assert (late.holds, late.points, late.failed) == (False, 0, 1)
    assert late.why[0].values["condition"] == Bilingual("备案日期≤2023-06-30", "备案日期 ≤ 2023-06-30")
    small = judge_row(term, row | {"投资额（亿元）": Decimal("0.09")}, MOMENT)
    assert small.remarks == (("small", "投资额（亿元）"),)


def test_a_figure_that_is_not_given_leaves_the_points_open_and_zero_does_not_divide() -> None:
    rate = term_of("1.1.1")
    assert judge_row(rate, {"完成投资（亿元）": None, "计划投资（万元）": Decimal(1)}, MOMENT).points is None
    zero = judge_row(rate, {"完成投资（亿元）": Decimal(1), "计划投资（万元）": Decimal(0)}, MOMENT)
    assert (zero.points, zero.undefined) == (None, "计划投资（万元）")


def test_a_condition_on_the_column_of_objects_is_by_any_of_their_names() -> None:
    term = term_of("2.2", ('measure = "[事故数]"', 'where = { "乡镇" = ["甲镇", "b"] }\nmeasure = "[事故数]"'))
    row = {"事故数": Decimal(0)}
    assert [judge_row(term, {**row, "乡镇": chain}, MOMENT).points for chain in ("a", "b", "c")] == [5, 5, 0]


def test_points_limits_and_measures_may_depend_on_the_group() -> None:
    book = made(changed())
    rules = [book.rule("2.1", chain) for chain in ("a", "b", "c")]
    assert [rule.cap for rule in rules] == [10, 11, 10]
    assert [rule.terms[0].points.linear.per for rule in rules] == [1, D("1.1"), 1]  # type: ignore[union-attr]
    measure = 'measure = { group = { "东" = "mean([评分])", "西" = "sum([评分])" } }'
    book = made(changed(('measure = "trimmed([评分])"', measure)))
    assert [book.rule("2.1", chain).terms[0].words() for chain in ("a", "b")] == ["mean(评分)", "sum(评分)"]


def test_a_number_may_depend_on_a_reading() -> None:
    for option, worth in (("none", D(1)), ("half", D("0.5"))):
        book = rulebook_of(changed().encode(), "towns.toml", {"late_projects": option})
        assert dict(book.rules["1.1.3", "东"].terms[2].points.match)["服务业"] == worth


def test_a_reduction_of_no_rows_knows_the_labelled_cells_and_the_share_of_the_year() -> None:
    cell = 'name = "招商局"\ncells = [{ label = "目标件数", type = "count", unit = "件" }]\n'
    changes = (('name = "招商局"\n', cell), ('measure = "trimmed([评分])"', 'measure = "count() / [目标件数] + elapsed"'))
    term = term_of("2.1", *changes)
    assert measure_object(term, [], MOMENT, {"目标件数": Decimal(4)}) == (Fraction(1, 2), None)
    rows = [{"目标件数": Decimal(4)}] * 3
    assert measure_object(term, rows, MOMENT) == (Fraction(5, 4), None)
    assert measure_object(term, [], MOMENT, {"目标件数": None}) == (None, None)
    assert measure_object(term, [], MOMENT, {"目标件数": Decimal(0)}) == (None, "目标件数")
