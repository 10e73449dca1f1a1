"""Every package that the program writes is valid: by the schemas of its markup, and by what makes Excel or Word offer a repair.

The schemas are those of the Open XML SDK, which hold ECMA-376 (transitional) and what Office itself adds, as openxml-audit has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from chainscore.commands.app import run
from tests.conftest import SAMPLES
from tests.support.packages import changed, parts_of, replacing
from tests.support.repairs import faults

Q1, Q2, MISTAKEN = SAMPLES
COMMANDS: dict[str, tuple[object, ...]] = {
    "template.xlsx": ("template", "--period", "2023Q3"),
    "carried.xlsx": ("template", "--period", "2023Q3", "--from", Q2),
    "towns.xlsx": ("template", "--rulebook", "twelve-towns"),
    "suppliers.xlsx": ("template", "--rulebook", "suppliers"),
    "results.xlsx": ("score", Q2),
    "draft.xlsx": ("score", MISTAKEN, "--draft"),
    "diff.xlsx": ("diff", Q1, Q2),
    "trend.xlsx": ("trend", Q1, Q2),
    "sensitivity.xlsx": ("sensitivity", Q2),
    "call.xlsx": ("check", MISTAKEN, "--due", "2023-07-05"),
    "bulletin.docx": ("bulletin", Q2, "--before", Q1),
    "draft.docx": ("bulletin", MISTAKEN, "--draft"),
    "review.docx": ("explain", Q2, "electronics"),
    "method.docx": ("rulebook", "show"),
}
"""Output → the command that writes it with -o."""
ELSEWHERE = {"annotated.xlsx": MISTAKEN.name, "combined.xlsx": "combined.xlsx", "each.xlsx": f"{Q2.stem}-results.xlsx"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the file that goes by a name of COMMANDS or ELSEWHERE, written once."""
    folder = tmp_path_factory.mktemp("written")

    def give(name: str) -> Path:
        if name in COMMANDS:
            command, *arguments = map(str, COMMANDS[name])
            if not (folder / name).exists():
                run([command, *arguments, "-o", str(folder / name)])
            return folder / name
        target = folder / name.partition(".")[0]
        if not target.exists() and name == "annotated.xlsx":
            run(["check", str(MISTAKEN), "--annotate", str(target)])
        elif not target.exists():
            run(["score", str(Q2), "--each", "-o", str(target)])
        return target / ELSEWHERE[name]

    return give


@pytest.mark.parametrize("name", [*COMMANDS, *ELSEWHERE])
def test_every_part_of_what_is_written_is_as_the_schemas_have_it(written: Callable[[str], Path], name: str) -> None:
    assert [str(each) for each in OpenXmlValidator().validate(written(name)).errors] == []


@pytest.mark.parametrize("name", [*COMMANDS, *ELSEWHERE])
def test_an_office_program_has_nothing_to_repair_in_what_is_written(written: Callable[[str], Path], name: str) -> None:
    assert faults(written(name).read_bytes()) == []


SCHEMAS = [
    ("results.xlsx", part)
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/charts/chart1.xml",
                 "xl/drawings/drawing1.xml", "xl/theme/theme1.xml", "docProps/core.xml", "docProps/app.xml")
] + [("annotated.xlsx", "xl/comments1.xml"), ("bulletin.docx", "word/document.xml"), ("bulletin.docx", "word/styles.xml")]  # fmt: skip


@pytest.mark.parametrize(("name", "part"), SCHEMAS)
def test_an_element_that_no_schema_has_is_found_in_every_kind_of_part(
    written: Callable[[str], Path], tmp_path: Path, name: str, part: str
) -> None:
    content = written(name).read_bytes()
    root = re.search(r"<(?!\?)([\w:]+)", parts_of(content)[part].decode())
    assert root is not None
    prefix = root[1].rpartition(":")[0]
    strange = f"<{prefix}:strange/>" if prefix else "<strange/>"
    spoilt = tmp_path / name
    spoilt.write_bytes(changed(content, {part: replacing(f"</{root[1]}>", f"{strange}</{root[1]}>")}))
    assert OpenXmlValidator().validate(spoilt).errors


def once(pattern: str, new: str) -> Callable[[bytes], bytes]:
    return lambda part: re.sub(pattern, new, part.decode(), count=1).encode()


SHEET, WORKBOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
REPAIRS = {
    "sheet_names": ("results.xlsx", WORKBOOK, once('<sheet name="[^"]*"', f'<sheet name="{"长" * 32}"')),
    "sheet_names: sheet twice": ("results.xlsx", WORKBOOK, once('name="([^"]*)"( .*?<sheet name=)"[^"]*"', r'name="\1"\2"\1"')),
    "defined_names: name twice": ("results.xlsx", WORKBOOK, once("(<definedName .*?</definedName>)", r"\1\1")),
    "merges": ("results.xlsx", SHEET, once("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A8:C9"/><mergeCell ref="C9:D9"/></mergeCells>')),
    "cells: xl/worksheets/sheet1.xml!A1: no such style": ("results.xlsx", SHEET, once('r="A1" s="\\d+"', 'r="A1" s="99999"')),
    "cells: xl/worksheets/sheet1.xml!A1: value": ("results.xlsx", SHEET, once('(r="A1" [^>]*><v>)', r"\g<1>99999")),
    "cells: xl/worksheets/sheet1.xml: rows": ("results.xlsx", SHEET, once('<row r="1"', '<row r="9"')),
    "styles": ("results.xlsx", STYLES, once('fontId="1"', 'fontId="9999"')),
    "styles: too many": ("results.xlsx", STYLES, once("<fonts ([^>]*)>", rf"<fonts \1>{'<font/>' * 1025}")),
    "strings": ("results.xlsx", "xl/sharedStrings.xml", once("<t>[^<]*", f"<t>{'字' * 32768}")),
    "drawings": ("results.xlsx", "xl/charts/chart1.xml", once("(<c:ser>.*?</c:ser>)", r"\1\1")),
    "relations: xl/workbook.xml: relation": ("results.xlsx", "xl/_rels/workbook.xml.rels", once('Id="rId2"', 'Id="rId1"')),
    "relations: xl/workbook.xml: related": (
        "results.xlsx", "xl/_rels/workbook.xml.rels", once('(<Relationship Id="rId1")(.*?/>)', r'\1\2<Relationship Id="rId999"\2'),
    ),
    "content_types": ("results.xlsx", "[Content_Types].xml", once('<Override PartName="/xl/styles.xml"[^>]*/>', "")),
    "validations": ("template.xlsx", "xl/worksheets/sheet2.xml", once('prompt="[^"]*"', f'prompt="{"长" * 256}"')),
    "conditional_formats": ("template.xlsx", "xl/worksheets/sheet2.xml", once('dxfId="\\d+"', 'dxfId="99"')),
    "comments: xl/worksheets/sheet2.xml: comments": ("annotated.xlsx", "xl/worksheets/sheet2.xml", once("<legacyDrawing [^>]*/>", "")),
    "comments: xl/worksheets/sheet2.xml: comment": ("annotated.xlsx", "xl/comments1.xml", once('ref="[A-Z]+', 'ref="ZZ')),
    "pages": ("results.xlsx", SHEET, once("<oddFooter>", f"<oddFooter>{'页' * 256}")),
    "bookmarks": ("bulletin.docx", "word/document.xml", once('w:name="f1_[^"]*"', f'w:name="f1_{"a" * 40}"')),
}  # fmt: skip
"""How what is wrong begins → the output and its part that is made so."""


@pytest.mark.parametrize("fault", REPAIRS)
def test_what_makes_an_office_program_repair_a_file_is_found(written: Callable[[str], Path], fault: str) -> None:
    name, part, change = REPAIRS[fault]
    found = faults(changed(written(name).read_bytes(), {part: change}))
    assert found
    assert all(each.startswith(fault.partition(":")[0]) for each in found), found
    assert any(each.startswith(fault) for each in found), found
