"""The results workbook's sheet of rules: every number of the method that a formula uses, with its clause, in one place.

Each line has a leaf, what it is about (the item), the condition or lower bound it holds for (the key), and its value.
Formulas refer to its cells, so that what is scored by can be read, and changed to try another rule.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chainscore.method.period import Period
from chainscore.method.rulebook import CertifiedTiersRule, CountRule, DeductionRule, EfficacyRule, Leaf, ProgressRule, Rulebook, TaskRule, Tier, TiersRule
from chainscore.results.excel.book import Book
from chainscore.results.excel.page import Column

NAME = "规则"
COLUMNS = [
    Column("指标", 8, "centre"), Column("名称", 30, "name"), Column("条款", 16, "name"), Column("项目", 30, "name"),
    Column("条件或下限（含）", 30, "value"), Column("数值", 12, "value"), Column("说明", 60, "name"),
]  # fmt: skip
KEY, VALUE = "E", "F"
"""The columns of keys and values."""

MARKS, CAP, START, FLOOR = "满分", "封顶", "基础分", "扣到为止"
BASE, SPREAD, NO_SPREAD = "基础比例", "浮动比例", "各产业链相等时的比例"
LEAST, POINTS, TIER, BONUS, BONUS_BELOW = "下限", "计分", "分档计分", "加分", "低于最低一档是否加分"
SMALLEST, THRESHOLD, PLAN, COMMISSIONED, ELAPSED = "最低总投资", "最低完成比例", "完成年度计划", "建成投产", "年度计划折算比例"
OFF = "扣分"
DECIMALS, NOW = "得分保留小数位数", "数据截止日期"


@dataclass(frozen=True)
class _Line:
    leaf: Leaf | None
    item: str
    key: Any
    value: Any
    note: str = ""


class Rules:
    """The sheet of rules, by which all workbooks of a period are scored."""

    def __init__(self, book: Rulebook, period: Period, now: datetime.date, file: Book) -> None:
        """``now`` is the day by which events had to be filed."""
        self.book = book
        self.period = period
        self.now = now
        self.file = file
        self.page = file.page(NAME, COLUMNS, frozen=2)
        self.lines = [*self._general(), *(line for leaf in book.leaves for line in _lines_of(leaf, period))]
        self._rows: dict[tuple[str | None, str], list[int]] = {}
        self._keys: dict[tuple[str | None, str, Any], str] = {}
        self._values: dict[tuple[str | None, str, Any], str] = {}
        for row, line in enumerate(self.lines, self.page.first + 1):
            self._place(line, row)

    def _place(self, line: _Line, row: int) -> None:
        """Where a line stands; the row counted from 1."""
        leaf = line.leaf.id if line.leaf is not None else None
        self._rows.setdefault((leaf, line.item), []).append(row)
        self._keys[leaf, line.item, line.key] = f"'{NAME}'!${KEY}${row}"
        self._values[leaf, line.item, line.key] = f"'{NAME}'!${VALUE}${row}"

    def value(self, leaf: Leaf | None, item: str, key: Any = None) -> str:
        """The cell of a value."""
        return self._values[leaf.id if leaf is not None else None, item, key]

    def key(self, leaf: Leaf, item: str, key: Any) -> str:
        """The cell of a key."""
        return self._keys[leaf.id, item, key]

    def keys(self, leaf: Leaf, item: str) -> str:
        """The range of an item's keys."""
        return self._range(leaf, item, KEY, KEY)

    def values(self, leaf: Leaf, item: str) -> str:
        """The range of an item's values."""
        return self._range(leaf, item, VALUE, VALUE)

    def block(self, leaf: Leaf, item: str) -> str:
        """The range of an item's keys and values, two columns."""
        return self._range(leaf, item, KEY, VALUE)

    def has(self, leaf: Leaf, item: str) -> bool:
        return (leaf.id, item) in self._rows

    def _range(self, leaf: Leaf, item: str, first: str, last: str) -> str:
        rows = self._rows[leaf.id, item]
        return f"'{NAME}'!${first}${rows[0]}:${last}${rows[-1]}"

    def _general(self) -> Iterator[_Line]:
        yield _Line(None, DECIMALS, None, self.book.decimals, "四舍五入；之前先按10位小数去掉浮点误差")
        yield _Line(None, NOW, None, self.now, "考核期末，或封面所填的截止日期；此日以前备案的项目才计分")

    def write(self) -> None:
        """All lines, each leaf's wording with its first, and the readings below."""
        before: Leaf | None = None
        for row, line in enumerate(self.lines, self.page.first):
            leaf = line.leaf
            begins = leaf is not before
            note = leaf.text if leaf is not None and begins and not line.note else line.note
            named = [leaf.id, leaf.title, leaf.clause] if leaf is not None else ["", "", ""]
            self.page.row(row, [*named, line.item, line.key, line.value, note], ("first",) if begins else ())
            before = leaf
        last = self.page.first + len(self.lines)
        for row, reading in enumerate(self.book.readings, last):
            option = self.book.chosen[reading.key]
            meaning = f"{reading.question.zh}：{reading.options[option].zh}"
            chosen = f"{option}（默认）" if option == reading.default else option
            values = ["口径", reading.key, reading.clause, "有不同理解之处所采用的口径", chosen, "", meaning]
            self.page.row(row, values, ("first",) if row == last else ())
        self.file.mark(self.page, last + len(self.book.readings))


def _lines_of(leaf: Leaf, period: Period) -> Iterator[_Line]:
    """All numbers of one leaf, those that formulas look up in next to each other."""
    rule = leaf.rule
    yield _Line(leaf, MARKS, None, leaf.marks)
    if leaf.cap is not None:
        yield _Line(leaf, CAP, None, leaf.cap)
    match rule:
        case EfficacyRule():
            yield _Line(leaf, BASE, None, rule.floor)
            yield _Line(leaf, SPREAD, None, rule.spread)
            yield _Line(leaf, NO_SPREAD, None, rule.no_spread)
        case TaskRule():
            yield _Line(leaf, LEAST, None, rule.at_least, rule.amount)
            yield _Line(leaf, POINTS, None, rule.points)
        case TiersRule():
            yield from _tiers(leaf, rule.tiers, rule.amount)
            yield _Line(leaf, BONUS, rule.bonus.value, rule.bonus.points, rule.bonus.column)
            yield _Line(leaf, BONUS_BELOW, None, int(rule.bonus_below_tiers), "1 加，0 不加")
            if rule.task_project_signed:
                yield _Line(leaf, LEAST, None, rule.task_at_least, "完成招商任务的项目不再计档位分")
        case ProgressRule():
            yield _Line(leaf, SMALLEST, None, rule.smallest, rule.investment)
            yield _Line(leaf, THRESHOLD, None, rule.threshold)
            elapsed = period.elapsed if rule.prorated else Fraction(1)
            yield _Line(leaf, ELAPSED, None, elapsed)
            for item in (PLAN, COMMISSIONED):
                for nature, points in rule.points.items():
                    yield _Line(leaf, item, nature, points.plan if item == PLAN else points.commissioned)
        case CountRule():
            for each in rule.items:
                yield _Line(leaf, POINTS, each.category, each.points, each.sheet)
            for each in rule.items:
                if each.bonus is not None:
                    yield _Line(leaf, BONUS, each.category, each.bonus.points, f"{each.bonus.column}：{each.bonus.value}")
        case CertifiedTiersRule():
            yield from _tiers(leaf, rule.tiers, rule.amount)
        case DeductionRule():
            yield _Line(leaf, START, None, rule.start)
            yield _Line(leaf, FLOOR, None, rule.floor)
            for deduction in rule.items:
                for value, off in deduction.values.items():
                    yield _Line(leaf, OFF, value, off, "、".join(deduction.columns))
                if deduction.each is not None:
                    yield _Line(leaf, OFF, deduction.columns[0], deduction.each, "每次")


def _tiers(leaf: Leaf, tiers: list[Tier], amount: str) -> Iterator[_Line]:
    """From the lowest up, as LOOKUP wants them, with nothing for what is below the lowest."""
    yield _Line(leaf, TIER, Decimal(0), Decimal(0), f"{amount}低于最低一档")
    for tier in sorted(tiers, key=lambda tier: tier.from_):
        yield _Line(leaf, TIER, tier.from_, tier.points, amount)
