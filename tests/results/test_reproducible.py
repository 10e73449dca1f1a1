"""The same inputs give the same bytes on any day and machine, and nothing of the machine stands in them."""

from __future__ import annotations

import datetime
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from chainscore.results.packing import LARGEST_STORED, packed, repacked
from tests.conftest import REPOSITORY, SAMPLES, copy_samples
from tests.support.workbooks import COMMERCE, OFFICE, sound

COMMANDS = """
template --period 2023Q3 -o blank.xlsx
template --from in/q2-2023.xlsx -o next.xlsx
template --split parts --period 2023Q3
score in/q2-2023.xlsx -o results.xlsx
score in/q2-2023-with-mistakes.xlsx --draft -o draft.xlsx
score one/report.xlsx two/report.xlsx --draft -o twice.xlsx
diff in/q1-2023.xlsx in/q2-2023.xlsx -o diff.xlsx
trend in/q1-2023.xlsx in/q2-2023.xlsx -o trend.xlsx
check one/report.xlsx two/report.xlsx --annotate copies
"""
SCORED = """
import hashlib, pathlib, sys
from chainscore.scoring.appraisal import appraise
from chainscore.results.workbook import write_results
from chainscore.method.loading import load_rulebook

book = load_rulebook()
for name in sys.argv[1:]:
    results = write_results(appraise([pathlib.Path(name)], book, draft=True), book)
    print(name, hashlib.sha256(results).hexdigest())
"""
ELSEWHERE = """
import datetime, os, platform, socket, sys, time, zipfile, zlib
import pandas, msgspec, python_calamine  # compiled, and particular about the class of a date

seconds = float(os.environ["PRETENDED_TIME"])
moment = datetime.datetime

class AnyMoment(type):
    def __instancecheck__(cls, value):
        return isinstance(value, moment)

class Pretended(moment, metaclass=AnyMoment):
    @classmethod
    def now(cls, tz=None):
        return moment.fromtimestamp(seconds, tz)

    @classmethod
    def utcnow(cls):
        return cls.now()

datetime.datetime = Pretended
time.time = lambda: seconds
compressor = zlib.compressobj
zlib.compressobj = lambda level=-1, *more: compressor(int(os.environ["PRETENDED_LEVEL"]), *more)
entry = zipfile.ZipInfo.__init__

def made_on_another_system(self, *arguments, **named):
    entry(self, *arguments, **named)
    self.create_system = int(os.environ["PRETENDED_SYSTEM"])

zipfile.ZipInfo.__init__ = made_on_another_system
socket.gethostname = platform.node = lambda: "telltale-host"

from chainscore.commands.app import run

for line in sys.stdin:
    assert run(line.split()) in (0, 1), line
"""
"""A run on another day, another system and another zlib, by a user and on a host with names that would be noticed."""


def outputs(folder: Path, time: int, zone: str, seed: str, level: str, system: str) -> dict[str, bytes]:
    """What all commands write when they run in ``folder`` in the given surroundings."""
    copy_samples(folder / "in")
    for name, source in (("one", "q2-2023.xlsx"), ("two", "q2-2023-with-mistakes.xlsx")):
        (folder / name).mkdir()
        shutil.copy(folder / "in" / source, folder / name / "report.xlsx")
    surroundings = {
        "PRETENDED_TIME": str(time), "PRETENDED_LEVEL": level, "PRETENDED_SYSTEM": system, "TZ": zone, "PYTHONHASHSEED": seed,
        "USER": "telltale-user", "LOGNAME": "telltale-user", "USERNAME": "telltale-user", "HOSTNAME": "telltale-host",
        "COMPUTERNAME": "telltale-host", "HOME": str(folder), "LANG": "zh_CN.UTF-8", "PYTHONPATH": str(REPOSITORY),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], input=COMMANDS.strip(), env={**os.environ, **surroundings}, cwd=folder,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = [path for path in folder.rglob("*.xlsx") if path.parent.name not in ("in", "one", "two")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in written}


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    here, there = tmp_path_factory.mktemp("telltale-a"), tmp_path_factory.mktemp("telltale-b") / "telltale-c"
    there.mkdir()
    return [
        outputs(here, 1_690_000_000, "Asia/Shanghai", "1", "6", "3"),
        outputs(there, 2_200_000_000, "America/Los_Angeles", "2", "1", "0"),
    ]


def test_another_day_folder_user_system_zlib_and_hash_seed_give_the_same_bytes(everywhere: list[dict[str, bytes]]) -> None:
    here, there = everywhere
    assert {"blank.xlsx", "next.xlsx", "results.xlsx", "draft.xlsx", "twice.xlsx", "diff.xlsx", "trend.xlsx"} <= here.keys()
    assert sum(name.startswith("parts/") for name in here) > 6
    assert sorted(name for name in here if name.startswith("copies/")) == ["copies/one-report.xlsx", "copies/two-report.xlsx"]
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


def test_nothing_that_is_written_names_the_folder_the_user_or_the_host(
    everywhere: list[dict[str, bytes]], tmp_path: Path
) -> None:
    for name, content in everywhere[0].items():
        written = tmp_path / "written.xlsx"
        written.write_bytes(content)
        with zipfile.ZipFile(written) as package:
            for part in package.namelist():
                text = package.read(part).replace(b"\0", b"")
                assert b"telltale" not in text + part.encode(), (name, part)


def test_what_a_process_has_scored_before_leaves_no_trace(tmp_path: Path) -> None:
    """Much is worked out once for all workbooks of a process, and the same number is written in several ways."""
    for name, late, amount in (("numbers", 1, 2.5), ("texts", "1.0", "2.50"), ("more", "01", "2.500")):
        quarter = sound()
        quarter[OFFICE]["I8"] = quarter[OFFICE]["J9"] = late
        quarter[COMMERCE]["D17"] = amount
        quarter.save(tmp_path / f"{name}.xlsx")
    files = [*sorted(tmp_path.glob("*.xlsx")), *SAMPLES]

    def digests(order: list[Path]) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", SCORED, *map(str, order)], cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
        return sorted(done.stdout.splitlines())

    assert len(files) == 6
    assert digests(files) == digests(files[::-1])


def test_a_package_is_stored_and_of_one_date_and_system() -> None:
    package = packed([("b.xml", b"<b/>" * 100), ("a.xml", b"")])
    assert b"<b/>" * 100 in package
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        assert [(part.filename, part.date_time, part.create_system) for part in parts.infolist()] == [
            ("b.xml", (1980, 1, 1, 0, 0, 0), 3),
            ("a.xml", (1980, 1, 1, 0, 0, 0), 3),
        ]


def test_a_finished_package_is_packed_again_with_the_same_parts() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime.datetime(2022, 4, 7)})
        workbook.add_worksheet()
    with zipfile.ZipFile(io.BytesIO(repacked(buffer.getvalue()))) as ours, zipfile.ZipFile(buffer) as theirs:
        assert {part.compress_type for part in ours.infolist()} == {zipfile.ZIP_STORED}
        assert {part.compress_type for part in theirs.infolist()} == {zipfile.ZIP_DEFLATED}
        assert [(name, ours.read(name)) for name in ours.namelist()] == [
            (name, theirs.read(name)) for name in theirs.namelist()
        ]


def test_a_package_too_large_to_store_is_compressed() -> None:
    content = b"<row/>" * (LARGEST_STORED // 6)
    assert len(packed([("a.xml", content)])) > LARGEST_STORED - 6
    assert len(packed([("a.xml", content), ("b.xml", content)])) < LARGEST_STORED / 10
