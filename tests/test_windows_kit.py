"""The package for offices without internet: its files, how they are written, and that nothing lacks on Windows.

The wheels here are empty ones that tell their names and needs; ``make windows-kit`` fetches the real ones and fails where one lacks.
"""

from __future__ import annotations

import hashlib
import io
import re
import runpy
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, Run

KIT: dict[str, Any] = runpy.run_path(str(REPOSITORY / "docs" / "windows" / "kit.py"))
BATCHES: tuple[str, ...] = KIT["BATCHES"]


def wheel(folder: Path, name: str, *needs: str, tags: str = "py3-none-any", licence: str = "License-Expression: MIT") -> Path:
    path = folder / f"{name}-1.0-{tags}.whl"
    told = [f"Name: {name}", "Version: 1.0", licence, *(f"Requires-Dist: {need}" for need in needs)]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(["Metadata-Version: 2.4", *told, ""]))
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> list[Path]:
    """The program, which needs a library of each Python and, on Windows, another one."""
    return [
        wheel(tmp_path, "chainscore", "numbers>=1", 'colours; sys_platform == "win32"', 'curses; sys_platform == "linux"'),
        wheel(tmp_path, "colours", licence="Classifier: License :: OSI Approved :: BSD License"),
        wheel(tmp_path, "numbers", 'newer; python_version >= "3.12"', tags="cp311-cp311-win_amd64"),
    ]


def test_what_windows_alone_needs_must_be_there_and_what_others_need_not(wheels: list[Path]) -> None:
    assert KIT["lacking"](wheels, "3.11") == []
    assert KIT["lacking"]([wheels[0], wheels[2]], "3.11") == ['colours; sys_platform == "win32"']


def test_a_wheel_of_another_python_or_platform_or_too_old_counts_for_nothing(wheels: list[Path], tmp_path: Path) -> None:
    assert KIT["lacking"](wheels, "3.12") == ["numbers>=1"]
    linux = wheel(tmp_path, "numbers", tags="cp312-cp312-manylinux_2_28_x86_64")
    assert KIT["lacking"]([*wheels[:2], linux], "3.12") == ["numbers>=1"]
    windows = wheel(tmp_path, "numbers", 'newer; python_version >= "3.12"', tags="cp312-cp312-win_amd64")
    assert KIT["lacking"]([*wheels[:2], windows], "3.12") == ['newer; python_version >= "3.12"']
    asked = wheel(tmp_path, "chainscore", "numbers>=2")
    assert KIT["lacking"]([asked, wheels[2]], "3.11") == ["numbers>=2"]


@pytest.fixture
def files(wheels: list[Path]) -> dict[str, bytes]:
    contents: dict[str, bytes] = KIT["contents"](wheels)
    return contents


def test_everything_that_an_office_needs_is_in_it(files: dict[str, bytes]) -> None:
    assert set(files) == {
        "安装.bat", "检查.bat", "计分.bat", "生成模板.bat", "说明.html", "示例.xlsx", "requirements.txt", "许可.txt", "SHA256.txt",
        "pictures/template.png", "pictures/ranking.png", "pictures/scorecard.png", "wheels/chainscore-1.0-py3-none-any.whl",
        "wheels/colours-1.0-py3-none-any.whl", "wheels/numbers-1.0-cp311-cp311-win_amd64.whl",
    }  # fmt: skip
    assert files["示例.xlsx"] == (REPOSITORY / "sample_data" / "q2-2023.xlsx").read_bytes()


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_file_is_gbk_with_windows_line_ends_and_says_so_before_anything_else(
    name: str, files: dict[str, bytes]
) -> None:
    content = files[name]
    text = content.decode("gbk")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"\r\r" not in content
    first, second, *rest = text.split("\r\n")
    assert (first, second) == ("@echo off", "chcp 936 >nul")  # all ASCII, so that any code page reads them
    assert "set PYTHONUTF8=1" in rest
    assert re.search("[一-鿿]", "".join(rest))
    assert [line for line in rest if line][-1] == "pause"  # the window stays open


@pytest.mark.parametrize("name", BATCHES)
def test_the_program_prints_in_utf_8_and_the_batch_file_is_read_on_in_gbk(name: str, files: dict[str, bytes]) -> None:
    lines = [line for line in files[name].decode("gbk").split("\r\n") if "chcp 65001" in line]
    assert len(lines) == (0 if name == "安装.bat" else 1)
    assert all(line.startswith("chcp 65001 >nul & ") and line.endswith(" & chcp 936 >nul") for line in lines)


@pytest.mark.parametrize("name", BATCHES)
def test_paths_stand_between_quotes_and_every_jump_leads_somewhere(name: str, files: dict[str, bytes]) -> None:
    text = files[name].decode("gbk")
    for variable in re.findall(r"%OUT%|%PROGRAM%|%~dp[01]|%~1", text):
        for line in text.split("\r\n"):
            for found in re.finditer(re.escape(variable), line):
                assert line[: found.start()].count('"') % 2 == 1, line
    assert set(re.findall(r"goto (\w+)", text)) <= set(re.findall(r"(?m)^:(\w+)", text.replace("\r", "")))


def test_what_is_installed_comes_from_the_package_alone_and_is_held_against_its_sums(
    files: dict[str, bytes], wheels: list[Path]
) -> None:
    install = files["安装.bat"].decode("gbk")
    assert '-m pip install --quiet --disable-pip-version-check --no-index --find-links "wheels" --require-hashes' in install
    sums = {f"{path.name.partition('-')[0]}==1.0": hashlib.sha256(path.read_bytes()).hexdigest() for path in wheels}
    assert files["requirements.txt"].decode() == "".join(f"{name} --hash=sha256:{each}\n" for name, each in sums.items())


def test_the_sums_are_those_of_every_other_file(files: dict[str, bytes]) -> None:
    listed = files["SHA256.txt"].decode("utf-8-sig").replace("\r\n", "\n").splitlines()
    expected = [f"{hashlib.sha256(content).hexdigest()} *{name}" for name, content in files.items() if name != "SHA256.txt"]
    assert listed == expected


def test_the_licence_of_everything_is_told(files: dict[str, bytes]) -> None:
    assert files["许可.txt"].decode("utf-8-sig") == "chainscore 1.0: MIT\r\ncolours 1.0: BSD License\r\nnumbers 1.0: MIT\r\n"


def test_the_page_shows_pictures_and_names_files_that_are_there(files: dict[str, bytes]) -> None:
    page = files["说明.html"].decode("utf-8")
    pictures = re.findall(r'src="([^"]+)"', page)
    assert len(pictures) == 3
    assert set(pictures) <= set(files)
    assert all(name in page for name in (*BATCHES, "示例.xlsx", "许可.txt", "SHA256.txt"))
    assert "http" not in page


def test_names_in_the_archive_are_unicode_and_below_one_folder(files: dict[str, bytes]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(KIT["packed"](files, "chainscore-1.0-windows")))
    assert [name.removeprefix("chainscore-1.0-windows/") for name in archive.namelist()] == list(files)
    assert all(entry.flag_bits & 0x800 for entry in archive.infolist() if not entry.filename.isascii())
    assert archive.testzip() is None


@pytest.mark.parametrize("call", ["check", "score", "template"])
def test_the_batch_files_call_commands_and_options_that_are_there(call: str, run: Run) -> None:
    text = "".join((REPOSITORY / "docs" / "windows" / name).read_text(encoding="utf-8") for name in BATCHES)
    line = next(line for line in text.splitlines() if f"-m chainscore {call} " in line)
    help_page = run(call, "--help").out
    assert all(option in help_page for option in re.findall(r"(?<= )--?[a-z]+", line.partition(f" {call} ")[2]))
    assert all(option in help_page for option in re.findall(r"set .*(--[a-z]+) ", text) if call == "template")
