"""Which store a desk uses, changed in ticketcli.yaml: one line, everything else in the file stays as it is."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

from ticketcli.config.files import write_whole
from ticketcli.config.settings import read_settings
from ticketcli.config.settings_file import parse_settings
from ticketcli.config.trust import SETTINGS
from ticketcli.errors import Conflict, Invalid

_LINE = re.compile(rb"^store[ \t]*:.*$", re.MULTILINE)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._:/-]*", re.ASCII)


def switch_to(desk: str, url: str) -> Callable[[], None]:
    """What makes `url` the desk's store when it is called: at once, whole, and surviving a power cut.

    Raises `Conflict` now when ticketcli.yaml is written in a way that only a person can change.
    """
    path = os.path.realpath(os.path.join(desk, SETTINGS))
    data = read_settings(path)
    old = parse_settings(data, path).value
    line = f"store: {url if _PLAIN.fullmatch(url) else json.dumps(url)}".encode()
    if "store" in old:
        new, count = _LINE.subn(lambda found: line, data)
    else:
        new, count = data.rstrip(b"\n") + b"\n" + line + b"\n", 1
    try:
        same = count == 1 and parse_settings(new, path).value == {**old, "store": url}
    except Invalid:
        same = False
    if not same:
        raise Conflict(f"{path}: the store cannot be changed there by a program", f"write this line: {line.decode()}")
    mode = os.stat(path).st_mode & 0o777
    return lambda: write_whole(path, new, mode, durable=True)
