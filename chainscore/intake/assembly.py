"""Puts one department's sheet together from all the files that hold a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from chainscore.intake.covers import as_period
from chainscore.intake.fragments import Fragment, Frame, cell_text
from chainscore.intake.tables import PLACE, ROW, SOUND, LabelledValue, Place, SheetTables, Submission, columns_of, frame_of
from chainscore.intake.workbook import Workbook
from chainscore.method.period import PeriodError
from chainscore.method.rulebook import Grid, Sheet
from chainscore.words.findings import Finding
from chainscore.words.folding import fold


def assemble(
    sheet: Sheet, fragments: list[Fragment], frame: Frame, workbooks: Sequence[Workbook], findings: list[Finding]
) -> SheetTables:
    """One department's sheet from all files that hold a part of it."""
    filled = _without_copies([fragment for fragment in fragments if not fragment.blank], frame, findings)
    if not filled:
        findings.append(_not_submitted(sheet, fragments, workbooks))
    for fragment in filled:
        findings += fragment.findings
        findings += _period_of_sheet(fragment, frame)
    cells = _merge_cells(filled, findings)
    _no_chain_twice(filled, frame, findings)
    places: list[Place] = []
    table: list[dict[str, Any]] = []
    ledger = columns_of(sheet.ledger)
    for fragment in filled:
        offset = len(places)
        places += fragment.places
        table += [{**record, PLACE: record[PLACE] + offset} for record in fragment.table]
        for label, values in fragment.ledger.items():
            ledger[label] += values if label != PLACE else [place + offset for place in values]
    filled_in = {record[frame.book.words.chain] for record in table}
    for record, missing in _unfilled(filled):
        if record[frame.book.words.chain] not in filled_in:
            table.append(record)
            findings += missing
            filled_in.add(record[frame.book.words.chain])
    if any(fragment.has_table for fragment in filled):
        blank = [fragment for fragment in fragments if fragment.blank]
        _one_row_per_chain(filled, blank, table, places, frame, findings)
    complete = bool(filled) and all(f.has_ledger and (f.events or f.declares_none) for f in filled)
    return SheetTables(
        sheet=sheet,
        submitted=bool(filled) and all(fragment.signed for fragment in filled),
        cells=cells,
        table=frame_of(columns_of(sheet.table, table), places),
        ledger=frame_of(ledger, places),
        complete=complete,
        places=tuple(places),
        rows_read=len(table) + len(ledger[ROW]),
        submissions=tuple(_submission(fragment, frame) for fragment in filled),
    )


def _submission(fragment: Fragment, frame: Frame) -> Submission:
    ready = {record[frame.book.words.chain]: None for record, _ in fragment.unfilled}
    chains = tuple(_chains_of(fragment, frame) or ready)
    rows = len(fragment.table) + fragment.events
    return Submission(fragment.file, fragment.name, fragment.signed, rows, chains, fragment.signer, fragment.signed_on)


def _chains_of(fragment: Fragment, frame: Frame) -> dict[str, None]:
    """The chains that a fragment has rows of, in order."""
    label = frame.book.words.chain
    in_ledger = dict.fromkeys(fragment.ledger[label]) if fragment.sheet.ledger is not None else {}
    chains = {**{record[label]: None for record in fragment.table}, **in_ledger}
    chains.pop(None, None)
    return chains


def _without_copies(fragments: list[Fragment], frame: Frame, findings: list[Finding]) -> list[Fragment]:
    """Without unsigned sheets that hold carried rows alone, where their departments signed their own elsewhere."""
    signed = [fragment for fragment in fragments if fragment.signed]
    covered = {chain for fragment in signed for chain in _chains_of(fragment, frame)}

    @cache  # seldom needed, and dear where a ledger is long
    def known() -> set[tuple[Any, ...]]:
        return {event for fragment in signed for event in _events_of(fragment, frame)}

    kept = []
    for fragment in fragments:
        chains = _chains_of(fragment, frame).keys()
        if fragment.touched or not signed or not chains <= covered or _has_renewed_figures(fragment):
            kept.append(fragment)
            continue
        code = "N619" if _events_of(fragment, frame) <= known() else "W513"
        values = {"sheet": fragment.sheet.name, "first": signed[0].file}
        findings.append(Finding(code, fragment.file, fragment.name, values=values))
    return kept


def _events_of(fragment: Fragment, frame: Frame) -> set[tuple[Any, ...]]:
    """What identifies each event of a fragment's ledger."""
    ledger = fragment.sheet.ledger
    if ledger is None:
        return set()
    labels = [frame.book.words.chain, ledger.name, *([ledger.category] if ledger.category is not None else [])]
    return set(zip(*([fold(str(value)) for value in fragment.ledger[label]] for label in labels), strict=True))


def _has_renewed_figures(fragment: Fragment) -> bool:
    """True when somebody reported anew what a carried sheet leaves blank."""
    if any(row[label] is not None for label in _renewed(fragment.sheet.table) for row in fragment.table):
        return True
    if any(value is not None for label in _renewed(fragment.sheet.ledger) for value in fragment.ledger[label]):
        return True
    return any(cell.renewed and cell.label in fragment.cells for cell in fragment.sheet.cells)


def _renewed(grid: Grid | None) -> list[str]:
    """The columns that are reported anew, and not from last year's."""
    columns = grid.columns if grid is not None else []
    return [column.label for column in columns if column.renewed and column.last_year_of is None]


def _not_submitted(sheet: Sheet, fragments: list[Fragment], workbooks: Sequence[Workbook]) -> Finding:
    if fragments:
        first = fragments[0]
        return Finding("E206", first.file, first.name, first.signature_cell, values={"sheet": sheet.name})
    file = workbooks[0].file if workbooks else ""
    return Finding("E201", file, sheet.name, values={"sheet": sheet.name})


def _period_of_sheet(fragment: Fragment, frame: Frame) -> Iterable[Finding]:
    """A warning where the sheet's own period is not the cover's."""
    if fragment.period_cell is None or frame.period is None:
        return
    cell, raw = fragment.period_cell
    try:
        agrees = as_period(raw) == frame.period
    except PeriodError:
        agrees = False
    if not agrees:
        name = fragment.sheet.name
        values = {"period": cell_text(raw), "expected": frame.period, "first": frame.period_at}
        values |= {"sheets_zh": name, "sheets_en": name}
        yield Finding("W509" if frame.covered else "E214", fragment.file, fragment.name, cell, values=values)


def _unfilled(fragments: list[Fragment]) -> Iterable[tuple[dict[str, Any], list[Finding]]]:
    """The preset rows that nobody filled in, numbered like the places of all fragments together."""
    offset = 0
    for fragment in fragments:
        for record, missing in fragment.unfilled:
            yield {**record, PLACE: record[PLACE] + offset}, missing
        offset += len(fragment.places)


def _merge_cells(fragments: list[Fragment], findings: list[Finding]) -> dict[str, LabelledValue]:
    cells: dict[str, LabelledValue] = {}
    for fragment in fragments:
        for label, value in fragment.cells.items():
            first = cells.setdefault(label, value)
            if None not in (first.value, value.value) and first.value != value.value:
                values = {
                    "label": label, "text": cell_text(value.value), "other": cell_text(first.value),
                    "first": f"{first.file}!{first.cell}",
                }  # fmt: skip
                findings.append(Finding("E217", fragment.file, fragment.name, value.cell, values=values))
            if first.value is None:
                cells[label] = value
    for fragment in fragments:
        for label, finding in fragment.missing.items():
            if label not in cells:
                findings.append(finding)
    return cells


def _no_chain_twice(fragments: list[Fragment], frame: Frame, findings: list[Finding]) -> None:
    """One chain's rows of a sheet may come from one file only."""
    seen: dict[str, Fragment] = {}
    for fragment in fragments:
        for chain in _chains_of(fragment, frame):
            first = seen.setdefault(chain, fragment)
            if first is not fragment:
                values = {"chain_name": frame.book.chain(chain).name, "first": f"{first.file}:{first.name}"}
                findings.append(Finding("E202", fragment.file, fragment.name, None, chain, values))


def _one_row_per_chain(
    fragments: list[Fragment],
    blank: list[Fragment],
    table: list[dict[str, Any]],
    places: list[Place],
    frame: Frame,
    findings: list[Finding],
) -> None:
    """Each chain stands in the chain table once."""
    label = frame.book.words.chain
    first: dict[str, dict[str, Any]] = {}
    for record in table:
        chain = record[label]
        if chain is None:
            continue
        if chain in first:
            place, other = places[record[PLACE]], first[chain]
            where = places[other[PLACE]]
            if (place.file, place.sheet) == (where.file, where.sheet):
                values = {
                    "chain_name": frame.book.chain(chain).name,
                    "first": where.cell(label, other[ROW]),
                }
                cell = place.cell(label, record[ROW])
                findings.append(Finding("E212", place.file, place.sheet, cell, chain, values))
            record[SOUND] = False
        else:
            first[chain] = record
    # A row whose chain cannot be told is one of those that seem to be missing, and has its own finding.
    untold = sum(record[label] is None for record in table)
    absent = [chain for chain in frame.book.chains if chain.id not in first]
    if len(absent) > untold:
        for chain in absent:
            values = {"chain_name": chain.name}
            if (part := _part_left_blank(blank, chain.id, frame)) is not None:
                findings.append(Finding("E218", part.file, part.name, part.signature_cell, chain.id, values))
                continue
            last = fragments[-1]
            findings.append(Finding("E211", last.file, last.name, None, chain.id, values))


def _part_left_blank(blank: list[Fragment], chain: str, frame: Frame) -> Fragment | None:
    """The blank file in which this chain's rows, and not all chains', were to be filled in."""
    return next((part for part in blank if chain in part.preset and len(part.preset) < len(frame.book.chains)), None)
