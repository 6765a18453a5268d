"""Skills and levels that routing asks for and nobody has."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.known import mappings, texts
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding

PAGE = Page(
    "nobody-fits",
    "warning",
    "routing asks for a skill or a level that nobody has",
    "Tickets of this route wait for a person who is not there. Most likely the word is misspelt, here or under "
    "`people`: skills and levels are your own words, and must be the same in both places.",
    bad="""\
people: [{name: ann, skills: [postgres], level: senior}]
teams: {dba: {members: [ann]}}
routing:
  - {name: all, team: dba, assign: {strategy: least_loaded, skills: [postgress]}}
""",
    cured="""\
people: [{name: ann, skills: [postgres], level: senior}]
teams: {dba: {members: [ann]}}
routing:
  - {name: all, team: dba, assign: {strategy: least_loaded, skills: [postgres]}}
""",
)


def check(book: Book) -> Iterator[Found]:
    """Each skill and level in `assign` that no person has."""
    if book.known.elsewhere("people"):
        return
    people = mappings(book.value("people"))
    levels = dict.fromkeys(sorted({str(person["level"]) for person in people if "level" in person})).keys()
    skills = dict.fromkeys(sorted({skill for person in people for skill in texts(person.get("skills"))})).keys()
    for rule in book.of("routing"):
        assign = rule.raw.get("assign")
        if not isinstance(assign, dict):
            continue
        wanted = assign.get("skills")
        for index, skill in enumerate(wanted if isinstance(wanted, list) else ()):
            if isinstance(skill, str) and skill not in skills:
                yield _nobody(book, called(rule), "skill", skill, skills, (*rule.pointer, "assign", "skills", index))
        level = assign.get("level")
        if isinstance(level, str) and level not in levels:
            yield _nobody(book, called(rule), "level", level, levels, (*rule.pointer, "assign", "level"))


def _nobody(book: Book, rule: str, what: str, word: str, known: Collection[str], at: tuple[str | int, ...]) -> Found:
    message = f"{rule} asks for the {what} {word}, which nobody has"
    suggestion = book.known.nearest(word, known)
    return Found(at, Finding(PAGE.code, message, text=word, suggestion=suggestion, level=PAGE.level))
