"""SLA clocks that never start, never run on, or never end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ticketcli.domain.instants import NEVER
from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Rule
from ticketcli.rulebook.spans import at_least, duration_of

STILL = Page(
    "sla-never-runs",
    "warning",
    "a clock of this policy can never run",
    "Clocks run in statuses of kind initial, active and waiting, but for those under `pause`; at a resolved or final "
    "one they end, and the target `assignment` ends with the first assignee. In every status in which this policy "
    "applies, its clock stands still or is over, so nothing ever gets late.",
    bad="""\
sla:
  - name: parked
    when: {status: pending}
    targets: {resolution: 5d}
    pause: [pending]
""",
    cured="""\
sla:
  - name: parked
    when: {category: question}
    targets: {resolution: 5d}
    pause: [pending]
""",
)
ENDLESS = Page(
    "target-never-due",
    "warning",
    "this target never comes due: its calendar runs out of open time",
    "The calendar has no weekly hours, only single dates, and too few of them lie ahead to use the time up. Give the "
    "calendar `hours`, or new dates.",
    bad="""\
calendars: {fair: {timezone: UTC, dates: {2020-03-02: ["09:00-18:00"]}}}
sla:
  - {name: fair, calendar: fair, targets: {resolution: 4h}}
""",
    cured="""\
calendars: {fair: {timezone: UTC, hours: {mon: ["09:00-18:00"]}}}
sla:
  - {name: fair, calendar: fair, targets: {resolution: 4h}}
""",
)
ORDER = Page(
    "target-order",
    "warning",
    "a first answer or an assignee may take longer than the whole resolution",
    "Resolving a ticket answers it too, so a `first_response` or `assignment` that is longer than `resolution` is late "
    "only when that is late already. Most likely two values are swapped.",
    bad="""\
sla:
  - {name: normal, targets: {first_response: 3d, resolution: 4h}}
""",
    cured="""\
sla:
  - {name: normal, targets: {first_response: 4h, resolution: 3d}}
""",
)


def check(book: Book) -> Iterator[Found]:
    """Policies whose clocks cannot run, targets that cannot come due, targets longer than the resolution."""
    for rule in book.of("sla"):
        targets = rule.raw.get("targets")
        if isinstance(targets, dict):
            yield from _still(book, rule, targets)
            yield from _endless(book, rule, targets)
            yield from _order(rule, targets)


def _still(book: Book, rule: Rule, targets: Mapping[str, Any]) -> Iterator[Found]:
    when = book.when(rule)
    if when is None or book.seen is None or not book.space.may_hold(when):
        return
    pauses = rule.raw.get("pause")
    pause = {word for word in pauses if isinstance(word, str)} if isinstance(pauses, list) else set()
    if not book.space.may_hold(when, book.space.in_status(book.running)):
        yield _found(rule, (), f"the clocks of {called(rule)} never run: it applies to resolved tickets only")
    elif not book.space.may_hold(when, book.space.in_status(name for name in book.running if name not in pause)):
        message = f"the clocks of {called(rule)} never run: they pause in every status in which it applies"
        yield _found(rule, ("pause",), message)
    elif "assignment" in targets and not book.space.may_hold(when, book.unassigned):
        message = f"assignment never runs: {called(rule)} applies only to tickets that have an assignee"
        yield _found(rule, ("targets", "assignment"), message)


def _found(rule: Rule, inner: tuple[str, ...], message: str) -> Found:
    finding = Finding(STILL.code, message, text=inner[-1] if inner else called(rule), level=STILL.level)
    return Found((*rule.pointer, *inner), finding, key=True)


def _endless(book: Book, rule: Rule, targets: Mapping[str, Any]) -> Iterator[Found]:
    calendar = book.known.calendars.get(rule.calendar or "")
    if calendar is None or calendar.recurs or book.now is None:
        return
    for target, text in targets.items():
        limit = duration_of(text)
        if limit is not None and calendar.due(book.now, limit) == NEVER:
            message = f"{target} of {called(rule)} never comes due: {rule.calendar} has no {text} of open time ahead"
            finding = Finding(ENDLESS.code, message, text=text, level=ENDLESS.level)
            yield Found((*rule.pointer, "targets", target), finding)


def _order(rule: Rule, targets: Mapping[str, Any]) -> Iterator[Found]:
    whole = duration_of(targets.get("resolution"))
    for target in ("assignment", "first_response"):
        limit = duration_of(targets.get(target))
        if whole and limit and at_least(limit, whole, rule.calendar) and not at_least(whole, limit, rule.calendar):
            message = f"{target} {limit.text} is longer than resolution {whole.text}, which ends it too"
            finding = Finding(ORDER.code, message, text=limit.text, level=ORDER.level)
            yield Found((*rule.pointer, "targets", target), finding)
