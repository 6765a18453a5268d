"""A store made from another one, or from a backup, and put in its place.

The new store is made whole beside the old one, compared with what it was made of, and only then named in the settings;
nobody writes meanwhile, and the old store stays as it is. Killed anywhere, the desk has one store or the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ticketcli.errors import Conflict, StoreDamaged, Unavailable
from ticketcli.ports import Scalar
from ticketcli.stores import create_store, open_engine, path_of
from ticketcli.stores.copying import Content, Copied, contents, copy, counters_of
from ticketcli.stores.engine import Engine
from ticketcli.stores.migrations import migrated
from ticketcli.stores.tiny import TinyStore

Adapt = Callable[[TinyStore], None]


def move(
    url: str, to: str, desk: str, switch: Callable[[], None], current: Callable[[], bool], timeout: float
) -> dict[str, Content]:
    """Copies everything into a new store at `to`, compares, and calls `switch`; answers what was copied.

    The new store has the present format, whatever older one the old store has. A copy that an interrupted move left
    whole is used. Raises `Conflict` when something else stands there, `Unavailable` unless the desk is `current`ly at
    `url` when nobody else can write there any more: what went to yet another store meanwhile would be lost.
    """
    engine = open_engine(url, desk)
    try:
        work = engine.source(timeout, "moving the store")
        try:
            _check(current)
            found = _build_or_find(migrated(work, work.formats()[1]), to, desk, path_of(url, desk))
            switch()
        finally:
            work.close()
    finally:
        engine.close()
    return found


def _check(current: Callable[[], bool]) -> None:
    if not current():
        raise Unavailable("the desk has just got another store", "do the same again")


def _build_or_find(source: Copied, to: str, desk: str, like: str) -> dict[str, Content]:
    path = path_of(to, desk)
    if is_free(to, desk):
        return build(source, to, desk, like)
    found = contents(source)
    if _contents_at(to, desk) != found:
        raise Conflict(f"{path} exists and holds something else", "name another file, or remove it first")
    return found


def _contents_at(url: str, desk: str) -> dict[str, Content] | None:
    engine = open_engine(url, desk)
    try:
        snapshot = engine.snapshot()
        try:
            return contents(snapshot)
        finally:
            snapshot.close()
    except StoreDamaged:
        return None
    finally:
        engine.close()


def is_free(url: str, desk: str) -> bool:
    """Whether nothing stands there, not even the log of a store that is gone: SQLite would read it."""
    path = path_of(url, desk)
    return not any(os.path.lexists(f"{path}{suffix}") for suffix in ("", "-wal", "-journal"))


def build(source: Copied, url: str, desk: str, like: str, adapt: Adapt | None = None) -> dict[str, Content]:
    """Makes a store of the rows of `source`, with mode and group of the file `like`, and `adapt` applied at the end.

    Raises `StoreDamaged` when what was written is not what was read.
    """
    copied: dict[str, Content] = {}

    def fill(engine: Engine) -> None:
        work = engine.work(0, "copying")
        try:
            copied.update(copy(source, work))
        finally:
            work.close()
        snapshot = engine.snapshot()
        try:
            if contents(snapshot) != copied:
                raise StoreDamaged("the copy is not what was read", "check disk and memory of this machine")
        finally:
            snapshot.close()
        if adapt is not None:
            adapt(TinyStore(engine))

    pattern = os.stat(like)
    create_store(url, desk, mode=pattern.st_mode & 0o666, group=pattern.st_gid, fill=fill)
    return copied


@contextmanager
def held(
    url: str, desk: str, current: Callable[[], bool], timeout: float
) -> Iterator[Mapping[str, Scalar] | None]:
    """Keeps writers out of a store that is to be replaced; its counters, None when it cannot be read.

    Raises `Unavailable` unless the desk is still there.
    """
    engine = open_engine(url, desk)
    try:
        try:
            work = engine.source(timeout, "restoring a backup")
        except StoreDamaged:
            _check(current)
            yield None
            return
        try:
            _check(current)
            yield counters_of(work)
        finally:
            work.close()
    finally:
        engine.close()
