"""The results workbook: ranking, scores, scorecards, evidence, rules, findings and provenance. Workbooks are always Chinese.

Every score is a live formula over the evidence and the rules in the same workbook, and carries the value that the scoring core
gave it: anybody can recompute it without this program.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import msgspec

from chainscore import __version__
from chainscore.intake.tables import Tables
from chainscore.intake.workbook import RESULTS_MARK
from chainscore.method.period import Period
from chainscore.method.rulebook import Rulebook
from chainscore.results.cards import Card, open_card
from chainscore.results.evidence import EvidenceWorkbook, forms_of, rows_to_sum_up
from chainscore.results.layouts import MOST_LAYOUTS
from chainscore.results.pages import DRAFT, SMALL, Column, Pages
from chainscore.results.quick_workbook import QuickWorkbook
from chainscore.results.quick_worksheet import frame_of
from chainscore.results.ranking import Ranking, open_charts, open_ranking
from chainscore.results.rules import Rules
from chainscore.results.scores import Places, Scores, open_scores
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.scorecard import Evidence, Scorecard
from chainscore.words.findings import Finding
from chainscore.words.texts import text

FINDINGS_SHEET, PROVENANCE_SHEET, DATA_SHEET = "检查发现", "出处", "数据"
FINDING_COLUMNS = [
    Column("级别", 7, "centre"), Column("代码", 8, "centre"), Column("文件", 24), Column("工作表", 19),
    Column("单元格", 9, "centre"), Column("产业链", 13), Column("发现", 58), Column("处理办法", 46),
]  # fmt: skip
PROVENANCE_COLUMNS = [Column("项目", 42, "name"), Column("内容", 98, "name")]
RULE_COLUMNS = ("规则", "内容")
FACT_COLUMNS = ("产业链", "指标", "算式", "依据")
PLAIN_FACTS = frame_of(("",) * len(FACT_COLUMNS))
LONGEST_PIECE = 16000  # characters of a document in one cell, which has room for as many of any kind
SEVERITY_STYLES = {"error": ("red",), "warning": ("amber",), "notice": ()}


def write_results(appraisal: Appraisal, book: Rulebook) -> bytes:
    """The results workbook of an appraisal that has a scorecard, as the bytes of an .xlsx file."""
    assert appraisal.scorecard is not None
    assert appraisal.tables is not None
    scorecard = appraisal.scorecard
    begun = _begun(book, scorecard.period, scorecard.now, scorecard.draft, scorecard.pending, rows_to_sum_up(appraisal.tables))
    pages = begun.pages.continued()
    evidence = EvidenceWorkbook(scorecard, appraisal.tables, begun.rules, pages)
    evidence.write(pages)
    scores = Scores(book, scorecard, pages, evidence, begun.rules, begun.places)
    scores.write()
    Ranking(book, scorecard, pages).write(begun.places)
    for chain in book.chains:
        Card(chain, book, scorecard, pages).write(scores)
    _write_findings(pages, book, appraisal.findings)
    _write_provenance(pages, book, scorecard, appraisal.tables)
    _write_data(pages, scorecard, evidence, begun.facts)
    evidence.let_go()
    packed: bytes = pages.workbook.packed()
    return packed


@dataclass(frozen=True)
class _Begun:
    """A workbook with all that is the same in many: its pages with their headings and charts, and the sheet of rules."""

    pages: Pages
    rules: Rules
    places: Places
    facts: int
    """The first row for them on the sheet of data."""


@lru_cache(maxsize=MOST_LAYOUTS)
def _begun(book: Rulebook, period: Period, now: datetime.date, draft: bool, pending: bool, rows: int) -> _Begun:
    """With ``pending`` leaves or without; ``rows`` are those of ledgers that are summed up."""
    title = f"{book.title}·{period.chinese}"
    pages = Pages(QuickWorkbook(title, book.issued, RESULTS_MARK), title, f"{book.id} {book.version}", draft)
    rules = Rules(book, period, now)
    open_ranking(book, pages, pending)
    places = open_scores(book, pages)
    open_charts(book, pages, places)
    for chain in book.chains:
        open_card(chain, book, pages, places)
    for form in forms_of(book, rows > 0):
        form.open(pages, rows)
    rules.write(pages)
    findings = pages.page(FINDINGS_SHEET, FINDING_COLUMNS, size=SMALL, least=18)
    for looks in SEVERITY_STYLES.values():
        pages.style(findings.size, "centre", *looks)
    provenance = pages.page(PROVENANCE_SHEET, PROVENANCE_COLUMNS, least=20)
    pages.style(provenance.size, "name", "sum")
    return _Begun(pages, rules, places, _open_data(pages, book))


def _write_findings(pages: Pages, book: Rulebook, findings: Sequence[Finding]) -> None:
    page, last = pages.opened[FINDINGS_SHEET], len(FINDING_COLUMNS) - 1
    for row, finding in enumerate(findings, page.first):
        chain = book.chain(finding.chain).short_name if finding.chain is not None else ""
        values = [
            text(f"severity.{finding.severity}", "zh"), finding.code, finding.file, finding.sheet or "",
            finding.cell or "", chain, finding.message("zh"), finding.hint("zh"),
        ]  # fmt: skip
        pages.row(page, row, values, cells=(SEVERITY_STYLES[finding.severity], *[()] * 7))
    if findings:
        page.sheet.autofilter(page.header, 0, page.first + len(findings) - 1, last)
    else:
        page.sheet.merge_range(page.first, 0, page.first, last, "没有发现问题", pages.style(page.size, "text"))
    pages.mark(page.sheet, page.first + len(findings), len(FINDING_COLUMNS))


def _write_provenance(pages: Pages, book: Rulebook, scorecard: Scorecard, tables: Tables) -> None:
    page = pages.opened[PROVENANCE_SHEET]
    names = {reading.key: reading for reading in book.readings}
    rows = [
        ("考核期", str(scorecard.period)),
        ("数据截止", scorecard.now.isoformat()),
        ("状态", DRAFT if scorecard.draft else "正式"),
        ("规则", f"{book.id} {book.version}"),
        ("规则 SHA-256", book.sha256),
        ("依据", f"{book.title}（{book.plan}，{book.issued}）"),
        ("程序", f"chainscore {__version__}"),
        *((f"输入文件：{name}", f"SHA-256 {digest}") for name, digest in tables.inputs),
        *(
            (f"口径 {key}={value}", f"{names[key].question.zh}：{names[key].options[value].zh}")
            for key, value in book.chosen.items()
        ),
    ]
    for row, values in enumerate(rows, page.first):
        pages.row(page, row, values, cells=(("sum",), ("red",) if values[1] == DRAFT else ()))
    pages.mark(page.sheet, page.first + len(rows), 2)


def _open_data(pages: Pages, book: Rulebook) -> int:
    """The sheet for programs, hidden, with the method; returns the first row for the facts."""
    page = pages.page(DATA_SHEET, [Column(label, 20) for label in RULE_COLUMNS])
    page.sheet.hide()
    method = [(key, piece) for key, value in book.document().items() for piece in _pieces(value)]
    for row, line in enumerate(method, page.first):
        page.sheet.put_row(row, line, frame_of(("",) * len(RULE_COLUMNS)))
    header = page.first + len(method) + 1
    page.sheet.put_row(header, FACT_COLUMNS, PLAIN_FACTS)
    return header + 1


def _write_data(pages: Pages, scorecard: Scorecard, evidence: EvidenceWorkbook, row: int) -> None:
    """All evidence exactly, by which ``diff`` compares, from a row on; of long ledgers the sums."""
    rows = [
        (chain.chain, leaf, evidence.formulas[chain.chain, leaf] if not number else "", piece)
        for chain in scorecard.chains
        for leaf in chain.leaves
        for number, piece in enumerate(_pieces([_fact_of(each, evidence) for each in evidence.pieces[chain.chain, leaf]]))
    ]
    pages.opened[DATA_SHEET].sheet.put_rows(row, list(zip(*rows, strict=True)), [PLAIN_FACTS] * len(rows))


class _Fact(msgspec.Struct):
    """A piece of evidence: numbers exactly, as decimals or fractions in text; the reason as text."""

    file: str
    sheet: str
    row: int | None
    cells: Mapping[str, str]
    label: str
    value: object
    number: str | None
    points: str
    counted: bool
    why: str
    category: str | None
    facts: Mapping[str, str]


def _fact_of(each: Evidence, evidence: EvidenceWorkbook) -> _Fact:
    value, number = each.value, None
    if type(value) in (Decimal, Fraction):
        value, number = None, str(value)
    return _Fact(
        each.file, each.sheet, each.row, each.cells, each.label, value, number, str(each.points), each.counted,
        evidence.because(each.why), each.category, each.facts,
    )  # fmt: skip


def _pieces(value: object) -> list[str]:
    """A value as JSON that any XML can hold, in pieces that a cell has room for."""
    written = msgspec.json.encode(value).decode().replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    return [written[start : start + LONGEST_PIECE] for start in range(0, len(written), LONGEST_PIECE)]
