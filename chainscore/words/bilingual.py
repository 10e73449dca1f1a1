"""Texts in one or both of the program's languages."""

# Nothing from __future__: annotations that are text cost msgspec, which evaluates them, more than all its checks.

from collections.abc import Iterable
from typing import Literal

import msgspec

Language = Literal["zh", "en"]


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in one or both languages."""

    zh: str = ""
    en: str = ""


Text = str | Bilingual
"""A text of a rulebook; a plain one serves both languages."""


def told(text: Text, language: Language) -> str:
    """A text in a language, in the other where it lacks that one."""
    if isinstance(text, str):
        return text
    return (text.zh or text.en) if language == "zh" else (text.en or text.zh)


def listed(texts: Iterable[str], language: Language) -> str:
    """Texts one after another, with the language's sign between them."""
    return ("、" if language == "zh" else ", ").join(texts)


def clauses(texts: Iterable[str], language: Language) -> str:
    """Parts of one statement."""
    return ("，" if language == "zh" else ", ").join(texts)


def several(texts: Iterable[str], language: Language) -> str:
    """Statements one after another."""
    return ("；" if language == "zh" else "; ").join(texts)


def named(name: str, value: object, language: Language) -> str:
    """A name and what stands under it: ``File: q2.xlsx``."""
    return f"{name}：{value}" if language == "zh" else f"{name}: {value}"


def bracketed(text: str, language: Language) -> str:
    """A text in brackets behind another, or nothing."""
    if not text:
        return ""
    return f"（{text}）" if language == "zh" else f" ({text})"


def at_start(text: Text, language: Language) -> str:
    """A text as it stands at the start of a line or a heading: with a capital letter, where the script has any."""
    word = told(text, language)
    return word[:1].upper() + word[1:]
