"""`--set`: what rules would do with a ticket that does not exist, for `rules explain` and `route --dry-run`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticketcli.app import App
from ticketcli.cli.clock_text import clock_facts
from ticketcli.cli.escape import escape
from ticketcli.cli.explain_json import decision_output
from ticketcli.cli.explain_text import Paper, below, evidence_text, joined, rule_lines
from ticketcli.cli.log_text import one_line
from ticketcli.cli.moments import Moments
from ticketcli.cli.output import MACHINE, json_text, write
from ticketcli.cli.pages import paint, print_lines, terminal_columns
from ticketcli.cli.pairs import pairs
from ticketcli.cli.times import moments_of
from ticketcli.cli.trouble import tell_trouble
from ticketcli.cli.why_text import next_lines, origin_lines, origin_output
from ticketcli.cli.widths import pad
from ticketcli.domain.document import ticket_output
from ticketcli.domain.explaining.document import finding_output, upcoming_output
from ticketcli.errors import UsageError
from ticketcli.services.explaining import no_rule, own_name
from ticketcli.services.steps import Options
from ticketcli.services.supposing import Supposed, suppose

_LISTS = ("labels", "watchers")
_FLAGS = {"true": True, "false": False}


def answer_supposed(app: App, words: Sequence[str], *, rules: bool, only: str | None = None) -> None:
    """Says what would become of a ticket with these values; with `rules` also what each rule makes of it."""
    if app.call.output not in ("table", *MACHINE):
        raise UsageError(f"--set does not go with -o {app.call.output}", "write -o json or -o jsonl")
    found = suppose(app.session, _facts(words), Options(on_trouble=lambda rules: tell_trouble(app, rules)))
    only = own_name(only, found.findings)
    chosen = tuple(one for one in found.findings if only in (None, one.ref.name))
    if not chosen and only is not None:
        raise no_rule(only, found.findings)
    found = found._replace(findings=chosen)
    if app.call.output == "table":
        paper = Paper(moments_of(app), terminal_columns(), paint())
        print_lines(_people(found, paper, rules))
    else:
        write(json_text(supposed_output(found)) + "\n")


def _facts(words: Sequence[str]) -> dict[str, Any]:
    """The facts by the keys of `create`; lists with commas, flags as true or false."""
    facts: dict[str, Any] = dict(pairs(words, "--set"))
    for key, value in facts.items():
        if key in _LISTS:
            facts[key] = [word for word in value.split(",") if word]
        elif key == "answered":
            facts[key] = _FLAGS.get(value, value)
    return facts


def _people(found: Supposed, paper: Paper, rules: bool) -> list[str]:
    ticket = found.ticket
    who = " / ".join((ticket.team or "no team", ticket.assignee or "nobody assigned"))
    title = one_line(f"it would be: {ticket.status}, {ticket.priority}, {who}")
    summary = [paper.paint(title, "title"), *origin_lines(found.origins, paper, dated=False)]
    for label, texts in (("because", _evidence(found, paper.moments)), ("clocks", _clocks(found, paper))):
        for number, text in enumerate(texts):
            summary += below(f"{pad(label if number == 0 else '', 8)}  ", text, "", paper)
    summary += next_lines(found.upcoming, found.view, paper)
    return joined([summary, rule_lines(ticket, found.findings, found.upcoming, paper) if rules else []])


def _evidence(found: Supposed, moments: Moments) -> list[str]:
    """What the choice of a person was made by."""
    routed = [one.event.data.get("evidence") or {} for one in found.decisions if one.event.kind == "routed"]
    counted = ({key: value for key, value in one.items() if key != "cursor"} for one in routed)  # the choice names it
    return [one_line(text) for evidence in counted if (text := evidence_text(evidence, moments))]


def _clocks(found: Supposed, paper: Paper) -> list[str]:
    return [escape(fact.text) for fact in clock_facts(found.ticket, found.view, found.rulebook, paper.moments)]


def supposed_output(found: Supposed) -> dict[str, Any]:
    """`{"ticket", "origins", "decisions", "rules", "next"}`."""
    return {
        "ticket": ticket_output(found.ticket, found.view),
        "origins": [origin_output(origin) for origin in found.origins],
        "decisions": [decision_output(decision) for decision in found.decisions],
        "rules": [finding_output(finding) for finding in found.findings],
        "next": [upcoming_output(step) for step in found.upcoming],
    }
