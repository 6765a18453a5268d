"""Auto-close rules that surprise people: a close that nobody hears of, a reminder longer than the wait."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.domain.calendar import Calendar
from ticketcli.domain.durations import DAY, Duration
from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Rule
from ticketcli.rulebook.spans import at_least, duration_of

UNANNOUNCED = Page(
    "unannounced-close",
    "warning",
    "tickets are closed without a reminder, and nothing exempts any",
    "`remind: []` closes without a word, which is fine for tickets that nobody waits for. With no `unless` either, "
    "there is no way to keep such a ticket but to write in it in time. Send a reminder, or say which tickets stay.",
    bad="""\
autoclose:
  - {name: alerts, when: {status: resolved, source: alert}, after: 1d, remind: [], close: {reason: recovered}}
""",
    cured="""\
autoclose:
  - name: alerts
    when: {status: resolved, source: alert}
    unless: {labels: {has: keep-open}}
    after: 1d
    remind: []
    close: {reason: recovered}
""",
)
LONG = Page(
    "reminder-too-long",
    "warning",
    "this reminder announces about as much open time as the whole wait has",
    "Under a calendar hours are open hours: with a day of 8 open hours, `24h` are three working days. A reminder that "
    "is due before the wait begins is skipped. Write days as `1d`.",
    bad="""\
calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
autoclose:
  - {name: silent, calendar: office, when: {status: pending}, after: 2d, remind: [20h], close: {reason: handled}}
""",
    cured="""\
calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
autoclose:
  - {name: silent, calendar: office, when: {status: pending}, after: 2d, remind: [4h], close: {reason: handled}}
""",
)


def check(book: Book) -> Iterator[Found]:
    """Closes without a reminder or an exemption, and reminders as long as the wait by its calendar's usual day."""
    for rule in book.of("autoclose"):
        if rule.raw.get("remind") == [] and "close" in rule.raw and "unless" not in rule.raw:
            message = f"{called(rule)} closes without a reminder, and nothing exempts a ticket from it"
            yield Found(rule.pointer, Finding(UNANNOUNCED.code, message, text=called(rule), level=UNANNOUNCED.level))
        yield from _long(book, rule)


def _long(book: Book, rule: Rule) -> Iterator[Found]:
    calendar, after = book.known.calendars.get(rule.calendar or ""), duration_of(rule.raw.get("after"))
    remind = rule.raw.get("remind")
    if calendar is None or after is None or not isinstance(remind, list):
        return
    for index, text in enumerate(remind):
        notice = duration_of(text)
        # What is surely as long is an error, and told elsewhere.
        if notice is None or at_least(notice, after, rule.calendar):
            continue
        if 0 < _open(after, calendar) <= _open(notice, calendar):
            whole = f"{after.text} of {rule.calendar}"
            message = f"a reminder {text} before the close hardly comes: the whole wait is {whole}"
            yield Found((*rule.pointer, "remind", index), Finding(LONG.code, message, text=text, level=LONG.level))


def _open(duration: Duration, calendar: Calendar) -> int:
    """About how many open seconds that is; 0 when no day of the calendar is usual."""
    return duration.days * min(calendar.typical_day, DAY) + duration.seconds if calendar.typical_day else 0
