"""``chainscore rulebook``, and which rulebook the other commands go by."""

from __future__ import annotations

import datetime
import io
import json
import re
import tomllib
import zipfile
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import docx
import jsonschema
import msgspec
import pytest

from chainscore.method.loading import load_rulebook, mistakes_of, packaged
from chainscore.method.rulebook import Method
from chainscore.method.schema import schema
from chainscore.method.starting import starting_rulebook
from tests.conftest import Run
from tests.support.rulebooks import SMALL, changed

NAMES = ["key-projects-monthly", "park-per-mu", "suppliers", "twelve-towns", "xiangxiang-2022"]


def written(text: str, path: Path) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# ---------------------------------------------------------------- check


def test_a_sound_rulebook_is_said_to_be_so(run: Run, tmp_path: Path) -> None:
    path = written(SMALL, tmp_path / "towns.toml")
    outcome = run("rulebook", "check", path)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "“乡镇考核办法” is sound. Objects: 3; leaves: 5; examples that hold: 0.\n"
    assert (
        run("rulebook", "check", path, "--lang", "zh").out
        == "《乡镇考核办法》没有错误：考核对象 3 个，得分项 5 项，成立的例子 0 个。\n"
    )
    assert run("rulebook", "check", "suppliers").out.startswith(
        "“Supplier scorecard” is sound. Objects: 8; leaves: 5; examples that hold: 2"
    )


def test_all_mistakes_are_listed_with_their_lines_and_the_exit_code_is_1(run: Run, tmp_path: Path) -> None:
    path = written(changed(("decimals = 2", "decimals = 12"), ("[2, 8]", "[1, 8]")), tmp_path / "towns.toml")
    outcome = run("rulebook", "check", path)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.splitlines() == [
        "towns.toml:6: R006 decimals: 12 is out of bounds; wanted: 0–6",
        "towns.toml:109: R024 indicators[0].leaves[1].points.steps[1]: two points for one value: “1”",
        "2 mistakes.",
    ]
    document = run("rulebook", "check", path, "--json", "--lang", "zh").document
    assert document["schema"] == "chainscore/rulebook-check/1"
    assert document["sound"] is False
    assert document["mistakes"][0] == {"line": 6, "code": "R006", "place": "decimals", "message": "12 超出范围，应为：0–6"}


def test_a_sound_one_has_no_mistakes_in_its_document(run: Run, tmp_path: Path) -> None:
    path = written(SMALL, tmp_path / "towns.toml")
    assert run("rulebook", "check", path, "--json").document == {
        "schema": "chainscore/rulebook-check/1",
        "file": str(path),
        "sound": True,
        "mistakes": [],
    }


def test_what_is_wrong_under_another_option_than_the_default_is_told_too(run: Run, tmp_path: Path) -> None:
    points = '{ reading = "late_projects", none = 1, half = 0.5 }'
    wrong = '{ reading = "late_projects", none = 1, half = "half" }'
    path = written(changed((points, wrong)), tmp_path / "towns.toml")
    outcome = run("rulebook", "check", path)
    assert outcome.code == 1
    assert "R004" in outcome.out
    assert "“half” is wrong here; wanted: number" in outcome.out


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(name: str, run: Run) -> None:
    outcome = run("rulebook", "check", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"the rulebook {name} cannot be opened")


def test_no_command_or_another_lists_the_commands(run: Run) -> None:
    assert run("rulebook").code == 2
    assert "schema" in run("rulebook").err
    assert "The nearest is check" in run("rulebook", "chek", "x").err
    assert "--json" in run("rulebook", "check", "--help").out


# ---------------------------------------------------------------- show


def test_the_method_is_told_in_words(run: Run) -> None:
    lines = run("rulebook", "show", "--lang", "zh").out.splitlines()
    assert lines[0] == "湘乡市优势产业链工作考核办法"
    wanted = [
        "1.1.1 产值增速（5分）",
        "  - 市统计局所报的表，每个产业链一行；x＝本期产值（万元）÷上年同期产值（万元）－1；再按功效系数法：x＝（本值－最小值）÷（最大值－最小值）；得分：3＋2×x；全部相等时 5 分",
        "  - 市商务局台账，逐行计分；条件：备案日期≤考核期末，投资额（亿元）≥2，是否三类500强＝是；得分：每项 1 分",
        "  - 封顶 15 分",
        "  - 基础分 4 分",
        "  - 同一产业链内同一名称只计一次，取得分最高的一项",
        "  - 各项得分保留 2 位小数，四舍五入",
    ]
    for line in wanted[:2] + wanted[3:]:
        assert line in lines, line
    assert any("x≥2：6 分；x≥1.5：4 分；x≥1：2 分；x≥0.5：1 分；x≥0.2：0.5 分；其余 0 分" in line for line in lines)


def test_targets_are_told_with_what_the_workbooks_hold_of_them(run: Run) -> None:
    lines = [re.sub(r"  +", " | ", line) for line in run("rulebook", "show", "--lang", "zh").out.splitlines()]
    assert "五、发展目标（不计分）" in lines
    assert "上市企业 | 2025年 3家 | 上市企业3家以上 | 市金融办；进展阶段＝上市；件数 | 一、发展目标" in lines
    held = "市科技工信局；韶峰南方、埃普特、湘君电子；事项类别＝龙头企业；核定年产值（没有的取年产值（亿元））"
    assert any(line.startswith("20亿级企业 | 2025年 20亿元 | ") and held in line for line in lines)
    assert any(line.startswith("市场主体 | 2025年 70000家 | ") and "填报表中没有此数" in line for line in lines)


def test_steps_of_a_ratio_are_told_in_percent_and_groups_apart(run: Run, tmp_path: Path) -> None:
    path = written(
        changed(("points = { per = 10 }", "points = { steps = [[0.8, { per = 10 }], [1.1, 12]] }")), tmp_path / "t.toml"
    )
    lines = run("rulebook", "show", path).out.splitlines()
    assert any(line.endswith("points: x ≥ 110%: 12; x ≥ 80%: 10 × x; else 0") for line in lines)
    assert [line for line in lines if line in ("东:", "西:")] == ["东:", "西:"]
    assert any("mean 评分 without one highest and one lowest (元)" in line for line in lines)
    assert any("veto: where 统计局 reports 事故数 ≥ 1, the total is at most 0" in line for line in lines)


def test_percentages_units_missing_figures_and_vetoes_of_sections_are_told_as_people_say_them(run: Run, tmp_path: Path) -> None:
    text = changed(
        ('  { label = "用地（公顷）"', '  { label = "满意度", type = "percent" },\n  { label = "用地（公顷）"'),
        (
            'measure = "min(1.2, [完成投资（亿元）] / [计划投资（万元）])"\npoints = { per = 10 }',
            'measure = "[满意度]"\nmissing = 0.5\npoints = { steps = [[0.985, 10]] }',
        ),
        ('measure = "[完成投资（亿元）] / [用地（公顷）]"', 'measure = "[完成投资（亿元）]"'),
        ("total = 0\n", 'section = "2"\nscore = 0\n'),
    )
    (tmp_path / "method.toml").write_text(
        re.sub(r"(?s)\n\[\[indicators.leaves.examples\]\].*?\n(?=\n)", "\n", text), encoding="utf-8"
    )
    said = run("rulebook", "show", "method.toml", "--lang", "zh").out
    assert "x＝满意度；缺数据时按 0.5 计；得分：x≥98.5%：10 分；其余 0 分" in said
    assert "x＝完成投资（亿元）；再排名" in said  # the label has the unit
    assert "的，“评议”最多 0 分" in said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rulebook_is_told_in_either_language(name: str, language: str, run: Run) -> None:
    outcome = run("rulebook", "show", name, "--lang", language)
    assert (outcome.code, outcome.err) == (0, "")
    book = load_rulebook(packaged()[name])
    assert all(leaf.title in outcome.out for leaf in book.leaves)
    assert all(chain.name in outcome.out for chain in book.chains)


def test_as_a_word_document_the_method_can_be_signed(run: Run, tmp_path: Path) -> None:
    outcome = run("rulebook", "show", "xiangxiang-2022", "-o", "method.docx")
    assert (outcome.code, outcome.out) == (0, "Wrote the method to method.docx\n".replace("docx\n", "docx.\n"))
    document = docx.Document(str(tmp_path / "method.docx"))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "湘乡市优势产业链工作考核办法"
    assert any(text.strip().startswith("签发：湘乡市优势产业链培育行动工作领导小组（盖章）：＿") for text in texts)
    objects, indicators, *_ = document.tables
    assert [cell.text for cell in objects.rows[1].cells] == ["1", "绿色建材装配式建筑和建工", "主导", "市住建局", "赵新文"]
    assert len(indicators.rows) == 1 + 4 + 19
    assert document.core_properties.title == "湘乡市优势产业链工作考核办法"
    first = (tmp_path / "method.docx").read_bytes()
    run("rulebook", "show", "xiangxiang-2022", "-o", "method.docx", "--force")
    with zipfile.ZipFile(io.BytesIO(first)) as old, zipfile.ZipFile(tmp_path / "method.docx") as new:
        assert [old.read(name) for name in old.namelist()] == [new.read(name) for name in new.namelist()]


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [each for each in attrs if each[0] in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_as_a_page_it_is_whole_and_fetches_nothing(run: Run, tmp_path: Path) -> None:
    text = changed(("乡镇考核办法", "<script>alert(1)</script>办法 & 细则"))
    path = written(text, tmp_path / "towns.toml")
    assert run("rulebook", "show", path, "-o", "method.html").code == 0
    content = (tmp_path / "method.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(content)
    assert (page.open, page.links, page.tags.count("script")) == ([], [], 0)
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;办法 &amp; 细则</h1>" in content
    assert '<html lang="zh-CN">' in content


def test_as_markdown_tables_have_a_line_for_each_row(run: Run, tmp_path: Path) -> None:
    path = written(changed(("甲镇", "甲|*镇*")), tmp_path / "towns.toml")
    assert run("rulebook", "show", path, "-o", "method.md").code == 0
    lines = (tmp_path / "method.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# 乡镇考核办法"
    assert "| 1 | 甲\\|\\*镇\\* | 东 |" in lines
    assert lines[lines.index("|  | 乡镇 | 组别 |") + 1] == "| --- | --- | --- |"


def test_a_file_of_another_kind_or_one_that_is_there_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("rulebook", "show", "-o", "method.pdf").err == "method.pdf has the wrong ending; allowed: .docx, .html, .md.\n"
    written("kept", tmp_path / "method.md")
    assert run("rulebook", "show", "-o", "method.md").code == 2
    assert (tmp_path / "method.md").read_text(encoding="utf-8") == "kept"
    assert run("rulebook", "show", "-o", "method.md", "--force").code == 0


def test_a_reading_is_shown_as_it_is_chosen(run: Run, tmp_path: Path) -> None:
    path = written(SMALL, tmp_path / "towns.toml")
    assert "points: 工业 2; 服务业 1\n" in run("rulebook", "show", path).out
    assert "服务业 0.5" in run("rulebook", "show", path, "--reading", "late_projects=half").out


# ---------------------------------------------------------------- new


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_rulebook_is_sound_and_has_every_key_with_a_comment(language: Any, run: Run, tmp_path: Path) -> None:
    assert run("rulebook", "new", "mine.toml", "--lang", language).code == 0
    content = (tmp_path / "mine.toml").read_bytes()
    assert content == starting_rulebook(language)
    assert mistakes_of(content, "mine.toml") == ()
    assert run("rulebook", "check", "mine.toml").code == 0
    text = content.decode()
    ours = {"chains": "objects", "per_chain": "per_object", "one_chain_only": "one_object_only"}
    keys = {ours.get(key, key) for key in keys_of(msgspec.inspect.type_info(Method))} - {"language"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == set()
    assert tomllib.loads(text)["languages"] == [language]


def keys_of(kind: Any) -> set[str]:
    """Every key that a model may have, with those of the models within it."""
    keys: set[str] = set()
    if isinstance(kind, msgspec.inspect.StructType):
        for field in kind.fields:
            keys |= {field.encode_name} | keys_of(field.type)
    for name in ("item_type", "value_type"):
        keys |= keys_of(getattr(kind, name)) if hasattr(kind, name) else set()
    for name in ("types", "item_types"):
        keys |= set().union(*map(keys_of, getattr(kind, name, ()))) if hasattr(kind, name) else set()
    return keys


def test_a_new_rulebook_replaces_nothing(run: Run, tmp_path: Path) -> None:
    written("kept", tmp_path / "mine.toml")
    assert run("rulebook", "new", "mine.toml").code == 2
    assert run("rulebook", "new", "mine.txt").code == 2
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "kept"


# ---------------------------------------------------------------- schema, list


def plain(value: object) -> Any:
    """A document as JSON has it."""
    return json.loads(
        json.dumps(value, default=lambda each: each.isoformat() if isinstance(each, datetime.date) else str(each))
    )


def test_the_schema_takes_every_rulebook_and_refuses_misspelt_keys(run: Run) -> None:
    found = run("rulebook", "schema").document
    assert found == plain(schema())
    validator = jsonschema.Draft202012Validator(found)
    validator.check_schema(found)
    texts = [path.read_text(encoding="utf-8") for path in packaged().values()]
    for text in (*texts, SMALL, *(starting_rulebook(language).decode() for language in ("zh", "en"))):  # type: ignore[arg-type]
        assert not list(validator.iter_errors(plain(tomllib.loads(text))))
    for old, new in (
        ("outlier_factor", "outlier_factr"),
        ("points = { per = 10 }", "points = { pre = 10 }"),
        ('against = "rank"', 'against = "ranks"'),
        ("{ points = 1 }", "{ point = 1 }"),
        ("decimals = 2", 'decimals = "2"'),
        ('title = "经济"\nmarks = 30', 'title = "经济"\nmarks = "30"'),
        ('type = "count"', 'type = "counts"'),
    ):
        assert list(validator.iter_errors(plain(tomllib.loads(changed((old, new)))))), new


def test_the_rulebooks_of_the_program_are_listed(run: Run) -> None:
    document = run("rulebook", "list", "--json").document
    assert [each["id"] for each in document["rulebooks"]] == NAMES
    towns = document["rulebooks"][-1]
    assert (towns["id"], towns["version"], towns["objects"], towns["leaves"]) == ("xiangxiang-2022", "1.0.0", 6, 19)
    lines = run("rulebook", "list").out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == NAMES


# ---------------------------------------------------------------- which rulebook a command goes by


def made_by(run: Run, name: str, path: str) -> str:
    assert run("template", "--rulebook", name, "-o", path, "--period", "2024Q1" if name != "twelve-towns" else "2024").code == 0
    return path


def findings_of(document: Any) -> set[str]:
    return {each["code"] for each in document["findings"]}


def test_a_workbook_is_read_by_the_rulebook_that_it_was_made_by(run: Run) -> None:
    for name in ("suppliers", "twelve-towns"):
        path = made_by(run, name, f"{name}.xlsx")
        without, named = run("check", path, "--json").document, run("check", path, "--rulebook", name, "--json").document
        assert without == named
        assert not {"E110", "E111"} & findings_of(without)
        assert {"E110", "E111"} & findings_of(run("check", path, "--rulebook", "xiangxiang-2022", "--json").document)


def test_the_environment_names_a_rulebook_and_the_option_goes_before_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made_by(run, "suppliers", "s.xlsx")
    monkeypatch.setenv("CHAINSCORE_RULEBOOK", "xiangxiang-2022")
    assert {"E110", "E111"} & findings_of(run("check", path, "--json").document)
    assert not {"E110", "E111"} & findings_of(run("check", path, "--rulebook", "suppliers", "--json").document)
    monkeypatch.setenv("CHAINSCORE_RULEBOOK", str(resources.files("chainscore.method") / "rulebooks" / "suppliers.toml"))
    assert not {"E110", "E111"} & findings_of(run("check", path, "--json").document)
    monkeypatch.setenv("CHAINSCORE_RULEBOOK", "")
    assert not {"E110", "E111"} & findings_of(run("check", path, "--json").document)


def test_a_name_that_no_rulebook_has_is_one_line_with_the_nearest(run: Run) -> None:
    outcome = run("template", "--rulebook", "supplier")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "no rulebook “supplier” comes with the program, and there is no such file; the nearest is suppliers; "
        f"there are: {', '.join(NAMES)}.\n"
    )


@pytest.mark.parametrize(
    "command",
    [
        ["template"],
        ["check", "a.xlsx"],
        ["score", "a.xlsx"],
        ["explain", "a.xlsx", "x"],
        ["diff", "a.xlsx", "b.xlsx"],
        ["trend", "a.xlsx"],
        ["codes"],
    ],
)
def test_every_command_tells_each_mistake_of_a_rulebook_in_its_language(command: list[str], run: Run, tmp_path: Path) -> None:
    path = written(changed(("decimals = 2", "decimals = 12"), ("[2, 8]", "[1, 8]")), tmp_path / "towns.toml")
    outcome = run(*command, "--rulebook", path, "--lang", "zh")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "规则文件不能使用，有 2 处错误：",
        "towns.toml:6: R006 decimals: 12 超出范围，应为：0–6",
        "towns.toml:109: R024 indicators[0].leaves[1].points.steps[1]: “1”有两个分值",
    ]
    assert "mistakes: 2" in run(*command, "--rulebook", path, "--lang", "en").err
