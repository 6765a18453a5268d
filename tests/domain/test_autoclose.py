"""Auto-close, exactly (design section 6)."""

from __future__ import annotations

from tests.desks import LEE, World

SILENT = """
autoclose:
  - name: silent-after-resolution
    when: {status: resolved}
    unless: {any: [{requester.tier: vip}, {labels: {has: keep-open}}]}
    silent: requester
    after: 48h
    remind: [24h, 1h]
    close: {reason: requester-silent, comment: "No reply for 48 hours."}
"""


def resolved(rules: str = SILENT) -> World:
    """A ticket answered and resolved one hour after it was opened at 09:00."""
    world = World(rules)
    world.create("Printer on fire", requester=LEE)
    world.answer(1, "fixed", at="1h")
    world.do("resolve", 1, at="1h")
    return world


def test_closes_after_two_silent_days_warned_twice() -> None:
    world = resolved()
    world.sweep_every("1h", "60h")
    assert world.ticket().status == "closed"
    assert world.ticket().close_reason == "requester-silent"
    assert world.times(1, "reminded") == ["2026-03-03T10:00:00Z", "2026-03-04T09:00:00Z"]
    assert world.times(1, "closed") == ["2026-03-04T10:00:00Z"]
    world.check()
