"""The pages about rulebooks: every example is a rulebook that loads, with its own examples, and nothing is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainscore.method.loading import mistakes_of, rulebook_of
from chainscore.method.mistakes import catalogue
from chainscore.method.rulebook import Rulebook
from chainscore.method.starting import starting_rulebook
from chainscore.words.findings import Language

DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Language, str] = {
    "zh": (DOCS / "rulebook.zh.md").read_text(encoding="utf-8"),
    "en": (DOCS / "rulebook.md").read_text(encoding="utf-8"),
}
BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)
EXAMPLES = [(language, at, text) for language, page in PAGES.items() for at, text in enumerate(BLOCK.findall(page))]
LEAF = '[[indicators.leaves]]\nid = "1.9"\ntitle = "x"\npoints = 1\n'


def framed(text: str, language: Language) -> str:
    """An example in place of the rules of the rulebook that ``new`` writes."""
    whole = starting_rulebook(language).decode()
    before, after = whole[: whole.index("[[sections]]")], whole[whole.index("[remarks.") :]
    section, indicator = '[[sections]]\nid = "1"\ntitle = "x"\n', '[[indicators]]\nid = "1"\ntitle = "x"\n'
    rules = f"{indicator}{text}" if "leaves" in text else f"{text}{indicator}{LEAF}"
    return f"{before}{section}{rules}{after}"


@pytest.mark.parametrize(("language", "at", "text"), EXAMPLES)
def test_every_example_loads_and_its_own_examples_hold(language: Language, at: int, text: str) -> None:
    content = framed(text, language).encode()
    assert [each.message("en") for each in mistakes_of(content, f"example {at}")] == []
    book = rulebook_of(content, "example")
    if "examples" in text:  # it would be told if one of them did not hold
        rule, *examples = text.split("[[indicators.leaves.examples]]")
        changed = [re.sub(r"(?m)^points = .+$", "points = 77", example) for example in examples]
        shaken = framed("[[indicators.leaves.examples]]".join([rule, *changed]), language)
        assert {each.code for each in mistakes_of(shaken.encode(), "x")} == {"R030"}
        assert sum(len(leaf.examples) for leaf in book.leaves) == text.count("leaves.examples")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_key_is_shown_in_the_file_that_new_writes(language: Language) -> None:
    (whole,) = re.findall(r"```toml whole\n(.*?)```", PAGES[language], re.DOTALL)
    assert whole == starting_rulebook(language).decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_mistake_is_listed(language: Language) -> None:
    rows = re.findall(r"^\| (R\d{3}) \| (.+) \|$", PAGES[language], re.MULTILINE)
    assert [code for code, _ in rows] == list(catalogue())
    for code, told in rows:
        words = re.sub(r"\{\w+\}", "…", catalogue()[code][language].replace("{{{{", "{{").replace("}}}}", "}}"))
        assert told.replace("\\", "") == words.replace("\\", "")


def test_both_pages_say_the_same_in_their_languages() -> None:
    chinese, english = (re.findall(r"^(#+) ", PAGES[language], re.MULTILINE) for language in ("zh", "en"))  # type: ignore[index]
    assert chinese == english
    assert len(BLOCK.findall(PAGES["zh"])) == len(BLOCK.findall(PAGES["en"])) > 20


@pytest.mark.parametrize(
    "clause",
    ["功效系数法", "目标完成率", "分档", "每增加1个百分点", "名次分", "一票否决", "去掉最高最低", "扣完为止", "不限最高分"],
)
def test_every_common_clause_has_a_heading_in_both_pages(clause: str) -> None:
    assert re.search(rf"^### {clause}", PAGES["zh"], re.MULTILINE)
    assert re.search(rf"^### {clause}", PAGES["en"], re.MULTILINE)


def test_the_commands_of_the_tutorial_are_there() -> None:
    book: Rulebook = rulebook_of(starting_rulebook("en"), "x")
    assert book.languages == ("en",)
    for page in PAGES.values():
        for command in ("new", "check", "show", "list", "schema"):
            assert f"chainscore rulebook {command}" in page
