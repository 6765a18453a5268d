"""The mapping of `ticket intake generic` and its kin, read and checked: the desk's own, a file, or one that ships."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ticketcli import resources
from ticketcli.config.checked_yaml import checked, read_checked
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.values import ONE_OF, SETTABLE
from ticketcli.domain.template import holes, unclosed
from ticketcli.errors import Invalid, NotFound
from ticketcli.rulebook.problems import Finding, Pointer, Problem
from ticketcli.rulebook.schema import Mistakes

FOLDER = "intake"
_MAX_BYTES = 1 << 20
_LISTS = ("labels", "watchers")
_HINT = "ticket rules schema intake says what may stand there"


def shipped() -> list[str]:
    """The names of the mappings that ship."""
    names = os.listdir(os.path.join(resources.rules_directory(), FOLDER))
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def read_intake(name: str, desk: str | None) -> list[dict[str, Any]]:
    """The entries of the mapping of that name: a file, the desk's `rules/intake/NAME.yaml`, or one that ships.

    Raises `NotFound`, and `Invalid` that names every problem of the file and its place.
    """
    path = _path(name, desk)
    data = _data(path)
    if len(data) > _MAX_BYTES:
        raise Invalid(f"{path}: more than {_MAX_BYTES:,} bytes", "split it")
    entries: list[dict[str, Any]] = read_checked(data, path, "intake", _beyond_schema, _HINT).value["intake"]
    return entries


def problems_of(path: str, declared: Mapping[str, Any] | None = None) -> list[Problem]:
    """Every problem of a mapping file, for `rules check`; `declared` are the own fields of the desk, None for any."""
    data = _data(path)
    if len(data) > _MAX_BYTES:
        return [Problem(path, 1, 1, "", "error", "too-large", f"more than {_MAX_BYTES:,} bytes: split it", "", "")]
    return checked(data, path, "intake", partial(_beyond_rules, declared))[1]


def is_mapping(path: str) -> bool:
    """Whether the file is a mapping by where it lies, rather than a rule file."""
    return os.path.isfile(path) and os.path.basename(os.path.dirname(os.path.abspath(path))) == FOLDER


def mappings_in(path: str) -> list[str]:
    """The mapping files of a rules directory, in the order of their names, or the one that the path names."""
    if is_mapping(path):
        return [path]
    folder = os.path.join(path, FOLDER)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    paths = [os.path.join(folder, name) for name in names if name.endswith(".yaml") and not name.startswith(".")]
    return [path for path in paths if os.path.isfile(path)]


def _data(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(_MAX_BYTES + 1)


def text_of(name: str, desk: str | None) -> str:
    """The mapping of that name as it stands in its file."""
    with open(_path(name, desk), encoding="utf-8") as file:
        return file.read()


def _path(name: str, desk: str | None) -> str:
    if os.sep in name or name.endswith((".yaml", ".yml")):
        found = [name]
    else:
        folders = [os.path.join(desk, "rules")] if desk else []
        found = [os.path.join(folder, FOLDER, f"{name}.yaml") for folder in (*folders, resources.rules_directory())]
    for path in found:
        if os.path.isfile(path):
            return path
    names = sorted({*shipped(), *(_own(desk) if desk else ())})
    near = nearest(name, names)
    hint = f"did you mean {near}?" if near else f"name a file, or one of {', '.join(names)}"
    raise NotFound(f"no mapping {name!r}", hint)


def _own(desk: str) -> list[str]:
    return [os.path.basename(path).removesuffix(".yaml") for path in mappings_in(os.path.join(desk, "rules"))]


def _beyond_rules(declared: Mapping[str, Any] | None, value: Mapping[str, Any]) -> Mistakes:
    """The same, and fields that the rules do not declare: the desk would refuse every payload that has them."""
    yield from _beyond_schema(value)
    if declared is None:
        return
    for index, entry in enumerate(value["intake"]):
        for place, name in _own_fields(entry["ticket"], ("intake", index, "ticket")):
            if name not in declared:
                message = f"the section fields declares no {name}, so every payload that sets it is refused"
                near = nearest(name, list(declared)) or ""
                yield place, True, Finding("unknown-field", message, text=name, suggestion=near)


def _own_fields(ticket: Mapping[str, Any], at: Pointer) -> Iterator[tuple[Pointer, str]]:
    """The desk's own fields that a mapping sets, each with its place."""
    inner = ticket.get("fields")
    for name in inner if isinstance(inner, Mapping) else ():
        yield (*at, "fields", name), name
    for key in ticket:
        if key.startswith("fields."):
            yield (*at, key), key.removeprefix("fields.")


def _beyond_schema(value: Mapping[str, Any]) -> Mistakes:
    """What JSON Schema cannot say: unique names, templates that end, keys of tickets and their values, durations."""
    names: set[str] = set()
    for index, entry in enumerate(value["intake"]):
        at = ("intake", index)
        if entry["name"] in names:
            message = f"the name {entry['name']} stands here twice"
            yield (*at, "name"), False, Finding("duplicate", message, text=entry["name"])
        names.add(entry["name"])
        yield from _templates(entry, at)
        for key, form in entry["ticket"].items():
            yield from _key(key, form, (*at, "ticket", key))
        if "reopen_within" in entry:
            try:
                parse_duration(entry["reopen_within"])
            except Invalid as error:
                finding = Finding("bad-duration", error.message, text=entry["reopen_within"])
                yield (*at, "reopen_within"), False, finding


def _templates(entry: Mapping[str, Any], at: Pointer) -> Mistakes:
    """Braces that never close: as a key they would make one ticket of everything that the payload speaks of."""
    for place, text in _texts({key: entry[key] for key in ("key", "comment", "ticket") if key in entry}, at):
        if unclosed(text):
            yield place, False, Finding("template", "`{{` without its `}}`: write {{ path }}", text=text[:80])


def _texts(value: Any, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    """Every text that is a template, and where it stands; what stands beside `from` is none."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*at, index))
    elif isinstance(value, Mapping) and "from" not in value:
        for key, one in value.items():
            yield from _texts(one, (*at, key))


def _key(key: str, form: Any, at: Pointer) -> Mistakes:
    known = [*(key.rstrip(".") for key in SETTABLE), *_LISTS]
    if key not in known and not key.startswith(("fields.", "external_ids.", "requester.")):
        near = nearest(key, known) or ""
        yield at, True, Finding("unknown-key", f"a ticket has no key {key}", text=key, suggestion=near)
    for place, word in _words(form, at) if key in ONE_OF else ():
        if word not in ONE_OF[key]:
            message, near = f"{key} is one of {', '.join(ONE_OF[key])}, not {word}", nearest(word, ONE_OF[key]) or ""
            yield place, False, Finding("unknown-value", message, text=word, suggestion=near)


def _words(form: Any, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    """The texts that become the key's value as they stand, whatever the payload says; null and "" are none."""
    if isinstance(form, Mapping) and "from" in form:
        plain = {(*at, "values", word): value for word, value in form.get("values", {}).items()}
        plain.update({(*at, "default"): form.get("default")})
    else:
        plain = {} if isinstance(form, (list, Mapping)) or holes(str(form)) else {at: form}
    for place, value in plain.items():
        if value not in (None, ""):
            yield place, str(value)
