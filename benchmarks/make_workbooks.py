"""Makes the workbooks to measure with: the sample quarter with a long ledger, and many quarters like it.

python benchmarks/make_workbooks.py long 100000 OUT.xlsx
python benchmarks/make_workbooks.py many 500 OUTDIR
"""

from __future__ import annotations

import datetime
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

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

Row = list[Any]


def sheets() -> dict[str, list[Row]]:
    """The sample quarter's sheets, cell by cell."""
    with python_calamine.CalamineWorkbook.from_path(SAMPLE) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names[:9]}


def projects(number: int, seed: int = 1) -> Iterator[Row]:
    """Invented projects, filed by the quarter's end, of 0.20 to 12.00 亿元."""
    chance = random.Random(seed)
    for index in range(number):
        signed = chance.randrange(150)
        filed = signed + chance.randrange(30)
        yield [
            chance.choice(CHAINS), f"样例招商项目第{index:07}号", f"样例投资方{index % 977}", chance.randrange(20, 1201) / 100,
            JANUARY + datetime.timedelta(signed), JANUARY + datetime.timedelta(filed), chance.choice(("是", "否")), "",
        ]  # fmt: skip


def write(path: Path, rows: Callable[[str, list[Row]], Iterable[Row]]) -> None:
    """The sample quarter with the rows of each sheet as ``rows`` makes them."""
    options = {"default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        for name, lines in sheets().items():
            page = workbook.add_worksheet(name)
            for row, line in enumerate(rows(name, lines)):
                page.write_row(row, 0, [None if value == "" else value for value in line])


def long_ledger(path: Path, number: int) -> None:
    """A quarter whose ledger of projects has ``number`` rows."""

    def rows(name: str, lines: list[Row]) -> Iterator[Row]:
        if name != LONG_SHEET:
            yield from lines
            return
        for line in lines:
            yield line
            if LONG_HEADER in line:
                break
        yield from projects(number)

    write(path, rows)


def many(folder: Path, number: int) -> None:
    """Quarters of as many counties, which differ in their figures, their names, and how many projects and events they have."""
    folder.mkdir(exist_ok=True)
    for county in range(number):
        write(folder / f"county-{county:04}.xlsx", partial(_of_county, county, random.Random(county)))


def _of_county(county: int, chance: random.Random, name: str, lines: list[Row]) -> Iterator[Row]:
    for line in lines:
        of_chain = bool(line) and line[0] in CHAINS
        if of_chain and name in ("市商务局", "落地办") and chance.random() < 0.1:
            continue
        row: Row = [value.replace("样例", f"样例{county:04}") if isinstance(value, str) else value for value in line]
        if of_chain and name == "市统计局":
            row = [round(value * chance.uniform(0.8, 1.1)) if isinstance(value, float) else value for value in row]
        yield row


if __name__ == "__main__":
    kind, amount, out = sys.argv[1:]
    {"long": long_ledger, "many": lambda path, number: many(path, number)}[kind](Path(out), int(amount))
