"""A look back shows what was there: random histories, looked at while they happen and again from their end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import MINUTE, START, World
from tests.properties.histories import History, examples, histories, minutes, rulebooks
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.ticket import KINDS, Ticket, View
from ticketcli.ports import Range
from ticketcli.services.commit import UNPLANNED
from ticketcli.services.past import Past
from ticketcli.services.reading import reading
from ticketcli.services.viewing import view_of

COLUMNS = "kind status priority team assignee category source dedup_key requester created_at updated_at".split()
SWEEPS = st.sets(st.integers(0, 240), min_size=5, max_size=30)


class Seen:
    """What a reader can see of a desk at an instant."""

    def __init__(self, world: World, at: Instant | None = None) -> None:
        session = world.session()
        now = world.now if at is None else at
        with reading(session._replace(at=at, now=now)) as (reader, rules):
            ids = sorted(reader.ids("tickets", "kind", KINDS))
            tickets = reader.tickets(ids)
            self.tickets: list[Ticket] = tickets
            self.views: list[View] = [view_of(reader, rules, ticket, now) for ticket in tickets]
            planned = [filing.planned for id in ids if (filing := reader.filing(id))]
            self.stale = [number not in (UNPLANNED, rules.number) for number in planned]
            """Planned by other rules: the next sweep looks at them, whenever the index says."""
            self.events = {id: [event.seq for event in reader.events(id)] for id in ids}
            self.tallies = {column: reader.tally("tickets", column) for column in COLUMNS}
            self.filtered = reader.tally("tickets", "team", {"kind": ["initial", "active"]})
            self.early = set(reader.ids("tickets", "created_at", Range(START, START + 10 * MINUTE)))
            self.guarded = reader.tally("events", "mark", {"mark": ["closed"], "recorded_at": Range(START + MINUTE)})
            self.messages = {id: [(m.to, m.body, m.state) for m in reader.messages(id)] for id in ids}
            self.rulebook = rules.rulebook.hash
            self.head = reader.head_recorded_at()


def _instant(wake_at: Instant | None) -> float:
    return NEVER if wake_at is None else wake_at


def compare(then: Seen, past: Seen, now: Instant) -> None:
    assert past.tickets == then.tickets
    for mine, wanted, stale in zip(past.views, then.views, then.stale, strict=True):
        assert mine._replace(wake_at=None) == wanted._replace(wake_at=None)
        due = stale or (wanted.wake_at is not None and wanted.wake_at <= now)
        assert due or _instant(mine.wake_at) >= _instant(wanted.wake_at), "the index may look early, never late"
    for name in ("events", "tallies", "filtered", "early", "guarded", "messages", "rulebook", "head"):
        assert getattr(past, name) == getattr(then, name), name


@given(
    rules=st.lists(rulebooks(), min_size=1, max_size=2),
    history=histories(tickets=3),
    sweeps=SWEEPS,
    looks=st.sets(st.integers(0, 240), min_size=3, max_size=6),
    edited=st.integers(30, 200),
)
@examples(12)
def test_what_is_seen_from_later_is_what_was_seen_then(
    rules: list[str], history: History, sweeps: set[int], looks: set[int], edited: int
) -> None:
    world, seen = World(rules[0]), {}
    for minute, at in minutes():
        world.go(at)
        if minute == edited:
            world.files["rules/test.yaml"] = rules[-1]
            world.create("the first under the new rules")
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
        if minute in looks:
            seen[at] = Seen(world)
    world.wait("1d")
    for at, then in seen.items():
        compare(then, Seen(world, at), at)


def test_before_the_first_ticket_the_desk_was_empty() -> None:
    world = World()
    world.create("later", at="1h")
    with world.store.read() as reader:
        past = Past(reader, START + 60, ((), "UTC"))

        assert (past.ticket(1), past.filing(1), past.events(1), past.head_recorded_at()) == (None, None, [], 0)
        assert past.tally("tickets", "kind") == {}
