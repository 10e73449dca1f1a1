"""The template's own wording; labels, values and clauses come from the rulebook."""

from __future__ import annotations

COVER_TITLE = "{period}{chain}考核数据填报表"
COVER_BASIS = "依据：《{title}》（《{plan}》）"
SHEET_TITLE = "{period}{chain}考核数据填报表——{sheet}"
STEPS_TITLE = "填报步骤"
STEPS = (
    "1. 谁来填：每个评价部门只填与本部门同名的工作表（见下表）。表内填了“{person}”和“{date}”，即视为已经报送。",
    "2. 填哪里：浅黄色格填写；灰色格是预设内容，已锁定，不用改（工作表保护没有密码）。"
    "深蓝表头必填，褐色表头视情况必填，浅蓝表头选填。",
    "3. 空白不等于零：没有数据就留空，查明后补报；确实是零才填0。",
    "4. 累计口径：各表数据和台账都从{start}起累计到{end}；本年已填过的事项照样保留，新增事项接着往下填。",
    "5. 台账一行一件事项，可以一直往下填，不限行数。没有事项的，在“{no_events}”选“{yes}”，台账留空；台账有内容的不选。",
    "6. {chain}、类别和各个“是否”项从下拉列表中选择；金额只填数字，不带单位，不写“约”或区间；日期格式如{start}。",
    "7. 不要改动工作表名称、表头和标签的文字。可以插入行、添加备注、调整行高列宽。粘贴时请用“选择性粘贴—数值”，不要粘贴公式。",
    "8. 颜色提示：红底是填写有误，橙底是缺填或需要核对，报送前请逐一处理。",
    "9. 用 Excel、WPS 表格或 LibreOffice 填写均可，保存为 .xlsx 格式。",
)
SHEETS_TITLE = "各部门填报内容"
SHEETS_HEADER = ("评价部门（工作表）", "填报内容", "涉及指标")
LEAVES_TITLE = "考核指标、分值和计分办法"
LEAVES_HEADER = ("编号", "指标", "满分", "条款", "计分办法", "评价部门")
LEAVES_TOTAL = "满分合计"
PART_TITLE = "{title}——{who}"

LEGEND = (
    ("1F4E79", "深蓝表头：必填"),
    ("9C5700", "褐色表头：视情况必填"),
    ("B4C7E7", "浅蓝表头：选填"),
    ("FFE699", "浅黄格：请填写"),
    ("F4B183", "橙底：缺填或需核对"),
    ("FF7C80", "红底：填写有误"),
)

ERROR_TITLE = "填写有误"
PROMPT_CHOICE = "请从下拉列表中选择：{values}。"
PROMPT_CHAIN = "请从下拉列表中选择{chain}全称。"
PROMPT_AMOUNT = "请填数字，单位：{unit}，{bound}。不带单位，不写“约”或区间；没有数据请留空，不要填0。"
PROMPT_COUNT = "请填次数：0或正整数，没有发生的填0。"
PROMPT_SIGNED_NUMBER = "请填数字，单位：{unit}，可以是负数。不带单位，不写“约”或区间；没有数据请留空，不要填0。"
PROMPT_PERCENT = "请填百分比，如85%。"
PROMPT_DATE = "请填日期，如{end}；须在{start}至{end}之间。"
PROMPT_OPEN_DATE = "请填日期，如{end}；不早于{start}。"
PROMPT_NOT_BEFORE = "不得早于“{label}”。"
PROMPT_TEXT = "请填写“{label}”。"
PROMPT_OPTIONAL = "选填，没有可留空。"
PROMPT_PERSON = "请填写填报人姓名；与“{date}”都填好后视为已报送。"
PROMPT_TELEPHONE = "请填写联系电话，便于核对数据。"
PROMPT_SIGNED = "请填写本表的填报日期，如{end}。"
PROMPT_NO_EVENTS = "自{start}起没有任何事项、台账为空时选“{yes}”；台账有内容的请留空。"
PROMPT_CUTOFF = "一般留空：留空即为考核期最后一日（{end}）。需要另定截止日期时填写。"
BOUND_ANY, BOUND_POSITIVE = "不得为负数", "须大于0"
NOTE_REQUIRED, NOTE_OPTIONAL, NOTE_WHEN = "必填。", "选填。", "“{column}”为{values}时必填。"
NOTE_BELONGS = "只在“{column}”为{values}时{what}。"
NOTE_FILLED, NOTE_VALUE = "填写", "填“{}”"
NOTE_PRESET = "预设内容，不用改。"
NOTE_AUTHOR = "chainscore"
SIGNATURES = "单位负责人（签字）：　　　　　　审核人：　　　　　　填报人：　　　　　　（盖章）　　　　　年　　月　　日"
"""At the foot of each printed sheet."""
