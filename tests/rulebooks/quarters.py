"""Invented periods for the packaged rulebooks, with scores that were worked out by hand from the rulebooks' words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.support.any_method import Facts, SheetFacts

DAY = datetime.date


@dataclass(frozen=True)
class Quarter:
    """A rulebook, a period, what was reported, and what comes of it."""

    rulebook: str
    period: str
    facts: Facts
    leaves: Mapping[str, Mapping[str, str]]
    """Object → leaf → score; None is pending."""
    totals: Mapping[str, str]
    ranks: Mapping[str, int]
    grades: Mapping[str, str] = field(default_factory=dict)


def same(ids: list[str], *values: Any) -> dict[str, tuple[Any, ...]]:
    return dict.fromkeys(ids, values)


# ---------------------------------------------------------------- eight suppliers

SUPPLIERS = Quarter(
    rulebook="suppliers",
    period="2024",
    facts={
        "Logistics": SheetFacts(
            ledger=[
                (supplier, (month, due, on_time))
                for supplier, its in {
                    "alba": ((50, 45), (50, 45)),
                    "borea": ((40, 32), (10, 8)),  # 40 ÷ 50 = 80 %, the bound itself
                    "cedar": ((100, 79), (100, 80)),  # 79.5 %, below it
                    "delta": ((10, 10), (10, 10)),
                    "ember": ((30, 27), (30, 30)),
                    "fjord": ((3, 3), (4, 3)),  # 6 ÷ 7 × 40 = 34.2857…
                    "gamma": ((20, 17), (20, 19)),
                    "hazel": ((25, 24), (25, 25)),
                }.items()
                for month, (due, on_time) in zip(("January", "February"), its, strict=True)
            ]
        ),
        "Quality": SheetFacts(
            table={  # delivered, defective, line stops, late documents
                "alba": (100_000, 5, 0, 0),  # 50 ppm: up to 50
                "borea": (100_000, 6, 0, 1),
                "cedar": (20_000, 4, 1, 0),  # 200 ppm: up to 200
                "delta": (10_000, 10, 0, 3),  # 1000 ppm: up to 1000
                "ember": (1_000_000, 1001, 0, 0),  # 1001 ppm: none
                "fjord": (400_000, 200, 2, 0),  # 500 ppm; two line stops: veto
                "gamma": (50_000, 0, 0, 2),
                "hazel": (3_000_000, 601, 0, 0),  # 200.33 ppm: up to 500
            }
        ),
        "Purchasing": SheetFacts(
            table={  # paid in EUR, reference in kEUR: index 0.95, 1, 0.9 …
                "alba": (95_000, 100),
                "borea": (100_000, 100),
                "cedar": (90_000, 100),
                "delta": (110_000, 100),
                "ember": (105_000, 100),
                "fjord": (98_000, 100),
                "gamma": (100_000, 100),
                "hazel": (102_000, 100),
            },
            ledger=[
                (supplier, (f"Site {number}", kind, DAY(2024, 3, number)))
                for number, (supplier, kind) in enumerate(
                    (
                        ("alba", "ISO 9001"), ("alba", "IATF 16949"), ("alba", "Process audit passed"), ("borea", "ISO 9001"),
                        ("cedar", "IATF 16949"), ("ember", "Process audit passed"), ("fjord", "IATF 16949"),
                        ("gamma", "ISO 9001"), ("hazel", "Process audit passed"), ("hazel", "ISO 9001"),
                    ),
                    1,
                )
            ],
        ),
    },
    leaves={
        # 40 × 0.9; ≤50 ppm; 5 + 8 + 3 capped at 15; 20 − 12 × (0.95 − 0.9) ÷ 0.2
        "alba": {"D.1": "36.0", "Q.1": "25.0", "Q.2": "15.0", "P.1": "17.0", "X.1": "0.0"},
        "borea": {"D.1": "32.0", "Q.1": "20.0", "Q.2": "5.0", "P.1": "14.0", "X.1": "-0.5"},
        "cedar": {"D.1": "0.0", "Q.1": "20.0", "Q.2": "8.0", "P.1": "20.0", "X.1": "-10.0"},
        "delta": {"D.1": "40.0", "Q.1": "5.0", "Q.2": "0.0", "P.1": "8.0", "X.1": "-1.5"},
        "ember": {"D.1": "38.0", "Q.1": "0.0", "Q.2": "3.0", "P.1": "11.0", "X.1": "0.0"},
        "fjord": {"D.1": "34.3", "Q.1": "10.0", "Q.2": "8.0", "P.1": "15.2", "X.1": "-20.0"},
        "gamma": {"D.1": "36.0", "Q.1": "25.0", "Q.2": "5.0", "P.1": "14.0", "X.1": "-1.0"},
        "hazel": {"D.1": "39.2", "Q.1": "10.0", "Q.2": "8.0", "P.1": "12.8", "X.1": "0.0"},
    },
    totals={
        "alba": "93.0", "borea": "70.5", "cedar": "38.0", "delta": "51.5", "ember": "52.0", "fjord": "0.0", "gamma": "79.0",
        "hazel": "70.0",
    },
    ranks={"alba": 1, "gamma": 2, "borea": 3, "hazel": 4, "ember": 5, "delta": 6, "cedar": 7, "fjord": 8},
    grades={"alba": "preferred", "gamma": "preferred", "borea": "approved", "hazel": "approved", "ember": "probation"},
)  # fmt: skip

# ---------------------------------------------------------------- twelve towns

TOWN_IDS = [f"T{number:02}" for number in range(1, 13)]
INVESTED = dict(zip(TOWN_IDS, (1.0, 1.3, 1.5, 0.9, 1.2, 0.5, 1.1, 0.8, 0.95, 1.05, 0.7, 0.6), strict=True))
INCOMES = dict(zip(TOWN_IDS, (30000, 30000, 29000, 28000, 27000, 26000, 25000, 24000, 23000, 22000, 21000, 20000), strict=True))
TAXES = dict(zip(TOWN_IDS, (1500, 2000, 2500, 1000, 100, 500, 400, 800, 1000, 100, 200, 300), strict=True))
ENERGY = dict(zip(TOWN_IDS, (0.5, 0.6, 0.7, None, 0.8, 0.9, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0), strict=True))
EXPERTS = {"T01": (9, 8, 7), "T02": (9, 8), "T03": (10, 9, 8, 7)}
SAFETY = {"T01": (0, 0, 0.95), "T02": (1, 0, 0.9), "T03": (0, 1, 0.9), "T04": (5, 0, 0.85)}
SOLVED = {"T01": 98, "T02": 97, "T03": 93, "T04": 90, "T05": 89}

TOWNS = Quarter(
    rulebook="twelve-towns",
    period="2023",
    facts={
        "税务局": SheetFacts(table={town: (tax, 100) for town, tax in TAXES.items()}),
        "发改局": SheetFacts(table={town: (10000, amount) for town, amount in INVESTED.items()}),
        "农业局": SheetFacts(table={town: (income,) for town, income in INCOMES.items()}),
        "环保局": SheetFacts(
            table={
                town: ({"T01": 70, "T02": 72, "T03": 76, "T04": 60}.get(town, 71), 70, energy) for town, energy in ENERGY.items()
            }
        ),
        "专家组": SheetFacts(
            ledger=[
                (town, (f"专家{number}", points))
                for town in TOWN_IDS
                for number, points in enumerate(EXPERTS.get(town, (8, 8, 8)), 1)
            ]
        ),
        "督查室": SheetFacts(
            ledger=[
                (town, (f"评分人{number}", whose, points))
                for town in TOWN_IDS
                for number, (whose, points) in enumerate(
                    (("园区", 9), ("园区", 7), ("联系单位", 10)) if town == "T01" else (("园区", 8), ("联系单位", 8)), 1
                )
            ]
        ),
        "信访局": SheetFacts(table={town: (100, SOLVED.get(town, 100)) for town in TOWN_IDS}),
        "应急局": SheetFacts(table={town: SAFETY.get(town, (0, 0, 0.9)) for town in TOWN_IDS}),
    },
    leaves={
        # 15 万元/亩 × 1; 完成率 100 %; 第6名; 并列第1; z = (30000 − 25416.67) ÷ 3328.12; PM10 达标;
        # 5 − 2 × (0.5 − 0.4) ÷ 0.6; (9 + 8 + 7 去掉 9 和 7); 0.7 × 8 + 0.3 × 10; 98 %; 0.2 × 5
        "T01": {
            "1.1": "15.00", "1.2.1": "10.00", "1.2.2": "0.00", "1.2.3": "5.00", "1.3.1": "10.00", "1.3.2": "12.75", "2.1": "3.00",
            "2.2": "4.67", "3.1": "8.00", "3.2": "8.60", "3.3": "25.00", "3.4": "1.00",
        },
        # 130 %: 120 % at most; 0.2 × 30; two experts: their mean; 97 %; one accident
        "T02": {"1.1": "20.00", "1.2.1": "12.00", "1.2.2": "6.00", "1.2.3": "7.00", "1.3.1": "10.00", "2.1": "2.00", "3.1": "8.50", "3.3": "20.00", "3.4": "-3.00"},
        # 25 万元/亩 capped at 20; 150 %: 6 + 0.1 × 20; second income is third; PM10 6 above: nothing left; four experts; 93 %
        "T03": {"1.1": "20.00", "1.2.2": "8.00", "1.2.3": "7.00", "1.3.1": "9.00", "2.1": "0.00", "3.1": "8.50", "3.3": "10.00"},
        # 90 %: −0.1 × 10; no energy: the mean of its group's others, 0.7; 90 %; five accidents
        "T04": {"1.2.2": "-1.00", "1.2.3": "3.00", "2.2": "4.00", "3.3": "5.00", "3.4": "-15.00"},
        "T05": {"1.2.1": "12.00", "1.2.2": "4.00", "3.3": "0.00"},
        "T06": {"1.2.1": "5.00", "1.2.2": "-5.00", "1.2.3": "0.00"},
        # 4 万元/亩 × 2.5; the least energy of all
        "T07": {"1.1": "10.00", "2.2": "5.00"},
        "T09": {"1.1": "20.00", "1.2.2": "-0.50"},
        # the least income: rank 12, z = −1.6275; the most energy
        "T12": {"1.3.1": "4.50", "1.3.2": "6.74", "2.2": "3.00"},
    },
    # T02: 20 + 12 + 6 + 7 + 10 + 12.75 + 2 + 4.33 + 8.5 + 8 + 20 − 3.
    totals={"T01": "103.02", "T02": "107.58", "T03": "0.00"},
    ranks={"T02": 1, "T01": 2, "T03": 6},
    grades={"T01": "优秀", "T03": "不合格"},
)  # fmt: skip

# ---------------------------------------------------------------- a park's enterprises

FIRM_IDS = [f"E{number:02}" for number in range(1, 15)]
TAX_PER_MU = {"E02": 10, "E03": 35, "E04": None, "E10": 5, "E11": 40}

PARK = Quarter(
    rulebook="park-per-mu",
    period="2023",
    facts={
        "税务局": SheetFacts(
            cells={"亩均税收基准（万元/亩）": 20}, table={firm: (TAX_PER_MU.get(firm, 20),) for firm in FIRM_IDS}
        ),
        "统计局": SheetFacts(
            cells={"亩均增加值基准（万元/亩）": 100, "单位能耗增加值基准（万元/吨标煤）": 2}, table=same(FIRM_IDS, 100, 2)
        ),
        "科技局": SheetFacts(cells={"研发投入强度基准": 0.03}, table=same(FIRM_IDS, 0.03)),
        "人社局": SheetFacts(cells={"劳动生产率基准（万元/人）": 30}, table=same(FIRM_IDS, 30)),
        "环保局": SheetFacts(cells={"单位排放增加值基准（万元/吨）": 50}, table=same(FIRM_IDS, 50)),
    },
    leaves={
        "E01": {"1.1": "30.00", "1.2": "20.00", "2.1": "15.00", "2.2": "15.00", "3.1": "10.00", "3.2": "10.00"},
        "E02": {"1.1": "15.00"},
        "E03": {"1.1": "45.00"},  # 35 ÷ 20 × 30 = 52.5, at most 1.5 × 30
        "E04": {"1.1": "31.07"},  # the mean of its group: (1 + 0.5 + 1.75 + 4 × 1) ÷ 7 × 30
        "E09": {"1.1": "50.00", "2.1": "10.00"},
        "E10": {"1.1": "12.50"},
        "E11": {"1.1": "75.00"},  # 40 ÷ 20 × 50 = 100, at most 1.5 × 50
    },
    totals={
        "E01": "100.00",
        "E02": "85.00",
        "E03": "115.00",
        "E04": "101.07",
        "E09": "100.00",
        "E10": "62.50",
        "E11": "125.00",
    },
    # In their groups: E01 and E05 to E08 are level.
    ranks={"E03": 1, "E04": 2, "E01": 3, "E08": 3, "E02": 8, "E11": 1, "E09": 2, "E14": 2, "E10": 6},
    # Of eight: A to rank 1.6, B to 4.8, C to 7.2. Of six: A to 1.2, B to 3.6, C to 5.4.
    grades={"E03": "A", "E04": "B", "E01": "B", "E02": "D", "E11": "A", "E09": "B", "E10": "D"},
)

# ---------------------------------------------------------------- thirty key projects

PROJECT_IDS = [f"P{number:02}" for number in range(1, 31)]
FIGURES = {
    "P01": ("新开工", "产业", 10, 1000, 600),
    "P02": ("续建", "民生", 9.99, 1000, 1200),
    "P03": ("续建", "基础设施", 0.99, 1000, 500),
    "P04": ("续建", "基础设施", 5, 1000, 500),
}

PROJECTS = Quarter(
    rulebook="key-projects-monthly",
    period="2023-03",
    facts={
        "发改局": SheetFacts(table={each: FIGURES.get(each, ("续建", "基础设施", 1, 1000, 500)) for each in PROJECT_IDS}),
        "统计局": SheetFacts(table={each: ({"P01": 100000, "P02": 99999.99}.get(each, 0),) for each in PROJECT_IDS}),
        "项目办": SheetFacts(
            ledger=[
                ("P01", (f"样例{kind}{number}", kind, DAY(2023, 3, number)))
                for number, kind in enumerate(("全省通报表扬", "竣工", "投产", "当季集中开工", "当季集中开工"), 1)
            ]
        ),
        "督查室": SheetFacts(
            ledger=[("P01", ("样例通报一", 5, DAY(2023, 2, 1))), ("P01", ("样例通报二", 20, DAY(2023, 3, 1)))]
        ),
    },
    leaves={
        # 20 + 20 + 10, and 30 once for two starts; −5 −20
        "P01": {"1.1": "5.00", "1.2": "20.00", "1.3": "15.00", "2.1": "36.00", "2.2": "30.00", "3.1": "80.00", "3.2": "-25.00"},
        "P02": {"1.1": "2.00", "1.2": "10.00", "1.3": "8.00", "2.1": "60.00", "2.2": "0.00", "3.1": "0.00", "3.2": "0.00"},
        "P03": {"1.2": "3.00", "1.3": "6.00", "2.1": "30.00"},
        "P04": {"1.2": "10.00"},
        "P05": {"1.2": "6.00"},
    },
    totals={"P01": "161.00", "P02": "80.00", "P03": "41.00", "P04": "48.00", "P05": "44.00", "P30": "44.00"},
    ranks={"P01": 1, "P02": 2, "P04": 3, "P05": 4, "P30": 4, "P03": 30},
)

QUARTERS = (SUPPLIERS, TOWNS, PARK, PROJECTS)


def expected(quarter: Quarter) -> dict[tuple[str, str], Decimal]:
    """(object, leaf) → score."""
    return {(chain, leaf): Decimal(score) for chain, its in quarter.leaves.items() for leaf, score in its.items()}
