"""Papers as LibreOffice prints them, of a method and a month that strain their layout: every page is looked at.

LibreOffice is started once for all of them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from docx.shared import Mm

from chainscore.__main__ import main
from chainscore.method.loading import load_rulebook, packaged
from tests.conftest import REPOSITORY
from tests.papers.strained import IDS, long, name_of, strained_month
from tests.rulebooks.quarters import PROJECTS
from tests.support import office
from tests.support.any_method import SheetFacts, typed_by_openpyxl

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(office.missing() is not None, reason=str(office.missing())),
]
SAMPLE = REPOSITORY / "sample_data" / "q2-2023.xlsx"
FOOTER = re.compile(r"—\d+—$")
MONTHS = 12


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    """Points from the upper left corner of the page."""


@dataclass(frozen=True)
class Printed:
    """A paper on paper."""

    path: Path

    @property
    def texts(self) -> list[str]:
        """The text of each page, cell by cell, without spaces and page numbers."""
        told = subprocess.run(["pdftotext", "-raw", str(self.path), "-"], check=True, capture_output=True, text=True).stdout
        return [FOOTER.sub("", "".join(page.split())) for page in told.removesuffix("\f").split("\f")]

    @property
    def pages(self) -> Iterator[list[Word]]:
        """The words of each page with their places, but for its number below the type area."""
        told = subprocess.run(["pdftotext", "-bbox", str(self.path), "-"], check=True, capture_output=True, text=True).stdout
        for page in ET.fromstring(re.sub(r'<!DOCTYPE[^>]*>|xmlns="[^"]*"', "", told)).iter("page"):
            words = [
                Word(each.text or "", *(float(each.attrib[name]) for name in ("xMin", "xMax", "yMin", "yMax")))
                for each in page.iter("word")
            ]
            yield [word for word in words if word.top < Mm(297 - 32).pt]


def perform(*arguments: object) -> None:
    """Runs the program in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["chainscore", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, None), arguments


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything lies that is made here."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def printed(folder: Path) -> Mapping[str, Printed]:
    """All papers, printed by one LibreOffice."""
    strained, rules = strained_month(perform, folder)
    lacking, _ = strained_month(perform, folder, lacking=True)
    perform("bulletin", strained, "--rulebook", rules, "-o", folder / "bulletin.docx")
    perform("bulletin", lacking, "--rulebook", rules, "--draft", "-o", folder / "draft.docx")
    perform("explain", strained, "P01", "--rulebook", rules, "-o", folder / "review.docx")
    perform("bulletin", SAMPLE, "-o", folder / "sample.docx")
    perform("trend", *_months(folder), "--rulebook", packaged()[PROJECTS.rulebook], "-o", folder / "trend.xlsx")
    papers = [*folder.glob("*.docx"), folder / "trend.xlsx"]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, papers)],
        check=True,
        capture_output=True,
        timeout=office.LONGEST_WORK,
    )
    return {paper.stem: Printed(paper.with_suffix(".pdf")) for paper in papers}


def _months(folder: Path) -> list[Path]:
    path = packaged()[PROJECTS.rulebook]
    facts = {**PROJECTS.facts, "项目办": SheetFacts(), "督查室": SheetFacts()}
    filled = []
    for month in range(1, MONTHS + 1):
        perform("template", "--rulebook", path, "--period", f"2023-{month:02}", "-o", folder / "blank.xlsx", "--force")
        target = folder / f"2023-{month:02}.xlsx"
        filled.append(typed_by_openpyxl(folder / "blank.xlsx", target, load_rulebook(path), facts))
    return filled


def between(texts: list[str], first: str, last: str) -> str:
    """All text from one heading to the next."""
    joined = "".join(texts)
    return joined[joined.index(first) : joined.index(last)]


@pytest.mark.parametrize("paper", ["bulletin", "draft", "review", "sample"])
def test_nothing_stands_outside_of_the_type_area(printed: Mapping[str, Printed], paper: str) -> None:
    for number, page in enumerate(printed[paper].pages, 1):
        for word in page:
            # The standard's margins in points; punctuation may hang a character's width over the right one.
            assert Mm(28).pt - 1 <= word.left, (number, word)
            assert word.right <= Mm(210 - 26).pt + 17, (number, word)
            assert word.bottom <= Mm(297 - 35).pt + 1, (number, word)


@pytest.mark.parametrize("paper", ["bulletin", "draft", "review", "sample"])
def test_no_page_is_empty_or_holds_a_heading_alone(printed: Mapping[str, Printed], paper: str) -> None:
    headings = {"附件1", "附件2", "得分汇总表", "附件1得分汇总表", "草稿附件1", "草稿得分汇总表", "", "草稿"}
    assert not [number for number, text in enumerate(printed[paper].texts, 1) if text in headings]


def test_full_pages_have_22_lines(printed: Mapping[str, Printed]) -> None:
    lines = []
    for page in printed["bulletin"].pages:
        tops = sorted({round(word.top) for word in page if word.bottom - word.top > 14})  # of letters of 16 points
        if tops and all(later - earlier in (28, 29, 30) for earlier, later in pairwise(tops)):
            lines.append(len(tops))
    assert max(lines) == 22


@pytest.mark.parametrize("paper", ["bulletin", "draft"])
def test_each_of_sixty_names_of_sixty_characters_is_whole_wherever_it_stands(
    printed: Mapping[str, Printed], paper: str
) -> None:
    texts = [text.removeprefix("草稿") for text in printed[paper].texts]
    parts = [
        between(texts, "二、得分排名", "三、主要进展"),
        between(texts, "三、主要进展", "四、存在问题"),
        between(texts, "得分汇总表指标", "附件2"),
        "".join(texts).rpartition("附件2")[2],
    ]
    assert [[name_of(each) for each in IDS if name_of(each) not in part] for part in parts] == [[], [], [], []]


def test_ties_are_told_as_such(printed: Mapping[str, Printed]) -> None:
    # The first has 3 × 20 points for events and the third loses 5: 58 are level.
    ranking = between(printed["bulletin"].texts, "二、得分排名", "三、主要进展")
    assert ranking.count("并列2") == 58
    assert "并列第2名，总分44.00分。" in "".join(printed["bulletin"].texts)


def test_the_header_of_a_table_stands_on_each_of_its_pages(printed: Mapping[str, Printed]) -> None:
    pages = printed["bulletin"].texts
    first, last = (next(at for at, text in enumerate(pages) if heading in text) for heading in ("二、得分排名", "三、主要进展"))
    of_ranking = [text for text in pages[first:last] if "并列2" in text]
    assert len(of_ranking) > 5
    assert all(text.removeprefix("二、得分排名").startswith("名次项目项目基础") for text in of_ranking)


def test_what_is_pending_stands_as_pending_and_each_page_of_a_draft_says_so(printed: Mapping[str, Printed]) -> None:
    pages = printed["draft"].texts
    assert all(text.startswith("草稿") for text in pages)
    assert f"以下指标尚缺数据，列为待定，总分和名次待数据补齐后确定：{long('投资规模')}。" in "".join(pages)
    assert "总分和名次待定。" in "".join(pages)


def test_the_request_names_every_row_whole(printed: Mapping[str, Printed]) -> None:
    text = "".join(printed["review"].texts)
    assert text.startswith(f"关于2023年3月{name_of('P01')}得分的复核申请")
    for number in range(1, 4):
        assert f"{long('事项', number)}：事项＝全省通报表扬/竣工→20" in text


def test_the_signature_stands_on_no_page_alone(printed: Mapping[str, Printed]) -> None:
    (page,) = (text for text in printed["sample"].texts if "（成文日期）" in text)
    assert "五、下一步工作" in page


def test_a_year_of_months_has_its_title_whole_on_each_sheet_of_paper(printed: Mapping[str, Printed]) -> None:
    pages = [text for text in printed["trend"].texts if "全年总分" in text or "得分自年初起累计" in text]
    kinds = ["2023-01总分", "2023-01本期增量", "2023-01名次"]
    assert [[kind for kind in kinds if kind in text] for text in pages] == [[kind] for kind in kinds]
    assert all("年总结2023-01–2023-12·示例区重点项目月度考核办法·2023年1月–2023年12月" in text for text in pages)
    assert all("得分自年初起累计，2023年12月的总分和名次就是全年结果" in text for text in pages)


@pytest.mark.usefixtures("printed")
def test_a_strained_bulletin_is_verified(folder: Path) -> None:
    perform("verify", folder / "bulletin.docx", folder / "strained.xlsx", "--rulebook", folder / "strained.toml")
