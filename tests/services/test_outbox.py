"""Delivery: nothing lost, every repeat with its key, no lock held meanwhile, and what reminders make of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desks import LEE, World
from tests.sending import Sending
from ticketcli.domain.backoff import ATTEMPTS, wait_before
from ticketcli.domain.events import Message
from ticketcli.domain.instants import Instant
from ticketcli.errors import Conflict, NotFound, TicketError, Undelivered
from ticketcli.services import letters
from ticketcli.services.outbox import BATCH, DOWN, LEASE, Delivery, Post, finish
from ticketcli.stores import create_store, open_store

CHANNELS = "channels: {out: {type: file, path: x}, page: {type: command, run: [x]}}\n"
TELL = "escalation: [{name: e, when: {age: {over: 1h}}, then: [{notify: ann}]}]\n"
CLOSE = """
autoclose:
  - {name: silent, when: {status: resolved}, after: 48h, remind: [24h, 1h], undeliverable: 7d,
     close: {reason: requester-silent}}
"""
MAIL = "channels: {mail: {type: mail, host: h, from: desk@x.cn}}\n"


class Killed(BaseException):
    """The sender's process ends here."""


def fails(message: Message) -> None:
    raise Undelivered("answered 503")


def silent(message: Message) -> None:
    raise Undelivered("nobody there", unreachable=True)


def told(count: int = 1, rules: str = TELL + CHANNELS, **more: Any) -> Sending:
    """A desk with so many tickets about which a message is due."""
    world = Sending(rules, **more)
    world.open(*[{"subject": str(n)} for n in range(count)])
    World.sweep(world, "1h")
    return world


def test_a_sweep_sends_at_its_end_and_says_so() -> None:
    world = Sending(TELL + CHANNELS)
    world.create()
    report = world.sweep("1h")

    assert (report.sent, report.failed, report.next_wake_at) == (1, 0, None)
    assert [action.action for action in report.actions] == ["escalated", "delivered"]
    assert [message.key for message in world.taken] == [message.key for message in world.messages()]
    assert world.messages()[0].delivered_at == world.now
    assert world.kinds() == ["created", "escalated"]  # a notice leaves no event, its message says what became of it
    assert world.sweep("2h").actions == ()


def test_create_sends_nothing_itself() -> None:
    world = Sending("routing: [{name: r, team: dba, notify: [ann]}]\n" + CHANNELS)
    world.create()

    assert world.states() == ["queued"]
    assert world.taken == []
    assert world.sweep().sent == 1


def test_a_dry_run_sends_nothing() -> None:
    world = told()
    before = world.messages()
    report = World.sweep(world, dry_run=True)

    assert report.actions == ()
    assert world.messages() == before


def test_what_failed_is_tried_again_later_and_later_then_a_dead_letter() -> None:
    world = told()
    world.play = fails
    key = world.messages()[0].key
    for attempt in range(1, ATTEMPTS):
        report = world.sweep()
        message = world.messages()[0]
        assert (report.sent, report.failed) == (0, 1)
        assert (message.attempts, message.error, message.state) == (attempt, "answered 503", "queued")
        assert message.due_at == world.now + wait_before(attempt, key)
        assert world.next_wake() == report.next_wake_at == message.due_at
        world.go(message.due_at - 1)
        assert not World.sweep(world).to_send
        world.go(message.due_at)
    report = world.sweep()

    assert [action.action for action in report.actions] == ["undelivered"]
    assert (world.states(), world.next_wake()) == (["dead"], None)


def test_the_other_side_may_ask_for_more_time() -> None:
    world = told()

    def busy(message: Message) -> None:
        raise Undelivered("answered 429", after=7200)

    world.play = busy
    world.sweep()

    assert world.messages()[0].due_at == world.now + 7200


def test_what_is_refused_for_good_is_a_dead_letter_at_once() -> None:
    world = told()

    def refuse(message: Message) -> None:
        raise Undelivered("answered 550", refused=True)

    world.play = refuse
    world.sweep()

    assert world.states() == ["dead"]


def test_a_killed_sender_lets_its_lease_run_out_and_the_repeat_has_the_same_key() -> None:
    world = told()

    def taken_then_killed(message: Message) -> None:
        world.taken.append(message)
        raise Killed

    world.play = taken_then_killed
    with pytest.raises(Killed):
        world.deliver()
    assert world.messages()[0].due_at == world.now + LEASE
    world.play = lambda message: None
    assert world.deliver() == []
    world.go(world.now + LEASE)
    (delivery,) = world.deliver()

    assert delivery.message.attempts == 2
    assert [message.key for message in world.taken] == [delivery.message.key] * 2
    assert world.states() == ["delivered"]


def test_no_lock_is_held_while_a_channel_answers() -> None:
    world = told()
    world.play = lambda message: world.create("written meanwhile")
    world.deliver()

    assert world.ids() == [1, 2]
    assert world.states() == ["delivered"]


def test_a_second_sender_leaves_the_first_the_work() -> None:
    world = told(BATCH + 1)
    inner: list[Delivery] = []
    world.play = lambda message: inner.extend(world.deliver())
    world.deliver()

    assert inner == []
    assert len(world.taken) == BATCH + 1


def test_a_channel_that_answers_nobody_is_not_asked_for_every_message() -> None:
    world = told(10)
    asked: list[str] = []

    def count(message: Message) -> None:
        asked.append(message.key)
        silent(message)

    world.play = count
    world.deliver()

    assert len(asked) == DOWN
    assert {message.state for id in range(1, 11) for message in world.messages(id)} == {"queued"}
    assert sorted(world.messages(id)[0].attempts for id in range(1, 11)) == [0] * 7 + [1] * 3
    assert min(world.messages(id)[0].due_at or 0 for id in range(1, 11)) > world.now


def test_what_cannot_be_sent_for_five_days_is_a_dead_letter_however_seldom_it_was_tried() -> None:
    world = told(5)
    world.play = silent
    world.deliver()
    world.wait("5d")
    world.deliver()
    assert {state for id in range(1, 6) for state in world.states(id)} == {"dead"}
    letters.retry(world.session(), [1])
    world.deliver()

    assert world.states(1) == ["queued"]


def test_more_than_a_batch_goes_out_in_one_run() -> None:
    world = told(BATCH * 2 + 1)

    assert len(world.deliver()) == BATCH * 2 + 1
    assert len({message.key for message in world.taken}) == BATCH * 2 + 1


def test_a_channel_that_is_gone_from_the_rules_is_waited_for() -> None:
    world = told()
    world.files["rules/test.yaml"] = TELL + "channels: {other: {type: file, path: y}}"
    world.deliver()
    assert world.messages()[0].error == "no channel out in the rules"
    world.files["rules/test.yaml"] = TELL + CHANNELS
    world.go(world.messages()[0].due_at or 0)
    world.deliver()

    assert world.states() == ["delivered"]


def test_a_busy_desk_ends_the_run_and_the_report_keeps_what_was_done() -> None:
    world = told(BATCH + 1)
    clock = type("Clock", (), {"now": lambda _: world.now})()

    def lock(message: Message) -> None:
        if len(world.taken) == BATCH:
            raise TicketError("the desk is busy")

    world.play = lock
    report, trouble = finish(World.sweep(world), world.session(), Post(world, clock))

    assert trouble is not None
    assert report.sent == BATCH


@given(st.lists(st.sampled_from(["ok", "503", "silent", "lost", "killed", "lost and killed"]), max_size=60))
def test_whatever_happens_everything_arrives_and_every_repeat_has_its_key(fates: list[str]) -> None:
    world = told(3)
    fate = iter(fates)

    def play(message: Message) -> None:
        word = next(fate, "ok")
        if "lost" in word:
            world.taken.append(message)
        if "killed" in word:
            raise Killed
        if word != "ok":
            raise Undelivered(word, unreachable=word == "silent")

    world.play = play
    for _ in range(200):
        try:
            world.deliver()
        except Killed:
            continue
        finally:
            due = world.next_wake()
            world.go(world.now if due is None else max(due, world.now))
        if due is None:
            break
    keys = [world.messages(id)[0].key for id in (1, 2, 3)]
    dead = {world.messages(id)[0].key for id in (1, 2, 3) if world.messages(id)[0].state == "dead"}

    assert {world.messages(id)[0].state for id in (1, 2, 3)} <= {"delivered", "dead"}
    assert {message.key for message in world.taken} | dead == set(keys)


def resolved() -> Sending:
    """A ticket whose requester is reminded by mail a day before it is closed."""
    world = Sending(CLOSE + MAIL)
    world.create(requester=LEE, assignee="ann")
    world.do("resolve", 1)
    return world


def test_a_close_counts_from_the_delivery_of_its_reminder() -> None:
    world = resolved()
    world.play = fails
    world.sweep("24h")
    assert world.last(1, "reminded").data["delivered"] is False
    assert world.ticket().trail.reminders[0].delivered_at is None
    world.play = lambda message: None
    world.sweep("30h")
    assert world.kinds()[-2:] == ["reminded", "delivered"]
    assert world.last().data["to"] == "lee@x.cn"
    world.check()
    assert world.view().autoclose is not None
    world.sweep_on_time("53h")
    assert world.ticket().kind == "resolved"
    world.sweep_on_time("54h")

    assert world.times(1, "closed") == ["2026-03-04T15:00:00Z"]
    world.check()


def test_a_reminder_that_is_never_delivered_blocks_the_close_and_the_assignee_is_asked_instead() -> None:
    world = resolved()

    def play(message: Message) -> None:
        if message.to == "lee@x.cn":
            raise Undelivered("answered 550", refused=True)

    world.play = play
    world.sweep_on_time("191h")
    assert world.kinds().count("undelivered") == 2  # a day before, and an hour before
    assert world.ticket().kind == "resolved"
    world.sweep_on_time("192h")
    assert [(m.to, m.state) for m in world.messages()][-1] == ("ann", "delivered")
    assert world.ticket().kind == "resolved"
    world.sweep_on_time("216h")

    assert world.times(1, "closed") == ["2026-03-11T09:00:00Z"]
    assert world.told() == ["lee@x.cn", "lee@x.cn", "ann", "lee@x.cn"], "the last one says that it was closed"
    world.check()


def test_a_reminder_to_several_counts_from_the_first_who_got_it() -> None:
    world = Sending(CLOSE.replace("undeliverable", "remind_to: [requester, assignee], undeliverable") + MAIL)
    world.create(requester=LEE, assignee="ann")
    world.do("resolve", 1)

    def play(message: Message) -> None:
        if message.to == "ann":
            raise Undelivered("later")

    world.play = play
    world.sweep("24h")
    assert world.kinds().count("delivered") == 1
    world.play = lambda message: None
    world.sweep("26h")

    assert world.kinds().count("delivered") == 1
    assert world.states() == ["delivered", "delivered"]


def test_a_word_after_a_reminder_that_is_still_on_its_way_starts_a_new_wait() -> None:
    world = resolved()
    world.play = fails
    world.sweep("24h")
    world.do("comment", 1, at="25h", as_="ann", class_="agent", text="any news?")
    world.play = lambda message: None
    world.sweep("30h")

    assert world.last(1, "delivered")
    wait = world.view().autoclose
    assert wait is not None
    assert (wait.reminded, wait.close_at) == ((), world.now + 43 * 3600)


def test_without_channels_a_reminder_is_delivered_with_its_event() -> None:
    world = Sending(CLOSE)
    world.create(requester=LEE)
    world.do("resolve", 1)
    world.sweep("24h")

    assert world.kinds()[-1] == "reminded"
    assert world.last().data["delivered"] is True


def test_a_person_has_dead_letters_sent_again_and_gives_others_up() -> None:
    world = told(2)
    world.play = fails
    world.go(world.now)
    for _ in range(ATTEMPTS):
        world.deliver()
        world.go(max(message.due_at or world.now for id in (1, 2) for message in world.messages(id)))
    assert (world.states(1), world.states(2)) == (["dead"], ["dead"])
    letters.retry(world.session(), [1])
    letters.drop(world.session(), [2])
    world.play = lambda message: None
    world.deliver([1, 2])

    assert (world.states(1), world.states(2)) == (["delivered"], ["dropped"])
    assert world.messages(1)[0].attempts == 1
    for change in (letters.retry, letters.drop):
        with pytest.raises(Conflict, match="delivered already"):
            change(world.session(), [2, 1])
    with pytest.raises(NotFound):
        letters.drop(world.session(), [3])
    assert world.states(2) == ["dropped"]


def test_nobody_to_send_to_is_no_reason_to_try_again() -> None:
    world = Sending(TELL.replace("notify: ann", "notify: requester") + CHANNELS)
    world.create()
    world.sweep("1h")

    assert world.states() == ["unaddressed"]
    with pytest.raises(Conflict, match="nobody to go to"):
        letters.retry(world.session(), [1])


def test_a_reminder_that_is_given_up_is_told_in_the_log_with_who_did_it() -> None:
    world = resolved()
    world.play = fails
    world.sweep("24h")
    letters.drop(world.session("ann"), [1])

    event = world.last(1, "undelivered")
    assert (event.actor.name, event.data["reason"]) == ("ann", "given up by hand")
    assert world.ticket().trail.reminders[0].delivered_at is None


def test_a_store_on_disk_finds_what_is_due_by_its_index(tmp_path: Any) -> None:
    create_store("sqlite:t.db", str(tmp_path))
    world = told(30, store=open_store("sqlite:t.db", str(tmp_path)))
    world.deliver()
    before = world.store.rows_read()
    due: Instant | None = world.next_wake()

    assert due is None
    assert world.store.rows_read() == before
