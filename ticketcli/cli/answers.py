"""What writes answer: numbers for scripts, a sentence for people, or the results as JSON (design section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.output import csv_text, ids_text, json_lines, json_text, write
from ticketcli.domain.document import ticket_output
from ticketcli.errors import Incomplete
from ticketcli.services.changing import Options, Result

_COLUMNS = ("id", "action", "reason")


def options_of(app: App) -> Options:
    """How the global options say that a change is to be carried out."""
    call = app.call
    return Options(call.dry_run, call.each, call.if_version, lambda trouble: tell_trouble(app, trouble))


def tell_trouble(app: App, trouble: Sequence[str]) -> None:
    """Says that the rule files are not what decides."""
    more = f" (and {len(trouble) - 1} more)" if len(trouble) > 1 else ""
    app.tell(f"ticket: the rules do not check, the last good ones decide: {trouble[0]}{more} — see: ticket rules check")


def answer(app: App, results: Sequence[Result], *, numbers: bool = False) -> None:
    """Prints what became of each ticket; `numbers` puts the ids on stdout for people too, as `create` does.

    Raises `Incomplete` when one was refused under `--each`.
    """
    done = _done(app, results)
    for result in results:
        app.tell(sentence(app, result))
    write(_text(app, results, numbers), done=done)
    refused = [result for result in results if result.action == "refused"]
    if refused:
        listed = ", ".join(f"#{result.id}" for result in refused[:5])
        raise Incomplete(f"{len(refused)} of {len(results)} tickets were refused: {listed}", "the others are done")


def _done(app: App, results: Sequence[Result]) -> str:
    """What stands in the store by now, should the answer get lost."""
    changed = [f"#{result.id}" for result in results if result.action not in ("unchanged", "refused")]
    return "" if app.call.dry_run or not changed else f"changed: {', '.join(changed)}"


def _text(app: App, results: Sequence[Result], numbers: bool) -> str:
    output = app.call.output
    if output == "json":
        return json_text({"run": app.run, "results": [result_json(result) for result in results]}) + "\n"
    if output == "jsonl":
        return json_lines(result_json(result) for result in results)
    if output == "csv":
        return csv_text(_COLUMNS, (result_json(result) for result in results))
    known = [result.id for result in results if result.id is not None and result.action != "refused"]
    return ids_text(known) if numbers or output == "ids" else ""


def result_json(result: Result) -> dict[str, Any]:
    """`{"id", "action", "reason", "ticket"}`."""
    ticket = ticket_output(result.ticket, result.view) if result.ticket else None
    return {"id": result.id, "action": result.action, "reason": result.reason, "ticket": ticket}


def sentence(app: App, result: Result) -> str:
    """What became of the ticket, in one line for people."""
    head = f"#{result.id}" if result.id is not None else "ticket"
    if result.action == "refused" and result.error:
        return escape(f"{head} refused: {result.error.message} — {result.error.hint}")
    would = "would be " if app.call.dry_run and result.action != "unchanged" else ""
    why = f" ({result.reason})" if result.reason else ""
    return escape(f"{head} {would}{result.action}{why}: {_state(result)}") if result.ticket else f"{head} {result.action}"


def _state(result: Result) -> str:
    ticket = result.ticket
    assert ticket is not None
    place = ticket.team or "no team"
    who = f", {ticket.assignee}" if ticket.assignee else ", nobody assigned"
    return f"{ticket.status}, {ticket.priority}, {place}{who}"
