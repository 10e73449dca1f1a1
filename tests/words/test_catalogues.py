"""The catalogues are complete in both languages, and say nothing that nobody raises."""

from __future__ import annotations

import re
import runpy
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chainscore.commands import rulebook
from chainscore.commands.app import COMMANDS
from chainscore.method.loading import load_rulebook
from chainscore.words.bilingual import told
from chainscore.words.findings import Finding, Language, catalogue, code_of, codes, in_order
from chainscore.words.texts import messages, text

PACKAGE = Path(__file__).parent.parent.parent / "chainscore"
MESSAGES = {path.stem: messages(path.stem) for path in sorted((PACKAGE / "words" / "catalogue" / "messages").glob("*.toml"))}
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def plain(name: str) -> str:
    return re.sub("(^|_)(zh|en)$", "", name)


def entries(group: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, value in group.items():
        if "zh" in value or "en" in value:
            yield f"{path}{name}", value
        else:
            yield from entries(value, f"{path}{name}.")


@pytest.mark.parametrize("code", codes())
def test_a_finding_says_the_same_in_both_languages_what_is_wrong_how_to_mend_it_and_why_it_matters(code: str) -> None:
    entry = catalogue()[code]
    assert sorted(entry) == ["en", "zh"]
    assert [len(entry["zh"]), len(entry["en"])] == [3, 3]
    assert {plain(name) for name in fields(entry["zh"][0])} == {plain(name) for name in fields(entry["en"][0])}
    assert re.search("[一-鿿]", entry["zh"][0])
    assert not re.search("[一-鿿]", re.sub("亿元|万元", "", entry["en"][0]))
    assert not any(text.endswith(("。", ".")) for text in (entry["zh"][0], entry["en"][0]))
    assert all(text.endswith("。") for text in entry["zh"][1:])
    assert all(text.endswith(".") for text in entry["en"][1:])
    assert not re.search("[一-鿿]", re.sub("亿元|万元|是", "", entry["en"][2]))
    assert not fields(entry["zh"][2] + entry["en"][2])
    assert not {entry[language][2] for language in entry} & {
        text for other in codes() if other != code for texts in catalogue()[other].values() for text in texts
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_placeholder_of_a_finding_has_a_word_and_every_word_a_placeholder(language: Language) -> None:
    remarks = [told(text, language) for each in load_rulebook().remarks.values() for text in (each.message, each.hint)]
    used = {name for code in codes() for text in catalogue()[code][language] for name in fields(text)}
    words = set(catalogue()["words"][language])
    assert used <= words <= used | {name for text in remarks for name in fields(text)}
    for code in codes():
        meant = code_of(code, language)
        assert not fields(meant.meaning + meant.why + meant.hint)


def test_the_page_of_findings_is_what_the_build_script_writes() -> None:
    docs = PACKAGE.parent / "docs"
    assert (docs / "findings.md").read_text(encoding="utf-8") == runpy.run_path(str(docs / "build.py"))["page"](), "make docs"


def test_every_code_that_is_raised_is_in_the_catalogue_and_every_code_there_is_raised() -> None:
    raised = set(re.findall(r'"([EWN]\d{3})"', SOURCE))
    assert raised == set(codes())


@pytest.mark.parametrize(("key", "entry"), list(entries(MESSAGES)))
def test_a_message_is_in_both_languages_with_the_same_fields(key: str, entry: Mapping[str, str]) -> None:
    assert sorted(entry) == ["en", "zh"], key
    assert {*map(plain, fields(entry["zh"]))} >= {*map(plain, fields(entry["en"]))}


def test_every_message_that_is_named_is_there_and_every_one_there_is_named() -> None:
    known = {key for key, _ in entries(MESSAGES)}
    groups = (
        "bulletin",
        "reminder",
        "submissions",
        "to_do",
        "codes",
        "console",
        "column",
        "error",
        "example",
        "explain",
        "help",
        "metavar",
        "next",
        "usage",
    )
    named = set(re.findall(rf'"((?:{"|".join(groups)})\.\w+)"', SOURCE))
    named |= {f"codes.{severity}" for severity in ("error", "warning", "notice")}
    named |= {f"column.{key}" for key in ("leaf", "title", "clause", "item", "key", "value", "note")}
    named |= {f"help.{name}" for name in ("app", *COMMANDS)} | {f"usage.{kind}s" for kind in ("argument", "option", "command")}
    explained = {key.removeprefix("help.") for _, key in rulebook.COMMANDS.values()}
    named |= {f"example.{name}" for name in ("app", "rulebook", *explained, *COMMANDS)}
    named |= {f"to_do.{state}" for state in ("missing", "unreadable", "duplicate", "unsigned")}
    assert named == {key for key in known if key.split(".")[0] in groups}
    reasons = set(re.findall(r'Why\(\s*"([\w.]+)"', SOURCE)) - {"remark"}
    reasons |= {"above_steps"} | {f"filled{by}" for by in ("", "_mean", "_group_mean")}
    standings = {f"standing.{against}" for against in ("minmax", "rank", "zscore", "mean", "equal")}
    formulas = {"pending"} | {f"{sum_}{end}" for sum_ in ("term", "sum", "long_sum") for end in ("", "_capped", "_floored")}
    assert {key for key in known if key.startswith("formula.")} == {f"formula.{name}" for name in formulas | standings}
    assert {key for key in known if key.startswith("why.")} == {f"why.{name}" for name in (reasons | standings) - formulas}


@pytest.mark.parametrize(("number", "said"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors"), ("1", "1 error")])
def test_one_of_a_kind_is_told_in_the_singular(number: object, said: str) -> None:
    told = text("console.counts", "en", errors=number, warnings=1, notices=21)
    assert told == f"Findings: {said}, 1 warning, 21 notices."


def test_a_message_stays_one_line_and_of_a_length_to_read_whatever_was_typed() -> None:
    finding = Finding(
        "E302", "a.xlsx", "市商务局", "A9", values={"text": "x\n\r\x00" * 500, "nearest_zh": "", "nearest_en": ""}
    )
    message = finding.message("en")
    assert "\n" not in message
    assert "\x00" not in message
    assert len(message) < 200


def test_findings_are_in_the_order_of_sheets_rows_and_columns_and_none_stands_twice() -> None:
    def at(sheet: str | None, cell: str | None, file: str = "a.xlsx") -> Finding:
        return Finding("E101", file, sheet, cell)

    ordered = [
        at(None, None),
        at("甲", None),
        at("甲", "B9"),
        at("甲", "AA9"),
        at("甲", "B10"),
        at("甲", "A1", "b.xlsx"),
        at("乙", "3:3"),
        at("乙", "A3"),
        at("丙", "A1"),
    ]
    assert in_order([*reversed(ordered), *ordered], ["甲", "乙"], ["a.xlsx", "b.xlsx"]) == ordered
