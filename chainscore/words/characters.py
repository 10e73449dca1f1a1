"""Characters that nobody sees, and those that look like others."""

from __future__ import annotations

import re

LONGEST_TEXT = 32767
"""Characters in a cell, in units of UTF-16."""
UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Control characters but for white space, and what Unicode calls default ignorable: direction marks, soft hyphens, variation
selectors, joiners, fillers (DerivedCoreProperties.txt, Default_Ignorable_Code_Point); and the blank of braille."""

_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾"
    "⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲㇆㇏㇐㇑㇒㇓㇔㇕"
    "㇖㇗㇘㇙㇚㇛㇜㇝㇞㇟㇠㇡"
)
_LETTERS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹"
    "艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀𠃌乀一丨丿丿丶𠃍"
    "乛𠃊𠃎𠄌亅𡿨𠃋乀𠃑乚乙𠄎"
)
LETTERS = dict(zip(map(ord, _RADICALS), _LETTERS, strict=True))
"""The radicals of CJK → the letters that look like them, ⻓ → 长 (EquivalentUnifiedIdeograph.txt); NFKC knows the others."""


def visible(text: str) -> str:
    """``text`` without what nobody sees."""
    return text if text.isascii() and text.isprintable() else UNSEEN.sub("", text)


def safe_text(value: str) -> str:
    """Text that any spreadsheet program can hold: no control characters, not too long."""
    if not value.replace("\n", "").isprintable():
        value = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    if len(value) <= LONGEST_TEXT // 2:
        return value
    # In units of UTF-16, as Excel counts: what lies beyond the first 65,536 characters has two.
    units = value.encode("utf-16-le")
    return value if len(units) // 2 <= LONGEST_TEXT else units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
