"""How cells look: each style as facts, with every number, colour and font that it refers to put in its place."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import BUILTIN_FORMATS

from chainscore.verify.flatten import Facts, facts
from chainscore.verify.markup import CHILDREN, UnverifiableError, copied, hold_in_order, number, only, whole

THEME = ("a.lt1", "a.dk1", "a.lt2", "a.dk2", *(f"a.accent{number}" for number in range(1, 7)), "a.hlink", "a.folHlink")
"""The colours of a theme by the numbers that styles refer to them with."""
SYSTEM = {"window": "FFFFFF", "windowText": "000000"}
_COLOURS = ("color", "fgColor", "bgColor")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|([_*].|\[[^\]]*\])|(.)', re.DOTALL)
_PARTS = {"fillId": "fills", "borderId": "borders"}
PLAIN = Element("xf")
BLACK = ("font/color@rgb", "000000")


class Styles:
    """The looks that a workbook's cells, strings and conditional formats refer to."""

    def __init__(self, tree: Element, theme: Element | None, part: str) -> None:
        self.part = part
        self.lists = {section.tag: list(section) for section in tree}
        if len(self.lists) < len(tree):
            raise UnverifiableError(f"部件 {part} 的内容重复", f"a section twice in the part {part}")
        hold_in_order(tree, CHILDREN["styleSheet"], part)
        self.theme = _theme_colours(theme)
        self.palette = self._palette()
        self.formats = {
            whole(each.get("numFmtId"), "numFmtId"): each.get("formatCode", "") for each in self.lists.get("numFmts", [])
        }
        if len(self.formats) < len(self.lists.get("numFmts", [])):
            raise UnverifiableError("数字格式的编号重复", "two number formats of one number")
        self.parents = self.lists.get("cellStyleXfs", [])
        self.cells = [self._cell(xf) for xf in self.lists.get("cellXfs", [PLAIN])]
        self.usual = self._usual()

    def cell(self, number: str | None) -> int:
        """The number of a cell's style. Raises UnverifiableError."""
        if number is None:
            return 0
        if whole(number, "s") >= len(self.cells):
            raise UnverifiableError(f"没有样式 {number}", f"there is no style {number}")
        return int(number)

    def _cell(self, xf: Element) -> Facts:
        own = self._look(xf, self._font(xf))
        return own | {f"of its base/{path}": said for path, said in self._inherited(xf).items() if own.get(path) != said}

    def _look(self, xf: Element, font: Element | None) -> Facts:
        look: Facts = {"number format": number_format(self._format(xf))}
        if font is not None:
            look |= self.facts(font)
        for key, section in _PARTS.items():
            parts = self.lists.get(section, [])
            if parts:
                look |= self.facts(self._at(parts, xf.get(key, "0")))
        _hold_each_once(xf)
        for child in xf:
            look |= self.facts(child)
        # Whether a style applies what it has (applyFont …) is heeded by none of them, and LibreOffice writes it as it likes.
        others = {
            key for key in xf.attrib if key not in (*_PARTS, "fontId", "numFmtId", "xfId") and not key.startswith("apply")
        }
        return look | {f"xf@{key}": xf.get(key, "") for key in others if xf.get(key) not in ("0", "false")}

    def _font(self, xf: Element) -> Element | None:
        fonts = self.lists.get("fonts", [])
        return self._at(fonts, xf.get("fontId", "0")) if fonts else None

    def _inherited(self, xf: Element) -> Facts:
        """The look that a style has to Gnumeric, which takes over from its base what it does not say itself."""
        if not self.parents or "xfId" not in xf.attrib:
            return {}
        base = self._at(self.parents, xf.get("xfId", ""))
        both = _with_others(xf, base)
        both.attrib.update({**base.attrib, **xf.attrib})
        own, other = self._font(both), self._font(base)
        return self._look(both, _with_others(own, other) if own is not None and other is not None else own)

    def _usual(self) -> list[Facts]:
        """The fonts by which programs measure columns: that of the style Normal, and the first of all."""
        numbers = [each.get("xfId", "0") for each in self.lists.get("cellStyles", []) if each.get("builtinId") == "0"]
        normal = [self._cell(self._at(self.parents, number)) for number in numbers or ["0"]] if self.parents else []
        return [*normal, *(self.facts(font) for font in self.lists.get("fonts", [])[:1])]

    def _at(self, parts: list[Element], number: str) -> Element:
        if whole(number, "id") >= len(parts):
            raise UnverifiableError(f"部件 {self.part} 缺第 {number} 项", f"the part {self.part} has no item {number}")
        return parts[int(number)]

    def _format(self, xf: Element) -> str:
        number = whole(xf.get("numFmtId", "0"), "numFmtId")
        own, usual = self.formats.get(number), BUILTIN_FORMATS.get(number)
        if own is not None and usual is not None and own != usual:  # programs differ in which of them counts
            return f"{own} / {usual}"
        return own or usual or f"#{number}"

    def difference(self, number: str) -> Element:
        """What a conditional format changes."""
        return self._at(self.lists.get("dxfs", []), number)

    def facts(self, element: Element) -> Facts:
        """What a font, fill, border or alignment of a cell or a run says; letters are black unless it says otherwise."""
        look = facts(element, self.spell, "font" if element.tag == "rPr" else element.tag)
        return {key: value for key, value in look.items() if (key, value) != BLACK}

    def spell(self, element: Element) -> Element | None:
        """Colours by their red, green and blue; of a solid fill the one colour that it has."""
        if element.tag == "patternFill" and element.get("patternType") == "solid":
            only(element, "fgColor", self.part)
            solid = Element(element.tag, {"patternType": "solid"})
            solid.extend([child for child in element if child.tag != "bgColor"])
            return solid
        return self.spell_plainly(element)

    def spell_plainly(self, element: Element) -> Element | None:
        """As ``spell``, of a conditional format: its fill is the background's colour, whether it is called solid or not."""
        if element.tag in _COLOURS:
            return Element(element.tag, {"rgb": self._colour(element)})
        if element.tag == "patternFill" and element.get("patternType") == "solid" and element.find("fgColor") is None:
            fill = copied(element)
            del fill.attrib["patternType"]
            return fill
        if element.tag == "numFmt":
            return Element(element.tag, {"formatCode": number_format(element.get("formatCode", ""))})
        if element.tag in ("font", "rPr"):
            return _font(element)
        if element.tag == "border":
            return _border(element)
        return element

    def _colour(self, element: Element) -> str:
        """``RRGGBB``, or what it says where that is not plain; the system's own are black and white."""
        given = dict(element.attrib)
        tint = given.pop("tint", "0")
        [(kind, value)] = given.items() if len(given) == 1 else [("?", str(sorted(given.items())))]
        if kind == "auto" or (kind == "indexed" and value in ("64", "65")):
            return "000000" if value != "65" else "FFFFFF"
        if kind == "rgb" and re.fullmatch("(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", value):
            plain = value[-6:].upper()
        elif kind == "indexed" and whole(value, kind) < len(self.palette):
            plain = self.palette[int(value)]
        elif kind == "theme" and whole(value, kind) < len(THEME):
            plain = self.theme.get(THEME[int(value)], f"theme {value}")
        else:
            plain = f"{kind} {value}"
        shade = number(tint)
        return plain if not shade else f"{plain} tint {shade:.3g}"

    def _palette(self) -> list[str]:
        sections = [section for section in self.lists.get("colors", []) if section.tag == "indexedColors"]
        if len(sections) > 1:
            raise UnverifiableError(f"部件 {self.part} 中 indexedColors 重复", f"indexedColors twice in the part {self.part}")
        own = [each.get("rgb", "")[-6:] for section in sections for each in section]
        return own + [colour[-6:] for colour in COLOR_INDEX[len(own) :]]


def _with_others(element: Element, other: Element) -> Element:
    """An element with what another has that it has not."""
    said = {child.tag for child in element}
    both = copied(element)
    both.extend([child for child in other if child.tag not in said])
    return both


def _font(element: Element) -> Element:
    """A font with its name in an attribute of one name, and its colour even where that is black."""
    _hold_each_once(element)
    font = Element("font")
    for child in element:
        same = copied(child)
        same.tag = "name" if child.tag == "rFont" else child.tag
        font.append(same)
    return font


def _hold_each_once(element: Element) -> None:
    """Refuse an element with two of a name: programs differ in which of them counts."""
    if twice := [tag for tag, times in Counter(child.tag for child in element).items() if times > 1]:
        raise UnverifiableError(f"{element.tag} 的 {twice[0]} 重复", f"{twice[0]} twice in {element.tag}")


def _border(element: Element) -> Element:
    """A border with its sides by the names that Excel has for them, and those left out that have no line."""
    _hold_each_once(element)
    border = Element("border", dict(element.attrib))
    for child in element:
        if child.get("style", "none") != "none":
            side = copied(child)
            side.tag = {"start": "left", "end": "right"}.get(child.tag, child.tag)
            border.append(side)
    return border


def _theme_colours(theme: Element | None) -> dict[str, str]:
    """Name → colour; without a theme, those of letters and paper. Raises UnverifiableError for a theme that lacks any."""
    if theme is None:
        return {"a.dk1": "000000", "a.lt1": "FFFFFF"}
    found = theme.findall("a.themeElements/a.clrScheme/*")
    if sorted(each.tag for each in found) != sorted(THEME) or any(len(each) != 1 for each in found):
        raise UnverifiableError("主题的颜色不合规范", "a colour of the theme that is none")
    return {each.tag: _theme_colour(each[0]) for each in found}


def _theme_colour(colour: Element) -> str:
    """``RRGGBB``; of one of the system's, which readers take from either of two places, where both are the same."""
    value = colour.get("val", "?").upper()
    if colour.tag == "a.sysClr":
        value = SYSTEM.get(colour.get("val", ""), "?")
        value = value if colour.get("lastClr", value).upper() == value else "?"
    return value if not len(colour) else f"{value} changed"


def number_format(code: str) -> str:
    """A number format, with each literal sign quoted by a backslash and each General spelled alike."""
    pieces = []
    for quoted, escaped, pair, sign in _LITERAL.findall(code):
        literal = quoted or escaped or (sign if sign in "-+()–—" else "")
        pieces.append("".join(f"\\{each}" for each in literal) if literal else pair + sign)
    plain = "".join(pieces)
    return "General" if plain.lower() == "general" else plain
