"""Elements with a meaning of their own, each in one spelling: references, charts, pictures, headers, conditional formats."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from xml.etree.ElementTree import Element

from chainscore.verify.allowed import ORDINARY
from chainscore.verify.flatten import Spell, plain
from chainscore.verify.formulas import Area, Formula, anchors, moved, parse
from chainscore.verify.markup import UnverifiableError, copied, true, whole
from chainscore.verify.package import Parts, Relation
from chainscore.verify.styles import Styles, number_format

Move = Callable[[Area], Area | None]
_FONTS = "|".join(map(re.escape, ORDINARY))
_LOOKS = re.compile(f'&&|&(?:8|9|1[0-4])(?![0-9])|&"(?:{_FONTS}|-),Regular"')
"""Sizes of letters that are easily read, and ordinary fonts, in a header or footer; two signs stand for one that is shown."""
_COLOUR = re.compile("&&|&[Kk][0-9A-Fa-f]{6}")
_REFERENCES = {
    ("autoFilter", "ref"),
    ("conditionalFormatting", "sqref"),
    ("dataValidation", "sqref"),
    ("ignoredError", "sqref"),
}
LEFT_OUT = {
    "c.dLbls": tuple(f"c.show{what}" for what in ("LegendKey", "Val", "CatName", "SerName", "Percent")),
    "c.barChart": ("c.varyColors",),
    "c.lineChart": ("c.varyColors",),
    "c.lineChart/c.ser": ("c.smooth",),
}
"""Path in a chart → what is yes to LibreOffice where it is not there."""
OF_CELLS = ("General", "0.00_ ")
"""The number formats of the cells that charts show."""
_FORMULAS = ("formula", "formula1", "formula2", "c.f")


def stay(area: Area) -> Area:
    return area


class Spelling:
    """How the elements of one package are spelled."""

    def __init__(self, parts: Parts, styles: Styles, of_2007: bool) -> None:
        self.parts, self.styles, self.of_2007 = parts, styles, of_2007
        self.drawing_of: dict[str, str] = {}
        """Part of a sheet → part of its drawing."""

    def speller(self, move: Move, sheet: str, part: str) -> Spell:
        """Spells the elements of a part, of which relations are looked up, with the places that they name moved."""
        related = self.parts.relations(part)
        spell_by_tag = {
            "cfRule": self._rule,
            "c.tx": _series_name,
            "c.numFmt": _chart_format,
            "c.chartSpace": _whole_chart,
            "c.cat": _names,
            "c.multiLvlStrCache": _levels,
            "c.cache": _saved,
            "c.numCache": _saved,
            "c.strCache": _saved,
            "oddHeader": _page_text,
            "oddFooter": _page_text,
            "sheetView": _view,
            "sheetProtection": _protection,
        }

        def spell(element: Element) -> Element | None:
            special = spell_by_tag.get(element.tag)
            spelled = special(element) if special is not None else element
            if spelled is None:
                return None
            if spelled.tag in _FORMULAS:
                said = text_of(moved(parse(spelled.text or "", sheet), move))
                return _with_text(spelled, said if spelled.tag == "c.f" else f"{said} {anchors(spelled.text or '')}")
            for tag, key in _REFERENCES:
                if spelled.tag == tag and key in spelled.attrib:
                    spelled = copied(spelled)
                    spelled.set(key, self.areas(spelled.attrib[key], sheet, move))
            if spelled.tag == "conditionalFormatting":
                return _by_priority(spelled)
            return self._shown(spelled, related)

        return spell

    def _shown(self, element: Element, related: dict[str, Relation]) -> Element:
        """An element with what it refers to in the place of the reference."""
        references = [key for key in element.attrib if key in ("r.id", "r.embed", "r.link", "r.pict")]
        if not references:
            return element
        shown = copied(element)
        for key in references:
            relation = related.get(shown.attrib.pop(key))
            if relation is None:
                raise UnverifiableError(f"{element.tag} 没有关系", f"{element.tag} without its relation")
            if relation.kind == "chart":
                shown.append(self._chart(relation.target))
            elif relation.kind == "image" and not relation.external:
                shown.set("picture", hashlib.sha256(self.parts.content(relation.target)).hexdigest())
            elif relation.kind != "printerSettings":
                shown.set(key, f"{relation.kind} {relation.target}")
        return shown

    def _chart(self, part: str) -> Element:
        """The tree of a chart, with what it refers to itself."""
        tree = deepcopy(self.parts.tree(part, "c.chartSpace"))
        if not self.of_2007:
            _spell_out(tree)
        for relation in self.parts.relations(part).values():
            if relation.kind not in ("chartStyle", "chartColorStyle"):
                tree.append(Element("relation", {"to": f"{relation.kind} {relation.target}"}))
        return tree

    def _rule(self, element: Element) -> Element:
        """A conditional format with what it changes in place of the number of that."""
        rule = copied(element)
        number = rule.attrib.pop("dxfId", None)
        if number is not None:
            change = Element("dxf")
            change.extend([_spelled(each, self.styles.spell_plainly) for each in self.styles.difference(number)])
            rule.append(change)
        return rule

    def areas(self, text: str, sheet: str, move: Move) -> str:
        """Areas between blanks, in order."""
        return " ".join(sorted(text_of(moved(parse(each, sheet), move)) for each in text.split()))


def text_of(formula: Formula) -> str:
    """A formula in one spelling."""
    return " ".join(part if isinstance(part, str) else area_text(part) for part in formula)


def area_text(area: Area) -> str:
    return f"'{area.sheet}'!R{area.top}C{area.left}:R{area.bottom}C{area.right}"


def _spelled(element: Element, spell: Spell) -> Element:
    spelled = spell(element)
    assert spelled is not None
    same = copied(spelled)
    same[:] = [_spelled(child, spell) for child in spelled]
    return same


def _with_text(element: Element, text: str) -> Element:
    same = Element(element.tag, dict(element.attrib))
    same.text = text
    return same


def _by_priority(element: Element) -> Element:
    """A conditional format with its rules in the order in which they count, which says all that their priorities say."""
    same = Element(element.tag, {key: value for key, value in element.attrib.items() if key != "sqref"})
    same.extend(sorted(element, key=lambda rule: whole(rule.get("priority"), "priority")))
    rules = [copied(rule) for rule in same]
    for rule in rules:
        rule.attrib.pop("priority", None)
    same[:] = rules
    return same


def _series_name(element: Element) -> Element:
    """The name of a series: LibreOffice and Gnumeric write one that is no reference as one to a text."""
    reference = element.findtext("c.strRef/c.f")
    alone = len(element) == 1 and len(element.findall("c.strRef/c.strCache/c.pt")) < 2
    if reference is None or not alone or not re.fullmatch('"(?:[^"]|"")*"', reference):
        return element
    cached = element.findtext("c.strRef/c.strCache/c.pt/c.v")
    plain = reference[1:-1].replace('""', '"')
    named = Element(element.tag)
    name = Element("c.v")
    name.text = plain if cached in (None, plain) else f"{plain} / {cached}"
    named.append(name)
    return named


def _names(element: Element) -> Element:
    """The names along an axis: whether they are called text or numbers is each program's own guess."""
    same = deepcopy(element)
    for reference in same:
        if reference.tag in ("c.numRef", "c.strRef", "c.multiLvlStrRef"):
            reference.tag = "c.ref"
        for cache in reference:
            cache.tag = {"c.numCache": "c.cache", "c.strCache": "c.cache"}.get(cache.tag, cache.tag)
    return same


def _levels(element: Element) -> Element:
    """Saved names in levels of one name each: LibreOffice takes a row of names for that, the last one first."""
    levels = [child for child in element if child.tag == "c.lvl"]
    names = [level.findtext("c.pt/c.v") or "" for level in reversed(levels)]
    if any(len(level) != 1 for level in levels):
        return element
    same = Element("c.cache")
    same.append(_with_text(Element("c.saved"), _points(enumerate(names))))
    return same


def _points(points: Iterable[tuple[object, str]]) -> str:
    """Saved values by their places; a ``;`` within one is told from those between them."""
    return "; ".join(f"{at}={plain(value).replace(';', '；')}" for at, value in points)


def _saved(element: Element) -> Element:
    """What a chart has saved of the cells that it shows, and their number format."""
    points = {point.get("idx", ""): [child.text or "" for child in point] for point in element.iter("c.pt")}
    others = {child.tag: child for child in element if child.tag not in ("c.pt", "c.extLst")}
    count = others["c.ptCount"].get("val", "") if "c.ptCount" in others else ""
    sound = all(len(values) == 1 and re.fullmatch("[0-9]{1,9}", at) for at, values in points.items())
    sound = sound and all(point.attrib.keys() <= {"idx"} for point in element.iter("c.pt"))
    sound = sound and re.fullmatch("[0-9]{0,9}", count) is not None and max(map(int, points), default=-1) < int(count or 0)
    once = len(points) + len(others) == len([child for child in element if child.tag != "c.extLst"])
    if not (sound and once and others.keys() <= {"c.formatCode", "c.ptCount"}):
        raise UnverifiableError("图表保存的数据不合规范", "saved values of a chart that are none")
    same = Element(element.tag)
    same.append(_with_text(Element("c.saved"), _points((at, value) for at, [value] in points.items())))
    if (code := element.findtext("c.formatCode")) is not None:
        same.append(_with_text(Element("c.formatCode"), number_format(code)))
    return same


def _chart_format(element: Element) -> Element:
    """A chart's number format; one that is that of its cells says nothing itself."""
    code = number_format(element.get("formatCode", ""))
    if element.get("sourceLinked") in ("1", "true") and code in OF_CELLS:
        return Element(element.tag, {"sourceLinked": "1"})
    return Element(element.tag, {**element.attrib, "formatCode": code})


def _spell_out(chart: Element) -> None:
    """Say what LibreOffice takes for said where it is left out, unless the file says that it is Excel 2007's."""
    for path, left_out in LEFT_OUT.items():
        for element in chart.iterfind(f".//{path}"):
            said = {child.tag for child in element}
            if "c.delete" not in said:
                element.extend([Element(tag, {"val": "1"}) for tag in left_out if tag not in said])


def _whole_chart(element: Element) -> Element:
    """A chart with its axes numbered as they come, and with the title that the name of an only series is."""
    tree = deepcopy(element)
    numbers: dict[str, str] = {}
    for each in tree.iter():
        if each.tag in ("c.axId", "c.crossAx"):
            each.set("val", numbers.setdefault(each.get("val", ""), str(len(numbers) + 1)))
    chart, series = tree.find("c.chart"), list(tree.iter("c.ser"))
    if chart is not None and chart.find("c.title") is None and len(series) == 1:
        name = series[0].findtext("c.tx/c.v") or series[0].findtext("c.tx/c.strRef/c.strCache/c.pt/c.v")
        chart.insert(0, _nested(("c.title", "c.tx", "c.rich", "a.p", "a.r", "a.t"), name or ""))
    return tree


def _nested(tags: tuple[str, ...], text: str) -> Element:
    element = Element(tags[0])
    if len(tags) == 1:
        element.text = text
    else:
        element.append(_nested(tags[1:], text))
    return element


def _page_text(element: Element) -> Element:
    """A header or footer without the fonts and sizes of letters."""
    text = _COLOUR.sub(
        lambda match: match[0].upper(), _LOOKS.sub(lambda match: match[0] if match[0] == "&&" else "", element.text or "")
    )
    return _with_text(element, re.sub("(&[LCR]) ", r"\1", text))


def _view(element: Element) -> Element:
    """A view that is not frozen may be scrolled anywhere; of one that is, the rows and columns that stay say all."""
    view = copied(element)
    if element.find("pane") is None:
        view.attrib.pop("topLeftCell", None)
    view[:] = [_pane(child) if child.tag == "pane" else child for child in element]
    return view


def _pane(pane: Element) -> Element:
    said = [pane.get(key, usual) for key, usual in (("xSplit", "0"), ("ySplit", "0"), ("state", "split"))]
    return Element(pane.tag, {"split": " ".join(map(plain, said))})


def _protection(element: Element) -> Element | None:
    return element if true(element.get("sheet")) else None
