"""Copies to send back: everything that was entered is still there, every finding is marked at its cell and listed."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from chainscore.paperwork.annotate import annotated, to_send_back
from chainscore.paperwork.annotate.comments import HEADINGS
from chainscore.paperwork.annotate.copy import COLOURS
from chainscore.paperwork.annotate.sheet import OURS
from chainscore.scoring.appraisal import appraise
from chainscore.words.findings import Finding
from tests.conftest import REPOSITORY, Run
from tests.results.test_libreoffice import libreoffice
from tests.support import office
from tests.support.filling import BOOK
from tests.support.paper import scale_on_paper
from tests.support.workbooks import COMMERCE, COVER, EVENTS, FINANCE, REFORM, TECHNOLOGY, Formula, Quarter, day, seen, sound

__all__ = ["libreoffice"]

MISTAKEN = REPOSITORY / "sample_data" / "q2-2023-with-mistakes.xlsx"
LIST = "检查意见"


def load(content: bytes | Path) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content, rich_text=True)


def copy_of(path: Path) -> tuple[Workbook, list[Finding]]:
    """The annotated copy of a workbook checked alone, and its findings."""
    found = to_send_back(appraise([path], BOOK))[path.name]
    return load(annotated(path, found, BOOK)), found


@pytest.fixture(scope="module")
def copy() -> tuple[Workbook, list[Finding]]:
    return copy_of(MISTAKEN)


@pytest.fixture(scope="module")
def original() -> Workbook:
    return load(MISTAKEN)


def looks(cell: Any, known: dict[tuple[int, ...], str]) -> tuple[Any, ...]:
    """What a cell holds and how it looks; ``known`` spells out each style of its workbook once."""
    if not cell.has_style:
        return str(cell.value), cell.data_type, "", None
    style = tuple(cell._style)
    if style not in known:
        alignment = repr(cell.alignment).replace("=False", "=None")  # not wrapped is not wrapped, said or unsaid
        known[style] = f"{cell.number_format} {cell.font!r} {cell.fill!r} {cell.border!r} {alignment} {cell.protection!r}"
    link = cell.hyperlink and (cell.hyperlink.location, cell.hyperlink.ref)
    return str(cell.value), cell.data_type, known[style], link


def validations(sheet: Worksheet) -> set[tuple[Any, ...]]:
    names = "type operator formula1 formula2 allow_blank promptTitle prompt errorTitle error showInputMessage showErrorMessage"
    return {
        (str(rule.sqref), *(getattr(rule, name) for name in names.split())) for rule in sheet.data_validations.dataValidation
    }


def conditions(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """Area, formula and looks of each conditional format but for the marks, by priority."""
    rules = [(rule.priority, str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]
    rules.sort(key=lambda found: found[:2])
    return [(area, rule.formula, rule.dxf.fill, rule.dxf.font, rule.dxf.border) for _, area, rule in rules if not is_mark(rule)]


def is_mark(rule: Any) -> bool:
    return OURS in "".join(rule.formula)


def marks(sheet: Worksheet) -> dict[str, str]:
    """Cell → the colour it is marked with."""
    rules = [(rule.priority, area, rule) for area in sheet.conditional_formatting for rule in area.rules]
    others = [priority for priority, _, rule in rules if not is_mark(rule)]
    found: dict[str, str] = {}
    for priority, area, rule in rules:
        if is_mark(rule):
            assert priority < min(others, default=priority + 1), "above all others"
            for single in area.sqref.ranges:
                for place in single.cells:
                    found.setdefault(sheet.cell(*place).coordinate, rule.dxf.fill.bgColor.rgb[-6:])
    return found


def assert_kept(before: Workbook, after: Workbook) -> None:
    """Everything but comments and marks is as it was."""
    assert after.sheetnames == [LIST, *before.sheetnames]
    assert {name: defined.attr_text for name, defined in after.defined_names.items()} == {
        name: defined.attr_text for name, defined in before.defined_names.items()
    }
    styles: tuple[dict[tuple[int, ...], str], ...] = ({}, {})
    for old in before.worksheets:
        new = after[old.title]
        assert new.dimensions == old.dimensions
        for row in old.iter_rows():
            for cell in row:
                assert looks(new[cell.coordinate], styles[1]) == looks(cell, styles[0]), f"{old.title}!{cell.coordinate}"
        assert validations(new) == validations(old)
        assert conditions(new) == conditions(old)
        assert vars(new.protection) == vars(old.protection)
        assert (new.sheet_state, new.freeze_panes, new.auto_filter.ref) == (
            old.sheet_state,
            old.freeze_panes,
            old.auto_filter.ref,
        )
        assert {str(area) for area in new.merged_cells.ranges} == {str(area) for area in old.merged_cells.ranges}
        assert {k: (d.width, d.min, d.max, d.hidden) for k, d in new.column_dimensions.items()} == {
            k: (d.width, d.min, d.max, d.hidden) for k, d in old.column_dimensions.items()
        }
        assert {k: (d.height, d.hidden) for k, d in new.row_dimensions.items() if d.height or d.hidden} == {
            k: (d.height, d.hidden) for k, d in old.row_dimensions.items() if d.height or d.hidden
        }
        assert (new.print_title_rows, new.page_setup.orientation, new.page_setup.paperSize, new.page_setup.fitToHeight) == (
            old.print_title_rows, old.page_setup.orientation, old.page_setup.paperSize, old.page_setup.fitToHeight,
        )  # fmt: skip
        assert (new.oddHeader.right.text, new.oddFooter.left.text) == (old.oddHeader.right.text, old.oddFooter.left.text)
        for cell in commented(old):
            assert new[cell.coordinate].comment.text.startswith(cell.comment.text)


def commented(sheet: Worksheet) -> Iterator[Any]:
    yield from (cell for row in sheet.iter_rows() for cell in row if cell.comment is not None)


def assert_marked(after: Workbook, found: list[Finding]) -> None:
    """Every finding with a cell is coloured by the worst there and said in a comment, and nothing else is."""
    at: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        if finding.cell is not None and finding.sheet in after.sheetnames:
            at.setdefault((finding.sheet or "", finding.cell), []).append(finding)
    assert at
    marked = {(sheet.title, cell): colour for sheet in after.worksheets for cell, colour in marks(sheet).items()}
    worst = {
        place: next(severity for severity in COLOURS if severity in {finding.severity for finding in here})
        for place, here in at.items()
    }
    assert marked == {place: COLOURS[severity] for place, severity in worst.items()}
    for (sheet, cell), here in at.items():
        text = after[sheet][cell].comment.text
        assert text.count(HEADINGS["zh"]) == 1
        for finding in here:
            assert f"{finding.code}：{finding.message('zh')}。{finding.hint('zh')}" in text
    said = {
        (sheet.title, cell.coordinate)
        for sheet in after.worksheets
        for cell in commented(sheet)
        if HEADINGS["zh"] in cell.comment.text
    }
    assert said == set(at)


def listed(after: Workbook) -> list[tuple[Any, ...]]:
    """(severity, code, place, chain, message, hint, link) of each row of the list."""
    page = after[LIST]
    rows = [row for row in page.iter_rows() if str(row[0].value).isdigit()]
    return [(*(str(cell.value or "") for cell in row[1:7]), row[3].hyperlink and row[3].hyperlink.location) for row in rows]


# ---------------------------------------------------------------- one workbook


def test_what_was_entered_and_how_it_looks_is_kept_cell_by_cell(
    original: Workbook, copy: tuple[Workbook, list[Finding]]
) -> None:
    assert_kept(original, copy[0])


def test_every_finding_is_marked_at_its_cell(copy: tuple[Workbook, list[Finding]]) -> None:
    assert len(copy[1]) == 26
    assert_marked(*copy)


def test_the_first_sheet_lists_every_finding_with_a_link_to_its_cell(copy: tuple[Workbook, list[Finding]]) -> None:
    after, found = copy
    severities = {"error": "错误", "warning": "警告", "notice": "提示"}
    assert listed(after) == [
        (
            severities[finding.severity], finding.code, f"{finding.sheet}!{finding.cell}",
            BOOK.chain(finding.chain).short_name if finding.chain else "", finding.message("zh"), finding.hint("zh"),
            f"'{finding.sheet}'!{finding.cell}",
        )
        for finding in found
    ]  # fmt: skip
    assert after.active.title == LIST
    assert [sheet.title for sheet in after.worksheets if sheet.sheet_view.tabSelected] == [LIST]
    assert after[LIST]["A1"].value == f"{LIST}：{MISTAKEN.name}"


def test_the_list_in_front_is_read_on_paper_whose_pages_are_numbered(copy: tuple[Workbook, list[Finding]]) -> None:
    page = copy[0].worksheets[0]
    assert page["F6"].font.sz * scale_on_paper(page) >= 8
    assert "&P" in page.oddFooter.right.text or "Page" in page.oddFooter.right.text


def test_notes_have_the_room_that_their_text_needs(copy: tuple[Workbook, list[Finding]]) -> None:
    with zipfile.ZipFile(io.BytesIO(annotated(MISTAKEN, copy[1], BOOK))) as package:
        drawings = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".vml"))
    heights = [float(height) for height in re.findall(r"height:([\d.]+)px", drawings)]
    assert {float(width) for width in re.findall(r"width:([\d.]+)px", drawings)} == {240.0}
    assert min(heights) == 86, "a heading, what was entered, and a finding of two lines, at 18 pixels each"


def test_the_copy_is_the_same_to_the_byte_each_time(copy: tuple[Workbook, list[Finding]]) -> None:
    first, second = annotated(MISTAKEN, copy[1], BOOK), annotated(MISTAKEN, copy[1], BOOK)
    assert first == second


def test_a_copy_handed_in_again_reads_the_same_and_is_marked_afresh(
    tmp_path: Path, copy: tuple[Workbook, list[Finding]]
) -> None:
    path = tmp_path / MISTAKEN.name
    path.write_bytes(annotated(MISTAKEN, copy[1], BOOK))
    result = appraise([path], BOOK)
    assert seen(result) == seen(appraise([MISTAKEN], BOOK))
    mended = openpyxl.load_workbook(path)
    mended[COMMERCE]["D20"].value = 3
    mended.save(path)
    again, found = copy_of(path)
    assert len(found) == 25
    assert_marked(again, found)
    assert again.sheetnames.count(LIST) == 1
    assert again[COMMERCE]["D20"].comment is None


def written(quarter: Quarter, path: Path) -> Path:
    quarter.save(path)
    return path


def test_comments_of_the_departments_own_are_kept_and_added_to(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["D17"] = "六月底"
    path = written(quarter, tmp_path / "q2.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook[FINANCE]["D17"].comment = Comment("待核实", "样例填报员")
    workbook[FINANCE]["B17"].comment = Comment("改名前为样例公司", "样例填报员")
    workbook.save(path)
    after, found = copy_of(path)
    assert after[FINANCE]["B17"].comment.text == "改名前为样例公司"
    comment = after[FINANCE]["D17"].comment
    assert comment.author == "样例填报员"
    said = f"填的是：六月底\n错误 E309：{found[0].message('zh')}。{found[0].hint('zh')}"
    assert comment.text == f"待核实\n\n【检查意见】\n{said}"


def test_a_finding_of_a_row_a_sheet_or_a_merged_cell_is_marked_where_it_can_be_seen(tmp_path: Path) -> None:
    quarter = sound()
    quarter[EVENTS]["D16"] = "时间"  # the header lacks 日期
    quarter[FINANCE]["C3"] = "填表"  # no 填报人 at all
    quarter[REFORM].merges.append((17, 1, 18, 1))
    quarter[REFORM]["A17"], quarter[REFORM]["A18"] = "电子信吸", None
    path = written(quarter, tmp_path / "q2.xlsx")
    after, found = copy_of(path)
    at = {(finding.code, finding.sheet): finding.cell for finding in found}
    assert (at["E204", EVENTS], at["E205", FINANCE]) == ("16:16", None)
    assert set(marks(after[EVENTS])) >= {"A16"}
    assert set(marks(after[REFORM])) == {"A17"}
    links = {row[1:3]: row[-1] for row in listed(after)}
    assert links["E204", "落地办!16:16"] == "'落地办'!A16"
    assert links["E205", "市金融办"] == "'市金融办'!A1"


def test_formulas_keep_their_text_and_the_values_that_were_saved(tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D17"] = Formula(2.5, "=1+1.5")
    quarter[FINANCE]["B17"] = Formula("样例<股份>公司", '="样例<股份>"&"公司"')
    quarter[TECHNOLOGY]["F17"] = Formula(45047, "=DATE(2023,5,1)")
    quarter[FINANCE]["D17"] = "六月底"
    path = written(quarter, tmp_path / "q2.xlsx")
    result = appraise([path], BOOK)
    content = annotated(path, to_send_back(result)[path.name], BOOK)
    copied = tmp_path / "copy" / "q2.xlsx"
    copied.parent.mkdir()
    copied.write_bytes(content)
    assert load(content)[COMMERCE]["D17"].value == "=1+1.5"
    saved = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert (saved[COMMERCE]["D17"].value, saved[FINANCE]["B17"].value) == (2.5, "样例<股份>公司")
    assert seen(appraise([copied], BOOK)) == seen(result)


def test_dates_of_the_1904_system_stay_the_same_days(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["A17"] = "新能源新林料"
    path = tmp_path / "q2.xlsx"
    quarter.save(path, epoch_1904=True)
    result = appraise([path], BOOK)
    copied = tmp_path / "copy.xlsx"
    copied.write_bytes(annotated(path, to_send_back(result)[path.name], BOOK))
    assert seen(result) == seen(appraise([copied], BOOK)) == ["error E302 市金融办!A17"]
    assert load(copied)[FINANCE]["D17"].value.date() == day(6, 1)


def test_what_begins_with_an_equals_sign_is_text_in_the_list(tmp_path: Path) -> None:
    quarter = sound()
    quarter[FINANCE]["D17"] = "=1+1"
    path = written(quarter, tmp_path / "=1+1.xlsx")
    after, _ = copy_of(path)
    assert {cell.coordinate for row in after[LIST].iter_rows() for cell in row if cell.data_type == "f"} == {"H6"}, "its state"
    assert [row[1] for row in listed(after)] == ["E309"]


# ---------------------------------------------------------------- the command


def test_check_writes_a_copy_of_every_file_with_findings_and_leaves_the_originals_alone(run: Run, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    one, two, three = sound().only(COVER, COMMERCE), sound().only(COVER, FINANCE, EVENTS), sound().only(COVER, TECHNOLOGY)
    two[FINANCE]["D17"] = "六月底"
    one[COMMERCE]["D17"] = "约3亿"
    for name, quarter in (("one", one), ("two", two), ("three", three)):
        quarter.save(sent / f"{name}.xlsx")
    before = {path.name: path.read_bytes() for path in sent.iterdir()}
    outcome = run("check", "sent", "--annotate", "back")
    assert outcome.code == 1
    assert "Annotated copies: 2, in back" in outcome.out.splitlines()
    assert {path.name: path.read_bytes() for path in sent.iterdir()} == before
    found = {path.name: [row[1] for row in listed(load(path))] for path in (tmp_path / "back").iterdir()}
    # What other departments did not hand in, an output to be certified for one, is none of theirs.
    assert found == {"one.xlsx": ["E304"], "two.xlsx": ["E309"]}


def test_a_sound_file_gets_no_copy(run: Run, tmp_path: Path) -> None:
    sound().save(tmp_path / "q2.xlsx")
    outcome = run("check", "q2.xlsx", "--annotate", "back", "--lang", "zh")
    assert (outcome.code, outcome.out.splitlines()[-1]) == (0, "批注副本0个：back")
    assert list((tmp_path / "back").iterdir()) == []


def test_a_copy_that_exists_is_kept_unless_forced_and_an_original_is_never_written_to(run: Run, tmp_path: Path) -> None:
    path = Path(shutil.copy(MISTAKEN, tmp_path / "q2.xlsx"))
    assert run("check", "q2.xlsx", "--annotate", "back").code == 1
    first = (tmp_path / "back" / "q2.xlsx").read_bytes()
    outcome = run("check", "q2.xlsx", "--annotate", "back")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--force" in outcome.err
    assert run("check", "q2.xlsx", "--annotate", "back", "--force").code == 1
    assert (tmp_path / "back" / "q2.xlsx").read_bytes() == first
    assert run("check", "q2.xlsx", "--annotate", ".", "--force").code == 2
    assert path.read_bytes() == MISTAKEN.read_bytes()


def test_json_is_the_same_document_with_or_without_copies(run: Run, tmp_path: Path) -> None:
    shutil.copy(MISTAKEN, tmp_path / "q2.xlsx")
    outcome = run("check", "q2.xlsx", "--json", "--annotate", "back")
    assert outcome.document == run("check", "q2.xlsx", "--json").document
    assert (tmp_path / "back" / "q2.xlsx").is_file()


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_copied(run: Run, tmp_path: Path) -> None:
    shutil.copy(MISTAKEN, tmp_path / "q2.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert run("check", "bad.xlsx", "q2.xlsx", "--annotate", "back").code == 2
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["q2.xlsx"]


def test_files_of_the_same_name_have_copies_of_their_own(run: Run, tmp_path: Path) -> None:
    for folder, sheet, cell in (("甲", FINANCE, "D17"), ("乙", COMMERCE, "D17")):
        (tmp_path / folder).mkdir()
        quarter = sound().only(COVER, sheet)
        quarter[sheet][cell] = "大约"
        quarter.save(tmp_path / folder / "报表.xlsx")
    run("check", "甲", "乙", "--annotate", "back")
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["乙-报表.xlsx", "甲-报表.xlsx"]


def test_files_of_the_same_name_in_folders_of_the_same_name_have_copies_of_their_own(run: Run, tmp_path: Path) -> None:
    for folder, sheet in (("1", FINANCE), ("2", COMMERCE)):
        (tmp_path / folder / "局").mkdir(parents=True)
        quarter = sound().only(COVER, sheet)
        quarter[sheet]["D17"] = "大约"
        quarter.save(tmp_path / folder / "局" / "表.xlsx")
    outcome = run("check", "1/局/表.xlsx", "2/局/表.xlsx", "--annotate", "back")
    assert outcome.out.splitlines()[-1] == "Annotated copies: 2, in back"
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["1-局-表.xlsx", "2-局-表.xlsx"]


def test_a_file_with_notices_only_gets_no_copy(run: Run, tmp_path: Path) -> None:
    quarter = sound()
    quarter[COMMERCE]["D17"] = "2.5"  # a number as text: N601
    quarter.save(tmp_path / "q2.xlsx")
    outcome = run("check", "q2.xlsx", "--annotate", "back")
    assert (outcome.code, outcome.out.splitlines()[-1]) == (0, "Annotated copies: 0, in back")
    assert list((tmp_path / "back").iterdir()) == []


# ---------------------------------------------------------------- LibreOffice


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_a_workbook_that_libreoffice_saved_is_kept_and_marked_as_well(libreoffice: office.Office, tmp_path: Path) -> None:
    path = tmp_path / MISTAKEN.name
    libreoffice.work([{"open": str(MISTAKEN), "save": str(path), "filter": office.XLSX}])
    after, found = copy_of(path)
    assert [finding.code for finding in found] == [finding.code for finding in appraise([MISTAKEN], BOOK).findings]
    assert_kept(load(path), after)
    assert_marked(after, found)


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_libreoffice_opens_the_copy_and_saves_what_was_entered(libreoffice: office.Office, tmp_path: Path) -> None:
    copied, saved = tmp_path / "copy.xlsx", tmp_path / "saved.xlsx"
    found = to_send_back(appraise([MISTAKEN], BOOK))[MISTAKEN.name]
    copied.write_bytes(annotated(MISTAKEN, found, BOOK))
    libreoffice.work([{"open": str(copied), "save": str(saved), "filter": office.XLSX}])
    assert seen(appraise([saved], BOOK)) == seen(appraise([MISTAKEN], BOOK))
    assert load(saved)[COMMERCE]["D20"].comment.text.count("E304") == 1
    first = libreoffice.pages(copied)[0]
    assert LIST in first
    assert "E304" in first
