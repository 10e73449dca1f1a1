"""Where each value of a TOML text stands: a path of keys and indices → its line. tomllib tells none of it.

The text has been parsed by tomllib before, so that it is sound here; only keys, brackets, strings and comments matter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.S,
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""\s*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_\-]+)\s*""")
_SCALAR = re.compile(r"[^,\]\}\n#]+")


def lines_of(text: str) -> Mapping[Path, int]:
    """Path → line, from 1, of every table, array and value."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}
        """How many tables each array of tables has."""

    def scan(self) -> None:
        prefix: Path = ()
        while self._skip():
            if self.text[self.at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)

    def _skip(self) -> bool:
        """Pass over blanks and comments; False at the end."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match is not None else self.at
        return self.at < len(self.text)

    def _mark(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _header(self) -> Path:
        repeated = self.text.startswith("[[", self.at)
        self.at += 1 + repeated
        keys = self._keys()
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            last = index == len(keys) - 1
            if last and repeated:
                self.tables[path] = self.tables.get(path, 0) + 1
            self._mark(path)
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
                self._mark(path)
        self.at += 1 + repeated
        return path

    def _keys(self) -> list[str]:
        keys = []
        while (match := _KEY.match(self.text, self.at)) is not None:
            key = match[1]
            keys.append(next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key)
            self.at = match.end()
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return keys

    def _pair(self, prefix: Path) -> None:
        start = self.at
        keys = self._keys()
        end, self.at = self.at, start
        for length in range(1, len(keys) + 1):
            self._mark((*prefix, *keys[:length]))
        self.at = self.text.index("=", end) + 1
        self._value((*prefix, *keys))

    def _value(self, path: Path) -> None:
        self._skip()
        self._mark(path)
        opening = self.text[self.at]
        if (match := _STRING.match(self.text, self.at)) is not None or opening not in "[{":
            scalar = match or _SCALAR.match(self.text, self.at)
            self.at = scalar.end() if scalar is not None else self.at + 1
            return
        self.at += 1
        index = 0
        while self._skip() and self.text[self.at] not in "]}":
            if opening == "[":
                self._value((*path, index))
            else:
                self._pair(path)
            index += 1
            self._skip()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1
