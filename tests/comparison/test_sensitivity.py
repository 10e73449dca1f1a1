"""How firm a ranking is: all readings, single inputs, and what other values would change. The figures are proven by `score`."""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import product
from pathlib import Path

import docx
import openpyxl
import pytest

from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Rulebook
from tests.conftest import Run
from tests.support.any_method import SheetFacts, typed_by_openpyxl
from tests.support.rulebooks import SMALL

TWO = (
    SMALL[: SMALL.index("[[objects]]")]
    + """
[[objects]]
id = "a"
name = "甲镇"

[[objects]]
id = "b"
name = "乙镇"

[[sections]]
id = "1"
title = "一"

[[indicators]]
id = "1.1"
title = "甲项"

[[indicators.leaves]]
id = "1.1"
title = "甲项"
of = "统计局.table"
measure = "[甲]"
points = { per = 1 }

[[indicators]]
id = "1.2"
title = "乙项"

[[indicators.leaves]]
id = "1.2"
title = "乙项"
of = "统计局.table"
measure = "[乙]"
points = { per = 1 }

[[sheets]]
name = "统计局"

[sheets.table]
title = "表"
columns = [
  { label = "乡镇", type = "object" },
  { label = "甲", type = "amount", unit = "元" },
  { label = "乙", type = "amount", unit = "元" },
]
"""
)


def _scores(run: Run, *arguments: object) -> list[dict]:
    outcome = run("score", *arguments, "--json", "--force", "-o", "scored.xlsx")
    assert outcome.code == 0, outcome.out + outcome.err
    return outcome.document["chains"]


def test_all_readings_are_tried_and_each_object_has_a_rank_in_every_one(run: Run, sample: Path) -> None:
    document = run("sensitivity", sample, "--json").document
    assert document["schema"] == "chainscore/sensitivity/1"
    assert document["period"] == "2023Q2"
    assert document["combinations"] == 256  # eight readings of two options: 2⁸
    assert document["sampled"] is False
    assert [each["id"] for each in document["chains"]][:2] == ["materials", "electrical"]
    assert [each["total"] for each in document["chains"]] == [63.74, 63.31, 60.90, 56.13, 49.28, 25.49]
    for each in document["chains"]:
        assert sum(each["ranks"].values()) == 256
        assert each["best_rank"] <= each["rank"] <= each["worst_rank"]
        assert each["total_min"] <= each["total"] <= each["total_max"]
    for pair in document["pairs"]:
        assert pair["holds"] + pair["ties"] + pair["turns"] == 256
    assert document["pairs"][0]["gap"] == 0.43  # 63.74 − 63.31


def test_ranking_sheet_bulletin_and_report_say_how_firm_the_first_places_are(run: Run, sample: Path) -> None:
    holds = run("sensitivity", sample, "--json").document["pairs"][0]["holds"]
    said = f"第1、2名在256种读法中的{holds}种不变。"
    run("score", sample, "-o", "r.xlsx")
    assert said in [row[0].value for row in openpyxl.load_workbook("r.xlsx")["排名"].iter_rows()]
    for source in (sample, "r.xlsx"):
        run("bulletin", source, "-o", "b.docx", "--force")
        assert said in "".join(each.text for each in docx.Document("b.docx").paragraphs)
    run("report", sample, "--sensitivity", "-o", "p.html")
    assert said in Path("p.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [0, 37, 101, 254])
def test_a_combination_is_scored_as_score_does(run: Run, sample: Path, book: Rulebook, number: int) -> None:
    chosen = list(product(*(reading.options for reading in book.readings)))[number]
    readings = [f"--reading={reading.key}={option}" for reading, option in zip(book.readings, chosen, strict=True)]
    scored = {each["id"]: each for each in _scores(run, sample, *readings)}
    document = run("sensitivity", sample, *readings, "--json").document
    assert {each["id"]: (each["rank"], each["total"]) for each in document["chains"]} == {
        name: (each["rank"], each["total"]) for name, each in scored.items()
    }
    usual = run("sensitivity", sample, "--json").document
    spans = {each["id"]: each for each in usual["chains"]}
    for name, each in scored.items():  # the combination is one of those that the usual document counts
        assert str(each["rank"]) in spans[name]["ranks"]
        assert spans[name]["total_min"] <= each["total"] <= spans[name]["total_max"]


def test_the_counts_of_ranks_do_not_depend_on_the_reading_that_one_starts_from(run: Run, sample: Path, book: Rulebook) -> None:
    first = book.readings[0]
    other = next(option for option in first.options if option != book.defaults[first.key])
    usual = run("sensitivity", sample, "--json").document
    turned = run("sensitivity", sample, f"--reading={first.key}={other}", "--json").document
    assert {each["id"]: each["ranks"] for each in turned["chains"]} == {each["id"]: each["ranks"] for each in usual["chains"]}


def test_the_readings_that_one_starts_from_are_said(run: Run, sample: Path) -> None:
    chosen = "--reading=listing_stages=highest"
    out = run("sensitivity", sample, chosen, "-o", "s.xlsx").out
    assert out.startswith("湘乡市优势产业链工作考核办法 · 2023Q2\nReadings: listing_stages=highest (the others default)\n")
    told = [row[0].value for row in openpyxl.load_workbook("s.xlsx")["相邻名次"].iter_rows()]
    assert "口径：listing_stages=highest（其余默认）" in told
    assert run("sensitivity", sample, chosen, "--json").document["readings"]["listing_stages"] == "highest"
    assert "readings" not in run("sensitivity", sample, "--json").document
    zh = run("sensitivity", sample, "--lang", "zh").out
    assert zh.startswith("湘乡市优势产业链工作考核办法 · 2023年第二季度\n口径：全部为默认口径\n")


def test_the_fewest_readings_that_turn_a_pair_turn_it(run: Run, sample: Path) -> None:
    book = load_rulebook()
    document = run("sensitivity", sample, "--json").document
    turned = [pair for pair in document["pairs"] if pair["turns"]]
    assert turned, "the sample has a pair that turns"
    assert "the fewest readings that turn it: listing_stages=highest\n" in run("sensitivity", sample).out
    for pair in turned:
        others = [[option for option in reading.options if option != book.defaults[reading.key]] for reading in book.readings]
        named = [others[[each.key for each in book.readings].index(key)] for key in pair["readings"]]
        gaps = []
        for chosen in product(*named):
            readings = [f"--reading={key}={option}" for key, option in zip(pair["readings"], chosen, strict=True)]
            totals = {each["id"]: each["total"] for each in _scores(run, sample, *readings)}
            gaps.append(totals[pair["above"]] - totals[pair["below"]])
        assert min(gaps) < 0


def test_each_input_turns_its_pair_and_one_percent_less_does_not(run: Run, sample: Path, tmp_path: Path) -> None:
    """Proven with another program's hand: the cell is set by openpyxl and the workbook scored."""
    document = run("sensitivity", sample, "--inputs", "--json").document
    assert document["inputs"]
    assert max(Counter((each["above"], each["below"]) for each in document["inputs"]).values()) <= 5
    for each in document["inputs"][::3]:
        change = each["to"] - each["from"]
        on_a_bound = each["relative"] < 0.0001  # the least change leaves a tier: there is none that is 1 % smaller
        for value, turns in ((each["to"], True), *([] if on_a_bound else [(each["from"] + change * 0.99, False)])):
            totals = {its["id"]: its["total"] for its in _scores(run, _with(sample, tmp_path, each, value))}
            assert (totals[each["below"]] >= totals[each["above"]]) is turns, each


def test_the_least_change_that_leaves_a_step_is_no_change_of_zero(run: Run, sample: Path) -> None:
    # 1.5亿元 is the bound of a step itself.
    told = run("sensitivity", sample, "--inputs", "--lang", "zh").out
    assert "市商务局!D28 投资额（亿元） 1.5 → 1.4999999（变动<0.01%）" in told
    assert "变动0%" not in told


def _with(sample: Path, folder: Path, cell: dict, value: float) -> Path:
    path = folder / "changed" / sample.name
    path.parent.mkdir(exist_ok=True)
    shutil.copy(sample, path)
    workbook = openpyxl.load_workbook(path)
    workbook[cell["sheet"]][cell["cell"]] = value
    workbook.save(path)
    return path


def test_a_quarter_with_errors_has_no_sensitivity(run: Run, mistaken: Path) -> None:
    outcome = run("sensitivity", mistaken, "--json")
    assert outcome.code == 1
    assert outcome.document["chains"] == []
    assert outcome.document["pairs"] == []


def test_sheets_name_the_body_at_their_foot_and_no_single_column_is_wider_than_its_paper(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    assert run("sensitivity", sample, "--rounding", "-o", "s.xlsx").code == 0
    pages = openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets
    assert {page.oddFooter.center.text.strip() for page in pages} == {"湘乡市优势产业链培育行动工作领导小组"}
    alone = [page for page in pages if page.max_column == 1]
    assert len(alone) == 2
    for page in alone:  # LibreOffice makes 7 points of a unit of width, and A4 across has 784 between the margins
        assert page.column_dimensions["A"].width * 7 < 784, page.title


def test_the_workbook_counts_the_ranks_by_formulas_that_come_to_the_same(run: Run, sample: Path, tmp_path: Path) -> None:
    document = run("sensitivity", sample, "--json", "-o", "firm.xlsx").document
    shown = openpyxl.load_workbook(tmp_path / "firm.xlsx", data_only=True)["名次分布"]
    live = openpyxl.load_workbook(tmp_path / "firm.xlsx")["名次分布"]
    rows = list(shown.iter_rows(min_row=3, values_only=True))
    for row, each in zip(rows, document["chains"], strict=True):
        assert row[:5] == (each["rank"], each["name"], each["total"], each["total_min"], each["total_max"])
        assert {str(rank): times for rank, times in enumerate(row[5:11], 1) if times} == each["ranks"]
    assert live["F3"].value.startswith("=COUNTIF(")
    assert run("sensitivity", sample, "-o", "firm.xlsx").code == 2  # never replaced without --force


def test_a_rank_that_hangs_on_rounding_is_told(run: Run, tmp_path: Path) -> None:
    # 甲 earns 1.004 and 1.004, published 1.00 + 1.00; 乙 1.005 and 1.000, published 1.01 + 1.00. Without rounding 甲 is first.
    (tmp_path / "method.toml").write_text(TWO, encoding="utf-8")
    run("template", "--rulebook", "method.toml", "--period", "2023Q2", "-o", "blank.xlsx")
    book = load_rulebook(tmp_path / "method.toml")
    table = {"a": (1.004, 1.004), "b": (1.005, 1.0)}
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", book, {"统计局": SheetFacts(table=table)})
    document = run("sensitivity", "filled.xlsx", "--rounding", "--rulebook", "method.toml", "--json").document
    assert [(each["id"], each["total"]) for each in document["chains"]] == [("b", 2.01), ("a", 2.0)]
    assert document["rounding"] == [
        {"chain": "b", "rank": 2, "total": 2.005, "turns": True}, {"chain": "a", "rank": 1, "total": 2.008, "turns": True},
    ]  # fmt: skip
    out = run("sensitivity", "filled.xlsx", "--rounding", "--rulebook", "method.toml", "--lang", "zh", "-o", "s.xlsx").out
    line = "指标得分不四舍五入，甲镇总分为2.008（现为2），名次为第1名（现为第2名）。"
    assert line in out
    assert line in [row[0].value for row in openpyxl.load_workbook("s.xlsx")["四舍五入"].iter_rows()]


def test_the_ranks_of_the_sample_do_not_hang_on_rounding(run: Run, sample: Path) -> None:
    assert "Without rounding the leaves no rank is another.\n" in run("sensitivity", sample, "--rounding").out


# ---------------------------------------------------------------- readings of more than single leaves, and many of them

LIMIT = """
[[readings]]
key = "limit"
default = "low"
question = "哪个限度"
options = { low = "低", high = "高" }
"""
SECTION = '[[sections]]\nid = "1"\ntitle = "一"\n'


def _filled(run: Run, folder: Path, method: str, reported: dict[str, tuple[float | None, ...]] | SheetFacts) -> None:
    """``filled.xlsx``, made by ``method.toml``, with a table or all that is reported."""
    facts = reported if isinstance(reported, SheetFacts) else SheetFacts(table=reported)
    (folder / "method.toml").write_text(method, encoding="utf-8")
    assert run("template", "--rulebook", "method.toml", "--period", "2023Q2", "-o", "blank.xlsx").code == 0
    book = load_rulebook(folder / "method.toml")
    typed_by_openpyxl(folder / "blank.xlsx", folder / "filled.xlsx", book, {"统计局": facts})


def _sensitivity(run: Run, *options: str) -> dict:
    outcome = run("sensitivity", "filled.xlsx", "--rulebook", "method.toml", "--json", *options)
    assert outcome.code == 0, outcome.err
    return outcome.document


@pytest.mark.parametrize(
    ("limit", "low"),
    [
        (SECTION + 'cap = { reading = "limit", low = 5, high = 50 }\n', 5.0),
        (SECTION + '[total]\ncap = { reading = "limit", low = 3, high = 50 }\n', 3.0),
        (
            SECTION
            + '[[total.veto]]\nof = "统计局.table"\nwhere = { "甲" = { reading = "limit", low = ">=6", high = ">=7" } }\n'
            'total = 0\ntext = "否决"\n',
            0.0,
        ),
    ],
    ids=["section", "total", "veto"],
)
def test_limits_and_vetoes_that_depend_on_a_reading_are_those_of_the_combination(
    limit: str, low: float, run: Run, tmp_path: Path
) -> None:
    # 甲镇 earns 6 + 6 = 12 under "high" and what the limit leaves under "low"; 乙镇 3 + 1 = 4, or 3 where the total is capped.
    _filled(run, tmp_path, TWO.replace(SECTION, LIMIT + limit), {"a": (6, 6), "b": (3, 1)})
    of_a = next(each for each in _sensitivity(run)["chains"] if each["id"] == "a")
    assert (of_a["total_min"], of_a["total_max"]) == (low, 12.0)
    turned = next(each for each in _sensitivity(run, "--reading=limit=high")["chains"] if each["id"] == "a")
    assert turned["ranks"] == of_a["ranks"] == ({"1": 1, "2": 1} if low == 0 else {"1": 2})
    run("score", "filled.xlsx", "--rulebook", "method.toml", "--reading=limit=high", "-o", "r.xlsx")
    said = f"第1、2名在2种读法中的{1 if low < 4 else 2}种不变。"
    assert said in [row[0].value for row in openpyxl.load_workbook("r.xlsx")["排名"].iter_rows()]


def _with_readings(number: int, leaves: bool) -> str:
    """TWO with as many readings, under each of which its 乙项, or a leaf of its own, earns 0.01, 0.02, 0.04 … for each 乙."""
    text = TWO.replace(SECTION, "".join(LIMIT.replace('"limit"', f'"r{at}"') for at in range(number)) + SECTION)
    points = [f'{{ reading = "r{at}", low = 0.000{at % 9 + 1}{at}, high = {0.01 * 2**at:.2f} }}' for at in range(number)]
    if not leaves:
        terms = "".join(f'  {{ of = "统计局.table", measure = "[乙]", points = {{ per = {each} }} }},\n' for each in points)
        own = 'of = "统计局.table"\nmeasure = "[乙]"\npoints = { per = 1 }\n'
        return text.replace(own, f"terms = [\n{terms}]\n")
    more = "".join(
        f'\n[[indicators]]\nid = "1.{at}"\ntitle = "项{at}"\n\n[[indicators.leaves]]\nid = "1.{at}"\ntitle = "项{at}"\n'
        f'of = "统计局.table"\nmeasure = "[乙]"\npoints = {{ per = {each} }}\n'
        for at, each in enumerate(points, 3)
    )
    return text.replace('\n[[sheets]]\nname = "统计局"', more + '\n[[sheets]]\nname = "统计局"')


def test_past_4096_combinations_a_sample_is_scored_and_the_fewest_readings_are_found_all_the_same(
    run: Run, tmp_path: Path
) -> None:
    # 甲镇: 20 + 1; 乙镇: 1 + 2, and 2 × what the readings give against 1 ×: r11 or r12 alone, 20.48 or 40.96, are more than 18.
    _filled(run, tmp_path, _with_readings(13, leaves=True), {"a": (20, 1), "b": (1, 2)})
    document = _sensitivity(run)
    assert (document["combinations"], document["sampled"]) == (4096, True)  # of 2¹³ = 8192
    assert document == _sensitivity(run)
    pair = document["pairs"][0]
    assert pair["holds"] + pair["ties"] + pair["turns"] == 4096
    assert pair["readings"] in (["r11"], ["r12"])
    # 18.00 to 18.02 by rounding: what is at least 18.01 turns it, that is a number of 1801 or more of 8192.
    assert abs(pair["turns"] / 4096 - (8192 - 1801) / 8192) < 0.03
    assert all(sum(each["ranks"].values()) == 4096 for each in document["chains"])
    told = run("sensitivity", "filled.xlsx", "--rulebook", "method.toml", "--lang", "zh").out
    assert "读法组合太多，抽取4096种（固定种子）计分：\n" in told


def test_readings_that_cannot_be_combined_are_said(run: Run, tmp_path: Path) -> None:
    # Under r0 = high and r1 = equal two sentences are the same, which no rulebook may have.
    readings = "".join(LIMIT.replace('"limit"', f'"r{at}"') for at in range(2))
    terms = "".join(
        f'  {{ of = "统计局.table", measure = "[乙]", points = {{ per = {{ reading = "r{at}", low = {at + 1}, high = 9 }} }} }},\n'
        for at in range(2)
    )
    own = 'of = "统计局.table"\nmeasure = "[乙]"\npoints = { per = 1 }\n'
    method = TWO.replace(SECTION, readings + SECTION).replace(own, f"terms = [\n{terms}]\n")
    _filled(run, tmp_path, method, {"a": (6, 6), "b": (3, 1)})
    outcome = run("sensitivity", "filled.xlsx", "--rulebook", "method.toml")
    assert (outcome.code, outcome.out) == (2, "")
    assert "stands there twice" in outcome.err
    assert run("score", "filled.xlsx", "--rulebook", "method.toml", "-o", "r.xlsx").code == 0


# ---------------------------------------------------------------- level, and without readings


def test_objects_that_are_level_are_called_so_and_their_inputs_put_one_before_the_other(run: Run, tmp_path: Path) -> None:
    _filled(run, tmp_path, TWO, {"a": (3, 1), "b": (1, 3)})
    outcome = run("sensitivity", "filled.xlsx", "--rulebook", "method.toml", "--inputs")
    assert "The method has no readings to choose from; it is scored in one way:\n" in outcome.out
    assert "\n甲镇 and 乙镇 are level\n" in outcome.out
    # 0.005 more is 0.01 when rounded; 0.0001 and a bit less of 1 is 0.99 with 0.0051 … of 3 it is 2.9949.
    assert "乙镇 passes 甲镇: 统计局!C" in outcome.out
    for each in _sensitivity(run, "--inputs")["inputs"]:
        totals = _whatif(run, each)
        assert totals["b"] > totals["a"]
    zh = run("sensitivity", "filled.xlsx", "--rulebook", "method.toml", "--inputs", "--lang", "zh").out
    assert "本办法没有需要选择的口径，只有一种计分：" in zh
    assert "甲镇与乙镇并列\n" in zh
    assert "乙镇超过甲镇：" in zh


def _whatif(run: Run, each: dict) -> dict[str, float]:
    """Object → total with one cell set."""
    asked = f"{each['sheet']}!{each['cell']}={each['to']}"
    document = run("whatif", "filled.xlsx", "--rulebook", "method.toml", "--set", asked, "--json").document
    return {its["id"]: its["total_new"] for its in document["chains"]}


# ---------------------------------------------------------------- single inputs of every kind

VETO = '[[total.veto]]\nof = "统计局.table"\nwhere = { "事故" = ">=1" }\ntotal = 0\ntext = "否决"\n'
COUNTED = TWO.replace(SECTION, SECTION + VETO).replace(
    '  { label = "乙", type = "amount", unit = "元" },\n',
    '  { label = "乙", type = "amount", unit = "元" },\n  { label = "事故", type = "count", unit = "起" },\n',
)


@pytest.mark.parametrize("accidents", [0, 1])
def test_a_count_that_calls_a_veto_down_turns_a_pair(accidents: int, run: Run, tmp_path: Path) -> None:
    # One accident more than now, and nothing is left of 甲镇's 12 points; 乙镇 has 4. From none there is no share of a change.
    limit = accidents + 1
    _filled(run, tmp_path, COUNTED.replace(">=1", f">={limit}"), {"a": (6, 6, accidents), "b": (3, 1, 0)})
    document = _sensitivity(run, "--inputs")
    found = [each for each in (*document["inputs"], *document["choices"]) if each["label"] == "事故"]
    assert [(each["from"], each["to"], each["relative"]) for each in found] == [(accidents, limit, float(accidents))]
    assert _whatif(run, found[0]) == {"a": 0.0, "b": 4.0}


def test_a_percentage_goes_up_to_the_whole_and_no_further(run: Run, tmp_path: Path) -> None:
    # 乙镇 earns 9 at 100 % alone, which is more than 甲镇's 5; 100 % is as much as the cell can hold.
    steps = TWO.replace('measure = "[乙]"\npoints = { per = 1 }', 'measure = "[乙]"\npoints = { steps = [[1, 9]] }')
    method = steps.replace('{ label = "乙", type = "amount", unit = "元" }', '{ label = "乙", type = "percent" }')
    _filled(run, tmp_path, method, {"a": (5, 0.5), "b": (0, 0.85123456)})
    found = [each for each in _sensitivity(run, "--inputs")["inputs"] if each["cell"].startswith("C")]
    assert [(each["chain"], each["from"], each["to"]) for each in found] == [("b", 0.85123456, 1.0)]
    assert _whatif(run, found[0]) == {"a": 5.0, "b": 9.0}


BENCHMARK = (
    TWO.replace('measure = "[甲]"', 'measure = "[甲] / [基准]"')
    .replace('of = "统计局.table"\nmeasure = "[乙]"', 'of = "统计局.ledger"\nmeasure = "[金额] * [基准]"')
    .replace(
        'name = "统计局"\n', 'name = "统计局"\ncells = [{ label = "基准", type = "amount", unit = "元", positive = true }]\n'
    )
    + """
[sheets.ledger]
title = "台账"
name = "事项"
columns = [
  { label = "乡镇", type = "object" },
  { label = "事项", type = "text" },
  { label = "金额", type = "amount", unit = "元" },
]
"""
)


def test_a_labelled_cell_is_changed_for_the_table_and_for_the_ledger_of_its_sheet(run: Run, tmp_path: Path) -> None:
    # 甲镇 10 ÷ 基准, 乙镇 3 × 基准: at 1.825 both are 5.48 (5.4795 and 5.475), a little below that 乙镇 still has 5.47.
    facts = SheetFacts(cells={"基准": 1}, table={"a": (10, 0), "b": (0, 0)}, ledger=[("b", ("样例", 3))])
    _filled(run, tmp_path, BENCHMARK, facts)
    found = [each for each in _sensitivity(run, "--inputs")["inputs"] if each["label"] == "基准"]
    assert [(each["from"], each["to"], each["relative"], each["chain"]) for each in found] == [(1, 1.825, 0.825, None)]
    assert _whatif(run, found[0]) == {"a": 5.48, "b": 5.48}


def test_no_choice_is_told_that_the_checks_refuse(run: Run, sample: Path) -> None:
    # 建成投产 needs its date, 龙头企业 its output: alone they are errors.
    choices = run("sensitivity", sample, "--inputs", "--json").document["choices"]
    assert {each["label"] for each in choices} >= {"项目性质", "进展阶段", "备案日期"}
    assert max(Counter((each["above"], each["below"]) for each in choices).values()) <= 5
    for each in choices:
        outcome = run("whatif", sample, "--set", f"{each['sheet']}!{each['cell']}={each['to'] or ''}", "--json")
        assert outcome.code == 0, each
        totals = {its["id"]: its["total_new"] for its in outcome.document["chains"]}
        assert totals.get(each["below"], 0) >= totals.get(each["above"], 0), each


def test_the_smallest_change_is_found_to_four_digits(run: Run, sample: Path) -> None:
    # 样例 projects of 3.2 and 1.6 亿元: below 2 and below 1 they earn a step less.
    inputs = run("sensitivity", sample, "--inputs", "--json").document["inputs"]
    found = {each["cell"]: each["to"] for each in inputs if each["sheet"] == "市商务局"}
    assert (found["D14"], found["D22"], found["D31"]) == (1.9999, 0.9999, 2.0)


# ---------------------------------------------------------------- one object less


def test_where_a_mean_stands_for_a_figure_leaving_one_out_changes_the_order_of_the_others(run: Run, tmp_path: Path) -> None:
    # 甲镇 has no figure: the mean of 5 and 9 is 7, between the two. Without either it has what the other has.
    third = '[[objects]]\nid = "c"\nname = "丙镇"\n\n' + SECTION
    mean = TWO.replace(SECTION, third).replace('measure = "[甲]"\n', 'measure = "[甲]"\nmissing = "mean"\n')
    method = mean.replace(
        '{ label = "甲", type = "amount", unit = "元" }', '{ label = "甲", type = "amount", unit = "元", required = false }'
    )
    _filled(run, tmp_path, method, {"a": (None, 0), "b": (5, 0), "c": (9, 0)})
    document = _sensitivity(run)
    assert [(each["id"], each["total"]) for each in document["chains"]] == [("c", 9.0), ("a", 7.0), ("b", 5.0)]
    assert document["without"] == [
        {"chain": "b", "order": ["c", "a"], "ranks": [1, 1]}, {"chain": "c", "order": ["a", "b"], "ranks": [1, 1]},
    ]  # fmt: skip
    told = run("sensitivity", "filled.xlsx", "--rulebook", "method.toml").out
    assert "Without 乙镇 the order of the others would be: 丙镇 = 甲镇\n" in told
