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

from chainscore import kinds
from chainscore.findings import Finding
from chainscore.period import Period, PeriodError
from chainscore.references import cell_reference
from chainscore.results import DATA_SHEET, DRAFT, FACT_COLUMNS, RULE_COLUMNS
from chainscore.rulebook import DeductionRule, EfficacyRule, Leaf, Rulebook, RulebookError, restore_rulebook, section_of
from chainscore.scorecard import ChainScore, Evidence, LeafScore, Scorecard, Why, half_up, shared_ranks
from chainscore.texts import LANGUAGES, text
from chainscore.values import CellValue, number_of, plain, shown
from chainscore.workbook import Workbook, Worksheet

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
class _Facts:
    """What the hidden sheet adds to one piece of evidence."""

    category: str | None
    facts: Mapping[str, str]
    cells: Mapping[str, str]


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
        leaves = self._leaves(self._facts())
        self._efficacy(leaves)
        self._scores(leaves)
        chains = self._ranking(leaves)
        period, now = self._period(origin)
        return Scorecard(period, now, self._told(origin, "状态").text("内容") == DRAFT, chains), book

    # ------------------------------------------------ finding things

    def _refuse(self, code: str, sheet: str | None, cell: str | None = None, **values: object) -> ContradictionError:
        return ContradictionError(Finding(code, self.file, sheet, cell, values=values))

    def _contradicts(self, line: _Line, label: str, expected: object) -> ContradictionError:
        said = line.text(label) or "—"
        return self._refuse("E112", line.sheet, line.cell(label), text=said, expected_zh=expected, expected_en=expected)

    def _unknown(self, line: _Line, label: str, key: str) -> ContradictionError:
        """A cell that holds nothing of the kind that ``key`` names."""
        expected = {f"expected_{language}": text(key, language, sheet=DATA_SHEET) for language in LANGUAGES}
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

    def _facts(self) -> dict[tuple[str, ...], _Facts]:
        """What belongs to each piece of evidence, by what identifies it."""
        found = {}
        for line in self._lines(DATA_SHEET, FACT_COLUMNS):
            key = tuple(line.text(label) for label in FACT_COLUMNS[:6])
            try:
                facts, cells = json.loads(line.text("所据")), json.loads(line.text("单元格"))
            except ValueError as error:
                raise self._refuse("E113", line.sheet, line.cell("所据"), what=error) from error
            found[key] = _Facts(line.text("类别") or None, facts, cells)
        return found

    def _leaves(self, facts: Mapping[tuple[str, ...], _Facts]) -> dict[str, dict[str, LeafScore]]:
        """Chain → leaf → score with its evidence, each score held against the evidence."""
        labels = ("产业链", "指标", "文件", "工作表", "行", "事项", "数值", "分值", "是否计入", "理由")
        rules = {leaf.id: leaf for leaf in self.book.leaves}
        found: dict[str, dict[str, LeafScore]] = {}
        gathered: dict[tuple[str, str], list[Evidence]] = {}
        sums: list[tuple[str, Leaf, _Line]] = []
        for line in self._lines("计分依据", labels):
            chain, leaf = self.short.get(line.text("产业链")), rules.get(line.text("指标"))
            if chain is None or leaf is None:
                raise self._contradicts(
                    line, "产业链" if chain is None else "指标", "、".join(self.short if chain is None else rules)
                )
            if line["文件"] is None:
                sums.append((chain, leaf, line))
            else:
                gathered.setdefault((chain, leaf.id), []).append(self._evidence(line, chain, leaf, facts))
        for chain, leaf, line in sums:
            found.setdefault(chain, {})[leaf.id] = self._score(chain, leaf, line, gathered.get((chain, leaf.id), []))
        for chain in self.short.values():
            for leaf_id in rules:
                if leaf_id not in found.get(chain, {}):
                    raise self._refuse("E113", "计分依据", what=f"{self.book.chain(chain).short_name} {leaf_id}")
        return found

    def _evidence(self, line: _Line, chain: str, leaf: Leaf, facts: Mapping[tuple[str, ...], _Facts]) -> Evidence:
        row = line.text("行")
        name, sheet, label = line.text("文件"), line.text("工作表"), line.text("事项")
        told = facts.get((chain, leaf.id, name, sheet, row, label))
        if told is None:
            raise self._unknown(line, "事项", "column.in_data")
        value = line["数值"]
        return Evidence(
            file=name,
            sheet=sheet,
            row=int(row) if row.isdigit() else None,
            cells=told.cells,
            label=label,
            value=number_of(value) if isinstance(value, int | float) else line.text("数值") or None,
            points=Fraction(self._number(line, "分值")),
            counted=line.text("是否计入") == self.book.words.yes,
            why=(Why("as_written", {"text": line.text("理由")}),),
            category=told.category,
            facts=told.facts,
        )

    def _number(self, line: _Line, label: str) -> Decimal:
        value = line[label]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._unknown(line, label, "column.number")
        return number_of(value)

    def _score(self, chain: str, leaf: Leaf, line: _Line, evidence: Sequence[Evidence]) -> LeafScore:
        """A published score; it is the evidence's points added to the start, capped, floored and rounded."""
        formula = Why("as_written", {"text": line.text("理由")})
        if line["分值"] == self.pending:
            return LeafScore(leaf.id, chain, None, None, formula, tuple(evidence))
        start, floor = Fraction(0), None
        if isinstance(leaf.rule, DeductionRule):
            start, floor = Fraction(leaf.rule.start), Fraction(leaf.rule.floor)
        cap = Fraction(leaf.cap) if leaf.cap is not None else None
        exact = start + sum((each.points for each in evidence), Fraction(0))
        exact = exact if cap is None else min(exact, cap)
        exact = exact if floor is None else max(exact, floor)
        score, decimals = self._number(line, "分值"), self.book.decimals
        if not half_up(exact - CLOSE, decimals) <= score <= half_up(exact + CLOSE, decimals):
            raise self._contradicts(line, "分值", half_up(exact, decimals))
        published = half_up(Fraction(score), decimals)
        return LeafScore(leaf.id, chain, published, exact, formula, tuple(evidence), start, cap, floor)

    def _efficacy(self, leaves: Mapping[str, Mapping[str, LeafScore]]) -> None:
        """The points of an efficacy leaf are those that the chains' own figures give."""
        for leaf in self.book.leaves:
            if not isinstance(leaf.rule, EfficacyRule):
                continue
            scored = {chain: results[leaf.id] for chain, results in leaves.items() if results[leaf.id].score is not None}
            values = {chain: kinds.measured(result.evidence, leaf.rule) for chain, result in scored.items()}
            sound = {chain: value for chain, value in values.items() if value is not None}
            for chain, result in scored.items():
                if chain not in sound:
                    raise self._refuse("E113", DATA_SHEET, what=f"{self.book.chain(chain).short_name} {leaf.id}")
                points = kinds.efficacy(sound, chain, leaf.rule, leaf.marks).points
                if abs(points - sum(each.points for each in result.evidence)) > CLOSE:
                    line = self._line_of(chain, leaf.id)
                    raise self._contradicts(line, "分值", half_up(points, 6))

    def _line_of(self, chain: str, leaf: str) -> _Line:
        short = self.book.chain(chain).short_name
        return next(
            line
            for line in self._lines("计分依据", ("产业链", "指标", "文件", "分值"))
            if line.text("产业链") == short and line.text("指标") == leaf
        )

    # ------------------------------------------------ sums, ranks

    def _scores(self, leaves: Mapping[str, Mapping[str, LeafScore]]) -> None:
        """The sheet of scores says what the evidence says, and its sums are sums."""
        shorts = list(self.short)
        ranks = dict(zip(leaves, shared_ranks([_total(results) for results in leaves.values()]), strict=True))
        for line in self._lines("得分", ("指标", "名称", *shorts)):
            for short, chain in self.short.items():
                results, wanted = leaves[chain], line.text("指标")
                if wanted in results:
                    self._agrees(line, short, results[wanted].score)
                elif wanted:
                    self._agrees(line, short, _total(results, wanted))
                elif line["满分"] is not None:
                    self._agrees(line, short, _total(results))
                else:
                    self._agrees(line, short, Decimal(ranks[chain]))

    def _agrees(self, line: _Line, label: str, expected: Decimal | None) -> None:
        if expected is None:
            if line[label] != self.pending:
                raise self._contradicts(line, label, self.pending)
        elif abs(Fraction(self._number(line, label)) - Fraction(expected)) > CLOSE:
            raise self._contradicts(line, label, plain(expected))

    def _ranking(self, leaves: Mapping[str, Mapping[str, LeafScore]]) -> tuple[ChainScore, ...]:
        """The ranking, in its order; sums and ranks are those of the leaves."""
        totals = {chain: _total(results) for chain, results in leaves.items()}
        ranks = dict(zip(totals, shared_ranks(list(totals.values())), strict=True))
        lines = {}
        for line in self._lines("排名", ("名次", "产业链", "总分")):
            chain = self.names.get(line.text("产业链"))
            if chain is None:
                raise self._contradicts(line, "产业链", "、".join(self.names))
            lines[chain] = line
            self._agrees(line, "总分", totals[chain])
            for section in self.book.sections:
                label = next((name for name in line.columns if name.startswith(f"{section.title}（")), None)
                if label is not None:
                    self._agrees(line, label, _total(leaves[chain], section.id))
            if line.text("名次") not in (str(ranks[chain]), text("column.tied", "zh", rank=ranks[chain])):
                raise self._contradicts(line, "名次", ranks[chain])
        for chain in totals:
            if chain not in lines:
                raise self._refuse("E113", "排名", what=self.book.chain(chain).name)
        ordered = sorted(self.short.values(), key=lambda chain: ranks[chain])
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
