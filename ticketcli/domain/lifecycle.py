"""Statuses, their kinds, and which may follow which (design section 6, `lifecycle`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ticketcli.domain.builtin import LIFECYCLE
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import IllegalTransition, NotPermitted
from ticketcli.records import NamedTuple


class Edge(NamedTuple):
    to: str
    roles: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    def open_to(self, roles: Collection[str]) -> bool:
        """Whether one of these roles may take it."""
        return not self.roles or any(role in roles for role in self.roles)

    def missing(self, present: Collection[str]) -> list[str]:
        """The facts it requires that are not there."""
        return [fact for fact in self.requires if fact not in present]


class Lifecycle(NamedTuple):
    statuses: Mapping[str, str]
    """Name to kind, in the order of the rule file."""
    edges: Mapping[str, tuple[Edge, ...]]
    reopen_window: int
    on_requester_reply: Mapping[str, str]
    close_reasons: tuple[str, ...]
    sla_reasons: tuple[str, ...] = ()
    """Why a target may have been missed."""

    def kind(self, status: str) -> str:
        """The kind of a status; a status that the rules no longer name counts as active, so that nobody loses it."""
        return self.statuses.get(status, "active")

    @property
    def first(self) -> str:
        """The status in which tickets are born."""
        return next(name for name, kind in self.statuses.items() if kind == "initial")

    def edges_from(self, status: str) -> tuple[Edge, ...]:
        """The ways on from a status; from one that the rules no longer name every way is open."""
        if status not in self.statuses:
            return tuple(Edge(name) for name in self.statuses)
        return self.edges.get(status, ())

    def reachable(self, status: str, kind: str, roles: Collection[str] | None = None) -> str | None:
        """The first status of `kind` that may follow `status` directly, of those that `roles` may enter if any is."""
        edges = self.edges_from(status)
        mine = {edge.to for edge in edges if roles is None or edge.open_to(roles)}
        names = [name for name, of in self.statuses.items() if of == kind and any(edge.to == name for edge in edges)]
        return next((name for name in names if name in mine), names[0] if names else None)

    def ways_on(self, status: str) -> str:
        """What may follow a status, as the hint of a refusal."""
        names = ", ".join(edge.to for edge in self.edges_from(status))
        return f"from {status} it may become: {names}" if names else f"no transition leads out of {status}"

    def edge(self, status: str, to: str, roles: Collection[str], present: Collection[str]) -> Edge:
        """The edge from `status` to `to`.

        Raises `IllegalTransition` when there is none or a required fact is missing, `NotPermitted` when none of
        `roles` may take it. `present` are the facts that stand on the ticket.
        """
        edges = self.edges_from(status)
        found = [edge for edge in edges if edge.to == to]
        if not found:
            raise IllegalTransition(f"{status} cannot become {to}", self.ways_on(status))
        permitted = [edge for edge in found if edge.open_to(roles)]
        if not permitted:
            needed = " or ".join(found[0].roles)
            raise NotPermitted(f"{status} to {to} needs the role {needed}", f"ask a {needed}, or act --as one")
        ready = next((edge for edge in permitted if not edge.missing(present)), None)
        if ready is None:
            missing = permitted[0].missing(present)
            hint = f"set it first: ticket set ID {missing[0]}=…"
            raise IllegalTransition(f"{status} to {to} needs {', '.join(missing)}", hint)
        return ready


def build_lifecycle(raw: JsonMap) -> Lifecycle:
    """The lifecycle of a bound rulebook."""
    edges: dict[str, tuple[Edge, ...]] = {}
    for transition in raw["transitions"]:
        roles, requires = tuple(transition.get("roles", ())), tuple(transition.get("requires", ()))
        new = tuple(Edge(to, roles, requires) for to in transition["to"])
        edges[transition["from"]] = (*edges.get(transition["from"], ()), *new)
    return Lifecycle(
        raw["statuses"],
        edges,
        parse_duration(raw["reopen_window"], zero=True).plain,
        raw["on_requester_reply"],
        tuple(raw["close_reasons"]),
        tuple(raw.get("sla_reasons", LIFECYCLE["sla_reasons"])),
    )


def move_kind(was: str, kind: str) -> str:
    """The kind of event that a move from one kind of status to another is."""
    if kind in ("resolved", "final"):
        return "closed" if kind == "final" else "resolved"
    return "reopened" if was in ("resolved", "final") else "moved"
