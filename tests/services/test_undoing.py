"""`ticket undo`: what a rule did is taken back, by an event, and the rule leaves it at that."""

from __future__ import annotations

import pytest

from tests.desks import DAY, HOUR, LEE, START, World
from tests.domain.waiting_desk import DAILY, OFFICE, SILENT, resolved, waits
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import NotFound, VersionConflict
from ticketcli.services.steps import Options, Result
from ticketcli.services.sweep import sweep
from ticketcli.services.undoing import last_sweep, tickets_of, undo_last, undo_run

LATE = """
escalation:
  - name: late
    when: {status: new, age: {over: 2h}}
    then: [{assign: carol}, {priority: urgent}, {label: late}, {set: {fields.seen: true}}, {notify: assignee}]
    repeat: 1h
"""


def undo(world: World, *ids: int, run: str | None = None, as_: str = "bob", **options: object) -> list[Result]:
    session = world.session(as_)
    wanted = Options(**options)  # type: ignore[arg-type]
    return undo_last(session, ids, wanted) if run is None else undo_run(session, run, ids, wanted)


def facts(ticket: Ticket) -> Ticket:
    """The ticket without what every event changes."""
    trail = ticket.trail._replace(changed={}, undone={})
    return ticket._replace(version=0, updated_at=0, touched_at=None, trail=trail)


def escalated(rules: str = LATE) -> World:
    world = World(rules)
    world.create(requester=LEE, assignee="ann", labels=["x"], fields={"seen": False})
    world.sweep("2h")
    return world


def test_an_escalation_is_taken_back_with_all_that_it_changed() -> None:
    world = World(LATE)
    world.create(requester=LEE, assignee="ann", labels=["x"], fields={"seen": False})
    before = world.ticket()
    world.sweep("2h")
    assert (world.ticket().assignee, world.ticket().labels) == ("carol", ("x", "late"))
    done = undo(world, 1)[0]
    assert (done.action, done.reason) == ("updated", "took back: escalated by late at 2026-03-02T11:00:00Z")
    assert facts(world.ticket())._replace(episodes={}) == facts(before)
    assert [event.kind for event in done.events] == ["undone"]
    world.check()


def test_the_rule_does_not_fire_again_while_it_holds() -> None:
    world = escalated()
    undo(world, 1)
    world.sweep_every("30m", "30h")
    assert world.kinds().count("escalated") == 1
    assert world.wake_at() is None, "nor does the desk wait for it"


def test_the_rule_fires_again_when_it_ceased_to_hold_and_holds_anew() -> None:
    world = escalated(LATE.replace("status: new, age", "status: new, priority: low, idle").replace("urgent", "low"))
    assert "escalated" not in world.kinds()
    world.do("set", 1, at="2h", values={"priority": "low"})
    assert world.ticket().assignee == "carol"
    undo(world, 1)
    world.sweep("5h")
    assert world.ticket().assignee == "ann"
    world.do("set", 1, at="6h", values={"priority": "normal"})
    world.do("set", 1, at="7h", values={"priority": "low"})
    assert world.kinds().count("escalated") == 2


def test_what_people_changed_since_is_kept() -> None:
    world = escalated()
    world.do("assign", 1, at="2h30m", to="bob")
    world.do("label", 1, at="2h30m", add=["y"], remove=["x"])
    undo(world, 1)
    ticket = world.ticket()
    assert (ticket.assignee, ticket.priority, ticket.labels) == ("bob", "normal", ("y",))
    world.check()


def test_a_close_is_taken_back_and_that_wait_never_closes_it() -> None:
    world = resolved()
    world.sweep_every("1h", "48h")
    before = world.ticket()
    world.sweep("49h")
    assert world.ticket().status == "closed"
    undo(world, 1)
    after = world.ticket()
    assert facts(after)._replace(comment_count=0) == facts(before)._replace(comment_count=0)
    assert (after.status, after.closed_at, after.close_reason) == ("resolved", None, None)
    assert world.view().autoclose is None
    world.sweep_every("6h", "400h")
    assert world.ticket().status == "resolved"


@pytest.mark.parametrize("to", ["closed", "resolved"])
def test_a_close_without_a_reminder_is_not_repeated_in_that_wait_either(to: str) -> None:
    rule = f"{{name: a, when: {{status: new}}, after: 2h, remind: [], close: {{to: {to}, reason: handled}}}}"
    world = World(f"autoclose: [{rule}]")
    world.create(requester=LEE)
    world.sweep("3h")
    assert world.ticket().status == to
    undo(world, 1)
    world.sweep_every("1h", "30h")
    assert world.ticket().status == "new"


@pytest.mark.parametrize("how", ["reply", "extend", "hold"])
def test_a_new_start_of_the_wait_closes_it_again_with_all_its_warnings(how: str) -> None:
    world = resolved(SILENT.replace("when: {status: resolved}", "when: {status: [resolved, open]}"))
    world.sweep_every("1h", "49h")
    undo(world, 1)
    if how == "reply":
        world.reply(1, at="60h")
    elif how == "extend":
        world.do("extend", 1, at="60h")
    else:
        world.do("hold", 1, at="59h")
        world.do("unhold", 1, at="60h")
    world.sweep_every("1h", "107h")
    assert world.ticket().status != "closed"
    world.sweep("108h")
    assert world.ticket().status == "closed"
    assert world.kinds().count("reminded") == 4
    world.check()


def test_a_wait_dated_by_events_is_the_same_wait_after_its_close_was_taken_back() -> None:
    world = World(waits("after: 2d, remind: [1d]", "comment_count: {gte: 1}, status: pending"))
    world.create(requester=LEE)
    world.do("wait", 1, at="1h")
    world.do("comment", 1, at="2h", text="hm", internal=True, class_="bot")
    world.sweep_every("1h", "60h")
    assert world.ticket().status == "closed"
    undo(world, 1)
    world.do("label", 1, add=["z"])
    world.sweep_every("1h", "200h")
    assert world.ticket().status == "pending"
    world.do("comment", 1, text="still there?")
    world.sweep_every("1h", "300h")
    assert world.ticket().status == "closed"


def test_another_rule_in_between_does_not_revive_the_wait() -> None:
    rules = """
    autoclose:
      - {name: vip, when: {status: resolved, priority: urgent}, after: 9d, remind: [1d], close: {reason: handled}}
      - {name: all, when: {status: resolved}, after: 2d, remind: [1d], close: {reason: handled}}
    """
    world = resolved(rules)
    world.sweep_every("1h", "60h")
    undo(world, 1)
    world.do("set", 1, values={"priority": "urgent"})
    world.sweep_every("1h", "70h")
    world.do("set", 1, values={"priority": "low"})
    world.sweep_every("1h", "200h")
    assert world.ticket().status == "resolved"


def test_a_reminder_is_taken_back_with_its_mark_and_its_wait() -> None:
    world = resolved(DAILY)
    world.sweep("26h")
    assert world.ticket().labels == ("stale",)
    assert undo(world, 1)[0].reason == "took back: reminded by daily at 2026-03-03T11:00:00Z"
    assert world.ticket().labels == ()
    world.sweep_every("1h", "100h")
    assert world.ticket().status == "resolved"
    world.reply(1)
    assert "lapsed" in world.kinds(), "its episode ends as any other"


def test_a_move_is_taken_back_with_the_pause_that_it_brought() -> None:
    rules = "sla: [{name: s, targets: {resolution: 8h}, pause: [pending]}]\n" + (
        "escalation: [{name: park, when: {status: open, age: {over: 1h}}, then: [{move: pending}]}]"
    )
    world = World(rules)
    world.create(requester=LEE)
    world.do("start", 1)
    world.sweep("1h")
    assert world.view().sla["resolution"].state == "paused"
    world.go("3h")
    undo(world, 1)
    assert world.view().sla["resolution"].due_at == START + 8 * HOUR, "as if it had not been moved"
    assert world.ticket().status_since == START


def test_an_episode_that_the_move_itself_ended_goes_on() -> None:
    rules = """
    escalation:
      - {name: tell, when: {status: open, age: {over: 10m}}, then: [{notify: carol}]}
      - {name: park, when: {status: open, age: {over: 1h}}, then: [{move: pending}]}
    """
    world = World(rules)
    world.create(requester=LEE)
    world.do("start", 1)
    world.sweep("10m")
    world.sweep("1h")
    undo(world, 1, as_="ann")
    world.sweep_every("1h", "20h")
    assert (world.ticket().status, world.kinds().count("escalated"), world.told()) == ("open", 2, ["carol"])


def test_a_target_that_only_the_close_met_runs_on() -> None:
    rules = OFFICE + DAILY.replace("status: resolved", "status: new") + "sla: [{name: s, targets: {resolution: 4d}}]\n"
    world = World(rules)
    world.create(requester=LEE)
    world.sweep_every("1h", "48h")
    assert world.view().sla["resolution"].state == "met"
    world.go("60h")
    undo(world, 1)
    view = world.view().sla["resolution"]
    assert (view.state, view.met_at, view.due_at) == ("running", None, START + 4 * DAY)
    world.do("close", 1, at="70h")
    assert world.view().sla["resolution"].elapsed == 70 * HOUR
    world.check()


def test_routing_that_is_taken_back_is_left_to_people() -> None:
    world = World("routing: [{name: rest, team: dba, assign: {person: ann}}]")
    world.create()
    undo(world, 1)
    world.sweep("1h")
    ticket = world.ticket()
    assert (ticket.team, ticket.assignee, ticket.chosen) == (None, None, ("team", "assignee"))
    world.do("route", 1)
    assert world.ticket().assignee == "ann"


def test_a_priority_that_is_taken_back_stays_so_while_the_rule_holds() -> None:
    world = World("priority: [{name: out, when: {labels: {has: prod}}, set: urgent}]")
    world.create(labels=["prod"])
    assert undo(world, 1)[0].ticket is not None
    world.sweep("1h")
    assert world.ticket().priority == "normal"
    world.do("label", 1, remove=["prod"])
    world.do("label", 1, add=["prod"])
    assert world.ticket().priority == "urgent"


def test_what_a_target_met_in_an_earlier_round_stays_met() -> None:
    world = World("escalation: [{name: a, when: {age: {over: 2h}}, then: [{label: late}]}]\n"
                  "sla: [{name: s, targets: {next_response: 8h}}]")  # fmt: skip
    world.create(requester=LEE)
    world.sweep("2h")
    world.answer(1, at="3h")
    world.reply(1, at="4h")
    assert [event.kind for event in undo(world, 1)[0].events] == ["undone"]
    taken = world.last(1, "undone").data["events"]
    assert [event.kind for event in world.events(1) if event.seq in taken] == ["labelled"]


def test_it_says_all_that_a_rule_did_where_nothing_outweighs_the_rest() -> None:
    policy = "sla: [{name: s, targets: {resolution: 1h}, on_breach: [{label: late}, {raise: 1}, {watch: ann}]}]"
    world = World(policy)
    world.create(watchers=["bob"])
    world.sweep("2h")
    assert undo(world, 1)[0].reason == "took back: labelled and prioritised and watched by s at 2026-03-02T11:00:00Z"
    assert (world.ticket().labels, world.ticket().priority, world.ticket().watchers) == ((), "normal", ("bob",))


def test_a_route_is_taken_back_as_a_route_whatever_it_added() -> None:
    world = World("routing: [{name: all, team: dba, label: [x], watch: [ann]}]")
    world.create()
    assert undo(world, 1)[0].reason == "took back: routed by all at 2026-03-02T09:00:00Z"


def test_undoing_twice_takes_back_once() -> None:
    world = escalated()
    undo(world, 1)
    version = world.ticket().version
    assert undo(world, 1)[0][:3] == (1, "unchanged", "that was taken back before")
    assert world.ticket().version == version


@pytest.mark.parametrize(
    ("rules", "reason"),
    [("", "no rule did anything to it"), (SILENT, "no rule did anything to it")],
    ids=["no rules", "nothing happened yet"],
)
def test_without_a_decision_nothing_is_changed(rules: str, reason: str) -> None:
    world = resolved(rules)
    assert undo(world, 1)[0][:3] == (1, "unchanged", reason)


def test_a_mark_that_went_with_its_wait_does_not_come_back() -> None:
    world = resolved(DAILY)
    world.sweep("25h")
    world.reply(1, at="26h")
    assert world.kinds(1)[-1] == "labelled" and world.ticket().labels == ()
    assert "nothing stands any more of what a rule did" in str(undo(world, 1)[0].reason)


def test_a_firing_that_changed_nothing_in_an_episode_that_is_stopped_is_not_taken_back() -> None:
    world = World("escalation: [{name: late, when: {age: {over: 2h}}, then: [{notify: ann}], repeat: 1h}]")
    world.create()
    first = world.sweep("2h").run
    world.sweep("3h")
    assert undo(world, 1, run=first)[0].action == "updated"
    assert "nothing stands any more of what a rule did" in str(undo(world, 1)[0].reason)


def test_what_nothing_is_left_of_is_not_taken_back() -> None:
    world = resolved()
    world.sweep_every("1h", "49h")
    world.reply(1, at="50h")
    done = undo(world, 1)[0]
    assert done.action == "unchanged"
    assert done.reason == "nothing stands any more of what a rule did: closed by silent at 2026-03-04T10:00:00Z"
    assert world.ticket().status == "open"


def test_a_rehearsal_changes_nothing_and_says_the_same() -> None:
    world = escalated()
    rehearsed = undo(world, 1, dry_run=True)[0]
    assert rehearsed.ticket is not None
    assert (rehearsed.ticket.assignee, world.ticket().assignee) == ("ann", "carol")
    assert facts(undo(world, 1)[0].ticket or world.ticket()) == facts(rehearsed.ticket)


def test_another_version_or_number_is_refused() -> None:
    world = escalated()
    with pytest.raises(VersionConflict):
        undo(world, 1, if_version=1)
    with pytest.raises(NotFound):
        undo(world, 2)
    assert [result.action for result in undo(world, 1, 2, each=True)] == ["updated", "refused"]


def test_a_whole_sweep_is_taken_back_except_where_somebody_was_since() -> None:
    world = World(LATE)
    for _ in range(4):
        world.create(requester=LEE, assignee="ann")
    run = world.sweep("2h").run
    world.do("label", 2, at="3h", add=["seen"])
    undo(world, 3)
    with world.store.read() as reader:
        ids = tickets_of(reader, run)
        with pytest.raises(NotFound):
            tickets_of(reader, "run-0")
    assert ids == [1, 2, 3, 4]
    results = undo(world, *ids, run=run)
    assert [(result.action, result.reason) for result in results] == [
        ("updated", "took back: escalated by late at 2026-03-02T11:00:00Z"),
        ("unchanged", "touched since by ann, so it stays as it is"),
        ("unchanged", "that was taken back before"),
        ("updated", "took back: escalated by late at 2026-03-02T11:00:00Z"),
    ]
    assert [world.ticket(id).assignee for id in ids] == ["ann", "carol", "ann", "ann"]
    world.check()


def test_a_run_is_found_on_a_desk_that_is_older_and_went_on_since() -> None:
    world = World(LATE)
    runs = []
    for day in (2, 12, 22):
        world.go(f"2026-03-{day:02}T09:00:00Z")
        id = world.create(assignee="ann")
        world.wait("2h")
        runs.append(f"202603{day:02}T110000.000000Z-00000{day % 10}")
        sweep(world.session()._replace(run=runs[-1]))
        world.do("resolve", id)
    with world.store.read() as reader:
        assert [tickets_of(reader, run) for run in runs] == [[1], [2], [3]]
        assert last_sweep(reader) == runs[-1]


def test_what_the_run_itself_wrote_behind_a_decision_is_no_touch() -> None:
    often = 'schedules: [{name: s, cron: "0 * * * *", catch_up: all, ticket: {subject: disk, dedup_key: disk}}]\n'
    world = World(often + "priority: [{name: all, set: high}]")
    world.sweep()
    run = world.sweep("3h").run
    assert world.kinds(1) == ["created", "prioritised", "occurred", "occurred"]
    assert undo(world, 1, run=run)[0].action == "updated"


def test_everything_that_a_run_did_to_a_ticket_is_one_event() -> None:
    rules = "sla: [{name: s, targets: {resolution: 2h}, on_breach: [{label: breached}]}]\n" + LATE
    world = World(rules)
    world.create(requester=LEE)
    run = world.sweep("2h").run
    undo(world, 1, run=run)
    assert world.ticket().labels == ()
    assert [told["rule"] for told in world.last(1, "undone").data["what"]] == ["sla/s", "escalation/late"]
    world.sweep("3h")
    assert world.kinds().count("sla_breached") == 1, "a breach told once stays told"


def test_an_earlier_decision_is_taken_back_from_under_a_later_one() -> None:
    rules = """
    escalation:
      - {name: one, when: {age: {over: 1h}}, then: [{priority: high}, {label: one}]}
      - {name: two, when: {age: {over: 2h}}, then: [{priority: urgent}, {label: two}]}
    """
    world = World(rules)
    world.create(priority="low")
    first = world.sweep("1h").run
    world.sweep("2h")
    undo(world, 1)
    assert (world.ticket().priority, world.ticket().labels) == ("high", ("one",))
    undo(world, 1, run=first)
    assert world.ticket().priority == "high", "somebody touched it: the first undo"
    world = World(rules)
    world.create(priority="low")
    first = world.sweep("1h").run
    world.sweep("2h")
    undo(world, 1, run=first)
    assert (world.ticket().priority, world.ticket().labels) == ("urgent", ("two",))
    undo(world, 1)
    assert (world.ticket().priority, world.ticket().labels) == ("low", ())
    world.check()


def test_a_ticket_that_stands_again_leaves_its_dedup_key_to_the_one_that_has_it_now() -> None:
    rules = "autoclose: [{name: a, when: {status: new}, after: 2h, remind: [], close: {reason: handled}}]"
    world = World(rules)
    world.create(dedup_key="disk", class_="bot")
    world.sweep("2h")
    world.create(dedup_key="disk", class_="bot", at="3h")
    undo(world, 1)
    assert [world.ticket(id).dedup_key for id in (1, 2)] == [None, "disk"]


def test_messages_that_have_not_left_are_given_up_and_those_that_did_stay() -> None:
    rules = LATE + 'channels: {chat: {type: command, run: [cat]}}\n'
    world = World(rules.replace("{notify: assignee}", "{notify: assignee, via: [chat, desk]}"))
    world.create(requester=LEE, assignee="ann")
    world.sweep("2h")
    assert {message.state for message in world.messages()} == {"queued", "delivered"}
    undo(world, 1)
    assert {message.state for message in world.messages()} == {"dropped", "delivered"}


def test_a_rule_that_moved_on_knows_the_time_of_the_close_in_audit_samples() -> None:
    from ticketcli.services.auditing import sampled

    world = resolved()
    world.sweep_every("1h", "49h")
    world.go("50h")
    undo(world, 1)
    with world.store.read() as reader:
        spot = sampled(reader, None, 1, "seed").spots[0]
    assert format_instant(spot.reopened_at or 0) == "2026-03-04T11:00:00Z"


def newest(world: World) -> str:
    with world.store.read() as reader:
        return last_sweep(reader)


def test_the_last_sweep_is_the_newest_that_did_something_whatever_commands_did_since() -> None:
    world = escalated(LATE + "routing: [{name: rest, team: dba}]\n")
    swept = world.events(1)[-1].run
    world.sweep("2h30m")
    world.create(at="2h40m", requester=LEE)
    assert world.kinds(2) == ["created", "routed"], "rules do something in commands too"
    assert newest(world) == swept
    undo(world, 1, run=swept)
    assert newest(world) == swept, "taking it back is no sweep"


def test_without_a_sweep_that_did_something_there_is_no_last_one() -> None:
    world = World(LATE)
    world.create(requester=LEE)
    world.sweep("1h")
    with pytest.raises(NotFound, match="no sweep did anything yet"):
        newest(world)
