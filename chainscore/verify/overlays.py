"""What lies on a sheet, held against what should: charts and pictures, each with its own of the other workbook."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from chainscore.verify.cells import Place
from chainscore.verify.contents import Sheet
from chainscore.verify.flatten import Facts
from chainscore.verify.spelling import Move

Difference = tuple[str, Place | None, tuple[Facts, Facts] | None]
"""Code, place, and what both say; None where there is only one."""


def compare_drawings(wanted: Sheet, found: Sheet, move: Move) -> Iterator[Difference]:
    """Those that are gone (E722) or were added (E723), and pairs of what is said of each other one."""
    left = list(found.drawings)
    pairs: list[tuple[Element, Element]] = []
    for by in (lambda each: (_kind(each), _place(each)), _kind):  # those in one place first
        for element in wanted.drawings:
            same = next((each for each in left if by(each) == by(element)), None)
            if same is not None and element not in [one for one, _ in pairs]:
                left.remove(same)
                pairs.append((element, same))
    yield from (("", _place(same), (wanted.anchor(element, move), found.anchor(same))) for element, same in pairs)
    yield from (("E722", None, None) for _ in range(len(wanted.drawings) - len(pairs)))
    yield from (("E723", _place(element), None) for element in left)


def _kind(anchor: Element) -> tuple[str, ...]:
    """``xdr.pic``, ``xdr.graphicFrame`` and so on."""
    return tuple(
        child.tag for child in anchor if child.tag not in ("xdr.from", "xdr.to", "xdr.ext", "xdr.pos", "xdr.clientData")
    )


def _place(anchor: Element) -> Place:
    """The cell at its upper left corner."""
    row, column = (anchor.findtext(f"xdr.from/xdr.{name}") or "0" for name in ("row", "col"))
    return (int(row) if row.isdigit() else 0) + 1, (int(column) if column.isdigit() else 0) + 1
