"""Makes the package for an office without internet, on Windows: dist/chainscore-VERSION-windows.zip.

python docs/windows/kit.py

Needs uv and packaging (the extra ``release``) and a package index, from which the wheels for Windows come.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from email.message import Message
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WHEELS = ROOT / "build" / "windows"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORM = "win_amd64"
BATCHES = ("安装.bat", "检查.bat", "计分.bat", "生成模板.bat")
PICTURES = ("template.png", "ranking.png", "scorecard.png")
CODE_PAGE = "gbk"
"""How cmd reads a batch file in a Chinese Windows, and everywhere behind ``chcp 936``."""
REQUIREMENTS, LICENCES, SUMS = "requirements.txt", "许可.txt", "SHA256.txt"
EARLIEST = (1980, 1, 1, 0, 0, 0)


def fetch(folder: Path) -> None:
    """Put the program's own wheel, and all it needs on Windows with each of PYTHONS, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(folder), str(ROOT)], check=True)
    for python in PYTHONS:
        needed = folder / f"{python}.txt"  # pip would go by the markers of the machine that it runs on
        compiling = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python-platform", "windows"]
        compiling += ["--python-version", python, "-c", str(ROOT / "constraints.txt"), "-o", str(needed)]
        subprocess.run([sys.executable, "-m", *compiling, str(ROOT / "pyproject.toml")], check=True)
        chosen = ["--no-deps", "--only-binary=:all:", "--platform", PLATFORM, "--python-version", python]
        subprocess.run([*pip, "download", *chosen, "-d", str(folder), "-r", str(needed)], check=True)
        needed.unlink()


def metadata(wheel: Path) -> Message:
    """The METADATA of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def lacking(wheels: Sequence[Path], python: str) -> list[str]:
    """What an installation with a Python such as ``3.11`` on 64-bit Windows would look for in vain."""
    release = tuple(map(int, python.split(".")))
    tags = {*cpython_tags(release, platforms=[PLATFORM]), *compatible_tags(release, platforms=[PLATFORM])}
    fitting = {}
    for wheel in wheels:
        name, version, _, its_tags = parse_wheel_filename(wheel.name)
        if its_tags & tags:
            fitting[name] = (version, metadata(wheel).get_all("Requires-Dist", []))
    on_windows = {
        "os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64",
        "python_version": python, "python_full_version": f"{python}.0", "extra": "",
    }  # fmt: skip
    missing, waiting, seen = [], ["chainscore"], set()
    while waiting:
        needed = Requirement(waiting.pop())
        name = canonicalize_name(needed.name)
        if name not in fitting or fitting[name][0] not in needed.specifier:
            missing.append(str(needed))
        elif (key := (name, frozenset(needed.extras))) not in seen:
            seen.add(key)
            surroundings = [{**on_windows, "extra": extra} for extra in ("", *needed.extras)]
            for text in fitting[name][1]:
                marker = Requirement(text).marker
                if marker is None or any(marker.evaluate(each) for each in surroundings):
                    waiting.append(text)
    return missing


def requirements(wheels: Sequence[Path]) -> str:
    """What is installed, each with the SHA-256 of its wheels, which pip checks."""
    sums: dict[str, list[str]] = {}
    for wheel in wheels:
        name, version, _, _ = parse_wheel_filename(wheel.name)
        sums.setdefault(f"{name}=={version}", []).append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    return "".join(f"{needed}{''.join(f' --hash=sha256:{each}' for each in its)}\n" for needed, its in sorted(sums.items()))


def licences(wheels: Sequence[Path]) -> str:
    """Name, version and licence of everything that the package holds."""
    lines = set()
    for wheel in wheels:
        told = metadata(wheel)
        classified = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier", []) if each.startswith("License ::")]
        licence = told["License-Expression"] or ", ".join(classified) or (told["License"] or "?").strip().splitlines()[0]
        lines.add(f"{told['Name']} {told['Version']}: {licence}\n")
    return "".join(sorted(lines, key=str.casefold))


def batch(path: Path) -> bytes:
    """A batch file as cmd wants it."""
    return path.read_text(encoding="utf-8").replace("\n", "\r\n").encode(CODE_PAGE)


def contents(wheels: Sequence[Path]) -> dict[str, bytes]:
    """Everything in the package, by its name there; the sums of all the rest come last."""
    files = {name: batch(HERE / name) for name in BATCHES}
    files["说明.html"] = (HERE / "说明.html").read_bytes()
    files |= {f"pictures/{name}": (ROOT / "docs" / "pictures" / name).read_bytes() for name in PICTURES}
    files["示例.xlsx"] = (ROOT / "sample_data" / "q2-2023.xlsx").read_bytes()
    files[REQUIREMENTS] = requirements(wheels).encode()
    files[LICENCES] = _for_people(licences(wheels))
    files |= {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()} *{name}\n" for name, content in files.items())
    return {**files, SUMS: _for_people(sums)}


def _for_people(text: str) -> bytes:
    """A text as every editor of Windows reads it."""
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def packed(files: Mapping[str, bytes], folder: str) -> bytes:
    """The files in one archive, below one folder; names are UTF-8, and marked so."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", EARLIEST), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def main() -> None:
    """Make the package; ends with 1 where something that it needs on Windows is not in it."""
    fetch(WHEELS)
    wheels = sorted(WHEELS.glob("*.whl"))
    for python in PYTHONS:
        if missing := lacking(wheels, python):
            raise SystemExit(f"Python {python} on Windows lacks: {', '.join(missing)}")
    (own,) = WHEELS.glob("chainscore-*.whl")
    target = ROOT / "dist" / f"chainscore-{metadata(own)['Version']}-windows.zip"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(packed(contents(wheels), target.stem))
    print(f"{target.relative_to(ROOT)}: {len(wheels)} wheels, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
