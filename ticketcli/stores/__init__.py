"""Where tickets are kept: one adapter of the Store port, and engines under it, chosen by URL.

An engine is one line in each table below; its module is imported when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ticketcli.errors import Invalid

if TYPE_CHECKING:
    from ticketcli.stores.engine import Engine
    from ticketcli.stores.tiny import TinyStore

    Fill = Callable[[Engine], None]


def open_store(
    url: str, directory: str, current: Callable[[], bool] = lambda: True, identity: int | None = None
) -> TinyStore:
    """The store that `url` names; a relative file stands in `directory`. Looks at no file before the first use.

    `current` is asked by every writer that has its turn: whether the desk still keeps its tickets here. A store of
    another `identity` is the store of another desk, and `StoreDamaged` when it is used.

    Raises `Invalid` for a URL of no known form.
    """
    from ticketcli.stores.tiny import TinyStore

    return TinyStore(open_engine(url, directory), current, identity)


def open_engine(url: str, directory: str) -> Engine:
    """What stands under the store: rows by number. Raises `Invalid` for a URL of no known form."""
    scheme, path = _split(url, directory)
    return _OPEN[scheme](path)


def path_of(url: str, directory: str) -> str:
    """The store's own file. Raises `Invalid` for a URL of no known form."""
    return _split(url, directory)[1]


def create_store(
    url: str, directory: str, *, mode: int = 0o600, group: int | None = None, fill: Fill | None = None
) -> None:
    """Makes the store that `url` names, empty or as `fill` leaves it, its files with these permissions and this group.

    Raises `Conflict` when it exists, `Invalid` for a URL of no known form.
    """
    scheme, path = _split(url, directory)
    _CREATE[scheme](path, mode, group, fill)


def _split(url: str, directory: str) -> tuple[str, str]:
    scheme, _, name = url.partition(":")
    if scheme not in _OPEN or bool(name) == (scheme == "memory"):
        raise Invalid(f"store: {url!r} names no store", f"write {' or '.join(_FORMS)}")
    return scheme, os.path.join(directory, name)


def _open_sqlite(path: str) -> Engine:
    from ticketcli.stores.sqlite import SqliteEngine

    return SqliteEngine(path)


def _create_sqlite(path: str, mode: int, group: int | None, fill: Fill | None) -> None:
    from ticketcli.stores.sqlite import create

    create(path, mode, group, fill)


def _open_json(path: str) -> Engine:
    from ticketcli.stores.jsonfile import JsonEngine

    return JsonEngine(path)


def _create_json(path: str, mode: int, group: int | None, fill: Fill | None) -> None:
    from ticketcli.stores.jsonfile import create

    create(path, mode, group, fill)


def _open_memory(path: str) -> Engine:
    from ticketcli.stores.memory import MemoryEngine

    return MemoryEngine()


def _create_memory(path: str, mode: int, group: int | None, fill: Fill | None) -> None:
    """Nothing is to be made: it begins empty wherever it is opened."""


_FORMS = ("sqlite:tickets.db", "json:tickets.json")
"""What a desk may name; `memory:` is for tests and scenarios."""
_OPEN: dict[str, Callable[[str], Engine]] = {"sqlite": _open_sqlite, "json": _open_json, "memory": _open_memory}
_CREATE: dict[str, Callable[[str, int, int | None, Fill | None], None]] = {
    "sqlite": _create_sqlite,
    "json": _create_json,
    "memory": _create_memory,
}
