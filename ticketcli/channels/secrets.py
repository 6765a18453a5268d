"""Secrets by reference: a rule file names the file or the variable, never the secret. Errors never quote one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ticketcli.errors import Undelivered

_LONGEST = 8192
"""Bytes: no password or address is longer, a log file named by mistake is."""


def secret(spec: Mapping[str, Any], what: str, directory: str) -> str | None:
    """What `{what}_file` or `{what}_env` of the channel holds; None when it names neither.

    Raises `Undelivered` when it cannot be read or is empty: a person may mend that before the next attempt.
    """
    if f"{what}_file" in spec:
        return _of_file(f"{what}_file", os.path.join(directory, spec[f"{what}_file"]))
    if f"{what}_env" in spec:
        name = spec[f"{what}_env"]
        value = os.environ.get(name, "").strip()
        if not value:
            raise Undelivered(f"{what}_env: the variable {name} is not set", f"set {name} where the sweep runs")
        return value
    return None


def _of_file(key: str, path: str) -> str:
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            data = file.read(_LONGEST + 1)
        text = data.decode().strip()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Undelivered(f"{key}: {path} cannot be read ({why})", "whoever runs the sweep must be able to") from None
    except UnicodeDecodeError:
        raise Undelivered(f"{key}: {path} holds no text", "it must hold the secret and nothing else") from None
    if not text or len(data) > _LONGEST or not text.isprintable():
        raise Undelivered(f"{key}: {path} does not hold one line of text", "it must hold the secret and nothing else")
    return text
