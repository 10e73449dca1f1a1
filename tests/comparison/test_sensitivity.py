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


def test_the_fewest_readings_that_turn_a_pair_turn_it(run: Run, sample: Path) -> None:
    book = load_rulebook()
    document = run("sensitivity", sample, "--json").document
    turned = [pair for pair in document["pairs"] if pair["turns"]]
    assert turned, "the sample has a pair that turns"
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
