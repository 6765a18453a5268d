"""`sla reason`: why a target was missed, recorded once and beside its clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, World
from tests.domain.sla_desk import opened, policy
from ticketcli.errors import Conflict, Invalid, NotFound
from ticketcli.services.redacting import redact


def late() -> World:
    world = opened(policy("first_response: 1h, resolution: 2h"))
    world.sweep("3h")
    return world


def reasons(world: World) -> dict[str, tuple[str | None, str | None]]:
    return {name: (mark.reason, mark.explained) for name, mark in world.ticket().trail.targets.items()}


def test_every_missed_target_gets_the_reason() -> None:
    world = late()
    done = world.do("sla reason", 1, code="vendor", text="no spare part")[0]
    assert [event.kind for event in done.events] == ["sla_explained"] * 2
    assert reasons(world) == dict.fromkeys(("first_response", "resolution"), ("vendor", "no spare part"))
    world.check()


def test_one_target_may_be_named_and_a_later_reason_replaces_it() -> None:
    world = late()
    world.do("sla reason", 1, code="vendor", text="no spare part", target="resolution")
    assert reasons(world)["first_response"] == (None, None)
    world.do("sla reason", 1, code="overload", text="forty tickets that day")
    assert set(reasons(world).values()) == {("overload", "forty tickets that day")}


def test_the_same_reason_again_changes_nothing() -> None:
    world = late()
    world.do("sla reason", 1, code="vendor", text="no spare part")
    assert world.do("sla reason", 1, code="vendor", text="no spare part")[0].action == "unchanged"


def test_a_target_that_is_late_though_no_sweep_has_seen_it_yet_may_be_explained() -> None:
    world = opened(policy("resolution: 2h"))
    world.do("sla reason", 1, at="3h", code="other", text="nobody looked")
    assert world.kinds() == ["created", "sla_explained", "sla_breached"]
    assert reasons(world) == {"resolution": ("other", "nobody looked")}


def test_what_was_met_late_keeps_its_reason_when_it_is_met_and_after_the_end() -> None:
    world = late()
    world.do("sla reason", 1, code="vendor", text="no spare part")
    world.do("close", 1, at=world.now + HOUR)
    assert set(reasons(world).values()) == {("vendor", "no spare part")}
    world.do("sla reason", 1, code="outage", text="mail was down", target="first_response")
    assert reasons(world)["first_response"] == ("outage", "mail was down")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        pytest.param({"code": "vendr", "text": "x"}, NotFound, id="unknown code"),
        pytest.param({"code": "vendor", "text": " "}, Invalid, id="no text"),
        pytest.param({"code": "vendor", "text": "x", "target": "assignment"}, Conflict, id="a target not missed"),
    ],
)
def test_what_is_refused(args: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        late().do("sla reason", 1, **args)


def test_a_ticket_in_time_missed_nothing() -> None:
    with pytest.raises(Conflict):
        opened(policy("resolution: 2h")).do("sla reason", 1, code="vendor", text="x")


def test_the_rules_may_declare_codes_of_their_own() -> None:
    world = opened(policy("resolution: 2h") + "lifecycle: {sla_reasons: [supplier]}\n")
    world.go("3h")
    with pytest.raises(NotFound, match="vendor"):
        world.do("sla reason", 1, code="vendor", text="x")
    assert world.do("sla reason", 1, code="supplier", text="x")[0].action == "updated"


def test_the_words_of_a_reason_can_be_erased() -> None:
    world = late()
    world.do("sla reason", 1, code="vendor", text="uma's phone number")
    redact(world.session(), [1], ["comments"])
    assert set(reasons(world).values()) == {("vendor", "[redacted]")}
