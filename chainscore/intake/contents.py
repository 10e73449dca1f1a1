"""What a package says of its workbook: which worksheets there are, in which parts, and how days are counted."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from chainscore.intake.markup import TRUE, Attributes, local, parse
from chainscore.intake.package import Package, damaged

_OFFICE_DOCUMENT, _WORKSHEET, _STRINGS, _STYLES = "/officeDocument", "/worksheet", "/sharedStrings", "/styles"


@dataclass(frozen=True)
class Listed:
    """One worksheet as the workbook lists it."""

    name: str
    hidden: bool
    package: Package = field(repr=False)
    part_name: str

    @property
    def part(self) -> bytes:
        return self.package.part(self.part_name)

    def let_go(self) -> None:
        """Of the part's bytes, which take much memory; whoever asks for them once more has them unpacked again."""
        self.package.let_go(self.part_name)


@dataclass(frozen=True)
class Contents:
    """What a package says besides its sheets' cells."""

    sheets: tuple[Listed, ...]
    epoch_1904: bool
    strings_part: bytes | None
    styles_part: bytes | None


def contents_of(package: Package) -> Contents:
    """The worksheets that a workbook lists, in order. Raises UnreadableError."""
    main = next((target for kind, target in _relations(package, "").values() if kind.endswith(_OFFICE_DOCUMENT)), None)
    if main is None:
        raise damaged("no workbook part")
    listed: list[tuple[str, str, bool]] = []
    epoch_1904 = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal epoch_1904
        name = local(name)
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            listed.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":  # an extension has one of its own further down
            epoch_1904 = epoch_1904 or attributes.get("date1904") in TRUE

    parse(_part(package, main), start)
    relations = _relations(package, main)
    sheets = []
    for name, relation, hidden in listed:
        if relation not in relations:
            raise damaged(f"{name}: no part")
        kind, target = relations[relation]
        if kind.endswith(_WORKSHEET):
            sheets.append(Listed(name, hidden, package, _part_name(package, target)))
    names = Counter(sheet.name.casefold() for sheet in sheets)
    if twice := [name for name, times in names.items() if times > 1]:
        raise damaged(f"two sheets named {twice[0]}")
    others = {kind: _part(package, target) for kind, target in relations.values() if kind.endswith((_STRINGS, _STYLES))}
    strings = next((part for kind, part in others.items() if kind.endswith(_STRINGS)), None)
    styles = next((part for kind, part in others.items() if kind.endswith(_STYLES)), None)
    return Contents(tuple(sheets), epoch_1904, strings, styles)


def _part(package: Package, name: str) -> bytes:
    return package.parts[_part_name(package, name)]


def _part_name(package: Package, name: str) -> str:
    """The name of a part as it stands in the package: names are compared without regard to case. Raises UnreadableError."""
    found = (
        name if name in package.parts else next((other for other in package.parts if other.casefold() == name.casefold()), None)
    )
    if found is None:
        raise damaged(f"the part {name} is missing")
    return found


def _relations(package: Package, source: str) -> Mapping[str, tuple[str, str]]:
    """Id → (type, part's name) of the parts that ``source``, or the package, refers to."""
    folder, name = posixpath.split(source)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), target.lstrip("/"))

    parse(_part(package, posixpath.join(folder, "_rels", f"{name}.rels")), start)
    return found
