"""Who acts, and as what."""

from __future__ import annotations

import pytest

from ticketcli.domain.actors import Caller, actor_of
from ticketcli.domain.events import Actor
from ticketcli.domain.ticket import Requester, Ticket

ANN = Caller("ann", "ann")


def asked_by(requester: Requester | None, assignee: str | None = None) -> Ticket:
    return Ticket(1, "x", "new", 0, 0, 0, requester=requester, assignee=assignee)


CASES = {
    "nobody in particular is an agent": (ANN, asked_by(None), None, "agent"),
    "who opens a ticket is an agent": (ANN, None, "cli", "agent"),
    "the requester by name": (ANN, asked_by(Requester("Ann")), None, "requester"),
    "the requester by address": (ANN, asked_by(Requester("A. Nn", "ANN@x.cn")), None, "requester"),
    "another requester": (ANN, asked_by(Requester("bob", "bob@x.cn")), None, "agent"),
    "a requester who works on it": (ANN, asked_by(Requester("ann"), "ann"), None, "agent"),
    "a requester while another works on it": (ANN, asked_by(Requester("ann"), "bob"), None, "requester"),
    "a pipeline": (Caller("ann", "ann", automatic=True), asked_by(Requester("ann")), None, "bot"),
    "a ticket from a pipeline": (ANN, None, "ci", "bot"),
    "a ticket from an alert": (ANN, None, "alert", "bot"),
    "a ticket from a schedule": (ANN, None, "schedule", "bot"),
    "a mail": (ANN, None, "email", "agent"),
    "the class given wins over all": (Caller("ann", "ann", "agent", True), asked_by(Requester("ann")), "ci", "agent"),
}


@pytest.mark.parametrize(("caller", "ticket", "source", "class_"), CASES.values(), ids=CASES.keys())
def test_the_class_follows_from_the_call_and_the_ticket(
    caller: Caller, ticket: Ticket | None, source: str | None, class_: str
) -> None:
    assert actor_of(caller, ticket, source=source, aliases=("ann@x.cn",)) == Actor("ann", class_)


def test_who_acts_for_a_person_is_recorded_too() -> None:
    assert actor_of(Caller("ann", "deploy")) == Actor("ann", "agent", "deploy")
