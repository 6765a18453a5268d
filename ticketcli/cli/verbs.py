"""The verbs that change tickets: each collects its options and calls one operation (design section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.confirm import confirm as ask
from ticketcli.cli.inputs import DURATION, ID, ids_argument, ids_of_words, parse_id, read_text
from ticketcli.cli.options import WRITE, WRITE_MANY, examples, takes
from ticketcli.cli.pairs import pairs, quoted
from ticketcli.errors import UsageError
from ticketcli.services import changing

MANY = 20
"""Closing or moving more tickets than this at once needs a yes."""
_MAX_BODY = 64 << 20
_COMMENT = (*WRITE, "if_version")
_TO = click.option("--to", metavar="STATUS", help="This status, instead of the first one of its kind.")
_CONFIRMED = (*WRITE_MANY, "yes")


def _do(app: App, verb: str, ids: Sequence[int], **args: Any) -> None:
    if app.call.if_version is not None and len(ids) != 1:
        raise UsageError("--if-version is for one ticket", "name one number")
    answer(app, changing.change(app.session, verb, ids, args, options_of(app)))


def _move_many(app: App, verb: str, ids: Sequence[int], **args: Any) -> None:
    if len(ids) > MANY and not app.call.dry_run:
        ask(app, f"{verb} {len(ids)} tickets")
    _do(app, verb, ids, **args)


@click.command(
    help="Write a comment. Agents' comments are public and answer the requester, unless --internal.",
    epilog=examples(
        "ticket comment 12 'restarted, please try again'",
        "tail -50 app.log | ticket comment 12 -F - --internal",
        "ticket comment 12 --class requester 'still broken'",
    ),
)
@click.argument("id", type=ID)
@click.argument("words", nargs=-1, metavar="[TEXT]")
@click.option("-F", "--file", metavar="FILE", help="The text from a file, or from stdin with -.")
@click.option("--internal", is_flag=True, help="For colleagues only; it answers nobody.")
@takes(*_COMMENT, writes=True)
def comment(app: App, id: int, words: Sequence[str], file: str | None, internal: bool) -> None:
    if len(words) > 1:
        raise UsageError(f"the text is {len(words)} words", f"put it in quotes: ticket comment {id} {quoted(words)}")
    if bool(words) == (file is not None):
        raise UsageError("a comment needs one text", "write it behind the number, or pipe it in with -F -")
    text = words[0] if file is None else read_text(file, _MAX_BODY)
    _do(app, "comment", [id], text=text, internal=internal)


@click.command(
    help="Assign tickets to a person, or to nobody.",
    epilog=examples("ticket assign 12 ann", "ticket list team:dba assignee:none -o ids | ticket assign - ann"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... [PERSON]")
@click.option("--nobody", is_flag=True, help="Take the assignee away.")
@takes(*WRITE_MANY, writes=True)
def assign(app: App, words: Sequence[str], nobody: bool) -> None:
    named = not _is_id(words[-1])
    if named == nobody:
        raise UsageError("assign needs a person, or --nobody", "write ticket assign 12 ann")
    _do(app, "assign", _ids(words[:-1] if named else words), to=words[-1] if named else None)


@click.command(
    help="Assign tickets to yourself, and start those that are new. A ticket somebody else took is refused.",
    epilog=examples("ticket take 12"),
)
@ids_argument
@takes(*WRITE_MANY, writes=True)
def take(app: App, ids: Sequence[int]) -> None:
    _do(app, "take", ids)


@click.command(
    "set",
    help="Set values by their JSON keys: subject, description, category, priority, team, assignee, requester, "
    "tier, asset, fields.NAME, external_ids.NAME. An empty value takes it away. What you set, rules leave alone.",
    epilog=examples("ticket set 12 priority=high", "ticket set 12 13 category=database fields.region=north tier=vip"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... KEY=VALUE...")
@takes(*WRITE_MANY, writes=True)
def set_(app: App, words: Sequence[str]) -> None:
    stray = [word for word in words if "=" not in word and not _is_id(word)]
    if stray:
        raise UsageError(f"{stray[0]!r} is neither a ticket number nor key=value", "write ticket set 12 priority=high")
    values = pairs((word for word in words if "=" in word), "word")
    _do(app, "set", _ids([word for word in words if "=" not in word]), values=values)


@click.command(
    help="Add and remove labels.",
    epilog=examples("ticket label 12 prod keep-open", "ticket label 12 --remove stale", "ticket label 12 --add 2026"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... [LABEL]...")
@click.option("--add", "more", multiple=True, metavar="LABEL", help="A label that looks like a number; may repeat.")
@click.option("--remove", multiple=True, metavar="LABEL", help="A label to take off; may stand several times.")
@takes(*WRITE_MANY, writes=True)
def label(app: App, words: Sequence[str], more: Sequence[str], remove: Sequence[str]) -> None:
    ids = [word for word in words if _is_id(word)]
    add = [*(word for word in words if not _is_id(word)), *more]
    if not add and not remove:
        raise UsageError("no label to add or remove", "write ticket label 12 prod, or --remove stale")
    _do(app, "label", _ids(ids), add=add, remove=list(remove))


def _is_id(word: str) -> bool:
    return word == "-" or parse_id(word) is not None


def _ids(words: Sequence[str]) -> tuple[int, ...]:
    """The numbers, none when standard input held none; no word at all is a usage error, never "all"."""
    if not words:
        raise UsageError("no ticket number", "name the tickets first: 12, several, or - for those on standard input")
    return ids_of_words(words)


@click.command(
    help="Move tickets to a status by its name.",
    epilog=examples("ticket move 12 pending", "ticket move 12 13 open"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... STATUS")
@click.option("--reason", metavar="R", help="Why, when the status is final: one of the lifecycle's close_reasons.")
@takes(*_CONFIRMED, writes=True)
def move(app: App, words: Sequence[str], reason: str | None) -> None:
    if _is_id(words[-1]):
        raise UsageError("no status to move to", "write ticket move 12 pending")
    _move_many(app, "move", _ids(words[:-1]), to=words[-1], reason=reason)


def _by_kind(verb: str, sentence: str, example: str) -> click.Command:
    @click.command(verb, help=sentence, epilog=examples(*example.split(" ; ")))
    @ids_argument
    @_TO
    @takes(*_CONFIRMED, writes=True)
    def command(app: App, ids: Sequence[int], to: str | None) -> None:
        _move_many(app, verb, ids, to=to)

    return command


start = _by_kind("start", "Begin work: the first active status that may be reached.", "ticket start 12")
wait = _by_kind("wait", "Wait for somebody else: the first waiting status.", "ticket wait 12 --to pending")
reopen = _by_kind("reopen", "Take up again what was resolved or closed.", "ticket reopen 12")


@click.command(
    help="The work is done: the first resolved status that may be reached.",
    epilog=examples("ticket resolve 12", "ticket resolve --dedup-key build/main --if-exists"),
)
@click.argument("words", nargs=-1, metavar="[ID]...")
@_TO
@click.option("--dedup-key", metavar="K", help="The unresolved ticket with this key, in place of a number.")
@click.option("--if-exists", is_flag=True, help="With --dedup-key: no such ticket is no error.")
@takes(*_CONFIRMED, writes=True)
def resolve(app: App, words: Sequence[str], to: str | None, dedup_key: str | None, if_exists: bool) -> None:
    if (dedup_key is None) == (not words) or (if_exists and dedup_key is None):
        raise UsageError("resolve needs ticket numbers or --dedup-key", "write ticket resolve 12")
    if dedup_key is None:
        _move_many(app, "resolve", _ids(words), to=to)
    else:
        answer(app, changing.resolve_key(app.session, dedup_key, {"to": to}, options_of(app), if_exists))


@click.command(
    help="Close tickets: the first final status that may be reached.",
    epilog=examples(
        "ticket close 12", "ticket close 12 --reason duplicate", "ticket list label:spam -o ids | ticket close - --yes"
    ),
)
@ids_argument
@_TO
@click.option("--reason", metavar="R", help="One of the lifecycle's close_reasons.  [default: the first]")
@takes(*_CONFIRMED, writes=True)
def close(app: App, ids: Sequence[int], to: str | None, reason: str | None) -> None:
    _move_many(app, "close", ids, to=to, reason=reason)


@click.command(
    help="Give tickets more time: the auto-close wait begins anew now, or ends later with --by.",
    epilog=examples("ticket extend 12", "ticket extend 12 --by 2d"),
)
@ids_argument
@click.option("--by", type=DURATION, metavar="TIME", help="Move the end of the wait by this much instead.")
@takes(*WRITE_MANY, writes=True)
def extend(app: App, ids: Sequence[int], by: float | None) -> None:
    _do(app, "extend", ids, by=None if by is None else int(by))


@click.command(
    help="Stop auto-close, reminders and escalation until a time, or until `ticket unhold`.",
    epilog=examples("ticket hold 12 --until 3d --reason 'waits for the vendor'", "ticket hold 12 --until 2026-12-01"),
)
@ids_argument
@click.option("--until", metavar="TIME", help="When the hold ends: a date, an instant, or a duration from now.")
@click.option("--reason", metavar="TEXT", help="Why, for whoever looks at it next.")
@takes(*WRITE_MANY, writes=True)
def hold(app: App, ids: Sequence[int], until: str | None, reason: str | None) -> None:
    from ticketcli.cli.times import moment

    _do(app, "hold", ids, until=moment(app, until) if until else None, reason=reason)


def _plain(verb: str, sentence: str, *calls: str) -> click.Command:
    @click.command(verb, help=sentence, epilog=examples(*calls))
    @ids_argument
    @takes(*WRITE_MANY, writes=True)
    def command(app: App, ids: Sequence[int]) -> None:
        _do(app, verb, ids)

    return command


unhold = _plain("unhold", "End a hold now; rules run again.", "ticket unhold 12")
route = _plain(
    "route", "Give tickets back to the rules: what people chose binds no longer, and they are routed anew.",
    "ticket route 12", "ticket route 12 --dry-run",
)  # fmt: skip
confirm = _plain(
    "confirm", "Close what an auto-close rule with `confirm` asks for; needs the rule's role.", "ticket confirm 12"
)

