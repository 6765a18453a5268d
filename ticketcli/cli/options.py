"""The global options, each written once; a command names those that change something for it (design section 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from ticketcli.app import App, Call
from ticketcli.cli.escape import escape
from ticketcli.cli.failure import say
from ticketcli.cli.inputs import DURATION, FILLED, INSTANT, KEY
from ticketcli.cli.output import FORMATS
from ticketcli.errors import UsageError

READ = ("desk", "output", "quiet", "verbose", "now")
BACK = "at"
"""What the reads of tickets take too: a look at the desk as it stood."""
WRITE = (*READ, "as_", "class_", "dry_run", "lock_timeout", "strict_rules", "idempotency_key")
WRITE_MANY = (*WRITE, "each", "if_version")

Command = Callable[..., None]
Decorator = Callable[[Command], Command]


def takes(*names: str, writes: bool = False, formats: Sequence[str] = FORMATS) -> Decorator:
    """Stands right above a command's function, which is called with the `App` and then its own options.

    `names` are fields of `Call`; the command has these global options and no others. `formats` are what its
    `--output` knows. `writes` says that it changes the desk.
    """

    def decorate(function: Command) -> Command:
        @wraps(function)
        def command(**values: Any) -> None:
            given = {name: values.pop(name) for name in names}
            if "output" in given:
                given["output"] = _format(given["output"], values.pop("json"))
            if given.get("quiet") and given.get("verbose"):
                raise UsageError("--quiet and --verbose contradict each other", "leave one out")
            typed = given.pop("at", None)
            app = App(Call(**given, writes=writes), tell)
            try:
                app.call = app.call._replace(at=_moment(app, typed)) if typed is not None else app.call
                function(app, **values)
            finally:
                app.close()

        for name in reversed(names):
            for option in reversed(_options(name, formats)):
                option(command)
        return command

    return decorate


def tell(sentence: str) -> None:
    """A sentence for the person, on stderr, safe for a terminal."""
    say(escape(sentence, lines=True))


def _moment(app: App, typed: str) -> int:
    """The instant that `--at` names; without a zone it is in the desk's, and a date is its first second."""
    from ticketcli.cli.times import zone_of
    from ticketcli.services.query.dates import parse_span

    return parse_span(typed, zone_of(app)).first


def _format(output: str | None, json: bool) -> str:
    if json and output not in (None, "json") and _on_the_line("output"):
        raise UsageError(f"--json and --output {output} contradict each other", "leave one out")
    return "json" if json else output or "table"


def _on_the_line(name: str) -> bool:
    """Whether the call itself says it, rather than a variable."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def examples(*lines: str) -> str:
    """An epilog that shows calls as a person would type them."""
    return "\n".join(["\b", "Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines)])


def _options(name: str, formats: Sequence[str]) -> list[Callable[[Command], Command]]:
    if name == "output":
        kinds = click.Choice(formats)
        answer = "Form of the answer; `table` is for people."
        return [
            click.option("-o", "--output", type=kinds, envvar="TICKETCLI_OUTPUT", show_envvar=True, help=answer),
            click.option("--json", is_flag=True, help="The same as `-o json`."),
        ]
    return [_OPTIONS[name]]


_OPTIONS: dict[str, Callable[[Command], Command]] = {
    "desk": click.option("--desk", type=FILLED, metavar="DIR", help="The desk to use.  [env var: TICKETCLI_DESK]"),
    "quiet": click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors."),
    "verbose": click.option("-v", "--verbose", is_flag=True, help="Say more on stderr: which desk and why, each step."),
    "as_": click.option(
        "--as",
        "as_",
        type=FILLED,
        metavar="NAME",
        envvar="TICKETCLI_AS",
        show_envvar=True,
        help="Act for this person of the desk; the log keeps both names.",
    ),
    "class_": click.option(
        "--class",
        "class_",
        type=click.Choice(["requester", "agent", "bot"]),
        envvar="TICKETCLI_CLASS",
        show_envvar=True,
        help="Act as requester, agent or bot, whatever the call looks like.",
    ),
    "yes": click.option("--yes", is_flag=True, help="Go ahead without asking."),
    "dry_run": click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing."),
    "each": click.option("--each", is_flag=True, help="One commit per ticket: a refused one does not stop the others."),
    "if_version": click.option(
        "--if-version", type=click.IntRange(min=1), metavar="N", help="Only if the ticket still has this version."
    ),
    "idempotency_key": click.option(
        "--idempotency-key",
        type=KEY,
        metavar="KEY",
        help="A repeat with the same key changes nothing and answers as the first time; kept for 30 days.",
    ),
    "strict_rules": click.option(
        "--strict-rules", is_flag=True, help="Refuse to go on by the last good rules when the rule files do not check."
    ),
    "lock_timeout": click.option(
        "--lock-timeout",
        type=DURATION,
        default="10s",
        metavar="TIME",
        envvar="TICKETCLI_LOCK_TIMEOUT",
        show_envvar=True,
        show_default=True,
        help="How long to wait while others change the desk.",
    ),
    "at": click.option("--at", metavar="TIME", help="Show the desk as it stood then: 2026-03-02, 2026-03-02T09:00."),
    "now": click.option(
        "--now",
        type=INSTANT,
        metavar="TIME",
        envvar="TICKETCLI_NOW",
        show_envvar=True,
        help="Answer as if it were this time, such as 2026-03-02T09:00:00Z; writes need a sandbox desk.",
    ),
}
GLOBAL = frozenset((*_OPTIONS, "output", "json"))
"""The parameters of a command that these options make."""
