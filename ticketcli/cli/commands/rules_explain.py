"""`ticket rules explain`: why each rule does what it does with a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.inputs import ids_of_words
from ticketcli.cli.options import BACK, READ, examples, takes
from ticketcli.cli.output import json_lines, json_text, write
from ticketcli.cli.pages import paint, print_lines, terminal_columns
from ticketcli.cli.trouble import tell_trouble
from ticketcli.errors import UsageError
from ticketcli.services import reading


@click.command(
    "explain",
    help="Explain tickets: for every rule whether it matches, the first condition that fails with what stands there "
    "and what is wanted, and when it becomes true; why a rule that matches does nothing; and why rules decided as "
    "they did before, by the rules of that time. With --set: what would become of a new ticket with these values.",
    epilog=examples(
        "ticket rules explain 12",
        "ticket rules explain 12 --rule vip",
        "ticket rules explain --set category=database --set 'subject=db3 is down'",
    ),
)
@click.argument("words", nargs=-1, metavar="[ID]...")
@click.option("--rule", metavar="NAME", help="Only rules of this name.")
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE", help="A value of a ticket that does not exist.")
@takes(*READ, BACK, "strict_rules", formats=("table", "json", "jsonl"))
def explain(app: App, words: Sequence[str], rule: str | None, facts: Sequence[str]) -> None:
    if facts and (words or app.call.at is not None):
        raise UsageError("--set asks about a ticket that does not exist", "leave the numbers and --at out")
    if facts:
        from ticketcli.cli.supposing import answer_supposed

        answer_supposed(app, facts, rules=True, only=rule)
        return
    if not words:
        raise UsageError("no ticket number", "name a ticket: ticket rules explain 12, or values: --set priority=high")
    _explain_tickets(app, ids_of_words(words), rule)


def _explain_tickets(app: App, ids: Sequence[int], rule: str | None) -> None:
    from ticketcli.services.explaining import explain as explained

    with reading.reading(app.session) as (reader, rules):
        tell_trouble(app, rules)
        found = [explained(app.session, reader, rules, id, rule) for id in ids]
    if app.call.output == "table":
        print_lines(_people(app, found))
        return
    from ticketcli.cli.explain_json import explained_output

    rows = [explained_output(one, app.session.now) for one in found]
    write(json_lines(rows) if app.call.output == "jsonl" else json_text(rows[0] if len(rows) == 1 else rows) + "\n")


def _people(app: App, found: Sequence[Any]) -> list[str]:
    from ticketcli.cli.explain_text import Paper, decision_lines, joined, rule_lines
    from ticketcli.cli.log_text import one_line
    from ticketcli.cli.times import moments_of
    from ticketcli.rulebook.report import rule_text

    paper = Paper(moments_of(app), terminal_columns(), paint())
    blocks: list[Sequence[str]] = []
    for one in found:
        title = f"#{one.ticket.id} {one_line(one.ticket.subject)}, {one.ticket.status}"
        decided = decision_lines(one.decisions, paper, rule_text)
        blocks += [[paper.paint(title, "title")], rule_lines(one.ticket, one.findings, one.upcoming, paper)]
        blocks += [[paper.paint("decided so far", "title"), *decided]] if decided else []
    return joined(blocks)
