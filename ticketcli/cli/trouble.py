"""What calls say when the rule files are not what decides."""

from __future__ import annotations

from ticketcli.app import App
from ticketcli.errors import InvalidRules
from ticketcli.services.in_force import InForce


def tell_trouble(app: App, rules: InForce) -> None:
    """Says that the rule files are not what decides. Raises `InvalidRules` where --strict-rules forbids to go on."""
    trouble = rules.trouble
    if not trouble:
        return
    gone = trouble[0].endswith(" is gone")
    hint = "put it back, or confirm with: ticket rules accept" if gone else "see: ticket rules check"
    if app.call.strict_rules:
        raise InvalidRules(trouble[0], hint)
    more = f" (and {len(trouble) - 1} more)" if len(trouble) > 1 else ""
    app.tell(f"ticket: {trouble[0]}{more}: {rules.deciding} — {hint}")
