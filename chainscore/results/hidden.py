"""What the hidden sheet of a results workbook carries for programs: the rulebook's text, what was read, scores of before."""

from __future__ import annotations

from collections.abc import Mapping

RULEBOOK, INPUTS, EARLIER = "rulebook", "inputs", "earlier"
"""What it carries."""
LONGEST_PIECE = 16000  # characters of a document in one cell, which has room for as many of any kind


def pieces(document: str) -> list[str]:
    """A text in pieces that a cell has room for; in quotes, lest blanks at their ends are lost."""
    return [f"|{document[start : start + LONGEST_PIECE]}|" for start in range(0, len(document), LONGEST_PIECE)]


def carried(rows: Mapping[int, Mapping[int, object]]) -> dict[str, str]:
    """What the hidden sheet carries: name → document. ``rows`` are its cells: row → column → value."""
    found: dict[str, str] = {}
    for cells in rows.values():
        name, piece = cells.get(1), cells.get(2)
        if name in (RULEBOOK, INPUTS, EARLIER) and isinstance(piece, str) and len(piece) > 1:
            found[str(name)] = found.get(str(name), "") + piece[1:-1]
    return found
