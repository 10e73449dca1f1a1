"""What a leaf says twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chainscore.method.mistakes import Mistake, Path
from chainscore.method.rule.term import Lookup, Term


def said_twice(terms: Sequence[Term], sentences: Sequence[tuple[Any, Path]], path: Path) -> Iterator[Mistake]:
    """A sentence that stands there twice, two that give points for one value of the same rows, two figures of one name."""
    told = [sentence for sentence, _ in sentences]
    again = {at for at, each in enumerate(told) if each in told[:at]}
    for at in sorted(again):
        yield Mistake("R010", sentences[at][1], {"text": f"terms[{at}]"})
    known: dict[tuple[Any, ...], set[str]] = {}
    for term in terms:
        values = {value for value, _ in term.points.match}
        others = known.setdefault((term.source, term.conditions, term.measure), set())
        for value in sorted(values & others) if term.index not in again else ():
            yield Mistake("R024", (*path, "terms", term.index), {"text": value})
        others |= values
    taken: dict[str, Lookup] = {}
    for term in terms:
        if term.lookup is not None and taken.setdefault(term.lookup.alias, term.lookup) != term.lookup:
            yield Mistake("R010", (*path, "terms", term.index, "lookup", "as"), {"text": term.lookup.alias})
