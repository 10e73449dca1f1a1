"""What the places in a workbook's parts and the sides of a cell's look are called, for people."""

from __future__ import annotations

PLACES = (
    ("sheetViews/sheetView@showZeros", "零值", "zeros"),
    ("sheetViews/sheetView@showFormulas", "以公式代替结果显示", "formulas shown instead of results"),
    ("sheetViews", "窗口视图", "the view"),
    ("sheetFormatPr", "默认行高列宽", "usual heights and widths"),
    ("sheetProtection", "工作表保护", "the sheet's protection"),
    ("sheetPr", "工作表属性", "the sheet's properties"),
    ("conditionalFormatting", "条件格式", "a conditional format"),
    ("headerFooter", "页眉页脚", "header or footer"),
    ("pageSetup", "页面设置", "the page set-up"),
    ("pageMargins", "页边距", "the margins"),
    ("printOptions", "打印选项", "print options"),
    ("autoFilter", "筛选", "the filter"),
    ("dataValidations", "数据有效性", "data validation"),
    ("rowBreaks", "分页", "page breaks"),
    ("colBreaks", "分页", "page breaks"),
    ("picture", "工作表背景", "the sheet's background"),
    ("definedName", "名称", "a name"),
    ("calcChain", "计算顺序", "the order of calculation"),
    ("workbookPr", "工作簿属性", "the workbook's properties"),
    ("bookViews", "工作簿窗口", "the workbook's window"),
    ("calcPr", "计算设置", "how it calculates"),
    ("theme", "主题的颜色和字体", "the theme's colours and fonts"),
    ("usual", "默认字体", "the usual font"),
    ("properties", "文件属性", "the file's properties"),
    ("relation", "附加的部件或外部链接", "a part or link that was added"),
    ("part", "没有关系的部件", "a part that nothing leads to"),
    ("row", "行的属性", "a row's properties"),
    ("cols", "列的属性", "columns' properties"),
    ("xdr.", "图表或图片", "a chart or picture"),
    ("number format", "数字格式", "its number format"),
    ("font/sz", "字号", "the size of letters"),
    ("font/color", "字色", "the colour of letters"),
    ("font/name", "字体", "the font"),
    ("font", "字形", "the letters"),
    ("fill", "填充", "what is behind"),
    ("border", "边框", "the border"),
    ("of its base", "所基于的样式", "the style that its own is based on"),
    ("alignment", "对齐", "the alignment"),
)
"""(Start of a path, Chinese, English): the first that fits."""


def named(path: str) -> tuple[str, str]:
    """What stands at a path, in Chinese and English; its own name where there is no better."""
    for start, what_zh, what_en in PLACES:
        if path.startswith(start):
            return what_zh, what_en
    plain = path.partition("/")[0].partition("@")[0].partition("#")[0]
    return plain, plain
