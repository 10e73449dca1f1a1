"""``chainscore check``: everything that is wrong with filled workbooks, and copies to send back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chainscore.commands import options
from chainscore.commands.common import day_of, exit_code, limits_of, nearest_of, print_document, rulebook_of, suggest, write
from chainscore.show.findings import counts, print_findings
from chainscore.show.outputs import check_output, copies_in, prepare_folder
from chainscore.show.terminal import print_line
from chainscore.words.bilingual import listed
from chainscore.words.findings import Finding, Language
from chainscore.words.folding import fold
from chainscore.words.texts import LANGUAGES, UserError, text

if TYPE_CHECKING:
    import datetime

    from chainscore.intake.limits import Limits
    from chainscore.method.rulebook import Rulebook
    from chainscore.scoring.appraisal import Appraisal, Gathered


def check(
    files: options.Files,
    output: options.RollCall = None,
    due: options.Due = None,
    reminders: options.Reminders = None,
    annotate: options.Annotate = None,
    only: options.Only = None,
    unit: options.Unit = None,
    quiet: options.Quiet = False,
    force: options.Force = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, files)
    deadline = day_of(due)
    if output is not None:
        check_output(output, files, force)

    from chainscore.scoring.appraisal import appraise, appraise_gathered, gather
    from chainscore.show import documents

    asked_for = _filter(only, unit, book)
    gathered = gather(files, limits) if annotate is not None else None  # its cells take a lot of room
    appraisal = appraise(files, book, limits=limits) if gathered is None else appraise_gathered(gathered, book)
    shown = [finding for finding in appraisal.findings if asked_for(finding)]
    copies: list[Path] = []
    if annotate is not None and gathered is not None:
        copies = _send_back(appraisal, gathered, annotate, book, force, limits, language)
    call = _call(appraisal, book, deadline, output, reminders, force, language)
    if as_json:
        print_document(documents.check_document(appraisal, shown, book, language))
    else:
        if not quiet:
            print_findings(shown, language)
        if not quiet and len(shown) == len(appraisal.findings):
            _print_roll_call(appraisal, book, language)
        _print_summary(appraisal, language)
        for line in call:
            print_line(line)
        if annotate is not None:
            print_line(text("console.annotated", language, number=len(copies), path=annotate))
        elif appraisal.blocked:
            suggest("next.mend", language, files=files, folder=text("next.folder", language))
        if not appraisal.blocked:
            suggest("next.score", language, files=files)
    return exit_code(appraisal)


def _filter(only: str | None, unit: str | None, book: Rulebook) -> Callable[[Finding], bool]:
    """Which findings are asked for: those of a severity, those of a unit. Raises UserError."""
    if only not in (None, "errors", "warnings"):
        raise UserError("error.only", text=only)
    names = {fold(sheet.name): sheet.name for sheet in book.sheets}
    if unit is not None and fold(unit) not in names:
        known = list(names.values())
        valid = {f"valid_{each}": listed(known, each) for each in LANGUAGES}
        raise UserError("error.unit", text=unit, nearest=nearest_of(unit, known), **valid)
    sheet = names[fold(unit)] if unit is not None else ""

    def asked_for(finding: Finding) -> bool:
        return only in (None, f"{finding.severity}s") and (finding.sheet or "").startswith(sheet)

    return asked_for


def _print_roll_call(appraisal: Appraisal, book: Rulebook, language: Language) -> None:
    from chainscore.show import console

    if len(appraisal.sources) > (0 if appraisal.unreadable else 1):
        console.print_roll_call(appraisal, book, language)


def _print_summary(appraisal: Appraisal, language: Language) -> None:
    from chainscore.show import console

    summary = counts(appraisal.findings, language) if appraisal.blocked else console.sound(appraisal, language)
    print_line(summary)


def _call(
    appraisal: Appraisal,
    book: Rulebook,
    due: datetime.date | None,
    output: Path | None,
    reminders: Path | None,
    force: bool,
    language: Language,
) -> list[str]:
    """Write the roll call and the reminders that are asked for; what to say of them."""
    if output is None and reminders is None:
        return []
    from chainscore.papers.submissions.call import Call
    from chainscore.papers.submissions.reminders import reminders_in
    from chainscore.papers.submissions.workbook import write_call

    call, said = Call.of(appraisal, book, due), []
    if output is not None:
        check_output(output, appraisal.sources.values(), force)
        said.append(text("console.submissions", language, path=write(output, write_call(call), force, language)))
    if reminders is not None:
        prepare_folder(reminders)
        letters = reminders_in(reminders, call)
        for path in letters:
            check_output(path, appraisal.sources.values(), force, ".txt")
        for path, letter in letters.items():
            write(path, letter, force, language)
        said.append(text("console.reminders", language, number=len(letters), path=reminders))
    return said


def _send_back(
    appraisal: Appraisal, gathered: Gathered, folder: Path, book: Rulebook, force: bool, limits: Limits, language: Language
) -> list[Path]:
    """Write the annotated copies; where they are."""
    from chainscore.intake.package import UnreadableError
    from chainscore.paperwork.annotate import annotated, to_send_back

    prepare_folder(folder)
    sources = list(appraisal.sources.values())
    targets = dict(zip(appraisal.sources, copies_in(folder, sources), strict=True))
    found = to_send_back(appraisal)
    for file in found:
        check_output(targets[file], sources, force, targets[file].suffix.lower())
    read = {workbook.file: workbook for workbook in gathered.workbooks}
    written = []
    for file, its_findings in found.items():
        try:
            copy = annotated(appraisal.sources[file], its_findings, book, limits, read.get(file))
        except UnreadableError as error:
            raise UserError("error.annotate", path=file, reason=error.values["reason"]) from error
        written.append(write(targets[file], copy, force, language))
    return written
