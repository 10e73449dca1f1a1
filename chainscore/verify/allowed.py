"""What a re-save by LibreOffice, Gnumeric, Excel or WPS may change: nothing else may.

The first four tables say what goes without saying, in whichever of the two workbooks it stands; ALLOWED says what may differ.
Names are those of ``markup``: of the main namespace without a prefix, of others with ``a.``, ``c.``, ``xdr.`` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from functools import lru_cache

NO, YES = {"val": "0"}, {"val": "1"}

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    # of the workbook (ECMA-376 part 1, 18.2)
    "workbookPr": {"date1904": "0", "backupFile": "0", "showObjects": "all"},
    "workbookView": {
        "showHorizontalScroll": "1", "showVerticalScroll": "1", "showSheetTabs": "1", "visibility": "visible", "minimized": "0",
        "autoFilterDateGrouping": "1",
    },
    "calcPr": {"calcMode": "auto", "refMode": "A1", "iterate": "0", "fullPrecision": "1", "calcCompleted": "1", "forceFullCalc": "0"},
    # of a worksheet (18.3)
    "sheetPr": {"filterMode": "0", "published": "1", "syncHorizontal": "0", "syncVertical": "0"},
    "pageSetUpPr": {"fitToPage": "0", "autoPageBreaks": "1"},
    "sheetView": {
        "showFormulas": "0", "showGridLines": "1", "showRowColHeaders": "1", "showZeros": "1", "rightToLeft": "0", "tabSelected": "0",
        "showOutlineSymbols": "1", "defaultGridColor": "1", "showRuler": "1", "showWhiteSpace": "1", "windowProtection": "0",
        "view": "normal", "topLeftCell": "A1", "colorId": "64", "zoomScale": "100", "zoomScaleNormal": "100", "workbookViewId": "0",
    },
    "sheetFormatPr": {"zeroHeight": "0", "outlineLevelRow": "0", "outlineLevelCol": "0", "customHeight": "0", "thickTop": "0", "thickBottom": "0"},
    "printOptions": {"headings": "0", "gridLines": "0", "gridLinesSet": "1", "horizontalCentered": "0", "verticalCentered": "0"},
    "pageSetup": {
        "scale": "100", "fitToWidth": "1", "fitToHeight": "1", "pageOrder": "downThenOver", "orientation": "default",
        "blackAndWhite": "0", "draft": "0", "useFirstPageNumber": "0", "errors": "displayed", "firstPageNumber": "1",
    },
    "headerFooter": {"differentFirst": "0", "differentOddEven": "0", "scaleWithDoc": "1", "alignWithMargins": "1"},
    "cfRule": {"stopIfTrue": "0", "aboveAverage": "1", "percent": "0", "bottom": "0", "equalAverage": "0", "rank": "0", "text": ""},
    # of styles (18.8)
    "alignment": {
        "horizontal": "general", "vertical": "bottom", "textRotation": "0", "wrapText": "0", "indent": "0", "shrinkToFit": "0",
        "justifyLastLine": "0", "readingOrder": "0", "relativeIndent": "0",
    },
    "protection": {"locked": "1", "hidden": "0"},
    "border": {"diagonalUp": "0", "diagonalDown": "0", "outline": "1"},
    "u": {"val": "single"},
    "b": YES, "i": YES, "strike": YES,
    # of drawings and charts (part 1, 20.5 and 21.2)
    "xdr.twoCellAnchor": {"editAs": "twoCell"},
    "xdr.graphicFrame": {"macro": "", "fPublished": "0"},
    "xdr.pic": {"macro": "", "fPublished": "0"},
    "a.defRPr": {"b": "0", "i": "0", "u": "none", "strike": "noStrike", "baseline": "0"},
    "a.rPr": {"b": "0", "i": "0", "u": "none", "strike": "noStrike", "baseline": "0"},
    "a.bodyPr": {"rot": "0", "vert": "horz", "wrap": "square"},
}  # fmt: skip
"""Element → attribute → the value that it has where it is not given."""

NOTHING: Mapping[str, tuple[dict[str, str], ...]] = {
    "b": (NO,), "i": (NO,), "strike": (NO,), "outline": (NO,), "shadow": (NO,), "condense": (NO,), "extend": (NO,),
    "u": ({"val": "none"},), "vertAlign": ({"val": "baseline"},), "patternFill": ({"patternType": "none"},),
    "c.roundedCorners": (NO,), "c.date1904": (NO,), "c.autoTitleDeleted": (NO,), "c.overlay": (NO,), "c.varyColors": (NO,),
    "c.invertIfNegative": (NO,), "c.delete": (NO,), "c.noMultiLvlLbl": (NO,), "c.showLegendKey": (NO,), "c.showVal": (NO,),
    "c.showCatName": (NO,), "c.showSerName": (NO,), "c.showPercent": (NO,), "c.showBubbleSize": (NO,), "c.showLeaderLines": (NO, YES),
    "c15.showLeaderLines": (NO, YES), "c.smooth": (NO,), "c.overlap": (NO,), "c.dispBlanksAs": ({"val": "gap"},),
    "c.plotVisOnly": (YES,), "c.auto": (NO, YES), "c.lblAlgn": ({"val": "ctr"},), "c.lblOffset": ({"val": "100"},),
    "c.crosses": ({"val": "autoZero"},), "c.majorTickMark": ({"val": "out"},), "c.minorTickMark": ({"val": "none"},),
    "c.tickLblPos": ({"val": "nextTo"},), "c.numFmt": ({"sourceLinked": "1"},), "c.dLblPos": ({"val": "ctr"},),
    "c.crossBetween": ({"val": "between"},), "c.style": ({"val": "2"},), "c14.style": ({"val": "102"},), "c.axPos": tuple({"val": side} for side in "lrtb"),
}  # fmt: skip
"""Elements that say nothing with these attributes."""

EMPTY = frozenset(
    {
        "workbookProtection", "printOptions", "headerFooter", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader",
        "firstFooter", "sheetFormatPr", "left", "right", "top", "bottom", "diagonal", "vertical", "horizontal", "alignment",
        "protection", "border", "fill", "font", "patternFill", "sheetPr", "pageSetUpPr", "sheetViews", "sheetView", "calcPr", "workbookPr",
        "c.layout", "c.spPr", "c.txPr", "a.bodyPr", "a.lstStyle", "a.ln", "a.pPr", "a.defRPr", "a.rPr", "a.endParaRPr",
        "a.avLst", "xdr.clientData", "xdr.cNvGraphicFramePr", "xdr.cNvPicPr", "a.picLocks", "a.fillRect", "a.stretch", "c.headerFooter", "c.pageSetup", "c.printSettings",
        "c.dLbls", "a.round", "extLst", "c.extLst", "a.extLst", "a.solidFill", "c.lang",
    }
)  # fmt: skip
"""Elements that say nothing where nothing is in them."""

HINTS = frozenset({"lang", "altLang", "dirty", "err", "mc.Ignorable", "xr.uid", "xr2.uid", "x14ac.dyDescent", "noChangeAspect"})
"""Attributes that say nothing anywhere: for what language a text is checked, and the marks of Excel's revisions."""

Test = Callable[[str | None, str | None], bool]


def lost(wanted: str | None, found: str | None) -> bool:
    return found is None


def any_(wanted: str | None, found: str | None) -> bool:
    return True


def one_of(*values: str) -> Test:
    """It may be there though it was not, or come in the place of another, where it is one of these."""
    return lambda wanted, found: found in values


def added(*values: str) -> Test:
    return lambda wanted, found: wanted is None and found in values


def within(least: float, most: float) -> Test:
    """A number between these, or none at all."""
    return lambda wanted, found: found is None or (_is_number(found) and least <= float(found) <= most)


def near(share: float, most: float = 0) -> Test:
    """A number close to what it was."""

    def test(wanted: str | None, found: str | None) -> bool:
        if not (_is_number(wanted) and _is_number(found)):
            return False
        assert wanted is not None and found is not None
        return abs(float(wanted) - float(found)) <= max(abs(float(wanted)) * share, most)

    return test


def saved(wanted: str | None, found: str | None) -> bool:
    """What a chart has saved of its cells: nothing, or all but what stands for cells without a number."""
    if wanted is None or found is None:
        return found is None
    before, now = wanted.split("; "), found.split("; ")
    return set(now) <= set(before) and all(point.endswith(("=0", "=")) for point in set(before) - set(now))


def _is_number(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?", text) is not None


def as_gnumeric_has_it(wanted: str | None, found: str | None) -> bool:
    """A header or footer from which Gnumeric has cut a sign and a digit where a size stands, and a sign where a colour does."""
    return wanted is not None and found == re.sub("&[0-9K]", "", wanted)


ORDINARY = (
    "微软雅黑", "Microsoft YaHei", "微软雅黑 Light", "宋体", "SimSun", "新宋体", "NSimSun", "黑体", "SimHei", "仿宋", "FangSong", "楷体", "KaiTi",
    "等线", "DengXian", "Calibri", "Cambria", "Carlito", "Arial", "Helvetica", "Sans", "Sans Serif", "Tahoma", "Verdana", "Times New Roman",
    "Liberation Sans", "Liberation Serif", "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Serif CJK SC", "Source Han Sans CN",
    "Source Han Sans SC", "思源黑体", "思源宋体", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "文泉驿微米黑", "Droid Sans Fallback", "PingFang SC",
    "Microsoft YaHei UI", "方正书宋_GBK", "方正黑体_GBK", "汉仪书宋二KW", "汉仪中黑KW",
)  # fmt: skip
"""Fonts of letters and digits as everybody knows them: programs put one of theirs where the font is not installed."""


def ordinary_font(wanted: str | None, found: str | None) -> bool:
    return found in ORDINARY


ALLOWED: tuple[tuple[str, Test], ...] = (
    # ---- the workbook: who wrote it, where its window was, how it calculates
    ("fileVersion*", any_),
    ("fileSharing", lost),
    ("workbookPr@defaultThemeVersion", any_),
    ("workbookPr@codeName", one_of("ThisWorkbook")),  # Excel, WPS
    ("workbookPr@filterPrivacy", one_of("1")),
    ("bookViews/workbookView@?Window", any_),
    ("bookViews/workbookView@window*", any_),
    ("bookViews/workbookView@tabRatio", within(1, 1000)),
    ("bookViews/workbookView@activeTab", any_),  # the sheet that was looked at last
    ("bookViews/workbookView@firstSheet", any_),
    ("calcPr@calcId", any_),
    ("calcPr@fullCalcOnLoad", lost),
    ("calcPr@iterate*", any_),  # no formula goes round
    ("calcPr@concurrentCalc", any_),
    ("webPublishing*", any_),  # Gnumeric
    ("extLst/ext#{7626C862-2A13-11E5-B345-FEFF819CDC9F}*", any_),  # LibreOffice: how references are spelled
    ("extLst/ext#{140A7094-0E35-4892-8432-C4D2E57EDEB5}*", any_),  # Excel: x15:workbookPr chartTrackingRefBase
    ("extLst/ext#{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}*", any_),  # Excel: xcalcf:calcFeatures
    ("mc.AlternateContent/mc.Choice@Requires", one_of("x15")),  # Excel: the folder that it was saved in
    ("mc.AlternateContent/mc.Choice/x15ac.absPath*", any_),
    ("xr.revisionPtr*", any_),
    ("fonts*", lambda wanted, found: found is None or wanted is None),  # the theme written out, or none
    ("fonts/a.m*Font/a.latin@typeface", ordinary_font),
    ("fonts@name", any_),
    ("normal/font/name@val", ordinary_font),
    ("normal/font/sz@val", within(10, 12)),
    ("normal/font/color@rgb", one_of("000000")),
    ("normal/font/scheme@val", lost),
    # ---- sheets
    ("sheetPr@codeName", any_),
    ("sheetPr/tabColor*", lost),
    ("sheetViews/sheetView@tabSelected", any_),
    ("sheetViews/sheetView@showGridLines", lost),  # LibreOffice of a sheet that prints none
    ("sheetViews/sheetView@zoomScale*", within(50, 200)),
    ("sheetViews/sheetView/pane*", lost),
    ("sheetViews/sheetView/pane@topLeftCell", any_),
    ("sheetViews/sheetView/pane@activePane", any_),
    ("sheetViews/sheetView/selection*", any_),
    ("sheetFormatPr@defaultColWidth", any_),  # columns are compared one by one
    ("sheetFormatPr@baseColWidth", any_),
    ("sheetFormatPr@defaultRowHeight", within(12, 20)),
    ("phoneticPr*", any_),  # Excel: how a text would be read aloud
    ("pageMargins@*", near(0.02, 0.25)),
    ("printOptions@horizontalCentered", lost),  # Gnumeric
    ("pageSetup@horizontalDpi", any_),
    ("pageSetup@verticalDpi", any_),
    ("pageSetup@copies", one_of("1")),
    ("pageSetup@usePrinterDefaults", any_),
    ("pageSetup@cellComments", one_of("none", "asDisplayed")),
    ("pageSetup@paperSize", one_of("9")),
    ("headerFooter/odd*", as_gnumeric_has_it),
    ("conditionalFormatting#*/cfRule*@stopIfTrue", added("1")),  # Gnumeric
    ("conditionalFormatting#*/cfRule*@aboveAverage", added("0")),  # LibreOffice, of rules that are about something else
    ("conditionalFormatting@pivot", one_of("0")),
    ("autoFilter@etc.filterBottomFollowUsedRange", any_),  # WPS
    ("autoFilter@xr.uid", any_),
    ("ignoredErrors*", any_),  # Excel: green corners that are not shown
    # ---- cells
    ("font/name@val", ordinary_font),
    ("font/sz@val", lambda wanted, found: (wanted, found) == ("11", "10")),  # the font of Gnumeric's plain cells
    ("*font/family@val", any_),
    ("*font/charset@val", one_of("0", "1", "134")),
    ("font/scheme@val", lost),
    ("protection@*", lost),
    # ---- what lies on a sheet
    ("*/xdr.from@?", near(0, 0.15)),  # in rows and columns
    ("*/xdr.to@?", near(0, 0.15)),
    ("xdr.twoCellAnchor@editAs", any_),
    ("*/xdr.cNvPr@id", any_),
    ("*/xdr.cNvPr@name", any_),
    ("*/xdr.cNvPr@descr", lost),
    ("*/xdr.cNvPr/a.extLst/a.ext#{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}*", any_),  # Excel: a16:creationId
    ("*/xdr.graphicFrame/xdr.xfrm/*", any_),  # the anchor says where it is
    ("*/xdr.pic/xdr.spPr/a.xfrm/*", any_),
    ("*/xdr.pic/xdr.spPr/a.ln*", one_of("0", "")),
    ("*/xdr.pic/*/a.blip@cstate", any_),
    ("*/xdr.pic/*/a.ext#{28A0092B-C50C-407E-A947-70E740481C1C}*", any_),  # Excel: a14:useLocalDpi
    # ---- charts: Gnumeric loses labels, saved values and colours, LibreOffice and WPS spell out what goes without saying
    ("*/c.chartSpace/c.printSettings/*", lost),
    ("*/c.lang@val", any_),
    ("*/c.saved", saved),
    ("*/c.dLbls/*", lost),
    ("*/c.spPr/*", lost),
    ("*/c.marker/c.symbol@val", lost),
    ("*/c.marker/c.size@val", lost),
    ("*/c.txPr/*", lost),
    ("*/a.defRPr*", lost),
    ("*/a.rPr*", lost),
    ("*/c.hiLowLines*", lost),
    ("*/c.layout*", lost),
    ("*/c.delete@val", lost),
    ("*/c.gapWidth@val", lost),
    ("*/c.title/c.spPr/a.noFill", added("")),
    ("*/c.title/c.spPr/a.ln*", added("", "0")),
    ("*/c.legend/c.spPr/a.noFill", added("")),
    ("*/c.legend/c.spPr/a.ln*", added("", "0")),
    ("*/c.plotArea/c.spPr/a.noFill", added("")),
    ("*/c.plotArea/c.spPr/a.ln*", added("", "0")),
    ("*/c.chartSpace/c.spPr/a.solidFill/a.srgbClr@val", added("FFFFFF")),
    ("*/c.chartSpace/c.spPr/a.ln/a.solidFill/a.srgbClr@val", added("D9D9D9", "000000")),
    ("*/c.???Ax*/c.spPr/a.ln/a.solidFill/a.srgbClr@val", added("878787", "000000", "B3B3B3")),
    ("*/c.majorGridlines/c.spPr/a.ln/a.solidFill/a.srgbClr@val", added("878787", "B3B3B3", "D9D9D9")),
    ("*/c.barChart/c.ser*/c.spPr/a.ln/a.noFill", added("")),
    ("*/c.lineChart/c.hiLowLines/c.spPr/a.ln/a.noFill", added("")),
    ("*/c.lineChart/c.ser*/c.spPr/a.solidFill/a.srgbClr@val", any_),  # what a line is filled with is not seen
    ("*/a.ln@w", lambda wanted, found: found == "0" or near(0.02)(wanted or "9525", found)),
    ("*/a.solidFill/a.srgbClr@val", lambda wanted, found: (wanted, found) == (None, "000000")),
    ("*/a.?*Pr@sz", lambda wanted, found: wanted is None and within(800, 1400)(None, found)),
    ("*/a.?*Pr@b", added("1")),
    ("*/a.?*Pr@spc", added("-1")),
    ("*/a.?*Pr@kern", added("1200")),
    ("*/a.?*Pr/a.latin@typeface", lambda wanted, found: found in ORDINARY or found in ("+mn-lt", "+mn-ea", "+mj-lt")),
    ("*/a.?*Pr/a.ea@typeface", lambda wanted, found: found in ORDINARY or found in ("+mn-lt", "+mn-ea", "+mj-ea")),
    ("*/a.?*Pr/a.cs@typeface", lambda wanted, found: found in ORDINARY or found in ("+mn-lt", "+mn-cs", "+mj-cs")),
    ("*/a.bodyPr@wrap", added("none", "square")),
    ("*/c.dLbls/c.separator", added(" ", "; ", "\n", ", ", "")),
    ("*/c.valAx*/c.numFmt@formatCode", added("General")),
    ("*/c.valAx*/c.numFmt@sourceLinked", added("0")),
    ("*/c.ext#{CE6537A1-D6FC-4f65-9D91-7224C49458BB}*", added("{CE6537A1-D6FC-4f65-9D91-7224C49458BB}", "")),
    ("*/c.ext#{C3380CC4-5D6E-409C-BE32-E72D297353CC}*", any_),  # Excel: c16:uniqueId
    ("*/c.ext#{56B9EC1D-385E-4148-901F-78D8002777C0}*", any_),  # Excel: c16r3:dataDisplayOptions16
    ("*/a.ext#http://www.gnumeric.org/ext/spreadsheetml*", any_),  # Gnumeric's own names of dashes and patterns
    ("*/mc.AlternateContent/mc.Choice@Requires", one_of("c14")),  # Excel, WPS: c14:style 102, the usual one
    ("*/mc.AlternateContent/mc.Fallback", any_),
)
"""(path, whether such a change is one that a re-save makes) in order; in a path ``*`` stands for anything."""


@lru_cache(maxsize=100_000)
def allowed(path: str, wanted: str | None, found: str | None) -> bool:
    """Whether a re-save may have made ``found`` of ``wanted`` at a path; None where nothing is said."""
    return any(pattern.match(path) and test(wanted, found) for pattern, test in _COMPILED)


_COMPILED = [(re.compile(translate(pattern)), test) for pattern, test in ALLOWED]
