"""Measures: what is worked out from labels, told in words and written as a formula; units and their conversion."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainscore.method.rule.judging import Moment, figures_of
from chainscore.method.rule.measure import Label, MeasureError, Node, UndefinedError, parse_measure
from chainscore.method.rule.reduction import reduced, reduction_formula
from chainscore.method.rule.units import Units, bind

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


def worth(text: str, *rows: Mapping[str, int | str | None]) -> Fraction | None:
    """What a measure comes to, of the first row and of all."""
    figures = [
        lambda label, row=row: Fraction(value) if (value := row.get(label)) is not None else None  # type: ignore[misc]
        for row in rows or ({},)
    ]
    return parse_measure(text).value(figures[0], figures if rows else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 - 3 - 2", 3),
        ("8 / 4 / 2", 1),
        ("8 / (4 / 2)", 4),
        ("2 * 3 + 4 * 5", 26),
        ("-2 * 3", -6),
        ("- (1 + 2)", -3),
        ("2 - -3", 5),
        ("--2", 2),
        ("1 / 3", Fraction(1, 3)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("min(3, 2, 5)", 2),
        ("max(3, 2, 5)", 5),
        ("min(7)", 7),
        ("min(1.2, 6 / 4)", Fraction(6, 5)),
        ("max(0, 3 - 5) * 2", 0),
        ("min(max(1, 2), 3)", 2),
    ],
)
def test_arithmetic_is_exact_and_binds_as_usual(text: str, value: int | Fraction) -> None:
    assert worth(text) == value


def test_labels_are_the_figures_of_the_row() -> None:
    row = {"本期产值（万元）": 110, "上年同期产值（万元）": 100, "Lines on time": 9}
    assert worth("[本期产值（万元）] / [上年同期产值（万元）] - 1", row) == Fraction(1, 10)
    assert worth("[Lines on time] * 2", row) == 18
    assert worth("[ Lines on time ]", row) == 9


def test_or_takes_the_first_that_is_given_and_zero_is_given() -> None:
    assert worth("[a] or [b] or 7", {"a": None, "b": 3}) == 3
    assert worth("[a] or [b]", {"a": 0, "b": 3}) == 0
    assert worth("[a] or [b] or 7", {}) == 7
    assert worth("[a] or [b]", {}) is None
    assert worth("([a] or [b]) + 1", {"b": 3}) == 4


@pytest.mark.parametrize("text", ["[a] + 1", "1 - [a]", "[a] * 0", "0 / [a]", "min([a], 1)", "max(1, [a])", "-[a]"])
def test_what_is_not_given_is_never_zero(text: str) -> None:
    assert worth(text, {"a": None}) is None


ROWS = [{"x": 9, "y": 1}, {"x": 4, "y": 2}, {"x": 7, "y": 3}, {"x": 4, "y": 4}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count()", 4),
        ("sum([x])", 24),
        ("mean([x])", 6),
        ("most([x])", 9),
        ("least([x])", 4),
        ("trimmed([x])", Fraction(11, 2)),  # without one 9 and one of the two 4: (7 + 4) / 2
        ("sum([x]) / sum([y])", Fraction(24, 10)),
        ("sum([x] * [y])", 9 + 8 + 21 + 16),
        ("sum([x]) / count()", 6),
        ("most([x]) - least([x])", 5),
        ("min(10, sum([x]))", 10),
        ("mean(max(5, [x]))", Fraction(9 + 5 + 7 + 5, 4)),
    ],
)
def test_a_reduction_is_what_all_rows_come_to(text: str, value: int | Fraction) -> None:
    assert worth(text, *ROWS) == value


def test_trimmed_leaves_out_the_highest_and_the_lowest_from_three_on() -> None:
    assert worth("trimmed([x])", {"x": 5}) == 5
    assert worth("trimmed([x])", {"x": 5}, {"x": 8}) == Fraction(13, 2)
    assert worth("trimmed([x])", {"x": 5}, {"x": 8}, {"x": 6}) == 6
    assert worth("trimmed([x])", {"x": 5}, {"x": 5}, {"x": 5}) == 5


def test_of_no_rows_the_number_and_the_sum_are_zero_and_the_rest_is_not_given() -> None:
    assert [reduced(name, []) for name in ("count", "sum")] == [0, 0]
    assert [reduced(name, []) for name in ("mean", "most", "least", "trimmed")] == [None] * 4


def test_a_row_without_its_figure_leaves_the_reduction_open() -> None:
    assert worth("sum([x])", {"x": 1}, {"x": None}) is None
    assert worth("count()", {"x": 1}, {"x": None}) == 2


@given(st.lists(NUMBERS, min_size=3, max_size=9))
def test_a_trimmed_mean_lies_between_the_extremes_and_does_not_depend_on_them(values: list[Fraction]) -> None:
    trimmed = reduced("trimmed", values)
    assert trimmed is not None
    assert min(values) <= trimmed <= max(values)
    ordered = sorted(values)
    assert reduced("trimmed", [ordered[0] - 1, *ordered[1:-1], ordered[-1] + 1]) == trimmed


@given(NUMBERS, NUMBERS, NUMBERS)
def test_sums_and_products_are_those_of_fractions(a: Fraction, b: Fraction, c: Fraction) -> None:
    rows = [{"a": str(a), "b": str(b), "c": str(c)}]
    assert worth("[a] + [b] * [c]", *rows) == a + b * c
    assert worth("([a] - [b]) * [c]", *rows) == (a - b) * c
    if b:
        assert worth("[a] / [b] - [c]", *rows) == a / b - c


@pytest.mark.parametrize(
    ("text", "label"), [("1 / [a]", "a"), ("[b] / ([a] * 2)", "a"), ("[b] / [a] or 5", "a"), ("[b] / (1 - 1)", None)]
)
def test_division_by_zero_names_the_figure_that_is_zero(text: str, label: str | None) -> None:
    with pytest.raises(UndefinedError) as caught:
        worth(text, {"a": 0, "b": 1})
    assert caught.value.label == label


def test_elapsed_is_the_share_of_the_year_gone_by() -> None:
    moment = Moment(datetime.date(2023, 6, 30), Fraction(1, 2))
    figures = figures_of({"计划": Decimal(30)}, moment)
    assert parse_measure("[计划] * elapsed").value(figures, ()) == 15


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "+ 1", "(1", "1)", "[a", "a]", "[]", "average([a])", "sum()", "count([a])", "sum([a], [b])", "min()", "1 2", "[a] [b]", "[a] ^ 2", "or 1", "1 or", "min 1", "elapsed()", "1,5", "min(1;2)", "[a] ÷ [b]"],
)  # fmt: skip
def test_what_is_no_measure_is_refused(text: str) -> None:
    with pytest.raises(MeasureError):
        parse_measure(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a] / [b] - 1", "a÷b－1"),
        ("([a] + [b]) * [c]", "（a＋b）×c"),
        ("[a] - ([b] - [c])", "a－（b－c）"),
        ("[a] - [b] - [c]", "a－b－c"),
        ("[a] / ([b] * [c])", "a÷（b×c）"),
        ("[a] or [b]", "a or b"),
        ("min(1.2, [a] / [b])", "min(1.2, a÷b)"),
        ("sum([a]) / count()", "sum(a)÷count()"),
        ("[a] * elapsed", "a×elapsed"),
        ("([a] or [b]) * 2", "（a or b）×2"),
    ],
)
def test_in_words_a_measure_has_the_brackets_that_it_needs(text: str, words: str) -> None:
    assert parse_measure(text).words() == words


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("count()", "件数", "number of rows"),
        ("min(1, count())", "取1与件数的较小值", "the smaller of 1 and number of rows"),
        ("sum([a]) / sum([b])", "a合计÷b合计", "total a ÷ total b"),
        ("mean([a] - [b])", "（a－b）平均值", "mean (a - b)"),
        ("most([a]) - least([a])", "a最大值－a最小值", "highest a - lowest a"),
        ("trimmed([a])", "a去掉一个最高和一个最低后的平均值", "mean a without one highest and one lowest"),
        (
            "max(0, min(0.3, [a] / [b] - 1)) * 100",
            "（取0与（取0.3与a÷b－1的较小值）的较大值）×100",
            "(the larger of 0 and (the smaller of 0.3 and a ÷ b - 1)) × 100",
        ),
        ("min(1, 2, [a])", "取1、2与a的较小值", "the smaller of 1, 2 and a"),
        ("[a] or [b]", "a（没有的取b）", "a (where there is none, b)"),
        ("-[a] * elapsed", "（－a）×本年已过的比例", "(-a) × share of the year gone by"),
    ],
)
def test_people_are_told_functions_by_what_they_do(text: str, zh: str, en: str) -> None:
    assert (parse_measure(text).told("zh"), parse_measure(text).told("en")) == (zh, en)


def test_figures_stand_in_the_place_of_their_labels_and_nowhere_else() -> None:
    # A label that is a word of the sentence too is not replaced within it.
    told = parse_measure("mean([平均]) / [平均值]").told("zh", {"平均": "3", "平均值": "5"}.__getitem__)
    assert told == "3平均值÷5"


def cell(node: Node) -> str:
    return {"a": "B2", "b": "C2"}.get(node.label, "Z9") if isinstance(node, Label) else "R1"


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("[a] / [b] - 1", "((B2/C2)-1)"),
        ("[a] or [b] or 3", "IF(ISNUMBER(B2),B2,IF(ISNUMBER(C2),C2,3))"),
        ("min(1.2, [a])", "MIN(1.2,B2)"),
        ("max(0, [a] - [b])", "MAX(0,(B2-C2))"),
        ("sum([a]) / count()", "(R1/R1)"),
        ("[a] * elapsed", "(B2*R1)"),
    ],
)
def test_as_an_excel_formula_every_operation_has_its_brackets(text: str, formula: str) -> None:
    assert parse_measure(text).formula(cell) == formula


def test_reductions_as_formulas_pass_over_rows_that_do_not_take_part() -> None:
    formulas = {name: reduction_formula(name, "A1:A9") for name in ("count", "sum", "mean", "most", "least")}
    assert formulas == {
        "count": "SUM(A1:A9)",
        "sum": "SUM(A1:A9)",
        "mean": "AVERAGE(A1:A9)",
        "most": 'IF(COUNT(A1:A9)>0,MAX(A1:A9),"")',
        "least": 'IF(COUNT(A1:A9)>0,MIN(A1:A9),"")',
    }
    assert reduction_formula("trimmed", "A1:A9") == (
        "IF(COUNT(A1:A9)>2,(SUM(A1:A9)-MAX(A1:A9)-MIN(A1:A9))/(COUNT(A1:A9)-2),AVERAGE(A1:A9))"
    )


# ---------------------------------------------------------------- units

UNITS = Units({"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(10**8), "亩": Decimal(1), "公顷": Decimal(15)})
UNIT_OF = {"元": "元", "万": "万元", "亿": "亿元", "亩": "亩", "公顷": "公顷", "次": None}


def bound(text: str, **row: int) -> tuple[Fraction | None, str | None]:
    """What a measure with conversions comes to, and its unit."""
    node, unit = bind(parse_measure(text), UNIT_OF.__getitem__, UNITS)
    figures = {label: Fraction(value) for label, value in row.items()}
    return node.value(figures.get, [figures.get]), unit


def test_a_unit_worth_one_begins_a_dimension() -> None:
    assert UNITS.factor("亿元", "万元") == 10_000
    assert UNITS.factor("万元", "亿元") == Fraction(1, 10_000)
    assert UNITS.factor("公顷", "亩") == 15
    assert UNITS.factor("万元", "亩") is None
    assert UNITS.factor("元", "亩") is None
    assert UNITS.factor("磅", "磅") == 1
    assert UNITS.factor("磅", "元") is None


def test_amounts_are_added_and_compared_in_the_unit_of_the_first() -> None:
    assert bound("[亿] + [万]", 亿=1, 万=5000) == (Fraction(3, 2), "亿元")
    assert bound("[万] - [亿]", 亿=1, 万=5000) == (-5000, "万元")
    assert bound("min([亿], [万])", 亿=1, 万=5000) == (Fraction(1, 2), "亿元")
    assert bound("[亿] or [万]", 万=5000) == (Fraction(1, 2), "亿元")
    assert bound("sum([亿] + [万])", 亿=1, 万=5000) == (Fraction(3, 2), "亿元")


def test_numbers_of_the_rulebook_take_the_unit_of_what_they_stand_with() -> None:
    assert bound("max(0, [亿] - 2)", 亿=3) == (1, "亿元")
    assert bound("[亿] * 2", 亿=3) == (6, "亿元")


def test_amounts_of_one_dimension_divided_are_a_plain_ratio() -> None:
    assert bound("[亿] / [万]", 亿=1, 万=5000) == (2, None)
    assert bound("[万] / [亿] - 1", 亿=1, 万=5000) == (Fraction(-1, 2), None)
    assert bound("[公顷] / [亩]", 公顷=2, 亩=15) == (2, None)


def test_amounts_of_two_dimensions_divided_or_multiplied_have_a_unit_of_their_own() -> None:
    assert bound("[万] / [亩]", 万=60, 亩=3) == (20, "万元/亩")
    assert bound("1 / [亩]", 亩=4) == (Fraction(1, 4), "1/亩")
    assert bound("[万] * [亩]", 万=2, 亩=3) == (6, "万元·亩")
    assert bound("[次] / [亩]", 次=8, 亩=4) == (2, "1/亩")
    assert bound("[万] / [次]", 万=8, 次=4) == (2, "万元")


@pytest.mark.parametrize(
    "text",
    [
        "[万] + [亩]",
        "[亩] - [元]",
        "min([万], [公顷])",
        "[万] or [亩]",
        "[万] + [次]",
        "[万] / [亩] + [万]",
        "sum([万] + [亩])",
    ],
)
def test_amounts_of_two_dimensions_are_never_added_or_compared(text: str) -> None:
    with pytest.raises(MeasureError) as caught:
        bind(parse_measure(text), UNIT_OF.__getitem__, UNITS)
    assert caught.value.key == "units"


def test_a_conversion_is_part_of_the_formula_and_not_of_the_words() -> None:
    node, _ = bind(parse_measure("[亿] + [万]"), UNIT_OF.__getitem__, UNITS)
    assert node.words() == "亿＋万"
    assert node.formula(lambda each: each.words()) == "(亿+(万/10000))"
    node, _ = bind(parse_measure("[亩] + [公顷]"), UNIT_OF.__getitem__, UNITS)
    assert node.formula(lambda each: each.words()) == "(亩+(公顷*15))"


@given(NUMBERS, NUMBERS)
def test_a_sum_is_the_same_amount_in_whichever_unit(wan: Fraction, yi: Fraction) -> None:
    row = {"万": wan, "亿": yi}
    one, _ = bind(parse_measure("[亿] + [万]"), UNIT_OF.__getitem__, UNITS)
    other, _ = bind(parse_measure("[万] + [亿]"), UNIT_OF.__getitem__, UNITS)
    first, second = one.value(row.get, ()), other.value(row.get, ())
    assert first is not None
    assert first * 10_000 == second
