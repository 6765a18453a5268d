"""Where a call begins and ends: the root group, signals, errors and the exit code."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, NoReturn

import click

from ticketcli import __version__
from ticketcli.cli.failure import Terminated, exit_code_of
from ticketcli.cli.lazy import LazyGroup
from ticketcli.cli.output import ReaderGone, write
from ticketcli.cli.table import SECTIONS

COMPLETE = "_TICKET_COMPLETE"
_HELP = """A ticket desk for the shell.

People work tickets by hand, pipelines open and resolve them, cron runs `ticket sweep`; YAML rules decide the rest."""
_EPILOG = """\b
Most commands take --desk --output --json --quiet --verbose --now, reads of
tickets also --at, those that write also --as --class --dry-run --lock-timeout
--idempotency-key, and where there is a use for it --each --if-version --yes
--strict-rules; they may stand before or behind the command.
`ticket COMMAND --help` explains them and shows examples."""


def _print_version(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    if asked:
        write(f"ticketcli {__version__}\n")
        ctx.exit()


root = LazyGroup(
    "ticket",
    SECTIONS,
    help=_HELP,
    epilog=_EPILOG,
    params=[
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
            help="Show the version and exit.",
        )
    ],
)  # fmt: skip


def run(args: list[str]) -> int:
    """Runs one call in this process and answers its exit code; never raises."""
    try:
        with root.make_context("ticket", args) as context:
            root.invoke(context)
        return 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as help:
        click.echo(help.format_message(), err=True)
        return help.exit_code
    except (ReaderGone, BrokenPipeError):
        return 0
    except BaseException as error:
        return exit_code_of(error, args)


def main() -> NoReturn:
    """The commands `ticket` and `ticketcli`."""
    if COMPLETE in os.environ:
        _complete()
    _occupy_standard_streams()
    signal.signal(signal.SIGTERM, _terminate)
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """Ends the process at once: all is closed by now, and taking the interpreter down costs a tenth of a call."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    os._exit(code)


def _occupy_standard_streams() -> None:
    """A store opened under the number of a closed stderr would get the error texts."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:  # it was closed: `print` would take stdout in its place
        sys.stderr = os.fdopen(2, "w")


def _complete() -> NoReturn:
    """The shell asks for completions: Click's protocol. What fails offers nothing: an error would stand in the middle
    of the line that is being typed, and is told when that is run."""
    from click.shell_completion import shell_complete

    try:
        sys.exit(shell_complete(root, {}, "ticket", COMPLETE, os.environ[COMPLETE]))
    except Exception:
        sys.exit(0)


def _terminate(number: int, frame: Any) -> NoReturn:
    raise Terminated
