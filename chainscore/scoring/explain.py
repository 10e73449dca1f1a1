"""Explanations: how one chain's scores come about, from section to indicator to leaf to cell.

An explanation arranges what the scoring function returned; no score is worked out here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import msgspec

from chainscore.intake.fragments import chain_names
from chainscore.method.period import Period
from chainscore.method.rulebook import Chain, Indicator, Leaf, Rulebook, Section, section_of
from chainscore.scoring.scorecard import ChainScore, Evidence, LeafScore, Scorecard
from chainscore.words.bilingual import Bilingual, Language, told
from chainscore.words.folding import fold
from chainscore.words.numbers import approximately, half_up
from chainscore.words.texts import rounded, text


class Extreme(msgspec.Struct, frozen=True):
    """The smallest or largest of all chains' values, with which an efficacy score compares its own."""

    key: str
    """``smallest`` or ``largest``."""
    value: str
    """In percent, as in the formula."""
    holders: tuple[tuple[Chain, Evidence], ...]
    """The chains that have it, with the figures it comes from."""


class LeafExplanation(msgspec.Struct, frozen=True):
    """One published score: the rule, the result with its evidence, and what it was compared with."""

    leaf: Leaf
    result: LeafScore
    rounded_from: str | None
    """The exact score, where rounding changed it."""
    extremes: tuple[Extreme, ...] = ()


class IndicatorExplanation(msgspec.Struct, frozen=True):
    """An indicator: the leaves to be explained, and the scores of all its leaves, which add up to its own."""

    indicator: Indicator
    score: Decimal | None
    terms: tuple[Decimal | None, ...]
    """A pending leaf's is None and adds nothing."""
    leaves: tuple[LeafExplanation, ...]


class SectionExplanation(msgspec.Struct, frozen=True):
    """A section: the indicators to be explained, and the scores of all its indicators, which add up to its own."""

    section: Section
    score: Decimal | None
    terms: tuple[Decimal | None, ...]
    pending: tuple[str, ...]
    indicators: tuple[IndicatorExplanation, ...]


class Explanation(msgspec.Struct, frozen=True):
    """One chain's scorecard, or a part of it, as an arithmetic tree."""

    period: Period
    now: datetime.date
    draft: bool
    chain: Chain
    score: ChainScore
    tied: bool
    terms: tuple[Decimal | None, ...]
    """The sections' scores, which add up to the total."""
    sections: tuple[SectionExplanation, ...]

    @property
    def files(self) -> set[str]:
        """The files that the evidence comes from."""
        return {evidence.file for leaf in self.leaves for evidence in leaf.result.evidence}

    @property
    def leaves(self) -> list[LeafExplanation]:
        return [leaf for section in self.sections for indicator in section.indicators for leaf in indicator.leaves]


def find_chain(book: Rulebook, text: str) -> str | None:
    """The id of the chain that ``text`` names, in any of the ways in which a workbook may name it."""
    return chain_names(book).find(text)


def find_leaves(book: Rulebook, text: str | None) -> list[Leaf]:
    """The leaves of a leaf, an indicator or a section; all without any; none where there is no such part."""
    wanted = fold(text) if text is not None else ""
    return [leaf for leaf in book.leaves if text is None or f"{fold(leaf.id)}.".startswith(f"{wanted}.")]


def parts(book: Rulebook) -> list[str]:
    """The ids of all sections, indicators and leaves, in order."""
    ids = []
    for leaf in book.leaves:
        steps = leaf.id.split(".")
        ids += [".".join(steps[:end]) for end in range(1, len(steps) + 1)]
    return list(dict.fromkeys(ids))


def explain(scorecard: Scorecard, book: Rulebook, chain_id: str, wanted: list[Leaf]) -> Explanation:
    """Explain the wanted leaves of one chain, with the sums that they are part of."""
    scores = {chain.chain: chain for chain in scorecard.chains}
    chain = scores[chain_id]
    sections = (_section(section, chain, scores, book, wanted) for section in book.sections)
    return Explanation(
        period=scorecard.period,
        now=scorecard.now,
        draft=scorecard.draft,
        chain=book.chain(chain_id),
        score=chain,
        tied=scorecard.is_tied(chain, book),
        terms=tuple(chain.sections[section.id] for section in book.sections),
        sections=tuple(section for section in sections if section.indicators),
    )


def _section(
    section: Section, chain: ChainScore, scores: Mapping[str, ChainScore], book: Rulebook, wanted: list[Leaf]
) -> SectionExplanation:
    indicators = [indicator for indicator in book.indicators if section_of(indicator.id) == section.id]
    explained = (_indicator(indicator, chain, scores, book, wanted) for indicator in indicators)
    return SectionExplanation(
        section=section,
        score=chain.sections[section.id],
        terms=tuple(chain.indicators[indicator.id] for indicator in indicators),
        pending=tuple(leaf for leaf in chain.pending if section_of(leaf) == section.id),
        indicators=tuple(indicator for indicator in explained if indicator.leaves),
    )


def _indicator(
    indicator: Indicator, chain: ChainScore, scores: Mapping[str, ChainScore], book: Rulebook, wanted: list[Leaf]
) -> IndicatorExplanation:
    return IndicatorExplanation(
        indicator=indicator,
        score=chain.indicators[indicator.id],
        terms=tuple(chain.leaves[leaf.id].score for leaf in indicator.leaves),
        leaves=tuple(_leaf(leaf, chain, scores, book) for leaf in indicator.leaves if leaf in wanted),
    )


def _leaf(leaf: Leaf, chain: ChainScore, scores: Mapping[str, ChainScore], book: Rulebook) -> LeafExplanation:
    result = chain.leaves[leaf.id]
    rounded_from = None
    if result.score is not None and result.exact is not None and Fraction(result.score) != result.exact:
        rounded_from = before_rounding(result.exact, book.decimals)
    return LeafExplanation(leaf, result, rounded_from, tuple(_extremes(result, scores, book)))


def before_rounding(exact: Fraction, decimals: int) -> str:
    """An exact score with as many decimals as it takes to see which way it is rounded: ≈0.64499999 and not ≈0.645."""
    published = half_up(exact, decimals)
    enough = (places for places in count(decimals + 2) if half_up(Fraction(half_up(exact, places)), decimals) == published)
    return approximately(exact, next(enough))


def _extremes(result: LeafScore, scores: Mapping[str, ChainScore], book: Rulebook) -> Iterator[Extreme]:
    """The minimum and maximum that the formula names, and whose figures they are; none where all chains are level."""
    values: Mapping[str, Any] = result.formula.values
    if values.get("smallest_chains") == values.get("largest_chains"):
        return
    for key in ("smallest", "largest"):
        figures = ((book.chain(each), scores[each].leaves[result.leaf].evidence[0]) for each in values[f"{key}_chains"])
        yield Extreme(key, values[key], tuple(figures))


def figure(evidence: Evidence, language: Language) -> str:
    """What the points depend on, with its name, where the reason does not say it: ``amount 2.15``, ``a ÷ b = 85%``."""
    said = evidence.why[:1] and evidence.why[0].key in ("measured", "taken", "where_points", "match", "no_match")
    if said or not evidence.shown:
        return ""
    name = told(evidence.measured, language)
    if not isinstance(evidence.measured, Bilingual) or evidence.measured.zh == evidence.measured.en:
        return f"{name} {evidence.shown}".strip()
    return rounded(text("why.measured", language, numbers=name, value=evidence.shown))
