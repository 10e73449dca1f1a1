"""Help and wrong usage in the language of the run: typer knows English alone, breaks no Chinese and cuts what is long."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from chainscore.commands.common import UNUSABLE, nearest_of
from chainscore.commands.settings import settle
from chainscore.show.outputs import STANDARD_OUTPUT, lines_aside
from chainscore.show.terminal import print_line, width_of, wrapped
from chainscore.words.findings import Language
from chainscore.words.texts import UserError, language_of_environment, text

WIDEST = 100
"""Columns: longer lines are hard to read."""
GAP, INDENT = 2, 2


class Command(TyperCommand):
    """A command whose help is in the language that its context carries, and which heeds what is set for all runs."""

    def get_help(self, ctx: Any) -> str:
        return help_page(ctx)

    def invoke(self, ctx: Any) -> Any:
        try:
            settle(ctx)
            with lines_aside() if _is_piped(ctx.params) else nullcontext():
                return super().invoke(ctx)
        except UserError as error:
            print_line(text(error.key, ctx.obj, **error.values), sys.stderr)
            raise typer.Exit(UNUSABLE) from error

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        return _explained(super().shell_complete(ctx, incomplete))


class Group(TyperGroup):
    """The program itself."""

    def get_help(self, ctx: Any) -> str:
        return help_page(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As typer does it. Raises UserError with the nearest command for one that is not there."""
        if args[0] not in self.commands:
            raise UserError("usage.no_command", text=args[0], nearest=nearest_of(args[0], list(self.commands)))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        for command in self.commands.values():
            command.short_help = _about(command)
        return _explained(super().shell_complete(ctx, incomplete))


def _explained(items: Sequence[Any]) -> Sequence[Any]:
    """What a shell offers, each with its explanation in the language of the environment."""
    for item in items:
        item.help = text(item.help, language_of_environment()) if item.help else None
    return items


def _is_piped(parameters: Mapping[str, Any]) -> bool:
    """Whether the one file that is written goes to standard output. Raises UserError where it cannot."""
    if str(STANDARD_OUTPUT) not in map(str, (parameters.get("output"), parameters.get("target"))):
        return False
    if parameters.get("as_json"):
        raise UserError("error.stdout_json")
    if sys.stdout.isatty():
        raise UserError("error.stdout_terminal")
    return True


def help_page(context: Any) -> str:
    """What a command is for, how it is called, and each argument, option and command on its own lines; nothing is cut."""
    command, language = context.command, context.obj
    rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for each in command.get_params(context):
        rows[each.param_type_name].append((_left(each, language), text(_key(each), language)))
    rows["command"] = [(name, text(_about(each), language)) for name, each in getattr(command, "commands", {}).items()]
    lines = [*_usage(context), "", *_indented(text(about := _about(command), language))]
    for kind, explained in rows.items():
        lines += _section(text(f"usage.{kind}s", language), explained)
    return "\n".join([*lines, *_examples(context, about.replace("help.", "example."))])


def _examples(context: Any, key: str) -> list[str]:
    """How a command is called for two ends: in the catalogue lines of arguments, and below each what for."""
    lines = ["", text("usage.examples", context.obj)]
    for number, line in enumerate(text(key, context.obj).splitlines()):
        call = f"{context.command_path} {line}" if number % 2 == 0 else line
        indent = " " * INDENT * (1 + number % 2)
        lines += [indent + part for part in wrapped(call, _width() - len(indent))]
    return lines


def _about(command: Any) -> str:
    """The key of the text that says what a command is for."""
    return command.help or f"help.{command.name or 'app'}"


def told(error: typer.TyperException, language: Language) -> str:
    """What typer found wrong with the way a command was called, with the way to call it."""
    context = getattr(error, "ctx", None)
    usage = [*_usage(context), text("usage.see_help", language, command=context.command_path), ""] if context else []
    return "\n".join([*usage, text("usage.error", language, message=_message(error, language))])


def _message(error: Any, language: Language) -> str:
    if (parameter := getattr(error, "param", None)) is not None:
        return text("usage.missing", language, name=_name(parameter, language))
    option = getattr(error, "option_name", None)
    if option is None:
        surplus = re.search(r"\((?!s\))(.*)\)$", error.message)
        return text("usage.surplus", language, text=surplus[1] if surplus else error.message)
    if hasattr(error, "possibilities"):
        nearest = "、".join(error.possibilities or ()) if language == "zh" else ", ".join(error.possibilities or ())
        return text("usage.no_option_but" if nearest else "usage.no_option", language, name=option, nearest=nearest)
    needs = "requires" in error.message
    return text("usage.needs_value" if needs else "usage.takes_no_value", language, name=option)


def _usage(context: Any) -> list[str]:
    command, language = context.command, context.obj
    pieces = [context.command_path, text("usage.any_options", language)]
    for each in command.get_params(context):
        if each.param_type_name == "argument":
            name = _name(each, language) + ("…" if each.nargs == -1 else "")
            pieces.append(name if each.required else f"[{name}]")
    if hasattr(command, "commands"):
        pieces.append(text("usage.any_command", language))
    return wrapped(text("usage.usage", language, call=" ".join(pieces)), _width())


def _section(title: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """A heading, and below it rows of two columns."""
    if not rows:
        return []
    column = INDENT + max(width_of(left) for left, _ in rows) + GAP
    lines = ["", title]
    for left, right in rows:
        first, *others = wrapped(right, _width() - column)
        lines.append(" " * INDENT + left + " " * (column - INDENT - width_of(left)) + first)
        lines += [" " * column + line for line in others]
    return lines


def _indented(paragraph: str) -> list[str]:
    return [" " * INDENT + line for line in wrapped(paragraph, _width() - INDENT)]


def _left(parameter: Any, language: Language) -> str:
    """``-o, --output FILE``."""
    if parameter.param_type_name == "argument":
        return _name(parameter, language)
    names = ", ".join(parameter.opts)
    return names if parameter.metavar is None else f"{names} {_name(parameter, language)}"


def _name(parameter: Any, language: Language) -> str:
    """What stands for a value."""
    return text(parameter.metavar, language)


def _key(parameter: Any) -> str:
    """The key of the text that explains a parameter."""
    key: str = "help.help" if "--help" in parameter.opts else parameter.help
    return key


def _width() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST)
