"""Explanations: complete (every point and every row is there), and said as the scoring function returned them."""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.method.loading import load_rulebook
from chainscore.method.rulebook import Leaf, Rulebook
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.scoring.explain import Explanation, before_rounding, explain, find_chain, find_leaves, parts
from chainscore.show.documents import explain_document
from chainscore.words.texts import because
from tests.conftest import Run
from tests.scoring.test_scoring import certified, project, technology
from tests.support.facts import NAMES, appraised, quarter, write_plainly
from tests.support.filling import BOOK, EXAMPLES, filled

# ---------------------------------------------------------------- completeness


@dataclass
class Example:
    """A worked example, appraised, with all its chains explained."""

    facts: dict[str, Any]
    expected: dict[str, Any]
    book: Rulebook
    workbook: openpyxl.Workbook
    explanations: dict[str, Explanation]

    def leaves(self) -> Iterator[tuple[str, Any]]:
        for chain, explanation in self.explanations.items():
            for explained in explanation.leaves:
                yield chain, explained


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    content = json.loads(request.param.read_text(encoding="utf-8"))
    path = tmp_path_factory.mktemp("example") / "filled.xlsx"
    workbook = filled(content["facts"])
    workbook.save(path)
    book = load_rulebook(choices=content["readings"])
    scorecard = appraise([path], book).scorecard
    assert scorecard is not None
    explanations = {chain: explain(scorecard, book, chain, find_leaves(book, None)) for chain in NAMES}
    return Example(content["facts"], content["expected"], book, workbook, explanations)


def rounded(exact: Fraction) -> Fraction:
    """Half up to two decimals, worked out apart from the program."""
    return Fraction(math.floor(exact * 100 + Fraction(1, 2)), 100)


def test_the_points_of_the_evidence_added_capped_floored_and_rounded_are_the_published_score(example: Example) -> None:
    checked = 0
    for chain, explained in example.leaves():
        result = explained.result
        exact = result.start + sum(each.points for each in result.evidence)
        if result.cap is not None:
            exact = min(exact, result.cap)
        if result.floor is not None:
            exact = max(exact, result.floor)
        published = Decimal(str(example.expected[chain]["scores"][explained.leaf.id]))
        assert rounded(exact) == Fraction(published), (chain, explained.leaf.id)
        assert (explained.rounded_from is not None) == (exact != rounded(exact))
        checked += 1
    assert checked == 6 * 19


def test_start_cap_and_floor_are_the_rulebooks(example: Example) -> None:
    deductions = {"4.1": (4, 0), "4.2": (3, 0)}
    caps = {
        "1.4": 15,
        "3.1": 4,
        "4.3": 3,
        **dict.fromkeys(("2.1", "2.2", "2.3", "2.4", "2.5"), 5),
        **dict.fromkeys(("3.2", "3.3", "3.4"), 2),
    }
    for _, explained in example.leaves():
        leaf, result = explained.leaf.id, explained.result
        start, floor = deductions.get(leaf, (0, None))
        assert (result.start, result.floor, result.cap) == (start, floor, caps.get(leaf))


def test_the_document_shows_exactly_that_evidence(example: Example) -> None:
    for chain, explanation in example.explanations.items():
        document = explain_document(explanation, example.book, "zh")
        assert [leaf["leaf"] for leaf in document["leaves"]] == [leaf.id for leaf in BOOK.leaves]
        for shown, explained in zip(document["leaves"], explanation.leaves, strict=True):
            assert shown["score"] == example.expected[chain]["scores"][shown["leaf"]]
            assert len(shown["evidence"]) == len(explained.result.evidence)
            for row, evidence in zip(shown["evidence"], explained.result.evidence, strict=True):
                assert row["points"] == float(evidence.points)
                assert row["counted"] or row["points"] == 0
                assert row["why"]
                # What all rows of a chain come to together stands in no cell.
                assert row["cells"] or (shown["leaf"], row["label"]) == ("1.3.1", "招商任务")


LEDGERS: dict[str, dict[str, tuple[str, ...]]] = {
    "1.3.1": {"市商务局": ()}, "1.3.2": {"市商务局": ()}, "1.4": {"市发改局": ()},
    "2.1": {"市统计局": ("新增规模企业",), "市科技工信局": ("高新技术企业",)},
    "2.2": {"市科技工信局": ("国家级小巨人", "省级小巨人")},
    "2.3": {"市金融办": ("上市", "递交首发上市申请材料", "辅导报备", "股改挂牌")},
    "2.4": {"市科技工信局": ("龙头企业",)},
    "2.5": {"市科技工信局": ("国家级平台", "省级平台", "湘潭市级平台")},
    "3.1": {"落地办": ("招商推介会", "外出招商")}, "3.2": {"落地办": ("产销对接会", "配套协作活动")},
    "3.3": {"落地办": ("融资对接会", "设立或引进产业链扶持基金", "企业获得基金投资")}, "3.4": {"落地办": ("政产学研活动",)},
    "4.3": {"产业链办公室和落地办": ("中央主流媒体", "省级媒体", "湘潭市级媒体")},
}  # fmt: skip
"""Leaf → sheet → the categories of the ledger that it is about, all where there are none; the other leaves are of tables."""


def names_in_ledgers(leaf: Leaf, chain: str, facts: dict[str, Any]) -> Counter[tuple[str, str]]:
    """(sheet, name) of every event that bears on a leaf, read off the facts and not off the tables."""
    found: Counter[tuple[str, str]] = Counter()
    for sheet, categories in LEDGERS[leaf.id].items():
        ledger = BOOK.sheet(sheet).ledger
        assert ledger is not None
        for row in facts["sheets"][sheet]["ledger"]:
            if row["产业链"] == NAMES[chain] and (not categories or row[ledger.category or ""] in categories):
                found[sheet, row[ledger.name]] += 1
    return found


def test_every_ledger_row_of_a_chain_in_a_category_of_the_leaf_appears_once_and_no_other(example: Example) -> None:
    rows = 0
    for chain, explained in example.leaves():
        leaf = explained.leaf
        if leaf.id not in LEDGERS:
            continue
        evidence = [each for each in explained.result.evidence if each.row is not None]
        whole = [each.label for each in explained.result.evidence if each.row is None]
        assert whole == (["招商任务"] if leaf.id == "1.3.1" else [])
        seen = Counter((each.sheet, each.label) for each in evidence)
        if leaf.id == "2.4":
            orphans = {place for place in seen if place[0] == "市统计局"}
            taken = [each for each in evidence if "市统计局!年产值（亿元）" in each.facts]
            certificates = [
                row for row in example.facts["sheets"]["市统计局"]["ledger"]
                if row["产业链"] == NAMES[chain] and row["事项类别"] == "龙头企业产值核定"
            ]  # fmt: skip
            # A certificate is named by the row that it certifies, or stands there on its own.
            assert len(certificates) == len(orphans) + len(taken)
            seen = Counter({place: number for place, number in seen.items() if place not in orphans})
        assert seen == names_in_ledgers(leaf, chain, example.facts), (chain, leaf.id)
        rows += sum(seen.values())
    assert rows > 100


def test_every_cell_that_is_named_holds_what_is_said_of_it(example: Example) -> None:
    for chain, explained in example.leaves():
        for each in explained.result.evidence:
            held = set()
            for named, cell in each.cells.items():
                # A figure of another sheet, such as a certified output, names that sheet: 市统计局!年产值（亿元）.
                other, _, label = named.rpartition("!")
                sheet = example.workbook[other or each.sheet]
                in_column = [sheet.cell(row, sheet[cell].column).value for row in range(1, sheet[cell].row)]
                beside = [sheet.cell(sheet[cell].row, column).value for column in range(1, sheet[cell].column)]
                assert label in (*in_column, *beside), (chain, explained.leaf.id, label, cell)
                held.add(sheet[cell].value)
            if explained.leaf.id in LEDGERS and each.row is not None:
                assert each.label in held
            if isinstance(each.value, str):
                assert each.value in held


def test_a_certified_output_that_nobody_entered_is_there_and_says_that_it_earns_nothing(tmp_path: Path) -> None:
    facts = quarter(市统计局=[certified(4), certified(9, "样例孤企业")], 市科技工信局=[technology("龙头企业")])
    evidence = explained(appraised(facts, tmp_path), "2.4").leaves[0].result.evidence
    assert [(each.sheet, each.label, each.points, each.counted) for each in evidence] == [
        ("市科技工信局", "样例企业", 1, True), ("市统计局", "样例孤企业", 0, False),
    ]  # fmt: skip
    assert because(evidence[1].why, "zh") == "市科技工信局没有报送，核定的年产值不计分"


def explained(appraisal: Appraisal, part: str | None = None, chain: str = "electronics") -> Explanation:
    assert appraisal.scorecard is not None
    return explain(appraisal.scorecard, BOOK, chain, find_leaves(BOOK, part))


# ---------------------------------------------------------------- sums, rounding, extremes


def test_the_parts_of_every_sum_add_up_to_it(example: Example) -> None:
    for explanation in example.explanations.values():
        assert sum(explanation.terms) == explanation.score.total
        for section in explanation.sections:
            assert sum(section.terms) == section.score
            for indicator in section.indicators:
                assert sum(term for term in indicator.terms if term is not None) == indicator.score
        assert [section.score for section in explanation.sections] == list(explanation.terms)


def test_what_is_printed_adds_up(run: Run, q2: Path) -> None:
    sums = re.findall(r"：([\d.]+(?: \+ [\d.]+)+)＝([\d.]+)", run("explain", q2, "culture", "--lang", "zh").out)
    # The total, four sections, three indicators of more than one leaf; and the formulas that are sums of points.
    assert len([total for _, total in sums if re.fullmatch(r"\d+\.\d\d", total)]) == 8
    assert all(sum(map(Decimal, terms.split(" + "))) == Decimal(total) for terms, total in sums)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("0.645", "0.645"), ("0.644999999", "0.644999999"), ("2.3125", "2.3125")],
)
def test_the_exact_score_is_shown_with_as_many_decimals_as_tell_the_rounding(exact: str, shown: str) -> None:
    assert before_rounding(Fraction(exact), 2) == shown


def test_an_exact_score_without_end_is_shown_as_rounded_on_its_own_side() -> None:
    assert before_rounding(Fraction(2, 3), 2) == "≈0.6667"
    # 0.64499999999966…: four decimals would look like 0.645, which is rounded up.
    assert before_rounding(Fraction("0.645") - Fraction(1, 3 * 10**9), 2) == "≈0.6449999997"


def test_minimum_and_maximum_come_with_the_figures_of_the_chains_that_have_them(tmp_path: Path) -> None:
    facts = quarter()
    table = facts["市统计局"]["table"]
    for row, current in zip(table, (100, 130, 110, 100, 120, 115), strict=True):
        row["本期产值（万元）"] = current
    (leaf,) = explained(appraised(facts, tmp_path), "1.1.1").leaves
    found = {extreme.key: [(chain.id, dict(each.cells)) for chain, each in extreme.holders] for extreme in leaf.extremes}
    rows = {chain: evidence.cells for extreme in leaf.extremes for chain, evidence in ((c.id, e) for c, e in extreme.holders)}
    assert {key: [chain for chain, _ in holders] for key, holders in found.items()} == {
        "smallest": ["building", "culture"], "largest": ["electrical"],
    }  # fmt: skip
    assert [extreme.value for extreme in leaf.extremes] == ["0%", "30%"]
    # Six rows in the order of the rulebook's chains.
    lines = {chain: int(re.sub(r"\D", "", cells["本期产值（万元）"])) for chain, cells in rows.items()}
    assert (lines["electrical"] - lines["building"], lines["culture"] - lines["building"]) == (1, 3)


def test_where_all_chains_are_level_there_is_no_minimum_to_point_at(tmp_path: Path) -> None:
    (leaf,) = explained(appraised(quarter(), tmp_path), "1.1.1").leaves
    assert (leaf.extremes, leaf.result.formula.key) == ((), "standing.equal")


# ---------------------------------------------------------------- naming chains and parts


@pytest.mark.parametrize("chain", BOOK.chains, ids=lambda chain: chain.id)
def test_a_chain_is_found_by_each_of_its_names_with_and_without_the_suffix(chain: Any) -> None:
    for name in (chain.id, chain.name, chain.short_name, *chain.aliases):
        assert find_chain(BOOK, name) == chain.id
        assert find_chain(BOOK, f" {name}产业链") == chain.id
    assert find_chain(BOOK, chain.id.upper()) == chain.id
    assert find_chain(BOOK, chain.name[:-1] + "某") is None


@pytest.mark.parametrize(
    ("part", "leaves"),
    [
        ("1.3.2", ["1.3.2"]), ("1.3", ["1.3.1", "1.3.2"]), ("１．３", ["1.3.1", "1.3.2"]), ("1.4", ["1.4"]),
        ("3", ["3.1", "3.2", "3.3", "3.4"]), ("5", []), ("1.", []), ("", []), ("1.3.2.1", []), ("招商", []),
    ],
)  # fmt: skip
def test_a_part_is_a_leaf_an_indicator_or_a_section(part: str, leaves: list[str]) -> None:
    assert [leaf.id for leaf in find_leaves(BOOK, part)] == leaves


def test_every_part_that_is_offered_is_one() -> None:
    assert len(parts(BOOK)) == 4 + 16 + 19 - 13  # thirteen leaves are all of their indicator
    assert all(find_leaves(BOOK, part) for part in parts(BOOK))


@pytest.mark.parametrize("name", ["电子信息", "电子信息产业链", "electronics"])
def test_the_command_takes_any_name(name: str, run: Run, q2: Path) -> None:
    assert run("explain", q2, name, "1.3", "--json").document["chain"] == "electronics"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["电子信吸"], ["电子信吸", *NAMES, "电子信息"]),
        (["electronics", "1.5"], ["1.5", "1.4", "1.3.2", "4.3"]),
        ([], ["OBJECT"]),
        (["electronics", "1", "2"], ["2"]),
        (["electronics", "--reading", "x=y"], ["listing_stages"]),
    ],
)
def test_an_unknown_chain_or_part_is_wrong_usage_and_lists_the_valid_ones(
    arguments: list[str], words: list[str], run: Run, q2: Path
) -> None:
    for extra in ([], ["--json"]):
        outcome = run("explain", q2, *arguments, *extra)
        assert (outcome.code, outcome.out) == (2, "")
        assert all(word in outcome.err for word in words)


# ---------------------------------------------------------------- the document


def test_the_document_is_as_the_contract_says(run: Run, tmp_path: Path) -> None:
    projects = [project(2.3, top500="是"), project(0.15, 2), project(1, 3, filed=None)]
    write_plainly(tmp_path / "q.xlsx", quarter(市商务局=projects))
    outcome = run("explain", "q.xlsx", "electronics", "1.3.2", "--json", "--lang", "zh")
    assert (outcome.code, outcome.err) == (0, "")
    # Two labelled cells in rows 1 and 2, the header in row 4, projects from row 5 on.
    cells = [
        {"项目名称": f"B{row}", "投资额（亿元）": f"D{row}", "备案日期": f"F{row}", "是否三类500强": f"G{row}"}
        for row in (5, 6, 7)
    ]
    assert outcome.document == {
        "schema": "chainscore/explain/1", "period": "2023Q2", "chain": "electronics",
        "leaves": [{
            "leaf": "1.3.2", "title": "分档计分", "clause": "三（一）3、附2", "score": 7, "cap": None, "formula": "7",
            "evidence": [
                {"sheet": "市商务局", "cells": cells[0], "label": "样例项目1", "value": 2.3, "points": 7, "counted": True, "why": "≥2 → 6，是否三类500强＝是 → 1"},
                {"sheet": "市商务局", "cells": cells[1], "label": "样例项目2", "value": 0.15, "points": 0, "counted": False, "why": "低于最低一档（0.2亿元）"},
                {"sheet": "市商务局", "cells": cells[2], "label": "样例项目3", "value": 1, "points": 0, "counted": False, "why": "未备案，视同未引进"},
            ],
        }],
    }  # fmt: skip


def test_numbers_are_json_numbers_and_categories_text(run: Run, q2: Path) -> None:
    document = run("explain", q2, "culture", "--json").document
    assert list(document) == ["schema", "period", "chain", "leaves"]
    assert len(document["leaves"]) == 19
    for leaf in document["leaves"]:
        assert list(leaf) == ["leaf", "title", "clause", "score", "cap", "formula", "evidence"]
        assert type(leaf["score"]) in (int, float)
        assert type(leaf["cap"]) in (int, float, type(None))
        for row in leaf["evidence"]:
            assert list(row) == ["sheet", "cells", "label", "value", "points", "counted", "why"]
            assert type(row["points"]) in (int, float)
            assert type(row["value"]) in (int, float, str)
            assert type(row["counted"]) is bool
    caps = {leaf["leaf"]: leaf["cap"] for leaf in document["leaves"]}
    assert (caps["1.3.2"], caps["1.4"], caps["4.1"]) == (None, 15, None)


def test_the_document_agrees_with_that_of_score(run: Run, q2: Path) -> None:
    chains = run("score", q2, "--json").document["chains"]
    for chain in chains:
        leaves = run("explain", q2, chain["id"], "--json").document["leaves"]
        assert {leaf["leaf"]: leaf["score"] for leaf in leaves} == chain["scores"]


def test_a_reading_is_followed_and_said(run: Run, q2: Path) -> None:
    plain = run("explain", q2, "electronics", "2.3", "--json").document
    chosen = run("explain", q2, "electronics", "2.3", "--json", "--reading", "listing_stages=highest").document
    assert (plain["leaves"][0]["score"], chosen["leaves"][0]["score"]) == (1.5, 1)
    assert "readings" not in plain
    assert chosen["readings"]["listing_stages"] == "highest"
    assert "listing_stages=highest" in run("explain", q2, "electronics", "2.3", "--reading", "listing_stages=highest").out


# ---------------------------------------------------------------- findings and drafts


def test_findings_that_block_leave_standard_output_empty(run: Run, mistaken: Path) -> None:
    outcome = run("explain", mistaken, "food", "4.2")
    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 18
    assert "17 errors" in outcome.err.splitlines()[-1]


def test_the_document_of_a_refused_explanation_has_no_leaves_but_the_findings(run: Run, mistaken: Path) -> None:
    outcome = run("explain", mistaken, "food", "4.2", "--json")
    assert (outcome.code, outcome.err) == (1, "")
    assert list(outcome.document) == ["schema", "period", "chain", "leaves", "findings"]
    assert (outcome.document["period"], outcome.document["chain"], outcome.document["leaves"]) == ("2023Q2", "food", [])
    assert outcome.document["findings"] == run("check", mistaken, "--json").document["findings"]


def test_a_file_that_is_not_there_ends_with_two(run: Run) -> None:
    outcome = run("explain", "nowhere.xlsx", "food")
    assert (outcome.code, outcome.out) == (2, "")
    assert "E101" in outcome.err
    assert run("explain", "nowhere.xlsx", "food", "--draft", "--json").document["leaves"] == []


def test_in_a_draft_what_is_pending_is_null_and_never_zero(run: Run, mistaken: Path) -> None:
    outcome = run("explain", mistaken, "food", "--draft", "--json")
    assert outcome.code == 0
    assert outcome.document["draft"] is True
    scores = {leaf["leaf"]: leaf["score"] for leaf in outcome.document["leaves"]}
    assert {leaf for leaf, score in scores.items() if score is None} == {"1.2.1", "1.2.2", "2.3", "4.2"}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            [
                "草稿：有错误的行未计入，缺数据的指标待定，有待定指标的总分和名次也待定。",
                "    1.2 产业链税收（满分10）：待定 + 待定＝待定（不完整，待定：1.2.1, 1.2.2）",
                "      1.2.1 税收增速（满分5）：待定",
                "        计算：待定：缺少数据",
            ],
        ),
        (
            "en",
            [
                "DRAFT (草稿): unsound rows are left out; leaves without figures are pending, and so are the totals and ranks that rest on them.",
                "    1.2 产业链税收 (marks: 10): pending + pending = pending (incomplete, pending: 1.2.1, 1.2.2)",
                "      1.2.1 税收增速 (marks: 5): pending",
                "        Formula: pending: a figure is missing",
            ],
        ),
    ],
)
def test_a_draft_says_so_and_names_what_its_sums_lack(language: str, lines: list[str], run: Run, mistaken: Path) -> None:
    printed = run("explain", mistaken, "food", "1.2", "--draft", "--lang", language).out.splitlines()
    assert [line for line in lines if line not in printed] == []
    assert not any("rounded" in line or "四舍五入" in line for line in printed)


def test_a_row_in_error_is_there_in_a_draft_and_says_that_it_is_left_out(run: Run, mistaken: Path) -> None:
    rows = run("explain", mistaken, "food", "1.3.2", "--draft", "--json").document["leaves"][0]["evidence"]
    assert {row["cells"]["项目名称"]: row["why"] for row in rows if not row["counted"]} == {
        "B20": "an error stands in this row: left out of the draft", "B30": "an error stands in this row: left out of the draft",
    }  # fmt: skip


# ---------------------------------------------------------------- what a person sees


def test_the_tree_of_a_leaf_has_clause_rows_cells_formula_and_rounding(run: Run, q2: Path) -> None:
    # Read off sample_data/q2-2023.toml and worked out by hand: 1 + 0.85 × 0.75 + 0.9 × 0.75 = 2.3125.
    printed = run("explain", q2, "electronics", "1.4", "--lang", "zh").out.splitlines()
    assert printed[3:] == [
        "电子信息：38.70 + 7.50 + 4.90 + 9.80＝60.90，名次：3",
        "  1 产业链成效（满分55）：8.93 + 8.46 + 19.00 + 2.31＝38.70",
        "    1.4 项目建设（满分15）：2.31",
        "      条款三（一）4：根据产业链项目（投资额2000万元以上）建设情况进行分类计分。新建项目完成年度投资计划的，每个计0.75分，未完成年度投资计划的项目按照完成比例（80%以上）×0.75计分。新建项目完成建设并投产的，每个计1.5分；续建项目完成年度投资计划的，每个计0.5分，未完成年度投资计划的项目按照完成比例（80%以上）×0.5计分。续建项目完成建设并投产的，每个计1分。本项得分最高不超过15分。",
        "      最高15分",
        "      +1       样例线路板环保技改：项目性质＝续建，是否建成投产＝是 → 1",
        "        市发改局：项目名称 B18，项目性质 C18，总投资（万元） D18，是否建成投产 G18，累计完成投资（万元） F18，年度计划投资（万元） E18",
        "      +0.6375  样例显示模组厂房：取1与累计完成投资（万元）÷年度计划投资（万元）的较小值＝85%，≥80% → 0.75×85%＝0.6375",
        "        市发改局：项目名称 B19，项目性质 C19，总投资（万元） D19，是否建成投产 G19，累计完成投资（万元） F19，年度计划投资（万元） E19",
        "      +0.675   样例电子元器件检测楼：取1与累计完成投资（万元）÷年度计划投资（万元）的较小值＝90%，≥80% → 0.75×90%＝0.675",
        "        市发改局：项目名称 B27，项目性质 C27，总投资（万元） D27，是否建成投产 G27，累计完成投资（万元） F27，年度计划投资（万元） E27",
        "      计算：1 + 0.6375 + 0.675＝2.3125",
        "      四舍五入：2.3125 → 2.31",
        "",
        "检查发现：0个错误，2个警告，7个提示。（chainscore check 可列出全部）",
    ]


def test_an_efficacy_leaf_shows_its_own_value_the_minimum_the_maximum_and_whose_they_are(run: Run, q2: Path) -> None:
    printed = [line.strip() for line in run("explain", q2, "electronics", "1.1.2").out.splitlines()]
    assert printed[8:14] == [
        "≈3.9289  产值占比: 628300 ÷ 5350000 ≈ 11.7439%",
        "市统计局: 本期产值（万元） B15, 全市工业总产值（万元） B9",
        "Minimum 4.0127%: 文体旅游 (市统计局: 本期产值（万元） B16, 全市工业总产值（万元） B9)",
        "Maximum 20.6579%: 绿色食品商贸 (市统计局: 本期产值（万元） B18, 全市工业总产值（万元） B9)",
        "Formula: 3 + 2 × 0.4645 ≈ 3.9289, where 0.4645 = (11.7439% - 4.0127%) / (20.6579% - 4.0127%); minimum: 文体旅游, maximum: 绿色食品商贸",
        "Rounded half up: ≈3.9289 → 3.93",
    ]


def test_a_deduction_shows_start_floor_and_what_is_taken_off(run: Run, q2: Path) -> None:
    printed = [line.strip() for line in run("explain", q2, "culture", "4.1").out.splitlines()]
    assert "Start: 4, Floor: 0" in printed
    assert [line for line in printed if line.startswith("-1")] == [
        "-1  客商库: 已建立未更新 → -1", "-1  人才池: 已建立未更新 → -1", "-1  资金池: 未建立 → -1",
    ]  # fmt: skip
    assert "Formula: 4 - 1 - 1 - 1 = 1" in printed


def test_a_row_that_earned_nothing_says_its_own_value_and_why(run: Run, q2: Path) -> None:
    printed = run("explain", q2, "electronics", "--lang", "zh").out
    assert "0   样例电子元件仓储项目：投资额（亿元） 0.15，低于最低一档（0.2亿元）" in printed
    assert "0     样例电子科技有限公司甲：高新技术企业，已按“新增规模企业”计分（市统计局!B26），不重复计" in printed
    assert "没有填报这类事项" in printed


def test_a_shared_rank_is_shown_as_one(run: Run, tmp_path: Path) -> None:
    write_plainly(tmp_path / "level.xlsx", quarter())
    assert "名次：并列1" in run("explain", "level.xlsx", "food", "--lang", "zh").out


def test_files_are_named_where_there_are_several(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    folder.mkdir()
    for name, facts in quarter(市商务局=[project(2)]).items():
        write_plainly(folder / f"{name}.xlsx", {name: facts})
    printed = run("explain", "returns", "electronics").out
    assert "市商务局.xlsx:市商务局: 项目名称 B" in printed
    assert "市统计局.xlsx:市统计局: 本期产值（万元） B" in printed
    # One file is all that 1.3 comes from.
    assert ".xlsx" not in run("explain", "returns", "electronics", "1.3").out


def test_a_pipe_gets_plain_text_and_a_terminal_branches(run: Run, q2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not re.search("[\x1b─-╿]", run("explain", q2, "electronics").out)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    coloured = run("explain", q2, "electronics", "1.3").out
    assert "├── " in coloured
    assert "\x1b[32m+6" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    plain = run("explain", q2, "electronics", "1.3").out
    assert not re.search("\x1b\\[[0-9;]*3[0-9]m", plain)
    assert "├── " in plain


def test_a_name_as_somebody_typed_it_is_neither_markup_nor_a_line_of_its_own(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plainly(tmp_path / "q.xlsx", quarter(市商务局=[{**project(2), "项目名称": "[bold]样例\n项目\x1b[31m{x}"}]))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    assert "[bold]样例 项目[31m{x}: 投资额（亿元） 2, ≥2 → 6" in run("explain", "q.xlsx", "electronics", "1.3.2").out


def test_a_results_workbook_is_explained_as_the_workbook_that_it_was_scored_from(run: Run, sample: Path) -> None:
    assert run("score", sample, "-o", "results.xlsx").code == 0
    told = run("explain", sample, "materials").out.splitlines()[:-2]  # all but the count of findings
    again = run("explain", "results.xlsx", "materials").out.splitlines()
    assert len(told) > 100
    assert again == told
    documents = [run("explain", each, "materials", "--json").document["leaves"] for each in (sample, "results.xlsx")]
    assert documents[0] == documents[1]


@pytest.mark.parametrize("source", ["filled", "results"])
def test_what_was_lost_stands_by_its_size_with_its_reasons_and_the_next_points(source: str, run: Run, sample: Path) -> None:
    if source == "results":
        run("score", sample, "-o", "results.xlsx")
    file = sample if source == "filled" else "results.xlsx"
    document = run("explain", file, "culture", "--lost", "--json", "--lang", "zh").document
    lost = [(leaf["leaf"], leaf["marks"], leaf["lost"]) for leaf in document["leaves"]]
    # 0.5 of 15, 1.5 of 15, and in the rulebook's order 0 of 5 three times.
    assert lost[:5] == [("1.4", 15, 14.5), ("1.3.2", 15, 13.5), ("1.3.1", 5, 5), ("2.2", 5, 5), ("2.4", 5, 5)]
    assert [leaf["lost"] for leaf in document["leaves"]] == sorted((leaf["lost"] for leaf in document["leaves"]), reverse=True)
    assert [(step["gain"], step["cell"]) for step in document["next"]][:2] == [(11, "市商务局!F26"), (4.5, None)]
    out = run("explain", file, "culture", "1.3", "--lost", "--lang", "zh").out
    assert "  1.3.2 分档计分：失13.50分（满分15，得1.50）\n" in out
    assert "样例文旅综合体项目：投资额（亿元） 2.05，未备案，视同未引进\n" in out
    assert "1.4 项目建设：失" not in out
    assert "  “样例文旅综合体项目”补齐“备案日期”：+11.00分（1.3.2 分档计分 市商务局!F26）\n" in out
    assert "1.3.2 分档计分: 13.50 lost (1.50 of 15)" in run("explain", file, "culture", "--lost").out
