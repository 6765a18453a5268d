"""Keywords of JSON Schema that remember the validator of each part of a schema.

jsonschema makes a validator anew for every value that it looks at, which is more than half of its time; a rule file
holds a few thousand values under some hundred parts. What a keyword means stays as jsonschema has it, and the keywords
that are not here are its own. Our schemas are
one document each: their `$ref` point into themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]

Errors = Iterator[ValidationError]
Keyword = Callable[[Any, Any, Any, Any], Errors]


def remembering(root: Mapping[str, Any]) -> dict[str, Keyword]:
    """The keywords `$ref`, `if`, `properties` and `items` for the validator of this schema and no other."""
    known: dict[int, Any] = {}
    named: dict[str, Any] = {}

    def judge(validator: Any, part: Any) -> Any:
        """The validator of a part; parts live as long as the schema, so that their `id` tells them apart."""
        if id(part) not in known:
            known[id(part)] = validator.evolve(schema=part)
        return known[id(part)]

    def below(validator: Any, part: Any, value: Any, key: str | int) -> Errors:
        for error in judge(validator, part).iter_errors(value):
            error.path.appendleft(key)
            yield error

    def ref(validator: Any, pointer: str, value: Any, schema: Any) -> Errors:
        if pointer not in named:
            named[pointer] = judge(validator, _part(root, pointer))
        errors: Errors = named[pointer].iter_errors(value)
        return errors

    def when(validator: Any, condition: Any, value: Any, schema: Any) -> Errors:
        branch = "then" if judge(validator, condition).is_valid(value) else "else"
        errors: Errors = judge(validator, schema[branch]).iter_errors(value) if branch in schema else iter(())
        return errors

    def properties(validator: Any, parts: Any, value: Any, schema: Any) -> Errors:
        for key in parts if isinstance(value, dict) else ():
            if key in value:
                yield from below(validator, parts[key], value[key], key)

    def items(validator: Any, part: Any, value: Any, schema: Any) -> Errors:
        for index, item in enumerate(value) if isinstance(value, list) else ():
            yield from below(validator, part, item, index)

    return {"$ref": ref, "if": when, "properties": properties, "items": items}


def _part(root: Mapping[str, Any], pointer: str) -> Any:
    """What `#/$defs/NAME` points to."""
    part: Any = root
    for word in pointer.removeprefix("#/").split("/"):
        part = part[word]
    return part
