"""Puts one department's sheet together from all the files that hold a part of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import compress
from typing import Any

from msgspec.structs import replace

from chainscore.intake.covers import as_period
from chainscore.intake.fragments import Fragment, Frame, cell_text
from chainscore.intake.tables import (
    PLACE,
    ROW,
    SOUND,
    LabelledValue,
    Place,
    SheetTables,
    Submission,
    columns_of,
    frame_of,
)
from chainscore.method.period import PeriodError
from chainscore.method.rulebook import Chain, Grid, Rulebook, Sheet
from chainscore.words.bilingual import listed
from chainscore.words.findings import Finding
from chainscore.words.folding import fold
from chainscore.words.texts import LANGUAGES


def assemble(sheet: Sheet, everything: Sequence[Fragment], frame: Frame, findings: list[Finding]) -> SheetTables:
    """One department's sheet from all files that hold a part of it; ``everything`` is what came of all sheets."""
    fragments = [fragment for fragment in everything if fragment.sheet is sheet]
    astray = [fragment for fragment in fragments if not fragment.blank and not fragment.of_this_period]
    came = _without_copies(
        [fragment for fragment in fragments if not fragment.blank and fragment.of_this_period], frame, findings
    )
    if not came and not astray:
        findings.append(_not_submitted(sheet, fragments, everything))
    filled, doubtful = _without_repeats(came, frame, findings)
    for fragment in filled:
        findings += fragment.findings
        findings += _period_of_sheet(fragment, frame)
    cells = _merge_cells(filled, findings)
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
        _one_row_per_chain(fragments, table, places, frame, findings)
    for record in table:
        record[SOUND] = record[SOUND] and record[frame.book.words.chain] not in doubtful
    complete = bool(filled) and not astray and all(f.has_ledger and (f.events or f.declares_none) for f in filled)
    return SheetTables(
        sheet=sheet,
        submitted=bool(filled) and not astray and all(fragment.signed for fragment in came),
        cells=cells,
        table=frame_of(columns_of(sheet.table, table), places),
        ledger=frame_of(ledger, places),
        complete=complete,
        places=tuple(places),
        rows_read=len(table) + len(ledger[ROW]),
        doubtful=doubtful,
        submissions=tuple(_submission(fragment, frame) for fragment in [*came, *astray]),
    )


def _submission(fragment: Fragment, frame: Frame) -> Submission:
    ready = {record[frame.book.words.chain]: None for record, _ in fragment.unfilled}
    chains = tuple(_chains_of(fragment, frame) or ready)
    rows = len(fragment.table) + fragment.events
    return Submission(
        fragment.file,
        fragment.name,
        fragment.signed,
        rows,
        chains,
        fragment.signer,
        fragment.signed_on,
        fragment.of_this_period,
    )


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


def _not_submitted(sheet: Sheet, fragments: Sequence[Fragment], everything: Sequence[Fragment]) -> Finding:
    """That a department has not handed in: at its own file where that is blank, and at nobody else's."""
    others = {fragment.file for fragment in everything if not fragment.blank}
    files = {fragment.file for fragment in everything}
    for own in fragments:
        if own.file not in others or len(files) == 1:
            return Finding("E206", own.file, own.name, own.signature_cell, values={"sheet": sheet.name})
    return Finding("E201", "", sheet.name, values={"sheet": sheet.name})


def _period_of_sheet(fragment: Fragment, frame: Frame) -> Iterable[Finding]:
    """A warning where the sheet's own period is not the cover's."""
    if fragment.period_cell is None or frame.period is None:
        return
    cell, raw = fragment.period_cell
    try:
        agrees = as_period(raw, frame.book) == frame.period
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


def _without_repeats(
    fragments: Sequence[Fragment], frame: Frame, findings: list[Finding]
) -> tuple[list[Fragment], frozenset[str]]:
    """Without the rows of a chain that another file has already, and the chains of which there are two.

    One chain's rows of a sheet may come from one file only. Which is right nobody can tell, so neither is used.
    """
    seen: dict[str, Fragment] = {}
    kept, doubtful = [], set()
    for fragment in fragments:
        chains = _chains_of(fragment, frame)
        again = [chain for chain in chains if chain in seen]
        if again:
            findings.append(_twice(fragment, seen[again[0]], again, frame))
            doubtful.update(again)
        if not again or len(again) < len(chains):
            kept.append(_without_chains(fragment, set(again), frame))
        seen |= dict.fromkeys([chain for chain in chains if chain not in seen], fragment)
    return kept, frozenset(doubtful)


def _twice(fragment: Fragment, first: Fragment, chains: Sequence[str], frame: Frame) -> Finding:
    names = [frame.book.chain(chain).name for chain in chains]
    of_chains = fragment.sheet.per_chain or len(chains) < len(_chains_of(fragment, frame))
    who = names if of_chains else [fragment.sheet.name]
    values = {**{f"who_{each}": listed(who, each) for each in LANGUAGES}, "first": f"{first.file}:{first.name}"}
    return Finding("E202", fragment.file, fragment.name, None, chains[0] if len(chains) == 1 else None, values)


def _without_chains(fragment: Fragment, chains: Collection[str], frame: Frame) -> Fragment:
    if not chains:
        return fragment
    label = frame.book.words.chain
    kept = [chain not in chains for chain in fragment.ledger.get(label, ())]
    rest = replace(fragment, table=[row for row in fragment.table if row[label] not in chains])
    if kept:
        rest.ledger = {name: list(compress(values, kept)) for name, values in fragment.ledger.items()}
    return rest


def whole_files_twice(findings: Iterable[Finding], sheets: Mapping[str, SheetTables], book: Rulebook) -> list[Finding]:
    """The findings, with one in the place of many where a file repeats all that another has."""
    found = list(findings)
    for (file, first), its in _repeats(found).items():
        submitted = {sheet for sheet, tables in sheets.items() if any(each.file == file for each in tables.submissions)}
        if len(its) > 1 and len({finding.sheet for finding in its}) == len(submitted):
            names = [str(finding.sheet) for finding in its]
            everybody = len(its) == len(book.sheets)
            every = {"who_zh": "各部门", "who_en": "every department"}
            who = every if everybody else {f"who_{each}": listed(names, each) for each in LANGUAGES}
            found[found.index(its[0])] = Finding("E202", file, values={**who, "first": first})
            found = [finding for finding in found if finding not in its]
    return found


def _repeats(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """(a file, another that has the same) → what says so."""
    repeats: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.code == "E202":
            repeats.setdefault((finding.file, str(finding.values["first"]).partition(":")[0]), []).append(finding)
    return repeats


def _one_row_per_chain(
    fragments: Sequence[Fragment],
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
        findings += [found for chain in absent if (found := _absent(chain, fragments, frame)) is not None]


def _absent(chain: Chain, fragments: Sequence[Fragment], frame: Frame) -> Finding | None:
    """That nobody gave a chain's row: at the file that ought to have it; None where that is of another period."""
    filled = [fragment for fragment in fragments if not fragment.blank]
    if any(chain.id in _chains_of(fragment, frame) for fragment in filled if not fragment.of_this_period):
        return None
    values = {"chain_name": chain.name}
    part = next((part for part in fragments if part.blank and _is_part_of(part, chain, frame)), None)
    if part is not None:
        return Finding("E218", part.file, part.name, part.signature_cell, chain.id, values)
    last = [fragment for fragment in filled if fragment.of_this_period][-1]
    if last.sheet.per_chain and (len(filled) > 1 or len(_chains_of(last, frame)) == 1):
        return Finding("E218", "", last.sheet.name, None, chain.id, values)
    return Finding("E211", last.file, last.name, None, chain.id, values)


def _is_part_of(blank: Fragment, chain: Chain, frame: Frame) -> bool:
    """Whether this chain's rows, and not all chains', were to be filled in there."""
    return chain.id in blank.preset and len(blank.preset) < len(frame.book.chains)
