"""Forgeries that one reader of XML would pass over and another would not: what counts is what none of them shows otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.verify.forgeries import CHART, DRAWING, MAIN, OFFICE, RANKING, SCORES, STRINGS, STYLES, THEME, TYPES, Forged, Forgery

SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
LISTED = "xl/_rels/workbook.xml.rels"
Change = Callable[[Forged], object]


def doubled(part: str, tag: str, space: str, changed: Callable[[str], str]) -> Change:
    """The items of a list in another namespace, where some readers count them, in front of changed ones that others read."""

    def change(forged: Forged) -> None:
        text = forged.text(part)
        items = re.findall(rf"<{tag}[ >/].*?(?:</{tag}>|(?<=/)>)", text, re.DOTALL)
        whole = "".join(items)
        assert whole in text
        strange = [re.sub(rf"(</?){tag}\b", rf"\1x:{tag}", item) for item in items]
        named = "".join(item.replace(f"<x:{tag}", f'<x:{tag} xmlns:x="{space}"', 1) for item in strange)
        forged.put(part, text.replace(whole, named + changed(whole)))

    return change


def elsewhere(part: str, tag: str, rest: str) -> Change:
    """One element in a namespace that office programs do not look into."""
    return lambda f: f.change(part, rf"<{tag} ({rest}[^>]*)/>", rf'<x:{tag} xmlns:x="urn:x" \1/>')


def lists() -> list[Forgery]:
    turned = lambda texts: texts.replace("名次", "次名")  # noqa: E731
    return [
        Forgery("texts of another namespace in front", doubled(STRINGS, "si", "urn:x", turned)),
        Forgery("texts of the namespace of relations in front", doubled(STRINGS, "si", RELATIONS, turned)),
        Forgery("a font of another namespace", lambda f: f.change(STYLES, '(<fonts count="[0-9]+">)', r'\1<x:font xmlns:x="urn:x"/>')),
        Forgery("a style of another namespace", lambda f: f.change(STYLES, '(<cellXfs count="[0-9]+">)', r'\1<x:xf xmlns:x="urn:x"/>')),
        Forgery("a sheet of another namespace", elsewhere(MAIN, "sheet", 'name="规则"')),
        Forgery("columns of another namespace", elsewhere(RANKING, "col", "")),
        Forgery("merged cells of another namespace", elsewhere("成绩单·电力电工", "mergeCell", "")),
        Forgery("a relation of another namespace", elsewhere(LISTED, "Relationship", 'Id="rId1"')),
        Forgery("a content type of another namespace", elsewhere(TYPES, "Override", 'PartName="/xl/worksheets/sheet1.xml"')),
        Forgery("a content type by another name", lambda f: f.change(TYPES, '<Override (PartName="/xl/worksheets/sheet1.xml")', r"<Overrides \1")),
        Forgery("a row of the namespace of relations", lambda f: f.change(RANKING, '<row r="4"(.*?)</row>', rf'<x:row xmlns:x="{RELATIONS}" r="4"\1</x:row>')),
    ]  # fmt: skip


def style_twice(forged: Forged) -> None:
    """A cell with the style that it should have in an attribute of a namespace, and another in that which is read."""
    forged.section("numFmts", '<numFmt numFmtId="399" formatCode="*90.00"/>')
    other = forged.section("cellXfs", '<xf numFmtId="399" fontId="0" fillId="0" borderId="0" xfId="0"/>')
    forged.cell(f'<c xmlns:m="{SHEETS}" r="{{r}}" s="{other}" m:s="{{s}}"><f>{{f}}</f><v>{{v}}</v></c>')


def outermost(part: str, tag: str) -> Change:
    """A part with another name of its outermost element."""
    return lambda f: f.put(part, re.sub(rf"(</?(?:\w+:)?){tag}\b", rf"\1{tag}2", f.text(part)))


def in_utf_16(forged: Forged, text: str) -> None:
    forged.parts[forged.part(RANKING)] = text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def split(forged: Forged) -> None:
    """A value with a comment in it, in an encoding in which nobody looks for one."""
    value = f"<v>{forged.total[4]}"
    in_utf_16(forged, forged.text(RANKING).replace(value, value[:4] + "<!-- -->" + value[4:]))


def parts() -> list[Forgery]:
    names = {STYLES: "styleSheet", STRINGS: "sst", DRAWING: "wsDr", MAIN: "workbook", THEME: "theme", LISTED: "Relationships"}
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:z="urn:z"'
    loose = f'<Relationship Id="rId98" Type="{OFFICE}hyperlink" Target="/xl/other.xml"/>'
    return [
        *(Forgery(f"a part that is no {tag}", outermost(part, tag)) for part, tag in names.items()),
        Forgery("a sheet in UTF-16", lambda f: in_utf_16(f, f.text(RANKING))),
        Forgery("a comment in UTF-16", split),
        Forgery("what has to be understood", lambda f: f.change(RANKING, "<worksheet ", f'<worksheet {compatible} mc:MustUnderstand="z" ')),
        Forgery("a part that a link leads to", lambda f: (f.put("xl/other.xml", "<x/>"), f.relate(RANKING, loose))),
    ]  # fmt: skip


def numbers() -> list[Forgery]:
    return [
        Forgery("a number format's number with a line between", lambda f: f.change(STYLES, r'numFmtId="(\d)(\d+)" formatCode="0.00_ "', r'numFmtId="\1_\2" formatCode="0.00_ "')),
        Forgery("a font's number in a raised digit", lambda f: f.look(fontId="²")),
        Forgery("a number format's number in letters", lambda f: f.look(numFmtId="x")),
        Forgery("a tint in letters", lambda f: f.font('<sz val="11"/><color theme="1" tint="x"/><name val="微软雅黑"/>')),
        Forgery("a priority with a line between", lambda f: f.change(SCORES, r'priority="(\d+)"', r'priority="0_\1"')),
        Forgery("a place of a link that is none", lambda f: f.change("目录", '<hyperlink ref="[A-Z0-9]+"', '<hyperlink ref="A０"')),
        Forgery("columns twice, narrow the second time", lambda f: f.before(RANKING, "</cols>", '<col min="1" max="9" width="0.3" customWidth="1"/>')),
        Forgery("columns twice, hidden the second time", lambda f: f.before(RANKING, "</cols>", '<col min="1" max="9" width="9.7109375" hidden="1"/>')),
        Forgery("cells beyond the area of all cells", lambda f: f.change(RANKING, '<dimension ref="[^"]*"', '<dimension ref="A1:C3"')),
    ]  # fmt: skip


def words() -> list[Forgery]:
    return [
        Forgery("a letter as its number", lambda f: f.change(STRINGS, "<t>名次</t>", "<t>_x540D_次</t>")),
        Forgery("a letter as its number in small letters", lambda f: f.change(STRINGS, "<t>名次</t>", "<t>_x540d_次</t>")),
        Forgery("how a text is read aloud", lambda f: f.change(STRINGS, "<si><t>名次</t></si>", '<si><t>名次</t><rPh sb="0" eb="1"><t>第一</t></rPh></si>')),
        Forgery("a function with a letter like an I", lambda f: f.change(RANKING, "<f>INDEX", "<f>ıNDEX")),
        Forgery("a function as of a later version", lambda f: f.change(RANKING, "<f>INDEX", "<f>_xlfn.INDEX")),
        Forgery("a sign in a footer that is shown", lambda f: f.change(RANKING, "&amp;P", "&amp;&amp;9P")),
        Forgery("two saved names of a chart in one", lambda f: f.change(CHART, r'<c:pt idx="0"><c:v>([^<]*)</c:v></c:pt><c:pt idx="1"><c:v>([^<]*)</c:v></c:pt>', r'<c:pt idx="0"><c:v>\1; 1=\2</c:v></c:pt>')),
        Forgery("a print area without its prefix", lambda f: f.change(MAIN, "_xlnm.Print_Area", "Print_Area", 99)),
        Forgery("a company among the properties", lambda f: f.change("docProps/app.xml", "(<Company>)", r"\1第一名：文体旅游")),
        Forgery("where links are looked for", lambda f: f.before("docProps/app.xml", "</Properties>", "<HyperlinkBase>http://example.com/</HyperlinkBase>")),
    ]  # fmt: skip


def looks() -> list[Forgery]:
    black = '<fill><patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill></fill>'
    x14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
    rule = '<x14:cfRule type="expression" priority="1" id="{1}"><xm:f>TRUE</xm:f><x14:dxf><font><color rgb="FFFFFFFF"/></font></x14:dxf></x14:cfRule>'
    rules = f"<x14:conditionalFormattings><x14:conditionalFormatting>{rule}<xm:sqref>H3</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
    known, c15 = "{7626C862-2A13-11E5-B345-FEFF819CDC9F}", "http://schemas.microsoft.com/office/drawing/2012/chart"
    labels = f'<c:extLst><c:ext uri="{{C3380CC4-5D6E-409C-BE32-E72D297353CC}}" xmlns:c15="{c15}"><c15:datalabelsRange><c15:f>A1</c15:f></c15:datalabelsRange></c:ext></c:extLst>'
    identity = '<a:extLst><a:ext uri="{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}"><a:t>99.99</a:t></a:ext></a:extLst>'
    return [
        Forgery("a conditional format of x14 in an extension of another kind", lambda f: f.before(RANKING, "</worksheet>", f'<extLst><ext {x14} uri="{known}">{rules}</ext></extLst>')),
        Forgery("labels in an extension of another kind", lambda f: f.change(CHART, "</c:ser>", f"{labels}</c:ser>")),
        Forgery("a text in an extension of another kind", lambda f: f.change(DRAWING, '(<xdr:cNvPr id="2" name="[^"]*")/>', rf"\1>{identity}</xdr:cNvPr>")),
        Forgery("a black Normal", lambda f: f.change(STYLES, r'(<cellStyleXfs count="\d+"><xf numFmtId="0" fontId="0" fillId=")0', rf"\g<1>{f.section('fills', black)}")),
        Forgery("the theme's Chinese font Wingdings", lambda f: f.change(THEME, '(script="Hans" typeface=")[^"]*', r"\1Wingdings", 2)),
        Forgery("the theme's font of East Asia Wingdings", lambda f: f.change(THEME, '(<a:ea typeface=")', r"\1Wingdings", 2)),
        Forgery("a colour of the system that was white last", lambda f: f.change(THEME, 'lastClr="000000"', 'lastClr="FFFFFF"')),
        Forgery("a colour of the theme gone", lambda f: f.change(THEME, "<a:accent1>.*?</a:accent1>", "")),
        Forgery("a cell's style twice", style_twice),
    ]  # fmt: skip


MISREADINGS = [*lists(), *parts(), *numbers(), *words(), *looks()]
