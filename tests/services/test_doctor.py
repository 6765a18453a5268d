"""What the doctor finds, that it finds nothing on sound desks, and that rebuilding heals what can be healed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.making import a_message
from tests.desks import LEE, MINUTE, START, World, instant
from tests.properties.histories import HORIZON, History, histories, rulebooks
from tests.services.test_auditing import Raw, changed, changed_with_hash
from ticketcli.domain.desk import Guard
from ticketcli.domain.document import ticket_document
from ticketcli.errors import StoreDamaged
from ticketcli.services.auditing import verify
from ticketcli.services.checkup import rebuild
from ticketcli.services.doctor import Finding, accept_clock, examine
from ticketcli.services.redacting import UNPURGED

CLOSING = """
autoclose:
  - {name: silent, when: {status: resolved}, after: 2h, remind: [], close: {reason: requester-silent}}
"""


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[Raw]:
    raw = Raw(tmp_path)
    raw.world.sweep()
    yield raw
    raw.world.store.close()


def found(world: World) -> list[Finding]:
    world.store.close()
    return examine(world.session())


def areas(world: World) -> list[tuple[str, str]]:
    return [(finding.area, finding.level) for finding in found(world)]


def test_a_sound_desk_has_nothing_wrong(raw: Raw) -> None:
    assert found(raw.world) == []


def test_an_empty_desk_has_nothing_wrong() -> None:
    assert examine(World(swept=False).session()) == []


def misfiled(raw: Raw) -> None:
    raw.world.store.close()
    with raw.world.store.write(at=START, run="r") as tx:
        filing = tx.filing(2)
        assert filing is not None
        tx.refile(2, filing._replace(kind="active"))


def asleep(raw: Raw) -> None:
    with raw.world.store.write(at=START, run="r") as tx:
        filing = tx.filing(2)
        assert filing is not None and filing.wake_at is not None
        tx.refile(2, filing._replace(wake_at=None))


def false_facts(raw: Raw) -> None:
    raw.put("tickets", 2, ticket_document(raw.world.ticket(2)._replace(priority="low")))


def queued(raw: Raw) -> None:
    with raw.world.store.write(at=START, run="r") as tx:
        filing = tx.filing(2)
        assert filing is not None
        tx.refile(2, filing._replace(seeks='2026-03-02T09:00:00Z ["dba",{}]'))


HEALED: list[tuple[str, Callable[[Raw], None], str]] = [
    ("facts", false_facts, "priority"),
    ("kind", misfiled, "filed as active"),
    ("wake_at", asleep, "too late"),
    ("seeks", queued, "wait for a person in the wrong place"),
    ("row damaged", lambda raw: raw.run("UPDATE tickets SET doc = replace(doc, 'ticket', 'tickle') WHERE id = 2"),
     "does not match its checksum"),
    ("row gone", lambda raw: raw.run("DELETE FROM tickets WHERE id = 2"), "the ticket of these events is gone"),
    ("index column", lambda raw: raw.run("UPDATE tickets SET team = 'dba' WHERE id = 2"), "checksum"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "what"), [case[1:] for case in HEALED], ids=[case[0] for case in HEALED])
def test_what_events_tell_is_found_and_rebuilt(raw: Raw, damage: Callable[[Raw], None], what: str) -> None:
    before = raw.world.ticket(2), raw.world.events(2)
    damage(raw)
    findings = found(raw.world)
    assert [(finding.area, finding.level) for finding in findings] == [("tickets", "damage")]
    assert what in findings[0].what
    assert "--rebuild" in findings[0].todo

    assert rebuild(raw.world.session()) == [2]

    assert found(raw.world) == []
    assert (raw.world.ticket(2), raw.world.events(2)) == before
    assert rebuild(raw.world.session()) == []
    raw.world.sweep("3h")
    assert raw.world.ticket(2).status == "closed"
    assert found(raw.world) == []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(changed, id="text changed"),
        pytest.param(changed_with_hash, id="hashed anew"),
        pytest.param(lambda raw: raw.run("DELETE FROM events WHERE id = 3"), id="taken out"),
        pytest.param(lambda raw: raw.run("UPDATE events SET doc = replace(doc, 'k', 'q') WHERE id = 5"), id="byte"),
    ],
)
def test_history_is_not_healed_and_nothing_is_changed(raw: Raw, damage: Callable[[Raw], None]) -> None:
    damage(raw)
    assert ("history", "damage") in areas(raw.world)

    with pytest.raises(StoreDamaged, match="history itself is damaged"):
        rebuild(raw.world.session())


def test_a_store_that_is_no_store_is_one_finding(raw: Raw) -> None:
    raw.world.store.close()
    raw.path.write_bytes(b"")

    assert areas(raw.world) == [("store", "damage")]


def test_broken_rules_are_told(raw: Raw) -> None:
    raw.world.files.broken = "rules/sla.yaml:3: no such target"
    findings = found(raw.world)

    assert {finding.level for finding in findings} == {"rules"}
    assert findings[0].what == "rules/sla.yaml:3: no such target"
    assert "the last good rules decide" in findings[1].what


def test_rules_that_undo_each_other_are_told_until_they_are_changed() -> None:
    world = World("""
    escalation:
      - {name: up, when: {labels: {has_none: [a]}}, then: [{label: a}]}
      - {name: down, when: {labels: {has: a}}, then: [{unlabel: a}]}
    """)
    world.create()
    assert areas(world) == [("rules", "rules")]
    world.files["rules/test.yaml"] = "escalation: [{name: up, when: {labels: {has_none: [a]}}, then: [{label: a}]}]"
    world.go("5m")
    world.sweep()

    assert areas(world) == []


def test_a_calendar_that_ends_too_soon_is_told() -> None:
    world = World("""
    calendars:
      office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}, holidays: [2026-01-01]}
    sla:
      - {name: slow, calendar: office, targets: {resolution: 30d}}
    """)
    assert areas(world) == []
    world.go("2026-12-10T09:00:00Z")

    assert [finding.what for finding in found(world)] == [
        "calendar office has no dates of 2027, into which slow reaches already"
    ]


def test_messages_that_reached_nobody_are_told() -> None:
    world = World()
    world.create()
    with world.store.write(at=START, run="r") as tx:
        for number, state in enumerate(("dead", "unaddressed", "unaddressed", "delivered", "dropped")):
            tx.enqueue(a_message(1, str(number), state=state))

    assert [finding.what for finding in found(world)] == [
        "1 message could not be delivered",
        "2 messages had nobody to go to",
    ]


def test_an_erasure_cut_short_is_told() -> None:
    world = World()
    with world.store.write(at=START, run="r") as tx:
        tx.set_counter(UNPURGED, 1)

    assert "ticket redact" in found(world)[0].todo


def test_sweeps_that_stopped_are_told() -> None:
    world = World()
    world.create()
    world.go("3h")

    assert [finding.what for finding in found(world)] == ["the last sweep was 3h ago"]


def test_a_clock_that_went_back_closes_nothing_until_it_is_accepted() -> None:
    world = World(CLOSING)
    world.create(requester=LEE)
    world.do("resolve", 1)
    world.create("from the future", at="2031-01-01T00:00:00Z")
    world.go("3h")
    world.sweep()
    assert world.ticket(1).status == "resolved"
    assert ("clock", "warning") in areas(world)

    assert accept_clock(world.session()) > 0

    assert areas(world) == []
    world.wait("11m")
    report = world.sweep()
    assert report.clock_behind == 0
    assert world.ticket(1).status == "closed"
    assert accept_clock(world.session()) > 0


def test_accepting_a_clock_holds_only_until_a_newer_event_comes_from_the_future() -> None:
    world = World(CLOSING)
    world.create(requester=LEE, at="2031-01-01T00:00:00Z")
    world.go("3h")
    accept_clock(world.session())
    world.sweep()
    assert areas(world) == []
    world.create(at="2032-01-01T00:00:00Z")
    world.go("4h")

    assert ("clock", "warning") in areas(world)


def test_under_an_accepted_clock_the_guard_counts_the_last_day_only() -> None:
    world = World(CLOSING, guard=Guard(max_closes=10, max_gap=None))
    world.create("from the future", at="2031-01-01T00:00:00Z")
    world.go(START)
    accept_clock(world.session())
    for day in range(3):
        world.go(instant(START + day * 86400 * 2))
        for _ in range(8):
            id = world.create(requester=LEE)
            world.do("resolve", id)
        world.wait("2h")
        world.sweep()
        assert world.sweep().deferred == 0, "eight closes a day are fewer than ten"
    assert [world.ticket(id).status for id in world.ids()[1:]] == ["closed"] * 24


@settings(max_examples=12)
@given(rules=rulebooks(), history=histories(), at=st.lists(st.integers(0, HORIZON), min_size=2, max_size=4))
def test_a_desk_that_is_used_as_it_should_be_has_no_damage(rules: str, history: History, at: list[int]) -> None:
    world = World(rules)
    for minute in range(HORIZON + 1):
        world.go(START + minute * MINUTE)
        history.at(minute, world)
        wake_at = world.next_wake()
        if wake_at is not None and wake_at <= world.now:
            world.sweep()
        if minute in at:
            damage = [finding for finding in examine(world.session()) if finding.level == "damage"]
            assert damage == []
    with world.store.read() as reader:
        assert verify(reader).flaws == ()
