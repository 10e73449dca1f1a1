"""The workbooks of ``diff`` and ``trend``, in the rulebook's language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from chainscore.comparison.attribution import LIMIT, METHOD, OWN, ROUNDING, ROWS
from chainscore.comparison.diff import Changes, Quarter
from chainscore.comparison.texts import reasons, row_line, year_note
from chainscore.comparison.trend import Trend
from chainscore.comparison.year import Standing, Year, increments, years_of
from chainscore.method.rulebook import Rulebook
from chainscore.results import formulas
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.page import PAPER, Column, Page, readable
from chainscore.results.names import named
from chainscore.show.console import object_word
from chainscore.words.bilingual import told
from chainscore.words.findings import Finding
from chainscore.words.references import cell_reference, column_letters
from chainscore.words.texts import text

CHART_WIDTH, CHART_HEIGHT = 900, 380  # pixels
TOTALS, INCREMENTS, RANKS = "totals", "increments", "ranks_of"
"""What a sheet of a trend shows."""
COLUMNS_ABREAST = 15
"""A year's sheet of more columns takes several sheets of paper from side to side."""
STAND_IN = 1.3
"""So many times as wide may columns come out where another font stands in for the workbook's."""


LEAST = 9
"""Points of the smallest font on paper."""


def _book(title: str, quarter: Quarter, draft: bool) -> Book:
    """A workbook of plain tables, each on a sheet of its own."""
    return Book(
        title, told(quarter.book.words.body, quarter.book.language), quarter.book.issued, draft, language=quarter.book.language
    )


def _table(
    book: Book, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], filtered: bool = False, note: str = ""
) -> Page:
    """A sheet with a title, a header and rows."""
    page = book.page(name, columns, readable(columns, 10, LEAST).size, note=note)
    for row, values in enumerate(rows, page.first):
        page.row(row, values)
    if filtered and rows:
        page.filter(page.first + len(rows) - 1)
    book.mark(page, page.first + len(rows))
    return page


def _remarks(book: Book, findings: Sequence[Finding]) -> None:
    """A page of what has been found, where there is anything."""
    columns = [
        Column(_say(book, "code"), 8, "centre"),
        Column(_say(book, "place"), 34),
        Column(_say(book, "message"), 70),
        Column(_say(book, "hint"), 50),
    ]
    rows = [(each.code, each.place, each.message(book.language), each.hint(book.language)) for each in findings]
    if rows:
        _table(book, named("findings", book.language), columns, rows)


def _period(quarter: Quarter) -> str:
    return quarter.scorecard.period.name(quarter.book.language)


def _say(book: Book, key: str, **values: object) -> str:
    return text(f"compared.{key}", book.language, **values)


# ---------------------------------------------------------------- diff


def write_diff(changes: Changes) -> bytes:
    """The workbook of a comparison: ranks, leaves with the reasons, rows, findings and what was compared."""
    title = f"{changes.new.book.title}·{_period(changes.old)} → {_period(changes.new)}"
    book = _book(title, changes.new, changes.draft)
    _ranks(book, changes)
    _leaves(book, changes)
    _rows(book, changes)
    _remarks(book, changes.findings)
    _origins(book, [changes.old, changes.new])
    return book.packed()


def _ranks(book: Book, changes: Changes) -> None:
    columns = [
        Column(object_word(changes.new.book, book.language), 40, "name"),
        *(Column(text(f"column.{key}", book.language), 9, "centre") for key in ("rank_old", "rank_new")),
        Column(text("column.climbed", book.language), 9, "moved"),
        *(Column(text(f"column.{key}", book.language), 12, "score") for key in ("total_old", "total_new")),
        Column(text("column.delta", book.language), 12, "change"),
    ]  # fmt: skip
    pending = text("column.pending", book.language)
    rows = []
    for chain in changes.chains:
        pairs = [
            pending if value is None and score is not None else value
            for values in (chain.ranks, chain.totals)
            for value, score in zip(values, (chain.old, chain.new), strict=True)
        ]
        moved = [pending if value is None and chain.pending else value for value in (chain.climbed, chain.delta)]
        rows.append((chain.name, *pairs[:2], moved[0], *pairs[2:], moved[1]))
    _table(book, _say(book, "ranks"), columns, rows or [(text("console.no_difference", book.language), *[None] * 6)])


def _leaves(book: Book, changes: Changes) -> None:
    columns = [
        Column(object_word(changes.new.book, book.language), 19, "name"),
        Column(text("scores.leaf", book.language), 8, "centre"), Column(text("scores.name", book.language), 26, "name"),
        Column(_say(book, "old"), 10, "score"), Column(_say(book, "new"), 10, "score"),
        Column(text("column.delta", book.language), 10, "change"),
        *(Column(_say(book, key), 10, "part") for key in ("own", "others", "rows", "limits", "method", "rounding")),
        Column(_say(book, "explained"), 70),
    ]  # fmt: skip
    rows = []
    for chain in changes.chains:
        for leaf in chain.leaves:
            if not (leaf.moved or leaf.rows):
                continue
            cause = leaf.attribution
            parts = cause.parts if cause is not None else {}
            pending = text("column.pending", book.language)
            rows.append(
                (
                    chain.short_name, leaf.leaf, leaf.title,
                    leaf.old if leaf.old is not None else pending, leaf.new if leaf.new is not None else pending, leaf.delta,
                    parts.get(OWN), cause.others if cause is not None else None,
                    *(parts.get(part) for part in (ROWS, LIMIT, METHOD, ROUNDING)),
                    reasons(cause, changes.new.book, book.language) if cause is not None else "",
                )
            )  # fmt: skip
    _table(book, _say(book, "scores"), columns, rows, filtered=True)


def _rows(book: Book, changes: Changes) -> None:
    columns = [
        Column(object_word(changes.new.book, book.language), 19, "name"),
        Column(text("scores.leaf", book.language), 8, "centre"), Column(_say(book, "change"), 9, "centre"),
        Column(_say(book, "event"), 34, "name"), Column(_say(book, "points"), 11, "part"), Column(_say(book, "explained"), 99),
    ]  # fmt: skip
    rows = [
        (
            chain.short_name,
            row.leaf,
            _say(book, _kind(row.old is None, row.new is None)),
            row.row.label,
            row.points,
            row_line(row, book.language),
        )
        for chain in changes.chains
        for leaf in chain.leaves
        for row in leaf.rows
    ]
    _table(book, _say(book, "evidence"), columns, rows, filtered=True)


def _kind(added: bool, removed: bool) -> str:
    return "added" if added else "removed" if removed else "changed"


def _origins(book: Book, quarters: Sequence[Quarter]) -> None:
    columns = [
        Column(named("period", book.language), 18, "centre"), Column(_say(book, "file"), 40),
        Column(named("state", book.language), 8, "centre"), Column(_say(book, "rules"), 110),
    ]  # fmt: skip
    _table(book, named("origin", book.language), columns, [_origin(quarter) for quarter in quarters])


def _origin(quarter: Quarter) -> tuple[str, str, str, str]:
    book, readings = quarter.book, ", ".join(f"{key}={value}" for key, value in quarter.book.chosen.items())
    rules = "; ".join(filter(None, (f"{book.id} {book.version}, SHA-256 {book.sha256}", readings)))
    state = named("draft" if quarter.scorecard.draft else "final", quarter.book.language)
    return str(quarter.scorecard.period), quarter.file, state, rules


# ---------------------------------------------------------------- trend


def write_trend(trend: Trend) -> bytes:
    """The workbook of several periods: totals and ranks, each with a line chart, findings and what was compared."""
    last = trend.quarters[-1]
    title = f"{last.book.title}·{_period(trend.quarters[0])}–{_period(last)}"
    book = _book(title, last, trend.draft)
    # What is pending is blank, for a chart draws a text as zero.
    _charted(book, trend, TOTALS, [chain.totals for chain in trend.chains], "score")
    periods = [quarter.scorecard.period for quarter in trend.quarters]
    _charted(book, trend, INCREMENTS, [increments(periods, chain.totals) for chain in trend.chains], "change")
    _charted(book, trend, RANKS, [chain.ranks for chain in trend.chains], "centre")
    for year in years_of(trend):
        _year(book, year, last.book)
    _remarks(book, trend.findings)
    _origins(book, trend.quarters)
    return book.packed()


def _charted(book: Book, trend: Trend, kind: str, values: Sequence[Sequence[Any]], style: str) -> None:
    """One number of each chain in each period, with a line for each chain below."""
    periods = [str(quarter.scorecard.period) for quarter in trend.quarters]
    columns = [
        Column(object_word(trend.quarters[-1].book, book.language), 24, "name"),
        *(Column(period, 12, style) for period in periods),
    ]
    rows = [(chain.short_name, *numbers) for chain, numbers in zip(trend.chains, values, strict=True)]
    page = _table(book, _say(book, kind), columns, rows)
    below = page.first + len(rows)
    chart = _chart(book, page, kind, len(periods), len(rows), falling=style == "centre")
    page.sheet.insert_chart(below + 1, 0, chart)


def _chart(book: Book, page: Page, kind: str, periods: int, rows: int, falling: bool) -> Any:
    """A line for each row of a page; ``falling`` where the smallest number is the best."""
    name = page.name
    chart = book.chart("column" if kind == INCREMENTS else "line")
    for row in range(page.first, page.first + rows):
        chart.add_series(
            {
                "name": [name, row, 0],
                "categories": [name, page.header, 1, page.header, periods],
                "values": [name, row, 1, row, periods],
                **({"marker": {"type": "circle"}} if kind != INCREMENTS else {}),
            }
        )
    said = _say(book, "accumulated", name=name) if kind == TOTALS else name
    chart.set_title({"name": f"{said}·{book.title}", "name_font": {"size": 10}})
    # The first rank is the highest; the periods stay below.
    chart.set_x_axis({"name": named("period", book.language), "label_position": "high" if falling else "low"})
    chart.set_y_axis({"name": name} | ({"reverse": True, "min": 1, "max": rows, "major_unit": 1} if falling else {}))
    chart.set_legend({"position": "right"})
    chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
    return chart


# ---------------------------------------------------------------- a year


def _year(book: Book, year: Year, method: Rulebook) -> None:
    """Totals, increments and ranks in the periods of a year, and its result; all but the totals are formulas."""
    grouped = method.total.rank_in_groups
    width = 11 if len(year.periods) * 3 <= COLUMNS_ABREAST else 9
    kinds = ((TOTALS, "score"), (INCREMENTS, "part"), (RANKS, "centre"))
    columns = [
        Column(object_word(method, book.language), 24, "name"),
        *([Column(text("column.group", book.language), 10, "centre")] if grouped else []),
        *(Column(f"{period}\n{_say(book, kind)}", width, style) for kind, style in kinds for period in year.periods),
        Column(_say(book, "year_total"), 11, "total"),
        Column(_say(book, "year_rank"), 9, "centre"),
    ]
    name = _say(book, "year", periods=f"{year.periods[0]}–{year.periods[-1]}")
    papers = [1 + grouped + at * len(year.periods) for at in range(len(kinds))] if len(columns) > COLUMNS_ABREAST else []
    size = 10 if papers else readable(columns, 10, LEAST).size
    page = book.page(name, columns, size, frozen=1, note=year_note(year, book.language), headed=papers or [0])
    page.sheet.repeat_columns(0, int(grouped))
    if papers:
        _apart(page, papers)
    rows = page.first + 1, page.first + len(year.standings)
    for row, its in enumerate(year.standings, page.first):
        group = [method.chain(its.chain.chain).group] if grouped else []
        page.row(row, [its.chain.short_name, *group, *_year_cells(year, its, row + 1, rows, method)])
    book.mark(page, rows[1])


def _apart(page: Page, papers: Sequence[int]) -> None:
    """From side to side a sheet of paper for each kind of number, and all of one scale; ``papers`` are their first columns."""
    widths = [column.width * 7 + 5 for column in page.columns]
    widest = sum(widths[: papers[0]]) + max(sum(widths[a:b]) for a, b in pairwise([*papers, len(widths)]))
    page.sheet.set_print_scale(min(100, int(100 * PAPER / (widest * STAND_IN))))
    page.sheet.set_v_pagebreaks(list(papers[1:]))


def _year_cells(year: Year, its: Standing, row: int, rows: tuple[int, int], method: Rulebook) -> list[Any]:
    """What stands beside the object in a row, counted from 1; ``rows`` are the first and the last of those ranked together."""
    number, grouped = len(year.periods), method.total.rank_in_groups
    first = 2 + grouped
    totals = [cell_reference(row, first + at) for at in range(number)]
    group = (f"B{row}", f"B${rows[0]}:B${rows[1]}") if grouped else None

    def rank(column: int, value: int | None) -> Formula | None:
        letters = column_letters(column)
        among = f"{letters}${rows[0]}:{letters}${rows[1]}"
        return Formula(formulas.rank(f"{letters}{row}", among, group), value) if value is not None else None

    added = [f"={totals[0]}", *(f"=ROUND({own}-{before},{method.decimals})" for before, own in pairwise(totals))]
    result, result_rank = year.total(its), year.rank(its)
    return [
        *its.totals,
        *(Formula(told, value) if value is not None else None for told, value in zip(added, its.increments, strict=True)),
        *(rank(first + at, value) for at, value in enumerate(its.ranks)),
        Formula(f"={totals[-1]}", result) if result is not None else None,
        rank(first + 3 * number, result_rank),
    ]
