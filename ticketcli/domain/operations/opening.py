"""Opening a ticket: from what the caller gives to its `created` event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketcli.domain.events import Event
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.values import SETTABLE, SHORT, check_fields, checked_value, own_field
from ticketcli.domain.texts import check_name
from ticketcli.domain.words import with_labels, word_key
from ticketcli.errors import Invalid, NotFound

_LISTS = ("labels", "watchers")
_FLAGS = ("answered",)
KEYS = (*dict.fromkeys(key.partition(".")[0] for key in SETTABLE), *SHORT, *_LISTS, *_FLAGS)
CHOSEN = ("priority", "team", "assignee", "category")


def opening(acting: Acting, id: int, given: Mapping[str, Any], follows: int | None = None) -> Event:
    """The `created` event of ticket `id`, linked to the ticket that it follows.

    `given` holds keys of a ticket as JSON names them (also `body`, `tier`, `answered`). What the caller gives of
    priority, team and assignee is `chosen` and binds the rules. Raises `Invalid` for values that do not fit and
    `NotFound` for unknown keys, teams and people.
    """
    facts = _facts(acting, given)
    lifecycle = acting.rulebook.lifecycle
    requester = facts.get("requester") or {}
    own = _is_caller(acting, requester)
    actor = acting.actor(None, facts.get("source"))
    if own and acting.caller.given is None and actor.class_ == "agent" and facts.get("assignee") != acting.name:
        actor = actor._replace(class_="requester")
    asks = bool(requester) and not (own and actor.class_ == "agent")
    data = {
        **facts,
        "status": lifecycle.first,
        "kind": "initial",
        "asks": asks,
        "answered": bool(given.get("answered")),
        "chosen": [key for key in CHOSEN if key in facts],
        "links": [] if follows is None else [{"kind": "follows", "id": follows}],
    }
    kept = {key: value for key, value in data.items() if value not in (None, [], False)}
    return Event(id, acting.now, actor, "created", kept)


def _is_caller(acting: Acting, requester: Mapping[str, Any]) -> bool:
    """Whether the requester is the person who types."""
    mine = {word_key(word) for word in acting.words}
    return any(word_key(word) in mine for word in (requester.get("name"), requester.get("email")) if word)


def _facts(acting: Acting, given: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for raw, value in given.items():
        if raw.partition(".")[0] not in KEYS:
            near = own_field(acting, raw) or nearest(raw, KEYS)
            hint = f"did you mean {near}?" if near else "the keys are: " + ", ".join(KEYS)
            raise NotFound(f"no key {raw!r} on a new ticket", hint)
        if raw in _LISTS:
            facts[raw] = list(with_labels((), [check_name(raw[:-1], word) for word in _words(raw, value)]))
        elif raw in _FLAGS:
            _flag(raw, value)
        else:
            for key, item in checked_value(acting, raw, value):
                if value not in (None, ""):  # `set` makes a priority normal that way; here nobody chose one
                    _put(facts, key, item)
    if not str(facts.get("subject") or "").strip():
        raise Invalid("a ticket needs a subject", "write ticket create 'what is wrong'")
    check_fields(acting, facts.get("fields", {}))
    return {key: value for key, value in facts.items() if value not in (None, "", [], {})}


def _flag(key: str, value: Any) -> None:
    if value is not None and not isinstance(value, bool):
        raise Invalid(f"{key}: true or false is wanted, not {value!r}", "write true, or leave it out")


def _words(key: str, value: Any) -> Sequence[str]:
    if value in (None, ""):
        return ()
    words = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(word, str) for word in words):
        raise Invalid(f"{key}: a list of texts is wanted", 'write it like ["prod", "db"]')
    return list(words)


def _put(facts: dict[str, Any], key: str, value: Any) -> None:
    top, _, inner = key.partition(".")
    if value is None:
        return
    if inner:
        facts.setdefault(top, {})[inner] = value
    else:
        facts[top] = value
