"""What goes without saying in a workbook's parts, so that whether a program spells it out makes no difference.

Names are those of ``markup``: of the main namespace without a prefix, of others with ``a.``, ``c.``, ``xdr.`` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping

NO, YES = {"val": "0"}, {"val": "1"}

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    # of the workbook (ECMA-376 part 1, 18.2)
    "workbookPr": {"date1904": "0", "backupFile": "0", "showObjects": "all"},
    "workbookView": {
        "showHorizontalScroll": "1", "showVerticalScroll": "1", "showSheetTabs": "1", "visibility": "visible", "minimized": "0",
        "autoFilterDateGrouping": "1",
    },
    "calcPr": {"calcMode": "auto", "refMode": "A1", "iterate": "0", "fullPrecision": "1", "calcCompleted": "1",
    "forceFullCalc": "0"},
    # of a worksheet (18.3)
    "sheetPr": {"filterMode": "0", "published": "1", "syncHorizontal": "0", "syncVertical": "0"},
    "outlinePr": {"summaryBelow": "1", "summaryRight": "1", "applyStyles": "0", "showOutlineSymbols": "1"},
    "pageSetUpPr": {"fitToPage": "0", "autoPageBreaks": "1"},
    "sheetView": {
        "showFormulas": "0", "showGridLines": "1", "showRowColHeaders": "1", "showZeros": "1", "rightToLeft": "0",
        "tabSelected": "0",
        "showOutlineSymbols": "1", "defaultGridColor": "1", "showRuler": "1", "showWhiteSpace": "1", "windowProtection": "0",
        "view": "normal", "topLeftCell": "A1", "colorId": "64", "zoomScale": "100", "zoomScaleNormal": "100",
        "workbookViewId": "0",
    },
    "sheetFormatPr": {"zeroHeight": "0", "outlineLevelRow": "0", "outlineLevelCol": "0", "customHeight": "0",
    "thickTop": "0", "thickBottom": "0"},
    "printOptions": {"headings": "0", "gridLines": "0", "gridLinesSet": "1", "horizontalCentered": "0",
    "verticalCentered": "0"},
    "pageSetup": {
        "scale": "100", "fitToWidth": "1", "fitToHeight": "1", "pageOrder": "downThenOver", "orientation": "default",
        "blackAndWhite": "0", "draft": "0", "useFirstPageNumber": "0", "errors": "displayed", "firstPageNumber": "1",
    },
    "brk": {"min": "0", "max": "16383", "man": "0", "pt": "0"},
    "headerFooter": {"differentFirst": "0", "differentOddEven": "0", "scaleWithDoc": "1", "alignWithMargins": "1"},
    "cfRule": {"stopIfTrue": "0", "aboveAverage": "1", "percent": "0", "bottom": "0", "equalAverage": "0", "rank": "0",
    "text": ""},
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
    "c.showCatName": (NO,), "c.showSerName": (NO,), "c.showPercent": (NO,), "c.showBubbleSize": (NO,),
    "c.showLeaderLines": (NO, YES),
    "c15.showLeaderLines": (NO, YES), "c.smooth": (NO,), "c.overlap": (NO,), "c.gapWidth": ({"val": "150"},),
    "c.dispBlanksAs": ({"val": "gap"},),
    "c.plotVisOnly": (YES,), "c.auto": (NO, YES), "c.lblAlgn": ({"val": "ctr"},), "c.lblOffset": ({"val": "100"},),
    "c.crosses": ({"val": "autoZero"},), "c.majorTickMark": ({"val": "out"},), "c.minorTickMark": ({"val": "none"},),
    "c.tickLblPos": ({"val": "nextTo"},), "c.numFmt": ({"sourceLinked": "1"},),
    "c.dLblPos": ({"val": "ctr"}, {"val": "outEnd"}),
    "c.crossBetween": ({"val": "between"},), "c.style": ({"val": "2"},), "c14.style": ({"val": "102"},),
    "c.axPos": tuple({"val": side} for side in "lrtb"),
}  # fmt: skip
"""Elements that say nothing with these attributes."""

EMPTY = frozenset(
    {
        "workbookProtection", "printOptions", "headerFooter", "oddHeader", "oddFooter", "evenHeader", "evenFooter",
        "firstHeader",
        "firstFooter", "sheetFormatPr", "left", "right", "top", "bottom", "diagonal", "vertical", "horizontal", "alignment",
        "protection", "border", "fill", "font", "patternFill", "sheetPr", "outlinePr", "pageSetUpPr", "sheetViews",
        "sheetView", "calcPr", "workbookPr",
        "c.layout", "c.spPr", "c.txPr", "a.bodyPr", "a.lstStyle", "a.ln", "a.pPr", "a.defRPr", "a.rPr", "a.endParaRPr",
        "a.avLst", "c.cache", "c.numCache", "c.strCache",
        "xdr.clientData", "xdr.cNvGraphicFramePr", "xdr.cNvPicPr", "a.picLocks", "a.fillRect", "a.stretch",
        "c.headerFooter", "c.pageSetup", "c.printSettings",
        "c.dLbls", "a.round", "extLst", "c.extLst", "a.extLst", "c.lang",
    }
)  # fmt: skip
"""Elements that say nothing where nothing is in them."""

HINTS = frozenset(
    {
        "lang",
        "altLang",
        "dirty",
        "err",
        "mc.Ignorable",
        "xr.uid",
        "xr2.uid",
        "x14ac.dyDescent",
        "noChangeAspect",
        "panose",
        "pitchFamily",
        "count",
        "manualBreakCount",
    }
)
"""Attributes that say nothing anywhere: for what language a text is checked, Excel's marks of revisions, numbers of items."""
