"""`ticket intake alertmanager` and `generic`: JSON of other systems, by mapping files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.inputs import naming, read_text
from ticketcli.cli.options import WRITE, examples, takes
from ticketcli.cli.output import ANSWERS, write
from ticketcli.domain.texts import check_value
from ticketcli.domain.ticket import PRIORITIES
from ticketcli.errors import Invalid, NoDesk, UsageError

_SOURCE = "alert"


def _given(function: Callable[..., Any]) -> Callable[..., Any]:
    """The payload, and facts for what the mapping leaves open."""
    for option in (
        click.option("--team", metavar="T", help="The team of tickets that the mapping gives none; binds routing."),
        click.option("--label", "labels", multiple=True, metavar="L", help="One more label; may stand several times."),
        click.option("--priority", type=click.Choice(PRIORITIES), help="The priority where the mapping gives none."),
        click.option("--category", metavar="C", help="The category where the mapping gives none."),
        click.argument("file", default="-", metavar="[FILE]"),
    ):
        function = option(function)
    return function


@click.command(
    "alertmanager",
    help="Take what Prometheus Alertmanager posts to a webhook (standard input, or FILE): a firing alert opens a "
    "ticket or counts as an occurrence of the one there is, a resolved one resolves it. What becomes of its labels is "
    "said by rules/intake/alertmanager.yaml of the desk, or --mapping.",
    epilog=examples("ticket intake alertmanager < payload.json", "ticket intake alertmanager payload.json --dry-run"),
)
@_given
@click.option("--mapping", metavar="NAME|FILE", default="alertmanager", help="Another mapping.")
@takes(*WRITE, "each", writes=True, formats=ANSWERS)
def alertmanager(app: App, **given: Any) -> None:
    _take(app, **given)


@click.command(
    "generic",
    help="Take JSON of any system (standard input, or FILE) by a mapping: a file, or the name of one in the desk's "
    "rules/intake/: github, gitlab, grafana and sentry are there. Items that the mapping does not speak of are passed "
    "over.",
    epilog=examples(
        "ticket intake generic --mapping github < payload.json",
        "ticket intake generic --mapping my-monitor.yaml payload.json --dry-run",
        "ticket intake generic --mapping sentry --template > my-sentry.yaml",
    ),
)
@_given
@click.option("--mapping", metavar="NAME|FILE", help="The mapping.")
@click.option("--template", is_flag=True, help="Print the mapping and do nothing.")
@takes(*WRITE, "each", writes=True, formats=ANSWERS)
def generic(app: App, mapping: str | None, template: bool, **given: Any) -> None:
    from ticketcli.config.intake_file import shipped, text_of

    if mapping is None:
        raise UsageError("no mapping", f"say --mapping FILE, or one of {', '.join(shipped())}")
    if template:
        write(text_of(mapping, _desk(app)))
    else:
        _take(app, mapping=mapping, **given)


def _desk(app: App) -> str | None:
    try:
        return app.desk
    except NoDesk:
        return None


def _take(app: App, file: str, mapping: str, **given: Any) -> None:
    from ticketcli.config.intake_file import read_intake
    from ticketcli.intake.objects import parse_value
    from ticketcli.intake.payload import MAX_BYTES, signals
    from ticketcli.services.intaking import take_in

    entries = read_intake(mapping, app.desk)
    facts = {"source": _SOURCE, **{key: value for key, value in given.items() if value}}
    text = read_text(file, MAX_BYTES)
    with naming(file):
        if not text.strip():
            raise Invalid("no JSON came in", "send what the other system posts")
        payload = parse_value(text)
        check_value("payload", payload)
    found = signals(payload, entries, facts)
    answer(app, take_in(app.session, found, options_of(app)))
    if not found:
        app.tell("nothing in it that the mapping speaks of")
