"""``chainscore report``: a period's scores as one HTML page that opens down to the cells."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from chainscore.commands import options
from chainscore.commands.common import (
    DONE,
    exit_code,
    limits_of,
    load_quarters,
    refuse,
    refuse_no_earlier,
    refuse_to_compare,
    rulebook_of,
    write,
)
from chainscore.show.outputs import check_output
from chainscore.show.terminal import print_line
from chainscore.words.texts import text


def report(
    files: options.Scored,
    before: options.BeforeFile = None,
    firm: options.Firm = False,
    output: options.PageOutput = None,
    force: options.Force = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, files)
    path = output or _beside(files[0])
    check_output(path, [*files, *([before] if before is not None else [])], force, ".html")

    from chainscore.comparison.diff import Quarter
    from chainscore.intake.package import is_folder
    from chainscore.intake.workbook import is_results_file
    from chainscore.papers.report.content import Subject
    from chainscore.papers.report.page import write_report
    from chainscore.scoring.appraisal import appraise
    from chainscore.scoring.readings import sensitivity

    loaded = load_quarters([before], book, draft, limits) if before is not None else []
    if any(each.quarter is None for each in loaded):
        return refuse_to_compare(loaded, None, language)
    earlier = loaded[0].quarter if loaded else None
    if len(files) == 1 and not is_folder(files[0]) and is_results_file(files[0], limits):
        results = load_quarters(files, book, draft, limits)
        if (quarter := results[0].quarter) is None:
            return refuse_to_compare(results, None, language)
        subject = Subject(quarter, (), earlier)
    else:
        appraisal = appraise(files, book, draft, limits)
        scorecard, tables = appraisal.scorecard, appraisal.tables
        if scorecard is None or tables is None or appraisal.unreadable:
            refuse(appraisal, language)
            return exit_code(appraisal)
        scorecard = replace(scorecard, draft=scorecard.draft and appraisal.blocked)
        quarter = Quarter(files[0].name or str(files[0]), scorecard, book)
        firmness = sensitivity(tables, book, scorecard) if firm else None
        subject = Subject(quarter, tuple(appraisal.findings), earlier, firmness)
    refuse_no_earlier(earlier, quarter, language)
    print_line(text("report.written", language, path=write(path, write_report(subject), force, language)))
    return DONE


def _beside(path: Path) -> Path:
    """Where the report of a workbook, or of a folder of them, goes."""
    from chainscore.intake.package import is_folder

    return path / "report.html" if is_folder(path) else path.with_suffix(".html")
