"""What may be a name in a rule file (design section 5): printable text of any script, NFC, at most 80 characters."""

from __future__ import annotations

from ticketcli.domain.texts import hidden_character
from ticketcli.rulebook.problems import Finding

MAX_LENGTH = 80


def check_name(name: str) -> None:
    """Raises `Finding` unless `name` may be a name."""
    hidden = hidden_character(name)
    if hidden:
        raise Finding("name", f"a name may not hold the character U+{ord(hidden):04X}", text=ascii(name))
    if name != name.strip():
        raise Finding("name", "a name may not begin or end with a space", text=name, suggestion=name.strip())


def check_person_name(name: str) -> None:
    """A person may not be called like a word that rules use for receivers."""
    if name.casefold() in RECEIVERS | {"none", "any"}:
        raise Finding(
            "reserved-name", f"{name} means something else in rules and lists: choose another name", text=name
        )


RECEIVERS = frozenset({"requester", "assignee", "watchers", "manager", "team"})
"""Words that `notify` and `remind_to` understand beside names and addresses."""
