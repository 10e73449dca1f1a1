"""A small rulebook in which everything of the language stands once, for tests to change."""

from __future__ import annotations

from chainscore.method.loading import RulebookError, rulebook_of
from chainscore.method.mistakes import Mistake
from chainscore.method.rulebook import Rulebook

SMALL = """\
# Three towns, two departments.
id = "towns"
version = "1"
title = "乡镇考核办法"
issued = 2023-01-05
decimals = 2
languages = ["zh"]
periods = ["quarter", "year"]

[words]
object = "乡镇"
yes = "是"
no = "否"
totals = ["合计"]
remarks = ["注："]

[units]
"元" = 1
"万元" = 10_000
"亿元" = 100_000_000
"亩" = 1
"公顷" = 15

[plausibility]
outlier_factor = 100
largest_amount = 1_000_000_000

[cover]
sheet = "填报说明"
period = "考核期"
cutoff = "数据截止日期"

[signature]
unit = "填报单位"
person = "填报人"
telephone = "联系电话"
date = "填报日期"
no_events = "本期无新增事项"

[lists]
sheet = "清单"
id = "规则"
version = "规则版本"
sha256 = "规则校验码"
findings = "检查意见"

[[objects]]
id = "a"
name = "甲镇"
group = "东"

[[objects]]
id = "b"
name = "乙镇"
group = "西"

[[objects]]
id = "c"
name = "丙镇"
group = "东"

[[readings]]
key = "late_projects"
default = "none"
question = "迟报的项目怎么计"
options = { none = "不计", half = "减半" }

[[sections]]
id = "1"
title = "经济"
marks = 30

[[sections]]
id = "2"
title = "评议"
by = "weighted"
weights = { "2.1" = 0.7, "2.2" = 0.3 }

[total]
grades = { "优秀" = 30, "合格" = 10 }

[[total.veto]]
of = "统计局.table"
where = { "事故数" = ">=1" }
total = 0

[[indicators]]
id = "1.1"
title = "投资"
marks = 30

[[indicators.leaves]]
id = "1.1.1"
title = "投资完成率"
marks = 10
cap = 10
floor = 0
of = "统计局.table"
measure = "min(1.2, [完成投资（亿元）] / [计划投资（万元）])"
points = { per = 10 }

[[indicators.leaves]]
id = "1.1.2"
title = "亩均投资"
marks = 10
of = "统计局.table"
measure = "[完成投资（亿元）] / [用地（公顷）]"
against = "rank"
points = { steps = [[1, 10], [2, 8], [3, 6]] }

[[indicators.leaves]]
id = "1.1.3"
title = "新引进项目"
marks = 10
once = { by = "name", remark = "counted_once" }
terms = [
  { points = 1 },
  { of = "招商局.ledger", where = { "投资额（亿元）" = { is = ">=0.1", remark = "small" }, "备案日期" = "<=now" }, measure = "[投资额（亿元）]", points = { steps = [[2, 6], [1, { per = 2 }]] } },
  { of = "招商局.ledger", measure = "[类别]", points = { match = { "工业" = 2, "服务业" = { reading = "late_projects", none = 1, half = 0.5 } } } },
]

[[indicators]]
id = "2.1"
title = "群众评议"

[[indicators.leaves]]
id = "2.1"
title = "专家评分"
of = "招商局.ledger"
measure = "trimmed([评分])"
points = { group = { "东" = { per = 1 }, "西" = { per = 1.1 } } }
cap = { group = { "东" = 10, "西" = 11 } }

[[indicators]]
id = "2.2"
title = "事故"

[[indicators.leaves]]
id = "2.2"
title = "事故数"
of = "统计局.table"
measure = "[事故数]"
points = { up_to = [[0, 5], [2, 3]], above = 0 }

[remarks.counted_once]
code = "N901"
severity = "notice"
message = "“{name}”已计分"

[remarks.small]
code = "N902"
severity = "notice"
message = "“{name}”投资额 {text} {unit}，低于 {bound} {unit}"
hint = "请核对单位。"

[[targets]]
title = "新项目"
goal = 3
unit = "个"
of = "招商局.ledger"
where = { "备案日期" = "filled" }

[[targets]]
title = "一亿元乡镇"
goal = 10_000
unit = "万元"
of = "统计局.table"
measure = "[完成投资（亿元）]"

[[targets]]
title = "点名的项目"
goal = 2
unit = "亿元"
names = ["河口"]
of = "招商局.ledger"
measure = "[投资额（亿元）]"

[[targets]]
title = "占比"
goal = 85
unit = "%"

[[sheets]]
name = "统计局"
guide = ["由统计局填报。"]
cells = [{ label = "全市投资（亿元）", type = "amount", unit = "亿元" }]
sums = [{ column = "完成投资（亿元）", whole = "全市投资（亿元）" }]

[sheets.table]
title = "投资"
columns = [
  { label = "乡镇", type = "object" },
  { label = "完成投资（亿元）", type = "amount", unit = "亿元" },
  { label = "计划投资（万元）", type = "amount", unit = "万元", positive = true },
  { label = "用地（公顷）", type = "amount", unit = "公顷" },
  { label = "林地（亩）", type = "amount", unit = "亩" },
  { label = "事故数", type = "count", unit = "起" },
  { label = "备注", type = "text", required = false },
]

[[sheets]]
name = "招商局"

[sheets.ledger]
title = "项目"
name = "项目名称"
category = "类别"
columns = [
  { label = "乡镇", type = "object" },
  { label = "项目名称", type = "text" },
  { label = "类别", type = "choice", values = ["工业", "服务业", "其他"] },
  { label = "投资额（亿元）", type = "amount", unit = "亿元" },
  { label = "签约日期", type = "date" },
  { label = "备案日期", type = "date", required = false, not_before = "签约日期" },
  { label = "评分", type = "signed", unit = "元", required = false },
]
"""


def changed(*changes: tuple[str, str]) -> str:
    """The small rulebook with some of its text replaced, each by its first place."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def made(text: str) -> Rulebook:
    """The rulebook of a text."""
    return rulebook_of(text.encode(), "towns.toml")


def mistakes_in(text: str | bytes) -> tuple[Mistake, ...]:
    """All that is wrong with a text; nothing where it is a rulebook."""
    try:
        rulebook_of(text.encode() if isinstance(text, str) else text, "towns.toml")
    except RulebookError as error:
        return error.mistakes
    return ()
