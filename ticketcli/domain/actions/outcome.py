"""What an action answers, and what it is given."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.events import Message
from ticketcli.domain.receivers import told
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple


class Outcome(NamedTuple):
    """Effects (event kind and data), messages, whom they went to, and what was skipped and why."""

    effects: tuple[tuple[str, JsonMap], ...] = ()
    messages: tuple[Message, ...] = ()
    skipped: tuple[str, ...] = ()
    cursors: tuple[tuple[str, str], ...] = ()

    def plus(self, other: Outcome) -> Outcome:
        return Outcome(
            self.effects + other.effects,
            self.messages + other.messages,
            self.skipped + other.skipped,
            self.cursors + other.cursors,
        )

    def as_data(self) -> dict[str, Any]:
        """The part that the rule's own event tells: whom it told, what it skipped."""
        parts = {"notified": told(self.messages), "skipped": list(self.skipped)}
        return {key: value for key, value in parts.items() if value}


def effect(kind: str, /, **data: Any) -> Outcome:
    return Outcome(effects=((kind, data),))


def skip(why: str) -> Outcome:
    return Outcome(skipped=(why,))


class Context(NamedTuple):
    draft: Draft
    firing: Firing
    about: str
    override: bool

    def may_set(self, field: str) -> str:
        """Empty when this rule may set the field, else why not."""
        if not self.override and field in self.draft.base.chosen:
            return f"{field}: chosen by a person"
        if not self.draft.claim(field, self.firing.ref):
            return f"{field}: {self.draft.claimed[field]} set it first"
        return ""
