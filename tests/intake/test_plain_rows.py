"""Rows read column by column come to the same as rows read cell by cell: tables, findings, scores and evidence."""

from __future__ import annotations

import datetime
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chainscore.intake.sheet_reader import SheetReader
from chainscore.scoring.appraisal import Appraisal, appraise
from tests.conftest import SAMPLES
from tests.support.filling import EXAMPLES, filled
from tests.support.workbooks import (
    BOOK,
    COMMERCE,
    LEDGER_ROW,
    LEDGER_TITLE_ROW,
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


@contextmanager
def cell_by_cell() -> Iterator[None]:
    """No row is taken for plain."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SheetReader, "_not_plain", lambda _, segment, __: segment.rows)
        yield


def told(result: Appraisal) -> dict[str, Any]:
    """All that an appraisal comes to, with the types of its values."""
    tables = result.tables.sheets if result.tables is not None else {}
    return {
        "findings": result.findings,
        "rows": {
            name: {
                kind: {label: [(type(value), str(value)) for value in values] for label, values in rows.items()}
                for kind, rows in (("table", sheet.table), ("ledger", sheet.ledger))
            }
            for name, sheet in tables.items()
        },
        "chains": [
            (
                chain.chain,
                chain.total,
                {leaf: (score.score, score.exact, list(score.evidence)) for leaf, score in chain.leaves.items()},
            )
            for chain in (result.scorecard.chains if result.scorecard is not None else ())
        ],
    }


def assert_alike(path: Path) -> None:
    for draft in (False, True):
        quickly = told(appraise([path], BOOK, draft))
        with cell_by_cell():
            assert quickly == told(appraise([path], BOOK, draft))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_alike_in_both_ways(path: Path) -> None:
    assert_alike(path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_read_alike_in_both_ways(path: Path, tmp_path: Path) -> None:
    filled(json.loads(path.read_text(encoding="utf-8"))["facts"]).save(tmp_path / "filled.xlsx")
    assert_alike(tmp_path / "filled.xlsx")


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


def edited(changes: list[tuple[str, int, int, Any]]) -> Quarter:
    quarter = sound()
    for sheet in (COMMERCE, REFORM):
        for number, row in enumerate(rows_of(sheet) * 2, LEDGER_ROW + 1):
            quarter[sheet].put(number, row)
    for sheet, row, column, value in changes:
        quarter[sheet].cells[row, column] = value
    return quarter


@settings(max_examples=60, deadline=None)
@given(edits())
@example([(COMMERCE, LEDGER_ROW + 1, 4, True), (COMMERCE, LEDGER_ROW + 2, 4, 1)])
@example([(REFORM, LEDGER_ROW + 1, 6, -0.0), (REFORM, LEDGER_ROW + 2, 6, 0)])
@example([(COMMERCE, LEDGER_ROW + 1, 6, day(1, 1))])
@example([(REFORM, LEDGER_ROW + 1, 5, None)])
@example([(REFORM, LEDGER_ROW + 1, 8, day(5, 1))])
@example([(COMMERCE, LEDGER_ROW + 1, 2, "合计"), (COMMERCE, LEDGER_ROW + 2, 1, "电子信息小计")])
@example([(COMMERCE, LEDGER_ROW + 2, 1, "填报人")])
def test_whatever_stands_in_a_cell_is_read_alike_in_both_ways(changes: list[tuple[str, int, int, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_alike(edited(changes).save(Path(folder) / "q2.xlsx"))


def test_a_chain_merged_over_its_rows_is_read_alike_in_both_ways(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE].cells[LEDGER_ROW + 2, 1] = None
    quarter[COMMERCE].merges.append((LEDGER_ROW + 1, 1, LEDGER_ROW + 2, 1))
    assert_alike(quarter.save(tmp_path / "q2.xlsx"))


def test_a_row_about_which_nothing_is_to_be_said_is_not_read_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def row(_: SheetReader, __: object, number: int, ___: object) -> None:
        read.append(number)

    monkeypatch.setattr(SheetReader, "_row", row)
    appraise([sound().save(tmp_path / "q2.xlsx")], BOOK)
    # The ledger's title, below the chain tables of two sheets, has to be looked at.
    assert read == [LEDGER_TITLE_ROW] * 2
