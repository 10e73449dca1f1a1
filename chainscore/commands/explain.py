"""``chainscore explain``: where a chain's scores come from."""

from __future__ import annotations

from chainscore.commands import options
from chainscore.commands.common import DONE, chain_of, exit_code, limits_of, print_document, refuse, rulebook_of, suggest
from chainscore.words.texts import UserError, text


def explain(
    file: options.File,
    chain: options.Chain,
    leaf: options.Leaf = None,
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
    from chainscore.scoring.appraisal import appraise
    from chainscore.show import documents
    from chainscore.show.explanation import print_explanation

    chain_id = chain_of(book, chain)
    leaves = explain.find_leaves(book, leaf)
    if not leaves:
        raise UserError("error.leaf", text=leaf, valid=", ".join(explain.parts(book)))
    appraisal = appraise([file], book, draft, limits)
    if appraisal.scorecard is None or appraisal.unreadable:
        if as_json:
            print_document(documents.refused_explanation(appraisal, chain_id, language))
        else:
            refuse(appraisal, language)
        return exit_code(appraisal)
    explanation = explain.explain(appraisal.scorecard, book, chain_id, leaves)
    if as_json:
        print_document(documents.explain_document(explanation, book, language))
    else:
        print_explanation(explanation, appraisal, book, language)
        suggest("next.diff", language, old=text("next.before", language), new=file)
    return DONE
