"""Erased texts are nowhere any more, the chain verifies, and facts are what the events that are left say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import LEE, MINUTE, START, World
from tests.properties.histories import HORIZON, History, histories, rulebooks
from ticketcli.domain.events import Event
from ticketcli.domain.redaction import FIELDS, fields_named
from ticketcli.errors import Incomplete, NotFound, Unavailable
from ticketcli.services.auditing import seal, verify
from ticketcli.services.redacting import UNPURGED, redact
from ticketcli.services.steps import Options
from ticketcli.stores import create_store, open_store

TEXTS = {
    "subject": "Ruby-red-subject",
    "description": "Delicate-description",
    "comments": "Confidential-comment",
    "requester": "Roe-Requester@x.cn",
    "fields.phone": "5551234-phone",
    "asset": "Laptop-of-Roe",
    "external_ids": "Ext-4711",
    "dedup_key": "Dedup-4711",
    "hold": "Ill-until-May",
}
RULES = """
escalation:
  - {name: tell, when: {age: {over: 1h}}, then: [{notify: requester}, {set: {fields.seen: "yes"}}]}
autoclose:
  - name: silent
    when: {status: resolved}
    silent: requester
    after: 48h
    remind: [24h]
    close: {reason: requester-silent}
"""


def filled(world: World) -> None:
    """A ticket that says each of TEXTS, and another that says none."""
    requester = {"email": TEXTS["requester"], "name": "Roe", "tier": "vip"}
    texts = {key: TEXTS[key] for key in ("subject", "asset", "dedup_key")}
    fields = {"phone": TEXTS["fields.phone"], "region": "west"}
    given = {**texts, "body": TEXTS["description"], "requester": requester, "fields": fields}
    world.open({**given, "external_ids": {"jira": TEXTS["external_ids"]}}, options=Options(key="k"))
    world.create("Printer on fire", requester=LEE)
    world.do("comment", 1, as_=TEXTS["requester"], class_="requester", text=TEXTS["comments"])
    world.do("set", 1, values={"subject": TEXTS["subject"] + " again", "fields.phone": TEXTS["fields.phone"] + "0"})
    world.do("hold", 1, reason=TEXTS["hold"])
    world.do("unhold", 1)
    world.sweep("2h")
    world.do("resolve", 1)
    world.sweep("27h")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_store("sqlite:t.db", str(tmp_path))
    return tmp_path


@pytest.fixture
def world(folder: Path) -> World:
    world = World(RULES, store=open_store("sqlite:t.db", str(folder)))
    filled(world)
    return world


def found_in(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.iterdir() if text.encode().lower() in path.read_bytes().lower()]


def whole(world: World, sealed: bool = False) -> bool:
    with world.store.read() as reader:
        return verify(reader).flaws == ()


def erase(world: World, *fields: str, ids: Sequence[int] = (1,), **options: bool) -> list[str]:
    return [result.action for result in redact(world.session(), ids, fields_named(fields), Options(**options))]  # type: ignore[arg-type]


@pytest.mark.parametrize("field", [*TEXTS, "all"])
def test_an_erased_text_is_in_no_file_and_the_others_stay(world: World, folder: Path, field: str) -> None:
    with world.store.read() as reader:
        sealed = seal(reader, "ops")
    assert all(found_in(folder, text) for text in TEXTS.values())

    assert erase(world, field) == ["updated"]

    gone = TEXTS if field == "all" else [field]
    assert {name for name, text in TEXTS.items() if not found_in(folder, text)} == set(gone)
    with world.store.read() as reader:
        assert verify(reader, sealed).flaws == ()
        assert list(reader.faults()) == []
        assert reader.counter(UNPURGED) == 0
    world.check()
    world.store.close()
    assert {name for name, text in TEXTS.items() if not found_in(folder, text)} == set(gone)


def test_the_json_engine_forgets_too(tmp_path: Path) -> None:
    create_store("json:t.json", str(tmp_path))
    world = World(RULES, store=open_store("json:t.json", str(tmp_path)))
    filled(world)
    erase(world, "all")

    assert [text for text in TEXTS.values() if found_in(tmp_path, text)] == []
    assert whole(world)


def test_what_is_left_is_a_ticket_that_goes_on(world: World) -> None:
    erase(world, "all")
    ticket, event = world.ticket(1), world.last(1, "redacted")

    assert (ticket.subject, ticket.description, ticket.asset, ticket.dedup_key) == (
        "[redacted]",
        "[redacted]",
        None,
        None,
    )
    assert ticket.requester is not None and ticket.requester == (None, None, "vip", None)
    assert (event.actor.name, event.data) == ("root", {"erased": list(FIELDS[:-1])})
    world.reply(1)
    world.sweep("60h")
    world.check()
    assert whole(world)


def test_only_the_tickets_named_are_touched(world: World) -> None:
    before = world.events(2), world.ticket(2)
    erase(world, "all")

    assert (world.events(2), world.ticket(2)) == before


def test_again_changes_nothing_but_finishes_what_was_cut_short(world: World, folder: Path) -> None:
    erase(world, "subject")
    version = world.ticket(1).version
    with world.store.write(at=world.now, run="killed") as tx:
        tx.set_counter(UNPURGED, 1)

    assert erase(world, "subject") == ["unchanged"]
    assert world.ticket(1).version == version
    with world.store.read() as reader:
        assert reader.counter(UNPURGED) == 0


def test_a_rehearsal_leaves_everything(world: World, folder: Path) -> None:
    before = world.events(1), world.ticket(1), world.messages(1)

    assert erase(world, "all", dry_run=True) == ["updated"]
    assert (world.events(1), world.ticket(1), world.messages(1)) == before


def test_one_missing_ticket_refuses_all(world: World, folder: Path) -> None:
    with pytest.raises(NotFound):
        erase(world, "all", ids=(1, 9))

    assert found_in(folder, TEXTS["subject"])


def test_a_repeat_with_the_same_key_answers_without_the_text(world: World) -> None:
    erase(world, "all")
    with world.store.read() as reader:
        kept = reader.remembered("k")

    assert kept is not None
    assert kept["results"][0]["ticket"]["subject"] == "[redacted]"


@settings(max_examples=10)
@given(
    rules=rulebooks(),
    history=histories(),
    fields=st.sets(st.sampled_from(FIELDS), min_size=1),
    at=st.integers(21, HORIZON),
)
def test_after_any_history_facts_are_the_fold_of_what_is_left(
    rules: str, history: History, fields: set[str], at: int
) -> None:
    world = World(rules)
    for minute in range(HORIZON + 1):
        world.go(START + minute * MINUTE)
        history.at(minute, world)
        if minute == at:
            erase(world, *fields, ids=world.ids())
        if minute % 20 == 0:
            world.sweep()
    world.check()
    assert whole(world)
    for id in world.ids() if "requester" in fields or "all" in fields else ():
        early = [e for e in world.events(id) if e.at < START + at * MINUTE and e.kind != "assigned"]
        assert "lee@x.cn" not in repr([without_assignees(event) for event in early])


def without_assignees(event: Event) -> Event:
    """Who takes a ticket stands there as one of the desk's people, be it the requester."""
    return event._replace(data={key: value for key, value in event.data.items() if key not in ("was", "set")})


def test_when_the_bytes_cannot_go_it_does_not_read_as_if_nothing_was_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(RULES)
    filled(world)

    def busy(timeout: float = 10.0) -> None:
        raise Unavailable("a reader still holds what was erased")

    with monkeypatch.context() as patch:
        patch.setattr(world.store, "purge", busy)
        with pytest.raises(Incomplete, match="may still hold their bytes"):
            redact(world.session(), [1], fields_named(["subject"]))
    with world.store.read() as reader:
        assert reader.counter(UNPURGED) == 1
    assert redact(world.session(), [1], fields_named(["subject"]))[0].action == "unchanged"
    with world.store.read() as reader:
        assert reader.counter(UNPURGED) == 0
