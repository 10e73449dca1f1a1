"""Two workbooks held against each other: whatever differs is named at its cell, and nothing that only looks different."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chainscore.verify.alignment import Alignment, Side, align
from chainscore.verify.comparison import compare
from chainscore.verify.contents import read_contents
from chainscore.verify.formulas import Area, moved, parse
from chainscore.verify.markup import UnverifiableError
from chainscore.verify.styles import number_format
from tests.commands.test_outputs import libreoffice_is_there
from tests.support import office
from tests.support.office import XLSX, Office

EVIDENCE = "依据·市商务局"
NAMES = ["甲链", "乙链", "丙链"]
TOTAL = "=ROUND(SUMIFS('依据·市商务局'!$B$2:$B$13,'依据·市商务局'!$A$2:$A$13,$A3),最大)"
"""In row 3: 3 + 5 + 2.5 + 8 = 18.5."""
ROWS = [(name, amount) for amount in (3, 5, 2.5, 8) for name in NAMES]


@dataclass
class Written:
    """A workbook that is being written."""

    book: Any
    ranking: Any
    evidence: Any
    two: Any
    """The format of two decimals."""


def built(change: Callable[[Written], object] | None = None) -> bytes:
    """A small workbook with evidence, sums over it, ranks and a chart, changed before it is written."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        ranking, evidence, data = (book.add_worksheet(name) for name in ("排名", EVIDENCE, "数据"))
        white = book.add_format({"font_color": "#FFFFFF", "bg_color": "#1F4E79"})
        two = book.add_format({"num_format": "0.00_ "})
        ranking.write_row(0, 0, ["产业链", "合计", "名次", "说明"], white)
        for row, name in enumerate(NAMES, 2):
            total = sum(amount for chain, amount in ROWS if chain == name)
            ranking.write_string(f"A{row}", name)
            ranking.write_formula(f"B{row}", TOTAL.replace("$A3", f"$A{row}"), two, total)
            ranking.write_formula(f"C{row}", f"=RANK(B{row},$B$2:$B$4)", None, 1)
            ranking.write_formula(f"D{row}", f'=IF(B{row}>0,A{row}&"得分","")', None, f"{name}得分")
        ranking.merge_range("A6:D6", "说明：满分20分")
        ranking.set_footer("&L&9 2023年第二季度&R&P/&N")
        ranking.conditional_format("B2:B4", {"type": "top", "value": 1, "format": book.add_format({"bg_color": "#C6EFCE"})})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": "合计", "categories": "=排名!$A$2:$A$4", "values": "=排名!$B$2:$B$4"})
        ranking.insert_chart("F2", chart)
        evidence.write_row(0, 0, ["产业链", "金额", "日期", "来源"])
        for row, (name, amount) in enumerate(ROWS, 2):
            evidence.write_string(f"A{row}", name)
            evidence.write_number(f"B{row}", amount)
            day = datetime.date(2023, 4, row)
            evidence.write_datetime(f"C{row}", day, book.add_format({"num_format": "yyyy-mm-dd"}))
            evidence.write_url(f"D{row}", f"external:q2.xlsx#'市商务局'!B{row + 10}", string=f"B{row + 10}")
        evidence.write_url("F1", "internal:'排名'!A3", string="返回")
        evidence.set_row(13, None, None, {"hidden": True})
        data.write_row(0, 0, ["规则", 2])
        data.hide()
        book.define_name("最大", "=数据!$B$1")
        if change is not None:
            change(Written(book, ranking, evidence, two))
    return buffer.getvalue()


BASE = built()


def found(package: bytes) -> list[tuple[str, str | None, str | None]]:
    """(code, sheet, cell) of each difference from the base."""
    return [(each.code, each.sheet, each.cell) for each in compare(read_contents(BASE), read_contents(package), "r.xlsx")]


def test_a_workbook_is_the_same_as_itself() -> None:
    assert found(BASE) == []


CHANGES: list[tuple[str, Callable[[Written], object], list[tuple[str, str | None, str | None]]]] = [
    ("a number", lambda w: w.evidence.write_number("B4", 99), [("E717", EVIDENCE, "B4")]),
    ("a number in the tenth digit", lambda w: w.evidence.write_number("B4", 2 + 1e-8), [("E717", EVIDENCE, "B4")]),
    ("no more than a double's noise", lambda w: w.evidence.write_number("B4", 3 + 1e-15), []),
    ("a number as text", lambda w: w.evidence.write_string("B4", "3"), [("E717", EVIDENCE, "B4")]),
    ("a text", lambda w: w.ranking.write_string("A6", "说明：满分30分"), [("E717", "排名", "A6")]),
    ("a blank", lambda w: w.evidence.write_blank("A4", None, w.book.add_format({"bold": True})), [("E717", EVIDENCE, "A4")]),
    ("something beside", lambda w: w.evidence.write_string("H4", "不计"), [("E717", EVIDENCE, "H4")]),
    ("a formula overwritten", lambda w: w.ranking.write_number("B3", 18.5), [("E718", "排名", "B3")]),
    ("another formula of the same result", lambda w: w.ranking.write_formula("C3", "=1", None, 1), [("E719", "排名", "C3")]),
    ("a range cut short", lambda w: w.ranking.write_formula("C3", "=RANK(B3,$B$2:$B$3)", None, 1), [("E719", "排名", "C3")]),
    ("a formula for a number", lambda w: w.evidence.write_formula("B4", "=1+2", None, 3), [("E719", EVIDENCE, "B4")]),
    ("a saved result", lambda w: w.ranking.write_formula("C3", "=RANK(B3,$B$2:$B$4)", None, 2), [("E724", "排名", "C3")]),
    ("a saved result a hair below", lambda w: w.ranking.write_formula("B3", TOTAL, w.two, 18.49999999999), [("E724", "排名", "B3")]),
    ("a saved result a hair above", lambda w: w.ranking.write_formula("B3", TOTAL, w.two, 18.50000000001), []),
    ("no saved result", lambda w: w.ranking.write_formula("D3", '=IF(B3>0,A3&"得分","")', None, ""), [("E726", "排名", "D3")]),
    ("a hidden row", lambda w: w.evidence.set_row(4, None, None, {"hidden": True}), [("E716", EVIDENCE, "5:5")]),
    ("a row of no height", lambda w: w.evidence.set_row(4, 0.5), [("E725", EVIDENCE, "5:5")]),
    ("a blank row hidden", lambda w: w.evidence.set_row(40, None, None, {"hidden": True}), [("E716", EVIDENCE, "41:41")]),
    ("a hidden column", lambda w: w.evidence.set_column("B:B", None, None, {"hidden": True}), [("E716", EVIDENCE, "B1")]),
    ("zeros not shown", lambda w: w.evidence.hide_zero(), [("E716", EVIDENCE, None)]),
    ("a hidden sheet", lambda w: w.evidence.hide(), [("E716", EVIDENCE, None)]),
    ("a sheet added", lambda w: w.book.add_worksheet("多余"), [("E712", "多余", None)]),
    ("a sheet of one chart added", lambda w: w.book.add_chartsheet("图").set_chart(chart_of(w.book, "$B$2:$B$4")), [("E712", "图", None)]),
    ("a note", lambda w: w.ranking.write_comment("B3", "改过"), [("E722", "排名", "B3")]),
    ("a footer", lambda w: w.ranking.set_footer("&L&9 2023年第三季度&R&P/&N"), [("E722", "排名", None)]),
    ("a footer in other letters", lambda w: w.ranking.set_footer('&L&"Arial,Bold"&12 2023年第二季度&R&P/&N'), [("E722", "排名", None)]),
    ("a link to another row", lambda w: w.evidence.write_url("D4", "external:q2.xlsx#'市商务局'!B15", string="B14"), [("E722", EVIDENCE, "D4")]),
    ("a link to a file of the same name elsewhere", lambda w: w.evidence.write_url("D4", "external:../x/q2.xlsx#'市商务局'!B14", string="B14"), []),
    ("a link within", lambda w: w.evidence.write_url("F1", "internal:'排名'!A4", string="返回"), [("E722", EVIDENCE, "F1")]),
    ("cells merged", lambda w: w.ranking.merge_range("C2:C3", ""), [("E721", "排名", "C2")]),
    ("a picture", lambda w: w.ranking.insert_textbox("B2", "满分"), [("E723", "排名", "B2")]),
    ("another chart", lambda w: w.ranking.insert_chart("F9", chart_of(w.book, "$B$2:$B$3")), [("E723", "排名", "F9")]),
    ("a name", lambda w: w.book.define_name("最小", "=数据!$B$2"), [("E722", None, None)]),
    ("a link to a file of the same name on the net", lambda w: w.evidence.write_url("D4", "http://x/q2.xlsx", string="B14"), [("E722", EVIDENCE, "D4")]),
    ("white letters", lambda w: numbered(w, {"font_color": "#FFFFFF"}), [("E720", EVIDENCE, "B4")]),
    ("letters as pale as their ground", lambda w: numbered(w, {"font_color": "#FFF8E1", "bg_color": "#FFFFFF"}), [("E720", EVIDENCE, "B4")]),
    ("letters of no size", lambda w: numbered(w, {"font_size": 1}), [("E720", EVIDENCE, "B4")]),
    ("a format that shows nothing", lambda w: numbered(w, {"num_format": ";;;"}), [("E720", EVIDENCE, "B4")]),
    ("a format that shows another number", lambda w: numbered(w, {"num_format": '"9"0'}), [("E720", EVIDENCE, "B4")]),
    ("a format that shows a thousandth", lambda w: numbered(w, {"num_format": "0,"}), [("E720", EVIDENCE, "B4")]),
    ("a format with more decimals", lambda w: numbered(w, {"num_format": "0.000"}), [("E720", EVIDENCE, "B4")]),
    ("other letters and colours", lambda w: numbered(w, {"font_color": "#C00000", "bg_color": "#FFFF00", "italic": True}), [("E720", EVIDENCE, "B4")]),
    ("text that is not shown", lambda w: w.evidence.write_string("A4", "丙链", w.book.add_format({"num_format": ";;;"})), [("E720", EVIDENCE, "A4")]),
    ("a conditional format that hides", lambda w: conditional(w, {"num_format": ";;;"}), [("E720", EVIDENCE, "B2")]),
    ("a conditional format in white", lambda w: conditional(w, {"font_color": "#FFFFFF"}), [("E720", EVIDENCE, "B2")]),
    ("a conditional format that only colours", lambda w: conditional(w, {"bg_color": "#FFC7CE"}), [("E720", EVIDENCE, "B2")]),
    ("bars instead of numbers", lambda w: w.evidence.conditional_format("B2:B9", {"type": "data_bar", "bar_only": True}), [("E720", EVIDENCE, "B2")]),
]  # fmt: skip


def chart_of(book: Any, values: str) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"name": "合计", "categories": "=排名!$A$2:$A$4", "values": f"=排名!{values}"})
    return chart


def numbered(written: Written, look: dict[str, Any]) -> None:
    written.evidence.write_number("B4", 3, written.book.add_format(look))


def conditional(written: Written, look: dict[str, Any]) -> None:
    rule = {"type": "cell", "criteria": ">", "value": 0, "format": written.book.add_format(look)}
    written.evidence.conditional_format("B2:B9", rule)


@pytest.mark.filterwarnings("ignore")  # XlsxWriter advises against merging over cells
@pytest.mark.parametrize(("change", "wanted"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_a_change_is_named_by_its_cell_and_nothing_else_is(
    change: Callable[[Written], object], wanted: list[tuple[str, str | None, str | None]]
) -> None:
    assert found(built(change)) == wanted


def replaced(part: str, pattern: str, replacement: str, base: bytes = BASE) -> bytes:
    """The base with a change in the XML of one part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as package, zipfile.ZipFile(buffer, "w") as changed:
        for name in package.namelist():
            content = package.read(name)
            if name == part:
                content, times = re.subn(pattern.encode(), replacement.encode(), content, flags=re.DOTALL)
                assert times
            changed.writestr(name, content)
    return buffer.getvalue()


RANKING = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "pattern", "replacement"),
    [
        (RANKING, "'依据·市商务局'!", "依据·市商务局!"),
        (RANKING, "ROUND\\(", "Round( "),
        (RANKING, "RANK\\(", "_xlfn.RANK.EQ("),
        (RANKING, "<f>RANK\\(B3,", "<f>RANK(排名!B3,"),
        (RANKING, '<c r="C3"><f>.*?</f>', '<c r="C3"><f t="shared" si="0"/>'),
        ("xl/charts/chart1.xml", r"排名!\$A\$2", "'排名'!$A$2"),
        ("xl/charts/chart1.xml", "<c:tx><c:v>合计</c:v></c:tx>", '<c:tx><c:strRef><c:f>"合计"</c:f><c:strCache><c:pt><c:v>合计</c:v></c:pt></c:strCache></c:strRef></c:tx>'),
    ],
)  # fmt: skip
def test_what_an_office_program_writes_in_another_way_is_the_same(part: str, pattern: str, replacement: str) -> None:
    package = replaced(part, pattern, replacement)
    if 'si="0"/>' in replacement:
        package = replaced(RANKING, "<f>RANK\\(B2,", '<f t="shared" ref="C2:C3" si="0">RANK(B2,', package)
    assert found(package) == []


@pytest.mark.parametrize(
    ("part", "pattern", "replacement"),
    [
        ("xl/workbook.xml", "<workbook", "<!DOCTYPE x><workbook"),
        ("xl/workbook.xml", "数据", "排名"),
        (RANKING, "<row", "<rowe"),
        (RANKING, '<c r="A2"', '<c r="?"'),
        (RANKING, '<c r="A2"', "<c"),
        ("xl/worksheets/sheet2.xml", ' r="4"', ""),
        ("xl/worksheets/sheet2.xml", r'<c r="C4" s="(\d+)"><v>\d+</v>', '<c r="C4" t="d"><v>2023-04-04</v>'),
        ("xl/workbook.xml", r"(<definedName name=.最大.>[^<]*</definedName>)", r"\1\1"),
        (RANKING, 't="s"><v>4<', 't="s"><v>400<'),
        ("_rels/.rels", "officeDocument/2006/relationships/officeDocument", "x"),
    ],
)
def test_a_workbook_that_contradicts_itself_is_unreadable(part: str, pattern: str, replacement: str) -> None:
    with pytest.raises(UnverifiableError):
        read_contents(replaced(part, pattern, replacement))


# ---------------------------------------------------------------- edited in LibreOffice

EDITS: list[tuple[list[Any], list[tuple[str, str | None, str | None]]]] = [
    (["save only", "排名", "", 0], []),
    (["delete row", EVIDENCE, "A5", 0], [("E714", EVIDENCE, "5:5"), ("E724", "排名", "B2")]),
    (["delete row", EVIDENCE, "A13", 0], [("E714", EVIDENCE, "13:13"), ("E724", "排名", "B4")]),
    (["delete row", EVIDENCE, "A2", 0], [("E714", EVIDENCE, "2:2"), ("E724", "排名", "B2")]),
    (["insert row", EVIDENCE, "A5", 0], [("E715", EVIDENCE, "5:5")]),
    (["delete column", EVIDENCE, "C1", 0], [("E714", EVIDENCE, "C1")]),
    (["insert column", EVIDENCE, "B1", 0], [("E715", EVIDENCE, "B1")]),
    (["value", EVIDENCE, "B5", 30], [("E717", EVIDENCE, "B5"), ("E724", "排名", "B2")]),
    (["value", "排名", "B2", 18.5], [("E718", "排名", "B2")]),
    (["formula", "排名", "B3", "=18.5"], [("E719", "排名", "B3")]),
    (["hide row", EVIDENCE, "A5", 0], [("E716", EVIDENCE, "5:5")]),
    (["hide column", EVIDENCE, "B1", 0], [("E716", EVIDENCE, "B1")]),
    (["hide sheet", EVIDENCE, "", 0], [("E716", EVIDENCE, None)]),
    (["remove sheet", "数据", "", 0], [("E711", "数据", None), *(("E724", "排名", f"{column}{row}") for row in (2, 3, 4) for column in "BD")]),
    (["rename sheet", EVIDENCE, "", "证据"], [("E713", "证据", None)]),
    (["number format", EVIDENCE, "B5", ";;;"], [("E720", EVIDENCE, "B5")]),
    (["colour", EVIDENCE, "B5", 0xFFFFFF], [("E720", EVIDENCE, "B5")]),
    (["merge", EVIDENCE, "A5:B5", 0], [("E721", EVIDENCE, "A5")]),
    (["note", EVIDENCE, "B5", "改过"], [("E722", EVIDENCE, "B5")]),
    (["remove chart", "排名", "", 0], [("E722", "排名", None)]),
    (["text box", "排名", "", "满分"], [("E723", "排名", "A1")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office.running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


@libreoffice_is_there
def test_what_is_done_to_a_workbook_in_libreoffice_is_named_once(libreoffice: Office, tmp_path: Path) -> None:
    source = tmp_path / "source.xlsx"
    source.write_bytes(BASE)
    steps = [
        {"open": str(source), "save": str(tmp_path / f"{number}.xlsx"), "filter": XLSX, "edits": [edit] if edit[0] != "save only" else []}
        for number, (edit, _) in enumerate(EDITS)
    ]  # fmt: skip
    libreoffice.work(steps)
    for number, (edit, wanted) in enumerate(EDITS):
        differences = found((tmp_path / f"{number}.xlsx").read_bytes())
        # Ranks and the chart follow from sums: which of them move is not what this is about.
        follow = {("E724", "排名", cell) for cell in ("C2", "C3", "C4", "F2")}
        assert [each for each in differences if each not in follow] == wanted, edit


# ---------------------------------------------------------------- parts


def test_formulas_are_taken_apart_as_office_programs_read_them() -> None:
    assert parse("=SUM('a b'!$A$1:B2, 1.50)+_xlfn.STDEV.S(C:C,2:3)", "s") == (
        "SUM", "(", Area("a b", 1, 1, 2, 2, False), ",", "1.5", ")", "+",
        "_XLFN.STDEV.S", "(", Area("s", 0, 3, 0, 3, False), ",", Area("s", 2, 0, 3, 0, False), ")",
    )  # fmt: skip
    assert parse('IF(TRUE(),"A1 ""x""",\'it\'\'s\'!A1)&LOG10(A1)', "s") == (
        "IF", "(", "TRUE", ",", '"A1 ""x"""', ",", Area("it's", 1, 1, 1, 1, True), ")", "&",
        "LOG10", "(", Area("s", 1, 1, 1, 1, True), ")",
    )  # fmt: skip
    assert parse("排名!#REF!+#REF!", "s") == ("#REF!", "+", "#REF!")
    assert moved(parse("A1+B2", "s"), lambda area: area if area.top == 1 else None) == (
        Area("s", 1, 1, 1, 1, True), "+", "#REF!",
    )  # fmt: skip


def test_lines_that_were_deleted_and_inserted_are_told() -> None:
    lines = {number: f"line {number}" for number in range(1, 11)}
    now = {
        1: "line 1",
        2: "line 2",
        3: "new",
        4: "line 3",
        5: "line 5",
        6: "line 6 changed",
        7: "line 7",
        8: "line 8",
        9: "line 9",
    }
    alignment = align(lines, now)
    assert (alignment.deleted, alignment.inserted) == ((4, 10), (3,))
    assert [alignment.new(number) for number in (0, 1, 3, 4, 6, 9, 10, 15)] == [0, 1, 4, None, 6, 9, None, 14]
    assert alignment.new(4, Side.START) == 5
    assert alignment.new(4, Side.END) == 4
    assert alignment.new(10, Side.START) is None
    assert Alignment({2: 1}, deleted=(1,)).new(1, Side.END) is None


@given(st.lists(st.integers(), max_size=30, unique=True), st.sets(st.integers(0, 29)))
def test_deleting_lines_is_never_taken_for_inserting(lines: list[int], gone: set[int]) -> None:
    old = dict(enumerate(lines, 1))
    new = dict(enumerate((line for number, line in enumerate(lines) if number not in gone), 1))
    alignment = align(old, new)
    assert not alignment.inserted
    assert len(alignment.deleted) == len(old) - len(new)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("yyyy-mm-dd", "yyyy\\-mm\\-dd", True),
        ('0.00"亿"', "0.00\\亿", True),
        ('"–"_ ', "\\–_ ", True),
        ("GENERAL", "General", True),
        ("0.00_ ", "0.00", False),
        ("0.00", "*90.00", False),
        ("0.00", "[White]0.00", False),
        ("General", '@"（作废）"', False),
        ("0.00", ";;;", False),
        ("0", "0,", False),
        ("yyyy-mm-dd", "mm-dd", False),
    ],
)
def test_number_formats_are_the_same_where_they_show_the_same_signs(one: str, other: str, same: bool) -> None:
    assert (number_format(one) == number_format(other)) is same
