"""Asking before what is hard to take back."""

from __future__ import annotations

import click

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.inputs import somebody_answers
from ticketcli.errors import ConfirmationMissing


def confirm(app: App, what: str) -> None:
    """Returns if the call says `--yes` or the person says yes; raises `ConfirmationMissing` otherwise.

    `what` completes "This will …", such as "close 35 tickets". Nobody is asked where nobody could answer.
    """
    if app.call.yes:
        return
    if not somebody_answers():
        raise ConfirmationMissing(f"this would {what}, and nobody is there to confirm it", "add --yes if that is meant")
    if not click.confirm(escape(f"This will {what}. Go on?"), err=True):
        raise ConfirmationMissing("not confirmed, nothing was changed", "add --yes to go ahead without the question")
