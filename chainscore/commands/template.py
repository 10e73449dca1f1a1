"""``chainscore template``: the blank workbook of a period, whole or split by who fills in, with what carries over."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chainscore.commands import options
from chainscore.commands.common import BLOCKED, DONE, UNUSABLE, limits_of, print_document, rulebook_of, suggest, write
from chainscore.show.findings import print_findings
from chainscore.show.outputs import check_output, prepare_folder
from chainscore.show.terminal import print_line
from chainscore.words.findings import Language
from chainscore.words.texts import UserError, text

if TYPE_CHECKING:
    from chainscore.intake.limits import Limits
    from chainscore.intake.tables import Tables
    from chainscore.method.period import Period
    from chainscore.method.rulebook import Rulebook
    from chainscore.paperwork.template import Facts, Part


def template(
    period: options.Period = None,
    output: options.Output = None,
    split: options.Split = None,
    from_: options.Earlier = None,
    last_year: options.LastYear = None,
    force: options.Force = False,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    if split is not None and output is not None:
        raise UserError("error.split_output")
    limits = limits_of(limit)
    book = rulebook_of(rulebook, files=[*(from_ or []), *(last_year or [])])
    named = _period_named(period, book)
    before, inputs = _earlier(from_, book, limits, language)
    ago, others = _earlier(last_year, book, limits, language)
    wanted = _period_of(named, before, ago, book, language)
    targets = _targets(wanted, output, split, book)
    for path in targets:
        check_output(path, [*inputs, *others, *([rulebook] if rulebook is not None else [])], force)

    from chainscore.paperwork.carry import carried_forward
    from chainscore.paperwork.template import write_template

    facts = carried_forward(book, wanted, before, ago)
    files = [write(path, write_template(book, wanted, facts, part), force, language) for path, part in targets.items()]
    if as_json:
        print_document(_document(wanted, files, split is not None))
    else:
        _print_made(wanted, files, split, language)
        _print_carried(before, facts, language)
        suggest("next.template", language, path=split or files[0])
    return DONE


def _period_named(named: str | None, book: Rulebook) -> Period | None:
    from chainscore.method.period import EXAMPLES, Period, PeriodError

    if named is None:
        return None
    try:
        period = Period.parse(named, book.year_starts)
    except PeriodError as error:
        raise UserError("error.period", text=named) from error
    if period.kind not in book.periods:
        raise UserError("error.period_kind", text=named, valid=", ".join(EXAMPLES[kind] for kind in book.periods))
    return period


def _earlier(
    files: Sequence[Path] | None, book: Rulebook, limits: Limits, language: Language
) -> tuple[Tables | None, list[Path]]:
    """What was handed in before, to go on from, and the files it came in."""
    if not files:
        return None, []
    from chainscore.paperwork.carry import hindrances
    from chainscore.scoring.appraisal import appraise

    appraisal = appraise(files, book, limits=limits)
    if errors := hindrances(appraisal.findings):
        print_findings(errors, language, sys.stderr)
        print_line(text("error.earlier", language, errors=len(errors)), sys.stderr)
        raise typer.Exit(UNUSABLE if appraisal.unreadable else BLOCKED)
    return appraisal.tables, list(appraisal.sources.values())


def _period_of(named: Period | None, before: Tables | None, ago: Tables | None, book: Rulebook, language: Language) -> Period:
    """The period asked for, else the one after ``before``, else the one in progress; it must fit both."""
    from chainscore.method.period import Period

    earlier = before.period if before is not None else None
    kind = "quarter" if "quarter" in book.periods else book.periods[0]
    today = datetime.datetime.now().date()
    wanted = named or (earlier.next if earlier is not None else Period.of(today, kind, book.year_starts))
    if earlier is not None and (wanted.end < earlier.end or wanted == earlier):
        raise UserError("error.from_period", period=wanted.name(language), before=earlier.name(language))
    if ago is not None and ago.period is not None and ago.period.end != wanted.last_year.end:
        found, meant = ago.period.name(language), wanted.last_year.name(language)
        raise UserError("error.last_year_period", period=found, wanted=meant)
    return wanted


def _targets(period: Period, output: Path | None, split: Path | None, book: Rulebook) -> dict[Path, Part | None]:
    """Where each workbook goes, and the part of the whole that it is; the folder for several is made."""
    if split is None:
        return {output or Path(f"{period.file_stem}.xlsx"): None}
    from chainscore.paperwork.template import files_of_parts

    prepare_folder(split)
    return {split / name: part for name, part in files_of_parts(book, period).items()}


def _document(period: Period, files: Sequence[Path], split: bool) -> dict[str, object]:
    made = {"files": [str(file) for file in files]} if split else {"file": str(files[0])}
    return {"schema": "chainscore/template/1", "period": str(period), **made}


def _print_made(period: Period, files: Sequence[Path], split: Path | None, language: Language) -> None:
    if split is not None:
        print_line(text("console.split", language, period=period.name(language), number=len(files), path=split))
    else:
        print_line(text("console.template", language, period=period.name(language), path=files[0]))


def _print_carried(before: Tables | None, facts: Facts, language: Language) -> None:
    if before is not None and before.period is not None:
        rows = sum(len(sheet.ledger) for sheet in facts.sheets.values())
        print_line(text("console.carried", language, period=before.period.name(language), rows=rows))
