"""A sheet put in front of all others, at which the workbook opens."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from chainscore.intake.package import damaged
from chainscore.paperwork.annotate.markup import Element
from chainscore.paperwork.annotate.package import DECLARATION, Package
from chainscore.words.folding import fold

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def sheets_of(package: Package) -> dict[str, str]:
    """Name → part of every sheet, in order."""
    relations = package.relations(package.workbook)
    sheets = {sheet.attributes.get("name", ""): sheet.attributes.get("id", "") for sheet in _listed(package)}
    if missing := [name for name, relation in sheets.items() if relation not in relations]:
        raise damaged("no part", missing[0])
    return {name: relations[relation].target for name, relation in sheets.items()}


def put_in_front(package: Package, name: str, content: str) -> None:
    """Add a sheet, or give another content to the one of its name, and let the workbook open there."""
    sheets = sheets_of(package)
    same = [(position, part) for position, (other, part) in enumerate(sheets.items()) if fold(other) == fold(name)]
    position, there = same[0] if same else (0, None)
    for part in sheets.values():
        sheet = package.markup(part)
        for view in sheet.root.all("sheetView"):
            sheet.set(view, "tabSelected", 0)
    if there is not None:
        package.put(there, (DECLARATION + content).encode("utf-8"))
        package.drop_relations(there)
    else:
        _add(package, name, package.add("xl/worksheets/sheet{}.xml", content, CONTENT_TYPE))
    workbook = package.markup(package.workbook)
    for view in workbook.root.all("workbookView"):
        workbook.set(view, "activeTab", position)
        workbook.set(view, "firstSheet", 0)


def _listed(package: Package) -> list[Element]:
    sheets = package.markup(package.workbook).root.child("sheets")
    if sheets is None or not sheets.children:
        raise damaged("no sheets")
    return sheets.children


def _add(package: Package, name: str, part: str) -> None:
    """List a new sheet as the first; what counts sheets by their place counts on."""
    workbook = package.markup(package.workbook)
    listed = _listed(package)
    number = max(int(sheet.attributes.get("sheetId", "0")) for sheet in listed) + 1
    relation = package.relate(package.workbook, "worksheet", part)
    workbook.before(
        listed[0],
        f'<sheet name={quoteattr(name)} sheetId="{number}" xmlns:r="{package.references}" r:id="{relation}"/>',
    )
    for defined in workbook.root.all("definedName"):
        place = defined.attributes.get("localSheetId", "")
        if place.isdigit():
            workbook.set(defined, "localSheetId", int(place) + 1)
