"""Whatever stands where something else should, the check answers with problems and never with a bug."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from ticketcli.domain.rulebook import load_rulebook
from ticketcli.rulebook.check import check_document
from ticketcli.rulebook.kinds import KINDS
from ticketcli.rulebook.reader import Document, read_yaml
from ticketcli.rulebook.schema import load_schema, schema_names

FILE = """\
lifecycle:
  statuses: {new: initial, open: active, away: waiting, done: resolved, over: final}
  transitions: [{from: new, to: [open, done]}, {from: open, to: [away, done], roles: [boss]}, {from: done, to: [over]}]
  on_requester_reply: {away: open}
  close_reasons: [handled]
calendars:
  office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}, holidays: [2026-10-01], workdays: [{2026-10-10: wed}]}
people: [{name: ann, skills: [pg], roles: [boss], capacity: 3}]
teams: {dba: {manager: ann, members: [ann]}}
fields: {region: {type: choice, values: [eu]}, sizes: {type: list}}
channels: {mail: {type: mail, sendmail: [/usr/sbin/sendmail], from: a@x.cn}}
routing:
  - {name: a, when: {fields.region: eu}, team: dba, assign: {skills: [pg]}, routes: [{name: b, label: x}]}
  - {name: rest, team: dba}
priority: [{name: up, when: {any: [{fields.sizes: {has: big}}, {status: open}]}, set: high}]
sla: [{name: all, calendar: office, targets: {resolution: 2d}, pause: [away], warn: [75%], on_warn: [{notify: [team]}]}]
escalation:
  - {name: back, when: {status: open, in_status: {over: 1d}}, then: [{move: away}, {set: {fields.region: eu}}]}
  - {name: told, when: {silent: {who: agent, over: 3d}}, then: [{notify: [ann], via: [mail]}], repeat: 1d, max: 3}
autoclose:
  - name: quiet
    when: {status: away}
    unless: {labels: {has: keep}}
    after: 3d
    remind: [1d]
    close: {reason: handled, comment: "{{ id }}"}
schedules: [{name: rota, cron: "0 9 * * mon", timezone: UTC, ticket: {subject: Rota}}]
"""
ODD: tuple[Any, ...] = (None, True, 5, 0.5, "", "odd", ["odd"], [["odd"]], [{}], {"odd": "odd"}, {"odd": {"odd": []}})


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value below, keys and indexes."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*way, key)
        yield from places(inner, (*way, key))


def replaced(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    whole = deepcopy(value)
    inner = whole
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = other
    return whole


def codes(text: str) -> list[str]:
    document, refused = read_yaml(text.encode())
    assert document is not None and not refused
    return [problem.code for problem in check_document("rules.yaml", document).problems]


def test_whatever_stands_where_something_else_should_is_a_problem_and_no_bug() -> None:
    document, _ = read_yaml(FILE.encode())
    assert document is not None and not check_document("rules.yaml", document).problems
    for number, way in enumerate(places(document.value)):
        for odd in ODD[number % 6 :: 6]:
            found = check_document("rules.yaml", Document(replaced(document.value, way, odd), {}))
            assert found.bound is None or load_rulebook(found.bound, "hash"), (way, odd)


MISTAKES = {
    "a word in place of an action": ("escalation: [{name: a, when: {status: open}, then: [notify]}]", ["wrong-type"]),
    "one transition that names two statuses": (
        "lifecycle: {transitions: [{from: [new, open], to: [closed]}]}",
        ["wrong-type"],
    ),
    "a reply that leads to a list": ("lifecycle: {on_requester_reply: {pending: [open]}}", ["wrong-type"]),
    "a word in place of the transitions": ("lifecycle: {transitions: all}", ["wrong-type"]),
    "a number in place of the reasons": ("lifecycle: {close_reasons: 5}", ["wrong-type"]),
    "a list in place of a zone": (
        "calendars: {office: {timezone: [UTC], hours: {mon: ['9:00-17:00']}}}",
        ["wrong-type"],
    ),
    "working days as a mapping, and one that cannot be": (
        "calendars: {a: {timezone: UTC, hours: {mon: ['9:00-17:00']}, workdays: {2026-02-30: mon}}}",
        ["wrong-type"],
    ),
    "a list in place of a kind of channel": ("channels: {mail: {type: [mail]}}", ["unknown-value"]),
    "a list in place of a status": (
        "escalation: [{name: a, when: {status: open}, then: [{move: [open]}]}]",
        ["wrong-type"],
    ),
    "numbers in place of what a field may hold": (
        "fields: {x: {type: choice, values: 5}}\npriority: [{name: a, when: {fields.x: b}, set: low}]",
        ["wrong-type"],
    ),
    "a type of field that there is not": (
        "fields: {x: {type: [text]}}\npriority: [{name: a, when: {fields.x: b}, set: low}]",
        ["unknown-value"],
    ),
    "a route without a name": ("routing: [{label: x}, {name: rest, label: y}]", ["catch-all-not-last", "missing-key"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_form_is_told_and_nothing_that_only_follows_from_it(mistake: str) -> None:
    text, wanted = MISTAKES[mistake]
    assert codes(text) == wanted


def test_every_kind_that_a_schema_names_is_known() -> None:
    def named(value: Any) -> Iterator[str]:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if key in ("x-is", "x-keys") and isinstance(inner, str):
                yield inner
            elif isinstance(inner, (dict, list)):
                yield from named(inner)

    assert {kind for name in schema_names() for kind in named(load_schema(name))} <= KINDS.keys()
