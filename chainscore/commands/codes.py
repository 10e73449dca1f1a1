"""``chainscore codes``: what the codes of findings mean."""

from __future__ import annotations

from chainscore.commands import options
from chainscore.commands.common import DONE, nearest_of, print_document, rulebook_of, suggest
from chainscore.show.findings import codes_document, print_code, print_codes
from chainscore.words.findings import meanings
from chainscore.words.folding import fold
from chainscore.words.texts import UserError, text


def codes(
    code: options.FindingCode = None,
    rulebook: options.RulebookFile = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    known = {each.code: each for each in meanings(rulebook_of(rulebook).remarks.values(), language)}
    wanted = fold(code).upper() if code is not None else None
    if wanted is not None and wanted not in known:
        raise UserError("error.code", text=code, nearest=nearest_of(wanted, list(known)))
    meant = [known[wanted]] if wanted is not None else list(known.values())
    if as_json:
        print_document(codes_document(meant))
    elif wanted is not None:
        print_code(meant[0], language)
        suggest("next.check", language, file=text("next.files", language))
    else:
        print_codes(meant, language)
        suggest("next.code", language, code=meant[0].code)
    return DONE
