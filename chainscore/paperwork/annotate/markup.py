"""An XML part to be changed at places: what is put in is new, and every other byte stays as it was."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from chainscore.intake.package import damaged

_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_ATTRIBUTE = re.compile(rb"""\s([^\s=<>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_NAME = re.compile(rb"<([^\s/>]+)")


@dataclass
class Element:
    """One element and where it stands, in bytes."""

    name: str
    """Without its prefix."""
    namespace: str
    attributes: dict[str, str]
    """By their names without prefixes."""
    start: int
    opened: int
    """Where its start tag ends."""
    closing: int = 0
    """Where its end tag begins; the start of an element without content."""
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Element]:
        """Everything of a name within this element, in document order."""
        return [found for child in self.children for found in ([child] if child.name == name else []) + child.all(name)]


def text_of(part: bytes) -> tuple[str, str]:
    """A part's text and its encoding: UTF-8 or UTF-16, the two there are. A byte order mark is part of the text."""
    start = part[:4]
    codec = "utf-8"
    if start[:2] == b"\xff\xfe" or start[1:2] == b"\0":
        codec = "utf-16-le"
    elif start[:2] == b"\xfe\xff" or start[:1] == b"\0":
        codec = "utf-16-be"
    try:
        return part.decode(codec), codec
    except UnicodeDecodeError as error:
        raise damaged(str(error)) from error


class Markup:
    """A part, its elements, and what is to be changed in it. Raises UnreadableError where it is no XML."""

    def __init__(self, part: bytes, passed_over: Container[str] = ()) -> None:
        text, self._codec = text_of(part)
        self.source = text.encode("utf-8")
        self.root = _elements(self.source, passed_over)
        self._changes: list[tuple[int, int, bytes]] = []
        self._added: dict[int, tuple[Element, list[bytes]]] = {}

    def of(self, element: Element) -> str:
        """An element as it is written."""
        return self.source[element.start : element.end].decode("utf-8")

    def before(self, element: Element, fragment: str) -> None:
        self._changes.append((element.start, element.start, self.qualified(fragment).encode()))

    def after(self, element: Element, fragment: str) -> None:
        self._changes.append((element.end, element.end, self.qualified(fragment).encode()))

    def inside(self, parent: Element, fragment: str) -> None:
        """Put an element behind all that ``parent`` has."""
        self._added.setdefault(parent.start, (parent, []))[1].append(self.qualified(fragment).encode())

    def in_order(self, fragment: str, order: Sequence[str]) -> None:
        """Put a child of the root where its schema wants it: before all that come behind it, and its own kind."""
        rank = order.index(_NAME.match(fragment.encode())[1].decode())  # type: ignore[index] # a fragment begins with a tag
        known = [child for child in self.root.children if child.name in order[:rank]]
        if known:
            self.after(known[-1], fragment)
        elif self.root.children:
            self.before(self.root.children[0], fragment)
        else:
            self.inside(self.root, fragment)

    def set(self, element: Element, attribute: str, value: object) -> None:
        """Give another value to an attribute, where the element has it."""
        for match in _ATTRIBUTE.finditer(self.source, element.start, element.opened):
            if match[1].decode().rpartition(":")[2] == attribute:
                self._changes.append((match.start(2) + 1, match.end(2) - 1, escape(str(value), {'"': "&quot;"}).encode()))
                return

    def replace(self, start: int, end: int, text: str) -> None:
        """Put ``text``, markup and all, in the place of what stands between two places."""
        self._changes.append((start, end, text.encode("utf-8")))

    def remove(self, element: Element) -> None:
        self.replace(element.start, element.end, "")

    @property
    def changed(self) -> bool:
        return bool(self._changes or self._added)

    def content(self) -> bytes:
        """The part with its changes, in its own encoding."""
        changes = self._changes + [self._closed(parent, added) for parent, added in self._added.values()]
        pieces, at = [], 0
        for start, end, text in sorted(changes, key=lambda change: change[:2]):
            pieces += [self.source[at:start], text]
            at = end
        whole = b"".join([*pieces, self.source[at:]])
        return whole if self._codec == "utf-8" else whole.decode("utf-8").encode(self._codec)

    def _closed(self, parent: Element, added: list[bytes]) -> tuple[int, int, bytes]:
        text = b"".join(added)
        if parent.closing > parent.start:
            return parent.closing, parent.closing, text
        name = _NAME.match(self.source, parent.start)
        assert name is not None
        return parent.opened - 2, parent.opened, b">" + text + b"</" + name[1] + b">"

    def qualified(self, fragment: str) -> str:
        """An element, which is written without a prefix, in the namespace of the part."""
        name = _NAME.match(self.source, self.root.start)
        assert name is not None
        if b":" in name[1]:
            fragment = re.sub(r"^<[^\s/>]+", rf'\g<0> xmlns="{self.root.namespace}"', fragment)
        return fragment


def _elements(source: bytes, passed_over: Container[str]) -> Element:
    """The root of a part, with all in it but the contents of elements that are passed over."""
    parser = expat.ParserCreate("utf-8", " ")
    document = Element("", "", {}, 0, 0)
    path = [document]
    unseen = 0  # how deep within what is passed over

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal unseen
        if unseen or path[-1].name in passed_over:
            unseen += 1
            return
        namespace, _, local = name.rpartition(" ")
        tag = _TAG.match(source, parser.CurrentByteIndex)
        assert tag is not None
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(local, namespace, own, tag.start(), tag.end())
        path[-1].children.append(element)
        path.append(element)

    def end(_: str) -> None:
        nonlocal unseen
        if unseen:
            unseen -= 1
            return
        element = path.pop()
        element.closing = parser.CurrentByteIndex
        empty = element.closing <= element.start or source[element.opened - 2 : element.opened] == b"/>"
        element.closing = element.start if empty else element.closing
        element.end = element.opened if empty else source.index(b">", element.closing) + 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise damaged(str(error)) from error
    return document.children[0]
