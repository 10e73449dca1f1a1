"""The parts of a package and how they hang together, read as strictly as office programs write them."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from chainscore.verify.markup import UnverifiableError, read

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
_TYPE = "application/vnd.openxmlformats-"
_BOOK = _TYPE + "officedocument.spreadsheetml."
KINDS = {
    _OFFICE + "officeDocument": ("officeDocument", _BOOK + "sheet.main+xml"),
    _OFFICE + "worksheet": ("worksheet", _BOOK + "worksheet+xml"),
    _OFFICE + "styles": ("styles", _BOOK + "styles+xml"),
    _OFFICE + "sharedStrings": ("sharedStrings", _BOOK + "sharedStrings+xml"),
    _OFFICE + "theme": ("theme", _TYPE + "officedocument.theme+xml"),
    _OFFICE + "calcChain": ("calcChain", _BOOK + "calcChain+xml"),
    _OFFICE + "drawing": ("drawing", _TYPE + "officedocument.drawing+xml"),
    _OFFICE + "chart": ("chart", _TYPE + "officedocument.drawingml.chart+xml"),
    _OFFICE + "image": ("image", "image/png"),
    _OFFICE + "hyperlink": ("hyperlink", ""),
    _OFFICE + "comments": ("comments", _BOOK + "comments+xml"),
    _OFFICE + "vmlDrawing": ("vmlDrawing", _TYPE + "officedocument.vmlDrawing"),
    _OFFICE + "printerSettings": ("printerSettings", _BOOK + "printerSettings"),
    _OFFICE + "extended-properties": ("extended-properties", _TYPE + "officedocument.extended-properties+xml"),
    _OFFICE + "custom-properties": ("custom-properties", _TYPE + "officedocument.custom-properties+xml"),
    _PACKAGE + "core-properties": ("core-properties", _TYPE + "package.core-properties+xml"),
    # so LibreOffice has it where it saves as "Office Open XML" instead of "Excel 2007-365"
    _OFFICE.replace("officeDocument", "officedocument") + "metadata/core-properties": (
        "core-properties",
        _TYPE + "package.core-properties+xml",
    ),
    "http://schemas.microsoft.com/office/2011/relationships/chartStyle": (
        "chartStyle",
        "application/vnd.ms-office.chartstyle+xml",
    ),
    "http://schemas.microsoft.com/office/2011/relationships/chartColorStyle": (
        "chartColorStyle",
        "application/vnd.ms-office.chartcolorstyle+xml",
    ),
}
"""A relation's exact type → what it is called here, and the content type of the part that it leads to."""
_ONCE = (
    "styles", "sharedStrings", "theme", "calcChain", "officeDocument", "drawing", "core-properties", "extended-properties",
    "custom-properties", "settings", "webSettings", "fontTable", "numbering", "stylesWithEffects", "footnotes", "endnotes",
)  # fmt: skip
TYPES = "[Content_Types].xml"
_PLAIN = re.compile(r"/?(?:[\w.-]+/)*[\w.-]+", re.ASCII)
"""A part's name as all programs write it: none of its letters stands for another."""
_LOCAL = struct.Struct("<6xHH4xIIIHH")
"""What stands in front of an entry's data: flags, method, checksum, packed and plain size, the lengths of its name and more."""
MOST_BETWEEN = 24
"""Bytes: what may stand between two entries of an archive is the first one's descriptor."""


@dataclass(frozen=True)
class Relation:
    kind: str
    """As in KINDS; the whole type where it is none of them."""
    target: str
    """The part, or an address outside."""
    external: bool


class Parts:
    """The parts of one package, whose relations are of some ``kinds`` such as KINDS. Raises UnverifiableError throughout."""

    def __init__(self, package: bytes, kinds: Mapping[str, tuple[str, str]] = KINDS) -> None:
        self._kinds = kinds
        self._archive = zipfile.ZipFile(io.BytesIO(package))
        self.names = [entry.filename for entry in self._archive.infolist() if not entry.is_dir()]
        self._relations: dict[str, dict[str, Relation]] = {}
        _hold_nothing_between(self._archive, package)

    def content(self, name: str) -> bytes:
        if name not in self.names:
            raise UnverifiableError(f"缺少部件 {name}", f"the part {name} is missing")
        return self._archive.read(name)

    def tree(self, name: str, root: str) -> Element:
        """The tree of a part, whose outermost element has to be ``root``."""
        tree = read(self.content(name), name)
        if tree.tag != root:
            raise UnverifiableError(f"部件 {name} 不是 {root}", f"the part {name} is no {root}")
        return tree

    def relations(self, source: str) -> dict[str, Relation]:
        """Id → relation of a part, "" being the package."""
        if source not in self._relations:
            self._relations[source] = self._read_relations(source, _relations_part(source))
        return self._relations[source]

    def _read_relations(self, source: str, listed: str) -> dict[str, Relation]:
        if listed not in self.names:
            return {}
        found: dict[str, Relation] = {}
        for element in self.tree(listed, "pr.Relationships"):
            relation = self._relation(element, posixpath.dirname(source))
            if element.get("Id", "") in found:
                raise UnverifiableError(f"{listed} 中的关系重复", f"a relation twice in {listed}")
            found[element.get("Id", "")] = relation
        kinds = Counter(relation.kind for relation in found.values())
        if twice := [kind for kind in _ONCE if kinds[kind] > 1]:
            raise UnverifiableError(f"{twice[0]} 部件有两个", f"two parts {twice[0]}")
        return found

    def _relation(self, element: Element, folder: str) -> Relation:
        type_, target = element.get("Type", ""), element.get("Target", "")
        if element.get("TargetMode") != "External" and not _PLAIN.fullmatch(target):
            raise UnverifiableError(f"关系 {target} 不合规范", f"the relation to {target} is none")
        kind, content_type = self._kinds.get(type_, (type_, ""))
        if kind == type_ and any(kind.rpartition("/")[2] == known for known, _ in self._kinds.values()):
            raise UnverifiableError(f"关系类型 {type_} 不是标准的", f"the type of relation {type_} is not the standard's")
        if (mode := element.get("TargetMode", "Internal")) not in ("Internal", "External") or (kind, mode) == (
            "hyperlink",
            "Internal",
        ):
            raise UnverifiableError(f"关系 {target} 不合规范", f"the relation to {target} is none")
        if mode == "External":
            return Relation(kind, target, True)
        part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if part not in self.names:
            raise UnverifiableError(f"缺少部件 {part}", f"the part {part} is missing")
        if content_type and self._types.get(part) != content_type:
            raise UnverifiableError(f"部件 {part} 的内容类型不符", f"the part {part} has another content type")
        return Relation(kind, part, False)

    @cached_property
    def _types(self) -> dict[str, str]:
        """Part → content type."""
        defaults: dict[str, str] = {}
        overrides: dict[str, str] = {}
        for element in self.tree(TYPES, "ct.Types"):
            where, key = (
                (defaults, element.get("Extension", "").lower())
                if element.tag == "ct.Default"
                else (overrides, element.get("PartName", ""))
            )
            if key.casefold() in map(str.casefold, where):
                raise UnverifiableError(f"{key} 的内容类型重复", f"two content types of {key}")
            where[key] = element.get("ContentType", "")
        return {
            name: overrides.get(f"/{name}", defaults.get(posixpath.splitext(name)[1][1:].lower(), "")) for name in self.names
        }

    def unreached(self) -> list[str]:
        """The parts to which no relation leads."""
        reached, ahead = {TYPES}, [""]
        while ahead:
            source = ahead.pop()
            reached |= {source, _relations_part(source)}
            ahead += [
                each.target for each in self.relations(source).values() if not each.external and each.target not in reached
            ]
        return [name for name in self.names if name not in reached]


def _relations_part(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def same_parts(one: bytes, other: bytes) -> bool:
    """Whether two packages have the same parts, byte for byte; how they are packed does not count."""
    parts = []
    for package in (one, other):
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            _hold_nothing_between(archive, package)
            parts.append({entry.filename: archive.read(entry) for entry in archive.infolist()})
    return parts[0] == parts[1]


def _hold_nothing_between(archive: zipfile.ZipFile, package: bytes) -> None:
    """Refuse an archive that a reader from its start would find something else in than one from its end."""
    at = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if not at <= entry.header_offset <= at + MOST_BETWEEN or (at == 0 and entry.header_offset):
            raise _between()
        *said, name, extra = _LOCAL.unpack_from(package, entry.header_offset)
        at = entry.header_offset + _LOCAL.size + name + extra
        if not _agrees(entry, said) or _renames(package[at - extra : at]) or _renames(entry.extra):
            raise UnverifiableError("压缩包的目录与部件不一致", "entries of the archive that contradict its directory")
        at += entry.compress_size
    if not at <= archive.start_dir <= at + MOST_BETWEEN or package[-22:-18] != b"PK\5\6" or package[-2:] != b"\0\0":
        raise _between()


def _agrees(entry: zipfile.ZipInfo, said: list[int]) -> bool:
    """Whether an entry says in front of its data what the directory says: flags, method, checksum and both sizes."""
    flags, method, *rest = said
    later = {0} if flags & 8 else set()  # they come behind the data
    told = zip(rest, (entry.CRC, entry.compress_size, entry.file_size), strict=True)
    alike = all(here in (there, 0xFFFF_FFFF, *later) for here, there in told)
    return not (entry.is_dir() and entry.file_size) and alike and (flags, method) == (entry.flag_bits, entry.compress_type)


def _renames(extra: bytes) -> bool:
    """Whether what is said more of an entry gives it another name, which some readers take (APPNOTE 4.6.9)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 0x7075:
            return True
        at += 4 + length
    return False


def _between() -> UnverifiableError:
    return UnverifiableError("压缩包的部件之间有别的内容", "something between the parts of the archive")
