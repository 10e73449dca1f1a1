"""``chainscore explain``: where a chain's scores come from, also as a request for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from chainscore.commands import options
from chainscore.commands.common import (
    DONE,
    chain_of,
    exit_code,
    limits_of,
    load_quarters,
    print_document,
    refuse,
    rulebook_of,
    suggest,
    write,
)
from chainscore.show.outputs import check_output
from chainscore.show.terminal import print_line
from chainscore.words.texts import UserError, text

if TYPE_CHECKING:
    from pathlib import Path

    from chainscore.intake.limits import Limits
    from chainscore.intake.tables import Tables
    from chainscore.method.rulebook import Rulebook
    from chainscore.scoring.appraisal import Appraisal
    from chainscore.scoring.explain import Explanation
    from chainscore.scoring.losses import Loss
    from chainscore.scoring.next_steps import NextStep
    from chainscore.scoring.scorecard import Scorecard


def explain(
    context: typer.Context,
    file: options.File,
    chain: options.Chain,
    leaf: options.Leaf = None,
    output: options.Request = None,
    lost: options.Lost = False,
    force: options.Force = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, [file])

    from chainscore.scoring import explain
    from chainscore.show import documents
    from chainscore.show.explanation import print_explanation, print_losses

    chain_id = chain_of(book, chain)
    if output is not None:
        check_output(output, [file], force, ".docx")
    leaves = explain.find_leaves(book, leaf)
    if not leaves:
        raise UserError("error.leaf", text=leaf, valid=", ".join(explain.parts(book)))
    appraisal, tables, book = _appraised(file, book, draft, limits)
    if appraisal.scorecard is None or appraisal.unreadable:
        if as_json:
            print_document(documents.refused_explanation(appraisal, chain_id, language))
        else:
            refuse(appraisal, language)
        return exit_code(appraisal)
    explanation = explain.explain(appraisal.scorecard, book, chain_id, leaves)
    losses, steps = _losses(appraisal.scorecard, tables, book, explanation) if lost else (None, [])
    if output is not None:
        from chainscore.papers.review import write_review

        path = write(
            output, write_review(explanation, book, language if _is_asked_for(context) else book.language), force, language
        )
    if as_json:
        print_document(documents.explain_document(explanation, book, language, losses, steps))
    elif output is not None:
        print_line(text("console.review", language, path=path))
    elif losses is not None:
        print_losses(explanation, losses, steps, book, language)
    else:
        print_explanation(explanation, appraisal, book, language)
        suggest("next.diff", language, old=text("next.before", language), new=file)
    return DONE


def _losses(
    scorecard: Scorecard, tables: Tables | None, book: Rulebook, explanation: Explanation
) -> tuple[list[Loss], list[NextStep]]:
    """What was lost on the leaves that are explained, and what would earn most next."""
    from chainscore.scoring.losses import losses_of
    from chainscore.scoring.next_steps import NextSteps

    assert tables is not None
    explained = {each.leaf.id for each in explanation.leaves}
    losses = [each for each in losses_of(book, explanation.score) if each.leaf.id in explained]
    return losses, NextSteps(tables, book, scorecard).of(explanation.chain.id)


def _is_asked_for(context: Any) -> bool:
    """Whether the language of the run was named on the command line, rather than taken from where it runs."""
    sources = (each.get_parameter_source("language") for each in (context, context.parent) if each is not None)
    return any(source is not None and source.name == "COMMANDLINE" for source in sources)


def _appraised(file: Path, book: Rulebook, draft: bool, limits: Limits) -> tuple[Appraisal, Tables | None, Rulebook]:
    """The scores of a filled workbook or of a folder of them, or those of a results workbook, with their method."""
    from msgspec.structs import replace

    from chainscore.intake.package import is_folder
    from chainscore.intake.workbook import is_results_file
    from chainscore.scoring.appraisal import Appraisal, appraise

    if is_folder(file) or not is_results_file(file, limits):
        appraisal = appraise([file], book, draft, limits)
        if appraisal.scorecard is not None and not appraisal.blocked:  # nothing is left out of it
            appraisal = replace(appraisal, scorecard=replace(appraisal.scorecard, draft=False))
        return appraisal, appraisal.tables, book
    (loaded,) = load_quarters([file], book, draft, limits)
    if loaded.quarter is None:
        return Appraisal(None, None, loaded.findings, loaded.unreadable), None, book
    return Appraisal(None, loaded.quarter.scorecard, (), False), loaded.quarter.tables, loaded.quarter.book
