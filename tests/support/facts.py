"""Small quarters for tests: sound facts to which a test adds just what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from chainscore.method.loading import load_rulebook
from chainscore.scoring.appraisal import Appraisal, appraise
from tests.support.filling import BOOK, value_of

NAMES = {chain.id: chain.name for chain in BOOK.chains}
SIGN = {"填报人": "样例", "填报日期": "2023-07-03"}
BASICS = ("全景图", "现状图", "客商库", "项目库", "人才池", "资金池")


def quarter(**ledgers: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Sound facts: level figures, nothing to deduct, and the given rows by sheet (all other ledgers are empty)."""
    facts: dict[str, dict[str, Any]] = {}
    for sheet in BOOK.sheets:
        facts[sheet.name] = {"sign": dict(SIGN)}
        if sheet.ledger is not None:
            facts[sheet.name]["ledger"] = list(ledgers.get(sheet.name, []))
    for sheet_name, now, before, whole in (
        ("市统计局", "本期产值（万元）", "上年同期产值（万元）", "全市工业总产值（万元）"),
        ("市税务局", "本期税收（万元）", "上年同期税收（万元）", "全市税收总额（万元）"),
    ):
        facts[sheet_name]["cells"] = {whole: 1000}
        facts[sheet_name]["table"] = [{"产业链": name, now: 110, before: 100} for name in NAMES.values()]
    facts["产业链办公室和落地办"]["table"] = [
        {
            "产业链": name,
            **dict.fromkeys(BASICS, "已建立并更新"),
            "是否落实“两图两库两池”工作": "是",
            "月报迟报次数": 0,
            "交办任务未及时完成次数": 0,
        }
        for name in NAMES.values()
    ]
    return facts


def appraised(
    facts: Mapping[str, Any],
    folder: Path,
    readings: Mapping[str, str] | None = None,
    draft: bool = False,
    period: str = "2023Q2",
) -> Appraisal:
    """The appraisal of facts that were written to a workbook."""
    path = write_plainly(folder / "quarter.xlsx", facts, period)
    return appraise([path], load_rulebook(choices=readings), draft)


def leaf_score(appraisal: Appraisal, leaf: str, chain: str = "electronics") -> str:
    """One published score as text; fails on findings that block."""
    assert appraisal.scorecard is not None, [
        f"{f.place} {f.message('en')}" for f in appraisal.findings if f.severity == "error"
    ]
    return str(next(c for c in appraisal.scorecard.chains if c.chain == chain).leaves[leaf].score)


def write_plainly(path: Path, facts: Mapping[str, Any], period: str = "2023Q2") -> Path:
    """The facts in a workbook that has the contract's labels and nothing else: quicker than filling a template."""
    with xlsxwriter.Workbook(
        path, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        for name in ("填报说明", *(sheet.name for sheet in BOOK.sheets)):
            if name not in facts and name != "填报说明":
                continue
            page = workbook.add_worksheet(name)
            cells = {"考核期": period} if name == "填报说明" else {"填报人": None, "填报日期": None}
            sheet_facts = facts.get(name, {})
            cells |= {**sheet_facts.get("cells", {}), **sheet_facts.get("sign", {})}
            if sheet_facts.get("ledger") == []:
                cells = {"本期无新增事项": "是", **cells}
            row = 0
            for label, value in cells.items():
                page.write_row(row, 0, [label, value_of(label, value)])
                row += 1
            sheet = next((sheet for sheet in BOOK.sheets if sheet.name == name), None)
            for grid, records in (
                (sheet and sheet.table, sheet_facts.get("table")),
                (sheet and sheet.ledger, sheet_facts.get("ledger")),
            ):
                if grid is None:
                    continue
                labels = [column.label for column in grid.columns]
                page.write_row(row + 1, 0, labels)
                row += 2
                for record in records or []:
                    page.write_row(row, 0, [value_of(label, record.get(label)) for label in labels])
                    row += 1
    return path
