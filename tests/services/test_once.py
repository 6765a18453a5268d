"""A call repeated under its idempotency key changes nothing and answers as the first time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import DAY, World
from ticketcli.errors import KeyReused, NotFound
from ticketcli.services import changing
from ticketcli.services.steps import Options, Result

SUBJECT: dict[str, Any] = {"subject": "disk full"}


def keyed(key: str = "job-1", **more: Any) -> Options:
    return Options(key=key, **more)


def answers(results: list[Result]) -> list[tuple[Any, ...]]:
    return [(result.id, result.action, result.reason, result.ticket, result.view) for result in results]


def events_of(world: World) -> int:
    with world.store.read() as reader:
        return reader.counter("seq")


def test_a_repeat_answers_as_the_first_time_and_opens_nothing() -> None:
    world = World()
    first = changing.create(world.session(), [SUBJECT], keyed())
    written = events_of(world)
    world.do("comment", 1, text="meanwhile somebody wrote", at="1h")

    again = changing.create(world.session(), [SUBJECT], keyed())

    assert answers(again) == answers(first)
    assert world.ids() == [1]
    assert events_of(world) > written


@pytest.mark.parametrize(
    "verb, args",
    [("comment", {"text": "restarted"}), ("resolve", {}), ("set", {"values": {"priority": "high"}}), ("extend", {})],
    ids=["comment", "resolve", "set", "extend"],
)
def test_a_repeated_verb_writes_no_event(verb: str, args: dict[str, Any]) -> None:
    world = World()
    world.create("disk full")
    first = changing.change(world.session(), verb, [1], args, keyed())
    kinds = world.kinds(1)

    assert answers(changing.change(world.session(), verb, [1], args, keyed())) == answers(first)
    assert world.kinds(1) == kinds


@pytest.mark.parametrize(
    "other",
    [
        lambda world: changing.create(world.session(), [{"subject": "another"}], keyed()),
        lambda world: changing.create(world.session(as_="bob"), [SUBJECT], keyed()),
        lambda world: changing.change(world.session(), "resolve", [1], {}, keyed()),
    ],
    ids=["other words", "another person", "another verb"],
)
def test_a_key_with_other_content_is_refused_and_changes_nothing(other: Any) -> None:
    world = World()
    changing.create(world.session(), [SUBJECT], keyed())
    written = events_of(world)

    with pytest.raises(KeyReused) as caught:
        other(world)

    assert caught.value.exit_code == 6
    assert events_of(world) == written


def test_a_refused_call_leaves_its_key_free() -> None:
    world = World()
    with pytest.raises(NotFound):
        changing.change(world.session(), "resolve", [7], {}, keyed())

    assert changing.create(world.session(), [SUBJECT], keyed())[0].action == "created"


def test_with_each_every_ticket_is_changed_once() -> None:
    world = World()
    world.create("one")
    options = keyed(each=True)
    first = changing.change(world.session(), "comment", [1, 9], {"text": "hello"}, options)
    world.create("two")

    again = changing.change(world.session(), "comment", [1, 9], {"text": "hello"}, options)

    assert [result.action for result in first] == ["updated", "refused"]
    assert [result.action for result in again] == ["updated", "refused"]
    assert world.kinds(1).count("commented") == 1


def test_a_dry_run_uses_no_key_up() -> None:
    world = World()
    changing.create(world.session(), [SUBJECT], keyed(dry_run=True))

    assert changing.create(world.session(), [{"subject": "another"}], keyed())[0].action == "created"


def test_a_key_is_forgotten_after_thirty_days() -> None:
    world = World()
    changing.create(world.session(), [SUBJECT], keyed())

    world.sweep(30 * DAY + world.now)
    assert changing.create(world.session(), [SUBJECT], keyed())[0].id == 1

    world.sweep(DAY + world.now)
    assert changing.create(world.session(), [SUBJECT], keyed())[0].id == 2


def test_an_answer_without_a_ticket_is_repeated_too() -> None:
    world = World()
    first, again = (changing.resolve_key(world.session(), "nobody", {}, keyed(), if_exists=True) for _ in range(2))
    assert answers(again) == answers(first) == [(None, "unchanged", "no unresolved ticket has that key", None, None)]
