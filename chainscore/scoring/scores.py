"""Scores: evidence added up by leaf and object within its limits, rounded half up, summed, ranked and graded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pandas as pd
from msgspec.structs import replace

from chainscore.intake.tables import FILE, ROW, SHEET, SOUND, Tables
from chainscore.method.rule.term import Rule, Veto
from chainscore.method.rulebook import Leaf, Rulebook, Section
from chainscore.scoring.evidence import EvidenceTable, EvidenceView, sum_of
from chainscore.scoring.judge import Judge
from chainscore.scoring.remarks import remarks
from chainscore.scoring.rows import Context
from chainscore.scoring.scorecard import ChainScore, LeafScore, Scorecard, Vetoed, shared_ranks
from chainscore.scoring.targets import progress_of
from chainscore.words.findings import Finding
from chainscore.words.numbers import approximately, half_up
from chainscore.words.texts import Why

NOTHING = Decimal(0)
MOST_TERMS = 12
"""A sum of more terms than this is shown by their number."""
Limited = Literal["capped", "floored"]
"""What became of a sum."""


def score(tables: Tables, book: Rulebook, draft: bool = False) -> tuple[Scorecard, list[Finding]]:
    """Score all objects; returns the scorecard and what the scoring itself found.

    A leaf whose figure is missing is pending, never zero (workbook contract, "Findings"). The tables have a period.
    """
    judge = Judge(tables, book)
    evidence = judge.table()
    leaves = {chain.id: {leaf.id: _leaf(leaf, chain.id, judge, evidence) for leaf in book.leaves} for chain in book.chains}
    scorecard = _scorecard(judge.context, evidence, leaves, draft)
    return replace(scorecard, targets=progress_of(judge.context)), remarks(judge, evidence)


def is_whole(tables: Tables, scorecard: Scorecard) -> bool:
    """Whether nothing is left out of the scores: no leaf is pending, and no row has an error."""
    grids = [grid for sheet in tables.sheets.values() for grid in (sheet.table, sheet.ledger)]
    return not scorecard.pending and all(all(grid[SOUND]) for grid in grids if SOUND in grid)


# ---------------------------------------------------------------- leaves


def _leaf(leaf: Leaf, chain: str, judge: Judge, evidence: EvidenceTable) -> LeafScore:
    found = evidence.of(leaf.id, chain)
    if (leaf.id, chain) in judge.open:
        return LeafScore(leaf.id, chain, None, None, Why("pending"), found)
    rule = judge.book.rule(leaf.id, chain)
    start = start_of(rule)
    exact, formula = _added(found, start, rule)
    return LeafScore(
        leaf=leaf.id,
        chain=chain,
        score=half_up(exact, judge.book.decimals),
        exact=exact,
        formula=judge.formulas.get((leaf.id, chain), formula),
        evidence=found,
        start=start,
        cap=_exactly(rule.cap),
        floor=_exactly(rule.floor),
    )


def start_of(rule: Rule) -> Fraction:
    """What the evidence's points are added to: the sentences that are of no rows."""
    bases = [term.points.linear for term in rule.terms if term.source is None]
    return sum((Fraction(linear.at_0) for linear in bases if linear is not None), Fraction(0))


def exact_score(rule: Rule, points: Iterable[Fraction]) -> Fraction:
    """The score of a leaf before rounding."""
    return _within(start_of(rule) + sum_of(list(points)), rule)[0]


def _exactly(number: Decimal | None) -> Fraction | None:
    return Fraction(number) if number is not None else None


def _added(found: EvidenceView, start: Fraction, rule: Rule) -> tuple[Fraction, Why]:
    """The points of all evidence and ``start``, within cap and floor, and how that came about: ``6 + 4 + 7 = 17``."""
    points = [each for each in found.points if each]
    total = start + sum_of(points)
    exact, limited = _within(total, rule)
    values: dict[str, object] = {"total": approximately(total), "number": len(points)}
    for name, limit in (("cap", rule.cap), ("floor", rule.floor)):
        if limit is not None:
            values[name] = approximately(Fraction(limit))
    key = "long_sum"
    if len(points) <= MOST_TERMS:
        terms = _signed([*([start] if start else []), *points])
        values["terms"] = " ".join(terms) or "0"
        key = "sum" if len(terms) > 1 else "term"
    return exact, Why(f"{key}_{limited}" if limited is not None else key, values)


def _signed(points: Iterable[Fraction]) -> list[str]:
    terms: list[str] = []
    for each in points:
        if not terms:
            terms.append(approximately(each))
        else:
            terms.append(f"- {approximately(-each)}" if each < 0 else f"+ {approximately(each)}")
    return terms


def _within(total: Fraction, rule: Rule) -> tuple[Fraction, Limited | None]:
    """封顶、扣到为止: a sum no higher than the cap and no lower than the floor."""
    exact, limited = total, None
    if rule.cap is not None and exact > rule.cap:
        exact, limited = Fraction(rule.cap), "capped"
    if rule.floor is not None and exact < rule.floor:
        exact, limited = Fraction(rule.floor), limited or "floored"
    return exact, limited  # type: ignore[return-value]


# ---------------------------------------------------------------- sums, ranks, grades


def _scorecard(
    context: Context, evidence: EvidenceTable, leaves: Mapping[str, Mapping[str, LeafScore]], draft: bool
) -> Scorecard:
    book, tables = context.book, context.tables
    assert tables.period is not None
    assert tables.now is not None
    vetoed = {chain: vetoed_by(context, chain) for chain in leaves}
    vetoes = {chain: [each.veto for each in vetoed[chain]] for chain in leaves}
    sections = {chain: sections_of(book, results, vetoes[chain]) for chain, results in leaves.items()}
    pending = {chain: tuple(leaf for leaf, each in its.items() if each.score is None) for chain, its in leaves.items()}
    totals = {chain: total_of(book, sections[chain].values(), vetoes[chain]) for chain in leaves if not pending[chain]}
    ranks = ranks_of(book, totals) if not any(pending.values()) else {}
    grades = grades_of(book, totals, ranks)
    chains = [
        ChainScore(
            chain=chain,
            rank=ranks.get(chain),
            total=totals.get(chain),
            sections=sections[chain],
            indicators={indicator.id: _sum(results[leaf.id] for leaf in indicator.leaves) for indicator in book.indicators},
            leaves=results,
            pending=pending[chain],
            grade=grades.get(chain, ""),
            vetoed=vetoed[chain],
        )
        for chain, results in leaves.items()
    ]
    ordered = sorted(chains, key=lambda chain: (_place_of_group(book, chain.chain), chain.rank or 0))
    return Scorecard(tables.period, tables.now, draft, tuple(ordered), evidence)


def _place_of_group(book: Rulebook, chain: str) -> int:
    """Where an object's group stands in the list, where ranks are within groups."""
    return book.groups.index(book.chain(chain).group) if book.total.rank_in_groups else 0


def _sum(results: Iterable[LeafScore]) -> Decimal | None:
    known = [result.score for result in results if result.score is not None]
    return sum(known, NOTHING) if known else None


def sections_of(book: Rulebook, results: Mapping[str, LeafScore], vetoes: Iterable[int]) -> dict[str, Decimal | None]:
    """Section → its score: the sum, the mean or the weighted sum of its published leaves, within its limits."""
    return sections_of_scores(book, {leaf: result.score for leaf, result in results.items()}, vetoes)


def sections_of_scores(
    book: Rulebook, published: Mapping[str, Decimal | None], vetoes: Iterable[int]
) -> dict[str, Decimal | None]:
    """The same from the scores alone. A pending leaf, which is None, adds nothing; a section of such leaves alone is None."""
    found: dict[str, Decimal | None] = {}
    for section in book.sections:
        leaves = book.leaves_by_section[section.id]
        scores = {leaf.id: score for leaf in leaves if (score := published[leaf.id]) is not None}
        found[section.id] = _section(section, scores, book.decimals) if scores or not leaves else None
    for index in vetoes:
        veto = book.vetoes[index]
        if (known := found.get(veto.section)) is not None:
            found[veto.section] = half_up(Fraction(min(known, veto.score)), book.decimals)
    return found


def before_limits(section: Section, scores: Mapping[str, Decimal]) -> Fraction:
    """What the known leaves of a section come to, weighted or as a mean, before its cap and floor."""
    value = sum((Fraction(score) * Fraction(section.weights.get(leaf, 1)) for leaf, score in scores.items()), Fraction(0))
    return value / len(scores) if section.by == "mean" and scores else value


def _section(section: Section, scores: Mapping[str, Decimal], decimals: int) -> Decimal:
    if section.by == "sum" and section.cap is None and section.floor is None:
        return sum(scores.values(), NOTHING)
    value = before_limits(section, scores)
    if section.cap is not None:
        value = min(value, Fraction(section.cap))
    if section.floor is not None:
        value = max(value, Fraction(section.floor))
    return half_up(value, decimals)


def total_of(book: Rulebook, sections: Iterable[Decimal | None], vetoes: Iterable[int]) -> Decimal:
    """The sum of the sections within the total's limits, at most what a veto leaves; a pending one adds nothing."""
    total = known = sum((section for section in sections if section is not None), NOTHING)
    if book.total.cap is not None:
        total = min(total, book.total.cap)
    if book.total.floor is not None:
        total = max(total, book.total.floor)
    limits = [book.vetoes[index].score for index in vetoes if not book.vetoes[index].section]
    total = min([total, *limits])
    return known if total == known else half_up(Fraction(total), book.decimals)


def vetoed_by(context: Context, chain: str) -> tuple[Vetoed, ...]:
    """一票否决: the rows of the object that call a veto down, in the order of the vetoes."""
    return tuple(vetoed for veto in context.book.vetoes for vetoed in _called_down(context, chain, veto))


def _called_down(context: Context, chain: str, veto: Veto) -> Iterator[Vetoed]:
    rows, now = context.rows(veto.source), context.moment.now
    columns = [(each, rows.column(each.label)) for each in veto.conditions]
    for position in rows.of_chain.get(chain, ()):
        if rows.column(SOUND)[position] and all(each.holds(column[position], now) for each, column in columns):
            place = rows.place(position)
            cells = place.cells((each.label for each in veto.conditions), rows.column(ROW)[position])
            yield Vetoed(veto.index, place.sheet, tuple(cells.values()))


def ranks_of(book: Rulebook, totals: Mapping[str, Decimal]) -> dict[str, int]:
    """The rank of each object among all, or within its group."""
    groups: dict[str, list[str]] = {}
    for chain in totals:
        groups.setdefault(book.chain(chain).group if book.total.rank_in_groups else "", []).append(chain)
    ranks: dict[str, int] = {}
    for chains in groups.values():
        ranks |= dict(zip(chains, shared_ranks([totals[chain] for chain in chains]), strict=True))
    return ranks


def grades_of(book: Rulebook, totals: Mapping[str, Decimal], ranks: Mapping[str, int]) -> dict[str, str]:
    """The grade of each object: by its total, or by the share of ranks, if any, down to which it goes."""
    found = {}
    for chain, total in totals.items():
        group = [each for each in totals if not book.total.rank_in_groups or book.chain(each).group == book.chain(chain).group]
        for grade, bound in book.total.grades.items():
            share = isinstance(bound, str)
            if share and not ranks:
                break
            if (ranks[chain] * 100 <= Decimal(str(bound).rstrip("%")) * len(group)) if share else total >= bound:
                found[chain] = grade
                break
    return found


def mark_unsound(tables: Tables, findings: Iterable[Finding]) -> None:
    """Leave the rows out of the scoring in which an error of several rows together stands."""
    cells = {(f.file, f.sheet, f.cell) for f in findings if f.severity == "error" and f.cell is not None}
    sheets = {(file, sheet) for file, sheet, _ in cells}
    for sheet in tables.sheets.values():
        ledger = sheet.sheet.ledger
        if ledger is None or not any((place.file, place.sheet) in sheets for place in sheet.places):
            continue
        unsound = [
            (file, name, sheet.reference(sheet.ledger, position, ledger.name)) not in cells and sound
            for position, (file, name, sound) in enumerate(
                zip(*(sheet.ledger[each] for each in (FILE, SHEET, SOUND)), strict=True)
            )
        ]
        sheet.ledger[SOUND] = pd.Series(unsound, dtype=object)
