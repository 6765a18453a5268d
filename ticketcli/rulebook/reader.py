"""YAML text to plain values with the place of each, safe against hostile files.

Values are built from parser events, one by one with an explicit stack: no recursion, no constructor, no tag.
Depth, size, aliases and documents are bounded while reading, so a hostile file costs no more than its first excess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ticketcli.records import NamedTuple
from ticketcli.rulebook.files import MAX_BYTES
from ticketcli.rulebook.problems import Finding, Pointer
from ticketcli.rulebook.scalars import is_plain_text, normal, read_scalar

MAX_DEPTH = 40
MAX_VALUES = 50_000
MAX_CHARACTERS = 4 << 20
"""Of all texts, with what aliases repeat counted again; like the values, of all files of a rulebook together."""

# The C parser reads events without recursion; composing nodes with it crashes the process on 100,000 nested `[`.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A line feed with or without a carriage return ends a line. YAML 1.1 knows more line ends, which editors do not show: a
# rule could begin in the middle of what looks like a comment. Bidi controls make a line read otherwise than it is.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\ufeff|\r(?!\n)"
)


class Place(NamedTuple):
    """Where a value stands, and its key if it has one. Lines and columns count from 1."""

    line: int
    column: int
    key_line: int
    key_column: int


class Document(NamedTuple):
    """One file read: its value and the place of every value in it. Aliased values have the place of the alias."""

    value: Any
    places: dict[Pointer, Place]

    def at(self, pointer: Pointer) -> Place:
        """The place of the value, or of the nearest value around it."""
        while pointer and pointer not in self.places:
            pointer = pointer[:-1]
        return self.places.get(pointer, Place(1, 1, 1, 1))


class Refused(NamedTuple):
    """Why a file could not be read on, and where."""

    line: int
    column: int
    pointer: Pointer
    finding: Finding


class _Stop(Exception):
    def __init__(self, mark: Any, code: str, message: str, text: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.mark = mark
        self.finding = Finding(code, message, text=text, suggestion=suggestion)


def read_yaml(data: bytes, budget: Budget | None = None) -> tuple[Document | None, list[Refused]]:
    """The document of a file's bytes (None when it cannot be read to its end) and what may not stand in it.

    A document with anything refused is for further checks only: it must not be used. Files that belong together share
    a budget.
    """
    try:
        text = _decode(data)
        reading = _Reading(budget or Budget())
        for event in _events(text):
            reading.take(event)
        return reading.document(), reading.refused
    except _Stop as stop:
        line, column = stop.mark
        return None, [Refused(line, column, (), stop.finding)]


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _Stop((1, 1), "too-large", f"the file is larger than {MAX_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise _Stop(_place(before, len(before)), "encoding", "the file is not UTF-8: save it as UTF-8") from None
    control = _CONTROL.search(text)
    if control:
        place = _place(text, control.start())
        raise _Stop(
            place, "control-character", f"the control character U+{ord(control[0]):04X} may not stand in a file"
        )
    return text


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _events(text: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _Stop(place, "yaml", _yaml_message(text, place[0], error)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _Stop((1, 1), "yaml", f"not readable as YAML: {str(error).splitlines()[0]}") from None


def _yaml_message(text: str, line: int, error: yaml.MarkedYAMLError) -> str:
    lines = text.splitlines()
    there = lines[line - 1] if 0 < line <= len(lines) else ""
    indent = there[: len(there) - len(there.lstrip())].strip(" ")
    if indent:
        what = "a tab" if indent[0] == "\t" else "a no-break or other wide space"
        return f"not readable as YAML: {what} may not indent a line, use spaces"
    problem = error.problem or "it ends in the middle"
    if "mapping values are not allowed" in problem:
        problem += " (a text with `: ` in it needs quotes)"
    return f"not readable as YAML: {problem}"


class _Open:
    """A collection being read. `key` is the key read last, whose value comes next."""

    __slots__ = ("anchor", "first_character", "first_value", "key", "key_lines", "key_mark", "pointer", "value")

    def __init__(self, value: Any, pointer: Pointer, anchor: str | None, counts: tuple[int, int]) -> None:
        self.value = value
        self.pointer = pointer
        self.anchor = anchor
        self.key: str | None = None
        self.key_mark = (1, 1)
        self.key_lines: dict[str, int] = {}
        self.first_value, self.first_character = counts


class _Anchored(NamedTuple):
    value: Any
    values: int
    characters: int


class Budget:
    """How much has been read of what may be read in all."""

    def __init__(self) -> None:
        self.values = 0
        self.characters = 0

    def spend(self, mark: tuple[int, int], values: int, characters: int) -> None:
        self.values += values
        self.characters += characters
        if self.values > MAX_VALUES or self.characters > MAX_CHARACTERS:
            raise _Stop(mark, "too-large", f"more than {MAX_VALUES} values or {MAX_CHARACTERS >> 20} MiB of text")


class _Reading:
    """The state between two events."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.open: list[_Open] = []
        self.places: dict[Pointer, Place] = {}
        self.refused: list[Refused] = []
        self.anchors: dict[str, _Anchored] = {}
        self.documents = 0
        self.root: Any = None
        self.values = 0
        self.characters = 0

    def document(self) -> Document | None:
        if self.root is None:
            self.refused.append(Refused(1, 1, (), Finding("empty", "the file is empty")))
            return None
        return Document(self.root, self.places)

    def take(self, event: Any) -> None:
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Stop(mark, "several-documents", "a second document begins here (`---`): one file holds one")
        elif isinstance(event, yaml.AliasEvent):
            self.alias(event.anchor or "", mark)
        elif isinstance(event, yaml.ScalarEvent):
            self.no_tag(event, mark)
            self.scalar(event, mark)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.no_tag(event, mark)
            self.begin(event, mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.end()

    def no_tag(self, event: Any, mark: tuple[int, int]) -> None:
        if event.tag is not None:
            raise _Stop(mark, "tag", f"tags are not read here: {event.tag[:80]}; put a text in quotes instead")

    def count(self, mark: tuple[int, int], values: int, characters: int) -> None:
        self.values += values
        self.characters += characters
        self.budget.spend(mark, values, characters)

    def scalar(self, event: Any, mark: tuple[int, int]) -> None:
        self.count(mark, 1, len(event.value))
        around = self.open[-1] if self.open else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            self.read_key(around, event, mark)
            return
        value = event.value
        try:
            value = read_scalar(value) if is_plain_text(event) else normal(value)
        except Finding as finding:
            self.refused.append(Refused(*mark, self.pointer(), finding))
        self.put(value, mark)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(value, 1, len(event.value))

    def read_key(self, around: _Open, event: Any, mark: tuple[int, int]) -> None:
        try:
            key = normal(event.value)
        except Finding as hidden:
            raise _Stop(mark, hidden.code, hidden.message, hidden.text) from None
        if key == "<<" and is_plain_text(event):
            raise _Stop(mark, "merge-key", "merge keys (`<<`) are not read here: write the keys out")
        if not key:
            raise _Stop(mark, "empty-key", "a key is missing before `:`")
        if key in around.key_lines:
            message = f"{key[:80]} stands here twice, first on line {around.key_lines[key]}"
            finding = Finding("duplicate-key", message, text=key[:80])
            self.refused.append(Refused(*mark, (*around.pointer, key), finding))
        around.key_lines.setdefault(key, mark[0])
        around.key, around.key_mark = key, mark

    def begin(self, event: Any, mark: tuple[int, int]) -> None:
        self.count(mark, 1, 0)
        if len(self.open) >= MAX_DEPTH:
            raise _Stop(mark, "too-deep", f"nested more than {MAX_DEPTH} levels deep")
        around = self.open[-1] if self.open else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            raise _Stop(mark, "complex-key", "a key must be a text; put texts with brackets or braces in quotes")
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        opened = _Open(value, self.pointer(), event.anchor, (self.values - 1, self.characters))
        self.put(value, mark)
        self.open.append(opened)

    def end(self) -> None:
        done = self.open.pop()
        if done.anchor is not None:
            size = self.values - done.first_value, self.characters - done.first_character
            self.anchors[done.anchor] = _Anchored(done.value, *size)

    def alias(self, anchor: str, mark: tuple[int, int]) -> None:
        known = self.anchors.get(anchor)
        if known is None:
            raise _Stop(mark, "alias", f"*{anchor} repeats nothing that ended before it")
        self.count(mark, known.values, known.characters)
        around = self.open[-1]
        if isinstance(around.value, dict) and around.key is None:
            raise _Stop(mark, "complex-key", "a key must be written out, not repeated by an alias")
        self.put(known.value, mark)

    def pointer(self) -> Pointer:
        """Where the next value goes."""
        if not self.open:
            return ()
        around = self.open[-1]
        step: str | int = len(around.value) if isinstance(around.value, list) else around.key or ""
        return (*around.pointer, step)

    def put(self, value: Any, mark: tuple[int, int]) -> None:
        pointer = self.pointer()
        if not self.open:
            self.root = value
            self.places[pointer] = Place(*mark, *mark)
            return
        around = self.open[-1]
        if isinstance(around.value, list):
            self.places[pointer] = Place(*mark, *mark)
            around.value.append(value)
        else:
            self.places[pointer] = Place(*mark, *around.key_mark)
            around.value[around.key] = value
            around.key = None
