"""`ticket comment`: a public answer, or a note for colleagues."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do
from ticketcli.cli.completing import tickets
from ticketcli.cli.inputs import ID, read_text
from ticketcli.cli.options import WRITE, examples, takes
from ticketcli.cli.pairs import quoted
from ticketcli.errors import UsageError

_MAX_BODY = 64 << 20
_COMMENT = (*WRITE, "if_version")


@click.command(
    help="Write a comment. Agents' comments are public and answer the requester, unless --internal.",
    epilog=examples(
        "ticket comment 12 'restarted, please try again'",
        "tail -50 app.log | ticket comment 12 -F - --internal",
        "ticket comment 12 --edit",
        "ticket comment 12 --class requester 'still broken'",
    ),
)
@click.argument("id", type=ID, shell_complete=tickets)
@click.argument("words", nargs=-1, metavar="[TEXT]")
@click.option("-F", "--file", metavar="FILE", help="The text from a file, or from stdin with -.")
@click.option("--edit", is_flag=True, help="Write the text in your editor (VISUAL or EDITOR).")
@click.option("--internal", is_flag=True, help="For colleagues only; it answers nobody.")
@takes(*_COMMENT, writes=True)
def comment(app: App, id: int, words: Sequence[str], file: str | None, edit: bool, internal: bool) -> None:
    if len(words) > 1:
        raise UsageError(f"the text is {len(words)} words", f"put it in quotes: ticket comment {id} {quoted(words)}")
    if edit and not (words and file):
        _edit(app, id, read_text(file, _MAX_BODY) if file else "".join(words), internal)
        return
    if bool(words) == (file is not None):
        raise UsageError("a comment needs one text", "write it behind the number, or pipe it in with -F -")
    text = words[0] if file is None else read_text(file, _MAX_BODY)
    do(app, "comment", [id], text=text, internal=internal)


def _edit(app: App, id: int, before: str, internal: bool) -> None:
    from ticketcli.cli.editing import edited, keeping

    kind = "An internal note" if internal else "A public comment"
    text = edited(before, f"{kind} on #{id}. An empty text writes nothing.")
    with keeping(text):
        do(app, "comment", [id], text=text, internal=internal)
