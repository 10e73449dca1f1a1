"""Puts an .xlsx package together so that equal contents are equal to the byte, on any day and machine.

What compression makes of the same text differs between builds of zlib (zlib-ng among them), so the parts are stored as they
are; office programs read them all the same. A package too large for that, such as a ledger of 100,000 rows, is compressed:
equal to the byte then where zlib is the same, and equal in contents everywhere.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

LARGEST_STORED = 10 * 1024 * 1024
"""Unpacked; half of the largest file that the program reads."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
UNIX = 3


def repacked(package: bytes) -> bytes:
    """A finished package, packed again."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        return packed([(name, parts.read(name)) for name in parts.namelist()])


def packed(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """A package of (name, content) parts, in their order."""
    whole = sum(len(content) for _, content in parts)
    method = zipfile.ZIP_STORED if whole <= LARGEST_STORED else zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = UNIX  # else it tells Windows from all others
            package.writestr(entry, content, method)
    return buffer.getvalue()
