"""Statuses, their kinds, and which may follow which (design section 6, `lifecycle`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import IllegalTransition, NotPermitted
from ticketcli.records import NamedTuple


class Edge(NamedTuple):
    to: str
    roles: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


class Lifecycle(NamedTuple):
    statuses: Mapping[str, str]
    """Name to kind, in the order of the rule file."""
    edges: Mapping[str, tuple[Edge, ...]]
    reopen_window: int
    on_requester_reply: Mapping[str, str]
    close_reasons: tuple[str, ...]

    def kind(self, status: str) -> str:
        """The kind of a status; a status that the rules no longer name counts as active, so that nobody loses it."""
        return self.statuses.get(status, "active")

    @property
    def first(self) -> str:
        """The status in which tickets are born."""
        return next(name for name, kind in self.statuses.items() if kind == "initial")

    def reachable(self, status: str, kind: str) -> str | None:
        """The first status of `kind` that may follow `status` directly."""
        targets = {edge.to for edge in self.edges.get(status, ())}
        return next((name for name, of in self.statuses.items() if of == kind and name in targets), None)

    def edge(self, status: str, to: str, roles: Iterable[str], present: Iterable[str]) -> Edge:
        """The edge from `status` to `to`.

        Raises `IllegalTransition` when there is none or a required fact is missing, `NotPermitted` when none of
        `roles` may take it. `present` are the facts that stand on the ticket.
        """
        edges = self.edges.get(status, ())
        found = next((edge for edge in edges if edge.to == to), None)
        if found is None:
            allowed = ", ".join(edge.to for edge in edges) or "nothing"
            raise IllegalTransition(f"{status} cannot become {to}", f"from {status} it may become: {allowed}")
        if found.roles and not set(found.roles) & set(roles):
            needed = " or ".join(found.roles)
            raise NotPermitted(f"{status} to {to} needs the role {needed}", f"ask a {needed}, or act --as one")
        missing = [fact for fact in found.requires if fact not in set(present)]
        if missing:
            names = ", ".join(missing)
            raise IllegalTransition(f"{status} to {to} needs {names}", f"set it first: ticket set ID {missing[0]}=…")
        return found


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
    )


def move_kind(was: str, kind: str) -> str:
    """The kind of event that a move from one kind of status to another is."""
    if kind in ("resolved", "final"):
        return "closed" if kind == "final" else "resolved"
    return "reopened" if was in ("resolved", "final") else "moved"
