"""What the program says, in Chinese or English, from one catalogue."""

from __future__ import annotations

import errno
import locale
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from chainscore.words.bilingual import Bilingual, told
from chainscore.words.findings import Language

_COUNTED = re.compile(r"(\{(\w+)\} \w+)\(s\)")
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Why(msgspec.Struct, frozen=True):
    """A reason, rendered late: a key of the message catalogue and what fills it, be it in both languages."""

    key: str
    values: Mapping[str, object] = {}


class UserError(Exception):
    """A mistake of the user's that ends the run. ``key`` names the message, ``values`` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def together(errors: Sequence[UserError]) -> UserError:
    """Several mistakes as one, a line for each."""
    if len(errors) == 1:
        return errors[0]
    said = {f"told_{language}": "\n".join(text(each.key, language, **each.values) for each in errors) for language in LANGUAGES}
    return UserError("error.several", **said)


def reasons(error: OSError | ValueError) -> dict[str, str]:
    """Why the system refuses a file, as ``reason_zh`` and ``reason_en``."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    name = errno.errorcode.get(getattr(error, "errno", None) or 0, "other")
    key = f"reason.{name if name in messages('reason') else 'other'}"
    return {f"reason_{language}": text(key, language, said=said) for language in LANGUAGES}


def text(key: str, language: Language, **values: object) -> str:
    """The text of a key such as ``console.results``, filled with ``values``. Raises KeyError for an unknown key."""
    return counted(_template(key, language), values).format_map(values)


def both(key: str, **values: object) -> Bilingual:
    """The text of a key in both languages, for what is told in a language that is not known yet."""
    return Bilingual(text(key, "zh", **values), text(key, "en", **values))


def counted(template: str, values: Mapping[str, object]) -> str:
    """A template in which “{rows} row(s)” is one row or several."""
    if "(s)" not in template:
        return template
    return _COUNTED.sub(lambda found: found[1] + ("" if str(values[found[2]]) == "1" else "s"), template)


@cache
def _template(key: str, language: Language) -> str:
    group, *path = key.split(".")
    entry: Any = messages(group)
    for part in path:
        entry = entry[part]
    template: str = entry[language]
    return template


def because(whys: tuple[Why, ...], language: Language) -> str:
    """The reasons beside a piece of evidence, in one line."""
    separator = "，" if language == "zh" else ", "
    return separator.join(_equation(f"why.{why.key}", why, language) for why in whys)


def formula(why: Why, language: Language) -> str:
    """A leaf's formula with its numbers."""
    return _equation(f"formula.{why.key}", why, language)


def _equation(key: str, why: Why, language: Language) -> str:
    """A text in which a rounded result is ≈ and not ＝."""
    values = {name: told(value, language) if isinstance(value, Bilingual) else value for name, value in why.values.items()}
    return rounded(_template(key, language).format_map(values))


def rounded(equation: str) -> str:
    """An equation with ≈ for ＝ before a number that is marked as rounded."""
    return equation.replace("＝≈", "≈").replace("= ≈", "≈ ") if "≈" in equation else equation


@cache
def messages(group: str) -> Mapping[str, Any]:
    """One file of the catalogue: name → language → text. Raises KeyError for a group that is not there."""
    source = resources.files("chainscore.words") / "catalogue" / "messages" / f"{group}.toml"
    if not source.is_file():
        raise KeyError(group)
    return tomllib.loads(source.read_text(encoding="utf-8"))


def language_of_environment() -> Language:
    """CHAINSCORE_LANG, else the locale: zh* is Chinese, anything else English."""
    named = os.environ.get("CHAINSCORE_LANG")
    if not named:
        named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), None)
    if not named:
        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"
