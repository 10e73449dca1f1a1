"""Files as they arrive: what is no workbook is refused with the reason and the remedy, and nothing is lost in reading."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from chainscore.intake.limits import MIB, Limits
from chainscore.intake.package import UnreadableError
from chainscore.intake.values import CellError, Uncalculated
from chainscore.intake.workbook import read_workbook
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.appraisal import appraise
from chainscore.words.findings import Finding
from tests.support.facts import quarter, write_plainly
from tests.support.filling import EXAMPLES
from tests.support.packages import package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sound() -> bytes:
    buffer = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"  # type: ignore[index]
    workbook.save(buffer)
    return buffer.getvalue()


def replaced(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one part changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return package({n: change(archive.read(n)) if n == name else archive.read(n) for n in archive.namelist()})


def refusal(path: Path) -> tuple[str, str]:
    """(code, English kind or reason) of a file that is refused."""
    with pytest.raises(UnreadableError) as caught:
        read_workbook(path)
    values = caught.value.values
    return caught.value.code, str(
        values.get("kind_en") or values.get("what_en") or values.get("reason_en") or values.get("reason") or ""
    )


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "E103", "an empty file"),
        (b"\0" * 100, "E103", "an empty file"),
        ("产业链,项目\n".encode(), "E103", "a text file (such as .csv)"),
        ("产业链,项目\n".encode("gbk"), "E103", "a text file (such as .csv)"),
        (b"\xef\xbb\xbf<html><body><table>", "E103", "a web page (HTML)"),
        (b"<?xml version='1.0'?><workbook/>", "E103", "an XML file"),
        (b"%PDF-1.7", "E103", "a PDF file"),
        (b"\x89PNG\0\0", "E103", "some other kind of file"),
        (OLE + b"\0" * 600, "E103", "an old workbook (.xls or .et)"),
        (OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "E105", ""),
        (package({"word/document.xml": "", "[Content_Types].xml": ""}), "E103", "a Word document"),
        (package({"ppt/presentation.xml": ""}), "E103", "a presentation"),
        (package({"content.xml": "", "mimetype": ""}), "E103", "an OpenDocument file (.ods)"),
        (package({"xl/workbook.bin": ""}), "E103", "a binary workbook (.xlsb)"),
        (package({"holiday.jpg": ""}), "E103", "a plain archive"),
        (package({"[Content_Types].xml": ""}), "E104", None),
        (sound()[:700], "E104", None),
        (b"PK", "E104", None),
        (package({f"part{n}": "" for n in range(2001)}), "E106", "its number of parts"),
        (package({"xl/worksheets/sheet1.xml": bytes(65 * 1024 * 1024)}), "E106", "the size of a part"),
        (package({f"{n}": bytes(50 * 1024 * 1024) for n in range(3)}), "E106", "its unpacked size"),
        (replaced(sound(), "xl/worksheets/sheet1.xml", lambda part: part[: len(part) // 2]), "E104", None),
        (replaced(sound(), "xl/worksheets/sheet1.xml", lambda _: b"<f "), "E104", None),
    ],
    ids=lambda value: str(value or "") if not isinstance(value, bytes) else "bytes",  # which hold the time of day
)  # fmt: skip
def test_what_is_no_sound_workbook_is_refused_as_what_it_is(
    content: bytes, code: str, said: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "arrived.xlsx"
    path.write_bytes(content)
    found, kind = refusal(path)
    assert found == code
    assert said is None or kind == said


def test_an_entry_with_a_bad_checksum_is_damage(tmp_path: Path) -> None:
    content = bytearray(sound())
    name = b"xl/worksheets/sheet1.xml"
    at = content.index(name) + len(name) + 5
    content[at] ^= 0xFF
    (tmp_path / "bad.xlsx").write_bytes(content)
    assert refusal(tmp_path / "bad.xlsx")[0] == "E104"


def test_damage_is_told_in_one_language_and_with_its_sheet(tmp_path: Path) -> None:
    for name, content in {"cut": sound()[:700], "twice": replaced(sound(), "xl/worksheets/sheet1.xml", _row_twice)}.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        with pytest.raises(UnreadableError) as caught:
            read_workbook(path)
        said = Finding(caught.value.code, path.name, values=caught.value.values).message("zh")
        assert said.isascii() is False
        assert not re.search(r"[a-z]{3}", said.replace("Sheet", ""))


def _row_twice(part: bytes) -> bytes:
    return part.replace(b"</sheetData>", b'<row r="1"/></sheetData>')


def test_an_encrypted_entry_is_a_password(tmp_path: Path) -> None:
    content = bytearray(sound())
    for at in range(len(content) - 4):
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 8] |= 1
        elif content[at : at + 4] == b"PK\x03\x04":
            content[at + 6] |= 1
    (tmp_path / "secret.xlsx").write_bytes(content)
    assert refusal(tmp_path / "secret.xlsx")[0] == "E105"


def test_a_file_that_is_not_there_a_folder_a_lock_file_and_a_giant_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.xlsx")[0] == "E101"
    assert refusal(tmp_path)[0] == "E102"
    for name in ("~$q2-2023.xlsx", ".~lock.q2-2023.xlsx#"):
        (tmp_path / name).write_bytes(b"lock")
        assert refusal(tmp_path / name)[0] == "E107"
    with (tmp_path / "giant.xlsx").open("wb") as file:
        file.truncate(Limits().file * MIB + 1)
    assert refusal(tmp_path / "giant.xlsx") == ("E106", "its size")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "closed.xlsx"
    path.write_bytes(sound())

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refusal(path) == ("E102", "Permission denied")


def test_a_folder_without_workbooks_is_a_finding(tmp_path: Path, book: Rulebook) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "~$q2-2023.xlsx").write_bytes(b"lock")
    result = appraise([tmp_path], book)
    assert [finding.code for finding in result.findings] == ["E108"]
    assert result.unreadable


def test_every_spreadsheet_in_a_folder_is_read_or_reported(tmp_path: Path, book: Rulebook) -> None:
    write_plainly(tmp_path / "sound.xlsx", quarter())
    (tmp_path / "old.xls").write_bytes(OLE)
    (tmp_path / "table.csv").write_text("a,b")
    (tmp_path / "folder.xlsx").mkdir()
    result = appraise([tmp_path], book)
    assert [(finding.code, finding.file) for finding in result.findings] == [("E103", "old.xls"), ("E103", "table.csv")]


def test_a_workbook_without_any_department_sheet_is_refused(tmp_path: Path, book: Rulebook) -> None:
    (tmp_path / "other.xlsx").write_bytes(sound())
    result = appraise([tmp_path / "other.xlsx"], book)
    assert [finding.code for finding in result.findings] == ["E110"]
    assert result.blocked
    assert result.scorecard is None


def strange() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page["A1"], page["B1"], page["C1"], page["D2"] = "=1+1", "#N/A", "kept", 0.1
    page["B1"].data_type = "e"
    page.row_dimensions[2].hidden = True
    page.merge_cells("A3:B5")
    page["A3"] = "merged"
    workbook.create_sheet("hidden").sheet_state = "hidden"
    workbook["hidden"]["A1"] = "read as well"
    return workbook


def test_formulas_errors_and_hidden_rows_are_seen(tmp_path: Path) -> None:
    strange().save(tmp_path / "strange.xlsx")
    first, second = read_workbook(tmp_path / "strange.xlsx").worksheets
    assert first.rows == {1: {1: Uncalculated(), 2: CellError("#N/A"), 3: "kept"}, 2: {4: 0.1}, 3: {1: "merged"}}
    assert first.formulas == {(1, 1): "1+1"}
    assert first.hidden_rows == {2}
    assert first.merges == ((3, 1, 5, 2),)
    assert (second.hidden, second.rows) == (True, {1: {1: "read as well"}})


def test_a_cell_in_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active["A1"], workbook.active["XFD1048576"] = "near", "far"
    workbook.save(tmp_path / "corners.xlsx")
    (only,) = read_workbook(tmp_path / "corners.xlsx").worksheets
    assert only.rows == {1: {1: "near"}, 1048576: {16384: "far"}}


def test_a_merge_over_whole_columns_is_refused_before_it_costs_minutes(tmp_path: Path) -> None:
    def merge(part: bytes) -> bytes:
        return part.replace(b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1048576"/></mergeCells>')

    (tmp_path / "merged.xlsx").write_bytes(replaced(sound(), "xl/worksheets/sheet1.xml", merge))
    assert refusal(tmp_path / "merged.xlsx") == ("E106", "its merged or linked cells")


def test_an_utf_16_part_is_read(tmp_path: Path) -> None:
    def recode(part: bytes) -> bytes:
        return part.decode("utf-8").replace("UTF-8", "UTF-16").encode("utf-16")

    (tmp_path / "utf16.xlsx").write_bytes(replaced(sound(), "xl/worksheets/sheet1.xml", recode))
    (only,) = read_workbook(tmp_path / "utf16.xlsx").worksheets
    assert only.rows == {1: {1: "x"}}


def test_the_1904_date_system_is_noticed(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.save(tmp_path / "mac.xlsx")
    assert read_workbook(tmp_path / "mac.xlsx").epoch_1904
    (tmp_path / "windows.xlsx").write_bytes(sound())
    assert not read_workbook(tmp_path / "windows.xlsx").epoch_1904


def test_a_chart_sheet_is_no_worksheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("chart")
    workbook.save(tmp_path / "chart.xlsx")
    assert [worksheet.name for worksheet in read_workbook(tmp_path / "chart.xlsx").worksheets] == ["Sheet"]


def test_there_are_five_worked_examples() -> None:
    assert [path.stem for path in EXAMPLES] == [
        "boundaries-2023Q2-alternatives", "boundaries-2023Q2", "no-spread-2023Q4", "ordinary-2023Q1", "ordinary-2023Q2",
    ]  # fmt: skip
