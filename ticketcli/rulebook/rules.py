"""Walking the rules of a rulebook, whatever state their files are in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ticketcli.records import NamedTuple
from ticketcli.rulebook.known import Section
from ticketcli.rulebook.problems import Finding, Pointer

RULE_SECTIONS = ("routing", "priority", "sla", "escalation", "autoclose", "schedules")


class Report(Protocol):
    """Takes what is wrong at a pointer within one section; `key` means the key there, not its value."""

    def __call__(self, pointer: Pointer, finding: Finding, *, key: bool = False) -> None: ...


class Rule(NamedTuple):
    """A rule where it stands: `pointer` begins with the section. A child route is under its parent's calendar."""

    section: str
    pointer: Pointer
    raw: dict[str, Any]
    calendar: str | None

    @property
    def called(self) -> str:
        name = self.raw.get("name")
        return f"{self.section} rule {name}" if isinstance(name, str) else f"a {self.section} rule without name"


def name_of(raw: Mapping[str, Any]) -> str:
    """What messages call a rule by."""
    name = raw.get("name")
    return name if isinstance(name, str) and name else "a rule without name"


def all_rules(sections: Mapping[str, Section]) -> Iterator[Rule]:
    """Every rule, children after their parent."""
    for name in RULE_SECTIONS:
        if name in sections:
            yield from _rules(name, (name,), sections[name].value, None)


def _rules(section: str, pointer: Pointer, value: Any, calendar: str | None) -> Iterator[Rule]:
    for index, raw in enumerate(value if isinstance(value, list) else ()):
        if isinstance(raw, dict):
            own = raw.get("calendar", calendar)
            rule = Rule(section, (*pointer, index), raw, own if isinstance(own, str) else None)
            yield rule
            yield from _rules(section, (*rule.pointer, "routes"), raw.get("routes"), rule.calendar)
