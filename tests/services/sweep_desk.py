"""Rules and tickets for sweeps."""

from __future__ import annotations

from tests.desks import LEE, World

CLOSE = "autoclose: [{name: a, when: {status: resolved}, after: 2h, remind: [], close: {reason: handled}}]"

REMIND = "autoclose: [{name: a, when: {status: resolved}, after: 48h, remind: [24h], close: {reason: handled}}]"

BREACH = "sla: [{name: s, targets: {resolution: 1h}, on_breach: [{label: late}]}]"


def resolved(world: World, count: int) -> list[int]:
    ids = [world.create(requester=LEE) for _ in range(count)]
    world.do("resolve", *ids)
    return ids


def closed(world: World) -> int:
    return sum(world.ticket(id).status == "closed" for id in world.ids())
