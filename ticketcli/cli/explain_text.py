"""`rules explain` for people: a line per rule, then what rules decided so far and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ticketcli.cli.clock_text import KEPT
from ticketcli.cli.condition_text import reasons_text
from ticketcli.cli.log_text import one_line, source_text, told
from ticketcli.cli.moments import Moments
from ticketcli.cli.paint import Paint, plain
from ticketcli.cli.widths import pad, width, wrap
from ticketcli.domain.conditions.numbers import instant_key
from ticketcli.domain.events import RuleRef
from ticketcli.domain.explaining.findings import Finding
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.domain.upcoming import Upcoming
from ticketcli.records import NamedTuple
from ticketcli.services.explaining import Decision

_NARROWEST = 20
_ROLES = {"acts": "warn", "in_force": "good", "waits": "good", "nothing": "dim", "fails": "dim"}


class Paper(NamedTuple):
    """How wide the terminal is (None: nothing is wrapped), its colours, and its clock."""

    moments: Moments
    columns: int | None = None
    paint: Paint = plain


class About(NamedTuple):
    """The ticket that the findings are about, what is foreseen for it, and the clock."""

    ticket: Ticket
    upcoming: Sequence[Upcoming]
    moments: Moments


def rule_lines(
    ticket: Ticket, findings: Sequence[Finding], upcoming: Sequence[Upcoming], paper: Paper
) -> list[str]:
    """The findings by section: name, place, `yes` or `no`, and why."""
    about = About(ticket, upcoming, paper.moments)
    heads = [("  " * (len(one.around) + 1) + one_line(one.ref.name), one_line(place(one.ref))) for one in findings]
    names, places = (max((width(head[part]) for head in heads), default=0) for part in (0, 1))
    lines: list[str] = []
    section = ""
    for (name, where), finding in zip(heads, findings, strict=True):
        if finding.ref.section != section:
            section = finding.ref.section
            lines += ["", paper.paint(section, "title")]
        head = f"{pad(name, names)}  {pad(where, places)}  {'yes' if finding.matched else 'no '}  "
        lines += below(head, one_line(finding_text(about, finding)), _ROLES[finding.effect], paper)
    return lines[1:]


def place(ref: RuleRef) -> str:
    return f"{ref.file}:{ref.line}"


def below(head: str, text: str, role: str, paper: Paper) -> Iterator[str]:
    """The text behind its head, going on below it when the terminal is too narrow."""
    room = None if paper.columns is None else max(paper.columns - width(head), _NARROWEST)
    for number, line in enumerate([text] if room is None else wrap(text, room)):
        yield (head if number == 0 else " " * width(head)) + (paper.paint(line, role) if role else line)


def finding_text(about: About, finding: Finding) -> str:
    """Why the rule does not match, or what it does and because of what."""
    why = reasons_text(finding.reasons, about.moments)
    if finding.effect == "fails":
        return _failing(finding, why, about.moments)
    said = _MATCHED[finding.effect](about, finding)
    return f"{said}: {why}" if why else said


def _failing(finding: Finding, why: str, moments: Moments) -> str:
    if finding.reason == "parent":
        return f"it stands inside {finding.by.name if finding.by else 'a route'}, which is not taken; {why}"
    lines = dict.fromkeys(reason.node["line"] for reason in finding.reasons)
    away = [str(line) for line in lines if line != finding.ref.line]
    said = f"{why} (line {', '.join(away)})" if away else why
    return f"{said}, true at {moments.both(finding.true_at)}" if finding.true_at is not None else said


def _acts(about: About, finding: Finding) -> str:
    return "acts with the next sweep"


def _in_force(about: About, finding: Finding) -> str:
    moments, episode = about.moments, about.ticket.episodes.get(finding.ref.key)
    fired = f"fired {moments.at(episode.last_at)}" if episode else "in force"
    if finding.reason == "max" and episode:
        return f"{fired} for the last time: it may fire {'once' if episode.fired == 1 else f'{episode.fired} times'}"
    said = {"routing": "routed it", "sla": "times it"}.get(finding.ref.section, fired)
    if finding.at is None:
        return said
    due = finding.at <= moments.now
    return f"{said}, {'acts with the next sweep' if due else f'next {moments.both(finding.at)}'}"


def _waits(about: About, finding: Finding) -> str:
    moments = about.moments
    if finding.reason == "loop":
        return f"acts again at {moments.both(finding.at or moments.now)}, for rules undo each other"
    if finding.ref.section == "escalation":
        return f"fired, again at {moments.both(finding.at or moments.now)}"
    if finding.at is None:
        return f"waits{_WAITING[finding.reason]}"
    if finding.at <= moments.now:
        return f"was due {moments.both(finding.at)}{_WAITING[finding.reason]}"
    return f"{_steps(about, finding) or f'waits until {moments.both(finding.at)}'}{_WAITING[finding.reason]}"


def _steps(about: About, finding: Finding) -> str:
    """`reminds 2026-03-04 10:00 (in 1h), closes 2026-03-05 10:00 (in 1d 1h)`: the next of each."""
    mine = {step.kind: step.at for step in reversed(about.upcoming) if step.rule == finding.ref}
    return ", ".join(f"{verb} {about.moments.both(mine[kind])}" for kind, verb in _STEPS.items() if kind in mine)


_STEPS = {"remind": "reminds", "close": "closes", "confirm": "asks for a confirmation"}


_WAITING = {
    "": "",
    "seeks": ", nobody who fits was free",
    "undelivered": ", no reminder was delivered yet",
    "postponed": ", put off after a gap without sweeps",
    **{reason: f", but {why}" for reason, why in KEPT.items()},
}


def _nothing(about: About, finding: Finding) -> str:
    ticket, moments = about.ticket, about.moments
    by = f"{finding.by.name} ({place(finding.by)})" if finding.by else "another rule"
    said = {
        "chosen": f"nothing, a person chose the {'team' if finding.ref.section == 'routing' else 'priority'}",
        "earlier": f"nothing, {by} comes first",
        "parent": f"nothing, it stands inside {by}, which is not taken",
        "routed": f"nothing, it is routed already (ticket route {ticket.id} routes it anew)",
        "hold": "nothing, the ticket is on hold",
        "exempt": "nothing, exempt",
        "undone": "nothing, it was taken back",
        "reached": f"nothing, the ticket is {ticket.status} already",
        "confirm": f"nothing, it asked for a confirmation (ticket confirm {ticket.id})",
        "loop": "nothing until the ticket or the rules change, for rules undo each other",
        "final": f"nothing, the ticket is {ticket.status}",
    }.get(finding.reason, "nothing")
    return f"{said} until {moments.both(finding.at)}" if finding.at is not None else said


_MATCHED: dict[str, Callable[[About, Finding], str]] = {
    "acts": _acts,
    "in_force": _in_force,
    "waits": _waits,
    "nothing": _nothing,
}


def decision_lines(decisions: Sequence[Decision], paper: Paper, rule_text: Callable[[str, Any], str]) -> list[str]:
    """What rules wrote, each with its rule, what made it hold then, the evidence, and how it read if it changed."""
    lines: list[str] = []
    for decision in decisions:
        entry = told(decision.event, paper.moments)
        head = f"{entry.at}  "
        lines += below(head, entry.what, entry.role, paper)
        for text in _particulars(decision, paper.moments, rule_text):
            lines += below(" " * width(head), one_line(text), "dim", paper)
    return lines


def _particulars(decision: Decision, moments: Moments, rule_text: Callable[[str, Any], str]) -> Iterator[str]:
    ref = decision.event.rule
    assert ref is not None
    because = reasons_text(decision.reasons, moments)
    yield source_text(ref) + (f": {because}" if because else "")
    evidence = evidence_text(decision.event.data.get("evidence") or {}, moments)
    if evidence:
        yield f"evidence: {evidence}"
    if decision.undone:
        yield "it was taken back"
    if decision.since == "unknown":
        yield "the rulebook of that time is not kept"
    elif decision.since != "same" and decision.written:
        became = "gone" if decision.since == "gone" else "changed"
        read = " / ".join(rule_text(ref.section, rule) for rule in decision.written)
        yield f"it read: {read} ({became} since)"


def evidence_text(evidence: JsonMap, moments: Moments) -> str:
    """Recorded evidence in one line, whatever its shape: `load ann 0, bob 2; cursor bob`."""
    said = {key: _plain(value, moments) for key, value in evidence.items() if value is not None}
    counts = {key: f"{text} {_COUNTED[key]}" for key, text in said.items() if key in _COUNTED}
    return "; ".join(counts.get(key, f"{_word(key)} {text}") for key, text in said.items())


_COUNTED = {"closes_24h": "closed by rules in 24h", "not_final": "not final"}
"""What evidence counts that is a number of tickets."""


def _word(key: str) -> str:
    return key.replace("_", " ")


def _plain(value: Any, moments: Moments) -> str:
    """A list of people with what they have in common reads `ann, bob (lacks linux)`."""
    if isinstance(value, dict):
        rest = dict(value)
        people = ", ".join(rest.pop("people", ()))
        said = ", ".join(f"{_word(key) if people else key} {_plain(item, moments)}" for key, item in rest.items())
        return f"{people} ({said})" if people else said
    if isinstance(value, list):
        return ", ".join(_plain(item, moments) for item in value)
    if isinstance(value, str) and (at := instant_key(value)) is not None:
        return moments.at(at)
    return "none" if value is None else str(value)


def joined(blocks: Iterable[Sequence[str]]) -> list[str]:
    """The blocks that hold something, an empty line between them."""
    return [line for block in blocks if block for line in ("", *block)][1:]
