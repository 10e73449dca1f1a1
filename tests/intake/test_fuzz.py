"""Whatever a file holds: an answer and never an exception, and never another score than the sound one by chance.

500 mutants in every run, 20,000 in ``make test-fuzz``.
"""

from __future__ import annotations

import datetime
import os
import random
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chainscore.intake.tables import ROW
from chainscore.intake.values import plain
from chainscore.intake.workbook import read_workbook
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.words.folding import fold
from tests.support.agreement import differences, second_opinion, told_alike
from tests.support.packages import package, parts_of
from tests.support.workbooks import (
    BOOK,
    CHAINS,
    COMMERCE,
    COVER,
    FINANCE,
    OFFICE,
    SHEETS,
    STATISTICS,
    Formula,
    place,
    scores,
    sound,
)

MUTANTS = int(os.environ.get("CHAINSCORE_MUTANTS", "500"))
SHARES = max(2, MUTANTS // 1000)
PIECES = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\0" * 8, b"\xff" * 4, b"<", b">", b"</v>", b"<v>", b"<c>", b"&#0;", b"&amp;", b"-1", b"1e999",
    b"999999999999", b"<f>1</f>", b't="s"', b't="e"', b'r="XFD1048576"', b"<!DOCTYPE a>", b"]]>", b"<row>", b"<!--", b"\xe6\xa0", b"_x0000_",
)  # fmt: skip


def mutated(content: bytes, chance: random.Random, most: int = 4) -> bytes:
    """With some bytes changed, cut out, put in, doubled or moved."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, most)):
        at = chance.randrange(len(changed) + 1)
        length = min(int(chance.expovariate(0.05)) + 1, 4000)
        match chance.randrange(7):
            case 0 | 1:
                if at < len(changed):
                    changed[at] ^= 1 << chance.randrange(8)
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = chance.randbytes(min(length, 50))
            case 4:
                changed[at:at] = changed[at : at + length]
            case 5:
                changed[at : at + length] = bytes(length)
            case 6:
                changed[at:at] = chance.choice(PIECES)
    return bytes(changed)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sound().save(tmp_path_factory.mktemp("sound") / "q2.xlsx").read_bytes()


@pytest.fixture(scope="module")
def sound_scores(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    path = tmp_path_factory.mktemp("sound") / "q2.xlsx"
    path.write_bytes(content)
    return scores(appraise([path], BOOK))


@pytest.mark.parametrize("share", range(SHARES))
def test_no_change_of_a_files_bytes_makes_another_score(
    share: int, content: bytes, sound_scores: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "q2.xlsx"
    for number in range(MUTANTS * share // SHARES // 2, MUTANTS * (share + 1) // SHARES // 2):
        path.write_bytes(mutated(content, random.Random(number)))
        result = appraise([path], BOOK)
        assert result.findings or scores(result) == sound_scores, number
        if not result.blocked:
            assert scores(result) == sound_scores, number


@pytest.mark.parametrize("share", range(SHARES))
def test_no_change_inside_the_parts_of_a_file_is_an_exception(share: int, content: bytes, tmp_path: Path) -> None:
    # With checksums that fit: what comes of it may be sound, and is then another workbook.
    parts = parts_of(content)
    path = tmp_path / "q2.xlsx"
    for number in range(MUTANTS * share // SHARES // 2, MUTANTS * (share + 1) // SHARES // 2):
        chance = random.Random(number)
        name = chance.choice([n for n in parts if n.startswith("xl/") and "theme" not in n])
        path.write_bytes(package({**parts, name: mutated(parts[name], chance, 2)}))
        result = appraise([path], BOOK)
        assert result.blocked or result.scorecard is not None, number
        for finding in result.findings:
            assert finding.message("zh"), number
            assert finding.hint("en"), number


# ---------------------------------------------------------------- any value in any cell

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
VALUES = st.one_of(
    TEXTS,
    st.sampled_from([*CHAINS, "是", "否", "合计", "小计", "备注", "产业链", "填报人", "2.5亿元", "2023-6-1", "45000", "-", "0", "约3亿", "已建立未更新"]),
    st.integers(-(10**18), 10**18),
    st.integers(0, 50_000),
    st.floats(-1e300, 1e300),
    st.booleans(),
    st.dates(datetime.date(1900, 1, 1), datetime.date(9999, 12, 31)),
    st.dates(datetime.date(2023, 1, 1), datetime.date(2023, 7, 31)),
    st.builds(Formula, st.one_of(st.none(), st.integers(0, 50_000), st.just("#N/A"), st.text("是否甲乙", max_size=3))),
)  # fmt: skip
CELLS = st.tuples(st.sampled_from((COVER, *SHEETS)), st.integers(1, 22), st.integers(1, 12))
quick = settings(
    max_examples=max(60, MUTANTS // 20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def with_value(where: tuple[str, int, int], value: Any) -> Appraisal:
    quarter = sound()
    sheet, row, column = where
    quarter[sheet].cells[row, column] = value
    with tempfile.TemporaryDirectory() as folder:
        return appraise([quarter.save(Path(folder) / "q2.xlsx")], BOOK)


@quick
@given(where=CELLS, value=VALUES)
@example(where=(COMMERCE, 17, 4), value=datetime.date(1900, 1, 1))
def test_any_value_in_any_cell_is_an_answer(where: tuple[str, int, int], value: Any) -> None:
    result = with_value(where, value)
    assert result.blocked or result.scorecard is not None
    for finding in result.findings:
        assert finding.message("zh")
        assert finding.hint("en")


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    saved = float(f"{value:.16g}")  # openpyxl writes no more
    return Decimal(f"{saved:.15G}")  # as office programs show and compare it


def _date(value: Any) -> Any:
    return value if isinstance(value, datetime.date) else None


def _name(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else plain(_number(value)) if _number(value) is not None else None


READ: dict[str, tuple[str, str, str, Callable[[Any], Any]]] = {
    "an amount": (COMMERCE, "D17", "投资额（亿元）", _number),
    "an output": (STATISTICS, "D18", "年产值（亿元）", _number),
    "a date": (COMMERCE, "F17", "备案日期", _date),
    "a count": (OFFICE, "I8", "月报迟报次数", _number),
    "a name": (FINANCE, "B17", "企业名称", _name),
}


@pytest.mark.parametrize("kind", list(READ))
@quick
@given(value=VALUES)
@example(value=datetime.date(1900, 1, 1))
@example(value=datetime.datetime(1900, 1, 2, 12))
def test_any_value_is_a_finding_at_its_cell_or_means_what_it_is(kind: str, value: Any) -> None:
    sheet, cell, label, meaning = READ[kind]
    row, column = place(cell)
    result = with_value((sheet, row, column), value)
    if any(finding.sheet == sheet and finding.cell in (cell, f"{row}:{row}") for finding in result.findings):
        return
    assert result.tables is not None
    tables = result.tables.sheets[sheet]
    frame = tables.ledger if label in tables.ledger.columns else tables.table
    read = [value for value, at in zip(frame[label], frame[ROW], strict=True) if at == row]
    (found,) = read
    expected = meaning(value)
    if isinstance(found, str):
        found = fold(found)
    assert found == expected or (expected in (None, "") and found is None), (value, found)


TOKENS = (
    *"ymdhsegGabp0#?.,;:/- %@()", "General", "[h]", "[mm]", "[Red]", "[$-804]", '"元"', '"d"', "\\d", "_d", "*d", "年", "AM/PM", "[DBNum1]", "0E+00",
)  # fmt: skip
FORMATS = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=12).map("".join)


@quick
@given(codes=st.lists(FORMATS, min_size=1, max_size=4), number=st.floats(-10, 60_000))
def test_calamine_takes_the_same_number_formats_for_dates(codes: list[str], number: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "formats.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet("formats")
            for row, code in enumerate(codes):
                page.write_number(row, 0, number, workbook.add_format({"num_format": code}))
        sheets = {worksheet.name: worksheet.rows for worksheet in read_workbook(path).worksheets}
        found = differences(sheets["formats"], second_opinion(path.read_bytes(), sheets)["formats"])
        assert [codes[row - 1] for row, _ in found if told_alike(codes)] == []
