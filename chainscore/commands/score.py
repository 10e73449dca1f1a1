"""``chainscore score``: the chains scored and ranked, on the console and in a results workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainscore.commands import options
from chainscore.commands.common import (
    DONE,
    exit_code,
    limits_of,
    load_quarters,
    print_document,
    refuse,
    refuse_no_earlier,
    refuse_to_compare,
    rulebook_of,
    suggest,
    write,
)
from chainscore.show.outputs import STANDARD_OUTPUT, check_output
from chainscore.show.terminal import print_line
from chainscore.words.findings import Language
from chainscore.words.texts import UserError, text

if TYPE_CHECKING:
    from chainscore.comparison.quarters import Loaded
    from chainscore.method.rulebook import Rulebook
    from chainscore.scoring.appraisal import Appraisal
    from chainscore.scoring.earlier import Earlier
    from chainscore.scoring.scorecard import Scorecard


def score(
    files: options.Files,
    output: options.Output = None,
    before: options.BeforeScores = None,
    each: options.Each = False,
    combined_only: options.CombinedOnly = False,
    jobs: options.Jobs = None,
    quiet: options.Quiet = False,
    force: options.Force = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, files)
    if each and before is not None:
        raise UserError("error.before_each")
    if each:
        from chainscore.batch.each import Setup
        from chainscore.commands.score_each import score_each

        return score_each(files, output, jobs, Setup(book, draft, limits, combined_only, force), as_json, language)
    if combined_only:
        raise UserError("error.combined_only")

    from chainscore.scoring.appraisal import appraise
    from chainscore.show import documents

    if (named := output or _beside(files)) is not None:  # before any work is done
        check_output(named, [*files, *([before] if before is not None else [])], force)
    loaded = load_quarters([before] if before is not None else [], book, draft, limits)
    if any(its.quarter is None for its in loaded):
        return refuse_to_compare(loaded, None, language, "console.refused")
    appraisal = appraise(files, book, draft, limits)
    scored = appraisal.scorecard is not None and not appraisal.unreadable
    earlier = _earlier(loaded, appraisal, book, language) if scored else None
    written = _write(appraisal, named, files, book, earlier, force, language) if scored else []
    if as_json:
        print_document(documents.score_document(appraisal, book, draft, language))
    elif scored:
        _print(appraisal, written, book, quiet, language)
        suggest("next.verify", language, results=written[0], files=files)
    else:
        refuse(appraisal, language)
    return DONE if scored else exit_code(appraisal)


def _earlier(loaded: Sequence[Loaded], appraisal: Appraisal, book: Rulebook, language: Language) -> Earlier | None:
    """The scores of the period before, where one was named. Raises UserError where it is none before."""
    from chainscore.comparison.diff import Quarter
    from chainscore.scoring.earlier import earlier_of

    quarter = loaded[0].quarter if loaded else None
    if quarter is None or appraisal.scorecard is None:
        return None
    refuse_no_earlier(quarter, Quarter("", appraisal.scorecard, book), language)
    return earlier_of(quarter.scorecard)


def _beside(files: Sequence[Path]) -> Path | None:
    """Where the results of one workbook go; those of several, and of standard input, are named by their period."""
    from chainscore.intake.package import STANDARD_INPUT, is_folder

    if len(files) > 1 or is_folder(files[0]) or files[0] == STANDARD_INPUT:
        return None
    return files[0].with_name(f"{files[0].stem}-results.xlsx")


def _write(
    appraisal: Appraisal, named: Path | None, files: Sequence[Path], book: Rulebook, earlier: Earlier | None, force: bool,
    language: Language,
) -> list[Path]:  # fmt: skip
    """Write the results workbook and, where that does not have every row, the evidence; where they are."""
    from chainscore.results import evidence_csv
    from chainscore.results.workbook import write_results

    assert appraisal.scorecard is not None
    assert appraisal.tables is not None
    path = named or _by_period(files, appraisal.scorecard)
    inputs = list(appraisal.sources.values())
    check_output(path, inputs, force)
    if not evidence_csv.is_needed(appraisal.tables):
        return [write(path, write_results(appraisal, book, earlier), force, language)]
    if path == STANDARD_OUTPUT:
        raise UserError("error.stdout_several")
    whole = evidence_csv.beside(path)
    check_output(whole, inputs, force, ".csv")
    evidence = evidence_csv.EvidenceCsv(appraisal.scorecard, book)
    return [write(path, write_results(appraisal, book, earlier), force, language), write(whole, evidence, force, language)]


def _by_period(files: Sequence[Path], scorecard: Scorecard) -> Path:
    from chainscore.intake.package import is_folder

    folder = files[0] if is_folder(files[0]) else files[0].parent
    return folder / f"{scorecard.period.file_stem}-results.xlsx"


def _print(appraisal: Appraisal, written: Sequence[Path], book: Rulebook, quiet: bool, language: Language) -> None:
    from chainscore.show import console

    results, *evidence = written
    if not quiet:
        console.print_score(appraisal, book, language)
    print_line(text("console.results", language, path=results))
    for path in evidence:
        print_line(text("console.evidence_csv", language, path=path))
