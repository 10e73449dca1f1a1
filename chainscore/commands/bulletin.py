"""``chainscore bulletin``: the bulletin of a period's results, as a Word document."""

from __future__ import annotations

import sys
from pathlib import Path

from chainscore.commands import options
from chainscore.commands.common import BLOCKED, DONE, day_of, limits_of, load_quarters, refuse_to_compare, rulebook_of, write
from chainscore.show.outputs import check_output
from chainscore.show.terminal import print_line
from chainscore.words.texts import text


def bulletin(
    files: options.Scored,
    before: options.BeforeFile = None,
    output: options.Document = None,
    to: options.Addressee = "",
    number: options.DocumentNumber = "",
    date: options.DocumentDate = None,
    issuer: options.Issuer = "",
    force: options.Force = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, files)

    from chainscore.papers.bulletin.content import Particulars, bulletin_of, title_of
    from chainscore.papers.bulletin.document import write_document
    from chainscore.papers.bulletin.subject import Subject, load

    particulars = Particulars(issuer, to, number, day_of(date))
    path = output or _beside(files[0])
    check_output(path, [*files, *([before] if before is not None else [])], force, ".docx")
    loaded, entries = load(files, book, draft, limits)
    earlier = load_quarters([before], book, draft, limits) if before is not None else []
    if loaded.quarter is None or any(each.quarter is None for each in earlier):
        return refuse_to_compare([loaded, *earlier], None, language, "console.refused")
    if loaded.quarter.scorecard.draft and not draft:
        print_line(text("console.draft_results", language, file=loaded.quarter.file), sys.stderr)
        return BLOCKED
    subject = Subject(loaded.quarter, entries, earlier[0].quarter if earlier else None)
    mark = text("bulletin.draft", subject.language) if subject.scorecard.draft else ""
    blocks = bulletin_of(subject, particulars)
    content = write_document(blocks, title_of(subject), subject.scorecard.now, mark)
    print_line(text("console.bulletin", language, path=write(path, content, force, language)))
    return DONE


def _beside(path: Path) -> Path:
    """Where the bulletin of a workbook, or of a folder of them, goes."""
    from chainscore.intake.package import is_folder

    return path / f"{path.resolve().name}-bulletin.docx" if is_folder(path) else path.with_name(f"{path.stem}-bulletin.docx")
