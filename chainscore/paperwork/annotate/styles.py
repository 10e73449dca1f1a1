"""Styles are added behind those that a workbook has; none that is there changes, and one that is there is used again."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.xml.functions import tostring

from chainscore.paperwork.annotate.package import STYLES, Package

ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst",
)  # fmt: skip
"""CT_Stylesheet (ECMA-376 part 1, 18.8.39)."""
FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family", "charset",
    "scheme",
)  # fmt: skip
"""CT_Font (18.8.22) in the order of Excel, which openpyxl does not keep to."""
LISTS = {
    "fonts": '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>',
    "fills": '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>',
    "borders": '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
    "cellStyleXfs": '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
    "cellXfs": '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>',
    "dxfs": '<dxfs count="0"></dxfs>',
}
"""The lists that are added to, as they begin where a workbook has none: with what cells without a style have."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


class Styles:
    """The styles of a workbook."""

    def __init__(self, package: Package) -> None:
        found = [relation.target for relation in package.relations(package.workbook).values() if relation.kind == "styles"]
        if not found:
            empty = f'<styleSheet xmlns="{package.main}"></styleSheet>'
            found = [package.add(STYLES, empty, CONTENT_TYPE)]
            package.relate(package.workbook, "styles", found[0])
        markup = package.markup(found[0])
        for name in ORDER:
            if name in LISTS and markup.root.child(name) is None:
                markup.in_order(LISTS[name], ORDER)
                markup = package.settled(found[0])
        self._markup = markup
        self._lists = {name: markup.root.child(name) for name in LISTS}
        self._known = {name: [markup.of(child) for child in own.children] for name, own in self._lists.items() if own}

    def marking(self, colour: str) -> int:
        """The number of a conditional format that colours a cell."""
        looks = DifferentialStyle(fill=PatternFill(fill_type="solid", start_color=f"FF{colour}", end_color=f"FF{colour}"))
        return self._number("dxfs", _written(looks.to_tree("dxf")))

    def cell(
        self, font: Font, fill: PatternFill | None = None, border: Border | None = None, alignment: Alignment | None = None
    ) -> int:
        """The number of a cell's style."""
        tree: Any = font.to_tree("font")
        tree[:] = sorted(tree, key=lambda child: FONT.index(child.tag.rpartition("}")[2]))
        fonts = self._number("fonts", _written(tree))
        fills = self._number("fills", _written(fill.to_tree("fill"))) if fill else 0
        borders = self._number("borders", _written(border.to_tree("border"))) if border else 0
        aligned = _written(alignment.to_tree("alignment")) if alignment else ""
        return self._number(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{fonts}" fillId="{fills}" borderId="{borders}" xfId="0" applyFont="1" applyFill="1"'
            f' applyBorder="1" applyAlignment="1">{aligned}</xf>',
        )

    def _number(self, name: str, fragment: str) -> int:
        known, parent = self._known[name], self._lists[name]
        assert parent is not None
        written = self._markup.qualified(fragment)
        if written not in known:
            self._markup.inside(parent, fragment)
            known.append(written)
        return known.index(written)

    def count(self) -> None:
        """Say in each list how many it has."""
        for name, parent in self._lists.items():
            if parent is not None and parent.attributes.get("count") != str(len(self._known[name])):
                self._markup.set(parent, "count", len(self._known[name]))


def _written(element: Any) -> str:
    return str(tostring(element), "utf-8")
