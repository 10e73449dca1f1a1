"""A method and a month that strain a paper's layout: sixty objects, names of sixty characters, most of them level."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

from chainscore.method.loading import load_rulebook, packaged
from chainscore.method.rulebook import Rulebook
from tests.support.any_method import Facts, SheetFacts, typed_by_openpyxl

LENGTH, OBJECTS = 60, 60
IDS = [f"P{number:02}" for number in range(1, OBJECTS + 1)]
LETTERS = "P02"
"""The object whose name is one word of sixty letters."""


def long(name: str, end: object = "") -> str:
    """A name of sixty characters that begins and ends as asked."""
    return f"{name}{'示范区重点产业建设' * 7}"[: LENGTH - len(str(end))] + str(end)


def name_of(object_: str) -> str:
    return "Overlongword" * 5 if object_ == LETTERS else long("项目", object_.removeprefix("P"))


def strained_rulebook(target: Path) -> Rulebook:
    """The packaged method of monthly projects with long names everywhere, written to ``target``."""
    text = packaged()["key-projects-monthly"].read_text(encoding="utf-8")
    start, end = text.index("[[objects]]"), text.index("# ----", text.index('id = "P30"'))
    objects = (f'[[objects]]\nid = "{each}"\nname = "{name_of(each)}"\nlead_unit = "{long("单位", each)}"\n\n' for each in IDS)
    text = text[:start] + "".join(objects) + text[end:]
    text = re.sub(
        r'^title = "(投资规模|节点加分|投资进度)"$', lambda found: f'title = "{long(found[1])}"', text, flags=re.MULTILINE
    )
    target.write_text(text, encoding="utf-8")
    return load_rulebook(target)


def _facts(lacking: bool) -> Facts:
    return {
        "发改局": SheetFacts(
            table={each: ("续建", "基础设施", None if lacking and each == "P05" else 1, 1000, 500) for each in IDS}
        ),
        "统计局": SheetFacts(table=dict.fromkeys(IDS, (0,))),
        "项目办": SheetFacts(
            ledger=[("P01", (long("事项", number), "竣工", datetime.date(2023, 3, number))) for number in range(1, 4)]
        ),
        "督查室": SheetFacts(ledger=[("P03", (long("通报"), 5, datetime.date(2023, 2, 1)))]),
    }


def strained_month(run: Callable[..., object], folder: Path, lacking: bool = False) -> tuple[Path, Path]:
    """(the filled workbook, its rulebook); of one that is ``lacking`` an object's figure is blank."""
    path = folder / "strained.toml"
    book = strained_rulebook(path)
    run("template", "--rulebook", path, "--period", "2023-03", "-o", folder / "blank.xlsx", "--force")
    name = "lacking" if lacking else "strained"
    return typed_by_openpyxl(folder / "blank.xlsx", folder / f"{name}.xlsx", book, _facts(lacking)), path
