"""`ticket audit seal`: the end of history, to be kept elsewhere."""

from __future__ import annotations

import errno
import os

import click

from ticketcli.app import App
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.errors import Conflict, Invalid, NotPermitted

_UNWRITABLE = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS)


@click.command(
    "seal",
    help="Write down where history ends now: number and hash of the newest event, as JSON to FILE or standard output. "
    "Keep it where nobody who can change the store can change it, say on another machine; ticket audit verify --seal "
    "then notices when the newest events are cut off, an older state is put in place, or history is written anew. An "
    "older seal at FILE is replaced; anything else is not.",
    epilog=examples("ticket audit seal /mnt/elsewhere/seal.json", "ticket audit seal | ssh elsewhere 'cat >> seals'"),
)
@click.argument("file", metavar="[FILE]", required=False)
@takes("desk", "quiet", "verbose")
def seal(app: App, file: str | None) -> None:
    from ticketcli.services.auditing import seal as seal_history

    with app.store.read() as reader:
        sealed = seal_history(reader, app.settings.name)
    text = json_text(sealed.as_json()) + "\n"
    if file is None or file == "-":
        write(text)
        return
    from ticketcli.config.files import write_whole

    path = os.path.abspath(file)
    _check_place(path)
    try:
        write_whole(path, text.encode(), 0o600, durable=True)
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        raise NotPermitted(f"{file}: cannot be written ({error.strerror})", "name another file") from None
    app.tell(f"history is sealed at event {sealed.seq} in {file}")
    if os.path.realpath(path).startswith(os.path.realpath(app.desk) + os.sep):
        app.tell("this file lies beside the store: whoever can change one can change both, so keep it elsewhere")


def _check_place(path: str) -> None:
    """An older seal makes room for a new one. Raises `Conflict` for anything else, a desk's own files above all."""
    from ticketcli.cli.commands.audit_verify import read_seal

    if not os.path.lexists(path):
        return
    if not os.path.isfile(path):
        raise Conflict(f"{path} is no file", "name the file to write, or leave it out for standard output")
    try:
        read_seal(path)
    except Invalid:
        raise Conflict(f"{path} exists and is no seal", "name another file, or remove it first") from None
