"""``chainscore codes``: what the codes of findings mean."""

from __future__ import annotations

import difflib

from chainscore.commands import options
from chainscore.commands.common import DONE, print_document
from chainscore.words import findings
from chainscore.words.folding import fold
from chainscore.words.texts import UserError


def codes(
    code: options.FindingCode = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    from chainscore.show import console, documents

    known = findings.codes()
    wanted = fold(code).upper() if code is not None else None
    if wanted is not None and wanted not in known:
        nearest = difflib.get_close_matches(wanted, known, n=1, cutoff=0)
        raise UserError("error.code", text=code, nearest=nearest[0])
    meant = [findings.code_of(each, language) for each in known if wanted in (None, each)]
    if as_json:
        print_document(documents.codes_document(meant))
    elif wanted is not None:
        console.print_code(meant[0], language)
    else:
        console.print_codes(meant, language)
    return DONE
