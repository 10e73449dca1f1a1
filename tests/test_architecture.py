"""How the package is built: imports go one way, libraries are used by their public names, functions and modules stay small."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import statistics
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "chainscore"
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
FUNCTIONS = {
    f"{path.relative_to(PACKAGE)}:{node.name}": node.end_lineno - node.lineno + 1
    for path, tree in MODULES.items()
    for node in ast.walk(tree)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
}
PUBLIC_BY_DOCUMENTATION = {"_asdict", "_exit", "_fields", "_replace", "_typeshed"}
"""Names with an underscore that the standard library, or its types, tell their users to use."""

MAY_IMPORT = {
    "words": [],
    "method": ["words"],
    "intake": ["words", "method"],
    "scoring": ["words", "method", "intake"],
    "results": ["words", "method", "intake", "scoring"],
    "show": ["words", "method", "intake", "scoring"],
    "comparison": ["words", "method", "intake", "scoring", "results", "show"],
    "paperwork": ["words", "method", "intake", "scoring", "results", "show"],
    "batch": ["words", "method", "intake", "scoring", "results", "show"],
    "papers": ["words", "method", "intake", "scoring", "results", "show", "comparison"],
    "verify": ["words", "method", "intake", "scoring", "results", "show", "comparison", "papers"],
    "commands": [
        "words",
        "method",
        "intake",
        "scoring",
        "results",
        "show",
        "comparison",
        "verify",
        "paperwork",
        "batch",
        "papers",
    ],
}


def rooms_imported(path: Path) -> Iterator[str]:
    """The rooms that a module imports from, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (module.split(".")[1] for module in modules if module.startswith("chainscore."))


def test_every_room_imports_only_from_the_rooms_before_it() -> None:
    astray = [
        f"{path.relative_to(PACKAGE)} imports from {other}"
        for room, allowed in MAY_IMPORT.items()
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for other in rooms_imported(path)
        if other != room and other not in allowed
    ]
    assert not astray


def test_every_module_but_the_programs_entries_stands_in_a_room() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__", "api"}
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(MAY_IMPORT)


# ---------------------------------------------------------------- public names


def module_of(path: Path) -> str:
    return ".".join(("chainscore", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC_BY_DOCUMENTATION


def names_defined(tree: ast.Module) -> set[str]:
    """Every name that a module defines: functions, classes, variables, annotated fields and attributes of self."""
    nodes = list(ast.walk(tree))
    names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute) and of_its_own(node) and stored(node)}


@cache
def names_of_ours() -> frozenset[str]:
    """Every name that any of the modules defines."""
    return frozenset().union(*map(names_defined, MODULES.values()))


def of_its_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def foreign(module: str) -> bool:
    """True of what is neither ours nor the standard library's."""
    first = module.partition(".")[0]
    return first not in sys.stdlib_module_names and first != "chainscore"


def private_names_used(path: Path, tree: ast.Module) -> Iterator[str]:
    """Private attributes of whatever is not the module's own, and private names that are imported."""
    its_own = names_defined(tree)
    ours = names_of_ours()
    where = path.relative_to(PACKAGE)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in (ours if of_its_own(node) else its_own):
            yield f"{where}: {node.attr}"
        if isinstance(node, ast.ImportFrom):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from (f"{where}: {name}" for name in names if private(name))
        if isinstance(node, ast.Import):
            names = [part for alias in node.names for part in alias.name.split(".")]
            yield from (f"{where}: {name}" for name in names if private(name))


def private_methods_overridden(path: Path) -> Iterator[str]:
    """Private names of a library's class that a class of ours gives another meaning."""
    name = module_of(path)
    module = importlib.import_module(name)
    for _, ours in inspect.getmembers(module, inspect.isclass):
        for base in inspect.getmro(ours)[1:] if ours.__module__ == name else ():
            if foreign(base.__module__):
                shared = {each for each in vars(ours) if private(each)} & set(vars(base))
                yield from (f"{path.relative_to(PACKAGE)}: {each}" for each in sorted(shared - {"_abc_impl"}))


def test_libraries_are_used_by_their_public_names_alone() -> None:
    used = {name for path, tree in MODULES.items() for name in private_names_used(path, tree)}
    overridden = {name for path in MODULES if path.stem != "__main__" for name in private_methods_overridden(path)}
    assert used | overridden == set()


# ---------------------------------------------------------------- size


def test_no_function_is_over_60_lines() -> None:
    assert {name for name, lines in FUNCTIONS.items() if lines > 60} == set()


def test_nine_functions_in_ten_have_30_lines_at_most_and_the_median_8() -> None:
    assert len(FUNCTIONS) > 100
    assert sum(lines <= 30 for lines in FUNCTIONS.values()) >= 0.9 * len(FUNCTIONS)
    assert statistics.median(FUNCTIONS.values()) <= 8


def test_no_module_is_over_450_lines() -> None:
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name for name, number in lines.items() if number > 450} == set()


# ---------------------------------------------------------------- circles


def imported_on_loading(body: list[ast.stmt]) -> Iterator[str]:
    """The modules of ours that are imported when a module is loaded: not inside functions, nor for the type checker."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
            yield from imported_on_loading([*node.body, *node.orelse])
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from imported_on_loading(node.body)


def test_no_imports_go_round_in_a_circle() -> None:
    ours = {module_of(path) for path in MODULES}
    imports = {
        module_of(path): ours & set(imported_on_loading(tree.body)) - {module_of(path)} for path, tree in MODULES.items()
    }
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from None


# ---------------------------------------------------------------- words of one method

OF_ONE_METHOD = re.compile("产业链|链长|备案|亿元|六条|季度")
CALENDAR = {"method/period.py", 'words/catalogue/messages/method.toml: zh = "季度"'}
"""A quarter's own name, which every method with quarters shares."""


def test_no_word_of_one_method_stands_in_the_program_or_its_catalogue() -> None:
    astray = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in (*MODULES, *sorted((PACKAGE / "words" / "catalogue").rglob("*.toml")))
        for line in path.read_text(encoding="utf-8").splitlines()
        if OF_ONE_METHOD.search(line) and str(path.relative_to(PACKAGE)) not in CALENDAR
    ]
    assert not [each for each in astray if each not in CALENDAR]
