"""No forgery of a results workbook passes: each is named at its place, or the workbook cannot be verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainscore.intake.limits import Limits
from chainscore.intake.package import UnreadableError, open_package
from chainscore.results.workbook import write_results
from chainscore.verify.comparison import compare
from chainscore.verify.contents import Contents, read_contents
from chainscore.verify.markup import UnverifiableError
from chainscore.words.findings import blocking
from tests.support.workbooks import BOOK, appraised, sound
from tests.verify.ambiguities import AMBIGUITIES, REPACKINGS, Repacking
from tests.verify.disguises import DISGUISES
from tests.verify.forgeries import ALL as OPEN
from tests.verify.forgeries import Forged, Forgery
from tests.verify.misreadings import MISREADINGS

ALL = [*OPEN, *MISREADINGS, *AMBIGUITIES, *DISGUISES]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_results(appraised(sound(), tmp_path_factory.mktemp("published")), BOOK)


@pytest.fixture(scope="module")
def wanted(published: bytes) -> Contents:
    return read_contents(published)


def passes(content: bytes, wanted: Contents, path: Path) -> bool:
    """Whether nothing is named, and all of the package can be verified."""
    path.write_bytes(content)
    try:
        open_package(path, Limits())
        return not blocking(compare(wanted, read_contents(content), path.name))
    except (UnreadableError, UnverifiableError):
        return False


def test_what_was_published_passes(published: bytes, wanted: Contents, tmp_path: Path) -> None:
    assert passes(published, wanted, tmp_path / "r.xlsx")
    assert passes(Forged(published).packed(), wanted, tmp_path / "r.xlsx")
    assert len({forgery.name for forgery in ALL}) == len(ALL) >= 150


@pytest.mark.parametrize("forgery", ALL, ids=[forgery.name for forgery in ALL])
def test_a_forgery_is_named(forgery: Forgery, published: bytes, wanted: Contents, tmp_path: Path) -> None:
    forged = Forged(published)
    forgery.change(forged)
    assert not passes(forged.packed(), wanted, tmp_path / "r.xlsx")


@pytest.mark.parametrize("packing", REPACKINGS, ids=[packing.name for packing in REPACKINGS])
def test_what_is_packed_so_that_readers_differ_cannot_be_verified(
    packing: Repacking, published: bytes, wanted: Contents, tmp_path: Path
) -> None:
    assert not passes(packing.change(published), wanted, tmp_path / "r.xlsx")
