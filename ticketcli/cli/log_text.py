"""`log` for people: one line per event with time, actor and sentence; a rule's event names the rule and its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ticketcli.cli.escape import escape
from ticketcli.cli.moments import Moments
from ticketcli.cli.paint import Paint, plain
from ticketcli.cli.sentences import sentence
from ticketcli.cli.widths import pad, width, wrap
from ticketcli.domain.events import Event, RuleRef
from ticketcli.records import NamedTuple

_WIDEST_ACTOR = 20
_NARROWEST = 20
_BAD = frozenset({"sla_breached", "escalated", "rule_loop", "undelivered"})
_WARNING = frozenset({"sla_warned", "reminded", "postponed", "failed"})


class Told(NamedTuple):
    """An event in words, each safe to print and of one line; `what` may have several where that was asked for."""

    at: str
    who: str
    what: str
    source: str
    """`silent-after-resolution, rules/autoclose.yaml:12` when a rule decided, else empty."""
    role: str
    """How to paint `what`; empty for plain."""


def one_line(text: str) -> str:
    """The text with its line breaks and tabs as spaces, and nothing in it that acts on a terminal."""
    return escape(" ".join(text.split()))


def actor_text(event: Event) -> str:
    """The actor, and for whom it acted: `carol (by deploy)`."""
    name, _, acting = event.actor
    return one_line(f"{name} (by {acting})" if acting and acting != name else name)


def told(event: Event, moments: Moments, *, seconds: bool = False, lines: bool = False) -> Told:
    """The event in words. With `lines` a comment keeps its line breaks: a pasted log is read as it was written."""
    at = moments.local(event.at).strftime("%Y-%m-%d %H:%M:%S") if seconds else moments.at(event.at)
    rule = event.rule
    source = source_text(rule) if rule else ""
    role = "bad" if event.kind in _BAD else "warn" if event.kind in _WARNING else ""
    said = sentence(event, moments)
    what = escape(said.rstrip(), lines=True) if lines and event.kind == "commented" else one_line(said)
    return Told(at, actor_text(event), what, source, role)


def source_text(rule: RuleRef) -> str:
    """The rule and its place; one that stands in no file any more is only named."""
    return one_line(f"{rule.name}, {rule.file}:{rule.line}" if rule.file else rule.name)


def log_lines(
    events: Sequence[Event],
    moments: Moments,
    *,
    columns: int | None = None,
    paint: Paint = plain,
    tickets: bool = False,
) -> list[str]:
    """One line per event, in the order given.

    `columns` is the width of the terminal, on which long sentences and further lines of comments go on below; None
    leaves them on their line.
    `tickets` puts the ticket's number first, for the logs of several tickets.
    """
    entries = [told(event, moments, seconds=True, lines=columns is not None) for event in events]
    heads = [f"#{event.ticket}  " if tickets else "" for event in events]
    widest = max(map(len, heads), default=0)
    names = min(max((width(entry.who) for entry in entries), default=0), _WIDEST_ACTOR)
    return [
        line
        for head, entry in zip(heads, entries, strict=True)
        for line in _lines(pad(head, widest), entry, names, columns, paint)
    ]


def _lines(number: str, entry: Told, names: int, columns: int | None, paint: Paint) -> Iterator[str]:
    head = f"{number}{entry.at}  {pad(entry.who, names)}  "
    text = entry.what + (f"  ({entry.source})" if entry.source else "")
    said = [text] if columns is None else wrap(text, max(columns - width(head), _NARROWEST))
    shown = [paint(line, entry.role) if entry.role else line for line in said]
    yield paint(number + entry.at, "dim") + f"  {pad(entry.who, names)}  " + shown[0]
    yield from (" " * width(head) + line if line else "" for line in shown[1:])
