"""YAML is read as YAML 1.2 means it, with the place of every value."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ticketcli.rulebook import reader
from ticketcli.rulebook.reader import Place, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("False", False),
        ("~x", "~x"),
        ("12:30", "12:30"),
        ("1:30:00", "1:30:00"),
        ("2026-10-01", "2026-10-01"),
        ("2026-10-01..2026-10-07", "2026-10-01..2026-10-07"),
        ("*-12-25", None),
        ('"*-12-25"', "*-12-25"),
        ("0", 0),
        ("-7", -7),
        ("007", "007"),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("00.5", "00.5"),
        ("-", None),
        ("75%", "75%"),
        ("30m", "30m"),
        ('"5"', "5"),
        ("'true'", "true"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    document, refused = read_yaml(f"key: {text}\n".encode())

    if value is None:
        assert document is None or document.value == {"key": [None]}
    else:
        assert refused == []
        assert document is not None
        assert document.value == {"key": value}
        assert type(document.value["key"]) is type(value)


def test_keys_are_texts_in_one_spelling() -> None:
    document, refused = read_yaml("1: a\ntrue: b\nno: c\ncafe\u0301: d\n".encode())

    assert refused == []
    assert document is not None
    assert document.value == {"1": "a", "true": "b", "no": "c", "caf\u00e9": "d"}


def test_two_spellings_of_one_key_are_a_duplicate() -> None:
    _, refused = read_yaml("caf\u00e9: 1\ncafe\u0301: 2\n".encode())

    assert [(line, each.code) for line, _, _, each in refused] == [(2, "duplicate-key")]


def test_every_value_has_its_place_and_that_of_its_key() -> None:
    document, _ = read_yaml("a:\n  - x\n  - 宕机: {k: 1}\nb: |\n  text\n".encode())

    assert document is not None
    assert document.at(("a", 0)) == Place(2, 5, 2, 5)
    assert document.at(("a", 1, "宕机")) == Place(3, 9, 3, 5)
    assert document.at(("a", 1, "宕机", "k")) == Place(3, 13, 3, 10)
    assert document.at(("b",)) == Place(4, 4, 4, 1)
    assert document.at(("a", 1, "gone", "too")) == document.at(("a", 1))


def test_an_alias_repeats_a_value_and_has_its_own_place() -> None:
    document, refused = read_yaml(b"a: &x [1, {b: 2}]\nc: *x\nd: &t text\ne: *t\n")

    assert refused == []
    assert document is not None
    assert document.value == {"a": [1, {"b": 2}], "c": [1, {"b": 2}], "d": "text", "e": "text"}
    assert document.at(("c", 1, "b")) == Place(2, 4, 2, 1)


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    document, refused = read_yaml(b"\xef\xbb\xbfa: 1\n")

    assert (document and document.value, refused) == ({"a": 1}, [])


@pytest.mark.parametrize(
    ("data", "line", "column", "code"),
    [
        (b"", 1, 1, "empty"),
        (b"---\n", 1, 1, "empty"),
        (b"a: \xff\n", 1, 4, "encoding"),
        ("é: 1\nb: ".encode() + b"\xe4\n", 2, 4, "encoding"),
        ("a: 1\n".encode("utf-16"), 1, 1, "encoding"),
        (b"a: 1\nb: '\x1b[31m'\n", 2, 5, "control-character"),
        (b'a: "\\0"\n', 1, 4, "control-character"),
        (b'a: "\\ud800"\n', 1, 7, "yaml"),
        (b"a: *nothing\n", 1, 4, "alias"),
        (b"%YAML 9.9\n---\na: 1\n", 1, 1, "yaml"),
        (b"*a : 1\n", 1, 1, "alias"),
        (b"a: &x b\n*x : 1\n", 2, 1, "complex-key"),
        (b"? {a: b}\n: 1\n", 1, 3, "complex-key"),
        (b"- ! a\n", 1, 3, "tag"),
        (b"@a: 1\n", 1, 1, "yaml"),
        (b"a: [1, 2\n", 2, 1, "yaml"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, line: int, column: int, code: str) -> None:
    _, refused = read_yaml(data)

    assert [(each.line, each.column, each.finding.code) for each in refused] == [(line, column, code)]


@pytest.mark.parametrize("data", [b"a: [1, {b: no}]\nc: &x 2\nd: *x\n", b"- {a: .nan}\n- {a: 1, a: 2}\n"])
def test_without_the_c_parser_the_same_is_read(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_yaml(data)
    monkeypatch.setattr(reader, "_LOADER", yaml.SafeLoader)
    slow = read_yaml(data)

    assert slow[0] == fast[0]
    assert [each[:3] for each in slow[1]] == [each[:3] for each in fast[1]]
