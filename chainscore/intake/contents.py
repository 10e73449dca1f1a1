"""What a package says of its workbook: which worksheets there are, in which parts, and how days are counted."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping

import msgspec

from chainscore.intake.markup import Attributes, is_true, parse
from chainscore.intake.package import Package, damaged, unheard_of

_OFFICE_DOCUMENT, _WORKSHEET, _STRINGS, _STYLES = "officeDocument", "worksheet", "sharedStrings", "styles"
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
"""The namespace of relations' types and ids, in transitional and in strict files."""


Relations = Mapping[str, tuple[str, str]]
"""Id → (kind, part's name)."""


class Listed(msgspec.Struct, frozen=True):
    """One worksheet as the workbook lists it."""

    name: str
    hidden: bool
    part_name: str


class Contents(msgspec.Struct, frozen=True):
    """What a package says besides its sheets' cells."""

    sheets: tuple[Listed, ...]
    epoch_1904: bool
    strings_part: str | None
    styles_part: str | None


def contents_of(package: Package) -> Contents:
    """The worksheets that a workbook lists, in order. Raises UnreadableError."""
    main = _only(_relations(package, ""), _OFFICE_DOCUMENT)
    if main is None:
        raise damaged("no workbook part")
    listed: list[tuple[str, str, bool]] = []
    epoch_1904 = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal epoch_1904
        if name == "sheet":
            relation = next((attributes[f"{office} id"] for office in _OFFICE if f"{office} id" in attributes), "")
            listed.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":  # an extension has one of its own further down
            epoch_1904 = epoch_1904 or is_true(attributes, "date1904")

    parse(_part(package, main), start)
    relations = _relations(package, main)
    sheets = []
    for name, relation, hidden in listed:
        if relation not in relations:
            raise damaged("no part", name)
        kind, target = relations[relation]
        if kind == _WORKSHEET:
            sheets.append(Listed(name, hidden, _part_name(package, target)))
    for what, names in (
        ("sheets named", [sheet.name.casefold() for sheet in sheets]),
        ("sheets in", [s.part_name for s in sheets]),
    ):
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise damaged(f"two {what} {twice[0]}")
    strings, styles = (_only(relations, kind) for kind in (_STRINGS, _STYLES))
    return Contents(
        tuple(sheets),
        epoch_1904,
        _part_name(package, strings) if strings is not None else None,
        _part_name(package, styles) if styles is not None else None,
    )


def _only(relations: Relations, kind: str) -> str | None:
    """The one part of a kind; None where there is none. Raises UnreadableError where there are several."""
    targets = {target for its, target in relations.values() if its == kind}
    if len(targets) > 1:
        raise unheard_of(f"两个{kind}部件", f"two parts of the kind {kind}")
    return next(iter(targets), None)


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


def _relations(package: Package, source: str) -> Relations:
    """Id → (kind, part's name) of the parts that ``source``, or the package, refers to."""
    folder, name = posixpath.split(source)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            begin, _, kind = attributes.get("Type", "").rpartition("/")
            found[attributes.get("Id", "")] = (kind if begin in _OFFICE else "", target.lstrip("/"))

    parse(_part(package, posixpath.join(folder, "_rels", f"{name}.rels")), start)
    return found
