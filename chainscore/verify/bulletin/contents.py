"""What a Word document says and shows: paragraphs, tables, what stands at the edges of each page, and what else is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from chainscore.verify.bulletin import looks
from chainscore.verify.bulletin.looks import Said, Styles, nearest, number
from chainscore.verify.markup import UnverifiableError
from chainscore.verify.package import Parts

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
_MICROSOFT = "http://schemas.microsoft.com/office/"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
KINDS = {
    **{
        _OFFICE + kind: (kind, "")
        for kind in (
            "styles", "settings", "webSettings", "fontTable", "theme", "numbering", "header", "footer", "footnotes", "endnotes",
            "customXml", "customXmlProps", "extended-properties", "custom-properties",
        )
    },
    _OFFICE + "officeDocument": ("officeDocument", _MAIN),
    _PACKAGE + "core-properties": ("core-properties", ""),
    _PACKAGE + "thumbnail": ("thumbnail", ""),
    _MICROSOFT + "2007/relationships/stylesWithEffects": ("stylesWithEffects", ""),
    _MICROSOFT + "2011/relationships/people": ("people", ""),
    _MICROSOFT + "2020/02/relationships/classificationlabels": ("classificationlabels", ""),
    _MICROSOFT + "2020/10/relationships/intelligence": ("intelligence", ""),
}  # fmt: skip
"""Relations of a document that shows nothing but its text; what any other leads to is named."""
ROOTS = {
    "styles": "w.styles", "settings": "w.settings", "fontTable": "w.fonts", "theme": "a.theme", "header": "w.hdr",
    "footer": "w.ftr",
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
    "oleObject": ("嵌入的对象", "an embedded object"), "attachedTemplate": ("外部模板", "an outside template"),
    "font": ("嵌入的字体", "an embedded font"), "vbaProject": ("宏", "macros"),
}  # fmt: skip
IGNORED = {"w.proofErr", "w.permStart", "w.permEnd", "w.lastRenderedPageBreak"}
PAGE = re.compile(r"\s*PAGE(\s+\\\*\s*\w+)*\s*", re.IGNORECASE)
PAGE_NUMBER = "\0"
"""What stands for the number of a page, and can stand in no document."""
FIGURE = re.compile(r"f\d+_.*")
"""The bookmarks of figures."""


@dataclass(frozen=True)
class Paragraph:
    text: str
    figures: tuple[str, ...] = ()
    """The names of its bookmarks, in order."""
    style: str = ""


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[Paragraph, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join("\t".join(cell.text for cell in row) for row in self.rows)


@dataclass(frozen=True)
class Odd:
    """What is there beside visible text."""

    what: Said
    text: str = ""
    block: int | None = None
    """Beside which block of the text, if any."""


@dataclass
class Contents:
    """A document."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    """Those with any text, in order."""
    figures: dict[str, str] = field(default_factory=dict)
    """Bookmark → text."""
    edges: dict[str, str] = field(default_factory=dict)
    """``header default`` and the like → text, where there is any; ``page`` → its measures."""
    odd: list[Odd] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)

    def paragraphs(self, style: str) -> list[str]:
        """The texts of a style."""
        return [each.text for each in self.blocks if isinstance(each, Paragraph) and each.style == style]


def read_contents(package: bytes) -> Contents:
    """What a document says. Raises UnverifiableError."""
    return _Reader(Parts(package, KINDS)).read()


class _Reader:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.main = self._one("", "officeDocument") or ""
        self.found = Contents()
        self.styles = Styles(self._tree("styles"))
        self.open: dict[str, str] = {}
        """Bookmarks that have begun: id → name."""
        self.field: str | None = None
        """The instruction of the field that has begun; its result is not read."""

    def _one(self, source: str, kind: str) -> str | None:
        return next((each.target for each in self.parts.relations(source).values() if each.kind == kind), None)

    def _tree(self, kind: str) -> Element | None:
        part = self._one(self.main, kind)
        return self.parts.tree(part, ROOTS[kind]) if part is not None else None

    def read(self) -> Contents:
        document = self.parts.tree(self.main, "w.document") if self.main else None
        body = document.find("w.body") if document is not None else None
        if document is None or body is None:
            raise UnverifiableError("没有正文", "there is no text")
        self._properties()
        self._relations()
        self._fonts()
        for child in document:
            if child is not body:
                self._odd_element(child)
        sections = body.findall("w.sectPr")
        for child in body:
            if child.tag != "w.sectPr":
                self._block(child)
        if len(sections) != 1:
            self._odd(NAMES["w.sectPr"])
        for section in sections[:1]:
            self._edges(section)
        return self.found

    def _odd(self, what: Said, text: str = "", block: bool = False) -> None:
        self.found.odd.append(Odd(what, text, len(self.found.blocks) if block else None))

    def _odd_element(self, element: Element, block: bool = False) -> None:
        plain = element.tag.rpartition("}")[2].removeprefix("w.")
        text = "".join(each.text or "" for each in element.iter() if each.tag in ("w.t", "w.delText", "w.instrText"))
        self._odd(NAMES.get(element.tag, (plain, plain)), text, block)

    def _properties(self) -> None:
        part = self._one("", "custom-properties")
        for each in self.parts.tree(part, "cp.Properties") if part is not None else ():
            self.found.properties[each.get("name", "")] = "".join(child.text or "" for child in each)

    def _relations(self) -> None:
        """What hangs on any of the parts."""
        for source in ("", *self.parts.names):
            if source.endswith(".rels"):
                continue
            for each in self.parts.relations(source).values():
                if each.external or each.kind not in [kind for kind, _ in KINDS.values()]:
                    plain = each.kind.rpartition("/")[2]
                    self._odd(NAMES.get(plain, (plain, plain)), each.target)
        for part in self.parts.unreached():
            self._odd(("没有关系的部件", "a part that nothing leads to"), part)

    def _fonts(self) -> None:
        """Fonts of a theme, and those that stand for others."""
        theme, table = self._tree("theme"), self._tree("fontTable")
        names = [each.get("typeface") for tag in ("a.latin", "a.ea") for each in (theme.iter(tag) if theme is not None else ())]
        for font in table if table is not None else ():
            if looks.known_font(font.get("w.name")):
                names.append(nearest([font], "w.altName"))
        for name in names:
            if name and not name.startswith("+") and not looks.known_font(name):
                self._odd(("不是文字用的字体", "a font that is none for text"), name)

    # ------------------------------------------------------------ text

    def _block(self, element: Element) -> None:
        match element.tag:
            case "w.p":
                self._add(self._paragraph(element))
            case "w.tbl":
                self._add(self._table(element))
            case _:
                self._inline(element)

    def _add(self, block: Paragraph | Table) -> None:
        if block.text.strip():
            self.found.blocks.append(block)

    def _inline(self, element: Element) -> None:
        """What may stand between blocks as well as within them."""
        if element.tag == "w.bookmarkStart":
            self.open[element.get("w.id", "")] = element.get("w.name", "")
            if FIGURE.fullmatch(element.get("w.name", "")):
                self.found.figures.setdefault(element.get("w.name", ""), "")
        elif element.tag == "w.bookmarkEnd":
            self.open.pop(element.get("w.id", ""), None)
        elif element.tag not in IGNORED:
            self._odd_element(element, True)

    def _paragraph(self, element: Element) -> Paragraph:
        properties = element.find("w.pPr")
        own = [properties] if properties is not None else []
        style = nearest(own, "w.pStyle")
        before, largest, said = list(self.open.values()), 0.0, ""
        named: list[str] = []
        base = [*self.styles.properties("w.rPr", "paragraph", style), *self.styles.defaults("w.rPr")]
        for child in element:
            if child.tag == "w.r":
                piece, size = self._run(child, base)
                said, largest = said + piece, max(largest, size)
            elif child.tag != "w.pPr":
                self._inline(child)
                named += [name for name in self.open.values() if name not in (*before, *named)]
        if self.field is not None:
            self._odd(NAMES["w.fldChar"], self.field, True)
            self.field = None
        chain = [*own, *self.styles.properties("w.pPr", "paragraph", style), *self.styles.defaults("w.pPr")]
        for what in dict.fromkeys(looks.lines(chain, largest)) if said.strip() else ():
            self._odd(what, said, True)
        return Paragraph(said.strip(), tuple(filter(FIGURE.fullmatch, named)), self.styles.name(style))

    def _run(self, element: Element, base: list[Element]) -> tuple[str, float]:
        """The text of a run and the size of its letters in half points."""
        properties = element.find("w.rPr")
        own = [properties] if properties is not None else []
        style = nearest(own, "w.rStyle")
        chain = [*own, *(self.styles.properties("w.rPr", "character", style) if style else ()), *base]
        said = "".join(self._pieces(element))
        for name in self.open.values():
            if name in self.found.figures:
                self.found.figures[name] += said
        for what in dict.fromkeys(looks.letters(chain)) if said.strip() else ():
            self._odd(what, said, True)
        return said, number(nearest(chain, "w.sz") or "20") if said.strip() else 0.0

    def _pieces(self, run: Element) -> Iterator[str]:
        for child in run:
            match child.tag:
                case "w.rPr":
                    continue
                case "w.fldChar":
                    yield from self._field(child)
                case "w.instrText":
                    if self.field is None:
                        self._odd_element(child, True)
                    else:
                        self.field += child.text or ""
                case "w.t" if self.field is None:
                    yield child.text or ""
                case "w.t":  # what a field shows, which the program that shows it works out
                    continue
                case "w.tab":
                    yield "\t"
                case "w.br" | "w.cr":
                    yield "\n" if child.get("w.type") in (None, "textWrapping") else ""
                case "w.noBreakHyphen":
                    yield "-"
                case tag if tag not in IGNORED and tag != "w.softHyphen":
                    self._odd_element(child, True)

    def _field(self, mark: Element) -> Iterator[str]:
        kind = mark.get("w.fldCharType")
        if kind == "begin" and self.field is None:
            self.field = ""
        elif kind == "end" and self.field is not None:
            if not PAGE.fullmatch(self.field):
                self._odd(NAMES["w.fldChar"], self.field.strip(), True)
            self.field = None
            yield PAGE_NUMBER
        elif kind != "separate":
            self._odd(NAMES["w.fldChar"], self.field or "", True)

    def _table(self, element: Element) -> Table:
        properties = element.find("w.tblPr")
        style = nearest([properties], "w.tblStyle") if properties is not None else None
        for what in (*looks.table(properties), *self.styles.of_table(style)):
            self._odd(what, block=True)
        rows = []
        for child in element:
            if child.tag == "w.tr":
                rows.append(self._row(child))
            elif child.tag not in ("w.tblPr", "w.tblGrid"):
                self._inline(child)
        return Table(tuple(rows))

    def _row(self, element: Element) -> tuple[Paragraph, ...]:
        cells = []
        for child in element:
            if child.tag == "w.tc":
                cells.append(self._cell(child))
            elif child.tag not in ("w.trPr", "w.tblPrEx"):
                self._inline(child)
        widths = [number(width.get("w.w")) for each in element.findall("w.tc/w.tcPr") for width in each.findall("w.tcW")]
        wide = [("移到页外的表", "a table moved off the page")] if sum(widths) > looks.WIDEST else []
        for what in (*wide, *looks.row(element.find("w.trPr"))):
            self._odd(what, " ".join(cell.text for cell in cells), True)
        return tuple(cells)

    def _cell(self, element: Element) -> Paragraph:
        paragraphs = []
        for child in element:
            if child.tag == "w.p":
                paragraphs.append(self._paragraph(child))
            elif child.tag != "w.tcPr":
                self._inline(child)
        said = "\n".join(each.text for each in paragraphs)
        for what in looks.cell(element.find("w.tcPr")):
            self._odd(what, said, True)
        return Paragraph(said.strip(), tuple(name for each in paragraphs for name in each.figures))

    # ------------------------------------------------------------ pages

    def _edges(self, section: Element) -> None:
        """What stands above and below on each kind of page, and the page's measures."""
        settings = self._tree("settings")
        even = settings is not None and any(map(looks.on, settings.findall("w.evenAndOddHeaders")))
        shown = {
            "default",
            *(["even"] if even else []),
            *(["first"] if any(map(looks.on, section.findall("w.titlePg"))) else []),
        }
        targets = {id_: each.target for id_, each in self.parts.relations(self.main).items()}
        for child in section:
            kind = child.tag.removeprefix("w.").removesuffix("Reference")
            page = child.get("w.type", "default")
            if child.tag in ("w.headerReference", "w.footerReference") and page in shown:
                self._edge(f"{kind} {page}", self.parts.tree(targets.get(child.get("r.id", ""), ""), ROOTS[kind]))
            elif child.tag in looks.REVISIONS:
                self._odd(looks.REVISED)
        for what in looks.page(section):
            self._odd(what)
        size, margins = section.find("w.pgSz"), section.find("w.pgMar")
        measures = [(size, "w.w"), (size, "w.h"), *((margins, f"w.{side}") for side in ("top", "right", "bottom", "left"))]
        told = [round(number(each.get(key)) / 56.7) if each is not None else 0 for each, key in measures]  # mm
        columns = section.find("w.cols")
        told += [int(number(columns.get("w.num")) or 1) if columns is not None else 1, int("first" in shown)]
        self.found.edges["page"] = " × ".join(map(str, told))

    def _edge(self, name: str, tree: Element) -> None:
        said = []
        for child in tree:
            if child.tag == "w.p":
                said.append(self._paragraph(child).text)
            else:
                self._inline(child)
        if text := "\n".join(filter(None, said)):
            self.found.edges[name] = text
