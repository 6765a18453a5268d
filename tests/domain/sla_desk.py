"""Desks with one SLA policy."""

from __future__ import annotations

from typing import Any

from tests.desks import LEE, START, World
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import TargetView

OFFICE = 'calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}}\n'


def policy(targets: str, more: str = "", when: str = "") -> str:
    condition = f"when: {{{when}}}, " if when else ""
    return f"sla:\n  - {{name: p, {condition}targets: {{{targets}}}{more}}}\n"


def sla(world: World, target: str = "resolution", at: str | None = None) -> TargetView:
    found: TargetView = world.view(1, at).sla[target]
    return found


def after(time: int) -> str:
    return format_instant(START + time)


def opened(rules: str, **facts: Any) -> World:
    world = World(rules)
    world.create(**{"requester": LEE, **facts})
    return world
