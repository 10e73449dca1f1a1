"""What a file may cost at most, in one place, with the reasons; ``--limit`` raises them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

MIB = 1024 * 1024
HARMLESS_PART = MIB
"""A part up to this size, in bytes, costs nothing however well it is packed: the ratio says nothing of it."""


class LimitError(ValueError):
    """Text that sets no limit. ``text`` is that text, ``valid`` the limits there are."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.valid = ", ".join(f"{field.name}={field.default}" for field in msgspec.structs.fields(Limits))


class Limits(msgspec.Struct, frozen=True):
    """Above everything legitimate: a ledger of 100,000 rows takes 4 MiB, 40 MiB unpacked, and 800,000 cells."""

    file: int = 20
    """MiB of one file, which is read into memory whole."""
    unpacked: int = 128
    """MiB of all its parts together: what a zip bomb would fill the memory with."""
    part: int = 64
    """MiB of one part, of which a reader needs several times as much."""
    entries: int = 2000
    """Parts: a workbook has a few for each sheet, an archive of 60,000 entries none that matter."""
    ratio: int = 200
    """How many times its packed size a part may take, from ``HARMLESS_PART`` on: sheets with nothing but the same row over
    and over take 60 times as much, for row numbers differ; a bomb takes up to 1,000 times as much."""
    cells: int = 2_000_000
    """Cells of all sheets, blank ones with a format too: five times as many tags are read in seconds."""
    merged: int = 1_000_000
    """Cells in merged or linked ranges, each sheet: openpyxl, which makes annotated copies, takes minutes over whole columns of
    them; the chain column of a long ledger does not come near."""


def parse_limits(choices: Sequence[str]) -> Limits:
    """``["cells=5000000"]`` → Limits with more cells. Raises LimitError."""
    known = {field.name for field in msgspec.structs.fields(Limits)}
    chosen = {}
    for choice in choices:
        key, _, number = choice.partition("=")
        if key not in known or not number.isascii() or not number.isdigit() or len(number) > 9 or not int(number):
            raise LimitError(choice)
        chosen[key] = int(number)
    return replace(Limits(), **chosen)
