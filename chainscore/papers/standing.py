"""Where an object stands, as papers say it."""

from __future__ import annotations

from chainscore.papers.layout.blocks import figure
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.findings import Language
from chainscore.words.texts import text


def standing(chain: ChainScore, tied: bool, decimals: int, language: Language) -> str:
    """``第3名，总分60.90分。``; that a rank is shared, and what of the two is pending."""
    if chain.total is None:
        return text("bulletin.place_pending", language)
    total = figure(f"{chain.total:.{decimals}f}", f"total {chain.chain}")
    if chain.rank is None:
        return text("bulletin.place_unranked", language, total=total)
    rank = figure(chain.rank, f"rank {chain.chain}")
    return text("bulletin.place_tied" if tied else "bulletin.place", language, rank=rank, total=total)
