"""Whether the XML of a document can be read in one way only: what two programs might take differently is refused."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from chainscore.verify.markup import UnverifiableError

LEAVES = {
    "w.t", "w.tab", "w.br", "w.cr", "w.instrText", "w.delText", "w.noBreakHyphen", "w.softHyphen", "w.lastRenderedPageBreak",
    "w.bookmarkStart", "w.bookmarkEnd", "w.proofErr", "w.permStart", "w.permEnd", "w.gridCol", "w.headerReference",
    "w.footerReference",
}  # fmt: skip
"""What has nothing in it: a run in there is passed over by some readers and shown by others."""
ONCE = {
    "w.p": ("w.pPr",), "w.r": ("w.rPr",), "w.tc": ("w.tcPr",), "w.tr": ("w.trPr", "w.tblPrEx"),
    "w.tbl": ("w.tblPr", "w.tblGrid"), "w.styles": ("w.docDefaults", "w.latentStyles"),
}  # fmt: skip
"""What stands in these once, beside what may come again."""
PROPERTIES = {
    "w.pPr", "w.rPr", "w.tcPr", "w.trPr", "w.tblPr", "w.tblPrEx", "w.sectPr", "w.style", "w.tblStylePr", "w.docDefaults",
    "w.rPrDefault", "w.pPrDefault", "w.settings", "w.font", "w.numPr", "w.tblBorders", "w.tcBorders", "w.pBdr", "w.tblCellMar",
    "w.tcMar", "w.compat",
}  # fmt: skip
"""Whatever stands in these is said of something, and can be said once: some readers take the first, others the last."""
AGAIN = {
    "w.headerReference", "w.footerReference", "w.tblStylePr", "w.compatSetting", "w.activeWritingStyle", "w.attachedSchema",
    "w.smartTagType",
}  # fmt: skip
TEXTS = ("w.document", "w.hdr", "w.ftr")
"""In these, what may be read in two ways is named where it stands."""
_STRICT = "{http://purl.oclc.org/ooxml/"
"""Names of Strict Open XML, which some readers take for those of the usual kind."""
_MEASURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_BLANKS = " \t\r\n"
"""What XML takes for blanks: at the ends of a text that does not say that they count, some readers show them."""


def refuse_ambiguities(tree: Element, part: str) -> None:
    """Raise UnverifiableError of a part of which two readers may show different things."""
    for element in tree.iter():
        if element.tag.startswith(_STRICT) or any(key.startswith(_STRICT) for key in element.attrib):
            raise UnverifiableError(f"部件 {part} 混用两种标准", f"names of two standards in the part {part}")
        if element.tag.startswith("{}") or (element.tag.startswith("w.") and not all(map(_in_a_namespace, element.attrib))):
            raise UnverifiableError(f"部件 {part} 中有没有命名空间的名称", f"names without a namespace in the part {part}")
        if element.tag.startswith("mc.") and tree.tag not in TEXTS:
            raise UnverifiableError(f"部件 {part} 有几种写法可选", f"a choice of readings in the part {part}")
        if element.tag in LEAVES and len(element):
            raise UnverifiableError(
                f"部件 {part} 的 {element.tag} 中有别的内容", f"something in {element.tag} of the part {part}"
            )
        if element.tag == "w.t" and _blank(element):
            raise UnverifiableError(
                f"部件 {part} 的文字首尾有空白", f"blanks of which readers may show none in the part {part}"
            )
        if twice := _twice(element):
            raise UnverifiableError(f"部件 {part} 中 {twice} 重复", f"{twice} twice in the part {part}")


def _in_a_namespace(key: str) -> bool:
    return "." in key or "}" in key


def _twice(element: Element) -> str | None:
    """What is said twice in an element; LibreOffice may say the same of letters again."""
    met: dict[str, Element] = {}
    for child in element:
        once = child.tag not in AGAIN if element.tag in PROPERTIES else child.tag in ONCE.get(element.tag, ())
        if once and (first := met.setdefault(child.tag, child)) is not child and (len(child) or first.attrib != child.attrib):
            return child.tag
    return None


def _blank(element: Element) -> bool:
    """Whether a text has blanks that not all readers show, or show as such."""
    said = element.text or ""
    return any(each in said for each in _BLANKS[1:]) or (element.get("xml.space") != "preserve" and said.strip(_BLANKS) != said)


def number(text: str | None) -> float:
    """The number of a measure, 0 of none. Raises UnverifiableError of one with a unit, which not all readers know."""
    if not text:
        return 0.0
    if _MEASURE.fullmatch(text) is None:
        raise UnverifiableError(f"尺寸的写法不常见：{text[:30]}", f"a measure in an unusual spelling: {text[:30]}")
    return float(text)
