"""``chainscore bulletin``: the bulletin of a period's results, as a Word document."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainscore.commands import options
from chainscore.commands.common import (
    BLOCKED,
    DONE,
    course_of,
    day_of,
    limits_of,
    refuse_no_earlier,
    refuse_to_compare,
    rulebook_of,
    write,
)  # fmt: skip
from chainscore.show.outputs import check_output
from chainscore.show.terminal import print_line
from chainscore.words.texts import UserError, text

if TYPE_CHECKING:
    from chainscore.comparison.diff import Quarter
    from chainscore.comparison.year import Year


def bulletin(
    files: options.Scored,
    year: options.WholeYear = False,
    before: options.BeforeFile = None,
    output: options.Document = None,
    to: options.Addressee = "",
    number: options.DocumentNumber = "",
    date: options.DocumentDate = None,
    issuer: options.Issuer = "",
    due: options.Due = None,
    force: options.Force = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, files)

    from chainscore.papers.bulletin.content import Particulars
    from chainscore.papers.bulletin.document import write_bulletin
    from chainscore.papers.bulletin.subject import load, load_year, subject_of

    particulars, deadline = Particulars(issuer, to, number, day_of(date)), day_of(due)
    path = output or _beside(files[0], "year-bulletin" if year else "")
    check_output(path, [*files, *([before] if before is not None else [])], force, ".docx")
    handed = load_year(files, book, draft, limits) if year else [load(files, book, draft, limits)]
    earlier = load([before], book, draft, limits) if before is not None else None
    loaded = [each.loaded for each in (*handed, *([earlier] if earlier is not None else []))]
    if any(each.quarter is None for each in loaded):
        return refuse_to_compare(loaded, None, language, "console.refused")
    quarters = [each.loaded.quarter for each in handed if each.loaded.quarter is not None]
    for quarter in quarters if not draft else ():
        if quarter.scorecard.draft:
            print_line(text("console.draft_results", language, file=quarter.file), sys.stderr)
            return BLOCKED
    if earlier is not None:
        refuse_no_earlier(earlier.loaded.quarter, quarters[0], language)
    subject = subject_of(handed, earlier, _year_of(quarters) if year else None, deadline)
    content = write_bulletin(subject, particulars)
    print_line(text("console.bulletin", language, path=write(path, content, force, language)))
    return DONE


def _year_of(quarters: Sequence[Quarter]) -> Year:
    """The one year whose periods these are, all of them. Raises UserError."""
    from chainscore.comparison.year import years_of

    years = years_of(course_of(quarters))
    if len(years) != 1:
        raise UserError("error.one_year", periods=", ".join(str(each.scorecard.period) for each in quarters))
    if years[0].missing:
        raise UserError("error.year_missing", year=years[0].period, periods=", ".join(map(str, years[0].missing)))
    return years[0]


def _beside(path: Path, name: str) -> Path:
    """Where the bulletin of a workbook, or of a folder of them, goes; ``name`` is that of a year's."""
    from chainscore.intake.package import is_folder

    if is_folder(path):
        return path / f"{name or f'{path.resolve().name}-bulletin'}.docx"
    return path.with_name(f"{name or f'{path.stem}-bulletin'}.docx")
