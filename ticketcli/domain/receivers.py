"""Whom a message goes to, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.conditions.text import as_text
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.events import Message
from ticketcli.domain.instants import format_instant
from ticketcli.domain.rulebook import Autoclose, Rulebook
from ticketcli.domain.ticket import Ticket
from ticketcli.records import NamedTuple

DESK = "desk"
"""The channel that is built in."""


class Receivers(NamedTuple):
    people: tuple[str, ...]
    missing: tuple[str, ...]


def receivers(rulebook: Rulebook, ticket: Ticket, words: Sequence[str]) -> Receivers:
    """The people and addresses that these words name on this ticket, each once.

    When they name nobody: the assignee, else the members of the team, else the manager, else `notify.default`.
    """
    named = [(word, tuple(_named(rulebook, ticket, word))) for word in words]
    found = named_people(rulebook, ticket, words)
    missing = tuple(f"notify: the ticket has no {word}" for word, people in named if not people)
    if found:
        return Receivers(found, missing)
    for word in ("assignee", "team", "manager"):
        people = tuple(_named(rulebook, ticket, word))
        if people:
            return Receivers(people, missing)
    return Receivers(rulebook.notify_default, missing)


def reminded_words(rulebook: Rulebook, ticket: Ticket, rule: Autoclose) -> list[str]:
    """Whom the rule reminds, in its words; a requester without address has the assignee in his place."""
    requester = ticket.requester
    known = requester and (requester.email or ((person := rulebook.person(requester.name)) and person.email))
    return ["assignee" if word == "requester" and not known else word for word in rule.remind_to]


def named_people(rulebook: Rulebook, ticket: Ticket, words: Sequence[str]) -> tuple[str, ...]:
    """Only whom these words name on this ticket, each once; nobody in their place."""
    return tuple(dict.fromkeys(person for word in words for person in _named(rulebook, ticket, word)))


def _named(rulebook: Rulebook, ticket: Ticket, word: str) -> Iterator[str]:
    team = rulebook.team(ticket.team)
    if word == "requester":
        who = ticket.requester
        yield from filter(None, [who and (who.email or who.name)])
    elif word == "assignee":
        yield from filter(None, [ticket.assignee])
    elif word == "watchers":
        yield from ticket.watchers
    elif word == "manager":
        yield from filter(None, [team and team.manager])
    elif word == "team":
        yield from team.members if team else ()
    elif named := rulebook.team(word):
        yield from named.members
    else:
        person = rulebook.person(word)
        yield person.name if person else word


class Saying(NamedTuple):
    """What messages say: their kind, the sentence `about`, the channels that the rule names, and `Message.extra`."""

    kind: str
    about: str
    via: tuple[str, ...] = ()
    extra: dict[str, Any] = {}
    below: str = ""
    """What stands below the sentence."""

    @property
    def text(self) -> str:
        return f"{self.about}\n\n{self.below}" if self.below else self.about


def compose(draft: Draft, firing: Firing, people: Sequence[str], saying: Saying) -> tuple[Message, ...]:
    """A message to each of `people` on each channel that takes it there; one that is `unaddressed` without people.

    On the built-in channel `desk` it is delivered when its event commits; on another it waits in the outbox.
    """
    ticket, now = draft.base, draft.now
    subject = f"[#{ticket.id}] {ticket.subject}"
    whole = Message("", ticket.id, saying.kind, "", DESK, subject, saying.text, now, firing.ref.key)
    if not people:
        return (whole._replace(key=firing.key(ticket.id, ""), state="unaddressed"),)
    if not draft.rulebook.channels:  # most desks: nothing else is loaded
        at_desk = arrived(draft, whole, saying)
        return tuple(at_desk._replace(key=firing.key(ticket.id, to), to=to) for to in people)
    from ticketcli.domain.dispatch import dispatch

    return dispatch(draft, firing, people, saying, whole)


def arrived(draft: Draft, message: Message, saying: Saying) -> Message:
    """The message as it stands on the built-in channel, which delivers unless the cause of the plan is muted."""
    if draft.cause.muted:
        return message._replace(state="queued", due_at=draft.now, extra=saying.extra)
    return message._replace(delivered_at=draft.now)


def told(messages: Iterable[Message]) -> list[dict[str, str]]:
    """Whom an event says it told."""
    return [{"to": message.to, "via": message.via, "state": message.state} for message in messages]


def template_values(ticket: Ticket) -> Mapping[str, str]:
    """What `{{ key }}` stands for: every key of the ticket that is a text or a number."""
    values: dict[str, str] = {}
    for key, value in ticket._asdict().items():
        if isinstance(value, (str, int)):
            values[key] = format_instant(int(value)) if key.endswith(("_at", "_since")) else str(value)
    for key, value in ticket.fields.items():
        values[f"fields.{key}"] = _written(value)
    if ticket.requester:
        values |= {f"requester.{key}": value for key, value in ticket.requester._asdict().items() if value}
    values |= {"labels": _written(ticket.labels), "watchers": _written(ticket.watchers)}
    return values


def _written(value: Any) -> str:
    """A value as a rule file has it, the members of a list one after the other."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_written, value))
    text = as_text(value)
    return str(value) if text is None else text
