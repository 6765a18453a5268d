"""What the sections of a rulebook define, so that references to it can be checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ticketcli.domain.builtin import LIFECYCLE
from ticketcli.domain.calendar import Calendar
from ticketcli.domain.facts import FIELD_TYPES
from ticketcli.domain.nearest import nearest
from ticketcli.records import NamedTuple
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.reader import Document

MAX_SUGGESTIONS = 200
"""Looking for the nearest word costs; a file with more mistakes than this is no typo."""


class Section(NamedTuple):
    """One section as it stands in its file."""

    file: str
    document: Document
    value: Any


class Known:
    """Names by kind. With `complete` a section that is not there defines nothing; without, it may stand elsewhere."""

    def __init__(self, sections: Mapping[str, Section], calendars: Mapping[str, Calendar], *, complete: bool) -> None:
        self.held = frozenset(sections)
        self.complete = complete
        self.calendars = calendars
        self.calendar_names = keys(value_of(sections, "calendars"))
        self.channels = keys(value_of(sections, "channels"))
        self.teams = keys(value_of(sections, "teams"))
        names = [entry.get("name") for entry in mappings(value_of(sections, "people"))]
        self.people = dict.fromkeys(texts(names)).keys()
        lifecycle = value_of(sections, "lifecycle")
        given = lifecycle if isinstance(lifecycle, dict) else {}
        self.statuses = statuses(given)
        self.reasons = tuple(texts(given.get("close_reasons"))) or tuple(LIFECYCLE["close_reasons"])
        declared = value_of(sections, "fields")
        self.fields = _declarations(declared)
        self.missed: dict[str, set[str]] = {}
        """Names that could not be checked, by the section that nobody holds."""
        self._suggestions = MAX_SUGGESTIONS

    def nearest(self, word: str, choices: Collection[str]) -> str:
        """The nearest of `choices` to `word`, or "" when none is near."""
        self._suggestions -= 1
        return (nearest(word, choices) or "") if self._suggestions > 0 else ""

    def elsewhere(self, section: str) -> bool:
        """Whether names of this section may be defined in files that are not read now."""
        return not self.complete and section not in self.held

    def require(self, section: str, what: str, word: str, choices: Collection[str]) -> None:
        """Raises `Finding` unless `word` is one of `choices`; noted only when its section stands elsewhere."""
        if word in choices:
            return
        if self.elsewhere(section):
            self.missed.setdefault(section, set()).add(word)
            return
        message = f"there is no {what} {word}"
        raise Finding(f"unknown-{what.split()[-1]}", message, text=word, suggestion=self.nearest(word, choices))

    def notes(self) -> tuple[str, ...]:
        """A line per section that is referred to and that no file holds."""
        return tuple(
            f"{section}: in none of these files, so not checked: {_some(words)} (--complete makes this a problem)"
            for section, words in sorted(self.missed.items())
        )


def _declarations(fields: Any) -> Mapping[str, Mapping[str, Any]] | None:
    if not isinstance(fields, dict):
        return None
    return {name: _declaration(raw) if isinstance(raw, dict) else {} for name, raw in fields.items()}


def _declaration(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Type and values, each only when it is one."""
    type, values = raw.get("type"), texts(raw.get("values"))
    known: dict[str, Any] = {"type": type} if isinstance(type, str) and type in FIELD_TYPES else {}
    return {**known, "values": values} if values else known


def value_of(sections: Mapping[str, Section], name: str) -> Any:
    return sections[name].value if name in sections else None


def statuses(lifecycle: Mapping[str, Any]) -> Mapping[str, str]:
    """Name to kind of the statuses that a lifecycle gives, or the built-in ones; entries that are off are left out."""
    given = lifecycle.get("statuses")
    if not isinstance(given, dict):
        return dict(LIFECYCLE["statuses"])
    return {name: kind for name, kind in given.items() if isinstance(kind, str)}


def listed(value: Any) -> list[Any]:
    """The list, or nothing when it is none."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[dict[str, Any]]:
    """The mappings in a list that may be no list, or hold other things."""
    return [entry for entry in listed(value) if isinstance(entry, dict)]


def texts(value: Any) -> list[str]:
    """The texts in something that may be no list, or hold other things."""
    return [entry for entry in listed(value) if isinstance(entry, str)]


def keys(value: Any) -> Collection[str]:
    """The keys of what should be a mapping."""
    return value.keys() if isinstance(value, dict) else ()


def _some(words: set[str]) -> str:
    first = sorted(words)[:5]
    return ", ".join(first) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
