"""What an earlier period came to, as far as scorecards set it beside this one's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from chainscore.method.period import Period, PeriodError
from chainscore.scoring.scorecard import ChainScore, Scorecard

Scores = Mapping[str, Decimal | None]
"""Leaf, ``section 1`` or ``total`` → score; None while it is pending."""


class EarlierError(Exception):
    """A document that no results workbook carries as the scores of an earlier period."""


class Earlier(msgspec.Struct, frozen=True):
    """The scores and ranks of an earlier period; of an object that it did not have there are none."""

    period: str
    scores: Mapping[str, Scores]
    """Object → its scores."""
    ranks: Mapping[str, int | None]

    def document(self) -> str:
        """As a results workbook carries it."""
        return msgspec.json.encode(self).decode("utf-8")


def earlier_of(scorecard: Scorecard) -> Earlier:
    """The scores of an earlier period's scorecard."""
    return Earlier(
        str(scorecard.period),
        {each.chain: _scores(each) for each in scorecard.chains},
        {each.chain: each.rank for each in scorecard.chains},
    )


def restored_earlier(document: str) -> Earlier:
    """What ``Earlier.document`` wrote. Raises EarlierError for anything else."""
    try:
        earlier = msgspec.json.decode(document.encode("utf-8"), type=Earlier)
        Period.parse(earlier.period)
    except (msgspec.DecodeError, UnicodeEncodeError, PeriodError) as error:
        raise EarlierError(str(error)) from error
    for scores in earlier.scores.values():
        if not all(score is None or score.is_finite() for score in scores.values()):
            raise EarlierError("no number")
    return earlier


def _scores(chain: ChainScore) -> dict[str, Decimal | None]:
    leaves = {leaf: each.score for leaf, each in chain.leaves.items()}
    return {**leaves, **{f"section {section}": its for section, its in chain.sections.items()}, "total": chain.total}
