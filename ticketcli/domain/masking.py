"""Personal data replaced: the same text by the same substitute, and what rules look for in it is kept.

A rule that asks whether a subject contains `outage` must decide alike before and after, so that word stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.sought import Sought
from ticketcli.domain.words import word_key

_NOTHING = "…"
"""In place of a text of whose usual substitute the rules would say something else."""
_ANY = {"number": 1, "date": "2000-01-01", "time": "2000-01-01T00:00:00Z"}
"""What stands for a number or a day that no rule asks for."""


class Masks:
    """Substitutes for one ticket. People of the rules keep their names, for rules are about them."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._sought = Sought(book)
        self._known: dict[tuple[str, str], str] = {}

    def text(self, fact: str, text: str, instead: str) -> str:
        """A text of the ticket: only what rules find in it stays."""
        return self._sought.instead(fact, text, (instead, _NOTHING))

    def knows(self, name: str) -> bool:
        """Whether it is somebody of the rules."""
        return self._book.person(name) is not None

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

    def worded(self, kind: str, text: str) -> str:
        """`a subject`, `a subject 2` … by text: what was changed has to differ."""
        return self.numbered(kind, text, "{} {}").removesuffix(" 1")

    def external(self, system: str, number: Any) -> str:
        """What another system calls the ticket."""
        return self.text(f"external_ids.{system}", str(number), self.numbered("id", str(number)))

    def requester(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Name, address and organisation replaced; the tier stays."""
        masked = dict(given)
        if given.get("email"):
            masked["email"] = self._address(given["email"])
        if given.get("name"):
            masked["name"] = self._name(given["name"], alone=not given.get("email"))
        if given.get("org"):
            masked["org"] = self.text("requester.org", given["org"], self.numbered("org", given["org"]))
        return masked

    def _name(self, name: str, alone: bool) -> str:
        """A name alone by which the rules know somebody's address stays: without it nobody could be told."""
        known = self._book.person(name) if alone else None
        return known.name if known else self.text("requester.name", name, self.numbered("Requester", name, "{} {}"))

    def _address(self, address: str) -> str:
        """With its own domain where rules look for that."""
        plain = self.numbered("requester", address, "{}{}@example.com")
        name, domain = plain.partition("@")[0], address.partition("@")[2]
        others = (f"{name}@example.org", f"{name}@{domain}", _NOTHING)
        return self._sought.instead("requester.email", address, (plain, *others))

    def field(self, name: str, value: Any) -> Any:
        """One of the desk's own fields: what may hold a name is replaced, and what no rule asks for."""
        declared = (self._book.fields or {}).get(name, {})
        fact, type = f"fields.{name}", declared.get("type", "text" if isinstance(value, str) else "number")
        if value is None or isinstance(value, bool) or type == "choice" or "values" in declared:
            return value
        if isinstance(value, (list, tuple)):
            return [self._member(fact, member) for member in value]
        if isinstance(value, Mapping):
            return "text"
        if type in _ANY:
            return value if self._sought.asks(fact) else _ANY[type]
        return self.text(fact, value, self.worded("text", value)) if isinstance(value, str) else value

    def _member(self, fact: str, member: Any) -> Any:
        if not isinstance(member, (str, int, float)):
            return "text"
        instead = self.worded("text", str(member))
        return self._sought.instead(fact, member, (instead, _NOTHING), listed=True)
