"""Where an object stands, as papers say it."""

from __future__ import annotations

from chainscore.method.rulebook import Rulebook
from chainscore.papers.layout.blocks import figure
from chainscore.scoring.scorecard import ChainScore
from chainscore.words.findings import Language
from chainscore.words.texts import text


def standing(chain: ChainScore, tied: bool, book: Rulebook, language: Language) -> str:
    """``第3名，总分60.90分。``; its group where ranks are within groups, a shared rank, and what of the two is pending."""
    group = ""
    if book.total.rank_in_groups:
        name = book.chain(chain.chain).group
        group = text("bulletin.person", language, role=text("column.group", language), name=name) + (
            "" if language == "zh" else " "
        )
    return group + _rank_and_total(chain, tied, book.decimals, language)


def _rank_and_total(chain: ChainScore, tied: bool, decimals: int, language: Language) -> str:
    if chain.total is None:
        return text("bulletin.place_pending", language)
    total = figure(f"{chain.total:.{decimals}f}", f"total {chain.chain}")
    if chain.rank is None:
        return text("bulletin.place_unranked", language, total=total)
    rank = figure(chain.rank, f"rank {chain.chain}")
    return text("bulletin.place_tied" if tied else "bulletin.place", language, rank=rank, total=total)
