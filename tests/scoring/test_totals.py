"""Above the leaves: sections, the total, vetoes, ranks and grades, by a rulebook's own figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chainscore.method.rulebook import Rulebook
from chainscore.scoring.scorecard import LeafScore
from chainscore.scoring.scores import grades_of, ranks_of, sections_of, total_of
from tests.support.rulebooks import SMALL, changed, made

WEIGHTED = 'by = "weighted"\nweights = { "2.1" = 0.7, "2.2" = 0.3 }\n'
GRADES = 'grades = { "优秀" = 30, "合格" = 10 }\n'
VETO = SMALL[SMALL.index("[[total.veto]]") : SMALL.index('[[indicators]]\nid = "1.1"')]


def scores(book: Rulebook, **named: str | None) -> dict[str, LeafScore]:
    """The published scores of all leaves: those that are named, without the dots in their ids, and 0 else; None is pending."""
    found = {}
    for leaf in book.leaves:
        told = named.get("_" + leaf.id.replace(".", ""), "0")
        score = Decimal(told) if told is not None else None
        found[leaf.id] = LeafScore(leaf.id, "a", score, None, None, ())  # type: ignore[arg-type]
    return found


def sections(*changes: tuple[str, str], vetoes: tuple[int, ...] = (), **named: str | None) -> dict[str, str]:
    book = made(changed(*changes))
    return {name: str(score) for name, score in sections_of(book, scores(book, **named), vetoes).items()}


def test_a_section_is_the_sum_of_its_leaves() -> None:
    assert sections(_111="7.5", _112="8", _113="1.25")["1"] == "16.75"
    assert sections(_111="-7.5", _112="2")["1"] == "-5.5"


def test_a_section_may_be_weighted_or_the_mean_rounded_half_up() -> None:
    # 0.7 × 8.55 + 0.3 × 5 = 7.485, and half of a hundredth goes up.
    assert sections(_21="8.55", _22="5")["2"] == "7.49"
    mean = (WEIGHTED, 'by = "mean"\n')
    assert sections(mean, _21="8.55", _22="5")["2"] == "6.78"  # 6.775
    assert sections((WEIGHTED, ""), _21="8.55", _22="5")["2"] == "13.55"


def test_a_mean_is_of_the_leaves_that_are_known_and_pending_where_none_is() -> None:
    assert sections((WEIGHTED, 'by = "mean"\n'), _21="8", _22=None)["2"] == "8.00"
    assert sections((WEIGHTED, 'by = "mean"\n'), _21=None, _22=None)["2"] == "None"


@pytest.mark.parametrize(
    ("score", "found"), [("9", "9.00"), ("12", "12.00"), ("12.01", "12.00"), ("-1", "-1.00"), ("-1.01", "-1.00")]
)
def test_a_section_lies_within_its_cap_and_floor(score: str, found: str) -> None:
    assert sections(('title = "经济"\n', 'title = "经济"\ncap = 12\nfloor = -1\n'), _111=score)["1"] == found


def test_a_veto_of_a_section_leaves_at_most_its_score() -> None:
    change = ("total = 0\n", 'section = "1"\nscore = 3\n')
    assert sections(change, vetoes=(0,), _111="9")["1"] == "3.00"
    assert sections(change, vetoes=(0,), _111="2")["1"] == "2.00"
    assert sections(change, _111="9")["1"] == "9"


def test_a_total_lies_within_its_limits_and_a_veto_goes_before_them() -> None:
    book = made(changed(("[total]\n", "[total]\ncap = 20\nfloor = 5\n")))
    totals = [total_of(book, [Decimal(8), Decimal(each)], ()) for each in ("12", "13", "-3", "-4")]
    assert totals == [20, 20, 5, 5]
    assert total_of(book, [Decimal(8), Decimal(4)], (0,)) == 0
    assert total_of(made(SMALL), [Decimal(-8)], (0,)) == -8  # at most 0
    assert total_of(made(SMALL), [Decimal(-8), Decimal("0.5")], ()) == Decimal("-7.5")


def totals(*values: str) -> dict[str, Decimal]:
    return dict(zip("abc", map(Decimal, values), strict=True))


def test_equals_share_a_rank_and_the_next_is_skipped() -> None:
    assert ranks_of(made(SMALL), totals("20", "20", "10")) == {"a": 1, "b": 1, "c": 3}
    assert ranks_of(made(SMALL), totals("10", "20", "20")) == {"a": 3, "b": 1, "c": 1}


def test_ranks_may_be_within_groups() -> None:
    book = made(changed(("[total]\n", "[total]\nrank_in_groups = true\n")))
    assert ranks_of(book, totals("10", "5", "20")) == {"a": 2, "b": 1, "c": 1}


def test_a_grade_begins_at_its_total() -> None:
    book = made(SMALL)
    ranks = {"a": 1, "b": 2, "c": 3}
    assert grades_of(book, totals("30", "29.99", "10"), ranks) == {"a": "优秀", "b": "合格", "c": "合格"}
    assert grades_of(book, totals("31", "9.99", "-5"), ranks) == {"a": "优秀"}


def test_a_grade_by_share_goes_down_to_its_part_of_the_ranks() -> None:
    def graded(shares: str, *ranks: int) -> list[str]:
        book = made(changed((GRADES, f"grades = {shares}\n")))
        found = grades_of(book, totals("3", "2", "1"), dict(zip("abc", ranks, strict=True)))
        return [found.get(name, "") for name in "abc"]

    # Of three, 33 % is none, 34 % the first, 66 % still the first and 67 % the second.
    assert graded('{ A = "34%", B = "67%", C = "100%" }', 1, 2, 3) == ["A", "B", "C"]
    assert graded('{ A = "33%", B = "66%", C = "100%" }', 1, 2, 3) == ["B", "C", "C"]
    assert graded('{ A = "34%", B = "67%" }', 1, 1, 3) == ["A", "A", ""]


def test_a_grade_by_share_is_within_the_group_where_ranks_are() -> None:
    book = made(changed((GRADES, 'rank_in_groups = true\ngrades = { A = "50%", B = "100%" }\n')))
    assert grades_of(book, totals("3", "2", "1"), {"a": 1, "b": 1, "c": 2}) == {"a": "A", "b": "B", "c": "B"}


def test_without_a_total_of_its_own_a_method_adds_up_and_ranks() -> None:
    book = made(changed(("[total]\n" + GRADES, ""), (VETO, "")))
    assert total_of(book, [Decimal(1), Decimal(2)], ()) == 3
    assert grades_of(book, totals("3", "2", "1"), {"a": 1, "b": 2, "c": 3}) == {}
