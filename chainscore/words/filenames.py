"""Names of files that are called after what stands in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import count

LONGEST_NAME = 240
"""Bytes without the ending; a file's name has 255."""
_NOT_TAKEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What some file system does not take."""


def file_names(names: Sequence[str], ending: str) -> list[str]:
    """A file's name for each, in their order; those that are alike, also but for capital letters, are numbered."""
    stems = [_NOT_TAKEN.sub("_", name).encode()[:LONGEST_NAME].decode(errors="ignore") for name in names]
    times = Counter(stem.casefold() for stem in stems)
    taken = {name for name, number in times.items() if number == 1}
    return [(stem if times[stem.casefold()] == 1 else _numbered(stem, taken)) + ending for stem in stems]


def _numbered(stem: str, taken: set[str]) -> str:
    """A name with the first number that is free, which it is no longer."""
    name = next(name for number in count(1) if (name := f"{stem} {number}").casefold() not in taken)
    taken.add(name.casefold())
    return name
