"""The command line (docs/contracts/cli.md) put together: each command is a file of its name in this folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from chainscore.commands import options, rulebook
from chainscore.commands.common import DONE, UNUSABLE
from chainscore.commands.usage import Command, Group, told
from chainscore.show.terminal import print_line
from chainscore.words.findings import Language
from chainscore.words.texts import LANGUAGES, UserError, language_of_environment, text

COMMANDS = (
    "template", "check", "score", "explain", "verify", "codes", "diff", "trend", "sensitivity", "whatif", "report", "bulletin",
)  # fmt: skip
"""In the order of the help; whatever is heavy is imported inside the command that needs it."""

COMPLETING = "_CHAINSCORE_COMPLETE"
"""The variable by which a shell asks how a line goes on."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    language = language_of(arguments)
    if COMPLETING in os.environ:
        from typer.completion import get_completion_inspect_parameters

        get_completion_inspect_parameters()  # by the way it makes the shells known
    try:
        command = typer.main.get_command(_app())
        code = command.main(list(arguments), prog_name="chainscore", standalone_mode=False, obj=language)
    except UserError as error:
        print_line(text(error.key, language, **error.values), sys.stderr)
    except typer.TyperException as error:
        print_line(told(error, language), sys.stderr)
    else:
        return code if isinstance(code, int) else DONE
    return UNUSABLE


def language_of(arguments: Sequence[str]) -> Language:
    """The language of help and messages: ``--lang`` wherever it stands, else the environment's."""
    for index, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            named = value or next(iter(arguments[index + 1 : index + 2]), "")
            return next((language for language in LANGUAGES if language == named), "en")
    return language_of_environment()


def _app() -> typer.Typer:
    app = typer.Typer(cls=Group, invoke_without_command=True, add_completion=False, rich_markup_mode=None)
    app.callback()(_root)
    for name in COMMANDS:
        app.command(name, cls=Command)(getattr(import_module(f"chainscore.commands.{name}"), name))
    group = typer.Typer(cls=Group, invoke_without_command=True, rich_markup_mode=None)
    group.callback()(_root_of_rulebook)
    for name, (command, key) in rulebook.COMMANDS.items():
        group.command(name, cls=Command, help=key)(command)
    app.add_typer(group, name="rulebook", help="help.rulebook")
    return app


# Typer learns the options from these parameters. Their values are read from the command line before it is parsed:
# help and errors need the language, and --version answers without the rest. So the functions themselves leave them alone.


def _root_of_rulebook(context: typer.Context, language: options.Lang = "en") -> None:  # noqa: ARG001
    if context.invoked_subcommand is None:
        print_line(context.get_help(), sys.stderr)
        raise typer.Exit(UNUSABLE)


def _root(
    context: typer.Context,
    version: options.Version = False,  # noqa: ARG001
    install_completion: options.InstallCompletion = None,  # noqa: ARG001
    show_completion: options.ShowCompletion = None,  # noqa: ARG001
    language: options.Lang = "en",  # noqa: ARG001
) -> None:
    if context.invoked_subcommand is None:
        print_line(context.get_help(), sys.stderr)
        raise typer.Exit(UNUSABLE)
