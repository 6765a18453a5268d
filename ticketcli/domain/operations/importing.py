"""A ticket of another system as events: what happened to it there, at the times when it happened.

No rule runs on these events, and no transition is asked for: the other system had its own. What a row does not say
follows from what it says (design section 5, `at`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ticketcli.domain.events import Actor, Event
from ticketcli.domain.instants import Instant
from ticketcli.domain.lifecycle import move_kind
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations import opening
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.past_comments import COMMENTS, Comment, comments_of
from ticketcli.domain.operations.values import check_fields, checked_value
from ticketcli.domain.rows import Complaint, complaint
from ticketcli.domain.texts import check_name
from ticketcli.domain.ticket import ENDED, PRIORITIES, SOURCES
from ticketcli.domain.words import with_labels, word_key
from ticketcli.errors import Invalid, TicketError

TIMES = ("created_at", "first_responded_at", "status_since", "resolved_at", "closed_at")
"""The instants that a row may give."""
_REPEATED = ("priority", "source", "category", "team", "assignee", "asset", "requester.tier", "requester.org")
_REMEMBERED = 2000
_LISTS = ("labels", "watchers")
_LEFT_OUT = ("answered", "dedup_key", "body", "tier")
KEYS = (
    *(key for key in opening.KEYS if key not in _LEFT_OUT),
    *("requester.name", "requester.email", "requester.tier", "requester.org"),
    *("status", "close_reason", COMMENTS, *TIMES),
)
"""The keys that a row may give; `fields.x` and `external_ids.x` beside them."""


class Builder:
    """Builds the events of rows; what is asked of every row again is found out once."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        lifecycle = acting.rulebook.lifecycle
        self._statuses = {word_key(name): name for name in lifecycle.statuses}
        self._words = {"priority": {word: word for word in PRIORITIES}, "source": {word: word for word in SOURCES}}
        self._of_kind = {kind: next((name for name, of in lifecycle.statuses.items() if of == kind), None)
                         for kind in ENDED}  # fmt: skip
        self._known: dict[tuple[str, Any], tuple[tuple[str, str, Any], ...]] = {}
        self._acts_for = None if acting.caller.account == acting.name else acting.caller.account

    def build(self, id: int, given: Mapping[str, Any]) -> tuple[list[Event], list[Complaint]]:
        """The events of the ticket `id`, `created` first; or what is wrong with the values, each by its key."""
        found: list[Complaint] = []
        facts = self._facts(given, found)
        times = self._times(given, found)
        status = self._status(given, times, found)
        comments = comments_of(given.get(COMMENTS), facts.get("requester"), found, self._acting.limits.text)
        reason = self._reason(given, found)
        if not found:
            self._check_order(times, comments, status, found)
        if found:
            return [], found
        return list(self._events(id, facts, times, comments, status, reason)), []

    def _facts(self, given: Mapping[str, Any], found: list[Complaint]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for key, value in given.items():
            if key in TIMES or key in ("status", "close_reason", COMMENTS):
                continue
            try:
                self._put(facts, key, value)
            except TicketError as error:
                found.append(complaint(key, error))
        try:
            check_fields(self._acting, facts.get("fields", {}))
        except TicketError as error:
            found.append(complaint("fields", error))
        if not str(facts.get("subject") or "").strip() and not any(one.key == "subject" for one in found):
            found.append(Complaint("subject", "subject: a ticket needs one"))
        return facts

    def _put(self, facts: dict[str, Any], key: str, value: Any) -> None:
        if key in _LISTS:
            words = value if isinstance(value, (list, tuple)) else [value]
            if not all(isinstance(word, str) for word in words):
                raise Invalid(f"{key}: a list of texts is wanted", 'write it like ["prod", "db"]')
            named = [check_name(key[:-1], word) for word in words if word]
            if named:
                facts[key] = list(with_labels((), named))
            return
        if key in self._words and isinstance(value, str):
            value = self._words[key].get(word_key(value.strip()), value)
        for top, inner, item in self._checked(key, value):
            if inner:
                facts.setdefault(top, {})[inner] = item
            else:
                facts[top] = item

    def _checked(self, key: str, value: Any) -> Iterable[tuple[str, str, Any]]:
        """The keys that the value gives, each in its parts. Words that columns repeat are checked once."""
        if key not in _REPEATED or not isinstance(value, str):
            return self._parts(key, value)
        if (key, value) not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key, value] = tuple(self._parts(key, value))
        return self._known[key, value]

    def _parts(self, key: str, value: Any) -> Iterator[tuple[str, str, Any]]:
        for name, item in checked_value(self._acting, key, value):
            if item is not None and not (name == "priority" and value in (None, "")):
                top, _, inner = name.partition(".")
                yield top, inner, item

    def _times(self, given: Mapping[str, Any], found: list[Complaint]) -> dict[str, Instant]:
        times = {key: given[key] for key in TIMES if given.get(key) is not None}
        for key, at in times.items():
            if at > self._acting.now:
                found.append(Complaint(key, f"{key}: lies in the future"))
            elif at < 0:
                found.append(Complaint(key, f"{key}: lies before 1970"))
        return times

    def _status(self, given: Mapping[str, Any], times: Mapping[str, Instant], found: list[Complaint]) -> str:
        """The status that is given, else the one that the times tell of."""
        lifecycle, word = self._acting.rulebook.lifecycle, given.get("status")
        if word not in (None, ""):
            name = self._statuses.get(word_key(str(word).strip()))
            if name is None:
                near = nearest(str(word), lifecycle.statuses)
                words = "" if near else f"; one of {', '.join(lifecycle.statuses)}"
                found.append(Complaint("status", f"status: no such status: {word!r}{words}", near))
            return name or lifecycle.first
        ended = "final" if "closed_at" in times else "resolved" if "resolved_at" in times else ""
        return self._of_kind.get(ended) or lifecycle.first

    def _reason(self, given: Mapping[str, Any], found: list[Complaint]) -> str | None:
        word, reasons = given.get("close_reason"), self._acting.rulebook.lifecycle.close_reasons
        if word in (None, ""):
            return None
        if word not in reasons:
            near = nearest(str(word), reasons)
            found.append(Complaint("close_reason", f"close_reason: no such reason: {word!r}", near))
        return str(word)

    def _check_order(
        self, times: Mapping[str, Instant], comments: list[Comment], status: str, found: list[Complaint]
    ) -> None:
        kind = self._acting.rulebook.lifecycle.kind(status)
        created = times.get("created_at")
        if created is not None:
            early = [key for key in TIMES if times.get(key, created) < created]
            found += [Complaint(key, f"{key}: lies before created_at") for key in early]
            if any(comment.at < created for comment in comments):
                found.append(Complaint(COMMENTS, "comments: one lies before created_at"))
        if not all(0 <= comment.at <= self._acting.now for comment in comments):
            found.append(Complaint(COMMENTS, "comments: one lies before 1970 or in the future"))
        if "closed_at" in times and kind != "final":
            found.append(Complaint("closed_at", f"closed_at: given, but the status {status} is not final"))
        if "resolved_at" in times and kind not in ENDED:
            found.append(Complaint("resolved_at", f"resolved_at: given, but the status {status} is not resolved"))
        if times.get("resolved_at", 0) > times.get("closed_at", self._acting.now):
            found.append(Complaint("closed_at", "closed_at: lies before resolved_at"))

    def _events(
        self,
        id: int,
        facts: dict[str, Any],
        times: Mapping[str, Instant],
        comments: list[Comment],
        status: str,
        reason: str | None,
    ) -> Iterator[Event]:
        created = times.get("created_at")
        if created is None:
            created = min([*times.values(), *(comment.at for comment in comments)], default=self._acting.now)
        yield self._created(id, created, facts)
        worker = self._agent(facts.get("assignee"))
        later = [*self._comments(id, comments), *self._answered(id, times, comments, worker)]
        latest = max([created, *(event.at for event in later)])
        later += self._moves(id, times, latest, status, reason, worker)
        yield from sorted(later, key=lambda event: event.at)

    def _created(self, id: int, at: Instant, facts: dict[str, Any]) -> Event:
        """Opened by its requester, or when none is known by nobody who could be asked."""
        requester = facts.get("requester") or {}
        asker = requester.get("name") or requester.get("email")
        data = {
            "source": "import",
            **facts,
            "status": self._acting.rulebook.lifecycle.first,
            "kind": "initial",
            "asks": bool(asker),
            "chosen": [key for key in opening.CHOSEN if key in facts],
        }
        kept = {key: value for key, value in data.items() if value not in (None, "", [], {}, False)}
        actor = Actor(asker, "requester", self._importer) if asker else Actor(self._acting.name, "bot", self._acts_for)
        return Event(id, at, actor, "created", kept)

    @property
    def _importer(self) -> str:
        return self._acting.caller.account

    def _agent(self, name: str | None) -> Actor:
        """Who worked on it: the assignee, else the one who imports it."""
        if name is None or name == self._acting.name:
            return Actor(self._acting.name, "agent", self._acts_for)
        return Actor(name, "agent", self._importer)

    def _comments(self, id: int, comments: list[Comment]) -> Iterator[Event]:
        for comment in comments:
            actor = Actor(comment.author, comment.class_, self._importer) if comment.author else None
            actor = actor or self._agent(None)._replace(class_=comment.class_)
            yield Event(id, comment.at, actor, "commented", {"text": comment.text, "public": comment.public})

    def _answered(
        self, id: int, times: Mapping[str, Instant], comments: list[Comment], worker: Actor
    ) -> Iterator[Event]:
        """A first answer of which only the time is known, unless one of the comments is it."""
        at = times.get("first_responded_at")
        answers = [comment.at for comment in comments if comment.class_ == "agent" and comment.public]
        if at is not None and at < min(answers, default=at + 1):
            yield Event(id, at, worker, "answered", {})

    def _moves(
        self, id: int, times: Mapping[str, Instant], latest: Instant, status: str, reason: str | None, worker: Actor
    ) -> Iterator[Event]:
        lifecycle = self._acting.rulebook.lifecycle
        kind, was = lifecycle.kind(status), lifecycle.first
        resolved_at, resolved = times.get("resolved_at"), self._of_kind["resolved"]
        if kind == "final" and resolved_at is not None and resolved is not None:
            yield _moved(id, resolved_at, worker, was, resolved, "resolved")
            was, latest = resolved, max(latest, resolved_at)
        if status == was:
            return
        ended = times.get("closed_at" if kind == "final" else "resolved_at") if kind in ENDED else None
        at = ended if ended is not None else times.get("status_since", latest)
        yield _moved(id, at, worker, was, status, kind, reason or lifecycle.close_reasons[0])


def _moved(id: int, at: Instant, who: Actor, was: str, to: str, kind: str, reason: str = "") -> Event:
    data = {"from": was, "to": to, "kind": kind} | ({"reason": reason} if kind == "final" else {})
    return Event(id, at, who, move_kind("initial", kind), data)
