"""A real LibreOffice for tests: started headless with a profile of its own, worked by ``uno_typist.py``, then stopped."""

from __future__ import annotations

import contextlib
import datetime
import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chainscore.method.rulebook import Rulebook
from tests.support.processes import end

TYPIST = Path(__file__).with_name("uno_typist.py")
XLSX, PDF = "Calc MS Excel 2007 XML", "calc_pdf_Export"
LONGEST_WORK = 300  # seconds
CRASHES_BORNE = 1
"""LibreOffice's module for Python was seen to die of a signal, once in some thousand runs."""
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
</oor:items>
"""
"""A Chinese user's: what a typed 2023/5/6 means depends on it."""

Step = dict[str, Any]
"""``open``: a file; ``save``, ``filter``: what to write and how; ``sheets``, ``words``: what to type before, if anything; ``edits``."""


@cache
def missing() -> str | None:
    """Why no LibreOffice can be worked here, or None."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed: no soffice on PATH"
    if _python_with_uno() is None:
        return "LibreOffice cannot be worked: no python3 has the uno module (Debian: python3-uno)"
    if shutil.which("pdftotext") is None:
        return "LibreOffice's PDF files cannot be read: no pdftotext on PATH (Debian: poppler-utils)"
    return None


@cache
def _python_with_uno() -> str | None:
    """The system's Python that comes with LibreOffice's module, which no virtual environment has."""
    for python in ("/usr/bin/python3", shutil.which("python3")):
        if python is not None and Path(python).exists():
            tried = subprocess.run([python, "-E", "-c", "import uno"], capture_output=True, check=False)
            if tried.returncode == 0:
                return python
    return None


@dataclass(frozen=True)
class Office:
    """A running LibreOffice."""

    connection: str
    folder: Path
    """For plans and reports."""

    def work(self, steps: Sequence[Step]) -> list[dict[str, Any]]:
        """Work off steps one after another; what is known of each."""
        python = _python_with_uno()
        assert python is not None
        plan, report = self.folder / "plan.json", self.folder / "report.json"
        plan.write_text(json.dumps(list(steps), ensure_ascii=False), encoding="utf-8")
        report.unlink(missing_ok=True)
        command = [python, "-E", str(TYPIST), self.connection, str(plan), str(report)]
        for _ in range(CRASHES_BORNE + 1):
            done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_WORK, check=False)
            if done.returncode >= 0 or report.exists():
                break
        # The report is written last: with it all is done, even where LibreOffice's module then crashes as Python ends.
        assert report.exists(), f"exit code {done.returncode}: {done.stderr}"
        told: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))
        return told

    @contextlib.contextmanager
    def holding(self, workbook: Path) -> Iterator[None]:
        """While this lasts, LibreOffice has the workbook open."""
        python = _python_with_uno()
        assert python is not None
        command = [python, "-E", str(TYPIST), self.connection, str(workbook)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield
            process.communicate("\n", timeout=60)

    def pages(self, workbook: Path) -> list[str]:
        """The text of every page on which LibreOffice prints a workbook."""
        printed = self.folder / f"{workbook.stem}.pdf"
        self.work([{"open": str(workbook), "save": str(printed), "filter": PDF}])
        told = subprocess.run(
            ["pdftotext", "-raw", "-enc", "UTF-8", str(printed), "-"],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        return told.stdout.split("\f")[:-1]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Office]:
    """LibreOffice with its profile in ``folder``; its processes, all of one group, are gone afterwards."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS, encoding="utf-8")
    name = f"chainscore-{uuid.uuid4().hex}"
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--invisible",
        "--nologo",
        "--nodefault",
        f"--accept=pipe,name={name};urp;",
    ]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield Office(f"pipe,name={name}", folder)
    finally:
        end(process)


def pages_with_pictures(printed: Path) -> set[int]:
    """The numbers of a PDF file's pages that have a picture; charts are drawings and do not count."""
    told = subprocess.run(["pdfimages", "-list", str(printed)], capture_output=True, text=True, timeout=60, check=True)
    return {int(line.split()[0]) for line in told.stdout.splitlines()[2:]}


def typing_step(template: Path, save: Path, facts: Mapping[str, Any], book: Rulebook) -> Step:
    """Type an example's facts into a blank workbook and save it."""
    words = {"chain": book.words.chain, "no_events": book.signature.no_events, "yes": book.words.yes}
    sheets = {name: _keys_of_sheet(parts) for name, parts in facts["sheets"].items()}
    return {"open": str(template), "save": str(save), "filter": XLSX, "sheets": sheets, "words": words}


def _keys_of_sheet(parts: Mapping[str, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    for part, content in parts.items():
        if isinstance(content, list):
            keys[part] = [_keys_of(record, number) for number, record in enumerate(content)]
        else:
            keys[part] = _keys_of(content, 0)
    return keys


def _keys_of(record: Mapping[str, Any], number: int) -> dict[str, str]:
    """What a person types for each value: digits, text, and dates in one way or the other; nothing for what is blank."""
    keys = {}
    for label, value in record.items():
        if value is None:
            continue
        if "日期" in label and number % 2:
            day = datetime.date.fromisoformat(value)
            keys[label] = f"{day.year}/{day.month}/{day.day}"
        else:
            keys[label] = str(value)
    return keys
