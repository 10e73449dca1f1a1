"""Rows are read by columns: what each cell means, what is found at it, and that no row depends on another."""

from __future__ import annotations

import datetime
import re
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chainscore.intake.reader import read_tables
from chainscore.intake.tables import records
from chainscore.intake.workbook import read_workbook
from tests.support.workbooks import (
    BOOK,
    COMMERCE,
    LEDGER_ROW,
    LEDGERS,
    REFORM,
    SHEETS,
    TABLE_ROW,
    Formula,
    Quarter,
    day,
    rows_of,
    sound,
)

WHATEVER: list[Any] = [
    None, "", " ", "\u200b", True, False, 0, -0.0, 1, 1.0, -1, 0.1, 2.5, 1999, 2000, 1e15, 1e16, 45017, 20230506, "2.5", "３.2亿元", "5,000万元", "约3亿",
    "2023-5-6", "2023年5月6日", day(1, 1), day(6, 30), day(7, 1), day(3, 1, 2022), datetime.datetime(2023, 5, 6, 12), datetime.time(8),
    "是", "否", " 是", "新建", "续建", "龙头企业", "龙头企业产值核定", "新增规模企业", "省级平台", "电子信息", "电子信息产业链", "电子信息小计", "food", "电子信启",
    "合计", "合计：", "小计", "注：样例", "填报人", "产业链", "项目名称", "本期无新增事项", "样例甲公司", "样例甲公司 ", "样例（集团）", Formula(2.5), Formula(None), Formula(0),
]  # fmt: skip


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, int, int, Any]]:
    """(sheet, row, column, value): cells that hold something else than they should."""
    sheets = st.sampled_from([sheet for sheet in SHEETS if sheet in LEDGERS])
    cells = st.tuples(sheets, st.integers(TABLE_ROW, LEDGER_ROW + 6), st.integers(1, 10), st.sampled_from(WHATEVER))
    return draw(st.lists(cells, max_size=8))


def edited(changes: list[tuple[str, int, int, Any]], more: int = 0) -> Quarter:
    """The sound quarter with two more events in two ledgers, some cells changed, and ``more`` rows below."""
    quarter = sound()
    for sheet in (COMMERCE, REFORM):
        for number, row in enumerate(rows_of(sheet) * 2, LEDGER_ROW + 1):
            quarter[sheet].put(number, row)
    for sheet, row, column, value in changes:
        quarter[sheet].cells[row, column] = value
    for number in range(more):
        for sheet in (COMMERCE, REFORM):
            plain = [f"{cell}{number}" if at == 1 else cell for at, cell in enumerate(rows_of(sheet)[0])]
            quarter[sheet].put(LEDGER_ROW + 40 + number, plain)
    return quarter


def read(quarter: Quarter) -> tuple[list[str], dict[tuple[str, int], dict[str, tuple[type, str]]]]:
    """What is found, and what each of the rows means but for those far below."""
    with tempfile.TemporaryDirectory() as folder:
        tables, findings = read_tables([read_workbook(quarter.save(Path(folder) / "q2.xlsx"))], BOOK)
    rows = {
        (name, record["row"]): {label: (type(value), str(value)) for label, value in record.items()}
        for name, sheet in (tables.sheets.items() if tables is not None else ())
        for record in (*records(sheet.table), *records(sheet.ledger))
        if record["row"] < LEDGER_ROW + 40
    }
    return sorted(f"{found.code} {found.place} {found.chain} {found.message('en')}" for found in findings), rows


@settings(max_examples=60, deadline=None)
@given(edits())
@example([(COMMERCE, LEDGER_ROW + 1, 4, True), (COMMERCE, LEDGER_ROW + 2, 4, 1)])
@example([(COMMERCE, LEDGER_ROW + 1, 6, day(1, 1))])
@example([(REFORM, LEDGER_ROW + 1, 5, None)])
@example([(COMMERCE, LEDGER_ROW, 1, None)])
@example([(COMMERCE, LEDGER_ROW + 1, 2, "合计"), (COMMERCE, LEDGER_ROW + 2, 1, "电子信息小计")])
def test_what_a_row_means_does_not_depend_on_the_rows_below(changes: list[tuple[str, int, int, Any]]) -> None:
    (few, rows), (more, same_rows) = (read(edited(changes, more=number)) for number in (1, 3))
    assert rows == same_rows
    assert [uncounted(line) for line in few] == [uncounted(line) for line in more]


def uncounted(line: str) -> str:
    """A finding without the one number that the rows below do add to: of cells outside all tables, where no header is found."""
    return re.sub(r"\d+ cell\(s\) outside", "cells outside", line) if line.startswith("N620 ") else line


def test_a_true_is_no_one_and_a_one_no_true() -> None:
    findings, rows = read(edited([(COMMERCE, LEDGER_ROW + 1, 4, True), (COMMERCE, LEDGER_ROW + 2, 4, 1)]))
    assert [line.split()[:2] for line in findings if "D17" in line] == [["E308", "q2.xlsx:市商务局!D17"]]
    assert rows[COMMERCE, LEDGER_ROW + 1]["sound"] == (bool, "False")
    assert rows[COMMERCE, LEDGER_ROW + 2]["投资额（亿元）"] == (Decimal, "1")


def test_an_error_in_a_column_that_bears_on_no_score_spoils_no_row() -> None:
    findings, rows = read(edited([(COMMERCE, LEDGER_ROW + 1, 8, Formula("#N/A", "=NA()"))]))
    assert rows[COMMERCE, LEDGER_ROW + 1]["sound"] == (bool, "True"), findings


def test_each_cell_that_is_wrong_has_its_own_finding() -> None:
    wrong = [
        (COMMERCE, LEDGER_ROW + 1, 1, "food x"),
        (COMMERCE, LEDGER_ROW + 1, 4, "约3亿"),
        (COMMERCE, LEDGER_ROW + 1, 5, day(3, 1, 2021)),
    ]
    wrong += [
        (COMMERCE, LEDGER_ROW + 2, 4, None),
        (COMMERCE, LEDGER_ROW + 2, 5, day(3, 1)),
        (COMMERCE, LEDGER_ROW + 2, 6, day(2, 1)),
    ]
    findings, rows = read(edited(wrong))
    assert [line.split()[:2] for line in findings if COMMERCE in line] == [
        ["E301", "q2.xlsx:市商务局!D18"], ["E302", "q2.xlsx:市商务局!A17"], ["E304", "q2.xlsx:市商务局!D17"],
        ["E310", "q2.xlsx:市商务局!E17"], ["E311", "q2.xlsx:市商务局!F18"],
    ]  # fmt: skip
    assert [rows[COMMERCE, LEDGER_ROW + at]["sound"][1] for at in (1, 2)] == ["False", "False"]


def test_what_is_alike_in_a_column_is_said_once_with_its_number() -> None:
    findings, _ = read(edited([(COMMERCE, LEDGER_ROW + at, 1, "电子信息产业链") for at in (1, 2, 3, 4)]))
    (said,) = [line for line in findings if line.startswith("N604")]
    assert said.startswith("N604 q2.xlsx:市商务局!A17")
    assert said.endswith("(4 times in this column)")
