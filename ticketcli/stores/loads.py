"""How many unresolved tickets each person has, as rows of `meta`: who chooses among people asks for nothing else.

A count is kept by the transaction that changes it; counting the index anew takes longer the more tickets there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tinydb.table import Document, Table

from ticketcli.domain.ticket import ENDED, KINDS
from ticketcli.ports import Fault, Range, Scalar
from ticketcli.stores.engine import Row, Source
from ticketcli.stores.layout import TABLES

_PREFIX = "load/"
_ALL = Range(_PREFIX, "load0")
"""The names that begin so: `0` follows `/`."""
_UNRESOLVED = [kind for kind in KINDS if kind not in ENDED]
_ASSIGNEE, _KIND = (TABLES["tickets"].position(name) for name in ("assignee", "kind"))


def loads_of(source: Source, meta: Table, people: Iterable[str]) -> dict[str, int]:
    """The counts of these people, without those who have none."""
    ids = source.ids("meta", "name", [_PREFIX + name for name in people], None, False)
    return {name: count for _, name, count in _rows(meta, ids)}


def _rows(meta: Table, ids: Iterable[int]) -> Iterator[tuple[int, str, int]]:
    for id in ids:
        document = meta.get(doc_id=id)
        assert isinstance(document, Document)
        yield id, document["name"].removeprefix(_PREFIX), document["value"]


def counted(source: Source) -> dict[str, int]:
    """The same for everybody, counted by the index."""
    found = source.tally("tickets", "assignee", {"kind": _UNRESOLVED})
    return {str(name): count for name, count in found.items()}


class Loads:
    """What one transaction changes of the counts; written once, at its end."""

    def __init__(self, source: Source, meta: Table) -> None:
        self._source, self._meta = source, meta
        self._changes: dict[str, int] = {}
        self._anew = False

    def change(self, before: Row | None, assignee: Scalar | None, kind: str) -> None:
        """A ticket that stood in the row `before` now has this assignee, in a status of this kind."""
        old = before.columns[_ASSIGNEE] if before and before.columns[_KIND] in _UNRESOLVED else None
        new = assignee if kind in _UNRESOLVED else None
        if old != new:
            for name, step in ((old, -1), (new, 1)):
                if name is not None:
                    self._changes[str(name)] = self._changes.get(str(name), 0) + step

    def refile(self, before: Row | None, kind: str) -> None:
        """The ticket of that row is now in a status of this kind."""
        self.change(before, before and before.columns[_ASSIGNEE], kind)

    def count_anew(self) -> None:
        """What stands there is not to be trusted."""
        self._anew = True

    def of(self, people: Iterable[str]) -> dict[str, int]:
        """The counts of these people as this transaction leaves them so far."""
        names = list(people)
        stored = loads_of(self._source, self._meta, names)
        return {name: count for name in names if (count := stored.get(name, 0) + self._changes.get(name, 0)) > 0}

    def write(self) -> None:
        """Puts the counts into their rows; who has none has no row."""
        if self._anew:
            ids = self._source.ids("meta", "name", _ALL, None, False)
            stored, wanted = {name: count for _, name, count in _rows(self._meta, ids)}, counted(self._source)
        else:
            changed = [name for name, step in self._changes.items() if step]
            stored = loads_of(self._source, self._meta, changed) if changed else {}
            wanted = {name: stored.get(name, 0) + self._changes[name] for name in changed}
        for name in {**stored, **wanted}:
            self._put(name, wanted.get(name, 0))

    def _put(self, name: str, count: int) -> None:
        document = {"name": _PREFIX + name, "value": count}
        ids = self._source.ids("meta", "name", [_PREFIX + name], None, False)
        if count <= 0:
            self._meta.remove(doc_ids=ids)
        elif ids:
            self._meta.update(document, doc_ids=ids)
        else:
            self._meta.insert(document)


def load_faults(source: Source) -> Iterator[Fault]:
    """Every count that is not what the index says."""
    stored = dict(_stored(source))
    for name, count in {**dict.fromkeys(stored, 0), **counted(source)}.items():
        if stored.get(name, 0) != count:
            what = f"{name} is noted to have {stored.get(name, 0)} unresolved tickets, but has {count}"
            yield Fault("meta", None, what, filing=True)


def _stored(source: Source) -> Iterator[tuple[str, Any]]:
    for id in source.ids("meta", "name", _ALL, None, False):
        row = source.fetch("meta", id)
        document: Mapping[str, Any] = json.loads(row.text) if row else {}
        yield str(document.get("name", "")).removeprefix(_PREFIX), document.get("value")
