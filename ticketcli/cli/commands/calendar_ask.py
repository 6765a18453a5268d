"""`ticket calendar add|between|open`, and `ticket calendar -` for many such questions."""

from __future__ import annotations

from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.calendars import calendars_of, from_file, hours, local, state, tell_uncovered
from ticketcli.cli.inputs import input_lines
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import json_lines, json_text, write
from ticketcli.domain.calendar import Calendar
from ticketcli.domain.counts import counted
from ticketcli.domain.instants import NEVER, Instant, parse_instant
from ticketcli.domain.rulebook import Calendars
from ticketcli.errors import Invalid, TicketError
from ticketcli.intake.objects import read_object
from ticketcli.services.asking import Answer, answer, named

_TIMES = (
    "A TIME such as 2026-03-02T09:00, or a date for its midnight, is on the calendar's clock; one with Z or +08:00 is "
    "an instant. A time that the clock shows twice is the first of them; one that it leaves out counts on from before "
    "the change."
)
_CHUNK = 500
"""Answers that are written together."""
_LONGEST_LINE = 1 << 16
_LIKE = '{"op": "open", "calendar": "office"}'


@click.command(
    "add",
    help="Show when so much open time is used up. DURATION is hours, minutes and seconds of open time (4h, 90m), or "
    "days: 2d ends on the second later date that has open time, at the same clock time or at the next opening. "
    f"{_TIMES}",
    epilog=examples(
        "ticket calendar add office 4h", "ticket calendar add office 3d --from 2026-09-30T17:00 -o json",
        "ticket calendar add office 90m --file calendars.yaml",
    ),
)  # fmt: skip
@click.argument("name")
@click.argument("duration")
@click.option("--from", "from_", metavar="TIME", help="When it begins; now without it.")
@from_file
@takes(*READ, formats=("table", "json", "jsonl"))
def add(app: App, name: str, duration: str, from_: str | None, file: str | None) -> None:
    question = {"op": "add", "calendar": name, "duration": duration, "from": from_}
    calendar, found = _ask(app, file, question)
    at = found.values["at"]
    _tell(app, found, local(calendar, NEVER if at is None else parse_instant(at), zone=True))


@click.command(
    "between",
    help=f"Show how much open time lies between two times; negative when TO lies before FROM. {_TIMES}",
    epilog=examples("ticket calendar between office 2026-03-02 2026-03-09", "ticket calendar between office "
                    "2026-03-02T09:00+08:00 2026-03-02T17:00+08:00 -o json"),
)  # fmt: skip
@click.argument("name")
@click.argument("from_", metavar="FROM")
@click.argument("to")
@from_file
@takes(*READ, formats=("table", "json", "jsonl"))
def between(app: App, name: str, from_: str, to: str, file: str | None) -> None:
    _, found = _ask(app, file, {"op": "between", "calendar": name, "from": from_, "to": to})
    seconds = found.values["seconds"]
    _tell(app, found, f"{hours(seconds)} ({seconds} seconds)")


@click.command(
    "open",
    help=f"Show whether a calendar is open, now or at a TIME, and when it opens and closes next. {_TIMES}",
    epilog=examples("ticket calendar open office", "ticket calendar open office 2026-10-01T10:00 -o json"),
)
@click.argument("name")
@click.argument("at", required=False, metavar="[TIME]")
@from_file
@takes(*READ, formats=("table", "json", "jsonl"))
def open_(app: App, name: str, at: str | None, file: str | None) -> None:
    calendar, found = _ask(app, file, {"op": "open", "calendar": name, "at": at})
    then = app.clock.now() if at is None else _instant(calendar, at)
    _tell(app, found, state(calendar, then))


def _instant(calendar: Calendar, text: str) -> int:
    from ticketcli.services.query.dates import parse_span

    return parse_span(text, calendar.zone).first


def _ask(app: App, file: str | None, question: dict[str, Any]) -> tuple[Calendar, Answer]:
    """The calendar and the answer; told are years that it does not cover."""
    calendars = calendars_of(app, file)
    found = answer(question, calendars, app.clock.now())
    tell_uncovered(app, question["calendar"], found.uncovered)
    return named(calendars, question["calendar"]), found


def _tell(app: App, found: Answer, sentence: str) -> None:
    write(f"{sentence if app.call.output == 'table' else json_text(found.values)}\n")


@click.command(
    "-",
    help="Answer questions from standard input, one JSON object a line, each on a line of its own and in their order: "
    '{"op": "add", "calendar": "office", "duration": "4h", "from": "2026-03-02T09:00"}, {"op": "between", "calendar", '
    '"from", "to"} and {"op": "open", "calendar", "at"}. The answers are {"at"}, {"seconds"} and {"open", "next_open", '
    '"next_close"}; null is never. An "id" comes back with the answer. What cannot be answered gets {"error", "line"} '
    f"and stops no other; the exit code is 5 then. {_TIMES}",
    epilog=examples("ticket calendar - < questions.jsonl", "ticket calendar - --file calendars.yaml < questions.jsonl"),
)
@from_file
@takes(*READ, formats=("table", "json", "jsonl"))
def ask(app: App, file: str | None) -> None:
    batch = _Batch(calendars_of(app, file), app.clock.now())
    answers: list[dict[str, Any]] = []
    for number, line in input_lines(_LONGEST_LINE):
        answers.append(batch.answered(number, line))
        if len(answers) == _CHUNK:
            write(json_lines(answers))
            answers.clear()
    write(json_lines(answers))
    for name, years in sorted(batch.uncovered.items()):
        tell_uncovered(app, name, years)
    if batch.refused:
        count = counted(batch.refused, "question")
        raise Invalid(f"{count} could not be answered", "each answer says why, and names the line")


class _Batch:
    """Answers questions; counts those that are refused, and gathers the years that calendars do not cover."""

    def __init__(self, calendars: Calendars, now: Instant) -> None:
        self.calendars, self.now = calendars, now
        self.refused = 0
        self.uncovered: dict[str, set[int]] = {}

    def answered(self, number: int, line: bytes | None) -> dict[str, Any]:
        """The answer to the question on that line, or why there is none. None is a line that is too long."""
        question: dict[str, Any] = {}
        try:
            question = read_object(_text(number, line), f"line {number}", _LIKE)
            found = answer(question, self.calendars, self.now)
        except TicketError as error:
            self.refused += 1
            named = {"id": question["id"]} if "id" in question else {}
            return {**named, "error": error.as_json(), "line": number}
        if found.uncovered:
            self.uncovered.setdefault(question["calendar"], set()).update(found.uncovered)
        return found.values


def _text(number: int, line: bytes | None) -> str:
    if line is None:
        raise Invalid(f"line {number}: more than {_LONGEST_LINE:,} bytes", "a question is one short object")
    try:
        return line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Invalid(f"line {number}: not UTF-8", "convert it, say with iconv -t UTF-8") from None
