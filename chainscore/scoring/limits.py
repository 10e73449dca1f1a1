"""What stands between published scores and the sum that is published of them: weights, limits and vetoes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from chainscore.method.rulebook import Rulebook, Section
from chainscore.scoring.scorecard import ChainScore, Vetoed
from chainscore.scoring.scores import before_limits
from chainscore.words.bilingual import at_start
from chainscore.words.findings import Language
from chainscore.words.numbers import added, approximately, plain
from chainscore.words.texts import text


def told_veto(vetoed: Vetoed, book: Rulebook, language: Language) -> str:
    """What a row of the object calls down, with its cells: ``veto: where … reports …, the total is at most 59 (…!C9)``."""
    said = book.vetoes[vetoed.veto].told(language)
    cells = ", ".join(f"{vetoed.sheet}!{cell}" for cell in vetoed.cells)
    return at_start(text("explain.vetoed", language, veto=said, cells=cells) if cells else said, language)


def vetoes_told(chain: ChainScore, book: Rulebook, language: Language, section: str | None = None) -> list[str]:
    """The vetoes of an object: all of them, those of a section, or with ``section=""`` those of the total."""
    its = [each for each in chain.vetoed if section is None or book.vetoes[each.veto].section == section]
    cells: dict[tuple[int, str], tuple[str, ...]] = {}
    for each in its:  # several rows may call the same one down
        cells[each.veto, each.sheet] = (*cells.get((each.veto, each.sheet), ()), *each.cells)
    return [told_veto(Vetoed(veto, sheet, its_cells), book, language) for (veto, sheet), its_cells in cells.items()]


def limits_of_total(chain: ChainScore, book: Rulebook, language: Language) -> list[str]:
    """The cap or floor that the sum of the sections runs into, and the vetoes."""
    known = sum((score for score in chain.sections.values() if score is not None), Decimal(0))
    reached = _reached(Fraction(known), book.total.cap, book.total.floor)
    said = [text(f"method.total_{name}", language, limit=plain(limit)) for name, limit in reached]
    return said + vetoes_told(chain, book, language, section="")


def limits_of_section(chain: ChainScore, section: Section, book: Rulebook, language: Language) -> list[str]:
    """The cap or floor that the sum of the leaves runs into, and the vetoes."""
    exact = sum_of_section(chain, section, book)
    reached = _reached(exact, section.cap, section.floor) if exact is not None else ()
    said = [text(f"method.section_{name}", language, section=section.title, limit=plain(limit)) for name, limit in reached]
    return said + vetoes_told(chain, book, language, section=section.id)


def sum_of_section(chain: ChainScore, section: Section, book: Rulebook) -> Fraction | None:
    """What the known leaves of a section come to, weighted or as a mean, before any limit; None where none is known."""
    leaves = book.leaves_by_section[section.id]
    known = {leaf.id: score for leaf in leaves if (score := chain.leaves[leaf.id].score) is not None}
    return before_limits(section, known) if known else None


def terms_of_section(chain: ChainScore, section: Section, book: Rulebook) -> str:
    """How the leaves of a section that does not simply add them up come to its score: ``0.7 × 8.55 + 0.3 × 5.00``."""
    leaves = [(leaf.id, chain.leaves[leaf.id].score) for leaf in book.leaves_by_section[section.id]]
    known = [(leaf, f"{score:.{book.decimals}f}") for leaf, score in leaves if score is not None]
    if section.by == "weighted":
        return added(
            f"{'-' * score.startswith('-')}{plain(section.weights[leaf])} × {score.lstrip('-')}" for leaf, score in known
        )
    return f"({added(score for _, score in known)}) ÷ {len(known)}"


def _reached(exact: Fraction, cap: Decimal | None, floor: Decimal | None) -> Iterator[tuple[str, Decimal]]:
    if cap is not None and exact > cap:
        yield "cap", cap
    if floor is not None and exact < floor:
        yield "floor", floor


def shown_sum(exact: Fraction, decimals: int) -> str:
    """A sum with a score's decimals, with more of them where it takes them."""
    rounded = f"{Decimal(exact.numerator) / Decimal(exact.denominator):.{decimals}f}"
    return rounded if Fraction(rounded) == exact else approximately(exact, decimals + 2)
