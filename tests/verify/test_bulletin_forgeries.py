"""No forgery of a bulletin passes: each is named at its place, or the bulletin cannot be verified."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from chainscore.method.loading import load_rulebook, packaged
from chainscore.verify.markup import UnverifiableError
from chainscore.words.findings import blocking
from tests.conftest import Run
from tests.rulebooks.quarters import SUPPLIERS
from tests.support.any_method import typed_by_openpyxl
from tests.support.packages import package, parts_of
from tests.verify.bulletin_forgeries import ALL, DOCUMENT, FOOTER, SEPARATE, forged
from tests.verify.test_bulletin import differences
from tests.verify.test_bulletin import written as written  # the fixture: a bulletin


@pytest.fixture
def year_abroad(run: Run, tmp_path: Path) -> bytes:
    """An English bulletin of a year, by another rulebook."""
    book, files = packaged()["suppliers"], []
    for number in range(1, 5):
        run("template", "--rulebook", book, "--period", f"2024Q{number}", "-o", f"blank{number}.xlsx")
        blank, filled = tmp_path / f"blank{number}.xlsx", tmp_path / f"{number}.xlsx"
        files.append(typed_by_openpyxl(blank, filled, load_rulebook(book), SUPPLIERS.facts))
    assert run("bulletin", "--year", *files, "--rulebook", book, "-o", "year.docx").code == 0
    return (tmp_path / "year.docx").read_bytes()


def passes(content: bytes, written: bytes) -> bool:
    try:
        return not blocking(differences(written, content))
    except UnverifiableError:
        return False


def test_what_was_published_passes(written: bytes, year_abroad: bytes, tmp_path: Path) -> None:
    for content in (written, year_abroad):
        path = tmp_path / "a.docx"
        path.write_bytes(content)
        Document(str(path)).save(str(path))
        for saved in (content, package(parts_of(content)), path.read_bytes()):
            assert passes(saved, content)


MARGINS = '<w:tblPrEx><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPrEx>'
GAP = '<w:wAfter w:w="0" w:type="auto"/><w:jc w:val="center"/>'
"""What Word and WPS write by themselves."""


def test_what_office_programs_add_passes(written: bytes) -> None:
    content = forged(written, DOCUMENT, "<w:trPr>", f"{MARGINS}<w:trPr>{GAP}", 0)
    content = forged(content, DOCUMENT, "</w:tcPr>", '<w:tcFitText w:val="0"/><w:noWrap w:val="0"/></w:tcPr>', 0)
    hint = r'<w:r w:rsidR="00A1"><w:rPr><w:rFonts w:hint="eastAsia"/><w:vertAlign w:val="baseline"/></w:rPr><w:t>'
    content = forged(content, DOCUMENT, "<w:r><w:t>", hint, 0)
    result = f'<w:instrText xml:space="preserve"> PAGE \\\\* MERGEFORMAT </w:instrText>{SEPARATE}<w:t>1</w:t>'
    content = forged(content, FOOTER, "<w:instrText>PAGE</w:instrText>", result)
    content = forged(content, DOCUMENT, "<w:docGrid [^>]*/>", '<w:docGrid w:type="lines" w:linePitch="312" w:charSpace="0"/>')
    assert passes(content, written)


@pytest.mark.parametrize("name", ALL)
def test_a_forgery_is_named(name: str, written: bytes) -> None:
    assert not passes(ALL[name](written), written)
