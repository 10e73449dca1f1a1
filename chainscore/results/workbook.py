"""The results workbook: ranking, scores, scorecards, evidence, rules, findings and provenance, in the rulebook's language.

Every score is a live formula over the evidence and the rules in the same workbook, and carries the value that the scoring core
gave it: anybody can recompute it without this program.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainscore import __version__
from chainscore.intake.archive import archived
from chainscore.intake.tables import Tables
from chainscore.intake.workbook import RESULTS_MARK
from chainscore.method.rulebook import Rulebook
from chainscore.results.cards import Card
from chainscore.results.evidence import EvidenceWorkbook
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import write_cell
from chainscore.results.excel.page import SMALL, SMALL_ON_PAPER, Column, Page, readable
from chainscore.results.hidden import EARLIER, INPUTS, RULEBOOK, pieces
from chainscore.results.names import named, readings_of
from chainscore.results.objects import Objects
from chainscore.results.ranking import Ranking
from chainscore.results.rules import Rules
from chainscore.results.scores import Scores
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.earlier import Earlier
from chainscore.scoring.next_steps import NextSteps
from chainscore.scoring.readings import first_pair
from chainscore.scoring.scorecard import Scorecard
from chainscore.scoring.scores import is_whole
from chainscore.words.bilingual import told
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import text

FINDING_COLUMNS = (
    ("severity", 8, "centre"), ("code", 8, "centre"), ("file", 24, "text"), ("sheet", 19, "text"), ("cell", 9, "centre"),
    ("object", 13, "text"), ("message", 57, "text"), ("hint", 46, "text"),
)  # fmt: skip
"""(heading, width, style)."""
HOLDS = {
    "ranking": "contents.ranking", "scores": "contents.scores", "card": "contents.card", "evidence": "contents.evidence",
    "rules": "contents.rules", "findings": "contents.findings", "origin": "contents.origin",
}  # fmt: skip
"""What a page of each kind holds, for the contents."""
SEVERITY_STYLES = {"error": ("red",), "warning": ("amber",), "notice": ()}


def write_results(appraisal: Appraisal, book: Rulebook, earlier: Earlier | None = None) -> bytes:
    """The results workbook of an appraisal that has a scorecard, as the bytes of an .xlsx file.

    The scorecards set the scores of an ``earlier`` period beside its own.
    """
    scorecard, tables = appraisal.scorecard, appraisal.tables
    assert scorecard is not None
    assert tables is not None
    title, footer = f"{book.title}·{scorecard.period.name(book.language)}", told(book.words.body, book.language)
    file = Book(title, footer, book.issued, scorecard.draft, RESULTS_MARK, book.language, is_whole(tables, scorecard))
    contents = file.page(text("contents.title", book.language), _contents_columns(book), size=11, least=20, kind="contents")
    # The sheets stand in the order in which they are made; what is written on them refers to others of any place.
    ranking = Ranking(book, scorecard, file, first_pair(tables, book, scorecard, book.language))
    scores = Scores(book, scorecard, file)
    steps = NextSteps(tables, book, scorecard)
    cards = [
        Card(chain, book, scorecard, file, [step.told(book, book.language) for step in steps.of(chain.id)], earlier)
        for chain in book.chains
    ]
    objects = Objects(book, scorecard, file)
    evidence = EvidenceWorkbook(book, scorecard, tables, file)
    rules = Rules(book, scorecard.period, scorecard.now, file)
    evidence.write(rules)
    objects.write(evidence.by_source, rules)
    scores.write(evidence, objects, rules)
    ranking.write(scores.places)
    for card in cards:
        card.write(scores)
    rules.write()
    _write_findings(file, book, appraisal.findings)
    _write_provenance(file, book, scorecard, tables, earlier)
    _write_contents(contents, file, book)
    _write_data(file, book, tables, earlier)
    return file.packed()


def _contents_columns(book: Rulebook) -> list[Column]:
    return [
        Column(text("contents.sheet", book.language), 44, "link"),
        Column(text("contents.holds", book.language), 70, "name"),
    ]


def _write_contents(page: Page, file: Book, book: Rulebook) -> None:
    """The names of all sheets, that lead there, and what each holds."""
    row = page.first
    for other, kind in file.pages:
        if kind in HOLDS:
            page.row(row, [None, text(HOLDS[kind], book.language)])
            page.lead(row, 0, other.name, "link", "left")
            row += 1
    page.sheet.fit_to_pages(1, 1)
    file.mark(page, row)


def _write_findings(file: Book, book: Rulebook, findings: Sequence[Finding]) -> None:
    language = book.language
    titles = {key: text(f"results.finding_{key}", language) for key, _, _ in FINDING_COLUMNS if key != "object"}
    titles["object"] = told(book.words.object, language)
    columns = [Column(titles[key], width, style) for key, width, style in FINDING_COLUMNS]
    page = file.page(named("findings", language), columns, readable(columns, SMALL, SMALL_ON_PAPER).size, kind="findings")
    for row, finding in enumerate(findings, page.first):
        chain = book.chain(finding.chain).short_name if finding.chain is not None else ""
        values = [
            text(f"severity.{finding.severity}", language), finding.code, finding.file, finding.sheet or "",
            finding.cell or "", chain, finding.message(language), finding.hint(language),
        ]  # fmt: skip
        page.row(row, values, cells=(SEVERITY_STYLES[finding.severity], *[()] * 7))
    if findings:
        page.filter(page.first + len(findings) - 1)
    else:
        page.merge(page.first, 0, len(columns) - 1, text("results.no_findings", language), "text")
    file.mark(page, page.first + len(findings))


def _write_provenance(file: Book, book: Rulebook, scorecard: Scorecard, tables: Tables, earlier: Earlier | None) -> None:
    language = book.language
    page = file.page(named("origin", language), origin_columns(language), least=20, kind="origin")
    state = named("draft" if scorecard.draft else "final", language)
    basis = text("results.basis_of", language, title=book.title, plan=book.plan, issued=book.issued)
    rows = [
        (named("period", language), str(scorecard.period)),
        (named("cutoff", language), scorecard.now.isoformat()),
        *([(named("before", language), earlier.period)] if earlier is not None else []),
        (named("state", language), state),
        (named("rules", language), f"{book.id} {book.version}"),
        (named("rules_hash", language), book.sha256),
        (named("basis", language), basis),
        (named("program", language), f"chainscore {__version__}"),
        *((named("input", language) + name, f"SHA-256 {digest}") for name, digest in tables.inputs),
        *readings_of(book),
    ]
    for row, values in enumerate(rows, page.first):
        page.row(row, values, cells=(("sum",), ("red",) if scorecard.draft and values[1] == state else ()))
    file.mark(page, page.first + len(rows))


def origin_columns(language: Language) -> list[Column]:
    """Of a sheet that tells how a workbook came about."""
    return [Column(text("results.item", language), 42, "name"), Column(text("results.content", language), 98, "name")]


def _write_data(file: Book, book: Rulebook, tables: Tables, earlier: Earlier | None) -> None:
    """The hidden sheet for programs: the rulebook's own text, and what was read, from which all can be scored again."""
    page = file.page(named("data", book.language), [Column("", 20), Column("", 20)])
    page.sheet.hide()
    documents = {RULEBOOK: book.source, INPUTS: archived(tables), EARLIER: earlier.document() if earlier is not None else ""}
    lines = [(name, piece) for name, document in documents.items() for piece in pieces(document)]
    for row, line in enumerate(lines, page.first):
        for column, value in enumerate(line):
            write_cell(page.sheet, row, column, value)
