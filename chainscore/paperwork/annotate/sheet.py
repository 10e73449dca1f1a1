"""The marks on one sheet: a conditional format for each, above those that are there, and a comment at each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, unescape

from chainscore.paperwork.annotate.comments import AUTHOR, Comments
from chainscore.paperwork.annotate.package import Package
from chainscore.words.findings import Finding, Severity

OURS = f'LEN("{AUTHOR}")>0'
"""Stands in the condition of every mark, is always true, and nobody else's."""
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
    "extLst",
)  # fmt: skip
"""CT_Worksheet (ECMA-376 part 1, 18.3.1.99)."""


@dataclass(frozen=True)
class Mark:
    """One finding at its place."""

    finding: Finding
    cell: str
    """Where it is seen: its comment stands there."""
    area: str
    """What is coloured."""
    condition: str
    """While the area holds what was wrong."""


def forget(package: Package, name: str) -> None:
    """Take off the marks of an earlier copy."""
    sheet = package.markup(name)
    for area in sheet.root.all("conditionalFormatting"):
        rules = area.all("cfRule")
        ours = [rule for rule in rules if OURS in unescape(sheet.of(rule), {"&quot;": '"'})]
        for element in [area] if ours == rules else ours:
            sheet.remove(element)
    _comments(package, name).forget()
    if sheet.changed:
        package.settled(name)


def mark(package: Package, name: str, marks: Sequence[Mark], numbers: Mapping[Severity, int], texts: Mapping[str, str]) -> None:
    """Put marks on a sheet, the worst first; ``numbers`` are the conditional formats' by severity, ``texts`` the comments'."""
    sheet = package.markup(name)
    rules: dict[tuple[str, str], int] = {}
    for own in marks:
        rules.setdefault((own.area, own.condition), numbers[own.finding.severity])
    others = [rule for rule in sheet.root.all("cfRule") if rule.attributes.get("priority", "").isdigit()]
    highest = min((int(rule.attributes["priority"]) for rule in others), default=len(rules) + 1)
    for rule in others if highest <= len(rules) else ():
        sheet.set(rule, "priority", int(rule.attributes["priority"]) + len(rules) + 1 - highest)
    for priority, ((area, condition), number) in enumerate(rules.items(), start=1):
        formula = escape(f"AND({OURS},{condition})")
        sheet.in_order(
            f'<conditionalFormatting sqref="{area}"><cfRule type="expression" dxfId="{number}" priority="{priority}">'
            f"<formula>{formula}</formula></cfRule></conditionalFormatting>",
            ORDER,
        )
    relation = _comments(package, name).say(texts)
    if relation is not None:
        sheet.in_order(f'<legacyDrawing xmlns:r="{package.references}" r:id="{relation}"/>', ORDER)


def _comments(package: Package, name: str) -> Comments:
    drawing = package.markup(name).root.child("legacyDrawing")
    return Comments(package, name, drawing.attributes.get("id") if drawing is not None else None)
