"""The XML of a package's parts, run through expat.

Elements of spreadsheets and of package relations are known by their local names, whatever prefix they have; all others keep
their namespace before the name, so that nothing of theirs is taken for a cell.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from chainscore.intake.package import UnreadableError, damaged

Attributes = dict[str, str]
TRUE = ("1", "true", "on")
"""How a part says yes."""
SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""ECMA-376, transitional and strict: the same elements in two namespaces."""
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class _Names(dict[str, str]):
    """Expat's ``namespace name`` → how the element is known here."""

    def __missing__(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        known = self[name] = local if namespace in (*SPREADSHEET, _RELATIONS) else f"{namespace} {local}"
        return known


def parse(
    part: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
    apart: Callable[[str], None] | None = None,
) -> None:
    """Run a part through expat; ``apart`` is told of comments, CDATA and processing instructions. Raises UnreadableError."""
    names = _Names()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(names[name], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(names[name])
    if characters is not None:
        parser.CharacterDataHandler = characters
    if apart is not None:
        parser.CommentHandler = lambda _: apart("comment")
        parser.StartCdataSectionHandler = lambda: apart("CDATA")
        parser.ProcessingInstructionHandler = lambda *_: apart("processing instruction")
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise damaged(str(error)) from error


def attributes_of(tag: str) -> Attributes | None:
    """The attributes of one tag, written ``<c r="A1"/>``; None of what is no such tag."""
    found: list[Attributes] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    try:
        parser.Parse(tag, True)
    except expat.ExpatError:
        return None
    return found[0] if len(found) == 1 else None


def text_of(written: str) -> str | None:
    """Character data with its references resolved, ``A&amp;B`` → A&B; None of what is none."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = found.append
    try:
        parser.Parse(f"<t>{written}</t>", True)
    except expat.ExpatError:
        return None
    return "".join(found)


def is_true(attributes: Attributes, name: str) -> bool:
    return attributes.get(name, "").strip() in TRUE


def says(attributes: Attributes) -> bool:
    """True of an element that is what it is unless its value says otherwise: ``<strike/>``."""
    return "val" not in attributes or is_true(attributes, "val")


def whole_number(attributes: Attributes, name: str) -> int:
    """An attribute that counts something, 0 where it says nothing. Raises UnreadableError."""
    text = attributes.get(name, "").strip(" \t\n") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise damaged(f"{name} {text[:20]}")
    return int(text)


def odd_cells() -> UnreadableError:
    """The refusal of a sheet whose cells stand where no office program would look for them, or where two would differ."""
    return UnreadableError("E114", what_zh="单元格的写法或位置", what_en="the way in which cells are written or placed")
