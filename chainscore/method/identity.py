"""Who this program is and by which rulebook it scores, told without loading either."""

from __future__ import annotations

import hashlib
import os.path

from chainscore import __version__

PACKAGED = os.path.join(os.path.dirname(__file__), "rulebooks", "xiangxiang-2022.toml")  # noqa: PTH118, PTH120 - pathlib is slow to import
"""The default rulebook's path. To import pathlib takes half as long as Python's start."""


def identity() -> str:
    """``--version``: the program, and the packaged rulebook with its version and the start of its SHA-256."""
    with open(PACKAGED, "rb") as file:  # noqa: PTH123 - pathlib is slow to import
        content = file.read()
    head = content.decode("utf-8").partition("\n[")[0]  # the keys before the first table
    values = dict(line.split(" = ", 1) for line in head.splitlines() if " = " in line and not line.startswith("#"))
    name, version = (values[key].strip('"') for key in ("id", "version"))
    return f"chainscore {__version__}\n{name} {version} ({hashlib.sha256(content).hexdigest()[:12]})"
