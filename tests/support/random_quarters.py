"""Quarters of random facts that are sound: every kind of row, amounts at and beside every boundary, any readings."""

from __future__ import annotations

import datetime
import random
from typing import Any

from chainscore.method.period import Period
from chainscore.method.rulebook import Column
from tests.support.facts import NAMES, quarter
from tests.support.filling import BOOK

CHAINS = list(NAMES.values())
AMOUNTS = ["0.19", "0.2", "0.49", "0.5", "0.99", "1", "1.499", "1.5", "1.999", "2", "2.001", "3", "4.99", "5", "7.99", "8", "9.99", "10", "12.3456"]  # fmt: skip


def random_quarter(seed: int) -> tuple[str, dict[str, str], dict[str, dict[str, Any]]]:
    """(period, readings, facts), the same for the same seed."""
    dice = random.Random(seed)
    period = dice.choice(["2023Q1", "2023Q2", "2023Q3", "2023Q4", "2023-05", "2023"])
    readings = {reading.key: dice.choice(sorted(reading.options)) for reading in BOOK.readings}
    facts = quarter(**{sheet.name: _ledger(sheet.name, dice, Period.parse(period)) for sheet in BOOK.sheets if sheet.ledger})
    for name in ("市统计局", "市税务局"):
        now, before = (label for label in facts[name]["table"][0] if label != "产业链")
        # Now and then all growth rates are equal, though the figures are not.
        rate = dice.choice([None, None, None, 1.11])
        for row in facts[name]["table"]:
            row[before] = dice.randint(1, 10**6) / dice.choice([1, 10, 100])
            row[now] = round(row[before] * rate, 6) if rate else dice.randint(0, 10**6) / dice.choice([1, 10, 100])
        facts[name]["cells"] = dict.fromkeys(facts[name]["cells"], dice.randint(6 * 10**6, 10**8))
    for row in facts["产业链办公室和落地办"]["table"]:
        for label, value in list(row.items()):
            if value == "已建立并更新":
                row[label] = dice.choice(["已建立并更新", "已建立并更新", "已建立未更新", "未建立"])
            elif label.startswith("是否"):
                row[label] = dice.choice(["是", "否"])
            elif value == 0:
                row[label] = dice.randint(0, 8)
    return period, readings, facts


def _ledger(sheet: str, dice: random.Random, period: Period) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    ledger = BOOK.sheet(sheet).ledger
    assert ledger is not None
    seen: dict[tuple[str, str | None], str] = {}
    for _ in range(dice.randint(0, 40)):
        row: dict[str, Any] = {"产业链": dice.choice(CHAINS)}
        # Few names, so that an enterprise has several titles and a platform several levels.
        row[ledger.name] = f"样例{CHAINS.index(row['产业链'])}-{dice.randint(1, 12)}"
        for column in ledger.columns:
            if column.label not in row and not column.informative:
                _fill(row, column, dice, period)
        key = row[ledger.name], row.get(ledger.category or "")
        if key not in seen:
            seen[key] = row["产业链"]
            rows.append(row)
    return rows


def _fill(row: dict[str, Any], column: Column, dice: random.Random, period: Period) -> None:
    label = column.label
    if column.type == "text":
        row[label] = "样例"
    elif column.type == "choice":
        row[label] = dice.choice(column.values)
        if column.belongs_when is not None and row.get(column.belongs_when.column) not in column.belongs_when.values:
            row[label] = "否"
    elif column.type == "date":
        if label == "投产日期" and row["是否建成投产"] == "否":
            return
        days = (period.end - period.year_start).days
        day = period.year_start + datetime.timedelta(dice.randint(0, days))
        if label == "备案日期":
            if dice.random() < 0.2:
                return
            day = datetime.date.fromisoformat(row["签约日期"]) + datetime.timedelta(dice.randint(0, 60))
        row[label] = day.isoformat()
    elif column.type == "amount":
        if column.belongs_when is not None and row[column.belongs_when.column] not in column.belongs_when.values:
            return
        row[label] = _amount(column, dice)


def _amount(column: Column, dice: random.Random) -> float:
    if column.unit == "亿元":
        return float(dice.choice(AMOUNTS)) if dice.random() < 0.7 else dice.randint(1, 99999) / 10000
    if "总投资" in column.label:
        return dice.choice([1999.99, 2000, dice.randint(1000, 90000)])
    plan = dice.choice([1000, 331, 12.5, dice.randint(1, 99999) / 10])
    return plan if "计划" in column.label else round(dice.choice([264.8, 800, 799.99, 1000, 999.9, plan * 0.8, plan]), 4)
