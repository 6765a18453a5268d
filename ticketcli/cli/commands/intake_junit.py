"""`ticket intake junit`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.inputs import DURATION, read_bytes
from ticketcli.cli.options import WRITE, examples, takes
from ticketcli.cli.output import ANSWERS
from ticketcli.domain.counts import counted
from ticketcli.domain.ticket import PRIORITIES
from ticketcli.errors import UsageError

MAX_TICKETS = 20


@click.command(
    "junit",
    help="Open a ticket for each failing test of JUnit XML reports (- is standard input), and resolve it when the "
    "test passes again. However often the job runs, a test has one ticket: it is known by the job (project, branch and "
    "name, as GitHub Actions, GitLab CI or Jenkins say them, or --scope) and its own name.",
    epilog=examples(
        "ticket intake junit report.xml",
        "ticket intake junit build/test-results/*.xml --per suite --team ops",
        "ticket intake junit report.xml --scope shop/main/unit --max-tickets 5",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--per", type=click.Choice(["case", "suite"]), default="case", show_default=True,
              help="A ticket per test case, or per suite (class).")  # fmt: skip
@click.option("--max-tickets", type=click.IntRange(min=1), default=MAX_TICKETS, show_default=True, metavar="N",
              help="At most so many; one more ticket lists the rest.")  # fmt: skip
@click.option("--scope", metavar="TEXT", help="What tells this job's tests from others.  [default: from the pipeline]")
@click.option("--reopen-within", type=DURATION, default="7d", show_default=True, metavar="TIME",
              help="Reopen the ticket of a test that fails again in that time.")  # fmt: skip
@click.option("--category", metavar="C", help="The category of the tickets.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="Their priority; binds priority rules.")
@click.option("--label", "labels", multiple=True, metavar="L", help="A label; may stand several times.")
@click.option("--team", metavar="T", help="Their team; binds routing.")
@takes(*WRITE, "each", writes=True, formats=ANSWERS)
def junit(app: App, files: Sequence[str], scope: str | None, reopen_within: float, **given: Any) -> None:
    from ticketcli.config.ci import pipeline
    from ticketcli.intake.junit import MAX_BYTES, Asked, prefix_of, read_report, signals
    from ticketcli.services.intaking import held_keys, take_in

    known = pipeline(os.environ)
    scope = (known.scope if known else "") if scope is None else scope
    if scope and not scope.isprintable():
        raise UsageError("--scope is one line of printable text", "leave control characters out")
    cases = [case for file in files for case in read_report(read_bytes(file, MAX_BYTES), file)]
    with app.store.read() as reader:
        held = held_keys(reader, prefix_of(scope))
    per, most = given.pop("per"), given.pop("max_tickets")
    facts = app.with_pipeline({"source": "ci", **{key: value for key, value in given.items() if value}})
    asked = Asked(scope, per, most, held, facts, int(reopen_within), known.note if known else "")
    said = [cases, asked._replace(held=())]
    results = take_in(app.session, signals(cases, asked), options_of(app), said)
    answer(app, results)
    failed = sum(case.outcome == "failed" for case in cases)
    app.tell(f"{counted(len(cases), 'test')}, {failed} failing")
