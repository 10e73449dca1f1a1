"""Findings: what is wrong or worth knowing in the files, each at its cell; their text is rendered late, in either language."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from chainscore.words.bilingual import Bilingual, Text, listed, told
from chainscore.words.bilingual import Language as Language
from chainscore.words.characters import UNSEEN
from chainscore.words.references import row_and_column

Severity = Literal["error", "warning", "notice"]

_SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "N": "notice"}


_NAME = re.compile(r"[“\"']?\{name\}[”\"']?\s*")


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a rulebook says of a row, with its own code; the texts are filled like those of the catalogue."""

    code: str
    severity: Severity
    message: Text
    hint: Text = ""
    reason: Text = ""
    """Beside the row's points; the message where there is none."""
    why: Text = ""
    """Why it matters."""

    def because(self, values: Mapping[str, object], language: Language) -> str:
        """The reason, filled; the message without its row's name where there is none, for that stands beside it."""
        return _fill(told(self.reason, language) or _NAME.sub("", told(self.message, language)), values, language)


class Finding(msgspec.Struct, frozen=True):
    """One finding. ``code`` is stable and tells the severity by its letter; ``values`` fill the catalogue's text."""

    code: str
    file: str
    """Empty where no file is to blame: of what was not handed in."""
    sheet: str | None = None
    cell: str | None = None
    """``D12``; ``12:12`` for a row; None for the whole sheet or file."""
    chain: str | None = None
    """A chain's id, where it is known."""
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    remark: Remark | None = None
    """Where it is the rulebook that says so: its texts."""

    @property
    def severity(self) -> Severity:
        return self.remark.severity if self.remark is not None else _SEVERITIES[self.code[0]]

    @property
    def place(self) -> str:
        """``q2-2023.xlsx:市商务局!D12``, as far as it is known."""
        place = ":".join(part for part in (self.file, self.sheet) if part)
        return f"{place}!{self.cell}" if self.cell else place

    def message(self, language: Language) -> str:
        """What is wrong, in one line."""
        template = told(self.remark.message, language) if self.remark is not None else _entry(self.code, language)[0]
        text = _fill(template, self.values, language)
        times = self.values.get("times", 1)
        return text + (_fill(_entry("times", language)[0], self.values, language) if times != 1 else "")

    def hint(self, language: Language) -> str:
        """How to mend it, in one line."""
        template = told(self.remark.hint, language) if self.remark is not None else _entry(self.code, language)[1]
        return _fill(template, self.values, language)


class Code(msgspec.Struct, frozen=True):
    """What a code means wherever it is found, in one language."""

    code: str
    severity: Severity
    meaning: str
    """What is wrong; what differs from case to case is named in brackets."""
    why: str
    """Why it matters."""
    hint: str
    """How to mend it."""


def code_of(code: str, language: Language) -> Code:
    """The general meaning of a code. Raises KeyError for one that is not in the catalogue."""
    words = _words(language)
    message, hint, why = _entry(code, language)
    return Code(code, _SEVERITIES[code[0]], message.format_map(words), why, hint.format_map(words))


def meanings(remarks: Iterable[Remark], language: Language) -> list[Code]:
    """The general meaning of every code, the catalogue's and a rulebook's own: errors, warnings, notices."""
    words = _words(language)
    known = {code: code_of(code, language) for code in codes()}
    for remark in remarks:
        meaning, why, hint = (told(each, language) for each in (remark.message, remark.why, remark.hint))
        known[remark.code] = Code(remark.code, remark.severity, _general(meaning, words), why, _general(hint, words))
    order = list(_SEVERITIES.values())
    return sorted(known.values(), key=lambda each: (order.index(each.severity), each.code))


def _general(template: str, words: Mapping[str, str]) -> str:
    return template.format_map({name: words.get(name, "…") for _, name, _, _ in string.Formatter().parse(template) if name})


def message_of_all(findings: Sequence[Finding], language: Language) -> str:
    """What findings of one code have in common, in one line; what differs among them is named in brackets."""
    first, *others = findings
    words = _words(language)
    values = {
        name: value if all(each.values.get(name) == value for each in others) else words.get(name, "…")
        for name, value in first.values.items()
    }
    return replace(first, values=values).message(language)


def _words(language: Language) -> dict[str, str]:
    """What stands for each value that differs from case to case."""
    bracketed = "〈{}〉" if language == "zh" else "[{}]"
    return {name: bracketed.format(word) if word else "" for name, word in catalogue()["words"][language].items()}


def blocking(findings: Iterable[Finding]) -> bool:
    """True when any of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)


def in_order(findings: Iterable[Finding], sheets: Sequence[str], files: Sequence[str]) -> list[Finding]:
    """The findings, without repeats: those of whole files first, then by sheet order, file, row and column."""
    sheet_order = {name: index for index, name in enumerate(sheets)}
    file_order = {name: index for index, name in enumerate(files)}

    def key(finding: Finding) -> tuple[int, int, int, int, str]:
        # A copy, 市商务局 (2), stands with its original.
        name = re.sub(r"\s*[(（]\d+[)）]$", "", finding.sheet) if finding.sheet is not None else None
        sheet = -1 if name is None else sheet_order.get(name, len(sheet_order))
        row, column = row_and_column(finding.cell) if finding.cell is not None else (0, 0)
        return sheet, file_order.get(finding.file, len(file_order)), row, column, finding.code

    unique = {(f.code, f.file, f.sheet, f.cell, str(f.values)): f for f in findings}
    return sorted(unique.values(), key=key)


@cache
def codes() -> tuple[str, ...]:
    """Every finding code of the catalogue, in its order; to read all of its texts for it takes 30 ms."""
    return tuple(re.findall(r"^\[([EWN]\d{3})\]$", _source(), re.MULTILINE))


def _fill(text: str, values: Mapping[str, object], language: Language) -> str:
    # One line whatever a department typed, and short enough to read.
    shown = {
        key: listed(value, language)
        if isinstance(value, tuple)
        else told(value, language)
        if isinstance(value, Bilingual)
        else str(value)
        for key, value in values.items()
    }
    return text.format_map(_Shown({key: one_line(value) for key, value in shown.items()}))


class _Shown(dict[str, str]):
    """What fills a text; a rulebook's text may name what a row does not have."""

    def __missing__(self, key: str) -> str:
        return ""


def one_line(text: str, longest: int = 120) -> str:
    """``text`` without line breaks, what nobody sees by its number, cut where it is too long to read."""
    line = UNSEEN.sub(lambda match: "".join(f"<U+{ord(char):04X}>" for char in match[0]), text)
    if not line.isprintable():
        line = "".join(char if char.isprintable() else " " for char in line)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _entry(code: str, language: Language) -> list[str]:
    entry: list[str] = catalogue()[code][language]
    return entry


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_source())


@cache
def _source() -> str:
    return (resources.files("chainscore.words") / "catalogue" / "findings.toml").read_text(encoding="utf-8")
