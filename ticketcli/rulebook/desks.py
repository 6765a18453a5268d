"""Whether people, teams and roles make sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.words import word_key
from ticketcli.rulebook.known import Known, Section, mappings, texts, value_of
from ticketcli.rulebook.names import check_person_name
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Report, Rule


def check_people(value: Any, known: Known, report: Report) -> None:
    """No two people under one name, account or address; nobody stands in for themselves."""
    seen: dict[tuple[str, str], str] = {}
    for index, person in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(person, dict):
            continue
        for key in ("name", "account", "email"):
            word = person.get(key)
            if isinstance(word, str):
                _once(seen, key, word, report, (index, key))
        name = person.get("name")
        if isinstance(name, str):
            try:
                check_person_name(name)
            except Finding as finding:
                report((index, "name"), finding)
            if person.get("delegate") == name:
                report((index, "delegate"), Finding("delegate", f"{name} cannot stand in for {name}", text=name))


def check_teams(value: Any, known: Known, report: Report) -> None:
    """No two teams under one name, nobody twice in a team."""
    seen: dict[tuple[str, str], str] = {}
    for name, team in value.items() if isinstance(value, dict) else ():
        _once(seen, "team", name, report, (name,))
        members: dict[tuple[str, str], str] = {}
        for index, member in enumerate(texts(team.get("members")) if isinstance(team, dict) else ()):
            _once(members, "member", member, report, (name, "members", index))


def _once(
    seen: dict[tuple[str, str], str], what: str, word: str, report: Report, pointer: tuple[str | int, ...]
) -> None:
    key = (what, word_key(word))
    if key in seen:
        twice = word if seen[key] == word else f"{word} (as {seen[key]})"
        report(pointer, Finding("duplicate", f"the {what} {twice} stands here twice", text=word))
    seen.setdefault(key, word)


def check_roles(sections: Mapping[str, Section], rules: list[Rule], report: Report) -> None:
    """Warns of roles that are asked for and that nobody has. `report` takes pointers that begin with the section."""
    if "people" not in sections:
        return
    held = {role for person in mappings(value_of(sections, "people")) for role in texts(person.get("roles"))}
    lifecycle = value_of(sections, "lifecycle")
    transitions = lifecycle.get("transitions") if isinstance(lifecycle, dict) else None
    for index, step in enumerate(transitions if isinstance(transitions, list) else ()):
        roles = texts(step.get("roles")) if isinstance(step, dict) else []
        for place, role in enumerate(roles):
            if role not in held:
                report(("lifecycle", "transitions", index, "roles", place), _nobody(role))
    for rule in rules:
        confirm = rule.raw.get("confirm")
        if isinstance(confirm, str) and confirm not in held:
            report((*rule.pointer, "confirm"), _nobody(confirm))


def _nobody(role: str) -> Finding:
    return Finding("role-nobody-has", f"nobody has the role {role}", text=role, level="warning")
