"""From a rulebook's file to a Rulebook under a choice of readings, or to all that is wrong with it."""

from __future__ import annotations

import codecs
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from chainscore.method.coherence import incoherences
from chainscore.method.identity import PACKAGED
from chainscore.method.lines import lines_of
from chainscore.method.mistakes import Mistake, not_among
from chainscore.method.rulebook import Method, Reading, Rulebook
from chainscore.method.sentences import rules_of, vetoes_of
from chainscore.method.structure import Structure
from chainscore.words.bilingual import Language

ALIASES = {"objects": "chains", "one_object_only": "one_chain_only", "per_object": "per_chain"}
"""Keys that may be written otherwise than the models have them."""


class RulebookError(Exception):
    """A rulebook that cannot be used: ``mistakes`` are all that is wrong with the file ``name``."""

    def __init__(self, name: str, mistakes: Sequence[Mistake]) -> None:
        super().__init__(name)
        self.name = name
        self.mistakes = tuple(mistakes)

    def lines(self, language: Language) -> list[str]:
        """Every mistake in one line: file, line, code, place and what is wrong."""
        return [
            f"{self.name}{f':{mistake.line}' if mistake.line else ''}: {mistake.code} "
            f"{f'{mistake.place}: ' if mistake.place else ''}{mistake.message(language)}"
            for mistake in self.mistakes
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines("en"))


class ReadingError(Exception):
    """A reading or an option that the rulebook does not have.

    ``key`` is what was asked for, ``valid`` lists what there is.
    """

    def __init__(self, key: str, valid: str) -> None:
        super().__init__(f"{key} ({valid})")
        self.key = key
        self.valid = valid


def load_rulebook(path: Path | None = None, choices: Mapping[str, str] | None = None) -> Rulebook:
    """Read and validate a rulebook: the one at ``path``, or the packaged default, under the chosen readings.

    Raises RulebookError for a file that cannot be read or is no valid rulebook, ReadingError for choices it does not have.
    """
    path = path if path is not None else Path(PACKAGED)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RulebookError(path.name, [Mistake("R001", (), {"text": error.strerror or error})]) from error
    return rulebook_of(content, path.name, choices)


def restore_rulebook(text: str, chosen: Mapping[str, str]) -> Rulebook:
    """A rulebook from its file's text, as a results workbook carries it. Raises RulebookError and ReadingError."""
    return rulebook_of(text.encode("utf-8"), "rulebook.toml", chosen)


def rulebook_of(content: bytes, name: str, choices: Mapping[str, str] | None = None) -> Rulebook:
    """The rulebook that a file's bytes hold."""
    text = _text(content, name)
    document = _document(text, name)
    chosen = _choose(document.get("readings", []), choices or {})
    mistakes: list[Mistake] = []
    resolved = _under(document, chosen, (), mistakes)
    method = _method(resolved, mistakes)
    rules = rules_of(method, mistakes)
    vetoes = vetoes_of(method, mistakes)
    mistakes += incoherences(method, rules)
    if mistakes:
        raise RulebookError(name, _placed(mistakes, text))
    fields = {key: getattr(method, key) for key in method.__struct_fields__}
    sha256 = hashlib.sha256(content).hexdigest()
    return Rulebook(**fields, sha256=sha256, source=text, chosen=chosen, rules=rules, vetoes=vetoes)


def _text(content: bytes, name: str) -> str:
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RulebookError(name, [Mistake("R029", (), {"text": error.start}, line)]) from error


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found is not None else text.count("\n") + 1
        raise RulebookError(name, [Mistake("R001", (), {"text": error}, line)]) from error
    return _in_our_words(document)


def _in_our_words(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what may be written in two ways in the one that the models have."""
    _rename(document)
    words = document.get("words")
    if isinstance(words, dict):
        if "chain" in words:
            words.setdefault("object", words.pop("chain"))
        languages = document.get("languages")
        words["language"] = languages[0] if isinstance(languages, list) and languages and languages[0] in ("zh", "en") else "zh"
    for chain in document.get("chains", []) if isinstance(document.get("chains"), list) else []:
        if isinstance(chain, dict) and isinstance(chain.get("name"), str):
            chain.setdefault("short_name", chain["name"])
    return document


def _rename(value: Any) -> None:
    for each in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        _rename(each)
    if isinstance(value, dict):
        for written, ours in ALIASES.items():
            if written in value and ours not in value:
                value[ours] = value.pop(written)
        if value.get("type") == "object":
            value["type"] = "chain"


# ---------------------------------------------------------------- readings


def _choose(told: Any, choices: Mapping[str, str]) -> dict[str, str]:
    """Reading → option: the default, or what was chosen. Raises ReadingError. What is wrong with readings is told later."""
    chosen: dict[str, str] = {}
    options: dict[str, list[str]] = {}
    for reading in told if isinstance(told, list) else ():
        try:
            known = msgspec.convert(reading, Reading)
        except msgspec.ValidationError:
            continue
        chosen[known.key], options[known.key] = known.default, list(known.options)
    for key, option in choices.items():
        if key not in chosen:
            raise ReadingError(key, ", ".join(chosen))
        if option not in options[key]:
            raise ReadingError(f"{key}={option}", ", ".join(f"{key}={value}" for value in options[key]))
        chosen[key] = option
    return chosen


def _under(value: Any, chosen: Mapping[str, str], path: tuple[str | int, ...], mistakes: list[Mistake]) -> Any:
    """The document with every parameter that depends on a reading replaced by its value under the chosen option."""
    if isinstance(value, list):
        return [_under(item, chosen, (*path, index), mistakes) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if "reading" in value:
        return _under(_option(value, chosen, path, mistakes), chosen, path, mistakes)
    return {name: _under(item, chosen, (*path, name), mistakes) for name, item in value.items()}


def _option(value: Mapping[str, Any], chosen: Mapping[str, str], path: tuple[str | int, ...], mistakes: list[Mistake]) -> Any:
    key = str(value["reading"])
    options = [name for name in value if name != "reading"]
    if key not in chosen:
        mistakes.append(not_among("R019", (*path, "reading"), key, list(chosen)))
    elif chosen[key] in value:
        return value[chosen[key]]
    else:
        mistakes.append(Mistake("R020", path, {"text": chosen[key], "key": key, "allowed": tuple(options)}))
    return value[options[0]] if options else None


# ---------------------------------------------------------------- structure


def _method(document: Any, mistakes: list[Mistake]) -> Method:
    """The document as a Method; where it is none, as much of it as is sound, with what is wrong."""
    try:
        return msgspec.convert(document, Method, str_keys=False)
    except msgspec.ValidationError:
        structure = Structure()
        sound = structure.read(document, Method)
        mistakes += structure.mistakes
        return msgspec.convert(sound, Method)


def _placed(mistakes: Sequence[Mistake], text: str) -> list[Mistake]:
    """All mistakes with their lines, in order; what follows from a mistake of structure in the same table is left out."""
    lines = lines_of(text)
    structural = {mistake.path[:-1] for mistake in mistakes if mistake.code in ("R002", "R003", "R004", "R005")}
    kept = {}
    for mistake in mistakes:
        follows = mistake.code >= "R006" and any(mistake.path[: len(place)] == place and len(place) > 1 for place in structural)
        if not follows:
            kept[mistake.code, mistake.path, str(mistake.values)] = mistake.at(_line(mistake.path, lines))
    return sorted(kept.values(), key=lambda mistake: (mistake.line or 0, mistake.code))


def _line(path: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> int | None:
    """The line of a path, or of the nearest table around it; keys may be written otherwise in the file."""
    ours = {name: written for written, name in ALIASES.items()}
    for length in range(len(path), 0, -1):
        for known in (
            path[:length],
            tuple(ours.get(str(part), part) if isinstance(part, str) else part for part in path[:length]),
        ):
            if known in lines:
                return lines[known]
    return None
