"""What the rulebook itself answers: people and teams by any of their words, and times as messages say them."""

from __future__ import annotations

import pytest

from tests.desks import PEOPLE, rulebook
from ticketcli.domain.builtin import EMPTY_RULEBOOK
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.rulebook import load_rulebook


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "2026-03-02T01:30:00Z"),
        ("Asia/Shanghai", "2026-03-02 09:30 CST"),
        ("Europe/Berlin", "2026-03-02 02:30 CET"),
    ],
    ids=["utc", "east", "west"],
)
def test_messages_say_times_on_the_clock_of_the_desk(zone: str, said: str) -> None:
    book = load_rulebook(EMPTY_RULEBOOK, "hash", (), zone)

    assert book.said(parse_instant("2026-03-02T01:30:00Z")) == said


@pytest.mark.parametrize("word", ["ann", "ANN", "ann@x.cn", "Ann@X.cn"])
def test_a_person_is_found_by_name_account_or_address_in_any_spelling(word: str) -> None:
    person = rulebook(PEOPLE).person(word)

    assert person is not None and person.name == "ann"


@pytest.mark.parametrize("word", ["", None, "an", "ann@y.cn"])
def test_nobody_is_found_by_another_word(word: str | None) -> None:
    assert rulebook(PEOPLE).person(word) is None


def test_a_team_is_found_in_any_spelling() -> None:
    team = rulebook(PEOPLE).team("DBA")

    assert team is not None and (team.name, team.manager) == ("dba", "carol")
