"""What an office says once for all runs: CHAINSCORE_* in the environment, and ``chainscore.toml`` beside the files.

What the command line says goes before the environment, and the environment before the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from chainscore.commands.common import nearest_of
from chainscore.words.texts import LANGUAGES, UserError, reasons, text

FILE = "chainscore.toml"
PREFIX = "CHAINSCORE_"
NAMES = {
    "language": "lang", "rulebook": "rulebook", "reading": "reading", "limit": "limit", "jobs": "jobs", "issuer": "from",
    "to": "to",
}  # fmt: skip
"""Parameter of a command → its option, and its name in the file and, in capitals behind PREFIX, in the environment."""
SEVERAL = ("reading", "limit")
"""Tables in the file; in the environment KEY=VALUE with commas between."""
KINDS = {"reading": "error.setting_table", "limit": "error.setting_table", "jobs": "error.setting_number"}
"""What the file must have where that is no text."""
INPUTS = ("files", "new", "quarters", "file", "from_", "last_year")
"""Parameters that name what is read: the file stands beside the first."""


def settle(context: Any) -> None:
    """Give every option that the command line does not say the value that is set for it. Raises UserError."""
    written = _written(_folder(context.params) / FILE)
    for parameter, name in NAMES.items():
        if parameter in context.params and not _is_said(context, parameter):
            value = _of_environment(name) or written.get(name)
            if value:
                context.params[parameter] = value
    context.obj = context.params.get("language", context.obj)


def _is_said(context: Any, parameter: str) -> bool:
    """Whether the command line says it, before the command or behind it. CHAINSCORE_LANG has been heeded by then."""
    if parameter == "language" and os.environ.get(f"{PREFIX}LANG"):
        return True
    contexts = [context, *([] if parameter != "language" else _before(context))]
    return any(each.get_parameter_source(parameter).name == "COMMANDLINE" for each in contexts)


def _before(context: Any) -> list[Any]:
    return [] if context.parent is None else [context.parent, *_before(context.parent)]


def _of_environment(name: str) -> str | list[str]:
    said = os.environ.get(PREFIX + name.upper(), "")
    return [each for each in re.split(r"[,，\s]+", said) if each] if name in SEVERAL else said


def _folder(parameters: Mapping[str, Any]) -> Path:
    """The folder that what is read stands in, or is; else the current one."""
    named = next((parameters[name] for name in INPUTS if parameters.get(name)), ".")
    path = Path(named if isinstance(named, str | os.PathLike) else named[0])
    with suppress(OSError):
        return path if path.is_dir() else path.parent
    return path.parent


def _written(path: Path) -> dict[str, str | list[str]]:
    """What the file at ``path`` says, nothing where there is none. Raises UserError."""
    with suppress(OSError):  # whose folder cannot be looked into is told of the files there
        if path.is_file():
            return {name: _value(path, name, value) for name, value in _table(path).items()}
    return {}


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError("error.settings_file", path=path, **reasons(error)) from error
    except ValueError as error:  # no TOML, or no UTF-8
        told = {f"reason_{language}": text("reason.no_toml", language, said=error) for language in LANGUAGES}
        raise UserError("error.settings_file", path=path, **told) from error


def _value(path: Path, name: str, value: object) -> str | list[str]:
    """A setting as the command line would have it. Raises UserError."""
    known = list(NAMES.values())
    if name not in known:
        raise UserError("error.setting", path=path, text=name, nearest=nearest_of(name, known), valid=", ".join(known))
    if name in SEVERAL and isinstance(value, dict):
        return [f"{key}={each}" for key, each in value.items()]
    if name in SEVERAL or isinstance(value, bool) or not isinstance(value, int if name == "jobs" else str):
        raise UserError(KINDS.get(name, "error.setting_text"), path=path, name=name)
    if name == "lang" and value not in LANGUAGES:
        raise UserError("error.language", text=value)
    beside = path.parent / str(value)
    return str(beside) if name == "rulebook" and beside.is_file() else str(value)
