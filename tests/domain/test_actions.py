"""Actions (design section 6): what each does, what is skipped and said, and who is told when nobody is there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import LEE, World


def after(actions: str, *more: str, **facts: Any) -> World:
    """A ticket of team dba, with ann, on which a rule (and others after it) did these things an hour later."""
    rules = "escalation:\n" + "".join(
        f"  - {{name: rule{n}, when: {{age: {{over: 1h}}}}, then: [{one}]}}\n" for n, one in enumerate((actions, *more))
    )
    world = World(rules)
    world.create(**{"requester": LEE, "team": "dba", "assignee": "ann", **facts})
    world.sweep("1h")
    world.check()
    return world


@pytest.mark.parametrize(
    ("actions", "key", "expected"),
    [
        ("{label: [a, b]}", "labels", ("x", "a", "b")),
        ("{unlabel: [X, gone]}", "labels", ()),
        ("{label: Ｘ}", "labels", ("x",)),
        ("{assign: bob}", "assignee", "bob"),
        ("{assign: manager}", "assignee", "carol"),
        ("{assign: none}", "assignee", None),
        ("{team: servicedesk}", "team", "servicedesk"),
        ("{priority: low}", "priority", "low"),
        ("{raise: 1}", "priority", "high"),
        ("{raise: 3}", "priority", "urgent"),
        ("{set: {fields.seen: true, fields.size: 3}}", "fields", {"seen": True, "size": 3}),
        ("{watch: [carol, ann@x.cn]}", "watchers", ("carol", "ann")),
        ("{move: pending}", "status", "pending"),
        ("{move: resolved}", "status", "resolved"),
    ],
)
def test_what_an_action_does(actions: str, key: str, expected: Any) -> None:
    assert getattr(after(actions, labels=["x"]).ticket(), key) == expected


@pytest.mark.parametrize(
    ("action", "public"),
    [('{comment: "#{{ id }} {{ category }}!"}', False), ('{comment: "#{{ id }} !", public: true}', True)],
)
def test_a_comment_is_internal_unless_it_says_otherwise_and_answers_nobody(action: str, public: bool) -> None:
    world = after(action)
    assert world.last().data == {"text": "#1 !", "public": public}
    ticket = world.ticket()
    assert (ticket.first_responded_at, ticket.last_activity_at, ticket.comment_count) == (None, ticket.created_at, 1)
    assert ticket.trail.asked_at == ticket.created_at


def test_to_another_team_it_is_routed_again_inside_that_team() -> None:
    rules = """
    routing:
      - {name: db, when: {category: database}, team: dba, assign: {person: ann}}
      - {name: desk, when: {category: desk}, team: servicedesk, assign: {strategy: least_loaded}}
    escalation: [{name: e, when: {age: {over: 1h}}, then: [{team: servicedesk}, {notify: assignee}]}]
    """
    world = World(rules)
    world.create(category="database")
    world.sweep("1h")
    routed = world.last(1, "routed")
    assert (world.ticket().team, world.ticket().assignee) == ("servicedesk", "bob")
    assert routed.data["was"] == {"team": "dba", "assignee": "ann"}
    assert routed.data["evidence"] == {"load": {"bob": 0}}


@pytest.mark.parametrize(
    ("actions", "facts", "said"),
    [
        ("{assign: manager}", {"team": None}, "assign: the ticket has no manager"),
        ("{raise: 1}", {"priority": "urgent"}, "priority: urgent already"),
        ("{move: new}, {move: open}", {}, None),
    ],
)
def test_what_cannot_be_done_is_skipped_and_said(actions: str, facts: dict[str, Any], said: str | None) -> None:
    data = after(actions, **facts).last(1, "escalated").data
    assert data.get("skipped") == ([said] if said else None)


def test_a_move_that_no_transition_allows_is_skipped() -> None:
    world = World("escalation: [{name: e, when: {age: {over: 1h}}, then: [{move: pending}]}]")
    world.create()
    world.do("resolve", 1)
    world.sweep("1h")
    assert world.ticket().status == "resolved"
    assert world.last(1, "escalated").data["skipped"] == ["move: resolved cannot become pending"]


def test_a_move_needs_what_its_transition_requires() -> None:
    rules = """
    lifecycle:
      statuses: {new: initial, open: active, done: resolved, closed: final}
      transitions:
        - {from: new, to: [open, done], requires: [fields.cause]}
        - {from: open, to: [done, closed]}
        - {from: done, to: [open, closed]}
        - {from: closed, to: [open]}
    escalation: [{name: e, when: {age: {over: 1h}}, then: [{move: done}]}]
    """
    world = World(rules)
    world.create()
    world.create(fields={"cause": "x"})
    world.sweep("1h")
    assert [world.ticket(id).status for id in (1, 2)] == ["new", "done"]
    assert world.last(1, "escalated").data["skipped"] == ["move: new to done needs fields.cause"]


@pytest.mark.parametrize(
    ("first", "second", "key", "expected"),
    [
        ("{assign: bob}", "{assign: carol}", "assignee", "bob"),
        ("{priority: low}", "{raise: 2}", "priority", "low"),
        ("{label: a}", "{unlabel: a}", "labels", ("a",)),
        ("{set: {fields.x: 1}}", "{set: {fields.x: 2, fields.y: 2}}", "fields", {"x": 1, "y": 2}),
        ("{move: pending}", "{move: open}", "status", "pending"),
        ("{team: servicedesk}", "{assign: carol}", "assignee", None),
    ],
)
def test_inside_one_stage_the_first_rule_keeps_a_field(first: str, second: str, key: str, expected: Any) -> None:
    world = after(first, second)
    assert getattr(world.ticket(), key) == expected


@pytest.mark.parametrize(
    ("actions", "key", "expected", "kind", "said"),
    [
        ("{priority: high}, {raise: 3}", "priority", "high", "prioritised", "raise: the rule set the priority already"),
        ("{move: pending}, {move: open}", "status", "pending", "moved", "move: the rule set the status already"),
        ("{assign: bob}, {assign: carol}", "assignee", "bob", "assigned", "assign: the rule set the assignee already"),
        ("{priority: normal}, {raise: 1}", "priority", "high", "prioritised", "priority: normal already"),
        ("{team: servicedesk}, {assign: carol}", "assignee", "carol", "assigned", None),
    ],
)
def test_of_two_actions_of_a_rule_that_set_one_thing_the_first_that_can_keeps_it(
    actions: str, key: str, expected: str, kind: str, said: str | None
) -> None:
    world = after(actions)
    assert getattr(world.ticket(), key) == expected
    assert [event.kind for event in world.events(1)].count(kind) == 1
    assert world.last(1, "escalated").data.get("skipped") == ([said] if said else None)


def test_all_rules_of_a_stage_see_the_facts_as_they_stood_before_it() -> None:
    rules = """
    escalation:
      - {name: one, when: {age: {over: 1h}}, then: [{label: a}]}
      - {name: two, when: {labels: {has: a}}, then: [{label: b}]}
    """
    world = World(rules)
    world.create()
    world.sweep("1h")
    assert [event.rule.name for event in world.events(1) if event.rule] == ["one", "one", "two", "two"]
    assert world.ticket().labels == ("a", "b")


NOBODY: dict[str, Any] = {"requester": {}, "team": None, "assignee": None}


@pytest.mark.parametrize(
    ("to", "facts", "told"),
    [
        ("requester", {}, ["lee@x.cn"]),
        ("requester", {"requester": {"name": "Lee"}}, ["Lee"]),
        ("assignee", {}, ["ann"]),
        ("watchers", {"watchers": ["carol", "x@y.cn"]}, ["carol", "x@y.cn"]),
        ("manager", {}, ["carol"]),
        ("team", {}, ["ann", "bob"]),
        ("carol@x.cn", {}, ["carol"]),
        ("[assignee, team, manager]", {}, ["ann", "bob", "carol"]),
        ("watchers", {}, ["ann"]),
        ("watchers", {"assignee": None}, ["ann", "bob"]),
        ("requester", NOBODY, ["duty@x.cn"]),
    ],
)
def test_who_is_told(to: str, facts: dict[str, Any], told: list[str]) -> None:
    rules = f"escalation: [{{name: e, when: {{age: {{over: 1h}}}}, then: [{{notify: {to}}}]}}]"
    world = World(rules, notify_default=("duty@x.cn",))
    world.create(**{"requester": LEE, "team": "dba", "assignee": "ann", **facts})
    world.sweep("1h")
    assert world.told() == told
    assert {message.state for message in world.messages()} == {"delivered"}


def test_what_has_no_target_is_said_also_when_others_are_told() -> None:
    world = after("{notify: [watchers, assignee]}")
    assert world.told() == ["ann"]
    assert world.last(1, "escalated").data == {
        "number": 1,
        "was": {"assignee": "ann", "priority": "normal"},
        "notified": [{"to": "ann", "via": "desk", "state": "delivered"}],
        "skipped": ["notify: the ticket has no watchers"],
        "firing": {"since": "2026-03-02T10:00:00Z", "number": 1},
    }


def test_nobody_left_is_recorded_as_unaddressed() -> None:
    world = after("{notify: requester}", **NOBODY)
    assert [(m.to, m.state, m.delivered_at) for m in world.messages()] == [("", "unaddressed", None)]
    assert world.last(1, "escalated").data["notified"] == [{"to": "", "via": "desk", "state": "unaddressed"}]


def test_two_messages_of_one_firing_to_one_person_have_keys_of_their_own() -> None:
    world = after("{notify: assignee}, {notify: [assignee]}")
    assert len({message.key for message in world.messages()}) == 2


def test_a_template_knows_the_keys_of_the_ticket_and_nothing_else() -> None:
    template = "{{ id }}/{{ requester.email }}/{{ fields.x }}/{{ labels }}/{{ created_at }}"
    notify = f'{{notify: assignee, template: "{template}"}}'
    world = after(notify, fields={"x": "{{ id }}"}, labels=["a", "b"])
    assert world.messages()[0].body == "1/lee@x.cn/{{ id }}/a, b/2026-03-02T09:00:00Z"


@pytest.mark.parametrize(
    ("value", "text"),
    [(["a", "b"], "a, b"), (True, "true"), (12.0, "12"), (2.5, "2.5"), ([1, False], "1, false")],
)
def test_a_template_writes_fields_as_rule_files_do(value: Any, text: str) -> None:
    notify = '{notify: assignee, template: "{{ fields.x }}/{{ watchers }}"}'
    world = after(notify, fields={"x": value}, watchers=["ann"])
    assert world.messages()[0].body == f"{text}/ann"
