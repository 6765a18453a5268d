"""Tickets that no route takes."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.rulebook.checks.book import Book, Found
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding

PAGE = Page(
    "no-catch-all",
    "warning",
    "some tickets match no route and stay without a team",
    "A ticket that no route takes has no team and nobody to work on it, and no manager is told. End the section "
    "`routing` with an entry that has no `when`.",
    bad="""\
teams: {dba: {}, servicedesk: {}}
routing:
  - {name: database, when: {category: database}, team: dba}
""",
    cured="""\
teams: {dba: {}, servicedesk: {}}
routing:
  - {name: database, when: {category: database}, team: dba}
  - {name: rest, team: servicedesk}
""",
)


def check(book: Book) -> Iterator[Found]:
    """The section `routing`, when its top-level entries leave out some ticket."""
    entries = [rule for rule in book.of("routing") if len(rule.pointer) == 2]
    formulas = [formula for rule in entries if (formula := book.when(rule)) is not None]
    if not entries or len(formulas) < len(entries):
        return
    if book.space.may_hold(*map(book.space.opposite, formulas)):
        message = "some tickets match no route and get no team: end with an entry that has no `when`"
        yield Found(("routing",), Finding(PAGE.code, message, text="routing", level=PAGE.level), key=True)
