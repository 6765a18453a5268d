"""The schemas are valid, every key says what it means, and what they may contain is kept small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from referencing import Registry
from referencing.exceptions import Unresolvable

from ticketcli import resources
from ticketcli.domain.actions.table import ACTIONS
from ticketcli.domain.conditions.table import OPERATORS
from ticketcli.domain.document import FACTS as TICKET_KEYS
from ticketcli.domain.facts import FACTS, TIMED
from ticketcli.domain.ticket import KINDS, PRIORITIES, SOURCES, TARGETS, View
from ticketcli.rulebook.kinds import KINDS as CHECKED_KINDS
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.schema import load_schema, mistakes, schema_names, schema_text

FOLDER = Path(resources.schemas_directory())
NAMES = ["intake", "mapping", "output", "rules", "scenario", "settings"]
WORDS = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties"),
    *("items", "enum", "const", "if", "then", "else", "minItems", "minLength", "maxLength", "minimum", "maximum"),
    *("minProperties", "maxProperties", "pattern", "default", "x-is", "x-keys"),
}


def parts(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with its place."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for word in ("properties", "$defs"):
        for key, inner in schema.get(word, {}).items():
            yield from parts(inner, f"{at}/{word}/{key}")
    for word in ("items", "additionalProperties", "if", "then", "else"):
        yield from parts(schema.get(word), f"{at}/{word}")


def test_all_schemas_are_listed() -> None:
    assert schema_names() == NAMES
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_draft_2020_12(name: str) -> None:
    schema = json.loads(schema_text(name))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_uses_only_words_that_old_editors_know(name: str) -> None:
    used = {word for _, schema in parts(load_schema(name)) for word in schema}

    assert used <= WORDS


@pytest.mark.parametrize("name", NAMES)
def test_every_key_has_a_description(name: str) -> None:
    silent = [
        f"{at}/{key}"
        for at, schema in parts(load_schema(name))
        if not at.endswith("/if")
        for key, inner in schema.get("properties", {}).items()
        if not inner.get("description", "").endswith(".") and "(" not in inner.get("description", "")
    ]

    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_references_stay_inside_their_schema_and_none_is_unused(name: str) -> None:
    schema = load_schema(name)
    used = {part["$ref"] for _, part in parts(schema) if "$ref" in part}
    held = {f"#/$defs/{key}" for key in schema["$defs"]}

    assert used <= held
    assert name == "output" or used == held


def test_no_schema_is_ever_fetched() -> None:
    with pytest.raises(Unresolvable):
        Registry().resolver("").lookup("https://example.com/schema.json")


def test_the_words_that_the_schemas_use_for_kinds_are_the_ones_that_are_checked() -> None:
    used = {
        kind
        for name in NAMES
        for _, schema in parts(load_schema(name))
        for word in ("x-is", "x-keys")
        if (kind := schema.get(word))
    }

    assert used - {"action"} == set(CHECKED_KINDS)


def test_lists_of_words_are_those_of_the_domain() -> None:
    rules, output = load_schema("rules")["$defs"], load_schema("output")["$defs"]

    assert tuple(rules["priority"]["enum"]) == PRIORITIES
    assert tuple(rules["lifecycle"]["properties"]["statuses"]["additionalProperties"]["enum"]) == KINDS
    assert tuple(rules["slaRule"]["properties"]["targets"]["properties"]) == TARGETS
    assert tuple(output["ticket"]["properties"]["source"]["enum"]) == SOURCES
    assert list(output["ticket"]["properties"]) == [*TICKET_KEYS, *View._fields]


def test_the_schema_knows_exactly_the_actions_that_there_are() -> None:
    keys = load_schema("rules")["$defs"]["action"]["properties"]

    assert keys.keys() - {"via", "template", "public"} == ACTIONS.keys()


def test_the_schema_knows_exactly_the_facts_that_there_are() -> None:
    keys = load_schema("rules")["$defs"]["condition"]["properties"]

    assert keys.keys() - {"all", "any", "not"} == FACTS.keys()


def test_the_schema_offers_for_each_fact_exactly_the_operators_that_fit() -> None:
    defs = load_schema("rules")["$defs"]
    for name, fact in FACTS.items():
        test = defs[defs["condition"]["properties"][name]["$ref"].removeprefix("#/$defs/")]
        if "then" not in test:
            continue
        offered = set(test["then"]["properties"]) - {"calendar", "who"}

        assert offered == set(OPERATORS[fact.type]), name


def test_timed_facts_may_name_a_calendar() -> None:
    assert all("calendar" in load_schema("rules")["$defs"]["timedTest"]["then"]["properties"] for _ in [TIMED])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ({}, []),
        ({"name": "ops", "store": "sqlite:tickets.db", "timezone": "Asia/Shanghai", "sandbox": True}, []),
        ({"guard": {"max_closes": 5, "max_share": "10%", "max_gap": "off"}, "notify": {"default": ["ann"]}}, []),
        ({"guard": {"max_gap": "26"}}, ["bad-duration"]),
        ({"guard": {"max_close": 5}}, ["unknown-key"]),
        ({"nme": "x"}, ["unknown-key"]),
        ({"sandbox": "yes"}, ["wrong-type"]),
        ([], ["wrong-type"]),
    ],
)
def test_settings_are_judged_by_their_schema(text: Any, codes: list[str]) -> None:
    found = mistakes(load_schema("settings"), text, Known({}, {}, complete=False))

    assert [finding.code for _, _, finding in found] == codes
