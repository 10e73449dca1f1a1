"""The small sound rulebook from which another method begins."""

from __future__ import annotations

from importlib import resources

from chainscore.words.bilingual import Language


def starting_rulebook(language: Language) -> bytes:
    """Its text, with a comment to every key."""
    return (resources.files("chainscore.method") / "starting" / f"{language}.toml").read_bytes()
