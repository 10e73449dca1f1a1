"""``chainscore codes``: every finding code listed, and each explained."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chainscore.method.loading import load_rulebook
from chainscore.words.findings import Language, meanings
from tests.conftest import Run

CODES = [each.code for each in meanings(load_rulebook().remarks.values(), "en")]


@pytest.mark.parametrize(
    ("language", "first", "severity"), [("zh", "文件不存在", "错误"), ("en", "there is no such file", "error")]
)
def test_without_a_code_all_are_listed_a_line_each(language: Language, first: str, severity: str, run: Run) -> None:
    outcome = run("codes", "--lang", language)
    lines = outcome.out.splitlines()
    assert (outcome.code, outcome.err) == (0, "")
    assert [line.split()[0] for line in lines] == CODES
    assert lines[0].split(maxsplit=2) == ["E101", severity, first]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            [
                "E301 · 错误：“〈列名〉”未填",
                "为什么要紧：这一格为计分所必需；空白既可能是零，也可能是漏填，程序从不替填报单位决定。",
                "怎么处理：〈请按这一列的类型填写；没有数据不等于零〉。",
                "级别：错误。数据不可信，score 不计分、不写文件；--draft 只计没有错误的部分。",
            ],
        ),
        (
            "en",
            [
                "E301 · error: “[label]” is blank",
                "Why it matters: The scoring needs this cell. A blank may be a zero or an oversight, and the program never decides which.",
                "How to mend it: [Fill it in as its column wants; missing is not zero].",
                "Severity: error. The figures cannot be trusted: score refuses and writes nothing; --draft scores what is sound.",
            ],
        ),
    ],
)
def test_one_code_is_explained(language: str, lines: list[str], run: Run) -> None:
    outcome = run("codes", "E301", "--lang", language)
    assert (outcome.code, outcome.out.splitlines()) == (0, lines)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_meaning_reason_remedy_and_severity(code: str, language: str, run: Run) -> None:
    outcome = run("codes", code, "--lang", language)
    headings = [rf"{code} · \w+[：:]", "为什么要紧：|Why it matters: ", "怎么处理：|How to mend it: ", "级别：|Severity: "]
    lines = outcome.out.splitlines()
    assert outcome.code == 0
    assert all(re.match(rf"(?:{heading}).*\w", line) for heading, line in zip(headings, lines, strict=True))
    assert all(bool(re.match("[一-鿿]", line)) is (language == "zh") for line in lines[1:])


@pytest.mark.parametrize("text", ["e301", " E301", "Ｅ３０１"])
def test_a_code_may_be_written_otherwise(text: str, run: Run) -> None:
    assert run("codes", text).out.startswith("E301 ")


@pytest.mark.parametrize("text", ["E399", "301", "E30", "", "E301E302", "nonsense"])
def test_an_unknown_code_is_wrong_usage_with_a_hint(text: str, run: Run) -> None:
    for extra in ([], ["--json"]):
        outcome = run("codes", text, *extra)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"no such code: {text}." in outcome.err
        assert re.search(r"The nearest is [EWN]\d{3}; chainscore codes lists them all\.", outcome.err)


def test_codes_as_json(run: Run) -> None:
    document = run("codes", "--json", "--lang", "zh").document
    assert document["schema"] == "chainscore/codes/1"
    assert [each["code"] for each in document["codes"]] == CODES
    assert {each["severity"] for each in document["codes"]} == {"error", "warning", "notice"}
    assert run("codes", "W501", "--json", "--lang", "zh").document["codes"] == [
        {
            "code": "W501",
            "severity": "warning",
            "meaning": "“〈名称〉”没有“〈列名〉”，视同未引进，不计分",
            "why": "考核办法规定未上报备案的视为未引进新项目；备案日期空白就是未备案。",
            "hint": "已备案的请补填〈列名〉。",
        }
    ]


def test_the_codes_are_told_without_what_is_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from chainscore.commands.app import run\n"
        "assert run(['codes', 'E301', '--lang', 'zh']) == 0\n"
        "print(sorted({'pandas', 'openpyxl', 'xlsxwriter', 'python_calamine', 'numpy'} & set(sys.modules)))"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parent.parent.parent), "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        encoding="utf-8",
        env=environment,
    )
    assert result.stdout.splitlines()[-1] == "[]"
