"""Where the data of the program lies: default rules and schemas, in a checkout, an editable install or a wheel.

A plain path function on purpose: importlib.resources costs 26 ms at start.
"""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def rules_directory() -> str:
    """The folder of the default rule files."""
    return _data("rules")


def schemas_directory() -> str:
    """The folder of the JSON Schemas."""
    return _data("schemas")


def _data(name: str) -> str:
    """A wheel carries the folder as `ticketcli/data/NAME`; a checkout has it at its top."""
    installed = os.path.join(_PACKAGE, "data", name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_PACKAGE), name)
