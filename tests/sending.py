"""A desk whose channels are played: what they take, and when they fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.desks import World
from ticketcli.domain.events import Message
from ticketcli.services.outbox import Delivery, Post, deliver, finish
from ticketcli.services.sweep_report import Report


class Sending(World):
    """A desk whose channels are played: `play(message)` takes the message, or raises what happens instead."""

    def __init__(self, rules: str, **more: Any) -> None:
        self.taken: list[Message] = []
        self.play: Callable[[Message], object] = lambda message: None
        super().__init__(rules, **more)

    def __call__(self, spec: Mapping[str, Any]) -> Sending:
        return self

    def send(self, message: Message) -> None:
        self.play(message)
        self.taken.append(message)

    def deliver(self, only: Sequence[int] = ()) -> list[Delivery]:
        clock = type("Clock", (), {"now": lambda _: self.now})()
        return list(deliver(self.session(), Post(self, clock), only))

    def sweep(self, at: str | int | None = None, **wanted: Any) -> Report:
        report = super().sweep(at, **wanted)
        if not report.to_send:
            return report
        clock = type("Clock", (), {"now": lambda _: self.now})()
        report, trouble = finish(report, self.session(), Post(self, clock))
        if trouble:
            raise trouble
        return report

    def states(self, id: int = 1) -> list[str]:
        return [message.state for message in self.messages(id)]
