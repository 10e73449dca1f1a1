"""A wrong rulebook is answered with all that is wrong with it: line, code, what is wrong, what is allowed, the nearest spelling."""

from __future__ import annotations

import codecs
import random
import re
import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainscore.method.loading import RulebookError, rulebook_of
from chainscore.method.mistakes import catalogue
from tests.support.rulebooks import SMALL, changed, mistakes_in

RATE = 'measure = "min(1.2, [完成投资（亿元）] / [计划投资（万元）])"'
RANKED = "points = { steps = [[1, 10], [2, 8], [3, 6]] }"
EVENTS = 'points = { match = { "工业" = 2, "服务业" = { reading = "late_projects", none = 1, half = 0.5 } } }'
LARGE = '"投资额（亿元）" = { is = ">=0.1", remark = "small" }'
FILED = '"备案日期" = "<=now"'
PROJECTS = 'measure = "[投资额（亿元）]", points = { steps = [[2, 6], [1, { per = 2 }]] }'
TOWN = '  { label = "乡镇", type = "object" },\n'

TARGET = 'unit = "万元"\nof = "统计局.table"\nmeasure = "[完成投资（亿元）]"'
NAMED = 'names = ["河口"]\nof = "招商局.ledger"\nmeasure = "[投资额（亿元）]"'

WRONG: dict[str, tuple[str, str, set[tuple[str, str]]]] = {
    # ---- the file
    "broken TOML": ("[words]", "[words", {("R001", "[words")}),
    "a key that stands there twice": ('version = "1"', 'version = "1"\nversion = "2"', {("R001", 'version = "2"')}),
    "a table that stands there twice": ("[cover]", "[words]\n[cover]", {("R001", "[words]")}),
    # ---- keys
    "a misspelt key": ("outlier_factor = 100", "outlier_factr = 100", {("R002", "outlier_factr"), ("R003", "[plausibility]")}),
    "an unknown key at the top": ('version = "1"', 'version = "1"\ncolour = "red"', {("R002", "colour")}),
    "a key of another table": ("cap = 10\n", 'cap = 10\nweights = {}\n', {("R061", "weights")}),
    "an unknown key of a leaf": ("cap = 10\n", "cap = 10\nceiling = 10\n", {("R002", "ceiling")}),
    "an unknown key of a term": ("{ points = 1 }", "{ points = 1, wher = 1 }", {("R002", "points = 1")}),
    "an unknown key of points": ("points = { per = 10 }", "points = { pre = 10 }", {("R002", "pre"), ("R023", "pre")}),
    "an unknown key of a step": ("[1, { per = 2 }]", "[1, { pro = 2 }]", {("R002", "pro = 2")}),
    "an unknown key of a condition": ('remark = "small" }', 'remrk = "small" }', {("R022", "remrk")}),
    "an unknown key of once": ('by = "name", remark', 'by = "name", remarks', {("R002", "remarks")}),
    "an unknown key of a veto": ("total = 0\n", "total = 0\nlevel = 1\n", {("R002", "level")}),
    "an unknown key of a column": ('"用地（公顷）", type', '"用地（公顷）", kind = 1, type', {("R002", "kind")}),
    "an unknown key of a remark": ('hint = "请核对单位。"', 'hints = "请核对单位。"', {("R002", "hints")}),
    "a key that is missing": ('name = "甲镇"\n', "", {("R003", "[[objects]]")}),
    "points that are missing": ("points = { per = 10 }\n", "", {("R003", "[[indicators.leaves]]")}),
    "a name that is empty": ('name = "甲镇"', 'name = ""', {("R003", "[[objects]]")}),
    "a label that is empty": ('person = "填报人"', 'person = ""', {("R003", "[signature]")}),
    # ---- types
    "a word for a whole number": ("decimals = 2", 'decimals = "two"', {("R004", "decimals")}),
    "a number as text": ('title = "经济"\nmarks = 30', 'title = "经济"\nmarks = "30"', {("R004", 'marks = "30"')}),
    "a truth for a number": ('title = "经济"\nmarks = 30', 'title = "经济"\nmarks = true', {("R004", "marks = true")}),
    "a number for a text": ('version = "1"', "version = 1", {("R004", "version")}),
    "a number for a truth": ("positive = true", "positive = 1", {("R004", "positive")}),
    "a text for a date": ("issued = 2023-01-05", 'issued = "2023-01-05"', {("R004", "issued")}),
    "a text for a list": ('totals = ["合计"]', 'totals = "合计"', {("R004", "totals")}),
    "a list for a table": ("[total]\n", "[total]\ncap = []\n", {("R004", "cap = []")}),
    "a text among tables": ('sums = [{ column = "完成投资（亿元）", whole = "全市投资（亿元）" }]', 'sums = ["完成投资（亿元）"]', {("R004", "sums")}),
    "three numbers for two": ('unit = "起" }', 'unit = "起", plausible = [1, 2, 3] }', {("R004", "plausible")}),
    "a cap that is text": ("cap = 10\n", 'cap = "ten"\n', {("R004", 'cap = "ten"')}),
    "points that are text": ("points = { per = 10 }", 'points = "10"', {("R004", 'points = "10"')}),
    "a step that is text": ("[2, 8]", '["2", 8]', {("R004", RANKED.replace("[2, 8]", '["2", 8]'))}),
    "a number without end": ("cap = 10\n", "cap = inf\n", {("R004", "cap = inf")}),
    "no number": ("[2, 8]", "[nan, 8]", {("R004", "nan")}),
    "a number that nobody can read": ("cap = 10\n", "cap = 1e400000\n", {("R006", "1e400000")}),
    "a measure that is a list": (RATE, "measure = [1]", {("R004", "measure = [1]")}),
    "a lookup that is a text": ('of = "招商局.ledger", measure = "[类别]"', 'of = "招商局.ledger", lookup = "x", measure = "[类别]"', {("R004", "lookup")}),
    "lowest_first that is a text": ('against = "rank"', 'against = "rank"\nlowest_first = "yes"', {("R004", "lowest_first")}),
    "terms that are no tables": ("{ points = 1 },", "1,", {("R004", "  1,")}),
    # ---- choices
    "an id that is empty": ('id = "towns"', 'id = ""', {("R003", "")}),
    "a name of blanks": ('name = "甲镇"', 'name = "   "', {("R003", "[[objects]]")}),
    "full marks below nothing": ("marks = 30\n\n[[sections]]", "marks = -30\n\n[[sections]]", {("R006", "marks = -30")}),
    "more decimals than are read": ("points = { per = 10 }", "points = { per = 10.0000000000000000001 }", {("R006", "per = 10.0")}),
    "a language twice": ('languages = ["zh"]', 'languages = ["zh", "zh"]', {("R010", "languages")}),
    "a period twice": ('"quarter", "year"', '"quarter", "quarter"', {("R010", "periods")}),
    "above without up_to": ("points = { per = 10 }", "points = { above = 3 }", {("R023", "above = 3")}),
    "a unit that is missing": ('type = "amount", unit = "公顷"', 'type = "amount"', {("R003", "用地（公顷）")}),
    "a date held against itself": ('not_before = "签约日期"', 'not_before = "备案日期"', {("R005", "not_before")}),
    "points for the value of a date": ('of = "招商局.ledger", measure = "[类别]"', 'of = "招商局.ledger", measure = "[备案日期]"', {("R015", "备案日期")}),
    "a figure of a table beside one of all rows": (RATE, 'measure = "sum([完成投资（亿元）]) / [计划投资（万元）]"', {("R054", "sum(")}),
    "a weight below 0": ('"2.1" = 0.7', '"2.1" = -0.7', {("R006", "weights")}),
    "a language that there is not": ('languages = ["zh"]', 'languages = ["cn"]', {("R005", "languages")}),
    "no language": ('languages = ["zh"]', "languages = []", {("R045", "languages")}),
    "a period that there is not": ('"quarter", "year"', '"quarters", "year"', {("R005", "periods")}),
    "a type that there is not": ('"用地（公顷）", type = "amount"', '"用地（公顷）", type = "amout"', {("R005", "amout")}),
    "an against that there is not": ('against = "rank"', 'against = "ranks"', {("R005", "ranks")}),
    "a way of adding up that there is not": ('by = "weighted"', 'by = "weight"', {("R005", 'by = "weight"')}),
    "a severity that there is not": ('severity = "notice"', 'severity = "hint"', {("R005", "severity")}),
    "something else for what is missing": ('against = "rank"', 'against = "rank"\nmissing = "median"', {("R005", "missing")}),
    "once by something else": ('by = "name", remark', 'by = "评分", remark', {("R005", "once")}),
    # ---- numbers out of bounds
    "too many decimals": ("decimals = 2", "decimals = 12", {("R006", "decimals")}),
    "a year that starts in month 13": ("decimals = 2", "decimals = 2\nyear_starts = 13", {("R006", "year_starts")}),
    "a unit worth nothing": ('"公顷" = 15', '"公顷" = 0', {("R006", "公顷")}),
    "a factor that finds everything": ("outlier_factor = 100", "outlier_factor = 1", {("R006", "outlier_factor")}),
    "bounds of a figure the wrong way round": ('unit = "起" }', 'unit = "起", plausible = [9, 1] }', {("R006", "plausible")}),
    "a column wider than any": ('type = "count", unit = "起"', 'type = "count", unit = "起", width = 999', {("R006", "width")}),
    "a share of more than all": ('{ "优秀" = 30, "合格" = 10 }', '{ "优秀" = "20%", "合格" = "120%" }', {("R006", "grades")}),
    # ---- twice
    "an object twice": ('id = "b"', 'id = "a"', {("R010", 'id = "a"')}),
    "two objects of one name": ('name = "乙镇"', 'name = "甲 镇"', {("R010", "[[objects]]")}),
    "a section twice": ('id = "2"\ntitle = "评议"', 'id = "1"\ntitle = "评议"', {("R010", 'id = "1"'), ("R027", ""), ("R046", "weights"), ("R047", "weights")}),
    "an indicator twice": ('[[indicators]]\nid = "2.2"', '[[indicators]]\nid = "2.1"', {("R010", 'id = "2.1"')}),
    "a leaf twice": ('id = "1.1.2"', 'id = "1.1.1"', {("R010", 'id = "1.1.1"')}),
    "a reading twice": ("[[sections]]", '[[readings]]\nkey = "late_projects"\ndefault = "none"\nquestion = ""\noptions = { none = "", half = "" }\n[[sections]]', {("R010", "late_projects")}),
    "a sheet twice": ('name = "招商局"', 'name = "统计局"', {("R010", 'name = "统计局"'), ("R012", ""), ("R011", "")}),
    "a sheet named as the cover": ('sheet = "清单"', 'sheet = "填报说明"', {("R010", 'sheet = "填报说明"')}),
    "a column twice": ('"林地（亩）", type', '"用地 (公顷)", type', {("R010", "用地 (公顷)")}),
    "a column named as a labelled cell": ('"林地（亩）", type = "amount", unit = "亩"', '"全市投资（亿元）", type = "amount", unit = "亿元"', {("R010", "全市投资（亿元）")}),
    "a category twice": ('values = ["工业", "服务业", "其他"]', 'values = ["工业", "服务业", "工业"]', {("R010", "类别")}),
    "a sentence twice": ("{ points = 1 },", "{ points = 1 }, { points = 1 },", {("R010", "points = 1")}),
    "two sentences for one value": (EVENTS, EVENTS + ' },\n  { of = "招商局.ledger", measure = "[类别]", points = { match = { "工业" = 9 } }', {("R024", '"工业" = 9')}),
    "yes and no that are the same": ('no = "否"', 'no = "是"', {("R010", 'no = "是"')}),
    "a code of two remarks": ('code = "N902"', 'code = "N901"', {("R010", 'code = "N901"')}),
    "a code of the program's own": ('code = "N902"', 'code = "E101"', {("R059", 'code = "E101"')}),
    "a label of signatures twice": ('person = "填报人"', 'person = "联系电话"', {("R010", "telephone")}),
    # ---- names that are not there
    "a sheet that is not there": ('of = "统计局.table"\nmeasure = "min', 'of = "统计.table"\nmeasure = "min', {("R011", "统计.table")}),
    "a ledger that the sheet has not": ('of = "统计局.table"\nmeasure = "min', 'of = "统计局.ledger"\nmeasure = "min', {("R012", "统计局.ledger")}),
    "a sheet without its grid": ('of = "统计局.table"\nmeasure = "min', 'of = "统计局"\nmeasure = "min', {("R012", 'of = "统计局"\n')}),
    "a label that is not there": (RATE, RATE.replace("计划投资（万元）", "计划投资"), {("R013", "计划投资]")}),
    "two labels that are not there": (RATE, RATE.replace("计划投资", "计画投资").replace("完成", "完工"), {("R013", "计画投资")}),
    "where on a label that is not there": (FILED, '"备案" = "<=now"', {("R013", '"备案"')}),
    "a ledger's name that is no column": ('name = "项目名称"', 'name = "项目"', {("R013", 'name = "项目"\n')}),
    "a category with no column": ('category = "类别"', 'category = "类型"', {("R013", "类型"), ("R013", "类型")}),
    "a sum of a column that is not there": ('column = "完成投资（亿元）", whole', 'column = "完成（亿元）", whole', {("R013", "sums")}),
    "a sum held against a cell that is not there": ('whole = "全市投资（亿元）"', 'whole = "全市"', {("R013", "sums")}),
    "a date held against no column": ('not_before = "签约日期"', 'not_before = "签约"', {("R013", "not_before")}),
    "a date counted by no column": ('not_before = "签约日期"', 'counts_in_year_of = "签约"', {("R013", "签约")}),
    "a date late after no column": ('not_before = "签约日期"', 'due_after = { column = "签约", months = 1 }', {("R013", "签约")}),
    "a date late before it begins": ('not_before = "签约日期"', 'due_after = { column = "签约日期", months = -1 }', {("R006", "months")}),
    "a date that is at most a number": ('not_before = "签约日期"', 'at_most = "months"', {("R050", "at_most")}),
    "a count of no such bound": ('unit = "起" }', 'unit = "起", at_most = "weeks" }', {("R005", "at_most")}),
    "a value that the column has not": ('match = { "工业" = 2', 'match = { "工业类" = 2', {("R014", "工业类")}),
    "a condition on a value that the column has not": (FILED, '"类别" = "农业"', {("R014", "农业")}),
    "a remark that is not there": ('remark = "small"', 'remark = "smal"', {("R031", "smal")}),
    "a group that is not there": ('points = { group = { "东"', 'points = { group = { "南"', {("R018", "南"), ("R036", "南")}),
    "a group without its number": ('cap = { group = { "东" = 10, "西" = 11 } }', 'cap = { group = { "东" = 10 } }', {("R036", "cap")}),
    "a reading that is not there": ('reading = "late_projects"', 'reading = "late_project"', {("R019", "late_project")}),
    "an option without its number": ("none = 1, half = 0.5", "none = 1", {("R020", "late_projects")}),
    "an option that the reading has not": ("none = 1, half = 0.5", "none = 1, half = 0.5, full = 2", {("R005", "full")}),
    "a default that is no option": ('default = "none"', 'default = "nothing"', {("R020", "nothing")}),
    "a section of a veto that is not there": ("total = 0\n", 'section = "9"\nscore = 0\n', {("R037", "section")}),
    "a weight of a leaf that is not there": ('"2.1" = 0.7', '"2.3" = 0.7', {("R046", "weights"), ("R047", "weights")}),
    # ---- measures, conditions, points
    "text in a measure": (RATE, 'measure = "[备注] * 2"', {("R015", "备注")}),
    "match on a number": ('measure = "[事故数]"\npoints = { up_to = [[0, 5], [2, 3]], above = 0 }', 'measure = "[事故数]"\npoints = { match = { "0" = 5 } }', {("R015", "")}),
    "text with points for a number": (f'measure = "[类别]", {EVENTS}', 'measure = "[类别]", points = { per = 1 }', {("R040", "per = 1")}),
    "a unit that there is not": ('unit = "公顷" }', 'unit = "公倾" }', {("R016", "公倾")}),
    "units that do not convert": (RATE, 'measure = "[完成投资（亿元）] + [用地（公顷）]"', {("R017", "+ [用地")}),
    "an amount compared with an area": (RATE, 'measure = "max([完成投资（亿元）], [林地（亩）])"', {("R017", "max(")}),
    "an amount added to a number of times": (RATE, 'measure = "[完成投资（亿元）] + [事故数]"', {("R017", "事故数]")}),
    "a sum in another unit than its whole": ('type = "amount", unit = "亿元" }]', 'type = "amount", unit = "万元" }]', {("R017", "sums")}),
    "a measure that ends too soon": (RATE, 'measure = "[事故数] +"', {("R021", "+")}),
    "a measure with a sign that there is not": (RATE, 'measure = "[事故数] ^ 2"', {("R021", "^")}),
    "a function that there is not": (RATE, 'measure = "average([事故数])"', {("R021", "average")}),
    "a bracket that is not closed": (RATE, 'measure = "min(1, [事故数]"', {("R021", "min(1, [事故数]")}),
    "a reduction within a reduction": ("trimmed([评分])", "mean(sum([评分]))", {("R021", "mean(sum")}),
    "rows of a ledger outside of a reduction": ("trimmed([评分])", "trimmed([评分]) + [投资额（亿元）]", {("R054", "trimmed")}),
    "division by zero": (RATE, 'measure = "[事故数] / 0"', {("R032", "/ 0")}),
    "division by a base of zero": (RATE, 'measure = "[事故数] / (2 - 2)"', {("R032", "2 - 2")}),
    "a condition that is none": (LARGE, '"投资额（亿元）" = ">=many"', {("R022", "many")}),
    "a condition of nothing": (FILED, '"类别" = []', {("R022", "[]")}),
    "now against a number": (LARGE, '"投资额（亿元）" = "<=now"', {("R043", "<=now")}),
    "a date against a number": (FILED, '"备案日期" = ">=3"', {("R043", ">=3")}),
    "a text in a range": (FILED, '"类别" = [">=1", "<5"]', {("R043", "<5")}),
    "a text compared": (FILED, '"类别" = ">=3"', {("R043", ">=3")}),
    "a word for a figure": (LARGE, '"投资额（亿元）" = "大"', {("R043", "大")}),
    "steps and a line at once": (RANKED, "points = { steps = [[1, 10]], per = 2 }", {("R023", "per = 2")}),
    "steps and matches at once": (RANKED, 'points = { steps = [[1, 10]], match = { "x" = 2 } }', {("R023", "match")}),
    "a step of three": ("[2, 8]", "[2, 8, 9]", {("R023", "[2, 8, 9]")}),
    "a tier twice": ("[2, 8]", "[1, 8]", {("R024", "[1, 8]")}),
    "a category with two points": ('"工业" = 2,', '"工业" = 2, "工 业" = 3,', {("R024", "工 业")}),
    "steps in no order": ("[2, 8], [3, 6]", "[5, 8], [3, 6]", {("R044", "[5, 8]")}),
    "up_to in no order": ("[[0, 5], [2, 3]]", "[[0, 5], [2, 3], [1, 1]]", {("R044", "[1, 1]")}),
    "no steps": (RANKED, "points = { steps = [] }", {("R045", "steps = []")}),
    "no values to match": (EVENTS, "points = { match = {} }", {("R045", "match = {}")}),
    "equal where nobody is compared": ("points = { per = 10 }", "points = { per = 10, equal = 2 }", {("R041", "equal")}),
    "lowest_first where nothing is ranked": ('against = "rank"', 'against = "minmax"\nlowest_first = true', {("R053", "lowest_first")}),
    "a standing of a ledger's rows": ('measure = "trimmed([评分])"', 'measure = "[评分]"\nagainst = "rank"', {("R034", "against")}),
    "a standing of nothing measured": ('measure = "trimmed([评分])"', 'against = "rank"', {("R034", "against")}),
    "something for what is missing of rows": ('measure = "trimmed([评分])"', 'measure = "[评分]"\nmissing = 0', {("R058", "missing")}),
    "once of a table": ("floor = 0\n", 'floor = 0\nonce = "name"\n', {("R039", "once")}),
    "skip_first of a table": ("floor = 0\n", 'floor = 0\nskip_first = { by = "事故数" }\n', {("R042", "skip_first"), ("R050", "skip_first")}),
    "skip_first without a date": (PROJECTS, PROJECTS + ", skip_first = { where = {} }", {("R003", "skip_first")}),
    "a lookup of a table": (RATE, RATE + '\nlookup = { of = "招商局.ledger", by = "备注", name = "项目名称", take = "评分", as = "评" }', {("R055", "lookup")}),
    "a lookup without what it takes": (PROJECTS, PROJECTS + ', lookup = { of = "招商局.ledger", as = "x" }', {("R003", "lookup")}),
    "a lookup of a sheet that is not there": (PROJECTS, PROJECTS.replace("[投", "[x] or [投") + ', lookup = { of = "商招局.ledger", take = "评分", as = "x" }', {("R011", "商招局")}),
    "a lookup of a figure that is not there": (PROJECTS, PROJECTS.replace("[投", "[x] or [投") + ', lookup = { of = "招商局.ledger", take = "评价分", as = "x" }', {("R013", "评价分")}),
    "terms and keys of their own": ('remark = "counted_once" }\n', 'remark = "counted_once" }\nof = "招商局.ledger"\n', {("R038", "[[indicators.leaves]]")}),
    "a basis with a condition": ("{ points = 1 }", '{ points = 1, where = { "备注" = "x" } }', {("R003", "points = 1")}),
    # ---- limits, marks, sections
    "a cap below the floor": ("cap = 10\nfloor = 0", "cap = 10\nfloor = 11", {("R025", "cap = 10")}),
    "a section's cap below its floor": ('weights = { "2.1"', 'cap = 1\nfloor = 2\nweights = { "2.1"', {("R025", "cap = 1")}),
    "a total's cap below its floor": ("[total]\n", "[total]\ncap = 1\nfloor = 2\n", {("R025", "cap = 1")}),
    "marks that do not add up": ('title = "经济"\nmarks = 30', 'title = "经济"\nmarks = 31', {("R026", "marks = 31")}),
    "an indicator's marks that do not add up": ('title = "投资完成率"\nmarks = 10', 'title = "投资完成率"\nmarks = 11', {("R026", "marks = 30")}),
    "a leaf in no section": ('id = "1.1.2"', 'id = "3.1.2"', {("R027", "3.1.2")}),
    "a leaf in another section than its indicator": ('id = "1.1.2"', 'id = "2.1.2"', {("R052", "2.1.2"), ("R047", "weights")}),
    "an indicator in no section": ('[[indicators]]\nid = "2.2"', '[[indicators]]\nid = "3"', {("R027", 'id = "3"'), ("R052", 'id = "2.2"')}),
    "weights that lack a leaf": ('weights = { "2.1" = 0.7, "2.2" = 0.3 }', 'weights = { "2.1" = 0.7 }', {("R047", "weights")}),
    "weights of a sum": ('by = "weighted"\n', "", {("R047", "weights")}),
    "a section of nothing": ("[total]\n", '[[sections]]\nid = "3"\ntitle = "空"\n[total]\n', {("R045", "[[sections]]")}),
    "an indicator of nothing": (SMALL[SMALL.index('[[indicators]]\nid = "2.2"') : SMALL.index("[remarks.counted_once]")], '[[indicators]]\nid = "2.2"\ntitle = "事故"\nleaves = []\n', {("R045", "leaves"), ("R046", "weights")}),
    # ---- total
    "grades that do not go down": ('{ "优秀" = 30, "合格" = 10 }', '{ "合格" = 10, "优秀" = 30 }', {("R051", "grades")}),
    "two grades from one total": ('"合格" = 10 }', '"合格" = 30 }', {("R051", "grades")}),
    "grades by total and by share": ('"合格" = 10 }', '"合格" = "20%" }', {("R051", "grades")}),
    "a grade that is no number": ('"合格" = 10 }', '"合格" = "ten" }', {("R004", "grades")}),
    "a veto of nothing": ("total = 0\n", "", {("R003", "[[total.veto]]")}),
    "a veto of everybody": ('where = { "事故数" = ">=1" }', "where = {}", {("R045", "where = {}")}),
    "a veto of total and section": ("total = 0\n", 'total = 0\nsection = "1"\nscore = 0\n', {("R038", "[[total.veto]]")}),
    # ---- targets
    "an unknown key of a target": ('title = "占比"\n', 'title = "占比"\naim = 85\n', {("R002", "aim = 85")}),
    "a target without a title": ('title = "占比"\n', "", {("R003", "[[targets]]")}),
    "a target that stands there twice": ('title = "占比"', 'title = "新项目"', {("R010", 'title = "新项目"')}),
    "a goal that is text": ("goal = 85", 'goal = "85"', {("R004", 'goal = "85"')}),
    "a goal of nothing": ("goal = 85", "goal = 0", {("R006", "goal = 0")}),
    "a target that is measured nowhere": ('title = "占比"\n', 'title = "占比"\nmeasure = "[评分]"\n', {("R003", "[[targets]]")}),
    "a target of a sheet that is not there": ('unit = "万元"\nof = "统计局.table"', 'unit = "万元"\nof = "统计.table"', {("R011", "统计.table")}),
    "a target of a label that is not there": (TARGET, TARGET.replace("完成投资（亿元）", "完成额（亿元）"), {("R013", "完成额")}),
    "a condition of a target that is none": ('"备案日期" = "filled"', '"备案日期" = ">=many"', {("R022", "many")}),
    "a target of a table that measures nothing": (TARGET, 'unit = "万元"\nof = "统计局.table"', {("R003", "[[targets]]")}),
    "a goal in a unit of another kind": ('goal = 10_000\nunit = "万元"', 'goal = 10_000\nunit = "亩"', {("R017", 'unit = "亩"')}),
    "a goal without its unit": ('goal = 10_000\nunit = "万元"\n', "goal = 10_000\n", {("R017", "[[targets]]")}),
    "names of a table": (TARGET, f'names = ["甲"]\n{TARGET}', {("R060", "[[targets]]")}),
    "names of a sum": (NAMED, NAMED.replace("[投资额（亿元）]", "sum([投资额（亿元）])"), {("R060", "[[targets]]")}),
    "a ledger's rows without names": (NAMED, NAMED.replace('names = ["河口"]\n', ""), {("R060", "[[targets]]")}),
    "points by group where an object has none": ('group = "西"\n', "", {("R003", "[[objects]]"), ("R018", "group")}),
    # ---- sheets
    "a sheet's name over 31 characters": ('name = "统计局"', f'name = "{"统" * 32}"', {("R028", "统" * 32), ("R011", "")}),
    "a sheet's name with a sign that none can have": ('findings = "检查意见"', 'findings = "检查/意见"', {("R028", "检查/意见")}),
    "a sheet of nothing": ('[[sheets]]\nname = "招商局"', '[[sheets]]\nname = "空"\n[[sheets]]\nname = "招商局"', {("R048", "[[sheets]]")}),
    "a choice of nothing": ('"其他"]', '"其他", ""]', {("R004", "其他")}),
    "a choice without values": ('type = "choice", values = ["工业", "服务业", "其他"]', 'type = "choice"', {("R033", "类别")}),
    "values of what is no choice": ('label = "备注", type = "text"', 'label = "备注", values = ["x"], type = "text"', {("R033", "备注")}),
    "a table without its objects": (TOWN, "", {("R049", "columns")}),
    "a table whose objects are called otherwise": (TOWN, TOWN.replace("乡镇", "镇"), {("R049", "columns")}),
    "a count without its unit": ('type = "count", unit = "起"', 'type = "count"', {("R003", "事故数")}),
    "a name that is no text": ('name = "项目名称"', 'name = "签约日期"', {("R050", 'name = "签约日期"')}),
    # ---- texts
    "a remark whose brackets name nothing": ("“{name}”已计分", "“{nmae}”已计分", {("R056", "nmae")}),
    "a remark whose brackets do not close": ("“{name}”已计分", "“{name”已计分", {("R056", "{name”")}),
    "a remark that lacks a language of the file": ('message = "“{name}”已计分"', 'message = { en = "counted" }', {("R057", "counted")}),
}  # fmt: skip


def lines_that_say(text: str) -> set[tuple[str, str]]:
    """(code, the text of the line) of every mistake."""
    lines = text.splitlines()
    return {(each.code, lines[each.line - 1] if each.line else "") for each in mistakes_in(text)}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_told_with_its_code_and_its_line(case: str) -> None:
    old, new, expected = WRONG[case]
    found = lines_that_say(changed((old, new)))
    assert {code for code, _ in found} == {code for code, _ in expected}, found
    for code, part in expected:
        assert any(code == its and part.strip("\n") in line for its, line in found), (code, part, found)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_filled_line_in_each_language(case: str) -> None:
    old, new, _ = WRONG[case]
    for mistake in mistakes_in(changed((old, new))):
        chinese, english = mistake.message("zh"), mistake.message("en")
        assert re.search("[一-鿿]", chinese)
        assert chinese != english
        assert not re.search(r"\n|“”|: ;|：；|[：:]\s*$", chinese + english), (chinese, english)


def test_the_small_rulebook_is_sound() -> None:
    assert mistakes_in(SMALL) == ()


def test_no_mistake_hides_another() -> None:
    """One of each in one file: as many are told as are made."""
    text = changed(
        ("outlier_factor = 100", "outlier_factor = 1"),
        ("cap = 10\nfloor = 0", "cap = 10\nfloor = 11\nceiling = 3"),
        (RATE, RATE.replace("计划投资（万元）", "计画投资（万元）")),
        ("points = { per = 10 }", 'points = { per = "ten" }'),
        (RANKED, "points = { steps = [[1, 10], [1, 8]] }"),
        ('against = "rank"', 'against = "ranks"'),
        ('remark = "small" }', 'remark = "smal" }'),
        (FILED, '"备案" = "<=now"'),
        ("[2, 6]", '["two", 6]'),
        ('"工业" = 2', '"工业类" = 2'),
        ('unit = "公顷" }', 'unit = "公倾" }'),
    )
    told = [(each.code, each.line) for each in mistakes_in(text)]
    codes_told = [code for code, _ in told]
    wanted = ["R006", "R025", "R002", "R013", "R004", "R024", "R005", "R031", "R013", "R004", "R014", "R016"]
    assert sorted(codes_told) == sorted(wanted)
    assert [line for _, line in told] == sorted(line for _, line in told if line is not None)


def test_a_mistake_is_not_told_again_as_what_follows_from_it() -> None:
    text = changed(('"用地（公顷）", type = "amount"', '"用地（公顷）", type = "amout"'))
    assert [each.code for each in mistakes_in(text)] == ["R005"]
    text = changed(('title = "经济"\nmarks = 30', 'title = "经济"\nmarks = "thirty"'))
    assert [each.code for each in mistakes_in(text)] == ["R004"]


OBJECTS = SMALL[SMALL.index("[[objects]]") : SMALL.index("[[readings]]")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[words]\n", "[other]\n", "R003"),  # the words are missing, not each of them
        (OBJECTS, "", "R003"),
        ('id = "1.1.2"', "id = 1.12", "R004"),
        ('id = "b"', 'id = "a"', "R010"),
        ('against = "rank"', 'against = "ranks"\nlowest_first = true', "R005"),
        ('"公顷" = 15', '"公顷" = 0', "R006"),
        ('"公顷" = 15\n', "", "R016"),
    ],
)
def test_one_mistake_is_told_once(old: str, new: str, code: str) -> None:
    codes = [each.code for each in mistakes_in(changed((old, new)))]
    assert [each for each in codes if each != "R002"] == [code]


def test_amounts_in_a_unit_that_is_worth_nothing_are_not_divided_by_it() -> None:
    told = mistakes_in(changed(('"万元" = 10_000', '"万元" = 0'), ('"亿元" = 100_000_000', '"亿元" = -1')))
    assert [(each.code, each.place) for each in told] == [("R006", "units.万元"), ("R006", "units.亿元")]


def test_means_of_groups_need_a_group_of_every_object() -> None:
    text = changed(
        ('name = "丙镇"\ngroup = "东"', 'name = "丙镇"'), ('against = "rank"', 'against = "rank"\nmissing = "group_mean"')
    )
    assert [(each.code, each.place) for each in mistakes_in(text)] == [("R003", "objects[2]")]


def test_shares_may_lack_what_their_last_digit_rounds_off_and_factors_are_no_shares() -> None:
    assert mistakes_in(changed(('"2.1" = 0.7, "2.2" = 0.3', '"2.1" = 0.67, "2.2" = 0.333'))) == ()
    assert mistakes_in(changed(('"2.1" = 0.7, "2.2" = 0.3', '"2.1" = 1.5, "2.2" = 1'))) == ()


PERCENT = ('  { label = "用地（公顷）"', '  { label = "满意度", type = "percent" },\n  { label = "用地（公顷）"')


@pytest.mark.parametrize(("bound", "codes"), [("90", ["R062"]), ("0.9", []), ("1.5", [])])
def test_bounds_of_percentages_are_shares(bound: str, codes: list[str]) -> None:
    text = changed(PERCENT, (RATE + "\npoints = { per = 10 }", f'measure = "[满意度]"\npoints = {{ steps = [[{bound}, 10]] }}'))
    told = mistakes_in(text)
    assert [each.code for each in told] == codes
    if told:
        assert told[0].message("en") == "percentages are written as shares, 85% is 0.85: 90 is 9000%; for 90% write 0.9"
    conditioned = f'where = {{ "满意度" = ">={bound}" }}\n{RATE}'
    assert [each.code for each in mistakes_in(changed(PERCENT, (RATE, conditioned)))] == codes


def test_what_is_wanted_is_told_in_the_language_of_the_run() -> None:
    (mistake,) = mistakes_in(changed(("decimals = 2", 'decimals = "two"')))
    assert mistake.message("zh") == "“two”不对，这里要：整数"
    assert mistake.message("en") == "“two” is wrong here; wanted: whole number"
    (mistake,) = mistakes_in(changed(("points = { per = 10 }", "points = { above = [0.5] }")))
    assert "{ above = [0.5] }" in mistake.message("zh")


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        ('version = "1"', "版本 = 1", "名称里有汉字", "Latin letters"),
        ('version = "1"', "version = “1”", "英文引号", "straight quotation marks"),
        ('version = "1"', 'version ＝ "1"', "英文的等号", "an equals sign is missing"),
        ('version = "1"', 'version = "1', "缺右引号", "a quotation mark is missing"),
        ('version = "1"', 'version = "1" id = 2', "一行只写一个", "a line holds one"),
        ('version = "1"', 'version = "1"\nversion = "2"', "写了两次", "stands twice"),
        ("[words]", "[words", "缺右括号", "a bracket is missing"),
        ("{ per = 10 }", "{ per = 10, }", "不能有逗号", "without a comma"),
        ("2023-01-05", "2023-02-30", "不存在", "no such date"),
        ("marks = 30", "marks = 30%", "一行只写一个", "a line holds one"),
    ],
)
def test_what_is_no_toml_is_told_in_words_of_both_languages(old: str, new: str, zh: str, en: str) -> None:
    (mistake,) = mistakes_in(SMALL.replace(old, new, 1))
    assert mistake.code == "R001"
    assert zh in mistake.message("zh")
    assert en in mistake.message("en")


def test_the_nearest_spelling_is_told_and_what_is_allowed() -> None:
    (mistake,) = mistakes_in(changed(('against = "rank"', 'against = "ranks"')))
    assert mistake.message("en") == "cannot be “ranks”; the nearest is “rank”; allowed: value, minmax, rank, zscore, mean"
    assert mistake.message("zh") == "不能是“ranks”；最接近的是“rank”；可用：value, minmax, rank, zscore, mean"
    (mistake,) = mistakes_in(changed(('of = "统计局.table"\nmeasure = "min', 'of = "统计据.table"\nmeasure = "min')))
    assert mistake.message("en") == "there is no sheet “统计据”; the nearest is “统计局”; there are: 统计局, 招商局"


def test_nothing_is_called_the_nearest_that_is_not_near_and_what_there_is_none_of_is_said() -> None:
    (mistake,) = mistakes_in(changed(('version = "1"', 'version = "1"\nqqqq = "red"')))
    assert mistake.message("en").startswith("there is no key “qqqq” here; allowed: id, version,")
    (mistake,) = mistakes_in(changed(('against = "rank"', 'against = "qqqq"')))
    assert mistake.message("zh") == "不能是“qqqq”；可用：value, minmax, rank, zscore, mean"
    (mistake,) = mistakes_in(changed(('whole = "全市投资（亿元）"', 'whole = "全县投资（亿元）"')))
    assert mistake.message("zh") == "“统计局.cells”没有“全县投资（亿元）”；最接近的是“全市投资（亿元）”；已有：全市投资（亿元）"


def test_keys_and_types_are_called_as_the_file_has_them() -> None:
    (mistake,) = (each for each in mistakes_in(changed(('type = "object"', 'type = "objct"'))) if each.code == "R005")
    assert (mistake.values["nearest"], "chain" in mistake.message("en")) == ("object", False)
    found = {each.code: each for each in mistakes_in(SMALL.replace("[[objects]]", "[[objcts]]"))}
    assert (found["R002"].values["nearest"], found["R003"].message("en")) == ("objects", "“objects” is missing")
    (twice,) = mistakes_in(changed(('name = "乙镇"', 'name = "甲镇"')))
    assert twice.place == "objects[1]"


def test_a_key_that_stands_in_the_wrong_table_is_told_where_it_belongs() -> None:
    (mistake,) = mistakes_in(changed(("cap = 10\n", "cap = 10\nweights = {}\n")))
    assert mistake.message("zh") == "“weights”这个键不在这里，应写在：[[sections]]"
    assert mistake.message("en") == "“weights” is no key of this table; it belongs to: [[sections]]"


def test_every_mistake_is_one_line_with_file_line_code_and_place() -> None:
    with pytest.raises(RulebookError) as caught:
        rulebook_of(changed(("[2, 8]", "[1, 8]"), ("decimals = 2", "decimals = 12")).encode(), "towns.toml")
    assert caught.value.lines("en") == [
        "towns.toml:6: R006 decimals: 12 is out of bounds; wanted: 0–6",
        "towns.toml:109: R024 indicators[0].leaves[1].points.steps[1]: two points for one value: “1”",
    ]
    assert str(caught.value) == "\n".join(caught.value.lines("en"))


def test_a_rulebook_without_objects_or_anything_else_is_told_what_it_lacks() -> None:
    empty = {each.values["text"] for each in mistakes_in("")}
    assert {"id", "title", "objects", "sections", "indicators", "sheets"} <= empty
    start, end = SMALL.index("[[objects]]"), SMALL.index("[[readings]]")
    text = "objects = []\n" + SMALL[:start] + SMALL[end:]
    assert [(each.code, each.line) for each in mistakes_in(text) if each.code == "R045"] == [("R045", 1)]


# ---------------------------------------------------------------- files of other kinds


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert mistakes_in(codecs.BOM_UTF8 + SMALL.encode()) == ()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_said(encoding: str) -> None:
    (mistake,) = mistakes_in(SMALL.encode(encoding))
    assert mistake.code == "R029"
    assert "UTF-8" in mistake.message("zh")
    assert mistake.line == 1 if encoding == "utf-16" else mistake.line == 4


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "\x00", "a = 2023-02-30", "= 1", "[[[", '"""'])
def test_what_is_no_toml_is_one_mistake(text: str) -> None:
    assert [each.code for each in mistakes_in(text)] == ["R001"]


def test_every_code_of_the_catalogue_is_raised_by_some_wrong_file_and_told_in_both_languages() -> None:
    raised = {code for _, _, expected in WRONG.values() for code, _ in expected} | {"R029", "R030", "R062"}
    assert raised == set(catalogue())
    assert all(sorted(entry) == ["en", "zh"] for entry in catalogue().values())


# ---------------------------------------------------------------- never a crash

BOOKS = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((resources.files("chainscore.method") / "rulebooks").iterdir(), key=str)
    if path.name.endswith(".toml")
} | {"small": SMALL}
PIECES = [
    "",
    "0",
    "-1",
    "true",
    '""',
    "[]",
    "{}",
    '"x"',
    "nan",
    "1e99999",
    "[",
    "}",
    "=",
    '"',
    "1979-05-27",
    "{ reading = 1 }",
    "{ group = 1 }",
    "[[1]]",
    "# ",
]


def shaken(text: str, seed: int) -> str:
    """A rulebook with a few of its values, lines or signs deleted, doubled or replaced."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        kind = chance.choice(["value", "value", "value", "line", "twice", "signs", "key"])
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        if kind == "line":
            del lines[at]
        elif kind == "twice":
            lines.insert(at, chance.choice(lines))
        elif kind == "signs":
            start = chance.randrange(max(1, len(lines[at])))
            lines[at] = lines[at][:start] + chance.choice(PIECES) + lines[at][start + chance.randint(0, 4) :]
        else:
            pattern = r'(?<== )("[^"]*"|[\d.]+|true|false|\[[^\[\]]*\]|\{[^{}]*\})' if kind == "value" else r'[\w"（）]+(?= = )'
            found = list(re.finditer(pattern, text))
            if found:
                match = chance.choice(found)
                text = text[: match.start()] + chance.choice(PIECES) + text[match.end() :]
            continue
        text = "\n".join(lines)
    return text


@pytest.mark.parametrize("name", BOOKS)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_shaken_rulebook_is_a_rulebook_or_a_list_of_mistakes(name: str, seed: int) -> None:
    for mistake in mistakes_in(shaken(BOOKS[name], seed)):
        assert mistake.message("zh")
        assert mistake.message("en")


def test_shaken_rulebooks_are_mostly_still_toml() -> None:
    def is_toml(text: str) -> bool:
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return False
        return True

    assert sum(is_toml(shaken(SMALL, seed)) for seed in range(200)) > 60
