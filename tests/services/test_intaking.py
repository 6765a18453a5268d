"""What machines say, made tickets."""

from __future__ import annotations

from tests.desks import World
from ticketcli.domain.signals import FIRING, RESOLVED, Signal
from ticketcli.services.intaking import take_in


def test_what_is_well_again_without_a_word_is_resolved_without_a_comment() -> None:
    world = World()
    take_in(world.session(), [Signal("k", FIRING, {"subject": "down"}), Signal("k", RESOLVED, {})])
    assert (world.kinds(), world.ticket().status) == (["created", "resolved"], "resolved")
