"""The rooms of the package: imports go one way, and only where the architecture page says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "chainscore"
MAY_IMPORT = {
    "words": [],
    "method": ["words"],
    "intake": ["words", "method"],
    "scoring": ["words", "method", "intake"],
    "results": ["words", "method", "intake", "scoring"],
    "show": ["words", "method", "intake", "scoring"],
    "compare": ["words", "method", "intake", "scoring", "results", "show"],
    "verify": ["words", "method", "intake", "scoring", "results", "show"],
    "paperwork": ["words", "method", "intake", "scoring", "results", "show"],
    "batch": ["words", "method", "intake", "scoring", "results", "show"],
    "commands": ["words", "method", "intake", "scoring", "results", "show", "compare", "verify", "paperwork", "batch"],
}


def rooms_imported(path: Path) -> Iterator[str]:
    """The rooms that a module imports from, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (module.split(".")[1] for module in modules if module.startswith("chainscore."))


def test_every_room_imports_only_from_the_rooms_before_it() -> None:
    astray = [
        f"{path.relative_to(PACKAGE)} imports from {other}"
        for room, allowed in MAY_IMPORT.items()
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for other in rooms_imported(path)
        if other != room and other not in allowed
    ]
    assert not astray


def test_every_module_but_the_programs_entry_stands_in_a_room() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__"}
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(MAY_IMPORT)
