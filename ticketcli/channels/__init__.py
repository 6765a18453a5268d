"""How messages leave the desk: one module per type of channel, imported when a message goes there.

A channel takes a `Message` whose texts are final. No byte of them may act: each channel keeps them out of headers,
argument lists and markup, and takes mentions and control characters their effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ticketcli.ports import Channel

TYPES = {
    "mail": "mail:open_mail",
    "webhook": "webhook:open_webhook",
    "command": "command:open_command",
    "file": "file:open_file",
}
"""The `type` in a rule file, and `module:function` of this package."""


def open_channel(spec: Mapping[str, Any], directory: str) -> Channel:
    """The channel that a rule file configures so; files and programs with relative names stand in `directory`."""
    module, _, function = TYPES[spec["type"]].partition(":")
    opened: Callable[[Mapping[str, Any], str], Channel] = getattr(
        import_module(f"ticketcli.channels.{module}"), function
    )
    return opened(spec, directory)


def timeout_of(spec: Mapping[str, Any]) -> float:
    """Seconds that one delivery may take."""
    from ticketcli.domain.durations import parse_duration

    return float(parse_duration(spec.get("timeout", "20s")).plain)
