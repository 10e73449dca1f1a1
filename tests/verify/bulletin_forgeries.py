"""Forgeries of one bulletin, each a small change of its parts by which a reader would see something else than was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.support.packages import package, parts_of
from tests.verify.test_bulletin import (
    BODY,
    DOCUMENT,
    FOOTER,
    OFFICE,
    RELATIONS,
    RUN,
    SETTINGS,
    SHAPE,
    STYLES,
    TYPES,
    beside,
    between,
    first_cell,
    first_row,
    first_table,
    forged,
    inside,
    line,
    put_in,
    styled,
)

Forgery = Callable[[bytes], bytes]
THEME, FONTS, NUMBERING, CORE = "word/theme/theme1.xml", "word/fontTable.xml", "word/numbering.xml", "docProps/core.xml"
WEB = "word/webSettings.xml"
WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml."
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
STRICT = 'xmlns:s="http://purl.oclc.org/ooxml/wordprocessingml/main"'
WORD_2010 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
WORD_2012 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
BLANK = '<w:r>{}<w:t xml:space="preserve"> </w:t></w:r>'
FIRST_TOTAL = r'(<w:bookmarkStart [^>]*_total_materials"/>)(<w:r>)(<w:t>63\.74)'
"""The highest total in the ranking: a cell that has nothing else."""
NUMBER = '<w:p><w:pPr>{}<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
PAGE = r'<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="end"/>'
BEGIN, SEPARATE, END = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))


def change(part: str, pattern: str, replacement: str, times: int = 1) -> Forgery:
    return lambda content: forged(content, part, pattern, replacement, times)


def together(*forgeries: Forgery) -> Forgery:
    def both(content: bytes) -> bytes:
        for forgery in forgeries:
            content = forgery(content)
        return content

    return both


def total(properties: str, before: str = "") -> Forgery:
    """The highest total in its cell, with properties of its paragraph and something in front."""
    cell = r'(<w:pStyle w:val="bulletincell"/><w:keepNext/>)(</w:pPr>)(<w:bookmarkStart [^>]*_total_materials"/>)'
    return change(DOCUMENT, cell, rf"\1{properties}\2{before}\3")


def style(markup: str) -> Forgery:
    """One more style."""
    return change(STYLES, "</w:styles>", f"{markup}</w:styles>")


def body_style(markup: str, where: str = "</w:style>") -> Forgery:
    """Something more in the style of the text, in front of ``where``."""
    return change(STYLES, f'(w:styleId="bulletinbody">.*?)({where})', rf"\1{markup}\2")


def table_style(markup: str) -> Forgery:
    return change(STYLES, '(w:styleId="TableGrid".*?)(</w:style>)', rf"\1{markup}\2")


def defaults(markup: str) -> Forgery:
    return change(STYLES, "(<w:rPrDefault><w:rPr>)", rf"\1{markup}")


def page(markup: str) -> Forgery:
    """Something more in the setting of all pages."""
    return change(DOCUMENT, "(<w:docGrid )", rf"{markup}\1")


def setting(markup: str) -> Forgery:
    return change(SETTINGS, "(<w:defaultTabStop)", rf"{markup}\1")


def grid(columns: str) -> Forgery:
    return change(DOCUMENT, "<w:tblGrid>.*?</w:tblGrid>", f"<w:tblGrid>{columns}</w:tblGrid>")


def width(markup: str) -> Forgery:
    """The first cell's width."""
    return change(DOCUMENT, r'<w:tcW w:type="dxa" w:w="\d+"/>', markup)


def part(name: str, kind: str, content: str, type_: str) -> Forgery:
    return lambda package_: put_in(package_, name, content, kind, type_)


def second(kind: str, name: str, content_type: str, changed: Callable[[str], str]) -> Forgery:
    """A second part of a kind, changed, that the document's first relation leads to."""

    def put(content: bytes) -> bytes:
        text = changed(parts_of(content)[f"word/{kind}.xml"].decode())
        return put_in(content, name, text, kind, WORDS + content_type)

    return put


def letters() -> Iterator[tuple[str, Forgery]]:
    """Letters that cannot be seen, or seem others."""
    yield "two sets of properties", change(DOCUMENT, RUN, r"\1<w:rPr/><w:rPr><w:vanish/></w:rPr>\2")
    yield "two colours", inside('<w:color w:val="000000"/><w:color w:val="FFFFFF"/>')
    yield "two sizes", inside('<w:sz w:val="32"/><w:sz w:val="2"/>')
    yield "a colour of the theme made light", inside('<w:color w:val="000000" w:themeColor="text1" w:themeTint="00"/>')
    black = inside('<w:color w:val="000000" w:themeColor="text1"/>')
    yield (
        "a theme of white text",
        together(black, change(THEME, "<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>')),
    )
    white = '<a:dk1><a:sysClr val="window" lastClr="000000"/></a:dk1>'
    yield "a theme of text like windows", together(black, change(THEME, "<a:dk1>.*?</a:dk1>", white))
    yield "colours of the theme exchanged", together(black, change(SETTINGS, 'w:t1="dark1"', 'w:t1="light1"'))
    yield "grey on grey", inside('<w:color w:val="949494"/><w:shd w:val="clear" w:fill="969696"/>')
    yield "grey on light grey", inside('<w:color w:val="949494"/><w:highlight w:val="lightGray"/>')
    yield "green on green", inside('<w:color w:val="00A000"/><w:highlight w:val="green"/>')
    yield "red cell", together(inside('<w:color w:val="FF0000"/>'), first_cell('<w:shd w:val="clear" w:fill="FF9090"/>'))
    yield "complex letters", inside('<w:rFonts w:cs="Wingdings"/><w:cs/>')
    yield "small complex letters", inside('<w:szCs w:val="2"/><w:cs/>')
    yield "turned", inside('<w:eastAsianLayout w:id="1" w:vert="1" w:val="0"/>')
    yield "fitted to nothing", inside('<w:fitText w:val="0"/>')
    yield "larger than the page", inside('<w:sz w:val="3276"/>')
    yield "letters over each other", inside('<w:spacing w:val="-58"/>')
    yield "a width in another unit", inside('<w:spacing w:val="50in"/>')
    yield "embossed", inside("<w:emboss/>")
    yield "engraved", inside("<w:imprint/>")
    yield "outlined", inside("<w:outline/>")
    yield "a list of fonts", inside('<w:rFonts w:ascii="Times Nought;Wingdings" w:hAnsi="Times Nought;Wingdings"/>')
    nought = inside('<w:rFonts w:ascii="Times Nought" w:hAnsi="Times Nought"/>')
    font = '<w:font w:name="Times Nought"><w:panose1 w:val="05000000000000000000"/><w:charset w:val="02"/></w:font>'
    yield "a font of symbols by its table", together(nought, change(FONTS, "</w:fonts>", f"{font}</w:fonts>"))
    others = '<w:altName w:val="Times Nought,Wingdings"/>'
    yield "other fonts by its table", change(FONTS, '(<w:font w:name="Calibri">)', rf"\1{others}")
    other = '<mc:AlternateContent {}><mc:Choice Requires="w14">{}</mc:Choice></mc:AlternateContent>'
    nested = other.format(MC, '<w:altName w:val="Wingdings"/>')
    yield "another font by choice", change(FONTS, '(<w:font w:name="Calibri">)', rf"\1{nested}")
    yield "a theme's Chinese font", change(THEME, '(script="Hans" typeface=)"[^"]*"', r'\1"Wingdings"', 9)
    bidi = inside('<w:rFonts w:asciiTheme="minorBidi" w:hAnsiTheme="minorBidi"/>')
    arabic = change(THEME, '<a:cs typeface="[^"]*"/>', '<a:cs typeface="Wingdings"/>', 9)
    yield "a theme's Arabic font", together(bidi, arabic)
    yield "struck-through blank before a figure", beside(BLANK.format("<w:rPr><w:strike/></w:rPr>"))
    yield "a minus by a blank struck through", total("", BLANK.format("<w:rPr><w:strike/></w:rPr>"))
    yield "a minus by a raised line", total("", BLANK.format('<w:rPr><w:position w:val="8"/><w:u w:val="single"/></w:rPr>'))
    yield (
        "a one by a border",
        total("", BLANK.format('<w:rPr><w:bdr w:val="single" w:sz="8" w:space="0" w:color="auto"/></w:rPr>')),
    )
    yield "a minus by a raised break", total("", '<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve">\u3000</w:t></w:r>')
    yield "a minus where a line ends", total("", "<w:r><w:softHyphen/></w:r>")
    dashed = '<w:tabs><w:tab w:val="left" w:leader="hyphen" w:pos="300"/></w:tabs>'
    yield "a minus by a tab", total(dashed, "<w:r><w:tab/></w:r>")
    yield "a one by a bar", total('<w:tabs><w:tab w:val="bar" w:pos="200"/></w:tabs>')
    yield "a tab off the page", total('<w:tabs><w:tab w:val="left" w:pos="30000"/></w:tabs>', "<w:r><w:tab/></w:r>")
    yield "text in text", change(DOCUMENT, r"(f3_highest\"/><w:r><w:t>)63\.74", r"\g<1><w:t>9</w:t>63.74")
    yield "text in a tag", beside('<w:proofErr w:type="spellStart"><w:r><w:t>9</w:t></w:r></w:proofErr>')
    yield "text in a mark", beside('<w:bookmarkStart w:id="900" w:name="a"><w:r><w:t>9</w:t></w:r></w:bookmarkStart>')
    yield "text in a break", beside("<w:r><w:lastRenderedPageBreak><w:t>9</w:t></w:lastRenderedPageBreak></w:r>")
    yield "text in a hyphen", beside("<w:r><w:softHyphen><w:t>9</w:t></w:softHyphen></w:r>")
    yield "a hyphen that shows where a line ends", beside("<w:r><w:softHyphen/></w:r>")
    yield "strict names", change(DOCUMENT, RUN, rf"\1<s:rPr {STRICT}><s:vanish/></s:rPr>\2")
    yield "a strict attribute", inside(f'<w:color {STRICT} w:val="000000" s:val="FFFFFF"/>')
    yield "a choice of properties", inside(other.format(MC, "<w:vanish/>"))
    yield "effects", inside(f'<w14:glow {WORD_2010} w14:rad="600000"/>')
    yield "two lines in one", inside('<w:eastAsianLayout w:id="1" w:combine="1"/>')
    yield "full-width digits", change(DOCUMENT, r"(f3_highest\"/><w:r><w:t>)63\.74", r"\g<1>６３.74")
    yield "another letter", change(DOCUMENT, "得分最低的是文体旅游", "得分最低的是⽂体旅游")
    yield "a letter of no width", change(DOCUMENT, "得分最低的是", "得分最低的\u200b是")
    yield "a letter that turns", change(DOCUMENT, r"(f3_highest\"/><w:r><w:t>)63\.74", "\\g<1>\u202e47.36")
    yield "a dir", beside('<w:dir w:val="rtl"><w:r><w:t>9</w:t></w:r></w:dir>')
    yield "a tag", beside('<w:smartTag w:element="a"><w:r><w:t>9</w:t></w:r></w:smartTag>')
    yield "a link's text", beside('<w:hyperlink w:anchor="f1_number"><w:r><w:t>9</w:t></w:r></w:hyperlink>')
    maths = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    yield "a formula", beside(f"<m:oMath {maths}><m:r><m:t>9</m:t></m:r></m:oMath>")
    ruby = "<w:rt><w:r><w:t>9</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>6</w:t></w:r></w:rubyBase>"
    yield "ruby", beside(f"<w:r><w:ruby>{ruby}</w:ruby></w:r>")
    yield "the day", beside("<w:r><w:dayLong/></w:r>")
    yield "the page", beside("<w:r><w:pgNum/></w:r>")
    yield "a tab to an edge", beside('<w:r><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="dot"/></w:r>')
    yield "blanks that go", change(FOOTER, ' xml:space="preserve"', "", 2)


def paragraphs() -> Iterator[tuple[str, Forgery]]:
    """Lines that cannot be seen, or that say more than their text."""
    yield "two sets of a paragraph's properties", change(DOCUMENT, f"({BODY})", r'\1<w:pPr><w:ind w:left="-9000"/></w:pPr>')
    yield "numbers of an empty paragraph", between(NUMBER.format(""))
    yield "numbers of an empty paragraph in a cell", change(DOCUMENT, "(</w:tcPr>)(<w:p>)", rf"\1{NUMBER.format('')}\2")
    listed = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    named = f'<w:style w:type="paragraph" w:styleId="x"><w:name w:val="x"/>{listed}</w:style>'
    yield (
        "numbers of an empty paragraph's style",
        together(style(named), between('<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p>')),
    )
    yield "numbers of the style", body_style('<w:numPr><w:numId w:val="1"/></w:numPr>', "<w:keepNext")
    small = '<w:sectPr><w:pgSz w:w="2000" w:h="2000"/></w:sectPr>'
    yield "another section in an empty paragraph", between(f"<w:p><w:pPr>{small}</w:pPr></w:p>")
    yield "an empty frame", between('<w:p><w:pPr><w:framePr w:w="5000" w:h="5000" w:hRule="exact"/></w:pPr></w:p>')
    yield "a mark deleted", between('<w:p><w:pPr><w:rPr><w:del w:id="9" w:author="a"/></w:rPr></w:pPr></w:p>')
    yield "a mark hidden", line("<w:rPr><w:vanish/></w:rPr>")
    yield "lines of no height", line('<w:spacing w:line="12" w:lineRule="auto"/>')
    yield "lines of another unit", line('<w:spacing w:line="579mm" w:lineRule="exact"/>')
    yield "lines higher than the page", line('<w:spacing w:line="31000" w:lineRule="exact"/>')
    yield "below the page", line('<w:spacing w:before="31000"/>')
    yield "lines below the page", line('<w:spacing w:beforeLines="30000"/>')
    yield "an indent of another unit", line('<w:ind w:left="300in"/>')
    yield "off the page at the start", line('<w:ind w:startChars="-9000"/>')
    yield "squeezed between indents", line('<w:ind w:leftChars="1400" w:rightChars="1400"/>')
    yield "collapsed", line(f'<w15:collapsed {WORD_2012} w:val="1"/>')
    yield "a division of a web page", line('<w:divId w:val="9"/>')
    yield "a heavy border", line('<w:pBdr><w:top w:val="single" w:sz="2000" w:space="0" w:color="000000"/></w:pBdr>')
    yield "a figure out of its cell", total('<w:ind w:left="3000"/>')
    yield "a figure out of its cell by letters", total('<w:ind w:firstLineChars="1000"/>')
    yield "a figure in the cell before", total('<w:ind w:left="-390"/>')
    yield (
        "a style that is none",
        together(
            style(
                '<w:style w:type="paragraph" w:default="1" w:styleId="x"><w:name w:val="x"/><w:rPr><w:vanish/></w:rPr></w:style>'
            ),
            change(STYLES, 'w:type="paragraph" w:default="1"( w:styleId="Normal")', r'w:type="paragraph"\1'),
            change(DOCUMENT, 'w:pStyle w:val="bulletinbody"', 'w:pStyle w:val="y"'),
        ),
    )
    black = '<w:style w:type="{}" w:styleId="x"><w:name w:val="x"/><w:rPr><w:color w:val="000000"/></w:rPr></w:style>'
    pale = defaults('<w:color w:val="FFFFFF"/>')
    based = change(STYLES, '(w:styleId="Normal"><w:name w:val="Normal"/>)', r'\1<w:basedOn w:val="x"/>')
    yield "based on another kind of style", together(style(black.format("character")), based, pale)
    run = inside('<w:rStyle w:val="x"/>')
    yield "a style of another kind", together(style(black.format("paragraph")), run, styled('<w:color w:val="FFFFFF"/>'))
    yield "a style twice", style('<w:style w:type="paragraph" w:styleId="bulletinbody"><w:rPr><w:b/></w:rPr></w:style>')
    yield (
        "a name of a style twice",
        style('<w:style w:type="paragraph" w:styleId="z"><w:name w:val="bulletin body"/></w:style>'),
    )
    yield "two default styles", style('<w:style w:type="paragraph" w:default="1" w:styleId="z"><w:name w:val="z"/></w:style>')
    yield "two sets of a style's properties", body_style("<w:rPr><w:vanish/></w:rPr>")
    yield "strict properties of a style", body_style(f"<s:rPr {STRICT}><s:vanish/></s:rPr>")
    strict = '<s:style {} s:type="paragraph" s:styleId="bulletinbody"><s:rPr><s:vanish/></s:rPr></s:style>'
    yield "a strict style", style(strict.format(STRICT))
    choice = f'<mc:AlternateContent {MC}><mc:Choice Requires="w14">{{}}</mc:Choice></mc:AlternateContent>'
    hiding = '<w:style w:type="paragraph" w:styleId="bulletinbody"><w:name w:val="bulletin body"/><w:rPr><w:vanish/></w:rPr></w:style>'
    yield "a style by choice", style(choice.format(hiding))
    yield "a style's properties by choice", body_style(choice.format("<w:rPr><w:vanish/></w:rPr>"))
    character = '(w:styleId="DefaultParagraphFont">.*?)(</w:style>)'
    yield "the letters' default style", change(STYLES, character, r"\1<w:rPr><w:vanish/></w:rPr>\2")
    yield (
        "two sets of defaults",
        change(
            STYLES,
            "(</w:docDefaults>)",
            r"\1<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>",
        ),
    )
    effects = f"<w:styles {W}>{hiding}</w:styles>"
    related = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"
    yield (
        "styles with effects",
        together(
            part("x.xml", "x", effects, "application/vnd.ms-word.stylesWithEffects+xml"),
            change(RELATIONS, f"{OFFICE}/x", related),
        ),
    )
    yield "paragraphs exchanged", change(DOCUMENT, f"({BODY}(?:(?!</w:p>).)*</w:p>)({BODY}(?:(?!</w:p>).)*</w:p>)", r"\2\1")


def tables() -> Iterator[tuple[str, Forgery]]:
    """Rows and cells that cannot be seen, or that stand elsewhere."""
    yield (
        "two sets of a cell's properties",
        change(DOCUMENT, "(</w:tcPr>)", r'\1<w:tcPr><w:shd w:val="clear" w:fill="000000"/></w:tcPr>'),
    )
    yield "two sets of a row's properties", change(DOCUMENT, "(</w:trPr>)", r"\1<w:trPr><w:hidden/></w:trPr>")
    yield "two sets of a table's properties", change(DOCUMENT, "(</w:tblPr>)", r"\1<w:tblPr><w:bidiVisual/></w:tblPr>")
    yield "a row one column on", first_row('<w:gridBefore w:val="1"/><w:wBefore w:w="900" w:type="dxa"/>')
    yield "a row with a gap behind", first_row('<w:gridAfter w:val="1"/>')
    yield "a row higher than the page", first_row('<w:trHeight w:val="31000" w:hRule="atLeast"/>')
    yield "a row set apart", first_row('<w:tblCellSpacing w:w="5000" w:type="dxa"/>')
    yield "rows put in by choice", first_row(f'<mc:AlternateContent {MC}><mc:Choice Requires="w14"/></mc:AlternateContent>')
    yield (
        "exceptions of a row",
        change(DOCUMENT, "<w:trPr>", '<w:tblPrEx><w:shd w:val="clear" w:fill="000000"/></w:tblPrEx><w:trPr>'),
    )
    yield (
        "a row's exceptions move it",
        change(DOCUMENT, "<w:trPr>", '<w:tblPrEx><w:tblInd w:w="20000" w:type="dxa"/></w:tblPrEx><w:trPr>'),
    )
    yield "a dark table", first_table('<w:shd w:val="clear" w:fill="000000"/>')
    yield "cells far apart", first_table('<w:tblCellSpacing w:w="5000" w:type="dxa"/>')
    yield (
        "a table's margins",
        first_table('<w:tblCellMar><w:left w:w="590" w:type="dxa"/><w:right w:w="590" w:type="dxa"/></w:tblCellMar>'),
    )
    yield "heavy borders", first_table('<w:tblBorders><w:insideV w:val="single" w:sz="2000" w:color="000000"/></w:tblBorders>')
    yield (
        "a heavy border of a cell",
        first_cell('<w:tcBorders><w:left w:val="single" w:sz="2000" w:color="000000"/></w:tcBorders>'),
    )
    yield "a cell struck out", first_cell('<w:tcBorders><w:tl2br w:val="single" w:sz="24" w:color="000000"/></w:tcBorders>')
    yield "a cell merged by an unknown word", first_cell('<w:vMerge w:val="1"/>')
    yield "a cell merged by another unknown word", first_cell('<w:hMerge w:val="1"/>')
    yield "a cell that is cut", first_cell("<w:noWrap/>")
    yield "a cell's choice", first_cell(f'<mc:AlternateContent {MC}><mc:Choice Requires="w14"/></mc:AlternateContent>')
    yield "a paragraph in a cell's properties", first_cell("<w:p><w:r><w:t>9</w:t></w:r></w:p>")
    yield (
        "strict properties of a cell",
        change(DOCUMENT, "(</w:tcPr>)", rf'\1<s:tcPr {STRICT}><s:shd s:val="clear" s:fill="000000"/></s:tcPr>'),
    )
    yield "a width without a type", width('<w:tcW w:w="9"/>')
    yield "a width in per cent", width('<w:tcW w:w="1" w:type="pct"/>')
    yield "a width in inches", width('<w:tcW w:w="1054in" w:type="dxa"/>')
    yield "narrow columns", grid('<w:gridCol w:w="9"/>' * 7)
    yield "wide columns", grid('<w:gridCol w:w="20000"/>' * 7)
    yield "one column", grid('<w:gridCol w:w="8844"/>')
    yield "two grids", change(DOCUMENT, "(</w:tblGrid>)", r'\1<w:tblGrid><w:gridCol w:w="9"/></w:tblGrid>')
    yield (
        "a row in the grid",
        change(DOCUMENT, "(</w:tblGrid>)", r"<w:tr><w:tc><w:p><w:r><w:t>9</w:t></w:r></w:p></w:tc></w:tr>\1"),
    )
    yield "a style that hides rows", table_style("<w:trPr><w:hidden/></w:trPr>")
    yield (
        "a style that hides the first row",
        table_style('<w:tblStylePr w:type="firstRow"><w:trPr><w:hidden/></w:trPr></w:tblStylePr>'),
    )
    yield "a style that turns cells", table_style('<w:tcPr><w:textDirection w:val="tbRl"/></w:tcPr>')
    yield "a style that fits text", table_style("<w:tcPr><w:tcFitText/></w:tcPr>")
    yield (
        "a style that strikes cells out",
        table_style('<w:tcPr><w:tcBorders><w:tl2br w:val="single" w:sz="24"/></w:tcBorders></w:tcPr>'),
    )
    yield (
        "a style that moves a table",
        change(STYLES, '(w:styleId="TableGrid".*?)<w:tblInd w:w="0"', r'\1<w:tblInd w:w="20000"'),
    )
    yield "a style from right to left", change(STYLES, '(w:styleId="TableGrid".*?<w:tblPr>)', r"\1<w:bidiVisual/>")
    yield (
        "a style of cells apart",
        change(STYLES, '(w:styleId="TableGrid".*?<w:tblPr>)', r'\1<w:tblCellSpacing w:w="5000" w:type="dxa"/>'),
    )
    dark = '<w:style w:type="table" w:default="1" w:styleId="x"><w:name w:val="x"/><w:rPr><w:vanish/></w:rPr></w:style>'
    yield (
        "a table's style that is none",
        together(
            style(dark),
            change(STYLES, 'w:type="table" w:default="1"', 'w:type="table"'),
            change(DOCUMENT, '<w:tblStyle w:val="TableGrid"/>', '<w:tblStyle w:val="y"/>'),
        ),
    )
    one = "<w:tr>(?:(?!</w:tr>).)*{}.*?</w:tr>"
    first, next_ = (one.format(name) for name in ("新能源新材料（含", "电力电工电器"))
    yield "rows exchanged", change(DOCUMENT, f"({first})({next_})", r"\2\1")
    cell = r"<w:tc>(?:(?!</w:tc>).)*</w:tc>"
    yield (
        "cells exchanged",
        change(DOCUMENT, rf"(<w:tr>(?:(?!</w:tr>).)*_rank_materials.*?</w:tc>{cell})({cell})({cell})", r"\1\3\2"),
    )
    yield (
        "a table in a table",
        change(DOCUMENT, "(</w:tcPr>)", r"\1<w:tbl><w:tr><w:tc><w:p><w:r><w:t>9</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
    )
    yield "a row of a control", change(DOCUMENT, "(<w:tr>)", r"<w:sdt><w:sdtContent><w:tr/></w:sdtContent></w:sdt>\1")
    yield "a row deleted", first_row('<w:del w:id="9" w:author="a"/>')


def pages() -> Iterator[tuple[str, Forgery]]:
    """Pages on which something else stands, or less."""
    yield "numbers of lines", page('<w:lnNumType w:countBy="1" w:start="62"/>')
    yield (
        "columns of no width",
        change(DOCUMENT, '<w:cols w:space="720"/>', '<w:cols w:equalWidth="0"><w:col w:w="100"/></w:cols>'),
    )
    yield "a wide gutter", change(DOCUMENT, 'w:gutter="0"', 'w:gutter="7000"')
    yield "a header over the page", change(DOCUMENT, 'w:header="1134"', 'w:header="15000"')
    yield "a footer off the page", change(DOCUMENT, 'w:footer="1304"', 'w:footer="15000"')
    yield "a page of another unit", change(DOCUMENT, 'w:w="11906"', 'w:w="11906in"')
    yield "margins of another unit", change(DOCUMENT, 'w:left="1587"', 'w:left="1587mm"')
    yield "pages from right to left", page("<w:bidi/>")
    yield "borders of pages", page('<w:pgBorders w:zOrder="front"><w:top w:val="apples" w:sz="31" w:space="31"/></w:pgBorders>')
    yield "chapters before page numbers", page('<w:pgNumType w:chapStyle="1" w:chapSep="period"/>')
    yield (
        "lines over each other",
        change(DOCUMENT, '<w:docGrid w:linePitch="360"/>', '<w:docGrid w:type="lines" w:linePitch="1"/>'),
    )
    yield "strict pages", page(f'<s:lnNumType {STRICT} s:countBy="1"/>')
    yield "the pages' setting in front", change(DOCUMENT, "(<w:body>)(.*)(<w:sectPr .*</w:sectPr>)", r"\1\3\2")
    yield "two settings of pages", change(DOCUMENT, "(<w:sectPr .*</w:sectPr>)", r"\1\1")
    yield "two sizes of pages", page('<w:pgSz w:w="2000" w:h="2000"/>')
    yield "two footers", change(DOCUMENT, '(<w:footerReference w:type="default")( r:id="rId4"/>)', r'\1 r:id="rId9"/>\1\2')
    yield "a footer of an unknown kind", change(DOCUMENT, '(<w:footerReference )w:type="even"', r'\1w:type="odd"')
    blank = f"<w:hdr {W}>{'<w:p/>' * 60}</w:hdr>"
    shown = change(DOCUMENT, "(<w:footerReference)", r'<w:headerReference w:type="default" r:id="rId99"/>\1')
    yield "a header that fills the page", together(part("header9.xml", "header", blank, f"{WORDS}header+xml"), shown)
    listed = f"<w:hdr {W}>{NUMBER.format('')}</w:hdr>"
    yield "a header of numbers", together(part("header9.xml", "header", listed, f"{WORDS}header+xml"), shown)
    framed = f'<w:hdr {W}><w:p><w:pPr><w:framePr w:w="9" w:x="9" w:y="9"/></w:pPr><w:r><w:t>9</w:t></w:r></w:p></w:hdr>'
    yield "a header in a frame", together(part("header9.xml", "header", framed, f"{WORDS}header+xml"), shown)
    yield (
        "a header in a first part of its own",
        together(part("header9.xml", "header", listed, f"{WORDS}header+xml"), page("<w:titlePg/>")),
    )
    yield "a shape in the footer", change(FOOTER, "(<w:p>)", rf"\1{SHAPE}")

    yield (
        "a page number that does not change",
        change(
            FOOTER,
            PAGE,
            f'<w:fldChar w:fldCharType="begin" w:fldLock="1"/><w:instrText>PAGE</w:instrText>{SEPARATE}<w:t>9</w:t>{END}',
        ),
    )
    yield (
        "a page number cut in two",
        change(FOOTER, PAGE, f"{BEGIN}<w:instrText>P</w:instrText>{SEPARATE}<w:instrText>AGE</w:instrText><w:t>9</w:t>{END}"),
    )
    yield "text in a page number", change(FOOTER, PAGE, f"{BEGIN}<w:t>99</w:t><w:instrText>PAGE</w:instrText>{END}")
    yield (
        "text for a page number",
        change(FOOTER, PAGE, f"{BEGIN}<w:instrText>PAGE</w:instrText>{SEPARATE}<w:t>电子信息第一</w:t>{END}"),
    )
    yield "pages in another spelling", change(FOOTER, "PAGE", r"PAGE \\* DollarText")
    yield (
        "a form in a page number",
        change(FOOTER, '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="begin"><w:ffData/></w:fldChar>'),
    )


def parts() -> Iterator[tuple[str, Forgery]]:
    """Other parts than the text, and what is said of the parts."""
    yield "a mirror", setting("<w:mirrorMargins/>")
    yield "a gutter on top", setting("<w:gutterAtTop/>")
    yield "a folded book", setting("<w:bookFoldPrinting/>")
    yield "two pages on one", setting("<w:printTwoOnOne/>")
    yield "settings twice", second("settings", "x.xml", "settings+xml", lambda text: text.replace("<w:evenAndOddHeaders/>", ""))
    yield "fonts twice", second("fontTable", "x.xml", "fontTable+xml", lambda text: text.replace("Calibri", "Times"))
    yield "numbering twice", second("numbering", "x.xml", "numbering+xml", lambda text: text.replace("%1.", "第%1"))
    yield "even pages twice", setting('<w:evenAndOddHeaders w:val="0"/>')
    yield "letters of a mail", setting('<w:mailMerge><w:mainDocumentType w:val="formLetters"/></w:mailMerge>')
    yield "a strict setting", setting(f"<s:mirrorMargins {STRICT}/>")
    yield (
        "a setting by choice",
        setting(f'<mc:AlternateContent {MC}><mc:Choice Requires="w14"><w:mirrorMargins/></mc:Choice></mc:AlternateContent>'),
    )
    yield "a type of a part", change(TYPES, r"(/word/styles\.xml\" ContentType=)\"[^\"]*\"", r'\1"application/xml"')
    yield "a type of a footer", change(TYPES, r"(/word/footer1\.xml\" ContentType=)\"[^\"]*\"", r'\1"application/xml"')
    yield "a type of a setting", change(TYPES, r"(/word/settings\.xml\" ContentType=)\"[^\"]*\"", r'\1"application/xml"')
    yield "building blocks", part("x.xml", "glossaryDocument", f"<w:glossaryDocument {W}/>", f"{WORDS}document.glossary+xml")
    yield (
        "an outside template",
        change(
            RELATIONS,
            "</Relationships>",
            f'<Relationship Id="r" Type="{OFFICE}/attachedTemplate" Target="http://x/" TargetMode="External"/></Relationships>',
        ),
    )
    yield (
        "another file's text",
        change(
            RELATIONS,
            "</Relationships>",
            f'<Relationship Id="r" Type="{OFFICE}/aFChunk" Target="http://x/" TargetMode="External"/></Relationships>',
        ),
    )
    yield (
        "a frameset",
        together(change(WEB, "(<w:allowPNG/>)", r'<w:frameset><w:frame><w:sourceFileName r:id="r"/></w:frame></w:frameset>\1')),
    )
    yield "a title of the file", change(CORE, "<dc:title>[^<]*", "<dc:title>电子信息第一")
    yield "a remark of the file", change(CORE, "<dc:description></", "<dc:description>电子信息第一</")
    yield "a property twice", change("docProps/custom.xml", "(<property .*?</property>)", r"\1\1")
    yield "comments", part("comments.xml", "comments", f"<w:comments {W}/>", f"{WORDS}comments+xml")
    yield (
        "an embedded font",
        together(
            lambda c: package(
                {
                    **parts_of(c),
                    "word/_rels/fontTable.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="{OFFICE}/font" Target="font1.odttf"/></Relationships>',
                    "word/font1.odttf": b"0",
                }
            ),
            change(
                TYPES,
                "</Types>",
                '<Default Extension="odttf" ContentType="application/vnd.openxmlformats-officedocument.obfuscatedFont"/></Types>',
            ),
        ),
    )
    yield (
        "a control bound to data",
        beside(
            '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/x" w:storeItemID="{0}"/></w:sdtPr><w:sdtContent><w:r><w:t>9</w:t></w:r></w:sdtContent></w:sdt>'
        ),
    )
    for instruction in (
        "DOCPROPERTY 考核期",
        "SEQ a",
        "STYLEREF 1",
        "= 1 + 1",
        "PRINT x",
        "QUOTE 9",
        "REF f1_number",
        "PAGEREF f1_number",
        "NUMPAGES",
    ):
        field = f"<w:r>{BEGIN}<w:instrText>{instruction}</w:instrText>{SEPARATE}<w:t>9</w:t>{END}</w:r>"
        yield f"a field {instruction}", beside(field)


def more() -> Iterator[tuple[str, Forgery]]:
    """What is no more than a nuance of the above."""
    opened = '<w:p><w:pPr><w:pStyle w:val="bulletinopen"/>'
    numbered = NUMBER.format('<w:pStyle w:val="bulletinopen"/>')
    yield "a number alone in the writer's part", change(DOCUMENT, f"({opened}.*?</w:p>)", rf"{numbered}\1")
    yield (
        "words in numbers of the writer's part",
        together(
            change(DOCUMENT, f"({opened})", r'\1<w:numPr><w:numId w:val="1"/></w:numPr>'),
            change(NUMBERING, r'w:lvlText w:val="%1\."', 'w:lvlText w:val="第一名是电子信息。%1"', 99),
        ),
    )
    struck = "<w:r><w:rPr><w:strike/></w:rPr><w:t> </w:t></w:r>"
    yield "a minus that only some readers show", total("", struck)
    yield "a break in a text", change(DOCUMENT, "得分最高的是", "得分\n最高的是")
    side = '<w:pBdr><w:{} w:val="single" w:sz="8" w:space="0" w:color="auto"/></w:pBdr>'
    yield "a one by a paragraph's border", line(side.format("left"))
    yield "a one by a paragraph's bar", line(side.format("bar"))
    yield "a minus by a paragraph's border", total(side.format("top"))
    yield "a border in the text", line('<w:pBdr><w:top w:val="single" w:sz="8" w:space="-12"/></w:pBdr>')
    yield "digits of another script in a measure", line('<w:spacing w:line="５７９" w:lineRule="exact"/>')
    yield "lines over those above", line('<w:spacing w:before="-600"/>')
    yield "a row over the one above", first_row('<w:trHeight w:val="-10"/>')
    yield (
        "styles told apart by capitals",
        style('<w:style w:type="paragraph" w:styleId="BulletinBody"><w:name w:val="b"/></w:style>'),
    )
    later = r'(</w:tr>(?:(?!</w:tr>).)*?<w:tcW w:type="dxa" w:w=)"\d+"'
    yield "a row whose cells stand in the next columns", change(DOCUMENT, later, r'\1"2268"')
    exceptions = "<w:tblPrEx>{}</w:tblPrEx><w:trPr>"
    yield "a row moved a little", change(DOCUMENT, "<w:trPr>", exceptions.format('<w:tblInd w:w="400" w:type="dxa"/>'))
    yield "a row on another side", first_row('<w:jc w:val="right"/>')
    yield (
        "large letters in a cell",
        together(
            change(DOCUMENT, FIRST_TOTAL, r'\1\2<w:rPr><w:sz w:val="140"/></w:rPr>\3'),
            total('<w:jc w:val="left"/>'),
        ),
    )
    yield "a figure on two pages", change(DOCUMENT, r"(f3_highest\"/><w:r><w:t>6)3", r'\1</w:t><w:br w:type="page"/><w:t>3')
    tab = change(DOCUMENT, r"(f3_highest\"/><w:r>)", r"\1<w:tab/>")
    dashed = '<w:tabs><w:tab w:val="left" w:leader="hyphen" w:pos="9000"/></w:tabs>'
    yield "a minus by a tab in a figure", together(tab, line(dashed))
    tall = f'<w:hdr {W}><w:p><w:pPr><w:spacing w:before="4900"/></w:pPr></w:p></w:hdr>'
    shown = change(DOCUMENT, "(<w:footerReference)", r'<w:headerReference w:type="default" r:id="rId99"/>\1')
    yield "a high header", together(part("header9.xml", "header", tall, f"{WORDS}header+xml"), shown)
    close = '<w:docGrid w:type="linesAndChars" w:linePitch="360" w:charSpace="-12000"/>'
    yield "letters of a close grid", change(DOCUMENT, "<w:docGrid [^>]*/>", close)
    yield "a cell higher than the page", change(DOCUMENT, "(</w:tcPr>)", rf"\1{'<w:p/>' * 90}")
    yield "breaks in a cell", total("", f"<w:r>{'<w:br/>' * 90}</w:r>")
    broken = f"<w:hdr {W}><w:p><w:r>{'<w:br/>' * 60}</w:r></w:p></w:hdr>"
    yield "a header of breaks", together(part("header9.xml", "header", broken, f"{WORDS}header+xml"), shown)
    yield "a size in per cent", inside('<w:sz w:val="1%"/>')
    yield "an attribute without a namespace", inside('<w:sz w:val="32" val="2"/>')
    yield "a style without a namespace", style('<style xmlns="" styleId="bulletinbody"><rPr><vanish/></rPr></style>')
    yield "a hint at other fonts", inside('<w:rFonts w:hint="cs" w:cs="Wingdings"/>')
    yield "letters as a formula", inside("<w:oMath/>")


ALL = {name: forgery for kind in (letters, paragraphs, tables, pages, parts, more) for name, forgery in kind()}
