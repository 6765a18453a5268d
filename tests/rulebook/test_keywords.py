"""Keywords that remember find in every file exactly what those of jsonschema find."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from jsonschema.validators import extend  # type: ignore[import-untyped]
from referencing import Registry

from ticketcli import resources
from ticketcli.rulebook.keywords import remembering
from ticketcli.rulebook.reader import read_yaml
from ticketcli.rulebook.schema import load_schema

RULES = Path(resources.rules_directory())
SCHEMAS = {"tests": "scenario", "intake": "intake"}
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    "",
    "nonsense",
    [],
    [7],
    {},
    {"nonsense": 1},
    {"name": ["x"]},
    "1d",
    ["a", {"any": []}],
)


def spots(value: Any, around: Any = None, key: Any = None) -> Iterator[tuple[Any, Any]]:
    """Every place in a document at which something else might stand."""
    if around is not None:
        yield around, key
    for inner in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from spots(value[inner], value, inner)


def damaged(document: Any, pick: random.Random) -> Any:
    """The document with up to three of its values exchanged, taken out, or put under another key."""
    broken = copy.deepcopy(document)
    for _ in range(pick.randint(1, 3)):
        around, key = pick.choice(list(spots(broken)) or [([broken], 0)])
        way = pick.randrange(3) if isinstance(around, dict) else 0
        if way:
            value = around.pop(key)
        if way == 2:
            around[pick.choice(["nonsense", "name", "when", "rules"])] = value
        if not way:
            around[key] = copy.deepcopy(pick.choice(STRANGE))
    return broken


def found(validator: Any, document: Any) -> set[tuple[str, str, str, int]]:
    errors = validator.iter_errors(document)
    return {(json.dumps(list(e.absolute_path)), e.validator, e.message, id(e.schema)) for e in errors}


@pytest.mark.parametrize("path", sorted(RULES.rglob("*.yaml")), ids=lambda path: str(path.relative_to(RULES)))
def test_each_error_is_found_where_jsonschema_finds_it(path: Path) -> None:
    schema = load_schema(SCHEMAS.get(path.parent.name, "rules"))
    read, _ = read_yaml(path.read_bytes())
    assert read is not None
    plain = jsonschema.Draft202012Validator(schema, registry=Registry())
    own = extend(jsonschema.Draft202012Validator, remembering(schema))(schema, registry=Registry())
    pick = random.Random(path.name)
    assert found(own, read.value) == found(plain, read.value) == set()
    for _ in range(5):
        broken = damaged(read.value, pick)
        assert found(own, broken) == found(plain, broken)
