"""Schemas, and what they say about a value: every mistake as a pointer and a finding.

No schema is ever fetched: validators get an empty registry, which knows no address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from referencing import Registry

from ticketcli import resources
from ticketcli.rulebook.explain import explain
from ticketcli.rulebook.keywords import remembering
from ticketcli.rulebook.kinds import kind_findings
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import MAX_MISTAKES, Finding, Pointer


def schema_names() -> list[str]:
    """The schemas there are, such as `rules` and `settings`."""
    names = sorted(os.listdir(resources.schemas_directory()))
    return [name.removesuffix(".json") for name in names if name.endswith(".json")]


def schema_text(name: str) -> str:
    """The schema as it stands in its file."""
    with open(os.path.join(resources.schemas_directory(), f"{name}.json"), encoding="utf-8") as file:
        return file.read()


@cache
def load_schema(name: str) -> dict[str, Any]:
    """The schema as JSON; not to be changed."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


Mistakes = Iterator[tuple[Pointer, bool, Finding]]
"""Pointer, whether its key is meant rather than its value, and what is wrong there."""


def mistakes(schema: Mapping[str, Any], value: Any, known: Known) -> Mistakes:
    """What is wrong with one value; at most `MAX_MISTAKES`."""
    return judge(schema, known)(value)


def judge(schema: Mapping[str, Any], known: Known) -> Callable[[Any], Mistakes]:
    """The same for many values: making the validator takes longer than a small file."""
    validator = _validator(schema, known)(schema, registry=Registry())

    def mistakes(value: Any) -> Mistakes:
        for error in islice(validator.iter_errors(value), MAX_MISTAKES):
            yield from explain(error, known.nearest)

    return mistakes


def _validator(schema: Mapping[str, Any], known: Known) -> Any:
    """The validator of draft 2020-12, extended by the words `x-is` and `x-keys`."""

    def is_kind(validator: Any, kind: str, value: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
            return  # told already, and judging a megabyte takes its time
        for finding in kind_findings(kind, value, known):
            yield ValidationError(finding.message, cause=finding)

    def has_keys(validator: Any, kind: str, value: Any, schema: Any) -> Iterator[ValidationError]:
        for key in value if isinstance(value, dict) else ():
            for error in is_kind(validator, kind, key, schema):
                yield ValidationError(error.message, cause=error.cause, path=[key])

    return extend(jsonschema.Draft202012Validator, {**remembering(schema), "x-is": is_kind, "x-keys": has_keys})
