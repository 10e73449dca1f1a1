"""Reads a results workbook back: its scorecard, and the method it was scored under, as it carries them itself.

Everything is found by its label. What is read is held against its own evidence: points added to the start, capped, floored
and rounded are the score, scores add up to sums and totals, totals give the ranks. A workbook that fails is not used.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

from chainscore.intake.values import CellValue, Uncalculated, number_of, plain, shown
from chainscore.intake.workbook import Workbook, Worksheet
from chainscore.method.loading import RulebookError, restore_rulebook
from chainscore.method.period import Period, PeriodError
from chainscore.method.rulebook import DeductionRule, EfficacyRule, Leaf, Rulebook, section_of
from chainscore.results.columns import POINTS
from chainscore.results.evidence_rows import PREFIX as EVIDENCE
from chainscore.results.excel.book import DRAFT
from chainscore.results.ranking import NAME as RANKING
from chainscore.results.scores import NAME as SCORES
from chainscore.results.scores import RANK, TOTAL
from chainscore.results.workbook import DATA_SHEET, FACT_COLUMNS, RULE_COLUMNS
from chainscore.scoring import kinds
from chainscore.scoring.scorecard import ChainScore, Evidence, LeafScore, Scorecard, shared_ranks
from chainscore.words.findings import Finding
from chainscore.words.numbers import half_up
from chainscore.words.references import cell_reference
from chainscore.words.texts import LANGUAGES, Why, text

CLOSE = Fraction(1, 10**9)
"""How far a number that a workbook holds as a double may lie from the exact one."""


class ContradictionError(Exception):
    """A results workbook that cannot be used; ``finding`` says why and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass(frozen=True)
class _Line:
    """One row under a header: label → value, and where each stands."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: Mapping[int, CellValue]

    def __getitem__(self, label: str) -> CellValue | None:
        return self.cells.get(self.columns[label])

    def text(self, label: str) -> str:
        value = self[label]
        return "" if value is None else value if isinstance(value, str) else shown(value)

    def cell(self, label: str) -> str:
        return cell_reference(self.number, self.columns[label])


@dataclass(frozen=True)
class _Told:
    """What the hidden sheet carries of one leaf of one chain."""

    formula: Why
    evidence: tuple[Evidence, ...]


def _evidence_of(document: Mapping[str, Any]) -> Evidence:
    """One piece of evidence from JSON. Raises KeyError, TypeError or ValueError for what is none."""
    return Evidence(
        file=document["file"],
        sheet=document["sheet"],
        row=document["row"],
        cells=document["cells"],
        label=document["label"],
        value=_number_of(document["number"]) if document["number"] is not None else document["value"],
        points=Fraction(document["points"]),
        counted=bool(document["counted"]),
        why=(Why("as_written", {"text": document["why"]}),),
        category=document["category"],
        facts=document["facts"],
    )


def _number_of(text: str) -> Fraction | Decimal:
    return Fraction(text) if "/" in text else Decimal(text)


def read_results(workbook: Workbook) -> tuple[Scorecard, Rulebook]:
    """The scorecard of a results workbook and its method. Raises ContradictionError."""
    return _Reader(workbook).read()


class _Reader:
    def __init__(self, workbook: Workbook) -> None:
        self.file = workbook.file
        self.sheets = {sheet.name: sheet for sheet in workbook.worksheets}
        self.pending = text("column.pending", "zh")

    def read(self) -> tuple[Scorecard, Rulebook]:
        origin = {line.text("项目"): line for line in self._lines("出处", ("项目", "内容"))}
        book = self._book(origin)
        self.book = book
        self.short = {chain.short_name: chain.id for chain in book.chains}
        self.names = {chain.name: chain.id for chain in book.chains}
        evidence = self._evidence()
        self._efficacy(evidence)
        self._shown(evidence)
        leaves = self._leaves(evidence)
        self._sums(leaves)
        chains = self._ranking(leaves)
        period, now = self._period(origin)
        return Scorecard(period, now, self._told(origin, "状态").text("内容") == DRAFT, chains), book

    # ------------------------------------------------ finding things

    def _refuse(self, code: str, sheet: str | None, cell: str | None = None, **values: object) -> ContradictionError:
        return ContradictionError(Finding(code, self.file, sheet, cell, values=values))

    def _contradicts(self, line: _Line, label: str, expected: object) -> ContradictionError:
        said = line.text(label) or "—"
        return self._refuse("E112", line.sheet, line.cell(label), text=said, expected_zh=expected, expected_en=expected)

    def _unknown(self, line: _Line, label: str) -> ContradictionError:
        """A cell that holds no number."""
        expected = {f"expected_{language}": text("column.number", language) for language in LANGUAGES}
        return self._refuse("E112", line.sheet, line.cell(label), text=line.text(label) or "—", **expected)

    def _worksheet(self, name: str) -> Worksheet:
        if name not in self.sheets:
            raise self._refuse("E113", name, what=name)
        return self.sheets[name]

    def _lines(self, name: str, labels: Sequence[str]) -> Iterator[_Line]:
        """The rows below the header row that has all of ``labels``, as far as the next blank row."""
        rows = self._worksheet(name).rows
        for number, cells in rows.items():
            # A line break in a heading is for looks.
            columns = {value.replace("\n", ""): at for at, value in cells.items() if isinstance(value, str)}
            if set(labels) <= set(columns):
                yield from self._below(name, number, columns)
                return
        raise self._refuse("E113", name, what="、".join(labels))

    def _below(self, name: str, header: int, columns: Mapping[str, int]) -> Iterator[_Line]:
        rows = self.sheets[name].rows
        number = header + 1
        while number in rows:
            yield _Line(name, number, columns, rows[number])
            number += 1

    def _told(self, origin: Mapping[str, _Line], label: str) -> _Line:
        if label not in origin:
            raise self._refuse("E113", "出处", what=label)
        return origin[label]

    # ------------------------------------------------ method, period

    def _book(self, origin: Mapping[str, _Line]) -> Rulebook:
        """The rulebook that the hidden sheet carries in pieces, under the readings that 出处 names."""
        pieces: dict[str, str] = {}
        for line in self._lines(DATA_SHEET, RULE_COLUMNS):
            pieces[line.text("规则")] = pieces.get(line.text("规则"), "") + line.text("内容")
        chosen = {}
        for label in origin:
            kind, _, choice = label.partition(" ")
            if kind == "口径":
                key, _, chosen[key] = choice.partition("=")
        document = "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in pieces.items()) + "}"
        try:
            return restore_rulebook(document, self._told(origin, "规则 SHA-256").text("内容"), chosen)
        except RulebookError as error:
            raise self._refuse("E113", DATA_SHEET, what=error) from error

    def _period(self, origin: Mapping[str, _Line]) -> tuple[Period, datetime.date]:
        period, now = self._told(origin, "考核期"), self._told(origin, "数据截止")
        try:
            return Period.parse(period.text("内容")), datetime.date.fromisoformat(now.text("内容"))
        except (PeriodError, ValueError) as error:
            raise self._refuse("E113", "出处", what=error) from error

    # ------------------------------------------------ evidence

    def _evidence(self) -> dict[tuple[str, str], _Told]:
        """(chain, leaf) → formula and evidence, as the hidden sheet carries them, of every leaf of every chain."""
        formulas: dict[tuple[str, str], str] = {}
        documents: dict[tuple[str, str], str] = {}
        lines: dict[tuple[str, str], _Line] = {}
        for line in self._lines(DATA_SHEET, FACT_COLUMNS):
            key = line.text("产业链"), line.text("指标")
            lines.setdefault(key, line)
            formulas.setdefault(key, line.text("算式"))
            documents[key] = documents.get(key, "") + line.text("依据")
        told = {}
        for chain in self.book.chains:
            for leaf in self.book.leaves:
                key = chain.id, leaf.id
                if key not in documents:
                    raise self._refuse("E113", DATA_SHEET, what=f"{chain.short_name} {leaf.id}")
                try:
                    evidence = tuple(_evidence_of(each) for each in json.loads(documents[key]))
                except (ValueError, TypeError, KeyError, ArithmeticError) as error:
                    raise self._refuse("E113", DATA_SHEET, lines[key].cell("依据"), what=error) from error
                told[key] = _Told(Why("as_written", {"text": formulas[key]}), evidence)
        return told

    def _efficacy(self, told: Mapping[tuple[str, str], _Told]) -> None:
        """The points of an efficacy leaf are those that the chains' own figures give."""
        for leaf in self.book.leaves:
            if not isinstance(leaf.rule, EfficacyRule):
                continue
            found = {chain: told[chain, leaf.id].evidence for chain in self.short.values()}
            values = {chain: kinds.measured(evidence, leaf.rule) for chain, evidence in found.items()}
            sound = {chain: value for chain, value in values.items() if value is not None}
            points = {
                chain: kinds.efficacy(value, kinds.extremes(sound), leaf.rule, leaf.marks) for chain, value in sound.items()
            }
            for chain, evidence in found.items():
                if evidence and points.get(chain) != evidence[0].points:
                    raise self._refuse("E113", DATA_SHEET, what=f"{self.book.chain(chain).short_name} {leaf.id}")

    def _shown(self, told: Mapping[tuple[str, str], _Told]) -> None:
        """The sheets of evidence show the points that the hidden sheet carries, row by row."""
        points: dict[tuple[str, str, str, str], Fraction] = {}
        for (_, leaf), each in told.items():
            for evidence in each.evidence:
                key = (leaf, evidence.file, evidence.sheet, str(evidence.row))
                points[key] = points.get(key, Fraction(0)) + evidence.points
        for name in self.sheets:
            if name.startswith(EVIDENCE):
                for line in self._lines(name, ("产业链",)):
                    self._shown_in(line, points)

    def _shown_in(self, line: _Line, points: Mapping[tuple[str, str, str, str], Fraction]) -> None:
        if "单元格" not in line.columns:  # a summary, whose points the scores are held against
            return
        row = line.text("单元格").lstrip(ascii_uppercase)
        for leaf in (leaf.id for leaf in self.book.leaves if f"{leaf.id}{POINTS}" in line.columns):
            label = f"{leaf}{POINTS}"
            key = (leaf, line.text("文件"), line.text("工作表"), row)
            expected = points.get(key, Fraction(0))
            if line[label] is None and key not in points:
                continue
            if isinstance(line[label], Uncalculated):
                continue
            if abs(Fraction(self._number(line, label)) - expected) > CLOSE:
                raise self._contradicts(line, label, plain(half_up(expected, 6)))

    def _number(self, line: _Line, label: str) -> Decimal:
        value = line[label]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._unknown(line, label)
        return number_of(value)

    # ------------------------------------------------ scores

    def _leaves(self, told: Mapping[tuple[str, str], _Told]) -> dict[str, dict[str, LeafScore]]:
        """Chain → leaf → score; each is its evidence's points, capped, floored and rounded, unless it is pending."""
        lines: dict[str, _Line] = {}
        for line in self._lines(SCORES, ("指标", "名称", *self.short)):
            lines.setdefault(line.text("指标"), line)
        found: dict[str, dict[str, LeafScore]] = {}
        for leaf in self.book.leaves:
            if leaf.id not in lines:
                raise self._refuse("E113", SCORES, what=leaf.id)
            for short, chain in self.short.items():
                found.setdefault(chain, {})[leaf.id] = self._score(chain, leaf, lines[leaf.id], short, told[chain, leaf.id])
        return found

    def _score(self, chain: str, leaf: Leaf, line: _Line, short: str, told: _Told) -> LeafScore:
        if line[short] == self.pending:
            return LeafScore(leaf.id, chain, None, None, told.formula, told.evidence)
        start, floor = Fraction(0), None
        if isinstance(leaf.rule, DeductionRule):
            start, floor = Fraction(leaf.rule.start), Fraction(leaf.rule.floor)
        cap = Fraction(leaf.cap) if leaf.cap is not None else None
        exact = start + sum((each.points for each in told.evidence), Fraction(0))
        exact = exact if cap is None else min(exact, cap)
        exact = exact if floor is None else max(exact, floor)
        score = half_up(exact, self.book.decimals)
        self._agrees(line, short, score)
        return LeafScore(leaf.id, chain, score, exact, told.formula, told.evidence, start, cap, floor)

    # ------------------------------------------------ sums, ranks

    def _sums(self, leaves: Mapping[str, Mapping[str, LeafScore]]) -> None:
        """The sheet of scores has sums that are sums, and ranks that are those of its totals."""
        ranks = dict(zip(leaves, shared_ranks([_total(results) for results in leaves.values()]), strict=True))
        for line in self._lines(SCORES, ("指标", "名称", *self.short)):
            for short, chain in self.short.items():
                wanted, named = line.text("指标"), line.text("名称")
                if named == TOTAL:
                    self._agrees(line, short, _total(leaves[chain]))
                elif named == RANK:
                    self._agrees(line, short, Decimal(ranks[chain]))
                elif wanted and wanted not in leaves[chain]:
                    self._agrees(line, short, _total(leaves[chain], wanted))

    def _agrees(self, line: _Line, label: str, expected: Decimal | None) -> None:
        if isinstance(line[label], Uncalculated):  # a program that recalculates nothing saved the workbook again
            return
        if expected is None:
            if line[label] != self.pending:
                raise self._contradicts(line, label, self.pending)
        elif abs(Fraction(self._number(line, label)) - Fraction(expected)) > CLOSE:
            raise self._contradicts(line, label, plain(expected))

    def _ranking(self, leaves: Mapping[str, Mapping[str, LeafScore]]) -> tuple[ChainScore, ...]:
        """The ranking, in its order; sums and ranks are those of the leaves."""
        totals = {chain: _total(results) for chain, results in leaves.items()}
        ranks = dict(zip(totals, shared_ranks(list(totals.values())), strict=True))
        ordered = sorted(self.short.values(), key=lambda chain: ranks[chain])
        lines = list(self._lines(RANKING, ("名次", "产业链", "总分")))
        found = set()
        for line, expected in zip(lines, ordered, strict=False):
            told = line["产业链"]
            chain = expected if isinstance(told, Uncalculated) else self.names.get(line.text("产业链"))
            if chain is None:
                raise self._contradicts(line, "产业链", "、".join(self.names))
            found.add(chain)
            self._agrees(line, "总分", totals[chain])
            for section in self.book.sections:
                label = next((name for name in line.columns if name.startswith(f"{section.title}（")), None)
                if label is not None:
                    self._agrees(line, label, _total(leaves[chain], section.id))
            rank = line["名次"]
            if not isinstance(rank, Uncalculated) and line.text("名次") not in (
                str(ranks[chain]),
                text("column.tied", "zh", rank=ranks[chain]),
            ):
                raise self._contradicts(line, "名次", ranks[chain])
        for chain in ordered:
            if chain not in found:
                raise self._refuse("E113", RANKING, what=self.book.chain(chain).name)
        return tuple(self._chain(chain, ranks[chain], leaves[chain]) for chain in ordered)

    def _chain(self, chain: str, rank: int, results: Mapping[str, LeafScore]) -> ChainScore:
        ordered = {leaf.id: results[leaf.id] for leaf in self.book.leaves}
        return ChainScore(
            chain=chain,
            rank=rank,
            total=_total(results),
            sections={section.id: _total(results, section.id) for section in self.book.sections},
            indicators={
                indicator.id: _total({leaf.id: results[leaf.id] for leaf in indicator.leaves})
                for indicator in self.book.indicators
            },
            leaves=ordered,
            pending=tuple(leaf for leaf, result in ordered.items() if result.score is None),
        )


def _total(results: Mapping[str, LeafScore], section: str | None = None) -> Decimal:
    """The sum of published leaves, of one section or of all."""
    return sum(
        (result.score for leaf, result in results.items() if result.score is not None and section in (None, section_of(leaf))),
        Decimal(0),
    )
