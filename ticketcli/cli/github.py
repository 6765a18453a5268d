"""`-o github` of what changes tickets: annotations in the job's log, and outputs for the steps behind it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ticketcli.cli.annotations import Annotation, github_text
from ticketcli.errors import OutcomeUnknown
from ticketcli.services.steps import Result

_CHANGED = ("created", "updated", "reopened")
_LEVELS = {"created": "warning", "reopened": "warning", "refused": "error"}


def results_text(results: Sequence[Result]) -> str:
    """An annotation for each ticket: a warning for what was opened, a notice for the rest."""
    return github_text(_annotation(result) for result in results if result.id is not None or result.error)


def _annotation(result: Result) -> Annotation:
    name = f"ticket {result.id}" if result.id is not None else "ticket"
    if result.error:
        return Annotation("error", result.error.message, title=f"{name} refused")
    subject, status = (result.ticket.subject, result.ticket.status) if result.ticket else ("", "")
    word = "resolved" if status == "resolved" and result.action == "updated" else result.action
    why = f" ({result.reason})" if result.reason else ""
    return Annotation(_LEVELS.get(result.action, "notice"), f"{subject}{why}".strip(), title=f"{name} {word}")


def set_outputs(results: Sequence[Result], done: str) -> None:
    """Adds `ticket`, `tickets` and `action` to the file that GitHub names, if it names one.

    Nothing of a ticket's text goes there. Raises `OutcomeUnknown` with what was done when it cannot be written.
    """
    path = os.environ.get("GITHUB_OUTPUT")
    changed = [result for result in results if result.action in (*_CHANGED, "unchanged") and result.id is not None]
    if not path or not changed:
        return
    ids = ",".join(str(result.id) for result in changed)
    lines = f"ticket={changed[0].id}\ntickets={ids}\naction={changed[0].action}\n"
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(lines)
    except OSError as error:
        why = f"the step's outputs could not be written to {path} ({(error.strerror or str(error)).lower()})"
        raise OutcomeUnknown(f"{done}, but {why}" if done else why, "check GITHUB_OUTPUT") from None
