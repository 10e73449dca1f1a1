"""How a score and a rank are told; what is pending is never told as a number."""

from __future__ import annotations

from decimal import Decimal

from chainscore.words.findings import Language
from chainscore.words.texts import text


def told_score(score: Decimal | None, decimals: int, language: Language) -> str:
    """In points, with as many decimals as the method publishes."""
    return f"{score:.{decimals}f}" if score is not None else text("column.pending", language)


def told_rank(rank: int | None, tied: bool, language: Language) -> str:
    """With a word before it where several share it."""
    if rank is None:
        return text("column.pending", language)
    return text("column.tied", language, rank=rank) if tied else str(rank)
