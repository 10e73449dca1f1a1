"""Builds the web site: the pages and what they link to go to build/pages, MkDocs makes build/site of them.

python docs/site.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "build" / "pages"


def linked(page: Path) -> set[Path]:
    """The files of the repository that a page links to."""
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    files = {(page.parent / target).resolve() for target in targets if not re.match(r"[a-z]+:", target)}
    return {file for file in files if file.is_file()}


def main() -> None:
    """Put the pages together and build the site; ends with MkDocs' exit code, 1 where a link leads nowhere."""
    shutil.rmtree(PAGES, ignore_errors=True)
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    scripts = (ROOT / "docs" / "javascripts").iterdir()
    for file in {*pages, *scripts, *(file for page in pages for file in linked(page))}:
        target = PAGES / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--clean"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    raise SystemExit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
