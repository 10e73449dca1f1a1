"""The arguments and options of the commands, each declared once: as the type of a command's parameter.

``metavar`` and ``help`` are keys of the message catalogue, for the language is known at run time alone. Whether a file can be
read is none of typer's business: what cannot is a finding.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Annotated

import typer

from chainscore.method.identity import identity
from chainscore.words.findings import Language
from chainscore.words.texts import LANGUAGES, UserError, reasons, text

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def _language(context: typer.Context, value: str) -> Language:
    """The language of this run, which was looked for before typer was asked. Raises UserError."""
    if value not in LANGUAGES:
        raise UserError("error.language", text=value)
    language: Language = context.obj
    return language


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(identity())
        raise typer.Exit


def _show_completion(context: typer.Context, parameter: typer.CallbackParam, shell: str | None) -> None:
    if shell is not None:
        from typer.completion import show_callback

        show_callback(context, parameter, _shell(shell))


def _install_completion(context: typer.Context, parameter: typer.CallbackParam, shell: str | None) -> None:
    if shell is None:
        return
    from typer.completion import install_callback

    try:
        with redirect_stdout(io.StringIO()), suppress(SystemExit):  # it tells in English, and ends
            install_callback(context, parameter, _shell(shell))
    except OSError as error:
        raise UserError("error.completion", shell=shell, **reasons(error)) from error
    typer.echo(text("console.completion", context.obj, shell=shell))
    raise typer.Exit


def _shell(named: str) -> str:
    """The name of a shell that can complete. Raises UserError."""
    if named not in SHELLS:
        raise UserError("error.shell", text=named, valid=", ".join(SHELLS))
    return named


Files = Annotated[list[Path], typer.Argument(metavar="metavar.files", help="help.files", readable=False)]
File = Annotated[Path, typer.Argument(metavar="metavar.file", help="help.file", readable=False)]
Results = Annotated[Path, typer.Argument(metavar="metavar.results", help="help.results", readable=False)]
RulebookName = Annotated[Path, typer.Argument(metavar="metavar.file", help="help.rulebook_name", readable=False)]
RulebookNameOrNone = Annotated[Path | None, typer.Argument(metavar="metavar.file", help="help.rulebook_name", readable=False)]
NewRulebook = Annotated[Path, typer.Argument(metavar="metavar.file", help="help.new_rulebook", readable=False)]
Chain = Annotated[str, typer.Argument(metavar="metavar.chain", help="help.chain")]
Leaf = Annotated[str | None, typer.Argument(metavar="metavar.leaf", help="help.leaf")]
FindingCode = Annotated[str | None, typer.Argument(metavar="metavar.code", help="help.code")]
Old = Annotated[Path, typer.Argument(metavar="metavar.old", help="help.old", readable=False)]
New = Annotated[Path, typer.Argument(metavar="metavar.new", help="help.new", readable=False)]
Quarters = Annotated[list[Path], typer.Argument(metavar="metavar.quarters", help="help.quarters", readable=False)]

Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="metavar.file", help="help.output", readable=False)]
Force = Annotated[bool, typer.Option("--force", help="help.force")]
Readings = Annotated[list[str] | None, typer.Option("--reading", metavar="metavar.reading", help="help.reading")]
RulebookFile = Annotated[
    Path | None, typer.Option("--rulebook", metavar="metavar.file", help="help.rulebook_file", readable=False)
]
Limit = Annotated[list[str] | None, typer.Option("--limit", metavar="metavar.limit", help="help.limit")]
Draft = Annotated[bool, typer.Option("--draft", help="help.draft")]
AsJson = Annotated[bool, typer.Option("--json", help="help.json")]
Lang = Annotated[Language, typer.Option("--lang", metavar="metavar.lang", help="help.lang", parser=str, callback=_language)]
"""The language of this run, wherever ``--lang`` stands, if anywhere."""
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="help.quiet")]
Version = Annotated[bool, typer.Option("--version", help="help.version", is_eager=True, callback=_show_version)]

ShowCompletion = Annotated[
    str | None,
    typer.Option(
        "--show-completion", metavar="metavar.shell", help="help.show_completion", is_eager=True, callback=_show_completion
    ),
]
InstallCompletion = Annotated[
    str | None,
    typer.Option(
        "--install-completion",
        metavar="metavar.shell",
        help="help.install_completion",
        is_eager=True,
        callback=_install_completion,
    ),
]

Each = Annotated[bool, typer.Option("--each", help="help.each")]
CombinedOnly = Annotated[bool, typer.Option("--combined-only", help="help.combined_only")]
Jobs = Annotated[str | None, typer.Option("--jobs", metavar="metavar.number", help="help.jobs")]
Period = Annotated[str | None, typer.Option("--period", metavar="metavar.period", help="help.period")]
Split = Annotated[Path | None, typer.Option("--split", metavar="metavar.folder", help="help.split", readable=False)]
Earlier = Annotated[list[Path] | None, typer.Option("--from", metavar="metavar.file", help="help.from", readable=False)]
LastYear = Annotated[
    list[Path] | None, typer.Option("--last-year", metavar="metavar.file", help="help.last_year", readable=False)
]
Annotate = Annotated[Path | None, typer.Option("--annotate", metavar="metavar.folder", help="help.annotate", readable=False)]
Only = Annotated[str | None, typer.Option("--only", metavar="metavar.only", help="help.only")]
Unit = Annotated[str | None, typer.Option("--unit", metavar="metavar.unit", help="help.unit")]
OfChain = Annotated[str | None, typer.Option("--chain", metavar="metavar.chain", help="help.of_chain")]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="help.exit_code")]

Rounding = Annotated[bool, typer.Option("--rounding", help="help.rounding")]
Inputs = Annotated[bool, typer.Option("--inputs", help="help.inputs")]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="metavar.setting", help="help.set")]
Drops = Annotated[list[str] | None, typer.Option("--drop", metavar="metavar.row", help="help.drop")]

Scored = Annotated[list[Path], typer.Argument(metavar="metavar.files", help="help.scored", readable=False)]
BeforeFile = Annotated[Path | None, typer.Option("--before", metavar="metavar.file", help="help.before", readable=False)]
BeforeScores = Annotated[
    Path | None, typer.Option("--before", metavar="metavar.file", help="help.before_scores", readable=False)
]
BeforeOfBulletin = Annotated[
    Path | None, typer.Option("--before", metavar="metavar.file", help="help.before_bulletin", readable=False)
]
Firm = Annotated[bool, typer.Option("--sensitivity", help="help.firm")]
PageOutput = Annotated[Path | None, typer.Option("-o", "--output", metavar="metavar.file", help="help.page", readable=False)]
Document = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="metavar.file", help="help.bulletin_output", readable=False)
]
Request = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="metavar.file", help="help.review_output", readable=False)
]
Lost = Annotated[bool, typer.Option("--lost", help="help.lost")]
WholeYear = Annotated[bool, typer.Option("--year", help="help.whole_year")]
Addressee = Annotated[str, typer.Option("--to", metavar="metavar.addressee", help="help.addressee")]
DocumentNumber = Annotated[str, typer.Option("--number", metavar="metavar.document_number", help="help.document_number")]
DocumentDate = Annotated[str | None, typer.Option("--date", metavar="metavar.date", help="help.document_date")]
Issuer = Annotated[str, typer.Option("--from", metavar="metavar.issuer", help="help.issuer")]

RollCall = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="metavar.file", help="help.roll_call_output", readable=False)
]
Due = Annotated[str | None, typer.Option("--due", metavar="metavar.date", help="help.due")]
Reminders = Annotated[Path | None, typer.Option("--reminders", metavar="metavar.folder", help="help.reminders", readable=False)]
