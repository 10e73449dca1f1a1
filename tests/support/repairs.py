"""What makes Excel or Word offer to repair a file, each as a function from a package to what is wrong with it."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from tests.support.packages import parts_of

RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LONGEST_NAME, LONGEST_TEXT, LONGEST_FORMULA, LONGEST_RULE, LONGEST_TITLE = 31, 32767, 8192, 255, 32
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


class Relation(NamedTuple):
    id: str
    kind: str
    target: str
    """A part's name, or an address outside."""
    outside: bool


class Opened:
    """A package taken apart: every part of markup parsed, elements by their local names."""

    def __init__(self, content: bytes) -> None:
        self.parts = parts_of(content)
        self.trees = {
            name: ET.fromstring(part) for name, part in self.parts.items() if name.endswith((".xml", ".rels", ".vml"))
        }

    def relations(self, source: str) -> list[Relation]:
        folder, name = posixpath.split(source)
        tree = self.trees.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        return [self._relation(folder, each) for each in (tree if tree is not None else ())]

    def _relation(self, folder: str, each: ET.Element) -> Relation:
        target, outside = each.attrib["Target"], each.get("TargetMode") == "External"
        inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        return Relation(each.attrib["Id"], each.attrib["Type"].rpartition("/")[2], target if outside else inside, outside)

    def of_kind(self, source: str, kind: str) -> list[str]:
        return [each.target for each in self.relations(source) if each.kind == kind]

    @property
    def workbook(self) -> str:
        return self.of_kind("", "officeDocument")[0]

    def sheets(self) -> Iterator[tuple[str, ET.Element]]:
        for name in self.of_kind(self.workbook, "worksheet"):
            yield name, self.trees[name]

    def one(self, kind: str) -> ET.Element:
        return self.trees[self.of_kind(self.workbook, kind)[0]]


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def every(tree: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in tree.iter() if local(each) == name]


def child(tree: ET.Element, name: str) -> list[ET.Element]:
    """What a list of that name has; nothing where there is no such list."""
    return [each for parent in tree if local(parent) == name for each in parent]


def twice(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]


# ---------------------------------------------------------------- any package


def content_types(package: Opened) -> Iterator[str]:
    """Each part has one type, and no type is told of a part that is not there."""
    tree = package.trees["[Content_Types].xml"]
    defaults = [each.attrib["Extension"].lower() for each in tree if each.tag == f"{{{TYPES}}}Default"]
    overrides = [each.attrib["PartName"].lstrip("/") for each in tree if each.tag == f"{{{TYPES}}}Override"]
    allowed = ({"Extension", "ContentType"}, {"PartName", "ContentType"})
    yield from (f"strange: {each.tag} {each.attrib}" for each in tree if set(each.attrib) not in allowed)
    yield from (f"a type twice: {name}" for name in twice([*defaults, *overrides]))
    yield from (f"a type of no part: {name}" for name in overrides if name not in package.parts)
    named = {"[Content_Types].xml", *overrides}
    for name in package.parts:
        markup = name.endswith(".xml") and not name.startswith("customXml/")  # whose type in general says nothing
        if name not in named and (markup or name.rpartition(".")[2].lower() not in defaults):
            yield f"no type: {name}"


def parts(package: Opened) -> Iterator[str]:
    """No two parts have one name, and each is related to."""
    yield from (f"a part twice: {name}" for name in twice(name.lower() for name in package.parts))
    reached, waiting = set(), [""]
    while waiting:
        source = waiting.pop()
        reached.add(source)
        waiting += [each.target for each in package.relations(source) if not each.outside and each.target not in reached]
    lone = set(package.parts) - reached - {"[Content_Types].xml"}
    yield from (f"related to by nothing: {name}" for name in sorted(lone) if not name.endswith(".rels"))


def relations(package: Opened) -> Iterator[str]:
    """Ids are there once, parts are related to once, targets are there, and what a part names is among its relations."""
    for name, tree in package.trees.items():
        if name.endswith(".rels"):
            strange = [each for each in tree if each.tag != f"{{{RELATED}}}Relationship"]
            strange += [each for each in tree if set(each.attrib) - {"Id", "Type", "Target", "TargetMode"}]
            yield from (f"{name}: strange {each.tag} {each.attrib}" for each in strange)
            continue
        known = package.relations(name)
        yield from (f"{name}: relation {same} twice" for same in twice(each.id for each in known))
        yield from (f"{name}: related twice to {each}" for each in twice(each[1:] for each in known if not each.outside))
        yield from (
            f"{name}: {each.target} is not there" for each in known if not each.outside and each.target not in package.parts
        )
        named = {value for each in tree.iter() for key, value in each.attrib.items() if key.startswith(OFFICE)}
        yield from (f"{name}: no relation {lost}" for lost in sorted(named - {each.id for each in known}))


def drawings(package: Opened) -> Iterator[str]:
    """Shapes on a drawing have numbers of their own, and a chart at most 255 series, each with as many points as it says."""
    for name, tree in package.trees.items():
        if "/drawings/" in name and name.endswith(".xml"):
            yield from (f"{name}: shape {same} twice" for same in twice(each.get("id") for each in every(tree, "cNvPr")))
        if "/charts/" in name and name.endswith(".xml"):
            series = every(tree, "ser")
            numbers = [kept.get("val") for each in series for kept in each if local(kept) == "idx"]
            yield from (f"{name}: series {number} twice" for number in twice(numbers))
            if len(series) > 255:
                yield f"{name}: {len(series)} series"


# ---------------------------------------------------------------- workbooks


def sheet_names(package: Opened) -> Iterator[str]:
    names = [each.attrib["name"] for each in every(package.trees[package.workbook], "sheet")]
    for name in names:
        if not 0 < len(name) <= LONGEST_NAME or re.search(r"[\[\]:*?/\\\x00-\x1f]|^'|'$", name) or name.lower() == "history":
            yield f"name of a sheet: {name!r}"
    yield from (f"sheet twice: {name}" for name in twice(name.lower() for name in names))
    sheets = every(package.trees[package.workbook], "sheet")
    yield from (f"sheetId twice: {number}" for number in twice(each.attrib["sheetId"] for each in sheets))
    if all(each.get("state", "visible") != "visible" for each in sheets):
        yield "no sheet is to be seen"
    for view in every(package.trees[package.workbook], "workbookView"):
        if int(view.get("activeTab", 0)) >= len(sheets) or sheets[int(view.get("activeTab", 0))].get("state"):
            yield "the sheet in front is not to be seen"


def defined_names(package: Opened) -> Iterator[str]:
    tree = package.trees[package.workbook]
    sheets = [each.attrib["name"] for each in every(tree, "sheet")]
    named = every(tree, "definedName")
    keys = [(each.attrib["name"].lower(), each.get("localSheetId")) for each in named]
    yield from (f"name twice: {key}" for key in twice(keys))
    for each in named:
        name, text = each.attrib["name"], each.text or ""
        if not re.fullmatch(r"[^\W\d][\w.\\]*", name) or re.fullmatch(r"(?i)[a-z]{1,3}\d+|r\d*c\d*", name) or len(name) > 255:
            yield f"defined name: {name!r}"
        if int(each.get("localSheetId", 0)) >= len(sheets) or len(text) > LONGEST_FORMULA or "#REF!" in text:
            yield f"defined name {name}: {text}"
        yield from (f"{name} names no sheet: {sheet}" for sheet in _named_sheets(text) if sheet not in sheets)


def _named_sheets(formula: str) -> set[str]:
    outside_texts = re.sub(r'"[^"]*"', "", formula)
    return {sheet.replace("''", "'") for sheet in re.findall(r"'((?:[^'\[]|'')+)'!", outside_texts)}


def cells(package: Opened) -> Iterator[str]:
    """Rows and cells are in order and there once; their styles and strings are there; their values are what their types say."""
    formats = len(child(package.one("styles"), "cellXfs"))
    strings = (
        [each for each in package.one("sharedStrings") if local(each) == "si"]
        if package.of_kind(package.workbook, "sharedStrings")
        else []
    )
    for name, tree in package.sheets():
        rows = child(tree, "sheetData")
        numbers = [int(row.attrib["r"]) for row in rows]
        if numbers != sorted(set(numbers)) or any(not 1 <= number <= 1048576 for number in numbers):
            yield f"{name}: rows out of order"
        for row in rows:
            places = [coordinate_to_tuple(cell.attrib["r"]) for cell in row]
            if places != sorted(set(places)) or any(place[0] != int(row.attrib["r"]) or place[1] > 16384 for place in places):
                yield f"{name}: cells out of order in row {row.attrib['r']}"
            if float(row.get("ht", 0)) > 409.5 or int(row.get("outlineLevel", 0)) > 7:
                yield f"{name}: row {row.attrib['r']} is too high or too deep"
            for cell in row:
                yield from (f"{name}!{cell.attrib['r']}: {fault}" for fault in _of_cell(cell, formats, len(strings)))


def _of_cell(cell: ET.Element, formats: int, strings: int) -> Iterator[str]:
    kind = cell.get("t", "n")
    value = next((each.text or "" for each in cell if local(each) == "v"), None)
    formula = next((each.text or "" for each in cell if local(each) == "f"), "")
    if int(cell.get("s", 0)) >= formats:
        yield "no such style"
    if len(formula) > LONGEST_FORMULA or formula.startswith("="):
        yield f"formula of {len(formula)} characters: {formula[:40]}"
    if len(_text(cell) if kind == "inlineStr" else value or "") > LONGEST_TEXT:
        yield "text too long"
    sound: dict[str, Callable[[str], object]] = {
        "n": lambda text: re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text),
        "s": lambda text: int(text) < strings,
        "b": lambda text: text in ("0", "1"),
        "e": lambda text: text in ERRORS,
        "str": lambda text: len(text) <= LONGEST_TEXT,
    }
    if value is not None and not sound[kind](value):
        yield f"value {value!r} of type {kind}"


def _text(element: ET.Element) -> str:
    return "".join(each.text or "" for each in every(element, "t"))


def strings(package: Opened) -> Iterator[str]:
    """Shared strings are as many as it says, none too long, and none holds a control character."""
    for name in package.of_kind(package.workbook, "sharedStrings"):
        items = [each for each in package.trees[name] if local(each) == "si"]
        if int(package.trees[name].get("uniqueCount", len(items))) != len(items):
            yield f"{name}: not as many as it says"
        for item in items:
            if len(_text(item)) > LONGEST_TEXT or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", _text(item)):
                yield f"{name}: {_text(item)[:40]!r}"


def merges(package: Opened) -> Iterator[str]:
    """Merged ranges and tables do not overlap, and none is one cell."""
    for name, tree in package.sheets():
        ranges = [each.attrib["ref"] for each in child(tree, "mergeCells")]
        yield from (f"{name}: {each} is one cell" for each in ranges if ":" not in each)
        ranges += [package.trees[part].attrib["ref"] for part in package.of_kind(name, "table")]
        yield from (f"{name}: {first} and {second} overlap" for first, second in _overlapping(ranges))


def _overlapping(ranges: Sequence[str]) -> Iterator[tuple[str, str]]:
    bounds = sorted((range_boundaries(each), each) for each in ranges)
    for at, ((_, top, right, bottom), first) in enumerate(bounds):
        for (others_left, others_top, _, others_bottom), second in bounds[at + 1 :]:
            if others_left <= right and others_top <= bottom and others_bottom >= top:
                yield first, second


def columns(package: Opened) -> Iterator[str]:
    for name, tree in package.sheets():
        spans = [(int(each.attrib["min"]), int(each.attrib["max"])) for each in child(tree, "cols")]
        if any(first[1] >= second[0] for first, second in pairwise(spans)) or any(high > 16384 for _, high in spans):
            yield f"{name}: columns overlap"
        if any(float(each.get("width", 0)) > 255 for each in child(tree, "cols")):
            yield f"{name}: a column is too wide"


def validations(package: Opened) -> Iterator[str]:
    for name, tree in package.sheets():
        for lists in (each for each in tree if local(each) == "dataValidations"):
            if int(lists.get("count", len(lists))) != len(lists) or not 0 < len(lists) <= 65534:
                yield f"{name}: not as many validations as it says"
            for each in lists:
                texts = [part.text or "" for part in each] + [each.get("prompt", ""), each.get("error", "")]
                titles = [each.get("promptTitle", ""), each.get("errorTitle", "")]
                if any(len(text) > LONGEST_RULE for text in texts) or any(len(text) > LONGEST_TITLE for text in titles):
                    yield f"{name}: validation of {each.get('sqref')} is too long"


def conditional_formats(package: Opened) -> Iterator[str]:
    looks = len(child(package.one("styles"), "dxfs"))
    for name, tree in package.sheets():
        rules = every(tree, "cfRule")
        yield from (f"{name}: no look {each.get('dxfId')}" for each in rules if int(each.get("dxfId", -1)) >= looks)
        yield from (f"{name}: priority {each.get('priority')}" for each in rules if int(each.get("priority", 1)) < 1)
        yield from (
            f"{name}: a condition is too long" for each in every(tree, "formula") if len(each.text or "") > LONGEST_FORMULA
        )


def styles(package: Opened) -> Iterator[str]:
    """Lists are as long as they say and not too long, and formats name what is in them."""
    tree = package.one("styles")
    for parent in tree:
        if parent.get("count") is not None and int(parent.attrib["count"]) != len(parent):
            yield f"{local(parent)}: not as many as it says"
    limits = {"cellXfs": 64000, "fonts": 1024, "fills": 64000, "borders": 64000, "numFmts": 250, "dxfs": 64000}
    yield from (f"too many {name}" for name, limit in limits.items() if len(child(tree, name)) > limit)
    numbers = [int(each.attrib["numFmtId"]) for each in child(tree, "numFmts")]
    yield from (f"number format {number} twice" for number in twice(numbers))
    yield from ("a number format is too long" for each in child(tree, "numFmts") if len(each.attrib["formatCode"]) > 255)
    lists = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
    for each in [*child(tree, "cellXfs"), *child(tree, "cellStyleXfs")]:
        for key, named in lists.items():
            if int(each.get(key, 0)) >= max(1, len(child(tree, named))):
                yield f"no {key} {each.get(key)}"
        if int(each.get("numFmtId", 0)) >= 164 and int(each.attrib["numFmtId"]) not in numbers:
            yield f"no number format {each.get('numFmtId')}"


def comments(package: Opened) -> Iterator[str]:
    """Each comment has its shape on the sheet's old drawing, and its author."""
    for name, tree in package.sheets():
        for part in package.of_kind(name, "comments"):
            found, authors = child(package.trees[part], "commentList"), child(package.trees[part], "authors")
            shapes = {
                (int(row.text or 0) + 1, int(column.text or 0) + 1)
                for drawing in package.of_kind(name, "vmlDrawing")
                for row, column in zip(
                    every(package.trees[drawing], "Row"), every(package.trees[drawing], "Column"), strict=True
                )
            }
            if not every(tree, "legacyDrawing"):
                yield f"{name}: comments without a drawing"
            yield from (f"{name}: two comments at {ref}" for ref in twice(each.attrib["ref"] for each in found))
            for each in found:
                if coordinate_to_tuple(each.attrib["ref"]) not in shapes:
                    yield f"{name}: comment at {each.attrib['ref']} has no shape"
                if int(each.attrib["authorId"]) >= len(authors):
                    yield f"{name}: comment at {each.attrib['ref']} has no author"


def tables(package: Opened) -> Iterator[str]:
    """Tables have names and numbers of their own, and their columns the names that stand in their first row."""
    found = [(name, package.trees[part]) for name, _ in package.sheets() for part in package.of_kind(name, "table")]
    for key in ("id", "displayName"):
        yield from (f"table {value} twice" for value in twice(tree.attrib[key].lower() for _, tree in found))
    for name, tree in found:
        left, top, right, _ = range_boundaries(tree.attrib["ref"])
        titles = [each.attrib["name"] for each in child(tree, "tableColumns")]
        yield from (f"{name}: column {title} twice" for title in twice(title.lower() for title in titles))
        shown = _shown(package, package.trees[name], top)
        if titles != [shown.get(column) for column in range(left, right + 1)]:
            yield f"{name}: the table's columns are not named as its first row"


def _shown(package: Opened, sheet: ET.Element, row: int | None) -> dict[int, str]:
    shared = [_text(each) for each in package.one("sharedStrings")]
    return {
        coordinate_to_tuple(cell.attrib["r"])[1]: shared[int(next(each.text or "" for each in cell if local(each) == "v"))]
        for its in child(sheet, "sheetData") if int(its.attrib["r"]) == row
        for cell in its if cell.get("t") == "s"
    }  # fmt: skip


def pages(package: Opened) -> Iterator[str]:
    """Headers and footers, page breaks and links are within what Excel takes."""
    for name, tree in package.sheets():
        for each in child(tree, "headerFooter"):
            if len(each.text or "") > 255:
                yield f"{name}: {local(each)} of {len(each.text or '')} characters"
        breaks = [each for parent in tree if local(parent) in ("rowBreaks", "colBreaks") for each in parent]
        if len(breaks) > 1026:
            yield f"{name}: {len(breaks)} page breaks"
        links = child(tree, "hyperlinks")
        if len(links) > 65530 or any(
            len(each.get("tooltip", "")) > 255 or len(each.get("location", "")) > 2079 for each in links
        ):
            yield f"{name}: links"
        yield from (f"{name}: two links at {ref}" for ref in twice(each.attrib["ref"] for each in links))


# ---------------------------------------------------------------- documents


def bookmarks(package: Opened) -> Iterator[str]:
    """Bookmarks begin and end once, under names that are short and their own."""
    tree = package.trees["word/document.xml"]
    begun, ended = every(tree, "bookmarkStart"), every(tree, "bookmarkEnd")
    ids = [next(value for key, value in each.attrib.items() if key.endswith("}id")) for each in begun]
    names = [next(value for key, value in each.attrib.items() if key.endswith("}name")) for each in begun]
    if sorted(ids) != sorted(next(value for key, value in each.attrib.items() if key.endswith("}id")) for each in ended):
        yield "bookmarks that do not end"
    yield from (f"bookmark {each} twice" for each in [*twice(ids), *twice(name.lower() for name in names)])
    yield from (f"bookmark {name}" for name in names if len(name) > 40 or not re.fullmatch(r"[^\W\d]\w*", name))


ANY = (content_types, parts, relations, drawings)
WORKBOOK = (
    sheet_names, defined_names, cells, strings, merges, columns, validations, conditional_formats, styles, comments, tables, pages,
)  # fmt: skip


def faults(content: bytes) -> list[str]:
    """All that an office program would want to repair in a workbook or a document."""
    package = Opened(content)
    checks = (*ANY, bookmarks) if "word/document.xml" in package.parts else (*ANY, *WORKBOOK)
    return [f"{check.__name__}: {fault}" for check in checks for fault in check(package)]
