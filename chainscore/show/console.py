"""What people see of a check and a score: the roll call and the ranking as tables."""

from __future__ import annotations

from collections.abc import Sequence

from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import Appraisal
from chainscore.scoring.limits import vetoes_told
from chainscore.scoring.rollcall import State, roll_call
from chainscore.scoring.scorecard import ChainScore, Scorecard
from chainscore.scoring.scores import is_whole
from chainscore.show.findings import COLOURS, counts, number_line
from chainscore.show.terminal import Line, Table, print_line, print_table
from chainscore.words.bilingual import at_start, listed
from chainscore.words.findings import Language
from chainscore.words.standing import told_rank, told_score
from chainscore.words.texts import text

STATES: dict[State, str] = {
    "submitted": "green",
    "unsigned": "yellow",
    "missing": "red",
    "duplicate": "red",
    "unreadable": "red",
}
"""The colour of each state."""


def sound(appraisal: Appraisal, language: Language) -> str:
    """That there are no errors, and what was read to say so."""
    assert appraisal.tables is not None
    assert appraisal.tables.period is not None
    sheets = [sheet for sheet in appraisal.tables.sheets.values() if sheet.submitted]
    return text(
        "console.sound",
        language,
        files=_files([name for name, _ in appraisal.tables.inputs], language),
        period=appraisal.tables.period.name(language),
        sheets=len(sheets),
        rows=sum(sheet.rows_read for sheet in sheets),
    )


def _files(names: Sequence[str], language: Language) -> str:
    """The files by name, or how many there are."""
    return listed(names, language) if len(names) < 4 else text("console.files", language, number=len(names))


def readings_line(book: Rulebook, language: Language) -> str:
    """The readings other than the default ones."""
    chosen = [f"{key}={value}" for key, value in book.chosen.items() if value != book.defaults[key]]
    if not chosen:
        return text("console.readings_default", language)
    return text("console.readings", language, readings=", ".join(chosen))


def print_ranking(scorecard: Scorecard, book: Rulebook, language: Language) -> None:
    """Rank, object, the sections, total, the gap to the one above (of its group) and the grade; boxes on a terminal only."""
    table = Table()
    table.add_column(text("column.rank", language), justify="right")
    if book.total.rank_in_groups:
        table.add_column(text("column.group", language))
    table.add_column(object_word(book, language))
    for section in book.sections:
        table.add_column(section.title, justify="right")
    table.add_column(text("column.total", language), justify="right", style="bold")
    table.add_column(text("column.gap", language), justify="right")
    if book.total.grades:
        table.add_column(text("column.grade", language))
    if scorecard.pending:
        table.add_column(text("column.pending", language))
    for above, chain in zip((None, *scorecard.chains), scorecard.chains, strict=False):
        table.add_row(*_ranking_row(above, chain, scorecard, book, language))
    print_table(table)
    vetoes = ((chain, each) for chain in scorecard.chains for each in vetoes_told(chain, book, language))
    for chain, said in vetoes:
        print_line(text("explain.row", language, label=book.chain(chain.chain).short_name, reason=said))


def print_roll_call(appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    """Who has submitted and who has not, a line each, and how many have."""
    entries = roll_call(appraisal.tables, appraisal.findings, book)
    table = Table()
    table.add_column(text("column.who", language), shrinks=True)
    table.add_column(text("column.state", language))
    table.add_column(text("column.file", language), shrinks=True)
    for name in ("column.rows", "column.errors", "column.warnings", "column.notices"):
        table.add_column(text(name, language), justify="right")
    for entry in entries:
        found = [number_line(entry.findings.get(severity, 0), severity) for severity in COLOURS]
        counted = [str(entry.rows), *found] if entry.files else [""] * (1 + len(found))
        state = Line(text(f"state.{entry.state}", language), STATES[entry.state])
        table.add_row(entry.unit.name(book), state, listed(entry.files, language), *counted)
    print_table(table)
    submitted = sum(entry.state == "submitted" for entry in entries)
    print_line(text("console.roll_call", language, units=len(entries), submitted=submitted, missing=len(entries) - submitted))


def object_word(book: Rulebook, language: Language) -> str:
    """What the method calls those that it ranks, as a heading: Supplier."""
    return at_start(book.words.object, language)


def _ranking_row(
    above: ChainScore | None, chain: ChainScore, scorecard: Scorecard, book: Rulebook, language: Language
) -> list[str]:
    places, group, grouped = book.decimals, book.chain(chain.chain).group, book.total.rank_in_groups
    rank = told_rank(chain.rank, scorecard.is_tied(chain, book), language)
    gap = ""
    if above is not None and (not grouped or book.chain(above.chain).group == group) and not scorecard.pending:
        assert above.total is not None
        assert chain.total is not None
        gap = f"{above.total - chain.total:.{places}f}"
    sections = [told_score(chain.sections[section.id], places, language) for section in book.sections]
    name = [*([group] if grouped else []), book.chain(chain.chain).short_name]
    grade = [chain.grade] if book.total.grades else []
    pending = [listed(chain.pending, language)] if scorecard.pending else []
    return [rank, *name, *sections, told_score(chain.total, places, language), gap, *grade, *pending]


def print_score(appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    """The ranking, under what was scored how, and how much there is to look at."""
    assert appraisal.scorecard is not None
    assert appraisal.tables is not None
    period = appraisal.scorecard.period.name(language)
    print_line(text("console.title", language, title=book.title, period=period))
    if appraisal.scorecard.draft:
        print_line(
            text("console.draft_whole" if is_whole(appraisal.tables, appraisal.scorecard) else "console.draft", language)
        )
    print_line(readings_line(book, language))
    print_line("")
    print_ranking(appraisal.scorecard, book, language)
    print_line("")
    more = text("console.see_check", language) if appraisal.findings else ""
    print_line(counts(appraisal.findings, language) + more)
