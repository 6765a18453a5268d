"""How a call ends otherwise than well: one line on stderr (or JSON), and the exit code (design section 7)."""

from __future__ import annotations

import errno
import os
import sys

import click

from ticketcli.cli.escape import escape
from ticketcli.errors import Invalid, NotPermitted, OutcomeUnknown, TicketError, UsageError

BUG = 1
INTERRUPTED = 130
TERMINATED = 143
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
_EXHAUSTED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Terminated(BaseException):
    """SIGTERM arrived."""


def wants_json(args: list[str]) -> bool:
    """Whether the call asks for machine output, told from the raw words: the parse itself may be what failed."""
    words = args[: args.index("--")] if "--" in args else args
    asked = os.environ.get("TICKETCLI_OUTPUT", "")
    for index, word in enumerate(words):
        if word == "--json":
            return True
        if word in ("-o", "--output"):
            asked = words[index + 1] if index + 1 < len(words) else ""
        elif word.startswith(("-o", "--output=")):
            asked = word.removeprefix("--output=").removeprefix("-o")
    return asked in ("json", "jsonl")


def exit_code_of(error: BaseException, args: list[str]) -> int:
    """Tells the person what went wrong and answers the exit code. Never raises."""
    known = _known(error)
    if known is not None:
        report(known, json=wants_json(args))
        return known.exit_code
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        say("ticket: interrupted")
        return INTERRUPTED
    if isinstance(error, Terminated):
        say("ticket: terminated")
        return TERMINATED
    return _bug(error, args)


def _known(error: BaseException) -> TicketError | None:
    """The error in our own words, None for interrupts and bugs."""
    if isinstance(error, TicketError):
        return error
    if isinstance(error, click.UsageError):
        return _usage(error)
    if isinstance(error, OSError) and error.errno in _REFUSED:
        return NotPermitted(_of_system(error), "ask the owner, or check the file's mode")
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return Invalid(_of_system(error), "give a shorter name")
    if isinstance(error, OSError) and error.errno in _EXHAUSTED:
        return OutcomeUnknown(_of_system(error), "see whether the change is there before you repeat it")
    return None


def _usage(error: click.UsageError) -> UsageError:
    """Click's sentence as the first half of ours; its words for unknown options differ from release to release."""
    if isinstance(error, click.NoSuchOption) and error.ctx:
        return _no_option(error.option_name, error.ctx)
    text = " ".join(error.format_message().split()).rstrip(".")
    text = text.replace("is not a valid integer range", "is not a whole number")
    path = error.ctx.command_path if error.ctx else "ticket"
    return UsageError(text[:1].lower() + text[1:], f"see {path} --help")


def _no_option(name: str, context: click.Context) -> UsageError:
    from ticketcli.domain.nearest import nearest

    path = context.command_path
    if name == "--at":
        return UsageError(f"{path} has no --at", "only list, show, log and rules explain look back")
    near = nearest(name, [known for param in context.command.params for known in param.opts if known[:2] == "--"])
    hint = f"did you mean {near}? see {path} --help" if near else f"see {path} --help"
    return UsageError(f"no such option {name!r}", hint)


def _of_system(error: OSError) -> str:
    where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
    return f"{where}{(error.strerror or str(error)).lower()}"


def report(error: TicketError, *, json: bool) -> None:
    """`ticket: what — what next` on stderr, or the `error` object."""
    if json:
        from ticketcli.cli.output import json_text

        say(json_text({"error": error.as_json()}))
    else:
        say(escape(f"ticket: {error.message} — {error.hint}" if error.hint else f"ticket: {error.message}"))


def say(line: str) -> None:
    """A finished line on stderr; a closed stderr is no reason to fail."""
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass


def _bug(error: BaseException, args: list[str]) -> int:
    """A report file with the traceback, one line that names it."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    try:
        where = f"please report it with {write_report(error, args)}"
    except OSError as reason:
        where = f"no report could be written ({reason.strerror})"
    bug = TicketError(f"a bug in ticketcli: {what}", where)
    report(bug, json=wants_json(args))
    return BUG


def write_report(error: BaseException, args: list[str]) -> str:
    """Keeps what happened in a file of mode 0600 under the XDG state directory; answers its path."""
    import platform
    import time
    import traceback

    from ticketcli import __version__
    from ticketcli.config.places import state_folder

    folder = os.path.join(state_folder(), "reports")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.txt")
    lines = [
        f"ticketcli {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"call: {args!r}",
        "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    ]
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", errors="backslashreplace") as file:
        file.write("\n".join(lines))
    return path
