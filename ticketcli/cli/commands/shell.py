"""Commands about the program itself: completion scripts and help topics."""

from __future__ import annotations

import click

from ticketcli.app import App
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import DATA, rows_text, table, write
from ticketcli.errors import TicketError

_COLUMNS = ("code", "means", "errors")


@click.command(
    "completion",
    epilog=examples(
        'eval "$(ticket completion bash)"', "ticket completion fish > ~/.config/fish/completions/ticket.fish"
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script by which a shell completes `ticket`.

    Put the `eval` line of the example into ~/.bashrc or ~/.zshrc.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    from ticketcli.cli.main import COMPLETE, root

    kind = get_completion_class(shell)
    assert kind is not None
    # Bash's own `source` starts a shell only to look at its version.
    write(ShellComplete.source(kind(root, {}, "ticket", COMPLETE)) + "\n")


@click.command("exit-codes", epilog=examples("ticket help exit-codes", "ticket help exit-codes -o json"))
@takes("output", formats=("table", *DATA))
def exit_codes(app: App) -> None:
    """Show what each exit code means, and the errors that have it."""
    rows = [{"code": code, "means": means, "errors": errors} for code, means, errors in all_codes()]
    if app.call.output in DATA:
        write(rows_text(app.call.output, _COLUMNS, rows))
    else:
        cells = [(str(code), means, ", ".join(errors)) for code, means, errors in all_codes()]
        write(table(_COLUMNS, cells, right=("code",)))


def all_codes() -> list[tuple[int, str, list[str]]]:
    """Code, meaning and the `code` words of its errors in JSON, by number; made from the tree of errors."""
    codes: dict[int, tuple[str, list[str]]] = {
        0: ("done, also when there was nothing to do", []),
        1: ("a bug in ticketcli; a report file was written", [TicketError.code]),
        130: ("interrupted (Ctrl-C)", []),
        143: ("terminated (SIGTERM)", []),
    }
    for error in _below(TicketError):
        _, words = codes.setdefault(error.exit_code, (error.means, []))
        words.append(error.code)
    return [(code, *codes[code]) for code in sorted(codes)]


def _below(kind: type[TicketError]) -> list[type[TicketError]]:
    """The kinds of error under this one, broad ones before their narrow ones."""
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]
