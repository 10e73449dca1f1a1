"""The JSON documents of the command line keep to docs/schemas: what the program prints, against the schema of its kind."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Run, copy_samples

REPOSITORY = Path(__file__).parent.parent
SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((REPOSITORY / "docs" / "schemas").glob("*.json"))
}
KINDS = {
    "check", "score", "each", "explain", "verify", "diff", "whatif", "trend", "sensitivity", "rulebook-check", "rulebooks",
    "codes", "template",
}  # fmt: skip


def faults(kind: str, document: Any) -> list[str]:
    """What a document has against the schema of its kind."""
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind], format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]


def objects_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object, wherever in a schema it stands."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects_in(value)


def test_there_is_a_schema_of_every_document() -> None:
    assert set(SCHEMAS) == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_schema_is_valid_and_leaves_no_object_open(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])
    for schema in objects_in(SCHEMAS[kind]):
        fixed = "properties" in schema
        assert schema["additionalProperties"] is False if fixed else isinstance(schema["additionalProperties"], dict)


def test_what_several_documents_share_is_the_same_in_each() -> None:
    shared: dict[str, Any] = {}
    for schema in SCHEMAS.values():
        for name, its in schema.get("$defs", {}).items():
            assert shared.setdefault(name, its) == its


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A folder with the three sample workbooks."""
    copy_samples(tmp_path / "samples")
    return tmp_path / "samples"


SOUND = [
    ("check", "check {q2}"),
    ("check", "check {q2} {q1}"),
    ("check", "check {mistaken} --lang zh"),
    ("check", "check none.xlsx"),
    ("score", "score {q2}"),
    ("score", "score {mistaken}"),
    ("score", "score {mistaken} --draft"),
    ("score", "score none.xlsx"),
    ("each", "score {folder} --each -o out --jobs 1"),
    ("each", "score {folder} --each --combined-only -o out --jobs 1"),
    ("explain", "explain {q2} building"),
    ("explain", "explain {q2} building 1.3 --reading listing_stages=each"),
    ("explain", "explain {q2} culture --lost"),
    ("sensitivity", "sensitivity {q2} --rounding"),
    ("explain", "explain {mistaken} building"),
    ("explain", "explain {mistaken} building --draft"),
    ("diff", "diff {q1} {q2}"),
    ("diff", "diff {q2} {q1} --lang zh"),
    ("diff", "diff {q2} {q2}"),
    ("diff", "diff {q1} {mistaken}"),
    ("diff", "diff {q1} {mistaken} --draft"),
    ("trend", "trend {q1} {q2}"),
    ("trend", "trend {q1} {mistaken}"),
    ("trend", "trend {q1} {mistaken} --draft"),
    ("sensitivity", "sensitivity {q2}"),
    ("sensitivity", "sensitivity {mistaken}"),
    ("whatif", "whatif {q2} --set 市商务局!D14=2.1 --drop 市商务局!15"),
    ("whatif", "whatif {mistaken}"),
    ("rulebook-check", "rulebook check xiangxiang-2022"),
    ("rulebook-check", "rulebook check broken.toml"),
    ("rulebooks", "rulebook list"),
    ("codes", "codes"),
    ("codes", "codes E301 --lang zh"),
    ("template", "template --period 2023Q2"),
    ("template", "template --period 2023Q2 --split parts"),
]
"""(kind, command): what is sound, what is refused, and what is not there."""


def documents(command: str, samples: Path, run: Run) -> Any:
    (Path.cwd() / "broken.toml").write_text("id = 1\n", encoding="utf-8")
    places = {
        "q1": samples / "q1-2023.xlsx", "q2": samples / "q2-2023.xlsx", "mistaken": samples / "q2-2023-with-mistakes.xlsx",
        "folder": samples,
    }  # fmt: skip
    return run(*(part.format_map(places) for part in command.split()), "--json").document


@pytest.mark.parametrize(("kind", "command"), SOUND)
def test_what_the_program_prints_keeps_to_the_schema(kind: str, command: str, samples: Path, run: Run) -> None:
    document = documents(command, samples, run)
    assert faults(kind, document) == []
    assert faults(kind, {**document, "another": 1}) != []
    for key in SCHEMAS[kind]["required"]:
        assert faults(kind, {name: value for name, value in document.items() if name != key}) != []


def test_the_amounts_and_choices_that_turn_a_pair_keep_to_the_schema(samples: Path, run: Run) -> None:
    document = documents("sensitivity {q2} --inputs", samples, run)
    assert document["inputs"] != []
    assert document["choices"] != []
    assert faults("sensitivity", document) == []


def test_every_verdict_keeps_to_the_schema(samples: Path, run: Run) -> None:
    quarter, other = samples / "q2-2023.xlsx", samples / "q1-2023.xlsx"
    results = samples / "q2-2023-results.xlsx"
    run("score", quarter)
    told = [run("verify", results, each, "--json").document for each in (quarter, other)]
    told.append(run("verify", quarter, quarter, "--json").document)
    told.append(run("verify", "none.xlsx", quarter, "--json").document)
    assert [each["verdict"] for each in told] == ["identical", "other_inputs", "unverifiable", "unverifiable"]
    assert [faults("verify", each) for each in told] == [[], [], [], []]


def test_a_document_that_is_wrong_inside_is_found(samples: Path, run: Run) -> None:
    document = documents("score {q2}", samples, run)
    wrong: list[tuple[str, object]] = [
        ("rank", 0),
        ("total", "63.74"),
        ("name", None),
        ("scores", {"1.1.1": "4.25"}),
        ("more", 1),
    ]
    for key, value in wrong:
        changed = copy.deepcopy(document)
        changed["chains"][0][key] = value
        assert len(faults("score", changed)) == 1
