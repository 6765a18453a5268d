"""`ticket create`: opens tickets from flags, from a text, or from JSON."""

from __future__ import annotations

from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.completing import people, teams
from ticketcli.cli.inputs import DURATION, KEY, naming, read_text
from ticketcli.cli.options import WRITE, examples, takes
from ticketcli.cli.output import ANSWERS
from ticketcli.cli.pairs import pairs, quoted
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.ticket import PRIORITIES, SOURCES
from ticketcli.errors import Invalid, UsageError
from ticketcli.services import changing

_MAX_JSON = 64 << 20
_HELP = "Open a ticket. Prints its number on stdout and nothing else; the sentence goes to stderr."


@click.command(
    help=_HELP,
    epilog=examples(
        "ticket create 'disk full on db3' --category database --priority high",
        "ticket create --edit --category network",
        "dmesg | ticket create 'kernel oops on web1' -F - --label prod",
        "ticket create 'nightly build broken' --source ci --dedup-key build/main --reopen-within 7d",
        'echo \'{"subject": "no mail", "requester": {"email": "ann@x.cn"}}\' | ticket create --from -',
    ),
)
@click.argument("words", nargs=-1, metavar="[SUBJECT]")
@click.option("--body", metavar="TEXT", help="The description.")
@click.option("-F", "--body-file", metavar="FILE", help="The description from a file, or from stdin with -.")
@click.option("--edit", is_flag=True, help="Write subject and description in your editor (VISUAL or EDITOR).")
@click.option("--category", metavar="C", help="What kind of thing it is about; rules route by it.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="Binds priority rules: a person chose.")
@click.option("--label", "labels", multiple=True, metavar="L", help="A label; may stand several times.")
@click.option("--field", "fields", multiple=True, metavar="K=V", help="One of the desk's own fields.")
@click.option("--requester", metavar="MAIL", help="Who asks; without one nobody is waiting for an answer.")
@click.option("--tier", metavar="T", help="The requester's tier, such as vip.")
@click.option("--asset", metavar="A", help="The machine or service concerned.")
@click.option("--team", metavar="T", shell_complete=teams, help="Binds routing: a person chose.")
@click.option("--assignee", metavar="A", shell_complete=people, help="Binds routing: a person chose.")
@click.option("--source", type=click.Choice(SOURCES), help="Where it comes from.  [default: cli]")
@click.option("--answered", is_flag=True, help="The requester has had a first answer, say on the telephone.")
@click.option("--dedup-key", type=KEY, metavar="K",
              help="At most one unresolved ticket has it; a repeat counts as occurrence.")  # fmt: skip
@click.option("--reopen-within", type=DURATION, metavar="TIME", help="With --dedup-key: reopen one that ended lately.")
@click.option("--from", "source_file", metavar="FILE", help="JSON from a file or stdin (-): object, array or JSONL.")
@takes(*WRITE, "each", writes=True, formats=ANSWERS)
def create(app: App, words: tuple[str, ...], source_file: str | None, edit: bool, **flags: Any) -> None:
    if edit:
        _edit(app, words, source_file, flags)
        return
    given = _from_json(words, source_file, flags) if source_file else [_from_flags(words, flags)]
    _open(app, given)


def _open(app: App, given: list[tuple[str, dict[str, Any]]]) -> None:
    if not app.call.dry_run:
        app.make_missing_desk()
    names = [where for where, _ in given]
    facts = [app.with_pipeline(_windowed(*one)) for one in given]
    results = changing.create(app.session, facts, options_of(app), names)
    answer(app, results, numbers=True, names=names)


def _edit(app: App, words: tuple[str, ...], source_file: str | None, flags: dict[str, Any]) -> None:
    """Opens the ticket that a person writes: the first line is its subject, the rest its description."""
    from ticketcli.cli.editing import edited, keeping

    if source_file is not None:
        raise UsageError("--edit and --from exclude each other", "leave one out")
    facts = _facts(flags)
    before = "\n\n".join([" ".join(words), facts.pop("description", "")]).strip()
    text = edited(before, "The first line is the subject, the rest the description. An empty text opens nothing.")
    subject, _, description = text.partition("\n")
    with keeping(text):
        _open(app, [("", {"subject": subject.strip(), "description": description.strip() or None, **facts})])


def _from_flags(words: tuple[str, ...], flags: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The ticket that the flags describe."""
    if not words or not words[0]:
        raise UsageError("a ticket needs a subject", "write ticket create 'what is wrong'")
    if len(words) > 1:
        raise UsageError(f"the subject is {len(words)} words", f"put it in quotes: ticket create {quoted(words)}")
    return "", {"subject": words[0], **_facts(flags)}


def _facts(flags: dict[str, Any]) -> dict[str, Any]:
    """What the flags say of a ticket, by its keys."""
    body, file = flags.pop("body"), flags.pop("body_file")
    if body is not None and file is not None:
        raise UsageError("--body and -F both give the description", "leave one out")
    facts = {**flags, "labels": list(flags["labels"]), "fields": pairs(flags["fields"], "--field")}
    facts["description"] = read_text(file, _MAX_JSON) if file is not None else body
    return {key: value for key, value in facts.items() if value not in (None, [], {}, False)}


def _from_json(words: tuple[str, ...], file: str, flags: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The tickets of the JSON and where each stood; flags fill in what an object does not say."""
    from ticketcli.intake.objects import read_objects

    if words:
        raise UsageError("--from and a subject on the command line exclude each other", "leave one out")
    defaults = _facts(flags)
    text = read_text(file, _MAX_JSON)
    with naming(file):
        found = read_objects(text)
        for one in found:
            _said_once(one.where, one.keys)
    return [(one.where, {**defaults, **one.keys}) for one in found]


def _said_once(where: str, keys: dict[str, Any]) -> None:
    """Raises `Invalid` for an object that gives something both by its short and by its full key: one would be lost."""
    from ticketcli.domain.operations.values import SHORT

    for short, key in SHORT.items():
        top, _, inner = key.partition(".")
        full = keys.get(top)
        if inner:
            full = full.get(inner) if isinstance(full, dict) else None
        if keys.get(short) and full:
            place = f"{where}: " if where else ""
            raise Invalid(f"{place}{short} and {key} are the same, and both stand there", "leave one out")


def _windowed(where: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with `reopen_within` in seconds: flags give a number, JSON that or a duration such as "7d"."""
    window, place = facts.get("reopen_within"), f"{where}: " if where else ""
    if window is None:
        return facts
    if not facts.get("dedup_key"):
        raise UsageError(f"{place}--reopen-within needs a dedup key", "add --dedup-key KEY")
    if isinstance(window, str):
        try:
            window = parse_duration(window).plain
        except Invalid as error:
            raise Invalid(f"{place}reopen_within: {error.message}", error.hint) from None
    if isinstance(window, bool) or not isinstance(window, (int, float)) or window < 0:
        raise Invalid(f"{place}reopen_within: {window!r} is no duration", 'write it like "7d"')
    return {**facts, "reopen_within": int(window)}
