"""Names of files that are called after what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_NAME = 240
"""Bytes without the ending; a file's name has 255."""
_NOT_TAKEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What some file system does not take."""


def file_names(names: Sequence[str], ending: str) -> list[str]:
    """A file's name for each, in their order; those that are alike, also but for capital letters, are numbered."""
    taken = [_NOT_TAKEN.sub("_", name).encode()[:LONGEST_NAME].decode(errors="ignore") for name in names]
    alike = [name.casefold() for name in taken]
    numbers = [f" {alike[:at].count(each) + 1}" if alike.count(each) > 1 else "" for at, each in enumerate(alike)]
    return [f"{name}{number}{ending}" for name, number in zip(taken, numbers, strict=True)]
