"""``chainscore sensitivity``: how firm the ranking is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainscore.commands import options
from chainscore.commands.common import DONE, exit_code, limits_of, print_document, refuse, rulebook_of, write
from chainscore.show.outputs import check_output
from chainscore.show.terminal import print_line
from chainscore.words.texts import text

if TYPE_CHECKING:
    from chainscore.scoring.appraisal import Appraisal
    from chainscore.words.findings import Language


def sensitivity(
    files: options.Files,
    inputs: options.Inputs = False,
    rounding: options.Rounding = False,
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

    from chainscore.comparison.firmness import documents
    from chainscore.comparison.firmness.console import FirmnessConsole
    from chainscore.comparison.firmness.inputs import Turnings
    from chainscore.comparison.firmness.rounding import unrounded
    from chainscore.scoring.appraisal import appraise_gathered, gather
    from chainscore.scoring.readings import reversals, sensitivity

    gathered = gather(files, limits)
    appraisal = appraise_gathered(gathered, book)
    tables, scorecard = appraisal.tables, appraisal.scorecard
    if tables is None or scorecard is None or appraisal.unreadable:
        return _refused(appraisal, as_json, language)
    found, without = sensitivity(tables, book, scorecard), reversals(tables, book, scorecard)
    turnings = Turnings(tables, book, scorecard, gathered) if inputs else None
    amounts, others = (turnings.amounts(), turnings.others()) if turnings is not None else (None, None)
    several = len(tables.inputs) > 1
    rounded = unrounded(book, scorecard) if rounding else None
    if output is not None:
        from chainscore.comparison.firmness.workbook import FirmnessWorkbook

        workbook = FirmnessWorkbook(found, without, book, scorecard.period, several)
        singles = None if amounts is None else [*amounts, *(others or [])]
        output = write(output, workbook.written(singles, rounded), force, language)
    if as_json:
        period = str(scorecard.period)
        print_document(documents.sensitivity_document(period, found, without, amounts, others, rounded, book))
        return DONE
    console = FirmnessConsole(book, language, several)
    console.show(found, without, scorecard.period)
    if amounts is not None and others is not None:
        console.show_inputs(amounts, others)
    if rounded is not None:
        console.show_rounding(rounded)
    if output is not None:
        print_line(text("firmness.written", language, path=output))
    return DONE


def _refused(appraisal: Appraisal, as_json: bool, language: Language) -> int:
    from chainscore.comparison.firmness.documents import refused_sensitivity

    if as_json:
        tables = appraisal.tables
        print_document(refused_sensitivity(str(tables.period) if tables is not None and tables.period is not None else None))
    else:
        refuse(appraisal, language, drafts=False)
    return exit_code(appraisal)
