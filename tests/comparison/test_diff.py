"""``chainscore diff``: what changed between two quarters and why, from filled and from results workbooks."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from chainscore.comparison.console import print_diff
from chainscore.comparison.diff import compare
from chainscore.comparison.documents import diff_document
from chainscore.comparison.quarters import load_quarter
from chainscore.comparison.workbook import write_diff
from chainscore.method.rulebook import Rulebook
from tests.conftest import REPOSITORY, Run
from tests.scoring.test_scoring import activity, certified, construction, listing, news, project, scale, technology
from tests.support.facts import NAMES, quarter, write_plainly
from tests.support.paper import scale_on_paper

CHAIN = "electronics"
Facts = dict[str, dict[str, Any]]


def chain_of(document: Mapping[str, Any], chain: str = CHAIN) -> Any:
    return next(each for each in document["chains"] if each["id"] == chain)


def leaf_of(document: Mapping[str, Any], leaf: str, chain: str = CHAIN) -> Any:
    return chain_of(document, chain)["leaves"][leaf]


def cells(found: Mapping[str, Any]) -> tuple[Any, ...]:
    return found["code"], found["severity"], found["file"], found["sheet"], found["cell"]


@pytest.fixture
def compared(run: Run, tmp_path: Path) -> Callable[..., Any]:
    """The JSON document of two quarters, and what comes of the exit code."""

    def call(old: Facts, new: Facts, *options: str, periods: tuple[str, str] = ("2023Q1", "2023Q2"), code: int = 0) -> Any:
        write_plainly(tmp_path / "q1.xlsx", old, periods[0])
        write_plainly(tmp_path / "q2.xlsx", new, periods[1])
        outcome = run("diff", "q1.xlsx", "q2.xlsx", "--json", *options)
        assert (outcome.code, outcome.err) == (code, "")
        return outcome.document

    return call


def early(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record whose dates lie in the first quarter."""
    return {label: "2023-02-01" if "日期" in label and value is not None else value for label, value in record.items()}


def first(**ledgers: list[dict[str, Any]]) -> Facts:
    """A first quarter."""
    facts = quarter(**{sheet: [early(row) for row in rows] for sheet, rows in ledgers.items()})
    for sheet in facts.values():
        sheet["sign"]["填报日期"] = "2023-04-03"
    return facts


# ---------------------------------------------------------------- nothing differs


def test_a_workbook_does_not_differ_from_itself(run: Run, sample: Path) -> None:
    outcome = run("diff", sample, sample)
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1] == "No differences."
    assert run("diff", sample, sample, "--exit-code").code == 0
    document = run("diff", sample, sample, "--json").document
    assert (document["chains"], document["findings"]) == ([], [])


def test_a_results_workbook_does_not_differ_from_what_it_was_scored_from(run: Run, sample: Path) -> None:
    run("score", sample, "-o", "results.xlsx")
    for pair in (("results.xlsx", sample), (sample, "results.xlsx"), ("results.xlsx", "results.xlsx")):
        document = run("diff", *pair, "--json").document
        assert (document["old"], document["new"]) == ("2023Q2", "2023Q2")
        assert (document["chains"], document["findings"]) == ([], [])


def test_rows_are_matched_by_name_and_category_wherever_they_stand(compared: Callable[..., Any]) -> None:
    rows = [listing("辅导报备", "样例甲公司"), listing("股改挂牌", "样例甲公司"), listing("股改挂牌", "样例乙公司")]
    moved = [{**row, "企业名称": f" {row['企业名称'][:2]}　{row['企业名称'][2:]}"} for row in reversed(rows)]
    assert compared(quarter(市金融办=rows), quarter(市金融办=moved), periods=("2023Q2", "2023Q2"))["chains"] == []


# ---------------------------------------------------------------- what differs


def test_rows_added_removed_and_changed_with_both_cells(compared: Callable[..., Any]) -> None:
    old = first(市商务局=[project(1.2, 1), project(0.6, 2), project(3, 3)])
    new = quarter(市商务局=[project(2.4, 4), early(project(3, 3)), early(project(1.7, 1))])
    document = compared(old, new)
    assert (document["schema"], document["old"], document["new"]) == ("chainscore/diff/1", "2023Q1", "2023Q2")
    # Old: 2 + 1 + 6 points and the task; new: 6 + 6 + 4.
    assert (leaf_of(document, "1.3.2")["old"], leaf_of(document, "1.3.2")["new"]) == (9, 16)
    evidence = chain_of(document)["evidence"]
    tiers = {kind: [row for row in rows if row["leaf"] == "1.3.2"] for kind, rows in evidence.items()}
    assert [(row["label"], row["file"], row["cells"]["投资额（亿元）"], row["points"]) for row in tiers["added"]] == [
        ("样例项目4", "q2.xlsx", "D5", 6)
    ]
    assert [(row["label"], row["file"], row["cells"]["投资额（亿元）"], row["points"]) for row in tiers["removed"]] == [
        ("样例项目2", "q1.xlsx", "D6", 1)
    ]
    [changed] = tiers["changed"]
    assert (changed["label"], changed["delta"]) == ("样例项目1", 2)
    assert changed["values"] == [
        {
            "label": "投资额（亿元）",
            "old": {"value": "1.2", "cell": "市商务局!D5"},
            "new": {"value": "1.7", "cell": "市商务局!D7"},
        }
    ]
    assert leaf_of(document, "1.3.2")["attribution"] == {"rows": 7, "limit": 0, "method": 0, "rounding": 0}


def test_ranks_totals_and_all_chains_in_new_rank_order(compared: Callable[..., Any]) -> None:
    food = {**project(2), "产业链": NAMES["food"]}
    document = compared(first(市商务局=[food]), quarter(市商务局=[early(food), project(2, 2), project(3, 3)]))
    chain = chain_of(document)
    assert (chain["rank_old"], chain["rank_new"]) == (2, 1)
    # 5 and 6 + 6 points.
    assert chain["delta"] == 17
    assert chain["total_new"] - chain["total_old"] == 17
    assert [each["rank_new"] for each in document["chains"]] == sorted(each["rank_new"] for each in document["chains"])
    assert len(document["chains"]) == 6
    assert {leaf for leaf, change in chain["leaves"].items() if change["delta"]} == {"1.3.1", "1.3.2"}


def test_the_parts_sum_to_the_delta_in_every_leaf_of_the_sample_quarters(run: Run, sample: Path) -> None:
    document = run("diff", sample.with_name("q1-2023.xlsx"), sample, "--json").document
    seen = 0
    for chain in document["chains"]:
        deltas = [Decimal(str(leaf["delta"])) for leaf in chain["leaves"].values()]
        assert sum(deltas) == Decimal(str(chain["delta"]))
        for leaf in chain["leaves"].values():
            names = (
                ("own", "others", "method", "rounding")
                if "own" in leaf["attribution"]
                else ("rows", "limit", "method", "rounding")
            )
            parts = [Decimal(str(leaf["attribution"][name])) for name in names]
            assert sum(parts) == Decimal(str(leaf["delta"]))
            seen += 1
    assert seen == 6 * 19


def test_a_chain_that_stays_while_another_moves_the_maximum_loses_to_the_others(compared: Callable[..., Any]) -> None:
    old, new = first(), quarter()
    for facts, best in ((old, 130), (new, 150)):
        rows = {row["产业链"]: row for row in facts["市统计局"]["table"]}
        rows[NAMES["food"]]["本期产值（万元）"] = best
        rows[NAMES["culture"]]["本期产值（万元）"] = 100
    leaf = leaf_of(compared(old, new), "1.1.1")
    # 10% between 0% and 30%: 3 + 2/3 = 3.67; between 0% and 50%: 3 + 2/5 = 3.40; the exact change is -4/15.
    assert (leaf["old"], leaf["new"]) == (3.67, 3.4)
    attribution = leaf["attribution"]
    assert (attribution["own"], attribution["others"], attribution["method"]) == (0, -0.2667, 0)
    assert (attribution["minimum"]["points"], attribution["maximum"]["points"]) == (0, -0.2667)
    assert attribution["rounding"] == -0.0033
    assert (attribution["maximum"]["old"], attribution["maximum"]["new"]) == (
        {"value": 0.3, "chains": ["food"]},
        {"value": 0.5, "chains": ["food"]},
    )


def test_a_cap_takes_its_part(compared: Callable[..., Any]) -> None:
    old = first(产业链办公室和落地办=[news("省级媒体", 1)])
    new = quarter(产业链办公室和落地办=[early(news("省级媒体", 1)), news("省级媒体", 2), news("湘潭市级媒体", 3)])
    # 2 → 5, capped at 3.
    leaf = leaf_of(compared(old, new), "4.3")
    assert leaf["delta"] == 1
    assert leaf["attribution"] == {"rows": 3, "limit": -2, "method": 0, "rounding": 0}


def test_a_row_that_earns_something_else_because_of_another_is_a_change_without_new_values(
    compared: Callable[..., Any],
) -> None:
    platform = technology("省级平台", "样例平台")
    new = quarter(市科技工信局=[early(platform), technology("国家级平台", "样例平台")])
    document = compared(first(市科技工信局=[platform]), new)
    changed = [row for row in chain_of(document)["evidence"]["changed"] if row["leaf"] == "2.5"]
    assert [(row["category"], row["delta"], row["values"]) for row in changed] == [("省级平台", -3, [])]
    assert leaf_of(document, "2.5")["attribution"] == {"rows": 2, "limit": 0, "method": 0, "rounding": 0}


def test_a_deduction_is_a_change_of_its_figure(compared: Callable[..., Any]) -> None:
    new = quarter()
    new["产业链办公室和落地办"]["table"][2]["月报迟报次数"] = 2
    document = compared(first(), new)
    assert leaf_of(document, "4.2")["attribution"]["rows"] == -1
    [changed] = chain_of(document)["evidence"]["changed"]
    assert [(value["old"]["value"], value["new"]["value"]) for value in changed["values"]] == [("0", "2")]


# ---------------------------------------------------------------- what cannot be within one year


def test_a_vanished_ledger_row_is_a_warning_at_its_old_cell(compared: Callable[..., Any]) -> None:
    rows = {"市金融办": [listing("辅导报备", "样例甲公司"), listing("股改挂牌", "样例乙公司")]}
    document = compared(first(**rows), quarter(市金融办=[early(rows["市金融办"][0])]))
    [found] = document["findings"]
    assert cells(found) == ("W514", "warning", "q1.xlsx", "市金融办", "B6")
    assert "q1.xlsx:市金融办!B6" in found["message"]
    assert "q2.xlsx:市金融办" in found["message"]
    assert found["chain"] == CHAIN


def test_a_vanished_certificate_is_one_too(compared: Callable[..., Any]) -> None:
    leading = technology("龙头企业", output=8.5)
    old = first(市统计局=[certified(8.5)], 市科技工信局=[leading])
    document = compared(old, quarter(市科技工信局=[early(leading)]))
    assert [cells(found)[:5] for found in document["findings"]] == [("W514", "warning", "q1.xlsx", "市统计局", "D14")]


def test_a_certificate_whose_event_came_later_has_not_vanished(compared: Callable[..., Any]) -> None:
    new = quarter(市统计局=[early(certified(8.5))], 市科技工信局=[technology("龙头企业")])
    document = compared(first(市统计局=[certified(8.5)]), new)
    assert document["findings"] == []
    assert leaf_of(document, "2.4")["delta"] == 3


def test_amounts_and_outputs_that_shrank_are_warnings_that_name_both_cells(compared: Callable[..., Any]) -> None:
    old = first(
        市商务局=[project(2.6)],
        市发改局=[construction(done=900)],
        市统计局=[certified(8.5)],
        市科技工信局=[technology("龙头企业")],
    )
    new = quarter(
        市商务局=[early(project(2.5))], 市发改局=[construction(done=850)], 市统计局=[certified(8.4)], 市科技工信局=[technology("龙头企业")],
    )  # fmt: skip
    for facts, now, before, total in ((old, 110, 100, 1000), (new, 109, 99, 999)):
        facts["市统计局"]["table"][2] |= {"本期产值（万元）": now, "上年同期产值（万元）": before}
        facts["市税务局"]["cells"]["全市税收总额（万元）"] = total
    found = {(each["code"], each["sheet"], each["cell"]): each for each in compared(old, new)["findings"]}
    assert list(found) == [
        ("W515", "市统计局", "B8"), ("W515", "市统计局", "D14"), ("W515", "市税务局", "B3"), ("W515", "市商务局", "D5"), ("W515", "市发改局", "F5"),
    ]  # fmt: skip
    assert all(each["file"] == "q2.xlsx" for each in found.values())
    for (_, sheet, cell), each in found.items():
        assert f"q1.xlsx:{sheet}!{cell}" in each["message"]
    assert [found["W515", "市商务局", "D5"]["chain"], found["W515", "市税务局", "B3"]["chain"]] == [CHAIN, None]
    assert "2.6" in found["W515", "市商务局", "D5"]["message"]


@pytest.mark.parametrize("periods", [("2022Q4", "2023Q2"), ("2023Q2", "2023Q1"), ("2023Q2", "2023Q2")])
def test_nothing_has_to_accumulate_but_from_an_earlier_to_a_later_quarter_of_one_year(
    periods: tuple[str, str], compared: Callable[..., Any]
) -> None:
    old = quarter()
    old["市统计局"]["table"][2]["本期产值（万元）"] = 120
    document = compared(old, quarter(), periods=periods)
    years = ["W517"] if periods[0].startswith("2022") else []
    assert [found["code"] for found in document["findings"]] == years
    assert document["chains"]


# ---------------------------------------------------------------- other methods, drafts


def test_another_reading_is_said_and_has_its_part(run: Run, tmp_path: Path) -> None:
    level = quarter(市金融办=[listing("辅导报备"), listing("股改挂牌")])
    write_plainly(tmp_path / "q1.xlsx", level)
    run("score", "q1.xlsx", "-o", "old.xlsx", "--reading", "efficacy_no_spread=floor", "--reading", "listing_stages=highest")
    document = run("diff", "old.xlsx", "q1.xlsx", "--json").document
    [found] = document["findings"]
    assert (found["code"], found["file"]) == ("W516", "q1.xlsx")
    assert "listing_stages=highest" in found["message"]
    assert "listing_stages=each" in found["message"]
    # All level: 60% of 5 under one reading, all of it under the other.
    attribution = leaf_of(document, "1.1.1")["attribution"]
    assert {name: attribution[name] for name in ("own", "others", "method", "rounding")} == {
        "own": 0, "others": 0, "method": 2, "rounding": 0,
    }  # fmt: skip
    assert leaf_of(document, "2.3")["attribution"] == {"rows": 0, "limit": 0, "method": 0.5, "rounding": 0}


def test_another_rulebook_is_said_and_its_rules_are_taken_from_the_results_workbook(run: Run, tmp_path: Path) -> None:
    packaged = Path(__file__).parent.parent.parent / "chainscore" / "method" / "rulebooks" / "xiangxiang-2022.toml"
    changed = packaged.read_text(encoding="utf-8").replace('"省级小巨人" = 0.3', '"省级小巨人" = 0.4')
    (tmp_path / "other.toml").write_text(changed.replace('version = "1.0.0"', 'version = "1.1.0"'), encoding="utf-8")
    write_plainly(tmp_path / "q2.xlsx", quarter(市科技工信局=[technology("省级小巨人")]))
    run("score", "q2.xlsx", "-o", "new.xlsx", "--rulebook", "other.toml")
    document = run("diff", "q2.xlsx", "new.xlsx", "--json").document
    assert [found["code"] for found in document["findings"]] == ["W516"]
    assert "1.1.0" in document["findings"][0]["message"]
    assert leaf_of(document, "2.2")["attribution"] == {"rows": 0, "limit": 0, "method": 0.1, "rounding": 0}


def test_a_draft_is_compared_and_said_and_a_pending_leaf_has_no_delta(run: Run, sample: Path, mistaken: Path) -> None:
    outcome = run("diff", sample, mistaken, "--draft", "--json", "--lang", "zh")
    assert outcome.code == 0
    drafts = [found["file"] for found in outcome.document["findings"] if found["code"] == "W518"]
    assert drafts == ["q2-2023-with-mistakes.xlsx"]
    assert leaf_of(outcome.document, "1.2.1", "food") == {"old": 3, "new": None, "delta": None, "attribution": None}
    assert "DRAFT" in run("diff", sample, mistaken, "--draft").out
    run("score", mistaken, "--draft", "-o", "draft.xlsx")
    again = run("diff", sample, "draft.xlsx", "--json", "--lang", "zh").document
    assert [found["file"] for found in again["findings"] if found["code"] == "W518"] == ["draft.xlsx"]
    assert again["chains"] == outcome.document["chains"]


@pytest.fixture
def half(tmp_path: Path) -> tuple[Path, Path]:
    """A whole quarter, and the next one in which one chain has no output of the year before: 1.1.1 of it is pending."""
    later = quarter(市商务局=[project(2)])
    del next(row for row in later["市统计局"]["table"] if row["产业链"] == NAMES[CHAIN])["上年同期产值（万元）"]
    write_plainly(tmp_path / "q1.xlsx", first(市商务局=[project(2)]), "2023Q1")
    write_plainly(tmp_path / "q2.xlsx", later, "2023Q2")
    return tmp_path / "q1.xlsx", tmp_path / "q2.xlsx"


def test_what_is_pending_in_a_draft_is_in_no_total_no_rank_and_no_movement(run: Run, half: tuple[Path, Path]) -> None:
    document = run("diff", *half, "--draft", "--json").document
    assert {chain["rank_new"] for chain in document["chains"]} == {None}  # that chain may yet pass any other
    assert all(chain["rank_old"] >= 1 for chain in document["chains"])
    own = chain_of(document)
    # 5 × 4 of the four standings, all alike; 5 + 6 of the project; 4 + 3 of what nothing is taken off.
    assert (own["total_old"], own["total_new"], own["delta"]) == (38, None, None)
    assert leaf_of(document, "1.1.1") == {"old": 5, "new": None, "delta": None, "attribution": None}
    other = chain_of(document, "building")
    assert (other["total_old"], other["total_new"], other["delta"]) == (27, 27, 0)


def test_the_console_and_the_workbook_say_pending_where_the_document_has_nothing(
    run: Run, half: tuple[Path, Path], tmp_path: Path
) -> None:
    out = run("diff", *half, "--draft", "-o", "diff.xlsx").out
    assert "38.00 → pending (pending)" in out
    assert "-5.00" not in out
    rows = list(openpyxl.load_workbook(tmp_path / "diff.xlsx")["名次变化"].iter_rows(values_only=True))
    own = next(row for row in rows if row[0] == "电子信息")
    assert own == ("电子信息", 1, "待定", "待定", 38, "待定", "待定")
    other = next(row for row in rows if str(row[0]).startswith("绿色建材"))
    assert other[2:] == ("待定", "待定", 27, 27, 0)


def test_a_trend_has_no_total_and_no_rank_where_something_is_pending(run: Run, half: tuple[Path, Path]) -> None:
    document = run("trend", *half, "--draft", "--json").document
    own = chain_of(document)
    assert (own["totals"], own["ranks"]) == ([38, None], [1, None])
    assert (chain_of(document, "building")["totals"], chain_of(document, "building")["ranks"]) == ([27, 27], [2, None])
    assert "38.00 (1)" in run("trend", *half, "--draft").out


# ---------------------------------------------------------------- what cannot be compared


def test_errors_block_a_comparison_as_they_block_a_score(run: Run, sample: Path, mistaken: Path, tmp_path: Path) -> None:
    outcome = run("diff", sample, mistaken, "-o", "diff.xlsx")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines()[-1].startswith("17 errors: nothing was compared or written.")
    assert list(tmp_path.iterdir()) == []
    document = run("diff", sample, mistaken, "--json")
    assert (document.code, document.document["chains"], len(document.document["findings"])) == (1, [], 17)


def test_a_file_that_cannot_be_read_ends_with_two(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"nothing")
    for other in ("nowhere.xlsx", "broken.xlsx"):
        outcome = run("diff", sample, other)
        assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)
        assert run("diff", other, sample, "--json").code == 2


def test_an_output_is_kept_unless_forced_and_never_an_input(run: Run, sample: Path, tmp_path: Path) -> None:
    old = Path(shutil.copy(sample.with_name("q1-2023.xlsx"), tmp_path))
    for output in ("q1-2023.xlsx", "diff.csv"):
        assert run("diff", old, sample, "-o", output, "--force").code == 2
    assert run("diff", old, sample, "-o", "diff.xlsx").code == 0
    assert run("diff", old, sample, "-o", "diff.xlsx").code == 2
    before = (tmp_path / "diff.xlsx").read_bytes()
    assert run("diff", old, sample, "-o", "diff.xlsx", "--force").code == 0
    assert (tmp_path / "diff.xlsx").read_bytes() == before


# ---------------------------------------------------------------- what people see


def test_scores_are_at_nine_points_on_paper(run: Run, sample: Path, tmp_path: Path) -> None:
    earlier = REPOSITORY / "sample_data" / "q1-2023.xlsx"
    assert run("diff", earlier, sample, "-o", "diff.xlsx").code in (0, 1)
    assert run("trend", earlier, sample, "-o", "trend.xlsx").code == 0
    pages = [page for name in ("diff.xlsx", "trend.xlsx") for page in openpyxl.load_workbook(tmp_path / name).worksheets]
    for page in pages:
        header = next(
            row for row in range(1, 6) if page.cell(row, 1).font.color and page.cell(row, 1).fill.fgColor.rgb == "FF1F4E79"
        )
        assert page.cell(header + 1, 1).font.sz * scale_on_paper(page) >= 9, page.title


def test_exit_code_tells_a_difference(run: Run, sample: Path) -> None:
    old = sample.with_name("q1-2023.xlsx")
    assert run("diff", old, sample).code == 0
    assert run("diff", old, sample, "--exit-code").code == 1
    assert run("diff", old, sample, "--exit-code", "--json").code == 1


def test_the_console_shows_ranks_leaves_and_rows(run: Run, sample: Path) -> None:
    outcome = run("diff", sample.with_name("q1-2023.xlsx"), sample)
    lines = outcome.out.splitlines()
    assert "       5         4     +1  绿色食品商贸      27.50      56.13  +28.63" in lines
    assert "新能源新材料: rank 1 → 1, 45.25 → 63.74 (+18.49)" in lines
    assert "  1.4 项目建设: 0.00 → 2.46 (+2.46) = rows +2.4625, rounding -0.0025" in lines
    assert "    ~ 样例正极材料三期 +0.4625: 累计完成投资（万元） 9800 (市发改局!F22) → 25900 (市发改局!F22)" in lines
    assert "    + 样例医用耗材生产项目 (市商务局!B28) +4: ≥1.5 → 4" in lines


def test_the_console_in_chinese(run: Run, sample: Path) -> None:
    lines = run("diff", sample.with_name("q1-2023.xlsx"), sample, "--lang", "zh").out.splitlines()
    assert lines[0] == "湘乡市优势产业链工作考核办法 · 2023年第一季度 → 2023年第二季度"
    assert "新能源新材料：名次1 → 1，总分45.25 → 63.74（+18.49）" in lines
    assert any(
        line.startswith("  1.1.1 产值增速：4.12 → 4.25（+0.13）＝自身+0.2574（12.54% → 14.43%），其他最小值") for line in lines
    )


def test_removed_rows_and_the_comparison_workbook_are_named(run: Run, tmp_path: Path) -> None:
    write_plainly(tmp_path / "q1.xlsx", first(市统计局=[scale("样例甲公司")], 落地办=[activity("招商推介会")]), "2023Q1")
    write_plainly(tmp_path / "q2.xlsx", quarter())
    out = run("diff", "q1.xlsx", "q2.xlsx", "-o", "diff.xlsx").out
    assert "    - 样例甲公司 (新增规模企业) (市统计局!B14) -0.5\n" in out
    assert "    - 样例活动1 (招商推介会) (落地办!C5) -1\n" in out
    assert "q1.xlsx:市统计局!B14: W514 " in out
    assert out.endswith("Comparison workbook: diff.xlsx\n")


def test_the_comparison_workbook_holds_ranks_reasons_rows_and_findings(run: Run, sample: Path, tmp_path: Path) -> None:
    run("diff", sample.with_name("q1-2023.xlsx"), sample, "-o", "diff.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "diff.xlsx")
    assert workbook.sheetnames == ["名次变化", "得分变化", "依据变化", "出处"]
    ranks = [[cell.value for cell in row] for row in workbook["名次变化"].iter_rows(min_row=3)]
    assert ranks[3] == ["绿色食品加工和现代商贸物流", 5, 4, 1, 27.5, 56.13, 28.63]
    leaves = [[cell.value for cell in row] for row in workbook["得分变化"].iter_rows(min_row=3)]
    moved = next(row for row in leaves if row[:2] == ["新能源新材料", "1.1.1"])
    assert moved[3:12] == [4.12, 4.25, 0.13, 0.2574, -0.1262, None, None, 0, -0.0012]
    rows = [[cell.value for cell in row][:4] for row in workbook["依据变化"].iter_rows(min_row=3)]
    assert ["新能源新材料", "1.3.2", "新增", "样例医用耗材生产项目"] in rows
    origins = [[cell.value for cell in row][:3] for row in workbook["出处"].iter_rows(min_row=3)]
    assert origins == [["2023Q1", "q1-2023.xlsx", "正式"], ["2023Q2", "q2-2023.xlsx", "正式"]]


def test_a_folder_is_a_quarter(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    folder.mkdir()
    for name, sheet in quarter(市商务局=[project(2)]).items():
        write_plainly(folder / f"{name}.xlsx", {name: sheet})
    write_plainly(tmp_path / "whole.xlsx", quarter(市商务局=[project(2)]))
    run("score", folder)
    assert run("diff", folder, "whole.xlsx", "--json").document["chains"] == []
    # The results workbook in the folder is no input; alone there, it leaves nothing to read.
    for path in folder.iterdir():
        if not path.name.endswith("-results.xlsx"):
            path.unlink()
    outcome = run("diff", folder, "whole.xlsx")
    assert (outcome.code, outcome.err.split(" ")[:2]) == (2, ["returns:", "E108"])


def test_the_console_says_what_earns_something_else_unchanged_and_what_is_pending(
    run: Run, sample: Path, mistaken: Path
) -> None:
    platform = technology("省级平台", "样例平台")
    write_plainly(Path("q1.xlsx"), first(市科技工信局=[platform]), "2023Q1")
    write_plainly(Path("q2.xlsx"), quarter(市科技工信局=[early(platform), technology("国家级平台", "样例平台")]))
    out = run("diff", "q1.xlsx", "q2.xlsx").out
    same = "    ~ 样例平台 (省级平台) -3: the same as before (市科技工信局!B5 → 市科技工信局!B5), counted as 国家级平台 already (市科技工信局!B6)\n"
    assert same in out
    assert "  1.2.1 税收增速：3.00 → 待定\n" in run("diff", sample, mistaken, "--draft", "--lang", "zh").out


def test_turning_the_quarters_round_negates_every_part(run: Run, sample: Path) -> None:
    old = sample.with_name("q1-2023.xlsx")
    there, back = run("diff", old, sample, "--json").document, run("diff", sample, old, "--json").document
    compared = 0
    for chain in there["chains"]:
        for leaf, change in chain["leaves"].items():
            other = leaf_of(back, leaf, chain["id"])["attribution"]
            for part, points in change["attribution"].items():
                if isinstance(points, int | float):
                    assert points == -other[part], (chain["id"], leaf, part)
                    compared += 1
    assert compared == 6 * 19 * 4


def test_a_chain_of_one_quarter_alone_has_no_change_of_rank(
    sample: Path, book: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    quarter = load_quarter(sample, book).quarter
    assert quarter is not None
    fewer = replace(quarter, scorecard=msgspec.structs.replace(quarter.scorecard, chains=quarter.scorecard.chains[1:]))
    for old, new, ranks in ((fewer, quarter, (None, 1)), (quarter, fewer, (1, None))):
        changes = compare(old, new)
        [alone] = [chain for chain in changes.chains if chain.old is None or chain.new is None]
        document = diff_document(changes, "en")
        [listed] = [chain for chain in document["chains"] if chain["id"] == alone.chain]
        assert (listed["rank_old"], listed["rank_new"], listed["delta"]) == (*ranks, None)
        print_diff(changes, None, "en")
        assert "新能源新材料: in one of the two alone\n" in capsys.readouterr().out
        assert openpyxl.load_workbook(io.BytesIO(write_diff(changes))).sheetnames[0] == "名次变化"
