"""What several commands do: load the rulebook, write outputs, refuse. Mistakes of the user's are UserErrors, told by app.py."""

from __future__ import annotations

import datetime
import difflib
import json
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainscore.intake.limits import LimitError, Limits, parse_limits
from chainscore.show.findings import print_findings
from chainscore.show.outputs import Content, owner_file, write_or_beside
from chainscore.show.terminal import Line, print_line
from chainscore.words.findings import Finding, Language
from chainscore.words.texts import UserError, reasons, text

if TYPE_CHECKING:
    from chainscore.comparison.diff import Quarter
    from chainscore.comparison.quarters import Loaded
    from chainscore.comparison.trend import Trend
    from chainscore.method.rulebook import Rulebook
    from chainscore.scoring.appraisal import Appraisal

DONE, BLOCKED, UNUSABLE = 0, 1, 2
INTERRUPTED = 130
"""What shells make of a program that Ctrl-C ends."""


def rulebook_of(path: Path | None, choices: Sequence[str] | None = None, files: Sequence[Path] = ()) -> Rulebook:
    """The rulebook to go by, under ``choices`` such as ``listing_stages=each``. Raises UserError.

    It is the one at ``path``: a file, ``-``, or the name of one that comes with the program; else the one that the ``files``
    were made by, where it comes with the program; else the default.
    """
    from chainscore.method.loading import ReadingError, RulebookError
    from chainscore.method.loading import rulebook_of as rulebook_from

    name, content = rulebook_text(path, files)
    try:
        book = rulebook_from(content, name)
        chosen = {}
        for choice in choices or []:
            key, sign, value = choice.partition("=")
            if not sign:
                raise UserError("error.reading_form", text=choice, valid=", ".join(book.chosen))
            chosen[key] = value
        return rulebook_from(content, name, chosen) if chosen else book
    except ReadingError as error:
        raise UserError("error.reading", text=error.key, valid=error.valid) from error
    except RulebookError as error:
        raise error.as_told() from error


def rulebook_text(named: Path | None, files: Sequence[Path] = ()) -> tuple[str, bytes]:
    """Name and bytes of the rulebook that is named, comes on standard input, or is that of the ``files``. Raises UserError."""
    from chainscore.intake.package import STANDARD_INPUT
    from chainscore.method.identity import PACKAGED

    if named == STANDARD_INPUT:
        return str(named), sys.stdin.buffer.read()
    path = rulebook_file(named) or _of_files(files) or Path(PACKAGED)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise UserError("error.rulebook_file", path=path, **reasons(error)) from error


def rulebook_file(named: Path | str | None) -> Path | None:
    """The file of a rulebook that is named by its path, or by its name where it comes with the program. Raises UserError."""
    from chainscore.method.loading import packaged

    if not named or Path(named).exists():
        return Path(named) if named else None
    known = packaged()
    if str(named) in known:
        return known[str(named)]
    if Path(named).suffix or len(Path(named).parts) > 1:
        return Path(named)
    raise UserError("error.rulebook_name", text=named, nearest=nearest_of(str(named), list(known)), valid=", ".join(known))


def _of_files(files: Sequence[Path]) -> Path | None:
    """The rulebook that comes with the program and by which the files were made; None of the default."""
    if not files:
        return None
    from chainscore.intake.named import rulebook_named
    from chainscore.method.loading import packaged

    known = packaged()
    name = rulebook_named(files, known)
    return known[name] if name is not None else None


def chain_of(book: Rulebook, name: str) -> str:
    """The id of the chain that ``name`` names. Raises UserError."""
    from chainscore.scoring.explain import find_chain

    if (found := find_chain(book, name)) is not None:
        return found
    ids = {known: each for each in book.chains for known in (each.id, each.name, each.short_name)}
    nearest = ids[nearest_of(name, list(ids))].short_name
    raise UserError(
        "error.chain", text=name, nearest=nearest, valid=", ".join(f"{each.id} ({each.short_name})" for each in book.chains)
    )


def nearest_of(text: str, known: Sequence[str]) -> str:
    """The one of ``known`` that is spelt most like ``text``."""
    return difflib.get_close_matches(text, known, n=1, cutoff=0)[0]


def limits_of(choices: Sequence[str] | None) -> Limits:
    """The limits on files, raised by ``choices`` such as ``["cells=5000000"]``. Raises UserError."""
    try:
        return parse_limits(choices or [])
    except LimitError as error:
        raise UserError("error.limit", text=error.text, valid=error.valid) from error


def write(path: Path, content: Content, force: bool, language: Language) -> Path:
    """Write an output; returns where it is: beside ``path``, and told so, while that is open elsewhere. Raises UserError."""
    written = write_or_beside(path, content, force)
    if written != path:
        print_line(text("console.output_held", language, path=path, written=written), sys.stderr)
        if (mark := owner_file(path)) is not None:
            print_line(text("console.owner_file", language, mark=mark), sys.stderr)
    return written


def day_of(written: str | None) -> datetime.date | None:
    """The day of an option, such as ``2023-07-10``. Raises UserError."""
    try:
        return datetime.date.fromisoformat(written) if written is not None else None
    except ValueError as error:
        raise UserError("error.date", text=written) from error


def suggest(key: str, language: Language, **words: object) -> None:
    """Name the next command to people at a terminal; ``words`` stand there as a shell takes them."""
    if sys.stdout.isatty():
        quoted = {name: " ".join(map(_quoted, word if isinstance(word, list) else [word])) for name, word in words.items()}
        print_line(Line(text(key, language, **quoted), "dim"))


def _quoted(word: object) -> str:
    return str(word) if re.fullmatch(r"[\w./-]+", str(word)) else shlex.quote(str(word))


def print_document(document: dict[str, Any]) -> None:
    """The JSON document of a command, alone on standard output: UTF-8, whatever the terminal's encoding."""
    encoded = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded.encode("utf-8", errors="replace"))
    sys.stdout.buffer.flush()


def exit_code(appraisal: Appraisal) -> int:
    return UNUSABLE if appraisal.unreadable else BLOCKED if appraisal.blocked else DONE


def refuse(appraisal: Appraisal, language: Language, drafts: bool = True) -> None:
    """Tell the errors, and that there is no score for them; ``drafts``: the command has an option for one of what is sound."""
    errors = _errors(appraisal.findings)
    print_findings(errors, language, sys.stderr)
    print_line(text("console.refused" if drafts else "console.refused_always", language, errors=len(errors)), sys.stderr)


def load_quarters(paths: Sequence[Path], book: Rulebook, draft: bool, limits: Limits) -> list[Loaded]:
    """What is to be compared: each a filled workbook, a folder of them, or a results workbook."""
    from chainscore.comparison.quarters import load_quarter

    return [load_quarter(path, book, draft, limits) for path in paths]


def refuse_no_earlier(before: Quarter | None, quarter: Quarter, language: Language) -> None:
    """Raises UserError where what is to be the period before is not."""
    if before is not None and before.book.id != quarter.book.id:
        raise UserError("error.before_method", file=before.file, before=before.book.title, title=quarter.book.title)
    if before is not None and not before.scorecard.period < quarter.scorecard.period:
        told = {"before": before.scorecard.period.name(language), "period": quarter.scorecard.period.name(language)}
        raise UserError("error.before_period", file=before.file, **told)


def course_of(quarters: Sequence[Quarter]) -> Trend:
    """Several periods side by side. Raises UserError where two are the same."""
    from chainscore.comparison.trend import SamePeriodError, trend_of

    try:
        return trend_of(quarters)
    except SamePeriodError as error:
        first, second = error.first, error.second
        period = first.scorecard.period
        raise UserError("error.same_period", first=first.file, second=second.file, period=period) from error


def errors_of(loaded: Sequence[Loaded]) -> list[Finding]:
    return _errors(finding for each in loaded for finding in each.findings)


def refuse_to_compare(
    loaded: Sequence[Loaded], document: dict[str, Any] | None, language: Language, key: str = "console.not_compared"
) -> int:
    """Tell the errors, in ``document`` where that is wanted, and by ``key`` what is not done; returns the exit code."""
    unreadable = any(each.unreadable for each in loaded)
    errors = errors_of(loaded)
    if document is not None:
        print_document(document)
    else:
        print_findings(errors, language, sys.stderr)
        if not unreadable:
            print_line(text(key, language, errors=len(errors)), sys.stderr)
    return UNUSABLE if unreadable else BLOCKED


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]
