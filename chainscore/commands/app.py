"""The command line (docs/contracts/cli.md). Whatever is heavy is imported inside the command that needs it."""

# No "from __future__ import annotations" here: typer reads the options, which are made at run time, from the annotations.

import datetime
import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from chainscore.intake.limits import LimitError, Limits, parse_limits
from chainscore.method.identity import identity
from chainscore.show.outputs import Content, OutputError, check_output, copies_in, owner_file, prepare_folder, write_or_beside
from chainscore.words import findings
from chainscore.words.findings import Language
from chainscore.words.folding import fold
from chainscore.words.texts import LANGUAGES, language_of_environment, text

if TYPE_CHECKING:
    from chainscore.batch.each import Setup
    from chainscore.compare.quarters import Loaded
    from chainscore.intake.tables import Tables
    from chainscore.method.period import Period
    from chainscore.method.rulebook import Rulebook
    from chainscore.paperwork.template import Part
    from chainscore.scoring.appraisal import Appraisal
    from chainscore.words.findings import Finding

DONE, BLOCKED, UNUSABLE = 0, 1, 2
INTERRUPTED = 130
"""What shells make of a program that Ctrl-C ends."""
DIFFERENT = 1
"""What ``--exit-code`` makes of a difference."""


def language_of(arguments: Sequence[str]) -> Language:
    """The language of help and messages: ``--lang`` wherever it stands, else the environment's."""
    for index, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            named = value or next(iter(arguments[index + 1 : index + 2]), "")
            return next((language for language in LANGUAGES if language == named), "en")
    return language_of_environment()


def build_app(language: Language) -> typer.Typer:
    """The whole command line, with its help in one language."""

    def say(key: str, **values: object) -> str:
        return text(key, language, **values)

    def fail(message: str) -> NoReturn:
        typer.echo(message, err=True)
        raise typer.Exit(UNUSABLE)

    def load(path: Path | None, choices: Sequence[str]) -> "Rulebook":
        from chainscore.method.rulebook import ReadingError, RulebookError, load_rulebook

        try:
            book = load_rulebook(path)
            chosen = {}
            for choice in choices:
                key, sign, value = choice.partition("=")
                if not sign:
                    fail(say("error.reading_form", text=choice, valid=", ".join(book.chosen)))
                chosen[key] = value
            return load_rulebook(path, chosen) if chosen else book
        except ReadingError as error:
            fail(say("error.reading", text=error.key, valid=error.valid))
        except RulebookError as error:
            fail(say("error.rulebook", reason=error))

    def limits_of(choices: Sequence[str] | None) -> Limits:
        try:
            return parse_limits(choices or [])
        except LimitError as error:
            fail(say("error.limit", text=error.text, valid=error.valid))

    def ready(path: Path, inputs: Sequence[Path], force: bool, suffix: str = ".xlsx") -> None:
        try:
            check_output(path, inputs, force, suffix)
        except OutputError as error:
            fail(say(error.key, **error.values))
        except OSError as error:  # a name that no file can have
            fail(say("error.output", path=path, reason=error.strerror or error))

    def make(folder: Path) -> None:
        try:
            prepare_folder(folder)
        except OutputError as error:
            fail(say(error.key, **error.values))

    def write(path: Path, content: Content) -> Path:
        """Write an output; returns where it is, which is beside ``path`` while that is open in another program."""
        try:
            written = write_or_beside(path, content)
        except OutputError as error:
            fail(say(error.key, **error.values))
        if written != path:
            typer.echo(say("console.output_held", path=path, written=written), err=True)
            if (mark := owner_file(path)) is not None:
                typer.echo(say("console.owner_file", mark=mark), err=True)
        return written

    def refuse(appraisal: "Appraisal") -> None:
        from chainscore.show import console

        errors = [finding for finding in appraisal.findings if finding.severity == "error"]
        console.print_findings(errors, language, sys.stderr)
        console.print_line(say("console.refused", errors=len(errors)), sys.stderr)

    def load_quarters(paths: Sequence[Path], book: "Rulebook", draft: bool, limits: Limits) -> "list[Loaded]":
        from chainscore.compare.quarters import load_quarter

        return [load_quarter(path, book, draft, limits) for path in paths]

    def errors_of(loaded: "Sequence[Loaded]") -> "list[Finding]":
        return [finding for each in loaded for finding in each.findings if finding.severity == "error"]

    def not_compared(loaded: "Sequence[Loaded]", document: dict[str, object] | None) -> NoReturn:
        from chainscore.show import console

        if document is not None:
            _print_document(document)
        else:
            errors = errors_of(loaded)
            console.print_findings(errors, language, sys.stderr)
            if not any(each.unreadable for each in loaded):
                console.print_line(say("console.not_compared", errors=len(errors)), sys.stderr)
        raise typer.Exit(UNUSABLE if any(each.unreadable for each in loaded) else BLOCKED)

    def show_version(wanted: bool) -> None:
        if wanted:
            typer.echo(identity())
            raise typer.Exit

    def language_option(value: str | None) -> str | None:
        if value is not None and value not in LANGUAGES:
            raise typer.BadParameter(say("error.language"))
        return value

    files_argument = typer.Argument(help=say("help.files"), show_default=False)
    file_argument = typer.Argument(metavar="FILE", help=say("help.file"), show_default=False)
    results_argument = typer.Argument(metavar="RESULTS", help=say("help.results"), show_default=False)
    chain_argument = typer.Argument(metavar="CHAIN", help=say("help.chain"), show_default=False)
    leaf_argument = typer.Argument(metavar="LEAF", help=say("help.leaf"), show_default=False)
    code_argument = typer.Argument(metavar="CODE", help=say("help.code"), show_default=False)
    old_argument = typer.Argument(metavar="OLD", help=say("help.old"), show_default=False)
    new_argument = typer.Argument(metavar="NEW", help=say("help.new"), show_default=False)
    quarters_argument = typer.Argument(metavar="QUARTER", help=say("help.quarters"), show_default=False)
    exit_code_option = typer.Option("--exit-code", help=say("help.exit_code"))
    output_option = typer.Option("-o", "--output", help=say("help.output"), show_default=False)
    force_option = typer.Option("--force", help=say("help.force"))
    reading_option = typer.Option("--reading", metavar="KEY=VALUE", help=say("help.reading"), show_default=False)
    rulebook_option = typer.Option("--rulebook", metavar="FILE", help=say("help.rulebook"), show_default=False)
    each_option = typer.Option("--each", help=say("help.each"))
    jobs_option = typer.Option("--jobs", min=1, metavar="NUMBER", help=say("help.jobs"), show_default=False)
    limit_option = typer.Option("--limit", metavar="KEY=NUMBER", help=say("help.limit"), show_default=False)
    json_option = typer.Option("--json", help=say("help.json"))
    lang_option = typer.Option("--lang", metavar="zh|en", help=say("help.lang"), callback=language_option)
    draft_option = typer.Option("--draft", help=say("help.draft"))
    period_option = typer.Option("--period", help=say("help.period"), show_default=False)
    split_option = typer.Option("--split", metavar="DIR", help=say("help.split"), show_default=False)
    from_option = typer.Option("--from", metavar="FILE", help=say("help.from"), show_default=False)
    last_year_option = typer.Option("--last-year", metavar="FILE", help=say("help.last_year"), show_default=False)
    annotate_option = typer.Option("--annotate", metavar="DIR", help=say("help.annotate"), show_default=False)
    version_option = typer.Option("--version", help=say("help.version"), is_eager=True, callback=show_version)

    app = typer.Typer(
        help=say("help.app"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        # Boxes and colours on a terminal only; without them rich need not be imported either.
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
    )

    @app.callback()
    def root(
        version: Annotated[bool, version_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        pass

    def read_earlier(files: Sequence[Path], book: "Rulebook", limits: Limits) -> "tuple[Tables | None, list[Path]]":
        """What was handed in before, to go on from, and the files it came in."""
        if not files:
            return None, []
        from chainscore.paperwork.carry import hindrances
        from chainscore.scoring.appraisal import appraise
        from chainscore.show import console

        appraisal = appraise(files, book, limits=limits)
        if errors := hindrances(appraisal.findings):
            console.print_findings(errors, language, sys.stderr)
            typer.echo(say("error.earlier", errors=len(errors)), err=True)
            raise typer.Exit(UNUSABLE if appraisal.unreadable else BLOCKED)
        return appraisal.tables, list(appraisal.sources.values())

    def name_of(period: "Period") -> str:
        return period.chinese if language == "zh" else str(period)

    def period_of_template(named: "Period | None", before: "Tables | None", ago: "Tables | None") -> "Period":
        """The period asked for, else the one after ``before``, else the quarter in progress; it must fit both."""
        from chainscore.method.period import Period

        earlier = before.period if before is not None else None
        wanted = named or (earlier.next if earlier is not None else Period.of(datetime.datetime.now().date()))
        if earlier is not None and (wanted.end < earlier.end or wanted == earlier):
            fail(say("error.from_period", period=name_of(wanted), before=name_of(earlier)))
        if ago is not None and ago.period is not None and ago.period.end != wanted.last_year.end:
            fail(say("error.last_year_period", period=name_of(ago.period), wanted=name_of(wanted.last_year)))
        return wanted

    @app.command(help=say("help.template"))
    def template(
        period: Annotated[str | None, period_option] = None,
        output: Annotated[Path | None, output_option] = None,
        split: Annotated[Path | None, split_option] = None,
        from_: Annotated[list[Path] | None, from_option] = None,
        last_year: Annotated[list[Path] | None, last_year_option] = None,
        force: Annotated[bool, force_option] = False,
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        from chainscore.method.period import Period, PeriodError

        try:
            named = Period.parse(period) if period is not None else None
        except PeriodError:
            fail(say("error.period", text=period))
        if split is not None and output is not None:
            fail(say("error.split_output"))
        limits = limits_of(limit)
        book = load(rulebook, [])
        before, inputs = read_earlier(from_ or [], book, limits)
        ago, others = read_earlier(last_year or [], book, limits)
        wanted = period_of_template(named, before, ago)
        if split is not None:
            make(split)

        from chainscore.paperwork.carry import carried_forward
        from chainscore.paperwork.template import parts, write_template

        targets: dict[Path, Part | None] = {output or Path(f"{wanted.file_stem}.xlsx"): None}
        if split is not None:
            targets = {split / part.file_name(wanted): part for part in parts(book)}
        for path in targets:
            ready(path, [*inputs, *others, *([rulebook] if rulebook is not None else [])], force)
        facts = carried_forward(book, wanted, before, ago)
        first, *_ = files = [str(write(path, write_template(book, wanted, facts, part))) for path, part in targets.items()]
        if as_json:
            made = {"files": files} if split is not None else {"file": first}
            _print_document({"schema": "chainscore/template/1", "period": str(wanted), **made})
            return
        if split is not None:
            typer.echo(say("console.split", period=name_of(wanted), number=len(files), path=split))
        else:
            typer.echo(say("console.template", period=name_of(wanted), path=first))
        if before is not None and before.period is not None:
            rows = sum(len(sheet.ledger) for sheet in facts.sheets.values())
            typer.echo(say("console.carried", period=name_of(before.period), rows=rows))

    def send_back(appraisal: "Appraisal", folder: Path, book: "Rulebook", force: bool, limits: Limits) -> list[Path]:
        """Write the annotated copies; where they are."""
        from chainscore.intake.package import UnreadableError
        from chainscore.paperwork.annotate import annotated, to_send_back

        make(folder)
        sources = list(appraisal.sources.values())
        targets = dict(zip(appraisal.sources, copies_in(folder, sources), strict=True))
        found = to_send_back(appraisal)
        for file in found:
            ready(targets[file], sources, force)
        written = []
        for file, its_findings in found.items():
            try:
                written.append(write(targets[file], annotated(appraisal.sources[file], its_findings, book, limits)))
            except UnreadableError as error:
                fail(say("error.annotate", path=file, reason=error.values["reason"]))
        return written

    @app.command(help=say("help.check"))
    def check(
        files: Annotated[list[Path], files_argument],
        annotate: Annotated[Path | None, annotate_option] = None,
        force: Annotated[bool, force_option] = False,
        reading: Annotated[list[str] | None, reading_option] = None,
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        limits = limits_of(limit)
        book = load(rulebook, reading or [])

        from chainscore.scoring.appraisal import appraise
        from chainscore.show import console, documents

        appraisal = appraise(files, book, limits=limits)
        copies = send_back(appraisal, annotate, book, force, limits) if annotate is not None else []
        if as_json:
            _print_document(documents.check_document(appraisal, language))
        else:
            console.print_findings(appraisal.findings, language)
            if appraisal.tables is not None and len(appraisal.tables.inputs) > 1:
                console.print_roll_call(appraisal, book, language)
            if appraisal.blocked:
                console.print_line(console.counts(appraisal.findings, language))
            else:
                console.print_line(console.sound(appraisal, language))
            if annotate is not None:
                console.print_line(say("console.annotated", number=len(copies), path=annotate))
        raise typer.Exit(_exit_code(appraisal))

    def score_all(
        files: Sequence[Path], folder: Path | None, jobs: int, setup: "Setup", force: bool, as_json: bool
    ) -> NoReturn:
        """``score --each``."""
        from chainscore.batch import console as each_console
        from chainscore.batch.documents import each_document
        from chainscore.batch.each import COMBINED, BrokenOffError, score_each, tasks_of
        from chainscore.batch.workbook import write_combined

        if folder is None:
            fail(say("each.no_folder"))
        tasks = tasks_of(files, folder)
        if not tasks:
            fail(say("each.no_files", path=files[0]))
        make(folder)
        combined = folder / COMBINED
        inputs: dict[str, list[Path]] = {}
        for task in tasks:
            inputs.setdefault(task.path.name.casefold(), []).append(task.path)
        for target in (combined, *(task.target for task in tasks)):
            ready(target, inputs.get(target.name.casefold(), []), force)
        try:
            with each_console.progress(len(tasks), language) as move:
                outcomes = score_each(tasks, setup, jobs, move)
        except BrokenOffError as error:
            typer.echo(say("each.interrupted", number=len(tasks), done=len(error.done), folder=folder), err=True)
            raise typer.Exit(INTERRUPTED) from None
        combined = write(combined, write_combined(outcomes, setup.book))
        if as_json:
            _print_document(each_document(outcomes, setup.book, setup.draft, combined, language))
        else:
            each_console.print_outcomes(outcomes, setup.book, language)
            each_console.print_end(outcomes, combined, language)
        states = {outcome.state for outcome in outcomes}
        raise typer.Exit(UNUSABLE if states & {"unreadable", "failed"} else BLOCKED if "refused" in states else DONE)

    @app.command(help=say("help.score"))
    def score(
        files: Annotated[list[Path], files_argument],
        output: Annotated[Path | None, output_option] = None,
        each: Annotated[bool, each_option] = False,
        jobs: Annotated[int | None, jobs_option] = None,
        force: Annotated[bool, force_option] = False,
        draft: Annotated[bool, draft_option] = False,
        reading: Annotated[list[str] | None, reading_option] = None,
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        limits = limits_of(limit)
        book = load(rulebook, reading or [])
        if each:
            from chainscore.batch.each import Setup

            score_all(files, output, jobs or os.cpu_count() or 1, Setup(book, draft, limits), force, as_json)

        from chainscore.intake.package import is_folder

        path = output
        if path is None and len(files) == 1 and not is_folder(files[0]):
            path = files[0].with_name(f"{files[0].stem}-results.xlsx")
        if path is not None:
            ready(path, files, force)

        from chainscore.scoring.appraisal import appraise
        from chainscore.show import console, documents

        appraisal = appraise(files, book, draft, limits)
        if appraisal.scorecard is None or appraisal.unreadable:
            if as_json:
                _print_document(documents.score_document(appraisal, book, draft, language))
            else:
                refuse(appraisal)
            raise typer.Exit(_exit_code(appraisal))
        if path is None:
            folder = files[0] if is_folder(files[0]) else files[0].parent
            path = folder / f"{appraisal.scorecard.period.file_stem}-results.xlsx"
        ready(path, list(appraisal.sources.values()), force)

        from chainscore.results import evidence_csv
        from chainscore.results.workbook import write_results

        whole = evidence_csv.beside(path) if appraisal.tables is not None and evidence_csv.is_needed(appraisal.tables) else None
        if whole is not None:
            ready(whole, list(appraisal.sources.values()), force, ".csv")
        path = write(path, write_results(appraisal, book))
        if whole is not None:
            whole = write(whole, evidence_csv.EvidenceCsv(appraisal.scorecard, book))
        if as_json:
            _print_document(documents.score_document(appraisal, book, draft, language))
        else:
            console.print_score(appraisal, book, path, language)
            if whole is not None:
                console.print_line(say("console.evidence_csv", path=whole))

    @app.command(help=say("help.explain"))
    def explain(
        file: Annotated[Path, file_argument],
        chain: Annotated[str, chain_argument],
        leaf: Annotated[str | None, leaf_argument] = None,
        draft: Annotated[bool, draft_option] = False,
        reading: Annotated[list[str] | None, reading_option] = None,
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        limits = limits_of(limit)
        book = load(rulebook, reading or [])

        from chainscore.scoring import explain
        from chainscore.scoring.appraisal import appraise
        from chainscore.show import console, documents

        chain_id = explain.find_chain(book, chain)
        if chain_id is None:
            names = ", ".join(f"{each.id} ({each.short_name})" for each in book.chains)
            fail(say("error.chain", text=chain, valid=names))
        leaves = explain.find_leaves(book, leaf)
        if not leaves:
            fail(say("error.leaf", text=leaf, valid=", ".join(explain.parts(book))))
        appraisal = appraise([file], book, draft, limits)
        if appraisal.scorecard is None or appraisal.unreadable:
            if as_json:
                _print_document(documents.refused_explanation(appraisal, chain_id, language))
            else:
                refuse(appraisal)
            raise typer.Exit(_exit_code(appraisal))
        explanation = explain.explain(appraisal.scorecard, book, chain_id, leaves)
        if as_json:
            _print_document(documents.explain_document(explanation, book, language))
        else:
            console.print_explanation(explanation, appraisal, book, language)

    @app.command(help=say("help.verify"))
    def verify(
        results: Annotated[Path, results_argument],
        files: Annotated[list[Path], files_argument],
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        load(rulebook, [])

        from chainscore.verify import output as verify_output
        from chainscore.verify import verification as verify

        verification = verify.verify(results, files, rulebook, limits_of(limit))
        if as_json:
            _print_document(verify_output.verify_document(verification, language))
        else:
            verify_output.print_verification(verification, language)
        if not verification.sound:
            raise typer.Exit(UNUSABLE if verification.unreadable else BLOCKED)

    @app.command(help=say("help.codes"))
    def codes(
        code: Annotated[str | None, code_argument] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        from chainscore.show import console, documents

        known = findings.codes()
        wanted = fold(code).upper() if code is not None else None
        if wanted is not None and wanted not in known:
            nearest = difflib.get_close_matches(wanted, known, n=1, cutoff=0)
            fail(say("error.code", text=code, nearest=nearest[0]))
        meant = [findings.code_of(each, language) for each in known if wanted in (None, each)]
        if as_json:
            _print_document(documents.codes_document(meant))
        elif wanted is not None:
            console.print_code(meant[0], language)
        else:
            console.print_codes(meant, language)

    @app.command(help=say("help.diff"))
    def diff(
        old: Annotated[Path, old_argument],
        new: Annotated[Path, new_argument],
        output: Annotated[Path | None, output_option] = None,
        force: Annotated[bool, force_option] = False,
        exit_code: Annotated[bool, exit_code_option] = False,
        draft: Annotated[bool, draft_option] = False,
        reading: Annotated[list[str] | None, reading_option] = None,
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        limits = limits_of(limit)
        book = load(rulebook, reading or [])
        if output is not None:
            ready(output, [old, new], force)

        from chainscore.compare import console as diff_console
        from chainscore.compare import documents as diff_documents
        from chainscore.compare.diff import compare

        before, after = quarters = load_quarters([old, new], book, draft, limits)
        if before.quarter is None or after.quarter is None:
            refused = diff_documents.refused_diff(before.quarter, after.quarter, errors_of(quarters), language)
            not_compared(quarters, refused if as_json else None)
        changes = compare(before.quarter, after.quarter)
        if output is not None:
            from chainscore.compare.workbook import write_diff

            output = write(output, write_diff(changes))
        if as_json:
            _print_document(diff_documents.diff_document(changes, language))
        else:
            diff_console.print_diff(changes, output, language)
        if exit_code and changes.chains:
            raise typer.Exit(DIFFERENT)

    @app.command(help=say("help.trend"))
    def trend(
        quarters: Annotated[list[Path], quarters_argument],
        output: Annotated[Path | None, output_option] = None,
        force: Annotated[bool, force_option] = False,
        draft: Annotated[bool, draft_option] = False,
        reading: Annotated[list[str] | None, reading_option] = None,
        rulebook: Annotated[Path | None, rulebook_option] = None,
        limit: Annotated[list[str] | None, limit_option] = None,
        as_json: Annotated[bool, json_option] = False,
        lang: Annotated[str | None, lang_option] = None,
    ) -> None:
        limits = limits_of(limit)
        book = load(rulebook, reading or [])
        if output is not None:
            ready(output, quarters, force)

        from chainscore.compare import console as diff_console
        from chainscore.compare import documents as diff_documents
        from chainscore.compare.trend import SamePeriodError, trend_of

        loaded = load_quarters(quarters, book, draft, limits)
        known = [each.quarter for each in loaded if each.quarter is not None]
        if len(known) < len(loaded):
            not_compared(loaded, diff_documents.refused_trend(errors_of(loaded), language) if as_json else None)
        try:
            course = trend_of(known)
        except SamePeriodError as error:
            first, second = error.first, error.second
            fail(say("error.same_period", first=first.file, second=second.file, period=first.scorecard.period))
        if output is not None:
            from chainscore.compare.workbook import write_trend

            output = write(output, write_trend(course))
        if as_json:
            _print_document(diff_documents.trend_document(course, language))
        else:
            diff_console.print_trend(course, output, language)

    return app


def _exit_code(appraisal: "Appraisal") -> int:
    return UNUSABLE if appraisal.unreadable else BLOCKED if appraisal.blocked else DONE


def _print_document(document: dict[str, object]) -> None:
    from chainscore.show.documents import encode

    sys.stdout.flush()
    sys.stdout.buffer.write(encode(document))
    sys.stdout.buffer.flush()


def run(arguments: Sequence[str]) -> None:
    """Run the command line; ends in SystemExit with the exit code."""
    # A pipe may not take every character; a lost one beats a lost run.
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty() and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    build_app(language_of(arguments))(list(arguments), prog_name="chainscore")
