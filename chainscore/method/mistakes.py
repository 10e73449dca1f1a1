"""What is wrong with a rulebook: every mistake with its place, a code, and what is allowed."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec
from msgspec.structs import replace

from chainscore.words.bilingual import Bilingual, Language, told
from chainscore.words.findings import one_line
from chainscore.words.numbers import as_written
from chainscore.words.texts import both, text

Path = tuple[str | int, ...]
"""Keys and indices from the top of the file to a value: ``("indicators", 2, "leaves", 0, "cap")``."""


WRITTEN = {"chains": "objects", "one_chain_only": "one_object_only", "per_chain": "per_object", "chain": "object"}
"""The models' names → how a rulebook has them."""


def written(name: str) -> str:
    """A key or type as a rulebook has it."""
    return WRITTEN.get(name, name)


class Mistake(msgspec.Struct, frozen=True):
    """One mistake. ``code`` is stable; ``values`` fill the catalogue's text."""

    code: str
    path: Path
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    line: int | None = None
    """The line of the file, from 1."""

    @property
    def place(self) -> str:
        """``indicators[2].leaves[0].cap``."""
        place = ""
        for part in self.path:
            place += f"[{part}]" if isinstance(part, int) else f".{written(part)}" if place else written(part)
        return place

    @property
    def at_fault(self) -> Path:
        """The path of what is wrong; of what is missing, where it should stand."""
        return (*self.path, str(self.values.get("key", self.values.get("text")))) if self.code == "R003" else self.path

    def message(self, language: Language) -> str:
        """What is wrong and what is allowed, in one line."""
        entry = str(catalogue()[self.code][language])
        if not self.values.get("nearest"):
            entry = entry.replace(text("method.nearest", language, nearest="{nearest}"), "")
        shown = {key: one_line(_shown(value, language), 300) for key, value in self.values.items()}
        return entry.format_map(_Told(shown))

    def at(self, line: int | None) -> Mistake:
        return replace(self, line=line)


class _Told(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _shown(value: object, language: Language) -> str:
    if isinstance(value, Bilingual):
        return told(value, language)
    return ", ".join(map(as_written, value)) or "—" if isinstance(value, tuple) else as_written(value)


def wanted(kind: str) -> Bilingual:
    """What should stand there instead, such as a ``number``."""
    return both(f"mistake.{kind}")


def nearest(said: str, allowed: Iterable[str]) -> str:
    """The nearest of what is allowed, or nothing."""
    return next(iter(difflib.get_close_matches(said, list(allowed), n=1, cutoff=0.5)), "")


def not_among(code: str, path: Path, said: object, allowed: Sequence[str], **values: object) -> Mistake:
    """That something is none of what there is, with the nearest."""
    return Mistake(code, path, {"text": said, "nearest": nearest(str(said), allowed), "allowed": tuple(allowed[:12]), **values})


@cache
def catalogue() -> Mapping[str, Any]:
    """Code → language → text."""
    source = resources.files("chainscore.words") / "catalogue" / "mistakes.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
