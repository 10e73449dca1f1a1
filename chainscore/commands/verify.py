"""``chainscore verify``: has anybody changed a results workbook, or a bulletin?"""

from __future__ import annotations

from chainscore.commands import options
from chainscore.commands.common import BLOCKED, DONE, UNUSABLE, limits_of, print_document, rulebook_file, rulebook_of, suggest
from chainscore.words.texts import text


def verify(
    results: options.Results,
    files: options.Files,
    before: options.BeforeOfBulletin = None,
    rulebook: options.RulebookFile = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    language: options.Lang = "en",
) -> int:
    rulebook_of(rulebook)
    limits = limits_of(limit)

    from chainscore.verify import output, verification

    if results.suffix.lower() == ".docx":
        from chainscore.verify.bulletin.verification import verify_bulletin

        verified = verify_bulletin(results, files, before, rulebook_file(rulebook), limits)
    else:
        verified = verification.verify(results, files, before, rulebook_file(rulebook), limits)
    if as_json:
        print_document(output.verify_document(verified, language))
    else:
        output.print_verification(verified, language)
        suggest("next.diff", language, old=text("next.before", language), new=results)
    return DONE if verified.sound else UNUSABLE if verified.unreadable else BLOCKED
