"""Makes the workbooks to measure with, as openpyxl saves them: whatever this program itself writes may be quicker to read.

python benchmarks/make_workbooks.py sample OUT.xlsx
python benchmarks/make_workbooks.py long 100000 OUT.xlsx      the sample quarter with a ledger of so many projects
python benchmarks/make_workbooks.py warned 100000 OUT.xlsx    the same, every other project unfiled, which is a warning
python benchmarks/make_workbooks.py many 150 OUTDIR           the sample quarter of as many counties
"""

from __future__ import annotations

import datetime
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data" / "q2-2023.xlsx"
LONG_SHEET, LONG_HEADER = "市商务局", "项目名称"
CHAINS = (
    "绿色建材装配式建筑和建工",
    "电力电工电器",
    "电子信息",
    "文体旅游休闲",
    "新能源新材料（含医疗器械、绿色化工）",
    "绿色食品加工和现代商贸物流",
)
JANUARY = datetime.date(2023, 1, 1)


def sample(path: Path) -> None:
    """The sample quarter, opened and saved again."""
    openpyxl.load_workbook(SAMPLE).save(path)


def projects(number: int, warned: bool) -> Iterator[list[Any]]:
    """Invented projects of 0.20 to 12.00 亿元, filed by the quarter's end, or every other one of them not filed."""
    chance = random.Random(1)
    for index in range(number):
        signed = chance.randrange(150)
        filed = None if warned and index % 2 else JANUARY + datetime.timedelta(signed + chance.randrange(30))
        yield [
            chance.choice(CHAINS), f"样例招商项目第{index:07}号", f"样例投资方{index % 977}", chance.randrange(20, 1201) / 100,
            JANUARY + datetime.timedelta(signed), filed, chance.choice(("是", "否")),
        ]  # fmt: skip


def long_ledger(path: Path, number: int, warned: bool = False) -> None:
    """The values of the sample quarter, with ``number`` projects in place of its own; written row by row."""
    original = openpyxl.load_workbook(SAMPLE, read_only=True)
    copy = openpyxl.Workbook(write_only=True)
    for sheet in original.worksheets:
        page = copy.create_sheet(sheet.title)
        for line in sheet.iter_rows(values_only=True):
            page.append(line)
            if sheet.title == LONG_SHEET and LONG_HEADER in line:
                break
        if sheet.title == LONG_SHEET:
            for row in projects(number, warned):
                page.append(row)
    copy.save(path)


def many(folder: Path, number: int) -> None:
    """Quarters of as many counties, which differ in their figures, their names, and how many projects and events they have."""
    folder.mkdir(exist_ok=True)
    book = openpyxl.load_workbook(SAMPLE)
    originals = {
        sheet.title: [(cell, cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        for sheet in book.worksheets[1:9]
    }
    for county in range(number):
        chance = random.Random(county)
        for name, cells in originals.items():
            rows = {cell.row for cell, value in cells if value in CHAINS}
            left_out = {row for row in rows if name in ("市商务局", "落地办") and chance.random() < 0.1}
            for cell, value in cells:
                new = value.replace("样例", f"样例{county:04}") if isinstance(value, str) else value
                if name == "市统计局" and cell.row in rows and isinstance(value, int | float):
                    new = round(value * chance.uniform(0.8, 1.1))
                cell.value = None if cell.row in left_out else new
        book.save(folder / f"county-{county:04}.xlsx")


def main() -> None:
    """Make what the first argument names."""
    kind, *number, out = sys.argv[1:]
    if kind == "sample":
        sample(Path(out))
    elif kind == "many":
        many(Path(out), int(*number))
    else:
        long_ledger(Path(out), int(*number), warned=kind == "warned")


if __name__ == "__main__":
    main()
