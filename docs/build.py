"""Builds docs/findings.md from the finding catalogue, so that the page and ``chainscore codes`` say the same.

python docs/build.py
"""

from __future__ import annotations

from pathlib import Path

from chainscore.method.loading import load_rulebook
from chainscore.words.findings import Language, meanings
from chainscore.words.texts import text

HERE = Path(__file__).resolve().parent
LANGUAGES: tuple[Language, ...] = ("zh", "en")
INTRODUCTION = """\
# 检查发现 · Findings

`chainscore codes [CODE]` 在命令行给出同样的内容。〈…〉和 […] 处填入具体内容。代码不会改变含义。

`chainscore codes [CODE]` says the same on the command line. 〈…〉 and […] stand for what differs from case to case. A code
keeps its meaning.

*本页由 `make docs` 生成，请勿手工修改。This page is written by `make docs`; do not edit it.*
"""


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    severity = None
    remarks = load_rulebook().remarks.values()
    for chinese, english in zip(meanings(remarks, "zh"), meanings(remarks, "en"), strict=True):
        if chinese.severity != severity:
            severity = chinese.severity
            lines += [f"## {text(f'severity.{severity}', 'zh')} · {text(f'severity.{severity}', 'en')}", ""]
            lines += [line for language in LANGUAGES for line in (text(f"codes.{severity}", language), "")]
        lines += [f"### {chinese.code}", ""]
        for language, meant in zip(LANGUAGES, (chinese, english), strict=True):
            said = [text("codes.why", language, why=meant.why), text("codes.hint", language, hint=meant.hint)]
            lines += [f"**{_escaped(meant.meaning)}**", "", *(f"- {_escaped(line)}" for line in said), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _escaped(line: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{char}" if char in "\\`*_<[]" else char for char in line)


if __name__ == "__main__":
    (HERE / "findings.md").write_text(page(), encoding="utf-8")
