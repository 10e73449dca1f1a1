"""No forgery of a bulletin passes: each is named at its place, or the bulletin cannot be verified."""

from __future__ import annotations

import pytest

from chainscore.verify.markup import UnverifiableError
from chainscore.words.findings import blocking
from tests.verify.bulletin_forgeries import ALL
from tests.verify.test_bulletin import differences
from tests.verify.test_bulletin import written as written  # the fixture: a bulletin


def passes(content: bytes, written: bytes) -> bool:
    try:
        return not blocking(differences(written, content))
    except UnverifiableError:
        return False


def test_what_was_published_passes(written: bytes) -> None:
    assert passes(written, written)


@pytest.mark.parametrize("name", ALL)
def test_a_forgery_is_named(name: str, written: bytes) -> None:
    assert not passes(ALL[name](written), written)
