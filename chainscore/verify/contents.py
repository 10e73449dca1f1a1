"""What an .xlsx workbook says and shows: cells with their looks, and everything else as facts that can be compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from xml.etree.ElementTree import Element

from chainscore.verify.cells import Cell, Place, Row, Strings, corners_of, place_of, read_rows
from chainscore.verify.flatten import Facts, facts
from chainscore.verify.markup import UnverifiableError, hold_in_order, number, only, true, whole
from chainscore.verify.package import Parts, Relation
from chainscore.verify.spelling import Move, Spelling, stay
from chainscore.verify.styles import Styles

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges",
    "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr",
    "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture",
    "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""The schema's order of what a worksheet has (ECMA-376 part 1, 18.3.1.99); only conditional formats are repeated."""
OF_BOOK = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
"""That of a workbook (18.2.27)."""
ELSEWHERE = ("dimension", "cols", "sheetData", "mergeCells", "hyperlinks", "drawing", "legacyDrawing")
"""What is compared in a way of its own."""
IN_DRAWINGS = {
    "xdr.pic": ("xdr.nvPicPr", "xdr.blipFill", "xdr.spPr"),
    "xdr.nvPicPr": ("xdr.cNvPr", "xdr.cNvPicPr"),
    "xdr.graphicFrame": ("xdr.nvGraphicFramePr", "xdr.xfrm", "a.graphic"),
    "xdr.nvGraphicFramePr": ("xdr.cNvPr", "xdr.cNvGraphicFramePr"),
}
"""What charts and pictures begin with (20.5.2)."""
CORNER = ("row", "rowOff", "col", "colOff")
USUAL_HEIGHT = 15.0
EMU_IN_POINT, EMU_IN_WIDTH = 12_700, 66_675
"""What drawings are measured in, in a point and in a unit of a column's width (7 pixels of 11 point letters)."""
USUAL_WIDTH = 9.14
"""Of a column of which nothing is said, with the room around it."""


OF_COLUMN = ("min", "max", "width", "hidden", "style", "customWidth", "bestFit")


@dataclass(frozen=True)
class Column:
    width: float = USUAL_WIDTH
    hidden: bool = False
    style: int = 0
    own: bool = False
    """The workbook says so, rather than a program by default."""


@dataclass(frozen=True)
class Link:
    address: str
    anchor: str
    tip: str


@dataclass
class Sheet:
    """One sheet."""

    name: str
    number: str
    """``sheetId``."""
    state: str
    part: str
    spelling: Spelling = field(repr=False)
    cells: dict[Place, Cell] = field(default_factory=dict)
    lines: dict[int, Row] = field(default_factory=dict)
    """What the part says of rows."""
    columns: list[tuple[int, int, Column]] = field(default_factory=list)
    """Runs of columns: first, last and what is said of them."""
    other_columns: Column = Column()
    merges: set[str] = field(default_factory=set)
    links: dict[Place, Link] = field(default_factory=dict)
    notes: dict[Place, str] = field(default_factory=dict)
    drawings: list[Element] = field(default_factory=list)
    """Anchors of what lies on the sheet."""
    others: list[Element] = field(default_factory=list)
    strange: Facts = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """Row → column → cell with a value or formula, in order."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in self.cells.items():
            if cell.value is not None or cell.formula is not None:
                rows.setdefault(row, {})[column] = cell
        return rows

    def facts(self, move: Move = stay) -> Facts:
        """What it says beside cells, rows, columns and drawings, with the places that it names moved."""
        found: Facts = dict(self.strange)
        spell = self.spelling.speller(move, self.name, self.part)
        seen: Counter[str] = Counter()
        for element in self.others:
            path = element.tag
            if path == "conditionalFormatting":  # of which there are many, in any order
                path += f"#{self.spelling.areas(element.get('sqref', ''), self.name, move)}"
            seen[path] += 1
            found |= facts(element, spell, path if seen[path] == 1 else f"{path}#{seen[path]}")
        return found

    def column(self, number_: int) -> Column:
        return next((column for first, last, column in self.columns if first <= number_ <= last), self.other_columns)

    def anchor(self, element: Element, move: Move = stay) -> Facts:
        """All that one thing that lies on the sheet says; of a chart or picture what it shows too."""
        spell = self.spelling.speller(move, self.name, self.spelling.drawing_of[self.part])
        return facts(element, lambda each: self._corner(each) if each.tag in ("xdr.from", "xdr.to") else spell(each))

    def _corner(self, element: Element) -> Element:
        """A corner of what lies on the sheet, in rows and columns."""
        texts = {child.tag.removeprefix("xdr."): child.text or "" for child in element}
        if len(element) != len(CORNER) or not all(re.fullmatch("-?[0-9]{1,9}", texts.get(name, "")) for name in CORNER):
            raise UnverifiableError("图表或图片的位置不合规范", "a place of a chart or picture that is none", self.name)
        row, down, column, right = (float(texts[name]) for name in CORNER)
        line = self.lines.get(int(row) + 1)
        height = line.height if line is not None and line.height else USUAL_HEIGHT
        width = self.column(int(column) + 1).width or USUAL_WIDTH
        x, y = column + _within(right / (width * EMU_IN_WIDTH)), row + _within(down / (height * EMU_IN_POINT))
        return Element(element.tag, {"x": f"{x:.3f}", "y": f"{y:.3f}"})


def _is_whole(element: Element) -> bool:
    """Whether an element of a drawing has what it must have, in order: Excel leaves out the drawing where it has not."""
    tags = tuple(child.tag for child in element)
    if element.tag == "xdr.twoCellAnchor":
        return (*tags[:2], *tags[3:]) == ("xdr.from", "xdr.to", "xdr.clientData")
    wanted = IN_DRAWINGS.get(element.tag, ())
    return tags[: len(wanted)] == wanted


def _within(share: float) -> float:
    """Of a row or column, no more than all of it: LibreOffice goes somewhat beyond the last one where widths were rounded."""
    return 1.0 if 1 < share < 2 else share


@dataclass(frozen=True)
class Contents:
    sheets: Mapping[str, Sheet]
    styles: Styles
    strings: Strings
    names: Mapping[tuple[str, str], str]
    """(Name, the sheet that it is for, or "") → what it stands for."""
    others: Facts
    """What the workbook says beside."""


def read_contents(package: bytes) -> Contents:
    """The contents of a workbook that ``open_package`` has let pass. Raises UnverifiableError."""
    return _Reader(Parts(package)).read()


class _Reader:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def read(self) -> Contents:
        parts = self.parts
        top = parts.relations("").values()
        others = {f"relation#{each.kind}": each.target for each in top if each.kind not in OF_PACKAGE}
        for each in top:
            others |= _properties(parts.tree(each.target, PROPERTIES[each.kind])) if each.kind in PROPERTIES else {}
        main = next((each.target for each in top if each.kind == "officeDocument"), None)
        if main is None:
            raise UnverifiableError("没有工作簿部件", "there is no workbook part")
        related = parts.relations(main)
        listed = {element.get("r.id", "") for element in parts.tree(main, "workbook").iter("sheet")}
        one = {each.kind: each.target for key, each in related.items() if each.kind != "worksheet" and key not in listed}
        others |= {f"relation#{kind}": target for kind, target in one.items() if kind not in OF_WORKBOOK}
        if "styles" not in one:
            raise UnverifiableError("没有样式部件", "there is no part of styles")
        self.theme = parts.tree(one["theme"], "a.theme") if "theme" in one else None
        self.styles = Styles(parts.tree(one["styles"], "styleSheet"), self.theme, one["styles"])
        self.strings = Strings(parts.tree(one["sharedStrings"], "sst") if "sharedStrings" in one else None, self.styles)
        self.spelling = Spelling(parts, self.styles, _is_of_2007(parts))
        workbook = parts.tree(main, "workbook")
        sheets = self._sheets(workbook, related)
        others |= self._workbook(workbook, main)
        others |= self._chain(one.get("calcChain"), sheets)
        others |= {f"part#{name}": name for name in parts.unreached()}
        return Contents(sheets, self.styles, self.strings, _names(workbook, list(sheets), main), others)

    def _workbook(self, workbook: Element, main: str) -> Facts:
        found: Facts = {}
        for element in workbook:
            if element.tag not in ("sheets", "definedNames"):
                found |= facts(element, self.spelling.speller(stay, "", main))
        hold_in_order(workbook, OF_BOOK, main)
        if len({element.tag for element in workbook}) < len(workbook):
            raise UnverifiableError("工作簿部件的内容重复", "a section of the workbook twice")
        usual = {
            f"usual{number}/{key}": value
            for number, look in enumerate(self.styles.usual)
            for key, value in look.items()
            if key.startswith(("font/", "fill/", "border/"))
        }
        return found | usual | (_theme(self.theme, self.styles) if self.theme is not None else {})

    def _sheets(self, workbook: Element, related: Mapping[str, Relation]) -> dict[str, Sheet]:
        sheets: dict[str, Sheet] = {}
        listed = only(workbook, "sheets", "workbook")
        for element in listed if listed is not None else ():
            relation = related.get(element.get("r.id", ""))
            name = element.get("name", "")
            if (
                relation is None
                or name.casefold() in {each.casefold() for each in sheets}
                or relation.target in {each.part for each in sheets.values()}
                or element.get("sheetId") in {each.number for each in sheets.values()}
            ):
                raise UnverifiableError("工作表重复或没有部件", "a sheet twice or without a part", name)
            id_ = str(whole(element.get("sheetId"), "sheetId"))
            sheet = sheets[name] = Sheet(name, id_, element.get("state", "visible"), relation.target, self.spelling)
            if relation.kind == "worksheet":
                try:
                    self._sheet(sheet)
                except UnverifiableError as error:
                    error.sheet = name
                    raise
            else:
                sheet.strange["relation#sheet"] = relation.kind
        if len([each for each in related.values() if each.kind == "worksheet"]) > len(sheets):
            raise UnverifiableError("有工作表部件不在工作表之列", "a worksheet part that is not among the sheets")
        return sheets

    def _sheet(self, sheet: Sheet) -> None:
        tree, related = self.parts.tree(sheet.part, "worksheet"), self.parts.relations(sheet.part)
        sections = _sections(tree, sheet.part)
        sheet.others = [child for child in tree if child.tag not in ELSEWHERE]
        if "sheetData" in sections:
            sheet.cells = dict(read_rows(sections["sheetData"], self.styles, self.strings, sheet.lines))
        width = sections["sheetFormatPr"].get("defaultColWidth") if "sheetFormatPr" in sections else None
        sheet.other_columns = Column(number(width) if width is not None else USUAL_WIDTH)
        for run in sections.get("cols", ()):
            sheet.columns.append(_columns(run, self.styles, sheet.other_columns, sheet.strange))
        if any(before[1] >= after[0] for before, after in pairwise(sheet.columns)):
            raise UnverifiableError("列的范围重叠或不按顺序", "ranges of columns that overlap or are out of order")
        if "dimension" in sections:
            _hold_within(sheet, sections["dimension"].get("ref", ""))
        sheet.merges = {each.get("ref", "") for each in sections.get("mergeCells", ())}
        for each in sections.get("hyperlinks", ()):
            _link(sheet, each, related)
        drawing = sections["drawing"].get("r.id", "") if "drawing" in sections else None
        for key, relation in related.items():
            if key == drawing and relation.kind == "drawing":
                self._drawing(sheet, relation.target)
            elif relation.kind == "comments":
                self._notes(sheet, relation.target)
            elif relation.kind == "vmlDrawing":
                sheet.strange["relation#vmlDrawing"] = relation.target
            elif relation.kind not in ("hyperlink", "printerSettings"):
                sheet.strange[f"relation#{relation.kind}"] = relation.target

    def _drawing(self, sheet: Sheet, part: str) -> None:
        sheet.drawings = list(self.parts.tree(part, "xdr.wsDr"))
        if not all(_is_whole(each) for anchor in sheet.drawings for each in anchor.iter()):
            raise UnverifiableError(
                "图表或图片的内容不合规范", "a chart or picture with something else in it, or less", sheet.name
            )
        self.spelling.drawing_of[sheet.part] = part

    def _notes(self, sheet: Sheet, part: str) -> None:
        for element in self.parts.tree(part, "comments").iter("comment"):
            place = place_of(element.get("ref", ""))
            sheet.notes[place] = sheet.notes.get(place, "") + "".join(text.text or "" for text in element.iter("t"))

    def _chain(self, part: str | None, sheets: Mapping[str, Sheet]) -> Facts:
        """What the order of calculation says of cells that have no formula."""
        listed = {sheet.number: sheet for sheet in sheets.values()}
        strange, at = {}, "0"
        for element in self.parts.tree(part, "calcChain") if part is not None else ():
            at, place = element.get("i", at), element.get("r", "")
            sheet = listed.get(at)
            cell = sheet.cells.get(place_of(place)) if sheet is not None else None
            if cell is None or cell.formula is None:
                strange[f"calcChain#{at}!{place}"] = "c"
        return strange


PRINT_AREA = "_xlnm.Print_Area"
_GNUMERIC = re.compile(r'ERROR\("([^"]*,[^"]*)"\)')
"""Titles of rows and of columns as Gnumeric saves them, which cannot repeat both."""
PROPERTIES = {
    "core-properties": "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}coreProperties",
    "extended-properties": "ep.Properties",
    "custom-properties": "cp.Properties",
}
"""Kinds of parts → the outermost element of each."""
SHOWN = (
    "title", "subject", "description", "keywords", "category", "contentStatus",
    "ep.Company", "ep.Manager", "ep.HyperlinkBase",
)  # fmt: skip
THEME_PARTS = [
    ["a.majorFont", "a.minorFont"],
    ["a.fillStyleLst", "a.lnStyleLst", "a.effectStyleLst", "a.bgFillStyleLst"],
]
"""What every theme has of fonts and of looks, in order."""
OF_PACKAGE = ("officeDocument", *PROPERTIES)
OF_WORKBOOK = ("styles", "sharedStrings", "theme", "calcChain")


def _properties(tree: Element) -> Facts:
    """What the file's properties say of it for readers, and the names of those that somebody added."""
    found = {}
    for element in tree:
        name = element.tag.rpartition("}")[2]
        if (name in SHOWN or element.tag in SHOWN) and element.text:
            found[f"properties/{name}"] = element.text
        elif element.tag == "cp.property":
            found[f"properties/own#{element.get('name', '')}"] = "".join(child.text or "" for child in element)
    return found


def _is_of_2007(parts: Parts) -> bool:
    """Whether a file says that Excel 2007 has written it, by which LibreOffice knows what charts leave out."""
    part = next((each.target for each in parts.relations("").values() if each.kind == "extended-properties"), None)
    said = {child.tag: child.text or "" for child in parts.tree(part, "ep.Properties")} if part is not None else {}
    return said.get("ep.Application", "").startswith("Microsoft") and said.get("ep.AppVersion", "").startswith("12.")


def _theme(theme: Element, styles: Styles) -> Facts:
    """The colours, fonts, fills and lines of what is said to have the theme's, or nothing of its own, such as charts."""
    fonts = {
        f"theme/{kind}/{each.get('script', each.tag)}": each.get("typeface", "")
        for kind in ("majorFont", "minorFont")
        for each in theme.iterfind(f"a.themeElements/a.fontScheme/a.{kind}/*")
    }
    looks: Facts = {}
    schemes = theme.find("a.themeElements/a.fontScheme"), theme.find("a.themeElements/a.fmtScheme")
    if [None if scheme is None else [each.tag for each in scheme if len(each)] for scheme in schemes] != THEME_PARTS:
        raise UnverifiableError("主题不完整", "a theme that is not whole")
    for kind in theme.iterfind("a.themeElements/a.fmtScheme/*"):
        for look in list(kind)[:1]:  # the subtle one, which charts of the usual style have
            looks |= facts(look, lambda each: each, f"theme/{kind.tag}/{look.tag}")
    return fonts | looks | {f"theme/{name}": colour for name, colour in styles.theme.items()}


def _sections(tree: Element, part: str) -> dict[str, Element]:
    """The parts of a worksheet by name. Raises UnverifiableError for one that is twice or out of order."""
    hold_in_order(tree, ORDER, part)
    repeated = [child.tag for child in tree if child.tag != "conditionalFormatting"]
    if len(set(repeated)) < len(repeated):
        raise UnverifiableError(f"部件 {part} 的内容重复", f"a section twice in the part {part}")
    return {child.tag: child for child in tree}


def _hold_within(sheet: Sheet, area: str) -> None:
    """Tell an area in which a sheet is said to have its cells, where it has others: some readers look nowhere else."""
    (top, left), (bottom, right) = corners_of(area)
    if any(not (top <= row <= bottom and left <= column <= right) for row, cells in sheet.rows.items() for column in cells):
        sheet.strange["dimension"] = area


def _columns(run: Element, styles: Styles, usual: Column, strange: Facts) -> tuple[int, int, Column]:
    first, last = (whole(run.get(key), key) for key in ("min", "max"))
    if not 1 <= first <= last:
        raise UnverifiableError("列的范围不合规范", "a range of columns that is none")
    for key, value in run.attrib.items():
        if key not in OF_COLUMN and value not in ("0", "false"):
            strange[f"cols@{key}"] = value
    width = run.get("width")
    column = Column(
        number(width) if width is not None else usual.width,
        true(run.get("hidden")),
        styles.cell(run.get("style")),
        width is not None,
    )
    return first, last, column


def _link(sheet: Sheet, element: Element, related: Mapping[str, Relation]) -> None:
    relation = related.get(element.get("r.id", ""))
    place = place_of(element.get("ref", "").partition(":")[0])
    if place in sheet.links or ":" in element.get("ref", ""):
        sheet.strange[f"hyperlinks#{element.get('ref')}"] = "hyperlink"
    sheet.links[place] = Link(
        relation.target if relation is not None else "", element.get("location", ""), element.get("tooltip", "")
    )


def _names(workbook: Element, sheets: list[str], part: str) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    listed = only(workbook, "definedNames", part)
    for element in listed if listed is not None else ():
        at = element.get("localSheetId")
        if at is not None and whole(at, "localSheetId") >= len(sheets):
            raise UnverifiableError("名称所属的工作表不存在", "a name for a sheet that is not there")
        name = element.get("name", "")
        # Gnumeric leaves out the prefix of all but this one, without which it is no print area.
        plain = name if name == PRINT_AREA else name.removeprefix("_xlnm.")
        key = plain, sheets[int(at)] if at is not None else ""
        said = {other for other, value in element.attrib.items() if value not in ("0", "false")} - {"name", "localSheetId"}
        if said and plain != "_FilterDatabase":
            raise UnverifiableError(f"名称 {name} 有 {min(said)}", f"{min(said)} at the name {name}")
        if key in names:
            raise UnverifiableError(f"名称 {key[0]} 重复", f"the name {key[0]} twice")
        lost = _GNUMERIC.fullmatch(element.text or "") if name == "Print_Titles" else None
        names[key] = lost[1] if lost is not None else element.text or ""
    return names
