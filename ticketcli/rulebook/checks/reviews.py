"""Rules that somebody should have looked at again by now."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.domain.conditions.numbers import date_key
from ticketcli.domain.reviews import overdue
from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding

PAGE = Page(
    "review-overdue",
    "warning",
    "the day by which this rule should be looked at again has passed",
    "`review_by: DATE` on a rule is a note to yourself: rules made for an occasion outlive it. The rule goes on "
    "deciding. Look whether it is still wanted, then move the date on, or take the rule or the key out. "
    "`ticket doctor` reminds of it too.",
    bad="""\
priority:
  - {name: moving-house, when: {subject: {contains: moving}}, set: low, review_by: 2026-01-31}
""",
    cured="""\
priority:
  - {name: moving-house, when: {subject: {contains: moving}}, set: low, review_by: 2999-01-31}
""",
)


def check(book: Book) -> Iterator[Found]:
    """Each rule whose `review_by` lies before today (UTC)."""
    if book.now is None:
        return
    for rule in book.rules:
        date = str(rule.raw.get("review_by"))
        if date_key(date) is not None and overdue(date, book.now):
            finding = Finding(PAGE.code, f"{called(rule)} was to be reviewed by {date}", text=date, level=PAGE.level)
            yield Found((*rule.pointer, "review_by"), finding)
