"""``chainscore trend``: ranks and totals over several periods."""

from __future__ import annotations

from chainscore.commands import options
from chainscore.commands.common import (
    DONE,
    course_of,
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


def trend(
    quarters: options.Quarters,
    output: options.Output = None,
    force: options.Force = False,
    draft: options.Draft = False,
    reading: options.Readings = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    limits = limits_of(limit)
    book = rulebook_of(rulebook, reading, quarters)
    if output is not None:
        check_output(output, quarters, force)

    from chainscore.comparison import console, documents

    loaded = load_quarters(quarters, book, draft, limits)
    known = [each.quarter for each in loaded if each.quarter is not None]
    if len(known) < len(loaded):
        refused = documents.refused_trend(errors_of(loaded), language) if as_json else None
        return refuse_to_compare(loaded, refused, language)
    course = course_of(known)
    if output is not None:
        from chainscore.comparison.workbook import write_trend

        output = write(output, write_trend(course), force, language)
    if as_json:
        print_document(documents.trend_document(course, language))
    else:
        console.print_trend(course, output, language)
        suggest("next.diff", language, old=quarters[0], new=quarters[-1])
    return DONE
