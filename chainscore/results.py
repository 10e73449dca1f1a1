"""The results workbook: ranking, scores, scorecards, evidence, rules, findings and provenance. Workbooks are always Chinese.

Every score is a live formula over the evidence and the rules in the same workbook, and carries the value that the scoring core
gave it: anybody can recompute it without this program.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import msgspec

from chainscore import __version__
from chainscore.appraisal import Appraisal
from chainscore.findings import Finding
from chainscore.layouts import MOST_LAYOUTS
from chainscore.pages import DRAFT, SMALL, Column, Pages
from chainscore.period import Period
from chainscore.quick_workbook import QuickWorkbook
from chainscore.quick_worksheet import frame_of
from chainscore.results_cards import Card
from chainscore.results_evidence import EvidenceWorkbook
from chainscore.results_ranking import Ranking
from chainscore.results_rules import Rules
from chainscore.results_scores import Scores
from chainscore.rulebook import Rulebook
from chainscore.scorecard import Evidence, Scorecard
from chainscore.tables import Tables
from chainscore.texts import text
from chainscore.workbook import RESULTS_MARK

DATA_SHEET = "数据"
RULE_COLUMNS = ("规则", "内容")
FACT_COLUMNS = ("产业链", "指标", "算式", "依据")
LONGEST_PIECE = 16000  # characters of a document in one cell, which has room for as many of any kind
SEVERITY_STYLES = {"error": ("red",), "warning": ("amber",), "notice": ()}


def write_results(appraisal: Appraisal, book: Rulebook) -> bytes:
    """The results workbook of an appraisal that has a scorecard, as the bytes of an .xlsx file."""
    assert appraisal.scorecard is not None
    assert appraisal.tables is not None
    scorecard = appraisal.scorecard
    begun, rules = _begun(book, scorecard.period, scorecard.now, scorecard.draft)
    pages = begun.continued()
    _write_sheets(pages, book, scorecard, appraisal.tables, appraisal.findings, rules)
    packed: bytes = pages.workbook.packed()
    return packed


@lru_cache(maxsize=MOST_LAYOUTS)
def _begun(book: Rulebook, period: Period, now: datetime.date, draft: bool) -> tuple[Pages, Rules]:
    """A workbook with nothing but its sheet of rules, which is the same in all of a period."""
    title = f"{book.title}·{period.chinese}"
    pages = Pages(QuickWorkbook(title, book.issued, RESULTS_MARK), title, f"{book.id} {book.version}", draft)
    rules = Rules(book, period, now)
    rules.write(pages)
    return pages, rules


def _write_sheets(
    pages: Pages, book: Rulebook, scorecard: Scorecard, tables: Tables, findings: Sequence[Finding], rules: Rules
) -> None:
    """Opens the sheets in the order they stand in, then fills them in the order they rest on each other."""
    sheets = pages.workbook.sheets
    rules_sheet = sheets.pop()  # written first, as it is the same in all workbooks of a period
    ranking = Ranking(book, scorecard, pages)
    evidence = EvidenceWorkbook(scorecard, tables, rules)
    scores = Scores(book, scorecard, pages, evidence, rules)
    cards = [Card(chain, book, scorecard, pages) for chain in book.chains]
    evidence.open(pages)
    sheets.append(rules_sheet)
    evidence.write(pages)
    scores.write()
    ranking.write(scores)
    for card in cards:
        card.write(scores)
    _write_findings(pages, book, findings)
    _write_provenance(pages, book, scorecard, tables)
    _write_data(pages, book, scorecard, evidence)
    evidence.let_go()


def _write_findings(pages: Pages, book: Rulebook, findings: Sequence[Finding]) -> None:
    columns = [
        Column("级别", 7, "centre"), Column("代码", 8, "centre"),
        Column("文件", 24), Column("工作表", 19),
        Column("单元格", 9, "centre"), Column("产业链", 13), Column("发现", 58), Column("处理办法", 46),
    ]  # fmt: skip
    page = pages.page("检查发现", columns, size=SMALL, least=18)
    for row, finding in enumerate(findings, page.first):
        chain = book.chain(finding.chain).short_name if finding.chain is not None else ""
        values = [
            text(f"severity.{finding.severity}", "zh"), finding.code, finding.file, finding.sheet or "",
            finding.cell or "", chain, finding.message("zh"), finding.hint("zh"),
        ]  # fmt: skip
        pages.row(page, row, values, cells=(SEVERITY_STYLES[finding.severity], *[()] * 7))
    if findings:
        page.sheet.autofilter(page.header, 0, page.first + len(findings) - 1, len(columns) - 1)
    else:
        page.sheet.merge_range(page.first, 0, page.first, len(columns) - 1, "没有发现问题", pages.style(page.size, "text"))
    pages.mark(page.sheet, page.first + len(findings), len(columns))


def _write_provenance(pages: Pages, book: Rulebook, scorecard: Scorecard, tables: Tables) -> None:
    page = pages.page("出处", [Column("项目", 42, "name"), Column("内容", 98, "name")], least=20)
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


def _write_data(pages: Pages, book: Rulebook, scorecard: Scorecard, evidence: EvidenceWorkbook) -> None:
    """For programs, hidden: the method, and all evidence exactly, by which ``diff`` compares; of long ledgers the sums."""
    page = pages.page(DATA_SHEET, [Column(label, 20) for label in RULE_COLUMNS])
    sheet, method = page.sheet, _method(book)
    sheet.hide()
    plain = frame_of(("",) * len(RULE_COLUMNS))
    for row, line in enumerate(method, page.first):
        sheet.put_row(row, line, plain)
    header = page.first + len(method) + 1
    plain = frame_of(("",) * len(FACT_COLUMNS))
    sheet.put_row(header, FACT_COLUMNS, plain)
    row = header + 1
    for chain in scorecard.chains:
        for leaf in chain.leaves:
            written = msgspec.json.encode([_document_of(each, evidence) for each in evidence.pieces[chain.chain, leaf]])
            for number, piece in enumerate(_pieces(_for_xml(written.decode()))):
                told = evidence.formulas[chain.chain, leaf] if not number else ""
                sheet.put_row(row, (chain.chain, leaf, told, piece), plain)
                row += 1


@lru_cache(maxsize=MOST_LAYOUTS)
def _method(book: Rulebook) -> list[tuple[str, str]]:
    """(key, value as JSON or a piece of it) of all that a rulebook says."""
    document = ((key, msgspec.json.encode(value).decode()) for key, value in book.document().items())
    return [(key, piece) for key, value in document for piece in _pieces(_for_xml(value))]


def _document_of(each: Evidence, evidence: EvidenceWorkbook) -> dict[str, object]:
    """A piece of evidence as JSON: numbers exactly, as decimals or fractions in text; the reason as text."""
    number = type(each.value) in (Decimal, Fraction)
    return {
        "file": each.file,
        "sheet": each.sheet,
        "row": each.row,
        "cells": each.cells,
        "label": each.label,
        "value": None if number else each.value,
        "number": str(each.value) if number else None,
        "points": str(each.points),
        "counted": each.counted,
        "why": evidence.because(each.why),
        "category": each.category,
        "facts": each.facts,
    }


def _for_xml(written: str) -> str:
    """JSON in which what no XML can hold is escaped; most of it is already."""
    return written.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _pieces(written: str) -> list[str]:
    return [written[start : start + LONGEST_PIECE] for start in range(0, len(written), LONGEST_PIECE)]
