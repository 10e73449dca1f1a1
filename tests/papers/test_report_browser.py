"""The report in Chromium, which is started once: read, clicked, worked by keys, printed, and by whom it can be read."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscore.method.loading import load_rulebook, packaged
from tests.conftest import REPOSITORY, Run
from tests.papers.strained import IDS, name_of, strained_month
from tests.rulebooks.quarters import SUPPLIERS
from tests.support import browser
from tests.support.any_method import typed_by_openpyxl
from tests.support.browser import Browser, Page
from tests.support.facts import NAMES, quarter, write_plainly

pytestmark = pytest.mark.skipif(browser.PROGRAM is None, reason=browser.MISSING)
Q1 = REPOSITORY / "sample_data" / "q1-2023.xlsx"
AXE = "axe-core@4.14.1"
PHONE = 375
OPEN_ALL = "document.getElementById('open').click()"
OTHER_LANGUAGE = "document.getElementById('language').click()"
CONTRASTS = """(() => {
  const channels = (css) => css.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => { const [r, g, b] = rgb.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (it) => { for (let at = it; at; at = at.parentElement) { const c = channels(getComputedStyle(at).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const ratio = (a, b) => { const [high, low] = [light(a), light(b)].sort((x, y) => y - x); return (high + 0.05) / (low + 0.05); };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) { const it = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "OPTION", "title"].includes(it.tagName)) continue;
    const [ink, paper] = [channels(getComputedStyle(it).color), ground(it)];
    found[ink + " on " + paper] = ratio(ink, paper); }
  const bars = [...document.querySelectorAll("svg.bars rect")].map((it) =>
    [getComputedStyle(it).fill, ratio(channels(getComputedStyle(it).fill), ground(it.parentElement))]);
  return [found, Object.fromEntries(bars)];
})()"""
"""Ink and paper → their contrast as WCAG has it, and the same of the bars."""

Made = Callable[..., Path]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser.running(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, fetched by npm."""
    folder, npm = tmp_path_factory.mktemp("axe"), shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is not here: npm is not installed")
    packed = subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if packed.returncode:
        pytest.skip("axe-core is not here: npm could not fetch it")
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Made:
    """Writes a report."""

    def make(*arguments: object) -> Path:
        outcome = run("report", *arguments, "-o", "report.html", "--force")
        assert outcome.code == 0, outcome.err
        return tmp_path / "report.html"

    return make


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_either_language_at_either_width(
    chromium: Browser, axe: str, made: Made, mistaken: Path, scheme: Any
) -> None:
    report = made(mistaken, "--before", Q1, "--draft")
    for width in (1280, PHONE):
        page = chromium.open(report, width, scheme=scheme)
        page.ask(f"{axe};0")
        for action in (OPEN_ALL, OTHER_LANGUAGE):
            page.ask(action)
            found = page.ask("axe.run().then(its => its.violations.map(each => [each.id, each.nodes.map(node => node.html)]))")
            assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("files", ["sample", "mistaken"])
def test_text_stands_out_by_4_5_to_1_and_bars_by_3_to_1(
    chromium: Browser, made: Made, scheme: Any, files: str, request: pytest.FixtureRequest
) -> None:
    report = made(request.getfixturevalue(files), "--before", Q1, "--draft")
    texts, bars = chromium.open(report, scheme=scheme).ask(CONTRASTS)
    assert len(texts) > 4
    assert not {pair: ratio for pair, ratio in texts.items() if ratio < 4.5}
    assert not {fill: ratio for fill, ratio in bars.items() if ratio < 3}


def test_clicks_filter_open_close_and_change_the_language(chromium: Browser, made: Made, sample: Path) -> None:
    page = chromium.open(made(sample))
    assert page.ask("document.documentElement.lang") == "zh"
    page.click("#language")
    assert page.ask("document.documentElement.lang") == "en"
    choose(page, "of-object", "materials")
    choose(page, "of-unit", "市商务局")
    shown = "[...document.querySelectorAll('article')].filter(each => each.offsetHeight).map(each => each.dataset.object)"
    assert page.ask(shown) == ["materials"]
    units = (
        "[...document.querySelectorAll('article .en .leaf')].filter(each => each.offsetHeight).map(each => each.dataset.units)"
    )
    seen = page.ask(units)
    assert seen
    assert all("市商务局" in each for each in seen)
    choose(page, "of-object", "")
    choose(page, "of-unit", "")
    assert len(page.ask(shown)) == 6
    page.click("#open")
    assert page.ask("document.querySelectorAll('article details:not([open])').length") == 0
    page.click("#close")
    assert page.ask("document.querySelectorAll('article details[open]').length") == 0


def choose(page: Page, field: str, value: str) -> None:
    page.ask(
        f"(it => {{ it.value = '{value}'; it.dispatchEvent(new Event('change', {{bubbles: true}})); }})(document.getElementById('{field}'))"
    )


def test_everything_can_be_reached_and_worked_by_keys_and_shows_where_they_are(
    chromium: Browser, made: Made, sample: Path
) -> None:
    page = chromium.open(made(sample))
    reached = []
    for _ in range(40):
        page.press("Tab")
        its = "[document.activeElement.id || document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        reached.append(tuple(page.ask(its)))
    names = [name for name, _ in reached]
    assert names[:5] == ["language", "open", "close", "print", "DIV"]  # the last is the ranking, to be scrolled
    assert names[5:11] == ["A"] * 6
    assert names[11:15] == ["of-object", "of-leaf", "of-unit", "SUMMARY"]
    assert {outline for _, outline in reached} == {"solid"}
    opened = "document.activeElement.parentElement.open"
    before = page.ask(opened)
    page.press("Enter")
    assert page.ask(opened) is not before
    page.ask("document.getElementById('language').focus()")
    page.press(" ")
    assert page.ask("document.documentElement.lang") == "en"


def test_a_phone_shows_it_without_scrolling_sideways(chromium: Browser, run: Run, made: Made, tmp_path: Path) -> None:
    workbook, rules = strained_month(run, tmp_path)
    page = chromium.open(made(workbook, "--rulebook", rules), PHONE)
    for action in ("0", OPEN_ALL, OTHER_LANGUAGE):
        page.ask(action)
        assert page.ask("document.documentElement.scrollWidth") == PHONE
    names = page.ask("[...document.querySelectorAll('#ranking tbody th')].map(each => each.innerText)")
    assert sorted(names) == sorted(map(name_of, IDS))
    assert page.ask("document.querySelector('#ranking tbody th').offsetWidth") >= 9 * 16  # so many characters side by side


def test_what_is_closed_is_printed_and_in_dark_ink_on_white_paper(
    chromium: Browser, made: Made, sample: Path, tmp_path: Path
) -> None:
    page = chromium.open(made(sample), scheme="dark")
    (tmp_path / "report.pdf").write_bytes(page.printed())
    told = subprocess.run(["pdftotext", str(tmp_path / "report.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    assert "63.74" in told
    assert "三（三）" in told  # a clause, deep inside
    assert "全部展开" not in told  # a button
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.call("Emulation.setEmulatedMedia", media="print", features=dark)
    assert page.ask("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"


def test_what_a_department_typed_runs_nothing_and_turns_nothing_around(
    chromium: Browser, made: Made, sample: Path, tmp_path: Path
) -> None:
    workbook = openpyxl.load_workbook(sample)
    sheet = workbook["市商务局"]
    typed = "<script>window.ran = 1</script>]]><img src=x onerror='window.ran = 2'>\u202e反\u2067向</article>"
    row = next(cell.row for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float))
    sheet.cell(row, 2).value = typed
    workbook.save(tmp_path / "hostile.xlsx")
    page = chromium.open(made("hostile.xlsx", "--draft"))
    page.ask(OPEN_ALL)
    text = page.ask("document.body.innerText")
    assert "<script>window.ran = 1</script>]]><img src=x onerror='window.ran = 2'>反向</article>" in text
    assert page.ask("window.ran === undefined && document.images.length === 0")
    assert page.ask("document.querySelectorAll('article').length") == 6
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(text)


def test_five_thousand_rows_are_there_and_filtered(chromium: Browser, made: Made, tmp_path: Path) -> None:
    # Each of 2,500 projects is evidence of two leaves: of the task and of the steps.
    names = list(NAMES.values())
    row = {"投资额（亿元）": 3, "签约日期": "2023-05-06", "备案日期": "2023-05-07", "是否三类500强": "否"}
    rows = [{**row, "产业链": names[at % 6], "项目名称": f"样例项目{at:04}"} for at in range(2500)]
    write_plainly(tmp_path / "many.xlsx", quarter(市商务局=rows), "2023Q2")
    page = chromium.open(made("many.xlsx"))
    assert page.ask("performance.getEntriesByName('first-contentful-paint').length") == 1
    told = "[...document.querySelectorAll('.zh summary')].filter(each => each.innerText.includes('样例项目')).length"
    page.ask(OPEN_ALL)
    assert page.ask(told) == 5000
    choose(page, "of-leaf", "1.3.2")
    visible = f"({told.replace('innerText', 'offsetHeight && each.innerText')})"
    assert page.ask(visible) == 2500


def test_an_english_method_is_shown_wholly_in_english(chromium: Browser, run: Run, made: Made, tmp_path: Path) -> None:
    path = packaged()[SUPPLIERS.rulebook]
    run("template", "--rulebook", path, "--period", SUPPLIERS.period, "-o", "blank.xlsx")
    filled = typed_by_openpyxl(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", load_rulebook(path), SUPPLIERS.facts)
    page = chromium.open(made(filled, "--rulebook", path))
    page.ask(OPEN_ALL)
    text = page.ask("document.body.innerText").replace("中文 / English", "")
    assert not [char for char in text if "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"]
