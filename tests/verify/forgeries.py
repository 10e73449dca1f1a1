"""Forgeries of one results workbook: each a small change of its parts, by which somebody would see something else than was published."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.packages import package, parts_of

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN = "xl/workbook.xml"
RANKING, SCORES = "排名", "得分"
"""Sheets, which stand for their parts."""
STYLES, STRINGS, THEME = "xl/styles.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml"
DRAWING, CHART = "drawing", "chart"
"""The drawing of the ranking, and its first chart."""
TYPES = "[Content_Types].xml"
TOTAL = re.compile(r'<c r="([A-Z]+\d+)" s="(\d+)"><f>(INDEX[^<]*)</f><v>(\d{2}\.\d+)</v></c>')
"""The cells of points in the ranking: a formula with its saved value."""


def relations_part(source: str) -> str:
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if source else "_rels/.rels"


class Forged:
    """The parts of a workbook that is being forged."""

    def __init__(self, content: bytes) -> None:
        self.parts = parts_of(content)
        self.names = {
            name: f"xl/{self._target(MAIN, id_)}"
            for name, id_ in re.findall(r'<sheet name="([^"]+)"[^>]*r:id="([^"]+)"', self.text(MAIN))
        }
        for name, source in ((DRAWING, RANKING), (CHART, DRAWING)):
            id_ = re.search(rf'<(?:c:)?{name} [^>]*r:id="([^"]+)"', self.text(source))
            assert id_ is not None
            self.names[name] = self._target(source, id_[1]).replace("..", "xl")

    def _target(self, source: str, id_: str) -> str:
        relations = self.text(relations_part(self.part(source)))
        found = next(each for each in re.findall("<Relationship [^>]*>", relations) if f'Id="{id_}"' in each)
        return re.findall('Target="([^"]+)"', found)[0]

    def part(self, name: str) -> str:
        """The name of the part that a sheet's name, DRAWING or CHART stands for; of another, its own."""
        return getattr(self, "names", {}).get(name, name)

    def text(self, part: str) -> str:
        return self.parts[self.part(part)].decode()

    def put(self, part: str, text: str) -> None:
        self.parts[self.part(part)] = text.encode()

    def change(self, part: str, pattern: str, replacement: str, times: int = 1) -> None:
        """Replace what a regular expression finds; it has to be there."""
        changed, number = re.subn(pattern, replacement, self.text(part), count=times, flags=re.DOTALL)
        assert number, (part, pattern)
        assert changed != self.text(part), (part, pattern)
        self.put(part, changed)

    @property
    def total(self) -> re.Match[str]:
        """The cell with the greatest points of the ranking."""
        return max(TOTAL.finditer(self.text(RANKING)), key=lambda match: float(match[4]))

    def cell(self, replacement: str) -> None:
        """Write the cell of the total otherwise; ``{r}``, ``{s}``, ``{f}`` and ``{v}`` are its place, style, formula and value."""
        match = self.total
        values = {"r": match[1], "s": match[2], "f": match[3], "v": match[4], "whole": match[0]}
        self.put(RANKING, self.text(RANKING).replace(match[0], replacement.format(**values)))

    def before(self, part: str, tag: str, text: str) -> None:
        """Put something in front of a tag of a part."""
        assert tag in self.text(part), (part, tag)
        self.put(part, self.text(part).replace(tag, text + tag, 1))

    def after(self, part: str, tag: str, text: str) -> None:
        assert tag in self.text(part), (part, tag)
        self.put(part, self.text(part).replace(tag, tag + text, 1))

    def add(self, part: str, content: str, type_: str, source: str, kind: str, id_: str = "rId99") -> None:
        """Add a part with its content type and the relation that leads to it."""
        self.put(part, content)
        self.before(TYPES, "</Types>", f'<Override PartName="/{part}" ContentType="{type_}"/>')
        self.relate(source, f'<Relationship Id="{id_}" Type="{kind}" Target="/{part}"/>')

    def relate(self, source: str, relation: str) -> None:
        listed = relations_part(self.part(source))
        if listed not in self.parts:
            self.put(
                listed, '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
        self.before(listed, "</Relationships>", relation)

    # ------------------------------------------------ looks

    def section(self, name: str, item: str) -> int:
        """Add an item to a list of the styles; its number."""
        found = re.search(rf'<{name} count="(\d+)">', self.text(STYLES))
        if found is None:
            self.after(
                STYLES,
                '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
                f'<{name} count="1">{item}</{name}>',
            )
            return 0
        self.put(STYLES, self.text(STYLES).replace(found[0], f'<{name} count="{int(found[1]) + 1}">'))
        self.before(STYLES, f"</{name}>", item)
        return int(found[1])

    def look(self, place: str = "", **changes: str) -> None:
        """Give a cell (the total's) a style like its own with other attributes; ``inner`` is what stands in it."""
        match = self.total
        cell = re.search(rf'<c r="{place}" s="(\d+)"', self.text(RANKING)) if place else None
        number = int(cell[1] if cell is not None else match[2])
        whole = re.search(r"<cellXfs.*?</cellXfs>", self.text(STYLES), re.DOTALL)
        assert whole is not None
        xf = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", whole[0], re.DOTALL)[number]
        inner = changes.pop("inner", None)
        for key, value in changes.items():
            xf = (
                re.sub(rf'{key}="[^"]*"', f'{key}="{value}"', xf, count=1)
                if f"{key}=" in xf
                else xf.replace("<xf ", f'<xf {key}="{value}" ', 1)
            )
        if inner is not None:
            xf = re.sub(r"<alignment[^>]*/>", inner, xf, count=1)
        style = self.section("cellXfs", xf)
        old = cell[0] if cell is not None else f'<c r="{match[1]}" s="{match[2]}"'
        self.put(RANKING, self.text(RANKING).replace(old, re.sub(r's="\d+"', f's="{style}"', old)))

    def font(self, inner: str, place: str = "") -> None:
        self.look(place, fontId=str(self.section("fonts", f"<font>{inner}</font>")))

    def fill(self, inner: str) -> None:
        self.look(fillId=str(self.section("fills", f"<fill>{inner}</fill>")))

    def format(self, code: str, place: str = "") -> None:
        self.section("numFmts", f'<numFmt numFmtId="399" formatCode="{code}"/>')
        self.look(place, numFmtId="399")

    def packed(self) -> bytes:
        return package(self.parts)


Change = Callable[[Forged], object]


@dataclass(frozen=True)
class Forgery:
    name: str
    change: Change


def formats() -> list[Forgery]:
    codes = [
        "*90.00", "[White]0.00", ";;;", "&quot;99.99&quot;", "0", "0.0", "0.00&quot;亿&quot;", "#", "0,", "0.00%", "[Red]0.00",
        "&quot;9&quot;0.00", "\\\\9\\\\90.00", "[&gt;60]&quot;99.99&quot;;0.00", "[DBNum2]0.00", "yyyy-mm-dd", "0.00E+00", "??/??",
        "[$９-804]0.00", "0.00;0.00;", "0.00_9_9", "_(* 0.00", "General", "@",
    ]  # fmt: skip
    found = [Forgery(f"the number format {code}", lambda f, code=code: f.format(code.replace("\\\\", "\\"))) for code in codes]
    texts = ["@&quot;（作废）&quot;", ";;;", "&quot;第一名&quot;@", ";;;&quot;甲链&quot;"]
    return found + [Forgery(f"the format of text {code}", lambda f, code=code: f.format(code, "B3")) for code in texts]


BASE_FONT = '<b/><sz val="{size}"/><color {colour}/><name val="{name}"/><family val="2"/>'


def fonts() -> list[Forgery]:
    def font(size: str = "11", colour: str = 'theme="1"', name: str = "微软雅黑", more: str = "") -> Change:
        return lambda f: f.font(more + BASE_FONT.format(size=size, colour=colour, name=name))

    looks = {
        "white": font(colour='rgb="FFFFFFFF"'), "white by theme": font(colour='theme="0"'),
        "white by theme and tint": font(colour='theme="1" tint="0.99"'), "white by index": font(colour='indexed="9"'),
        "the colour of the fill": font(colour='rgb="FFDDEBF7"'), "size 3": font("3"), "size 1": font("1"), "size 72": font("72"),
        "Wingdings": font(name="Wingdings"), "Symbol": font(name="Symbol"), "Marlett": font(name="Marlett"),
        "struck out": font(more="<strike/>"), "superscript": font(more='<vertAlign val="superscript"/>'),
        "a symbol's character set": font(more='<charset val="2"/>'), "a theme's font": font(more='<scheme val="major"/>'),
        "condensed": font(more="<condense/>"), "transparent": font(colour='rgb="00FFFFFF"'),
    }  # fmt: skip
    return [Forgery(f"letters: {name}", change) for name, change in looks.items()]


def fills() -> list[Forgery]:
    inner = {
        "black": '<patternFill patternType="solid"><fgColor rgb="FF000000"/><bgColor indexed="64"/></patternFill>',
        "black by theme": '<patternFill patternType="solid"><fgColor theme="1"/></patternFill>',
        "solid without a colour": '<patternFill patternType="solid"/>',
        "dark grid": '<patternFill patternType="darkGrid"><fgColor rgb="FF000000"/></patternFill>',
        "a black gradient": '<gradientFill degree="90"><stop position="0"><color rgb="FF000000"/></stop><stop position="1"><color rgb="FF000000"/></stop></gradientFill>',
        "none": '<patternFill patternType="none"/>',
    }  # fmt: skip
    found = [Forgery(f"fill: {name}", lambda f, text=text: f.fill(text)) for name, text in inner.items()]
    return [*found, Forgery("a picture of filled cells", paint)]


def black(forged: Forged) -> int:
    """The number of a style of black cells."""
    fill = forged.section("fills", '<fill><patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill></fill>')
    return forged.section("cellXfs", f'<xf numFmtId="0" fontId="0" fillId="{fill}" borderId="0" xfId="0"/>')


def small_usual_font(forged: Forged) -> None:
    font = forged.section("fonts", '<font><sz val="3"/><name val="Calibri"/></font>')
    forged.section("cellStyleXfs", f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0"/>')
    forged.change(STYLES, 'name="Normal" xfId="0"', 'name="Normal" xfId="1"')


def all_black(forged: Forged) -> None:
    fill = forged.section("fills", '<fill><patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill></fill>')
    forged.change(STYLES, r'(<cellXfs count="\d+"><xf numFmtId="0" fontId="0" fillId=")0', rf"\g<1>{fill}")


def paint(forged: Forged) -> None:
    style = black(forged)
    row = f'<row r="60"><c r="A60" s="{style}"/><c r="C60" s="{style}"/></row>'
    forged.before(RANKING, "</sheetData>", row)


def alignments() -> list[Forgery]:
    inner = [
        'textRotation="90"', 'textRotation="255"', 'shrinkToFit="1"', 'indent="200"', 'readingOrder="2"', 'wrapText="1"',
        'horizontal="fill"', 'horizontal="centerContinuous"', 'vertical="top"', 'unknown="1"',
    ]  # fmt: skip

    def aligned(text: str) -> Change:
        rest = {"horizontal": "right", "vertical": "center"}
        rest.pop(text.partition("=")[0], None)
        others = "".join(f' {key}="{value}"' for key, value in rest.items())
        return lambda f: f.look(inner=f"<alignment {text}{others}/>")

    return [Forgery(f"the alignment {text}", aligned(text)) for text in inner]


def styles() -> list[Forgery]:
    def border(forged: Forged) -> None:
        sides = "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in ("left", "right", "top", "bottom"))
        line = f'<border diagonalUp="1">{sides}<diagonal style="thick"><color rgb="FF000000"/></diagonal></border>'
        forged.look(borderId=str(forged.section("borders", line)))

    return [
        Forgery("struck through by a border", border),
        Forgery("a quote in front", lambda f: f.look(quotePrefix="1")),
        Forgery("a style that is not there", lambda f: f.cell('<c r="{r}" s="9999"><f>{f}</f><v>{v}</v></c>')),
        Forgery("a style's number in other digits", lambda f: f.cell('<c r="{r}" s="１"><f>{f}</f><v>{v}</v></c>')),
        Forgery("two number formats of one number", lambda f: (f.format("0.00"), f.section("numFmts", '<numFmt numFmtId="399" formatCode="9"/>'))),
        Forgery("a built-in number format redefined", lambda f: (f.section("numFmts", '<numFmt numFmtId="2" formatCode="*90.00"/>'), f.look(numFmtId="2"))),
        Forgery("all fonts Wingdings", lambda f: f.change(STYLES, "微软雅黑", "Wingdings", 99)),
        Forgery("all number formats", lambda f: f.change(STYLES, r'formatCode="0.00_ "', 'formatCode="9.99"')),
        Forgery("the usual font of size 3", lambda f: f.change(STYLES, '<font><sz val="11"/>', '<font><sz val="3"/>')),
        Forgery("the usual font of size 40", lambda f: f.change(STYLES, '<font><sz val="11"/>', '<font><sz val="40"/>')),
        Forgery("a section of styles twice", lambda f: f.before(STYLES, "</styleSheet>", '<fonts count="1"><font><sz val="1"/></font></fonts>')),
        Forgery("a font with two sizes", lambda f: f.change(STYLES, '(<b/>)?<sz val="11"/><color rgb', '<sz val="11"/><sz val="1"/><color rgb')),
        Forgery("dark letters white in the theme", lambda f: f.change(THEME, r"<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>')),
        Forgery("the theme's paper black", lambda f: f.change(THEME, r"<a:lt1>.*?</a:lt1>", '<a:lt1><a:srgbClr val="000000"/></a:lt1>')),
        Forgery("a colour of the theme that is two", lambda f: f.change(THEME, r"<a:accent1>(.*?)</a:accent1>", r"<a:accent1>\1\1</a:accent1>")),
        Forgery("an alignment twice", lambda f: f.look(inner='<alignment horizontal="right" vertical="center"/><alignment horizontal="right" vertical="center"/>')),
        Forgery("a small font under Normal", small_usual_font),
        Forgery("all blank cells black", all_black),
        Forgery("a black row", lambda f: f.change(RANKING, r'<row r="3"', f'<row s="{black(f)}" customFormat="1" r="3"')),
        Forgery("a black column", lambda f: f.change(RANKING, r'(<col min="1" max="1")', rf'\1 style="{black(f)}"')),
        Forgery("black columns on the right", lambda f: f.before(RANKING, "</cols>", f'<col min="12" max="16384" width="9" style="{black(f)}"/>')),
        Forgery("the theme's font Wingdings", lambda f: f.change(THEME, '(<a:minorFont><a:latin typeface=")[^"]*"', r'\1Wingdings"')),
    ]  # fmt: skip


def rows_and_columns() -> list[Forgery]:
    def row(attributes: str) -> Change:
        return lambda f: f.change(RANKING, r'<row r="3"( spans="[^"]*")?[^>]*>', rf'<row r="3" {attributes}>')

    def column(attributes: str) -> Change:
        return lambda f: (
            f.change(RANKING, r'<col min="\d+" max="\d+" width="[^"]*"[^>]*/>', f'<col min="1" max="8" {attributes}/>') or None
        )

    return [
        Forgery("a row of height 3", row('ht="3" customHeight="1"')),
        Forgery("a row of height 0", row('ht="0" customHeight="1"')),
        Forgery("a row of height 3 that is not its own", row('ht="3"')),
        Forgery("a row of height 400", row('ht="400" customHeight="1"')),
        Forgery("a hidden row", row('ht="26.25" customHeight="1" hidden="1"')),
        Forgery("a row in an outline", row('ht="26.25" customHeight="1" outlineLevel="1"')),
        Forgery("an unknown attribute of a row", row('ht="26.25" customHeight="1" hide="1"')),
        Forgery("a row's height in another spelling", row('ht="2_6" customHeight="1"')),
        Forgery("a column of width 0.3", column('width="0.3" customWidth="1"')),
        Forgery("a column of width 200", column('width="200" customWidth="1"')),
        Forgery("hidden columns", column('width="9.7" customWidth="1" hidden="1"')),
        Forgery("columns that show how their texts are read aloud", column('width="9.7109375" customWidth="1" phonetic="1"')),
        Forgery("columns in an outline", column('width="9.7109375" customWidth="1" outlineLevel="2" collapsed="1"')),
        Forgery("rows hidden unless said", lambda f: f.change(RANKING, "<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')),
        Forgery("rows low unless said", lambda f: f.change(RANKING, 'defaultRowHeight="[^"]*"', 'defaultRowHeight="2" customHeight="1"')),
        Forgery("rows under a chart hidden", lambda f: f.before(RANKING, "</sheetData>", "".join(f'<row r="{n}" hidden="1"/>' for n in range(12, 30)))),
    ]  # fmt: skip


def views() -> list[Forgery]:
    def view(attributes: str) -> Change:
        return lambda f: f.change(RANKING, "<sheetView ", f"<sheetView {attributes} ")

    return [
        *(Forgery(f"the view {text}", view(text)) for text in (
            'showFormulas="1"', 'showZeros="0"', 'rightToLeft="1"', 'zoomScale="10"', 'view="pageLayout"', 'showRowColHeaders="0"',
            'topLeftCell="A9"', 'defaultGridColor="0"', 'unknown="1"',
        )),
        Forgery("two views", lambda f: f.before(RANKING, "</sheetViews>", '<sheetView showFormulas="1" workbookViewId="0"/>')),
        Forgery("more rows frozen", lambda f: f.change(RANKING, r'ySplit="\d+"', 'ySplit="9"')),
        Forgery("split instead of frozen", lambda f: f.change(RANKING, 'state="frozen"', 'state="split"')),
        Forgery("a hidden window", lambda f: f.change(MAIN, "<workbookView ", '<workbookView visibility="hidden" ')),
        Forgery("a minimized window", lambda f: f.change(MAIN, "<workbookView ", '<workbookView minimized="1" ')),
        Forgery("no tabs of sheets", lambda f: f.change(MAIN, "<workbookView ", '<workbookView showSheetTabs="0" ')),
        Forgery("two windows", lambda f: f.before(MAIN, "</bookViews>", '<workbookView xWindow="1" showSheetTabs="0"/>')),
        Forgery("views of somebody's own", lambda f: f.before(RANKING, "<printOptions", '<customSheetViews><customSheetView guid="{00000000-0000-0000-0000-000000000001}" showFormulas="1"/></customSheetViews>')),
        Forgery("workbook views of somebody's own", lambda f: f.before(MAIN, "</workbook>", '<customWorkbookViews><customWorkbookView name="x" guid="{00000000-0000-0000-0000-000000000001}" windowWidth="1" windowHeight="1" activeSheetId="1"/></customWorkbookViews>')),
    ]  # fmt: skip


def sheets() -> list[Forgery]:
    def second(state: str) -> Change:
        return lambda f: f.change(MAIN, '(<sheet name="得分")', rf'\1 state="{state}"')

    def section(tag: str, text: str) -> Change:
        return lambda f: f.before(RANKING, tag, text)

    def inner(text: str) -> Change:
        return lambda f: f.before(RANKING, "</worksheet>", f'<extLst><ext uri="{{1}}">{text}</ext></extLst>')

    x14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
    return [
        Forgery("a hidden sheet", second("hidden")),
        Forgery("a sheet hidden well", second("veryHidden")),
        Forgery("sheets in another order", lambda f: f.change(MAIN, r"(<sheet name=\"排名\"[^>]*/>)(<sheet name=\"得分\"[^>]*/>)", r"\2\1")),
        Forgery("a renamed sheet", lambda f: f.change(MAIN, 'name="规则"', 'name="旧规则"')),
        Forgery("a sheet that is gone", lambda f: f.change(MAIN, r'<sheet name="规则"[^>]*/>', "")),
        Forgery("a sheet twice", lambda f: f.change(MAIN, r'(<sheet name="规则"[^>]*/>)', r"\1\1")),
        Forgery("two sheets of one part", lambda f: f.change(MAIN, r'(<sheet name="规则" sheetId=")\d+("[^>]*/>)', r'\g<0>\g<1>99\2').__class__ and f.change(MAIN, '(name="规则" sheetId="99")', 'name="别的" sheetId="99"')),
        Forgery("the sheet protected", section("<printOptions", '<sheetProtection sheet="1" objects="1"/>')),
        Forgery("a background", lambda f: (f.relate(RANKING, f'<Relationship Id="rId98" Type="{OFFICE}image" Target="../media/x.png"/>'), f.parts.update({"xl/media/x.png": b"\x89PNG"}), f.before(TYPES, "<Default ", '<Default Extension="png" ContentType="image/png"/>'), f.after(RANKING, "</headerFooter>", ""), f.before(RANKING, "</worksheet>", '<picture r:id="rId98"/>'))),
        Forgery("a table", section("</worksheet>", '<tableParts count="0"/>')),
        Forgery("page breaks", section("<drawing", '<rowBreaks count="1" manualBreakCount="1"><brk id="3" max="16383" man="1"/></rowBreaks>')),
        Forgery("a message at a cell", section("<printOptions", '<dataValidations count="1"><dataValidation type="custom" showInputMessage="1" promptTitle="更正" prompt="99.99" sqref="H3"><formula1>TRUE</formula1></dataValidation></dataValidations>')),
        Forgery("cells merged over", section("<printOptions", '<mergeCells count="1"><mergeCell ref="G3:H3"/></mergeCells>')),
        Forgery("a link to the net", section("<printOptions", '<hyperlinks><hyperlink ref="H3" location="得分!A1" tooltip="99.99"/></hyperlinks>')),
        Forgery("a filter that hides", section("<printOptions", '<autoFilter ref="A2:K8"><filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn></autoFilter>')),
        Forgery("scenarios", section("<printOptions", '<scenarios current="0"><scenario name="x" count="1"><inputCells r="A1" val="9"/></scenario></scenarios>')),
        Forgery("the colour of the tab", lambda f: f.after(RANKING, "<sheetPr>", '<tabColor rgb="FFFF0000"/>')),
        Forgery("a section out of order", section("<sheetData>", "<printOptions/>")),
        Forgery("a second table of cells", section("</worksheet>", '<sheetData><row r="3"><c r="H3"><v>99.99</v></c></row></sheetData>')),
        Forgery("cells within an extension", inner('<sheetData><row r="3"><c r="H3"><v>99.99</v></c></row></sheetData>')),
        Forgery("an unknown extension", inner('<x:y xmlns:x="urn:x" z="1"/>')),
        Forgery("an unknown element", section("</worksheet>", "<whatever/>")),
        Forgery("cells in alternate content", lambda f: f.change(RANKING, "<sheetData>(.*?)</sheetData>", r'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x14"><sheetData>\1</sheetData></mc:Choice></mc:AlternateContent>')),
        Forgery("a row in another namespace", lambda f: f.before(RANKING, "</sheetData>", '<x:row xmlns:x="urn:x" r="99"/>')),
        Forgery("a conditional format of x14", inner(f'<x14:conditionalFormattings {x14}><x14:conditionalFormatting><x14:cfRule type="expression" priority="1" id="{{1}}"><xm:f>TRUE</xm:f><x14:dxf><font><color rgb="FFFFFFFF"/></font></x14:dxf></x14:cfRule><xm:sqref>H3</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>')),
    ]  # fmt: skip


def conditional() -> list[Forgery]:
    def rule(text: str, look: str = "") -> Change:
        def change(forged: Forged) -> None:
            number = forged.section("dxfs", f"<dxf>{look}</dxf>") if look else 0
            forged.before(
                RANKING,
                "<printOptions",
                f'<conditionalFormatting sqref="H3:H8">{text.format(dxf=number)}</conditionalFormatting>',
            )

        return change

    always = '<cfRule type="expression" dxfId="{dxf}" priority="9"><formula>TRUE</formula></cfRule>'
    return [
        Forgery("a conditional format in white", rule(always, '<font><color rgb="FFFFFFFF"/></font>')),
        Forgery("a conditional number format", rule(always, '<numFmt numFmtId="398" formatCode="&quot;99.99&quot;"/>')),
        Forgery("a conditional number format that hides", rule(always, '<numFmt numFmtId="398" formatCode=";;;"/>')),
        Forgery("a conditional black fill", rule(always, '<fill><patternFill><bgColor rgb="FF000000"/></patternFill></fill>')),
        Forgery("bars instead of numbers", rule('<cfRule type="dataBar" priority="9"><dataBar showValue="0"><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar></cfRule>')),
        Forgery("icons instead of numbers", rule('<cfRule type="iconSet" priority="9"><iconSet showValue="0"><cfvo type="percent" val="0"/><cfvo type="percent" val="33"/><cfvo type="percent" val="67"/></iconSet></cfRule>')),
        Forgery("a scale of colours", rule('<cfRule type="colorScale" priority="9"><colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FF000000"/><color rgb="FFFFFFFF"/></colorScale></cfRule>')),
        Forgery("what a conditional format changes", lambda f: f.change(STYLES, "<dxf><font><color rgb=\"FF375623\"/>", '<dxf><font><color rgb="FFE2EFDA"/>')),
        Forgery("a conditional format before its like", lambda f: f.change(SCORES, r'(<conditionalFormatting sqref="E3:[^"]*">)(.*?</conditionalFormatting>)', r'\1<cfRule type="expression" dxfId="1" priority="1"><formula>TRUE</formula></cfRule></conditionalFormatting>\1\2')),
        Forgery("where a conditional format is", lambda f: f.change(SCORES, '<conditionalFormatting sqref="E3:', '<conditionalFormatting sqref="E4:')),
        Forgery("the formula of a conditional format", lambda f: f.change(SCORES, "E3=MAX", "E3=MIN")),
    ]  # fmt: skip


def values() -> list[Forgery]:
    def cell(text: str) -> Change:
        return lambda f: f.cell(text)

    def constant(raw: str) -> Change:
        return lambda f: f.change(
            "xl/worksheets/sheet3.xml" if False else SCORES, r'(<c r="C3" s="\d+"><v>)5(</v>)', rf"\g<1>{raw}\2"
        )

    spelled = {"digits with a line between": "6_3.74", "full-width digits": "６３.74", "a plus": "+63.74", "blanks": " 63.74 ", "hexadecimal": "0x3F", "infinity": "INF", "no number": "NaN", "two numbers": "63.74 99.99", "a comma": "63,74", "nothing": ""}  # fmt: skip
    return [
        *(Forgery(f"a number spelled with {name}", cell(f'<c r="{{r}}" s="{{s}}"><f>{{f}}</f><v>{raw}</v></c>')) for name, raw in spelled.items()),
        *(Forgery(f"a constant {raw} for 5", constant(raw)) for raw in ("4.999999999", "5.000000001", "4.99999999999999", "50", "5_0", "")),
        Forgery("another saved value", cell('<c r="{r}" s="{s}"><f>{f}</f><v>99.99</v></c>')),
        Forgery("no saved value", cell('<c r="{r}" s="{s}"><f>{f}</f></c>')),
        Forgery("a formula overwritten", cell('<c r="{r}" s="{s}"><v>{v}</v></c>')),
        Forgery("another formula", cell('<c r="{r}" s="{s}"><f>{v}</f><v>{v}</v></c>')),
        Forgery("a matrix formula", cell('<c r="{r}" s="{s}"><f t="array" ref="{r}">{f}</f><v>{v}</v></c>')),
        Forgery("a data table", cell('<c r="{r}" s="{s}"><f t="dataTable" ref="{r}" r1="A1">{f}</f><v>{v}</v></c>')),
        Forgery("a shared formula without its origin", cell('<c r="{r}" s="{s}"><f t="shared" si="77"/><v>{v}</v></c>')),
        Forgery("a text for a number", cell('<c r="{r}" s="{s}" t="str"><f>{f}</f><v>{v}</v></c>')),
        Forgery("an error for a number", cell('<c r="{r}" s="{s}" t="e"><f>{f}</f><v>#N/A</v></c>')),
        Forgery("a day for a number", cell('<c r="{r}" s="{s}" t="d"><f>{f}</f><v>1900-03-03</v></c>')),
        Forgery("an unknown type", cell('<c r="{r}" s="{s}" t="x"><f>{f}</f><v>{v}</v></c>')),
        Forgery("two values", cell('<c r="{r}" s="{s}"><f>{f}</f><v>{v}</v><v>99.99</v></c>')),
        Forgery("two formulas", cell('<c r="{r}" s="{s}"><f>{f}</f><f>99.99</f><v>{v}</v></c>')),
        Forgery("a comment in a value", cell('<c r="{r}" s="{s}"><f>{f}</f><v>{v}<!-- -->9</v></c>')),
        Forgery("CDATA in a value", cell('<c r="{r}" s="{s}"><f>{f}</f><v><![CDATA[99.99]]></v></c>')),
        Forgery("an instruction in a value", cell('<c r="{r}" s="{s}"><f>{f}</f><v>9<?x?>9</v></c>')),
        Forgery("an element in a value", cell('<c r="{r}" s="{s}"><f>{f}</f><v>{v}<x>9</x></v></c>')),
        Forgery("text beside a value", cell('<c r="{r}" s="{s}"><f>{f}</f>99<v>{v}</v></c>')),
        Forgery("an extension at a cell", cell('<c r="{r}" s="{s}"><f>{f}</f><v>{v}</v><extLst/></c>')),
        Forgery("metadata at a cell", cell('<c r="{r}" s="{s}" cm="1"><f>{f}</f><v>{v}</v></c>')),
        Forgery("how a cell is read aloud", cell('<c r="{r}" s="{s}" ph="1"><f>{f}</f><v>{v}</v></c>')),
        Forgery("an inline text and a value", cell('<c r="{r}" s="{s}" t="inlineStr"><is><t>99.99</t></is><v>{v}</v></c>')),
        Forgery("a cell twice", cell('{whole}<c r="{r}" s="{s}"><v>99.99</v></c>')),
        Forgery("a cell without a place", cell('<c s="{s}"><f>{f}</f><v>{v}</v></c>')),
        Forgery("a cell in another row", cell('<c r="H99" s="{s}"><f>{f}</f><v>{v}</v></c>')),
        Forgery("a place in small letters", lambda f: f.put(RANKING, f.text(RANKING).replace(f'r="{f.total[1]}"', f'r="{f.total[1].lower()}"'))),
        Forgery("a cell beyond the grid", lambda f: f.change(RANKING, "</row>", '<c r="ZZZ1"><v>1</v></c></row>')),
        Forgery("a row twice", lambda f: f.change(RANKING, '(<row r="3".*?</row>)', r"\1\1")),
        Forgery("rows out of order", lambda f: f.change(RANKING, '(<row r="3".*?</row>)(<row r="4".*?</row>)', r"\2\1")),
        Forgery("a row without a place", lambda f: f.change(RANKING, '<row r="4"', "<row")),
        Forgery("a cell outside a row", lambda f: f.before(RANKING, "</sheetData>", '<c r="H3"><v>99.99</v></c>')),
        Forgery("a cell more", lambda f: f.change(RANKING, "</row></sheetData>", '<c r="L8"><v>99.99</v></c></row></sheetData>')),
        Forgery("a text", lambda f: f.change(STRINGS, "<t>名次</t>", "<t>位次</t>")),
        Forgery("a text's letters in white", lambda f: f.change(STRINGS, "<si><t>名次</t></si>", '<si><r><rPr><b/><sz val="11"/><color rgb="FF1F4E79"/><rFont val="微软雅黑"/></rPr><t>名次</t></r></si>')),
        Forgery("a text's letters of size 1", lambda f: f.change(STRINGS, "<si><t>名次</t></si>", '<si><r><rPr><b/><sz val="1"/><color rgb="FFFFFFFF"/><rFont val="微软雅黑"/></rPr><t>名次</t></r></si>')),
        Forgery("text beside a text", lambda f: f.change(STRINGS, "<si><t>名次</t></si>", "<si><t>名次</t><r><t>9</t></r></si>")),
        Forgery("two texts in one", lambda f: f.change(STRINGS, "<si><t>名次</t></si>", "<si><t>名次</t><t>9</t></si>")),
        Forgery("a text more in front", lambda f: f.change(STRINGS, "<si>", "<si><t>9</t></si><si>")),
        Forgery("a text's number in other digits", lambda f: f.change(RANKING, r't="s"><v>\d+</v>', 't="s"><v>００</v>')),
        Forgery("a text's number with a line between", lambda f: f.change(RANKING, r't="s"><v>(\d)(\d)</v>', r't="s"><v>\1_\2</v>')),
        Forgery("a text that is not there", lambda f: f.change(RANKING, r't="s"><v>\d+</v>', 't="s"><v>999999</v>')),
        Forgery("a hidden sign in a text", lambda f: f.change(STRINGS, "<t>名次</t>", "<t>名_x200B_次</t>")),
    ]  # fmt: skip


def pages() -> list[Forgery]:
    def footer(pattern: str, text: str) -> Change:
        return lambda f: f.change(RANKING, pattern, text)

    name = r"(<definedName name=\"_xlnm.{0}\"[^>]*>[^<]*\$)(\d+)(</definedName>)"
    return [
        Forgery("a header of the first page", footer(r"<headerFooter([^>]*)>(.*?)</headerFooter>", r'<headerFooter differentFirst="1">\2<firstHeader>&amp;C第一名：文体旅游</firstHeader></headerFooter>')),
        Forgery("no header of the first page", footer("<headerFooter>", '<headerFooter differentFirst="1">')),
        Forgery("a header of even pages", footer(r"<headerFooter([^>]*)>(.*?)</headerFooter>", r'<headerFooter differentOddEven="1">\2<evenFooter>&amp;C更正</evenFooter></headerFooter>')),
        Forgery("another footer", footer("(<oddFooter>)", r"\1&amp;C99.99")),
        Forgery("a header", footer("(<oddFooter>)", r"<oddHeader>&amp;C更正</oddHeader>\1")),
        Forgery("a footer of size 72", footer("&amp;9", "&amp;72")),
        Forgery("a footer in white", footer("&amp;9 ", "&amp;9&amp;KFFFFFF ")),
        Forgery("no footer", footer("<headerFooter.*?</headerFooter>", "")),
        Forgery("a small scale", footer("<pageSetup ", '<pageSetup scale="10" ')),
        Forgery("more on a page", footer('fitToHeight="0"', 'fitToHeight="1"')),
        Forgery("in black and white", footer("<pageSetup ", '<pageSetup blackAndWhite="1" ')),
        Forgery("errors printed as blanks", footer("<pageSetup ", '<pageSetup errors="blank" ')),
        Forgery("no drawings printed", footer("<pageSetup ", '<pageSetup draft="1" ')),
        Forgery("wide margins", footer('<pageMargins left="[^"]*"', '<pageMargins left="7"')),
        Forgery("headings printed", footer("<printOptions ", '<printOptions headings="1" ')),
        Forgery("a print area without the last rows", lambda f: f.change(MAIN, name.format("Print_Area"), lambda m: f"{m[1]}{int(m[2]) - 2}{m[3]}")),
        Forgery("a print area more", lambda f: f.after(MAIN, "<definedNames>", '<definedName name="_xlnm.Print_Area" localSheetId="0">排名!$A$1:$K$6</definedName>')),
        Forgery("print titles", lambda f: f.change(MAIN, name.format("Print_Titles"), r"\g<1>30\3")),
    ]  # fmt: skip


def charts() -> list[Forgery]:
    def chart(pattern: str, text: str) -> Change:
        return lambda f: f.change(CHART, pattern, text)

    label = '<c:dLbl><c:idx val="0"/><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>99.99</a:t></a:r></a:p></c:rich></c:tx><c:showVal val="1"/></c:dLbl>'
    shape = (
        "<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        "<xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>{0}<xdr:clientData/></xdr:twoCellAnchor>"
    )
    box = '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="77" name="x"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>99.99</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
    line = '<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="78" name="y"/><xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr><a:prstGeom prst="line"><a:avLst/></a:prstGeom></xdr:spPr></xdr:cxnSp>'
    group = f'<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="79" name="z"/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr/>{box}</xdr:grpSp>'
    alternate = f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="a14" xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main">{shape.format(box)}</mc:Choice></mc:AlternateContent>'
    return [
        Forgery("a chart's saved value", chart(r"(<c:numCache>.*?<c:v>)[\d.]+", r"\g<1>99.99")),
        Forgery("a chart's saved name", chart(r"(<c:strCache>.*?<c:v>)[^<]+", r"\g<1>文体旅游")),
        Forgery("a saved value of a chart twice", chart(r'(<c:numCache>.*?<c:pt idx="0">.*?</c:pt>)', r'\1<c:pt idx="0"><c:v>99</c:v></c:pt>')),
        Forgery("a saved value of a chart that is two", chart(r"(<c:numCache>.*?<c:v>[^<]*</c:v>)", r"\1<c:v>99.99</c:v>")),
        Forgery("fewer saved values of a chart", chart(r'(<c:numCache>.*?<c:ptCount val=")\d+', r"\g<1>1")),
        Forgery("the saved format of a chart's values", chart(r"(<c:numCache><c:formatCode>)General", r"\g<1>*90.00")),
        Forgery("a black chart", chart("(</c:chart>)", r'\1<c:spPr><a:solidFill><a:srgbClr val="000000"/></a:solidFill></c:spPr>')),
        Forgery("a black plot", chart("(</c:plotArea>)", r'<c:spPr><a:solidFill><a:srgbClr val="000000"/></a:solidFill></c:spPr>\1')),
        Forgery("a wide legend", chart("<c:legend>(.*?)</c:legend>", r'<c:legend>\1<c:layout><c:manualLayout><c:w val="1"/><c:h val="1"/></c:manualLayout></c:layout></c:legend>')),
        Forgery("what a chart refers to", chart(r"(<c:val><c:numRef><c:f>[^<]*\$)(\d+)(</c:f>)", r"\g<1>5\3")),
        Forgery("a chart's title", chart("(<a:t>)[^<]*", r"\1第一名：文体旅游")),
        Forgery("no title of a chart", chart("<c:title>.*?</c:title>", "")),
        Forgery("an axis that ends early", chart("(<c:valAx>.*?<c:scaling>)", r'\1<c:max val="20"/>')),
        Forgery("an axis that begins late", chart("(<c:valAx>.*?<c:scaling>)", r'\1<c:min val="30"/>')),
        Forgery("an axis in powers", chart("(<c:valAx>.*?<c:scaling>)", r'\1<c:logBase val="10"/>')),
        Forgery("an axis turned round", chart('(<c:valAx>.*?<c:orientation val=")minMax', r"\1maxMin")),
        Forgery("an axis that is not shown", chart("(<c:catAx>.*?</c:scaling>)(<c:delete val=\"0\"/>)?", r'\1<c:delete val="1"/>')),
        Forgery("an axis in other units", chart("(</c:valAx>)", r'<c:dispUnits><c:builtInUnit val="hundreds"/></c:dispUnits>\1')),
        Forgery("a label 99.99", chart("(<c:dLbls>)", r"\1" + label)),
        Forgery("the format of labels", chart('(<c:dLbls><c:numFmt formatCode=")[^"]*', r"\1&quot;99.9&quot;")),
        Forgery("labels of names instead", chart('<c:showVal val="1"/>', '<c:showSerName val="1"/>')),
        Forgery("a series gone", chart("<c:ser>.*?</c:ser>", "")),
        Forgery("a series twice", chart("(<c:ser>.*?</c:ser>)", r"\1\1")),
        Forgery("a series by another name", lambda f: f.change(CHART, r"(<c:ser>.*?<c:tx>.*?<c:v>)[^<]+", r"\1扣分")),
        Forgery("a series filled with nothing", chart("(<c:ser>.*?<c:spPr>)<a:solidFill>.*?</a:solidFill>", r"\1<a:noFill/>")),
        Forgery("a series in another colour", chart('(<c:ser>.*?<a:srgbClr val=")[0-9A-F]{6}', r"\1FFFFFF")),
        Forgery("a point in another colour", chart("(<c:ser>.*?</c:spPr>)", r'\1<c:dPt><c:idx val="0"/><c:spPr><a:noFill/></c:spPr></c:dPt>')),
        Forgery("bars by percent", chart('<c:grouping val="[^"]*"/>', '<c:grouping val="percentStacked"/>')),
        Forgery("bars the other way", chart('<c:barDir val="bar"/>', '<c:barDir val="col"/>')),
        Forgery("a trend", chart("(<c:ser>.*?)(<c:cat>)", r'\1<c:trendline><c:trendlineType val="linear"/></c:trendline>\2')),
        Forgery("error bars", chart("(<c:ser>.*?)(<c:cat>)", r'\1<c:errBars><c:errBarType val="both"/><c:errValType val="fixedVal"/><c:val val="9"/></c:errBars>\2')),
        Forgery("what is hidden shown", chart('<c:plotVisOnly val="1"/>', '<c:plotVisOnly val="0"/>')),
        Forgery("a table in a chart", chart("(</c:plotArea>)", r'<c:dTable><c:showHorzBorder val="1"/></c:dTable>\1')),
        Forgery("another legend", chart("<c:legend>", '<c:legend><c:legendEntry><c:idx val="0"/><c:delete val="1"/></c:legendEntry>')),
        Forgery("a chart's rounded corners", chart("<c:chart>", '<c:roundedCorners val="1"/><c:chart>')),
        Forgery("shapes on a chart", lambda f: (f.add("xl/drawings/drawing77.xml", '<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>', "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml", CHART, OFFICE + "chartUserShapes"), f.before(CHART, "</c:chartSpace>", '<c:userShapes r:id="rId99"/>'))),
        Forgery("shapes that a chart only leads to", lambda f: f.add("xl/drawings/drawing77.xml", '<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>', "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml", CHART, OFFICE + "chartUserShapes")),
        Forgery("a chart of other data", lambda f: f.before(CHART, "</c:chartSpace>", '<c:externalData r:id="rId9"/>')),
        Forgery("a chart over the table", lambda f: f.change(DRAWING, r"(<xdr:from>.*?<xdr:row>)\d+", r"\g<1>1")),
        Forgery("a chart that is small", lambda f: f.change(DRAWING, r"(<xdr:to>.*?<xdr:row>)\d+", r"\g<1>11")),
        Forgery("a chart's place twice", lambda f: f.change(DRAWING, "(<xdr:row>[^<]*</xdr:row>)", r"\1\1")),
        Forgery("no charts, though their part is there", lambda f: f.change(RANKING, "<drawing [^>]*/>", "")),
        Forgery("a chart gone", lambda f: f.change(DRAWING, r"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", "")),
        Forgery("a chart twice", lambda f: f.change(DRAWING, r"(<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>)", r"\1\1")),
        Forgery("two charts changed round", lambda f: (f.change(DRAWING, 'r:id="rId1"', 'r:id="rIdX"'), f.change(DRAWING, 'r:id="rId2"', 'r:id="rId1"'), f.change(DRAWING, 'r:id="rIdX"', 'r:id="rId2"'))),
        Forgery("a chart that is a link", lambda f: f.change(DRAWING, '(<xdr:cNvPr id="2" name="[^"]*")/>', rf'\1><a:hlinkClick xmlns:r="{OFFICE[:-1]}" r:id="rId1"/></xdr:cNvPr>')),
        Forgery("a hidden chart", lambda f: f.change(DRAWING, '<xdr:cNvPr id="2"', '<xdr:cNvPr hidden="1" id="2"')),
        Forgery("a text box", lambda f: f.before(DRAWING, "</xdr:wsDr>", shape.format(box))),
        Forgery("a line", lambda f: f.before(DRAWING, "</xdr:wsDr>", shape.format(line))),
        Forgery("a group", lambda f: f.before(DRAWING, "</xdr:wsDr>", shape.format(group))),
        Forgery("a text box in alternate content", lambda f: f.before(DRAWING, "</xdr:wsDr>", alternate)),
        Forgery("a text box in a chart's place", lambda f: f.change(DRAWING, "<xdr:graphicFrame.*?</xdr:graphicFrame>", box)),
    ]  # fmt: skip


def books() -> list[Forgery]:
    def after(tag: str, text: str) -> Change:
        return lambda f: f.after(MAIN, tag, text)

    return [
        Forgery("days from 1904", lambda f: f.change(MAIN, "<workbookPr", '<workbookPr date1904="1"')),
        Forgery("a name", after("<definedNames>", "<definedName name=\"总分\">99.99</definedName>")),
        Forgery("a name that is run", after("<definedNames>", "<definedName name=\"Auto_Open\" function=\"1\">99.99</definedName>")),
        Forgery("a name twice", lambda f: f.change(MAIN, r"(<definedName name=\"_xlnm.Print_Titles\".*?</definedName>)", r"\1\1")),
        Forgery("results as they are shown", lambda f: f.change(MAIN, "<calcPr ", '<calcPr fullPrecision="0" ')),
        Forgery("results calculated by hand", lambda f: f.change(MAIN, "<calcPr ", '<calcPr calcMode="manual" ')),
        Forgery("the structure protected", lambda f: f.before(MAIN, "<bookViews>", '<workbookProtection lockStructure="1"/>')),
        Forgery("recommended to be read only", lambda f: f.before(MAIN, "<workbookPr", '<fileSharing readOnlyRecommended="1" userName="x"/>')),
        Forgery("a link to another workbook", lambda f: f.before(MAIN, "<definedNames>", '<externalReferences><externalReference r:id="rId1"/></externalReferences>')),
        Forgery("objects not shown", lambda f: f.change(MAIN, "<workbookPr", '<workbookPr showObjects="none"')),
        Forgery("a section of the workbook twice", lambda f: f.change(MAIN, "(<calcPr [^>]*/>)", r"\1\1")),
        Forgery("the rulebook inside", lambda f: f.change(STRINGS, r"steps = \[\[2, 6\]", "steps = [[2, 16]")),
        Forgery("a recorded reading", lambda f: f.change(STRINGS, "口径 efficacy_no_spread=full", "口径 efficacy_no_spread=floor")),
    ]  # fmt: skip


def packages() -> list[Forgery]:
    other = "xl/other.xml"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

    def twin(source: str, kind: str, type_: str, of: str = "") -> Change:
        return lambda f: f.add(other, f.text(source), type_, of, OFFICE + kind)

    comments = '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author/></authors><commentList><comment ref="H3" authorId="0"><text><t>99.99</t></text></comment></commentList></comments>'
    return [
        Forgery("a second workbook", twin(MAIN, "officeDocument", main)),
        Forgery("second styles", twin(STYLES, "styles", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml", MAIN)),
        Forgery("second texts", twin(STRINGS, "sharedStrings", "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml", MAIN)),
        Forgery("a second theme", twin(THEME, "theme", "application/vnd.openxmlformats-officedocument.theme+xml", MAIN)),
        Forgery("a second drawing", twin(DRAWING, "drawing", "application/vnd.openxmlformats-officedocument.drawing+xml", RANKING)),
        Forgery("a sheet that is not listed", twin(RANKING, "worksheet", sheet, MAIN)),
        Forgery("a part of which nobody knows", lambda f: f.put("xl/worksheets/sheet99.xml", "<x/>")),
        Forgery("a relation of another type", lambda f: f.change("_rels/.rels", OFFICE + "officeDocument", "http://example.com/officeDocument")),
        Forgery("a strict relation", lambda f: f.change("_rels/.rels", OFFICE + "officeDocument", "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument")),
        Forgery("a relation twice", lambda f: f.change("xl/_rels/workbook.xml.rels", r"(<Relationship [^>]*/>)", r"\1\1")),
        Forgery("a relation to nothing", lambda f: f.relate(RANKING, f'<Relationship Id="rId97" Type="{OFFICE}drawing" Target="../drawings/none.xml"/>')),
        Forgery("a relation of an unknown kind", lambda f: f.add(other, "<x/>", "application/xml", RANKING, "http://example.com/x")),
        Forgery("macros by content type", lambda f: f.change(TYPES, re.escape(main), "application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
        Forgery("a sheet of another content type", lambda f: f.change(TYPES, f'(PartName="/{f.part(RANKING)}" ContentType=")[^"]*', r"\1application/xml")),
        Forgery("a content type twice", lambda f: f.before(TYPES, "</Types>", f'<Override PartName="/{f.part(RANKING)}" ContentType="{sheet}"/>')),
        Forgery("macros", lambda f: f.add("xl/vbaProject.bin", "x", "application/vnd.ms-office.vbaProject", MAIN, "http://schemas.microsoft.com/office/2006/relationships/vbaProject")),
        Forgery("comments", lambda f: f.add("xl/comments1.xml", comments, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml", RANKING, OFFICE + "comments")),
        Forgery("threaded comments", lambda f: f.add("xl/threadedComments/t.xml", "<x/>", "application/vnd.ms-excel.threadedcomments+xml", RANKING, "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment")),
        Forgery("an external workbook", lambda f: f.add("xl/externalLinks/externalLink1.xml", "<externalLink/>", "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml", MAIN, OFFICE + "externalLink")),
        Forgery("form controls", lambda f: f.add("xl/ctrlProps/ctrlProp1.xml", "<x/>", "application/vnd.ms-excel.controlproperties+xml", RANKING, OFFICE + "ctrlProp")),
        Forgery("an embedded object", lambda f: f.add("xl/embeddings/o.bin", "x", "application/vnd.openxmlformats-officedocument.oleObject", RANKING, OFFICE + "oleObject")),
        Forgery("old drawings", lambda f: (f.add("xl/drawings/v.vml", "<xml/>", "application/vnd.openxmlformats-officedocument.vmlDrawing", RANKING, OFFICE + "vmlDrawing"), f.before(RANKING, "</worksheet>", '<legacyDrawing r:id="rId99"/>'))),
        Forgery("a pivot table", lambda f: f.add("xl/pivotTables/p.xml", "<x/>", "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml", RANKING, OFFICE + "pivotTable")),
        Forgery("data of the user's own", lambda f: f.add("customXml/item1.xml", "<x/>", "application/xml", "", OFFICE + "customXml")),
        Forgery("an order of calculation with other cells", lambda f: f.add("xl/calcChain.xml", '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="1"/></calcChain>', "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml", MAIN, OFFICE + "calcChain")),
        Forgery("the title among the properties", lambda f: f.change("docProps/core.xml", "(<dc:title>)[^<]*", r"\1第一名：文体旅游")),
        Forgery("a description among the properties", lambda f: f.before("docProps/core.xml", "</cp:coreProperties>", "<dc:description>99.99</dc:description>")),
        Forgery("a sheet's number twice", lambda f: f.change(MAIN, 'sheetId="2"', 'sheetId="1"')),
        Forgery("a comment in the workbook", lambda f: f.before(MAIN, "<sheets>", "<!-- -->")),
        Forgery("a document type", lambda f: f.change(RANKING, "<worksheet", '<!DOCTYPE x [<!ENTITY e "99">]><worksheet')),
        Forgery("text in the workbook", lambda f: f.before(MAIN, "<sheets>", "99")),
        Forgery("another name of a sheet's element", lambda f: f.change(RANKING, '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', '<worksheet xmlns="urn:x"')),
    ]  # fmt: skip


ALL = [
    *formats(), *fonts(), *fills(), *alignments(), *styles(), *rows_and_columns(), *views(), *sheets(), *conditional(), *values(),
    *pages(), *charts(), *books(), *packages(),
]  # fmt: skip
