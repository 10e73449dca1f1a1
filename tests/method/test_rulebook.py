"""The rulebook: the 2022 method word for word, and clear about what is wrong with another."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import resources
from itertools import product
from pathlib import Path

import pytest

from chainscore.method.loading import ReadingError, RulebookError, load_rulebook, restore_rulebook
from chainscore.method.rulebook import CountRule, Rulebook, TiersRule

SOURCE = (resources.files("chainscore.method") / "rulebooks" / "xiangxiang-2022.toml").read_text(encoding="utf-8")


def load(text: str, folder: Path) -> Rulebook:
    path = folder / "other.toml"
    path.write_text(text, encoding="utf-8")
    return load_rulebook(path)


def test_it_has_six_chains_eight_sheets_sixteen_indicators_and_nineteen_leaves(book: Rulebook) -> None:
    assert (len(book.chains), len(book.sheets), len(book.indicators), len(book.leaves)) == (6, 8, 16, 19)


def test_the_full_marks_are_those_of_the_regulation(book: Rulebook) -> None:
    # 附1: 55 + 25 + 10 + 10 = 100.
    assert {section.id: section.marks for section in book.sections} == {"1": 55, "2": 25, "3": 10, "4": 10}
    assert [int(indicator.marks) for indicator in book.indicators] == [10, 10, 20, 15, 5, 5, 5, 5, 5, 4, 2, 2, 2, 4, 3, 3]


def test_only_the_tier_points_of_investment_have_no_cap(book: Rulebook) -> None:
    counted = [leaf for leaf in book.leaves if leaf.rule.kind in ("count", "progress", "certified_tiers", "tiers")]
    assert [leaf.id for leaf in counted if leaf.cap is None] == ["1.3.2"]
    assert all(leaf.cap == leaf.marks for leaf in counted if leaf.id != "1.3.2")


def test_the_tiers_are_those_of_the_sub_annexes(book: Rulebook) -> None:
    leaves = {leaf.id: leaf.rule for leaf in book.leaves}
    investment = [(str(tier.from_), str(tier.points)) for tier in leaves["1.3.2"].tiers]  # type: ignore[union-attr]
    assert investment == [("2", "6"), ("1.5", "4"), ("1", "2"), ("0.5", "1"), ("0.2", "0.5")]
    output = [(str(tier.from_), str(tier.points)) for tier in leaves["2.4"].tiers]  # type: ignore[union-attr]
    assert output == [("10", "5"), ("8", "3"), ("5", "2"), ("3", "1")]


def test_numbers_are_decimals_exactly_as_written(book: Rulebook) -> None:
    rule = next(leaf.rule for leaf in book.leaves if leaf.id == "2.2")
    assert isinstance(rule, CountRule)
    assert [item.points for item in rule.items] == [Decimal("0.7"), Decimal("0.3")]


def test_the_labels_of_every_sheet_are_those_of_the_workbook_contract(book: Rulebook) -> None:
    ledgers = {sheet.name: "·".join(c.label for c in sheet.ledger.columns) for sheet in book.sheets if sheet.ledger}
    assert ledgers == {
        "市统计局": "产业链·企业名称·事项类别·年产值（亿元）·日期·备注",
        "市商务局": "产业链·项目名称·投资方·投资额（亿元）·签约日期·备案日期·是否三类500强·备注",
        "市发改局": "产业链·项目名称·项目性质·总投资（万元）·年度计划投资（万元）·累计完成投资（万元）·是否建成投产·投产日期·备注",
        "市科技工信局": "产业链·名称·依托单位·事项类别·年产值（亿元）·认定日期·认定文件·备注",
        "市金融办": "产业链·企业名称·进展阶段·日期·备注",
        "落地办": "产业链·活动类别·活动名称·日期·是否取得实质性进展·合同（协议）名称·备注",
        "产业链办公室和落地办": "产业链·媒体级别·媒体名称·报道标题·日期·备注",
    }
    tables = {sheet.name: "·".join(c.label for c in sheet.table.columns) for sheet in book.sheets if sheet.table}
    assert tables == {
        "市统计局": "产业链·本期产值（万元）·上年同期产值（万元）·备注",
        "市税务局": "产业链·本期税收（万元）·上年同期税收（万元）·备注",
        "产业链办公室和落地办": "产业链·全景图·现状图·客商库·项目库·人才池·资金池·是否落实“两图两库两池”工作·月报迟报次数·交办任务未及时完成次数·备注",
    }


def test_every_combination_of_readings_loads(book: Rulebook) -> None:
    for options in product(*(reading.options for reading in book.readings)):
        chosen = dict(zip((reading.key for reading in book.readings), options, strict=True))
        assert load_rulebook(choices=chosen).chosen == chosen


def test_a_reading_changes_the_parameter_it_is_about() -> None:
    def below(option: str) -> bool:
        rule = next(
            leaf.rule for leaf in load_rulebook(choices={"investment_bonus_below_tier": option}).leaves if leaf.id == "1.3.2"
        )
        assert isinstance(rule, TiersRule)
        return rule.bonus_below_tiers

    assert (below("no"), below("yes")) == (False, True)


def test_an_unknown_reading_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(ReadingError) as caught:
        load_rulebook(choices={"listing_stage": "each"})
    assert caught.value.key == "listing_stage"
    assert "listing_stages" in caught.value.valid


def test_an_unknown_option_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(ReadingError) as caught:
        load_rulebook(choices={"listing_stages": "both"})
    assert caught.value.valid == "listing_stages=each, listing_stages=highest"


WRONG = {
    "a misspelt key": ("marks = 55", "mark = 55", "sections[0].mark: Object contains unknown field `mark`"),
    "a word for a number": ("decimals = 2 ", 'decimals = "two" ', "decimals: Expected `int`, got `str`"),
    "a kind of rule that does not exist": ('kind = "task"', 'kind = "tasks"', "indicators[2].leaves[0].rule.kind: Invalid value 'tasks'"),
    "a rule without a kind": ('rule = { kind = "task", sheet', "rule = { sheet", "indicators[2].leaves[0].rule.kind: Object missing required field `kind`"),
    "a missing key": ("marks = 55\n", "\n", "sections[0].marks: Object missing required field `marks`"),
    "a truth for a number": ("marks = 55\n", "marks = true\n", "sections[0].marks: Expected `decimal`, got `bool`"),
    "a truth for a whole number": ("decimals = 2 ", "decimals = true ", "decimals: Expected `int`, got `bool`"),
    "a number for a truth": ("per_chain = true", "per_chain = 1", "].per_chain: Expected `bool`, got `int`"),
    "a word for a date": ("issued = 2022", 'issued = "May" # 2022', "issued: Invalid RFC3339 encoded date"),
    "no number for a number": ("marks = 55\n", "marks = nan\n", "sections[0].marks: field `marks` needs a finite number"),
    "a number without end in a table": ('"亿元" = ', '"亿元" = inf # ', "units: field `units` needs a finite number"),
    "a word for a number in a table": ('"亿元" = ', '"亿元" = "many" # ', "units.亿元: Invalid decimal string"),
    "a misspelt key in a table of tables": ("commissioned = 1 }", "commission = 1 }", "points.续建.commission: Object contains unknown field `commission`"),
    "a largest amount that is none": ("largest_amount = ", "largest_amount = 0 # ", "plausibility.largest_amount: field `largest_amount` must be more than 0"),
    "a factor that finds every amount": ("outlier_factor = ", "outlier_factor = 1 # ", "plausibility.outlier_factor: field `outlier_factor` must be more than 1"),
    "an empty list": ('items = [\n  { sheet = "市金融办"', 'items = []\nothers = [\n  { sheet = "市金融办"', "rule.items: Expected `array` of length >= 1"),
    "broken TOML": ("[words]", "[words", "line 12"),
    "marks that do not add up": ("marks = 55", "marks = 54", "section 1: its indicators' marks do not add up to 54"),
    "an indicator's marks": ('title = "新闻报道"\nmarks = 3', 'title = "新闻报道"\nmarks = 4', "indicator 4.3"),
    "a sheet that is not there": ('rule = { kind = "task", sheet = "市商务局"', 'rule = { kind = "task", sheet = "商务局"', "leaf 1.3.1: there is no sheet '商务局'"),
    "a column that is not there": ('amount = "投资额（亿元）", at_least', 'amount = "投资额", at_least', "leaf 1.3.1: sheet 市商务局 has no amount column '投资额'"),
    "a category that no list has": ('category = "上市", points', 'category = "已上市", points', "'已上市' is not among the values of '进展阶段'"),
    "a labelled cell that is not there": ('whole = "全市税收总额（万元）", floor', 'whole = "全市税收（万元）", floor', "no labelled cell '全市税收（万元）'"),
    "two chains of one name": ('short_name = "电力电工"', 'short_name = "电子信息"', "names of chains: '电子信息' stands there twice"),
    "a unit that is not known": ('unit = "亿元"', 'unit = "亿圆"', "unit '亿圆' is not among [units]"),
    "a reading that is not there": ('{ reading = "listing_stages", each', '{ reading = "listing_stage", each', "there is no reading 'listing_stage'"),
    "an option without a value": ("each = false, highest = true }\nitems = [\n  { sheet = \"市金融办\"", "highest = true }\nitems = [\n  { sheet = \"市金融办\"", "no value for listing_stages=each"),
    "a default that is no option": ('default = "full"', 'default = "fully"', "default 'fully' is not among the options"),
    "growth and share at once": ('base = "上年同期产值（万元）", floor', 'base = "上年同期产值（万元）", whole = "全市工业总产值（万元）", floor', "needs either base (growth) or whole (share)"),
    "a deduction both by value and by number": ('values = { "否" = 2 } }', 'values = { "否" = 2 }, each = 1 }', "needs either values or each"),
    "a condition on a column without values": ('belongs_when = { column = "事项类别", values = ["龙头企业"] }', 'belongs_when = { column = "名称", values = ["龙头企业"] }', "'名称' is no column with values"),
    "a choice without values": ('{ label = "项目性质", type = "choice", values = ["新建", "续建"], width', '{ label = "项目性质", type = "choice", width', "values go with type choice"),
    "a date held against no date": ('not_before = "签约日期"', 'not_before = "投资方"', "not_before names no date column"),
    "a year ago of no figure": ('last_year_of = "本期税收（万元）"', 'last_year_of = "备注"', "last_year_of names no amount column of the chain table"),
    "a name column that is not text": ('name = "报道标题"', 'name = "日期"', "the ledger's name column '日期' is no text column"),
    "a sum of nothing": ('sums = [{ column = "本期税收（万元）"', 'sums = [{ column = "税收（万元）"', "sums names '税收（万元）'"),
    "a table without its chain column": ('{ label = "产业链", type = "chain", width = 37 },\n  { label = "媒体级别"', '{ label = "链条", type = "chain", width = 37 },\n  { label = "媒体级别"', "needs one column of type chain"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_rulebook_is_one_line_that_names_the_file_and_the_place(case: str, tmp_path: Path) -> None:
    old, new, message = WRONG[case]
    assert old in SOURCE
    with pytest.raises(RulebookError) as caught:
        load(SOURCE.replace(old, new), tmp_path)
    text = str(caught.value)
    assert text.startswith("other.toml: ")
    assert message in text
    assert "\n" not in text


def test_a_rulebook_that_is_not_there_or_no_text_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"^nowhere\.toml: "):
        load_rulebook(tmp_path / "nowhere.toml")
    (tmp_path / "binary.toml").write_bytes(b"id = '\xff'")
    with pytest.raises(RulebookError, match="not UTF-8 text"):
        load_rulebook(tmp_path / "binary.toml")


def test_readings_that_are_no_tables_are_one_line(tmp_path: Path) -> None:
    start, end = (
        SOURCE.index("[[readings]]"),
        SOURCE.index("# ---------------------------------------------------------------- sections"),
    )
    with pytest.raises(RulebookError):
        load("readings = 3\n" + SOURCE[:start] + SOURCE[end:], tmp_path)


def test_the_document_makes_an_equal_rulebook_again(book: Rulebook) -> None:
    document = json.loads(json.dumps(book.document()))
    assert restore_rulebook(json.dumps(document), book.sha256, book.chosen) == book
    assert not document.keys() & {"sha256", "chosen"}
    assert document["issued"] == "2022-04-07"
    assert document["indicators"][0]["leaves"][0]["rule"]["kind"] == "efficacy"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Input data was truncated"),
        ("[]", "Expected `object`, got `array`"),
        ('{"sha256": ""}', "sha256: Object contains unknown field `sha256`"),
    ],
)
def test_what_is_no_document_of_a_rulebook_is_refused(text: str, message: str) -> None:
    with pytest.raises(RulebookError) as caught:
        restore_rulebook(text, "", {})
    assert str(caught.value) == message


def test_a_rulebook_cannot_be_changed(book: Rulebook) -> None:
    with pytest.raises(AttributeError):
        book.decimals = 3  # type: ignore[misc]


def test_another_citys_method_is_another_file(tmp_path: Path) -> None:
    other = load(SOURCE.replace('id = "xiangxiang-2022"', 'id = "elsewhere-2024"'), tmp_path)
    assert other.id == "elsewhere-2024"
    assert other.sha256 != load_rulebook().sha256
    with pytest.raises(KeyError):
        other.sheet("无此表")
    with pytest.raises(KeyError):
        other.chain("nobody")
    with pytest.raises(KeyError):
        other.sheets[0].ledger.column("无此列")  # type: ignore[union-attr]
