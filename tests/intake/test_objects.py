"""JSON that comes in: objects, arrays, lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.errors import Invalid
from ticketcli.intake.objects import MAX_DEPTH, Given, read_objects

FORMS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    '{"a": 1}': [("", {"a": 1})],
    ' {"a": 1} \n': [("", {"a": 1})],
    '{\n  "a": 1,\n  "b": {"c": 2}\n}': [("", {"a": 1, "b": {"c": 2}})],
    '{"a":\n{"b": 1}\n}': [("", {"a": {"b": 1}})],
    '[{"a": 1},\n {"a": 2}]': [("item 1", {"a": 1}), ("item 2", {"a": 2})],
    "[]": [],
    '{"a": 1}\n{"a": 2}': [("line 1", {"a": 1}), ("line 2", {"a": 2})],
    '\n{"a": 1}\n\n  {"a": 2}\r\n': [("line 2", {"a": 1}), ("line 4", {"a": 2})],
    '{"a": "x\u2028y\x85z"}\n{"a": 2}': [("line 1", {"a": "x\u2028y\x85z"}), ("line 2", {"a": 2})],
}


@pytest.mark.parametrize("text", FORMS, ids=ascii)
def test_every_form_gives_its_objects_and_their_places(text: str) -> None:
    assert read_objects(text) == [Given(*one) for one in FORMS[text]]


WRONG: dict[str, str] = {
    "": "no JSON came in",
    "  \n": "no JSON came in",
    "3": "the input: a JSON object is wanted",
    '"a"': "the input: a JSON object is wanted",
    "[3]": "item 1: a JSON object is wanted",
    '{"a": 1}\n3': "line 2: a JSON object is wanted",
    '{"a": 1}\n{"a": 2': "line 2, column 8: not JSON",
    '{"a": 1\n{"a": 2}': "line 1, column 8: not JSON",
    '{\n"a" 1}': "line 2, column 5: not JSON",
    '{"a": 1, "a": 2}': "the key 'a' stands there twice",
    '{"a": -Infinity}': "-Infinity is no JSON number",
    '{"a": -1e999}': "-1e999 is too large a number",
    '{"a": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}": "nested deeper than 64",
    '{"a": ' + "[" * 100_000: "nested too deep",
    '{"a": ' + "9" * 5000 + "}": "99999999999999999999… is too large a number",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: ascii(text[:40]))
def test_what_is_none_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_objects(text)

    assert WRONG[text] in refused.value.message
    assert refused.value.hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), min_size=1, max_size=4)


@given(OBJECTS, st.booleans())
def test_lines_arrays_and_objects_say_the_same(objects: list[dict[str, Any]], ascii: bool) -> None:
    texts = [json.dumps(one, ensure_ascii=ascii) for one in objects]

    assert [one.keys for one in read_objects("\n".join(texts))] == objects
    assert [one.keys for one in read_objects(json.dumps(objects, indent=1, ensure_ascii=ascii))] == objects
    assert [one.keys for one in read_objects(json.dumps(objects[0], indent=2, ensure_ascii=ascii))] == objects[:1]
