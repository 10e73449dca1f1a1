"""What the pages point to is there: links, files and functions, whoever names them."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "chainscore"
AWAITED: set[str] = set()
"""Pages that the code names and that are still being written; whoever writes one takes it from here."""
ARCHITECTURE = REPOSITORY / "docs" / "architecture.md"


def committed(*suffixes: str) -> list[Path]:
    """Every file under version control with one of these suffixes."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY, capture_output=True, check=True, encoding="utf-8",
    ).stdout.split("\0")  # fmt: skip
    files = [REPOSITORY / name for name in listed if Path(name).suffix in suffixes]
    return [file for file in files if file.is_file()]


PAGES = committed(".md")


def headings(page: Path) -> set[str]:
    """What a link may name after #, as Markdown makes it of headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_relative_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not heading or heading in headings(file), target


@pytest.mark.parametrize("file", committed(".py", ".toml"), ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_every_page_that_the_code_names_is_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for named in re.findall(r"(?<![\w/.-])docs/[\w/.-]*\w", text):
        assert (REPOSITORY / named).exists() or named in AWAITED, named
    assert not re.search(r"contract: *[\w-]+\.md", text), "a contract is named by its path, docs/contracts/…"


def names_defined(file: Path) -> set[str]:
    """Functions, classes, their methods, and constants of a module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {
        f"{outer.name}.{inner.name}"
        for outer in tree.body if isinstance(outer, ast.ClassDef)
        for inner in outer.body if isinstance(inner, ast.FunctionDef)
    }  # fmt: skip
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return names | {
        target.id
        for node in assigned
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def modules_and_names() -> Iterator[tuple[list[Path], list[str]]]:
    """The modules between backquotes in each line of the architecture page, and the names between backquotes beside them."""
    for line in ARCHITECTURE.read_text(encoding="utf-8").splitlines():
        quoted = re.findall(r"`([^`]+)`", line)
        modules = [PACKAGE / each for each in quoted if re.fullmatch(r"[a-z]+/[\w/]+\.py", each)]
        names = [each for each in quoted if re.fullmatch(r"\w+(\.\w+)?", each)]
        if modules and all(module.is_file() for module in modules):
            yield modules, names


def test_every_file_and_room_that_the_architecture_page_names_is_there() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    for named in re.findall(r"`((?:\w+/)+[\w.-]*)`", text):
        assert (PACKAGE / named).exists() or (REPOSITORY / named).exists(), named


def test_every_name_beside_a_module_on_the_architecture_page_is_defined_in_it() -> None:
    pairs = [(modules, name) for modules, names in modules_and_names() for name in names]
    assert len(pairs) >= 10
    for modules, name in pairs:
        assert any(name in names_defined(module) for module in modules), f"{name} in {modules}"
