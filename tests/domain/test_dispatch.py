"""By which channels a message goes, to which address, and what it says there."""

from __future__ import annotations

import pytest

from tests.desks import LEE, World, rulebook
from ticketcli.domain.dispatch import Way, ways

PEOPLE = """
people:
  - {name: ann, account: ann, email: ann@x.cn}
  - {name: bob, account: bob}
teams: {dba: {manager: ann, members: [ann, bob]}}
"""
CHANNELS = """
channels:
  mail: {type: mail, host: smtp.x.cn, from: desk@x.cn}
  chat: {type: webhook, shape: slack, url_env: SLACK}
  page: {type: command, run: [page]}
"""
DESK_ONLY = rulebook(PEOPLE)
BOOK = rulebook(PEOPLE + CHANNELS)
CHAT_FIRST = rulebook(PEOPLE + "channels: {chat: {type: webhook, shape: slack, url_env: SLACK}}")


@pytest.mark.parametrize(
    ("people", "via", "found"),
    [
        (["ann"], [], [Way("ann", "mail", "ann@x.cn")]),
        (["bob"], [], [Way("bob", "chat")]),
        (["lee@x.cn"], [], [Way("lee@x.cn", "mail", "lee@x.cn")]),
        (["Lee"], [], [Way("Lee", "desk")]),
        (["ann"], ["mail", "page"], [Way("ann", "mail", "ann@x.cn"), Way("ann", "page")]),
        (["bob"], ["mail"], [Way("bob", "desk")]),
        (["bob"], ["mail", "desk"], [Way("bob", "desk")]),
        (["Lee"], ["page"], [Way("Lee", "page")]),
        (["ann"], ["desk"], [Way("ann", "desk")]),
        (["ann", "bob", "Lee"], ["chat"], [Way("ann, bob, Lee", "chat")]),
        (["ann", "bob"], ["page"], [Way("ann", "page"), Way("bob", "page")]),
    ],
)
def test_who_is_reached_how(people: list[str], via: list[str], found: list[Way]) -> None:
    assert list(ways(BOOK, people, via)) == found


def test_without_channels_everybody_is_reached_at_the_desk() -> None:
    assert ways(DESK_ONLY, ["ann", "lee@x.cn"], ["mail"]) == (Way("ann", "desk"), Way("lee@x.cn", "desk"))


def test_a_requester_is_not_reminded_in_a_room_of_the_desk() -> None:
    assert ways(CHAT_FIRST, ["lee@x.cn"], []) == (Way("lee@x.cn", "desk"),)


RULE = "escalation: [{name: e, when: {age: {over: 1h}}, then: [{notify: [ann, lee@x.cn], via: [out, desk]}]}]\n"


def test_a_message_says_what_its_channel_says_and_waits_in_the_outbox() -> None:
    subject, body = "{{ id }} {{ subject }} {{ to }}", "{{ message }} {{ rule }} {{ requester.email }} {{ fields.x }}."
    channel = f'channels: {{out: {{type: mail, host: h, from: d@x.cn, subject: "{subject}", body: "{body}"}}}}\n'
    world = World(PEOPLE + RULE + channel)
    world.create("{{ id }}", requester=LEE)
    world.sweep("1h")

    first, second = world.messages()[0], world.messages()[1]
    assert (first.subject, first.body) == ("1 {{ id }} ann", "escalated by e e lee@x.cn .")
    assert (first.state, first.via, first.address, first.due_at) == ("queued", "out", "ann@x.cn", world.now)
    assert first.delivered_at is None
    assert (second.state, second.via, second.body) == ("delivered", "desk", "escalated by e")
    assert len({message.key for message in world.messages()}) == 4
    assert world.last(1, "escalated").data["notified"][0] == {"to": "ann", "via": "out", "state": "queued"}
    assert world.wake_at() is None
    assert world.next_wake() == world.now


def test_a_channel_without_templates_says_what_is_the_matter() -> None:
    world = World(PEOPLE + RULE + "channels: {out: {type: file, path: x}}")
    world.create("Printer on fire")
    world.sweep("1h")

    message = world.messages()[0]
    assert message.subject == "[#1] Printer on fire"
    assert message.body == "#1 escalated by e\n\nPrinter on fire\nstatus: new, priority: normal\n"
