"""The parts of a workbook that is copied: each is carried over as it is but for what is put into it."""

from __future__ import annotations

import io
import posixpath
import zipfile
from itertools import chain, count
from typing import NamedTuple

from chainscore.intake.package import damaged
from chainscore.paperwork.annotate.markup import Markup
from chainscore.results.packing import packed

CONTENT_TYPES = "[Content_Types].xml"
STYLES = "xl/styles{}.xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PASSED_OVER = ("sheetData",)
"""Cells are neither read nor changed here."""


class Relation(NamedTuple):
    """What a part refers to."""

    kind: str
    """The last word of its type: worksheet, comments …"""
    target: str
    """A part's name."""


class Package:
    """A sound package (ECMA-376 part 2) to be changed. Raises UnreadableError where it does not hold together."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            self._parts = {entry.filename: archive.read(entry) for entry in entries}
        self._names = {name.casefold(): name for name in self._parts}
        self._open: dict[str, Markup] = {}
        main = [relation.target for relation in self.relations("").values() if relation.kind == "officeDocument"]
        if not main:
            raise damaged("no workbook part")
        self.workbook = main[0]
        self.main = self.markup(self.workbook).root.namespace
        """The namespace of everything of the workbook's."""
        base = STRICT if self.main.startswith(STRICT) else "http://schemas.openxmlformats.org/"
        self.references = f"{base}officeDocument/{'' if base == STRICT else '2006/'}relationships"
        """The namespace of ids of relationships, and of their types."""

    def markup(self, name: str) -> Markup:
        """A part to be changed."""
        name = self._name(name)
        if name not in self._open:
            self._open[name] = Markup(self._parts[name], PASSED_OVER)
        return self._open[name]

    def settled(self, name: str) -> Markup:
        """A part to be changed further, with what was changed so far in it."""
        name = self._name(name)
        self._parts[name] = self.markup(name).content()
        del self._open[name]
        return self.markup(name)

    def part(self, name: str) -> bytes:
        return self._parts[self._name(name)]

    def put(self, name: str, content: bytes) -> None:
        """Another content for a part, or a new part."""
        name = self._names.setdefault(name.casefold(), name)
        self._parts[name] = content
        self._open.pop(name, None)

    def add(self, pattern: str, content: str, content_type: str) -> str:
        """A new part, its content written below an XML declaration; its name, of a pattern such as ``xl/comments{}.xml``."""
        name = self.free(pattern)
        self.put(name, (DECLARATION + content).encode("utf-8"))
        types = self.markup(CONTENT_TYPES)
        types.inside(types.root, f'<Override PartName="/{name}" ContentType="{content_type}"/>')
        return name

    def free(self, pattern: str) -> str:
        """A name that no part has, of a pattern such as ``xl/comments{}.xml``; of styles without a number, as all have them."""
        numbers = chain([""], count(1)) if pattern == STYLES else count(1)
        names = (pattern.format(number) for number in numbers)
        return next(name for name in names if name.casefold() not in self._names)

    def declare(self, extension: str, content_type: str) -> None:
        """Say what the parts of an extension are, where that is not said."""
        types = self.markup(CONTENT_TYPES)
        if all(known.attributes.get("Extension", "").casefold() != extension for known in types.root.all("Default")):
            types.inside(types.root, f'<Default Extension="{extension}" ContentType="{content_type}"/>')
            self.settled(CONTENT_TYPES)

    def drop_relations(self, source: str) -> None:
        """Let a part refer to nothing any more."""
        name = self._names.pop(_relations_of(source).casefold(), None)
        if name is not None:
            del self._parts[name]
            self._open.pop(name, None)

    def relations(self, source: str) -> dict[str, Relation]:
        """Id → what ``source``, or the package where that is empty, refers to within the package."""
        name = _relations_of(source)
        if name.casefold() not in self._names:
            return {}
        found = {}
        for element in self.markup(name).root.all("Relationship"):
            own = element.attributes
            if own.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), own.get("Target", "")))
                found[own.get("Id", "")] = Relation(own.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found

    def relate(self, source: str, kind: str, target: str) -> str:
        """Let ``source`` refer to another part; the relation's id."""
        name = _relations_of(source)
        if name.casefold() not in self._names:
            self.put(name, f'{DECLARATION}<Relationships xmlns="{RELATIONSHIPS}"></Relationships>'.encode())
        relations = self.markup(name)
        taken = {element.attributes.get("Id") for element in relations.root.all("Relationship")}
        own = next(own for number in count(len(taken) + 1) if (own := f"rId{number}") not in taken)
        fragment = f'<Relationship Id="{own}" Type="{self.references}/{kind}" Target="/{target}"/>'
        relations.inside(relations.root, fragment)
        self.settled(name)
        return own

    def packed(self) -> bytes:
        """The file, the same to the byte each time."""
        changed = {name: markup.content() for name, markup in self._open.items() if markup.changed}
        return packed([(name, changed.get(name, part)) for name, part in self._parts.items()])

    def _name(self, name: str) -> str:
        """A part's name as it stands in the package: names are compared without regard to case."""
        if name.casefold() not in self._names:
            raise damaged(f"the part {name} is missing")
        return self._names[name.casefold()]


def _relations_of(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")
