"""The results workbook: ranking, scores, scorecards, evidence, rules, findings and provenance. Workbooks are always Chinese.

Every score is a live formula over the evidence and the rules in the same workbook, and carries the value that the scoring core
gave it: anybody can recompute it without this program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from chainscore import __version__
from chainscore.intake.tables import Tables
from chainscore.intake.workbook import RESULTS_MARK
from chainscore.method.rulebook import Rulebook
from chainscore.results.cards import Card
from chainscore.results.evidence import EvidenceWorkbook
from chainscore.results.excel.book import DRAFT, Book
from chainscore.results.excel.cell import write_cell
from chainscore.results.excel.page import SMALL, Column
from chainscore.results.ranking import Ranking
from chainscore.results.rules import Rules
from chainscore.results.scores import Scores
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
LONGEST_PIECE = 16000  # characters of a document in one cell, which has room for as many of any kind
SEVERITY_STYLES = {"error": ("red",), "warning": ("amber",), "notice": ()}


def write_results(appraisal: Appraisal, book: Rulebook) -> bytes:
    """The results workbook of an appraisal that has a scorecard, as the bytes of an .xlsx file."""
    scorecard, tables = appraisal.scorecard, appraisal.tables
    assert scorecard is not None
    assert tables is not None
    title, footer = f"{book.title}·{scorecard.period.chinese}", f"{book.id} {book.version}"
    file = Book(title, footer, book.issued, scorecard.draft, RESULTS_MARK)
    # The sheets stand in the order in which they are made; what is written on them refers to others of any place.
    ranking = Ranking(book, scorecard, file)
    scores = Scores(book, scorecard, file)
    cards = [Card(chain, book, scorecard, file) for chain in book.chains]
    evidence = EvidenceWorkbook(book, scorecard, tables, file)
    rules = Rules(book, scorecard.period, scorecard.now, file)
    evidence.write(rules)
    scores.write(evidence, rules)
    ranking.write(scores.places)
    for card in cards:
        card.write(scores)
    rules.write()
    _write_findings(file, book, appraisal.findings)
    _write_provenance(file, book, scorecard, tables)
    _write_data(file, book, scorecard, evidence)
    return file.packed()


def _write_findings(file: Book, book: Rulebook, findings: Sequence[Finding]) -> None:
    page = file.page(FINDINGS_SHEET, FINDING_COLUMNS, SMALL)
    for row, finding in enumerate(findings, page.first):
        chain = book.chain(finding.chain).short_name if finding.chain is not None else ""
        values = [
            text(f"severity.{finding.severity}", "zh"), finding.code, finding.file, finding.sheet or "",
            finding.cell or "", chain, finding.message("zh"), finding.hint("zh"),
        ]  # fmt: skip
        page.row(row, values, cells=(SEVERITY_STYLES[finding.severity], *[()] * 7))
    if findings:
        page.filter(page.first + len(findings) - 1)
    else:
        page.merge(page.first, 0, len(FINDING_COLUMNS) - 1, "没有发现问题", "text")
    file.mark(page, page.first + len(findings))


def _write_provenance(file: Book, book: Rulebook, scorecard: Scorecard, tables: Tables) -> None:
    page = file.page(PROVENANCE_SHEET, PROVENANCE_COLUMNS, least=20)
    rows = [
        ("考核期", str(scorecard.period)),
        ("数据截止", scorecard.now.isoformat()),
        ("状态", DRAFT if scorecard.draft else "正式"),
        ("规则", f"{book.id} {book.version}"),
        ("规则 SHA-256", book.sha256),
        ("依据", f"{book.title}（{book.plan}，{book.issued}）"),
        ("程序", f"chainscore {__version__}"),
        *((f"输入文件：{name}", f"SHA-256 {digest}") for name, digest in tables.inputs),
        *readings_of(book),
    ]
    for row, values in enumerate(rows, page.first):
        page.row(row, values, cells=(("sum",), ("red",) if values[1] == DRAFT else ()))
    file.mark(page, page.first + len(rows))


def readings_of(book: Rulebook) -> list[tuple[str, str]]:
    """(reading, what it means) of those that a rulebook was read by."""
    names = {reading.key: reading for reading in book.readings}
    return [
        (f"口径 {key}={value}", f"{names[key].question.zh}：{names[key].options[value].zh}")
        for key, value in book.chosen.items()
    ]


def _write_data(file: Book, book: Rulebook, scorecard: Scorecard, evidence: EvidenceWorkbook) -> None:
    """The hidden sheet for programs: the method, and all evidence exactly, by which ``diff`` compares; of long ledgers sums."""
    page = file.page(DATA_SHEET, [Column(label, 20) for label in RULE_COLUMNS])
    page.sheet.hide()
    facts = [
        (chain.chain, leaf, evidence.formulas[chain.chain, leaf] if not number else "", piece)
        for chain in scorecard.chains
        for leaf in chain.leaves
        for number, piece in enumerate(_pieces([_fact_of(each, evidence) for each in evidence.pieces[chain.chain, leaf]]))
    ]
    method = [(key, piece) for key, value in book.document().items() for piece in _pieces(value)]
    for row, line in enumerate([*method, (), FACT_COLUMNS, *facts], page.first):
        for column, value in enumerate(line):
            write_cell(page.sheet, row, column, value)


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
