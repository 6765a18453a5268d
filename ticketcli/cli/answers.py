"""What writes answer: numbers for scripts, a sentence for people, or the results as JSON (design section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.output import MACHINE, csv_text, ids_text, json_lines, json_text, write
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.document import ticket_output
from ticketcli.domain.events import Event
from ticketcli.errors import Incomplete
from ticketcli.services.in_force import InForce
from ticketcli.services.steps import Options, Result

_COLUMNS = ("id", "action", "reason")


def options_of(app: App) -> Options:
    """How the global options say that a change is to be carried out."""
    call = app.call
    told: set[tuple[str, ...]] = set()

    def once(rules: InForce) -> None:
        if rules.trouble not in told:
            told.add(rules.trouble)
            tell_trouble(app, rules)

    return Options(call.dry_run, call.each, call.if_version, call.idempotency_key, once)


def answer(app: App, results: Sequence[Result], *, numbers: bool = False, names: Sequence[str] = ()) -> None:
    """Prints what became of each ticket.

    `numbers` puts the ids on stdout for people too, as `create` does. `names` say where each ticket stood that has no
    number yet (`line 3`). Raises `Incomplete` when one was refused under `--each`.
    """
    text = _text(app, results, numbers)
    if text:
        write(text, done=_done(app, results))
    if app.call.output == "github" and not app.call.dry_run:
        from ticketcli.cli.github import set_outputs

        set_outputs(results, _done(app, results))
    _tell(app, results)
    refused = [(result, name) for result, name in zip(results, names or [""] * len(results)) if result.error]
    if refused:
        listed = ", ".join(f"#{result.id}" if result.id else name for result, name in refused[:5])
        more = " …" if len(refused) > 5 else ""
        raise Incomplete(f"{len(refused)} of {len(results)} refused: {listed}{more}", _others(app, results))


def _others(app: App, results: Sequence[Result]) -> str:
    """What became of those that were not refused."""
    actions = {result.action for result in results}
    if "not_tried" in actions:
        return "those before are done, those after were not tried"
    return "nothing was changed" if app.call.dry_run or actions == {"refused"} else "the others are done"


def _done(app: App, results: Sequence[Result]) -> str:
    """What stands in the store by now, should the answer get lost: `#12 created, #13 updated`."""
    changed = [result for result in results if result.action not in ("unchanged", "refused", "not_tried")]
    return "" if app.call.dry_run else ", ".join(f"#{result.id} {result.action}" for result in changed)


def _text(app: App, results: Sequence[Result], numbers: bool) -> str:
    """What goes to stdout. A number there means a ticket on disk, so a rehearsed `create` prints none."""
    output = app.call.output
    if output == "json":
        return json_text({"run": app.run, "results": [result_json(result) for result in results]}) + "\n"
    if output == "jsonl":
        return json_lines(result_json(result) for result in results)
    if output == "csv":
        return csv_text(_COLUMNS, (result_json(result) for result in results))
    if output == "github":
        from ticketcli.cli.github import results_text

        return results_text(results)
    known = [result.id for result in results if result.id is not None and result.action not in ("refused", "not_tried")]
    return ids_text(known) if output == "ids" or (numbers and not app.call.dry_run) else ""


def result_json(result: Result) -> dict[str, Any]:
    """`{"id", "action", "reason", "ticket"}`."""
    ticket = ticket_output(result.ticket, result.view) if result.ticket else None
    return {"id": result.id, "action": result.action, "reason": result.reason, "ticket": ticket}


def _tell(app: App, results: Sequence[Result]) -> None:
    """A sentence for each ticket; rehearsals and -v add a line for each event. Programs have it in their JSON.

    Whom another ticket got that waited for a person is told too.
    """
    if app.call.output in (*MACHINE, "github"):
        return
    whole = app.call.verbose or app.call.dry_run
    for result in results:
        app.tell(sentence(app, result))
        for line in event_lines(app, [event for event in result.events if whole and event.ticket == result.id]):
            app.tell(f"  {line}")
        others = [event for event in result.events if event.ticket != result.id and (whole or event.kind == "routed")]
        for event, line in zip(others, event_lines(app, others)):
            app.tell(f"#{event.ticket} {line}")


def event_lines(app: App, events: Sequence[Event]) -> Iterable[str]:
    """Who did what and by which rule, in the words of `ticket log`."""
    if not events:
        return
    from ticketcli.cli.log_text import told
    from ticketcli.cli.times import moments_of

    moments = moments_of(app)
    for event in events:
        said = told(event, moments)
        yield f"{said.who} {said.what}" + (f"  ({said.source})" if said.source else "")


def sentence(app: App, result: Result) -> str:
    """What became of the ticket, in one line for people."""
    if result.error:
        head = f"#{result.id} refused" if result.id else "refused"
        hint = f" — {result.error.hint}" if result.error.hint else ""
        return escape(f"{head}: {result.error.message}{hint}")
    if result.id is None and result.action == "unchanged":
        return escape(f"unchanged: {result.reason}")
    head = f"#{result.id}" if result.id is not None else "nothing"
    would = "would be " if app.call.dry_run and result.action != "unchanged" else ""
    why = f" ({result.reason})" if result.reason else ""
    return escape(f"{head} {would}{result.action}{why}{_state(result)}")


def _state(result: Result) -> str:
    ticket = result.ticket
    if ticket is None:
        return ""
    place = f"{ticket.team or 'no team'} / {ticket.assignee or 'nobody assigned'}"
    return f": {ticket.status}, {ticket.priority}, {place}"
