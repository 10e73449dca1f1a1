"""All evidence as CSV: as much as the scorecard has, in the same words, and harmless to open."""

from __future__ import annotations

import csv
import io
import tracemalloc
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from chainscore.comparison.results_reader import read_results
from chainscore.intake.workbook import read_workbook
from chainscore.results import evidence as results_evidence
from chainscore.results import evidence_csv as evidence
from chainscore.results.evidence_csv import EvidenceCsv, columns_of, harmless
from chainscore.results.workbook import write_results
from chainscore.scoring.appraisal import Appraisal, appraise
from chainscore.words.numbers import plain
from chainscore.words.texts import because
from tests.conftest import Run
from tests.support.workbooks import BOOK, CHAINS, COMMERCE, LEDGER_ROW, TECHNOLOGY, appraised, day, sound


def lines_of(result: Appraisal) -> list[list[str]]:
    assert result.scorecard is not None
    content = b"".join(EvidenceCsv(result.scorecard, BOOK))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def expected(result: Appraisal) -> list[list[str]]:
    """What the file has to say of each piece of evidence, put together one by one."""
    assert result.scorecard is not None
    titles = {leaf.id: leaf.title for leaf in BOOK.leaves}
    rows = []
    for chain in result.scorecard.chains:
        for leaf, score in chain.leaves.items():
            for each in score.evidence:
                number = f"{float(each.value):.6f}".rstrip("0").rstrip(".") if isinstance(each.value, Fraction) else ""
                value = (
                    plain(each.value)
                    if isinstance(each.value, Decimal)
                    else each.value
                    if isinstance(each.value, str)
                    else number
                )
                points = f"{float(each.points):.6f}".rstrip("0").rstrip(".")
                cells = "，".join(f"{label} {cell}" for label, cell in each.cells.items())
                rows.append(
                    [
                        BOOK.chain(chain.chain).short_name, leaf, titles[leaf], each.file, each.sheet, str(each.row or ""), each.label, each.category or "",
                        cells, value, "0" if points == "-0" else points, "是" if each.counted else "否", because(each.why, "zh"),
                    ]
                )  # fmt: skip
    return rows


@pytest.mark.parametrize("name", ["q1-2023", "q2-2023", "q2-2023-with-mistakes"])
def test_every_piece_of_evidence_is_a_line_in_the_words_of_the_scorecard(name: str) -> None:
    result = appraise([Path(__file__).parent.parent.parent / "sample_data" / f"{name}.xlsx"], BOOK, draft=True)
    header, *lines = lines_of(result)
    assert header == columns_of(BOOK)
    assert header[:3] == ["产业链", "指标", "指标名称"]
    assert lines == expected(result)
    assert len(lines) > 100


def test_text_that_a_spreadsheet_program_would_take_for_a_formula_has_an_apostrophe_before_it(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["B17"] = "=HYPERLINK(A1)"
    quarter[COMMERCE]["B18"] = "@样例"
    quarter[TECHNOLOGY]["B18"] = '-1+样例，"引号"\n换行'
    labels = {line[6] for line in lines_of(appraised(quarter, tmp_path))}
    assert {"'=HYPERLINK(A1)", "'@样例", '\'-1+样例，"引号"\n换行'} <= labels


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_each_of_the_dangerous_first_characters_is_made_harmless_and_no_other(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless(f"a{start}1") == f"a{start}1"
    assert harmless("") == ""


def test_a_long_ledger_is_written_piece_by_piece(tmp_path: Path) -> None:
    quarter = sound()
    for number in range(6000):
        row = (CHAINS[number % 6], f"样例项目{number}", None, 1.5, day(2, 1), day(3, 1), "否")
        quarter[COMMERCE].put(LEDGER_ROW + 1 + number, row)
    result = appraised(quarter, tmp_path)
    assert result.scorecard is not None
    pieces = iter(EvidenceCsv(result.scorecard, BOOK))
    next(pieces)
    tracemalloc.start()
    try:
        sizes = [len(piece) for piece in pieces]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Two leaves of 6,000 rows each.
    assert len(sizes) > 6
    assert peak < sum(sizes) / 2
    assert len(lines_of(result)) > 12000


def test_a_ledger_too_long_for_the_results_workbook_is_summed_up_there_and_whole_beside_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_evidence, "MOST_ROWS", 5)
    monkeypatch.setattr(evidence, "MOST_ROWS", 5)
    sound().save(tmp_path / "q2.xlsx")
    (tmp_path / "q2-results-evidence.csv").write_text("old")
    assert run("score", "q2.xlsx").code == 2
    assert not (tmp_path / "q2-results.xlsx").exists()
    outcome = run("score", "q2.xlsx", "--force", "--lang", "en")
    assert outcome.out.endswith("all evidence: q2-results-evidence.csv\n")
    result = appraise([tmp_path / "q2.xlsx"], BOOK)
    assert (tmp_path / "q2-results-evidence.csv").read_bytes() == b"".join(EvidenceCsv(result.scorecard, BOOK))  # type: ignore[arg-type]
    workbook = openpyxl.load_workbook(tmp_path / "q2-results.xlsx", data_only=True)
    projects = [row for row in workbook["依据·市商务局"].iter_rows(values_only=True) if row[0] == "绿色食品商贸"]
    # One project of 1.2 with the bonus: looked at for the task, which it does not fulfil, and for the tiers, where it earns 2 + 1.
    assert projects == [("绿色食品商贸", 1, 0, 0, 1, 1, 3)]


def test_each_long_workbook_has_its_evidence_beside_its_results(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_ROWS", 5)
    sound().save(tmp_path / "q2.xlsx")
    assert run("score", "q2.xlsx", "--each", "-o", "out", "--jobs", 1).code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "combined.xlsx",
        "q2-results-evidence.csv",
        "q2-results.xlsx",
    ]


def test_a_results_workbook_of_sums_is_read_back_with_its_scores_and_compared(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_evidence, "MOST_ROWS", 5)
    path = sound().save(tmp_path / "q2.xlsx")
    result = appraise([path], BOOK)
    assert result.scorecard is not None
    (tmp_path / "r.xlsx").write_bytes(write_results(result, BOOK))
    scorecard, *_ = read_results(read_workbook(tmp_path / "r.xlsx"))
    assert [(chain.chain, chain.total, chain.rank) for chain in scorecard.chains] == [
        (chain.chain, chain.total, chain.rank) for chain in result.scorecard.chains
    ]
    (tiers,) = next(chain for chain in scorecard.chains if chain.chain == "food").leaves["1.3.2"].evidence
    # One project of 1.2 with the bonus: 2 + 1. What was read is carried whole.
    assert (tiers.row, tiers.points, because(tiers.why, "zh")) == (18, 3, "≥1 → 2，是否三类500强＝是 → 1")
    assert run("diff", "r.xlsx", "r.xlsx").code == 0
