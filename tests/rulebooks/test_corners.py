"""Corners of the language that no packaged rulebook turns: each score worked out by hand, and recalculated by office programs.

One quarter of five towns; every leaf is a corner of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from chainscore.method.rulebook import Rulebook
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.limits import vetoes_told
from chainscore.scoring.readings import reversals
from tests.conftest import Run
from tests.rulebooks.test_end_to_end import (
    differing,
    formulas_in,
    gnumeric,
    recalculated_by_gnumeric,
    recalculated_by_libreoffice,
    scored,
)
from tests.support import office
from tests.support.any_method import SheetFacts, typed_by_openpyxl
from tests.support.office import Office
from tests.support.rulebooks import SMALL, made

HEAD = SMALL[: SMALL.index("[[objects]]")].replace("decimals = 2", "decimals = 1")
CORNERS = """
[[sections]]
id = "1"
title = "经济"
cap = 20.25

[[sections]]
id = "2"
title = "评议"

[total]
rank_in_groups = true

[[total.veto]]
of = "统计局.table"
where = { "事故数" = ">=1" }
total = 0.25
"""
OBJECTS = """
[[objects]]
id = "{id}"
name = "{name}"
group = "{group}"
"""
LEAF = """
[[indicators]]
id = "{id}"
title = "第{id}项"

[[indicators.leaves]]
id = "{id}"
title = "第{id}项"
{rule}
"""
RULES = {
    # Rows that are only added up, with points that depend on the group: 1 for each in 东, 1.5 in 西.
    "1.1": 'of = "招商局.ledger"\nmeasure = "sum([投资额（亿元）])"\npoints = { group = { "东" = { per = 1 }, "西" = { per = 1.5 } } }',
    # A standing whose points depend on the group.
    "1.2": 'of = "统计局.table"\nmeasure = "[产值（亿元）]"\nagainst = "rank"\n'
    'points = { group = { "东" = { up_to = [[1, 5]], above = 0 }, "西" = { steps = [[1, 6], [2, 4]] } } }',
    # Negative halves: -0.25 for each accident.
    "1.3": 'of = "统计局.table"\nmeasure = "[事故数]"\npoints = { per = -0.25 }',
    # The first project of a town earns nothing; what is measured has a column of its own.
    "1.4": 'of = "招商局.ledger"\nskip_first = { by = "签约日期", where = { "类别" = "工业" } }\nmeasure = "[投资额（亿元）] * 2"\n'
    "points = { per = 1 }",
    # A labelled cell beside a reduction.
    "1.5": 'of = "招商局.ledger"\nmeasure = "sum([投资额（亿元）]) / [全市投资（亿元）]"\npoints = { per = 10 }',
    # What stands for a reduction of a town without rows.
    "2.1": 'of = "招商局.ledger"\nmeasure = "mean([评分])"\nmissing = "mean"\npoints = { per = 1 }',
    "2.2": 'of = "招商局.ledger"\nmeasure = "mean([评分])"\nmissing = 2\npoints = { per = 1 }',
    # 0.1 + 0.2 is 0.3, for the rank and for the bound; 0.2999999999999 is less.
    "2.3": 'of = "统计局.table"\nmeasure = "[甲] + [乙]"\nagainst = "rank"\npoints = { steps = [[1, 5], [3, 2], [4, 1]] }',
    "2.4": 'of = "统计局.table"\nmeasure = "[甲] + [乙]"\npoints = { steps = [[0.3, 3]] }',
    "2.5": 'of = "统计局.table"\nmeasure = "[丙]"\npoints = { steps = [[0.3, 3]] }',
    # All alike: a z-score is 0, min-max and the mean are 1.
    "2.6": 'of = "统计局.table"\nmeasure = "[丁] * 3"\nagainst = "zscore"\npoints = { at_0 = 1, per = 2 }',
    "2.7": 'of = "统计局.table"\nmeasure = "[丁] * 3"\nagainst = "minmax"\npoints = { per = 2 }',
    "2.8": 'of = "统计局.table"\nmeasure = "[丁] * 3"\nagainst = "mean"\npoints = { per = 2 }',
    # What is measured, which rows take part, and what stands for a missing figure, each by the group, and all stand in one ranking.
    "2.9": 'of = "统计局.table"\nmeasure = { group = { "东" = "[甲] * 100", "西" = "[甲] * 10" } }\nagainst = "rank"\n'
    "points = { steps = [[1, 5], [2, 4], [3, 3], [4, 2], [5, 1]] }",
    "2.10": 'of = "招商局.ledger"\nwhere = { "投资额（亿元）" = { group = { "东" = ">=1", "西" = ">=3" } } }\nmeasure = "count()"\nagainst = "rank"\n'
    "points = { steps = [[1, 3], [2, 2], [3, 1]] }",
    "2.11": 'of = "招商局.ledger"\nmeasure = "mean([评分])"\nmissing = { group = { "东" = 1, "西" = "group_mean" } }\npoints = { per = 1 }',
    # What stands for a reduction of rows of which there are none, or none that takes part.
    "2.12": 'of = "招商局.ledger"\nmeasure = "mean([评分]) or 5"\npoints = { per = 1 }',
    "2.13": 'of = "招商局.ledger"\nwhere = { "类别" = "服务业" }\nmeasure = "least([评分]) or 7"\npoints = { per = 1 }',
    # A row of a table that a condition leaves out stands in no ranking, nor does anything stand for its figure: it earns nothing.
    "2.14": 'of = "统计局.table"\nwhere = { "事故数" = "<=0" }\nmeasure = "[产值（亿元）]"\nagainst = "rank"\n'
    "points = { steps = [[1, 5], [2, 4], [3, 3]] }",
    "2.15": 'of = "统计局.table"\nwhere = { "事故数" = "<=0" }\nmeasure = "[产值（亿元）]"\nmissing = "mean"\npoints = { per = 1, at_0 = 1 }',
    # A standard deviation that is a fraction is that one, and half of it rounds as halves do.
    "2.16": 'of = "招商局.ledger"\nwhere = { "类别" = "服务业", "投资额（亿元）" = ">=2" }\nmeasure = "count() / 3"\nagainst = "zscore"\n'
    "points = { per = 2.5 }",
    # Two rows of one name that earn a third each: one of them counts.
    "2.17": 'once = "name"\nof = "招商局.ledger"\nmeasure = "[投资额（亿元）] / [投资额（亿元）] / 3"\npoints = { per = 1 }',
}
SHEETS = """
[[sheets]]
name = "统计局"
cells = [{ label = "备查数", type = "amount", unit = "元" }]

[sheets.table]
title = "投资"
columns = [
  { label = "乡镇", type = "object" },
  { label = "产值（亿元）", type = "amount", unit = "亿元" },
  { label = "事故数", type = "count", unit = "起" },
  { label = "甲", type = "amount", unit = "元" },
  { label = "乙", type = "amount", unit = "元" },
  { label = "丙", type = "amount", unit = "元" },
  { label = "丁", type = "amount", unit = "元" },
]

[[sheets]]
name = "招商局"
cells = [{ label = "全市投资（亿元）", type = "amount", unit = "亿元" }]

[sheets.ledger]
title = "项目"
name = "项目名称"
category = "类别"
columns = [
  { label = "乡镇", type = "object" },
  { label = "项目名称", type = "text" },
  { label = "类别", type = "choice", values = ["工业", "服务业"] },
  { label = "投资额（亿元）", type = "amount", unit = "亿元" },
  { label = "签约日期", type = "date" },
  { label = "评分", type = "signed", unit = "元" },
]
"""
TOWNS = [("a", "甲镇", "东"), ("b", "乙镇", "西"), ("c", "丙镇", "东"), ("d", "丁镇", "西"), ("e", "戊镇", "东")]
METHOD = "".join((
    HEAD, *(OBJECTS.format(id=i, name=n, group=g) for i, n, g in TOWNS), CORNERS,
    *(LEAF.format(id=each, rule=rule) for each, rule in RULES.items()), SHEETS,
))  # fmt: skip
FACTS = {
    "统计局": SheetFacts(
        cells={"备查数": 1},
        table={
            "a": (10, 1, 0.1, 0.2, 0.3, 0.1),
            "b": (30, 0, 0.3, 0, 0.2999999999999, 0.1),
            "c": (20, 0, 0.15, 0.15, 0.30000001, 0.1),
            "d": (40, 3, 0.2, 0.05, 0.3, 0.1),
            "e": (5, 0, 0.1, 0.1, 0, 0.1),
        },
    ),
    "招商局": SheetFacts(
        cells={"全市投资（亿元）": 8},
        ledger=[
            ("a", ("甲一", "工业", 1, "2023-02-01", 3)),
            ("a", ("甲二", "工业", 0.5, "2023-01-02", -1.5)),
            ("a", ("甲一", "服务业", 0.25, "2023-01-01", 0)),
            ("b", ("乙一", "服务业", 2, "2023-03-01", 4)),
            ("c", ("丙一", "工业", 3, "2023-04-01", -5)),
            ("c", ("丙二", "工业", 6, "2023-05-01", -0.5)),
        ],
    ),
}
BY_HAND = {
    # 甲 1 + 0.5 + 0.25 = 1.75; 乙 2 × 1.5; 丙 9.
    "1.1": "1.8 3.0 9.0 0.0 0.0",
    # 40 丁 1st, 30 乙 2nd; in 东 only the 1st of all would earn anything.
    "1.2": "0.0 4.0 0.0 6.0 0.0",
    # -0.25 → -0.3 and -0.75 → -0.8, away from zero as spreadsheets round.
    "1.3": "-0.3 0.0 0.0 -0.8 0.0",
    # 甲二 is the earliest of industry and earns nothing: 2 + 0.5; 丙一 likewise: 12.
    "1.4": "2.5 4.0 12.0 0.0 0.0",
    # 1.75 ÷ 8 × 10 = 2.1875; 2.5; 11.25.
    "1.5": "2.2 2.5 11.3 0.0 0.0",
    # (3 − 1.5 + 0) ÷ 3 = 0.5; 4; −2.75 → −2.8; the mean of 0.5, 4 and −2.75 is 0.5833.
    "2.1": "0.5 4.0 -2.8 0.6 0.6",
    "2.2": "0.5 4.0 -2.8 2.0 2.0",
    # Three share the first place; 0.25 is the fourth, 0.2 the fifth.
    "2.3": "5.0 5.0 5.0 1.0 1.0",
    "2.4": "3.0 3.0 3.0 0.0 0.0",
    "2.5": "3.0 0.0 3.0 3.0 0.0",
    "2.6": "1.0 1.0 1.0 1.0 1.0",
    "2.7": "2.0 2.0 2.0 2.0 2.0",
    "2.8": "2.0 2.0 2.0 2.0 2.0",
    # 10, 3, 15, 2, 10: 丙 1st, 甲 and 戊 2nd, 乙 4th, 丁 5th.
    "2.9": "4.0 2.0 5.0 1.0 4.0",
    # One row of 1 or more, none of 3 or more, two; none, none.
    "2.10": "2.0 1.0 3.0 1.0 1.0",
    # 丁 has the mean of 西, which is 乙's; 戊 has 1.
    "2.11": "0.5 4.0 -2.8 4.0 1.0",
    "2.12": "0.5 4.0 -2.8 5.0 5.0",
    # 甲一 has 0 there and 乙一 4; 丙 has two rows of industry, 丁 and 戊 none at all.
    "2.13": "0.0 4.0 7.0 7.0 7.0",
    # 30, 20 and 5; 甲 and 丁 had accidents.
    "2.14": "0.0 5.0 4.0 0.0 3.0",
    "2.15": "0.0 31.0 21.0 0.0 6.0",
    # 乙 has one such row and the others none: 1/3 and four times 0, with the mean 1/15 and the deviation 2/15: 2 and −0.5.
    "2.16": "-1.3 5.0 -1.3 -1.3 -1.3",
    # 甲一 and 甲二; 乙一; 丙一 and 丙二.
    "2.17": "0.7 0.3 0.7 0.0 0.0",
}
# The sums of the lines above; of 丙's 32.3 the cap leaves 20.25, which is published as 20.3. A veto leaves 甲 and 丁 0.25: 0.3.
SECTIONS = {"1": "6.2 13.5 20.3 5.2 0.0", "2": "23.4 77.3 44.2 28.3 34.3"}
TOTALS = "0.3 90.8 64.5 0.3 34.3"
RANKS = {"a": 3, "b": 1, "c": 1, "d": 2, "e": 2}


@pytest.fixture(scope="module")
def method() -> Rulebook:
    return made(METHOD)


@pytest.fixture
def appraisal(method: Rulebook, run: Run, tmp_path: Path) -> Appraisal:
    (tmp_path / "method.toml").write_text(METHOD, encoding="utf-8")
    outcome = run("template", "--rulebook", "method.toml", "--period", "2023Q2", "-o", "blank.xlsx")
    assert outcome.code == 0, outcome.err
    return scored(typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, FACTS), method)


def of_towns(line: str) -> dict[str, Decimal]:
    return dict(zip("abcde", map(Decimal, line.split()), strict=True))


def test_every_corner_comes_out_as_by_hand(appraisal: Appraisal) -> None:
    assert appraisal.scorecard is not None
    chains = {chain.chain: chain for chain in appraisal.scorecard.chains}
    for leaf, line in BY_HAND.items():
        assert {name: chain.leaves[leaf].score for name, chain in chains.items()} == of_towns(line), leaf
    for section, line in SECTIONS.items():
        assert {name: chain.sections[section] for name, chain in chains.items()} == of_towns(line), section
    assert {name: chain.total for name, chain in chains.items()} == of_towns(TOTALS)
    assert {name: chain.rank for name, chain in chains.items()} == RANKS


@gnumeric
def test_gnumeric_recalculates_every_corner_to_the_same(appraisal: Appraisal, method: Rulebook, tmp_path: Path) -> None:
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, method))
    assert not differing(formulas_in(results), recalculated_by_gnumeric(results, tmp_path))


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    if office.missing() is not None:
        pytest.skip(str(office.missing()))
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


@pytest.mark.libreoffice
def test_libreoffice_recalculates_every_corner_to_the_same(
    appraisal: Appraisal, method: Rulebook, tmp_path: Path, libreoffice: Office
) -> None:
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, method))
    assert not differing(formulas_in(results), recalculated_by_libreoffice(libreoffice, results, tmp_path))


@pytest.mark.usefixtures("appraisal")
def test_a_standing_that_only_others_moved_is_told_as_that(method: Rulebook, run: Run, tmp_path: Path) -> None:
    # 丁 falls from 40 to 25: it is 2nd after 乙's 30, each in 西: 6 and 4 change places.
    facts = {**FACTS, "统计局": SheetFacts(FACTS["统计局"].cells, {**FACTS["统计局"].table, "d": (25, 3, 0.2, 0.05, 0.3, 0.1)})}
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "later.xlsx", method, facts)
    outcome = run("diff", "filled.xlsx", "later.xlsx", "--rulebook", "method.toml", "--json")
    assert outcome.code == 0, outcome.err
    moved = {chain["id"]: chain["leaves"]["1.2"] for chain in outcome.document["chains"]}
    assert {name: leaf["delta"] for name, leaf in moved.items()} == {"a": 0, "b": 2, "c": 0, "d": -2, "e": 0}
    told = {
        name: (leaf["attribution"]["own"], leaf["attribution"]["others"]) for name, leaf in moved.items() if leaf["attribution"]
    }
    assert (told["b"], told["d"]) == ((0, 2), (-2, 0))


@pytest.mark.usefixtures("appraisal")
def test_a_sum_that_a_limit_changes_is_told_before_and_after_it(run: Run) -> None:
    lines = run("explain", "filled.xlsx", "c", "1", "--rulebook", "method.toml", "--lang", "zh").out.splitlines()
    section = next(at for at, line in enumerate(lines) if line.startswith("  1 经济："))
    assert lines[section].endswith("＝32.3 → 20.3")
    assert lines[section + 1].strip() == "“经济”封顶 20.25 分"


def test_leaving_one_out_turns_nobody_of_another_group(appraisal: Appraisal, method: Rulebook) -> None:
    # 乙 is first in 西 with more than 丙, the first in 东: no order of ranks that any object's absence would turn.
    assert appraisal.tables is not None
    assert appraisal.scorecard is not None
    groups = [
        {method.chain(chain).group for chain in each.order} for each in reversals(appraisal.tables, method, appraisal.scorecard)
    ]
    assert all(len(each) == 1 for each in groups)
    assert len(groups) < len(method.ids)


ALONE = (
    HEAD
    + '[[sections]]\nid = "1"\ntitle = "经济"\n'
    + OBJECTS.format(id="a", name="甲镇", group="")
    + LEAF.format(id="1.1", rule='of = "统计局.table"\nmeasure = "[甲]"\nagainst = "minmax"\npoints = { per = 2, equal = 3 }')
    + '[[sheets]]\nname = "统计局"\n[sheets.table]\ntitle = "数"\ncolumns = [\n  { label = "乡镇", type = "object" },\n'
    + '  { label = "甲", type = "count", unit = "个" },\n]\n'
)


@gnumeric
def test_a_method_of_a_single_object_recalculates_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "alone.toml").write_text(ALONE, encoding="utf-8")
    assert run("template", "--rulebook", "alone.toml", "--period", "2023Q2", "-o", "blank.xlsx").code == 0
    method = made(ALONE)
    facts = {"统计局": SheetFacts(table={"a": (5,)})}
    appraisal = scored(typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, facts), method)
    assert appraisal.scorecard is not None
    assert appraisal.scorecard.chains[0].total == 3  # all are equal: there is one
    assert run("bulletin", "filled.xlsx", "--rulebook", "alone.toml", "-o", "bulletin.docx").code == 0
    said = [each.text for each in docx.Document(str(tmp_path / "bulletin.docx")).paragraphs]
    assert "参加考核的乡镇共1个，得分3.0分。" in said  # and no highest and lowest of one
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, method))
    assert not differing(formulas_in(results), recalculated_by_gnumeric(results, tmp_path))


SIGNS = (
    HEAD
    + '[[sections]]\nid = "1"\ntitle = "经济"\n[total]\nrank_in_groups = true\n'
    + '[[total.veto]]\nof = "招商局.ledger"\nwhere = { "类别" = "甲乙" }\ntotal = 0.5\n'
    + OBJECTS.format(id="a", name="<甲>镇", group="<5万")
    + OBJECTS.format(id="b", name="乙*镇", group="<5万")
    + OBJECTS.format(id="c", name="乙丙镇", group="?万")
    + LEAF.format(id="1.1", rule='of = "招商局.ledger"\nwhere = { "类别" = "甲*" }\npoints = 1')
    + '[[sheets]]\nname = "招商局"\n[sheets.ledger]\ntitle = "项目"\nname = "项目"\ncategory = "类别"\ncolumns = [\n'
    + '  { label = "乡镇", type = "object" },\n  { label = "项目", type = "text" },\n'
    + '  { label = "类别", type = "choice", values = ["甲*", "甲乙"] },\n]\n'
)
OF_SIGNS = [
    ("a", ("一", "甲*")),
    ("a", ("二", "甲*")),
    ("b", ("三", "甲*")),
    ("c", ("四", "甲*")),
    ("c", ("五", "甲乙")),
    ("c", ("六", "甲乙")),
]


@gnumeric
def test_names_that_read_like_comparisons_or_patterns_are_names_in_formulas(
    run: Run, tmp_path: Path, libreoffice: Office
) -> None:
    (tmp_path / "signs.toml").write_text(SIGNS, encoding="utf-8")
    assert run("template", "--rulebook", "signs.toml", "--period", "2023Q2", "-o", "blank.xlsx").code == 0
    method = made(SIGNS)
    facts = {"招商局": SheetFacts(ledger=OF_SIGNS)}
    appraisal = scored(typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", method, facts), method)
    assert appraisal.scorecard is not None
    found = {chain.chain: (chain.total, chain.rank) for chain in appraisal.scorecard.chains}
    assert found == {"a": (2, 1), "b": (1, 2), "c": (Decimal("0.5"), 1)}  # 丙's 甲乙 calls the veto down
    [vetoed] = [vetoes_told(chain, method, "en") for chain in appraisal.scorecard.chains if chain.chain == "c"]
    assert [line.count("招商局!C") for line in vetoed] == [2]  # two rows, one veto
    assert "<甲>镇 (<5万)" in run("sensitivity", "filled.xlsx", "--rulebook", "signs.toml").out  # each by its own group's rank
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, method))
    assert not differing(formulas_in(results), recalculated_by_gnumeric(results, tmp_path))
    assert not differing(formulas_in(results), recalculated_by_libreoffice(libreoffice, results, tmp_path))


def test_a_condition_that_does_not_hold_is_told_with_what_stands_there(run: Run, tmp_path: Path) -> None:
    rule = 'of = "招商局.ledger"\nwhere = { "备案日期" = "<=now" }\nmeasure = "[投资额（亿元）]"\npoints = { per = 1 }'
    text = (
        HEAD
        + '[[sections]]\nid = "1"\ntitle = "经济"\n'
        + OBJECTS.format(id="a", name="甲镇", group="")
        + LEAF.format(id="1.1", rule=rule)
        + '[[sheets]]\nname = "招商局"\n[sheets.ledger]\ntitle = "项目"\nname = "项目"\ncolumns = [\n'
        + '  { label = "乡镇", type = "object" },\n  { label = "项目", type = "text" },\n'
        + '  { label = "投资额（亿元）", type = "amount", unit = "亿元" },\n'
        + '  { label = "备案日期", type = "date", within_year = false },\n]\n'
    )
    (tmp_path / "dates.toml").write_text(text, encoding="utf-8")
    assert run("template", "--rulebook", "dates.toml", "--period", "2023Q2", "-o", "blank.xlsx").code == 0
    facts = {"招商局": SheetFacts(ledger=[("a", ("一", 2, datetime.date(2023, 7, 1)))])}
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", made(text), facts)
    said = run("explain", "filled.xlsx", "a", "--rulebook", "dates.toml", "--lang", "zh").out
    assert "一：投资额（亿元） 2，备案日期为2023-07-01，不符合“备案日期≤2023-06-30”" in said


def test_each_object_gets_a_file_whatever_its_name_is_and_results_have_a_sheet_of_each(run: Run, tmp_path: Path) -> None:
    text = ALONE.replace('name = "统计局"\n[sheets', 'name = "统计局"\nper_object = true\n[sheets').replace(
        OBJECTS.format(id="a", name="甲镇", group=""),
        OBJECTS.format(id="a", name="甲/乙" + "长" * 60, group="") + OBJECTS.format(id="b", name="甲_乙" + "长" * 60, group=""),
    )
    (tmp_path / "names.toml").write_text(text, encoding="utf-8")
    named = ("--rulebook", "names.toml", "--period", "2023Q2")
    assert run("template", *named, "--split", "parts").code == 0
    assert len(list((tmp_path / "parts").glob("*.xlsx"))) == 2
    assert run("template", *named, "-o", "blank.xlsx").code == 0
    facts = {"统计局": SheetFacts(table={"a": (5,), "b": (6,)})}
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", made(text), facts)
    assert run("score", "filled.xlsx", "--rulebook", "names.toml", "-o", "results.xlsx").code == 0
    assert run("verify", "results.xlsx", "filled.xlsx", "--rulebook", "names.toml").code == 0
