"""Workbook files taken apart and put together again, byte by byte, as no library would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from tests.support.workbooks import COVER, SHEETS

Change = Callable[[bytes], bytes]


def package(parts: Mapping[str, bytes | str]) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content: bytes, changes: Mapping[str, Change]) -> bytes:
    """A package with some of its parts changed; each change must make a difference."""
    parts = parts_of(content)
    for name, change in changes.items():
        before = parts[name]
        parts[name] = change(before)
        assert parts[name] != before, name
    return package(parts)


def part_name(sheet: str) -> str:
    """The part of a sheet in the workbooks of tests.workbooks, the template and the samples."""
    return f"xl/worksheets/sheet{(COVER, *SHEETS).index(sheet) + 1}.xml"


def replacing(old: str, new: str) -> Change:
    return lambda part: part.replace(old.encode(), new.encode())
