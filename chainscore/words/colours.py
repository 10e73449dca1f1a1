"""Whether letters of one colour can be read on another."""

from __future__ import annotations

BLACK, WHITE = "000000", "FFFFFF"
"""The colours of letters, and of what is behind them, where nothing else is said."""


def contrast(colour: str | None, paper: str | None = None) -> float:
    """How two colours of six hexadecimal digits differ, from 1 to 21 (WCAG 2.2); black and white where nothing is said."""
    lighter, darker = sorted((_light(colour or BLACK), _light(paper or WHITE)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
