"""Extending: only a wait that runs, and to a time that clocks show. Holding: a hold that ran out counts no longer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, MINUTE, World
from ticketcli.domain.durations import parse_duration
from ticketcli.errors import Conflict

DECADE = parse_duration("3650d").plain


def test_auto_close_is_put_off_by_no_more_than_a_hundred_years_in_all() -> None:
    close = "after: 48h, remind: [24h], close: {reason: handled}"
    world = World(f"autoclose: [{{name: silent, when: {{status: resolved}}, {close}}}]")
    world.create()
    world.do("resolve", 1)
    for _ in range(10):
        world.do("extend", 1, by=DECADE)
    with pytest.raises(Conflict, match="more than 100 years"):
        world.do("extend", 1, by=DECADE)
    assert world.view().autoclose is not None


@pytest.mark.parametrize(
    ("verbs", "action"),
    [
        pytest.param([], "unchanged", id="no rule matches"),
        pytest.param(["resolve", "hold"], "unchanged", id="on hold, after which the wait begins anew"),
        pytest.param(["label", "resolve"], "unchanged", id="exempt"),
        pytest.param(["resolve", "short hold"], "updated", id="a hold that is over though no sweep noted it"),
        pytest.param(["resolve"], "updated", id="a wait"),
    ],
)
def test_the_end_of_a_wait_is_moved_only_while_one_runs(verbs: list[str], action: str) -> None:
    when = "when: {status: resolved}, unless: {labels: {has: keep}}"
    world = World(f"autoclose: [{{name: silent, {when}, after: 48h, remind: [24h], close: {{reason: handled}}}}]")
    world.create()
    args: dict[str, dict[str, Any]] = {"label": {"add": ["keep"]}, "short hold": {"lasting": MINUTE}}
    for verb in verbs:
        world.do(verb.split()[-1], 1, **args.get(verb, {}))
    (result,) = world.do("extend", 1, at="2m", by=HOUR)
    assert (result.action, result.reason) == (action, None if action == "updated" else "no rule waits to close it")
    wait = world.view().autoclose
    assert action == "unchanged" or (wait is not None and wait.close_at == wait.since + 49 * HOUR)
    assert world.kinds().count("extended") == (action == "updated")


@pytest.mark.parametrize(
    ("verb", "args", "kinds"),
    [
        ("hold", {"lasting": HOUR}, ["held", "unheld", "held"]),
        ("unhold", {}, ["held", "unheld"]),
        ("comment", {"text": "on it"}, ["held", "commented", "unheld"]),
    ],
)
def test_a_hold_that_ran_out_before_any_sweep_ended_when_it_said(
    verb: str, args: dict[str, Any], kinds: list[str]
) -> None:
    world = World("sla: [{name: p, targets: {resolution: 9h}, pause: [hold]}]")
    world.create()
    world.do("hold", 1, lasting=10 * MINUTE)
    world.do(verb, 1, at="1h", **args)
    assert world.kinds(1)[1:] == kinds
    assert world.times(1, "unheld") == ["2026-03-02T09:10:00Z"]
    assert world.view().sla["resolution"].elapsed == 50 * MINUTE
    world.check()
