"""What a re-save by LibreOffice, Gnumeric, Excel or WPS may change: nothing else may.

What goes without saying is in ``defaults``. Names are those of ``markup``: of the main namespace without a prefix, of others
with ``a.``, ``c.``, ``xdr.`` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import translate
from functools import lru_cache

Test = Callable[[str | None, str | None], bool]


def lost(_: str | None, found: str | None) -> bool:
    return found is None


def any_(_: str | None, __: str | None) -> bool:
    return True


def one_of(*values: str | None) -> Test:
    """It may be there though it was not, or come in the place of another, where it is one of these."""
    return lambda _, found: found in values


def added(*values: str) -> Test:
    return lambda wanted, found: wanted is None and found in values


def within(least: float, most: float) -> Test:
    """A number between these, or none at all."""
    return lambda _, found: found is None or (_is_number(found) and least <= float(found) <= most)


def spelled(pattern: str) -> Test:
    """Whatever is spelled so."""
    return lambda _, found: found is None or re.fullmatch(pattern, found) is not None


def near(share: float, most: float = 0) -> Test:
    """A number close to what it was."""

    def test(wanted: str | None, found: str | None) -> bool:
        if not (_is_number(wanted) and _is_number(found)):
            return False
        before, now = float(wanted or 0), float(found or 0)
        return abs(before - now) <= max(abs(before) * share, most)

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
    "微软雅黑", "Microsoft YaHei", "Microsoft YaHei UI", "微软雅黑 Light", "宋体", "SimSun", "新宋体", "NSimSun",
    "黑体", "SimHei", "仿宋", "FangSong", "楷体", "KaiTi", "等线", "DengXian", "思源黑体", "思源宋体", "文泉驿微米黑",
    "方正书宋_GBK", "方正黑体_GBK", "汉仪书宋二KW", "汉仪中黑KW", "Noto Sans CJK SC", "Noto Serif CJK SC",
    "Source Han Sans CN", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
    "PingFang SC", "Calibri", "Cambria", "Carlito", "Arial", "Helvetica", "Sans", "Sans Serif", "Tahoma", "Verdana",
    "Times New Roman", "Liberation Sans", "Liberation Serif", "DejaVu Sans", "Noto Sans",
)  # fmt: skip
"""Fonts of letters and digits as everybody knows them: programs put one of theirs where the font is not installed."""


ACCENTS = ("4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646")
"""The colours of series where none is said."""


OF_WPS = ("KSOProductBuildVer", "KSOReadingLayout", "KSORubyTemplateID", "KSOTemplateUUID", "ICV", "commondata")
"""The properties that WPS gives to a file."""


def ordinary_font(_: str | None, found: str | None) -> bool:
    return found in ORDINARY


EXTENSIONS = (
    # LibreOffice: how references are spelled
    ("extLst/ext#{7626C862-2A13-11E5-B345-FEFF819CDC9F}", "{http://schemas.libreoffice.org/}extCalcPr@*"),
    # Excel
    ("extLst/ext#{140A7094-0E35-4892-8432-C4D2E57EDEB5}", "x15.workbookPr@chartTrackingRefBase"),
    ("extLst/ext#{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}",
     "{http://schemas.microsoft.com/office/spreadsheetml/2018/calcfeatures}calcFeatures/*"),
    ("*/xdr.cNvPr/a.extLst/a.ext#{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}", "a16.creationId@id"),
    ("*/xdr.pic/*/a.ext#{28A0092B-C50C-407E-A947-70E740481C1C}", "a14.useLocalDpi@val"),
    ("*/c.ext#{C3380CC4-5D6E-409C-BE32-E72D297353CC}", "c16.uniqueId@val"),
    ("*/c.ext#{56B9EC1D-385E-4148-901F-78D8002777C0}", "c16r3.dataDisplayOptions16/c16r3.dispNaAsBlank@val"),
    # WPS: the number of the chart
    ("*/c.ext#{0b15fc19-7d7d-44ad-8c2d-2c3a37ce22c3}", "{https://web.wps.cn/et/2018/main}chartProps@chartId"),
    # Gnumeric: its own names of dashes and patterns
    ("*/a.ext#http://www.gnumeric.org/ext/spreadsheetml", "gnmx.gostyle@*"),
)  # fmt: skip
"""(Extensions that say nothing to readers, what is in them): anything else in one of them is told."""

ALLOWED: tuple[tuple[str, Test], ...] = (
    *((path, any_) for place, inside in EXTENSIONS for path in (f"{place}@uri", f"{place}/{inside}")),
    # ---- the workbook: who wrote it, where its window was, how it calculates
    ("fileVersion*", any_),
    ("fileSharing", lost),
    ("workbookPr@defaultThemeVersion", any_),
    ("workbookPr@codeName", one_of("ThisWorkbook")),  # Excel, WPS
    ("workbookPr@dateCompatibility", one_of("0")),  # LibreOffice as "Office Open XML": of days before March 1900
    ("workbookPr@filterPrivacy", one_of("1")),
    ("bookViews/workbookView@?Window", any_),
    ("bookViews/workbookView@window*", any_),
    ("bookViews/workbookView@tabRatio", within(300, 1000)),
    ("bookViews/workbookView@activeTab", any_),  # the sheet that was looked at last
    ("bookViews/workbookView@firstSheet", any_),
    ("calcPr@calcId", any_),
    ("calcPr@fullCalcOnLoad", lost),
    ("calcPr@iterate*", any_),  # no formula goes round
    ("calcPr@concurrentCalc", any_),
    ("webPublishing*", any_),  # Gnumeric
    ("mc.AlternateContent/mc.Choice@Requires", one_of("x15")),  # Excel: the folder that it was saved in
    ("mc.AlternateContent/mc.Choice/x15ac.absPath*", any_),
    ("xr.revisionPtr*", any_),
    ("theme/*", lost),  # the theme left out: Gnumeric, older LibreOffice
    ("theme/a.lnStyleLst/a.ln@w", within(0, 20_000)),
    ("theme/a.lnStyleLst/a.ln/a.miter@lim", any_),
    ("theme/a.effectStyleLst/a.effectStyle/a.effectLst", added("")),
    ("theme/*Font/*", lambda _, found: found == "" or found in ORDINARY),
    ("usual?/font/name@val", ordinary_font),
    ("usual?/font/sz@val", within(10, 12)),
    ("usual?/font/scheme@val", lost),
    ("usual?/font/color@rgb", lost),
    ("properties/*", lost),
    *((f"properties/own#{name}", spelled("[0-9A-Za-z_.=+/-]*")) for name in OF_WPS),
    # ---- sheets
    ("sheetPr@codeName", any_),
    ("sheetPr/tabColor*", lost),
    ("sheetViews/sheetView@tabSelected", any_),
    ("sheetViews/sheetView@showGridLines", lost),  # LibreOffice of a sheet that prints none
    ("sheetViews/sheetView@zoomScale*", within(50, 200)),
    ("sheetViews/sheetView/pane@split", lost),
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
    ("pageSetup@orientation", added("portrait")),
    ("pageSetup@paperSize", one_of("9")),
    ("headerFooter/odd*", as_gnumeric_has_it),
    ("conditionalFormatting#*/cfRule+@stopIfTrue", added("1")),  # Gnumeric
    ("conditionalFormatting#*/cfRule+@aboveAverage", added("0")),  # LibreOffice, of rules that are about something else
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
    ("of its base/*", lost),
    ("protection@*", lost),
    # ---- what lies on a sheet
    ("*/xdr.from@?", near(0, 0.3)),  # in rows and columns
    ("*/xdr.to@?", near(0, 0.3)),
    ("xdr.twoCellAnchor@editAs", one_of(None, "oneCell", "absolute")),
    ("*/xdr.cNvPr@id", any_),
    ("*/xdr.cNvPr@name", any_),
    ("*/xdr.cNvPr@descr", lost),
    ("*/xdr.graphicFrame/xdr.xfrm/a.ext#@c?", any_),  # the anchor says where it is
    ("*/xdr.graphicFrame/xdr.xfrm/a.off@?", any_),
    ("*/xdr.pic/xdr.spPr/a.xfrm/a.ext#@c?", any_),
    ("*/xdr.pic/xdr.spPr/a.xfrm/a.off@?", any_),
    ("*/xdr.pic/xdr.spPr/a.ln*", one_of("0", "")),
    ("*/xdr.pic/*/a.blip@cstate", any_),
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
    ("*/c.tickLblPos@val", lost),
    ("*/c.tickLblSkip@val", lost),
    ("*/c.gapWidth@val", lost),
    ("*/c.title/c.spPr/a.noFill", added("")),
    ("*/c.title/c.spPr/a.ln*", added("", "0")),
    ("*/c.legend/c.spPr/a.noFill", added("")),
    ("*/c.legend/c.spPr/a.ln*", added("", "0")),
    ("*/c.plotArea/c.spPr/a.noFill", added("")),
    ("*/c.plotArea/c.spPr/a.ln*", added("", "0")),
    ("*/c.chartSpace/c.spPr/a.solidFill/a.srgbClr@val", added("FFFFFF")),
    ("*/c.chartSpace/c.spPr/a.ln/a.solidFill/a.srgbClr@val", added("D9D9D9", "000000")),
    ("*/c.???Ax+/c.spPr/a.ln/a.solidFill/a.srgbClr@val", added("878787", "000000", "B3B3B3")),
    ("*/c.majorGridlines/c.spPr/a.ln/a.solidFill/a.srgbClr@val", added("878787", "B3B3B3", "D9D9D9")),
    ("*/c.barChart/c.ser+/c.spPr/a.ln/a.noFill", added("")),
    ("*/c.ser+/c.spPr/a.solidFill/a.srgbClr@val", added(*ACCENTS)),
    ("*/c.lineChart/c.hiLowLines/c.spPr/a.ln/a.noFill", added("")),
    ("*/c.lineChart/c.ser+/c.spPr/a.solidFill/a.srgbClr@val", any_),  # what a line is filled with is not seen
    ("*/a.ln@w", near(0.02)),
    ("*/a.ln@w", added("0", "9360", "9525")),
    ("*/a.+Pr/a.solidFill/a.srgbClr@val", added("000000")),
    ("*/a.+Pr/a.solidFill/a.schemeClr@val", added("tx1")),  # Excel, WPS
    ("*/c.dLbls/c.spPr/a.noFill", added("")),
    ("*/c.dLbls/c.spPr/a.ln/a.noFill", added("")),
    ("*/c.numFmt@formatCode", lambda wanted, found: wanted is not None and wanted.count(";") == 2 and found == f"{wanted};"),
    ("*/c.formatCode", one_of("General", "0.00_ ")),
    ("*/c.formatCode", lost),
    ("*/c.title/*a.+Pr@sz", added("1800")),
    ("*/a.+Pr@sz", lambda wanted, found: wanted is None and within(800, 1400)(None, found)),
    ("*/a.+Pr@b", added("1")),
    ("*/a.+Pr@spc", added("-1")),
    ("*/a.+Pr@kern", added("1200")),
    ("*/a.+Pr/a.latin@typeface", lambda _, found: found in ORDINARY or found in ("+mn-lt", "+mn-ea", "+mj-lt")),
    ("*/a.+Pr/a.ea@typeface", lambda _, found: found in ORDINARY or found in ("+mn-lt", "+mn-ea", "+mj-ea")),
    ("*/a.+Pr/a.cs@typeface", lambda _, found: found in ORDINARY or found in ("+mn-lt", "+mn-cs", "+mj-cs")),
    ("*/a.bodyPr@wrap", added("none", "square")),
    ("*/c.dLbls/c.separator", added(" ", "; ", "\n", ", ", "")),
    ("*/c.???Ax+/c.numFmt@formatCode", added("General")),
    ("*/c.???Ax+/c.numFmt@sourceLinked", added("0")),
    ("*/c.ext#{CE6537A1-D6FC-4f65-9D91-7224C49458BB}*", added("{CE6537A1-D6FC-4f65-9D91-7224C49458BB}", "")),
    ("*/mc.AlternateContent/mc.Choice@Requires", one_of("c14")),  # Excel, WPS: c14:style 102, the usual one
    ("*/mc.AlternateContent/mc.Fallback", any_),
)
"""(path, whether such a change is one that a re-save makes).

In a path ``*`` stands for anything, ``+`` for anything within a name.
"""


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    """(path, what is said, what is said now) of all that no re-save makes of it, in order; None where nothing is said."""
    for path in sorted(wanted.keys() | found.keys()):
        before, now = wanted.get(path), found.get(path)
        if before != now and not _allowed(path, before, now) and not (before == "" and now is None and _goes_on(path, found)):
            yield path, before, now


@lru_cache(maxsize=100_000)
def _allowed(path: str, wanted: str | None, found: str | None) -> bool:
    if wanted is None and _TWICE.search(path):
        return False
    return any(pattern.match(path) and test(wanted, found) for pattern, test in _COMPILED)


def _goes_on(path: str, facts: Mapping[str, str]) -> bool:
    """Whether there is an element at a path, and more in it."""
    return any(other.startswith((f"{path}/", f"{path}@")) for other in facts)


_TWICE = re.compile(r"/(?!c\.(?:ser|pt|dPt|dLbl|lvl|\w+Ax|\w+Chart)#|a\.[pr]#)(?:[ac]|xdr)\.\w+#[0-9]+(?:[/@]|$)")
"""A second one, within a drawing or chart, of what it has once."""
_COMPILED = [(re.compile(translate(pattern).replace(r"\+", "[^/]*")), test) for pattern, test in ALLOWED]
