"""`outbox retry` and `outbox drop` under an idempotency key: each once, and a repeat answers as the first time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.desks import LEE
from tests.sending import Sending
from tests.services.test_outbox import CHANNELS, TELL, Killed, fails, resolved, told
from ticketcli.domain.events import Message
from ticketcli.domain.redaction import fields_named
from ticketcli.errors import Conflict, KeyReused, NotFound, Undelivered
from ticketcli.services import letters
from ticketcli.services.letters import Letter
from ticketcli.services.once import Once
from ticketcli.services.outbox import LEASE, Delivery, Post, deliver
from ticketcli.services.redacting import redact
from ticketcli.services.session import Session


def once(world: Sending, words: Any = "outbox retry", as_: str = "root") -> Once:
    return Once.of("job-1", words, world.session(as_).caller)


def resend(world: Sending, wanted: Sequence[int], words: Any = "outbox retry", as_: str = "root") -> list[Letter]:
    clock = type("Clock", (), {"now": lambda _: world.now})()
    return letters.resend(world.session(as_), Post(world, clock), wanted, once(world, words, as_))


def drop(world: Sending, wanted: Sequence[int]) -> list[Letter]:
    return letters.drop(world.session(), wanted, once(world, "outbox drop"))


def broken(count: int = 1, rules: str = TELL + CHANNELS) -> Sending:
    """So many messages that failed once."""
    world = told(count, rules)
    world.play = fails
    world.deliver()
    world.play = lambda message: None
    return world


def states(found: Sequence[Letter]) -> list[tuple[int, str]]:
    return [(number, message.state) for number, message in found]


def test_a_repeated_retry_sends_nothing_and_answers_as_the_first_time() -> None:
    world = broken(2)
    first = resend(world, [1, 2])
    world.wait("1h")

    assert resend(world, [1, 2]) == first
    assert states(first) == [(1, "delivered"), (2, "delivered")]
    assert len(world.taken) == 2


def test_what_failed_the_first_time_is_left_to_the_sweep_and_the_answer_stays() -> None:
    world = broken()
    world.play = fails
    first = resend(world, [1])
    world.play = lambda message: None
    world.go(first[0][1].due_at or 0)
    again = resend(world, [1])
    due = world.messages()[0].attempts, len(world.taken)
    world.deliver()

    assert again == first
    assert due == (1, 0)
    assert resend(world, [1]) == first
    assert len(world.taken) == 1


def test_what_the_first_call_was_killed_before_sending_is_sent_by_the_repeat() -> None:
    world = broken(2)
    letters.retry(world.session(), [1, 2], once(world))
    due = world.messages()[0].due_at

    assert states(resend(world, [1, 2])) == [(1, "delivered"), (2, "delivered")]
    assert world.messages()[0].due_at is None
    assert due == world.now
    assert len(world.taken) == 2


def test_killed_while_sending_the_repeat_waits_for_the_lease_and_then_answers_for_good() -> None:
    world = broken()

    def killed(message: Message) -> None:
        raise Killed

    world.play = killed
    with pytest.raises(Killed):
        resend(world, [1])
    world.play = lambda message: None
    waiting = resend(world, [1])
    world.wait(f"{LEASE}s")
    sent = resend(world, [1])

    assert states(waiting) == [(1, "queued")]
    assert states(sent) == [(1, "delivered")]
    assert [message.attempts for _, message in sent] == [2]
    assert resend(world, [1]) == sent


def test_a_repeat_while_the_first_call_is_sending_does_not_answer_for_it() -> None:
    world = broken()
    inner: list[list[Letter]] = []

    def meanwhile(message: Message) -> None:
        world.play = lambda message: None
        inner.append(resend(world, [1]))

    world.play = meanwhile
    outer = resend(world, [1])

    assert states(inner[0]) == [(1, "queued")]  # the other one has it in hand
    assert states(outer) == [(1, "delivered")]
    assert resend(world, [1]) == outer


def test_of_two_calls_at_once_both_answer_what_the_faster_one_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    world = broken()
    inner: list[list[Letter]] = []

    def sent(session: Session, post: Post, only: Sequence[int]) -> Iterator[Delivery]:
        yield from deliver(session, post, only)
        monkeypatch.undo()
        inner.append(resend(world, [1]))
        world.play = lambda message: None
        world.go(inner[0][0][1].due_at or 0)
        world.deliver()

    monkeypatch.setattr(letters, "deliver", sent)
    world.play = fails

    assert resend(world, [1]) == inner[0]
    assert resend(world, [1]) == inner[0]
    assert states(inner[0]) == [(1, "queued")]
    assert world.states() == ["delivered"]


def test_a_repeated_drop_gives_up_nothing_else() -> None:
    world = broken(3)
    first = drop(world, [1, 2])
    written = world.messages(3)

    assert drop(world, [3]) == first  # the call said "all dead letters", and these are others
    assert states(first) == [(1, "dropped"), (2, "dropped")]
    assert world.messages(3) == written


def test_a_reminder_that_is_dropped_twice_is_told_once() -> None:
    world = resolved()
    world.play = fails
    world.sweep("24h")
    drop(world, [1])
    drop(world, [1])

    assert world.kinds().count("undelivered") == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda world: resend(world, [2], ["outbox retry", [2]]),
        lambda world: drop(world, [1]),
        lambda world: resend(world, [1], as_="bob"),
    ],
    ids=["other messages", "another verb", "another person"],
)
def test_a_key_with_other_content_is_refused_and_changes_nothing(other: Callable[[Sending], object]) -> None:
    world = broken(2)
    resend(world, [1])
    before = world.messages(1), world.messages(2)

    with pytest.raises(KeyReused):
        other(world)

    assert (world.messages(1), world.messages(2)) == before


def test_a_refused_call_leaves_its_key_free() -> None:
    world = broken()
    with pytest.raises(NotFound):
        drop(world, [9])
    world.wait("1d")
    world.deliver()
    with pytest.raises(Conflict):
        drop(world, [1])

    assert states(resend(world, [])) == []


def test_erased_texts_are_not_kept_for_a_repeat() -> None:
    world = Sending(TELL.replace("ann", "requester") + "channels: {mail: {type: mail, host: h, from: desk@x.cn}}\n")

    def unknown(message: Message) -> None:
        raise Undelivered(f"no such user {message.address}")

    world.create("Secret plans", requester={"email": "roe@y.cn"})
    world.create("Printer on fire", requester=LEE)
    world.play = unknown
    world.sweep("1h")
    first = resend(world, [1, 2])
    redact(world.session(), [1], fields_named(["all"]))
    again = resend(world, [1, 2])

    assert "roe@y.cn" in str(first) and "Secret" in str(first)
    assert "roe@y.cn" not in str(again) and "Secret" not in str(again)
    assert again[1] == first[1]
