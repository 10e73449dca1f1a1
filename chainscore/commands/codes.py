"""``chainscore codes``: what the codes of findings mean."""

from __future__ import annotations

from chainscore.commands import options
from chainscore.commands.common import DONE, nearest_of, print_document, suggest
from chainscore.show.findings import codes_document, print_code, print_codes
from chainscore.words import findings
from chainscore.words.folding import fold
from chainscore.words.texts import UserError, text


def codes(
    code: options.FindingCode = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    known = findings.codes()
    wanted = fold(code).upper() if code is not None else None
    if wanted is not None and wanted not in known:
        raise UserError("error.code", text=code, nearest=nearest_of(wanted, known))
    meant = [findings.code_of(each, language) for each in known if wanted in (None, each)]
    if as_json:
        print_document(codes_document(meant))
    elif wanted is not None:
        print_code(meant[0], language)
        suggest("next.check", language, file=text("next.files", language))
    else:
        print_codes(meant, language)
        suggest("next.code", language, code=known[0])
    return DONE
