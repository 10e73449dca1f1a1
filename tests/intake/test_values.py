"""What a cell means, value by value: nothing raises, everything in a form of the contract comes back as it was meant."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chainscore.intake.values import (
    CellError,
    CellValue,
    ChainNames,
    Reading,
    Uncalculated,
    is_blank,
    number_of,
    plain,
    read_amount,
    read_choice,
    read_count,
    read_date,
    read_text,
    shown,
)
from chainscore.words.folding import fold
from tests.support.workbooks import BOOK, CHAINS, IDS

LARGEST = Decimal(10) ** 15
NAMES = ChainNames(((c.id, c.name, (c.short_name, c.id, *c.aliases)) for c in BOOK.chains), "产业链")


def amount(raw: CellValue, unit: str = "亿元") -> Reading[Decimal]:
    return read_amount(raw, unit, BOOK.units, LARGEST)


READERS: dict[str, Callable[[Any], Any]] = {
    "amount": amount,
    "count": lambda raw: read_count(raw, "次", LARGEST),
    "date": read_date,
    "date of 1904": lambda raw: read_date(raw, True),
    "choice": lambda raw: read_choice(raw, ("是", "否")),
    "chain": NAMES.read,
    "text": read_text,
    "shown": shown,
    "is blank": is_blank,
}
TYPED = st.text(
    alphabet=st.sampled_from("0123456789.,-+eE年月日/万亿元约~　 （）()是否产业链电子信息xX\u200b\u00a0²½①"), max_size=14
)
ANYTHING = st.one_of(
    st.text(), TYPED, st.floats(), st.integers(-(2**63), 2**63), st.booleans(), st.datetimes(), st.dates(), st.times(), st.timedeltas(),
    st.sampled_from([CellError("#N/A"), CellError("#DIV/0!"), Uncalculated()]),
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@given(raw=ANYTHING)
@example("")
@example("1e999")
@example("-1e-999")
@example("9" * 5000)
@example(float("nan"))
@example(float("-inf"))
@example(1e308)
@example("0000-00-00")
@example("99999999")
@example("٣,١")
def test_nothing_that_can_stand_in_a_cell_raises(reader: str, raw: Any) -> None:
    READERS[reader](raw)


@pytest.mark.parametrize("reader", ["amount", "count", "date", "text", "shown"])
def test_a_whole_number_beyond_every_double_raises_nothing(reader: str) -> None:
    READERS[reader](10**400)


@given(raw=ANYTHING)
def test_an_amount_is_finite_and_not_negative_or_there_is_a_finding(raw: Any) -> None:
    assume(not isinstance(raw, CellError | Uncalculated))
    reading = amount(raw)
    if reading.value is None:
        assert reading.code in ("E304", "E305", "E308", "E316")
    else:
        assert reading.value.is_finite()
        assert 0 <= reading.value <= LARGEST
        assert (reading.code is None) == (not isinstance(raw, str))


# ---------------------------------------------------------------- folding


@given(st.text())
def test_folding_ignores_spaces_of_every_kind(text: str) -> None:
    assume(fold(fold(text)) == fold(text))
    assert fold(f"\u3000{text}\u00a0 \n\u200b") == fold(text)


@given(st.text())
@example("E¨")
def test_folding_a_second_time_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


COMMON = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
        st.sampled_from("　\u00a0、。《》「」『』“”‘’【】〔〕—…·￥"),
    ),
    max_size=12,
)


@given(COMMON)
def test_folding_what_departments_type_a_second_time_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("投资额（亿元）", "投资额(亿元)"), ("投资额（亿元）", "【投资额】[亿元]".replace("【投资额】", "投资额")), ("“两图”", "「两图」"), ("“两图”", '"两图"'),
        ("“两图”", "‘两图’"), ("ＡＢＣ１２３", "abc123"), ("样例 公司", "样例公司"), ("样例\u00a0公司\u3000", "样例公司"), ("ﬁ", "fi"), ("㈱", "(株)"),
    ],
)  # fmt: skip
def test_what_people_type_differently_and_mean_alike_is_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("样例公司甲", "样例公司乙"), ("本期产值（万元）", "本期产值"), ("", "0"), ("国家级", "省级")]
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


# ---------------------------------------------------------------- amounts

amounts = st.decimals(0, 10**9, places=4, allow_nan=False)


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


FORMS: list[Callable[[Decimal], str]] = [
    str,
    lambda value: f"{value:,}",
    lambda value: full_width(str(value)),
    lambda value: full_width(f"{value:,}"),
    lambda value: f" +{value}\u3000",
    lambda value: f"\u00a0{value}",
]


@given(amounts, st.sampled_from(FORMS))
def test_a_number_as_text_is_the_number(value: Decimal, form: Callable[[Decimal], str]) -> None:
    reading = amount(form(value))
    assert (reading.value, reading.code) == (value, "N601")


@given(amounts, st.sampled_from(FORMS), st.sampled_from(["亿元", "万元", "元", "亿", "万"]), st.sampled_from(["", " "]))
def test_an_amount_with_a_unit_is_converted_exactly(
    value: Decimal, form: Callable[[Decimal], str], unit: str, gap: str
) -> None:
    worth = {
        "亿元": Decimal(1),
        "亿": Decimal(1),
        "万元": Decimal("0.0001"),
        "万": Decimal("0.0001"),
        "元": Decimal("0.00000001"),
    }
    reading = amount(f"{form(value).rstrip()}{gap}{unit}")
    assert (reading.value, reading.code) == (value * worth[unit], "N602")


@given(st.floats(0, 1e15, allow_nan=False))
def test_a_number_is_its_double_at_fifteen_digits(value: float) -> None:
    reading = amount(value)
    assert reading.code is None
    assert reading.value == Decimal(f"{value:.14e}")


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (2.3 - 0.3, "2"),
        (1.9999999999999998, "2"),
        (0.1 + 0.2, "0.3"),
        (1.00000000000001, "1.00000000000001"),
        (-0.0, "0"),
        (1e15, "1E+15"),
    ],
)
def test_a_number_is_what_office_programs_show_and_compare(value: float, meant: str) -> None:
    assert number_of(value) == Decimal(meant)
    assert not str(number_of(value)).startswith("-")


def test_one_tenth_is_one_tenth() -> None:
    assert number_of(0.1) == Decimal("0.1")
    assert number_of(2.675) == Decimal("2.675")


@given(amounts)
def test_a_number_is_shown_without_exponent_and_means_the_same(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value.normalize())


@given(
    amounts.filter(bool),
    st.sampled_from(["约{}", "{}左右", "{}-{}", "{}~{}", "{}多", "{}美元", "超{}", "{}%", "{}（估）", "-", "{} {}"]),
)
def test_a_number_with_words_about_it_is_never_guessed(value: Decimal, form: str) -> None:
    text = form.format(value, value + 1)
    assert (amount(text).value, amount(text).code) == (None, "E304")


@given(amounts.filter(bool))
def test_a_negative_amount_is_never_read(value: Decimal) -> None:
    for raw in (f"-{value}", f"－{value}", f"−{value}亿元", -float(value)):
        assert (amount(raw).value, amount(raw).code) == (None, "E305")


@given(st.integers(0, 10**6))
def test_a_count_is_whole(value: int) -> None:
    for raw in (value, float(value), str(value), f"{value:,}", f"{value}次", f"{value}.0"):
        assert READERS["count"](raw).value == value
    assert READERS["count"](value + 0.5).code == "E312"
    assert READERS["count"](f"{value}.5").code == "E312"


@pytest.mark.parametrize(
    "raw", [True, False, datetime.date(2023, 1, 1), datetime.datetime(2023, 1, 1), datetime.time(1), datetime.timedelta(1)]
)
def test_true_and_dates_are_no_amounts(raw: CellValue) -> None:
    assert (amount(raw).value, amount(raw).code) == (None, "E308")


# ---------------------------------------------------------------- dates

days = st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 12, 31))
DATE_FORMS: list[Callable[[datetime.date], CellValue]] = [
    lambda day: f"{day.year}-{day.month}-{day.day}",
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: int(f"{day:%Y%m%d}"),
    lambda day: float(f"{day:%Y%m%d}"),
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}年{day:%m}月{day:%d}日",
    lambda day: full_width(f"{day.year}/{day.month}/{day.day}"),
    lambda day: f" {day.isoformat()}\u3000",
    lambda day: f"{day.isoformat()} 00:00:00",
    lambda day: (day - datetime.date(1899, 12, 30)).days,
]


@given(days, st.sampled_from(DATE_FORMS))
def test_a_date_in_any_form_is_the_date(day: datetime.date, form: Callable[[datetime.date], CellValue]) -> None:
    reading = read_date(form(day))
    assert (reading.value, reading.code) == (day, "N603")


@given(st.dates(datetime.date(1910, 1, 1), datetime.date(2100, 12, 31)), st.floats(0, 0.99))
def test_serial_numbers_of_both_systems_are_dates_whatever_the_time_of_day(day: datetime.date, time: float) -> None:
    assert read_date((day - datetime.date(1899, 12, 30)).days + time).value == day
    assert read_date((day - datetime.date(1904, 1, 1)).days + time, True).value == day


@given(days, st.times())
def test_a_real_date_is_read_without_a_word(day: datetime.date, time: datetime.time) -> None:
    assert read_date(day) == Reading(day)
    assert read_date(datetime.datetime.combine(day, time)) == Reading(day)


@pytest.mark.parametrize(
    "raw", ["5月6日", "2023-5", "2023年5月", "23-5-6", "6/5/2023", "2023-5/6", "2023-02-30", "20231301", "今天", True, CellError("#N/A"), float("nan"), -1, 60]
)  # fmt: skip
def test_what_leaves_a_doubt_is_no_date(raw: CellValue) -> None:
    assert (read_date(raw).value, read_date(raw).code) == (None, "E309")


# ---------------------------------------------------------------- chains and choices


@pytest.mark.parametrize(("chain", "short"), list(zip(IDS, CHAINS, strict=True)))
def test_every_chain_is_found_by_each_of_its_names(chain: str, short: str) -> None:
    full = BOOK.chain(chain).name
    for text in (full, short, chain, full + "产业链", short + "产业链", f"{short} 产业链", chain.upper()):
        assert NAMES.read(text).value == chain
    assert NAMES.read(full).code is None
    assert NAMES.read(short).code is None
    assert {NAMES.read(text).code for text in (chain, short + "产业链")} == {"N604"}


@given(st.text(min_size=1))
def test_only_names_of_chains_are_chains(text: str) -> None:
    names = {fold(name) for c in BOOK.chains for name in (c.name, c.short_name, c.id, *c.aliases)}
    assert (NAMES.find(text) is not None) == (fold(text) in names or fold(text).removesuffix("产业链") in names)


@given(st.sampled_from(["新增规模企业", "龙头企业产值核定"]), st.sampled_from(["", " ", "\u3000", "\u00a0"]))
def test_a_choice_is_found_whatever_its_spaces(value: str, space: str) -> None:
    reading = read_choice(space.join(value), ("新增规模企业", "龙头企业产值核定"))
    assert (reading.value, reading.code) == (value, "N605" if space else None)


@given(st.text())
def test_a_choice_is_one_of_its_values_or_a_finding(text: str) -> None:
    reading = read_choice(text, ("是", "否"))
    assert (reading.value is None) == (fold(text) not in ("是", "否"))
    assert (reading.code == "E303") == (reading.value is None)


# ---------------------------------------------------------------- names


def test_a_number_typed_for_a_name_is_its_digits() -> None:
    assert (read_text(360).value, read_text(360.0).value, read_text(12.5).value) == ("360", "360", "12.5")
    assert read_text(True).code == "E314"


@given(st.text())
def test_a_text_that_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text) == (fold(text) == "")
    assert is_blank(None)
    assert not is_blank(0)
    assert not is_blank(False)


def test_no_letter_and_no_digit_is_folded_to_nothing_but_the_fillers_that_show_nothing() -> None:
    shown = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isalnum()]
    assert len(shown) > 100_000
    nothing = [char for char in shown if fold(char) == ""]
    assert nothing == ["\u115f", "\u1160", "\u3164", "\uffa0"]
    assert [char for char in shown if is_blank(char)] == nothing


@given(st.text(st.sampled_from("一龥龦㐀豈０ａA(（[-./&9z ·é"), max_size=6))
def test_what_is_folded_as_it_stands_is_folded_alike_the_long_way(text: str) -> None:
    assert fold(text) == fold(f"{text}\u200b"), "what nobody sees is taken out the long way"
