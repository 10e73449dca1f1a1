"""Next points are what the dearest way finds too: every cell changed by itself, and everything scored again."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from chainscore.comparison.whatif import changed
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.next_steps import NextSteps
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.scores import score
from tests.conftest import Run
from tests.rulebooks.test_corners import HEAD, LEAF, OBJECTS, TOWNS
from tests.rulebooks.test_lookups import appraised
from tests.support.any_method import SheetFacts

STATES = ("签约", "开工", "投产")
RULES = {
    "each row": 'terms = [\n  { of = "招商局.ledger", where = { "备案日期" = "<=now" }, measure = "[投资额（亿元）]",'
    " points = { steps = [[5, 4], [2, 2], [1, 1]] } },\n"
    '  { of = "招商局.ledger", where = { "状态" = "投产" }, points = 1.5 },\n]\ncap = 50',
    "all rows": 'of = "招商局.ledger"\nwhere = { "备案日期" = "<=now" }\nmeasure = "sum([投资额（亿元）])"\n'
    "points = { steps = [[50, 9], [40, 7], [30, 5], [20, 3]] }",
    "how many against the others": 'of = "招商局.ledger"\nwhere = { "状态" = "投产" }\nmeasure = "count()"\nagainst = "mean"\n'
    "points = { per = 10 }",
    "names once": 'of = "招商局.ledger"\nwhere = { "状态" = "开工" }\nmeasure = "[投资额（亿元）]"\n'
    'points = { steps = [[5, 3], [1, 1]] }\nonce = "name"',
    "all but the first": 'of = "招商局.ledger"\nwhere = { "备案日期" = "<=now" }\nmeasure = "[投资额（亿元）]"\n'
    'points = { steps = [[5, 3], [1, 1]] }\nskip_first = { by = "签约日期", where = { "投资额（亿元）" = ">=2" } }',
    "what another department says": 'of = "招商局.ledger"\nwhere = { "备案日期" = "<=now" }\n'
    'lookup = { of = "财政局.ledger", take = "核定额（亿元）", as = "核定" }\nmeasure = "[核定] or 0"\n'
    "points = { steps = [[3, 2], [1, 1]] }",
}
SHEETS = """
[[sheets]]
name = "招商局"

[sheets.ledger]
title = "台账"
name = "项目名称"
category = "状态"
columns = [
  { label = "乡镇", type = "object" },
  { label = "项目名称", type = "text" },
  { label = "投资额（亿元）", type = "amount", unit = "亿元" },
  { label = "签约日期", type = "date" },
  { label = "备案日期", type = "date", required = false },
  { label = "状态", type = "choice", values = ["签约", "开工", "投产"], open = true },
  { label = "验收日期", type = "date", required = false },
]

[[sheets]]
name = "财政局"

[sheets.ledger]
title = "台账"
name = "项目名称"
columns = [
  { label = "乡镇", type = "object" },
  { label = "项目名称", type = "text" },
  { label = "核定额（亿元）", type = "amount", unit = "亿元", required = false },
]
"""


def method_of(rule: str) -> str:
    objects = (OBJECTS.format(id=key, name=name, group=group) for key, name, group in TOWNS)
    return "".join((HEAD, *objects, '[[sections]]\nid = "1"\ntitle = "经济"\n', LEAF.format(id="1.1", rule=rule), SHEETS))


def facts(seed: int) -> dict[str, SheetFacts]:
    """Projects of few amounts and states, so that many are alike, and some names twice."""
    chance = random.Random(seed)
    days = [datetime.date(2023, 2, day) for day in (3, 4, 5)]
    projects: list[tuple[str, tuple[Any, ...]]] = []
    for chain, number, state in chance.sample(list(product("ab", range(15), STATES)), 50):
        filed = datetime.date(2023, 5, 1 + number) if chance.random() < 0.4 else None
        projects.append((chain, (f"样例{number}", chance.choice((0.5, 1, 2.5, 6)), chance.choice(days), filed, state)))
    names = dict.fromkeys((chain, name) for chain, (name, *_) in projects)
    audited = [(chain, (name, chance.choice((0.5, 2, 4)))) for chain, name in list(names)[::2]]
    return {"招商局": SheetFacts(ledger=projects), "财政局": SheetFacts(ledger=audited)}


def gains(appraisal: Appraisal, book: Rulebook, chain: str) -> list[Decimal]:
    """What every single change of a date or a state is worth, the best of each cell, from scoring everything again."""
    tables, before = appraisal.tables, appraisal.scorecard
    assert tables is not None
    assert before is not None
    ledger = tables.sheets["招商局"].ledger
    found = []
    for row, its, filed, state in zip(ledger["row"], ledger["乡镇"], ledger["备案日期"], ledger["状态"], strict=True):
        others = [f"E{row}=2023-06-30"] if filed is None else []
        for tried in (others, [f"F{row}={each}" for each in STATES if each != state]):
            totals = [
                total_of(score(changed(tables, book, [f"招商局!{each}"], [])[0], book)[0], chain) - total_of(before, chain)
                for each in tried
                if its == chain
            ]
            found += [max(totals)] if totals else []
    return sorted((gain for gain in found if gain > 0), reverse=True)


def total_of(scorecard: Scorecard, chain: str) -> Decimal:
    total = next(each.total for each in scorecard.chains if each.chain == chain)
    assert total is not None
    return total


@pytest.mark.parametrize("name", RULES)
def test_the_steps_told_are_the_best_there_are(name: str, run: Run, tmp_path: Path) -> None:
    appraisal, book = appraised(method_of(RULES[name]), facts(len(name)), run, tmp_path)
    assert appraisal.tables is not None
    assert appraisal.scorecard is not None, appraisal.findings
    search = NextSteps(appraisal.tables, book, appraisal.scorecard)
    told = {chain: [step.gain for step in search.of(chain) if step.kind != "events"] for chain in "ab"}
    assert any(told.values())
    assert told == {chain: gains(appraisal, book, chain)[:3] for chain in told}
