"""The human texts, whole: a change of them is seen here before users see it. `*.txt` hold what stands on screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.samples import EVENTS, MOMENTS, PAGE
from tests.services.query.desk import DAY, HOUR, NOW, RULEBOOK, TICKETS, VIEWS, find, ticket
from ticketcli.cli.list_table import DEFAULT, due_cell, list_columns, list_lines
from ticketcli.cli.log_text import log_lines
from ticketcli.cli.paint import coloured
from ticketcli.cli.show_text import Page, Sheet, show_lines
from ticketcli.cli.widths import width
from ticketcli.domain.ticket import AutocloseView, ReminderView, View

FOUND = find([*TICKETS, PAGE.ticket._replace(id=33, subject=PAGE.ticket.subject * 2)], views={**VIEWS, 33: PAGE.view})
COLUMNS = list_columns(DEFAULT, None)
NEWCOMER = Page(ticket(1), View(), RULEBOOK, MOMENTS)
TEXTS = {
    "show": show_lines(PAGE, Sheet(80)),
    "show_whole": show_lines(PAGE),
    "show_newcomer": show_lines(NEWCOMER, Sheet(80)),
    "log": log_lines(EVENTS, MOMENTS),
    "log_terminal": log_lines(EVENTS, MOMENTS, columns=80, tickets=True),
    "list": list_lines(FOUND, MOMENTS, COLUMNS),
    "list_terminal": list_lines(FOUND, MOMENTS, COLUMNS, wide=80),
    "list_coloured": [line.replace("\033", "<ESC>") for line in list_lines(FOUND, MOMENTS, COLUMNS, paint=coloured)],
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_reads_as_it_is_kept(name: str) -> None:
    kept = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")

    assert "".join(f"{line}\n" for line in TEXTS[name]) == kept


def test_on_a_terminal_a_comment_keeps_its_lines_and_elsewhere_an_event_is_one() -> None:
    text = "Traceback:\n  File a.py\n\tboom()\n\n\033[31mend\n\n"
    comment = EVENTS[0]._replace(kind="commented", data={"text": text, "public": True}, rule=None)

    on_terminal = log_lines([comment], MOMENTS, columns=80)
    first, *others = on_terminal
    where = width(first[: first.index("commented: ")])
    assert first.endswith("commented: Traceback:")
    assert [line[where:] for line in others] == [
        "  File a.py", "    boom()", "", "\\x1b[31mend",
    ]  # fmt: skip
    assert len(log_lines([comment], MOMENTS)) == 1


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_on_a_page_acts_on_a_terminal(name: str) -> None:
    assert all(line.isprintable() for line in TEXTS[name])


@pytest.mark.parametrize("name", ["show", "show_whole", "show_newcomer", "log_terminal", "list_terminal"])
def test_a_page_fits_eighty_columns(name: str) -> None:
    assert max(map(width, TEXTS[name])) <= 80


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_a_page_fits_narrow_and_wide_terminals(columns: int) -> None:
    lines = [*show_lines(PAGE, Sheet(columns)), *log_lines(EVENTS, MOMENTS, columns=columns)]

    assert max(map(width, lines)) <= max(columns, 60)


def test_colours_change_no_character() -> None:
    def marked(text: str, role: str) -> str:
        return f"\0{text}\0"

    for plain_lines, painted in (
        (TEXTS["show"], show_lines(PAGE, Sheet(80, marked))),
        (TEXTS["log"], log_lines(EVENTS, MOMENTS, paint=marked)),
    ):
        assert [line.replace("\0", "").rstrip() for line in painted] == plain_lines
        assert painted != plain_lines


def test_what_is_cut_on_a_terminal_stands_whole_elsewhere() -> None:
    assert PAGE.ticket.description is not None
    words = PAGE.ticket.description.count("words")

    assert "\n".join(TEXTS["show_whole"]).count("words") == words > "\n".join(TEXTS["show"]).count("words")


def test_no_tickets_are_no_lines() -> None:
    assert list_lines([], MOMENTS, COLUMNS) == []


@pytest.mark.parametrize(
    ("close_at", "reminded", "asked", "said"),
    [
        (NOW + HOUR, (), False, "closes in 1h"),
        (NOW, (ReminderView(HOUR, NOW - HOUR, NOW - HOUR),), False, "closes now"),
        (NOW, (ReminderView(HOUR, NOW - HOUR, None),), False, "reminder undelivered"),
        (NOW, (), False, "close due"),
        (NOW - DAY, (ReminderView(HOUR, NOW - HOUR, NOW - HOUR),), True, "to confirm"),
    ],
)
def test_a_list_says_that_a_ticket_closes_only_when_a_sweep_would_close_it(
    close_at: int, reminded: tuple[ReminderView, ...], asked: bool, said: str
) -> None:
    waiting = ticket(3)
    if asked:
        waiting = waiting._replace(trail=waiting.trail._replace(confirm_asked={"silent": NOW - 2 * DAY}))
    view = View({}, AutocloseView("silent", NOW - 2 * DAY, close_at, reminded))

    assert due_cell(find([waiting], views={3: view})[0], MOMENTS).text == said
