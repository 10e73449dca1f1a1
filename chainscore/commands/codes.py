"""``chainscore codes``: what the codes of findings mean."""

from __future__ import annotations

import difflib

from chainscore.commands import options
from chainscore.commands.common import DONE, print_document
from chainscore.show.findings import codes_document, print_code, print_codes
from chainscore.words import findings
from chainscore.words.folding import fold
from chainscore.words.texts import UserError


def codes(
    code: options.FindingCode = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    known = findings.codes()
    wanted = fold(code).upper() if code is not None else None
    if wanted is not None and wanted not in known:
        nearest = difflib.get_close_matches(wanted, known, n=1, cutoff=0)
        raise UserError("error.code", text=code, nearest=nearest[0])
    meant = [findings.code_of(each, language) for each in known if wanted in (None, each)]
    if as_json:
        print_document(codes_document(meant))
    elif wanted is not None:
        print_code(meant[0], language)
    else:
        print_codes(meant, language)
    return DONE
