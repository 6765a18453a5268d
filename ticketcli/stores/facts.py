"""What a store is and holds, for `ticket store info`."""

from __future__ import annotations

import os

from ticketcli.ports import StoreInfo
from ticketcli.stores.engine import Engine
from ticketcli.stores.layout import TABLES


def info(engine: Engine) -> StoreInfo:
    snapshot = engine.snapshot()
    try:
        files = {path: os.stat(path).st_size for path in engine.files() if os.path.exists(path)}
        rows = {table: snapshot.size(table) for table in TABLES}
        return StoreInfo(*snapshot.formats(), files, rows, dict(snapshot.counters()))
    finally:
        snapshot.close()
