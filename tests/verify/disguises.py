"""Forgeries that hide in what a re-save may change, in what says nothing alone, and in cells where there is nothing to read."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.verify.forgeries import (
    CHART,
    DRAWING,
    MAIN,
    OFFICE,
    RANKING,
    STRINGS,
    STYLES,
    THEME,
    TOTAL,
    Change,
    Forged,
    Forgery,
)

CORNER = "目录"
HIGH = '<sz val="400"/><color theme="1"/><name val="微软雅黑"/><family val="2"/>'


def changed(part: str, pattern: str, replacement: str) -> Change:
    return lambda f: f.change(part, pattern, replacement)


def twice() -> list[Forgery]:
    """What goes without saying, said beside something else: some readers take the first of two, and some the last."""
    solid = r'(<patternFill patternType="solid">.*?</patternFill>)'
    series = "(<c:ser>.*?<c:spPr>)(<a:solidFill>.*?</a:solidFill>)"
    colours = ("000000", "FFFFFF")
    palettes = "".join("<indexedColors>" + f'<rgbColor rgb="00{each}"/>' * 64 + "</indexedColors>" for each in colours)
    return [
        Forgery("a fill of nothing after another", changed(STYLES, solid, r'\1<patternFill patternType="none"/>')),
        Forgery("bars beside each other after bars upon each other", changed(CHART, '(<c:overlap val="100"/>)', r'\1<c:overlap val="0"/>')),
        Forgery("no labels after labels", changed(CHART, "(</c:dLbls>)", r"\1<c:dLbls/>")),
        Forgery("no values in labels after values", changed(CHART, '(<c:showVal val="1"/>)', r'\1<c:showVal val="0"/>')),
        Forgery("an axis that is shown after one that is not", changed(CHART, '(<c:delete val="1"/>)', r'\1<c:delete val="0"/>')),
        Forgery("a series without a look after one", changed(CHART, "(<c:ser>.*?</c:spPr>)", r"\1<c:spPr/>")),
        Forgery("a series with a thin line alone after its look", changed(CHART, "(<c:ser>.*?</c:spPr>)", r'\1<c:spPr><a:ln w="0"/></c:spPr>')),
        Forgery("a footer of nothing after another", changed(RANKING, "(</oddFooter>)", r"\1<oddFooter/>")),
        Forgery("a series filled without a colour", changed(CHART, series, r"\1<a:solidFill/>")),
        Forgery("two palettes", changed(STYLES, "</styleSheet>", f"<colors>{palettes}</colors></styleSheet>")),
    ]  # fmt: skip


def blank(cell: str) -> Change:
    """Something in the cell to the right of the title, over which the title is written."""
    return lambda f: f.change(RANKING, r'(<c r="A1"[^>]*>.*?</c>)(<c r="B1"[^>]*/>)?', rf"\1{cell}")


def letters(forged: Forged) -> int:
    """The number of a style of letters as high as a page."""
    font = forged.section("fonts", f"<font>{HIGH}</font>")
    return forged.section("cellXfs", f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0" xfId="0"/>')


def run(text: str, properties: str = HIGH.replace("name", "rFont")) -> Change:
    """A heading with another run at its end."""
    runs = f"<si><r><t>名次</t></r><r><rPr>{properties}</rPr><t{text}</t></r></si>"
    return changed(STRINGS, "<si><t>名次</t></si>", runs)


def nothing() -> list[Forgery]:
    """Where there is nothing to read: an empty text cuts off what is written over its cell, and high letters make rows high."""
    return [
        Forgery("an empty text beside the title", blank('<c r="B1" t="inlineStr"><is><t></t></is></c>')),
        Forgery("an empty text of runs beside the title", blank('<c r="B1" t="inlineStr"><is><r><t></t></r></is></c>')),
        Forgery("an empty result beside the title", blank('<c r="B1" t="str"><v></v></c>')),
        Forgery("an empty number beside the title", blank('<c r="B1"><v></v></c>')),
        Forgery("high letters in a cell without any", lambda f: f.change(RANKING, "</sheetData>", f'<row r="60"><c r="A60" s="{letters(f)}"/></row></sheetData>')),
        Forgery("high letters in a row without any", lambda f: f.change(RANKING, "</sheetData>", f'<row r="60" s="{letters(f)}" customFormat="1"/></sheetData>')),
        Forgery("high letters in a column without any", lambda f: f.change(RANKING, "</cols>", f'<col min="12" max="12" width="9" style="{letters(f)}"/></cols>')),
        Forgery("a run of nothing in high letters", run(">")),
        Forgery("a run that is struck out", run(">次", f"<strike/>{HIGH.replace('400', '11').replace('name', 'rFont')}")),
    ]  # fmt: skip


def based(font: str) -> Change:
    """The total in a style that is based on another one."""

    def change(forged: Forged) -> None:
        number = forged.section("fonts", f'<font>{font}<sz val="11"/><name val="微软雅黑"/></font>')
        base = forged.section("cellStyleXfs", f'<xf numFmtId="0" fontId="{number}" fillId="0" borderId="0"/>')
        forged.look(xfId=str(base))

    return change


def unsaid(key: str, other: Callable[[Forged], int]) -> Change:
    """Styles that leave out what their base says otherwise."""

    def change(forged: Forged) -> None:
        said = {"numFmtId": 0, "fontId": 0, "fillId": 0, "borderId": 0, key: other(forged)}
        base = forged.section("cellStyleXfs", "<xf " + " ".join(f'{name}="{value}"' for name, value in said.items()) + "/>")
        forged.change(STYLES, rf'<xf ([^>]*){key}="0"([^>]*) xfId="0"', rf'<xf \1\2 xfId="{base}"', 9)

    return change


def void(forged: Forged) -> int:
    """The number of a format by which each text is another."""
    forged.section("numFmts", '<numFmt numFmtId="399" formatCode="@&quot;（作废）&quot;"/>')
    return 399


def blackened(forged: Forged) -> int:
    return forged.section("fills", '<fill><patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill></fill>')


def looks() -> list[Forgery]:
    wider: Callable[[re.Match[str]], str] = lambda found: f'{found[1]}{float(found[2]) * 0.85:.4f}"'  # noqa: E731

    def narrow(forged: Forged) -> None:
        forged.change(STYLES, '<name val="Calibri"/>', '<name val="Arial"/>')
        for part in [part for part in forged.parts if part.startswith("xl/worksheets/sheet")]:
            forged.put(part, re.sub(r'(<col [^>]*width=")([\d.]+)"', wider, forged.text(part)))

    return [
        Forgery("a base that is struck out", based("<strike/>")),
        Forgery("a base of raised letters", based('<vertAlign val="superscript"/>')),
        Forgery("a row that is hidden to some", changed(RANKING, '<row r="4"', '<row hidden="2" r="4"')),
        Forgery("columns that are hidden to some", changed(RANKING, "<col ", '<col hidden="on" ')),
        Forgery("a black row to some", lambda f: f.change(RANKING, '<row r="4"', f'<row s="{letters(f)}" customFormat="t" r="4"')),
        Forgery("labels that take their format from cells, and have one", changed(CHART, r'(<c:dLbls><c:numFmt formatCode=")[^"]*" sourceLinked="0"', r'\1;;;" sourceLinked="1"')),
        Forgery("a saved value in a format of its own", changed(CHART, '(<c:numCache>.*?<c:pt idx="0")', r'\1 formatCode=";;;"')),
        Forgery("a number format that only the base has", unsaid("numFmtId", void)),
        Forgery("a fill that only the base has", unsaid("fillId", blackened)),
        Forgery("a base that is not there", lambda f: f.look(xfId="99")),
        Forgery("a base by a letter", lambda f: f.look(xfId="x")),
        Forgery("all columns narrower, with another usual font", narrow),
        Forgery("a window split, of rows that were frozen", changed(RANKING, ' state="frozen"', "")),
        Forgery("fewer rows frozen", changed(RANKING, r' ySplit="\d+"', "")),
        Forgery("a window without room for the tabs of sheets", changed(MAIN, "<workbookView ", '<workbookView tabRatio="1" ')),
        Forgery("a theme without its looks", changed(THEME, "<a:fmtScheme.*?</a:fmtScheme>", "")),
        Forgery("a theme without its fonts", changed(THEME, "<a:fontScheme.*?</a:fontScheme>", "")),
    ]  # fmt: skip


def orders() -> list[Forgery]:
    """Sections where some readers do not look for them any more, and what is left out that they take for said."""

    def first(part: str, section: str, other: str) -> Change:
        return changed(part, f"(<{other} .*?)(<{section}[ >].*?</{section}>)", r"\2\1")

    program = "docProps/app.xml"
    return [
        Forgery("styles of cells in front of their fonts", first(STYLES, "cellXfs", "fonts")),
        Forgery("sheets in front of the window", changed(MAIN, "(<bookViews>.*?</bookViews>)(<sheets>.*?</sheets>)", r"\2\1")),
        Forgery("a chart in front of its place", changed(DRAWING, "(<xdr:from>.*?</xdr:to>)(<xdr:graphicFrame.*?</xdr:graphicFrame>)", r"\2\1")),
        Forgery("a chart that is called nothing", changed(DRAWING, "<xdr:nvGraphicFramePr>.*?</xdr:nvGraphicFramePr>", "")),
        Forgery("a chart without its end", changed(DRAWING, "<xdr:clientData/>", "")),
        Forgery("a blank cell of a type that there is not", changed(RANKING, '(<c r="[A-Z0-9]+" s="[0-9]+")/>', r'\1 t="x"/>')),
        Forgery("a chart that is called so twice", changed(DRAWING, "(<xdr:nvGraphicFramePr>.*?</xdr:nvGraphicFramePr>)", r"\1\1")),
        Forgery("another version, by which labels say more", changed(program, "<AppVersion>[^<]*", "<AppVersion>16.0300")),
        Forgery("another program, by which labels say more", changed(program, "<Application>[^<]*", "<Application>Calc")),
    ]  # fmt: skip


def own(name: str, text: str) -> Change:
    """A property of the file's own."""
    kind, part = "custom-properties", "docProps/custom.xml"
    spaces = f'xmlns="{OFFICE.removesuffix("relationships/")}custom-properties" xmlns:vt="{OFFICE.removesuffix("relationships/")}docPropsVTypes"'
    said = f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}"><vt:lpwstr>{text}</vt:lpwstr></property>'
    type_ = f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    return lambda f: f.add(part, f"<Properties {spaces}>{said}</Properties>", type_, "", OFFICE.removesuffix("/") + f"/{kind}")


def broken(formula: str) -> Change:
    """Two cells that share a formula which is none."""

    def change(forged: Forged) -> None:
        first, second = list(TOTAL.finditer(forged.text(RANKING)))[:2]
        for cell, text in (first, f'ref="{first[1]}:{second[1]}" si="0">{formula}</f>'), (second, 'si="0"/>'):
            forged.change(RANKING, rf'(<c r="{cell[1]}" [^>]*>)<f>[^<]*</f>', rf'\1<f t="shared" {text}')

    return change


def words() -> list[Forgery]:
    def folder(forged: Forged) -> None:
        forged.relate(CORNER, f'<Relationship Id="rId9" Type="{OFFICE}hyperlink" Target="evil/" TargetMode="External"/>')
        forged.change(CORNER, "<hyperlink ", '<hyperlink r:id="rId9" ')

    return [
        Forgery("a property in the words of nobody's program", own("ICV", "第一名：文体旅游")),
        Forgery("a property by a name like one of WPS", own("KSO第一名：文体旅游", "1")),
        Forgery("a link within that leads into a folder", folder),
        Forgery(
            "a chart of elements within each other",
            changed(CHART, "</c:chart>", "<a:x>" * 3000 + "</a:x>" * 3000 + "</c:chart>"),
        ),
        Forgery("a shared formula that never ends", broken('"')),
        Forgery("a shared formula that ends twice", broken("ROWS(A4))")),
        Forgery("a sheet's number by a letter", changed(MAIN, 'sheetId="2"', 'sheetId="x"')),
    ]


DISGUISES = [*twice(), *nothing(), *looks(), *orders(), *words()]
