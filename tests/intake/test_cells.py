"""A sheet's cells are the same whichever way its part is read: by the quick split of plainly written cells, or by the parser."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from chainscore.intake.cells import Found, Meanings
from chainscore.intake.limits import Limits
from chainscore.intake.package import UnreadableError
from chainscore.intake.parsed_cells import parsed
from chainscore.intake.plain_cells import cells_of
from chainscore.intake.strings import strings_of
from chainscore.intake.styles import Style, kind_of, styles_of
from chainscore.intake.values import CellError, Uncalculated
from tests.intake.test_fuzz import mutated
from tests.support.packages import part_name, parts_of
from tests.support.workbooks import COMMERCE, sound

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = ("甲", "乙 & 丙", "")
STYLES = (Style(), Style("date"), Style("number", "0%"), Style("number", None, struck=True))
MEANINGS = Meanings(STRINGS, STYLES, epoch_1904=False)


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def read(part: bytes, way: Callable[..., Found]) -> Found | str:
    """What is found, or the code of the refusal."""
    try:
        return way(part, "样例", MEANINGS, Limits())
    except UnreadableError as refused:
        return refused.code


PLAIN = {
    "as Excel writes": '<row r="1" spans="1:3"><c r="A1" s="0" t="s"><v>0</v></c><c r="C1"><v>2.5</v></c></row>',
    "as LibreOffice writes": '<row r="1" ht="12.8" hidden="false"><c r="A1" s="0" t="s"><v>0</v></c><c r="C1" t="n"><v>2.5</v></c></row>',
    "as openpyxl writes": '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1" s="1" /><c r="C1" t="n"><v>2.5</v></c></row>',
    "on several lines": '\n <row r="1">\n  <c r="A1" t="s">\n <v>0</v>\n</c>\n <c r="C1"><v>2.5</v></c>\n </row>\n',
    "with blank rows": '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>2.5</v></c></row><row r="2"/><row r="4" hidden="1"></row>',
}
ODD = {
    "single quotes": "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1'><v>2.5</v></c></row>",
    "another order": '<row spans="1:3" r="1"><c t="s" r="A1"><v>0</v></c><c s="0" r="C1"><v>2.5</v></c></row>',
    "cells in disorder": '<row r="1"><c r="C1"><v>2.5</v></c><c r="A1" t="s"><v>0</v></c></row>',
    "no references": '<row><c t="s"><v>0</v></c><c/><c><v>2.5</v></c></row>',
    "a comment between": '<row r="1"><c r="A1" t="s"><v>0</v></c><!-- x --><c r="C1"><v>2.5</v></c></row>',
    "rich text": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>甲</t></r></is></c><c r="C1"><v>2.5</v></c></row>',
    "a prefix": f'<x:row xmlns:x="{MAIN}" r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1"><x:v>2.5</x:v></x:c></x:row>',
}


@pytest.mark.parametrize("name", [*PLAIN, *ODD])
def test_the_same_cells_however_they_are_written(name: str) -> None:
    part = sheet({**PLAIN, **ODD}[name])
    found = read(part, cells_of)
    assert isinstance(found, Found)
    assert found.rows == {1: {1: "甲", 3: 2.5}}
    assert found.cells == 2
    assert found == read(part, parsed)


def test_what_a_cell_holds_by_its_type_and_style() -> None:
    part = sheet(
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="str"><v>A&amp;B_x000D_</v></c><c r="C1" t="b"><v>1</v></c>'
        '<c r="D1" t="e"><v>#N/A</v></c><c r="E1" s="2"><v>0.5</v></c><c r="F1" s="3"><v>7</v></c><c r="G1"><f>A1</f></c>'
        '<c r="H1" t="str"><f t="shared" si="0"/><v></v></c><c r="I1" s="2"/></row>'
    )
    found = read(part, cells_of)
    assert isinstance(found, Found)
    assert found.rows == {1: {1: "乙 & 丙", 2: "A&B\r", 3: True, 4: CellError("#N/A"), 5: 0.5, 6: 7.0, 7: Uncalculated()}}
    assert found.formulas == {(1, 7): "A1", (1, 8): ""}
    assert found.styles == {(1, 5): STYLES[2], (1, 6): STYLES[3]}
    assert found == read(part, parsed)


def test_rows_and_columns_without_height_or_width_are_hidden() -> None:
    rows = "".join(
        f'<row r="{row}"{how}><c r="A{row}"><v>1</v></c></row>'
        for row, how in enumerate(
            (' hidden="1"', ' ht="0"', ' ht="0.75" customHeight="1"', ' ht="3"', ' hidden="false"', ' hidden="true"'), 1
        )
    )
    columns = '<cols><col min="1" max="2" width="0"/><col min="3" max="3" width="9" hidden="1"/><col min="4" max="4" width="1"/></cols>'
    for way in (cells_of, parsed):
        found = read(sheet(rows, columns), way)
        assert isinstance(found, Found)
        assert found.hidden_rows == {1, 2, 3, 6}
        assert found.hidden_columns == [range(1, 3), range(3, 4)]


WRONG = {
    "a cell twice": '<row r="1"><c r="A1"/><c r="A1"><v>1</v></c></row>',
    "a row twice": '<row r="1"/><row r="1"><c r="A1"><v>1</v></c></row>',
    "a cell of another row": '<row r="1"><c r="A2"><v>1</v></c></row>',
    "a cell outside of rows": '<c r="A1"><v>1</v></c>',
    "a column too far": '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    "a row too far": '<row r="1048577"/>',
    "a row in a row": '<row r="1"><row r="2"><c r="A2"><v>1</v></c></row></row>',
    "an attribute twice": '<row r="1"><c r="A1" s="0" s="1"><v>1</v></c></row>',
    "an attribute without quotes": '<row r="1"><c r="A1" s=0><v>1</v></c></row>',
    "attributes run together": '<row r="1"><c r="A1"s="0"><v>1</v></c></row>',
    "a place twice": '<row r="1"><c r="A1" r="B1"><v>1</v></c></row>',
    "another element's name": '<row r="1"><col r="A1"><v>1</v></col></row>',
    "an unknown reference": '<row r="1"><c r="A1" t="str"><v>&unknown;</v></c></row>',
    "the end of a CDATA": '<row r="1"><c r="A1" t="str"><v>]]></v></c></row>',
    "a control character": '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
    "no such type": '<row r="1"><c r="A1" t="z"><v>1</v></c></row>',
    "an end too many": '<row r="1"><c r="A1"><v>1</v></c></row></row>',
    "an end too few": '<row r="1"><c r="A1"><v>1</v></c>',
    "text that is not UTF-8": '<row r="1"><c r="A1" t="str"><v>\udcff</v></c></row>',
}  # fmt: skip


@pytest.mark.parametrize("name", list(WRONG))
def test_what_does_not_hold_together_is_refused_either_way(name: str) -> None:
    part = f'<worksheet xmlns="{MAIN}"><sheetData>{WRONG[name]}</sheetData></worksheet>'.encode("utf-8", "surrogateescape")
    refused = read(part, cells_of)
    assert isinstance(refused, str), refused
    assert refused == read(part, parsed)


def test_a_table_of_cells_elsewhere_or_of_another_namespace_is_none() -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    for part in (
        sheet(row, after=f"<sheetData>{row}</sheetData>"),
        sheet(row, before=f"<extLst><ext><sheetData>{row}</sheetData></ext></extLst>"),
        sheet(row).replace(MAIN.encode(), b"urn:other"),
        f'<other xmlns="{MAIN}"><sheetData>{row}</sheetData></other>'.encode(),
        f'<worksheet xmlns="{MAIN}"><!-- <sheetData>{row}</sheetData> --></worksheet>'.encode(),
    ):
        assert read(part, cells_of) == read(part, parsed)
        assert read(part, cells_of) in ("E104", "E114")


def test_whatever_is_changed_in_a_part_is_read_alike_or_refused_alike(tmp_path: Path) -> None:
    part = parts_of(sound().save(tmp_path / "q2.xlsx").read_bytes())[part_name(COMMERCE)]
    for number in range(400):
        changed = mutated(part, random.Random(number), 2)
        assert read(changed, cells_of) == read(changed, parsed), number


# ---------------------------------------------------------------- strings and styles


def test_strings_are_read_with_their_runs_and_without_their_phonetics() -> None:
    part = (
        f'<sst xmlns="{MAIN}"><si><t>甲</t></si><si><r><rPr><sz val="11"/></rPr><t xml:space="preserve">乙 </t></r><r><t>&lt;丙</t></r></si><si><t/></si>'
        "{}</sst>"
    )
    assert strings_of(part.format("").encode()) == ("甲", "乙 <丙", "")
    assert strings_of(part.format("<si/><si><t>丁</t><rPh><t>x</t></rPh></si>").encode()) == ("甲", "乙 <丙", "", "", "丁")


@pytest.mark.parametrize("wrong", ["<si><t>a</t>", "<si><r><t>a</t></si></r>", "<si><t>a</si></t>"])
def test_strings_that_do_not_hold_together_are_refused(wrong: str) -> None:
    with pytest.raises(UnreadableError):
        strings_of(f'<sst xmlns="{MAIN}"><si><t>a</t></si>{wrong}</sst>'.encode())


@pytest.mark.parametrize(
    ("letters", "behind", "unseen"),
    [
        ('rgb="FFFFFFFF"', "", True),
        ('theme="0"', "", True),
        ('indexed="9"', "", True),
        ('rgb="FFFFFFFF"', 'rgb="FFFFFBE6"', True),  # white on light yellow
        ('rgb="FFFFFFFF"', 'rgb="FF1F4E79"', False),  # white on dark blue, as headers are
        ('rgb="FFD9D9D9"', "", False),  # light grey is read with some pains
        ('rgb="FF000000"', 'rgb="FF000000"', True),  # blacked out
        ("", 'theme="1"', True),
        ('theme="4"', 'theme="4"', True),
        ('theme="4"', 'theme="4" tint="0.8"', False),
        ('theme="0" tint="-0.5"', "", False),
        ('auto="1"', "", False),
        ("", "", False),
    ],
)
def test_letters_of_the_colour_behind_them_are_unseen(letters: str, behind: str, unseen: bool) -> None:
    font = f"<font><color {letters}/></font>" if letters else "<font/>"
    pattern = f'<patternFill patternType="solid"><fgColor {behind}/><bgColor indexed="64"/></patternFill>'
    fill = f"<fill>{pattern if behind else '<patternFill/>'}</fill>"
    part = f'<styleSheet xmlns="{MAIN}"><fonts>{font}</fonts><fills>{fill}</fills><cellXfs><xf fontId="0" fillId="0"/></cellXfs></styleSheet>'
    assert styles_of(part.encode()) == (Style(unseen=unseen),)


def test_styles_are_told_by_format_and_font() -> None:
    formats = (
        '<numFmt numFmtId="164" formatCode="0.00&quot;亿元&quot;"/><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m"/>'
    )
    fonts = '<font/><font><strike/></font><font><strike val="0"/></font>'
    cells = [(0, 0), (164, 0), (165, 1), (14, 2), (46, 0), (9, 0), (4, 0), (31, 0)]
    styles = "".join(f'<xf numFmtId="{code}" fontId="{font}"/>' for code, font in cells)
    part = (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts>{fonts}</fonts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f"<cellXfs>{styles}</cellXfs></styleSheet>"
    )
    assert styles_of(part.encode()) == (
        Style(), Style("number", '0.00"亿元"'), Style("date", None, struck=True), Style("date"), Style("elapsed"), Style("number", "0%"), Style(), Style("date"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "code", ["General", "0.00", "#,##0.00", "0_ ", "#,##0.00;[Red]-#,##0.00", "_ * #,##0.00_ ;_ * -#,##0.00_ ", "0.00E+00", "@"]
)
def test_a_plain_format_says_nothing_more_than_the_number(code: str) -> None:
    written = code.replace('"', "&quot;")
    part = f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="{written}"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>'
    assert styles_of(part.encode()) == (Style(),)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("yyyy-mm-dd", "date"), ("[h]:mm", "elapsed"), ('0.0"dm"', "number"), ("[Red]0.0", "number"), ("mmm d", "date")],
)
def test_a_format_of_dates_is_told_from_one_of_numbers(code: str, kind: str) -> None:
    assert kind_of(code) == kind
