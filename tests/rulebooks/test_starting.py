"""The rulebook to start from, which has all of the language at once: scored to what was worked out by hand, its results recalculated."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.method.loading import rulebook_of
from chainscore.method.starting import starting_rulebook
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import appraise
from chainscore.words.findings import Language
from tests.conftest import Run
from tests.rulebooks.test_end_to_end import bare, differing, formulas_in
from tests.support.any_method import SheetFacts, typed_by_openpyxl

SHEETS: dict[Language, tuple[str, str]] = {"zh": ("统计局", "招商局"), "en": ("Finance", "Sales")}
OBJECTS: dict[Language, tuple[str, str, str]] = {"zh": ("east", "west", "south"), "en": ("north", "south", "west")}
VALUES: dict[Language, tuple[str, str, str, str]] = {
    "zh": ("工业", "服务业", "其他", "已核定"),
    "en": ("plant", "service", "other", "audited"),
}
PLAN = {"zh": 10_000, "en": 1_000}
"""What makes 1 亿元, or 1 MEUR, of the plan's unit."""
SIGNED, FILED, LATE = datetime.date(2024, 1, 31), datetime.date(2024, 3, 5), datetime.date(2024, 4, 1)

# First: 0.9 of the plan is 9. 0.45 a hectare against 0.5 twice is the third rank, 1. The basis 1; P1, certified at 2.5, 6 + 2; P2, 1.5 by
# its own figure, 2 × 1.5 + 1; P3, 0.5, nothing: 13. Panel 8, 9, 6 → 8; one complaint of up to five, 6: 0.7 × 8 + 0.3 × 6.
# Second: 20 capped at 10. Rank 1 is 5. The basis; Q1 6, and as the first signed from 2 on nothing for its kind; Q2 is filed too late: 7, and 2
# for its kind: 9. The panel's 7 and 8 → 7.5, × 1.1 in its group; no complaint, 10: 0.7 × 8.25 + 3 = 8.775.
# Third: 5. The area is not given: the mean of its group, the second's 0.5, so rank 1 too, 5. The basis and R1, 6: 7; R1's kind is skipped. Panel 5
# × 1.1; seven complaints, 0: 0.7 × 5.5. An accident: no more than 0.
LEAVES = (
    {"1.1.1": "9.00", "1.1.2": "1.00", "1.1.3": "13.00", "2.1": "8.00", "2.2": "6.00"},
    {"1.1.1": "10.00", "1.1.2": "5.00", "1.1.3": "9.00", "2.1": "8.25", "2.2": "10.00"},
    {"1.1.1": "5.00", "1.1.2": "5.00", "1.1.3": "7.00", "2.1": "5.50", "2.2": "0.00"},
)
TOTALS = ("30.40", "32.78", "0.00")
RANKS = (2, 1, 3)


def facts(language: Language) -> dict[str, SheetFacts]:
    first, second, third = OBJECTS[language]
    plant, service, other, certified = VALUES[language]
    plan = PLAN[language]
    figures, projects = SHEETS[language]
    return {
        figures: SheetFacts(
            cells={cell(language): 100},
            table={
                first: (0.9, 0.8, plan, 2, 1, 0, None),
                second: (2, 1, plan, 4, 0, 0, None),
                third: (0.5, 0.7, plan, None, 7, 1, None),
            },
            ledger=[(first, ("P1", certified, 2.5))],
        ),
        projects: SheetFacts(
            ledger=[
                (first, ("P1", plant, 1, SIGNED, FILED, 8)),
                (first, ("P2", service, 1.5, SIGNED, FILED, 9)),
                (first, ("P3", other, 0.5, SIGNED, FILED, 6)),
                (second, ("Q1", plant, 3, SIGNED, FILED, 7)),
                (second, ("Q2", plant, 9, datetime.date(2024, 2, 29), LATE, 8)),
                (third, ("R1", service, 2, SIGNED, FILED, 5)),
            ]
        ),
    }


def cell(language: Language) -> str:
    return {"zh": "全市投资（亿元）", "en": "Invested by all (MEUR)"}[language]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_scores_as_worked_out_by_hand_and_its_results_recalculate(language: Language, run: Run, tmp_path: Path) -> None:
    assert run("rulebook", "new", "mine.toml", "--lang", language).code == 0
    assert run("template", "--rulebook", "mine.toml", "--period", "2024Q1", "-o", "blank.xlsx").code == 0
    book = rulebook_of(starting_rulebook(language), "mine.toml")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", book, facts(language))
    appraisal = appraise([filled], book)
    assert appraisal.scorecard is not None, [f.message("en") for f in appraisal.findings if f.severity == "error"]
    chains = {each.chain: each for each in appraisal.scorecard.chains}
    for chain, leaves, total, rank in zip(OBJECTS[language], LEAVES, TOTALS, RANKS, strict=True):
        assert {name: str(leaf.score) for name, leaf in chains[chain].leaves.items()} == leaves
        assert (chains[chain].total, chains[chain].rank) == (Decimal(total), rank)
    results = tmp_path / "results.xlsx"
    results.write_bytes(write_results(appraisal, book))
    assert run("verify", "results.xlsx", "filled.xlsx", "--rulebook", "mine.toml").code == 0
    if shutil.which("ssconvert") is None:
        pytest.skip("Gnumeric is not installed: no ssconvert on PATH")
    again = tmp_path / "again.xlsx"
    source = bare(results, tmp_path / "bare.xlsx")
    subprocess.run(["ssconvert", "--recalc", str(source), str(again)], check=True, capture_output=True)
    values = openpyxl.load_workbook(again, data_only=True)
    wanted: dict[tuple[str, str], Any] = formulas_in(results)
    assert len(wanted) > 200
    assert not differing(wanted, {(sheet, at): values[sheet][at].value for sheet, at in wanted})


def test_its_scores_are_explained_as_they_come_about(run: Run, tmp_path: Path) -> None:
    assert run("rulebook", "new", "mine.toml", "--lang", "zh").code == 0
    named = ("--rulebook", "mine.toml", "--lang", "zh")
    assert run("template", *named, "--period", "2024Q1", "-o", "blank.xlsx").code == 0
    book = rulebook_of(starting_rulebook("zh"), "mine.toml")
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", book, facts("zh"))

    def lines(chain: str, part: str) -> list[str]:
        return [line.strip() for line in run("explain", "filled.xlsx", chain, part, *named).out.splitlines()]

    first = lines("东镇", "2")
    assert "2 群众评价：0.7 × 8.00 + 0.3 × 6.00＝7.40" in first
    assert "规则：去掉一个最高分、一个最低分后的平均分；山区乡镇乘1.1。" in first  # a rule without a clause
    assert "2 群众评价：0.7 × 8.25 + 0.3 × 10.00＝8.775 → 8.78" in lines("西镇", "2")
    [standing] = [line for line in lines("东镇", "1.1.2") if line.startswith("+")]
    assert standing == "+1  亩均投资名次：0.9÷2＝0.45"
    [instead] = [line for line in lines("南镇", "1.1.2") if line.startswith("+")]
    assert instead == "+5  亩均投资名次：完成投资（亿元）÷用地（公顷）＝0.5，没有数据，按规则以本组平均数代替"
    assert not [line for line in lines("南镇", "1") if line.startswith(("条款：", "规则：")) and len(line) < 4]


def test_papers_of_an_english_method_have_no_chinese_signs(run: Run, tmp_path: Path) -> None:
    assert run("rulebook", "new", "mine.toml", "--lang", "en").code == 0
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    text = text.replace('chief = ""                        # who', 'chief = "Manager" # who').replace(
        'chief = ""\ndep', 'chief = "Ms. A"\ndep'
    )
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    named = ("--rulebook", "mine.toml", "--lang", "en")
    assert run("template", *named, "--period", "2024Q1", "-o", "blank.xlsx").code == 0
    book = rulebook_of(text.encode(), "mine.toml")
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", book, facts("en"))
    assert run("score", "filled.xlsx", *named, "-o", "results.xlsx").code == 0
    told = [run("rulebook", "show", "mine.toml", "--lang", "en").out, run("explain", "filled.xlsx", "north", *named).out]
    for name in ("blank.xlsx", "results.xlsx"):
        pages = openpyxl.load_workbook(tmp_path / name).worksheets
        told += [str(cell.value) for page in pages for row in page.iter_rows() for cell in row if cell.value is not None]
    signs = "，。：；、（）＝＋－“”"
    lines = [line for each in told for line in each.splitlines() if set(line) & set(signs) - set("“”")]
    assert lines == []
    assert any("Manager: Ms. A; " in line for line in told)
    assert any(line.startswith("File: filled.xlsx; ") for line in told)


def test_sums_take_off_what_is_below_nothing(run: Run, tmp_path: Path) -> None:
    assert run("rulebook", "new", "mine.toml", "--lang", "en").code == 0
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    text = text.replace("points = { up_to = [[0, 10], [5, 6]], above = 0 }", "points = { per = -2 }")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    named = ("--rulebook", "mine.toml", "--lang", "en")
    assert run("template", *named, "--period", "2024Q1", "-o", "blank.xlsx").code == 0
    typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", rulebook_of(text.encode(), "x"), facts("en"))
    # South has 0 complaints … north 1, at 2 points off each; its section is 0.7 × 8 less 0.3 × 2.
    assert "0.7 × 8.00 - 0.3 × 2.00 = 5.00" in run("explain", "filled.xlsx", "north", "2", *named).out
