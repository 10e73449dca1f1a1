"""``verify`` of a bulletin: it is written again from its inputs, and whatever it shows or hides otherwise is named."""

from __future__ import annotations

import datetime
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt, RGBColor

from chainscore.intake.limits import Limits
from chainscore.method.loading import load_rulebook
from chainscore.papers.bulletin.content import Particulars
from chainscore.papers.bulletin.document import write_bulletin
from chainscore.papers.bulletin.subject import load, subject_of
from chainscore.verify.bulletin.comparison import compare
from chainscore.verify.bulletin.contents import read_contents
from chainscore.verify.markup import UnverifiableError
from chainscore.words.findings import Finding
from tests.comparison.test_trend import year as year  # the fixture: four quarters
from tests.conftest import REPOSITORY, Outcome, Run
from tests.support import office
from tests.support.packages import package, parts_of

SAMPLES = REPOSITORY / "sample_data"
Q1 = SAMPLES / "q1-2023.xlsx"
DOCUMENT, STYLES, TYPES = "word/document.xml", "word/styles.xml", "[Content_Types].xml"
RELATIONS, SETTINGS, FOOTER = "word/_rels/document.xml.rels", "word/settings.xml", "word/footer1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
GIVEN = ("--to", "各镇人民政府", "--number", "湘产链〔2023〕3号", "--date", "2023-07-10")


@pytest.fixture
def bulletin(run: Run, q2: Path) -> Path:
    """That of the sample quarter against the one before."""
    assert run("bulletin", q2, "--before", Q1, *GIVEN, "-o", "a.docx").code == 0
    return q2.with_name("a.docx")


@pytest.fixture(scope="module")
def written() -> bytes:
    """The same, as bytes."""
    book = load_rulebook()
    handed, before = (load([SAMPLES / name], book, False, Limits()) for name in ("q2-2023.xlsx", "q1-2023.xlsx"))
    particulars = Particulars("", "各镇人民政府", "湘产链〔2023〕3号", datetime.date(2023, 7, 10))
    return write_bulletin(subject_of([handed], before), particulars)


def codes(outcome: Outcome) -> list[str]:
    return [finding["code"] for finding in outcome.document["findings"]]


def forged(content: bytes, part: str, pattern: str, replacement: str, times: int = 1) -> bytes:
    """A document with what a regular expression finds in one of its parts replaced; it has to be there."""
    parts = parts_of(content)
    text = parts[part].decode()
    changed = re.sub(pattern, replacement, text, count=times, flags=re.DOTALL)
    assert changed != text, (part, pattern)
    return package({**parts, part: changed})


def put_in(content: bytes, name: str, part: str, kind: str, content_type: str) -> bytes:
    """A document with one more part, to which the text is related by rId99."""
    relation = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{name}"/></Relationships>'
    content = forged(content, RELATIONS, "</Relationships>", relation)
    content = forged(content, TYPES, "</Types>", f'<Override PartName="/word/{name}" ContentType="{content_type}"/></Types>')
    return package({**parts_of(content), f"word/{name}": part})


read_once = cache(read_contents)


def differences(written: bytes, other: bytes) -> list[Finding]:
    return compare(read_once(written), read_contents(other), "a.docx", "zh")


# ---------------------------------------------------------------- sound


def test_a_bulletin_is_what_its_inputs_give(run: Run, bulletin: Path, q2: Path) -> None:
    outcome = run("verify", bulletin, q2, "--before", Q1)
    assert (outcome.code, outcome.err) == (0, "")
    told, verdict = outcome.out.splitlines()
    assert told.startswith(
        "a.docx: N633 filled in by the issuer and held against no input: 湘产链〔2023〕3号；各镇人民政府：；2023年7月10日."
    )
    assert verdict.startswith(
        "a.docx is what its inputs give, to the byte: written again under the recorded rules and readings; 2 inputs"
    )


def test_the_document_says_what_was_compared(run: Run, bulletin: Path, q2: Path) -> None:
    document = run("verify", bulletin, q2, "--before", Q1, "--json").document
    assert (document["verdict"], document["period"], document["sound"]) == ("identical", "2023Q2", True)
    assert [each["file"] for each in document["inputs"]] == ["q2-2023.xlsx", "q1-2023.xlsx"]
    cells = sum(len(row.cells) for table in Document(str(bulletin)).tables for row in table.rows)
    assert document["compared"]["cells"] == cells > 7 * 8 + 21 * 9 + 6 * 6 * 5  # ranking, all leaves, six objects' sections
    assert document["compared"]["figures"] > 300


def test_the_deadline_is_told_to_be_the_issuers(run: Run, q2: Path) -> None:
    run("bulletin", q2, "--due", "2023-07-01", "-o", "a.docx")
    outcome = run("verify", "a.docx", q2, "--json")
    assert (outcome.document["verdict"], codes(outcome)) == ("identical", ["N633"])
    assert "报送期限 2023-07-01" in outcome.document["findings"][0]["message"]


def test_the_head_is_the_issuers_whatever_it_is_changed_to(run: Run, bulletin: Path, q2: Path) -> None:
    document = Document(str(bulletin))
    document.paragraphs[1].runs[0].text = "湘产链〔2023〕8号"
    document.save(str(bulletin))
    outcome = run("verify", bulletin, q2, "--before", Q1, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (0, "same", ["N633"])
    assert "〔2023〕8号" in outcome.document["findings"][0]["message"]


def test_what_the_writer_adds_below_the_last_heading_is_told_to_be_the_writers(run: Run, bulletin: Path, q2: Path) -> None:
    document = Document(str(bulletin))
    place = next(each for each in document.paragraphs if each.text == "（此处由发文单位填写）")
    place.runs[0].text = "（一）抓项目开工。"
    place.insert_paragraph_before("各链要对照短板，第三季度总分提高10分。", style="List Number")
    document.save(str(bulletin))
    outcome = run("verify", bulletin, q2, "--before", Q1, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (0, "same", ["N633", "N634"])
    assert outcome.document["findings"][1]["sheet"] == "五、下一步工作"
    assert "(2 paragraph(s))" in outcome.document["findings"][1]["message"]


def test_a_draft_a_year_and_a_results_workbook_are_verified_too(run: Run, mistaken: Path, q2: Path, year: list[str]) -> None:
    run("bulletin", mistaken, "--draft", "--reading", "listing_stages=highest", "-o", "draft.docx")
    draft = run("verify", "draft.docx", mistaken, "--json")
    assert (draft.document["verdict"], codes(draft)) == ("identical", ["N635"])
    assert "listing_stages=highest" in draft.document["findings"][0]["message"]
    run("bulletin", "--year", *year, "-o", "year.docx")
    assert run("verify", "year.docx", *reversed(year), "--json").document["verdict"] == "identical"
    run("score", q2, "-o", "results.xlsx")
    run("bulletin", "results.xlsx", "-o", "of-results.docx")
    assert run("verify", "of-results.docx", "results.xlsx", "--json").document["verdict"] == "identical"


@pytest.mark.libreoffice
@pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))
def test_a_save_by_libreoffice_changes_nothing_and_hides_no_change(run: Run, bulletin: Path, q2: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    (tmp_path / "saved").mkdir()
    save = ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", "saved", bulletin.name]
    subprocess.run(save, check=True, capture_output=True, timeout=office.LONGEST_WORK)
    again = tmp_path / "saved" / bulletin.name
    outcome = run("verify", again, q2, "--before", Q1, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (0, "same", ["N633"])
    document = Document(str(again))
    run_ = next(each for paragraph in document.paragraphs for each in paragraph.runs if each.text == "63.74")
    run_.text = "66.74"
    document.save(str(again))
    outcome = run("verify", again, q2, "--before", Q1, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (1, "different", ["E728", "N633"])
    assert outcome.document["findings"][0]["cell"] == "f3_highest"


# ---------------------------------------------------------------- other inputs and rules


def test_other_inputs_than_it_was_made_from_are_told(run: Run, bulletin: Path, q2: Path) -> None:
    missing = run("verify", bulletin, q2, "--json")
    assert (missing.code, missing.document["verdict"], codes(missing)) == (1, "other_inputs", ["E735"])
    other = run("verify", bulletin, Q1, "--before", Q1, "--json")
    assert (other.document["verdict"], codes(other)) == ("other_inputs", ["E703"])
    run("bulletin", q2, "-o", "alone.docx")
    assert codes(run("verify", "alone.docx", q2, "--before", Q1, "--json")) == ["E704"]


def test_an_input_that_cannot_be_read_and_a_folder_of_inputs(run: Run, bulletin: Path, q2: Path, tmp_path: Path) -> None:
    unread = run("verify", bulletin, "none.xlsx", "--before", Q1)
    assert (unread.code, unread.out.partition(" ")[0]) == (2, "none.xlsx:")
    (tmp_path / "folder").mkdir()
    q2.rename(tmp_path / "folder" / "改名.xlsx")
    assert run("verify", bulletin, "folder", "--before", Q1, "--json").document["verdict"] == "identical"


def test_an_own_rulebook_has_to_be_named(run: Run, q2: Path, tmp_path: Path) -> None:
    source = (REPOSITORY / "chainscore" / "method" / "rulebooks" / "xiangxiang-2022.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(source.replace("steps = [[2, 6]", "steps = [[2, 16]", 1), encoding="utf-8")
    run("bulletin", q2, "--rulebook", own, "-o", "a.docx")
    assert run("verify", "a.docx", q2, "--rulebook", own, "--json").document["verdict"] == "identical"
    unnamed = run("verify", "a.docx", q2, "--json")
    assert (unnamed.code, unnamed.document["verdict"], codes(unnamed)) == (1, "unverifiable", ["E733"])


def test_a_bulletin_without_its_properties_is_compared_all_the_same(run: Run, bulletin: Path, q2: Path) -> None:
    bulletin.write_bytes(forged(bulletin.read_bytes(), "docProps/custom.xml", "<property.*</property>", ""))
    outcome = run("verify", bulletin, q2, "--before", Q1, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (0, "same", ["W754", "N633"])


def test_a_draft_that_lost_its_mark_is_no_bulletin_of_its_inputs(run: Run, mistaken: Path) -> None:
    run("bulletin", mistaken, "--draft", "-o", "a.docx")
    path = Path("a.docx")
    content = path.read_bytes()
    for name in [name for name in parts_of(content) if name.startswith("word/header")]:
        content = forged(content, name, "草稿", "")
    path.write_bytes(content)
    outcome = run("verify", path, mistaken, "--json")
    assert (outcome.code, outcome.document["verdict"], codes(outcome)) == (1, "different", ["E705"])


@pytest.mark.parametrize(("name", "code"), [("none.docx", "E101"), ("method.docx", "E727"), ("text.docx", "E727")])
def test_what_is_no_bulletin_is_told(run: Run, q2: Path, name: str, code: str) -> None:
    run("rulebook", "show", "-o", "method.docx")
    Path("text.docx").write_text("通报")
    outcome = run("verify", name, q2)
    assert outcome.code == 2
    assert outcome.out.startswith(f"{name}: {code} ")


# ---------------------------------------------------------------- forgeries

RUN = r'(<w:bookmarkStart w:id="3" w:name="f3_highest"/><w:r>)(<w:t>63\.74</w:t></w:r>)'
"""The highest total, in the text."""
BODY = r'<w:p><w:pPr><w:pStyle w:val="bulletinbody"/></w:pPr>'
WHITE = '<w:color w:val="FFFFFF"/>'
SHAPE = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute"><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>99.99</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
Forgery = Callable[[bytes], bytes]


def inside(properties: str) -> Forgery:
    """The highest total in letters of these properties."""
    return lambda content: forged(content, DOCUMENT, RUN, rf"\1<w:rPr>{properties}</w:rPr>\2")


def line(properties: str) -> Forgery:
    """The first paragraph of the text with these properties."""
    return lambda content: forged(content, DOCUMENT, '(<w:pStyle w:val="bulletinbody"/>)', rf"\1{properties}")


def styled(properties: str) -> Forgery:
    """The letters of the text's style with these properties."""
    return lambda content: forged(content, STYLES, '(w:styleId="bulletinbody".*?<w:rPr>)', rf"\1{properties}")


def beside(markup: str) -> Forgery:
    """Something more in the paragraph of the highest total."""
    return lambda content: forged(content, DOCUMENT, RUN, rf"{markup}\1\2")


def between(markup: str) -> Forgery:
    """Something more in front of the first paragraph of the text."""
    return lambda content: forged(content, DOCUMENT, BODY, markup + BODY)


def first_row(markup: str) -> Forgery:
    return lambda content: forged(content, DOCUMENT, "<w:trPr>", f"<w:trPr>{markup}")


def first_table(markup: str) -> Forgery:
    return lambda content: forged(content, DOCUMENT, "<w:tblPr>", f"<w:tblPr>{markup}")


def first_cell(markup: str) -> Forgery:
    return lambda content: forged(content, DOCUMENT, "<w:tcPr>", f"<w:tcPr>{markup}")


def changes() -> Iterator[tuple[str, Forgery, str, str]]:
    """(what was done, how, the code of the first finding, a piece of its message or place)."""
    yield "a figure", lambda c: forged(c, DOCUMENT, RUN, r"\1<w:t>93.74</w:t></w:r>"), "E728", "第7段!f3_highest"
    cell = r"(<w:bookmarkStart [^>]*_total_materials\"/><w:r><w:t>)63\.74"
    yield "a figure of a table", lambda c: forged(c, DOCUMENT, cell, r"\g<1>62.74"), "E728", "表1第2行第7列!"
    loose = r'<w:bookmarkStart w:id="3" w:name="f3_highest"/><w:r><w:t>63\.74(</w:t></w:r>)<w:bookmarkEnd w:id="3"/>'
    yield "a figure and its bookmark", lambda c: forged(c, DOCUMENT, loose, r"<w:r><w:t>93.74\1"), "E729", "93.74"
    yield "a word", lambda c: forged(c, DOCUMENT, "得分最低的是文体旅游", "得分最低的是电子信息"), "E729", "电子信息"
    yield "a number without a bookmark", lambda c: forged(c, DOCUMENT, "与2023年", "与2022年"), "E729", "与2022年"
    gone = r'<w:p><w:pPr><w:pStyle w:val="bulletinbody"/></w:pPr><w:r><w:t>名次下降的有.*?</w:p>'
    yield "a paragraph gone", lambda c: forged(c, DOCUMENT, gone, ""), "E730", "名次下降的有"
    yield "a paragraph added", between(f"{BODY}<w:r><w:t>电子信息成绩突出。</w:t></w:r></w:p>"), "E731", "成绩突出"
    row = r"<w:tr>(?:(?!</w:tr>).)*文体旅游休闲.*?</w:tr>"
    yield "a row gone", lambda c: forged(c, DOCUMENT, row, ""), "E730", "文体旅游休闲"
    yield "a row added", lambda c: forged(c, DOCUMENT, f"({row})", r"\1\1"), "E731", "文体旅游休闲"
    yield "a table gone", lambda c: forged(c, DOCUMENT, "<w:tbl>.*?</w:tbl>", ""), "E730", "名次"
    yield "a footer", lambda c: forged(c, FOOTER, "— ", "草稿 "), "E729", "草稿"
    margins = lambda c: forged(c, DOCUMENT, 'w:left="1587"', 'w:left="9000"')  # noqa: E731
    yield "margins", margins, "E729", "页面"
    yield "a first page of its own", lambda c: forged(c, DOCUMENT, "(<w:docGrid )", r"<w:titlePg/>\1"), "E729", "页面"
    even = lambda c: forged(c, SETTINGS, "<w:evenAndOddHeaders/>", "")  # noqa: E731
    yield "even pages as odd ones", even, "E729", "页脚"
    yield "a property", lambda c: forged(c, "docProps/custom.xml", "=full", "=none"), "E729", "efficacy_no_spread=full"

    for name, forgery in (
        ("vanish", inside("<w:vanish/>")), ("web", inside("<w:webHidden/>")), ("style hides", styled("<w:vanish/>")),
        ("defaults hide", lambda c: forged(c, STYLES, "(<w:rPrDefault><w:rPr>)", r"\1<w:vanish/>")),
    ):  # fmt: skip
        yield name, forgery, "E732", "隐藏的文字"
    for name, forgery in (
        ("white", inside(WHITE)), ("pale", inside('<w:color w:val="DDDDDD"/>')),
        ("white by theme", inside('<w:color w:val="000000" w:themeColor="background1"/>')),
        ("white style", styled(WHITE)),
        ("white table style", lambda c: forged(c, STYLES, '(w:styleId="TableGrid".*?)(<w:tblPr>)', rf"\1<w:rPr>{WHITE}</w:rPr>\2")),
    ):  # fmt: skip
        yield name, forgery, "E732", "与纸同色"
    yield "size 1", inside('<w:sz w:val="2"/>'), "E732", "过小"
    yield "small style", lambda c: forged(c, STYLES, r'(w:styleId="bulletinbody".*?<w:sz w:val=)"32"', r'\1"4"'), "E732", "过小"
    for name, forgery in (
        ("black highlight", inside('<w:highlight w:val="black"/>')), ("black shade", inside('<w:shd w:val="clear" w:fill="000000"/>')),
        ("solid", inside('<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>')),
        ("black lines", line('<w:shd w:val="clear" w:fill="101010"/>')), ("black cell", first_cell('<w:shd w:val="clear" w:fill="000000"/>')),
    ):  # fmt: skip
        yield name, forgery, "E732", "深色底纹"
    yield "struck through", inside("<w:strike/>"), "E732", "删除线"
    yield "raised", inside('<w:position w:val="400"/>'), "E732", "升降"
    yield "squeezed", inside('<w:w w:val="1"/>'), "E732", "挤压"
    yield "from right to left", inside("<w:rtl/>"), "E732", "从右到左"
    yield "a symbol font", inside('<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), "E732", "字体"
    swapped = lambda c: forged(c, "word/fontTable.xml", '(<w:font w:name="Calibri">)', r'\1<w:altName w:val="Wingdings"/>')  # noqa: E731
    yield "a font that stands for another", swapped, "E732", "字体"
    effect = '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:noFill/></w14:textFill>'
    yield "an effect", inside(effect), "E732", "文字效果"

    low = line('<w:spacing w:line="20" w:lineRule="exact"/>')
    yield "lines too low", low, "E732", "行距过小"
    yield "a frame", line('<w:framePr w:w="5000" w:hRule="exact"/>'), "E732", "段落格式"
    yield "off the page", line('<w:ind w:left="-9000"/>'), "E732", "页外"
    yield "off the page by characters", line('<w:ind w:left="0" w:leftChars="-9000"/>'), "E732", "页外"
    narrow = '<w:docGrid w:type="linesAndChars" w:linePitch="360" w:charSpace="-60000"/>'
    yield "a narrow grid", lambda c: forged(c, DOCUMENT, "<w:docGrid [^>]*/>", narrow), "E732", "挤压"
    yield (
        "a page number that is none",
        lambda c: forged(c, FOOTER, "<w:fldChar .*</w:r>(<w:r>)", r"<w:t>#</w:t></w:r>\1"),
        "E729",
        "页脚",
    )
    yield "a list", line('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'), "E732", "自动编号"
    yield "lines from right to left", line("<w:bidi/>"), "E732", "从右到左"

    yield "a row hidden", first_row("<w:hidden/>"), "E732", "隐藏的行"
    yield "a row too low", first_row('<w:trHeight w:val="10" w:hRule="exact"/>'), "E732", "固定高度的行"
    yield "a floating table", first_table('<w:tblpPr w:tblpX="1" w:tblpY="1"/>'), "E732", "浮动的表"
    yield "a table reversed", first_table("<w:bidiVisual/>"), "E732", "从右到左的表"
    yield "a table off the page", first_table('<w:tblInd w:w="20000" w:type="dxa"/>'), "E732", "页外"
    yield (
        "a table too wide",
        lambda c: forged(c, DOCUMENT, "<w:tblW [^>]*/>", '<w:tblW w:type="pct" w:w="20000"/>'),
        "E732",
        "页外",
    )
    wide = lambda c: forged(c, DOCUMENT, r'<w:tcW w:type="dxa" w:w="\d+"/>', '<w:tcW w:type="dxa" w:w="20000"/>')  # noqa: E731
    yield "a cell too wide", wide, "E732", "页外"
    yield "a cell's margins", first_cell('<w:tcMar><w:left w:type="dxa" w:w="9000"/></w:tcMar>'), "E732", "边距"
    thin = r'\1<w:spacing w:line="20" w:lineRule="exact"/>'
    styled_table = lambda c: forged(c, STYLES, '(w:styleId="TableGrid".*?<w:pPr>)<w:spacing [^>]*/>', thin)  # noqa: E731
    yield "lines of a table's style", styled_table, "E732", "行距过小"
    yield "cells merged", first_cell('<w:vMerge w:val="restart"/>'), "E732", "合并"
    yield (
        "a cell too narrow",
        lambda c: forged(c, DOCUMENT, r'<w:tcW w:type="dxa" w:w="\d+"/>', '<w:tcW w:type="dxa" w:w="9"/>'),
        "E732",
        "过窄",
    )

    author = 'w:id="900" w:author="a" w:date="2023-07-01T00:00:00Z"'
    yield (
        "inserted",
        lambda c: forged(c, DOCUMENT, RUN, rf"\1\2<w:ins {author}><w:r><w:t>9</w:t></w:r></w:ins>"),
        "E732",
        "修订",
    )
    yield "deleted", beside(f"<w:del {author}><w:r><w:delText>9</w:delText></w:r></w:del>"), "E732", "修订"
    yield "a textbox", beside(SHAPE), "E732", "文本框"
    alternate = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"/>'
    yield "a shape", beside(f"<w:r>{alternate}</w:r>"), "E732", "形状"
    yield "a drawing", between("<w:p><w:r><w:drawing/></w:r></w:p>"), "E732", "图片"
    yield "a field", beside('<w:fldSimple w:instr="INCLUDETEXT x"><w:r><w:t>9</w:t></w:r></w:fldSimple>'), "E732", "域"
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    field = mark.format("begin") + "<w:r><w:instrText> = 1 + 1 </w:instrText></w:r>" + mark.format("end")
    yield "a calculated field", beside(field), "E729", "#"
    yield (
        "a control",
        between(f"<w:sdt><w:sdtContent>{BODY}<w:r><w:t>九</w:t></w:r></w:p></w:sdtContent></w:sdt>"),
        "E732",
        "控件",
    )
    yield "a link", beside("<w:hyperlink><w:r><w:t>9</w:t></w:r></w:hyperlink>"), "E732", "超链接"
    yield "a symbol", beside('<w:r><w:sym w:font="Wingdings" w:char="F031"/></w:r>'), "E732", "符号字体"
    yield "a footnote", beside('<w:r><w:footnoteReference w:id="1"/></w:r>'), "E732", "脚注"
    yield "another section", line('<w:sectPr><w:pgSz w:w="100" w:h="100"/></w:sectPr>'), "E732", "段落格式"
    background = lambda c: forged(c, DOCUMENT, "<w:body>", '<w:background w:color="000000"/><w:body>')  # noqa: E731
    yield "a background", background, "E732", "页面背景"
    html = lambda c: put_in(c, "x.html", "<p>99</p>", "aFChunk", "text/html")  # noqa: E731
    yield "another file", lambda c: between("<w:altChunk/>")(html(c)), "E732", "别的文件"
    yield "a picture", lambda c: put_in(c, "x.png", "", "image", "image/png"), "E732", "图片"
    yield "a loose part", lambda c: package({**parts_of(c), "word/x.xml": "<x/>"}), "E732", "没有关系"
    header = f'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p>{SHAPE}</w:p></w:hdr>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    shown = '<w:headerReference w:type="default" r:id="rId99"/>'
    headed = lambda c: forged(put_in(c, "header9.xml", header, "header", kind), DOCUMENT, "(<w:footerReference)", rf"{shown}\1")  # noqa: E731
    yield "a covering shape in the header", headed, "E732", "页眉或页脚"


FORGERIES = {name: (forgery, code, piece) for name, forgery, code, piece in changes()}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_named(written: bytes, name: str) -> None:
    forgery, code, piece = FORGERIES[name]
    told = [(each.code, f"{each.place} {each.message('zh')}") for each in differences(written, forgery(written))]
    assert any(code == its and piece in said for its, said in told), told


def test_only_what_was_changed_is_named(written: bytes) -> None:
    for name in (
        "a figure",
        "a figure of a table",
        "a word",
        "a paragraph gone",
        "a paragraph added",
        "a row gone",
        "size 1",
        "white",
    ):
        assert len(differences(written, FORGERIES[name][0](written))) == 1, name


@pytest.mark.parametrize(
    "forgery",
    [
        lambda c: forged(c, DOCUMENT, "<w:body>", "<w:body><!-- 9 -->"),
        lambda c: forged(c, DOCUMENT, "<w:body>", "<w:body>9"),
        lambda c: forged(c, "_rels/.rels", "relationships/officeDocument", "relationships/OfficeDocument"),
        lambda c: forged(c, RELATIONS, 'Target="footer1.xml"', 'Target="footer9.xml"'),
    ],
)
def test_what_no_office_program_writes_cannot_be_verified(written: bytes, forgery: Forgery) -> None:
    with pytest.raises(UnverifiableError):
        read_contents(forgery(written))


def test_letters_and_marks_that_programs_and_offices_change_are_no_difference(written: bytes, tmp_path: Path) -> None:
    content = forged(written, DOCUMENT, RUN, r'<w:bookmarkStart w:id="999" w:name="_GoBack"/><w:bookmarkEnd w:id="999"/>\1\2')
    content = forged(content, DOCUMENT, "<w:p>", '<w:p w:rsidR="00A1"><w:proofErr w:type="spellStart"/>')
    content = forged(content, DOCUMENT, "得分最高的是", "得分最</w:t></w:r><w:r><w:t>高的是")
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    document = Document(str(path))
    for paragraph in document.paragraphs:
        for each in paragraph.runs:
            each.font.size, each.font.color.rgb, each.font.name = Pt(15), RGBColor(0, 0, 0x80), "仿宋"
    document.save(str(path))
    assert differences(written, path.read_bytes()) == []


def test_a_picture_in_the_writers_part_is_named_and_a_list_is_not(written: bytes) -> None:
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    place = '(<w:pStyle w:val="bulletinopen"/>)(.*?</w:pPr>)'
    assert differences(written, forged(written, DOCUMENT, place, rf"\1{listed}\2")) == []
    shape = forged(written, DOCUMENT, place, rf"\1\2{SHAPE}")
    assert [each.code for each in differences(written, shape)] == ["E732"]
    table = (
        '<w:tbl><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
        "<w:tr><w:tc><w:p><w:r><w:t>9</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    added = forged(written, DOCUMENT, '(<w:p><w:pPr><w:pStyle w:val="bulletinopen"/>)', rf"{table}\1")
    assert [each.code for each in differences(written, added)] == ["E731"]
