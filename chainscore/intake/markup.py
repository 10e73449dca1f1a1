"""The XML of a package's parts, run through expat; elements are known by their names without prefixes."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from chainscore.intake.package import damaged

Attributes = dict[str, str]
TRUE = ("1", "true", "on")
"""How a part says yes."""


def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def parse(
    part: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    """Run a part through expat. Raises UnreadableError."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if characters is not None:
        parser.CharacterDataHandler = characters
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise damaged(str(error)) from error
