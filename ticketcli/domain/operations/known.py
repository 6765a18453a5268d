"""Words that must name something the rulebook knows, or a nearest right word is offered."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.domain.nearest import nearest
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.texts import check_name
from ticketcli.errors import NotFound


def unknown(what: str, word: str, known: Iterable[str]) -> NotFound:
    """The error for a word that names nothing."""
    choices = list(known)
    near = nearest(word, choices)
    if near:
        return NotFound(f"no {what} {word!r}", f"did you mean {near}?")
    listed = ", ".join(choices[:8]) + (" …" if len(choices) > 8 else "")
    return NotFound(f"no {what} {word!r}", f"known: {listed}" if choices else f"the rules name no {what} at all")


def known_person(rulebook: Rulebook, word: str) -> str:
    """The name of the person that the word means; any name goes on a desk whose rules name no people."""
    if not rulebook.people:
        return check_name("person", word)
    person = rulebook.person(word)
    if person is None:
        raise unknown("person", word, rulebook.people)
    return person.name


def known_team(rulebook: Rulebook, word: str) -> str:
    """The name of the team; any name goes on a desk whose rules name no teams."""
    if not rulebook.teams:
        return check_name("team", word)
    team = rulebook.team(word)
    if team is None:
        raise unknown("team", word, rulebook.teams)
    return team.name
