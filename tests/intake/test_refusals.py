"""What is refused: each with the reason and the remedy, by every command, before it costs time or memory."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chainscore.intake.limits import MIB, LimitError, Limits, parse_limits
from chainscore.intake.package import UnreadableError
from chainscore.intake.workbook import read_workbook
from chainscore.scoring.appraisal import appraise
from tests.conftest import Run
from tests.support.disguises import formatted_to_the_last_row
from tests.support.forked import Forked, serving
from tests.support.packages import changed, package, part_name, parts_of
from tests.support.workbooks import BOOK, COMMERCE, FINANCE, Quarter, day, scores, seen, sound

SHEET = part_name(COMMERCE)
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 20}">' for n in range(1, 9))
AMPLIFIED = f'<!DOCTYPE w [<!ENTITY l0 "样例">{ENTITIES}]>'
Make = Callable[[bytes], bytes]


def with_part(name: str, part: bytes | str) -> Make:
    return lambda content: package({**parts_of(content), name: part})


def without_part(name: str) -> Make:
    return lambda content: package({n: part for n, part in parts_of(content).items() if n != name})


def in_part(name: str, old: str, new: str) -> Make:
    return lambda content: changed(content, {name: lambda part: part.replace(old.encode(), new.encode(), 1)})


def entity(name: str, encoding: str = "utf-8") -> Make:
    """A document type declaration with entities that grow, in one part."""

    def declared(part: bytes) -> bytes:
        text = part.decode().replace('encoding="UTF-8"', f'encoding="{encoding.upper()}"', 1)
        root = text.index("<", text.index("?>"))
        return (text[:root] + AMPLIFIED + text[root:]).encode(encoding)

    return lambda content: changed(content, {name: declared})


def as_archive(compression: int = zipfile.ZIP_DEFLATED, **more: bytes) -> Make:
    def archive(content: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", compression) as target:
            for name, part in parts_of(content).items():
                target.writestr(name, part)
            for name, part in more.items():
                target.writestr(name.replace("_", "/"), part)
        return buffer.getvalue()

    return archive


def stored(make: Make) -> Make:
    """The same without compression, whose ratio would be remarked first."""
    return lambda content: as_archive(zipfile.ZIP_STORED)(make(content))


def with_remark(content: bytes) -> bytes:
    """A figure beside the ledger, which is said and does no harm."""
    return changed(content, {SHEET: lambda part: re.sub(rb'(<row r="17".*?)</row>', rb'\1<c r="K17"><v>1</v></c></row>', part)})


def twice(name: str, as_name: str) -> Make:
    def doubled(content: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for each, part in parts_of(content).items():
                target.writestr(each, part)
                if each == name:
                    target.writestr(as_name, part.replace(b"<v>2.5</v>", b"<v>9.5</v>"))
        return buffer.getvalue()

    return doubled


def backslashes(content: bytes) -> bytes:
    for name in parts_of(content):
        content = content.replace(name.encode(), name.replace("/", "\\").encode())
    return content


def nameless(content: bytes) -> bytes:
    """A part whose name is empty: the one letter it had is something extra."""
    made = bytearray(with_part("a", b"")(content))
    for mark, length in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = made.rindex(mark)
        made[at + length : at + length + 4] = struct.pack("<2H", 0, 1)
    return bytes(made)


def liar(content: bytes) -> bytes:
    """A part that says it takes 100 bytes, and takes 200 MiB."""
    made = with_part("xl/media/image1.png", bytes(200 * MIB))(content)
    said = struct.pack("<I", 200 * MIB)
    assert made.count(said) == 2  # in its own header and in the directory
    return made.replace(said, struct.pack("<I", 100))


TOKEN = "样" * (2 * MIB // 3)

CELLS = "".join(
    f"<row>{''.join(f'<c><v>{number * each % 997}</v></c>' for each in range(100))}</row>" for number in range(20_001)
)
TAGS = "".join(f"{'<a/>' * 99}<a b='{number * 7919 % 100_000}'/>" for number in range(101_001))
"""Not so alike that their ratio would be remarked first."""

REFUSED: dict[str, tuple[Make, str, str]] = {
    "DTD in a sheet": (entity(SHEET), "E114", "a document type or entity declaration"),
    "DTD in the shared strings": (entity("xl/sharedStrings.xml"), "E114", "a document type or entity declaration"),
    "DTD in the workbook": (entity("xl/workbook.xml"), "E114", "a document type or entity declaration"),
    "DTD in relations": (entity("xl/_rels/workbook.xml.rels"), "E114", "a document type or entity declaration"),
    "DTD in UTF-16": (entity(SHEET, "utf-16"), "E114", "a document type or entity declaration"),
    "DTD in a part nobody reads": (entity("docProps/app.xml"), "E114", "a document type or entity declaration"),
    "a giant token": (stored(in_part(SHEET, "<sheetData>", f'<sheetData x="{TOKEN}">')), "E114", "a giant XML token"),
    "a giant text": (stored(in_part(SHEET, "<v>2.5</v>", f"<v>{TOKEN}</v>")), "E114", "a giant XML token"),
    "another encoding": (in_part(SHEET, 'encoding="UTF-8"', 'encoding="GBK"'), "E114", f"the encoding of the part {SHEET}"),
    "a part twice": (twice(SHEET, SHEET), "E114", f"the part {SHEET} twice"),
    "a part twice but for case": (twice(SHEET, SHEET.upper()), "E114", f"the part {SHEET} twice"),
    "backslashes": (backslashes, "E114", "a part's name with a backslash"),
    "a part without a name": (nameless, "E104", "a part without a name"),
    "bzip2": (as_archive(zipfile.ZIP_BZIP2), "E114", "an unusual method of compression"),
    "lzma": (as_archive(zipfile.ZIP_LZMA), "E114", "an unusual method of compression"),
    "a bomb": (with_part("xl/media/image1.png", bytes(60 * MIB)), "E106", "the ratio at which a part is packed"),
    "a part that lies": (liar, "E104", ""),
    "60,000 entries": (as_archive(zipfile.ZIP_STORED, **{f"e{n}": b"" for n in range(60_000)}), "E106", "its number of parts"),
    "no shared strings": (without_part("xl/sharedStrings.xml"), "E104", "the part xl/sharedStrings.xml is missing"),
    "no styles": (without_part("xl/styles.xml"), "E104", "the part xl/styles.xml is missing"),
    "no sheet": (without_part(SHEET), "E104", f"the part {SHEET} is missing"),
    "no workbook": (without_part("xl/workbook.xml"), "E104", "the part xl/workbook.xml is missing"),
    "no relations": (without_part("xl/_rels/workbook.xml.rels"), "E104", "the part xl/_rels/workbook.xml.rels is missing"),
    "a sheet without relation": (in_part("xl/_rels/workbook.xml.rels", 'Id="rId4"', 'Id="rId99"'), "E104", "市商务局: no part"),
    "a relation outside": (
        in_part("xl/_rels/workbook.xml.rels", "worksheets/sheet4.xml", "../../../../etc/passwd"),
        "E104",
        "the part etc/passwd is missing",
    ),
    "merged columns": (
        in_part(SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:B1048576"/></mergeCells>'),
        "E106",
        "its merged or linked cells",
    ),
    "linked columns": (
        in_part(SHEET, "</sheetData>", '</sheetData><hyperlinks><hyperlink ref="A:B" location="x"/></hyperlinks>'),
        "E106",
        "its merged or linked cells",
    ),
    "many merges": (
        in_part(SHEET, "</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A1:J99999"/>' * 2 + "</mergeCells>"),
        "E106",
        "its merged or linked cells",
    ),
    "too many cells": (in_part(SHEET, "</sheetData>", f"{CELLS}</sheetData>"), "E106", "its number of cells"),
    "too many tags": (in_part(SHEET, "</sheetData>", f"{TAGS}<a hidden=''/></sheetData>"), "E106", "its number of cells"),
}  # fmt: skip


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sound().save(tmp_path_factory.mktemp("sound") / "q2.xlsx").read_bytes()


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forked]:
    with serving(tmp_path_factory.mktemp("forked")) as server:
        yield server


@pytest.mark.parametrize("name", list(REFUSED))
def test_it_is_refused_with_the_reason_in_seconds_and_bounded_memory(
    name: str, content: bytes, forked: Forked, tmp_path: Path
) -> None:
    make, code, said = REFUSED[name]
    made = make(content)
    path = tmp_path / "arrived.xlsx"
    path.write_bytes(made)
    with pytest.raises(UnreadableError) as caught:
        read_workbook(path)
    values = caught.value.values
    assert caught.value.code == code
    assert said in (values.get("what_en"), values.get("reason_en"), "")
    ended = forked("check", path)
    assert ended.code == 2
    assert ended.decent
    assert len(ended.out.splitlines()) == 2  # the finding, and how many there are
    assert path.read_bytes() == made


def test_cells_that_hold_nothing_do_not_count(content: bytes, tmp_path: Path) -> None:
    blank = f"<row>{'<c><v></v></c>' * 100}</row>" * 30  # 3,000 cells without a value, written so that expat reads the part
    path = tmp_path / "blank.xlsx"
    path.write_bytes(in_part(SHEET, "</sheetData>", f"{blank}</sheetData>")(content))
    assert read_workbook(path, Limits(cells=2_500)).worksheets
    full = tmp_path / "full.xlsx"
    full.write_bytes(in_part(SHEET, "</sheetData>", f"{blank.replace('<v>', '<v>1')}</sheetData>")(content))
    with pytest.raises(UnreadableError):
        read_workbook(full, Limits(cells=2_500))


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "IT"], ["check", "IT", "--annotate", "back"], ["score", "IT"], ["score", "IT", "--draft"], ["explain", "IT", "building"],
        ["diff", "IT", "sound.xlsx"], ["diff", "sound.xlsx", "IT"], ["trend", "sound.xlsx", "IT"],
        ["template", "--from", "IT"], ["template", "--last-year", "IT"],
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("as_json", [False, True])
def test_every_command_refuses_it_with_exit_code_2(
    arguments: list[str], as_json: bool, content: bytes, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "sound.xlsx").write_bytes(content)
    for name in ("DTD in a sheet", "a part that lies", "merged columns"):
        (tmp_path / "arrived.xlsx").write_bytes(REFUSED[name][0](content))
        before = {path.name for path in tmp_path.iterdir()} - {"back"}
        outcome = run(*["arrived.xlsx" if a == "IT" else a for a in arguments], *(["--json"] if as_json else []))
        assert outcome.code == 2
        told = outcome.out + outcome.err
        assert REFUSED[name][1] in told
        assert "Traceback" not in told
        assert {path.name for path in tmp_path.iterdir()} - {"back"} == before


# ---------------------------------------------------------------- not refused


def test_a_cell_in_each_far_corner_is_read(content: bytes, forked: Forked, tmp_path: Path) -> None:
    far = in_part(SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>')(content)
    (tmp_path / "q2.xlsx").write_bytes(far)
    worksheet = next(sheet for sheet in read_workbook(tmp_path / "q2.xlsx").worksheets if sheet.name == COMMERCE)
    assert worksheet.rows[1_048_576] == {16_384: "x"}
    assert forked("check", tmp_path / "q2.xlsx").code == 0


FAR = 'r="XFD1048576"'


@pytest.mark.parametrize(
    "cell",
    [
        f'<c {FAR}/>', f'<c {FAR}><v/></c>', f'<c {FAR} t="s"><v/></c>', f'<c {FAR} t="str"><v></v></c>',
        f'<c {FAR} t="str"><f>""</f><v></v></c>', f'<c {FAR} t="inlineStr"><is><t></t></is></c>',
        f'<c {FAR} t="inlineStr"><is/></c>', f'<c {FAR} t="inlineStr"><is><rPh><t>x</t></rPh></is></c>',
        f'<c {FAR} t="d"><v></v></c>', '<c r="XFC1048576"/><c t="str"><v></v></c>', "<c r='XFD1048576' t='str'><v></v></c>",
        f'<!-- <c {FAR} t="str"><v></v></c> -->',
    ],
)  # fmt: skip
def test_an_empty_text_in_the_far_corner_costs_nothing(cell: str, content: bytes, forked: Forked, tmp_path: Path) -> None:
    far = in_part(SHEET, "</sheetData>", f'<row r="1048576">{cell}</row></sheetData>')(content)
    (tmp_path / "q2.xlsx").write_bytes(far)
    ended = forked("check", tmp_path / "q2.xlsx")
    assert (ended.code, ended.decent) == (0, True), ended.err


def test_a_cell_with_a_prefix_of_its_own_is_read_wherever_it_lies(content: bytes, forked: Forked, tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = f'<row r="1048576"><x:c xmlns:x="{main}" {FAR}><x:v>7</x:v></x:c></row>'
    (tmp_path / "q2.xlsx").write_bytes(in_part(SHEET, "</sheetData>", f"{cell}</sheetData>")(content))
    ended = forked("check", tmp_path / "q2.xlsx")
    assert (ended.code, ended.decent) == (0, True), ended.err
    assert "市商务局!XFD1048576: N620" in ended.out


def test_a_workbook_formatted_to_the_last_row_is_sent_back_in_seconds(content: bytes, forked: Forked, tmp_path: Path) -> None:
    wrong = changed(with_remark(content), {SHEET: lambda part: part.replace(b"<v>2.5</v>", b"<v>-2.5</v>")})
    (tmp_path / "q2.xlsx").write_bytes(formatted_to_the_last_row(wrong))
    ended = forked("check", tmp_path / "q2.xlsx", "--annotate", tmp_path / "back")
    assert (ended.code, ended.decent) == (1, True)
    assert seen(appraise([tmp_path / "back" / "q2.xlsx"], BOOK)) == ["error E305 市商务局!D17", "notice N620 市商务局!K17"]


def test_a_part_that_is_packed_well_and_small_is_no_bomb(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "q2.xlsx").write_bytes(with_part("xl/media/image1.png", bytes(MIB - 1))(content))
    assert seen(appraise([tmp_path / "q2.xlsx"], BOOK)) == []


def long_ledger(rows: int) -> Quarter:
    quarter = sound()
    for row in range(19, 19 + rows):
        quarter[COMMERCE].put(row, ("文体旅游", f"样例项目{row}", None, 0.3, day(2, 1), day(3, 1), "否", "备注"))
    return quarter


def test_a_sound_ledger_of_100_000_rows_is_within_all_limits(content: bytes, tmp_path: Path) -> None:
    part = parts_of(content)[SHEET].decode()
    (row,) = re.findall(r'<row r="17".*?</row>', part)  # the same again and again is packed best
    rows = "".join(re.sub(r'r="([A-Z]*)17"', rf'r="\g<1>{number}"', row) for number in range(19, 100_019))
    path = tmp_path / "q2.xlsx"
    path.write_bytes(in_part(SHEET, "</sheetData>", f"{rows}</sheetData>")(content))
    worksheet = next(sheet for sheet in read_workbook(path).worksheets if sheet.name == COMMERCE)
    assert len(worksheet.rows) == 100_000 + 8  # title, guide, signature, declaration, ledger's title and header, two events
    with zipfile.ZipFile(path) as archive:
        assert max(entry.file_size / entry.compress_size for entry in archive.infolist()) < Limits().ratio / 2


def test_a_limit_is_raised_by_name(content: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "q2.xlsx").write_bytes(content)
    refused = run("check", "q2.xlsx", "--limit", "cells=100")
    assert refused.code == 2
    assert "E106" in refused.out
    assert "--limit cells=NUMBER" in refused.out
    assert run("check", "q2.xlsx", "--limit", "cells=1000").code == 0
    for command in (["score"], ["explain"], ["diff"], ["trend"], ["template", "--from"]):
        rest = {"explain": ["building"], "diff": ["q2.xlsx"]}.get(command[0], [])
        assert run(*command, "q2.xlsx", *rest, "--limit", "cells=100").code == 2, command


@pytest.mark.parametrize(
    "text", ["cells", "cells=", "cells=0", "cells=-1", "cells=1.5", "cells=１", "rows=5", "cells=9999999999", ""]
)
def test_a_limit_that_is_none_is_wrong_usage(text: str, run: Run) -> None:
    outcome = run("check", "q2.xlsx", "--limit", text)
    assert (outcome.code, outcome.out) == (2, "")
    assert "cells=2000000" in outcome.err
    with pytest.raises(LimitError):
        parse_limits([text])


def test_the_limits_are_those_that_are_promised() -> None:
    assert parse_limits([]) == Limits(
        file=20, unpacked=128, part=64, entries=2000, ratio=200, cells=2_000_000, merged=1_000_000
    )
    assert parse_limits(["cells=5000000", "part=100"]) == Limits(cells=5_000_000, part=100)


def test_macros_and_external_links_are_said_and_never_followed(content: bytes, tmp_path: Path) -> None:
    link = "<externalLink xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>"
    made = with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")(with_part("xl/externalLinks/externalLink1.xml", link)(content))
    (tmp_path / "q2.xlsm").write_bytes(made)
    result = appraise([tmp_path / "q2.xlsm"], BOOK)
    assert seen(result) == ["notice N621 q2.xlsm", "notice N622 q2.xlsm"]
    assert scores(result)


def test_a_pipe_and_a_device_are_refused_and_not_waited_for(tmp_path: Path, forked: Forked) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    for path in (tmp_path / "pipe.xlsx", Path("/dev/zero")):
        for command in (["check", path], ["score", path, "-o", tmp_path / "o.xlsx"], ["diff", path, path]):
            ended = forked(*command)
            assert (ended.code, ended.decent) == (2, True)
            assert "a pipe or a device" in ended.out + ended.err


def test_files_of_one_name_are_told_apart_without_the_path_to_them(tmp_path: Path) -> None:
    for folder in ("one/part", "two/part"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "q2.xlsx").write_bytes(b"no workbook")
    result = appraise([tmp_path / "one/part/q2.xlsx", tmp_path / "two/part/q2.xlsx"], BOOK)
    assert [finding.file for finding in result.findings] == ["one/part/q2.xlsx", "two/part/q2.xlsx"]


def test_a_name_that_no_file_can_have_is_refused(run: Run) -> None:
    outcome = run("check", "a\0b.xlsx")
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_a_hidden_ledger_in_formulas_of_thousands_of_rows_is_read_in_seconds(forked: Forked, tmp_path: Path) -> None:
    quarter = long_ledger(5000)
    quarter[FINANCE].hidden_rows = {17}
    quarter[COMMERCE].hidden_rows = {20}
    ended = forked("check", quarter.save(tmp_path / "q2.xlsx"))
    assert (ended.code, ended.decent) == (0, True)


@pytest.mark.parametrize(
    "command",
    [["check", "IT"], ["score", "IT"], ["diff", "IT", "IT"], ["trend", "IT", "q2.xlsx"], ["template", "--from", "IT"]],
)
def test_a_link_that_goes_round_and_a_name_too_long_are_refused_in_one_line(
    command: list[str], content: bytes, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "q2.xlsx").write_bytes(content)
    (tmp_path / "round.xlsx").symlink_to("round.xlsx")
    for name in ("round.xlsx", f"{'x' * 5000}.xlsx"):
        outcome = run(*[name if argument == "IT" else argument for argument in command])
        assert outcome.code == 2
        assert "internal error" not in outcome.out + outcome.err
        assert "E102" in outcome.out + outcome.err or "cannot be written" in outcome.err


def test_a_folder_that_may_not_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    result = appraise([tmp_path], BOOK)
    assert [(finding.code, finding.values["reason_en"]) for finding in result.findings] == [("E102", "Permission denied")]
    assert result.unreadable
