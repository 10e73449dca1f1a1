"""One strict reading of the XML of a package's parts: what two readers might read differently is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SCHEMAS = "http://schemas.openxmlformats.org/"
_MICROSOFT = "http://schemas.microsoft.com/office/"
PREFIXES = {
    _SCHEMAS + "spreadsheetml/2006/main": "",
    _SCHEMAS + "wordprocessingml/2006/main": "w.",
    _SCHEMAS + "package/2006/content-types": "ct.",
    _SCHEMAS + "package/2006/relationships": "pr.",
    _SCHEMAS + "officeDocument/2006/relationships": "r.",
    _SCHEMAS + "officeDocument/2006/extended-properties": "ep.",
    _SCHEMAS + "officeDocument/2006/custom-properties": "cp.",
    _SCHEMAS + "drawingml/2006/main": "a.",
    _SCHEMAS + "drawingml/2006/chart": "c.",
    _SCHEMAS + "drawingml/2006/spreadsheetDrawing": "xdr.",
    _SCHEMAS + "markup-compatibility/2006": "mc.",
    _MICROSOFT + "word/2010/wordml": "w14.",
    _MICROSOFT + "spreadsheetml/2009/9/main": "x14.",
    _MICROSOFT + "spreadsheetml/2009/9/ac": "x14ac.",
    _MICROSOFT + "spreadsheetml/2010/11/main": "x15.",
    _MICROSOFT + "spreadsheetml/2010/11/ac": "x15ac.",
    _MICROSOFT + "spreadsheetml/2014/revision": "xr.",
    _MICROSOFT + "spreadsheetml/2015/revision2": "xr2.",
    _MICROSOFT + "spreadsheetml/2016/revision3": "xr3.",
    _MICROSOFT + "spreadsheetml/2016/revision6": "xr6.",
    _MICROSOFT + "spreadsheetml/2016/revision10": "xr10.",
    _MICROSOFT + "drawing/2007/8/2/chart": "c14.",
    _MICROSOFT + "drawing/2012/chart": "c15.",
    _MICROSOFT + "drawing/2014/chart": "c16.",
    _MICROSOFT + "drawing/2017/03/chart": "c16r3.",
    _MICROSOFT + "drawing/2014/main": "a16.",
    _MICROSOFT + "drawing/2010/main": "a14.",
    "http://www.gnumeric.org/ext/spreadsheetml": "gnmx.",
    "http://www.wps.cn/officeDocument/2017/etCustomData": "etc.",
    "http://www.wps.cn/officeDocument/2013/wpsCustomData": "wps.",
    "http://www.w3.org/XML/1998/namespace": "xml.",
}
"""Namespace → the prefix that stands for it here, whatever a part calls it. Any other keeps its address in the name."""


CHILDREN = {
    "ct.Types": ("ct.Default", "ct.Override"),
    "pr.Relationships": ("pr.Relationship",),
    **{
        f"{item}s": (item,)
        for item in (
            "sheet", "definedName", "numFmt", "font", "fill", "border", "cellStyle", "dxf", "col", "mergeCell", "hyperlink",
        )
    },
    "styleSheet": (
        "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
        "extLst",
    ),
    "cellXfs": ("xf",), "cellStyleXfs": ("xf",), "indexedColors": ("rgbColor",), "sst": ("si",), "calcChain": ("c",),
}  # fmt: skip
"""What the schema has within lists: another element there is passed over by some readers and counted by others."""
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile("0|[1-9][0-9]{0,8}")
"""A double of XML Schema, as office programs spell it."""
_DECLARATION = re.compile(
    rb"""<\?xml version=(["'])1\.0\1(?: encoding=(["'])[Uu][Tt][Ff]-8\2)?(?: standalone=(["'])(?:yes|no)\3)? ?\?>"""
)


DEEPEST = 100
"""Elements within each other: office programs write some twenty or thirty."""


class UnverifiableError(Exception):
    """A package is not what an office program writes, so that nobody can tell what it shows.

    ``sheet`` and ``cell`` are where it is known; the texts say what it is.
    """

    def __init__(self, what_zh: str, what_en: str, sheet: str | None = None, cell: str | None = None) -> None:
        super().__init__(what_en)
        self.what_zh, self.what_en, self.sheet, self.cell = what_zh, what_en, sheet, cell


def read(part: bytes, name: str) -> Element:
    """The tree of a part, with names by PREFIXES. Raises UnverifiableError.

    Comments, CDATA and document types all begin with ``<!``, processing instructions with ``<?``; office programs write none
    but the declaration in front, and UTF-8. Text stands alone in an element, or else elements do.
    """
    body = _DECLARATION.sub(b"", part.removeprefix(b"\xef\xbb\xbf"), count=1)
    if b"\0" in body or b"<!" in body or b"<?" in body:
        raise UnverifiableError(
            f"部件 {name} 中有注释、CDATA、处理指令或别的编码",
            f"a comment, CDATA, instruction or another encoding in the part {name}",
        )
    try:
        root = ElementTree.fromstring(part)
    except ElementTree.ParseError as error:
        raise UnverifiableError(f"部件 {name} 不是完好的 XML：{error}", f"the part {name} is no sound XML: {error}") from error
    _hold_flat(root, name)
    for element in root.iter():
        _settle(element, name)
    return root


def _hold_flat(root: Element, part: str) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    if level:
        raise UnverifiableError(f"部件 {part} 嵌套过深", f"elements too deep within each other in the part {part}")


def _settle(element: Element, part: str) -> None:
    """Give an element its short names, and refuse what has no place in it."""
    element.tag = short(element.tag)
    within = CHILDREN.get(element.tag)
    if within is not None and any(short(child.tag) not in within for child in element):
        raise UnverifiableError(
            f"部件 {part} 的 {element.tag} 中有别的内容", f"something else in {element.tag} of the part {part}"
        )
    if any("{" in key or "." in key for key in element.attrib):
        attributes = {_short_key(key): value for key, value in element.attrib.items()}
        element.attrib.clear()
        element.attrib.update(attributes)
        if attributes.keys() & {"mc.MustUnderstand", "mc.ProcessContent"}:
            raise UnverifiableError(f"部件 {part} 不是办公软件写的", f"the part {part} says how others would have to read it")
    if (element.tail and not element.tail.isspace()) or (len(element) and element.text and not element.text.isspace()):
        tag = element.tag
        raise UnverifiableError(f"部件 {part} 的 {tag} 旁边有文字", f"text beside elements at {tag} in the part {part}")


@lru_cache(maxsize=10_000)
def short(name: str) -> str:
    """A name with a prefix of PREFIXES instead of its namespace; of no namespace, or with a dot of its own, it is another."""
    space, brace, local = name.rpartition("}")
    prefix = PREFIXES.get(space[1:])
    if not brace or prefix is None or "." in local:
        return name if brace else f"{{}}{name}"
    return prefix + local


def _short_key(name: str) -> str:
    """The name of an attribute: those of the main namespace have none, and one that has is another, as is one with a dot."""
    if "{" not in name:
        return name if "." not in name else f"{{}}{name}"
    key = short(name)
    return key if "." in key else name


def copied(element: Element) -> Element:
    """A copy with the same children; that of the standard library shares its attributes with the first."""
    same = Element(element.tag, dict(element.attrib))
    same.text = element.text
    same.extend(list(element))
    return same


def only(element: Element, tag: str, part: str) -> Element | None:
    """The one child of this name, or None. Raises UnverifiableError where there are two."""
    found = [child for child in element if child.tag == tag]
    if len(found) > 1:
        raise UnverifiableError(f"部件 {part} 中 {tag} 重复", f"{tag} twice in the part {part}")
    return found[0] if found else None


def hold_in_order(tree: Element, order: Sequence[str], part: str) -> None:
    """Refuse sections in another order than the schema's: some readers look for nothing that comes too late."""
    known = [order.index(child.tag) for child in tree if child.tag in order]
    if known != sorted(known):
        raise UnverifiableError(f"部件 {part} 的内容不按顺序", f"sections of the part {part} out of order")


def number(raw: str) -> float:
    """A number in the schema's spelling. Raises UnverifiableError."""
    if not _NUMBER.fullmatch(raw):
        raise UnverifiableError(
            f"数值的写法不合规范：{raw[:30]}", f"a number in another spelling than the schema's: {raw[:30]}"
        )
    return float(raw)


def whole(text: str | None, what: str) -> int:
    """A number of something, in the digits that all readers take for such. Raises UnverifiableError."""
    if text is None or not _WHOLE.fullmatch(text):
        raise UnverifiableError(f"{what} 不是整数：{text}", f"{what} is no whole number: {text}")
    return int(text)


def true(value: str | None) -> bool:
    """Yes or no in the schema's spelling: any other is yes to some readers. Raises UnverifiableError."""
    if value not in (None, "0", "1", "false", "true"):
        raise UnverifiableError(f"既不是“是”也不是“否”：{value[:30]}", f"neither yes nor no: {value[:30]}")
    return value in ("1", "true")
