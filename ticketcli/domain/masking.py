"""Personal data replaced: the same text by the same substitute, and what rules look for in it is kept.

A rule that asks whether a subject contains `outage` must decide alike before and after, so that word stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ticketcli.domain.reads import conditions_of
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.words import word_key

_EQUAL = ("is", "in", "is_not", "not_in", "has", "has_none")
_PLAIN_FIELDS = ("choice", "number", "bool", "date", "time")


class Masks:
    """Substitutes for one ticket. People of the rules keep their names, for rules are about them."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._sought = list(_sought(book))
        self._known: dict[tuple[str, str], str] = {}

    def text(self, fact: str, text: str, instead: str) -> str:
        """A text of the ticket: what a rule names stays whole, of the rest only what rules find in it."""
        if any(fact == name and op in _EQUAL and word_key(word) == word_key(text) for name, op, word in self._sought):
            return text
        found = [found for name, op, word in self._sought if name == fact for found in _found(op, word, text)]
        first = [word for word in found if text.startswith(word)]
        return " ".join(dict.fromkeys([*first, instead, *(word for word in found if word not in first)]))

    def person(self, name: str, word: str = "person") -> str:
        """A name or address: that of somebody of the rules as it is, another as `person1`, the same each time."""
        known = self._book.person(name)
        if known is not None:
            return known.name
        return self.numbered(word, name, "{}{}@example.com" if "@" in name else "{}{}")

    def numbered(self, kind: str, text: str, form: str = "{}-{}") -> str:
        """`asset-1`, `asset-2` … by text."""
        key = (kind, word_key(text))
        if key not in self._known:
            self._known[key] = form.format(kind, 1 + sum(other == kind for other, _ in self._known))
        return self._known[key]

    def requester(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Name, address and organisation replaced; the tier stays."""
        masked = dict(given)
        if "email" in given:
            plain = self.numbered("requester", given["email"], "{}{}@example.com")
            masked["email"] = self._address(given["email"], plain)
        if "name" in given:
            instead = self.numbered("Requester", given["name"], "{} {}")
            masked["name"] = self.text("requester.name", given["name"], instead)
        if "org" in given:
            masked["org"] = self.text("requester.org", given["org"], self.numbered("org", given["org"]))
        return masked

    def _address(self, address: str, plain: str) -> str:
        """The whole address if a rule names it; its domain if rules look for a part of that."""
        kept = self.text("requester.email", address, plain)
        if kept in (address, plain):
            return kept
        name, domain = plain.partition("@")[0], address.partition("@")[2]
        inside = all(word.lstrip("@") in domain for word in kept.split(" ") if word != plain)
        return f"{name}@{domain}" if inside else address

    def field(self, name: str, value: Any) -> Any:
        """One of the desk's own fields: texts are replaced unless their declaration leaves no room for anything."""
        declared = (self._book.fields or {}).get(name, {}).get("type", "text")
        if declared in _PLAIN_FIELDS or isinstance(value, (bool, int, float)) or value is None:
            return value
        return self.text(f"fields.{name}", value, "text") if isinstance(value, str) else "text"


def _found(op: str, word: str, text: str) -> Iterator[str]:
    """What of the text the operator finds."""
    if op == "contains" and word_key(word) in word_key(text):
        yield word
    elif op == "matches" and (match := re.search(word, text)):
        yield match[0]


def _sought(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Fact, operator and text of every comparison with a text."""
    for condition in conditions_of(book):
        if condition.node is not None:
            yield from _leaves(condition.node)


def _leaves(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "fact" in node:
        yield from ((node["fact"], node["op"], word) for word in node["operand"] if isinstance(word, str))
        return
    for inner in node.get("all") or node.get("any") or [node["not"]]:
        yield from _leaves(inner)
