"""Which rows (or columns) of two versions of a sheet are the same, though some were deleted or inserted between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import cached_property

MOST_BLANK = 1000
"""A row or column that stands farther away from the one before than this was not put there by inserting blank ones."""


class Side(Enum):
    """Which end of a range a line is."""

    NONE = "neither"
    START = "start"
    END = "end"


@dataclass(frozen=True)
class Alignment:
    """Lines by their numbers, from 1."""

    pairs: Mapping[int, int]
    """Old → new number of each line that is in both, in order."""
    deleted: tuple[int, ...] = ()
    """Old numbers."""
    inserted: tuple[int, ...] = ()
    """New numbers."""
    alike: float = 1.0
    """Which part of the lines is in both without any change."""

    @cached_property
    def _gone(self) -> frozenset[int]:
        return frozenset(self.deleted)

    @cached_property
    def _old(self) -> list[int]:
        return list(self.pairs)

    def new(self, number: int, side: Side = Side.NONE) -> int | None:
        """Where an old line is now; where it is gone, the next of a range that it starts, or the one before where it ends."""
        if number == 0 or number in self.pairs:
            return self.pairs.get(number, 0)
        at = bisect_right(self._old, number)
        if number not in self._gone:  # blank: it moved with the line above
            above = self._old[at - 1] if at else 0
            return number + self.pairs.get(above, 0) - above - sum(above < each < number for each in self.deleted)
        if side is Side.START:
            return self.pairs[self._old[at]] if at < len(self._old) else None
        if side is Side.END:
            return self.pairs[self._old[at - 1]] if at else None
        return None


def align(old: Mapping[int, Hashable], new: Mapping[int, Hashable]) -> Alignment:
    """The alignment of lines by what stands in them; blank ones are in neither mapping. Numbers ascend."""
    before, after = _with_blank(old), _with_blank(new)
    numbers, others = list(before), list(after)
    matcher = SequenceMatcher(None, list(before.values()), list(after.values()))
    pairs: dict[int, int] = {}
    deleted: list[int] = []
    inserted: list[int] = []
    alike = 0
    for operation, start, stop, first, last in matcher.get_opcodes():
        common = min(stop - start, last - first)
        pairs |= zip(numbers[start : start + common], others[first : first + common], strict=True)
        deleted += numbers[start + common : stop]
        inserted += others[first + common : last]
        alike += common if operation == "equal" else 0
    return Alignment(pairs, tuple(deleted), tuple(inserted), alike / max(1, len(before), len(after)))


def _with_blank(lines: Mapping[int, Hashable]) -> dict[int, Hashable]:
    """The lines with the blank ones between them."""
    whole: dict[int, Hashable] = {}
    last = 0
    for number, content in lines.items():
        if number - last <= MOST_BLANK:
            whole |= dict.fromkeys(range(last + 1, number))
        whole[number] = content
        last = number
    return whole
