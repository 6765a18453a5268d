"""What calls say when the rule files are not what decides."""

from __future__ import annotations

from collections.abc import Sequence

from ticketcli.app import App
from ticketcli.errors import InvalidRules


def tell_trouble(app: App, trouble: Sequence[str]) -> None:
    """Says that the rule files are not what decides. Raises `InvalidRules` where --strict-rules forbids to go on."""
    if not trouble:
        return
    gone = trouble[0].endswith(" is gone")
    hint = "put it back, or confirm with: ticket rules accept" if gone else "see: ticket rules check"
    if app.call.strict_rules:
        raise InvalidRules(trouble[0], hint)
    more = f" (and {len(trouble) - 1} more)" if len(trouble) > 1 else ""
    app.tell(f"ticket: {trouble[0]}{more}: the last good rules decide — {hint}")
