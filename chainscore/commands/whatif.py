"""``chainscore whatif``: the difference that other values in some cells would make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainscore.commands import options
from chainscore.commands.common import DONE, exit_code, limits_of, print_document, refuse, rulebook_of, write
from chainscore.show.outputs import check_output

if TYPE_CHECKING:
    from chainscore.comparison.whatif import Setting
    from chainscore.scoring.appraisal import Appraisal


def whatif(
    files: options.Files,
    setting: options.Settings = None,
    drop: options.Drops = None,
    output: options.Output = None,
    force: options.Force = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, files)
    if output is not None:
        check_output(output, files, force)

    from chainscore.comparison import console, documents
    from chainscore.comparison.diff import Quarter, compare
    from chainscore.comparison.whatif import changed, typed
    from chainscore.scoring.appraisal import appraise_gathered, gather
    from chainscore.scoring.scores import score

    def refused(appraisal: Appraisal) -> int:
        if as_json:
            print_document({**documents.refused_diff(None, None, appraisal.findings, language), "schema": WHATIF, "set": []})
        else:
            refuse(appraisal, language, drafts=False)
        return exit_code(appraisal)

    gathered = gather(files, limits)
    appraisal = appraise_gathered(gathered, book)
    tables, scorecard = appraisal.tables, appraisal.scorecard
    if tables is None or scorecard is None or appraisal.unreadable:
        return refused(appraisal)
    other, settings = changed(tables, book, setting or [], drop or [])
    held = appraise_gathered(typed(gathered, settings), book)
    if held.blocked:
        return refused(held)
    name = files[0].name
    changes = compare(Quarter(name, scorecard, book), Quarter(name, score(other, book)[0], book))
    if output is not None:
        from chainscore.comparison.workbook import write_diff

        output = write(output, write_diff(changes), force, language)
    if as_json:
        told = [_told(each, several=len(tables.inputs) > 1) for each in settings]
        print_document({**documents.diff_document(changes, language), "schema": WHATIF, "set": told})
    else:
        console.print_diff(changes, output, language)
    return DONE


WHATIF = "chainscore/whatif/1"


def _told(setting: Setting, several: bool) -> dict[str, Any]:
    """A cell that was set; with its file where there are several."""
    where = {"file": setting.file} if several else {}
    return {**where, "sheet": setting.sheet, "cell": setting.cell, "from": setting.old, "to": setting.new}
