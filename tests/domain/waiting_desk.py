"""Desks on which a resolved ticket waits for its close."""

from __future__ import annotations

from typing import Any

from tests.desks import LEE, World
from ticketcli.domain.instants import format_instant

SILENT = """
autoclose:
  - name: silent
    when: {status: resolved}
    unless: {any: [{requester.tier: vip}, {labels: {has: keep-open}}]}
    silent: requester
    after: 48h
    remind: [24h, 1h]
    close: {reason: requester-silent, comment: "No reply for 48 hours on #{{ id }}."}
"""

DAILY = """
autoclose:
  - {name: daily, when: {status: resolved}, after: 48h, remind: [24h], mark: stale, close: {reason: handled}}
"""

OFFICE = """
calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
"""


def waits(rule: str, when: str = "status: resolved") -> str:
    """An auto-close rule, for resolved tickets by default, of which `rule` says the rest."""
    return f"autoclose: [{{name: a, when: {{{when}}}, {rule}, close: {{reason: handled}}}}]\n"


def resolved(rules: str = SILENT, **facts: Any) -> World:
    """A ticket that was answered and resolved at 10:00, an hour after it was opened."""
    world = World(rules)
    world.create("Printer on fire", **{"requester": LEE, **facts})
    world.answer(1, "fixed", at="1h")
    world.do("resolve", 1, at="1h")
    return world


def close_at(world: World) -> str:
    view = world.view().autoclose
    return format_instant(view.close_at) if view else "never"
