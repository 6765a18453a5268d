"""The settings of a desk, from the cache unless ticketcli.yaml changed: on the way of every command."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any

from ticketcli import __version__
from ticketcli.config.trust import SETTINGS
from ticketcli.domain.desk import Guard
from ticketcli.domain.texts import Limits
from ticketcli.errors import Invalid, NotPermitted
from ticketcli.records import NamedTuple

MAX_BYTES = 1 << 20
_CACHE = os.path.join(".cache", "settings.json")
_FORMAT = f"1 {__version__}"


class Display(NamedTuple):
    """How answers for people look. `fields` are the columns of `list`, empty for the usual ones."""

    fields: tuple[str, ...] = ()


class Settings(NamedTuple):
    """What ticketcli.yaml says, with defaults for what it leaves out."""

    name: str
    store: str = "sqlite:tickets.db"
    timezone: str = "UTC"
    display: Display = Display()
    guard: Guard = Guard()
    notify_default: tuple[str, ...] = ()
    limits: Limits = Limits()
    bots: tuple[str, ...] = ()
    sandbox: bool = False
    store_on_network: bool = False


def load_settings(desk: str) -> Settings:
    """The settings of the desk in that directory. Raises `Invalid` naming file, line and column."""
    path = os.path.join(desk, SETTINGS)
    data = read_settings(path)
    given = _cached(desk, data)
    if given is None:
        from ticketcli.config.settings_file import parse_settings

        given = parse_settings(data, path).value
        _keep(desk, data, given)
    return settings_of(given, os.path.basename(desk) or "desk")


def file_state(desk: str) -> tuple[int, int, int]:
    """What changes whenever ticketcli.yaml is written anew."""
    try:
        found = os.stat(os.path.join(desk, SETTINGS))
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size


def read_settings(path: str) -> bytes:
    """The bytes of the file, one more than allowed at most. Raises `Invalid` for what is no readable file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Invalid(f"{path}: not a regular file", "a desk's settings are a YAML file")
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        kind = NotPermitted if isinstance(error, PermissionError) else Invalid
        raise kind(f"{path}: {(error.strerror or '').lower()}", "make the file readable") from None


def settings_of(given: Mapping[str, Any], name: str) -> Settings:
    """The settings that a checked file gives; `name` is the desk's when the file has none."""
    return Settings(
        name=given.get("name", name),
        store=given.get("store", "sqlite:tickets.db"),
        store_on_network=given.get("store_on_network", False),
        timezone=given.get("timezone", "UTC"),
        display=Display(tuple(given.get("display", {}).get("fields", ()))),
        guard=_guard(given.get("guard", {})),
        notify_default=tuple(given.get("notify", {}).get("default", ())),
        limits=Limits(**given.get("limits", {})),
        bots=tuple(given.get("bots", ())),
        sandbox=given.get("sandbox", False),
    )


def _guard(given: Mapping[str, Any]) -> Guard:
    values = dict(given)
    if "max_share" in values:
        values["max_share"] = float(values["max_share"].rstrip("%")) / 100
    if "max_gap" in values:
        values["max_gap"] = _gap(values["max_gap"])
    return Guard(**values)


def _gap(text: str) -> int | None:
    if text == "off":
        return None
    from ticketcli.domain.durations import parse_duration

    return parse_duration(text).plain


def _cached(desk: str, data: bytes) -> dict[str, Any] | None:
    """What the same bytes gave before; None when they were not read before, or the cache is of no use."""
    try:
        with open(os.path.join(desk, _CACHE), encoding="utf-8") as file:
            kept = json.load(file)
        if kept["format"] == _FORMAT and kept["text"].encode() == data:
            return dict(kept["given"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None


def _keep(desk: str, data: bytes, given: Mapping[str, Any]) -> None:
    """Files it for the next call; a desk that we may not write is read again each time."""
    kept = json.dumps({"format": _FORMAT, "text": data.decode(), "given": given}, ensure_ascii=False)
    folder = os.path.join(desk, os.path.dirname(_CACHE))
    shared = os.stat(desk).st_mode & stat.S_ISGID
    try:
        if not os.path.isdir(folder):
            os.mkdir(folder)
            os.chmod(folder, 0o2770 if shared else 0o700)
        from ticketcli.config.files import write_whole

        write_whole(os.path.join(desk, _CACHE), kept.encode(), 0o660 if shared else 0o600)
    except OSError:
        pass
