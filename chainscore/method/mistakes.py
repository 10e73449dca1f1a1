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

from chainscore.words.bilingual import Language
from chainscore.words.findings import one_line

Path = tuple[str | int, ...]
"""Keys and indices from the top of the file to a value: ``("indicators", 2, "leaves", 0, "cap")``."""


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
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text

    @property
    def at_fault(self) -> Path:
        """The path of what is wrong; of what is missing, where it should stand."""
        return (*self.path, str(self.values.get("text"))) if self.code == "R003" else self.path

    def message(self, language: Language) -> str:
        """What is wrong and what is allowed, in one line."""
        entry = catalogue()[self.code][language]
        shown = {key: one_line(_shown(value), 200) for key, value in self.values.items()}
        return str(entry).format_map(_Told(shown))

    def at(self, line: int | None) -> Mistake:
        return replace(self, line=line)


class _Told(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def nearest(text: str, allowed: Iterable[str]) -> str:
    """The nearest of what is allowed, or nothing."""
    return next(iter(difflib.get_close_matches(text, list(allowed), n=1, cutoff=0.5)), "")


def not_among(code: str, path: Path, text: object, allowed: Sequence[str], **values: object) -> Mistake:
    """That something is none of what there is, with the nearest."""
    return Mistake(
        code, path, {"text": text, "nearest": nearest(str(text), allowed) or "—", "allowed": tuple(allowed[:12]), **values}
    )


@cache
def catalogue() -> Mapping[str, Any]:
    """Code → language → text."""
    source = resources.files("chainscore.words") / "catalogue" / "mistakes.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
