"""How names and labels are compared: what people type differently and mean alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
# Quotation marks and brackets of either kind are alike.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞〟＂'‘’‚‛", '"'),
        **dict.fromkeys("【〔［[〖｛{", "("),
        **dict.fromkeys("】〕］]〗｝}", ")"),
    }
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """``text`` after Unicode NFKC, without spaces of any kind, quotation marks and brackets alike, letters in lower case."""
    once = _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_MARKS).casefold()
    # Once more: lower case, and what stands together without the spaces, may have a compatible form of its own.
    return _SPACE.sub("", unicodedata.normalize("NFKC", once))
