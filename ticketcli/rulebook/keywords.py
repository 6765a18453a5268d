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
    parts = _Parts(root)
    return {"$ref": parts.ref, "if": parts.when, "properties": parts.properties, "items": parts.items}


class _Parts:
    """The parts of a schema. They live as long as it does, so that their `id` tells them apart."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._known: dict[int, Any] = {}
        self._named: dict[str, Any] = {}

    def _judge(self, validator: Any, part: Any) -> Any:
        """The validator of a part."""
        if id(part) not in self._known:
            self._known[id(part)] = validator.evolve(schema=part)
        return self._known[id(part)]

    def _below(self, validator: Any, part: Any, value: Any, key: str | int) -> Errors:
        for error in self._judge(validator, part).iter_errors(value):
            error.path.appendleft(key)
            yield error

    def ref(self, validator: Any, pointer: str, value: Any, schema: Any) -> Errors:
        if pointer not in self._named:
            self._named[pointer] = self._judge(validator, _part(self._root, pointer))
        errors: Errors = self._named[pointer].iter_errors(value)
        return errors

    def when(self, validator: Any, condition: Any, value: Any, schema: Any) -> Errors:
        branch = "then" if self._judge(validator, condition).is_valid(value) else "else"
        errors: Errors = self._judge(validator, schema[branch]).iter_errors(value) if branch in schema else iter(())
        return errors

    def properties(self, validator: Any, parts: Any, value: Any, schema: Any) -> Errors:
        for key in parts if isinstance(value, dict) else ():
            if key in value:
                yield from self._below(validator, parts[key], value[key], key)

    def items(self, validator: Any, part: Any, value: Any, schema: Any) -> Errors:
        for index, item in enumerate(value) if isinstance(value, list) else ():
            yield from self._below(validator, part, item, index)


def _part(root: Mapping[str, Any], pointer: str) -> Any:
    """What `#/$defs/NAME` points to."""
    part: Any = root
    for word in pointer.removeprefix("#/").split("/"):
        part = part[word]
    return part
