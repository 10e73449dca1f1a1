"""``chainscore diff``: what moved between two periods, and why."""

from __future__ import annotations

from dataclasses import replace

from chainscore.commands import options
from chainscore.commands.common import (
    DONE,
    chain_of,
    errors_of,
    limits_of,
    load_quarters,
    print_document,
    refuse_to_compare,
    rulebook_of,
    suggest,
    write,
)  # fmt: skip
from chainscore.show.outputs import check_output

DIFFERENT = 1
"""What ``--exit-code`` makes of a difference."""


def diff(
    old: options.Old,
    new: options.New,
    chain: options.OfChain = None,
    output: options.Output = None,
    force: options.Force = False,
    exit_code: options.ExitCode = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, [old, new])
    if output is not None:
        check_output(output, [old, new], force)

    from chainscore.comparison import console, documents
    from chainscore.comparison.diff import compare

    before, after = quarters = load_quarters([old, new], book, draft, limits)
    if before.quarter is None or after.quarter is None:
        refused = documents.refused_diff(before.quarter, after.quarter, errors_of(quarters), language) if as_json else None
        return refuse_to_compare(quarters, refused, language)
    changes = compare(before.quarter, after.quarter)
    if chain is not None:
        wanted = chain_of(after.quarter.book, chain)
        changes = replace(changes, chains=tuple(each for each in changes.chains if each.chain == wanted and each.differs))
    if output is not None:
        from chainscore.comparison.workbook import write_diff

        output = write(output, write_diff(changes), force, language)
    if as_json:
        print_document(documents.diff_document(changes, language))
    else:
        console.print_diff(changes, output, language)
        moved = next(iter(changes.chains), None)
        suggest("next.explain", language, file=new, chain=moved.short_name if moved is not None else book.chains[0].short_name)
    return DIFFERENT if exit_code and changes.chains else DONE
