"""Forgeries by names, references and packing: what one reader takes for the real thing and another for nothing, or for something else."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.packages import package
from tests.verify.forgeries import (
    CHART,
    DRAWING,
    MAIN,
    OFFICE,
    RANKING,
    SCORES,
    STRINGS,
    STYLES,
    THEME,
    TOTAL,
    TYPES,
    Change,
    Forged,
    Forgery,
    relations_part,
)

LISTED = "xl/_rels/workbook.xml.rels"
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
STYLE_PART = "http://schemas.microsoft.com/office/2011/relationships/chartStyle"


def changed(part: str, pattern: str, replacement: str, times: int = 1) -> Change:
    return lambda f: f.change(part, pattern, replacement, times)


def bare() -> list[Forgery]:
    """Elements and attributes without a namespace, some with a dot in their names."""
    anchor = r'<m:xdr.twoCellAnchor xmlns:m="http://schemas.openxmlformats.org/spreadsheetml/2006/main"\1</m:xdr.twoCellAnchor>'
    whole = "<xdr:twoCellAnchor(.*?)</xdr:twoCellAnchor>"
    cells = {
        "row": (SCORES, '<row r="4"', '<row xmlns="" r="4"'), "cell": (SCORES, '<c r="C4"', '<c xmlns="" r="C4"'),
        "value": (SCORES, "<v>", '<v xmlns="">'), "formula": (SCORES, "<f>", '<f xmlns="">'),
        "text": (STRINGS, "<si>", '<si xmlns="">'), "footer": (RANKING, "<headerFooter>", '<headerFooter xmlns="">'),
        "page": (RANKING, "<pageSetup ", '<pageSetup xmlns="" '), "list of columns": (RANKING, "<cols>", '<cols xmlns="">'),
        "drawing": (RANKING, "<drawing ", f'<drawing xmlns="" {R} '), "sheet": (MAIN, "<sheet name", f'<sheet xmlns="" {R} name'),
        "list of names": (MAIN, "<definedNames>", '<definedNames xmlns="">'), "font": (STYLES, "<font><b/>", '<font xmlns=""><b/>'),
        "number format": (STYLES, "<numFmt ", '<numFmt xmlns="" '), "fill": (STYLES, "<fill><", '<fill xmlns=""><'),
        "conditional format": (SCORES, "<conditionalFormatting ", '<conditionalFormatting xmlns="" '),
        "relation": (LISTED, "<Relationship ", '<pr.Relationship xmlns="" '),
        "content type": (TYPES, '<Override (PartName="/xl/worksheets)', r'<ct.Override xmlns="" \1'),
        "anchor": (DRAWING, whole, r'<xdr.twoCellAnchor xmlns=""\1</xdr.twoCellAnchor>'),
        "corner": (DRAWING, "<xdr:from>(.*?)</xdr:from>", r'<xdr.from xmlns="">\1</xdr.from>'),
        "series": (CHART, "<c:ser>(.*?)</c:ser>", r"<c.ser>\1</c.ser>"),
        "title": (CHART, "<c:title>(.*?)</c:title>", r"<c.title>\1</c.title>"),
    }  # fmt: skip
    return [
        *(Forgery(f"a {name} without a namespace", changed(*change)) for name, change in cells.items()),
        Forgery("an anchor with a dot in its name", changed(DRAWING, whole, anchor)),
        Forgery("a reference with a dot in its name", changed(RANKING, "<drawing r:id=", "<drawing r.id=")),
        Forgery("styles of another namespace in front", in_front("cellXfs", '<xf numFmtId="14"/>' * 30)),
        Forgery("number formats of another namespace", in_front("numFmts", '<numFmt numFmtId="164" formatCode="yyyy"/>')),
        Forgery("an unknown section of styles", changed(STYLES, "</styleSheet>", "<cellXfs2/></styleSheet>")),
    ]


def in_front(section: str, items: str) -> Change:
    return changed(STYLES, f"<{section} ", f'<x:{section} xmlns:x="urn:x">{items}</x:{section}><{section} ')


def shared(first: str, second: str) -> Change:
    """The first two totals with formulas that they share; ``{r}`` and ``{f}`` are a cell's place and own formula."""

    def change(forged: Forged) -> None:
        text = forged.text(RANKING)
        for match, written in zip(list(TOTAL.finditer(text)), (first, second), strict=False):
            formula = written.format(r=match[1], f=match[3])
            text = text.replace(match[0], f'<c r="{match[1]}" s="{match[2]}">{formula}<v>{match[4]}</v></c>')
        forged.put(RANKING, text)

    return change


def formulas() -> list[Forgery]:
    plain, own = "<f>{f}</f>", '<f t="shared" ref="{r}" si="0">{f}</f>'
    rule = r'(<cfRule type="expression"[^>]*><formula>)([^<]*)'
    fixed = lambda match: match[1] + re.sub(r"\$?([A-Z]+)\$?(\d+)", r"$\1$\2", match[2])  # noqa: E731
    titles = r'(<definedName name="_xlnm.Print_Titles"[^>]*>)([^<]*)'
    return [
        Forgery("a shared formula that has its own words too", shared(own, '<f t="shared" si="0">{f}</f>')),
        Forgery("a shared formula of no area", shared('<f t="shared" si="0">{f}</f>', plain)),
        Forgery("a shared formula of another area", shared('<f t="shared" ref="A90:A91" si="0">{f}</f>', plain)),
        Forgery("a plain formula that is shared", shared('<f si="3" ref="A1:Z9">{f}</f>', plain)),
        Forgery("a space in front of a call", changed(RANKING, r"<f>INDEX\(", "<f>INDEX (")),
        Forgery("a space that does not break", changed(RANKING, r"<f>INDEX\(", "<f>INDEX(\u00a0")),
        Forgery("a sign of a formula in a formula", changed(RANKING, "<f>INDEX", "<f>=INDEX")),
        Forgery("a conditional format that looks at one cell", lambda f: f.change(SCORES, rule, fixed)),
        Forgery("a conditional format that looks elsewhere", lambda f: f.change(SCORES, rule, lambda m: m[0].replace("$", ""))),
        Forgery("print titles that move", lambda f: f.change(MAIN, titles, lambda m: m[0].replace("$", ""))),
        Forgery("print titles that are run", changed(MAIN, '<definedName name="_xlnm.Print_Titles"', '<definedName function="1" name="_xlnm.Print_Titles"')),
        Forgery("print titles that are wrong", lambda f: f.change(MAIN, titles, lambda m: f'{m[1]}ERROR("{m[2]},{m[2]}")')),
    ]  # fmt: skip


def looks() -> list[Forgery]:
    colour = 'rgb="FF1F4E79"'
    first = r"(<a:{0}>)<a:solidFill>.*?</a:solidFill>"
    black = r'\1<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'

    def redefined(number: int) -> Change:
        own = f'<numFmt numFmtId="{number}" formatCode="0.00_ "/>'
        return lambda f: (f.section("numFmts", own), f.look(numFmtId=str(number)))

    blur = (
        '<a:effectStyleLst><a:effectStyle><a:effectLst><a:blur rad="900000"/></a:effectLst></a:effectStyle></a:effectStyleLst>'
    )
    names = (
        '<c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>\\1</c:v></c:pt><c:pt idx="1"><c:v>作废</c:v></c:pt></c:strCache>'
    )
    series = "<c:tx><c:v>([^<]*)</c:v></c:tx>"
    return [
        Forgery("a colour in another spelling", changed(STYLES, colour, 'rgb="0x1F4E79"', 9)),
        Forgery("a colour with letters in front", changed(STYLES, colour, 'rgb="zzzz1F4E79"', 9)),
        Forgery("a built-in date that is redefined", redefined(14)),
        Forgery("a built-in text that is redefined", redefined(49)),
        Forgery("a solid fill of no colour for none", lambda f: f.change(STYLES, '<patternFill patternType="none"/>', '<patternFill patternType="solid"/>')),
        Forgery("the theme's first fill black", changed(THEME, first.format("fillStyleLst"), black)),
        Forgery("the theme's first background black", changed(THEME, first.format("bgFillStyleLst"), black)),
        Forgery("the theme's lines thick", changed(THEME, r'(<a:lnStyleLst><a:ln w=")\d+', r"\g<1>2000000")),
        Forgery("the theme's effects blurred", changed(THEME, "<a:effectStyleLst>.*?</a:effectStyleLst>", blur)),
        Forgery("columns narrow unless said", lambda f: (f.change(RANKING, "<sheetFormatPr ", '<sheetFormatPr defaultColWidth="0.1" '), f.change(RANKING, '<col min="1" [^>]*/>', ""))),
        Forgery("columns under a chart narrow", changed(RANKING, "<sheetFormatPr ", '<sheetFormatPr defaultColWidth="0.1" ')),
        Forgery("a column of no width under a chart", changed(RANKING, '(<col min="1" max="1" width=")[^"]*', r"\g<1>0")),
        Forgery("a collapsed row", changed(RANKING, '<row r="4"', '<row collapsed="1" r="4"')),
        Forgery("a footer pushed up by lines", changed(RANKING, "(<oddFooter>&amp;L&amp;9 )", r"\1" + "\n" * 60)),
        Forgery("a footer pushed aside by blanks", changed(RANKING, "(<oddFooter>&amp;L&amp;9 )", r"\1" + " " * 400)),
        Forgery("values of a chart called text", changed(CHART, "(<c:val>)<c:numRef>(.*?)</c:numRef>", r"\1<c:strRef>\2</c:strRef>")),
        Forgery("a second saved name of a series", changed(CHART, series, rf'<c:tx><c:strRef><c:f>"\1"</c:f>{names}</c:strRef></c:tx>')),
        Forgery("a second name of a series", changed(CHART, series, r'<c:tx><c:strRef><c:f>"\1"</c:f></c:strRef><c:v>作废</c:v></c:tx>')),
        Forgery("a chart's frame with something else", changed(DRAWING, "<a:off ", '<a:off flipH="1" ')),
    ]  # fmt: skip


def related(part: str, kind: str) -> Change:
    """A relation of a part, of a type that nobody knows."""
    return lambda f: f.change(relations_part(f.part(part)), re.escape(OFFICE + kind), "http://example.com/other")


def decoy(forged: Forged) -> None:
    """The ranking under a name with a letter as its number, and another under the name that some read there."""
    part = forged.part(RANKING)
    name = part.removeprefix("xl/")
    strange = re.sub(r"sheet(\d)", r"sheet%3\1", name)
    forged.parts[f"xl/{strange}"] = forged.parts[part]
    forged.parts[relations_part(f"xl/{strange}")] = forged.parts.pop(relations_part(part))
    forged.change(LISTED, f'Target="{name}"', f'Target="{strange}"')
    type_ = re.search(f'PartName="/{part}" ContentType="([^"]*)', forged.text(TYPES))
    assert type_ is not None
    forged.change(TYPES, re.escape(type_[0]), f'PartName="/{part}" ContentType="application/vnd.ms-office.chartstyle+xml')
    forged.before(TYPES, "</Types>", f'<Override PartName="/xl/{strange}" ContentType="{type_[1]}"/>')
    forged.change(part, "<v>", "<v>9", 99)
    forged.relate(CHART, f'<Relationship Id="rId1" Type="{STYLE_PART}" Target="/{part}"/>')


def parts() -> list[Forgery]:
    file = '(Target=")(?:file:///)?([^"#]*xlsx)'

    def link(replacement: str) -> Change:
        def change(forged: Forged) -> None:
            listed = next(name for name, content in forged.parts.items() if name.endswith(".rels") and b"/hyperlink" in content)
            forged.change(listed, file, rf"\g<1>{replacement}/\2", 999)

        return change

    return [
        Forgery("a drawing's relation of another type", related(RANKING, "drawing")),
        Forgery("a chart's relation of another type", related(DRAWING, "chart")),
        Forgery("a part's name with a letter as its number", decoy),
        Forgery("a part on another machine", changed(LISTED, 'Target="worksheets/sheet2.xml"', 'Target="//xl/worksheets/sheet2.xml"')),
        Forgery("a content type in other letters", changed(TYPES, "</Types>", '<Override PartName="/xl/Worksheets/Sheet2.xml" ContentType="application/xml"/></Types>')),
        *(Forgery(f"links to a machine by {start}", link(start)) for start in ("file:////evil", "file://///evil", "file:///%5C%5Cevil")),
    ]  # fmt: skip


AMBIGUITIES = [*bare(), *formulas(), *looks(), *parts()]


# ---------------------------------------------------------------- how the parts are packed


@dataclass(frozen=True)
class Repacking:
    """Packing that readers from the start of an archive, or by what an entry says of itself, understand otherwise."""

    name: str
    change: Callable[[bytes], bytes]


def head(at: int, other: bytes) -> Callable[[bytes], bytes]:
    """What stands in front of the data of the styles, changed at one place."""

    def change(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            start = archive.getinfo(STYLES).header_offset + at
        assert content[start : start + len(other)] != other
        return content[:start] + other + content[start + len(other) :]

    return change


def more(name: str, text: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        buffer = io.BytesIO(content)
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr(name, text)
        return buffer.getvalue()

    return change


def commented(content: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"x" * 500
    return buffer.getvalue()


def renamed(content: bytes) -> bytes:
    """The styles with another name in letters of all countries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            same = zipfile.ZipInfo(entry.filename)
            if entry.filename == STYLES:
                name = struct.pack("<BI", 1, zlib.crc32(STYLES.encode())) + b"xl/other.xml"
                same.extra = struct.pack("<HH", 0x7075, len(name)) + name
            new.writestr(same, old.read(entry))
    return buffer.getvalue()


REPACKINGS = [
    Repacking("flags", head(6, b"\1")),
    Repacking("the method", head(8, b"\7")),
    Repacking("the checksum", head(14, b"\1\2\3\4")),
    Repacking("the packed size", head(18, b"\7\0\0\0")),
    Repacking("the plain size", head(22, b"\7\0\0\0")),
    Repacking("something behind", lambda content: content + b"PK" + b"x" * 50),
    Repacking("another archive behind", lambda content: content + package({"xl/styles.xml": "<x/>"})),
    Repacking("something in front", lambda content: b"x" * 30 + content),
    Repacking("a comment", commented),
    Repacking("another name", renamed),
    Repacking("data in a folder", more("xl/hidden/", "99.99")),
    Repacking("a part from the root", more("/xl/styles.xml", "<x/>")),
]
