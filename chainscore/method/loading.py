"""From a rulebook's file to a Rulebook under a choice of readings, or to all that is wrong with it."""

from __future__ import annotations

import codecs
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import msgspec

from chainscore.method.coherence import incoherences
from chainscore.method.examples import examples_held
from chainscore.method.identity import PACKAGED
from chainscore.method.lines import lines_of
from chainscore.method.mistakes import WRITTEN, Mistake, Path, not_among, wanted
from chainscore.method.rulebook import Method, Rulebook
from chainscore.method.sentences import LABELLED, aims_of, rules_of, vetoes_of
from chainscore.method.structure import Structure
from chainscore.words.bilingual import Bilingual, Language
from chainscore.words.texts import LANGUAGES, UserError, both

ALIASES = {said: ours for ours, said in WRITTEN.items() if ours != "chain"}
"""Keys that may be written otherwise than the models have them."""
NEVER_TEXT = {
    "marks",
    "cap",
    "floor",
    "weights",
    "units",
    "outlier_factor",
    "largest_amount",
    "plausible",
    "issued",
    "total",
    "score",
    "goal",
}
"""Keys of numbers and dates; msgspec would take a text for either."""
SAID_OF_TOML = {
    "Invalid statement": "statement",
    "Invalid value": "value",
    "Expected '='": "equals",
    "Cannot overwrite": "twice",
    "Cannot declare": "twice",
    "Duplicate inline": "twice",
    "Cannot mutate": "twice",
    "Illegal character": "character",
    "Expected newline": "line",
    "Expected ']": "bracket",
    "Unclosed": "bracket",
    "Invalid initial character": "key",
    "Invalid date": "date",
    "Unterminated string": "string",
    "Unescaped": "string",
    "Expected \"'": "string",
}
"""How what tomllib says begins → what is told instead in Chinese."""
MOST_DIGITS = 18
"""A number of a rulebook has no more digits than these before its point, nor after it."""


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

    def as_told(self) -> UserError:
        """The same as a mistake of the user's."""
        said = {f"reason_{language}": "\n".join(self.lines(language)) for language in LANGUAGES}
        return UserError("error.rulebook", number=len(self.mistakes), **said)


class ReadingError(Exception):
    """A reading or an option that the rulebook does not have.

    ``key`` is what was asked for, ``valid`` lists what there is.
    """

    def __init__(self, key: str, valid: str) -> None:
        super().__init__(f"{key} ({valid})")
        self.key = key
        self.valid = valid


def load_rulebook(path: FilePath | None = None, choices: Mapping[str, str] | None = None) -> Rulebook:
    """Read and validate a rulebook: the one at ``path``, or the packaged default, under the chosen readings.

    Raises RulebookError for a file that cannot be read or is no valid rulebook, ReadingError for choices it does not have.
    """
    path = path if path is not None else FilePath(PACKAGED)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RulebookError(path.name, [Mistake("R001", (), {"text": error.strerror or error})]) from error
    return rulebook_of(content, path.name, choices)


def packaged() -> dict[str, FilePath]:
    """The rulebooks that come with the program: name → file, in the order of names."""
    return {path.stem: path for path in sorted(FilePath(PACKAGED).parent.glob("*.toml"))}


def mistakes_of(content: bytes, name: str) -> tuple[Mistake, ...]:
    """All that is wrong with a rulebook's file, under its default readings and under each other option."""
    found: dict[tuple[object, ...], Mistake] = {}
    try:
        readings = rulebook_of(content, name).readings
        choices = [{reading.key: option} for reading in readings for option in reading.options if option != reading.default]
    except RulebookError as error:
        return error.mistakes
    for choice in choices:
        try:
            rulebook_of(content, name, choice)
        except RulebookError as error:
            found |= {(mistake.code, mistake.path, str(mistake.values)): mistake for mistake in error.mistakes}
    return tuple(sorted(found.values(), key=lambda mistake: (mistake.line or 0, mistake.code)))


def restore_rulebook(text: str, chosen: Mapping[str, str]) -> Rulebook:
    """A rulebook from its file's text, as a results workbook carries it. Raises RulebookError and ReadingError."""
    return rulebook_of(text.encode("utf-8"), "rulebook.toml", chosen)


def rulebook_of(content: bytes, name: str, choices: Mapping[str, str] | None = None) -> Rulebook:
    """The rulebook that a file's bytes hold."""
    return _parsed(_text(content, name), hashlib.sha256(content).hexdigest(), name).under(choices or {})


class RulebookText(msgspec.Struct, frozen=True, eq=False):
    """A rulebook's file, parsed once, to be read under one choice of readings or many."""

    text: str
    sha256: str
    name: str
    document: Mapping[str, Any]

    def under(self, choices: Mapping[str, str]) -> Rulebook:
        """The rulebook under the chosen readings. Raises RulebookError and ReadingError."""
        return _rulebook_under(self, tuple(sorted(choices.items())))

    def readings_of(self) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
        """(leaf → the readings that its rule depends on, those that anything else depends on)."""
        leaves: dict[str, frozenset[str]] = {}
        rest = dict(self.document)
        for indicator in rest.pop("indicators", []):
            for leaf in indicator.get("leaves", []):
                leaves[str(leaf.get("id"))] = frozenset(_readings_in(leaf))
        rest.pop("readings", None)
        return leaves, frozenset(_readings_in(rest))


def _readings_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "reading" in value:
        yield str(value["reading"])
    for each in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from _readings_in(each)


def text_of(book: Rulebook) -> RulebookText:
    """The file that a rulebook was read from."""
    return _parsed(book.source, book.sha256, f"{book.id}.toml")


@lru_cache(maxsize=8)
def _parsed(text: str, sha256: str, name: str) -> RulebookText:
    return RulebookText(text, sha256, name, _document(text, name))


@lru_cache(maxsize=64)  # of each workbook that `score --each` scores in one process it saves a sixth of the time
def _rulebook_under(source: RulebookText, choices: tuple[tuple[str, str], ...]) -> Rulebook:
    text, name = source.text, source.name
    mistakes: list[Mistake] = []
    document = possible(source.document, (), mistakes)
    chosen, options = _choose(document.get("readings", []), dict(choices))
    resolved = _Under(chosen, options, mistakes).value(document, ())
    method = _method(resolved, mistakes)
    rules = rules_of(method, mistakes)
    vetoes = vetoes_of(method, mistakes)
    aims = aims_of(method, mistakes)
    mistakes += incoherences(method, rules)
    if chosen == method.defaults:  # they are told of the rules as they stand
        examples_held(method, rules, mistakes)
    if mistakes:
        raise RulebookError(name, _placed(mistakes, text))
    fields = {key: getattr(method, key) for key in method.__struct_fields__}
    return Rulebook(**fields, sha256=source.sha256, source=text, chosen=chosen, rules=rules, vetoes=vetoes, aims=aims)


def _text(content: bytes, name: str) -> str:
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RulebookError(name, [Mistake("R029", (), {"text": error.start}, line)]) from error


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:  # a number of thousands of digits is one too
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found is not None else text.count("\n") + 1
        raise RulebookError(name, [Mistake("R001", (), {"text": _no_toml(str(error))}, line)]) from error
    except RecursionError as error:
        raise RulebookError(name, [Mistake("R001", (), {"text": both("mistake.toml.nested")})]) from error
    return _in_our_words(document)


def _no_toml(said: str) -> Bilingual:
    """What the parser of TOML says, in both languages."""
    column = re.search(r"column (\d+)", said)
    key = next((key for start, key in SAID_OF_TOML.items() if said.startswith(start)), "other")
    return both(f"mistake.toml.{key}", said=said, column=column[1] if column is not None else 1)


def _in_our_words(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what may be written in two ways in the one that the models have."""
    _rename(document)
    words = document.get("words")
    languages = document.get("languages")
    if isinstance(words, dict):
        if "chain" in words and "object" not in words:
            words["object"] = words.pop("chain")
        words["language"] = languages[0] if isinstance(languages, list) and languages and languages[0] in ("zh", "en") else "zh"
    for chain in _tables(document.get("chains")):
        if isinstance(chain.get("name"), str):
            chain.setdefault("short_name", chain["name"])
    for sheet in _tables(document.get("sheets")):
        _rename(sheet)
        for grid in _tables([sheet.get("table"), sheet.get("ledger")]):
            _rename(grid)
            for column in _tables(grid.get("columns")):
                if column.get("type") == "object":
                    column["type"] = "chain"
    return document


def _tables(value: Any) -> list[dict[str, Any]]:
    """The tables of a list; of anything else none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _rename(table: dict[str, Any]) -> None:
    for written, ours in ALIASES.items():
        if written in table and ours not in table:
            table[ours] = table.pop(written)


def possible(value: Any, path: Path, mistakes: list[Mistake]) -> Any:
    """The document with 0 for every number that can be none of a method's: without end, or with more digits than are read."""
    if isinstance(value, list):
        return [possible(item, (*path, index), mistakes) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {name: possible(item, (*path, name), mistakes) for name, item in value.items()}
    if isinstance(value, Decimal) or type(value) is int:
        number = Decimal(value)
        if not number.is_finite():
            mistakes.append(Mistake("R004", path, {"text": value, "expected": wanted("number")}))
            return 0
        if number.adjusted() > MOST_DIGITS or number.as_tuple().exponent < -MOST_DIGITS:  # type: ignore[operator]
            mistakes.append(Mistake("R006", path, {"text": value, "bound": both("mistake.digits", most=MOST_DIGITS)}))
            return 0
    return value


# ---------------------------------------------------------------- readings


def _choose(told: Any, choices: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Reading → option: the default, or what was chosen; and reading → its options. Raises ReadingError.

    What is wrong with readings is told later.
    """
    chosen: dict[str, str] = {}
    options: dict[str, list[str]] = {}
    for reading in _tables(told):
        key, named = reading.get("key"), reading.get("options")
        if isinstance(key, str) and isinstance(named, dict) and named:
            options[key] = list(named)
            chosen[key] = next((option for option in named if option == reading.get("default")), options[key][0])
    for key, option in choices.items():
        if key not in chosen:
            raise ReadingError(key, ", ".join(chosen))
        if option not in options[key]:
            raise ReadingError(f"{key}={option}", ", ".join(f"{key}={value}" for value in options[key]))
        chosen[key] = option
    return chosen, options


class _Under(msgspec.Struct, frozen=True):
    """A document under a choice of readings: every parameter that depends on one is replaced by its value."""

    chosen: Mapping[str, str]
    options: Mapping[str, list[str]]
    mistakes: list[Mistake]

    def value(self, value: Any, path: Path) -> Any:
        if isinstance(value, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if path[-1:] and path[-1] not in LABELLED and isinstance(value.get("reading"), str):
            return self.value(self._option(value, path), path)
        return {name: self.value(item, (*path, name)) for name, item in value.items()}

    def _option(self, value: Mapping[str, Any], path: Path) -> Any:
        key = value["reading"]
        given = [name for name in value if name != "reading"]
        if key not in self.chosen:
            self.mistakes.append(not_among("R019", (*path, "reading"), key, list(self.chosen)))
            return value[given[0]] if given else None
        for option in self.options[key]:
            if option not in given:
                self.mistakes.append(Mistake("R020", path, {"text": option, "key": key, "allowed": tuple(given)}))
        for name in given:
            if name not in self.options[key]:
                self.mistakes.append(not_among("R005", (*path, name), name, self.options[key]))
        return value.get(self.chosen[key], value[given[0]] if given else None)


# ---------------------------------------------------------------- structure


def _method(document: Any, mistakes: list[Mistake]) -> Method:
    """The document as a Method; where it is none, as much of it as is sound, with what is wrong."""
    if not _texts_for_numbers(document):
        try:
            return msgspec.convert(document, Method, str_keys=False)
        except msgspec.ValidationError:
            pass
    structure = Structure()
    sound = structure.read(document, Method)
    mistakes += structure.mistakes
    return msgspec.convert(sound, Method, str_keys=False)


def _texts_for_numbers(value: Any, number: bool = False) -> bool:
    """True where a text could be taken for a number or a date. To look at everything as ``Structure`` does takes 30 ms."""
    if isinstance(value, list):
        return any(_texts_for_numbers(each, number) for each in value)
    if isinstance(value, dict):
        return any(_texts_for_numbers(each, number or name in NEVER_TEXT) for name, each in value.items())
    return number and isinstance(value, str) and re.match(r"[-+.\d]|nan|inf", value, re.I) is not None


FAULTS = ("R003", "R004", "R005", "R006")
"""Codes of what is wrong in itself, in whose place something else has been put to look at the rest."""
FIRST = ("R002", "R004", "R005")
"""Codes of what never follows from something else."""
OF_A_WHOLE = ("R020", "R033", "R044", "R045", "R048", "R049", "R051")
"""What is said of a table or list as a whole, and follows from what is wrong within it."""


def _placed(mistakes: Sequence[Mistake], text: str) -> list[Mistake]:
    """All mistakes with their lines, in order, without those that follow from another at the same place."""
    lines = lines_of(text)
    faults = {(mistake.at_fault, mistake.code) for mistake in mistakes if mistake.code in FAULTS}
    kept = {}
    for mistake in mistakes:
        if mistake.code in FIRST or not any(_follows(mistake, *fault) for fault in faults):
            kept[mistake.code, mistake.path, mistake.message("en")] = mistake.at(_line(mistake.path, lines))
    return sorted(kept.values(), key=lambda mistake: (mistake.line or 0, mistake.code))


def _follows(mistake: Mistake, fault: Path, code: str) -> bool:
    place = mistake.at_fault
    if place == fault and mistake.code != code and (mistake.code != "R003" or code == "R004"):
        return True
    if place != fault and place[: len(fault)] == fault:
        return True
    whole = mistake.path[:-1] if mistake.code == "R020" else mistake.path
    return mistake.code in OF_A_WHOLE and bool(whole) and fault[: len(whole)] == whole


def _line(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of a path, or of the nearest table around it; keys may be written otherwise in the file."""
    ours = {name: written for written, name in ALIASES.items()}
    for length in range(len(path), 0, -1):
        as_written = tuple(ours.get(part, part) if isinstance(part, str) else part for part in path[:length])
        for known in (path[:length], as_written):
            if known in lines:
                return lines[known]
    return None
