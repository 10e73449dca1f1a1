"""How names and labels are compared: what people type differently and mean alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from chainscore.words.characters import LETTERS, visible

TEXTS_AT_A_TIME = 250
_SPACE = re.compile(r"\s+")
# Quotation marks and brackets of either kind are alike.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞〟＂'‘’‚‛", '"'),
        **dict.fromkeys("【〔［[〖｛{", "("),
        **dict.fromkeys("】〕］]〗｝}", ")"),
    }
)


# Text of these characters alone is folded as it stands; most is, and a long ledger has a lot of it.
_FOLDED = re.compile(r"[一-龥0-9a-z()\-./&]*").fullmatch
_FOLDED_LINES = re.compile(r"[一-龥0-9a-z()\-./&\n]*").fullmatch


def fold(text: str) -> str:
    """``text`` after Unicode NFKC, without spaces and what nobody sees, marks and brackets of one kind, in lower case."""
    return text if _FOLDED(text) is not None else _fold(text)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Each of ``texts`` folded, at a fraction of the time where that changes few."""
    if len(texts) <= TEXTS_AT_A_TIME:  # many are labels, which recur
        return list(map(_folded, texts))
    folded: list[str] = []
    for start in range(0, len(texts), TEXTS_AT_A_TIME):
        some = texts[start : start + TEXTS_AT_A_TIME]
        lines = "\n".join(some)
        as_they_stand = _FOLDED_LINES(lines) is not None and lines.count("\n") == len(some) - 1
        folded += some if as_they_stand else map(fold, some)
    return folded


_folded = lru_cache(maxsize=5000)(fold)


@lru_cache(maxsize=65536)
def _fold(text: str) -> str:
    once = _seen(text).translate(_MARKS).casefold()
    # Once more: lower case, and what stands together without the spaces, may have a compatible form of its own.
    return _seen(once)


def _seen(text: str) -> str:
    """The letters that are seen, without spaces."""
    return _SPACE.sub("", visible(unicodedata.normalize("NFKC", visible(text))).translate(LETTERS))
