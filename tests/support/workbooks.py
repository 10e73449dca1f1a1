"""Lean workbooks for tests: straight from the contract's labels, without the template, a few hundred cells each.

Every department's sheet of ``sound()`` is laid out alike: signature in row 3, 本期无新增事项 in row 4, the citywide total in
row 5, the chain table's header in row 7 with the chains in rows 8 to 13, the ledger's header in row 16 with its events from
row 17. A test edits single cells by their address and asserts the address that a finding names. The sound quarter gives no
finding of any kind.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from chainscore.method.loading import load_rulebook
from chainscore.scoring.appraisal import Appraisal, appraise

BOOK = load_rulebook()

CHAINS = ("绿色建材", "电力电工", "电子信息", "文体旅游", "新能源新材料", "绿色食品商贸")
IDS = ("building", "electrical", "electronics", "culture", "materials", "food")
COVER = "填报说明"
STATISTICS, TAX, COMMERCE, REFORM = "市统计局", "市税务局", "市商务局", "市发改局"
TECHNOLOGY, FINANCE, EVENTS, OFFICE = "市科技工信局", "市金融办", "落地办", "产业链办公室和落地办"
SHEETS = (STATISTICS, TAX, COMMERCE, REFORM, TECHNOLOGY, FINANCE, EVENTS, OFFICE)

SIGNATURE_ROW, NONE_ROW, TOTAL_ROW, TABLE_ROW, LEDGER_TITLE_ROW, LEDGER_ROW = 3, 4, 5, 7, 15, 16
PERSON, SIGNED, NONE, TOTAL = "D3", "H3", "B4", "B5"
"""Where the values of 填报人, 填报日期, 本期无新增事项 and the citywide total stand."""

TOTALS = {STATISTICS: "全市工业总产值（万元）", TAX: "全市税收总额（万元）"}
TABLES: Mapping[str, tuple[str, ...]] = {
    STATISTICS: ("产业链", "本期产值（万元）", "上年同期产值（万元）", "备注"),
    TAX: ("产业链", "本期税收（万元）", "上年同期税收（万元）", "备注"),
    OFFICE: (
        "产业链", "全景图", "现状图", "客商库", "项目库", "人才池", "资金池", "是否落实“两图两库两池”工作", "月报迟报次数", "交办任务未及时完成次数", "备注",
    ),
}  # fmt: skip
LEDGERS: Mapping[str, tuple[str, ...]] = {
    STATISTICS: ("产业链", "企业名称", "事项类别", "年产值（亿元）", "日期", "备注"),
    COMMERCE: ("产业链", "项目名称", "投资方", "投资额（亿元）", "签约日期", "备案日期", "是否三类500强", "备注"),
    REFORM: (
        "产业链", "项目名称", "项目性质", "总投资（万元）", "年度计划投资（万元）", "累计完成投资（万元）", "是否建成投产", "投产日期", "备注",
    ),
    TECHNOLOGY: ("产业链", "名称", "依托单位", "事项类别", "年产值（亿元）", "认定日期", "认定文件", "备注"),
    FINANCE: ("产业链", "企业名称", "进展阶段", "日期", "备注"),
    EVENTS: ("产业链", "活动类别", "活动名称", "日期", "是否取得实质性进展", "合同（协议）名称", "备注"),
    OFFICE: ("产业链", "媒体级别", "媒体名称", "报道标题", "日期", "备注"),
}  # fmt: skip


def day(month: int, number: int, year: int = 2023) -> datetime.date:
    return datetime.date(year, month, number)


EMPTY = "saved-as-empty-text"
"""The saved value of a formula whose result is the empty text, as of ``=IF(B2="","",B2)``."""


@dataclass(frozen=True)
class Formula:
    """A formula with the value that the office program saved; None where it saved none."""

    saved: Any
    text: str = "=1+1"


def rows_of(sheet: str) -> list[tuple[Any, ...]]:
    """The events of the sound quarter."""
    return {
        STATISTICS: [
            ("绿色建材", "样例甲公司", "新增规模企业", None, day(3, 1)),
            ("电子信息", "样例龙头公司", "龙头企业产值核定", 8.5, day(4, 1)),
        ],
        TAX: [],
        COMMERCE: [
            ("电子信息", "样例招商项目一", "样例投资方", 2.5, day(2, 1), day(3, 1), "否"),
            ("绿色食品商贸", "样例招商项目二", None, 1.2, day(4, 5), day(5, 6), "是"),
        ],
        REFORM: [
            ("电子信息", "样例建设项目一", "新建", 5000, 1000, 900, "否", None),
            ("电力电工", "样例建设项目二", "续建", 8000, None, None, "是", day(5, 1)),
        ],
        TECHNOLOGY: [
            ("电子信息", "样例龙头公司", None, "龙头企业", None, day(5, 1), "样例文1号"),
            ("绿色建材", "样例平台", "样例依托单位", "省级平台", None, day(3, 2)),
        ],
        FINANCE: [("新能源新材料", "样例股份公司", "辅导报备", day(6, 1))],
        EVENTS: [
            ("电子信息", "招商推介会", "样例活动一", day(3, 10), "是", "样例合同"),
            ("文体旅游", "配套协作活动", "样例活动二", day(4, 10), "否"),
        ],
        OFFICE: [("文体旅游", "省级媒体", "湖南日报", "样例报道", day(5, 5))],
    }[sheet]  # fmt: skip


def table_of(sheet: str) -> list[tuple[Any, ...]]:
    """The chain table of the sound quarter."""
    if sheet == OFFICE:
        return [(chain, *["已建立并更新"] * 6, "是", 0, 0) for chain in CHAINS]
    base, step = (100, 10) if sheet == STATISTICS else (10, 1)
    return [(chain, base + step * number, base) for number, chain in enumerate(CHAINS, 1)]


def place(address: str) -> tuple[int, int]:
    """``D12`` → (12, 4)."""
    match = re.fullmatch(r"([A-Z]+)(\d+)", address)
    assert match is not None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


@dataclass
class Grid:
    """One worksheet: (row, column) → value."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)

    def __getitem__(self, address: str) -> Any:
        return self.cells.get(place(address))

    def __setitem__(self, address: str, value: Any) -> None:
        self.cells[place(address)] = value

    def put(self, row: int, values: Sequence[Any], column: int = 1) -> None:
        """Write ``values`` into one row from ``column`` on."""
        for offset, value in enumerate(values):
            self.cells[row, column + offset] = value

    def row(self, row: int) -> list[Any]:
        """What stands in a row, from the first column to the last filled one."""
        last = max((c for r, c in self.cells if r == row), default=0)
        return [self.cells.get((row, column)) for column in range(1, last + 1)]

    def clear(self, first: int, last: int | None = None) -> None:
        """Empty the rows from ``first`` to ``last``."""
        last = first if last is None else last
        self.cells = {(r, c): value for (r, c), value in self.cells.items() if not first <= r <= last}

    def clear_ledger(self) -> None:
        self.clear(LEDGER_ROW + 1, 10**6)

    def insert_rows(self, at: int, number: int = 1) -> None:
        self._move(lambda row, column: (row + number if row >= at else row, column))

    def insert_columns(self, at: int, number: int = 1) -> None:
        self._move(lambda row, column: (row, column + number if column >= at else column))

    def _move(self, to: Callable[[int, int], tuple[int, int]]) -> None:
        self.cells = {to(*where): value for where, value in self.cells.items()}
        self.merges = [(*to(top, left), *to(bottom, right)) for top, left, bottom, right in self.merges]

    def reorder(self, first: int, last: int, order: Sequence[int]) -> None:
        """Put the columns of the rows ``first`` to ``last`` into another order: the n-th is then what ``order[n]`` was."""
        moved = {(row, new): self.cells.get((row, old)) for row in range(first, last + 1) for new, old in enumerate(order, 1)}
        self.cells.update(moved)


@dataclass
class Quarter:
    """A workbook to be: its sheets in order."""

    grids: dict[str, Grid]

    def __getitem__(self, sheet: str) -> Grid:
        return self.grids[sheet]

    def only(self, *sheets: str) -> Quarter:
        """The workbook with these sheets alone."""
        return Quarter({name: grid for name, grid in self.grids.items() if name in sheets})

    def without(self, *sheets: str) -> Quarter:
        return Quarter({name: grid for name, grid in self.grids.items() if name not in sheets})

    def save(self, path: Path, epoch_1904: bool = False) -> Path:
        """Write the workbook as another program would."""
        workbook = xlsxwriter.Workbook(str(path), {"date_1904": epoch_1904, "in_memory": True})
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for grid in self.grids.values():
            sheet = workbook.add_worksheet(grid.name)
            if grid.hidden:
                sheet.hide()
            for row in grid.hidden_rows:
                sheet.set_row(row - 1, None, None, {"hidden": True})
            for top, left, bottom, right in grid.merges:
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
            for (row, column), value in sorted(grid.cells.items()):
                _write(sheet, row - 1, column - 1, value, date)
        workbook.close()
        if any(
            isinstance(value, Formula) and value.saved == EMPTY for grid in self.grids.values() for value in grid.cells.values()
        ):
            replace_in_package(path, EMPTY, "")
        return path


def replace_in_package(path: Path, old: str, new: str) -> None:
    """Replace a text that stands somewhere in the parts of a package."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert any(old.encode() in content for content in parts.values())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content.replace(old.encode(), new.encode()))


def _write(sheet: Any, row: int, column: int, value: Any, date: Any) -> None:
    if value is None:
        return
    if isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, None, "" if value.saved is None else value.saved)
    elif isinstance(value, datetime.date | datetime.time):
        sheet.write_datetime(row, column, value, date)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def department(sheet: str, chains: Sequence[str] = CHAINS) -> Grid:
    """One department's sheet of the sound quarter, with the rows of some chains alone where wanted."""
    grid = Grid(sheet)
    grid["A1"] = f"2023年第二季度——{sheet}"
    grid["A2"] = "本表用于计算有关指标，金额单位见列名。"
    grid.put(SIGNATURE_ROW, ("填报单位", sheet, "填报人", "样例填报员", "联系电话", "0731-50000000", "填报日期", day(7, 3)))
    if sheet in LEDGERS:
        grid["A4"] = "本期无新增事项"
    if sheet in TOTALS:
        grid.put(TOTAL_ROW, (TOTALS[sheet], 10000))
    if sheet in TABLES:
        grid.put(TABLE_ROW, TABLES[sheet])
        for number, row in enumerate([row for row in table_of(sheet) if row[0] in chains], TABLE_ROW + 1):
            grid.put(number, row)
    if sheet in LEDGERS:
        grid.put(LEDGER_TITLE_ROW, ("台账（自1月1日起累计）",))
        grid.put(LEDGER_ROW, LEDGERS[sheet])
        events = [row for row in rows_of(sheet) if row[0] in chains]
        for number, row in enumerate(events, LEDGER_ROW + 1):
            grid.put(number, row)
        if not events:
            grid[NONE] = "是"
    return grid


def cover(period: Any = "2023Q2", cutoff: Any = None) -> Grid:
    """The cover: 考核期 in B3, 数据截止日期 in B4."""
    grid = Grid(COVER)
    grid["A1"] = "产业链考核数据填报"
    grid.put(3, ("考核期", period))
    grid.put(4, ("数据截止日期", cutoff))
    return grid


def sound(period: Any = "2023Q2", cutoff: Any = None) -> Quarter:
    """A whole quarter without anything to find fault with."""
    return Quarter({COVER: cover(period, cutoff), **{sheet: department(sheet) for sheet in SHEETS}})


def appraised(quarter: Quarter, folder: Path, draft: bool = False, epoch_1904: bool = False) -> Appraisal:
    """The appraisal of one workbook."""
    return appraise([quarter.save(folder / "q2.xlsx", epoch_1904)], BOOK, draft)


def appraised_files(folder: Path, **quarters: Quarter) -> Appraisal:
    """The appraisal of several workbooks put together, each under its keyword as file name."""
    return appraise([quarter.save(folder / f"{name}.xlsx") for name, quarter in quarters.items()], BOOK)


def seen(result: Appraisal) -> list[str]:
    """All findings, in order, as ``error E304 市商务局!D17``."""
    return [
        f"{f.severity} {f.code} {f.sheet or f.file}" + (f"!{f.cell}" if f.cell is not None else "") for f in result.findings
    ]


def errors(result: Appraisal) -> list[str]:
    return [line for line in seen(result) if line.startswith("error ")]


def scores(result: Appraisal) -> dict[str, dict[str, str]]:
    """Chain → leaf → published score."""
    assert result.scorecard is not None, seen(result)
    return {chain.chain: {leaf: str(score.score) for leaf, score in chain.leaves.items()} for chain in result.scorecard.chains}


def evidence_cells(result: Appraisal, leaf: str, chain: str) -> list[Mapping[str, str]]:
    """The cells behind one leaf of one chain."""
    assert result.scorecard is not None, seen(result)
    card = next(card for card in result.scorecard.chains if card.chain == chain)
    return [evidence.cells for evidence in card.leaves[leaf].evidence]
