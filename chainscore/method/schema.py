"""A JSON schema of rulebooks, for editors: what the models say, and the sentences, which they leave open."""

from __future__ import annotations

from typing import Any

import msgspec

from chainscore.method.rulebook import Method
from chainscore.method.sentences import AIM_KEYS

Schema = dict[str, Any]
NUMBER: Schema = {"type": "number"}
TEXT: Schema = {"type": "string"}
RENAMED = (
    ("Method", "objects", "chains"),
    ("Sheet", "per_object", "per_chain"),
    ("Ledger", "one_object_only", "one_chain_only"),
)
"""Model, key as it is written, key as the model has it."""
SENTENCE = ("of", "name", "where", "measure", "against", "lowest_first", "points", "lookup", "skip_first", "missing")


def schema() -> Schema:
    """The whole schema. Wherever a number or choice may stand, a table with a reading may too."""
    whole = msgspec.json.schema(Method)
    defined: dict[str, Any] = whole["$defs"]
    defined |= sentences()
    leaf, method = defined["Leaf"], defined["Method"]
    leaf["properties"] |= {**{name: defined["Term"]["properties"][name] for name in SENTENCE}, **LIMITS}
    target = defined["Target"]["properties"]
    target |= {name: defined["Term"]["properties"][name] for name in AIM_KEYS}
    leaf["properties"]["terms"] = {"type": "array", "items": _ref("Term")}
    for table, written, ours in (
        ("Method", "objects", "chains"),
        ("Sheet", "per_object", "per_chain"),
        ("Ledger", "one_object_only", "one_chain_only"),
    ):
        defined[table]["properties"][written] = defined[table]["properties"][ours]
    method["required"] = [name for name in method["required"] if name != "chains"]
    method["anyOf"] = [{"required": ["objects"]}, {"required": ["chains"]}]
    for name in ("Column", "LabelledCell"):
        defined[name]["properties"]["type"]["enum"].append("object")
    del defined["Words"]["properties"]["language"]
    found: Schema = _with_readings(_plain(whole))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "chainscore rulebook", **found}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _any(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


LIMITS = {
    "cap": _any(NUMBER, _ref("Grouped")),
    "floor": _any(NUMBER, _ref("Grouped")),
    "once": _any({"enum": ["name", True, False]}, {"type": "object", "properties": {"by": TEXT, "remark": TEXT}}),
}


def sentences() -> dict[str, Schema]:
    """The parts of a sentence."""
    table: Schema = {"type": "object"}
    condition = _any(TEXT, NUMBER, {"type": "array"}, _ref("Condition"), _ref("Grouped"), _ref("ByReading"))
    steps: Schema = {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2, "maxItems": 2}}
    points = {
        **dict.fromkeys(("per", "at_0", "base", "equal"), NUMBER),
        "steps": steps,
        "up_to": steps,
        "above": _any(NUMBER, table),
        "match": {"type": "object", "additionalProperties": NUMBER},
        "remark": TEXT,
        "group": table,
    }
    where: Schema = {"type": "object", "additionalProperties": condition}
    lookup = {
        "of": TEXT,
        "where": _ref("Where"),
        "by": TEXT,
        "name": TEXT,
        "take": TEXT,
        "as": TEXT,
        "missing": TEXT,
        "unmatched": TEXT,
    }
    skip = {"by": TEXT, "where": _ref("Where"), "remark": TEXT}
    term = {
        "of": {**TEXT, "pattern": r"\.(table|ledger)$"},
        "name": TEXT,
        "where": _ref("Where"),
        "measure": _any(TEXT, _ref("Grouped"), _ref("ByReading")),
        "against": {"enum": ["value", "minmax", "rank", "zscore", "mean"]},
        "lowest_first": {"type": "boolean"},
        "points": _any(NUMBER, _ref("Points")),
        "lookup": _ref("Lookup"),
        "skip_first": _any({"enum": [False]}, _ref("SkipFirst")),
        "missing": _any({"enum": ["mean", "group_mean"]}, NUMBER),
        "title": TEXT,
        "text": TEXT,
        "clause": TEXT,
    }
    return {
        "ByReading": {"type": "object", "required": ["reading"], "properties": {"reading": TEXT}},
        "Grouped": {"type": "object", "required": ["group"], "properties": {"group": table}},
        "Condition": {
            "type": "object",
            "properties": {"is": {}, "remark": TEXT},
            "required": ["is"],
            "additionalProperties": False,
        },
        "Where": where,
        "Points": {"type": "object", "properties": points, "additionalProperties": False},
        "Lookup": {"type": "object", "properties": lookup, "required": ["of", "take", "as"], "additionalProperties": False},
        "SkipFirst": {"type": "object", "properties": skip, "required": ["by"], "additionalProperties": False},
        "Term": {"type": "object", "properties": term, "required": ["points"], "additionalProperties": False},
    }


def _plain(value: Any) -> Any:
    """The schema with numbers where msgspec says texts of decimals."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("format") == "decimal":
        return {**{name: each for name, each in value.items() if name not in ("format", "type")}, **NUMBER}
    return {name: _plain(each) for name, each in value.items()}


def _with_readings(value: Any) -> Any:
    """The schema in which whatever may be a number, a choice or a table of points may be a table with a reading."""
    if isinstance(value, list):
        return [_with_readings(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") in ("number", "boolean", "integer") or ("enum" in value and "reading" not in value):
        return _any(value, _ref("ByReading"))
    if value.get("$ref") in ("#/$defs/Points", "#/$defs/SkipFirst", "#/$defs/Where"):
        return _any(value, _ref("ByReading"))
    return {name: _with_readings(each) for name, each in value.items()}
