"""The scoring method once more, written down from docs/contracts/method.md and from nothing else of this program.

Slow, plain and exact: facts as tests state them in, published scores out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Facts = Mapping[str, Mapping[str, Any]]
INVESTMENT = (("2", "6"), ("1.5", "4"), ("1", "2"), ("0.5", "1"), ("0.2", "0.5"))
OUTPUT = (("10", "5"), ("8", "3"), ("5", "2"), ("3", "1"))
GIANTS = {"国家级小巨人": "0.7", "省级小巨人": "0.3"}
STAGES = {"上市": "3", "递交首发上市申请材料": "2", "辅导报备": "1", "股改挂牌": "0.5"}
PLATFORMS = {"国家级平台": "5", "省级平台": "3", "湘潭市级平台": "2"}
NEWS = {"中央主流媒体": "3", "省级媒体": "2", "湘潭市级媒体": "1"}
ACTIVITIES: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "3.1": ("4", {"招商推介会": ("1", "0.5"), "外出招商": ("0.7", "0.5")}),
    "3.2": ("2", {"产销对接会": ("0.7", "0.3"), "配套协作活动": ("0.3", "0")}),
    "3.3": ("2", {"融资对接会": ("0.7", "0.3"), "设立或引进产业链扶持基金": ("2", "0"), "企业获得基金投资": ("0.3", "0")}),
    "3.4": ("2", {"政产学研活动": ("0.7", "0.3")}),
}
"""Leaf → its cap, and activity → points, and more with substantial progress."""
SIX = ("全景图", "现状图", "客商库", "项目库", "人才池", "资金池")


def published(facts: Facts, chains: Sequence[str], readings: Mapping[str, str], now: str, elapsed: Fraction) -> Any:
    """Chain's name → leaf → the score to two decimals. ``now`` is an ISO date, ``elapsed`` the share of the year gone by."""
    quarter = _Quarter(facts, chains, readings, now, elapsed)
    return {chain: {leaf: _rounded(points) for leaf, points in quarter.scores(chain)} for chain in chains}


def _rounded(points: Fraction) -> Decimal:
    return Decimal(math.floor(points * 100 + Fraction(1, 2))) / 100


def _number(value: Any) -> Fraction:
    """A cell's number: its double to 15 significant digits."""
    return Fraction(format(value, ".15g"))


def _tier(value: Fraction, tiers: Sequence[tuple[str, str]]) -> Fraction:
    return next((Fraction(points) for bound, points in tiers if value >= Fraction(bound)), Fraction(0))


class _Quarter:
    def __init__(self, facts: Facts, chains: Sequence[str], readings: Mapping[str, str], now: str, elapsed: Fraction) -> None:
        self.facts, self.chains, self.readings, self.now, self.elapsed = facts, chains, readings, now, elapsed

    def rows(self, sheet: str, chain: str, category: str | None = None, wanted: Any = ()) -> list[Row]:
        own = [row for row in self.facts[sheet]["ledger"] if row["产业链"] == chain]
        return [row for row in own if category is None or row[category] in wanted]

    def row(self, sheet: str, chain: str) -> Row:
        return next(row for row in self.facts[sheet]["table"] if row["产业链"] == chain)

    def scores(self, chain: str) -> Iterator[tuple[str, Fraction]]:
        for leaf, sheet, now, before, whole in (
            ("1.1", "市统计局", "本期产值（万元）", "上年同期产值（万元）", "全市工业总产值（万元）"),
            ("1.2", "市税务局", "本期税收（万元）", "上年同期税收（万元）", "全市税收总额（万元）"),
        ):
            rows = {each: self.row(sheet, each) for each in self.chains}
            growth = {each: (_number(r[now]) - _number(r[before])) / _number(r[before]) for each, r in rows.items()}
            share = {each: _number(r[now]) / _number(self.facts[sheet]["cells"][whole]) for each, r in rows.items()}
            yield f"{leaf}.1", self.efficacy(growth, chain)
            yield f"{leaf}.2", self.efficacy(share, chain)
        yield from self.investment(chain)
        yield "1.4", min(Fraction(15), sum(map(self.construction, self.rows("市发改局", chain)), Fraction(0)))
        yield from self.enterprises(chain)
        for leaf, (cap, rates) in ACTIVITIES.items():
            held = self.rows("落地办", chain, "活动类别", rates)
            points = (Fraction(rates[row["活动类别"]][0]) for row in held)
            more = (Fraction(rates[row["活动类别"]][1]) for row in held if row["是否取得实质性进展"] == "是")
            yield leaf, min(Fraction(cap), sum(points, Fraction(0)) + sum(more, Fraction(0)))
        yield from self.basics(chain)

    def efficacy(self, values: Mapping[str, Fraction], chain: str) -> Fraction:
        least, most = min(values.values()), max(values.values())
        if least == most:
            return Fraction(5) if self.readings["efficacy_no_spread"] == "full" else Fraction(3)
        return (Fraction(60, 100) + Fraction(40, 100) * (values[chain] - least) / (most - least)) * 5

    def investment(self, chain: str) -> Iterator[tuple[str, Fraction]]:
        filed = [row for row in self.rows("市商务局", chain) if row.get("备案日期") and row["备案日期"] <= self.now]
        large = [row for row in filed if _number(row["投资额（亿元）"]) >= 2]
        yield "1.3.1", Fraction(5 if large else 0)
        used = min(large, key=lambda row: row["签约日期"]) if large else None
        points = Fraction(0)
        for row in filed:
            if row is used and self.readings["investment_task_project_in_tiers"] == "no":
                continue
            tier = _tier(_number(row["投资额（亿元）"]), INVESTMENT)
            points += tier
            if row["是否三类500强"] == "是" and (tier or self.readings["investment_bonus_below_tier"] == "yes"):
                points += 1
        yield "1.3.2", points

    def construction(self, row: Row) -> Fraction:
        if _number(row["总投资（万元）"]) < 2000:
            return Fraction(0)
        new, done = row["项目性质"] == "新建", row["是否建成投产"] == "是"
        points = Fraction("1.5" if new else "1") if done else Fraction(0)
        if done and self.readings["construction_commissioned"] == "replace":
            return points
        if row.get("年度计划投资（万元）") is None or row.get("累计完成投资（万元）") is None:
            return points
        plan = _number(row["年度计划投资（万元）"])
        if self.readings["construction_plan"] == "prorated":
            plan *= self.elapsed
        ratio = min(Fraction(1), _number(row["累计完成投资（万元）"]) / plan)
        return points + (ratio * Fraction("0.75" if new else "0.5") if ratio >= Fraction("0.8") else 0)

    def enterprises(self, chain: str) -> Iterator[tuple[str, Fraction]]:
        five, office = Fraction(5), "市科技工信局"
        titles = [row["企业名称"] for row in self.rows("市统计局", chain, "事项类别", ["新增规模企业"])]
        titles += [row["名称"] for row in self.rows(office, chain, "事项类别", ["高新技术企业"])]
        once = self.readings["scale_and_hightech"] == "enterprise_once"
        yield "2.1", min(five, Fraction(len(set(titles) if once else titles), 2))
        giants = [(row["名称"], GIANTS[row["事项类别"]]) for row in self.rows(office, chain, "事项类别", GIANTS)]
        yield "2.2", min(five, _sum(giants, self.readings["little_giant_both_levels"] == "highest"))
        stages = [(row["企业名称"], STAGES[row["进展阶段"]]) for row in self.rows("市金融办", chain)]
        yield "2.3", min(five, _sum(stages, self.readings["listing_stages"] == "highest"))
        certified = {
            row["企业名称"]: row["年产值（亿元）"] for row in self.rows("市统计局", chain, "事项类别", ["龙头企业产值核定"])
        }
        leaders = self.rows(office, chain, "事项类别", ["龙头企业"])
        outputs = [certified.get(row["名称"], row.get("年产值（亿元）")) for row in leaders]
        yield "2.4", min(five, sum((_tier(_number(output), OUTPUT) for output in outputs), Fraction(0)))
        platforms = [(row["名称"], PLATFORMS[row["事项类别"]]) for row in self.rows(office, chain, "事项类别", PLATFORMS)]
        yield "2.5", min(five, _sum(platforms, highest=True))

    def basics(self, chain: str) -> Iterator[tuple[str, Fraction]]:
        office = "产业链办公室和落地办"
        row = self.row(office, chain)
        lacking = sum(row[label] != "已建立并更新" for label in SIX)
        idle = row["是否落实“两图两库两池”工作"] == "否"
        yield "4.1", max(Fraction(0), Fraction(4 - lacking - (2 if idle else 0)))
        late = Fraction(row["月报迟报次数"], 2) + Fraction(row["交办任务未及时完成次数"], 5)
        yield "4.2", max(Fraction(0), 3 - late)
        news = sum((Fraction(NEWS[row["媒体级别"]]) for row in self.rows(office, chain)), Fraction(0))
        yield "4.3", min(Fraction(3), news)


def _sum(named: Sequence[tuple[str, str]], highest: bool) -> Fraction:
    """The points of all, or of each name at its highest."""
    if not highest:
        return sum((Fraction(points) for _, points in named), Fraction(0))
    best: dict[str, Fraction] = {}
    for name, points in named:
        best[name] = max(best.get(name, Fraction(0)), Fraction(points))
    return sum(best.values(), Fraction(0))
