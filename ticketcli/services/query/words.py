"""The words that terms may use on this desk: those of the rulebook, and those that stand on stored tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from ticketcli.domain.conditions import Vocabulary
from ticketcli.domain.instants import Instant
from ticketcli.domain.nearest import nearest
from ticketcli.domain.rulebook import Route, Rulebook
from ticketcli.domain.words import word_key
from ticketcli.errors import NotFound, TicketError
from ticketcli.ports import Reader, Scalar


class Words:
    """Looked up while terms are read; a column of the index is tallied at most once."""

    def __init__(self, reader: Reader, rulebook: Rulebook, now: Instant, zone: tzinfo) -> None:
        self.rulebook, self.now, self.zone = rulebook, now, zone
        self._reader = reader
        self._tallies: dict[str, Mapping[Scalar, int]] = {}

    def tally(self, column: str) -> Mapping[Scalar, int]:
        """How many tickets stand under each value of an index column."""
        if column not in self._tallies:
            self._tallies[column] = self._reader.tally("tickets", column)
        return self._tallies[column]

    def spellings(self, column: str, word: str) -> list[Scalar]:
        """The values in the index that are this word in any spelling."""
        key = word_key(word)
        return [value for value in self.tally(column) if word_key(str(value)) == key]

    def known(self, column: str, named: Iterable[str]) -> list[str]:
        """The names in the rules, then those that only tickets still bear."""
        return list(dict.fromkeys([*named, *map(str, self.tally(column))]))

    def status(self, word: str) -> str:
        return choose(word, self.known("status", self.rulebook.lifecycle.statuses), "status", NotFound)

    def team(self, word: str) -> str:
        return choose(word, self.known("team", self.rulebook.teams), "team", NotFound)

    def person(self, word: str) -> str:
        """A person's name by name, account or e-mail. Where the rules name nobody, anybody may hold tickets."""
        person = self.rulebook.person(word)
        if person is not None:
            return person.name
        if not self.rulebook.people:
            return word
        return choose(word, self.known("assignee", self.rulebook.people), "person", NotFound)

    def calendar(self, word: str) -> str:
        return choose(word, self.rulebook.calendars.raw, "calendar", NotFound)

    def rule(self, word: str) -> str:
        return choose(word, rule_names(self.rulebook), "rule", NotFound)

    def person_or_address(self, word: str) -> str:
        """As `person`; an address need be nobody's."""
        person = self.rulebook.person(word)
        return word if person is None and "@" in word else self.person(word)

    def vocabulary(self, people: Iterable[str]) -> Vocabulary:
        """What conditions made of terms may name; values were chosen before, `people` among them."""
        book = self.rulebook
        return Vocabulary(
            statuses={**dict.fromkeys(self.known("status", ()), "active"), **book.lifecycle.statuses},
            teams=self.known("team", book.teams),
            people=[*book.people, *people],
            calendars=book.calendars.raw,
            fields=book.fields,
        )


def choose(word: str, choices: Iterable[str], what: str, error: type[TicketError]) -> str:
    """The choice that `word` is in any spelling; else raises `error` with the nearest one."""
    key, known = word_key(word), list(choices)
    for choice in known:
        if word_key(choice) == key:
            return choice
    raise error(f"no {what} {word!r}", suggestion(word, known))


def suggestion(word: str, known: list[str]) -> str:
    """`did you mean pending?`, or all there are when they are few."""
    near = nearest(word, known)
    if near:
        return f"did you mean {near}?"
    if len(known) > 12:
        return "see ticket list --help"
    return f"there are: {', '.join(known)}" if known else "the rules name none"


def rule_names(rulebook: Rulebook) -> list[str]:
    """The names of all rules, routes inside routes too."""

    def routes(level: Iterable[Route]) -> Iterable[str]:
        for route in level:
            yield route.ref.name
            yield from routes(route.routes)

    sections = (rulebook.priority, rulebook.sla, rulebook.escalation, rulebook.autoclose)
    return [*routes(rulebook.routing), *(rule.ref.name for section in sections for rule in section)]
