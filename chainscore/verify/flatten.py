"""A tree of XML as facts: the path of each value → the value, in one spelling whatever program wrote it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from xml.etree.ElementTree import Element

from chainscore.verify.defaults import DEFAULTS, EMPTY, HINTS, NOTHING

Facts = dict[str, str]
Spell = Callable[[Element], Element | None]
"""Puts an element with a meaning of its own into one spelling; None where it says nothing."""
_HEX = re.compile("[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")
KEYS = {
    "mergeCell": "ref",
    "conditionalFormatting": "sqref",
    "c.pt": "idx",
    "hyperlink": "ref",
    "a.ext": "uri",
    "c.ext": "uri",
    "ext": "uri",
}
"""Elements of which there are many → the attribute that tells them apart, whatever their order."""


def facts(tree: Element, spell: Spell, path: str = "") -> Facts:
    """All that a tree says: attributes as ``a/b@c``, texts and bare elements as ``a/b``; the second of a name is ``b#2``."""
    found: Facts = {}
    canonical = _canonical(tree, spell)
    if canonical is not None:
        _gather(canonical, path or tree.tag, found)
    return found


def _canonical(element: Element, spell: Spell) -> Element | None:
    """A copy without what goes without saying; None where nothing is left."""
    spelled = spell(element)
    if spelled is None:
        return None
    defaults = DEFAULTS.get(spelled.tag, {})
    copy = Element(spelled.tag)
    for key, value in spelled.attrib.items():
        said = plain(value)
        if key not in HINTS and defaults.get(key) != said:
            copy.set(key, said)
    copy.text = spelled.text if not len(spelled) and (spelled.text or "").strip() else None
    tags = [child.tag for child in spelled]
    within = zip(tags, [_canonical(child, spell) for child in spelled], strict=True)
    # One of two of a name counts even where it says nothing: some readers take the last.
    copy.extend([Element(tag) if child is None else child for tag, child in within if child is not None or tags.count(tag) > 1])
    bare = not len(copy) and copy.text is None
    if bare and (dict(copy.attrib) in NOTHING.get(copy.tag, ()) or (copy.tag in EMPTY and not copy.attrib)):
        return None
    return copy


@lru_cache(maxsize=10_000)
def plain(value: str) -> str:
    """A value in one spelling: yes and no as 1 and 0, decimals without needless digits, colours in capital letters."""
    if value in ("true", "false"):
        return "1" if value == "true" else "0"
    if _NUMBER.fullmatch(value):
        return f"{float(value):.9g}"
    return value.upper() if _HEX.fullmatch(value) and not value.isdigit() else value


def _gather(element: Element, path: str, found: Facts) -> None:
    for key, value in element.attrib.items():
        found[f"{path}@{key}"] = value
    if not len(element):
        if element.text or not element.attrib:
            found[path] = element.text or ""
        return
    seen: Counter[str] = Counter()
    for child in element:
        name = f"{child.tag}#{child.get(KEYS[child.tag], '')}" if child.tag in KEYS else child.tag
        seen[name] += 1
        _gather(child, f"{path}/{name}" if seen[name] == 1 else f"{path}/{name}#{seen[name]}", found)
