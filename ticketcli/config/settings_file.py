"""ticketcli.yaml read and checked: needed once per change of the file."""

from __future__ import annotations

import re
from typing import Any

from ticketcli.config.checked_yaml import read_checked
from ticketcli.config.zones import is_zone, nearest_zone
from ticketcli.errors import Invalid
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.reader import Document
from ticketcli.rulebook.schema import Mistakes

_SHARE = re.compile(r"\d{1,2}(\.\d{1,3})?%|100%", re.ASCII)


def parse_settings(data: bytes, path: str) -> Document:
    """The checked document, whose value is a mapping. Raises `Invalid` that names every problem and its place."""
    return read_checked(data, path, "settings", _beyond_schema, "mend the settings of the desk, then try again")


def _beyond_schema(value: dict[str, Any]) -> Mistakes:
    """What JSON Schema cannot say: the zone exists, the share is one, the store is kept."""
    zone = value.get("timezone", "UTC")
    if not is_zone(zone):
        yield ("timezone",), False, Finding("unknown-timezone", f"there is no time zone {zone}", text=zone,
                                            suggestion=nearest_zone(zone))  # fmt: skip
    share = value.get("guard", {}).get("max_share", "10%")
    if not _SHARE.fullmatch(share):
        message = f"{share} is no share: write 0% to 100%"
        yield ("guard", "max_share"), False, Finding("share", message, text=share)
    store = value.get("store", "sqlite:tickets.db")
    trouble = _store_trouble(store)
    if trouble:
        yield ("store",), False, Finding("store", trouble, text=store)


def _store_trouble(url: str) -> str:
    """Why a desk cannot keep its tickets there; empty when it can."""
    from ticketcli.stores import open_store

    if url.startswith("memory:"):
        return "memory: forgets every ticket at the end of the call; write sqlite:tickets.db"
    try:
        open_store(url, "")
    except Invalid as error:
        return f"{error.message}: {error.hint}"
    return ""
