"""``chainscore rulebook``: check, show and begin a rulebook; those that come with the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chainscore.commands import options
from chainscore.commands.common import BLOCKED, DONE, print_document, rulebook_of, rulebook_text, write
from chainscore.show.outputs import STANDARD_OUTPUT, check_output
from chainscore.show.terminal import Table, print_line, print_table
from chainscore.words.bilingual import told
from chainscore.words.findings import Language
from chainscore.words.texts import UserError, text

FORMS = (".docx", ".html", ".md")
"""What a method can be written as."""


def check(file: options.RulebookName, as_json: options.AsJson = False, language: options.Lang = "en") -> int:
    from chainscore.method.loading import RulebookError, mistakes_of
    from chainscore.method.loading import rulebook_of as rulebook_from

    name, content = rulebook_text(file)
    mistakes = mistakes_of(content, name)
    if as_json:
        told_ = [
            {"line": each.line, "code": each.code, "place": each.place, "message": each.message(language)} for each in mistakes
        ]
        print_document({"schema": "chainscore/rulebook-check/1", "file": str(file), "sound": not mistakes, "mistakes": told_})
    else:
        for line in RulebookError(name, mistakes).lines(language):
            print_line(line)
        if mistakes:
            print_line(text("console.rulebook_mistakes", language, number=len(mistakes)))
        else:
            book = rulebook_from(content, name)
            examples = sum(len(leaf.examples) for leaf in book.leaves)
            numbers = {"objects": len(book.chains), "leaves": len(book.leaves), "examples": examples}
            print_line(text("console.rulebook_sound", language, title=book.title, **numbers))
    return BLOCKED if mistakes else DONE


def show(
    rulebook: options.RulebookNameOrNone = None,
    output: options.Output = None,
    force: options.Force = False,
    reading: options.Readings = None,
    language: options.Lang = "en",
) -> int:
    from chainscore.show.method.contents import contents
    from chainscore.show.method.plain import print_method

    book = rulebook_of(rulebook, reading)
    if output is None:
        print_method(contents(book, language))
        return DONE
    suffix = ".md" if output == STANDARD_OUTPUT else output.suffix.lower()
    if suffix not in FORMS:
        raise UserError("error.method_suffix", path=output, valid=", ".join(FORMS))
    check_output(output, [], force, suffix)
    written = write(output, _form(suffix)(contents(book, book.language), book.language), force, language)
    print_line(text("console.method", language, path=written))
    return DONE


def _form(suffix: str) -> Callable[[Any, Language], bytes]:
    """What writes a method as a file of that kind; each is imported only when it is asked for."""
    if suffix == ".docx":
        from chainscore.show.method.docx import docx

        return docx
    if suffix == ".html":
        from chainscore.show.method.html import html

        return html
    from chainscore.show.method.plain import markdown

    return lambda blocks, _: markdown(blocks)


def new(target: options.NewRulebook, force: options.Force = False, language: options.Lang = "en") -> int:
    from chainscore.method.starting import starting_rulebook

    check_output(target, [], force, ".toml")
    written = write(target, starting_rulebook(language), force, language)
    print_line(text("console.rulebook_new", language, path=written))
    return DONE


def schema(language: options.Lang = "en") -> int:  # noqa: ARG001 - a schema is of no language
    from chainscore.method.schema import schema as schema_of

    print_document(schema_of())
    return DONE


def list_(as_json: options.AsJson = False, language: options.Lang = "en") -> int:
    from chainscore.method.loading import load_rulebook, packaged

    books = {name: load_rulebook(path) for name, path in packaged().items()}
    if as_json:
        told_ = [
            {"id": name, "version": book.version, "title": book.title, "languages": list(book.languages),
             "periods": list(book.periods), "objects": len(book.chains), "leaves": len(book.leaves), "sha256": book.sha256}
            for name, book in books.items()
        ]  # fmt: skip
        print_document({"schema": "chainscore/rulebooks/1", "rulebooks": told_})
        return DONE
    table = Table()
    for key in ("id", "version", "title", "object", "number", "leaves"):
        table.add_column(text(f"method.column_{key}", language), shrinks=key == "title")
    for name, book in books.items():
        of = told(book.words.object, language)
        table.add_row(name, book.version, book.title, of, str(len(book.chains)), str(len(book.leaves)))
    print_table(table)
    return DONE


COMMANDS: dict[str, tuple[Callable[..., int], str]] = {
    "check": (check, "help.rulebook_check"),
    "show": (show, "help.rulebook_show"),
    "new": (new, "help.rulebook_new"),
    "schema": (schema, "help.rulebook_schema"),
    "list": (list_, "help.rulebook_list"),
}
"""Name → command and the key of its help, in the order of the help."""
