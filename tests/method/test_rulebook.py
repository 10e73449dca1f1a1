"""The rulebook: the 2022 method word for word, the rulebooks that come with the program, and what a file may leave out."""

from __future__ import annotations

import datetime
import hashlib
import tomllib
from decimal import Decimal
from importlib import resources
from itertools import product
from pathlib import Path

import pytest

from chainscore.method.lines import lines_of
from chainscore.method.loading import ReadingError, RulebookError, load_rulebook, restore_rulebook, rulebook_of
from chainscore.method.rule.term import Source
from chainscore.method.rulebook import Rulebook, marks_of, section_of
from chainscore.method.scope import sheets_of
from tests.support.rulebooks import SMALL, changed, made, mistakes_in

FOLDER = resources.files("chainscore.method") / "rulebooks"
SOURCE = (FOLDER / "xiangxiang-2022.toml").read_text(encoding="utf-8")
PACKAGED = sorted(Path(str(each)) for each in FOLDER.iterdir() if each.name.endswith(".toml"))

# ---------------------------------------------------------------- the method of 2022


def test_it_has_six_chains_eight_sheets_sixteen_indicators_and_nineteen_leaves(book: Rulebook) -> None:
    assert (len(book.chains), len(book.sheets), len(book.indicators), len(book.leaves)) == (6, 8, 16, 19)


def test_the_full_marks_are_those_of_the_regulation(book: Rulebook) -> None:
    # 附1: 55 + 25 + 10 + 10 = 100.
    assert {section.id: section.marks for section in book.sections} == {"1": 55, "2": 25, "3": 10, "4": 10}
    assert marks_of(book.sections) == 100
    marks = [indicator.marks for indicator in book.indicators]
    assert marks == [10, 10, 20, 15, 5, 5, 5, 5, 5, 4, 2, 2, 2, 4, 3, 3]


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        ("1.2.2", "当年各产业链税收占比最大值－当年产业链税收占比最小值"),
        ("1.3.1", "每月将正式签约合同上报至市产业强市“百十亿”工程工作领导小组办公室备案，未上报的视为未引进新项目。"),
        ("1.3.2", "为激励各产业链加大招商引资力度，得分超出15分后按照分档计分标准进行累计计分，不限最高得分。"),
        ("1.4", "根据产业链项目（投资额2000万元以上）建设情况进行分类计分。"),
        ("2.3", "产业链每新增1家（上交所、深交所、北交所）上市企业计3分，"),
        ("2.5", "产业链链上企业每获得1个国家级平台计5分，"),
        (
            "2.5",
            "产业链园区平台是指由国家级或省级部门授予、批复，与园区牵头产业链发展紧密相关的产业扶持、科技研究、人才支撑等平台。",
        ),
        ("3.2", "组织产业链企业参加市内、外的配套协作活动每次计0.3分。"),
        ("4.1", "未根据实际情况进行更新的每项扣1分。"),
        (
            "4.2",
            "根据“月分析”制度，各产业链应每月将工作情况报送至市产业强市“百十亿”工程工作领导小组办公室，每延迟一次扣0.5分。",
        ),
        ("4.3", "获得省级媒体（湖南日报、湖南电视台）和湘潭市级报道的每次分别加2分和1分。"),
    ],
)
def test_the_text_of_a_leaf_is_the_regulations_whole_sentence(leaf: str, sentence: str, book: Rulebook) -> None:
    assert sentence in next(str(each.text) for each in book.leaves if each.id == leaf)


@pytest.mark.parametrize(
    ("sheet", "label", "words"),
    [
        ("市金融办", "进展阶段", "上交所、深交所、北交所"), ("产业链办公室和落地办", "媒体级别", "湖南日报、湖南电视台"),
        ("市科技工信局", "名称", "链上企业"), ("市科技工信局", "事项类别", "国家级或省级部门授予"),
        ("落地办", "活动类别", "市内、外"), ("市统计局", "年产值（亿元）", "年产值（营业收入）"),
        ("市科技工信局", "年产值（亿元）", "年产值（营业收入）"),
    ],
)  # fmt: skip
def test_what_the_regulation_has_in_brackets_stands_in_the_columns_note(
    sheet: str, label: str, words: str, book: Rulebook
) -> None:
    ledger = book.sheet(sheet).ledger
    assert ledger is not None
    assert words in ledger.column(label).note


def test_only_the_tier_points_of_investment_have_no_limit(book: Rulebook) -> None:
    rules = {leaf.id: book.rule(leaf.id, "building") for leaf in book.leaves}
    capped = {name: rule.cap for name, rule in rules.items() if rule.cap is not None}
    assert capped == {
        "1.4": 15, "2.1": 5, "2.2": 5, "2.3": 5, "2.4": 5, "2.5": 5, "3.1": 4, "3.2": 2, "3.3": 2, "3.4": 2, "4.3": 3,
    }  # fmt: skip
    assert {name: rule.floor for name, rule in rules.items() if rule.floor is not None} == {"4.1": 0, "4.2": 0}
    assert rules["1.3.2"].cap is None


def test_the_tiers_are_those_of_the_sub_annexes(book: Rulebook) -> None:
    tiers = {
        leaf: [(str(step.bound), str(step.points.at_0)) for step in book.rule(leaf, "building").terms[0].points.steps]
        for leaf in ("1.3.1", "1.3.2", "2.4")
    }
    assert tiers == {
        "1.3.1": [("1", "5")],
        "1.3.2": [("2", "6"), ("1.5", "4"), ("1", "2"), ("0.5", "1"), ("0.2", "0.5")],
        "2.4": [("10", "5"), ("8", "3"), ("5", "2"), ("3", "1")],
    }


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


def test_numbers_are_decimals_exactly_as_written(book: Rulebook) -> None:
    assert book.rule("2.2", "food").terms[0].points.match == (("国家级小巨人", Decimal("0.7")), ("省级小巨人", Decimal("0.3")))
    assert book.units["亿元"] == 100_000_000


def test_a_leaf_is_scored_from_the_sheets_that_its_sentences_name(book: Rulebook) -> None:
    assert sheets_of(book, "2.4") == ("市科技工信局", "市统计局")
    assert sheets_of(book, "1.3.2") == ("市商务局",)
    assert book.rule("2.4", "food").sources == (Source("市科技工信局", "ledger"), Source("市统计局", "ledger"))
    assert section_of("2.4") == "2"


# ---------------------------------------------------------------- readings


def test_every_combination_of_readings_loads(book: Rulebook) -> None:
    for options in product(*(reading.options for reading in book.readings)):
        chosen = dict(zip((reading.key for reading in book.readings), options, strict=True))
        assert load_rulebook(choices=chosen).chosen == chosen


def test_a_reading_changes_the_parameter_it_is_about() -> None:
    def bounds(option: str) -> list[Decimal | None]:
        rule = load_rulebook(choices={"investment_bonus_below_tier": option}).rule("1.3.2", "food")
        return [each.bound for each in rule.terms[1].conditions if each.label == "投资额（亿元）"]

    assert (bounds("no"), bounds("yes")) == ([Decimal("0.2")], [Decimal(0)])


def test_an_unknown_reading_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(ReadingError) as caught:
        load_rulebook(choices={"listing_stage": "each"})
    assert caught.value.key == "listing_stage"
    assert "listing_stages" in caught.value.valid


def test_an_unknown_option_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(ReadingError) as caught:
        load_rulebook(choices={"listing_stages": "both"})
    assert caught.value.valid == "listing_stages=each, listing_stages=highest"


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("path", PACKAGED, ids=[path.stem for path in PACKAGED])
def test_every_rulebook_of_the_program_loads_under_each_of_its_readings(path: Path) -> None:
    book = load_rulebook(path)
    assert book.id == path.stem
    assert book.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    for reading in book.readings:
        for option in reading.options:
            assert load_rulebook(path, {reading.key: option}).chosen[reading.key] == option


def test_a_rulebook_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"^nowhere\.toml: R001 "):
        load_rulebook(tmp_path / "nowhere.toml")


def test_the_text_of_a_file_makes_an_equal_rulebook_again(book: Rulebook) -> None:
    again = restore_rulebook(book.source, book.chosen)
    assert again == book
    assert hash(again) == hash(book)
    assert hash(load_rulebook(choices={"listing_stages": "highest"})) != hash(book)


def test_a_rulebook_cannot_be_changed(book: Rulebook) -> None:
    with pytest.raises(AttributeError):
        book.decimals = 3  # type: ignore[misc]


def test_what_a_rulebook_does_not_have_is_a_key_error() -> None:
    book = made(SMALL)
    with pytest.raises(KeyError):
        book.sheet("无此表")
    with pytest.raises(KeyError):
        book.chain("nobody")
    with pytest.raises(KeyError):
        book.sheet("统计局").table.column("无此列")  # type: ignore[union-attr]


# ---------------------------------------------------------------- what may be written in two ways, or left out


def test_objects_may_be_called_chains() -> None:
    text = SMALL.replace("[[objects]]", "[[chains]]").replace('type = "object"', 'type = "chain"')
    text = text.replace('object = "乡镇"', 'chain = "乡镇"')
    assert made(text).chains == made(SMALL).chains
    assert made(text).words == made(SMALL).words


def test_a_value_or_label_called_as_a_key_is_no_key() -> None:
    """``object``, ``objects``, ``reading`` and ``group`` are words that a sheet may have too."""
    column = '{ label = "备注", type = "text", required = false }'
    labels = "".join(
        f'{{ label = "{name}", type = "choice", values = ["object", "x"] }},\n  ' for name in ("objects", "reading", "group")
    )
    where = 'where = { objects = "object", reading = "x", group = { is = "x" } }\nmeasure = "[事故数]"'
    book = made(changed((column, labels + column), ('measure = "[事故数]"', where)))
    assert [(each.label, each.values) for each in book.rule("2.2", "a").terms[0].conditions] == [
        ("objects", ("object",)),
        ("reading", ("x",)),
        ("group", ("x",)),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "经济"\nmarks = 30', 'title = "经济"'),
        ('title = "投资"\nmarks = 30', 'title = "投资"'),
        ('title = "亩均投资"\nmarks = 10', 'title = "亩均投资"'),
        ('cells = [{ label = "全市投资（亿元）", type = "amount", unit = "亿元" }]\nsums = [{ column = "完成投资（亿元）", whole = "全市投资（亿元）" }]\n', ""),
        ('guide = ["由统计局填报。"]\n', ""),
        ("issued = 2023-01-05\n", ""),
        ('periods = ["quarter", "year"]\n', ""),
        ('languages = ["zh"]\n', ""),
        ('category = "类别"\n', ""),
        ('grades = { "优秀" = 30, "合格" = 10 }\n', ""),
        ('by = "weighted"\nweights = { "2.1" = 0.7, "2.2" = 0.3 }\n', ""),
        ('once = { by = "name", remark = "counted_once" }', 'once = "name"'),
        ('once = { by = "name", remark = "counted_once" }', "once = true"),
        ('once = { by = "name", remark = "counted_once" }', 'once = "项目名称"'),
        ("{ points = 1 },", '{ points = 1, title = "基础分", text = "" },'),
        ('measure = "[类别]", points', 'name = "项目名称", measure = "[类别]", points'),
        ('languages = ["zh"]', 'languages = ["en", "zh"]\nyear_starts = 9\neditions = ["0"]'),
        ('periods = ["quarter", "year"]', 'periods = ["half", "month"]'),
        ('of = "统计局.table"\nmeasure = "[事故数]"', 'of = "统计局.table"\nmissing = "group_mean"\nmeasure = "[事故数]"'),
    ],
)  # fmt: skip
def test_what_may_be_left_out_or_said_otherwise(old: str, new: str) -> None:
    assert mistakes_in(changed((old, new))) == ()


def test_no_groups_no_readings_no_remarks_no_total_are_needed() -> None:
    text = SMALL[: SMALL.index("[total]")] + SMALL[SMALL.index('[[indicators]]\nid = "1.1"') :]
    text = text[: text.index("[[readings]]")] + text[text.index("[[sections]]") :]
    text = text[: text.index("[remarks.counted_once]")] + text[text.index("[[sheets]]") :]
    for old, new in (
        ('group = "东"\n', ""),
        ('group = "西"\n', ""),
        ('{ reading = "late_projects", none = 1, half = 0.5 }', "1"),
        ('{ group = { "东" = { per = 1 }, "西" = { per = 1.1 } } }', "{ per = 1 }"),
        ('cap = { group = { "东" = 10, "西" = 11 } }\n', ""),
        ('{ by = "name", remark = "counted_once" }', '"name"'),
        ('{ is = ">=0.1", remark = "small" }', '">=0.1"'),
    ):
        assert old in text
        text = text.replace(old, new)
    assert mistakes_in(text) == ()
    book = made(text)
    assert (book.groups, book.vetoes, book.chosen, dict(book.remarks)) == (("",), (), {}, {})


# ---------------------------------------------------------------- the lines of a file


def test_every_path_of_a_text_has_its_line() -> None:
    text = '''# a comment with = and [brackets]
a = 1
"b c" = "x = 1 # no comment"   # a comment
[d]
e.f = [1, 2,
  3]   # [
g = """
h = 1
"""
i = { j = 1, k = [{ l = 2 }, { l = "}" }] }

[[m]]
n = 2023-01-01T00:00:00
[[m]]
n = 'lit\\'
[m.o]
p = true
[[m.q]]
r = [
  # nothing
]
[d."s.t"]
u = "\\\\"
'''
    assert dict(lines_of(text)) == {
        ("a",): 2, ("b c",): 3, ("d",): 4, ("d", "e"): 5, ("d", "e", "f"): 5, ("d", "e", "f", 0): 5, ("d", "e", "f", 1): 5,
        ("d", "e", "f", 2): 6, ("d", "g"): 7, ("d", "i"): 10, ("d", "i", "j"): 10, ("d", "i", "k"): 10,
        ("d", "i", "k", 0): 10, ("d", "i", "k", 0, "l"): 10, ("d", "i", "k", 1): 10, ("d", "i", "k", 1, "l"): 10,
        ("m",): 12, ("m", 0): 12, ("m", 0, "n"): 13, ("m", 1): 14, ("m", 1, "n"): 15, ("m", 1, "o"): 16,
        ("m", 1, "o", "p"): 17, ("m", 1, "q"): 18, ("m", 1, "q", 0): 18, ("m", 1, "q", 0, "r"): 19,
        ("d", "s.t"): 22, ("d", "s.t", "u"): 23,
    }  # fmt: skip


def paths_of(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every path of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(paths_of(each, (*path, key)) for key, each in inner)) if path else set().union(*(paths_of(each, (key,)) for key, each in inner))  # fmt: skip


@pytest.mark.parametrize("path", PACKAGED, ids=[path.stem for path in PACKAGED])
def test_every_value_of_a_rulebook_has_a_line_on_which_its_key_stands(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = lines_of(text)
    for place in paths_of(tomllib.loads(text)):
        line = lines[found[place] - 1]
        key = next((part for part in reversed(place) if isinstance(part, str)), "")
        assert isinstance(place[-1], int) or key in line, (place, line)


def test_the_day_of_issue_and_the_editions_are_kept() -> None:
    book = made(changed(("version", 'editions = ["abc"]\nversion')))
    assert (book.issued, book.editions) == (datetime.date(2023, 1, 5), ("abc",))
    assert rulebook_of(SMALL.encode(), "x").source == SMALL
