"""What the parts of a document are, and what else than text may be in one."""

from __future__ import annotations

import re

from chainscore.verify.bulletin import looks
from chainscore.verify.bulletin.looks import Said

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
_MICROSOFT = "http://schemas.microsoft.com/office/"
CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PROPERTIES = "application/vnd.openxmlformats-officedocument."
KINDS = {
    **{
        _OFFICE + kind: (kind, f"{_WORDS}{kind}+xml")
        for kind in (
            "styles", "settings", "webSettings", "fontTable", "numbering", "header", "footer", "footnotes", "endnotes",
        )
    },
    **{_OFFICE + kind: (kind, f"{_PROPERTIES}{kind}+xml") for kind in ("theme", "extended-properties", "custom-properties")},
    **{_OFFICE + kind: (kind, "") for kind in ("customXml", "customXmlProps")},
    _OFFICE + "officeDocument": ("officeDocument", _WORDS + "document.main+xml"),
    _PACKAGE + "core-properties": ("core-properties", ""),
    # so LibreOffice has it where it saves as "Office Open XML" instead of "Word 2007-365"
    _OFFICE.replace("officeDocument", "officedocument") + "metadata/core-properties": ("core-properties", ""),
    _PACKAGE + "thumbnail": ("thumbnail", ""),
    _MICROSOFT + "2007/relationships/stylesWithEffects": ("stylesWithEffects", ""),
    _MICROSOFT + "2011/relationships/people": ("people", ""),
    _MICROSOFT + "2020/02/relationships/classificationlabels": ("classificationlabels", ""),
    _MICROSOFT + "2020/10/relationships/intelligence": ("intelligence", ""),
}  # fmt: skip
"""Relations of a document that shows nothing but its text; what any other leads to is named."""
ROOTS = {
    "styles": "w.styles", "settings": "w.settings", "fontTable": "w.fonts", "theme": "a.theme", "header": "w.hdr",
    "footer": "w.ftr", "numbering": "w.numbering", "webSettings": "w.webSettings", "stylesWithEffects": "w.styles",
    "officeDocument": "w.document", "core-properties": CORE + "coreProperties", "custom-properties": "cp.Properties",
}  # fmt: skip
"""Kinds of parts → the outermost element of each."""
NAMES: dict[str, Said] = {
    **dict.fromkeys(looks.REVISIONS, looks.REVISED),
    **dict.fromkeys(
        ("w.drawing", "w.pict", "w.object", "mc.AlternateContent", "image", "chart"),
        ("图片、形状或文本框", "a picture, shape or text box"),
    ),
    **dict.fromkeys(("w.altChunk", "aFChunk", "subDocument", "w.subDoc"), ("插入的别的文件", "another file put in")),
    **dict.fromkeys(("w.fldSimple", "w.fldChar", "w.instrText"), ("域", "a field")),
    **dict.fromkeys(("w.commentReference", "w.commentRangeStart", "w.commentRangeEnd", "comments"), ("批注", "a comment")),
    **dict.fromkeys(("w.footnoteReference", "w.endnoteReference"), ("脚注或尾注", "a footnote or endnote")),
    **dict.fromkeys(("w.sdt", "w.customXml"), ("内容控件", "a content control")),
    **dict.fromkeys(("w.hyperlink", "hyperlink"), ("超链接", "a link")),
    "w.sym": ("符号字体的字符", "a character of a symbol font"), "w.background": ("页面背景", "a page background"),
    "w.sectPr": ("分节", "another section"), "w.tbl": ("表中的表", "a table within a table"), "w.ruby": ("拼音", "ruby text"),
    "w.softHyphen": ("行末才显示的连字符", "a hyphen that shows where a line ends"),
    "oleObject": ("嵌入的对象", "an embedded object"), "attachedTemplate": ("外部模板", "an outside template"),
    "font": ("嵌入的字体", "an embedded font"), "vbaProject": ("宏", "macros"),
}  # fmt: skip
IGNORED = {"w.proofErr", "w.permStart", "w.permEnd", "w.lastRenderedPageBreak"}
PAGE = re.compile(r"\s*PAGE(\s+\\\*\s*(MERGEFORMAT|CHARFORMAT|Arabic|ArabicDash))*\s*", re.IGNORECASE)
SHOWN_NUMBER = re.compile(r"[\s\d-]*", re.ASCII)
"""What a page number has been at the last save."""
PAGE_NUMBER = "\0"
"""What stands for the number of a page, and can stand in no document."""
FIGURE = re.compile(r"f\d+_.*")
"""The bookmarks of figures."""
BLANKS = " \u3000\xa0"
"""What does not count at the ends of a text, nor do breaks but in cells and at the edges of pages, where they push it away."""
TITLES = ("title", "subject", "description", "keywords", "category")
"""What a file says of itself to whoever looks at its properties."""
