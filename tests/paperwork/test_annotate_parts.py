"""An annotated copy carries every part of the package over, and puts into those it changes without writing them anew."""

from __future__ import annotations

import io
import itertools
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from chainscore.intake.package import UnreadableError
from chainscore.intake.workbook import read_workbook
from chainscore.paperwork.annotate import annotated, to_send_back
from chainscore.scoring.appraisal import appraise
from chainscore.words.findings import Finding
from tests.intake.test_corpus import EVERY, FILES
from tests.results.test_libreoffice import libreoffice
from tests.support import disguises, office
from tests.support.filling import BOOK
from tests.support.packages import changed, package, part_name, parts_of
from tests.support.workbooks import COMMERCE, COVER, FINANCE, sound

__all__ = ["libreoffice"]

LIST = "检查意见"
NUMBERS = re.compile(r'(?<=\s)(priority|count|localSheetId|activeTab|firstSheet|tabSelected)="\d+"')
"""What is counted on; all else that was there stays as it is written."""


def png() -> bytes:
    """A red dot."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def illustrated(path: Path) -> Path:
    """A quarter with an error, as XlsxWriter writes it with all that it can put on a sheet."""
    quarter = sound()
    workbook = xlsxwriter.Workbook(str(path))
    workbook.define_name("名单", f"={COMMERCE}!$A$1:$A$9")
    date = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for grid in quarter.grids.values():
        sheet = workbook.add_worksheet(grid.name)
        for (row, column), value in sorted(grid.cells.items()):
            if hasattr(value, "year"):
                sheet.write_datetime(row - 1, column - 1, value, date)
            elif value is not None:
                sheet.write(row - 1, column - 1, value)
    sheet = workbook.get_worksheet_by_name(COMMERCE)
    sheet.activate()
    sheet.write("D17", "约3亿")
    sheet.insert_image("K2", "seal.png", {"image_data": io.BytesIO(png())})
    sheet.insert_textbox("K9", "已盖章")
    sheet.insert_checkbox("K30", True)
    sheet.insert_button("K15", {"caption": "汇总"})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": f"={COMMERCE}!$D$17:$D$20"})
    sheet.insert_chart("K20", chart)
    sheet.write_comment("D17", "待核实", {"author": "样例填报员"})
    sheet.write_comment("B18", "改名前为样例公司")
    sheet.data_validation("D17:D99", {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.conditional_format(
        "D17:D99", {"type": "cell", "criteria": ">", "value": 10, "format": workbook.add_format({"bold": True})}
    )
    sheet.conditional_format("D17:D99", {"type": "data_bar", "data_bar_2010": True})
    sheet.autofilter("A16:H30")
    sheet.repeat_rows(15)
    sheet.set_header("&C&G", {"image_center": "seal.png", "image_data_center": io.BytesIO(png())})
    workbook.close()
    return path


def copied(path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The parts of a workbook, and those of its annotated copy, which reads the same."""
    result = appraise([path], BOOK)
    content = annotated(path, to_send_back(result)[path.name], BOOK)
    (path.parent / "copy").mkdir(exist_ok=True)
    copy = path.parent / "copy" / path.name
    copy.write_bytes(content)
    again = appraise([copy], BOOK)
    assert [(f.code, f.sheet, f.cell, f.values) for f in again.findings] == [
        (f.code, f.sheet, f.cell, f.values) for f in result.findings
    ]
    assert again.scorecard == result.scorecard
    return parts_of(path.read_bytes()), parts_of(content)


def assert_only_added_to(before: dict[str, bytes], after: dict[str, bytes], touched: set[str], new: set[str]) -> None:
    """Every part but ``touched`` is the same to the byte; in those everything that was there still is, in its order."""
    assert set(after) - set(before) == new
    assert {name for name, part in before.items() if after[name] != part} == touched
    for name in touched:
        rest = iter(pieces(after[name]))
        assert [piece for piece in pieces(before[name]) if piece not in rest] == [], name


def pieces(part: bytes) -> list[str]:
    """Tags and texts; an element without content may have got some."""
    return re.split(r"(?=<)", NUMBERS.sub(r"\1", part.decode()).replace("/>", ">"))


ALWAYS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def test_pictures_text_boxes_charts_and_buttons_are_as_they_were(tmp_path: Path) -> None:
    before, after = copied(illustrated(tmp_path / "q2.xlsx"))
    assert {"xl/media/image1.png", "xl/charts/chart1.xml", "xl/drawings/drawing1.xml"} <= set(before)
    sheet, comments, drawing = part_name(COMMERCE), "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"
    # The shape of the comment that is added to grows, and so it is not as it was.
    assert_only_added_to(
        {**before, drawing: b""},
        {**after, drawing: b""},
        {*ALWAYS, sheet, comments},
        {f"xl/worksheets/sheet{len(sound().grids) + 1}.xml"},
    )
    heights = [re.findall(r"height:([\d.]+)pt", parts[drawing].decode()) for parts in (before, after)]
    assert len(heights[0]) == len(heights[1]) == 3, "a button and two comments; those of marks are in pixels"
    assert sum(old != new for old, new in zip(*heights, strict=True)) == 1
    assert re.findall(rb"<x:Row>(\d+)", after[drawing]) == [*re.findall(rb"<x:Row>(\d+)", before[drawing]), b"29"], (
        "a notice at K30"
    )


def test_the_elements_of_a_sheet_stay_in_the_order_of_its_schema(tmp_path: Path) -> None:
    from chainscore.paperwork.annotate.sheet import ORDER

    _, after = copied(illustrated(tmp_path / "q2.xlsx"))
    for name in (part_name(COMMERCE), f"xl/worksheets/sheet{len(sound().grids) + 1}.xml"):
        part = re.sub(
            r"<(\w+)[^>]*(?<!/)>.*?</\1>",
            r"<\1/>",
            after[name].decode().split("<worksheet", 1)[1].split(">", 1)[1],
            flags=re.DOTALL,
        )
        found = re.findall(r"<(\w+)", part)
        assert found == sorted(found, key=ORDER.index)
        assert "conditionalFormatting" in found


def test_the_copy_opens_at_the_list_and_names_keep_their_sheets(tmp_path: Path) -> None:
    path = illustrated(tmp_path / "q2.xlsx")
    _, after = copied(path)
    workbook = after["xl/workbook.xml"].decode()
    assert 'activeTab="0"' in workbook
    sheets = [name for name, part in after.items() if b'tabSelected="1"' in part]
    assert sheets == [f"xl/worksheets/sheet{len(sound().grids) + 1}.xml"]
    names = list(sound().grids)
    local = re.findall(r'localSheetId="(\d+)"[^>]*>\'?([^!\']+)', workbook)
    assert [(name, [LIST, *names][int(number)]) for number, name in local] == [(COMMERCE, COMMERCE)] * 2
    assert openpyxl.load_workbook(io.BytesIO(package(after)))[COMMERCE].print_title_rows == "$16:$16"


# ---------------------------------------------------------------- parts made by hand

IMAGES = '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>'
THREAD = '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>'
X14_LIST = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list">'
    "<x14:formula1><xm:f>清单!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>A17:A30</xm:sqref></x14:dataValidation></x14:dataValidations>"
    "</ext></extLst>"
)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    quarter = sound()
    quarter[COMMERCE]["D17"] = "约3亿"
    return quarter.save(tmp_path / "q2.xlsx")


def test_wps_cell_pictures_threads_macros_and_x14_lists_are_kept(wrong: Path) -> None:
    sheet = part_name(COMMERCE)
    picture = '<c r="K17" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row>'
    content = changed(
        wrong.read_bytes(),
        {
            sheet: lambda part: (
                re.sub(r'(<row r="17".*?)</row>', rf"\1{picture}", part.decode(), count=1)
                .replace("</worksheet>", f"{X14_LIST}</worksheet>")
                .encode()
            )
        },
    )
    extra = {
        "xl/cellimages.xml": IMAGES.encode(), "xl/threadedComments/threadedComment1.xml": THREAD.encode(),
        "xl/persons/person.xml": b"<personList/>", "xl/vbaProject.bin": bytes(range(256)), "xl/media/image1.png": png(),
        "customXml/item1.xml": b"<?xml version='1.0'?>\r\n<a  b = 'c'/>", "xl/ctrlProps/ctrlProp1.xml": b"<formControlPr/>",
    }  # fmt: skip
    wrong.write_bytes(package({**parts_of(content), **extra}))
    before, after = copied(wrong)
    number = len(sound().grids) + 1
    new = {
        f"xl/worksheets/sheet{number}.xml",
        f"{sheet.replace('sheets/', 'sheets/_rels/')}.rels",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert_only_added_to(before, after, {*ALWAYS, part_name(COVER), sheet}, new)
    assert X14_LIST.encode() in after[sheet]
    assert picture.encode() in after[sheet]


def test_results_of_formulas_and_seventeen_digits_are_kept(wrong: Path) -> None:
    cells = (
        '<c r="K17"><v>0.30000000000000004</v></c><c r="L17" t="str"><f>""</f><v></v></c><c r="M17" t="str"><f>"甲"</f><v>甲</v></c>'
        "<c r=\"N17\" t='n' ><v >1.0E0</v></c></row>"
    )
    sheet = part_name(COMMERCE)
    wrong.write_bytes(
        changed(
            wrong.read_bytes(), {sheet: lambda part: re.sub(rb'(<row r="17".*?)</row>', rb"\1" + cells.encode(), part, count=1)}
        )
    )
    _, after = copied(wrong)
    assert cells.encode() in after[sheet]


@pytest.mark.parametrize(
    "disguise", [disguises.strict, disguises.utf_16, disguises.prefixed, disguises.epoch_1904, disguises.inline_strings]
)
def test_a_workbook_in_other_clothes_is_marked_as_well(disguise: Callable[[bytes], bytes], wrong: Path) -> None:
    wrong.write_bytes(disguise(wrong.read_bytes()))
    before, after = copied(wrong)
    touched = {name for name, part in before.items() if after[name] != part}
    assert touched == {*ALWAYS, part_name(COVER), part_name(COMMERCE)}, "the cover is not the one that opens any more"
    if disguise is disguises.utf_16:
        assert all(after[name][:2] == before[name][:2] == b"\xff\xfe" for name in touched)
    if disguise is disguises.strict:
        made = b"".join(after[name] for name in set(after) - set(before) if name.endswith(".xml"))
        assert b"http://schemas.openxmlformats.org" not in made


def test_a_workbook_without_styles_gets_those_of_the_marks(wrong: Path) -> None:
    parts = parts_of(wrong.read_bytes())
    del parts["xl/styles.xml"]
    parts = {name: re.sub(rb"<(Override|Relationship)[^>]*styles[^>]*>", b"", part) for name, part in parts.items()}
    for name in parts:
        if "worksheets/" in name:
            parts[name] = re.sub(rb' s="\d+"', b"", parts[name])
    # Days are numbers that nothing shows as days.
    wrong.write_bytes(package(parts))
    result = appraise([wrong], BOOK)
    copy = openpyxl.load_workbook(io.BytesIO(annotated(wrong, to_send_back(result)[wrong.name], BOOK)))
    assert copy[COMMERCE]["A1"].font.color is None
    assert copy[LIST]["A1"].font.b


def test_a_part_that_is_no_xml_is_refused_in_one_line(wrong: Path) -> None:
    wrong.write_bytes(
        changed(wrong.read_bytes(), {"xl/styles.xml": lambda part: part.replace(b"</dxfs>", b"").replace(b"</fonts>", b"")})
    )
    with pytest.raises(UnreadableError) as refused:
        annotated(wrong, [Finding("E110", wrong.name)], BOOK)
    assert refused.value.code == "E104"


# ---------------------------------------------------------------- marked, mended, marked again


def test_a_copy_marked_again_is_as_if_marked_once(tmp_path: Path) -> None:
    path = illustrated(tmp_path / "q2.xlsx")
    _, once = copied(path)
    _, twice = copied(path.parent / "copy" / path.name)
    assert twice == once


def test_a_mended_copy_has_what_the_department_had_and_no_mark(tmp_path: Path) -> None:
    path = illustrated(tmp_path / "q2.xlsx")
    before, _ = copied(path)
    copy = path.parent / "copy" / path.name
    content = annotated(copy, [Finding("E304", copy.name, FINANCE, "D17", values={"label": "", "text": "", "unit": ""})], BOOK)
    after = parts_of(content)
    sheet, comments, drawing = part_name(COMMERCE), "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"
    assert after[comments].replace(b"<author>chainscore</author>", b"") == before[comments]
    assert after[drawing] == before[drawing]
    assert NUMBERS.sub(r"\1", after[sheet].decode()) == NUMBERS.sub(r"\1", before[sheet].decode())


# ---------------------------------------------------------------- real files and real programs


@pytest.mark.skipif(not FILES, reason="the corpus of strange spreadsheets is not beside this repository")
def test_workbooks_of_public_projects_are_carried_over() -> None:
    carried = 0
    for path in itertools.islice((path for path in FILES if path.suffix in (".xlsx", ".xlsm")), 0, None, EVERY):
        if "invalid-xml" in path.name:  # its properties are not
            continue
        try:
            workbook = read_workbook(path)
        except UnreadableError:
            continue
        names = [worksheet.name for worksheet in workbook.worksheets][:1]
        found = [
            Finding("E207", path.name, name, cell, values={"label": ""}) for name in names for cell in ("A1", "ZZ99", "2:2")
        ]
        before, after = parts_of(path.read_bytes()), parts_of(annotated(path, found, BOOK))
        before = {name: part for name, part in before.items() if not name.endswith("/")}  # folders are no parts
        assert set(before) <= set(after), path.name
        kept = [name for name in before if after[name] == before[name]]
        assert {name for name in before if not re.search(r"(?i)workbook\w*\.xml|styles|types|sheet|comments|vml", name)} <= set(
            kept
        )
        carried += 1
    assert carried > 20


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_libreoffice_shows_pictures_and_marks_and_saves_what_can_be_marked_again(
    libreoffice: office.Office, tmp_path: Path
) -> None:
    path = illustrated(tmp_path / "q2.xlsx")
    copied(path)
    saved = tmp_path / "saved" / "q2.xlsx"
    saved.parent.mkdir()
    libreoffice.work([{"open": str(path.parent / "copy" / "q2.xlsx"), "save": str(saved), "filter": office.XLSX}])
    before = openpyxl.load_workbook(saved)
    assert len(before[COMMERCE]._images) == 1
    assert before[COMMERCE]["D17"].comment.text.count("【检查意见】") == 1
    _, after = copied(saved)
    again: Any = openpyxl.load_workbook(io.BytesIO(package(after)))
    assert again.sheetnames.count(LIST) == 1
    assert again[COMMERCE]["D17"].comment.text == before[COMMERCE]["D17"].comment.text
    rules = [
        rule for area in again[COMMERCE].conditional_formatting for rule in area.rules if "chainscore" in str(rule.formula)
    ]
    assert len(rules) == len(to_send_back(appraise([saved], BOOK))[saved.name])
