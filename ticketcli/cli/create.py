"""`ticket create`: opens tickets from flags, from a text, or from JSON."""

from __future__ import annotations

from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.inputs import DURATION, read_text
from ticketcli.cli.options import WRITE, examples, takes
from ticketcli.cli.pairs import pairs
from ticketcli.domain.ticket import PRIORITIES, SOURCES
from ticketcli.errors import UsageError
from ticketcli.services import changing

_MAX_JSON = 64 << 20
_HELP = "Open a ticket. Prints its number on stdout and nothing else; the sentence goes to stderr."


@click.command(
    help=_HELP,
    epilog=examples(
        "ticket create 'disk full on db3' --category database --priority high",
        "dmesg | ticket create 'kernel oops on web1' -F - --label prod",
        "ticket create 'nightly build broken' --source ci --dedup-key build/main --reopen-within 7d",
        'echo \'{"subject": "no mail", "requester": {"email": "ann@x.cn"}}\' | ticket create --from -',
    ),
)
@click.argument("subject", required=False)
@click.option("--body", metavar="TEXT", help="The description.")
@click.option("-F", "--body-file", metavar="FILE", help="The description from a file, or from stdin with -.")
@click.option("--category", metavar="C", help="What kind of thing it is about; rules route by it.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="Binds priority rules: a person chose.")
@click.option("--label", "labels", multiple=True, metavar="L", help="A label; may stand several times.")
@click.option("--field", "fields", multiple=True, metavar="K=V", help="One of the desk's own fields.")
@click.option("--requester", metavar="MAIL", help="Who asks; without one nobody is waiting for an answer.")
@click.option("--tier", metavar="T", help="The requester's tier, such as vip.")
@click.option("--asset", metavar="A", help="The machine or service concerned.")
@click.option("--team", metavar="T", help="Binds routing: a person chose.")
@click.option("--assignee", metavar="A", help="Binds routing: a person chose.")
@click.option("--source", type=click.Choice(SOURCES), help="Where it comes from.  [default: cli]")
@click.option("--answered", is_flag=True, help="The requester has had a first answer, say on the telephone.")
@click.option("--dedup-key", metavar="K", help="At most one unresolved ticket has it; a repeat counts as occurrence.")
@click.option("--reopen-within", type=DURATION, metavar="TIME", help="With --dedup-key: reopen one that ended so lately.")
@click.option("--from", "source_file", metavar="FILE", help="JSON from a file or stdin (-): object, array or JSONL.")
@takes(*WRITE, "each", writes=True)
def create(app: App, source_file: str | None, reopen_within: float | None, **flags: Any) -> None:
    given = _from_json(source_file, flags) if source_file else [_from_flags(flags)]
    if reopen_within is not None:
        if not all(facts.get("dedup_key") for _, facts in given):
            raise UsageError("--reopen-within needs --dedup-key", "add --dedup-key KEY")
        for _, facts in given:
            facts["reopen_within"] = int(reopen_within)
    wheres = [where for where, _ in given]
    results = changing.create(app.session, [facts for _, facts in given], options_of(app), wheres)
    answer(app, results, numbers=True)


def _from_flags(flags: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The ticket that the flags describe."""
    if not flags["subject"]:
        raise UsageError("a ticket needs a subject", "write ticket create 'what is wrong'")
    return "", {key: value for key, value in _facts(flags).items() if value not in (None, (), {}, False)}


def _facts(flags: dict[str, Any]) -> dict[str, Any]:
    body, file = flags.pop("body"), flags.pop("body_file")
    if body is not None and file is not None:
        raise UsageError("--body and -F both give the description", "leave one out")
    fields = flags.pop("fields")
    facts = {**flags, "labels": list(flags["labels"]), "fields": pairs(fields, "--field")}
    facts["description"] = read_text(file, _MAX_JSON) if file is not None else body
    return facts


def _from_json(file: str, flags: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The tickets of the JSON; flags fill in what an object does not say."""
    from ticketcli.intake.objects import read_objects

    subject = flags.pop("subject")
    if subject:
        raise UsageError("--from and a subject on the command line exclude each other", "leave one out")
    defaults = {key: value for key, value in _facts(flags).items() if value not in (None, (), [], {}, False)}
    return [(found.where, {**defaults, **found.keys}) for found in read_objects(read_text(file, _MAX_JSON))]
