"""Stores of an older format: written anew beside, in the present one, and compared before they take their place.

`ticket store move` and `ticket restore` copy through here, so both bring a store to the present format; the old file
stays as it is. Any other use of such a store is refused, and says so: nothing changes a store in place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ticketcli.errors import StoreDamaged
from ticketcli.ports import Scalar
from ticketcli.stores import layout
from ticketcli.stores.buffer import encode
from ticketcli.stores.copying import Copied
from ticketcli.stores.engine import Row

Step = Callable[[str, dict[str, Any]], dict[str, Any]]

STEPS: dict[int, Step] = {}
"""By format: what makes a document of a table (`step(table, document)`) one of the next format. 1 is the first."""


def outdated(format: int) -> StoreDamaged:
    """What is said of a store of an older format."""
    message = f"the store has the older format {format}; this program works with {layout.FORMAT}"
    return StoreDamaged(message, "ticket store move sqlite:NEW.db writes it anew, and leaves the old file")


def migrated(source: Copied, format: int) -> Copied:
    """What a source of that format holds, as the present format has it."""
    steps = [STEPS[number] for number in range(format, layout.FORMAT)]
    return _Migrated(source, steps) if steps else source


class _Migrated:
    def __init__(self, source: Copied, steps: list[Step]) -> None:
        self._source = source
        self._steps = steps

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        for id, row in self._source.walk(table, after):
            document = json.loads(row.text)
            for step in self._steps:
                document = step(table, document)
            yield id, Row(encode(document), layout.TABLES[table].values(document, row.columns))

    def counters(self) -> Mapping[str, Scalar]:
        return self._source.counters()
