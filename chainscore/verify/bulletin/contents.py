"""What a Word document says and shows: paragraphs, tables, what stands at the edges of each page, and what else is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from chainscore.verify.bulletin import looks, pages, tables
from chainscore.verify.bulletin.kinds import (
    BLANKS,
    FIGURE,
    IGNORED,
    KINDS,
    NAMES,
    PAGE,
    PAGE_NUMBER,
    ROOTS,
    SHOWN_NUMBER,
    TITLES,
)
from chainscore.verify.bulletin.looks import CELL, EDGE, TEXT, Place, Said, nearest
from chainscore.verify.bulletin.soundness import number, refuse_ambiguities
from chainscore.verify.bulletin.styles import Styles, differ
from chainscore.verify.markup import UnverifiableError
from chainscore.verify.package import Parts

MOST_EDGES = 4
"""Paragraphs above or below the text."""


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
    titles: dict[str, str] = field(default_factory=dict)
    """What the file says of itself beside them: TITLES → text, where there is any."""

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
        self.tables: dict[str | None, list[Said]] = {}
        """Styles of tables → what is odd about each."""
        self.field: str | None = None
        """The instruction of the field that has begun."""
        self.result: str | None = None
        """What it showed at the last save, once that has begun."""

    def _one(self, source: str, kind: str) -> str | None:
        return next((each.target for each in self.parts.relations(source).values() if each.kind == kind), None)

    def _tree(self, kind: str) -> Element | None:
        part = self._one(self.main, kind)
        return self._part(part, kind) if part is not None else None

    def _part(self, part: str, kind: str) -> Element:
        tree = self.parts.tree(part, ROOTS[kind])
        refuse_ambiguities(tree, part)
        return tree

    def read(self) -> Contents:
        document = self._part(self.main, "officeDocument") if self.main else None
        body = document.find("w.body") if document is not None else None
        if document is None or body is None:
            raise UnverifiableError("没有正文", "there is no text")
        self._properties()
        self._relations()
        self._other_parts()
        for child in document:
            if child is not body:
                self._odd_element(child)
        sections = body.findall("w.sectPr")
        for child in body:
            if child.tag != "w.sectPr":
                self._block(child)
        if len(sections) != 1 or body[-1].tag != "w.sectPr":
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
        part, core = (self._one("", kind) for kind in ("custom-properties", "core-properties"))
        for each in self._part(part, "custom-properties") if part is not None else ():
            if each.get("name", "") in self.found.properties:
                raise UnverifiableError(f"文件属性 {each.get('name')} 重复", f"the property {each.get('name')} twice")
            self.found.properties[each.get("name", "")] = "".join(child.text or "" for child in each)
        for each in self._part(core, "core-properties") if core is not None else ():
            name = each.tag.rpartition("}")[2]
            if name in TITLES and (each.text or "").strip():
                self.found.titles[name] = self.found.titles.get(name, "") + (each.text or "").strip()

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

    def _other_parts(self) -> None:
        """What the parts beside the text would make of it."""
        settings, theme, fonts = (self._tree(kind) for kind in ("settings", "theme", "fontTable"))
        numbers = pages.numbers(self._tree("numbering"))
        for what, text in (*pages.settings(settings), *pages.theme(theme), *pages.fonts(fonts), *numbers):
            self._odd(what, text)
        for what in looks.letters(self.styles.properties("w.rPr", "character", None)):
            self._odd(what)
        effects, web = self._tree("stylesWithEffects"), self._tree("webSettings")
        if effects is not None and differ(self._tree("styles"), effects):
            self._odd(("另一套样式", "another set of styles"))
        if web is not None and web.find("w.frameset") is not None:
            self._odd(("框架", "a set of frames"))

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

    def _paragraph(self, element: Element, place: Place = TEXT) -> Paragraph:
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
            self.field = self.result = None
        chain = [*own, *self.styles.properties("w.pPr", "paragraph", style), *self.styles.defaults("w.pPr")]
        for what in dict.fromkeys(looks.lines(chain, largest, place)):  # a paragraph of no text may show a number
            self._odd(what, said, True)
        return Paragraph(
            said.strip(BLANKS + "\n" if place is TEXT else BLANKS),
            tuple(filter(FIGURE.fullmatch, named)),
            self.styles.name(style),
        )

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
        if said and not said.strip() and looks.drawn(chain):
            self._odd(("画线的空格", "a blank with a line"), said, True)
        return said, number(nearest(chain, "w.sz") or "20") if said.strip() else 0.0

    def _pieces(self, run: Element) -> Iterator[str]:
        for child in run:
            match child.tag:
                case "w.rPr":
                    continue
                case "w.fldChar":
                    yield from self._field(child)
                case "w.instrText":
                    self._instruction(child)
                case "w.t" if self.field is None:
                    yield child.text or ""
                case "w.t":
                    self._result(child)
                case "w.tab":
                    yield "\t"
                case "w.br" | "w.cr":
                    yield "\n"  # a break of pages within a figure makes two of it
                case "w.noBreakHyphen":
                    yield "-"
                case tag if tag not in IGNORED:
                    self._odd_element(child, True)

    def _instruction(self, element: Element) -> None:
        if self.field is None or self.result is not None:
            self._odd_element(element, True)
        else:
            self.field += element.text or ""

    def _result(self, element: Element) -> None:
        """What a field shows: the program that shows it works it out, unless the field is none that it knows."""
        if self.result is None:
            self._odd_element(element, True)
        else:
            self.result += element.text or ""

    def _field(self, mark: Element) -> Iterator[str]:
        kind = mark.get("w.fldCharType")
        odd = len(mark) > 0 or mark.get("w.fldLock") is not None
        if kind == "begin" and self.field is None:
            self.field = ""
        elif kind == "separate" and self.field is not None and self.result is None:
            self.result = ""
        elif kind == "end" and self.field is not None:
            odd |= not PAGE.fullmatch(self.field) or not SHOWN_NUMBER.fullmatch(self.result or "")
            yield PAGE_NUMBER
        else:
            odd = True
        if odd:
            self._odd(NAMES["w.fldChar"], f"{self.field or ''} {self.result or ''}".strip(), True)
        if kind == "end":
            self.field = self.result = None

    def _table(self, element: Element) -> Table:
        properties, grid = element.find("w.tblPr"), element.find("w.tblGrid")
        own = [properties] if properties is not None else []
        for what in dict.fromkeys(
            (*tables.table(properties), *tables.columns(grid), *self._of_style(nearest(own, "w.tblStyle")))
        ):
            self._odd(what, block=True)
        rows = []
        for child in element:
            if child.tag == "w.tr":
                rows.append(self._row(child, element, nearest(own, "w.jc")))
            elif child.tag not in ("w.tblPr", "w.tblGrid"):
                self._inline(child)
        return Table(tuple(rows))

    def _of_style(self, style: str | None) -> list[Said]:
        if style not in self.tables:
            self.tables[style] = list(dict.fromkeys(tables.styled(self.styles.chain("table", style))))
        return self.tables[style]

    def _row(self, element: Element, table: Element, placed: str | None) -> tuple[Paragraph, ...]:
        cells = []
        for child in element:
            if child.tag == "w.tc":
                cells.append(self._cell(child))
            elif child.tag not in ("w.trPr", "w.tblPrEx"):
                self._inline(child)
        for what in dict.fromkeys(tables.row(element, table, placed)):
            self._odd(what, " ".join(cell.text for cell in cells), True)
        return tuple(cells)

    def _cell(self, element: Element) -> Paragraph:
        paragraphs = []
        for child in element:
            if child.tag == "w.p":
                paragraphs.append(self._paragraph(child, CELL))
            elif child.tag != "w.tcPr":
                self._inline(child)
        said = "\n".join(each.text for each in paragraphs)
        for what in dict.fromkeys(tables.cell(element.find("w.tcPr"))):
            self._odd(what, said, True)
        return Paragraph(said.strip(BLANKS), tuple(name for each in paragraphs for name in each.figures))

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
        for kind, page, id_ in pages.references(section, shown):
            self._edge(f"{kind} {page}", self._part(targets.get(id_, ""), kind))
        for what in dict.fromkeys(pages.page(section)):
            self._odd(what)
        self.found.edges["page"] = " × ".join(map(str, (*pages.measures(section), int("first" in shown))))

    def _edge(self, name: str, tree: Element) -> None:
        said = []
        for child in tree:
            if child.tag == "w.p":
                said.append(self._paragraph(child, EDGE).text)
            else:
                self._inline(child)
        if len(said) > MOST_EDGES:
            self._odd(("占满页面的页眉或页脚", "a header or footer that fills the page"))
        if text := "\n".join(filter(None, said)):
            self.found.edges[name] = text
