"""The styles of a document: which properties come to a paragraph, to letters and to a table, the nearest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from chainscore.verify.bulletin.looks import PLAIN_LETTERS, nearest
from chainscore.verify.markup import UnverifiableError

EFFECTS = "w14."
"""What stands in styles with effects, a part of Word 2010's, beside what stands in styles."""


class Styles:
    """A document's styles. Raises UnverifiableError of two that readers could take for each other."""

    def __init__(self, tree: Element | None) -> None:
        styles = tree.findall("w.style") if tree is not None else []
        usual = [each for each in styles if each.get("w.default") in ("1", "true", "on")]
        if twice := [*_twice(each.get("w.styleId", "").casefold() for each in styles), *_twice(map(_kind, usual))]:
            raise _ambiguous(twice[0])
        self._styles = {each.get("w.styleId", ""): each for each in styles}
        self._usual = {_kind(each): each for each in usual}
        self._shared = set(_twice(map(_name, styles)))
        """The names of more styles than one, which some programs put together."""
        self._defaults = tree.find("w.docDefaults") if tree is not None else None

    def name(self, style: str | None) -> str:
        """What people call a style, in small letters."""
        found = self._styles.get(style or "")
        return _name(found) if found is not None else ""

    def chain(self, kind: str, style: str | None) -> list[Element]:
        """A style and those that it is based on; the usual one where there is none of that name and kind, as programs do it."""
        found: list[Element] = []
        at = self._styles.get(style or "")
        if at is None or _kind(at) != kind:
            at = self._usual.get(kind)
        while at is not None and at not in found and _kind(at) == kind:
            if _name(at) in self._shared:
                raise _ambiguous(_name(at))
            found.append(at)
            at = self._styles.get(nearest([at], "w.basedOn") or "")
        return found

    def properties(self, tag: str, kind: str, style: str | None) -> list[Element]:
        """The properties (w.rPr, w.pPr) along a chain of styles."""
        return _present(each.find(tag) for each in self.chain(kind, style))

    def defaults(self, tag: str) -> list[Element]:
        default = self._defaults.find(f"{tag}Default") if self._defaults is not None else None
        return _present([default.find(tag)] if default is not None else [])


def differ(styles: Element | None, effects: Element) -> bool:
    """Whether styles with effects say anything else than styles, by which a program that reads them would show another text."""
    odd = (each for each in effects.iter() if each.tag.startswith(EFFECTS) and each.tag not in PLAIN_LETTERS)
    return any(True for _ in odd) or styles is None or _said(styles) != _said(effects)


def _said(element: Element) -> tuple[object, ...]:
    return (
        element.tag,
        sorted((key, value) for key, value in element.attrib.items() if not key.startswith("mc.")),
        [_said(child) for child in element if not child.tag.startswith(EFFECTS)],
    )


def _kind(style: Element) -> str:
    return style.get("w.type", "paragraph")


def _name(style: Element) -> str:
    return (nearest([style], "w.name") or style.get("w.styleId") or "").casefold()


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _ambiguous(style: str) -> UnverifiableError:
    return UnverifiableError(f"样式 {style} 重复", f"the style {style} twice")


def _present(elements: Iterable[Element | None]) -> list[Element]:
    return [each for each in elements if each is not None]
