"""The package installs into an empty environment and works there, rulebook and catalogues included."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
CONSTRAINTS = REPOSITORY / "constraints.txt"


def test_the_wheel_installs_into_an_empty_environment_and_scores_the_sample(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "VIRTUAL"))}
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(tmp_path), str(REPOSITORY)], check=True, env=clean)
    (wheel,) = tmp_path.glob("chainscore-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "chainscore/method/rulebooks/xiangxiang-2022.toml",
        "chainscore/words/catalogue/findings.toml",
        "chainscore/words/catalogue/messages/console.toml",
    } <= set(names)
    assert not any(name.startswith(("tests", "sample_data", "templates")) for name in names)

    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "empty")], check=True, env=clean)
    folder = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([folder / "python", *pip[1:], "install", "-c", CONSTRAINTS, wheel], check=True, env=clean)
    results = tmp_path / "results.xlsx"
    done = subprocess.run(
        [folder / "chainscore", "score", REPOSITORY / "sample_data" / "q2-2023.xlsx", "-o", results, "--lang", "zh"],
        check=False, env={**clean, "PYTHONIOENCODING": "utf-8"}, cwd=tmp_path, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "63.74" in done.stdout
    assert results.is_file()
